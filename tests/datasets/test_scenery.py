"""Backgrounds: photographs where they can be had, painted places where not, and never the same for training and testing."""

import io
import zipfile

import numpy as np
import pytest
from PIL import Image

from course_utils.datasets import backgrounds
from course_utils.datasets.fetch import NotFetchedError
from course_utils.errors import CourseError


@pytest.fixture
def offer_photographs(offer):
    """A function that puts twelve photographs on the server: red ones for training, blue ones for testing."""

    def put(**more):
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w") as archive:
            for part, colour in (("train", (250, 0, 0)), ("validation", (0, 0, 250))):
                for number in range(6):
                    picture = io.BytesIO()
                    Image.new("RGB", (90, 70), colour).save(picture, "JPEG")
                    archive.writestr(f"{part}/{('cats', 'dogs')[number % 2]}/{number}.jpg", picture.getvalue())
        offer("image_parts", {"all.zip": file.getvalue()}, class_names=(), name="cats_and_dogs", **more)

    return put


def test_photographs_for_training_and_others_for_testing(offer_photographs):
    offer_photographs()
    found = backgrounds("cats_and_dogs", side=100, train=4)
    assert (found.train.shape, found.test.shape, found.train.dtype) == ((4, 100, 100, 3), (6, 100, 100, 3), np.uint8)
    assert found.train[..., 0].min() > 240 > 10 > found.test[..., 0].max()
    assert str(found).splitlines() == [
        "Backgrounds: 4 photographs (Mini) for training, 6 others for testing",
        "Source: the real data",
    ]


def test_places_are_painted_where_there_are_no_photographs(offer_photographs, refusing_address, capsys):
    offer_photographs(addresses=refusing_address)
    found = backgrounds("cats_and_dogs", side=96, train=3, test=2)
    assert "here are painted places, not photographs" in capsys.readouterr().out
    assert (found.source, found.train.shape, found.test.shape) == ("synthetic", (3, 96, 96, 3), (2, 96, 96, 3))
    assert (found.train[:2] != found.test).mean() > 0.9
    assert str(found).startswith("Backgrounds: 3 painted places for training, 2 others for testing\nSource: synthetic data")
    again = backgrounds("cats_and_dogs", "synthetic", side=96, train=3, test=2)
    assert (found.train == again.train).all() and (found.test == again.test).all()


def test_real_ones_are_insisted_on(offer_photographs, refusing_address):
    offer_photographs(addresses=refusing_address)
    with pytest.raises(NotFetchedError, match="not on this computer"):
        backgrounds("cats_and_dogs", "real")


@pytest.mark.parametrize(("name", "data", "says"), [("cars", "auto", "no dataset"), ("cats_and_dogs", "fake", "DATA")])
def test_what_there_is_not_is_one_sentence(name, data, says):
    with pytest.raises(CourseError, match=says):
        backgrounds(name, data)


def test_a_dataset_without_photographs_is_refused(offer):
    file = io.BytesIO()
    images = np.zeros((2, 28, 28), np.uint8)
    np.savez(file, x_train=images, y_train=[0, 1], x_test=images, y_test=[1, 0])
    offer("npz", {"all.npz": file.getvalue()}, name="mnist")
    with pytest.raises(CourseError, match="holds no photographs"):
        backgrounds("mnist")

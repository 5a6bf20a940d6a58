"""The synthetic animals that the course's own base learns on."""

import numpy as np
import pytest

from course_utils.synthetic import animals


@pytest.fixture(autouse=True)
def few(monkeypatch):
    monkeypatch.setattr(animals, "CHUNK", 2 * len(animals.KINDS))
    monkeypatch.setattr(animals, "PLACES", 2)


def test_the_seed_alone_decides_the_pictures():
    first, again, other = (animals.chunk("train", seed, 0) for seed in (0, 0, 1))
    assert np.array_equal(first[0], again[0])
    assert not np.array_equal(first[0], other[0])


def test_parts_and_chunks_show_other_animals():
    chunks = [animals.chunk(part, 0, number)[0] for part, number in (("train", 0), ("train", 1), ("test", 0))]
    assert len({image.tobytes() for chunk in chunks for image in chunk}) == sum(map(len, chunks))


def test_every_kind_is_as_frequent_and_labelled():
    images, labels = animals.pictures("test", 64, workers=1)
    assert images.shape == (64, 96, 96, 3)
    assert images.dtype == np.uint8
    assert labels.dtype == np.int32
    assert np.bincount(labels).tolist() == [2] * len(animals.KINDS)


@pytest.mark.parametrize("name", animals.KINDS)
def test_every_kind_is_built_of_sound_parts_in_any_pose(name):
    rng = np.random.default_rng(0)
    for _ in range(6):
        figure = animals.pose(animals.new_animal(animals.KINDS[name], rng), rng)
        ends, colours = np.array(figure.ends), np.array(figure.colours)
        assert np.isfinite(ends).all()
        assert (ends[:, 6:] > 0).all()
        assert ((colours >= 0) & (colours <= 1)).all()

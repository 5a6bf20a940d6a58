"""Small colour pictures of ten kinds: what is in them, and that no kind gives itself away by its colours or its place."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from course_utils.datasets.catalog import catalog
from course_utils.synthetic import animals, cifar10, vehicles
from course_utils.synthetic.solids import about_y

LIGHT = (np.array([0.0, 1.0, 1.0]), np.ones(3), 0.5)


@pytest.fixture(scope="module")
def drawn():
    """60 pictures of each kind, uint8 (600, 32, 32, 3), and their labels."""
    rng, labels = np.random.default_rng(0), np.arange(600) % 10
    return np.stack([cifar10.picture(label, rng) for label in labels.tolist()]), labels


def test_kinds_stand_in_the_order_of_the_real_ones():
    assert catalog()["cifar10"].class_names == cifar10.KINDS == tuple(cifar10.SEEN)


def test_pictures_are_in_colour_and_all_different(drawn):
    images, _ = drawn
    assert (images.shape, images.dtype) == ((600, 32, 32, 3), np.uint8)
    assert len({image.tobytes() for image in images}) == 600
    assert np.ptp(images.astype(int), axis=-1).mean(axis=(1, 2)).mean() > 15
    assert (images.std(axis=(1, 2, 3)) > 8).mean() > 0.98


def test_colours_say_something_of_the_kind_and_not_much(drawn):
    images, labels = drawn
    colours = images.mean(axis=(1, 2)) / 255
    model = LogisticRegression(max_iter=500).fit(colours[:400], labels[:400])
    assert 0.1 < model.score(colours[400:], labels[400:]) < 0.35


def test_every_place_is_one_of_several_kinds():
    for place in cifar10.PLACES:
        assert sum(place in places for places in cifar10.SEEN.values()) >= 2, place
    assert all(sum(places.values()) == pytest.approx(1) for places in cifar10.SEEN.values())


@pytest.mark.parametrize("place", cifar10.PLACES)
def test_places_fill_the_frame(place):
    rng = np.random.default_rng(1)
    for _ in range(5):
        scene = cifar10.PLACES[place](rng)
        assert scene.shape == (64, 64, 3)
        assert np.isfinite(scene).all()
        assert scene.min() > -0.5 and scene.max() < 2


@pytest.mark.parametrize("kind", ["bird", "cat", "deer", "dog", "frog", "horse"])
def test_animals_are_seen(kind):
    rng = np.random.default_rng(2)
    cover = np.array([cifar10.animal(kind, LIGHT, rng)[1] for _ in range(12)])
    assert 0.1 < np.median(cover.mean(axis=(1, 2))) < 0.75
    assert (cover.mean(axis=(1, 2)) > 0.03).all()


def test_frogs_have_two_eyes_on_top_and_four_feet_on_the_ground():
    for seed in range(5):
        ends = np.array(cifar10.frog(np.random.default_rng(seed)).ends)
        tops = [ends[side * ends[:, 0] > 0.2, 1].max() for side in (-1, 1)]
        assert tops[0] == pytest.approx(tops[1]) == pytest.approx(ends[:, 1].max())
        feet = ends[ends[:, 4] < -0.4, 3:6]
        assert {(x > 0, z > 0) for x, _, z in feet.tolist()} == {
            (left, fore) for left in (True, False) for fore in (True, False)
        }


@pytest.mark.parametrize("name", vehicles.VEHICLES)
def test_vehicles_are_sound_and_stand_on_the_ground(name):
    rng = np.random.default_rng(3)
    for _ in range(25):
        faces = vehicles.VEHICLES[name](rng).faces
        corners = np.concatenate([corners for corners, _, _ in faces])
        assert np.isfinite(corners).all()
        assert all(0 <= part <= 1 for _, colour, _ in faces for part in colour)
        assert corners[:, 1].min() > -0.35
        assert abs(corners[:, 2].max() + corners[:, 2].min()) < 1.2, "it is lopsided"


def test_a_vehicle_fills_what_it_is_told_to():
    faces = vehicles.Faces()
    faces.box((-2, 0, -1), (2, 1, 1), (0.6, 0.3, 0.12))
    colours, cover = vehicles.paint(faces, np.eye(3), 64, 40, LIGHT)
    assert (colours.shape, cover.shape) == ((64, 64, 3), (64, 64))
    rows, columns = (np.flatnonzero(cover.max(axis=axis) > 0.5) for axis in (1, 0))
    assert (np.ptp(columns) + 1, np.ptp(rows) + 1) == (pytest.approx(40, abs=1), pytest.approx(10, abs=1))
    assert colours[32, 32] / colours[32, 32, 0] == pytest.approx([1, 0.5, 0.2], abs=0.02)


def test_the_nearer_face_hides_the_farther_one_and_the_lit_one_is_brighter():
    faces = vehicles.Faces()
    faces.box((-1, -1, -1), (1, 1, 0), (1.0, 0.0, 0.0))
    faces.box((-1, -1, 0.1), (1, 1, 1), (0.0, 1.0, 0.0))
    front, _ = vehicles.paint(faces, np.eye(3), 32, 20, LIGHT)
    back, _ = vehicles.paint(faces, about_y(180), 32, 20, LIGHT)
    assert front[16, 16, 1] > 0.3 > 0.01 > front[16, 16, 0]
    assert back[16, 16, 0] > 0.3 > 0.01 > back[16, 16, 1]
    aside, _ = vehicles.paint(faces, np.eye(3), 32, 20, (np.array([1.0, 0, 0]), np.ones(3), 0.5))
    assert front[16, 16, 1] > 1.5 * aside[16, 16, 1]


def test_a_picture_that_is_moved_leaves_nothing_behind():
    image = np.ones((64, 64, 3))
    assert cifar10.moved(image, 3, -5).sum() == 3 * (64 - 3) * (64 - 5)
    assert (cifar10.moved(image, 3, -5)[3:, :-5] == 1).all()


def test_birds_and_deer_are_kinds_of_their_own():
    rng = np.random.default_rng(4)
    for kind in cifar10.BIRDS:
        assert animals.new_animal(kind, rng).has("bird")
    assert {kind.horns for kind in cifar10.DEER} == {"antlers", "none"}

"""Things on backgrounds: that masks and boxes are exact, that nothing cheap finds them, and that the seed decides."""

import numpy as np
import pytest

from course_utils.synthetic import fashion_mnist, scenes

GREY = np.full((3, 100, 110, 3), 120, np.uint8)


@pytest.fixture(scope="module")
def places():
    return scenes.backgrounds(24, 100)


@pytest.fixture(scope="module")
def scattered(places):
    return scenes.scatter(places, 150)


def blocks(height=12, width=20):
    """Two things in grey on black, uint8 (2, 28, 28): a bright and a dim block."""
    pictures = np.zeros((2, 28, 28), np.uint8)
    pictures[:, 5 : 5 + height, 3 : 3 + width] = np.array([220, 60])[:, None, None]
    return pictures


def grey(images):
    return images.mean(axis=-1)


def otsu(image):
    """The threshold that parts the greys (h, w) into two groups with the least variance within."""
    levels = np.arange(1, 255)
    counts = np.bincount(image.astype(int).ravel(), minlength=256).astype(float)
    below = np.cumsum(counts)[levels - 1] / counts.sum()
    mass = np.cumsum(counts * np.arange(256))[levels - 1] / counts.sum()
    mean = (counts * np.arange(256)).sum() / counts.sum()
    with np.errstate(divide="ignore", invalid="ignore"):
        between = (mean * below - mass) ** 2 / (below * (1 - below))
    return levels[np.nanargmax(between)]


def iou(found, masks):
    return (found & masks).sum() / (found | masks).sum()


class TestBackgrounds:
    def test_they_are_pictures_of_many_places(self, places):
        assert (places.shape, places.dtype) == ((24, 100, 100, 3), np.uint8)
        assert places.std(axis=(1, 2)).mean() > 12
        assert len({place.tobytes() for place in places}) == 24

    def test_the_seed_decides(self, places):
        assert (scenes.backgrounds(4, 100) == places[:4]).all()
        assert (scenes.backgrounds(4, 100, seed=1) != places[:4]).mean() > 0.9


class TestCompose:
    def test_types_and_shapes(self, places):
        images, masks = scenes.compose(blocks(), places, 5)
        assert (images.shape, images.dtype) == ((5, 64, 64, 3), np.uint8)
        assert (masks.shape, masks.dtype) == ((5, 64, 64), np.uint8)
        assert set(np.unique(masks)) == {0, 1}
        assert scenes.compose(blocks(), places, 0).images.shape == (0, 64, 64, 3)

    def test_the_mask_is_what_was_put_there(self):
        images, masks = scenes.compose(blocks(), GREY, 40)
        changed, masks = (abs(images.astype(int) - 120) > 6).any(axis=-1), masks.astype(bool)
        assert iou(changed, masks) > 0.9
        # those that differ are half covered, along outlines
        around = [np.roll(masks, (i, j), (1, 2)) for i in (-2, 0, 2) for j in (-2, 0, 2)]
        inside, outside = np.logical_and.reduce(around), ~np.logical_or.reduce(around)
        assert changed[inside].mean() > 0.99 and changed[outside].mean() < 0.001

    def test_a_dark_spot_within_a_thing_belongs_to_it_and_a_hole_does_not(self):
        pictures = blocks(20, 20)
        pictures[:, 8, 8] = 0
        speckled = scenes.compose(pictures, GREY, 30, seed=3).masks
        assert (speckled == scenes.compose(blocks(20, 20), GREY, 30, seed=3).masks).all()
        pictures[:, 10:18, 10:16] = 0
        assert scenes.compose(pictures, GREY, 30, seed=3).masks.sum() < 0.95 * speckled.sum()

    def test_things_are_brighter_and_darker_than_what_they_cover(self, places):
        images, masks = scenes.compose(blocks(), places, 200)
        differences = []
        for image, mask in zip(grey(images), masks.astype(bool), strict=True):
            differences.append(image[mask].mean() - image[~mask].mean())
        assert 0.25 < (np.array(differences) > 0).mean() < 0.75

    def test_neither_a_threshold_nor_a_constant_finds_them(self, places):
        rng = np.random.default_rng(0)
        clothes = np.stack([fashion_mnist.piece(number % 10, rng) for number in range(40)])
        images, masks = scenes.compose(clothes, places, 200)
        masks = masks.astype(bool)
        bright = np.stack([image >= otsu(image) for image in grey(images)])
        fewer = np.stack([part if part.mean() < 0.5 else ~part for part in bright])
        assert 0.08 < masks.mean() < 0.35
        assert max(iou(found, masks) for found in (bright, ~bright, fewer, np.ones_like(masks))) < 0.5

    @pytest.mark.parametrize("shape", [(2, 28, 28), (2, 28, 28, 1)])
    def test_grey_pictures_may_have_a_channel(self, places, shape):
        made = scenes.compose(blocks().reshape(shape), places, 3)
        assert (made.images == scenes.compose(blocks(), places, 3).images).all()

    def test_the_seed_decides(self, places):
        first, again, other = (scenes.compose(blocks(), places, 3, seed).images for seed in (4, 4, 5))
        assert (first == again).all()
        assert (first != other).mean() > 0.5

    @pytest.mark.parametrize(
        ("pictures", "places", "says"),
        [
            (np.zeros((2, 28, 28), np.uint8), GREY, "one of the pictures is black"),
            (blocks(), GREY[:, :63], "64×64"),
            (blocks(), GREY[..., 0], "uint8"),
            (blocks() / 255, GREY, "uint8"),
            (blocks()[:0], GREY, "at least one"),
        ],
    )
    def test_what_does_not_fit_is_one_sentence(self, pictures, places, says):
        with pytest.raises(scenes.CourseError, match=says):
            scenes.compose(pictures, places, 3)


class TestScatter:
    def test_types_and_shapes(self, scattered):
        images, boxes, classes, counts = scattered
        assert (images.shape, images.dtype) == ((150, 96, 96, 3), np.uint8)
        assert (boxes.shape, boxes.dtype) == ((150, 5, 4), np.float32)
        assert (classes.shape, classes.dtype) == ((150, 5), np.int32)
        assert (counts.shape, counts.dtype) == ((150,), np.int32)

    def test_one_to_five_of_three_kinds(self, scattered):
        there = np.arange(5) < scattered.counts[:, None]
        assert set(scattered.counts.tolist()) == {1, 2, 3, 4, 5}
        assert ((scattered.classes >= 0) == there).all() and (scattered.boxes[~there] == 0).all()
        assert np.bincount(scattered.classes[there]).min() > 0.25 * there.sum()

    def test_boxes_lie_in_the_picture_and_have_several_sizes(self, scattered):
        boxes = scattered.boxes[scattered.classes >= 0]
        assert boxes.min() >= 0 and boxes.max() <= 96
        sides = (boxes[:, 2:] - boxes[:, :2]).max(axis=1)
        assert 13.9 < sides.min() < 16 and 40 < sides.max() < 44.1

    def test_they_hardly_overlap(self, scattered):
        for boxes, count in zip(scattered.boxes, scattered.counts.tolist(), strict=True):
            for number in range(count):
                assert scenes._shared(boxes[number], boxes[:number]) <= scenes.LARGEST_SHARED

    def test_boxes_are_tight(self):
        images, boxes, _, counts = scenes.scatter(GREY, 60, seed=2)
        changed = (abs(images.astype(int) - 120) > 3).any(axis=-1)
        for picture, box in zip(changed[counts == 1], boxes[counts == 1, 0], strict=True):
            rows, columns = (np.flatnonzero(picture.any(axis=axis)) for axis in (1, 0))
            found = [columns[0], rows[0], columns[-1] + 1, rows[-1] + 1]
            assert found == pytest.approx(box.tolist(), abs=1.6)

    def test_the_seed_decides(self, places):
        first, again, other = (scenes.scatter(places, 3, seed).images for seed in (4, 4, 5))
        assert (first == again).all()
        assert (first != other).mean() > 0.5

    def test_small_backgrounds_are_refused(self):
        with pytest.raises(scenes.CourseError, match="96×96"):
            scenes.scatter(GREY[:, :95], 3)


def test_what_lessons_quoted_is_made_as_it_was(places, scattered):
    """Averages, which another release of NumPy or Pillow leaves as they are."""
    images, masks = scenes.compose(blocks(), places, 50)
    found = [places.mean(), images.mean(), 100 * masks.mean(), scattered.images.mean(), scattered.boxes.mean()]
    assert found == pytest.approx([119.0, 122.1, 31.9, 120.6, 29.8], abs=0.3)

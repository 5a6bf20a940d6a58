import numpy as np
import pytest

from course_utils.errors import CourseError
from course_utils.explain.activations import View
from course_utils.widgets import walk_through_a_net as walk

RANDOM = np.random.default_rng(0)
IMAGE = RANDOM.integers(0, 256, (40, 40, 3)).astype("uint8")
VIEW = View(field=4, jump=2, first=0.5)


def sparse_maps(rows: int, channels: int, pictures: int = 2) -> np.ndarray:
    return np.maximum(RANDOM.normal(size=(pictures, rows, rows, channels)), 0).astype("float32")


@pytest.fixture
def maps() -> np.ndarray:
    """One picture's maps of 20 × 20 places: channel 0 silent, channel 1 lit at one place, channel 2 everywhere."""
    maps = np.zeros((20, 20, 3), "float32")
    maps[4, 7, 1] = 2
    maps[:, :, 2] = 1
    return maps


def framed(axis) -> list[tuple[float, ...]]:
    return [(*patch.get_xy(), patch.get_width(), patch.get_height()) for patch in axis.patches]


def test_the_mosaic_holds_every_channel_in_reading_order(maps):
    sheet, per_row = walk.mosaic(maps + np.arange(3) * 10)
    assert per_row == 2 and sheet.shape == (43, 43)
    np.testing.assert_array_equal(sheet[1:21, 22:42], maps[:, :, 1] + 10)
    np.testing.assert_array_equal(sheet[22:42, 1:21], maps[:, :, 2] + 20)
    assert np.isnan(sheet[22:, 22:]).all() and np.isnan(sheet[[0, 21, 42]]).all()


@pytest.mark.parametrize(("place", "pixels"), [(0, (0, 2)), (5, (9, 12)), (19, (37, 39))])
def test_what_a_unit_sees_ends_at_the_edge_of_the_picture(place, pixels):
    assert walk.seen_pixels(VIEW, place, 40) == pixels


def test_the_strongest_unit_is_framed_with_what_it_sees(maps):
    fig, alt = walk.picture(IMAGE, maps, 1, VIEW, "pool1")
    image, map_, _ = fig.axes
    assert framed(image) == [(12.5, 6.5, 4, 4)]
    assert framed(map_) == [(6.5, 3.5, 1, 1)]
    assert "2.00, stands in row 4, column 7" in alt
    assert "0 at 399 of its 400 places" in alt


def test_a_silent_channel_is_said_to_be_silent(maps):
    fig, alt = walk.picture(IMAGE, maps, 0, VIEW, "pool1")
    assert "Channel 0 is 0 everywhere" in alt and "1 of the 3 channels are 0 everywhere" in alt
    assert framed(fig.axes[0]) == framed(fig.axes[1]) == []


def test_the_maps_side_by_side_share_one_scale(maps):
    fig, _ = walk.picture(IMAGE, maps, 2, VIEW, "pool1")
    one, all_ = (axis.get_images()[0].get_clim() for axis in fig.axes[1:])
    assert one == (0, 1) and all_ == (0, 2)


def test_a_layer_in_which_nothing_answers_is_drawn_too():
    _, alt = walk.picture(IMAGE, np.zeros((20, 20, 3), "float32"), 0, VIEW, "pool1")
    assert "3 of the 3 channels are 0 everywhere" in alt


def test_a_layer_with_fewer_channels_shortens_the_slider(shown):
    layers = {"pool1": sparse_maps(20, 16), "pool2": sparse_maps(10, 4)}
    walk.play({"cat": IMAGE, "dog": IMAGE[::-1]}, layers, {"pool1": VIEW, "pool2": View(10, 4, 1.5)})
    assert "pool1: 20 × 20 places, 16 channels" in shown.still["text/plain"]
    shown.controls["channel"].choose("12")
    shown.controls["layer"].choose("pool2")
    assert shown.controls["channel"].text == shown.controls["channel"].texts[-1] == "3"
    assert "pool2: 10 × 10 places, 4 channels" in shown.says and "Channel 3 is" in shown.says
    shown.controls["layer"].choose("pool1")
    assert shown.controls["channel"].texts[-1] == "15"


def test_the_second_picture_shows_its_own_maps(shown):
    maps = sparse_maps(20, 4)
    maps[1] = 0
    walk.play({"cat": IMAGE, "dog": IMAGE}, {"pool1": maps}, {"pool1": VIEW})
    shown.controls["picture"].choose("dog")
    assert "4 of the 4 channels are 0 everywhere" in shown.says


@pytest.mark.parametrize(
    ("pictures", "maps", "seen", "sentence"),
    [
        ({}, {"pool1": np.zeros((0, 4, 4, 2))}, {"pool1": VIEW}, "at least one picture"),
        ({"cat": IMAGE}, {}, {}, "at least one picture and one layer"),
        ({"cat": IMAGE}, {"pool1": np.zeros((2, 4, 4, 2))}, {"pool1": VIEW}, "shape \\(2, 4, 4, 2\\)"),
        ({"cat": IMAGE}, {"dense": np.zeros((1, 8))}, {}, "shape \\(1, 8\\)"),
        ({"cat": IMAGE}, {"pool1": np.zeros((1, 4, 4, 2))}, {}, "“pool1” see is missing"),
    ],
)
def test_what_does_not_fit_is_refused_in_a_sentence(pictures, maps, seen, sentence):
    with pytest.raises(CourseError, match=sentence):
        walk.play(pictures, maps, seen)

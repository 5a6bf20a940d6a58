import numpy as np
import pytest

from course_utils import plots
from course_utils.widgets import box_overlap
from course_utils.widgets.box_overlap import Box


def counted(a: Box, b: Box) -> float:
    """Intersection over union by counting pixels."""
    y, x = np.mgrid[0:96, 0:96] + 0.5
    inside_a, inside_b = ((x > box.left) & (x < box.right) & (y > box.upper) & (y < box.lower) for box in (a, b))
    return (inside_a & inside_b).sum() / (inside_a | inside_b).sum()


def test_it_is_what_counting_pixels_gives():
    random = np.random.default_rng(0)
    for _ in range(200):
        (left, right, x, other), (upper, lower, y, last) = random.permuted(np.tile(np.arange(96), (2, 1)), axis=1)[:, :4]
        a = Box(min(left, right), min(upper, lower), max(left, right), max(upper, lower))
        b = Box(min(x, other), min(y, last), max(x, other), max(y, last))
        assert box_overlap.iou(a, b) == pytest.approx(counted(a, b))


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        (Box(0, 0, 10, 10), 1),
        (Box(5, 0, 15, 10), 1 / 3),
        (Box(2, 2, 7, 7), 0.25),
        (Box(10, 0, 20, 10), 0),
        (Box(20, 20, 30, 30), 0),
    ],
)
def test_known_cases(second, expected):
    assert box_overlap.iou(Box(0, 0, 10, 10), second) == pytest.approx(expected)


def test_the_curves_are_the_same_measure():
    slips = np.arange(0, 21)
    for side in (8, 20, 44):
        still = Box(0, 0, side, side)
        expected = [box_overlap.iou(still, Box(slip, 0, side + slip, side)) for slip in slips]
        np.testing.assert_allclose(box_overlap.after_slip(side, slips), expected)


def test_a_pixel_costs_a_small_box_more():
    costs = [1 - box_overlap.after_slip(side, np.ones(1))[0] for side in box_overlap.TRUE_SIDES]
    assert costs == sorted(costs, reverse=True)


@pytest.mark.parametrize("setting", [(60, -30, -30, 72, 72), (8, 30, 30, 6, 6)])
def test_nothing_is_drawn_under_a_legend(setting):
    fig, alt = box_overlap.picture(*setting)
    plots.render(fig, alt)
    for axis in fig.axes:
        assert axis.get_legend().get_window_extent().y1 < axis.get_window_extent().y0


def test_moving_a_slider_redraws_the_picture(shown):
    box_overlap.play()
    assert "They share 500 square pixels of 1300: IoU 0.38, a miss at 0.5" in shown.still["text/plain"]
    shown.controls["right by"].choose("0")
    shown.controls["down by"].choose("0")
    assert "IoU 1.00, a hit at 0.5" in shown.says
    shown.controls["true box, pixels"].choose("8")
    assert "a slip of one pixel costs 0.22 of a box 8 pixels wide" in shown.says

"""Lesson 33's average precision and its matching of boxes, held against references that are computed in another way."""

import numpy as np
import pytest
from sklearn.metrics import average_precision_score

from course_utils.synthetic.scenes import SHAPES, Boxed
from tests.fixtures.cells import defined_in

average_precision = defined_in("33", "average_precision", np=np)
box_iou = defined_in("33", "box_iou", np=np)
hits = defined_in("33", "hits", np=np, box_iou=box_iou)
mean_ap = defined_in("33", "mean_ap", np=np, hits=hits, average_precision=average_precision, C=len(SHAPES))
non_maximum = defined_in("33", "non_maximum", np=np, box_iou=box_iou)


def area_under_curve(right: list[bool], total: int) -> float:
    """The integral over recall of the best precision at that recall or a higher one, true box by true box."""
    points = [(sum(right[:n]) / total, sum(right[:n]) / n) for n in range(1, len(right) + 1)]
    heights = [
        max((precision for recall, precision in points if recall >= share / total - 1e-9), default=0)
        for share in range(1, total + 1)
    ]
    return sum(heights) / total


@pytest.mark.parametrize(
    ("right", "total", "expected"),
    [
        ([True, False, True, True, False], 4, (1 + 3 / 4 + 3 / 4) / 4),
        ([True, True], 2, 1),
        ([True], 4, 0.25),
        ([False, True], 1, 0.5),
        ([False, False], 3, 0),
        ([], 3, 0),
    ],
)
def test_known_cases(right, total, expected):
    assert average_precision(np.array(right, bool), total) == pytest.approx(expected)


def test_it_is_the_area_under_the_curve():
    random = np.random.default_rng(0)
    for _ in range(300):
        right = random.random(random.integers(1, 40)) < random.random()
        total = max(1, int(right.sum() + random.integers(0, 5)))
        assert average_precision(right, total) == pytest.approx(area_under_curve(right.tolist(), total))


def test_it_is_scikit_learns_where_precision_only_falls():
    """There nothing is to be raised; a share that is never found counts 0, which scikit-learn does not know of."""
    for hits in range(1, 8):
        right = np.arange(10) < hits
        scores = np.linspace(1, 0.1, 10)
        assert average_precision(right, hits) == pytest.approx(average_precision_score(right, scores))
        assert average_precision(right, 2 * hits) == pytest.approx(average_precision_score(right, scores) / 2)


def scene(boxes: list[list[tuple]], classes: list[list[int]]) -> Boxed:
    """Truth without pictures, filled up with empty places."""
    most = max(map(len, classes))
    filled = [[*each, *[(0, 0, 0, 0)] * (most - len(each))] for each in boxes]
    kinds = [[*each, *[-1] * (most - len(each))] for each in classes]
    return Boxed(np.empty(0), np.array(filled, "float32"), np.array(kinds), np.array([len(each) for each in classes]))


TRUE = scene([[(0, 0, 10, 10), (20, 20, 40, 40)], [(5, 5, 25, 25)]], [[0, 0], [1]])
FOUND = np.array(
    [
        (0, 0, 0.9, 0, 0, 10, 10),  # exact
        (0, 0, 0.8, 0, 0, 10, 9),  # the same thing again
        (0, 0, 0.7, 20, 20, 40, 36),  # IoU 0.8
        (1, 0, 0.95, 5, 5, 25, 25),  # exact, and the wrong class
        (1, 1, 0.6, 5, 5, 25, 17),  # IoU 0.6
    ]
)


def test_a_thing_is_found_once_by_its_own_class_and_a_good_enough_box():
    assert hits(FOUND, TRUE, 0).tolist() == [False, True, False, True]
    assert hits(FOUND, TRUE, 0, 0.85).tolist() == [False, True, False, False]
    assert hits(FOUND, TRUE, 1).tolist() == [True]
    assert hits(FOUND, TRUE, 1, 0.75).tolist() == [False]
    assert hits(FOUND, TRUE, 2).tolist() == []


def test_the_mean_is_over_classes():
    truth = scene([[(0, 0, 10, 10), (20, 20, 40, 40), (50, 50, 60, 60)]], [[0, 1, 2]])
    found = np.array([(0, 0, 0.9, 0, 0, 10, 10), (0, 1, 0.8, 20, 20, 40, 36)])
    assert mean_ap(found, truth) == pytest.approx(200 / 3)
    assert mean_ap(found, truth, 0.9) == pytest.approx(100 / 3)


def test_overlaps_of_arrays_are_those_of_counted_pixels():
    random = np.random.default_rng(0)
    y, x = np.mgrid[0:30, 0:30] + 0.5
    corners = random.integers(0, 20, (50, 2))
    boxes = np.concatenate([corners, corners + random.integers(1, 10, (50, 2))], axis=1)
    inside = [(x > left) & (x < right) & (y > upper) & (y < lower) for left, upper, right, lower in boxes]
    counted = [[(a & b).sum() / (a | b).sum() for b in inside] for a in inside]
    np.testing.assert_allclose(box_iou(boxes[:, None], boxes), counted)


def test_suppression_is_tensorflows():
    tf = pytest.importorskip("tensorflow")
    random = np.random.default_rng(1)
    for threshold in (0.1, 0.3, 0.5, 0.7):
        corners = random.uniform(0, 60, (60, 2))
        boxes = np.concatenate([corners, corners + random.uniform(5, 40, (60, 2))], axis=1).astype("float32")
        scores = random.permutation(np.linspace(0, 1, 60)).astype("float32")
        expected = tf.image.non_max_suppression(boxes[:, [1, 0, 3, 2]], scores, 60, threshold)
        assert non_maximum(boxes, scores, threshold).tolist() == np.array(expected).tolist()

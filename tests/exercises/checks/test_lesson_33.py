import numpy as np
import pytest


def overlap_by_arrays(a, b):
    a, b = np.asarray(a, float), np.asarray(b, float)
    shared = np.prod(np.clip(np.minimum(a[2:], b[2:]) - np.maximum(a[:2], b[:2]), 0, None))
    return shared / (np.prod(a[2:] - a[:2]) + np.prod(b[2:] - b[:2]) - shared)


def cell_by_divmod(box, side, cells):
    pixels = side / cells
    column, x = divmod((box[0] + box[2]) / 2, pixels)
    row, y = divmod((box[1] + box[3]) / 2, pixels)
    sizes = np.sqrt([(box[2] - box[0]) / side, (box[3] - box[1]) / side])
    return np.array([row, column, x / pixels, y / pixels, *sizes])


def survivors_by_dropping(overlaps, scores, classes, threshold):
    left, kept = list(np.argsort(scores)[::-1]), []
    while left:
        best = left.pop(0)
        kept.append(best)
        left = [box for box in left if classes[box] != classes[best] or not overlaps[best][box] > threshold]
    return kept


ANSWERS = {
    "overlap": {
        "right": [overlap_by_arrays],
        "wrong": [(lambda a, b: 1.0, "expected")],
    },
    "cell": {
        "right": [cell_by_divmod],
        "wrong": [(lambda box, side, cells: (0, 0, 0.5, 0.5, 0.5, 0.5), "expected")],
    },
    "survivors": {
        "right": [survivors_by_dropping],
        "wrong": [(lambda overlaps, scores, classes, threshold: list(np.argsort(-scores)), "expected")],
    },
}


@pytest.mark.parametrize("name", ANSWERS)
def test_answers(name: str, assert_answers):
    assert_answers("33", name, **ANSWERS[name])

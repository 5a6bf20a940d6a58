import numpy as np
import pytest


def iou_by_loop(predicted, truth):
    values = []
    for one, other in zip(predicted, truth, strict=True):
        either = np.logical_or(one, other).sum()
        values.append(1 if either == 0 else np.logical_and(one, other).sum() / either)
    return values


def iou_from_sums(predicted, truth):
    shared = np.einsum("nhw,nhw->n", predicted.astype(float), truth.astype(float))
    either = predicted.sum(axis=(1, 2)) + truth.sum(axis=(1, 2)) - shared
    return (shared + (either == 0)) / (either + (either == 0))


def stamps_counted(kernel, stride):
    rows = np.zeros(40 * stride + kernel)
    for place in range(40):
        rows[place * stride : place * stride + kernel] += 1
    middle = rows[15 * stride : 25 * stride]
    return middle.min() != middle.max()


ANSWERS = {
    "iou_each": {
        "right": [iou_by_loop, iou_from_sums],
        "wrong": [
            (lambda predicted, truth: (predicted == truth).mean(axis=(1, 2)), "pixel accuracy"),
            (lambda predicted, truth: np.ones(len(truth)), "expected"),
        ],
    },
    "transposed_size": {
        "right": [lambda n, k, s, p=0: n * s + (k - s) - 2 * p, lambda n, k, s, p: len(range(p, (n - 1) * s + k - p))],
        "wrong": [(lambda n, k, s, p=0: (n - 1) * s + k, "forgets the p rows"), (lambda n, k, s, p: n, "expected")],
    },
    "has_checkerboard": {
        "right": [stamps_counted, lambda kernel, stride: bool(kernel % stride), lambda kernel, stride: kernel % stride > 0],
        "wrong": [(lambda kernel, stride: True, "expected")],
    },
    "view": {
        "right": [lambda dilations: 1 + sum(2 * each for each in dilations), lambda dilations: 2 * np.sum(dilations) + 1],
        "wrong": [(lambda dilations: 3, "expected"), (lambda dilations: 1 + 2 * len(dilations), "without dilation")],
    },
}


@pytest.mark.parametrize("name", ANSWERS)
def test_answers(name: str, assert_answers):
    assert_answers("32", name, **ANSWERS[name])

from itertools import pairwise

import numpy as np
import pytest


def separable_by_parts(side, k, c_in, c_out):
    return float(side**2) * c_in * (k**2 + c_out)


def vgg_by_shapes(groups):
    filters = [3, *(each for times, each in groups for _ in range(times))]
    return np.int64(sum(9 * a * b + b for a, b in pairwise(filters)))


ANSWERS = {
    "separable": {
        "right": [separable_by_parts],
        "wrong": [
            (lambda side, k, c_in, c_out: side * side * k * k * c_in * c_out, "a full convolution"),
            (lambda side, k, c_in, c_out: c_in, "expected"),
        ],
    },
    "inception": {
        "right": [(256, 416), [256.0, 416], np.array([256, 416])],
        "wrong": [((368, 416), "Only the last convolution"), ((256, 224), "Pooling is still there"), (256, "two whole")],
    },
    "vgg": {
        "right": [vgg_by_shapes],
        "wrong": [(lambda groups: sum(n for n, _ in groups), "expected")],
    },
}


@pytest.mark.parametrize("name", ANSWERS)
def test_answers(name: str, assert_answers):
    assert_answers("30", name, **ANSWERS[name])

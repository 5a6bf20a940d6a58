import numpy as np
import pytest
from scipy.stats import binomtest

from course_utils.exercises import exercise_kinds

EXERCISES = exercise_kinds("19")


def wilson_from_scipy(right, n):
    return binomtest(right, n).proportion_ci(method="wilson")


def wilson_as_roots(right, n):
    """The two accuracies that lie 1.96 times their own noise from what was seen."""
    z = 1.96
    return np.sort(np.roots([n + z**2, -(2 * right + z**2), right**2 / n]))


ANSWERS = {
    "ill": {"right": [2 / 13, 0.154, 0.153, 0.15, 90 / 585], "wrong": [(0.16, "too large")]},
    "wilson": {
        "right": [wilson_from_scipy, wilson_as_roots],
        "wrong": [(lambda r, n: binomtest(r, n).proportion_ci(method="exact"), "Called with")],
    },
    "enough": {
        "right": [3_648, 3_502, 3_503, 1.96**2 * (0.75 * 0.25 + 0.77 * 0.23) / 0.02**2],
        "wrong": [(1_000, "too small")],
    },
}


@pytest.mark.parametrize("name", ANSWERS)
def test_answers(name: str, assert_answers):
    assert_answers("19", name, **ANSWERS[name])

import numpy as np
import pytest
from scipy.stats import binomtest
from sklearn.metrics import confusion_matrix

from course_utils.exercises import exercise_kinds

EXERCISES = exercise_kinds("19")


def cost_from_the_matrix(labels, scores, threshold, miss, alarm):
    (_, alarms), (misses, _) = confusion_matrix(labels, scores >= threshold, labels=[0, 1])
    return miss * misses + alarm * alarms


def cost_one_by_one(labels, scores, threshold, miss, alarm):
    total = 0.0
    for label, score in zip(labels, scores, strict=True):
        if label == 1 and score < threshold:
            total += miss
        elif label == 0 and score >= threshold:
            total += alarm
    return total


def cost_by(counted):
    return lambda labels, scores, threshold, miss, alarm: counted(labels == 1, scores >= threshold, miss, alarm)


def wilson_from_scipy(right, n):
    return binomtest(right, n).proportion_ci(method="wilson")


def wilson_as_roots(right, n):
    """The two accuracies that lie 1.96 times their own noise from what was seen."""
    z = 1.96
    return np.sort(np.roots([n + z**2, -(2 * right + z**2), right**2 / n]))


ANSWERS = {
    "ill": {"right": [2 / 13, 0.154, 0.153, 0.15, 90 / 585], "wrong": [(0.16, "too large")]},
    "cost": {
        "right": [
            cost_from_the_matrix,
            cost_one_by_one,
            cost_by(lambda p, c, m, a: m * (p & ~c).sum() + a * (~p & c).sum()),
        ],
    },
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

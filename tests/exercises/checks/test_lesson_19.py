import numpy as np
import pytest
from scipy.stats import binomtest
from sklearn.metrics import confusion_matrix

from course_utils.exercises import exercise_kinds
from course_utils.exercises.checks.lesson_19 import EXERCISES, wald, wilson
from course_utils.exercises.outcome import Status


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
    "diagnosis": {
        "right": ["d", " D.", "(d)"],
        "wrong": [("a", "step for step"), ("b", "Luck"), ("c", "same epochs"), ("e", "choose one of"), (4, "choose one of")],
    },
    "ill": {
        "right": [2 / 13, 0.154, 0.15, 90 / 585, np.float32(0.1538)],
        "wrong": [
            (0.9, "recall"),
            (0.05, "called ill"),
            (0.009, "Divide by"),
            (0.0585, "How many of these"),
            (0.9 / 0.95, "half of the people"),
            (0.846, "false alarms among"),
            (15.4, "As a share"),
            (0.5, "too large"),
            ("few", "not made of numbers"),
        ],
    },
    "cost": {
        "right": [
            cost_from_the_matrix,
            cost_one_by_one,
            cost_by(lambda p, c, m, a: m * (p & ~c).sum() + a * (~p & c).sum()),
        ],
        "wrong": [
            (lambda y, s, t, m, a: m * np.sum((y == 1) & (s <= t)) + a * np.sum((y == 0) & (s > t)), "equal* to the"),
            (cost_by(lambda p, c, m, a: a * (p & ~c).sum() + m * (~p & c).sum()), "prices are swapped"),
            (cost_by(lambda p, c, m, a: m * (p & c).sum() + a * (~p & ~c).sum()), "below* the threshold"),
            (cost_by(lambda p, c, m, a: (p != c).sum()), "each has its price"),
            (cost_by(lambda p, c, m, a: np.mean(m * (p & ~c) + a * (~p & c))), "mean for each picture"),
            (cost_by(lambda p, c, m, a: m * (p & ~c).sum()), "false alarms are left out"),
            (cost_by(lambda p, c, m, a: a * (~p & c).sum()), "misses are left out"),
            (cost_by(lambda p, c, m, a: None), "returns nothing"),
            (3.0, "a function is expected"),
        ],
    },
    "wilson": {
        "right": [wilson_from_scipy, wilson_as_roots, lambda right, n: list(wilson(right, n))],
        "wrong": [
            (wald, "shortcut"),
            (lambda r, n: (np.mean(wilson(r, n)), np.ptp(wilson(r, n)) / 2), "two ends"),
            (lambda r, n: wilson(r, n)[::-1], "swapped"),
            (lambda r, n: 100 * np.array(wilson(r, n)), "As shares"),
            (lambda r, n: (r / n - np.ptp(wilson(r, n)) / 2, r / n + np.ptp(wilson(r, n)) / 2), "nearer to a half"),
            (
                lambda r, n: np.mean(wilson(r, n)) + np.array([-0.5, 0.5]) * np.ptp(wilson(r, n)) * (1 + 1.96**2 / n),
                "divided by 1 + z²/n as well",
            ),
            (lambda r, n: r / n, "shape"),
            (lambda r, n: binomtest(r, n).proportion_ci(method="exact"), "Called with"),
        ],
    },
    "enough": {
        "right": [3_648, 3_502, 3_503, 2 * 0.76 * 0.24 / 0.01**2, 1.96**2 * (0.75 * 0.25 + 0.77 * 0.23) / 0.02**2],
        "wrong": [
            (1_824, "one accuracy"),
            (912, "as large as the noise"),
            (456, "once its noise"),
            (0.3648, "0.02, and not 2"),
            (14_592, "four times"),
            (1_000, "too small"),
            ("many", "not made of numbers"),
        ],
    },
}


@pytest.mark.parametrize("name", ANSWERS)
def test_answers(name: str, assert_answers):
    assert_answers("19", name, **ANSWERS[name])


def test_each_exercise_has_its_answers():
    assert set(ANSWERS) == set(exercise_kinds("19"))


@pytest.mark.parametrize("name", ["cost", "wilson"])
def test_a_stub_inside_a_function_is_not_tried_yet(name: str):
    assert EXERCISES[name].judge(lambda *arguments: ...).status is Status.NOT_TRIED


def test_wilson_is_scipys():
    for right, n in [(0, 5), (3, 7), (700, 1_000), (1_000, 1_000)]:
        assert wilson(right, n) == pytest.approx(wilson_from_scipy(right, n), abs=1e-4)

import numpy as np
import pytest

from course_utils.exercises import exercise_kinds
from course_utils.exercises.checks.lesson_01 import WRONG_Y, X

ANSWERS = {
    "learning_rate": {
        "right": [0.15, np.float32(0.12), np.array(0.14), 1 / 8],
        "wrong": [
            (0.01, "crawls"),
            (0.2, "jump across"),
            (-0.1, "uphill"),
            ([0.15], "shape (1,)"),
            ("0.15", "not made of numbers"),
            (np.nan, "not a number"),
        ],
    },
    "thermometer": {
        "right": [(1.8, 32), [9 / 5, 32.001], np.array([1.7999, 31.99]), (np.float32(1.8), np.float64(32))],
        "wrong": [
            ((72, 32), "celsius / 40"),
            ((32, 1.8), "wrong order"),
            ((5 / 9, -17.7777), "way back"),
            ((0.045, 32), "once more than needed"),
            ((1.8, 30), "right in 1 of 2"),
            (1.8, "a single number"),
        ],
    },
    "space": {
        "right": ["b", "B", " (b) ", "b."],
        "wrong": [("a", "kink"), ("c", "bends"), ("d", "step"), ("e", "choose one of"), (2, "choose one of")],
    },
    "outlier": {
        "right": [(2, -1), [2.03, -0.99], np.array([1.98, -1.05])],
        "wrong": [
            (tuple(np.polyfit(X, WRONG_Y, 1)), "still pulls"),
            ((-1, 2), "wrong order"),
            ((0.0, 0.0), "walk begins"),
            ((2.4, -1), "right in 1 of 2"),
        ],
    },
}


@pytest.mark.parametrize("name", ANSWERS)
def test_answers(name: str, assert_answers):
    assert_answers("01", name, **ANSWERS[name])


def test_each_exercise_has_its_answers():
    assert set(ANSWERS) == set(exercise_kinds("01"))

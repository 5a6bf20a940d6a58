import numpy as np
import pytest

ANSWERS = {
    "learning_rate": {
        "right": [0.15, np.float32(0.12), np.array(0.14), 1 / 8],
        "wrong": [
            (0.01, "crawls"),
            (0.2, "jump across"),
            (-0.1, "uphill"),
            ([0.15], "one number in a list"),
            (np.nan, "not a number"),
        ],
    },
    "thermometer": {
        "right": [(1.8, 32), [9 / 5, 32.001], np.array([1.7999, 31.99]), (np.float32(1.8), np.float64(32))],
        "wrong": [((1.8, 30), "right in 1 of 2")],
    },
    "outlier": {
        "right": [(2, -1), [2.03, -0.99], np.array([1.98, -1.05]), (2.0, -0.905)],
        "wrong": [((2.13, -1), "right in 1 of 2")],
    },
}


@pytest.mark.parametrize("name", ANSWERS)
def test_answers(name: str, assert_answers):
    assert_answers("01", name, **ANSWERS[name])

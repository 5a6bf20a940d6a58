import numpy as np
import pytest


def medians_of_slopes(x, y):
    """Theil and Sen's line: another way to forgive one wrong reading."""
    slopes = [(y[i] - y[j]) / (x[i] - x[j]) for i in range(len(x)) for j in range(i)]
    a = np.median(slopes)
    return a, np.median(y - a * x)


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
        "right": [medians_of_slopes, lambda x, y: np.add(medians_of_slopes(x, y), [0.1, -0.1])],
        "wrong": [
            (lambda x, y: (2.0, -1.0), "has at [1] the value -1"),
            (lambda x, y: np.add(medians_of_slopes(x, y), [0.13, 0.0]), "expected"),
        ],
    },
}


@pytest.mark.parametrize("name", ANSWERS)
def test_answers(name: str, assert_answers):
    assert_answers("01", name, **ANSWERS[name])

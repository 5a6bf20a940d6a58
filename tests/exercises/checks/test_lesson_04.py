import numpy as np
import pytest


def by_cases(w, b, x, y):
    total = w * x + b
    return 2 * (total - y) * x if total > 0 else 0.0


def by_numbers(w, b, x, y, h=1e-6):
    def loss(w):
        return (np.maximum(w * x + b, 0) - y) ** 2

    return (loss(w + h) - loss(w - h)) / (2 * h)


ANSWERS = {
    "neuron_slope": {
        "right": [by_cases, lambda w, b, x, y: 2 * x * (w * x + b > 0) * (max(w * x + b, 0) - y)],
        "wrong": [
            (lambda w, b, x, y: 2 * (w * x + b - y) * x, "expected"),
            (lambda w, b, x, y: 2 * (max(w * x + b, 0) - y) * x, "the slope stops there"),
            (lambda w, b, x, y: by_cases(w, b, x, y) / 2, "a factor 2 is missing"),
        ],
    },
    "limit": {
        "right": [0.04, 2 / 50, np.float32(0.04)],
        "wrong": [(0.08, "λ is not 25"), (0.5, "flatter direction"), (0.03, "too small")],
    },
    "adam_step": {
        "right": [(0.01, 0.01, 0.0067), np.array([0.01, 0.01, 0.00670]), [0.01, 0.01, 0.006701]],
        "wrong": [((4.0, 0.00004, 0.0), "plain gradient descent"), ((0.01, 0.01, 0.0), "moving averages")],
    },
}


@pytest.mark.parametrize("name", ANSWERS)
def test_answers(name: str, assert_answers):
    assert_answers("04", name, **ANSWERS[name])


def test_measured_slopes_are_near_enough_for_small_numbers():
    assert by_numbers(0.5, 1.0, 2.0, 3.0) == pytest.approx(by_cases(0.5, 1.0, 2.0, 3.0), abs=1e-5)

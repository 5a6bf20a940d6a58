import re

import numpy as np
import pytest

from course_utils.exercises import exercise_kinds

EXERCISES = exercise_kinds("13")


def softmax_of_class_one(z):
    powers = np.exp(z - z.max(axis=1, keepdims=True))
    return (powers / powers.sum(axis=1, keepdims=True))[:, 1]


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


ANSWERS = {
    "character": {
        "right": [
            lambda name: name[: name.index("-")],
            lambda name: re.match("[^-]*", name)[0],
            lambda name: name.partition("-")[0],
        ],
    },
    "one_unit": {
        "right": [lambda z: 1 - sigmoid(z[:, 0] - z[:, 1]), lambda z: sigmoid(np.diff(z)[:, 0])],
        "wrong": [(softmax_of_class_one, "a softmax has computed them")],
    },
}


@pytest.mark.parametrize("name", ANSWERS)
def test_answers(name: str, assert_answers):
    assert_answers("13", name, **ANSWERS[name])

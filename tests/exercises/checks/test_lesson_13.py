import re

import numpy as np
import pytest

from course_utils.exercises import exercise_kinds

EXERCISES = exercise_kinds("13")


def pixel_by_pixel(pictures, masks, colour):
    result = np.empty_like(pictures)
    for place in np.ndindex(pictures.shape):
        share = masks[(*place[:3], 0)]
        result[place] = share * pictures[place] + (1 - share) * colour[place[3]]
    return result


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
    "on_colour": {
        "right": [
            pixel_by_pixel,
            lambda pictures, masks, colour: np.array(colour) + masks * (pictures - np.array(colour)),
            lambda pictures, masks, colour: (masks * pictures + (1 - masks) * np.array(colour)).astype("float32"),
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

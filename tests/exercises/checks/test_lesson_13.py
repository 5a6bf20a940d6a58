import re

import numpy as np
import pytest

from course_utils.exercises import exercise_kinds
from course_utils.exercises.checks.lesson_13 import EXERCISES
from course_utils.exercises.outcome import Status


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
    "steps": {
        "right": [[33, 3], np.array([33.0, 3.0])],
        "wrong": [
            ((32, 3), "one more step"),
            ((33, 32), "left for the last"),
            ((33, 29), "lacks"),
            (33, "two whole numbers"),
            ((34, 3), "right in 1 of 2"),
        ],
    },
    "character": {
        "right": [
            lambda name: name[: name.index("-")],
            lambda name: re.match("[^-]*", name)[0],
            lambda name: name.partition("-")[0],
        ],
        "wrong": [
            (lambda name: name.split(".")[0], "frame is still there"),
            (lambda name: name.split("-")[1], "behind the dash"),
            (lambda name: name[:7], "seven letters"),
            (lambda name: name[:5], "it gives"),
            (lambda name: re.match("[a-z]*", name)[0], "all horses would be one"),
            (lambda name: None, "returns nothing"),
            ("horse07", "a function is expected"),
        ],
    },
    "on_colour": {
        "right": [
            pixel_by_pixel,
            lambda pictures, masks, colour: np.array(colour) + masks * (pictures - np.array(colour)),
            lambda pictures, masks, colour: (masks * pictures + (1 - masks) * np.array(colour)).astype("float32"),
        ],
        "wrong": [
            (lambda p, m, c: (1 - m) * p + m * np.array(c), "kept the background"),
            (lambda p, m, c: m * p, "it is black"),
            (lambda p, m, c: m * p + 1 - m, "always white"),
            (lambda p, m, c: np.where(m > 0.5, p, np.array(c)), "between 0 and 1, mix"),
            (lambda p, m, c: m * p + np.array(c), "added to the figure"),
            (lambda p, m, c: p[0], "the shape"),
        ],
    },
    "one_unit": {
        "right": [softmax_of_class_one, lambda z: 1 - sigmoid(z[:, 0] - z[:, 1]), lambda z: sigmoid(np.diff(z)[:, 0])],
        "wrong": [
            (lambda z: sigmoid(z[:, 0] - z[:, 1]), "class 0"),
            (lambda z: sigmoid(z[:, 1]), "compares the two"),
            (lambda z: z[:, 1] - z[:, 0], "put into `sigmoid`"),
            (lambda z: sigmoid(z[:, 1] - z[:, 0])[:, None], "has the shape"),
            (lambda z: z[:, 1] > z[:, 0], "the value"),
        ],
    },
}


@pytest.mark.parametrize("name", ANSWERS)
def test_answers(name: str, assert_answers):
    assert_answers("13", name, **ANSWERS[name])


def test_each_exercise_has_its_answers():
    assert set(ANSWERS) == set(exercise_kinds("13"))


def test_a_stub_inside_a_function_is_not_tried_yet():
    assert EXERCISES["one_unit"].judge(lambda z: ...).status is Status.NOT_TRIED

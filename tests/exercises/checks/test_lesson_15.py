import numpy as np
import pytest

from course_utils.exercises import exercise_kinds
from course_utils.exercises.checks.lesson_15 import EXERCISES
from course_utils.exercises.outcome import Status


def by_padding(picture, columns):
    width = picture.shape[1]
    if columns >= 0:
        return np.pad(picture, ((0, 0), (columns, 0), (0, 0)), mode="edge")[:, :width]
    return np.pad(picture, ((0, 0), (0, -columns), (0, 0)), mode="edge")[:, -width:]


def by_loop(picture, columns):
    width = picture.shape[1]
    result = np.empty_like(picture)
    for column in range(width):
        result[:, column] = picture[:, min(max(column - columns, 0), width - 1)]
    return result


def by_scipy(picture, columns):
    from scipy.ndimage import shift

    return shift(picture, (0, columns, 0), order=0, mode="nearest")


def black_behind(picture, columns):
    result = np.zeros_like(picture)
    width = picture.shape[1]
    for column in range(width):
        if 0 <= column - columns < width:
            result[:, column] = picture[:, column - columns]
    return result


def rows_by_loop(picture, columns):
    height = picture.shape[0]
    return np.stack([picture[min(max(row - columns, 0), height - 1)] for row in range(height)])


def mirrored_edge(picture, columns):
    width = picture.shape[1]
    return np.pad(picture, ((0, 0), (width, width), (0, 0)), mode="symmetric")[:, width - columns : 2 * width - columns]


TAN_10 = 0.17632698
ANSWERS = {
    "units": {
        "right": [(0.0416667, TAN_10), [1 / 24, 0.1763], np.array([0.0417, np.sin(0.1745) / np.cos(0.1745)])],
        "wrong": [
            ((15, 10), "still degrees."),
            ((15, TAN_10), "still in degrees"),
            ((0.2617994, TAN_10), "not in radians"),
            ((1 / 12, TAN_10), "180 are half"),
            ((1 / 24, 0.0277778), "does not count in turns"),
            ((1 / 24, 0.1), "not 10 %"),
            ((1 / 24, 0.1745329), "the angle in radians"),
            ((1 / 24, 0.6483608), "takes radians"),
            ((TAN_10, 1 / 24), "other way round"),
            ("many", "not made of numbers"),
        ],
    },
    "shifted": {
        "right": [by_padding, by_loop, by_scipy],
        "wrong": [
            (lambda picture, columns: np.roll(picture, columns, 1), '"wrap"'),
            (lambda picture, columns: by_padding(picture, -columns), "the other direction"),
            (rows_by_loop, "moves the rows"),
            (black_behind, '"constant"'),
            (lambda picture, columns: by_padding(picture, abs(columns)), "must move the picture to the left."),
            (lambda picture, columns: by_padding(picture, max(0, columns)), "leaves it as it is"),
            (mirrored_edge, '"reflect"'),
            (lambda picture, columns: None, "returns nothing"),
            (lambda picture, columns: picture[:, columns:], "the result has the shape"),
            (3, "a function is expected"),
        ],
    },
    "cache": {
        "right": ["b", "(B)", " b. "],
        "wrong": [("a", "first epoch"), ("c", "wrong way round"), ("d", "happens once"), ("e", "choose one of")],
    },
    "promise": {
        "right": ["d", "(D)", " d. "],
        "wrong": [("a", "to the side"), ("b", "at a slant"), ("c", "a little larger"), ("e", "choose one of")],
    },
    "alone": {
        "right": [("augmentation", "augmentation"), (" Augmentation ", "augmentation"), ("no difference", "no difference")],
        "wrong": [
            (("dropout", "augmentation"), "never shows it a new picture"),
            (("augmentation", "no difference"), "more epochs"),
            (("no difference", "augmentation"), "more than twice the noise"),
            (("both", "augmentation"), "You predicted 'both'"),
        ],
    },
}


@pytest.mark.parametrize("name", ANSWERS)
def test_answers(name: str, assert_answers):
    assert_answers("15", name, **ANSWERS[name])


def test_each_exercise_has_its_answers():
    assert set(ANSWERS) == set(exercise_kinds("15"))


def test_a_stub_inside_a_function_is_not_tried_yet():
    assert EXERCISES["shifted"].judge(lambda picture, columns: ...).status is Status.NOT_TRIED


def test_a_rounded_factor_is_right_and_a_neighbour_is_not():
    assert EXERCISES["units"].judge((0.0417, 0.176)).status is Status.CORRECT
    assert EXERCISES["units"].judge((0.045, 0.176)).status is Status.WRONG
    assert EXERCISES["units"].judge((0.0417, 0.19)).status is Status.WRONG

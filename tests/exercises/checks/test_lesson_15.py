import numpy as np
import pytest

from course_utils.exercises import exercise_kinds
from course_utils.exercises.outcome import Status

EXERCISES = exercise_kinds("15")


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
    "units": {"right": [(0.0416667, TAN_10), [1 / 24, 0.1763], np.array([0.0417, np.sin(0.1745) / np.cos(0.1745)])]},
    "shifted": {
        "right": [by_padding, by_loop, by_scipy],
    },
}


@pytest.mark.parametrize("name", ANSWERS)
def test_answers(name: str, assert_answers):
    assert_answers("15", name, **ANSWERS[name])


def test_a_rounded_factor_is_right_and_a_neighbour_is_not():
    assert EXERCISES["units"].judge((0.0417, 0.176)).status is Status.CORRECT
    assert EXERCISES["units"].judge((0.045, 0.176)).status is Status.WRONG
    assert EXERCISES["units"].judge((0.0417, 0.19)).status is Status.WRONG

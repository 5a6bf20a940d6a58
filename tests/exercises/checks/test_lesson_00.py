import numpy as np
import pytest

from course_utils.exercises import exercise_kinds

ANSWERS = {
    "points": {
        "right": [800, 800.0, np.int64(800), np.array(2 * 400)],
        "wrong": [
            (400, "one spiral"),
            (1600, "counts once"),
            ((800, 2), "2 numbers"),
            (799, "too small"),
            ("800", "not made of numbers"),
        ],
    },
}


@pytest.mark.parametrize("name", ANSWERS)
def test_answers(name: str, assert_answers):
    assert_answers("00", name, **ANSWERS[name])


def test_each_exercise_has_its_answers():
    assert set(ANSWERS) == set(exercise_kinds("00"))

import math

import pytest

from course_utils.exercises import exercise_kinds
from course_utils.exercises.checks.lesson_42 import EXERCISES
from course_utils.exercises.outcome import Status


def same_hour_by_steps(now, ahead):
    row = now + ahead
    while row > now:
        row -= 24
    return row


def same_hour_by_search(now, ahead):
    return next(row for row in range(now, now - 24, -1) if row % 24 == (now + ahead) % 24)


ANSWERS = {
    "target": {
        "right": [138, 138.0, 19 * 6 + 24, [138][0]],
        "wrong": [
            (144, "between 20 steps there are 19"),
            (114, "the last step, now"),
            (43, "steps an hour apart"),
            (258, "not to be multiplied"),
            (137, "counted from 0"),
            (500, "too large"),
            ("19 * 6 + 24", "not made of numbers"),
        ],
    },
    "hour": {
        "right": [
            same_hour_by_steps,
            same_hour_by_search,
            lambda now, ahead: now + ahead - 24 * math.ceil(ahead / 24),
            lambda now, ahead: now - -ahead % 24,
        ],
        "wrong": [
            (lambda now, ahead: now, "whole days ahead"),
            (lambda now, ahead: now - 24, "the hour of the target"),
            (lambda now, ahead: now + ahead - 24, "lies in the future"),
            (lambda now, ahead: now + ahead - 24 * (ahead // 24 + 1), "a day too early"),
            (lambda now, ahead: now - ahead, "as far as you look ahead"),
            (lambda now, ahead: None, "returns nothing"),
            (76, "a function is expected"),
        ],
    },
    "future": {
        "right": ["b", "(B)", " b. "],
        "wrong": [
            ("a", "within the training years"),
            ("c", "carries its own past"),
            ("d", "its last step is now"),
            ("e", "choose one of"),
        ],
    },
    "survive": {
        "right": [0.7**20, 0.000798, math.exp(20 * math.log(0.7)), math.prod([0.7] * 20)],
        "wrong": [
            (0.7, "one and the same mask"),
            (1 - 0.7**20, "is lost"),
            (0.75**20, "as in the picture"),
            (0.7**19, "after 19 steps"),
            (0.0798, "in per cent"),
            (0.5, "too large"),
        ],
    },
}


@pytest.mark.parametrize("name", ANSWERS)
def test_answers(name: str, assert_answers):
    assert_answers("42", name, **ANSWERS[name])


def test_each_exercise_has_its_answers():
    assert set(ANSWERS) == set(exercise_kinds("42"))


def test_a_stub_inside_a_function_is_not_tried_yet():
    assert EXERCISES["hour"].judge(lambda now, ahead: ...).status is Status.NOT_TRIED

import math

import pytest

from course_utils.exercises import exercise_kinds

EXERCISES = exercise_kinds("42")


def same_hour_by_steps(now, ahead):
    row = now + ahead
    while row > now:
        row -= 24
    return row


def same_hour_by_search(now, ahead):
    return next(row for row in range(now, now - 24, -1) if row % 24 == (now + ahead) % 24)


def right_for_three_days(now, ahead):
    if ahead <= 24:
        return now + ahead - 24
    return now + ahead - (48 if ahead <= 48 else 72)


ANSWERS = {
    "hour": {
        "right": [
            same_hour_by_steps,
            same_hour_by_search,
            lambda now, ahead: now + ahead - 24 * math.ceil(ahead / 24),
            lambda now, ahead: now - -ahead % 24,
        ],
        "wrong": [(right_for_three_days, "expected")],
    },
    "survive": {
        "right": [0.000798, 0.000797, 0.0007979, math.prod([0.7] * 20)],
        "wrong": [(0.0008, "too large"), (0.00079, "too small")],
    },
}


@pytest.mark.parametrize("name", ANSWERS)
def test_answers(name: str, assert_answers):
    assert_answers("42", name, **ANSWERS[name])

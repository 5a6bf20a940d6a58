"""What tests of exercises share."""

import copy
import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest

from course_utils.exercises import exercise_kinds
from course_utils.exercises.kinds import Model, Prediction
from course_utils.exercises.outcome import Status


@pytest.fixture
def assert_answers() -> Callable:
    """Hold an exercise to right answers besides the solution, and to wrong ones besides the mistakes that it names.

    Each wrong answer comes with a part of the message that it must get. Where `check` is given several things (a model and
    data), an answer is a tuple of them. What holds for every exercise is in `test_every_exercise.py`.
    """

    def check(lesson: str, name: str, right: Sequence[Any], wrong: Sequence[tuple[Any, str]] = ()) -> None:
        kind = exercise_kinds(lesson)[name]
        for answer in right:
            outcome = judge(kind, answer)
            assert outcome.status is Status.CORRECT, f"{answer!r}: {outcome.text}"
        for answer, part in wrong:
            outcome = judge(kind, answer)
            assert outcome.status is Status.WRONG, f"{answer!r}: {outcome}"
            assert part in outcome.text

    return check


def judge(kind: Any, answer: Any):
    """Judge in time, and without changing an answer made of numbers."""
    several = isinstance(kind, (Model, Prediction)) and isinstance(answer, tuple)
    parts = answer if several else (answer,)
    numbers = all(isinstance(part, (list, tuple, np.ndarray)) for part in parts)
    before = copy.deepcopy(parts) if numbers else None
    begun = time.process_time()
    outcome = kind.judge(*parts)
    assert time.process_time() - begun < (10 if isinstance(kind, Model) else 3)
    if numbers:
        np.testing.assert_equal(parts, before)
    return outcome

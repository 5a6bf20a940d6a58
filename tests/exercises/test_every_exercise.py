"""What holds for every exercise of the course: solution, stub, named mistakes, wrong answers, and what holds the numbers."""

import re
import time
import warnings
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from fnmatch import fnmatchcase
from functools import cache, partial
from typing import Any

import numpy as np
import pandas as pd
import pytest

from course_utils.exercises import exercise_kinds
from course_utils.exercises.answers import BrokenError, as_array, as_word, call, same
from course_utils.exercises.kinds import Choice, Function, Kind, Model, Prediction, Tensor, Value
from course_utils.exercises.outcome import DONE, Outcome, Status
from course_utils.exercises.reference import answer_source, handed_in, names_before
from course_utils.exercises.solutions import without_solutions
from course_utils.syllabus import find_lesson, written_lessons
from tests.exercises.equivalents import EQUIVALENT
from tests.exercises.mutants import mutants

KINDS = {(lesson.number, name): kind for lesson in written_lessons() for name, kind in exercise_kinds(lesson.number).items()}
UNCLEAN = re.compile(r"\bnp\.(float|int|uint|bool|str)|numpy|tf\.|shape \(\)|\barray\(|Decimal\(| at 0x")
pytestmark = pytest.mark.filterwarnings("ignore")


def of(*kinds: type[Kind]) -> list[Any]:
    """The exercises of these kinds."""
    return [pytest.param(*key, id="/".join(key)) for key, kind in KINDS.items() if isinstance(kind, kinds)]


def given(lesson: str, name: str) -> dict[str, Any]:
    """What a lesson has to load or train before its exercises can be answered."""
    if (lesson, name) == ("00", "points"):
        return {"points": np.zeros((800, 2))}
    if (lesson, name) == ("20", "three_outputs"):
        from tests.exercises.checks.test_lesson_20 import PICTURES, network

        return {"network": network(), "inputs": PICTURES}
    return {}


@cache
def cell(lesson: str, name: str) -> tuple[str, dict[str, Any]]:
    """The cell that an exercise is answered in, and what the cells before it define."""
    return answer_source(find_lesson(lesson), name), names_before(lesson, name, given(lesson, name))


def judge(kind: Kind, *answer: Any) -> Outcome:
    outcome = kind.judge(*answer)
    assert outcome.status is Status.BROKEN or not UNCLEAN.search(outcome.text), outcome.text
    return outcome


@pytest.mark.parametrize(("lesson", "name"), of(Kind))
def test_it_is_whole(lesson: str, name: str):
    kind = KINDS[lesson, name]
    assert len(kind.hints) == len(set(kind.hints)) == 3
    assert kind.praise
    assert kind.judge(...).status is Status.NOT_TRIED


@pytest.mark.parametrize(("lesson", "name"), of(Value, Function, Tensor, Choice, Model))
def test_the_solution_is_right_and_its_stub_is_not_tried_yet(lesson: str, name: str):
    kind, (source, names) = KINDS[lesson, name], cell(lesson, name)
    answer, begun = handed_in(source, names), time.process_time()
    outcome = judge(kind, *answer)
    assert outcome.status is Status.CORRECT, outcome.text
    assert time.process_time() - begun < (10 if isinstance(kind, Model) else 1)
    assert kind.judge(*handed_in(without_solutions(source), names)).status is Status.NOT_TRIED


@pytest.mark.parametrize(("lesson", "name"), of(Value, Function, Choice))
def test_each_named_mistake_gets_its_own_message(lesson: str, name: str):
    kind = KINDS[lesson, name]
    texts = [text for _, text in mistakes(kind)]
    assert len(texts) == len(set(texts))
    for answer, text in mistakes(kind):
        outcome = judge(as_plain_function(kind), answer)
        assert outcome.status is Status.WRONG, outcome
        assert outcome.text.endswith(text), f"{outcome.text}\n{text}"


def mistakes(kind: Kind) -> list[tuple[Any, str]]:
    if isinstance(kind, Choice):
        return list(kind.why_not.items())
    if isinstance(kind, Function):
        return [(partial(mistaken, kind.right), text) for mistaken, text in kind.mistakes]
    return list(kind.mistakes)


def as_plain_function(kind: Kind) -> Kind:
    """The same exercise, asking for a function that is called with the arguments."""
    if not isinstance(kind, Function):
        return kind
    return replace(kind, ask=None, asks_for="function", rule=None, reference=kind.right)


@pytest.mark.parametrize(("lesson", "name"), of(Choice))
def test_a_letter_may_be_written_in_many_ways(lesson: str, name: str):
    kind = KINDS[lesson, name]
    for letter in (kind.right.upper(), f"({kind.right})", f" {kind.right}. ", np.array(kind.right)):
        assert judge(kind, letter).status is Status.CORRECT
    for strange in ("x", 2, None, kind.right + kind.right):
        assert all(f"'{letter}'" in judge(kind, strange).text for letter in (kind.right, *kind.why_not))


@pytest.mark.parametrize(("lesson", "name"), of(Prediction))
def test_an_honest_prediction_is_never_wrong(lesson: str, name: str):
    kind = KINDS[lesson, name]
    possible = kind.words or [mistake for mistake, _ in kind.mistakes]
    thoughts = dict(kind.mistakes)
    for predicted in possible:
        assert judge(kind, predicted, predicted).status is Status.CORRECT
        for seen in possible:
            if seen != predicted:
                outcome = judge(kind, predicted, seen)
                assert outcome.status is Status.PREDICTED
                assert outcome.text.endswith(thoughts.get(predicted, "."))
    strange = {judge(kind, "nonsense", seen).text for seen in possible}
    assert len(strange) == 1, "what was seen is given away"
    assert all(repr(word) in strange.copy().pop() for word in kind.words)


@pytest.mark.parametrize(("lesson", "name"), of(Value, Function, Tensor, Model))
def test_no_small_change_of_the_solution_passes(lesson: str, name: str):
    kind, (source, names) = KINDS[lesson, name], cell(lesson, name)
    quick = replace(kind, seconds=2.0, **({"mistakes": ()} if isinstance(kind, Value | Function) else {}))
    known = EQUIVALENT.get(f"{lesson}/{name}", {})
    solution = as_array(handed_in(source, names)[0])
    passed = [words for words, changed in mutants(source) if passes(quick, changed, names, solution)]
    assert not [words for words in passed if not any(called(words, pattern) for pattern in known)]
    assert not [pattern for pattern in known if not any(called(words, pattern) for words in passed)], "not needed"


def called(words: str, pattern: str) -> bool:
    return fnmatchcase(words, pattern.replace("[", "[[]"))


def passes(kind: Kind, source: str, names: dict[str, Any], solution: np.ndarray | None) -> bool:
    """Whether the answer of a changed cell is taken for right, though it is not the very number of the solution."""
    with warnings.catch_warnings(action="ignore"):
        try:
            answer = call(handed_in, source, names, seconds=kind.seconds)
        except BrokenError:
            return False
        found = as_array(answer[0])
        if solution is not None and found is not None and same(found, solution, 1e-9):
            return False
        return judge(kind, *answer).status in DONE


@pytest.mark.parametrize(("lesson", "name"), of(Value, Function, Tensor))
def test_numbers_and_words_may_be_held_in_anything(lesson: str, name: str):
    kind, (source, names) = KINDS[lesson, name], cell(lesson, name)
    (answer,) = handed_in(source, names)
    if isinstance(kind, Function):
        samples = ways_to_hold(kind.right(*next(kind.trials())))
        answers = {way: partial(answered, way, kind.right) for way in samples}
        kind = as_plain_function(kind)
    else:
        samples = ways_to_hold(answer)
        answers = {way: hold() for way, hold in samples.items()}
    refused = {
        way: outcome.text for way, one in answers.items() if (outcome := judge(kind, one)).status is not Status.CORRECT
    }
    if getattr(kind, "dtype", None):
        assert set(refused) == {way for way, hold in samples.items() if as_array(hold()).dtype != kind.dtype}
    else:
        assert not refused


def answered(way: str, right: Any, *given: Any) -> Any:
    """What the right function gives, held in this way if it can be."""
    result = right(*given)
    return ways_to_hold(result).get(way, lambda: result)()


def ways_to_hold(value: Any) -> dict[str, Callable[[], Any]]:
    """How the same numbers or words may be held in other ways."""
    import tensorflow as tf

    if as_word(value) is not None:
        return {"str": lambda: str(value), "array": lambda: np.array(value), "tensor": lambda: tf.constant(value)}
    array = as_array(value)
    if array is None or (not array.size and not hasattr(value, "dtype")):
        return {way: partial(kind, value) for way, kind in {"list": list, "tuple": tuple, "array": np.array}.items()} | {
            "series": lambda: pd.Series(value, dtype=object)
        }
    ways = {
        "list": array.tolist,
        "float32": lambda: array.astype("float32"),
        "float64": lambda: array.astype("float64"),
        "float32 tensor": lambda: tf.constant(array, "float32"),
        "decimals": lambda: np.vectorize(lambda number: Decimal(float(number)), otypes=[object])(array)[()],
    }
    if array.ndim:
        ways |= {"tuple": lambda: tuple(array.tolist()), "list of arrays": lambda: list(array)}
    if array.ndim == 1:
        ways |= {
            "series": lambda: pd.Series(array),
            "series of objects": lambda: pd.Series(array, dtype=object),
            "list of tensors": lambda: [tf.constant(number) for number in array],
        }
    if array.ndim == 2:
        ways["frame"] = lambda: pd.DataFrame(array)
    return ways


@pytest.mark.parametrize(
    ("lesson", "name"),
    [key for key in of(Value, Function) if KINDS[key.values].within and not getattr(KINDS[key.values], "dtype", 0)],
)
def test_the_edge_of_a_stated_tolerance_belongs_to_it(lesson: str, name: str):
    kind = KINDS[lesson, name]
    for distance, status in ((kind.within, Status.CORRECT), (1.1 * kind.within, Status.WRONG)):
        for sign in (-1, 1):
            for dtype in ("float64", "float32"):
                outcome = judge(as_plain_function(kind), moved(kind, sign * distance, dtype))
                assert outcome.status is status, outcome.text


def moved(kind: Kind, distance: float, dtype: str) -> Any:
    """The right answer, this far off."""
    if isinstance(kind, Function):
        return lambda *given: (np.asarray(kind.right(*given)) + distance).astype(dtype)
    return (np.asarray(kind.expected) + distance).astype(dtype)

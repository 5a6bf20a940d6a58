"""Kinds of exercises. Each judges an answer and never changes it; what is asked stands in the lesson.

A kind takes `hints`, three of them: a nudge, the idea, nearly the answer. Its `mistakes` pair a typical wrong answer with
the sentence that names it.
"""

import inspect
import warnings
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from types import EllipsisType
from typing import Any, TypeAlias

import numpy as np

from course_utils.exercises.answers import (
    BrokenError,
    as_array,
    as_word,
    as_words,
    call,
    describe,
    is_untried,
    same,
    shape_words,
    untouched,
)
from course_utils.exercises.outcome import NOT_TRIED, Outcome, Status, wrong
from course_utils.exercises.reference import lessons_answer

Hints: TypeAlias = tuple[str, str, str]
Problem: TypeAlias = str | Outcome | EllipsisType | None

DRAWS = 40  # further trials of a function, where a kind can draw them


@dataclass(kw_only=True)
class Kind:
    """What all kinds share.

    Args:
        hints: a nudge, the idea, nearly the answer.
        praise: said with a correct answer: what it was good for.
        seconds: how long the learner's code may run.
    """

    hints: Hints
    praise: str = ""
    seconds: float = 5.0

    def bind(self, lesson: str, name: str) -> None:
        """Take note of whose exercise this is: the lesson's number, and the name there."""

    def judge(self, *answer: Any) -> Outcome:
        """Judge an answer; whatever it is, this raises nothing."""
        if is_untried(answer):
            return NOT_TRIED
        try:
            problem = self.problem(*answer)
        except BrokenError as error:
            return Outcome(Status.BROKEN, str(error))
        if problem is ...:
            return NOT_TRIED
        if isinstance(problem, Outcome):
            return problem
        return wrong(problem) if problem else Outcome(Status.CORRECT, self.praise)

    def problem(self, *answer: Any) -> Problem:
        """What is wrong with the answer, a sentence; None if nothing, `...` if it turns out to be a stub.

        Raises:
            BrokenError: the learner's code stopped with an error, or took too long.
        """
        raise NotImplementedError


@dataclass(kw_only=True)
class Value(Kind):
    """One number, or several in any container (list, tuple, array, tensor, pandas' series).

    Args:
        expected: the right number or numbers; the answer must have their shape.
        expects: what is asked for, in words, without giving it away.
        mistakes: pairs of a typical wrong answer and the sentence that names it.
        tolerance: how far off a number may be, absolute and relative.
        within: how far off a number may be, absolute, in place of that, where the task states it; the edge is right.
        also: other right answers, such as one that is rounded to what can be counted.
    """

    expected: Any
    expects: str
    mistakes: Sequence[tuple[Any, str]] = ()
    tolerance: float = 1e-6
    within: float | None = None
    also: Sequence[Any] = ()

    def problem(self, answer: Any) -> Problem:
        """Hold the answer against `expected`: its shape, then its numbers; a mistake in the list is called by its name."""
        found, wanted = as_array(answer), np.asarray(self.expected)
        asked = f"What is asked for is {self.expects}."
        if found is None:
            return f"Yours is {describe(answer)}, which is not made of numbers. {asked}"
        if same(found, wanted, self.tolerance, self.within) or any(
            same(found, np.asarray(right), 1e-6) for right in self.also
        ):
            return None
        if named := self._named(found):
            return f"Yours is {describe(answer)}. {named}"
        if found.shape != wanted.shape:
            return f"Yours is {describe(answer)}: {shape_words(found.shape)}. {asked}"
        return f"Yours is {describe(answer)}, which is {_direction(found, wanted)}. {asked}"

    def _named(self, found: np.ndarray) -> str | None:
        """The sentence of the mistake that this is; numbers with decimals may be rounded to three digits."""
        for relative in (1e-6, 1e-3):
            for mistake, text in self.mistakes:
                numbers = np.asarray(mistake)
                near = 1e-6 if np.array_equal(numbers, np.round(numbers)) else relative
                if found.shape == numbers.shape and np.allclose(found, numbers, rtol=near, atol=1e-9):
                    return text
        return None


@dataclass(kw_only=True)
class Function(Kind):
    """A function, tried on several inputs and held against the lesson's own, which is read from its solution.

    Args:
        inputs: the arguments of the first trials, those that a learner sees when one fails; small ones first.
        draw: the arguments of a further trial, from a generator. It is asked for many, from a seed of the exercise's own:
            let it vary sizes (none and one among them, where the task allows it), signs, magnitudes, places and dtypes, so
            that no rule passes that merely fits the examples.
        mistakes: pairs of a function that makes a typical mistake and the sentence that names it. It is called with the
            right function, then the arguments.
        tolerance: how far off a number may be, absolute and relative.
        within: how far off a number may be, absolute, in place of that; the edge is right.
        dtype: what the numbers of the result must be held in, if the task says so.
        rule: what else the task demands of the answer: called with it, gives None or the sentence on what is wrong.
        ask: how to ask the answer, for a class or an object instead of a function: called with the answer and the arguments.
        asks_for: `"function"`, or `"class"` if the class itself is to be handed in.
        reference: a function that gives the right results, in place of the lesson's own.
    """

    inputs: Sequence[tuple[Any, ...]] = ()
    draw: Callable[[np.random.Generator], tuple[Any, ...]] | None = None
    mistakes: Sequence[tuple[Callable[..., Any], str]] = ()
    tolerance: float = 1e-5
    within: float | None = None
    dtype: str | None = None
    rule: Callable[[Any], str | None] | None = None
    ask: Callable[..., Any] | None = None
    asks_for: str = "function"
    reference: Callable[..., Any] | None = None
    _whose: tuple[str, str] = ("", "")

    def bind(self, lesson: str, name: str) -> None:
        """Take note of whose exercise this is: the lesson's number, and the name there."""
        self._whose = lesson, name

    def right(self, *arguments: Any) -> Any:
        """The right result for these arguments."""
        return self._asked(self.reference or lessons_answer(*self._whose)[0], *untouched(arguments))

    def trials(self) -> Iterator[tuple[Any, ...]]:
        """The arguments of each trial: first the examples, then those that are drawn."""
        yield from self.inputs
        if self.draw:
            generator = np.random.default_rng(zlib.crc32("/".join(self._whose).encode()))
            yield from (self.draw(generator) for _ in range(DRAWS))

    def problem(self, answer: Any) -> Problem:
        """Call the answer with the arguments of each trial; the first difference counts, a change of its arguments as well.

        Raises:
            BrokenError: it stopped with an error, or took too long.
        """
        if not (callable(answer) if self.asks_for == "function" else isinstance(answer, type) or inspect.isroutine(answer)):
            return f"Yours is {describe(answer)}; {_WAYS_TO_HAND_IN[self.asks_for]}."
        trials, results, problem = list(self.trials()), [], ""
        for arguments in trials:
            given = untouched(arguments)
            try:
                result = call(self._asked, answer, *given, seconds=self.seconds)
            except BrokenError as error:
                if problem:
                    break
                raise BrokenError(f"Called with {_arguments(arguments)}: {error}") from error
            if is_untried(result):
                return ...
            if not all(map(_unchanged, arguments, given)):
                return f"Called with {_arguments(arguments)}, it changes what it was given; let it work on a copy."
            results.append(result)
            difference = self._difference(result, self.right(*arguments)) or self._other_dtype(result)
            if difference and not problem:
                problem = f"Called with {_arguments(arguments)}, {difference}"
        if problem:
            return problem + self._named(trials[: len(results)], results)
        return self.rule(answer) if self.rule else None

    def _asked(self, answer: Callable[..., Any], *arguments: Any) -> Any:
        return self.ask(answer, *arguments) if self.ask else answer(*arguments)

    def _difference(self, result: Any, wanted: Any) -> str | None:
        if result is None and wanted is not None:
            return "it returns nothing (`None`). Is the `return` missing?"
        asked = f"it gives {describe(result)}; expected: {describe(wanted)}."
        if wanted is None:
            return None if result is None else asked
        if isinstance(wanted, str):
            return None if as_word(result) == wanted else asked
        words = as_words(wanted)
        if words:
            return None if as_words(result) == words else asked
        found, expected = as_array(result), as_array(wanted)
        if found is None or expected is None:
            return asked
        if same(found, expected, self.tolerance, self.within):
            return None
        if found.shape != expected.shape:
            return f"the result is {shape_words(found.shape)}; expected: {shape_words(expected.shape)}."
        if found.ndim == 0:
            return asked
        place = np.unravel_index(np.argmax(np.abs(found.astype("float64") - expected)), found.shape)
        where = ", ".join(str(int(index)) for index in place)
        return f"the result has at [{where}] the value {found[place]:.6g}; expected: {expected[place]:.6g}."

    def _other_dtype(self, result: Any) -> str | None:
        found = as_array(result)
        if self.dtype is None or found is None or found.dtype == self.dtype:
            return None
        return f"the numbers are right, but their type is {found.dtype}; expected: {self.dtype}."

    def _named(self, trials: list[tuple[Any, ...]], results: list[Any]) -> str:
        """The sentence of the mistake that would have given all these results."""
        for mistaken, text in self.mistakes:
            verdicts = list(map(partial(self._would_give, mistaken), trials, results))
            if True in verdicts and False not in verdicts:
                return f" {text}"
        return ""

    def _would_give(self, mistaken: Callable[..., Any], arguments: tuple[Any, ...], result: Any) -> bool | None:
        """Whether the mistake gives this result; None where one of the two is not finite, as after a division by 0."""
        with np.errstate(all="ignore"), warnings.catch_warnings(action="ignore"), suppress(Exception):
            instead = mistaken(self.right, *untouched(arguments))
            if all(map(_finite, (result, instead))):
                return self._difference(result, instead) is None
            return None
        return False


@dataclass(kw_only=True)
class Tensor(Kind):
    """An array or tensor with more than one right content: a shape, and checks of what it does.

    Args:
        shape: the shape it must have.
        checks: functions of the array (float64, of this shape, finite) that return None or the sentence on what is wrong.
    """

    shape: tuple[int, ...]
    checks: Sequence[Callable[[np.ndarray], str | None]]

    def problem(self, answer: Any) -> Problem:
        """Look at shape and finiteness, then at what the checks say; the first complaint counts."""
        array, asked = as_array(answer), f"expected: {shape_words(self.shape)}."
        if array is None:
            return f"Yours is {describe(answer)}, which is not made of numbers; {asked}"
        if array.shape != self.shape:
            return f"Yours is {describe(answer)}: {shape_words(array.shape)}; {asked}"
        array = array.astype("float64")
        if not np.isfinite(array).all():
            return "Some of its numbers are infinite or not a number; expected: finite ones."
        return next(filter(None, (check(array.copy()) for check in self.checks)), None)


@dataclass(kw_only=True)
class Model(Kind):
    """A Keras model, compiled or trained, judged by what it is and does.

    Args:
        checks: functions of the model, and of what else the lesson hands to `check` (such as held-out data), that return
            None or the sentence on what is wrong. They must not train it: they work on a clone, or only call it. Thresholds
            stand in the task and lie beyond the noise of the seed.
    """

    checks: Sequence[Callable[..., str | None]]
    seconds: float = 60.0

    def problem(self, answer: Any, *given: Any) -> Problem:
        """Build the model if the answer is a function, then ask the checks; the first complaint counts.

        Raises:
            BrokenError: building or calling it stopped with an error, or took too long.
        """
        import keras

        if callable(answer) and not isinstance(answer, keras.Model):
            answer = call(answer, seconds=self.seconds)
            if answer is ...:
                return ...
        if not isinstance(answer, keras.Model):
            return f"Yours is {describe(answer)}; a Keras model is expected, or a function that returns one."
        for check in self.checks:
            problem = call(check, answer, *given, seconds=self.seconds)
            if problem:
                return problem
        return None


@dataclass(kw_only=True)
class Choice(Kind):
    """One of several answers, by its letter.

    Args:
        right: the letter of the right answer.
        why_not: for each wrong letter, why it is wrong.
    """

    right: str
    why_not: Mapping[str, str] = field(default_factory=dict)

    def problem(self, answer: Any) -> Problem:
        """Compare letters, whatever their case and the brackets around them."""
        letters = sorted([self.right, *self.why_not])
        chosen = (as_word(answer) or "").strip().strip("().").lower()
        if chosen not in letters:
            return f"Yours is {describe(answer)}; {_one_of(letters)}."
        return None if chosen == self.right else f"Yours is {chosen!r}. {self.why_not[chosen]}"


@dataclass(kw_only=True)
class Prediction(Kind):
    """A prediction, made before a run, and what the run gave: `check(predicted, seen)`. A word, or numbers.

    An honest prediction is never wrong: where the run gave something else, both are said, and the exercise is done.

    Args:
        words: what may be predicted, the words that the task names; none if numbers are asked for.
        mistakes: pairs of a typical prediction that the run does not bear out and the thought that may lie behind it.
        tolerance: how far off a number may be, absolute and relative.
    """

    words: Sequence[str] = ()
    mistakes: Sequence[tuple[Any, str]] = ()
    tolerance: float = 1e-6

    def problem(self, predicted: Any, seen: Any) -> Problem:
        """Hold the prediction against what the run gave: words without regard to case, numbers within the tolerance."""
        if self.words:
            if _plain(predicted) not in map(_plain, self.words):
                return f"Yours is {describe(predicted)}; {_one_of(self.words)}."
        elif (number := as_array(predicted)) is None or number.shape != np.shape(seen):
            return f"Yours is {describe(predicted)}; {shape_words(np.shape(seen))} can be predicted."
        if self._agree(predicted, seen):
            return None
        named = next((text for mistake, text in self.mistakes if self._agree(predicted, mistake)), "")
        both = f"You predicted {describe(predicted)}, and the run gave {describe(seen)}. {named}".rstrip()
        return Outcome(Status.PREDICTED, both)

    def _agree(self, one: Any, other: Any) -> bool:
        if self.words:
            return _plain(one) == _plain(other)
        first, second = as_array(one), as_array(other)
        return first is not None and second is not None and same(first, second, self.tolerance)


_WAYS_TO_HAND_IN = {
    "function": "a function is expected, its name without brackets behind it",
    "class": "a class is expected: give the class itself, its name without brackets behind it, not an object of it",
}


def _plain(word: Any) -> str | None:
    """A word without regard to its case and the spaces around it; None if it is none."""
    text = as_word(word)
    return None if text is None else text.strip().lower()


def _one_of(words: Sequence[str]) -> str:
    return f"choose one of {', '.join(map(describe, words))}"


def _finite(value: Any) -> bool:
    array = as_array(value)
    return array is None or bool(np.isfinite(array).all())


def _unchanged(before: Any, after: Any) -> bool:
    one, other = as_array(before), as_array(after)
    if one is None or other is None:
        return not isinstance(before, (list, Mapping)) or bool(before == after)
    return one.shape == other.shape and bool(np.all((one == other) | ((one != one) & (other != other))))


def _arguments(arguments: tuple[Any, ...]) -> str:
    return "(" + ", ".join(describe(argument) for argument in arguments) + ")"


def _direction(found: np.ndarray, wanted: np.ndarray) -> str:
    if found.ndim:
        right = int(np.isclose(found, wanted).sum())
        return f"right in {right} of {found.size} places"
    return "too large" if found > wanted else "too small" if found < wanted else "not a number"

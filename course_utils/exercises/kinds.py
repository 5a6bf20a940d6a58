"""Kinds of exercises. Each judges an answer and never changes it; what is asked stands in the lesson.

A kind takes `hints`, three of them: a nudge, the idea, nearly the answer. Its `mistakes` pair a typical wrong answer with
the sentence that names it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import EllipsisType
from typing import Any, TypeAlias

import numpy as np

from course_utils.exercises.answers import BrokenError, as_array, call, describe, is_untried, same, untouched
from course_utils.exercises.outcome import NOT_TRIED, Outcome, Status, wrong

Hints: TypeAlias = tuple[str, str, str]
Problem: TypeAlias = str | EllipsisType | None


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
        return wrong(problem) if problem else Outcome(Status.CORRECT, self.praise)

    def problem(self, *answer: Any) -> Problem:
        """What is wrong with the answer, a sentence; None if nothing, `...` if it turns out to be a stub.

        Raises:
            BrokenError: the learner's code stopped with an error, or took too long.
        """
        raise NotImplementedError


@dataclass(kw_only=True)
class Value(Kind):
    """One number, or several in any container (list, tuple, array, tensor).

    Args:
        expected: the right number or numbers; the answer must have their shape.
        expects: what is asked for, in words, without giving it away.
        mistakes: pairs of a typical wrong answer and the sentence that names it.
        tolerance: how far off a number may be, absolute and relative.
    """

    expected: Any
    expects: str
    mistakes: Sequence[tuple[Any, str]] = ()
    tolerance: float = 1e-6

    def problem(self, answer: Any) -> Problem:
        """Hold the answer against `expected`: its shape, then its numbers; a mistake in the list is called by its name."""
        found, wanted = as_array(answer), np.asarray(self.expected)
        asked = f"What is asked for is {self.expects}."
        if found is None:
            return f"Yours is {describe(answer)}, which is not made of numbers. {asked}"
        if found.shape != wanted.shape:
            return f"Yours is {describe(answer)}: {_shape_words(found.shape)}. {_capital(asked)}"
        if same(found, wanted, self.tolerance):
            return None
        for mistake, text in self.mistakes:
            if same(found, np.asarray(mistake), self.tolerance):
                return f"Yours is {describe(answer)}. {text}"
        return f"Yours is {describe(answer)}, which is {_direction(found, wanted)}. {asked}"


@dataclass(kw_only=True)
class Function(Kind):
    """A function, tried on several inputs and held against the `reference`.

    Args:
        reference: a function that gives the right results.
        inputs: the arguments of each trial; vary values, shapes and dtypes.
        mistakes: pairs of a function that makes a typical mistake and the sentence that names it.
        tolerance: how far off a number may be, absolute and relative.
        ask: how to ask the answer, for a class or an object instead of a function: called with the answer and the arguments.
    """

    reference: Callable[..., Any]
    inputs: Sequence[tuple[Any, ...]]
    mistakes: Sequence[tuple[Callable[..., Any], str]] = ()
    tolerance: float = 1e-5
    ask: Callable[..., Any] | None = None

    def problem(self, answer: Any) -> Problem:
        """Call the answer with each of the inputs; the first difference counts, and a change of its arguments is one.

        Raises:
            BrokenError: it stopped with an error, or took too long.
        """
        if not callable(answer):
            return f"Yours is {describe(answer)}; a function is expected, its name without brackets behind it."
        results = []
        for arguments in self.inputs:
            given = untouched(arguments)
            try:
                result = call(self._asked, answer, *given, seconds=self.seconds)
            except BrokenError as error:
                raise BrokenError(f"Called with {_arguments(arguments)}: {error}") from error
            if is_untried(result):
                return ...
            if not all(_unchanged(before, after) for before, after in zip(arguments, given, strict=True)):
                return f"Called with {_arguments(arguments)}, it changes what it was given; let it work on a copy."
            results.append(result)
        for arguments, result in zip(self.inputs, results, strict=True):
            problem = self._difference(result, self.reference(*untouched(arguments)))
            if problem:
                return f"Called with {_arguments(arguments)}, {problem}{self._named(results)}"
        return None

    def _asked(self, answer: Callable[..., Any], *arguments: Any) -> Any:
        return self.ask(answer, *arguments) if self.ask else answer(*arguments)

    def _difference(self, result: Any, wanted: Any) -> str | None:
        if result is None and wanted is not None:
            return "it returns nothing (`None`). Is the `return` missing?"
        if wanted is None or isinstance(wanted, str):
            return None if result == wanted else f"it gives {describe(result)}; expected: {describe(wanted)}."
        found, expected = as_array(result), np.asarray(wanted)
        if found is None:
            return f"it gives {describe(result)}; expected: {describe(wanted)}."
        if found.shape != expected.shape:
            return f"the result has the shape {found.shape}; expected: {expected.shape}."
        if same(found, expected, self.tolerance):
            return None
        if found.ndim == 0:
            return f"it gives {describe(result)}; expected: {describe(wanted)}."
        place = np.unravel_index(np.argmax(np.abs(found - expected)), found.shape)
        where = ", ".join(str(int(index)) for index in place)
        return f"the result has at [{where}] the value {found[place]:.6g}; expected: {expected[place]:.6g}."

    def _named(self, results: list[Any]) -> str:
        """The sentence of the mistake that would have given all these results."""
        for mistaken, text in self.mistakes:
            if all(
                self._difference(result, mistaken(*untouched(arguments))) is None
                for arguments, result in zip(self.inputs, results, strict=True)
            ):
                return f" {text}"
        return ""


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
        array = as_array(answer)
        if array is None:
            return f"Yours is {describe(answer)}, which is not made of numbers; expected: shape {self.shape}."
        if array.shape != self.shape:
            return f"Yours has the shape {array.shape}; expected: {self.shape}."
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
        chosen = str(answer).strip().strip("().").lower()
        if not isinstance(answer, str) or chosen not in letters:
            return f"Yours is {describe(answer)}; choose one of {', '.join(repr(letter) for letter in letters)}."
        return None if chosen == self.right else f"Yours is {chosen!r}. {self.why_not[chosen]}"


@dataclass(kw_only=True)
class Prediction(Kind):
    """A prediction, made before a run, and what the run gave: `check(predicted, seen)`. Numbers, or a word.

    A wrong prediction is no shame; the answer says what was seen.

    Args:
        mistakes: pairs of a typical wrong prediction and the thought that may lie behind it.
        tolerance: how far off a number may be, absolute and relative.
    """

    mistakes: Sequence[tuple[Any, str]] = ()
    tolerance: float = 1e-6

    def problem(self, predicted: Any, seen: Any) -> Problem:
        """Hold the prediction against what the run gave: words without regard to case, numbers within the tolerance."""
        if self._agree(predicted, seen):
            return None
        named = next((text for mistake, text in self.mistakes if self._agree(predicted, mistake)), "")
        return f"You predicted {describe(predicted)}; the run gave {describe(seen)}. {named}".rstrip()

    def _agree(self, one: Any, other: Any) -> bool:
        if isinstance(one, str) or isinstance(other, str):
            return str(one).strip().lower() == str(other).strip().lower()
        first, second = as_array(one), as_array(other)
        return first is not None and second is not None and same(first, second, self.tolerance)


def _unchanged(before: Any, after: Any) -> bool:
    one, other = as_array(before), as_array(after)
    if one is None or other is None:
        return True
    return one.shape == other.shape and bool(np.all((one == other) | ((one != one) & (other != other))))


def _arguments(arguments: tuple[Any, ...]) -> str:
    return "(" + ", ".join(describe(argument) for argument in arguments) + ")"


def _shape_words(shape: tuple[int, ...]) -> str:
    return "a single number" if shape == () else f"{shape[0]} numbers" if len(shape) == 1 else f"numbers of shape {shape}"


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


def _direction(found: np.ndarray, wanted: np.ndarray) -> str:
    if found.ndim:
        right = int(np.isclose(found, wanted).sum())
        return f"right in {right} of {found.size} places"
    return "too large" if found > wanted else "too small" if found < wanted else "not a number"

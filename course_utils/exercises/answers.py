"""Handle what a learner hands in: call it without letting it harm the notebook, compare it, and describe it."""

import copy
import linecache
import numbers
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import CodeType
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

if TYPE_CHECKING:
    import keras

_NOT_THE_LEARNERS = tuple(
    str(Path(folder).resolve()) + os.sep for folder in (Path(__file__).parent.parent, sys.prefix, Path(os.__file__).parent)
)


Result = TypeVar("Result")


class BrokenError(Exception):
    """The learner's code raised, or took too long; the message is one line for the learner."""


def call(function: Callable[..., Result], *arguments: Any, seconds: float) -> Result:
    """`function(*arguments)`, where the function is the learner's or leads to their code.

    Raises:
        BrokenError: it raised something, or ran longer than `seconds`.
    """
    try:
        with _time_limit(seconds):
            return function(*arguments)
    except KeyboardInterrupt:
        raise
    except _TooLongError:
        raise BrokenError(f"No answer after {seconds:.0f} seconds. Is there a loop that does not end?") from None
    except BaseException as error:  # the learner's code may even call exit()
        raise BrokenError(_in_one_line(error)) from None


def untouched(value: Any) -> Any:
    """A copy for the learner's code to work on; what cannot be copied (an immutable tensor, a model) is given as it is."""
    try:
        return copy.deepcopy(value)
    except Exception:
        return value


def in_float32(model: "keras.Model") -> "keras.Model":
    """The model if all of it computes in float32, else a copy that does, with the same weights.

    In reduced precision, two ways to the same number end as much as a percent apart; no tolerance tells that from a mistake.
    """
    import keras

    if all(layer.compute_dtype == "float32" for layer in model.layers):
        return model
    clone = keras.models.clone_model(
        model, clone_function=lambda layer: type(layer).from_config(layer.get_config() | {"dtype": "float32"})
    )
    clone.set_weights(model.get_weights())
    return clone


def is_untried(answer: Any) -> bool:
    """Whether the answer is, or contains, the `...` of a stub."""
    if isinstance(answer, Mapping):
        answer = list(answer.values())
    return answer is ... or (isinstance(answer, (list, tuple)) and any(is_untried(part) for part in answer))


def names_used(function: Any) -> set[str]:
    """The names that a function's own code reads from outside or looks up in objects; none if its code is not Python's."""
    waiting, names = [getattr(function, "__code__", None)], set[str]()
    while waiting:
        code = waiting.pop()
        if isinstance(code, CodeType):
            names.update(code.co_names)
            waiting.extend(code.co_consts)
    return names


def as_array(answer: Any) -> np.ndarray | None:
    """The answer as an array of real numbers, whatever holds them; None if it is not made of numbers.

    Lists, tuples, tensors, pandas' series and frames, and numbers of Python's own, such as `Decimal`, are all alike. A None
    inside a list or tuple, as in Keras' shapes, becomes -1.
    """
    if isinstance(answer, (list, tuple)):
        answer = [-1 if part is None else part for part in answer]
    try:
        array = np.asarray(answer)
        if array.dtype.kind == "O":
            array = np.array([_as_number(part) for part in array.ravel()], "float64").reshape(array.shape)
        # bfloat16 is not one of NumPy's own kinds
        if array.dtype.kind == "V":
            array = array.astype("float64")
    except Exception:  # whatever a foreign object's own conversion raises
        return None
    return array if array.dtype.kind in "biuf" else None


def _as_number(part: Any) -> float:
    """A part of an array of objects as a number.

    Raises:
        TypeError: it is none; text that looks like one is not.
    """
    if isinstance(part, numbers.Number) or (hasattr(part, "__array__") and np.asarray(part).dtype.kind in "biuf"):
        return float(part)
    raise TypeError


def as_words(answer: Any) -> list[str] | None:
    """The answer as a list of words, whatever holds them; None if it is not made of words, or is a single one."""
    if isinstance(answer, (str, bytes, Mapping)) or not hasattr(answer, "__len__"):
        return None
    try:
        words = [as_word(part) for part in answer]
    except Exception:  # whatever a foreign object's own iteration raises
        return None
    return None if None in words else words  # type: ignore[return-value]


def as_word(answer: Any) -> str | None:
    """The answer as a word: text, be it NumPy's or a tensor's; None if it is something else."""
    if isinstance(answer, str):
        return str(answer)
    if isinstance(answer, (list, tuple, Mapping)):
        return None
    try:
        item = np.asarray(answer).item()
    except Exception:
        return None
    if isinstance(item, bytes):  # a tensor's text
        return item.decode("utf-8", "replace")
    return item if isinstance(item, str) else None


def same(one: np.ndarray, other: np.ndarray, tolerance: float, within: float | None = None) -> bool:
    """Whether two arrays have one shape and the same numbers, or no numbers at all.

    Args:
        one: an array of numbers.
        other: another.
        tolerance: how far apart numbers may be, absolute and relative.
        within: how far apart they may be, absolute, in place of that; the edge belongs to it.
    """
    relative, absolute = (tolerance, tolerance) if within is None else (1e-6, (1 + 1e-6) * within)
    if one.size == other.size == 0:  # a list without rows does not say how wide they would be
        return True
    return one.shape == other.shape and bool(np.allclose(one, other, rtol=relative, atol=absolute))


def describe(value: Any, longest: int = 60) -> str:
    """A short text for any value: small ones as they are, large arrays by shape and dtype."""
    array = as_array(value)
    if array is not None and array.size > 9:
        return f"{shape_words(array.shape)}, {array.dtype}"
    text = _text(value)
    return text if len(text) <= longest else text[: longest - 1] + "…"


def shape_words(shape: tuple[int, ...]) -> str:
    """A shape in words."""
    if shape == ():
        return "a single number"
    if len(shape) == 1:
        return "one number in a list" if shape == (1,) else f"{shape[0]} numbers"
    return f"an array of shape {shape}"


def _text(value: Any) -> str:
    """A value as one would type it, whatever library its parts come from."""
    if (array := as_array(value)) is not None:
        value = array.tolist() if not isinstance(value, tuple) else tuple(array.tolist())
    elif (word := as_word(value)) is not None:
        value = word
    elif not isinstance(value, (list, tuple, Mapping)) and (words := as_words(value)) is not None:
        value = words
    elif isinstance(value, np.ndarray):
        value = value.tolist()
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_text(key)}: {_text(part)}" for key, part in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        opening, closing = "()" if isinstance(value, tuple) else "[]"
        return opening + ", ".join(map(_text, value)) + ("," if closing == ")" and len(value) == 1 else "") + closing
    try:
        text = repr(value)
    except Exception:  # a foreign object's own, or a number of thousands of digits
        text = "<"
    return f"an object of type {type(value).__name__}" if text.startswith("<") else text


class _TooLongError(BaseException):
    """Not an `Exception`, so that a learner's own `except Exception` does not swallow it."""


@contextmanager
def _time_limit(seconds: float) -> Iterator[None]:
    """Interrupt what runs inside after so many seconds; without such a means (Windows, other threads) let it run."""
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def interrupt(_signal: int, _frame: object) -> None:
        raise _TooLongError

    previous = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)


def _in_one_line(error: BaseException) -> str:
    message = next(iter(str(error).strip().splitlines()), "")
    text = f"{type(error).__name__}: {message}" if message else type(error).__name__
    frame = _learners_frame(error)
    if frame is None or frame.lineno is None:
        return text
    line = frame.line or linecache.getline(frame.filename, frame.lineno).strip()
    return f"{text}. It is in line {frame.lineno}{f' of the cell: `{line}`' if line else ''}"


def _learners_frame(error: BaseException) -> traceback.FrameSummary | None:
    """The innermost place that is neither Python's, nor a library's, nor the course's."""
    frames = traceback.extract_tb(error.__traceback__)
    theirs = [frame for frame in frames if not frame.filename.startswith((*_NOT_THE_LEARNERS, "<frozen"))]
    return theirs[-1] if theirs else None

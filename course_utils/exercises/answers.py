"""Handle what a learner hands in: call it without letting it harm the notebook, compare it, and describe it."""

import copy
import linecache
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
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


def as_array(answer: Any) -> np.ndarray | None:
    """The answer as an array of numbers, whatever holds them; None if it is not made of numbers.

    A None inside a list or tuple, as in Keras' shapes, becomes -1.
    """
    if isinstance(answer, (list, tuple)):
        answer = [-1 if part is None else part for part in answer]
    try:
        array = np.asarray(answer)
    except Exception:
        return None
    if array.dtype.kind in "biufc":
        return array
    # bfloat16 is not one of NumPy's own kinds
    try:
        return array.astype("float64") if array.dtype.kind == "V" else None
    except (TypeError, ValueError):
        return None


def same(one: np.ndarray, other: np.ndarray, tolerance: float) -> bool:
    """Whether two arrays have one shape and, within `tolerance` (absolute and relative), the same numbers."""
    return one.shape == other.shape and bool(np.allclose(one, other, rtol=tolerance, atol=tolerance))


def describe(value: Any, longest: int = 60) -> str:
    """A short text for any value: small ones as they are, large arrays by shape and dtype."""
    array = as_array(value)
    if array is not None and array.size > 9:
        return f"an array of shape {array.shape}, {array.dtype}"
    if array is not None and array.ndim == 0:
        return f"{array.item():.6g}" if array.dtype.kind == "f" else str(array.item())
    text = repr(value) if array is None or isinstance(value, (list, tuple)) else str(array.tolist())
    return text if len(text) <= longest else text[: longest - 1] + "…"


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

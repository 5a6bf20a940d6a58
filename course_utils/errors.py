"""The one exception that means "your input, not our code", and the check that most often ends in it."""

from collections.abc import Sequence


def legible(text: str) -> str:
    r"""A text that can be shown and saved anywhere, though it may hold a file's name that is not UTF-8: `caf\xe9.jpg`."""
    try:
        return text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    except UnicodeEncodeError:  # half a character, as names on Windows may hold one
        return text.encode("utf-8", "backslashreplace").decode("utf-8")


class CourseError(Exception):
    """Bad input: one clear sentence on what is wrong and what to do about it.

    The command line prints the sentence and exits with status 2. In a notebook IPython shows the sentence alone, without
    the stack that led to it: `_render_traceback_` is the method that IPython asks an exception for its own rendering.
    """

    def __init__(self, message: str) -> None:
        super().__init__(legible(message))

    def _render_traceback_(self) -> list[str]:
        return [f"{type(self).__name__}: {self}"]


def check_choice(name: str, value: object, allowed: Sequence[str]) -> None:
    """Make sure that a setting is one of the words it may be.

    Args:
        name: what the setting is called where the user wrote it.
        value: what they wrote.
        allowed: the words it may be.

    Raises:
        CourseError: it is none of them.
    """
    if value not in allowed:
        raise CourseError(f"{name} must be one of {', '.join(allowed)}, not {value!r}.")

"""The one exception that means "your input, not our code", and the check that most often ends in it."""

from collections.abc import Sequence


class CourseError(Exception):
    """Bad input: one clear sentence on what is wrong and what to do about it.

    The command line prints the sentence and exits with status 2. In a notebook IPython shows the sentence alone, without
    the stack that led to it: `_render_traceback_` is the method that IPython asks an exception for its own rendering.
    """

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

"""The one exception that means "your input, not our code", and the check that most often ends in it."""

from collections.abc import Sequence
from unicodedata import category

# control characters, line separators, marks that turn the direction of writing or show nothing, halves of characters
_OBEYED = {"Cc", "Cf", "Cs", "Zl", "Zp"}
# which join letters, or parts of a picture, in names as people write them
_JOINERS = "\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}"


def legible(text: str) -> str:
    r"""A text from outside, such as a file's name, as one line that a terminal shows and does not obey: `a\x1b[2J.jpg`.

    It can be saved anywhere, though the name may not be UTF-8: `caf\xe9.jpg`.
    """
    if text.isascii() and text.isprintable():
        return text
    try:
        text = text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    except UnicodeEncodeError:  # half a character, as names on Windows may hold one
        text = text.encode("utf-8", "backslashreplace").decode("utf-8")
    return "".join(_shown(letter) if category(letter) in _OBEYED else letter for letter in text)


def legible_lines(text: str) -> str:
    """As `legible`, for a text of several lines, which stay lines."""
    return "\n".join(legible(line.expandtabs()) for line in text.split("\n"))


def _shown(letter: str) -> str:
    return letter if letter in _JOINERS else letter.encode("unicode_escape").decode()


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

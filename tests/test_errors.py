"""Text from outside is shown and not obeyed: names of files, words of servers, of notebooks and of errors."""

import pytest

from course_utils.errors import CourseError, legible, legible_lines


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain name.jpg", "plain name.jpg"),
        ("Ærøskøbing, 東京, שלום, 🦀, é, a\N{NO-BREAK SPACE}b", "Ærøskøbing, 東京, שלום, 🦀, é, a\N{NO-BREAK SPACE}b"),
        (
            "می\N{ZERO WIDTH NON-JOINER}خواهم 👩\N{ZERO WIDTH JOINER}🚀",
            "می\N{ZERO WIDTH NON-JOINER}خواهم 👩\N{ZERO WIDTH JOINER}🚀",
        ),
        (r"C:\new\x1b", r"C:\new\x1b"),
        # erases the screen, colours, sets the window's title, writes to the clipboard
        ("\x1b[2Jall is well", r"\x1b[2Jall is well"),
        ("\x1b]0;title\x07\x1b]52;c;aGk=\x1b\\", "\\x1b]0;title\\x07\\x1b]52;c;aGk=\\x1b\\"),
        ("the same in one byte: \x9b31m", r"the same in one byte: \x9b31m"),
        # writes over what stands before it, or begins a line of its own
        ("12 damaged\r0 damaged", r"12 damaged\r0 damaged"),
        ("a.jpg\ncourse: all is well", r"a.jpg\ncourse: all is well"),
        ("a\x0bb\x0cc\x85d\u2028e\u2029f", r"a\x0bb\x0cc\x85d\u2028e\u2029f"),
        ("a\bb\tc\x7fd\0e", r"a\x08b\tc\x7fd\x00e"),
        # turns the direction of writing, or shows nothing at all
        ("photo\u202egpj.exe", r"photo\u202egpj.exe"),
        ("\u2066a\u2069\u200e\u200f\u061c", r"\u2066a\u2069\u200e\u200f\u061c"),
        ("a\u200bb\u00adc\ufeffd\U000e0041", r"a\u200bb\xadc\ufeffd\U000e0041"),
        # bytes that are not UTF-8, and halves of characters
        ("caf\udce9.jpg", r"caf\xe9.jpg"),
        ("\udc9b31m", r"\x9b31m"),
        ("\ud83d.jpg", r"\ud83d.jpg"),
    ],
)
def test_what_would_be_obeyed_is_shown(text, shown):
    assert legible(text) == shown
    assert legible(shown) == shown
    legible(text).encode("utf-8")
    assert str(CourseError(f"{text} cannot be read.")) == f"{shown} cannot be read."


def test_lines_stay_lines():
    assert legible_lines("def f():\n\treturn '\x1b[31m'\n") == "def f():\n        return '\\x1b[31m'\n"
    assert legible_lines("") == ""

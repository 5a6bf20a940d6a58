"""Text files: finding and reading them, and refusing what is not UTF-8."""

import os
from collections.abc import Iterable
from pathlib import Path

from course_utils.datasets.workers import each
from course_utils.errors import CourseError


def texts_in(folder: Path) -> tuple[Path, ...]:
    """The visible .txt files of `folder`, sorted by name."""
    names = sorted(name for name in os.listdir(folder) if name.endswith(".txt") and not name.startswith("."))  # noqa: PTH208
    return tuple(folder / name for name in names)


def find_unreadable(paths: Iterable[Path]) -> tuple[tuple[Path, str], ...]:
    """Those of the text files that hold bytes which are not UTF-8, each with the reason in a few words."""
    paths = tuple(paths)
    reasons = each(_trouble, paths, "Checking texts", "texts")
    return tuple((path, reason) for path, reason in zip(paths, reasons, strict=True) if reason)


def read_all(paths: tuple[Path, ...]) -> list[str]:
    """The files' texts, as they were written: line ends and all.

    Raises:
        CourseError: a file has gone, cannot be read, or holds bytes that are not UTF-8.
    """
    return each(read, paths, "Reading texts", "texts")


def read(path: Path) -> str:
    """One file's text; see `read_all`."""
    try:
        return path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise CourseError(f"{path} is damaged ({_in_words(error)}); delete it and load the data again.") from error
    except OSError as error:
        raise CourseError(f"{path} cannot be read ({error.strerror}); load the data again.") from error


def _trouble(path: Path) -> str | None:
    try:
        path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        return _in_words(error)
    return None


def _in_words(error: UnicodeDecodeError) -> str:
    return f"its byte {error.start + 1:,} is not UTF-8 text"

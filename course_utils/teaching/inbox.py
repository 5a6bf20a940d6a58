"""What students have handed in: which files there are, which had better not be opened, and the table of what was in them."""

from collections.abc import Iterable
from pathlib import Path

from rich.table import Table

from course_utils.files import made_sense_of
from course_utils.syllabus import Lesson


def entries_of(folder: Path) -> list[Path]:
    """What lies in a folder, hidden files aside, in the order of the names.

    Raises:
        CourseError: there is no such folder.
    """
    with made_sense_of(folder, "a folder", "name the one that holds what was handed in"):
        return sorted(path for path in folder.iterdir() if not path.name.startswith("."))


def not_plain(path: Path, largest: int) -> str:
    """Why a file is not to be opened, a sentence; empty if nothing speaks against it, or it is not there.

    Args:
        path: the file.
        largest: how many bytes it may have.
    """
    if path.is_symlink() or path.parent.is_symlink():
        return f"{path} is a link, or in one, and passed over."
    if not path.exists():
        return ""
    if not path.is_file():
        return f"{path} is no file, and passed over."
    if (size := path.stat().st_size) > largest:
        return f"{path} is too large ({size / 2**20:,.0f} MB), and passed over."
    return ""


def lessons_table(title: str, lessons: Iterable[Lesson], total: str) -> Table:
    """An empty table with a line for each student, narrow enough for all lessons on one screen."""
    table = Table("student", title=title, box=None, padding=(0, 1, 0, 0))
    for lesson in lessons:
        table.add_column(lesson.number, justify="right")
    table.add_column(total, justify="right", no_wrap=True)
    return table

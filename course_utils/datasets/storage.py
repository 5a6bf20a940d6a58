"""Writing to disk so that a failure, a second process or an interruption leaves nothing half-written; noticing what is."""

import contextlib
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from course_utils import files
from course_utils.errors import CourseError
from course_utils.files import DiskError
from course_utils.paths import elsewhere

SECONDS_TO_WAIT = 1800.0  # another notebook may be fetching a large file
SEAL = ".complete.json"


def disk_errors(path: Path, doing: str = "written") -> contextlib.AbstractContextManager[None]:
    """Turn the operating system's errors while `path` is "written" or "read" into a `DiskError`."""
    return files.disk_errors(path, elsewhere("COURSE_CACHE"), doing)


def require_space(folder: Path, needed: int) -> None:
    """Raise a `DiskError` if the disk of `folder` has fewer than `needed` bytes free."""
    free = shutil.disk_usage(folder).free
    if needed > free:
        raise DiskError(
            f"The disk is too full: {megabytes(needed)} are needed and {megabytes(free)} are free in {folder}; "
            "free some space or set COURSE_CACHE to a folder on another disk."
        )


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock of `path` against other processes; says so if it has to wait, and gives up after half an hour.

    Raises:
        DiskError: another process did not let go in time, or the lock cannot be made.
    """
    with contextlib.ExitStack() as stack:
        try:
            with disk_errors(path):
                stack.enter_context(files.locked(path.with_name(path.name + ".lock"), SECONDS_TO_WAIT, "COURSE_CACHE"))
        except CourseError as error:
            raise DiskError(str(error)) from error
        yield


@contextlib.contextmanager
def fresh_folder(target: Path) -> Iterator[Path]:
    """Give an empty folder beside `target` that takes its place when the block has succeeded, and is removed when not.

    Hold `locked(target)` around it.
    """
    new = target.with_name(target.name + ".new")
    with disk_errors(target):
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(parents=True)
        try:
            yield new
            shutil.rmtree(target, ignore_errors=True)
            new.rename(target)
        finally:
            shutil.rmtree(new, ignore_errors=True)


def seal(folder: Path, **note: Any) -> None:
    """Write down in a finished folder what it holds, with whatever else is to be remembered of it."""
    with disk_errors(folder):
        files.replace_text(folder / SEAL, json.dumps(note | {"contents": _contents(folder)}))


def unbroken(folder: Path) -> dict[str, Any]:
    """What `seal` noted of a folder; empty if there is none, or if files have gone, come or changed their size since."""
    note = read_note(folder / SEAL)
    with disk_errors(folder, "read"):
        return note if note and note.get("contents") == _contents(folder) else {}


def read_note(path: Path) -> dict[str, Any]:
    """A JSON object that the course noted for itself; empty if there is none, or if it is damaged."""
    try:
        note = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return note if isinstance(note, dict) else {}


def _contents(folder: Path) -> list[int]:
    """Number of files and of bytes, to notice what was deleted or cut short; quick, for there may be 50,000."""
    count = total = 0
    for inner, _, names in os.walk(folder):
        for name in names:
            if name != SEAL:
                count, total = count + 1, total + os.stat(f"{inner}/{name}").st_size  # noqa: PTH116
    return [count, total]


def megabytes(size: int) -> str:
    """A size in words: `149.6 MB`."""
    return f"{size / 1e6:,.1f} MB"

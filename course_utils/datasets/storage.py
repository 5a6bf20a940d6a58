"""Writing to disk so that a failure, a second process or an interruption leaves nothing half-written."""

import contextlib
import errno
import shutil
from collections.abc import Iterator
from pathlib import Path

from course_utils import files
from course_utils.errors import CourseError

FULL = {errno.ENOSPC, errno.EDQUOT}
FORBIDDEN = {errno.EROFS, errno.EACCES, errno.EPERM}
SECONDS_TO_WAIT = 1800.0  # another notebook may be fetching a large file


@contextlib.contextmanager
def disk_errors(path: Path) -> Iterator[None]:
    """Turn the operating system's errors while writing at `path` into a `CourseError`."""
    try:
        yield
    except OSError as error:
        elsewhere = "or set COURSE_CACHE to a folder elsewhere"
        if error.errno in FULL:
            raise CourseError(f"The disk is full: {path} could not be written; free some space {elsewhere}.") from error
        if error.errno in FORBIDDEN:
            raise CourseError(f"{path} cannot be written (no permission); change that {elsewhere}.") from error
        if isinstance(error, NotADirectoryError | FileExistsError):
            raise CourseError(f"{path} needs a folder where a file is; move that {elsewhere}.") from error
        raise CourseError(f"{path} cannot be written ({error.strerror or error}); check the disk {elsewhere}.") from error


def require_space(folder: Path, needed: int) -> None:
    """Raise a `CourseError` if the disk of `folder` has fewer than `needed` bytes free."""
    free = shutil.disk_usage(folder).free
    if needed > free:
        raise CourseError(
            f"The disk is too full: {megabytes(needed)} are needed and {megabytes(free)} are free in {folder}; "
            "free some space or set COURSE_CACHE to a folder on another disk."
        )


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock of `path` against other processes; says so if it has to wait, and gives up after half an hour."""
    with contextlib.ExitStack() as stack:
        with disk_errors(path):
            stack.enter_context(files.locked(path.with_name(path.name + ".lock"), SECONDS_TO_WAIT, "COURSE_CACHE"))
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


def megabytes(size: int) -> str:
    """A size in words: `149.6 MB`."""
    return f"{size / 1e6:,.1f} MB"

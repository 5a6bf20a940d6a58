"""Files that several processes share: written whole, beside their place first and then renamed into it, and locked."""

import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from course_utils.errors import CourseError

SECONDS_BEFORE_SAYING = 2.0
CONFLICT = re.compile(r"^(?:<{7}|>{7}) ", re.MULTILINE)


class NotebookError(CourseError):
    """One notebook is damaged; the others are not affected."""


def read_notebook(path: Path) -> dict[str, Any]:
    """What the JSON of a notebook says; each of its `cells` has a `cell_type`, a `source` and `metadata`.

    It is read without nbformat, whose import would cost more than all else that `course run` itself does.

    Raises:
        NotebookError: there is no such file, or it is no notebook; the message tells git's conflict marks.
    """
    text = ""
    try:
        text = path.read_text(encoding="utf-8")
        notebook = json.loads(text)
        for cell in notebook["cells"]:
            cell["cell_type"], "".join(cell["source"]), cell["metadata"].get("tags")
    except FileNotFoundError as error:
        raise NotebookError(f"There is no notebook {path}.") from error
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        if CONFLICT.search(text):
            raise NotebookError(
                f"{path.name} holds git's conflict marks (<<<<<<<): finish the merge, or restore it from the repository."
            ) from error
        raise NotebookError(f"{path.name} cannot be read as a notebook; restore it from the repository.") from error
    return notebook


@contextmanager
def written_beside(path: Path) -> Iterator[Path]:
    """Give a place beside `path` to write to; it takes the place of `path` when the block has succeeded, in one step.

    Folders above it are made. If the block fails, what was there before still is, and nothing lies beside it.

    Raises:
        OSError: it could not be written.
    """
    beside = path.with_name(f"{path.name}.{os.getpid()}.part")
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        yield beside
        beside.replace(path)
    finally:
        with suppress(OSError):
            beside.unlink(missing_ok=True)


def replace_text(path: Path, text: str) -> None:
    """Put `text` at `path` in one step, in UTF-8; folders above it are made.

    Raises:
        OSError: it could not be written; what was there before still is.
    """
    with written_beside(path) as beside:
        beside.write_text(text, encoding="utf-8", errors="backslashreplace", newline="\n")


def write_text(path: Path, text: str) -> None:
    """`replace_text`, with its errors as a sentence.

    Raises:
        CourseError: the folder cannot be written to, or the disk is full.
    """
    try:
        replace_text(path, text)
    except OSError as error:
        raise CourseError(f"{path} cannot be written ({error.strerror}); make room or choose another folder.") from error


def write_json(path: Path, content: object) -> None:
    """Write `content` as JSON with sorted keys.

    Raises:
        CourseError: as `write_text`.
    """
    write_text(path, json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False) + "\n")


@contextmanager
def locked(lock_file: Path, seconds: float, setting: str) -> Iterator[None]:
    """Hold a lock file against other processes; folders above it are made.

    After a moment a sentence says what is waited for. On a network disk the holder may be another computer, or one that has
    gone away without letting go.

    Args:
        seconds: how long to wait before giving up.
        setting: the environment variable that names another place for what is locked.

    Raises:
        CourseError: another process did not let go in time.
        OSError: the lock file cannot be made, or its file system knows no locks.
    """
    lock_file.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(lock_file)
    at_once = min(seconds, SECONDS_BEFORE_SAYING)
    try:
        try:
            lock.acquire(timeout=at_once)
        except Timeout:
            print(f"Another process is working on {lock_file.stem.lstrip('.')}; waiting for it.", flush=True)
            lock.acquire(timeout=seconds - at_once)
    except Timeout as error:
        raise CourseError(
            f"Another process, here or on a computer that shares this disk, still holds {lock_file}; end it, or delete "
            f"that file if there is none, or set {setting} to a folder on a disk of this computer."
        ) from error
    try:
        yield
    finally:
        lock.release()

"""Writing files whole: beside their place first, then renamed into it, so that nobody ever finds half a file."""

import json
import os
from contextlib import suppress
from pathlib import Path

from course_utils.errors import CourseError


def replace_text(path: Path, text: str) -> None:
    """Put `text` at `path` in one step, in UTF-8; folders above it are made.

    Raises:
        OSError: it could not be written; what was there before still is.
    """
    beside = path.with_name(f"{path.name}.{os.getpid()}.part")
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        beside.write_text(text, encoding="utf-8", newline="\n")
        beside.replace(path)
    finally:
        with suppress(OSError):
            beside.unlink(missing_ok=True)


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

"""Archives unpacked into the cache: once, whole or not at all, and again if the archive or the folder has changed."""

import json
import os
from collections.abc import Callable
from pathlib import Path

from course_utils.datasets import archives
from course_utils.datasets.catalog import Dataset
from course_utils.datasets.fetch import Fetched
from course_utils.datasets.storage import fresh_folder, locked
from course_utils.files import replace_text
from course_utils.paths import cache_dir

MARKER = ".complete.json"
Faults = tuple[tuple[Path, str], ...]


def unpacked(
    dataset: Dataset,
    file: Fetched,
    find_unreadable: Callable[[Path], Faults] = lambda folder: (),
    wanted: Callable[[str], bool] = lambda name: True,
) -> Path:
    """The folder that an archive's files are in.

    Args:
        find_unreadable: looks through the folder when it has just been unpacked; the files that it gives, each with the
            reason, are noted, and `noted_unreadable` knows them from then on. If it raises, nothing is kept.
        wanted: tells from a member's name in the archive whether it is unpacked at all.

    Raises:
        CourseError: the archive is refused or damaged, or the disk is full or read-only.
    """
    folder = cache_dir() / "unpacked" / dataset.name / file.path.name
    if not _is_complete(folder, file):
        with locked(folder):
            if not _is_complete(folder, file):
                print(f"Unpacking {file.path.name}, once.", flush=True)
                with fresh_folder(folder) as new:
                    archives.unpack(file.path, new, wanted)
                    unreadable = [(path.relative_to(new).as_posix(), reason) for path, reason in find_unreadable(new)]
                    note = {"sha256": file.sha256, "contents": _contents(new), "unreadable": unreadable}
                    replace_text(new / MARKER, json.dumps(note))
    return folder


def noted_unreadable(folder: Path) -> Faults:
    """The files below `folder`, which lies in an unpacked archive, that were found unreadable when it was unpacked."""
    top = next(parent for parent in (folder, *folder.parents) if (parent / MARKER).is_file())
    noted = json.loads((top / MARKER).read_text(encoding="utf-8"))["unreadable"]
    return tuple((top / name, reason) for name, reason in noted if (top / name).is_relative_to(folder))


def _is_complete(folder: Path, file: Fetched) -> bool:
    try:
        marker = json.loads((folder / MARKER).read_text(encoding="utf-8"))
        return marker["sha256"] == file.sha256 and marker["contents"] == _contents(folder)
    except (OSError, ValueError, TypeError, KeyError):
        return False


def _contents(folder: Path) -> list[int]:
    """Number of files and of bytes, to notice what was deleted or cut short; quick, for there may be 50,000."""
    count = total = 0
    for inner, _, names in os.walk(folder):
        for name in names:
            if name != MARKER:
                count, total = count + 1, total + os.stat(f"{inner}/{name}").st_size  # noqa: PTH116
    return [count, total]

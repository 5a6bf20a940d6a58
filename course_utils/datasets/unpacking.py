"""Archives unpacked into the cache: once, whole or not at all, and again if the archive or the folder has changed."""

import shutil
from collections.abc import Callable
from pathlib import Path

from course_utils.datasets import archives
from course_utils.datasets.catalog import Dataset
from course_utils.datasets.fetch import Fetched
from course_utils.datasets.storage import SEAL, fresh_folder, locked, read_note, seal, unbroken
from course_utils.paths import cache_dir

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
    folder = _folder(dataset) / file.path.name
    if not _is_complete(folder, file):
        with locked(folder):
            if not _is_complete(folder, file):
                print(f"Unpacking {file.path.name}, once.", flush=True)
                with fresh_folder(folder) as new:
                    archives.unpack(file.path, new, wanted)
                    unreadable = [(path.relative_to(new).as_posix(), reason) for path, reason in find_unreadable(new)]
                    seal(new, sha256=file.sha256, unreadable=unreadable)
    return folder


def noted_unreadable(folder: Path) -> Faults:
    """The files below `folder`, which lies in an unpacked archive, that were found unreadable when it was unpacked."""
    top = next(parent for parent in (folder, *folder.parents) if (parent / SEAL).is_file())
    noted = read_note(top / SEAL)["unreadable"]
    return tuple((top / name, reason) for name, reason in noted if (top / name).is_relative_to(folder))


def forget_unpacked(dataset: Dataset) -> bool:
    """Remove what is unpacked of a dataset, so that it is unpacked anew; whether there was something to remove."""
    unpacked_before = [seal.parent for seal in _folder(dataset).glob(f"*/{SEAL}")]
    for folder in unpacked_before:
        shutil.rmtree(folder, ignore_errors=True)
    return any(not folder.is_dir() for folder in unpacked_before)


def _folder(dataset: Dataset) -> Path:
    return cache_dir() / "unpacked" / dataset.name


def _is_complete(folder: Path, file: Fetched) -> bool:
    note = unbroken(folder)
    return note.get("sha256") == file.sha256 and isinstance(note.get("unreadable"), list)

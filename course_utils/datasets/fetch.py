"""Getting a dataset's files into the cache, from a mirror or the network, and knowing that they are right."""

import contextlib
import errno
import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from course_utils import files
from course_utils.datasets import archives, network, transfer
from course_utils.datasets.catalog import Dataset, File
from course_utils.datasets.mirrors import (
    CHECKSUMS,
    MirrorError,
    ask_again_of_servers,
    list_text,
    mirror,
    parse_checksums,
)
from course_utils.datasets.storage import disk_errors, locked, read_note
from course_utils.datasets.transfer import RefusedError
from course_utils.errors import CourseError
from course_utils.files import replace_text, written_beside
from course_utils.paths import cache_dir

ANOTHER_MIRROR = "choose another folder for the mirror"


class NotFetchedError(CourseError):
    """A file could not be had from anywhere: the network is silent, or what came was not the file."""


@dataclass(frozen=True)
class Fetched:
    """A file in the cache.

    Attributes:
        sha256: of its bytes, computed when it came.
        source: "real" for the public file, "mirror" if only a mirror's own `checksums.txt` speaks for it.
    """

    path: Path
    sha256: str
    source: str


@dataclass(frozen=True)
class _Origin:
    """One place that a file may come from; `trusted` says which SHA-256 values make it "real" or "mirror".

    `md5` is that of the public file, where the publisher states no SHA-256.
    """

    place: Path | str
    name: str
    trusted: dict[str, str]
    size: int | None = None
    md5: str | None = None

    def __str__(self) -> str:
        return str(self.place) if isinstance(self.place, Path) else urlsplit(network.without_password(self.place)).netloc


def fetch(dataset: Dataset, *, thorough: bool = False, again: bool = False, ask_again: bool = True) -> dict[str, Fetched]:
    """All files of a dataset, by the `part` (or else the name) that the catalog gives them; missing ones are fetched.

    Args:
        thorough: hash what is in the cache instead of trusting its size and time of last change.
        again: fetch what is there, too. Of what only a mirror vouches for, other bytes than those there are preferred. What
            is there is kept until others have come.
        ask_again: try the network even if it was silent a moment ago.

    Raises:
        NotFetchedError: a file is neither here nor in a mirror, and could not be downloaded; or COURSE_MIRROR is wrong.
        CourseError: the disk is full or read-only.
    """
    if again:
        ask_again_of_servers()
    return {file.part or file.name: _fetch_file(dataset, file, thorough, again, ask_again) for file in dataset.files}


def cached(dataset: Dataset, file: File, *, thorough: bool = False) -> Fetched | None:
    """The file as it lies in the cache, or None if it is not there or is not as it came.

    Its size and time of last change are compared with those noted when it came; where they differ, or if `thorough`, its
    SHA-256 is. One that was put there by hand is taken if it has the SHA-256 or the MD5 that the catalog pins.
    """
    with disk_errors(download_folder(dataset), "read"):
        return next(filter(None, (_vouched_for(path, file, thorough) for path in present(dataset, file))), None)


def present(dataset: Dataset, file: File) -> list[Path]:
    """What lies in the cache under one of the file's names, right or wrong."""
    return [path for path in (download_folder(dataset) / name for name in file.names) if path.is_file()]


def published_sum(file: File, fetched: Fetched) -> str:
    """The kind of the published sum that a file in the cache has, "SHA-256" or "MD5"; empty if it has none of them."""
    if fetched.sha256 == file.sha256:
        return "SHA-256"
    return "MD5" if file.md5 and _md5_of(fetched.path) == file.md5 else ""


def in_mirror(dataset: Dataset) -> bool:
    """Whether COURSE_MIRROR names a mirror that can be used, and that holds every file of the dataset."""
    with contextlib.suppress(MirrorError):
        here = mirror()
        return here is not None and all(any(here.holds(dataset.folder, name) for name in f.names) for f in dataset.files)
    return False


def download_folder(dataset: Dataset) -> Path:
    """Where a dataset's files are kept as they came."""
    return cache_dir() / "downloads" / dataset.name


def sha256_of(path: Path) -> str:
    """SHA-256 of a file in lower-case hex."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _md5_of(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "md5").hexdigest()


def _vouched_for(path: Path, file: File, thorough: bool) -> Fetched | None:
    note = read_note(_note(path))
    if re.fullmatch("[0-9a-f]{64}", str(note.get("sha256"))) and note.get("source") in ("real", "mirror"):
        expected, source, unchanged = note["sha256"], note["source"], note.get("stamp") == _stamp(path)
    else:
        by_md5 = file.md5 and _md5_of(path) == file.md5
        expected, source, unchanged = sha256_of(path) if by_md5 else file.sha256, "real", False
    if source == "real" and file.sha256 not in (None, expected):  # the catalog has moved on to another version
        expected, unchanged = file.sha256, False
    if (thorough or not unchanged) and sha256_of(path) != expected:
        return None
    if not unchanged:
        with contextlib.suppress(CourseError):  # a class may share a cache that it cannot write to
            _write_note(path, expected, source)
    return Fetched(path, expected, source)


def _note(path: Path) -> Path:
    """What is known of a cached file lies beside it."""
    return path.with_name(path.name + ".json")


def _write_note(path: Path, sha256: str, source: str) -> None:
    with disk_errors(path):
        replace_text(_note(path), json.dumps({"sha256": sha256, "source": source, "stamp": _stamp(path)}))


def _stamp(path: Path) -> list[int]:
    return [path.stat().st_size, path.stat().st_mtime_ns]


def _fetch_file(dataset: Dataset, file: File, thorough: bool, again: bool, ask_again: bool) -> Fetched:
    found = None if again else cached(dataset, file, thorough=thorough)
    if found:
        return found
    _require_own_cache(dataset)
    with locked(download_folder(dataset) / file.name):
        found = cached(dataset, file, thorough=thorough or again)
        if found and not again:
            return found
        fetched = _fetch_from_anywhere(dataset, file, ask_again, distrusted=found)
        if (
            found and found.path != fetched.path
        ):  # else the one that is not trusted, under its other name, would be taken first
            found.path.unlink(missing_ok=True)
        return fetched


def _require_own_cache(dataset: Dataset) -> None:
    """Raise a `NotFetchedError` where a class shares a cache that it cannot write to; what is not in it is done without."""
    folder = download_folder(dataset)
    there = next(path for path in (folder, *folder.parents) if path.exists())
    if not os.access(there, os.W_OK):
        raise NotFetchedError(
            f"{dataset.title} is not in {cache_dir()}, which cannot be written to (no permission); ask whoever fills it, or "
            "set COURSE_CACHE to another folder."
        )


def _fetch_from_anywhere(dataset: Dataset, file: File, ask_again: bool, distrusted: Fetched | None) -> Fetched:
    if not distrusted and present(dataset, file):
        print(f"{file.name} in {download_folder(dataset)} was damaged or changed; fetching it again.", flush=True)
    refusals = []
    try:
        for origin in _origins(dataset, file, ask_again, distrusted.sha256 if distrusted else ""):
            try:
                return _receive(origin, download_folder(dataset))
            except RefusedError as refusal:
                refusals.append(f"{origin} {refusal}")
    except MirrorError as error:
        raise NotFetchedError(str(error)) from error
    command = f"course data get {dataset.name}{' --again' if distrusted else ''}"
    if refusals:
        raise NotFetchedError(
            f"{dataset.title}: {file.name} could not be fetched ({'; '.join(refusals)}); try "
            f"`{command}` later or on another network, or set COURSE_MIRROR to a place that has it."
        )
    if not file.addresses:
        raise NotFetchedError(f"{dataset.title}: {file.name} has no open address. {dataset.by_hand}")
    why = next(filter(None, map(network.way_to, file.addresses)), "")
    missing = "could not be fetched anew, since" if distrusted else "is not on this computer and"
    raise NotFetchedError(
        f"{dataset.title} {missing} the network does not answer{f' ({why})' if why else ''}; run "
        f"`{command}` when you are online, or set COURSE_MIRROR to a folder or server that has it."
    )


def _origins(dataset: Dataset, file: File, ask_again: bool, distrusted: str) -> Iterator[_Origin]:
    """Where the file may come from: the mirror, then those public addresses that answer.

    A mirror that vouches for nothing else than the SHA-256 `distrusted` comes last.
    """
    pin = {file.sha256: "real"} if file.sha256 else {}
    here, last = mirror(), []
    if here and not any(here.holds(dataset.folder, name) for other in dataset.files for name in other.names):
        here.require_use()
    for name in file.names:
        if here and here.holds(dataset.folder, name):
            listed = here.checksums.get(f"{dataset.folder}/{name}")
            trusted = ({listed: "mirror"} if listed else {}) | pin
            origin = _Origin(here.address(dataset.folder, name), name, trusted, md5=file.md5)
            if listed and listed == distrusted and listed != file.sha256:
                last.append(origin)
            else:
                yield origin
    if ask_again or not network.was_silent():
        for address in network.reachable(file.addresses):
            yield _Origin(address, file.name, pin, file.size, file.md5)
    yield from last


def _receive(origin: _Origin, folder: Path) -> Fetched:
    """Bring the file into `folder`: written beside, checked, and only then put in its place."""
    path = folder / origin.name
    part = path.with_name(path.name + ".part")
    received = _transfer(origin, part)
    if received.joined and not _passes(part, origin):  # the halves may be of two versions, and the whole still be right
        part.unlink()
        received = _transfer(origin, part)
    if received.packed and not _passes(part, origin):
        transfer.unpack(part, origin.size)
    try:
        sha256, source = _check(part, origin)
    except RefusedError:
        part.unlink()
        raise
    with disk_errors(path):
        part.replace(path)
    transfer.validator_file(part).unlink(missing_ok=True)
    _write_note(path, sha256, source)
    return Fetched(path, sha256, source)


def _transfer(origin: _Origin, part: Path) -> transfer.Received:
    if isinstance(origin.place, Path):
        transfer.copy(origin.place, part)
        return transfer.Received()
    return transfer.download(origin.place, part, origin.size, any_server=bool(origin.trusted or origin.md5))


def _passes(part: Path, origin: _Origin) -> bool:
    with contextlib.suppress(RefusedError):
        return bool(_check(part, origin))
    return False


def _check(part: Path, origin: _Origin) -> tuple[str, str]:
    """SHA-256 of a received file, and the source it proves; where nothing is pinned, size and structure have to do."""
    sha256, size = sha256_of(part), part.stat().st_size
    if origin.md5 and _md5_of(part) == origin.md5:
        return sha256, "real"
    if sha256 not in origin.trusted and archives.is_web_page(part):
        raise RefusedError(transfer.A_PAGE)
    if origin.md5 and not origin.trusted:
        raise RefusedError("gave a file with the wrong MD5, which was thrown away: it is damaged or another one")
    if origin.trusted and sha256 not in origin.trusted:
        raise RefusedError("gave a file with the wrong SHA-256, which was thrown away: it is damaged or another one")
    if origin.trusted:
        return sha256, origin.trusted[sha256]
    if isinstance(origin.place, Path):
        raise RefusedError(f"is vouched for neither by the catalog nor by the mirror's {CHECKSUMS}")
    if origin.size not in (None, size):
        raise RefusedError(f"gave {size:,} bytes instead of {origin.size:,}; they were thrown away")
    try:
        archives.check_structure(part, origin.name)
    except CourseError as error:
        raise RefusedError(f"gave something else than {origin.name} ({error}); it was thrown away") from error
    return sha256, "real"


def add_to_mirror(folder: Path, name: str, source: Path, sha256: str) -> None:
    """Copy one file into a mirror, unless it is there, and list it in `checksums.txt`.

    Args:
        folder: the mirror.
        name: the dataset's folder in it.
        source: the file to copy.
        sha256: of its bytes.

    Raises:
        CourseError: the mirror cannot be written to, or its disk is full.
    """
    copy_to_mirror(source, folder / name / source.name, sha256)
    list_path, entry = folder / CHECKSUMS, f"{name}/{source.name}"
    lines = list_text(list_path.read_bytes()).splitlines() if list_path.is_file() else []
    listed = [parse_checksums(line.encode()) for line in lines]
    if {entry: sha256} not in listed:  # what else stands there, such as a word of whoever made the mirror, stays
        kept = [line for line, found in zip(lines, listed, strict=True) if entry not in found]
        with files.disk_errors(list_path, ANOTHER_MIRROR), written_beside(list_path) as part:
            part.write_text("".join(f"{line}\n" for line in [*kept, f"{sha256}  {entry}"]), encoding="utf-8", newline="\n")


def copy_to_mirror(source: Path, target: Path, sha256: str) -> None:
    """Copy one file to its place in a mirror, unless it is there.

    Raises:
        CourseError: as `add_to_mirror`.
    """
    if target.is_file() and sha256_of(target) == sha256:
        return
    with files.disk_errors(target, ANOTHER_MIRROR), written_beside(target) as part:
        if shutil.disk_usage(target.parent).free < source.stat().st_size:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        shutil.copyfile(source, part)

"""Unpacking archives that may be damaged or hostile, and telling whether a file is what its name says."""

import gzip
import json
import re
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

from course_utils.datasets.storage import megabytes, require_space
from course_utils.errors import CourseError

# Pictures and text unpack to a few times their size; a bomb to thousands.
LARGEST_RATIO = 30
ALWAYS_ALLOWED = 64_000_000
DAMAGE = (zipfile.BadZipFile, tarfile.TarError, gzip.BadGzipFile, EOFError, zlib.error, NotImplementedError, ValueError)


def unpack(archive: Path, folder: Path, wanted: Callable[[str], bool] = lambda name: True) -> None:
    """Unpack a .zip, .tar.gz or .tgz into the existing, empty `folder`; of its members, those whose names are `wanted`.

    All members are looked at before any is written: the archive is refused whole if one would land outside of `folder`, is a
    link or a device, is encrypted, or if all together are suspiciously large.

    Raises:
        CourseError: the archive is refused, or damaged.
    """
    try:
        if archive.suffix == ".zip":
            _unpack_zip(archive, folder, wanted)
        else:
            _unpack_tar(archive, folder, wanted)
    except DAMAGE as error:
        raise CourseError(f"{archive.name} is damaged or incomplete ({error}); `course data verify` checks it.") from error


def check_structure(path: Path, name: str) -> None:
    """Read a file through to see that it is what the end of `name` says: an archive, JSON, or text rather than a web page.

    Raises:
        CourseError: it is not.
    """
    try:
        if name.endswith((".zip", ".npz")):
            with zipfile.ZipFile(path) as archive:
                damaged = archive.testzip()
            if damaged:
                raise CourseError(f"{damaged} in it is damaged")
        elif name.endswith((".tar.gz", ".tgz")):
            with tarfile.open(path, "r:gz") as archive:
                archive.getmembers()
            with gzip.open(path) as stream:  # its checksum stands behind the archive's end, where tarfile does not look
                while stream.read(1 << 20):
                    pass
        elif name.endswith(".json"):
            json.loads(path.read_bytes())
        elif re.match(rb"\s*<(!doctype|html|\?xml)", path.read_bytes()[:200], re.IGNORECASE) or not path.stat().st_size:
            raise CourseError("it is an empty file or a web page")
    except DAMAGE as error:
        raise CourseError(f"it is damaged: {error}") from error


def _unpack_zip(archive: Path, folder: Path, wanted: Callable[[str], bool]) -> None:
    with zipfile.ZipFile(archive) as opened:
        members = opened.infolist()
        for member in members:
            _require_inside(archive, member.orig_filename)
            # the first four bits are Unix' file type: not given, folder or file; all else is a link, a device or a pipe
            if member.external_attr >> 28 not in (0, 0o04, 0o10):
                raise CourseError(f"{archive.name} was refused: {member.filename!r} in it is a link or a device.")
            if member.flag_bits & 1:
                raise CourseError(f"{archive.name} was refused: {member.filename!r} in it is encrypted.")
        _require_sane_size(archive, folder, sum(member.file_size for member in members))
        opened.extractall(folder, [member for member in members if wanted(member.filename)])


def _unpack_tar(archive: Path, folder: Path, wanted: Callable[[str], bool]) -> None:
    with tarfile.open(archive, "r:gz") as opened:
        total = 0
        for member in opened:
            _require_inside(archive, member.name)
            if not (member.isfile() or member.isdir()):
                raise CourseError(f"{archive.name} was refused: {member.name!r} in it is a link or a device.")
            total += member.size
            _require_sane_size(archive, folder, total)
        opened.extractall(folder, [member for member in opened if wanted(member.name)], filter="data")


def _require_inside(archive: Path, name: str) -> None:
    """Refuse `../x`, `/x`, `C:\\x` and `C:x`, on every operating system alike."""
    parts = re.split(r"[/\\]", name)
    if ".." in parts or parts[0] == "" or ":" in name or "\0" in name:
        raise CourseError(f"{archive.name} was refused: {name!r} in it would be written outside of its folder.")


def _require_sane_size(archive: Path, folder: Path, total: int) -> None:
    if total > max(ALWAYS_ALLOWED, LARGEST_RATIO * archive.stat().st_size):
        raise CourseError(f"{archive.name} was refused: it would unpack to {megabytes(total)}, far too much for such data.")
    require_space(folder, total)

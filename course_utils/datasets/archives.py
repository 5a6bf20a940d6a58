"""Unpacking archives that may be damaged or hostile, and telling whether a file is what its name says."""

import contextlib
import errno
import gzip
import json
import lzma
import re
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath

from course_utils.datasets.storage import megabytes, require_space
from course_utils.errors import CourseError

# Pictures and text unpack to a few times their size; a bomb to thousands.
LARGEST_RATIO = 30
ALWAYS_ALLOWED = 64_000_000
LONGEST_NAME = 255  # bytes, of a file or a folder
# what the standard library's readers raise on damaged bytes; RuntimeError stands for deep nesting and for encryption as well
DAMAGE = (
    zipfile.BadZipFile,
    tarfile.TarError,
    gzip.BadGzipFile,
    EOFError,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    ArithmeticError,
    LookupError,
    MemoryError,
    RuntimeError,
    ValueError,
)
WEB_PAGE = re.compile(rb"(\xef\xbb\xbf)?\s*<(!doctype|!--|html|head|body|meta|script|\?xml)", re.IGNORECASE)


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
        raise _damaged(archive, error) from error
    except OSError as error:
        if error.errno in (None, errno.EINVAL):  # not of the disk: of an offset that leads out of the file, or of bad bzip2
            raise _damaged(archive, error) from error
        raise


def _damaged(archive: Path, error: Exception) -> CourseError:
    return CourseError(f"{archive.name} is damaged or incomplete ({error}); `course data verify` checks it.")


def check_structure(path: Path, name: str) -> None:
    """Read a file through to see that it is what the end of `name` says: an archive, JSON, or text rather than a web page.

    Raises:
        CourseError: it is not.
    """
    try:
        if name.endswith((".zip", ".npz")):
            require_sane_zip(path)
            with zipfile.ZipFile(path) as archive:
                damaged = archive.testzip()
            if damaged:
                raise CourseError(f"{damaged} in it is damaged")
        elif name.endswith((".gz", ".tgz")) and path.stat().st_size:
            if name.endswith((".tar.gz", ".tgz")):
                with _tar_stream(path) as archive:
                    for _ in archive:
                        pass
            with gzip.open(path) as stream:  # its checksum stands behind the archive's end, where tarfile does not look
                while stream.read(1 << 20):
                    pass
        elif name.endswith(".json"):
            json.loads(path.read_bytes())
        elif not path.stat().st_size or is_web_page(path):
            raise CourseError("it is an empty file or a web page")
    except (*DAMAGE, OSError) as error:
        raise CourseError(f"it is damaged: {error}") from error


def is_web_page(path: Path) -> bool:
    """Whether a file begins as a web page does; no dataset consists of one."""
    with path.open("rb") as stream:
        return bool(WEB_PAGE.match(stream.read(200)))


def require_sane_zip(path: Path) -> None:
    """Raise a `CourseError` if a zip, or an .npz, would unpack to suspiciously much; what `zipfile` raises if it is none."""
    with zipfile.ZipFile(path) as archive:
        _require_sane_size(path, sum(member.file_size for member in archive.infolist()))


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
        total = sum(member.file_size for member in members)
        _require_sane_size(archive, total)
        _require_no_clash(archive, [(member.filename, member.is_dir()) for member in members])
        require_space(folder, total)
        opened.extractall(folder, [member for member in members if wanted(member.filename)])


def _unpack_tar(archive: Path, folder: Path, wanted: Callable[[str], bool]) -> None:
    names, total = [], 0
    with _tar_stream(archive) as opened:
        for member in opened:
            _require_inside(archive, member.name)
            if not (member.isfile() or member.isdir()):
                raise CourseError(f"{archive.name} was refused: {member.name!r} in it is a link or a device.")
            if member.size < 0:
                raise tarfile.ReadError(f"{member.name!r} is smaller than nothing")
            names.append((member.name, member.isdir()))
            total += member.size
            _require_sane_size(archive, total)
    _require_no_clash(archive, names)
    require_space(folder, total)
    with _tar_stream(archive) as opened:
        opened.extractall(folder, (member for member in opened if wanted(member.name)), filter="data")


@contextlib.contextmanager
def _tar_stream(path: Path) -> Iterator[tarfile.TarFile]:
    """A .tar.gz that is read from its beginning to its end: no offset in it leads back, and no header is endless."""
    with _Bounded(path) as stream, tarfile.open(fileobj=stream, mode="r|") as archive:
        yield archive


class _Bounded(gzip.GzipFile):
    """A stream that ends in an error where an archive has given far more than its size lets one expect."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.path, self.total, self.reads_past_end = path, 0, 0

    def read(self, size: int | None = -1) -> bytes:
        chunk = super().read(size)
        self.reads_past_end += not chunk
        if self.reads_past_end > 100:  # tarfile reads on for as long as a header says that there is more
            raise EOFError("a header announces more than there is")
        self.total += len(chunk)
        _require_sane_size(self.path, self.total)
        return chunk


def _require_inside(archive: Path, name: str) -> None:
    """Refuse `../x`, `/x`, `C:\\x` and `C:x`, on every operating system alike; and names that no disk can hold."""
    parts = re.split(r"[/\\]", name)
    if ".." in parts or parts[0] == "" or ":" in name or "\0" in name:
        raise CourseError(f"{archive.name} was refused: {name!r} in it would be written outside of its folder.")
    if any(len(part.encode("utf-8", "surrogateescape")) > LONGEST_NAME for part in parts):
        raise CourseError(f"{archive.name} was refused: {name[:50]!r}… in it is too long for a name.")


def _require_no_clash(archive: Path, names: list[tuple[str, bool]]) -> None:
    """Refuse an archive in which something is both a file and a folder; `names` tells of each whether it is a folder."""
    files = {PurePosixPath(name) for name, is_folder in names if not is_folder}
    folders = {PurePosixPath(name) for name, is_folder in names if is_folder}
    for path in [PurePosixPath(name) for name, _ in names]:
        folders.update(path.parents)
    if clashes := files & (folders | {PurePosixPath()}):
        raise CourseError(f"{archive.name} was refused: {str(min(clashes))!r} in it is both a file and a folder.")


def _require_sane_size(archive: Path, total: int) -> None:
    if total > max(ALWAYS_ALLOWED, LARGEST_RATIO * archive.stat().st_size):
        raise CourseError(f"{archive.name} was refused: it would unpack to {megabytes(total)}, far too much for such data.")

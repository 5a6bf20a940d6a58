"""The mirror that COURSE_MIRROR names: a folder, a `file://` address or a school server, with `checksums.txt` at its top."""

import codecs
import os
import posixpath
import re
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from urllib.parse import quote
from urllib.request import url2pathname

import requests

from course_utils.datasets import network
from course_utils.datasets.catalog import catalog
from course_utils.datasets.network import without_password
from course_utils.errors import CourseError

CHECKSUMS = "checksums.txt"
SECONDS_TO_ANSWER = 4
LARGEST_LIST = 10_000_000  # bytes


class MirrorError(CourseError):
    """COURSE_MIRROR names something that cannot be used just now."""


@dataclass(frozen=True)
class Mirror:
    """A mirror's place: a `Path` for a folder, an http(s) address without the last slash for a server.

    The address may hold a password; `str(mirror)` does not.
    """

    place: Path | str = field(repr=False)

    def __str__(self) -> str:
        return without_password(str(self.place))

    @cached_property
    def checksums(self) -> dict[str, str]:
        """SHA-256 by `folder/name`, as the mirror's own `checksums.txt` lists them; empty if it has none.

        Raises:
            MirrorError: the mirror is a server that does not give its list, or a folder whose list cannot be read.
        """
        return read_checksums(self.place / CHECKSUMS) if isinstance(self.place, Path) else self._ask_for_checksums()

    def address(self, folder: str, name: str) -> Path | str:
        """Where the mirror would hold `folder/name`."""
        return self.place / folder / name if isinstance(self.place, Path) else f"{self.place}/{quote(folder)}/{quote(name)}"

    def holds(self, folder: str, name: str) -> bool:
        """Whether the mirror has `folder/name`: on disk, or for a server in its `checksums.txt`.

        Raises:
            MirrorError: as `checksums`; or its folder may not be looked into.
        """
        address = self.address(folder, name)
        try:
            return address.is_file() if isinstance(address, Path) else f"{folder}/{name}" in self.checksums
        except OSError as error:
            raise MirrorError(
                f"COURSE_MIRROR names {self}, whose {folder} cannot be read ({error.strerror}); mend that, or unset it."
            ) from error

    def require_use(self) -> None:
        """Make sure that this is a mirror at all: it lists something, or holds a file of the course.

        Raises:
            MirrorError: it is not, and the message says where one is, if that is near.
        """
        files = ((dataset.folder, name) for dataset in catalog().values() for file in dataset.files for name in file.names)
        if self.checksums or any(self.holds(folder, name) for folder, name in files):
            return
        near = [path.parent for path in self._lists_nearby()]
        raise MirrorError(
            f"COURSE_MIRROR names {self}, which is no mirror: no {CHECKSUMS} there lists anything, and none of the course's "
            f"files is in it; {f'name {near[0]} instead' if near else 'correct it, or unset it'}."
        )

    def _lists_nearby(self) -> list[Path]:
        """The lists of mirrors in this folder's folders, and in the one that it lies in."""
        if not isinstance(self.place, Path):
            return []
        return [
            path for path in (*sorted(self.place.glob(f"*/{CHECKSUMS}")), self.place.parent / CHECKSUMS) if path.is_file()
        ]

    def _ask_for_checksums(self) -> dict[str, str]:
        address, why = f"{self.place}/{CHECKSUMS}", ""
        try:
            if network.answers(address):
                return parse_checksums(network.read(address, LARGEST_LIST, SECONDS_TO_ANSWER))
        except requests.RequestException as error:
            why = f"it {network.in_words(error)}"
        why = why or network.way_to(address)
        raise MirrorError(
            f"The mirror {self} that COURSE_MIRROR names does not give its {CHECKSUMS}{f' ({why})' if why else ''}; "
            "ask whoever runs it, or unset COURSE_MIRROR."
        )


def read_checksums(path: Path) -> dict[str, str]:
    """What `parse_checksums` makes of a list on disk; nothing if there is none.

    Raises:
        MirrorError: it cannot be read.
    """
    try:
        return parse_checksums(path.read_bytes())
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise MirrorError(
            f"The mirror's {path} cannot be read ({error.strerror}); mend that, or unset COURSE_MIRROR."
        ) from error


def parse_checksums(content: bytes) -> dict[str, str]:
    """SHA-256 by path from lines as `sha256sum` writes them; other lines are passed over.

    Paths may begin with `./` and be Windows' own.
    """
    lines = re.findall(r"^([0-9A-Fa-f]{64}) [ *](.+)$", list_text(content), re.MULTILINE)
    return {posixpath.normpath(path.strip().replace("\\", "/")): digest.lower() for digest, path in lines}


def list_text(content: bytes) -> str:
    """The text of a list, which PowerShell writes in UTF-16."""
    utf16 = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return content.decode("utf-16" if utf16 else "utf-8-sig", errors="replace")


def mirror() -> Mirror | None:
    """The mirror that COURSE_MIRROR names, or None if it is not set.

    Raises:
        MirrorError: it names a folder that does not exist or may not be looked into, or something else altogether.
    """
    value = os.environ.get("COURSE_MIRROR", "").strip()
    if not value:
        return None
    named = without_password(value)
    scheme, _, rest = value.partition("://")
    if scheme.lower() in ("http", "https"):
        if not network.is_address(value):
            raise MirrorError(f"COURSE_MIRROR names {named}, which is no address of a server; correct it, or unset it.")
        return _server(value.rstrip("/"))
    # an address of a folder may name this very computer before its path
    try:
        folder = Path(url2pathname(f"/{rest.partition('/')[2]}")) if scheme == "file" else Path(value).expanduser()
        if folder.is_dir():
            return Mirror(folder.resolve(strict=True))
    except (OSError, RuntimeError) as error:  # no permission to look; `~` of a user who does not exist
        raise MirrorError(
            f"COURSE_MIRROR names {named}, which cannot be used ({error}); correct it, or unset it."
        ) from error
    raise MirrorError(f"COURSE_MIRROR names {named}, which is no folder here; correct it, plug the disk in, or unset it.")


@cache
def _server(address: str) -> Mirror:
    """One `Mirror` for each server, so that its list is asked for once."""
    return Mirror(address)


def ask_again_of_servers() -> None:
    """Forget the lists of mirrors on servers, which may have changed."""
    _server.cache_clear()

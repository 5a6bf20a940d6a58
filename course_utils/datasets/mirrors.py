"""The mirror that COURSE_MIRROR names: a folder, a `file://` address or a school server, with `checksums.txt` at its top."""

import os
import re
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from urllib.parse import quote
from urllib.request import url2pathname

import requests

from course_utils.datasets import network
from course_utils.datasets.network import without_password
from course_utils.errors import CourseError

CHECKSUMS = "checksums.txt"
SECONDS_TO_ANSWER = 4


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
            MirrorError: the mirror is a server that does not answer.
        """
        return parse_checksums(self._checksums_text())

    def address(self, folder: str, name: str) -> Path | str:
        """Where the mirror would hold `folder/name`."""
        return self.place / folder / name if isinstance(self.place, Path) else f"{self.place}/{quote(folder)}/{quote(name)}"

    def holds(self, folder: str, name: str) -> bool:
        """Whether the mirror has `folder/name`: on disk, or for a server in its `checksums.txt`."""
        address = self.address(folder, name)
        return address.is_file() if isinstance(address, Path) else f"{folder}/{name}" in self.checksums

    def _checksums_text(self) -> str:
        if isinstance(self.place, Path):
            path = self.place / CHECKSUMS
            return path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
        address = f"{self.place}/{CHECKSUMS}"
        try:
            if not network.answers(address):
                raise requests.ConnectionError
            answer = network.ask(address, timeout=SECONDS_TO_ANSWER)
            answer.raise_for_status()
        except (requests.RequestException, ValueError) as error:
            why = network.way_to(address)
            raise MirrorError(
                f"The mirror {self} that COURSE_MIRROR names does not give its {CHECKSUMS}{f' ({why})' if why else ''}; "
                "ask whoever runs it, or unset COURSE_MIRROR."
            ) from error
        return answer.content.decode("utf-8", errors="replace")


def parse_checksums(text: str) -> dict[str, str]:
    """SHA-256 by path from lines as `sha256sum` writes them; other lines are passed over."""
    return {path.strip(): digest.lower() for digest, path in re.findall(r"^([0-9A-Fa-f]{64}) [ *](.+)$", text, re.MULTILINE)}


def mirror() -> Mirror | None:
    """The mirror that COURSE_MIRROR names, or None if it is not set.

    Raises:
        MirrorError: it names a folder that does not exist, or something else altogether.
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
    folder = Path(url2pathname(f"/{rest.partition('/')[2]}")) if scheme == "file" else Path(value).expanduser()
    if not folder.is_dir():
        raise MirrorError(
            f"COURSE_MIRROR names {named}, which is no folder here; correct it, plug the disk in, or unset it."
        )
    return Mirror(folder.resolve())


@cache
def _server(address: str) -> Mirror:
    """One `Mirror` for each server, so that its list is asked for once."""
    return Mirror(address)

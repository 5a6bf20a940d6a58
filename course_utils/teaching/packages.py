"""Where set-up takes the packages from: the network or, if they are there, the mirror that COURSE_MIRROR names.

The Makefile asks before anything is installed: this imports only what Python brings.
"""

import hashlib
import os
import platform
import sys
from http.client import HTTPException
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import urlopen

from course_utils.errors import CourseError

# A mirror that has packages has a folder of wheels for each kind of computer, and a list of those folders that are complete.
WHEELS = "wheels"
COMPLETE = "complete.txt"
# what wheels are made for
KIND = f"python{sys.version_info.major}.{sys.version_info.minor}-{platform.system()}-{platform.machine()}".lower()
SECONDS_TO_ANSWER = 10


def pip_options(mirror: str, lock: Path) -> list[str]:
    """What lets pip take the packages of a lock from a mirror, and none from the network; nothing if it has no packages.

    Args:
        mirror: as COURSE_MIRROR has it: a folder, or the address of one or of a server.
        lock: the requirements, with the hashes by which pip knows a damaged package.

    Raises:
        CourseError: the mirror cannot be read; or it has packages, but not these for this Python and kind of computer.
    """
    address = _address(mirror)
    complete = _complete(f"{address}/{WHEELS}/{COMPLETE}", mirror)
    if complete is None:
        return []
    if complete.get(KIND) != digest(lock):
        raise CourseError(
            f"COURSE_MIRROR names {mirror}, which has {_what_else(complete)}; `course data mirror DIR --wheels`, called on "
            "a computer like this one, makes it complete, and with COURSE_MIRROR unset the packages come from the network."
        )
    options = ["--no-index", f"--find-links={address}/{WHEELS}/{KIND}/"]
    parts = urlsplit(address)
    # pip passes over servers without encryption unless it is told; the hashes vouch for what they give
    return [*options, f"--trusted-host={parts.netloc}"] if parts.scheme == "http" else options


def digest(lock: Path) -> str:
    """SHA-256 of a lock, by which a list of complete folders names it."""
    return hashlib.sha256(lock.read_bytes()).hexdigest()


def parse_complete(text: str) -> dict[str, str]:
    """From a list of complete folders: for each kind of computer, the `digest` of the lock whose packages are there."""
    lines = (line.split() for line in text.splitlines())
    return {words[1]: words[0] for words in lines if len(words) == 2}


def _address(mirror: str) -> str:
    """A folder as an address, too, without the last slash."""
    if "://" in mirror:
        return mirror.rstrip("/")
    folder = Path(mirror).expanduser()
    if not folder.is_dir():
        raise CourseError(f"COURSE_MIRROR names {mirror}, which is no folder here; correct it, plug it in, or unset it.")
    return folder.resolve().as_uri()


def _complete(address: str, mirror: str) -> dict[str, str] | None:
    """What the list at an address says; None if there is none, as on a mirror of data alone."""
    try:
        with urlopen(address, timeout=SECONDS_TO_ANSWER) as answer:
            return parse_complete(answer.read().decode("utf-8", errors="replace"))
    except (OSError, ValueError, HTTPException) as error:
        reason = getattr(error, "reason", error)
        if getattr(error, "code", None) == 404 or isinstance(reason, FileNotFoundError):
            return None
        raise CourseError(
            f"COURSE_MIRROR names {mirror}, which does not say what packages it has ({reason}); mend that, or unset it."
        ) from error


def _what_else(complete: dict[str, str]) -> str:
    """Why a mirror's packages are not those that are wanted."""
    if KIND in complete:
        return "the packages of another version of the course"
    if complete:
        return f"the packages for {', '.join(sorted(complete))}, not those for {KIND}"
    return "only a part of the packages"


if __name__ == "__main__":
    try:
        options = pip_options(os.environ["COURSE_MIRROR"], Path(sys.argv[1]))
    except CourseError as error:
        sys.exit(f"course: {error}")
    if options:
        print("The packages come from COURSE_MIRROR, not from the network.", file=sys.stderr)
    print(*options)

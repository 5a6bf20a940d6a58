"""Bringing one file over, from a folder or a server, into a `.part` file that an interruption leaves ready to be resumed."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import requests
from tqdm.std import tqdm

from course_utils.datasets.network import SECONDS_TO_CONNECT, SettingError, ask, without_password
from course_utils.datasets.storage import disk_errors, require_space
from course_utils.errors import CourseError

SECONDS_TO_STALL = 20.0
FAILURES_IN_A_ROW = 3
CHUNK = 1 << 14


class RefusedError(Exception):
    """An origin did not give the file; the message says what it did instead: "answers 404 Not Found"."""


def copy(source: Path, part: Path) -> None:
    """Copy `source`, a file of a mirror's folder, to `part`.

    Raises:
        RefusedError: `source` cannot be read.
        CourseError: `part` cannot be written.
    """
    try:
        with source.open("rb") as stream, _writing(part, 0, source.stat().st_size, f"Copying {source.name}") as write:
            while chunk := stream.read(CHUNK):
                write(chunk)
    except OSError as error:
        raise RefusedError(f"cannot be read ({error.strerror or error})") from error


def download(address: str, part: Path, size: int | None, any_server: bool) -> bool:
    """Download `address` into `part`, going on where an earlier attempt stopped.

    A connection that breaks is taken up again as long as something comes; one that stalls is given up.

    Args:
        size: bytes that the file must have, if known.
        any_server: go on with what another server, or another day, has begun. Safe only where a SHA-256 will tell whether
            the halves belong together; otherwise the same server must confirm it (If-Range).

    Returns:
        Whether `part` holds bytes from more than one request.

    Raises:
        RefusedError: the server does not answer, answers with an error, stalls, or offers a file of another size.
        CourseError: `part` cannot be written.
    """
    failures = 0
    while True:
        before = _size(part)
        try:
            return _request(address, part, size, any_server)
        except requests.RequestException as error:
            failures = 1 if _size(part) > before else failures + 1
            if failures == FAILURES_IN_A_ROW or _is_stall(error):
                raise RefusedError(_in_words(error)) from error


def _request(address: str, part: Path, size: int | None, any_server: bool) -> bool:
    offset = _size(part)
    if any_server and offset and offset == size:
        return True
    headers = {"Accept-Encoding": "identity"} | _range(address, part, any_server)
    with ask(address, headers=headers, stream=True, timeout=(SECONDS_TO_CONNECT, SECONDS_TO_STALL)) as answer:
        continues = answer.headers.get("Content-Range", "").startswith(f"bytes {offset}-")
        if offset and (answer.status_code == 416 or (answer.status_code == 206 and not continues)):
            part.unlink()
            return _request(address, part, size, any_server)
        if not answer.ok:
            raise RefusedError(f"answers {answer.status_code} {answer.reason}".rstrip())
        if answer.status_code != 206:
            offset = 0
        length = answer.headers.get("Content-Length", "")
        total = offset + int(length) if length.isdigit() else size
        if size and total != size:
            raise RefusedError(f"offers {total:,} bytes instead of {size:,}, so it is not the file that the course expects")
        with _writing(part, offset, total, f"Downloading {part.stem}") as write:
            _remember_validator(part, address, answer)
            for chunk in answer.iter_content(CHUNK):
                write(chunk)
    return offset > 0


def _range(address: str, part: Path, any_server: bool) -> dict[str, str]:
    """Headers that ask for the rest of `part`; empty if there is none, or nothing would tell that the halves fit."""
    beginning = {"Range": f"bytes={_size(part)}-"}
    if not _size(part):
        return {}
    if validator_file(part).is_file():
        server, _, validator = validator_file(part).read_text(encoding="utf-8").partition("\n")
        if server == without_password(address):
            return beginning | {"If-Range": validator}
    return beginning if any_server else {}


def validator_file(part: Path) -> Path:
    """Where a download notes the address and the version (ETag or date) of what is in `part`."""
    return part.with_name(part.name + ".version")


def _remember_validator(part: Path, address: str, answer: requests.Response) -> None:
    etag = answer.headers.get("ETag", "W/")
    validator = answer.headers.get("Last-Modified") if etag.startswith("W/") else etag
    with disk_errors(part):
        if validator:
            validator_file(part).write_text(f"{without_password(address)}\n{validator}", encoding="utf-8")
        else:
            validator_file(part).unlink(missing_ok=True)


@contextmanager
def _writing(part: Path, offset: int, total: int | None, label: str) -> Iterator[Callable[[bytes], None]]:
    """Give a function that appends to `part` after its first `offset` bytes, behind a progress bar on standard output."""
    with disk_errors(part):
        part.parent.mkdir(parents=True, exist_ok=True)
        require_space(part.parent, max(0, (total or 0) - offset))
        stream = part.open("ab" if offset else "wb", buffering=0)
    bar = tqdm(desc=label, total=total, initial=offset, unit="B", unit_scale=True, file=sys.stdout, leave=False, delay=0.5)

    def write(chunk: bytes) -> None:
        bar.update(len(chunk))
        with disk_errors(part):
            while chunk:  # an unbuffered file may take less than it is given
                chunk = chunk[stream.write(chunk) :]

    try:
        with stream, bar:
            yield write
    except CourseError:  # the disk is full or broken: what was written only takes space
        part.unlink(missing_ok=True)
        raise


def _size(part: Path) -> int:
    return part.stat().st_size if part.is_file() else 0


def _is_stall(error: requests.RequestException) -> bool:
    """Whether nothing came for too long; within a body, requests reports that as a lost connection."""
    return isinstance(error, requests.Timeout) or "timed out" in str(error)


def _in_words(error: requests.RequestException) -> str:
    if isinstance(error, SettingError):
        return f"cannot be asked, since {error}"
    if _is_stall(error):
        return f"sent nothing for {SECONDS_TO_STALL:.0f} seconds"
    if isinstance(error, requests.exceptions.ChunkedEncodingError):
        return "broke the connection off again and again"
    if isinstance(error, requests.exceptions.SSLError):
        return "shows a certificate that cannot be trusted (a filter or a log-in page may stand in between)"
    return "does not answer"

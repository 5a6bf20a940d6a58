"""Bringing one file over, from a folder or a server, into a `.part` file that an interruption leaves ready to be resumed."""

import re
import sys
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from time import monotonic
from typing import NamedTuple

import requests
from tqdm.std import tqdm

from course_utils.datasets import archives, network
from course_utils.datasets.network import CHUNK, without_password
from course_utils.datasets.storage import disk_errors, megabytes, require_space
from course_utils.errors import CourseError

SECONDS_TO_STALL = 20.0
SECONDS_IN_ANY_CASE = 120.0
SLOWEST = 10_000  # bytes a second that a server has to come to in the end
FAILURES_IN_A_ROW = 3
MOST_REQUESTS = 30  # for one file, however little each of them brings
USUAL_BYTES, MOST_BYTES = 100_000_000, 2_000_000_000  # of a file, where nobody says how large it is
PACKINGS = ("gzip", "x-gzip", "deflate")
A_PAGE = "gave something else than the file, a web page (perhaps one to log in to this network)"


class RefusedError(Exception):
    """An origin did not give the file; the message says what it did instead: "answers 404 Not Found"."""


class Received(NamedTuple):
    """How a file came over.

    Attributes:
        joined: whether it holds bytes from more than one request.
        packed: whether the server says that it packed the file on the way (Content-Encoding). It may be wrong.
    """

    joined: bool = False
    packed: bool = False


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


def download(address: str, part: Path, size: int | None, any_server: bool) -> Received:
    """Download `address` into `part`, going on where an earlier attempt stopped.

    A connection that breaks is taken up again as long as something comes, `MOST_REQUESTS` times at most; one that stalls, or
    that takes longer for the whole than `SLOWEST` allows, is given up.

    Args:
        size: bytes that the file must have, if known.
        any_server: go on with what another server, or another day, has begun. Safe only where a SHA-256 will tell whether
            the halves belong together; otherwise the same server must confirm it (If-Range).

    Raises:
        RefusedError: the server does not answer, answers with an error, stalls, or offers a file of another size.
        CourseError: `part` cannot be written.
    """
    deadline = monotonic() + SECONDS_IN_ANY_CASE + (size or USUAL_BYTES) / SLOWEST
    failures = 0
    for _ in range(MOST_REQUESTS):
        before = _size(part)
        try:
            received = _request(address, part, size, any_server, deadline)
        except requests.RequestException as error:
            failures = 1 if _size(part) > before else failures + 1
            words = network.in_words(error)
            if words != network.BROKEN:
                raise RefusedError(words) from error
            if failures == FAILURES_IN_A_ROW:
                break
        else:
            if received:
                return received
    raise RefusedError(f"{network.BROKEN} again and again")


def _request(address: str, part: Path, size: int | None, any_server: bool, deadline: float) -> Received | None:
    """None if `part` turns out to be no beginning of the file: it is gone then, and the next request is for the whole."""
    offset = _size(part)
    if any_server and offset and offset == size:
        return Received(joined=True)
    if size and offset > size:
        part.unlink()
        return None
    headers = {"Accept-Encoding": "identity"} | _range(address, part, any_server)
    with network.ask(address, headers, SECONDS_TO_STALL) as answer:
        place = _place(answer, offset)
        if place is None:
            part.unlink()
            return None
        offset, packed, chunks = place, _packing(answer) in PACKINGS, network.body(answer, deadline)
        total = size if packed else _total(answer, offset, size)
        if size and total != size:
            offers = f"offers {total:,} bytes instead of {size:,}, so it is not the file that the course expects"
            raise RefusedError(A_PAGE if archives.WEB_PAGE.match(next(chunks, b"")) else offers)
        with _writing(part, offset, total, f"Downloading {part.stem}", resumable=not packed) as write:
            _remember_validator(part, address, answer)
            most = (total or MOST_BYTES) * (2 if packed else 1) - offset  # packing may make a little more of it
            for chunk in chunks:
                most -= len(chunk)
                if most < 0:
                    raise RefusedError(f"sends more than the {total or MOST_BYTES:,} bytes that the file may have")
                write(chunk)
    says_its_end = packed or "chunked" in answer.headers.get("Transfer-Encoding", "").lower()
    if not says_its_end and total and _size(part) < total and not archives.is_web_page(part):
        raise requests.exceptions.ChunkedEncodingError("the end is missing")
    return Received(offset > 0, packed)


def _place(answer: requests.Response, offset: int) -> int | None:
    """Behind how many bytes of `part` those of an answer belong; None if they do not begin where `part` ends.

    Raises:
        RefusedError: the answer holds no file.
    """
    if answer.status_code == HTTPStatus.OK:
        return 0
    begins = answer.headers.get("Content-Range", "").startswith(f"bytes {offset}-") and _packing(answer) == "identity"
    if answer.status_code == HTTPStatus.PARTIAL_CONTENT and begins:
        return offset
    if offset and answer.status_code in (HTTPStatus.PARTIAL_CONTENT, HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE):
        return None
    raise RefusedError(network.status_in_words(answer))


def _packing(answer: requests.Response) -> str:
    return answer.headers.get("Content-Encoding", "identity").strip().lower()


def _total(answer: requests.Response, offset: int, size: int | None) -> int | None:
    """How many bytes the file will have, as the server says, or else as the catalog does.

    Raises:
        RefusedError: it is too large for any file of the course.
    """
    length = answer.headers.get("Content-Length", "")
    if not re.fullmatch("[0-9]{1,18}", length):
        return size
    total = offset + int(length)
    if not size and total > MOST_BYTES:
        raise RefusedError(f"offers {megabytes(total)}, far too much for such data")
    return total


def unpack(part: Path, size: int | None) -> bool:
    """Undo in place the packing that a server put around a file on its way; whether there was one to undo.

    Raises:
        CourseError: the disk is full.
    """
    whole = part.with_name(part.name + ".whole")
    with disk_errors(whole):
        try:
            with part.open("rb") as stream, whole.open("wb") as written:
                unpacking = zlib.decompressobj(zlib.MAX_WBITS | 32)  # gzip or zlib, as it begins
                while (chunk := stream.read(CHUNK)) and written.tell() <= (size or MOST_BYTES):
                    written.write(unpacking.decompress(chunk))
            if unpacking.eof:
                whole.replace(part)
            return unpacking.eof
        except zlib.error:
            return False
        finally:
            whole.unlink(missing_ok=True)


def _range(address: str, part: Path, any_server: bool) -> dict[str, str]:
    """Headers that ask for the rest of `part`; empty if there is none, or nothing would tell that the halves fit."""
    beginning = {"Range": f"bytes={_size(part)}-"}
    if not _size(part):
        return {}
    if validator_file(part).is_file():
        server, _, validator = validator_file(part).read_text(encoding="utf-8", errors="replace").partition("\n")
        if server == without_password(address) and _is_validator(validator):
            return beginning | {"If-Range": validator}
    return beginning if any_server else {}


def validator_file(part: Path) -> Path:
    """Where a download notes the address and the version (ETag or date) of what is in `part`."""
    return part.with_name(part.name + ".version")


def _remember_validator(part: Path, address: str, answer: requests.Response) -> None:
    etag = answer.headers.get("ETag", "W/")
    validator = answer.headers.get("Last-Modified", "") if etag.startswith("W/") else etag
    with disk_errors(part):
        if _is_validator(validator):
            validator_file(part).write_text(f"{without_password(address)}\n{validator}", encoding="utf-8")
        else:
            validator_file(part).unlink(missing_ok=True)


def _is_validator(text: str) -> bool:
    """Whether a text can be sent as a header."""
    return bool(text) and text.isascii() and text.isprintable()


@contextmanager
def _writing(
    part: Path, offset: int, total: int | None, label: str, resumable: bool = True
) -> Iterator[Callable[[bytes], None]]:
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
    except BaseException as error:
        if not resumable or isinstance(error, CourseError | RefusedError):  # what was written only takes space
            part.unlink(missing_ok=True)
        raise


def _size(part: Path) -> int:
    return part.stat().st_size if part.is_file() else 0

"""Files: read with care, written whole (beside their place first and then renamed into it), and locked between processes."""

import errno
import json
import os
import re
import shutil
import tomllib
from collections.abc import Container, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import MISSING, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, TypeVar

from filelock import FileLock, Timeout

from course_utils.errors import CourseError, legible
from course_utils.paths import RESTORE

if TYPE_CHECKING:
    from nbformat import NotebookNode


class _Dataclass(Protocol):
    __dataclass_fields__: ClassVar[dict[str, Any]]


T = TypeVar("T", bound=_Dataclass)
SECONDS_BEFORE_SAYING = 2.0
CONFLICT = re.compile(r"^(?:<{7}|>{7}) ", re.MULTILINE)
ELSEWHERE = "choose another folder"
FULL = {errno.ENOSPC, errno.EDQUOT}
FORBIDDEN = {errno.EROFS, errno.EACCES, errno.EPERM}
# What reading a file and making sense of it raises where the file is to blame. (JSON of a thousand brackets recurses.)
SENSELESS = (OSError, ValueError, SyntaxError, LookupError, TypeError, AttributeError, OverflowError, RecursionError)


class NotebookError(CourseError):
    """One notebook is damaged; the others are not affected."""


@contextmanager
def made_sense_of(path: Path, what: str, remedy: str) -> Iterator[None]:
    """Turn whatever is wrong with a file into one sentence, while it is read and taken apart.

    Args:
        path: the file.
        what: what it should be, such as `"the record of a run"`.
        remedy: what to do about it, such as `"run its lesson again"`.

    Raises:
        CourseError: the file is missing or unreadable, or does not hold what it should.
    """
    try:
        yield
    except SENSELESS as error:
        raise CourseError(f"{path} cannot be read as {what} ({_reason(error)}); {remedy}.") from error


def _reason(error: Exception) -> str:
    match error:
        case OSError(strerror=str(words)):
            return words
        case UnicodeDecodeError():
            return "it is not text in UTF-8"
        case RecursionError():
            return "it is nested too deeply"
        case KeyError(args=(str(key),)):
            return f"{key!r} is missing"
        case ValueError() | SyntaxError():
            return str(error)
    return "it holds something else"


def read_json(path: Path) -> Any:
    """What a JSON file says; an editor may have put a byte-order mark before it.

    Raises:
        OSError: it is missing or cannot be read.
        ValueError: it is not JSON in UTF-8.
        RecursionError: its brackets are nested by the thousand.
    """
    return json.loads(path.read_text(encoding="utf-8-sig"))


def read_toml(path: Path) -> dict[str, Any]:
    """What a TOML file says.

    Raises:
        OSError: it is missing or cannot be read.
        ValueError: it is not TOML in UTF-8.
        RecursionError: its brackets are nested by the thousand.
    """
    return tomllib.loads(path.read_text(encoding="utf-8-sig"))


def made_of(table: Any, kind: type[T]) -> T:
    """A dataclass from a table of a file; keys that it does not know, such as those of a later version, are passed over.

    Raises:
        ValueError: a key is missing, or its value is of another kind than the field's.
    """
    known = fields(kind)
    check_keys(
        table,
        {field.name: field.type for field in known},
        optional=[field.name for field in known if field.default is not MISSING],
    )
    return kind(**{field.name: table[field.name] for field in known if field.name in table})


def check_keys(table: object, kinds: Mapping[str, Any], optional: Container[str] = ()) -> None:
    """Make sure that a table from a file has these keys with values of these kinds; what else it has does not matter.

    Raises:
        ValueError: a key is missing, or its value is of another kind.
    """
    if not isinstance(table, dict):
        raise ValueError("it holds no keys where it should")
    for key, kind in kinds.items():
        if key in table:
            if not _is_a(table[key], kind):
                raise ValueError(f"{key!r} is of the wrong type")
        elif key not in optional:
            raise ValueError(f"{key!r} is missing")


def _is_a(value: object, kind: Any) -> bool:
    """As `isinstance`, but a whole number may stand for any number, and `true` for none."""
    if isinstance(value, bool):
        return kind is bool
    return isinstance(value, kind) or (isinstance(value, int) and isinstance(float(value), kind))


def read_notebook(path: Path, remedy: str = RESTORE) -> dict[str, Any]:
    """What the JSON of a notebook says; each of its `cells` has a `cell_type`, a `source` and `metadata`.

    It is read without nbformat, whose import would cost more than all else that `course run` itself does.

    Args:
        path: the notebook.
        remedy: what to do if it is damaged.

    Raises:
        NotebookError: there is no such file, or it is no notebook; the message tells git's conflict marks.
    """
    try:
        with made_sense_of(path, "a notebook", remedy):
            notebook: dict[str, Any] = read_json(path)
            _check_notebook(notebook)
    except CourseError as error:
        if isinstance(error.__cause__, FileNotFoundError):
            raise NotebookError(f"There is no notebook {path}.") from error
        if _in_conflict(path):
            raise NotebookError(f"{path} holds git's conflict marks (<<<<<<<): finish the merge, or {remedy}.") from error
        raise NotebookError(str(error)) from error
    return notebook


def read_outputs(path: Path, remedy: str = RESTORE) -> "NotebookNode":
    """A notebook as nbformat reads it, outputs and all, each checked for its form.

    Args:
        path: the notebook.
        remedy: what to do if it is damaged.

    Raises:
        NotebookError: as `read_notebook`; or an output, or whatever else is in it, has not the form that it should.
    """
    import nbformat

    version = read_notebook(path, remedy).get("nbformat")
    try:
        if version != 4:
            raise ValueError(f"it is of version {version} in place of 4")
        notebook = nbformat.reader.reads(path.read_text(encoding="utf-8-sig"))
        nbformat.validate(notebook, relax_add_props=True)  # a later version may know more
    except (nbformat.ValidationError, *SENSELESS) as error:
        reason = str(error).partition("\n")[0]
        raise NotebookError(f"{path} cannot be read as a notebook ({reason}); {remedy}.") from error
    return notebook


def _check_notebook(notebook: dict[str, Any]) -> None:
    """Raise one of `SENSELESS` where anything that the course looks at is of another kind."""
    if not isinstance(notebook.get("metadata", {}), dict) or not isinstance(notebook.get("nbformat_minor", 0), int):
        raise TypeError
    for cell in notebook["cells"]:
        source = cell["source"] if isinstance(cell["source"], list) else [cell["source"]]
        texts = [cell["cell_type"], cell.get("id", ""), *source, *cell["metadata"].get("tags", [])]
        if not all(isinstance(text, str) for text in texts):
            raise TypeError


def _in_conflict(path: Path) -> bool:
    with suppress(OSError):
        return CONFLICT.search(path.read_text(encoding="utf-8", errors="replace")) is not None
    return False


class DiskError(CourseError):
    """The disk is in the way: full, forbidden or broken. What is on it may be right."""


@contextmanager
def disk_errors(path: Path, elsewhere: str, doing: str = "written") -> Iterator[None]:
    """Turn the operating system's errors at `path` into one sentence, which names the disk that is full.

    Args:
        path: what is written, or read.
        elsewhere: how to have it in another place, such as `"set COURSE_BUILD to another folder"`.
        doing: `"written"` or `"read"`.

    Raises:
        DiskError: it could not be written, or read.
    """
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise DiskError(
                f"The disk is full: {path} could not be written; free some space on {_disk_of(path)} or {elsewhere}."
            ) from error
        if error.errno in FORBIDDEN:
            raise DiskError(f"{path} cannot be {doing} (no permission); change that or {elsewhere}.") from error
        if isinstance(error, NotADirectoryError | FileExistsError):
            raise DiskError(f"{path} needs a folder where a file is; move that or {elsewhere}.") from error
        raise DiskError(f"{path} cannot be {doing} ({error.strerror or error}); check the disk or {elsewhere}.") from error


def _disk_of(path: Path) -> str:
    """Where the disk that `path` lies on is mounted."""
    place = Path(os.path.realpath(path))
    return str(next(folder for folder in (place, *place.parents) if os.path.ismount(folder)))


@contextmanager
def written_beside(path: Path) -> Iterator[Path]:
    """Give a place beside `path` to write to; it takes the place of `path` when the block has succeeded, in one step.

    Folders above it are made. If the block fails, what was there before still is, and nothing lies beside it.

    Raises:
        OSError: it could not be written.
    """
    beside = path.with_name(f"{path.name}.{os.getpid()}.part")
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        yield beside
        beside.replace(path)
    finally:
        with suppress(OSError):
            beside.unlink(missing_ok=True)


def replace_text(path: Path, text: str) -> None:
    """Put `text` at `path` in one step, in UTF-8; folders above it are made.

    Raises:
        OSError: it could not be written; what was there before still is.
    """
    with written_beside(path) as beside:
        _write(beside, text)


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", errors="backslashreplace", newline="\n")


def write_text(path: Path, text: str, elsewhere: str = ELSEWHERE) -> None:
    """`replace_text`, with its errors as a sentence.

    Raises:
        CourseError: the folder cannot be written to, or the disk is full.
    """
    with disk_errors(path, elsewhere):
        replace_text(path, text)


def write_texts(texts: Mapping[Path, str]) -> None:
    """Put several texts in their places: all of them or, whatever comes between, none.

    Raises:
        CourseError: one of them cannot be written; what was there before still is, everywhere.
    """
    with ExitStack() as kept:
        for path in texts:
            kept.enter_context(disk_errors(path, ELSEWHERE))
            kept.enter_context(_put_back(path))
        # as this stack ends, each file that was written beside takes its place
        with ExitStack() as writing:
            for path, text in texts.items():
                writing.enter_context(disk_errors(path, ELSEWHERE))
                _write(writing.enter_context(written_beside(path)), text)


@contextmanager
def _put_back(path: Path) -> Iterator[None]:
    """Keep a copy of `path`, which takes its place again if the block fails."""
    before = path.with_name(f"{path.name}.{os.getpid()}.before")
    existed = os.path.lexists(path)
    if existed:
        with written_beside(before) as part:
            shutil.copyfile(path, part)
    try:
        yield
    except BaseException:
        if existed:
            before.replace(path)
        else:
            path.unlink(missing_ok=True)
        raise
    finally:
        before.unlink(missing_ok=True)


def json_text(content: object) -> str:
    """`content` as JSON with sorted keys, as a file of the course holds it."""
    return json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def write_json(path: Path, content: object, elsewhere: str = ELSEWHERE) -> None:
    """Write `content` as JSON with sorted keys.

    Raises:
        CourseError: as `write_text`.
    """
    write_text(path, json_text(content), elsewhere)


@contextmanager
def locked(lock_file: Path, seconds: float, setting: str) -> Iterator[None]:
    """Hold a lock file against other processes; folders above it are made.

    After a moment a sentence says what is waited for. On a network disk the holder may be another computer, or one that has
    gone away without letting go.

    Args:
        seconds: how long to wait before giving up.
        setting: the environment variable that names another place for what is locked.

    Raises:
        CourseError: another process did not let go in time.
        OSError: the lock file cannot be made, or its file system knows no locks.
    """
    lock_file.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(lock_file)
    at_once = min(seconds, SECONDS_BEFORE_SAYING)
    try:
        try:
            lock.acquire(timeout=at_once)
        except Timeout:
            print(f"Another process is working on {legible(lock_file.stem.lstrip('.'))}; waiting for it.", flush=True)
            lock.acquire(timeout=seconds - at_once)
    except Timeout as error:
        raise CourseError(
            f"Another process, here or on a computer that shares this disk, still holds {lock_file}; end it, or delete "
            f"that file if there is none, or set {setting} to a folder on a disk of this computer."
        ) from error
    try:
        yield
    finally:
        lock.release()

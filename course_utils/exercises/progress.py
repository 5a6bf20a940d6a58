"""Which exercises a student has solved: one small file beside their copies of the lessons. Nothing leaves the machine.

A student who wants to show it to a teacher makes a copy of it, and hands that in.
"""

import os
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Literal, NotRequired, TypeAlias, TypedDict

from course_utils.errors import CourseError, legible
from course_utils.files import check_keys, locked, made_sense_of, read_json, write_json
from course_utils.paths import NOTEBOOKS, RUN_MARK, elsewhere, workspace_dir

SECONDS_TO_WAIT = 10.0
MOST = 1_000_000  # of anything that is counted


class Entry(TypedDict):
    """What is kept of an exercise: how often it was tried, and the local time when it was first solved, else None.

    `predicted` stands with it if what solved it was a prediction that the run did not bear out; `hints` and `solutions`, how
    often a hint or the solution was shown, once one was. Files from before these were counted have none.
    """

    attempts: int
    solved: str | None
    predicted: NotRequired[bool]
    hints: NotRequired[int]
    solutions: NotRequired[int]


Shown: TypeAlias = Literal["hints", "solutions"]
_OPTIONAL = {"predicted": bool, "hints": int, "solutions": int}


class _Kept(TypedDict):
    """What the file holds. A later version of the course may keep more, here and in each entry, which stays."""

    exercises: dict[str, Entry]


def progress_file() -> Path:
    """Where progress is kept: a hidden JSON file in the workspace."""
    return workspace_dir() / ".progress.json"


def record_attempt(lesson: str, exercise: str, solved: bool, predicted: bool = False) -> None:
    """Count an attempt at an exercise, and keep when it was first solved.

    Only answers given in the student's own copies count: running the lessons of the repository, solutions and all, solves
    nothing. A learner who works elsewhere is told so once. If the file cannot be written, one sentence says so and the
    lesson goes on.
    """

    def count(entry: Entry) -> None:
        entry["attempts"] += 1
        if solved and not entry["solved"]:
            entry["solved"] = datetime.now().isoformat(timespec="seconds")
            if predicted:
                entry["predicted"] = True

    _change(lesson, exercise, count)


def record_shown(lesson: str, exercise: str, what: Shown) -> None:
    """Count that a hint or the solution of an exercise was shown; as `record_attempt` otherwise."""

    def count(entry: Entry) -> None:
        entry[what] = entry.get(what, 0) + 1

    _change(lesson, exercise, count)


def _change(lesson: str, exercise: str, change: Callable[[Entry], None]) -> None:
    """Change what is kept of an exercise, if this is the student's own copy of it."""
    if not _in_the_workspace():
        with suppress(OSError):  # the folder may be gone
            if _somebody_learns():
                _say_where_progress_is_kept()
        return
    try:
        with _locked():
            kept = _read_or_put_aside()
            change(kept["exercises"].setdefault(f"{lesson}/{exercise}", {"attempts": 0, "solved": None}))
            write_json(progress_file(), kept, elsewhere("COURSE_WORKSPACE"))
    except (OSError, CourseError) as error:
        reason = f"{legible(str(progress_file()))}: {error.strerror}." if isinstance(error, OSError) else error
        print(f"(Your progress could not be kept: {reason} The answer itself is not affected.)")


def attempts() -> dict[str, Entry]:
    """What is kept of each tried exercise, by `lesson/name`.

    Raises:
        CourseError: the file cannot be read, or is damaged and cannot be put aside.
    """
    try:
        return _read()["exercises"]
    except CourseError as damaged:
        with suppress(OSError), _locked():
            return _read_or_put_aside()["exercises"]
        raise damaged


def solved_exercises(lesson: str) -> set[str]:
    """Names of the exercises of a lesson that the student has solved.

    Raises:
        CourseError: as `attempts`.
    """
    prefix = f"{lesson}/"
    return {name.removeprefix(prefix) for name, entry in attempts().items() if name.startswith(prefix) and entry["solved"]}


def read_copy(path: Path) -> dict[str, Entry]:
    """What a copy of somebody's progress says of each exercise, by `lesson/name`.

    Raises:
        CourseError: it cannot be read, or is no such copy.
    """
    with made_sense_of(path, "a copy of somebody's progress", "ask for another one"):
        content = read_json(path)
        if "exercises" not in content:
            raise ValueError("it names no exercises")
        kept = _made_of(content)["exercises"]
        counts = [entry.get(count, 0) for entry in kept.values() for count in ("attempts", "hints", "solutions")]
        if not all(0 <= count <= MOST for count in counts):  # type: ignore[operator]
            raise ValueError("nobody has tried that often")
        return kept


def write_copy(path: Path) -> None:
    """Write a copy of your progress, to be handed in; an earlier copy is replaced, any other file is not.

    Raises:
        CourseError: your progress cannot be read; or another file is in the way, or the copy cannot be written.
    """
    kept = _read()
    if os.path.lexists(path):
        try:
            read_copy(path)
        except CourseError as error:
            raise CourseError(f"{path} is there already and is no copy of your progress; choose another name.") from error
    write_json(path, kept)


@cache
def _say_where_progress_is_kept() -> None:
    print(
        f"(Your progress is not kept here: this notebook works in {legible(str(Path.cwd()))}, and your own copies of the "
        f"lessons are in {legible(str(workspace_dir()))}. `course lab` opens those.)"
    )


def _somebody_learns() -> bool:
    """Not in a `course run`, nor where tests execute the lessons in their own folder; Jupyter names what a person opens."""
    return RUN_MARK not in os.environ and ("JPY_SESSION_NAME" in os.environ or Path.cwd().resolve() != NOTEBOOKS)


def _in_the_workspace() -> bool:
    try:
        return Path.cwd().resolve().is_relative_to(workspace_dir())
    except OSError:
        return False


def _locked() -> AbstractContextManager[None]:
    return locked(progress_file().with_suffix(".lock"), SECONDS_TO_WAIT, "COURSE_WORKSPACE")


def _read() -> _Kept:
    """What the file holds, nothing if there is none.

    Raises:
        CourseError: it cannot be read, or makes no sense.
    """
    with made_sense_of(progress_file(), "your progress", "mend it, or move it away"):
        try:
            return _made_of(read_json(progress_file()))
        except FileNotFoundError:
            return {"exercises": {}}


def _made_of(content: Any) -> _Kept:
    """What a file of progress holds, once it is known to be one; raises one of `files.SENSELESS` if it is none."""
    kept: _Kept = content
    for entry in kept.setdefault("exercises", {}).values():
        check_keys(entry, {"attempts": int, "solved": str | None, **_OPTIONAL}, optional=_OPTIONAL)
    return kept


def _read_or_put_aside() -> _Kept:
    """As `_read`, but a file that makes no sense is kept aside, and said so. Hold the lock around it."""
    path = progress_file()
    try:
        return _read()
    except CourseError as damaged:
        if isinstance(damaged.__cause__, OSError):
            raise
        aside = _aside(path)
        try:
            path.replace(aside)
        except OSError:
            raise damaged from None
    print(
        f"{legible(str(path))} was damaged and is kept as {aside.name}; counting starts anew. If you have an earlier copy "
        "of it, put that in its place."
    )
    return {"exercises": {}}


def _aside(path: Path) -> Path:
    """A name beside `path` that nothing has yet."""
    number = 1
    while (aside := path.with_name(f".progress.damaged-{number}.json")).exists():
        number += 1
    return aside

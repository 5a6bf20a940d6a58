"""Which exercises a student has solved: one small file beside their copies of the lessons. Nothing leaves the machine."""

import json
import os
from contextlib import suppress
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, NotRequired, TypedDict

from course_utils.errors import CourseError, legible
from course_utils.files import locked, replace_text
from course_utils.paths import NOTEBOOKS, RUN_MARK, workspace_dir

SECONDS_TO_WAIT = 10.0


class Entry(TypedDict):
    """What is kept of an exercise: how often it was tried, and the local time when it was first solved, else None.

    `predicted` stands with it if what solved it was a prediction that the run did not bear out.
    """

    attempts: int
    solved: str | None
    predicted: NotRequired[bool]


def progress_file() -> Path:
    """Where progress is kept: a hidden JSON file in the workspace."""
    return workspace_dir() / ".progress.json"


def record_attempt(lesson: str, exercise: str, solved: bool, predicted: bool = False) -> None:
    """Count an attempt at an exercise, and keep when it was first solved.

    Only answers given in the student's own copies count: running the lessons of the repository, solutions and all, solves
    nothing. A learner who works elsewhere is told so once. If the file cannot be written, one sentence says so and the
    lesson goes on.
    """
    if not _in_the_workspace():
        with suppress(OSError):  # the folder may be gone
            if _somebody_learns():
                _say_where_progress_is_kept()
        return
    try:
        with locked(progress_file().with_suffix(".lock"), SECONDS_TO_WAIT, "COURSE_WORKSPACE"):
            entries = _read()
            entry = entries.setdefault(f"{lesson}/{exercise}", {"attempts": 0, "solved": None})
            entry["attempts"] += 1
            if solved and not entry["solved"]:
                entry["solved"] = datetime.now().isoformat(timespec="seconds")
                if predicted:
                    entry["predicted"] = True
            replace_text(progress_file(), json.dumps({"exercises": entries}, indent=1, sort_keys=True) + "\n")
    except (OSError, CourseError) as error:
        reason = f"{progress_file()}: {error.strerror}." if isinstance(error, OSError) else error
        print(f"(Your progress could not be kept: {reason} The answer itself is not affected.)")


def attempts() -> dict[str, Entry]:
    """What is kept of each tried exercise, by `lesson/name`."""
    return _read()


def solved_exercises(lesson: str) -> set[str]:
    """Names of the exercises of a lesson that the student has solved."""
    prefix = f"{lesson}/"
    return {name.removeprefix(prefix) for name, entry in _read().items() if name.startswith(prefix) and entry["solved"]}


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


def _read() -> dict[str, Entry]:
    """The entries of the file; one that makes no sense is kept aside, and said so."""
    path = progress_file()
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))["exercises"]
        return {str(name): _entry(entry) for name, entry in entries.items()}
    except FileNotFoundError:
        return {}
    except (ValueError, KeyError, TypeError, AttributeError):
        aside = _aside(path)
        try:
            path.replace(aside)
        except FileNotFoundError:  # another notebook was quicker
            return {}
        print(f"Your progress file could not be read. It is kept as {aside.name}; counting starts anew.")
        return {}


def _entry(kept: dict[str, Any]) -> Entry:
    entry: Entry = {"attempts": int(kept["attempts"]), "solved": kept["solved"]}
    return entry | {"predicted": True} if kept.get("predicted") else entry


def _aside(path: Path) -> Path:
    """A name beside `path` that nothing has yet."""
    number = 1
    while (aside := path.with_name(f".progress.damaged-{number}.json")).exists():
        number += 1
    return aside

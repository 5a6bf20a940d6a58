"""The student's own copies of the lessons: without solutions and outputs, and never overwritten once they hold changes.

All copies lie side by side in the workspace, named as their lessons. `.copies.json` there records each copy as it was handed
out, which is how a later call tells the student's changes from the course's.
"""

import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any, TypeAlias

from course_utils.errors import CourseError
from course_utils.exercises.solutions import without_solutions
from course_utils.files import NotebookError, locked, read_notebook, write_json, write_text, written_beside
from course_utils.paths import NOTEBOOKS
from course_utils.syllabus import written_lessons

NEW, UPDATED, KEPT, BESIDE, DAMAGED = "new", "updated", "kept", "beside", "damaged"

# as they stand in the JSON of a file
Notebook: TypeAlias = dict[str, Any]
Cell: TypeAlias = dict[str, Any]

RECORD = ".copies.json"
SECONDS_TO_WAIT = 60.0
KEPT_METADATA = ("kernelspec", "language_info")
LINK = re.compile(r"(?<=\]\()[^)\s#:]+(?=[)\s#])")


@dataclass(frozen=True)
class Outcome:
    """What became of one lesson's copy.

    `status` is `new` (handed out), `updated` (the student had changed nothing, so the lesson's new version took its place),
    `kept` (nothing to do), `beside` (the lesson's new version was put at `path`, since the student's copy holds changes) or
    `damaged` (the lesson cannot be read, as `trouble` says; a copy that is there stays as it is).
    """

    lesson: str
    status: str
    path: Path
    trouble: str = ""


def fill_workspace(workspace: Path, notebooks: Sequence[Path] | None = None) -> list[Outcome]:
    """Put a student copy of each lesson into `workspace`, and bring those up to date that the student has not changed.

    Running a copy changes its outputs and its metadata only, and does not count as a change; neither does an empty cell,
    such as JupyterLab adds after the last one.

    Args:
        workspace: folder of the copies; made if it is missing. Other files in it are left alone.
        notebooks: the lessons; None: all that are written.

    Raises:
        CourseError: the workspace cannot be written to.
    """
    if notebooks is None:
        notebooks = [lesson.path for lesson in written_lessons()]
    with _locked(workspace):
        record = _read_record(workspace)
        outcomes = [_hand_out(notebook, workspace, record) for notebook in notebooks]
        write_json(workspace / RECORD, record)
    return outcomes


def reset_copy(notebook: Path, workspace: Path) -> Path:
    """Replace the student's copy of a lesson by a fresh one; returns where the student's own is kept from now on.

    Raises:
        CourseError: there is no copy of this lesson, or the workspace cannot be written to. The copy is then as it was.
    """
    with _locked(workspace):
        copy = find_copy(notebook, workspace)
        fresh = student_copy(notebook, workspace)
        backup = _back_up(copy)
        write_text(copy, notebook_text(fresh))
        write_json(workspace / RECORD, _read_record(workspace) | {copy.name: fingerprint(fresh)})
    return backup


def find_copy(notebook: Path, workspace: Path) -> Path:
    """The student's copy of a lesson.

    Raises:
        CourseError: there is none.
    """
    copy = workspace / notebook.name
    if not copy.is_file():
        raise CourseError(f"{notebook.stem} is not in {workspace} yet; `course lab` puts it there.")
    return copy


def student_copy(notebook: Path, workspace: Path) -> Notebook:
    """The lesson as a student gets it: solutions replaced by stubs, without outputs, its links leading on from `workspace`.

    Cells keep their ids, by which the exercises are found, and stay folded where the lesson has them folded.

    Raises:
        NotebookError: the lesson cannot be read, or its solutions are not marked as they should be.
    """
    content = read_notebook(notebook)
    cells = [_student_cell(cell, notebook, workspace) for cell in content["cells"]]
    metadata = {key: value for key, value in content.get("metadata", {}).items() if key in KEPT_METADATA}
    return {**content, "cells": cells, "metadata": metadata}


def fingerprint(content: Notebook) -> str:
    """SHA-256 over what a student changes on purpose: id, type and source of each cell that is not empty."""
    cells = [[cell.get("id"), cell["cell_type"], _source(cell)] for cell in content["cells"]]
    return hashlib.sha256(json.dumps([cell for cell in cells if cell[2].strip()]).encode()).hexdigest()


def notebook_text(content: Notebook) -> str:
    """A notebook as Jupyter writes it to a file."""
    return json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def _student_cell(cell: Cell, notebook: Path, workspace: Path) -> Cell:
    source = _source(cell)
    if cell["cell_type"] == "code":
        try:
            source = without_solutions(source)
        except CourseError as error:
            raise NotebookError(f"{notebook.name}, cell {cell.get('id')}: {error}") from error
        cell = {**cell, "outputs": [], "execution_count": None}
    elif cell["cell_type"] == "markdown":
        source = LINK.sub(lambda link: _link_from(workspace, link[0], notebook), source)
    return {**cell, "source": source.splitlines(keepends=True)}


def _link_from(workspace: Path, target: str, notebook: Path) -> str:
    """A link of the lesson as it must be in the workspace; those to other lessons stay, since copies lie side by side."""
    path = (notebook.parent / target).resolve()
    if not path.exists() or (path.parent == notebook.parent.resolve() and path.suffix == ".ipynb"):
        return target
    try:
        return Path(os.path.relpath(path, workspace)).as_posix()
    except ValueError:  # on Windows, another drive: no relative path leads there
        return target


def _hand_out(notebook: Path, workspace: Path, record: dict[str, str]) -> Outcome:
    """Bring one copy up to date, and its line in `record`."""
    copy = workspace / notebook.name
    try:
        content = student_copy(notebook, workspace)
    except NotebookError as error:
        return Outcome(notebook.stem, DAMAGED, copy, str(error))
    version = fingerprint(content)

    def write(path: Path, status: str) -> Outcome:
        write_text(path, notebook_text(content))
        record[path.name] = version
        return Outcome(notebook.stem, status, path)

    if not os.path.lexists(copy):
        return write(copy, NEW)
    if _fingerprint_of(copy) == version:
        record[copy.name] = version
    elif _is_untouched(copy, record):
        return write(copy, UPDATED)
    elif record.get(copy.name) != version and version not in _handed_out_beside(copy, record):
        return write(_place_beside(copy, record), BESIDE)
    return Outcome(notebook.stem, KEPT, copy)


def _handed_out_beside(copy: Path, record: dict[str, str]) -> set[str]:
    """The versions already put beside a copy; one that the student has deleted or changed is not pressed on them again."""
    names = re.compile(rf"{re.escape(copy.stem)}\.new(-\d+)?\.ipynb")
    return {version for name, version in record.items() if names.fullmatch(name)}


def _place_beside(copy: Path, record: dict[str, str]) -> Path:
    """Where a new version goes: the first name that is free, or held by an older version without changes."""
    return next(path for path in _numbered(copy, "new") if not os.path.lexists(path) or _is_untouched(path, record))


def _is_untouched(path: Path, record: dict[str, str]) -> bool:
    """Whether a file in the workspace holds what was handed out under its name."""
    found = _fingerprint_of(path)
    return found is not None and found == record.get(path.name)


def _back_up(copy: Path) -> Path:
    """Copy a file to a name beside it that nothing has yet."""
    backup = next(path for path in _numbered(copy, "backup") if not os.path.lexists(path))
    try:
        with written_beside(backup) as part:
            shutil.copyfile(copy, part)
    except OSError as error:
        raise CourseError(f"{backup} cannot be written ({error.strerror}); make room, then reset.") from error
    return backup


def _numbered(copy: Path, word: str) -> Iterator[Path]:
    """`02_name.WORD.ipynb`, `02_name.WORD-2.ipynb` and so on."""
    yield copy.with_name(f"{copy.stem}.{word}.ipynb")
    yield from (copy.with_name(f"{copy.stem}.{word}-{number}.ipynb") for number in count(2))


def _fingerprint_of(path: Path) -> str | None:
    """The fingerprint of a file in the workspace; None if it is damaged, which only the student may decide about."""
    try:
        return fingerprint(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _source(cell: Cell) -> str:
    """A cell's text, which Jupyter keeps as one string or as a list of lines."""
    return "".join(cell["source"])


def _read_record(workspace: Path) -> dict[str, str]:
    """Name and fingerprint of what was handed out; without it, or if it is damaged, copies count as the student's."""
    try:
        record = json.loads((workspace / RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    if not isinstance(record, dict):
        return {}
    return {name: version for name, version in record.items() if isinstance(version, str)}


@contextmanager
def _locked(workspace: Path) -> Iterator[None]:
    """Hold the workspace against a second `course` command.

    Raises:
        CourseError: it is the lessons' own folder, or cannot be written to.
    """
    if workspace.resolve() == NOTEBOOKS:
        raise CourseError(f"{workspace} holds the lessons themselves; set COURSE_WORKSPACE to another folder.")
    with ExitStack() as stack:
        try:
            stack.enter_context(locked(workspace / ".copies.lock", SECONDS_TO_WAIT, "COURSE_WORKSPACE"))
        except OSError as error:
            raise CourseError(
                f"{workspace} cannot be written to ({error.strerror}); set COURSE_WORKSPACE to another folder."
            ) from error
        yield

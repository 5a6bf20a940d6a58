"""The student's own copies of the lessons: without solutions and outputs, and kept up to date around the student's changes.

All copies lie side by side in the workspace, named as their lessons. `.copies/` there holds each as it was handed out, which
is how a later call tells the student's changes from the course's.
"""

import json
import os
import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from course_utils.errors import CourseError
from course_utils.exercises.solutions import without_solutions
from course_utils.files import NotebookError, disk_errors, locked, read_notebook, write_text, written_beside
from course_utils.paths import NOTEBOOKS, RESTORE, elsewhere
from course_utils.student.merge import Cell, Notebook, is_unchanged, merge, source
from course_utils.syllabus import written_lessons

NEW, UPDATED, MERGED, KEPT, BESIDE, DAMAGED = "new", "updated", "merged", "kept", "beside", "damaged"

RECORD = ".copies"
SECONDS_TO_WAIT = 60.0
ELSEWHERE = elsewhere("COURSE_WORKSPACE")
KEPT_METADATA = ("kernelspec", "language_info")
# It opens the lesson where the student is not, and its picture is out of JupyterLab's reach if the workspace lies elsewhere.
COLAB_BADGE = re.compile(r"^\[!\[[^\]]*\]\([^)]*\)\]\(https://colab\.[^)]*\)\n+", re.M)
LINK = re.compile(r"(?<=\]\()[^)\s#:]+(?=[)\s#])")


@dataclass(frozen=True)
class Outcome:
    """What became of one lesson's copy.

    `status` is `new` (handed out), `updated` (the student had changed nothing, and it is the new version now), `merged` (it
    has what is new and what the student changed), `beside` (the lesson has changed where the student has, too, or nobody
    knows what the student changed: the whole new version is at `path`), `kept` (nothing to do) or `damaged` (the lesson
    cannot be read, as `trouble` says; a copy that is there stays as it is).
    """

    lesson: str
    status: str
    path: Path
    trouble: str = ""


def fill_workspace(workspace: Path, notebooks: Sequence[Path] | None = None) -> list[Outcome]:
    """Put a student copy of each lesson into `workspace`, and bring up to date those that are there.

    What a student changed stays as it is (see `merge`). Running and saving a copy is no change.

    Args:
        workspace: folder of the copies; made if it is missing. Other files in it are left alone.
        notebooks: the lessons; None: all that are written.

    Raises:
        CourseError: the workspace cannot be written to.
    """
    if notebooks is None:
        notebooks = [lesson.path for lesson in written_lessons()]
    with _locked(workspace):
        return [_hand_out(notebook, workspace) for notebook in notebooks]


def reset_copy(notebook: Path, workspace: Path) -> Path:
    """Replace the student's copy of a lesson by a fresh one; returns where the student's own is kept from now on.

    Raises:
        CourseError: there is no copy of this lesson, or the workspace cannot be written to. The copy is then as it was.
    """
    with _locked(workspace):
        copy = find_copy(notebook, workspace)
        fresh = student_copy(notebook, workspace)
        backup = _back_up(copy)
        _write(copy, fresh, fresh)
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
    """The lesson as a student gets it: solutions replaced by stubs, without outputs and badge, its links leading on.

    Cells keep their ids, by which the exercises are found, and stay folded where the lesson has them folded.

    Raises:
        NotebookError: the lesson cannot be read, or its solutions are not marked as they should be.
    """
    content = read_notebook(notebook)
    if not all(cell.get("id") for cell in content["cells"]) or "nbformat_minor" not in content:
        raise NotebookError(f"{notebook} has cells without an id, by which exercises are found; {RESTORE}.")
    cells = [_student_cell(cell, notebook, workspace) for cell in content["cells"]]
    metadata = {key: value for key, value in content.get("metadata", {}).items() if key in KEPT_METADATA}
    return {**content, "cells": cells, "metadata": metadata}


def notebook_text(content: Notebook) -> str:
    """A notebook as Jupyter writes it to a file."""
    return json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def _student_cell(cell: Cell, notebook: Path, workspace: Path) -> Cell:
    text = source(cell)
    if cell["cell_type"] == "code":
        try:
            text = without_solutions(text)
        except CourseError as error:
            raise NotebookError(f"{notebook.name}, cell {cell.get('id')}: {error}") from error
        cell = {**cell, "outputs": [], "execution_count": None}
    elif cell["cell_type"] == "markdown":
        text = LINK.sub(lambda link: _link_from(workspace, link[0], notebook), COLAB_BADGE.sub("", text))
    return {**cell, "source": text.splitlines(keepends=True)}


def _link_from(workspace: Path, target: str, notebook: Path) -> str:
    """A link of the lesson as it must be in the workspace; those to other lessons stay, since copies lie side by side."""
    path = (notebook.parent / target).resolve()
    if not path.exists() or (path.parent == notebook.parent.resolve() and path.suffix == ".ipynb"):
        return target
    try:
        return Path(os.path.relpath(path, workspace)).as_posix()
    except ValueError:  # on Windows, another drive: no relative path leads there
        return target


def _hand_out(notebook: Path, workspace: Path) -> Outcome:
    """Bring one copy up to date."""
    copy = workspace / notebook.name
    try:
        new = student_copy(notebook, workspace)
    except NotebookError as error:
        return Outcome(notebook.stem, DAMAGED, copy, str(error))
    if not os.path.lexists(copy):
        _write(copy, new, new)
        return Outcome(notebook.stem, NEW, copy)
    base, mine = _read(_record_of(copy)), _read(copy)
    if base == new:
        return Outcome(notebook.stem, KEPT, copy)
    if base is None and mine is not None and is_unchanged(mine, new):
        write_text(_record_of(copy), notebook_text(new), ELSEWHERE)
        return Outcome(notebook.stem, KEPT, copy)
    if base is None or mine is None:
        return _hand_out_beside(copy, new)
    merged, left_out = merge(base, mine, new)
    # before the copy is recorded: if this is cut short, the next call does all of it
    beside = _hand_out_beside(copy, new) if left_out else None
    _write(copy, merged, new)
    if beside is not None and beside.status == BESIDE:
        return beside
    if is_unchanged(merged, mine):
        return Outcome(notebook.stem, KEPT, copy)
    return Outcome(notebook.stem, UPDATED if is_unchanged(mine, base) else MERGED, copy)


def _hand_out_beside(copy: Path, new: Notebook) -> Outcome:
    """Put the new version beside a copy; one that the student has deleted or changed there is not pressed on them again."""
    names = re.compile(rf"{re.escape(copy.stem)}\.new(-\d+)?\.ipynb")
    given = [path for folder in (copy.parent, _record_of(copy).parent) for path in folder.glob("*.ipynb")]
    if any(is_unchanged(known, new) for path in given if names.fullmatch(path.name) and (known := _read(path))):
        return Outcome(copy.stem, KEPT, copy)
    beside = next(path for path in _numbered(copy, "new") if not os.path.lexists(path) or _is_as_handed_out(path))
    _write(beside, new, new)
    return Outcome(copy.stem, BESIDE, beside)


def _is_as_handed_out(path: Path) -> bool:
    """Whether a file in the workspace holds what was handed out under its name."""
    handed_out, found = _read(_record_of(path)), _read(path)
    return handed_out is not None and found is not None and is_unchanged(handed_out, found)


def _write(path: Path, content: Notebook, handed_out: Notebook) -> None:
    """Write a notebook into the workspace and then, as its record, what the course has given to it."""
    write_text(path, notebook_text(content), ELSEWHERE)
    write_text(_record_of(path), notebook_text(handed_out), ELSEWHERE)


def _record_of(path: Path) -> Path:
    return path.parent / RECORD / path.name


def _back_up(copy: Path) -> Path:
    """Copy a file to a name beside it that nothing has yet."""
    backup = next(path for path in _numbered(copy, "backup") if not os.path.lexists(path))
    with disk_errors(backup, ELSEWHERE), written_beside(backup) as part:
        shutil.copyfile(copy, part)
    return backup


def _numbered(copy: Path, word: str) -> Iterator[Path]:
    """`02_name.WORD.ipynb`, `02_name.WORD-2.ipynb` and so on."""
    yield copy.with_name(f"{copy.stem}.{word}.ipynb")
    yield from (copy.with_name(f"{copy.stem}.{word}-{number}.ipynb") for number in count(2))


def _read(path: Path) -> Notebook | None:
    """A notebook in the workspace; None if it is missing or damaged, which only the student may decide about."""
    try:
        return read_notebook(path)
    except NotebookError:
        return None


@contextmanager
def _locked(workspace: Path) -> Iterator[None]:
    """Hold the workspace against a second `course` command.

    Raises:
        CourseError: it is the lessons' own folder, or cannot be written to.
    """
    if workspace.resolve() == NOTEBOOKS:
        raise CourseError(f"{workspace} holds the lessons themselves; set COURSE_WORKSPACE to another folder.")
    with ExitStack() as stack:
        with disk_errors(workspace, ELSEWHERE):
            stack.enter_context(locked(workspace / ".copies.lock", SECONDS_TO_WAIT, "COURSE_WORKSPACE"))
        yield

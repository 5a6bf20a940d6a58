"""A course folder for nbgrader, made from the lessons: `course assignments DIR`."""

import ast
from collections.abc import Iterator, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from course_utils.errors import CourseError
from course_utils.exercises import cell_id, exercise_kinds
from course_utils.files import read_notebook, write_texts
from course_utils.student.merge import Cell, Notebook, source
from course_utils.student.workspace import COLAB_BADGE, KEPT_METADATA, notebook_text
from course_utils.syllabus import Lesson
from course_utils.teaching.submissions import graded_exercises

README = Path(__file__).with_suffix(".md")
SCHEMA = 3  # of what nbgrader keeps in a cell's metadata
POINTS = 1
LEFT_OUT = "Not graded are predictions, of which none is wrong, and answers that work on what the lesson trains: {}."

CONFIG = '''\
"""nbgrader's configuration for assignments from the course; see README.md beside it."""

from course_utils.teaching.nbgrader_steps import configure

c = get_config()
c.CourseDirectory.course_id = "deep_learning_measured"

# Training is not run again to grade, but TensorFlow may be imported and networks built: nbgrader's 30 s would be too few.
# Seconds that a cell may take; then it is interrupted, and what depends on it gets 0 points.
c.Execute.timeout = 120
# Seconds that the kernel of a student's notebook may live, and GiB of memory that it may take; then it is ended, and
# nbgrader names the student, whose notebook it has not graded.
configure(c, seconds=1200, memory_gb=4)
'''

TEST = """\
# Here your answer is checked when it is graded.
### BEGIN HIDDEN TESTS
from course_utils.exercises import exercise_kinds
from course_utils.teaching.submissions import require

kind = exercise_kinds("{number}")["{name}"]
require(kind, {answer})
### END HIDDEN TESTS"""


def make_assignments(folder: Path, lessons: Sequence[Lesson]) -> str:
    """Make a course folder for nbgrader.

    Args:
        folder: where; new, or empty.
        lessons: those that become an assignment each.

    Returns:
        A sentence on what was made.

    Raises:
        CourseError: nbgrader is not installed, the folder is not empty, none of the lessons has an exercise that can be
            graded, or something cannot be written. Nothing is left half-written.
    """
    if find_spec("nbgrader") is None:
        raise CourseError("Assignments need nbgrader: pip install nbgrader, then try again.")
    if folder.exists() and any(folder.iterdir()):
        raise CourseError(f"{folder} is not empty; name a new folder.")
    graded = {lesson: list(graded_exercises(lesson)) for lesson in lessons}
    chosen = {lesson: names for lesson, names in graded.items() if names}
    if not chosen:
        raise CourseError("None of these lessons has an exercise that can be graded.")
    texts = {
        folder / "source" / lesson.stem / lesson.path.name: notebook_text(source_notebook(lesson, names))
        for lesson, names in chosen.items()
    }
    write_texts({**texts, folder / "nbgrader_config.py": CONFIG, folder / "README.md": _readme(chosen)})
    points = sum(map(len, chosen.values()))
    count = f"{len(chosen)} lesson{'s' * (len(chosen) > 1)}"
    return f"{folder} holds assignments of {count}, with {points} points; README.md there says how to go on."


def source_notebook(lesson: Lesson, names: Sequence[str]) -> Notebook:
    """A lesson as nbgrader's source: its answers marked as such, and behind each a cell that grades it.

    Args:
        lesson: the lesson.
        names: the exercises that are graded.

    Raises:
        CourseError: the lesson cannot be read, or the cell of an exercise does not call its `check`.
    """
    content = read_notebook(lesson.path)
    own = {cell_id(name): name for name in names}
    cells = [part for cell in content["cells"] for part in _parts(lesson, cell, own.get(cell["id"]))]
    metadata = {key: value for key, value in content["metadata"].items() if key in KEPT_METADATA}
    return {**content, "cells": cells, "metadata": metadata}


def _parts(lesson: Lesson, cell: Cell, name: str | None) -> Iterator[Cell]:
    """A cell as it is in the source and, where it answers an exercise, the cell that grades it."""
    if cell["cell_type"] != "code":
        yield {**cell, "source": COLAB_BADGE.sub("", source(cell))}
        return
    bare = {**cell, "outputs": [], "execution_count": None}
    if name is None:
        yield bare
        return
    yield {**bare, "metadata": {**cell["metadata"], "nbgrader": _marks(cell["id"], solution=True)}}
    test = TEST.format(number=lesson.number, name=name, answer=_handed_to_check(lesson, name, source(cell)))
    marks = _marks(f"{cell['id']}-points", grade=True, locked=True) | {"points": POINTS}
    yield {**bare, "id": f"{cell['id']}-points", "metadata": {"nbgrader": marks}, "source": test}


def _marks(name: str, **marks: bool) -> dict[str, Any]:
    """What nbgrader is to know of a cell."""
    return {
        "grade_id": name,
        "schema_version": SCHEMA,
        "grade": False,
        "locked": False,
        "solution": False,
        "task": False,
    } | marks


def _handed_to_check(lesson: Lesson, name: str, text: str) -> str:
    """What the cell of an exercise hands to its `check`, as code."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == f"ex.{name}.check":
            return ", ".join(map(ast.unparse, node.args))
    raise CourseError(f"The cell of the exercise {lesson.number}/{name} does not call `check`.")


def _readme(chosen: Mapping[Lesson, list[str]]) -> str:
    names = {lesson: list(exercise_kinds(lesson.number)) for lesson in chosen}
    left_out = [f"{lesson.number}/{name}" for lesson in chosen for name in names[lesson] if name not in chosen[lesson]]
    rows = [f"| `{lesson.stem}` | {', '.join(graded)} |" for lesson, graded in chosen.items()]
    return README.read_text(encoding="utf-8").format(
        example=next(iter(chosen)).stem,
        table="\n".join(["| assignment | points for |", "|---|---|", *rows]),
        left_out=LEFT_OUT.format(", ".join(left_out)) if left_out else "",
    )

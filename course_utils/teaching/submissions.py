"""What a student has handed in: the answer to each exercise of a lesson, and the code before it that the answer needs.

A lesson is not run again to judge its answers: whatever it loads, trains and draws, no answer needs.
"""

import ast
import io
from collections.abc import Iterable, Sequence
from contextlib import redirect_stderr
from functools import cache
from typing import Any, NamedTuple

from course_utils.errors import CourseError
from course_utils.exercises import cell_id, exercise_kinds
from course_utils.exercises.answers import BrokenError, call
from course_utils.exercises.kinds import Kind, Prediction
from course_utils.exercises.outcome import NOT_TRIED, Outcome, Status
from course_utils.exercises.reference import Block, code_needed, handed_in, names_read, one_by_one, statements
from course_utils.files import read_notebook
from course_utils.student.merge import Cell, source
from course_utils.syllabus import Lesson


class Answer(NamedTuple):
    """The cell of an answer, and the code that must have run before it."""

    cell: str
    needed: str


def graded_exercises(lesson: Lesson) -> dict[str, Kind]:
    """The exercises of a lesson that can be graded, by name.

    A prediction is as good when the run does not bear it out, so there is nothing to grade; nor is there where the answer
    works on what the lesson has to train.
    """
    cells = _code_cells(read_notebook(lesson.path)["cells"])
    kinds = exercise_kinds(lesson.number)
    found = {name: _answer(lesson, name, cells) for name, kind in kinds.items() if not isinstance(kind, Prediction)}
    return {name: kinds[name] for name, answer in found.items() if answer and not _runs_the_lesson(answer)}


def answers(lesson: Lesson, cells: Sequence[Cell]) -> dict[str, Answer | None]:
    """The answers to a lesson's graded exercises; None where the notebook has no such cell.

    Args:
        lesson: the lesson.
        cells: those of the student's notebook.
    """
    code = _code_cells(cells)
    return {name: _answer(lesson, name, code) for name in graded_exercises(lesson)}


def judge(lesson: Lesson, name: str, answer: Answer | None, seconds: float) -> Outcome:
    """Run an answer, with what it needs, and judge it as the lesson itself does; for a process that can do no harm.

    Args:
        lesson: the lesson.
        name: the exercise's.
        answer: what was handed in.
        seconds: how long its cell may take.
    """
    if answer is None:
        return NOT_TRIED
    try:
        handed = call(_run, answer, f"{lesson.number}/{name}", seconds=seconds)
    except BrokenError as error:
        return Outcome(Status.BROKEN, str(error))
    return exercise_kinds(lesson.number)[name].judge(*handed)


def require(kind: Kind, *answer: Any) -> None:
    """Complain unless an answer is right: what the cell that nbgrader grades an exercise by does.

    nbgrader takes any warning for a failure, so that none is let through.

    Args:
        kind: what the exercise expects.
        answer: what the lesson hands to `check`.

    Raises:
        CourseError: it is not right, with what the lesson would say.
    """
    with redirect_stderr(io.StringIO()):
        outcome = kind.judge(*answer)
    if outcome.status is not Status.CORRECT:
        raise CourseError(f"{outcome.note!r}")


def _run(answer: Answer, called: str) -> tuple[Any, ...]:
    names: dict[str, Any] = {}
    exec(compile(answer.needed, "<earlier cells>", "exec"), names)
    return handed_in(answer.cell, names, called)


def _answer(lesson: Lesson, name: str, code: Sequence[Cell]) -> Answer | None:
    place = next((place for place, cell in enumerate(code) if cell.get("id") == cell_id(name)), None)
    if place is None:
        return None
    own = source(code[place])
    return Answer(own, ast.unparse(code_needed(own, _blocks(lesson, code[:place]))))


def _blocks(lesson: Lesson, cells: Iterable[Cell]) -> list[Block]:
    """What cells do, in parts: each statement of the lesson's cells, and each of the student's own cells as a whole.

    Nobody knows what belongs together in the latter: a list, say, and the loop that fills it.
    """
    known = _ids(lesson)
    blocks: list[Block] = []
    for cell in cells:
        blocks += one_by_one([source(cell)]) if cell.get("id") in known else [statements(source(cell))]
    return blocks


@cache
def _ids(lesson: Lesson) -> frozenset[str]:
    return frozenset(cell["id"] for cell in read_notebook(lesson.path)["cells"])


def _code_cells(cells: Iterable[Cell]) -> list[Cell]:
    return [cell for cell in cells if cell["cell_type"] == "code"]


def _runs_the_lesson(answer: Answer) -> bool:
    """Whether it needs a lesson that was started, with what that loads and trains."""
    return "lesson" in names_read(ast.parse(f"{answer.needed}\n{answer.cell}"))

"""Exercises that answer: `ex = exercises("10")`, then `ex.output_size.check(answer)`, `.hint()` and `.solution()`.

What is asked stands in the lesson; what is expected, in `checks/lesson_NN.py`; the solution again in the lesson,
between its marks, in the cell called `exercise-` and the exercise's name.
"""

from importlib import import_module
from typing import Any

from IPython.display import display

from course_utils.errors import CourseError
from course_utils.exercises import progress
from course_utils.exercises.kinds import Kind
from course_utils.exercises.outcome import Note, Status
from course_utils.exercises.solutions import solution_text
from course_utils.files import read_notebook
from course_utils.syllabus import Lesson, find_lesson

HINT_STAGES = ("a nudge", "the idea", "nearly the answer")


class Exercise:
    """One exercise of a lesson, as its cells use it.

    Args:
        lesson: the lesson that it stands in.
        name: its name there.
        kind: what is expected, and the hints.
    """

    def __init__(self, lesson: Lesson, name: str, kind: Kind) -> None:
        self._lesson = lesson
        self._name = name
        self._kind = kind
        self._hints_shown = 0

    def check(self, *answer: Any) -> None:
        """Say how the answer does: correct, not tried yet, wrong (and why), or stopped with an error."""
        try:
            outcome = self._kind.judge(*answer)
        except Exception as error:  # a fault of ours must not stop a learner's notebook
            display(
                Note("⚠", "The check itself failed", f"{type(error).__name__}: {error}. Please report it; go on meanwhile.")
            )
            return
        display(outcome.note)
        if outcome.status is not Status.NOT_TRIED:
            progress.record_attempt(self._lesson.number, self._name, solved=outcome.status is Status.CORRECT)

    def hint(self) -> None:
        """Show the next hint: first a nudge, then the idea, then nearly the answer."""
        stage = min(self._hints_shown, len(HINT_STAGES) - 1)
        self._hints_shown = stage + 1
        more = (
            f"`.hint()` again shows {HINT_STAGES[stage + 1]}." if stage + 1 < len(HINT_STAGES) else "Next is `.solution()`."
        )
        display(Note("→", f"Hint {stage + 1} of {len(HINT_STAGES)}", f"{self._kind.hints[stage]} ({more})"))

    def solution(self) -> None:
        """Show the lesson's own solution."""
        display(Solution(find_solution(self._lesson, self._name)))


class Solution:
    """A solution's code, shown as code in a notebook and as text in a terminal."""

    def __init__(self, code: str) -> None:
        self._code = code

    def __repr__(self) -> str:
        return self._code

    def _repr_markdown_(self) -> str:
        return f"**One solution**\n\n```python\n{self._code}\n```"


class Exercises:
    """The exercises of a lesson, an attribute each; a name that is none gets a sentence with those there are."""

    def __init__(self, lesson: Lesson, kinds: dict[str, Kind]) -> None:
        self._kinds = kinds
        for name, kind in kinds.items():
            setattr(self, name, Exercise(lesson, name, kind))

    def __getattr__(self, name: str) -> Exercise:
        raise AttributeError(f"there is no exercise called {name!r} here; there are: {', '.join(self._kinds)}.")

    def __repr__(self) -> str:
        return f"exercises: {', '.join(self._kinds)}"


def exercises(lesson: str) -> Exercises:
    """The exercises of a lesson.

    Args:
        lesson: its number, such as `"10"`.

    Raises:
        CourseError: there is no such lesson, or it has no exercises.
    """
    found = find_lesson(lesson)
    kinds = exercise_kinds(found.number)
    if not kinds:
        raise CourseError(f"Lesson {found.stem} has no exercises.")
    return Exercises(found, kinds)


def exercise_kinds(lesson: str) -> dict[str, Kind]:
    """What each exercise of the lesson of this number expects, by name, in the lesson's order; empty if it has none."""
    module = f"{__name__}.checks.lesson_{lesson}"
    try:
        return import_module(module).EXERCISES
    except ModuleNotFoundError as error:
        if error.name != module:
            raise
        return {}


def find_solution(lesson: Lesson, name: str) -> str:
    """The code between the solution marks of an exercise's cell.

    Raises:
        CourseError: the lesson's notebook cannot be read, or has no such cell.
    """
    wanted = cell_id(name)
    sources = {cell.get("id"): "".join(cell["source"]) for cell in read_notebook(lesson.path)["cells"]}
    if wanted not in sources:
        raise CourseError(f"{lesson.path.name} has no cell {wanted!r}; restore it from the repository.")
    return solution_text(sources[wanted])


def cell_id(name: str) -> str:
    """Id of the cell that an exercise is answered in."""
    return f"exercise-{name.replace('_', '-')}"

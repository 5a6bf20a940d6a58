"""Exercises that answer: `ex = exercises("10")`, then `ex.output_size.check(answer)`, `.hint()` and `.solution()`.

What is asked stands in the lesson; what is expected, in `checks/lesson_NN.py`; the solution again in the lesson,
between its marks, in the cell called `exercise-` and the exercise's name.
"""

from dataclasses import replace
from importlib import import_module
from typing import Any

from IPython.display import display

from course_utils.errors import CourseError
from course_utils.exercises import progress
from course_utils.exercises.kinds import Kind
from course_utils.exercises.outcome import DONE, Note, Status
from course_utils.exercises.reference import answer_source
from course_utils.exercises.solutions import cell_id, solution_text
from course_utils.syllabus import Lesson, find_lesson

__all__ = ["Exercise", "Exercises", "Solution", "cell_id", "exercise_kinds", "exercises", "find_solution"]

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
        """Say how the answer does: correct, predicted, not tried yet, wrong (and why), or stopped with an error."""
        try:
            outcome = self._kind.judge(*answer)
        except Exception as error:  # a fault of ours must not stop a learner's notebook
            display(
                Note("⚠", "The check itself failed", f"{type(error).__name__}: {error}. Please report it; go on meanwhile.")
            )
            return
        if outcome.status is Status.WRONG:
            outcome = replace(outcome, text=f"{outcome.text} {self._way_on()}")
        display(outcome.note)
        if outcome.status is not Status.NOT_TRIED:
            predicted = outcome.status is Status.PREDICTED
            progress.record_attempt(self._lesson.number, self._name, solved=outcome.status in DONE, predicted=predicted)

    def _way_on(self) -> str:
        """What is left to be had of hints, for a learner whose answer is wrong."""
        if self._hints_shown < len(HINT_STAGES):
            return f"(`ex.{self._name}.hint()` gives {'another' if self._hints_shown else 'a'} hint.)"
        return f"(`ex.{self._name}.solution()` shows a solution.)"

    def hint(self) -> None:
        """Show the next hint: first a nudge, then the idea, then nearly the answer."""
        stage = min(self._hints_shown, len(HINT_STAGES) - 1)
        self._hints_shown = stage + 1
        more = (
            f"`.hint()` again shows {HINT_STAGES[stage + 1]}." if stage + 1 < len(HINT_STAGES) else "Next is `.solution()`."
        )
        display(Note("→", f"Hint {stage + 1} of {len(HINT_STAGES)}", f"{self._kind.hints[stage]} ({more})"))
        progress.record_shown(self._lesson.number, self._name, "hints")

    def solution(self) -> None:
        """Show the lesson's own solution."""
        display(Solution(find_solution(self._lesson, self._name)))
        progress.record_shown(self._lesson.number, self._name, "solutions")


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
        kinds: dict[str, Kind] = import_module(module).EXERCISES
    except ModuleNotFoundError as error:
        if error.name != module:
            raise
        return {}
    for name, kind in kinds.items():
        kind.bind(lesson, name)
    return kinds


def find_solution(lesson: Lesson, name: str) -> str:
    """The code between the solution marks of an exercise's cell.

    Raises:
        CourseError: the lesson's notebook cannot be read, or has no such cell.
    """
    return solution_text(answer_source(lesson, name))

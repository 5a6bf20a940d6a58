"""The overview of a class, from the copies of their progress that students hand in: `course progress --copy ada.json`."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

from rich.box import SIMPLE_HEAD
from rich.markup import escape
from rich.table import Table

from course_utils.errors import CourseError, legible
from course_utils.exercises import exercise_kinds
from course_utils.exercises.progress import Entry, read_copy
from course_utils.syllabus import Lesson
from course_utils.teaching.inbox import entries_of, lessons_table, not_plain

LARGEST_COPY = 2**20
# exercises that the overview names as those that cost most
COSTLIEST = 10


@dataclass(frozen=True)
class Classroom:
    """The progress of each student, by name, and a sentence on each file that was passed over."""

    students: Mapping[str, Mapping[str, Entry]]
    troubles: Sequence[str]


@dataclass(frozen=True)
class Cost:
    """What an exercise cost those who tried it: how many solved it, and what they needed on the average."""

    exercise: str
    tried: int
    solved: int
    attempts: float
    hints: float
    solutions: int


def read_class(folder: Path) -> Classroom:
    """Read the copies in a folder, `NAME.json` each; a damaged one is named and passed over.

    Raises:
        CourseError: there is no such folder, or no copy in it.
    """
    students, troubles = dict[str, Mapping[str, Entry]](), []
    for path in entries_of(folder):
        try:
            if path.suffix == ".json" and not (trouble := not_plain(path, LARGEST_COPY)):
                students[legible(path.stem)] = read_copy(path)
            else:
                troubles.append(trouble if path.suffix == ".json" else f"{path} is no copy of progress (NAME.json).")
        except CourseError as error:
            troubles.append(str(error))
    if not students and not troubles:
        raise CourseError(
            f"{folder} is empty; put the copies there that students make by `course progress --copy NAME.json`."
        )
    return Classroom(students, troubles)


def costs(classroom: Classroom, lessons: Iterable[Lesson]) -> list[Cost]:
    """What each exercise that somebody tried has cost: first those that most had to be shown, then by hints and attempts."""
    found = []
    for lesson in lessons:
        for name in exercise_kinds(lesson.number):
            exercise = f"{lesson.number}/{name}"
            entries = [kept[exercise] for kept in classroom.students.values() if exercise in kept]
            if entries:
                found.append(_cost(exercise, entries))
    return sorted(found, key=lambda cost: (cost.solutions / cost.tried, cost.hints + cost.attempts), reverse=True)


def students_table(classroom: Classroom, lessons: Sequence[Lesson]) -> Table:
    """How many exercises each student has solved of each lesson that somebody has tried; a dash where nothing was."""
    lessons = [lesson for lesson in lessons if any(_of(kept, lesson) for kept in classroom.students.values())]
    possible = sum(len(exercise_kinds(lesson.number)) for lesson in lessons)
    table = lessons_table("Exercises solved", lessons, "altogether")
    for student, kept in classroom.students.items():
        cells = [str(solved(kept, lesson)) if _of(kept, lesson) else "–" for lesson in lessons]
        table.add_row(escape(student), *cells, f"{sum(solved(kept, lesson) for lesson in lessons)} of {possible}")
    return table


def solved(kept: Mapping[str, Entry], lesson: Lesson) -> int:
    """How many exercises of a lesson somebody has solved."""
    return sum(bool(entry["solved"]) for entry in _of(kept, lesson))


def costs_table(found: Sequence[Cost]) -> Table:
    """The exercises that cost most."""
    table = Table("exercise", "solved", "attempts", "hints", "solution seen", title="What cost most", box=SIMPLE_HEAD)
    for cost in found[:COSTLIEST]:
        done, seen = f"{cost.solved} of {cost.tried}", f"{cost.solutions} of {cost.tried}"
        table.add_row(cost.exercise, done, f"{cost.attempts:.1f}", f"{cost.hints:.1f}", seen)
    return table


def _cost(exercise: str, entries: Sequence[Entry]) -> Cost:
    return Cost(
        exercise,
        tried=len(entries),
        solved=sum(bool(entry["solved"]) for entry in entries),
        attempts=mean(entry["attempts"] for entry in entries),
        hints=mean(entry.get("hints", 0) for entry in entries),
        solutions=sum(entry.get("solutions", 0) > 0 for entry in entries),
    )


def _of(kept: Mapping[str, Entry], lesson: Lesson) -> list[Entry]:
    """What is kept of those exercises of a lesson that were tried."""
    return [kept[name] for each in exercise_kinds(lesson.number) if (name := f"{lesson.number}/{each}") in kept]

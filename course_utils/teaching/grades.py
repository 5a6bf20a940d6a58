"""Grades the workspaces that a class has handed in, one folder a student, by the checks that the lessons themselves use.

No student's file is opened here: `examiner` reads them and runs their answers, each student's in a confined process. What it
says counts as the student's word: whoever means to cheat can, as the check runs in one process with the answer.
"""

import csv
import io
import json
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.markup import escape
from rich.table import Table

from course_utils.errors import CourseError, legible
from course_utils.exercises.outcome import DONE, Status
from course_utils.files import SENSELESS, write_text
from course_utils.syllabus import Lesson, find_lesson
from course_utils.teaching.confinement import Ending, Limits, run_confined
from course_utils.teaching.inbox import entries_of, lessons_table, not_plain
from course_utils.teaching.submissions import graded_exercises

MEMORY_GB = 4.0
LARGEST_NOTEBOOK = 2**25  # bytes; a lesson with all its figures is a fiftieth of that
LARGEST_REPORT = 2**20
LONGEST_TEXT = 300
GRADES = "grades.csv"
# the folder that notebooks lie in, where it was handed in as a whole
WORKSPACE = "workspace"
# by which a spreadsheet takes a text for a formula
FORMULAS = ("=", "+", "-", "@", "\t", "\r")


@dataclass
class Graded:
    """What became of a student's answers.

    Attributes:
        student: the name of the folder.
        answers: how each graded exercise of the lessons that were handed in stands, by `lesson/name`, and why.
        troubles: a sentence on each file that was passed over.
    """

    student: str
    answers: dict[str, tuple[Status, str]] = field(default_factory=dict)
    troubles: list[str] = field(default_factory=list)

    @property
    def points(self) -> int:
        """One for each right answer."""
        return sum(status in DONE for status, _ in self.answers.values())


def students_in(folder: Path) -> list[Path]:
    """What lies in a folder of handed-in work, each student's by name.

    Raises:
        CourseError: there is no such folder, or no folder in it.
    """
    found = [path for path in entries_of(folder) if path.name != GRADES]
    if not any(path.is_dir() and not path.is_symlink() for path in found):
        raise CourseError(f"{folder} holds no folder of a student; put what each has handed in into a folder of its own.")
    return found


def grade_student(folder: Path, lessons: Sequence[Lesson], seconds: float) -> Graded:
    """Grade what one student has handed in.

    Args:
        folder: the student's, with notebooks as `course lab` has handed them out.
        lessons: those that count.
        seconds: how long an answer may take.
    """
    graded, notebooks = Graded(legible(folder.name)), dict[str, Path]()
    if folder.is_symlink() or not folder.is_dir():
        graded.troubles.append(f"{folder} is no folder of a student, and passed over.")
        return graded
    for lesson in lessons:
        for path in (folder / lesson.path.name, folder / WORKSPACE / lesson.path.name):
            if trouble := not_plain(path, LARGEST_NOTEBOOK):
                graded.troubles.append(trouble)
            elif path.exists():
                notebooks.setdefault(lesson.number, path)
    if notebooks:
        _examine(folder, notebooks, graded, seconds)
    elif not graded.troubles:
        graded.troubles.append(f"{folder} holds none of these lessons.")
    return graded


def lessons_handed_in(graded: Iterable[Graded], lessons: Iterable[Lesson]) -> list[Lesson]:
    """Those of the lessons that at least one student has handed in."""
    numbers = {name.partition("/")[0] for each in graded for name in each.answers}
    return [lesson for lesson in lessons if lesson.number in numbers]


def write_grades(folder: Path, graded: Iterable[Graded], lessons: Sequence[Lesson]) -> Path:
    """Write `grades.csv`: a line for each student, a column for each exercise; returns where.

    Raises:
        CourseError: it cannot be written.
    """
    names = _exercises(lessons)
    lines = io.StringIO()
    writer = csv.writer(lines, lineterminator="\n")
    writer.writerow(["student", *names, "points", "of"])
    for each in graded:
        statuses = [each.answers[name][0].value if name in each.answers else "" for name in names]
        writer.writerow([as_text(each.student), *statuses, each.points, len(names)])
    path = folder / GRADES
    write_text(path, lines.getvalue())
    return path


def as_text(name: str) -> str:
    """A name as a spreadsheet shows it and does not compute it: `'=cmd()`."""
    return f"'{name}" if name.startswith(FORMULAS) else name


def grades_table(graded: Iterable[Graded], lessons: Sequence[Lesson]) -> Table:
    """The points of each student in each lesson, and altogether; a dash where nothing was handed in."""
    table = lessons_table("Points", lessons, "altogether")
    for each in graded:
        cells = [_of_lesson(each.answers, lesson) for lesson in lessons]
        table.add_row(escape(each.student), *cells, f"{each.points} of {len(_exercises(lessons))}")
    return table


def _of_lesson(answers: Mapping[str, tuple[Status, str]], lesson: Lesson) -> str:
    names = _exercises([lesson])
    found = [answers[name][0] for name in names if name in answers]
    return str(sum(status in DONE for status in found)) if found else "–"


def _exercises(lessons: Sequence[Lesson]) -> list[str]:
    return [f"{lesson.number}/{name}" for lesson in lessons for name in graded_exercises(lesson)]


def _examine(folder: Path, notebooks: Mapping[str, Path], graded: Graded, seconds: float) -> None:
    """Let an examiner judge, and the next one go on behind an answer that has ended it."""
    expected = _exercises([find_lesson(number) for number in notebooks])
    limits = Limits(seconds=60 + 2 * seconds * len(expected), memory_gb=MEMORY_GB)
    paths = {number: str(path) for number, path in notebooks.items()}
    while True:
        request = {"notebooks": paths, "done": list(graded.answers), "seconds": seconds}
        command = [sys.executable, "-m", "course_utils.teaching.examiner", json.dumps(request)]
        with tempfile.TemporaryFile() as report:
            ending = run_confined(command, readable=notebooks.values(), private=folder.parent, limits=limits, stdout=report)
            report.seek(0)
            begun, finished = _take_down(report.read(LARGEST_REPORT), expected, graded)
        if begun:
            graded.answers[begun] = Status.BROKEN, _what_ended_it(ending)
        elif not finished:
            graded.troubles.append(f"What {graded.student} handed in could not be judged to its end.")
        if finished or not begun:
            return


def _take_down(report: bytes, expected: Sequence[str], graded: Graded) -> tuple[str, bool]:
    """Note what an examiner has said; returns the answer that it was last busy with, if any, and whether it has finished."""
    begun, finished = "", False
    for line in report.splitlines():
        match _message(line):
            case {"begun": str(name)} if name in expected:
                begun = name
            case {"exercise": str(name), "status": str(status), "text": str(text)} if name == begun and status in set(
                Status
            ):
                graded.answers[name] = Status(status), legible(text[:LONGEST_TEXT])
                begun = ""
            case {"trouble": str(text)} if (trouble := legible(text[:LONGEST_TEXT])) not in graded.troubles:
                graded.troubles.append(trouble)
            case {"finished": True}:
                finished = True
    return begun, finished


def _message(line: bytes) -> Any:
    """What a line of a report says; None where answers have written into it."""
    with suppress(*SENSELESS):
        return json.loads(line)
    return None


def _what_ended_it(ending: Ending) -> str:
    if ending is Ending.BY_ITSELF:
        return "It ended its process, or did not come to an end."
    return f"It was stopped: {ending}."

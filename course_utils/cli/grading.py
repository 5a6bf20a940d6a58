"""`course assignments`, `grade` and `class`: what those type who hand out exercises and collect them."""

from collections.abc import Sequence
from pathlib import Path

import click

from course_utils.cli import say
from course_utils.syllabus import Lesson, find_lesson, written_lessons

FOLDER = click.Path(file_okay=False, path_type=Path)


@click.command()
@click.argument("folder", type=FOLDER, metavar="DIR")
@click.argument("lessons", nargs=-1, metavar="[LESSON]...")
def assignments(folder: Path, lessons: tuple[str, ...]) -> None:
    """Make a course folder for nbgrader.

    DIR must be new or empty. LESSON is a number or a name, such as 02, and becomes an assignment; without one, every lesson
    does. README.md in DIR tells how to go on. nbgrader comes by `pip install nbgrader`.
    """
    from course_utils.teaching.assignments import make_assignments

    say(make_assignments(folder, _chosen(lessons)))


@click.command()
@click.argument("folder", type=FOLDER, metavar="DIR")
@click.argument("lessons", nargs=-1, metavar="[LESSON]...")
@click.option(
    "--seconds",
    type=click.FloatRange(min=1),
    default=60,
    show_default=True,
    help="Longest that the cell of an answer may take.",
)
def grade(folder: Path, lessons: tuple[str, ...], seconds: float) -> None:
    """Grade workspaces that were handed in, without nbgrader.

    DIR holds a folder for each student, with the notebooks that `course lab` gave them. The points are shown, and
    DIR/grades.csv says how each answer stands. LESSON is a number or a name, such as 02; without one, whatever was handed in
    counts.
    """
    from rich.progress import track

    from course_utils.runner.screen import make_console
    from course_utils.teaching.confinement import UNCONFINED, can_confine
    from course_utils.teaching.grades import grade_student, grades_table, lessons_handed_in, students_in, write_grades

    if not can_confine():
        say(UNCONFINED, err=True)
    console, chosen = make_console(), _chosen(lessons)
    students = track(students_in(folder), "grading", console=console, transient=True)
    graded = [grade_student(student, chosen, seconds) for student in students]
    counted = chosen if lessons else lessons_handed_in(graded, chosen)
    for each in graded:
        for trouble in each.troubles:
            say(trouble, err=True)
    console.print(grades_table(graded, counted))
    say(f"{write_grades(folder, graded, counted)} says how each answer stands.")


@click.command("class")
@click.argument("folder", type=FOLDER, metavar="DIR")
@click.argument("lessons", nargs=-1, metavar="[LESSON]...")
def show_class(folder: Path, lessons: tuple[str, ...]) -> None:
    """Show who of a class has solved what, and what cost most.

    DIR holds the copies of their progress that students hand in, one file each; `course progress --copy ada.json` writes
    one. Nothing is sent by itself.
    """
    from course_utils.runner.screen import make_console
    from course_utils.teaching.classroom import costs, costs_table, read_class, students_table

    console, chosen = make_console(), _chosen(lessons)
    classroom = read_class(folder)
    for trouble in classroom.troubles:
        say(trouble, err=True)
    console.print(students_table(classroom, chosen))
    console.print(costs_table(costs(classroom, chosen)))


def _chosen(names: Sequence[str]) -> list[Lesson]:
    """The lessons that were named, each once; all that are written, if none was."""
    return list(dict.fromkeys(find_lesson(name) for name in names)) or list(written_lessons())

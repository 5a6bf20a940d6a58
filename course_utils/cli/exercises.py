"""`course new-exercise`: what an author of exercises types; another module does the work."""

import click

from course_utils.errors import CourseError
from course_utils.exercises.skeleton import KINDS, add_exercise
from course_utils.paths import INSTALLED
from course_utils.syllabus import find_lesson


@click.command("new-exercise")
@click.argument("lesson")
@click.argument("name")
@click.option("--kind", type=click.Choice(KINDS), default="Function", show_default=True, help="What is asked for.")
def new_exercise(lesson: str, name: str, kind: str) -> None:
    """Write the skeleton of an exercise.

    It has an entry in the lesson's checks and two cells in LESSON, and works as it is. Put your own task, solution, mistakes
    and hints in its place, and move its cells to where the idea is fresh; `pytest tests/exercises -k LESSON/NAME` then says
    which wrong answers it still takes for right.
    """
    if INSTALLED:
        raise CourseError("`course new-exercise` writes into the course's repository: call it from a checkout of that.")
    for path in add_exercise(find_lesson(lesson).path, name, kind):
        click.echo(f"{path.name}: {name} is at the end of the exercises.")

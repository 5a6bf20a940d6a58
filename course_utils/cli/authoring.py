"""`course publish`: what an author of lessons types; the other modules do the work."""

import click

from course_utils.cli.running import run_all
from course_utils.errors import CourseError
from course_utils.paths import INSTALLED, build_dir
from course_utils.syllabus import find_lesson


@click.command()
@click.argument("lesson")
@click.option("--from-run", is_flag=True, help="Take the last `course run --data real`; execute nothing.")
@click.option("--full", is_flag=True, help="Publish the results of the full profile (three seeds), not the notebook.")
def publish(lesson: str, from_run: bool, full: bool) -> None:
    """Put a lesson's outputs from real data into the repository.

    Executes LESSON in the lesson profile, with seed 0. What changes from run to run is left out of its notebook; its
    results go to docs/results and into README's table.
    """
    from course_utils.publishing.publish import publish_notebook, publish_results
    from course_utils.runner.screen import make_console

    if INSTALLED:
        raise CourseError("`course publish` writes into the course's repository: call it from a checkout of that.")
    path = find_lesson(lesson).path
    if not from_run:
        run_all(make_console(), [path], profile="full" if full else "lesson", data="real", seed=0)
    if full:
        publish_results(path.stem, build_dir(), profile="full")
        click.echo(f"The results of {path.stem} in full are published.")
    else:
        size = publish_notebook(path, build_dir())
        click.echo(f"{path.name} is published with its outputs ({size / 1000:.0f} KB).")

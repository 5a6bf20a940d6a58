"""`course publish`, `export`, `site`, `new-exercise`: what an author or a teacher types; the other modules do the work."""

from pathlib import Path

import click

from course_utils.cli import say
from course_utils.cli.running import run_all
from course_utils.errors import CourseError
from course_utils.exercises.skeleton import KINDS, add_exercise
from course_utils.paths import INSTALLED, build_dir
from course_utils.syllabus import find_lesson, written_lessons


@click.command()
@click.argument("lesson")
@click.option("--from-run", is_flag=True, help="Take the last `course run --data real`; execute nothing.")
@click.option("--full", is_flag=True, help="Publish the results of the full profile (three seeds), not the notebook.")
def publish(lesson: str, from_run: bool, full: bool) -> None:
    """Put a lesson's outputs from real data into the repository.

    Executes LESSON in the lesson profile, with seed 0. What changes from run to run is left out of its notebook; its
    results go to docs/results and into README's table.
    """
    from course_utils.publishing.publish import check_published, publish_notebook, publish_results
    from course_utils.runner.screen import make_console

    if INSTALLED:
        raise CourseError("`course publish` writes into the course's repository: call it from a checkout of that.")
    path = find_lesson(lesson).path
    profile = "full" if full else "lesson"
    if not from_run:
        check_published(path.stem, profile)
        run_all(make_console(), [path], profile=profile, data="real", seed=0)
    if full:
        publish_results(path.stem, build_dir(), profile)
        say(f"The results of {path.stem} in full are published.")
    else:
        size = publish_notebook(path, build_dir())
        say(f"{path.name} is published with its outputs ({size / 1000:.0f} KB).")


@click.command("export")
@click.argument("lessons", nargs=-1, metavar="[LESSON]...")
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="FOLDER",
    help="Where the pages go.  [default: build/export]",
)
def export_pages(lessons: tuple[str, ...], output: Path | None) -> None:
    """Write lessons as HTML pages, to be read without a network.

    LESSON is a number or a name, such as 02 or fashion_mnist; without one, every lesson is written. A page shows the lesson
    as it was published. What it folds, and each solution, opens by a click. Links between lessons that are exported together
    lead from page to page, other links to the course's repository.
    """
    from course_utils.publishing.export import export

    chosen = list(dict.fromkeys(find_lesson(name) for name in lessons)) or written_lessons()
    for page in export(chosen, output or build_dir() / "export"):
        say(str(page))


@click.command()
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="FOLDER",
    help="Where the site goes; a site that is there already is replaced.  [default: build/site]",
)
def site(output: Path | None) -> None:
    """Make a site of all lessons that opens from a disk.

    Lessons appear as they were published; nothing is executed. Beside them stand the glossary, the claims, references and a
    search. The site needs no network: put it on a stick, or on any server.
    """
    from course_utils.publishing.site import build_site

    say(str(build_site(written_lessons(), output or build_dir() / "site")))


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
        say(f"{path.name}: {name} is at the end of the exercises.")

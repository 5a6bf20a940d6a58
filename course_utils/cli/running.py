"""`course run` and `report`: options in, exit status out; the other modules do the work."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from course_utils.cli import INTERRUPTED, say
from course_utils.errors import CourseError
from course_utils.paths import NOTEBOOKS, build_dir
from course_utils.runner.execute import CELL_TIMEOUT
from course_utils.syllabus import DATA_CHOICES, MAX_SEED, PROFILES, find_lesson, written_lessons

if TYPE_CHECKING:
    from rich.console import Console


@click.command()
@click.argument("lessons", nargs=-1, metavar="[LESSON]...")
@click.option("--all", "every", is_flag=True, help="Run every lesson that is written, not only the core ones.")
@click.option(
    "--profile",
    type=click.Choice(PROFILES),
    default="lesson",
    show_default=True,
    help="How much work: smoke takes seconds and proves that all cells run; lesson is what a learner sees; full takes long.",
)
@click.option(
    "--data",
    type=click.Choice(DATA_CHOICES),
    default="auto",
    show_default=True,
    help="Real data, synthetic data, or auto: real where it can be had.",
)
@click.option("--seed", type=click.IntRange(0, MAX_SEED), default=0, show_default=True, help="Where random numbers start.")
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="Lessons at a time; they share the cores, and on a machine with GPUs each gets its own. One lesson uses all cores.",
)
@click.option(
    "--timeout",
    type=click.IntRange(min=1),
    metavar="SECONDS",
    help=f"Longest a cell may take.  [default: {', '.join(f'{CELL_TIMEOUT[name]} in {name}' for name in PROFILES)}]",
)
def run(lessons: tuple[str, ...], every: bool, profile: str, data: str, seed: int, jobs: int, timeout: int | None) -> None:
    """Execute lessons without a screen and say how each went.

    LESSON is a number or a name, such as 02 or fashion_mnist; without one, the map and the core lessons are run.
    Executed copies, results and logs are kept under build/. The exit status is 0 if all passed and 1 if one did not.
    """
    from course_utils.runner.screen import make_console

    console = make_console()
    run_all(console, _chosen(lessons, every), profile=profile, data=data, seed=seed, jobs=jobs, timeout=timeout)


@click.command()
def report() -> None:
    """Make one HTML page of all results: build/report.html.

    The page needs no network and no scripts: it can be mailed, printed, or kept by CI.
    """
    from course_utils.publishing.report import write_report

    say(str(write_report(build_dir())))


def run_all(
    console: "Console", paths: list[Path], *, profile: str, data: str, seed: int, jobs: int = 1, timeout: int | None = None
) -> None:
    """Execute with a live screen, show how it went, and exit unless all passed; the options are those of `execute`."""
    from course_utils.runner.execute import OK, STOPPED, execute
    from course_utils.runner.screen import make_screen, show_outcome

    with make_screen(console) as screen:
        runs = execute(paths, profile=profile, data=data, seed=seed, jobs=jobs, timeout=timeout, screen=screen)
    show_outcome(console, runs, build_dir())
    if any(run.status == STOPPED for run in runs):
        sys.exit(INTERRUPTED)
    if any(run.status != OK for run in runs):
        sys.exit(1)


def _chosen(names: tuple[str, ...], every: bool) -> list[Path]:
    """The notebooks to run, each once, in the order asked for."""
    if names and every:
        raise CourseError("Name lessons or give --all, not both.")
    if names:
        return list(dict.fromkeys(find_lesson(name).path for name in names))
    paths = [lesson.path for lesson in written_lessons() if every or lesson.core or lesson.number == "00"]
    if not paths:
        raise CourseError(f"No lesson is written yet in {NOTEBOOKS}.")
    return paths

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

    from course_utils.runner.execute import Run


@click.command()
@click.argument("lessons", nargs=-1, metavar="[LESSON]...")
@click.option("--all", "every", is_flag=True, help="Run every lesson that is written, not only the core ones.")
@click.option(
    "--profile",
    "profiles",
    type=click.Choice(PROFILES),
    multiple=True,
    default=["lesson"],
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
@click.option(
    "--seed",
    "seeds",
    type=click.IntRange(0, MAX_SEED),
    multiple=True,
    default=[0],
    show_default=True,
    help="Where random numbers start.",
)
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
@click.option(
    "--cluster",
    metavar="ADDRESS",
    help="Run on the workers of the Dask scheduler at this address, such as tcp://10.0.0.1:8786, as docs/cluster.md says. "
    "--profile and --seed may then be given several times.",
)
def run(
    lessons: tuple[str, ...],
    every: bool,
    profiles: tuple[str, ...],
    data: str,
    seeds: tuple[int, ...],
    jobs: int,
    timeout: int | None,
    cluster: str | None,
) -> None:
    """Execute lessons without a screen and say how each went.

    LESSON is a number or a name, such as 02 or fashion_mnist; without one, the map and the core lessons are run.
    Executed copies, results and logs are kept under build/. The exit status is 0 if all passed and 1 if one did not.
    """
    from course_utils.runner.screen import make_console

    console, paths = make_console(), _chosen(lessons, every)
    if cluster is not None:
        if jobs > 1:
            raise CourseError("--jobs is for this machine; on a cluster each worker runs one lesson at a time.")
        run_all_on_cluster(console, paths, cluster, profiles=profiles, data=data, seeds=seeds, timeout=timeout)
    elif len(profiles) > 1 or len(seeds) > 1:
        raise CourseError("Several profiles or seeds at once need a cluster: give its address by --cluster.")
    else:
        run_all(console, paths, profile=profiles[0], data=data, seed=seeds[0], jobs=jobs, timeout=timeout)


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
    from course_utils.runner.execute import execute
    from course_utils.runner.screen import make_screen

    with make_screen(console) as screen:
        runs = execute(paths, profile=profile, data=data, seed=seed, jobs=jobs, timeout=timeout, screen=screen)
    _end_with(console, runs)


def run_all_on_cluster(
    console: "Console",
    paths: list[Path],
    address: str,
    *,
    profiles: tuple[str, ...],
    data: str,
    seeds: tuple[int, ...],
    timeout: int | None,
) -> None:
    """As `run_all`; the options are those of `execute_on_cluster`."""
    from course_utils.runner.cluster import execute_on_cluster
    from course_utils.runner.screen import make_screen

    with make_screen(console) as screen:
        runs = execute_on_cluster(address, paths, profiles=profiles, data=data, seeds=seeds, timeout=timeout, screen=screen)
    _end_with(console, runs)


def _end_with(console: "Console", runs: list["Run"]) -> None:
    """Show how it went, and exit unless all passed."""
    from course_utils.runner.execute import OK, STOPPED
    from course_utils.runner.screen import show_outcome

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

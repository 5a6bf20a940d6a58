"""`course slides` and `plan`: what somebody who teaches types; the other modules do the work."""

from pathlib import Path

import click

from course_utils.cli import say
from course_utils.paths import build_dir
from course_utils.syllabus import find_lesson, written_lessons


@click.command()
@click.argument("lessons", nargs=-1, metavar="[LESSON]...")
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="FOLDER",
    help="Where the slides go.  [default: build/slides]",
)
@click.option("--live", is_flag=True, help="Write notebooks instead, to be run while they are shown, with jupyterlab-rise.")
def slides(lessons: tuple[str, ...], output: Path | None, live: bool) -> None:
    """Write lessons as slides, with notes for the speaker.

    LESSON is a number or a name, such as 13 or horse_or_human; without one, every lesson is written. Each becomes one HTML
    file, which a browser shows without a network. Space goes on, S opens the notes in a window of their own, F fills the
    screen, and ? lists the other keys.
    """
    from course_utils.teaching.slides import write_decks, write_live

    chosen = list(dict.fromkeys(find_lesson(name) for name in lessons)) or written_lessons()
    for path in (write_live if live else write_decks)(chosen, output or build_dir() / "slides"):
        say(str(path))


@click.command()
def plan() -> None:
    """Print schedules for the core lessons.

    They are for one day, two days and ten evenings, and say of each lesson: minutes of teaching, of exercises, of its run.
    """
    from course_utils.runner.screen import make_console
    from course_utils.teaching.plan import show

    show(make_console())

"""`course lab`, `reset` and `progress`: what a student types; the other modules do the work."""

from collections.abc import Iterator
from pathlib import Path

import click

from course_utils.cli import say
from course_utils.errors import legible
from course_utils.exercises import exercise_kinds, progress
from course_utils.paths import workspace_dir
from course_utils.syllabus import find_lesson, written_lessons


@click.command()
@click.option("--port", type=click.IntRange(0, 65_535), default=8888, show_default=True, help="Port to listen on.")
@click.option("--ip", default="localhost", show_default=True, help="Address to listen on; 0.0.0.0 in a container.")
@click.option("--browser/--no-browser", default=None, help="Open a browser.  [default: where there is a screen]")
def lab(port: int, ip: str, browser: bool | None) -> None:
    """Open the course in JupyterLab, on its map.

    You work on your own copy of each lesson, in workspace/ (or COURSE_WORKSPACE). New lessons are added each time, and the
    others are brought up to date, cell by cell; a cell that you have changed is never overwritten.
    """
    from course_utils.student.lab import hand_out_notes, has_screen, open_lab
    from course_utils.student.map import write_start_page
    from course_utils.student.workspace import fill_workspace

    workspace = workspace_dir()
    for note in hand_out_notes(fill_workspace(workspace), workspace):
        say(note)
    write_start_page()
    open_lab(workspace, ip, port, has_screen() if browser is None else browser)


@click.command()
@click.argument("lesson")
@click.option("--yes", is_flag=True, help="Do not ask first.")
def reset(lesson: str, yes: bool) -> None:
    """Start a lesson anew: a fresh copy takes the place of yours.

    Yours is kept beside it as a backup, and the exercises that you have solved stay solved.
    """
    from course_utils.student.workspace import find_copy, reset_copy

    notebook, workspace = find_lesson(lesson).path, workspace_dir()
    copy = find_copy(notebook, workspace)
    if not yes:
        click.confirm(f"Replace {legible(str(copy))} by a fresh copy? Yours will be kept beside it.", abort=True)
    backup = reset_copy(notebook, workspace)
    say(f"{copy.name} is as it was handed out; what you had is in {backup}.")


@click.command("progress")
@click.option(
    "--copy",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write a copy to hand in, such as ada.json. Nothing is sent.",
)
def show_progress(copy: Path | None) -> None:
    """Show which exercises of which lessons you have solved."""
    if copy:
        progress.write_copy(copy)
        say(f"{copy} holds what you have tried and solved, the hints and solutions that you asked for, and nothing else.")
        return
    tried = progress.attempts()
    total = done = 0
    for lesson in written_lessons():
        names = list(exercise_kinds(lesson.number))
        solved = progress.solved_exercises(lesson.number)
        total, done = total + len(names), done + len(solved.intersection(names))
        if names:
            say(f"{lesson.number} {lesson.title}: {len(solved.intersection(names))} of {len(names)}")
        for name in names:
            say(f"   {_line(name, tried.get(f'{lesson.number}/{name}'))}")
    say(f"{done} of {total} exercises solved.")


def _line(name: str, entry: progress.Entry | None) -> str:
    if entry is None:
        return f"○ {name}"
    times = ", ".join(_counted(entry))
    if not entry["attempts"]:
        return f"○ {name} ({times})"
    if entry.get("predicted"):
        return f"◆ {name} (predicted {str(entry['solved'])[:10]}, {times})"
    if entry["solved"]:
        return f"✓ {name} (solved {entry['solved'][:10]}, {times})"
    return f"✗ {name} ({times})"


def _counted(entry: progress.Entry) -> Iterator[str]:
    """What was counted of an exercise, in words."""
    counts = {"attempt": entry["attempts"], "hint": entry.get("hints", 0)}
    yield from (f"{count} {word}{'s' * (count > 1)}" for word, count in counts.items() if count)
    if entry.get("solutions"):
        yield "solution seen"

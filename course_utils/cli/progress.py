"""`course progress`: which exercises are solved."""

import click

from course_utils.exercises import exercise_kinds, progress
from course_utils.syllabus import written_lessons


@click.command("progress")
def show_progress() -> None:
    """Show which exercises of which lessons you have solved."""
    tried = progress.attempts()
    total = done = 0
    for lesson in written_lessons():
        names = list(exercise_kinds(lesson.number))
        solved = progress.solved_exercises(lesson.number)
        total, done = total + len(names), done + len(solved.intersection(names))
        if names:
            click.echo(f"{lesson.number} {lesson.title}: {len(solved.intersection(names))} of {len(names)}")
        for name in names:
            click.echo(f"   {_line(name, tried.get(f'{lesson.number}/{name}'))}")
    click.echo(f"{done} of {total} exercises solved.")


def _line(name: str, entry: dict | None) -> str:
    if entry is None:
        return f"○ {name}"
    times = f"{entry['attempts']} attempt{'s' * (entry['attempts'] > 1)}"
    if entry["solved"]:
        return f"✓ {name} (solved {entry['solved'][:10]}, {times})"
    return f"✗ {name} ({times})"

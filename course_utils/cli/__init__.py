"""The `course` command: a thin layer that hands each subcommand to the part of the package that does the work."""

import io
import sys
from importlib import import_module

import click

from course_utils.errors import CourseError

COMMANDS = {
    "lab": "course_utils.cli.study:lab",
    "reset": "course_utils.cli.study:reset",
    "progress": "course_utils.cli.study:show_progress",
    "run": "course_utils.cli.running:run",
    "report": "course_utils.cli.running:report",
    "export": "course_utils.cli.authoring:export_pages",
    "publish": "course_utils.cli.authoring:publish",
    "new-exercise": "course_utils.cli.authoring:new_exercise",
    "data": "course_utils.cli.data:data",
}


class LazyGroup(click.Group):
    """Imports a subcommand's module when it is asked for, so that `course --help` answers at once."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names of the subcommands, in the order of `course --help`."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """The subcommand of this name, imported now; None if there is none."""
        if name not in COMMANDS:
            return None
        module, attribute = COMMANDS[name].split(":")
        return getattr(import_module(module), attribute)


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="deep-learning-course")
def course() -> None:
    """Study, run and check the deep-learning course."""


def main() -> None:
    """Run the command line; bad input is one sentence on standard error and exit status 2.

    Where the terminal, or whatever reads from it, lacks a letter, its number is written in its place.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        course()
    except CourseError as error:
        click.echo(f"course: {error}", err=True)
        sys.exit(2)

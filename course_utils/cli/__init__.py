"""The `course` command: a thin layer that hands each subcommand to the part of the package that does the work."""

import io
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path

import click

from course_utils.errors import CourseError, legible

BAD_INPUT, INTERRUPTED = 2, 130
# Windows has no SIGHUP
ENDINGS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
COMMANDS = {
    "lab": "course_utils.cli.study:lab",
    "reset": "course_utils.cli.study:reset",
    "progress": "course_utils.cli.study:show_progress",
    "run": "course_utils.cli.running:run",
    "report": "course_utils.cli.running:report",
    "export": "course_utils.cli.authoring:export_pages",
    "site": "course_utils.cli.authoring:site",
    "slides": "course_utils.cli.presenting:slides",
    "plan": "course_utils.cli.presenting:plan",
    "publish": "course_utils.cli.authoring:publish",
    "new-exercise": "course_utils.cli.authoring:new_exercise",
    "assignments": "course_utils.cli.grading:assignments",
    "grade": "course_utils.cli.grading:grade",
    "class": "course_utils.cli.grading:show_class",
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


def say(line: str, *, err: bool = False) -> None:
    """Print one line; what it quotes from outside, such as a file's name, is shown and not obeyed.

    Args:
        line: what to print.
        err: whether it goes to standard error.
    """
    click.echo(legible(line), err=err)


def main() -> None:
    """Run the command line; bad input is one sentence on standard error and exit status 2.

    Where the terminal, or whatever reads from it, lacks a letter, its number is written in its place. Ctrl-C, `kill` and a
    terminal that is closed let a command tidy up first.
    """
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:  # whoever called has closed it
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    with _tidy_endings():
        status = _run()
    sys.exit(status)


def _run() -> int:
    """Run the command that was typed, and say what is wrong with it; returns the exit status."""
    try:
        status = course(standalone_mode=False)
        sys.stdout.flush()
        return status or 0
    except CourseError as error:
        _complain(f"course: {error}")
    except click.ClickException as error:
        words = io.StringIO()
        error.show(words)
        for line in words.getvalue().splitlines():
            _complain(line)
    except click.Abort as error:
        _complain("Aborted!")
        # not its cause, which early versions of Click do not name
        return INTERRUPTED if isinstance(error.__context__, KeyboardInterrupt) else 1
    except BrokenPipeError:  # whoever read, such as `head`, has enough
        _write_no_more()
        return 1
    except OSError as error:
        if error.filename:
            _complain(f"course: {error.filename} cannot be used ({error.strerror}); check its permissions and its disk.")
        else:
            _write_no_more()
            _complain(f"course: The output cannot be written ({error.strerror or error}); let it go somewhere else.")
    return BAD_INPUT


def _complain(sentence: str) -> None:
    with suppress(OSError):  # nobody reads it
        say(sentence, err=True)


def _write_no_more() -> None:
    """Let what is still to be printed go nowhere; else the interpreter would try once more, and fail, at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@contextmanager
def _tidy_endings() -> Iterator[None]:
    """Let whatever ends a command do so as Ctrl-C does. The first one counts, and those that follow do not disturb it."""
    before = {each: signal.getsignal(each) for each in ENDINGS}

    def interrupt(*_: object) -> None:
        for each in ENDINGS:
            signal.signal(each, lambda *_: None)
        raise KeyboardInterrupt

    for each, handler in before.items():
        if handler is not signal.SIG_IGN:  # as `nohup` and a shell's `&` have it
            signal.signal(each, interrupt)
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)

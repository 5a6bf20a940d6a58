"""What a person sees of runs: a live line per lesson on a terminal, plain lines in a pipe, and the table at the end."""

import sys
import textwrap
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Self

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from course_utils.errors import legible, legible_lines
from course_utils.results import headline_text, number_text
from course_utils.runner.execute import OK, Failure, Run, Screen, run_name
from course_utils.words import time_text

SECONDS_BETWEEN_LINES = 15


class LiveScreen(Screen):
    """A progress bar for each lesson that runs; used as a context manager."""

    def __init__(self, console: Console) -> None:
        self.progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("cell"),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.fields[outcome]}"),
            console=console,
        )
        self.tasks: dict[str, TaskID] = {}

    def __enter__(self) -> Self:
        self.progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.progress.stop()

    def note(self, words: str) -> None:
        """Print a sentence above the bars."""
        self.progress.console.print(words)

    def begin(self, name: str, cells: int) -> None:
        """Add the run's bar."""
        self.tasks[name] = self.progress.add_task(escape(legible(name)), total=cells, outcome="")

    def cell(self, name: str, number: int) -> None:
        """Move the run's bar to this cell."""
        self.progress.update(self.tasks[name], completed=number)

    def end(self, name: str, run: Run) -> None:
        """Stop the run's bar, with the outcome beside it."""
        task = self.tasks[name]
        if run.status == OK:
            self.progress.update(task, completed=self.progress.tasks[task].total)
        self.progress.update(task, outcome=run.status)
        self.progress.stop_task(task)


class PlainScreen(Screen):
    """A line when a lesson begins, now and then while it runs, and when it ends."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.cells: dict[str, int] = {}
        self.began: dict[str, float] = {}
        self.spoke: dict[str, float] = {}

    def note(self, words: str) -> None:
        """Print a sentence."""
        self.console.print(words)

    def begin(self, name: str, cells: int) -> None:
        """Say that the run begins, and how many cells its lesson has."""
        self.cells[name] = cells
        self.began[name] = time.monotonic()
        self._say(name, f"begins, {cells} cells")

    def cell(self, name: str, number: int) -> None:
        """Say where the run is, unless something was said of it a moment ago."""
        if time.monotonic() - self.spoke[name] >= SECONDS_BETWEEN_LINES:
            elapsed = time_text(time.monotonic() - self.began[name])
            self._say(name, f"{number} of {self.cells[name]} cells, {elapsed}")

    def end(self, name: str, run: Run) -> None:
        """Say how the lesson went and how long it took."""
        self._say(name, f"{run.status}, {time_text(run.seconds)}")

    def _say(self, name: str, words: str) -> None:
        self.spoke[name] = time.monotonic()
        self.console.print(f"{legible(name)}: {words}", markup=False, highlight=False, soft_wrap=True)


def make_console() -> Console:
    """Standard output, as wide as the terminal; a pipe gets lines that a table fits into."""
    return Console(width=None if sys.stdout.isatty() else 120)


def make_screen(console: Console) -> Screen:
    """Bars on a terminal, plain lines everywhere else."""
    # a CI that asks for colours is still not a terminal
    live = console.is_interactive and console.file.isatty()
    return LiveScreen(console) if live else PlainScreen(console)


def show_outcome(console: Console, runs: Sequence[Run], build: Path) -> None:
    """Print the table of all runs; for each that did not pass, the cell, its source and the error; and where to look."""
    table = Table(title="Lessons run", title_justify="left")
    table.add_column("Lesson", no_wrap=True)
    table.add_column("Result", no_wrap=True)
    table.add_column("Time", justify="right", no_wrap=True)
    table.add_column("Memory", justify="right", no_wrap=True)
    table.add_column("Data", no_wrap=True)
    table.add_column("Headline")
    several = len({(run.profile, run.seed) for run in runs}) > 1
    names = [run_name(run.lesson, run.profile, run.seed, several=several) for run in runs]
    for name, run in zip(names, runs, strict=True):
        table.add_row(*(escape(legible(text)) for text in _row(name, run)), style=None if run.status == OK else "bold red")
    console.print(table)
    for name, run in zip(names, runs, strict=True):
        if run.failure:
            console.print(failure_text(name, run.status, run.failure), markup=False, highlight=False, soft_wrap=True)
    where = f"\nExecuted copies, results and logs are in {legible(str(build))}"
    console.print(where, markup=False, highlight=False, soft_wrap=True)


def _row(name: str, run: Run) -> list[str]:
    row = [name, run.status, time_text(run.seconds)]
    if run.result is None:
        return [*row, "–", "–", "–"]
    headline = run.result["headline"]
    words = f"{headline['name']}: {headline_text(headline)}" if headline else "–"
    return [*row, f"{number_text(round(run.result['peak_memory_mb']))} MB", run.result["data"], words]


def failure_text(name: str, status: str, failure: Failure) -> str:
    """The cell that a run ended in, its source, and the error, as plain text."""
    name, message = legible(name), legible_lines(failure.message)
    if failure.cell is None:
        return f"\n{name}: {status}. {message}"
    under = f", under “{legible(failure.heading)}”" if failure.heading else ""
    source = textwrap.indent(legible_lines(failure.source), "    ")
    return f"\n{name}: {status} in cell {failure.cell}{under}:\n{source}\n{message}"

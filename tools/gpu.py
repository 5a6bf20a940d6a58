"""`make gpu`: a few lessons on this machine's GPU, in ten minutes at most, beside what they took and reached on a CPU.

The figures for the CPU are those published in `docs/results`.
"""

import json
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import click
from rich.console import Console

from course_utils import paths
from course_utils.errors import CourseError
from course_utils.results import Result, headline_text, number_text
from course_utils.runner.execute import OK, Run, execute, gpu_ids
from course_utils.runner.screen import failure_text, make_screen
from course_utils.syllabus import find_lesson
from course_utils.words import time_text

LESSONS = ("00", "02", "13", "16", "41")
SECONDS = 600
COUNT_GPUS = "import tensorflow as tf; print(len(tf.config.list_physical_devices('GPU')))"
HEAD = ("lesson", "device", "time", "memory", "memory of the GPU", "measured", "data", "precision")


def check_gpu() -> None:
    """Make sure that there is a GPU, and that TensorFlow finds it.

    Raises:
        CourseError: there is none, or its libraries are missing.
    """
    if not gpu_ids():
        raise CourseError("There is no GPU here: nvidia-smi lists none, or CUDA_VISIBLE_DEVICES hides it.")
    found = subprocess.run([sys.executable, "-c", COUNT_GPUS], capture_output=True, text=True, check=True).stdout
    if int(found) == 0:
        raise CourseError("TensorFlow finds no GPU though there is one; install its libraries: make gpu GPU=1.")


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Interrupt the main thread after so many seconds, as Ctrl-C does: `execute` then ends what still runs."""
    # a shell starts what runs in its background deaf to this signal
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    timer = threading.Timer(seconds, signal.raise_signal, [signal.SIGINT])
    try:
        timer.start()
        yield
    finally:
        timer.cancel()
        signal.signal(signal.SIGINT, before)


def table(runs: list[Run]) -> str:
    """Two rows of Markdown a lesson: how it went here, and what is published."""
    lines = [f"| {' | '.join(HEAD)} |", "|---" * len(HEAD) + "|"]
    for run in runs:
        published = json.loads((paths.PUBLISHED_RESULTS / f"{run.lesson}.json").read_text(encoding="utf-8"))
        lines.append(_row(run.lesson, run.result) if run.result else f"| {run.lesson} | {run.status}" + " | –" * 6 + " |")
        lines.append(_row("as published", published))
    return "\n".join(lines)


def _row(name: str, result: Result) -> str:
    device, _, precision = result["device"].rpartition(", ")
    on_gpu = result.get("gpu_peak_memory_mb")
    cells = [
        name,
        device,
        time_text(result["seconds"]),
        f"{number_text(result['peak_memory_mb'])} MB",
        "–" if on_gpu is None else f"{number_text(on_gpu)} MB",
        headline_text(result["headline"]),
        result["data"],
        precision,
    ]
    return f"| {' | '.join(cells)} |"


def main() -> None:
    """Run the lessons and print the table; exit with 2 where there is no GPU, with 1 unless every lesson ended well."""
    try:
        check_gpu()
    except CourseError as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(2)
    console = Console()
    with make_screen(console) as screen, time_limit(SECONDS):
        notebooks = [find_lesson(number).path for number in LESSONS]
        runs = execute(notebooks, build=paths.build_dir() / "gpu", screen=screen)
    click.echo(f"\n{table(runs)}")
    for run in runs:
        if run.failure:
            click.echo(failure_text(run.lesson, run.status, run.failure))
    if any(run.status == "stopped" for run in runs):
        click.echo(f"\nWhat had not ended after {time_text(SECONDS)} was stopped.")
    sys.exit(any(run.status != OK for run in runs))


if __name__ == "__main__":
    main()

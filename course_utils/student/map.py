"""What lesson 00 shows: the map of the course, this machine, and the data that is here. All as Markdown."""

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from course_utils import devices, paths
from course_utils.datasets.catalog import catalog
from course_utils.datasets.loading import state
from course_utils.devices import Device
from course_utils.exercises import exercise_kinds, progress
from course_utils.syllabus import Lesson, lessons
from course_utils.words import time_text

if TYPE_CHECKING:
    from course_utils.lesson import Result

STATES = {
    "here": "here",
    "mirror": "in the mirror",
    "instead": "not here; real data of another kind takes its place",
    "synthetic": "synthetic; the real data is fetched when a lesson asks for it and the network answers",
}


def course_map() -> str:
    """Every lesson by part: written ones as links with what they cost, the others as coming."""
    lines, part = ["| lesson | what it shows | takes | you |", "|---|---|---|---|"], None
    for lesson in lessons():
        if lesson.part != part:
            part = lesson.part
            lines.append(f"| **{part}** | | | |")
        lines.append(f"| {_name(lesson)} | {lesson.teaches} | {_takes(lesson)} | {_finished(lesson)} |")
    return "\n".join(lines)


def machine(device: Device) -> str:
    """What this machine has, as far as a lesson cares."""
    memory = devices.usable_memory()
    downloads = paths.cache_dir()
    disk = shutil.disk_usage(next(folder for folder in (downloads, *downloads.parents) if folder.exists()))
    gpus = f"{device.gpus} × {device.name}" if device.kind == "GPU" else "none; every lesson runs without one, only slower"
    return "\n".join(
        [
            "| | |",
            "|---|---|",
            f"| processor | {devices.cpu_name()}, {device.cores} cores for the course |",
            f"| memory | {memory.free / 2**30:.0f} GB free of {memory.total / 2**30:.0f} GB |",
            f"| disk | {disk.free / 2**30:.0f} GB free |",
            f"| GPU | {gpus} |",
            f"| precision | float32; where a lesson asks for the fastest, {device.fast} |",
        ]
    )


def data_here() -> str:
    """The datasets of the written lessons, and where each would come from now."""
    written = {lesson.number for lesson in lessons() if lesson.written}
    lines = ["| dataset | lessons | on this machine |", "|---|---|---|"]
    for dataset in catalog().values():
        if written.intersection(dataset.lessons):
            used_by = ", ".join(number for number in dataset.lessons if number in written)
            lines.append(f"| {dataset.title} | {used_by} | {STATES.get(state(dataset), 'not here')} |")
    return "\n".join(lines)


def _name(lesson: Lesson) -> str:
    star = " · core" if lesson.core else ""
    name = f"{lesson.number} {lesson.title}"
    return f"[{name}]({lesson.path.name}){star}" if lesson.written else f"{name}{star} · *coming*"


def _takes(lesson: Lesson) -> str:
    published = _results(paths.PUBLISHED_RESULTS / f"{lesson.stem}.json")
    if published is None:
        return ""
    return _unbroken(f"{time_text(published['seconds'])}, {published['peak_memory_mb'] / 1024:.1f} GB")


def _finished(lesson: Lesson) -> str:
    run = _results(paths.build_dir() / "results" / f"{lesson.stem}.json")
    names = exercise_kinds(lesson.number)
    solved = progress.solved_exercises(lesson.number).intersection(names)
    done = [f"{len(solved)} of {len(names)} exercise{'s' * (len(names) > 1)}"] if solved else []
    return " · ".join(_unbroken(part) for part in ([*done, f"✓ {run['profile']}"] if run else done))


def _unbroken(text: str) -> str:
    """With spaces at which a narrow column does not break."""
    return text.replace(" ", "\N{NO-BREAK SPACE}")


def _results(path: Path) -> "Result | None":
    """A results file; a damaged one counts as none, since a map must open whatever lies about."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None

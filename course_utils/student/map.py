"""The map of the course, for the page that `course lab` opens and for lesson 00; there also this machine and its data.

All as Markdown.
"""

import shutil
from pathlib import Path

from course_utils import devices, paths
from course_utils.devices import Device
from course_utils.errors import CourseError
from course_utils.exercises import exercise_kinds, progress
from course_utils.files import write_text
from course_utils.results import Result, read_result
from course_utils.syllabus import Lesson, lessons, written_lessons
from course_utils.words import time_text

# the first name in the workspace's list of files
START_PAGE = "00_map.md"
STATES = {
    "here": "here",
    "mirror": "in the mirror",
    "instead": "not here; real data of another kind takes its place",
    "synthetic": "synthetic; the real data is fetched when a lesson asks for it and the network answers",
}
HOW = """\
A click on a lesson opens it. There, **Shift + Enter** runs a cell and goes on to the next one. Change whatever you like:
these are your own copies. They are also in the list on the left, where this page is `{page}`.

*core* marks the path through the course that the others branch off. *study* is what a lesson takes with its exercises;
*run*, what it computes of that on two cores, and the memory it needs.\
"""


def write_start_page() -> None:
    """Write the page that `course lab` opens into the workspace, as things stand now.

    Raises:
        CourseError: it cannot be written.
    """
    page = "\n\n".join(["# Deep learning, measured", HOW.format(page=START_PAGE), course_map()])
    write_text(paths.workspace_dir() / START_PAGE, page + "\n", paths.elsewhere("COURSE_WORKSPACE"))


def course_map() -> str:
    """What to do next, and every lesson by part: written ones as links with what they take, the others as coming."""
    sections = [_what_next()]
    head = "| lesson | what it shows | study | run | you |\n|---|---|---|---|---|"
    for part in dict.fromkeys(lesson.part for lesson in lessons()):
        rows = [_row(lesson) for lesson in lessons() if lesson.part == part]
        sections.append("\n".join([f"### {part}", "", head, *rows]))
    return "\n\n".join(sections)


def next_lesson() -> Lesson | None:
    """The lesson in which an exercise was solved last, or if all there are solved, the next one that has some left.

    None: every exercise of every written lesson is solved.
    """
    solved = {name: entry["solved"] for name, entry in progress.attempts().items() if entry["solved"]}
    latest = max(solved, key=lambda name: solved[name] or "", default="")
    written = written_lessons()
    here = next((place for place, lesson in enumerate(written) if latest.startswith(f"{lesson.number}/")), 0)
    return next((lesson for lesson in (*written[here:], *written[:here]) if not _finished(lesson)), None)


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
    # they take seconds to import, which the start page does not have
    from course_utils.datasets.catalog import catalog
    from course_utils.datasets.loading import state

    written = {lesson.number for lesson in written_lessons()}
    lines = ["| dataset | lessons | on this machine |", "|---|---|---|"]
    for dataset in catalog().values():
        if written.intersection(dataset.lessons):
            used_by = ", ".join(number for number in dataset.lessons if number in written)
            lines.append(f"| {dataset.title} | {used_by} | {STATES.get(state(dataset), 'not here')} |")
    return "\n".join(lines)


def _what_next() -> str:
    following = next_lesson()
    if following is None:
        return "**You have finished every lesson that is written.**"
    begun = "Go on with" if _solved(following) else "Next"
    finished = sum(_finished(lesson) for lesson in written_lessons())
    so_far = f" Finished so far: {finished} of {len(written_lessons())} lessons." if finished else ""
    return f"**{begun}: {_link(following)}**, about {following.minutes} minutes. {following.teaches}{so_far}"


def _row(lesson: Lesson) -> str:
    core = " · core" if lesson.core else ""
    if not lesson.written:
        return f"| {lesson.number} · {lesson.title}{core} · *coming* | {lesson.teaches} | | | |"
    beside = (f"[new version]({path.name})" for path in sorted(paths.workspace_dir().glob(f"{lesson.stem}.new*.ipynb")))
    cells = [f"{_link(lesson)}{core}", lesson.teaches, _unbroken(f"{lesson.minutes} min"), _unbroken(_takes(lesson))]
    return f"| {' | '.join(cells)} | {' · '.join((*_done(lesson), *beside))} |"


def _link(lesson: Lesson) -> str:
    return f"[{lesson.number} · {lesson.title}]({lesson.path.name})"


def _takes(lesson: Lesson) -> str:
    published = _results(paths.PUBLISHED_RESULTS / f"{lesson.stem}.json")
    return f"{time_text(published['seconds'])}, {published['peak_memory_mb'] / 1024:.1f} GB" if published else ""


def _done(lesson: Lesson) -> list[str]:
    """What the student has done of a lesson: exercises, and a run to its end with its profile."""
    solved, names = _solved(lesson), exercise_kinds(lesson.number)
    done = [f"{len(solved)} of {len(names)} exercise{'s' * (len(names) > 1)}"] if solved else []
    if _finished(lesson):
        done = ["**finished**"]
    run = _results(paths.build_dir() / "results" / f"{lesson.stem}.json")
    return [_unbroken(part) for part in ([*done, f"✓ {run['profile']}"] if run else done)]


def _finished(lesson: Lesson) -> bool:
    return len(_solved(lesson)) == len(exercise_kinds(lesson.number))


def _solved(lesson: Lesson) -> set[str]:
    return progress.solved_exercises(lesson.number).intersection(exercise_kinds(lesson.number))


def _unbroken(text: str) -> str:
    """With spaces at which a narrow column does not break."""
    return text.replace(" ", "\N{NO-BREAK SPACE}")


def _results(path: Path) -> Result | None:
    """A results file; a damaged one counts as none, since a map must open whatever lies about."""
    try:
        return read_result(path)
    except CourseError:
        return None

"""One self-contained HTML page of all results, which works from a file: no network, no scripts."""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import jinja2

from course_utils.claims import VERDICTS
from course_utils.errors import CourseError
from course_utils.files import write_text
from course_utils.paths import elsewhere
from course_utils.results import (
    Result,
    baseline_text,
    headline_text,
    is_number,
    number_text,
    read_result,
    verdict_counts,
)
from course_utils.runner.execute import OK, Run, read_run
from course_utils.syllabus import lessons
from course_utils.words import time_text

VALUES_SHOWN = 8


@dataclass
class Entry:
    """What the page shows of one lesson: the result of its last run, or why there is none."""

    stem: str
    title: str
    result: Result | None = None
    failed: Run | None = None
    problems: list[str] = field(default_factory=list)


def write_report(build: Path) -> Path:
    """Write `report.html` from the results and run records in `build`; returns its path.

    Raises:
        CourseError: there is nothing to report, or `build` cannot be written to.
    """
    entries = read_entries(build)
    if not entries:
        raise CourseError(f"There are no results in {build / 'results'} yet; make some with `course run`.")
    page = build / "report.html"
    write_text(page, render(entries), elsewhere("COURSE_BUILD"))
    return page


def read_entries(build: Path) -> list[Entry]:
    """One entry for each lesson that has run, in the order of their numbers."""
    titles = {lesson.stem: lesson.title for lesson in lessons()}
    stems = {path.stem for folder in ("results", "runs") for path in (build / folder).glob("*.json")}
    return [_read_entry(build, stem, titles.get(stem, stem)) for stem in sorted(stems)]


def _read_entry(build: Path, stem: str, title: str) -> Entry:
    entry = Entry(stem, title)
    record, result = build / "runs" / f"{stem}.json", build / "results" / f"{stem}.json"
    try:
        run = read_run(record) if record.is_file() else None
        # a lesson that was run by hand after a failed run has left a newer result
        if run and run.status != OK and not (result.is_file() and result.stat().st_mtime_ns > record.stat().st_mtime_ns):
            entry.failed = run
    except CourseError as error:
        entry.problems.append(str(error))
    if not entry.failed:
        try:
            entry.result = read_result(result)
        except CourseError as error:
            entry.problems.append(str(error))
    return entry


def render(entries: list[Entry]) -> str:
    """The page as HTML; every text in it is escaped."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "headline": headline_text,
        "baseline": baseline_text,
        "duration": time_text,
        "verdicts": verdict_counts,
        "metric": metric_text,
        "megabytes": lambda value: f"{number_text(round(value))} MB",
    }
    results = [entry.result for entry in entries if entry.result]
    return environment.get_template("report.html.jinja").render(
        entries=entries,
        results=results,
        devices={result["device"] for result in results},
        failed=[entry for entry in entries if entry.failed],
        problems=[problem for entry in entries for problem in entry.problems],
        claims=verdict_counts([claim for result in results for claim in result["claims"]]),
        seconds=sum(result["seconds"] for result in results),
        marks=dict(zip(VERDICTS, "✓◐✗~", strict=True)),
        now=datetime.now().astimezone(),
    )


def metric_text(value: object) -> str:
    """A recorded number, or a list of them: all of a short list, the course of a long one; a dash for nothing."""
    if value is None:
        return "–"
    if not isinstance(value, list):
        return number_text(value)
    if len(value) > VALUES_SHOWN and all(is_number(item) for item in value):
        first, last, least, most = (number_text(item) for item in (value[0], value[-1], min(value), max(value)))
        return f"{len(value)} values from {first} to {last} (least {least}, most {most})"
    return ", ".join(f"[{metric_text(item)}]" if isinstance(item, list) else metric_text(item) for item in value)

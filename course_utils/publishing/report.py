"""One self-contained HTML page of all results, which works from a file: no network, no scripts."""

import math
from base64 import b64encode
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import jinja2

from course_utils.claims import VERDICTS
from course_utils.errors import CourseError
from course_utils.files import write_text
from course_utils.paths import PUBLISHED_RESULTS, elsewhere
from course_utils.results import (
    Headline,
    Result,
    aim_text,
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
    """What the page shows of one lesson: the result of its last run beside the published one, or why there is none."""

    stem: str
    title: str
    result: Result | None = None
    published: Result | None = None
    failed: Run | None = None
    problems: list[str] = field(default_factory=list)

    @property
    def smoke(self) -> bool:
        """Whether the run only proved that all cells run; its numbers mean nothing."""
        profile = self.result["profile"] if self.result else self.failed.profile if self.failed else ""
        return profile == "smoke"


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
            entry.published = _published(stem, entry.result["profile"])
        except CourseError as error:
            entry.problems.append(str(error))
    return entry


def _published(stem: str, profile: str) -> Result | None:
    """The published result of a lesson in this profile, or else in `lesson`."""
    files = (PUBLISHED_RESULTS / f"{stem}.{profile}.json", PUBLISHED_RESULTS / f"{stem}.json")
    return next((read_result(path) for path in files if path.is_file()), None)


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
        "aim": aim_text,
        "baseline": baseline_text,
        "duration": time_text,
        "verdicts": verdict_counts,
        "metric": metric_text,
        "megabytes": lambda value: f"{number_text(round(value))} MB",
        "picture": picture,
    }
    results = [entry.result for entry in entries if entry.result]
    smoke = [entry for entry in entries if entry.smoke]
    measured = [entry for entry in entries if not entry.smoke]
    return environment.get_template("report.html.jinja").render(
        entries=[*measured, *smoke],
        measured=measured,
        smoke=smoke,
        results=results,
        devices={result["device"] for result in results},
        failed=[entry for entry in entries if entry.failed],
        problems=[problem for entry in entries for problem in entry.problems],
        claims=verdict_counts([claim for entry in measured if entry.result for claim in entry.result["claims"]]),
        seconds=sum(result["seconds"] for result in results),
        marks=dict(zip(VERDICTS, "✓◐✗~", strict=True)),
        now=datetime.now().astimezone(),
    )


def picture(entry: Entry) -> dict[str, str] | None:
    """A lesson's own number, yours beside the published one, with baseline and aim; None where there is no number to draw.

    Returns:
        The figure as a data address, `src`, and its alt text, `alt`.
    """
    from course_utils import plots

    yours = entry.result["headline"] if entry.result else None
    if yours is None or not math.isfinite(yours["value"]):
        return None
    drawn = {"yours": yours}
    if entry.published and entry.published["headline"]:
        drawn["published"] = entry.published["headline"]
    levels = {"baseline": yours["baseline"], "aim": yours.get("aim")}
    figure, alt = plots.bar_chart(
        {name: headline["value"] for name, headline in drawn.items()},
        f"{yours['name']}, {yours['unit']}".removesuffix(", "),
        intervals={name: _spread(headline) for name, headline in drawn.items()},
        reference={name: level for name, level in levels.items() if is_number(level) and math.isfinite(level)},
        dots=True,
    )
    figure.axes[0].xaxis.label.set_parse_math(False)  # a dollar in a name is a dollar
    data, _ = plots.render(figure, alt)
    return {"src": f"data:image/png;base64,{b64encode(data['image/png']).decode()}", "alt": alt}


def _spread(headline: Headline) -> tuple[float, float] | None:
    """From one spread below the number to one above it; None where there is but one seed."""
    value, spread = headline["value"], headline["spread"]
    return (value - spread, value + spread) if spread and math.isfinite(spread) else None


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

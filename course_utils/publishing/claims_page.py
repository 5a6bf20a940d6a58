"""`docs/claims.md`: what the study notes claim, and what the published runs of the lessons found.

Written by `course publish`; after a change in `data/claims.toml`,
`python -m course_utils.publishing.claims_page` writes it anew.
"""

from pathlib import Path

import click

from course_utils import paths
from course_utils.claims import NOTES, Claim, Finding, all_claims
from course_utils.files import write_text
from course_utils.results import Result, read_result, verdict_counts
from course_utils.syllabus import Lesson, lessons

MEANINGS = {
    "holds": "It was measured beyond noise, under the condition that the claim states.",
    "holds with limits": "It was measured beyond noise, but only under a condition that the claim leaves out.",
    "does not hold": "The opposite was measured beyond noise.",
    "not settled here": "The difference lies within noise, or the claim's condition was not varied.",
}
INTRODUCTION = """# What the study notes claim

A claim is a statement of the study notes that a lesson can put to the test: a count, a formula, a rule of an API, or an
effect that something is said to have. The words here are ours; “where” names the note and its section. Each claim belongs
to one lesson, which measures it in a cell and records a verdict with the numbers that support it. A lesson that leaves one
of its claims unmeasured does not finish.

{gathered} claims are gathered, and {measured} of them are measured in lessons published so far. Where a lesson was also
published in the `full` profile, the verdict and the numbers are those of that run.
"""
TO_COME = "to come"


def write_claims_page(results: Path = paths.PUBLISHED_RESULTS) -> Path:
    """Write the page of claims beside the folder of published `results`; returns its path.

    Raises:
        CourseError: a result or the list of claims is damaged, or the page cannot be written.
    """
    page = page_beside(results)
    write_text(page, claims_page(list(all_claims().values()), [read_result(path) for path in result_files(results)]))
    return page


def page_beside(results: Path) -> Path:
    """Where the page of claims lies: beside the folder of published results."""
    return results.with_name("claims.md")


def result_files(results: Path) -> list[Path]:
    """The files of that folder that hold results of lessons, which begin with the lesson's number."""
    return sorted(results.glob("[0-9]*.json"))


def claims_page(listed: list[Claim], results: list[Result]) -> str:
    """The page in Markdown: how many claims and verdicts there are, then a table for each lesson in the syllabus' order."""
    found = _latest(results)
    measured = [found[claim.id] for claim in listed if claim.id in found]
    published = {result["lesson"] for result in results}
    parts = [
        INTRODUCTION.format(gathered=len(listed), measured=len(measured)),
        _verdict_table(measured),
        _note_table(listed),
    ]
    for lesson in lessons():
        own = [claim for claim in listed if claim.lesson == lesson.number]
        if own:
            parts.append(f"## {_title(lesson, lesson.stem in published)}\n\n{_claim_table(own, found)}")
    return "\n".join(parts)


def _latest(results: list[Result]) -> dict[str, Finding]:
    """The measured claims by id; those of the `full` profile go before those of `lesson`."""
    in_order = sorted(results, key=lambda result: result["profile"] == "full")
    return {claim["id"]: claim for result in in_order for claim in result["claims"]}


def _verdict_table(measured: list[Finding]) -> str:
    counts = verdict_counts(measured)
    rows = [[f"**{verdict}**", meaning, str(counts.get(verdict, 0))] for verdict, meaning in MEANINGS.items()]
    return _table(["Verdict", "What it means", "Claims"], rows)


def _note_table(listed: list[Claim]) -> str:
    sources = [claim.source for claim in listed]
    rows = [[number, title, str(sum(number in source for source in sources))] for number, title in NOTES.items()]
    return "A claim that stands in several notes counts for each of them.\n\n" + _table(["Note", "Title", "Claims"], rows)


def _claim_table(own: list[Claim], found: dict[str, Finding]) -> str:
    rows = []
    for claim in own:
        finding = found.get(claim.id)
        verdict, measured = (finding["verdict"], finding["measured"]) if finding else (TO_COME, "")
        rows.append([claim.statement, claim.source, verdict, measured])
    return _table(["Claim", "Where", "Verdict", "Measured"], rows)


def _title(lesson: Lesson, published: bool) -> str:
    title = f"{lesson.number} · {lesson.title}"
    return f"[{title}](../notebooks/{lesson.stem}.ipynb)" if published else title


def _table(header: list[str], rows: list[list[str]]) -> str:
    """A table of Markdown; a pipe or a line break in a cell would end it, so they are replaced."""
    lines = [header, ["---"] * len(header)]
    lines += [[" ".join(cell.split()).replace("|", "&#124;") for cell in row] for row in rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


if __name__ == "__main__":
    click.echo(f"Written to {write_claims_page()}")

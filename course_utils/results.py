"""What runs of lessons leave behind as JSON: its shape, reading it with care, and putting its numbers into words."""

import math
from pathlib import Path
from typing import Any, NotRequired, TypedDict, TypeGuard

from course_utils.claims import VERDICTS, Finding
from course_utils.files import check_keys, made_sense_of, read_json


class Headline(TypedDict):
    """A lesson's own number in its results; see `headline`. Older runs did not record the last two."""

    name: str
    value: float
    spread: float | None
    unit: str
    seeds: int | list[int]
    baseline: float | str | None
    aim: NotRequired[float | None]
    is_error: NotRequired[bool]


class Expectation(TypedDict):
    """What a lesson's text says, whether this run agrees, and what it measured, in words."""

    text: str
    met: bool
    measured: str


class Table(TypedDict):
    """A table as `table` recorded it; each row begins with its label."""

    columns: list[str]
    rows: list[list[Any]]


class Result(TypedDict):
    """What a run of a lesson leaves behind as JSON; `data` is the least real of its sources, memory counts in MiB.

    Runs of before did not record tables and expectations.
    """

    lesson: str
    profile: str
    data: str
    seed: int
    metrics: dict[str, Any]
    tables: NotRequired[dict[str, Table]]
    headline: Headline | None
    expectations: NotRequired[list[Expectation]]
    claims: list[Finding]
    seconds: float
    peak_memory_mb: float
    gpu_peak_memory_mb: NotRequired[float]
    device: str
    versions: dict[str, str]


_RESULT = {
    "lesson": str,
    "profile": str,
    "data": str,
    "seed": int,
    "metrics": dict,
    "tables": dict,
    "headline": dict | None,
    "expectations": list,
    "claims": list,
    "seconds": float,
    "peak_memory_mb": float,
    "device": str,
    "versions": dict,
}
_HEADLINE = {
    "name": str,
    "value": float,
    "spread": float | None,
    "unit": str,
    "seeds": int | list,
    "baseline": float | str | None,
    "aim": float | None,
    "is_error": bool,
}


def read_result(path: Path) -> Result:
    """The result that a lesson recorded in `path`, checked for its keys and their types.

    Raises:
        CourseError: the file is missing, is not JSON, or is not a lesson's result.
    """
    with made_sense_of(path, "a lesson's result", "run its lesson again"):
        result: Result = read_json(path)
        _check(result)
    return result


def _check(result: Result) -> None:
    """Raise a `ValueError` where a result is not what its type says."""
    check_keys(result, _RESULT, optional={"tables", "expectations"})
    if not math.isfinite(result["seconds"] + result["peak_memory_mb"]):
        raise ValueError("its time or memory is no number")
    if result["headline"] is not None:
        check_keys(result["headline"], _HEADLINE, optional={"aim", "is_error"})
    for claim in result["claims"]:
        check_keys(claim, dict.fromkeys(Finding.__annotations__, str))
        if claim["verdict"] not in VERDICTS:
            raise ValueError(f"{claim['verdict']!r} is no verdict")
    for expectation in result.get("expectations", []):
        check_keys(expectation, {"text": str, "met": bool, "measured": str})
    for table in result.get("tables", {}).values():
        check_keys(table, {"columns": list, "rows": list})
        if not all(isinstance(row, list) and row for row in table["rows"]):
            raise ValueError("a row of a table is empty")


def is_number(value: object) -> TypeGuard[int | float]:
    """Whether a value from JSON is a number, which `true` and `false` are not."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def number_text(value: object, spread: float | None = None) -> str:
    """A measured number as a reader wants it: as many digits as its spread supports, else four that matter."""
    if not is_number(value):
        return str(value)
    if not math.isfinite(value):
        return "not a number" if math.isnan(value) else str(value)
    if isinstance(value, int):
        return f"{value:,}"
    if spread and math.isfinite(spread):
        return f"{value:,.{max(0, 1 - math.floor(math.log10(abs(spread))))}f}"
    if value and not 1e-4 <= abs(value) < 1e15:
        return f"{value:.3e}"
    digits = max(0, 3 - math.floor(math.log10(abs(value)))) if value else 0
    text = f"{value:,.{digits}f}"
    return text.rstrip("0").rstrip(".") if digits and round(value, digits) == value else text


def headline_text(headline: Headline | None) -> str:
    """Value, unit and spread of a lesson's own number: `92.61 ± 0.14 % (3 seeds)`; a dash where there is none."""
    if headline is None:
        return "–"
    spread = headline["spread"] if is_number(headline["spread"]) else None
    parts = [number_text(headline["value"], spread)]
    if spread is not None:
        parts.append(f"± {number_text(spread, spread)}")
    if headline["unit"]:
        parts.append(str(headline["unit"]))
    seeds = seed_count(headline)
    if seeds > 1:
        parts.append(f"({seeds} seeds)")
    return " ".join(parts)


def baseline_text(headline: Headline | None) -> str:
    """What the headline is to be compared with, in its unit; a dash where there is none."""
    if headline is None or headline["baseline"] is None:
        return "–"
    baseline = headline["baseline"]
    return f"{number_text(baseline)} {headline['unit'] or ''}".rstrip() if is_number(baseline) else str(baseline)


def aim_text(headline: Headline | None) -> str:
    """What the headline was to reach, and whether its value did; a dash where nothing was set."""
    wanted = headline.get("aim") if headline else None
    if headline is None or wanted is None:
        return "–"
    is_error = headline.get("is_error", False)
    sign, reached = ("≤", headline["value"] <= wanted) if is_error else ("≥", headline["value"] >= wanted)
    aim = f"{sign} {number_text(wanted)} {headline['unit'] or ''}".rstrip()
    return aim if reached else f"{aim} (not reached)"


def seed_count(headline: Headline) -> int:
    """Over how many seeds the headline was measured; results hold their number, or a list of them."""
    seeds = headline["seeds"]
    return len(seeds) if isinstance(seeds, list) else seeds


def verdict_counts(claims: list[Finding]) -> dict[str, int]:
    """How many claims got each verdict, in the order of `VERDICTS`, without the verdicts that none got."""
    counts = {verdict: sum(claim["verdict"] == verdict for claim in claims) for verdict in VERDICTS}
    return {verdict: count for verdict, count in counts.items() if count}

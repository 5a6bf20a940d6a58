"""The JSON that runs leave behind: reading it with care, and putting its numbers into words."""

import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, TypeGuard

from course_utils.claims import VERDICTS, Finding
from course_utils.errors import CourseError

if TYPE_CHECKING:
    from course_utils.lesson import Headline, Result

_SHAPE = {
    "lesson": str,
    "profile": str,
    "data": str,
    "seed": int,
    "metrics": dict,
    "headline": dict | None,
    "claims": list,
    "seconds": int | float,
    "peak_memory_mb": int | float,
    "device": str,
    "versions": dict,
}
_HEADLINE = ("name", "value", "spread", "unit", "seeds", "baseline")  # "aim" and "is_error" are not in older runs
_CLAIM = ("id", "statement", "source", "verdict", "measured")


def read_result(path: Path) -> "Result":
    """The result that a lesson recorded in `path`, checked for its keys and their types.

    Raises:
        CourseError: the file is missing, is not JSON, or is not a lesson's result.
    """
    try:
        result = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CourseError(f"{path.name} is missing or damaged ({error}); run its lesson again.") from error
    problem = _problem(result)
    if problem:
        raise CourseError(f"{path.name} is not a lesson's result ({problem}); run its lesson again.")
    return result


def _problem(result: object) -> str | None:
    if not isinstance(result, dict):
        return "it holds no keys"
    for key, kind in _SHAPE.items():
        if key not in result:
            return f"{key!r} is missing"
        if not isinstance(result[key], kind) or isinstance(result[key], bool):
            return f"{key!r} has the wrong type"
    for claim in result["claims"]:
        if not isinstance(claim, dict) or any(key not in claim for key in _CLAIM) or claim["verdict"] not in VERDICTS:
            return "a claim is incomplete"
    headline = result["headline"]
    if headline is not None and (any(key not in headline for key in _HEADLINE) or not is_number(headline["value"])):
        return "the headline is incomplete"
    return None


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


def headline_text(headline: "Headline | None") -> str:
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


def baseline_text(headline: "Headline | None") -> str:
    """What the headline is to be compared with, in its unit; a dash where there is none."""
    if headline is None or headline["baseline"] is None:
        return "–"
    baseline = headline["baseline"]
    return f"{number_text(baseline)} {headline['unit'] or ''}".rstrip() if is_number(baseline) else str(baseline)


def aim_text(headline: "Headline | None") -> str:
    """What the headline was to reach, and whether its value did; a dash where nothing was set."""
    wanted = headline.get("aim") if headline else None
    if headline is None or wanted is None:
        return "–"
    is_error = headline.get("is_error", False)
    sign, reached = ("≤", headline["value"] <= wanted) if is_error else ("≥", headline["value"] >= wanted)
    aim = f"{sign} {number_text(wanted)} {headline['unit'] or ''}".rstrip()
    return aim if reached else f"{aim} (not reached)"


def seed_count(headline: "Headline") -> int:
    """Over how many seeds the headline was measured; results hold their number, or a list of them."""
    seeds = headline["seeds"]
    return len(seeds) if isinstance(seeds, list) else seeds


def verdict_counts(claims: list[Finding]) -> dict[str, int]:
    """How many claims got each verdict, in the order of `VERDICTS`, without the verdicts that none got."""
    counts = {verdict: sum(claim["verdict"] == verdict for claim in claims) for verdict in VERDICTS}
    return {verdict: count for verdict, count in counts.items() if count}

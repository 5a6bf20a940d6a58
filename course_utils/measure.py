"""Differences between measurements, each with the interval that its noise allows, and the verdicts that follow from them.

The course's one place for statistics.

Sources: Bonett and Price (2012), for paired proportions; Student's t over seeds; Satterthwaite (1946) where both add up.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from scipy import stats

from course_utils.errors import CourseError

CONFIDENCE = 0.95


@dataclass(frozen=True)
class Difference:
    """How far the first of two measurements lies above the second.

    Attributes:
        value: the difference.
        low: lower end of its 95 % interval.
        high: upper end.
        unit: of all three, such as `points` for accuracies in per cent.
        examples: how many examples both were judged on; None where only scores were compared.
        seeds: how many seeds each was trained with.
        covers: which noise the interval covers: `examples`, `seeds` or `both`.
    """

    value: float
    low: float
    high: float
    unit: str
    examples: int | None
    seeds: int
    covers: str

    @property
    def is_gain(self) -> bool:
        """Whether the first is larger beyond noise."""
        return self.low > 0

    @property
    def is_loss(self) -> bool:
        """Whether the first is smaller beyond noise."""
        return self.high < 0

    @property
    def is_settled(self) -> bool:
        """Whether the sign of the difference is known, beyond noise."""
        return self.is_gain or self.is_loss

    def __str__(self) -> str:
        measured_on = [f"{self.examples:,} examples"] if self.examples else []
        measured_on.append(f"{self.seeds} seed{'s' * (self.seeds > 1)}")
        unit = f" {self.unit}" if self.unit else ""
        noise = (self.high - self.low) / 2
        digits = max(1, -math.floor(math.log10(noise))) if noise else 1
        # an end of -0.0 lies just below 0, which decides
        interval = f"{self.low:+.{digits}f} to {self.high:+.{digits}f}"
        return f"{self.value:+z.{digits}f}{unit} (95 % interval {interval}; {', '.join(measured_on)})"


def compare(first: Sequence[Any] | np.ndarray, second: Sequence[Any] | np.ndarray, unit: str | None = None) -> Difference:
    """How far `first` lies above `second`, with the interval that its noise allows.

    Args:
        first, second: what was right and what wrong, bool, (examples,) for one seed or (seeds, examples) for several, on the
            same examples in the same order; or one score a seed, floats (seeds,), with the same seeds in the same order.
        unit: of the difference; by default `points` of 100 for right and wrong, none for scores.

    Raises:
        ValueError: the two do not have the same shape, or there are too few of them to tell noise from anything.
    """
    a, b = np.asarray(first), np.asarray(second)
    if a.shape != b.shape or a.ndim not in (1, 2):
        raise ValueError(
            f"The two must have one shape, (examples,), (seeds, examples) or (seeds,), not {a.shape} and {b.shape}."
        )
    if (a.dtype == bool) != (b.dtype == bool):
        raise ValueError("Both must be right or wrong (bool), or both scores (numbers).")
    if a.dtype != bool:
        return _of_scores(a, b, unit or "")
    if a.ndim == 1:
        return _of_answers(a, b, unit or "points")
    return _of_answers(a[0], b[0], unit or "points") if len(a) == 1 else _of_both(a, b, unit or "points")


def _of_answers(a: np.ndarray, b: np.ndarray, unit: str) -> Difference:
    """One seed, many examples: Bonett and Price's interval for the difference of two paired proportions."""
    if len(a) < 2:
        raise ValueError(f"{len(a)} examples are too few to compare on.")
    only_a, only_b = np.sum(a & ~b), np.sum(~a & b)
    share_a, share_b = (only_a + 1) / (len(a) + 2), (only_b + 1) / (len(a) + 2)
    half = _normal() * np.sqrt((share_a + share_b - (share_a - share_b) ** 2) / (len(a) + 2))
    middle = share_a - share_b
    return _difference(
        100 * (only_a - only_b) / len(a), 100 * (middle - half), 100 * (middle + half), unit, len(a), 1, "examples"
    )


def _of_scores(a: np.ndarray, b: np.ndarray, unit: str) -> Difference:
    """One score a seed: Student's interval for the mean of the differences, seed by seed."""
    if a.ndim != 1 or len(a) < 2:
        raise ValueError("One seed shows no spread: give at least two scores each, or what was right on each example.")
    gains = np.asarray(a, "float64") - b
    half = stats.t.ppf((1 + CONFIDENCE) / 2, len(gains) - 1) * gains.std(ddof=1) / np.sqrt(len(gains))
    return _difference(gains.mean(), gains.mean() - half, gains.mean() + half, unit, None, len(gains), "seeds")


def _of_both(a: np.ndarray, b: np.ndarray, unit: str) -> Difference:
    """Several seeds on the same examples: both variances add up; degrees of freedom after Welch and Satterthwaite."""
    gains = 100.0 * (a.astype("float64") - b)
    noise = np.array([gains.mean(axis=side).var(ddof=1) / gains.shape[1 - side] for side in (1, 0)])
    freedom = np.array(gains.shape) - 1
    if not noise.any():
        return _difference(gains.mean(), gains.mean(), gains.mean(), unit, gains.shape[1], len(gains), "both")
    together = noise.sum() ** 2 / (noise**2 / freedom).sum()
    half = stats.t.ppf((1 + CONFIDENCE) / 2, together) * np.sqrt(noise.sum())
    return _difference(gains.mean(), gains.mean() - half, gains.mean() + half, unit, gains.shape[1], len(gains), "both")


def _difference(
    value: float, low: float, high: float, unit: str, examples: int | None, seeds: int, covers: str
) -> Difference:
    return Difference(float(value), float(low), float(high), unit, examples, seeds, covers)


def _normal() -> float:
    """How many standard errors the interval reaches to each side."""
    return float(stats.norm.ppf((1 + CONFIDENCE) / 2))


# What a lesson has to say for a claim; `judge` tells what each means.
Evidence: TypeAlias = bool | np.bool_ | Difference | Mapping[str, "bool | np.bool_ | Difference"] | pd.Series | None


def judge(evidence: Evidence, limit: str = "") -> tuple[str, str]:
    """The verdict on a claim by the course's one rule, and what was measured, in words.

    *holds*: it was measured beyond noise; *holds with limits*: so, but under a condition only, which the limit or the failed
    conditions name; *does not hold*: the opposite was measured beyond noise; *not settled here*: neither.

    Args:
        evidence: True or False for what was counted or looked up; a `Difference`, whose gain is what the claim says; a
            mapping (or a frame's column) of conditions, in words, to either; None where the condition was not varied.
        limit: a condition that the claim leaves out, or why it is not settled; one short sentence part.

    Raises:
        CourseError: the evidence is none of these.
    """
    conditions = dict(evidence.items()) if isinstance(evidence, Mapping | pd.Series) else {"": evidence}
    outcomes = [_is_met(each) for each in conditions.values()]
    texts = [_in_words(condition, each) for condition, each in conditions.items()]
    measured = "; ".join(text for text in [*texts, limit] if text) or "as shown in the lesson"
    if outcomes and all(outcome is False for outcome in outcomes):
        return "does not hold", measured
    if not any(outcomes):
        return "not settled here", measured
    return ("holds" if all(outcomes) and not limit else "holds with limits"), measured


def _is_met(evidence: object) -> bool | None:
    """Whether the claim was seen; None where that is not settled."""
    if evidence is None:
        return None
    if isinstance(evidence, Difference):
        return evidence.is_gain if evidence.is_settled else None
    if isinstance(evidence, bool | np.bool_):
        return bool(evidence)
    raise CourseError(
        "A claim's evidence is True, False, a difference from `compare`, a mapping of conditions to these, or None; "
        f"not {evidence!r}."
    )


def _in_words(condition: str, evidence: object) -> str:
    if isinstance(evidence, bool | np.bool_):
        return f"{condition}{'' if evidence else ': no'}" if condition else ""
    return ": ".join(text for text in (condition, "" if evidence is None else str(evidence)) if text)

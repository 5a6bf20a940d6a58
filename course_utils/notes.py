"""What the study notes claim: the list of claims, and the verdicts a lesson may give."""

import tomllib
from dataclasses import dataclass
from functools import cache

from course_utils.errors import CourseError
from course_utils.paths import DATA

VERDICTS = ("holds", "holds with limits", "does not hold")


@dataclass(frozen=True)
class Claim:
    """A testable statement of the notes, in our words; `source` is note and section, `lesson` the one that measures it."""

    id: str
    statement: str
    source: str
    lesson: str


@cache
def claims() -> dict[str, Claim]:
    """Every claim of `data/claims.toml` by its id."""
    entries = tomllib.loads((DATA / "claims.toml").read_text(encoding="utf-8"))["claim"]
    return {entry["id"]: Claim(**entry) for entry in entries}


def find_claim(claim_id: str, lesson: str) -> Claim:
    """The claim of that id.

    Raises:
        CourseError: no such claim, or another lesson measures it.
    """
    claim = claims().get(claim_id)
    if claim is None or claim.lesson != lesson:
        known = ", ".join(claim.id for claim in claims().values() if claim.lesson == lesson) or "none"
        raise CourseError(f"Lesson {lesson} has no claim called {claim_id!r}; data/claims.toml lists for it: {known}.")
    return claim

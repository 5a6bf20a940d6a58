"""What the study notes claim: the list of claims, and the verdicts a lesson may give."""

import tomllib
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import TypedDict

from course_utils.errors import CourseError
from course_utils.paths import DATA

CLAIMS = DATA / "claims.toml"
NOTES = {
    "000": "Intro to Deep Learning with TensorFlow",
    "001": "Deep Learning in Computer Vision",
    "002": "Deep Learning with TensorFlow, fifteen tutorials",
    "003": "Reading notes of “Deep Learning with Python”",
    "004": "CNNs and transfer learning",
}
VERDICTS = ("holds", "holds with limits", "does not hold", "not settled here")


@dataclass(frozen=True)
class Claim:
    """A testable statement of the notes.

    Attributes:
        id: its name in lessons and results.
        statement: the statement in our words, one sentence of Markdown.
        source: a note of `NOTES` and its section; where several notes say the same, parted by `; `.
        lesson: number of the lesson that measures it.
    """

    id: str
    statement: str
    source: str
    lesson: str


class Finding(TypedDict):
    """What became of a claim, as results keep it: its own words, one of `VERDICTS`, and the evidence in a sentence."""

    id: str
    statement: str
    source: str
    verdict: str
    measured: str


def all_claims() -> dict[str, Claim]:
    """Every claim of `data/claims.toml` by its id, in the order of the file.

    Raises:
        CourseError: the file is missing or damaged, or two claims share an id.
    """
    return _read(CLAIMS)


@cache
def _read(path: Path) -> dict[str, Claim]:
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8")).get("claim")
        if not isinstance(entries, list):
            raise ValueError("it holds no [[claim]]")
        found = [_claim(entry) for entry in entries]
    except (OSError, ValueError, RecursionError) as error:
        raise CourseError(f"{path} cannot be used: {error}; `git checkout {path}` restores it.") from error
    by_id = {}
    for claim in found:
        if claim.id in by_id:
            raise CourseError(f"{path} lists the claim {claim.id!r} twice; give each claim an id of its own.")
        by_id[claim.id] = claim
    return by_id


def _claim(entry: object) -> Claim:
    names = [field.name for field in fields(Claim)]
    if not isinstance(entry, dict) or set(entry) != set(names) or not all(isinstance(text, str) for text in entry.values()):
        raise ValueError(f"a claim consists of the texts {', '.join(names)}, and not of {entry!r}")
    return Claim(**entry)


def find_claim(claim_id: str, lesson: str) -> Claim:
    """The claim of that id.

    Raises:
        CourseError: no such claim, or another lesson measures it.
    """
    claim = all_claims().get(claim_id)
    if claim is None or claim.lesson != lesson:
        known = ", ".join(claim.id for claim in all_claims().values() if claim.lesson == lesson) or "none"
        raise CourseError(f"Lesson {lesson} has no claim called {claim_id!r}; data/claims.toml lists for it: {known}.")
    return claim

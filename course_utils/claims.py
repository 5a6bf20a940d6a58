"""What the study notes claim: the list of claims, and the verdicts a lesson may give."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypedDict

from course_utils.errors import CourseError
from course_utils.files import made_of, made_sense_of, read_toml
from course_utils.paths import DATA, RESTORE

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
    with made_sense_of(path, "the list of claims", RESTORE):
        found: dict[str, Claim] = {}
        for entry in read_toml(path)["claim"]:
            claim = made_of(entry, Claim)
            if claim.id in found:
                raise ValueError(f"it lists the claim {claim.id!r} twice")
            found[claim.id] = claim
        return found


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

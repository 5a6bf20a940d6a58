"""The course's words: the entries of `docs/glossary.md`, and how a lesson may write them."""

import re
from dataclasses import dataclass
from pathlib import Path

from course_utils.errors import CourseError
from course_utils.files import made_sense_of
from course_utils.paths import RESTORE, ROOT

GLOSSARY = ROOT / "docs" / "glossary.md"
ENTRY = re.compile(r"\*\*(?P<term>[^*]+)\*\* · (?P<meaning>\S.*[.)]) \[Lesson (?P<number>\d\d)\]\((?P<target>[^)\s]+)\)")


@dataclass(frozen=True)
class Entry:
    """One entry of the glossary.

    Attributes:
        term: the word, as a lesson writes it within a sentence.
        meaning: its explanation, in Markdown.
        number: the lesson that explains it first.
        target: the link to that lesson.
    """

    term: str
    meaning: str
    number: str
    target: str

    @property
    def place(self) -> str:
        """The id by which the entry is linked to."""
        return "term-" + re.sub(r"[^a-z0-9]+", "-", self.term.casefold()).strip("-")


def paragraphs(path: Path = GLOSSARY) -> list[str]:
    """The paragraphs of the glossary, each on one line.

    Raises:
        CourseError: it cannot be read.
    """
    with made_sense_of(path, "the glossary", RESTORE):
        return [" ".join(paragraph.split()) for paragraph in path.read_text(encoding="utf-8").split("\n\n")]


def entries(path: Path = GLOSSARY) -> list[Entry]:
    """The entries of the glossary, in its order.

    Raises:
        CourseError: it cannot be read, or an entry is not written as it should be.
    """
    found = []
    for paragraph in paragraphs(path):
        if paragraph.startswith("**"):
            match = ENTRY.fullmatch(paragraph)
            if not match:
                form = "**term** · meaning. [Lesson NN](../notebooks/NN_name.ipynb)"
                raise CourseError(f"{path.name} has an entry that is not written {form}: {paragraph}")
            found.append(Entry(**match.groupdict()))
    return found


def forms(term: str) -> set[str]:
    """The term as a lesson may write it: in capitals or not (both are made small), one or several."""
    one = term.casefold()
    return {one, f"{one}s", f"{one}es", re.sub("y$", "ies", one), re.sub("ex$", "ices", one)}

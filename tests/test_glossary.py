"""The glossary: every term once and in order, with a link to the lesson that is the first to make it bold."""

import re
from functools import cache
from itertools import pairwise

from course_utils.publishing.glossary import ENTRY, GLOSSARY, entries, forms, paragraphs
from course_utils.syllabus import Lesson, written_lessons
from tests.fixtures.cells import read

# what the first two lessons with a network owe their reader
MET_FIRST = {
    "activation function", "backpropagation", "batch", "epoch", "generalization", "learning rate",
    "mini-batch gradient descent", "overfitting", "regularization", "step", "underfitting",
}  # fmt: skip
# the field's words, where lessons once had words of their own
FIELD_WORDS = {
    "accuracy", "class index", "confidence interval", "ground truth", "nearest neighbours", "p-value", "parameter",
    "prediction", "prevalence", "random split", "sampling noise", "sensitivity", "specificity", "spread over seeds",
    "synthetic data", "vertical edge",
}  # fmt: skip


def in_order(term: str) -> str:
    """What terms are sorted by: word by word, without regard to capitals, hyphens and apostrophes."""
    return re.sub(r"[^a-z0-9 ]", "", term.casefold().replace("-", " "))


@cache
def bold(lesson: Lesson) -> set[str]:
    prose = "\n\n".join(cell.source for cell in read(lesson.path).cells if cell.cell_type == "markdown")
    found = re.findall(r"\*\*([^*]+)\*\*", re.sub(r"`[^`]*`", "", prose))
    return {" ".join(words.split()).casefold() for words in found}


def first_to_make_bold(term: str) -> str:
    return next((lesson.number for lesson in written_lessons() if not forms(term).isdisjoint(bold(lesson))), "none")


def test_terms_stand_in_alphabetical_order_and_once_each():
    keys = [in_order(entry.term) for entry in entries()]
    assert [pair for pair in pairwise(keys) if not pair[0] < pair[1]] == []


def test_each_term_stands_under_its_letter_and_each_letter_is_linked():
    letter, under = "", []
    for paragraph in paragraphs():
        if paragraph.startswith("## "):
            letter = paragraph.removeprefix("## ")
            under.append(letter)
        elif entry := ENTRY.fullmatch(paragraph):
            assert in_order(entry["term"])[0].upper() == letter
    assert under == sorted(set(under))
    assert " · ".join(f"[{letter}](#{letter.lower()})" for letter in under) in paragraphs()


def test_links_lead_to_the_lessons_that_they_name():
    lessons = {lesson.number: lesson for lesson in written_lessons()}
    for entry in entries():
        assert (GLOSSARY.parent / entry.target).resolve() == lessons[entry.number].path.resolve(), entry.term


def test_the_lesson_linked_is_the_first_to_make_the_term_bold():
    linked = {entry.term: entry.number for entry in entries()}
    first = {term: first_to_make_bold(term) for term in linked}
    assert {term: first[term] for term in linked if first[term] != linked[term]} == {}


def test_the_fields_words_are_explained():
    terms = {entry.term: entry.number for entry in entries()}
    assert terms.keys() >= MET_FIRST | FIELD_WORDS
    assert {terms[term] for term in MET_FIRST} <= {"01", "02"}


def test_a_plural_is_the_term_and_a_longer_phrase_is_not():
    plurals = {"Layer": "layers", "batch": "batches", "entropy": "entropies", "class index": "class indices"}
    assert all(plural in forms(term) for term, plural in plurals.items())
    assert not {"learning rate that falls", "rate"} & forms("learning rate")

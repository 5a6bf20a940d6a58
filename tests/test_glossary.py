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

# Lessons 00 to 07 are taken in this order, and each word is explained before it is used. Some are everyday words, too.
LAST_OF_THE_FIRST = "07"
IN_ANOTHER_SENSE = {
    "kernel": "Jupyter's",
    "positive": "greater than zero",
    "state": "what an optimizer keeps",
    "threshold": "where a training stops",
}
# what is to come, and what only readers of the notes have met
ASIDE = {"title", "next", "then-and-now"}


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


def prose_in_order() -> list[tuple[str, str]]:
    """The texts of lessons 00 to 07, cell by cell, each with where it stands; without code and the targets of links."""
    return [
        (f"{lesson.number}/{cell.id}", " ".join(re.sub(r"`[^`]*`|\]\([^)]*\)", "", cell.source).split()))
        for lesson in written_lessons()
        if lesson.number <= LAST_OF_THE_FIRST
        for cell in read(lesson.path).cells
        if cell.cell_type == "markdown" and cell.id not in ASIDE
    ]


def used_unexplained(term: str, texts: list[tuple[str, str]]) -> str | None:
    """Where the term stands first, if the same text does not explain it: has it in bold, alone or in a phrase."""
    word = re.compile(rf"\b({'|'.join(map(re.escape, forms(term)))})\b", re.IGNORECASE)
    where, text = next(((where, text) for where, text in texts if word.search(text)), ("", ""))
    explained = any(word.search(phrase) for phrase in re.findall(r"\*\*[^*]+\*\*", text))
    return where if where and not explained else None


def test_no_word_of_the_first_lessons_is_used_before_it_is_explained():
    texts = prose_in_order()
    used = {entry.term: used_unexplained(entry.term, texts) for entry in entries() if entry.term not in IN_ANOTHER_SENSE}
    assert {term: where for term, where in used.items() if where} == {}


def test_a_word_used_before_it_is_explained_is_noticed():
    texts = [("01/a", "Each neuron adds."), ("01/b", "A **neuron** is a sum."), ("02/c", "**Max pooling** and batches.")]
    assert used_unexplained("neuron", texts) == "01/a"
    assert (
        used_unexplained("neuron", texts[1:])
        is used_unexplained("pooling", texts)
        is used_unexplained("loss", texts)
        is None
    )
    assert used_unexplained("batch", texts) == "02/c"


def test_the_fields_words_are_explained():
    terms = {entry.term: entry.number for entry in entries()}
    assert terms.keys() >= MET_FIRST | FIELD_WORDS
    assert {terms[term] for term in MET_FIRST} <= {"01", "02"}


def test_a_plural_is_the_term_and_a_longer_phrase_is_not():
    plurals = {"Layer": "layers", "batch": "batches", "entropy": "entropies", "class index": "class indices"}
    assert all(plural in forms(term) for term, plural in plurals.items())
    assert not {"learning rate that falls", "rate"} & forms("learning rate")

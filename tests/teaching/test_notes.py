"""What the speaker has beside the slides."""

import re
from itertools import pairwise

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell

from course_utils.exercises import exercise_kinds
from course_utils.files import read_outputs
from course_utils.syllabus import find_lesson
from course_utils.teaching.notes import likely_mistakes, with_notes
from course_utils.teaching.talk import laid_out

LESSON = find_lesson("13")


def slide(text, kind="slide", **more):
    return new_markdown_cell(text, metadata={"slideshow": {"slide_type": kind}}, **more)


def notes(cells):
    return [cell.source for cell in with_notes(LESSON, cells) if cell.metadata.slideshow.slide_type == "notes"]


@pytest.fixture(scope="module")
def talk():
    return with_notes(LESSON, laid_out(read_outputs(LESSON.path).cells))


def test_each_slide_has_notes_behind_its_first_cell(talk):
    kinds = [cell.metadata.slideshow.slide_type for cell in talk]
    assert all(behind == "notes" for kind, behind in pairwise(kinds) if kind in ("slide", "subslide"))
    assert len({cell.id for cell in talk}) == len(talk)


def test_minutes_go_on_to_those_of_the_syllabus(talk):
    minutes = [re.match(r"\*\*(\d+) of (\d+) minutes", cell.source) for cell in talk if cell.id.startswith("notes-")]
    gone = [int(found[1]) for found in minutes]
    assert gone == sorted(gone) and gone[0] < 5 and gone[-1] == LESSON.minutes
    assert {int(found[2]) for found in minutes} == {LESSON.minutes}


def test_an_exercise_takes_its_own_minutes():
    cells = [slide("# A\n\nB."), slide("### One", id="exercise-steps-task"), slide("### Two", id="exercise-none-task")]
    first, task, other = (int(re.search(r"\d+", each)[0]) for each in notes(cells))
    assert task - first == pytest.approx(5 + other - task, abs=1)


def test_questions_of_the_lesson_are_for_the_room():
    text = "## Why?\n\nIt is. **What\ndo you see?** Is 0.5 odd; or *is it*? No: does it? So."
    (found,) = notes([slide(text)])
    assert found.partition("**Ask the room**")[2].split("\n") == [
        "", "", "- Why?", "- What do you see?", "- Is 0.5 odd; or *is it*?", "- does it?",
    ]  # fmt: skip
    assert "Ask" not in notes([slide("No question.")])[0]


def test_an_exercise_has_its_nudge_and_its_likely_mistakes():
    (found,) = notes([slide("### Exercise 1 · Steps\n\nHow many steps?", id="exercise-steps-task")])
    kind = exercise_kinds("13")["steps"]
    assert f"**If the room is stuck:** {kind.hints[0]}" in found and "Ask the room" not in found
    assert all(sentence in found for _, sentence in kind.mistakes) and kind.hints[2] not in found
    assert "choose an answer" not in found
    assert "choose an answer" in notes([slide("### Exercise 4", id="exercise-elsewhere-task")])[0]


@pytest.mark.parametrize(
    ("name", "said"), [("space", "*a*: |x| has a kink at 0; a line has none."), ("learning_rate", None)]
)
def test_mistakes_of_other_kinds(name, said):
    assert likely_mistakes(exercise_kinds("01")[name])[:1] == ([said] if said else [])


def test_what_is_not_shown_counts_for_nothing():
    hidden = new_code_cell("x = 1\n" * 50, metadata={"slideshow": {"slide_type": "skip"}})
    cells = [slide("# A\n\nB."), slide("## C\n\nD.")]
    assert notes([cells[0], hidden, cells[1]]) == notes(cells)

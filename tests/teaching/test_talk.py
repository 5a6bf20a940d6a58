"""Which cells of a lesson are slides, and what is left out."""

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output

from course_utils.files import read_outputs
from course_utils.syllabus import written_lessons
from course_utils.teaching.talk import laid_out

TITLE = """\
# 01 · The first

[![Open in Colab](badge.svg)](https://colab.example/01)

Why.

**You need first** nothing.

The line below says how long it takes.\
"""
PARAGRAPH = "A sentence of a paragraph that is as long as paragraphs are. " * 6


def types(cells):
    return [cell.metadata.slideshow.slide_type for cell in cells]


def texts(cells):
    return [cell.source for cell in cells]


def printed(text):
    return [new_output("stream", text=text)]


def test_a_heading_begins_a_slide_and_a_smaller_one_a_sub_slide():
    cells = laid_out([new_markdown_cell("# Title\n\nWhy."), new_markdown_cell("## A\n\nIt is.\n\n### B\n\nIt is too.")])
    assert types(cells) == ["slide", "slide", "subslide"]
    assert texts(cells) == ["# Title\n\nWhy.", "## A\n\nIt is.", "### B\n\nIt is too."]


def test_a_heading_in_the_middle_of_a_cell_begins_a_slide():
    cells = laid_out([new_markdown_cell("That was it.\n\n## Next\n\nIt goes on.")])
    assert types(cells)[1:] == ["slide"] and texts(cells)[1:] == ["## Next\n\nIt goes on."]


def test_the_title_has_neither_badge_nor_words_about_the_cells_below():
    (cell,) = laid_out([new_markdown_cell(TITLE)])
    assert cell.source == "# 01 · The first\n\nWhy.\n\n**You need first** nothing."


def test_what_finds_no_room_begins_a_sub_slide():
    cells = laid_out([new_markdown_cell("\n\n".join(["## Much", *[PARAGRAPH] * 8]))])
    assert types(cells)[0] == "slide" and set(types(cells)[1:]) == {"subslide"} and 2 <= len(cells) < 8
    assert "\n\n".join(texts(cells)).count(PARAGRAPH.strip()) == 8
    assert len({cell.id for cell in cells}) == len(cells)


def test_what_belongs_together_stays_together():
    words = [PARAGRAPH] * 3 + ["Two:", "- a\n- b", "And the last line.", "$$x$$"]
    cells = laid_out([new_markdown_cell("\n\n".join(["## Parts", *words]))])
    assert texts(cells)[-1].endswith("Two:\n\n- a\n- b\n\nAnd the last line.\n\n$$x$$")


def test_code_stays_with_its_words_and_what_it_gives_is_a_step():
    code = new_code_cell("print(1)", outputs=printed("1\n"))
    cells = laid_out([new_markdown_cell("## Count\n\nWatch."), code, new_markdown_cell("It was 1.")])
    assert types(cells) == ["slide", "-", "fragment", "fragment"]
    assert [len(cell.get("outputs", [])) for cell in cells] == [0, 0, 1, 0] and cells[2].source == ""


def test_code_and_what_it_gives_go_to_slides_of_their_own_where_one_has_no_room():
    long_code = "\n".join(f"x_{number} = {number}" for number in range(15))
    cells = laid_out([new_markdown_cell("## Long\n\nWatch."), new_code_cell(long_code, outputs=printed("1\n" * 12))])
    assert types(cells) == ["slide", "-", "subslide"]
    tall = [*printed("1\n" * 20), *printed("2\n" * 20)]
    assert types(laid_out([new_code_cell("x", outputs=tall)])) == ["subslide", "fragment", "subslide"]


def test_the_text_behind_an_exercise_is_for_the_speaker():
    task = new_markdown_cell("### Exercise 1\n\nHow many?", id="exercise-count-task")
    behind = new_markdown_cell("A twentieth, and that is few.", id="exercise-count-after")
    cells = laid_out([task, new_code_cell("x", id="exercise-count"), behind, new_markdown_cell("It goes on.")])
    assert types(cells) == ["subslide", "notes", "subslide"] and texts(cells)[1] == behind.source


def test_progress_bars_are_left_out():
    bar = "100% |████| epoch 2 of 2  loss 0.1   \n"
    cells = laid_out(
        [new_code_cell("fit()", outputs=printed(bar)), new_code_cell("more()", outputs=printed(bar + "done\n"))]
    )
    assert [output.text for cell in cells for output in cell.outputs] == ["done\n"]


LEFT_OUT = {
    "parameters": new_code_cell("SEED = 0", metadata={"tags": ["parameters"]}),
    "install": new_code_cell("pip()", metadata={"tags": ["install"]}),
    "folded": new_code_cell("secret()", metadata={"jupyter": {"source_hidden": True}}),
    "hide-input": new_code_cell("secret()", metadata={"tags": ["hide-input"]}),
    "start": new_code_cell('from course_utils import lesson\n\nlesson.start("01", PROFILE)'),
    "finish": new_code_cell("lesson.finish()"),
    "answer": new_code_cell("### BEGIN SOLUTION\nx = 42\n### END SOLUTION", id="exercise-one"),
    "what follows from it": new_code_cell("use(x)", id="exercise-one-run", outputs=printed("42")),
}


@pytest.mark.parametrize("what", LEFT_OUT)
def test_what_sets_up_is_folded_or_answers_is_not_shown(what):
    assert texts(laid_out([new_markdown_cell("## A\n\nB."), LEFT_OUT[what]])) == ["## A\n\nB."]


def test_what_comes_behind_the_way_on_is_left_out():
    end = [new_markdown_cell("## What the notes claimed, and what you measured"), new_code_cell("lesson.claims({})")]
    cells = laid_out([new_markdown_cell("## Where next\n\nOn."), *end, new_markdown_cell("## Then and now\n\nOld.")])
    assert texts(cells) == ["## Where next\n\nOn."]


def test_the_words_behind_an_exercise_are_not_on_the_slide_of_its_task():
    task = new_markdown_cell("### Exercise 1 · One\n\nHow many?", id="exercise-one-task")
    cells = laid_out([new_markdown_cell("# A"), task, LEFT_OUT["answer"], new_markdown_cell("It was 42.")])
    assert types(cells) == ["slide", "subslide", "subslide"]


@pytest.mark.parametrize("kind", ["slide", "subslide", "fragment", "-"])
def test_the_metadata_of_a_cell_takes_the_place_of_the_rule(kind):
    metadata = {"slideshow": {"slide_type": kind}}
    cells = laid_out([new_markdown_cell("# A"), new_markdown_cell("### B\n\nC.", metadata=metadata)])
    assert types(cells) == ["slide", kind]
    shown = laid_out([new_markdown_cell("# A"), new_code_cell("lesson.finish()", metadata=metadata)])
    assert types(shown) == ["slide", kind]


def test_an_exercise_that_is_shown_all_the_same_has_a_stub_and_no_outcome():
    answer = LEFT_OUT["answer"] | {"metadata": {"slideshow": {"slide_type": "slide"}}, "outputs": printed("✓")}
    (cell,) = laid_out([type(LEFT_OUT["answer"])(answer)])
    assert "42" not in cell.source and "your answer" in cell.source and cell.outputs == []


def test_skipped_by_hand_is_not_shown_and_notes_by_hand_are_kept():
    def by_hand(kind):
        return new_markdown_cell("## Words", metadata={"slideshow": {"slide_type": kind}})

    assert types(laid_out([new_markdown_cell("# A"), by_hand("skip"), by_hand("notes")])) == ["slide", "notes"]


def test_live_has_every_cell_whole_and_no_solution():
    code = new_code_cell("print(1)", outputs=printed("1\n"))
    cells = laid_out([new_markdown_cell("## A\n\nB."), code, *LEFT_OUT.values()], live=True)
    assert types(cells) == ["slide", "-", *["skip"] * len(LEFT_OUT)]
    assert cells[1].outputs == code.outputs
    assert not any("42" in cell.source or "42" in str(cell.get("outputs")) for cell in cells)


def test_a_lesson_is_not_changed():
    cells = [new_markdown_cell(TITLE), new_code_cell("print(1)", outputs=printed("1\n"))]
    before = str(cells)
    laid_out(cells)
    laid_out(cells, live=True)
    assert str(cells) == before


@pytest.mark.parametrize("lesson", written_lessons(), ids=lambda lesson: lesson.stem)
def test_every_lesson_of_the_course_is_a_talk(lesson):
    cells = read_outputs(lesson.path).cells
    talk = laid_out(cells)
    assert types(talk)[0] == "slide" and 8 < sum(kind in ("slide", "subslide") for kind in types(talk)) < 90
    words = "\n".join(texts(talk))
    assert (
        "### BEGIN" not in words and "colab" not in words and "lesson.start(" not in words and "lesson.claims(" not in words
    )
    assert words.count("## Exercise") == sum(cell.id.startswith("exercise-") and cell.id.endswith("-task") for cell in cells)
    live = laid_out(cells, live=True)
    code = [cell.id for cell in cells if cell.cell_type == "code"]
    assert [cell.id for cell in live if cell.cell_type == "code"] == code

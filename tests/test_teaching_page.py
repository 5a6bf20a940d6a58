"""docs/teaching.md: every lesson has its paragraph, which names parts of that lesson; every command is there."""

import re

import click
import pytest

from course_utils.cli import COMMANDS, course
from course_utils.files import read_notebook
from course_utils.paths import ROOT
from course_utils.syllabus import written_lessons

PAGE = (ROOT / "docs" / "teaching.md").read_text(encoding="utf-8")
PARAGRAPHS = dict(re.findall(r"^### (.+)\n\n(.+)$", PAGE, re.MULTILINE))


def test_the_paragraphs_are_those_of_the_written_lessons_in_their_order():
    assert list(PARAGRAPHS) == [f"{lesson.number} · {lesson.title}" for lesson in written_lessons()]


@pytest.mark.parametrize("lesson", written_lessons(), ids=lambda lesson: lesson.stem)
def test_a_paragraph_says_aim_difficulty_and_what_to_leave_out(lesson):
    paragraph = PARAGRAPHS[f"{lesson.number} · {lesson.title}"]
    assert paragraph.startswith("The aim: ") and 40 < len(paragraph.split()) < 130
    before, _, advice = paragraph.partition("Short of time, leave out ")
    assert before and advice
    texts = ["".join(cell["source"]) for cell in read_notebook(lesson.path)["cells"] if cell["cell_type"] == "markdown"]
    headings = set(re.findall(r"^##+ (.+)$", "\n".join(texts), re.MULTILINE))
    parts = re.findall(r"\*([^*]+)\*", advice)
    assert parts and set(parts) <= headings


def test_every_command_on_the_page_exists_and_takes_its_options():
    commands = [line.split() for line in re.findall(r"`course ([^`]+)`", PAGE)]
    assert {"slides", "plan"} <= {words[0] for words in commands}
    for name, *arguments in commands:
        if name == "COMMAND":
            continue
        assert name in COMMANDS, name
        command = course.get_command(click.Context(course), name)
        if isinstance(command, click.Group):
            command = command.get_command(click.Context(command), arguments.pop(0))
            assert command, name
        options = {option for parameter in command.params for option in parameter.opts} | {"--help"}
        assert {word for word in arguments if word.startswith("--")} <= options, name

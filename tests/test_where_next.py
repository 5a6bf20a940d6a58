"""Each lesson leads on to others by links, which work in the workspace, on a forge and in exports."""

import re

import pytest

from course_utils.files import read_notebook
from course_utils.syllabus import Lesson, lessons, written_lessons

HEADINGS = ("## Where next", "## What to do first")
LINK = re.compile(r"\[(\d\d) · ([^\]]+)\]\(([^)\s]+\.ipynb)\)")
BARE = re.compile(r"\b[Ll]essons? \**(\d\d)\b")
BY_NUMBER = {lesson.number: lesson for lesson in lessons()}


@pytest.mark.parametrize("lesson", written_lessons(), ids=lambda lesson: lesson.stem)
def test_where_next_links_the_lessons_that_are_written(lesson: Lesson):
    cells = [cell for cell in read_notebook(lesson.path)["cells"] if cell["cell_type"] == "markdown"]
    (text,) = [text for cell in cells if (text := "".join(cell["source"])).startswith(HEADINGS)]
    links, bare = LINK.findall(text), BARE.findall(text)
    assert links or bare
    for number, title, target in links:
        assert target == BY_NUMBER[number].path.name and BY_NUMBER[number].written
        assert BY_NUMBER[number].title.startswith(title)
    assert not [number for number in bare if BY_NUMBER[number].written], "write [02 · Fashion-MNIST](02_fashion_mnist.ipynb)"
    assert text.count(".ipynb)") == len(links)

"""The lesson's own answer: which of the earlier cells it takes, and what it leaves alone."""

import json

import pytest

from course_utils.errors import CourseError
from course_utils.exercises import reference
from course_utils.exercises.reference import handed_in, lessons_answer, names_before
from course_utils.syllabus import Lesson

ANSWER = (
    "def twice(x):\n    ### BEGIN SOLUTION\n    return doubled(x) + ZERO\n    ### END SOLUTION\n\n\nex.twice.check(twice)"
)


@pytest.fixture
def a_lesson(tmp_path, monkeypatch):
    """Make a lesson of these code cells, the last of which is that of the exercise `twice`."""

    class Written(Lesson):
        path = tmp_path / "98_lesson.ipynb"

    def make(*sources):
        ids = [*(f"cell-{number}" for number in range(len(sources) - 1)), "exercise-twice"]
        cells = [
            {"cell_type": "code", "id": name, "metadata": {}, "source": source.splitlines(keepends=True)}
            for name, source in zip(ids, sources, strict=True)
        ]
        Written.path.write_text(json.dumps({"cells": cells}))
        monkeypatch.setattr(reference, "find_lesson", lambda _: Written("98", "lesson", "", "", ""))
        lessons_answer.cache_clear()

    yield make
    lessons_answer.cache_clear()


def test_it_takes_what_the_answer_needs_and_nothing_else(a_lesson):
    a_lesson(
        "%pip install this",
        "import math as m\nraise_if_run = 1 / 0",
        "def doubled(x):\n    x = m.floor(x)\n    return FACTOR * x",
        "FACTOR = 3\nZERO = 0",
        "FACTOR = 2",
        ANSWER,
    )
    names = names_before("98", "twice")
    assert {"m", "doubled", "FACTOR", "ZERO"} <= set(names) and "raise_if_run" not in names
    (twice,) = lessons_answer("98", "twice")
    assert twice(4) == 8


def test_what_is_given_takes_the_place_of_the_lessons(a_lesson):
    a_lesson("doubled = 1 / 0", ANSWER)
    names = names_before("98", "twice", {"doubled": lambda x: x, "ZERO": 5})
    (twice,) = handed_in(ANSWER, names)
    assert twice(1) == 6


def test_a_cell_that_checks_nothing_is_told(a_lesson):
    with pytest.raises(CourseError, match="does not call `check`"):
        handed_in("a = 1", {}, "98/twice")


def test_an_exercise_without_a_cell_is_told(a_lesson):
    a_lesson(ANSWER)
    with pytest.raises(CourseError, match="has no cell 'exercise-thrice'"):
        lessons_answer("98", "thrice")

"""Which exercises can be graded, and what of a notebook runs for an answer."""

import itertools
import sys

import numpy as np
import pytest

from course_utils.errors import CourseError
from course_utils.exercises import exercise_kinds
from course_utils.exercises.kinds import Prediction
from course_utils.exercises.outcome import Status
from course_utils.files import read_notebook
from course_utils.syllabus import find_lesson, written_lessons
from course_utils.teaching.submissions import answers, graded_exercises, judge, require

LESSON = find_lesson("01")
EX = "ex.outlier.check(fit)"


def cells_with(outlier: str, *own: str) -> list[dict]:
    """Lesson 01 with this answer to its last exercise, and the student's own cells before it."""
    cells = read_notebook(LESSON.path)["cells"]
    place = next(place for place, cell in enumerate(cells) if cell["id"] == "exercise-outlier")
    added = [{"cell_type": "code", "id": f"own-{n}", "metadata": {}, "source": text} for n, text in enumerate(own)]
    return [*cells[:place], *added, {**cells[place], "source": outlier}, *cells[place + 1 :]]


def outcome_of(outlier: str, *own: str):
    return judge(LESSON, "outlier", answers(LESSON, cells_with(outlier, *own))["outlier"], seconds=10)


@pytest.mark.parametrize("lesson", written_lessons(), ids=lambda lesson: lesson.stem)
def test_of_each_lesson_all_but_predictions_and_what_must_be_trained_is_graded(lesson):
    graded, kinds = graded_exercises(lesson), exercise_kinds(lesson.number)
    left_out = [name for name, kind in kinds.items() if name not in graded and not isinstance(kind, Prediction)]
    assert left_out == (["three_outputs"] if lesson.number == "20" else [])
    assert list(graded) == [name for name in kinds if name in graded]


def test_the_lessons_own_answers_are_right_and_no_cell_is_not_tried():
    found = answers(LESSON, read_notebook(LESSON.path)["cells"])
    for name in ("learning_rate", "thermometer", "space"):
        assert judge(LESSON, name, found[name], seconds=10).status is Status.CORRECT
    assert judge(LESSON, "space", answers(LESSON, [])["space"], seconds=10).status is Status.NOT_TRIED


def test_nothing_of_the_lesson_runs_that_the_answer_does_not_need():
    needed = answers(LESSON, read_notebook(LESSON.path)["cells"])["thermometer"].needed
    assert "def descent" in needed and "fit(" not in needed and "lesson.start" not in needed


def test_a_cell_of_the_students_own_runs_as_a_whole():
    """With the statements that bind no name, such as the loop that fills a list."""
    own = "import numpy as np\nsteps = []\nfor step in range(1_500):\n    steps.append(0.5 / (1 + step / 8))"
    answer = (
        "def fit(x, y):\n    a = b = 0.0\n    for rate in steps:\n        sign = np.sign(a * x + b - y)\n"
        f"        a, b = a - rate * np.mean(sign * x), b - rate * np.mean(sign)\n    return a, b\n{EX}"
    )
    assert outcome_of(answer, "1 / 0", own).status is Status.CORRECT


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("fit = 1 / 0", "ZeroDivisionError"),
        ("def fit(x, y):\n    return nowhere", "does not call `check`"),
        (f"fit = undefined\n{EX}", "name 'undefined' is not defined"),
        ("fit = (\n", "SyntaxError"),
        ("fit = '\0'", "null bytes"),
        ("(" * 5_000, "SyntaxError"),
        ("raise SystemExit", "SystemExit"),
    ],
)
def test_what_stops_is_broken(answer: str, words: str):
    outcome = outcome_of(answer)
    assert outcome.status is Status.BROKEN and words in outcome.text


def test_a_hint_that_is_still_asked_for_does_no_harm():
    assert outcome_of(f"ex.outlier.hint()\nfit = ...\n{EX}").status is Status.NOT_TRIED


def test_what_nbgrader_grades_by_is_silent_or_says_why():
    kind = exercise_kinds("01")["space"]
    assert require(kind, "b") is None
    with pytest.raises(CourseError, match=r"Not right yet.* kink"):
        require(kind, "a")
    with pytest.raises(CourseError, match="Not tried yet"):
        require(kind, ...)
    with pytest.raises(CourseError, match="stopped with an error"):
        require(exercise_kinds("01")["outlier"], lambda x, y: 1 / 0)


def test_an_exercise_is_varied_as_the_instructors_are_told():
    from dataclasses import replace

    kind = replace(exercise_kinds("41")["weights"], expected=4 * (30 * 16 + 16 * 16 + 16), mistakes=())
    assert require(kind, np.int64(3008)) is None
    with pytest.raises(CourseError, match="Not right yet"):
        require(kind, 4 * (50 * 64 + 64 * 64 + 64))


def test_a_warning_is_no_failure(capsys):
    def read_path(path):
        print("careful", file=sys.stderr)
        return "".join(letter for letter, _ in itertools.groupby(path) if letter != "-")

    require(exercise_kinds("44")["collapse"], read_path)
    assert capsys.readouterr().err == ""

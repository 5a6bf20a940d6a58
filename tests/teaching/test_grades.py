"""A folder of handed-in workspaces, some of them damaged or hostile, becomes a table and a file of grades."""

import csv
import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from course_utils.cli import course
from course_utils.errors import CourseError
from course_utils.exercises.outcome import Status
from course_utils.teaching import grades
from course_utils.teaching.confinement import can_confine
from course_utils.teaching.grades import Graded, as_text, grade_student, students_in
from tests.teaching.conftest import LESSON

SWALLOWS = (
    "import threading\nwhile True:\n    try:\n        threading.Event().wait()\n    except BaseException:\n        pass"
)


@pytest.fixture(scope="module")
def the_class(tmp_path_factory, hand_in) -> dict:
    """What `course grade` makes of a class: its output, and the rows of grades.csv by student."""
    folder = tmp_path_factory.mktemp("class")
    ada = hand_in(folder / "ada" / "workspace")
    hand_in(
        folder / "bob",
        learning_rate=SWALLOWS,
        thermometer="import os\nos._exit(0)",
        outlier=f"open({str(ada)!r}).read()\nopen({str(ada)!r}, 'a').write('!')",
    )
    hand_in(folder / "=cmd()|x", space='ex.space.check("a")', outlier="ex.outlier.check(...)")
    (folder / "red\x1b[31m").mkdir()
    (folder / "red\x1b[31m" / LESSON.path.name).write_text("{")
    (folder / "linked").mkdir()
    (folder / "linked" / LESSON.path.name).symlink_to(ada)
    (folder / "whole").symlink_to(folder / "ada")
    (folder / "huge").mkdir()
    with (folder / "huge" / LESSON.path.name).open("wb") as huge:
        huge.truncate(grades.LARGEST_NOTEBOOK + 1)
    (folder / "pipe").mkdir()
    os.mkfifo(folder / "pipe" / LESSON.path.name)
    (folder / "[bold]").mkdir()
    (folder / "notes.txt").write_text("")
    before = ada.read_bytes()
    result = CliRunner().invoke(course, ["grade", str(folder), "01", "--seconds", "5"], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    assert ada.read_bytes() == before
    with (folder / grades.GRADES).open(newline="") as table:
        rows = {row["student"]: row for row in csv.DictReader(table)}
    return {"shown": result.stdout, "said": result.stderr, "rows": rows}


def statuses(row: dict[str, str]) -> list[str]:
    return [row[f"01/{name}"] for name in ("learning_rate", "thermometer", "space", "outlier")]


def test_right_answers_get_their_points(the_class):
    row = the_class["rows"]["ada"]
    assert statuses(row) == ["correct"] * 4 and (row["points"], row["of"]) == ("4", "4")
    assert any(line.split() == ["ada", "4", "4", "of", "4"] for line in the_class["shown"].splitlines())


def test_an_answer_that_never_ends_or_ends_its_process_costs_no_other_its_point(the_class):
    found = statuses(the_class["rows"]["bob"])
    assert found[:3] == ["broken", "broken", "correct"]
    assert found[3] == "broken" or not can_confine()


def test_wrong_and_untried_answers_are_told_apart_and_no_name_is_a_formula(the_class):
    assert statuses(the_class["rows"]["'=cmd()|x"]) == ["correct", "correct", "wrong", "not tried yet"]


@pytest.mark.parametrize(
    ("student", "why"),
    [
        (r"red\x1b[31m", "Expecting property name"),
        ("linked", "is a link, or in one, and passed over"),
        ("whole", "is no folder of a student, and passed over"),
        ("huge", "is too large (32 MB), and passed over"),
        ("pipe", "is no file, and passed over"),
        ("[bold]", "holds none of these lessons"),
        ("notes.txt", "is no folder of a student, and passed over"),
    ],
)
def test_what_cannot_be_graded_is_named_and_gets_no_points(the_class, student: str, why: str):
    assert any(student in line and why in line for line in the_class["said"].splitlines()), the_class["said"]
    assert the_class["rows"][student]["points"] == "0" and statuses(the_class["rows"][student]) == [""] * 4
    assert student in the_class["shown"] and "\x1b" not in the_class["shown"] + the_class["said"]


@pytest.mark.parametrize("make", ["nothing", "file", "empty"])
def test_a_folder_without_students_is_one_sentence(tmp_path: Path, make: str):
    folder = tmp_path / "class"
    if make == "file":
        folder.write_text("")
    elif make == "empty":
        folder.mkdir()
    with pytest.raises(CourseError, match=r"cannot be read as a folder|holds no folder of a student"):
        students_in(folder)


def test_what_an_answer_writes_into_the_report_does_not_count(tmp_path: Path):
    graded = Graded("eve")
    lines = [
        b"\xff\xfe",
        b"[" * 100_000,
        b"7",
        b'{"exercise": "01/space", "status": "correct", "text": ""}',  # which was not begun
        b'{"begun": "99/none"}',
        b'{"begun": "01/space"}',
        b'{"exercise": "01/space", "status": "brilliant", "text": ""}',
        b'{"exercise": "01/space", "status": "wrong", "text": "\\u001b[2J' + b"x" * 10_000 + b'"}',
        b'{"begun": "01/outlier"}',
    ]
    assert grades._take_down(b"\n".join(lines), ["01/space", "01/outlier"], graded) == ("01/outlier", False)
    ((status, text),) = graded.answers.values()
    assert status is Status.WRONG and len(text) < 400 and "\x1b" not in text


def test_an_examiner_that_says_nothing_is_told(tmp_path: Path, hand_in, monkeypatch):
    hand_in(tmp_path / "ada")
    monkeypatch.setattr(grades.sys, "executable", "true")
    graded = grade_student(tmp_path / "ada", [LESSON], seconds=5)
    assert graded.points == 0 and "could not be judged to its end" in graded.troubles[0]


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@x", "\tx"])
def test_a_spreadsheet_computes_no_name(name: str):
    assert as_text(name) == f"'{name}" and as_text("ada") == "ada"


def test_a_notebook_of_something_else_is_told(tmp_path: Path):
    (tmp_path / "ada").mkdir()
    other = {"cells": [{"cell_type": "code", "id": "a", "metadata": {}, "source": "1"}], "metadata": {}}
    (tmp_path / "ada" / LESSON.path.name).write_text(json.dumps(other))
    (trouble,) = grade_student(tmp_path / "ada", [LESSON], seconds=5).troubles
    assert "holds none of the exercises of 01_hello_world_regression" in trouble

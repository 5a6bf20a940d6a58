"""Copies of their progress that students hand in become the overview of a class."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from course_utils.cli import course
from course_utils.errors import CourseError
from course_utils.syllabus import find_lesson
from course_utils.teaching.classroom import LARGEST_COPY, costs, read_class

SOLVED = {"attempts": 1, "solved": "2026-11-28T10:00:00"}
OPEN = {"attempts": 4, "solved": None, "hints": 3, "solutions": 1, "mood": "later versions keep more"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two copies, one by an earlier version of the course and one by a later."""
    copy(tmp_path, "ada", {"01/space": SOLVED, "01/outlier": SOLVED | {"attempts": 2}})
    copy(tmp_path, "bob", {"01/space": SOLVED, "01/outlier": OPEN, "99/new": SOLVED})
    return tmp_path


def copy(folder: Path, student: str, exercises: dict) -> None:
    (folder / f"{student}.json").write_text(json.dumps({"exercises": exercises}))


def test_it_says_who_has_solved_what_and_what_cost_most(folder: Path):
    result = CliRunner().invoke(course, ["class", str(folder)], catch_exceptions=False)
    lines = [line.split() for line in result.stdout.splitlines()]
    assert ["student", "01", "altogether"] in lines, "lessons that nobody has tried are left out"
    assert ["ada", "2", "2", "of", "4"] in lines and ["bob", "1", "1", "of", "4"] in lines
    rows = [line for line in lines if line and line[0].startswith("01/")]
    assert rows[0] == ["01/outlier", "1", "of", "2", "3.0", "1.5", "1", "of", "2"]
    assert rows[1] == ["01/space", "2", "of", "2", "1.0", "0.0", "0", "of", "2"] and len(rows) == 2


def test_those_come_first_that_had_to_be_shown(folder: Path):
    copy(folder, "eve", {"01/space": SOLVED | {"solutions": 2}, "01/thermometer": SOLVED | {"attempts": 50}})
    found = costs(read_class(folder), [find_lesson("01")])
    assert [cost.exercise for cost in found] == ["01/outlier", "01/space", "01/thermometer"]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"{", "Expecting property name"),
        (b"[]", "it names no exercises"),
        (b"{}", "it names no exercises"),
        (b"\xff", "not text in UTF-8"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"exercises": {"01/space": {"attempts": "many", "solved": null}}}', "of the wrong type"),
        (b'{"exercises": {"01/space": {"attempts": 1%s, "solved": null}}}' % (b"0" * 400), "has tried that often"),
        (b'{"exercises": {"01/space": {"attempts": 1, "solved": null, "hints": -1}}}', "has tried that often"),
        (b" " * (LARGEST_COPY + 1), "is too large"),
    ],
    ids=lambda value: value[:40],
)
def test_a_damaged_copy_is_named_and_passed_over(folder: Path, content: bytes, why: str):
    (folder / "eve\x1b[2J.json").write_bytes(content)
    result = CliRunner().invoke(course, ["class", str(folder), "01"], catch_exceptions=False)
    assert result.exit_code == 0 and "bob" in result.stdout and "eve" not in result.stdout
    assert r"eve\x1b[2J.json" in result.stderr and why in result.stderr and result.stderr.count("\n") == 1


def test_links_and_other_files_are_named_and_passed_over(folder: Path):
    (folder / "eve.json").symlink_to(folder / "ada.json")
    (folder / "notes.txt").write_text("")
    found = read_class(folder)
    assert list(found.students) == ["ada", "bob"]
    assert ["is a link" in trouble or "is no copy of progress" in trouble for trouble in found.troubles] == [True, True]


def test_an_empty_folder_and_none_are_one_sentence(tmp_path: Path):
    with pytest.raises(CourseError, match="is empty; put the copies there"):
        read_class(tmp_path)
    with pytest.raises(CourseError, match="cannot be read as a folder"):
        read_class(tmp_path / "nowhere")

import pytest

from course_utils.errors import CourseError
from course_utils.files import write_json, write_text


def test_json_is_sorted_and_ends_with_a_newline(tmp_path):
    write_json(tmp_path / "new" / "a.json", {"b": "é", "a": [1]})
    assert (tmp_path / "new" / "a.json").read_text(encoding="utf-8") == '{\n "a": [\n  1\n ],\n "b": "é"\n}\n'


def test_write_that_fails_leaves_what_was_there(tmp_path):
    (tmp_path / "folder").mkdir()
    with pytest.raises(CourseError, match="cannot be written"):
        write_text(tmp_path / "folder", "text")
    (tmp_path / "file").write_text("mine")
    with pytest.raises(CourseError, match="cannot be written"):
        write_text(tmp_path / "file" / "page.html", "text")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "folder"]
    assert (tmp_path / "file").read_text() == "mine"

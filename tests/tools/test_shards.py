"""Lessons are shared out so that no machine waits long for another, and no test is left out."""

import json
import subprocess
import sys

from course_utils.paths import ROOT
from course_utils.syllabus import written_lessons
from tools.shards import parts, recorded_seconds, shards


def test_the_longest_come_first_and_no_shard_has_much_more_than_another():
    seconds = {"a": 1, "b": 9, "c": 5, "d": 4, "e": 2}
    assert shards(seconds, 2) == [["b", "e"], ["c", "d", "a"]]


def test_no_shard_is_empty():
    assert shards({"a": 1, "b": 2}, 4) == [["b"], ["a"]]


def test_every_lesson_is_in_one_part_and_all_else_in_the_last(tmp_path):
    *lessons, rest = parts({"01_a": 3, "02_b": 2, "03_c": 1}, 2)
    assert [part["only"] for part in lessons] == ["01_a", "02_b or 03_c"]
    assert rest == {"name": "all else", "only": "not (01_a or 02_b or 03_c)"}


def test_a_lesson_that_was_never_published_counts_as_the_longest(tmp_path):
    for name in ("01_a.ipynb", "02_b.ipynb", "03_c.ipynb"):
        (tmp_path / name).touch()
    for name, seconds in (("01_a.json", 10), ("02_b.json", 30), ("02_b.full.json", 999)):
        (tmp_path / name).write_text(json.dumps({"seconds": seconds}))
    assert recorded_seconds(tmp_path, tmp_path) == {"01_a": 10, "02_b": 30, "03_c": 30}


def test_it_needs_no_package():
    """As on a machine on which nothing has been installed yet."""
    command = [sys.executable, "-I", "-S", "tools/shards.py", "3"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    said = json.loads(done.stdout)
    assert [part["name"] for part in said] == ["lessons 1", "lessons 2", "lessons 3", "all else"]
    assert sorted(" or ".join(part["only"] for part in said[:-1]).split(" or ")) == [
        lesson.stem for lesson in written_lessons()
    ]

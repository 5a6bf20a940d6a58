"""The map of lesson 00: what it says of this machine and of the data on it."""

import pytest

from course_utils.datasets.catalog import catalog
from course_utils.devices import Device
from course_utils.student import map as course
from course_utils.syllabus import lessons


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("here", "here"),
        ("mirror", "in the mirror"),
        ("instead", "not here; real data of another kind takes its place"),
        ("-", "not here"),
    ],
)
def test_the_map_tells_where_each_dataset_would_come_from(state, words, monkeypatch):
    monkeypatch.setattr(course, "state", lambda dataset: state)
    rows = course.data_here().splitlines()[2:]
    assert rows
    assert all(row.endswith(f"| {words} |") for row in rows)


def test_each_dataset_is_asked_for_itself_and_names_the_written_lessons_that_use_it(monkeypatch):
    monkeypatch.setattr(course, "state", lambda dataset: "here" if dataset.name == "mnist" else "-")
    rows = {row.split(" | ")[0].strip("| "): row for row in course.data_here().splitlines()[2:]}
    mnist = catalog()["mnist"]
    used_by = [lesson.number for lesson in lessons() if lesson.written and lesson.number in mnist.lessons]
    assert used_by and rows.pop(mnist.title) == f"| {mnist.title} | {', '.join(used_by)} | here |"
    assert all(row.endswith("| not here |") for row in rows.values())


def test_the_machine_says_what_fast_means():
    rows = course.machine(Device("CPU", "Xeon", 0, 2, 8.0, "float32", "mixed_bfloat16")).splitlines()
    assert "| precision | float32; where a lesson asks for the fastest, mixed_bfloat16 |" in rows
    rows = course.machine(Device("GPU", "Tesla T4", 2, 2, 8.0, "float32", "mixed_float16")).splitlines()
    assert "| GPU | 2 × Tesla T4 |" in rows

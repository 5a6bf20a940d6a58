"""The map of lesson 00: what it says of the data on this machine."""

import pytest

from course_utils.student import map as course


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

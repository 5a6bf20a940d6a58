"""How a lesson's minutes are shared out."""

import pytest

from course_utils.errors import CourseError
from course_utils.files import write_json
from course_utils.syllabus import Lesson, written_lessons
from course_utils.teaching.minutes import lesson_minutes


@pytest.fixture
def published(tmp_path, monkeypatch):
    monkeypatch.setattr("course_utils.paths.PUBLISHED_RESULTS", tmp_path)
    return tmp_path


def test_exercises_take_five_minutes_each_and_the_run_what_it_took(published, make_result):
    write_json(published / "13_horse_or_human.json", make_result(seconds=121.0))
    minutes = lesson_minutes(Lesson("13", "horse_or_human", "-", "-", "-", minutes=70))
    assert (minutes.exercises, minutes.run, minutes.teaching, minutes.total) == (20, 3, 47, 70)


def test_a_lesson_that_was_not_published_is_named(published):
    with pytest.raises(CourseError, match=r"13_horse_or_human\.json"):
        lesson_minutes(Lesson("13", "horse_or_human", "-", "-", "-", minutes=70))


def test_every_lesson_leaves_time_for_teaching():
    for lesson in written_lessons():
        minutes = lesson_minutes(lesson)
        assert minutes.total == lesson.minutes
        assert minutes.teaching >= minutes.total / 3, lesson.stem

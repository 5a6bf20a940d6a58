"""Schedules: everything once, in order, in the time there is."""

import io
from dataclasses import replace
from itertools import pairwise

import pytest
from rich.console import Console

from course_utils.errors import CourseError
from course_utils.teaching.minutes import Minutes, lesson_minutes
from course_utils.teaching.plan import FORMATS, STRETCH, Format, core_lessons, fill, show

EVENINGS = Format("Some evenings", "Evening", 3, begins=1080, minutes=120, pause=10)


@pytest.fixture
def takes(monkeypatch):
    """Say what each lesson takes, in place of what the syllabus says."""

    def say(*minutes):
        lessons = [replace(core_lessons()[0], number=f"{number:02}", title="-") for number in range(len(minutes))]
        table = {lesson.number: Minutes(*each) for lesson, each in zip(lessons, minutes, strict=True)}
        monkeypatch.setattr("course_utils.teaching.plan.lesson_minutes", lambda lesson: table[lesson.number])
        return lessons

    return say


def taught(meeting):
    return [entry for entry in meeting if entry.minutes]


@pytest.mark.parametrize("form", FORMATS, ids=lambda form: form.title)
def test_every_core_lesson_comes_once_in_order_and_in_time(form):
    lessons = core_lessons()
    plan = fill(form, lessons)
    entries = [entry for meeting in plan.meetings for entry in taught(meeting)]
    assert [entry.title[:2] for entry in entries] == [lesson.number for lesson in lessons]
    assert len(plan.meetings) == form.meetings
    for meeting in plan.meetings:
        assert sum(entry.minutes.total for entry in taught(meeting)) <= form.minutes
        assert (meeting[0].begins, meeting[-1].title) == (form.begins, "end")
        assert [entry.title for entry in meeting].count("lunch") == bool(form.lunch)
        for entry, following in pairwise(meeting):
            lasts = {"break": form.pause, "lunch": form.lunch}
            assert following.begins - entry.begins == (entry.minutes.total if entry.minutes else lasts[entry.title])


@pytest.mark.parametrize("form", FORMATS, ids=lambda form: form.title)
def test_nobody_sits_too_long(form):
    for meeting in fill(form, core_lessons()).meetings:
        sat, lessons_since = 0, 0
        for entry in meeting:
            sat, lessons_since = (sat + entry.minutes.total, lessons_since + 1) if entry.minutes else (0, 0)
            assert sat <= STRETCH or lessons_since == 1


def test_what_fits_is_left_whole():
    plan = fill(FORMATS[-1], core_lessons())
    assert plan.share == 1
    assert [entry.minutes for meeting in plan.meetings for entry in taught(meeting)] == [
        lesson_minutes(lesson) for lesson in core_lessons()
    ]


def test_meetings_are_as_equal_as_can_be(takes):
    plan = fill(EVENINGS, takes((40, 0, 0), (40, 0, 0), (40, 5, 0), (75, 0, 0)))
    assert [[entry.title[:2] for entry in taught(meeting)] for meeting in plan.meetings] == [["00", "01"], ["02"], ["03"]]


def test_exercises_are_left_for_home_before_teaching_is_shortened(takes):
    lessons = takes((80, 20, 5), (100, 25, 5), (60, 5, 5))
    plan = fill(EVENINGS, lessons)
    assert (plan.exercises, plan.share) == (3, 1)
    assert [entry.minutes for meeting in plan.meetings for entry in taught(meeting)] == [
        Minutes(80, 15, 5), Minutes(100, 15, 5), Minutes(60, 5, 5),
    ]  # fmt: skip
    plan = fill(EVENINGS, takes((200, 20, 5), (100, 25, 5), (60, 5, 5)))
    assert plan.exercises == 1 and 0.5 < plan.share < 0.6


def test_fewer_lessons_than_meetings(takes):
    assert len(fill(EVENINGS, takes((40, 5, 5))).meetings) == 1


def test_what_can_never_fit_is_said(takes):
    with pytest.raises(CourseError, match="1 lesson does not fit into some evenings"):
        fill(EVENINGS, takes((40, 5, 200)))


def test_no_core_lesson_is_said(monkeypatch):
    monkeypatch.setattr("course_utils.teaching.plan.written_lessons", tuple)
    with pytest.raises(CourseError, match="No core lesson is written"):
        core_lessons()


def test_what_is_printed_fits_a_pipe():
    out = io.StringIO()
    show(Console(file=out, width=120))
    said = out.getvalue()
    assert all(form.title in said for form in FORMATS) and "Evening 10" in said and "18:30" in said
    assert said.count("13 Horse or human") == 1 + len(FORMATS)
    total = sum(lesson.minutes for lesson in core_lessons())
    assert f"{total} │" in next(line for line in said.splitlines() if "together" in line)

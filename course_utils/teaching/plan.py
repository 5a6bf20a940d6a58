"""Schedules for the core lessons: one day, two days, ten evenings."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, pairwise

from rich.console import Console
from rich.table import Table

from course_utils.errors import CourseError
from course_utils.paths import NOTEBOOKS
from course_utils.syllabus import Lesson, written_lessons
from course_utils.teaching.minutes import MINUTES_AN_EXERCISE, Minutes, lesson_minutes

STRETCH = 100  # minutes after which nobody listens; a break comes before a lesson that would end later
LUNCH_FROM = 11 * 60 + 30


@dataclass(frozen=True)
class Format:
    """A way to meet.

    Attributes:
        title: for readers.
        meeting: what one meeting is called.
        meetings: how many there are.
        begins: when each begins, in minutes after midnight.
        minutes: how long each may be, breaks not counted.
        pause: minutes of a break.
        lunch: minutes of the break at noon; 0 if there is none.
    """

    title: str
    meeting: str
    meetings: int
    begins: int
    minutes: int
    pause: int
    lunch: int = 0


FORMATS = (
    Format("One day", "Day", 1, begins=9 * 60, minutes=420, pause=15, lunch=60),
    Format("Two days", "Day", 2, begins=9 * 60, minutes=420, pause=15, lunch=60),
    Format("Ten evenings", "Evening", 10, begins=18 * 60 + 30, minutes=120, pause=10),
)


@dataclass(frozen=True)
class Entry:
    """A line of a schedule: when it begins, in minutes after midnight; a lesson and its minutes, or a break."""

    begins: int
    title: str
    minutes: Minutes | None = None


@dataclass(frozen=True)
class Schedule:
    """A format filled with lessons.

    Attributes:
        exercises: how many of each lesson are done in the room.
        share: how much of the teaching there is time for, from 0 to 1.
        meetings: the lines of each.
    """

    exercises: int
    share: float
    meetings: list[list[Entry]]


def core_lessons() -> list[Lesson]:
    """The written lessons on the shortest way through the course.

    Raises:
        CourseError: there are none.
    """
    found = [lesson for lesson in written_lessons() if lesson.core]
    if not found:
        raise CourseError(f"No core lesson is written yet in {NOTEBOOKS}.")
    return found


def fill(form: Format, lessons: Sequence[Lesson]) -> Schedule:
    """A schedule of these lessons, in their order.

    Where not all of it fits, exercises are left for home: of each lesson the last, then the one before, until the first is
    left. Where that is not enough, all teaching is shortened by the same share.

    Raises:
        CourseError: the published result of a lesson cannot be read.
    """
    whole = [lesson_minutes(lesson) for lesson in lessons]
    most = max(each.exercises for each in whole) // MINUTES_AN_EXERCISE
    ways = [(count, 1.0) for count in range(max(most, 1), 0, -1)] + [(1, share / 20) for share in range(19, 0, -1)]
    for exercises, share in ways:
        minutes = [_shortened(each, exercises, share) for each in whole]
        parts = _parts([each.total for each in minutes], form.meetings)
        if all(sum(each.total for each in minutes[part]) <= form.minutes for part in parts):
            return Schedule(exercises, share, [list(_entries(form, lessons[part], minutes[part])) for part in parts])
    what = f"{len(lessons)} lessons do" if len(lessons) > 1 else "1 lesson does"
    raise CourseError(f"{what} not fit into {form.title.lower()}.")


def _shortened(minutes: Minutes, exercises: int, share: float) -> Minutes:
    return replace(
        minutes,
        teaching=round(share * minutes.teaching),
        exercises=min(minutes.exercises, exercises * MINUTES_AN_EXERCISE),
    )


def _parts(minutes: Sequence[int], count: int) -> list[slice]:
    """Where to cut a row of lessons, so that the longest of `count` parts is as short as can be."""
    between = combinations(range(1, len(minutes)), min(count, len(minutes)) - 1)
    ways = [[slice(*ends) for ends in pairwise((0, *cuts, len(minutes)))] for cuts in between]
    return min(ways, key=lambda parts: max(sum(minutes[part]) for part in parts))


def _entries(form: Format, lessons: Sequence[Lesson], minutes: Sequence[Minutes]) -> Iterator[Entry]:
    """The lines of one meeting, breaks included."""
    now = since_break = form.begins
    lunch = form.lunch
    for lesson, takes in zip(lessons, minutes, strict=True):
        at_noon = lunch and now >= LUNCH_FROM
        if since_break < now and (at_noon or now + takes.total - since_break > STRETCH):
            yield Entry(now, "lunch" if at_noon else "break")
            now += lunch if at_noon else form.pause
            lunch, since_break = 0 if at_noon else lunch, now
        yield Entry(now, f"{lesson.number} {lesson.title}", takes)
        now += takes.total
    yield Entry(now, "end")


def show(console: Console) -> None:
    """Print what each core lesson takes, and a schedule for each format.

    Raises:
        CourseError: no core lesson is written, or the published result of one cannot be read.
    """
    lessons = core_lessons()
    minutes = [lesson_minutes(lesson) for lesson in lessons]
    table = _table("Core lessons, minutes", "Lesson")
    for lesson, takes in zip(lessons, minutes, strict=True):
        table.add_row(f"{lesson.number} {lesson.title}", *_columns(takes))
    table.add_section()
    table.add_row("together", *_columns(_sum(minutes)))
    console.print(table)
    for form in FORMATS:
        plan = fill(form, lessons)
        table = _table(f"\n{form.title}. {_what_fits(plan)}", "When", "Lesson")
        for number, meeting in enumerate(plan.meetings, start=1):
            if form.meetings > 1:
                table.add_section()
                table.add_row(f"{form.meeting} {number}", style="bold")
            for entry in meeting:
                style = None if entry.minutes else "dim"
                table.add_row(_clock(entry.begins), entry.title, *_columns(entry.minutes), style=style)
        console.print(table)


def _what_fits(plan: Schedule) -> str:
    exercises = f"{plan.exercises} exercise{'s' * (plan.exercises > 1)}"
    return f"Up to {exercises} of each lesson in the room, {plan.share:.0%} of the teaching."


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left")
    for column in columns:
        table.add_column(column, no_wrap=True)
    for column in ("Teaching", "Exercises", "Run", "Together"):
        table.add_column(column, justify="right", no_wrap=True)
    return table


def _columns(minutes: Minutes | None) -> list[str]:
    if minutes is None:
        return [""] * 4
    return [str(part) for part in (minutes.teaching, minutes.exercises, minutes.run, minutes.total)]


def _sum(minutes: Sequence[Minutes]) -> Minutes:
    return Minutes(*(sum(getattr(each, part) for each in minutes) for part in ("teaching", "exercises", "run")))


def _clock(minutes: int) -> str:
    return f"{minutes // 60}:{minutes % 60:02}"

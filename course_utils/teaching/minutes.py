"""What a lesson takes in a room: teaching, exercises, run. The one place that says how its minutes are shared out."""

import math
from dataclasses import dataclass

from course_utils import paths
from course_utils.exercises import exercise_kinds
from course_utils.results import read_result
from course_utils.syllabus import Lesson

MINUTES_AN_EXERCISE = 5


@dataclass(frozen=True)
class Minutes:
    """The minutes of a lesson; together they are those that the syllabus states for studying it."""

    teaching: int
    exercises: int
    run: int

    @property
    def total(self) -> int:
        """All of them."""
        return self.teaching + self.exercises + self.run


def lesson_minutes(lesson: Lesson) -> Minutes:
    """The minutes of a written lesson.

    Exercises take five minutes each, to try and to talk about; the run takes what it took when it was published, rounded
    up; the rest of the syllabus' minutes is for teaching.

    Raises:
        CourseError: the published result cannot be read.
    """
    exercises = MINUTES_AN_EXERCISE * len(exercise_kinds(lesson.number))
    run = math.ceil(read_result(paths.PUBLISHED_RESULTS / f"{lesson.stem}.json")["seconds"] / 60)
    return Minutes(lesson.minutes - exercises - run, exercises, run)

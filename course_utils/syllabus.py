"""The list of lessons, written and coming; how a learner may name one; and the settings that each of them takes."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from course_utils.errors import CourseError
from course_utils.paths import NOTEBOOKS

PROFILES = ("smoke", "lesson", "full")
DATA_CHOICES = ("auto", "real", "sample")
MAX_SEED = 2**32 - 1


@dataclass(frozen=True)
class Lesson:
    """One lesson of the syllabus; its notebook may not be written yet."""

    number: str
    name: str
    title: str
    teaches: str
    part: str
    core: bool = False

    @property
    def stem(self) -> str:
        """`NN_name`, the name of its notebook and of its results."""
        return f"{self.number}_{self.name}"

    @property
    def path(self) -> Path:
        return NOTEBOOKS / f"{self.stem}.ipynb"

    @property
    def written(self) -> bool:
        return self.path.is_file()


@cache
def lessons() -> tuple[Lesson, ...]:
    """All lessons in the order of `notebooks/syllabus.toml`, written or not."""
    parts = tomllib.loads((NOTEBOOKS / "syllabus.toml").read_text(encoding="utf-8"))["part"]
    return tuple(Lesson(part=part["title"], **entry) for part in parts for entry in part["lesson"])


def written_lessons() -> tuple[Lesson, ...]:
    return tuple(lesson for lesson in lessons() if lesson.written)


def find_lesson(name: str) -> Lesson:
    """The written lesson that `name` means: `02`, `2`, `fashion_mnist`, `02_fashion_mnist` or the notebook's path.

    Raises:
        CourseError: there is no such lesson, or it is not written yet.
    """
    wanted = Path(name).name.removesuffix(".ipynb")
    for lesson in lessons():
        if wanted in (lesson.number, str(int(lesson.number)), lesson.name, lesson.stem):
            if not lesson.written:
                raise CourseError(f"Lesson {lesson.stem} is still to come; these are here: {_names(written_lessons())}.")
            return lesson
    raise CourseError(f"There is no lesson called {name!r}; these are here: {_names(written_lessons())}.")


def _names(some: tuple[Lesson, ...]) -> str:
    return ", ".join(lesson.stem for lesson in some)

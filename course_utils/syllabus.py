"""The list of lessons, written and coming; how a learner may name one; and the settings that each of them takes."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from course_utils.errors import CourseError, check_choice
from course_utils.paths import NOTEBOOKS

PROFILES = ("smoke", "lesson", "full")
DATA_CHOICES = ("auto", "real", "synthetic")
MAX_SEED = 2**32 - 1


@dataclass(frozen=True)
class Lesson:
    """One lesson of the syllabus; its notebook may not be written yet.

    Attributes:
        number: two digits, such as `"02"`.
        name: in lower case with underscores, such as `"fashion_mnist"`.
        title: for readers.
        teaches: what it shows, in a few words.
        part: title of the part of the course that it belongs to.
        core: whether it is on the shortest way through the course.
        minutes: to study it, exercises and all; 0 while it is not written.
    """

    number: str
    name: str
    title: str
    teaches: str
    part: str
    core: bool = False
    minutes: int = 0

    @property
    def stem(self) -> str:
        """`NN_name`, the name of its notebook and of its results."""
        return f"{self.number}_{self.name}"

    @property
    def path(self) -> Path:
        """Its notebook, whether written or not."""
        return NOTEBOOKS / f"{self.stem}.ipynb"

    @property
    def written(self) -> bool:
        """Whether its notebook is there."""
        return self.path.is_file()


@cache
def lessons() -> tuple[Lesson, ...]:
    """All lessons in the order of `notebooks/syllabus.toml`, written or not.

    Raises:
        CourseError: the file is damaged.
    """
    path = NOTEBOOKS / "syllabus.toml"
    try:
        parts = tomllib.loads(path.read_text(encoding="utf-8"))["part"]
        return tuple(Lesson(part=part["title"], **entry) for part in parts for entry in part["lesson"])
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise CourseError(f"{path} cannot be read ({error}); restore it from the repository.") from error


def written_lessons() -> tuple[Lesson, ...]:
    """The lessons that have a notebook, in the syllabus' order."""
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


def check_settings(profile: object, data: object, seed: object) -> None:
    """Make sure that a lesson can be run with these settings.

    Raises:
        CourseError: one of them is not what it may be.
    """
    check_choice("PROFILE", profile, PROFILES)
    check_choice("DATA", data, DATA_CHOICES)
    if not isinstance(seed, int) or isinstance(seed, bool) or not 0 <= seed <= MAX_SEED:
        raise CourseError(f"SEED must be a whole number from 0 to {MAX_SEED}, not {seed!r}.")


def _names(some: tuple[Lesson, ...]) -> str:
    return ", ".join(lesson.stem for lesson in some)

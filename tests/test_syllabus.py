import pytest

from course_utils import syllabus
from course_utils.errors import CourseError


def test_numbers_and_names_are_unique_and_in_order():
    numbers = [lesson.number for lesson in syllabus.lessons()]
    assert numbers == sorted(set(numbers))
    assert len({lesson.name for lesson in syllabus.lessons()}) == len(numbers)


def test_every_notebook_is_in_the_syllabus():
    from course_utils.paths import NOTEBOOKS

    assert {path.stem for path in NOTEBOOKS.glob("*.ipynb")} == {lesson.stem for lesson in syllabus.written_lessons()}


@pytest.mark.parametrize("name", ["02", "2", "fashion_mnist", "02_fashion_mnist", "notebooks/02_fashion_mnist.ipynb"])
def test_a_lesson_answers_to_several_names(name):
    assert syllabus.find_lesson(name).number == "02"


def test_an_unknown_lesson_is_answered_with_those_that_exist():
    with pytest.raises(CourseError, match=r"no lesson called 'fashon'.*02_fashion_mnist"):
        syllabus.find_lesson("fashon")


def test_a_coming_lesson_is_said_to_come(monkeypatch, tmp_path):
    monkeypatch.setattr(syllabus, "NOTEBOOKS", tmp_path)
    (tmp_path / "01_hello_world_regression.ipynb").touch()
    with pytest.raises(CourseError, match="02_fashion_mnist is still to come; these are here: 01_hello_world_regression"):
        syllabus.find_lesson("02")


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"profile": "smokey"}, "PROFILE must be one of smoke, lesson, full, not 'smokey'"),
        ({"data": "reel"}, f"DATA must be one of {', '.join(syllabus.DATA_CHOICES)}, not 'reel'"),
        ({"seed": -1}, "SEED must be a whole number from 0 to 4294967295, not -1"),
        ({"seed": 2**32}, "SEED must be a whole number"),
        ({"seed": 0.5}, "SEED must be a whole number"),
        ({"seed": True}, "SEED must be a whole number"),
    ],
)
def test_settings_that_mean_nothing_are_named(changed, words):
    settings = {"profile": "smoke", "data": "auto", "seed": 0}
    syllabus.check_settings(**settings)
    with pytest.raises(CourseError, match=words):
        syllabus.check_settings(**settings | changed)

import pytest

from course_utils import syllabus
from course_utils.errors import CourseError
from course_utils.exercises import exercise_kinds
from course_utils.files import read_notebook


def test_numbers_and_names_are_unique_and_in_order():
    numbers = [lesson.number for lesson in syllabus.lessons()]
    assert numbers == sorted(set(numbers))
    assert len({lesson.name for lesson in syllabus.lessons()}) == len(numbers)


def test_every_notebook_is_in_the_syllabus():
    from course_utils.paths import NOTEBOOKS

    assert {path.stem for path in NOTEBOOKS.glob("*.ipynb")} == {lesson.stem for lesson in syllabus.written_lessons()}


@pytest.mark.parametrize("lesson", syllabus.written_lessons(), ids=lambda lesson: lesson.stem)
def test_the_minutes_to_study_a_lesson_fit_what_it_asks_for(lesson):
    """Words at a reading pace, code line by line, and six minutes an exercise; a lesson may well be harder or easier."""
    cells = read_notebook(lesson.path)["cells"]
    words = sum(len("".join(cell["source"]).split()) for cell in cells if cell["cell_type"] == "markdown")
    code = [
        cell
        for cell in cells
        if cell["cell_type"] == "code" and not cell["metadata"].get("jupyter", {}).get("source_hidden")
    ]
    lines = sum(len("".join(cell["source"]).splitlines()) for cell in code)
    minutes = words / 180 + lines / 10 + 6 * len(exercise_kinds(lesson.number))
    assert 0.6 * minutes <= lesson.minutes <= 1.6 * minutes, f"{minutes:.0f} minutes would be usual"


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


ENTRY = '[[part]]\ntitle = "Part"\n[[part.lesson]]\nnumber = "01"\nname = "first"\ntitle = "The first"\nteaches = "-"\n'


@pytest.fixture
def use_syllabus(tmp_path, monkeypatch):
    """Let bytes of one's own stand in for `notebooks/syllabus.toml`."""

    def use(content: bytes) -> None:
        monkeypatch.setattr(syllabus, "NOTEBOOKS", tmp_path)
        (tmp_path / "syllabus.toml").write_bytes(content)
        syllabus.lessons.cache_clear()

    yield use
    syllabus.lessons.cache_clear()


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "'part' is missing"),
        (b"[[part]\n", "line 1"),
        (ENTRY.encode("utf-16"), "not text in UTF-8"),
        (b"caf\xe9 = 1", "not text in UTF-8"),
        (b"part = 3", "something else"),
        (b'part = "x"', "something else"),
        (b'[part]\ntitle = "Part"', "something else"),
        (b'[[part]]\ntitle = "Part"', "'lesson' is missing"),
        (b'[[part]]\ntitle = "Part"\nlesson = ["01"]', "something else"),
        (ENTRY.replace('"01"', "1").encode(), "'number' is of the wrong type"),
        (ENTRY.replace('title = "The first"\n', "").encode(), "'title' is missing"),
        (ENTRY.encode() + b'core = "yes"', "'core' is of the wrong type"),
        (ENTRY.encode() + b"minutes = true", "'minutes' is of the wrong type"),
        (ENTRY.encode() + b"minutes = 1.5", "'minutes' is of the wrong type"),
        (ENTRY.replace('"01"', '"one"').encode(), "'one_first' cannot be the name of a notebook"),
        (ENTRY.replace('"first"', '"../first"').encode(), "cannot be the name of a notebook"),
        (b"part = " + b"[" * 5000, "nested too deeply"),
    ],
)
def test_a_damaged_list_of_lessons_is_one_sentence(use_syllabus, content, why):
    use_syllabus(content)
    for read in (syllabus.lessons, lambda: syllabus.find_lesson("01")):
        with pytest.raises(CourseError, match=rf"syllabus\.toml cannot be read as the list of lessons \(.*{why}.*\); "):
            read()


def test_what_a_later_version_adds_to_a_lesson_does_not_matter(use_syllabus):
    use_syllabus(b"\xef\xbb\xbfversion = 2\n" + ENTRY.encode() + b"minutes = 7\nslides = true\n")
    (lesson,) = syllabus.lessons()
    assert (lesson.stem, lesson.part, lesson.minutes) == ("01_first", "Part", 7)


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

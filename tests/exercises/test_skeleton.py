import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from course_utils.errors import CourseError
from course_utils.exercises import reference
from course_utils.exercises.outcome import Status
from course_utils.exercises.reference import handed_in
from course_utils.exercises.skeleton import CHECKS, KINDS, add_exercise
from course_utils.exercises.solutions import cell_id, without_solutions
from course_utils.files import read_notebook
from course_utils.syllabus import find_lesson


@pytest.fixture
def lesson(tmp_path):
    """A copy of a lesson; its checks are to stand beside it."""
    shutil.copy(find_lesson("12").path, tmp_path)
    return tmp_path / find_lesson("12").path.name


def cells(notebook):
    return {cell["id"]: "".join(cell["source"]) for cell in read_notebook(notebook)["cells"]}


def kinds_of(module):
    spec = importlib.util.spec_from_file_location(f"checks_{module.parent.name}", module)
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded.EXERCISES


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "Model"])
def test_a_skeleton_works_as_it_is(lesson, tmp_path, monkeypatch, kind):
    before = read_notebook(lesson)["cells"]
    module, notebook = add_exercise(lesson, "first_try", kind, tmp_path)
    source = cells(notebook)[cell_id("first_try")]
    (exercise,) = kinds_of(module).values()
    exercise.bind("12", "first_try")
    monkeypatch.setattr(reference, "answer_source", lambda *_: source)
    monkeypatch.setattr(reference, "names_before", lambda *_: {})
    reference.lessons_answer.cache_clear()
    assert exercise.judge(*handed_in(source, {})).status is Status.CORRECT
    assert exercise.judge(*handed_in(without_solutions(source), {})).status is Status.NOT_TRIED
    reference.lessons_answer.cache_clear()
    assert [cell for cell in read_notebook(notebook)["cells"] if "first-try" not in cell["id"]] == before


def test_it_stands_behind_the_other_exercises(lesson, tmp_path):
    shutil.copy(CHECKS / "lesson_12.py", tmp_path)
    module, notebook = add_exercise(lesson, "first_try", "Tensor", tmp_path)
    assert list(kinds_of(module))[-1] == "first_try"
    places = [name for name in cells(notebook) if name.startswith("exercise-")]
    assert places[-2:] == ["exercise-first-try-task", "exercise-first-try"]
    checked = subprocess.run([sys.executable, "-m", "ruff", "check", "--isolated", "--select", "I,F", module])
    assert checked.returncode == 0


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("First-Try", "cannot name an exercise"),
        ("closest", "called 'closest' already"),
        ("1st", "cannot name an exercise"),
        ("class", "cannot name an exercise"),
    ],
)
def test_a_name_that_does_not_do_writes_nothing(lesson, tmp_path, name, words):
    shutil.copy(CHECKS / "lesson_12.py", tmp_path)
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    with pytest.raises(CourseError, match=words):
        add_exercise(lesson, name, "Function", tmp_path)
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


@pytest.mark.parametrize(
    "damage",
    [b"EXERCISES = {", b"EXERCISES = None", b"", b"caf\xe9 = 1", b"\0", b"EXERCISES = " + b"(" * 500],
    ids=lambda damage: damage[:20],
)
def test_damaged_checks_are_one_sentence(lesson, tmp_path, damage):
    (tmp_path / "lesson_12.py").write_bytes(damage)
    before = lesson.read_bytes()
    with pytest.raises(CourseError, match=r"lesson_12\.py cannot be read as a lesson's checks \(.+\); restore it"):
        add_exercise(lesson, "first_try", "Function", tmp_path)
    assert lesson.read_bytes() == before


def test_where_the_lesson_cannot_be_written_the_checks_are_as_they_were(lesson, tmp_path, monkeypatch):
    shutil.copy(CHECKS / "lesson_12.py", tmp_path)
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    replace = Path.replace

    def fail(path, target):
        if target == lesson:
            raise OSError(28, "No space left on device")
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(CourseError, match="disk is full"):
        add_exercise(lesson, "first_try", "Function", tmp_path)
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_lesson_has_five_exercises_at_most(lesson, tmp_path):
    for number in range(5):
        add_exercise(lesson, f"number_{number}", "Choice", tmp_path)
    with pytest.raises(CourseError, match="has 5 exercises"):
        add_exercise(lesson, "number_5", "Choice", tmp_path)

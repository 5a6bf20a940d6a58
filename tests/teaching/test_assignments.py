"""A course folder for nbgrader, and nbgrader's own steps on it: what is handed out, what is graded, what is out of reach."""

import csv
import importlib.util
import json
import os
import subprocess
import sys
import sysconfig
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest
from click.testing import CliRunner

from course_utils.cli import course
from course_utils.exercises.solutions import solution_text, without_solutions
from course_utils.paths import ROOT
from course_utils.student.workspace import COLAB_BADGE
from course_utils.syllabus import find_lesson, written_lessons
from course_utils.teaching import assignments
from course_utils.teaching.assignments import make_assignments, source_notebook
from course_utils.teaching.confinement import can_confine
from course_utils.teaching.submissions import graded_exercises
from tests.teaching.conftest import LESSON, RIGHT

HAS_NBGRADER = importlib.util.find_spec("nbgrader") is not None
NAME = LESSON.stem
ANSWERS = {f"exercise-{name.replace('_', '-')}": name for name in ("learning_rate", "thermometer", "space", "outlier")}
STEPS = """
import sys
from nbgrader.apps import NbGraderApp

for step in sys.argv[1:]:
    NbGraderApp.clear_instance()
    try:
        NbGraderApp.launch_instance(step.split())
    except SystemExit as end:
        assert not end.code, step
"""


@pytest.fixture
def with_nbgrader(monkeypatch):
    monkeypatch.setattr(assignments, "find_spec", lambda _: True)


# ---- the folder


@pytest.mark.parametrize("lesson", written_lessons(), ids=lambda lesson: lesson.stem)
def test_each_source_notebook_grades_its_exercises(lesson):
    names = list(graded_exercises(lesson))
    notebook = source_notebook(lesson, names)
    nbformat.validate(nbformat.from_dict(notebook))
    assert "colab.research" not in json.dumps(notebook["cells"][0]) and not COLAB_BADGE.search(json.dumps(notebook))
    marked = {cell["metadata"]["nbgrader"]["grade_id"]: cell for cell in notebook["cells"] if "nbgrader" in cell["metadata"]}
    assert len(marked) == 2 * len(names)
    for cell in marked.values():
        marks = cell["metadata"]["nbgrader"]
        compile(without_solutions("".join(cell["source"])), cell["id"], "exec")
        assert marks["schema_version"] == 3 and marks["grade"] is marks["locked"] is not marks["solution"]
        assert marks.get("points") == (1 if marks["grade"] else None)
        assert ("BEGIN HIDDEN TESTS" in cell["source"]) is marks["grade"]
    assert not any(cell.get("outputs") for cell in notebook["cells"])


def test_the_folder_tells_what_to_do_next(with_nbgrader, tmp_path: Path):
    result = CliRunner().invoke(course, ["assignments", str(tmp_path / "new"), "01", "2"], catch_exceptions=False)
    assert result.output.startswith(f"{tmp_path / 'new'} holds assignments of 2 lessons, with 7 points;")
    files = sorted(str(path.relative_to(tmp_path / "new")) for path in (tmp_path / "new").rglob("*") if path.is_file())
    sources = [f"source/{stem}/{stem}.ipynb" for stem in (NAME, find_lesson("02").stem)]
    assert files == ["README.md", "nbgrader_config.py", *sources]
    readme = (tmp_path / "new" / "README.md").read_text()
    steps = ["generate_assignment", "autograde", "generate_feedback", "export"]
    assert sorted(steps, key=lambda step: readme.index(f"`nbgrader {step}")) == steps
    assert "02/shuffled" in readme and "{" not in readme.replace("{metadata}", "")


def test_bad_input_is_one_sentence_and_writes_nothing(tmp_path: Path, monkeypatch):
    def complaint(*lessons: str) -> str:
        result = CliRunner().invoke(course, ["assignments", str(tmp_path / "new"), *lessons])
        return str(result.exception)

    monkeypatch.setattr(assignments, "find_spec", lambda _: None)
    assert "pip install nbgrader" in complaint("01")
    monkeypatch.setattr(assignments, "find_spec", lambda _: True)
    assert "There is no lesson called '98'" in complaint("98")
    monkeypatch.setattr(assignments, "graded_exercises", lambda _: {})
    assert "has an exercise that can be graded" in complaint("01")
    assert not (tmp_path / "new").exists()
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "thesis.txt").write_text("all")
    assert "is not empty; name a new folder" in complaint("01")
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["thesis.txt"]


# ---- nbgrader's own steps


@pytest.fixture(scope="module")
def graded(tmp_path_factory) -> SimpleNamespace:
    """A course folder after all steps: ada's answers are right; bob's are half right, one never ends, and one is a prank."""
    if not HAS_NBGRADER:
        pytest.skip("nbgrader is not installed: pip install nbgrader")
    folder = tmp_path_factory.mktemp("nbgrader") / "course"
    make_assignments(folder, [LESSON])
    nbgrader(folder, f"generate_assignment {NAME}")
    released = nbformat.read(folder / "release" / NAME / f"{NAME}.ipynb", as_version=4)
    right = {name: RIGHT[cell] for cell, name in ANSWERS.items()}
    ada = hand_in(folder, "ada", released, **right)
    secret = folder.parent / "secret"
    secret.write_text("sesame")
    reach = [f"open({str(ada)!r}).read()", f"open({str(ada)!r}, 'a')", f"open({str(secret)!r}).read()"]
    attempt = "try:\n    {}\n    print('reached')\nexcept OSError as error:\n    print(type(error).__name__)\n"
    prank = "".join(map(attempt.format, reach))
    never = "import threading\nthreading.Event().wait()"
    wrong = {"space": right["space"], "thermometer": right["thermometer"], "learning_rate": never, "outlier": prank}
    bob = hand_in(folder, "bob", released, skip="exercise-outlier-points", **wrong)
    (bob.parent / "link").symlink_to(secret)
    before = ada.read_bytes()
    nbgrader(folder, f"autograde {NAME} --Execute.timeout=8", f"generate_feedback {NAME}", "export")
    assert ada.read_bytes() == before
    with (folder / "grades.csv").open(newline="") as grades:
        rows = {row["student_id"]: row for row in csv.DictReader(grades)}
    return SimpleNamespace(folder=folder, released=released, rows=rows)


def nbgrader(folder: Path, *steps: str) -> None:
    """Take nbgrader's steps in one process, as from its command line."""
    environment = os.environ | {
        "PATH": os.pathsep.join([sysconfig.get_path("scripts"), os.environ["PATH"]]),
        "PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")])),
    }
    subprocess.run([sys.executable, "-c", STEPS, *steps], cwd=folder, env=environment, check=True, timeout=300)


def hand_in(folder: Path, student: str, released: nbformat.NotebookNode, skip: str = "", **answers: str) -> Path:
    """Put a student's notebook where nbgrader looks for it; `skip` is a cell that the student has tagged as not to run."""
    notebook = nbformat.from_dict(json.loads(json.dumps(released)))
    for cell in notebook.cells:
        cell.source = answers.get(ANSWERS.get(cell.id, ""), cell.source)
        if cell.id == skip:
            cell.metadata["tags"] = ["skip-execution"]
    path = folder / "submitted" / student / NAME / f"{NAME}.ipynb"
    path.parent.mkdir(parents=True)
    nbformat.write(notebook, path)
    return path


def cell_of(graded: SimpleNamespace, student: str, name: str) -> nbformat.NotebookNode:
    notebook = nbformat.read(graded.folder / "autograded" / student / NAME / f"{NAME}.ipynb", as_version=4)
    (found,) = [cell for cell in notebook.cells if cell.id == name]
    return found


def test_the_released_notebook_holds_no_solution(graded):
    for cell in graded.released.cells:
        assert "SOLUTION" not in cell.source and "HIDDEN" not in cell.source and "require" not in cell.source
        if cell.id in ANSWERS:
            assert cell.source == without_solutions(RIGHT[cell.id])
            solved = {line.strip() for line in solution_text(RIGHT[cell.id]).splitlines() if line.strip()}
            assert not solved.intersection(line.strip() for line in cell.source.splitlines())


def test_the_points_are_those_of_the_right_answers(graded):
    points = {student: (row["score"], row["max_score"]) for student, row in graded.rows.items()}
    assert points == {"ada": ("4.0", "4.0"), "bob": ("2.0", "4.0")}


def test_a_cell_that_never_ends_is_interrupted_and_said_to_be(graded):
    outputs = cell_of(graded, "bob", "exercise-learning-rate").outputs
    assert "CellTimeoutError" in [output.get("ename") for output in outputs]


@pytest.mark.skipif(not can_confine(), reason="this system has no Landlock (Linux 6.2 or later)")
def test_a_students_cell_reaches_neither_anothers_submission_nor_the_instructors_files(graded):
    (printed,) = cell_of(graded, "bob", "exercise-outlier").outputs
    assert printed.text.split() == ["PermissionError"] * 3


def test_links_are_taken_out_before_nbgrader_follows_them(graded):
    assert not os.path.lexists(graded.folder / "submitted" / "bob" / NAME / "link")
    assert not any(b"sesame" in path.read_bytes() for path in graded.folder.rglob("*") if path.is_file())


def test_feedback_says_why(graded):
    pages = {student: (graded.folder / "feedback" / student / NAME / f"{NAME}.html").read_text() for student in graded.rows}
    assert "NameError" in pages["bob"] and "NameError" not in pages["ada"]

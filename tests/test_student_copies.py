"""The student copies, as handed out and executed: a lesson whose exercises nobody has answered runs to its end."""

from pathlib import Path

import nbformat
import pytest

from course_utils.exercises import exercise_kinds
from course_utils.exercises.outcome import Status
from course_utils.runner.execute import OK, execute
from course_utils.student.workspace import fill_workspace
from course_utils.syllabus import Lesson, written_lessons

# All checks of one lesson go to one worker of pytest-xdist: then its copy is executed once.
LESSONS = [pytest.param(lesson, id=lesson.stem, marks=pytest.mark.xdist_group(lesson.stem)) for lesson in written_lessons()]

each_lesson = pytest.mark.parametrize("lesson", LESSONS, scope="module")


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("workspace")


@pytest.fixture(scope="module")
def executed(lesson: Lesson, workspace: Path, tmp_path_factory: pytest.TempPathFactory) -> nbformat.NotebookNode:
    """The lesson's student copy, executed where it lies in its workspace."""
    build = tmp_path_factory.mktemp("build")
    (copy,) = fill_workspace(workspace, [lesson.path])
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COURSE_WORKSPACE", str(workspace))
        (run,) = execute([copy.path], profile="smoke", data="synthetic", build=build)
    assert run.status == OK, run.failure
    return nbformat.read(build / "executed" / lesson.path.name, as_version=4)


@each_lesson
def test_an_unanswered_lesson_runs_to_its_end(lesson: Lesson, executed):
    assert executed.cells[-1].source == "lesson.finish()"
    assert executed.cells[-1].execution_count


@each_lesson
def test_each_unanswered_exercise_says_so(lesson: Lesson, executed):
    code = [cell for cell in executed.cells if cell.cell_type == "code"]
    for name in exercise_kinds(lesson.number):
        (check,) = [cell for cell in code if f"ex.{name}.check(" in cell.source]
        assert Status.NOT_TRIED in str(check.outputs).lower(), name


@each_lesson
def test_running_an_unanswered_lesson_counts_as_no_attempt(lesson: Lesson, executed, workspace: Path):
    assert not (workspace / ".progress.json").exists()

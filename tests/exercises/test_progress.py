import errno
import json
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from course_utils import files
from course_utils.cli import course
from course_utils.errors import CourseError
from course_utils.exercises import exercises, progress
from course_utils.paths import NOTEBOOKS, RUN_MARK


@pytest.fixture(autouse=True)
def in_a_workspace(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_WORKSPACE", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_attempts_are_counted_and_solving_is_kept():
    progress.record_attempt("01", "space", solved=False)
    progress.record_attempt("01", "space", solved=True)
    first = progress.attempts()["01/space"]["solved"]
    progress.record_attempt("01", "space", solved=False)
    assert progress.attempts() == {"01/space": {"attempts": 3, "solved": first}}
    assert first and progress.solved_exercises("01") == {"space"}
    assert progress.solved_exercises("02") == set()


def test_the_day_of_the_first_solution_stays(monkeypatch):
    class Later(datetime):
        @classmethod
        def now(cls, tz=None):
            return cls(2099, 1, 1)

    progress.record_attempt("01", "space", solved=True)
    first = progress.attempts()["01/space"]["solved"]
    monkeypatch.setattr(progress, "datetime", Later)
    progress.record_attempt("01", "space", solved=True)
    progress.record_attempt("01", "line", solved=True)
    tried = progress.attempts()
    assert tried["01/space"] == {"attempts": 2, "solved": first}
    assert tried["01/line"]["solved"].startswith("2099-01-01")


def test_running_the_lessons_of_the_repository_solves_nothing(monkeypatch, tmp_path_factory, capsys):
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    monkeypatch.chdir(NOTEBOOKS)
    progress.record_attempt("01", "space", solved=True)
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    monkeypatch.setenv(RUN_MARK, "a run")
    progress.record_attempt("01", "space", solved=True)
    assert not progress.progress_file().exists()
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("opened", [False, True])
def test_that_progress_is_not_kept_here_is_said_once(monkeypatch, tmp_path_factory, in_a_workspace, capsys, opened):
    """In another folder, or in a lesson of the repository that a person has opened in Jupyter."""
    elsewhere = NOTEBOOKS if opened else tmp_path_factory.mktemp("elsewhere")
    monkeypatch.chdir(elsewhere)
    if opened:
        monkeypatch.setenv("JPY_SESSION_NAME", str(NOTEBOOKS / "01_hello_world_regression.ipynb"))
    progress._say_where_progress_is_kept.cache_clear()
    progress.record_attempt("01", "space", solved=True)
    said = capsys.readouterr().out
    assert f"works in {elsewhere}" in said and f"are in {in_a_workspace}. `course lab` opens those" in said
    progress.record_attempt("01", "space", solved=True)
    assert capsys.readouterr().out == ""
    assert not progress.progress_file().exists()


ENTRY = {"attempts": 1, "solved": "2026-11-28T10:00:00"}


def kept(**changes: object) -> bytes:
    """A file of progress whose one entry differs so."""
    return json.dumps({"exercises": {"01/space": ENTRY | changes}}).encode()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'{"exercises": []}',
        b'{"exercises": {"01/a": {}}}',
        b'{"exercises": {"01/a": 3}}',
        b"\0\0",
        b"\xff\xfe",
        kept()[:-3],
        kept().decode().encode("utf-16"),
        kept(attempts="many"),
        kept(attempts=True),
        kept(attempts=float("inf")),
        kept(solved=20261128),
        kept(predicted="yes"),
        b'{"exercises": %s' % (b"[" * 100_000),
    ],
    ids=lambda content: content[:60],
)
def test_a_damaged_file_is_kept_aside(content, in_a_workspace, capsys):
    progress.progress_file().write_bytes(content)
    progress.record_attempt("01", "space", solved=True)
    assert progress.solved_exercises("01") == {"space"}
    assert (in_a_workspace / ".progress.damaged-1.json").read_bytes() == content
    said = capsys.readouterr().out
    assert (
        said.count("\n") == 1 and f"{progress.progress_file()} was damaged and is kept as .progress.damaged-1.json" in said
    )
    progress.progress_file().write_text("again")
    assert progress.attempts() == {}
    assert (in_a_workspace / ".progress.damaged-2.json").read_text() == "again"


def test_what_a_later_version_keeps_stays(in_a_workspace):
    later = {"version": 2, "exercises": {"01/space": ENTRY | {"seconds": [40]}, "99/new": ENTRY}, "badges": {"first": 1}}
    progress.progress_file().write_text("\ufeff" + json.dumps(later), encoding="utf-8")
    progress.record_attempt("01", "space", solved=True)
    progress.record_attempt("01", "outlier", solved=False)
    later["exercises"]["01/space"]["attempts"] = 2
    later["exercises"]["01/outlier"] = {"attempts": 1, "solved": None}
    assert json.loads(progress.progress_file().read_text()) == later
    progress.progress_file().write_text('{"version": 3}')
    progress.record_attempt("01", "space", solved=False)
    assert json.loads(progress.progress_file().read_text())["version"] == 3


def test_a_file_that_cannot_be_read_is_one_sentence_and_stays(in_a_workspace, capsys):
    progress.progress_file().mkdir()
    for read in (progress.attempts, lambda: progress.solved_exercises("01")):
        with pytest.raises(CourseError, match=r"\.progress\.json cannot be read as your progress \(Is a directory\)"):
            read()
    progress.record_attempt("01", "space", solved=True)
    assert "(Your progress could not be kept: " in capsys.readouterr().out
    # some versions of filelock leave the lock's file
    assert {path.name for path in in_a_workspace.iterdir()} - {".progress.lock"} == {".progress.json"}


def test_a_damaged_file_where_nothing_can_be_written_is_one_sentence(in_a_workspace, monkeypatch):
    progress.progress_file().write_text("{")
    monkeypatch.setattr(Path, "replace", lambda *_: (_ for _ in ()).throw(OSError(errno.EROFS, "Read-only file system")))
    with pytest.raises(CourseError, match=r"cannot be read as your progress .* mend it, or move it away"):
        progress.attempts()
    assert progress.progress_file().read_text() == "{"


def test_two_notebooks_at_once_lose_nothing(in_a_workspace):
    code = (
        "import sys; from course_utils.exercises.progress import record_attempt\n"
        "for n in range(20): record_attempt('01', f'{sys.argv[1]}{n}', solved=True)"
    )
    both = [subprocess.Popen([sys.executable, "-c", code, name], cwd=in_a_workspace) for name in "ab"]
    assert [process.wait(60) for process in both] == [0, 0]
    assert len(progress.solved_exercises("01")) == 40


def test_a_workspace_that_cannot_be_written_is_told_and_no_more(monkeypatch, capsys):
    def full(path, text):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(files, "replace_text", full)
    progress.record_attempt("01", "space", solved=True)
    said = capsys.readouterr().out
    assert (
        f"could not be kept: The disk is full: {progress.progress_file()} could not be written; free some space on /" in said
    )


def test_course_progress_lists_what_is_solved():
    progress.record_attempt("01", "space", solved=True)
    progress.record_attempt("01", "outlier", solved=False)
    result = CliRunner().invoke(course, ["progress"])
    assert result.exit_code == 0
    assert "01 Hello, world: one neuron learns a line: 1 of 4" in result.output
    assert "✓ space" in result.output and "✗ outlier (1 attempt)" in result.output and "○ thermometer" in result.output


def test_a_prediction_counts_as_done_and_is_called_one():
    progress.record_attempt("02", "shuffled", solved=True, predicted=True)
    assert progress.solved_exercises("02") == {"shuffled"}
    assert "◆ shuffled (predicted " in CliRunner().invoke(course, ["progress"]).output
    progress.record_attempt("02", "shuffled", solved=True)
    assert progress.attempts()["02/shuffled"]["predicted"]


def test_the_map_shows_what_is_solved():
    from course_utils.student.map import course_map

    def row() -> str:
        (found,) = [line for line in course_map().splitlines() if line.startswith("| [01 ")]
        return found.replace("\N{NO-BREAK SPACE}", " ")

    assert row().endswith("|  |")
    progress.record_attempt("01", "space", solved=True)
    assert row().endswith("| 1 of 4 exercises |")


def test_the_file_says_only_what_is_needed():
    progress.record_attempt("01", "space", solved=False)
    assert json.loads(progress.progress_file().read_text()) == {"exercises": {"01/space": {"attempts": 1, "solved": None}}}


def test_hints_and_solutions_are_counted():
    progress.record_shown("01", "space", "hints")
    assert progress.attempts() == {"01/space": {"attempts": 0, "solved": None, "hints": 1}}
    progress.record_attempt("01", "space", solved=True)
    progress.record_shown("01", "space", "hints")
    progress.record_shown("01", "space", "solutions")
    entry = progress.attempts()["01/space"]
    assert (entry["attempts"], entry["hints"], entry["solutions"]) == (1, 2, 1) and entry["solved"]
    progress.record_shown("01", "outlier", "hints")
    shown = CliRunner().invoke(course, ["progress"]).output
    assert ", 1 attempt, 2 hints, solution seen)" in shown and "○ outlier (1 hint)" in shown


def test_what_a_learner_is_shown_is_counted(capsys):
    ex = exercises("01")
    ex.space.hint()
    ex.space.solution()
    assert progress.attempts() == {"01/space": {"attempts": 0, "solved": None, "hints": 1, "solutions": 1}}


def test_a_copy_to_hand_in_holds_what_is_kept_and_replaces_an_earlier_one(in_a_workspace, tmp_path_factory):
    later = {"version": 2, "exercises": {"01/space": ENTRY | {"seconds": [40]}}}
    progress.progress_file().write_text(json.dumps(later))
    copy = tmp_path_factory.mktemp("home") / "ada.json"
    for _ in range(2):
        result = CliRunner().invoke(course, ["progress", "--copy", str(copy)])
        assert result.exit_code == 0 and str(copy) in result.output
        assert json.loads(copy.read_text()) == later == json.loads(progress.progress_file().read_text())
        progress.record_attempt("01", "space", solved=True)
        later["exercises"]["01/space"]["attempts"] += 1
    assert progress.read_copy(copy)["01/space"]["attempts"] == 2


def test_a_copy_takes_no_other_files_place(in_a_workspace):
    other = in_a_workspace / "ada.json"
    other.write_text('{"name": "Ada"}')
    with pytest.raises(
        CourseError, match=r"ada\.json is there already and is no copy of your progress; choose another name"
    ):
        progress.write_copy(other)
    assert other.read_text() == '{"name": "Ada"}'
    with pytest.raises(CourseError, match="needs a folder where a file is"):
        progress.write_copy(other / "ada.json")

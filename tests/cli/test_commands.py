"""The commands as a person types them: in a process of their own, on a folder of fixture lessons."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from course_utils.student.workspace import fill_workspace

START = """
import pathlib
from course_utils import paths
paths.ROOT = pathlib.Path({root!r})
paths.NOTEBOOKS = paths.ROOT / "notebooks"
paths.PUBLISHED_RESULTS = paths.ROOT / "docs"
from course_utils.cli import main
main()
"""


@pytest.fixture
def course(lessons_folder, tmp_path):
    """Start `course` with arguments, in a process group of its own, for the fixture lessons."""

    (tmp_path / "tmp").mkdir()

    def start(*arguments):
        return subprocess.Popen(
            [sys.executable, "-c", START.format(root=str(tmp_path)), *arguments],
            env=os.environ
            | {"COURSE_BUILD": str(tmp_path / "build"), "COURSE_WORKSPACE": str(tmp_path / "workspace"), "TERM": "dumb"}
            | {"TMPDIR": str(tmp_path / "tmp")},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
            # a shell that runs the tests in the background has switched Ctrl-C off for all that it starts
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )

    return start


def test_run_executes_the_map_and_the_core_lessons(course, write_lesson):
    write_lesson("00_start_here")
    write_lesson("01_first")
    process = course("run", "--profile", "smoke")
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert "00_start_here: ok" in said
    assert "│ 01_first      │ ok     │" in said
    assert "accuracy: 92.61 ± 0.14 % (3 seeds)" in said


def test_run_names_the_cell_that_failed(course, write_lesson):
    write_lesson("01_first", "a = 1\nraise ValueError('no [bold]such[/bold] thing')")
    process = course("run", "first", "1", "01_first.ipynb")
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert said.count("01_first: begins") == 1
    assert (
        "01_first: failed in cell 4, under “Part 1”:\n"
        "    a = 1\n"
        "    raise ValueError('no [bold]such[/bold] thing')\n"
        "ValueError: no [bold]such[/bold] thing\n"
    ) in said


def test_export_writes_the_lessons_asked_for_once_each(course, write_lesson, tmp_path):
    for stem in ("01_first", "02_second"):
        write_lesson(stem)
    pages = tmp_path / "build" / "export"
    for arguments, stems in [(["2", "second"], ["02_second"]), ([], ["01_first", "02_second"])]:
        process = course("export", *arguments)
        said, _ = process.communicate(timeout=60)
        assert (process.returncode, said.split()) == (0, [str(pages / f"{stem}.html") for stem in stems])


def test_slides_are_written_as_decks_and_as_notebooks(course, write_lesson, tmp_path, make_result):
    write_lesson("01_first")
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "01_first.json").write_text(json.dumps(make_result()))
    slides = tmp_path / "build" / "slides"
    for arguments, name in [(["1", "first"], "01_first.html"), (["--live"], "01_first.ipynb")]:
        process = course("slides", *arguments)
        said, _ = process.communicate(timeout=60)
        assert (process.returncode, said.split()) == (0, [str(slides / name)])


def test_plan_prints_a_schedule_of_the_core_lessons(course, write_lesson, tmp_path, make_result):
    write_lesson("02_second")
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "02_second.json").write_text(json.dumps(make_result("02_second")))
    process = course("plan")
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert "│ 9:00 │ 02 The second" in said


def test_a_terminal_that_is_closed_leaves_no_process_and_keeps_what_is_finished(
    course, write_lesson, tmp_path, processes_here
):
    """What is said then, if anybody still reads it, and what is left, are as after Ctrl-C."""
    write_lesson("00_start_here")
    write_lesson("01_first", "import time\ntime.sleep(600)")
    write_lesson("02_second")
    process = course("run")
    lines = []
    for line in process.stdout:
        lines.append(line)
        if line.startswith("01_first: begins"):
            break
    deadline = time.monotonic() + 30
    while not any("ipykernel" in command for command in processes_here(str(tmp_path / "build"))):
        assert time.monotonic() < deadline, "".join(lines)
        time.sleep(0.1)
    for number in (signal.SIGHUP, signal.SIGTERM, signal.SIGINT):
        os.killpg(process.pid, number)
    said, _ = process.communicate(timeout=30)

    assert process.returncode == 130
    assert processes_here(str(tmp_path / "build")) == []
    assert list((tmp_path / "tmp").iterdir()) == []
    assert json.loads((tmp_path / "build/results/00_start_here.json").read_text())["lesson"] == "00_start_here"
    assert json.loads((tmp_path / "build/runs/01_first.json").read_text())["status"] == "stopped"
    assert not (tmp_path / "build/runs/02_second.json").exists()
    assert "│ 00_start_here │ ok      │" in said
    assert "│ 01_first      │ stopped │" in said
    assert "│ 02_second     │ stopped │" in said
    assert "Traceback" not in said


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["run", "--profile", "smok"], "'smok' is not one of"),
        (["run", "--jobs", "0"], "--jobs"),
        (["run", "--seed", "-1"], "--seed"),
        (["run", "--timeout", "0"], "--timeout"),
        (["run", "tensors"], "no lesson called 'tensors'"),
        (["run", "second"], "02_second is still to come"),
        (["run", "first", "--all"], "not both"),
        (["report"], "no results"),
        (["slides", "first", "second"], "02_second is still to come"),
        (["publish", "first", "--from-run"], "has not been run"),
        (["reset", "tensors"], "no lesson called 'tensors'"),
        (["reset", "second"], "02_second is still to come"),
        (["reset", "first"], "`course lab` puts it there"),
    ],
)
def test_bad_input_is_one_sentence_and_status_2(course, write_lesson, tmp_path, arguments, words):
    write_lesson("01_first")
    process = course(*arguments)
    said, _ = process.communicate(timeout=30)
    assert process.returncode == 2
    assert words in said
    assert "Traceback" not in said
    assert not (tmp_path / "build").exists()


def test_report_says_where_the_page_is(course, tmp_path, make_result):
    (tmp_path / "build" / "results").mkdir(parents=True)
    (tmp_path / "build" / "results" / "01_first.json").write_text(json.dumps(make_result()))
    process = course("report")
    said, _ = process.communicate(timeout=30)
    assert process.returncode == 0
    assert said.strip() == str((tmp_path / "build" / "report.html").resolve())
    assert "The first" in (tmp_path / "build" / "report.html").read_text(encoding="utf-8")


def test_publish_executes_and_writes_into_the_repository(course, write_lesson, tmp_path):
    lesson = write_lesson("01_first", "print(PROFILE, DATA, SEED)")
    process = course("publish", "1")
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert "01_first.ipynb is published with its outputs (" in said
    assert "lesson real 0" in lesson.read_text(encoding="utf-8")
    assert json.loads((tmp_path / "docs" / "01_first.json").read_text())["lesson"] == "01_first"


def test_publish_of_a_lesson_that_fails_changes_nothing(course, write_lesson, tmp_path):
    lesson = write_lesson("01_first", "1 / 0")
    before = lesson.read_bytes()
    process = course("publish", "1")
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "ZeroDivisionError: division by zero" in said
    assert lesson.read_bytes() == before
    assert not (tmp_path / "docs").exists()


@pytest.fixture
def changed_copy(write_lesson, tmp_path):
    """A student's copy that holds work, in the workspace of `course`."""
    lesson = write_lesson("01_first", "x = 1")
    fill_workspace(tmp_path / "workspace", [lesson])
    copy = tmp_path / "workspace" / lesson.name
    copy.write_text(copy.read_text(encoding="utf-8").replace("x = 1", "x = 2"), encoding="utf-8")
    return copy


@pytest.mark.parametrize("answer", ["n\n", "\n", ""])
def test_reset_that_is_declined_changes_nothing(course, changed_copy, answer):
    process = course("reset", "1")
    said, _ = process.communicate(answer, timeout=30)
    assert process.returncode == 1
    assert f"Replace {changed_copy} by a fresh copy?" in said
    assert "Traceback" not in said
    assert "x = 2" in changed_copy.read_text(encoding="utf-8")
    assert [path.name for path in changed_copy.parent.glob("*.ipynb")] == ["01_first.ipynb"]


@pytest.mark.parametrize(("arguments", "answer"), [([], "y\n"), (["--yes"], "")])
def test_reset_says_where_the_backup_is(course, changed_copy, tmp_path, arguments, answer):
    (changed_copy.parent / ".progress.json").write_text("solved")
    process = course("reset", "first", *arguments)
    said, _ = process.communicate(answer, timeout=30)
    backup = changed_copy.with_name("01_first.backup.ipynb")
    assert process.returncode == 0
    assert said.endswith(f"01_first.ipynb is as it was handed out; what you had is in {backup}.\n")
    assert "x = 1" in changed_copy.read_text(encoding="utf-8")
    assert "x = 2" in backup.read_text(encoding="utf-8")
    assert (changed_copy.parent / ".progress.json").read_text() == "solved"


def test_lab_in_a_workspace_that_cannot_be_is_one_sentence(course, write_lesson, tmp_path):
    write_lesson("00_start_here")
    (tmp_path / "workspace").touch()
    process = course("lab", "--no-browser")
    said, _ = process.communicate(timeout=30)
    assert process.returncode == 2
    assert "needs a folder where a file is; move that or set COURSE_WORKSPACE to another folder" in said
    assert "Traceback" not in said

import errno
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from filelock import FileLock, Timeout

from course_utils import files
from course_utils.errors import CourseError
from course_utils.exercises.solutions import solution_text, without_solutions
from course_utils.student import workspace as workspace_module
from course_utils.student.lab import hand_out_notes
from course_utils.student.merge import source
from course_utils.student.workspace import (
    BESIDE,
    COLAB_BADGE,
    DAMAGED,
    KEPT,
    LINK,
    MERGED,
    NEW,
    RECORD,
    UPDATED,
    fill_workspace,
    reset_copy,
    student_copy,
)
from course_utils.syllabus import Lesson, written_lessons

EXERCISE = "### BEGIN SOLUTION\nanswer = 42\n### END SOLUTION\nprint(answer)"

each_lesson = pytest.mark.parametrize("lesson", written_lessons(), ids=lambda lesson: lesson.stem)


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    return tmp_path / "workspace"


@pytest.fixture
def lesson(write_lesson) -> Path:
    return write_lesson("01_first", "x = 1", EXERCISE)


def read(path: Path) -> nbformat.NotebookNode:
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    return notebook


def sources(path: Path) -> str:
    return "\n".join(cell.source for cell in read(path).cells)


def edit(path: Path, old: str, new: str) -> None:
    """Change a notebook's source, as a student or an author does."""
    assert old in path.read_text(encoding="utf-8")
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


def run_in_jupyterlab(path: Path) -> None:
    """Leave behind what running and saving a notebook leaves: outputs, counts, metadata, an empty cell at the end."""
    notebook = read(path)
    for number, cell in enumerate(cell for cell in notebook.cells if cell.cell_type == "code"):
        cell.execution_count = number
        cell.outputs = [nbformat.v4.new_output("stream", text="42\n")]
        cell.metadata["execution"] = {"iopub.execute_input": "now"}
    notebook.metadata["widgets"] = {}
    notebook.cells.append(nbformat.v4.new_code_cell(""))
    nbformat.write(notebook, path)


def status(lesson: Path, workspace: Path) -> str:
    (outcome,) = fill_workspace(workspace, [lesson])
    assert outcome.lesson == lesson.stem
    return outcome.status


def files_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if not path.name.startswith("."))


# ---- what a copy holds


@each_lesson
def test_a_copy_holds_no_solution_and_no_output(lesson: Lesson, workspace: Path):
    fill_workspace(workspace, [lesson.path])
    copy = read(workspace / lesson.path.name)
    text = json.dumps(copy)
    assert "SOLUTION" not in text and "source_sha256" not in text
    for cell, original in zip(copy.cells, read(lesson.path).cells, strict=True):
        assert (cell.id, cell.cell_type, cell.metadata) == (original.id, original.cell_type, original.metadata)
        if cell.cell_type == "code":
            compile(cell.source, cell.id, "exec")
            assert cell.outputs == [] and cell.execution_count is None
            assert cell.source == without_solutions(original.source)
            for line in solution_text(original.source).splitlines():
                assert not line.strip() or line not in cell.source.splitlines()
        else:  # but for where its links lead, which has a test of its own
            assert LINK.sub("", cell.source) == LINK.sub("", COLAB_BADGE.sub("", original.source))
            assert "colab" not in cell.source


def test_a_copy_has_no_badge_and_keeps_other_pictures(write_lesson, workspace: Path):
    lesson = write_lesson("01_first", "")
    notebook = read(lesson)
    badge, picture = "[![Open](c.svg)](https://colab.research.google.com/a)", "[![b](b.png)](https://e.org)"
    notebook.cells[0].source = f"# One\n\n{badge}\n\n{picture}"
    nbformat.write(notebook, lesson)
    fill_workspace(workspace, [lesson])
    assert read(workspace / lesson.name).cells[0].source == f"# One\n\n{picture}"


def test_folded_cells_stay_folded_and_tags_stay(write_lesson, workspace: Path):
    lesson = write_lesson("01_first", "print(1)")
    notebook = read(lesson)
    notebook.cells[3].metadata = {"jupyter": {"source_hidden": True}}
    notebook.metadata = {"kernelspec": {"name": "python3", "display_name": "Python"}, "course": {"source_sha256": "1"}}
    nbformat.write(notebook, lesson)
    fill_workspace(workspace, [lesson])
    copy = read(workspace / lesson.name)
    assert copy.cells[3].metadata == {"jupyter": {"source_hidden": True}}
    assert copy.cells[1].metadata == {"tags": ["parameters"]}
    assert copy.metadata == {"kernelspec": {"name": "python3", "display_name": "Python"}}


@pytest.mark.parametrize("place", ["workspace", "somewhere/else"])
def test_links_lead_to_the_same_files_from_a_copy(write_lesson, tmp_path: Path, place: str):
    lesson, _ = write_lesson("01_first", ""), write_lesson("02_second", "")
    (tmp_path / "README.md").touch()
    (lesson.parent / "picture.png").touch()
    words = "[a](02_second.ipynb#part), [b](../README.md#set-up), ![c](picture.png), [d](https://e.org/a.md), [e](gone.md)"
    notebook = read(lesson)
    notebook.cells[0].source = f"# {words}"
    nbformat.write(notebook, lesson)
    fill_workspace(tmp_path / place, [lesson])
    up = "/".join([".."] * len(Path(place).parts))
    assert read(tmp_path / place / lesson.name).cells[0].source == "# " + words.replace(
        "(../README", f"({up}/README"
    ).replace("(picture", f"({up}/notebooks/picture")


def test_a_slip_in_the_marks_names_lesson_and_cell(write_lesson, workspace: Path):
    lesson = write_lesson("01_first", "### BEGIN SOLUTION\nx = 1")
    with pytest.raises(CourseError, match=r"01_first\.ipynb, cell cell-3: .* in pairs"):
        student_copy(lesson, workspace)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ('{"cells": [', "01_first.ipynb cannot be read as a notebook"),
        ('{"cells": [\n<<<<<<< HEAD\n{},\n=======\n>>>>>>> theirs\n]}', "01_first.ipynb holds git's conflict marks"),
    ],
)
def test_a_damaged_lesson_is_named_and_the_others_are_handed_out(write_lesson, workspace: Path, content, words):
    damaged, good = write_lesson("01_first"), write_lesson("02_second")
    damaged.write_text(content)
    first, second = fill_workspace(workspace, [damaged, good])
    assert (first.status, second.status) == (DAMAGED, NEW)
    assert words in first.trouble
    assert files_in(workspace) == ["02_second.ipynb"]
    assert hand_out_notes([first], workspace) == [f"Not handed out: {first.trouble}"]


def test_a_copy_stays_as_it_is_while_its_lesson_is_damaged(lesson: Path, workspace: Path):
    fill_workspace(workspace, [lesson])
    before = (workspace / lesson.name).read_bytes()
    lesson.write_text("<<<<<<< HEAD")
    fill_workspace(workspace, [lesson])
    assert (workspace / lesson.name).read_bytes() == before


# ---- filling the workspace again


def test_every_written_lesson_is_handed_out(workspace: Path):
    outcomes = fill_workspace(workspace)
    assert files_in(workspace) == [lesson.path.name for lesson in written_lessons()]
    assert {outcome.status for outcome in outcomes} == {NEW}


def test_a_copy_of_the_same_version_is_left_alone(lesson: Path, workspace: Path):
    assert status(lesson, workspace) == NEW
    copy = workspace / lesson.name
    run_in_jupyterlab(copy)
    before = copy.read_bytes()
    assert status(lesson, workspace) == KEPT
    edit(copy, "answer = ...", "answer = 41")
    assert status(lesson, workspace) == KEPT
    assert copy.read_bytes() == before.replace(b"answer = ...", b"answer = 41")
    assert files_in(workspace) == ["01_first.ipynb"]


def test_a_new_version_takes_the_place_of_a_copy_that_was_at_most_run(lesson: Path, workspace: Path):
    status(lesson, workspace)
    run_in_jupyterlab(workspace / lesson.name)
    edit(lesson, "x = 1", "x = 2")
    assert status(lesson, workspace) == UPDATED
    copy = read(workspace / lesson.name)
    assert [cell.source for cell in copy.cells] == [source(cell) for cell in student_copy(lesson, workspace)["cells"]]
    # what did not change keeps its outputs, and what did has none that are no longer its own
    assert [bool(cell.outputs) for cell in copy.cells if cell.cell_type == "code"] == [True, False, True, True]
    assert status(lesson, workspace) == KEPT


def test_a_copy_that_was_never_opened_becomes_exactly_the_new_version(lesson: Path, workspace: Path):
    status(lesson, workspace)
    edit(lesson, "x = 1", "x = 2")
    edit(lesson, "## Part 2", "## The second part")
    assert status(lesson, workspace) == UPDATED
    assert json.loads((workspace / lesson.name).read_text(encoding="utf-8")) == student_copy(lesson, workspace)


def test_a_new_version_comes_to_a_copy_with_answers(lesson: Path, workspace: Path):
    status(lesson, workspace)
    copy = workspace / lesson.name
    edit(copy, "answer = ...", "answer = 41")
    edit(copy, "SEED = 0", "SEED = 7")
    edit(lesson, "x = 1", "x = 2")
    edit(lesson, "SEED = 0", "SEED = 0  # where random numbers start")
    edit(lesson, "## Part 2", "## The second part")
    assert status(lesson, workspace) == MERGED
    for text in ("answer = 41", "SEED = 7", "x = 2", "## The second part"):
        assert text in sources(copy)
    before = copy.read_bytes()
    assert status(lesson, workspace) == KEPT
    assert copy.read_bytes() == before
    assert files_in(workspace) == ["01_first.ipynb"]


def change_on_both_sides(lesson: Path, workspace: Path) -> None:
    """The student and the course change the same cell, and the course another one."""
    edit(workspace / lesson.name, "x = 1", "x = 100")
    edit(lesson, "x = 1", "x = 2")
    edit(lesson, "## Part 2", "## The second part")


def test_where_both_have_changed_a_cell_the_students_stays_and_the_new_version_lies_beside(lesson: Path, workspace: Path):
    status(lesson, workspace)
    copy = workspace / lesson.name
    change_on_both_sides(lesson, workspace)
    assert fill_workspace(workspace, [lesson])[0].path == workspace / "01_first.new.ipynb"
    assert "x = 100" in sources(copy) and "## The second part" in sources(copy)
    assert json.loads((workspace / "01_first.new.ipynb").read_text(encoding="utf-8")) == student_copy(lesson, workspace)
    before = copy.read_bytes()
    assert status(lesson, workspace) == KEPT
    assert copy.read_bytes() == before
    assert files_in(workspace) == ["01_first.ipynb", "01_first.new.ipynb"]


def test_a_still_newer_version_replaces_the_new_one_unless_that_was_changed(lesson: Path, workspace: Path):
    status(lesson, workspace)
    change_on_both_sides(lesson, workspace)
    assert status(lesson, workspace) == BESIDE
    edit(lesson, "x = 2", "x = 3")
    assert status(lesson, workspace) == BESIDE
    assert "x = 3" in sources(workspace / "01_first.new.ipynb")
    edit(workspace / "01_first.new.ipynb", "answer = ...", "answer = 43")
    assert status(lesson, workspace) == KEPT
    edit(lesson, "x = 3", "x = 4")
    assert fill_workspace(workspace, [lesson])[0].path.name == "01_first.new-2.ipynb"
    assert status(lesson, workspace) == KEPT
    assert "answer = 43" in sources(workspace / "01_first.new.ipynb")
    assert "x = 4" in sources(workspace / "01_first.new-2.ipynb")
    assert "x = 100" in sources(workspace / lesson.name)


def test_a_new_version_that_the_student_deleted_or_took_does_not_come_back(lesson: Path, workspace: Path):
    status(lesson, workspace)
    change_on_both_sides(lesson, workspace)
    assert status(lesson, workspace) == BESIDE
    (workspace / "01_first.new.ipynb").unlink()
    assert status(lesson, workspace) == KEPT
    edit(lesson, "x = 2", "x = 3")
    assert status(lesson, workspace) == BESIDE
    (workspace / "01_first.new.ipynb").replace(workspace / lesson.name)
    assert status(lesson, workspace) == KEPT
    edit(lesson, "x = 3", "x = 4")
    assert status(lesson, workspace) == UPDATED


@pytest.mark.parametrize("files", range(4))
def test_an_update_that_was_cut_short_is_done_by_the_next_call(lesson: Path, workspace: Path, monkeypatch, files):
    """Between any two of the files that it writes: what lies beside, the copy, and the record of each."""
    status(lesson, workspace)
    change_on_both_sides(lesson, workspace)
    write_text, to_come = workspace_module.write_text, list(range(files))

    def write_some(path: Path, text: str, elsewhere: str) -> None:
        if not to_come:
            raise KeyboardInterrupt
        to_come.pop()
        write_text(path, text, elsewhere)

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(workspace_module, "write_text", write_some)
        fill_workspace(workspace, [lesson])
    fill_workspace(workspace, [lesson])
    assert status(lesson, workspace) == KEPT
    assert "x = 100" in sources(workspace / lesson.name) and "## The second part" in sources(workspace / lesson.name)
    assert "x = 2" in sources(workspace / "01_first.new.ipynb")
    assert files_in(workspace) == ["01_first.ipynb", "01_first.new.ipynb"]


def test_a_deleted_copy_is_handed_out_anew(lesson: Path, workspace: Path):
    status(lesson, workspace)
    (workspace / lesson.name).unlink()
    assert status(lesson, workspace) == NEW


@pytest.mark.parametrize("damage", [None, "", "[]", '{"cells": [1]}', "\0"])
def test_without_a_record_copies_are_the_students_unless_they_equal_the_lesson(lesson: Path, workspace: Path, damage):
    def lose_the_record() -> None:
        if damage is None:
            shutil.rmtree(workspace / RECORD)
        else:
            (workspace / RECORD / lesson.name).write_text(damage)

    status(lesson, workspace)
    lose_the_record()
    assert status(lesson, workspace) == KEPT
    edit(lesson, "x = 1", "x = 2")
    assert status(lesson, workspace) == UPDATED
    lose_the_record()
    edit(lesson, "x = 2", "x = 3")
    assert status(lesson, workspace) == BESIDE
    assert "x = 2" in sources(workspace / lesson.name)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"cells": [1]}'])
def test_a_copy_that_is_damaged_is_not_overwritten(lesson: Path, workspace: Path, content: str):
    status(lesson, workspace)
    (workspace / lesson.name).write_text(content)
    assert status(lesson, workspace) == KEPT
    edit(lesson, "x = 1", "x = 2")
    assert status(lesson, workspace) == BESIDE
    assert (workspace / lesson.name).read_text() == content


def test_other_files_are_left_alone(lesson: Path, workspace: Path):
    workspace.mkdir()
    (workspace / "notes.txt").write_text("mine")
    (workspace / "01_first.new.ipynb").write_text("mine too")
    status(lesson, workspace)
    change_on_both_sides(lesson, workspace)
    assert fill_workspace(workspace, [lesson])[0].path.name == "01_first.new-2.ipynb"
    assert (workspace / "notes.txt").read_text() == "mine"
    assert (workspace / "01_first.new.ipynb").read_text() == "mine too"


def test_two_at_once_give_one_copy(lesson: Path, workspace: Path):
    """Four processes: exactly one hands the copy out, and all come to an end."""
    code = (
        "import sys, pathlib; from course_utils.student.workspace import fill_workspace\n"
        "print(fill_workspace(pathlib.Path(sys.argv[1]), [pathlib.Path(sys.argv[2])])[0].status)"
    )
    command = [sys.executable, "-c", code, str(workspace), str(lesson)]
    processes = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    assert sorted(process.communicate(timeout=60)[0].strip() for process in processes) == [KEPT, KEPT, KEPT, NEW]
    assert files_in(workspace) == ["01_first.ipynb"]


def test_a_second_call_waits_for_the_first(lesson: Path, workspace: Path, monkeypatch):
    """While a copy is written, the lock is held."""
    held = []
    write_text = workspace_module.write_text

    def write_and_look(path, text, elsewhere):
        lock = FileLock(workspace / ".copies.lock", timeout=0)
        try:
            lock.acquire()
        except Timeout:
            held.append(path.name)
        write_text(path, text, elsewhere)

    monkeypatch.setattr(workspace_module, "write_text", write_and_look)
    fill_workspace(workspace, [lesson])
    assert held == [lesson.name, lesson.name]


def test_a_workspace_that_cannot_be_is_one_sentence(lesson: Path, tmp_path: Path):
    (tmp_path / "file").touch()
    for place in ("file", "file/workspace"):
        with pytest.raises(CourseError, match="set COURSE_WORKSPACE to another folder"):
            fill_workspace(tmp_path / place, [lesson])


def test_the_lessons_own_folder_is_no_workspace(lesson: Path, monkeypatch):
    monkeypatch.setattr(workspace_module, "NOTEBOOKS", lesson.parent)
    with pytest.raises(CourseError, match="holds the lessons themselves"):
        fill_workspace(lesson.parent, [lesson])


@pytest.fixture
def full_disk(monkeypatch):
    def refuse(*_args: object, **_kwargs: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def fill() -> None:
        monkeypatch.setattr(files, "replace_text", refuse)
        monkeypatch.setattr(shutil, "copyfile", refuse)

    return fill


def test_a_full_disk_is_one_sentence_and_harms_nothing(lesson: Path, workspace: Path, full_disk):
    status(lesson, workspace)
    copy = workspace / lesson.name
    before = copy.read_bytes()
    edit(lesson, "x = 1", "x = 2")
    full_disk()
    full = r"^The disk is full: .*01_first.* could not be written; free some space on /.* or set COURSE_WORKSPACE to another"
    with pytest.raises(CourseError, match=full):
        fill_workspace(workspace, [lesson])
    with pytest.raises(CourseError, match=full):
        reset_copy(lesson, workspace)
    assert copy.read_bytes() == before
    assert files_in(workspace) == ["01_first.ipynb"]


# ---- reset


def test_reset_gives_a_fresh_copy_and_keeps_the_students_own(lesson: Path, workspace: Path):
    status(lesson, workspace)
    copy = workspace / lesson.name
    for number, name in enumerate(["01_first.backup.ipynb", "01_first.backup-2.ipynb"]):
        edit(copy, "answer = ...", f"answer = {number}")
        before = copy.read_bytes()
        backup = reset_copy(lesson, workspace)
        assert backup == workspace / name
        assert backup.read_bytes() == before
        assert json.loads(copy.read_text(encoding="utf-8")) == student_copy(lesson, workspace)
    assert "answer = 0" in sources(workspace / "01_first.backup.ipynb")
    edit(lesson, "x = 1", "x = 2")
    assert status(lesson, workspace) == UPDATED


def test_reset_takes_the_newest_version_and_mends_a_damaged_copy(lesson: Path, workspace: Path):
    status(lesson, workspace)
    (workspace / lesson.name).write_bytes(b"\xff")
    edit(lesson, "x = 1", "x = 2")
    assert reset_copy(lesson, workspace).read_bytes() == b"\xff"
    assert "x = 2" in sources(workspace / lesson.name)
    edit(lesson, "x = 2", "x = 3")
    assert status(lesson, workspace) == UPDATED


def test_reset_of_a_lesson_that_was_not_handed_out_is_refused(lesson: Path, workspace: Path):
    with pytest.raises(CourseError, match=r"01_first is not in .* yet; `course lab` puts it there"):
        reset_copy(lesson, workspace)

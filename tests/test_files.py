import errno
import fcntl
import itertools
import json
import os
from pathlib import Path

import pytest

from course_utils import files
from course_utils.datasets import storage
from course_utils.errors import CourseError
from course_utils.exercises import progress
from course_utils.files import (
    NotebookError,
    disk_errors,
    locked,
    read_notebook,
    read_outputs,
    write_json,
    write_text,
    write_texts,
    written_beside,
)
from course_utils.student import workspace


def test_json_is_sorted_and_ends_with_a_newline(tmp_path):
    write_json(tmp_path / "new" / "a.json", {"b": "é", "a": [1]})
    assert (tmp_path / "new" / "a.json").read_text(encoding="utf-8") == '{\n "a": [\n  1\n ],\n "b": "é"\n}\n'


def test_write_that_fails_leaves_what_was_there(tmp_path):
    (tmp_path / "folder").mkdir()
    with pytest.raises(CourseError, match="cannot be written"):
        write_text(tmp_path / "folder", "text")
    (tmp_path / "file").write_text("mine")
    with pytest.raises(CourseError, match="needs a folder where a file is; move that or choose another folder"):
        write_text(tmp_path / "file" / "page.html", "text")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "folder"]
    assert (tmp_path / "file").read_text() == "mine"


def test_what_is_written_beside_takes_its_place_only_when_it_is_whole(tmp_path):
    path = tmp_path / "new" / "file"
    with written_beside(path) as beside:
        beside.write_text("first")
        assert not path.exists()
    with pytest.raises(KeyboardInterrupt), written_beside(path) as beside:
        beside.write_text("half")
        raise KeyboardInterrupt
    assert [found.name for found in path.parent.iterdir()] == ["file"]
    assert path.read_text() == "first"


class TestSeveralFilesAtOnce:
    """All of them are written or, whatever comes between, none."""

    @pytest.fixture
    def before(self, tmp_path):
        """Two files, and a third that is not there yet; gives what lies in the folder."""
        (tmp_path / "one").write_bytes(b"first\r\nsecond")
        (tmp_path / "two").write_bytes(b"\xff")
        return self.found(tmp_path)

    def found(self, folder):
        return {path.name: path.read_bytes() for path in folder.iterdir()}

    def texts(self, folder):
        return {folder / name: f"new {name}" for name in ("one", "three", "two")}

    def test_all(self, tmp_path, before):
        write_texts(self.texts(tmp_path))
        assert self.found(tmp_path) == {"one": b"new one", "two": b"new two", "three": b"new three"}

    @pytest.mark.parametrize("method", ["write_text", "replace"])
    @pytest.mark.parametrize("after", range(3))
    @pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "No space left on device"), KeyboardInterrupt()], ids=repr)
    def test_none(self, tmp_path, before, monkeypatch, method, after, error):
        """The disk is full, or somebody ends the course, at the first, the second or the third of them."""
        real, calls = getattr(Path, method), itertools.count()

        def fail(path, *arguments, **options):
            if path.suffix == ".part" and ".before" not in path.name and next(calls) == after:
                raise error
            return real(path, *arguments, **options)

        monkeypatch.setattr(Path, method, fail)
        with pytest.raises(CourseError if isinstance(error, OSError) else KeyboardInterrupt):
            write_texts(self.texts(tmp_path))
        assert self.found(tmp_path) == before

    @pytest.mark.parametrize("name", ["one", "two", "three"])
    def test_a_folder_in_the_place_of_one(self, tmp_path, name):
        (tmp_path / name).mkdir()
        with pytest.raises(CourseError, match=f"{name} cannot be written"):
            write_texts(self.texts(tmp_path))
        assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (errno.ENOSPC, "The disk is full: {path} could not be written; free some space on {disk} or take another stick."),
        (errno.EDQUOT, "The disk is full: {path} could not be written; free some space on {disk} or take another stick."),
        (errno.EROFS, "{path} cannot be written (no permission); change that or take another stick."),
        (errno.EACCES, "{path} cannot be written (no permission); change that or take another stick."),
        (errno.EIO, "{path} cannot be written (Input/output error); check the disk or take another stick."),
        (errno.ENAMETOOLONG, "{path} cannot be written (File name too long); check the disk or take another stick."),
    ],
)
def test_what_is_wrong_with_a_disk_and_which_disk_it_is(tmp_path, monkeypatch, number, said):
    """The disk that is written to, though a link leads there from another."""
    disk, link = tmp_path / "stick", tmp_path / "link"
    disk.mkdir()
    link.symlink_to(disk)
    monkeypatch.setattr(os.path, "ismount", lambda place: place in (disk, Path("/")))
    path = link / "folder" / "file"
    with pytest.raises(CourseError) as raised, disk_errors(path, "take another stick"):
        raise OSError(number, os.strerror(number))
    assert str(raised.value) == said.format(path=path, disk=disk)


NOTEBOOK = {"cells": [{"cell_type": "code", "id": "a", "metadata": {}, "source": ["x = 1"]}], "metadata": {}}


class TestDamagedNotebooks:
    @pytest.mark.parametrize(
        "content",
        [
            b"",
            b"\0" * 4096,
            b"\x89PNG\r\n\x1a\n",
            b"<!DOCTYPE html><html></html>",
            json.dumps(NOTEBOOK).encode()[:-30],
            json.dumps(NOTEBOOK).encode("utf-16"),
            b"null",
            b'"cells"',
            b"[" * 100_000,
            b'{"cells": 1e999}',
            b'{"cells": %s}' % (b"9" * 5000),
            b'{"worksheets": []}',
        ],
        ids=lambda content: content[:20],
    )
    def test_what_is_no_notebook(self, tmp_path, content):
        path = tmp_path / "01_first.ipynb"
        path.write_bytes(content)
        for read in (read_notebook, read_outputs):
            with pytest.raises(
                NotebookError, match=r"01_first\.ipynb cannot be read as a notebook \(.+\); restore it from the"
            ):
                read(path)

    @pytest.mark.parametrize(
        "changed",
        [
            {"cells": None},
            {"cells": {"a": 1}},
            {"cells": [None]},
            {"metadata": []},
            {"nbformat_minor": "5"},
            *(
                {"cells": [NOTEBOOK["cells"][0] | change]}
                for change in (
                    {"source": 1},
                    {"source": [1]},
                    {"source": {"x": 1}},
                    {"cell_type": None},
                    {"id": 7},
                    {"id": ["a"]},
                    {"metadata": None},
                    {"metadata": {"tags": None}},
                    {"metadata": {"tags": [1]}},
                )
            ),
        ],
        ids=repr,
    )
    def test_what_is_of_another_kind(self, tmp_path, changed):
        path = tmp_path / "01_first.ipynb"
        path.write_text(json.dumps(NOTEBOOK | changed))
        with pytest.raises(NotebookError, match=r"01_first\.ipynb cannot be read as a notebook \(it holds something else\)"):
            read_notebook(path)

    @pytest.mark.parametrize(
        "changed",
        [
            {"nbformat": 5},
            {"nbformat": None},
            {"outputs": None},
            {"outputs": [1]},
            {"outputs": [{}]},
            {"outputs": [{"output_type": "stream", "name": "stdout"}]},
            {"outputs": [{"output_type": "display_data", "data": [], "metadata": {}}]},
            {"outputs": [{"output_type": "error", "ename": 1}]},
            {"execution_count": "one"},
        ],
        ids=repr,
    )
    def test_outputs_that_are_none(self, tmp_path, changed):
        path = tmp_path / "01_first.ipynb"
        code = NOTEBOOK["cells"][0] | {"outputs": [], "execution_count": None}
        whole = NOTEBOOK | {"nbformat": 4, "nbformat_minor": 5, "cells": [code]}
        path.write_text("\ufeff" + json.dumps(whole | {"later": 1}), encoding="utf-8")
        assert read_outputs(path).cells[0].source == "x = 1"
        path.write_text(json.dumps(whole | changed if "nbformat" in changed else whole | {"cells": [code | changed]}))
        with pytest.raises(NotebookError, match=r"01_first\.ipynb cannot be read as a notebook \(.+\); run it again\.$"):
            read_outputs(path, "run it again")

    def test_one_that_is_a_folder_or_not_there(self, tmp_path):
        with pytest.raises(NotebookError, match=r"01_first\.ipynb cannot be read as a notebook \(Is a directory\)"):
            (tmp_path / "01_first.ipynb").mkdir()
            read_notebook(tmp_path / "01_first.ipynb")
        with pytest.raises(NotebookError, match=r"There is no notebook .*02_second\.ipynb"):
            read_outputs(tmp_path / "02_second.ipynb")


class TestLocks:
    @pytest.fixture
    def hold(self, monkeypatch):
        """Hold a lock file as another process would; nobody waits longer than a moment for it."""
        for module in (storage, workspace, progress):
            monkeypatch.setattr(module, "SECONDS_TO_WAIT", 0.0)
        streams = []

        def hold(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            streams.append(path.open("w"))
            fcntl.flock(streams[-1], fcntl.LOCK_EX)
            return streams[-1]

        yield hold
        for stream in streams:
            stream.close()

    def test_what_is_waited_for_is_said_and_in_the_end_given_up(self, hold, tmp_path, capsys):
        hold(tmp_path / "file.bin.lock")
        with (
            pytest.raises(
                CourseError, match=r"still holds .*/file\.bin\.lock; end it, or delete .* set COURSE_CACHE to a folder"
            ),
            locked(tmp_path / "file.bin.lock", 0.0, "COURSE_CACHE"),
        ):
            pass
        assert "Another process is working on file.bin; waiting for it." in capsys.readouterr().out

    def test_a_lock_that_becomes_free_is_waited_for(self, hold, tmp_path, monkeypatch):
        monkeypatch.setattr(files, "SECONDS_BEFORE_SAYING", 0.0)
        holder = hold(tmp_path / "a.lock")
        # which lets go as soon as it hears of the waiting
        monkeypatch.setattr("builtins.print", lambda *_, **__: holder.close())
        with locked(tmp_path / "a.lock", 60.0, "COURSE_CACHE"):
            pass

    def test_every_lock_of_the_course_is_given_up(self, hold, tmp_path, monkeypatch, capsys):
        hold(tmp_path / "data.zip.lock")
        with pytest.raises(CourseError, match="set COURSE_CACHE"), storage.locked(tmp_path / "data.zip"):
            pass
        hold(tmp_path / ".copies.lock")
        with pytest.raises(CourseError, match="set COURSE_WORKSPACE"):
            workspace.fill_workspace(tmp_path, [])
        hold(tmp_path / ".progress.lock")
        monkeypatch.setenv("COURSE_WORKSPACE", str(tmp_path))
        monkeypatch.chdir(tmp_path)
        progress.record_attempt("01", "space", solved=True)
        assert (
            f"could not be kept: Another process, here or on a computer that shares this disk, still holds {tmp_path}"
            in (capsys.readouterr().out)
        )

    def test_a_disk_without_locks_is_one_sentence(self, tmp_path, monkeypatch):
        def refuse(*_):
            raise OSError(errno.ENOLCK, "No locks available")

        monkeypatch.setattr(fcntl, "flock", refuse)
        with (
            pytest.raises(CourseError, match=r"\(No locks available\).*COURSE_CACHE"),
            storage.locked(tmp_path / "data.zip"),
        ):
            pass
        with pytest.raises(CourseError, match=r"\(No locks available\).*COURSE_WORKSPACE"):
            workspace.fill_workspace(tmp_path, [])

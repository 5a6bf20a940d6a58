import errno
import fcntl

import pytest

from course_utils import files
from course_utils.datasets import storage
from course_utils.errors import CourseError
from course_utils.exercises import progress
from course_utils.files import locked, write_json, write_text, written_beside
from course_utils.student import workspace


def test_json_is_sorted_and_ends_with_a_newline(tmp_path):
    write_json(tmp_path / "new" / "a.json", {"b": "é", "a": [1]})
    assert (tmp_path / "new" / "a.json").read_text(encoding="utf-8") == '{\n "a": [\n  1\n ],\n "b": "é"\n}\n'


def test_write_that_fails_leaves_what_was_there(tmp_path):
    (tmp_path / "folder").mkdir()
    with pytest.raises(CourseError, match="cannot be written"):
        write_text(tmp_path / "folder", "text")
    (tmp_path / "file").write_text("mine")
    with pytest.raises(CourseError, match="cannot be written"):
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

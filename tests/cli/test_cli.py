import io
import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout

import pytest

from course_utils.cli import COMMANDS, main
from course_utils.exercises import progress
from course_utils.runner.execute import Failure, Run
from course_utils.runner.screen import PlainScreen, make_console, show_outcome


def course(*arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run([sys.executable, "-m", "course_utils", *arguments], capture_output=True, text=True)


def test_help_lists_every_command_with_a_whole_sentence():
    done = course("--help")
    assert done.returncode == 0
    lines = done.stdout.partition("Commands:\n")[2].splitlines()
    assert [line.split()[0] for line in lines] == list(COMMANDS)
    assert all(line.endswith(".") and not line.endswith("...") for line in lines)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["run", "99"], "There is no lesson called '99'"),
        (["run", "--profile", "lessn"], "'lessn' is not one of 'smoke', 'lesson', 'full'"),
        (["export", "99"], "There is no lesson called '99'"),
        (["export", "02", "--output", __file__], "is a file"),
        (["data", "get", "fashion"], "There is no dataset called 'fashion'"),
        (["new-exercise", "12", "Not a name"], "'Not a name' cannot name an exercise"),
        (["new-exercise", "99", "name"], "There is no lesson called '99'"),
        (["fly"], "No such command 'fly'"),
    ],
)
def test_bad_input_is_a_sentence_and_status_2(arguments, words):
    done = course(*arguments)
    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr


class TestLettersThatTheTerminalLacks:
    """PYTHONIOENCODING, LANG=C, an old console: no command ends with a UnicodeEncodeError."""

    @pytest.fixture(params=["cp1252", "ascii", "utf-8"])
    def course_says(self, request, monkeypatch):
        """Run `course` on such a terminal, and `then` if given; gives the exit status and what was written."""

        def run(*arguments, then=lambda: None):
            streams = [io.TextIOWrapper(io.BytesIO(), encoding=request.param) for _ in range(2)]
            monkeypatch.setattr(sys, "argv", ["course", *arguments])
            with redirect_stdout(streams[0]), redirect_stderr(streams[1]):
                with pytest.raises(SystemExit) as ended:
                    main()
                then()
                for stream in streams:
                    stream.flush()
            text = b"".join(stream.buffer.getvalue() for stream in streams).decode("utf-8", "replace")
            return ended.value.code or 0, text

        return run

    @pytest.mark.parametrize(
        ("arguments", "status", "words"),
        [
            (["progress"], 0, "solved"),
            (["data", "list"], 0, "fashion_mnist"),
            (["data", "where"], 0, "downloads"),
            (["run", "名前"], 2, "There is no lesson called"),
            (["data", "get", "caf\udce9"], 2, r"There is no dataset called 'caf"),
            (["lab"], 0, "new there: 00_start_here"),
        ],
    )
    def test_commands(self, course_says, own_cache, tmp_path, monkeypatch, arguments, status, words):
        monkeypatch.setenv("COURSE_WORKSPACE", str(tmp_path / "作業\udce9"))
        monkeypatch.setenv("COURSE_CACHE", str(tmp_path / "キャッシュ"))
        monkeypatch.setattr("course_utils.student.lab.open_lab", lambda *_: None)
        monkeypatch.setattr(progress, "solved_exercises", lambda lesson: {"space"})
        code, said = course_says(*arguments)
        assert code == status
        assert words in said

    def test_the_screen_of_a_run(self, course_says, tmp_path):
        failed = Run("01_first", "failed", "lesson", "real", 0, "", 1.0, Failure("猫 – ✗", 3, "Teil “1”", "x = '✓ → …'"))

        def show():
            with PlainScreen(make_console()) as screen:
                screen.note("→ ✓")
                screen.begin("01_first", 3)
                screen.end(failed)
            show_outcome(make_console(), [failed], tmp_path / "猫")

        assert "01_first: failed in cell 3" in course_says("--version", then=show)[1]

    def test_a_process_with_such_settings(self):
        settings = {"PYTHONIOENCODING": "cp1252", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
        command = [sys.executable, "-m", "course_utils", "progress"]
        done = subprocess.run(command, env=os.environ | settings, capture_output=True)
        assert (done.returncode, done.stderr) == (0, b"")
        assert rb"\u25cb space" in done.stdout

import ast
import io
import os
import signal
import subprocess
import sys
import tempfile
import types
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import click
import pytest

import course_utils
from course_utils.cli import COMMANDS, main
from course_utils.errors import CourseError
from course_utils.exercises import progress
from course_utils.files import written_beside
from course_utils.runner import execute
from course_utils.runner.execute import Failure, Run
from course_utils.runner.screen import PlainScreen, make_console, show_outcome

PACKAGE = Path(course_utils.__file__).parent


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
        (["slides", "99"], "There is no lesson called '99'"),
        (["slides", "13", "--output", __file__], "is a file"),
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


@pytest.fixture
def ends(monkeypatch):
    """Run `course` in this process; gives its exit status."""

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["course", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        return ended.value.code

    return run


@pytest.fixture
def added(monkeypatch):
    """A command `course added` that does what a function does."""

    def add(function):
        monkeypatch.setitem(COMMANDS, "added", "course_utils.cli.added:command")
        module = types.SimpleNamespace(command=click.Command("added", callback=function))
        monkeypatch.setitem(sys.modules, "course_utils.cli.added", module)

    return add


HOSTILE = "a\x1b]0;mine\x07\x1b[2J\r\n\u202eb\udce9"
SHOWN = r"a\x1b]0;mine\x07\x1b[2J\r\n\u202eb\xe9"


class TestForeignText:
    """What comes from outside is shown, whichever way it gets to the terminal."""

    @pytest.mark.parametrize(
        "arguments",
        [
            (HOSTILE,),
            (f"--{HOSTILE}",),
            ("run", HOSTILE),
            ("run", "--profile", HOSTILE),
            ("run", "--seed", HOSTILE),
            ("report", HOSTILE),
            ("export", "--output", HOSTILE),
            ("new-exercise", "12", HOSTILE),
            ("data", "get", HOSTILE),
            ("data", "mirror", HOSTILE, HOSTILE),
        ],
        ids=lambda arguments: " ".join(arguments).replace(HOSTILE, "…"),
    )
    def test_arguments(self, ends, capsys, tmp_path, monkeypatch, arguments):
        monkeypatch.chdir(tmp_path)
        (tmp_path / HOSTILE).touch()  # which `--output` must not be
        assert ends(*arguments) == 2
        said = capsys.readouterr()
        assert r"\x1b" in said.out + said.err
        assert not set(said.out + said.err) & {"\x1b", "\x07", "\r", "\u202e"}

    def test_folders(self, ends, capsys, own_cache, tmp_path, monkeypatch):
        monkeypatch.delenv("COURSE_MIRROR", raising=False)
        for variable in ("COURSE_CACHE", "COURSE_BUILD", "COURSE_WORKSPACE"):
            monkeypatch.setenv(variable, str(tmp_path / HOSTILE))
        monkeypatch.setattr("course_utils.student.lab.open_lab", lambda *_: None)
        monkeypatch.setattr("course_utils.student.workspace.written_lessons", tuple)
        assert ends("data", "where") == 0
        assert f"Cache:      {tmp_path}/{SHOWN}\n" in capsys.readouterr().out
        assert ends("report") == 2
        assert f"There are no results in {tmp_path}/{SHOWN}/results yet" in capsys.readouterr().err
        assert ends("reset", "00") == 2
        assert f"is not in {tmp_path}/{SHOWN} yet" in capsys.readouterr().err

    def test_the_screen_of_a_run(self, capsys, tmp_path, make_result):
        failed = Run(HOSTILE, "failed", "lesson", "real", 0, "", 1.0, Failure(HOSTILE, 3, HOSTILE, f"x = '{HOSTILE}'\n\ty"))
        strange = make_result(
            data=HOSTILE, headline=make_result()["headline"] | {"name": f"[bold]{HOSTILE}", "unit": HOSTILE}
        )
        fine = Run("[bold]fine[/bold]", "ok", "lesson", "real", 0, "", 1.0, None, strange)
        with PlainScreen(make_console()) as screen:
            for run in (failed, fine):
                screen.begin(run.lesson, 3)
                screen.end(run.lesson, run)
        show_outcome(make_console(), [failed, fine], tmp_path / HOSTILE)
        said = capsys.readouterr().out
        assert f"{SHOWN}: begins, 3 cells" in said and "[bold]fine[/bold]: ok" in said
        # the lines of sources and of errors stay lines
        assert said.endswith(f"{tmp_path}/{SHOWN}\n") and "\n            y" in said
        assert not set(said) & {"\x1b", "\x07", "\r", "\u202e"}

    def test_no_command_prints_past_the_one_function(self):
        """Words of our own may be printed as they are, since they hold nothing from outside."""
        for path in (PACKAGE / "cli").glob("*.py"):
            for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(function, ast.FunctionDef) and function.name != "say":
                    for call in ast.walk(function):
                        if isinstance(call, ast.Call) and ast.unparse(call.func) in ("click.echo", "print"):
                            assert isinstance(call.args[0], ast.Constant), ast.unparse(call)


def full():
    return Path("/dev/full").open("w")


def nobody_reads():
    reader, writer = os.pipe()
    os.close(reader)
    return os.fdopen(writer, "w")


class TestWhereOutputGoes:
    """Full, closed by who reads, or by whoever called: no stack of calls, and nothing when the interpreter ends."""

    @pytest.mark.parametrize(
        ("stream", "status", "said"),
        [
            pytest.param(
                full,
                2,
                "course: The output cannot be written (No space left on device); let it go somewhere else.\n",
                marks=pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full"),
            ),
            (nobody_reads, 1, ""),
            (lambda: None, 0, ""),
        ],
        ids=["full", "nobody reads", "closed"],
    )
    @pytest.mark.parametrize(
        "arguments", [("progress",), ("data", "list"), ("data", "where"), ("--help",), ("added",)], ids=" ".join
    )
    def test_standard_output(self, ends, added, own_cache, capsys, monkeypatch, stream, status, said, arguments):
        added(lambda: print("what is written when the command ends"))
        monkeypatch.setattr(sys, "stdout", stream())
        assert ends(*arguments) == status
        sys.stdout.flush()  # as the interpreter does at its end
        assert capsys.readouterr().err == said

    def test_a_file_that_no_command_has_a_sentence_for(self, ends, added, capsys, tmp_path):
        added((tmp_path / HOSTILE).read_bytes)
        assert ends("added") == 2
        said = capsys.readouterr().err
        assert said.startswith(f"course: {tmp_path}/{SHOWN} cannot be used (No such file or directory); check its")

    def test_standard_error(self, ends, monkeypatch):
        for stream in (lambda: None, nobody_reads):
            for arguments in (("run", "99"), ("fly",)):
                monkeypatch.setattr(sys, "stderr", stream())
                assert ends(*arguments) == 2

    def test_a_process_whose_output_is_full(self):
        done = subprocess.run(
            f"{sys.executable} -m course_utils progress > /dev/full", shell=True, capture_output=True, text=True
        )
        assert (done.returncode, done.stderr) == (
            2,
            "course: The output cannot be written (No space left on device); let it go somewhere else.\n",
        )


class TestEndings:
    """Ctrl-C, `kill`, a terminal that is closed: a command tidies up, whatever follows."""

    endings = pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])

    @pytest.fixture(autouse=True)
    def _heeded(self) -> Iterator[None]:
        """Who runs the tests in the background has some of them ignored."""
        handlers = {signal.SIGINT: signal.default_int_handler, signal.SIGTERM: signal.SIG_DFL, signal.SIGHUP: signal.SIG_DFL}
        before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
        yield
        for number, handler in before.items():
            signal.signal(number, handler)

    @endings
    def test_nothing_half_written_is_left(self, ends, added, tmp_path, name):
        number = getattr(signal, name)
        before = signal.getsignal(number)

        def write():
            with written_beside(tmp_path / "file") as part:
                part.write_text("half")
                signal.raise_signal(number)

        added(write)
        assert ends("added") == 130
        assert list(tmp_path.iterdir()) == []
        assert signal.getsignal(number) == before

    @endings
    def test_a_run_leaves_no_temporary_folder(self, ends, tmp_path, monkeypatch, name):
        monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
        monkeypatch.setattr(execute, "_run_all", lambda *_: signal.raise_signal(getattr(signal, name)))
        assert ends("run", "00") == 130
        assert list(tmp_path.iterdir()) == []

    def test_those_that_follow_the_first_do_not_disturb_it(self, ends, added):
        tidied = []

        def work():
            try:
                signal.raise_signal(signal.SIGHUP)
            finally:
                for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
                    signal.raise_signal(number)
                tidied.append("all")

        added(work)
        assert (ends("added"), tidied) == (130, ["all"])

    def test_what_was_to_be_ignored_is(self, ends, added):
        before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
        try:
            added(lambda: signal.raise_signal(signal.SIGHUP))
            assert ends("added") == 0
            assert signal.getsignal(signal.SIGHUP) == signal.SIG_IGN
        finally:
            signal.signal(signal.SIGHUP, before)


def test_what_cannot_be_published_is_said_before_hours_go_into_it(ends, capsys, monkeypatch):
    def refuse(*_):
        raise CourseError("no")

    monkeypatch.setattr("course_utils.publishing.publish.check_published", refuse)
    monkeypatch.setattr("course_utils.cli.authoring.run_all", lambda *_, **__: pytest.fail("it was run"))
    assert ends("publish", "00", "--full") == 2
    assert capsys.readouterr().err == "course: no\n"


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
                screen.end("01_first", failed)
            show_outcome(make_console(), [failed], tmp_path / "猫")

        assert "01_first: failed in cell 3" in course_says("--version", then=show)[1]

    def test_a_process_with_such_settings(self):
        settings = {"PYTHONIOENCODING": "cp1252", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
        command = [sys.executable, "-m", "course_utils", "progress"]
        done = subprocess.run(command, env=os.environ | settings, capture_output=True)
        assert (done.returncode, done.stderr) == (0, b"")
        assert rb"\u25cb space" in done.stdout

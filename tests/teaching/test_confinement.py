"""What a confined process can do, and what it cannot; where its limits end it."""

import json
import socket
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from course_utils.errors import CourseError
from course_utils.teaching import confinement
from course_utils.teaching.confinement import Ending, Limits, can_confine, run_confined

needs_landlock = pytest.mark.skipif(not can_confine(), reason="this system has no Landlock (Linux 6.2 or later)")
ATTEMPTS = """
    import json, os, socket, sys
    from pathlib import Path

    folder, port = Path(sys.argv[1]), int(sys.argv[2])
    own, other = folder / "own", folder / "other"

    def of(attempt):
        try:
            return repr(attempt())
        except OSError as error:
            return type(error).__name__

    attempts = {
        "read own": lambda: (own / "text").read_text(),
        "read another's": lambda: (other / "text").read_text(),
        "list another's": lambda: os.listdir(other),
        "write own": lambda: (own / "text").write_text("changed"),
        "write another's": lambda: (other / "text").write_text("changed"),
        "empty another's": lambda: os.truncate(other / "text", 0),
        "delete another's": lambda: os.remove(other / "text"),
        "make a file": lambda: (other / "new").write_text(""),
        "link": lambda: os.symlink(other / "text", Path.home() / "link"),
        "write at home": lambda: (Path.home() / "text").write_text("x"),
        "read at home": lambda: (Path.home() / "text").read_text(),
        "connect": lambda: socket.create_connection(("127.0.0.1", port)),
        "signal": lambda: os.kill(os.getppid(), 0),
        "see the environment": lambda: Path(f"/proc/{os.getppid()}/environ").read_bytes(),
        "see a secret": lambda: os.environ.get("SECRET"),
    }
    print(json.dumps({name: of(attempt) for name, attempt in attempts.items()}))
"""


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., Ending]:
    def run(code: str, *arguments: str, seconds: float = 60, memory_gb: float = 1, stdout: Path | None = None) -> Ending:
        with (stdout or tmp_path / "printed").open("wb") as printed:
            return run_confined(
                [sys.executable, "-c", textwrap.dedent(code), *arguments],
                readable=[tmp_path / "own"],
                private=tmp_path,
                limits=Limits(seconds, memory_gb),
                stdout=printed,
            )

    return run


@pytest.fixture
def tried(tmp_path: Path, run: Callable[..., Ending], monkeypatch: pytest.MonkeyPatch) -> Callable[[], dict[str, str]]:
    """What became of each attempt."""

    def tried() -> dict[str, str]:
        for name in ("own", "other"):
            (tmp_path / name).mkdir()
            (tmp_path / name / "text").write_text(name)
        monkeypatch.setenv("SECRET", "sesame")
        with socket.create_server(("127.0.0.1", 0)) as server:
            port = str(server.getsockname()[1])
            assert run(ATTEMPTS, str(tmp_path), port) is Ending.BY_ITSELF
        return json.loads((tmp_path / "printed").read_text())

    return tried


@needs_landlock
def test_it_reaches_nothing_but_its_own(tried: Callable[[], dict[str, str]], tmp_path: Path):
    found = tried()
    assert found.pop("read own") == "'own'"
    assert found.pop("write at home") == "1" and found.pop("read at home") == "'x'"
    assert found.pop("see a secret") == "None"
    network = confinement._version() >= confinement._NETWORK_SINCE
    scopes = confinement._version() >= confinement._SCOPES_SINCE
    for name, since in {"connect": network, "signal": scopes}.items():
        outcome = found.pop(name)
        assert outcome == "PermissionError" or not since
    assert set(found.values()) == {"PermissionError"}, found
    assert (tmp_path / "other" / "text").read_text() == "other" and (tmp_path / "own" / "text").read_text() == "own"


def test_where_the_system_cannot_confine_it_runs_all_the_same(
    tried: Callable[[], dict[str, str]], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(confinement, "_version", lambda: 2)
    found = tried()
    assert found["read own"] == "'own'" and found["read another's"] == "'other'"
    assert found["see a secret"] == "None"


WAITS = """
    import os, sys, threading
    if not os.fork():
        os.setsid()  # out of reach of whoever ends groups of processes
        waiting = [sys.executable, "-c", "import threading; threading.Event().wait()"]
        os.execve(sys.executable, waiting, os.environ | {"COURSE_TEST": sys.argv[1]})
"""


@pytest.mark.parametrize(
    ("then", "seconds", "ending"), [("threading.Event().wait()", 1, Ending.TOO_LONG), ("pass", 60, Ending.BY_ITSELF)]
)
def test_it_ends_with_its_time_and_leaves_no_process_behind(run, tmp_path, processes_here, then, seconds, ending):
    mark = str(tmp_path / "mark")
    assert run(f"{WAITS}\n    {then}", mark, seconds=seconds) is ending
    assert processes_here(mark) == []


def test_it_ends_with_its_memory(run):
    assert run("held = b'x' * 300_000_000\nimport threading; threading.Event().wait()", memory_gb=0.2) is Ending.TOO_LARGE


def test_what_must_stay_private_cannot_lie_in_pythons_folder():
    with pytest.raises(CourseError, match="lies in Python's own folder"):
        run_confined(["true"], readable=[], private=Path(sys.prefix) / "class", limits=Limits(1, 1))

import io
import re

import pytest
from rich.console import Console

from course_utils.runner.execute import Failure, Run
from course_utils.runner.screen import LiveScreen, PlainScreen, make_screen, show_outcome


def make_run(status="ok", **changes):
    return Run("01_first", status, "lesson", "auto", 0, "2026-01-01T00:00:00+00:00", 75.0, **changes)


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_live_screen_shows_a_line_per_lesson(monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    console = Console(file=Terminal(), width=100)
    with make_screen(console) as screen:
        assert isinstance(screen, LiveScreen)
        screen.begin("01_first", 30)
        screen.cell("01_first", 12)
        screen.progress.refresh()
        assert "12/30" in plain(console)
        screen.end("01_first", make_run("ok"))
    last = plain(console).rsplit("01_first", 1)[1]
    assert "30/30" in last
    assert "ok" in last


def plain(console):
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", console.file.getvalue())


def test_plain_screen_speaks_now_and_then(monkeypatch):
    clock = {"now": 0.0}
    monkeypatch.setattr("time.monotonic", lambda: clock["now"])
    monkeypatch.setenv("FORCE_COLOR", "1")
    console = Console(file=io.StringIO(), width=100)
    with make_screen(console) as screen:
        assert isinstance(screen, PlainScreen)
        screen.begin("01_first", 30)
        for clock["now"] in (5.0, 14.0, 41.0, 42.0):
            screen.cell("01_first", 12)
        screen.end("01_first", make_run("ok"))
    assert plain(console) == "01_first: begins, 30 cells\n01_first: 12 of 30 cells, 41 s\n01_first: ok, 75 s\n"


@pytest.mark.parametrize("cell", [None, 12])
def test_outcome_names_what_failed(tmp_path, make_result, cell):
    console = Console(file=io.StringIO(), width=120)
    failure = Failure("ValueError: [red]no", cell, "Training", "[1, 2]\nfit()")
    show_outcome(console, [make_run(result=make_result()), make_run("failed", failure=failure)], tmp_path)
    said = console.file.getvalue()
    assert "700 MB" in said
    assert "accuracy: 92.61 ± 0.14 % (3 seeds)" in said
    assert str(tmp_path) in said
    place = (
        " in cell 12, under “Training”:\n    [1, 2]\n    fit()\nValueError: [red]no\n" if cell else ". ValueError: [red]no\n"
    )
    assert f"\n01_first: failed{place}" in said

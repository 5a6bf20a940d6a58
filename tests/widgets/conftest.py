import time
from collections.abc import Callable

import pytest

from course_utils import plots, widgets
from course_utils.widgets import Playground

TRIES = 20


class Handle:
    """A control as the page holds it: it knows texts and settings, and nothing of the values behind them."""

    def __init__(self, live: Playground, name: str) -> None:
        self._live, self._name = live, name

    @property
    def texts(self) -> list[str]:
        """What a slider or a choice can be set to."""
        return self._live.controls[self._name]["texts"]

    @property
    def setting(self) -> int | str | bool:
        return self._live.settings[self._name]

    @property
    def text(self) -> str:
        return self.texts[self.setting]

    def set(self, setting: int | str | bool) -> None:
        self._live.settings = {**self._live.settings, self._name: setting}

    def choose(self, text: str) -> None:
        self.set(self.texts.index(text))


class Shown:
    """What a playground has displayed: its still, its pictures since, and its controls by label."""

    def __init__(self) -> None:
        self.still: dict | None = None
        self.updates: list[dict] = []
        self.controls: dict[str, Handle] = {}

    def display(self, what: object, **options: object) -> None:
        if isinstance(what, Playground):
            assert self.still is not None, "the live playground comes after the still"
            self.controls = {control["label"]: Handle(what, name) for name, control in what.controls.items()}
            what.observe(lambda change: self.updates.append(change["new"]), "picture")
        else:
            assert options["raw"]
            assert options["metadata"]["image/png"]["alt"] == what["text/plain"]
            self.still = what

    @property
    def says(self) -> str:
        return self.updates[-1]["alt"]


@pytest.fixture
def shown(monkeypatch):
    shown = Shown()
    monkeypatch.setattr(widgets, "display", shown.display)
    return shown


@pytest.fixture
def assert_answered_in_time() -> Callable[..., None]:
    return _assert_answered_in_time


def _assert_answered_in_time(move: Callable[[], object], share: float = 1.0) -> None:
    """Hold a move to a share of 0.1 s; on a machine that takes over 0.15 s for a plain picture, to two thirds of that.

    A redraw that is laid out anew takes longer than a plain picture with its layout, so it is noticed on any machine.
    What counts is the time that this thread spends computing: on a machine with nothing else to do, the time that the
    learner waits. NumPy's other threads run beside this one and not after it. On a busy machine other work slows this one
    down, now more, now less: move and plain picture take turns, and the best of each counts.
    """
    quickest = plain = float("inf")
    for _ in range(TRIES):
        plain = min(plain, _seconds(_draw_plain_picture))
        quickest = min(quickest, _seconds(move))
        limit = share * max(0.1, plain * 2 / 3)
        if quickest < limit:
            return
    pytest.fail(f"a move is answered in {quickest:.3f} s, and not within {limit:.3f} s")


def _seconds(act: Callable[[], object]) -> float:
    start = time.thread_time()
    act()
    return time.thread_time() - start


def _draw_plain_picture() -> None:
    """Three panels, laid out anew."""
    fig, axes = plots.figure(1, 3, width=9, height=4)
    for axis in axes.flat:
        axis.plot(range(10))
        axis.set(title="a title", xlabel="across", ylabel="up")
    plots.render(fig, "three lines that rise")

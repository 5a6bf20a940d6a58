import time
from collections.abc import Callable

import ipywidgets
import pytest

from course_utils import plots, widgets

TRIES = 20


class Shown:
    """What a playground has displayed: its still, its updates since, and its controls by description."""

    def __init__(self) -> None:
        self.still: dict | None = None
        self.updates: list[dict] = []
        self.controls: dict[str, ipywidgets.ValueWidget] = {}

    def display(self, what: object, **options: object):
        if isinstance(what, ipywidgets.VBox):
            assert self.still is not None, "the controls come after the picture"
            self.controls = {control.description: control for control in what.children}
            return None
        assert options["raw"] and options["display_id"]
        assert options["metadata"]["image/png"]["alt"] == what["text/plain"]
        self.still = what
        return self

    def update(self, data: dict, raw: bool, metadata: dict) -> None:
        self.updates.append(data)

    @property
    def says(self) -> str:
        return self.updates[-1]["text/plain"]


@pytest.fixture
def shown(monkeypatch):
    shown = Shown()
    monkeypatch.setattr(widgets, "display", shown.display)
    return shown


@pytest.fixture
def assert_answered_in_time() -> Callable[..., None]:
    return _assert_answered_in_time


def _assert_answered_in_time(move: Callable[[], object], share: float = 1.0) -> None:
    """Hold a move to a share of 0.1 s; of more on a machine that takes over 0.2 s for a plain picture.

    What counts is the time that this thread spends computing: on a machine with nothing else to do, the time that the
    learner waits. NumPy's other threads run beside this one and not after it. On a busy machine other work slows this one
    down, now more, now less: move and plain picture take turns, and the best of each counts.
    """
    quickest = plain = float("inf")
    for _ in range(TRIES):
        plain = min(plain, _seconds(_draw_plain_picture))
        quickest = min(quickest, _seconds(move))
        limit = share * max(0.1, plain / 2)
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

import time

import ipywidgets
import matplotlib
import pytest

matplotlib.use("agg")

from matplotlib import pyplot

from course_utils import plots, widgets


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


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    pyplot.close("all")


@pytest.fixture
def shown(monkeypatch):
    shown = Shown()
    monkeypatch.setattr(widgets, "display", shown.display)
    return shown


@pytest.fixture(scope="session")
def tenth_of_a_second() -> float:
    """0.1 s; more on a machine that takes over 0.2 s for a plain picture of three panels, laid out anew."""

    def plain_picture() -> float:
        start = time.thread_time()
        fig, axes = plots.figure(1, 3, width=9, height=4)
        for axis in axes.flat:
            axis.plot(range(10))
            axis.set(title="a title", xlabel="across", ylabel="up")
        plots.render(fig, "three lines that rise")
        return time.thread_time() - start

    return max(0.1, min(plain_picture() for _ in range(4)) / 2)

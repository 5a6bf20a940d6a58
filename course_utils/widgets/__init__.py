"""Playgrounds: a picture that answers to controls. One playground a module; what they share is here.

A playground leaves two outputs in its cell: the picture as it was drawn at first, an ordinary output, and the live one, an
anywidget. Only one of them is seen: the live one while a kernel stands behind it, else the still one, with a sentence on
what to run. So there is a picture after a reload, after a restart of the kernel and without one, and what is published or
exported is the picture alone.

A control's move is answered within 100 ms on two cores, picture, drawing and message together; tests hold each playground
to it. While one picture is being made, ipywidgets keeps only the last of the moves that follow, so that none pile up.
"""

import gc
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import anywidget
import traitlets
from IPython.display import display
from matplotlib.figure import Figure

from course_utils.errors import CourseError
from course_utils.plots import axes_places, render

ASLEEP = (
    "The controls of this playground answer while the notebook runs. To have them here, choose “Run › Run All Above "
    "Selected Cell”, then press Shift + Enter."
)
SILENT = (
    "No answer yet. If the kernel is busy, the picture follows. If it was shut down, choose “Run › Run All Above Selected "
    "Cell”, then press Shift + Enter."
)
# The live output is awake while it is on the page and its kernel answers. Then the still one is hidden, else the live one,
# and with it what JupyterLab says in the place of a widget that it does not find: "model not found". There the two are
# neighbours, and a copy of the notebook, with the same names, may be open beside it; in other front ends the names must do.
ONE_OF_TWO = """<style>
.jp-OutputArea-child:has(+ .jp-OutputArea-child .live-{id}:not(.asleep)) .still-{id},
.jp-OutputArea-child:has(.still-{id}) + .jp-OutputArea-child:not(:has(.live-{id}:not(.asleep))),
:root:not(:has(.jp-OutputArea)):has(.live-{id}:not(.asleep)) .still-{id} {{
  display: none;
}}
</style>"""


class Placed(NamedTuple):
    """A control at a setting.

    Attributes:
        page: what the page needs to know to show the control.
        setting: how it is set, as it travels to the page and back.
        value: what that means to the picture.
    """

    page: dict[str, Any]
    setting: Any
    value: Any


class Control(Protocol):
    """Something to move on the page."""

    def at(self, setting: Any, others: Mapping[str, Any]) -> Placed:
        """The control at a setting, at its first for None; `others` are the values of the controls above it."""


@dataclass(frozen=True)
class Slider:
    """A slider through values in their order; its setting is the place of a value.

    Attributes:
        label: its name on the page.
        values: what it goes through; or a function that gives this from the values of the controls above it.
        first: the value at first.
        text: how a value is written.
    """

    label: str
    values: Sequence[Any] | Callable[[Mapping[str, Any]], Sequence[Any]]
    first: Any
    text: Callable[[Any], str] = str

    def at(self, setting: int | None, others: Mapping[str, Any]) -> Placed:
        """See `Control`; a setting beyond the last value means the last."""
        values = self.values(others) if callable(self.values) else self.values
        place = values.index(self.first) if setting is None else min(setting, len(values) - 1)
        texts = [self.text(value) for value in values]
        return Placed({"kind": "slider", "label": self.label, "texts": texts}, place, values[place])


@dataclass(frozen=True)
class Choice:
    """One of a few, the first at first; its setting is the place of a value, or what was typed in place of one.

    Attributes:
        label: its name on the page.
        values: what there is to choose from, by how it is written.
        own: the name of a field to type something else into; without it there is none.
        example: what stands in that field at first.
    """

    label: str
    values: Mapping[str, Any]
    own: str = ""
    example: str = ""

    def at(self, setting: int | str | None, _others: Mapping[str, Any]) -> Placed:
        """See `Control`; the value of what was typed is the text itself."""
        page = {"kind": "choice", "label": self.label, "texts": [*self.values], "own": self.own, "example": self.example}
        setting = setting or 0
        return Placed(page, setting, setting if isinstance(setting, str) else [*self.values.values()][setting])


@dataclass(frozen=True)
class Switch:
    """On or off; its setting and its value are True or False."""

    label: str
    first: bool

    def at(self, setting: bool | None, _others: Mapping[str, Any]) -> Placed:
        """See `Control`."""
        setting = self.first if setting is None else setting
        return Placed({"kind": "switch", "label": self.label}, setting, setting)


@dataclass(frozen=True)
class Sheet:
    """A sheet to draw on; its setting and its value are points "x,y" in hundredths of it, "/" between strokes.

    Attributes:
        label: its name on the page, for who cannot see it.
        examples: strokes to begin with, by name; at first the first of them.
    """

    label: str
    examples: Mapping[str, str]

    def at(self, setting: str | None, _others: Mapping[str, Any]) -> Placed:
        """See `Control`."""
        setting = next(iter(self.examples.values())) if setting is None else setting
        return Placed({"kind": "sheet", "label": self.label, "examples": dict(self.examples)}, setting, setting)


def steps(low: float, high: float, step: float) -> list[float]:
    """The values from `low` to `high`, both included, without the dust of adding up floats."""
    return [round(low + step * place, 10) for place in range(round((high - low) / step) + 1)]


def percent(share: float, digits: int = 0) -> str:
    """A share as it is written in the course: `75 %`."""
    return f"{100 * share:.{digits}f} %"


class Playground(anywidget.AnyWidget):
    """The live playground; its front end is `playground.js`.

    Attributes:
        controls: what the page shows of each control, by its name.
        settings: how they are set. The page writes it.
        picture: what is drawn for these settings: `png`, its `alt` text, and a `sentence` on what could not be drawn.
    """

    _esm = Path(__file__).with_name("playground.js")
    _css = Path(__file__).with_name("playground.css")
    silence = traitlets.Unicode(SILENT).tag(sync=True)
    controls = traitlets.Dict().tag(sync=True)
    settings = traitlets.Dict().tag(sync=True)
    picture = traitlets.Dict().tag(sync=True)

    def __init__(self, draw: Callable[..., tuple[Figure, str]], controls: Mapping[str, Control]) -> None:
        """Draw the picture for the controls' first settings.

        Raises:
            CourseError: it cannot be drawn for them.
        """
        self._draw, self._controls = draw, controls
        super().__init__()
        fig, alt = draw(**self._place_controls())
        self.still, self.metadata = render(fig, alt)
        self._places = axes_places(fig)
        self._show(self.still["image/png"], alt)
        self.observe(self._redraw, "settings")

    def __repr__(self) -> str:
        # Written as a call, so that publishing takes it for what it is: the text of a widget.
        return "Playground(its controls answer in a running notebook)"

    def _place_controls(self) -> dict[str, Any]:
        """Fit the controls to the settings and to each other; returns the picture's arguments."""
        placed: dict[str, Placed] = {}
        values: dict[str, Any] = {}
        for name, control in self._controls.items():
            placed[name] = control.at(self.settings.get(name), values)
            values[name] = placed[name].value
        self.controls = {name: control.page for name, control in placed.items()}
        self.settings = {name: control.setting for name, control in placed.items()}
        return values

    def _show(self, png: bytes, alt: str, sentence: str = "") -> None:
        # with the settings it is another one each time: the page knows that it was answered
        self.picture = {"png": png, "alt": alt, "sentence": sentence, "settings": self.settings}

    def _redraw(self, change: Mapping[str, Any]) -> None:
        values = self._place_controls()
        if self.settings != change["new"]:
            return  # they did not fit together; it is drawn for those that do
        with _clearing_up_afterwards():
            try:
                fig, alt = self._draw(**values)
                data, _ = render(fig, alt, self._places)
            except CourseError as error:
                self._show(self.picture["png"], self.picture["alt"], str(error))
            else:
                self._show(data["image/png"], alt)


def playground(draw: Callable[..., tuple[Figure, str]], controls: Mapping[str, Control]) -> None:
    """Show a picture and the controls that redraw it.

    Args:
        draw: pure function of the controls' values; returns a figure, always with the same axes, and its alt text. For
            values that it can do nothing with it raises a `CourseError`: its sentence then stands under the last picture.
        controls: a control for each of the function's arguments, by name.

    Raises:
        CourseError: the picture cannot be drawn for the controls' first values.
    """
    live = Playground(draw, controls)
    name = live.model_id
    live.add_class(f"live-{name}")
    picture = f'{ONE_OF_TWO.format(id=name)}<div class="still-{name}">{live.still["text/html"]}<p>{ASLEEP}</p></div>'
    display({**live.still, "text/html": picture}, raw=True, metadata=live.metadata)
    display(live)


@contextmanager
def _clearing_up_afterwards() -> Iterator[None]:
    """Collect a figure's garbage when its work is done, while it is young.

    Left alone, it grows old, and every few dozen moves Python searches all of its memory; with TensorFlow loaded that takes
    half a second.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        gc.collect(1)

"""Playgrounds: a picture that answers to controls. One playground a module; what they share is here.

A control's move is answered within 100 ms on two cores, picture, drawing and message together; tests hold each playground
to it. While one picture is being made, ipywidgets keeps only the last of the moves that follow, so that none pile up.
"""

import gc
import html
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import ipywidgets
from IPython.display import display
from matplotlib.figure import Figure

from course_utils.errors import CourseError
from course_utils.plots import Output, axes_places, render

# What each control is made with: descriptions of up to some thirty characters are not cut off, two stand side by side.
CONTROL: dict[str, Any] = {"layout": {"width": "460px"}, "style": {"description_width": "190px"}}


class Controls(ipywidgets.VBox):
    """Controls in columns. Exported or seen on a forge, where no kernel runs, a line of text stands in their place."""

    def __repr__(self) -> str:
        # Written as a call, so that publishing takes it for what it is: the text of a widget.
        return "Controls(they answer in a running notebook)"


def playground(picture: Callable[..., tuple[Figure, str]], controls: Mapping[str, ipywidgets.ValueWidget]) -> None:
    """Show `picture` and, under it, the controls that redraw it.

    The picture is an ordinary output and not part of a widget: run headless, exported or seen on a forge, it stays there
    as it was drawn for the controls' first values.

    Args:
        picture: pure function of the controls' values; returns a figure, always with the same axes, and its alt text. For
            values that it can do nothing with it raises a `CourseError`: its sentence then stands above the last picture.
        controls: a widget for each of the function's arguments, by name.

    Raises:
        CourseError: the picture cannot be drawn for the controls' first values.
    """

    def draw() -> tuple[Figure, str]:
        return picture(**{name: control.value for name, control in controls.items()})

    fig, alt = draw()
    last, metadata = render(fig, alt)
    places = axes_places(fig)
    handle = display(last, raw=True, metadata=metadata, display_id=True)

    def redraw(_change: object) -> None:
        nonlocal last, metadata
        with _clearing_up_afterwards():
            try:
                last, metadata = render(*draw(), places)
            except CourseError as error:
                handle.update(_with_sentence(str(error), last), raw=True, metadata=metadata)
            else:
                handle.update(last, raw=True, metadata=metadata)

    for control in controls.values():
        control.observe(redraw, names="value")
    display(Controls(list(controls.values()), layout={"flex_flow": "row wrap"}))


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


def _with_sentence(sentence: str, data: Output) -> Output:
    """The data of an output with a sentence above it."""
    return data | {
        "text/html": f'<p role="alert"><strong>{html.escape(sentence)}</strong></p>{data["text/html"]}',
        "text/plain": f"{sentence}\n{data['text/plain']}",
    }

"""Playgrounds: a picture that answers to controls. One playground a module; what they share is here."""

from collections.abc import Callable, Mapping
from typing import Any

import ipywidgets
from IPython.display import display
from matplotlib.figure import Figure

from course_utils.plots import render


def playground(picture: Callable[..., tuple[Figure, str]], controls: Mapping[str, ipywidgets.ValueWidget]) -> None:
    """Show `picture` and, under it, the controls that redraw it.

    The picture is an ordinary output and not part of a widget: run headless, exported or seen on a forge, it stays there
    as it was drawn for the controls' first values.

    Args:
        picture: pure function of the controls' values; returns a figure and its alt text.
        controls: a widget for each of the function's arguments, by name.
    """

    def draw() -> tuple[dict[str, Any], dict[str, Any]]:
        return render(*picture(**{name: control.value for name, control in controls.items()}))

    data, metadata = draw()
    handle = display(data, raw=True, metadata=metadata, display_id=True)

    def redraw(_change: object) -> None:
        data, metadata = draw()
        handle.update(data, raw=True, metadata=metadata)

    for control in controls.values():
        control.observe(redraw, names="value")
    display(ipywidgets.VBox(list(controls.values())))

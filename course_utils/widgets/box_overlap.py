"""Playground of lesson 33: the intersection over union of two boxes, and what a slip costs boxes of several sizes."""

from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from course_utils import plots
from course_utils.widgets import Slider, playground

SIDE = 96  # pixels of the picture
TRUE_SIDES = (8, 14, 20, 30, 44, 60)
SIDES = tuple(range(6, 73, 2))
SLIPS = tuple(range(-30, 31))
COMPARED = (10, 20, 40)  # sides of the boxes whose curves stay
FARTHEST = 20  # pixels of slip in the right panel
ENOUGH = 0.5


class Box(NamedTuple):
    """Edges in pixels; the vertical axis points down."""

    left: float
    upper: float
    right: float
    lower: float


def around(x: float, y: float, width: float, height: float) -> Box:
    """The box with its centre at x, y."""
    return Box(x - width / 2, y - height / 2, x + width / 2, y + height / 2)


def shared_box(a: Box, b: Box) -> Box | None:
    """Where two boxes overlap; None if they do not."""
    shared = Box(max(a.left, b.left), max(a.upper, b.upper), min(a.right, b.right), min(a.lower, b.lower))
    return shared if shared.left < shared.right and shared.upper < shared.lower else None


def area(box: Box | None) -> float:
    """In square pixels; 0 for no box."""
    return (box.right - box.left) * (box.lower - box.upper) if box else 0.0


def iou(a: Box, b: Box) -> float:
    """Intersection over union, 0 to 1."""
    shared = area(shared_box(a, b))
    return shared / (area(a) + area(b) - shared)


def after_slip(side: float, slip: np.ndarray) -> np.ndarray:
    """The IoU of a square and the same square, moved to the right by `slip` pixels, (n,) floats."""
    shared = np.maximum(side - slip, 0)
    return shared / (2 * side - shared)


def picture(side: int, right: int, down: int, width: int, height: int) -> tuple[Figure, str]:
    """The true box with a second one, and what a slip to the right costs boxes of several sizes.

    Args:
        side: of the true box, a square in the middle, in pixels.
        right, down: how far the second one's centre lies from the true one's, in pixels.
        width, height: of the second one, in pixels.

    Returns:
        The figure and its alt text.
    """
    true = around(SIDE / 2, SIDE / 2, side, side)
    second = around(SIDE / 2 + right, SIDE / 2 + down, width, height)
    value = iou(true, second)
    fig, axes = plots.figure(1, 2, width=9.5, height=4.3)
    _draw_boxes(axes[0, 0], true, second, value)
    _draw_slips(axes[0, 1], side)
    return fig, _alt(true, second, value, side)


def _draw_boxes(axis: Axes, true: Box, second: Box, value: float) -> None:
    if shared := shared_box(true, second):
        axis.add_patch(_rectangle(shared, facecolor=plots.SKY, alpha=0.45, label="intersection"))
    axis.add_patch(_rectangle(true, edgecolor="black", linestyle="--", fill=False, linewidth=2, label="true box"))
    axis.add_patch(_rectangle(second, edgecolor=plots.ORANGE, fill=False, linewidth=2, label="second box"))
    axis.set(xlim=(0, SIDE), ylim=(SIDE, 0), aspect="equal", title=f"IoU {value:.2f}: {_verdict(value)}")
    axis.set_xticks((0, 48, 96))
    axis.set_yticks((0, 48, 96))
    _write_below(axis)


def _rectangle(box: Box, **look: object) -> Rectangle:
    return Rectangle((box.left, box.upper), box.right - box.left, box.lower - box.upper, **look)  # type: ignore[arg-type]


def _draw_slips(axis: Axes, side: int) -> None:
    slip = np.linspace(0, FARTHEST, 81)
    for other, style in zip(COMPARED, (":", "-.", "--"), strict=True):
        axis.plot(slip, after_slip(other, slip), style, color=plots.GREY, label=f"{other} pixels wide")
    axis.plot(slip, after_slip(side, slip), color=plots.BLUE, label=f"yours, {side} pixels")
    axis.axhline(ENOUGH, color="black", linewidth=1)
    axis.set(xlabel="slip to the right, pixels", ylabel="IoU", xlim=(0, FARTHEST), ylim=(0, 1.02))
    axis.set(title=f"one pixel costs yours {1 - after_slip(side, np.ones(1))[0]:.2f}")
    axis.set_xticks((0, 5, 10, 15, 20))
    axis.set_yticks((0, 0.5, 1))
    _write_below(axis)


def _write_below(axis: Axes) -> None:
    """The legend under the panel, where nothing is drawn, whatever the settings."""
    axis.legend(fontsize=9, loc="upper center", bbox_to_anchor=(0.5, -0.2), borderaxespad=0, ncols=2)


def _verdict(value: float) -> str:
    return "a hit at 0.5" if value >= ENOUGH else "a miss at 0.5"


def _alt(true: Box, second: Box, value: float, side: int) -> str:
    shared = area(shared_box(true, second))
    costs = ", ".join(
        f"{1 - after_slip(each, np.ones(1))[0]:.2f} of a box {each} pixels wide" for each in sorted({*COMPARED, side})
    )
    x, y = (second.left + second.right - SIDE) / 2, (second.upper + second.lower - SIDE) / 2
    width, height = second.right - second.left, second.lower - second.upper
    return (
        f"A true box of {side} by {side} pixels, and a second one of {width:g} by {height:g} whose centre lies {x:+g} "
        f"pixels to the right and {y:+g} down. They share {shared:g} square pixels of "
        f"{area(true) + area(second) - shared:g}: "
        f"IoU {value:.2f}, {_verdict(value)}. Right: a slip of one pixel costs {costs}."
    )


CONTROLS = {
    "side": Slider("true box, pixels", TRUE_SIDES, 30),
    "right": Slider("right by", SLIPS, 10),
    "down": Slider("down by", SLIPS, 5),
    "width": Slider("width, pixels", SIDES, 30),
    "height": Slider("height, pixels", SIDES, 30),
}


def play() -> None:
    """Show the playground."""
    playground(picture, CONTROLS)

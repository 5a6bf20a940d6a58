"""Playground of lesson 03: two shapes, how broadcasting stretches them, and what comes of it, or why nothing does."""

from itertools import zip_longest

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PatchCollection
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from course_utils import plots
from course_utils.widgets import Slider, playground

Shape = tuple[int, ...]

# no more than three axes: the first of three is drawn as tables one above the other
SHAPES: tuple[Shape, ...] = ((), (1,), (3,), (4,), (1, 4), (3, 1), (3, 4), (2, 1, 1), (2, 1, 4), (2, 3, 1), (2, 3, 4))
LENGTHS = (2, 3, 4)  # the longest that each axis gets, of the results as well
GAP = 0.7  # between two tables
HEIGHT = LENGTHS[0] * (LENGTHS[1] + GAP) - GAP
ONLY_HERE, REPEATED, RESULT = plots.BLUE, "#D3DBEE", plots.GREEN


def stretched_shape(first: Shape, second: Shape) -> Shape | int:
    """The shape of the result, or the axis, counted from the end as -1, -2, …, at which the two do not fit."""
    lengths = []
    for place, (one, other) in enumerate(zip_longest(reversed(first), reversed(second), fillvalue=1)):
        if 1 not in (one, other) and one != other:
            return -place - 1
        lengths.append(other if one == 1 else one)
    return tuple(reversed(lengths))


def picture(first: Shape, second: Shape) -> tuple[Figure, str]:
    """Both tensors, stretched to the shape of their sum, and the sum; or both as they are, and why they do not fit.

    Args:
        first, second: shapes of at most three axes.

    Returns:
        The figure and its alt text.
    """
    result = stretched_shape(first, second)
    lines = _in_words(first, second, result)
    fig, axes = plots.figure(1, 3, width=9.5, height=4.2)
    fig.set_layout_engine("constrained", rect=(0, 0.22, 1, 0.77))
    a, b = _numbers(first, 1), _numbers(second, 10)
    shape = result if isinstance(result, tuple) else None
    _draw_tensor(axes[0, 0], a, shape or first, f"first: {first}")
    _draw_tensor(axes[0, 1], b, shape or second, f"second: {second}")
    if shape is None:
        _prepare(axes[0, 2], "no sum")
        axes[0, 2].text(
            LENGTHS[2] / 2, HEIGHT / 2, "they do\nnot fit", ha="center", va="center", fontsize=15, color=plots.RED
        )
    else:
        _draw_tensor(axes[0, 2], a + b, shape, f"their sum: {shape}", RESULT)
    fig.text(0.01, 0.2, "\n".join(lines), va="top", fontsize=10, linespacing=1.5)
    drawn = "Tensors drawn as tables of numbers; what broadcasting repeats is pale." if shape is not None else ""
    return fig, " ".join([drawn, *lines]).strip()


def _numbers(shape: Shape, step: int) -> np.ndarray:
    """Small numbers that tell where they stand: 1, 2, 3, … for the first tensor, 10, 20, 30, … for the second."""
    return step * (np.arange(np.prod(shape, dtype="int64")) + 1).reshape(shape)


def _in_words(first: Shape, second: Shape, result: Shape | int) -> tuple[str, ...]:
    rank = max(len(first), len(second))
    if isinstance(result, int):
        return (
            f"From the end, axis {result}: {first[result]} against {second[result]}. They differ, and neither is 1.",
            "NumPy stops with a ValueError: operands could not be broadcast together.",
        )
    return (
        _what_happens("first", first, result),
        _what_happens("second", second, result),
        f"The sum has the shape {result}: rank {rank}, {np.prod(result, dtype='int64')} numbers.",
    )


def _what_happens(name: str, shape: Shape, result: Shape) -> str:
    added = len(result) - len(shape)
    full = (1,) * added + shape
    repeated = [f"{many} times along axis {axis}" for axis, many in enumerate(result) if full[axis] == 1 != many]
    steps = [f"{added} {'axis' if added == 1 else 'axes'} of length 1 put in front, {full}"] if added else []
    steps += [f"repeated {', '.join(repeated)}"] if repeated else []
    return f"The {name}, {shape}: {'; '.join(steps) or 'stays as it is'}."


def _prepare(axis: Axes, title: str) -> None:
    axis.set(title=title, xlim=(-0.1, LENGTHS[2] + 0.1), ylim=(HEIGHT + 0.1, -0.1))
    axis.axis("off")


def _draw_tensor(axis: Axes, tensor: np.ndarray, shape: Shape, title: str, color: str = ONLY_HERE) -> None:
    """A tensor as if it had this shape: a table for each index of the first of three axes, its own numbers in colour."""
    _prepare(axis, title)
    tensor = tensor.reshape((1,) * (3 - tensor.ndim) + tensor.shape)
    shape = (1,) * (3 - len(shape)) + shape
    own = np.zeros(shape, bool)
    own[tuple(slice(length) for length in tensor.shape)] = True
    first_top = (HEIGHT - shape[0] * (shape[1] + GAP) + GAP) / 2  # in the middle
    cells, colors = [], []
    for (sheet, row, column), number in np.ndenumerate(np.broadcast_to(tensor, shape)):
        top, here = first_top + sheet * (shape[1] + GAP) + row, own[sheet, row, column]
        cells.append(Rectangle((column + 0.04, top + 0.04), 0.92, 0.92))
        colors.append(color if here else REPEATED)
        axis.text(column + 0.5, top + 0.5, str(number), ha="center", va="center", color="white" if here else "black")
    axis.add_collection(PatchCollection(cells, facecolors=colors, linewidths=0))


def play() -> None:
    """Show the playground."""
    playground(
        picture,
        {
            "first": Slider("first shape", SHAPES, (3, 1)),
            "second": Slider("second shape", SHAPES, (1, 4)),
        },
    )

"""Playground of lesson 10: a filter slides over a picture; every number of it can be followed."""

import textwrap
from collections.abc import Mapping
from fractions import Fraction
from functools import partial
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from course_utils import plots
from course_utils.errors import CourseError
from course_utils.widgets import Choice, Slider, Switch, percent, playground, steps

SIZE = 3
KERNELS: dict[str, tuple[tuple[float, ...], ...]] = {
    "vertical edges": ((-1, 0, 1), (-1, 0, 1), (-1, 0, 1)),
    "horizontal edges": ((-1, -1, -1), (0, 0, 0), (1, 1, 1)),
    "Sobel, vertical": ((-1, 0, 1), (-2, 0, 2), (-1, 0, 1)),
    "Sobel, horizontal": ((-1, -2, -1), (0, 0, 0), (1, 2, 1)),
    "Laplacian": ((0, 1, 0), (1, -4, 1), (0, 1, 0)),
    "sharpen": ((0, -1, 0), (-1, 5, -1), (0, -1, 0)),
    "blur": ((1 / 9, 1 / 9, 1 / 9),) * 3,
    "emboss": ((-2, -1, 0), (-1, 1, 1), (0, 1, 2)),
    "identity": ((0, 0, 0), (0, 1, 0), (0, 0, 0)),
}
LARGEST_WEIGHT = 1_000
MOST_LETTERS = 115  # of a line under the picture


class Axis(NamedTuple):
    """A convolution along one axis of a picture: its size before and after, and the rows (or columns) of zeros added.

    Attributes:
        size: pixels of the picture.
        before, after: zeros added above and below it (or left and right of it).
        output: pixels of the feature map.
    """

    size: int
    before: int
    after: int
    output: int


def along(size: int, kernel_size: int, stride: int, padding: str, dilation: int) -> Axis:
    """How a convolution goes along one axis. Padding "same" adds what is missing as TensorFlow does, the odd zero after.

    Raises:
        CourseError: the spread kernel does not fit into the picture.
    """
    reach = dilation * (kernel_size - 1) + 1
    added = max((-(-size // stride) - 1) * stride + reach - size, 0) if padding == "same" else 0
    if size + added < reach:
        raise CourseError(
            f"A kernel of {kernel_size} with dilation {dilation} reaches over {reach} pixels and the picture has {size}; "
            'choose a smaller dilation or padding "same".'
        )
    return Axis(size, added // 2, added - added // 2, (size + added - reach) // stride + 1)


def convolve(
    picture: np.ndarray, kernel: np.ndarray, stride: int = 1, padding: str = "valid", dilation: int = 1
) -> np.ndarray:
    """What Keras' `Conv2D` computes for one channel, one filter and no bias.

    That is a cross-correlation: the kernel is not turned round. Keras refuses a stride and a dilation that are both above 1;
    here each does what it does alone: the kernel is spread, then it jumps.

    Args:
        picture: (height, width) numbers.
        kernel: (kernel height, kernel width) numbers.
        stride: pixels from one position of the kernel to the next.
        padding: "valid", or "same" for ceil(size / stride) outputs along each axis.
        dilation: pixels from one weight of the kernel to the next.

    Returns:
        (rows, columns) floats, along each axis floor((n + p - d(k - 1) - 1) / s) + 1 of them, p the zeros added in all.

    Raises:
        CourseError: the spread kernel does not fit into the picture.
    """
    rows, columns = (
        along(size, kernel_size, stride, padding, dilation)
        for size, kernel_size in zip(picture.shape, kernel.shape, strict=True)
    )
    return np.einsum("ijkl,kl->ij", _windows(picture, kernel.shape, rows, columns, stride, dilation), kernel)


def _windows(
    picture: np.ndarray, kernel_shape: tuple[int, int], rows: Axis, columns: Axis, stride: int, dilation: int
) -> np.ndarray:
    """What lies under the kernel at each of its positions: (rows, columns, kernel height, kernel width) floats, a view."""
    padded = np.pad(picture.astype("float64"), ((rows.before, rows.after), (columns.before, columns.after)))
    reach = tuple(dilation * (size - 1) + 1 for size in kernel_shape)
    windows = np.lib.stride_tricks.sliding_window_view(padded, reach)
    return windows[::stride, ::stride, ::dilation, ::dilation]


def parse_kernel(text: str) -> np.ndarray:
    """Nine numbers as a (3, 3) array of floats; a number is written as 1, -0.5 or 1/9, between them are spaces or commas.

    Raises:
        CourseError: it is not nine numbers, or one is too large.
    """
    words = text.replace(",", " ").replace(";", " ").split()
    weights = []
    for word in words:
        try:
            weights.append(Fraction(word))
        except (ValueError, ZeroDivisionError):
            raise CourseError(f"“{word}” is not a number; write nine numbers such as 0 -1 0  -1 5 -1  0 -1 0.") from None
        if abs(weights[-1]) > LARGEST_WEIGHT:
            raise CourseError(f"“{word}” is too large; write numbers from -{LARGEST_WEIGHT:,} to {LARGEST_WEIGHT:,}.")
    if len(weights) != SIZE * SIZE:
        raise CourseError(
            f"A kernel of three by three has nine numbers, and here are {len(weights)}; write nine, row by row."
        )
    return np.array(weights, dtype="float64").reshape(SIZE, SIZE)


def picture(
    image: np.ndarray,
    kernel: np.ndarray,
    stride: int,
    padding: str,
    dilation: int,
    relu: bool,
    down: float,
    across: float,
) -> tuple[Figure, str]:
    """The picture, what lies under the kernel at one position, the feature map, and the arithmetic of both.

    Args:
        image: (height, width) numbers from 0 to 255.
        kernel: (3, 3) numbers.
        stride, padding, dilation: as for `convolve`.
        relu: whether negative results become 0.
        down, across: the position looked at, from 0 (first row, column of the feature map) to 1 (last).

    Returns:
        The figure and its alt text.

    Raises:
        CourseError: the spread kernel does not fit into the picture.
    """
    rows, columns = (along(size, SIZE, stride, padding, dilation) for size in image.shape)
    features = convolve(image, kernel, stride, padding, dilation)
    row, column = round(down * (rows.output - 1)), round(across * (columns.output - 1))
    window = _windows(image, kernel.shape, rows, columns, stride, dilation)[row, column]
    value = features[row, column]
    if relu:
        features = np.maximum(features, 0)
    low, high, greys = _grey_scale(kernel, features, relu)
    # first row and column under the kernel; negative where it hangs over the edge
    top, left = row * stride - rows.before, column * stride - columns.before

    lines = [
        *textwrap.wrap(_arithmetic(kernel, window, value, relu), MOST_LETTERS),
        greys,
        _size_formula("Rows", rows, stride, dilation, "above", "below"),
        _size_formula("Columns", columns, stride, dilation, "left", "right"),
    ]
    if stride > 1 and dilation > 1:
        lines.append("Keras refuses a stride and a dilation that are both above 1. This is what they would do together.")
    fig, axes = plots.figure(1, 3, width=9.5, height=4.3, width_ratios=(1.3, 1, 1.3))
    # the layout leaves no room for the title of an image as tall as its place
    fig.set_layout_engine("constrained", rect=(0, 0.3, 1, 0.655))
    _draw_input(axes[0, 0], image, top, left, dilation)
    _draw_window(axes[0, 1], image, kernel, window, top, left, dilation)
    _draw_features(axes[0, 2], features, row, column, low, high)
    fig.text(0.01, 0.28, "\n".join(lines), va="top", fontsize=9.5, linespacing=1.45)
    alt = (
        f"A picture of {image.shape[0]} by {image.shape[1]} pixels, the window under the kernel ({_in_words(kernel)}) "
        f"for row {row}, column {column}, and the feature map of {rows.output} by {columns.output}; "
        f"stride {stride}, padding {padding}, dilation {dilation}{', ReLU' if relu else ''}. {' '.join(lines)}"
    )
    return fig, alt


def _grey_scale(kernel: np.ndarray, features: np.ndarray, relu: bool) -> tuple[float, float, str]:
    """The values shown as black and as white, and a sentence about them.

    A kernel whose weights add up to something passes brightness on, so the scale is the picture's times that sum. Others
    answer to differences alone, of either sign: 0 is a middle grey.
    """
    found = f"The values go from {features.min():,.0f} to {features.max():,.0f};"
    total = float(kernel.sum())
    if total > 1e-6:
        return 0, 255 * total, f"{found} 0 or less is black, {255 * total:,.0f} or more is white."
    most = max(float(np.abs(features).max()), 1.0)
    if relu:
        return 0, most, f"{found} 0 is black."
    return -most, most, f"{found} 0 is a middle grey, negative is darker, positive is lighter."


def _arithmetic(kernel: np.ndarray, window: np.ndarray, value: float, relu: bool) -> str:
    products = " + ".join(f"{pixel:.0f}·{_weight(weight)}" for pixel, weight in zip(window.flat, kernel.flat, strict=True))
    return f"{products} = {_number(value)}{f', after ReLU {_number(max(value, 0))}' if relu else ''}"


def _number(value: float) -> str:
    return f"{round(value, 1) + 0.0:,.1f}".removesuffix(".0")


def _weight(weight: float) -> str:
    return f"({_short(weight)})" if weight < 0 else _short(weight)


def _short(weight: float) -> str:
    """Three digits, more for a whole number of thousands; never a power of ten."""
    return f"{weight:.3g}" if abs(weight) < 999.5 else f"{weight:.0f}"


def _size_formula(name: str, axis: Axis, stride: int, dilation: int, before: str, after: str) -> str:
    added = axis.before + axis.after
    zeros = f"zeros added: {axis.before} {before}, {axis.after} {after}" if added else "no zeros added"
    return f"{name}: floor(({axis.size} + {added} - {dilation}·({SIZE} - 1) - 1) / {stride}) + 1 = {axis.output}  ({zeros})"


def _in_words(kernel: np.ndarray) -> str:
    return "; ".join(" ".join(_short(weight) for weight in row) for row in kernel)


def _draw_input(axis: Axes, image: np.ndarray, top: int, left: int, dilation: int) -> None:
    axis.imshow(image, vmin=0, vmax=255)
    _point_at(axis, top, left, dilation * (SIZE - 1) + 1)
    axis.set_title(f"the picture, {image.shape[0]} × {image.shape[1]}")
    axis.axis("off")


def _draw_window(
    axis: Axes, image: np.ndarray, kernel: np.ndarray, window: np.ndarray, top: int, left: int, dilation: int
) -> None:
    reach = dilation * (SIZE - 1) + 1
    margin = reach + 1
    around = np.pad(image.astype("float64"), margin, constant_values=np.nan)
    first_row, first_column = top - 1 + margin, left - 1 + margin
    axis.imshow(around[first_row : first_row + reach + 2, first_column : first_column + reach + 2], vmin=0, vmax=255)
    # what lies outside the picture shows the background
    axis.set_facecolor("#CFE3F1")
    _frame(axis, 1, 1, reach)
    for (row, column), weight in np.ndenumerate(kernel):
        pixel = window[row, column]
        axis.text(
            1 + column * dilation,
            1 + row * dilation,
            f"{pixel:.0f}\n× {_short(weight)}",
            ha="center",
            va="center",
            fontsize=8,
            color="black" if pixel > 127 else "white",
            bbox={"boxstyle": "square,pad=0.15", "facecolor": f"{pixel / 255:.3f}", "edgecolor": plots.ORANGE},
        )
    axis.set(xticks=(), yticks=(), title="under the kernel: pixel × weight")
    axis.spines[:].set_visible(False)
    axis.grid(False)


def _draw_features(axis: Axes, features: np.ndarray, row: int, column: int, low: float, high: float) -> None:
    axis.imshow(features, vmin=low, vmax=high)
    _point_at(axis, row, column, 1)
    axis.set_title(f"the feature map, {features.shape[0]} × {features.shape[1]}")
    axis.axis("off")


def _point_at(axis: Axes, top: int, left: int, side: int) -> None:
    """A frame, and lines that lead the eye to it: on a photograph it is tiny."""
    _frame(axis, top, left, side)
    middle = (side - 1) / 2
    axis.axhline(top + middle, color=plots.ORANGE, linewidth=0.7)
    axis.axvline(left + middle, color=plots.ORANGE, linewidth=0.7)


def _frame(axis: Axes, top: int, left: int, side: int) -> None:
    axis.add_patch(Rectangle((left - 0.5, top - 0.5), side, side, fill=False, edgecolor=plots.ORANGE, linewidth=2))


def play(pictures: Mapping[str, np.ndarray]) -> None:
    """Show the playground.

    Args:
        pictures: (height, width) uint8 grey pictures by name; some 200 pixels wide, so that the answer comes at once.

    Raises:
        CourseError: there is no picture, or one is not a grey picture of whole numbers from 0 to 255.
    """
    if not pictures:
        raise CourseError("The workbench needs at least one picture: give it a dictionary of grey pictures by name.")
    for name, image in pictures.items():
        if image.ndim != 2 or image.dtype != np.uint8:
            raise CourseError(
                f"The picture “{name}” has shape {image.shape} and type {image.dtype}; "
                "the workbench takes grey pictures, (height, width) of uint8."
            )

    def draw(
        image: np.ndarray,
        kernel: np.ndarray | str,
        stride: int,
        padding: str,
        dilation: int,
        relu: bool,
        down: float,
        across: float,
    ) -> tuple[Figure, str]:
        weights = parse_kernel(kernel) if isinstance(kernel, str) else kernel
        return picture(image, weights, stride, padding, dilation, relu, down, across)

    kernels = {name: np.array(weights, dtype="float64") for name, weights in KERNELS.items()}
    shares, to_a_tenth = steps(0, 1, 0.005), partial(percent, digits=1)
    playground(
        draw,
        {
            "kernel": Choice("kernel", kernels, own="own, row by row", example="0 -1 0, -1 5 -1, 0 -1 0"),
            "image": Choice("picture", pictures),
            "padding": Choice("padding", {"valid": "valid", "same": "same"}),
            "stride": Slider("stride", range(1, 5), 1),
            "dilation": Slider("dilation", range(1, 5), 1),
            "down": Slider("look at: from the top", shares, 0.35, to_a_tenth),
            "across": Slider("look at: from the left", shares, 0.46, to_a_tenth),
            "relu": Switch("ReLU: negative becomes 0", False),
        },
    )

"""Figures in one accessible style, each with alt text that travels with it into the notebook and exported HTML."""

import html
import io
import math
import textwrap
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from numbers import Real
from typing import TYPE_CHECKING, Any, TypedDict

import matplotlib.pyplot as plt
import numpy as np
from IPython.display import display
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.rcsetup import cycler
from matplotlib.ticker import MaxNLocator
from matplotlib.transforms import Bbox
from PIL import Image

from course_utils import fonts

if TYPE_CHECKING:
    from matplotlib.typing import RcKeyType

# Each has a contrast of at least 3 : 1 on white and is told apart from the others with any colour vision. Okabe and Ito's
# (2008), which they are after, have an orange, a sky and a yellow too light for lines and words.
BLUE, ORANGE, GREEN, PINK, SKY, RED, YELLOW, GREY = (
    "#1A3C86",
    "#D07F24",
    "#14714A",
    "#BE2FA8",
    "#2596DF",
    "#8E1802",
    "#92720A",
    "#767676",
)
# Neighbours differ in lightness. Lines differ in dash or marker too, so that no reader depends on their colour.
PALETTE = (BLUE, ORANGE, GREEN, SKY, RED, PINK)
LINE_STYLES = ("-", "--", "-.", ":")
MARKERS = ("o", "s", "^", "D", "v", "P")
SEQUENTIAL = "viridis"
DIVERGING = "PuOr_r"  # purple below zero, orange above
STYLE: "dict[RcKeyType, Any]" = {
    "figure.constrained_layout.use": True,
    "figure.facecolor": "white",
    "font.family": fonts.families(),
    "font.size": 11,
    "axes.titlesize": 12,
    "axes.titley": 1.0,  # looking for a place above the ticks takes a tenth of a drawing's time
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.labelpad": 6.0,
    "axes.formatter.limits": (-5, 7),
    "legend.handlelength": 3.0,
    "grid.color": "#DDDDDD",
    "lines.linewidth": 2.0,
    "axes.prop_cycle": cycler(color=PALETTE),
    "legend.frameon": False,
    "image.cmap": "gray",
    "image.interpolation": "nearest",
}
DOTS_PER_INCH = 100
# Of a palette of the figure's own. Sixteen photographs take 70 kB, a third of full colour; a line plot 10 to 16. The mean
# error in OKLab is 0.01, and 0.02 can just be seen. Fewer colours band heat maps and change those of thin frames.
COLORS = 256
GOOD_ENOUGH = 10_000  # k-means stops when fewer pixels than that change their colour
plt.rcdefaults()  # in place of what the user's matplotlibrc says
plt.rcParams.update(STYLE)


def figure(
    rows: int = 1, columns: int = 1, width: float = 7.0, height: float = 4.0, **options: Any
) -> tuple[Figure, np.ndarray]:
    """`plt.subplots` in the course's style, sizes in inches; always returns a (rows, columns) array of axes.

    Pyplot does not know the figure, so no window opens for it, whatever backend was chosen.
    """
    fig = Figure(figsize=(width, height))
    return fig, fig.subplots(rows, columns, squeeze=False, **options)


def show(fig: Figure, alt: str) -> None:
    """Display a figure as PNG with alt text, and close it.

    Raises:
        ValueError: the alt text is empty.
    """
    data, metadata = render(fig, alt)
    display(data, raw=True, metadata=metadata)


# What `display` takes: a figure in several forms, of which each front end picks the one that it can show.
Output = TypedDict("Output", {"text/html": str, "image/png": bytes, "text/plain": str})


def render(fig: Figure, alt: str, places: Sequence[Bbox] | None = None) -> tuple[Output, dict[str, dict[str, str]]]:
    """A figure as the data and metadata of a notebook output; the figure is closed.

    The alt text stands where each reader looks for it. JupyterLab gives no `alt` to a bare PNG, so while a notebook is live
    the picture is an HTML image as well; publishing keeps the PNG, with the alt text in its metadata, and the text for
    terminals and diffs.

    Args:
        fig: the figure.
        alt: what a reader who cannot see it should know.
        places: where the axes stand, as `axes_places` gave it for an earlier figure with the same axes. The figure is then
            drawn in a quarter of the time, for a playground's redraw: not laid out anew, and two to three times the bytes.

    Raises:
        ValueError: the alt text is empty; or the figure has not as many axes as there are places.
    """
    if not alt.strip():
        raise ValueError("A figure needs alt text: say what a reader who cannot see it should know.")
    fonts.make_drawable(fig)
    png = _small_png(fig) if places is None else _quick_png(fig, places)
    image = f'<img src="data:image/png;base64,{b64encode(png).decode()}" alt="{html.escape(alt)}">'
    return {"text/html": image, "image/png": png, "text/plain": alt}, {"image/png": {"alt": alt}}


def image_grid(
    images: Any,
    titles: Sequence[str] = (),
    columns: int = 8,
    size: float = 1.15,
    alt: str = "",
) -> None:
    """Show images in rows, a title above each; or variants of the same images, a named row each.

        plots.image_grid(pictures, names)
        plots.image_grid({"as they are": pictures, "mirrored": mirrored}, alt="Eight horses, and the same eight mirrored.")

    Args:
        images: (n, height, width), (n, height, width, 1) or (n, height, width, 3); uint8, or floats from 0 to 1 or 0 to 255;
            or a list of such images. Or a mapping: rows of as many images each, by their names, which stand at the left.
        titles: one a picture, or none; with named rows, one a column.
        columns: pictures in a row, unless rows are named.
        size: inches a picture.
        alt: what the pictures show; by default their titles or the names of the rows are listed.

    Raises:
        ValueError: there are not as many titles as images, or columns; or the named rows have not one length.
    """
    rows = dict(images) if isinstance(images, Mapping) else {}
    if rows:
        lengths = {len(row) for row in rows.values()}
        if len(lengths) > 1:
            raise ValueError(f"The rows must have as many images each, not {sorted(lengths)}.")
        columns = lengths.pop()
        if titles and len(titles) != columns:
            raise ValueError(f"There are {columns} columns but {len(titles)} titles.")
        images = [image for row in rows.values() for image in row]
    elif titles and len(images) != len(titles):
        raise ValueError(f"There are {len(images)} images but {len(titles)} titles.")
    fig, axes = _frames(images, columns, size, titles, list(rows))
    for axis, image in zip(axes.flat, images, strict=False):
        _draw_image(axis, image)
    show(fig, alt or _grid_in_words(axes.shape, len(images), titles, list(rows)))


def boxes(
    images: Any,
    boxes: Sequence[Any],
    texts: Sequence[Sequence[str]] = (),
    truth: Sequence[Any] = (),
    columns: int = 4,
    size: float = 2.0,
) -> None:
    """Show images with boxes over them, such as what a detector has found, beside the true boxes if given.

        plots.boxes(pictures, found, [["cat 0.91", "dog 0.64"], ["cat 0.88"]], truth=true_boxes)

    Args:
        images: as for `image_grid`.
        boxes: for each image, (k, 4) numbers: left, upper, right and lower edge of each box in pixels.
        texts: for each image k texts, written at the boxes.
        truth: for each image (m, 4) numbers, boxes drawn with dashes.
        columns: pictures in a row.
        size: inches a picture.

    Raises:
        ValueError: there are not as many boxes, texts or true boxes as images.
    """
    texts, truth = texts or [[""] * len(each) for each in boxes], truth or [()] * len(images)
    for what, given in (("sets of boxes", boxes), ("lists of texts", texts), ("sets of true boxes", truth)):
        if len(given) != len(images):
            raise ValueError(f"There are {len(images)} images but {len(given)} {what}.")
    fig, axes = _frames(images, columns, size)
    sentences = []
    for number, (axis, image) in enumerate(zip(axes.flat, images, strict=False)):
        _draw_image(axis, image)
        for box in truth[number]:
            _draw_box(axis, box, "white", "--")
        for box, text in zip(boxes[number], texts[number], strict=True):
            _draw_box(axis, box, ORANGE, "-", text)
        count = f"picture {number + 1}: {len(boxes[number])} box{'es' * (len(boxes[number]) != 1)}"
        listed = ", ".join(filter(None, texts[number]))
        true = f", {len(truth[number])} true" if len(truth[number]) else ""
        sentences.append(f"{count}{f' ({listed})' * bool(listed)}{true}")
    show(fig, f"{len(images)} picture{_s(images)} with boxes. {'; '.join(sentences)}.")


def _draw_box(axis: Axes, box: Any, color: str, style: str, text: str = "") -> None:
    """A box in a dark casing, so that it is seen on any picture; its text stands at the upper edge."""
    left, upper, right, lower = (float(edge) - 0.5 for edge in box)
    x, y = (left, right, right, left, left), (upper, upper, lower, lower, upper)
    axis.plot(x, y, "-", color="black", linewidth=3, scalex=False, scaley=False)
    axis.plot(x, y, style, color=color, linewidth=1.5, scalex=False, scaley=False)
    if text:
        paper = {"facecolor": "black", "alpha": 0.65, "edgecolor": "none", "pad": 1}
        wide, high = axis.get_xlim()[1], axis.get_ylim()[0]
        at_right, at_top = left > 0.6 * wide, upper < 0.1 * high  # there a text would leave the picture
        axis.text(
            right if at_right else left, upper, text, fontsize=7, color="white", bbox=paper, clip_on=True,
            ha="right" if at_right else "left", va="top" if at_top else "bottom",
        )  # fmt: skip


def heat_maps(
    maps: Any,
    pictures: Any = None,
    titles: Sequence[str] = (),
    columns: int = 6,
    size: float = 1.6,
    label: str = "",
    alt: str = "",
) -> None:
    """Show maps of numbers as colours, each over its picture if there are pictures (Grad-CAM, occlusion, saliency).

        plots.heat_maps(cams, pictures, titles=names)
        plots.heat_maps(drops, pictures, titles=names, label="drop of the probability, points")
        plots.heat_maps(np.moveaxis(features[0], -1, 0), titles=[f"channel {c}" for c in range(16)])

    If any number is negative, colours tell above zero (orange) from below (purple).

    Args:
        maps: (n, rows, columns) floats, as coarse as they are; or a list of such maps.
        pictures: as the images of `image_grid`, one a map; drawn in grey under it.
        titles: one a map, or none.
        columns: maps in a row.
        size: inches a map.
        label: what the numbers are, with their unit. All maps then have one scale, shown as a colour bar; without it each
            has its own, from 0 to its largest number.
        alt: what the pictures show; where each map is strongest is added.

    Raises:
        ValueError: there are not as many pictures or titles as maps.
    """
    maps = [np.squeeze(np.asarray(each, "float32")) for each in maps]
    pictures = [None] * len(maps) if pictures is None else pictures
    for what, given in (("pictures", pictures), ("titles", titles or maps)):
        if len(given) != len(maps):
            raise ValueError(f"There are {len(maps)} maps but {len(given)} {what}.")
    fig, axes = _frames(maps if pictures[0] is None else pictures, columns, size, titles)
    signed = any(each.min() < 0 for each in maps)
    most = max(float(np.abs(each).max()) for each in maps) if label else None
    for axis, each, picture in zip(axes.flat, maps, pictures, strict=False):
        drawn = _draw_map(axis, each, picture, most or float(np.abs(each).max()) or 1.0, signed)
    if label:
        fig.set_figwidth(fig.get_figwidth() + 0.9)
        fig.colorbar(drawn, ax=axes, label=label)
    named = titles or [f"map {number}" for number in range(1, len(maps) + 1)]
    places = "; ".join(f"{name}: {_strongest(each)}" for name, each in zip(named, maps, strict=True))
    over = "" if pictures[0] is None else " over pictures"
    show(fig, f"{alt} {len(maps)} heat map{_s(maps)}{over}{_of(label)}. {places}.".strip())


def matrix(
    values: Any, rows: Sequence[str], columns: Sequence[str], label: str = "", xlabel: str = "", ylabel: str = ""
) -> None:
    """Draw a table of numbers in colours, each number in its cell: attention weights, a grid of settings, correlations.

        plots.matrix(weights, rows=target_words, columns=source_words, label="attention weight")

    If any number is negative, colours tell above zero (orange) from below (purple).

    Args:
        values: (rows, columns) floats.
        rows: names at the left.
        columns: names below.
        label: what the numbers are, with their unit.
        xlabel: what the columns are.
        ylabel: what the rows are.

    Raises:
        ValueError: there are not as many names as rows or columns.
    """
    table = np.asarray(values, "float64")
    if table.shape != (len(rows), len(columns)):
        raise ValueError(f"The table is {table.shape}, but {len(rows)} rows and {len(columns)} columns are named.")
    most, signed = float(np.nanmax(np.abs(table))) or 1.0, bool(np.nanmin(table) < 0)
    names, below = max(map(len, rows)), max(map(len, columns))
    width, height = 1.8 + 0.55 * len(columns) + 0.085 * names, 0.9 + 0.4 * len(rows) + 0.06 * below
    fig, axes = figure(width=min(width, 10), height=height)
    colors: dict[str, Any] = {"cmap": DIVERGING, "vmin": -most} if signed else {"cmap": "Blues", "vmin": 0}
    drawn = axes[0, 0].imshow(table, vmax=most, aspect="auto", **colors)
    digits = max(0, 2 - math.floor(math.log10(most))) if (table % 1).any() else 0
    _write_cells(axes[0, 0], [[f"{value:.{digits}f}" for value in row] for row in table], np.abs(table) > 0.6 * most)
    _name_cells(axes[0, 0], rows, columns)
    axes[0, 0].set(xlabel=xlabel, ylabel=ylabel)
    fig.colorbar(drawn, label=label)
    largest = "; ".join(
        f"{name}: {_number(row.max())} at {columns[int(row.argmax())]}" for name, row in zip(rows, table, strict=True)
    )
    what = f"Table of {len(rows)} rows and {len(columns)} columns{_of(label)}"
    ends = f"from {_number(np.nanmin(table))} to {_number(np.nanmax(table))}"
    show(fig, f"{what}, {ends}. Largest in each row: {largest}.")


def learning_curves(
    histories: Mapping[str, Any], metric: str = "accuracy", baseline: float | None = None, log: bool = False
) -> None:
    """Draw training and validation curves of one or several runs, epoch by epoch.

        plots.learning_curves({"dense": history.history})
        plots.learning_curves({"dense": [seed_0.history, seed_1.history, seed_2.history]}, "loss", log=True)

    Args:
        histories: `History.history` of each run by its name; a run's validation curve is its `val_` + `metric`, if kept. A
            list of them, one a seed, is drawn as their mean, in a band from the lowest to the highest.
        metric: key in the histories.
        baseline: value of the naive way, drawn as a dotted line.
        log: draw on a logarithmic axis, on which small losses are told apart; an accuracy becomes the error, 1 - accuracy.
    """
    of_error = log and metric.endswith("accuracy")
    what = f"error (1 \N{MINUS SIGN} {metric.replace('_', ' ')})" if of_error else metric.replace("_", " ")
    fig, axes = figure(width=7, height=3.6)
    axis, sentences = axes[0, 0], []
    for number, (name, history) in enumerate(histories.items()):
        seeds = [history] if isinstance(history, Mapping) else history
        for key, label, style in ((metric, f"{name}, training", "--"), (f"val_{metric}", f"{name}, validation", "-")):
            values = [np.asarray(seed[key], "float64") for seed in seeds if len(seed.get(key, ()))]
            if values:
                curve = _curve([1 - each for each in values] if of_error else values)
                _draw_curve(axis, np.arange(1, len(curve.mean) + 1), curve, label, _look(number, style))
                ends = f"from {_number(curve.mean[0])} to {_number(curve.mean[-1])}"
                sentences.append(f"{label} {ends} over {len(curve.mean)} epochs{curve.spread()}")
    if baseline is not None:
        sentences += _draw_references(axis, {"baseline": 1 - baseline if of_error else baseline})
    axis.set(xlabel="epoch", ylabel=what, yscale="log" if log else "linear")
    _name_ticks(fig, axis, None, fig.get_figwidth())
    _legend(fig, axis)
    show(fig, f"Learning curves of {what}{' on a logarithmic axis' * log}: {'; '.join(sentences)}.")


def lines(
    series: Mapping[str, Any],
    x: Any = None,
    xlabel: str = "",
    ylabel: str = "",
    intervals: Mapping[str, Any] | None = None,
    reference: Mapping[str, Any] | None = None,
    marks: Mapping[str, float] | None = None,
    **options: Any,
) -> None:
    """Draw one or several series as lines; or several such panels, side by side.

        plots.lines({"dense": dense, "convnet": convnet}, x=sizes, xlabel="training pictures", ylabel="error, %",
                    xscale="log", yscale="log", reference={"guessing": 90})
        plots.lines({"before": {"LSTM": a, "GRU": b}, "after": {"LSTM": c, "GRU": d}}, ylabel="gradient")

    Args:
        series: values by name, floats (points,); or (seeds, points), drawn as their mean, in a band from the lowest to the
            highest. A data frame's columns are such series. Or panels by title, each such a mapping.
        x: (points,) numbers or names, the same for all series; by default 0, 1, 2, …
        xlabel: what `x` is, with its unit.
        ylabel: what the values are, with their unit; panels then share the axis. Without it each panel has its own.
        intervals: lower and upper ends by series, floats (points, 2), drawn as error bars.
        reference: what to compare with, by name, drawn in dotted grey: a number, or floats (points,).
        marks: places on the x axis by name, drawn as upright dashed lines.
        options: more properties of the axes, as `Axes.set` takes them: `yscale="log"`, `ylim=(0, 1)`, …

    Raises:
        ValueError: a series has not as many values as there are `x`.
    """
    panels = dict(series) if _is_nested(series) else {"": series}
    fig, axes = _panels(len(panels), sharey=bool(ylabel))
    sentences = []
    for number, (axis, (title, inside)) in enumerate(zip(axes.flat, panels.items(), strict=False)):
        words = _draw_series(axis, dict(inside), x, intervals or {})
        words += _draw_references(axis, reference or {}, x) + _draw_marks(axis, marks or {})
        axis.set(title=_wrapped(title), xlabel=xlabel, ylabel="" if number % axes.shape[1] else ylabel, **options)
        _name_ticks(fig, axis, x, fig.get_figwidth() / axes.shape[1])
        sentences.append(f"{title}{': ' * bool(title)}{'; '.join(words)}")
    _legend(fig, axes[0, 0])
    what = f"Line plot{_s(panels)}{_of(ylabel)}{_against(xlabel)}{_logarithmic(options)}"
    show(fig, f"{what}. {'. '.join(sentences)}.")


def bars(
    values: Mapping[str, Any],
    xlabel: str = "",
    intervals: Mapping[str, Any] | None = None,
    reference: Mapping[str, float] | None = None,
    dots: bool = False,
    **options: Any,
) -> None:
    """Draw a bar for each value, its name at the left; or groups of bars.

        plots.bars({"dense": 88.1, "convnet": [91.2, 90.9, 91.4]}, "accuracy, %", reference={"commonest class": 10})
        plots.bars({"cats": {"small": 81, "large": 90}, "dogs": {"small": 84, "large": 89}}, "sensitivity, %")
        plots.bars({"with pooling": compare(right, right_without)}, "points", dots=True, reference={"no difference": 0})

    Args:
        values: a number by name; or several, one a seed, drawn as their mean and a small dot each; or what
            `measure.compare` returns, drawn with its interval. Or groups by name, each such a mapping.
        xlabel: what the values are, with their unit.
        intervals: lower and upper end by name, drawn as an error bar; of groups by group, then by name.
        reference: what to compare with, by name, drawn as dotted lines.
        dots: draw dots in place of bars, on an axis that need not begin at 0: for values that lie close together.
        options: more properties of the axes, as `Axes.set` takes them: `xlim=(80, 100)`, `xscale="log"`, …
    """
    show(*bar_chart(values, xlabel, intervals, reference, dots, **options))


def bar_chart(
    values: Mapping[str, Any],
    xlabel: str = "",
    intervals: Mapping[str, Any] | None = None,
    reference: Mapping[str, float] | None = None,
    dots: bool = False,
    **options: Any,
) -> tuple[Figure, str]:
    """The figure that `bars` shows, and its alt text; for a place other than a notebook."""
    grouped = _is_nested(values)
    groups = {name: value if grouped else {"": value} for name, value in dict(values).items()}
    names = list(dict.fromkeys(name for group in groups.values() for name in group))
    gap = 0.6 if grouped else 0.0
    fig, axes = figure(width=7, height=0.9 + 0.34 * sum(len(group) + gap for group in groups.values()))
    axis, sentences, ticks, row = axes[0, 0], [], [], 0.0
    for group, inside in groups.items():
        words = []
        ticks.append(row + (len(inside) - 1) / 2)
        for name, value in inside.items():
            ends = (intervals or {}).get(group, {} if grouped else None)
            bar = _bar(value, ends.get(name) if isinstance(ends, Mapping) else ends)
            _draw_bar(axis, row, bar, _look(names.index(name)), dots, name)
            words.append(f"{name} {bar.words()}".strip())
            row += 1
        row += gap
        sentences.append(f"{group}{':' * grouped} {', '.join(words)}")
    sentences += _draw_marks(axis, reference or {})
    axis.set_yticks(ticks, [_wrapped(name) for name in groups])
    axis.tick_params(axis="y", length=0)
    axis.grid(visible=False, axis="y")
    axis.margins(x=0.12)
    axis.set(xlabel=xlabel, ylim=(row - gap - 0.4, -0.6), **options)
    _legend(fig, axis, least=1)
    return fig, f"{'Dots' if dots else 'Bars'}{_of(xlabel)}{_logarithmic(options)}: {'; '.join(sentences)}."


def scatter(
    points: Mapping[str, tuple[Any, Any]],
    xlabel: str = "",
    ylabel: str = "",
    intervals: Mapping[str, Any] | None = None,
    curves: Mapping[str, Callable[[np.ndarray], Any]] | None = None,
    **options: Any,
) -> None:
    """Draw points, with their intervals and with lines fitted to them if given.

        plots.scatter({"examples": (x, y)}, "x", "y", curves={"model": lambda x: a * x + b})
        plots.scatter({"bins": (said, seen)}, "predicted", "seen", intervals={"bins": ends}, curves={"ideal": lambda p: p})

    Args:
        points: by name the x and the y of some points, floats (n,) each; of an (n, 2) array that is `array.T`.
        xlabel: what x is, with its unit.
        ylabel: what y is, with its unit.
        intervals: lower and upper ends of y by name, floats (n, 2), drawn as error bars.
        curves: functions of x by name, each called with floats (200,) over the range of all points and drawn as a line.
        options: more properties of the axes, as `Axes.set` takes them: `xlim=(0, 1)`, `aspect="equal"`, …
    """
    fig, axes = figure(width=6.4, height=4)
    axis, sentences = axes[0, 0], []
    each = {name: np.asarray(pair, "float64") for name, pair in points.items()}
    for number, (name, (x, y)) in enumerate(each.items()):
        look = _look(number, "none") | ({"markersize": 3.5, "alpha": 0.6} if len(x) > MOST_MARKERS else {})
        axis.plot(x, y, label=_wrapped(name), **look)
        if intervals and name in intervals:
            _draw_intervals(axis, x, y, intervals[name], look["color"])
        sentences.append(_points_in_words(name, x, y))
    every = np.concatenate([x for x, _ in each.values()])
    fine = np.linspace(every.min(), every.max(), 200)
    for number, (name, function) in enumerate((curves or {}).items()):
        heights = np.asarray(function(fine), "float64")
        style = LINE_STYLES[number % len(LINE_STYLES)]
        axis.plot(fine, heights, style, color="black", linewidth=1.5, label=_wrapped(name))
        sentences.append(f"line {_course(name, fine, heights)}")
    axis.set(xlabel=xlabel, ylabel=ylabel, **options)
    _legend(fig, axis)
    show(fig, f"Scatter plot{_of(ylabel)}{_against(xlabel)}{_logarithmic(options)}: {'; '.join(sentences)}.")


def histogram(
    values: Mapping[str, Any],
    xlabel: str = "",
    ylabel: str = "count",
    bins: Any = 40,
    marks: Mapping[str, float] | None = None,
    **options: Any,
) -> None:
    """Draw how often which values occur.

        plots.histogram({"reviews": lengths}, "words", marks={"cut off at": 200})

    Args:
        values: floats (n,) by name; several are drawn over each other, in the same bins.
        xlabel: what the values are, with their unit.
        ylabel: what is counted.
        bins: how many, or their edges.
        marks: places on the x axis by name, drawn as upright dashed lines.
        options: more properties of the axes, as `Axes.set` takes them: `yscale="log"`, …
    """
    fig, axes = figure(width=7, height=3)
    axis, sentences = axes[0, 0], []
    each = {name: np.asarray(numbers, "float64").ravel() for name, numbers in dict(values).items()}
    edges = np.histogram_bin_edges(np.concatenate(list(each.values())), bins)
    for number, (name, numbers) in enumerate(each.items()):
        counts, look = np.histogram(numbers, edges)[0], _look(number)
        axis.stairs(counts, edges, fill=True, color=look["color"], alpha=1 if len(each) == 1 else 0.3)
        axis.stairs(counts, edges, color=look["color"], linestyle=look["linestyle"], label=_wrapped(name))
        most = int(counts.argmax())
        sentences.append(
            f"{name}: {len(numbers):,} values from {_number(numbers.min())} to {_number(numbers.max())}, median "
            f"{_number(np.median(numbers))}, most between {_number(edges[most])} and {_number(edges[most + 1])}"
        )
    sentences += _draw_marks(axis, marks or {})
    axis.set(xlabel=xlabel, ylabel=ylabel, **options)
    _legend(fig, axis)
    show(fig, f"Histogram{_of(xlabel)}{_logarithmic(options)}. {'; '.join(sentences)}.")


def confusion_matrix(labels: np.ndarray, predictions: np.ndarray, class_names: Sequence[str]) -> np.ndarray:
    """Draw how often each class was taken for each other one, mistakes tinted; return the counts.

    Args:
        labels: (n,) integers, the true classes.
        predictions: (n,) integers, the predicted classes.
        class_names: names by class number.

    Returns:
        (classes, classes) int64: row = true class, column = predicted class.
    """
    from sklearn.metrics import confusion_matrix as count

    counts = count(labels, predictions, labels=range(len(class_names)))
    side = 0.9 + 0.55 * len(class_names)
    longest = max(map(len, class_names))
    fig, axes = figure(width=side + 0.085 * longest, height=side + 0.06 * longest)
    # what is right would take all the colours, so only mistakes have them, the rarest ones too; the diagonal is grey
    right = np.eye(len(class_names), dtype=bool)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    most = float(shares[~right].max(initial=0)) or 1.0
    axes[0, 0].imshow(right, cmap="Greys", vmin=0, vmax=8)
    axes[0, 0].imshow(np.ma.masked_where(right | (counts == 0), shares), cmap="Oranges", vmin=-0.15 * most, vmax=most)
    _write_cells(axes[0, 0], counts.astype(str), ~right & (shares > 0.6 * most))
    _name_cells(axes[0, 0], class_names, class_names)
    axes[0, 0].set(xlabel="predicted class", ylabel="true class")
    show(fig, f"Confusion matrix, {counts.trace()} of {counts.sum()} right. {_worst_confusions(counts, class_names)}")
    return counts


def prediction_strip(
    images: np.ndarray, probabilities: np.ndarray, labels: np.ndarray, class_names: Sequence[str], columns: int = 8
) -> None:
    """Show images with the most probable class under each; a wrong one has a cross and its true class, not colour alone.

    Args:
        images: as for `image_grid`.
        probabilities: (n, classes) floats; or (n, 1) or (n,), what one sigmoid unit says of class 1.
        labels: (n,) integers, the true classes.
        class_names: names by class number.
    """
    probabilities = _of_each_class(np.asarray(probabilities, "float32"))
    captions, sentences = [], []
    for probability, label in zip(probabilities, labels, strict=True):
        predicted = int(np.argmax(probability))
        said, truth = f"{class_names[predicted]} {_percent(probability[predicted])}", f"is {class_names[label]}"
        captions.append(f"✓ {said}" if predicted == label else f"✗ {said}\n{truth}")
        sentences.append(said if predicted == label else f"{said} ({truth})")
    fig, axes = _frames(images, columns, 1.35, captions, below=True)
    for axis, image, caption in zip(axes.flat, images, captions, strict=False):
        _draw_image(axis, image)
        axis.xaxis.label.set_color(RED if caption.startswith("✗") else BLUE)
    show(fig, f"{len(images)} pictures with their predicted class and its probability: {'; '.join(sentences)}.")


def _percent(share: float) -> str:
    """A probability in per cent; one that is all but certain is not rounded to certainty."""
    if share >= 0.9995:
        return "> 99.9\N{NO-BREAK SPACE}%"
    return f"{100 * share:.{1 if share > 0.99 else 0}f}\N{NO-BREAK SPACE}%"


def _of_each_class(probabilities: np.ndarray) -> np.ndarray:
    """(n, classes) from the same, or from the (n, 1) or (n,) probabilities of class 1 that a single sigmoid unit gives."""
    if probabilities.ndim == 2 and probabilities.shape[1] > 1:
        return probabilities
    of_class_1 = probabilities.reshape(-1)
    return np.stack([1 - of_class_1, of_class_1], axis=1)


def _small_png(fig: Figure) -> bytes:
    """The figure in a palette of its own colours; it is closed."""
    drawn, png = io.BytesIO(), io.BytesIO()
    fig.savefig(drawn, format="png", dpi=DOTS_PER_INCH)
    plt.close(fig)
    # maximum coverage keeps the colours of small things, such as a frame around a part of a photograph
    picture = Image.open(drawn).convert("RGB").quantize(COLORS, Image.Quantize.MAXCOVERAGE, GOOD_ENOUGH)
    picture.save(png, format="png", optimize=True)
    return png.getvalue()


def axes_places(fig: Figure) -> list[Bbox]:
    """Where the layout has put each of the figure's axes, in shares of the figure; call it after the figure was drawn."""
    return [axis.get_position(original=True) for axis in fig.axes]


def _quick_png(fig: Figure, places: Sequence[Bbox]) -> bytes:
    """The figure with its axes at `places`, drawn once; the figure is closed."""
    fig.set_layout_engine("none")
    for axis, place in zip(fig.axes, places, strict=True):
        axis.set_position(place)
    fig.set_dpi(DOTS_PER_INCH)
    canvas = FigureCanvasAgg(fig)
    canvas.draw()
    plt.close(fig)
    png = io.BytesIO()
    Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB").save(png, format="png", compress_level=1)
    return png.getvalue()


def _draw_image(axis: Axes, image: Any) -> None:
    shares = _as_shares(image)
    # what is small keeps its pixels; a photograph would lose lines, and take more bytes, where pixels are left out
    axis.imshow(shares, vmin=0, vmax=1, interpolation="nearest" if len(shares) <= 64 else "auto")


def _as_shares(image: Any) -> np.ndarray:
    """(height, width) or (height, width, 3) float32 from 0 to 1."""
    image = np.squeeze(np.asarray(image, dtype="float32"))
    return image / 255 if image.max() > 1 else image


MOST_MARKERS = 60  # of a series; with more, they are a caterpillar


@dataclass(frozen=True)
class _Curve:
    """What is drawn of one or several runs: floats (points,) each."""

    mean: np.ndarray
    low: np.ndarray
    high: np.ndarray
    runs: int

    def spread(self) -> str:
        if self.runs == 1:
            return ""
        return f" (mean of {self.runs} seeds, which end between {_number(self.low[-1])} and {_number(self.high[-1])})"


def _curve(values: Any) -> _Curve:
    """Of (points,) or (runs, points); as far as the shortest run goes."""
    values = list(values)
    runs = values if np.ndim(values[0]) else [values]
    shortest = min(map(len, runs))
    table = np.array([np.asarray(run, "float64")[:shortest] for run in runs])
    return _Curve(table.mean(axis=0), table.min(axis=0), table.max(axis=0), len(table))


@dataclass(frozen=True)
class _Bar:
    """A value, the ends of its interval if there is one, and what it is the mean of."""

    value: float
    ends: tuple[float, float] | None
    seeds: np.ndarray

    def words(self) -> str:
        words = _number(self.value)
        if len(self.seeds) > 1:
            words += f" (mean of {len(self.seeds)} seeds, {_number(self.seeds.min())} to {_number(self.seeds.max())})"
        if self.ends:
            words += f" (interval {_number(self.ends[0])} to {_number(self.ends[1])})"
        return words


def _bar(value: Any, ends: Any) -> _Bar:
    if hasattr(value, "low") and hasattr(value, "high"):  # a Difference
        return _Bar(float(value.value), (float(value.low), float(value.high)), np.empty(0))
    seeds = np.atleast_1d(np.asarray(value, "float64"))
    return _Bar(float(seeds.mean()), None if ends is None else (float(ends[0]), float(ends[1])), seeds)


def _draw_bar(axis: Axes, row: float, bar: _Bar, look: dict[str, Any], dots: bool, name: str) -> None:
    known = axis.get_legend_handles_labels()[1]
    label = "" if _wrapped(name) in known else _wrapped(name)
    if dots:
        axis.plot(bar.value, row, look["marker"], color=look["color"], markersize=8, label=label)
    else:
        axis.barh(row, bar.value, height=0.75, color=look["color"], label=label)
    end = bar.value
    if bar.ends:
        axis.hlines(row, *bar.ends, color="black", linewidth=1.5)
        axis.plot(bar.ends, (row, row), "|", color="black", markersize=8)
        end = max(end, bar.ends[1])
    if len(bar.seeds) > 1:
        axis.plot(bar.seeds, np.full(len(bar.seeds), row), "o", color="white", markeredgecolor="black", markersize=4)
        end = max(end, bar.seeds.max())
    left = end < 0 and not dots
    axis.annotate(
        _number(bar.value), (min(bar.value, *(bar.ends or (0,))) if left else end, row), (-6 if left else 6, 0),
        textcoords="offset points", ha="right" if left else "left", va="center", fontsize=9,
    )  # fmt: skip


def _look(number: int, style: str | None = None) -> dict[str, Any]:
    """Colour, dash and marker of the n-th series; a seventh has the first one's colour again, but another marker."""
    return {
        "color": PALETTE[number % len(PALETTE)],
        "linestyle": style or LINE_STYLES[number % len(LINE_STYLES)],
        "marker": MARKERS[(number + number // len(PALETTE)) % len(MARKERS)],
        "markersize": 5,
    }


def _draw_curve(axis: Axes, x: np.ndarray, curve: _Curve, label: str, look: dict[str, Any]) -> None:
    if len(x) > MOST_MARKERS:
        look = look | {"markevery": len(x) // 10} if look["linestyle"] != "-" else look | {"marker": ""}
    axis.plot(x, curve.mean, label=_wrapped(label), **look)
    if curve.runs > 1:
        axis.fill_between(x, curve.low, curve.high, color=look["color"], alpha=0.2, linewidth=0)


def _draw_series(axis: Axes, series: Mapping[str, Any], x: Any, intervals: Mapping[str, Any]) -> list[str]:
    sentences = []
    for number, (name, values) in enumerate(series.items()):
        curve, look = _curve(values), _look(number)
        if x is not None and len(x) != len(curve.mean):
            raise ValueError(f"{name} has {len(curve.mean)} values, but there are {len(x)} x.")
        across = _positions(x, len(curve.mean))
        if _are_names(x):
            across = across + 0.06 * (number - (len(series) - 1) / 2)  # beside each other, where intervals would meet
        _draw_curve(axis, across, curve, name, look)
        ends = intervals.get(name)
        if ends is not None:
            _draw_intervals(axis, across, curve.mean, ends, look["color"])
        at = list(x) if _are_names(x) else across
        sentences.append(_course(name, at, curve.mean) + curve.spread() + _interval_at_end(ends))
    return sentences


def _draw_intervals(axis: Axes, x: np.ndarray, y: np.ndarray, ends: Any, color: str) -> None:
    low, high = np.asarray(ends, "float64").T
    below, above = np.maximum(y - low, 0), np.maximum(high - y, 0)
    axis.errorbar(x, y, (below, above), fmt="none", ecolor=color, capsize=4, elinewidth=1.5)


def _interval_at_end(ends: Any) -> str:
    return "" if ends is None else f", interval at the end {_number(ends[-1][0])} to {_number(ends[-1][1])}"


def _draw_references(axis: Axes, reference: Mapping[str, Any], x: Any = None) -> list[str]:
    """Draw levels, or series of them; return what each is, in words."""
    sentences = []
    for name, level in reference.items():
        style: dict[str, Any] = {"color": GREY, "linestyle": ":", "label": _wrapped(name)}
        if np.ndim(level):
            across = _positions(x, len(level))
            axis.plot(across, level, **style)
            sentences.append(_course(name, list(x) if _are_names(x) else across, np.asarray(level, "float64")))
        else:
            axis.axhline(level, **style)
            sentences.append(f"{name} at {_number(level)}")
    return sentences


def _draw_marks(axis: Axes, marks: Mapping[str, float]) -> list[str]:
    """Draw upright lines at places of the x axis; return where each is, in words."""
    for (name, place), style in zip(marks.items(), ("--", ":", "-.") * len(marks), strict=False):
        axis.axvline(place, color="black", linestyle=style, linewidth=1.5, label=_wrapped(name))
    return [f"{name} at {_number(place)}" for name, place in marks.items()]


def _panels(count: int, sharey: bool) -> tuple[Figure, np.ndarray]:
    columns = {1: 1, 2: 2, 4: 2}.get(count, 3)
    rows = -(-count // columns)
    fig, axes = figure(rows, columns, width=(7.0, 9.0, 10.0)[columns - 1], height=3.4 * rows, sharey=sharey)
    for axis in axes.flat[count:]:
        axis.axis("off")
    return fig, axes


def _frames(
    images: Any,
    columns: int,
    size: float,
    titles: Sequence[str] = (),
    rows: Sequence[str] = (),
    below: bool = False,
) -> tuple[Figure, np.ndarray]:
    """A figure with room for these images, a title above or below each, or above each column of named rows."""
    count = len(images)
    columns = min(columns, count)
    # wide pictures need less height than width
    tallest = min(1.0, max(shape[0] / shape[1] for shape in (np.squeeze(image).shape for image in images)))
    height = -(-count // columns)
    titles = [_wrapped(title, max(int(12 * size), 8)) for title in titles]
    most = max((title.count("\n") + 1 for title in titles), default=0)
    names = [_wrapped(name, 16) for name in rows]
    margin = 0.5 + 0.08 * max(len(line) for name in names for line in name.split("\n")) if rows else 0
    words = (0.17 * most + 0.1) * (1 if rows else height) if titles else 0
    fig, axes = figure(height, columns, width=columns * size + margin, height=height * (size * tallest + 0.1) + words)
    for axis in axes.flat:
        axis.set(xticks=[], yticks=[], frame_on=False, anchor="N" if below else "S")
        axis.grid(False)
    for axis, title in zip(axes.flat, titles, strict=False):
        if below:
            axis.set_xlabel(title, fontsize=9)
        else:
            axis.set_title(title, fontsize=9)
    for axis, name in zip(axes[:, 0], names, strict=False):
        axis.set_ylabel(name, fontsize=10, rotation=0, ha="right", va="center")
    return fig, axes


def _grid_in_words(shape: tuple[int, ...], count: int, titles: Sequence[str], rows: Sequence[str]) -> str:
    if rows:
        columns = f"; columns: {', '.join(titles)}" if titles else ""
        return f"{len(rows)} row{_s(rows)} of {shape[1]} pictures: {', '.join(rows)}{columns}."
    return f"{count} pictures in {shape[0]} row{'s' * (shape[0] > 1)}{': ' * bool(titles)}{', '.join(titles)}."


def _draw_map(axis: Axes, each: np.ndarray, picture: Any, most: float, signed: bool) -> AxesImage:
    """A map in colours; over a picture it is the less seen the weaker it is."""
    colors: dict[str, Any] = {"cmap": DIVERGING, "vmin": -most} if signed else {"cmap": SEQUENTIAL, "vmin": 0}
    if picture is None:
        return axis.imshow(each, vmax=most, **colors)
    strength = np.clip(np.abs(each) / most, 0, 1)
    picture = _as_shares(picture)
    grey = picture if picture.ndim == 2 else picture @ (0.299, 0.587, 0.114)
    axis.imshow(grey, vmin=0, vmax=1)
    extent = (-0.5, grey.shape[1] - 0.5, grey.shape[0] - 0.5, -0.5)
    return axis.imshow(each, vmax=most, extent=extent, interpolation="bilinear", alpha=0.7 * strength**0.7, **colors)


def _strongest(each: np.ndarray) -> str:
    """Where a map has its largest number, and on how much of its area half as large ones."""
    largest = float(each.max())
    if not np.abs(each).max():
        return "zero everywhere"
    words = f"highest, {_number(largest)}, {_place(each)}"
    if each.min() < 0:
        return f"{words}; lowest, {_number(each.min())}, {_place(-each)}"
    return f"{words}, more than half of that on {_percent(float(np.mean(each > largest / 2)))} of the area"


def _place(each: np.ndarray) -> str:
    """Where in a map its largest number is, in words."""
    row, column = np.unravel_index(int(each.argmax()), each.shape)
    up = ("at the top", "in the middle", "at the bottom")[3 * int(row) // each.shape[0]]
    across = ("left", "", "right")[3 * int(column) // each.shape[1]]
    return f"{up} {across}".strip()


def _write_cells(axis: Axes, texts: Any, on_dark: np.ndarray) -> None:
    """Write into the cells of a table: white where it is dark, and zeros in grey."""
    for (row, column), dark in np.ndenumerate(on_dark):
        text = texts[row][column]
        color = "white" if dark else GREY if text == "0" else "black"
        axis.text(column, row, text, ha="center", va="center", color=color, fontsize=9)


def _name_cells(axis: Axes, rows: Sequence[str], columns: Sequence[str]) -> None:
    axis.set_xticks(range(len(columns)), columns, rotation=45, ha="right", rotation_mode="anchor")
    axis.set_yticks(range(len(rows)), rows)
    axis.tick_params(length=0)
    axis.grid(False)


def _name_ticks(fig: Figure, axis: Axes, x: Any, width: float) -> None:
    """Ticks where the points are, if `x` are names or few numbers on a logarithmic axis; at whole numbers, if all are."""
    if _are_names(x):
        room = int(9 * width / len(x)) - 1
        names = [_wrapped(name, room) for name in x]
        if max(len(line) for name in names for line in name.split("\n")) > room:  # a word is too long
            names = [_wrapped(name, 24) for name in x]
            axis.set_xticks(range(len(x)), names, rotation=30, ha="right", rotation_mode="anchor")
        else:
            axis.set_xticks(range(len(x)), names)
        fig.set_figheight(fig.get_figheight() + 0.17 * max(name.count("\n") for name in names))
    elif axis.get_xscale() == "log" and x is not None and len(x) <= 8:
        axis.set_xticks(x, [_number(value) for value in x])
        axis.minorticks_off()
    elif axis.get_xscale() == "linear" and (x is None or np.asarray(x).dtype.kind in "iu"):
        axis.xaxis.set_major_locator(MaxNLocator("auto", integer=True, steps=(1, 2, 5, 10)))


def _legend(fig: Figure, axis: Axes, least: int = 2) -> None:
    """Name what is drawn, above the axes, where no curve runs; unless it is so little that it needs no name."""
    handles, labels = axis.get_legend_handles_labels()
    if len(labels) < least:
        return
    longest = max(len(line) for label in labels for line in label.split("\n"))
    columns = min(len(labels), max(1, int(12.5 * fig.get_figwidth() / (longest + 6))))
    rows = [labels[start::columns] for start in range(columns)]
    height = max(sum(label.count("\n") + 1 for label in column) for column in rows)
    fig.set_figheight(fig.get_figheight() + 0.22 * height)
    fig.legend(handles, labels, loc="outside upper center", ncols=columns, fontsize=10)


def _is_nested(values: Mapping[str, Any]) -> bool:
    return all(isinstance(value, Mapping) for value in dict(values).values())


def _are_names(x: Any) -> bool:
    return x is not None and np.asarray(x).dtype.kind in "UOS"


def _positions(x: Any, count: int) -> np.ndarray:
    """Where points stand on the x axis."""
    return np.arange(count) if x is None or _are_names(x) else np.asarray(x)


def _course(name: str, x: Any, y: np.ndarray, few: int = 6) -> str:
    """A series in words: every value of a few, else both ends and what lies beyond them."""
    if np.isnan(y).all():
        return f"{name} has no values"
    if len(y) <= few:
        return f"{name} {', '.join(f'{_number(value)} at {_number(place)}' for place, value in zip(x, y, strict=True))}"
    words = f"{name} from {_number(y[0])} at {_number(x[0])} to {_number(y[-1])} at {_number(x[-1])}"
    for what, place in (("highest", int(np.nanargmax(y))), ("lowest", int(np.nanargmin(y)))):
        if y[place] not in (y[0], y[-1]):
            words += f", {what} {_number(y[place])} at {_number(x[place])}"
    return words


def _points_in_words(name: str, x: np.ndarray, y: np.ndarray, few: int = 6) -> str:
    if len(x) <= few:
        return f"{name} {', '.join(f'({_number(a)}, {_number(b)})' for a, b in zip(x, y, strict=True))}"
    ranges = f"x from {_number(x.min())} to {_number(x.max())}, y from {_number(y.min())} to {_number(y.max())}"
    together = f", correlation {np.corrcoef(x, y)[0, 1]:.2f}" if x.std() and y.std() else ""
    return f"{name}, {len(x):,} points, {ranges}{together}"


def _number(value: Any) -> str:
    """A number as a reader would say it; whatever is none, as it is."""
    if not isinstance(value, Real):
        return str(value)
    return f"{float(value):,.0f}" if abs(float(value)) >= 1000 else f"{float(value):.3g}"


def _wrapped(text: Any, width: int = 36) -> str:
    return "\n".join(textwrap.fill(line, width, break_long_words=False) for line in str(text).split("\n"))


def _of(what: str) -> str:
    return f" of {what}" if what else ""


def _against(what: str) -> str:
    return f" against {what}" if what else ""


def _logarithmic(options: Mapping[str, Any]) -> str:
    axes = [name for name in ("x", "y") if options.get(f"{name}scale") == "log"]
    return f", logarithmic {' and '.join(axes)} axis" if axes else ""


def _s(several: Any) -> str:
    return "s" * (len(several) > 1)


def _worst_confusions(counts: np.ndarray, class_names: Sequence[str], most: int = 3) -> str:
    wrong = counts - np.diag(counts.diagonal())
    worst = np.argsort(wrong, axis=None)[::-1][:most]
    pairs = [np.unravel_index(index, wrong.shape) for index in worst if wrong.flat[index]]
    if not pairs:
        return "No mistakes."
    listed = ", ".join(f"{class_names[row]} taken for {class_names[column]} ({wrong[row, column]})" for row, column in pairs)
    return f"Most frequent mistakes: {listed}."

"""Figures in one accessible style, each with alt text that travels with it into the notebook and exported HTML."""

import html
import io
from base64 import b64encode
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypedDict

import matplotlib.pyplot as plt
import numpy as np
from IPython.display import display
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.rcsetup import cycler
from matplotlib.transforms import Bbox
from PIL import Image

from course_utils import fonts

if TYPE_CHECKING:
    from matplotlib.typing import RcKeyType

# Okabe and Ito (2008): told apart with any colour vision, and in grey print by lightness.
BLUE, ORANGE, GREEN, PINK, SKY, RED, YELLOW, GREY = (
    "#0072B2",
    "#E69F00",
    "#009E73",
    "#CC79A7",
    "#56B4E9",
    "#D55E00",
    "#F0E442",
    "#767676",
)
# Neighbours differ in lightness. Lines differ in dash or marker too, so that no reader depends on their colour.
PALETTE = (BLUE, ORANGE, GREEN, SKY, RED, PINK)
LINE_STYLES = ("-", "--", "-.", ":")
MARKERS = ("o", "s", "^", "D", "v", "P")
SEQUENTIAL = "viridis"
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
    "grid.color": "#DDDDDD",
    "lines.linewidth": 2.0,
    "axes.prop_cycle": cycler(color=PALETTE),
    "legend.frameon": False,
    "image.cmap": "gray",
    "image.interpolation": "nearest",
}
DOTS_PER_INCH = 110
# Enough for photographs at the size of a figure; a notebook with twenty of them stays small enough for a repository.
COLORS, COLORS_OF_FALLBACK = 64, 32
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

    The alt text stands where each reader looks for it. JupyterLab and nbconvert give no `alt` to a bare PNG, so the picture
    is an HTML image as well, in WebP, which is smaller; the PNG is for PDF and for readers that show no HTML, the text for
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
    if places is None:
        kind, (picture, png) = "webp", _small(fig)
    else:
        kind, png = "png", _quick_png(fig, places)
        picture = png
    image = f'<img src="data:image/{kind};base64,{b64encode(picture).decode()}" alt="{html.escape(alt)}">'
    return {"text/html": image, "image/png": png, "text/plain": alt}, {"image/png": {"alt": alt}}


def image_grid(images: np.ndarray, titles: Sequence[str], columns: int = 8, size: float = 1.15, alt: str = "") -> None:
    """Show images in rows, a title above each.

    Args:
        images: (n, height, width), (n, height, width, 1) or (n, height, width, 3); uint8, or floats from 0 to 1 or 0 to 255.
        titles: one a picture.
        size: inches a picture.
        alt: what the pictures show; by default their titles are listed.
    """
    if len(images) != len(titles):
        raise ValueError(f"There are {len(images)} images but {len(titles)} titles.")
    columns = min(columns, len(images))
    rows = -(-len(images) // columns)
    fig, axes = figure(rows, columns, width=columns * size, height=rows * (size + 0.3))
    for axis, image, title in zip(axes.flat, images, titles, strict=False):
        _draw_image(axis, image)
        axis.set_title(title, fontsize=9)
    for axis in axes.flat:
        axis.axis("off")
    show(fig, alt or f"{len(images)} pictures in {rows} row{'s' * (rows > 1)}: {', '.join(titles)}.")


def learning_curves(
    histories: Mapping[str, Mapping[str, Sequence[float]]], metric: str = "accuracy", baseline: float | None = None
) -> None:
    """Draw training and validation curves of one or several runs, epoch by epoch.

    Args:
        histories: `History.history` of each run by its name; a run's validation curve is its `val_` + `metric`, if kept.
        metric: key in the histories.
        baseline: value of the naive way, drawn as a dotted line.
    """
    fig, axes = figure(width=7, height=3.8)
    axis, sentences = axes[0, 0], []
    for number, (name, history) in enumerate(histories.items()):
        # a seventh run has the first one's colour again, but another marker
        color, marker = PALETTE[number % len(PALETTE)], MARKERS[(number + number // len(PALETTE)) % len(MARKERS)]
        for key, label, style in ((metric, f"{name}, training", "--"), (f"val_{metric}", f"{name}, validation", "-")):
            values = history.get(key)
            if values:
                epochs = range(1, len(values) + 1)
                axis.plot(epochs, values, style, color=color, marker=marker, markersize=5, label=label)
                sentences.append(f"{label} from {values[0]:.3g} to {values[-1]:.3g} over {len(values)} epochs")
    if baseline is not None:
        axis.axhline(baseline, color=GREY, linestyle=":", label="baseline")
        sentences.append(f"baseline at {baseline:.3g}")
    axis.set(xlabel="epoch", ylabel=metric.replace("_", " "))
    axis.xaxis.get_major_locator().set_params(integer=True)
    axis.legend()
    show(fig, f"Learning curves of {metric.replace('_', ' ')}: {'; '.join(sentences)}.")


def confusion_matrix(labels: np.ndarray, predictions: np.ndarray, class_names: Sequence[str]) -> np.ndarray:
    """Draw how often each class was taken for each other one; return the counts.

    Args:
        labels: (n,) integers, the true classes.
        predictions: (n,) integers, the predicted classes.
        class_names: names by class number.

    Returns:
        (classes, classes) int64: row = true class, column = predicted class.
    """
    from sklearn.metrics import confusion_matrix as count

    counts = count(labels, predictions, labels=range(len(class_names)))
    side = 1.8 + 0.55 * len(class_names)
    fig, axes = figure(width=side + 0.6, height=side)
    axis = axes[0, 0]
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    axis.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    for (row, column), count_ in np.ndenumerate(counts):
        color = "white" if shares[row, column] > 0.5 else "black" if count_ else GREY
        axis.text(column, row, f"{count_}", ha="center", va="center", color=color, fontsize=9)
    axis.set_xticks(range(len(class_names)), class_names, rotation=45, ha="right", rotation_mode="anchor")
    axis.set_yticks(range(len(class_names)), class_names)
    axis.set(xlabel="predicted class", ylabel="true class")
    axis.grid(False)
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
    columns = min(columns, len(images))
    rows = -(-len(images) // columns)
    fig, axes = figure(rows, columns, width=columns * 1.35, height=rows * 1.95)
    sentences = []
    for axis, image, probability, label in zip(axes.flat, images, probabilities, labels, strict=False):
        predicted = int(np.argmax(probability))
        right = predicted == label
        _draw_image(axis, image)
        verdict = f"{'✓' if right else '✗'} {class_names[predicted]}\n{probability[predicted]:.0%}"
        truth = "" if right else f"\nis: {class_names[label]}"
        axis.set_title(verdict + truth, fontsize=9, color=BLUE if right else RED, va="top", y=-0.08)
        sentences.append(
            f"{class_names[predicted]} {probability[predicted]:.0%}{'' if right else f' (is {class_names[label]})'}"
        )
    for axis in axes.flat:
        axis.axis("off")
    show(fig, f"{len(images)} pictures with their predicted class and its probability: {'; '.join(sentences)}.")


def _of_each_class(probabilities: np.ndarray) -> np.ndarray:
    """(n, classes) from the same, or from the (n, 1) or (n,) probabilities of class 1 that a single sigmoid unit gives."""
    if probabilities.ndim == 2 and probabilities.shape[1] > 1:
        return probabilities
    of_class_1 = probabilities.reshape(-1)
    return np.stack([1 - of_class_1, of_class_1], axis=1)


def _small(fig: Figure) -> tuple[bytes, bytes]:
    """The figure in few colours, which takes a fifth of the bytes, as WebP and, for lack of that, as PNG; it is closed."""
    drawn, webp, png = io.BytesIO(), io.BytesIO(), io.BytesIO()
    fig.savefig(drawn, format="png", dpi=DOTS_PER_INCH)
    plt.close(fig)
    picture = Image.open(drawn).convert("RGB")
    picture.quantize(COLORS).convert("RGB").save(webp, format="webp", lossless=True, quality=100)
    picture.quantize(COLORS_OF_FALLBACK).save(png, format="png", optimize=True)
    return webp.getvalue(), png.getvalue()


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


def _draw_image(axis: Axes, image: np.ndarray) -> None:
    image = np.asarray(image, dtype="float32")
    scale = 255.0 if image.max() > 1 else 1.0
    axis.imshow(np.squeeze(image) / scale, vmin=0, vmax=1)


def _worst_confusions(counts: np.ndarray, class_names: Sequence[str], most: int = 3) -> str:
    wrong = counts - np.diag(counts.diagonal())
    worst = np.argsort(wrong, axis=None)[::-1][:most]
    pairs = [np.unravel_index(index, wrong.shape) for index in worst if wrong.flat[index]]
    if not pairs:
        return "No mistakes."
    listed = ", ".join(f"{class_names[row]} taken for {class_names[column]} ({wrong[row, column]})" for row, column in pairs)
    return f"Most frequent mistakes: {listed}."

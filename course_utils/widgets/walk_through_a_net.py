"""Playground of lesson 20: walk through a network, layer by layer and channel by channel."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from course_utils import plots
from course_utils.errors import CourseError
from course_utils.explain.activations import View, zero_shares
from course_utils.widgets import Slider, percent, playground


def mosaic(maps: np.ndarray) -> tuple[np.ndarray, int]:
    """All channels side by side, row by row, with a line of NaN around each.

    Args:
        maps: (height, width, channels) numbers.

    Returns:
        The tiles as one float32 array, and the number of tiles in a row.
    """
    height, width, channels = maps.shape
    columns = int(np.ceil(np.sqrt(channels)))
    rows = -(-channels // columns)
    tiles = np.full((rows * columns, height + 1, width + 1), np.nan, "float32")
    tiles[:channels, 1:, 1:] = np.moveaxis(maps, 2, 0)
    sheet = tiles.reshape(rows, columns, height + 1, width + 1).swapaxes(1, 2).reshape(rows * (height + 1), -1)
    return np.pad(sheet, ((0, 1), (0, 1)), constant_values=np.nan), columns


def seen_pixels(view: View, place: int, size: int) -> tuple[float, float]:
    """First and last pixel, along one axis of `size` pixels, that the unit at `place` sees; cut off at the edge."""
    middle, half = view.first + place * view.jump, (view.field - 1) / 2
    return max(middle - half, 0), min(middle + half, size - 1)


def picture(image: np.ndarray, maps: np.ndarray, channel: int, view: View, layer: str) -> tuple[Figure, str]:
    """The picture with what the strongest unit of a channel sees of it, that channel's map, and all maps of the layer.

    The one map is drawn from dark at 0 to its own largest value, the maps side by side to the largest of the layer.

    Args:
        image: (height, width, 3) uint8.
        maps: (rows, columns, channels) numbers, the layer's output for this picture; 0 or more.
        channel: the channel to look at.
        view: what the units of this layer see.
        layer: name of the layer.

    Returns:
        The figure and its alt text.
    """
    chosen, most = maps[:, :, channel], max(float(maps.max()), 1e-12)
    row, column = (int(index) for index in np.unravel_index(chosen.argmax(), chosen.shape))
    (top, bottom), (left, right) = (
        seen_pixels(view, place, size) for place, size in zip((row, column), image.shape[:2], strict=True)
    )
    sentences = _sentences(maps, channel, view, layer, row, column)
    fig, axes = plots.figure(1, 3, width=9.5, height=3.9, width_ratios=(1, 1, 1.05))
    fig.set_layout_engine("constrained", rect=(0, 0.2, 1, 0.76))
    sheet, per_row = mosaic(maps)
    axes[0, 0].imshow(image)
    if chosen.any():
        _frame(axes[0, 0], top, left, bottom - top + 1, right - left + 1)
        _frame(axes[0, 1], row, column, 1, 1)
    axes[0, 1].imshow(chosen, cmap=plots.SEQUENTIAL, vmin=0, vmax=max(float(chosen.max()), 1e-12))
    axes[0, 2].imshow(sheet, cmap=plots.SEQUENTIAL, vmin=0, vmax=most)
    height, width = (size + 1 for size in chosen.shape)
    _frame(axes[0, 2], channel // per_row * height, channel % per_row * width, height + 1, width + 1)
    titles = ("the picture", f"{layer}, channel {channel}", f"all {maps.shape[2]} channels, on one scale")
    for axis, title in zip(axes[0], titles, strict=True):
        axis.set_title(title)
        axis.axis("off")
    fig.text(0.01, 0.17, "\n".join(sentences), va="top", fontsize=9.5, linespacing=1.6)
    return fig, f"The picture, the map of one channel and the maps of all of them, dark for 0. {' '.join(sentences)}"


def _sentences(maps: np.ndarray, channel: int, view: View, layer: str, row: int, column: int) -> list[str]:
    rows, columns, channels = maps.shape
    chosen = maps[:, :, channel]
    silent = int((~maps.any(axis=(0, 1))).sum())
    where = (
        f"Channel {channel} is 0 at {(chosen == 0).sum():,} of its {chosen.size:,} places; its largest value, "
        f"{chosen.max():.2f}, stands in row {row}, column {column}."
        if chosen.any()
        else f"Channel {channel} is 0 everywhere: it has found nothing in this picture."
    )
    return [
        f"{layer}: {rows} × {columns} places, {channels} channels. A unit sees {view.field} × {view.field} pixels.",
        where,
        f"Of all activations of this layer, {percent(zero_shares(maps[None])[0])} are 0; {silent} of the {channels} "
        "channels are 0 everywhere.",
    ]


def _frame(axis: Axes, top: float, left: float, height: float, width: float) -> None:
    axis.add_patch(
        Rectangle((left - 0.5, top - 0.5), width, height, fill=False, edgecolor=plots.ORANGE, linewidth=2, clip_on=False)
    )


def play(pictures: Mapping[str, np.ndarray], maps: Mapping[str, np.ndarray], seen: Mapping[str, View]) -> None:
    """Show the playground.

    Args:
        pictures: (height, width, 3) uint8 pictures by name.
        maps: by the name of each layer, in the order of the walk: (n, rows, columns, channels) numbers, n as many as there
            are pictures and in their order; see `explain.feature_maps`.
        seen: what the units of these layers see; see `explain.views`.

    Raises:
        CourseError: there is no picture or no layer, or a layer's maps do not fit the pictures.
    """
    if not pictures or not maps:
        raise CourseError("A walk takes at least one picture and one layer; give it both, by name.")
    for layer, of_layer in maps.items():
        if of_layer.ndim != 4 or len(of_layer) != len(pictures):
            raise CourseError(
                f"The maps of “{layer}” have the shape {of_layer.shape}; for {len(pictures)} pictures a walk takes "
                f"({len(pictures)}, rows, columns, channels)."
            )
        if layer not in seen:
            raise CourseError(f"What the units of “{layer}” see is missing; `views(model)` computes it.")
    # float32, as Matplotlib wants it, whatever precision the network computes in
    maps = {layer: np.asarray(of_layer, "float32") for layer, of_layer in maps.items()}
    names, first = list(pictures), next(iter(maps.values()))
    loudest = int(first[0].mean(axis=(0, 1)).argmax())

    def draw(name: str, layer: str, channel: int) -> tuple[Figure, str]:
        return picture(pictures[name], maps[layer][names.index(name)], channel, seen[layer], layer)

    def channels(others: Mapping[str, Any]) -> range:
        return range(maps[others["layer"]].shape[3])

    playground(
        draw,
        {
            "name": Slider("picture", names, names[0]),
            "layer": Slider("layer", list(maps), next(iter(maps))),
            "channel": Slider("channel", channels, loudest),
        },
    )

"""Playground of lesson 15: what the settings of augmentation make of one picture."""

from typing import Any, NamedTuple

import numpy as np
from matplotlib.figure import Figure
from scipy import ndimage

from course_utils import plots
from course_utils.errors import CourseError
from course_utils.widgets import Choice, Slider, Switch, percent, playground, steps

COPIES = 7
FILL_MODES = ("nearest", "reflect", "wrap", "constant")
LARGEST_SIDE = 160
WIDTH = 8.4  # inches


class Settings(NamedTuple):
    """How far a picture may be changed, in the units of the notes' `ImageDataGenerator`.

    Attributes:
        rotation: largest turn to either side, in degrees.
        width_shift, height_shift: largest shift to either side, as a share of the width and of the height.
        shear: largest shear to either side, in degrees.
        zoom: largest zoom; the window of the picture that is shown is 1 - zoom to 1 + zoom times as wide, and as high.
        flip: whether half of the copies are mirrored.
        fill: what lies beyond the edge, one of `FILL_MODES`.
    """

    rotation: float = 40
    width_shift: float = 0.2
    height_shift: float = 0.2
    shear: float = 0.2
    zoom: float = 0.2
    flip: bool = True
    fill: str = "nearest"


def matrix(turn: float, down: float, right: float, shear: float, high: float, wide: float) -> np.ndarray:
    """From a place in the copy to the place in the picture that is shown there, both counted from the middle.

    Composed as the old generator composes it for a square picture: turn, shift, shear, zoom. (There, the two shifts are
    exchanged, and a picture that is not square is turned about another point than its middle.)

    Args:
        turn, shear: degrees.
        down, right: pixels.
        high, wide: height and width of the window that is shown, in heights and widths of the picture.

    Returns:
        (3, 3) floats, for (row, column, 1).
    """
    angle, slant = np.deg2rad(turn), np.deg2rad(shear)
    turned = np.array([[np.cos(angle), -np.sin(angle), 0], [np.sin(angle), np.cos(angle), 0], [0, 0, 1]])
    shifted = np.array([[1, 0, right], [0, 1, down], [0, 0, 1]])
    sheared = np.array([[1, -np.sin(slant), 0], [0, np.cos(slant), 0], [0, 0, 1]])
    exchange = np.array([[0, 1, 0], [1, 0, 0], [0, 0, 1]])
    # composed for (column, row, 1)
    return exchange @ turned @ shifted @ sheared @ np.diag([wide, high, 1]) @ exchange


def changed(image: np.ndarray, transform: np.ndarray, fill: str = "nearest", mirrored: bool = False) -> np.ndarray:
    """A copy of a picture, seen through a transform about its middle; sampled once, between pixels linearly.

    Args:
        image: (height, width, 3) uint8.
        transform: see `matrix`.
        fill: one of `FILL_MODES`; "constant" is black.

    Returns:
        uint8 array of the same shape.
    """
    middle = (np.array(image.shape[:2]) - 1) / 2
    offset = middle + transform[:2, 2] - transform[:2, :2] @ middle
    options = {"order": 1, "mode": fill, "prefilter": False}
    planes = [ndimage.affine_transform(plane, transform[:2, :2], offset, **options) for plane in np.moveaxis(image, 2, 0)]
    copy = np.stack(planes, axis=2)
    return copy[:, ::-1] if mirrored else copy


def draws(seed: int, copies: int = COPIES) -> np.ndarray:
    """(copies, 7) numbers from -1 to 1: how far each copy goes in each setting. A slider scales them, so that its move alone
    changes the copies."""
    return np.random.default_rng(seed).uniform(-1, 1, (copies, 7))


def augmented(image: np.ndarray, settings: Settings, drawn: np.ndarray) -> np.ndarray:
    """Copies of one picture, as the settings and the drawn numbers have it.

    Args:
        image: (height, width, 3) uint8.
        drawn: see `draws`.

    Returns:
        (copies, height, width, 3) uint8.
    """
    height, width = image.shape[:2]
    copies = []
    for turn, down, right, shear, high, wide, flip in drawn:
        transform = matrix(
            turn=turn * settings.rotation,
            down=down * settings.height_shift * height,
            right=right * settings.width_shift * width,
            shear=shear * settings.shear,
            high=1 + high * settings.zoom,
            wide=1 + wide * settings.zoom,
        )
        copies.append(changed(image, transform, settings.fill, mirrored=settings.flip and flip > 0))
    return np.stack(copies)


def invented(image: np.ndarray, settings: Settings, drawn: np.ndarray) -> float:
    """Share of the copies' pixels that lie beyond the edge of the picture and are made up by the fill mode."""
    inside = np.full((*image.shape[:2], 1), 255, np.uint8)
    return float(np.mean(augmented(inside, settings._replace(fill="constant"), drawn) < 128))


def picture(image: np.ndarray, settings: Settings, seed: int) -> tuple[Figure, str]:
    """The picture and seven copies of it.

    Args:
        image: (height, width, 3) uint8.
        seed: of the numbers that are drawn.

    Returns:
        The figure and its alt text.
    """
    drawn = draws(seed)
    copies = augmented(image, settings, drawn)
    share = invented(image, settings, drawn)
    columns = (COPIES + 1) // 2
    side = WIDTH / columns
    height = 2 * side * min(image.shape[0] / image.shape[1], 1) + 0.6
    fig, axes = plots.figure(2, columns, width=WIDTH, height=height)
    fig.set_layout_engine("constrained", rect=(0, 0.3 / height, 1, 1 - 0.3 / height))
    for axis, shown in zip(axes.flat, [image, *copies], strict=True):
        axis.imshow(shown)
        axis.axis("off")
    axes[0, 0].set_title("the picture", fontsize=10)
    words = f"{percent(share)} of the copies' pixels lie beyond the picture's edge and are made up."
    flipped = int(settings.flip) * int(np.sum(drawn[:, 6] > 0))
    alt = (
        f"A picture and {COPIES} changed copies of it: turned by up to {settings.rotation:g} degrees, shifted by up to "
        f"{percent(settings.width_shift)} of the width and {percent(settings.height_shift)} of the height, sheared by up to "
        f"{settings.shear:g} degrees, zoomed by up to {percent(settings.zoom)}, {flipped} of them mirrored; beyond the "
        f"edge: {settings.fill}. {words}"
    )
    fig.text(0.01, 0.1 / height, words, fontsize=10)
    return fig, alt


def play(image: np.ndarray) -> None:
    """Show the playground.

    Args:
        image: (height, width, 3) uint8, at most 160 pixels a side, so that the answer comes at once.

    Raises:
        CourseError: it is not such a picture.
    """
    if image.ndim != 3 or image.shape[2] != 3 or image.dtype != np.uint8 or max(image.shape[:2]) > LARGEST_SIDE:
        raise CourseError(
            f"The preview takes one picture in colour, (height, width, 3) of uint8, at most {LARGEST_SIDE} pixels a side; "
            f"this has shape {image.shape} and type {image.dtype}."
        )

    def draw(seed: int, **settings: Any) -> tuple[Figure, str]:
        return picture(image, Settings(**settings), seed)

    first = Settings()
    shares = steps(0, 0.5, 0.05)
    playground(
        draw,
        {
            "rotation": Slider("turn: ± degrees", range(0, 181, 5), first.rotation),
            "width_shift": Slider("shift: ± of the width", shares, first.width_shift, percent),
            "height_shift": Slider("shift: ± of the height", shares, first.height_shift, percent),
            "shear": Slider("shear: ± degrees", steps(0, 45, 0.2), first.shear, "{:.1f}".format),
            "zoom": Slider("zoom: ±", shares, first.zoom, percent),
            "flip": Switch("mirror half of them", first.flip),
            "fill": Choice("beyond the edge", dict(zip(FILL_MODES, FILL_MODES, strict=True))),
            "seed": Slider("draw again", range(21), 0),
        },
    )

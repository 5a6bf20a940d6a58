"""Playground of lesson 11: draw a digit with mouse, pen or finger, and watch ten probabilities."""

import re
from collections.abc import Callable

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from PIL import Image, ImageDraw

from course_utils import plots
from course_utils.errors import CourseError
from course_utils.synthetic.canvas import smooth
from course_utils.synthetic.mnist import BOX, OVER, SIZE, centred
from course_utils.widgets import Sheet, Slider, Switch, playground, steps

SHEET = 100
FURTHEST = 1_000
# A stroke is points "x,y" in hundredths of the sheet, from its upper left corner; "/" parts strokes.
EXAMPLES = {
    "four or nine?": "33,16 29,36 40,48 66,42 / 66,42 70,24 60,15 46,14 / 68,20 67,52 60,88",
    "a three": "28,20 50,12 68,24 58,42 42,48 / 42,48 66,54 72,72 54,88 28,82",
    "a seven with a bar": "26,18 48,17 74,16 / 74,16 62,48 50,88 / 36,52 54,51 72,50",
    "a five in a corner": "36,8 16,8 / 16,8 15,20 / 15,20 28,17 34,26 28,37 10,36",
    "a lying eight": "50,50 34,36 20,50 34,64 50,50 66,36 80,50 66,64 50,50",
    "two ones": "34,20 33,50 32,82 / 66,20 65,50 64,82",
    "the letter A": "26,86 38,50 50,14 / 50,14 62,50 74,86 / 34,60 50,60 66,60",
}
LABEL = (
    "a sheet to draw a digit on with mouse, pen or finger; by keyboard, the arrow keys move the pen, and the space bar sets "
    "it down and lifts it"
)
NUMBER = r"-?\d+(?:\.\d+)?"
POINT = re.compile(f"({NUMBER}),({NUMBER})")


def parse_strokes(text: str) -> list[np.ndarray]:
    """The strokes of a text: (points, 2) float64 arrays of x and y in hundredths of the sheet.

    Raises:
        CourseError: the text is not made of points "x,y" with spaces between them and "/" between strokes; or a point lies
            far away.
    """
    strokes = []
    for part in filter(str.strip, text.split("/")):
        stroke = np.array([_point(word) for word in part.split()])
        if np.abs(stroke).max() > FURTHEST:
            raise CourseError(f"A point lies outside the sheet, which goes from 0 to {SHEET}: {np.abs(stroke).max():g}.")
        strokes.append(stroke)
    return strokes


def _point(word: str) -> tuple[float, float]:
    found = POINT.fullmatch(word)
    if found is None:
        raise CourseError(f'“{word}” is not a point of a stroke; write points like "20,30 25,60" and "/" between strokes.')
    x, y = found.groups()
    return float(x), float(y)


def ink(strokes: list[np.ndarray], pen: float, turn: float = 0.0) -> np.ndarray:
    """Strokes drawn in white on black, at four times the resolution that the network sees.

    Args:
        strokes: see `parse_strokes`.
        pen: width of the pen in pixels of the 28 × 28 picture.
        turn: degrees by which the sheet is turned clockwise about its middle.

    Returns:
        (112, 112) uint8.
    """
    side, radius = OVER * SIZE, OVER * pen / 2
    angle = np.deg2rad(turn)
    turned = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    image = Image.new("L", (side, side))
    drawing = ImageDraw.Draw(image)
    for stroke in strokes:
        points = ((stroke / SHEET - 0.5) @ turned + 0.5) * side
        drawing.line([tuple(point) for point in points], fill=255, width=max(round(2 * radius), 1))
        for x, y in points:  # a round pen
            drawing.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)
    return np.asarray(image)


def as_it_lies(sheet: np.ndarray) -> np.ndarray:
    """The sheet of `ink` made smaller, nothing else: (28, 28) uint8."""
    return np.asarray(Image.fromarray(sheet).reduce(OVER))


def as_mnist(sheet: np.ndarray) -> np.ndarray:
    """What is drawn on a sheet, prepared as the digits of MNIST were: (28, 28) uint8.

    It is scaled, keeping its proportions, into a box of 20 × 20 pixels, and moved so that its centre of mass is the
    picture's centre. Source: LeCun, Bottou, Bengio, Haffner (1998), III A.
    """
    if not sheet.any():
        return np.zeros((SIZE, SIZE), "uint8")
    drawn = Image.fromarray(sheet)
    drawn = drawn.crop(drawn.getbbox())
    scale = BOX / max(drawn.size)
    drawn = drawn.resize([max(round(side * scale), 1) for side in drawn.size], Image.Resampling.BOX if scale < 1 else None)
    picture = Image.new("L", (SIZE, SIZE))
    picture.paste(drawn, ((SIZE - drawn.width) // 2, (SIZE - drawn.height) // 2))
    return centred(np.asarray(picture))


def picture(
    strokes: str, pen: float, turn: float, prepared: bool, predict: Callable[[np.ndarray], np.ndarray]
) -> tuple[Figure, str]:
    """The sheet, what the network gets to see of it, and its ten probabilities.

    Args:
        strokes: text as `parse_strokes` reads it.
        pen: see `ink`.
        turn: see `ink`.
        prepared: whether the drawing is scaled and centred as MNIST's digits are.
        predict: from (1, 28, 28, 1) float32 pictures, 0 to 1, to (1, 10) probabilities.

    Raises:
        CourseError: see `parse_strokes`.
    """
    sheet = ink(parse_strokes(strokes), pen, turn)
    seen = (as_mnist if prepared else as_it_lies)(sheet)
    probabilities = np.asarray(predict(seen[None, :, :, None].astype("float32") / 255), "float64")[0]
    order = np.argsort(-probabilities, kind="stable")
    fig, axes = plots.figure(1, 3, width=7.6, height=2.9, gridspec_kw={"width_ratios": (1, 1, 1.25)})
    for axis, image, title in zip(axes[0], (sheet, seen), ("your sheet", "what the network gets"), strict=False):
        axis.imshow(image, vmin=0, vmax=255)
        axis.set_title(title)
        axis.axis("off")
    _draw_bars(axes[0, 2], probabilities, int(order[0]))
    how = "scaled into a box and centred as MNIST's digits are" if prepared else "as it lies on the sheet"
    what = (
        f"A drawing of {share(np.count_nonzero(sheet) / sheet.size)} of a black sheet" if sheet.any() else "An empty sheet"
    )
    alt = (
        f"{what}; the network gets it in 28 by 28 pixels, {how}. It says {order[0]} with {share(probabilities[order[0]])}, "
        f"then {order[1]} with {share(probabilities[order[1]])} and {order[2]} with {share(probabilities[order[2]])}."
    )
    return fig, alt


def share(value: float) -> str:
    """A probability in words that neither say 100 % nor 0 % where it is not that."""
    if value < 0.001:
        return "less than 0.1 %"
    return f"{100 * value:.1f} %" if value < 0.9995 else "more than 99.9 %"


def _draw_bars(axis: Axes, probabilities: np.ndarray, first: int) -> None:
    colors = [plots.ORANGE if digit == first else plots.BLUE for digit in range(10)]
    axis.barh(range(10), probabilities, color=colors)
    axis.set(xlim=(0, 1), ylim=(9.6, -0.6), yticks=range(10), title=f"{first}: {share(probabilities[first])}")
    axis.set_xticks((0, 0.5, 1), ("0", "probability", "1"))
    axis.grid(False)


def play(predict: Callable[[np.ndarray], np.ndarray]) -> None:
    """Show the playground.

    Args:
        predict: see `picture`; it is asked once for each redraw, and should take some 20 ms at most.
    """

    def draw(strokes: str, pen: float, turn: float, prepared: bool) -> tuple[Figure, str]:
        return picture(strokes, pen, turn, prepared, predict)

    examples = {name: _as_text(strokes) for name, strokes in EXAMPLES.items()}
    playground(
        draw,
        {
            "strokes": Sheet(LABEL, examples | {"nothing": ""}),
            "pen": Slider("width of the pen, pixels", steps(0.5, 6, 0.1), 2.4),
            "turn": Slider("turn it by, degrees", range(-180, 181, 5), 0),
            "prepared": Switch("scaled and centred, as MNIST was", True),
        },
    )


def _as_text(strokes: str) -> str:
    """Strokes with few points, made smooth."""
    lines = [smooth(stroke, closed=False) if len(stroke) > 2 else stroke for stroke in parse_strokes(strokes)]
    return " / ".join(" ".join(f"{x:.0f},{y:.0f}" for x, y in line) for line in lines)

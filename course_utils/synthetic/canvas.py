"""What flat drawings share: smooth outlines, noise, and a sketch that is painted antialiased."""

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike
from PIL import Image, ImageDraw

Shape: TypeAlias = tuple[np.ndarray, float, float | None]  # corners (n, 2), tone, and the width of a line


def smooth(points: ArrayLike, closed: bool = True, steps: int = 5) -> np.ndarray:
    """Catmull-Rom curve through `points` (n, 2): `steps` points a segment, float64 (m, 2)."""
    given = np.asarray(points, float)
    if closed:
        knots = np.concatenate([given[-1:], given, given[:2]])
    else:
        knots = np.concatenate([2 * given[:1] - given[1:2], given, 2 * given[-1:] - given[-2:-1]])
    a, b, c, d = knots[:-3, None], knots[1:-2, None], knots[2:-1, None], knots[3:, None]
    t = np.arange(steps)[None, :, None] / steps
    curve = b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)))
    curve = curve.reshape(-1, 2)
    return curve if closed else np.concatenate([curve, knots[-2:-1]])


def ribbon(line: np.ndarray, width: float) -> np.ndarray:
    """The outline, (2n, 2), of a line (n, 2) that is `width` wide."""
    ahead = np.gradient(line, axis=0)
    across = ahead[:, ::-1] * (-1, 1) / np.linalg.norm(ahead, axis=1, keepdims=True) * width / 2
    return np.concatenate([line + across, (line - across)[::-1]])


def over(back: np.ndarray, front: np.ndarray, cover: np.ndarray) -> np.ndarray:
    """`front` laid over `back` where `cover` (0 to 1) says so."""
    return back * (1 - cover) + front * cover


def noise(rng: np.random.Generator, shape: tuple[int, int], cells: tuple[int, int]) -> np.ndarray:
    """Smooth noise, float32 of `shape` (height, width), about 0 to 1, with `cells` (down, across) bumps."""
    grid = rng.random(cells, dtype=np.float32)
    return np.asarray(Image.fromarray(grid).resize(shape[::-1], Image.Resampling.BICUBIC))


def fractal(rng: np.random.Generator, shape: tuple[int, int], cells: tuple[int, int], octaves: int = 4) -> np.ndarray:
    """Noise of several sizes on top of each other, each half as strong and twice as fine; about 0 to 1."""
    layers = [noise(rng, shape, (cells[0] << i, cells[1] << i)) / 2**i for i in range(octaves)]
    return sum(layers) / (2 - 2 ** (1 - octaves))


class Sketch:
    """A drawing as a list of shapes in any unit (x right, y down), painted once all of it is known.

    `fill` collects the body, which takes a texture; `mark` collects what is drawn on top of it.
    """

    def __init__(self) -> None:
        self.body: list[Shape] = []
        self.marks: list[Shape] = []

    def fill(self, points: ArrayLike, tone: float) -> None:
        """A filled polygon of brightness `tone` (0 to 1)."""
        self.body.append((np.asarray(points, float), tone, None))

    def mark(self, points: ArrayLike, tone: float, width: float | None = None) -> None:
        """A polygon, or an open line `width` wide, on top of the body."""
        self.marks.append((np.asarray(points, float), tone, width))

    def paint(
        self, size: int, extent: float, texture: Callable[[np.ndarray], np.ndarray] | None = None, over: int = 4
    ) -> np.ndarray:
        """uint8 (size, size): the longest side of the drawing spans `extent` pixels, and the drawing is centred.

        `texture` takes and returns the body's brightness, float32 (over * size, over * size) in 0 to 255.
        """
        every = np.concatenate([points for points, _, _ in self.body + self.marks])
        low, high = every.min(axis=0), every.max(axis=0)
        scale = over * extent / (high - low).max()
        offset = over * size / 2 - scale * (low + high) / 2
        image = Image.new("L", (over * size, over * size))
        self._draw(image, self.body, scale, offset)
        if texture:
            painted = texture(np.asarray(image, np.float32)) * (np.asarray(image) > 0)
            image = Image.fromarray(np.clip(painted, 0, 255).astype(np.uint8))
        self._draw(image, self.marks, scale, offset)
        return np.asarray(image.reduce(over))

    @staticmethod
    def _draw(image: Image.Image, shapes: list[Shape], scale: float, offset: np.ndarray) -> None:
        pen = ImageDraw.Draw(image)
        for points, tone, width in shapes:
            corners = (points * scale + offset).ravel().tolist()
            fill = int(min(max(tone, 0), 1) * 255)
            if width is None:
                pen.polygon(corners, fill=fill)
            else:
                pen.line(corners, fill=fill, width=max(1, round(width * scale)), joint="curve")

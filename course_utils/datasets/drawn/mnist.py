"""Handwritten digits: strokes along jittered splines, several ways of writing each digit, then MNIST's own normalisation."""

from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from course_utils.datasets.drawn.canvas import smooth
from course_utils.datasets.drawn.writing import write_arrays

SIZE, BOX, OVER = 28, 20, 4

# Each digit: ways of writing it; each way: strokes; each stroke: points in a unit square, y down. "|" styles below share a digit.
STYLES: dict[int, list[list[list[tuple[float, float]]]]] = {
    0: [
        [[(0.55, 0.0), (0.15, 0.2), (0.05, 0.6), (0.3, 0.97), (0.7, 0.9), (0.92, 0.5), (0.8, 0.12), (0.5, 0.0)]],
        [[(0.7, 0.08), (0.4, 0.0), (0.08, 0.35), (0.1, 0.8), (0.45, 1.0), (0.85, 0.7), (0.88, 0.25), (0.55, 0.02), (0.35, 0.15)]],
        [[(0.5, 0.0), (0.25, 0.25), (0.22, 0.7), (0.48, 1.0), (0.75, 0.72), (0.76, 0.28), (0.52, 0.0)]],
    ],
    1: [
        [[(0.5, 0.0), (0.5, 0.5), (0.5, 1.0)]],
        [[(0.52, 0.0), (0.49, 0.35), (0.48, 0.7), (0.5, 1.0)]],
        [[(0.55, 0.0), (0.5, 0.5), (0.45, 1.0)]],
        [[(0.38, 0.2), (0.48, 0.1), (0.55, 0.0)], [(0.55, 0.0), (0.53, 0.5), (0.52, 1.0)]],
        [[(0.34, 0.18), (0.52, 0.0)], [(0.52, 0.0), (0.5, 1.0)], [(0.25, 1.0), (0.78, 0.98)]],
    ],
    2: [
        [[(0.1, 0.25), (0.3, 0.03), (0.65, 0.03), (0.78, 0.28), (0.55, 0.6), (0.08, 0.97)], [(0.08, 0.97), (0.5, 0.95), (0.95, 0.95)]],
        [[(0.12, 0.2), (0.4, 0.0), (0.75, 0.15), (0.65, 0.5), (0.3, 0.85), (0.08, 0.95), (0.1, 0.75), (0.35, 0.75), (0.65, 0.95), (0.98, 0.88)]],
        [[(0.08, 0.12), (0.45, 0.02), (0.75, 0.12), (0.6, 0.5), (0.2, 0.95)], [(0.2, 0.95), (0.6, 0.88), (1.0, 0.92)]],
    ],
    3: [
        [[(0.12, 0.12), (0.45, 0.0), (0.8, 0.15), (0.7, 0.4), (0.38, 0.48)], [(0.38, 0.48), (0.8, 0.58), (0.85, 0.83), (0.45, 1.0), (0.05, 0.88)]],
        [[(0.1, 0.05), (0.5, 0.02), (0.82, 0.05)], [(0.82, 0.05), (0.4, 0.4)], [(0.4, 0.4), (0.8, 0.55), (0.8, 0.88), (0.4, 1.0), (0.08, 0.88)]],
        [[(0.2, 0.15), (0.5, 0.0), (0.75, 0.15), (0.62, 0.4), (0.35, 0.5), (0.7, 0.58), (0.78, 0.82), (0.42, 1.0), (0.15, 0.85)]],
    ],
    4: [
        [[(0.15, 0.0), (0.08, 0.35), (0.2, 0.52), (0.75, 0.48)], [(0.8, 0.02), (0.72, 0.5), (0.65, 1.0)]],
        [[(0.6, 0.0), (0.3, 0.35), (0.02, 0.62)], [(0.02, 0.62), (0.5, 0.6), (0.98, 0.58)], [(0.65, 0.1), (0.62, 0.5), (0.6, 1.0)]],
        [[(0.3, 0.0), (0.1, 0.45), (0.4, 0.55), (0.85, 0.45)], [(0.78, 0.15), (0.7, 0.6), (0.62, 1.0)]],
        [[(0.2, 0.08), (0.12, 0.5)], [(0.12, 0.5), (0.9, 0.45)], [(0.75, 0.0), (0.7, 0.5), (0.68, 1.0)]],
    ],
    5: [
        [[(0.9, 0.03), (0.35, 0.05)], [(0.35, 0.05), (0.28, 0.42)], [(0.28, 0.42), (0.6, 0.38), (0.82, 0.62), (0.65, 0.92), (0.3, 1.0), (0.05, 0.88)]],
        [[(0.92, 0.05), (0.55, 0.02), (0.3, 0.12), (0.25, 0.4), (0.55, 0.48), (0.72, 0.72), (0.5, 0.97), (0.08, 0.92)]],
        [[(0.35, 0.1), (0.3, 0.48)], [(0.3, 0.48), (0.68, 0.45), (0.8, 0.75), (0.5, 1.0), (0.1, 0.92)], [(0.35, 0.1), (0.95, 0.02)]],
    ],
    6: [
        [[(0.7, 0.0), (0.35, 0.25), (0.12, 0.65), (0.3, 0.97), (0.7, 0.93), (0.82, 0.68), (0.55, 0.52), (0.2, 0.68)]],
        [[(0.55, 0.0), (0.25, 0.35), (0.15, 0.75), (0.42, 1.0), (0.75, 0.82), (0.62, 0.58), (0.35, 0.65), (0.22, 0.85)]],
        [[(0.85, 0.08), (0.5, 0.05), (0.2, 0.4), (0.12, 0.75), (0.4, 1.0), (0.72, 0.85), (0.6, 0.6), (0.2, 0.62)]],
    ],
    7: [
        [[(0.05, 0.1), (0.4, 0.08), (0.85, 0.05)], [(0.85, 0.05), (0.62, 0.45), (0.45, 1.0)]],
        [[(0.08, 0.25), (0.12, 0.08)], [(0.12, 0.08), (0.5, 0.08), (0.85, 0.08)], [(0.85, 0.08), (0.68, 0.5), (0.58, 1.0)]],
        [[(0.05, 0.1), (0.85, 0.05)], [(0.85, 0.05), (0.6, 0.5), (0.42, 1.0)], [(0.3, 0.55), (0.88, 0.48)]],
        [[(0.1, 0.15), (0.4, 0.03), (0.75, 0.08), (0.78, 0.35), (0.6, 0.7), (0.5, 1.0)]],
    ],
    8: [
        [[(0.7, 0.12), (0.4, 0.0), (0.2, 0.2), (0.45, 0.46), (0.75, 0.72), (0.52, 1.0), (0.2, 0.8), (0.45, 0.5), (0.75, 0.25), (0.68, 0.08)]],
        [[(0.5, 0.0), (0.25, 0.2), (0.5, 0.46), (0.75, 0.22), (0.5, 0.0)], [(0.5, 0.46), (0.18, 0.75), (0.48, 1.0), (0.8, 0.75), (0.5, 0.46)]],
        [[(0.85, 0.1), (0.55, 0.02), (0.3, 0.18), (0.5, 0.48), (0.65, 0.75), (0.4, 1.0), (0.2, 0.82), (0.45, 0.52), (0.88, 0.08)]],
    ],
    9: [
        [[(0.75, 0.15), (0.45, 0.0), (0.15, 0.25), (0.35, 0.48), (0.7, 0.3), (0.75, 0.12)], [(0.75, 0.12), (0.7, 0.55), (0.6, 1.0)]],
        [[(0.78, 0.2), (0.5, 0.02), (0.2, 0.2), (0.3, 0.45), (0.6, 0.42), (0.78, 0.18), (0.76, 0.6), (0.5, 0.97), (0.18, 0.9)]],
        [[(0.7, 0.05), (0.35, 0.05), (0.15, 0.32), (0.42, 0.45), (0.72, 0.12)], [(0.72, 0.12), (0.62, 0.5), (0.45, 1.0)]],
    ],
}


def draw(folder: Path, seed: int, progress: bool) -> None:
    """See `course_utils.datasets.drawn.draw`."""
    write_arrays(folder, digit, seed, progress)


def digit(label: int, rng: np.random.Generator) -> np.ndarray:
    """One digit in a random hand, uint8 (28, 28)."""
    style = STYLES[label][rng.integers(len(STYLES[label]))]
    untidy = rng.gamma(3.0, 0.01)
    slant, turn, wide = rng.normal(0.18, 0.24), rng.normal(0, 0.11), rng.uniform(0.55, 1.2)
    proportion = np.exp(rng.normal(0, 0.22, 2))
    bend, phase = rng.normal(0, 0.07, 2), rng.uniform(0, 6, 2)
    strokes = []
    for points in style:
        points = np.array(points) + rng.normal(0, untidy, (len(points), 2))
        points = np.clip(points, 0, None) ** proportion - 0.5
        points = points + bend * np.sin(4 * points[:, ::-1] + phase)
        strokes.append(smooth(points @ [[wide, turn], [-slant, 1.0]], closed=False))
    return written(strokes, width=min(rng.gamma(9.0, 0.28), 3.8), rng=rng)


def written(strokes: list[np.ndarray], width: float, rng: np.random.Generator) -> np.ndarray:
    """The strokes with a pen `width` pixels wide, scaled into a 20-pixel box and centred by mass, as MNIST was made."""
    every = np.concatenate(strokes)
    low, high = every.min(axis=0), every.max(axis=0)
    scale = OVER * (BOX - width) / (high - low).max()
    offset = OVER * SIZE / 2 - scale * (low + high) / 2
    image = Image.new("L", (OVER * SIZE, OVER * SIZE))
    pen, radius = ImageDraw.Draw(image), OVER * width / 2
    for stroke in strokes:
        points = (stroke * scale + offset).tolist()
        pen.line([tuple(point) for point in points], fill=255, width=round(2 * radius), joint="curve")
        for x, y in (points[0], points[-1]):
            pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)
    pixels = np.asarray(image.reduce(OVER), np.float32) * rng.uniform(0.95, 1.15)
    return centred(np.clip(pixels, 0, 255).astype(np.uint8))


def centred(pixels: np.ndarray) -> np.ndarray:
    """`pixels` moved by whole pixels so that their centre of mass is the centre of the picture."""
    total = pixels.sum(dtype=np.int64)
    places = np.arange(SIZE)
    down = round(SIZE / 2 - 0.5 - (pixels.sum(axis=1, dtype=np.int64) @ places) / total)
    across = round(SIZE / 2 - 0.5 - (pixels.sum(axis=0, dtype=np.int64) @ places) / total)
    return np.roll(pixels, (down, across), axis=(0, 1))

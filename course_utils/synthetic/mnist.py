"""Handwritten digits: strokes along jittered splines, several ways of writing each digit, then MNIST's own normalisation."""

from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from course_utils.synthetic.canvas import smooth
from course_utils.synthetic.writing import write_arrays

SIZE, BOX, OVER = 28, 20, 4

# Ways of writing each digit. A way is strokes, parted by "/"; a stroke is points "x,y" in hundredths of a square, y down.
WRITTEN = {
    0: (
        "55,0 15,20 5,60 30,97 70,90 92,50 80,12 50,0",
        "70,8 40,0 8,35 10,80 45,100 85,70 88,25 55,2 35,15",
        "50,0 25,25 22,70 48,100 75,72 76,28 52,0",
    ),
    1: (
        "50,0 50,50 50,100",
        "52,0 49,35 48,70 50,100",
        "55,0 50,50 45,100",
        "38,20 48,10 55,0 / 55,0 53,50 52,100",
        "34,18 52,0 / 52,0 50,100 / 25,100 78,98",
    ),
    2: (
        "10,25 30,3 65,3 78,28 55,60 8,97 / 8,97 50,95 95,95",
        "12,20 40,0 75,15 65,50 30,85 8,95 10,75 35,75 65,95 98,88",
        "8,12 45,2 75,12 60,50 20,95 / 20,95 60,88 100,92",
    ),
    3: (
        "12,12 45,0 80,15 70,40 38,48 / 38,48 80,58 85,83 45,100 5,88",
        "10,5 50,2 82,5 / 82,5 40,40 / 40,40 80,55 80,88 40,100 8,88",
        "20,15 50,0 75,15 62,40 35,50 70,58 78,82 42,100 15,85",
    ),
    4: (
        "15,0 8,35 20,52 75,48 / 80,2 72,50 65,100",
        "60,0 30,35 2,62 / 2,62 50,60 98,58 / 65,10 62,50 60,100",
        "30,0 10,45 40,55 85,45 / 78,15 70,60 62,100",
        "20,8 12,50 / 12,50 90,45 / 75,0 70,50 68,100",
    ),
    5: (
        "90,3 35,5 / 35,5 28,42 / 28,42 60,38 82,62 65,92 30,100 5,88",
        "92,5 55,2 30,12 25,40 55,48 72,72 50,97 8,92",
        "35,10 30,48 / 30,48 68,45 80,75 50,100 10,92 / 35,10 95,2",
    ),
    6: (
        "70,0 35,25 12,65 30,97 70,93 82,68 55,52 20,68",
        "55,0 25,35 15,75 42,100 75,82 62,58 35,65 22,85",
        "85,8 50,5 20,40 12,75 40,100 72,85 60,60 20,62",
    ),
    7: (
        "5,10 40,8 85,5 / 85,5 62,45 45,100",
        "8,25 12,8 / 12,8 50,8 85,8 / 85,8 68,50 58,100",
        "5,10 85,5 / 85,5 60,50 42,100 / 30,55 88,48",
        "10,15 40,3 75,8 78,35 60,70 50,100",
    ),
    8: (
        "70,12 40,0 20,20 45,46 75,72 52,100 20,80 45,50 75,25 68,8",
        "50,0 25,20 50,46 75,22 50,0 / 50,46 18,75 48,100 80,75 50,46",
        "85,10 55,2 30,18 50,48 65,75 40,100 20,82 45,52 88,8",
    ),
    9: (
        "75,15 45,0 15,25 35,48 70,30 75,12 / 75,12 70,55 60,100",
        "78,20 50,2 20,20 30,45 60,42 78,18 76,60 50,97 18,90",
        "70,5 35,5 15,32 42,45 72,12 / 72,12 62,50 45,100",
    ),
}
STYLES = {
    digit: [
        [np.array([point.split(",") for point in stroke.split()], float) / 100 for stroke in way.split("/")] for way in ways
    ]
    for digit, ways in WRITTEN.items()
}


def generate(folder: Path, seed: int, progress: bool) -> None:
    """See `course_utils.synthetic.generate`."""
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
        points = points + rng.normal(0, untidy, points.shape)
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
    down = round(SIZE / 2 - 0.5 - float(pixels.sum(axis=1, dtype=np.int64) @ places / total))
    across = round(SIZE / 2 - 0.5 - float(pixels.sum(axis=0, dtype=np.int64) @ places / total))
    return np.roll(pixels, (down, across), axis=(0, 1))

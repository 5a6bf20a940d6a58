"""Round yellow faces that smile or frown, as an icon set would show them.

As in the real set, a few faces are filmed while their mouth changes; each film is wholly for training or wholly held out.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from course_utils.synthetic.canvas import over
from course_utils.synthetic.solids import Camera, Figure, about_x, about_y, about_z, see, shade
from course_utils.synthetic.writing import write_folders

SIZE, RENDERED = 150, 300
Rng = np.random.Generator
COUNTS = {"train": {"happy": 20, "sad": 20}, "test": {"happy": 20, "sad": 20}}
FRAMES = 10  # of a film
MOODS = {"happy": 1, "sad": -1}
YELLOW = (0.98, 0.82, 0.08)


@dataclass(frozen=True)
class Face:
    """One face: how big and far apart its eyes are, where its mouth is, how wide and thick it is, and whether it opens."""

    yellow: tuple[float, float, float]
    eyes: float
    apart: float
    eye_height: float
    brow_height: float
    brow_tilt: float
    mouth_height: float
    mouth_width: float
    lips: float
    opens: bool


def new_face(rng: Rng) -> Face:
    """Nothing in it tells its mood."""
    yellow = np.clip(np.array(YELLOW) * rng.uniform(0.9, 1.02) + rng.normal(0, (0.01, 0.03, 0.02)), 0, 1)
    return Face(
        tuple(yellow.tolist()),
        rng.uniform(0.2, 0.3),
        rng.uniform(0.24, 0.36),
        rng.uniform(0.2, 0.36),
        rng.uniform(0.3, 0.42),
        rng.normal(0, 9),
        rng.uniform(-0.46, -0.38),
        rng.uniform(0.45, 0.62),
        rng.uniform(0.03, 0.055),
        bool(rng.random() < 0.6),
    )


def generate(folder: Path, seed: int, progress: bool) -> None:
    """See `course_utils.synthetic.generate`."""
    write_folders(folder, COUNTS, pictures, seed, progress)


def pictures(split: str, rng: Rng) -> Iterator[tuple[str, Image.Image]]:
    """The class and the RGB picture (150, 150), one after another, of all pictures of `split` ("train" or "test")."""
    for kind, count in COUNTS[split].items():
        for first in range(0, count, FRAMES):
            yield from ((kind, image) for image in film(MOODS[kind], min(FRAMES, count - first), rng))


def film(mood: int, frames: int, rng: Rng) -> Iterator[Image.Image]:
    """Pictures of one face whose mouth bends more and more, up for `mood` 1 and down for -1."""
    face = new_face(rng)
    turn, nod, lean = rng.normal(0, 6), rng.normal(0, 4), rng.normal(0, 3)
    gaze, wide = rng.normal(0, 0.04, 2), rng.uniform(0.86, 0.96)
    sun = np.array([rng.uniform(-0.4, 0.4), rng.uniform(0.4, 0.8), 1.0])
    centre = RENDERED / 2 + rng.normal(0, 4, 2)
    for strength in np.linspace(0.22, 1.0, frames):
        figure = _figure(face, mood * strength, gaze).turned(
            about_z(lean) @ about_x(nod) @ about_y(turn * (0.6 + 0.4 * strength))
        )
        surface = see(figure, Camera((0, 0), 8.0, 0, RENDERED * 0.5 * wide, RENDERED, tuple(centre)))
        lit = shade(surface, sun, np.array([0.5, 0.5, 0.48]), 0.78, 0.2)
        picture = over(_paper(), lit, surface.coverage[..., None])
        yield Image.fromarray((np.clip(picture, 0, 1) * 255).astype(np.uint8)).reduce(RENDERED // SIZE)


def _figure(face: Face, bend: float, gaze: np.ndarray) -> Figure:
    """The face with its mouth bent by `bend`: 1 is the broadest smile, -1 the deepest frown."""
    figure = Figure()
    figure.add((0, 0, 0), (0, 0, 0), 1.0, 1.0, face.yellow)
    for side in (-1, 1):
        eye = _on_ball(side * face.apart, face.eye_height, 0.88)
        figure.add(eye, eye, face.eyes, face.eyes, (0.97, 0.97, 0.97))
        pupil = eye + face.eyes * np.array([gaze[0] * 2, gaze[1] * 2, 0.86])
        figure.add(pupil, pupil, face.eyes * 0.42, face.eyes * 0.42, (0.06, 0.05, 0.05))
        tilt = np.radians(side * face.brow_tilt)
        middle = np.array([side * face.apart, face.eye_height + face.brow_height])
        left, right = (middle + step * 0.17 * np.array([np.cos(tilt), np.sin(tilt)]) for step in (-1, 1))
        figure.add(_on_ball(left[0], left[1], 1.0), _on_ball(right[0], right[1], 1.0), 0.045, 0.045, (0.42, 0.2, 0.06))
    _mouth(figure, face, bend)
    return figure


def _mouth(figure: Figure, face: Face, bend: float) -> None:
    across = np.linspace(-1, 1, 9)
    bow = 0.3 * bend * (across**2 - 0.45)

    def line(offset: float) -> list[np.ndarray]:
        return [
            _on_ball(x, y, 1.0)
            for x, y in zip(across * face.mouth_width, face.mouth_height + bow + offset * (1 - across**2), strict=True)
        ]

    dark, white = (0.25, 0.07, 0.05), (0.96, 0.95, 0.92)
    gap = 0.2 * abs(bend) if face.opens else 0.0
    lips = [face.lips] * len(across)
    figure.chain(line(0.0), lips, dark)
    if gap > 0.05:
        for share in np.linspace(0.2, 1.0, 4):
            figure.chain(line(-gap * share), lips, dark)
        figure.chain([point * 1.02 for point in line(-0.35 * gap)][1:-1], [0.8 * face.lips + 0.12 * gap] * 7, white)


def _on_ball(x: float, y: float, depth: float) -> np.ndarray:
    """The point in front of (x, y) on a ball of radius `depth`."""
    return np.array([x, y, np.sqrt(max(depth**2 - x * x - y * y, 0.04))])


def _paper() -> np.ndarray:
    """White, with a floor that gets darker towards the lower edge, (RENDERED, RENDERED, 3)."""
    rows = np.linspace(0, 1, RENDERED, dtype=np.float32)[:, None, None]
    return np.ones((RENDERED, RENDERED, 3), np.float32) - 0.35 * np.clip(rows - 0.82, 0, 1) / 0.18

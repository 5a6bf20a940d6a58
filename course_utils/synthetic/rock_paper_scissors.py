"""Hands that play rock, paper, scissors, as a computer would render them: before white, seen from their back.

As in the real set, the training pictures show clips of some people's hands, and the held-out ones clips of other people's.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image

from course_utils.synthetic.canvas import fractal, noise, over
from course_utils.synthetic.hands import FIST, STRAIGHT, Build, Pose, creased, hold, new_build
from course_utils.synthetic.solids import Camera, about_x, about_y, about_z, see, shade
from course_utils.synthetic.writing import write_folders

SIZE, RENDERED = 300, 160
Rng = np.random.Generator
COUNTS = {
    "train": {"paper": 840, "rock": 840, "scissors": 840},
    "test": {"paper": 124, "rock": 124, "scissors": 124},
}
FRAMES = {"train": 60, "test": 31}  # of a clip
SPREAD = (16, 5, -7, -18)
POSES = {
    "paper": [
        Pose((STRAIGHT,) * 4, "out", SPREAD),
        Pose((STRAIGHT,) * 4, "out", (6, 2, -2, -7)),
        Pose((STRAIGHT, STRAIGHT, (20, 12, 8), (26, 16, 10)), "beside", (10, 3, -4, -12)),
    ],
    "rock": [Pose((FIST,) * 4, thumb) for thumb in ("over", "beside", "out")],
    "scissors": [
        Pose((STRAIGHT, STRAIGHT, FIST, FIST), "over", (13, -11, -1, -4)),
        Pose((STRAIGHT, STRAIGHT, FIST, FIST), "out", (12, -12, -1, -4)),
        Pose(((12, 8, 5), (8, 8, 5), (70, 80, 50), (74, 85, 50)), "beside", (17, -14, -1, -6)),
    ],
}


def generate(folder: Path, seed: int, progress: bool) -> None:
    """See `course_utils.synthetic.generate`."""
    write_folders(folder, COUNTS, pictures, seed, progress)


def pictures(split: str, rng: Rng) -> Iterator[tuple[str, Image.Image]]:
    """The class and the RGB picture (300, 300), one after another, of all pictures of `split` ("train" or "test")."""
    for kind, count in COUNTS[split].items():
        poses = POSES[kind]
        for number, first in enumerate(range(0, count, FRAMES[split])):
            pose = poses[number % len(poses)]
            for image in clip(pose, new_build(rng, sleeves=0.0), min(FRAMES[split], count - first), rng):
                yield kind, image


def clip(pose: Pose, build: Build, frames: int, rng: Rng) -> Iterator[Image.Image]:
    """Pictures of one hand that turns a little and opens or closes a little, from frame to frame."""
    sun = np.array([rng.uniform(-0.9, 0.2), rng.uniform(0.3, 1.0), rng.uniform(0.5, 1.0)])
    warmth, ambient, shine = (
        np.array([1.0, 0.98, 0.95]) * rng.uniform(0.55, 0.8),
        rng.uniform(0.5, 0.75),
        rng.uniform(0.02, 0.16),
    )
    swing, tilt, lean = rng.normal(0, 22), rng.normal(0, 12), rng.normal(0, 12)
    size = rng.uniform(0.75, 1.1) * (1.15 if pose in POSES["rock"] else 1.0)
    mirrored, aside = rng.random() < 0.3, rng.normal(0, (0.045, 0.03))
    wall, pores = _wall(rng), fractal(rng, (RENDERED, RENDERED), (40, 40), 2)
    for moment in np.linspace(0, 2 * np.pi, frames, endpoint=False):
        figure = hold(pose, build, rng, loose=0.7)
        turn = 180 + swing + 32 * np.sin(moment)
        rotation = about_z(lean + 7 * np.sin(2 * moment)) @ about_x(tilt + 10 * np.cos(moment)) @ about_y(turn)
        zoom = 0.27 * RENDERED * size * (1 + 0.05 * np.cos(moment))
        centre = (RENDERED * (0.5 + aside[0] + 0.03 * np.sin(moment)), RENDERED * (0.5 + aside[1]))
        surface = see(figure.turned(rotation, about=(0, 0.6, 0)), Camera((0, 0.7), 9.0, 0, zoom, RENDERED, centre))
        surface.colour[:] *= (0.9 + 0.2 * pores)[..., None]
        creased(surface, 0.45)
        lit = shade(surface, sun, warmth, ambient, shine)
        picture = over(wall, lit, surface.coverage[..., None])
        image = Image.fromarray((np.clip(picture, 0, 1) * 255).astype(np.uint8)).resize(
            (SIZE, SIZE), Image.Resampling.BICUBIC
        )
        yield image.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if mirrored else image


def _wall(rng: Rng) -> np.ndarray:
    """A white wall with a soft shade in its corners, (RENDERED, RENDERED, 3)."""
    rows, columns = np.mgrid[0 : 1 : RENDERED * 1j, 0 : 1 : RENDERED * 1j].astype(np.float32)
    folds = 0.03 * noise(rng, (RENDERED, RENDERED), (2, 5)) * columns
    return np.repeat((0.995 - 0.07 * rows * columns - folds)[..., None], 3, axis=-1)

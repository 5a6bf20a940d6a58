"""Hands that spell the letters of the American manual alphabet but for J and Z, which are movements: 28x28 pixels, grey.

As in the real set, each shot of a hand gives several pictures, shifted, scaled, turned and lit a little otherwise; the
held-out pictures show other people.
"""

import sys
from pathlib import Path

import numpy as np
from PIL import Image
from tqdm.std import tqdm

from course_utils.synthetic.canvas import noise, over
from course_utils.synthetic.hands import (
    CLAW,
    CURVED,
    FIST,
    FORWARD,
    HOOK,
    OVER_THUMB,
    STRAIGHT,
    TO_THUMB,
    Build,
    Pose,
    creased,
    hold,
    new_build,
)
from course_utils.synthetic.solids import Camera, Figure, Surface, about_x, about_y, about_z, see
from course_utils.synthetic.writing import stream

SIZE, RENDERED = 28, 64
Rng = np.random.Generator
TOGETHER, APART, FAN = (1, 0, -1, -3), (13, -11, -2, -5), (18, 5, -8, -20)
SIDE, LEVEL, DOWN = (0, -62, 0), (0, -25, -80), (0, -40, -150)
LETTERS: dict[str, Pose] = {
    "A": Pose((FIST, FIST, FIST, FIST), "beside"),
    "B": Pose((STRAIGHT, STRAIGHT, STRAIGHT, STRAIGHT), "across", TOGETHER),
    "C": Pose((CURVED, CURVED, CURVED, CURVED), "opposed", TOGETHER, SIDE),
    "D": Pose((STRAIGHT, TO_THUMB, TO_THUMB, TO_THUMB), "touching", turn=(0, -22, 0)),
    "E": Pose((CLAW, CLAW, CLAW, CLAW), "below", TOGETHER),
    "F": Pose((TO_THUMB, STRAIGHT, STRAIGHT, STRAIGHT), "touching", FAN),
    "G": Pose((STRAIGHT, FIST, FIST, FIST), "along", TOGETHER, LEVEL),
    "H": Pose((STRAIGHT, STRAIGHT, FIST, FIST), "over", TOGETHER, LEVEL),
    "I": Pose((FIST, FIST, FIST, STRAIGHT), "over", (1, 0, -1, -9)),
    "K": Pose((STRAIGHT, FORWARD, FIST, FIST), "between", APART, (0, -25, 0)),
    "L": Pose((STRAIGHT, FIST, FIST, FIST), "out", TOGETHER),
    "M": Pose((OVER_THUMB, OVER_THUMB, OVER_THUMB, FIST), "tucked", TOGETHER),
    "N": Pose((OVER_THUMB, OVER_THUMB, FIST, FIST), "tucked", TOGETHER),
    "O": Pose((TO_THUMB, TO_THUMB, TO_THUMB, TO_THUMB), "touching", TOGETHER, SIDE),
    "P": Pose((STRAIGHT, FORWARD, FIST, FIST), "between", APART, (0, -35, -125)),
    "Q": Pose((STRAIGHT, FIST, FIST, FIST), "along", TOGETHER, DOWN),
    "R": Pose((STRAIGHT, (10, 5, 4), FIST, FIST), "over", (-9, 11, -2, -5)),
    "S": Pose((FIST, FIST, FIST, FIST), "over", TOGETHER),
    "T": Pose((OVER_THUMB, FIST, FIST, FIST), "up", TOGETHER),
    "U": Pose((STRAIGHT, STRAIGHT, FIST, FIST), "over", TOGETHER),
    "V": Pose((STRAIGHT, STRAIGHT, FIST, FIST), "over", APART),
    "W": Pose((STRAIGHT, STRAIGHT, STRAIGHT, FIST), "below", (16, 1, -14, -5)),
    "X": Pose((HOOK, FIST, FIST, FIST), "over", TOGETHER, (0, -28, 0)),
    "Y": Pose((FIST, FIST, FIST, STRAIGHT), "out", (1, 0, -1, -24)),
}
LABELS = {letter: ord(letter) - ord("A") for letter in LETTERS}
SHOTS = {"train": 140, "test": 30}  # of each letter
FRAMES = 3  # of a shot
SIGNERS = {"train": 24, "test": 8}


def generate(folder: Path, seed: int, progress: bool) -> None:
    """See `course_utils.synthetic.generate`."""
    total = sum(SHOTS.values()) * FRAMES * len(LETTERS)
    with tqdm(total=total, desc="generating", disable=not progress, unit=" pictures", file=sys.stdout) as bar:
        for split, shots in SHOTS.items():
            rng = stream(seed, split)
            signers = [new_build(rng, sleeves=0.5) for _ in range(SIGNERS[split])]
            images, labels = [], []
            for letter in LETTERS:
                for _ in range(shots):
                    images += shoot(letter, signers[rng.integers(len(signers))], rng)
                    bar.update(FRAMES)
                labels += [LABELS[letter]] * shots * FRAMES
            order = rng.permutation(len(labels))
            np.save(folder / f"{split}-images.npy", np.stack(images)[order], allow_pickle=False)
            np.save(folder / f"{split}-labels.npy", np.array(labels, np.int32)[order], allow_pickle=False)


def shoot(letter: str, signer: Build, rng: Rng) -> list[np.ndarray]:
    """FRAMES pictures, uint8 (28, 28), of a hand that holds a letter."""
    pose = LETTERS[letter]
    x, y, z = np.array(pose.turn) + rng.normal(0, (5, 7, 5))
    figure = hold(pose, signer, rng).turned(about_z(z) @ about_y(y) @ about_x(x), about=(0, 0.6, 0))
    surface = see(figure, _frame(figure, rng))
    creased(surface, 0.7)
    backdrop = _wall(rng)
    return [_frame_of(surface, backdrop, rng) for _ in range(FRAMES)]


def _frame(figure: Figure, rng: Rng) -> Camera:
    """A camera that sees the hand and a part of the arm, with a margin for the frames of a shot."""
    ends = np.array(figure.ends)
    joints = np.concatenate([ends[:, :2], ends[:, 3:5]])
    near = joints[np.hypot(*(joints - (0, 0.6)).T) < 1.55]
    low, high = near.min(axis=0) - 0.1, near.max(axis=0) + 0.1
    zoom = RENDERED * rng.uniform(0.78, 0.92) / max(high - low)
    middle = (low + high) / 2 + rng.normal(0, 0.04, 2)
    return Camera(tuple(middle.tolist()), 9.0, 0, zoom, RENDERED, (RENDERED / 2, RENDERED / 2))


def _wall(rng: Rng) -> np.ndarray:
    """A wall behind the hand, now and then with something on it, float32 (RENDERED, RENDERED)."""
    rows, columns = np.mgrid[-1 : 1 : RENDERED * 1j, -1 : 1 : RENDERED * 1j].astype(np.float32)
    wall = rng.uniform(0.45, 0.85) + rng.normal(0, 0.07) * rows + rng.normal(0, 0.07) * columns
    kind = rng.random()
    if kind < 0.3:
        wall = np.where(rows > rng.uniform(0.5, 0.95), wall * rng.uniform(0.5, 0.9), wall)
    elif kind < 0.5:
        things = noise(rng, (RENDERED, RENDERED), (7, 7))
        corner = (columns * rng.choice([-1, 1]) > rng.uniform(0.3, 0.7)) & (rows > rng.uniform(-1, 0.5))
        wall = np.where(corner, 0.9 * things, wall)
    return wall


def _frame_of(surface: Surface, backdrop: np.ndarray, rng: Rng) -> np.ndarray:
    sun = np.array([rng.uniform(-0.8, 0.8), rng.uniform(0.2, 1.0), rng.uniform(0.4, 1.0)])
    facing = np.clip(surface.normal @ (sun / np.linalg.norm(sun)).astype(np.float32), 0, 1)
    grey = surface.colour @ np.array([0.3, 0.59, 0.11], np.float32)
    lit = (0.25 + 0.75 * grey) * (rng.uniform(0.35, 0.6) + rng.uniform(0.5, 0.8) * facing)
    picture = Image.fromarray(over(backdrop, lit, surface.coverage).astype(np.float32))
    side = RENDERED * rng.uniform(0.8, 1.0)
    corner = (RENDERED - side) / 2 + rng.normal(0, 1.2, 2)
    turned = picture.rotate(rng.normal(0, 4), Image.Resampling.BILINEAR, fillcolor=float(backdrop.mean()))
    box = np.clip([*corner, *(corner + side)], 0, RENDERED).tolist()
    pixels = np.asarray(turned.resize((SIZE, SIZE), Image.Resampling.BOX, box=box))
    contrast, bright = rng.uniform(0.85, 1.25), rng.uniform(-0.1, 0.12)
    pixels = (pixels - 0.5) * contrast + 0.5 + bright + rng.normal(0, 0.012, pixels.shape)
    return (np.clip(pixels, 0, 1) * 255).astype(np.uint8)

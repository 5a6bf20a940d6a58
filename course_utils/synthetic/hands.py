"""Hands built of rounded cones: a pose says how far each finger is bent and where the thumb is.

A hand is about 2 units from wrist to fingertip. It is a right hand with its palm to the viewer (+z), fingers up (+y) and
thumb to the right (+x), before it is turned.
"""

from dataclasses import dataclass

import numpy as np

from course_utils.synthetic.solids import Colour, Figure, Surface, about_z

Rng = np.random.Generator
Bend = tuple[float, float, float]
# degrees that the three joints of a finger are bent by, from the knuckle to the tip
STRAIGHT, FIST, HOOK, CURVED = (4, 5, 4), (82, 98, 62), (12, 95, 55), (30, 40, 28)
TO_THUMB, CLAW, OVER_THUMB, FORWARD = (62, 52, 30), (22, 102, 62), (72, 62, 50), (48, 8, 5)
# the thumb's middle joint and tip
THUMBS = {
    "out": ((0.88, 0.3, 0.1), (1.25, 0.45, 0.1)),
    "beside": ((0.62, 0.45, 0.22), (0.62, 0.88, 0.28)),
    "across": ((0.42, 0.42, 0.42), (-0.02, 0.5, 0.42)),
    "over": ((0.52, 0.45, 0.62), (0.1, 0.62, 0.74)),
    "below": ((0.5, 0.32, 0.5), (0.05, 0.4, 0.6)),
    "tucked": ((0.46, 0.52, 0.42), (0.18, 0.82, 0.42)),
    "between": ((0.48, 0.52, 0.45), (0.2, 0.95, 0.62)),
    "opposed": ((0.6, 0.28, 0.62), (0.55, 0.6, 1.0)),
    "touching": ((0.6, 0.4, 0.5), (0.42, 0.78, 0.82)),
    "up": ((0.52, 0.6, 0.3), (0.3, 0.98, 0.36)),
    "along": ((0.62, 0.5, 0.5), (0.5, 0.85, 0.85)),
}


@dataclass(frozen=True)
class Pose:
    """How a hand is held: the bends of index, middle, ring and little finger, the thumb, and how the fingers spread.

    `aside` are the degrees that each finger points away from straight up, to the right; `turn` are the degrees that the
    whole hand is turned about the axes x, y and z.
    """

    fingers: tuple[Bend, Bend, Bend, Bend]
    thumb: str
    aside: tuple[float, float, float, float] = (3, 1, -1, -4)
    turn: tuple[float, float, float] = (0, 0, 0)


@dataclass(frozen=True)
class Build:
    """One person's hand: skin colour (red, green, blue; 0 to 1), nails, proportions, and the sleeve, if any."""

    skin: tuple[float, float, float]
    nails: tuple[float, float, float]
    long: float
    thick: float
    broad: float
    sleeve: tuple[float, float, float] | None


SKINS = ((0.93, 0.76, 0.67), (0.82, 0.6, 0.47), (0.66, 0.45, 0.34), (0.45, 0.29, 0.21), (0.3, 0.19, 0.14))


def new_build(rng: Rng, sleeves: float) -> Build:
    """A person's hand; `sleeves` is how likely a sleeve is seen."""
    shade = np.array(SKINS[rng.integers(len(SKINS))]) * rng.uniform(0.88, 1.1) + rng.normal(0, 0.012, 3)
    skin = tuple(np.clip(shade, 0.05, 0.97).tolist())
    polished = rng.random() < 0.25
    nails = tuple(rng.uniform(0.1, 0.8, 3).tolist()) if polished else tuple(min(1.0, 1.12 * c) for c in skin)
    cloth = tuple((rng.uniform(0.05, 0.9) * rng.uniform(0.8, 1.2, 3)).clip(0, 1).tolist())
    return Build(
        skin,
        nails,
        rng.uniform(0.9, 1.12),
        rng.uniform(0.85, 1.18),
        rng.uniform(0.9, 1.1),
        cloth if rng.random() < sleeves else None,
    )


def hold(pose: Pose, build: Build, rng: Rng, loose: float = 1.0) -> Figure:
    """The hand in a pose, held as `loose`ly as a person does twice; the wrist is at the origin."""
    figure = Figure()
    skin, wide, thick = build.skin, build.broad, build.thick
    knuckles = [np.array([x * wide, y, 0.0]) for x, y in ((0.36, 0.98), (0.12, 1.03), (-0.12, 0.98), (-0.34, 0.88))]
    for knuckle, radius in zip(knuckles, (0.165, 0.165, 0.16, 0.15), strict=True):
        figure.add((knuckle[0] * 0.55, 0.08, 0), knuckle - (0, 0.06, 0.02), 0.2 * thick, radius * thick, skin)
    figure.add((-0.27 * wide, 0.25, 0.06), (-0.3 * wide, 0.75, 0.02), 0.17 * thick, 0.15 * thick, skin)
    lengths = ((0.5, 0.3, 0.22), (0.55, 0.34, 0.24), (0.5, 0.31, 0.23), (0.39, 0.23, 0.2))
    for i, knuckle in enumerate(knuckles):
        aside = about_z(-(pose.aside[i] + rng.normal(0, 2.0 * loose)))
        bent, joint, joints = 0.0, knuckle, [knuckle]
        for bend, length in zip(pose.fingers[i], lengths[i], strict=True):
            bent += bend + rng.normal(0, (3 if bend < 20 else 5) * loose)
            angle = np.radians(bent)
            joint = joint + build.long * length * (aside @ np.array([0, np.cos(angle), np.sin(angle)]))
            joints.append(joint)
        slim = thick * (0.85 if i == 3 else 1.0)
        figure.chain(joints, [0.15 * slim, 0.128 * slim, 0.115 * slim, 0.095 * slim], skin)
        if pose.fingers[i][1] < 30:
            _nail(
                figure,
                joints[-2],
                joints[-1],
                0.075 * slim,
                build.nails,
                aside @ np.array([0, np.sin(angle), -np.cos(angle)]),
            )
    middle, tip = (np.array(point) * (wide, 1, 1) + rng.normal(0, 0.03 * loose, 3) for point in THUMBS[pose.thumb])
    root = np.array([0.24 * wide, 0.18, 0.1])
    figure.chain(
        [root, (root + middle) / 2 + (0.06, -0.03, 0), middle, tip], [n * thick for n in (0.22, 0.19, 0.14, 0.11)], skin
    )
    figure.add((0, 0.1, 0), (0, -0.35, -0.02), 0.24 * thick, 0.22 * thick, skin)
    figure.add((0, -0.35, -0.02), (0, -2.2, -0.1), 0.22 * thick, 0.34 * thick, skin)
    if build.sleeve:
        figure.add((0, -0.5, -0.02), (0, -2.3, -0.1), 0.3 * thick, 0.42 * thick, build.sleeve, 1.0)
    return figure


def _nail(figure: Figure, joint: np.ndarray, tip: np.ndarray, radius: float, colour: Colour, back: np.ndarray) -> None:
    figure.add(joint + 0.7 * (tip - joint) + 0.06 * back, tip + 0.055 * back, radius, radius * 0.9, colour)


def creased(surface: Surface, depth: float) -> None:
    """Darkens, in place, what turns away from the viewer, so that fingers stand apart."""
    surface.colour[:] *= (1 - depth + depth * surface.normal[..., 2] ** 0.8)[..., None]

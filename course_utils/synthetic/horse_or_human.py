"""Horses and people as a computer would render them: bodies of rounded cones, posed, lit, and set before a background.

As in the real set, the training pictures show a handful of characters outdoors, and the held-out pictures show other
characters before a white studio wall.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from PIL import Image

from course_utils.synthetic.backdrops import (
    BACKDROP,
    Backdrop,
    Scene,
    beach,
    dune,
    forest,
    hang,
    meadow,
    rocks,
    street,
    studio,
)
from course_utils.synthetic.canvas import fractal, noise, over
from course_utils.synthetic.solids import Camera, Colour, Figure, Point, Surface, about_y, about_z, see, shade, shadow
from course_utils.synthetic.writing import write_folders

SIZE = 300
Rng = np.random.Generator


@dataclass(frozen=True)
class Horse:
    """One horse: colours (red, green, blue; 0 to 1), the coat's pattern and that pattern's colour, and how stout it is."""

    coat: Colour
    hair: Colour
    legs: Colour
    pattern: str
    second: Colour
    stout: float


@dataclass(frozen=True)
class Person:
    """One person: colours, build, and the cut of hair and clothes."""

    skin: Colour
    hair: Colour
    shirt: Colour
    trousers: Colour
    shoes: Colour
    long_hair: bool
    sleeve: str
    bottom: str
    pattern: str
    build: float


COATS = {
    "bay": ((0.42, 0.21, 0.10), (0.07, 0.05, 0.05), (0.10, 0.07, 0.06)),
    "chestnut": ((0.50, 0.24, 0.11), (0.46, 0.24, 0.12), (0.42, 0.2, 0.1)),
    "black": ((0.13, 0.12, 0.13), (0.06, 0.06, 0.07), (0.09, 0.08, 0.09)),
    "grey": ((0.36, 0.36, 0.39), (0.2, 0.2, 0.22), (0.2, 0.2, 0.22)),
    "white": ((0.80, 0.79, 0.79), (0.86, 0.85, 0.84), (0.74, 0.73, 0.73)),
    "palomino": ((0.68, 0.54, 0.36), (0.84, 0.79, 0.68), (0.66, 0.55, 0.4)),
}


def new_horse(rng: Rng) -> Horse:
    """A horse of any coat, pattern and build."""
    coat, hair, legs = COATS[str(rng.choice(list(COATS)))]
    pattern = str(rng.choice(["plain", "dappled", "pinto", "spotted"], p=[0.45, 0.2, 0.22, 0.13]))
    second = (0.85, 0.84, 0.83) if np.mean(coat) < 0.5 else (0.14, 0.12, 0.12)
    return Horse(_varied(coat, rng), hair, legs, pattern, second, rng.uniform(0.92, 1.1))


def new_person(rng: Rng) -> Person:
    """A person of any skin, hair, clothes and build."""
    skins = [(0.85, 0.65, 0.54), (0.75, 0.54, 0.42), (0.55, 0.37, 0.26), (0.36, 0.23, 0.17), (0.25, 0.16, 0.12)]
    hairs = [
        (0.06, 0.05, 0.05),
        (0.22, 0.13, 0.08),
        (0.5, 0.36, 0.16),
        (0.72, 0.6, 0.36),
        (0.45, 0.12, 0.06),
        (0.55, 0.55, 0.55),
    ]
    return Person(
        skin=_varied(skins[rng.integers(len(skins))], rng),
        hair=_varied(hairs[rng.integers(len(hairs))], rng),
        shirt=_cloth(rng),
        trousers=_cloth(rng),
        shoes=(0.08, 0.07, 0.07) if rng.random() < 0.6 else _cloth(rng),
        long_hair=bool(rng.random() < 0.5),
        sleeve=str(rng.choice(["none", "short", "long", "jacket"])),
        bottom=str(rng.choice(["trousers", "skirt", "shorts", "coat"], p=[0.6, 0.16, 0.12, 0.12])),
        pattern=str(rng.choice(["plain", "striped", "mottled"], p=[0.6, 0.2, 0.2])),
        build=rng.uniform(0.88, 1.12),
    )


def _varied(colour: Colour, rng: Rng) -> Colour:
    return tuple(np.clip(np.array(colour) * rng.uniform(0.85, 1.18) + rng.normal(0, 0.012, 3), 0.02, 0.95).tolist())


def _cloth(rng: Rng) -> Colour:
    """Black, white, denim, or a colour of any hue."""
    kind = rng.random()
    if kind < 0.25:
        return _varied((0.1, 0.1, 0.11), rng)
    if kind < 0.42:
        return _varied((0.8, 0.79, 0.77), rng)
    if kind < 0.6:
        return _varied((0.2, 0.28, 0.42), rng)
    hue = rng.uniform(0, 2 * np.pi)
    return _varied(tuple((0.38 + 0.3 * np.cos(hue + np.array([0, 2.1, 4.2]))).tolist()), rng)


# Poses. Angles are degrees from hanging straight down, positive forward (+x).


def limb(origin: Point, lengths: list[float], angles: list[float], outward: float = 0.0) -> list[np.ndarray]:
    """Joints (x, y, z) of a limb that starts at `origin`: bones `lengths` long at `angles`, all `outward` degrees aside."""
    joints = [np.asarray(origin, float)]
    side = np.sin(np.radians(outward))
    for length, angle in zip(lengths, np.radians(angles), strict=True):
        joints.append(joints[-1] + length * np.array([np.sin(angle), -np.cos(angle) * np.cos(np.radians(outward)), side]))
    return joints


GAITS = ("stand", "stand", "walk", "trot", "gallop", "rear")


def pose_horse(horse: Horse, rng: Rng) -> Figure:
    """A horse looking along +x, its hooves on y = 0 or above."""
    gait = str(rng.choice(GAITS))
    coat, hair, legs, k = horse.coat, horse.hair, horse.legs, horse.stout
    figure = Figure()
    body = partial(figure.add, colour=coat, patterned=1.0)
    body((-0.45, 1.24, 0), (0.0, 1.2, 0), 0.265 * k, 0.28 * k)
    body((0.0, 1.2, 0), (0.42, 1.22, 0), 0.28 * k, 0.285 * k)
    body((-0.25, 1.12, 0), (0.35, 1.06, 0), 0.24 * k, 0.26 * k)
    body((0.32, 1.42, 0), (-0.05, 1.34, 0), 0.13, 0.13)
    for z in (-0.1, 0.1):
        body((-0.66, 1.22, z), (-0.35, 1.32, z * 0.6), 0.22 * k, 0.19 * k)
        body((-0.55, 1.32, z * 0.5), (-0.8, 1.24, z * 0.6), 0.19 * k, 0.13 * k)
        body((0.55, 1.15, z * 0.8), (0.4, 1.32, z * 0.8), 0.22 * k, 0.19 * k)
    _horse_head(figure, horse, rng)
    reach = {"stand": 6, "walk": 20, "trot": 28, "gallop": 45, "rear": 40}[gait]
    swing = rng.uniform(0.5, 1.0) * reach
    for i, z in enumerate((-0.15, 0.15)):
        phase = swing * (1 if i else -1) if gait != "gallop" else swing * rng.uniform(0.4, 1.2)
        fore = phase + rng.normal(0, 4)
        lifted = gait == "rear" or rng.random() < {"stand": 0.05, "walk": 0.35, "trot": 0.5, "gallop": 0.7, "rear": 1}[gait]
        fold = rng.uniform(30, 95) if lifted else rng.uniform(0, 4)
        raised = rng.uniform(20, 60) if lifted else 0
        joints = limb(
            (0.5, 1.05, z),
            [0.24, 0.37, 0.31, 0.13],
            [-18 + fore * 0.4, fore + raised, fore + raised - fold, fore + raised - fold * 1.2 + 15],
            z * 20,
        )
        _horse_leg(figure, joints, [0.17, 0.105, 0.066, 0.045, 0.055], coat, legs)
        hind = -phase * (0.9 if gait != "gallop" else 1.0) + rng.normal(0, 4)
        bent = rng.uniform(10, 35) if gait in ("trot", "gallop") else rng.uniform(0, 5)
        joints = limb(
            (-0.62, 1.2, z),
            [0.34, 0.42, 0.36, 0.13],
            [25 + hind * 0.5 + bent * 0.5, -28 + hind - bent, 2 + hind + bent * 0.2, 18 + hind],
            z * 12,
        )
        _horse_leg(figure, joints, [0.24, 0.15, 0.075, 0.048, 0.058], coat, legs)
    lift = {"stand": 0, "walk": 10, "trot": 30, "gallop": 70, "rear": 20}[gait] * rng.uniform(0.4, 1.1)
    _tail(figure, hair, lift, rng)
    if gait == "rear":
        figure = figure.turned(about_z(rng.uniform(25, 60)), about=(-0.6, 0.9, 0))
    elif gait == "gallop":
        figure = figure.turned(about_z(rng.uniform(-12, 18)), about=(0, 1.1, 0))
    return grounded(figure)


def _horse_leg(figure: Figure, joints: list[np.ndarray], radii: list[float], coat: Colour, legs: Colour) -> None:
    figure.chain(joints[:3], radii[:3], coat, 1.0)
    figure.chain(joints[2:4], radii[2:4], legs)
    figure.add(joints[3], joints[4], radii[3], radii[4], legs)
    figure.add(joints[4], joints[4] + (0.03, -0.03, 0), radii[4], radii[4] * 1.1, (0.1, 0.09, 0.08))


def _horse_head(figure: Figure, horse: Horse, rng: Rng) -> None:
    """Neck, head, ears and mane; the neck is anywhere between grazing low and held high, the head looks a little aside."""
    raised, aside = rng.normal(48, 14), rng.normal(0, 16)
    raised = raised - 50 if rng.random() < 0.08 else raised
    base = np.array([0.55, 1.28, 0])
    direction = about_y(-aside) @ np.array([np.cos(np.radians(raised)), np.sin(np.radians(raised)), 0])
    poll = base + 0.74 * direction
    figure.add(base - (0.06, 0.04, 0), base + 0.38 * direction, 0.245, 0.165, horse.coat, 1.0)
    figure.add(base + 0.38 * direction, poll, 0.165, 0.115, horse.coat, 1.0)
    tilt = raised - rng.uniform(75, 105)
    forward = about_y(-aside * 1.5) @ np.array([np.cos(np.radians(tilt)), np.sin(np.radians(tilt)), 0])
    up = np.array([-forward[1], forward[0], 0])
    up /= max(np.linalg.norm(up), 0.3)
    across = np.cross(forward, up)
    figure.add(poll + 0.02 * forward, poll + 0.2 * forward - 0.02 * up, 0.125, 0.115, horse.coat, 0.5)
    figure.add(poll + 0.2 * forward, poll + 0.5 * forward - 0.015 * up, 0.105, 0.07, horse.coat, 0.3)
    red, green, blue = horse.coat
    muzzle = (0.6 * red, 0.6 * green, 0.6 * blue)
    figure.add(poll + 0.5 * forward - 0.01 * up, poll + 0.55 * forward - 0.03 * up, 0.072, 0.06, muzzle)
    for side in (-1, 1):
        ear = poll + 0.1 * up + side * 0.065 * across
        figure.add(ear, ear + 0.13 * up + side * 0.02 * across, 0.038, 0.01, horse.coat)
        eye = poll + 0.17 * forward + 0.05 * up + side * 0.1 * across
        figure.add(eye, eye, 0.018, 0.018, (0.02, 0.02, 0.02))
    over = np.array([-direction[1], direction[0], 0])
    fall = rng.choice([-1, 1]) * rng.uniform(0.05, 0.12)
    for step in np.linspace(0.0, 1.0, 14):
        root = base + 0.74 * step * direction + (0.2 - 0.1 * step) * over
        tip = root + np.array([rng.normal(-0.06, 0.02), -rng.uniform(0.14, 0.3), fall * 1.6 + rng.normal(0, 0.02)])
        figure.add(root, tip, 0.042, 0.012, horse.hair)
    figure.add(poll + 0.08 * up, poll + 0.17 * forward + 0.06 * up, 0.035, 0.012, horse.hair)


def _tail(figure: Figure, hair: Colour, lift: float, rng: Rng) -> None:
    root = np.array([-0.86, 1.36, 0])
    angle = -35 - lift
    for _ in range(3):
        sway = rng.normal(0, 5)
        joints = limb(
            root, [0.2, 0.3, 0.35], [angle + sway, (angle + 25) * 0.8 + sway, (angle + 25) * 0.6 + sway], rng.normal(0, 6)
        )
        figure.chain(joints, [0.05, 0.075, 0.055, 0.015], hair)


def pose_person(person: Person, rng: Rng) -> Figure:
    """A person looking along +x, soles on y = 0."""
    figure, k = Figure(), person.build
    lean = rng.normal(0, 5)
    hips, chest = np.array([0, 0.95, 0]), np.array([0.02, 1.3, 0])
    shirt, trousers, skin = person.shirt, person.trousers, person.skin
    sleeve = {"none": skin, "short": skin, "long": shirt, "jacket": shirt}[person.sleeve]
    upper_sleeve = skin if person.sleeve == "none" else shirt
    for z in (-0.075, 0.075):
        figure.add((0, 0.98, z), (-0.02, 0.9, z), 0.1 * k, 0.105 * k, trousers)
        figure.add((0, 1.1, z * 0.8), (0.02, 1.33, z * 1.1), 0.095 * k, 0.115 * k, shirt, 1.0)
        figure.add((0.0, 1.43, z), (0, 1.43, z * 2.3), 0.06, 0.055 * k, shirt, 1.0)
    if person.sleeve == "jacket":
        figure.add((0.02, 1.3, 0), (0, 0.9, 0), 0.16 * k, 0.17 * k, shirt, 1.0)
    if person.bottom in ("skirt", "coat"):
        low, cloth = (rng.uniform(0.5, 0.75), trousers) if person.bottom == "skirt" else (rng.uniform(0.35, 0.6), shirt)
        for pleat in np.radians(np.arange(0, 360, 40)):
            out = np.array([np.cos(pleat), 0, np.sin(pleat)])
            figure.add((0, 0.97, 0) + 0.09 * out, (0, low, 0) + 0.17 * k * out, 0.06 * k, 0.055, cloth, 1.0)
    stride = rng.choice([0, 0, 12, 25]) * rng.uniform(0.5, 1.2)
    for i, z in enumerate((-0.09, 0.09)):
        forward = stride * (1 if i else -1) + rng.normal(0, 5)
        bend = rng.uniform(0, 12) + max(-forward, 0) * 0.7
        joints = limb((0, 0.93, z), [0.42, 0.42], [forward, forward - bend], np.sign(z) * rng.uniform(0, 9))
        thigh, shin = {
            "trousers": (trousers, trousers),
            "coat": (trousers, trousers),
            "shorts": (trousers, skin),
            "skirt": (skin, skin),
        }[person.bottom]
        loose = 1.0 if person.bottom == "skirt" else rng.uniform(1.0, 1.25)
        figure.add(joints[0], joints[1], 0.1 * k, 0.065 * loose, thigh)
        figure.add(joints[1], joints[2], 0.062 * loose, 0.043 * loose, shin)
        figure.add(joints[2], joints[2] + (-0.02, -0.05, 0), 0.045, 0.05, person.shoes)
        figure.add(joints[2] + (0, -0.05, 0), joints[2] + (0.15, -0.06, 0), 0.045, 0.035, person.shoes)
        _arm(figure, z, i, rng, upper_sleeve, sleeve, skin, k)
    _person_head(figure, person, chest, rng)
    return grounded(figure.turned(about_z(-lean), about=hips))


def _arm(figure: Figure, z: float, i: int, rng: Rng, upper: Colour, lower: Colour, skin: Colour, k: float) -> None:
    kind = rng.random()
    swing, spread, bend = rng.normal(0, 12), rng.uniform(3, 18), rng.uniform(2, 25)
    if kind > 0.55:
        swing, spread, bend = rng.uniform(-20, 60), rng.uniform(10, 60), rng.uniform(20, 120)
    if kind > 0.9:
        swing, spread, bend = rng.uniform(80, 170), rng.uniform(10, 50), rng.uniform(0, 70)
    out = 1 if i else -1
    shoulder = np.array([0, 1.42, out * 0.185 * k])
    elbow = limb(shoulder, [0.28], [swing], out * spread)[-1]
    wrist = limb(elbow, [0.25], [swing + bend], out * spread * rng.uniform(-0.6, 0.8))[-1]
    hand = wrist + (wrist - elbow) * 0.4
    figure.add(shoulder, elbow, 0.058 * k, 0.045, upper, 1.0)
    figure.add(elbow, wrist, 0.043, 0.032, lower, 0.5)
    figure.add(wrist + (hand - wrist) * 0.3, hand, 0.038, 0.026, skin)


def _person_head(figure: Figure, person: Person, chest: np.ndarray, rng: Rng) -> None:
    turn = about_y(-rng.normal(0, 25))
    neck = chest + np.array([0.0, 0.2, 0])
    head = neck + np.array([0.02, 0.17, 0])

    def at(x: float, y: float, z: float) -> np.ndarray:
        return head + turn @ np.array([x, y, z])

    figure.add(neck - (0, 0.06, 0), head, 0.055, 0.055, person.skin)
    figure.add(at(0, 0.03, 0), at(0.025, -0.06, 0), 0.09, 0.066, person.skin)
    figure.add(at(0.1, -0.02, 0), at(0.105, -0.03, 0), 0.016, 0.018, person.skin)
    for z in (-0.035, 0.035):
        figure.add(at(0.088, 0.015, z), at(0.088, 0.015, z), 0.013, 0.013, (0.03, 0.03, 0.03))
    figure.add(at(0.072, -0.075, -0.02), at(0.072, -0.075, 0.02), 0.012, 0.012, (0.4, 0.13, 0.12))
    for z in (-0.035, 0.035):
        figure.add(at(-0.02, 0.06, z), at(-0.045, -0.02, z), 0.084, 0.074, person.hair)
    figure.add(at(0.05, 0.085, -0.03), at(0.05, 0.085, 0.03), 0.038, 0.038, person.hair)
    if person.long_hair:
        length = 0.25 + 0.2 * (person.build - 0.88) / 0.24
        for z in (-0.06, 0, 0.06):
            figure.chain(
                [at(-0.05, 0.02, z), at(-0.08, -0.12, z * 1.3), at(-0.08, -0.1 - length, z * 1.2)],
                [0.07, 0.06, 0.025],
                person.hair,
            )


def grounded(figure: Figure) -> Figure:
    """The figure moved up or down so that its lowest point stands on y = 0."""
    ends = np.array(figure.ends)
    ends[:, [1, 4]] -= min((ends[:, 1] - ends[:, 6]).min(), (ends[:, 4] - ends[:, 7]).min())
    return Figure(ends.tolist(), figure.colours)


def film(
    figure: Figure, paint: Callable[[Surface, Rng], None], backdrop: Backdrop, scale: float, rng: Rng
) -> Iterator[Image.Image]:
    """A shot of one pose without end: RGB (300, 300), the camera moving a little from frame to frame.

    At `scale` 1 the figure fills the frame; `paint(surface, rng)` puts the pattern on what is seen of it.
    """
    yaw, elevation, distance = rng.choice([0, 180]) + rng.normal(0, 40), rng.uniform(2, 16), rng.uniform(4, 9)
    side = int(rng.uniform(SIZE * 0.85, BACKDROP))
    corner, centre = rng.integers(0, BACKDROP - side + 1, 2), rng.normal((0, 8), (18, 8))
    shade_depth, shine, pattern = rng.uniform(0.3, 0.6), rng.uniform(0.02, 0.12), rng.integers(2**32)
    while True:
        turned = figure.turned(about_y(yaw + rng.normal(0, 12)))
        camera = frame(turned, scale * rng.uniform(0.94, 1.06), centre + rng.normal(0, 7, 2), elevation, distance)
        x, y = np.clip(corner + rng.integers(-8, 9, 2), 0, BACKDROP - side).tolist()
        scene = backdrop.picture.resize((SIZE, SIZE), Image.Resampling.BILINEAR, box=(x, y, x + side, y + side))
        dark = shade_depth * shadow(turned, camera, backdrop.sun, 2.5)[..., None]
        surface = see(turned, camera)
        paint(surface, np.random.default_rng(pattern))
        lit = shade(surface, backdrop.sun, backdrop.warmth, backdrop.ambient, shine)
        picture = over(np.asarray(scene, np.float32) / 255 * (1 - dark), lit, surface.coverage[..., None])
        yield Image.fromarray((np.clip(picture, 0, 1) * 255).astype(np.uint8))


def frame(figure: Figure, scale: float, shift: np.ndarray, elevation: float, distance: float) -> Camera:
    """A camera that sees the whole figure at `scale` 1 and its upper part when closer, `shift` pixels off the middle."""
    ends = np.array(figure.ends)
    left = min((ends[:, 0] - ends[:, 6]).min(), (ends[:, 3] - ends[:, 7]).min())
    right = max((ends[:, 0] + ends[:, 6]).max(), (ends[:, 3] + ends[:, 7]).max())
    height = max((ends[:, 1] + ends[:, 6]).max(), (ends[:, 4] + ends[:, 7]).max())
    zoom = scale * SIZE / max(height, right - left)
    middle = SIZE / 2 + shift + (0, max(0, scale - 1) * SIZE * 0.3)
    return Camera(((left + right) / 2, height / 2), distance, elevation, zoom, SIZE, tuple(middle))


def horse_coat(horse: Horse, surface: Surface, rng: Rng) -> None:
    """Paints the pattern of the coat onto the surface, in place."""
    shape = surface.patterned.shape
    surface.colour[:] *= (0.8 + 0.4 * fractal(rng, shape, (20, 20), 4))[..., None]
    if horse.pattern == "pinto":
        patch = np.clip((fractal(rng, shape, (5, 5), 3) - 0.5) * 25, 0, 1)
    elif horse.pattern == "spotted":
        patch = np.clip((noise(rng, shape, (32, 32)) - 0.68) * 12, 0, 1)
    elif horse.pattern == "dappled":
        patch = 0.4 * np.clip((noise(rng, shape, (26, 26)) - 0.4) * 4, 0, 1)
    else:
        return
    cover = (patch * surface.patterned)[..., None]
    surface.colour[:] = over(surface.colour, np.array(horse.second, np.float32), cover)


def clothing(person: Person, surface: Surface, rng: Rng) -> None:
    """Paints the pattern of the clothes onto the surface, in place."""
    shape = surface.patterned.shape
    surface.colour[:] *= (0.86 + 0.28 * fractal(rng, shape, (14, 14), 3))[..., None]
    if person.pattern == "striped":
        stripes = np.sin(0.6 * np.arange(shape[0]))[:, None] > 0
        surface.colour[:] *= (1 - 0.5 * surface.patterned * stripes)[..., None]
    elif person.pattern == "mottled":
        surface.colour[:] *= (1 - 0.6 * surface.patterned * (noise(rng, shape, (40, 40)) > 0.55))[..., None]


OUTDOORS: tuple[Scene, ...] = (beach, beach, rocks, forest, dune, meadow, street)
# How much likelier a class is seen before some backgrounds than before others.
HAUNTS: dict[str, dict[Scene, float]] = {"horses": {rocks: 2.0, dune: 0.3, street: 0.5}, "humans": {rocks: 0.5, dune: 2.0}}
Character: TypeAlias = Any  # a Horse or a Person, the same throughout a row of CAST
CAST: dict[
    str, tuple[Callable[[Rng], Character], Callable[[Character, Rng], Figure], Callable[[Character, Surface, Rng], None]]
] = {"horses": (new_horse, pose_horse, horse_coat), "humans": (new_person, pose_person, clothing)}
COUNTS = {"train": {"horses": 500, "humans": 527}, "test": {"horses": 128, "humans": 128}}
FRAMES = {"train": 8, "test": 4}  # of a shot
PLACES = {"train": 4, "test": 6}  # paintings of each scene
CHARACTERS = {"train": {"horses": 8, "humans": 14}, "test": {"horses": 6, "humans": 6}}


def generate(folder: Path, seed: int, progress: bool) -> None:
    """See `course_utils.synthetic.generate`."""
    write_folders(folder, COUNTS, pictures, seed, progress)


def pictures(split: str, rng: Rng) -> Iterator[tuple[str, Image.Image]]:
    """The class and the RGB picture (300, 300), one after another, of all pictures of `split` ("train" or "test")."""
    scenes = OUTDOORS if split == "train" else (studio,)
    backdrops = [hang(scene, rng) for scene in scenes * PLACES[split]]
    for kind, count in COUNTS[split].items():
        make, pose, paint = CAST[kind]
        characters = [make(rng) for _ in range(CHARACTERS[split][kind])]
        likely = np.array([HAUNTS[kind].get(backdrop.scene, 1.0) for backdrop in backdrops])
        for first in range(0, count, FRAMES[split]):
            character = characters[rng.integers(len(characters))]
            close = split == "train" and rng.random() < 0.2
            scale = rng.uniform(1.0, 1.8) if close else rng.uniform(0.7, 0.95)
            backdrop = backdrops[rng.choice(len(backdrops), p=likely / likely.sum())]
            shot = film(pose(character, rng), partial(paint, character), backdrop, scale, rng)
            for image in islice(shot, min(FRAMES[split], count - first)):
                yield kind, image

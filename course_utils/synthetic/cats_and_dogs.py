"""Cats and dogs as people photograph them: near and far, from all sides, indoors and outdoors, in good and in poor light.

Both are built of the same parts, with the same coats and before the same backgrounds; ears, muzzle, eyes, limbs and tail
tell them apart. The held-out pictures show other animals at other places.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from PIL import Image, ImageFilter

from course_utils.synthetic.backdrops import (
    BACKDROP,
    FRAME,
    Backdrop,
    Scene,
    beach,
    forest,
    hang,
    meadow,
    rocks,
    street,
)
from course_utils.synthetic.canvas import fractal, noise, over
from course_utils.synthetic.solids import Camera, Colour, Figure, Surface, about_x, about_y, about_z, see, shade
from course_utils.synthetic.writing import write_folders

RENDERED, LONGEST = 144, 208
Rng = np.random.Generator
COUNTS = {"train": {"cats": 1000, "dogs": 1000}, "test": {"cats": 500, "dogs": 500}}
PLACES = {"train": 4, "test": 2}  # paintings of each scene
OUTDOORS_SHARE = {"cats": 0.3, "dogs": 0.65}
COATS: dict[str, Colour] = {
    "black": (0.13, 0.12, 0.125),
    "grey": (0.42, 0.42, 0.44),
    "brown": (0.34, 0.23, 0.15),
    "ginger": (0.72, 0.43, 0.2),
    "cream": (0.82, 0.7, 0.54),
    "white": (0.86, 0.85, 0.83),
}
LIKELY_COATS = {"cats": (0.22, 0.24, 0.2, 0.15, 0.07, 0.12), "dogs": (0.22, 0.1, 0.24, 0.14, 0.16, 0.14)}
LIKELY_PATTERNS = {"cats": (0.3, 0.42, 0.22, 0.06), "dogs": (0.5, 0.1, 0.28, 0.12)}
PATTERNS = ("plain", "striped", "patched", "spotted")
PINK, DARK = (0.78, 0.5, 0.48), (0.07, 0.06, 0.06)


class _Coated(Protocol):
    """What `fur` has to know of an animal."""

    @property
    def coat(self) -> Colour: ...
    @property
    def second(self) -> Colour: ...
    @property
    def pattern(self) -> str: ...
    @property
    def fluffy(self) -> float: ...


@dataclass(frozen=True)
class Pet:
    """One animal: colours, the coat's pattern, and the measures of its parts in head widths."""

    kind: str
    coat: Colour
    second: Colour
    pattern: str
    white: bool
    eyes: Colour
    nose: Colour
    muzzle: float
    ears: str
    ear_length: float
    leg: float
    stout: float
    fluffy: float


def new_pet(kind: str, rng: Rng) -> Pet:
    """A cat ("cats") or a dog ("dogs")."""
    coat = varied(list(COATS.values())[rng.choice(len(COATS), p=LIKELY_COATS[kind])], rng)
    second = varied(list(COATS.values())[rng.integers(len(COATS))], rng)
    pattern = PATTERNS[rng.choice(len(PATTERNS), p=LIKELY_PATTERNS[kind])]
    white, fluffy = bool(rng.random() < 0.4), rng.uniform(0, 1) ** 2
    if kind == "cats":
        eyes = [(0.62, 0.66, 0.2), (0.45, 0.62, 0.3), (0.75, 0.55, 0.15), (0.4, 0.6, 0.75)][rng.integers(4)]
        nose = PINK if rng.random() < 0.6 else DARK
        return Pet(
            kind,
            coat,
            second,
            pattern,
            white,
            eyes,
            nose,
            rng.uniform(0.02, 0.12),
            "up",
            rng.uniform(0.32, 0.5),
            rng.uniform(0.6, 0.85),
            rng.uniform(0.85, 1.15),
            fluffy,
        )
    eyes = (0.2, 0.11, 0.06) if rng.random() < 0.85 else (0.4, 0.55, 0.7)
    ears = str(rng.choice(["hanging", "folded", "up"], p=[0.5, 0.22, 0.28]))
    return Pet(
        kind,
        coat,
        second,
        pattern,
        white,
        eyes,
        DARK,
        rng.uniform(0.18, 0.6),
        ears,
        rng.uniform(0.32, 0.75) if ears == "hanging" else rng.uniform(0.25, 0.5),
        rng.uniform(0.6, 1.25),
        rng.uniform(0.75, 1.2),
        fluffy,
    )


def varied(colour: Colour, rng: Rng) -> Colour:
    """The colour, a little brighter or darker and off its hue."""
    return tuple(np.clip(np.array(colour) * rng.uniform(0.8, 1.25) + rng.normal(0, 0.015, 3), 0.03, 0.95).tolist())


def _head(pet: Pet, rng: Rng) -> Figure:
    """The head about the origin, looking towards +z, about one unit wide."""
    head, coat = Figure(), pet.coat
    pale = (0.88, 0.86, 0.83) if pet.white else coat
    side = np.array([1.0, 1.0, 1.0])
    cat = pet.kind == "cats"
    for z in (-1, 1):
        mirror = side * (z, 1, 1)
        head.add((0.1 * z, 0.04, -0.08), (0.12 * z, 0.0, 0.05), 0.4, 0.38 if cat else 0.34, coat, 1.0)
        cheek = np.array([0.22, -0.16, 0.14]) * mirror
        head.add(cheek, cheek, 0.24 + 0.05 * pet.fluffy, 0.24, coat, 0.8)
        eye = np.array([0.19, 0.06, 0.36 if cat else 0.31]) * mirror
        big = 0.1 if cat else 0.078
        head.add(eye, eye, big, big, pet.eyes)
        if cat:
            slit = rng.uniform(0.015, 0.05)
            front = eye + np.array([0.01 * z, 0, big * 0.85])
            up = np.array([0, 0.035, 0])
            head.add(front + up, front - up, slit, slit, (0.03, 0.03, 0.03))
        else:
            front = eye + np.array([0, 0.005, big * 0.7])
            head.add(front, front, big * 0.6, big * 0.6, (0.03, 0.03, 0.03))
        _ear(head, pet, mirror, rng)
    _muzzle(head, pet, pale, rng)
    return head


def _ear(head: Figure, pet: Pet, mirror: np.ndarray, rng: Rng) -> None:
    red, green, blue = pet.coat
    long, shade_of = pet.ear_length, (0.8 * red, 0.8 * green, 0.8 * blue)
    if pet.ears == "hanging":
        root, bend, tip = (0.36, 0.24, -0.05), (0.52, 0.12, -0.02), (0.52, 0.14 - long, 0.06 + rng.normal(0, 0.04))
        head.chain([np.array(p) * mirror for p in (root, bend, tip)], [0.1, 0.13, 0.15], shade_of, 0.6)
        return
    apart, lean = (0.27, 0.12) if pet.kind == "cats" else (0.25, rng.uniform(0.02, 0.18))
    root = np.array([apart, 0.28, -0.06]) * mirror
    tip = np.array([apart + lean, 0.34 + long, -0.08]) * mirror
    wide = 0.2 if pet.kind == "cats" else 0.16
    if pet.ears == "folded":
        middle = np.array([apart + 0.14, 0.36 + 0.3 * long, -0.04]) * mirror
        head.chain([root, middle, middle + np.array([0.12, -0.22, 0.12]) * mirror], [wide, 0.12, 0.05], shade_of, 0.6)
        return
    head.add(root, tip, wide, 0.025, pet.coat, 0.6)
    head.add(
        root + np.array([0, 0.04, wide * 0.55]),
        root + 0.75 * (tip - root) + (0, 0, 0.05),
        wide * 0.55,
        0.02,
        PINK if pet.white else shade_of,
    )


def _muzzle(head: Figure, pet: Pet, pale: Colour, rng: Rng) -> None:
    if pet.kind == "cats":
        for z in (-1, 1):
            head.add((0.09 * z, -0.18, 0.3), (0.08 * z, -0.2, 0.36 + pet.muzzle), 0.14, 0.12, pale, 0.3)
        head.add((0, -0.3, 0.26), (0, -0.3, 0.3), 0.12, 0.1, pale)
        head.add((0, 0.06, 0.3), (0, -0.08, 0.42 + pet.muzzle), 0.1, 0.07, pet.coat, 0.6)
        head.add((-0.02, -0.1, 0.47 + pet.muzzle), (0.02, -0.1, 0.47 + pet.muzzle), 0.045, 0.045, pet.nose)
        return
    end = 0.34 + pet.muzzle
    head.add((0, -0.1, 0.25), (0, -0.16, end), 0.24, 0.165, pale, 0.4)
    head.add((0, 0.04, 0.25), (0, -0.06, end), 0.15, 0.1, pet.coat, 0.4)
    head.add((-0.05, -0.06, end + 0.12), (0.05, -0.06, end + 0.12), 0.075, 0.075, DARK)
    if rng.random() < 0.4:  # it pants
        head.add((0, -0.26, 0.28), (0, -0.36, end - 0.05), 0.13, 0.1, pale)
        head.add((0, -0.25, end), (0, rng.uniform(-0.6, -0.4), end + 0.08), 0.09, 0.075, (0.82, 0.38, 0.42))
    else:
        head.add((0, -0.26, 0.25), (0, -0.28, end - 0.04), 0.15, 0.11, pale)
        head.add((-0.1, -0.26, end - 0.02), (0.1, -0.26, end - 0.02), 0.03, 0.03, (0.16, 0.1, 0.1))


def pose_pet(pet: Pet, rng: Rng) -> Figure:
    """The animal standing, sitting or lying, its body behind its head, its head held at some angle."""
    figure, coat, k = Figure(), pet.coat, pet.stout * (1 + 0.15 * pet.fluffy)
    paws = (0.85, 0.84, 0.82) if pet.white else coat
    bib = (0.86, 0.85, 0.82) if pet.white else coat
    posture = str(rng.choice(["sit", "stand", "lie"], p=[0.4, 0.28, 0.32]))
    if posture == "sit":
        figure.chain([(0, -0.3, -0.25), (0, -0.75, -0.3), (0, -1.25, -0.55)], [0.3, 0.42 * k, 0.52 * k], coat, 1.0)
        figure.add((0, -0.45, -0.08), (0, -0.85, -0.02), 0.26, 0.26 * k, bib, 0.3)
        for z in (-1, 1):
            figure.chain(
                [(0.2 * z, -0.8, -0.1), (0.22 * z, -1.25, 0.02), (0.22 * z, -1.6, 0.1)], [0.2, 0.13, 0.11], coat, 0.6
            )
            figure.add((0.22 * z, -1.64, 0.1), (0.22 * z, -1.66, 0.24), 0.11, 0.1, paws)
            figure.add((0.4 * z, -1.35, -0.5), (0.46 * z, -1.55, -0.15), 0.36 * k, 0.18, coat, 1.0)
        _tail(figure, pet, np.array([0.3, -1.55, -0.9]), rng)
    else:
        height = -0.32 if posture == "stand" else -0.5
        long = rng.uniform(1.1, 1.45)
        figure.chain([(0, -0.1, -0.2), (0, height, -0.55), (0, height, -0.55 - long)], [0.28, 0.4 * k, 0.4 * k], coat, 1.0)
        figure.add((0, -0.35, -0.2), (0, height - 0.15, -0.35), 0.24, 0.3 * k, bib, 0.4)
        for z in (-1, 1):
            if posture == "stand":
                for start, swing in ((-0.55, rng.normal(0, 0.15)), (-0.5 - long, rng.normal(0, 0.15))):
                    knee, foot = height - 0.25 - 0.5 * pet.leg, height - 0.35 - pet.leg
                    points = [
                        (0.2 * z, height - 0.1, start),
                        (0.2 * z, knee, start + swing),
                        (0.2 * z, foot, start + 0.6 * swing),
                    ]
                    figure.chain(points, [0.24 * k, 0.13, 0.1], coat, 0.8)
                    figure.add(points[-1], (0.2 * z, foot - 0.02, start + 0.6 * swing + 0.12), 0.1, 0.09, paws)
            else:
                reach = rng.uniform(-0.1, 0.5)
                figure.chain(
                    [(0.24 * z, -0.65, -0.5), (0.25 * z, -0.82, reach - 0.2), (0.25 * z, -0.84, reach)],
                    [0.22, 0.12, 0.11],
                    coat,
                    0.5,
                )
                figure.add((0.25 * z, -0.84, reach), (0.25 * z, -0.85, reach + 0.12), 0.11, 0.1, paws)
                figure.add((0.34 * z, -0.62, -0.5 - long), (0.42 * z, -0.78, -0.1 - long), 0.33 * k, 0.16, coat, 1.0)
        _tail(figure, pet, np.array([0, height + 0.1, -0.85 - long]), rng)
    tilt = about_z(rng.normal(0, 9)) @ about_x(rng.normal(4, 12)) @ about_y(rng.normal(0, 28))
    raised = np.array([0, rng.uniform(-0.05, 0.18), rng.uniform(-0.05, 0.1)])
    head = _head(pet, rng).turned(tilt)
    for end, colour in zip(head.ends, head.colours, strict=True):
        moved = np.array(end)
        figure.add(moved[:3] + raised, moved[3:6] + raised, moved[6], moved[7], colour[:3], colour[3])
    if rng.random() < 0.25:  # a collar
        figure.add((-0.16, -0.34, 0.0), (0.16, -0.34, 0.0), 0.2, 0.2, tuple(rng.uniform(0.05, 0.8, 3).tolist()))
    return figure


def _tail(figure: Figure, pet: Pet, root: np.ndarray, rng: Rng) -> None:
    thick = 0.07 + 0.06 * pet.fluffy + (0.0 if pet.kind == "cats" else 0.02)
    up, aside = rng.uniform(-0.5, 1.0), rng.normal(0, 0.5)
    long = rng.uniform(0.8, 1.2) if pet.kind == "cats" else rng.uniform(0.3, 1.0)
    points = [root + long * t * np.array([aside * t, up * t, -0.5 * (1 - t)]) for t in np.linspace(0, 1, 4)]
    figure.chain(points, [thick, thick, thick, 0.6 * thick], pet.coat, 1.0)


# Rooms


def _painted(colour: np.ndarray, value: np.ndarray) -> np.ndarray:
    return (np.asarray(colour, np.float32) * value[..., None]).astype(np.float32)


def _paint_of(rng: Rng, low: float, high: float) -> np.ndarray:
    """A colour (3,) as rooms have it: mostly dull, now and then bright."""
    colour = rng.uniform(low, high, 3)
    return colour.mean() + rng.uniform(0.15, 0.75) * (colour - colour.mean())


def _fabric(rng: Rng) -> np.ndarray:
    """Cloth: plain, striped, checked or printed with blobs."""
    rows, columns = np.mgrid[0:BACKDROP, 0:BACKDROP].astype(np.float32)
    ground, print_colour = _paint_of(rng, 0.12, 0.8), _paint_of(rng, 0.1, 0.85)
    turned = rows * rng.uniform(-0.6, 0.6) + columns
    step = rng.uniform(14, 60)
    kind = rng.integers(4)
    cover = {
        0: np.zeros(FRAME, np.float32),
        1: (turned % step < step / 2).astype(np.float32),
        2: 0.5 * ((columns % step < step / 2).astype(np.float32) + (rows % step < step / 2)),
        3: np.clip((noise(rng, FRAME, (16, 16)) - 0.6) * 15, 0, 1),
    }[int(kind)]
    folds = 0.65 + 0.7 * fractal(rng, FRAME, (4, 3), 3)
    return over(_painted(ground, folds), _painted(print_colour, folds), cover[..., None])


def sofa(rng: Rng) -> np.ndarray:
    """Cloth behind and cloth below."""
    line = rng.uniform(0.35, 0.75) * BACKDROP
    rows = np.arange(BACKDROP, dtype=np.float32)[:, None, None]
    below = np.clip((rows - line) / 6, 0, 1)
    return over(_fabric(rng), _fabric(rng) * (0.75 + 0.25 * np.clip((rows - line) / 60, 0, 1)), below)


def room(rng: Rng) -> np.ndarray:
    """A wall with a picture, a door or a cupboard, and a floor of wood, tiles or carpet."""
    line = rng.uniform(0.4, 0.75) * BACKDROP
    rows, columns = np.mgrid[0:BACKDROP, 0:BACKDROP].astype(np.float32)
    tone = np.clip(rng.uniform(0.35, 0.85) + rng.normal(0, 0.08, 3), 0.1, 0.9)
    wall = _painted(tone, 0.85 + 0.3 * noise(rng, FRAME, (3, 3)))
    for _ in range(int(rng.integers(0, 4))):
        left, top = rng.uniform(-0.1, 0.9, 2) * BACKDROP
        wide, high = rng.uniform(0.1, 0.5, 2) * BACKDROP
        thing = (columns > left) & (columns < left + wide) & (rows > top) & (rows < top + high)
        wall[thing] = _paint_of(rng, 0.05, 0.9)
    floor = _painted(
        np.clip(rng.uniform(0.2, 0.65) + rng.normal(0, 0.09, 3), 0.08, 0.9), 0.7 + 0.6 * fractal(rng, FRAME, (30, 8), 3)
    )
    if rng.random() < 0.4:
        step = rng.uniform(25, 70)
        floor[((columns + 0.3 * rows) % step < 2.5) | (rows % step < 2.5)] *= 0.55
    return over(wall, floor, np.clip((rows - line) / 3, 0, 1)[..., None])


def dim_corner(rng: Rng) -> np.ndarray:
    """A dark corner, as a flash leaves it."""
    return (room(rng) if rng.random() < 0.5 else sofa(rng)) * rng.uniform(0.15, 0.45)


def blanket(rng: Rng) -> np.ndarray:
    """Cloth that fills the frame."""
    return _fabric(rng)


def lawn(rng: Rng) -> np.ndarray:
    """Grass or earth seen from above."""
    tone = np.array([(0.3, 0.42, 0.16), (0.45, 0.42, 0.22), (0.42, 0.34, 0.26), (0.5, 0.49, 0.47)][rng.integers(4)])
    return _painted(tone, 0.35 + 1.3 * fractal(rng, FRAME, (40, 26), 4)) * (0.8 + 0.4 * noise(rng, FRAME, (3, 3)))[..., None]


INDOORS: tuple[Scene, ...] = (sofa, sofa, room, room, room, dim_corner, blanket, blanket)
OUTDOORS: tuple[Scene, ...] = (lawn, lawn, lawn, meadow, forest, street, rocks, beach)


def generate(folder: Path, seed: int, progress: bool) -> None:
    """See `course_utils.synthetic.generate`."""
    write_folders(folder, COUNTS, pictures, seed, progress)


def pictures(split: str, rng: Rng) -> Iterator[tuple[str, Image.Image]]:
    """The class and the RGB picture (longest side 208) of all pictures of `split` ("train", "test"), the classes in turn."""
    places = {scenes: [hang(scene, rng) for scene in scenes * PLACES[split]] for scenes in (INDOORS, OUTDOORS)}
    left = dict(COUNTS[split])
    while any(left.values()):
        for kind in left:
            if left[kind]:
                left[kind] -= 1
                scenes = places[OUTDOORS if rng.random() < OUTDOORS_SHARE[kind] else INDOORS]
                yield kind, photograph(new_pet(kind, rng), scenes[rng.integers(len(scenes))], rng)


def photograph(pet: Pet, backdrop: Backdrop, rng: Rng) -> Image.Image:
    """One picture of an animal: a portrait or all of it, at some angle, in the light of the place."""
    close = rng.random() < 0.68
    yaw = rng.normal(0, 20) if close else rng.choice([-1, 1]) * rng.uniform(0, 72)
    figure = pose_pet(pet, rng).turned(
        about_z(rng.normal(0, 7)) @ about_x(rng.uniform(0, 22)) @ about_y(yaw), about=(0, -0.5, -0.5)
    )
    surface = see(figure, aim(figure, close, rng))
    fur(pet, surface, rng)
    light = backdrop.ambient * rng.uniform(0.9, 1.15)
    lit = shade(surface, backdrop.sun, backdrop.warmth * rng.uniform(0.6, 1.0), light, rng.uniform(0.02, 0.1))
    picture = over(crop(backdrop, rng), lit, surface.coverage[..., None])
    return developed(picture, rng)


def aim(figure: Figure, close: bool, rng: Rng) -> Camera:
    """A camera that looks at the whole figure, roughly centred; `close`: at what is about its origin, the head."""
    ends = np.array(figure.ends)
    if close:
        middle, extent = np.array([0.0, -0.05]), rng.uniform(1.05, 1.7)
    else:
        low = np.minimum(ends[:, :2] - ends[:, 6:7], ends[:, 3:5] - ends[:, 7:8]).min(axis=0)
        high = np.maximum(ends[:, :2] + ends[:, 6:7], ends[:, 3:5] + ends[:, 7:8]).max(axis=0)
        middle, extent = (low + high) / 2, max(high - low) * rng.uniform(0.72, 1.15)
    middle = middle + rng.normal(0, 0.07, 2) * extent
    return Camera(tuple(middle.tolist()), rng.uniform(5, 9), 0, RENDERED / extent, RENDERED, (RENDERED / 2, RENDERED / 2))


def fur(pet: _Coated, surface: Surface, rng: Rng) -> None:
    """Paints the coat's pattern and hair onto the surface, in place."""
    shape = (RENDERED, RENDERED)
    rows, columns = np.mgrid[0:RENDERED, 0:RENDERED].astype(np.float32)
    if pet.pattern == "striped":
        warp = 14 * fractal(rng, shape, (5, 5), 2)
        cover = 0.6 * np.clip(1.5 * np.sin((columns * rng.normal(0, 0.5) + rows) / rng.uniform(2.2, 4.5) + warp), 0, 1)
    elif pet.pattern == "patched":
        cover = np.clip((fractal(rng, shape, (4, 4), 3) - rng.uniform(0.42, 0.58)) * 25, 0, 1)
    elif pet.pattern == "spotted":
        cover = np.clip((noise(rng, shape, (22, 22)) - 0.66) * 12, 0, 1)
    else:
        cover = np.zeros(shape, np.float32)
    second = np.array(pet.second if pet.pattern != "striped" else tuple(0.4 * c for c in pet.coat), np.float32)
    surface.colour[:] = over(surface.colour, second, (cover * surface.patterned)[..., None])
    hair = fractal(rng, shape, (44, 30) if pet.fluffy > 0.3 else (60, 60), 2) - 0.5
    surface.colour[:] *= (1 + (0.35 + 0.45 * pet.fluffy) * hair)[..., None]
    surface.colour[:] *= (0.6 + 0.4 * surface.normal[..., 2])[..., None]


def crop(backdrop: Backdrop, rng: Rng) -> np.ndarray:
    """A part of the painted place, float32 (RENDERED, RENDERED, 3), 0 to 1."""
    side = int(rng.uniform(130, BACKDROP))
    x, y = rng.integers(0, BACKDROP - side + 1, 2).tolist()
    scene = backdrop.picture.resize((RENDERED, RENDERED), Image.Resampling.BILINEAR, box=(x, y, x + side, y + side))
    if rng.random() < 0.5:
        scene = scene.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    return np.asarray(scene, np.float32) / 255 * rng.uniform(0.8, 1.2, 3).astype(np.float32)


def developed(picture: np.ndarray, rng: Rng) -> Image.Image:
    """The picture as a camera of its time gives it: exposure, contrast, colour cast and noise, now and then out of focus."""
    contrast, exposure = rng.uniform(0.75, 1.2), rng.uniform(0.85, 1.35)
    picture = (picture * exposure * rng.normal(1, 0.06, 3).astype(np.float32) - 0.45) * np.float32(contrast) + np.float32(
        0.45
    )
    picture = picture + np.float32(rng.uniform(0, 0.03)) * rng.standard_normal(picture.shape, np.float32)
    image = Image.fromarray((np.clip(picture, 0, 1) * 255).astype(np.uint8))
    if rng.random() < 0.15:
        image = image.filter(ImageFilter.GaussianBlur(rng.uniform(0.6, 1.4)))
    short = int(RENDERED * rng.uniform(0.7, 1.0))
    start = int(rng.integers(0, RENDERED - short + 1))
    box = (0, start, RENDERED, start + short) if rng.random() < 0.65 else (start, 0, start + short, RENDERED)
    scale = LONGEST / RENDERED
    return image.resize(
        (round((box[2] - box[0]) * scale), round((box[3] - box[1]) * scale)), Image.Resampling.BILINEAR, box=box
    )

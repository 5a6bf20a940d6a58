"""Animals of thirty-two kinds, neither cats nor dogs: what the course's own base learns on.

They are photographed as the cats and dogs are: the same coats, places, light and camera. Skull, muzzle, ears, horns, neck,
legs and tail tell the kinds apart; most wear coats of the same colours, so that colour alone says little.
"""

from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from PIL import Image
from tqdm.auto import tqdm

from course_utils.synthetic.backdrops import Backdrop, hang
from course_utils.synthetic.canvas import over
from course_utils.synthetic.cats_and_dogs import (
    COATS,
    DARK,
    INDOORS,
    OUTDOORS,
    PATTERNS,
    PINK,
    Rng,
    aim,
    crop,
    developed,
    fur,
    varied,
)
from course_utils.synthetic.solids import Colour, Figure, about_x, about_y, about_z, see, shade

VERSION = 1  # goes up when other pictures are generated than before; then the base is to be trained anew
SIDE = 96
CHUNK = 256  # pictures that share their places
PLACES = 12
PARTS = ("train", "test")
Range = tuple[float, float]
YELLOW, HORN, WHITE = (0.82, 0.6, 0.16), (0.55, 0.48, 0.38), (0.86, 0.85, 0.83)
EYES: tuple[Colour, ...] = ((0.2, 0.11, 0.06), (0.1, 0.08, 0.07), (0.55, 0.4, 0.12), (0.45, 0.62, 0.3), (0.4, 0.55, 0.7))


@dataclass(frozen=True)
class Kind:
    """How the animals of a kind are built; lengths are in head widths, and drawn anew for each animal between two bounds.

    Attributes:
        skull: how wide the skull is; 1 for a cat's.
        muzzle, blunt, drop: how long the muzzle is, how thick at its end, and how far that lies below its root.
        nose: "dot", "broad", "disc" (a pig's), "trunk", "beak", "bill" or "hook" (a parrot's).
        ears: "pointed", "round", "hanging", "long" (a rabbit's), "leaf" (sideways), "flap" (an elephant's) or "none".
        eye, apart: how large the eyes are, and how far to the sides.
        horns: "straight", "curved", "antlers", "spiral", "short", "nose" or "none".
        neck, leg, stout, long: length of neck and legs, width and length of the body.
        tail: "none", "short", "thin", "tuft", "bushy", "plume" (a squirrel's) or "flat".
        coats: names of COATS that it may wear; all of them, if empty. `coat` is a colour that only this kind has.
        pattern: a coat's pattern that every animal of the kind has; any, if empty.
        extra: what else it has, a few of "mask", "eye patches", "tusks", "spines", "mane", "wool", "hump", "two humps",
            "stripe", "buck teeth", "beard", "face", "upright", "bird".
    """

    skull: Range = (0.9, 1.05)
    muzzle: Range = (0.15, 0.35)
    blunt: Range = (0.13, 0.17)
    drop: Range = (0.02, 0.1)
    nose: str = "dot"
    ears: str = "pointed"
    ear: Range = (0.25, 0.4)
    eye: Range = (0.07, 0.085)
    apart: Range = (0.18, 0.22)
    horns: str = "none"
    neck: Range = (0.0, 0.1)
    leg: Range = (0.6, 0.9)
    stout: Range = (0.85, 1.1)
    long: Range = (1.1, 1.4)
    tail: str = "short"
    coats: tuple[str, ...] = ()
    coat: Colour | None = None
    pattern: str = ""
    extra: tuple[str, ...] = ()


SIDEWAYS = Kind(apart=(0.26, 0.31))
HOOFED = replace(SIDEWAYS, ears="leaf", ear=(0.3, 0.45), nose="broad", blunt=(0.14, 0.19), leg=(0.9, 1.3))
BIRD = Kind(ears="none", extra=("bird",), tail="short")
KINDS: dict[str, Kind] = {
    "antelope": replace(HOOFED, muzzle=(0.35, 0.5), blunt=(0.1, 0.13), horns="spiral", neck=(0.3, 0.5)),
    "badger": Kind(muzzle=(0.35, 0.5), blunt=(0.1, 0.13), ears="round", ear=(0.09, 0.12), leg=(0.4, 0.5), extra=("stripe",)),
    "bear": Kind((1.0, 1.15), (0.22, 0.36), nose="broad", ears="round", ear=(0.14, 0.18), stout=(1.2, 1.5), tail="none"),
    "beaver": Kind(
        (1.0, 1.1),
        (0.1, 0.18),
        (0.17, 0.2),
        ears="round",
        ear=(0.09, 0.12),
        leg=(0.35, 0.5),
        tail="flat",
        extra=("buck teeth",),
    ),
    "bison": replace(
        HOOFED,
        ear=(0.2, 0.28),
        muzzle=(0.2, 0.35),
        horns="short",
        stout=(1.3, 1.6),
        tail="tuft",
        extra=("mane", "hump"),
    ),
    "boar": Kind(muzzle=(0.5, 0.75), nose="disc", ear=(0.22, 0.32), stout=(1.1, 1.3), tail="thin", extra=("tusks",)),
    "camel": replace(
        HOOFED,
        ear=(0.14, 0.2),
        muzzle=(0.4, 0.6),
        drop=(0.12, 0.2),
        neck=(0.8, 1.2),
        tail="tuft",
        extra=("two humps",),
    ),
    "cow": replace(HOOFED, blunt=(0.19, 0.23), muzzle=(0.4, 0.55), drop=(0.12, 0.2), horns="short", tail="tuft"),
    "deer": replace(HOOFED, muzzle=(0.35, 0.5), blunt=(0.1, 0.14), horns="antlers", neck=(0.3, 0.5)),
    "donkey": replace(
        SIDEWAYS, muzzle=(0.5, 0.7), blunt=(0.17, 0.2), drop=(0.15, 0.25), nose="broad", ears="long", ear=(0.5, 0.7)
    ),
    "duck": replace(
        BIRD, skull=(0.8, 0.9), muzzle=(0.25, 0.4), nose="bill", apart=(0.26, 0.3), eye=(0.05, 0.065), neck=(0.2, 0.5)
    ),
    "elephant": Kind(
        (1.1, 1.25), nose="trunk", ears="flap", ear=(0.5, 0.75), apart=(0.28, 0.32), stout=(1.3, 1.6), tail="tuft"
    ),
    "fox": Kind((0.85, 0.95), (0.35, 0.5), (0.08, 0.1), ear=(0.4, 0.55), tail="bushy"),
    "giraffe": replace(
        HOOFED, leg=(1.3, 1.7), muzzle=(0.4, 0.6), horns="straight", neck=(1.4, 2.0), pattern="patched", tail="tuft"
    ),
    "goat": replace(HOOFED, muzzle=(0.35, 0.5), horns="curved", extra=("beard",)),
    "hedgehog": Kind(
        (0.8, 0.9), (0.3, 0.42), (0.06, 0.08), ears="round", ear=(0.1, 0.13), leg=(0.3, 0.4), extra=("spines",)
    ),
    "hippo": Kind((0.95, 1.1), (0.45, 0.65), (0.26, 0.32), nose="broad", ears="round", ear=(0.08, 0.11), stout=(1.4, 1.7)),
    "horse": replace(
        SIDEWAYS,
        muzzle=(0.6, 0.85),
        blunt=(0.14, 0.17),
        drop=(0.18, 0.3),
        nose="broad",
        neck=(0.4, 0.6),
        leg=(1.1, 1.4),
        tail="bushy",
        extra=("mane",),
    ),
    "kangaroo": Kind(
        (0.8, 0.92),
        (0.35, 0.5),
        (0.1, 0.13),
        ears="long",
        ear=(0.35, 0.5),
        apart=(0.24, 0.28),
        tail="thin",
        extra=("upright",),
    ),
    "koala": Kind(
        (1.05, 1.2),
        (0.06, 0.12),
        nose="broad",
        ears="round",
        ear=(0.24, 0.32),
        eye=(0.05, 0.065),
        tail="none",
        extra=("wool", "upright"),
    ),
    "llama": replace(HOOFED, ears="pointed", ear=(0.3, 0.45), muzzle=(0.3, 0.42), neck=(0.8, 1.2), extra=("wool",)),
    "monkey": Kind(
        (0.95, 1.05), (0.06, 0.16), (0.17, 0.2), ears="round", ear=(0.15, 0.2), tail="thin", extra=("face", "upright")
    ),
    "mouse": Kind(
        (0.8, 0.9),
        (0.22, 0.36),
        (0.06, 0.08),
        ears="round",
        ear=(0.26, 0.36),
        apart=(0.2, 0.25),
        leg=(0.3, 0.4),
        tail="thin",
    ),
    "otter": Kind(
        (0.95, 1.1), (0.08, 0.15), (0.18, 0.22), nose="broad", ears="round", ear=(0.06, 0.09), leg=(0.35, 0.5), tail="thin"
    ),
    "owl": replace(
        BIRD, skull=(1.1, 1.25), muzzle=(0.05, 0.1), nose="beak", eye=(0.13, 0.17), ear=(0.18, 0.3), ears="pointed"
    ),
    "panda": Kind(
        (1.05, 1.2), (0.14, 0.22), nose="broad", ears="round", ear=(0.15, 0.2), stout=(1.2, 1.5), extra=("eye patches",)
    ),
    "parrot": replace(BIRD, skull=(0.85, 0.95), muzzle=(0.12, 0.2), nose="hook", apart=(0.25, 0.3), eye=(0.06, 0.08)),
    "pig": Kind(
        (0.95, 1.1),
        (0.25, 0.4),
        nose="disc",
        ears="hanging",
        ear=(0.25, 0.35),
        eye=(0.05, 0.065),
        stout=(1.2, 1.5),
        tail="thin",
    ),
    "rabbit": Kind((0.8, 0.95), (0.06, 0.14), ears="long", ear=(0.65, 1.0), apart=(0.24, 0.29), leg=(0.4, 0.55)),
    "raccoon": Kind((0.95, 1.05), (0.25, 0.38), (0.08, 0.1), ears="round", ear=(0.15, 0.19), tail="bushy", extra=("mask",)),
    "sheep": replace(HOOFED, leg=(0.6, 0.8), muzzle=(0.3, 0.42), coats=("cream", "white", "black", "grey"), extra=("wool",)),
    "squirrel": Kind(
        (0.8, 0.9),
        (0.1, 0.2),
        (0.08, 0.11),
        ear=(0.28, 0.4),
        apart=(0.22, 0.27),
        eye=(0.09, 0.11),
        leg=(0.4, 0.5),
        tail="plume",
    ),
}


@dataclass(frozen=True)
class Animal:
    """One animal: `kind` with its measures drawn, its coat, and what the coat's painter `fur` asks for."""

    kind: Kind
    size: dict[str, float]
    coat: Colour
    second: Colour
    pattern: str
    white: bool
    eyes: Colour
    fluffy: float

    def has(self, extra: str) -> bool:
        """Whether animals of its kind have this; see `Kind.extra`."""
        return extra in self.kind.extra


def new_animal(kind: Kind, rng: Rng) -> Animal:
    """An animal of a kind."""
    measures = ("skull", "muzzle", "blunt", "drop", "ear", "eye", "apart", "neck", "leg", "stout", "long")
    size = {measure: rng.uniform(*getattr(kind, measure)) for measure in measures}
    coats = [COATS[coat] for coat in kind.coats or COATS]
    coat, second = (varied(coats[rng.integers(len(coats))], rng) for _ in range(2))
    pattern = kind.pattern or PATTERNS[rng.choice(len(PATTERNS), p=(0.45, 0.2, 0.25, 0.1))]
    eyes = EYES[rng.choice(len(EYES), p=(0.35, 0.25, 0.2, 0.12, 0.08))]
    return Animal(kind, size, coat, second, pattern, bool(rng.random() < 0.35), eyes, rng.uniform(0, 1) ** 2)


def _dark(colour: Colour, share: float = 0.8) -> Colour:
    red, green, blue = colour
    return share * red, share * green, share * blue


def _head(animal: Animal, rng: Rng) -> Figure:
    """The head about the origin, looking towards +z, about one unit wide."""
    head, coat, size, wide = Figure(), animal.coat, animal.size, animal.size["skull"]
    bare = (0.75, 0.58, 0.46) if animal.has("face") else coat
    slit = rng.random() < 0.25
    for z in (-1, 1):
        side = np.array([z, 1, 1])
        head.add((0.1 * z, 0.04, -0.08), (0.12 * z, 0.0, 0.05), 0.4 * wide, 0.36 * wide, coat, 1.0)
        cheek = np.array([0.22 * wide, -0.16, 0.12]) * side
        head.add(cheek, cheek, (0.22 + 0.05 * animal.fluffy) * wide, 0.22 * wide, bare, 0.8)
        apart = size["apart"]
        eye = np.array([apart * wide, 0.06, 0.4 * wide - 0.55 * max(apart - 0.16, 0)]) * side
        if animal.has("mask") or animal.has("eye patches"):
            head.add(eye + np.array([0.02 * z, 0.0, -0.06]), eye + np.array([0.09 * z, -0.08, -0.09]), 0.14, 0.12, DARK)
        head.add(eye, eye, size["eye"], size["eye"], animal.eyes)
        front = eye + np.array([0.3 * (apart - 0.16) * z, 0, 0.75 * size["eye"]])
        pupil = (0.25 if slit else 0.55) * size["eye"]
        up = np.array([0, 0.4 * size["eye"], 0]) * slit
        head.add(front + up, front - up, pupil, pupil, (0.03, 0.03, 0.03))
        _ear(head, animal, side, rng)
        _horn(head, animal, side)
    if animal.has("stripe"):
        for x, colour in ((0.0, WHITE), (-0.17, DARK), (0.17, DARK)):
            head.add((x, 0.36, 0.12), (0.7 * x, -0.02, 0.4), 0.09, 0.07, colour)
    if animal.has("wool") or animal.has("mane"):
        colour = coat if animal.has("wool") else _dark(coat, 0.45)
        for x in (-0.2, 0.0, 0.2):
            head.add((x, 0.36 * wide, 0.02), (x, 0.4 * wide, -0.14), 0.15, 0.17, colour)
    _snout(head, animal, rng)
    return head


def _ear(head: Figure, animal: Animal, side: np.ndarray, rng: Rng) -> None:
    long, shape, colour = animal.size["ear"], animal.kind.ears, _dark(animal.coat)
    wide = animal.size["skull"]
    if animal.has("eye patches"):
        colour = DARK
    inner = PINK if animal.white else _dark(colour, 0.75)
    if shape == "pointed":
        root = np.array([0.26 * wide, 0.28, -0.06]) * side
        tip = np.array([0.26 * wide + rng.uniform(0.04, 0.16), 0.34 + long, -0.08]) * side
        head.add(root, tip, 0.17, 0.025, colour, 0.6)
        head.add(root + np.array([0, 0.04, 0.1]), root + 0.75 * (tip - root) + (0, 0, 0.05), 0.09, 0.02, inner)
    elif shape == "round":
        ball = np.array([0.34 * wide, 0.22 + 0.6 * long, -0.06]) * side
        head.add(ball, ball, long, long, colour, 0.4)
        head.add(ball + np.array([0, 0, 0.6 * long]), ball + np.array([0, 0, 0.6 * long]), 0.6 * long, 0.6 * long, inner)
    elif shape == "hanging":
        points = [(0.34 * wide, 0.26, 0.0), (0.48 * wide, 0.16, 0.08), (0.46 * wide, 0.2 - long, 0.18)]
        head.chain([np.array(p) * side for p in points], [0.1, 0.13, 0.08], colour, 0.6)
    elif shape == "long":
        lean = rng.uniform(0.02, 0.35)
        points = [(0.16, 0.3, -0.05), (0.18 + 0.4 * lean, 0.3 + 0.6 * long, -0.08), (0.18 + lean, 0.3 + long, -0.1)]
        head.chain([np.array(p) * side for p in points], [0.09, 0.13, 0.04], colour, 0.6)
        head.add(np.array(points[0]) * side + (0, 0.1, 0.07), np.array(points[1]) * side + (0, 0, 0.08), 0.05, 0.06, inner)
    elif shape == "leaf":
        droop = rng.uniform(-0.05, 0.25)
        points = [(0.3 * wide, 0.2, -0.05), (0.32 * wide + 0.5 * long, 0.24 - 0.4 * droop, -0.04)]
        points.append((0.32 * wide + long, 0.24 - droop, -0.06))
        head.chain([np.array(p) * side for p in points], [0.06, 0.12, 0.025], colour, 0.6)
    elif shape == "flap":
        top, low = np.array([0.42 + 0.4 * long, 0.12, -0.2]) * side, np.array([0.4 + 0.3 * long, -0.45 * long, -0.16]) * side
        head.add(top, low, 0.6 * long, 0.35 * long, colour, 0.3)


def _horn(head: Figure, animal: Animal, side: np.ndarray) -> None:
    shapes = {
        "straight": ([(0.13, 0.32, -0.02), (0.15, 0.58, -0.04), (0.15, 0.62, -0.04)], [0.06, 0.05, 0.08]),
        "short": ([(0.26, 0.3, -0.04), (0.52, 0.36, -0.02), (0.56, 0.58, 0.02)], [0.1, 0.08, 0.025]),
        "curved": (
            [(0.15, 0.34, -0.02), (0.22, 0.66, -0.18), (0.34, 0.74, -0.45), (0.42, 0.55, -0.6)],
            [0.1, 0.09, 0.06, 0.02],
        ),
        "spiral": (
            [(0.13, 0.34, -0.04), (0.24, 0.56, -0.1), (0.16, 0.78, -0.12), (0.27, 0.98, -0.16), (0.23, 1.2, -0.2)],
            [0.08, 0.07, 0.06, 0.045, 0.02],
        ),
        "antlers": (
            [(0.14, 0.34, -0.04), (0.34, 0.62, -0.12), (0.5, 0.9, -0.1), (0.46, 1.2, -0.06)],
            [0.06, 0.055, 0.045, 0.02],
        ),
    }
    if animal.kind.horns in shapes:
        points, radii = shapes[animal.kind.horns]
        points = [np.array(point) * side for point in points]
        colour = animal.coat if animal.kind.horns == "straight" else HORN
        head.chain(points, radii, colour)
        if animal.kind.horns == "antlers":
            for root, tine in ((1, (0.22, 0.86, 0.05)), (2, (0.72, 1.05, -0.05)), (1, (0.6, 0.62, 0.0))):
                head.add(points[root], np.array(tine) * side, 0.045, 0.02, HORN)


def _snout(head: Figure, animal: Animal, rng: Rng) -> None:
    """Muzzle and nose, or what an animal has in their place."""
    size, coat, nose = animal.size, animal.coat, animal.kind.nose
    pale = WHITE if animal.white else (0.75, 0.58, 0.46) if animal.has("face") else coat
    end, low, thick = 0.34 + size["muzzle"], -0.12 - size["drop"], size["blunt"]
    if nose in ("beak", "bill", "hook"):
        colour = YELLOW if rng.random() < 0.6 else (0.2, 0.19, 0.19)
        wide = 0.13 if nose == "bill" else 0.02
        for z in (-wide, wide):
            tip = {"beak": (0.3 * z, -0.26, end + 0.08), "bill": (z, -0.18, end + 0.1), "hook": (z, -0.34, end + 0.02)}[nose]
            head.chain(
                [(0.5 * z, -0.04, 0.3), (z, -0.08, end - 0.02), tip], [0.13, 0.11, 0.05 if nose == "bill" else 0.03], colour
            )
        return
    if nose == "trunk":
        aside, curl = rng.normal(0, 0.2), rng.uniform(-0.1, 0.5)
        points = [(0, -0.08, 0.3), (0, -0.45, 0.5), (0.3 * aside, -0.85, 0.5), (aside, -1.25, 0.45 + curl)]
        head.chain(points, [0.24, 0.18, 0.14, 0.09], coat, 0.3)
        for z in (-1, 1):
            if animal.white:  # tusks
                head.chain(
                    [(0.2 * z, -0.2, 0.35), (0.24 * z, -0.5, 0.55), (0.24 * z, -0.58, 0.75)], [0.06, 0.05, 0.02], WHITE
                )
        return
    head.add((0, -0.1, 0.22), (0, low, end), 0.23, thick, pale, 0.4)
    head.add((0, 0.04, 0.22), (0, low + 0.1, end), 0.15, 0.6 * thick, coat, 0.4)
    head.add((0, -0.25, 0.22), (0, low - 0.1, end - 0.05), 0.15, 0.7 * thick, pale)
    front = end + 0.75 * thick
    if nose == "disc":
        pink = PINK if animal.white else _dark(coat, 0.7)
        head.add((0, low, end + 0.02), (0, low, front + 0.02), 1.05 * thick, 1.0 * thick, pink)
        for z in (-1, 1):
            head.add(
                (0.06 * z, low, front + 0.9 * thick),
                (0.06 * z, low - 0.02, front + 0.9 * thick),
                0.035,
                0.035,
                (0.1, 0.06, 0.06),
            )
    elif nose == "broad":
        for z in (-1, 1):
            head.add(
                (0.03 * z, low + 0.05, front), (0.45 * thick * z, low + 0.03, front - 0.02), 0.35 * thick, 0.3 * thick, DARK
            )
    else:
        colour = PINK if rng.random() < 0.4 else DARK
        head.add((-0.02, low + 0.05, front), (0.02, low + 0.05, front), 0.05, 0.05, colour)
    mouth = 0.6 * thick
    head.add((-mouth, low - 0.12, end - 0.02), (mouth, low - 0.12, end - 0.02), 0.03, 0.03, (0.16, 0.1, 0.1))
    if animal.has("tusks"):
        for z in (-1, 1):
            head.add((0.14 * z, low - 0.1, end - 0.05), (0.2 * z, low + 0.14, end + 0.06), 0.045, 0.015, WHITE)
    if animal.has("buck teeth"):
        head.add((0, low - 0.1, end + 0.06), (0, low - 0.26, end + 0.07), 0.055, 0.05, WHITE)
    if animal.has("beard"):
        head.add((0, low - 0.2, end - 0.12), (0, low - 0.55, end - 0.1), 0.1, 0.03, pale)


def pose(animal: Animal, rng: Rng, standing: bool = False) -> Figure:
    """The animal, its body behind and below its head, its head held at some angle.

    It stands, sits or lies; or stands, if `standing`.
    """
    figure = Figure()
    if animal.has("bird"):
        _perch(figure, animal, rng)
    elif standing:
        _stand(figure, animal, rng, lying=False)
    elif animal.has("upright") or rng.random() < 0.3:
        _sit(figure, animal, rng)
    else:
        _stand(figure, animal, rng, lying=bool(rng.random() < 0.4))
    tilt = about_z(rng.normal(0, 9)) @ about_x(rng.normal(4, 12)) @ about_y(rng.normal(0, 28))
    raised = np.array([0, rng.uniform(-0.05, 0.18), rng.uniform(-0.05, 0.1)])
    head = _head(animal, rng).turned(tilt)
    for end, colour in zip(head.ends, head.colours, strict=True):
        moved = np.array(end)
        figure.add(moved[:3] + raised, moved[3:6] + raised, moved[6], moved[7], colour[:3], colour[3])
    return figure


def _sit(figure: Figure, animal: Animal, rng: Rng) -> None:
    coat, k, neck = animal.coat, animal.size["stout"] * (1 + 0.15 * animal.fluffy), animal.size["neck"]
    low = -1.25 - neck
    figure.chain([(0, -0.3, -0.25), (0, -0.7 - neck, -0.3), (0, low, -0.55)], [0.28, 0.4 * k, 0.52 * k], coat, 1.0)
    if animal.white:
        figure.add((0, -0.45, -0.08), (0, -0.85 - neck, -0.02), 0.24, 0.26 * k, WHITE, 0.3)
    for z in (-1, 1):
        reach = rng.uniform(-0.1, 0.25)
        points = [(0.24 * z, -0.75 - neck, -0.1), (0.26 * z, -1.2 - neck, 0.05 + reach), (0.24 * z, low - 0.33, 0.1 + reach)]
        figure.chain(points, [0.2, 0.13, 0.11], coat, 0.6)
        figure.add((0.4 * z, low - 0.1, -0.5), (0.46 * z, low - 0.3, -0.1), 0.36 * k, 0.18, coat, 1.0)
    _back(figure, animal, [np.array([0, -0.6 - neck, -0.55]), np.array([0, low, -0.95])], rng)
    _tail(figure, animal, np.array([0.25, low - 0.25, -0.95]), rng)


def _stand(figure: Figure, animal: Animal, rng: Rng, lying: bool) -> None:
    coat, size = animal.coat, animal.size
    k, long = size["stout"] * (1 + 0.15 * animal.fluffy), size["long"]
    height, start = -0.35 - size["neck"], -0.55 - 0.25 * size["neck"]
    figure.chain([(0, -0.1, -0.18), (0, height, start), (0, height, start - long)], [0.27, 0.4 * k, 0.4 * k], coat, 1.0)
    if animal.white:
        figure.add((0, -0.35, -0.16), (0, height - 0.15, start + 0.2), 0.2, 0.3 * k, WHITE, 0.4)
    for z in (-1, 1):
        for root in (start, start - long + 0.05):
            swing = rng.normal(0, 0.15)
            if lying:
                reach = root + rng.uniform(0.15, 0.6)
                points = [(0.26 * k * z, height - 0.15, root), (0.3 * k * z, height - 0.36 * k, root + 0.2)]
                points.append((0.3 * k * z, height - 0.38 * k, reach))
            else:
                points = [
                    (0.22 * k * z, height - 0.1, root),
                    (0.22 * k * z, height - 0.25 - 0.5 * size["leg"], root + swing),
                ]
                points.append((0.22 * k * z, height - 0.35 - size["leg"], root + 0.6 * swing))
            figure.chain(points, [0.24 * k, 0.13, 0.1], coat, 0.8)
            foot = np.array(points[-1])
            figure.add(foot, foot + np.array([0, -0.02, 0.1]), 0.1, 0.09, DARK if animal.kind.ears == "leaf" else coat)
    _back(figure, animal, [np.array([0, height + 0.3 * k, start]), np.array([0, height + 0.3 * k, start - long])], rng)
    _tail(figure, animal, np.array([0, height + 0.1, start - long - 0.3]), rng)
    if animal.has("mane") and animal.kind.tail == "bushy":
        figure.chain([(0, 0.3, -0.3), (0, height + 0.35, start)], [0.16, 0.14], _dark(coat, 0.4))


def _back(figure: Figure, animal: Animal, line: list[np.ndarray], rng: Rng) -> None:
    """What stands on the back, which goes along `line` from the shoulders to the hips."""
    shoulders, hips = line
    for place in {"hump": (0.1,), "two humps": (0.2, 0.75)}.get(next((e for e in animal.kind.extra if "hump" in e), ""), ()):
        foot = shoulders + place * (hips - shoulders)
        figure.add(foot, foot + np.array([0, 0.32, 0]), 0.34, 0.2, animal.coat, 0.8)
    if animal.has("spines"):
        for _ in range(36):
            foot = shoulders + rng.uniform(-0.5, 1.0) * (hips - shoulders) + rng.normal(0, 0.2, 3) * (1, 0.5, 0)
            out = np.array([rng.normal(0, 0.5), 1.0, -0.3])
            figure.add(foot, foot + 0.42 * out / np.linalg.norm(out), 0.06, 0.012, _dark(HORN, rng.uniform(0.4, 1.3)))
    if animal.has("wool"):
        for _ in range(10):
            ball = shoulders + rng.uniform(0, 1) * (hips - shoulders) + rng.normal(0, 0.22, 3) * (1, 0.5, 0)
            figure.add(ball, ball, 0.24, 0.24, animal.coat, 0.6)


def _perch(figure: Figure, animal: Animal, rng: Rng) -> None:
    """A bird's body, wings, legs and tail."""
    coat, k, neck = animal.coat, animal.size["stout"], animal.size["neck"]
    low = -1.2 - neck
    figure.chain([(0, -0.2, -0.1), (0, -0.6 - neck, -0.2), (0, low, -0.45)], [0.25, 0.42 * k, 0.4 * k], coat, 1.0)
    figure.add(
        (0, -0.55 - neck, 0.0), (0, low + 0.1, -0.1), 0.3 * k, 0.28 * k, WHITE if animal.white else animal.second, 0.5
    )
    spread = rng.uniform(0, 1.1) if rng.random() < 0.35 else 0.0
    for z in (-1, 1):
        tip = (z * (0.5 * k + 0.9 * spread), low + 0.1 + 0.5 * spread, -0.75)
        points = [(0.38 * k * z, -0.55 - neck, -0.25), (z * (0.5 * k + 0.4 * spread), -0.9 - neck + 0.5 * spread, -0.4), tip]
        figure.chain(points, [0.16, 0.22, 0.06], _dark(animal.second, 0.8), 1.0)
        figure.add((0.16 * z, low - 0.2, -0.3), (0.17 * z, low - 0.62, -0.25), 0.06, 0.05, YELLOW)
        figure.add((0.17 * z, low - 0.64, -0.25), (0.2 * z, low - 0.65, -0.02), 0.06, 0.05, YELLOW)
        figure.add((0.08 * z, low - 0.1, -0.7), (0.12 * z, low - 0.5, -1.1), 0.14, 0.09, _dark(coat, 0.7), 0.8)


def _tail(figure: Figure, animal: Animal, root: np.ndarray, rng: Rng) -> None:
    shapes = {  # length, and thickness from root to tip
        "short": (rng.uniform(0.15, 0.3), (0.12, 0.12, 0.1, 0.07)),
        "thin": (rng.uniform(0.9, 1.3), (0.07, 0.06, 0.05, 0.03)),
        "tuft": (rng.uniform(0.7, 1.0), (0.06, 0.05, 0.05, 0.13)),
        "bushy": (rng.uniform(0.9, 1.2), (0.1, 0.22, 0.25, 0.1)),
        "plume": (rng.uniform(1.4, 1.8), (0.14, 0.3, 0.36, 0.24)),
        "flat": (rng.uniform(0.7, 0.9), (0.12, 0.26, 0.28, 0.2)),
    }
    if animal.kind.tail not in shapes:
        return
    long, radii = shapes[animal.kind.tail]
    up = rng.uniform(0.6, 1.0) if animal.kind.tail == "plume" else rng.uniform(-0.7, 0.5)
    aside = rng.normal(0, 0.5)
    points = [root + long * t * np.array([aside * t, up * t, -0.5 * (1 - t)]) for t in np.linspace(0, 1, 4)]
    figure.chain(points, radii, animal.coat, 1.0)


def photograph(animal: Animal, backdrop: Backdrop, rng: Rng) -> Image.Image:
    """One picture of an animal, taken as those of the cats and dogs are; an RGB picture of `SIDE` by `SIDE` pixels."""
    close = rng.random() < 0.6
    yaw = rng.normal(0, 24) if close else rng.choice([-1, 1]) * rng.uniform(0, 80)
    turn = about_z(rng.normal(0, 7)) @ about_x(rng.uniform(0, 22)) @ about_y(yaw)
    figure = pose(animal, rng).turned(turn, about=(0, -0.5, -0.5))
    surface = see(figure, aim(figure, close, rng))
    fur(animal, surface, rng)
    light = backdrop.ambient * rng.uniform(0.9, 1.15)
    lit = shade(surface, backdrop.sun, backdrop.warmth * rng.uniform(0.6, 1.0), light, rng.uniform(0.02, 0.1))
    picture = developed(over(crop(backdrop, rng), lit, surface.coverage[..., None]), rng)
    return picture.resize((SIDE, SIDE), Image.Resampling.BILINEAR)


def pictures(part: str, count: int, seed: int = 0, workers: int | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Labelled pictures, uint8 (count, 96, 96, 3), and labels, int32 (count,): places in `KINDS`, all equally often.

    The same seed gives the same pictures; "train" and "test" show other animals at other places.

    Args:
        workers: processes that generate; as many as there are cores, if None.
    """
    chunks = range(-(-count // CHUNK))
    with ProcessPoolExecutor(workers) as pool:
        chunked = list(
            tqdm(pool.map(partial(chunk, part, seed), chunks), desc=f"generating {part}", total=len(chunks), leave=False)
        )
    images, labels = (np.concatenate(kind)[:count] for kind in zip(*chunked, strict=True))
    return images, labels


def chunk(part: str, seed: int, number: int) -> tuple[np.ndarray, np.ndarray]:
    """`CHUNK` pictures and their labels."""
    rng = np.random.default_rng([seed, PARTS.index(part), number])
    scenes = INDOORS + OUTDOORS
    places = [hang(scenes[i], rng) for i in rng.choice(len(scenes), PLACES, replace=False)]
    labels = rng.permutation(np.arange(CHUNK, dtype=np.int32) % len(KINDS))
    kinds = list(KINDS.values())
    images = [photograph(new_animal(kinds[label], rng), places[rng.integers(PLACES)], rng) for label in labels]
    return np.stack([np.asarray(image) for image in images]), labels

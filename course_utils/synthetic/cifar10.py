"""Small colour pictures of ten kinds, as CIFAR-10 has them: four of vehicles and six of animals, before places of their own.

No two pictures share an animal, a vehicle or a place. Where a kind is often seen says something about it, as in photographs,
and far from all: everything may be anywhere, and colours and light vary within a kind more than between kinds.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
from scipy import ndimage

from course_utils.synthetic import animals, vehicles
from course_utils.synthetic.canvas import fractal, noise, over
from course_utils.synthetic.cats_and_dogs import new_pet, pose_pet, varied
from course_utils.synthetic.horse_or_human import new_horse, pose_horse
from course_utils.synthetic.solids import Camera, Colour, Figure, about_x, about_y, about_z, see, shade
from course_utils.synthetic.writing import write_arrays

COUNTS = {"train": 12_000, "test": 2_000}
SIDE, OVER = 32, 2
RENDERED = OVER * SIDE
FRAME = (RENDERED, RENDERED)
Rng = np.random.Generator
KINDS = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
SONGBIRD = replace(
    animals.BIRD, skull=(0.7, 0.85), muzzle=(0.05, 0.2), nose="beak", apart=(0.24, 0.3), eye=(0.06, 0.08), stout=(0.7, 1.0)
)
WADER = replace(
    animals.BIRD, skull=(0.5, 0.6), muzzle=(0.2, 0.5), nose="beak", apart=(0.2, 0.24), eye=(0.05, 0.06), neck=(0.8, 1.6)
)
BIRDS = (SONGBIRD, SONGBIRD, WADER, *(animals.KINDS[name] for name in ("duck", "owl", "parrot")))
HIND = replace(animals.KINDS["deer"], horns="none", ear=(0.4, 0.55))
DEER = (animals.KINDS["deer"], animals.KINDS["deer"], HIND)
SKINS: tuple[Colour, ...] = ((0.3, 0.5, 0.14), (0.42, 0.36, 0.2), (0.5, 0.42, 0.3), (0.36, 0.28, 0.2), (0.7, 0.2, 0.12))
FLANKS: dict[str, float] = {
    "deer": 75,
    "horse": 0,
    "bird": 70,
    "frog": 65,
    "cat": 40,
    "dog": 40,
}  # degrees away from a portrait


def generate(folder: Path, seed: int, progress: bool) -> None:
    """See `course_utils.synthetic.generate`."""
    write_arrays(folder, picture, seed, progress, (SIDE, SIDE, 3), COUNTS)


def picture(label: int, rng: Rng) -> np.ndarray:
    """One picture of the kind `KINDS[label]`, uint8 (32, 32, 3)."""
    kind = KINDS[label]
    names, weights = zip(*SEEN[kind].items(), strict=True)
    place = names[rng.choice(len(names), p=np.array(weights) / sum(weights))]
    scene = PLACES[place](rng)
    sun = np.array([rng.uniform(-1, 1), rng.uniform(0.5, 1.4), rng.uniform(0.4, 1.0)])
    light = (
        sun,
        np.array([1.0, rng.uniform(0.9, 1.0), rng.uniform(0.78, 1.0)]) * rng.uniform(0.5, 1.0),
        rng.uniform(0.4, 0.75),
    )
    colours, cover = vehicle(kind, light, rng) if kind in vehicles.VEHICLES else animal(kind, light, rng)
    return developed(over(scene, colours, cover[..., None]), rng)


Light = tuple[np.ndarray, np.ndarray, float]  # direction to the sun (3,), its colour (3,), strength of the sky


def vehicle(kind: str, light: Light, rng: Rng) -> tuple[np.ndarray, np.ndarray]:
    """A vehicle somewhere in the frame: its colours, float32 (64, 64, 3), and cover, float32 (64, 64)."""
    turn = about_x(rng.uniform(0, 16 if kind == "ship" else 28)) @ about_y(rng.uniform(-180, 180))
    if kind == "airplane":
        turn = (
            about_z(rng.normal(0, 18)) @ about_x(rng.choice([-1, 1]) * rng.uniform(0, 50)) @ about_y(rng.uniform(-180, 180))
        )
    extent = RENDERED * rng.uniform(0.5, 1.25)
    colours, cover = vehicles.paint(vehicles.VEHICLES[kind](rng), turn, RENDERED, extent, light)
    down, across = rng.normal(0, 0.09, 2) * RENDERED
    return moved(colours, down, across), moved(cover, down, across)


def moved(image: np.ndarray, down: float, across: float) -> np.ndarray:
    """The image moved by whole pixels; what enters at the edges is 0."""
    rows, columns = round(down), round(across)
    shifted = np.roll(image, (rows, columns), (0, 1))
    shifted[: max(rows, 0)] = shifted[RENDERED + min(rows, 0) :] = 0
    shifted[:, : max(columns, 0)] = shifted[:, RENDERED + min(columns, 0) :] = 0
    return shifted


def animal(kind: str, light: Light, rng: Rng) -> tuple[np.ndarray, np.ndarray]:
    """An animal, from near or far, from the front or its side: as `vehicle`."""
    close = rng.random() < (0.5 if kind in ("cat", "dog") else 0.2)
    yaw = rng.normal(0, 25) if close else rng.choice([-1, 1]) * (FLANKS[kind] + rng.normal(0, 25))
    yaw += 180 * (kind == "horse" and rng.random() < 0.5)
    figure, pattern, second = grown(kind, rng)
    figure = figure.turned(about_z(rng.normal(0, 6)) @ about_x(rng.uniform(-3, 22)) @ about_y(yaw))
    ends = np.array(figure.ends)
    low = np.minimum(ends[:, :2] - ends[:, 6:7], ends[:, 3:5] - ends[:, 7:8]).min(axis=0)
    high = np.maximum(ends[:, :2] + ends[:, 6:7], ends[:, 3:5] + ends[:, 7:8]).max(axis=0)
    middle, extent = (low + high) / 2, max(high - low) * rng.uniform(0.8, 1.6)
    if close:
        middle = middle + (high - low) * (0, 0.25)
        extent *= 0.6
    centre = RENDERED * (0.5 + rng.normal(0, 0.09, 2))
    surface = see(figure, Camera(tuple(middle.tolist()), 9 * extent, 0, RENDERED / extent, RENDERED, tuple(centre.tolist())))
    mark(surface.colour, surface.patterned, pattern, second, rng)
    sun, warmth, ambient = light
    return shade(surface, sun, warmth, ambient, rng.uniform(0.0, 0.12)), surface.coverage


def grown(kind: str, rng: Rng) -> tuple[Figure, str, Colour]:
    """One animal, posed; the pattern of its coat; and that pattern's colour."""
    if kind in ("cat", "dog"):
        pet = new_pet(f"{kind}s", rng)
        return pose_pet(pet, rng), pet.pattern, pet.second
    if kind == "horse":
        horse = new_horse(rng)
        return pose_horse(horse, rng), horse.pattern, horse.second
    if kind == "frog":
        return frog(rng), str(rng.choice(["plain", "spotted", "patched"])), varied(SKINS[rng.integers(len(SKINS))], rng)
    kinds = BIRDS if kind == "bird" else DEER
    beast = animals.new_animal(kinds[rng.integers(len(kinds))], rng)
    if kind == "deer":
        coat = varied(((0.5, 0.33, 0.19), (0.36, 0.27, 0.2), (0.58, 0.45, 0.3))[rng.integers(3)], rng)
        beast = replace(beast, coat=coat, pattern="spotted" if rng.random() < 0.2 else "plain", second=(0.85, 0.8, 0.7))
    elif rng.random() < 0.35:
        beast = replace(beast, coat=tuple(rng.uniform(0.05, 0.8, 3).tolist()))
    return animals.pose(beast, rng, standing=kind == "deer" and rng.random() < 0.85), beast.pattern, beast.second


def frog(rng: Rng) -> Figure:
    """A frog that sits, looking towards +z: wide mouth, eyes on top, folded hind legs."""
    figure, skin = Figure(), varied(SKINS[rng.integers(len(SKINS))], rng)
    red, green, blue = skin
    belly, dark = (0.4 + 0.5 * red, 0.4 + 0.5 * green, 0.4 + 0.5 * blue), (0.6 * red, 0.6 * green, 0.6 * blue)
    fat, raised = rng.uniform(0.85, 1.25), rng.uniform(0.1, 0.45)
    figure.chain([(0, raised, 0.1), (0, 0.6 * raised, -0.5), (0, 0.05, -1.0)], [0.42 * fat, 0.5 * fat, 0.3 * fat], skin, 1.0)
    figure.add((0, raised - 0.22, 0.15), (0, 0.0, -0.5), 0.34 * fat, 0.4 * fat, belly)
    figure.add((-0.16, raised, 0.42), (0.16, raised, 0.42), 0.26, 0.26, skin, 1.0)
    figure.add((-0.3, raised - 0.08, 0.52), (0.3, raised - 0.08, 0.52), 0.1, 0.1, dark)
    iris = ((0.75, 0.6, 0.15), (0.6, 0.12, 0.08), (0.2, 0.15, 0.1))[rng.integers(3)]
    bulge = rng.uniform(0.12, 0.19)
    for z in (-1, 1):
        eye = np.array([0.27 * z, raised + 0.3, 0.35])
        figure.add(eye, eye, bulge, bulge, skin, 0.5)
        for share, out, colour in ((0.75, (0.06 * z, 0.03, 0.06), iris), (0.5, (0.1 * z, 0.03, 0.12), (0.03, 0.03, 0.03))):
            ball = eye + np.array(out)
            figure.add(ball, ball, share * bulge, share * bulge, colour)
        reach, splay = rng.uniform(0.0, 0.5), rng.uniform(0.7, 1.1)
        knee, foot = (0.9 * splay * z, rng.uniform(0.0, 0.4), -0.5 + reach), (0.62 * z, -0.42, -0.85)
        figure.chain([(0.3 * z, -0.05, -0.95), knee, foot], [0.24, 0.19, 0.1], skin, 1.0)
        figure.chain([foot, (0.85 * z, -0.46, -0.3)], [0.1, 0.07], skin, 1.0)
        elbow = (0.55 * z, -0.15, 0.05)
        figure.chain([(0.34 * z, 0.05, 0.1), elbow, (0.48 * z, -0.45, 0.3)], [0.15, 0.1, 0.07], skin, 1.0)
        for aside in (-0.12, 0.1):
            figure.add((0.48 * z, -0.46, 0.3), ((0.48 + aside) * z, -0.48, 0.48), 0.06, 0.04, skin)
    return figure


def mark(colour: np.ndarray, patterned: np.ndarray, pattern: str, second: Colour, rng: Rng) -> None:
    """Paints a coat's pattern and its unevenness onto a surface's colour (64, 64, 3), in place."""
    rows, columns = np.mgrid[0:RENDERED, 0:RENDERED].astype(np.float32)
    if pattern == "striped":
        cover = 0.6 * np.clip(1.5 * np.sin((rows + rng.normal(0, 0.6) * columns) / rng.uniform(1.2, 2.4)), 0, 1)
    elif pattern in ("patched", "pinto"):
        cover = np.clip((noise(rng, FRAME, (6, 6)) - rng.uniform(0.42, 0.58)) * 15, 0, 1)
    elif pattern in ("spotted", "dappled"):
        cover = np.clip((noise(rng, FRAME, (16, 16)) - 0.62) * 8, 0, 1)
    else:
        cover = np.zeros(FRAME, np.float32)
    colour[:] = over(colour, np.array(second, np.float32), (cover * patterned)[..., None])
    colour[:] *= (0.75 + 0.5 * fractal(rng, FRAME, (12, 12), 3))[..., None]


def developed(scene: np.ndarray, rng: Rng) -> np.ndarray:
    """What a camera makes of a scene (64, 64, 3): uint8 (32, 32, 3), over- or underexposed, with a cast, mirrored or not."""
    contrast, exposure = rng.uniform(0.65, 1.25), rng.uniform(0.7, 1.35)
    scene = (scene * exposure * rng.normal(1, 0.07, 3) - 0.45) * contrast + 0.45
    if rng.random() < 0.05:  # a photograph without colour
        scene = scene.mean(axis=-1, keepdims=True) * np.ones(3)
    if rng.random() < 0.2:  # out of focus
        scene = ndimage.uniform_filter(scene, (int(rng.integers(3, 6)),) * 2 + (1,))
    small = scene.reshape(SIDE, OVER, SIDE, OVER, 3).mean(axis=(1, 3))
    small += rng.uniform(0, 0.04) * rng.standard_normal(small.shape)
    return (np.clip(small, 0, 1) * 255).astype(np.uint8)


# Places: functions that paint one, float32 (64, 64, 3), about 0 to 1.


def _painted(colour: np.ndarray | Colour, value: np.ndarray) -> np.ndarray:
    return np.asarray(colour, np.float32) * value[..., None].astype(np.float32)


def _dull(rng: Rng, low: float, high: float) -> np.ndarray:
    """A colour (3,) as paint and cloth have it, seldom a bright one."""
    colour = rng.uniform(low, high, 3)
    return colour.mean() + rng.uniform(0.1, 0.8) * (colour - colour.mean())


def _below(line: np.ndarray | float, soft: float = 1.5) -> np.ndarray:
    """How much each pixel lies under a line, a row for all or for each column: float32 (64, 64, 1), 0 to 1."""
    rows = np.arange(RENDERED, dtype=np.float32)[:, None]
    return (np.clip((rows - line) / soft, 0, 1) * np.ones(FRAME, np.float32))[..., None]


def _horizon(rng: Rng) -> float:
    return rng.uniform(0.15, 0.6) * RENDERED


def sky(rng: Rng) -> np.ndarray:
    """Nothing but sky: blue, grey or in the evening, with clouds or without."""
    tops = ((0.2, 0.38, 0.7), (0.4, 0.58, 0.85), (0.6, 0.63, 0.68), (0.35, 0.35, 0.5), (0.75, 0.8, 0.85))
    top = np.array(tops[rng.integers(len(tops))]) * rng.uniform(0.7, 1.15)
    bottom = top + rng.uniform(0, 0.3) * (np.array([1.0, rng.uniform(0.7, 1), rng.uniform(0.6, 1)]) - top)
    blend = np.linspace(0, 1, RENDERED, dtype=np.float32)[:, None, None] * np.ones((1, RENDERED, 1), np.float32)
    cover = rng.uniform(-0.2, 0.6)
    clouds = np.clip((fractal(rng, FRAME, (4, 3), 4) - 1 + cover) * 3, 0, 1)[..., None]
    return over(over(top, bottom, blend), np.full(3, rng.uniform(0.75, 1.0)), clouds)


def sea(rng: Rng) -> np.ndarray:
    """Water with waves; sky, and sometimes a coast, above it."""
    line, waves = _horizon(rng), fractal(rng, FRAME, (24, 4), 3)
    tones = ((0.16, 0.34, 0.52), (0.2, 0.38, 0.4), (0.35, 0.4, 0.45), (0.1, 0.17, 0.26), (0.45, 0.55, 0.65))
    water = _painted(np.array(tones[rng.integers(len(tones))]) * rng.uniform(0.7, 1.3), 0.7 + 0.6 * waves)
    scene = sky(rng)
    if rng.random() < 0.5:
        hills = _painted(rng.uniform(0.2, 0.45, 3), 0.7 + 0.6 * fractal(rng, FRAME, (10, 10), 2))
        scene = over(scene, hills, _below(line - rng.uniform(2, 14) * fractal(rng, (4, RENDERED), (2, 4), 3)[0]))
    return over(scene, water, _below(line))


def _ground(rng: Rng, colour: Colour, rough: float) -> np.ndarray:
    value = 1 + rough * (fractal(rng, FRAME, (int(rng.integers(8, 24)), int(rng.integers(6, 20))), 3) - 0.5)
    return _painted(varied(colour, rng), value)


def meadow(rng: Rng) -> np.ndarray:
    """Grass, green or dry or under snow, up to trees or the sky."""
    colours: tuple[Colour, ...] = (
        (0.3, 0.42, 0.16),
        (0.48, 0.44, 0.24),
        (0.36, 0.4, 0.22),
        (0.55, 0.45, 0.32),
        (0.85, 0.86, 0.9),
    )
    line = _horizon(rng)
    scene = sky(rng)
    if rng.random() < 0.7:
        trees = _painted(varied((0.16, 0.24, 0.12), rng), 0.4 + 1.2 * fractal(rng, FRAME, (16, 16), 3))
        scene = over(scene, trees, _below(line - rng.uniform(2, 30) * fractal(rng, (4, RENDERED), (2, 6), 3)[0]))
    return over(scene, _ground(rng, colours[rng.integers(len(colours))], 1.0), _below(line, 3))


def forest(rng: Rng) -> np.ndarray:
    """Leaves and trunks."""
    scene = _painted(varied((0.2, 0.26, 0.14), rng), 0.2 + 1.5 * fractal(rng, FRAME, (14, 14), 3))
    columns = np.arange(RENDERED)
    for _ in range(int(rng.integers(0, 5))):
        centre, wide = rng.uniform(0, RENDERED), rng.uniform(1, 5)
        trunk = np.clip(wide - abs(columns - centre), 0, 1)[None, :, None] * np.ones((RENDERED, 1, 1))
        scene = over(scene, np.array(varied((0.26, 0.2, 0.15), rng)), trunk)
    return over(scene, _ground(rng, (0.36, 0.33, 0.2), 1.0), _below(rng.uniform(0.5, 1.0) * RENDERED, 8))


def floor(rng: Rng) -> np.ndarray:
    """Ground seen from above: leaves, earth, stones, sand."""
    colours: tuple[Colour, ...] = (
        (0.26, 0.4, 0.14),
        (0.4, 0.3, 0.22),
        (0.45, 0.44, 0.42),
        (0.6, 0.52, 0.4),
        (0.2, 0.22, 0.14),
    )
    return _ground(rng, colours[rng.integers(len(colours))], rng.uniform(0.5, 1.6))


def street(rng: Rng) -> np.ndarray:
    """Asphalt or gravel before houses, hedges or the open sky."""
    line = _horizon(rng)
    scene = sky(rng) if rng.random() < 0.4 else meadow(rng)
    x = 0
    while x < RENDERED and rng.random() < 0.8:
        wide, high = int(rng.integers(10, 36)), rng.uniform(6, 50)
        wall = np.clip(np.array([0.5, 0.45, 0.4]) * rng.uniform(0.5, 1.5) + rng.normal(0, 0.06, 3), 0, 1)
        house = scene[max(int(line - high), 0) : int(line) + 1, x : x + wide]
        house[:] = wall
        house[2::5, 2::6] = house[3::5, 2::6] = house[2::5, 3::6] = (0.2, 0.23, 0.28)
        x += wide
    return over(scene, _ground(rng, (0.42, 0.41, 0.4), 0.4), _below(line, 2))


def room(rng: Rng) -> np.ndarray:
    """A wall and a floor, with things along the wall."""
    tone = np.clip(rng.uniform(0.25, 0.9) + rng.normal(0, 0.1, 3), 0.08, 0.95)
    scene = _painted(tone, 0.85 + 0.3 * noise(rng, FRAME, (3, 3)))
    for _ in range(int(rng.integers(0, 4))):
        left, top = rng.integers(-8, RENDERED, 2)
        wide, high = rng.integers(6, 36, 2)
        scene[max(top, 0) : max(top + high, 0), max(left, 0) : max(left + wide, 0)] = _dull(rng, 0.05, 0.9)
    return over(scene, _ground(rng, tuple(_dull(rng, 0.2, 0.7).tolist()), 0.5), _below(rng.uniform(0.4, 1.1) * RENDERED, 2))


def cloth(rng: Rng) -> np.ndarray:
    """A blanket or a carpet, plain, striped or printed."""
    rows, columns = np.mgrid[0:RENDERED, 0:RENDERED].astype(np.float32)
    folds = 0.65 + 0.7 * fractal(rng, FRAME, (4, 3), 3)
    stripes = np.sin((columns + rng.uniform(-1, 1) * rows) / rng.uniform(1.5, 6)) > 0
    printed = noise(rng, FRAME, (10, 10)) > 0.6
    cover = (np.zeros(FRAME), stripes, printed)[rng.integers(3)]
    return over(_painted(_dull(rng, 0.1, 0.85), folds), _painted(_dull(rng, 0.1, 0.85), folds), cover[..., None])


def studio(rng: Rng) -> np.ndarray:
    """A plain background: white most often."""
    tone = np.ones(3) if rng.random() < 0.6 else _dull(rng, 0.0, 1.0)
    return _painted(tone, 0.92 + 0.1 * noise(rng, FRAME, (3, 3)))


PLACES: dict[str, Callable[[Rng], np.ndarray]] = {
    f.__name__: f for f in (sky, sea, meadow, forest, floor, street, room, cloth, studio)
}
# how often each kind is seen where
SEEN: dict[str, dict[str, float]] = {
    "airplane": {"sky": 0.42, "street": 0.18, "meadow": 0.15, "studio": 0.15, "sea": 0.1},
    "automobile": {"street": 0.5, "meadow": 0.2, "studio": 0.14, "room": 0.06, "forest": 0.06, "floor": 0.04},
    "bird": {"sky": 0.18, "meadow": 0.22, "forest": 0.24, "floor": 0.16, "sea": 0.12, "studio": 0.08},
    "cat": {"room": 0.36, "cloth": 0.24, "floor": 0.14, "meadow": 0.12, "studio": 0.08, "forest": 0.06},
    "deer": {"meadow": 0.44, "forest": 0.32, "floor": 0.1, "studio": 0.08, "sky": 0.06},
    "dog": {"room": 0.28, "cloth": 0.18, "meadow": 0.22, "floor": 0.16, "street": 0.08, "studio": 0.08},
    "frog": {"floor": 0.36, "forest": 0.2, "studio": 0.16, "cloth": 0.12, "sea": 0.06, "meadow": 0.1},
    "horse": {"meadow": 0.48, "forest": 0.16, "street": 0.16, "floor": 0.1, "studio": 0.1},
    "ship": {"sea": 0.66, "sky": 0.12, "studio": 0.08, "street": 0.08, "meadow": 0.06},
    "truck": {"street": 0.46, "meadow": 0.24, "studio": 0.17, "forest": 0.08, "sky": 0.05},
}

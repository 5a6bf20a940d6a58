"""Backgrounds for rendered figures: places outdoors and a white studio, and the light in them."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageFilter

from course_utils.synthetic.canvas import fractal, noise, over
from course_utils.synthetic.solids import Colour

BACKDROP = 420
FRAME = (BACKDROP, BACKDROP)
Rng = np.random.Generator
Scene = Callable[[Rng], np.ndarray]  # paints a place: float32 (BACKDROP, BACKDROP, 3), about 0 to 1


@dataclass(frozen=True)
class Backdrop:
    """A painted place, RGB (BACKDROP, BACKDROP), and its light.

    `sun` is the direction to the light (3,), `warmth` the light's colour (3,), `ambient` the strength of the sky's.
    """

    scene: Scene
    picture: Image.Image
    sun: np.ndarray
    warmth: np.ndarray
    ambient: float


def hang(scene: Scene, rng: Rng) -> Backdrop:
    """A new painting of a place, sometimes out of focus, in a light of its own."""
    picture = Image.fromarray((np.clip(scene(rng), 0, 1) * 255).astype(np.uint8))
    if scene is not studio and rng.random() < 0.25:
        picture = picture.filter(ImageFilter.GaussianBlur(rng.uniform(2, 5)))
    dimmer: dict[Scene, float] = {forest: 0.6, rocks: 0.8, studio: 0.75}
    strength = dimmer.get(scene, 1.0)
    return Backdrop(
        scene,
        picture,
        sun=np.array([rng.uniform(-1, 1), rng.uniform(0.6, 1.4), rng.uniform(0.4, 1.0)]),
        warmth=strength * np.array([1.0, rng.uniform(0.92, 1.0), rng.uniform(0.82, 0.98)]),
        ambient=rng.uniform(0.45, 0.7),
    )


def _grain(rng: Rng, cells: tuple[int, int], octaves: int = 4) -> np.ndarray:
    return fractal(rng, FRAME, cells, octaves)


def _painted(colour: Colour, value: np.ndarray) -> np.ndarray:
    """A colour made brighter and darker by `value` (h, w): float32 (h, w, 3)."""
    return np.array(colour, np.float32) * value[..., None]


def _gradient(top: Colour, bottom: Colour) -> np.ndarray:
    mix = np.linspace(0, 1, BACKDROP, dtype=np.float32)[:, None, None] * np.ones((1, BACKDROP, 1), np.float32)
    return over(np.array(top, np.float32), np.array(bottom, np.float32), mix)


def _sky(rng: Rng, top: Colour, bottom: Colour, cover: float) -> np.ndarray:
    sky = _gradient(top, bottom)
    clouds = np.clip((_grain(rng, (5, 3), 5) - 1 + cover) * 3, 0, 1)[..., None]
    return sky * (1 - clouds) + clouds * np.float32(rng.uniform(0.8, 1.0))


def _ground(rng: Rng, colour: Colour, rough: float, horizon: float) -> np.ndarray:
    """Ground whose grain grows towards the viewer."""
    fine, coarse = _grain(rng, (48, 30), 4), noise(rng, FRAME, (9, 4))
    near = np.clip((np.arange(BACKDROP) - horizon) / (BACKDROP - horizon), 0, 1).astype(np.float32)[:, None]
    value = 1 + 1.6 * rough * (fine - 0.5) * (0.5 + near) + 0.3 * (coarse - 0.5)
    return _painted(colour, value)


def _ridge(rng: Rng, base: float, height: float, cells: int) -> np.ndarray:
    """For each column the row of a jagged skyline."""
    line = fractal(rng, (4, BACKDROP), (2, cells), 5)[0]
    return base - height * line


def _below(line: np.ndarray | float, soft: float = 1.5) -> np.ndarray:
    """How much each pixel lies under the skyline `line`, (BACKDROP, BACKDROP, 1), 0 to 1."""
    rows = np.arange(BACKDROP, dtype=np.float32)[:, None]
    return np.clip((rows - line) / soft, 0, 1)[..., None].astype(np.float32) * np.ones((1, BACKDROP, 1), np.float32)


def beach(rng: Rng) -> np.ndarray:
    """Sky, often hills, the sea, and sand with a bright shoreline."""
    horizon = rng.uniform(0.3, 0.45) * BACKDROP
    scene = _sky(rng, (0.25, 0.42, 0.72), (0.62, 0.76, 0.9), rng.uniform(0.3, 0.6))
    if rng.random() < 0.7:
        hills = _painted((0.36, 0.38, 0.36), 0.7 + 0.5 * _grain(rng, (20, 12)))
        scene = over(scene, hills, _below(_ridge(rng, horizon, rng.uniform(10, 45), 3)))
    waves = _grain(rng, (60, 5), 3)
    sea = _painted((0.16, 0.36, 0.56), 0.75 + 0.5 * waves) + np.clip(waves - 0.68, 0, 1)[..., None] * 3
    scene = over(scene, sea, _below(horizon))
    shore = _ridge(rng, horizon + rng.uniform(35, 80), 24, 2) + np.linspace(-1, 1, BACKDROP) * rng.uniform(-50, 50)
    scene = over(scene, np.ones(3, np.float32) * 0.92, _below(shore - 5, 6))
    return over(scene, _ground(rng, (0.72, 0.57, 0.42), 0.35, horizon), _below(shore + 3, 9))


def rocks(rng: Rng) -> np.ndarray:
    """A stony hill under a cloudy sky."""
    horizon = rng.uniform(0.3, 0.45) * BACKDROP
    scene = _sky(rng, (0.36, 0.4, 0.46), (0.75, 0.68, 0.58), rng.uniform(0.5, 0.85))
    stone = 0.9 + 2.4 * (_grain(rng, (22, 16), 5) - 0.5)
    hill = _painted((0.27, 0.2, 0.15), np.clip(stone, 0.15, 2))
    scene = over(scene, hill, _below(_ridge(rng, horizon, rng.uniform(40, 130), 2)))
    return over(scene, hill * 1.3, _below(horizon + 30, 60))


def forest(rng: Rng) -> np.ndarray:
    """Trunks before leaves, on ground dappled with light."""
    horizon = rng.uniform(0.36, 0.5) * BACKDROP
    leaves = _grain(rng, (26, 26), 5)
    scene = _painted((0.14, 0.18, 0.12), 0.3 + 1.3 * leaves)
    scene = scene + np.clip(leaves - 0.62, 0, 1)[..., None] * np.array([2.0, 2.4, 3.0], np.float32) * rng.uniform(0, 1)
    dapple = np.clip((_grain(rng, (30, 10), 3) - 0.5) * 5, 0, 1)[..., None]
    scene = over(scene, _ground(rng, (0.28, 0.23, 0.18), 0.6, horizon) * (0.7 + 0.8 * dapple), _below(horizon, 6))
    columns = np.arange(BACKDROP)
    for _ in range(int(rng.integers(4, 12))):
        centre, wide = rng.uniform(0, BACKDROP), rng.gamma(2, 7) + 3
        trunk = np.clip((wide - abs(columns - centre)) / 1.5, 0, 1)[None, :, None] * (1 - _below(horizon + wide, 3))
        bark = (0.6 + 0.9 * _grain(rng, (6, 60), 2)) * (1 - 0.5 * np.clip((columns - centre) / wide, -1, 1))
        scene = over(scene, _painted((0.22, 0.16, 0.12), bark), trunk)
    return scene


def dune(rng: Rng) -> np.ndarray:
    """A dune under a dark sky, its crest aslant."""
    slope = rng.uniform(-0.6, 0.6)
    line = (
        rng.uniform(-0.3, 0.35) * BACKDROP
        + slope * (np.arange(BACKDROP) - BACKDROP / 2)
        + 12 * noise(rng, (4, BACKDROP), (2, 6))[0]
    )
    scene = _gradient((0.08, 0.13, 0.22), (0.2, 0.26, 0.36))
    ripples = _grain(rng, (34, 16), 5)
    return over(scene, _painted((0.6, 0.55, 0.45), 0.4 + 1.15 * ripples), _below(line))


def meadow(rng: Rng) -> np.ndarray:
    """Grass, a row of trees, peaks and sky."""
    horizon = rng.uniform(0.3, 0.45) * BACKDROP
    scene = _sky(rng, (0.35, 0.52, 0.78), (0.75, 0.84, 0.92), rng.uniform(0.3, 0.6))
    peaks = _painted((0.42, 0.45, 0.5), 0.7 + 0.6 * _grain(rng, (14, 14)))
    scene = over(scene, peaks, _below(_ridge(rng, horizon, rng.uniform(40, 120), 3)))
    trees = _painted((0.14, 0.24, 0.1), 0.4 + 1.2 * _grain(rng, (50, 50), 3))
    scene = over(scene, trees, _below(_ridge(rng, horizon + 4, rng.uniform(15, 50), 16)))
    return over(scene, _ground(rng, (0.3, 0.4, 0.16), 0.6, horizon), _below(horizon, 4))


def street(rng: Rng) -> np.ndarray:
    """House fronts with windows, above a pavement."""
    horizon = rng.uniform(0.42, 0.55) * BACKDROP
    wall = np.empty((BACKDROP, BACKDROP, 3), np.float32)
    x = 0
    while x < BACKDROP:
        wide, tone = int(rng.integers(60, 160)), np.array([0.5, 0.43, 0.37], np.float32) * rng.uniform(0.85, 1.15, 3)
        wall[:, x : x + wide] = tone * rng.uniform(0.6, 1.3)
        pane, step = rng.uniform(10, 18), rng.uniform(26, 40)
        rows, columns = np.arange(BACKDROP)[:, None] % step < pane * 1.4, np.arange(min(wide, BACKDROP - x)) % step < pane
        wall[:, x : x + wide][rows & columns] = (0.15, 0.19, 0.24)
        x += wide
    wall *= (0.75 + 0.5 * _grain(rng, (30, 30), 4))[..., None]
    return over(wall, _ground(rng, (0.4, 0.39, 0.38), 0.4, horizon), _below(horizon, 2))


def studio(rng: Rng) -> np.ndarray:
    """A white wall that turns into a white floor."""
    rows, columns = np.mgrid[-1 : 1 : BACKDROP * 1j, -1 : 1 : BACKDROP * 1j].astype(np.float32)
    dim = 0.04 * np.clip(rows, 0, 1) + rng.uniform(0, 0.06) * (columns**2 + rows**2) / 2
    return np.repeat((rng.uniform(0.97, 1.0) - dim)[..., None], 3, axis=-1).astype(np.float32)

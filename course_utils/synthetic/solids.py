"""Bodies in three dimensions: figures built of rounded cones, seen by a camera, lit and shaded pixel by pixel.

Units are metres: x right, y up, z towards the viewer before the figure is turned.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

Colour: TypeAlias = tuple[float, float, float]  # red, green, blue, 0 to 1
Point: TypeAlias = Sequence[float] | np.ndarray  # x, y, z

BLEND = 45.0  # how sharply neighbouring parts melt into each other, per metre


@dataclass
class Figure:
    """Rounded cones, each from a point a (radius ra) to a point b (radius rb).

    Attributes:
        ends: for each cone a, b, ra and rb, eight numbers.
        colours: for each cone its colour, and how much of a coat's or a cloth's pattern shows on it, 0 to 1.
    """

    ends: list[tuple[float, ...]] = field(default_factory=list)
    colours: list[tuple[float, float, float, float]] = field(default_factory=list)

    def add(self, a: Point, b: Point, ra: float, rb: float, colour: Colour, patterned: float = 0.0) -> None:
        """One cone more."""
        self.ends.append((*a, *b, ra, rb))
        self.colours.append((*colour, patterned))

    def chain(self, points: Sequence[Point], radii: Sequence[float], colour: Colour, patterned: float = 0.0) -> None:
        """Cones from each of the points to the next."""
        for i in range(len(points) - 1):
            self.add(points[i], points[i + 1], radii[i], radii[i + 1], colour, patterned)

    def turned(self, rotation: np.ndarray, about: Point = (0.0, 0.0, 0.0)) -> "Figure":
        """The figure rotated by a (3, 3) matrix about a point."""
        ends, centre = np.array(self.ends), np.asarray(about)
        ends[:, :3] = (ends[:, :3] - centre) @ rotation.T + centre
        ends[:, 3:6] = (ends[:, 3:6] - centre) @ rotation.T + centre
        return Figure(ends.tolist(), self.colours)


def about_y(degrees: float) -> np.ndarray:
    """The (3, 3) rotation about the upright axis that takes z towards x."""
    cos, sin = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return np.array([[cos, 0, sin], [0, 1, 0], [-sin, 0, cos]])


def about_z(degrees: float) -> np.ndarray:
    """The (3, 3) rotation about the line of sight that takes x towards y."""
    cos, sin = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return np.array([[cos, -sin, 0], [sin, cos, 0], [0, 0, 1]])


def about_x(degrees: float) -> np.ndarray:
    """The (3, 3) rotation about the level axis that takes y towards z."""
    cos, sin = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return np.array([[1, 0, 0], [0, cos, -sin], [0, sin, cos]])


@dataclass(frozen=True)
class Camera:
    """Looks at `target` (x, y) from `distance` metres, `elevation` degrees from above.

    A metre at the target is `zoom` pixels; the target is seen at pixel `centre` of a picture of `size` by `size`.
    """

    target: tuple[float, float]
    distance: float
    elevation: float
    zoom: float
    size: int
    centre: tuple[float, float]

    def project(self, points: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Where points (n, 3) are seen: pixels (n, 2), pixels a metre there (n,), and nearness in metres (n,)."""
        moved = (points - np.array([*self.target, 0.0])) @ about_x(self.elevation).T
        scale = self.zoom * self.distance / np.maximum(self.distance - moved[:, 2], 0.3)
        pixels = np.stack([self.centre[0] + moved[:, 0] * scale, self.centre[1] - moved[:, 1] * scale], axis=1)
        return pixels, scale, moved[:, 2]


@dataclass(frozen=True)
class Surface:
    """What the camera sees: float32 colour (h, w, 3), patterned (h, w), normal (h, w, 3) and coverage (h, w), 0 to 1."""

    colour: np.ndarray
    patterned: np.ndarray
    normal: np.ndarray
    coverage: np.ndarray


def see(figure: Figure, camera: Camera) -> Surface:
    """The figure's visible surface. Parts that touch melt into each other; edges are antialiased from the exact distance."""
    ends, colours = np.array(figure.ends), np.array(figure.colours, np.float32)
    start, scale_a, za = camera.project(ends[:, :3])
    stop, scale_b, zb = camera.project(ends[:, 3:6])
    ra, rb = ends[:, 6] * scale_a, ends[:, 7] * scale_b
    size = camera.size
    weight = np.zeros((size, size), np.float32)
    coverage = np.zeros((size, size), np.float32)
    summed = np.zeros((6, size, size), np.float32)  # red, green, blue, patterned, normal x, normal y
    for i in range(len(ends)):
        low = np.floor(np.minimum(start[i] - ra[i], stop[i] - rb[i])).astype(int) - 1
        high = np.ceil(np.maximum(start[i] + ra[i], stop[i] + rb[i])).astype(int) + 2
        (x0, y0), (x1, y1) = np.clip(low, 0, size), np.clip(high, 0, size)
        if x0 >= x1 or y0 >= y1:
            continue
        dx = np.arange(x0, x1, dtype=np.float32) - np.float32(start[i, 0])
        dy = (np.arange(y0, y1, dtype=np.float32) - np.float32(start[i, 1]))[:, None]
        along, metre = stop[i] - start[i], (scale_a[i] + scale_b[i]) / 2
        length = float(np.hypot(*along))
        ux, uy = (along / length).tolist() if length > 1e-3 else (1.0, 0.0)
        s, e2 = dx * ux + dy * uy, (dx * uy - dy * ux) ** 2
        radius, growth, rise = float(ra[i]), float(rb[i] - ra[i]), float(zb[i] - za[i]) * metre
        t = _nearest(s, e2, length, radius, growth, rise)
        r = radius + growth * t
        d2 = (s - t * length) ** 2 + e2
        cover = np.clip(r - np.sqrt(d2) + 0.5, 0, 1)
        z = za[i] + (t * rise + np.sqrt(np.maximum(r * r - d2, 0))) / metre
        w = cover * np.exp(BLEND * np.clip(z, -1.8, 1.8))
        window = np.s_[y0:y1, x0:x1]
        weight[window] += w
        np.maximum(coverage[window], cover, out=coverage[window])
        w_over_r = w / r
        summed[4][window] += w_over_r * (dx - t * along[0])
        summed[5][window] += w_over_r * (dy - t * along[1])
        for channel in range(4):
            if colours[i, channel]:
                summed[channel][window] += w * colours[i, channel]
    summed /= np.maximum(weight, 1e-37)
    nx, ny = np.clip(summed[4], -1, 1), np.clip(-summed[5], -1, 1)
    normal = np.stack([nx, ny, np.sqrt(np.maximum(1 - nx * nx - ny * ny, 0.0))], axis=-1)
    return Surface(np.moveaxis(summed[:3], 0, -1), summed[3], normal, coverage)


def _nearest(s: np.ndarray, e2: np.ndarray, length: float, radius: float, growth: float, rise: float) -> np.ndarray:
    """How far along a cone (0 to 1) is the ball that the viewer sees at each pixel, `s` along and sqrt(`e2`) off its axis.

    A ball's front is at rise * t + sqrt(q(t)), where q(t) = (radius + growth * t)^2 - (s - length * t)^2 - e2: the maximum
    has a closed form, unless one end hides within the other's outline.
    """
    steep = length * length - growth * growth
    if steep <= 1e-6:
        front, larger = float(rise > 0), float(growth > 0)
        inside = (s - front * length) ** 2 + e2 < max(radius + growth * front - 0.5, 0) ** 2
        return np.where(inside, front, larger)
    middle = (radius * growth + s * length) / steep
    peak = np.maximum(radius * radius - s * s - e2 + steep * middle * middle, 0)
    return np.clip(middle + rise * np.sqrt(peak / (steep * (steep + rise * rise))), 0, 1)


def shade(surface: Surface, sun: np.ndarray, warmth: np.ndarray, ambient: float, shine: float) -> np.ndarray:
    """Lit colours, float32 (h, w, 3): `sun` is the direction to the light (3,), `warmth` its colour (3,)."""
    sun = (sun / np.linalg.norm(sun)).astype(np.float32)
    facing = np.clip(surface.normal @ sun, 0, 1)
    sky = 0.5 + 0.5 * surface.normal[..., 1]
    light = ambient * (0.45 + 0.55 * sky)[..., None] + facing[..., None] * warmth.astype(np.float32)
    half = sun + np.array([0, 0, 1], np.float32)
    glint = np.clip(surface.normal @ (half / np.linalg.norm(half)), 0, 1) ** 24
    return surface.colour * light + (shine * glint)[..., None]


def shadow(figure: Figure, camera: Camera, sun: np.ndarray, blur: float) -> np.ndarray:
    """How much of the sun the figure keeps from each pixel of the ground (y = 0), float32 (size, size), 0 to 1."""
    ends = np.array(figure.ends)
    image = Image.new("L", (camera.size, camera.size))
    pen = ImageDraw.Draw(image)
    fall = sun / max(sun[1], 0.2)
    on_ground = [ends[:, k : k + 3] - ends[:, k + 1 : k + 2] * fall for k in (0, 3)]
    (start, scale, _), (stop, _, _) = (camera.project(points) for points in on_ground)
    squeeze = 0.3 + 0.7 * abs(np.sin(np.radians(camera.elevation)))
    widths = (ends[:, 6] + ends[:, 7]) * scale * squeeze
    for (xa, ya), (xb, yb), width in zip(start.tolist(), stop.tolist(), widths.tolist(), strict=True):
        pen.line((xa, ya, xb, yb), fill=255, width=max(1, round(width)))
        for x, y in ((xa, ya), (xb, yb)):
            pen.ellipse((x - width / 2, y - width / 4, x + width / 2, y + width / 4), fill=255)
    return np.asarray(image.filter(ImageFilter.GaussianBlur(blur)), np.float32) / 255

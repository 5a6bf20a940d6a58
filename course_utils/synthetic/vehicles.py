"""Airplanes, cars, ships and trucks of flat faces, seen by a camera far away and lit as the rounded figures are.

Units are metres: x forwards, y up, z to the side. A vehicle stands, or floats, on y = 0.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike
from PIL import Image, ImageDraw

from course_utils.synthetic.solids import Colour

Rng = np.random.Generator
OVER = 2  # faces are painted so many times larger, and shrunk
GLASS, RUBBER, STEEL, DARK = (0.2, 0.25, 0.31), (0.06, 0.06, 0.065), (0.6, 0.61, 0.63), (0.12, 0.12, 0.13)
PAINTS: tuple[Colour, ...] = (
    (0.85, 0.85, 0.86),
    (0.85, 0.85, 0.86),
    (0.55, 0.56, 0.58),
    (0.1, 0.1, 0.11),
    (0.72, 0.1, 0.1),
    (0.12, 0.22, 0.5),
    (0.12, 0.36, 0.2),
    (0.85, 0.65, 0.12),
    (0.4, 0.24, 0.14),
    (0.3, 0.55, 0.65),
)


@dataclass
class Faces:
    """Flat faces: corners (n, 3), a colour, and `depth`, by how much nearer than its middle a face counts, in metres."""

    faces: list[tuple[np.ndarray, Colour, float]] = field(default_factory=list)

    def face(self, corners: ArrayLike, colour: Colour, depth: float = 0.0) -> None:
        """One face, seen from both sides."""
        self.faces.append((np.asarray(corners, float), colour, depth))

    def loft(self, sections: Sequence[ArrayLike], colour: Colour, depth: float = 0.0) -> None:
        """A body through outlines of as many corners each, (n, 3); the first and the last are closed."""
        outlines = [np.asarray(section, float) for section in sections]
        for one, other in pairwise(outlines):
            for i in range(len(one)):
                j = (i + 1) % len(one)
                self.face([one[i], one[j], other[j], other[i]], colour, depth)
        self.face(outlines[0], colour, depth)
        self.face(outlines[-1], colour, depth)

    def box(self, low: Sequence[float], high: Sequence[float], colour: Colour, depth: float = 0.0) -> None:
        """A box between two opposite corners."""
        (x0, y0, z0), (x1, y1, z1) = low, high
        self.loft([[(x, y0, z0), (x, y1, z0), (x, y1, z1), (x, y0, z1)] for x in (x0, x1)], colour, depth)

    def prism(self, profile: ArrayLike, low: float, high: float, colour: Colour, depth: float = 0.0) -> None:
        """A side view, (n, 2) of x and y, that is as thick as from z = `low` to `high`."""
        outline = np.asarray(profile, float)
        self.loft([np.column_stack([outline, np.full(len(outline), z)]) for z in (low, high)], colour, depth)

    def tube(self, rings: Sequence[tuple[float, float, float, float]], colour: Colour, depth: float = 0.0) -> None:
        """A round body along x through rings of (x, radius, y, z)."""
        turn = np.linspace(0, 2 * np.pi, 10, endpoint=False)
        sections = [
            np.column_stack([np.full(10, x), y + radius * np.sin(turn), z + radius * np.cos(turn)])
            for x, radius, y, z in rings
        ]
        self.loft(sections, colour, depth)

    def wheel(self, x: float, z: float, radius: float, hub: Colour) -> None:
        """A wheel on the ground, flat, on the outside of a vehicle at `z`."""
        turn = np.linspace(0, 2 * np.pi, 12, endpoint=False)
        for size, colour, out, depth in ((radius, RUBBER, 0.0, 0.9), (0.55 * radius, hub, 0.02, 0.95)):
            rim = np.column_stack([x + size * np.cos(turn), radius + size * np.sin(turn), np.full(12, z + np.sign(z) * out)])
            self.face(rim, colour, depth)


def paint_of(rng: Rng) -> Colour:
    """A lacquer as vehicles have it."""
    colour = np.array(PAINTS[rng.integers(len(PAINTS))]) * rng.uniform(0.75, 1.2) + rng.normal(0, 0.03, 3)
    return tuple(np.clip(colour, 0.03, 0.95).tolist())


def tinted(colour: Colour, share: float) -> Colour:
    """The colour made darker, or up to 1 brighter, by a factor."""
    red, green, blue = (min(share * part, 1.0) for part in colour)
    return red, green, blue


def automobile(rng: Rng) -> Faces:
    """A saloon, an estate, a sports car, an off-roader or an open car."""
    car, paint = Faces(), paint_of(rng)
    kind = str(rng.choice(["saloon", "estate", "sports", "off-road", "open"], p=[0.36, 0.24, 0.16, 0.16, 0.08]))
    long, wide = rng.uniform(1.8, 2.3), rng.uniform(0.8, 0.95)
    sill, belt, roof = rng.uniform(0.2, 0.3), rng.uniform(0.8, 0.95), rng.uniform(1.35, 1.55)
    if kind == "sports":
        belt, roof = rng.uniform(0.65, 0.78), rng.uniform(1.05, 1.2)
    if kind == "off-road":
        sill, belt, roof = 0.45, rng.uniform(1.0, 1.15), rng.uniform(1.7, 1.95)
    nose, bonnet = rng.uniform(0.55, 0.95) * belt, rng.uniform(0.75, 1.1)
    body = [(-long, sill), (-long, 0.85 * belt), (-0.9 * long, belt), (bonnet, belt), (0.9 * long, nose), (long, 0.7 * nose)]
    car.prism([*body, (long, sill)], -wide, wide, paint)
    if kind == "open":
        _across(car, [(bonnet, belt), (bonnet - 0.35, roof - 0.1)], 0.9 * wide, GLASS, 0.6)
        car.box((-0.5, belt, -0.7 * wide), (0.5, belt + 0.06, 0.7 * wide), DARK, 0.5)
    else:
        back = -0.95 * long if kind in ("estate", "off-road") else -rng.uniform(0.65, 0.85) * long
        _cabin(car, (back, bonnet), (belt, roof), wide, paint, rng)
    lamp = (0.95, 0.93, 0.8) if rng.random() < 0.7 else (0.5, 0.5, 0.52)
    for x, colour, height in ((long + 0.02, lamp, 0.62 * nose), (-long - 0.02, (0.6, 0.05, 0.05), 0.7 * belt)):
        _across(car, [(x, sill), (x, sill + 0.16)], wide, DARK, 0.3)
        for z in (-0.7 * wide, 0.7 * wide):
            _across(car, [(x, height - 0.09), (x, height + 0.09)], 0.15, colour, 0.4, middle=z)
    radius = rng.uniform(0.3, 0.36) + 0.1 * (kind == "off-road")
    _wheels(car, [-0.62 * long, 0.62 * long], wide, radius, rng)
    return car


def _across(
    vehicle: Faces, ends: Sequence[tuple[float, float]], wide: float, colour: Colour, depth: float, middle: float = 0.0
) -> None:
    """A face from side to side, between two points (x, y): `wide` to the left and to the right of z = `middle`."""
    (x0, y0), (x1, y1) = ends
    left, right = middle - wide, middle + wide
    vehicle.face([(x0, y0, left), (x1, y1, left), (x1, y1, right), (x0, y0, right)], colour, depth)


def _along(vehicle: Faces, profile: ArrayLike, wide: float, colour: Colour, depth: float) -> None:
    """The same face, (n, 2) of x and y, on the left and on the right, `wide` from the middle."""
    outline = np.asarray(profile, float)
    for z in (-wide, wide):
        vehicle.face(np.column_stack([outline, np.full(len(outline), z)]), colour, depth)


def _cabin(
    car: Faces, ends: tuple[float, float], heights: tuple[float, float], wide: float, paint: Colour, rng: Rng
) -> None:
    """Panes, pillars and roof, from the rear `ends[0]` to the bonnet `ends[1]`, between belt and roof."""
    (back, bonnet), (belt, roof) = ends, heights
    inner, rear, front = 0.82 * wide, back + rng.uniform(0.05, 0.5), bonnet - rng.uniform(0.5, 0.8)
    panes = np.array([(back, belt), (rear, roof), (front, roof), (bonnet, belt)])
    car.loft([np.column_stack([panes, z * np.array([wide, inner, inner, wide])]) for z in (-1, 1)], GLASS, 0.6)
    _across(car, [(rear, roof + 0.02), (front, roof + 0.02)], inner, paint, 0.9)
    for x in (rear, (rear + front) / 2 + rng.normal(0, 0.1), front):
        foot = np.interp(x, [rear, front], [back, bonnet])
        for z in (-1, 1):
            corners = [(foot - 0.06, belt, z * wide), (x - 0.05, roof, z * inner), (x + 0.05, roof, z * inner)]
            car.face([*corners, (foot + 0.06, belt, z * wide)], tinted(paint, 0.9), 1.0)


def _wheels(vehicle: Faces, places: Sequence[float], wide: float, radius: float, rng: Rng) -> None:
    hub = STEEL if rng.random() < 0.7 else DARK
    for x in places:
        for z in (-wide - 0.02, wide + 0.02):
            vehicle.wheel(x, z, radius, hub)


def truck(rng: Rng) -> Faces:
    """A van body, a tank, a tipper, a fire engine, a pick-up or a tractor without its trailer."""
    lorry, paint, load = Faces(), paint_of(rng), paint_of(rng)
    kind = str(rng.choice(["box", "tank", "tipper", "fire", "pick-up", "tractor"], p=[0.34, 0.12, 0.16, 0.12, 0.14, 0.12]))
    wide, bed, roof = rng.uniform(1.1, 1.25), rng.uniform(0.85, 1.05), rng.uniform(2.5, 3.1)
    rear, radius = -rng.uniform(2.2, 4.6), rng.uniform(0.42, 0.52)
    if kind == "pick-up":
        wide, bed, roof, rear, radius = rng.uniform(0.9, 1.0), 0.7, rng.uniform(1.75, 2.0), -rng.uniform(1.8, 2.3), 0.42
    if kind == "fire":
        paint = load = (rng.uniform(0.65, 0.85), 0.08, 0.06)
    if kind == "tractor":
        rear = -rng.uniform(0.8, 1.6)
    front = _cab(lorry, (rear, bed, wide, roof), paint, kind == "pick-up" or bool(rng.random() < 0.4), rng)
    if kind in LOADS:
        LOADS[kind](lorry, (rear, bed, wide, roof), load, rng)
    axles = [front - 0.6, rear + 0.6, *([rear + 1.6] if rear < -3 and rng.random() < 0.7 else [])]
    _wheels(lorry, axles, wide, radius, rng)
    return lorry


Measures = tuple[float, float, float, float]  # of a truck: rear end, height of the bed, half the width, height of the cab


def _cab(lorry: Faces, measures: Measures, paint: Colour, nosed: bool, rng: Rng) -> float:
    """Frame and cab, with the engine before it if `nosed`; gives where the front is."""
    rear, bed, wide, roof = measures
    front, lean, belt = rng.uniform(1.5, 1.8), rng.uniform(0, 0.25), rng.uniform(0.55, 0.65) * roof
    lorry.box((rear, bed - 0.3, -0.8 * wide), (front, bed, 0.8 * wide), DARK)
    profile = [(0, bed - 0.4), (0, roof), (front - lean, roof), (front, belt), (front, bed - 0.4)]
    lorry.prism(profile, -wide, wide, paint, 0.2)
    _across(lorry, [(front - 0.9 * lean + 0.03, roof - 0.15), (front + 0.03, belt)], 0.9 * wide, GLASS, 0.8)
    window = [(0.3, belt), (0.3, roof - 0.2), (front - lean - 0.15, roof - 0.2), (front - 0.2, belt)]
    _along(lorry, window, wide + 0.01, GLASS, 0.8)
    if nosed:
        long = rng.uniform(0.9, 1.4)
        lorry.box((front, bed - 0.4, -0.85 * wide), (front + long, 0.95 * belt, 0.85 * wide), paint, 0.3)
        front += long
    _across(lorry, [(front + 0.03, bed - 0.45), (front + 0.03, bed - 0.2)], wide, STEEL, 0.9)
    _across(lorry, [(front + 0.03, bed - 0.1), (front + 0.03, bed + 0.35)], 0.6 * wide, DARK, 0.9)
    return front


def _box(lorry: Faces, measures: Measures, paint: Colour, rng: Rng) -> None:
    rear, bed, wide, roof = measures
    top = roof + rng.uniform(-0.2, 0.9)
    lorry.box((rear, bed, -wide), (-0.15, top, wide), paint, 0.1)
    if rng.random() < 0.6:
        _stripe(lorry, measures, (bed + 0.2, top - 0.1), paint_of(rng), rng)


def _stripe(lorry: Faces, measures: Measures, between: tuple[float, float], paint: Colour, rng: Rng) -> None:
    rear, _, wide, _ = measures
    low, high = np.sort(rng.uniform(*between, 2))
    _along(lorry, [(rear + 0.3, low), (rear + 0.3, high), (-0.5, high), (-0.5, low)], wide + 0.02, paint, 0.5)


def _ladder(lorry: Faces, measures: Measures, paint: Colour, rng: Rng) -> None:
    rear, bed, wide, roof = measures
    lorry.box((rear, bed, -wide), (-0.15, roof - 0.2, wide), paint, 0.1)
    _stripe(lorry, measures, (bed + 0.2, roof - 0.3), (0.9, 0.88, 0.85), rng)
    lorry.box((rear, roof - 0.1, -0.3), (1.2, roof + 0.1, 0.3), STEEL, 0.8)


def _tank(lorry: Faces, measures: Measures, paint: Colour, rng: Rng) -> None:
    rear, bed, wide, roof = measures
    radius = min(wide, 0.5 * (roof - bed)) * rng.uniform(0.9, 1.1)
    rings = ((rear, 0.7), (rear + 0.3, 1), (-0.5, 1), (-0.2, 0.7))
    lorry.tube([(x, radius * share, bed + radius, 0) for x, share in rings], paint, 0.1)


def _tipper(lorry: Faces, measures: Measures, paint: Colour, rng: Rng) -> None:
    rear, bed, wide, roof = measures
    top, tilt = rng.uniform(0.55, 0.85) * roof, rng.uniform(0, 0.35) if rng.random() < 0.3 else 0.0
    hinge = np.array([rear, bed])
    tray = np.array([(rear, bed), (rear - 0.2, top), (-0.1, top), (-0.1, bed)]) - hinge
    turned = tray @ np.array([[np.cos(tilt), np.sin(tilt)], [-np.sin(tilt), np.cos(tilt)]]) + hinge
    lorry.prism(turned, -wide, wide, paint, 0.1)
    heap = [turned[1], turned[2], (turned[1] + turned[2]) / 2 + np.array([0, rng.uniform(0.1, 0.6)])]
    lorry.prism(heap, -0.8 * wide, 0.8 * wide, tuple(rng.uniform(0.2, 0.5, 3).tolist()), 0.3)


def _tray(lorry: Faces, measures: Measures, paint: Colour, rng: Rng) -> None:
    rear, bed, wide, _ = measures
    lorry.box((rear, bed - 0.3, -wide), (-0.05, bed + 0.45, wide), paint if rng.random() < 0.3 else DARK)
    _along(lorry, [(rear, bed - 0.3), (rear, bed + 0.5), (0, bed + 0.5), (0, bed - 0.3)], wide, paint, 0.3)


LOADS = {"box": _box, "fire": _ladder, "tank": _tank, "tipper": _tipper, "pick-up": _tray}


def ship(rng: Rng) -> Faces:
    """A freighter, a liner, a motor boat, a warship or a sailing boat."""
    vessel = Faces()
    kind = str(rng.choice(["freighter", "liner", "motor boat", "warship", "sail"], p=[0.28, 0.18, 0.24, 0.14, 0.16]))
    long = {"motor boat": 3.5, "sail": 4.5}.get(kind, 12.0) * rng.uniform(0.85, 1.2)
    wide, deck = long * rng.uniform(0.13, 0.18), long * rng.uniform(0.1, 0.16)
    _hull(vessel, (long, deck, wide), (0.45, 0.48, 0.5) if kind == "warship" else paint_of(rng), bool(rng.random() < 0.5))
    white = tinted((0.52, 0.55, 0.57) if kind == "warship" else (0.9, 0.9, 0.9), rng.uniform(0.8, 1.05))
    if kind == "sail":
        _sails(vessel, long, deck, rng)
        vessel.box((-0.5 * long, deck, -0.5 * wide), (0.2 * long, 1.5 * deck, 0.5 * wide), white, 0.5)
        return vessel
    back = rng.uniform(-0.85, -0.6) if kind == "freighter" else rng.uniform(-0.7, -0.4)
    forth = back + rng.uniform(0.25, 0.4) if kind == "freighter" else rng.uniform(0.1, 0.5)
    floors = 1 if kind == "motor boat" else int(rng.integers(2, 4))
    roof = _storeys(vessel, (back * long, forth * long), (deck, wide), floors, white, rng)
    if kind != "motor boat":
        for x in rng.uniform(back, forth, int(rng.integers(1, 3))) * 0.6 * long:
            vessel.box((x, roof, -0.25 * wide), (x + 0.08 * long, roof + 0.12 * long, 0.25 * wide), paint_of(rng), 1.5)
    if kind == "freighter":
        _containers(vessel, (forth + 0.12, 0.75), (long, deck, wide), rng)
    for x in rng.uniform(-0.5, 0.8, int(rng.integers(0, 3))) * long:
        _mast(vessel, x, deck, rng.uniform(0.25, 0.5) * long, 0.012 * long)
    return vessel


def _hull(vessel: Faces, measures: tuple[float, float, float], paint: Colour, banded: bool) -> None:
    """A hull with its deck; `measures` are half its length, its height and half its width."""
    long, deck, wide = measures
    top = np.array([(-1, 0.8), (-1, -0.8), (0.3, -1), (0.7, -0.6), (1.05, 0), (0.7, 0.6), (0.3, 1)]) * (long, wide)
    water, rise = top * (0.88, 0.8), deck * np.array([1, 1, 1, 1.2, 1.4, 1.2, 1])

    def at(outline: np.ndarray, height: float | np.ndarray) -> np.ndarray:
        return np.column_stack([outline[:, 0], np.broadcast_to(height, len(outline)), outline[:, 1]])

    vessel.loft([at(water, 0.0), at(top, rise)], paint)
    if banded:
        vessel.loft([at(water * 1.01, 0.0), at(water * (1.03, 1.06), 0.25 * deck)], (0.45, 0.1, 0.08), 0.2)
    vessel.face(at(top, rise + 0.01), (0.5, 0.42, 0.33), 0.3)


def _storeys(
    vessel: Faces, ends: tuple[float, float], measures: tuple[float, float], floors: int, paint: Colour, rng: Rng
) -> float:
    """Floors with windows, each smaller than the one below it; gives the height of the roof."""
    (back, forth), (deck, wide) = ends, measures
    storey = deck * rng.uniform(0.5, 0.8)
    for floor in range(floors):
        low, shrink = deck + floor * storey, 0.85**floor
        rear, front, out = back * shrink + 0.1 * floor, forth * shrink + 0.1 * floor, 0.7 * wide * shrink
        vessel.box((rear, low, -out), (front, low + storey, out), paint, 0.5 + 0.3 * floor)
        sill, top = low + 0.35 * storey, low + 0.75 * storey
        window = [(rear + 0.2, sill), (rear + 0.2, top), (front - 0.1, top), (front - 0.1, sill)]
        _along(vessel, window, 1.01 * out, GLASS, 0.9 + 0.3 * floor)
    return deck + floors * storey


def _containers(vessel: Faces, ends: tuple[float, float], measures: tuple[float, float, float], rng: Rng) -> None:
    long, deck, wide = measures
    for x in np.arange(*ends, 0.16) * long:
        for stack in range(int(rng.integers(0, 4))):
            low = 1.05 * deck + 0.09 * stack * long
            far = (x + 0.14 * long, low + 0.085 * long, 0.75 * wide)
            vessel.box((x, low, -0.75 * wide), far, paint_of(rng), 0.6 + stack)


def _mast(vessel: Faces, x: float, low: float, high: float, thick: float) -> None:
    vessel.box((x - thick, low, -thick), (x + thick, low + high, thick), DARK, 1.5)


def _sails(vessel: Faces, long: float, deck: float, rng: Rng) -> None:
    """One mast or two with sails, which the wind fills to one side."""
    cloth = (0.93, 0.92, 0.88) if rng.random() < 0.75 else paint_of(rng)
    side = rng.choice([-1, 1]) * rng.uniform(0.1, 0.5) * deck
    for place in (0.1,) if rng.random() < 0.7 else (-0.35, 0.35):
        x, high = place * long, long * rng.uniform(1.1, 1.9)
        _mast(vessel, x, deck, high, 0.015 * long)
        foot, head = deck + 0.12 * long, deck + 0.97 * high
        vessel.face([(x - 0.05, foot, 0), (x - 0.75 * long, foot, side), (x - 0.05, head, 0)], cloth, 1.0)
        if rng.random() < 0.75:
            jib = [(x + 0.05, foot, 0), (0.98 * long, foot, side), (x + 0.05, 0.85 * head, 0)]
            vessel.face(jib, tinted(cloth, 0.92), 1.0)


def airplane(rng: Rng) -> Faces:
    """An airliner, a fighter, a small one with a propeller, or a biplane."""
    plane, long = Faces(), 5.0
    kind = str(rng.choice(list(WINGS), p=[0.45, 0.22, 0.23, 0.1]))
    span, chord, swept, fat = (measure * rng.uniform(0.9, 1.15) for measure in WINGS[kind])
    paint = (0.9, 0.9, 0.91) if kind == "liner" and rng.random() < 0.7 else paint_of(rng)
    if kind == "fighter" and rng.random() < 0.7:
        paint = (0.45, 0.48, 0.5)
    y, nose = fat + 0.6, 0.05 if kind in ("liner", "fighter") else 0.5
    shape = ((-1, 0.15, 0.4), (-0.75, 0.5, 0.25), (-0.4, 1, 0), (0.6, 1, 0), (0.85, 0.75, -0.1), (1, nose, -0.2))
    plane.tube([(x * long, radius * fat, y + up * fat, 0) for x, radius, up in shape], paint)
    heights = {"biplane": (-0.8, 1.6), "propeller": (float(rng.choice([-0.5, 0.9])),)}.get(kind, (-0.5,))
    levels = [y + fat * up for up in heights]
    tail, rise = paint_of(rng) if rng.random() < 0.6 else paint, span * rng.uniform(0.0, 0.12)
    for z in (-1, 1):
        for level in levels:
            _wing(plane, 0.7, chord, swept, z * span, level, rise, tinted(paint, 0.93))
        _wing(plane, -0.8 * long, 0.9, 0.4 * swept + 0.3, z * 0.38 * span, y + 0.4 * fat, 0.0, tail)
    fin = [(-0.72, 0.3), (-0.92, 1.0), (-1.02, 1.0), (-0.97, 0.3)]
    high = fat * rng.uniform(1.8, 2.6)
    plane.face([(x * long, y + up * high, 0) for x, up in fin], tail, 0.6)
    if kind == "liner":
        _engines(plane, span, swept, levels[0] - 0.3, (0.33, 0.6) if rng.random() < 0.3 else (0.36,))
        window = np.array([(-0.6, 0.25), (-0.6, 0.5), (0.8, 0.5), (0.8, 0.25)]) * (long, fat) + (0, y)
        _along(plane, window, fat, GLASS, 0.5)
        _across(plane, [(0.93 * long, y + 0.3 * fat), (0.86 * long, y + 0.65 * fat)], 0.4 * fat, GLASS, 0.8)
        return plane
    canopy = np.array([(0.33, 0.8), (0.18, 1.5), (0.0, 1.45), (-0.15, 0.8)]) * (long, fat) + (0, y)
    plane.prism(canopy, -0.5 * fat, 0.5 * fat, GLASS, 0.6)
    if kind != "fighter":
        for side in (-0.8, 0.8):
            plane.wheel(0.9, side, 0.3, STEEL)
    if kind == "biplane":
        for strut in (-0.7 * span, 0.7 * span):
            plane.box((0.2, levels[0], strut - 0.05), (0.35, levels[1], strut + 0.05), DARK)
    return plane


# span to one side, depth at the root, how far the tip lies back, and the body's radius
WINGS = {
    "liner": (4.8, 1.7, 1.6, 0.5),
    "fighter": (2.8, 2.8, 2.2, 0.38),
    "propeller": (5.2, 1.4, 0.2, 0.55),
    "biplane": (4.2, 1.3, 0.0, 0.5),
}


def _engines(plane: Faces, span: float, swept: float, y: float, places: Sequence[float]) -> None:
    """An engine under each wing at each of the places, shares of the span."""
    for place in places:
        x = 0.9 - place * swept
        for z in (-place * span, place * span):
            plane.tube([(x - 0.4, 0.2, y, z), (x + 0.8, 0.28, y, z)], STEEL, 0.4)


def _wing(plane: Faces, x: float, chord: float, swept: float, span: float, y: float, rise: float, paint: Colour) -> None:
    """A wing from the middle to `span` (left or right), `chord` deep at its root, its tip `swept` back and risen."""
    tip = x + 0.3 * chord - swept
    top = np.array(
        [(x + chord / 2, y, 0), (x - chord / 2, y, 0), (tip - 0.5 * chord, y + rise, span), (tip, y + rise, span)]
    )
    plane.loft([top, top - np.array([0, 0.12, 0])], paint, 0.1)


def paint(
    vehicle: Faces, turn: np.ndarray, size: int, extent: float, light: tuple[np.ndarray, np.ndarray, float]
) -> tuple[np.ndarray, np.ndarray]:
    """The vehicle as it looks when turned by a (3, 3) matrix, the longer side of its outline `extent` pixels, centred.

    Args:
        light: direction to the sun (3,), its colour (3,), and how strong the sky is.

    Returns:
        Lit colours, float32 (size, size, 3), and how much of each pixel it covers, float32 (size, size), 0 to 1.
    """
    sun, warmth, ambient = light
    sun = sun / np.linalg.norm(sun)
    turned = [(corners @ turn.T, colour, depth) for corners, colour, depth in vehicle.faces]
    every = np.concatenate([corners for corners, _, _ in turned])[:, :2]
    low, high = every.min(axis=0), every.max(axis=0)
    scale = OVER * extent / (high - low).max()
    offset = OVER * size / 2 - scale * (low + high) / 2 * (1, -1)
    image = Image.new("RGBA", (OVER * size, OVER * size))
    pen = ImageDraw.Draw(image)
    for corners, colour, _ in sorted(turned, key=lambda face: face[0][:, 2].mean() + face[2]):
        normal = np.cross(corners[1] - corners[0], corners[2] - corners[1])
        normal *= np.sign(normal[2] or 1) / max(np.linalg.norm(normal), 1e-9)
        lit = np.array(colour) * (ambient * (0.725 + 0.275 * normal[1]) + max(float(normal @ sun), 0) * warmth)
        shown = (np.clip(lit, 0, 1) * 255).astype(int)
        pen.polygon((corners[:, :2] * (scale, -scale) + offset).ravel().tolist(), fill=(*shown.tolist(), 255))
    pixels = np.asarray(image.reduce(OVER), np.float32) / 255
    return pixels[..., :3], pixels[..., 3]


VEHICLES = {"airplane": airplane, "automobile": automobile, "ship": ship, "truck": truck}

"""Garments, shoes and bags in grey on black: outlines with chosen cuts, cloth with folds and prints, seams on top."""

from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike

from course_utils.synthetic.canvas import Sketch, noise, ribbon, smooth
from course_utils.synthetic.writing import write_arrays

SIZE, OVER = 28, 4
Rng = np.random.Generator


def generate(folder: Path, seed: int, progress: bool) -> None:
    """See `course_utils.synthetic.generate`."""
    write_arrays(folder, piece, seed, progress)


def piece(label: int, rng: Rng) -> np.ndarray:
    """One piece of clothing, uint8 (28, 28), of the class that Fashion-MNIST gives this label."""
    return PIECES[label](rng)


def mirrored(half: ArrayLike) -> np.ndarray:
    """The outline, (2n, 2), whose right half is `half`, (n, 2), from top to bottom."""
    right = np.array(half, float)
    return np.concatenate([right, right[::-1] * (-1, 1)])


def tone_of(rng: Rng) -> float:
    """Brightness of a piece: mostly mid to light grey, sometimes near black."""
    return rng.uniform(0.12, 0.4) if rng.random() < 0.22 else rng.uniform(0.42, 1.0)


def finish(sketch: Sketch, rng: Rng, pattern: str = "plain", extent: float | None = None) -> np.ndarray:
    """The sketch as a picture: folds, a pattern, uneven light, and the grain of a scan."""
    light = rng.uniform(-0.15, 0.15, 2)

    def cloth(tones: np.ndarray) -> np.ndarray:
        shape = tones.shape
        y, x = np.linspace(-1, 1, shape[0], dtype=np.float32)[:, None], np.linspace(-1, 1, shape[1], dtype=np.float32)
        folds = noise(rng, shape, (int(rng.integers(2, 5)), int(rng.integers(4, 9)))) - 0.5
        tones = tones * (1 + light[0] * x + light[1] * y + rng.uniform(0.05, 0.3) * folds)
        return PATTERNS[pattern](tones, x, y, rng)

    image = sketch.paint(SIZE, extent or rng.uniform(26.5, 28), cloth, OVER).astype(np.float32)
    grain = rng.normal(0, rng.uniform(1, 6), image.shape)
    return np.clip(image + grain * (image > 8), 0, 255).astype(np.uint8)


# Patterns: functions of the body's brightness, float32 (height, width), and of the places x and y, -1 to 1.


def plain(tones: np.ndarray, x: np.ndarray, y: np.ndarray, rng: Rng) -> np.ndarray:
    """No pattern: the cloth as it is."""
    return tones


def bands(places: np.ndarray, rng: Rng) -> np.ndarray:
    """Where bands of a random width are, bool, of the shape of `places` (-1 to 1)."""
    return np.sin(places * rng.uniform(8, 40) + rng.uniform(0, 6)) > rng.uniform(-0.5, 0.7)


def striped(tones: np.ndarray, x: np.ndarray, y: np.ndarray, rng: Rng) -> np.ndarray:
    """Stripes across, in a second brightness."""
    return np.where(bands(y, rng), tones * rng.uniform(0.3, 0.8) + rng.uniform(0, 80), tones)


def pinstriped(tones: np.ndarray, x: np.ndarray, y: np.ndarray, rng: Rng) -> np.ndarray:
    """Thin darker lines up and down."""
    return np.where(bands(x, rng), tones * rng.uniform(0.6, 0.9), tones)


def checked(tones: np.ndarray, x: np.ndarray, y: np.ndarray, rng: Rng) -> np.ndarray:
    """Darker bands across and up and down."""
    dim = rng.uniform(0.45, 0.85)
    return tones * np.where(bands(x, rng), dim, 1) * np.where(bands(y, rng), dim, 1)


def flowered(tones: np.ndarray, x: np.ndarray, y: np.ndarray, rng: Rng) -> np.ndarray:
    """Blobs strewn over the cloth."""
    cells = int(rng.integers(9, 22))
    blobs = noise(rng, tones.shape, (cells, cells)) > rng.uniform(0.4, 0.65)
    return np.where(blobs, tones * rng.uniform(0.3, 0.8) + rng.uniform(0, 90), tones)


def printed(tones: np.ndarray, x: np.ndarray, y: np.ndarray, rng: Rng) -> np.ndarray:
    """A mottled print on the chest, round or square."""
    cx, cy, wide, high = rng.uniform(-0.12, 0.12), rng.uniform(-0.4, 0.1), rng.uniform(0.1, 0.35), rng.uniform(0.08, 0.35)
    inside = (
        ((x - cx) / wide) ** 2 + ((y - cy) / high) ** 2 < 1
        if rng.random() < 0.5
        else (abs(x - cx) < wide) & (abs(y - cy) < high)
    )
    ink = noise(rng, tones.shape, (int(rng.integers(6, 20)), int(rng.integers(10, 28)))) > rng.uniform(0.2, 0.6)
    return np.where(inside & ink, rng.uniform(0, 255), tones)


def blocked(tones: np.ndarray, x: np.ndarray, y: np.ndarray, rng: Rng) -> np.ndarray:
    """The upper part darker or brighter than the rest."""
    edge, factor = rng.uniform(-0.5, 0.5), rng.uniform(0.4, 1.5)
    return np.where(y < edge, tones * factor, tones)


PATTERNS = {f.__name__: f for f in (plain, striped, pinstriped, checked, flowered, printed, blocked)}


def choose(rng: Rng, **weights: float) -> str:
    """One of the names, as likely as its weight says."""
    return str(rng.choice(list(weights), p=np.array(list(weights.values())) / sum(weights.values())))


def upper(
    sketch: Sketch,
    rng: Rng,
    tone: float,
    *,
    sleeve: float,
    angle: float,
    chest: float,
    waist: float,
    hem: float,
    shoulder: float,
    neck: float,
    depth: float,
    cuff: float,
    length: float,
) -> None:
    """Adds the body and the sleeves of a garment for the upper body.

    `chest`, `waist`, `hem`, `shoulder` and `neck` are half widths, `sleeve` and `length` lengths, `depth` the neckline's,
    all in one unit; `angle` is the sleeves', in degrees from hanging straight down.
    """
    drop, armpit = rng.uniform(1.0, 2.8), rng.uniform(6.5, 9.0)
    curve = rng.uniform(-0.8, 0.8)
    body = mirrored(
        [(neck, 0), (shoulder, drop), (chest, armpit), (waist, 0.55 * length), (hem, length - abs(curve)), (hem / 2, length)]
    )
    if sleeve:
        for side in (-1, 1):
            turned = angle + rng.normal(0, 3)
            along = np.array([np.sin(np.radians(turned)), np.cos(np.radians(turned))])
            inward = np.array([-along[1], along[0]])
            start, under = np.array([shoulder, drop]), np.array([chest - 0.3, armpit])
            end = start + along * (sleeve + rng.normal(0, 0.4))
            elbow = start + along * sleeve * 0.5 + inward * rng.uniform(-1.0, 0.2)
            inner = end + inward * cuff
            bend = (inner + under) / 2 - inward * rng.uniform(-0.3, 0.8)
            arm = np.array([start * (0.8, 0.7), start, elbow, end, inner, bend, under]) * (side, 1)
            sketch.fill(arm, tone * rng.uniform(0.85, 1.05))
            if sleeve > 14:
                sketch.mark(
                    [under * (side, 1), bend * (side, 1) * (0.98, 1)], tone * rng.uniform(0.2, 0.9), rng.uniform(0.3, 0.7)
                )
    sketch.fill(np.concatenate([body[:1], smooth(body[1:-1], closed=False), body[-1:]]), tone)
    hollow = [(-neck, -0.3), (-neck * 0.75, depth * 0.6), (0, depth), (neck * 0.75, depth * 0.6), (neck, -0.3)]
    sketch.mark(
        smooth(hollow, closed=False) if rng.random() < 0.8 else [hollow[0], hollow[2], hollow[4]], hollow_tone(rng, tone)
    )


def hollow_tone(rng: Rng, tone: float) -> float:
    """What is seen through the neck: the black behind, or the inside of the back."""
    return 0.0 if rng.random() < 0.6 else tone * rng.uniform(0.4, 0.8)


def t_shirt(rng: Rng) -> np.ndarray:
    """A T-shirt: short sleeves most often, sometimes none or long ones; often printed."""
    sketch, tone = Sketch(), tone_of(rng)
    cut = choose(rng, short=0.78, none=0.15, long=0.07)
    chest = rng.uniform(7.2, 10.0)
    upper(
        sketch,
        rng,
        tone,
        sleeve={"short": rng.uniform(4, 9.5), "none": 0, "long": rng.uniform(12, 20)}[cut],
        angle=rng.uniform(20, 60) if cut == "short" else rng.uniform(8, 20),
        chest=chest,
        waist=chest * rng.uniform(0.85, 1.02),
        hem=chest * rng.uniform(0.92, 1.12),
        shoulder=chest * (rng.uniform(0.8, 1.0) if cut != "none" else rng.uniform(0.55, 0.8)),
        neck=rng.uniform(2.5, 4.5),
        depth=rng.uniform(1.2, 5),
        cuff=rng.uniform(3.2, 5.5),
        length=rng.uniform(24, 31),
    )
    return finish(sketch, rng, choose(rng, plain=0.42, printed=0.33, striped=0.12, flowered=0.09, blocked=0.04))


def pullover(rng: Rng) -> np.ndarray:
    """A pullover: long sleeves most often, sometimes a waistband or a high neck."""
    sketch, tone = Sketch(), tone_of(rng)
    chest, length = rng.uniform(7.2, 9.6), rng.uniform(25, 30)
    hem = chest * rng.uniform(0.85, 1.05)
    long = rng.random() < 0.94
    upper(
        sketch,
        rng,
        tone,
        sleeve=length * (rng.uniform(0.68, 0.92) if long else rng.uniform(0.35, 0.6)),
        angle=rng.uniform(4, 17),
        chest=chest,
        waist=chest * rng.uniform(0.9, 1.04),
        hem=hem,
        shoulder=chest * rng.uniform(0.82, 0.98),
        neck=rng.uniform(2.2, 4.6),
        depth=rng.uniform(0.8, 3.6),
        cuff=rng.uniform(2.6, 4.2),
        length=length,
    )
    if rng.random() < 0.5:
        sketch.mark([(-hem, length - 2), (hem, length - 2)], tone * rng.uniform(0.6, 0.9), 0.5)
    if rng.random() < 0.2:
        high = rng.uniform(1.5, 4)
        sketch.mark(
            smooth(mirrored([(2.2, -high), (3.8, -high / 2), (4.2, 1.5), (2.5, 2.5)])), tone * rng.uniform(0.75, 1.05)
        )
    return finish(sketch, rng, choose(rng, plain=0.52, printed=0.2, striped=0.14, flowered=0.08, blocked=0.06))


def coat(rng: Rng) -> np.ndarray:
    """A coat: long sleeves, a seam down the front; often a collar or a hood, pockets and buttons."""
    sketch, tone = Sketch(), tone_of(rng)
    chest, length = rng.uniform(7.0, 9.6), rng.uniform(25, 31)
    upper(
        sketch,
        rng,
        tone,
        sleeve=length * rng.uniform(0.66, 0.9),
        angle=rng.uniform(4, 16),
        chest=chest,
        waist=chest * rng.uniform(0.88, 1.03),
        hem=chest * rng.uniform(0.9, 1.1),
        shoulder=chest * rng.uniform(0.85, 1.0),
        neck=rng.uniform(2.2, 4.0),
        depth=rng.uniform(1, 4),
        cuff=rng.uniform(2.6, 4.2),
        length=length,
    )
    seam = rng.normal(0, 0.4)
    sketch.mark([(seam, 1), (seam + rng.normal(0, 0.4), length)], tone * seam_factor(rng), rng.uniform(0.3, 1.0))
    collar(sketch, rng, tone, choose(rng, lapel=0.35, fold=0.3, hood=0.2, none=0.15))
    if rng.random() < 0.45:
        pockets(sketch, rng, tone, length * rng.uniform(0.58, 0.75))
    if rng.random() < 0.35:
        buttons(sketch, rng, tone, seam, length)
    return finish(sketch, rng, choose(rng, plain=0.74, blocked=0.08, flowered=0.08, checked=0.05, pinstriped=0.05))


def shirt(rng: Rng) -> np.ndarray:
    """A shirt: sleeves of any length; most often a row of buttons, and a collar."""
    sketch, tone = Sketch(), tone_of(rng)
    cut = choose(rng, long=0.58, short=0.3, none=0.12)
    chest, length = rng.uniform(7.0, 10.0), rng.uniform(24, 31)
    upper(
        sketch,
        rng,
        tone,
        sleeve={"long": length * rng.uniform(0.6, 0.88), "short": rng.uniform(4, 11), "none": 0}[cut],
        angle=rng.uniform(4, 18) if cut == "long" else rng.uniform(15, 60),
        chest=chest,
        waist=chest * rng.uniform(0.84, 1.05),
        hem=chest * rng.uniform(0.9, 1.2),
        shoulder=chest * rng.uniform(0.75, 1.0),
        neck=rng.uniform(2.2, 4.5),
        depth=rng.uniform(0.8, 4.5),
        cuff=rng.uniform(2.6, 4.6),
        length=length,
    )
    if rng.random() < (0.66 if cut == "long" else 0.5):
        seam = rng.normal(0, 0.25)
        sketch.mark([(seam, 1), (seam, length * rng.choice([0.4, 0.98]))], tone * seam_factor(rng), rng.uniform(0.2, 0.6))
        buttons(sketch, rng, tone, seam, length)
        collar(sketch, rng, tone, choose(rng, fold=0.75, none=0.25))
    if rng.random() < 0.2:
        pockets(sketch, rng, tone, length * rng.uniform(0.25, 0.4))
    return finish(
        sketch, rng, choose(rng, plain=0.42, checked=0.2, flowered=0.18, pinstriped=0.06, printed=0.07, striped=0.07)
    )


def seam_factor(rng: Rng) -> float:
    """How much darker or lighter a seam is than the cloth: often hardly."""
    return rng.uniform(0.15, 0.7) if rng.random() < 0.5 else rng.uniform(0.75, 1.25)


def collar(sketch: Sketch, rng: Rng, tone: float, kind: str) -> None:
    """Adds a collar: "lapel", "fold", "hood" or "none"."""
    inside, cloth = tone * rng.uniform(0.3, 0.7), tone * rng.uniform(0.85, 1.15)
    if kind == "hood":
        high = rng.uniform(1, 3.5)
        sketch.mark(smooth(mirrored([(1.5, -high), (4.5, -high / 2), (5, 2.5), (2, 4)])), cloth)
        sketch.mark(smooth(mirrored([(1, -high / 2), (3, 0), (1, 3)])), inside)
    elif kind != "none":
        deep = rng.uniform(6, 12) if kind == "lapel" else rng.uniform(2.5, 5)
        sketch.mark([(-3, -0.5), (3, -0.5), (0, deep * 0.8)], inside)
        for side in (-1, 1):
            sketch.mark(np.array([(3, -0.8), (5, 1.5), (2.5, deep * 0.7), (0.2, deep)]) * (side, 1), cloth)
            sketch.mark(np.array([(5, 1.5), (2.5, deep * 0.7), (0.2, deep)]) * (side, 1), tone * seam_factor(rng), 0.3)


def pockets(sketch: Sketch, rng: Rng, tone: float, y: float) -> None:
    """Adds the slits of two pockets at the height `y`."""
    wide, tilt, seam = rng.uniform(2, 3.5), rng.uniform(-1, 1.5), tone * seam_factor(rng)
    for side in (-1, 1):
        sketch.mark(np.array([(2.5, y), (2.5 + wide, y + tilt)]) * (side, 1), seam, rng.uniform(0.4, 0.9))


def buttons(sketch: Sketch, rng: Rng, tone: float, x: float, length: float) -> None:
    """Adds a row of buttons down the line at `x`."""
    bright = tone * rng.choice([0.4, 0.7, 1.3, 1.8])
    for y in np.arange(rng.uniform(3, 5), length - 1, rng.uniform(3, 5)):
        sketch.mark([(x - 0.3, y - 0.3), (x + 0.3, y - 0.3), (x + 0.3, y + 0.3), (x - 0.3, y + 0.3)], bright)


def dress(rng: Rng) -> np.ndarray:
    """A dress: longer than what else covers the upper body, its hem often wider than the chest."""
    sketch, tone = Sketch(), tone_of(rng)
    cut = choose(rng, none=0.4, short=0.3, long=0.3)
    length, chest = rng.uniform(31, 48) if rng.random() < 0.8 else rng.uniform(26, 33), rng.uniform(4.8, 7.8)
    flare = rng.uniform(0.85, 1.35) if rng.random() < 0.6 else rng.uniform(1.3, 2.2)
    upper(
        sketch,
        rng,
        tone,
        sleeve={"none": 0, "short": rng.uniform(3, 8), "long": rng.uniform(12, 24)}[cut],
        angle=rng.uniform(12, 45) if cut == "short" else rng.uniform(3, 14),
        chest=chest,
        waist=chest * rng.uniform(0.75, 1.02),
        hem=chest * flare,
        shoulder=chest * (rng.uniform(0.8, 1.0) if cut != "none" else rng.uniform(0.5, 0.9)),
        neck=rng.uniform(1.8, 3.6),
        depth=rng.uniform(1, 6),
        cuff=rng.uniform(2.0, 3.2),
        length=length,
    )
    if rng.random() < 0.35:
        y = length * rng.uniform(0.38, 0.5)
        sketch.mark([(-chest, y), (chest, y)], tone * seam_factor(rng), rng.uniform(0.4, 1.4))
    return finish(
        sketch, rng, choose(rng, plain=0.55, flowered=0.2, striped=0.08, blocked=0.09, printed=0.04, pinstriped=0.04)
    )


def trouser(rng: Rng) -> np.ndarray:
    """Trousers, sometimes cut short: two legs that hang a little aside."""
    sketch, tone = Sketch(), tone_of(rng)
    length = rng.uniform(26, 40) if rng.random() < 0.93 else rng.uniform(11, 18)
    waist, hip = rng.uniform(3.6, 5.0), rng.uniform(4.8, 6.4)
    rise, gap = rng.uniform(6, 9), rng.uniform(0, 2.4)
    hem = rng.uniform(1.8, 3.0) if rng.random() < 0.75 else rng.uniform(3, 4.5)
    lean = rng.uniform(-1.0, 1.0)
    for side in (-1, 1):
        inner, outer = gap / 2 + rng.uniform(0, 0.4), gap / 2 + hem * 1.5
        knee = rise + (length - rise) * 0.5
        leg = [
            (0, 0),
            (waist, 0),
            (hip, rise * 0.7),
            ((hip + outer) / 2, knee),
            (outer, length),
            (inner, length + rng.normal(0, 0.3)),
            (inner * 0.6, knee),
            (0, rise),
        ]
        points = np.array(leg) * (side, 1)
        points[:, 0] += lean * points[:, 1] / length
        sketch.fill(points, tone * rng.uniform(0.92, 1.04))
    sketch.mark([(0, 1), (0, rise), (lean, length)], tone * rng.uniform(0.0, 1.0), rng.uniform(0.2, 0.5))
    if rng.random() < 0.6:
        sketch.mark([(-waist, 1.4), (waist, 1.4)], tone * seam_factor(rng), rng.uniform(0.4, 0.9))
    if rng.random() < 0.4:
        for side in (-1, 1):
            sketch.mark(np.array([(waist * 0.5, 1.6), (hip * 0.9, 4.5)]) * (side, 1), tone * seam_factor(rng), 0.5)
    return finish(sketch, rng, choose(rng, plain=0.84, flowered=0.08, pinstriped=0.05, blocked=0.03))


def heel_height(rng: Rng, flat: float) -> float:
    """0 for a flat shoe, which `flat` of them are, up to about 9 of 28 units."""
    return rng.uniform(0, 1.2) if rng.random() < flat else rng.uniform(2, 10)


def sole(sketch: Sketch, rng: Rng, tone: float, heel: float, thick: float, kind: str) -> np.ndarray:
    """Draws what a shoe with its toe at x=0 stands on; returns the foot's upper edge of it, (n, 2), from toe to heel."""
    edge = smooth(
        [(0, -thick), (7, -thick), (14, -thick - heel * 0.45), (21, -thick - heel * 0.95), (27, -thick - heel)], closed=False
    )
    flat = rng.uniform(5, 10)
    if kind == "wedge":
        sketch.fill(np.concatenate([edge, [(27, 0), (0.5, 0)]]), tone)
    else:
        sketch.fill(
            np.concatenate([edge, [(27, 0.2 - heel), (21, -heel * 0.95), (14, -heel * 0.45), (flat, 0), (0.5, 0)]]), tone
        )
        width = {"stiletto": 0.8, "block": rng.uniform(3, 6)}[kind]
        sketch.fill(
            [(26.5 - width * 1.4, -thick - heel * 0.9), (27, -thick - heel), (27 - width * 0.1, 0), (26.6 - width, 0)], tone
        )
    return edge


def sandal(rng: Rng) -> np.ndarray:
    """A sandal: a sole, flat or with a heel, and straps over it."""
    sketch, tone = Sketch(), tone_of(rng)
    heel, thick = heel_height(rng, flat=0.55), rng.uniform(0.8, 2.8)
    kind = choose(rng, block=0.35, wedge=0.35, stiletto=0.3) if heel > 2 else "wedge"
    edge = sole(sketch, rng, tone * rng.uniform(0.7, 1.1), heel, thick, kind)

    def on_sole(x: float) -> np.ndarray:
        return edge[np.argmin(abs(edge[:, 0] - x))]

    def strap(x0: float, x1: float, height: float, width: float) -> None:
        peak = (on_sole(x0) + on_sole(x1)) / 2 - (rng.uniform(-1, 1), height)
        sketch.mark(smooth([on_sole(x0), peak, on_sole(x1)], closed=False), tone * rng.uniform(0.7, 1.15), width)

    broad = rng.uniform(0.7, 2.4)
    if rng.random() < 0.12:
        instep = np.array(
            [
                on_sole(0.5),
                (1.5, on_sole(0.5)[1] - 3),
                (8, on_sole(8)[1] - rng.uniform(5, 7)),
                (16, on_sole(16)[1] - rng.uniform(5, 8)),
                on_sole(rng.uniform(19, 26)),
            ]
        )
        sketch.mark(smooth(instep, closed=False), tone * rng.uniform(0.8, 1.1))
    elif rng.random() < 0.3:
        toes = smooth(
            np.array(
                [
                    on_sole(0.5),
                    (1.5, on_sole(0.5)[1] - 2),
                    (6, on_sole(6)[1] - rng.uniform(3, 5)),
                    on_sole(rng.uniform(9, 13)),
                ]
            ),
            closed=False,
        )
        sketch.mark(toes, tone * rng.uniform(0.8, 1.1))
    else:
        strap(rng.uniform(1.5, 4), rng.uniform(6, 11), rng.uniform(2.5, 5), broad)
    for _ in range(int(rng.choice([0, 1, 2, 3], p=[0.3, 0.35, 0.2, 0.15]))):
        x = rng.uniform(4, 14)
        strap(x, x + rng.uniform(2, 9), rng.uniform(3, 6.5), broad)
    if rng.random() < 0.68:
        ankle = edge[-1] - (rng.uniform(0, 2), rng.uniform(5, 11))
        front = ankle + np.array([-rng.uniform(5, 9), rng.uniform(-0.5, 2.5)])
        sketch.mark(
            smooth([edge[-1], ankle, front, on_sole(rng.uniform(11, 18))], closed=False), tone * rng.uniform(0.7, 1.1), broad
        )
        if rng.random() < 0.5:
            sketch.mark([edge[-1], ankle, (ankle + front) / 2, on_sole(rng.uniform(20, 24))], tone * rng.uniform(0.75, 1.1))
    return finish(sketch, rng, choose(rng, plain=0.8, flowered=0.2))


def laced(sketch: Sketch, rng: Rng, tone: float, high: float) -> None:
    """A shoe on a flat rubber sole, laced up to `high` units of its 27 units of length: a sneaker, or a low boot."""
    thick, toe, tongue = rng.uniform(1.0, 3.2), rng.uniform(2.5, 5), rng.uniform(11, 16)
    top = -high - thick
    shoe = [
        (0.3, -thick),
        (0.8, -thick - toe * 0.7),
        (4, -thick - toe),
        (9, -thick - toe - 0.4 * (high - toe)),
        (tongue, top),
        (tongue + 2, top - rng.uniform(-0.5, 1)),
        (21, top + rng.uniform(0.3, 2)),
        (26.2, top - rng.uniform(-0.8, 1.2)),
        (27, -thick - high * 0.5),
        (27, -thick),
    ]
    sketch.fill(np.concatenate([smooth(shoe[:-1], closed=False), shoe[-1:]]), tone)
    rubber = rng.uniform(0.1, 0.4) if rng.random() < 0.45 else rng.uniform(0.6, 1)
    sketch.mark([(0, -thick), (27.5, -thick), (27.2, 0), (rng.uniform(0.5, 2), 0)], rubber)
    for i in range(int(rng.integers(0, 5))):
        place = np.array([tongue - 2 - 1.7 * i, top + 1.4 + 0.9 * i])
        sketch.mark([place, place + np.array([2.5, 1.5])], tone * rng.choice([0.5, 1.5]), 0.5)
    if rng.random() < 0.35:
        sketch.mark([(0.8, -thick - 0.5), (4, -thick - toe), (5.5, -thick - 0.2)], tone * seam_factor(rng), 0.6)
    if rng.random() < 0.4:
        sketch.mark(
            [(22, -thick), (23, -thick - high * 0.8), (26.7, -thick - high * 0.7), (27, -thick)], tone * seam_factor(rng)
        )


def sneaker(rng: Rng) -> np.ndarray:
    """A sneaker: laced, low or high, some with stripes at the side."""
    sketch, tone = Sketch(), tone_of(rng)
    high = rng.uniform(6, 10) if rng.random() < 0.8 else rng.uniform(9, 16)
    laced(sketch, rng, tone, high)
    badge = tone * seam_factor(rng)
    for i in range(int(rng.choice([0, 1, 2, 3], p=[0.4, 0.3, 0.1, 0.2]))):
        sketch.mark([(12 + 2.2 * i, -2.5), (14.5 + 2.2 * i, -2 - high * 0.7)], badge, rng.uniform(0.5, 1.2))
    return finish(sketch, rng, choose(rng, plain=0.8, flowered=0.12, checked=0.08))


def ankle_boot(rng: Rng) -> np.ndarray:
    """An ankle boot: laced, or with a shaft."""
    sketch, tone = Sketch(), tone_of(rng)
    if rng.random() < 0.25:
        laced(sketch, rng, tone, rng.uniform(9, 17))
    else:
        shafted(sketch, rng, tone)
    return finish(sketch, rng, choose(rng, plain=0.85, flowered=0.08, checked=0.07))


def shafted(sketch: Sketch, rng: Rng, tone: float) -> None:
    """A boot with a shaft, on a heel or without one."""
    heel, thick = heel_height(rng, flat=0.6), rng.uniform(0.7, 2.6)
    kind = choose(rng, block=0.65, stiletto=0.15, wedge=0.2) if heel > 2 else "wedge"
    edge = sole(sketch, rng, tone * rng.uniform(0.35, 1.0), heel, thick, kind)
    ankle, high = -thick - heel, rng.uniform(11, 24)
    front, toe = rng.uniform(11, 16), rng.uniform(2.5, 5)
    shaft = [
        (0.2, -thick),
        (0.8, -thick - toe * 0.7),
        (4.5, -thick - toe - heel * 0.1),
        (front - 2, -thick - toe - 2.5 - heel * 0.5),
        (front, ankle - high * 0.6),
        (front - rng.uniform(-1, 1.5), ankle - high),
    ]
    back = [
        (26.5 + rng.uniform(-1.5, 0.8), ankle - high + rng.uniform(-1, 1)),
        (26 - rng.uniform(0, 1), ankle - high * 0.4),
        (27, ankle),
    ]
    sketch.fill(np.concatenate([smooth(shaft, closed=False), back, edge[::-1]]), tone)
    seam = tone * seam_factor(rng)
    if rng.random() < 0.4:
        for i in range(int(rng.integers(3, 6))):
            place = np.array([front - 1, ankle - high * (0.35 + 0.12 * i)])
            sketch.mark([place, place + np.array([3, 0.6])], seam, 0.5)
    if rng.random() < 0.3:
        sketch.mark(
            [(front + 2, ankle - high * 0.9), (front + 6, ankle - high * 0.9), (front + 4, ankle - high * 0.3)], seam
        )
    if rng.random() < 0.5:
        y = ankle - high * rng.uniform(0.3, 0.9)
        sketch.mark([(front - 0.5, y), (26.3, y)], tone * seam_factor(rng), rng.uniform(0.4, 1.2))


def bag(rng: Rng) -> np.ndarray:
    """A bag: most often with a handle, and some with a flap, a seam and a clasp."""
    sketch, tone = Sketch(), tone_of(rng)
    wide, high = (
        (rng.uniform(11, 14), rng.uniform(11, 20)) if rng.random() < 0.65 else (rng.uniform(7, 11), rng.uniform(14, 25))
    )
    top = wide * rng.uniform(0.75, 1.05)
    corners = [(top, 0), (wide, high * 0.5), (wide * rng.uniform(0.85, 1), high)]
    body = mirrored(corners)
    handle = choose(rng, arch=0.42, strap=0.28, none=0.3)
    if handle != "none":
        reach = top * rng.uniform(0.35, 0.6) if handle == "arch" else top * 0.97
        rise = rng.uniform(4, 12) if handle == "arch" else rng.uniform(2, 9)
        arch = [(-reach, 1), (-reach * 0.85, -rise * 0.8), (0, -rise), (reach * 0.85, -rise * 0.8), (reach, 1)]
        sketch.fill(ribbon(smooth(arch, closed=False), rng.uniform(0.5, 1.4)), tone * rng.uniform(0.6, 1.1))
    sketch.fill(smooth(body) if rng.random() < 0.55 else body, tone)
    if rng.random() < 0.45:
        deep = high * rng.uniform(0.25, 0.65)
        flap = [(-top, 0), (-top * 0.9, deep * 0.8), (0, deep), (top * 0.9, deep * 0.8), (top, 0)]
        sketch.mark(smooth(flap, closed=False), tone * rng.uniform(0.8, 1.15))
        sketch.mark(smooth(flap, closed=False), tone * seam_factor(rng), 0.5)
    if rng.random() < 0.4:
        y = high * rng.uniform(0.1, 0.4)
        sketch.mark([(-top * 0.9, y), (top * 0.9, y)], tone * seam_factor(rng), 0.6)
    if rng.random() < 0.5:
        x, y, r = rng.normal(0, 0.5), high * rng.uniform(0.3, 0.6), rng.uniform(0.5, 1.4)
        sketch.mark([(x - r, y - r), (x + r, y - r), (x + r, y + r), (x - r, y + r)], tone * rng.choice([0.4, 1.6]))
    pattern = choose(rng, plain=0.68, flowered=0.12, checked=0.1, pinstriped=0.05, striped=0.05)
    return finish(sketch, rng, pattern, rng.uniform(25, 28))


PIECES = (t_shirt, trouser, pullover, dress, coat, sandal, shirt, sneaker, bag, ankle_boot)

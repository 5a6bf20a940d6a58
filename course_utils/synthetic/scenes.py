"""Things put on backgrounds by code, which knows exactly where they are: pictures with masks, and pictures with boxes.

Whoever tests on backgrounds that no training picture showed has to hand over other backgrounds, and other things, for the
two: every picture made here shows parts of those that it was given.
"""

from typing import NamedTuple

import numpy as np
from PIL import Image, ImageDraw
from scipy import ndimage

from course_utils.errors import CourseError
from course_utils.synthetic.backdrops import BACKDROP, hang
from course_utils.synthetic.canvas import fractal, noise, over
from course_utils.synthetic.cats_and_dogs import INDOORS, OUTDOORS

Rng = np.random.Generator
MASKED_SIDE, BOXED_SIDE = 64, 96
VIEWS = 4  # of each painted place
FAINT = 16  # grey levels of 255: as dark as this, a pixel of a thing on black belongs to the black
SPECKLE = 6  # pixels: a smaller hole in a thing is one of its dark spots
LEAST_CONTRAST = 0.3  # of a thing's mean brightness to that of what it covers, 0 to 1
SHAPES = ("disc", "square", "triangle")
MOST = 5  # shapes in a picture
OVER = 4
SMALLEST, LARGEST = 14, 44  # pixels, of a shape's longer side
LARGEST_SHARED = 0.15  # part of a shape's box that another's may cover


class Masked(NamedTuple):
    """Pictures and where the things in them are.

    Attributes:
        images: uint8 (n, 64, 64, 3).
        masks: uint8 (n, 64, 64), 1 where a thing is, else 0.
    """

    images: np.ndarray
    masks: np.ndarray


class Boxed(NamedTuple):
    """Pictures of one to `MOST` shapes each, and the boxes around these.

    Attributes:
        images: uint8 (n, 96, 96, 3).
        boxes: float32 (n, MOST, 4): left, upper, right and lower edge in pixels of the n-th picture's shapes; 0 beyond them.
        classes: int32 (n, MOST): places in `SHAPES`; -1 beyond the last shape.
        counts: int32 (n,): how many shapes there are.
    """

    images: np.ndarray
    boxes: np.ndarray
    classes: np.ndarray
    counts: np.ndarray


def backgrounds(count: int, side: int = 192, seed: int = 0) -> np.ndarray:
    """Painted places, indoors and outdoors, seen past something out of another one, and unevenly lit.

    So there are outlines and contrasts in them as in photographs.

    Returns:
        uint8 (count, side, side, 3). The same seed gives the same ones; two seeds have no place in common.
    """
    rng, scenes = np.random.default_rng(seed), INDOORS + OUTDOORS
    views = np.empty((count, side, side, 3), np.uint8)
    for number in range(count):
        if number % VIEWS == 0:
            near, far = (hang(scenes[index], rng).picture for index in rng.integers(len(scenes), size=2))
        cells = int(rng.integers(3, 8))
        outlines = np.clip((noise(rng, (side, side), (cells, cells)) - rng.uniform(0.5, 0.75)) * 25, 0, 1)[..., None]
        light = 1.25 + rng.uniform(0.3, 1.6) * (fractal(rng, (side, side), (3, 3), 3) - 0.5)
        view = over(_view(far, side, rng), _view(near, side, rng) * rng.uniform(0.5, 1.5), outlines)
        views[number] = np.clip(view * light[..., None], 0, 255).astype(np.uint8)
    return views


def _view(place: Image.Image, side: int, rng: Rng) -> np.ndarray:
    """A part of a painted place, float32 (side, side, 3), 0 to 255."""
    part = int(rng.uniform(0.4, 1.0) * BACKDROP)
    x, y = rng.integers(0, BACKDROP - part + 1, 2).tolist()
    box = (x, y, x + part, y + part)
    return np.asarray(place.resize((side, side), Image.Resampling.BILINEAR, box=box), np.float32)


def compose(pictures: np.ndarray, places: np.ndarray, count: int, seed: int = 0) -> Masked:
    """Put one or two things each on parts of backgrounds, at any place, size, slant and brightness.

    A thing may be brighter or darker than what it stands on, or both, and its colours have nothing to do with its class.

    Args:
        pictures: things in grey on black, uint8 (m, height, width) or (m, height, width, 1): clothing or digits.
        places: backgrounds, uint8 (k, height, width, 3), of 64×64 pixels or more.
        count: how many pictures to make.

    Returns:
        What was made; the same arguments give the same.

    Raises:
        CourseError: an array is not as it has to be.
    """
    _check_places(places, MASKED_SIDE)
    if pictures.dtype != np.uint8 or not len(pictures) or pictures.shape[3:] not in ((), (1,)):
        raise CourseError(f"Things come as at least one grey uint8 picture (n, height, width), not {_described(pictures)}.")
    rng = np.random.default_rng(seed)
    pictures = pictures.reshape(pictures.shape[:3])
    images = np.empty((count, MASKED_SIDE, MASKED_SIDE, 3), np.uint8)
    masks = np.zeros((count, MASKED_SIDE, MASKED_SIDE), np.uint8)
    for image, mask in zip(images, masks, strict=True):
        scene = _part(places, MASKED_SIDE, rng)
        for _ in range(int(rng.integers(1, 3))):
            tones, cover = _put(pictures[rng.integers(len(pictures))], rng)
            scene = _laid_over(scene, tones, cover, rng)
            mask |= (cover >= 0.5).astype(np.uint8)
        image[:] = (np.clip(scene, 0, 1) * 255).astype(np.uint8)
    return Masked(images, masks)


def _check_places(places: np.ndarray, side: int) -> None:
    if (
        places.dtype != np.uint8
        or places.ndim != 4
        or places.shape[3] != 3
        or not len(places)
        or min(places.shape[1:3]) < side
    ):
        raise CourseError(
            f"Backgrounds come as uint8 (n, height, width, 3), {side}×{side} or larger, not {_described(places)}."
        )


def _described(array: np.ndarray) -> str:
    return f"{array.dtype} {array.shape}"


def _part(places: np.ndarray, side: int, rng: Rng) -> np.ndarray:
    """A part of one of the backgrounds, mirrored or not, float32 (side, side, 3), 0 to 1."""
    height, width = places.shape[1:3]
    y, x = rng.integers(0, height - side + 1), rng.integers(0, width - side + 1)
    part = places[rng.integers(len(places)), y : y + side, x : x + side]
    return (part[:, ::-1] if rng.random() < 0.5 else part).astype(np.float32) / 255


def _put(picture: np.ndarray, rng: Rng) -> tuple[np.ndarray, np.ndarray]:
    """A thing (height, width) somewhere in the frame: its brightness and how much it covers, float32 (64, 64), 0 to 1."""
    outline = picture >= FAINT
    holes, _ = ndimage.label(~outline)
    outline |= np.isin(holes, np.flatnonzero(np.bincount(holes.ravel()) < SPECKLE))
    rows, columns = np.nonzero(outline)
    if not len(rows):
        raise CourseError("Nothing can be put on a background: one of the pictures is black.")
    middle = np.array([columns.min() + columns.max() + 1, rows.min() + rows.max() + 1]) / 2
    size = rng.uniform(0.4, 0.85) * MASKED_SIDE / max(np.ptp(rows) + 1, np.ptp(columns) + 1)
    angle, mirrored = np.radians(rng.normal(0, 15)), rng.choice([-1, 1])
    to_picture = np.array([[mirrored * np.cos(angle), np.sin(angle)], [-mirrored * np.sin(angle), np.cos(angle)]]) / size
    centre = rng.uniform(0.25, 0.75, 2) * MASKED_SIDE
    shift = middle - to_picture @ centre
    numbers = [*to_picture[0], shift[0], *to_picture[1], shift[1]]

    def transformed(values: np.ndarray) -> np.ndarray:
        image = Image.fromarray(np.pad(values.astype(np.float32), 1))
        frame, bilinear = (MASKED_SIDE, MASKED_SIDE), Image.Resampling.BILINEAR
        shifted = [*numbers[:2], numbers[2] + 1, *numbers[3:5], numbers[5] + 1]
        return np.asarray(image.transform(frame, Image.Transform.AFFINE, shifted, bilinear))

    cover = transformed(outline)
    return transformed(np.where(outline, picture / 255, 0)) / np.maximum(cover, 1e-3), cover


def _laid_over(scene: np.ndarray, tones: np.ndarray, cover: np.ndarray, rng: Rng) -> np.ndarray:
    """The scene (64, 64, 3) with a thing on it, in a colour and a contrast of its own."""
    covered = float((scene.mean(axis=-1) * cover).sum() / cover.sum())
    sides = [(0.05, covered - LEAST_CONTRAST), (covered + LEAST_CONTRAST, 0.95)]
    possible = [side for side in sides if side[0] < side[1]]
    level = rng.uniform(*possible[rng.integers(len(possible))])
    mean = (tones * cover).sum() / cover.sum()
    tint = 1 + rng.normal(0, 0.06, 3)
    colours = (level + rng.uniform(0.1, 0.4) * (tones - mean))[..., None] * (tint / tint.mean())
    return scene + cover[..., None] * (np.clip(colours, 0, 1).astype(np.float32) - scene)


def scatter(places: np.ndarray, count: int, seed: int = 0) -> Boxed:
    """Strew discs, squares and triangles over parts of backgrounds: one to five a picture, none of them cut by its edges.

    They have any colour and slant, and sizes from 14 to 44 pixels; some touch or overlap a little.

    Args:
        places: backgrounds, uint8 (k, height, width, 3), of 96×96 pixels or more.
        count: how many pictures to make.

    Returns:
        What was made; the same arguments give the same.

    Raises:
        CourseError: the backgrounds are not as they have to be.
    """
    _check_places(places, BOXED_SIDE)
    rng = np.random.default_rng(seed)
    images = np.empty((count, BOXED_SIDE, BOXED_SIDE, 3), np.uint8)
    boxes = np.zeros((count, MOST, 4), np.float32)
    classes = np.full((count, MOST), -1, np.int32)
    counts = rng.integers(1, MOST + 1, count, np.int32)
    for number, wanted in enumerate(counts.tolist()):
        scene = _part(places, BOXED_SIDE, rng)
        placed = 0
        while placed < wanted:
            shape = int(rng.integers(len(SHAPES)))
            corners, box = _placed(SHAPES[shape], rng)
            if _shared(box, boxes[number, :placed]) <= LARGEST_SHARED:
                scene = _drawn(scene, corners, rng)
                boxes[number, placed], classes[number, placed] = box, shape
                placed += 1
        images[number] = (np.clip(scene, 0, 1) * 255).astype(np.uint8)
    return Boxed(images, boxes, classes, counts)


def _placed(shape: str, rng: Rng) -> tuple[np.ndarray, np.ndarray]:
    """Corners (n, 2) of a shape somewhere in the frame, x and y in pixels, and its box (4,)."""
    sides = {"disc": 48, "square": 4, "triangle": 3}[shape]
    turn = rng.uniform(0, 2 * np.pi) + 2 * np.pi * np.arange(sides) / sides
    outline = np.column_stack([np.cos(turn), np.sin(turn)])
    extent = np.ptp(outline, axis=0)
    # small ones are more frequent, as things far away are
    scaled = outline * np.exp(rng.uniform(np.log(SMALLEST), np.log(LARGEST))) / extent.max()
    low, high = scaled.min(axis=0), scaled.max(axis=0)
    corners = scaled + rng.uniform(1 - low, BOXED_SIDE - 1 - high)
    return corners, np.concatenate([corners.min(axis=0), corners.max(axis=0)])


def _shared(box: np.ndarray, others: np.ndarray) -> float:
    """The largest part of a box (4,) that one of the others (n, 4) covers, or of one of them that it covers."""
    overlap = np.minimum(box[2:], others[:, 2:]) - np.maximum(box[:2], others[:, :2])
    areas = np.minimum((box[2:] - box[:2]).prod(), (others[:, 2:] - others[:, :2]).prod(axis=1))
    return float((overlap.clip(0).prod(axis=1) / areas).max(initial=0))


def _drawn(scene: np.ndarray, corners: np.ndarray, rng: Rng) -> np.ndarray:
    """The scene (96, 96, 3) with a shape on it, whose colour can be told from what it covers: unevenly lit, some edged."""
    image = Image.new("L", (OVER * BOXED_SIDE, OVER * BOXED_SIDE))
    pen = ImageDraw.Draw(image)
    pen.polygon((OVER * corners - 0.5).ravel().tolist(), fill=255)
    cover = np.asarray(image.reduce(OVER), np.float32)[..., None] / 255
    behind = (scene * cover).sum(axis=(0, 1)) / cover.sum()
    colour = _colour_unlike(behind, rng)
    light = 1 + rng.uniform(0.1, 0.5) * (noise(rng, (BOXED_SIDE, BOXED_SIDE), (3, 3)) - 0.5)
    grain = rng.uniform(0, 0.05) * rng.standard_normal((BOXED_SIDE, BOXED_SIDE), np.float32)
    scene = scene + cover * (colour * light[..., None] + grain[..., None] - scene)
    if rng.random() < 0.4:
        edge = Image.new("L", image.size)
        closed = np.concatenate([corners, corners[:2]])
        ImageDraw.Draw(edge).line((OVER * closed - 0.5).ravel().tolist(), fill=255, width=2 * OVER, joint="curve")
        line = np.asarray(edge.reduce(OVER), np.float32)[..., None] / 255 * cover
        scene = scene + line * (colour * rng.choice([0.45, 1.5]) - scene)
    return scene


def _colour_unlike(other: np.ndarray, rng: Rng) -> np.ndarray:
    """A colour (3,), seldom a bright one, that is some way from another (3,)."""
    while True:
        colour = rng.uniform(0.05, 0.95, 3)
        colour = colour.mean() + rng.uniform(0.3, 1.2) * (colour - colour.mean())
        if np.linalg.norm(colour - other) > 0.3:
            return np.clip(colour, 0.02, 0.98).astype(np.float32)

"""What the exercises of lesson 03 expect."""

from collections.abc import Callable
from itertools import zip_longest

import numpy as np

from course_utils.exercises.kinds import Function, Value

Shape = tuple[int, ...]


def _aligned_at_their_beginnings(right: Callable[..., Shape], a: Shape, b: Shape) -> Shape:
    rank = max(len(a), len(b))
    return right(a + (1,) * (rank - len(a)), b + (1,) * (rank - len(b)))


def _axis_by_axis(of_two: Callable[[int, int], int]) -> Callable[..., Shape]:
    """What somebody returns who takes this of the two lengths of each axis."""

    def mistaken(_: Callable[..., Shape], a: Shape, b: Shape) -> Shape:
        return tuple(of_two(m, n) for m, n in zip_longest(reversed(a), reversed(b), fillvalue=1))[::-1]

    return mistaken


def _larger(m: int, n: int) -> int:
    return max(m, n) if m == n or 1 in (m, n) else -1


def _equal(m: int, n: int) -> int:
    return m if m == n else -1


def _shapes(random: np.random.Generator) -> tuple[Shape, Shape]:
    """Two shapes that fit more often than not; some lengths are 0, and some shapes have no axis at all."""
    together = random.choice([0, 1, 2, 3, 5, 7], size=random.integers(0, 6), p=[0.1, 0.1, 0.2, 0.2, 0.2, 0.2])
    pair = []
    for _ in range(2):
        lengths = np.where(random.random(len(together)) < 0.3, 1, together)
        lengths = np.where(random.random(len(together)) < 0.05, 4, lengths)
        pair.append(tuple(lengths[random.integers(0, len(lengths) + 1) :].tolist()))
    pair[int(random.integers(2))] = tuple(together.tolist())
    return pair[0], pair[1]


def _table(height: int, width: int) -> np.ndarray:
    return np.arange(height * width).reshape(height, width)


def _picture(random: np.random.Generator) -> tuple[np.ndarray, int]:
    """A picture of a few patches a side, and how large they are."""
    size, rows, columns = (int(number) for number in random.integers(1, 5, size=3))
    values = random.integers(0, 256, (rows * size, columns * size))
    return values.astype(random.choice(["uint8", "float32", "int64"])), size


def _grid(picture: np.ndarray, size: int) -> np.ndarray:
    """(rows of patches, size, columns of patches, size)"""
    height, width = picture.shape
    return picture.reshape(height // size, size, width // size, size)


EXERCISES = {
    "broadcast_shape": Function(
        inputs=[
            ((3, 1), (1, 4)),
            ((16512, 8), (8,)),
            ((3, 4), (3,)),
            ((), (2, 3)),
            ((2, 1, 4), (3, 1)),
            ((2, 3), (3, 2)),
            ((0, 3), (1, 3)),
        ],
        draw=_shapes,
        mistakes=[
            (_aligned_at_their_beginnings, "It aligns the shapes at their beginnings; they are aligned at their ends."),
            (_axis_by_axis(_equal), "A length of 1 fits every other length: it is repeated."),
            (_axis_by_axis(max), "Where two lengths differ and neither is 1, they do not fit: -1."),
            (_axis_by_axis(_larger), "It takes the larger of two lengths; of 0 and 1 that is the wrong one."),
            (lambda right, a, b: right(a, b)[::-1], "The lengths are right, and in reverse order."),
        ],
        hints=(
            "Bring both shapes to the same rank first. At which end do the axes of length 1 come in?",
            "`(1,) * missing + shape` puts them in front. Then go through both with `zip`: when do two lengths not fit?",
            "If one is 1, the result has the other; if both are equal, that one; else -1.",
        ),
        praise="NumPy has it too: `np.broadcast_shapes`.",
    ),
    "raises": Value(
        expected=(True, False, False, True, False),
        expects="five times True or False, one for each line, in the order of the task",
        mistakes=[
            ((False, True, True, False, True), "This is the exact opposite: True stands for a line that raises an error."),
            (
                (True, False, True, False, False),
                "For `np.dot` you compared the two outer lengths; it is the two in the middle that must be equal.",
            ),
            (
                (False, True, False, True, False),
                "Shapes are aligned at their ends: (3, 4) and (3,) compare 4 with 3.",
            ),
            ((True, False, False, True, True), "2 · 3 · 2 is 12, as many as 3 · 4; and every tensor can be transposed."),
            ((True, True, False, True, False), "`b[:, None]` has the shape (3, 1): 1 stretches to 4, and 3 equals 3."),
        ],
        hints=(
            "Write the shapes below each other. `+` aligns them at their ends; `np.dot` compares the two in the middle.",
            "(3, 4) and (3,); (3, 4) and (3, 1); (3, 4) times (4, 2); (4, 2) times (3, 4); 12 numbers into 2 · 3 · 2.",
            "Two of the five raise: one `+` and one `np.dot`.",
        ),
        praise="You have read five lines as NumPy reads them.",
    ),
    "patches": Function(
        inputs=[(_table(4, 4), 2), (_table(4, 6), 2), (_table(6, 3), 3), (_table(2, 3), 1), (_table(3, 3), 3)],
        draw=_picture,
        mistakes=[
            (
                lambda _, picture, size: picture.reshape(-1, size, size),
                "`reshape` alone keeps the reading order: each patch is a stretch of whole lines, not a square.",
            ),
            (
                lambda _, picture, size: _grid(picture, size).transpose(2, 0, 1, 3).reshape(-1, size, size),
                "The patches are right and in the wrong order: it goes down the columns first.",
            ),
            (
                lambda _, picture, size: _grid(picture, size).transpose(0, 2, 3, 1).reshape(-1, size, size),
                "Each patch is transposed: inside of it rows come before columns.",
            ),
            (
                lambda right, picture, size: right(picture, size).reshape(
                    len(picture) // size, picture.shape[1] // size, size, size
                ),
                "The patches are right; they should stand along one axis: (number of patches, size, size).",
            ),
            (
                lambda right, picture, size: right(picture, size).reshape(-1, size * size),
                "The patches are right, and each should stay a square: (number of patches, size, size).",
            ),
        ],
        hints=(
            "Cut each of the two axes in two: which row of patches, which line inside of it; the same for columns.",
            "`picture.reshape(height // size, size, width // size, size)` has four axes. Which two must stand first?",
            "`.transpose(0, 2, 1, 3)`, and then join the first two axes: `.reshape(-1, size, size)`.",
        ),
        praise="Some of the largest networks for pictures read them just so.",
    ),
}

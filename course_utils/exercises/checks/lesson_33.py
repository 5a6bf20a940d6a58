"""What the exercises of lesson 33 expect."""

from collections.abc import Callable
from typing import Any

import numpy as np

from course_utils.exercises.kinds import Function

Box = tuple[float, float, float, float]


def _draw_box(random: np.random.Generator, side: int = 40) -> Box:
    """A box of whole or broken pixels within a picture."""
    corner, size = random.uniform(0, 0.7, 2) * side, random.uniform(0.05, 0.3, 2) * side
    if random.random() < 0.5:
        corner, size = np.floor(corner), np.ceil(size)
    left, upper, right, lower = (float(edge) for edge in (*corner, *(corner + size)))
    return left, upper, right, lower


def _draw_pair(random: np.random.Generator) -> tuple[Box, Box]:
    """Two boxes, apart, overlapping, one in the other, or the same."""
    first = _draw_box(random)
    kind = random.integers(4)
    if kind == 0:
        return first, first
    if kind == 1:
        moved = random.integers(-6, 7, 4)
        left, upper = first[0] + moved[0], first[1] + moved[1]
        width, height = first[2] - first[0] + abs(moved[2]), first[3] - first[1] + abs(moved[3])
        return first, (float(left), float(upper), float(left + width), float(upper + height))
    return first, _draw_box(random)


def _area(box: Box) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])


def _shared(a: Box, b: Box, least: float = 0) -> float:
    width, height = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    return max(width, least) * max(height, least)


def _unclipped(_right: Callable[..., Any], a: Box, b: Box) -> float:
    shared = _shared(a, b, -np.inf)
    return shared / (_area(a) + _area(b) - shared)


def _with_last_pixel(_right: Callable[..., Any], a: Box, b: Box) -> float:
    a, b = ((box[0], box[1], box[2] + 1, box[3] + 1) for box in (a, b))
    return _shared(a, b) / (_area(a) + _area(b) - _shared(a, b))


def _draw_cell(random: np.random.Generator) -> tuple[Box, int, int]:
    side, cells = int(random.choice([32, 96, 100])), int(random.choice([1, 2, 3, 6, 7]))
    return _draw_box(random, side), side, cells


def _plain_size(right: Callable[..., Any], box: Box, side: int, cells: int) -> tuple[float, ...]:
    row, column, x, y, width, height = right(box, side, cells)
    return row, column, x, y, width**2, height**2


def _draw_survivors(random: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray, float]:
    """From no box to six, in up to three classes, with any overlaps."""
    count = int(random.integers(0, 7))
    half = np.triu(random.uniform(0, 1, (count, count)).round(2), 1)
    scores = random.permutation(np.linspace(0.05, 0.95, count)) if count else np.empty(0)
    return half + half.T + np.eye(count), scores, random.integers(0, 3, count), float(random.choice([0.3, 0.5, 0.7]))


def _kept(overlaps: Any, scores: Any, classes: Any, threshold: float, alike: bool, dropped_too: bool) -> list[int]:
    order = [int(place) for place in np.argsort(-np.asarray(scores))]
    kept: list[int] = []
    for number, box in enumerate(order):
        rivals = order[:number] if dropped_too else kept
        rivals = [other for other in rivals if not alike or classes[other] == classes[box]]
        if all(overlaps[box][other] <= threshold for other in rivals):
            kept.append(box)
    return kept


# 0 overlaps 1, 1 overlaps 2, 0 does not overlap 2; 3 is of another class and lies on 0
CHAIN = np.array([[1.0, 0.6, 0.2, 0.8], [0.6, 1.0, 0.6, 0.3], [0.2, 0.6, 1.0, 0.1], [0.8, 0.3, 0.1, 1.0]])

EXERCISES = {
    "overlap": Function(
        inputs=[
            ((0, 0, 4, 4), (2, 2, 6, 6)),
            ((0, 0, 2, 2), (0, 0, 2, 2)),
            ((0, 0, 2, 2), (3, 3, 5, 5)),
            ((0, 0, 2, 4), (1, 6, 3, 8)),
            ((0, 0, 10, 10), (2, 4, 5, 6)),
        ],
        draw=_draw_pair,
        mistakes=[
            (_unclipped, "Boxes that do not touch share nothing: a negative width or height counts as 0."),
            (
                lambda right, a, b: _shared(a, b) / (_area(a) + _area(b)),
                "The sum of both areas counts what they share twice; take it away once.",
            ),
            (lambda right, a, b: _shared(a, b) / min(_area(a), _area(b)), "Divide by the union, not by the smaller box."),
            (lambda right, a, b: _shared(a, b) / _area(b), "Divide by the union, not by one of the boxes."),
            (lambda right, a, b: _shared(a, b), "That is the area they share; divide it by the area of the union."),
            (_with_last_pixel, "The edges are coordinates: a box from 2 to 5 is 3 pixels wide, not 4."),
        ],
        hints=(
            "What they share is a box as well: which are its left and its right edge?",
            "Its left edge is the larger of the left edges, its right edge the smaller of the right ones. Can it be empty?",
            "`shared / (area_a + area_b - shared)`, with `shared = max(width, 0) * max(height, 0)`.",
        ),
        praise="The union needs no geometry of its own: both areas, less what was counted twice.",
    ),
    "cell": Function(
        inputs=[
            ((0, 0, 16, 16), 96, 6),
            ((40, 10, 60, 30), 96, 6),
            ((10, 50, 30, 90), 100, 2),
            ((1, 2, 11, 4), 32, 1),
        ],
        draw=_draw_cell,
        mistakes=[
            (_plain_size, "Width and height come as their square roots."),
            (
                lambda right, *given: tuple(right(*given)[place] for place in (1, 0, 2, 3, 4, 5)),
                "The row comes first, then the column.",
            ),
            (
                lambda right, *given: tuple(right(*given)[place] for place in (0, 1, 3, 2, 4, 5)),
                "*x* comes before *y*: across, then down.",
            ),
            (
                lambda right, *given: tuple(right(*given)[place] for place in (0, 1, 2, 3, 5, 4)),
                "The width's root comes before the height's.",
            ),
            (
                lambda right, box, side, cells: (
                    *right(box, side, cells)[:2],
                    (box[0] + box[2]) / 2 / side,
                    (box[1] + box[3]) / 2 / side,
                    *right(box, side, cells)[4:],
                ),
                "*x* and *y* say where in the *cell* the centre is, from 0 to 1, not where in the picture.",
            ),
            (
                lambda right, box, side, cells: (
                    *right((box[0], box[1], box[0], box[1]), side, cells)[:4],
                    *right(box, side, cells)[4:],
                ),
                "In charge is the cell of the box's centre, not of its upper left corner.",
            ),
        ],
        hints=(
            "First the centre of the box, then the same in cells in place of pixels: 2.4 cells from the left, say.",
            "Of 2.4, the whole part is the column, and the rest, 0.4, is *x*. `int(...)` and `% 1` give the two.",
            "`x = (left + right) / 2 / side * cells`; and the width is `((right - left) / side) ** 0.5`.",
        ),
        praise="To decode, add row and column back and square the roots.",
    ),
    "survivors": Function(
        inputs=[
            (CHAIN[:3, :3], np.array([0.9, 0.8, 0.7]), np.array([0, 0, 0]), 0.5),
            (CHAIN, np.array([0.9, 0.8, 0.7, 0.6]), np.array([0, 0, 0, 1]), 0.5),
            (CHAIN, np.array([0.5, 0.8, 0.7, 0.9]), np.array([1, 0, 0, 1]), 0.5),
            (np.ones((1, 1)), np.array([0.4]), np.array([2]), 0.5),
            (np.array([[1.0, 0.5], [0.5, 1.0]]), np.array([0.3, 0.4]), np.array([0, 0]), 0.5),
            (np.empty((0, 0)), np.empty(0), np.empty(0, int), 0.5),
        ],
        draw=_draw_survivors,
        mistakes=[
            (
                lambda right, overlaps, scores, classes, threshold: _kept(
                    overlaps, scores, classes, threshold, False, False
                ),
                "It suppresses across classes: a box is dropped only by one of its own class.",
            ),
            (
                lambda right, overlaps, scores, classes, threshold: _kept(overlaps, scores, classes, threshold, True, True),
                "A box that has been dropped drops no other: compare with those that are kept.",
            ),
            (
                lambda right, *given: sorted(right(*given)),
                "The places come in the order of the scores, best first, not sorted themselves.",
            ),
            (
                lambda right, overlaps, scores, classes, threshold: right(overlaps, -scores, classes, threshold),
                "It begins with the lowest score; the best box comes first.",
            ),
        ],
        hints=(
            "Go through the boxes from the best score to the lowest, and keep a list of those that you keep.",
            "`np.argsort(-scores)` gives that order. A new box competes only with kept boxes of its class.",
            "Keep `box` if `all(overlaps[box][other] <= threshold for other in kept if classes[other] == classes[box])`.",
        ),
        praise="Detectors do this for thousands of boxes in each picture, mostly with a library's faster version.",
    ),
}

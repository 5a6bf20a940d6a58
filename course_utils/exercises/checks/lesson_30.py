"""What the exercises of lesson 30 expect."""

from collections.abc import Callable
from typing import Any

import numpy as np

from course_utils.exercises.kinds import Function, Value


def _draw_layer(random: np.random.Generator) -> tuple[int, int, int, int]:
    """Side, kernel size and channels of a layer."""
    side, k = int(random.integers(1, 40)), int(random.choice([1, 3, 5, 7]))
    return side, k, int(random.integers(1, 200)), int(random.integers(1, 200))


def _draw_groups(random: np.random.Generator) -> tuple[list[tuple[int, int]]]:
    """Groups of convolutions, perhaps none."""
    count = int(random.integers(0, 5))
    return ([(int(random.integers(1, 5)), int(random.integers(1, 200))) for _ in range(count)],)


def _base(bias: int = 1, colours: int = 3, area: int = 9) -> Callable[..., int]:
    """A count that takes so many biases a filter, channels of the picture and places of a kernel."""

    def mistaken(right: Callable[..., int], groups: list[tuple[int, int]]) -> int:
        total, channels = 0, colours
        for times, filters in groups:
            for _ in range(times):
                total += (area * channels + bias) * filters
                channels = filters
        return total

    return mistaken


def _same_input(right: Callable[..., int], groups: list[tuple[int, int]]) -> int:
    """Takes every convolution of a group for the first."""
    total, channels = 0, 3
    for times, filters in groups:
        total += times * (9 * channels + 1) * filters
        channels = filters
    return total


def _one_each(right: Callable[..., int], groups: list[tuple[int, int]]) -> Any:
    return right([(1, filters) for _, filters in groups])


EXERCISES = {
    "separable": Function(
        inputs=[(1, 3, 1, 1), (16, 3, 64, 128), (28, 5, 192, 32), (8, 1, 3, 10)],
        draw=_draw_layer,
        mistakes=[
            (lambda right, side, k, a, b: side * side * k * k * a * b, "That is a full convolution."),
            (lambda right, side, k, a, b: k * k * a + a * b, "That counts weights; each is used at every place."),
            (lambda right, side, k, a, b: side * (k * k * a + a * b), "There are side · side places, not side."),
            (lambda right, side, k, a, b: side * side * k * k * a, "The pointwise convolution is missing."),
            (lambda right, side, k, a, b: side * side * a * b, "The depthwise convolution is missing."),
            (
                lambda right, side, k, a, b: side * side * (k * k * b + a * b),
                "The depthwise convolution comes first: it has a filter for each channel that comes *in*.",
            ),
            (lambda right, side, k, a, b: 2 * right(side, k, a, b), "Multiplications alone: leave the additions out."),
            (lambda right, side, k, a, b: side * side * (k * a + a * b), "A filter of k by k has k · k weights."),
        ],
        hints=(
            "Count the weights first: of the depthwise part, then of the pointwise part.",
            "Depthwise: one k × k filter for each channel that comes in. Pointwise: c_in weights for each of c_out filters.",
            "side * side places, times (k * k * c_in + c_in * c_out).",
        ),
        praise="The second summand is by far the larger one when there are many filters.",
    ),
    "inception": Value(
        expected=(64 + 128 + 32 + 32, 64 + 128 + 32 + 192),
        expects="two whole numbers: the channels that come out, with and without the 1 × 1 behind the pooling",
        mistakes=[
            ((64 + 96 + 128 + 16 + 32 + 32, 416), "Only the last convolution of a branch reaches the end, not 96 and 16."),
            ((256, 64 + 128 + 32), "Pooling is still there: it hands on the channels that come in."),
            ((256 + 192, 416), "The block's input does not come out again, unless a branch hands it on."),
            ((128, 192), "The results are stacked, not added: depths add up."),
            ((416, 256), "The two are the other way round."),
        ],
        hints=(
            "Which layers are the last of their branches?",
            "Stacked along the depth, their channels add up. Pooling works on each channel by itself.",
            "64 + 128 + 32 + 32; without the last 1 × 1, the pooling hands on all 192 in place of 32.",
        ),
        praise="The next block would begin with that many, and the one after it with more still.",
    ),
    "vgg": Function(
        inputs=[([(1, 1)],), ([(2, 64)],), ([(1, 4), (2, 8)],), ([],)],
        draw=_draw_groups,
        mistakes=[
            (_base(bias=0), "The biases are missing: one a filter."),
            (_base(colours=1), "The pictures have three channels."),
            (_base(area=3), "A 3 × 3 filter has nine weights a channel."),
            (_same_input, "Within a group, only the first convolution reads what the group before it hands on."),
            (_one_each, "It counts one convolution a group; each pair says how many there are."),
        ],
        hints=(
            "Go through the convolutions one by one, and keep in mind how many channels reach each of them.",
            "A convolution has (9 · channels + 1) · filters parameters, and hands on as many channels as it has filters.",
            "Two loops: over the groups, and over the convolutions of a group; `channels = filters` after each.",
        ),
        praise="`base_parameters(GROUPS)` gives what both summaries say.",
    ),
}

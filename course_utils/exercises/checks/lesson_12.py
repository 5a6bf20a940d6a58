"""What the exercises of lesson 12 expect."""

from collections.abc import Callable
from typing import Any

import numpy as np

from course_utils.exercises.kinds import Choice, Function, Prediction, Value


def _distances(held_out: np.ndarray, training: np.ndarray, power: int = 2) -> np.ndarray:
    """From each held-out image to each training image: the mean of the differences to this power, and its root."""
    gaps = np.abs(held_out[:, None].astype("float64") - training)
    return np.mean(gaps**power, axis=(2, 3, 4)) ** (1 / power)


def _wraps_around(right: Callable[..., Any], held_out: np.ndarray, training: np.ndarray) -> np.ndarray:
    gaps = held_out[:, None] - training[None]
    return np.sqrt(np.mean(gaps**2, axis=(2, 3, 4))).min(axis=1)


def _wraps_then_squares(right: Callable[..., Any], held_out: np.ndarray, training: np.ndarray) -> np.ndarray:
    gaps = (held_out[:, None] - training[None]).astype("float64")
    return np.sqrt(np.mean(gaps**2, axis=(2, 3, 4))).min(axis=1)


def _images(random: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Held-out and training images; the first of those is nearly the last of these."""
    side, known, new = random.integers(1, 6, 2), int(random.integers(1, 6)), int(random.integers(1, 5))
    shape = (*side, int(random.choice([1, 3])))
    training = random.integers(0, 256, size=(known, *shape), dtype="uint8")
    held_out = random.integers(0, 256, size=(new, *shape), dtype="uint8")
    held_out[0] = np.clip(training[-1].astype(int) + random.integers(-3, 4, size=shape), 0, 255)
    return held_out, training


EXERCISES = {
    "nonsense": Prediction(
        words=("about half", "most", "all"),
        mistakes=[
            ("about half", "By guessing it would be half. But the weights are chosen with the shuffled labels at hand."),
            ("most", "Count the equations, one for each icon, and the weights that are free to meet them."),
        ],
        hints=(
            "How many sums must come out right, and how many weights may be chosen to make them so?",
            "Forty icons make forty equations. With two unknowns, two equations can be met; with 67,500 …",
            "As long as no icon is a mixture of the others, all the equations can be met, whatever the labels are.",
        ),
        praise="More weights than examples: any labels can be memorized.",
    ),
    "closest": Function(
        draw=_images,
        mistakes=[
            (_wraps_around, "Numbers of the type uint8 wrap around below 0; turn them into floats before you subtract."),
            (
                _wraps_then_squares,
                "Numbers of the type uint8 wrap around below 0; turn them into floats *before* you subtract.",
            ),
            (
                lambda right, held_out, training: _distances(held_out, training, power=1).min(axis=1),
                "That is the mean of the absolute differences; RMS squares first and takes the root at the end.",
            ),
            (
                lambda right, held_out, training: right(held_out, training) ** 2,
                "That is the mean square; the root is missing.",
            ),
            (
                lambda right, held_out, training: right(held_out, training) * np.sqrt(held_out[0].size),
                "That is the root of the *sum* of squares; RMS takes the mean over the pixels.",
            ),
            (
                lambda right, held_out, training: right(training, held_out),
                "You went through the training images; asked is one number for each held-out image.",
            ),
            (
                lambda right, held_out, training: right(held_out, training.mean(axis=0, keepdims=True)),
                "That is the distance to the mean of the training images, which is none of them.",
            ),
            (
                lambda right, held_out, training: _distances(held_out, training).mean(axis=1),
                "That is the mean over the training images; asked is the one most like it.",
            ),
            (
                lambda right, held_out, training: _distances(held_out, training).max(axis=1),
                "That is the training image *least* like it.",
            ),
            (
                lambda right, held_out, training: _distances(held_out, training).argmin(axis=1),
                "That says which training image is most like it; asked is how far away it is.",
            ),
        ],
        tolerance=1e-3,
        hints=(
            "For one held-out image: how far is it from each training image? Which of them counts? What type are images?",
            "Make the images floats. Then subtract, square, take the mean over axes 1, 2 and 3, the root, and the smallest.",
            "`np.sqrt(np.mean((image - training.astype(float)) ** 2, axis=(1, 2, 3))).min()` for each `image`.",
        ),
        praise="A small number in it is a warning: that test image has as good as been seen.",
    ),
    "three": Value(
        expected=3_000,
        expects="a number of icons, all of them classified correctly",
        tolerance=0.003,  # 2,995, by the exact formula, is as right
        mistakes=[
            (300, "With 300 of 300 the share of mistakes may still be 1 in 100; asked is 1 in 1,000."),
            (1_000, "After 1,000 of 1,000 the share of mistakes may still be 3 in 1,000."),
            (1_998, "That is 2 divided by the share; the rule says 3."),
            (40, "That is as many as you have. What is 3 divided by 40?"),
            (3_688, "That is the two-sided interval; the rule of three puts all 5 % on one side."),
            (0.003, "Turned round: 3 divided by the number of icons is the share of mistakes."),
        ],
        hints=(
            "The rule says: the share of mistakes is below 3/n. Which n makes that one in a thousand?",
            "Put 3/n = 1/1,000.",
            "n is 3 divided by 0.001.",
        ),
        praise="And independent ones, not frames of a clip.",
    ),
    "patients": Choice(
        right="c",
        why_not={
            "a": "A patient's other pictures are in the training set: a network that recognises the patient is right.",
            "b": "Balance mends nothing here: pictures of one patient still lie on both sides.",
            "d": "The earlier pictures of the same patient are in the training set, and they are much alike.",
        },
        hints=(
            "For whom is the network to answer later? Which of the sets is made of such people?",
            "Pictures of one patient belong together like frames of a clip: all on one side.",
            "New patients, of recent date: what held-out set has only these?",
        ),
        praise="Whole patients are held out, and recent ones, as next year's will be.",
    ),
}

"""What the exercises of lesson 21 expect."""

import numpy as np

from course_utils.exercises.kinds import Choice, Function, Prediction

FLOATS = ["float32", "float64"]


def _gradient(random: np.random.Generator) -> tuple[np.ndarray]:
    """A gradient whose colours differ in length, whose mean is not 0, and whose root mean square is 0.1 or more."""
    gradient = random.normal(loc=random.uniform(-1, 1), size=(*random.integers(1, 7, 2), 3)) * [1.0, 2.0, 3.0] + 0.3
    return ((random.choice([1.0, 100.0]) * gradient / min(1, 5 * np.abs(gradient).max())).astype(random.choice(FLOATS)),)


def _tensor(random: np.random.Generator) -> tuple[np.ndarray]:
    """Numbers of any scale and place, some so far out that they are cut off."""
    values = random.normal(size=(*random.integers(1, 7, 2), 3))
    values[0, 0] *= random.choice([1, 1_000])
    return ((random.choice([0.01, 1, 100]) * values + random.choice([-100, 0, 128])).astype(random.choice(FLOATS)),)


def _scaled(values: np.ndarray) -> np.ndarray:
    return 0.1 * (values - values.mean()) / (values.std() + 1e-5) + 0.5


def _as_bytes(scaled: np.ndarray) -> np.ndarray:
    return (255 * np.clip(scaled, 0, 1)).astype("uint8")


EXERCISES = {
    "even_step": Function(
        inputs=[(np.array([[[1.0, -2.0, 2.0]]]),)],
        draw=_gradient,
        tolerance=1e-3,  # with a guard of up to 1e-5 against dividing by 0 it is as right
        mistakes=[
            (
                lambda right, gradient: gradient / np.mean(gradient**2),
                "You divide by the mean *square*; the root is missing.",
            ),
            (
                lambda right, gradient: gradient / np.sqrt(np.sum(gradient**2)),
                "You divide by the root of the *sum* of squares; then a larger picture takes smaller steps a pixel.",
            ),
            (
                lambda right, gradient: gradient / np.abs(gradient).max(),
                "That makes the largest entry 1; asked is the root mean square.",
            ),
            (
                lambda right, gradient: gradient / np.abs(gradient).mean(),
                "You divide by the mean of the absolute values; asked is the root mean square.",
            ),
            (
                lambda right, gradient: (gradient - gradient.mean()) / gradient.std(),
                "You subtract the mean as well: that turns the direction. Only the length is to change.",
            ),
            (
                lambda right, gradient: gradient / gradient.std(),
                "The standard deviation leaves the mean out; the root mean square does not.",
            ),
            (lambda right, gradient: np.sign(gradient), "The signs alone lose which pixels matter more."),
            (
                lambda right, gradient: gradient / np.sqrt(np.mean(gradient**2, axis=(0, 1))),
                "You give each colour a length of its own, which turns the direction; take one number for all.",
            ),
            (lambda right, gradient: gradient, "That is the gradient as it was."),
        ],
        hints=(
            "Root mean square, read from behind: first square, then the mean, then the root.",
            "One number for the whole picture: the root of the mean of all squares. Divide by it.",
            "`gradient / np.sqrt(np.mean(gradient**2))`.",
        ),
        praise="The direction is the same, and each step is as long as any other.",
    ),
    "start_line": Choice(
        right="c",
        why_not={
            "a": "Look at what `* 20` is applied to: the bracket of `random` closes at the very end.",
            "b": "Nothing is broadcast yet: all of it happens before `random` is called.",
            "d": "A tuple times 20 is no error; it is a tuple twenty times as long. What comes after it?",
        },
        hints=(
            "Read it from the inside: which bracket closes where?",
            "`(1, 150, 150, 3) * 20` is evaluated first. What is a tuple times a number?",
            "Twenty copies of the tuple in a row; and then 128. is to be added to that.",
        ),
        praise="One bracket: `np.random.random((1, 150, 150, 3)) * 20 + 128.`",
    ),
    "shown_as": Function(
        inputs=[(np.array([[[0.0, 1.0, 5.0]]]),), (np.full((3, 3, 3), 7.0),)],
        draw=_tensor,
        dtype="uint8",
        within=1,  # rounding and cutting off the decimals are equally right
        mistakes=[
            (
                lambda right, values: (255 * _scaled(values)).astype("int64").astype("uint8"),
                "Values below 0 or above 1 wrap around in uint8: cut them off first.",
            ),
            (
                lambda right, values: _as_bytes(_scaled(values) - 0.5),
                "Mid-grey is 0.5; without the shift half of the picture is black.",
            ),
            (
                lambda right, values: _as_bytes(10 * _scaled(values) - 4.5),
                "The standard deviation is to be 0.1; with 1, most pixels are black or white.",
            ),
            (lambda right, values: _as_bytes(0.1 * values / (values.std() + 1e-5) + 0.5), "The mean was not subtracted."),
            (lambda right, values: np.clip(_scaled(values), 0, 1), "That is from 0 to 1; a picture of bytes goes to 255."),
            (
                lambda right, values: _as_bytes((values - values.min()) / max(np.ptp(values), 1e-5)),
                "That stretches from the smallest to the largest value; one stray pixel makes the rest grey.",
            ),
        ],
        hints=(
            "Four things in a row: centre, scale, shift, cut off. Then bytes.",
            "Subtract the mean, divide by the standard deviation plus 1e-5, times 0.1, plus 0.5, `np.clip`.",
            '`(255 * np.clip(..., 0, 1)).astype("uint8")`, and no `-=` on what you were given.',
        ),
        praise="It shows the pattern and hides how strong it was.",
    ),
    "photograph_or_pattern": Prediction(
        words=("pattern", "photograph", "noise"),
        mistakes=[
            ("photograph", "Photographs were not made for this filter; the pattern is."),
            ("noise", "The noise is where the ascent begins."),
            ("pattern", "It takes more steps than these to beat a photograph here."),
        ],
        hints=(
            "Which of the three was changed on purpose, step by step, so that the filter answers more?",
            "A photograph has to do with what happens to stand in it.",
            "The one that climbed.",
        ),
        praise="And yet nothing in the world looks like it.",
    ),
}

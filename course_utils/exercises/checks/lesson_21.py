"""What the exercises of lesson 21 expect."""

import numpy as np

from course_utils.exercises.kinds import Choice, Function, Prediction


def even_step(gradient: np.ndarray) -> np.ndarray:
    """The gradient of one picture, (height, width, 3), divided by its root mean square."""
    return gradient / np.sqrt(np.mean(gradient**2))


def _no_root(gradient: np.ndarray) -> np.ndarray:
    return gradient / np.mean(gradient**2)


def _no_mean(gradient: np.ndarray) -> np.ndarray:
    return gradient / np.sqrt(np.sum(gradient**2))


def _largest(gradient: np.ndarray) -> np.ndarray:
    return gradient / np.abs(gradient).max()


def _mean_of_absolutes(gradient: np.ndarray) -> np.ndarray:
    return gradient / np.abs(gradient).mean()


def _standard_deviation(gradient: np.ndarray) -> np.ndarray:
    return (gradient - gradient.mean()) / gradient.std()


def _only_deviation(gradient: np.ndarray) -> np.ndarray:
    return gradient / gradient.std()


def _signs(gradient: np.ndarray) -> np.ndarray:
    return np.sign(gradient)


def _for_each_colour(gradient: np.ndarray) -> np.ndarray:
    return gradient / np.sqrt(np.mean(gradient**2, axis=(0, 1)))


def _unchanged(gradient: np.ndarray) -> np.ndarray:
    return gradient


def shown_as(values: np.ndarray) -> np.ndarray:
    """Numbers as a picture: mean to 0.5, standard deviation to 0.1, cut off to 0 to 1, in whole numbers to 255."""
    scaled = 0.1 * (values - values.mean()) / (values.std() + 1e-5) + 0.5
    return (255 * np.clip(scaled, 0, 1)).astype("uint8")


def _without_clip(values: np.ndarray) -> np.ndarray:
    scaled = 0.1 * (values - values.mean()) / (values.std() + 1e-5) + 0.5
    return (255 * scaled).astype("int64").astype("uint8")


def _without_shift(values: np.ndarray) -> np.ndarray:
    return (255 * np.clip(0.1 * (values - values.mean()) / (values.std() + 1e-5), 0, 1)).astype("uint8")


def _without_tenth(values: np.ndarray) -> np.ndarray:
    return (255 * np.clip((values - values.mean()) / (values.std() + 1e-5) + 0.5, 0, 1)).astype("uint8")


def _without_centre(values: np.ndarray) -> np.ndarray:
    return (255 * np.clip(0.1 * values / (values.std() + 1e-5) + 0.5, 0, 1)).astype("uint8")


def _as_floats(values: np.ndarray) -> np.ndarray:
    return np.clip(0.1 * (values - values.mean()) / (values.std() + 1e-5) + 0.5, 0, 1)


def _smallest_to_largest(values: np.ndarray) -> np.ndarray:
    span = max(float(np.ptp(values)), 1e-5)
    return (255 * (values - values.min()) / span).astype("uint8")


def _gradients() -> list[tuple[np.ndarray]]:
    generator = np.random.default_rng(21)
    return [
        (scale * (generator.normal(size=(*side, 3)) + shift) * [1.0, 2.0, 3.0],)
        for side, scale, shift in [((4, 5), 1e-4, 0.5), ((3, 3), 50.0, -0.2), ((6, 2), 1.0, 0.0)]
    ]


def _tensors() -> list[tuple[np.ndarray]]:
    generator = np.random.default_rng(22)
    steep = generator.normal(size=(6, 6, 3))
    steep[0, 0] = 12, -12, 9  # far enough out to be cut off
    return [(40 * steep + 128,), (1e-2 * steep,), (generator.uniform(-3, 9, size=(5, 4, 3)),), (np.full((3, 3, 3), 7.0),)]


EXERCISES = {
    "even_step": Function(
        reference=even_step,
        inputs=_gradients(),
        mistakes=[
            (_no_root, "You divide by the mean *square*; the root is missing."),
            (_no_mean, "You divide by the root of the *sum* of squares; then a larger picture takes smaller steps a pixel."),
            (_largest, "That makes the largest entry 1; asked is the root mean square."),
            (_mean_of_absolutes, "You divide by the mean of the absolute values; asked is the root mean square."),
            (_standard_deviation, "You subtract the mean as well: that turns the direction. Only the length is to change."),
            (_only_deviation, "The standard deviation leaves the mean out; the root mean square does not."),
            (_signs, "The signs alone lose which pixels matter more."),
            (
                _for_each_colour,
                "You give each colour a length of its own, which turns the direction; take one number for all.",
            ),
            (_unchanged, "That is the gradient as it was."),
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
        reference=shown_as,
        inputs=_tensors(),
        tolerance=0.02,  # rounding and cutting off the decimals are equally right
        mistakes=[
            (_without_clip, "Values below 0 or above 1 wrap around in uint8: cut them off first."),
            (_without_shift, "Mid-grey is 0.5; without the shift half of the picture is black."),
            (_without_tenth, "The standard deviation is to be 0.1; with 1, most pixels are black or white."),
            (_without_centre, "The mean was not subtracted."),
            (_as_floats, "That is from 0 to 1; a picture of bytes goes to 255."),
            (
                _smallest_to_largest,
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

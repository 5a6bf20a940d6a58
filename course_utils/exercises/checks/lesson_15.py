"""What the exercises of lesson 15 expect."""

import numpy as np

from course_utils.exercises.kinds import Choice, Function, Prediction, Value


def shifted(picture: np.ndarray, columns: int) -> np.ndarray:
    """A picture moved to the right, the hole filled with its nearest column.

    Args:
        picture: array of shape (height, width, channels).
        columns: by how many columns; to the left if negative, at most the width.

    Returns:
        Array of the same shape and dtype.
    """
    width = picture.shape[1]
    return picture[:, np.clip(np.arange(width) - columns, 0, width - 1)]


def _wraps_around(picture: np.ndarray, columns: int) -> np.ndarray:
    return np.roll(picture, columns, axis=1)


def _to_the_left(picture: np.ndarray, columns: int) -> np.ndarray:
    return shifted(picture, -columns)


def _moves_rows(picture: np.ndarray, columns: int) -> np.ndarray:
    return shifted(picture.swapaxes(0, 1), columns).swapaxes(0, 1)


def _fills_with_black(picture: np.ndarray, columns: int) -> np.ndarray:
    width = picture.shape[1]
    wanted = np.arange(width) - columns
    return np.where(((wanted >= 0) & (wanted < width))[None, :, None], shifted(picture, columns), 0)


def _only_to_the_right(picture: np.ndarray, columns: int) -> np.ndarray:
    return shifted(picture, abs(columns))


def _ignores_negative(picture: np.ndarray, columns: int) -> np.ndarray:
    return shifted(picture, max(columns, 0))


def _mirrors_at_the_edge(picture: np.ndarray, columns: int) -> np.ndarray:
    width = picture.shape[1]
    wanted = np.arange(width) - columns
    wanted = np.where(wanted < 0, -wanted - 1, wanted)
    return picture[:, np.where(wanted >= width, 2 * width - 1 - wanted, wanted)]


def _trials() -> list[tuple[np.ndarray, int]]:
    generator = np.random.default_rng(15)
    shapes = [((4, 7, 3), 2), ((4, 7, 3), -3), ((5, 5, 1), 0), ((3, 6, 3), 5), ((6, 4, 3), -4), ((4, 4, 3), 1)]
    return [(generator.integers(0, 256, shape, dtype="uint8"), columns) for shape, columns in shapes]


ROTATION, SHEAR = 15 / 360, np.tan(np.radians(10))

EXERCISES = {
    "units": Value(
        expected=(ROTATION, SHEAR),
        expects="two numbers: the factor of RandomRotation, the factor of RandomShear",
        tolerance=0.0007,
        mistakes=[
            ((15, 10), "Those are still degrees."),
            ((15, SHEAR), "The rotation is still in degrees; how much of a full turn of 360 degrees is it?"),
            ((np.radians(15), SHEAR), "RandomRotation counts in full turns, not in radians."),
            ((15 / 180, SHEAR), "A full turn has 360 degrees; 180 are half of one."),
            ((ROTATION, 10 / 360), "RandomShear does not count in turns; it takes the tangent of the angle."),
            ((ROTATION, 0.1), "10 degrees are not 10 %: RandomShear takes the tangent of the angle."),
            ((ROTATION, np.tan(10)), "NumPy's tangent takes radians; turn the degrees into those first."),
            ((ROTATION, np.radians(10)), "That is the angle in radians; RandomShear takes its tangent."),
            ((SHEAR, ROTATION), "The right numbers, the other way round: the rotation comes first."),
        ],
        hints=(
            "RandomRotation(1) would be a full turn. How much of one are 15 degrees?",
            "Divide by 360 for the rotation. For the shear, `np.tan` wants radians, which `np.radians` makes of degrees.",
            "`15 / 360` and `np.tan(np.radians(10))`.",
        ),
        praise="A factor without its unit is half a number.",
    ),
    "shifted": Function(
        reference=shifted,
        inputs=_trials(),
        mistakes=[
            (_wraps_around, 'What falls out on one side comes in on the other: that is `fill_mode="wrap"`.'),
            (_to_the_left, "That is the other direction: a positive number moves the picture to the right."),
            (_moves_rows, "That moves the rows; columns are the second axis."),
            (_fills_with_black, 'The hole is black: that is `fill_mode="constant"`; asked is the nearest column.'),
            (_only_to_the_right, "A negative number must move the picture to the left."),
            (_ignores_negative, "A negative number must move the picture to the left; yours leaves it as it is."),
            (_mirrors_at_the_edge, 'The hole is mirrored: that is `fill_mode="reflect"`; asked is the nearest column.'),
        ],
        hints=(
            "Column 10 of a picture that was moved by 3 to the right: which column of the old picture is it?",
            "Make the list of old columns, one for each new one, and keep it between 0 and the last column.",
            "`picture[:, np.clip(np.arange(width) - columns, 0, width - 1)]`, with `width = picture.shape[1]`.",
        ),
        praise="Those are the stripes that you saw in the playground.",
    ),
    "cache": Choice(
        right="b",
        why_not={
            "a": "The cache keeps what augmentation made in the first epoch; every later epoch shows those very pictures.",
            "c": "Then the training pictures never change, and the validation pictures do: the wrong way round.",
            "d": "It does: whatever stands before the cache happens once, whatever stands behind it in each epoch.",
        },
        hints=(
            "What happens once, and what must happen anew in each epoch?",
            "Decoding a file always gives the same picture. A random change must not.",
            "Decode, then cache, then shuffle and augment.",
        ),
        praise="What is always the same goes before the cache, what is random behind it.",
    ),
    "promise": Choice(
        right="d",
        why_not={
            "a": "A digit a little to the side is the same digit, and people write like that.",
            "b": "People write at a slant; at 10 degrees a 6 is still a 6.",
            "c": "A digit a little larger is the same digit.",
        },
        hints=(
            "Which of the changed pictures would nobody ever write?",
            "Think of a 2 or a 3, and of the letters of the picture above.",
            "A mirrored 3 is no digit at all, and some mirrored digits look like others.",
        ),
        praise="Nobody writes mirrored digits: the network would learn what it will never meet, and mix up what it will.",
    ),
    "alone": Prediction(
        mistakes=[
            ("dropout", "Dropout hides units of the network, but it never shows it a new picture."),
            ("augmentation", "Augmentation shows new pictures, but they take more epochs to learn."),
            ("no difference", "The two differ by more than twice the noise here."),
        ],
        hints=(
            "Both hinder learning by heart. Which of them adds something that the network did not know?",
            "Dropout acts on the units in front of the last layer; augmentation on everything that the network ever sees.",
            "Think of what is missing: more photographs. Which of the two comes nearest to that?",
        ),
        praise="And now you know it by a measurement of its own, not from a mixture of the two.",
    ),
}

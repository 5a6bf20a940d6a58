"""What the exercises of lesson 15 expect."""

from typing import Any

import numpy as np

from course_utils.exercises.kinds import Choice, Function, Prediction, Value

ROTATION, SHEAR = 15 / 360, np.tan(np.radians(10))


def _padded(picture: np.ndarray, columns: int, mode: Any) -> np.ndarray:
    """A picture moved to the right, the hole filled as `np.pad` does in this mode."""
    width = picture.shape[1]
    return np.pad(picture, ((0, 0), (width, width), (0, 0)), mode=mode)[:, width - columns : 2 * width - columns]


def _picture_and_columns(random: np.random.Generator) -> tuple[np.ndarray, int]:
    height, width = random.integers(1, 8, 2).tolist()
    picture = random.integers(0, 256, (height, width, random.choice([1, 3])))
    return picture.astype(random.choice(["uint8", "float32", "int64"])), int(random.integers(-width, width + 1))


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
        inputs=[(np.arange(8).reshape(1, 8, 1), 2), (np.arange(8).reshape(1, 8, 1), -3)],
        draw=_picture_and_columns,
        mistakes=[
            (
                lambda right, picture, columns: np.roll(picture, columns, axis=1),
                'What falls out on one side comes in on the other: that is `fill_mode="wrap"`.',
            ),
            (
                lambda right, picture, columns: right(picture, -columns),
                "That is the other direction: a positive number moves the picture to the right.",
            ),
            (
                lambda right, picture, columns: right(picture.swapaxes(0, 1), columns).swapaxes(0, 1),
                "That moves the rows; columns are the second axis.",
            ),
            (
                lambda right, picture, columns: _padded(picture, columns, "constant"),
                'The hole is black: that is `fill_mode="constant"`; asked is the nearest column.',
            ),
            (
                lambda right, picture, columns: right(picture, abs(columns)),
                "A negative number must move the picture to the left.",
            ),
            (
                lambda right, picture, columns: right(picture, max(columns, 0)),
                "A negative number must move the picture to the left; yours leaves it as it is.",
            ),
            (
                lambda right, picture, columns: _padded(picture, columns, "symmetric"),
                'The hole is mirrored: that is `fill_mode="reflect"`; asked is the nearest column.',
            ),
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
    "ahead": Prediction(
        words=("a", "b", "c", "d"),
        mistakes=[
            ("a", "Its own pictures come changed each time: it has more to learn from them, not less."),
            ("c", "It knows its own pictures less well, but what it has learned holds for more than those."),
            ("d", "Knowing its own pictures well is what the plain network does; new ones are where augmentation helps."),
        ],
        hints=(
            "Which of the two can learn its pictures by heart?",
            "The plain network sees the same pixels in each epoch, the augmented one never sees them twice.",
            "Learning by heart pays on the pictures that were learned, and on no others.",
        ),
        praise="Accuracy on the training pictures does not tell which network to take.",
    ),
}

"""What the exercises of lesson 12 expect."""

import numpy as np

from course_utils.exercises.kinds import Choice, Function, Prediction, Value


def closest(held_out: np.ndarray, training: np.ndarray) -> np.ndarray:
    """RMS difference, in grey levels, of each held-out image to the training image most like it.

    Args:
        held_out: uint8 array of shape (n, height, width, channels).
        training: uint8 array of shape (m, height, width, channels).

    Returns:
        float64 array of shape (n,).
    """
    return _root_mean_squares(held_out.astype("float64"), training.astype("float64")).min(axis=1)


def _root_mean_squares(held_out: np.ndarray, training: np.ndarray) -> np.ndarray:
    return np.sqrt(np.mean((held_out[:, None] - training[None]) ** 2, axis=(2, 3, 4)))


def _wraps_around(held_out: np.ndarray, training: np.ndarray) -> np.ndarray:
    gaps = held_out[:, None] - training[None]
    return np.sqrt(np.mean(gaps**2, axis=(2, 3, 4))).min(axis=1)


def _wraps_then_squares(held_out: np.ndarray, training: np.ndarray) -> np.ndarray:
    gaps = (held_out[:, None] - training[None]).astype("float64")
    return np.sqrt(np.mean(gaps**2, axis=(2, 3, 4))).min(axis=1)


def _mean_of_absolutes(held_out: np.ndarray, training: np.ndarray) -> np.ndarray:
    gaps = held_out[:, None].astype("float64") - training[None]
    return np.abs(gaps).mean(axis=(2, 3, 4)).min(axis=1)


def _without_root(held_out: np.ndarray, training: np.ndarray) -> np.ndarray:
    return closest(held_out, training) ** 2


def _without_mean(held_out: np.ndarray, training: np.ndarray) -> np.ndarray:
    return closest(held_out, training) * np.sqrt(held_out[0].size)


def _from_the_training_side(held_out: np.ndarray, training: np.ndarray) -> np.ndarray:
    return closest(training, held_out)


def _average_training_image(held_out: np.ndarray, training: np.ndarray) -> np.ndarray:
    return closest(held_out, training.mean(axis=0, keepdims=True))


def _average_distance(held_out: np.ndarray, training: np.ndarray) -> np.ndarray:
    return _root_mean_squares(held_out.astype("float64"), training.astype("float64")).mean(axis=1)


def _largest_distance(held_out: np.ndarray, training: np.ndarray) -> np.ndarray:
    return _root_mean_squares(held_out.astype("float64"), training.astype("float64")).max(axis=1)


def _which_one(held_out: np.ndarray, training: np.ndarray) -> np.ndarray:
    return _root_mean_squares(held_out.astype("float64"), training.astype("float64")).argmin(axis=1)


def _trials() -> list[tuple[np.ndarray, np.ndarray]]:
    generator = np.random.default_rng(12)
    trials = []
    for held_out, training, height, width, channels in [(3, 4, 5, 6, 3), (5, 2, 4, 4, 1), (4, 4, 3, 7, 3), (1, 6, 6, 2, 3)]:
        known = generator.integers(0, 256, size=(training, height, width, channels), dtype="uint8")
        new = generator.integers(0, 256, size=(held_out, height, width, channels), dtype="uint8")
        new[0] = np.clip(known[-1].astype(int) + generator.integers(-3, 4, size=known[-1].shape), 0, 255)
        trials.append((new, known))
    trials.append((trials[0][1][:2].copy(), trials[0][1]))
    return trials


EXERCISES = {
    "nonsense": Prediction(
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
        reference=closest,
        inputs=_trials(),
        mistakes=[
            (_wraps_around, "Numbers of the type uint8 wrap around below 0; turn them into floats before you subtract."),
            (
                _wraps_then_squares,
                "Numbers of the type uint8 wrap around below 0; turn them into floats *before* you subtract.",
            ),
            (
                _mean_of_absolutes,
                "That is the mean of the absolute differences; RMS squares first and takes the root at the end.",
            ),
            (_without_root, "That is the mean square; the root is missing."),
            (_without_mean, "That is the root of the *sum* of squares; RMS takes the mean over the pixels."),
            (_from_the_training_side, "You went through the training images; asked is one number for each held-out image."),
            (_average_training_image, "That is the distance to the mean of the training images, which is none of them."),
            (_average_distance, "That is the mean over the training images; asked is the one most like it."),
            (_largest_distance, "That is the training image *least* like it."),
            (_which_one, "That says which training image is most like it; asked is how far away it is."),
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

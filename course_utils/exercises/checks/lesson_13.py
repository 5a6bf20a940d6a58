"""What the exercises of lesson 13 expect."""

import numpy as np

from course_utils.exercises.kinds import Function, Value

FILES = ("horse07-3.jpg", "horse50-0.jpg", "human17-30.jpg", "human01-05.png", "valhorse1-000.png", "horses-0012.jpg")


def character(name: str) -> str:
    """What stands before the dash in the name of a file."""
    return name.split("-")[0]


def _without_suffix(name: str) -> str:
    return name.split(".")[0]


def _frame(name: str) -> str:
    return name.split("-")[1]


def _frame_number(name: str) -> str:
    return name.split("-")[1].split(".")[0]


def _class_only(name: str) -> str:
    return character(name).rstrip("0123456789")


def _seven_letters(name: str) -> str:
    return name[:7]


def on_colour(pictures: np.ndarray, masks: np.ndarray, colour: tuple[float, float, float]) -> np.ndarray:
    """Pictures (n, height, width, 3) where their masks (n, height, width, 1) are 1, `colour` where those are 0."""
    return masks * pictures + (1 - masks) * np.asarray(colour)


def _figure_removed(pictures: np.ndarray, masks: np.ndarray, colour: tuple[float, float, float]) -> np.ndarray:
    return (1 - masks) * pictures + masks * np.asarray(colour)


def _on_black(pictures: np.ndarray, masks: np.ndarray, colour: tuple[float, float, float]) -> np.ndarray:
    return masks * pictures


def _on_white(pictures: np.ndarray, masks: np.ndarray, colour: tuple[float, float, float]) -> np.ndarray:
    return on_colour(pictures, masks, (1.0, 1.0, 1.0))


def _hard_rim(pictures: np.ndarray, masks: np.ndarray, colour: tuple[float, float, float]) -> np.ndarray:
    return np.where(masks > 0.5, pictures, np.asarray(colour))


def _hard_rim_above_zero(pictures: np.ndarray, masks: np.ndarray, colour: tuple[float, float, float]) -> np.ndarray:
    return np.where(masks > 0, pictures, np.asarray(colour))


def _colour_everywhere(pictures: np.ndarray, masks: np.ndarray, colour: tuple[float, float, float]) -> np.ndarray:
    return masks * pictures + np.asarray(colour)


def _pictures_and_masks() -> list[tuple[np.ndarray, np.ndarray, tuple[float, float, float]]]:
    generator = np.random.default_rng(13)
    trials = []
    for count, height, width, colour in [(2, 4, 5, (1.0, 1.0, 1.0)), (1, 3, 3, (0.2, 0.5, 0.9)), (3, 2, 4, (0.0, 0.3, 0.0))]:
        masks = generator.choice([0.0, 0.25, 0.75, 1.0], size=(count, height, width, 1))
        trials.append((generator.random((count, height, width, 3)).round(2), masks, colour))
    return trials


def probability_of_human(z: np.ndarray) -> np.ndarray:
    """Softmax probability of class 1 from sums (n, 2)."""
    return _sigmoid(z[:, 1] - z[:, 0])


def _sigmoid(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-x))


def _of_horse(z: np.ndarray) -> np.ndarray:
    return _sigmoid(z[:, 0] - z[:, 1])


def _second_sum_alone(z: np.ndarray) -> np.ndarray:
    return _sigmoid(z[:, 1])


def _ratio_of_sums(z: np.ndarray) -> np.ndarray:
    with np.errstate(invalid="ignore"):
        return z[:, 1] / z.sum(axis=1)


def _sigmoids_shared_out(z: np.ndarray) -> np.ndarray:
    return _sigmoid(z[:, 1]) / _sigmoid(z).sum(axis=1)


def _without_sigmoid(z: np.ndarray) -> np.ndarray:
    return z[:, 1] - z[:, 0]


EXERCISES = {
    "steps": Value(
        expected=(33, 3),
        expects="two whole numbers: the steps of an epoch, and the pictures of its last batch",
        mistakes=[
            ((32, 3), "32 full batches are 1,024 pictures; the rest makes one more step."),
            ((32, 32), "32 full batches are 1,024 pictures; `fit` does not leave the rest out."),
            ((33, 32), "Only the first 32 batches are full; what is left for the last?"),
            ((33, 29), "29 is what the last batch lacks, not what it has."),
            ((3, 33), "These are the right numbers in the wrong order: first the steps."),
        ],
        hints=(
            "How often do 32 pictures fit into 1,027? What happens to the rest?",
            "The rest is a batch too, a smaller one.",
            "32 · 32 = 1,024, and 1,027 - 1,024 pictures are left.",
        ),
        praise="The notes had to work this out for `steps_per_epoch`; a dataset knows it.",
    ),
    "character": Function(
        reference=character,
        inputs=[(name,) for name in FILES],
        mistakes=[
            (_without_suffix, "The number of the frame is still there; two frames of one character must give the same."),
            (_frame, "That is what stands behind the dash: the frame, not the character."),
            (_frame_number, "That is the number of the frame, not the character."),
            (_class_only, "That is the class; all horses would be one character."),
            (_seven_letters, "Not every name has seven letters before the dash."),
        ],
        hints=(
            "Two frames of one character must give the same answer. What have their names in common?",
            "The character is what stands before the dash; strings have a method that cuts them at a given sign.",
            '`name.split("-")` gives two pieces; return the first.',
        ),
        praise="All frames of a character now go to one side of the split.",
    ),
    "on_colour": Function(
        reference=on_colour,
        inputs=_pictures_and_masks(),
        mistakes=[
            (_figure_removed, "You kept the background and painted the figure: the mask is 1 where the figure is."),
            (_on_black, "Outside the figure it is black: where is the colour?"),
            (_on_white, "It is always white: is `colour` used?"),
            (_hard_rim, "You chose one or the other; where the mask is between 0 and 1, mix."),
            (_hard_rim_above_zero, "You chose one or the other; where the mask is between 0 and 1, mix."),
            (
                _colour_everywhere,
                "The colour was added to the figure as well; where the mask is 1, none of it may remain.",
            ),
        ],
        hints=(
            "For one pixel with a mask of 0.25: how much of the picture, and how much of the colour?",
            "A mixture: mask times picture, plus (1 - mask) times colour. The shapes fit without a loop.",
            "`masks * pictures + (1 - masks) * np.asarray(colour)`.",
        ),
        praise="The same line makes the augmentation below.",
    ),
    "one_unit": Function(
        reference=probability_of_human,
        inputs=[
            (np.array([[0.0, 0.0], [1.0, 3.0], [3.0, 1.0]]),),
            (np.array([[-2.0, 0.5], [4.0, 4.5]]),),
            (np.random.default_rng(13).normal(size=(5, 2)).round(2),),
        ],
        mistakes=[
            (_of_horse, "That is the probability of class 0: which of the two sums is taken from which?"),
            (_second_sum_alone, "The other sum matters as well: softmax compares the two."),
            (_ratio_of_sums, "A share of sums can be negative; softmax shares out their exponentials."),
            (_sigmoids_shared_out, "Two sigmoids are not needed; what single number decides between the two classes?"),
            (_without_sigmoid, "That is the right number to put into `sigmoid`."),
        ],
        hints=(
            "Add 5 to both sums of a picture. What does that do to its softmax?",
            "exp(z1) / (exp(z0) + exp(z1)): divide above and below by exp(z1), and compare with 1 / (1 + exp(-x)).",
            "x is the difference of the two sums, class 1 minus class 0.",
        ),
        praise="So two softmax units are one sigmoid unit whose weights are the difference of theirs.",
    ),
}

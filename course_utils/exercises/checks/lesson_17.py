"""What the exercises of lesson 17 expect."""

import numpy as np
from scipy.special import softmax

from course_utils.exercises.kinds import Choice, Function, Value


def to_probabilities(logits: np.ndarray) -> np.ndarray:
    """Softmax of each row, also of logits whose powers would overflow.

    Args:
        logits: float array of shape (n, classes).

    Returns:
        float64 array of shape (n, classes); each row adds up to 1.
    """
    return softmax(np.asarray(logits, "float64"), axis=1)


def _over_the_whole_array(logits: np.ndarray) -> np.ndarray:
    powers = np.exp(logits - logits.max())
    return powers / powers.sum()


def _over_columns(logits: np.ndarray) -> np.ndarray:
    return softmax(logits, axis=0)


def _without_powers(logits: np.ndarray) -> np.ndarray:
    return logits / logits.sum(axis=1, keepdims=True)


def _not_divided(logits: np.ndarray) -> np.ndarray:
    return np.exp(logits - logits.max(axis=1, keepdims=True))


def _sigmoid_each(logits: np.ndarray) -> np.ndarray:
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(-logits))


def _logit_trials() -> list[tuple[np.ndarray]]:
    generator = np.random.default_rng(17)
    usual = [generator.normal(scale=2, size=shape) for shape in [(4, 3), (2, 10), (3, 2), (1, 26)]]
    return [(trial,) for trial in [*usual, np.array([[1000.0, 1001.0, 999.0], [-1000.0, -1002.0, -1001.0]])]]


def one_hot_rows(numbers: np.ndarray, classes: int) -> np.ndarray:
    """Class numbers as rows with a single 1.

    Args:
        numbers: whole numbers from 0 to classes - 1, shape (n,).
        classes: how many classes there are.

    Returns:
        float64 array of shape (n, classes).
    """
    return np.eye(classes)[numbers]


def _only_classes_that_occur(numbers: np.ndarray, classes: int) -> np.ndarray:
    return (np.asarray(numbers)[:, None] == np.unique(numbers)).astype(float)


def _classes_in_rows(numbers: np.ndarray, classes: int) -> np.ndarray:
    return one_hot_rows(numbers, classes).T


def _counted_from_one(numbers: np.ndarray, classes: int) -> np.ndarray:
    return np.eye(classes)[np.asarray(numbers) - 1]


def _zeros_and_ones_swapped(numbers: np.ndarray, classes: int) -> np.ndarray:
    return 1 - one_hot_rows(numbers, classes)


def _numbers_in_place_of_ones(numbers: np.ndarray, classes: int) -> np.ndarray:
    return one_hot_rows(numbers, classes) * np.asarray(numbers)[:, None]


def top_k_accuracy(probabilities: np.ndarray, numbers: np.ndarray, k: int) -> float:
    """Share of rows in which the right class is among the k most probable.

    Args:
        probabilities: float array of shape (n, classes).
        numbers: the right classes, whole numbers of shape (n,).
        k: how many classes may be named.
    """
    best = np.argsort(-probabilities, axis=1)[:, :k]
    return float(np.mean((best == np.asarray(numbers)[:, None]).any(axis=1)))


def _least_probable(probabilities: np.ndarray, numbers: np.ndarray, k: int) -> float:
    return top_k_accuracy(-probabilities, numbers, k)


def _only_the_first(probabilities: np.ndarray, numbers: np.ndarray, k: int) -> float:
    return top_k_accuracy(probabilities, numbers, 1)


def _only_the_kth(probabilities: np.ndarray, numbers: np.ndarray, k: int) -> float:
    return top_k_accuracy(probabilities, numbers, k) - (top_k_accuracy(probabilities, numbers, k - 1) if k > 1 else 0)


def _one_too_many(probabilities: np.ndarray, numbers: np.ndarray, k: int) -> float:
    return top_k_accuracy(probabilities, numbers, k + 1)


def _how_many(probabilities: np.ndarray, numbers: np.ndarray, k: int) -> float:
    return top_k_accuracy(probabilities, numbers, k) * len(probabilities)


def _each_right_or_not(probabilities: np.ndarray, numbers: np.ndarray, k: int) -> np.ndarray:
    best = np.argsort(-probabilities, axis=1)[:, :k]
    return (best == np.asarray(numbers)[:, None]).any(axis=1)


def _top_k_trials() -> list[tuple[np.ndarray, np.ndarray, int]]:
    generator = np.random.default_rng(17)
    trials = []
    for rows, classes, k in [(60, 5, 2), (50, 10, 3), (40, 3, 1), (30, 4, 4), (80, 26, 5)]:
        numbers = generator.integers(classes, size=rows)
        logits = generator.normal(size=(rows, classes)) + 1.5 * np.eye(classes)[numbers]
        trials.append((softmax(logits, axis=1), numbers, k))
    return trials


EXERCISES = {
    "softmax": Function(
        reference=to_probabilities,
        inputs=_logit_trials(),
        mistakes=[
            (
                _over_the_whole_array,
                "The sum runs over the whole array; each row is a picture of its own, with a sum of its own.",
            ),
            (_over_columns, "The sum runs over the pictures; it must run over the classes, axis 1."),
            (_without_powers, "These are shares of the logits themselves; a negative one would be a negative probability."),
            (_not_divided, "The powers are not divided by their sum."),
            (_sigmoid_each, "That is a sigmoid of each logit alone; the classes must share one probability."),
        ],
        hints=(
            "Powers of e, divided by their sum, row by row. Which axis is a row's? And what keeps the powers small?",
            "Subtract the largest logit of each row: all powers are then at most 1. `keepdims=True` keeps shapes fitting.",
            "`powers = np.exp(logits - logits.max(axis=1, keepdims=True))`, then divide by their sum over axis 1.",
        ),
        praise="The largest logit becomes 0, its power 1, and nothing can overflow. Libraries do it this way.",
    ),
    "ignorant": Value(
        expected=float(np.log(26)),
        expects="the loss, minus the natural logarithm of a probability",
        tolerance=0.002,
        mistakes=[
            (1 / 26, "That is the probability of each class; the loss is minus its logarithm."),
            (-float(np.log(26)), "The sign: the logarithm of a share is negative, and the loss is *minus* that."),
            (float(np.log2(26)), "That is the logarithm to base 2; the loss takes the natural one, `np.log`."),
            (float(np.log10(26)), "That is the logarithm to base 10; the loss takes the natural one, `np.log`."),
            (float(np.log(3)), "That is for 3 classes; here are 26."),
            (float(-np.log(25 / 26)), "That is what it costs to give the right class 25/26; it gets 1/26."),
            (26 * float(np.log(26)), "That is the sum over all classes; only the right class counts."),
        ],
        hints=(
            "Which probability does the right class get? And what is the loss of that?",
            "It gets 1/26, and the loss is minus the natural logarithm of it.",
            "`-np.log(1 / 26)`, which is `np.log(26)`.",
        ),
        praise="A first loss far above it: logits too large, labels that do not fit, or inputs not scaled.",
    ),
    "one_hot": Function(
        reference=one_hot_rows,
        inputs=[
            (np.array([0, 1, 2, 1]), 3),
            (np.array([2, 0]), 4),
            (np.array([5, 5, 0, 3, 1]), 6),
            (np.array([1]), 2),
            (np.array([0, 24, 10], "int32"), 25),
        ],
        mistakes=[
            (
                _only_classes_that_occur,
                "It has a place only for classes that occur; all classes need one, that of an absent one too.",
            ),
            (_classes_in_rows, "Pictures and classes are swapped: a row for each picture."),
            (_counted_from_one, "Class numbers start at 0: class 0 has its 1 in the first place."),
            (_zeros_and_ones_swapped, "Ones and zeros are swapped."),
            (_numbers_in_place_of_ones, "The class number stands where a 1 should."),
        ],
        hints=(
            "How many rows, how many columns? In which column of a row is the 1?",
            "Compare each number with all of 0, 1, 2, …: NumPy does it at once for shapes (n, 1) and (classes,).",
            "`(numbers[:, None] == np.arange(classes)).astype(float)`; or choose rows of `np.eye(classes)`.",
        ),
        praise="Comparing with all classes at once: broadcasting, as in lesson 03.",
    ),
    "forgotten": Choice(
        right="b",
        why_not={
            "a": "Behind 120 units, class numbers stop such a loss with an error; and other breeds would be named.",
            "c": "With 120 units each breed can be named. Here only two are, 0 and 1: how many units can say just that?",
            "d": "More epochs do not help an output that can only say 0 or 1; and a loss below 0 is no loss for classes.",
        },
        hints=(
            "Which last layer can name breed 0 and breed 1 and nothing else?",
            "One unit and a threshold of 0.5. And which loss accepts a label of 57 with it, and falls below zero?",
            "It is the two-class program, unchanged but for the data.",
        ),
        praise="Labels above 1 make binary cross-entropy fall without end, and one unit has only two answers.",
    ),
    "top_k": Function(
        reference=top_k_accuracy,
        inputs=_top_k_trials(),
        mistakes=[
            (_least_probable, "It takes the *least* probable classes: `np.argsort` begins with the smallest."),
            (_only_the_first, "It looks at the first class alone, whatever *k* is."),
            (_only_the_kth, "It looks at the class in place *k* alone; the places before it count as well."),
            (_one_too_many, "It looks at one class too many: the first *k* are `[:, :k]`."),
            (_how_many, "That is how many rows; asked is their share."),
            (_each_right_or_not, "That says for each row whether it is right; take the mean of that."),
        ],
        hints=(
            "For each row: which k classes are most probable? Is the right one among them?",
            "`np.argsort(-probabilities, axis=1)[:, :k]` are these classes. Compare with `numbers[:, None]`.",
            "`(best == numbers[:, None]).any(axis=1)` says it for each row; the mean of it is the answer.",
        ),
        praise="With k = 1 it is accuracy; with k = the number of classes it is always 1.",
    ),
}

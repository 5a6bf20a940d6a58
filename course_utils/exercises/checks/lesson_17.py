"""What the exercises of lesson 17 expect."""

import numpy as np
from scipy.special import expit, softmax

from course_utils.exercises.kinds import Choice, Function, Value


def _logits(random: np.random.Generator) -> tuple[np.ndarray]:
    logits = random.normal(scale=random.choice([1, 30, 1000]), size=(random.integers(0, 6), random.integers(1, 9)))
    return (logits.astype(random.choice(["float32", "float64"])),)


def _class_numbers(random: np.random.Generator) -> tuple[np.ndarray, int]:
    classes = int(random.integers(1, 30))
    return random.integers(classes, size=random.integers(0, 9)).astype(random.choice(["uint8", "int32", "int64"])), classes


def _ranked(random: np.random.Generator) -> tuple[np.ndarray, np.ndarray, int]:
    """Probabilities, the right classes, of which most are among the more probable ones, and k."""
    rows, classes = int(random.integers(1, 60)), int(random.integers(2, 12))
    numbers = random.integers(classes, size=rows)
    logits = random.normal(size=(rows, classes)) + 1.5 * np.eye(classes)[numbers]
    return softmax(logits, axis=1), numbers, int(random.integers(1, classes + 1))


EXERCISES = {
    "softmax": Function(
        inputs=[
            (np.array([[1.0, 2.0, 3.0], [0.0, -1.0, 0.0]]),),
            (np.array([[1000.0, 1001.0, 999.0], [2000.0, 0.0, 0.0]]),),
        ],
        draw=_logits,
        mistakes=[
            (
                lambda right, logits: softmax(logits) if logits.size else logits,
                "The sum runs over the whole array; each row is a picture of its own, with a sum of its own.",
            ),
            (
                lambda right, logits: softmax(logits, axis=0) if logits.size else logits,
                "The sum runs over the pictures; it must run over the classes, axis 1.",
            ),
            (
                lambda right, logits: logits / logits.sum(axis=1, keepdims=True),
                "These are shares of the logits themselves; a negative one would be a negative probability.",
            ),
            (
                lambda right, logits: np.exp(logits - logits.max(axis=1, keepdims=True)),
                "The powers are not divided by their sum.",
            ),
            (
                lambda right, logits: expit(logits),
                "That is a sigmoid of each logit alone; the classes must share one probability.",
            ),
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
        inputs=[(np.array([0, 1, 2, 1]), 3), (np.array([2, 0]), 4)],
        draw=_class_numbers,
        mistakes=[
            (
                lambda right, numbers, classes: np.equal.outer(numbers, np.unique(numbers)),
                "It has a place only for classes that occur; all classes need one, that of an absent one too.",
            ),
            (
                lambda right, numbers, classes: right(numbers, classes).T,
                "Pictures and classes are swapped: a row for each picture.",
            ),
            (
                lambda right, numbers, classes: right((numbers.astype(int) - 1) % classes, classes),
                "Class numbers start at 0: class 0 has its 1 in the first place.",
            ),
            (lambda right, numbers, classes: 1 - right(numbers, classes), "Ones and zeros are swapped."),
            (
                lambda right, numbers, classes: right(numbers, classes) * numbers[:, None],
                "The class number stands where a 1 should.",
            ),
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
        draw=_ranked,
        mistakes=[
            (
                lambda right, probabilities, numbers, k: right(-probabilities, numbers, k),
                "It takes the *least* probable classes: `np.argsort` begins with the smallest.",
            ),
            (
                lambda right, probabilities, numbers, k: right(probabilities, numbers, 1),
                "It looks at the first class alone, whatever *k* is.",
            ),
            (
                lambda right, probabilities, numbers, k: (
                    right(probabilities, numbers, k) - right(probabilities, numbers, k - 1)
                ),
                "It looks at the class in place *k* alone; the places before it count as well.",
            ),
            (
                lambda right, probabilities, numbers, k: right(probabilities, numbers, k + 1),
                "It looks at one class too many: the first *k* are `[:, :k]`.",
            ),
            (
                lambda right, probabilities, numbers, k: right(probabilities, numbers, k) * len(numbers),
                "That is how many rows; asked is their share.",
            ),
            (
                lambda right, probabilities, numbers, k: [
                    right(p[None], n[None], k) for p, n in zip(probabilities, numbers, strict=True)
                ],
                "That says for each row whether it is right; take the mean of that.",
            ),
        ],
        hints=(
            "For each row: which k classes are most probable? Is the right one among them?",
            "`np.argsort(-probabilities, axis=1)[:, :k]` are these classes. Compare with `numbers[:, None]`.",
            "`(best == numbers[:, None]).any(axis=1)` says it for each row; the mean of it is the answer.",
        ),
        praise="With k = 1 it is accuracy; with k = the number of classes it is always 1.",
    ),
}

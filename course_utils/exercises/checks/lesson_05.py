"""What the exercises of lesson 05 expect."""

from collections.abc import Callable

import numpy as np

from course_utils.exercises.kinds import Choice, Function

TOPICS = ["cocoa", "grain", "earn", "acq", "wheat", "copper"]


def _topics(random: np.random.Generator) -> tuple[list[str], list[str]]:
    """Names of examples, one or several, and classes in an order of their own, of which some are missing."""
    classes = random.permutation(TOPICS)[: random.integers(1, len(TOPICS) + 1)].tolist()
    return random.choice(TOPICS, random.integers(1, 8)).tolist(), classes


def _tables(random: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Rows to learn the scale from and other rows, columns of very different size, one of them constant now and then."""
    columns = random.integers(1, 5)
    sizes, middles = 10.0 ** random.integers(-2, 4, columns), random.normal(size=columns) * 100
    train = middles + sizes * random.normal(size=(random.integers(2, 9), columns))
    other = middles + sizes * random.normal(size=(random.integers(0, 6), columns))
    if random.random() < 0.4:
        train[:, 0] = train[0, 0]
    return train, other


def _scaled(mean_of: str, deviation_of: str) -> Callable[..., np.ndarray]:
    """Standardized with the mean and the deviation of one of the two tables, or of both together."""

    def mistaken(_: Callable[..., np.ndarray], train: np.ndarray, other: np.ndarray) -> np.ndarray:
        tables = {"train": train, "other": other, "both": np.concatenate([train, other])}
        deviation = tables[deviation_of].std(axis=0)
        return (other - tables[mean_of].mean(axis=0)) / np.where(deviation == 0, 1, deviation)

    return mistaken


def _per_row(_: Callable[..., np.ndarray], train: np.ndarray, other: np.ndarray) -> np.ndarray:
    return (other - train.mean()) / train.std()


def _never_constant(_: Callable[..., np.ndarray], train: np.ndarray, other: np.ndarray) -> np.ndarray:
    return (other - train.mean(axis=0)) / train.std(axis=0)


def _by_variance(_: Callable[..., np.ndarray], train: np.ndarray, other: np.ndarray) -> np.ndarray:
    variance = train.var(axis=0)
    return (other - train.mean(axis=0)) / np.where(variance == 0, 1, variance)


EXERCISES = {
    "one_hot": Function(
        inputs=[(["earn", "acq"], ["acq", "earn", "grain"]), (["tin", "earn"], ["earn"])],
        draw=_topics,
        mistakes=[
            (
                lambda right, names, classes: right(names, sorted(set(names))),
                "It makes a column for each name that occurs; the columns are the classes, in their order.",
            ),
            (
                lambda right, names, classes: right(names, sorted(classes)),
                "The columns are in alphabetical order; they follow the list of classes.",
            ),
            (
                lambda right, names, classes: right(names, classes).T,
                "Examples and classes are swapped: a row for each example.",
            ),
            (
                lambda right, names, classes: right([name for name in names if name in classes], classes),
                "An example whose name is not among the classes has no row; it gets a row of zeros.",
            ),
            (
                lambda right, names, classes: np.eye(len(classes))[
                    [classes.index(name) if name in classes else 0 for name in names]
                ],
                "A name that is not among the classes counts as the first class; it gets a row of zeros.",
            ),
            (
                lambda right, names, classes: right(names, classes).sum(axis=0),
                "That is one row for all examples; each example has a row of its own.",
            ),
        ],
        hints=(
            "Begin with zeros. How many rows are there, how many columns? Which column belongs to a name?",
            "`classes.index(name)` gives the column; go through the names and set a 1 in each row, if the name is a class.",
            "`rows = np.zeros((len(names), len(classes)))`, then `rows[row, classes.index(name)] = 1` for each known name.",
        ),
        praise="Keras' `StringLookup` with `output_mode='one_hot'` does the same inside of a model.",
    ),
    "standardized": Function(
        inputs=[
            (np.array([[0.0, 10.0], [2.0, 30.0]]), np.array([[1.0, 40.0]])),
            (np.array([[3.0], [3.0]]), np.array([[5.0]])),
        ],
        draw=_tables,
        mistakes=[
            (
                _scaled("other", "other"),
                "It is scaled by its own mean and standard deviation; take those of `train`, whatever is scaled.",
            ),
            (_scaled("both", "both"), "`other` has a say in the means and deviations; take those of `train` alone."),
            (_scaled("train", "other"), "The mean is that of `train`, the standard deviation is not."),
            (_scaled("other", "train"), "The standard deviation is that of `train`, the mean is not."),
            (_per_row, "There is one mean for the whole table; each column has its own: `axis=0`."),
            (_never_constant, "A column that never changes is divided by 0; there, only subtract the mean."),
            (_by_variance, "It is divided by the variance; the standard deviation is its root."),
            (
                lambda right, train, other: right(train, train),
                "You have scaled `train`; what is asked for is `other`.",
            ),
        ],
        hints=(
            "Which of the two arrays may say what the mean is? And along which axis is a column averaged?",
            "`train.mean(axis=0)` and `train.std(axis=0)` have a number a column; where a deviation is 0, divide by 1.",
            "`(other - train.mean(axis=0)) / np.where(deviation == 0, 1, deviation)` with `deviation = train.std(axis=0)`.",
        ),
        praise="A scaler is a part of the model: it learns from the training rows, and from no others.",
    ),
    "loss": Choice(
        right="b",
        why_not={
            "a": "Softmax makes ten probabilities that add up to 1: a car would make a bicycle less probable.",
            "c": "One unit can answer one question; there are ten.",
            "d": "This loss takes one class index for each picture; there may be several things in it, or none.",
        },
        hints=(
            "Can a car and a bicycle both have a probability near 1?",
            "It is not one question with ten answers, but ten questions with two answers each.",
            "What you would use for one question with two answers, ten times side by side.",
        ),
        praise="Such problems are called *multi-label*.",
    ),
}

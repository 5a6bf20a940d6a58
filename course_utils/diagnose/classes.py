"""Classes: whether labels belong to their samples and mean the same in both splits, and how frequent each class is."""

from collections.abc import Iterator

import numpy as np
import scipy.optimize

from course_utils.diagnose import anatomy
from course_utils.diagnose.anatomy import BINARY, CATEGORICAL, SPARSE
from course_utils.diagnose.case import Case
from course_utils.diagnose.findings import NOTE, SERIOUS, WARNING, Finding
from course_utils.diagnose.leakage import A_HANDFUL, MOST_NUMBERS, ROWS, SPLITTING
from course_utils.diagnose.targets import FEW_CLASSES, class_labels, counts_right, fits_of, one_hot

CLEAR = 0.7  # share of samples that are nearest to the centre of their class, from which a class has a place
HARDLY = 0.05  # share of a class in training, in parts of that in validation
UNBALANCED, MOSTLY = 0.9, 0.95  # share of the most frequent class, of samples and of places
TWICE = 2.0  # as many samples of one class as of another
PROPORTIONAL = (0.7, 1.5)  # powers of a class's share that its weight follows: about the share itself
SAME_WEIGHT, EQUAL = 0.05, 0.05  # spread of the weights within a class; of products that are one and the same


def renumbered(case: Case) -> Iterator[Finding]:
    """Classes that have other numbers in validation, as the centre of each class's samples tells."""
    read = _numbers_and_labels(case)
    if read is None:
        return
    (x, train), (x_new, validation) = read
    names = np.unique(train)
    nearest = [_nearest_class(x, train, part) for part in (x, x_new)]
    table = np.array([[np.sum((nearest[1] == name) & (validation == other)) for other in names] for name in names])
    rows, columns = scipy.optimize.linear_sum_assignment(-table)
    right, otherwise = np.trace(table) / len(validation), table[rows, columns].sum() / len(validation)
    if np.mean(nearest[0] == train) < CLEAR or otherwise < CLEAR or right > otherwise / 2:
        return
    moved = next(row for row, column in zip(rows, columns, strict=True) if row != column)
    yield Finding(
        "classes_renumbered",
        SERIOUS,
        f"Samples that look like class {names[moved]} of training are class {names[columns[moved]]} in validation; with "
        f"other numbers for the classes, {otherwise:.0%} of the validation labels suit what is near in training, as it is "
        f"{right:.0%}.",
        "The same number means different classes in the two: each split was encoded for itself.",
        "names, y_train = np.unique(labels_train, return_inverse=True)\ny_validation = np.searchsorted(names, "
        "labels_validation)  # the same mapping for both",
    )


def shuffled_apart(case: Case) -> Iterator[Finding]:
    """Training labels that have nothing to do with their samples, where those of validation have."""
    read = _numbers_and_labels(case)
    if read is None:
        return
    train, validation = (labels for _, labels in read)
    if len(validation) < 2 * ROWS or set(train) != set(validation):
        return
    told, new_told = (
        float(np.mean(_nearest_class(part[::2], labels[::2], part[1::2]) == labels[1::2])) for part, labels in read
    )
    guessed = max(float(np.mean(labels == name)) for labels in (train, validation) for name in set(labels))
    if told > guessed + 0.1 or new_told < max(CLEAR, guessed + 0.2):
        return
    yield Finding(
        "labels_shuffled_apart",
        SERIOUS,
        f"By the centre of each class, {new_told:.0%} of the validation samples can be told and {told:.0%} of the training "
        f"samples, where guessing gives {guessed:.0%}.",
        "The training labels do not belong to their samples: the two were shuffled apart, or read in different orders.",
        "order = np.random.permutation(len(x))\nx, y = x[order], y[order]  # one order for both",
    )


def _numbers_and_labels(case: Case) -> list[tuple[np.ndarray, np.ndarray]] | None:
    """Of training and validation, samples as rows of numbers, float32, and their classes; None if there are no such."""
    labels = [each for split in case.splits if (each := class_labels(case, split.targets)) is not None]
    if case.validation is None or len(labels) != 2 or len(case.train.inputs) != 1:
        return None
    rows = [split.inputs[0].reshape(split.count, -1) for split in case.splits]
    rows = [part[:, :: -(-part.shape[1] // MOST_NUMBERS)] for part in rows]
    alike = rows[0].dtype.kind in "fui" and rows[0].shape[1:] == rows[1].shape[1:]
    if not alike or case.validation.count < ROWS or not 2 <= len(np.unique(labels[0])) <= 20:
        return None
    return [(part.astype("float32"), each) for part, each in zip(rows, labels, strict=True)]


def _nearest_class(x: np.ndarray, labels: np.ndarray, asked: np.ndarray) -> np.ndarray:
    """The class whose centre each of the asked samples is nearest to."""
    names = np.unique(labels)
    centres = np.stack([x[labels == name].mean(axis=0) for name in names])
    return names[((asked**2).sum(1)[:, None] - 2 * asked @ centres.T + (centres**2).sum(1)).argmin(axis=1)]


def rare(case: Case) -> Iterator[Finding]:
    """Classes with next to no samples; an accuracy that a network reaches which never names the rare class."""
    labels = class_labels(case, case.train.targets_in_order)
    several = labels is None
    labels = _labels_of_parts(case) if labels is None else labels
    if labels is None or labels.min(initial=0) < 0 or len(labels) < 100:
        return
    names, counts = np.unique(labels, return_counts=True)
    if len(names) < 2:
        return
    share = counts.max() / len(labels)
    fewest = names[counts.argmin()]
    if not several and counts.min() < A_HANDFUL and len(names) <= 100 and counts.min() * 10 <= np.median(counts):
        yield Finding(
            "rare_classes",
            WARNING,
            f"Class {fewest} has {counts.min()} of {len(labels):,} training samples.",
            "So few are learned by heart, and in the average of all samples they do not count.",
            "print(np.unique(y_train, return_counts=True))  # collect more, join classes, or leave the class out",
        )
        return
    metrics = anatomy.metrics_of(case.model)
    if (
        share < (MOSTLY if several else UNBALANCED)
        or not metrics
        or not all(map(counts_right, metrics))
        or "focal" in str(case.loss and case.loss.name)
    ):
        return
    yield Finding(
        "rare_classes",
        NOTE,
        f"{share:.0%} of {len(labels):,} {'places or labels' if several else 'training samples'} are of class "
        f"{names[counts.argmax()]}{', the background' * several}, and the only metric is accuracy.",
        f"A network that always gives this answer has an accuracy of {share:.0%}: it says nothing about the rare class.",
        "model.compile(..., metrics=['accuracy', keras.metrics.Recall(), keras.metrics.AUC(curve='PR')])  # and "
        + ("a Dice or focal loss" if several else "class_weight in fit"),
    )


def _labels_of_parts(case: Case) -> np.ndarray | None:
    """The class of each place of a picture, or a yes or no for each of several labels; None if it cannot be told."""
    x, y = case.train.inputs[0], case.train.targets
    if y is None or case.loss is None or y.dtype.kind not in "fuib" or case.train.sample_weight is not None:
        return None
    if getattr(case.loss.function, "ignore_class", None) is not None:
        return None
    lies = x.ndim == 4 and y.ndim > 2 and y.shape[1:3] == x.shape[1:3]
    if y.ndim > 2 and case.loss.kind == CATEGORICAL and one_hot(y):
        y = y.argmax(axis=-1)
    told = case.loss.kind == BINARY and np.isin(y, (0, 1)).all()
    parts = (lies and (told or (y.dtype.kind in "ui" and case.loss.kind in (SPARSE, CATEGORICAL)))) or (told and y.ndim == 2)
    return y.ravel().astype(int) if parts else None


def spare_units(case: Case) -> Iterator[Finding]:
    """More units than classes, where the labels are many enough to show every class."""
    fit = next(fits_of(case), None)
    if (
        fit is None
        or fit.output
        or not fit.complete
        or fit.kind not in (SPARSE, CATEGORICAL)
        or not (fit.one_hot if fit.kind == CATEGORICAL else fit.one_each and fit.whole)
    ):
        return
    present = np.unique(fit.y if fit.one_each else fit.y.argmax(axis=-1)).astype(int)
    first = int(fit.kind == CATEGORICAL and fit.axes == 2 and present[0] == 1)  # among words, number 0 is for padding
    counted_on = len(present) >= 2 and np.array_equal(present, first + np.arange(len(present)))
    if len(fit.y) < 20 * fit.units or len(present) >= fit.units or not counted_on:
        return
    yield Finding(
        "spare_units",
        NOTE,
        f"The last layer has {fit.units} units, and {len(fit.y):,} labels name {len(present)} classes "
        f"({present[0]} to {present[-1]}).",
        "Units without a class do little harm, but they often mean that a class is missing from the data, or that classes "
        "were counted from 1.",
        f'layers.Dense({len(present)}, activation="softmax")  # unless more classes are to come; class numbers from 0',
    )


def all_the_same(case: Case) -> Iterator[Finding]:
    """Masks, or rows of labels, that are the same for every sample; masks of 0 and 1 that were divided by 255."""
    y = case.train.targets_in_order
    if y is None or case.loss is None or case.loss.kind not in (SPARSE, CATEGORICAL, BINARY) or y.dtype.kind not in "fuib":
        return
    if len(y) < ROWS or y.size == len(y) or not case.train.complete:
        return  # one label for each sample: `pipeline.order` looks at these
    if not (y != y[:1]).any():
        what = f"nothing but {y.flat[0]:g}" if (y == y.flat[0]).all() else "the same numbers"
        yield Finding(
            "one_class",
            SERIOUS,
            f"The targets of all {len(y):,} training samples are the same: {what} in each of the shape {y.shape[1:]}.",
            "There is nothing to tell apart: the network learns to give this answer always, and its accuracy is 1 at once. "
            "Masks become empty when whole numbers are divided as such, or when another folder or channel is read.",
            "print(np.unique(y_train, return_counts=True))  # after each step of your own that leads to it",
        )
    elif case.loss.kind == BINARY and np.isclose(float(y.max()), 1 / 255, rtol=1e-2):
        yield Finding(
            "targets_too_small",
            SERIOUS,
            f"The targets go from {y.min():.3g} to {y.max():.3g}, and {case.loss.name} takes them for probabilities.",
            "Masks of 0 and 1 were divided by 255: to the network there is next to no foreground.",
            "y = y * 255  # or divide once, where the masks go from 0 to 255",
        )


def weights_upside_down(case: Case) -> Iterator[Finding]:
    """Weights of the samples that grow with the share of their class, or belong to another class."""
    read = _weights_and_labels(case)
    if read is None:
        return
    weights, labels = read
    names, counts = np.unique(labels, return_counts=True)
    if not 2 <= len(names) <= FEW_CLASSES or counts.max() < TWICE * counts.min() or counts.min() < A_HANDFUL:
        return
    of_class = [weights[labels == name] for name in names]
    means, spreads = (np.array([function(part) for part in of_class]) for function in (np.mean, np.std))
    if means.min() <= 0 or np.any(spreads > SAME_WEIGHT * means) or not _favours(counts, means):
        return
    most, least = counts.argmax(), counts.argmin()
    yield Finding(
        "weights_upside_down",
        WARNING,
        f"Class {names[most]} has {counts[most] / len(labels):.0%} of the samples, each with the weight {means[most]:.3g}; "
        f"class {names[least]} has {counts[least] / len(labels):.0%}, each with {means[least]:.3g}.",
        "Weights against imbalance make up for a class's share. These favour the frequent class: it counts even more, and "
        "the rare one hardly at all.",
        "share = np.bincount(y_train) / len(y_train)\n"
        "sample_weight = (1 / (len(share) * share))[y_train]  # the inverse of the share: a rare class weighs more",
    )


def _weights_and_labels(case: Case) -> tuple[np.ndarray, np.ndarray] | None:
    """Weights of samples, or of places on them, and the class of each; None if there are none."""
    weights, y = case.train.sample_weight, case.train.targets
    if not isinstance(weights, np.ndarray) or y is None or y.dtype.kind not in "fuib" or case.loss is None:
        return None
    labels = class_labels(case, y) if weights.size == case.train.count else None
    if labels is None and weights.size == y.size and case.loss.kind in (SPARSE, BINARY) and np.array_equal(y, np.round(y)):
        labels = y.ravel().astype(int)
    if labels is None:
        return None
    counted = weights.ravel() != 0  # what fills up may count for nothing
    return weights.ravel()[counted].astype("float64"), labels[counted]


def _favours(counts: np.ndarray, weights: np.ndarray) -> bool:
    """Whether weights of classes go with their counts, or make up for the counts of other classes."""
    slope, _ = np.polyfit(np.log(counts), np.log(weights), 1)
    together = np.corrcoef(np.log(counts), np.log(weights))[0, 1] > UNBALANCED if np.ptp(weights) else False
    in_order = np.sort(counts) * np.sort(weights)[::-1]
    inverse, own = (float(np.ptp(each) / each.mean()) for each in (in_order, counts * weights))
    return bool((together and PROPORTIONAL[0] < slope < PROPORTIONAL[1]) or (inverse < EQUAL and own > UNBALANCED))


def in_both(case: Case) -> Iterator[Finding]:
    """Classes that only one of the two splits has."""
    if case.validation is None or not (case.train.complete and case.validation.complete):
        return
    train, validation = (class_labels(case, split.targets_in_order) for split in case.splits)
    if train is None or validation is None:
        return
    trained, examined = set(train.tolist()), set(validation.tolist())
    missing = sorted(trained - examined)
    shares = {name: (np.mean(train == name), np.mean(validation == name)) for name in sorted(examined)}
    unseen = [name for name, (share, asked) in shares.items() if share == 0 or share < HARDLY * asked]
    change = SPLITTING
    affected = float(np.mean(np.isin(validation, unseen)))
    if affected > 0.02:
        hardly = "hardly has" if set(unseen) & trained else "does not have"
        yield Finding(
            "unseen_classes",
            SERIOUS,
            f"{affected:.0%} of the validation samples are of classes that training {hardly} ({_listed(unseen)}).",
            "The network cannot name what it was never shown. Most often the data was sorted by class when it was split.",
            change,
        )
    elif len(missing) >= max(1, len(trained) / 2) and len(validation) >= 10 * len(trained):
        yield Finding(
            "missing_classes",
            WARNING if len(examined) == 1 else NOTE,
            f"The validation data has {len(examined)} of the {len(trained)} classes of training; it lacks "
            f"{_listed(missing)}.",
            "Its figures say nothing about those classes. Most often the data was sorted by class when it was split.",
            change,
        )


def _listed(numbers: list[int]) -> str:
    return ", ".join(map(str, numbers[:8])) + (", ..." if len(numbers) > 8 else "")

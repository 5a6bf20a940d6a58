"""Training against validation data, and the order that samples come in."""

from collections.abc import Iterator

import numpy as np
from keras import layers

from course_utils.diagnose import anatomy
from course_utils.diagnose.case import Case
from course_utils.diagnose.findings import NOTE, SERIOUS, WARNING, Finding
from course_utils.diagnose.samples import ARRAYS, Split
from course_utils.diagnose.targets import class_labels

FACTOR = 5.0  # between the sizes of training and validation inputs: more is no accident
MOST_BYTES_COMPARED = 300_000_000
SPLITTING = (
    "from sklearn.model_selection import train_test_split\n"
    "x_train, x_validation, y_train, y_validation = train_test_split(x, y, test_size=0.2)  # of classes: stratify=y too"
)
FEW_CHANGES = 0.2  # of the changes of class that a random order has


def same_shape_and_scale(case: Case) -> Iterator[Finding]:
    """Validation samples of another shape, or on another scale, than the training samples."""
    if case.validation is None:
        return
    pairs = list(zip(case.train.inputs, case.validation.inputs, strict=False))
    for train, validation in pairs:
        if _sizes(train) != _sizes(validation) and not _any_length(case, train, validation):
            yield Finding(
                "shaped_differently",
                SERIOUS,
                f"Training samples have the shape {train.shape[1:]}, validation samples {validation.shape[1:]}.",
                "A network is made for one shape: validation stops with an error, or works on cut or stretched samples.",
                f"print(x_train.shape, x_validation.shape)  # prepare both with the same code, for {train.shape[1:]}",
            )
            return
    if any(isinstance(layer, layers.Embedding) for layer in anatomy.all_layers(case.model)):
        return
    for train, validation in pairs:
        if _scaled_apart(train, validation):
            yield Finding(
                "scaled_differently",
                SERIOUS,
                f"Training inputs lie between {train.min():.4g} and {train.max():.4g} (mean {train.mean():.3g}), "
                f"validation inputs between {validation.min():.4g} and {validation.max():.4g} (mean "
                f"{validation.mean():.3g}).",
                "The network is examined on numbers that it was never shown: its validation figures say nothing.",
                "x_validation = prepare(x_validation)  # with the very code, and the very numbers, that prepare x_train",
            )
            return


def _sizes(array: np.ndarray) -> tuple[int, ...]:
    """The shape of a sample, without the axes of length 1 that Keras adds and takes away itself."""
    return tuple(axis for axis in array.shape[1:] if axis != 1)


def _any_length(case: Case, train: np.ndarray, validation: np.ndarray) -> bool:
    """Whether the samples differ only along axes that the model leaves open, as sequences of any length do."""
    if train.ndim != validation.ndim:
        return False
    shapes = [tensor.shape for tensor in anatomy.tensors_of(case.model, "inputs") if len(tensor.shape) == train.ndim]
    different = [axis for axis in range(1, train.ndim) if train.shape[axis] != validation.shape[axis]]
    return any(all(shape[axis] is None for axis in different) for shape in shapes)


def _scaled_apart(train: np.ndarray, validation: np.ndarray) -> bool:
    if min(len(train), len(validation)) < 8 or train.dtype.kind not in "fui" or validation.dtype.kind not in "fui":
        return False
    train, validation = train.astype("float32"), validation.astype("float32")
    typical = [float(np.quantile(np.abs(array), 0.99)) for array in (train, validation)]
    spread = [float(array.std()) for array in (train, validation)]
    if min(*typical, *spread) > 0:
        factors = [max(pair) / min(pair) for pair in (typical, spread)]
        if min(factors) > FACTOR:
            return True
    if train.ndim < 4:
        return False
    # Pictures of -1 to 1 against pictures of 0 to 1
    width = max(np.ptp(train), np.ptp(validation))
    return bool(abs(train.min() - validation.min()) > 0.4 * width and min(train.min(), validation.min()) < 0)


def same_samples(case: Case) -> Iterator[Finding]:
    """Samples that are in the training and in the validation data."""
    if case.validation is None or len(case.train.inputs) != len(case.validation.inputs):
        return
    train, validation = _fingerprints(case.train), _fingerprints(case.validation)
    known = set(train)
    shared = sum(fingerprint in known for fingerprint in validation)
    share = shared / len(validation)
    repeated = 1 - len(known) / len(train)
    # Where training samples repeat one another (few, coarse values), a repetition in validation is no leak.
    if shared < 2 or share < 0.02 or (share < 1 and share < 2 * repeated) or repeated > 0.5:
        return
    yield Finding(
        "same_samples",
        SERIOUS if share > 0.2 else WARNING,
        f"{shared:,} of the {len(validation):,} validation samples that were compared ({share:.0%}) are training samples "
        "too.",
        "The network has seen these answers: the validation figures are better than the truth, and hide that it learns by "
        "heart.",
        SPLITTING,
    )


def _fingerprints(split: Split) -> list[int]:
    """A hash of each sample's inputs; arrays are compared whole, as far as memory and time allow."""
    arrays = split.columns if split.kind == ARRAYS else split.inputs
    bytes_each = sum(array[:1].size * 4 for array in arrays)
    most = max(MOST_BYTES_COMPARED // max(bytes_each, 1), 1)
    return [hash(b"".join(_bytes(array[row : row + 1]) for array in arrays)) for row in range(min(most, len(arrays[0])))]


def _bytes(sample: np.ndarray) -> bytes:
    return sample.astype("float32").tobytes() if sample.dtype.kind in "fuib" else repr(sample).encode()


def order(case: Case) -> Iterator[Finding]:
    """Samples in the order of their classes, where `fit` does not shuffle them; one class alone."""
    labels = class_labels(case, case.train.targets_in_order)
    if labels is None or len(labels) < 20:
        return
    if len(np.unique(labels)) == 1:
        first = "All" if case.train.complete else "The first"
        yield Finding(
            "one_class" if case.train.complete else "sorted_by_class",
            SERIOUS,
            f"{first} {len(labels):,} training samples are of class {labels[0]}.",
            "There is nothing to tell apart: the network learns to give the same answer always."
            if case.train.complete
            else "The data comes sorted by class. Batches of one class teach the network to give that answer always.",
            "print(np.unique(y_train, return_counts=True))" if case.train.complete else _shuffling(case.train),
        )
        return
    share = _share_of_changes(labels)
    if share > FEW_CHANGES or len(labels) < 50:
        return
    if case.train.kind != ARRAYS:
        yield Finding(
            "sorted_by_class",
            SERIOUS,
            f"The dataset comes sorted by class: between the first {len(labels):,} samples the class changes "
            f"{np.count_nonzero(np.diff(labels)):,} times, {share:.0%} of what a shuffled order has.",
            "Each batch holds one class, and the network forgets the others while it learns it. fit does not shuffle the "
            "samples of a dataset.",
            _shuffling(case.train),
        )
    elif case.validation is None and "val_loss" in case.history:
        yield Finding(
            "sorted_by_class",
            WARNING,
            f"The arrays are sorted by class: among {len(labels):,} samples the class changes "
            f"{np.count_nonzero(np.diff(labels)):,} times.",
            "fit shuffles what it trains on, but validation_split cuts off the end first: then training and validation have "
            "different classes.",
            "order = np.random.default_rng(0).permutation(len(x))\nx, y = x[order], y[order]  # before fit(..., "
            "validation_split=...)",
        )


def _share_of_changes(labels: np.ndarray) -> float:
    """Changes of class from sample to sample, as a share of those that a random order has on average."""
    shares = np.unique(labels, return_counts=True)[1] / len(labels)
    return float(np.count_nonzero(np.diff(labels)) / ((1 - np.sum(shares**2)) * (len(labels) - 1)))


def _shuffling(split: Split) -> str:
    if split.kind == "tf.data":
        return "train = train.unbatch().shuffle(10_000).batch(32)  # the buffer should hold the whole set, if memory allows"
    return "self.order = np.random.permutation(len(x))  # in __init__; __getitem__ then takes x[self.order[...]]"


def classes(case: Case) -> Iterator[Finding]:
    """Classes that only one of the two splits has."""
    if case.validation is None or not (case.train.complete and case.validation.complete):
        return
    train, validation = (class_labels(case, split.targets_in_order) for split in case.splits)
    if train is None or validation is None:
        return
    trained, examined = set(train.tolist()), set(validation.tolist())
    unseen, missing = sorted(examined - trained), sorted(trained - examined)
    change = SPLITTING
    affected = float(np.mean(np.isin(validation, unseen)))
    if affected > 0.02:
        yield Finding(
            "unseen_classes",
            SERIOUS,
            f"{affected:.0%} of the validation samples are of classes that training does not have ({_listed(unseen)}).",
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

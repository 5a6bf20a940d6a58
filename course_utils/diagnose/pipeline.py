"""How a dataset hands out its samples: in which order, which of them, and with whose targets."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import keras
import numpy as np
import scipy.optimize
from keras import layers

from course_utils.diagnose import anatomy
from course_utils.diagnose.case import Case
from course_utils.diagnose.findings import SERIOUS, WARNING, Finding
from course_utils.diagnose.samples import ARRAYS, PY_DATASET, Split, hashes
from course_utils.diagnose.targets import FEW_CLASSES, class_labels, one_hot

SHARED = 30  # samples that both readings gave; fewer tell nothing
MANY_CHANGED = 0.1  # share of samples with another target: more than an own generator's noise
FEW_CHANGES = 0.2  # of the changes of class that a random order has
PICTURES, PLACES = 200, 32  # pictures that are compared with their masks; places along a side of them
LIES, LIES_NOT = 0.6, 0.25  # correlation of a picture with a mask that lies on it, and with one that does not
MANY_TURNED = 0.08  # share of pictures on which the mask would lie once it is turned


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


def same_batch(case: Case) -> Iterator[Finding]:
    """A dataset of one's own that gives its first batch again and again."""
    size = case.train.batch_size
    if case.train.kind != PY_DATASET or not size or case.train.count < 2 * size:
        return
    arrays = [*case.train.inputs, *keras.tree.flatten(case.train.y)]
    if not all(np.array_equal(array[:size], array[size : 2 * size]) for array in arrays):
        return
    if all(array.dtype.kind in "fui" and not np.ptp(array, axis=0).any() for array in case.train.inputs):
        return  # all samples are the same, which has a finding of its own
    yield Finding(
        "same_batch",
        SERIOUS,
        f"The first two batches of the training data are the same {size} samples.",
        "If they all are, the rest of the data is never shown.",
        "def __getitem__(self, index):\n    start = index * self.size  # a batch of its own for each index\n"
        "    return self.x[start : start + self.size], self.y[start : start + self.size]",
    )


def dealt_anew(case: Case) -> Iterator[Finding]:
    """Targets that come with other samples each time the data is read."""
    if relabelled := _relabelled(case.train):
        yield Finding(
            "labels_shuffled_apart",
            SERIOUS,
            f"Read a second time, {relabelled:.0%} of the training samples came with another target than the first time.",
            "Inputs and targets are shuffled each for itself: a sample gets the target of another, a new one in each epoch.",
            "train = tf.data.Dataset.zip((inputs, targets)).shuffle(1_000)  # first put together, then shuffled",
        )


def moved_alone(case: Case) -> Iterator[Finding]:
    """Pictures that are flipped from epoch to epoch, while the target that lies on them stays."""
    again, y = case.train.again, case.train.targets
    if again is None or again.targets is None or y is None or not case.train.complete or len(case.train.inputs) > 1:
        return
    x = case.train.inputs[0]
    if x.ndim != 4 or y.ndim < 3 or y.shape[1:3] != x.shape[1:3]:
        return
    place = dict(zip(case.train.rows, range(len(x)), strict=True))
    flipped = 0
    for axis in (1, 2):
        turned = [place.get(row) for row in hashes([np.flip(again.inputs[0], axis)])]
        for new, (row, old) in enumerate(zip(again.rows, turned, strict=True)):
            if old is not None and row not in place:
                stays = np.array_equal(y[old], again.targets[new])
                flipped += stays and not np.array_equal(y[old], np.flip(y[old], axis - 1))
    if flipped < SHARED / 3:
        return
    yield Finding(
        "targets_stay",
        SERIOUS,
        f"Read a second time, {flipped} of {len(x):,} training pictures came flipped, and their targets did not.",
        "Each place is then compared with the answer for another one.",
        "train = train.map(flip_both)  # picture and target by the same change",
    )


@dataclass(frozen=True)
class Pictures:
    """Some pictures of a split and their masks, thinned.

    Attributes:
        name: `training` or `validation`.
        x: (samples, height, width, features): the colours, their means over a neighbourhood, and how far each is from the
            middle of its picture.
        masks: (samples, height, width); of several classes, whether it is another than the most frequent.
    """

    name: str
    x: np.ndarray
    masks: np.ndarray

    @cached_property
    def line(self) -> np.ndarray:
        """Coefficients of the straight line through the features that comes nearest to the masks, (features,)."""
        return _fit(self.x, self.masks)

    def agree(self, line: np.ndarray) -> np.ndarray:
        """How far such a line tells the mask of each picture, (samples,), as a correlation."""
        return _together(self.x @ line, self.masks)


def lies_elsewhere(case: Case) -> Iterator[Finding]:
    """Masks that do not lie on their pictures: turned, or those of other pictures, as the brightness beneath them tells."""
    read = [each for split in case.splits if (each := _pictures_of(split)) is not None]
    found = next((finding for each in read if (finding := _turned_apart(each)) is not None), None)
    if found is None and len(read) == 2:
        found = _unlike(*read) or _unlike(*read[::-1])
    if found is None and read:
        found = _of_others(read[0])
    if found is not None:
        yield found


def _turned_apart(pictures: Pictures) -> Finding | None:
    """Masks of which many would lie on their pictures if they were turned, and do not as they are."""
    x, masks = pictures.x, pictures.masks
    for way, turned in _turned(masks):
        line = _fit(x, turned)
        given, other = np.maximum(pictures.agree(pictures.line), pictures.agree(line)), _together(x @ line, turned)
        count = int(np.sum((other > LIES) & (given < LIES_NOT)))
        if count >= max(MANY_TURNED * len(x), SHARED / 3) and np.mean(np.maximum(given, other) > LIES) > LIES:
            return Finding(
                "targets_stay",
                SERIOUS,
                f"{count} of {len(x):,} {pictures.name} masks would lie on what their pictures show if they were {way}; as "
                "they are, they lie beside it.",
                "Picture and mask were not changed alike, as by a flip of the picture alone: each place is compared with "
                "the answer for another one.",
                "x, y = x[:, :, ::-1], y[:, :, ::-1]  # whatever moves a picture moves its mask in the same way",
            )
    return None


def _unlike(pictures: Pictures, sound: Pictures) -> Finding | None:
    """Masks that do not lie on their pictures as those of the other split do on theirs."""
    own, told = (float(np.median(each.agree(sound.line))) for each in (sound, pictures))
    if own < LIES:
        return None
    if told < -LIES:
        return Finding(
            "classes_renumbered",
            SERIOUS,
            f"In the {sound.name} data masks mark what they leave out in the {pictures.name} data: their correlation with "
            f"what the pictures show is {own:.2f}, and here {told:.2f}.",
            "The same number means the object in the one and what is around it in the other.",
            "masks = 1 - masks  # of one of the two: 1 for the object in both",
        )
    if max(told, float(np.median(pictures.agree(pictures.line)))) > own / 2:
        return None
    return _shuffled(
        f"In the {sound.name} data masks lie on what the pictures show (correlation {own:.2f}), in the {pictures.name} data "
        f"they do not ({told:.2f})."
    )


def _of_others(pictures: Pictures) -> Finding | None:
    """Masks that lie on nothing their own picture shows, and nearly all of them on what another one does."""
    own = float(np.median(pictures.agree(pictures.line)))
    if own > LIES_NOT:
        return None
    masks = _centred(pictures.masks)
    for feature in np.moveaxis(pictures.x, -1, 0):
        table = _centred(feature) @ masks.T
        for likely in (table, -table):
            told = float(np.median(likely[scipy.optimize.linear_sum_assignment(-likely)]))
            if told > LIES:
                return _shuffled(
                    f"The masks do not lie on what their pictures show (correlation {own:.2f}); dealt out in another order, "
                    f"they do ({told:.2f})."
                )
    return None


def _shuffled(seen: str) -> Finding:
    return Finding(
        "labels_shuffled_apart",
        SERIOUS,
        seen,
        "These masks belong to other pictures or places: the two were shuffled, listed or moved apart.",
        "pictures, masks = sorted(pictures), sorted(masks)  # file names in one order; then shuffle pairs",
    )


def _pictures_of(split: Split) -> Pictures | None:
    """Pictures with a number for each place; None if there are no such."""
    x, y = split.inputs[0], split.targets
    if len(split.inputs) > 1 or y is None or x.ndim != 4 or y.ndim not in (3, 4) or y.shape[1:3] != x.shape[1:3]:
        return None
    if min(x.shape[1:3]) < 6 or len(x) < SHARED or x.dtype.kind not in "fui" or y.dtype.kind not in "fuib":
        return None
    rows = np.unique(np.linspace(0, len(x) - 1, PICTURES).astype(int))
    step = -(-max(x.shape[1:3]) // PLACES)
    x, y = (array[rows, ::step, ::step].astype("float32") for array in (x, y))
    if y.ndim == 4:
        y = y.argmax(axis=-1) if y.shape[-1] > 1 and one_hot(y) else y.mean(axis=-1)
    numbers, counts = np.unique(y, return_counts=True)
    if len(numbers) <= FEW_CLASSES and not set(numbers) <= {0, 1}:
        y = y != numbers[counts.argmax()]
    around = np.mean([np.roll(x, shift, axis=(1, 2)) for shift in itertools.product((-1, 0, 1), repeat=2)], axis=0)
    away = np.abs(x - np.median(x, axis=(1, 2), keepdims=True))
    return Pictures(split.name, np.concatenate([x, around, away], axis=-1), y.astype("float32"))


def _turned(masks: np.ndarray) -> Iterator[tuple[str, np.ndarray]]:
    """Masks as they would lie after what is often done to pictures alone, and what that is."""
    yield "flipped from left to right", masks[:, :, ::-1]
    yield "flipped upside down", masks[:, ::-1]
    yield "turned by half a turn", masks[:, ::-1, ::-1]
    if masks.shape[1] == masks.shape[2]:
        yield "transposed (rows and columns exchanged)", masks.transpose(0, 2, 1)
        yield "turned by a quarter", np.rot90(masks, 1, axes=(1, 2))
        yield "turned by a quarter", np.rot90(masks, -1, axes=(1, 2))


def _fit(x: np.ndarray, masks: np.ndarray) -> np.ndarray:
    rows = x.reshape(-1, x.shape[-1])
    rows = rows - rows.mean(axis=0)
    squares = rows.T @ rows
    return np.linalg.solve(squares + 1e-5 * np.trace(squares) * np.eye(len(squares)) + 1e-9, rows.T @ masks.ravel())


def _together(likely: np.ndarray, masks: np.ndarray) -> np.ndarray:
    """Correlation of each picture with its mask, (samples,); 0 where one of the two is the same throughout."""
    return (_centred(likely) * _centred(masks)).sum(axis=1)


def _centred(part: np.ndarray) -> np.ndarray:
    """Pictures as rows of mean 0 and length 1; 0 where one is the same throughout."""
    rows = part.reshape(len(part), -1) - part.mean(axis=(1, 2))[:, None]
    size = np.linalg.norm(rows, axis=1, keepdims=True)
    return rows / np.where(size > 0, size, 1)


def _relabelled(split: Split) -> float:
    """Share of the samples, among those that both readings gave, whose targets have changed."""
    if split.again is None:
        return 0.0
    first, second = (dict(zip(each.rows, hashes(keras.tree.flatten(each.y)), strict=True)) for each in (split, split.again))
    shared = first.keys() & second.keys()
    if len(shared) < SHARED or len(first) < split.count:  # samples that occur twice may have two targets
        return 0.0
    changed = sum(first[row] != second[row] for row in shared) / len(shared)
    return changed if changed > MANY_CHANGED else 0.0


def state_of_others(case: Case) -> Iterator[Finding]:
    """A layer that keeps its state from batch to batch, and batches that come in another order each time."""
    keeps = next((layer for layer in anatomy.all_layers(case.model) if getattr(layer, "stateful", False)), None)
    again = case.train.again
    if not isinstance(keeps, layers.Layer) or again is None or case.train.rows == again.rows:
        return
    if not case.train.complete or set(case.train.rows) != set(again.rows):
        return
    yield Finding(
        "state_of_others",
        SERIOUS,
        f"{keeps.name} is stateful, and the training data came in another order when it was read a second time.",
        "It begins each batch with what it remembers of the one before: here, of other samples.",
        f"layers.{type(keeps).__name__}(...)  # without stateful=True; or no shuffle, and the pieces of a series in order",
    )

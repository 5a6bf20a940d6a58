"""Random changes to pictures: where they do not belong, where they do nothing, where they assume another range of pixels."""

import re
from collections.abc import Iterator
from typing import Any

import keras
import numpy as np

from course_utils.diagnose import anatomy
from course_utils.diagnose.case import Case
from course_utils.diagnose.findings import SERIOUS, WARNING, Finding
from course_utils.diagnose.samples import TF_DATA, Split
from course_utils.diagnose.targets import class_labels

TRIES = 4
PICTURES, FEWEST, MOST_BYTES = 96, 16, 20_000_000  # pictures that reach a layer: if they are small, the first number
MOVING = tuple(f"Random{how}" for how in ("Flip", "Rotation", "Translation", "Zoom", "Crop", "Shear", "Perspective"))
HALF_A_TURN = 0.5
ENOUGH = 48  # pictures
COMPARED, SIDE = 600, 32  # pictures that are compared with each other, at most so large
TOLD = 0.75  # share of pictures whose nearest one is of their class, from which likeness tells the class
FLIPPED, ALIKE = 0.7, 1.4  # share that still is after a flip, in parts of that; distances that count as equal
TOLD_SURELY, LOST = 0.9, 0.3  # share of pictures told before a change; of these, told otherwise after it
DROWNING = 3.0  # standard deviation of noise, in parts of that of the values
FLAT, MANY_FLAT = 0.1, 0.2  # spread of a picture that is left, in parts of that before; share of pictures that are too many
RANDOM_OPERATION = re.compile("(Stateless)?(Random|TruncatedNormal|Multinomial|ParameterizedTruncatedNormal)")


def of_validation(case: Case) -> Iterator[Finding]:
    """Validation data that is different each time it is read, or is made with random operations."""
    if case.validation is None or case.validation.again is None:
        return
    changed = _changed(case.validation, case.validation.again)
    random = next((operation for operation, _ in _random_operations(case.validation)), None)
    if changed is None and random is None:
        return
    yield Finding(
        "augmented_validation",
        SERIOUS,
        f"The validation dataset is made with a random operation ({random})."
        if changed is None
        else f"Read twice, the validation data is not the same: {changed:.0%} of its samples had changed.",
        "Validation is an examination: with random changes it is another and a harder one than the task itself.",
        "validation = validation.map(prepare)  # without augmentation; train = train.map(augment)",
    )


def _changed(first: Split, second: Split) -> float | None:
    """Share of samples that the second reading gave otherwise; None if the readings agree or cannot be compared."""
    if first.complete and second.complete:
        known = set(first.rows)
        changed = float(np.mean([row not in known for row in second.rows]))
        return changed if changed > 0.01 else None
    # Only the beginning was read, perhaps shuffled anew: compare where the labels say that the samples are the same.
    y, again = first.targets, second.targets
    if y is None or again is None or len(y) != len(again) or not np.array_equal(y, again) or len(np.unique(y)) < 2:
        return None
    changed = float(np.mean([one != other for one, other in zip(first.rows, second.rows, strict=True)]))
    return changed if changed > 0.01 else None


def does_something(case: Case) -> Iterator[Finding]:
    """Random layers that leave their input as it is, or take it for another range; augmentation before a cache."""
    yield from _repeated(case)
    for layer, pictures in _random_layers(case):
        if (trouble := _moves_too_much(case, layer)) is not None:
            yield trouble
            return
        low, high = float(pictures.min()), float(pictures.max())
        if low == high:
            continue
        assumed = _assumed_range(layer)
        if assumed and ((assumed[1] > 2 and high <= 1.5) or (assumed[1] <= 1 and high > 2)):
            yield Finding(
                "augmentation_range",
                WARNING,
                f"{layer.name} takes its pictures for {assumed[0]:g} to {assumed[1]:g}; it gets {low:.3g} to {high:.3g}.",
                "Its changes are then much too large or too small for the pictures, or cut them off.",
                f"layers.{type(layer).__name__}(..., value_range=({0 if low >= 0 else -1}, {1 if high <= 1.5 else 255}))",
            )
        elif all(
            np.allclose(anatomy.as_array(layer(pictures, training=True)), pictures, atol=1e-4 * (high - low))
            for _ in range(TRIES)
        ):
            yield Finding(
                "augmentation_without_effect",
                WARNING,
                f"{layer.name} gave back {len(pictures)} training pictures unchanged, {TRIES} times.",
                "The network sees the same pictures in every epoch, and overfits as if there were no augmentation.",
                f"layers.{type(layer).__name__}(0.1)  # a factor above 0",
            )
        elif (trouble := _too_strong(case, layer, pictures)) is not None:
            yield trouble
            return


def _moves_too_much(case: Case, layer: keras.layers.Layer) -> Finding | None:
    """A picture that is moved while the target that lies on it stays; one that is turned right round; mirrored classes."""
    name, y, x = type(layer).__name__, case.train.targets, case.train.inputs[0]
    if name in MOVING and y is not None and y.ndim >= 3 and x.ndim == 4 and y.shape[1:3] == x.shape[1:3]:
        return Finding(
            "targets_stay",
            SERIOUS,
            f"{layer.name} moves the picture, and the targets of shape {y.shape[1:]}, which belong to its places, stay.",
            "Each place is then compared with the answer for another one.",
            "train = train.map(flip_both)  # in the data: picture and target by the same change",
        )
    factor = getattr(layer, "factor", 0.0) if name == "RandomRotation" else 0.0
    largest = float(np.abs(factor).max())
    if largest > HALF_A_TURN:
        return Finding(
            "turns_right_round",
            WARNING,
            f"{layer.name} has a factor of {largest:g}: up to {largest:g} full turns.",
            "The factor is a part of a full turn, neither degrees nor radians: pictures come out at any angle.",
            "layers.RandomRotation(0.05)  # up to 18 degrees to each side",
        )
    mode = getattr(layer, "mode", "") if name == "RandomFlip" else ""
    for way, axis in (("horizontal", 2), ("vertical", 1)):
        if way in mode and (share := _mirrored_into_others(case, axis)):
            return Finding(
                "flip_changes_class",
                WARNING,
                f"{layer.name} flips pictures ({way}); flipped, {share:.0%} of the training pictures are most like those of "
                "another class, and about as like as pictures of one class are to each other.",
                "A flip that turns one class into another makes its label wrong.",
                f'layers.RandomFlip("{"vertical" if way == "horizontal" else "horizontal"}")  # or none: only changes after '
                "which you would give the same label",
            )
    return None


def _too_strong(case: Case, layer: keras.layers.Layer, pictures: np.ndarray) -> Finding | None:
    """A change after which pictures are one colour, or look like those of another class."""
    noise = float(getattr(layer, "stddev", 0.0)) if isinstance(layer, keras.layers.GaussianNoise) else 0.0
    if noise > DROWNING * pictures.std():
        return Finding(
            "augmentation_too_strong",
            WARNING,
            f"{layer.name} adds noise with a standard deviation of {noise:.3g} to values whose own is {pictures.std():.3g}.",
            "What the network is to learn from drowns in the noise, and training hardly gets anywhere.",
            f"layers.GaussianNoise({0.1 * pictures.std():.1g})  # a part of the spread of the values",
        )
    if pictures.ndim != 4 or type(layer).__name__ in ("RandomFlip", "RandomCrop") or len(pictures) < FEWEST:
        return None
    changed = anatomy.as_array(layer(pictures, training=True))
    if changed.shape != pictures.shape:
        return None
    before, after = (part.reshape(len(part), -1).astype("float32").std(axis=1) for part in (pictures, changed))
    varied = before > 0
    flat = float(np.mean(after[varied] < FLAT * before[varied])) if varied.any() else 0.0
    lost = _told_otherwise(case, pictures, changed) if flat < MANY_FLAT else None
    if flat < MANY_FLAT and lost is None:
        return None
    return Finding(
        "augmentation_too_strong",
        WARNING,
        f"After {layer.name}, {flat:.0%} of {int(varied.sum())} training pictures were the same colour all over."
        if lost is None
        else f"After {layer.name}, {lost:.0%} of the training pictures, which look like their class as they are, look like "
        "another.",
        "Augmentation may change nothing that tells the classes apart. So strong, it wipes out just that, and the label is "
        "wrong for what is left.",
        f"layers.{type(layer).__name__}(0.1)  # a smaller factor, or none of this kind: look at what comes out of the layer",
    )


def _told_otherwise(case: Case, pictures: np.ndarray, changed: np.ndarray) -> float | None:
    """Share of pictures that lie as near to those of another class, once they are changed, as they had lain to their own."""
    labels = class_labels(case, case.train.targets)
    if labels is None or case.fixed_batch is not None or len(pictures) < ENOUGH:
        return None
    labels = labels[case.rows_apart(_how_many(case))]
    step = -(-max(pictures.shape[1:3]) // SIDE)
    known, others = (part[:, ::step, ::step].reshape(len(part), -1).astype("float32") for part in (pictures, changed))
    distances = [_distances(part, known) for part in (known, others)]
    for table in distances:
        np.fill_diagonal(table, np.inf)
    right, still = (labels[table.argmin(axis=1)] == labels for table in distances)
    if right.mean() < TOLD_SURELY:
        return None
    near, far = (table.min(axis=1) for table in distances)
    lost = float(np.mean((~still & (far < ALIKE * np.median(near)))[right]))
    return lost if lost > LOST else None


def _how_many(case: Case) -> int:
    """Pictures that are shown to the random layers: fewer if they are large."""
    bytes_each = sum(array[:1].size * 4 for array in case.train.inputs)
    return int(np.clip(MOST_BYTES // max(bytes_each, 1), FEWEST, PICTURES))


def _mirrored_into_others(case: Case, axis: int) -> float | None:
    """Share of pictures that are most like those of another class once they are flipped; None if that does not stand out."""
    labels, x = class_labels(case, case.train.targets), case.train.inputs[0]
    if labels is None or x.ndim != 4 or x.dtype.kind not in "fui":
        return None
    rows = np.unique(np.linspace(0, len(x) - 1, COMPARED).astype(int))
    step = -(-max(x.shape[1:3]) // SIDE)
    pictures, labels = x[rows, ::step, ::step].astype("float32"), labels[rows]
    known = pictures.reshape(len(rows), -1)
    distances = [_distances(part.reshape(len(rows), -1), known) for part in (pictures, np.flip(pictures, axis))]
    for table in distances:
        np.fill_diagonal(table, np.inf)
    right, flipped = (labels[table.argmin(axis=1)] == labels for table in distances)
    if right.mean() < TOLD or flipped.mean() > FLIPPED * right.mean():
        return None
    near, far = (np.median(table.min(axis=1)[rows]) for table, rows in zip(distances, (right, ~flipped), strict=True))
    return float(np.mean(~flipped)) if far < ALIKE * near else None


def _distances(rows: np.ndarray, others: np.ndarray) -> np.ndarray:
    squares = (rows**2).sum(axis=1)[:, None] - 2 * rows @ others.T + (others**2).sum(axis=1)
    return np.sqrt(np.maximum(squares, 0))


def _assumed_range(layer: keras.layers.Layer) -> tuple[float, float] | None:
    value_range = getattr(layer, "value_range", None)
    if value_range is None or len(value_range) != 2:
        return None
    low, high = value_range
    return float(low), float(high)


def _is_random(layer: Any) -> bool:
    return isinstance(layer, keras.layers.Layer) and type(layer).__name__.startswith(
        ("Random", "RandAugment", "AugMix", "GaussianNoise")
    )


def _random_layers(case: Case) -> Iterator[tuple[keras.layers.Layer, np.ndarray]]:
    """Random layers of the model, each with the pictures that reach it in training."""
    if case.runnable is None:
        return
    feed = anatomy.feed_of(case.runnable, case.some_apart(_how_many(case)))
    if not feed:
        return
    reached = [
        (node.operation, node.input_tensors[0])
        for node in anatomy.nodes(case.runnable)
        if len(node.input_tensors) == 1 and (_is_random(node.operation) or _has_random(node.operation))
    ]
    if not reached:
        return
    values = keras.tree.flatten(keras.Model(case.runnable.inputs, [tensor for _, tensor in reached])(feed, training=False))
    for (operation, _), pictures in zip(reached, values, strict=True):
        yield from _along(operation, pictures)


def _has_random(operation: Any) -> bool:
    return isinstance(operation, keras.Sequential) and any(map(_is_random, operation.layers))


def _along(operation: Any, pictures: Any) -> Iterator[tuple[keras.layers.Layer, np.ndarray]]:
    for layer in operation.layers if isinstance(operation, keras.Sequential) else [operation]:
        if _is_random(layer):
            yield layer, anatomy.as_array(pictures)
        # After a layer without effect the next one still gets pictures that it can change.
        pictures = layer(pictures, training=False)


def _repeated(case: Case) -> Iterator[Finding]:
    """Random changes in the training pipeline that every epoch gets the same: cached, or drawn anew from the same seed."""
    operations = list(_random_operations(case.train))
    if any(cached for _, cached in operations):
        yield Finding(
            "augmentation_cached",
            SERIOUS,
            "The training dataset is augmented first and cached after that.",
            "The cache keeps the random changes of the first epoch: every later epoch shows the very same pictures.",
            "train = train.cache().map(augment)  # cache what is always the same, then augment",
        )
    elif operations and case.train.complete and _same_again(case.train):
        yield Finding(
            "augmentation_repeats",
            WARNING,
            f"The training dataset draws random numbers ({operations[0][0]}), and gave the very same samples when it was "
            "read a second time.",
            "With a global seed, tf.random in a map starts anew in each epoch: every epoch shows the same changes.",
            "train = train.shuffle(1_000).map(augment)  # or layers.Random... in the model: they go on drawing",
        )


def _same_again(split: Split) -> bool:
    return split.again is not None and split.again.rows == split.rows


def _random_operations(split: Split) -> Iterator[tuple[str, bool]]:
    """Random operations in the functions that a `tf.data` dataset maps, and whether a cache stands after them."""
    for dataset, cached in _steps(split.source, False) if split.kind == TF_DATA else ():
        graph = getattr(getattr(getattr(dataset, "_map_func", None), "function", None), "graph", None)
        for operation in graph.get_operations() if graph is not None else ():
            if RANDOM_OPERATION.match(operation.type):
                yield operation.type, cached


def _steps(dataset: Any, cached: bool) -> Iterator[tuple[Any, bool]]:
    """A dataset and those that it was made from, last step first; and whether a cache stands after each."""
    yield dataset, cached
    for before in dataset._inputs():
        yield from _steps(before, cached or type(dataset).__name__ == "CacheDataset")

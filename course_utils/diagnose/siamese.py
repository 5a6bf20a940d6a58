"""Models that compare two inputs of one kind, such as siamese networks: their encoders, and which way their loss pulls."""

from collections.abc import Iterator
from typing import Any

import keras
import numpy as np
from keras import layers

from course_utils.diagnose import anatomy
from course_utils.diagnose.case import Case
from course_utils.diagnose.findings import SERIOUS, WARNING, Finding

EQUAL = 1e-3  # spread of the answers to pairs of equal samples, beside that to all pairs
CLEAR, ERRORS = 0.5, 6.0  # difference of two groups in spreads, and in standard errors, that is no chance
TOLD = 0.2  # correlation of a target with how far apart a pair lies, from which it depends on that
ONE_KIND = 0.25  # by how much means (in spreads) and spreads (in parts) of two inputs of one kind may differ


def reversed_pull(case: Case) -> Iterator[Finding]:
    """A loss that brings together the pairs that lie far apart, and drives apart those that lie close."""
    pair, y, loss = _pair_of(case), case.train.targets, case.loss
    answers = case.seen.predictions if case.seen is not None else None
    if pair is None or y is None or answers is None or loss is None:
        return
    if answers.size != len(case.rows_run) or y.size != case.train.count:
        return  # not one answer and one label for each pair
    y = y[case.rows_run].reshape(-1)
    said = np.unique(y)
    nearest = _answer_to_equals(case.runnable, pair[0][case.rows_run], answers)
    if len(said) != 2 or nearest is None:
        return
    farthest = answers.max() if np.isclose(answers.min(), nearest, atol=EQUAL) or answers.min() > nearest else answers.min()
    costs = {label: [_cost(loss, label, np.full_like(answers, answer)) for answer in (nearest, farthest)] for label in said}
    together = [label for label, (near, far) in costs.items() if near < far]
    if len(together) != 1 or not np.isfinite(list(costs.values())).all():
        return
    apart = _apart(*(array[case.rows_run] for array in pair))
    close, others = apart[y == together[0]], apart[y != together[0]]
    if min(len(close), len(others)) < 8 or not _clearly_larger(close, others):
        return
    yield Finding(
        "pairs_pulled_the_wrong_way",
        SERIOUS,
        f"The loss {loss.name} pulls pairs labelled {together[0]:g} together and pushes the others apart; but those "
        f"labelled {together[0]:g} lie farther apart in the data ({close.mean():.3g} on average, against "
        f"{others.mean():.3g}).",
        "A contrastive loss goes by a convention: whether 1 stands for a pair that belongs together or for one that "
        "differs. Labels and loss seem to follow opposite ones, and what is alike is driven apart.",
        "y = 1 - y  # or exchange the two terms of the loss",
    )


def _pair_of(case: Case) -> list[np.ndarray] | None:
    """The two inputs of a model that takes two of the same shape; numbers of things, one for each sample, are left out."""
    if case.runnable is None or case.fixed_batch is not None:
        return None
    pair = anatomy.feed_of(case.runnable, case.train.x) or []
    if len(pair) != 2 or pair[0].shape != pair[1].shape or any(array.dtype.kind not in "fui" for array in pair):
        return None
    return pair if pair[0][0].size > 1 else None


def _answer_to_equals(model: Any, rows: np.ndarray, answers: np.ndarray) -> float | None:
    """The answer to any pair of equal samples, if it is the same for all and lies at the end of what is answered."""
    equals = anatomy.as_array(keras.tree.flatten(model([rows, rows], training=False))[0])
    spread = float(np.ptp(answers))
    nearest = float(equals.mean())
    at_the_end = nearest <= answers.min() + EQUAL * spread or nearest >= answers.max() - EQUAL * spread
    return nearest if spread > 0 and np.ptp(equals) <= EQUAL * spread and at_the_end else None


def _cost(loss: anatomy.Loss, label: Any, answers: np.ndarray) -> float:
    given = np.full_like(answers, label), answers
    return float(np.mean(anatomy.as_array(loss.function(*map(keras.ops.convert_to_tensor, given)))))


def _apart(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """How far apart the samples of each pair lie, (pairs,); of rows of whole numbers, the share not found in the other."""
    if one.dtype.kind in "ui" and one.ndim == 2:
        return np.array([1 - np.isin(*pair).mean() for pair in zip(one, other, strict=True)])
    difference = one.astype("float32") - other.astype("float32")
    return np.sqrt(np.mean(difference.reshape(len(one), -1) ** 2, axis=1))


def _clearly_larger(one: np.ndarray, other: np.ndarray) -> bool:
    difference = one.mean() - other.mean()
    error = np.sqrt(one.var() / len(one) + other.var() / len(other))
    return bool(difference > ERRORS * error and difference > CLEAR * np.sqrt((one.var() + other.var()) / 2))


def towers_apart(case: Case) -> Iterator[Finding]:
    """Two inputs of one kind that are compared, after each has gone through an encoder of its own."""
    pair, y = _pair_of(case), case.train.targets
    if pair is None or y is None or y.size != case.train.count or y.dtype.kind not in "fuib":
        return
    for node in anatomy.nodes(case.runnable):
        towers = [_tower(tensor) for tensor in node.input_tensors] if len(node.input_tensors) == 2 else []
        if len(towers) != 2 or not _twins(*towers) or not _of_one_kind(*pair):
            continue
        apart = _apart(*pair)
        if not apart.std() or abs(np.corrcoef(apart, y.reshape(-1))[0, 1]) < TOLD or not _compares(node):
            return
        names = [tower.layers[-1].name for tower in towers]
        yield Finding(
            "towers_apart",
            WARNING,
            f"The two inputs are of one kind, and {node.operation.name} compares what {names[0]} makes of the one with what "
            f"{names[1]} makes of the other; the two share no weights.",
            "Two encoders that are trained separately see two different things in the same sample: even equal samples come "
            "out apart. Siamese towers are one encoder, called twice.",
            "left, right = encoder(first), encoder(second)  # the same layers for both inputs",
        )
        return


class _Tower:
    """What lies between an input and a symbolic tensor: its inputs by id, and the layers with weights, last ones first."""

    def __init__(self) -> None:
        self.inputs: set[int] = set()
        self.layers: list[Any] = []


def _tower(tensor: Any) -> _Tower:
    tower, waiting, known = _Tower(), [tensor], set()
    while waiting:
        tensor = waiting.pop(0)
        operation = tensor._keras_history.operation
        if isinstance(operation, layers.InputLayer):
            tower.inputs.add(id(tensor))
        if id(tensor) in known or isinstance(operation, layers.InputLayer):
            continue
        known.add(id(tensor))
        if isinstance(operation, layers.Layer) and operation.weights:
            tower.layers.append(operation)
        for node in operation._inbound_nodes:
            if any(tensor is output for output in node.output_tensors):
                waiting.extend(node.input_tensors)
    return tower


def _twins(one: _Tower, other: _Tower) -> bool:
    """Whether two towers are built alike, on an input each, and have no weights in common."""
    shapes, own = (
        [[use(weight) for layer in tower.layers for weight in layer.weights] for tower in (one, other)]
        for use in (lambda weight: tuple(weight.shape), id)
    )
    apart = len(one.inputs) == len(other.inputs) == 1 and one.inputs != other.inputs
    return apart and bool(shapes[0]) and shapes[0] == shapes[1] and not set(own[0]) & set(own[1])


def _of_one_kind(one: np.ndarray, other: np.ndarray) -> bool:
    """Whether the numbers of two inputs, column by column, lie around the same mean, as far."""
    columns = [array.reshape(len(array), -1).astype("float64") for array in (one, other)]
    means, spreads = ([getattr(part, name)(axis=0) for part in columns] for name in ("mean", "std"))
    spread = np.maximum(*spreads) + 1e-9
    return bool(
        (np.abs(means[0] - means[1]) < ONE_KIND * spread).all()
        and (np.abs(spreads[0] - spreads[1]) < ONE_KIND * spread).all()
    )


def _compares(node: Any) -> bool:
    """Whether an operation on two tensors gives one and the same for any two that are equal, as a difference does."""
    shapes = [tuple(tensor.shape[1:]) for tensor in node.input_tensors]
    if shapes[0] != shapes[1] or None in shapes[0]:
        return False
    values = np.random.default_rng(0).normal(size=(8, *shapes[0])).astype("float32")
    apart = keras.Model(node.input_tensors, node.output_tensors)
    of_equals, of_others = (
        anatomy.as_array(keras.tree.flatten(apart([values, other], training=False))[0]) for other in (values, values[::-1])
    )
    spread = float(np.ptp(of_others))
    return spread > 0 and float(np.ptp(of_equals)) <= EQUAL * spread

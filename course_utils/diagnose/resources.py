"""Memory that this machine does not have."""

from collections.abc import Iterator

import keras
import numpy as np
import tensorflow as tf

from course_utils.devices import usable_memory
from course_utils.diagnose import anatomy
from course_utils.diagnose.case import Case
from course_utils.diagnose.findings import SERIOUS, WARNING, Finding
from course_utils.diagnose.samples import ARRAYS

DEFAULT_BATCH = 32  # what fit takes for arrays
SLOTS = {
    "SGD": 1,
    "RMSprop": 1,
    "Adagrad": 1,
    "Lion": 1,
    "Muon": 1,
}  # numbers that an optimizer keeps for each weight; else 2
GIGABYTE = 2**30


def memory(case: Case) -> Iterator[Finding]:
    """Weights, gradients, the optimizer's numbers and a batch's activations against the memory that is free."""
    free = usable_memory().free
    batch = batch_size(case) or DEFAULT_BATCH
    weights, activations = _bytes_of_training(case.model, batch)
    if weights + activations > free:
        case.may_run = False
        yield Finding(
            "memory",
            SERIOUS,
            f"Training needs about {_gb(weights)} for the weights and what goes with each, and {_gb(activations)} for what "
            f"the layers compute on a batch of {batch}; {_gb(free)} are free.",
            "When memory runs out, the kernel dies without a message, or the computer starts to swap and stands still.",
            f"model.fit(..., batch_size={max(1, batch // 4)})"
            if activations > weights
            else "layers.GlobalAveragePooling2D()  # in place of Flatten: most weights stand in the Dense after it",
        )
        return
    doubled = sum(
        2 * column.nbytes for column in case.train.columns if case.train.kind == ARRAYS and column.dtype == np.float64
    )
    # fit makes 32-bit tensors of them, half as large again
    if doubled * 0.75 > free:
        yield Finding(
            "memory",
            WARNING,
            f"The training inputs are 64-bit numbers: {_gb(doubled / 2)}, and fit makes a copy; {_gb(free)} are free.",
            "The network computes with 32 bits: half of this memory buys nothing.",
            'x_train = x_train.astype("float32")  # before you divide: a uint8 array divided by 255 becomes 64-bit',
        )


def batch_size(case: Case) -> int | None:
    """Size of the training batches, as far as the data or the last `fit` tells."""
    if case.train.batch_size:
        return case.train.batch_size
    steps = (getattr(getattr(case.model, "history", None), "params", None) or {}).get("steps")
    if case.history and steps and steps > 1 and case.train.size:
        return -(-case.train.size // steps)
    return min(DEFAULT_BATCH, case.train.size) if case.train.size else None


def _bytes_of_training(model: keras.Model, batch: int) -> tuple[int, int]:
    trained = sum(4 * int(np.prod(weight.shape)) for weight in model.trainable_weights)
    fixed = sum(4 * int(np.prod(weight.shape)) for weight in model.non_trainable_weights)
    slots = SLOTS.get(type(anatomy.optimizer_of(model)).__name__, 2)
    # each value is kept for the gradient, and its gradient is as large
    return fixed + trained * (2 + slots), 2 * batch * _bytes_computed(model)


def _bytes_computed(model: keras.Model) -> int:
    """What the layers compute for one sample; axes of unknown length count as 1."""
    total = 0
    for node in anatomy.nodes(model):
        if isinstance(node.operation, keras.Model):
            total += _bytes_computed(node.operation)
        else:
            total += sum(
                int(np.prod([axis or 1 for axis in tensor.shape[1:]])) * tf.as_dtype(tensor.dtype).size
                for tensor in node.output_tensors
            )
    return total


def _gb(count: float) -> str:
    return f"{count / GIGABYTE:.1f} GB"

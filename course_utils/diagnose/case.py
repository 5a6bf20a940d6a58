"""What a check may look at: the model, samples of its data, and what a copy of the model computes on them."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import keras
import numpy as np
from keras import layers

from course_utils.diagnose import anatomy, copies
from course_utils.diagnose.samples import Split

SAMPLES_RUN = 256
SAMPLES_ENTERING = 64
BATCH = 64


@dataclass(frozen=True)
class Seen:
    """What a copy of the model computes in inference mode on a sample of the training data.

    Attributes:
        predictions: (samples, ...), None for a model with several outputs.
        largest: name of each ReLU layer -> (units,), each unit's largest value over the sample.
    """

    predictions: np.ndarray | None
    largest: dict[str, np.ndarray]


class Case:
    """One call of `diagnose`."""

    def __init__(self, model: keras.Model, train: Split, validation: Split | None) -> None:
        self.model = model
        self.train = train
        self.validation = validation
        self.skipped: list[str] = []
        self.may_copy = True
        self.trouble = ""  # what Keras said when the copy was run on the data
        self.in_float32 = True  # copies compute in float32, whatever the model's own precision

    @property
    def splits(self) -> list[Split]:
        """The samples of the training data and, if it was given, of the validation data."""
        return [self.train] if self.validation is None else [self.train, self.validation]

    @cached_property
    def loss(self) -> anatomy.Loss | None:
        """The loss the model was compiled with; None for several, or before `compile`."""
        return anatomy.loss_of(self.model) if self.model.compiled else None

    @cached_property
    def head(self) -> anatomy.Head | None:
        """The last layer; None if it cannot be told."""
        # A Sequential without Input knows its last layer's shape once built; the copy has been.
        return anatomy.head_of(self.model) or (anatomy.head_of(self.copy) if self.copy is not None else None)

    @cached_property
    def outputs(self) -> list[Any]:
        """The model's symbolic outputs; of one that is not built, those of its copy."""
        own = anatomy.tensors_of(self.model, "outputs")
        return own or (anatomy.tensors_of(self.copy, "outputs") if self.copy is not None else [])

    @property
    def steps_trained(self) -> int:
        """Steps that the optimizer has taken; 0 before `compile`."""
        optimizer = self.model.optimizer if self.model.compiled else None
        return int(optimizer.iterations.numpy()) if optimizer is not None else 0

    @cached_property
    def history(self) -> dict[str, list[float]]:
        """Metrics by epoch of the last `fit`; empty before training and after a new `compile`."""
        history = getattr(self.model, "history", None)
        return dict(getattr(history, "history", {})) if self.steps_trained else {}

    @cached_property
    def copy(self) -> keras.Model | None:
        """A built copy of the model that runs on the training sample; None, with the reason in `trouble`, if none does.

        It must run in the model's own precision. Then it computes in float32, unless a layer insists on the other.
        """
        if not self.may_copy:
            self._skip("what a copy of the model computes, since there is no memory for one")
            return None
        try:
            copy = copies.exact_copy(self.model)
        except Exception:
            self._skip("what the model computes, since Keras cannot copy a model that does not describe how it is built")
            return None
        try:
            copy(self.some(2), training=False)
        except Exception as error:
            self.trouble = str(error) or type(error).__name__
            return None
        if copies.compute_in_float32(copy):
            try:
                copy(self.some(2), training=False)
            except Exception:
                self.in_float32 = False
                copy = copies.exact_copy(self.model)
                copy(self.some(2), training=False)
        return copy

    def some(self, count: int) -> Any:
        """The first `count` of the training inputs, in the structure that the model takes."""
        return keras.tree.map_structure(lambda array: array[:count], self.train.x)

    @cached_property
    def entries(self) -> list[tuple[Any, np.ndarray]]:
        """The first layers with weights, and what reaches them; see `anatomy.entering`."""
        if self.copy is None:
            return []
        feed = anatomy.feed_of(self.copy, self.some_apart(SAMPLES_ENTERING))
        return anatomy.entering(self.copy, feed) if feed else []

    def some_apart(self, count: int) -> Any:
        """`count` samples from all over the sample."""
        rows = np.unique(np.linspace(0, self.train.count - 1, count).astype(int))
        return keras.tree.map_structure(lambda array: array[rows], self.train.x)

    @cached_property
    def rows_run(self) -> np.ndarray:
        """Numbers of the training samples that the copy is run on, (at most `SAMPLES_RUN`,), from all over the sample."""
        return np.unique(np.linspace(0, self.train.count - 1, SAMPLES_RUN).astype(int))

    @cached_property
    def seen(self) -> Seen | None:
        """What the copy computes on `rows_run` of the training sample."""
        if self.copy is None:
            return None
        rectified = [
            (node.operation.name, node.output_tensors[0]) for node in anatomy.nodes(self.copy) if _is_relu(node.operation)
        ]
        x = keras.tree.map_structure(lambda array: array[self.rows_run], self.train.x)
        feed = anatomy.feed_of(self.copy, x)
        if feed is None or not anatomy.head_of(self.copy):
            run, pieces = self.copy, keras.tree.flatten(x)
            rectified = []
        else:
            run, pieces = keras.Model(self.copy.inputs, [self.copy.outputs[0], *(tensor for _, tensor in rectified)]), feed
        predictions, largest = [], dict[str, np.ndarray]()
        for begin in range(0, len(self.rows_run), BATCH):
            batch = keras.tree.map_structure(
                lambda array, at=begin: array[at : at + BATCH], x if run is self.copy else pieces
            )
            outputs = keras.tree.flatten(run(batch, training=False))
            predictions.append(anatomy.as_array(outputs[0]))
            for (name, _), values in zip(rectified, outputs[1:], strict=False):
                values = anatomy.as_array(values)
                most = values.reshape(-1, values.shape[-1]).max(axis=0)
                largest[name] = np.maximum(largest.get(name, most), most)
        several = not rectified and len(outputs) > 1
        joined = None if several else np.concatenate(predictions)
        return Seen(joined, largest)

    def _skip(self, reason: str) -> None:
        self.skipped.append(reason)


def _is_relu(operation: Any) -> bool:
    if isinstance(operation, layers.ReLU):
        return True
    return getattr(operation, "activation", None) is keras.activations.relu

"""What a check may look at: the model, samples of its data, what the model computes on them, and how `fit` would begin."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from keras import layers

from course_utils.diagnose import anatomy, keeping
from course_utils.diagnose.findings import in_short
from course_utils.diagnose.samples import Split

SAMPLES_RUN = 256
SAMPLES_ENTERING = 64
BATCH = 64
FIT_BATCH = 32  # samples that `fit` takes at once, unless it is told otherwise


@dataclass(frozen=True)
class Seen:
    """What the model computes in inference mode on a sample of the training data.

    Attributes:
        predictions: (samples, ...), None for a model with several outputs.
        largest: name of each ReLU layer -> (units,), each unit's largest value over the sample.
    """

    predictions: np.ndarray | None
    largest: dict[str, np.ndarray]


class Case:
    """One call of `diagnose`. It has to be closed: that puts the model back as it was."""

    def __init__(self, model: keras.Model, train: Split, validation: Split | None) -> None:
        self.model = model
        self.train = train
        self.validation = validation
        self.skipped: list[str] = []
        self.may_run = True  # there is memory to run the model
        self.trouble = ""  # what Keras said when the model was run on the data
        self.traced_in_16_bits = False
        self._keeping = contextlib.ExitStack()

    def close(self) -> None:
        """Put the model back as it was."""
        self._keeping.close()

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
        # A Sequential without Input knows its last layer's shape once it has been run.
        if self.runnable is None:
            return anatomy.head_of(self.model)
        head = anatomy.head_of(self.runnable)
        if head is None and self.seen is not None and self.seen.predictions is not None:
            return anatomy.head_seen(self.seen.predictions)
        return head

    @cached_property
    def outputs(self) -> list[Any]:
        """The model's symbolic outputs; of one without a graph, tensors such as it computes."""
        own = anatomy.tensors_of(self.model, "outputs")
        if own or self.runnable is None:
            return own
        computed = anatomy.tensors_of(self.runnable, "outputs") or keras.tree.flatten(
            self.runnable(self.some(2), training=False)
        )
        return [keras.KerasTensor((None, *tensor.shape[1:]), tensor.dtype) for tensor in computed]

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
    def runnable(self) -> keras.Model | None:
        """The model, built, to be run; None, with the reason in `trouble`, if it does not run on the training sample.

        In the end it is put back as it was, so a check may do with it what it likes. It must run in its own precision; then
        it computes in float32, unless a layer insists on the other. A model of own code is given as the graph of its layers,
        where these are all that it computes with.
        """
        if not self._opened:
            return None
        try:
            self.model(self.some(2), training=False)
        except Exception as error:
            self.trouble = in_short(error)
            return None
        graph = self.model if any(anatomy.nodes(self.model)) else self._graph or self.model
        traced = self.model.compiled and self.model.train_function is not None
        if before := keeping.compute_in_float32(self.model):
            try:
                self.model(self.some(2), training=False)
                self.traced_in_16_bits = traced
            except Exception:
                keeping.compute_in(before)
        return graph

    @cached_property
    def _opened(self) -> bool:
        """Whether the model may be run; from here on it is put back in the end."""
        if not self.may_run:
            self.skip("what the model computes, since there is no memory to run it")
            return False
        self._keeping.enter_context(keeping.kept(self.model))
        if self.model.compiled:
            self.model.jit_compile = False  # compiling takes longer than the few steps taken here
        return True

    @property
    def _graph(self) -> keras.Model | None:
        """A graph that computes what a model of own code does; None if that is more than Keras' layers and operations."""
        x = self.train.x

        def symbol(array: np.ndarray, name: str | None = None) -> Any:
            dtype = "string" if array.dtype.kind in "OSU" else array.dtype.name
            return keras.Input(batch_shape=(self.fixed_batch, *array.shape[1:]), dtype=dtype, name=name)

        try:
            inputs = (
                {name: symbol(array, name) for name, array in x.items()}
                if isinstance(x, dict)
                else keras.tree.map_structure(symbol, x)
            )
            training = {"training": False} if self.model._call_has_training_arg else {}
            graph = keras.Model(inputs, self.model.call(inputs, **training))
            answers, own = (keras.tree.flatten(model(self.some(2), training=False)) for model in (graph, self.model))
            same = all(_alike(*map(anatomy.as_array, pair)) for pair in zip(answers, own, strict=True))
        except Exception:
            return None
        return graph if same else None

    @cached_property
    def fixed_batch(self) -> int | None:
        """Size of the batches where the model takes no other, as stateful recurrent layers do."""
        stateful = [layer for layer in anatomy.all_layers(self.model) if getattr(layer, "stateful", False)]
        states = keras.tree.flatten([getattr(layer, "states", None) or [] for layer in stateful])
        tensors = [*anatomy.tensors_of(self.model, "inputs"), *states]
        known = next((tensor.shape[0] for tensor in tensors if tensor.shape[0] is not None), None)
        return known or (self.train.batch_size or FIT_BATCH if stateful else None)

    def batches(self, rows: np.ndarray, size: int = BATCH) -> Iterator[np.ndarray]:
        """Cut row numbers, (samples,), into batches that the model takes; if they must be full, a rest is left out."""
        if self.fixed_batch is None:
            yield from (rows[begin : begin + size] for begin in range(0, len(rows), size))
        else:
            whole = max(1, len(rows) // self.fixed_batch) * self.fixed_batch
            yield from np.resize(rows, whole).reshape(-1, self.fixed_batch)

    def some(self, count: int) -> Any:
        """The first `count` of the training inputs, in the structure that the model takes; a batch if that must be."""
        return rows_of(self.train.x, next(self.batches(np.arange(min(count, self.train.count)), count)))

    @cached_property
    def entries(self) -> list[tuple[Any, np.ndarray]]:
        """The first layers with weights, and what reaches them; see `anatomy.entering`."""
        return self.entries_of(self.some_apart(SAMPLES_ENTERING))

    def entries_of(self, x: Any) -> list[tuple[Any, np.ndarray]]:
        """The same for inputs in the structure that the model takes."""
        if self.runnable is None:
            return []
        if not any(anatomy.nodes(self.runnable)):
            return anatomy.first_called(self.runnable, x)
        feed = anatomy.feed_of(self.runnable, x)
        return anatomy.entering(self.runnable, feed) if feed else []

    def some_apart(self, count: int) -> Any:
        """`count` samples from all over the sample; a batch if that must be."""
        return rows_of(self.train.x, next(self.batches(self.rows_apart(count), count)))

    def rows_apart(self, count: int) -> np.ndarray:
        """Numbers of `count` samples from all over the sample."""
        return np.unique(np.linspace(0, self.train.count - 1, count).astype(int))

    @cached_property
    def rows_run(self) -> np.ndarray:
        """Numbers of the training samples that the model is run on, (at most `SAMPLES_RUN`,), from all over the sample."""
        rows = np.unique(np.linspace(0, self.train.count - 1, SAMPLES_RUN).astype(int))
        return np.concatenate(list(self.batches(rows)))

    @cached_property
    def seen(self) -> Seen | None:
        """What the model computes on `rows_run` of the training sample."""
        if self.runnable is None:
            return None
        rectified = [
            (node.operation.name, node.output_tensors[0])
            for node in anatomy.nodes(self.runnable)
            if _is_relu(node.operation)
        ]
        outputs = anatomy.tensors_of(self.runnable, "outputs")
        watching = keras.Model(self.runnable.inputs, [*outputs, *(tensor for _, tensor in rectified)]) if rectified else None
        predictions, largest = [], dict[str, np.ndarray]()
        for rows in self.batches(self.rows_run):
            x = rows_of(self.train.x, rows)
            feed = anatomy.feed_of(self.runnable, x) if watching else None
            computed = keras.tree.flatten(
                watching(feed, training=False) if watching and feed else self.runnable(x, training=False)
            )
            count = len(outputs) if feed else len(computed)
            predictions.append(anatomy.as_array(computed[0]) if count == 1 else None)
            for (name, _), values in zip(rectified, computed[count:], strict=False):
                values = anatomy.as_array(values)
                most = values.reshape(-1, values.shape[-1]).max(axis=0)
                largest[name] = np.maximum(largest.get(name, most), most)
        single = [array for array in predictions if array is not None]
        return Seen(np.concatenate(single) if single else None, largest)

    def fit_batch(self, rows: np.ndarray) -> tuple[Any, ...]:
        """Samples as `fit` hands them to a training step: inputs, targets and, if the data has them, weights."""
        return tuple(
            keras.tree.map_structure(_as_fit_does, rows_of(part, rows))
            for part in (self.train.x, self.train.y, self.train.sample_weight)
            if part is not None
        )

    @cached_property
    def refusal(self) -> str:
        """Why `fit` stops at its first batch, in the reason's own words; empty if it does not, or cannot be asked."""
        if not (self.model.compiled and self._opened):
            return ""
        size = min(self.train.batch_size or FIT_BATCH, self.train.count)
        batch = self.fit_batch(next(self.batches(np.arange(size), size)))
        optimizer = self.model.optimizer
        if optimizer is not None and self.model.built and not optimizer.built:
            optimizer.build(self.model.trainable_variables)  # so that its values are among those put back
        before = keeping.values_of(self.model)
        # Tracing a graph takes most of a check-up's time. Only code of one's own may stop in a graph and nowhere else.
        in_graph = not anatomy.is_made_of_keras(self.model)
        error = self._stopped_by(batch, in_graph)
        if in_graph and isinstance(error, tf.errors.OpError):
            error = self._stopped_by(batch, in_graph=False) or error  # there TensorFlow names the shapes and numbers
        keeping.put_back(before)
        return in_short(error) if error else ""

    def _stopped_by(self, batch: tuple[Any, ...], in_graph: bool) -> Exception | None:
        """What stops a training step in a graph, as `fit` takes it, or outside of one."""
        try:
            with contextlib.nullcontext() if in_graph else outside_of_a_graph(self.model):
                training_step(self.model, batch)
        except Exception as error:
            return error
        return None

    def skip(self, reason: str) -> None:
        """Say what could not be looked at, and why."""
        if reason not in self.skipped:
            self.skipped.append(reason)


@contextlib.contextmanager
def outside_of_a_graph(model: keras.Model) -> Iterator[None]:
    """Training steps are run as they are written, and not traced."""
    own = model.run_eagerly, model.train_function
    model.run_eagerly, model.train_function = True, None
    try:
        yield
    finally:
        model.run_eagerly, model.train_function = own


def training_step(model: keras.Model, batch: tuple[Any, ...]) -> Any:
    """One step as `fit` takes it, and what the model reports of it; `train_on_batch` would hand it more than `fit` does."""
    model.make_train_function()
    model.reset_metrics()
    return model.train_function(iter([batch]))


def rows_of(structure: Any, rows: np.ndarray) -> Any:
    """Those rows of each array of a structure."""
    return keras.tree.map_structure(lambda array: array[rows], structure)


def _as_fit_does(array: np.ndarray) -> Any:
    wide = array.dtype.kind == "f" and array.dtype.itemsize > 4
    return tf.convert_to_tensor(array.astype(keras.config.floatx()) if wide else array)


def _alike(answers: np.ndarray, own: np.ndarray) -> bool:
    return np.allclose(answers, own, rtol=1e-3, atol=1e-5, equal_nan=True)


def _is_relu(operation: Any) -> bool:
    if isinstance(operation, layers.ReLU):
        return True
    return getattr(operation, "activation", None) is keras.activations.relu

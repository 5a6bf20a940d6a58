"""A training step of one's own: what it leaves out, seen by taking it with one thing changed at a time.

Each step is taken outside of a graph, from the same values, on the same samples. What it reports and what it does to the
weights is compared; in the end all values are put back.
"""

import contextlib
import inspect
from collections.abc import Callable, Iterator
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from keras import layers

from course_utils.diagnose import anatomy, keeping
from course_utils.diagnose.case import FIT_BATCH, Case, outside_of_a_graph, training_step
from course_utils.diagnose.findings import SERIOUS, WARNING, Finding
from course_utils.diagnose.losses import SHIFTS
from course_utils.diagnose.structure import differs_in_training

FINDINGS = frozenset({"step_changes_nothing", "step_goes_uphill", "trained_in_prediction_mode", "penalties_left_out"})
STRONGER = 1e6  # times a penalty, so that a step shows whether it counts
PARTS_OF_STEP, CLIMBS = (-0.1, 0.0, 0.1, 0.2), 1e-6  # where the loss is looked at; its growth, in parts, that is no rounding
TOLD = 10.0  # times the sum of all penalties, from which they have become stronger


class Step:
    """The training step of a model on one batch, which can be taken again and again.

    Attributes:
        batch: what the step gets.
        before: each variable that the model holds, and its value before the step.
    """

    def __init__(self, case: Case) -> None:
        size = min(case.train.batch_size or FIT_BATCH, case.train.count)
        rows = np.random.default_rng(0).permutation(case.train.count)[:size]
        self.model = case.model
        self.batch = case.fit_batch(next(case.batches(rows, size)))
        self.before = keeping.values_of(case.model)

    @contextlib.contextmanager
    def taken(self, batch: tuple[Any, ...] | None = None) -> Iterator[dict[str, Any]]:
        """Take the step, on another batch if it is given; within, all values are those after it. Gives what it reports."""
        try:
            with outside_of_a_graph(self.model):
                logs = training_step(self.model, batch or self.batch)
            yield logs if isinstance(logs, dict) else {}
        finally:
            keeping.put_back(self.before)

    def loss(self, targets: Any = None) -> float | None:
        """What the step reports as its loss, with other targets if they are given; None if it reports none."""
        with self.taken(self.batch if targets is None else (self.batch[0], targets, *self.batch[2:])) as logs:
            name = next((name for name in ("loss", *logs) if name in logs and "loss" in name), None)
            return None if name is None else float(np.mean(anatomy.as_array(logs[name])))

    def weights(self) -> list[np.ndarray]:
        """The trainable weights after the step."""
        with self.taken():
            return [anatomy.as_array(weight) for weight in self.model.trainable_weights]


def own_step(case: Case) -> Iterator[Finding]:
    """A step that never changes a weight, compares each answer with all labels, leaves out penalties or training mode."""
    if case.model.compiled and anatomy.trains_its_own_way(case.model) and case.runnable is not None and not case.refusal:
        step = Step(case)
        found = [*_changes_nothing(step), *_ignores_pairs(case, step), *_in_prediction_mode(case, step)]
        found = found or [*_goes_uphill(step)] or [*_without_penalties(case, step)]
        yield from found
        if found:
            return
    yield from _averages_untouched(case)


def _changes_nothing(step: Step) -> Iterator[Finding]:
    """Gradients that are never applied; a step that keeps them in variables, to add them up, applies them later."""
    optimizer = anatomy.optimizer_of(step.model)
    if optimizer is None or getattr(optimizer, "gradient_accumulation_steps", None) or not step.model.trainable_weights:
        return
    counted = int(optimizer.iterations.numpy())
    passing = {id(variable.value) for metric in step.model.metrics for variable in metric.variables}
    moving = {
        id(weight.value)
        for layer in anatomy.all_layers(step.model)
        for weight in layer.non_trainable_variables  # averages, and the states of what draws by chance
    }
    with step.taken():
        if int(optimizer.iterations.numpy()) > counted:
            return
        for variable, value in step.before:
            if id(variable) not in passing | moving and not np.array_equal(variable.numpy(), value.numpy()):
                return
    yield Finding(
        "step_changes_nothing",
        SERIOUS,
        "A training step leaves all weights as they are, and the optimizer has counted no step.",
        "train_step computes a loss, and perhaps its gradients, but never applies them: nothing is learned.",
        "self.optimizer.apply(tape.gradient(loss, self.trainable_variables), self.trainable_variables)  # in train_step",
    )


def _goes_uphill(step: Step) -> Iterator[Finding]:
    """A step in the direction in which its own loss grows, however short it is."""
    weights = [weight.value for weight in step.model.trainable_weights]
    start = [tf.identity(weight) for weight in weights]
    with step.taken() as logs:
        moves = [weight - before for weight, before in zip(weights, start, strict=True)]
    if "loss" not in logs or not all(np.isfinite(move.numpy()).all() for move in moves):
        return

    def loss_at(part: float) -> float | None:
        for weight, before, move in zip(weights, start, moves, strict=True):
            weight.assign(before + part * move)
        return step.loss()

    losses = np.array([loss_at(part) for part in PARTS_OF_STEP], dtype=float)
    if np.isfinite(losses).all() and (np.diff(losses) > CLIMBS * np.abs(losses).max()).all():
        yield Finding(
            "step_goes_uphill",
            SERIOUS,
            f"A training step goes the way on which its loss grows: {losses[1]:.5g} where it starts, {losses[2]:.5g} after "
            "a tenth of the step.",
            "Gradients point uphill, and a step has to go against them. Here the weights move along them, or the loss has "
            "the wrong sign: each step makes the answers worse.",
            "self.optimizer.apply(gradients, self.trainable_variables)  # it subtracts; by hand: w.assign_sub(...)",
        )


def _ignores_pairs(case: Case, step: Step) -> Iterator[Finding]:
    """Targets (n,) beside answers (n, 1), or the other way round, which are stretched to (n, n)."""
    predictions = case.seen.predictions if case.seen is not None else None
    if predictions is None or len(step.batch) < 2 or not isinstance(case.train.y, np.ndarray):
        return
    y = step.batch[1].numpy()
    answers = (len(y), *predictions.shape[1:])
    try:
        both = np.broadcast_shapes(y.shape, answers)
    except ValueError:
        return
    if y.dtype.kind not in "fuib" or np.prod(both) <= max(np.prod(y.shape), np.prod(answers)) or len(y) < 8:
        return
    straight, *others = (step.loss(tf.constant(np.roll(y, shift, axis=0))) for shift in (0, *SHIFTS))
    if straight is None or not np.allclose(straight, np.array(others, dtype=float), rtol=1e-5):
        return
    alike = step.loss(tf.constant(np.full_like(y, y.max())))
    if alike is None or np.isclose(straight, alike, rtol=1e-5):
        return  # labels play no part at all
    yield Finding(
        "loss_ignores_pairs",
        SERIOUS,
        f"The loss of the training step stays {straight:.4g} when the labels are dealt out to other samples.",
        f"Labels of the shape {y.shape} and answers of {answers} are stretched to each other (broadcasting) and give "
        f"{both}: each answer is compared with every label, and the network learns their mean.",
        "y = tf.reshape(y, tf.shape(y_pred))  # in train_step, before the two are subtracted",
    )


def _in_prediction_mode(case: Case, step: Step) -> Iterator[Finding]:
    """A step that calls layers without training=True, which they are meant to be called with."""
    changing = [
        layer
        for layer in anatomy.all_layers(case.model)
        if differs_in_training(layer) and (layer.trainable or not isinstance(layer, layers.BatchNormalization))
    ]
    try:
        meant = _modes(changing, lambda: case.model(case.some(FIT_BATCH), training=True))
    except Exception:  # a model that is trained, and never called as a whole
        return
    finally:
        keeping.put_back(step.before)

    def take() -> None:
        with step.taken():
            pass

    seen = _modes(changing, take)
    called = [layer for layer in changing if True in meant[id(layer)] and seen[id(layer)]]
    if called and not any(True in seen[id(layer)] for layer in called):
        normalizing = next((layer for layer in called if isinstance(layer, layers.BatchNormalization)), None)
        yield _prediction_mode((normalizing or called[0]).name, normalizing is not None)


def _modes(watched: list[Any], run: Callable[[], Any]) -> dict[int, set[bool]]:
    """In which modes each layer, by its id, was called: in that of training (True), or of use."""
    modes: dict[int, set[bool]] = {id(layer): set() for layer in watched}

    def watching(layer: Any, call: Any) -> Any:
        signature = inspect.signature(call)

        def called(*values: Any, **options: Any) -> Any:
            modes[id(layer)].add(bool(signature.bind(*values, **options).arguments.get("training")))
            return call(*values, **options)

        return called

    for layer in watched:
        layer.call = watching(layer, layer.call)
    try:
        run()
    finally:
        for layer in watched:
            del layer.call
    return modes


def _averages_untouched(case: Case) -> Iterator[Finding]:
    """Batch normalization that has learned by gradients, and whose averages have never moved."""
    for layer in anatomy.all_layers(case.model):
        if not isinstance(layer, layers.BatchNormalization) or not (layer.built and layer.center) or layer.momentum == 1:
            continue
        started_from_zero = isinstance(layer.beta_initializer, keras.initializers.Zeros)
        mean, variance, beta = map(anatomy.as_array, (layer.moving_mean, layer.moving_variance, layer.beta))
        if started_from_zero and beta.any() and not mean.any() and (variance == 1).all():
            yield _prediction_mode(layer.name, normalizing=True)
            return


def _prediction_mode(name: str, normalizing: bool) -> Finding:
    return Finding(
        "trained_in_prediction_mode",
        WARNING,
        f"Training calls {name} without training=True, in prediction mode.",
        "Batch normalization then takes its moving mean and variance, which stay at their start of 0 and 1: nothing is "
        "normalized, in training or in use."
        if normalizing
        else "What it does in training alone, such as to drop units, never happens.",
        "y_pred = self(x, training=True)  # in train_step, or model(x, training=True) in a loop of your own",
    )


def _without_penalties(case: Case, step: Step) -> Iterator[Finding]:
    """Penalties of layers that change nothing in the step, however strong they are."""
    model, weights = case.model, case.model.trainable_weights
    try:
        with tf.GradientTape() as tape:
            total = _sum_of_penalties(model, step.batch[0])
        gradients = tape.gradient(total, [weight.value for weight in weights])
        with _stronger_penalties(model):
            stronger = _sum_of_penalties(model, step.batch[0])
    except Exception:  # a model that is trained, and never called as a whole
        return
    finally:
        keeping.put_back(step.before)
    if not any(part is not None and np.any(tf.convert_to_tensor(part)) for part in gradients):
        return
    if abs(float(stronger)) < TOLD * abs(float(total)):
        return  # a penalty whose strength is not for us to change
    start, after = [anatomy.as_array(weight) for weight in weights], step.weights()
    with _stronger_penalties(model):
        penalized = step.weights()
    if _same(start, after) or not _same(after, penalized):
        return
    yield Finding(
        "penalties_left_out",
        WARNING,
        f"The penalties of the layers (regularization, {float(total):.3g} in all) change nothing in a training step, "
        "however strong they are.",
        "Regularizers and add_loss put their terms into model.losses, and the training step does not add these to its "
        "loss: it is trained as if there were none.",
        "loss = loss + sum(self.losses)  # in train_step; self.compute_loss(x, y, y_pred) does so by itself",
    )


def _sum_of_penalties(model: keras.Model, x: Any) -> tf.Tensor:
    """The penalties of one call; 0 if there are none."""
    model(x, training=True)
    return tf.add_n([tf.reduce_mean(loss) for loss in model.losses] or [tf.constant(0.0)])


@contextlib.contextmanager
def _stronger_penalties(model: keras.Model) -> Iterator[None]:
    """Regularizers, and losses that layers add, many times as strong as they are."""
    parts = [model, *anatomy.all_layers(model)]
    regularizers = {id(weight.regularizer): weight.regularizer for weight in model.trainable_weights if weight.regularizer}
    strengths = [
        (regularizer, name, value)
        for regularizer in regularizers.values()
        for name, value in vars(regularizer).items()
        if name in ("l1", "l2", "factor")
    ]

    def stronger(add_loss: Callable[[Any], None]) -> Callable[[Any], None]:
        return lambda loss: add_loss(keras.tree.map_structure(lambda part: part * STRONGER, loss))

    for regularizer, name, value in strengths:
        setattr(regularizer, name, value * STRONGER)
    for part in parts:
        part.add_loss = stronger(part.add_loss)
    try:
        yield
    finally:
        for part in parts:
            del part.add_loss
        for regularizer, name, value in strengths:
            setattr(regularizer, name, value)


def _same(one: list[np.ndarray], other: list[np.ndarray]) -> bool:
    return all(np.array_equal(*pair, equal_nan=True) for pair in zip(one, other, strict=True))

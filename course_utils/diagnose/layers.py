"""Layers that cannot do their work: frozen, starved of samples, or dead."""

from collections.abc import Iterator
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from keras import layers

from course_utils.diagnose import anatomy, keeping
from course_utils.diagnose.case import Case
from course_utils.diagnose.findings import NOTE, SERIOUS, WARNING, Finding
from course_utils.diagnose.resources import batch_size
from course_utils.diagnose.samples import NARROW

STARTING = ("bias", "beta", "moving_mean")  # weights that are 0 until they are trained
FLOATS = ("float32", "float64", *NARROW)
TINY_BATCH = 4
DEAD_SHARE = 0.75  # of a layer's units; a fresh network may have some, a healthy one does not have most
USUAL_MOMENTUM, EPOCHS = 0.99, 20  # of moving averages; epochs after which these should be settled
ENOUGH_SAMPLES = 16
LARGE_STEPS = 3.0  # learning rate, in parts of the optimizer's default
GENTLE = 1e-4  # learning rate that a pretrained base survives


def trainable(case: Case) -> Iterator[Finding]:
    """Nothing left to train; flags changed after compile; a pretrained base that is torn up by a new head."""
    model = case.model
    if model.built and model.weights and not model.trainable_weights:
        yield Finding(
            "nothing_to_train",
            SERIOUS,
            f"All {model.count_params():,} weights are frozen.",
            "There is nothing that training could change.",
            "base.trainable = False  # the base alone, not the model; then compile",
        )
        return
    # Keras keeps this to warn of the same thing, in `fit`.
    compiled = getattr(model, "_compiled_trainable_state", {}) if model.compiled else {}
    changed = [layer.name for layer, flag in compiled.items() if layer.trainable != flag]
    if changed:
        more = f" and {len(changed) - 1} more" if len(changed) > 1 else ""
        yield Finding(
            "changed_after_compile",
            WARNING,
            f"The trainable flag of {changed[0]}{more} has changed since compile.",
            "What is trained is settled at compile: a model that has been trained goes on as before, whatever the flag "
            "says now.",
            "model.compile(...)  # again, after you change trainable",
        )
        return
    rate = anatomy.learning_rate(model)
    for base in anatomy.bases(model):
        fresh_head = case.steps_trained == 0
        if rate and rate > GENTLE and base.trainable and fresh_head and anatomy.looks_pretrained(base):
            count = sum(int(np.prod(weight.shape)) for weight in base.trainable_weights)
            total = sum(int(np.prod(weight.shape)) for weight in model.trainable_weights)
            if count < 0.5 * sum(int(np.prod(weight.shape)) for weight in base.weights):
                continue  # part of it is frozen on purpose
            yield Finding(
                "base_not_frozen",
                WARNING,
                f"All of the pretrained base {base.name} is trained, {count:,} of {total:,} weights, together with a new "
                f"head at a learning rate of {rate:.2g}.",
                "The new head starts with random answers, and its large first errors spoil what the base has learned.",
                "base.trainable = False  # then compile; later, to fine-tune: True, and a learning rate of 1e-5",
            )
            return


def unknown_weights(case: Case) -> Iterator[Finding]:
    """Variables of own layers that Keras does not know, and so never trains."""
    for layer in (case.model, *anatomy.all_layers(case.model)):
        known = {id(weight.value) for weight in layer.weights}
        for name, value in vars(layer).items():
            parts = value if isinstance(value, (list, tuple)) else [value]
            if not any(isinstance(part, tf.Variable) and part.trainable and id(part) not in known for part in parts):
                continue
            yield Finding(
                "unknown_weights",
                SERIOUS,
                f"{layer.name}.{name} is a tf.Variable, which Keras does not know.",
                "It is not among the model's weights: it is not trained, not saved, and not counted.",
                f'self.{name} = self.add_weight(shape=..., initializer="glorot_uniform", name="{name}")  # in build',
            )
            return


def untrained_base(case: Case) -> Iterator[Finding]:
    """A base that is frozen with the random weights that it starts from: of keras.applications, or of one's own."""
    for base in anatomy.bases(case.model):
        starting = [weight for weight in base.weights if weight.name in STARTING]
        if base.trainable or not starting or any(np.any(anatomy.as_array(weight)) for weight in starting):
            continue
        yield Finding(
            "untrained_base",
            SERIOUS,
            f"The base {base.name} is frozen and has never been trained: its biases and means are all 0.",
            "With weights=None its filters are random numbers, and frozen they stay so: nothing of ImageNet is in them.",
            'base = keras.applications.MobileNetV2(include_top=False, weights="imagenet")  # or base.trainable = True',
        )
        return
    if case.model.trainable_weights:  # where all is frozen, that is what is wrong
        yield from _untrained_start(case)


def _untrained_start(case: Case) -> Iterator[Finding]:
    """First layers, or word vectors, that are frozen as they were drawn."""
    first = _frozen_at_first(case)
    weighing = [layer for layer in first if isinstance(layer, anatomy.KERNELS)]
    starting = [weight for layer in first for weight in layer.weights if weight.name in STARTING]
    tables = [layer for layer in first if isinstance(layer, layers.Embedding)]
    kernels = [anatomy.as_array(weight) for layer in weighing for weight in layer.weights if len(weight.shape) > 1]
    untrained = starting and not any(np.any(anatomy.as_array(weight)) for weight in starting)
    nested = any(isinstance(layer, keras.Model) and not layer.trainable for layer in anatomy.all_layers(case.model))
    # A single layer of random features may be meant so; a model within the model is a base.
    if (len(weighing) > 1 or (weighing and nested)) and untrained and all(map(_looks_random, kernels)):
        more = f" and {len(weighing) - 1} more" if len(weighing) > 1 else ""
        seen = f"The first layers ({weighing[0].name}{more}) are frozen, and were never trained: their biases"
        change = 'base.load_weights("base.weights.h5")  # before freezing; or base.trainable = True, and compile again'
        yield _frozen_at_random(f"{seen} are all 0.", change)
    elif len(tables) == 1 and _as_drawn(tables[0]):
        seen = f"The vectors of {tables[0].name} are frozen, and lie as they were drawn at random."
        change = f"layers.Embedding(..., trainable=True)  # or {tables[0].name}.set_weights([vectors]), trained before"
        yield _frozen_at_random(seen, change)


def _frozen_at_first(case: Case) -> list[Any]:
    """The frozen layers with weights that come before any that is trained; of models that are trained elsewhere, none."""
    model = case.model if case.runnable is None or any(anatomy.nodes(case.model)) else case.runnable
    found: list[Any] = []
    for node in anatomy.nodes(model):
        operation = node.operation
        if not isinstance(operation, layers.Layer) or not operation.weights or isinstance(operation, anatomy.PREPARING):
            continue
        if operation.trainable_weights:
            break
        parts = anatomy.all_layers(operation) if isinstance(operation, keras.Model) else [operation]
        if not getattr(operation, "compiled", False):  # one that has been compiled has its own training
            found += [layer for layer in parts if layer.weights]
    return found


def _as_drawn(table: layers.Embedding) -> bool:
    """Whether the vectors of an Embedding still look as its own initializer draws them."""
    limits = (getattr(table.embeddings_initializer, name, None) for name in ("minval", "maxval"))
    low, high = (limit if isinstance(limit, float) else 0.0 for limit in limits)
    values = anatomy.as_array(table.embeddings)
    spread = (high - low) / np.sqrt(12)
    return bool(low < high and low <= values.min() and values.max() <= high and abs(values.std() - spread) < 0.1 * spread)


def _frozen_at_random(seen: str, change: str) -> Finding:
    why = "What comes after them gets random features of the input, and since they are frozen nothing improves these."
    return Finding("untrained_base", WARNING, seen, why, change)


def frozen_kernel(case: Case) -> Iterator[Finding]:
    """A layer that learns its bias alone, since the matrix that it multiplies with is no trainable weight."""
    for layer in anatomy.all_layers(case.model):
        learned, fixed = layer.trainable_weights, layer.non_trainable_weights
        if not learned or layer._layers or any(len(weight.shape) > 1 for weight in learned):
            continue
        biases = {tuple(weight.shape) for weight in learned}
        for weight in fixed:
            if len(weight.shape) < 2 or tuple(weight.shape[-1:]) not in biases or weight.dtype not in FLOATS:
                continue
            if not _looks_random(anatomy.as_array(weight)) or _moves(case, weight):
                continue
            count, total = (sum(int(np.prod(each.shape)) for each in part) for part in (learned, layer.weights))
            yield Finding(
                "kernel_not_trained",
                WARNING,
                f"In {layer.name}, {weight.name} of the shape {tuple(weight.shape)} is not trainable: {count:,} of the "
                f"layer's {total:,} weights are trained.",
                "The layer learns a shift, and the matrix that makes its outputs out of its inputs stays as it was drawn.",
                'self.kernel = self.add_weight(shape=..., initializer="glorot_uniform", name="kernel")  # trainable=True',
            )
            return


def _looks_random(values: np.ndarray) -> bool:
    """Whether numbers lie around 0 and hardly two are the same; in masks, filters and tables made on purpose, many are."""
    spread = float(values.std())
    return bool(spread > 0 and abs(values.mean()) < spread / 2 and len(np.unique(values)) > 0.9 * values.size)


def _moves(case: Case, weight: Any) -> bool:
    """Whether a layer itself changes a weight in training, as it does with averages."""
    if case.runnable is None:
        return False
    values, before = keeping.values_of(case.model), anatomy.as_array(weight)
    try:
        case.runnable(case.some(ENOUGH_SAMPLES), training=True)
        return not np.array_equal(before, anatomy.as_array(weight))
    finally:
        keeping.put_back(values)


def precision(case: Case) -> Iterator[Finding]:
    """A model that computes with 16 bits up to its answers."""
    narrow = next((tensor.dtype for tensor in case.outputs if tensor.dtype in NARROW), None)
    if narrow is None:
        return
    yield Finding(
        "narrow_output",
        NOTE,
        f"The model's answers are {narrow} numbers, of 16 bits.",
        "They are rounded to two or three digits: probabilities no longer add up to 1, and small differences are lost. The "
        "guide to mixed precision has the last layer compute in float32; that costs no time.",
        'layers.Dense(..., dtype="float32")  # as the last layer; the others stay as they are',
    )


def moving_averages(case: Case) -> Iterator[Finding]:
    """Batch normalization whose averages for use hardly move in the steps that training has."""
    size, batch = case.train.size, batch_size(case)
    if not size or not batch:
        return
    steps = max(EPOCHS * -(-size // batch), case.steps_trained)
    for layer in anatomy.all_layers(case.model):
        momentum = getattr(layer, "momentum", 0.0) if isinstance(layer, layers.BatchNormalization) else 0.0
        if momentum > USUAL_MOMENTUM and layer.trainable and (momentum == 1 or 1 / (1 - momentum) > steps):
            yield Finding(
                "averages_do_not_move",
                WARNING,
                f"{layer.name} has momentum={momentum:g}, and an epoch {-(-size // batch):,} steps.",
                f"The mean and spread that it uses after training move by {1 - momentum:.1g} of the way in a step: they "
                "stay near their start, and validation is far worse than training.",
                "layers.BatchNormalization(momentum=0.9)  # for few steps; 0.99 unless told otherwise",
            )
            return


def batch_normalization(case: Case) -> Iterator[Finding]:
    """Batch normalization that estimates means from a handful of samples."""
    size = batch_size(case)
    # A set of a few samples in all is a toy, not a setting to change.
    if size is None or size > TINY_BATCH or case.train.count <= TINY_BATCH:
        return
    names = [
        layer.name
        for layer in anatomy.all_layers(case.model)
        if isinstance(layer, layers.BatchNormalization) and layer.trainable and layer.trainable_weights
    ]
    if names:
        yield Finding(
            "tiny_batches",
            WARNING,
            f"Batches have {size} sample{'s' if size > 1 else ''}, and {names[0]} normalizes with each batch's own mean "
            "and spread.",
            "From so few samples both are mostly chance: training is noisy, and the network behaves otherwise when it is "
            "used.",
            "train = train.unbatch().batch(32)  # or batch_size=32 in fit; or layers.GroupNormalization() in its place",
        )


def dead_units(case: Case) -> Iterator[Finding]:
    """ReLU units that are zero for every sample; an output that is the same for every sample."""
    if case.seen is None or len(case.rows_run) < ENOUGH_SAMPLES:
        return
    for name, largest in case.seen.largest.items():
        dead = int(np.count_nonzero(largest <= 0))
        if dead >= DEAD_SHARE * len(largest) and (len(largest) >= 4 or dead == len(largest)):
            yield Finding(
                "dead_units",
                SERIOUS if dead == len(largest) else WARNING,
                f"In {name}, {dead} of {len(largest)} ReLU units are 0 for all of {len(case.rows_run):,} samples.",
                "Where a ReLU is 0 its gradient is 0 too: a unit that is 0 for every sample never learns again.",
                _against_dead_units(case),
            )
            return
    predictions = case.seen.predictions
    if predictions is None or not case.steps_trained or not np.isfinite(predictions).all():
        return
    varied = any(np.ptp(array, axis=0).any() for array in case.train.inputs if array.dtype.kind in "fui")
    if varied and np.ptp(predictions, axis=0).max() <= 1e-6 * max(1.0, float(np.abs(predictions).max())):
        yield Finding(
            "constant_output",
            SERIOUS,
            f"After training, the model gives the same answer for all of {len(case.rows_run):,} samples: "
            f"{np.array2string(predictions[0].ravel()[:4], precision=3)}.",
            "Nothing of the input reaches the output any more: units have died or are saturated.",
            _against_dead_units(case),
        )


def _against_dead_units(case: Case) -> str:
    """What may have killed them: steps that were too large, or else what the weights started from."""
    rate, optimizer = anatomy.learning_rate(case.model), anatomy.optimizer_of(case.model)
    if case.steps_trained and rate and rate > LARGE_STEPS * float(type(optimizer)().learning_rate):
        return "keras.optimizers.Adam(1e-3)  # a smaller learning rate, and a fresh model"
    return (
        'layers.Dense(..., activation="leaky_relu")  # and the initializers that Keras has by default, for weights and bias'
    )

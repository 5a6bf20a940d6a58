"""Layers that cannot do their work: frozen, starved of samples, or dead."""

from collections.abc import Iterator

import numpy as np
import tensorflow as tf
from keras import layers

from course_utils.diagnose import anatomy
from course_utils.diagnose.case import Case
from course_utils.diagnose.findings import NOTE, SERIOUS, WARNING, Finding
from course_utils.diagnose.resources import batch_size
from course_utils.diagnose.samples import NARROW

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
    """A base of keras.applications that is frozen with the random weights that it starts from."""
    for base in anatomy.bases(case.model):
        starting = [weight for weight in base.weights if weight.name in ("bias", "beta", "moving_mean")]
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

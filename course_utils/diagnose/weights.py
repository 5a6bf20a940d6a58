"""Weights that cannot become what they should: all alike, huge, tiny, or pressed to zero by a penalty."""

from collections.abc import Iterator
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from keras import layers

from course_utils.diagnose import anatomy, keeping
from course_utils.diagnose.case import Case
from course_utils.diagnose.findings import SERIOUS, WARNING, Finding
from course_utils.diagnose.optimization import naive_loss

FINDINGS = frozenset(
    {
        "constant_weights",
        "huge_weights",
        "tiny_weights",
        "penalty_drowns",
        "no_gradient",
        "vanishing_gradients",
        "signal_fades",
    }
)
# Growth of a signal's size in a layer: size of its weights (root of their mean square) times the square root of how many
# meet in a unit. Keras' own initializers make it 1 to 1.4.
HUGE, LARGE, TINY = 10.0, 3.0, 1e-3
BAD_START = 4.0  # initial loss, in parts of that of the best answer that is always the same
SAMPLES = 8  # enough for a gradient, and little work for a large model
FADED = 1e-5  # gradient of the first weights beside that of the last, each in parts of the weights
# The same behind many sigmoids, each of which passes a quarter at most; six of them, as Keras starts them, pass less.
MANY, FADED_IN_MANY = 5, 1e-3
SAME, ENOUGH_SAMPLES = 1e-5, 16  # spread of answers that do not differ, in parts of the largest; samples to tell it from
STRONG = 0.1  # factor of an L2 penalty from which weights are pressed to zero whatever the data say
DROWNING = 10.0  # penalty on fresh weights, in parts of the loss of the best answer that is always the same
SHARING = (layers.DepthwiseConv1D, layers.DepthwiseConv2D, layers.SeparableConv1D, layers.SeparableConv2D)
JOINING = ("Add", "Multiply", "Subtract")  # names of layers and of operations


def initial(case: Case) -> Iterator[Finding]:
    """Hidden units that are all alike; weights that let a signal grow or shrink by orders of magnitude."""
    model = case.runnable or case.model
    last = getattr(case.head.layer, "name", None) if case.head is not None else None
    for layer, kernel in _kernels(model):
        if layer.name == last or _joined(layer):
            continue  # the last layer may start from zero, and so may a branch that is added to another
        units = kernel.reshape(-1, kernel.shape[-1])
        size = float(np.abs(units).max())
        if units.shape[1] > 1 and float(np.ptp(units, axis=1).max()) <= 1e-6 * size:
            yield Finding(
                "constant_weights",
                SERIOUS,
                f"In {layer.name}, the {units.shape[1]} units have the same weights"
                + (f", all {units.flat[0]:.3g}." if np.ptp(units) <= 1e-6 * size else "."),
                "They compute the same, get the same gradient and stay the same: together they are a single unit"
                + (", and with weights of 0 not even that." if size == 0 else "."),
                f"layers.{type(layer).__name__}(...)  # without kernel_initializer: by default the weights are random",
            )
            return
    if case.steps_trained and not _gently_trained(case):
        return  # the training made the weights what they are
    for layer, kernel in _kernels(model):
        size = float(np.sqrt(np.mean(kernel.astype("float64") ** 2)))
        growth = size * float(np.sqrt(kernel[..., 0].size))
        tiny = 0 < growth < TINY and layer.name != last and not case.steps_trained
        if tiny or growth > HUGE or (growth > LARGE and _bad_start(case)):
            yield Finding(
                "tiny_weights" if tiny else "huge_weights",
                WARNING if tiny else SERIOUS,
                f"The weights of {layer.name} are around {size:.3g} in size: sums of {kernel[..., 0].size:,} of them are "
                f"{growth:.2g} times as large as the layer's inputs.",
                "The signal fades from layer to layer, and so does the gradient on its way back."
                if tiny
                else "Units saturate or run away before training has begun, and it spends its time on taking that back.",
                f'layers.{type(layer).__name__}(..., kernel_initializer="glorot_uniform")  # the default: fits the layer',
            )
            return


def _gently_trained(case: Case) -> bool:
    """Whether the steps taken were too small to have made weights huge."""
    rate = anatomy.learning_rate(case.model)
    return rate is not None and rate * case.steps_trained < 1


def _kernels(model: keras.Model) -> Iterator[tuple[Any, np.ndarray]]:
    """Layers, of bases none, with the weights that they multiply their inputs with, the units last."""
    based = {id(layer) for base in anatomy.bases(model) for layer in anatomy.all_layers(base)}
    for layer in anatomy.all_layers(model):
        kernel = getattr(layer, "kernel", None)
        if kernel is None or id(layer) in based or not layer.trainable or isinstance(layer, SHARING):
            continue
        values = anatomy.as_array(kernel)
        if values.ndim < 2 or not np.isfinite(values).all():
            continue
        yield layer, values.swapaxes(-1, -2) if type(layer).__name__.endswith("Transpose") else values


def _joined(layer: Any) -> bool:
    return any(type(node.operation).__name__ in JOINING for node in layer._outbound_nodes)


def _bad_start(case: Case) -> bool:
    """Whether an untrained model's loss is far above that of the best answer that is always the same."""
    naive, loss = naive_loss(case), _first_loss(case)
    return not case.steps_trained and naive is not None and loss is not None and loss > BAD_START * naive


def _first_loss(case: Case) -> float | None:
    y, predictions = case.train.targets, case.seen.predictions if case.seen else None
    if y is None or predictions is None or case.loss is None:
        return None
    y = y[case.rows_run].astype("float32")
    y = y[..., None] if y.ndim == predictions.ndim - 1 and predictions.shape[-1] == 1 else y
    return float(np.mean(anatomy.as_array(case.loss.function(*map(keras.ops.convert_to_tensor, (y, predictions))))))


def penalty(case: Case) -> Iterator[Finding]:
    """A penalty on weights or activity beside which the loss does not count."""
    naive = naive_loss(case) or 1.0
    for layer in anatomy.all_layers(case.model):
        regularizer, kernel = getattr(layer, "kernel_regularizer", None), getattr(layer, "kernel", None)
        if regularizer is None or kernel is None:
            continue
        fresh = float(regularizer(layer.kernel_initializer(kernel.shape, "float32")))
        factor = max(float(getattr(regularizer, name, 0)) for name in ("l1", "l2"))
        if fresh > DROWNING * naive or (factor >= STRONG and fresh > STRONG * naive):
            yield Finding(
                "penalty_drowns",
                WARNING,
                f"The penalty of {layer.name} ({type(regularizer).__name__}, {factor:g}) starts at {fresh:.3g}; the loss of "
                f"an answer that is always the same is {naive:.3g}.",
                "The quickest way to a small sum is to make all weights 0: the network says the same for every sample.",
                f"layers.{type(layer).__name__}(..., kernel_regularizer=keras.regularizers.L2(1e-4))  # or none",
            )
            return
    active = [layer.name for layer in anatomy.all_layers(case.model) if layer.activity_regularizer is not None]
    if active and case.runnable is not None:
        case.runnable(case.some(SAMPLES))
        total = sum(float(loss) for loss in case.runnable.losses)
        if total > DROWNING * naive:
            yield Finding(
                "penalty_drowns",
                WARNING,
                f"The penalty on what {active[0]} gives out makes the sum {total:.3g}; the loss of an answer that is always "
                f"the same is {naive:.3g}.",
                "The quickest way to a small sum is to give out nothing: the network says the same for every sample.",
                "layers.Dense(..., activity_regularizer=keras.regularizers.L2(1e-5))  # or none",
            )
            return
    decay = getattr(anatomy.optimizer_of(case.model), "weight_decay", None)
    rate = anatomy.learning_rate(case.model)
    if decay and rate and decay * rate > STRONG / 10:
        yield Finding(
            "penalty_drowns",
            WARNING,
            f"Weight decay of {decay:g} at a learning rate of {rate:.2g} takes {decay * rate:.1%} of a weight in each step.",
            "In a hundred steps hardly anything is left of what was learned before.",
            f"keras.optimizers.{type(anatomy.optimizer_of(case.model)).__name__}(..., weight_decay=0.004)",
        )


def gradients(case: Case) -> Iterator[Finding]:
    """Weights that no gradient reaches, or next to none."""
    loss, y = case.loss, case.train.targets
    if case.runnable is None or loss is None or y is None or case.runnable.losses or y.dtype.kind not in "fuib":
        return
    x, few = case.some(SAMPLES), y[:SAMPLES].astype("float32")  # as Keras does
    if len(keras.tree.flatten(x)[0]) != len(few):
        return  # a model that takes batches of one size alone
    # Only in training does batch normalization give a signal its size back, before its averages have moved.
    training = any(isinstance(layer, layers.BatchNormalization) for layer in anatomy.all_layers(case.runnable))
    before = keeping.values_of(case.model) if training else []
    with tf.GradientTape() as tape:
        answers = keras.tree.flatten(case.runnable(x, training=training))[0]
        few = few[..., None] if few.ndim == len(answers.shape) - 1 and answers.shape[-1] == 1 else few
        value = keras.ops.mean(loss.function(keras.ops.convert_to_tensor(few), answers))
    keeping.put_back(before)
    variables = [weight.value for weight in case.runnable.trainable_weights]
    found = tape.gradient(value, variables)
    cut = [weight.path for weight, gradient in zip(case.runnable.trainable_weights, found, strict=True) if gradient is None]
    if cut:
        yield Finding(
            "no_gradient",
            SERIOUS,
            f"The loss has no gradient for {len(cut)} of {len(found)} weights, {cut[0]} the first.",
            "Rounding, argmax, a cast to whole numbers, stop_gradient or NumPy stand between these weights and the loss: "
            "they are never trained.",
            "print([layer.name for layer in model.layers])  # such a step belongs after training",
        )
        return
    sizes = [
        float(tf.norm(gradient) / (tf.norm(weight) + 1e-12))
        for weight, gradient in zip(variables, found, strict=True)
        if not isinstance(gradient, tf.IndexedSlices) and len(weight.shape) > 1
    ]
    faded = FADED_IN_MANY if _sigmoids(case) >= MANY else FADED
    if len(sizes) > 2 and 0 < sizes[0] < faded * sizes[-1]:
        yield Finding(
            "vanishing_gradients",
            WARNING,
            f"The gradient of the first weights is {sizes[0] / sizes[-1]:.0e} of that of the last.",
            "Each sigmoid and each tanh passes back a part of the gradient; through many, nothing arrives: the first layers "
            "stay as they are.",
            'layers.Dense(..., activation="relu")  # in hidden layers; or shortcuts between them',
        )
    elif _fades(case):
        yield Finding(
            "signal_fades",
            SERIOUS,
            f"Before training, the answers to {len(case.rows_run):,} samples are the same, or next to it.",
            "On its way through the layers the signal fades, saturates the units or is multiplied by 0: nothing of the "
            "input reaches the output, and hardly any gradient the first layers.",
            'layers.Dense(..., kernel_initializer="he_normal")  # or the default; bias from 0; normalization between layers',
        )


def _fades(case: Case) -> bool:
    """Whether samples that differ get one and the same answer from weights of which none starts from zero on purpose."""
    predictions = case.seen.predictions if case.seen is not None else None
    if case.steps_trained or predictions is None or len(predictions) < ENOUGH_SAMPLES or not np.isfinite(predictions).all():
        return False
    if any(isinstance(layer, layers.BatchNormalization) for layer in anatomy.all_layers(case.runnable)):
        return False  # its averages have not moved yet: what passes in use says nothing of training
    varied = all(np.ptp(array[case.rows_run], axis=0).any() for array in case.train.inputs if array.dtype.kind in "fui")
    scaling = [
        weight
        for layer in anatomy.all_layers(case.runnable)
        for weight in layer.weights
        if len(weight.shape) > 1 or weight.name == "gamma"
    ]
    spread = float(np.ptp(predictions, axis=0).max())
    started = all(np.any(anatomy.as_array(weight)) for weight in scaling)
    y = case.train.targets
    wanted = float(np.std(y)) if y is not None and y.dtype.kind in "fuib" else 0.0
    return varied and bool(scaling) and started and spread < SAME * max(float(np.abs(predictions).max()), wanted)


def _sigmoids(case: Case) -> int:
    """How many hidden layers end in a sigmoid."""
    last = case.head.layer if case.head is not None else None
    hidden = [layer for layer in anatomy.all_layers(case.runnable) if layer is not last]
    return sum(anatomy.activation_of(layer) in ("sigmoid", "hard_sigmoid") for layer in hidden)

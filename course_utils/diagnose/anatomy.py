"""Read a Keras model's structure: its loss, its last layer, what reaches its first weights, a pretrained base inside."""

from collections.abc import Iterator
from dataclasses import dataclass
from types import FunctionType
from typing import Any

import keras
import numpy as np
from keras import layers

from course_utils.diagnose.samples import widened

SPARSE, CATEGORICAL, BINARY, REGRESSION = "sparse categorical", "categorical", "binary", "regression"
SPECIAL = "special"  # losses that each ask for numbers of their own kind
LOSS_KINDS = {
    "sparse_categorical_crossentropy": SPARSE,
    "categorical_crossentropy": CATEGORICAL,
    "categorical_focal_crossentropy": CATEGORICAL,
    "binary_crossentropy": BINARY,
    "binary_focal_crossentropy": BINARY,
    "mean_squared_error": REGRESSION,
    "mean_absolute_error": REGRESSION,
    "mean_absolute_percentage_error": REGRESSION,
    "mean_squared_logarithmic_error": REGRESSION,
    "huber": REGRESSION,
    "log_cosh": REGRESSION,
    "poisson": SPECIAL,
    "cosine_similarity": SPECIAL,
    "hinge": SPECIAL,
    "squared_hinge": SPECIAL,
    "categorical_hinge": SPECIAL,
    "kl_divergence": SPECIAL,
}
SQUARING = ("mean_squared_error", "mean_absolute_error", "huber", "log_cosh")
USUAL_STEPS = 5_000  # of a training, where nothing tells how long it is
PASSING = (layers.Reshape, layers.Flatten, layers.Permute, layers.Dropout)
PREPARING = (layers.Normalization,)  # has weights, and yet only prepares its input
KERNELS = (
    layers.Dense,
    layers.EinsumDense,
    layers.Conv1D,
    layers.Conv2D,
    layers.Conv3D,
    layers.Conv1DTranspose,
    layers.Conv2DTranspose,
    layers.DepthwiseConv1D,
    layers.DepthwiseConv2D,
    layers.SeparableConv1D,
    layers.SeparableConv2D,
    layers.RNN,
    layers.ConvLSTM2D,
    layers.Bidirectional,
    layers.TimeDistributed,
)

# The ranges that the pretrained networks of keras.applications were trained with.
PLUS_MINUS_ONE, MEAN_SUBTRACTED, STANDARDIZED, PIXELS = "-1 to 1", "mean-subtracted BGR", "standardized", "0 to 255"
# Beginning of a base's name (Keras names it so) -> module of keras.applications, range. Longer beginnings first.
BASES = (
    ("mobilenetv2", "mobilenet_v2", PLUS_MINUS_ONE),
    ("mobilenetv3", "mobilenet_v3", PIXELS),
    ("mobilenet", "mobilenet", PLUS_MINUS_ONE),
    ("inception_resnet_v2", "inception_resnet_v2", PLUS_MINUS_ONE),
    ("inception_v3", "inception_v3", PLUS_MINUS_ONE),
    ("xception", "xception", PLUS_MINUS_ONE),
    ("nasnet", "nasnet", PLUS_MINUS_ONE),
    ("resnet50v2", "resnet_v2", PLUS_MINUS_ONE),
    ("resnet101v2", "resnet_v2", PLUS_MINUS_ONE),
    ("resnet152v2", "resnet_v2", PLUS_MINUS_ONE),
    ("resnet50", "resnet", MEAN_SUBTRACTED),
    ("resnet101", "resnet", MEAN_SUBTRACTED),
    ("resnet152", "resnet", MEAN_SUBTRACTED),
    ("vgg16", "vgg16", MEAN_SUBTRACTED),
    ("vgg19", "vgg19", MEAN_SUBTRACTED),
    ("densenet", "densenet", STANDARDIZED),
    ("efficientnetv2", "efficientnet_v2", PIXELS),
    ("efficientnet", "efficientnet", PIXELS),
    ("convnext", "convnext", PIXELS),
)
# A base whose layers are part of the model itself is known by layers that only it has.
LAYER_SIGNS = (
    ({"mixed0", "mixed7"}, "inception_v3"),
    ({"block_1_expand", "expanded_conv_project"}, "mobilenetv2"),
    ({"block1_conv1_bn", "block2_sepconv1"}, "xception"),
    ({"block1_conv1", "block1_conv2", "block1_pool"}, "vgg16"),
    ({"conv2_block1_preact_bn", "conv1_conv"}, "resnet50v2"),
    ({"conv2_block1_1_conv", "conv2_block1_add", "conv1_bn"}, "resnet50"),
)


@dataclass(frozen=True)
class Loss:
    """`kind` is one of those above, None for a loss of another kind; `name` is Keras' name for `function`."""

    name: str
    kind: str | None
    from_logits: bool
    function: Any


def loss_of(model: keras.Model) -> Loss | None:
    """The loss that a model with one output was compiled with, from a string, a function or an object alike."""
    loss = model.loss
    if len(tensors_of(model, "outputs")) > 1:
        return None
    while isinstance(loss, (list, tuple, dict)) and len(loss) == 1:
        loss = next(iter(loss.values())) if isinstance(loss, dict) else loss[0]
    return _loss_from(loss)


def losses_of(model: keras.Model) -> list[Loss | None]:
    """The loss of each output, in the order of `model.outputs`."""
    outputs = tensors_of(model, "outputs")
    if isinstance(model.loss, dict):
        return [_loss_from(model.loss.get(name)) for name in model.output_names]
    if isinstance(model.loss, (list, tuple)) and len(model.loss) == len(outputs):
        return [_loss_from(loss) for loss in model.loss]
    return [_loss_from(model.loss) for _ in outputs]


def _loss_from(loss: Any) -> Loss | None:
    if loss is None or isinstance(loss, (list, tuple, dict)):
        return None
    try:
        resolved = keras.losses.get(loss)
    except ValueError:
        return None
    name = getattr(getattr(resolved, "fn", resolved), "__name__", type(resolved).__name__)
    return Loss(name, LOSS_KINDS.get(name), bool(getattr(resolved, "from_logits", False)), resolved)


@dataclass(frozen=True)
class Head:
    """The end of a model: number of units (length of its output's last axis) and activation, None if it cannot be told."""

    units: int | None
    activation: str | None
    layer: Any


def head_of(model: keras.Model) -> Head | None:
    """The head of a model with one output; None for a model whose layers are not connected in the open (subclassed)."""
    outputs = tensors_of(model, "outputs")
    return head_at(outputs[0]) if len(outputs) == 1 else None


def head_seen(predictions: np.ndarray) -> Head | None:
    """The head as its answers show it, (samples, ..., units): softmax or no activation, where they look like it."""
    if predictions.ndim < 2:
        return None
    probabilities = (predictions >= 0).all() and np.allclose(predictions.sum(axis=-1), 1, atol=1e-3)
    free = predictions.min() < 0
    return Head(predictions.shape[-1], "softmax" if probabilities else "linear" if free else None, None)


def head_at(output: Any) -> Head:
    """The layer that a symbolic output comes from, behind what only passes its numbers on."""
    operation = operation_behind(output)
    return Head(output.shape[-1] if len(output.shape) > 1 else None, activation_of(operation), operation)


def operation_behind(tensor: Any) -> Any:
    """The operation that computed a symbolic tensor; seen through nested models and layers that only pass numbers on."""
    operation = tensor._keras_history.operation
    if isinstance(operation, keras.Model):
        inner = tensors_of(operation, "outputs")
        return operation_behind(inner[0]) if len(inner) == 1 else operation
    linear = isinstance(operation, layers.Activation) and operation.activation is keras.activations.linear
    before = [node for node in operation._inbound_nodes if any(tensor is output for output in node.output_tensors)]
    if isinstance(operation, layers.Concatenate) and len(before) == 1:
        sides = [operation_behind(side) for side in before[0].input_tensors]
        return sides[0] if len({activation_of(side) for side in sides}) == 1 else operation
    if (isinstance(operation, PASSING) or linear) and len(before) == 1 and len(before[0].input_tensors) == 1:
        return operation_behind(before[0].input_tensors[0])
    return operation


def activation_of(operation: Any) -> str | None:
    """Name of the function that an operation ends in; None if it has none or cannot be told."""
    if isinstance(operation, (layers.Softmax, layers.ReLU, layers.ELU, layers.PReLU)):
        return type(operation).__name__.lower()
    if isinstance(operation, layers.LeakyReLU):
        return "leaky_relu"
    if hasattr(operation, "activation"):
        return getattr(operation.activation, "__name__", None)
    name = type(operation).__name__.lower()
    return name if name in ("softmax", "sigmoid", "relu", "tanh") else None


def trains_its_own_way(model: keras.Model) -> bool:
    """Whether a model's class says itself how a training step goes, or what its loss is."""
    return any(getattr(type(model), name) is not getattr(keras.Model, name) for name in ("train_step", "compute_loss"))


def is_made_of_keras(model: keras.Model) -> bool:
    """Whether Keras' own parts alone take part in a training step: no class and no function is the learner's."""
    losses = [loss for loss in keras.tree.flatten(model.loss) if loss is not None]
    parts = [model, model.optimizer, *all_layers(model), *losses, *metrics_of(model)]
    held = [value for part in parts for value in getattr(part, "__dict__", {}).values() if callable(value)]
    return all(_is_of_keras(part) for part in [*parts, *held] if not isinstance(part, str))


def _is_of_keras(part: Any) -> bool:
    module = part.__module__ if isinstance(part, FunctionType | type) else type(part).__module__
    return module.partition(".")[0] == "keras"


def nodes(model: keras.Model) -> Iterator[Any]:
    """The calls that a model is made of, inputs first; none for a subclassed or unbuilt model."""
    by_depth = getattr(getattr(model, "_functional", None) or model, "_nodes_by_depth", {})
    for depth in sorted(by_depth, reverse=True):
        yield from (node for node in by_depth[depth] if not node.is_input)


def all_nodes(model: keras.Model) -> Iterator[Any]:
    """The calls that a model and the models nested in it are made of."""
    for node in nodes(model):
        yield node
        if isinstance(node.operation, keras.Model):
            yield from all_nodes(node.operation)


def all_layers(model: keras.Model) -> list[keras.layers.Layer]:
    """Each layer and each nested model, at any depth; not the model itself."""
    return [layer for layer in model._flatten_layers(include_self=False) if not isinstance(layer, layers.InputLayer)]


def feed_of(model: keras.Model, x: Any) -> list[np.ndarray] | None:
    """Inputs as a list in the order of `model.inputs`, from whatever structure `fit` takes."""
    inputs = tensors_of(model, "inputs")
    if isinstance(x, dict):
        return [x[tensor.name] for tensor in inputs] if all(tensor.name in x for tensor in inputs) else None
    arrays = keras.tree.flatten(x)
    return arrays if inputs and len(arrays) == len(inputs) else None


def entering(model: keras.Model, feed: list[Any]) -> list[tuple[Any, np.ndarray]]:
    """What the first layers with weights receive, after all scaling inside the model; nested models are entered, bases not.

    Args:
        model: a built functional or sequential model.
        feed: an array for each of its inputs.
    """
    untouched = {id(tensor) for tensor in model.inputs}
    found = []
    for node in nodes(model):
        tensors = [tensor for tensor in node.input_tensors if id(tensor) in untouched]
        if not tensors:
            continue
        if _has_weights(node.operation):
            found += [(node.operation, tensor) for tensor in tensors]
        elif len(tensors) == len(node.input_tensors):
            untouched.update(id(tensor) for tensor in node.output_tensors)
    if not found:
        return []
    values = keras.tree.flatten(keras.Model(model.inputs, [tensor for _, tensor in found])(feed, training=False))
    entries = []
    for (operation, _), value in zip(found, values, strict=True):
        if isinstance(operation, keras.Model) and base_kind(operation) is None and len(tensors_of(operation, "inputs")) == 1:
            entries += entering(operation, [value])
        else:
            entries.append((operation, as_array(value)))
    return entries


def first_called(model: keras.Model, x: Any) -> list[tuple[Any, np.ndarray]]:
    """The first layer with weights, or base, that a model of own code calls, and what it gets; in the form of `entering`."""
    within = {id(layer) for base in bases(model) for layer in base._flatten_layers(include_self=False)}
    watched = [
        layer
        for layer in all_layers(model)
        if _has_weights(layer) and id(layer) not in within and (base_kind(layer) or not isinstance(layer, keras.Model))
    ]
    got: list[tuple[Any, np.ndarray]] = []

    def watching(layer: keras.layers.Layer, call: Any) -> Any:
        def called(value: Any, *others: Any, **options: Any) -> Any:
            got.extend((layer, as_array(part)) for part in keras.tree.flatten(value))
            return call(value, *others, **options)

        return called

    for layer in watched:
        layer.call = watching(layer, layer.call)
    try:
        model(x, training=False)
    finally:
        for layer in watched:
            del layer.call
    return [entry for entry in got if entry[0] is got[0][0]]


def _has_weights(operation: Any) -> bool:
    return isinstance(operation, layers.Layer) and bool(operation.weights) and not isinstance(operation, PREPARING)


def base_kind(model: Any) -> tuple[str, str] | None:
    """Module of keras.applications that made this base, and the range of pixels it expects; None if it is not one."""
    if not isinstance(model, keras.Model):
        return None
    name = model.name.lower()
    names = {layer.name for layer in model.layers}
    name = next((base for signs, base in LAYER_SIGNS if signs <= names), name)
    for beginning, module, expected in BASES:
        if name.startswith(beginning):
            scales = any(isinstance(layer, (layers.Rescaling, layers.Normalization)) for layer in model.layers)
            without = expected == PIXELS and not scales and not name.startswith("convnext")
            return module, PLUS_MINUS_ONE if without else expected
    return None


def bases(model: keras.Model) -> list[keras.Model]:
    """Bases of keras.applications nested in a model."""
    return [layer for layer in all_layers(model) if base_kind(layer) is not None]


def looks_pretrained(base: keras.Model) -> bool:
    """Whether a base's weights have been trained: frozen ones have; else biases or moving means are no longer all zero."""
    if not base.trainable:
        return True
    starting = [weight for weight in base.weights if weight.name in ("bias", "beta", "moving_mean")]
    return any(np.any(as_array(weight)) for weight in starting)


def optimizer_of(model: keras.Model) -> Any:
    """The optimizer that the learner chose, out of the wrapper that `mixed_float16` puts around it; None without compile."""
    optimizer = model.optimizer if model.compiled else None
    return optimizer.inner_optimizer if isinstance(optimizer, keras.optimizers.LossScaleOptimizer) else optimizer


def learning_rate(model: keras.Model) -> float | None:
    """The optimizer's learning rate; of a schedule, its largest one. None if there is none or it cannot be told."""
    optimizer = optimizer_of(model)
    if optimizer is None:
        return None
    schedule = optimizer._learning_rate
    if not isinstance(schedule, keras.optimizers.schedules.LearningRateSchedule):
        return float(keras.ops.convert_to_numpy(optimizer.learning_rate))
    try:
        numbers = keras.tree.flatten(schedule.get_config())
    except Exception:  # a schedule of one's own need not describe itself
        numbers = [USUAL_STEPS]
    last = max((number for number in numbers if isinstance(number, int) and not isinstance(number, bool)), default=0)
    try:
        return max(
            float(schedule(keras.ops.convert_to_tensor(step))) for step in np.linspace(0, 2 * last, 41).astype("int64")
        )
    except Exception:
        return None


def agree(expected: tuple[int | None, ...], given: tuple[int, ...]) -> bool:
    """Whether a shape fits one that may leave axes open."""
    return len(given) == len(expected) and all(want in (None, got) for got, want in zip(given, expected, strict=True))


def in_words(shape: tuple[int | None, ...]) -> str:
    """A shape that may leave axes open, for a sentence."""
    return str(tuple("any" if axis is None else axis for axis in shape)).replace("'", "")


def as_array(tensor: Any) -> np.ndarray:
    """What a layer computed or keeps, as an array of 32 bits or more."""
    return widened(keras.ops.convert_to_numpy(tensor))


def tensors_of(model: keras.Model, which: str) -> list[Any]:
    """The model's `inputs` or `outputs` as a flat list; empty where it has none to show."""
    try:
        return keras.tree.flatten(getattr(model, which, None) or [])
    except (AttributeError, ValueError):  # a Sequential that has not been built
        return []


def metrics_of(model: keras.Model) -> list[Any]:
    """The metrics that the learner gave to `compile`: names, functions and objects."""
    # What `model.metrics` gives before training has none of them.
    compiled = getattr(model, "_compile_metrics", None) if model.compiled else None
    return [metric for metric in keras.tree.flatten(getattr(compiled, "_user_metrics", None)) if metric is not None]

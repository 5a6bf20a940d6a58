"""How a model is wired: modes fixed in the graph, layers that do nothing or undo others, samples that are mixed."""

import inspect
from collections.abc import Iterator
from typing import Any

import keras
import numpy as np
from keras import layers

from course_utils.diagnose import anatomy
from course_utils.diagnose.case import Case
from course_utils.diagnose.findings import SERIOUS, WARNING, Finding
from course_utils.diagnose.targets import class_labels

FINDINGS = frozenset(
    {
        "training_fixed",
        "not_connected",
        "mixed_samples",
        "softmax_inside",
        "base_with_old_head",
        "no_nonlinearity",
        "narrow_neck",
        "normalized_away",
        "normalized_output",
        "reshape_scrambles",
        "axes_disagree",
        "two_activations",
        "dropout_drowns",
        "dropout_on_output",
        "sees_the_future",
    }
)
DROWNING = 0.8  # rate of dropout from which a layer says more of chance than of its input
SAMPLES_ALONE, ENOUGH_SAMPLES = 4, 12
OLD_CLASSES = 1_000  # of ImageNet
LINEAR = (
    *anatomy.PASSING,
    layers.Rescaling,
    layers.Normalization,
    layers.AveragePooling1D,
    layers.AveragePooling2D,
    layers.GlobalAveragePooling1D,
    layers.GlobalAveragePooling2D,
    layers.ZeroPadding2D,
    layers.UpSampling2D,
)
DROPPING = (layers.Dropout, layers.SpatialDropout1D, layers.SpatialDropout2D, layers.GaussianDropout, layers.AlphaDropout)
NORMALIZING = (layers.BatchNormalization, layers.GroupNormalization)
OF_CLASSES = (anatomy.SPARSE, anatomy.CATEGORICAL)
WITH_WEIGHTS = (*anatomy.KERNELS, *NORMALIZING, layers.LayerNormalization, layers.Embedding, layers.MultiHeadAttention)
WEIGHING = (layers.Dense, layers.Conv1D, layers.Conv2D, layers.Conv3D)


def _graph(case: Case) -> keras.Model:
    """The model, or what runs in its place, whichever shows how its layers are connected."""
    return case.model if case.runnable is None or any(anatomy.nodes(case.model)) else case.runnable


def unused(case: Case) -> Iterator[Finding]:
    """An input that reaches no output; a layer of a model of one's own that is never called."""
    model = _graph(case)
    reached = {id(tensor) for node in anatomy.nodes(model) for tensor in node.input_tensors}
    idle = [tensor.name for tensor in anatomy.tensors_of(model, "inputs") if reached and id(tensor) not in reached]
    idle = idle if model is case.model or not isinstance(case.train.x, dict) else []  # own code may pick from a dictionary
    what = f"The input {idle[0]} is never used: it reaches no output." if idle else ""
    if not idle and case.runnable is not None and not anatomy.trains_its_own_way(case.model):
        left = [layer for layer in anatomy.all_layers(case.model) if isinstance(layer, WITH_WEIGHTS) and not layer.built]
        if left:
            case.model(case.some(2), training=True)  # what is called in training alone is built after that
        idle = [layer.name for layer in left if not layer.built]
        what = f"The layer {idle[0]} is never called, and has no weights." if idle else ""
    if what:
        yield Finding(
            "not_connected",
            WARNING,
            what,
            "Whatever it tells is ignored. Most often another tensor was joined twice, or handed on, in its place.",
            "x = layers.concatenate([first, second])  # each branch once; in call, each layer that __init__ has made",
        )


def training_fixed(case: Case) -> Iterator[Finding]:
    """Layers called with training=True, which then behave in use as in training."""
    for node in anatomy.all_nodes(_graph(case)):
        if node.arguments.kwargs.get("training") is not True or not isinstance(node.operation, layers.Layer):
            continue
        parameter = inspect.signature(node.operation.call).parameters.get("training")
        if parameter is not None and parameter.default is True:
            continue  # Keras writes down the default, too
        parts = [node.operation, *getattr(node.operation, "layers", [])]
        changing = next((part for part in parts if differs_in_training(part)), None)
        if changing is not None:
            batch = isinstance(changing, layers.BatchNormalization)
            yield _fixed(
                node.operation.name,
                "each sample is normalized with the others of its batch, and gets another answer in other company."
                if batch
                else "its answers and your validation figures change by chance.",
            )
            return


def _fixed(name: str, so: str, how: str = "called with training=True, fixed for good") -> Finding:
    return Finding(
        "training_fixed",
        WARNING,
        f"{name} is {how}.",
        f"In use it then goes on as in training: {so}",
        "x = layers.Dropout(0.5)(x)  # fit and predict set training; in own layers: call(self, x, training=False)",
    )


def differs_in_training(layer: Any) -> bool:
    """Whether a layer of Keras computes otherwise in training than in use."""
    name = type(layer).__name__
    chance = name.startswith(("Dropout", "SpatialDropout", "AlphaDropout", "Gaussian", "Random"))
    return chance or isinstance(layer, layers.BatchNormalization) or bool(getattr(layer, "dropout", 0))


def mixed_samples(case: Case) -> Iterator[Finding]:
    """Answers that change with the other samples of the batch."""
    if case.runnable is None or case.fixed_batch is not None or len(case.rows_run) < ENOUGH_SAMPLES:
        return
    predictions = case.seen.predictions if case.seen is not None else None
    if predictions is None:
        return
    whole = len(predictions) == len(case.rows_run)
    few = _answers(case.runnable, case, case.rows_run[:SAMPLES_ALONE])
    if whole and (few.shape[1:] != predictions.shape[1:] or not np.isfinite(few).all()):
        return  # answers of the shape of their batch
    among = predictions[:SAMPLES_ALONE]
    if whole and np.allclose(among, few, rtol=1e-2, atol=1e-3 * float(np.abs(among).max())):
        return
    if whole and not np.allclose(few, _answers(case.runnable, case, case.rows_run[:SAMPLES_ALONE]), rtol=1e-4, atol=1e-6):
        yield from _dropped_in_use(case)
        return
    yield Finding(
        "mixed_samples",
        SERIOUS,
        f"The answer for a sample changes with the other samples in its batch: {_first(few)} among {SAMPLES_ALONE}, "
        f"{_first(among)} among more."
        if whole
        else f"For {len(case.rows_run):,} samples the model gives {len(predictions):,} answers.",
        "A softmax, a mean or a reshape over axis 0 takes in the whole batch. Each sample must be answered from itself.",
        "keras.ops.mean(x, axis=1)  # axis 0 is the samples'; so with softmax(x, axis=-1) and reshape(x, (-1, ...))",
    )


def _dropped_in_use(case: Case) -> Iterator[Finding]:
    """Dropout in use, hidden in code of one's own: answers change from call to call, and not once nothing is dropped."""
    rows = case.rows_run[:SAMPLES_ALONE]
    dropping = [layer for layer in anatomy.all_layers(case.runnable) if isinstance(layer, DROPPING) and layer.rate > 0]
    rates = [layer.rate for layer in dropping]
    try:
        for layer in dropping:
            layer.rate = 0.0
        calm = np.allclose(_answers(case.runnable, case, rows), _answers(case.runnable, case, rows), rtol=1e-4, atol=1e-6)
    finally:
        for layer, rate in zip(dropping, rates, strict=True):
            layer.rate = rate
    if dropping and calm:
        yield _fixed(dropping[0].name, "its answers and your validation figures change by chance.")
    elif not dropping and class_labels(case, case.train.targets) is not None and (name := _draws_by_chance(case)):
        how = "random in prediction as well: asked twice for the same samples, the model answers otherwise"
        yield _fixed(name, "Dropout and noise go on in inference, whatever the training flag says.", how)


def _draws_by_chance(case: Case) -> str | None:
    """What of one's own drops or adds noise: a layer that changes a single tensor without weights, or the model's own call.

    A variational layer has weights to draw around, or gets mean and spread as two tensors.
    """
    own = [layer for layer in anatomy.all_layers(case.model) if not type(layer).__module__.startswith("keras.")]
    changing = {
        id(node.operation)
        for node in anatomy.all_nodes(_graph(case))
        if len(node.input_tensors) == 1 and node.input_tensors[0].shape == node.output_tensors[0].shape
    }
    simple = [layer for layer in own if not layer.weights and id(layer) in changing]
    if simple:
        return str(simple[0].name)
    by_itself = not own and not any(anatomy.nodes(case.model)) and not case.model._call_has_training_arg
    return "The model's own call" if by_itself else None


def _answers(copy: keras.Model, case: Case, rows: np.ndarray) -> np.ndarray:
    x = keras.tree.map_structure(lambda array: array[rows], case.train.x)
    return anatomy.as_array(keras.tree.flatten(copy(x, training=False))[0])


def _first(answers: np.ndarray) -> str:
    return np.array2string(answers[0].ravel()[:3], precision=3)


def softmax_inside(case: Case) -> Iterator[Finding]:
    """Probabilities in the middle of a network; an old head of a pretrained base under a new one."""
    for node in anatomy.all_nodes(_graph(case)):
        if not isinstance(node.operation, anatomy.KERNELS) or len(node.input_tensors) != 1:
            continue
        before, classes = anatomy.operation_behind(node.input_tensors[0]), node.input_tensors[0].shape[-1]
        if anatomy.activation_of(before) != "softmax" or classes == 1:
            continue
        old = classes == OLD_CLASSES or before.name == "predictions"
        yield Finding(
            "base_with_old_head" if old else "softmax_inside",
            SERIOUS if old else WARNING,
            f"{node.operation.name} gets the probabilities of {classes} classes that {before.name} ends in.",
            "The base still has the head for the classes it was trained on: what it saw in the picture has shrunk to their "
            "names."
            if old
            else "Softmax forces the units of a hidden layer to add up to 1: they compete, and pass little on.",
            "base = keras.applications.MobileNetV2(include_top=False, pooling='avg')  # without its head"
            if old
            else f'layers.Dense({classes}, activation="relu")  # softmax in the last layer alone',
        )
        return
    head = case.head
    if head is not None and head.units == OLD_CLASSES and getattr(head.layer, "name", "") == "predictions":
        y = case.train.targets_in_order
        if y is not None and y.dtype.kind in "iu" and y.max() < OLD_CLASSES / 2:
            yield Finding(
                "base_with_old_head",
                SERIOUS,
                f"The model ends in the {OLD_CLASSES:,} classes of ImageNet; the labels go up to {y.max()}.",
                "The head knows other classes than yours, and gives the first of them your numbers.",
                "base = keras.applications.MobileNetV2(include_top=False, pooling='avg')  # and a new Dense on top",
            )


def two_activations(case: Case) -> Iterator[Finding]:
    """Probabilities made of numbers that another activation has cut before."""
    for node in anatomy.all_nodes(_graph(case)):
        if not isinstance(node.operation, (layers.Activation, layers.Softmax)) or len(node.input_tensors) != 1:
            continue
        second, before = anatomy.activation_of(node.operation), anatomy.operation_behind(node.input_tensors[0])
        first = anatomy.activation_of(before)
        if second in ("softmax", "sigmoid") and first in ("relu", "softmax", "sigmoid"):
            yield Finding(
                "two_activations",
                WARNING,
                f"{before.name} ends in {first}, and {node.operation.name} applies {second} to that.",
                "ReLU takes away negative scores: no class can be called unlikely, and where all are 0 nothing is learned."
                if first == "relu"
                else "Probabilities lie close together: applied to them, the second function says nearly the same "
                "for all, and its answers stay timid.",
                f"layers.Dense({getattr(before, 'units', '...')})  # no activation before {second}",
            )
            return


def linear_stack(case: Case) -> Iterator[Finding]:
    """Layers with weights, one right after another, and no nonlinearity between."""
    for node in anatomy.all_nodes(_graph(case)):
        if not isinstance(node.operation, WEIGHING) or len(node.input_tensors) != 1:
            continue
        before = _behind(node.input_tensors[0])
        if type(before) is not type(node.operation) and not isinstance(node.operation, layers.Dense):
            continue
        if not isinstance(before, WEIGHING) or anatomy.activation_of(before) != "linear" or not before.trainable:
            continue
        inside, entering, leaving = (_units(before), _numbers_in(before), _units(node.operation))
        if inside < 2 or inside < min(entering, leaving):
            continue  # narrower than what comes in and what goes out: fewer weights, on purpose
        last = case.head.layer if case.head is not None else None
        alone = not any(_bends(node.operation) for node in anatomy.all_nodes(_graph(case)) if node.operation is not last)
        yield Finding(
            "no_nonlinearity",
            WARNING,
            f"{before.name} has no activation, and {node.operation.name} follows right after it."
            + (" No layer before the last has one." if alone else ""),
            "One linear layer after another is one linear layer: the first adds weights, and nothing that the second could "
            "not say alone.",
            f'layers.{type(before).__name__}({inside}, ..., activation="relu")',
        )
        return


def _behind(tensor: Any) -> Any:
    """The operation behind a tensor, seen through layers that are linear and have nothing to learn, or only scale."""
    operation = anatomy.operation_behind(tensor)
    while isinstance(operation, LINEAR) and len(operation._inbound_nodes) == 1:
        operation = anatomy.operation_behind(operation._inbound_nodes[0].input_tensors[0])
    return operation


def _bends(operation: Any) -> bool:
    linear = isinstance(operation, (*LINEAR, layers.InputLayer)) or (
        isinstance(operation, WEIGHING) and anatomy.activation_of(operation) == "linear"
    )
    return not linear


def _units(layer: Any) -> int:
    return int(getattr(layer, "units", None) or layer.filters)


def _numbers_in(layer: Any) -> int:
    return int(np.prod(layer.kernel.shape[:-1]))


def narrow_neck(case: Case) -> Iterator[Finding]:
    """A single number for each sample, in the midst of the network, that all classes have to be told by."""
    head, kind = case.head, case.loss.kind if case.loss is not None else None
    if head is None or head.units is None or kind not in (*OF_CLASSES, anatomy.BINARY, anatomy.REGRESSION):
        return
    several = head.units > 2 and kind in OF_CLASSES
    if not several and head.units > 2:
        return  # an autoencoder may press its input into a number
    for tensor, operation in _way_back(_graph(case)):
        if _size(tensor) != 1 or not isinstance(operation, layers.Layer) or operation is head.layer:
            continue
        wide = any(_size(before) > 1 for before in _inputs_of(tensor))
        rectified = anatomy.activation_of(operation) == "relu"
        if not wide or not (several or rectified):
            continue
        yield Finding(
            "narrow_neck",
            WARNING,
            f"{operation.name} leaves one number for each sample, a single unit through which everything has to pass on the "
            f"way to {f'{head.units} classes' if several else 'the answer'}.",
            "What this bottleneck does not let through, no later layer can bring back: its width is the capacity of the "
            "network."
            + (" A ReLU, moreover, makes all samples below 0 the same; should that be all, nothing is learned." * rectified),
            'layers.Dense(16, activation="relu")  # in its place: no fewer units than classes',
        )
        return


def _size(tensor: Any) -> int:
    """How many numbers a symbolic tensor holds for each sample; along an axis that is open, at least two."""
    return int(np.prod([axis or 2 for axis in tensor.shape[1:]]))


def _way_back(model: keras.Model) -> Iterator[tuple[Any, Any]]:
    """What a model's only output was computed through, and by which operation: as far back as there is a single way."""
    outputs = anatomy.tensors_of(model, "outputs")
    tensor = outputs[0] if len(outputs) == 1 else None
    while tensor is not None:
        operation = tensor._keras_history.operation
        if isinstance(operation, keras.Model):
            yield from _way_back(operation)
        else:
            yield tensor, operation
        before = _inputs_of(tensor)
        tensor = before[0] if len(before) == 1 else None


def _inputs_of(tensor: Any) -> list[Any]:
    """What the operation behind a symbolic tensor got."""
    of = [
        node
        for node in tensor._keras_history.operation._inbound_nodes
        if any(tensor is each for each in node.output_tensors)
    ]
    return list(of[0].input_tensors) if of else []


def scrambled(case: Case) -> Iterator[Finding]:
    """A Reshape where axes were to change places."""
    for node in anatomy.all_nodes(_graph(case)):
        if not isinstance(node.operation, layers.Reshape):
            continue
        before, after = (tuple(tensors[0].shape[1:]) for tensors in (node.input_tensors, node.output_tensors))
        if before == after or None in before or 1 in before or sorted(before) != sorted(after):
            continue
        order = tuple(before.index(axis) + 1 for axis in after)
        yield Finding(
            "reshape_scrambles",
            WARNING,
            f"{node.operation.name} makes {after} of {before}.",
            "Reshape keeps the numbers in their order and only cuts them anew: rows and columns get mixed up. To let axes "
            "change places, permute them.",
            f"layers.Permute({order})",
        )
        return


def axes_disagree(case: Case) -> Iterator[Finding]:
    """Layers that look for the channels of a picture along different axes."""
    formats: dict[str, str] = {}
    for node in anatomy.all_nodes(_graph(case)):
        layer, rank = node.operation, len(node.input_tensors[0].shape)
        axis = getattr(layer, "axis", None)
        if isinstance(layer, NORMALIZING) and rank == 4 and isinstance(axis, int):
            formats.setdefault({1: "channels_first", 3: "channels_last"}.get(axis % rank, ""), layer.name)
        elif rank == 4 and isinstance(layer, layers.Layer) and hasattr(layer, "data_format") and layer.name:
            formats.setdefault(layer.data_format, layer.name)
    if not {"channels_first", "channels_last"} <= set(formats):
        return
    yield Finding(
        "axes_disagree",
        WARNING,
        f"{formats['channels_last']} takes the last axis for the channels, {formats['channels_first']} the first.",
        "One of the two computes its means, its largest values or its sums over the wrong numbers: a row for a channel.",
        "layers.BatchNormalization(axis=-1)  # the default; and data_format='channels_last' throughout",
    )


def normalization(case: Case) -> Iterator[Finding]:
    """Normalization of a single number by itself, and of the probabilities that a model ends in."""
    for node in anatomy.all_nodes(_graph(case)):
        layer = node.operation
        if not isinstance(layer, layers.LayerNormalization):
            continue
        axes = [layer.axis] if isinstance(layer.axis, int) else list(layer.axis)
        if all(node.input_tensors[0].shape[axis] == 1 for axis in axes):
            yield Finding(
                "normalized_away",
                SERIOUS,
                f"{layer.name} normalizes a single number: what it gets has the length 1 along axis {axes[0]}.",
                "A number less the mean of itself is 0: nothing of the input passes, and all samples look the same.",
                "layers.BatchNormalization()  # over the samples; or no normalization here",
            )
            return
    outputs = anatomy.tensors_of(_graph(case), "outputs")
    last = outputs[0]._keras_history.operation if len(outputs) == 1 else None
    loss = case.loss
    if loss is None or loss.kind not in (*OF_CLASSES, anatomy.BINARY) or loss.from_logits:
        return
    if isinstance(last, (*NORMALIZING, layers.LayerNormalization)):
        yield Finding(
            "normalized_output",
            SERIOUS,
            f"{last.name} comes last, and {loss.name} expects probabilities.",
            "Normalized to a mean of 0 and a spread of 1, answers are no longer between 0 and 1, and do not add up to 1.",
            "layers.BatchNormalization()  # between hidden layers, not after softmax or sigmoid",
        )


def dropout(case: Case) -> Iterator[Finding]:
    """Dropout of nearly everything, and dropout of the answers themselves."""
    for layer in anatomy.all_layers(case.model):
        rates = [getattr(layer, name, 0) for name in ("rate", "dropout", "recurrent_dropout")]
        rate = max((rate for rate in rates if isinstance(rate, float)), default=0)
        if rate >= DROWNING and differs_in_training(layer):
            yield Finding(
                "dropout_drowns",
                WARNING,
                f"{layer.name} drops {rate:.0%} of its inputs in training.",
                "The rate is the share that is dropped, not the one that is kept: what is left of the signal drowns in "
                "chance.",
                f"layers.{type(layer).__name__}({min(round(1 - rate, 2), 0.5) or 0.2})",
            )
            return
    for output in anatomy.tensors_of(_graph(case), "outputs"):
        last = output._keras_history.operation
        if isinstance(last, layers.Dropout) and last.rate > 0:
            yield Finding(
                "dropout_on_output",
                SERIOUS,
                f"{last.name} comes after the last layer: in training, {last.rate:.0%} of the answers are set to 0.",
                "A right answer that is dropped counts as a wrong one, and the others are made larger: probabilities no "
                "longer add up to 1.",
                "layers.Dropout(...)  # before the last Dense, not after it",
            )
            return


def sees_the_future(case: Case) -> Iterator[Finding]:
    """A model that is to name the next step, and can look at it."""
    x, y = case.train.inputs[0], case.train.targets
    if (
        case.runnable is None
        or case.fixed_batch is not None
        or len(case.train.inputs) > 1
        or y is None
        or x.ndim < 2
        or y.ndim < 2
    ):
        return
    y = y[..., 0] if y.ndim == x.ndim + 1 and y.shape[-1] == 1 else y
    if y.shape != x.shape or x.shape[1] < 4 or case.seen is None or not np.array_equal(x[:, 1:], y[:, :-1]):
        return
    if np.array_equal(x, y) or case.seen.predictions is None or case.seen.predictions.ndim < 2:
        return
    half = x.shape[1] // 2
    few = x[:SAMPLES_ALONE]
    changed = few.copy()
    changed[:, half:] = x[-SAMPLES_ALONE:][:, half:][: len(few)]
    answers = [anatomy.as_array(case.runnable(part, training=False)) for part in (few, changed)]
    before, after = (array[:, :half] for array in answers)
    if np.array_equal(few, changed) or np.allclose(before, after, rtol=1e-3, atol=1e-4 * float(np.abs(before).max())):
        return
    yield Finding(
        "sees_the_future",
        SERIOUS,
        f"The target of each step is the next step of the input, and the answers for the first {half} steps change with "
        "what comes later.",
        "The model can look up what it is to foretell: its figures will be perfect, and it will know nothing.",
        "layers.LSTM(..., return_sequences=True)  # not Bidirectional; attention with use_causal_mask=True; Conv1D with "
        'padding="causal"',
    )

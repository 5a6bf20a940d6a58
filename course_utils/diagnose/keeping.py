"""What is looked at stays as it was: the model with all that it holds, the random state, the learner's screen.

Not a copy but the learner's own model is run and trained, and put back after: a copy made from descriptions loses what they
do not tell (a vocabulary, an own `train_step`, layers, metrics and optimizers of one's own), and is then another model.
"""

import contextlib
import logging
import operator
import random
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from course_utils.diagnose.samples import NARROW

ATOMS = (str, bytes, int, float, type(None), type)
# Objects of these are values, functions and graphs; what changes in place are variables alone.
OPAQUE = ("builtins", "numpy", "tensorflow")


@contextlib.contextmanager
def random_state_kept() -> Iterator[None]:
    """Leave the random state of Python and NumPy as it was: new layers draw their seeds from Python's.

    TensorFlow's and Keras' own stay as they are, since nothing here draws from them.
    """
    python, numpy = random.getstate(), np.random.get_state()
    try:
        yield
    finally:
        random.setstate(python)
        np.random.set_state(numpy)


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Keep TensorFlow's advice on tracing, which is about what we run, off the learner's screen."""
    logger = tf.get_logger()
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(level)


@contextlib.contextmanager
def kept(model: keras.Model) -> Iterator[None]:
    """Put back all that a model holds, whatever is done to it: it may be run, trained, compiled, even built.

    That is the value of each variable, and each attribute of its layers, optimizer, metrics, losses, seed generators and of
    whatever own objects it has, with the lists, dictionaries and sets among them.
    """
    parts = list(_parts(model))
    values = _values(parts)
    holders = [part if isinstance(part, (list, dict, set)) else vars(part) for part in parts if _holds(part)]
    contents = [(holder, _content(holder)) for holder in holders]
    try:
        yield
    finally:
        for holder, content in contents:
            if not _same(_content(holder), content):
                _fill(holder, content)
        put_back(values)


def values_of(model: keras.Model) -> list[tuple[tf.Variable, tf.Tensor]]:
    """Each variable that a model holds (weights, seeds, the optimizer's, the metrics'), and its value now."""
    return _values(_parts(model))


def put_back(values: Iterable[tuple[tf.Variable, tf.Tensor]]) -> None:
    """Give variables the values that they had."""
    for variable, value in values:
        variable.assign(value)


def _values(parts: Iterable[Any]) -> list[tuple[tf.Variable, tf.Tensor]]:
    return [(part, tf.identity(part)) for part in parts if isinstance(part, tf.Variable)]


def _parts(whole: Any) -> Iterator[Any]:
    """Whatever can be reached from an object through attributes and containers, each once; opaque objects left out.

    The way ends at the nodes of the graph: through them a layer knows every other model that it is part of, too.
    """
    waiting, known = [whole], {}
    while waiting:
        part = waiting.pop()
        if id(part) in known or isinstance(part, (*ATOMS, keras.KerasTensor)) or type(part).__name__ == "Node":
            continue
        known[id(part)] = part
        container = isinstance(part, (dict, list, tuple, set, frozenset))
        if container:
            waiting.extend(part.values() if isinstance(part, dict) else part)
            # TensorFlow wraps lists and dictionaries that are attributes: there the wrapped one is what changes.
            waiting.extend(getattr(part, name, None) for name in ("_storage", "__wrapped__"))
        elif _holds(part):
            waiting.extend(vars(part).values())
        if container or _holds(part) or isinstance(part, tf.Variable):
            yield part


def _holds(part: Any) -> bool:
    """Whether something may be changed in what an object holds."""
    own = type(part).__module__.partition(".")[0] not in OPAQUE
    return type(part) in (list, dict, set) or (own and (isinstance(part, (list, dict, set)) or hasattr(part, "__dict__")))


def _content(holder: Any) -> list[Any]:
    return [each for pair in holder.items() for each in pair] if isinstance(holder, dict) else list(holder)


def _same(one: list[Any], other: list[Any]) -> bool:
    return len(one) == len(other) and all(map(operator.is_, one, other))


def _fill(holder: Any, content: list[Any]) -> None:
    """By the methods of the plain types: Keras' own containers would track what comes and goes once more."""
    if isinstance(holder, dict):
        plain = OrderedDict if isinstance(holder, OrderedDict) else dict
        plain.clear(holder)
        plain.update(holder, zip(content[::2], content[1::2], strict=True))
    elif isinstance(holder, set):
        set.clear(holder)
        set.update(holder, content)
    else:
        list.__setitem__(holder, slice(None), content)


def compute_in_float32(model: keras.Model) -> list[tuple[keras.layers.Layer, Any]]:
    """Make a model compute in float32 what it computes with 16 bits; its weights stay.

    What it computes is then the same in every precision, and an example is not touched by its neighbours: on processors with
    AMX tiles, a bfloat16 product may carry one example's NaN into another.

    Returns:
        The layers that were changed, each with the policy that it had.
    """
    layers = [layer for layer in model._flatten_layers() if layer.compute_dtype in NARROW and not layer.quantization_mode]
    before = [(layer, layer.dtype_policy) for layer in layers]
    compute_in((layer, "float32") for layer in layers)
    return before


def compute_in(policies: Iterable[tuple[keras.layers.Layer, Any]]) -> None:
    """Give layers their policies."""
    for layer, policy in policies:
        layer.dtype_policy = policy
        if isinstance(layer, keras.layers.Normalization) and layer.built:
            layer.finalize_state()  # renews, in its own precision, what it derives from its weights


def start_anew(model: keras.Model) -> None:
    """Give what is trained values as at first; where its layer does not tell how it starts, such as others have."""
    owners = {id(weight): layer for layer in model._flatten_layers() for weight in layer.trainable_weights}
    for weight in model.trainable_weights:
        start = getattr(owners[id(weight)], f"{weight.name.removesuffix('_kernel')}_initializer", None)
        if start is None and len(weight.shape) > 1:
            start = keras.initializers.GlorotUniform()
        if start is not None:
            weight.assign(start(weight.shape, dtype=weight.dtype))

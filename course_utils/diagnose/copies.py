"""Copies of models to run and train, and the random state that making them must not disturb."""

import contextlib
import logging
import random
from collections.abc import Iterator

import keras
import numpy as np
import tensorflow as tf

from course_utils.diagnose.samples import NARROW


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
    """Keep TensorFlow's advice on tracing, which is about our copies, off the learner's screen."""
    logger = tf.get_logger()
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(level)


def untrained_copy(model: keras.Model) -> keras.Model:
    """The same architecture with fresh weights and the same layers frozen.

    Raises:
        Exception: whatever Keras raises where a model does not say how it is built (most subclassed models).
    """
    copy = keras.models.clone_model(model, clone_function=_clone)
    # Parents come before their children here; setting a parent's flag sets its children's too.
    for original, cloned in zip(model._flatten_layers(), copy._flatten_layers(), strict=True):
        cloned.trainable = original.trainable
    return copy


def exact_copy(model: keras.Model) -> keras.Model:
    """The same architecture, weights and frozen layers; not compiled. Raises as `untrained_copy` does."""
    copy = untrained_copy(model)
    if model.built:
        put_weights(copy, model.get_weights())
    return copy


def compute_in_float32(copy: keras.Model) -> bool:
    """Make a copy compute in float32 what its original computes with 16 bits; its weights stay.

    What the copy computes is then the same in every precision, and an example is not touched by its neighbours: on
    processors with AMX tiles, a bfloat16 product may carry one example's NaN into another.

    Returns:
        Whether there was anything to change.
    """
    narrow = [layer for layer in copy._flatten_layers() if layer.compute_dtype in NARROW and not layer.quantization_mode]
    for layer in narrow:
        layer.dtype_policy = "float32"
    _derive(copy)
    return bool(narrow)


def put_weights(model: keras.Model, weights: list[np.ndarray]) -> None:
    """Set all weights, in Keras' order, and what layers derive from theirs."""
    model.set_weights(weights)
    _derive(model)


def _derive(model: keras.Model) -> None:
    """Renew what a layer computes with and derives from its weights, in its own precision."""
    for layer in model._flatten_layers():
        if isinstance(layer, keras.layers.Normalization):
            layer.finalize_state()


def _clone(layer: keras.layers.Layer) -> keras.layers.Layer:
    if isinstance(layer, keras.Model):
        return keras.models.clone_model(layer, clone_function=_clone)
    if isinstance(layer, keras.layers.Lambda):
        # Keras refuses to make a Lambda from its description, since that may come from a stranger; this one does not.
        return keras.layers.Lambda(
            layer.function, layer._output_shape, mask=layer.mask, arguments=layer.arguments, name=layer.name
        )
    return type(layer).from_config(layer.get_config())

"""Copies of models to run and train, and the random state that making them must not disturb."""

import contextlib
import logging
import random
from collections.abc import Iterator

import keras
import numpy as np
import tensorflow as tf
from keras.src.backend.common import global_state
from keras.src.random import seed_generator
from tensorflow.python.eager import context  # type: ignore[attr-defined]  # the stubs leave private modules out


@contextlib.contextmanager
def random_state_kept() -> Iterator[None]:
    """Leave the random state of Python, NumPy, TensorFlow and Keras as it was: new layers draw their seeds from it."""
    python, numpy = random.getstate(), np.random.get_state()
    tensorflow = getattr(context.context(), "_rng", None)
    tensorflow_state = tensorflow.getstate() if tensorflow is not None else None
    keras_generator = global_state.get_global_attribute(seed_generator.GLOBAL_SEED_GENERATOR)
    keras_state = keras_generator.state.numpy() if keras_generator is not None else None
    try:
        yield
    finally:
        random.setstate(python)
        np.random.set_state(numpy)
        if tensorflow is not None:
            tensorflow.setstate(tensorflow_state)
        if keras_generator is not None:
            keras_generator.state.assign(keras_state)
        global_state.set_global_attribute(seed_generator.GLOBAL_SEED_GENERATOR, keras_generator)


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


def put_weights(model: keras.Model, weights: list[np.ndarray]) -> None:
    """Set all weights, in Keras' order, and what layers derive from theirs."""
    model.set_weights(weights)
    for layer in model._flatten_layers():
        if isinstance(layer, keras.layers.Normalization):
            layer.finalize_state()  # it computes with numbers that it derives from its weights


def _clone(layer: keras.layers.Layer) -> keras.layers.Layer:
    if isinstance(layer, keras.Model):
        return keras.models.clone_model(layer, clone_function=_clone)
    if isinstance(layer, keras.layers.Lambda):
        # Keras refuses to make a Lambda from its description, since that may come from a stranger; this one does not.
        return keras.layers.Lambda(
            layer.function, layer._output_shape, mask=layer.mask, arguments=layer.arguments, name=layer.name
        )
    return type(layer).from_config(layer.get_config())

"""Which picture a filter answers to most, found by gradient ascent on the picture. Written out in lesson 21."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import keras


def normalized(gradient: np.ndarray) -> np.ndarray:
    """A gradient with respect to pictures, divided by its root mean square, each picture's for itself.

    Args:
        gradient: (n, height, width, 3) floats.

    Returns:
        The same shape; a root mean square of 1 for each picture, or 0 where the gradient is 0.
    """
    return gradient / (np.sqrt(np.mean(gradient**2, axis=(1, 2, 3), keepdims=True)) + 1e-12)


def deprocess(values: np.ndarray) -> np.ndarray:
    """Any picture-like numbers as a picture: centred, a standard deviation of 0.1, shifted by 0.5, clipped to 0 to 1.

    Brightness and contrast of the original are lost. The original is left as it is.

    Args:
        values: (height, width, 3) finite numbers.

    Returns:
        uint8 of the same shape.

    Source: notes 001, Visualize filter.
    """
    centred = values - values.mean()
    shown = 0.1 * centred / (centred.std() + 1e-5) + 0.5
    return (255 * np.clip(shown, 0, 1)).astype("uint8")


@lru_cache(maxsize=8)  # tracing a deep network takes longer than many steps
def gradient_function(
    model: "keras.Model", preprocess: Callable[[Any], Any], layer: str
) -> Callable[[np.ndarray, np.ndarray], Any]:
    """How pixels have to change for filters to answer more, as a compiled function.

    Args:
        model, preprocess, layer: as for `filter_patterns`.

    Returns:
        A function of pictures, (n, height, width, 3) float32, and of what is chosen for each, (n, channels) float32 with a
        1 at the filter's number; it returns the gradient of the filter's mean answer, a tensor like the pictures.
    """
    import keras
    import tensorflow as tf

    looking = keras.Model(model.inputs[0], model.get_layer(layer).output)
    some_pictures, some_channels = (
        tf.TensorSpec((None, *model.input_shape[1:])),
        tf.TensorSpec((None, looking.output.shape[3])),
    )

    def gradient(pictures: tf.Tensor, chosen: tf.Tensor) -> tf.Tensor | tf.IndexedSlices:
        with tf.GradientTape() as tape:
            tape.watch(pictures)
            # float32, as what is chosen, whatever the layers compute in
            answers = tf.cast(looking(preprocess(pictures), training=False), "float32")
            means = tf.reduce_mean(answers, axis=(1, 2))
            total = tf.reduce_sum(means * chosen)
        return tape.gradient(total, pictures)

    return tf.function(gradient, input_signature=[some_pictures, some_channels])


def filter_patterns(
    model: "keras.Model",
    preprocess: Callable[[Any], Any],
    layer: str,
    filters: Sequence[int],
    steps: int = 40,
    shift: int = 0,
    pull: float = 0.0,
    blur: float = 0.0,
    seed: int = 0,
) -> np.ndarray:
    """Pictures that filters of a layer answer to, by gradient ascent from noisy grey.

    Args:
        model: takes pictures of a fixed size.
        preprocess: takes pixels 0 to 255 to what the model wants.
        layer: name of a layer with output (n, rows, columns, channels).
        filters: numbers of its channels; a picture is made for each.
        steps: each changes a picture by 1 grey level (root mean square).
        shift: pixels by which the picture is moved at most, at random, for each step and back after it.
        pull: share by which pixels are drawn back to the middle grey after each step.
        blur: standard deviation in pixels of the blur after every fourth step; the last four steps are without.
        seed: of the noise and of the shifts.

    Returns:
        (filters, height, width, 3) float32, pixels around 128 and not cut off; `deprocess` makes pictures of them.

    Source: notes 001, Visualize filter.
    """
    from scipy.ndimage import gaussian_filter

    gradient = gradient_function(model, preprocess, layer)
    chosen = np.eye(model.get_layer(layer).output.shape[3], dtype="float32")[list(filters)]
    random = np.random.default_rng(seed)
    noise = random.uniform(size=(len(filters), *model.input_shape[1:])).astype("float32")
    pictures = noise * 20 + 128
    for step in range(steps):
        moved = random.integers(-shift, shift + 1, size=2)
        uphill = normalized(gradient(np.roll(pictures, moved, axis=(1, 2)), chosen).numpy())
        pictures = pictures + np.roll(uphill, -moved, axis=(1, 2))
        pictures = 128 + (1 - pull) * (pictures - 128)
        if blur and step % 4 == 3 and step < steps - 4:
            pictures = gaussian_filter(pictures, (0, blur, blur, 0))
    return pictures

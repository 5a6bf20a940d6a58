"""Which part of a picture spoke for a class. Written out in lesson 22."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import keras


def class_activation_map(model: "keras.Model", pictures: np.ndarray, classes: Sequence[int]) -> np.ndarray:
    """How much each place speaks for a class: the mean of the map plus the class's bias is its score before softmax.

    Source: notes 000, Class activation map; Zhou and others (2016).

    Args:
        model: a model that ends in global average pooling and one dense layer.
        pictures: (n, height, width, channels) numbers, as the model takes them.
        classes: n numbers of classes, one a picture.

    Returns:
        (n, rows, columns) float32, on the grid of the last feature maps; negative where a place speaks against the class.
    """
    import keras

    pooling, dense = model.layers[-2:]
    features = keras.Model(model.inputs, pooling.input).predict(pictures, verbose=0)
    weights = dense.get_weights()[0][:, classes]
    return np.einsum("nrck,kn->nrc", features.astype("float32"), weights)


def grad_cam(
    model: "keras.Model", layer: str, pictures: np.ndarray, classes: Sequence[int], before_softmax: bool = True
) -> np.ndarray:
    """The feature maps of a layer, each weighted by the class's gradient with respect to it, averaged over all places.

    Where `class_activation_map` applies and `layer` is the last with places, this is that map divided by the number of
    places. Source: notes 001, Visualize class activation; Selvaraju and others (2017).

    Args:
        model: a model whose last layer is dense, and whose layers lie in one graph.
        layer: name of a layer whose output has the shape (n, rows, columns, channels).
        pictures: (n, height, width, channels) numbers, as the model takes them; all are held in memory at once.
        classes: n numbers of classes, one a picture.
        before_softmax: take the gradient of the score rather than that of the model's output.

    Returns:
        (n, rows, columns) float32, negative values included.

    Raises:
        ValueError: the model has no layer of that name.
    """
    import keras
    import tensorflow as tf

    dense = model.layers[-1]
    outputs = [model.get_layer(layer).output, dense.input, dense.output]
    given = tf.convert_to_tensor(pictures)
    with tf.GradientTape() as tape:
        tape.watch(given)
        features, last_inputs, chances = keras.Model(model.inputs, outputs)(given, training=False)
        # in reduced precision, layers give another type than their weights have
        scores = tf.cast(last_inputs, "float32") @ dense.kernel + dense.bias if before_softmax else chances
        chosen = tf.gather(scores, classes, axis=1, batch_dims=1)
    gradients = tf.cast(tape.gradient(chosen, features), "float32")
    weights = tf.reduce_mean(gradients, axis=(1, 2), keepdims=True)
    return tf.reduce_sum(weights * tf.cast(features, "float32"), axis=-1).numpy()


def overlay(picture: np.ndarray, class_map: np.ndarray, strength: float = 0.75) -> np.ndarray:
    """A picture in grey with the positive part of a map laid over it in colour; where nothing is positive, it stays grey.

    Args:
        picture: (height, width, 3) pixels from 0 to 255.
        class_map: (rows, columns) numbers; divided by their largest, and enlarged smoothly.
        strength: share of the colour where the map is hottest, 0 to 1.

    Returns:
        (height, width, 3) uint8.
    """
    from matplotlib import colormaps
    from PIL import Image

    positive = np.maximum(class_map, 0).astype("float32")
    positive = positive / max(positive.max(), 1e-12)
    height, width = picture.shape[:2]
    large = np.array(Image.fromarray(positive).resize((width, height), Image.Resampling.BILINEAR))
    colours = 255 * colormaps["inferno"](large)[..., :3]
    grey = picture.mean(axis=2, keepdims=True)
    share = strength * large[..., None]
    return ((1 - share) * grey + share * colours).astype("uint8")

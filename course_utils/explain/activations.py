"""What the layers of a network say about pictures. Written out in lesson 20."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    import keras


def feature_maps(model: "keras.Model", pictures: np.ndarray, names: Sequence[str]) -> Mapping[str, np.ndarray]:
    """The outputs of some layers for some pictures, all from one pass. Source: notes 001, Visualize bottleneck output.

    Args:
        model: a model whose layers lie in one graph (a nested model's own layers are not found).
        pictures: (n, height, width, channels) numbers, as the model takes them.
        names: names of layers.

    Returns:
        By layer name, in the order of `names`: float32 array (n, …), for a convolution (n, rows, columns, channels).

    Raises:
        ValueError: the model has no layer of that name.
    """
    import keras

    outputs = {name: model.get_layer(name).output for name in names}
    found = keras.Model(model.inputs, outputs).predict(pictures, verbose=0)
    # in reduced precision, layers give what NumPy's and Matplotlib's functions refuse
    return {name: maps.astype("float32") for name, maps in found.items()}


def zero_shares(activations: np.ndarray) -> np.ndarray:
    """The share of activations that are exactly 0, for each picture.

    Args:
        activations: (n, …) numbers.

    Returns:
        (n,) floats from 0 to 1.
    """
    return (activations == 0).reshape(len(activations), -1).mean(axis=1)


class View(NamedTuple):
    """What a unit of a layer sees of the picture, along one axis.

    Attributes:
        field: pixels that can change the unit, where it does not hang over the picture's edge.
        jump: pixels from the middle of one unit's field to the next unit's.
        first: the middle of the first unit's field; pixel 0 is the first of the picture.
    """

    field: int
    jump: int
    first: float


def views(model: "keras.Model") -> dict[str, View]:
    """The field of view of each layer, by its name, up to the first layer that knows no places.

    The model is a chain of square convolutions and poolings and of layers that work place by place. Padding "same" is
    counted as it is for a stride of 1, as many rows before as after.
    """
    found, field, jump, first = {}, 1, 1, 0.0
    for layer in model.layers:
        if len(layer.output.shape) != 4:
            break
        size = getattr(layer, "kernel_size", getattr(layer, "pool_size", (1,)))[0]
        stride = getattr(layer, "strides", (1,))[0]
        first += (size - 1) / 2 * jump * (getattr(layer, "padding", "valid") == "valid")
        field, jump = field + (size - 1) * jump, jump * stride
        found[layer.name] = View(field, jump, first)
    return found

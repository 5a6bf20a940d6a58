import keras
import numpy as np
import pytest
from keras import layers


def slope_backwards(weights, x):
    sums = []
    for weight in weights:
        sums.append(weight * x)
        x = np.tanh(sums[-1])
    return np.prod([weight / np.cosh(z) ** 2 for weight, z in zip(weights, sums, strict=True)])


def normalized_in_rows(x, gamma, beta):
    rows = x.reshape(-1, x.shape[-1])
    return (gamma * (rows - rows.mean(axis=0)) / np.sqrt(rows.var(axis=0) + 1e-3) + beta).reshape(x.shape)


def halving(bias=True, between="relu", last="relu", pooling=layers.AveragePooling2D, stride=2, behind=None, shortcut=True):
    maps = layers.Input((16, 16, 8))
    inside = layers.Conv2D(16, 3, stride, padding="same", activation=between, use_bias=bias)(maps)
    inside = layers.Conv2D(16, 3, padding="same", activation=behind, use_bias=bias)(inside)
    pooled = pooling(2)(maps)
    around = layers.Concatenate()([pooled, layers.Rescaling(0.0)(pooled)])
    return keras.Model(maps, layers.Activation(last)(layers.Add()([around, inside]) if shortcut else inside))


def padded():
    maps = layers.Input((16, 16, 8))
    inside = layers.ReLU()(layers.Conv2D(16, 3, 2, padding="same")(maps))
    inside = layers.Conv2D(16, 3, padding="same")(inside)
    pooled = layers.AveragePooling2D(2)(maps)
    around = keras.ops.pad(pooled, [(0, 0), (0, 0), (0, 0), (0, 8)])
    return keras.Model(maps, keras.ops.relu(around + inside))


def projected():
    maps = layers.Input((16, 16, 8))
    inside = layers.Conv2D(16, 3, 2, padding="same", activation="relu")(maps)
    inside = layers.Conv2D(16, 3, padding="same")(inside)
    return keras.Model(maps, layers.ReLU()(layers.Add()([layers.Conv2D(16, 1, 2)(maps), inside])))


def blocks() -> dict:
    return {
        "right": [halving(), halving(bias=False), padded(), halving],
        "wrong": [
            (keras.Sequential([layers.Input((16, 16, 8)), layers.Conv2D(16, 3)]), "into (None, 14, 14, 16)"),
            (projected(), "and no other"),
            (halving(shortcut=False), "nothing but zeros"),
            (halving(last="linear"), "ReLU behind the addition is missing"),
            (halving(pooling=layers.MaxPooling2D), "is not the ReLU of the pooled maps"),
            (halving(between="linear"), "with a ReLU between the two"),
            (halving(behind="relu"), "none behind them"),
            ("a block", "a Keras model is expected"),
        ],
    }


ANSWERS = {
    "slope": {
        "right": [slope_backwards],
        "wrong": [(lambda weights, x: 1.0, "expected")],
    },
    "normalize": {
        "right": [normalized_in_rows],
        "wrong": [(lambda x, gamma, beta: x, "expected")],
    },
}


@pytest.mark.parametrize("name", ANSWERS)
def test_answers(name: str, assert_answers):
    assert_answers("31", name, **ANSWERS[name])


def test_blocks_in_every_precision(policy, assert_answers):
    assert_answers("31", "halving", **blocks())

"""The functions of the package and those that lesson 20 writes out."""

import keras
import numpy as np
import pytest
from keras import layers

from course_utils.explain import activations
from tests.fixtures.cells import defined_in


def lesson_functions() -> dict:
    """The functions as the cells of lesson 20 define them, without the rest of their cells."""
    names = {"keras": keras, "np": np}
    for name in ("feature_maps", "zero_shares", "views"):
        names[name] = defined_in("20", name, **names)
    return names


@pytest.fixture(scope="module", params=["package", "lesson 20"])
def functions(request) -> dict:
    return vars(activations) if request.param == "package" else lesson_functions()


@pytest.fixture(scope="module")
def network() -> keras.Model:
    keras.utils.set_random_seed(0)
    hidden = [
        layers.Conv2D(4, 3, padding="same", activation="relu", name="conv1"),
        layers.MaxPooling2D(name="pool1"),
        layers.Conv2D(6, 5, name="conv2"),
        layers.ReLU(name="relu2"),
        layers.MaxPooling2D(3, name="pool2"),
    ]
    return keras.Sequential([layers.Input((26, 26, 3)), *hidden, layers.Flatten(), layers.Dense(2, name="dense")])


@pytest.fixture(scope="module")
def pictures() -> np.ndarray:
    return np.random.default_rng(0).uniform(size=(5, 26, 26, 3)).astype("float32")


def test_feature_maps_are_what_the_layers_compute_one_by_one(functions, network, pictures):
    found = functions["feature_maps"](network, pictures, ["relu2", "pool1", "dense"])
    assert set(found) == {"relu2", "pool1", "dense"}
    values = pictures
    for layer in network.layers:
        values = layer(values)
        if layer.name in found:
            np.testing.assert_allclose(found[layer.name], values, atol=1e-5)


def test_feature_maps_are_float32_in_every_precision(policy):
    model = keras.Sequential([layers.Input((6, 6, 3)), layers.Conv2D(2, 3, name="conv"), layers.ReLU(name="relu")])
    pictures = np.random.default_rng(0).uniform(size=(2, 6, 6, 3)).astype("float32")
    found = activations.feature_maps(model, pictures, ["conv", "relu"])
    assert {maps.dtype for maps in found.values()} == {np.dtype("float32")}
    np.testing.assert_array_equal(found["relu"], np.maximum(found["conv"], 0))


def test_an_unknown_layer_is_refused(functions, network, pictures):
    with pytest.raises(ValueError, match="conv9"):
        functions["feature_maps"](network, pictures, ["conv9"])


@pytest.mark.parametrize("shape", [(2, 3, 4, 5), (2, 6)])
def test_zero_shares_count_each_picture_for_itself(functions, shape):
    values = np.ones(shape)
    values[1].flat[: values[1].size // 2] = 0
    np.testing.assert_allclose(functions["zero_shares"](values), [0, 0.5])
    values[0].flat[0] = -1e-9
    assert functions["zero_shares"](values)[0] == 0


def test_views_end_where_places_end(functions, network):
    found = functions["views"](network)
    assert list(found) == ["conv1", "pool1", "conv2", "relu2", "pool2"]
    assert tuple(found["pool2"]) == (3 + 1 + 4 * 2 + 2 * 2, 6, 0.5 + 2 * 2 + 1 * 2)


def test_views_are_the_pixels_that_change_a_unit(functions, network, pictures):
    """Poke each pixel of a column, and see which ones the unit in the middle of a layer answers to."""
    for name, view in functions["views"](network).items():
        field, jump, first = view
        linear = keras.Sequential(
            [
                layers.AveragePooling2D(layer.pool_size)
                if isinstance(layer, layers.MaxPooling2D)
                else layers.Conv2D(1, layer.kernel_size, padding=layer.padding, kernel_initializer="ones")
                if isinstance(layer, layers.Conv2D)
                else layers.Identity()
                for layer in network.layers[: network.layers.index(network.get_layer(name)) + 1]
            ]
        )
        poked = np.zeros((26, 26, 26, 1), "float32")
        poked[np.arange(26), np.arange(26), 13] = 1
        answers = np.asarray(linear(poked))
        place = answers.shape[1] // 2
        middle = first + place * jump
        lit = np.flatnonzero(answers[:, place].max(axis=(1, 2)))
        wanted = np.arange(max(np.ceil(middle - (field - 1) / 2), 0), min(middle + (field - 1) / 2, 25) + 1)
        np.testing.assert_array_equal(lit, wanted, err_msg=name)

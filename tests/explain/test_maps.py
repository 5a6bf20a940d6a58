"""The functions of the package and those that lesson 22 writes out."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers
from matplotlib import colormaps
from PIL import Image

from course_utils.explain import maps
from tests.fixtures.cells import defined_in

CLASSES = [2, 0, 1, 1]
PLACES = 3 * 4


def lesson_functions() -> dict:
    """The functions as the cells of lesson 22 define them, without the rest of their cells."""
    names = {"keras": keras, "np": np, "tf": tf, "Image": Image, "colormaps": colormaps}
    for name in ("class_activation_map", "grad_cam", "overlay"):
        names[name] = defined_in("22", name, **names)
    return names


@pytest.fixture(scope="module", params=["package", "lesson 22"])
def functions(request) -> dict:
    return vars(maps) if request.param == "package" else lesson_functions()


@pytest.fixture(scope="module")
def model() -> keras.Model:
    return small_model()


def small_model() -> keras.Model:
    keras.utils.set_random_seed(22)
    pictures = keras.Input((6, 8, 3))
    x = layers.Conv2D(4, 3, padding="same", activation="relu", name="first")(pictures)
    x = layers.MaxPooling2D()(x)
    x = layers.Conv2D(5, 3, padding="same", activation="tanh", name="last")(x)
    x = layers.GlobalAveragePooling2D()(x)
    model = keras.Model(pictures, layers.Dense(3, activation="softmax", bias_initializer="normal")(x))
    model.layers[-1].set_weights([5 * weight for weight in model.layers[-1].get_weights()])
    return model


@pytest.fixture(scope="module")
def pictures() -> np.ndarray:
    return np.random.default_rng(22).normal(size=(4, 6, 8, 3)).astype("float32")


def test_a_map_adds_up_to_the_score_of_its_class(functions, model, pictures):
    found = functions["class_activation_map"](model, pictures, CLASSES)
    bias = model.layers[-1].get_weights()[1]
    scores = np.log(model.predict(pictures, verbose=0))  # but for a number that all classes of a picture share
    others = functions["class_activation_map"](model, pictures, [0] * 4)
    lead = (found - others).mean(axis=(1, 2)) + bias[CLASSES] - bias[0]
    assert found.shape == (4, 3, 4)
    np.testing.assert_allclose(lead, scores[np.arange(4), CLASSES] - scores[:, 0], atol=1e-5)


def test_each_place_has_its_own_weighted_sum(functions, model, pictures):
    found = functions["class_activation_map"](model, pictures, CLASSES)
    features = keras.Model(model.inputs, model.get_layer("last").output).predict(pictures, verbose=0)
    by_hand = sum(features[3, 1, 2, k] * model.layers[-1].get_weights()[0][k, CLASSES[3]] for k in range(5))
    assert found[3, 1, 2] == pytest.approx(by_hand, abs=1e-5)


def test_on_the_last_features_grad_cam_is_cam_divided_by_the_places(functions, model, pictures):
    cam = functions["class_activation_map"](model, pictures, CLASSES)
    found = functions["grad_cam"](model, "last", pictures, CLASSES)
    np.testing.assert_allclose(found * PLACES, cam, atol=1e-5)


def test_a_picture_has_its_map_whatever_else_is_in_the_batch(functions, model, pictures):
    together = functions["grad_cam"](model, "first", pictures, CLASSES)
    alone = functions["grad_cam"](model, "first", pictures[1:2], CLASSES[1:2])
    assert together.shape == (4, 6, 8)
    np.testing.assert_allclose(together[1:2], alone, atol=1e-5)


def test_after_softmax_what_the_classes_share_is_taken_off(functions, model, pictures):
    chances = model.predict(pictures, verbose=0)
    all_maps = np.stack([functions["class_activation_map"](model, pictures, [c] * 4) for c in range(3)], axis=-1)
    own = all_maps[np.arange(4), :, :, CLASSES]
    wanted = own - np.einsum("nrcj,nj->nrc", all_maps, chances)
    wanted *= chances[np.arange(4), CLASSES][:, None, None] / PLACES
    found = functions["grad_cam"](model, "last", pictures, CLASSES, before_softmax=False)
    np.testing.assert_allclose(found, wanted, atol=1e-6)
    assert np.abs(found - own / PLACES).max() > 1e-3


def test_maps_are_float32_in_every_precision(policy, pictures):
    model = small_model()
    cam = maps.class_activation_map(model, pictures, CLASSES)
    found = {before: maps.grad_cam(model, "last", pictures, CLASSES, before) for before in (True, False)}
    assert cam.dtype == found[True].dtype == found[False].dtype == np.float32
    np.testing.assert_allclose(found[True] * PLACES, cam, atol=0.02 * np.abs(cam).max())
    assert maps.overlay(np.full((9, 7, 3), 200, "uint8"), cam[0]).dtype == np.uint8


def test_an_overlay_colours_only_what_speaks_for_the_class(functions):
    picture = np.broadcast_to(np.uint8([60, 90, 120]), (8, 12, 3))
    class_map = np.array([[4.0, -9.0], [0.0, -1.0]])
    found = functions["overlay"](picture, class_map)
    assert found.shape == picture.shape and found.dtype == np.uint8
    np.testing.assert_array_equal(found[:, 9:], 90)
    brightest = 255 * np.array(colormaps["inferno"](1.0)[:3])
    np.testing.assert_allclose(found[0, 0], 0.25 * 90 + 0.75 * brightest, atol=1)


def test_an_overlay_is_not_changed_by_the_maps_scale_and_survives_an_empty_one(functions):
    picture = np.random.default_rng(0).integers(0, 256, (8, 8, 3), dtype=np.uint8)
    class_map = np.array([[1.0, 2.0], [3.0, -4.0]])
    np.testing.assert_array_equal(functions["overlay"](picture, class_map), functions["overlay"](picture, 7 * class_map))
    empty = functions["overlay"](picture, -np.ones((2, 2)))
    np.testing.assert_array_equal(empty[..., 0], picture.mean(axis=2).astype("uint8"))


def test_package_and_lesson_are_equal(model, pictures):
    lesson = lesson_functions()
    for name, arguments in {
        "class_activation_map": (model, pictures, CLASSES),
        "grad_cam": (model, "first", pictures, CLASSES, False),
        "overlay": (np.full((9, 7, 3), 200, "uint8"), np.arange(6.0).reshape(2, 3) - 2, 0.4),
    }.items():
        np.testing.assert_array_equal(getattr(maps, name)(*arguments), lesson[name](*arguments), err_msg=name)

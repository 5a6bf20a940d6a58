"""The functions of the package and those that lesson 21 writes out."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers
from scipy.ndimage import gaussian_filter

from course_utils.explain import patterns
from tests.fixtures.cells import defined_in

FILTERS = [0, 2]


def lesson_functions() -> dict:
    """The functions as the cells of lesson 21 define them, without the rest of their cells."""
    names = {"keras": keras, "np": np, "tf": tf, "gaussian_filter": gaussian_filter, "gradients": {}}
    for name in ("normalized", "deprocess", "gradient_function", "filter_patterns"):
        names[name] = defined_in("21", name, **names)
    return names


@pytest.fixture(scope="module", params=["package", "lesson 21"])
def functions(request) -> dict:
    return vars(patterns) if request.param == "package" else lesson_functions()


@pytest.fixture(scope="module")
def model() -> keras.Model:
    return three_filters()


def three_filters() -> keras.Model:
    """Three filters of one layer: for upright edges, for nothing, and for red."""
    convolution = layers.Conv2D(3, 3, activation="relu", use_bias=False, name="conv")
    model = keras.Sequential([layers.Input((12, 14, 3)), convolution])
    kernel = np.zeros((3, 3, 3, 3), "float32")
    kernel[:, 0, :, 0], kernel[:, 2, :, 0] = -1, 1
    kernel[:, :, 0, 2], kernel[:, :, 2, 2] = 1, -1
    convolution.set_weights([kernel])
    return model


def preprocess(pixels):
    return pixels / 127.5 - 1


def mean_answers(model: keras.Model, pictures: np.ndarray) -> np.ndarray:
    return np.asarray(model(preprocess(pictures))).mean(axis=(1, 2))[np.arange(len(FILTERS)), FILTERS]


def test_each_picture_gets_a_step_of_one_size(functions):
    gradient = np.random.default_rng(0).normal(size=(2, 5, 6, 3)) * [[[[1e-6]]], [[[1e3]]]]
    steps = functions["normalized"](gradient)
    np.testing.assert_allclose(np.sqrt(np.mean(steps**2, axis=(1, 2, 3))), 1, rtol=1e-4)
    np.testing.assert_allclose(steps[1] / gradient[1], steps[1, 0, 0, 0] / gradient[1, 0, 0, 0], rtol=1e-4)
    assert not functions["normalized"](np.zeros((1, 4, 4, 3))).any()


def test_deprocess_centres_scales_and_cuts_off(functions):
    values = np.random.default_rng(0).normal(size=(40, 40, 3))
    values[0, 0], values[0, 1] = 20, -20
    before = values.copy()
    picture = functions["deprocess"](values)
    np.testing.assert_array_equal(values, before)
    assert picture.dtype == np.uint8 and picture.shape == values.shape
    plain = functions["deprocess"](np.random.default_rng(1).normal(3, 7, size=(40, 40, 3)))
    assert plain.mean() == pytest.approx(127, abs=1) and plain.std() == pytest.approx(25.5, abs=1)
    assert (picture[0, 0] == 255).all() and (picture[0, 1] == 0).all()
    np.testing.assert_allclose(functions["deprocess"](3 * values + 5).astype(int), picture, atol=1)
    assert (functions["deprocess"](np.full((2, 2, 3), 9.0)) == 127).all()


@pytest.mark.parametrize("recipe", [{}, {"shift": 3}, {"blur": 0.7}, {"pull": 0.02}])
def test_the_filters_answer_more_to_their_patterns(functions, model, recipe):
    start, end = (
        functions["filter_patterns"](model, preprocess, "conv", FILTERS, steps=steps, **recipe) for steps in (0, 20)
    )
    assert end.shape == (2, 12, 14, 3)
    assert (mean_answers(model, end) > 2 * mean_answers(model, start)).all()
    assert end[1, :, :, 0].mean() > 135 > 120 > end[1, :, :, 2].mean()


def test_the_patterns_are_float32_in_every_precision(policy):
    model = three_filters()
    start, end = (patterns.filter_patterns(model, preprocess, "conv", FILTERS, steps=steps) for steps in (0, 20))
    assert end.dtype == np.float32
    assert (mean_answers(model, end) > 2 * mean_answers(model, start)).all()
    assert patterns.deprocess(end[0]).dtype == np.uint8


def test_a_step_is_one_grey_level_and_a_pull_draws_back(functions, model):
    def climbed(steps: int, **recipe):
        return functions["filter_patterns"](model, preprocess, "conv", FILTERS, steps=steps, **recipe)

    change = climbed(1) - climbed(0)
    np.testing.assert_allclose(np.sqrt(np.mean(change**2, axis=(1, 2, 3))), 1, atol=0.01)
    np.testing.assert_allclose(climbed(1, pull=0.5) - 128, (climbed(1) - 128) / 2, atol=0.01)


def test_blur_takes_grain_away_and_leaves_the_last_steps_alone(functions, model):
    def roughness(steps: int, blur: float) -> float:
        pictures = functions["filter_patterns"](model, preprocess, "conv", FILTERS, steps=steps, blur=blur)
        return float(np.abs(np.diff(pictures, axis=1)).mean())

    assert roughness(12, 2.0) < 0.9 * roughness(12, 0.0)
    assert roughness(4, 2.0) == roughness(4, 0.0)


def test_the_same_seed_gives_the_same_patterns(functions, model):
    def once(seed: int) -> np.ndarray:
        return functions["filter_patterns"](model, preprocess, "conv", FILTERS, steps=3, shift=4, seed=seed)

    np.testing.assert_array_equal(once(0), once(0))
    assert np.abs(once(0) - once(1)).max() > 1


def test_lesson_and_package_make_the_same_patterns(model):
    made = [
        functions["filter_patterns"](model, preprocess, "conv", FILTERS, steps=10, shift=3, pull=0.01, blur=0.5, seed=4)
        for functions in (vars(patterns), lesson_functions())
    ]
    np.testing.assert_allclose(made[0], made[1], atol=0.01)

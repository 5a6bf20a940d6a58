"""What a network says in any precision, bfloat16 included, is drawn by every playground that is handed it."""

import keras
import numpy as np
import pytest
from keras import layers

from course_utils.explain.activations import views
from course_utils.widgets import attention, draw_a_digit, threshold, unroll, walk_through_a_net

pytestmark = pytest.mark.filterwarnings("error::RuntimeWarning")
GENERATOR = np.random.default_rng(0)


def says(units: int, activation: str, inputs: np.ndarray) -> np.ndarray:
    """Predictions of a network whose last layer is of the global precision, as a learner's may be."""
    model = keras.Sequential([layers.Input(inputs.shape[1:]), layers.Flatten(), layers.Dense(units, activation=activation)])
    return model.predict(inputs, verbose=0)


def test_draw_a_digit(policy, shown):
    draw_a_digit.play(lambda pictures: says(10, "softmax", pictures))
    assert "It says" in shown.still["text/plain"]


def test_threshold(policy, shown):
    threshold.play(np.arange(40) % 2, says(1, "sigmoid", GENERATOR.normal(size=(40, 3))))
    shown.controls["threshold"].choose("0.40")
    assert "threshold at 0.40" in shown.says


def test_walk_through_a_net(policy, shown):
    model = keras.Sequential([layers.Input((20, 20, 3)), layers.Conv2D(4, 3, activation="relu", name="conv")])
    pictures = GENERATOR.integers(0, 256, (1, 20, 20, 3)).astype("uint8")
    walk_through_a_net.play({"noise": pictures[0]}, {"conv": model.predict(pictures, verbose=0)}, views(model))
    assert "18 × 18 places, 4 channels" in shown.still["text/plain"]


def test_unroll(policy, shown):
    words = ("cows", "eat", "grass")
    states = layers.SimpleRNN(4, return_sequences=True)(GENERATOR.normal(size=(1, 3, 2)))[0]
    probabilities = layers.Dense(1, activation="sigmoid")(states)[:, 0]
    h, p = np.array(states), np.array(probabilities)
    unroll.play({"network": unroll.Walk(words, h, p, h, {gate: abs(h) for gate in unroll.GATES})})
    shown.controls["step"].choose("2")
    assert "Step 2 of 3" in shown.says


def test_attention(policy, shown):
    scores = np.array(layers.Dense(3)(GENERATOR.normal(size=(2, 4))))
    attention.play([attention.Attended(("the", "red", "house"), ("casa", "roja"), scores)])
    shown.controls["step"].choose("2")
    assert "Now comes “roja”" in shown.says

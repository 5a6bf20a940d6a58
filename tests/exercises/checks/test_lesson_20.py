import keras
import numpy as np
import pytest
from keras import layers

from course_utils.exercises import exercise_kinds
from course_utils.exercises.outcome import Status

EXERCISES = exercise_kinds("20")


def network(seed=0):
    keras.utils.set_random_seed(seed)
    rounds = [
        layer
        for number in (1, 2, 3, 4)
        for layer in (
            layers.Conv2D(2 * number, 3, padding="same", activation="relu", name=f"conv{number}"),
            layers.MaxPooling2D(name=f"pool{number}"),
        )
    ]
    return keras.Sequential([layers.Input((32, 32, 3)), *rounds, layers.Flatten(), layers.Dense(1, name="answer")])


PICTURES = np.random.default_rng(0).uniform(size=(4, 32, 32, 3)).astype("float32")


def looking(of, *names, last=True):
    outputs = [of.get_layer(name).output for name in names]
    return keras.Model(of.inputs, [*outputs, *of.outputs] if last else outputs)


def functional(of):
    return keras.Model(of.inputs, (of.layers[3].output, of.layers[7].output, of.layers[-1].output))


def copied(of):
    """A network of its own, with the same numbers."""
    twin = keras.models.clone_model(of)
    twin.set_weights(of.get_weights())
    return looking(twin, "pool2", "pool4")


def by_name(of):
    outputs = {name: of.get_layer(name).output for name in ("pool2", "pool4")} | {"answer": of.outputs[0]}
    return keras.Model(of.inputs, outputs)


def three_outputs() -> dict:
    given = network()
    right = [looking(given, "pool2", "pool4"), lambda: looking(given, "pool2", "pool4"), functional(given)]
    wrong = [
        (looking(given, "pool4", "pool2"), "Mind the order"),
        (looking(given, "conv2", "pool4"), "have the shapes"),
        (looking(given, "pool2", "pool4", last=False), "gives 2 outputs"),
        (looking(network(seed=1), "pool2", "pool4"), "random weights"),
        (keras.models.clone_model(looking(given, "pool2", "pool4")), "random weights"),
        (copied(given), "its weights are copies"),
        (by_name(given), "gives a dictionary"),
        (given, "gives one output"),
        ([layer.output for layer in given.layers[:3]], "a Keras model is expected"),
    ]
    handed = given, PICTURES
    return {"right": [(model, *handed) for model in right], "wrong": [((model, *handed), part) for model, part in wrong]}


def with_loop(maps):
    dead = 0
    for channel in range(maps.shape[-1]):
        if not maps[..., channel].any():
            dead += 1
    return dead


ANSWERS = {
    "dead": {
        "right": [
            with_loop,
            lambda maps: np.sum(np.abs(maps).max(axis=(0, 1, 2)) == 0),
            lambda maps: int((np.count_nonzero(maps.reshape(-1, maps.shape[3]), axis=0) == 0).sum()),
        ],
    },
    "pooled": {"right": [0.2401, 0.24], "wrong": [(0.25, "too large")]},
}


@pytest.mark.parametrize("name", ANSWERS)
def test_answers(name: str, assert_answers):
    assert_answers("20", name, **ANSWERS[name])


def test_models_in_every_precision(policy, assert_answers):
    assert_answers("20", "three_outputs", **three_outputs())


def test_a_list_of_outputs_is_not_taken_for_a_model():
    given = network()
    assert EXERCISES["three_outputs"].judge(given.outputs, given, PICTURES).status is Status.WRONG

import keras
import numpy as np
import pytest
from keras import layers

from course_utils.exercises import exercise_kinds
from course_utils.exercises.checks.lesson_20 import EXERCISES
from course_utils.exercises.outcome import Status


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


NETWORK, PICTURES = network(), np.random.default_rng(0).uniform(size=(4, 32, 32, 3)).astype("float32")


def looking(*names, of=NETWORK, last=True):
    outputs = [of.get_layer(name).output for name in names]
    return keras.Model(of.inputs, [*outputs, *of.outputs] if last else outputs), NETWORK, PICTURES


def functional():
    return keras.Model(NETWORK.inputs, (NETWORK.layers[3].output, NETWORK.layers[7].output, NETWORK.layers[-1].output))


def by_name():
    outputs = {name: NETWORK.get_layer(name).output for name in ("pool2", "pool4")} | {"answer": NETWORK.outputs[0]}
    return keras.Model(NETWORK.inputs, outputs), NETWORK, PICTURES


def with_loop(maps):
    dead = 0
    for channel in range(maps.shape[-1]):
        if not maps[..., channel].any():
            dead += 1
    return dead


ANSWERS = {
    "three_outputs": {
        "right": [
            looking("pool2", "pool4"),
            (lambda: looking("pool2", "pool4")[0], NETWORK, PICTURES),
            (functional(), NETWORK, PICTURES),
        ],
        "wrong": [
            (looking("pool4", "pool2"), "Mind the order"),
            (looking("conv2", "pool4"), "have the shapes"),
            (looking("pool2", "pool4", last=False), "gives 2 outputs"),
            (looking("pool2", "pool4", of=network(seed=1)), "random weights"),
            (by_name(), "gives a dictionary"),
            ((NETWORK, NETWORK, PICTURES), "gives one output"),
            (([layer.output for layer in NETWORK.layers[:3]], NETWORK, PICTURES), "a Keras model is expected"),
        ],
    },
    "untrained_zeros": {
        "right": [("about half", "about half"), (" About half ", "about half"), ("more", "more")],
        "wrong": [
            (("more", "about half"), "what to leave out"),
            (("less", "about half"), "ReLU makes a 0"),
            (("about half", "more"), "another seed"),
            (("none", "about half"), "You predicted 'none'"),
        ],
    },
    "dead": {
        "right": [
            with_loop,
            lambda maps: np.sum(np.abs(maps).max(axis=(0, 1, 2)) == 0),
            lambda maps: int((np.count_nonzero(maps.reshape(-1, maps.shape[3]), axis=0) == 0).sum()),
        ],
        "wrong": [
            (lambda maps: maps.shape[3] - with_loop(maps), "that live"),
            (lambda maps: (maps == 0).all(axis=(0, 1, 2)), "says which channels"),
            (lambda maps: with_loop(maps) / maps.shape[3], "asked is their number"),
            (lambda maps: int((maps == 0).all(axis=(1, 2)).any(axis=0).sum()), "silent for one picture"),
            (lambda maps: int((maps == 0).all(axis=(1, 2)).sum()), "counts once"),
            (lambda maps: int((maps == 0).any(axis=(0, 1, 2)).sum()), "0 everywhere"),
            (lambda maps: int((maps == 0).sum()), "number of zeros"),
            (lambda maps: with_loop(maps[:1]), "first picture only"),
            (lambda maps: int((maps.sum(axis=(0, 1, 2)) == 0).sum()), "may cancel"),
            (lambda maps: None, "returns nothing"),
            (4, "a function is expected"),
        ],
    },
    "pooled": {
        "right": [0.7**4, 0.2401, 0.24, np.float32(0.2401)],
        "wrong": [
            (0.7, "before pooling"),
            (0.49, "four values, not two"),
            (1 - 0.7**4, "something is left"),
            (0.175, "not their mean"),
            (1 - 0.3**4, "with a zero in them"),
            (0.0081, "without any zero"),
            (24.01, "In percent"),
            (0.35, "too large"),
        ],
    },
}


@pytest.mark.parametrize("name", ANSWERS)
def test_answers(name: str, assert_answers):
    assert_answers("20", name, **ANSWERS[name])


def test_each_exercise_has_its_answers():
    assert set(ANSWERS) == set(exercise_kinds("20"))


def test_a_stub_inside_a_function_is_not_tried_yet():
    assert EXERCISES["dead"].judge(lambda maps: ...).status is Status.NOT_TRIED


def test_a_list_of_outputs_is_not_taken_for_a_model():
    assert EXERCISES["three_outputs"].judge(NETWORK.outputs, NETWORK, PICTURES).status is Status.WRONG

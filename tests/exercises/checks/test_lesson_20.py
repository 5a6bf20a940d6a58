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


PICTURES = np.random.default_rng(0).uniform(size=(4, 32, 32, 3)).astype("float32")


def looking(of, *names, last=True):
    outputs = [of.get_layer(name).output for name in names]
    return keras.Model(of.inputs, [*outputs, *of.outputs] if last else outputs)


def functional(of):
    return keras.Model(of.inputs, (of.layers[3].output, of.layers[7].output, of.layers[-1].output))


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


def test_models_in_every_precision(policy, assert_answers):
    assert_answers("20", "three_outputs", **three_outputs())


def test_each_exercise_has_its_answers():
    assert set(ANSWERS) | {"three_outputs"} == set(exercise_kinds("20"))


def test_a_stub_inside_a_function_is_not_tried_yet():
    assert EXERCISES["dead"].judge(lambda maps: ...).status is Status.NOT_TRIED


def test_a_list_of_outputs_is_not_taken_for_a_model():
    given = network()
    assert EXERCISES["three_outputs"].judge(given.outputs, given, PICTURES).status is Status.WRONG

import numpy as np
import pytest
from scipy.special import expit

from course_utils.exercises import exercise_kinds
from course_utils.exercises.checks.lesson_41 import EXERCISES
from course_utils.exercises.outcome import Status


def step_by_einsum(x, h, w, u, b):
    return np.tanh(np.einsum("nf,fu->nu", x, w) + np.einsum("nv,vu->nu", h, u) + b)


def step_as_one_product(x, h, w, u, b):
    return np.tanh(np.concatenate([x, h], axis=1) @ np.concatenate([w, u]) + b)


def step_row_by_row(x, h, w, u, b):
    return [np.tanh(one @ w + other @ u + b) for one, other in zip(x, h, strict=True)]


def last_in_a_loop(states, is_word):
    return np.array([row[np.flatnonzero(mask)[-1]] for row, mask in zip(states, is_word, strict=True)])


def last_by_places(states, is_word):
    places = np.max(np.where(is_word, np.arange(is_word.shape[1]), -1), axis=1)
    return np.take_along_axis(states, places[:, None, None], axis=1)[:, 0]


def last_by_carrying_on(states, is_word):
    carried = states[:, 0] * is_word[:, :1]
    for t in range(1, states.shape[1]):
        carried = np.where(is_word[:, t, None], states[:, t], carried)
    return carried


ANSWERS = {
    "step": {
        "right": [step_by_einsum, step_as_one_product, step_row_by_row],
        "wrong": [
            (lambda x, h, w, u, b: x @ w + h @ u + b, "tanh around it is missing"),
            (lambda x, h, w, u, b: np.tanh(x @ w + h @ u), "bias is missing"),
            (lambda x, h, w, u, b: np.tanh(x @ w + b), "no memory"),
            (lambda x, h, w, u, b: np.tanh(x @ w + h @ u.T + b), "turned over"),
            (lambda x, h, w, u, b: expit(x @ w + h @ u + b), "a sigmoid"),
            (lambda x, h, w, u, b: h + np.tanh(x @ w + h @ u + b), "once more"),
            (lambda x, h, w, u, b: np.tanh(x @ w) + np.tanh(h @ u) + b, "tanh of the sum"),
            (lambda x, h, w, u, b: None, "returns nothing"),
        ],
    },
    "weights": {
        "right": [29_440, 4 * (50 + 64 + 1) * 64, 29_440.0],
        "wrong": [
            (7_360, "an LSTM has four"),
            (29_184, "biases are missing"),
            (22_080, "three blocks"),
            (13_056, "matrices U"),
            (16_640, "matrices W"),
            (29_696, "two rows of biases"),
            (22_464, "a GRU"),
            (3_200, "too small"),
        ],
    },
    "left": {
        "right": [23, 23.0, np.ceil(np.log(1e-3) / np.log(expit(1))), 1 + np.sum(expit(1) ** np.arange(1, 100) >= 1e-3)],
        "wrong": [
            (22, "a little more than a thousandth"),
            (10, "a gate of one half"),
            (7, "1 / e"),
            (6, "what is kept"),
            (100, "too large"),
            (expit(1) ** 100, "too small"),
        ],
    },
    "first": {
        "right": [("GRU", "GRU"), ("gru", "GRU"), ("LSTM", "LSTM")],
        "wrong": [
            (("plain RNN", "GRU"), "one reads everywhere"),
            (("LSTM", "GRU"), "starts at 0.73"),
            (("GRU", "LSTM"), "starts at one half"),
        ],
    },
    "last_state": {
        "right": [last_in_a_loop, last_by_places, last_by_carrying_on],
        "wrong": [
            (lambda states, is_word: states[:, -1], "may be padding"),
            (lambda states, is_word: states[np.arange(len(states)), is_word.sum(axis=1) - 1], "stand in front"),
            (lambda states, is_word: states[np.arange(len(states)), np.argmax(is_word, axis=1)], "first word"),
            (lambda s, m: (s * m[:, :, None]).sum(axis=1) / m.sum(axis=1, keepdims=True), "the mean"),
            (lambda states, is_word: states[:, -1] * is_word[:, -1:], "or 0"),
            (lambda states, is_word: states, "shape"),
        ],
    },
}


@pytest.mark.parametrize("name", ANSWERS)
def test_answers(name: str, assert_answers):
    assert_answers("41", name, **ANSWERS[name])


def test_each_exercise_has_its_answers():
    assert set(ANSWERS) == set(exercise_kinds("41"))


@pytest.mark.parametrize("name", ["step", "last_state"])
def test_a_stub_inside_a_function_is_not_tried_yet(name: str):
    assert EXERCISES[name].judge(lambda *arguments: ...).status is Status.NOT_TRIED

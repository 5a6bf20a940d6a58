import re

import numpy as np
import pytest

from course_utils.exercises import exercise_kinds
from course_utils.exercises.checks.lesson_44 import EXERCISES
from course_utils.exercises.outcome import Status


def shifted_in_a_loop(rows):
    return [row[:-1] for row in rows], [row[1:] for row in rows]


def context_in_a_loop(scores, states, is_word):
    powers = [np.exp(score) for score in scores[is_word]]
    return sum(power * state for power, state in zip(powers, states[is_word], strict=True)) / sum(powers)


def context_with_minus_infinity(scores, states, is_word):
    powers = np.exp(np.where(is_word, scores, -1e9))
    return np.einsum("s,sd->d", powers / powers.sum(), states)


def softmaxed(scores):
    return np.exp(scores) / np.exp(scores).sum()


def path_in_a_loop(path):
    said, before = "", "-"
    for letter in path:
        if letter not in (before, "-"):
            said += letter
        before = letter
    return said


ANSWERS = {
    "shifted": {
        "right": [shifted_in_a_loop, lambda rows: np.stack([rows[:, :-1], rows[:, 1:]]), lambda r: [r[:, :-1], r[:, 1:]]],
        "wrong": [
            (lambda rows: (rows[:, 1:], rows[:, :-1]), "swapped"),
            (lambda rows: (rows[:, :-1], rows[:, :-1]), "The same goes in"),
            (lambda rows: (rows[:, 1:], rows[:, 1:]), "begins with `[start]`"),
            (lambda rows: (rows[:-1], rows[1:]), "leaves out sentences"),
            (lambda rows: rows[:, 1:], "shape"),
            (lambda rows: None, "returns nothing"),
        ],
    },
    "attend": {
        "right": [context_in_a_loop, context_with_minus_infinity, lambda s, h, w: context_in_a_loop(s + 3, h, w)],
        "wrong": [
            (lambda s, h, w: softmaxed(s) @ h, "keep it out of the softmax"),
            (lambda s, h, w: softmaxed(s * w) @ h, "A score of 0"),
            (lambda s, h, w: (softmaxed(s) * w) @ h, "no longer add up to 1"),
            (lambda s, h, w: (s * w) @ h, "the scores themselves"),
            (lambda s, h, w: h[w].mean(axis=0), "counts the same"),
            (lambda s, h, w: h[w][s[w].argmax()], "the best word alone"),
            (lambda s, h, w: softmaxed(s), "the shape"),
        ],
    },
    "copying": {
        "right": ["c", "(C)", " c. "],
        "wrong": [("a", "large or wild"), ("b", "no reason"), ("d", "less well"), ("e", "choose one of")],
    },
    "collapse": {
        "right": [path_in_a_loop, lambda path: re.sub(r"(.)\1+", r"\1", path).replace("-", "")],
        "wrong": [
            (lambda path: re.sub(r"(.)\1+", r"\1", path.replace("-", "")), "no letter can ever stand twice"),
            (lambda path: re.sub(r"(.)\1+", r"\1", path), "still there"),
            (lambda path: path.replace("-", ""), "not merged"),
            (lambda path: "".join(dict.fromkeys(path.replace("-", ""))), "only once"),
            (lambda path: path, "expected"),
            (lambda path: None, "returns nothing"),
        ],
    },
}


@pytest.mark.parametrize("name", ANSWERS)
def test_answers(name: str, assert_answers):
    assert_answers("44", name, **ANSWERS[name])


def test_each_exercise_has_its_answers():
    assert set(ANSWERS) == set(exercise_kinds("44"))


@pytest.mark.parametrize("name", ["shifted", "attend", "collapse"])
def test_a_stub_inside_a_function_is_not_tried_yet(name: str):
    assert EXERCISES[name].judge(lambda *given: ...).status is Status.NOT_TRIED

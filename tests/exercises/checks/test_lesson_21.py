import numpy as np
import pytest

from course_utils.exercises import exercise_kinds
from course_utils.exercises.checks.lesson_21 import EXERCISES
from course_utils.exercises.outcome import Status


def squares(gradient, **options):
    return np.mean(gradient**2, **options)


def scaled(values):
    return (values - values.mean()) / (values.std() + 1e-5) * 0.1


def in_place(values):
    values -= values.mean()
    values /= values.std() + 1e-5
    return (255 * np.clip(0.1 * values + 0.5, 0, 1)).astype("uint8")


def bytes_of(values):
    return (255 * np.clip(values, 0, 1)).astype("uint8")


ANSWERS = {
    "even_step": {
        "right": [
            lambda g: g / squares(g) ** 0.5,
            lambda g: g * np.sqrt(g.size) / np.linalg.norm(g),
            lambda g: g / (np.sqrt(squares(g)) + 1e-12),
        ],
        "wrong": [
            (lambda g: g / squares(g), "the root is missing"),
            (lambda g: g / np.linalg.norm(g), "*sum* of squares"),
            (lambda g: g / np.abs(g).max(), "largest entry"),
            (lambda g: g / np.abs(g).mean(), "absolute values"),
            (lambda g: (g - g.mean()) / g.std(), "subtract the mean as well"),
            (lambda g: g / g.std(), "leaves the mean out"),
            (np.sign, "signs alone"),
            (lambda g: g / np.sqrt(squares(g, axis=(0, 1))), "each colour"),
            (lambda g: g, "as it was"),
            (lambda g: None, "returns nothing"),
            (1, "a function is expected"),
        ],
    },
    "shown_as": {
        "right": [
            lambda v: bytes_of(scaled(v) + 0.5),
            lambda v: np.round(255 * np.clip(scaled(v) + 0.5, 0, 1)).astype("uint8"),
            lambda v: np.clip(255 * (scaled(v) + 0.5), 0, 255).astype("uint8"),
        ],
        "wrong": [
            (lambda v: (255 * (scaled(v) + 0.5)).astype("int64").astype("uint8"), "wrap around"),
            (lambda v: bytes_of(scaled(v)), "half of the picture is black"),
            (lambda v: bytes_of(10 * scaled(v) + 0.5), "most pixels are black or white"),
            (lambda v: bytes_of(0.1 * v / (v.std() + 1e-5) + 0.5), "mean was not subtracted"),
            (lambda v: np.clip(scaled(v) + 0.5, 0, 1), "goes to 255"),
            (lambda v: bytes_of((v - v.min()) / max(np.ptp(v), 1e-5)), "one stray pixel"),
            (in_place, "work on a copy"),
            (lambda v: None, "returns nothing"),
        ],
    },
    "start_line": {
        "right": ["c", "(C)", " c. "],
        "wrong": [("a", "closes at the very end"), ("b", "Nothing is broadcast"), ("d", "no error"), ("e", "choose one of")],
    },
    "photograph_or_pattern": {
        "right": [("pattern", "pattern"), (" Pattern ", "pattern"), ("photograph", "photograph")],
        "wrong": [
            (("photograph", "pattern"), "not made for this filter"),
            (("noise", "pattern"), "where the ascent begins"),
            (("pattern", "photograph"), "more steps"),
            (("both", "pattern"), "You predicted 'both'"),
        ],
    },
}


@pytest.mark.parametrize("name", ANSWERS)
def test_answers(name: str, assert_answers):
    assert_answers("21", name, **ANSWERS[name])


def test_each_exercise_has_its_answers():
    assert set(ANSWERS) == set(exercise_kinds("21"))


@pytest.mark.parametrize("name", ["even_step", "shown_as"])
def test_a_stub_inside_a_function_is_not_tried_yet(name):
    assert EXERCISES[name].judge(lambda values: ...).status is Status.NOT_TRIED


def test_the_line_of_the_notes_does_what_the_right_answer_says():
    with pytest.raises(TypeError, match="tuple"):
        np.random.random((1, 150, 150, 3) * 20 + 128.0)

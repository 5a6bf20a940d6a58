import numpy as np
import pytest

from course_utils.exercises import exercise_kinds
from course_utils.exercises.checks.lesson_22 import EXERCISES
from course_utils.exercises.outcome import Status


def with_a_loop(maps, biases):
    return [float(np.sum(one) / one.size + bias) for one, bias in zip(maps, biases, strict=True)]


def with_flat_maps(maps, biases):
    return np.add(maps.reshape(len(maps), -1).mean(axis=1), biases).astype("float32")


def heat_by_where(class_map):
    positive = np.where(class_map > 0, class_map, 0.0)
    return positive / (positive.max() or 1.0)


def heat_by_clip(class_map):
    return np.clip(class_map / max(class_map.max(), 1e-9), 0, 1).tolist()


def heat_of_the_notes(class_map):
    positive = np.maximum(class_map, 0)
    with np.errstate(invalid="ignore"):
        return positive / np.max(positive)


ANSWERS = {
    "score_from_map": {
        "right": [with_a_loop, with_flat_maps, lambda m, b: np.einsum("nrc->n", m) / m[0].size + b],
        "wrong": [
            (lambda m, b: m.sum(axis=(1, 2)) + b, "That is the sum; the network"),
            (lambda m, b: m.mean(axis=(1, 2)), "The bias is missing"),
            (lambda m, b: m.max(axis=(1, 2)) + b, "hottest place"),
            (lambda m, b: np.maximum(m, 0).mean(axis=(1, 2)) + b, "do not cut them off"),
            (lambda m, b: (m + b[:, None, None]).sum(axis=(1, 2)), "once for each place"),
            (lambda m, b: m.mean() + b[:1], "expected: (3,)"),
            (lambda m, b: m.mean() + b, "Called with"),
            (lambda m, b: None, "returns nothing"),
            (3.5, "a function is expected"),
        ],
    },
    "heat": {
        "right": [heat_by_where, heat_by_clip],
        "wrong": [
            (heat_of_the_notes, "the value nan; expected: 0"),
            (lambda m: (m - m.min()) / np.ptp(m), "makes the lowest value 0"),
            (lambda m: np.abs(m) / np.abs(m).max(), "as if it spoke for it"),
            (lambda m: heat_by_where(m) / max(heat_by_where(m).sum(), 1), "not by the sum"),
            (lambda m: m / m.max() if m.max() > 0 else 0 * m, "negative values are still there"),
            (lambda m: np.maximum(m, 0), "not divided"),
            (lambda m: heat_by_where(m).max(), "has the shape ()"),
        ],
    },
    "batch": {
        "right": ["b", "B", "(b)"],
        "wrong": [
            ("a", "gradients of its own"),
            ("c", "fits any batch"),
            ("d", "the average mixes them"),
            (16, "choose one of"),
        ],
    },
    "undated": {
        "right": [("dog", "dog"), (" Dog", "dog"), ("both", "both")],
        "wrong": [
            (("cat", "dog"), "*with* a date"),
            (("both", "dog"), "easier way to be right"),
            (("dogs", "dog"), "You predicted 'dogs'"),
        ],
    },
    "trust": {
        "right": ["b", " B.", "(b)"],
        "wrong": [
            ("a", "not what was seen there"),
            ("c", "could have failed"),
            ("d", "does not make an answer wrong"),
            ("e", "choose one of"),
        ],
    },
}


@pytest.mark.parametrize("name", ANSWERS)
def test_answers(name: str, assert_answers):
    assert_answers("22", name, **ANSWERS[name])


def test_each_exercise_has_its_answers():
    assert set(ANSWERS) == set(exercise_kinds("22"))


def test_stubs_inside_functions_are_not_tried_yet():
    assert EXERCISES["heat"].judge(lambda class_map: ...).status is Status.NOT_TRIED
    assert EXERCISES["score_from_map"].judge(lambda maps, biases: ...).status is Status.NOT_TRIED

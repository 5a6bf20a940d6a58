import numpy as np
import pytest

from course_utils.exercises import exercise_kinds
from course_utils.exercises.checks.lesson_12 import EXERCISES
from course_utils.exercises.outcome import Status


def with_broadcasting(held_out, training):
    gaps = held_out[:, None].astype("float32") - training
    return np.sqrt((gaps**2).mean(axis=(2, 3, 4))).min(axis=1)


def with_loops(held_out, training):
    distances = []
    for image in held_out:
        gaps = [image.astype(int) - known.astype(int) for known in training]
        distances.append(min(float(np.sqrt((gap**2).sum() / gap.size)) for gap in gaps))
    return distances


def with_flat_vectors(held_out, training):
    from scipy.spatial.distance import cdist

    flat = [images.reshape(len(images), -1).astype("float64") for images in (held_out, training)]
    return cdist(*flat).min(axis=1) / np.sqrt(flat[0].shape[1])


def squares_of(held_out, training):
    return (held_out[:, None].astype("float64") - training) ** 2


ANSWERS = {
    "nonsense": {
        "right": [("all", "all"), (" All ", "all"), ("most", "most")],
        "wrong": [
            (("about half", "all"), "By guessing"),
            (("most", "all"), "Count the equations"),
            (("none", "all"), "You predicted 'none'"),
        ],
    },
    "closest": {
        "right": [with_broadcasting, with_loops, with_flat_vectors],
        "wrong": [
            (
                lambda h, t: np.sqrt(np.mean((h[:, None] - t) ** 2, axis=(2, 3, 4))).min(axis=1),
                "turn them into floats before",
            ),
            (
                lambda h, t: np.sqrt(np.mean((h[:, None] - t).astype(float) ** 2, axis=(2, 3, 4))).min(axis=1),
                "turn them into floats *before*",
            ),
            (lambda h, t: np.sqrt(squares_of(h, t)).mean(axis=(2, 3, 4)).min(axis=1), "absolute differences"),
            (lambda h, t: squares_of(h, t).mean(axis=(2, 3, 4)).min(axis=1), "the root is missing"),
            (lambda h, t: np.sqrt(squares_of(h, t).sum(axis=(2, 3, 4))).min(axis=1), "*sum* of squares"),
            (lambda h, t: with_loops(t, h), "went through the training images"),
            (lambda h, t: np.sqrt(squares_of(h, t).mean(axis=(2, 3, 4))).mean(axis=1), "mean over the training images"),
            (lambda h, t: np.sqrt(squares_of(h, t).mean(axis=(2, 3, 4))).max(axis=1), "*least* like it"),
            (lambda h, t: squares_of(h, t).mean(axis=(2, 3, 4)).argmin(axis=1), "how far away it is"),
            (lambda h, t: np.sqrt(squares_of(h, t.mean(axis=0)[None]).mean(axis=(2, 3, 4)))[:, 0], "which is none of them"),
            (lambda h, t: None, "returns nothing"),
            (2.5, "a function is expected"),
        ],
    },
    "three": {
        "right": [3_000, 3_000.0, 2_995, np.log(0.05) / np.log(0.999), 2_999.9999999999995],
        "wrong": [
            (300, "1 in 100"),
            (1_000, "3 in 1,000"),
            (40, "3 divided by 40"),
            (0.003, "Turned round"),
            (3_688, "two-sided"),
            (5_000, "too large"),
            ("many", "not made of numbers"),
        ],
    },
    "patients": {
        "right": ["c", "(C)", " c. "],
        "wrong": [
            ("a", "recognises the patient"),
            ("b", "Balance mends nothing"),
            ("d", "earlier pictures"),
            ("e", "choose one of"),
        ],
    },
}


@pytest.mark.parametrize("name", ANSWERS)
def test_answers(name: str, assert_answers):
    assert_answers("12", name, **ANSWERS[name])


def test_each_exercise_has_its_answers():
    assert set(ANSWERS) == set(exercise_kinds("12"))


def test_a_stub_inside_a_function_is_not_tried_yet():
    assert EXERCISES["closest"].judge(lambda held_out, training: ...).status is Status.NOT_TRIED


def test_the_rule_of_three_takes_the_exact_number_but_not_a_guess_nearby():
    assert EXERCISES["three"].judge(2_995).status is Status.CORRECT
    assert EXERCISES["three"].judge(2_950).status is Status.WRONG

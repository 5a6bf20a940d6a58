import numpy as np
import pytest

from course_utils.exercises import exercise_kinds

EXERCISES = exercise_kinds("21")


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
            lambda g: g / (np.sqrt(squares(g)) + 1e-5),
        ]
    },
    "shown_as": {
        "right": [
            lambda v: bytes_of(scaled(v) + 0.5),
            lambda v: np.round(255 * np.clip(scaled(v) + 0.5, 0, 1)).astype("uint8"),
            lambda v: np.clip(255 * (scaled(v) + 0.5), 0, 255).astype("uint8"),
        ],
        "wrong": [(in_place, "work on a copy")],
    },
}


@pytest.mark.parametrize("name", ANSWERS)
def test_answers(name: str, assert_answers):
    assert_answers("21", name, **ANSWERS[name])


def test_the_line_of_the_notes_does_what_the_right_answer_says():
    with pytest.raises(TypeError, match="tuple"):
        np.random.random((1, 150, 150, 3) * 20 + 128.0)

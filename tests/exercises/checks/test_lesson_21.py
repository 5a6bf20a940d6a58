import numpy as np
import pytest

from course_utils.exercises import exercise_kinds

EXERCISES = exercise_kinds("21")


def squares(gradient, **options):
    return np.mean(gradient**2, **options)


ANSWERS = {
    "even_step": {
        "right": [
            lambda g: g / squares(g) ** 0.5,
            lambda g: g * np.sqrt(g.size) / np.linalg.norm(g),
            lambda g: g / (np.sqrt(squares(g)) + 1e-5),
        ]
    },
    "strongest": {
        "right": [
            lambda maps, n: np.argsort(maps.reshape(len(maps), -1).max(axis=1))[::-1][:n],
            lambda maps, n: sorted(range(len(maps)), key=lambda picture: -maps[picture].max())[:n],
        ],
        "wrong": [
            (lambda maps, n: np.argsort(-maps[:, 0, 0])[:n], "expected"),
            (lambda maps, n: np.argsort(-maps.sum(axis=(1, 2)))[:n], "sort by the mean"),
        ],
    },
}


@pytest.mark.parametrize("name", ANSWERS)
def test_answers(name: str, assert_answers):
    assert_answers("21", name, **ANSWERS[name])


def test_the_line_of_the_notes_does_what_the_right_answer_says():
    with pytest.raises(TypeError, match="tuple"):
        np.random.random((1, 150, 150, 3) * 20 + 128.0)

import numpy as np
import pytest

from course_utils.exercises import exercise_kinds
from course_utils.exercises.outcome import Status

EXERCISES = exercise_kinds("12")


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
    "closest": {"right": [with_broadcasting, with_loops, with_flat_vectors]},
    "three": {"right": [3_000, 3_000.0, 2_995, np.log(0.05) / np.log(0.999), 2_999.9999999999995]},
}


@pytest.mark.parametrize("name", ANSWERS)
def test_answers(name: str, assert_answers):
    assert_answers("12", name, **ANSWERS[name])


def test_the_rule_of_three_takes_the_exact_number_but_not_a_guess_nearby():
    assert EXERCISES["three"].judge(2_995).status is Status.CORRECT
    assert EXERCISES["three"].judge(2_950).status is Status.WRONG

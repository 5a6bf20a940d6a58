import numpy as np
import pytest

from course_utils.exercises import exercise_kinds

EXERCISES = exercise_kinds("17")


def softmax_by_rows(logits):
    rows = [np.exp(row - row.max()) for row in logits]
    return [row / row.sum() for row in rows]


def softmax_by_logarithms(logits):
    largest = logits.max(axis=1, keepdims=True)
    log_sum = largest + np.log(np.exp(logits - largest).sum(axis=1, keepdims=True))
    return np.exp(logits - log_sum)


def without_shift(logits):
    with np.errstate(all="ignore"):
        return np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)


def shifted_by_mean(logits):
    with np.errstate(all="ignore"):
        return without_shift(logits - logits.mean(axis=1, keepdims=True))


def shifted_by_all(logits):
    powers = np.exp(logits - logits.max())
    return powers / powers.sum()


def rows_in_a_loop(numbers, classes):
    rows = np.zeros((len(numbers), classes))
    for row, number in enumerate(numbers):
        rows[row, number] = 1
    return rows


def rows_by_index(numbers, classes):
    rows = np.zeros((len(numbers), classes), "uint8")
    rows[np.arange(len(numbers)), numbers] = 1
    return rows


def ranks_of_the_right(probabilities, numbers):
    of_right = probabilities[np.arange(len(numbers)), numbers]
    return (probabilities > of_right[:, None]).sum(axis=1)


def top_k_by_rank(probabilities, numbers, k):
    return (ranks_of_the_right(probabilities, numbers) < k).mean()


def top_k_in_a_loop(probabilities, numbers, k):
    hits = [number in np.argsort(row)[-k:] for row, number in zip(probabilities, numbers, strict=True)]
    return sum(hits) / len(hits)


ANSWERS = {
    "softmax": {
        "right": [softmax_by_rows, softmax_by_logarithms, lambda z: softmax_by_logarithms(z + 100)],
        "wrong": [(without_shift, "the value nan"), (shifted_by_mean, "the value nan"), (shifted_by_all, "whole array")],
    },
    "ignorant": {"right": [3.258, 3.26], "wrong": [(3.3, "too large")]},
    "one_hot": {"right": [rows_in_a_loop, rows_by_index, lambda n, c: np.eye(c)[n], lambda n, c: rows_by_index(n, c) > 0]},
    "top_k": {"right": [top_k_by_rank, top_k_in_a_loop]},
}


@pytest.mark.parametrize("name", ANSWERS)
def test_answers(name: str, assert_answers):
    assert_answers("17", name, **ANSWERS[name])

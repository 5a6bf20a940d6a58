import numpy as np
import pytest

from course_utils.exercises import exercise_kinds
from course_utils.exercises.checks.lesson_17 import EXERCISES
from course_utils.exercises.outcome import Status


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
        "wrong": [
            (
                without_shift,
                "([[1000.0, 1001.0, 999.0], [-1000.0, -1002.0, -1001.0]]), the result has at [0, 0] the value nan",
            ),
            (shifted_by_all, "whole array"),
            (lambda z: np.array(softmax_by_rows(z.T)).T, "over the pictures"),
            (lambda z: z / z.sum(axis=1, keepdims=True), "negative probability"),
            (lambda z: np.exp(z - z.max(axis=1, keepdims=True)), "not divided"),
            (lambda z: np.stack([np.full(len(z), 1 / z.shape[1])] * z.shape[1], axis=1), "expected"),
            (lambda z: None, "returns nothing"),
            (0.5, "a function is expected"),
        ],
    },
    "ignorant": {
        "right": [np.log(26), 3.258, -np.log(1 / 26), [3.2581][0]],
        "wrong": [
            (1 / 26, "the probability of each class"),
            (np.log(1 / 26), "The sign"),
            (np.log2(26), "base 2"),
            (np.log10(26), "base 10"),
            (np.log(3), "for 3 classes"),
            (26 * np.log(26), "only the right class counts"),
            (1.0, "too small"),
            ("ln 26", "not made of numbers"),
        ],
    },
    "one_hot": {
        "right": [rows_in_a_loop, rows_by_index, lambda n, c: np.eye(c)[n], lambda n, c: rows_by_index(n, c) > 0],
        "wrong": [
            (lambda n, c: rows_in_a_loop(n, c).T, "a row for each picture"),
            (lambda n, c: rows_in_a_loop(n, c)[:, np.unique(n)], "absent one"),
            (lambda n, c: np.eye(c)[n - 1], "start at 0"),
            (lambda n, c: 1 - rows_in_a_loop(n, c), "swapped."),
            (lambda n, c: rows_in_a_loop(n, c) * n[:, None], "where a 1 should"),
            (lambda n, c: n, "the shape"),
            (lambda n, c: None, "returns nothing"),
        ],
    },
    "forgotten": {
        "right": ["b", "(B)", " b. "],
        "wrong": [("a", "stop such a loss"), ("c", "only two are"), ("d", "More epochs"), ("e", "choose one of")],
    },
    "top_k": {
        "right": [top_k_by_rank, top_k_in_a_loop, lambda p, n, k: np.float32(top_k_by_rank(p, n, k))],
        "wrong": [
            (lambda p, n, k: top_k_by_rank(-p, n, k), "*least* probable"),
            (lambda p, n, k: top_k_by_rank(p, n, 1), "first class alone"),
            (lambda p, n, k: (ranks_of_the_right(p, n) == k - 1).mean(), "place *k* alone"),
            (lambda p, n, k: top_k_by_rank(p, n, k + 1), "one class too many"),
            (lambda p, n, k: (ranks_of_the_right(p, n) < k).sum(), "asked is their share"),
            (lambda p, n, k: ranks_of_the_right(p, n) < k, "for each row whether"),
            (lambda p, n, k: 1.0, "expected"),
        ],
    },
}


@pytest.mark.parametrize("name", ANSWERS)
def test_answers(name: str, assert_answers):
    assert_answers("17", name, **ANSWERS[name])


def test_each_exercise_has_its_answers():
    assert set(ANSWERS) == set(exercise_kinds("17"))


@pytest.mark.parametrize("name", ["softmax", "one_hot", "top_k"])
def test_a_stub_inside_a_function_is_not_tried_yet(name: str):
    assert EXERCISES[name].judge(lambda *given: ...).status is Status.NOT_TRIED


def test_the_first_loss_may_be_rounded_but_not_guessed():
    assert EXERCISES["ignorant"].judge(3.26).status is Status.CORRECT
    assert EXERCISES["ignorant"].judge(3.3).status is Status.WRONG

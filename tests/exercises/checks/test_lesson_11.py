import numpy as np
import pytest

from course_utils.exercises import exercise_kinds
from course_utils.exercises.checks.lesson_11 import EXERCISES
from course_utils.exercises.outcome import Status


def with_reshape(scan):
    return ((255 - scan) / np.float32(255)).reshape(1, 28, 28, 1)


def with_expand_dims(scan):
    return np.expand_dims(1 - np.asarray(scan, "float64") / 255, (0, -1))


def with_loops(scan):
    return [[[[1 - pixel / 255] for pixel in row] for row in scan.tolist()]]


def with_sorting(probabilities, labels, threshold):
    largest, reading = np.sort(probabilities)[:, -1], np.argsort(probabilities)[:, -1]
    return np.mean(largest >= threshold), np.mean(reading[largest >= threshold] == labels[largest >= threshold])


def with_counting(probabilities, labels, threshold):
    sure = right = 0
    for given, label in zip(probabilities, labels, strict=True):
        if max(given) >= threshold:
            sure += 1
            right += list(given).index(max(given)) == label
    return [sure / len(labels), right / sure]


def changed(share=lambda x: x, accuracy=lambda x: x, threshold=lambda x: x):
    """The right answer with a twist to one of its parts."""

    def answer(probabilities, labels, limit):
        one, two = with_sorting(probabilities, labels, threshold(limit))
        return share(one), accuracy(two)

    return answer


def among_all(probabilities, labels, threshold):
    sure, right = probabilities.max(axis=1) >= threshold, probabilities.argmax(axis=1) == labels
    return sure.mean(), (sure & right).mean()


def of_the_right_class(probabilities, labels, threshold):
    sure = probabilities[np.arange(len(labels)), labels] >= threshold
    return sure.mean(), 1.0


ANSWERS = {
    "as_input": {
        "right": [with_reshape, with_expand_dims, with_loops],
        "wrong": [
            (lambda scan: with_reshape(255 - scan), "black ink on white paper"),
            (lambda scan: 255 * with_reshape(scan), "from 0 to 255"),
            (lambda scan: scan.reshape(1, 28, 28, 1), "Neither scale nor colours"),
            (lambda scan: ((255 - scan) // 255).reshape(1, 28, 28, 1), "whole numbers"),
            (lambda scan: with_reshape(scan[::-1]), "upside down"),
            (lambda scan: with_reshape(scan.T), "changed places"),
            (lambda scan: with_reshape(scan)[0], "shape (28, 28, 1)"),
            (lambda scan: with_reshape(scan)[..., 0], "shape (1, 28, 28)"),
            (lambda scan: None, "returns nothing"),
            (3, "a function is expected"),
        ],
    },
    "dense_layers": {
        "right": [("no difference", "no difference"), (" One ", "one")],
        "wrong": [
            (("three", "no difference"), "what would they have to do"),
            (("two", "one"), "what the notes build"),
            (("one", "no difference"), "Fewer parameters"),
            (("four", "no difference"), "You predicted 'four'"),
        ],
    },
    "luck": {
        "right": [21.8, 2 * np.sqrt(2 * 0.006 * 0.994 * 10_000), np.float32(21.84)],
        "wrong": [
            (10.92, "the noise once"),
            (15.445, "*one* accuracy"),
            (7.72, "the noise of one accuracy, once"),
            (0.002184, "a share of all digits"),
            (0.2184, "percentage points"),
            (38.16, "how many mistakes are left"),
            (60, "too large"),
            ("many", "not made of numbers"),
        ],
    },
    "accepted": {
        "right": [with_sorting, with_counting, lambda p, labels, t: np.array(with_sorting(p, labels, t), "float32")],
        "wrong": [
            (among_all, "divide by the accepted ones"),
            (
                lambda p, labels, t: (with_sorting(p, labels, t)[0], np.mean(p.argmax(axis=1) == labels)),
                "accuracy of all pictures",
            ),
            (changed(threshold=lambda limit: limit + 1e-9), "*at least*"),
            (changed(share=lambda part: 1 - part), "share that is refused"),
            (lambda p, labels, t: (np.sum(p.max(axis=1) >= t), with_sorting(p, labels, t)[1]), "counts pictures"),
            (lambda p, labels, t: with_sorting(p, labels, t)[::-1], "changed places"),
            (of_the_right_class, "expected"),
            (lambda p, labels, t: with_sorting(p, labels, t)[0], "shape"),
            (lambda p, labels, t: None, "returns nothing"),
        ],
    },
}


@pytest.mark.parametrize("name", ANSWERS)
def test_answers(name: str, assert_answers):
    assert_answers("11", name, **ANSWERS[name])


def test_each_exercise_has_its_answers():
    assert set(ANSWERS) == set(exercise_kinds("11"))


@pytest.mark.parametrize("name", ["as_input", "accepted"])
def test_a_stub_inside_a_function_is_not_tried_yet(name: str):
    assert EXERCISES[name].judge(lambda *arguments: ...).status is Status.NOT_TRIED


def test_a_scan_turned_white_on_black_in_place_is_refused():
    def in_place(scan):
        np.subtract(255, scan, out=scan)
        return (scan / np.float32(255)).reshape(1, 28, 28, 1)

    assert "changes what it was given" in EXERCISES["as_input"].judge(in_place).text


def test_the_trials_meet_their_thresholds_exactly_and_have_mistakes():
    for probabilities, labels, threshold in EXERCISES["accepted"].inputs:
        assert np.any(probabilities.max(axis=1) == threshold)
        share, accuracy = with_sorting(probabilities, labels, threshold)
        assert 0 < share < 1
        assert 0 < accuracy < 1

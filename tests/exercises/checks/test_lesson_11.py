import numpy as np
import pytest

from course_utils.exercises import exercise_kinds

EXERCISES = exercise_kinds("11")


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
        "right": [with_reshape, lambda scan: with_expand_dims(scan).astype("float32")],
        "wrong": [(with_expand_dims, "their type is float64"), (with_loops, "their type is float64")],
    },
    "pooled": {
        "right": [19_466],
        "wrong": [(20_106, "64 means now"), (421_642, "too large"), (402_176, "have gone")],
    },
    "luck": {"right": [21.8, 22, np.float32(21.84)], "wrong": [(21, "round up"), (21.7, "too small"), (22.1, "too large")]},
    "accepted": {
        "right": [with_sorting, with_counting, lambda p, labels, t: np.array(with_sorting(p, labels, t), "float32")],
    },
}


@pytest.mark.parametrize("name", ANSWERS)
def test_answers(name: str, assert_answers):
    assert_answers("11", name, **ANSWERS[name])


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

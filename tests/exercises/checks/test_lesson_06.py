from collections import Counter

import numpy as np
import pytest


def leaked_by_loops(train, validation):
    found = []
    for place, text in enumerate(validation):
        for other in train:
            if text.lower().split() == other.lower().split():
                found.append(place)
                break
    return found


def leaked_as_array(train, validation):
    known = Counter(tuple(text.lower().split()) for text in train)
    return np.flatnonzero([known[tuple(text.lower().split())] > 0 for text in validation])


ANSWERS = {
    "trainings": {
        "right": [61, 61.0, np.int64(61)],
        "wrong": [(60, "the winner is then trained once more"), (63, "Only the winner")],
    },
    "leak": {
        "right": [leaked_by_loops, leaked_as_array],
        "wrong": [(lambda train, validation: [], "expected")],
    },
    "curves": {
        "right": [(4, 1, 3, 2), [4, 1, 3, 2], np.array([4.0, 1.0, 3.0, 2.0])],
        "wrong": [((4, 1, 3, 3), "right in 3 of 4"), ((3, 1, 4, 2), "A and C the other way round")],
    },
}


@pytest.mark.parametrize("name", ANSWERS)
def test_answers(name: str, assert_answers):
    assert_answers("06", name, **ANSWERS[name])

from itertools import zip_longest

import numpy as np
import pytest


def by_zip(a, b):
    together = zip_longest(reversed(a), reversed(b), fillvalue=1)
    return tuple(n if m == 1 else m if n in (1, m) else -1 for m, n in together)[::-1]


def by_numpy(a, b):
    try:
        return np.broadcast_shapes(a, b)
    except ValueError:
        return by_zip(a, b)


def none_where_they_do_not_fit(a, b):
    shape = by_zip(a, b)
    return None if -1 in shape else shape


def aligned_at_the_beginning(a, b):
    rank = max(len(a), len(b))
    return by_zip(tuple(a) + (1,) * (rank - len(a)), tuple(b) + (1,) * (rank - len(b)))


def larger(a, b):
    return tuple(max(m, n) if shape >= 0 else -1 for m, n, shape in _both(a, b))


def always_the_larger(a, b):
    return tuple(max(m, n) for m, n, _ in _both(a, b))


def equal_only(a, b):
    return tuple(m if m == n else -1 for m, n, _ in _both(a, b))


def _both(a, b):
    rank = max(len(a), len(b))
    a, b = ((1,) * (rank - len(shape)) + tuple(shape) for shape in (a, b))
    return zip(a, b, by_zip(a, b), strict=True)


def patches_by_slices(picture, size):
    height, width = picture.shape
    return np.array([picture[y : y + size, x : x + size] for y in range(0, height, size) for x in range(0, width, size)])


def blocks(picture, size):
    return picture.reshape(picture.shape[0] // size, size, picture.shape[1] // size, size)


ANSWERS = {
    "broadcast_shape": {
        "right": [by_zip, by_numpy],
        "wrong": [
            (none_where_they_do_not_fit, "it returns nothing"),
            (aligned_at_the_beginning, "at their ends"),
            (larger, "of 0 and 1 that is the wrong one"),
            (always_the_larger, "they do not fit: -1"),
            (equal_only, "A length of 1 fits every other length"),
        ],
    },
    "raises": {
        "right": [[True, False, False, True, False], np.array([1, 0, 0, 1, 0])],
        "wrong": [
            ((True, False, True, False, False), "two in the middle"),
            ((True, False, False, True), "five times True or False"),
        ],
    },
    "patches": {
        "right": [patches_by_slices, lambda picture, size: blocks(picture, size).swapaxes(1, 2).reshape(-1, size, size)],
        "wrong": [
            (lambda picture, size: picture.reshape(-1, size, size), "keeps the reading order"),
            (lambda picture, size: blocks(picture, size).transpose(2, 0, 1, 3).reshape(-1, size, size), "wrong order"),
            (lambda picture, size: blocks(picture, size).transpose(0, 2, 3, 1).reshape(-1, size, size), "is transposed"),
            (lambda picture, size: blocks(picture, size).swapaxes(1, 2), "along one axis"),
        ],
    },
}


@pytest.mark.parametrize("name", ANSWERS)
def test_answers(name: str, assert_answers):
    assert_answers("03", name, **ANSWERS[name])

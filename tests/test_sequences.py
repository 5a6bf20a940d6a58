"""Helpers for sequences, and those that lesson 42 writes out."""

import keras
import numpy as np
import pytest

from course_utils import sequences
from tests.fixtures.cells import defined_in


@pytest.fixture(scope="module")
def series() -> tuple[np.ndarray, np.ndarray]:
    values = np.random.default_rng(0).normal(size=(500, 3)).astype("float32")
    return values, values[:, 1]


def test_windows_end_now_and_their_targets_lie_ahead(series):
    values, goal = series
    x, y, now = sequences.windows_between(values, goal, 100, 300, steps=5, every=6, ahead=24, stride=7)
    assert x.shape == (len(now), 5, 3) and x.dtype == y.dtype == "float32"
    for window, target, row in zip(x, y, now, strict=True):
        np.testing.assert_array_equal(window, values[row - 24 : row + 1 : 6])
        assert target == goal[row + 24]


def test_windows_keep_between_their_rows(series):
    values, goal = series
    x, _, now = sequences.windows_between(values, goal, 100, 300, steps=5, every=6, ahead=24)
    assert (now[0], now[-1]) == (124, 275)
    np.testing.assert_array_equal(x[0, 0], values[100])


def test_no_window_fits(series):
    with pytest.raises(ValueError, match="No window of 5 steps"):
        sequences.windows_between(*series, 100, 148, steps=5, every=6, ahead=24)


def test_lesson_and_package_cut_the_same_windows(series):
    values, goal = series
    names = {"keras": keras, "np": np, "scaled": values, "goal": goal, "STEPS": 20, "EVERY": 6, "AHEAD": 24, "SPAN": 19 * 6}
    theirs = defined_in("42", "windows_between", **names)(50, 420, 3)
    ours = sequences.windows_between(values, goal, 50, 420, steps=20, every=6, ahead=24, stride=3)
    for one, other in zip(ours, theirs, strict=True):
        np.testing.assert_array_equal(one, other)


def test_blocks_as_long_as_the_likeness_see_the_true_error():
    """Each draw is repeated for 24 hours, so there are only a 24th as many draws as hours."""
    draws = np.random.default_rng(0).normal(size=400)
    hourly = np.repeat(draws, 24)
    true = draws.std(ddof=1) / 20
    assert sequences.block_error(hourly, 24) == pytest.approx(true)
    assert sequences.block_error(hourly, 1) < 0.25 * true


def test_what_is_left_of_a_block_is_not_used():
    values = np.array([1.0, 2, 3, 4, 5, 6, 1_000])
    assert sequences.block_error(values, 2) == pytest.approx(np.std([1.5, 3.5, 5.5], ddof=1) / np.sqrt(3))


def test_the_errors_of_a_model_in_reduced_precision_are_not_added_up_in_it():
    import ml_dtypes

    values = np.random.default_rng(0).normal(3, 0.1, size=2_400).astype(ml_dtypes.bfloat16)
    assert sequences.block_error(values, 24) == pytest.approx(sequences.block_error(values.astype("float64"), 24))


def test_one_block_tells_nothing():
    assert sequences.block_error(np.arange(10.0), 6) == 0
    with pytest.raises(ValueError, match="fewer than a block"):
        sequences.block_error(np.arange(5.0), 6)


def test_lesson_and_package_count_the_same_noise():
    values = np.random.default_rng(0).normal(size=1_000)
    theirs = defined_in("42", "block_error", np=np)
    for hours in (1, 24, 168):
        assert sequences.block_error(values, hours) == pytest.approx(theirs(values, hours))

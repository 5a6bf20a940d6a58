"""Differences and their intervals: held to SciPy's methods, to simulations of what an interval promises, to its words."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from course_utils.errors import CourseError
from course_utils.measure import Difference, compare, judge
from tests.fixtures.cells import defined_in


def answers(right_share: float, examples: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).random(examples) < right_share


def test_right_and_wrong_pairs_are_counted_in_points():
    first = np.array([True] * 900 + [False] * 100)
    second = np.array([True] * 850 + [False] * 150)
    gain = compare(first, second)
    assert gain.value == pytest.approx(5.0)
    assert gain.is_gain and gain.is_settled and not gain.is_loss
    assert str(gain).startswith("+5.0 points (95 % interval +3.")
    assert str(gain).endswith("; 1,000 examples, 1 seed)")
    assert gain.covers == "examples"


def test_the_order_of_the_two_turns_the_sign_only():
    first, second = answers(0.9, 500, 0), answers(0.8, 500, 1)
    there, back = compare(first, second), compare(second, first)
    assert (there.value, there.low, there.high) == pytest.approx((-back.value, -back.high, -back.low))
    assert back.is_loss and not back.is_gain


def test_what_lies_within_noise_is_not_settled():
    gain = compare(answers(0.9, 200, 0), answers(0.9, 200, 1))
    assert not gain.is_settled and not gain.is_gain and not gain.is_loss


@pytest.mark.parametrize("examples", [2, 10, 1000])
def test_no_disagreement_is_not_certainty(examples):
    """The same answers of both: the interval is around zero, and wide where examples are few."""
    same = compare(np.ones(examples, bool), np.ones(examples, bool))
    assert same.value == 0 and same.low < 0 < same.high
    assert same.high > 100 / (examples + 2)


def test_the_interval_agrees_with_mcnemars_test():
    """Where one is beyond doubt, so is the other; SciPy's exact test of the disagreements is McNemar's."""
    for seed in range(40):
        first, second = answers(0.88, 400, seed), answers(0.84, 400, seed + 1000)
        p = stats.binomtest(int(np.sum(first & ~second)), int(np.sum(first != second))).pvalue
        if p < 0.02 or p > 0.1:
            assert compare(first, second).is_settled == (p < 0.05), seed


def test_nineteen_of_twenty_intervals_hold_the_truth():
    holding = 0
    for seed in range(1000):
        gain = compare(answers(0.9, 300, seed), answers(0.85, 300, seed + 5000))
        holding += gain.low <= 5.0 <= gain.high
    assert 930 <= holding <= 970


def test_scores_one_a_seed_are_paired():
    """A difference of three seeds that agree is settled, however far the seeds themselves lie apart."""
    gain = compare([90.0, 80.0, 70.0], [88.9, 79.1, 68.8])
    low, high = stats.ttest_rel([90.0, 80.0, 70.0], [88.9, 79.1, 68.8]).confidence_interval(0.95)
    assert (gain.low, gain.high) == pytest.approx((low, high))
    assert gain.is_gain and gain.covers == "seeds"
    assert str(gain) == "+1.1 (95 % interval +0.7 to +1.4; 3 seeds)"
    assert not compare([90.0, 80.0, 70.0], [88.0, 85.0, 60.0]).is_settled


@pytest.mark.parametrize(("scale", "text"), [(1, "+1.1 "), (0.1, "+0.11 "), (0.001, "+0.0011 "), (10, "+10.7 ")])
def test_as_many_digits_are_shown_as_the_noise_allows(scale, text):
    gain = compare(scale * np.array([90.0, 80.0, 70.0]), scale * np.array([88.9, 79.1, 68.8]))
    assert str(gain).startswith(text)


def test_several_seeds_on_the_same_examples_cover_both_noises():
    """Wider than the noise of the examples alone, and than that of the seeds alone."""
    random = np.random.default_rng(0)
    easy = random.random(600)
    first = np.stack([easy + random.normal(0, 0.1, 600) < 0.9 + shift for shift in (0.02, -0.03, 0.01)])
    second = np.stack([easy + random.normal(0, 0.1, 600) < 0.85 + shift for shift in (-0.02, 0.03, 0.01)])
    both = compare(first, second)
    seeds = compare(100 * first.mean(axis=1), 100 * second.mean(axis=1))
    assert both.value == pytest.approx(seeds.value)
    assert both.covers == "both" and str(both).endswith("600 examples, 3 seeds)")
    assert both.high - both.low > compare(first[0], second[0]).high - compare(first[0], second[0]).low


def test_one_seed_in_a_table_of_seeds_is_one_seed():
    first, second = answers(0.9, 300, 0), answers(0.8, 300, 1)
    assert compare(first[None], second[None]) == compare(first, second)


@pytest.mark.parametrize(
    ("first", "second", "words"),
    [
        ([True, False], [True], "one shape"),
        ([[[True]]], [[[True]]], "one shape"),
        ([True, False], [0.5, 0.2], "Both must be"),
        ([0.9], [0.8], "at least two scores"),
        ([True], [False], "too few"),
        ([[0.9, 0.8]], [[0.9, 0.8]], "at least two scores"),
    ],
)
def test_what_cannot_be_compared_is_said(first, second, words):
    with pytest.raises(ValueError, match=words):
        compare(first, second)


@pytest.mark.parametrize(("share", "examples"), [(0.9, 500), (0.99, 40), (1.0, 10)])
def test_lesson_19_writes_out_the_interval_of_the_same_examples(share, examples):
    first, second = answers(share, examples, 0), answers(0.9 * share, examples, 1)
    gain = compare(first, second)
    assert defined_in("19", "paired_interval", np=np, stats=stats)(first, second) == pytest.approx((gain.low, gain.high))


def test_lesson_19_writes_out_the_interval_over_seeds():
    first, second = [90.0, 80.0, 70.0], [88.9, 79.1, 68.8]
    gain = compare(first, second)
    assert defined_in("19", "interval_over_seeds", np=np, stats=stats)(first, second) == pytest.approx((gain.low, gain.high))


def difference(low: float, high: float) -> Difference:
    return Difference((low + high) / 2, low, high, "points", 1000, 1, "examples")


GAIN, LOSS, OPEN = difference(1, 3), difference(-3, -1), difference(-1, 1)


@pytest.mark.parametrize(
    ("evidence", "verdict", "words"),
    [
        (True, "holds", "as shown in the lesson"),
        (np.bool_(False), "does not hold", "as shown in the lesson"),
        (None, "not settled here", "as shown in the lesson"),
        (GAIN, "holds", "+2.0 points (95 % interval +1.0 to +3.0; 1,000 examples, 1 seed)"),
        (LOSS, "does not hold", "-2.0 points (95 % interval -3.0 to -1.0; 1,000 examples, 1 seed)"),
        (OPEN, "not settled here", "+0.0 points (95 % interval -1.0 to +1.0; 1,000 examples, 1 seed)"),
        (difference(-1.01, 1), "not settled here", "+0.0 points (95 % interval -1.0 to +1.0; 1,000 examples, 1 seed)"),
        (difference(-0.01, 2), "not settled here", "+1.0 points (95 % interval -0.0 to +2.0; 1,000 examples, 1 seed)"),
        ({"4 × 4": True, "5 × 5": True}, "holds", "4 × 4; 5 × 5"),
        ({"4 × 4": True, "5 × 5": False}, "holds with limits", "4 × 4; 5 × 5: no"),
        ({"4 × 4": False, "5 × 5": False}, "does not hold", "4 × 4: no; 5 × 5: no"),
        ({"relu": GAIN, "tanh": OPEN}, "holds with limits", f"relu: {GAIN}; tanh: {OPEN}"),
        ({"relu": LOSS, "tanh": OPEN}, "not settled here", f"relu: {LOSS}; tanh: {OPEN}"),
        ({"relu": OPEN, "tanh": OPEN}, "not settled here", f"relu: {OPEN}; tanh: {OPEN}"),
        ({}, "not settled here", "as shown in the lesson"),
    ],
)
def test_the_verdict_follows_from_the_evidence(evidence, verdict, words):
    assert judge(evidence) == (verdict, words)


def test_a_column_of_a_frame_is_evidence():
    frame = pd.DataFrame({"smaller": [True, False]}, index=["stride 2", "stride 1"])
    assert judge(frame["smaller"]) == ("holds with limits", "stride 2; stride 1: no")


@pytest.mark.parametrize(
    ("evidence", "verdict"),
    [(GAIN, "holds with limits"), (LOSS, "does not hold"), (OPEN, "not settled here"), (True, "holds with limits")],
)
def test_a_limit_limits_what_holds_and_turns_nothing_else(evidence, verdict):
    found, words = judge(evidence, "on small pictures")
    assert found == verdict and words.endswith("on small pictures")


@pytest.mark.parametrize("evidence", [0.5, "yes", [True], np.array([True, False]), {"a": 1}])
def test_a_number_is_no_evidence(evidence):
    with pytest.raises(CourseError, match="evidence is True, False, a difference"):
        judge(evidence)

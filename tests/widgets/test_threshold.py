import numpy as np
import pytest
from sklearn import metrics

from course_utils.errors import CourseError
from course_utils.widgets import threshold as playground

RANDOM = np.random.default_rng(0)
LABELS = np.repeat([0, 1], [180, 120])
SCORES = np.round(1 / (1 + np.exp(-RANDOM.normal(1.2 * (2 * LABELS - 1), 1.5))), 2)  # rounded: with ties
NAMES = ("cat", "dog")


@pytest.mark.parametrize("threshold", [0, 0.2, 0.5, 0.83, 1])
def test_the_measures_are_those_of_scikit_learn(threshold):
    counts = playground.count(LABELS, SCORES, threshold)
    called = threshold <= SCORES
    assert [[counts.passed, counts.alarms], [counts.missed, counts.found]] == metrics.confusion_matrix(
        LABELS, called
    ).tolist()
    assert counts.sensitivity == pytest.approx(metrics.recall_score(LABELS, called))
    assert counts.specificity == pytest.approx(metrics.recall_score(LABELS, called, pos_label=0))
    assert counts.precision == pytest.approx(metrics.precision_score(LABELS, called))
    assert counts.f1 == pytest.approx(metrics.f1_score(LABELS, called))
    assert counts.accuracy == pytest.approx(metrics.accuracy_score(LABELS, called))


def test_a_score_at_the_threshold_is_called_positive():
    assert playground.count([0, 1, 1], [0.5, 0.5, 0.49], 0.5) == (1, 1, 1, 0)


def test_a_miss_and_a_false_alarm_have_prices_of_their_own():
    counts = playground.Counts(found=5, missed=2, alarms=3, passed=7)
    assert counts.cost(of_miss=10, of_alarm=1) == 23
    assert counts.cost(of_miss=1, of_alarm=10) == 32


def test_precision_is_not_defined_where_nothing_is_called_positive():
    nothing = playground.count(LABELS, 0.9 * SCORES, 1)
    assert nothing.precision is None
    assert nothing.f1 == 0
    _, alt = playground.picture(LABELS, 0.9 * SCORES, 1)
    assert "precision not defined" in alt


def test_the_point_lies_on_the_curve():
    for setting in (0.1, 0.5, 0.9):
        fig, _ = playground.picture(LABELS, SCORES, setting)
        curve, _, point = fig.axes[2].get_lines()
        (alarm_rate,), (sensitivity,) = point.get_data()
        counts = playground.count(LABELS, SCORES, setting)
        assert (alarm_rate, sensitivity) == (1 - counts.specificity, counts.sensitivity)
        assert np.isclose(np.transpose(curve.get_data()), (alarm_rate, sensitivity)).all(axis=1).any()


def test_the_bars_hold_every_example_on_its_side_of_the_threshold():
    fig, _ = playground.picture(LABELS, SCORES, 0.5)
    heights = [patch.get_data().values for patch in fig.axes[0].patches]
    counts = playground.count(LABELS, SCORES, 0.5)
    assert [sum(each) for each in heights] == [counts.missed, counts.found, -counts.passed, -counts.alarms]
    dogs_not_called, dogs_called = heights[:2]
    assert not any(dogs_not_called[10:]) and not any(dogs_called[:10])


def test_the_picture_says_its_numbers():
    counts = playground.count(LABELS, SCORES, 0.3)
    _, alt = playground.picture(LABELS, SCORES, 0.3, 5, 2, NAMES)
    assert f"precision {counts.precision:.0%} ({counts.found} of {counts.found + counts.alarms})." in alt.replace(" %", "%")
    assert f"Accuracy {100 * counts.accuracy:.1f} %" in alt
    assert (
        f"{counts.missed} missed × 5 + {counts.alarms} false alarms × 2 = {5 * counts.missed + 2 * counts.alarms:,}." in alt
    )


def test_no_setting_is_cheaper_than_the_one_called_cheapest():
    _, alt = playground.picture(LABELS, SCORES, 0.5, 7, 1)
    cheapest = float(alt.split("The cheapest setting costs ")[1].rstrip(".").replace(",", ""))
    costs = [playground.count(LABELS, SCORES, hundredth / 100).cost(7, 1) for hundredth in range(101)]
    assert cheapest == min(costs) < playground.count(LABELS, SCORES, 0.5).cost(7, 1)


def test_each_slider_is_answered(shown):
    playground.play(LABELS, SCORES, NAMES)
    assert "threshold at 0.50" in shown.still["text/plain"]
    shown.controls["threshold"].choose("0.20")
    assert "threshold at 0.20" in shown.says
    shown.controls["a missed dog costs"].choose("9")
    assert "missed × 9" in shown.says
    shown.controls["a false “dog” costs"].choose("4")
    assert "false alarms × 4" in shown.says


@pytest.mark.parametrize(
    ("labels", "scores", "sentence"),
    [
        ([0, 1, 1], [0.1, 0.2], "3 labels and 2 scores"),
        ([1, 1], [0.1, 0.2], "examples of both"),
        ([0, 2], [0.1, 0.2], "labelled 0 and 1"),
        ([0, 1], [-3.2, 1.5], "with a sigmoid"),
        ([0, 1], [np.nan, 0.5], "between 0 and 1"),
    ],
)
def test_what_it_cannot_show_is_refused_in_a_sentence(labels, scores, sentence):
    with pytest.raises(CourseError, match=sentence):
        playground.play(np.array(labels), np.array(scores))

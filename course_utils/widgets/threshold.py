"""Playground of lesson 19: one threshold, and all that follows from it."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from course_utils import plots
from course_utils.errors import CourseError
from course_utils.widgets import Slider, percent, playground, steps

BINS = np.linspace(0, 1, 21)
SETTINGS = np.linspace(0, 1, 101)  # thresholds that the slider can be set to
DEAREST = 20
# Few ticks and no grid: half of a redraw's time goes into such things.
SHARE_TICKS = (0, 0.5, 1)


class Counts(NamedTuple):
    """What a threshold makes of labelled scores.

    Attributes:
        found: positives that are called positive (true positives).
        missed: positives that are called negative (false negatives).
        alarms: negatives that are called positive (false positives).
        passed: negatives that are called negative (true negatives).
    """

    found: int
    missed: int
    alarms: int
    passed: int

    @property
    def sensitivity(self) -> float:
        """Share of the positives that are called so: recall, or the true positive rate."""
        return self.found / (self.found + self.missed)

    @property
    def specificity(self) -> float:
        """Share of the negatives that are called so; the rest of them is the false positive rate."""
        return self.passed / (self.alarms + self.passed)

    @property
    def precision(self) -> float | None:
        """Share of what is called positive that is so; None if nothing is."""
        called = self.found + self.alarms
        return self.found / called if called else None

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall; 0 if nothing is found."""
        return 2 * self.found / (2 * self.found + self.missed + self.alarms)

    @property
    def accuracy(self) -> float:
        """Share of all examples that are called right."""
        return (self.found + self.passed) / sum(self)

    def cost(self, of_miss: float, of_alarm: float) -> float:
        """What all mistakes cost together, at a price for each positive missed and each false alarm."""
        return of_miss * self.missed + of_alarm * self.alarms


def count(labels: np.ndarray, scores: np.ndarray, threshold: float) -> Counts:
    """Call positive what has a score of at least `threshold`, and count.

    Args:
        labels: (n,) of 0 and 1.
        scores: (n,) numbers, larger for what is likelier a 1.
        threshold: the smallest score that is called positive.
    """
    positive, called = np.asarray(labels) == 1, np.asarray(scores) >= threshold
    return Counts(
        int(np.sum(positive & called)),
        int(np.sum(positive & ~called)),
        int(np.sum(~positive & called)),
        int(np.sum(~positive & ~called)),
    )


def picture(
    labels: np.ndarray,
    scores: np.ndarray,
    threshold: float,
    miss_cost: float = 1,
    alarm_cost: float = 1,
    class_names: Sequence[str] = ("negative", "positive"),
) -> tuple[Figure, str]:
    """The scores of both classes, the confusion matrix, the point on the ROC curve, and the measures in words.

    Args:
        labels: (n,) of 0 and 1, both of them.
        scores: (n,) floats from 0 to 1.
        threshold: the smallest score that is called positive.
        miss_cost: what a positive that is called negative costs.
        alarm_cost: what a negative that is called positive costs.
        class_names: of class 0 and class 1.

    Returns:
        The figure and its alt text.
    """
    counts = count(labels, scores, threshold)
    cheapest = min(count(labels, scores, setting).cost(miss_cost, alarm_cost) for setting in SETTINGS)
    lines = _in_words(counts, miss_cost, alarm_cost, cheapest)
    fig, axes = plots.figure(1, 3, width=9.5, height=4.0, width_ratios=(1.45, 1, 1))
    fig.set_layout_engine("constrained", rect=(0, 0.24, 1, 0.74))
    _draw_scores(axes[0, 0], labels, scores, threshold, class_names)
    _draw_counts(axes[0, 1], counts, class_names)
    _draw_roc(axes[0, 2], labels, scores, counts)
    fig.text(0.01, 0.21, "\n".join(lines), va="top", fontsize=10, linespacing=1.6)
    alt = (
        f"Scores of {len(labels)} examples, {class_names[0]} below and {class_names[1]} above, with the threshold at "
        f"{threshold:.2f}; the confusion matrix; and the ROC curve with the point at 1 - specificity "
        f"{percent(1 - counts.specificity)} and sensitivity {percent(counts.sensitivity)}. {' '.join(lines)}"
    )
    return fig, alt


def _in_words(counts: Counts, miss_cost: float, alarm_cost: float, cheapest: float) -> tuple[str, ...]:
    positives, negatives, called = counts.found + counts.missed, counts.alarms + counts.passed, counts.found + counts.alarms
    precision = "not defined" if counts.precision is None else percent(counts.precision)
    return (
        f"Sensitivity {percent(counts.sensitivity)} ({counts.found} of {positives}), "
        f"specificity {percent(counts.specificity)} ({counts.passed} of {negatives}), "
        f"precision {precision} ({counts.found} of {called}).",
        f"Accuracy {percent(counts.accuracy, 1)}, F1 {counts.f1:.2f}.",
        f"Cost: {counts.missed} missed × {miss_cost:g} + {counts.alarms} false alarms × {alarm_cost:g} = "
        f"{counts.cost(miss_cost, alarm_cost):,g}. The cheapest setting costs {cheapest:,g}.",
    )


def _draw_scores(axis: Axes, labels: np.ndarray, scores: np.ndarray, threshold: float, class_names: Sequence[str]) -> None:
    """Class 1 upwards and class 0 downwards: they never hide each other, and need no colour to be told apart."""
    most = 1
    for label, direction, light, dark in ((1, 1, "#A9D3EC", plots.BLUE), (0, -1, "#F6D79B", plots.ORANGE)):
        for called, color in ((False, light), (True, dark)):
            mine = scores[(labels == label) & ((scores >= threshold) == called)]
            heights = np.histogram(mine, BINS)[0]
            most = max(most, int(heights.max()))
            axis.stairs(direction * heights, BINS, fill=True, color=color)
    axis.axvline(threshold, color="black", linewidth=1.5)
    axis.axhline(0, color="black", linewidth=0.8)
    axis.text(0.01, 1.12 * most, class_names[1], color=plots.BLUE, va="center", weight="bold")
    axis.text(0.01, -1.12 * most, class_names[0], color="#8A5F00", va="center", weight="bold")
    axis.set(xlim=(-0.02, 1.02), ylim=(-1.3 * most, 1.3 * most), xlabel="score", ylabel="examples")
    axis.set_title(f"from {threshold:.2f} on, it says “{class_names[1]}”")
    axis.set_xticks(SHARE_TICKS)
    axis.set_yticks((-most, most), (f"{most}", f"{most}"))
    axis.grid(False)


def _draw_counts(axis: Axes, counts: Counts, class_names: Sequence[str]) -> None:
    table = np.array([[counts.passed, counts.alarms], [counts.missed, counts.found]])
    shares = table / table.sum(axis=1, keepdims=True)
    axis.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    names = (("right", "false alarm"), ("missed", "right"))
    for (row, column), number in np.ndenumerate(table):
        color = "white" if shares[row, column] > 0.5 else "black"
        axis.text(column, row, f"{number}\n{names[row][column]}", ha="center", va="center", color=color, fontsize=10)
    axis.set_xticks((0, 1), class_names)
    axis.set_yticks((0, 1), class_names, rotation=90, va="center")
    axis.set(xlabel="what it says", ylabel="what it is", title="confusion matrix")
    axis.grid(False)


def _draw_roc(axis: Axes, labels: np.ndarray, scores: np.ndarray, counts: Counts) -> None:
    from sklearn.metrics import roc_curve

    alarm_rates, sensitivities, _ = roc_curve(labels, scores, drop_intermediate=False)
    axis.plot(alarm_rates, sensitivities, color=plots.BLUE)
    axis.plot((0, 1), (0, 1), ":", color=plots.GREY)
    axis.plot(1 - counts.specificity, counts.sensitivity, "o", color=plots.RED, markersize=9)
    axis.set(xlim=(-0.03, 1.03), ylim=(-0.03, 1.03), xlabel="1 - specificity", ylabel="sensitivity", title="ROC curve")
    axis.set_xticks(SHARE_TICKS)
    axis.set_yticks(SHARE_TICKS)
    axis.set_aspect("equal")
    axis.grid(False)


def play(labels: np.ndarray, scores: np.ndarray, class_names: Sequence[str] = ("negative", "positive")) -> None:
    """Show the playground.

    Args:
        labels: (n,) of 0 and 1, both of them.
        scores: (n,) numbers from 0 to 1: the probability of class 1 that a model gives.
        class_names: of class 0 and class 1.

    Raises:
        CourseError: labels and scores are not what they should be.
    """
    labels, scores = np.asarray(labels).ravel(), np.asarray(scores, dtype="float64").ravel()
    if len(labels) != len(scores):
        raise CourseError(f"There are {len(labels)} labels and {len(scores)} scores; give one score for each label.")
    if set(np.unique(labels)) != {0, 1}:
        raise CourseError("The playground takes two classes, labelled 0 and 1, with examples of both.")
    if not np.all((scores >= 0) & (scores <= 1)):
        raise CourseError("The scores must lie between 0 and 1; turn the outputs into probabilities with a sigmoid first.")

    def draw(threshold: float, miss_cost: float, alarm_cost: float) -> tuple[Figure, str]:
        return picture(labels, scores, threshold, miss_cost, alarm_cost, class_names)

    costs = range(DEAREST + 1)
    playground(
        draw,
        {
            "threshold": Slider("threshold", steps(0, 1, 0.01), 0.5, "{:.2f}".format),
            "miss_cost": Slider(f"a missed {class_names[1]} costs", costs, 1),
            "alarm_cost": Slider(f"a false “{class_names[1]}” costs", costs, 1),
        },
    )

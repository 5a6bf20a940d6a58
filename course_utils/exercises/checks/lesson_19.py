"""What the exercises of lesson 19 expect."""

import numpy as np

from course_utils.exercises.kinds import Choice, Function, Value

Z = 1.96


def cost(labels: np.ndarray, scores: np.ndarray, threshold: float, miss: float, alarm: float) -> float:
    """What all wrong answers cost together, if a score of at least `threshold` is called 1.

    Args:
        labels: (n,) of 0 and 1.
        scores: (n,) floats.
        miss: price of a 1 that is called 0.
        alarm: price of a 0 that is called 1.
    """
    called = scores >= threshold
    return float(miss * np.sum((labels == 1) & ~called) + alarm * np.sum((labels == 0) & called))


def _above_only(labels: np.ndarray, scores: np.ndarray, threshold: float, miss: float, alarm: float) -> float:
    return cost(labels, scores, np.nextafter(threshold, np.inf), miss, alarm)


def _prices_swapped(labels: np.ndarray, scores: np.ndarray, threshold: float, miss: float, alarm: float) -> float:
    return cost(labels, scores, threshold, alarm, miss)


def _called_the_wrong_way(labels: np.ndarray, scores: np.ndarray, threshold: float, miss: float, alarm: float) -> float:
    called = scores < threshold
    return float(miss * np.sum((labels == 1) & ~called) + alarm * np.sum((labels == 0) & called))


def _without_prices(labels: np.ndarray, scores: np.ndarray, threshold: float, miss: float, alarm: float) -> float:
    return cost(labels, scores, threshold, 1, 1)


def _a_picture(labels: np.ndarray, scores: np.ndarray, threshold: float, miss: float, alarm: float) -> float:
    return cost(labels, scores, threshold, miss, alarm) / len(labels)


def _misses_only(labels: np.ndarray, scores: np.ndarray, threshold: float, miss: float, alarm: float) -> float:
    return cost(labels, scores, threshold, miss, 0)


def _alarms_only(labels: np.ndarray, scores: np.ndarray, threshold: float, miss: float, alarm: float) -> float:
    return cost(labels, scores, threshold, 0, alarm)


def _trials() -> list[tuple[np.ndarray, np.ndarray, float, float, float]]:
    generator = np.random.default_rng(19)
    settings = [(12, 0.5, 1.0, 1.0), (30, 0.3, 5.0, 1.0), (25, 0.7, 2.0, 7.0), (40, 0.2, 0.5, 10.0), (9, 0.9, 3.0, 2.0)]
    trials = []
    for n, threshold, miss, alarm in settings:
        labels = generator.permutation(np.arange(n) % 3 == 0).astype(int)
        scores = generator.uniform(size=n).round(3)
        # one of each class lies on the threshold itself
        scores[[np.argmax(labels == 0), np.argmax(labels == 1)]] = threshold
        trials.append((labels, scores, threshold, miss, alarm))
    return trials


def wilson(right: int, n: int) -> tuple[float, float]:
    """Wilson's 95 % interval of an accuracy, (low, high), from `right` right answers to `n` questions."""
    seen, shrink = right / n, 1 + Z**2 / n
    middle = (seen + Z**2 / (2 * n)) / shrink
    half = Z / shrink * np.sqrt(seen * (1 - seen) / n + Z**2 / (4 * n**2))
    return float(middle - half), float(middle + half)


def wald(right: int, n: int) -> tuple[float, float]:
    """The shortcut: what was seen, plus and minus 1.96 times its own noise."""
    seen = right / n
    half = Z * np.sqrt(seen * (1 - seen) / n)
    return float(seen - half), float(seen + half)


def _middle_and_half(right: int, n: int) -> tuple[float, float]:
    low, high = wilson(right, n)
    return (low + high) / 2, (high - low) / 2


def _high_first(right: int, n: int) -> tuple[float, float]:
    return wilson(right, n)[::-1]


def _in_percent(right: int, n: int) -> tuple[float, float]:
    low, high = wilson(right, n)
    return 100 * low, 100 * high


def _around_what_was_seen(right: int, n: int) -> tuple[float, float]:
    half = _middle_and_half(right, n)[1]
    return right / n - half, right / n + half


def _half_not_shrunk(right: int, n: int) -> tuple[float, float]:
    middle, half = _middle_and_half(right, n)
    return middle - half * (1 + Z**2 / n), middle + half * (1 + Z**2 / n)


EXERCISES = {
    "diagnosis": Choice(
        right="d",
        why_not={
            "a": "The two training curves are the same, step for step: it is the very same network.",
            "b": "Luck moves an accuracy on 300 pictures by four or five points, hardly ever by more; here it is over ten.",
            "c": "Both were trained for the same epochs; the charts are as long as each other.",
        },
        hints=(
            "Compare the two charts curve by curve. Which are the same, and which are not?",
            "Training went the same way, so the two networks are equal. Only the pictures they are examined on can differ.",
            "For some pictures the network learns the answers by heart. What if it is examined on those?",
        ),
        praise="A validation set that shares pictures with the training set hides the very thing it is there to show.",
    ),
    "ill": Value(
        expected=0.009 / (0.009 + 0.0495),
        expects="a share between 0 and 1: of those whom the network calls ill, the part that is ill",
        tolerance=0.004,  # 0.15 is precise enough
        mistakes=[
            (0.9, "That is the recall: of those who are ill, the part that is called so. Asked is it the other way round."),
            (0.05, "That is the share of the healthy who are called ill."),
            (0.009, "That is the share of *all* people who are ill and called so. Divide by all who are called ill."),
            (0.0585, "That is the share of all people who are called ill. How many of these are ill?"),
            (0.9 / 0.95, "That would be right if half of the people were ill; only 1 in 100 is."),
            (1 - 0.009 / 0.0585, "That is the share of false alarms among those who are called ill: the rest is asked."),
            (900 / 58.5, "As a share, between 0 and 1, please."),
        ],
        hints=(
            "Take 10,000 people. How many of them are ill, and how many healthy?",
            "Of 100 ill ones, how many are called ill? And of 9,900 healthy ones?",
            "90 and 495 are called ill. What part of these 585 is ill?",
        ),
        praise="Six of seven alarms are false, with a network that is right 95 times in 100.",
    ),
    "cost": Function(
        reference=cost,
        inputs=_trials(),
        mistakes=[
            (_above_only, "A score that is *equal* to the threshold is called 1 as well: `>=`."),
            (_prices_swapped, "The prices are swapped: a miss is a 1 that is called 0."),
            (_called_the_wrong_way, "You call 1 what is *below* the threshold."),
            (_without_prices, "That is the number of wrong answers; each has its price."),
            (_a_picture, "That is the mean for each picture; asked is the sum."),
            (_misses_only, "The false alarms are left out."),
            (_alarms_only, "The misses are left out."),
        ],
        hints=(
            "First make an array that says for each score whether it is called 1.",
            "Count two kinds of wrong answers on their own: `(labels == 1) & ~called`, and `(labels == 0) & called`.",
            "`miss * np.sum((labels == 1) & ~called) + alarm * np.sum((labels == 0) & called)`, with `called = scores >= "
            "threshold`.",
        ),
        praise="Now a threshold can be chosen by what mistakes cost, and not by habit.",
    ),
    "wilson": Function(
        reference=wilson,
        inputs=[(75, 100), (0, 10), (10, 10), (372, 500), (999, 1_000), (1, 3)],
        tolerance=2e-4,  # 1.96, 1.95996 and SciPy's are all right
        mistakes=[
            (wald, "That is the shortcut with the noise of what was seen, not Wilson's interval."),
            (_middle_and_half, "These are its middle and half its width; asked are its two ends."),
            (_high_first, "The two ends are swapped: the lower one first."),
            (_in_percent, "As shares, between 0 and 1, please."),
            (_around_what_was_seen, "Its middle is not what was seen, but a little nearer to a half."),
            (_half_not_shrunk, "Half the width is divided by 1 + z²/n as well."),
        ],
        hints=(
            "Compute what was seen, `right / n`, then the middle, then half the width.",
            "z²/n is `1.96**2 / n`. Both the middle and half the width are divided by `1 + 1.96**2 / n`.",
            "middle = (seen + z²/2n) / (1 + z²/n), half = z / (1 + z²/n) · √(seen(1 - seen)/n + z²/4n²); return "
            "middle - half and middle + half.",
        ),
        praise="It never leaves 0 to 1, and 10 of 10 is not taken for certainty.",
    ),
    "enough": Value(
        expected=3_575,
        expects="the number of pictures in each of the two test sets",
        tolerance=0.03,  # with 1.96 in place of 2 it is 3,502; with 2, 3,648
        mistakes=[
            (1_824, "That is for the noise of one accuracy; a difference of two has √2 times as much."),
            (912, "With that many, the difference is as large as the noise; it should be twice as large."),
            (456, "That is for one accuracy, and once its noise; asked is a difference, and twice its noise."),
            (0.3648, "Two points are 0.02, and not 2."),
            (14_592, "There the difference is four times the noise. Twice is enough."),
        ],
        hints=(
            "The noise of a difference is √(2p(1 - p)/n). What must it be, if 0.02 is twice the noise?",
            "Put √(2p(1 - p)/n) = 0.01 and square both sides.",
            "n = 2 · 0.76 · 0.24 / 0.01².",
        ),
        praise="A test set of 1,000 pictures cannot see such a difference, unless it can compare picture by picture.",
    ),
}

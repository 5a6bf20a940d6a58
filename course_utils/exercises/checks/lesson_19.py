"""What the exercises of lesson 19 expect."""

import numpy as np

from course_utils.exercises.kinds import Choice, Function, Value


def _right_of(random: np.random.Generator) -> tuple[int, int]:
    n = int(random.integers(1, random.choice([10, 1_000, 100_000])))
    return int(random.integers(0, n + 1)), n


def _ends(middle: float, half: float) -> tuple[float, float]:
    return middle - half, middle + half


EXERCISES = {
    "diagnosis": Choice(
        right="d",
        why_not={
            "a": "The two training curves are the same, step for step: it is the very same network.",
            "b": "Sampling noise moves an accuracy on 300 pictures by four or five points, hardly by the over ten of here.",
            "c": "Both were trained for the same epochs; the charts are as long as each other.",
        },
        hints=(
            "Compare the two charts curve by curve. Which are the same, and which are not?",
            "Training went the same way, so the two networks are equal. Only the pictures they are examined on can differ.",
            "The network fits its training pictures better than any others. What if it is examined on those?",
        ),
        praise="A validation set that shares pictures with the training set hides the very thing it is there to show.",
    ),
    "ill": Value(
        expected=0.009 / (0.009 + 0.0495),
        expects="a share between 0 and 1: of those whom the network calls ill, the part that is ill",
        within=0.001,
        also=(0.15,),
        mistakes=[
            (0.9, "That is the sensitivity: of the ill, the part that is called so. Asked is it the other way round."),
            (0.05, "That is 1 - specificity: the share of the healthy who are called ill."),
            (0.95, "That is the specificity: of the healthy, the part that is not called ill."),
            (0.009, "That is the share of *all* people who are ill and called so. Divide by all who are called ill."),
            (0.0585, "That is the share of all people who are called ill. How many of these are ill?"),
            (0.9 / 0.95, "That would be right if half of the people were ill; only 1 in 100 is."),
            (1 - 0.009 / 0.0585, "That is the share of false alarms among those who are called ill: the rest is asked."),
            (900 / 58.5, "As a share, between 0 and 1, please."),
        ],
        hints=(
            "Take 10,000 people. How many of them are ill, and how many healthy?",
            "Of 100 ill ones, how many are called ill? And of 9,900 healthy ones, 5 in 100 of whom are called ill?",
            "90 and 495 are called ill. What part of these 585 is ill?",
        ),
        praise="Eleven of thirteen alarms are false, with a network that is right 95 times in 100.",
    ),
    "wilson": Function(
        inputs=[(75, 100), (0, 10), (10, 10)],
        draw=_right_of,
        tolerance=2e-4,  # 1.96, 1.95996 and SciPy's are all right
        mistakes=[
            (
                lambda right, correct, n: _ends(correct / n, 1.96 * np.sqrt(correct / n * (1 - correct / n) / n)),
                "That is the shortcut with the standard error of what was seen, not Wilson's interval.",
            ),
            (
                lambda right, correct, n: (np.mean(right(correct, n)), np.ptp(right(correct, n)) / 2),
                "These are its middle and half its width; asked are its two ends.",
            ),
            (lambda right, correct, n: right(correct, n)[::-1], "The two ends are swapped: the lower one first."),
            (lambda right, correct, n: np.multiply(100, right(correct, n)), "As shares, between 0 and 1, please."),
            (
                lambda right, correct, n: _ends(correct / n, np.ptp(right(correct, n)) / 2),
                "Its middle is not what was seen, but a little nearer to a half.",
            ),
            (
                lambda right, correct, n: _ends(
                    np.mean(right(correct, n)), np.ptp(right(correct, n)) / 2 * (1 + 1.96**2 / n)
                ),
                "Half the width is divided by 1 + z²/n as well.",
            ),
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
            (1_824, "That is for the standard error of one accuracy; that of a difference is √2 times as large."),
            (912, "With that many, the difference is as large as its standard error; it should be twice as large."),
            (456, "That is for one accuracy, and once its standard error; asked is a difference, and twice its error."),
            (0.3648, "Two points are 0.02, and not 2."),
            (14_592, "There the difference is four times its standard error. Twice is enough."),
        ],
        hints=(
            "The standard error is √(2p(1 - p)/n). What must it be, if 0.02 is twice as large?",
            "Put √(2p(1 - p)/n) = 0.01 and square both sides.",
            "n = 2 · 0.76 · 0.24 / 0.01².",
        ),
        praise="A test set of 1,000 pictures cannot see such a difference, unless it can compare picture by picture.",
    ),
}

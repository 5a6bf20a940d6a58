"""What the exercises of lesson 11 expect."""

from collections.abc import Callable
from typing import Any

import numpy as np

from course_utils.exercises.kinds import Function, Value

MISTAKES, DIGITS = 60, 10_000
# parameters of the typical convnet's two convolutions, and of all its layers
CONVOLUTIONS = (3 * 3 + 1) * 32 + (3 * 3 * 32 + 1) * 64
TYPICAL = CONVOLUTIONS + (7 * 7 * 64 + 1) * 128 + (128 + 1) * 10


def _scan(random: np.random.Generator) -> tuple[np.ndarray]:
    """Faint, dark or mixed ink on (28, 28) uint8."""
    darkest = int(random.choice([0, 100, 180, 250]))
    return (random.integers(darkest, random.choice([darkest + 5, 256]), (28, 28)).astype("uint8"),)


def _with_accuracy_of(
    wanted: Callable[[np.ndarray, np.ndarray, float], np.ndarray],
) -> Callable[..., tuple[float, float]]:
    """The right share beside a mistaken second number."""

    def mistaken(right: Callable[..., Any], probabilities: np.ndarray, labels: np.ndarray, threshold: float) -> Any:
        return right(probabilities, labels, threshold)[0], wanted(probabilities, labels, threshold).mean()

    return mistaken


def _asks_the_right_class(
    right: Callable[..., Any], probabilities: np.ndarray, labels: np.ndarray, threshold: float
) -> tuple[float, float]:
    sure = probabilities[np.arange(len(labels)), labels] >= threshold
    return sure.mean(), (probabilities.argmax(axis=1) == labels)[sure].mean() if sure.any() else 0.0


def _judged_digits(random: np.random.Generator) -> tuple[np.ndarray, np.ndarray, float]:
    """Probabilities in steps of 1/64: some lie above the threshold, some on it; some digits are misread."""
    n = int(random.integers(2, 50))
    largest = random.integers(14, 60, n) / 64
    largest[0] = largest.max() + 1 / 64
    reading, misread = random.integers(0, 10, n), random.random(n) < 0.3
    probabilities = np.repeat((1 - largest)[:, None] / 9, 10, axis=1)
    probabilities[np.arange(n), reading] = largest
    return (
        probabilities.astype(random.choice(["float32", "float64"])),
        (reading + misread) % 10,
        float(random.choice(largest[1:])),
    )


def _noise_in_digits(networks: int = 2) -> float:
    """Standard deviation of the gap between as many networks' mistakes, in digits."""
    p = 1 - MISTAKES / DIGITS
    return float(np.sqrt(networks * p * (1 - p) * DIGITS))


EXERCISES = {
    "as_input": Function(
        draw=_scan,
        dtype="float32",
        mistakes=[
            (
                lambda right, scan: 1 - right(scan),
                "That is black ink on white paper; the network has learnt from white ink on black.",
            ),
            (lambda right, scan: 255 * right(scan), "The values go from 0 to 255; they should go from 0 to 1."),
            (
                lambda right, scan: 255 - 255 * right(scan),
                "Neither scale nor colours have changed: divide by 255, make ink bright.",
            ),
            (
                lambda right, scan: np.floor(right(scan)),
                "All that is neither ink nor paper is gone: are you computing with whole numbers?",
            ),
            (lambda right, scan: right(scan[::-1]), "The picture is upside down."),
            (lambda right, scan: right(scan.T), "Rows and columns have changed places."),
        ],
        hints=(
            "Three things change, in this order: the type, the values, the shape.",
            "`scan.astype('float32') / 255` has paper at 1. Which subtraction turns that round? Then add two axes.",
            "`(1 - scan.astype('float32') / 255)[np.newaxis, :, :, np.newaxis]`, or `.reshape(1, 28, 28, 1)`.",
        ),
        praise="Forget any of the three, and only the shape would have been complained about.",
    ),
    "pooled": Value(
        expected=CONVOLUTIONS + (64 + 1) * 10,
        expects="the number of all parameters that are left, a whole number",
        mistakes=[
            (CONVOLUTIONS + (128 + 1) * 10, "The last layer reads the 64 means now, not 128 neurons."),
            (
                CONVOLUTIONS + (7 * 7 * 64 + 1) * 10,
                "Of each map of 7 by 7 nothing but its mean is left: the last layer reads 64.",
            ),
            (CONVOLUTIONS + 64 * 10, "The ten neurons of the last layer have a bias each."),
            (
                3 * 3 * 32 + 3 * 3 * 32 * 64 + 64 * 10,
                "These are the weights; each filter and each neuron has a bias as well.",
            ),
            (CONVOLUTIONS, "These are the convolutions; the last layer has parameters, too."),
            (TYPICAL - CONVOLUTIONS - (64 + 1) * 10, "That is how many have gone; how many are left?"),
        ],
        hints=(
            "Pooling has no parameters. So three layers have any: which?",
            "The convolutions stay as they are in the summary. How many numbers does the last layer read now?",
            "(3 · 3 + 1) · 32 + (3 · 3 · 32 + 1) · 64 + (64 + 1) · 10",
        ),
        praise="Whatever stands behind Flatten is paid for once for each place of each map.",
    ),
    "luck": Value(
        expected=2 * _noise_in_digits(),
        expects="twice the noise of the difference, as a number of digits out of 10,000",
        within=0.06,  # rounded to a tenth, and to whatever p of 0.994 is rounded to
        also=(22,),  # mistakes come whole, and 22 are the fewest that are more
        mistakes=[
            (21, "Mistakes come whole, and 21 are fewer than twice the noise: round up."),
            (_noise_in_digits(), "That is the noise once; what is asked for is twice as much."),
            (2 * _noise_in_digits(1), "That is twice the noise of *one* accuracy. Both networks' mistakes vary: 2p(1-p)/n."),
            (
                _noise_in_digits(1),
                "That is the noise of one accuracy, once. Both vary, and twice the noise is asked for.",
            ),
            (2 * _noise_in_digits() / DIGITS, "That is a share of all digits; what is asked for is a number of digits."),
            (2 * _noise_in_digits() / 100, "That is in percentage points; what is asked for is a number of digits."),
            (
                MISTAKES - 2 * _noise_in_digits(),
                "That is how many mistakes are left; asked for is how many fewer there are.",
            ),
        ],
        hints=(
            "First *p*, the share that the network reads. Then the formula, then from a share to a number of digits.",
            "p = 0.994 and n = 10,000. The formula gives a share; times n it is a number of digits. And take it twice.",
            "2 · √(2 · 0.994 · 0.006 / 10,000) · 10,000",
        ),
        praise="A third of all its mistakes, before you may speak of a difference: at this height small gains prove little.",
    ),
    "accepted": Function(
        draw=_judged_digits,
        mistakes=[
            (
                _with_accuracy_of(lambda p, labels, limit: (p.max(axis=1) >= limit) & (p.argmax(axis=1) == labels)),
                "Your second number counts refused pictures as mistakes; divide by the accepted ones alone.",
            ),
            (
                _with_accuracy_of(lambda p, labels, limit: p.argmax(axis=1) == labels),
                "Your second number is the accuracy of all pictures; the accepted ones alone count.",
            ),
            (
                lambda right, p, labels, threshold: right(p, labels, np.nextafter(np.float32(threshold), 2)),
                "A probability that is exactly the threshold counts as accepted: *at least*.",
            ),
            (
                lambda right, p, labels, threshold: right(p, labels, threshold) * np.array([-1, 1]) + [1, 0],
                "Your first number is the share that is refused.",
            ),
            (
                lambda right, p, labels, threshold: right(p, labels, threshold) * np.array([len(labels), 1]),
                "Your first number counts pictures; a share is asked for.",
            ),
            (
                lambda right, p, labels, threshold: right(p, labels, threshold)[::-1],
                "The two numbers have changed places: first the share, then the accuracy.",
            ),
            (
                _asks_the_right_class,
                "You look at the probability of the right class, which no one knows yet; take the largest.",
            ),
        ],
        hints=(
            "First an array of n truth values: which pictures are accepted? Its mean is the first number.",
            "`probabilities.max(axis=1) >= threshold` says which. For the other number, compare `argmax` and labels there.",
            "With `sure` for the accepted ones: `sure.mean()` and `(probabilities.argmax(axis=1) == labels)[sure].mean()`.",
        ),
        praise="Together the two numbers, for every threshold, say what the machine may be trusted with.",
    ),
}

"""What the exercises of lesson 11 expect."""

import numpy as np

from course_utils.exercises.kinds import Function, Prediction, Value

MISTAKES, DIGITS = 60, 10_000


def as_input(scan: np.ndarray) -> np.ndarray:
    """A scan (28, 28) uint8, dark ink on bright paper, as a batch of one: (1, 28, 28, 1) float32, ink 1 and paper 0."""
    return (1 - scan.astype("float32") / 255)[np.newaxis, :, :, np.newaxis]


def _black_on_white(scan: np.ndarray) -> np.ndarray:
    return 1 - as_input(scan)


def _not_scaled(scan: np.ndarray) -> np.ndarray:
    return 255 * as_input(scan)


def _not_scaled_nor_turned(scan: np.ndarray) -> np.ndarray:
    return 255 * _black_on_white(scan)


def _whole_numbers(scan: np.ndarray) -> np.ndarray:
    return np.floor(as_input(scan))


def _mirrored(scan: np.ndarray) -> np.ndarray:
    return as_input(scan[::-1])


def _on_its_side(scan: np.ndarray) -> np.ndarray:
    return as_input(scan.T)


def _scans() -> list[tuple[np.ndarray]]:
    generator = np.random.default_rng(11)
    faint, dark = (generator.integers(low, 256, (28, 28)).astype("uint8") for low in (180, 0))
    stroke = np.full((28, 28), 255, "uint8")
    stroke[4:24, 12:15] = 0
    return [(faint,), (dark,), (stroke,)]


def accepted(probabilities: np.ndarray, labels: np.ndarray, threshold: float) -> tuple[float, float]:
    """Share of pictures whose largest probability is at least the threshold, and the accuracy among those."""
    sure = probabilities.max(axis=1) >= threshold
    return sure.mean(), (probabilities.argmax(axis=1) == labels)[sure].mean()


def _accuracy_among_all(probabilities: np.ndarray, labels: np.ndarray, threshold: float) -> tuple[float, float]:
    sure = probabilities.max(axis=1) >= threshold
    return sure.mean(), (sure & (probabilities.argmax(axis=1) == labels)).mean()


def _accuracy_without_threshold(probabilities: np.ndarray, labels: np.ndarray, threshold: float) -> tuple[float, float]:
    return accepted(probabilities, labels, threshold)[0], accepted(probabilities, labels, 0)[1]


def _only_above(probabilities: np.ndarray, labels: np.ndarray, threshold: float) -> tuple[float, float]:
    return accepted(probabilities, labels, np.nextafter(threshold, 2))


def _share_refused(probabilities: np.ndarray, labels: np.ndarray, threshold: float) -> tuple[float, float]:
    share, accuracy = accepted(probabilities, labels, threshold)
    return 1 - share, accuracy


def _counted(probabilities: np.ndarray, labels: np.ndarray, threshold: float) -> tuple[float, float]:
    share, accuracy = accepted(probabilities, labels, threshold)
    return share * len(labels), accuracy


def _the_other_way_round(probabilities: np.ndarray, labels: np.ndarray, threshold: float) -> tuple[float, float]:
    return accepted(probabilities, labels, threshold)[::-1]


def _asks_the_right_class(probabilities: np.ndarray, labels: np.ndarray, threshold: float) -> tuple[float, float]:
    sure = probabilities[np.arange(len(labels)), labels] >= threshold
    return sure.mean(), (probabilities.argmax(axis=1) == labels)[sure].mean() if sure.any() else 0.0


def _judged_digits() -> list[tuple[np.ndarray, np.ndarray, float]]:
    """Probabilities in steps of 1/64, so that thresholds are met exactly; some digits are misread."""
    generator = np.random.default_rng(11)
    trials = []
    for n, threshold in ((40, 0.5), (25, 0.25), (60, 0.75)):
        largest = generator.integers(14, 60, n) / 64
        largest[:5] = threshold
        reading, misread = generator.integers(0, 10, n), generator.random(n) < 0.3
        probabilities = np.repeat((1 - largest)[:, None] / 9, 10, axis=1)
        probabilities[np.arange(n), reading] = largest
        trials.append((probabilities, (reading + misread) % 10, threshold))
    return trials


def _noise_in_digits(networks: int = 2) -> float:
    """Standard deviation of the gap between as many networks' mistakes, in digits."""
    p = 1 - MISTAKES / DIGITS
    return float(np.sqrt(networks * p * (1 - p) * DIGITS))


EXERCISES = {
    "as_input": Function(
        reference=as_input,
        inputs=_scans(),
        mistakes=[
            (_black_on_white, "That is black ink on white paper; the network has learnt from white ink on black."),
            (_not_scaled, "The values go from 0 to 255; they should go from 0 to 1."),
            (_not_scaled_nor_turned, "Neither scale nor colours have changed: divide by 255, make ink bright."),
            (_whole_numbers, "All that is neither ink nor paper is gone: are you computing with whole numbers?"),
            (_mirrored, "The picture is upside down."),
            (_on_its_side, "Rows and columns have changed places."),
        ],
        hints=(
            "Three things change, in this order: the type, the values, the shape.",
            "`scan.astype('float32') / 255` has paper at 1. Which subtraction turns that round? Then add two axes.",
            "`(1 - scan.astype('float32') / 255)[np.newaxis, :, :, np.newaxis]`, or `.reshape(1, 28, 28, 1)`.",
        ),
        praise="Forget any of the three, and only the shape would have been complained about.",
    ),
    "dense_layers": Prediction(
        mistakes=[
            ("three", "More layers can do more; but what would they have to do that the convolutions have not done?"),
            ("two", "That is what the notes build. The ten neurons at the end can weigh all the maps themselves."),
            ("one", "Fewer parameters, and it does very well; see by how much the others differ from it."),
        ],
        hints=(
            "What is left to do, once convolution and pooling have found loops, ends and crossings and where they are?",
            "A dense layer weighs evidence and adds it up. The last layer, of ten neurons, does just that.",
            "Compare the gap that you expect with the noise: near 98 % on 10,000 digits, twice the noise is 0.4 points.",
        ),
        praise="A gap says something only beside what luck explains.",
    ),
    "luck": Value(
        expected=2 * _noise_in_digits(),
        expects="twice the noise of the difference, as a number of digits out of 10,000",
        tolerance=0.005,
        mistakes=[
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
        reference=accepted,
        inputs=_judged_digits(),
        mistakes=[
            (
                _accuracy_among_all,
                "Your second number counts refused pictures as mistakes; divide by the accepted ones alone.",
            ),
            (
                _accuracy_without_threshold,
                "Your second number is the accuracy of all pictures; the accepted ones alone count.",
            ),
            (_only_above, "A probability that is exactly the threshold counts as accepted: *at least*."),
            (_share_refused, "Your first number is the share that is refused."),
            (_counted, "Your first number counts pictures; a share is asked for."),
            (_the_other_way_round, "The two numbers have changed places: first the share, then the accuracy."),
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

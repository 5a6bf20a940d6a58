"""What the exercises of lesson 01 expect."""

import numpy as np

from course_utils.exercises.kinds import Choice, Function, Tensor, Value
from course_utils.widgets.fit_line import descent, mean_squared_error

X = np.arange(-1.0, 5.0)
Y = 2 * X - 1
STEPS, WANTED = 100, 1e-6


def _with_a_wrong_reading(x: np.ndarray, a: float, b: float, place: int, reading: float) -> tuple[np.ndarray, np.ndarray]:
    y = a * x + b
    y[place] = reading
    return x, y


READINGS = [
    _with_a_wrong_reading(X, 2.0, -1.0, 5, 70.0),
    _with_a_wrong_reading(np.linspace(-4, 4, 15), -1.5, 3.0, 4, -60.0),
    _with_a_wrong_reading(np.linspace(-3, 3, 20), 0.5, -2.0, 17, 500.0),
    _with_a_wrong_reading(np.array([-2.0, -1.0, 0.5, 1.0, 2.0, 3.5, 4.0]), 3.0, 0.0, 2, 30.0),
    _with_a_wrong_reading(np.array([4.0, -3.0, 1.0, 0.0, -1.0, 2.0]), -2.5, 2.5, 3, -4000.0),
]


def _smallest_absolute_error(x: np.ndarray, y: np.ndarray) -> tuple[float, float]:
    """Of all lines through two of the points the one with the smallest absolute error; no other line has a smaller one."""
    pairs = [(i, j) for i in range(len(x)) for j in range(i)]
    slopes = [((y[i] - y[j]) / (x[i] - x[j]), i) for i, j in pairs]
    return min(((a, y[i] - a * x[i]) for a, i in slopes), key=lambda line: float(np.abs(line[0] * x + line[1] - y).sum()))


def _reaches_the_loss(learning_rate: np.ndarray) -> str | None:
    rate = float(learning_rate)
    with np.errstate(over="ignore", invalid="ignore"):
        loss = mean_squared_error(X, Y, *descent(X, Y, STEPS, rate)[-1])
    if loss < WANTED:
        return None
    seen = f"With {rate:g} the loss after {STEPS} steps is {loss:.1e}; expected: below {WANTED:g}."
    if rate <= 0:
        return f"{seen} A step of this rate goes uphill, or nowhere: it must be larger than 0."
    start = mean_squared_error(X, Y, 0, 0)
    if not loss < start:
        return f"{seen} It started at {start:.1f}: the steps are too long and jump across the valley."
    return f"{seen} It falls, but {'crawls' if rate < 0.1 else 'hardly so, since its steps jump to and fro'}."


EXERCISES = {
    "learning_rate": Tensor(
        shape=(),
        checks=[_reaches_the_loss],
        hints=(
            "Look at the picture of the four rates. Which curve falls fastest, and which one explodes?",
            "The best rate lies between the fastest of them and the first that explodes.",
            "Try the numbers between 0.1 and 0.17.",
        ),
        praise="Close to the largest rate that still works is often the fastest.",
    ),
    "thermometer": Value(
        expected=(1.8, 32.0),
        expects="two numbers, a and b of fahrenheit = a · celsius + b, each to two digits",
        tolerance=0.005,
        mistakes=[
            ((72.0, 32.0), "The b is right. The a belongs to celsius / 40; what is it for celsius itself?"),
            ((32.0, 1.8), "These are the two right numbers in the wrong order: first a, then b."),
            ((5 / 9, -160 / 9), "That is the way back, from Fahrenheit to Celsius."),
            ((0.045, 32.0), "You divided a by 40 once more than needed."),
        ],
        hints=(
            "The slope along a is the average of 2 · error · x. What happens to it when x is 40 instead of 4?",
            "Bring x to between -1 and 1 before you call `descent`: divide it by its largest value.",
            "If y = a' · (x / 40) + b, then a = a' / 40. With x / 40 a rate of 0.1 and 2,000 steps are enough.",
        ),
        praise="Scaling the input made the valley round; lesson 02 does the same to pixels.",
    ),
    "space": Choice(
        right="b",
        why_not={
            "a": "|x| has a kink at 0; a line has none.",
            "c": "x³ bends; a line does not.",
            "d": "A step from 2 to 5 is no line.",
        },
        hints=(
            "One neuron computes y = ax + b. What does its picture look like, whatever a and b are?",
            "Draw each of the four. Which is a straight line?",
            "Write each as ax + b, if you can; for one of them a = -3.",
        ),
        praise="It is a line, a = -3 and b = 100; how far away that lies does not matter.",
    ),
    "outlier": Function(
        reference=_smallest_absolute_error,
        inputs=READINGS,
        within=0.1,
        mistakes=[
            (
                lambda right, x, y: tuple(np.polyfit(x, y, 1)),
                "That is the best line by squared error; the wrong reading still pulls it.",
            ),
            (lambda right, x, y: right(x, y)[::-1], "These are the right numbers in the wrong order: first a, then b."),
            (lambda right, x, y: (0.0, 0.0), "That is where the walk begins; has it taken a step?"),
        ],
        hints=(
            "In the two slopes, which factor is 63 times as large for the wrong example as for an error of 1?",
            "Replace the error by its sign, `np.sign(error)`: +1 or -1, however large it is.",
            "That is the mean absolute error. Let the rate shrink, such as 0.5 / (1 + step / 8), and take 1,500 steps.",
        ),
        praise="The mean absolute error forgives what the squared error cannot.",
    ),
}

"""What the exercises of lesson 04 expect."""

from collections.abc import Callable

import numpy as np

from course_utils.exercises.kinds import Function, Value

# Adam's second step where the second gradient is 0: the averages of the first one, corrected for two steps.
MEAN, SQUARE = 0.9 * 0.1, 0.999 * 0.001
SECOND = 0.01 * (MEAN / (1 - 0.9**2)) / np.sqrt(SQUARE / (1 - 0.999**2))
UNCORRECTED = 0.01 * MEAN / np.sqrt(SQUARE)

Slope = Callable[[float, float, float, float], float]


def _neuron(random: np.random.Generator) -> tuple[float, float, float, float]:
    """A weight, a bias, an input and a target; the sum lies off the kink, on either side."""
    w, b, x, y = (float(each) for each in random.normal(size=4) * 10 ** random.uniform(-0.5, 1))
    return (w, b, x, y) if abs(w * x + b) > 0.01 else (w, b + 1, x, y)


EXERCISES = {
    "neuron_slope": Function(
        inputs=[
            (0.5, 1.0, 2.0, 3.0),
            (1.0, 0.0, 3.0, 1.0),
            (-1.0, 0.5, 2.0, 1.0),
            (-2.0, 0.5, -1.5, 4.0),
            (1.0, -2.0, 2.0, 1.0),
            (2.0, 1.0, 0.0, 5.0),
        ],
        draw=_neuron,
        mistakes=[
            (
                lambda right, w, b, x, y: 2 * (max(w * x + b, 0) - y) * x,
                "Where w·x + b is negative, ReLU gives 0 whatever w does: the slope stops there.",
            ),
            (
                lambda right, w, b, x, y: right(w, b, x, y) / 2,
                "The slope of a square u² is 2u: a factor 2 is missing.",
            ),
            (
                lambda right, w, b, x, y: 2 * (max(w * x + b, 0) - y) * (w * x + b > 0),
                "That is the slope along b. By how much does w·x + b grow when w grows by 1?",
            ),
            (
                lambda right, w, b, x, y: 2 * (max(w * x + b, 0) - y) * (w * x + b > 0) * w,
                "That is the slope along x. By how much does w·x + b grow when w grows by 1?",
            ),
            (
                lambda right, w, b, x, y: -right(w, b, x, y),
                "The sign is turned round: the inner part of the square is output minus target.",
            ),
        ],
        hints=(
            "Name the parts: total = w·x + b, output = relu(total), loss = (output - y)². What is the slope of each?",
            "The slopes are 2 · (output - y), then 1 or 0, then x. The chain rule multiplies them.",
            "Return 2 * (output - y) * x if total is positive, else 0.",
        ),
        praise="Three slopes, multiplied: that is all there is to backpropagation.",
    ),
    "limit": Value(
        expected=0.04,
        expects="one number, the learning rate above which gradient descent flies off",
        mistakes=[
            (0.08, "The loss is written as ½λw²: with 25 in front of w², λ is not 25."),
            (0.5, "That is the limit of the flatter direction; the steeper one flies off earlier."),
            (1.0, "Two things: λ is twice the number in front of w², and the steeper direction flies off first."),
            (0.02, "That rate brings w to 0 in one step. How far beyond it may the step go and still come closer?"),
        ],
        hints=(
            "What is λ in each of the two directions, if 2w² and 25w² are written as ½λw²?",
            "A step multiplies w by 1 - rate · λ. The size of w grows once that is below -1.",
            "1 - rate · 50 = -1. Solve for the rate.",
        ),
        praise="Twice the rate that would be perfect for the steepest direction: beyond it, each step lands higher up.",
    ),
    "adam_step": Value(
        expected=(0.01, 0.01, SECOND),
        expects="three numbers: the first step of either parameter, then the second step, without sign, to three digits",
        within=1e-6,
        mistakes=[
            ((4.0, 0.00004, 0.0), "These are the steps of plain gradient descent: rate times gradient."),
            ((0.01, 0.01, 0.0), "A gradient of 0 does not stop Adam: it still has its moving averages."),
            ((0.01, 0.01, 0.01), "The second step is shorter: m has lost more than the root of a has."),
            (
                (0.01 * 0.1 / np.sqrt(0.001), 0.01 * 0.1 / np.sqrt(0.001), UNCORRECTED),
                "Without the corrections 1 - β^t and 1 - γ^t.",
            ),
            ((0.01, 0.01, UNCORRECTED), "In the second step t is 2: correct by 1 - 0.9² and 1 - 0.999²."),
        ],
        hints=(
            "Follow m and a through one step, with a gradient g: what are they, and what do the corrections make of them?",
            "Corrected, the first m is g and the first a is g²: g / √g² has size 1. In the second step m is 0.9 · 0.1 g.",
            "Or let `adam` do it: call it twice with one dictionary, first with the gradients, then with zeros.",
        ),
        praise="The size of a gradient cancels out; what stays is its sign, and how steady it is.",
    ),
}

"""Playground of lesson 01: fit a line by hand, then let gradient descent race you."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, NullLocator

from course_utils import plots
from course_utils.widgets import Slider, playground, steps

LEARNING_RATES = (0.001, 0.003, 0.01, 0.03, 0.1, 0.17, 0.18)
LONG = 10_000  # from here on, numbers are written with a power of ten
LOSS_TICKS = (100, 1, 0.01, 0.0001, 0.000001)
CONTROLS = {
    "a": Slider("your a (slope)", steps(-3, 5, 0.05), 1.0, "{:.2f}".format),
    "b": Slider("your b (height at x = 0)", steps(-5, 5, 0.05), 0.0, "{:.2f}".format),
    "steps": Slider("descent's steps", range(501), 20),
    "learning_rate": Slider("descent's learning rate", LEARNING_RATES, 0.01),
}


def descent(x: np.ndarray, y: np.ndarray, steps: int, learning_rate: float) -> np.ndarray:
    """Gradient descent on the mean squared error of y = ax + b, from a = b = 0. Written out in lesson 01.

    Args:
        x, y: (n,) floats.
        steps: how many steps to take.
        learning_rate: step per unit of slope.

    Returns:
        (steps + 1, 2) floats: a and b before the first step and after each one.
    """
    path = np.zeros((steps + 1, 2))
    for step in range(steps):
        a, b = path[step]
        error = a * x + b - y
        path[step + 1] = a - learning_rate * np.mean(2 * error * x), b - learning_rate * np.mean(2 * error)
    return path


def mean_squared_error(x: np.ndarray, y: np.ndarray, a: float, b: float) -> float:
    """How far the line a·x + b is from the points x and y, both (n,): the mean of the squared distances upwards."""
    return float(np.mean((a * x + b - y) ** 2))


def picture(x: np.ndarray, y: np.ndarray, a: float, b: float, steps: int, learning_rate: float) -> tuple[Figure, str]:
    """Your line and gradient descent's over the points, and how far each has come on the loss.

    Args:
        x, y: (n,) floats, the points.
        a, b: your line.
        steps: steps that gradient descent has taken.
        learning_rate: its learning rate.

    Returns:
        The figure and its alt text.
    """
    path = descent(x, y, steps, learning_rate)
    its_a, its_b = path[-1]
    yours, its = mean_squared_error(x, y, a, b), mean_squared_error(x, y, its_a, its_b)
    fig, axes = plots.figure(1, 2, width=9.5, height=4.3)
    lines, losses = axes[0]
    ends = np.array([x.min() - 0.5, x.max() + 0.5])
    lines.plot(x, y, "o", color="black", markersize=7, label="examples")
    lines.vlines(x, y, a * x + b, color=plots.RED, linewidth=1, linestyle=":")
    lines.plot(ends, a * ends + b, "--", color=plots.RED, label=f"you: {_line(a, b)}")
    lines.plot(ends, its_a * ends + its_b, "-", color=plots.BLUE, label=f"descent: {_line(its_a, its_b)}")
    lines.set(xlabel="x", ylabel="y", xlim=ends, ylim=(y.min() - 3, y.max() + 3), title="the lines")
    lines.yaxis.set_major_locator(MaxNLocator(4))
    _write_below(lines)
    history = np.mean((path[:, :1] * x + path[:, 1:] - y) ** 2, axis=1)
    losses.plot(history, color=plots.BLUE, label=f"descent, step {steps}: {_error(its)}")
    losses.plot(steps, its, "o", color=plots.BLUE)
    losses.axhline(max(yours, 1e-6), color=plots.RED, linestyle="--", label=f"you: {_error(yours)}")
    losses.set(
        xlim=(-0.02 * max(steps, 1), 1.02 * max(steps, 1)),
        xlabel="step",
        ylabel="mean squared error",
        yscale="log",
        ylim=(1e-6, 100),
        title="the race",
    )
    # Half of a redraw's time goes into ticks, and typeset powers of ten cost the most.
    losses.set_yticks(LOSS_TICKS, [f"{tick:,}" if tick >= 1 else f"{tick:f}".rstrip("0") for tick in LOSS_TICKS])
    losses.xaxis.set_major_locator(MaxNLocator(4, integer=True, steps=(1, 2, 5, 10)))
    losses.yaxis.set_minor_locator(NullLocator())
    _write_below(losses)
    ahead = "you are ahead" if yours < its else "gradient descent is ahead"
    alt = (
        f"Left: {len(x)} points, your line {_line(a, b)}, and gradient descent's {_line(its_a, its_b)} "
        f"after {steps} steps. Right: mean squared error, yours {_error(yours)}, descent's {_error(its)}: {ahead}."
    )
    return fig, alt


def _line(a: float, b: float) -> str:
    return f"y = {_number(a)}x {'-' if b < 0 else '+'} {_number(abs(b))}"


def _number(value: float) -> str:
    return f"{value:.2f}" if abs(value) < LONG else f"{value:.1e}"


def _error(value: float) -> str:
    return f"{value:.4f}" if value < LONG else f"{value:.1e}"


def _write_below(axis: Axes) -> None:
    """The legend under the panel, where no curve goes, whatever the settings."""
    axis.legend(fontsize=9, loc="upper center", bbox_to_anchor=(0.5, -0.16), borderaxespad=0)


def play(x: np.ndarray, y: np.ndarray) -> None:
    """Show the playground for the points (x, y), each (n,) floats."""

    def draw(a: float, b: float, steps: int, learning_rate: float) -> tuple[Figure, str]:
        return picture(x, y, a, b, steps, learning_rate)

    playground(draw, CONTROLS)

"""Playground of lesson 06: capacity against the number of examples, their noise and a penalty on the weights.

Polynomials of every degree up to 15 are fitted anew at each move of a control, so that the whole course of both errors is
seen, not only the model that was chosen.
"""

from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator
from numpy.polynomial import legendre

from course_utils import plots
from course_utils.widgets import Slider, playground, steps

DEGREES = range(16)
EXAMPLES = (10, 20, 30, 50, 100, 200)
VALIDATION = 500
PENALTIES = (0.0, 0.0001, 0.001, 0.003, 0.01, 0.03, 0.1, 1.0, 10.0)
# Few ticks: half of a redraw's time goes into them.
ERROR_TICKS = (0.01, 0.1, 1, 10)
SMALLEST_ERROR, LARGEST_ERROR = 0.003, 30.0
HEIGHT = 2.6  # what the left panel shows, up and down


class Points(NamedTuple):
    """Noisy points of one curve.

    Attributes:
        x: (n,) floats from -1 to 1.
        y: (n,) floats.
    """

    x: np.ndarray
    y: np.ndarray


class Fits(NamedTuple):
    """A polynomial of each degree, with its errors.

    Attributes:
        weights: by degree, (degree + 1,) floats, of Legendre's polynomials.
        training: (degrees,) floats, mean squared error on the points that were fitted.
        validation: (degrees,) floats, mean squared error on other points of the same curve.
    """

    weights: list[np.ndarray]
    training: np.ndarray
    validation: np.ndarray


def truth(x: np.ndarray) -> np.ndarray:
    """The curve behind the points, (n,) floats."""
    return np.sin(4.5 * x)


def draw_points(count: int, noise: float, seed: int) -> Points:
    """Points of the curve, `noise` being the standard deviation of what is added to each.

    With another noise they stay in their places, and more points are the same points and further ones.
    """
    x = np.random.default_rng((seed, 0)).uniform(-1, 1, count)
    return Points(x, truth(x) + noise * np.random.default_rng((seed, 1)).normal(size=count))


def fit(points: Points, degree: int, penalty: float) -> np.ndarray:
    """The polynomial with the least mean squared error plus `penalty` times the sum of its squared weights.

    The first weight, the height, is free. Without a penalty this is what `numpy.polynomial.Polynomial.fit` finds.

    Returns:
        (degree + 1,) floats, the weights of Legendre's polynomials.
    """
    columns = legendre.legvander(points.x, degree)
    pulled = np.sqrt(len(points.x) * penalty) * np.eye(degree + 1)[1:]
    wanted = np.concatenate([points.y, np.zeros(degree)])
    weights: np.ndarray = np.linalg.lstsq(np.concatenate([columns, pulled]), wanted, rcond=None)[0]
    return weights


def mean_squared_error(points: Points, weights: np.ndarray) -> float:
    """How far a polynomial is from the points: the mean of the squared distances upwards."""
    return float(np.mean((legendre.legval(points.x, weights) - points.y) ** 2))


def fit_all(training: Points, validation: Points, penalty: float) -> Fits:
    """A polynomial of each of `DEGREES`, fitted to the training points and judged on both."""
    weights = [fit(training, degree, penalty) for degree in DEGREES]
    errors = [[mean_squared_error(points, each) for each in weights] for points in (training, validation)]
    return Fits(weights, *map(np.array, errors))


def picture(degree: int, examples: int, noise: float, penalty: float) -> tuple[Figure, str]:
    """The chosen polynomial over its points, and both errors against the degree with the chosen one marked.

    Args:
        degree: of the polynomial, its capacity.
        examples: how many points it is fitted to.
        noise: standard deviation of what is added to each point.
        penalty: on the sum of its squared weights.

    Returns:
        The figure and its alt text.
    """
    training, validation = draw_points(examples, noise, seed=3), draw_points(VALIDATION, noise, seed=1)
    fits = fit_all(training, validation, penalty)
    fig, axes = plots.figure(1, 2, width=9.5, height=4.1)
    _draw_fit(axes[0, 0], training, fits.weights[degree], degree)
    _draw_errors(axes[0, 1], fits, degree, noise)
    return fig, _alt(fits, degree, examples, noise, penalty)


def _draw_fit(axis: Axes, training: Points, weights: np.ndarray, degree: int) -> None:
    across = np.linspace(-1, 1, 200)
    axis.plot(training.x, training.y, "o", color="black", markersize=4, label="training points")
    axis.plot(across, truth(across), ":", color=plots.GREY, label="the curve behind them")
    heights = np.clip(legendre.legval(across, weights), -2 * HEIGHT, 2 * HEIGHT)
    axis.plot(across, heights, color=plots.BLUE, label=f"fitted, degree {degree}")
    axis.set(xlabel="x", ylabel="y", xlim=(-1.05, 1.05), ylim=(-HEIGHT, HEIGHT), title="one fit")
    axis.set_xticks((-1, 0, 1))
    axis.set_yticks((-2, 0, 2))
    _write_below(axis)


def _draw_errors(axis: Axes, fits: Fits, degree: int, noise: float) -> None:
    for values, name, color, style in (
        (fits.training, "training", plots.BLUE, "-"),
        (fits.validation, "validation", plots.ORANGE, "--"),
    ):
        heights = np.clip(values, SMALLEST_ERROR, LARGEST_ERROR)
        axis.plot(DEGREES, heights, style, color=color, label=f"{name}: {_error(values[degree])}")
        axis.plot(degree, heights[degree], "o", color=color, markersize=9)
    axis.axhline(max(noise**2, SMALLEST_ERROR), color=plots.GREY, linestyle=":", label="noise alone")
    axis.set(xlabel="degree (capacity)", ylabel="mean squared error", yscale="log", title="all degrees")
    axis.set(xlim=(-0.5, DEGREES[-1] + 0.5), ylim=(SMALLEST_ERROR / 1.3, LARGEST_ERROR * 1.3))
    axis.set_xticks((0, 5, 10, 15))
    axis.set_yticks(ERROR_TICKS, [f"{tick:g}" for tick in ERROR_TICKS])
    axis.yaxis.set_minor_locator(NullLocator())
    _write_below(axis)


def _write_below(axis: Axes) -> None:
    """The legend under the panel, where no curve goes, whatever the settings."""
    axis.legend(fontsize=9, loc="upper center", bbox_to_anchor=(0.5, -0.2), borderaxespad=0)


def _error(value: float) -> str:
    return f"{value:.3f}" if value < LARGEST_ERROR else f"over {LARGEST_ERROR:.0f}"


def _alt(fits: Fits, degree: int, examples: int, noise: float, penalty: float) -> str:
    best = int(fits.validation.argmin())
    return (
        f"A polynomial of degree {degree}, fitted to {examples} points with noise {noise:g} and penalty {penalty:g}: mean "
        f"squared error {_error(fits.training[degree])} in training, {_error(fits.validation[degree])} in validation. "
        f"Over all degrees from 0 to {DEGREES[-1]}, the training error goes from {_error(fits.training[0])} to "
        f"{_error(fits.training[-1])}; the validation error is lowest at degree {best}, {_error(fits.validation[best])}, "
        f"and at degree {DEGREES[-1]} it is {_error(fits.validation[-1])}."
    )


CONTROLS = {
    "degree": Slider("capacity (degree)", DEGREES, 3),
    "examples": Slider("examples", EXAMPLES, 20),
    "noise": Slider("noise", steps(0, 1, 0.1), 0.3, "{:.1f}".format),
    "penalty": Slider("penalty on the weights", PENALTIES, 0.0, "{:g}".format),
}


def play() -> None:
    """Show the playground."""
    playground(picture, CONTROLS)

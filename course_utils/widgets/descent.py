"""Playground of lesson 04: descent on a surface, by five optimizers. Their updates are also what `make bench` times."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator

from course_utils import plots
from course_utils.widgets import Choice, Slider, playground, steps

# A step: the parameters, their gradient, what the optimizer remembers (empty at first; changed), the learning rate.
Update = Callable[..., Any]

EPSILON = 1e-7
REACH = 2.2  # the map's half width
FAR = 1e6  # a walk that is farther away than this has left for good
MOST_STEPS = 200
LEARNING_RATES = (0.001, 0.002, 0.005, 0.01, 0.0178, 0.02, 0.03, 0.05, 0.1, 0.2, 0.5, 1.0)
LOSS_TICKS = (100, 1, 0.01, 0.0001, 0.000001)
LEVELS = 14


def sgd(w: Any, g: Any, s: dict[str, Any], rate: Any) -> Any:
    """One step of gradient descent. Written out in lesson 04, like those that follow."""
    return w - rate * g


def momentum(w: Any, g: Any, s: dict[str, Any], rate: Any, beta: float = 0.9) -> Any:
    """One step of gradient descent with momentum; `beta` is the share of the velocity that is kept."""
    s["v"] = beta * s.get("v", 0) - rate * g
    return w + s["v"]


def adagrad(w: Any, g: Any, s: dict[str, Any], rate: Any) -> Any:
    """One step of Adagrad, with Keras' first value of the sum."""
    s["sum"] = s.get("sum", 0.1) + g**2
    return w - rate * g / np.sqrt(s["sum"] + EPSILON)


def rmsprop(w: Any, g: Any, s: dict[str, Any], rate: Any, rho: float = 0.9) -> Any:
    """One step of RMSprop."""
    s["mean"] = rho * s.get("mean", 0) + (1 - rho) * g**2
    return w - rate * g / np.sqrt(s["mean"] + EPSILON)


def adam(w: Any, g: Any, s: dict[str, Any], rate: Any, beta: float = 0.9, gamma: float = 0.999) -> Any:
    """One step of Adam."""
    s["t"] = s.get("t", 0) + 1
    s["m"] = beta * s.get("m", 0) + (1 - beta) * g
    s["a"] = gamma * s.get("a", 0) + (1 - gamma) * g**2
    m, a = s["m"] / (1 - beta ** s["t"]), s["a"] / (1 - gamma ** s["t"])
    return w - rate * m / (np.sqrt(a) + EPSILON)


class Surface(NamedTuple):
    """A loss over two parameters, (..., 2) floats.

    Attributes:
        loss: of each point, (...).
        gradient: of each point, (..., 2).
        start: where a walk begins.
        lowest: the smallest loss there is.
    """

    loss: Callable[[np.ndarray], np.ndarray]
    gradient: Callable[[np.ndarray], np.ndarray]
    start: tuple[float, float]
    lowest: float


def _quadratic(curvature: float, degrees: float = 0.0) -> Surface:
    """A valley with curvature 1 along its floor and another one across, turned by some degrees."""
    angle = np.radians(degrees)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    matrix = turn @ np.diag([1.0, curvature]) @ turn.T
    start = turn @ (-1.9, 0.6)
    return Surface(lambda w: 0.5 * np.sum(w * (w @ matrix), axis=-1), lambda w: w @ matrix, (start[0], start[1]), 0.0)


def _wells(w: np.ndarray) -> np.ndarray:
    x, y = w[..., 0], w[..., 1]
    return x**4 - 2 * x**2 + 0.3 * x + y**2 + 1.5


def _wells_gradient(w: np.ndarray) -> np.ndarray:
    x, y = w[..., 0], w[..., 1]
    return np.stack([4 * x**3 - 4 * x + 0.3, 2 * y], axis=-1)


SURFACES = {
    "narrow valley": _quadratic(100),
    "narrow valley, turned": _quadratic(100, 45),
    "round bowl": _quadratic(1),
    "two wells": Surface(_wells, _wells_gradient, (1.9, 1.2), float(_wells(np.array([-1.0355, 0.0])))),
}
OPTIMIZERS: dict[str, Update] = {
    "gradient descent": sgd,
    "momentum": momentum,
    "Adagrad": adagrad,
    "RMSprop": rmsprop,
    "Adam": adam,
}


def walk(surface: Surface, update: Update, rate: float, steps: int, **options: float) -> np.ndarray:
    """The points of a walk, (steps + 1, 2) floats, first the start; one that has flown off stays where it was last seen.

    Args:
        surface: what is walked on.
        update: one of `OPTIMIZERS`.
        rate: the learning rate.
        steps: how many steps to take.
        options: of the update, such as `beta`.
    """
    points: list[np.ndarray] = [np.array(surface.start)]
    state: dict[str, Any] = {}
    for _ in range(steps):
        w = points[-1]
        if np.abs(w).max() < FAR:
            w = update(w, surface.gradient(w), state, rate, **options)
        points.append(w)
    return np.array(points)


def picture(surface: str, optimizer: str, rate: float, beta: float, steps: int) -> tuple[Figure, str]:
    """The walk on the map of the loss, and the loss step by step.

    Args:
        surface: a name in `SURFACES`.
        optimizer: a name in `OPTIMIZERS`.
        rate: the learning rate.
        beta: the momentum, for the optimizers that have one.
        steps: how many steps are taken.

    Returns:
        The figure and its alt text.
    """
    ground, has_momentum = SURFACES[surface], optimizer in ("momentum", "Adam")
    path = walk(ground, OPTIMIZERS[optimizer], rate, steps, **({"beta": beta} if has_momentum else {}))
    losses = ground.loss(path) - ground.lowest
    fig, axes = plots.figure(1, 2, width=9.5, height=4.2)
    _draw_map(axes[0, 0], surface, path)
    _draw_losses(axes[0, 1], losses)
    settings = f"{optimizer}, learning rate {rate:g}" + (f", momentum {beta:g}" if has_momentum else "")
    x, y = path[-1]
    away = "has left the map" if np.abs(path[-1]).max() > REACH else f"is at ({x:.2f}, {y:.2f})"
    alt = (
        f"{surface.capitalize()}; {settings}. Left: the loss as a map, and the walk on it from ({path[0, 0]:.2f}, "
        f"{path[0, 1]:.2f}); after {steps} steps it {away}. Right: the loss above the lowest, from {losses[0]:.3g} at the "
        f"start to {losses[-1]:.3g}, with {losses.min():.3g} as its best."
    )
    return fig, alt


_AXIS = np.linspace(-REACH, REACH, 67)
_GRID = np.stack(np.meshgrid(_AXIS, _AXIS), axis=-1)
_HEIGHTS: Mapping[str, np.ndarray] = {
    name: np.log10(surface.loss(_GRID) - surface.lowest + 1e-2) for name, surface in SURFACES.items()
}


def _draw_map(axis: Axes, surface: str, path: np.ndarray) -> None:
    axis.contourf(_AXIS, _AXIS, _HEIGHTS[surface], levels=LEVELS, cmap=plots.SEQUENTIAL)
    seen = path[np.abs(path).max(axis=1) < 100 * REACH]
    axis.plot(*seen.T, "o-", color="white", markersize=3, linewidth=1.2)
    axis.plot(*seen[0], "s", color="white", markersize=8)
    axis.plot(*seen[-1], "o", color=plots.RED, markeredgecolor="white", markersize=9)
    axis.grid(visible=False)
    axis.set(xlim=(-REACH, REACH), ylim=(-REACH, REACH), xlabel="first parameter", ylabel="second parameter")
    axis.set(xticks=(-2, 0, 2), yticks=(-2, 0, 2), title="the walk, from the square on")


def _draw_losses(axis: Axes, losses: np.ndarray) -> None:
    axis.plot(np.clip(losses, LOSS_TICKS[-1] / 10, LOSS_TICKS[0] * 10), color=plots.BLUE)
    axis.set(xlim=(0, MOST_STEPS), ylim=(1e-7, 1e3), yscale="log", xlabel="step", ylabel="loss above the lowest")
    axis.set_xticks((0, 50, 100, 150, 200))
    # Half of a redraw's time goes into ticks, and typeset powers of ten cost the most.
    axis.set_yticks(LOSS_TICKS, [f"{tick:,}" if tick >= 1 else f"{tick:f}".rstrip("0") for tick in LOSS_TICKS])
    axis.yaxis.set_minor_locator(NullLocator())
    axis.set_title(f"after {len(losses) - 1} steps: {losses[-1]:.2g}")


def play() -> None:
    """Show the playground."""
    playground(
        picture,
        {
            "surface": Choice("surface", {name: name for name in SURFACES}),
            "optimizer": Choice("optimizer", {name: name for name in OPTIMIZERS}),
            "rate": Slider("learning rate", LEARNING_RATES, 0.0178, "{:g}".format),
            "beta": Slider("momentum (where there is one)", steps(0, 0.95, 0.05), 0.9, "{:.2f}".format),
            "steps": Slider("steps", range(MOST_STEPS + 1), 60),
        },
    )

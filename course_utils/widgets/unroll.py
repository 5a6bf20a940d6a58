"""Playground of lesson 41: unroll a recurrent network, word by word, and see what it passes on."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from course_utils import plots
from course_utils.errors import CourseError
from course_utils.widgets import Choice, Slider, playground

GATES = ("forget", "input", "output")
WORDS_WIDE = 9  # a row has room for so many words at full size
DECIDED = 0.5


class Walk(NamedTuple):
    """What a recurrent network does on its way through a sentence.

    Attributes:
        words: the n words that come in, one a step.
        h: (n, units) floats from -1 to 1, the state after each word.
        says: (n,) floats from 0 to 1, the probability that it would give after each word.
        c: (n, units) floats, the cell state after each word; None for a network that has none.
        gates: by the names in `GATES`: (n, units) floats from 0 to 1; empty for a network that has none.
    """

    words: tuple[str, ...]
    h: np.ndarray
    says: np.ndarray
    c: np.ndarray | None = None
    gates: Mapping[str, np.ndarray] = {}


def picture(walk: Walk, step: int, asked: str = "plural") -> tuple[Figure, str]:
    """The words up to a step; the states h and c after each of them; the gates at this step; and all of it in words.

    Args:
        walk: what to look at.
        step: how many words have come in, from 1.
        asked: what the network gives the probability of.

    Returns:
        The figure and its alt text.
    """
    lines = _in_words(walk, step, asked)
    fig, axes = plots.figure(2, 2, width=9.5, height=4.8, width_ratios=(2.2, 1), height_ratios=(1, 1))
    fig.set_layout_engine("constrained", rect=(0, 0.26, 1, 0.73))
    _draw_state(axes[0, 0], walk.h, step, "state h after each word")
    _draw_state(axes[1, 0], walk.c, step, "cell state c after each word")
    _draw_words(axes[1, 0], walk.words, step)
    axes[0, 0].set_xticks(())
    _draw_gates(axes[0, 1], walk, step)
    _draw_answer(axes[1, 1], walk.says, step, asked)
    fig.text(0.01, 0.235, "\n".join(lines), va="top", fontsize=10, linespacing=1.5)
    alt = f"States of the network as columns of colours, one for each word read so far. {' '.join(lines)}"
    return fig, alt


def _in_words(walk: Walk, step: int, asked: str) -> tuple[str, ...]:
    units = walk.h.shape[1]
    before = (
        "nothing has been read, and all states are 0" if step == 1 else f"read so far: {' '.join(walk.words[: step - 1])}"
    )
    passed = f"h, {units} numbers" if walk.c is None else f"h and c, {units} numbers each"
    change = np.abs(walk.h[step - 1] - (walk.h[step - 2] if step > 1 else 0)).mean()
    gates = (
        "There are no gates: the whole state is computed anew."
        if not walk.gates
        else "Gates, on average: " + ", ".join(f"{name} {walk.gates[name][step - 1].mean():.2f}" for name in GATES) + "."
    )
    return (
        f"Step {step} of {len(walk.words)}: in comes “{walk.words[step - 1]}”; {before}.",
        f"Passed on to the next step: {passed}. The numbers of h have moved by {change:.2f} on average.",
        gates,
        f"If the sentence ended here, the network would say “{asked}” with a probability of {walk.says[step - 1]:.2f}.",
    )


def _draw_state(axis: Axes, states: np.ndarray | None, step: int, title: str) -> None:
    """Columns of colours up to this step; what comes later is left white."""
    axis.set_yticks(())
    axis.grid(False)
    if states is None:
        axis.set_title("a plain RNN has no cell state")
        axis.set_facecolor("#F2F2F2")
        return
    axis.set_title(title)
    seen = np.full(states.shape[::-1], np.nan)
    seen[:, :step] = states[:step].T
    most = max(1.0, float(np.abs(states).max()))
    axis.imshow(seen, cmap="RdBu_r", vmin=-most, vmax=most, aspect="auto")
    axis.set_ylabel(f"{states.shape[1]} units")
    axis.add_patch(
        Rectangle(
            (step - 1.5, -0.5), 1, states.shape[1], fill=False, edgecolor=plots.ORANGE, linewidth=3, clip_on=False, zorder=3
        )
    )


def _draw_words(axis: Axes, words: tuple[str, ...], step: int) -> None:
    axis.set_xlim(-0.5, len(words) - 0.5)
    axis.set_xticks(())
    size = 11 * min(1, WORDS_WIDE / len(words))
    # texts of their own: as many ticks with labels would take a fifth of a redraw's time
    for place, word in enumerate(words):
        shown = word if place < step else "…"
        axis.text(place, -0.05, shown, transform=axis.get_xaxis_transform(), ha="center", va="top", fontsize=size)


def _draw_gates(axis: Axes, walk: Walk, step: int) -> None:
    axis.set(ylim=(0, 1.02), title=f"gates at step {step}" if walk.gates else "no gates")
    axis.set_yticks((0, 1), ("0 shut", "1 open"))
    axis.set_xlim(-0.6, len(GATES) - 0.4)
    axis.set_xticks(range(len(GATES)), GATES)
    axis.grid(False)
    if walk.gates:
        values = np.array([walk.gates[name][step - 1] for name in GATES])
        places = np.arange(len(GATES))
        # spread sideways in a fixed order, so that units that agree do not hide each other
        aside = places[:, None] + 0.25 * np.linspace(-1, 1, values.shape[1])
        axis.plot(aside.ravel(), values.ravel(), ".", color=plots.BLUE, markersize=5)
        axis.hlines(values.mean(axis=1), places - 0.35, places + 0.35, color="black", linewidth=1.5)


def _draw_answer(axis: Axes, says: np.ndarray, step: int, asked: str) -> None:
    steps = np.arange(1, len(says) + 1)
    axis.plot(steps[:step], says[:step], "-o", color=plots.BLUE, markersize=5)
    axis.plot((0.5, len(says) + 0.5), (DECIDED, DECIDED), ":", color=plots.GREY)
    axis.set(xlim=(0.5, len(says) + 0.5), ylim=(-0.03, 1.03), title=f"it would say “{asked}”")
    axis.set_yticks((0, 1))
    axis.set_xticks((1, len(says)))
    axis.grid(False)


def play(walks: Mapping[str, Walk], asked: str = "plural") -> None:
    """Show the playground.

    Args:
        walks: what to walk through, by name, such as `"LSTM: cows"`.
        asked: what the networks give the probability of.

    Raises:
        CourseError: there is nothing to walk through, or states, gates and probabilities do not fit the words.
    """
    if not walks:
        raise CourseError("The playground takes at least one walk, by name.")
    for name, walk in walks.items():
        _check(name, walk)
    walks = {name: _in_float32(walk) for name, walk in walks.items()}
    first = next(iter(walks.values()))

    def draw(walk: Walk, step: int) -> tuple[Figure, str]:
        return picture(walk, step, asked)

    def read(others: Mapping[str, Any]) -> range:
        return range(1, len(others["walk"].words) + 1)

    playground(draw, {"walk": Choice("network and sentence", walks), "step": Slider("step", read, len(first.words))})


def _in_float32(walk: Walk) -> Walk:
    """The walk as Matplotlib wants it, whatever precision the network computes in."""
    h, says = (np.asarray(values, "float32") for values in (walk.h, walk.says))
    c = None if walk.c is None else np.asarray(walk.c, "float32")
    return walk._replace(h=h, says=says, c=c, gates={gate: np.asarray(v, "float32") for gate, v in walk.gates.items()})


def _check(name: str, walk: Walk) -> None:
    n = len(walk.words)
    if np.ndim(walk.h) != 2 or n == 0 or len(walk.h) != n:
        raise CourseError(
            f"The states of “{name}” have the shape {np.shape(walk.h)}; give a row of them for each of its {n} words."
        )
    wanted = np.shape(walk.h)
    others = {"cell states": walk.c} if walk.c is not None else {}
    others |= {f"values of the {gate} gate": values for gate, values in walk.gates.items()}
    for what, values in others.items():
        if np.shape(values) != wanted:
            raise CourseError(f"The {what} of “{name}” have the shape {np.shape(values)}; that of its states is {wanted}.")
    if np.shape(walk.says) != (n,):
        raise CourseError(
            f"“{name}” has {n} words and probabilities of shape {np.shape(walk.says)}; give one for each word."
        )

"""Playground of lesson 44: where the decoder looks while it writes, word by word."""

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from scipy.special import softmax

from course_utils import plots
from course_utils.errors import CourseError
from course_utils.widgets import Slider, playground

NAMED = 3  # so many source words stand in the sentence on the context
MOST_LETTERS = 110  # of a line under the picture
WORDS_WIDE = 9  # a row has room for so many words at full size


class Attended(NamedTuple):
    """A translation and the scores behind its attention.

    Attributes:
        source: the words that were read, n of them.
        target: the words that were written, m of them, such as those up to and with `[end]`.
        scores: (m, n) floats, before the softmax: how well each source word suits each step.
    """

    source: Sequence[str]
    target: Sequence[str]
    scores: np.ndarray


def picture(sentence: Attended, step: int) -> tuple[Figure, str]:
    """The source words shaded by weight at one step, what is written so far, and scores, weights and context in words.

    Args:
        sentence: what to look at.
        step: which word is being written, from 1.

    Returns:
        The figure and its alt text.
    """
    scores = np.asarray(sentence.scores, "float64")[step - 1]
    weights = softmax(scores)
    lines = _in_words(sentence, step, scores, weights)
    fig, axes = plots.figure(2, 1, width=9.5, height=3.9)
    fig.set_layout_engine("constrained", rect=(0, 0.27, 1, 0.72))
    _draw_words(axes[0, 0], sentence.source, weights, [f"{weight:.2f}" for weight in weights])
    axes[0, 0].set_title("what was read, shaded by weight")
    written = [*sentence.target[:step], *["…"] * (len(sentence.target) - step)]
    _draw_words(axes[1, 0], written, np.zeros(len(written)), [""] * len(written))
    axes[1, 0].add_patch(
        Rectangle((step - 1.5, -0.5), 1, 1, fill=False, edgecolor=plots.ORANGE, linewidth=3, clip_on=False, zorder=3)
    )
    axes[1, 0].set_title(f"what is written, up to step {step} of {len(sentence.target)}")
    shown = [part for line in lines for part in textwrap.wrap(line, MOST_LETTERS)]
    fig.text(0.01, 0.25, "\n".join(shown), va="top", fontsize=10, linespacing=1.35)
    return fig, f"The words of the source, darker the more weight they get, and the words written so far. {' '.join(lines)}"


def _in_words(sentence: Attended, step: int, scores: np.ndarray, weights: np.ndarray) -> tuple[str, ...]:
    before = " ".join(sentence.target[: step - 1]) or "nothing yet"
    most = np.argsort(-weights, kind="stable")[:NAMED]
    parts = " + ".join(f"{weights[place]:.2f} × state of “{sentence.source[place]}”" for place in most)
    rest = 1 - weights[most].sum()
    return (
        f"Written: {before}. Now comes “{sentence.target[step - 1]}”.",
        f"Scores from {scores.min():.1f} to {scores.max():.1f}, the highest for “{sentence.source[most[0]]}”; softmax turns "
        "them into the weights.",
        f"Context: {parts}" + (f" + {rest:.2f} × the others." if rest > 0.005 else "."),
    )


def _draw_words(axis: Axes, words: Sequence[str], shades: np.ndarray, notes: Sequence[str]) -> None:
    """A row of boxes, blue by `shades` (0 to 1), with a word and a note in each."""
    axis.imshow(shades[None], cmap="Blues", vmin=0, vmax=1, aspect="auto")
    size = 11 * min(1, WORDS_WIDE / len(words))
    for place, (word, note, shade) in enumerate(zip(words, notes, shades, strict=True)):
        color = "white" if shade > 0.65 else "black"
        axis.text(place, 0, f"{word}\n{note}".strip(), ha="center", va="center", color=color, fontsize=size)
    # lines of their own: as many ticks with a grid would take a third of a redraw's time
    axis.vlines(np.arange(len(words) - 1) + 0.5, -0.5, 0.5, color=plots.GREY, linewidth=0.8)
    axis.set_xticks(())
    axis.set_yticks(())


def play(sentences: Sequence[Attended]) -> None:
    """Show the playground.

    Args:
        sentences: translations to choose from, with the scores of each step.

    Raises:
        CourseError: there is no sentence, or scores do not fit their words.
    """
    if not sentences:
        raise CourseError("The playground takes at least one translated sentence.")
    for sentence in sentences:
        wanted = (len(sentence.target), len(sentence.source))
        if np.shape(sentence.scores) != wanted or 0 in wanted:
            raise CourseError(
                f"The scores of “{' '.join(sentence.source)}” have the shape {np.shape(sentence.scores)}; for "
                f"{wanted[0]} written and {wanted[1]} read words it must be {wanted}, and no side may be empty."
            )

    def draw(number: int, step: int) -> tuple[Figure, str]:
        return picture(sentences[number - 1], step)

    def written(others: Mapping[str, Any]) -> range:
        return range(1, len(sentences[others["number"] - 1].target) + 1)

    playground(
        draw,
        {
            "number": Slider("sentence", range(1, len(sentences) + 1), 1),
            "step": Slider("step", written, 1),
        },
    )

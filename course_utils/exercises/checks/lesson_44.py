"""What the exercises of lesson 44 expect."""

from itertools import groupby

import numpy as np
from scipy.special import softmax

from course_utils.exercises.kinds import Choice, Function


def forced(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What a decoder is fed under teacher forcing, and what it must name.

    Args:
        rows: int array of shape (n, T), sentences as word numbers.

    Returns:
        Two int arrays of shape (n, T - 1).
    """
    return rows[:, :-1], rows[:, 1:]


def _swapped(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return rows[:, 1:], rows[:, :-1]


def _not_shifted(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return rows[:, :-1], rows[:, :-1]


def _both_at_the_end(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return rows[:, 1:], rows[:, 1:]


def _along_the_sentences(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return rows[:-1], rows[1:]


def context_of(scores: np.ndarray, states: np.ndarray, is_word: np.ndarray) -> np.ndarray:
    """The average of the states of the words, weighted by the softmax of their scores.

    Args:
        scores: float array of shape (s,).
        states: float array of shape (s, d).
        is_word: bool array of shape (s,), False for padding; True somewhere.

    Returns:
        float array of shape (d,).
    """
    return softmax(np.where(is_word, scores, -np.inf)) @ states


def _without_mask(scores: np.ndarray, states: np.ndarray, is_word: np.ndarray) -> np.ndarray:
    return softmax(scores) @ states


def _padding_scores_zero(scores: np.ndarray, states: np.ndarray, is_word: np.ndarray) -> np.ndarray:
    return softmax(scores * is_word) @ states


def _masked_after_softmax(scores: np.ndarray, states: np.ndarray, is_word: np.ndarray) -> np.ndarray:
    return (softmax(scores) * is_word) @ states


def _without_softmax(scores: np.ndarray, states: np.ndarray, is_word: np.ndarray) -> np.ndarray:
    return (scores * is_word) @ states


def _plain_average(scores: np.ndarray, states: np.ndarray, is_word: np.ndarray) -> np.ndarray:
    return states[is_word].mean(axis=0)


def _the_best_alone(scores: np.ndarray, states: np.ndarray, is_word: np.ndarray) -> np.ndarray:
    return states[np.where(is_word, scores, -np.inf).argmax()]


def _attention_trials() -> list[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    generator = np.random.default_rng(44)
    trials = []
    for places, width, words in [(6, 4, 4), (9, 3, 7), (5, 8, 5), (3, 2, 1)]:
        scores = generator.normal(scale=2, size=places)
        trials.append((scores, generator.normal(size=(places, width)), np.arange(places) < words))
    return trials


def read_path(path: str) -> str:
    """What a CTC path says: equal neighbours merged, then blanks, written -, dropped."""
    return "".join(letter for letter, _ in groupby(path) if letter != "-")


def _blanks_first(path: str) -> str:
    return "".join(letter for letter, _ in groupby(path.replace("-", "")))


def _only_merged(path: str) -> str:
    return "".join(letter for letter, _ in groupby(path))


def _only_dropped(path: str) -> str:
    return path.replace("-", "")


def _each_letter_once(path: str) -> str:
    return "".join(dict.fromkeys(path.replace("-", "")))


EXERCISES = {
    "shifted": Function(
        reference=forced,
        inputs=[
            (np.array([[1, 7, 5, 2, 0], [1, 4, 2, 0, 0]], "int32"),),
            (np.arange(24, dtype="int32").reshape(4, 6),),
            (np.array([[1, 9, 8, 2]]),),
        ],
        mistakes=[
            (_swapped, "What goes in and what must come out are swapped: `[start]` goes in and is never to be named."),
            (
                _not_shifted,
                "The same goes in as must come out: it would only learn to copy. What must come out is one place on.",
            ),
            (
                _both_at_the_end,
                "The word to be named is fed in: it would only learn to copy. What goes in begins with `[start]`.",
            ),
            (_along_the_sentences, "That leaves out sentences; leave out a place of each, along axis 1."),
        ],
        hints=(
            "At the first step `[start]` goes in. Which word must come out? And which goes in at the next step?",
            "What goes in lacks the last place of each row, what must come out lacks the first.",
            "`return rows[:, :-1], rows[:, 1:]`",
        ),
        praise="At each place the decoder sees the words before, and the one to name is the next.",
    ),
    "attend": Function(
        reference=context_of,
        inputs=_attention_trials(),
        mistakes=[
            (_without_mask, "Padding gets weight: keep it out of the softmax."),
            (
                _padding_scores_zero,
                "A score of 0 is a score like others, and padding gets weight; it must be -∞, or its power 0.",
            ),
            (
                _masked_after_softmax,
                "The weights of the words no longer add up to 1: take padding out before you divide by the sum.",
            ),
            (_without_softmax, "These are the scores themselves; softmax makes weights of them."),
            (_plain_average, "Each word counts the same; the scores are not used."),
            (_the_best_alone, "That is the state of the best word alone; the context is an average with weights."),
        ],
        hints=(
            "First weights, then the average. Which weight must padding get, and what must the others add up to?",
            "Powers of e of the scores, times the mask, divided by their sum; then a product with the states.",
            "`powers = np.exp(scores - scores[is_word].max()) * is_word`, then `powers / powers.sum() @ states`.",
        ),
        praise="Three lines, and the heart of every transformer.",
    ),
    "copying": Choice(
        right="c",
        why_not={
            "a": "Too high a learning rate makes the loss large or wild. Here it is small: the task has become too easy.",
            "b": "Padding in the loss makes it look smaller than it is; but it is no reason for a network to "
            "repeat what it was given.",
            "d": "Without the mask the encoder works less well, not better than it could.",
        },
        hints=(
            "What is the easiest way to a loss near 0, if you may look at what goes in?",
            "What does the decoder do with `[start]`? It writes it again.",
            "It has learnt to write what it is fed.",
        ),
        praise="A loss that is too good is a bug until shown otherwise: here the answer was fed in.",
    ),
    "collapse": Function(
        reference=read_path,
        inputs=[("aa-b",), ("a-bb",), ("a-a",), ("-a--ab-b",), ("-----",), ("hh-e-ll-lloo",), ("abab",)],
        mistakes=[
            (_blanks_first, "The blanks are dropped before neighbours are merged, so that no letter can ever stand twice."),
            (_only_merged, "The blanks are still there; drop them after merging."),
            (_only_dropped, "Equal neighbours are not merged."),
            (_each_letter_once, "Each letter is kept only once; merge only those that stand side by side."),
        ],
        hints=(
            "Two steps. Which must come first, so that `a-a` can say `aa`?",
            "Keep a letter if it differs from the one before, then leave out blanks. `itertools.groupby` groups neighbours.",
            '`"".join(letter for letter, _ in itertools.groupby(path) if letter != "-")`',
        ),
        praise="The blank between two equal letters keeps them apart.",
    ),
}

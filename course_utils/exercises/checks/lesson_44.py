"""What the exercises of lesson 44 expect."""

import re
from itertools import groupby

import numpy as np
from scipy.special import softmax

from course_utils.exercises.kinds import Choice, Function


def _scores_states_and_mask(random: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Scores, states, and words anywhere among padding, at least one."""
    places, width = random.integers(1, 9, 2)
    is_word = random.integers(0, 2, places).astype(bool)
    is_word[random.integers(places)] = True
    return random.normal(scale=random.choice([1, 10]), size=places), random.normal(size=(places, width)), is_word


EXERCISES = {
    "shifted": Function(
        inputs=[(np.array([[1, 7, 5, 2, 0], [1, 4, 2, 0, 0]], "int32"),), (np.array([[1, 9, 8, 2]]),)],
        draw=lambda random: (random.integers(0, 9_000, random.integers(1, 9, 2)),),
        mistakes=[
            (
                lambda right, rows: right(rows)[::-1],
                "What goes in and what must come out are swapped: `[start]` goes in and is never to be named.",
            ),
            (
                lambda right, rows: (rows[:, :-1], rows[:, :-1]),
                "The same goes in as must come out: it would only learn to copy. What must come out is one place on.",
            ),
            (
                lambda right, rows: (rows[:, 1:], rows[:, 1:]),
                "The word to be named is fed in: it would only learn to copy. What goes in begins with `[start]`.",
            ),
            (
                lambda right, rows: (rows[:-1], rows[1:]),
                "That leaves out sentences; leave out a place of each, along axis 1.",
            ),
        ],
        hints=(
            "At the first step `[start]` goes in. Which word must come out? And which goes in at the next step?",
            "What goes in lacks the last place of each row, what must come out lacks the first.",
            "`return rows[:, :-1], rows[:, 1:]`",
        ),
        praise="At each place the decoder sees the words before, and the one to name is the next.",
    ),
    "attend": Function(
        inputs=[(np.array([0.0, 1.0, 2.0]), np.array([[1.0, 0.0], [0.0, 1.0], [5.0, 5.0]]), np.array([True, True, False]))],
        draw=_scores_states_and_mask,
        mistakes=[
            (
                lambda right, scores, states, is_word: softmax(scores) @ states,
                "Padding gets weight: keep it out of the softmax.",
            ),
            (
                lambda right, scores, states, is_word: softmax(scores * is_word) @ states,
                "A score of 0 is a score like others, and padding gets weight; it must be -∞, or its power 0.",
            ),
            (
                lambda right, scores, states, is_word: (softmax(scores) * is_word) @ states,
                "The weights of the words no longer add up to 1: take padding out before you divide by the sum.",
            ),
            (
                lambda right, scores, states, is_word: (scores * is_word) @ states,
                "These are the scores themselves; softmax makes weights of them.",
            ),
            (
                lambda right, scores, states, is_word: states[is_word].mean(axis=0),
                "Each word counts the same; the scores are not used.",
            ),
            (
                lambda right, scores, states, is_word: states[np.where(is_word, scores, -np.inf).argmax()],
                "That is the state of the best word alone; the context is an average with weights.",
            ),
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
        inputs=[
            ("aa-b",),
            ("a-bb",),
            ("a-a",),
            ("aaa",),
            ("bbbb-aaaaa",),
            ("-a--ab-b",),
            ("-----",),
            ("hh-e-ll-lloo",),
            ("",),
        ],
        draw=lambda random: ("".join(random.choice(list("ab-"), random.integers(1, 14))),),
        mistakes=[
            (
                lambda right, path: "".join(letter for letter, _ in groupby(path.replace("-", ""))),
                "The blanks are dropped before neighbours are merged, so that no letter can ever stand twice.",
            ),
            (
                lambda right, path: "".join(letter for letter, _ in groupby(path)),
                "The blanks are still there; drop them after merging.",
            ),
            (lambda right, path: path.replace("-", ""), "Equal neighbours are not merged."),
            (
                lambda right, path: re.sub(r"(.)\1", r"\1", path).replace("-", ""),
                "Only pairs of equal neighbours are merged; three or more must become one as well.",
            ),
            (
                lambda right, path: "".join(dict.fromkeys(path.replace("-", ""))),
                "Each letter is kept only once; merge only those that stand side by side.",
            ),
        ],
        hints=(
            "Two steps. Which must come first, so that `a-a` can say `aa`?",
            "Keep a letter if it differs from the one before, then leave out blanks. `itertools.groupby` groups neighbours.",
            '`"".join(letter for letter, _ in itertools.groupby(path) if letter != "-")`',
        ),
        praise="The blank between two equal letters keeps them apart.",
    ),
}

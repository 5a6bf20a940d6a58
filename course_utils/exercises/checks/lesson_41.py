"""What the exercises of lesson 41 expect."""

import numpy as np
from scipy.special import expit

from course_utils.exercises.kinds import Function, Prediction, Value

WORDS_LEFT = int(np.ceil(np.log(0.001) / np.log(expit(1))))


def _step(random: np.random.Generator) -> tuple[np.ndarray, ...]:
    n, (features, units) = random.integers(0, 6), random.integers(1, 6, size=(2,))
    shapes, dtype = (
        ((n, features), (n, units), (features, units), (units, units), (units,)),
        random.choice(["float32", "float64"]),
    )
    return tuple(random.normal(scale=0.7, size=shape).astype(dtype) for shape in shapes)


def _states_and_mask(random: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """States, and words that stand in one piece anywhere in each row, padding before and behind them."""
    n, steps, units = random.integers(1, 7, 3)
    ends = np.sort(random.integers(0, steps, (2, n)), axis=0)
    places = np.arange(steps)
    is_word = (places >= ends[0][:, None]) & (places <= ends[1][:, None])
    return random.normal(size=(n, steps, units)).astype(random.choice(["float32", "float64"])), is_word


EXERCISES = {
    "step": Function(
        inputs=[
            (np.ones((1, 1)), np.array([[0.5, -0.5]]), np.array([[1.0, 2.0]]), np.eye(2)[::-1] * [1, 2], np.array([0.1, 0]))
        ],
        draw=_step,
        mistakes=[
            (
                lambda right, x, h, w, u, b: x @ w + h @ u + b,
                "The sum is right; the tanh around it is missing, and without it states can grow without end.",
            ),
            (lambda right, x, h, w, u, b: right(x, h, w, u, 0 * b), "The bias is missing."),
            (
                lambda right, x, h, w, u, b: right(x, 0 * h, w, u, b),
                "The state of the step before is not used: that network has no memory.",
            ),
            (
                lambda right, x, h, w, u, b: right(x, h, w, u.T, b),
                "U is turned over; a row of states stands to the left of it: `h @ U`.",
            ),
            (
                lambda right, x, h, w, u, b: expit(x @ w + h @ u + b),
                "That is a sigmoid; the states of this network come out of a tanh, between -1 and 1.",
            ),
            (
                lambda right, x, h, w, u, b: h + right(x, h, w, u, b),
                "The old state is added once more; it enters only by way of U.",
            ),
            (
                lambda right, x, h, w, u, b: np.tanh(x @ w) + np.tanh(h @ u) + b,
                "First add all three up, then take the tanh of the sum.",
            ),
        ],
        hints=(
            "It is the line inside the loop; does anything in it change when there are n rows instead of one?",
            "`x @ W` works for a row and for n rows alike, and b is added to each row.",
            "`np.tanh(x @ W + h @ U + b)`.",
        ),
        praise="That line, in a loop, is a recurrent network.",
    ),
    "weights": Value(
        expected=29_440,
        expects="the number of parameters of the whole layer, biases included",
        mistakes=[
            (7_360, "That is one block; an LSTM has four: three gates and the new content."),
            (29_184, "The biases are missing: one for each unit in each of the four blocks."),
            (22_080, "That is three blocks; the new content g has weights of its own, too."),
            (13_056, "The matrices U, from the state of the step before, are missing."),
            (16_640, "The matrices W, from what comes in, are missing."),
            (29_696, "That has two rows of biases, as a GRU in Keras has; an LSTM has one."),
            (22_464, "That is a GRU: three blocks, and two rows of biases."),
        ],
        hints=(
            "Count W, U and b of one block, then the blocks.",
            "W is 50 × 64, U is 64 × 64, b has 64 numbers; the blocks are i, f, g and o.",
            "`4 * (50 * 64 + 64 * 64 + 64)`.",
        ),
        praise="The length of the sequence is not in it: the same parameters serve every word.",
    ),
    "left": Value(
        expected=WORDS_LEFT,
        expects="a whole number of words, the first after which less than a thousandth is left in the cell",
        mistakes=[
            (WORDS_LEFT - 1, "After so many, a little more than a thousandth is left."),
            (
                np.log(0.001) / np.log(expit(1)),
                "Words come whole, so round up: after 22 of them more than a thousandth is still left.",
            ),
            (10, "That is for a gate of one half; here it is σ(1)."),
            (7, "That multiplies by 1 / e at each word; the gate is σ(1) = 1 / (1 + 1 / e)."),
            (6, "That takes σ(1) from 1 and multiplies by what is forgotten; ask what is kept."),
        ],
        hints=(
            "What share is left after one word? And of that, after the next?",
            "After n words σ(1)ⁿ is left. Which n first makes that smaller than 0.001? A logarithm helps, or a loop.",
            "`np.ceil(np.log(0.001) / np.log(expit(1)))`.",
        ),
        praise="A gate that is rather open than shut has shut off a word after two lines of text.",
    ),
    "first": Prediction(
        words=("plain RNN", "GRU", "LSTM"),
        mistakes=[
            ("plain RNN", "At the start most of the gradient reaches its noun; then look at what its steps made of it."),
            ("GRU", "Its update gate starts near one half. How much of the gradient reaches the noun in the picture?"),
            ("LSTM", "Its forget gate starts near 0.73. How much of the gradient reaches the noun in the picture?"),
        ],
        hints=(
            "Which of them could know, at the first step of training, that the noun mattered?",
            "The picture shows how much of the gradient arrives at a noun 100 words back, before training.",
            "Choose the one whose curve lies highest there.",
        ),
        praise="In so few steps, the gradient at the start decides. With more steps, or shorter sentences, it need not.",
    ),
    "last_state": Function(
        inputs=[(np.array([[[1.0], [2.0], [3.0]]]), np.array([[False, True, False]]))],
        draw=_states_and_mask,
        mistakes=[
            (lambda right, states, is_word: states[:, -1], "That is the last step, which may be padding."),
            (
                lambda right, states, is_word: states[np.arange(len(states)), is_word.sum(axis=1) - 1],
                "That counts the words, and is right only if they stand in front; padding may come before them.",
            ),
            (
                lambda right, states, is_word: right(np.roll(states, -1, axis=1), is_word),
                "That is one step too far: steps are counted from 0.",
            ),
            (
                lambda right, states, is_word: states[np.arange(len(states)), np.argmax(is_word, axis=1)],
                "That is the state at the first word.",
            ),
            (
                lambda right, states, is_word: [row[mask].mean(axis=0) for row, mask in zip(states, is_word, strict=True)],
                "That is the mean over all words; what is asked for is the state at the last one.",
            ),
            (
                lambda right, states, is_word: states[:, -1] * is_word[:, -1:],
                "That is the last step, or 0 where it is padding.",
            ),
        ],
        hints=(
            "In a row such as [False, True, True, False]: which place is wanted, and how would you find it from behind?",
            "`np.argmax` of a row of bools gives the first True. Turn the row round, and it is the last one.",
            "`last = steps - 1 - np.argmax(is_word[:, ::-1], axis=1)`, then `states[np.arange(n), last]`.",
        ),
        praise="That is what a mask does for you, step by step.",
    ),
}

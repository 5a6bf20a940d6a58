"""What the exercises of lesson 41 expect."""

import numpy as np
from scipy.special import expit

from course_utils.exercises.kinds import Function, Prediction, Value

STEPS_LEFT = int(np.ceil(np.log(0.001) / np.log(expit(1))))


def rnn_step(x: np.ndarray, h: np.ndarray, W: np.ndarray, U: np.ndarray, b: np.ndarray) -> np.ndarray:  # noqa: N803
    """One step of a plain RNN.

    Args:
        x: (n, features), what comes in.
        h: (n, units), the states before.
        W: (features, units).
        U: (units, units).
        b: (units,).

    Returns:
        (n, units), the states after.
    """
    return np.tanh(x @ W + h @ U + b)


def _without_tanh(x: np.ndarray, h: np.ndarray, w: np.ndarray, u: np.ndarray, b: np.ndarray) -> np.ndarray:
    return x @ w + h @ u + b


def _without_bias(x: np.ndarray, h: np.ndarray, w: np.ndarray, u: np.ndarray, b: np.ndarray) -> np.ndarray:
    return np.tanh(x @ w + h @ u)


def _without_state(x: np.ndarray, h: np.ndarray, w: np.ndarray, u: np.ndarray, b: np.ndarray) -> np.ndarray:
    return np.tanh(x @ w + b)


def _turned_over(x: np.ndarray, h: np.ndarray, w: np.ndarray, u: np.ndarray, b: np.ndarray) -> np.ndarray:
    return np.tanh(x @ w + h @ u.T + b)


def _with_sigmoid(x: np.ndarray, h: np.ndarray, w: np.ndarray, u: np.ndarray, b: np.ndarray) -> np.ndarray:
    return expit(x @ w + h @ u + b)


def _adds_the_state(x: np.ndarray, h: np.ndarray, w: np.ndarray, u: np.ndarray, b: np.ndarray) -> np.ndarray:
    return h + np.tanh(x @ w + h @ u + b)


def _two_tanhs(x: np.ndarray, h: np.ndarray, w: np.ndarray, u: np.ndarray, b: np.ndarray) -> np.ndarray:
    return np.tanh(x @ w) + np.tanh(h @ u) + b


def _steps() -> list[tuple[np.ndarray, ...]]:
    random = np.random.default_rng(41)
    sizes = ((3, 5, 4), (1, 2, 2), (6, 1, 3))
    return [
        tuple(
            random.normal(size=shape).astype(dtype)
            for shape in ((n, features), (n, units), (features, units), (units, units), (units,))
        )
        for (n, features, units), dtype in zip(sizes, ("float32", "float64", "float32"), strict=True)
    ]


def last_state(states: np.ndarray, is_word: np.ndarray) -> np.ndarray:
    """The state at the last word of each row.

    Args:
        states: (n, steps, units).
        is_word: bool array of shape (n, steps), True somewhere in each row.

    Returns:
        (n, units).
    """
    last = is_word.shape[1] - 1 - np.argmax(is_word[:, ::-1], axis=1)
    return states[np.arange(len(states)), last]


def _last_step(states: np.ndarray, is_word: np.ndarray) -> np.ndarray:
    return states[:, -1]


def _as_many_as_words(states: np.ndarray, is_word: np.ndarray) -> np.ndarray:
    return states[np.arange(len(states)), is_word.sum(axis=1) - 1]


def _one_step_late(states: np.ndarray, is_word: np.ndarray) -> np.ndarray:
    last = is_word.shape[1] - np.argmax(is_word[:, ::-1], axis=1)
    return states[np.arange(len(states)), last % is_word.shape[1]]


def _first_word(states: np.ndarray, is_word: np.ndarray) -> np.ndarray:
    return states[np.arange(len(states)), np.argmax(is_word, axis=1)]


def _mean_of_words(states: np.ndarray, is_word: np.ndarray) -> np.ndarray:
    return (states * is_word[:, :, None]).sum(axis=1) / is_word.sum(axis=1, keepdims=True)


def _masked_to_zero(states: np.ndarray, is_word: np.ndarray) -> np.ndarray:
    return states[:, -1] * is_word[:, -1:]


def _states_and_masks() -> list[tuple[np.ndarray, np.ndarray]]:
    random = np.random.default_rng(5)
    after = np.arange(6) < np.array([6, 4, 1])[:, None]
    before = after[:, ::-1].copy()
    return [
        (random.normal(size=(3, 6, 4)).astype("float32"), after),
        (random.normal(size=(3, 6, 2)), before),
        (random.normal(size=(2, 6, 3)), np.array([after[1], before[1]])),
    ]


EXERCISES = {
    "step": Function(
        reference=rnn_step,
        inputs=_steps(),
        mistakes=[
            (_without_tanh, "The sum is right; the tanh around it is missing, and without it states can grow without end."),
            (_without_bias, "The bias is missing."),
            (_without_state, "The state of the step before is not used: that network has no memory."),
            (_turned_over, "U is turned over; a row of states stands to the left of it: `h @ U`."),
            (_with_sigmoid, "That is a sigmoid; the states of this network come out of a tanh, between -1 and 1."),
            (_adds_the_state, "The old state is added once more; it enters only by way of U."),
            (_two_tanhs, "First add all three up, then take the tanh of the sum."),
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
        expects="the number of weights of the whole layer, biases included",
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
        praise="The length of the sequence is not in it: the same weights serve every step.",
    ),
    "left": Value(
        expected=STEPS_LEFT,
        expects="a number of steps, the first after which less than a thousandth is left",
        mistakes=[
            (STEPS_LEFT - 1, "After so many, a little more than a thousandth is left."),
            (10, "That is for a gate of one half; here it is σ(1)."),
            (7, "That multiplies by 1 / e at each step; the gate is σ(1) = 1 / (1 + 1 / e)."),
            (6, "That takes σ(1) from 1 and multiplies by what is forgotten; ask what is kept."),
        ],
        hints=(
            "What share is left after one step? And of that, after the next?",
            "After n steps σ(1)ⁿ is left. Which n first makes that smaller than 0.001? A logarithm helps, or a loop.",
            "`np.ceil(np.log(0.001) / np.log(expit(1)))`.",
        ),
        praise="A gate that is rather open than shut has shut off a word after one line of text.",
    ),
    "first": Prediction(
        mistakes=[
            ("plain RNN", "That is what one reads everywhere. But look at what its gradient does before training."),
            ("LSTM", "Its forget gate starts at 0.73. Which of them starts with a gate that is half shut?"),
            ("GRU", "Its update gate starts at one half. See how far each of the others came."),
        ],
        hints=(
            "Which of them could know, at the first step of training, that the noun mattered?",
            "The picture shows how much of the gradient arrives. The kind whose curve falls fastest is worst off.",
            "An update gate of one half keeps less from step to step than a forget gate of 0.73.",
        ),
        praise="What no gradient reaches is not learnt, however well it could be remembered.",
    ),
    "last_state": Function(
        reference=last_state,
        inputs=_states_and_masks(),
        mistakes=[
            (_last_step, "That is the last step, which may be padding."),
            (
                _as_many_as_words,
                "That counts the words, and is right only if they stand in front; padding may come before them.",
            ),
            (_one_step_late, "That is one step too far: steps are counted from 0."),
            (_first_word, "That is the state at the first word."),
            (_mean_of_words, "That is the mean over all words; what is asked for is the state at the last one."),
            (_masked_to_zero, "That is the last step, or 0 where it is padding."),
        ],
        hints=(
            "In a row such as [False, True, True, False]: which place is wanted, and how would you find it from behind?",
            "`np.argmax` of a row of bools gives the first True. Turn the row round, and it is the last one.",
            "`last = steps - 1 - np.argmax(is_word[:, ::-1], axis=1)`, then `states[np.arange(n), last]`.",
        ),
        praise="That is what a mask does for you, step by step.",
    ),
}

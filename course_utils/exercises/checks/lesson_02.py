"""What the exercises of lesson 02 expect."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from types import EllipsisType
from typing import TYPE_CHECKING

import numpy as np

from course_utils.exercises.kinds import Choice, Function, Prediction, Value

if TYPE_CHECKING:
    import keras

LOSSES = (1.0, 0.8, 0.9, 0.7, 0.75, 0.71, 0.72, 0.5)
TRIALS = [
    (2, LOSSES),
    (3, LOSSES),
    (1, LOSSES),
    (5, LOSSES),
    (2, (0.5, 0.4, 0.3, 0.2)),
    (1, (0.3, 0.3, 0.2)),
    (2, (0.2, 0.3, 0.1, 0.3, 0.09, 0.3, 0.4)),
]


def epochs_until_stop(
    make_callback: "Callable[..., keras.callbacks.Callback]", patience: int, losses: Sequence[float]
) -> int | EllipsisType:
    """In which epoch a callback with this patience stops a training with these validation losses.

    Returns:
        The epoch, counted from 1; 0 if it never stops; `...` if the callback is a stub.
    """
    import keras

    callback = make_callback(patience=patience)
    model = keras.Sequential()
    model.stop_training = False
    callback.set_model(model)
    callback.on_train_begin()
    for epoch, loss in enumerate(losses):
        callback.on_epoch_end(epoch, {"loss": 2 * loss, "val_loss": loss})
        if model.stop_training is ...:
            return ...
        if model.stop_training:
            return epoch + 1
    return 0


def _stops_when(stuck: Callable[[Sequence[float], int], bool]) -> Callable[..., int]:
    """A callback that asks `stuck` at each epoch, with the losses so far and the patience."""

    def mistaken(right: Callable[..., int], patience: int, losses: Sequence[float]) -> int:
        return next((epoch for epoch in range(1, len(losses) + 1) if stuck(losses[:epoch], patience)), 0)

    return mistaken


def _waits_since_the_last(losses: Sequence[float], patience: int) -> bool:
    recent = losses[-patience - 1 :]
    return len(recent) > patience and all(later >= earlier for earlier, later in pairwise(recent))


def _never_resets(losses: Sequence[float], patience: int) -> bool:
    return sum(losses[epoch] >= min(losses[:epoch]) for epoch in range(1, len(losses))) >= patience


def _waits_since_the_last_best(losses: Sequence[float], patience: int) -> bool:
    return losses[::-1].index(min(losses)) >= patience


def _training(random: np.random.Generator) -> tuple[int, Sequence[float]]:
    """A patience, and losses of which some are equal."""
    return int(random.integers(1, 5)), tuple((random.integers(1, 9, size=random.integers(1, 16)) / 8).tolist())


EXERCISES = {
    "parameters": Value(
        expected=(32 * 32 * 3 * 64 + 64, 64 * 5 + 5),
        expects="two whole numbers: weights and biases of the first dense layer, then of the second",
        mistakes=[
            ((32 * 32 * 3 * 64, 64 * 5), "These are the weights alone; each neuron has a bias as well."),
            ((32 * 32 * 64 + 64, 64 * 5 + 5), "A colour picture has three numbers a pixel."),
            ((32 * 32 * 3 * 64 + 1, 64 * 5 + 1), "A bias for each neuron, not one for all of them."),
            ((32 * 32 * 3 * 64 + 64, 32 * 32 * 3 * 5 + 5), "The second layer does not see the picture; what does it see?"),
            ((64 * 5 + 5, 32 * 32 * 3 * 64 + 64), "These are the right numbers in the wrong order: first the first layer."),
        ],
        hints=(
            "How many numbers does one neuron of the first layer hold? And how many such neurons are there?",
            "Flattened, a picture is 32 · 32 · 3 numbers. A neuron has a weight for each, and a bias.",
            "(3,072 + 1) · 64, and (64 + 1) · 5.",
        ),
        praise="The first layer holds nearly all of them: so it is with every dense network on pictures.",
    ),
    "forgotten_scaling": Choice(
        right="c",
        why_not={
            "a": "Nothing warns you: the shapes fit, and numbers are numbers.",
            "b": "The weights were learned for pixels from 0 to 1; these are 255 times as large.",
            "d": "The labels are right; it is the pictures that the network has never seen the like of.",
        },
        hints=(
            "What does the first layer compute from a pixel of 200, if it was trained on 0.78?",
            "Every sum of the first layer becomes far larger than any in training. Does anything stop the program?",
            "It runs without a word, and the accuracy is bad.",
        ),
        praise="Such mistakes are silent; `diagnose`, in the next cell, looks for them.",
    ),
    "stop_when_stuck": Function(
        inputs=TRIALS,
        draw=_training,
        ask=epochs_until_stop,
        asks_for="class",
        mistakes=[
            (
                _stops_when(lambda losses, _: len(losses) > 1 and losses[-1] > losses[-2]),
                "It stops at the first epoch that is worse than the one before: is `patience` used?",
            ),
            (
                _stops_when(_waits_since_the_last),
                "It compares each epoch with the one before; compare it with the best so far.",
            ),
            (
                lambda right, patience, losses: right(patience + 1, losses),
                "It waits one epoch too long: stop when the epochs waited reach `patience`, not when they exceed it.",
            ),
            (_stops_when(_waits_since_the_last_best), "It counts an equal loss as a better one: *smaller* is `<`."),
            (_stops_when(_never_resets), "It never begins to count anew: a better epoch sets the epochs waited back to 0."),
        ],
        hints=(
            "Remember two things from epoch to epoch: the best validation loss, and how many epochs have passed since.",
            "Is it better than the best? Then it is the new best, and the count is 0. If not, the count grows by one.",
            "`self.waited` is the count, `self.best` the best. Return whether the count has reached `self.patience`.",
        ),
        praise="That is what `keras.callbacks.EarlyStopping` does.",
    ),
    "shuffled": Prediction(
        words=("dense", "convnet", "neither"),
        mistakes=[
            ("dense", "To a dense layer the pixels are a list, and any order is as good as another."),
            ("neither", "A window of 3 × 3 sees neighbours; after the move, those are pixels from anywhere."),
        ],
        hints=(
            "Which of the two networks would notice if two pixels changed places in all pictures?",
            "A dense layer has a weight of its own for each pixel. A convolution uses what lies side by side.",
            "The answer is the network that is built on neighbourhood.",
        ),
        praise="It is the neighbourhood that the convolution lives on.",
    ),
}

"""What the exercises of lesson 16 expect."""

from typing import TYPE_CHECKING

import numpy as np

from course_utils.exercises.kinds import Choice, Function, Model, Value

if TYPE_CHECKING:
    import keras

DROPOUT_RATE = 0.3


def _ends_in_one_probability(model: "keras.Model", base: "keras.Model") -> str | None:
    bright = np.full((2, *base.input_shape[1:]), 1e3, "float32")  # far outside, and float16 does not overflow
    # a Sequential model without an input layer has no output before it is called
    answers = np.asarray(model(bright)), np.asarray(model(-bright))
    if answers[0].shape != (2, 1):
        return f"For two pictures it gives numbers of shape {answers[0].shape}; one unit is asked for: (2, 1)."
    within = all(((answer >= 0) & (answer <= 1)).all() for answer in answers)
    return None if within else "Its answers are not between 0 and 1: does the last layer have a sigmoid?"


def _stands_on(model: "keras.Model", base: "keras.Model") -> str | None:
    mine = {id(weight) for weight in model.weights}
    if all(id(weight) in mine for weight in base.weights):
        return None
    return "The weights of `practice` are not in it: put the base itself in, as the first part."


def _trains_the_last_layer_only(model: "keras.Model", base: "keras.Model") -> str | None:
    count = sum(int(np.prod(weight.shape)) for weight in model.trainable_weights)
    wanted = base.output_shape[-1] + 1
    if base.trainable_weights and count:
        return f"{count:,} weights are trainable, those of the base among them: freeze it."
    if count == 0:
        return "No weight is trainable: freeze the base alone, not the whole model."
    if count != wanted:
        return (
            f"{count:,} weights are trainable; the mean of each of {wanted - 1} maps and one unit make {wanted}. "
            "Is there global average pooling before the last layer, and nothing else to train?"
        )
    return None


def _drops_out(model: "keras.Model", base: "keras.Model") -> str | None:
    rates = _dropout_rates(model)
    if not rates:
        return f"There is no dropout in it; a rate of {DROPOUT_RATE} is asked for."
    return None if rates == [DROPOUT_RATE] else f"Dropout has a rate of {rates[0]}; {DROPOUT_RATE} is asked for."


def _dropout_rates(model: "keras.Model") -> list[float]:
    """The rates of all dropout layers, those of models inside the model as well."""
    import keras

    inner = [rate for layer in model.layers if isinstance(layer, keras.Model) for rate in _dropout_rates(layer)]
    return inner + [layer.rate for layer in model.layers if isinstance(layer, keras.layers.Dropout)]


def drop(x: np.ndarray, rate: float, noise: np.ndarray) -> np.ndarray:
    """Dropout as in training: 0 where `noise` (0 to 1, shape of `x`) is below the rate, the others / (1 - rate)."""
    return np.where(noise < rate, 0.0, x / (1 - rate))


def _not_scaled(x: np.ndarray, rate: float, noise: np.ndarray) -> np.ndarray:
    return np.where(noise < rate, 0.0, x)


def _turned_round(x: np.ndarray, rate: float, noise: np.ndarray) -> np.ndarray:
    return np.where(noise < rate, x / (1 - rate), 0.0)


def _divided_by_the_rate(x: np.ndarray, rate: float, noise: np.ndarray) -> np.ndarray:
    return np.where(noise < rate, 0.0, x / rate) if rate else drop(x, rate, noise)


def _multiplied(x: np.ndarray, rate: float, noise: np.ndarray) -> np.ndarray:
    return np.where(noise < rate, 0.0, x * (1 - rate))


def _trials() -> list[tuple[np.ndarray, float, np.ndarray]]:
    random = np.random.default_rng(0)
    shapes_and_rates = [((6,), 0.5), ((3, 4), 0.2), ((2, 3, 2), 0.9), ((5,), 0.0)]
    return [(random.normal(size=shape) + 2, rate, random.random(shape)) for shape, rate in shapes_and_rates]


EXERCISES = {
    "weights": Value(
        expected=1280 * 256 + 256 + 256 + 1,
        expects="one whole number: all weights and biases of the head",
        mistakes=[
            (1280 * 256 + 256 + 256, "Nearly: the last unit has a bias, too."),
            (1280 * 256 + 256, "That is the first layer; the last one is trained as well."),
            (1280 + 1, "That is a head of one unit alone; there are 256 hidden units between."),
            (1280 * 256 + 256 * 1, "These are the weights alone; each unit has a bias as well."),
        ],
        hints=(
            "A dense layer has a weight from each input to each unit. How many inputs, how many units?",
            "Each unit has a bias as well. Count both layers and add.",
            "(1280 × 256 + 256) + (256 × 1 + 1).",
        ),
        praise="Under a third of a million, where the base has more than two millions that stay as they are.",
    ),
    "frozen_head": Model(
        checks=[_ends_in_one_probability, _stands_on, _trains_the_last_layer_only, _drops_out],
        hints=(
            "Four parts in a row: `keras.Sequential` takes a model as a part, like a layer.",
            "Freeze first: `practice.trainable = False`. Then pooling, `Dropout`, `Dense`.",
            "`practice`, `GlobalAveragePooling2D()`, `Dropout(0.3)` and `Dense(1, activation='sigmoid')`, in a list.",
        ),
        praise="With another base in its place, this is the whole of feature extraction.",
    ),
    "after": Choice(
        right="b",
        why_not={
            "a": "A small rate would still move the weights a little; here nothing in the base moves at all.",
            "c": "Frozen or not, it does not keep the convolutions around it from learning.",
            "d": "Helping or not, the weights would change, and the training loss with them.",
        },
        hints=(
            "What is decided when the first `fit` begins, and what is looked up anew in each step?",
            "The training step is turned into a graph, with the weights that were trainable then.",
            "`compile` throws that graph away.",
        ),
        praise="See for yourself in the next cell.",
    ),
    "dropout": Function(
        reference=drop,
        inputs=_trials(),
        mistakes=[
            (_not_scaled, "What is kept is not divided by 1 - rate, so the mean shrinks."),
            (_turned_round, "It keeps what it should drop: noise *below* the rate means 0."),
            (_divided_by_the_rate, "It divides by the rate; what is kept is the share 1 - rate."),
            (_multiplied, "It multiplies by 1 - rate; to keep the mean, divide."),
        ],
        hints=(
            "Two cases for each number: dropped, or kept and made larger.",
            "`np.where(condition, this, that)` chooses place by place.",
            "`np.where(noise < rate, 0.0, x / (1 - rate))`.",
        ),
        praise="When the network is used, nothing is dropped and nothing scaled: the means already fit.",
    ),
}

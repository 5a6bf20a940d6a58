"""What the exercises of lesson 16 expect."""

from typing import TYPE_CHECKING

import numpy as np

from course_utils.exercises.kinds import Choice, Model, Prediction

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


def _is_the_sigmoid_of_the_means(model: "keras.Model", base: "keras.Model") -> str | None:
    pictures = np.random.default_rng(16).random((4, *base.input_shape[1:])).astype("float32")
    bias, kernel = sorted((np.asarray(weight, "float64") for weight in model.trainable_weights), key=np.ndim)
    means = np.asarray(base(pictures, training=False), "float64").mean(axis=(1, 2))
    if np.allclose(model(pictures, training=False), 1 / (1 + np.exp(-(means @ kernel + bias))), atol=0.02):
        return None
    return (
        "It does not give the sigmoid of what one unit makes of the *mean* of each map. "
        "Is the pooling the average, and the activation a sigmoid?"
    )


def _drops_out(model: "keras.Model", base: "keras.Model") -> str | None:
    dropouts = _dropouts(model)
    if not dropouts:
        return f"There is no dropout in it; a rate of {DROPOUT_RATE} is asked for."
    if [layer.rate for layer in dropouts] != [DROPOUT_RATE]:
        return f"Dropout has a rate of {dropouts[0].rate}; {DROPOUT_RATE} is asked for, once."
    if dropouts[0].input.shape[1:] != (base.output_shape[-1],):
        return "Dropout stands elsewhere; it belongs between the pooling and the last layer."
    return None


def _dropouts(model: "keras.Model") -> "list[keras.layers.Dropout]":
    """All dropout layers, those of models inside the model as well."""
    import keras

    inner = [dropout for layer in model.layers if isinstance(layer, keras.Model) for dropout in _dropouts(layer)]
    return inner + [layer for layer in model.layers if isinstance(layer, keras.layers.Dropout)]


EXERCISES = {
    "depth": Prediction(
        words=("early", "middle", "last"),
        mistakes=[
            ("early", "The first layers see edges and colours, which all letters have."),
            ("last", "The last layers have been trained to keep what tells 1,000 other things apart."),
        ],
        hints=(
            "What do the first layers respond to, and what were the last ones trained for?",
            "The head on cats and dogs stands on the last layer. Are hands among ImageNet's classes?",
            "Edges are too little, the features of dogs' breeds too special: somewhere between.",
        ),
        praise="General enough for hands, and more than edges.",
    ),
    "frozen_head": Model(
        checks=[_ends_in_one_probability, _stands_on, _trains_the_last_layer_only, _is_the_sigmoid_of_the_means, _drops_out],
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
}

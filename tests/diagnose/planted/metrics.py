"""Mistakes: metrics that do not fit output and labels; squared errors on classes, and losses that want other numbers."""

import keras
import numpy as np
from keras import layers

from tests.diagnose.planted.builders import (
    BINARY_LOGITS,
    SPARSE,
    compiled,
    dense,
    judged,
    linear,
    numbers,
    one_hot,
    pictures,
    points,
    sigmoid,
    softmax,
    stacked,
    yes_and_no,
)
from tests.diagnose.planted.tables import plant

METRICS = {
    "accuracy on a logit": [
        lambda: judged("accuracy", linear(), loss=BINARY_LOGITS, data=points(2)),
        lambda: judged("binary_accuracy", linear(), loss=BINARY_LOGITS, data=points(2)),
        lambda: judged(keras.metrics.BinaryAccuracy(), linear(3), loss=BINARY_LOGITS, data=yes_and_no()),
    ],
    "recall and precision of logits": [
        lambda: judged(keras.metrics.Recall(), linear(), loss=BINARY_LOGITS, data=points(2)),
        lambda: judged(keras.metrics.Precision(), linear(), loss=BINARY_LOGITS, data=points(2)),
    ],
    "thresholds beside logits": [lambda: judged(keras.metrics.AUC(), linear(), loss=BINARY_LOGITS, data=points(2))],
    "yes and no over classes": [
        lambda: judged(
            keras.metrics.BinaryAccuracy(), softmax(10), loss="categorical_crossentropy", data=one_hot(points(10), 10)
        ),
        lambda: judged("binary_accuracy", softmax(5), loss="categorical_crossentropy", data=one_hot(points(5), 5)),
    ],
    "probabilities that equal a label": [
        lambda: judged(keras.metrics.Accuracy(), softmax(), loss="categorical_crossentropy", data=one_hot(points(), 3)),
        lambda: judged(keras.metrics.Accuracy(), sigmoid(), loss="binary_crossentropy", data=points(2)),
    ],
    "the largest of one unit": [
        lambda: judged("sparse_categorical_accuracy", sigmoid(), loss="binary_crossentropy", data=points(2)),
        lambda: judged(keras.metrics.CategoricalAccuracy(), sigmoid(), loss="binary_crossentropy", data=points(2)),
    ],
    "labels in another form": [lambda: judged("categorical_accuracy", softmax())],
    "accuracy of measurements": [
        lambda: judged("accuracy", linear(), loss="mse", data=numbers(), shape=(4,)),
        lambda: judged("acc", linear(2), loss="mae", data=(points()[0], points()[0][:, :2])),
    ],
    "the largest of several labels": [
        lambda: judged("accuracy", sigmoid(3), loss="binary_crossentropy", data=yes_and_no()),
    ],
    "recall over both of two units": [
        lambda: judged("recall", softmax(2), loss="categorical_crossentropy", data=one_hot(points(2), 2)),
    ],
    "regions from probabilities": [
        lambda: judged(keras.metrics.MeanIoU(2), sigmoid(), loss="binary_crossentropy", data=points(2)),
    ],
}


for about, makers in METRICS.items():
    for maker in makers:
        plant("metric_does_not_fit", kind=about)(maker)


CLASSES_AS_NUMBERS = {
    "one-hot rows under a softmax": lambda: (compiled(dense(softmax()), "mse"), one_hot(points(), 3)),
    "one-hot rows, no activation": lambda: (
        compiled(dense(linear(3)), keras.losses.MeanAbsoluteError()),
        one_hot(points(), 3),
    ),
    "yes or no under a sigmoid": lambda: (compiled(dense(sigmoid()), "mse"), points(2)),
    "yes or no, no activation": lambda: (compiled(dense(linear()), keras.losses.Huber()), points(2)),
    "plus or minus one": lambda: (
        compiled(dense(linear(activation="tanh")), "mean_squared_error"),
        (points(2)[0], 2 * points(2)[1] - 1),
    ),
    "class numbers as a number": lambda: (compiled(dense(linear()), "mse"), points(5)),
    "class numbers and an accuracy": lambda: (
        compiled(dense(linear()), "mae", metrics=["accuracy"]),
        (points(6)[0], points(6)[1].astype("float32")),
    ),
    "several labels": lambda: (compiled(dense(sigmoid(3)), "mse"), yes_and_no()),
}


for about, maker in CLASSES_AS_NUMBERS.items():
    plant("regression_loss_for_classes", kind=about)(maker)


@plant("regression_loss_for_classes", kind="a mask")
def a_mask_under_squared_errors():
    x, _ = pictures()
    last = layers.Conv2D(1, 3, padding="same", activation="sigmoid", dtype="float32")
    return compiled(stacked(last, shape=(12, 12, 1)), "mse"), (x, (x > 0.5).astype("float32"))


JUDGES = {
    "logarithm of negative targets": lambda: (
        compiled(dense(linear(), shape=(4,)), "mean_squared_logarithmic_error"),
        numbers(),
    ),
    "per cent of nothing": lambda: (
        compiled(dense(linear(), shape=(4,)), "mean_absolute_percentage_error"),
        (numbers()[0], np.maximum(numbers()[1], 0)),
    ),
    "counts that may be negative": lambda: (
        compiled(dense(linear(), shape=(4,)), keras.losses.Poisson()),
        (numbers()[0], np.abs(numbers()[1]).round()),
    ),
    "direction of a number": lambda: (compiled(dense(linear(), shape=(4,)), keras.losses.CosineSimilarity()), numbers()),
    "margins for probabilities": lambda: (compiled(dense(sigmoid()), "hinge"), points(2)),
    "one unit among classes": lambda: (compiled(dense(sigmoid()), "categorical_crossentropy"), points(2)),
}


for about, maker in JUDGES.items():
    plant("loss_cannot_judge", kind=about)(maker)


plant("integer_labels", kind="class numbers for a divergence")(
    lambda: (compiled(dense(softmax()), keras.losses.KLDivergence()), points())
)


@plant("logits_taken_for_probabilities", "Output kind", kind="one of several outputs")
def logits_at_one_of_two_outputs():
    x, y = points()
    inputs = keras.Input((8,))
    hidden = layers.Dense(16, activation="relu")(inputs)
    model = keras.Model(inputs, {"kind": layers.Dense(3, name="kind")(hidden), "size": layers.Dense(1, name="size")(hidden)})
    return compiled(model, {"kind": SPARSE, "size": "mse"}), (x, {"kind": y, "size": x[:, 0]})


@plant("units_do_not_match", kind="one of several outputs")
def too_few_units_at_one_of_two_outputs():
    x, y = points(4)
    inputs = keras.Input((8,))
    hidden = layers.Dense(16, activation="relu")(inputs)
    return compiled(keras.Model(inputs, [softmax(3)(hidden), linear()(hidden)]), [SPARSE, "mse"]), (x, [y, x[:, 0]])

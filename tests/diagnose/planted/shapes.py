"""Mistakes: shapes that train and mean nothing."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers

from tests.diagnose.planted.builders import (
    SPARSE,
    a_class_for_each_step,
    batches,
    compiled,
    dense,
    linear,
    numbers,
    one_hot,
    pictures,
    points,
    recurrent,
    sigmoid,
    softmax,
    stacked,
    steps,
)
from tests.diagnose.planted.tables import plant


@plant("shapes_do_not_match", "return_sequences=False")
def an_answer_for_each_step_against_one_number():
    return compiled(recurrent(linear(), sequences=True), "mse"), steps()[:2]


@plant("shapes_do_not_match", "(8, 1)")
def an_answer_for_each_step_against_a_column():
    x, y, _ = steps()
    return compiled(recurrent(linear(), sequences=True, kind=layers.LSTM), "mae"), (x, y[:, None])


@plant("shapes_do_not_match")
def a_yes_or_no_for_each_step_against_one():
    x, _, y = steps()
    return compiled(recurrent(sigmoid(), sequences=True), "binary_crossentropy"), (x, y)


@plant("shapes_do_not_match")
def classes_for_each_step_against_one():
    x, _, y = steps()
    return compiled(recurrent(softmax(2), sequences=True), SPARSE), batches((x, y))


@plant("shapes_do_not_match", "Flatten", kind="no Flatten")
def no_flatten_after_the_filters():
    model = stacked(layers.Conv2D(4, 3, activation="relu"), softmax(4), shape=(12, 12, 1))
    return compiled(model, SPARSE), pictures()


@plant("shapes_do_not_match", "Flatten", kind="no Flatten")
def no_flatten_before_one_number():
    model = stacked(layers.Conv1D(4, 3, activation="relu"), linear(), shape=(8, 3))
    return compiled(model, keras.losses.Huber()), steps()[:2]


@plant("units_do_not_match", "12 targets", kind="a unit against twelve targets")
def one_number_against_twelve():
    x, _ = points()
    return compiled(dense(linear()), "mse"), (x, np.tile(x, 2)[:, :12])


@plant("units_do_not_match", kind="a unit against twelve targets")
def one_yes_or_no_against_five():
    x, _ = points()
    return compiled(dense(sigmoid()), "binary_crossentropy"), (x, (x[:, :5] > 0).astype("float32"))


class Squared(keras.losses.Loss):
    """As learners write it: without a look at the shapes."""

    def call(self, y_true, y_pred):
        return keras.ops.mean(keras.ops.square(y_true - y_pred))


plant("loss_ignores_pairs", "Squared")(lambda: (compiled(dense(linear(), shape=(4,)), Squared()), numbers()))


@plant("loss_ignores_pairs")
def own_loss_on_sequences():
    def own(y_true, y_pred):
        return keras.ops.mean(keras.ops.abs(keras.ops.expand_dims(y_true, 0) - keras.ops.expand_dims(y_pred, 1)))

    return compiled(recurrent(linear()), own), steps()[:2]


@plant("loss_rewards_errors", "-agreement")
def a_coefficient_in_place_of_a_loss():
    def agreement(y_true, y_pred):
        both = keras.ops.sum(y_true * y_pred)
        return (2 * both + 1) / (keras.ops.sum(y_true) + keras.ops.sum(y_pred) + 1)

    return compiled(dense(sigmoid()), agreement), points(2)


@plant("loss_rewards_errors")
def a_forgotten_minus():
    def likelihood(y_true, y_pred):
        return keras.ops.mean(-keras.ops.square(y_true - y_pred), axis=-1)

    return compiled(dense(linear(), shape=(4,)), likelihood), numbers()


@plant("softmax_over_wrong_axis", "axis 1")
def softmax_over_the_steps():
    model = stacked(layers.Dense(6, activation="relu"), linear(2), layers.Softmax(axis=1, dtype="float32"), shape=(6, 5))
    return compiled(model, SPARSE), a_class_for_each_step()


@plant("softmax_over_wrong_axis")
def softmax_over_the_rows_of_a_picture():
    x, _ = pictures()
    y = keras.utils.to_categorical((x[..., 0] > 0.5).astype(int), 2)
    model = stacked(
        layers.Conv2D(2, 3, padding="same"), layers.Activation(lambda x: keras.ops.softmax(x, axis=1)), shape=(12, 12, 1)
    )
    return compiled(model, "categorical_crossentropy"), (x, y)


@plant("softmax_over_wrong_axis", kind="loss over another axis")
def loss_over_the_steps():
    x, y = a_class_for_each_step()
    model = stacked(layers.Dense(6, activation="relu"), softmax(2), shape=(6, 5))
    return compiled(model, keras.losses.CategoricalCrossentropy(axis=1)), (x, np.eye(2, dtype="float32")[y])


@plant("mixed_samples", kind="softmax over the batch")
def softmax_over_the_batch():
    return compiled(dense(linear(3), layers.Softmax(axis=0, dtype="float32")), SPARSE), points()


@plant("mixed_samples", kind="softmax over the batch")
def softmax_over_the_batch_in_an_activation():
    last = layers.Dense(3, activation=lambda x: tf.nn.softmax(x, axis=0), dtype="float32")
    return compiled(dense(last), "categorical_crossentropy"), one_hot(points(), 3)


@plant("mixed_samples")
def minus_the_mean_of_the_batch():
    centre = layers.Lambda(lambda x: x - tf.reduce_mean(x, axis=0))
    return compiled(dense(softmax(), before=[centre]), SPARSE), points()


@plant("mixed_samples")
def scaled_by_the_largest_of_the_batch():
    x = keras.Input((4,))
    hidden = layers.Dense(8, activation="relu")(x / (1 + keras.ops.max(x)))
    return compiled(keras.Model(x, linear()(hidden)), "mse"), numbers()

"""Mistakes in weights, penalties and the course of a training."""

import keras
from keras import layers

from tests.diagnose.planted.builders import (
    SPARSE,
    batches,
    classifier,
    compiled,
    dense,
    fitted,
    fitted_in,
    linear,
    numbers,
    pictures,
    points,
    softmax,
    stacked,
)
from tests.diagnose.planted.tables import plant


@plant("constant_weights", "all 0")
def zeros_throughout():
    hidden = layers.Dense(8, activation="relu", kernel_initializer="zeros")
    return compiled(stacked(hidden, softmax(), shape=(8,)), SPARSE), points()


@plant("constant_weights")
def halves_in_the_filters():
    filters = layers.Conv2D(4, 3, activation="relu", kernel_initializer=keras.initializers.Constant(0.5))
    return compiled(stacked(filters, layers.Flatten(), softmax(4), shape=(12, 12, 1)), SPARSE), pictures()


@plant("constant_weights")
def ones_after_training():
    hidden = layers.Dense(8, activation="tanh", kernel_initializer="ones")
    last = linear(kernel_initializer="ones")
    return fitted(compiled(stacked(hidden, last, shape=(4,)), "mse"), numbers(), epochs=2), numbers()


@plant("constant_weights")
def zeros_that_have_killed_their_units():
    hidden = layers.Dense(8, activation="relu", kernel_initializer="zeros")
    return fitted(compiled(stacked(hidden, softmax(), shape=(8,)), SPARSE), points(), epochs=8), points()


@plant("huge_weights")
def standard_normal_weights_of_many_inputs():
    hidden = layers.Dense(16, activation="tanh", kernel_initializer=keras.initializers.RandomNormal(stddev=1.0))
    return compiled(stacked(layers.Flatten(), hidden, softmax(4), shape=(12, 12, 1)), SPARSE), pictures()


@plant("huge_weights")
def wide_uniform_weights():
    hidden = layers.Dense(16, activation="relu", kernel_initializer=keras.initializers.RandomUniform(-20, 20))
    return compiled(stacked(hidden, linear(), shape=(4,)), "mse"), numbers()


@plant("tiny_weights")
def weights_next_to_nothing():
    hidden = layers.Dense(16, activation="relu", kernel_initializer=keras.initializers.RandomNormal(stddev=1e-5))
    return compiled(stacked(hidden, softmax(), shape=(8,)), SPARSE), points()


@plant("tiny_weights")
def filters_next_to_nothing():
    filters = layers.Conv2D(4, 3, activation="relu", kernel_initializer=keras.initializers.RandomUniform(-1e-6, 1e-6))
    return compiled(stacked(filters, layers.Flatten(), softmax(4), shape=(12, 12, 1)), SPARSE), pictures()


@plant("penalty_drowns", "L2")
def a_strong_square_penalty():
    hidden = layers.Dense(16, activation="relu", kernel_regularizer=keras.regularizers.L2(1.0))
    return compiled(stacked(hidden, softmax(), shape=(8,)), SPARSE), points()


@plant("penalty_drowns")
def a_strong_absolute_penalty():
    hidden = layers.Dense(16, activation="relu", kernel_regularizer="l1")
    hidden.kernel_regularizer = keras.regularizers.L1(0.5)
    return compiled(stacked(hidden, linear(), shape=(4,)), "mse"), numbers()


@plant("penalty_drowns", kind="weight decay")
def a_decay_that_takes_the_weights_away():
    return compiled(dense(softmax()), SPARSE, keras.optimizers.AdamW(1e-3, weight_decay=50.0)), points()


@plant("learning_rate_too_low", "is 0", kind="no learning rate at all")
def a_rate_of_nothing():
    return compiled(dense(softmax()), SPARSE, keras.optimizers.SGD(0.0)), points()


@plant("schedule_too_short")
def decay_counted_in_epochs():
    schedule = keras.optimizers.schedules.CosineDecay(0.01, decay_steps=3)
    return compiled(dense(softmax()), SPARSE, keras.optimizers.Adam(schedule)), points()


@plant("schedule_too_short")
def decay_at_each_step():
    schedule = keras.optimizers.schedules.ExponentialDecay(0.05, decay_steps=1, decay_rate=0.3)
    return fitted(compiled(dense(softmax()), SPARSE, keras.optimizers.SGD(schedule)), points(), epochs=2), points()


plant("gradients_cut")(lambda: (compiled(dense(softmax()), SPARSE, keras.optimizers.SGD(0.01, clipnorm=1e-5)), points()))


plant("gradients_cut")(
    lambda: (compiled(dense(linear(), shape=(4,)), "mse", keras.optimizers.SGD(0.01, clipvalue=1e-6)), numbers())
)


@plant("data_not_shown", "80%")
def two_steps_of_ten():
    train = batches(points())
    return fitted_in(classifier(), train, steps_per_epoch=2), train


@plant("data_not_shown")
def three_steps_of_an_endless_dataset():
    train = batches(numbers()).repeat()
    return fitted_in(compiled(dense(linear(), shape=(4,)), "mse"), train, steps_per_epoch=3, epochs=2), train


plant("dead_units", "leaky_relu", kind="dead by their bias")(
    lambda: (
        compiled(
            stacked(
                layers.Dense(8, bias_initializer=keras.initializers.Constant(-9.0)), layers.ReLU(), linear(), shape=(4,)
            ),
            "mse",
        ),
        numbers(),
    )
)

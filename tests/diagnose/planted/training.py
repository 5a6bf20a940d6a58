"""Mistakes in weights, penalties and the course of a training."""

import keras
import numpy as np
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
    sigmoid,
    softmax,
    stacked,
    stopped_after,
    tokens,
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


@plant("signal_fades")
def small_weights_in_many_layers():
    start = keras.initializers.RandomNormal(stddev=0.03)
    hidden = [layers.Dense(8, activation="relu", kernel_initializer=start) for _ in range(10)]
    return compiled(stacked(*hidden, linear(), shape=(4,)), "mse"), numbers()


@plant("answers_not_finite", "checkpoint", kind="weights that hold no numbers")
def weights_spoiled_before():
    model = classifier()
    model.layers[-1].bias.assign([0.0, np.nan, 0.0])
    return model, points()


@plant("kernel_not_trained")
def a_layer_that_learns_its_shift_alone():
    class Shifted(layers.Layer):
        def build(self, shape):
            self.kernel = self.add_weight(shape=(shape[-1], 16), initializer="glorot_uniform", trainable=False)
            self.shift = self.add_weight(shape=(16,), initializer="zeros")

        def call(self, x):
            return keras.ops.relu(x @ keras.ops.cast(self.kernel, x.dtype) + keras.ops.cast(self.shift, x.dtype))

    return compiled(stacked(Shifted(), softmax(), shape=(8,)), SPARSE), points()


@plant("untrained_base", "load_weights", kind="fresh layers of one's own frozen")
def fresh_filters_frozen():
    base = stacked(layers.Conv2D(8, 3, activation="relu"), layers.Conv2D(8, 3, activation="relu"), shape=(12, 12, 1))
    base.trainable = False
    return compiled(stacked(base, layers.Flatten(), softmax(4), shape=(12, 12, 1)), SPARSE), pictures()


@plant("untrained_base", "set_weights", kind="fresh word vectors frozen")
def fresh_vectors_frozen():
    vectors = layers.Embedding(20, 8, trainable=False)
    return compiled(
        stacked(vectors, layers.GlobalAveragePooling1D(), sigmoid(), shape=(8,)), "binary_crossentropy"
    ), tokens()


@plant("vanishing_gradients", kind="six sigmoids in a row")
def six_sigmoids():
    hidden = [layers.Dense(16, activation="sigmoid") for _ in range(6)]
    return compiled(stacked(*hidden, softmax(), shape=(8,)), SPARSE), points()


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


@plant("stopped_too_soon", "EarlyStopping")
def stopped_by_an_accuracy_that_rose():
    course = {"loss": [1.1, 0.9, 0.7], "val_loss": [1.1, 0.95, 0.8], "val_accuracy": [0.4, 0.5, 0.6]}
    return stopped_after(3, 40, course), points()


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

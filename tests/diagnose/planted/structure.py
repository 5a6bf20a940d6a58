"""Mistakes that a model's graph shows."""

import keras
import numpy as np
from keras import layers

from tests.diagnose.planted.builders import (
    SPARSE,
    classifier,
    compiled,
    convnet,
    dense,
    learned,
    linear,
    next_tokens,
    numbers,
    photos,
    pictures,
    points,
    sigmoid,
    small_base,
    softmax,
    stacked,
    steps,
)
from tests.diagnose.planted.tables import plant


@plant("training_fixed", "company")
def batch_normalization_fixed_in_training():
    x = keras.Input((8,))
    hidden = layers.BatchNormalization()(layers.Dense(8, activation="relu")(x), training=True)
    return compiled(keras.Model(x, softmax()(hidden)), SPARSE), points()


@plant("training_fixed", "chance")
def dropout_fixed_in_training():
    x = keras.Input((4,))
    hidden = layers.Dropout(0.2)(layers.Dense(8, activation="relu")(x), training=True)
    return compiled(keras.Model(x, linear()(hidden)), "mse"), numbers()


@plant("training_fixed")
def a_base_fixed_in_training():
    base = small_base()
    base.trainable = False
    x = keras.Input((32, 32, 3))
    answers = softmax(2)(layers.GlobalAveragePooling2D()(base(layers.Rescaling(1 / 127.5, -1)(x), training=True)))
    return compiled(keras.Model(x, answers), SPARSE), photos()


@plant("training_fixed", kind="training mode fixed in code of one's own")
def dropout_fixed_in_a_layer_of_own_code():
    class Block(layers.Layer):
        def __init__(self):
            super().__init__()
            self.weigh, self.drop = layers.Dense(8, activation="relu"), layers.Dropout(0.3)

        def call(self, x):
            return self.drop(self.weigh(x), training=True)

    return compiled(stacked(Block(), softmax(), shape=(8,)), SPARSE), points()


@plant("mixed_samples", kind="training mode fixed in code of one's own")
def batch_normalization_fixed_in_a_layer_of_own_code():
    class Block(layers.Layer):
        def __init__(self):
            super().__init__()
            self.weigh, self.norm = layers.Dense(8, activation="relu"), layers.BatchNormalization()

        def call(self, x):
            return self.norm(self.weigh(x), training=True)

    return compiled(stacked(Block(), linear(), shape=(4,)), "mse"), numbers()


plant("softmax_inside")(lambda: (classifier(hidden="softmax"), points()))


@plant("softmax_inside", "5 classes")
def softmax_before_a_regression():
    hidden = [layers.Dense(5), layers.Softmax(), layers.Dropout(0.1)]
    return compiled(stacked(layers.Dense(8, activation="relu"), *hidden, linear(), shape=(4,)), "mse"), numbers()


def with_old_head(classes=1_000):
    inputs = keras.Input((32, 32, 3))
    x = layers.GlobalAveragePooling2D()(layers.Conv2D(4, 5, strides=4, activation="relu")(inputs))
    base = keras.Model(
        inputs, layers.Dense(classes, activation="softmax", name="predictions")(x), name="mobilenetv2_0.35_32"
    )
    learned(base, photos()[0])
    return base


@plant("base_with_old_head")
def a_new_head_on_the_old_one():
    base = with_old_head()
    base.trainable = False
    x = keras.Input((32, 32, 3))
    return compiled(keras.Model(x, softmax(2)(base(layers.Rescaling(1 / 127.5, -1)(x)))), SPARSE), photos()


@plant("base_with_old_head")
def a_new_head_on_the_output_of_the_base():
    base = with_old_head()
    hidden = layers.Dense(8, activation="relu")(base.output)
    x, y = photos()
    return compiled(keras.Model(base.input, sigmoid()(hidden)), "binary_crossentropy"), (x / 127.5 - 1, y)


@plant("base_with_old_head", "ImageNet", kind="ImageNet's classes for one's own")
def the_old_head_alone():
    x, y = photos()
    return compiled(with_old_head(), SPARSE, keras.optimizers.Adam(1e-5)), (x / 127.5 - 1, y)


@plant("no_nonlinearity", "No layer before the last")
def three_linear_layers():
    return compiled(dense(layers.Dense(16), softmax(), hidden=None), SPARSE), points()


@plant("no_nonlinearity")
def linear_filters():
    hidden = [layers.Conv2D(4, 3), layers.AveragePooling2D(2), layers.Conv2D(4, 3), layers.Flatten()]
    return compiled(stacked(*hidden, softmax(4), shape=(12, 12, 1)), SPARSE), pictures()


@plant("no_nonlinearity")
def linear_regression_in_two_layers():
    return compiled(dense(layers.Dropout(0.1), linear(), shape=(4,), hidden="linear"), "mse"), numbers()


@plant("no_nonlinearity")
def one_forgotten_activation():
    model = stacked(layers.Dense(12), layers.Dense(12, activation="relu"), softmax(), shape=(8,))
    return compiled(model, SPARSE), points()


@plant("narrow_neck", "bottleneck")
def one_unit_before_three_classes():
    return compiled(dense(layers.Dense(1, activation="relu"), softmax()), SPARSE), points()


@plant("normalized_away")
def one_number_normalized_by_itself():
    parts = [layers.LayerNormalization(), layers.GRU(4), linear()]
    return compiled(stacked(*parts, shape=(8, 1)), "mse"), steps(features=1)[:2]


plant("normalized_output")(
    lambda: (compiled(dense(softmax(), layers.BatchNormalization(dtype="float32")), SPARSE), points())
)


@plant("reshape_scrambles", "Permute((2, 1))")
def steps_and_features_changed_by_reshape():
    return compiled(stacked(layers.Reshape((3, 8)), layers.GRU(4), linear(), shape=(8, 3)), "mse"), steps()[:2]


@plant("reshape_scrambles")
def channels_moved_by_reshape():
    x, y = photos(samples=32)
    parts = [layers.Reshape((32, 32, 3)), layers.Conv2D(4, 5, strides=4, activation="relu"), layers.Flatten(), softmax(2)]
    return compiled(stacked(*parts, shape=(3, 32, 32)), SPARSE), (x.transpose(0, 3, 1, 2) / 255, y)


plant("dropout_drowns", "90%")(lambda: (compiled(dense(layers.Dropout(0.9), softmax()), SPARSE), points()))


@plant("dropout_drowns")
def dropout_of_whole_maps():
    return compiled(convnet(layers.Conv2D(4, 3, activation="relu"), layers.SpatialDropout2D(0.85)), SPARSE), pictures()


@plant("dropout_drowns")
def dropout_in_a_recurrent_layer():
    return compiled(stacked(layers.LSTM(6, dropout=0.8), linear(), shape=(8, 3)), "mse"), steps()[:2]


plant("dropout_on_output")(lambda: (compiled(dense(softmax(), layers.Dropout(0.3)), SPARSE), points()))


plant("dropout_on_output")(lambda: (compiled(dense(linear(), layers.Dropout(0.5), shape=(4,)), "mse"), numbers()))


@plant("sees_the_future")
def both_directions_for_the_next_token():
    hidden = [layers.Embedding(12, 4), layers.Bidirectional(layers.GRU(4, return_sequences=True))]
    return compiled(stacked(*hidden, softmax(12), shape=(8,)), SPARSE), next_tokens()


@plant("sees_the_future")
def attention_without_a_causal_mask():
    x = keras.Input((8,))
    hidden = layers.Embedding(12, 4)(x)
    hidden = layers.MultiHeadAttention(1, 4)(hidden, hidden)
    return compiled(keras.Model(x, softmax(12)(hidden)), SPARSE), next_tokens()


@plant("sees_the_future")
def filters_that_reach_ahead():
    series = np.random.default_rng(0).normal(size=(96, 9, 1)).astype("float32")
    hidden = layers.Conv1D(4, 3, padding="same", activation="relu")
    return compiled(stacked(hidden, linear(), shape=(8, 1)), "mse"), (series[:, :-1], series[:, 1:])

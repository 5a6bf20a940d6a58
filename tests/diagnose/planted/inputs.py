"""Mistakes in what reaches the network."""

import keras
import numpy as np
from keras import layers

from tests.diagnose.planted.builders import (
    SPARSE,
    batches,
    classifier,
    compiled,
    convnet,
    dense,
    embedding,
    fitted,
    late,
    learned,
    linear,
    numbers,
    photos,
    pictures,
    points,
    recurrent,
    sigmoid,
    small_base,
    softmax,
    stacked,
    tokens,
    under_a_head,
)
from tests.diagnose.planted.tables import plant


@plant("not_a_number", "in 1 of 20,000 samples: number 13579", kind="one row of many")
def one_row_without_numbers_among_twenty_thousand():
    x, y = points(samples=20_000)
    x[13_579] = np.nan
    return classifier(), (x, y)


@plant("not_a_number", "targets", "number 11111", kind="one row of many")
def one_infinite_target_among_twelve_thousand():
    x, y = numbers(samples=12_000)
    y[11_111] = np.inf
    return compiled(dense(linear(), shape=(4,)), "mse"), (x, y)


@plant("floats_into_embedding", "0.05")
def scaled_tokens():
    x, y = tokens()
    return embedding(), (x / 20, y)


@plant("floats_into_embedding")
def measurements_into_an_embedding():
    x, y = points(2)
    return embedding(20, layers.Dense(4, activation="relu"), sigmoid()), (np.abs(x), y)


@plant("floats_into_embedding", kind="one answer from scaled tokens")
def trained_on_scaled_tokens():
    x, y = tokens()
    return fitted(embedding(), (x / 20, y), epochs=2), (x / 20, y)


plant("index_beyond_embedding", "Embedding(20, ...)")(lambda: (embedding(19), tokens()))


@plant("index_beyond_embedding", "-1")
def tokens_of_minus_one():
    x, y = tokens()
    x[5, 6] = -1
    return embedding(), (x, y)


@plant("channels_first", "transpose")
def channels_first():
    x, y = photos()
    model = stacked(layers.Conv2D(4, 2, activation="relu"), layers.Flatten(), softmax(2), shape=(3, 32, 32))
    return compiled(model, SPARSE), (x.transpose(0, 3, 1, 2) / 255, y)


@plant("channels_first")
def grey_with_its_channel_first():
    x, y = pictures()
    parts = [layers.Conv2D(4, (1, 3), activation="relu"), layers.GlobalAveragePooling2D(), softmax(4)]
    return compiled(stacked(*parts, shape=(1, 12, 12)), SPARSE), batches((x.transpose(0, 3, 1, 2), y))


plant("inputs_all_equal", "nothing but 0")(
    lambda: (compiled(convnet(), SPARSE), (np.zeros((64, 12, 12, 1), "float32"), np.arange(64) % 4))
)


@plant("inputs_all_equal")
def the_same_row_read_again_and_again():
    x, y = points()
    return classifier(), batches((np.tile(x[:1], (len(x), 1)), y))


@plant("unmasked_padding", "mask_zero")
def padding_behind_the_words():
    model = stacked(layers.Embedding(20, 4), layers.LSTM(4), sigmoid(), shape=(20,))
    return compiled(model, "binary_crossentropy"), late()


@plant("unmasked_padding", "Masking")
def padding_behind_the_measurements():
    x, y = late()
    return compiled(recurrent(sigmoid(), shape=(20, 1)), "binary_crossentropy"), (x[..., None] / 20, y)


@plant("not_adapted", "adapt")
def normalization_that_has_seen_nothing():
    return classifier(before=[layers.Normalization()]), (200 * points()[0], points()[1])


@plant("not_adapted")
def normalization_of_pixels_that_has_seen_nothing():
    return compiled(convnet(layers.Normalization()), SPARSE), pictures(high=255.0)


plant("tiny_inputs", "scaled again", kind="scaled twice")(
    lambda: (compiled(convnet(layers.Rescaling(1 / 127.5, -1)), SPARSE), pictures())
)


@plant("not_adapted", "other data", kind="adapted before the data was scaled")
def normalization_of_what_has_been_scaled():
    x, y = pictures()
    normalization = layers.Normalization()
    normalization.adapt(255 * x)
    return compiled(convnet(normalization), SPARSE), (x / 255, y)


@plant("base_range", "Scale once", kind="preprocessed twice")
def divided_before_the_preprocessing():
    prepare = keras.applications.mobilenet_v2.preprocess_input
    return under_a_head(small_base(), prepare), photos(high=1.0)


@plant("base_range", kind="preprocessed twice")
def mean_subtracted_from_what_was_divided():
    prepare = keras.applications.vgg16.preprocess_input
    return under_a_head(small_base("vgg16"), prepare), photos(high=1.0)


@plant("base_range", "scales inside", kind="scaled before a base that scales")
def minus_one_to_one_into_a_base_that_scales():
    inputs = keras.Input((32, 32, 3))
    hidden = layers.Conv2D(8, 5, strides=4, activation="relu")(layers.Rescaling(1 / 127.5, -1)(inputs))
    base = keras.Model(inputs, hidden, name="mobilenetv3small")
    learned(base, photos()[0])
    return under_a_head(base, layers.Rescaling(1 / 127.5, -1)), photos()

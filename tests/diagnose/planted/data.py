"""Mistakes in what belongs together: masks and pictures, numbers and words, weights and classes, steps and targets."""

import numpy as np
from keras import layers

from tests.diagnose.planted.builders import (
    SPARSE,
    compiled,
    convnet,
    dense,
    embedding,
    late,
    next_tokens,
    of_every_place,
    outlines,
    pictures,
    points,
    sigmoid,
    softmax,
    stacked,
    with_weights,
)
from tests.diagnose.planted.tables import plant


@plant("targets_stay", "left to right", kind="flipped before they were stored")
def pictures_stored_flipped_without_their_masks():
    x, masks = outlines()
    x[::2] = x[::2, :, ::-1]
    return of_every_place(), (x, masks)


@plant("labels_shuffled_apart", "masks", kind="masks of other pictures")
def masks_listed_in_another_order():
    x, masks = outlines()
    return of_every_place(), (x[:60], np.random.default_rng(1).permutation(masks[:60])), (x[60:], masks[60:])


plant("one_class", "(12, 12, 1)", kind="empty masks")(lambda: (of_every_place(), (outlines()[0], np.zeros((96, 12, 12, 1)))))


plant("targets_too_small", "255")(lambda: (of_every_place(), (outlines()[0], outlines()[1] / 255)))


@plant("augmentation_too_strong", "same colour")
def a_brightness_that_leaves_nothing():
    x, y = pictures()
    return compiled(convnet(layers.RandomBrightness(1.0, value_range=(0, 1))), SPARSE), (0.5 + 0.3 * x, y)


@plant("augmentation_too_strong", "noise", kind="noise that drowns the pictures")
def noise_of_four_times_the_spread():
    x, y = pictures()
    return compiled(convnet(layers.GaussianNoise(1.0)), SPARSE), (x - x.mean(), y)


@plant("answer_among_inputs", "Channel 1", kind="the mask among the channels")
def pictures_with_their_masks():
    x, masks = outlines()
    parts = [
        layers.Conv2D(8, 3, padding="same", activation="relu"),
        layers.Conv2D(1, 1, activation="sigmoid", dtype="float32"),
    ]
    return compiled(stacked(*parts, shape=(12, 12, 2)), "binary_crossentropy"), (np.concatenate([x, masks], axis=-1), masks)


@plant("classes_renumbered", "around", kind="masks the other way round")
def masks_of_what_is_around_the_object():
    x, masks = outlines()
    return of_every_place(), (x[:60], masks[:60]), (x[60:], 1 - masks[60:])


@plant("augmentation_too_strong", "another", kind="what tells the classes apart")
def places_moved_where_the_place_is_the_class():
    return compiled(convnet(layers.RandomTranslation(0.5, 0.0, fill_mode="wrap")), SPARSE), pictures()


@plant("weights_upside_down", "class 1")
def each_class_weighed_by_its_share():
    x, y = points(2)
    kept = (y == 0) | (np.arange(len(y)) % 4 == 0)
    return with_weights(lambda y: np.bincount(y)[y] / len(y), (x[kept], y[kept]))


@plant("tokens_as_quantities", "Embedding(40")
def tokens_without_an_embedding():
    x = np.random.default_rng(0).integers(1, 40, (128, 8))
    return compiled(dense(sigmoid()), "binary_crossentropy"), (x, (x.mean(axis=1) > 20).astype(int))


@plant("tokens_renumbered", "tokenizer")
def a_vocabulary_made_anew_for_validation():
    rng = np.random.default_rng(0)
    y, other = rng.integers(0, 2, 360), np.concatenate([[0], 1 + rng.permutation(39)])
    x = rng.integers(1, 20, (360, 8)) + 20 * (rng.random((360, 8)) < np.where(y, 0.8, 0.2)[:, None])
    return embedding(40), (x[:240], y[:240]), (other[x[240:]], y[240:])


@plant("padded_differently", "before", "behind")
def zeros_before_the_words_and_for_validation_behind_them():
    (x, y), (x_new, y_new) = late(), late()
    model = stacked(layers.Embedding(20, 4), layers.GRU(4), sigmoid(), shape=(20,))
    return compiled(model, "binary_crossentropy"), (x[:, ::-1], y), (x_new[50:] * (x_new[50:] != 3), y_new[50:])


@plant("targets_not_shifted", "shifted")
def a_language_model_that_repeats():
    x, _ = next_tokens()
    network = [layers.Embedding(12, 4), layers.GRU(4, return_sequences=True), softmax(12)]
    return compiled(stacked(*network, shape=(8,)), SPARSE), (x, x)

"""Mistakes in what belongs together: masks and pictures, numbers and words, weights and classes, steps and targets."""

import keras
import numpy as np
from keras import layers

from tests.diagnose.planted.builders import (
    SPARSE,
    classifier,
    compiled,
    convnet,
    dense,
    embedding,
    fitted,
    late,
    linear,
    next_tokens,
    numbers,
    of_every_place,
    of_two_outputs,
    one_hot,
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


@plant("rows_do_not_add_up", "all zeros", kind="one-hot rows that lack a column")
def one_hot_rows_without_the_last_class():
    x, y = one_hot(points(), 3)
    return compiled(dense(softmax(2)), "categorical_crossentropy"), (x, y[:, :2])


@plant("rows_do_not_add_up", "0.9", kind="rows made smaller")
def one_hot_rows_smoothed_by_halves():
    x, y = one_hot(points(), 3)
    return compiled(dense(softmax()), "categorical_crossentropy"), (x, 0.9 * y)


@plant("spare_units", "1 to 3", kind="classes counted from 1")
def one_hot_rows_of_classes_from_1():
    x, y = points()
    return compiled(dense(softmax(4)), "categorical_crossentropy"), one_hot((x, y + 1), 4)


@plant("output_without_loss", "sum")
def a_loss_for_one_of_two_outputs():
    model, data = of_two_outputs(None)
    return compiled(model, {"kind": SPARSE}), data


@plant("tokens_as_quantities", "scaled", kind="numbers of words, scaled in the model")
def words_as_parts_of_the_largest():
    x = np.random.default_rng(0).integers(1, 40, (200, 10)).astype("int32")
    model = dense(sigmoid(), shape=(10,), before=[layers.Rescaling(1 / 40)])
    return compiled(model, "binary_crossentropy"), (x, (x > 30).sum(axis=1) > 2)


@plant("rare_classes", "background", kind="hardly any foreground")
def masks_of_next_to_nothing():
    x, masks = outlines()
    masks[:, 1:] = 0
    return compiled(of_every_place(), "binary_crossentropy", metrics=["accuracy"]), (x, masks)


@plant("labels_shuffled_apart", "another order", kind="masks of other pictures in both splits")
def masks_of_other_pictures_throughout():
    x, _ = outlines()
    x, masks = 0.3 * x, np.zeros_like(x)
    for number, place in enumerate(np.random.default_rng(2).integers(0, 9, (len(x), 2))):
        part = (number, slice(place[0], place[0] + 3), slice(place[1], place[1] + 3))
        x[part], masks[part] = 0.9, 1.0
    return of_every_place(), (x, np.random.default_rng(1).permutation(masks))


@plant("stands_for_missing", "targets", kind="a number for a missing target")
def targets_of_minus_999():
    x, y = numbers()
    return compiled(dense(linear(), shape=(4,)), "mse"), (x, np.where(np.arange(len(y)) % 9, y, -999))


@plant("unscaled_targets", "column", kind="targets of different size")
def two_targets_in_other_units():
    x, y = numbers()
    return compiled(dense(linear(2), shape=(4,)), "mse"), (x, np.stack([y, 60 * x[:, 0]], axis=1))


@plant("tiny_inputs", "all columns were scaled by one number", kind="a table divided by its largest number")
def a_table_divided_by_its_largest_number():
    x, y = points()
    x = x * [1, 1, 5000, 1, 1, 1, 1, 1]
    return classifier(), (x / np.abs(x).max(), y)


@plant("own_statistics", "before the split", kind="scaled before the split")
def standardized_before_the_split():
    x, y = points()
    x = (x - x.mean(axis=0)) / x.std(axis=0)
    return classifier(), (x[:240], y[:240]), (x[240:], y[240:])


@plant("not_connected", "reaches no output", kind="an input that is not joined")
def an_input_joined_twice():
    first, second = keras.Input((4,)), keras.Input((4,))
    hidden = layers.Dense(16, activation="relu")(layers.concatenate([first, first]))
    x, y = points()
    return compiled(keras.Model([first, second], softmax()(hidden)), SPARSE), ([x[:, :4], x[:, 4:]], y)


@plant("not_connected", "never called", kind="a layer that is not called")
def a_layer_forgotten_in_call():
    class Forgetful(keras.Model):
        def __init__(self):
            super().__init__()
            self.first, self.second, self.last = layers.Dense(8, "relu"), layers.Dense(8, "relu"), softmax()

        def call(self, x):
            return self.last(self.first(x))

    return compiled(Forgetful(), SPARSE), points()


@plant("training_fixed", "random", kind="dropout of one's own that goes on")
def dropout_that_does_not_listen():
    class Dropping(layers.Layer):
        def call(self, x):
            return keras.random.dropout(x, 0.4)

    hidden = [layers.Dense(16, activation="relu"), Dropping()]
    return compiled(stacked(*hidden, softmax(), shape=(8,)), SPARSE), points()


@plant("loss_cannot_judge", "0 or 1", kind="a logarithm of 0")
def cross_entropy_without_a_limit():
    def own(y_true, y_pred):
        sure = y_true * keras.ops.log(y_pred) + (1 - y_true) * keras.ops.log(1 - y_pred)
        return -keras.ops.mean(sure, axis=-1)

    return compiled(dense(sigmoid()), own), points(2)


@plant("logits_taken_for_probabilities", "leaky_relu", kind="another activation")
def leaky_scores_for_probabilities():
    return compiled(dense(linear(3), layers.LeakyReLU(dtype="float32")), SPARSE), points()


@plant("activation_limits_targets", "softplus", kind="another activation")
def softplus_for_negative_targets():
    return compiled(dense(linear(activation="softplus"), shape=(4,)), "mse"), numbers()


@plant("learning_rate_too_high", "RMSprop", kind="steps as large as weights")
def steps_as_large_as_weights():
    return compiled(dense(softmax()), SPARSE, keras.optimizers.RMSprop(1.0)), points()


@plant("averages_do_not_move", "in use", kind="averages that lag behind")
def averages_far_from_the_data():
    x, y = points()
    hidden = [layers.Dense(16), layers.BatchNormalization(), layers.ReLU()]
    model = compiled(stacked(*hidden, softmax(), shape=(8,)), SPARSE, keras.optimizers.Adam(0.02))
    others = points(seed=1)[0] + 4, points(seed=1)[1]
    return fitted(model, (x + 4, y), epochs=6, batch_size=107, validation_data=others), (x + 4, y), others

"""What looks like one of the mistakes, and is right."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers

from tests.diagnose.planted.builders import (
    BINARY_LOGITS,
    SPARSE,
    a_class_for_each_step,
    batches,
    classifier,
    compiled,
    convnet,
    dense,
    embedding,
    fitted,
    fitted_in,
    judged,
    late,
    linear,
    next_tokens,
    numbers,
    of_every_place,
    of_two_outputs,
    one_hot,
    outlines,
    photos,
    pictures,
    points,
    recurrent,
    sigmoid,
    small_base,
    softmax,
    stacked,
    standardized,
    steps,
    stopped_after,
    tokens,
    under_a_head,
    windows,
    with_weights,
    yes_and_no,
)
from tests.diagnose.planted.tables import ONCE, once, put_healthy


@once
def a_number_for_each_step():
    x, _, _ = steps()
    return compiled(recurrent(linear(), sequences=True), "mse"), (x, x.mean(axis=2))


@once
def a_number_for_each_step_as_a_column():
    x, _, _ = steps()
    return compiled(recurrent(linear(), sequences=True), "mae"), batches((x, x.mean(axis=2, keepdims=True)))


@once
def class_numbers_in_a_column():
    x, y = points()
    return classifier(), (x, y[:, None]), (points(seed=1)[0], points(seed=1)[1][:, None])


@once
def a_column_of_targets():
    x, y = numbers()
    return compiled(dense(linear(), shape=(4,)), "mse", metrics=["mae"]), (x, y[:, None])


@once
def a_class_for_each_pixel():
    x, _ = pictures()
    parts = [
        layers.Conv2D(4, 3, padding="same", activation="relu"),
        layers.Conv2D(2, 1, activation="softmax", dtype="float32"),
    ]
    return compiled(stacked(*parts, shape=(12, 12, 1)), SPARSE, metrics=["accuracy"]), (x, (x[..., 0] > 0.5).astype(int))


@once
def a_mask_for_each_picture():
    x, _ = pictures()
    model = stacked(layers.Conv2D(1, 3, padding="same", activation="sigmoid", dtype="float32"), shape=(12, 12, 1))
    metrics = [keras.metrics.BinaryIoU(target_class_ids=[1], threshold=0.5), "binary_accuracy"]
    return compiled(model, "binary_crossentropy", metrics=metrics), (x, (x > 0.5).astype("float32"))


@once
def a_small_unet():
    x, _ = pictures()
    inputs = keras.Input((12, 12, 1))
    wide = layers.Conv2D(4, 3, padding="same", activation="relu")(inputs)
    deep = layers.Conv2D(8, 3, padding="same", activation="relu")(layers.MaxPooling2D()(wide))
    joined = layers.Concatenate()([wide, layers.UpSampling2D()(deep)])
    outputs = layers.Conv2D(1, 1, activation="sigmoid", dtype="float32")(joined)
    return compiled(keras.Model(inputs, outputs), "binary_crossentropy"), (x, (x > 0.5).astype("float32"))


@once
def own_loss_as_a_function():
    def own(y_true, y_pred):
        return keras.ops.mean(keras.ops.square(y_true - y_pred), axis=-1)

    return compiled(dense(linear(), shape=(4,)), own), numbers()


@once
def own_loss_that_looks_at_the_shapes():
    class Own(keras.losses.Loss):
        def call(self, y_true, y_pred):
            return keras.ops.abs(keras.ops.reshape(y_true, (-1, 1)) - y_pred)

    return compiled(dense(linear(), shape=(4,)), Own()), numbers()


@once
def one_minus_a_coefficient():
    def overlap(y_true, y_pred):
        return 1 - (2 * keras.ops.sum(y_true * y_pred) + 1) / (keras.ops.sum(y_true) + keras.ops.sum(y_pred) + 1)

    return compiled(dense(sigmoid()), overlap, keras.optimizers.Adam(0.01)), points(2)


@once
def a_distance_that_is_small_for_the_label_1():
    def contrast(y_true, y_pred):
        return y_true * keras.ops.square(y_pred) + (1 - y_true) * keras.ops.square(keras.ops.maximum(1 - y_pred, 0))

    inputs = keras.Input((8,))
    hidden = layers.Dense(8, activation="relu")(inputs)
    return compiled(keras.Model(inputs, keras.ops.sum(keras.ops.square(hidden), axis=-1, keepdims=True)), contrast), points(
        2
    )


@once
def classes_on_the_first_axis():
    x, y = a_class_for_each_step()
    rows = np.eye(2, dtype="float32")[y].transpose(0, 2, 1)
    parts = [
        layers.Dense(6, activation="relu"),
        layers.Dense(2),
        layers.Permute((2, 1)),
        layers.Softmax(axis=1, dtype="float32"),
    ]
    return compiled(stacked(*parts, shape=(6, 5)), keras.losses.CategoricalCrossentropy(axis=1)), (x, rows)


@once
def attention_over_the_steps():
    x, y, _ = steps()
    inputs = keras.Input((8, 3))
    hidden = layers.Dense(6, activation="tanh")(inputs)
    weights = layers.Softmax(axis=1)(layers.Dense(1)(hidden))
    return compiled(keras.Model(inputs, linear()(layers.Flatten()(layers.Dot(1)([weights, hidden])))), "mse"), (x, y)


@once
def samples_apart_with_group_normalization():
    parts = [layers.Conv2D(8, 3), layers.GroupNormalization(4), layers.ReLU(), layers.Flatten(), softmax(4)]
    return compiled(stacked(*parts, shape=(12, 12, 1)), SPARSE), pictures()


@once
def an_answer_drawn_from_a_distribution():
    class Drawn(layers.Layer):
        def call(self, x):
            return x + 0.1 * keras.random.normal(keras.ops.shape(x))

    x, _ = points()
    hidden = [layers.Dense(3), Drawn(), layers.Dense(8, activation="relu"), linear(8)]
    return compiled(stacked(layers.Dense(8, activation="relu"), *hidden, shape=(8,)), "mse"), (x, x)


@once
def a_base_in_inference_mode():
    return under_a_head(small_base(), layers.Rescaling(1 / 127.5, -1)), batches(photos()), batches(photos(seed=1))


@once
def a_linear_autoencoder():
    x, _ = points()
    return compiled(stacked(layers.Dense(2), linear(8), shape=(8,)), "mse"), (x, x)


@once
def a_linear_bottleneck():
    parts = [layers.Flatten(), layers.Dense(2), layers.Dense(16, activation="relu"), softmax(4)]
    return compiled(stacked(*parts, shape=(12, 12, 1)), SPARSE), pictures()


@once
def activations_as_layers():
    parts = [
        layers.Dense(12),
        layers.LeakyReLU(),
        layers.Dense(12),
        layers.PReLU(),
        layers.Dense(12),
        layers.Activation("gelu"),
    ]
    return compiled(stacked(*parts, softmax(), shape=(8,)), SPARSE), points()


@once
def filters_for_each_channel_and_then_across():
    parts = [layers.Conv2D(4, 3, activation="relu"), layers.DepthwiseConv2D(3), layers.Conv2D(8, 1, activation="relu")]
    return compiled(stacked(*parts, layers.Flatten(), softmax(4), shape=(12, 12, 1)), SPARSE), pictures()


@once
def separable_filters():
    parts = [
        layers.SeparableConv2D(8, 3, activation="relu"),
        layers.GlobalMaxPooling2D(),
        layers.Dense(8, activation="relu"),
    ]
    return compiled(stacked(*parts, softmax(4), shape=(12, 12, 1)), SPARSE), pictures()


@once
def normalized_between_weights_and_activation():
    parts = [layers.Dense(16, use_bias=False), layers.BatchNormalization(), layers.Activation("relu"), layers.Dropout(0.3)]
    return compiled(stacked(*parts, softmax(), shape=(8,)), SPARSE), points(), points(seed=1)


@once
def a_transformer_block():
    x, y = tokens()
    inputs = keras.Input((8,))
    hidden = layers.Embedding(20, 8)(inputs)
    hidden = layers.LayerNormalization()(hidden + layers.MultiHeadAttention(2, 4)(hidden, hidden))
    wide = layers.Dense(8)(layers.Dense(16, activation="relu")(hidden))
    hidden = layers.GlobalAveragePooling1D()(layers.LayerNormalization()(hidden + wide))
    return compiled(keras.Model(inputs, sigmoid()(hidden)), "binary_crossentropy"), (x, y)


@once
def wide_and_deep():
    x, y = numbers()
    inputs = keras.Input((4,))
    deep = layers.Dense(8, activation="relu")(layers.Dense(8, activation="relu")(inputs))
    return compiled(keras.Model(inputs, linear()(layers.Concatenate()([inputs, deep]))), "mse"), (x, y)


@once
def a_residual_branch_that_starts_from_zero():
    inputs = keras.Input((8,))
    hidden = layers.Dense(12, activation="relu")(inputs)
    branch = layers.Dense(12, kernel_initializer="zeros")(layers.Dense(12, activation="relu")(hidden))
    return compiled(keras.Model(inputs, softmax()(layers.Add()([hidden, branch]))), SPARSE), points()


@once
def a_head_that_starts_from_zero():
    hidden = layers.Dense(12, activation="relu", kernel_initializer="he_normal")
    return compiled(stacked(hidden, linear(kernel_initializer="zeros"), shape=(4,)), "mse"), numbers()


@once
def a_fixed_blur_before_the_filters():
    blur = layers.Conv2D(1, 3, use_bias=False, trainable=False, kernel_initializer=keras.initializers.Constant(1 / 9))
    return compiled(convnet(blur, size=12), SPARSE), pictures()


@once
def random_features_of_one_layer():
    return compiled(dense(softmax(), before=[layers.Dense(32, activation="tanh", trainable=False)]), SPARSE), points()


@once
def a_fixed_matrix_with_a_small_one_learned():
    class Adapted(layers.Layer):
        def build(self, shape):
            self.fixed = self.add_weight(shape=(shape[-1], 16), initializer="glorot_uniform", trainable=False)
            self.down = self.add_weight(shape=(shape[-1], 2), initializer="glorot_uniform")
            self.up = self.add_weight(shape=(2, 16), initializer="zeros")
            self.shift = self.add_weight(shape=(16,), initializer="zeros")

        def call(self, x):
            return keras.ops.relu(x @ self.fixed + x @ self.down @ self.up + self.shift)

    return compiled(stacked(Adapted(), softmax(), shape=(8,)), SPARSE), points()


@once
def one_weight_for_each_step():
    inputs = keras.Input((8, 3))
    weights = layers.Softmax(axis=1)(layers.Dense(1)(layers.Dense(8, activation="tanh")(inputs)))
    x, _, y = steps()
    return compiled(keras.Model(inputs, softmax(2)(layers.Flatten()(layers.Dot(1)([weights, inputs])))), SPARSE), (x, y)


@once
def a_number_for_all_that_is_given_back():
    t = np.random.default_rng(0).uniform(-1, 1, (320, 1))
    x = np.hstack([t, t**2, np.sin(3 * t)]).astype("float32")
    network = [layers.Dense(16, activation="relu"), layers.Dense(1), layers.Dense(16, activation="relu"), linear(3)]
    return compiled(stacked(*network, shape=(3,)), "mse"), (x, x)


@once
def sigmoids_with_normalization_between():
    block = [(layers.Dense(16), layers.BatchNormalization(), layers.Activation("sigmoid")) for _ in range(5)]
    return compiled(stacked(*[layer for part in block for layer in part], softmax(), shape=(8,)), SPARSE), points()


@once
def stopped_where_validation_turned():
    course = {"loss": [1.1, 0.8, 0.6, 0.4], "val_loss": [1.0, 0.8, 0.82, 0.85], "val_accuracy": [0.5, 0.6, 0.6, 0.6]}
    return stopped_after(4, 40, course), points()


@once
def other_initializers():
    hidden = [
        layers.Dense(16, activation="relu", kernel_initializer=keras.initializers.RandomNormal(stddev=0.05)),
        layers.Dense(16, activation="tanh", kernel_initializer="orthogonal"),
        layers.Dense(16, activation="selu", kernel_initializer="lecun_normal"),
    ]
    return compiled(stacked(*hidden, softmax(), shape=(8,)), SPARSE), points()


@once
def sigmoid_and_tanh_inside():
    return compiled(dense(layers.Dense(8, activation="tanh"), softmax(), hidden="sigmoid"), SPARSE), points()


@once
def a_generator_that_folds_its_numbers_into_a_picture():
    x, y = pictures(samples=64)
    parts = [layers.Dense(36, activation="relu"), layers.Reshape((6, 6, 1)), layers.UpSampling2D()]
    last = layers.Conv2D(1, 3, padding="same", activation="sigmoid", dtype="float32")
    return compiled(stacked(*parts, last, shape=(4,)), "mse"), (np.eye(4, dtype="float32")[y], x)


@once
def axes_changed_by_permute():
    x, y = photos(samples=32)
    parts = [layers.Permute((2, 3, 1)), layers.Conv2D(4, 5, strides=4, activation="relu"), layers.Flatten(), softmax(2)]
    return compiled(stacked(*parts, shape=(3, 32, 32)), SPARSE), (x.transpose(0, 3, 1, 2) / 255, y)


@once
def dropout_of_a_half():
    return compiled(convnet(layers.Conv2D(4, 3, activation="relu"), layers.SpatialDropout2D(0.5)), SPARSE), pictures()


@once
def dropout_inside_a_recurrent_layer():
    return compiled(stacked(layers.LSTM(6, dropout=0.3, recurrent_dropout=0.2), linear(), shape=(8, 3)), "mse"), steps()[:2]


@once
def the_next_token_with_a_causal_mask():
    x = keras.Input((8,))
    hidden = layers.Embedding(12, 4)(x)
    hidden = layers.MultiHeadAttention(1, 4)(hidden, hidden, use_causal_mask=True)
    return compiled(keras.Model(x, softmax(12)(hidden)), SPARSE, keras.optimizers.Adam(0.01)), next_tokens()


@once
def the_next_value_by_causal_filters():
    series = np.random.default_rng(0).normal(size=(96, 9, 1)).cumsum(axis=1).astype("float32")
    hidden = layers.Conv1D(8, 3, padding="causal", activation="relu")
    return compiled(stacked(hidden, linear(), shape=(8, 1)), "mse"), (series[:, :-1], series[:, 1:])


@once
def a_tag_for_each_word_from_both_sides():
    x, _ = tokens()
    hidden = [layers.Embedding(20, 4), layers.Bidirectional(layers.GRU(4, return_sequences=True)), softmax(3)]
    return compiled(stacked(*hidden, shape=(8,)), SPARSE), (x, x % 3)


HEALTHY_METRICS = {
    "accuracy of probabilities": lambda: judged("accuracy", sigmoid(), loss="binary_crossentropy", data=points(2)),
    "a threshold for logits": lambda: judged(
        keras.metrics.BinaryAccuracy(threshold=0.0), linear(), loss=BINARY_LOGITS, data=points(2)
    ),
    "thresholds of logits": lambda: judged(
        keras.metrics.AUC(from_logits=True), linear(), loss=BINARY_LOGITS, data=points(2)
    ),
    "recall beside accuracy": lambda: judged(
        [keras.metrics.Recall(), keras.metrics.Precision(), "accuracy"],
        sigmoid(),
        loss="binary_crossentropy",
        data=points(2),
    ),
    "recall of one of two classes": lambda: judged(
        keras.metrics.Recall(class_id=1), softmax(2), loss="categorical_crossentropy", data=one_hot(points(2), 2)
    ),
    "the classes' F scores": lambda: judged(
        keras.metrics.F1Score(), softmax(), loss="categorical_crossentropy", data=one_hot(points(), 3)
    ),
    "among the best two": lambda: judged(keras.metrics.SparseTopKCategoricalAccuracy(k=2), softmax()),
    "accuracy of logits of classes": lambda: judged(
        "accuracy", linear(3), loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    ),
    "each label by itself": lambda: judged("binary_accuracy", sigmoid(3), loss="binary_crossentropy", data=yes_and_no()),
    "errors of measurements": lambda: judged(
        ["mae", keras.metrics.RootMeanSquaredError(), keras.metrics.R2Score()],
        linear(),
        loss="mse",
        shape=(4,),
        data=(numbers()[0], numbers()[1][:, None]),
    ),
    "crossentropy as a metric": lambda: judged(["accuracy", keras.metrics.SparseCategoricalCrossentropy()], softmax()),
}


for about, maker in HEALTHY_METRICS.items():
    put_healthy(maker, trained=False, policies=ONCE, name=about)


@once
def softmax_as_a_layer_of_its_own():
    return compiled(dense(layers.Dense(3), layers.Activation("softmax", dtype="float32")), SPARSE), points()


@once
def own_layer_with_weights_that_keras_knows():
    class Scale(layers.Layer):
        def build(self, shape):
            self.factors = self.add_weight(shape=shape[1:], initializer="ones", name="factors")

        def call(self, x):
            return x * tf.cast(self.factors, x.dtype)

    return compiled(stacked(Scale(), layers.Dense(16, activation="relu"), softmax(), shape=(8,)), SPARSE), points()


@once
def classes_that_lie_close_together():
    (x, y), (x_new, y_new) = points(samples=320), points(samples=90, seed=1)
    return classifier(), (x * 0.2, y), (x_new * 0.2 + 0.1, y_new)


@once
def own_metric():
    def right(y_true, y_pred):
        return keras.ops.equal(keras.ops.cast(y_true, "int32"), keras.ops.cast(keras.ops.argmax(y_pred, axis=-1), "int32"))

    def own_accuracy(y_true, y_pred):
        return keras.ops.mean(keras.ops.cast(right(y_true, y_pred), "float32"))

    return judged(own_accuracy, softmax())


def counts(seed=0):
    x, y = numbers(seed=seed)
    return x, np.random.default_rng(seed).poisson(np.exp(y)).astype(int)


HEALTHY_LOSSES = {
    "counts": lambda: (compiled(dense(linear(activation="softplus"), shape=(4,)), "poisson"), counts()),
    "counts as numbers": lambda: (compiled(dense(linear(), shape=(4,)), "mse"), counts()),
    "marks from 1 to 5": lambda: (
        compiled(dense(linear(), shape=(4,)), "mae"),
        (numbers()[0], np.clip(np.round(3 + numbers()[1]), 1, 5).astype(int)),
    ),
    "prices by their logarithm": lambda: (
        compiled(dense(linear(activation="softplus"), shape=(4,)), "mean_squared_logarithmic_error"),
        (numbers()[0], np.exp(numbers()[1])),
    ),
    "margins": lambda: (compiled(dense(linear()), "hinge"), (points(2)[0], 2.0 * points(2)[1] - 1)),
    "shares": lambda: (
        compiled(dense(softmax()), "kl_divergence"),
        (points()[0], np.random.default_rng(0).dirichlet(np.ones(3), 320).astype("float32")),
    ),
    "soft labels": lambda: (
        compiled(dense(sigmoid()), "binary_crossentropy"),
        (points(2)[0], 0.1 + 0.8 * points(2)[1].astype("float32")),
    ),
    "smoothed labels": lambda: (
        compiled(dense(softmax()), keras.losses.CategoricalCrossentropy(label_smoothing=0.1)),
        one_hot(points(), 3),
    ),
    "a share": lambda: (
        compiled(dense(sigmoid(), shape=(4,)), "mse"),
        (numbers()[0], (1 / (1 + np.exp(-numbers()[1]))).astype("float32")),
    ),
    "directions": lambda: (compiled(dense(linear(3)), "cosine_similarity"), (points()[0], points()[0][:, :3])),
    "quantized pictures given back": lambda: (
        compiled(stacked(layers.Dense(16, activation="relu"), sigmoid(144), shape=(144,)), "mse"),
        2 * ((pictures()[0].reshape(320, -1) > 0.5).astype("float32"),),
    ),
}


for about, maker in HEALTHY_LOSSES.items():
    put_healthy(maker, trained=False, policies=ONCE, name=about)


def penalized(regularizer):
    hidden = layers.Dense(32, activation="relu", kernel_regularizer=regularizer)
    return compiled(stacked(hidden, softmax(), shape=(8,)), SPARSE)


@once
def a_gentle_penalty():
    return penalized(keras.regularizers.L2(1e-2)), points()


@once
def a_gentle_penalty_of_both_kinds():
    return penalized(keras.regularizers.L1L2(1e-4, 1e-3)), points()


@once
def weight_decay():
    return compiled(dense(softmax()), SPARSE, keras.optimizers.AdamW(1e-3, weight_decay=0.05)), points()


@once
def gradients_cut_at_one():
    return compiled(dense(softmax()), SPARSE, keras.optimizers.SGD(0.05, momentum=0.9, clipnorm=1.0)), points()


@once
def a_schedule_as_long_as_the_training():
    schedule = keras.optimizers.schedules.CosineDecay(0.01, decay_steps=30)
    return fitted(compiled(dense(softmax()), SPARSE, keras.optimizers.Adam(schedule)), points()), points()


@once
def all_steps_of_an_endless_dataset():
    train = batches(points()).repeat()
    return fitted_in(classifier(), train, steps_per_epoch=10, epochs=3), train


@once
def short_epochs_of_an_endless_dataset():
    train = batches(points()).repeat()
    return fitted_in(classifier(), train, steps_per_epoch=5, epochs=6), train


@once
def whole_numbers_as_floats_into_an_embedding():
    x, y = tokens()
    return embedding(), (x.astype("float32"), y)


def after_padding(*parts, where="post", start=()):
    x, y = late()
    if where == "pre":
        x = np.array([np.roll(row, np.count_nonzero(row == 0)) for row in x])
    return compiled(stacked(*parts, sigmoid(), shape=(20,)), "binary_crossentropy"), (x, y)


HEALTHY_PADDING = {
    "masked": lambda: after_padding(layers.Embedding(20, 4, mask_zero=True), layers.LSTM(4)),
    "before the words": lambda: after_padding(layers.Embedding(20, 4), layers.GRU(4), where="pre"),
    "read from both ends": lambda: after_padding(layers.Embedding(20, 4), layers.Bidirectional(layers.GRU(4))),
    "under a maximum": lambda: after_padding(
        layers.Embedding(20, 4), layers.Conv1D(8, 3, activation="relu"), layers.GlobalMaxPooling1D()
    ),
}


for about, maker in HEALTHY_PADDING.items():
    put_healthy(maker, trained=False, policies=ONCE, name=f"padding {about}")


@once
def series_with_masked_measurements():
    x, y = late()
    return compiled(stacked(layers.Masking(), layers.GRU(4), sigmoid(), shape=(20, 1)), "binary_crossentropy"), (
        x[..., None] / 20,
        y,
    )


@once
def normalization_with_a_given_mean():
    x, y = points()
    return classifier(before=[layers.Normalization(mean=50.0, variance=400.0)]), (20 * x + 50, y)


@once
def validation_standardized_by_training():
    (x, y), (x_new, y_new) = points(), points(samples=90, seed=1)
    return classifier(), (standardized(x), y), ((x_new - x.mean(axis=0)) / x.std(axis=0), y_new)


@once
def each_picture_standardized_by_itself():
    def alone(x):
        return (x - x.mean(axis=(1, 2, 3), keepdims=True)) / x.std(axis=(1, 2, 3), keepdims=True)

    (x, y), (x_new, y_new) = pictures(), pictures(samples=80, seed=1)
    return compiled(convnet(), SPARSE), (alone(x), y), (alone(x_new), y_new)


@once
def pictures_of_all_shades_in_both():
    (x, y), (x_new, y_new) = pictures(high=1.2), pictures(high=1.2, samples=80, seed=1)
    return compiled(convnet(), SPARSE), (x.clip(0, 1), y), (x_new.clip(0, 1), y_new)


def survey(samples, seed, columns=3):
    """Answers to a few questions, each of three levels."""
    x = np.random.default_rng(seed).integers(-1, 2, (samples, columns)).astype("float32")
    return x, (x.sum(axis=1) + 0.5 * np.random.default_rng(seed + 9).normal(size=samples) > 0).astype(int)


def surveyed(columns=3):
    return compiled(dense(sigmoid(), shape=(columns,)), "binary_crossentropy")


@once
def answers_of_few_levels_that_repeat():
    return surveyed(), survey(300, 0), survey(100, 1)


@once
def categories_in_one_hot_columns_that_repeat():
    def rows(seed):
        kinds, y = np.random.default_rng(seed).integers(0, 6, (200, 2)), np.random.default_rng(seed).integers(0, 2, 200)
        return np.concatenate([np.eye(6, dtype="float32")[kinds[:, 0]], np.eye(6, dtype="float32")[kinds[:, 1]]], axis=1), y

    return surveyed(12), rows(0), rows(1)


@once
def many_coarse_columns_of_which_some_rows_repeat():
    return surveyed(6), survey(400, 0, 6), survey(200, 1, 6)


@once
def black_pictures_in_both():
    (x, y), (x_new, y_new) = pictures(), pictures(samples=80, seed=1)
    x[:20], x_new[:5] = 0, 0
    return compiled(convnet(), SPARSE), (x, y), (x_new, y_new)


@once
def windows_of_two_parts_of_a_series():
    x, y = windows()
    return compiled(dense(linear(), shape=(8,)), "mse"), (x[:250], y[:250]), (x[260:], y[260:])


@once
def a_column_that_tells_much():
    x, y = points(2)
    x[:, 3] = y + 0.1 * np.random.default_rng(5).normal(size=len(y))
    return compiled(dense(sigmoid()), "binary_crossentropy"), (x, y)


@once
def a_target_that_follows_one_column():
    x, y = numbers()
    close = np.column_stack([x, y + 0.05 * np.random.default_rng(5).normal(size=len(y))]).astype("float32")
    return compiled(dense(linear(), shape=(5,)), "mse"), (close, y)


@once
def rare_and_looked_at():
    x, y = points(2, samples=400)
    y = np.where(np.arange(400) % 20 == 0, 1, 0)
    x[y == 1] += 4
    metrics = ["accuracy", keras.metrics.AUC(curve="PR")]
    return compiled(dense(sigmoid()), "binary_crossentropy", metrics=metrics), (x, y)


@once
def uneven_classes():
    x, y = points(4, samples=400)
    keep = (y != 2) | (np.cumsum(y == 2) <= 12)
    return compiled(dense(softmax(4)), SPARSE, metrics=["accuracy"]), (x[keep], y[keep])


@once
def gentle_augmentation():
    parts = [layers.RandomRotation(0.5), layers.RandomZoom((-0.3, 0.3)), layers.RandomTranslation(0.1, 0.2)]
    return compiled(convnet(*parts), SPARSE), pictures()


@once
def two_branches_with_shared_weights():
    (x, y), (other, named) = points(2), points(2, seed=3)
    inputs = [keras.Input((8,), name="left"), keras.Input((8,), name="right")]
    shared = layers.Dense(8, activation="relu")
    left, right = (shared(each) for each in inputs)
    apart = keras.ops.abs(left - right)
    model = keras.Model(inputs, sigmoid()(apart))
    return compiled(model, "binary_crossentropy"), ({"left": x, "right": other}, (y == named).astype(int))


@once
def frames_one_by_one():
    x, y = pictures(samples=64)
    inside = keras.Sequential([layers.Conv2D(4, 3, activation="relu"), layers.GlobalAveragePooling2D()])
    parts = [layers.TimeDistributed(inside), layers.GRU(4), softmax(4)]
    return compiled(stacked(*parts, shape=(3, 12, 12, 1)), SPARSE), (np.stack([x, x, x], axis=1), y)


@once
def bytes_scaled_inside():
    (x, y), (x_new, y_new) = pictures(high=255.0), pictures(high=255.0, samples=80, seed=1)
    return compiled(convnet(layers.Rescaling(1 / 127.5, -1)), SPARSE), (x.astype("uint8"), y), (x_new.astype("uint8"), y_new)


@once
def two_outputs_by_name():
    x, y = points()
    inputs = keras.Input((8,))
    hidden = layers.Dense(16, activation="relu")(inputs)
    model = keras.Model(inputs, {"kind": softmax()(hidden), "size": linear()(hidden)})
    return compiled(model, {"kind": SPARSE, "size": "mse"}), (x, {"kind": y, "size": x[:, 0]})


@once
def slow_sensors_in_their_order():
    rng = np.random.default_rng(0)
    start = rng.uniform(0, 6, (96, 4, 1))
    x = np.sin(np.linspace(0, 6, 40) + start).astype("float32").swapaxes(1, 2)
    return compiled(recurrent(sigmoid(), shape=(40, 4)), "binary_crossentropy"), (x, (start[:, 0, 0] > 3).astype("float32"))


@once
def spectra_of_few_moments():
    """Smooth along both axes, and more frequencies than moments."""
    bumps = np.exp(-((np.arange(40) - np.random.default_rng(0).uniform(5, 35, (96, 1, 1))) ** 2) / 30)
    x = (bumps * np.linspace(0.8, 1.2, 6)[:, None]).astype("float32")
    return compiled(recurrent(linear(), shape=(6, 40)), "mse"), (x, bumps.argmax(axis=-1)[:, 0] / 40.0)


@once
def gaps_that_the_model_fills():
    class Known(layers.Layer):
        def call(self, inputs):
            return keras.ops.nan_to_num(inputs)

    x, y = points()
    x[::7, 2] = np.nan
    return classifier(before=[Known()]), (x, y)


@once
def a_mask_that_is_handed_on():
    x, y = late(length=30)
    embedded = [layers.Embedding(20, 8, mask_zero=True), layers.SpatialDropout1D(0.1), layers.LayerNormalization()]
    return compiled(stacked(*embedded, layers.LSTM(8), sigmoid(), shape=(30,)), "binary_crossentropy"), (x, y)


@once
def cross_entropy_of_ones_own():
    def own(y_true, y_pred):
        sure = keras.ops.clip(y_pred, 1e-6, 1 - 1e-6)
        return -keras.ops.mean(y_true * keras.ops.log(sure) + (1 - y_true) * keras.ops.log(1 - sure), axis=-1)

    return compiled(dense(sigmoid()), own), points(2)


@once
def an_output_of_little_weight():
    return of_two_outputs({"kind": 1.0, "sum": 0.05})


@once
def samples_of_weight_zero_in_every_class():
    return with_weights(lambda y: np.arange(len(y)) % 4 > 0)


@once
def a_schedule_of_several_epochs():
    rate = keras.optimizers.schedules.CosineDecay(0.01, decay_steps=40)
    return compiled(dense(softmax()), SPARSE, keras.optimizers.Adam(rate)), batches(points())


@once
def epsilon_as_for_inception():
    return compiled(dense(softmax()), SPARSE, keras.optimizers.RMSprop(0.045, epsilon=1.0)), points()


@once
def gradients_of_four_batches():
    optimizer = keras.optimizers.Adam(0.005, gradient_accumulation_steps=4)
    return compiled(dense(softmax()), SPARSE, optimizer), points()


@once
def slower_averages_for_long_training():
    model = compiled(dense(layers.BatchNormalization(momentum=0.995), softmax()), SPARSE)
    return model, points(), points(samples=90, seed=1)


@once
def a_shuffled_dataset_of_pairs():
    return classifier(), tf.data.Dataset.from_tensor_slices(points()).shuffle(320).batch(32)


@once
def state_over_pieces_in_order():
    """Sixteen series, cut into pieces of eight steps: a row of a batch goes on where that row of the batch before ended."""
    time = np.arange(49) + np.random.default_rng(0).uniform(0, 40, (16, 1))
    series = np.stack([np.sin(0.2 * time), np.cos(0.2 * time), np.sin(0.1 * time)], axis=-1).astype("float32")
    pieces = [(series[:, at : at + 8], series[:, at + 8, 0]) for at in range(0, 48, 8)]
    inputs = keras.Input(batch_shape=(16, 8, 3))
    model = keras.Model(inputs, linear()(layers.LSTM(8, stateful=True)(inputs)))
    return compiled(model, "mse"), batches(tuple(map(np.concatenate, zip(*pieces, strict=True))), 16)


@once
def brightness_before_masks():
    return of_every_place(layers.RandomBrightness(0.1, value_range=(0, 1))), outlines()


@once
def cells_that_lie_as_they_like():
    return compiled(convnet(layers.RandomRotation(0.5, fill_mode="reflect")), SPARSE), pictures()


@once
def bands_that_a_flip_leaves_in_place():
    return compiled(convnet(layers.RandomFlip("horizontal")), SPARSE), pictures()


@once
def inputs_alone_for_a_layer_that_brings_the_loss():
    class Close(layers.Layer):
        def call(self, inputs):
            given, answer = inputs
            self.add_loss(keras.ops.mean(keras.ops.square(given - answer)))
            return answer

    inputs = keras.Input((8,))
    answer = layers.Dense(8)(layers.Dense(16, activation="relu")(inputs))
    model = keras.Model(inputs, Close()([inputs, answer]))
    model.compile("adam")
    return model, points()[0]


@once
def weights_that_make_up_for_the_share():
    x, y = points(2)
    kept = (y == 0) | (np.arange(len(y)) % 4 == 0)
    return with_weights(lambda y: len(y) / (2 * np.bincount(y)[y]), (x[kept], y[kept]))


@once
def pictures_flipped_with_their_masks():
    x, masks = outlines()
    for part in (x, masks):
        part[::2] = part[::2, :, ::-1]
    return of_every_place(), (x[:60], masks[:60]), (x[60:], masks[60:])


@once
def one_of_two_like_objects():
    x, masks = outlines()
    x = np.maximum(x, x[:, :, ::-1])
    return of_every_place(), (x, masks)


@once
def two_inputs_of_one_kind():
    (x, y), (x_new, y_new) = points(2), points(2, samples=90, seed=1)
    pair = [keras.Input((4,)), keras.Input((4,))]
    model = keras.Model(pair, sigmoid()(layers.Dense(16, activation="relu")(layers.Concatenate()(pair))))
    return compiled(model, "binary_crossentropy"), ([x[:, :4], x[:, 4:]], y), ([x_new[:, :4], x_new[:, 4:]], y_new)


@once
def grey_levels_as_whole_numbers():
    x, y = pictures(high=30.0, size=8)
    return compiled(dense(softmax(4), shape=(64,)), SPARSE), (x.reshape(-1, 64).astype(int), y)


@once
def padding_on_either_side_for_a_mean_of_words():
    (x, y), (x_new, y_new) = late(), late()
    return (
        compiled(
            stacked(layers.Embedding(20, 4, mask_zero=True), layers.GlobalAveragePooling1D(), sigmoid(), shape=(20,)),
            "binary_crossentropy",
        ),
        (x[:, ::-1], y),
        (x_new[50:] * (x_new[50:] != 3), y_new[50:]),
    )


@once
def words_given_back_from_a_single_vector():
    x, _ = next_tokens()
    narrow = [layers.Embedding(12, 8), layers.Flatten(), layers.Dense(16, activation="relu")]
    return compiled(stacked(*narrow, layers.Dense(96), layers.Reshape((8, 12)), layers.Softmax(), shape=(8,)), SPARSE), (
        x,
        x,
    )


@once
def brightness_changed_a_little():
    return compiled(
        convnet(layers.RandomBrightness(0.2, value_range=(0, 1)), layers.RandomTranslation(0.05, 0.05)), SPARSE
    ), pictures()


@once
def rows_of_zeros_for_places_that_do_not_count():
    x, masks = outlines()
    y = np.concatenate([masks, 1 - masks], axis=-1) * (np.random.default_rng(0).random(masks.shape) < 0.8)
    last = layers.Conv2D(2, 1, activation="softmax", dtype="float32")
    filters = layers.Conv2D(8, 3, padding="same", activation="relu")
    return compiled(stacked(filters, last, shape=(12, 12, 1)), "categorical_crossentropy"), (x, y)


@once
def an_output_that_is_only_looked_at():
    model, (x, y) = of_two_outputs(None)
    return compiled(model, {"kind": SPARSE}), (x, {"kind": y["kind"]})


@once
def grades_as_parts_of_the_best():
    x, y = numbers(features=8)
    ranks = np.argsort(np.argsort(x, axis=0), axis=0)
    return compiled(dense(linear()), "mse"), ((ranks // 8 / 40).astype("float32"), y)


@once
def columns_of_rare_words():
    x, y = points(samples=400)
    rare = 0.001 * (np.random.default_rng(0).random((400, 4)) < 0.03)
    return compiled(dense(softmax(), shape=(12,)), SPARSE), (np.concatenate([x, rare], axis=1).astype("float32"), y)


@once
def adapted_to_a_part_of_the_data():
    x, y = points()
    scale = layers.Normalization()
    scale.adapt(500 + 40 * x[:40])
    return classifier(before=[scale]), (500 + 40 * x, y)


@once
def a_layer_called_in_training_alone():
    class Helped(keras.Model):
        def __init__(self):
            super().__init__()
            self.first, self.helper, self.last = layers.Dense(8, "relu"), layers.Dense(8), softmax()

        def call(self, x, training=False):
            x = self.first(x)
            return self.last(x + self.helper(x) if training else x)

    return compiled(Helped(), SPARSE), points()


@once
def features_drawn_around_a_mean_and_spread():
    class Drawn(layers.Layer):
        def call(self, parts):
            mean, spread = parts
            return mean + 0.5 * keras.ops.exp(spread) * keras.random.normal(keras.ops.shape(mean))

    x = keras.Input((8,))
    drawn = Drawn()([layers.Dense(4)(x), layers.Dense(4)(x)])
    hidden = layers.Dense(8, activation="relu")(drawn)
    return compiled(keras.Model(x, softmax()(hidden)), SPARSE), points()


@once
def a_large_rate_for_a_single_layer():
    return compiled(stacked(softmax(), shape=(8,)), SPARSE, keras.optimizers.Adam(0.3)), points()


@once
def averages_that_have_caught_up():
    x, y = points()
    hidden = [layers.Dense(16), layers.BatchNormalization(momentum=0.5), layers.ReLU()]
    model = compiled(stacked(*hidden, softmax(), shape=(8,)), SPARSE, keras.optimizers.Adam(0.02))
    others = points(seed=1)[0] + 1, points(seed=1)[1]
    return fitted(model, (x + 1, y), epochs=6, batch_size=107, validation_data=others), (x + 1, y), others


@once
def masks_of_one_of_two_bright_places():
    rng = np.random.default_rng(3)
    x, masks = (0.3 * rng.random((96, 12, 12, 1))).astype("float32"), np.zeros((96, 12, 12, 1), "float32")
    for number, place in enumerate(rng.integers(0, 9, (96, 2, 2))):
        (top, left), (row, column) = place
        x[number, row : row + 3, column : column + 3] = 0.9
        x[number, top : top + 3, left : left + 3] = rng.choice([0.6, 1.0], (3, 3, 1))
        masks[number, top : top + 3, left : left + 3] = 1
    return of_every_place(), (x, masks)

"""Mistakes between training and validation data, and in how data is read."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers

from tests.diagnose.planted.builders import (
    SPARSE,
    Batches,
    batches,
    classifier,
    compiled,
    convnet,
    deep,
    dense,
    embedding,
    fitted,
    fitted_in,
    late,
    linear,
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
    softmax,
    stacked,
    standardized,
    steps,
    tokens,
    under_a_head,
    windows,
    with_past,
    with_weights,
)
from tests.diagnose.planted.tables import plant


@plant("own_statistics", "standard deviation 1")
def validation_standardized_by_itself():
    (x, y), (x_new, y_new) = points(), points(samples=90, seed=1)
    return classifier(), (standardized(x), y), (standardized(x_new), y_new)


@plant("own_statistics")
def pictures_standardized_as_a_whole_by_themselves():
    (x, y), (x_new, y_new) = pictures(), pictures(samples=80, seed=1)
    whole = [(part - part.mean()) / part.std() for part in (x, x_new)]
    return compiled(convnet(), SPARSE), (whole[0], y), (whole[1], y_new)


@plant("own_statistics", "0 to 1", kind="stretched by its own ends")
def validation_stretched_by_itself():
    (x, y), (x_new, y_new) = numbers(), numbers(samples=90, seed=1)
    parts = [(part - part.min(axis=0)) / np.ptp(part, axis=0) for part in (x, x_new)]
    return compiled(dense(linear(), shape=(4,)), "mse"), (parts[0], y), (parts[1], y_new)


@plant("targets_differ")
def validation_targets_left_unscaled():
    (x, y), (x_new, y_new) = numbers(), numbers(samples=90, seed=1)
    return compiled(dense(linear(), shape=(4,)), "mse"), (x, y), (x_new, 50 * y_new)


@plant("targets_differ", "(3,)")
def one_hot_rows_in_validation_alone():
    return classifier(), points(), one_hot(points(seed=1), 3)


@plant("answer_among_inputs", "Column 3")
def the_class_as_a_column():
    x, y = points()
    x[:, 3] = 2.0 * y - 1
    return classifier(), (x, y)


@plant("answer_among_inputs")
def the_target_in_other_units():
    x, y = numbers()
    return compiled(dense(linear(), shape=(5,)), "mse"), (np.column_stack([x, 0.3 * y + 0.5]).astype("float32"), y)


@plant("answer_among_inputs")
def a_flag_that_only_one_class_has():
    x, y = points()
    x[:, 5] = y == 2
    return compiled(dense(softmax()), "categorical_crossentropy"), one_hot((x, y), 3)


@plant("answer_among_inputs", kind="the target in the window")
def a_window_that_reaches_to_its_target():
    series = np.random.default_rng(0).normal(size=330).cumsum()
    series = ((series - series.mean()) / series.std()).astype("float32")
    windows = np.lib.stride_tricks.sliding_window_view(series, 8)
    return compiled(recurrent(linear(), shape=(8, 1)), "mse"), (windows[..., None], windows[:, -1])


@plant("answer_among_inputs", kind="the target in the window")
def the_target_as_a_feature_of_the_last_step():
    x, y, _ = steps()
    x[:, -1, 2] = 4 * y
    return compiled(recurrent(linear()), "mse"), batches((x, y))


@plant("overlapping_windows")
def windows_dealt_out_at_random():
    (x, y), order = windows(), np.random.default_rng(1).permutation(322)
    train, validation = order[:250], order[250:]
    model = compiled(dense(linear(), shape=(8,)), "mse")
    return model, (x[train], y[train]), (x[validation], y[validation])


@plant("overlapping_windows")
def every_fifth_window_for_validation():
    x, y = windows()
    fifth = np.arange(len(x)) % 5 == 0
    model = compiled(recurrent(linear(), shape=(8, 1)), "mse")
    return model, (x[~fifth][..., None], y[~fifth]), (x[fifth][..., None], y[fifth])


@plant("same_samples", "np.unique", kind="repeated before the split")
def rare_samples_repeated_before_the_split():
    x, y = points(2)
    rare = np.flatnonzero(y == 1)[:10]
    x, y = np.concatenate([x[y == 0], np.repeat(x[rare], 30, axis=0)]), np.repeat([0, 1], [int((y == 0).sum()), 300])
    order = np.random.default_rng(2).permutation(len(x))
    x, y = x[order], y[order]
    return compiled(dense(softmax(2)), SPARSE), (x[:300], y[:300]), (x[300:], y[300:])


@plant("same_samples", kind="repeated before the split")
def a_few_pictures_again_and_again():
    x, y = pictures(samples=24)
    order = np.random.default_rng(0).permutation(24 * 12) % 24
    return compiled(convnet(), SPARSE), (x[order[:200]], y[order[:200]]), (x[order[200:]], y[order[200:]])


@plant("same_samples", kind="the same under another name")
def the_same_pictures_in_other_classes():
    (x, y), (x_new, y_new) = pictures(), pictures(samples=80, seed=1)
    x_new[::4] = x[:20]
    y_new[::4] = (y[:20] + 1) % 4
    return compiled(convnet(), SPARSE), (x, y), (x_new, y_new)


@plant("rare_classes", "accuracy")
def one_in_twenty():
    x, y = points(2, samples=400)
    y = np.where(np.arange(400) % 20 == 0, 1, 0)
    x[y == 1] += 4
    return compiled(dense(sigmoid()), "binary_crossentropy", metrics=["accuracy"]), (x, y)


@plant("rare_classes")
def a_class_of_nearly_all():
    x, y = points(3, samples=400)
    y = np.where(np.arange(400) % 16 == 0, 1 + np.arange(400) // 16 % 2, 0)
    x[:, 0] += 3 * y
    return compiled(dense(softmax()), SPARSE, metrics=["sparse_categorical_accuracy"]), (x, y)


@plant("rare_classes", "3 of", kind="a class of a handful")
def a_class_of_three():
    x, y = points(4, samples=400)
    keep = (y != 2) | (np.cumsum(y == 2) <= 3)
    return compiled(dense(softmax(4)), SPARSE), (x[keep], y[keep])


@plant("rare_classes", kind="a class of a handful")
def a_class_of_two_in_rows():
    x, y = points(2, samples=400)
    keep = (y != 1) | (np.cumsum(y == 1) <= 2)
    model = compiled(dense(softmax(2)), "categorical_crossentropy", metrics=[keras.metrics.AUC()])
    return model, one_hot((x[keep], y[keep]), 2)


@plant("axes_disagree")
def batch_normalization_over_the_rows():
    parts = [layers.Conv2D(4, 3), layers.BatchNormalization(axis=1), layers.ReLU(), layers.GlobalMaxPooling2D()]
    return compiled(stacked(*parts, softmax(4), shape=(12, 12, 1)), SPARSE), pictures()


@plant("axes_disagree")
def pooling_with_the_channels_first():
    parts = [layers.Conv2D(4, 3, activation="relu"), layers.GlobalAveragePooling2D(data_format="channels_first")]
    return compiled(stacked(*parts, softmax(4), shape=(12, 12, 1)), SPARSE), pictures()


@plant("unknown_tokens")
def words_that_no_vocabulary_has():
    x, y = tokens()
    return embedding(), (np.where(x < 18, 1, x), y)


@plant("unknown_tokens", "number 1")
def unknown_words_and_padding():
    x, y = late()
    model = stacked(layers.Embedding(2_000, 4, mask_zero=True), layers.GRU(4), sigmoid(), shape=(20,))
    return compiled(model, "binary_crossentropy"), (np.where((x > 0) & (x < 19), 1, x), y)


@plant("overfits", "epoch 3")
def validation_that_rises():
    course = {
        "loss": [1.0, 0.7, 0.5, 0.4, 0.3, 0.2, 0.1, 0.05, 0.02],
        "val_loss": [1, 0.8, 0.7, 0.75, 0.8, 0.9, 1.0, 1.1, 1.2],
    }
    return with_past(classifier(), **course), points(), points(seed=1)


@plant("overfits")
def errors_that_rise():
    course = {
        "loss": [0.5 / epoch for epoch in range(1, 13)],
        "val_loss": [0.2 + abs(epoch - 2) / 20 for epoch in range(12)],
    }
    model = with_past(compiled(dense(linear()), "mse"), **course)
    return model, (points()[0], points()[0].mean(axis=1)), (points(seed=1)[0], points(seed=1)[0].mean(axis=1))


@plant("schedule_too_short", "epoch 3 of 8", kind="a rate cut down at every plateau")
def a_rate_cut_down_again_and_again():
    return with_past(
        classifier(), loss=[1.1 - 0.01 * n for n in range(8)], learning_rate=[0.01 * 0.05**n for n in range(8)]
    ), points()


@plant("unscaled_targets", "Output price", kind="one of several outputs")
def prices_at_one_of_two_outputs():
    x, y = points()
    inputs = keras.Input((8,))
    hidden = layers.Dense(16, activation="relu")(inputs)
    model = keras.Model(inputs, {"kind": softmax()(hidden), "price": layers.Dense(1, name="price")(hidden)})
    return compiled(model, {"kind": SPARSE, "price": "mse"}), (x, {"kind": y, "price": 200_000 + 50_000 * x[:, 0]})


@plant("two_activations", "relu")
def relu_before_the_softmax():
    model = stacked(layers.Dense(16, activation="relu"), layers.Dense(3, activation="relu"), layers.Softmax(), shape=(8,))
    return compiled(model, SPARSE), points()


@plant("two_activations")
def softmax_twice():
    return compiled(dense(softmax(), layers.Activation("softmax", dtype="float32")), SPARSE), points()


@plant("unknown_weights", "add_weight")
def a_bare_variable_in_a_layer():
    class Scale(layers.Layer):
        def __init__(self):
            super().__init__(dtype="float32")
            self.factors = tf.Variable(np.ones(8, "float32"))

        def call(self, x):
            return x * self.factors

    return compiled(stacked(Scale(), layers.Dense(16, activation="relu"), softmax(), shape=(8,)), SPARSE), points()


@plant("unknown_weights")
def bare_variables_in_a_list():
    class Mix(layers.Layer):
        def __init__(self):
            super().__init__(dtype="float32")
            self.parts = [tf.Variable(np.eye(4, dtype="float32")) for _ in range(2)]

        def call(self, x):
            return tf.nn.relu(x @ self.parts[0]) @ self.parts[1]

    return compiled(stacked(Mix(), linear(), shape=(4,)), "mse"), numbers()


@plant("untrained_base", "weights=None")
def a_frozen_base_of_random_filters():
    inputs = keras.Input((32, 32, 3))
    x = layers.BatchNormalization()(layers.Conv2D(8, 5, strides=4, activation="relu")(inputs))
    base = keras.Model(inputs, layers.Conv2D(8, 3, activation="relu")(x), name="mobilenetv2_0.35_32")
    return under_a_head(base, layers.Rescaling(1 / 127.5, -1)), photos()


@plant("untrained_base")
def frozen_filters_of_another_family_that_were_never_trained():
    inputs = keras.Input((32, 32, 3))
    base = keras.Model(inputs, layers.Conv2D(8, 5, strides=4, activation="relu")(inputs), name="vgg16")
    return under_a_head(base, keras.applications.vgg16.preprocess_input), photos()


@plant("classes_renumbered", "other numbers")
def classes_numbered_anew_for_validation():
    (x, y), (x_new, y_new) = points(4), points(4, samples=120, seed=1)
    return compiled(dense(softmax(4)), SPARSE), (x, y), (x_new, np.array([3, 0, 1, 2])[y_new])


@plant("classes_renumbered")
def folders_of_validation_in_another_order():
    (x, y), (x_new, y_new) = pictures(), pictures(samples=80, seed=1)
    model = compiled(convnet(), "categorical_crossentropy")
    return model, batches(one_hot((x, y), 4)), batches(one_hot((x_new, 3 - y_new), 4))


@plant("labels_shuffled_apart", "shuffled apart")
def labels_in_another_order():
    x, y = points()
    return classifier(), (x, np.random.default_rng(3).permutation(y)), points(samples=120, seed=1)


@plant("labels_shuffled_apart")
def pictures_read_in_another_order_than_their_rows():
    x, y = one_hot(pictures(), 4)
    return compiled(convnet(), "categorical_crossentropy"), (x[::-1], y), one_hot(pictures(samples=80, seed=1), 4)


class OneBatch(Batches):
    def __getitem__(self, index):
        return super().__getitem__(0)


plant("same_batch", "index")(lambda: (classifier(), OneBatch(points())))


plant("same_batch")(lambda: (compiled(dense(linear(), shape=(4,)), "mse"), OneBatch(numbers(), 16)))


@plant("masked_words", "x + 1")
def first_word_is_number_0():
    x, y = tokens()
    model = stacked(layers.Embedding(17, 4, mask_zero=True), layers.GRU(4), sigmoid(), shape=(8,))
    return compiled(model, "binary_crossentropy"), (np.where(x < 3, x, x - 3), y)


@plant("masked_words")
def notes_of_which_0_is_one():
    x, y = np.random.default_rng(0).integers(0, 5, (200, 12)), np.arange(200) % 2
    model = stacked(layers.Embedding(5, 3, mask_zero=True), layers.LSTM(4), sigmoid(), shape=(12,))
    return compiled(model, "binary_crossentropy"), (x, y)


@plant("probabilities_taken_for_logits", kind="heads side by side")
def sigmoids_side_by_side_taken_for_logits():
    inputs = keras.Input((8,))
    heads = [sigmoid()(layers.Dense(4, activation="relu")(inputs)) for _ in range(3)]
    loss = keras.losses.BinaryCrossentropy(from_logits=True)
    x, _ = points()
    return compiled(keras.Model(inputs, layers.Concatenate(dtype="float32")(heads)), loss), (x, (x[:, :3] > 0.5) * 1.0)


plant("batched_twice", "unbatch")(lambda: (classifier(), batches(points(), 16).batch(2)))


plant("batched_twice")(lambda: (compiled(convnet(), SPARSE), batches(pictures(), 8).shuffle(4).batch(4)))


plant("vanishing_gradients")(lambda: (deep("sigmoid"), points()))


plant("vanishing_gradients")(
    lambda: (
        compiled(stacked(*[layers.Dense(6, activation="sigmoid") for _ in range(10)], linear(), shape=(4,)), "mse"),
        numbers(),
    )
)


@plant("no_gradient")
def rounded_inside():
    hidden = [layers.Dense(8, activation="tanh"), layers.Lambda(tf.round)]
    return compiled(stacked(*hidden, softmax(), shape=(8,)), SPARSE), points()


@plant("no_gradient")
def cut_off_by_stop_gradient():
    x = keras.Input((4,))
    hidden = keras.ops.stop_gradient(layers.Dense(8, activation="relu")(x))
    return compiled(keras.Model(x, linear()(hidden)), "mse"), numbers()


@plant("penalty_drowns", "gives out", kind="a penalty on what a layer gives out")
def a_strong_penalty_on_activity():
    hidden = layers.Dense(16, activation="relu", activity_regularizer=keras.regularizers.L1(5.0))
    return compiled(stacked(hidden, softmax(), shape=(8,)), SPARSE), points()


plant("momentum_too_high")(
    lambda: (compiled(dense(softmax()), SPARSE, keras.optimizers.SGD(0.01, momentum=0.999)), points())
)


plant("momentum_too_high")(
    lambda: (compiled(dense(linear(), shape=(4,)), "mse", keras.optimizers.RMSprop(1e-3, momentum=1.0)), numbers())
)


plant("learning_rate_too_low", kind="an optimizer with a default that hardly moves")(
    lambda: (compiled(dense(softmax()), SPARSE, "adadelta"), points())
)


@plant("one_step_epochs", "6 steps")
def all_samples_in_one_batch():
    train = points(samples=1_200)
    return fitted(classifier(), train, epochs=6, batch_size=1_200), train


@plant("one_step_epochs")
def a_dataset_of_one_batch():
    train = batches(numbers(samples=1_100), 1_100)
    return fitted_in(compiled(dense(linear(), shape=(4,)), "mse"), train, epochs=4), train


plant("targets_all_equal")(lambda: (compiled(dense(linear(), shape=(4,)), "mse"), (numbers()[0], np.zeros(320, "float32"))))


plant("targets_all_equal", "7")(
    lambda: (compiled(dense(linear(2)), keras.losses.Huber()), batches((points()[0], np.full((320, 2), 7.0))))
)


@plant("stands_for_missing", "-999", "Column 2")
def minus_999_for_gaps():
    x, y = points()
    x[::9, 2] = -999
    return classifier(), (x, y)


@plant("stands_for_missing")
def a_sensor_that_says_9999_in_series():
    x, y, _ = steps()
    x[::7, 3, 1] = 9_999
    return compiled(recurrent(linear()), "mse"), (x, y)


@plant("scaled_differently", "Column 4", kind="a column in other units")
def one_column_in_centimetres():
    (x, y), (x_new, y_new) = points(), points(samples=90, seed=1)
    x[:, 4], x_new[:, 4] = 1.7 + 0.1 * x[:, 4], 170 + 10 * x_new[:, 4]
    return compiled(dense(layers.BatchNormalization(), softmax()), SPARSE), (x, y), (x_new, y_new)


@plant("inputs_exchanged", "Column 0", "column 1")
def two_columns_changed_places():
    (x, y), (x_new, y_new) = points(), points(samples=90, seed=1)
    for part in (x, x_new):
        part[:, 1] += 30
    return classifier(), (x, y), (x_new[:, [1, 0, 2, 3, 4, 5, 6, 7]], y_new)


@plant("contradictory_labels", "number")
def the_same_measurements_as_another_class():
    (x, y), (_, other) = points(), points(seed=7)
    x[200:240], y[200:240] = x[:40], other[:40]
    return classifier(), (x, y)


@plant("contradictory_labels")
def pictures_filed_under_two_classes():
    x, y = pictures()
    x, y = np.concatenate([x, x[:30]]), np.concatenate([y, (y[:30] + 2) % 4])
    return compiled(convnet(), "categorical_crossentropy"), one_hot((x, y), 4)


@plant("time_is_last", "(4, 40)")
def four_slow_sensors_in_the_place_of_steps():
    rng = np.random.default_rng(0)
    time, start = np.linspace(0, 6, 40), rng.uniform(0, 6, (96, 4, 1))
    x = np.sin(time + start).astype("float32")
    return compiled(recurrent(sigmoid(), shape=(4, 40)), "binary_crossentropy"), (x, (start[:, 0, 0] > 3).astype("float32"))


@plant("time_is_last", kind="time last, before filters")
def a_walk_of_two_measurements():
    rng = np.random.default_rng(0)
    x = np.cumsum(rng.normal(size=(96, 2, 30)), axis=2)
    x = ((x - x.mean()) / x.std()).astype("float32")
    model = keras.Sequential([layers.Input((2, 30)), layers.Conv1D(8, 2, activation="relu"), layers.Flatten(), linear()])
    return compiled(model, "mse"), (x, x[:, 0, -1] - x[:, 1, -1])


@plant("index_beyond_embedding", "validation", kind="indices of validation")
def rarer_words_in_validation():
    (x, y), (x_new, y_new) = tokens(), tokens(seed=1)
    x_new[5, 2] = 23
    return compiled(embedding(20), "binary_crossentropy"), (x, y), batches((x_new, y_new))


@plant("unmasked_padding", "does not pass the mask on", kind="a mask that is lost")
def filters_between_the_mask_and_the_state():
    x, y = late(length=30)
    embedded = [layers.Embedding(20, 8, mask_zero=True), layers.Conv1D(8, 3, padding="same", activation="relu")]
    return compiled(stacked(*embedded, layers.LSTM(8), sigmoid(), shape=(30,)), "binary_crossentropy"), (x, y)


@plant("unmasked_padding", kind="a mask lost in arithmetic")
def a_sum_between_the_mask_and_the_state():
    x, y = late(length=30)
    inputs = keras.Input((30,))
    embedded = layers.Embedding(20, 8, mask_zero=True)(inputs)
    return compiled(keras.Model(inputs, sigmoid()(layers.GRU(8)(2.0 * embedded))), "binary_crossentropy"), (x, y)


@plant("loss_arguments_swapped")
def weighted_cross_entropy_of_swapped_arguments():
    def costly(y_pred, y_true):
        return 3.0 * keras.ops.mean(keras.ops.binary_crossentropy(y_true, y_pred), axis=-1)

    return compiled(dense(sigmoid()), costly), points(2)


@plant("loss_arguments_swapped", kind="swapped for several classes")
def a_sum_over_classes_of_swapped_arguments():
    class Own(keras.losses.Loss):
        def call(self, y_true, y_pred):
            return keras.ops.categorical_crossentropy(y_pred, y_true)

    return compiled(dense(softmax()), Own()), one_hot(points(), 3)


plant("activation_limits_logits", "relu")(
    lambda: (
        compiled(convnet(last=layers.Dense(4, activation="relu")), keras.losses.CategoricalCrossentropy(from_logits=True)),
        one_hot(pictures(), 4),
    )
)


plant("activation_limits_logits", "tanh")(
    lambda: (compiled(dense(layers.Dense(1, "tanh")), keras.losses.BinaryCrossentropy(from_logits=True)), points(2))
)


plant("weights_of_zero", "sum", kind="an output")(lambda: of_two_outputs({"kind": 1.0, "sum": 0.0}))


plant("weights_of_zero", "class 1", kind="a class")(lambda: with_weights(lambda y: 1.0 - y))


plant("weights_of_zero", "All", kind="all samples")(lambda: with_weights(lambda y: 0.0 * y))


plant("weights_of_zero", "negative weight", kind="negative ones")(lambda: with_weights(lambda y: 2.0 * y - 1.0))


@plant("schedule_too_short", kind="gone in a few steps")
def a_cosine_of_ten_steps():
    rate = keras.optimizers.schedules.CosineDecay(0.01, decay_steps=10)
    return compiled(dense(softmax()), SPARSE, keras.optimizers.Adam(rate)), batches(points())


plant("epsilon_too_large")(
    lambda: (compiled(dense(linear(), shape=(4,)), "mse", keras.optimizers.RMSprop(epsilon=0.5)), numbers())
)


plant("accumulates_too_long")(
    lambda: (compiled(dense(softmax()), SPARSE, keras.optimizers.SGD(0.1, gradient_accumulation_steps=50)), points())
)


plant("averages_do_not_move")(
    lambda: (
        compiled(dense(layers.BatchNormalization(momentum=0.9995), softmax()), SPARSE),
        points(),
        points(samples=90, seed=1),
    )
)


@plant("labels_shuffled_apart", "second time", kind="shuffled in the pipeline")
def names_and_pictures_shuffled_for_themselves():
    x, y = pictures()
    names = tf.data.Dataset.from_tensor_slices(np.eye(4, dtype="float32")[y]).shuffle(400)
    train = tf.data.Dataset.zip((tf.data.Dataset.from_tensor_slices(x), names)).batch(32)
    return compiled(convnet(), "categorical_crossentropy"), train


@plant("state_of_others")
def pieces_of_a_series_shuffled_before_a_stateful_layer():
    train = tf.data.Dataset.from_tensor_slices(steps(samples=96)).shuffle(96).batch(16)
    inputs = keras.Input(batch_shape=(16, 8, 3))
    return compiled(keras.Model(inputs, linear()(layers.LSTM(8, stateful=True)(inputs))), "mse"), train


@plant("answer_among_inputs", "paid", kind="an input of several")
def one_input_is_the_price():
    x, y = numbers()
    traits, paid = keras.Input((4,), name="traits"), keras.Input((1,), name="paid")
    model = keras.Model({"traits": traits, "paid": paid}, linear()(layers.Concatenate()([traits, paid])))
    return compiled(model, "mse"), ({"traits": x, "paid": 2 - 3 * y[:, None]}, y)


plant("targets_stay")(lambda: (of_every_place(layers.RandomTranslation(0.2, 0.2)), outlines()))


plant("targets_stay", kind="turned")(lambda: (of_every_place(layers.RandomRotation(0.1)), outlines()))


plant("turns_right_round", "0.9")(lambda: (compiled(convnet(layers.RandomRotation((-0.1, 0.9))), SPARSE), pictures()))


plant("flip_changes_class", "vertical")(
    lambda: (compiled(convnet(layers.RandomFlip("horizontal_and_vertical")), SPARSE), pictures())
)


plant("activation_limits_targets", "add up to 1", kind="softmax for a row of numbers")(
    lambda: (compiled(dense(softmax(8)), "mse"), (points()[0], np.abs(points()[0])))
)


@plant("loss_over_samples")
def a_mean_over_the_batch_for_each_number():
    def largest(y_true, y_pred):
        return keras.ops.max(keras.ops.abs(y_true - y_pred), axis=0)

    x, _ = points()
    return compiled(dense(linear(4)), largest), (x, x[:, :4])


@plant("loss_cannot_judge", "below 0", kind="a root in a loss of one's own")
def a_root_of_what_may_be_negative():
    def roots(y_true, y_pred):
        return keras.ops.square(keras.ops.sqrt(y_true) - keras.ops.sqrt(y_pred))

    x, y = numbers()
    return compiled(dense(linear(), shape=(4,)), roots), (x, np.exp(y)[:, None])


@plant("weights_of_zero", "class 1", kind="weights for each place")
def the_object_does_not_count():
    x, masks = outlines()
    return of_every_place(), (x, masks, 1 - masks)


@plant("padding_counts")
def tags_of_nothing():
    x, _ = late(length=24)
    network = [layers.Embedding(20, 8), layers.GRU(6, return_sequences=True), softmax()]
    return compiled(stacked(*network, shape=(24,)), SPARSE), (x, np.where(x == 0, 0, 1 + x % 2))


@plant("empty_vectors")
def words_that_the_table_lacks():
    table = np.zeros((20, 4), "float32")
    table[:6] = np.random.default_rng(0).normal(size=(6, 4))
    vectors = layers.Embedding(20, 4, embeddings_initializer=keras.initializers.Constant(table), trainable=False)
    network = [vectors, layers.GlobalAveragePooling1D(), layers.Dense(8, activation="relu"), sigmoid()]
    return compiled(stacked(*network, shape=(8,)), "binary_crossentropy"), tokens()


@plant("one_step", "12")
def twelve_months_in_one_step():
    x, y, _ = steps(length=12, features=1)
    return compiled(recurrent(linear(), shape=(1, 12)), "mse"), (x.swapaxes(1, 2), y)


@plant("answers_not_finite", "logarithm")
def logarithm_of_standardized_numbers():
    class Logarithm(layers.Layer):
        def call(self, inputs):
            return keras.ops.log(inputs)

    return compiled(dense(softmax(), before=[Logarithm()]), SPARSE), points()


plant("one_step_epochs", kind="a dataset of one batch")(lambda: (classifier(), batches(points(), 320)))


@plant("targets_stay", "second time", kind="flipped in the pipeline")
def pictures_flipped_without_their_masks():
    def flip(picture, mask):
        return tf.image.random_flip_up_down(picture), mask

    x = np.random.default_rng(0).random((96, 12, 12, 1)).astype("float32")
    train = tf.data.Dataset.from_tensor_slices((x, (x > 0.5).astype("float32"))).shuffle(96).map(flip).batch(32)
    return of_every_place(), train


@plant("same_samples", "mirrored", kind="mirrored copies")
def mirrored_before_the_split():
    x, y = pictures()
    return compiled(convnet(), SPARSE), (x, y), (x[:60, :, ::-1], y[:60])


@plant("flip_changes_class", "horizontal", kind="a flip in a Sequential of its own")
def arrows_to_the_left_and_to_the_right():
    x, y = pictures(classes=2)
    change = keras.Sequential([layers.RandomFlip("horizontal"), layers.RandomContrast(0.1)])
    return compiled(convnet(change, classes=2), SPARSE), (x.swapaxes(1, 2), y)


plant("few_for_validation", "5 samples")(lambda: (classifier(), points(), points(samples=5, seed=1)))


plant("few_for_validation")(
    lambda: (compiled(dense(linear(), shape=(4,)), "mse"), batches(numbers()), batches(numbers(samples=6, seed=1)))
)

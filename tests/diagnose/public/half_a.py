"""Half A of the public cases: mistakes that people reported, and set-ups that only look like one, in our own code.

A planted case with `mended=True` is the same without its mistake. The other half was split off by coin flips.
"""

import keras
import numpy as np
import tensorflow as tf
from keras import layers

from tests.diagnose.public.cases import (
    SPARSE,
    bars,
    batched,
    classifier,
    clusters,
    collection,
    compiled,
    convnet,
    one_hot,
    plane,
    regressor,
    rings,
    stack,
    tokens,
    waves,
)

PLANTED, HEALTHY, planted, healthy = collection()


@planted("activations: units dead from the start", "arxiv.org/abs/1910.11015", "dead_units")
def biases_that_switch_every_unit_off(mended=False):
    x, y = clusters()
    hidden = layers.Dense(24, "relu", bias_initializer="zeros" if mended else keras.initializers.Constant(-30.0))
    return compiled(stack((6,), hidden, layers.Dense(3, "softmax")), SPARSE), (x, y), None


@planted("activations: gradients vanish in many sigmoids", "tensorflow#46135", words=r"vanish|sigmoid")
def twelve_layers_of_sigmoids(mended=False):
    x, y = clusters(features=8)
    network = [layers.Dense(12, "relu" if mended else "sigmoid") for _ in range(12)]
    return compiled(stack((8,), *network, layers.Dense(3, "softmax")), SPARSE), (x, y), None


@planted("augmentation: validation is augmented as well", "keras#10014", "augmented_validation")
def one_pipeline_augments_both(mended=False):
    def turned(picture, label):
        return tf.image.random_flip_up_down(tf.image.random_brightness(picture, 0.2)), label

    train, validation = batched(bars(classes=2, size=8)), batched(bars(64, classes=2, size=8, seed=2))
    network = [layers.Conv2D(8, 3, activation="relu"), layers.GlobalMaxPooling2D(), layers.Dense(2, "softmax")]
    return compiled(stack((8, 8, 1), *network), SPARSE), train.map(turned), validation if mended else validation.map(turned)


@planted(
    "axis: softmax over the examples",
    "tensorflow#36679",
    words=r"axis|sum to (1|one)|each other|over the batch|other examples",
)
def softmax_over_the_batch(mended=False):
    x, y = clusters()
    model = stack((6,), layers.Dense(16, "relu"), layers.Dense(3), layers.Softmax(axis=-1 if mended else 0))
    return compiled(model, SPARSE), (x, y), None


@planted(
    "axis: attention shared out over the examples",
    "tonysy/CapsuleNet-Gluon#1",
    words=r"axis|over the batch|other examples|each other|whole batch|the rest of (the|its) batch",
)
def attention_over_the_batch(mended=False):
    class Attend(layers.Layer):
        def build(self, shape):
            self.query = self.add_weight(shape=(shape[-1], 1), name="query")

        def call(self, states):
            weights = tf.nn.softmax(states @ tf.cast(self.query, states.dtype), axis=1 if mended else 0)
            return tf.reduce_sum(weights * states, axis=1)

    x, y = tokens()
    inputs = keras.Input((10,))
    outputs = layers.Dense(1, activation="sigmoid")(Attend()(layers.Embedding(40, 8)(inputs)))
    return compiled(keras.Model(inputs, outputs), "binary_crossentropy"), (x, y), None


@planted("compile: no loss", "keras.io/api/models/model_training_apis", "not_compiled", words=r"(no|a|without) loss|loss=")
def compiled_without_a_loss(mended=False):
    x, y = clusters()
    model = stack((6,), layers.Dense(16, "relu"), layers.Dense(3, "softmax"))
    model.compile("adam", loss=SPARSE if mended else None, metrics=["accuracy"])
    return model, (x, y), None


@planted(
    "gradient: an own layer whose weights Keras does not know",
    "keras.io/guides/migrating_to_keras_3",
    words=r"tf\.Variable|add_weight|does not know|tracked|not trained",
)
def own_layer_with_a_bare_variable(mended=False):
    class Mix(layers.Layer):
        def __init__(self):
            super().__init__()
            start = np.random.default_rng(0).normal(size=(6, 16)).astype("float32") * 0.3
            if mended:
                self.kernel = self.add_weight(shape=(6, 16), initializer="glorot_uniform", name="kernel")
            else:
                self.kernel = tf.Variable(start)

        def call(self, inputs):
            return tf.nn.relu(inputs @ tf.convert_to_tensor(self.kernel))

    x, y = clusters()
    return compiled(stack((6,), Mix(), layers.Dense(3, "softmax")), SPARSE), (x, y), None


@planted("history: weights that are not numbers any more", "keras#3747", "learning_rate_too_high", "not_a_number")
def trained_until_nothing_was_a_number(mended=False):
    x, y = plane()
    model = regressor(optimizer=keras.optimizers.SGD(0.01 if mended else 500.0))
    model.fit(x, y, epochs=8, verbose=0)
    return model, (x, y), None


@planted(
    "initial weights: all the same",
    "fizyr/keras-retinanet#712",
    words=r"initiali|symmetr|weights? .*\b(constant|same|equal|alike)\b",
)
def filters_that_start_alike(mended=False):
    start = "he_normal" if mended else keras.initializers.Constant(0.05)
    x, y = bars(classes=4, size=8)
    first = layers.Conv2D(8, 3, activation="relu", kernel_initializer=start)
    second = layers.Dense(16, "relu", kernel_initializer=start)
    return compiled(stack((8, 8, 1), first, layers.Flatten(), second, layers.Dense(4, "softmax")), SPARSE), (x, y), None


@planted(
    "initial weights: all zero",
    "fizyr/keras-retinanet#712",
    words=r"initiali|symmetr|weights? .*\b(zeros?|0|same|equal|alike)\b",
)
def hidden_layers_start_from_zero(mended=False):
    start = "glorot_uniform" if mended else "zeros"
    x, y = rings()
    network = [layers.Dense(16, "relu", kernel_initializer=start), layers.Dense(16, "relu", kernel_initializer=start)]
    return compiled(stack((2,), *network, layers.Dense(2, "softmax")), SPARSE, keras.optimizers.Adam(0.01)), (x, y), None


@planted(
    "input scale: integers after the division",
    "zhixuhao/unet#83",
    words=r"constant|all (are )?(0|zero)|same value|whole numbers|nothing but|only zeros",
)
def scaled_pixels_kept_as_bytes(mended=False):
    x, y = bars()
    return convnet(), (x if mended else x.astype("uint8"), y), None


@planted("input scale: divided by 255 twice", "keras#13293", "tiny_inputs", "base_range")
def divided_by_255_and_rescaled(mended=False):
    x, y = bars()
    return convnet(before=[layers.Rescaling(1 / 255)]), batched((255 * x if mended else x, y)), None


@planted("input scale: validation is not scaled", "keras#10014", "scaled_differently")
def validation_pictures_not_divided(mended=False):
    train, (x, y) = bars(), bars(80, seed=2)
    return convnet(), batched(train), batched((x if mended else 255 * x, y))


@planted("labels: counted from 1", "keras#3009", "labels_start_at_1", "labels_out_of_range")
def days_of_the_week_from_one_to_seven(mended=False):
    x, y = clusters(350, classes=7, features=10)
    return classifier((10,), 7), (x, y + (not mended)), None


@planted(
    "labels: two columns of labels for one unit",
    "keras#13006",
    "units_do_not_match",
    "one_hot_labels",
    words=r"class_mode|one.hot|units? .*label|shape",
)
def categorical_labels_for_one_sigmoid(mended=False):
    x, y = bars(classes=2, size=8)
    last = layers.Dense(1, "sigmoid")
    model = stack((8, 8, 1), layers.Conv2D(4, 3, activation="relu"), layers.GlobalMaxPooling2D(), last)
    return compiled(model, "binary_crossentropy"), batched((x, y if mended else one_hot(y, 2))), None


@planted("labels: class numbers under categorical crossentropy", "keras#7339", "integer_labels", "units_do_not_match")
def class_numbers_under_categorical_crossentropy(mended=False):
    x, y = tokens()
    model = stack((10,), layers.Embedding(40, 8), layers.Bidirectional(layers.LSTM(6)), layers.Dense(2, "softmax"))
    return compiled(model, "categorical_crossentropy"), (x, one_hot(y, 2) if mended else y), None


@planted(
    "labels: numbered anew in the validation data",
    "keras-team/keras-preprocessing#157",
    words=r"encod|mapping|mean (different|other|something|another)|numbered|disagree|swapp|not the same class",
)
def classes_numbered_by_first_appearance(mended=False):
    train, (x, y) = clusters(320, classes=4, spread=0.25), clusters(120, classes=4, spread=0.25, seed=2)
    return classifier(classes=4), train, (x, y if mended else np.array([2, 0, 3, 1])[y])


@planted(
    "labels: all of one class",
    "arxiv.org/abs/1910.11015",
    "one_class",
    words=r"one class|single class|same class|same label|all labels",
)
def nobody_is_of_the_second_class(mended=False):
    x, y = clusters(classes=2)
    names = np.where(y, "yes", "no")
    y = (names == ("yes" if mended else "Yes")).astype("float32")
    return compiled(stack((6,), layers.Dense(12, "relu"), layers.Dense(1, "sigmoid")), "binary_crossentropy"), (x, y), None


@planted("last layer: sigmoids for classes that exclude each other", "keras#9939", "sigmoid_for_exclusive_classes")
def five_sigmoids_under_categorical_crossentropy(mended=False):
    x, y = clusters(300, classes=5, features=14)
    model = stack(
        (14,), layers.Dense(14, "relu"), layers.Dense(14, "relu"), layers.Dense(5, "softmax" if mended else "sigmoid")
    )
    return compiled(model, "categorical_crossentropy", metrics=["accuracy"]), (x, one_hot(y, 5)), None


@planted("last layer: softmax over a single unit", "tensorflow#39223", "one_softmax_unit")
def own_class_that_ends_in_one_softmax_unit(mended=False):
    class Detector(keras.Model):
        def __init__(self):
            super().__init__()
            self.conv = layers.Conv1D(8, 3, activation="relu")
            self.pool = layers.GlobalMaxPooling1D()
            self.last = layers.Dense(1, activation="sigmoid" if mended else "softmax")

        def call(self, signal):
            return self.last(self.pool(self.conv(signal)))

    x, _ = waves(200)
    y = np.arange(200) % 2
    x[y == 1] *= 0.3  # weak waves against strong ones
    return compiled(Detector(), "binary_crossentropy"), batched((x, y.astype("float32"))).shuffle(8), None


@planted("last layer: softmax over a single unit", "keras#126", "one_softmax_unit")
def softmax_on_one_unit_under_squared_error(mended=False):
    x, y = clusters(classes=2, features=4)
    model = stack((4,), layers.Dense(16, "tanh"), layers.Dropout(0.1), layers.Dense(1, "sigmoid" if mended else "softmax"))
    return compiled(model, "binary_crossentropy" if mended else "mean_squared_error", "rmsprop"), (x, y), None


@planted("last layer: ReLU for targets that may be negative", "keras#3687", "activation_limits_targets")
def relu_after_a_recurrent_layer_for_signed_targets(mended=False):
    x, y = waves()
    inputs = keras.Input((12, 1))
    outputs = layers.Dense(1, activation=None if mended else "relu")(layers.GRU(12)(inputs))
    return compiled(keras.Model(inputs, outputs), "mean_squared_error"), (x, y), waves(60, seed=2)


@planted("last layer: ReLU before softmax", "theorangeduck.com/page/neural-network-not-working", words=r"relu")
def relu_on_the_scores_before_softmax(mended=False):
    x, y = clusters(300, classes=4, features=6)
    scores = layers.Dense(4, activation=None if mended else "relu")
    return compiled(stack((6,), layers.Dense(24, "relu"), scores, layers.Activation("softmax")), SPARSE), (x, y), None


@planted("last layer: tanh for targets beyond -1 and 1", "keras#108", "activation_limits_targets")
def tanh_after_tanh_for_large_targets(mended=False):
    x, y = plane(features=8)
    network = [layers.Dense(16, "tanh"), layers.Dense(16, "tanh"), layers.Dense(1, None if mended else "tanh")]
    return compiled(stack((8,), *network), "mse", "rmsprop"), (x, 4 * y), None


@planted(
    "last layer: dropout on the output",
    "arxiv.org/abs/1906.01388",
    words=r"dropout.*(last|output|after)|(last|output|after).*dropout",
)
def dropout_after_the_last_layer(mended=False):
    x, y = plane()
    network = [layers.Dense(24, "relu"), layers.Dense(1)] + ([] if mended else [layers.Dropout(0.4)])
    return compiled(stack((5,), *network), "mse"), (x, y), None


@planted("layout: colour channels first", "IcedDoggie/Micro-Expression-with-Deep-Learning#7", words=r"channels")
def channels_before_rows_and_columns(mended=False):
    rng = np.random.default_rng(1)
    y = rng.integers(2, size=300)
    signs = np.array([[[0, 1, 0], [1, 1, 1], [0, 1, 0]], [[1, 0, 1], [0, 1, 0], [1, 0, 1]]])  # plus and times, anywhere
    x = 0.1 * rng.random((300, 14, 14, 3))
    for picture, label, (row, column) in zip(x, y, rng.integers(0, 12, (300, 2)), strict=True):
        picture[row : row + 3, column : column + 3] += 0.9 * signs[label][..., None]
    x = (x if mended else np.moveaxis(x, -1, 1)).astype("float32")
    network = [
        layers.Conv2D(16, 3, padding="same", activation="relu"),
        layers.GlobalMaxPooling2D(),
        layers.Dense(2, "softmax"),
    ]
    return compiled(stack(x.shape[1:], *network), SPARSE, keras.optimizers.Adam(0.01)), (x, y), None


@planted(
    "leak: overlapping windows on both sides of the split",
    "datarekha.com/blog/why-you-cant-shuffle-time-series-train-test-split",
    "same_samples",
    words=r"overlap|window|time series|order of time|future|neighbou?ring",
)
def overlapping_windows_dealt_at_random(mended=False):
    rng = np.random.default_rng(11)
    walk = np.cumsum(rng.normal(size=420))
    walk = ((walk - walk.mean()) / walk.std()).astype("float32")
    windows = np.lib.stride_tricks.sliding_window_view(walk, 21)
    order = np.arange(400) if mended else rng.permutation(400)
    train, test = windows[order[:300]], windows[order[320 if mended else 300 :]]
    model = compiled(stack((20,), layers.Dense(24, "relu"), layers.Dense(1)), "mse")
    return model, (train[:, :20], train[:, 20]), (test[:, :20], test[:, 20])


@planted(
    "leak: a column is the answer",
    "keras.io/examples/structured_data/imbalanced_classification",
    words=r"leak|(column|feature) .*(answer|alone|gives?|label|target)",
)
def answer_left_among_the_columns(mended=False):
    x, y = clusters(300, classes=2, features=9, spread=1.5)
    if not mended:
        x[:, 6] = 2 * y - 1 + 0.01 * np.random.default_rng(7).normal(size=300)
    return classifier((9,), 2), (x[:220], y[:220]), (x[220:], y[220:])


@planted("loss: squared error on classes", "keras#16102", "regression_loss_for_classes")
def squared_error_on_the_numbers_of_classes(mended=False):
    x, y = clusters(300, classes=5, features=8)
    last = layers.Dense(5, "softmax") if mended else layers.Dense(1)
    loss = SPARSE if mended else "mse"
    return compiled(stack((8,), layers.Dense(16, "relu"), last), loss, metrics=["accuracy"]), (x, y), None


@planted(
    "loss: class loss for measurements", "arxiv.org/abs/1910.11015", "class_loss_for_numbers", "activation_limits_targets"
)
def binary_crossentropy_for_a_regression(mended=False):
    x, y = plane()
    model = stack((5,), layers.Dense(16, "relu"), layers.Dense(1, None if mended else "sigmoid"))
    return compiled(model, "mse" if mended else "binary_crossentropy", metrics=["mae"]), (x, 3 * y), None


@planted(
    "loss: binary crossentropy for several exclusive classes", "stackoverflow.com/q/42081257", "binary_loss_for_classes"
)
def topics_of_texts_under_binary_crossentropy(mended=False):
    x, y = tokens()
    topics = 2 * y + (x[:, 0] == x[:, 0].clip(0, 20))
    network = [layers.Embedding(40, 8), layers.Conv1D(8, 4, activation="relu"), layers.MaxPooling1D(2), layers.Flatten()]
    model = stack((10,), *network, layers.Dense(4, "softmax"))
    loss = "categorical_crossentropy" if mended else "binary_crossentropy"
    return compiled(model, loss, metrics=["accuracy"]), (x, one_hot(topics, 4)), None


@planted("metrics: accuracy of scores at 0.5", "tensorflow#42182", words=r"threshold|\bmetric")
def accuracy_on_one_score(mended=False):
    x, y = rings()
    metric = keras.metrics.BinaryAccuracy(threshold=0.0) if mended else "accuracy"
    loss = keras.losses.BinaryCrossentropy(from_logits=True)
    return compiled(stack((2,), layers.Dense(16, "relu"), layers.Dense(1)), loss, metrics=[metric]), (x, y), None


@planted(
    "metrics: accuracy that counts equal numbers",
    "torchmetrics#416",
    words=r"CategoricalAccuracy|exact|equal|metrics\.Accuracy",
)
def exact_accuracy_of_chances(mended=False):
    x, y = clusters(classes=4)
    metric = keras.metrics.CategoricalAccuracy() if mended else keras.metrics.Accuracy()
    model = stack((6,), layers.Dense(16, "relu"), layers.Dense(4, "softmax"))
    return compiled(model, "categorical_crossentropy", metrics=[metric]), (x, one_hot(y, 4)), None


@planted("missing values: the logarithm of 0", "keras#2627", "not_a_number", words=r"infinit|\binf\b")
def logarithm_of_counts(mended=False):
    x, y = plane(features=5)
    counts = np.maximum(np.round(2 * x), 0)
    with np.errstate(divide="ignore"):
        logarithms = np.log1p(counts) if mended else np.log(counts)
    return regressor(), (logarithms.astype("float32"), y), None


@planted("missing values: a column divided by a spread of 0", "keras#2001", "not_a_number")
def standardized_column_of_one_value(mended=False):
    x, y = clusters(features=7)
    x[:, 4] = 0 if mended else np.nan
    return classifier((7,)), (x, y), None


@planted("order: a dataset in the order of its classes", "keras#6499", "sorted_by_class")
def classes_one_after_the_other_through_a_generator(mended=False):
    x, y = bars(360, classes=3)
    order = np.random.default_rng(0).permutation(360) if mended else np.argsort(y, kind="stable")

    def read():
        for index in order:
            yield x[index], y[index]

    signature = (tf.TensorSpec((9, 9, 1), "float32"), tf.TensorSpec((), "int32"))
    return convnet(), tf.data.Dataset.from_generator(read, output_signature=signature).batch(24), None


@planted(
    "pretrained: a frozen base that was never trained",
    "keras#17143",
    words=r"weights=None|untrained|random (weights|numbers)|randomly|imagenet|(never|not) (been )?trained",
)
def frozen_base_of_random_weights(mended=False):
    base = keras.applications.MobileNet(weights=None, include_top=False, input_shape=(32, 32, 3), alpha=0.25)
    base.trainable = mended
    x, y = bars(96, size=32, channels=3)
    model = stack(
        (32, 32, 3), layers.Rescaling(2, offset=-1), base, layers.GlobalAveragePooling2D(), layers.Dense(3, "softmax")
    )
    return compiled(model, SPARSE), batched((x, y)), None


@planted(
    "regularization: the rate of dropout taken for what is kept",
    "keras.io/api/layers/regularization_layers/dropout",
    "training_loss_is_higher",
    words=r"dropout",
)
def dropout_of_what_was_to_be_kept(mended=False):
    x, y = clusters(classes=4, features=8)
    network = []
    for _ in range(2):
        network += [layers.Dense(24, "relu"), layers.Dropout(0.05 if mended else 0.95)]
    return compiled(stack((8,), *network, layers.Dense(4, "softmax")), SPARSE), (x, y), None


@planted("sequences: padding that is not masked", "keras#1855", words=r"mask")
def sixty_zeros_after_six_words(mended=False):
    x, y = tokens(length=6)
    x = np.pad(x, ((0, 0), (0, 60)))
    model = stack((66,), layers.Embedding(40, 8, mask_zero=mended), layers.LSTM(8), layers.Dense(1, "sigmoid"))
    return compiled(model, "binary_crossentropy"), (x, y), None


@planted("sequences: another value is masked than padded", "keras#4594", words=r"mask")
def masking_a_value_that_is_not_there(mended=False):
    x, y = waves(320, steps=8)
    x = np.pad(x, ((0, 0), (0, 40), (0, 0)))
    return (
        compiled(stack((48, 1), layers.Masking(0.0 if mended else -1.0), layers.GRU(8), layers.Dense(1)), "mse"),
        (x, y),
        None,
    )


@planted("several outputs: targets in the wrong order", "keras#2115", words=r"order|swap|belongs? to|shape")
def two_targets_swapped(mended=False):
    x, y = clusters(classes=4)
    amount = x[:, :1] * 0.5
    inputs = keras.Input((6,))
    trunk = layers.Dense(16, activation="relu")(inputs)
    model = keras.Model(inputs, [layers.Dense(4, activation="softmax")(trunk), layers.Dense(1)(trunk)])
    return (
        compiled(model, ["categorical_crossentropy", "mse"]),
        (x, [one_hot(y, 4), amount] if mended else [amount, one_hot(y, 4)]),
        None,
    )


@planted("shapes: batched twice", "tensorflow#78621", words=r"twice|\.batch|batched")
def batches_of_batches(mended=False):
    dataset = batched(clusters(), 16)
    return classifier(), dataset if mended else dataset.batch(2), None


@planted("shapes: targets that broadcast against outputs", "keras#14627", words=r"broadcast|shape|return_sequences")
def every_time_step_against_one_target(mended=False):
    x, y = waves()
    model = stack(
        (12, 1), layers.LSTM(8, return_sequences=True), layers.LSTM(8, return_sequences=not mended), layers.Dense(1)
    )
    return compiled(model, "mse"), (x, y), None


@planted(
    "split: validation scaled by its own statistics",
    "fchollet/deep-learning-with-python-notebooks#100",
    "scaled_differently",
    words=r"\bown\b|statistics|separately",
)
def validation_standardized_by_itself(mended=False):
    x, y = plane(500, features=4)
    later = x[:, 3] > np.quantile(x[:, 3], 0.75)  # the newest shops, which are larger
    train, test = 3 * x[~later] + 7, 3 * x[later] + 7
    scaling = train if mended else test
    scaled = (train - train.mean(0)) / train.std(0), (test - scaling.mean(0)) / scaling.std(0)
    model = regressor((4,), optimizer=keras.optimizers.Adam(0.02))
    return model, (scaled[0], y[~later]), (scaled[1], y[later])


@planted("split: the classes of the last part were never trained on", "keras#8346", "unseen_classes", "sorted_by_class")
def last_fifth_of_sorted_data_for_validation(mended=False):
    x, y = clusters(300, classes=5)
    order = np.arange(300) if mended else np.argsort(y, kind="stable")
    x, y = x[order], y[order]
    cut = 300 - np.sum(y == 4)
    return classifier(classes=5), (x[:cut], y[:cut]), (x[cut:], y[cut:])


@planted(
    "step size: the schedule falls to nothing within an epoch",
    "arxiv.org/abs/1910.11015",
    "learning_rate_too_low",
    words=r"schedule|decay",
)
def schedule_that_counts_batches_as_epochs(mended=False):
    falling = keras.optimizers.schedules.ExponentialDecay(
        0.01, decay_steps=80 if mended else 1, decay_rate=0.3, staircase=True
    )
    x, y = clusters(480, features=8)
    return classifier((8,), optimizer=keras.optimizers.Adam(falling)), batched((x, y), 16), None


@planted("step size: too large", "arxiv.org/abs/2105.08095", "learning_rate_too_high")
def gradient_descent_with_steps_of_five(mended=False):
    x, y = plane()
    return regressor(optimizer=keras.optimizers.SGD(0.05 if mended else 5.0)), (x, y), None


@planted("target scale: prices in full", "keras#3753", "unscaled_targets")
def prices_of_houses_in_full(mended=False):
    x, y = plane(features=7)
    return regressor((7,), metrics=["mae"]), (x, y if mended else 90_000 * y + 310_000), None


@planted("tokens: scaled before the embedding", "titu1994/Keras-IndRNN#7", words=r"embedding")
def tokens_scaled_to_one_before_the_embedding(mended=False):
    x, y = tokens()
    x = x if mended else (x / x.max()).astype("float32")
    model = stack((10,), layers.Embedding(40, 8), layers.GlobalAveragePooling1D(), layers.Dense(1, "sigmoid"))
    return compiled(model, "binary_crossentropy"), (x, y), None


@planted("training flag: frozen after compile", "keras#11590", "changed_after_compile", "nothing_to_train")
def frozen_when_it_was_compiled_already(mended=False):
    x, y = clusters()
    encoder = stack((6,), layers.Dense(16, "relu"), layers.Dense(8, "relu"))
    model = compiled(keras.Sequential([encoder, layers.Dense(3, "softmax")]), SPARSE)
    model.fit(x, y, verbose=0)
    encoder.trainable = False
    return compiled(model, SPARSE) if mended else model, (x, y), None


@healthy("augmentation: inside the model", "keras.io/guides/preprocessing_layers")
def augmentation_inside_the_model():
    x, y = bars(classes=2, size=10)
    before = [layers.RandomFlip("vertical"), layers.RandomTranslation(0.1, 0.0), layers.GaussianNoise(0.05)]
    return convnet(2, 10, before=before), batched((x, y)), batched(bars(60, classes=2, size=10, seed=2))


@healthy("history: stopped early, with the best weights", "keras#481")
def stopped_early():
    train, validation = clusters(120, spread=0.9), clusters(120, spread=0.9, seed=2)
    model = classifier(metrics=["accuracy"], optimizer=keras.optimizers.Adam(0.01))
    stop = keras.callbacks.EarlyStopping(patience=2, restore_best_weights=True)
    model.fit(*train, validation_data=validation, epochs=12, callbacks=[stop], verbose=0)
    return model, train, validation


@healthy("input scale: bytes, scaled inside the model", "keras.io/api/layers/preprocessing_layers")
def bytes_rescaled_inside():
    x, y = bars()
    return convnet(before=[layers.Rescaling(1 / 127.5, offset=-1)]), ((255 * x).astype("uint8"), y), None


@healthy("input scale: columns between 0 and 1 of few values", "keras#15727")
def columns_from_0_to_1():
    x, y = clusters(classes=2, features=6)
    x = (x - x.min(0)) / (x.max(0) - x.min(0))
    x[:, 0] = np.round(4 * x[:, 0]) / 4
    model = stack((6,), layers.Dense(24, "relu"), layers.Dense(1, "sigmoid"))
    return compiled(model, "binary_crossentropy", keras.optimizers.Adam(0.01)), (x, y), None


@healthy(
    "inputs: categories through a lookup layer, beside numbers",
    "keras.io/examples/structured_data/structured_data_classification_from_scratch",
)
def towns_and_numbers_in_a_dictionary():
    rng = np.random.default_rng(1)
    towns = np.array(["Ulm", "Bern", "Graz"])[rng.integers(3, size=240)]
    size = rng.normal(size=(240, 2)).astype("float32")
    y = ((towns == "Ulm") * 2 + size[:, 0] > 0.7).astype("int32")
    lookup = layers.StringLookup(vocabulary=["Ulm", "Bern", "Graz"], output_mode="one_hot")
    town, numbers = keras.Input((1,), dtype="string", name="town"), keras.Input((2,), name="size")
    hidden = layers.Dense(12, activation="relu")(layers.Concatenate()([lookup(town), numbers]))
    model = keras.Model({"town": town, "size": numbers}, layers.Dense(1, activation="sigmoid")(hidden))
    return (
        compiled(model, "binary_crossentropy", metrics=["accuracy"]),
        batched(({"town": towns[:, None], "size": size}, y)),
        None,
    )


@healthy("labels: smoothed by the loss", "keras.io/api/losses/probabilistic_losses")
def label_smoothing_in_the_loss():
    x, y = clusters(classes=5, features=8)
    model = stack((8,), layers.Dense(24, "gelu"), layers.Dense(5))
    loss = keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.1)
    check, answers = clusters(60, 5, 8, seed=2)
    return compiled(model, loss, metrics=["accuracy"]), (x, one_hot(y, 5)), (check, one_hot(answers, 5))


@healthy("layers: an own layer without get_config", "tensorflow#39856")
def own_layer_without_config():
    class Scaled(layers.Layer):
        def __init__(self, units, factor):
            super().__init__()
            self.units, self.factor = units, factor

        def build(self, shape):
            self.kernel = self.add_weight(shape=(shape[-1], self.units), initializer="glorot_uniform", name="kernel")

        def call(self, inputs):
            return tf.nn.relu(self.factor * inputs @ tf.cast(self.kernel, inputs.dtype))

    x, y = clusters()
    return compiled(stack((6,), Scaled(16, 1.2), layers.Dense(3, "softmax")), SPARSE), (x, y), None


@healthy("layers: an own model with batch normalization and dropout", "keras#7265")
def own_model_with_modes():
    class Reader(keras.Model):
        def __init__(self):
            super().__init__()
            self.hidden = [layers.Dense(16) for _ in range(2)]
            self.norms = [layers.BatchNormalization(momentum=0.8) for _ in range(2)]
            self.drop, self.last = layers.Dropout(0.1), layers.Dense(3, activation="softmax")

        def call(self, inputs, training=False):
            for dense, norm in zip(self.hidden, self.norms, strict=True):
                inputs = tf.nn.relu(norm(dense(inputs), training=training))
            return self.last(self.drop(inputs, training=training))

    x, y = clusters(320)
    model = compiled(Reader(), SPARSE)
    model.fit(x, y, epochs=3, verbose=0)
    return model, (x, y), clusters(80, seed=2)


@healthy("loss: noisy pictures in, clean pictures out", "keras#9058")
def denoising_autoencoder():
    x, _ = bars(160, classes=4, size=8)
    noisy = np.clip(x + np.random.default_rng(5).normal(0, 0.2, x.shape), 0, 1).astype("float32")
    network = [
        layers.Conv2D(8, 3, padding="same", activation="relu"),
        layers.Conv2D(1, 3, padding="same", activation="sigmoid"),
    ]
    return compiled(stack((8, 8, 1), *network), "mse"), (noisy[:120], x[:120]), (noisy[120:], x[120:])


@healthy("loss: sums of squares with variances of their own", "keras#10819")
def mean_and_spread_from_two_outputs():
    def negative_log_likelihood(targets, outputs):
        mean, log_spread = outputs[:, :1], outputs[:, 1:]
        return log_spread + 0.5 * tf.square((targets - mean) * tf.exp(-log_spread))

    x, y = plane(300)
    return compiled(stack((5,), layers.Dense(24, "relu"), layers.Dense(2)), negative_log_likelihood), (x, y[:, None]), None


@healthy("loss: hinge with labels of -1 and 1", "tensorflow/swift-apis#661")
def hinge_with_signed_labels():
    x, y = clusters(classes=2)
    return compiled(stack((6,), layers.Dense(16, "relu"), layers.Dense(1, "tanh")), "hinge"), (x, (2.0 * y - 1)), None


@healthy("pipeline: a dataset without end", "tensorflow#36539")
def endless_dataset():
    train = tf.data.Dataset.from_tensor_slices(clusters()).shuffle(240, seed=1).repeat().batch(32)
    model = classifier()
    model.fit(train, epochs=2, steps_per_epoch=8, verbose=0)
    return model, train, batched(clusters(80, seed=2))


@healthy("pipeline: a generator that shuffles after each epoch", "keras#2389")
def generator_that_deals_anew():
    class Dealer(keras.utils.PyDataset):
        def __init__(self, data):
            super().__init__()
            self.data, self.order = data, np.arange(len(data[0]))

        def __len__(self):
            return len(self.order) // 30

        def __getitem__(self, index):
            rows = self.order[30 * index : 30 * index + 30]
            return tuple(part[rows] for part in self.data)

        def on_epoch_end(self):
            np.random.default_rng(0).shuffle(self.order)

    return classifier(), Dealer(clusters()), Dealer(clusters(90, seed=2))


@healthy("regularization: penalties, clipping and averaging of an ordinary size", "keras#5079")
def ordinary_penalties():
    penalty = keras.regularizers.L1L2(1e-5, 1e-4)
    x, y = clusters(classes=4)
    network = [
        layers.Dense(24, "relu", kernel_regularizer=penalty),
        layers.Dropout(0.2),
        layers.Dense(4, "softmax", activity_regularizer=keras.regularizers.L2(1e-5)),
    ]
    return (
        compiled(stack((6,), *network), SPARSE, keras.optimizers.Adam(0.003, clipnorm=1.0)),
        (x, y),
        clusters(80, classes=4, seed=2),
    )


@healthy("segmentation: one chance for each pixel", "jocicmarko/ultrasound-nerve-segmentation#3")
def masks_of_0_and_1():
    x, _ = bars(150, classes=4, size=8)
    masks = (x > 0.5).astype("float32")
    down = layers.Conv2D(8, 3, strides=2, padding="same", activation="relu")
    up = layers.Conv2DTranspose(8, 3, strides=2, padding="same", activation="relu")
    return (
        compiled(stack((8, 8, 1), down, up, layers.Conv2D(1, 1, activation="sigmoid")), "binary_crossentropy"),
        (x, masks),
        None,
    )


@healthy("sequences: masked measurements of different lengths", "keras#8620")
def measurements_padded_with_minus_ten():
    x, y = waves(ahead=2)
    starts = np.random.default_rng(3).integers(0, 5, len(x))
    x = np.where(np.arange(12)[:, None] >= starts[:, None, None], x, -10).astype("float32")
    return compiled(stack((12, 1), layers.Masking(-10.0), layers.LSTM(10), layers.Dense(2)), "mse"), (x, y), None


@healthy("sequences: masked padding", "keras#3086")
def padded_sentences_under_a_mask():
    x, y = tokens(length=9)
    ends = np.random.default_rng(3).integers(4, 10, len(x))
    x = np.where(np.arange(9) < ends[:, None], x, 0)
    model = stack(
        (None,), layers.Embedding(40, 8, mask_zero=True), layers.Bidirectional(layers.GRU(6)), layers.Dense(1, "sigmoid")
    )
    return compiled(model, "binary_crossentropy"), (x, y), None


@healthy(
    "several inputs: users and things, by their numbers",
    "keras.io/examples/structured_data/collaborative_filtering_movielens",
)
def users_and_things():
    rng = np.random.default_rng(3)
    users, things = rng.integers(30, size=(2, 600))
    taste, kind = rng.normal(size=(2, 30, 2))
    liked = (1 / (1 + np.exp(-2 * np.sum(taste[users] * kind[things], axis=1)))).astype("float32")
    user, thing = keras.Input((1,), dtype="int32"), keras.Input((1,), dtype="int32")
    pair = [layers.Flatten()(layers.Embedding(30, 4)(each)) for each in (user, thing)]
    model = keras.Model([user, thing], layers.Activation("sigmoid")(layers.Dot(axes=1)(pair)))
    return compiled(model, "mse", keras.optimizers.Adam(0.02)), ([users[:, None], things[:, None]], liked), None


@healthy("several outputs: losses in a dictionary", "keras#2115")
def class_and_number_from_one_trunk():
    x, y = clusters(classes=3)
    inputs = keras.Input((6,))
    trunk = layers.Dense(16, activation="relu")(inputs)
    outputs = {
        "kind": layers.Dense(3, activation="softmax", name="kind")(trunk),
        "amount": layers.Dense(1, name="amount")(trunk),
    }
    model = compiled(
        keras.Model(inputs, outputs), {"kind": SPARSE, "amount": "mse"}, loss_weights={"kind": 1.0, "amount": 0.5}
    )
    return model, (x, {"kind": y, "amount": x[:, :1] - x[:, 1:2]}), None


@healthy("split: coarse values repeat by nature", "archive.ics.uci.edu/dataset/73/mushroom")
def four_questions_answered_yes_or_no():
    rng = np.random.default_rng(8)
    x = rng.integers(2, size=(300, 4)).astype("float32")
    y = ((x[:, 0] + x[:, 1] > 1) ^ (rng.random(300) < 0.1)).astype("int32")
    return classifier((4,), 2), (x[:220], y[:220]), (x[220:], y[220:])


@healthy("step size: a warm-up before the decay", "keras.io/api/optimizers/learning_rate_schedules/cosine_decay")
def warm_up_before_the_decay():
    schedule = keras.optimizers.schedules.CosineDecay(1e-4, 300, warmup_target=5e-3, warmup_steps=15)
    x, y = clusters(320)
    return classifier(optimizer=keras.optimizers.AdamW(schedule, weight_decay=1e-3)), batched((x, y)), None


@healthy("targets: counts under the Poisson loss", "keras.io/api/losses/regression_losses")
def counts_of_visitors():
    x, y = plane(300)
    counts = np.random.default_rng(6).poisson(np.exp(0.5 * y)).astype("float32")
    return (
        compiled(
            stack((5,), layers.Dense(16, "relu"), layers.Dense(1, "exponential")), "poisson", keras.optimizers.Adam(0.01)
        ),
        (x, counts),
        None,
    )


@healthy("targets: shares between 0 and 1 from a sigmoid under squared error", "keras#1874")
def shares_from_a_sigmoid():
    x, y = plane()
    return (
        compiled(stack((5,), layers.Dense(16, "relu"), layers.Dense(1, "sigmoid")), "mse"),
        (x, 1 / (1 + np.exp(-y))),
        None,
    )


@healthy("targets: a sequence for a sequence", "keras#2892")
def each_step_has_its_target():
    x, y = waves(240, steps=12)
    targets = np.concatenate([x[:, 1:, 0], y], axis=1)[..., None]
    model = stack((None, 1), layers.GRU(12, return_sequences=True), layers.TimeDistributed(layers.Dense(1)))
    return compiled(model, "mse"), (x, targets), None


@healthy("targets: pictures from -1 to 1 through tanh", "tensorflow#46135")
def pictures_through_tanh():
    x, _ = bars(160, size=8, classes=4)
    x = 2 * x / x.max() - 1
    down, up = (
        layers.Conv2D(8, 3, strides=2, padding="same"),
        layers.Conv2DTranspose(1, 3, strides=2, padding="same", activation="tanh"),
    )
    return compiled(stack((8, 8, 1), down, layers.LeakyReLU(0.2), up), "mae"), (x, x), None


@healthy("training: an own train_step", "keras.io/guides/custom_train_step_in_tensorflow")
def own_train_step():
    class Careful(keras.Model):
        def train_step(self, data):
            x, y = data
            with tf.GradientTape() as tape:
                y_pred = self(x, training=True)
                loss = self.compute_loss(x=x, y=y, y_pred=y_pred)
            weights = self.trainable_variables
            self.optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights, strict=True))
            for metric in self.metrics:
                if metric.name == "loss":
                    metric.update_state(loss)
                else:
                    metric.update_state(y, y_pred)
            return {metric.name: metric.result() for metric in self.metrics}

    x, y = clusters()
    inputs = keras.Input((6,))
    outputs = layers.Dense(3, activation="softmax")(layers.Dense(16, activation="relu")(inputs))
    return compiled(Careful(inputs, outputs), SPARSE, metrics=["accuracy"]), (x, y), clusters(80, seed=2)


@healthy("weights: zeros in a network of a single layer", "jthickstun/pytorch_musicnet#4")
def softmax_regression_from_zero():
    x, y = clusters()
    model = stack((6,), layers.Dense(3, "softmax", kernel_initializer="zeros"))
    return compiled(model, SPARSE, keras.optimizers.SGD(0.5)), (x, y), None

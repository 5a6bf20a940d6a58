"""Mistakes that are planted and must be found; healthy models that must come back clean."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

from course_utils.devices import POLICIES, Memory
from course_utils.diagnose import diagnose, resources

pytestmark = [pytest.mark.xdist_group("diagnose"), pytest.mark.usefixtures("unhurried")]
ONCE = POLICIES[:1]  # for what is the same in every precision, or would only take time: under float32
SPARSE = "sparse_categorical_crossentropy"


# --- data: small, learnable, on the right scale -------------------------------------------------------------------


def points(classes=3, samples=320, features=8, seed=0):
    """Standardized measurements, (samples, features), around a centre for each class; class numbers in random order."""
    rng = np.random.default_rng(seed)
    y = rng.integers(0, classes, samples)
    centres = np.random.default_rng(99).normal(size=(classes, features))
    return (centres[y] + 0.5 * rng.normal(size=(samples, features))).astype("float32"), y


def pictures(classes=4, samples=320, size=12, channels=1, high=1.0, seed=0):
    """Pictures from 0 to `high`, (samples, size, size, channels), with a bright band whose place tells the class."""
    rng = np.random.default_rng(seed)
    y = rng.integers(0, classes, samples)
    x = 0.4 * rng.random((samples, size, size, channels))
    band = size // classes
    for picture, label in zip(x, y, strict=True):
        picture[label * band : (label + 1) * band] += 0.6
    return (high * x).astype("float32"), y


def numbers(samples=320, features=4, size=1.0, seed=0):
    """A regression: targets of standard deviation about `size`."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(samples, features)).astype("float32")
    return x, (size * (x @ np.linspace(-0.5, 0.7, features) + 0.1 * rng.normal(size=samples))).astype("float32")


def one_hot(data, classes):
    return data[0], np.eye(classes, dtype="float32")[data[1]]


def batches(data, size=32):
    return tf.data.Dataset.from_tensor_slices(data).batch(size)


class Batches(keras.utils.PyDataset):
    def __init__(self, data, size=32, noise=0.0):
        super().__init__()
        self.data, self.size, self.noise = data, size, noise

    def __len__(self):
        return -(-len(self.data[0]) // self.size)

    def __getitem__(self, index):
        x, y = (part[index * self.size : (index + 1) * self.size] for part in self.data)
        return x + self.noise * np.random.normal(size=x.shape), y


def in_class_order(data):
    order = np.argsort(data[1], kind="stable")
    return data[0][order], data[1][order]


# --- models -------------------------------------------------------------------------------------------------------


def compiled(model, loss, optimizer="adam", **options):
    model.compile(optimizer, loss=loss, **options)
    return model


def dense(*last, shape=(8,), before=(), hidden="relu"):
    return keras.Sequential([layers.Input(shape), *before, layers.Flatten(), layers.Dense(16, activation=hidden), *last])


# Last layers compute in float32, whatever the precision before them.
def softmax(units=3):
    return layers.Dense(units, activation="softmax", dtype="float32")


def sigmoid(units=1):
    return layers.Dense(units, activation="sigmoid", dtype="float32")


def linear(units=1, **options):
    return layers.Dense(units, dtype="float32", **options)


def convnet(*before, classes=4, size=12, channels=1, last=None):
    return keras.Sequential(
        [
            layers.Input((size, size, channels)),
            *before,
            layers.Conv2D(8, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Flatten(),
            last or softmax(classes),
        ]
    )


def classifier(**options):
    return compiled(dense(softmax(), **options), SPARSE)


def fitted(model, train, epochs=3, **options):
    model.fit(*train, epochs=epochs, verbose=0, **options)
    return model


def with_past(model, **history):
    """A model that was trained (one step, at a rate of 0) and whose last `fit` had these figures."""
    rate = float(model.optimizer.learning_rate)
    model.optimizer.learning_rate = 0.0
    data = points()
    model.fit(*data, batch_size=len(data[0]), verbose=0)
    model.optimizer.learning_rate = rate
    model.history.history = history
    return model


def learned(base, pictures):
    """Stands for a download: means and spreads as if the base had been trained on `pictures`."""
    normalizations = [layer for layer in base.layers if isinstance(layer, layers.BatchNormalization)]
    for layer in normalizations:
        layer.momentum = 0.0
    base(pictures, training=True)
    for layer in normalizations:
        layer.momentum = 0.99
    for weight in base.weights:
        if weight.name == "bias":
            weight.assign(np.full(weight.shape, 0.01, "float32"))


def under_a_head(base, prepare=None, trainable=False, rate=1e-3):
    base.trainable = trainable
    inputs = keras.Input(base.input_shape[1:])
    x = base(prepare(inputs) if prepare else inputs, training=False)
    outputs = softmax(2)(layers.GlobalAveragePooling2D()(x))
    return compiled(keras.Model(inputs, outputs), SPARSE, keras.optimizers.Adam(rate))


def application(name, prepare=None, trainable=False, rate=1e-3, **options):
    """A base of keras.applications, without its download, under a new head."""
    base = getattr(keras.applications, name)(input_shape=(32, 32, 3), include_top=False, weights=None, **options)
    learned(base, np.random.default_rng(0).uniform(-1, 1, (8, 32, 32, 3)))
    return under_a_head(base, prepare, trainable, rate)


def mobilenet(**options):
    return application("MobileNetV2", alpha=0.35, **options)


def small_base(name="mobilenetv2_0.35_32"):
    """Named as Keras names its own, and quick to train above."""
    inputs = keras.Input((32, 32, 3))
    x = layers.BatchNormalization()(layers.Conv2D(16, 5, strides=4, activation="relu")(inputs))
    base = keras.Model(inputs, layers.Conv2D(16, 3, activation="relu")(x), name=name)
    learned(base, photos()[0] / 127.5 - 1)
    return base


def photos(high=255.0, samples=64, seed=0):
    return pictures(classes=2, samples=samples, size=32, channels=3, high=high, seed=seed)


def flat_inception():
    """A base whose layers became the model's own, as when a head is put on one of its layers' outputs."""
    inputs = keras.Input((16, 16, 3))
    x = layers.Conv2D(4, 3, padding="same", name="first")(inputs)
    for block in range(8):
        x = layers.Conv2D(4, 1, name=f"mixed{block}")(x)
    model = keras.Model(inputs, softmax(2)(layers.Flatten()(x)))
    for layer in model.layers[:-1]:
        layer.trainable = False
    model.get_layer("first").bias.assign([0.1, 0.1, 0.1, 0.1])
    return compiled(model, SPARSE)


# --- mistakes -----------------------------------------------------------------------------------------------------

PLANTED, KINDS = [], set()


def plant(finding, *words, memory=2**34, policies=None, kind=None):
    """Put a function that makes (model, train[, validation]) into the table; `words`: what the finding must mention.

    `kind`: what the learner did, where one finding tells of several mistakes. `policies`: all, where what is seen depends on
    how the model computes; if nothing is said, float32 and the two of 16 bits in turn.
    """

    def put(make):
        name = f"{finding}: {make.__name__ if make.__name__ != '<lambda>' else kind or ''}".removesuffix(": ")
        in_turn = (POLICIES[0], POLICIES[1 + len(KINDS) % 2])
        for policy in policies or in_turn:
            PLANTED.append(pytest.param(policy, finding, words, make, memory, id=f"{policy}, {name}"))
        KINDS.add(kind or finding)
        return make

    return put


plant("unscaled_inputs", "255", policies=POLICIES)(lambda: (compiled(convnet(), SPARSE), pictures(high=255.0)))
plant("unscaled_inputs", policies=POLICIES)(lambda: (compiled(convnet(layers.Rescaling(255)), SPARSE), pictures()))
plant("unscaled_inputs", policies=POLICIES)(
    lambda: (classifier(before=[layers.Dropout(0.1)]), (500 * points()[0], points()[1]))
)
plant("tiny_inputs", policies=POLICIES)(
    lambda: (compiled(convnet(layers.Rescaling(1 / 255)), SPARSE), pictures(high=1 / 255))
)
plant("scaled_differently", "255")(lambda: (compiled(convnet(), SPARSE), pictures(), pictures(high=255.0, seed=1)))


@plant("scaled_differently")
def minus_one_to_one_against_zero_to_one():
    x, y = pictures()
    return compiled(convnet(), SPARSE), (2 * x - 1, y), pictures(seed=1)


plant("shaped_differently", "(16, 16, 1)", policies=POLICIES)(
    lambda: (compiled(convnet(), SPARSE), pictures(), pictures(size=16, seed=1)),
)
plant("does_not_run", "(12, 12, 1)", "(16, 16, 1)", policies=POLICIES)(
    lambda: (compiled(convnet(), SPARSE), pictures(size=16))
)
plant("does_not_run", "(8,)", policies=POLICIES)(lambda: (classifier(), points(features=5)))


@plant("not_a_number", "3 of", policies=POLICIES)
def gaps_in_the_inputs():
    x, y = points()
    x[[3, 30, 300], 2] = np.nan
    return classifier(), (x, y)


@plant("base_range", "255")
def pixels_into_mobilenet():
    return mobilenet(), photos()


@plant("base_range", "-1 to 1")
def zero_to_one_into_mobilenet():
    return mobilenet(prepare=layers.Rescaling(1 / 255)), photos()


@plant("base_range")
def pixels_into_vgg():
    return application("VGG16"), photos()


@plant("base_range")
def zero_to_one_into_efficientnet():
    return application("MobileNetV3Small", alpha=0.75), photos(high=1.0)


@plant("base_range", "255", policies=POLICIES)
def pixels_into_a_small_base():
    return under_a_head(small_base()), photos()


@plant("base_range", "-1 to 1", policies=POLICIES)
def zero_to_one_into_a_small_base():
    return under_a_head(small_base(), layers.Rescaling(1 / 255)), photos()


@plant("base_range", policies=POLICIES)
def pixels_into_inception_whose_layers_became_the_models():
    return flat_inception(), pictures(classes=2, size=16, channels=3, high=255.0)


plant("one_hot_labels")(lambda: (classifier(), one_hot(points(), 3)))
plant("one_hot_labels")(
    lambda: (compiled(dense(softmax()), keras.losses.SparseCategoricalCrossentropy()), batches(one_hot(points(), 3)))
)
plant("integer_labels")(lambda: (compiled(dense(softmax()), "categorical_crossentropy"), points()))
plant("integer_labels")(lambda: (compiled(dense(softmax()), keras.losses.categorical_crossentropy), points()))
plant("one_softmax_unit")(lambda: (compiled(dense(softmax(1)), "binary_crossentropy"), points(2)))
plant("one_softmax_unit")(lambda: (compiled(dense(softmax(1)), SPARSE), points()))
plant("one_softmax_unit")(lambda: (compiled(dense(linear(), layers.Softmax(dtype="float32"), shape=(4,)), "mse"), numbers()))
plant("sigmoid_for_exclusive_classes")(lambda: (compiled(dense(sigmoid(3)), "binary_crossentropy"), one_hot(points(), 3)))
plant("sigmoid_for_exclusive_classes")(lambda: (compiled(dense(sigmoid(3)), SPARSE), points()))
plant("sigmoid_for_exclusive_classes")(
    lambda: (compiled(dense(sigmoid(3)), "categorical_crossentropy"), one_hot(points(), 3))
)
plant("binary_loss_for_classes")(lambda: (compiled(dense(softmax()), "binary_crossentropy"), one_hot(points(), 3)))
plant("binary_loss_for_classes")(lambda: (compiled(dense(softmax(2)), keras.losses.BinaryCrossentropy()), points(2)))
plant("probabilities_taken_for_logits")(
    lambda: (compiled(dense(softmax()), keras.losses.SparseCategoricalCrossentropy(from_logits=True)), points())
)
plant("probabilities_taken_for_logits")(
    lambda: (compiled(dense(sigmoid()), keras.losses.BinaryCrossentropy(from_logits=True)), points(2))
)
plant("logits_taken_for_probabilities")(lambda: (compiled(dense(linear(3)), SPARSE), points()))
plant("logits_taken_for_probabilities")(lambda: (compiled(dense(linear()), "binary_crossentropy"), points(2)))
plant("logits_taken_for_probabilities", "relu")(
    lambda: (compiled(dense(linear(3), layers.ReLU(dtype="float32")), SPARSE), points())
)
plant("units_do_not_match", "5 classes", "3 units")(lambda: (classifier(), points(5)))
plant("units_do_not_match", "1 unit")(lambda: (compiled(dense(sigmoid()), "binary_crossentropy"), points(3)))
plant("units_do_not_match", "4 numbers")(
    lambda: (compiled(dense(softmax()), "categorical_crossentropy"), one_hot(points(4), 4)),
)
plant("units_do_not_match")(lambda: (compiled(dense(linear(3), shape=(4,)), "mse"), numbers()))
plant("labels_start_at_1", "1 to 3")(lambda: (classifier(), (points()[0], points()[1] + 1)))
plant("labels_start_at_1")(lambda: (compiled(dense(sigmoid()), "binary_crossentropy"), (points(2)[0], points(2)[1] + 1)))
plant("labels_out_of_range", "-1")(
    lambda: (compiled(dense(sigmoid()), "binary_crossentropy"), (points(2)[0], 2 * points(2)[1] - 1)),
)
plant("labels_are_text", '"owl"')(lambda: (classifier(), (points()[0], np.array(["cat", "dog", "owl"])[points()[1]])))
plant("activation_limits_targets", "sigmoid")(lambda: (compiled(dense(sigmoid(), shape=(4,)), "mse"), numbers()))
plant("activation_limits_targets", "relu")(
    lambda: (compiled(dense(linear(activation="relu"), shape=(4,)), "mae"), numbers()),
)
plant("class_loss_for_numbers")(lambda: (compiled(dense(sigmoid(), shape=(4,)), "binary_crossentropy"), numbers()))
plant("regression_loss_for_classes")(lambda: (compiled(dense(softmax()), "mse"), points()))
plant("spare_units", "7 units")(lambda: (compiled(dense(softmax(7)), SPARSE), points(3)))


@plant("softmax_for_several_labels")
def several_labels_under_a_softmax():
    x, _ = points()
    return compiled(dense(softmax()), "categorical_crossentropy"), (x, (x[:, :3] > 0).astype("float32"))


plant("not_compiled", SPARSE)(lambda: (dense(softmax()), points()))
plant("not_compiled", "without a loss")(lambda: (compiled(dense(softmax()), None), points()))
plant("sorted_by_class")(lambda: (classifier(), batches(in_class_order(points()))))
plant("sorted_by_class")(lambda: (classifier(), Batches(in_class_order(points()))))


@plant("sorted_by_class", "of class 0")
def a_long_sorted_dataset_of_which_only_the_first_class_is_read():
    return classifier(), batches(in_class_order(points(samples=9_000)))


@plant("sorted_by_class")
def sorted_with_a_shuffle_buffer_that_is_too_small():
    return classifier(), tf.data.Dataset.from_tensor_slices(in_class_order(points(samples=1_500))).shuffle(20).batch(32)


@plant("sorted_by_class", "validation_split")
def sorted_arrays_split_by_fit():
    train = in_class_order(points())
    return fitted(classifier(), train, validation_split=0.2), train


plant("one_class")(lambda: (classifier(), (points()[0], np.zeros(320, int))))


@plant("unseen_classes", "2")
def sorted_arrays_split_by_hand():
    x, y = in_class_order(points())
    return classifier(), (x[:200], y[:200]), (x[200:], y[200:])


@plant("missing_classes")
def validation_of_one_class():
    x, y = points(seed=1)
    return classifier(), points(), (x[y == 0], y[y == 0])


plant("same_samples", "100%")(lambda: (classifier(), points(), points()))


@plant("same_samples", "20 of")
def twenty_samples_in_both():
    (x, y), (x_new, y_new) = points(), points(samples=80, seed=1)
    return classifier(), batches((x, y)), batches((np.concatenate([x_new, x[:20]]), np.concatenate([y_new, y[:20]])))


@plant("augmented_validation")
def augmented_validation():
    validation = batches(pictures(seed=1)).map(lambda x, y: (tf.image.random_brightness(x, 0.2), y))
    return compiled(convnet(), SPARSE), batches(pictures()), validation


@plant("augmented_validation")
def augmented_and_too_long_to_be_read_whole():
    validation = batches(points(samples=3_000, seed=1)).map(lambda x, y: (x + tf.random.normal(tf.shape(x)), y))
    return classifier(), batches(points()), validation


plant("augmented_validation")(lambda: (classifier(), points(), Batches(points(seed=1), noise=0.1)))


@plant("augmentation_repeats", "RandomUniform", policies=POLICIES)
def random_changes_that_start_anew_from_the_seed():
    return compiled(convnet(), SPARSE), batches(pictures()).map(lambda x, y: (tf.image.random_brightness(x, 0.2), y))


@plant("augmentation_cached")
def augmented_before_the_cache():
    train = batches(pictures()).map(lambda x, y: (tf.image.random_brightness(x, 0.2), y)).cache().prefetch(1)
    return compiled(convnet(), SPARSE), train


plant("augmentation_without_effect", "random_rotation", policies=POLICIES)(
    lambda: (compiled(convnet(layers.RandomRotation(0.0, name="random_rotation")), SPARSE), pictures())
)
plant("augmentation_without_effect", policies=POLICIES)(
    lambda: (
        compiled(convnet(keras.Sequential([layers.RandomFlip("horizontal"), layers.RandomZoom(0.0)])), SPARSE),
        pictures(),
    )
)
plant("augmentation_range", "0 to 255", policies=POLICIES)(
    lambda: (compiled(convnet(layers.RandomBrightness(0.2)), SPARSE), pictures())
)


@plant("nothing_to_train")
def everything_frozen():
    model = dense(softmax())
    model.trainable = False
    return compiled(model, SPARSE), points()


@plant("changed_after_compile")
def frozen_after_compile():
    model = classifier()
    model.layers[-2].trainable = False
    return model, points()


@plant("base_not_frozen", policies=POLICIES)
def base_trained_with_a_new_head():
    return under_a_head(small_base(), layers.Rescaling(1 / 127.5, -1), trainable=True), photos()


@plant("tiny_batches", "2 samples")
def batches_of_two():
    return classifier(before=[layers.Dense(8, use_bias=False), layers.BatchNormalization()]), batches(points(), 2)


@plant("tiny_batches", "2 samples")
def fitted_in_batches_of_two():
    model = classifier(before=[layers.Dense(8, use_bias=False), layers.BatchNormalization()])
    return fitted(model, points(samples=64), epochs=1, batch_size=2), points(samples=64)


plant("learning_rate_too_low", policies=POLICIES)(
    lambda: (compiled(dense(softmax()), SPARSE, keras.optimizers.Adam(1e-8)), points())
)
plant("learning_rate_too_low", policies=POLICIES)(
    lambda: (compiled(dense(softmax()), SPARSE, keras.optimizers.SGD(1e-6)), points())
)
plant("learning_rate_too_high", policies=POLICIES)(
    lambda: (compiled(dense(softmax()), SPARSE, keras.optimizers.SGD(1e4)), points())
)
plant("learning_rate_too_high", policies=POLICIES)(
    lambda: (compiled(dense(linear(), shape=(4,)), "mse", keras.optimizers.SGD(5.0)), numbers()),
)


@plant("learning_rate_too_high", policies=POLICIES)
def adam_that_was_trained_at_a_rate_of_ten():
    model = compiled(dense(layers.Dense(16, activation="relu"), softmax()), SPARSE, keras.optimizers.Adam(10.0))
    return fitted(model, points(), epochs=4), points()


plant("learning_rate_too_high", "epoch 2", policies=POLICIES)(
    lambda: (with_past(classifier(), loss=[1.1, float("nan")]), points())
)
plant("learning_rate_too_high", "rose", policies=POLICIES)(lambda: (with_past(classifier(), loss=[1.1, 2.0, 9.0]), points()))
plant("learning_rate_too_low", policies=POLICIES)(
    lambda: (
        with_past(compiled(dense(softmax()), SPARSE, keras.optimizers.Adam(1e-8)), loss=[1.3, 1.3, 1.3]),
        points(),
    )
)


@plant("dead_units", "16 of 16", policies=POLICIES)
def units_that_start_dead():
    hidden = layers.Dense(16, activation="relu", bias_initializer=keras.initializers.Constant(-50))
    return compiled(keras.Sequential([layers.Input((8,)), hidden, softmax()]), SPARSE), points()


@plant("constant_output", policies=POLICIES)
def saturated_after_training():
    model = fitted(compiled(dense(sigmoid(), hidden="tanh"), "binary_crossentropy"), points(2), epochs=1)
    model.layers[-1].bias.assign([500.0])
    return model, points(2)


@plant("majority_class", "class 0", policies=POLICIES)
def rare_class_never_named():
    x, y = points(2)
    rare = (np.arange(len(y)) % 10 == 0).astype(int)
    return fitted(compiled(dense(sigmoid()), "binary_crossentropy", "sgd"), (x, rare), epochs=12), (x, rare)


@plant("training_loss_is_higher", "Dropout")
def heavy_dropout():
    model = fitted(classifier(before=[layers.Dropout(0.5)]), points(), epochs=20)
    model.history.history = {"loss": [0.9, 0.72, 0.7, 0.69], "val_loss": [0.5, 0.4, 0.35, 0.33]}
    return model, points(), points(seed=1)


@plant("easy_validation")
def validation_of_clear_cases_only():
    x, y = points(samples=640, seed=1)
    rng = np.random.default_rng(2)
    noisy = np.where(rng.random(320) < 0.4, rng.integers(0, 3, 320), points()[1])
    train, validation = (points()[0], noisy), (x, y)
    return fitted(classifier(), train, epochs=12, validation_data=validation), train, validation


plant("unscaled_targets", "standard deviation")(
    lambda: (compiled(dense(linear(), shape=(4,)), "mse"), numbers(size=200_000.0)),
)
plant("unscaled_targets")(
    lambda: (
        compiled(dense(linear(), shape=(4,)), keras.losses.MeanAbsoluteError()),
        (numbers()[0], numbers()[1] + 300),
    )
)


plant("memory", "free", memory=5_000)(lambda: (classifier(), points()))


@plant("memory", "64-bit", memory=1_000_000)
def arrays_of_64_bits():
    x, y = points(samples=2_000, features=64)
    return compiled(keras.Sequential([layers.Input((64,)), softmax()]), SPARSE), (x.astype("float64"), y)


# Shapes that train and mean nothing


def steps(samples=96, length=8, features=3, seed=0):
    """Sequences, (samples, length, features), whose mean tells a number and a class, both (samples,)."""
    x = np.random.default_rng(seed).normal(size=(samples, length, features)).astype("float32")
    return x, x.mean(axis=(1, 2)), (x.mean(axis=(1, 2)) > 0).astype(int)


def tokens(samples=128, length=8, vocabulary=20, seed=0):
    """Token numbers, (samples, length), from 1 on, the third of which tells the class, (samples,)."""
    rng = np.random.default_rng(seed)
    x, y = rng.integers(3, vocabulary, (samples, length)), rng.integers(0, 2, samples)
    x[:, 2] = y + 1
    return x, y


def stacked(*parts, shape):
    return keras.Sequential([layers.Input(shape), *parts])


def recurrent(*last, shape=(8, 3), sequences=False, kind=layers.GRU):
    return stacked(kind(6, return_sequences=sequences), *last, shape=shape)


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


def a_class_for_each_step():
    x = np.random.default_rng(0).normal(size=(96, 6, 5)).astype("float32")
    return x, (x[..., 0] > 0).astype(int)


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


# What the graph shows


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


def next_tokens():
    x = np.random.default_rng(0).integers(0, 12, (96, 9))
    return x[:, :-1], x[:, 1:]


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


# Metrics


def judged(metric, *last, loss=SPARSE, data=None, **options):
    metrics = metric if isinstance(metric, list) else [metric]
    return compiled(dense(*last, **options), loss, metrics=metrics), data or points()


BINARY_LOGITS = keras.losses.BinaryCrossentropy(from_logits=True)
METRICS = {
    "accuracy on a logit": [
        lambda: judged("accuracy", linear(), loss=BINARY_LOGITS, data=points(2)),
        lambda: judged("binary_accuracy", linear(), loss=BINARY_LOGITS, data=points(2)),
        lambda: judged(keras.metrics.BinaryAccuracy(), linear(3), loss=BINARY_LOGITS, data=yes_and_no()),
    ],
    "recall and precision of logits": [
        lambda: judged(keras.metrics.Recall(), linear(), loss=BINARY_LOGITS, data=points(2)),
        lambda: judged(keras.metrics.Precision(), linear(), loss=BINARY_LOGITS, data=points(2)),
    ],
    "thresholds beside logits": [lambda: judged(keras.metrics.AUC(), linear(), loss=BINARY_LOGITS, data=points(2))],
    "yes and no over classes": [
        lambda: judged(
            keras.metrics.BinaryAccuracy(), softmax(10), loss="categorical_crossentropy", data=one_hot(points(10), 10)
        ),
        lambda: judged("binary_accuracy", softmax(5), loss="categorical_crossentropy", data=one_hot(points(5), 5)),
    ],
    "probabilities that equal a label": [
        lambda: judged(keras.metrics.Accuracy(), softmax(), loss="categorical_crossentropy", data=one_hot(points(), 3)),
        lambda: judged(keras.metrics.Accuracy(), sigmoid(), loss="binary_crossentropy", data=points(2)),
    ],
    "the largest of one unit": [
        lambda: judged("sparse_categorical_accuracy", sigmoid(), loss="binary_crossentropy", data=points(2)),
        lambda: judged(keras.metrics.CategoricalAccuracy(), sigmoid(), loss="binary_crossentropy", data=points(2)),
    ],
    "labels in another form": [lambda: judged("categorical_accuracy", softmax())],
    "accuracy of measurements": [
        lambda: judged("accuracy", linear(), loss="mse", data=numbers(), shape=(4,)),
        lambda: judged("acc", linear(2), loss="mae", data=(points()[0], points()[0][:, :2])),
    ],
    "the largest of several labels": [
        lambda: judged("accuracy", sigmoid(3), loss="binary_crossentropy", data=yes_and_no()),
    ],
    "regions from probabilities": [
        lambda: judged(keras.metrics.MeanIoU(2), sigmoid(), loss="binary_crossentropy", data=points(2)),
    ],
}


def yes_and_no():
    x, _ = points()
    return x, (x[:, :3] > 0).astype("float32")


for about, makers in METRICS.items():
    for maker in makers:
        plant("metric_does_not_fit", kind=about)(maker)

# Squared errors on classes, and losses that want other numbers

CLASSES_AS_NUMBERS = {
    "one-hot rows under a softmax": lambda: (compiled(dense(softmax()), "mse"), one_hot(points(), 3)),
    "one-hot rows, no activation": lambda: (
        compiled(dense(linear(3)), keras.losses.MeanAbsoluteError()),
        one_hot(points(), 3),
    ),
    "yes or no under a sigmoid": lambda: (compiled(dense(sigmoid()), "mse"), points(2)),
    "yes or no, no activation": lambda: (compiled(dense(linear()), keras.losses.Huber()), points(2)),
    "plus or minus one": lambda: (
        compiled(dense(linear(activation="tanh")), "mean_squared_error"),
        (points(2)[0], 2 * points(2)[1] - 1),
    ),
    "class numbers as a number": lambda: (compiled(dense(linear()), "mse"), points(5)),
    "class numbers and an accuracy": lambda: (
        compiled(dense(linear()), "mae", metrics=["accuracy"]),
        (points(6)[0], points(6)[1].astype("float32")),
    ),
    "several labels": lambda: (compiled(dense(sigmoid(3)), "mse"), yes_and_no()),
}
for about, maker in CLASSES_AS_NUMBERS.items():
    plant("regression_loss_for_classes", kind=about)(maker)


@plant("regression_loss_for_classes", kind="a mask")
def a_mask_under_squared_errors():
    x, _ = pictures()
    last = layers.Conv2D(1, 3, padding="same", activation="sigmoid", dtype="float32")
    return compiled(stacked(last, shape=(12, 12, 1)), "mse"), (x, (x > 0.5).astype("float32"))


JUDGES = {
    "logarithm of negative targets": lambda: (
        compiled(dense(linear(), shape=(4,)), "mean_squared_logarithmic_error"),
        numbers(),
    ),
    "per cent of nothing": lambda: (
        compiled(dense(linear(), shape=(4,)), "mean_absolute_percentage_error"),
        (numbers()[0], np.maximum(numbers()[1], 0)),
    ),
    "counts that may be negative": lambda: (
        compiled(dense(linear(), shape=(4,)), keras.losses.Poisson()),
        (numbers()[0], np.abs(numbers()[1]).round()),
    ),
    "direction of a number": lambda: (compiled(dense(linear(), shape=(4,)), keras.losses.CosineSimilarity()), numbers()),
    "margins for probabilities": lambda: (compiled(dense(sigmoid()), "hinge"), points(2)),
    "one unit among classes": lambda: (compiled(dense(sigmoid()), "categorical_crossentropy"), points(2)),
}
for about, maker in JUDGES.items():
    plant("loss_cannot_judge", kind=about)(maker)

plant("integer_labels", kind="class numbers for a divergence")(
    lambda: (compiled(dense(softmax()), keras.losses.KLDivergence()), points())
)


@plant("logits_taken_for_probabilities", "Output kind", kind="one of several outputs")
def logits_at_one_of_two_outputs():
    x, y = points()
    inputs = keras.Input((8,))
    hidden = layers.Dense(16, activation="relu")(inputs)
    model = keras.Model(inputs, {"kind": layers.Dense(3, name="kind")(hidden), "size": layers.Dense(1, name="size")(hidden)})
    return compiled(model, {"kind": SPARSE, "size": "mse"}), (x, {"kind": y, "size": x[:, 0]})


@plant("units_do_not_match", kind="one of several outputs")
def too_few_units_at_one_of_two_outputs():
    x, y = points(4)
    inputs = keras.Input((8,))
    hidden = layers.Dense(16, activation="relu")(inputs)
    return compiled(keras.Model(inputs, [softmax(3)(hidden), linear()(hidden)]), [SPARSE, "mse"]), (x, [y, x[:, 0]])


# Weights, penalties, the course of a training


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


def fitted_in(model, train, **options):
    model.fit(train, verbose=0, **options)
    return model


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

# What reaches the network


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


def embedding(vocabulary=20, *last, loss="binary_crossentropy"):
    model = stacked(layers.Embedding(vocabulary, 4), layers.GlobalAveragePooling1D(), *(last or [sigmoid()]), shape=(8,))
    return compiled(model, loss)


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


def late(length=20, samples=96):
    """Sequences of one to six tokens, zeros after them; whether the first is odd tells the class."""
    rng = np.random.default_rng(0)
    x, y = np.zeros((samples, length), int), rng.integers(0, 2, samples)
    for row, label in zip(x, y, strict=True):
        row[: rng.integers(1, 7)] = rng.integers(3, 20)
        row[0] = 2 * rng.integers(1, 9) + label
    return x, y


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


@plant("tiny_inputs", kind="scaled twice")
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


# Training against validation


def standardized(x):
    return (x - x.mean(axis=0)) / x.std(axis=0)


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


def windows(length=8, samples=330):
    series = np.random.default_rng(0).normal(size=samples).astype("float32")
    cut = np.lib.stride_tricks.sliding_window_view(series, length + 1)
    return cut[:, :-1], cut[:, -1]


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


def deep(activation, layers_inside=12):
    hidden = [layers.Dense(8, activation=activation) for _ in range(layers_inside)]
    return compiled(stacked(*hidden, softmax(), shape=(8,)), SPARSE)


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


@plant("scaled_differently", kind="columns in another order")
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


def of_two_outputs(loss_weights):
    inputs = keras.Input((8,))
    hidden = layers.Dense(16, activation="relu")(inputs)
    outputs = {"kind": softmax()(hidden), "sum": linear()(hidden)}
    x, y = points()
    model = compiled(keras.Model(inputs, outputs), {"kind": SPARSE, "sum": "mse"}, loss_weights=loss_weights)
    return model, (x, {"kind": y, "sum": x.sum(axis=1) / 3})


plant("weights_of_zero", "sum", kind="an output")(lambda: of_two_outputs({"kind": 1.0, "sum": 0.0}))


def with_weights(weigh, data=None):
    x, y = data or points(2)
    return compiled(dense(softmax(2)), SPARSE), (x, y, weigh(y).astype("float32"))


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


def outlines(samples=96, size=12):
    """Pictures with a bright corner of a place, and masks, (samples, size, size, 1)."""
    x, _ = pictures(samples=samples, size=size)
    x[:, :, : size // 2] *= 0.5
    return x, (x > 0.5).astype("float32")


def of_every_place(*before):
    last = layers.Conv2D(1, 1, activation="sigmoid", dtype="float32")
    filters = layers.Conv2D(8, 3, padding="same", activation="relu")
    return compiled(keras.Sequential([layers.Input((12, 12, 1)), *before, filters, last]), "binary_crossentropy")


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


@pytest.mark.parametrize(("policy", "finding", "words", "make", "memory"), PLANTED, indirect=["policy"])
def test_a_planted_mistake_is_found(policy, finding, words, make, memory, record_property, monkeypatch):
    monkeypatch.setattr(resources, "usable_memory", lambda: Memory(memory, memory))
    keras.utils.set_random_seed(0)
    report = diagnose(*make())
    # in 16 bits, a last layer that the mistake needs as it is has a finding of its own
    found = [each.id for each in report.findings if finding == "narrow_output" or each.id != "narrow_output"]
    record_property(f"diagnose planted, {policy}", finding in found)
    # one mistake, one finding
    assert found == [finding]
    assert all(word in report.findings[0].seen + report.findings[0].why + report.findings[0].change for word in words)
    assert not [reason for reason in report.skipped if "in the check itself" in reason]


# --- healthy ------------------------------------------------------------------------------------------------------

HEALTHY = []


def put_healthy(make, trained, policies, name=None):
    name = f"{name or make.__name__}, trained" if trained else name or make.__name__
    HEALTHY.extend(pytest.param(policy, make, trained, id=f"{policy}, {name}") for policy in policies)
    return make


def untrained(make):
    return put_healthy(make, trained=False, policies=POLICIES)


def healthy(make):
    """Looked at before and after training; before, a copy is what is trained, and copies compute in float32 anyway."""
    put_healthy(make, trained=False, policies=ONCE)
    return put_healthy(make, trained=True, policies=POLICIES)


def large(make):
    """Slow to train in float16 on a CPU, and made of what the small ones are made of."""
    put_healthy(make, trained=False, policies=ONCE)
    return put_healthy(make, trained=True, policies=ONCE)


def once(make):
    return put_healthy(make, trained=False, policies=ONCE)


@healthy
def dense_classifier():
    return classifier(), points(), points(seed=1)


@untrained
def dense_classifier_categorical():
    return (
        compiled(dense(softmax()), keras.losses.CategoricalCrossentropy()),
        one_hot(points(), 3),
        one_hot(points(seed=1), 3),
    )


@healthy
def dense_classifier_from_logits():
    return compiled(dense(linear(3)), keras.losses.SparseCategoricalCrossentropy(from_logits=True), "sgd"), points()


@healthy
def conv_classifier():
    return compiled(convnet(), SPARSE, metrics=["accuracy"]), pictures(), pictures(seed=1)


@untrained
def conv_classifier_from_logits():
    loss = keras.losses.CategoricalCrossentropy(from_logits=True)
    return compiled(convnet(last=linear(4)), loss, "rmsprop"), one_hot(pictures(), 4)


@healthy
def binary_sigmoid():
    return compiled(dense(sigmoid()), "binary_crossentropy", "rmsprop"), points(2), points(2, seed=1)


@untrained
def binary_logit():
    return compiled(dense(linear()), keras.losses.BinaryCrossentropy(from_logits=True)), points(2)


@untrained
def two_unit_softmax():
    return compiled(dense(softmax(2)), SPARSE), points(2)


@healthy
def sequential_without_input():
    return compiled(keras.Sequential([layers.Dense(16, activation="relu"), softmax()]), SPARSE), points()


@healthy
def scaled_regression():
    return compiled(dense(linear(), shape=(4,)), "mse"), numbers(), numbers(seed=1)


@untrained
def regression_with_huber_and_sgd():
    optimizer = keras.optimizers.SGD(0.01, momentum=0.9)
    return compiled(dense(linear(), shape=(4,)), keras.losses.Huber(), optimizer), numbers()


@healthy
def lesson_01_one_neuron():
    model = keras.Sequential([layers.Input((1,)), linear(kernel_initializer="zeros")])
    x = np.array([-1.0, 0.0, 1.0, 2.0, 3.0, 4.0])
    return compiled(model, "mean_squared_error", keras.optimizers.SGD(learning_rate=0.01)), (x, 2 * x - 1)


@healthy
def labels_of_pixels_of_which_some_are_ignored():
    x, y = pictures(samples=64)
    y = np.where(x[..., 0] > 0.7, y[:, None, None] + 1, 0)
    y[np.random.default_rng(1).random(y.shape) < 0.1] = 255
    network = stacked(layers.Conv2D(6, 5, padding="same", activation="relu"), pixelwise(5), shape=(12, 12, 1))
    return compiled(network, keras.losses.SparseCategoricalCrossentropy(ignore_class=255)), (x, y)


def pixelwise(classes):
    return layers.Conv2D(classes, 1, activation="softmax", dtype="float32")


@untrained
def texts_of_few_words_that_repeat_by_nature():
    rng = np.random.default_rng(4)
    y = rng.integers(0, 2, 300)
    words = np.array([["good", "fine", "great"], ["bad", "poor", "weak"]])
    texts = np.array([" ".join(rng.choice(words[label], 4)) for label in y])
    vectorize = layers.TextVectorization(output_mode="multi_hot", max_tokens=10)
    vectorize.adapt(texts)
    model = keras.Sequential([keras.Input((), dtype="string"), vectorize, sigmoid()])
    return compiled(model, "binary_crossentropy"), batches((texts[:200], y[:200])), batches((texts[200:], y[200:]))


@untrained
def words_that_are_filled_up_on_either_side():
    x, y = tokens()
    x[::2, :2], x[1::2, 5:] = 0, 0
    model = stacked(layers.Embedding(20, 4, mask_zero=True), layers.GRU(4), sigmoid(), shape=(8,))
    return compiled(model, "binary_crossentropy"), (x, y)


@untrained
def parity_which_no_centre_tells():
    x = np.random.default_rng(5).choice([-1.0, 1.0], (600, 12)) + 0.1 * np.random.default_rng(6).normal(size=(600, 12))
    y = (x > 0).sum(axis=1) % 2
    return compiled(dense(sigmoid(), shape=(12,)), "binary_crossentropy"), (x[:450], y[:450]), (x[450:], y[450:])


@healthy
def lesson_00_spirals():
    angle = np.tile(np.linspace(0.5, 7, 400), 2)
    turn = np.repeat([0, np.pi], 400)
    spirals = np.stack([angle * np.cos(angle + turn), angle * np.sin(angle + turn)], axis=1) / 7
    network = keras.Sequential([layers.Input((2,)), *[layers.Dense(32, activation="relu") for _ in range(3)], sigmoid()])
    compiled(network, "binary_crossentropy", keras.optimizers.Adam(0.01), metrics=["accuracy"])
    return network, (spirals, (turn > 0).astype("int32"))


def rise_and_fall(peak=0.002, steps=60):
    schedule = keras.optimizers.schedules.CosineDecay(0.0, steps - 10, warmup_target=peak, warmup_steps=10)
    return keras.optimizers.Adam(schedule)


def clothes():
    return pictures(classes=10, samples=320, size=28), pictures(classes=10, samples=100, size=28, seed=1)


@untrained
def lesson_02_plainest():
    model = keras.Sequential([layers.Input((28, 28, 1)), layers.Flatten(), softmax(10)])
    return compiled(model, SPARSE, rise_and_fall(), metrics=["accuracy"]), *clothes()


@large
def lesson_02_dense():
    hidden = [
        layers.Dense(512, activation="relu"),
        layers.Dropout(0.2),
        layers.Dense(256, activation="relu"),
        layers.Dropout(0.2),
    ]
    model = keras.Sequential([layers.Input((28, 28, 1)), layers.Flatten(), *hidden, softmax(10)])
    return compiled(model, SPARSE, rise_and_fall(), metrics=["accuracy"]), *clothes()


@large
def lesson_02_notes():
    model = keras.Sequential([layers.Input((28, 28, 1))])
    for _ in range(2):
        model.add(layers.Conv2D(64, 3, activation="relu"))
        model.add(layers.MaxPooling2D())
    for layer in (layers.Flatten(), layers.Dense(128, activation="relu"), softmax(10)):
        model.add(layer)
    return compiled(model, SPARSE, metrics=["accuracy"]), *clothes()


@large
def lesson_02_convnet():
    model = keras.Sequential([layers.Input((28, 28, 1))])
    for filters in (32, 64, 128):
        model.add(layers.Conv2D(filters, 3, padding="same"))
        if filters < 128:
            model.add(layers.MaxPooling2D())
        model.add(layers.BatchNormalization(momentum=0.9))
        model.add(layers.ReLU())
    for layer in (layers.Flatten(), layers.Dropout(0.3), softmax(10)):
        model.add(layer)
    return compiled(model, SPARSE, rise_and_fall(0.003), metrics=["accuracy"]), *clothes()


@healthy
def several_labels():
    x, _ = points()
    return compiled(dense(sigmoid(3)), "binary_crossentropy"), (x, (x[:, :3] > 0).astype("float32"))


@healthy
def tokens_into_embedding_and_lstm():
    rng = np.random.default_rng(0)
    x, y = rng.integers(3, 500, (320, 12)), rng.integers(0, 2, 320)
    x[:, 4] = y + 1
    model = keras.Sequential([layers.Input((12,)), layers.Embedding(500, 8), layers.LSTM(8), sigmoid()])
    return compiled(model, "binary_crossentropy", keras.optimizers.Adam(0.01)), (x, y)


@untrained
def next_token_at_each_place():
    x = np.random.default_rng(0).integers(0, 20, (320, 1)) + np.arange(9)
    model = keras.Sequential(
        [layers.Input((8,)), layers.Embedding(40, 8), layers.GRU(16, return_sequences=True), softmax(40)]
    )
    return compiled(model, SPARSE, keras.optimizers.Adam(0.01)), (x[:, :-1], x[:, 1:])


@healthy
def autoencoder_with_crossentropy():
    x, _ = pictures()
    hidden = [
        layers.Conv2D(8, 3, padding="same", activation="relu"),
        layers.Conv2D(1, 3, padding="same", activation="sigmoid", dtype="float32"),
    ]
    return compiled(keras.Sequential([layers.Input((12, 12, 1)), *hidden]), "binary_crossentropy"), (x, x)


@untrained
def dense_autoencoder_with_mse():
    x = pictures()[0].reshape(320, -1)
    model = keras.Sequential([layers.Input((144,)), layers.Dense(16, activation="relu"), sigmoid(144)])
    return compiled(model, "mse"), (x, x)


@once
def mobilenet_with_its_preprocessing():
    return mobilenet(prepare=keras.applications.mobilenet_v2.preprocess_input), photos(), photos(seed=1)


@once
def vgg_with_its_preprocessing():
    return application("VGG16", prepare=keras.applications.vgg16.preprocess_input), photos(samples=32)


@once
def base_that_scales_inside():
    return application("MobileNetV3Small", alpha=0.75), photos()


@healthy
def frozen_base():
    return under_a_head(small_base(), layers.Rescaling(1 / 127.5, -1)), photos(), photos(seed=1)


@healthy
def fine_tuning_with_a_small_rate():
    return under_a_head(small_base(), layers.Rescaling(1 / 127.5, -1), trainable=True, rate=1e-5), photos()


@untrained
def rescaling_inside():
    return compiled(convnet(layers.Rescaling(1 / 255)), SPARSE), pictures(high=255.0), pictures(high=255.0, seed=1)


@untrained
def normalization_inside():
    x, y = points()
    normalization = layers.Normalization()
    x = 100 * x + 70  # a variance that float16 can hold
    normalization.adapt(x)
    return classifier(before=[normalization]), (x, y)


@untrained
def lambda_inside():
    return compiled(convnet(layers.Lambda(lambda x: x / 255)), SPARSE), pictures(high=255.0)


@untrained
def batch_normalization_first():
    x, y = points()
    return classifier(before=[layers.BatchNormalization()]), (100 * x, y)


@healthy
def augmentation_inside():
    augment = keras.Sequential(
        [layers.RandomFlip("horizontal"), layers.RandomRotation(0.02), layers.RandomTranslation(0, 0.1)]
    )
    return compiled(convnet(layers.Rescaling(1 / 255), augment), SPARSE), pictures(high=255.0), pictures(high=255.0, seed=1)


@healthy
def batch_normalization_in_batches_of_32():
    model = compiled(dense(layers.BatchNormalization(), softmax()), SPARSE)
    return model, batches(points()).shuffle(10), batches(points(seed=1))


@healthy
def pipeline_with_augmentation_of_training_only():
    train = batches(pictures()).cache().shuffle(10).map(lambda x, y: (tf.image.random_brightness(x, 0.1), y)).prefetch(1)
    return compiled(convnet(), SPARSE), train, batches(pictures(seed=1)).cache()


@healthy
def pipeline_too_long_to_be_read_whole():
    train = tf.data.Dataset.from_tensor_slices(points(samples=5_000)).shuffle(5_000).repeat().batch(32).take(150)
    validation = tf.data.Dataset.from_tensor_slices(points(samples=3_000, seed=1)).shuffle(3_000).batch(32)
    return classifier(), train, validation


@untrained
def py_dataset():
    return classifier(), Batches(points()), Batches(points(seed=1))


@untrained
def two_inputs():
    (x, y), (more, _) = points(), points(seed=5)
    inputs = [keras.Input((8,), name="a"), keras.Input((8,), name="b")]
    model = keras.Model(inputs, softmax()(layers.Dense(16, activation="relu")(layers.Concatenate()(inputs))))
    return compiled(model, SPARSE), ({"a": x, "b": more}, y)


@healthy
def two_outputs():
    x, y = points()
    inputs = keras.Input((8,))
    hidden = layers.Dense(16, activation="relu")(inputs)
    model = keras.Model(inputs, [softmax()(hidden), linear()(hidden)])
    return compiled(model, [SPARSE, "mse"]), (x, [y, x[:, 0]])


@untrained
def lists_and_tensors():
    x, y = points()
    return classifier(), (x.tolist(), y.tolist()), (tf.constant(points(seed=1)[0]), tf.constant(points(seed=1)[1]))


# What looks like one of the mistakes above, and is right


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


@pytest.mark.parametrize(("policy", "make", "trained"), HEALTHY, indirect=["policy"])
def test_a_healthy_model_comes_back_clean(policy, make, trained, record_property):
    keras.utils.set_random_seed(0)
    model, train, *validation = make()
    if trained:
        pair = train if isinstance(train, tuple) else (train,)
        model.fit(*pair, epochs=4, verbose=0, validation_data=validation[0] if validation else None)
    report = diagnose(model, train, *validation)
    record_property(f"diagnose healthy, {policy}", not report.findings)
    assert report.findings == []
    assert report.skipped == []


def test_the_tables_hold_many_kinds_of_mistakes_and_many_healthy_models():
    healthy = {parameters.id.partition(", ")[2].removesuffix(", trained") for parameters in HEALTHY}
    assert len(PLANTED) >= 150
    assert len(KINDS) >= 90
    assert len(healthy) >= 100

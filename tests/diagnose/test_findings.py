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

PLANTED = []


def plant(finding, *words, memory=2**34, policies=POLICIES):
    """Put a function that makes (model, train[, validation]) into the table; `words`: what the finding must mention."""

    def put(make):
        name = f"{finding}: {make.__name__}" if make.__name__ != "<lambda>" else finding
        for policy in policies:
            PLANTED.append(pytest.param(policy, finding, words, make, memory, id=f"{policy}, {name}"))
        return make

    return put


plant("unscaled_inputs", "255")(lambda: (compiled(convnet(), SPARSE), pictures(high=255.0)))
plant("unscaled_inputs")(lambda: (compiled(convnet(layers.Rescaling(255)), SPARSE), pictures()))
plant("unscaled_inputs")(lambda: (classifier(before=[layers.Dropout(0.1)]), (500 * points()[0], points()[1])))
plant("tiny_inputs")(lambda: (compiled(convnet(layers.Rescaling(1 / 255)), SPARSE), pictures(high=1 / 255)))
plant("scaled_differently", "255")(lambda: (compiled(convnet(), SPARSE), pictures(), pictures(high=255.0, seed=1)))


@plant("scaled_differently")
def minus_one_to_one_against_zero_to_one():
    x, y = pictures()
    return compiled(convnet(), SPARSE), (2 * x - 1, y), pictures(seed=1)


plant("shaped_differently", "(16, 16, 1)")(
    lambda: (compiled(convnet(), SPARSE), pictures(), pictures(size=16, seed=1)),
)
plant("does_not_run", "(12, 12, 1)", "(16, 16, 1)")(lambda: (compiled(convnet(), SPARSE), pictures(size=16)))
plant("does_not_run", "(8,)")(lambda: (classifier(), points(features=5)))


@plant("not_a_number", "3 of")
def gaps_in_the_inputs():
    x, y = points()
    x[[3, 30, 300], 2] = np.nan
    return classifier(), (x, y)


@plant("base_range", "255", policies=ONCE)
def pixels_into_mobilenet():
    return mobilenet(), photos()


@plant("base_range", "-1 to 1", policies=ONCE)
def zero_to_one_into_mobilenet():
    return mobilenet(prepare=layers.Rescaling(1 / 255)), photos()


@plant("base_range", policies=ONCE)
def pixels_into_vgg():
    return application("VGG16"), photos()


@plant("base_range", policies=ONCE)
def zero_to_one_into_efficientnet():
    return application("MobileNetV3Small", alpha=0.75), photos(high=1.0)


@plant("base_range", "255")
def pixels_into_a_small_base():
    return under_a_head(small_base()), photos()


@plant("base_range", "-1 to 1")
def zero_to_one_into_a_small_base():
    return under_a_head(small_base(), layers.Rescaling(1 / 255)), photos()


@plant("base_range")
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


@plant("augmentation_repeats", "RandomUniform")
def random_changes_that_start_anew_from_the_seed():
    return compiled(convnet(), SPARSE), batches(pictures()).map(lambda x, y: (tf.image.random_brightness(x, 0.2), y))


@plant("augmentation_cached")
def augmented_before_the_cache():
    train = batches(pictures()).map(lambda x, y: (tf.image.random_brightness(x, 0.2), y)).cache().prefetch(1)
    return compiled(convnet(), SPARSE), train


plant("augmentation_without_effect", "random_rotation")(
    lambda: (compiled(convnet(layers.RandomRotation(0.0, name="random_rotation")), SPARSE), pictures())
)
plant("augmentation_without_effect")(
    lambda: (compiled(convnet(keras.Sequential([layers.RandomFlip(), layers.RandomZoom(0.0)])), SPARSE), pictures())
)
plant("augmentation_range", "0 to 255")(lambda: (compiled(convnet(layers.RandomBrightness(0.2)), SPARSE), pictures()))


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


@plant("base_not_frozen")
def base_trained_with_a_new_head():
    return under_a_head(small_base(), layers.Rescaling(1 / 127.5, -1), trainable=True), photos()


@plant("tiny_batches", "2 samples")
def batches_of_two():
    return classifier(before=[layers.Dense(8, use_bias=False), layers.BatchNormalization()]), batches(points(), 2)


@plant("tiny_batches", "2 samples")
def fitted_in_batches_of_two():
    model = classifier(before=[layers.Dense(8, use_bias=False), layers.BatchNormalization()])
    return fitted(model, points(samples=64), epochs=1, batch_size=2), points(samples=64)


plant("learning_rate_too_low")(lambda: (compiled(dense(softmax()), SPARSE, keras.optimizers.Adam(1e-8)), points()))
plant("learning_rate_too_low")(lambda: (compiled(dense(softmax()), SPARSE, keras.optimizers.SGD(1e-6)), points()))
plant("learning_rate_too_high")(lambda: (compiled(dense(softmax()), SPARSE, keras.optimizers.SGD(1e4)), points()))
plant("learning_rate_too_high")(
    lambda: (compiled(dense(linear(), shape=(4,)), "mse", keras.optimizers.SGD(5.0)), numbers()),
)


@plant("learning_rate_too_high")
def adam_that_was_trained_at_a_rate_of_ten():
    model = compiled(dense(layers.Dense(16, activation="relu"), softmax()), SPARSE, keras.optimizers.Adam(10.0))
    return fitted(model, points(), epochs=4), points()


plant("learning_rate_too_high", "epoch 2")(lambda: (with_past(classifier(), loss=[1.1, float("nan")]), points()))
plant("learning_rate_too_high", "rose")(lambda: (with_past(classifier(), loss=[1.1, 2.0, 9.0]), points()))
plant("learning_rate_too_low")(
    lambda: (
        with_past(compiled(dense(softmax()), SPARSE, keras.optimizers.Adam(1e-8)), loss=[1.3, 1.3, 1.3]),
        points(),
    )
)


@plant("dead_units", "16 of 16")
def units_that_start_dead():
    hidden = layers.Dense(16, activation="relu", bias_initializer=keras.initializers.Constant(-50))
    return compiled(keras.Sequential([layers.Input((8,)), hidden, softmax()]), SPARSE), points()


@plant("constant_output")
def saturated_after_training():
    model = fitted(compiled(dense(sigmoid(), hidden="tanh"), "binary_crossentropy"), points(2), epochs=1)
    model.layers[-1].bias.assign([500.0])
    return model, points(2)


@plant("majority_class", "class 0")
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


@pytest.mark.parametrize(("policy", "finding", "words", "make", "memory"), PLANTED, indirect=["policy"])
def test_a_planted_mistake_is_found(policy, finding, words, make, memory, record_property, monkeypatch):
    monkeypatch.setattr(resources, "usable_memory", lambda: Memory(memory, memory))
    keras.utils.set_random_seed(0)
    report = diagnose(*make())
    found = [each.id for each in report.findings]
    record_property(f"diagnose planted, {policy}", finding in found)
    # one mistake, one finding
    assert found == [finding]
    assert all(word in report.findings[0].seen + report.findings[0].why + report.findings[0].change for word in words)
    assert not [reason for reason in report.skipped if "in the check itself" in reason]


# --- healthy ------------------------------------------------------------------------------------------------------

HEALTHY = []


def put_healthy(make, trained, policies):
    name = f"{make.__name__}, trained" if trained else make.__name__
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


def real_base(make):
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


@real_base
def mobilenet_with_its_preprocessing():
    return mobilenet(prepare=keras.applications.mobilenet_v2.preprocess_input), photos(), photos(seed=1)


@real_base
def vgg_with_its_preprocessing():
    return application("VGG16", prepare=keras.applications.vgg16.preprocess_input), photos(samples=32)


@real_base
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

"""What looks unusual and is right: no finding, nothing left unexamined, before training and after a little of it."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

from course_utils.diagnose import diagnose

pytestmark = [pytest.mark.xdist_group("diagnose"), pytest.mark.usefixtures("unhurried")]
SPARSE = "sparse_categorical_crossentropy"
HEALTHY = []


def healthy(make):
    HEALTHY.append(pytest.param(make, False, id=make.__name__))
    return make


def healthy_when_trained(make):
    HEALTHY.append(pytest.param(make, True, id=f"{make.__name__}, trained"))
    return make


def points(samples=96, features=6, classes=3, seed=0):
    rng = np.random.default_rng(seed)
    y = rng.integers(0, classes, samples)
    centres = np.random.default_rng(9).normal(size=(classes, features))
    return (centres[y] + 0.4 * rng.normal(size=(samples, features))).astype("float32"), y


def batches(data, size=32):
    return tf.data.Dataset.from_tensor_slices(data).batch(size)


def compiled(model, loss=SPARSE, rate=0.01, **options):
    model.compile(keras.optimizers.Adam(rate), loss, **options)
    return model


def softmax(units=3):
    return layers.Dense(units, activation="softmax", dtype="float32")


# --- text -------------------------------------------------------------------------------------------------------------

THINGS, VERDICTS = ["film", "plot", "cast", "score"], ["dull", "fine", "great"]


def reviews(samples=96, seed=0):
    rng = np.random.default_rng(seed)
    y = rng.integers(0, 3, samples)
    return [f"The {rng.choice(THINGS)} no {rng.integers(0, 9_999)} is {VERDICTS[label]}!" for label in y], y


def text_model(mode="int", shape=()):
    vectorize = layers.TextVectorization(output_mode=mode, output_sequence_length=8 if mode == "int" else None)
    vectorize.adapt(reviews()[0])
    size = len(vectorize.get_vocabulary())
    inputs = keras.Input(shape, dtype="string")
    x = vectorize(inputs)
    if mode == "int":
        x = layers.GlobalAveragePooling1D()(layers.Embedding(size, 8, mask_zero=True)(x))
    return compiled(keras.Model(inputs, softmax()(x)))


@healthy
def texts_as_an_array():
    (x, y), (other, labels) = reviews(), reviews(seed=1)
    return text_model(), (np.array(x), y), (np.array(other), labels)


@healthy
def texts_as_a_column_of_objects_into_tf_idf():
    x, y = reviews()
    return text_model("tf_idf", shape=(1,)), (np.array(x, dtype=object)[:, None], y)


@healthy_when_trained
def texts_as_a_dataset():
    train = tf.data.Dataset.from_tensor_slices(reviews()).shuffle(96, seed=0).batch(16)
    return text_model(), train, batches(reviews(seed=1))


@healthy
def categories_looked_up_beside_numbers():
    rng = np.random.default_rng(0)
    x, y = points()
    colours = np.array(["red", "green", "blue"])[np.where(rng.random(96) < 0.2, rng.integers(0, 3, 96), y)]
    look_up = layers.StringLookup(vocabulary=["red", "green", "blue"], output_mode="one_hot")
    inputs = {"size": keras.Input((6,), name="size"), "colour": keras.Input((1,), dtype="string", name="colour")}
    merged = layers.Concatenate()([inputs["size"], look_up(inputs["colour"])])
    return compiled(keras.Model(inputs, softmax()(merged))), ({"size": x, "colour": colours[:, None]}, y)


# --- recurrent --------------------------------------------------------------------------------------------------------


def waves(samples=96, steps=9, seed=0):
    rng = np.random.default_rng(seed)
    series = np.sin(rng.uniform(0, 6, (samples, 1)) + 0.5 * np.arange(steps + 1)) + 0.05 * rng.normal(
        size=(samples, steps + 1)
    )
    return series[:, :-1, None].astype("float32"), series[:, -1:].astype("float32")


@healthy_when_trained
def stateful_with_a_fixed_batch():
    model = keras.Sequential(
        [layers.Input(batch_shape=(16, 9, 1)), layers.SimpleRNN(8, stateful=True), layers.Dense(1, dtype="float32")]
    )
    return compiled(model, "mse"), batches(waves(), 16), batches(waves(seed=1), 16)


@healthy
def stateful_as_arrays_that_fill_no_whole_number_of_our_batches():
    inputs = keras.Input(batch_shape=(24, 9, 1))
    outputs = layers.Dense(1, dtype="float32")(layers.GRU(8, stateful=True)(inputs))
    return compiled(keras.Model(inputs, outputs), "mse"), waves(96), waves(48, seed=1)


@healthy
def stateful_and_not_built():
    train = tf.data.Dataset.from_tensor_slices(waves()).batch(24, drop_remainder=True)
    return compiled(keras.Sequential([layers.SimpleRNN(8, stateful=True), layers.Dense(1, dtype="float32")]), "mse"), train


@healthy
def stateful_step_by_step():
    x, _ = waves()
    model = keras.Sequential(
        [layers.Input(batch_shape=(32, None, 1)), layers.SimpleRNN(8, stateful=True, return_sequences=True), layers.Dense(1)]
    )
    return compiled(model, "mse"), (x[:, :-1], x[:, 1:])


def padded(samples=96, seed=0):
    """Sequences of 4 to 8 numbers, filled up with zeros; a 1 or a 2 among them tells the class."""
    rng = np.random.default_rng(seed)
    y = rng.integers(0, 2, samples)
    x = np.zeros((samples, 8), "int32")
    for row, label in zip(x, y, strict=True):
        length = rng.integers(4, 9)
        row[:length] = rng.integers(3, 40, length)
        row[rng.integers(0, length)] = 1 + label
    return x, y


@healthy_when_trained
def masked_sequences_early_in_training():
    x, y = padded(128)
    model = keras.Sequential(
        [layers.Input((8,)), layers.Embedding(40, 8, mask_zero=True), layers.LSTM(4), layers.Dense(1, "sigmoid")]
    )
    return compiled(model, "binary_crossentropy", rate=1e-3), (x, y), padded(seed=1)


@healthy_when_trained
def a_label_for_each_word_of_a_masked_sequence():
    x, _ = padded()
    inputs = keras.Input((8,))
    outputs = softmax(3)(layers.SimpleRNN(8, return_sequences=True)(layers.Embedding(40, 8, mask_zero=True)(inputs)))
    return compiled(keras.Model(inputs, outputs)), (x, np.where(x > 2, 0, x))


# --- training of one's own --------------------------------------------------------------------------------------------


class Penalized(keras.Model):
    """Its training step as in Keras' guide, with one's own trackers."""

    def __init__(self, inputs, outputs, strength):
        super().__init__(inputs, outputs)
        self.strength = strength
        self.tracker, self.error = keras.metrics.Mean(name="loss"), keras.metrics.SparseCategoricalAccuracy(name="right")

    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            answers = self(x, training=True)
            loss = tf.reduce_mean(keras.losses.sparse_categorical_crossentropy(y, answers))
            loss += self.strength * tf.reduce_mean(tf.square(answers))
        self.optimizer.apply(tape.gradient(loss, self.trainable_variables), self.trainable_variables)
        self.tracker.update_state(loss)
        self.error.update_state(y, answers)
        return {metric.name: metric.result() for metric in self.metrics}

    @property
    def metrics(self):
        return [self.tracker, self.error]


class OwnLoss(keras.Model):
    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        return tf.reduce_mean(keras.losses.sparse_categorical_crossentropy(y, y_pred))


class Autoencoder(keras.Model):
    """Adds its losses itself, and is made of two models."""

    def __init__(self):
        super().__init__()
        self.encode = keras.Sequential([layers.Dense(4, "relu")])
        self.decode = keras.Sequential([layers.Dense(6)])

    def call(self, x):
        code = self.encode(x)
        self.add_loss(1e-3 * tf.reduce_mean(tf.square(code)))
        return self.decode(code)


@healthy_when_trained
def own_training_step():
    inputs = keras.Input((6,))
    model = Penalized(inputs, softmax()(layers.Dense(8, "relu")(inputs)), strength=0.01)
    model.compile(keras.optimizers.Adam(0.01))
    return model, points()


@healthy
def own_loss_in_the_model():
    inputs = keras.Input((6,))
    model = OwnLoss(inputs, softmax()(layers.Dense(8, "relu")(inputs)))
    model.compile(keras.optimizers.Adam(0.01))
    return model, points()


@healthy
def own_autoencoder():
    x, _ = points()
    return compiled(Autoencoder(), "mse"), (x, x)


@healthy
def run_eagerly_with_numpy_inside():
    class Halved(layers.Layer):
        def call(self, x):
            return x * float(tf.constant(0.5).numpy()) if tf.executing_eagerly() else x

    model = keras.Sequential([layers.Input((6,)), Halved(), layers.Dense(8, "relu"), softmax()])
    return compiled(model, run_eagerly=True), points()


# --- bases that scale inside ------------------------------------------------------------------------------------------


def photos(samples=24, seed=0):
    rng = np.random.default_rng(seed)
    y = rng.integers(0, 2, samples)
    x = rng.integers(0, 200, (samples, 32, 32, 3))
    x[y == 1, :16] += 55
    return x.astype("float32"), y


class Brightness(layers.Layer):
    """Scales pixels inside, and has weights: nothing outside tells."""

    def __init__(self):
        super().__init__()
        self.look = layers.Conv2D(4, 5, strides=4, activation="relu")

    def call(self, x):
        return self.look(x / 127.5 - 1)


@healthy
def base_of_own_code_that_scales_inside():
    model = keras.Sequential([layers.Input((32, 32, 3)), Brightness(), layers.GlobalAveragePooling2D(), softmax(2)])
    return compiled(model), photos(64), photos(32, seed=1)


@healthy
def model_within_that_scales_inside():
    base = keras.Sequential(
        [layers.Input((32, 32, 3)), layers.Rescaling(1 / 127.5, -1), layers.Conv2D(8, 5, strides=4, activation="relu")],
        name="base",
    )
    return compiled(keras.Sequential([layers.Input((32, 32, 3)), base, layers.Flatten(), softmax(2)])), photos(64)


# --- data -------------------------------------------------------------------------------------------------------------


def classifier(**options):
    return compiled(keras.Sequential([layers.Input((6,)), layers.Dense(8, "relu"), softmax()]), **options)


@healthy
def endless_dataset():
    return classifier(), batches(points()).repeat(), batches(points(seed=1)).repeat()


@healthy_when_trained
def endless_shuffled_dataset():
    train = tf.data.Dataset.from_tensor_slices(points()).shuffle(96, seed=0).repeat().batch(32)
    return classifier(), train, batches(points(seed=1))


@healthy
def endless_generator():
    x, y = points()

    def draw():
        rng = np.random.default_rng(0)
        while True:
            rows = rng.integers(0, 96, 32)
            yield x[rows], y[rows]

    signature = (tf.TensorSpec((None, 6), tf.float32), tf.TensorSpec((None,), tf.int64))
    return classifier(), tf.data.Dataset.from_generator(draw, output_signature=signature)


@healthy
def weighted_samples():
    x, y = points()
    return classifier(weighted_metrics=["accuracy"]), (x, y, np.where(y == 0, 2.0, 1.0).astype("float32"))


@healthy_when_trained
def weighted_samples_of_a_dataset():
    x, y = points()
    return classifier(), batches((x, y, np.linspace(0.5, 1.5, 96).astype("float32"))), batches(points(seed=1))


@healthy
def pairs_without_weights():
    x, y = points()
    return classifier(), (x, y, None)


# --- several inputs and outputs ---------------------------------------------------------------------------------------


def forked(outputs=lambda kind, size: [kind, size], loss=None, **options):
    inputs = [keras.Input((6,), name="left"), keras.Input((6,), name="right")]
    hidden = layers.Dense(8, "relu")(layers.Concatenate()(inputs))
    kind = layers.Dense(3, activation="softmax", name="kind", dtype="float32")(hidden)
    size = layers.Dense(1, name="size", dtype="float32")(hidden)
    return compiled(keras.Model(inputs, outputs(kind, size)), loss or [SPARSE, "mse"], **options)


def by_name(kind, size):
    return {"kind": kind, "size": size}


NAMED = {"kind": SPARSE, "size": "mse"}


@healthy_when_trained
def lists_of_inputs_and_outputs():
    x, y = points()
    return forked(), ([x, x[:, ::-1]], [y, x[:, :1]]), ([x + 0.1, x[:, ::-1]], [y, x[:, :1]])


@healthy
def inputs_and_outputs_by_name():
    x, y = points()
    model = forked(by_name, NAMED, loss_weights={"kind": 1.0, "size": 0.5}, metrics={"kind": ["accuracy"], "size": ["mae"]})
    return model, ({"left": x, "right": x[:, ::-1]}, {"kind": y, "size": x[:, 0]})


@healthy
def losses_by_name_of_a_dataset():
    x, y = points()
    return forked(by_name, NAMED), batches(({"right": x[:, ::-1], "left": x}, {"size": x[:, :1], "kind": y}))


@healthy
def losses_by_name_of_outputs_in_a_list():
    x, y = points()
    return forked(loss=[SPARSE, keras.losses.Huber()]), batches(((x, x[:, ::-1]), (y, x[:, :1])))


@healthy
def subclassed_with_two_inputs():
    class Both(keras.Model):
        def __init__(self):
            super().__init__()
            self.hidden, self.last = layers.Dense(8, "relu"), softmax()

        def call(self, inputs):
            return self.last(self.hidden(inputs["a"]) + self.hidden(inputs["b"]))

    x, y = points()
    return compiled(Both()), ({"a": x, "b": x[:, ::-1]}, y)


@pytest.mark.parametrize(("make", "trained"), HEALTHY)
def test_what_is_right_comes_back_clean(make, trained, record_property):
    keras.utils.set_random_seed(0)
    model, train, *validation = make()
    if trained:
        pair = train if isinstance(train, tuple) else (train,)
        steps = 6 if make is endless_shuffled_dataset else None
        model.fit(*pair, epochs=3, verbose=0, steps_per_epoch=steps, validation_data=validation[0] if validation else None)
    report = diagnose(model, train, *validation)
    record_property("diagnose healthy, float32", not report.findings)
    assert report.findings == []
    assert report.skipped == []


def test_weights_by_class_make_no_finding_of_a_higher_training_loss():
    keras.utils.set_random_seed(0)
    x, y = points()
    model = classifier()
    model.fit(x, y, epochs=4, verbose=0, class_weight={0: 8.0, 1: 1.0, 2: 1.0}, validation_data=points(seed=1))
    assert diagnose(model, (x, y), points(seed=1)).findings == []

"""Small data that can be learned and is on the right scale, and small models: what the planted cases are made of."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers

SPARSE = "sparse_categorical_crossentropy"


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


def stopped_after(epochs, planned, history):
    """A model whose last `fit` was to have so many epochs, and had these figures until it was stopped."""
    model = with_past(classifier(), **history)
    model.history.params["epochs"], model.history.epoch = planned, list(range(epochs))
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


def a_class_for_each_step():
    x = np.random.default_rng(0).normal(size=(96, 6, 5)).astype("float32")
    return x, (x[..., 0] > 0).astype(int)


def next_tokens():
    x = np.random.default_rng(0).integers(0, 12, (96, 9))
    return x[:, :-1], x[:, 1:]


def judged(metric, *last, loss=SPARSE, data=None, **options):
    metrics = metric if isinstance(metric, list) else [metric]
    return compiled(dense(*last, **options), loss, metrics=metrics), data or points()


BINARY_LOGITS = keras.losses.BinaryCrossentropy(from_logits=True)


def yes_and_no():
    x, _ = points()
    return x, (x[:, :3] > 0).astype("float32")


def fitted_in(model, train, **options):
    model.fit(train, verbose=0, **options)
    return model


def embedding(vocabulary=20, *last, loss="binary_crossentropy"):
    model = stacked(layers.Embedding(vocabulary, 4), layers.GlobalAveragePooling1D(), *(last or [sigmoid()]), shape=(8,))
    return compiled(model, loss)


def late(length=20, samples=96):
    """Sequences of one to six tokens, zeros after them; whether the first is odd tells the class."""
    rng = np.random.default_rng(0)
    x, y = np.zeros((samples, length), int), rng.integers(0, 2, samples)
    for row, label in zip(x, y, strict=True):
        row[: rng.integers(1, 7)] = rng.integers(3, 20)
        row[0] = 2 * rng.integers(1, 9) + label
    return x, y


def standardized(x):
    return (x - x.mean(axis=0)) / x.std(axis=0)


def windows(length=8, samples=330):
    series = np.random.default_rng(0).normal(size=samples).astype("float32")
    cut = np.lib.stride_tricks.sliding_window_view(series, length + 1)
    return cut[:, :-1], cut[:, -1]


def deep(activation, layers_inside=12):
    hidden = [layers.Dense(8, activation=activation) for _ in range(layers_inside)]
    return compiled(stacked(*hidden, softmax(), shape=(8,)), SPARSE)


def of_two_outputs(loss_weights):
    inputs = keras.Input((8,))
    hidden = layers.Dense(16, activation="relu")(inputs)
    outputs = {"kind": softmax()(hidden), "sum": linear()(hidden)}
    x, y = points()
    model = compiled(keras.Model(inputs, outputs), {"kind": SPARSE, "sum": "mse"}, loss_weights=loss_weights)
    return model, (x, {"kind": y, "sum": x.sum(axis=1) / 3})


def with_weights(weigh, data=None):
    x, y = data or points(2)
    return compiled(dense(softmax(2)), SPARSE), (x, y, weigh(y).astype("float32"))


def outlines(samples=96, size=12):
    """Pictures with a bright corner of a place, and masks, (samples, size, size, 1)."""
    x, _ = pictures(samples=samples, size=size)
    x[:, :, : size // 2] *= 0.5
    return x, (x > 0.5).astype("float32")


def of_every_place(*before):
    last = layers.Conv2D(1, 1, activation="sigmoid", dtype="float32")
    filters = layers.Conv2D(8, 3, padding="same", activation="relu")
    return compiled(keras.Sequential([layers.Input((12, 12, 1)), *before, filters, last]), "binary_crossentropy")

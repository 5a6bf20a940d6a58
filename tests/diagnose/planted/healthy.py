"""Models and data with which nothing is wrong."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers

from tests.diagnose.planted.builders import (
    SPARSE,
    Batches,
    application,
    batches,
    classifier,
    compiled,
    convnet,
    dense,
    linear,
    mobilenet,
    numbers,
    one_hot,
    photos,
    pictures,
    points,
    sigmoid,
    small_base,
    softmax,
    stacked,
    tokens,
    under_a_head,
)
from tests.diagnose.planted.tables import healthy, large, once, untrained


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

"""More public cases, by an author who has not seen the check-up: planted mistakes, and set-ups that look like one.

A planted case with `mended=True` is the same without its mistake.
"""

import keras
import numpy as np
import tensorflow as tf
from keras import layers, ops

from tests.diagnose.public.cases import (
    SPARSE,
    bars,
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

BINARY = "binary_crossentropy"
LEAK = r"leak|overlap|duplicat|cop(y|ies)|same (rows?|examples?|pictures?)|identical|both (sets|in)|also in|appear in|seen"
ORDER = r"shuffl|sorted|in (the )?order|order of|mixed|one class (per|in)|by class"
SCALE = r"scale|standardi|normali[sz]|rescal|range|large (values|numbers)|magnitude"
RATE = (
    "learning_rate_too_high",
    "learning_rate_too_large",
    "learning_rate_high",
    "learning_rate_too_low",
    "learning_rate_too_small",
    "learning_rate_low",
    "learning_rate",
)
DUCK = "theorangeduck.com/page/neural-network-not-working"


# --- data and models of this half ---------------------------------------------------------------------------------


def flow(data, size=32):
    """A dataset in batches, in a new order in every epoch."""
    whole = tf.data.Dataset.from_tensor_slices(data)
    return whole.shuffle(whole.cardinality()).batch(size)


def trained(model, data, validation=None, epochs=1):
    """The same model after a little training, with its history."""
    model.run_eagerly = True  # so small a fit takes less time than tracing it
    model.fit(*data, epochs=epochs, validation_data=validation, verbose=0)
    model.run_eagerly = False
    model.train_function = model.test_function = None
    return model


def dots(n=200, size=12, channels=1, seed=1):
    """Pictures from 0 to 1 with a bright square somewhere, small (class 0) or large (class 1); flips keep the class."""
    rng = np.random.default_rng(seed)
    y = rng.integers(2, size=n)
    x = 0.3 * rng.random((n, size, size, channels))
    for picture, label in zip(x, y, strict=True):
        side = 6 if label else 3
        row, column = rng.integers(0, size - side, 2)
        picture[row : row + side, column : column + side] += 0.6
    return x.astype("float32"), y


def masked(n=160, size=12, seed=1):
    """Pictures from 0 to 1 with a bright rectangle somewhere, and its mask of 0 and 1, both (n, size, size, 1)."""
    rng = np.random.default_rng(seed)
    masks = np.zeros((n, size, size, 1), "float32")
    for mask in masks:
        row, column = rng.integers(0, size - 5, 2)
        mask[row : row + 5, column : column + 4] = 1
    return (0.3 * rng.random(masks.shape) + 0.6 * masks).astype("float32"), masks


def pixelwise(last, loss=BINARY, channels=1, size=12, **options):
    """A small network that says something about each pixel."""
    body = layers.Conv2D(8, 3, padding="same", activation="relu")
    return compiled(stack((size, size, channels), body, *last), loss, **options)


def recordings(n=200, steps=24, channels=3, seed=1):
    """Recordings of spread about 1, (n, steps, channels); those of class 1 swing faster."""
    rng = np.random.default_rng(seed)
    y = rng.integers(2, size=n)
    time = np.arange(steps)[None, :, None] * np.where(y, 0.9, 0.4)[:, None, None]
    phase = rng.uniform(0, 2 * np.pi, (n, 1, channels))
    return (1.4 * np.sin(time + phase) + 0.1 * rng.normal(size=(n, steps, channels))).astype("float32"), y


def padded(n=240, length=24, vocabulary=40, seed=1):
    """Texts of 4 to 9 tokens with zeros behind, (n, length), and their class."""
    x, y = tokens(n, length, vocabulary, seed)
    lengths = np.random.default_rng(seed + 20).integers(4, 10, n)
    return np.where(np.arange(length) < lengths[:, None], x, 0).astype("int32"), y


def chains(n=240, length=10, vocabulary=12, seed=1):
    """Token rows in which each token mostly follows from the one before: rows and the same one step on."""
    rng = np.random.default_rng(seed)
    rows = rng.integers(1, vocabulary, (n, length + 1))
    for t in range(length):
        follows = (rows[:, t] * 5 + 3) % (vocabulary - 1) + 1
        rows[:, t + 1] = np.where(rng.random(n) < 0.8, follows, rows[:, t + 1])
    return rows[:, :-1].astype("int32"), rows[:, 1:].astype("int32")


def rare(n=300, share=0.03, seed=1):
    """Two classes of which the second is rare, in random order: (n, 6) and (n,)."""
    rng = np.random.default_rng(seed)
    y = rng.permutation(np.arange(n) < round(share * n)).astype(int)
    centre = np.linspace(0.4, 1.2, 6)
    return (rng.normal(size=(n, 6)) + y[:, None] * centre).astype("float32"), y


def tagged(n=240, labels=4, features=6, seed=1):
    """A table of spread 1 and several labels that may hold at once, (n, labels)."""
    x = np.random.default_rng(seed).normal(size=(n, features)).astype("float32")
    return x, (x @ np.random.default_rng(9).normal(size=(features, labels)) > 0.4).astype("float32")


def counts(n=240, seed=1):
    """A table of spread 1 and counts of 0, 1, 2 ... that depend on it."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, 4)).astype("float32")
    return x, rng.poisson(np.exp(0.5 * x[:, 0] - 0.4 * x[:, 1])).astype("float32")


def ranked(x, y):
    """The same rows, sorted by class."""
    order = np.argsort(y, kind="stable")
    return x[order], y[order]


class Rows(keras.utils.PyDataset):
    """Arrays in batches; `change` may alter each batch; reordered after each epoch where `mix`."""

    def __init__(self, x, y, size=32, mix=True, change=None):
        super().__init__()
        self.x, self.y, self.size, self.mix, self.change = x, y, size, mix, change
        self.order = np.random.default_rng(3).permutation(len(y)) if mix else np.arange(len(y))

    def __len__(self):
        return -(-len(self.y) // self.size)

    def __getitem__(self, index):
        rows = self.order[index * self.size : (index + 1) * self.size]
        batch = self.x[rows], self.y[rows]
        return self.change(*batch) if self.change else batch

    def on_epoch_end(self):
        if self.mix:
            np.random.shuffle(self.order)


class Placed(layers.Layer):
    """Adds a vector of its own to each place of a sequence."""

    def build(self, shape):
        self.place = self.add_weight(shape=shape[1:], initializer="random_normal")

    def call(self, inputs):
        return inputs + self.place


# === planted: last layer and loss =================================================================================


@planted(
    "last layer: softmax over a single unit",
    "techfeed.net/es/456718",
    words=r"softmax.{0,80}(one|single|1 )|(one|single|1) unit|always (1|one)|sigmoid",
)
def one_unit_softmax(mended=False):
    last = layers.Dense(1, "sigmoid" if mended else "softmax")
    network = [layers.Conv1D(8, 5, activation="relu"), layers.GlobalAveragePooling1D(), last]
    return compiled(stack((24, 3), *network), BINARY, metrics=["accuracy"]), recordings(), recordings(80, seed=2)


@planted(
    "last layer: tanh for targets beyond -1 and 1",
    "keras#108",
    words=r"tanh|cannot (reach|give|output)|between -1 and 1|range of the (targets|last|output)",
)
def tanh_regression(mended=False):
    x, y = plane(300, seed=3)
    network = [layers.Dense(16, "tanh"), layers.Dense(16, "tanh"), layers.Dense(1, None if mended else "tanh")]
    return compiled(stack((5,), *network), "mse", "rmsprop"), flow((x, 2 * y)), None


@planted(
    "last layer: relu for a series that goes below zero",
    "stackguides.com/questions/51432661",
    words=r"relu|negative|below (zero|0)|cannot (reach|give|output)",
)
def relu_forecast(mended=False):
    model = compiled(stack((12, 1), layers.LSTM(8), layers.Dense(1, None if mended else "relu")), "mse")
    return model, waves(260), waves(60, seed=2)


@planted(
    "last layer: sigmoid for ratings from 1 to 5",
    "keras.io/examples/structured_data/collaborative_filtering_movielens",
    words=r"sigmoid|cannot (reach|give|output)|between 0 and 1|(0|zero) to (1|one)|larger than 1|above 1|range of the",
)
def sigmoid_ratings(mended=False):
    rng = np.random.default_rng(1)
    users, films = rng.integers(30, size=300), rng.integers(20, size=300)
    taste, worth = rng.normal(size=30), rng.normal(size=20)
    stars = np.clip(np.round(3 + taste[users] + worth[films]), 1, 5).astype("float32")
    if mended:
        stars = (stars - 1) / 4
    user, film = keras.Input((1,), dtype="int32", name="user"), keras.Input((1,), dtype="int32", name="film")
    vectors = [layers.Flatten()(layers.Embedding(30, 4)(user)), layers.Flatten()(layers.Embedding(20, 4)(film))]
    rating = layers.Dense(1, "sigmoid")(layers.Concatenate()(vectors))
    model = compiled(keras.Model({"user": user, "film": film}, rating), "mse")
    return model, ({"user": users[:, None], "film": films[:, None]}, stars), None


@planted(
    "last layer: softmax where several labels hold at once",
    "keras#741",
    words=r"softmax|sigmoid|several (labels|classes)|more than one (label|class)|multi.?label",
)
def softmax_tags(mended=False):
    last = layers.Dense(4, "sigmoid" if mended else "softmax")
    return compiled(stack((6,), layers.Dense(16, "relu"), last), BINARY), tagged(), tagged(80, seed=2)


@planted(
    "last layer: softmax in an autoencoder",
    "stackoverflow.com/questions/52441877",
    words=r"softmax|sum (up )?to (1|one)|adds? up",
)
def softmax_autoencoder(mended=False):
    x = bars(240, size=9)[0].reshape(240, 81)
    network = [layers.Dense(24, "relu"), layers.Dense(81, "sigmoid" if mended else "softmax")]
    return compiled(stack((81,), *network), BINARY), (x, x), None


@planted(
    "last layer: softmax along the rows of the picture",
    "ellisdg/3DUnetCNN#94",
    words=r"softmax.{0,80}(axis|rows|along|dimension|channel)|axis",
)
def softmax_over_rows(mended=False):
    x, masks = masked()
    classes = np.concatenate([1 - masks, masks], axis=-1)
    last = [layers.Conv2D(2, 1), layers.Softmax(axis=-1 if mended else 1)]
    return pixelwise(last, "categorical_crossentropy"), (x, classes), None


@planted(
    "loss: logits where it expects probabilities",
    "keras-hub#1008",
    words=r"logit|softmax|probabilit|no activation|without (an )?activation",
)
def logits_unannounced(mended=False):
    x, y = padded()
    head = [layers.GlobalAveragePooling1D(), layers.Dense(3)]
    model = stack((24,), layers.Embedding(40, 8, mask_zero=True), *head, dtype="int32")
    classes = y + (x[:, 0] > 30)
    return compiled(model, keras.losses.SparseCategoricalCrossentropy(from_logits=mended)), (x, classes), None


@planted(
    "loss: binary crossentropy for one of several classes",
    "stackoverflow.com/questions/41327601",
    words=r"binary.?cross|categorical.?cross",
)
def binary_for_many(mended=False):
    loss = "categorical_crossentropy" if mended else BINARY
    model = compiled(stack((6,), layers.Dense(16, "relu"), layers.Dense(4, "softmax")), loss, metrics=["accuracy"])
    x, y = clusters(280, classes=4)
    return model, (x, one_hot(y, 4)), None


@planted(
    "loss: squared error for class numbers",
    "pullrequest.ru/14126136",
    words=r"class|softmax|crossentropy|categor",
)
def error_of_classes(mended=False):
    x, y = clusters(280, classes=5, features=8, spread=0.4)
    last = layers.Dense(5, "softmax") if mended else layers.Dense(1)
    model = stack((8,), layers.Dense(24, "relu"), last)
    return compiled(model, SPARSE if mended else "mse", metrics=["accuracy"]), (x, y), None


@planted(
    "loss: Dice coefficient without its minus",
    "IAmSuyogJadhav/3d-mri-brain-tumor-segmentation-using-autoencoder-regularization#7",
    words=r"dice|minus|wrong (sign|way)|1 -|negat|(better|right|correct).{0,60}(higher|larger|greater|worse)|reward",
)
def dice_as_it_is(mended=False):
    def dice_loss(y_true, y_pred):
        both = ops.sum(y_true * y_pred, axis=(1, 2, 3))
        each = ops.sum(y_true, axis=(1, 2, 3)) + ops.sum(y_pred, axis=(1, 2, 3))
        dice = (2 * both + 1) / (each + 1)
        return 1 - dice if mended else dice

    model = pixelwise([layers.Conv2D(1, 3, padding="same", activation="sigmoid")], dice_loss)
    return model, masked(), masked(60, seed=2)


@planted(
    "loss: own loss compares (n,) with (n, 1)",
    "tensorflow#28901",
    words=r"broadcast|shape|dimension|\(n, ?1\)|expand|reshape",
)
def own_loss_broadcasts(mended=False):
    class Huberish(keras.losses.Loss):
        def call(self, y_true, y_pred):
            error = ops.abs(y_true - y_pred)
            return ops.mean(ops.where(error < 1, 0.5 * error**2, error - 0.5), axis=-1)

    x, y = plane(256)
    return regressor(loss=Huberish()), (x, y[:, None] if mended else y), None


@planted(
    "loss: own loss takes the mean over the samples",
    "keras#10408",
    words=r"axis|per (sample|example|row)|(over|across) the (batch|samples|examples|rows)|shape",
)
def own_loss_wrong_axis(mended=False):
    def distance(y_true, y_pred):
        return ops.sqrt(ops.sum(ops.square(y_pred - y_true), axis=-1 if mended else 0) + 1e-6)

    rng = np.random.default_rng(1)
    x = rng.normal(size=(240, 6)).astype("float32")
    y = np.tanh(x @ rng.normal(size=(6, 5))).astype("float32")
    return compiled(stack((6,), layers.Dense(24, "relu"), layers.Dense(5)), distance), (x, y), None


@planted(
    "loss: logarithm of outputs that may be negative",
    "keras#5733",
    words=r"nan|logarithm|\blog\b|negative|positive|finite",
)
def log_of_linear(mended=False):
    def log_error(y_true, y_pred):
        return ops.mean(ops.square(ops.log(y_true) - ops.log(y_pred)), axis=-1)

    x, y = plane(256)
    data = x, np.exp(0.5 * y)
    model = stack((5,), layers.Dense(16, "relu"), layers.Dense(1, "softplus" if mended else None))
    return trained(compiled(model, log_error), data), data, None


@planted(
    "loss: percentage error with targets of zero",
    "keras#2908",
    words=r"percent|mape|targets?.{0,40}(zero|0)|divi(de|sion)",
)
def percentage_of_nothing(mended=False):
    model = stack((4,), layers.Dense(16, "relu"), layers.Dense(1, "softplus"))
    return compiled(model, "mae" if mended else "mape"), counts(), None


@planted(
    "loss: crossentropy for standardized inputs in an autoencoder",
    "stackoverflow.com/questions/52441877",
    words=r"sigmoid|between 0 and 1|0 (and|to|or) 1|binary.?cross|negative",
)
def standardized_autoencoder(mended=False):
    x, _ = clusters(260, features=8)
    x = (x - x.mean(0)) / x.std(0)
    network = [layers.Dense(5, "relu"), layers.Dense(8, None if mended else "sigmoid")]
    return compiled(stack((8,), *network), "mse" if mended else BINARY), (x, x), None


# === planted: metrics =============================================================================================


@planted("metrics: accuracy of logits at 0.5", "tensorflow#41413", words=r"threshold|logit|0\.5")
def accuracy_of_logits(mended=False):
    metric = keras.metrics.BinaryAccuracy(threshold=0.0) if mended else "accuracy"
    network = [layers.Conv2D(8, 3, activation="relu"), layers.GlobalMaxPooling2D(), layers.Dense(1)]
    loss = keras.losses.BinaryCrossentropy(from_logits=True)
    return compiled(stack((12, 12, 1), *network), loss, metrics=[metric]), flow(dots()), None


@planted("metrics: accuracy of a regression", "keras#7947", words=r"accuracy")
def accuracy_of_regression(mended=False):
    return regressor(metrics=["mae" if mended else "accuracy"]), plane(260), plane(60, seed=2)


@planted(
    "metrics: MeanIoU of probabilities",
    "tensorflow#55565",
    words=r"iou|argmax|one.?hot|class numbers|round|truncat",
)
def iou_of_probabilities(mended=False):
    x, masks = masked()
    classes = np.concatenate([1 - masks, masks], axis=-1)
    metric = keras.metrics.OneHotMeanIoU(2) if mended else keras.metrics.MeanIoU(2)
    last = [layers.Conv2D(2, 3, padding="same", activation="softmax")]
    return pixelwise(last, "categorical_crossentropy", metrics=[metric]), (x, classes), None


# === planted: labels ==============================================================================================


@planted(
    "labels: class numbers from 1",
    "rstudio/keras3#465",
    words=r"from 1|start|(label|class).{0,60}(range|outside|3|units|large)|out of range|units",
)
def labels_from_one(mended=False):
    x, y = clusters()
    return classifier(), flow((x, y if mended else y + 1)), None


@planted(
    "labels: -1 and 1 for binary crossentropy",
    "codemia.io/knowledge-hub/path/keras_binary_crossentropy_has_negative_values",
    words=r"-1|0 (and|or|to) 1|negative",
)
def signed_labels(mended=False):
    x, y = rare(260, share=0.5)
    model = compiled(stack((6,), layers.Dense(12, "relu"), layers.Dense(1, "sigmoid")), BINARY)
    return model, Rows(x, (y if mended else 2 * y - 1).astype("float32")), None


@planted(
    "labels: masks as pictures of 0 and 255",
    "developerload.com/loss-function-has-negative-values",
    words=r"255|0 (and|or|to) 1|between 0 and 1|divide",
)
def masks_of_bytes(mended=False):
    x, masks = masked()
    model = pixelwise([layers.Conv2D(1, 3, padding="same", activation="sigmoid")])
    return model, (x, masks if mended else masks * 255), None


@planted(
    "labels: mixed up apart from the inputs",
    "programmerteach.com/p/37-reasons-why-your-neural-network-is-not-working",
    words=r"no (relation|connection|pattern)|shuffl|match|pair|belong|correspond|mixed|chance|noise|nothing to learn|random",
)
def labels_of_others(mended=False):
    x, y = clusters(300, spread=0.4)
    if not mended:
        y = np.random.default_rng(8).permutation(y)
    return classifier(metrics=["accuracy"]), (x, y), None


@planted(
    "labels: masks in another order than the pictures",
    "keras#7702",
    words=r"match|pair|in (the same|another) order|misalign|shuffl|correspond|belong|no (relation|connection)|chance|random",
)
def masks_of_others(mended=False):
    x, masks = masked(200)
    if not mended:
        masks = masks[np.random.default_rng(8).permutation(200)]
    return pixelwise([layers.Conv2D(1, 5, padding="same", activation="sigmoid")]), flow((x, masks)), None


@planted(
    "labels: padding counts as the commonest tag",
    "keras#1539",
    words=r"pad|mask|most (common|frequent)|majority|imbalanc",
)
def tags_of_padding(mended=False):
    x, _ = padded()
    tags = np.where(x == 0, 0, np.where(x < 20, 1, 2))
    body = [layers.Embedding(40, 8, mask_zero=mended), layers.LSTM(8, return_sequences=True), layers.Dense(3, "softmax")]
    return compiled(stack((24,), *body, dtype="int32"), SPARSE, metrics=["accuracy"]), (x, tags), None


# === planted: inputs ==============================================================================================


@planted("inputs: sound as 16 bit numbers", DUCK, words=SCALE)
def raw_sound(mended=False):
    x, y = recordings(channels=1)
    network = [layers.Conv1D(8, 5, activation="relu"), layers.GlobalMaxPooling1D(), layers.Dense(1, "sigmoid")]
    x = x if mended else np.round(x * 9000).astype("float32")
    return compiled(stack((24, 1), *network), BINARY), flow((x, y)), None


@planted("inputs: divided by 255 twice", "keras-io#1549", words=r"twice|again|already|rescal|tiny|small (values|range)|255")
def divided_twice(mended=False):
    x, y = bars(channels=3)
    model = convnet(channels=3, before=[layers.Rescaling(1 / 255)])
    scale = 255.0 if mended else 1.0
    return model, (x * scale, y), (bars(60, channels=3, seed=2)[0] * scale, bars(60, channels=3, seed=2)[1])


@planted(
    "inputs: a column divided by its spread of zero",
    "keras#2134",
    words=r"nan|not a number|missing|finite",
)
def constant_standardized(mended=False):
    x, y = plane(260)
    x = np.concatenate([x, np.full((260, 1), 7, "float32")], axis=1)
    with np.errstate(invalid="ignore"):
        x = (x - x.mean(0)) / x.std(0)
    x = x[:, :5] if mended else x
    return regressor((x.shape[1],)), (x, y), None


@planted(
    "inputs: missing values stand as -200",
    "archive.ics.uci.edu/dataset/360/air+quality",
    words=r"-200|missing|sentinel|outlier|placeholder|far (from|off)|extreme|scale|standardi",
)
def marks_for_missing(mended=False):
    x, y = plane(300)
    gaps = np.random.default_rng(4).random(x.shape) < 0.06
    return regressor(), (np.where(gaps, 0 if mended else -200, x).astype("float32"), y), None


@planted(
    "inputs: reshaped where axes had to be moved",
    "newbe.dev/what-is-the-correct-way-to-change-image-channel-ordering-between-channels-first-and-channels-last",
    words=r"reshape|transpos|moveaxis|channels?|scrambl|axes|axis",
)
def reshaped_channels(mended=False):
    x, y = bars(200, size=12, channels=3)
    x = x * np.array([1.0, 0.6, 0.2], "float32")
    first = np.moveaxis(x, -1, 1)
    x = np.moveaxis(first, 1, -1) if mended else first.reshape(200, 12, 12, 3)
    return convnet(size=12, channels=3), (np.ascontiguousarray(x), y), None


@planted(
    "inputs: channels first for a channels last network",
    "keras#1597",
    words=r"channel|axis|axes|transpos|data_format|permut",
)
def channels_first(mended=False):
    x, y = bars(200, size=12, channels=3)
    shape = (12, 12, 3) if mended else (3, 12, 12)
    network = [layers.Conv2D(8, 3, padding="same", activation="relu"), layers.Flatten(), layers.Dense(3, "softmax")]
    x = x if mended else np.ascontiguousarray(np.moveaxis(x, -1, 1))
    return compiled(stack(shape, *network), SPARSE), (x, y), None


@planted(
    "inputs: token numbers scaled before an embedding",
    "whosebug.com/index.php/question/5495690",
    words=r"embedding|integer|whole number|token|truncat|cast",
)
def scaled_tokens(mended=False):
    x, y = tokens()
    network = [layers.Embedding(40, 8), layers.GlobalAveragePooling1D(), layers.Dense(1, "sigmoid")]
    x = x.astype("float32") if mended else x.astype("float32") / 39
    return compiled(stack((10,), *network), BINARY), (x, y), None


@planted(
    "inputs: the label is one of the columns",
    "zeupark.github.io/2025/05/26/overfitting-debug-log.html",
    words=r"leak|one value for each class|equals? the (label|target)|gives? .{0,20}away|"
    r"(same|identical|copy).{0,40}(label|target)|correlat|determin",
)
def label_among_inputs(mended=False):
    x, y = rare(300, share=0.4)
    extra = np.random.default_rng(6).normal(size=300) if mended else (y - y.mean()) / y.std()
    x = np.concatenate([x, extra[:, None]], axis=1).astype("float32")
    model = compiled(stack((7,), layers.Dense(12, "relu"), layers.Dense(1, "sigmoid")), BINARY, metrics=["accuracy"])
    return model, (x[:220], y[:220]), (x[220:], y[220:])


@planted(
    "targets: powers as large as a million",
    "stackoverflow.com/questions/52800582",
    words=r"target|scale|standardi|normali[sz]|large",
)
def targets_of_powers(mended=False):
    x = np.random.default_rng(1).uniform(-1, 1, (300, 1)).astype("float32")
    y = (30 * x) ** 4
    y = (y - y.mean()) / y.std() if mended else y
    return compiled(stack((1,), layers.Dense(24, "elu"), layers.Dense(24, "elu"), layers.Dense(1)), "mse"), (x, y), None


# === planted: sequences and texts =================================================================================


@planted(
    "sequences: an output at every step against one target",
    "keras#5663",
    words=r"return_sequences|broadcast|shape|(every|each) (time )?step|time steps?",
)
def every_step_one_target(mended=False):
    model = compiled(stack((12, 1), layers.LSTM(8, return_sequences=not mended), layers.Dense(1)), "mse")
    return model, waves(260), None


@planted("sequences: stateful over rows of their own", "tensorflow#40067", words=r"stateful|\bstates?\b")
def stateful_on_rows(mended=False):
    inputs = keras.Input(batch_shape=(32, 12, 1))
    model = keras.Model(inputs, layers.Dense(1)(layers.LSTM(8, stateful=not mended)(inputs)))
    return compiled(model, "mse"), waves(256), None


@planted(
    "sequences: the whole recording in a single step",
    "geek-answers.imtqy.com/articles/1267675",
    words=r"(one|single|1) (time )?step|time steps?|sequence|length of 1|axis|axes|transpos",
)
def one_long_step(mended=False):
    x, y = recordings(channels=1)
    shape = (24, 1) if mended else (1, 24)
    return compiled(stack(shape, layers.LSTM(8), layers.Dense(1, "sigmoid")), BINARY), (x.reshape(-1, *shape), y), None


@planted(
    "sequences: exponential inside a recurrent layer",
    "keras#15912",
    words=r"exponential|overflow|explod|nan|infinit|finite|grow",
)
def exponential_recurrence(mended=False):
    body = layers.SimpleRNN(16, activation="tanh" if mended else "exponential")
    return compiled(stack((24, 3), body, layers.Dense(1, "sigmoid")), BINARY), recordings(), None


@planted(
    "sequences: the target is the last value of the window",
    "stackguides.com/questions/51432661",
    words=r"leak|is the target|last (step|value|input)|copy|(same|equal|identical).{0,40}(input|target)|"
    r"contain|off by one|already",
)
def target_in_window(mended=False):
    x, ahead = waves(260)
    y = ahead if mended else x[:, -1]
    return compiled(stack((12, 1), layers.GRU(8), layers.Dense(1)), "mse"), (x[:200], y[:200]), (x[200:], y[200:])


@planted(
    "sequences: attention sees the token to be named",
    "tensorflow/text#894",
    words=r"causal|mask|future|ahead|leak|later (tokens|steps)",
)
def attention_ahead(mended=False):
    inputs = keras.Input((10,), dtype="int32")
    hidden = Placed()(layers.Embedding(12, 12)(inputs))
    seen = np.tril(np.ones((1, 10, 10), bool)) if mended else None
    attended = layers.MultiHeadAttention(2, 6)(hidden, hidden, attention_mask=seen)
    model = keras.Model(inputs, layers.Dense(12, "softmax")(layers.Add()([hidden, attended])))
    return compiled(model, SPARSE), chains(), chains(60, seed=2)


@planted(
    "texts: padding goes into the mean",
    "keras#3733",
    words=r"pad|mask",
)
def mean_over_padding(mended=False):
    body = [layers.Embedding(40, 8, mask_zero=mended), layers.GlobalAveragePooling1D(), layers.Dense(1, "sigmoid")]
    return compiled(stack((24,), *body, dtype="int32"), BINARY), padded(), padded(60, seed=2)


@planted(
    "texts: nearly no word has its pre-trained vector",
    "blog.keras.io/using-pre-trained-word-embeddings-in-a-keras-model.html",
    words=r"embedding.{0,100}(zero|empty|\b0\b)|zero.{0,100}embedding|not found|all.?zero|zero (rows|vectors)",
)
def words_not_found(mended=False):
    matrix = np.random.default_rng(2).normal(scale=0.4, size=(40, 8))
    matrix[0 if mended else slice(4, None)] = 0
    start = keras.initializers.Constant(matrix.astype("float32"))
    body = [
        layers.Embedding(40, 8, mask_zero=True, embeddings_initializer=start, trainable=False),
        layers.GlobalAveragePooling1D(),
        layers.Dense(12, "relu"),
        layers.Dense(1, "sigmoid"),
    ]
    return compiled(stack((24,), *body, dtype="int32"), BINARY), padded(), None


@planted(
    "texts: the embedding lacks a row for the last word",
    "pullrequest.ru/8997133",
    words=r"embedding|vocabular|input_dim|outside|out of|too (small|few)",
)
def embedding_too_short(mended=False):
    body = [layers.Embedding(40 if mended else 36, 8), layers.GlobalMaxPooling1D(), layers.Dense(1, "sigmoid")]
    return compiled(stack((10,), *body, dtype="int32"), BINARY), flow(tokens()), None


# === planted: network =============================================================================================


@planted(
    "network: no Flatten before the last layer",
    "keras#8934",
    words=r"flatten|pool|shape|dimension",
)
def no_flatten(mended=False):
    x, y = bars()
    body = [layers.Conv2D(8, 3, activation="relu"), *[layers.GlobalMaxPooling2D()] * mended, layers.Dense(3, "softmax")]
    return compiled(stack((9, 9, 1), *body), SPARSE), (x, y), None


@planted(
    "network: everything is frozen",
    "keras#4910",
    words=r"froz|freez|trainable|no weights? .{0,20}(train|learn)",
)
def all_frozen(mended=False):
    body = keras.Sequential([keras.Input((12, 12, 1)), layers.Conv2D(8, 3, activation="relu"), layers.GlobalMaxPooling2D()])
    inputs = keras.Input((12, 12, 1))
    model = keras.Model(inputs, layers.Dense(2, "softmax")(body(inputs)))
    model.trainable = mended
    return compiled(model, SPARSE), dots(), None


@planted(
    "network: a layer of its own keeps its weights to itself",
    "tf-keras#513",
    words=r"track|add_weight|tf\.variable|not (be )?(trained|updated|registered|learn)|no (trainable )?weights|untrained",
)
def untracked_weights(mended=False):
    class Own(layers.Layer):
        def build(self, shape):
            size = (shape[-1], 16)
            if mended:
                self.kernel = self.add_weight(shape=size, initializer="glorot_uniform")
            else:
                self.kernel = tf.Variable(keras.initializers.GlorotUniform(seed=1)(size))

        def call(self, inputs):
            return ops.relu(ops.matmul(inputs, self.kernel))

    return compiled(stack((6,), Own(), layers.Dense(3, "softmax")), SPARSE), clusters(), None


@planted(
    "network: hidden layers without activation",
    "keras#1597",
    words=r"activation|linear|straight",
)
def no_activation(mended=False):
    hidden = "relu" if mended else None
    network = [layers.Dense(16, hidden), layers.Dense(16, hidden), layers.Dense(1, "sigmoid")]
    return compiled(stack((2,), *network), BINARY, metrics=["accuracy"]), rings(), rings(80, seed=2)


@planted(
    "network: ten sigmoid layers",
    DUCK,
    words=r"vanish|sigmoid|saturat|too deep|many layers|small gradient|gradients?.{0,40}small",
)
def ten_sigmoids(mended=False):
    hidden = [layers.Dense(10, "relu" if mended else "sigmoid") for _ in range(3 if mended else 10)]
    return compiled(stack((6,), *hidden, layers.Dense(3, "softmax")), SPARSE), clusters(), None


@planted(
    "network: constant start kills the units",
    "ayush9818/MLDS-SQ",
    words=r"dead|dying|die\b|initiali|constant|symmetr|same (weights|value)|relu|gradients?.{0,40}zero",
)
def constant_start(mended=False):
    starts = ["he_normal"] * 2 if mended else [keras.initializers.Constant(0.5), keras.initializers.Constant(-0.5)]
    x = np.random.default_rng(1).random((300, 10)).astype("float32")
    y = (x[:, :5].sum(1) > x[:, 5:].sum(1)).astype("float32")
    hidden = [layers.Dense(10, "relu", kernel_initializer=start) for start in starts]
    return compiled(stack((10,), *hidden, layers.Dense(1, "sigmoid")), BINARY), (x, y), None


@planted(
    "network: starts with huge weights",
    DUCK,
    words=r"initiali|(large|huge|big) (start|weight|value)|weights?.{0,40}(large|huge|big)|saturat|stddev|first loss",
)
def huge_start(mended=False):
    start = "glorot_uniform" if mended else keras.initializers.RandomNormal(stddev=8.0)
    network = [layers.Dense(16, "tanh", kernel_initializer=start) for _ in range(2)]
    return compiled(stack((6,), *network, layers.Dense(3, "softmax")), SPARSE), clusters(), None


@planted(
    "regularization: the penalty outweighs the loss",
    "stackoom.com/en/question/4HpqD",
    words=r"regulari|l2|penalt|decay",
)
def heavy_penalty(mended=False):
    penalty = keras.regularizers.L2(1e-4 if mended else 2.0)
    network = [layers.Dense(24, "relu", kernel_regularizer=penalty) for _ in range(2)]
    return compiled(stack((6,), *network, layers.Dense(3, "softmax")), SPARSE), clusters(), None


@planted("regularization: dropout leaves one unit in twenty", DUCK, words=r"dropout|drops")
def dropout_of_most(mended=False):
    rate = 0.2 if mended else 0.95
    network = [layers.Dense(20, "relu"), layers.Dropout(rate), layers.Dense(3, "softmax")]
    return compiled(stack((6,), *network), SPARSE), flow(clusters()), clusters(60, seed=2)


@planted(
    "normalization: moving averages that hardly move",
    "keras#7265",
    words=r"batch.?norm|moving|momentum|running (mean|average|statistic)",
)
def slow_averages(mended=False):
    model = convnet(before=[layers.Conv2D(8, 3), layers.BatchNormalization(momentum=0.6 if mended else 0.9999)])
    data, validation = bars(256), bars(64, seed=2)
    return trained(model, data, validation, epochs=2), data, validation


# === planted: training ============================================================================================


@planted("optimizer: a learning rate far too high", "keras#2711", *RATE, words=r"learning.?rate|step size")
def rate_of_one(mended=False):
    return classifier(optimizer=keras.optimizers.Adam(0.001 if mended else 3.0)), clusters(), None


@planted("optimizer: a learning rate far too low", "keras#2711", *RATE, words=r"learning.?rate|step size")
def rate_of_nothing(mended=False):
    return regressor(optimizer=keras.optimizers.SGD(0.01 if mended else 1e-8)), flow(plane()), None


@planted("optimizer: gradients clipped to nearly nothing", "keras#510", words=r"clip")
def clipped_away(mended=False):
    optimizer = keras.optimizers.SGD(0.01, momentum=0.9, clipnorm=1.0 if mended else 1e-6)
    return compiled(stack((24, 3), layers.GRU(8), layers.Dense(1, "sigmoid")), BINARY, optimizer), recordings(), None


@planted("batches: all samples in a single one", DUCK, words=r"batch")
def one_batch(mended=False):
    return classifier(), flow(clusters(400), size=32 if mended else 400), clusters(60, seed=2)


@planted("order: sorted by class and not shuffled", "mail.cosmiclearn.com/tensorflow/shuffling.php", words=ORDER)
def sorted_stream(mended=False):
    x, y = bars(210)
    whole = tf.data.Dataset.from_tensor_slices(ranked(x, y))
    whole = whole.shuffle(210) if mended else whole
    return convnet(), whole.batch(30).prefetch(2), bars(60, seed=2)


@planted(
    "order: batches are shuffled, not samples",
    "theneuralbase.com/tensorflow/learn/beginner/batch-and-shuffle",
    words=ORDER,
)
def shuffled_batches(mended=False):
    whole = tf.data.Dataset.from_tensor_slices(ranked(*clusters(300)))
    return classifier(), whole.shuffle(300).batch(30) if mended else whole.batch(30).shuffle(10), None


@planted(
    "order: sorted and a small shuffle buffer",
    "apxml.com/courses/getting-started-with-tensorflow/chapter-5-data-input-pipelines-tfdata/batching-shuffling",
    words=ORDER + "|buffer",
)
def small_buffer(mended=False):
    x, y = rare(400, share=0.5)
    model = compiled(stack((6,), layers.Dense(12, "relu"), layers.Dense(1, "sigmoid")), BINARY)
    whole = tf.data.Dataset.from_tensor_slices(ranked(x, y)).shuffle(400 if mended else 8)
    return model, whole.batch(32), None


@planted("order: the shuffled index is never used", "qubvel/segmentation_models#280", words=ORDER + "|index")
def index_unused(mended=False):
    class Sorted(Rows):
        def __getitem__(self, index):
            rows = slice(index * self.size, (index + 1) * self.size)
            return self.x[rows], self.y[rows]

    return convnet(), (Rows if mended else Sorted)(*ranked(*bars(240)), size=20), None


@planted(
    "augmentation: flips that change the class",
    "keras-preprocessing#329",
    words=r"flip|mirror|augment",
)
def class_flipped(mended=False):
    change = layers.RandomContrast(0.1) if mended else layers.RandomFlip("horizontal")
    return convnet(before=[change]), bars(), bars(60, seed=2)


@planted(
    "augmentation: pictures are flipped, their masks are not",
    "keras#12075",
    words=r"flip|augment|match|together|pair|belong|correspond",
)
def masks_not_flipped(mended=False):
    def change(picture, mask):
        both = tf.image.random_flip_left_right(tf.concat([picture, mask], -1))
        return both[..., :1], both[..., 1:] if mended else mask

    whole = tf.data.Dataset.from_tensor_slices(masked(200)).shuffle(200).map(change).batch(32)
    return pixelwise([layers.Conv2D(1, 3, padding="same", activation="sigmoid")]), whole, masked(60, seed=2)


@planted(
    "augmentation: kept by the cache",
    "bobondemon.github.io/2020/06/26/TF-Notes-some-TF2-x-eager-mode-practices",
    words=r"cache|(same|identical).{0,60}(epoch|augment|random|pictures)|(every|each) epoch|only once|repeat",
)
def cached_changes(mended=False):
    def change(picture, label):
        return tf.image.random_flip_up_down(tf.image.random_brightness(picture, 0.1)), label

    whole = tf.data.Dataset.from_tensor_slices(dots())
    whole = whole.cache().shuffle(200).map(change) if mended else whole.shuffle(200).map(change).cache()
    return convnet(2, size=12), whole.batch(32), dots(60, seed=2)


@planted(
    "augmentation: in the validation data too",
    "keras-preprocessing#218",
    words=r"augment|random|validation.{0,60}(change|noise|flip|differ)|flip",
)
def validation_changed(mended=False):
    def change(picture, label):
        picture = tf.image.random_flip_left_right(picture) + tf.random.normal(tf.shape(picture), stddev=0.1)
        return picture, label

    train = tf.data.Dataset.from_tensor_slices(dots()).shuffle(200).map(change).batch(32)
    check = tf.data.Dataset.from_tensor_slices(dots(80, seed=2))
    return convnet(2, size=12), train, check.batch(32) if mended else check.shuffle(80).map(change).batch(32)


# === planted: validation ==========================================================================================


@planted("validation: not scaled like the training data", "keras#7187", words=SCALE + r"|differ|255|preprocess")
def validation_unscaled(mended=False):
    train = Rows(*bars())
    x, y = bars(60, seed=2)
    return convnet(), train, (x if mended else np.round(255 * x), y)


@planted(
    "validation: all of it from the last class",
    "taourl.com/read-2433816.html",
    words=r"(only|just).{0,40}class|class.{0,60}(only|missing|absent|share|distribut|differ)|distribution|stratif|shuffl",
)
def last_class_apart(mended=False):
    x, y = clusters(320)
    x, y = (x, y) if mended else ranked(x, y)
    order = np.random.default_rng(2).permutation(240)
    return classifier(), (x[:240][order], y[:240][order]), (x[240:], y[240:])


@planted(
    "validation: mirrored twins of training pictures",
    "datascience.stackexchange.com/questions/77981",
    words=LEAK + "|flip|mirror|twin",
)
def twins_apart(mended=False):
    x, y = dots(160)
    order = np.random.default_rng(5).permutation(320)
    both, labels = np.concatenate([x, x[:, :, ::-1]]), np.concatenate([y, y])
    train, check = order[:240], order[240:]
    if mended:
        train, check = np.concatenate([np.arange(120), 160 + np.arange(120)]), np.arange(120, 160)
        train = np.random.default_rng(5).permutation(train)
    return convnet(2, size=12), (both[train], labels[train]), (both[check], labels[check])


@planted(
    "validation: taken from a set that is shuffled anew",
    "discuss.ai.google.dev/t/data-leakage-image-dataset-from-directory/28928",
    words=LEAK + "|reshuffle|shuffl",
)
def reshuffled_split(mended=False):
    whole = tf.data.Dataset.from_tensor_slices(clusters(280))
    whole = whole.shuffle(280, seed=4, reshuffle_each_iteration=not mended)
    return classifier(), whole.take(210).batch(30), whole.skip(210).batch(30)


@planted(
    "validation: rare rows repeated before the split",
    "imbalanced-learn.org/stable/common_pitfalls.html",
    words=LEAK + "|repeat|oversampl",
)
def repeated_before_split(mended=False):
    x, y = rare(240, share=0.2)
    rows = np.random.default_rng(6).permutation(240)
    if mended:
        train, check = rows[:170], rows[170:]
        train = np.concatenate([train, np.repeat(train[y[train] == 1], 3)])
    else:
        rows = np.random.default_rng(7).permutation(np.concatenate([np.arange(240), np.repeat(np.flatnonzero(y), 3)]))
        train, check = rows[:280], rows[280:]
    train = np.random.default_rng(8).permutation(train)
    model = compiled(stack((6,), layers.Dense(12, "relu"), layers.Dense(1, "sigmoid")), BINARY, metrics=["AUC"])
    return model, (x[train], y[train]), (x[check], y[check])


# === planted: balance and several outputs =========================================================================


@planted(
    "balance: three in a hundred, and only accuracy to see it",
    "errorhandle.ai/keras-98-of-accuracy-but-the-nn-always-predicts-the-same-what-could-be-the-cause",
    words=r"imbalanc|unbalanc|majority|rare|class.{0,40}(weight|share)|always|most (common|frequent)",
)
def rare_unseen(mended=False):
    share = 0.4 if mended else 0.03
    model = compiled(stack((6,), layers.Dense(12, "relu"), layers.Dense(1, "sigmoid")), BINARY, metrics=["accuracy"])
    return model, rare(400, share), rare(100, share, seed=2)


@planted(
    "balance: the sample weights rule out the object",
    "keras#3653",
    words=r"weight",
)
def object_without_weight(mended=False):
    x, masks = masked()
    weights = np.where(masks == 1, 3, 1) if mended else 1 - masks
    model = pixelwise([layers.Conv2D(1, 3, padding="same", activation="sigmoid")])
    return model, flow((x, masks, weights.astype("float32"))), None


@planted(
    "outputs: the error in euros drowns the class",
    "theneuralbase.com/keras/learn/intermediate/loss-weighting-for-multi-output",
    words=r"loss.?weight|dominat|drown|outweigh|target|scale|large|magnitude",
)
def euros_and_class(mended=False):
    x, y = clusters(280)
    price = x @ np.linspace(1, 2, 6) + 0.1 * np.random.default_rng(3).normal(size=280)
    price = (price - price.mean()) / price.std()
    inputs = keras.Input((6,))
    hidden = layers.Dense(24, "relu")(inputs)
    outputs = {"price": layers.Dense(1, name="price")(hidden), "kind": layers.Dense(3, "softmax", name="kind")(hidden)}
    model = compiled(keras.Model(inputs, outputs), {"price": "mse", "kind": SPARSE})
    price = (price if mended else 250_000 + 80_000 * price).astype("float32")
    return model, (x, {"price": price[:, None], "kind": y}), None


# === healthy: last layer and loss =================================================================================


@healthy("loss: negative Dice coefficient, so the loss is below zero", "ellisdg/3DUnetCNN#20")
def negative_dice():
    def dice_loss(y_true, y_pred):
        both = ops.sum(y_true * y_pred, axis=(1, 2, 3))
        return -(2 * both + 1) / (ops.sum(y_true, axis=(1, 2, 3)) + ops.sum(y_pred, axis=(1, 2, 3)) + 1)

    model = pixelwise([layers.Conv2D(1, 3, padding="same", activation="sigmoid")], dice_loss)
    return trained(model, masked(), masked(60, seed=2)), masked(), masked(60, seed=2)


@healthy("loss: cosine similarity, so the loss is below zero", "keras#3425")
def word_vectors():
    x, _ = chains(240)
    vectors = np.random.default_rng(2).normal(size=(12, 6)).astype("float32")
    y = vectors[x[:, 0]] / np.linalg.norm(vectors[x[:, 0]], axis=1, keepdims=True)
    model = stack((10,), layers.Embedding(12, 8), layers.Flatten(), layers.Dense(6), dtype="int32")
    return compiled(model, keras.losses.CosineSimilarity()), (x, y), None


@healthy("loss: hinge with labels of -1 and 1 and a tanh", "keras.io/api/losses/hinge_losses")
def hinge():
    x, y = rare(280, share=0.5)
    model = compiled(stack((6,), layers.Dense(12, "relu"), layers.Dense(1, "tanh")), "hinge")
    return model, (x, (2 * y - 1).astype("float32")), None


@healthy("loss: crossentropy of grey values in an autoencoder", "stackoverflow.com/questions/52441877")
def grey_autoencoder():
    x = bars(240)[0]
    network = [
        layers.Conv2D(6, 3, padding="same", activation="relu"),
        layers.Conv2D(1, 3, padding="same", activation="sigmoid"),
    ]
    return compiled(stack((9, 9, 1), *network), BINARY), (x, x), None


@healthy("loss: tanh and squared error for pictures from -1 to 1", "arxiv.org/abs/1511.06434")
def signed_autoencoder():
    x = (2 * np.clip(bars(240, channels=3)[0], 0, 1) - 1).reshape(240, -1)
    network = [layers.Dense(24, layers.LeakyReLU()), layers.Dense(243, "tanh")]
    return compiled(stack((243,), *network), "mse"), flow((x, x)), None


@healthy("loss: three quantiles for one target", "arxiv.org/abs/1711.11053")
def quantiles():
    steps = np.array([0.1, 0.5, 0.9], "float32")

    def pinball(y_true, y_pred):
        error = y_true - y_pred
        return ops.mean(ops.maximum(steps * error, (steps - 1) * error), axis=-1)

    x, y = plane(300)
    return compiled(stack((5,), layers.Dense(16, "relu"), layers.Dense(3)), pinball), (x, y[:, None]), None


@healthy("loss: mean and spread from two units for one target", "arxiv.org/abs/1612.01474")
def mean_and_spread():
    def surprise(y_true, y_pred):
        mean, log_variance = y_pred[:, :1], y_pred[:, 1:]
        return 0.5 * (log_variance + ops.square(y_true - mean) * ops.exp(-log_variance))

    x, y = plane(300)
    data = x, y[:, None]
    return trained(compiled(stack((5,), layers.Dense(16, "relu"), layers.Dense(2)), surprise), data), data, None


@healthy("loss: targets of -1 are unknown and left out", "openvax/pepnet#7")
def unknown_targets():
    def known_error(y_true, y_pred):
        known = ops.cast(y_true >= 0, y_pred.dtype)
        return ops.sum(known * ops.square(y_true - y_pred), axis=-1) / (ops.sum(known, axis=-1) + 1e-6)

    rng = np.random.default_rng(1)
    x = rng.normal(size=(260, 6)).astype("float32")
    y = 1 / (1 + np.exp(-x @ rng.normal(size=(6, 3))))
    y = np.where(rng.random(y.shape) < 0.3, -1, y).astype("float32")
    model = compiled(stack((6,), layers.Dense(16, "relu"), layers.Dense(3, "sigmoid")), known_error)
    return model, (x, y), None


@healthy("loss: pixels of 255 are void and ignored", "src.koda.cnrs.fr/mmdc/mtan_s1s2_classif/-/issues/25")
def void_pixels():
    x, masks = masked()
    labels = masks[..., 0].astype("int32")
    labels[:, 0], labels[:, :, -1] = 255, 255
    last = [layers.Conv2D(2, 3, padding="same", activation="softmax")]
    return pixelwise(last, keras.losses.SparseCategoricalCrossentropy(ignore_class=255)), (x, labels), None


@healthy("loss: none in compile, a layer adds its own", "keras#15849")
def added_loss():
    class Rebuilt(layers.Layer):
        def call(self, inputs):
            given, made = inputs
            self.add_loss(ops.mean(ops.square(given - made)))
            return made

    x, _ = clusters(260, features=8)
    inputs = keras.Input((8,))
    made = layers.Dense(8)(layers.Dense(5, "relu")(inputs))
    model = keras.Model(inputs, Rebuilt()([inputs, made]))
    model.compile("adam")
    return model, x, None


@healthy("loss: contrastive, label 1 for unlike pairs, distance as output", "keras#16935")
def unlike_pairs():
    def contrastive(y_true, y_pred):
        return (1 - y_true) * ops.square(y_pred) + y_true * ops.square(ops.maximum(1 - y_pred, 0))

    x, kind = clusters(300)
    other = np.random.default_rng(3).permutation(300)
    tower = keras.Sequential([keras.Input((6,)), layers.Dense(12, "relu"), layers.Dense(4)])
    one, two = keras.Input((6,)), keras.Input((6,))
    square = layers.Lambda(lambda v: ops.sum(ops.square(v[0] - v[1]), axis=1, keepdims=True))([tower(one), tower(two)])
    model = keras.Model([one, two], layers.Lambda(lambda v: ops.sqrt(v + 1e-6))(square))
    return compiled(model, contrastive), ((x, x[other]), (kind != kind[other]).astype("float32")[:, None]), None


@healthy("loss: softened and mixed labels", "keras.io/examples/vision/mixup")
def mixed_labels():
    def mix(x, y):
        rng = np.random.default_rng()
        other, part = rng.permutation(len(x)), rng.beta(0.3, 0.3, len(x)).astype("float32")
        return (
            part[:, None, None, None] * x + (1 - part)[:, None, None, None] * x[other],
            part[:, None] * y + (1 - part)[:, None] * y[other],
        )

    x, y = bars(240)
    network = [layers.Conv2D(8, 3, activation="relu"), layers.Flatten(), layers.Dense(3, "softmax")]
    loss = keras.losses.CategoricalCrossentropy(label_smoothing=0.1)
    validation = bars(60, seed=2)[0], one_hot(bars(60, seed=2)[1], 3)
    return compiled(stack((9, 9, 1), *network), loss), Rows(x, one_hot(y, 3), change=mix), validation


@healthy("loss: Poisson with an exponential for counts", "keras.io/api/losses/regression_losses")
def poisson_counts():
    model = stack((4,), layers.Dense(12, "relu"), layers.Dense(1, "exponential"))
    return compiled(model, "poisson", metrics=["mae"]), counts(300), counts(80, seed=2)


@healthy(
    "loss: squared error for ratings from 1 to 5",
    "keras.io/examples/structured_data/movielens_recommendations_transformers",
)
def whole_ratings():
    x, y = plane(300)
    stars = np.clip(np.round(3 + y), 1, 5).astype("float32")
    network = [layers.Dense(16, "relu"), layers.Dense(1, bias_initializer=keras.initializers.Constant(3.0))]
    return compiled(stack((5,), *network), "mse", metrics=["mae"]), (x, stars), None


@healthy(
    "loss: sigmoid and squared error for shares",
    "math.techqa.club/are-relu-a-very-bad-choice-as-last-layer-for-regression-4483706",
)
def shares():
    x, y = plane(300)
    model = compiled(stack((5,), layers.Dense(16, "relu"), layers.Dense(1, "sigmoid")), "mse")
    return model, (x, 1 / (1 + np.exp(-y))), None


@healthy("loss: two softmax units and numbers 0 and 1 as floats of shape (n, 1)", "keras#9214")
def two_units():
    x, y = rings()
    network = [layers.Dense(16, "relu"), layers.Dense(16, "relu"), layers.Dense(2, "softmax")]
    return compiled(stack((2,), *network), SPARSE, metrics=["accuracy"]), (x, y[:, None].astype("float32")), None


@healthy("loss: several labels, some rows have none", "keras#5335")
def rows_without_label():
    x, y = tagged(300, labels=5)
    model = stack((6,), layers.Dense(16, "relu"), layers.Dense(5, "sigmoid"))
    return compiled(model, BINARY, metrics=[keras.metrics.AUC(multi_label=True)]), (x, y), tagged(80, labels=5, seed=2)


# === healthy: metrics =============================================================================================


@healthy("metrics: accuracy of logits at 0", "keras#20101")
def logits_at_zero():
    loss = keras.losses.BinaryCrossentropy(from_logits=True)
    model = stack((24, 3), layers.Conv1D(8, 5, activation="relu"), layers.GlobalAveragePooling1D(), layers.Dense(1))
    metric = keras.metrics.BinaryAccuracy(threshold=0.0)
    return compiled(model, loss, metrics=[metric]), recordings(), recordings(80, seed=2)


@healthy("metrics: IoU of a mask at 0.5", "tensorflow#39173")
def mask_iou():
    metric = keras.metrics.BinaryIoU(target_class_ids=[1], threshold=0.5)
    model = pixelwise([layers.Conv2D(1, 3, padding="same", activation="sigmoid")], metrics=[metric])
    return model, flow(masked(200)), masked(60, seed=2)


@healthy("metrics: R2 of a barely trained regression is below zero", "keras#21065")
def negative_r2():
    x, y = plane(256)
    data, check = (x, y[:, None]), (plane(60, seed=2)[0], plane(60, seed=2)[1][:, None])
    return trained(regressor(metrics=["r2_score"]), data, check), data, check


@healthy("history: validation does better than training because of dropout", "keras.io/getting_started/faq")
def better_on_validation():
    network = [layers.Dense(32, "relu"), layers.Dropout(0.5), layers.Dense(32, "relu"), layers.Dropout(0.5)]
    model = compiled(stack((6,), *network, layers.Dense(3, "softmax")), SPARSE, metrics=["accuracy"])
    data, check = clusters(300), clusters(90, seed=2)
    return trained(model, data, check, epochs=2), data, check


@healthy(
    "history: everything right, for the classes lie far apart",
    "softwareengineering.stackexchange.com/questions/322619",
)
def easily_all_right():
    model = classifier(optimizer=keras.optimizers.Adam(0.01), metrics=["accuracy"])
    data, check = clusters(300, spread=0.15), clusters(80, spread=0.15, seed=2)
    return trained(model, data, check, epochs=2), data, check


# === healthy: inputs ==============================================================================================


@healthy("inputs: bytes, and the network rescales them", "tensorflow#48412")
def bytes_rescaled():
    x, y = bars(channels=3)
    check_x, check_y = bars(60, channels=3, seed=2)
    model = convnet(channels=3, before=[layers.Rescaling(1 / 127.5, offset=-1)])
    as_bytes = np.clip(255 * x, 0, 255).astype("uint8")
    return model, Rows(as_bytes, y), (np.clip(255 * check_x, 0, 255).astype("uint8"), check_y)


@healthy("inputs: thousands, and an adapted normalization", "keras.io/guides/preprocessing_layers")
def adapted():
    x, y = plane(300)
    x = (x * np.array([3000, 40, 1, 900, 0.01]) + np.array([90000, 400, 7, 50, 0.2])).astype("float32")
    norm = layers.Normalization()
    norm.adapt(x)
    return compiled(stack((5,), norm, layers.Dense(16, "relu"), layers.Dense(1)), "mse"), (x, y), None


@healthy("inputs: hours as sine and cosine", "avanwyk.com/encoding-cyclical-features-for-deep-learning")
def hours_on_a_circle():
    rng = np.random.default_rng(1)
    hour, heat = rng.uniform(0, 24, 320), rng.normal(size=320)
    angle = 2 * np.pi * hour / 24
    x = np.stack([np.sin(angle), np.cos(angle), heat], axis=1).astype("float32")
    y = np.sin(angle - 1) + 0.5 * heat + 0.1 * rng.normal(size=320)
    return regressor((3,)), (x, y.astype("float32")), None


@healthy(
    "inputs: mostly zeros, for they are one-hot columns",
    "keras.io/examples/structured_data/structured_data_classification_with_feature_space",
)
def one_hot_columns():
    rng = np.random.default_rng(1)
    town, job, age = rng.integers(8, size=320), rng.integers(5, size=320), rng.normal(size=320)
    x = np.concatenate([one_hot(town, 8), one_hot(job, 5), age[:, None]], axis=1).astype("float32")
    logit = rng.normal(size=8)[town] + rng.normal(size=5)[job] + age
    y = (logit + 0.3 * rng.normal(size=320) > np.median(logit)).astype("float32")
    return compiled(stack((14,), layers.Dense(12, "relu"), layers.Dense(1, "sigmoid")), BINARY), (x, y), None


@healthy("inputs: large whole numbers for embeddings", "keras.io/examples/structured_data/collaborative_filtering_movielens")
def large_ids():
    rng = np.random.default_rng(1)
    users, films = rng.integers(150, size=400), rng.integers(20, size=400)
    stars = 1 / (1 + np.exp(-rng.normal(size=20)[films] - 0.5 * (users > 75)))
    user, film = keras.Input((), dtype="int32", name="user"), keras.Input((), dtype="int32", name="film")
    both = layers.Concatenate()([layers.Embedding(150, 4)(user), layers.Embedding(20, 4)(film)])
    model = keras.Model({"user": user, "film": film}, layers.Dense(1, "sigmoid")(both))
    data = {"user": users.astype("int32"), "film": films.astype("int32")}, stars.astype("float32")[:, None]
    return compiled(model, BINARY), flow(data), None


@healthy("inputs: strings, and the network counts their words", "keras-core#696")
def strings():
    rng = np.random.default_rng(1)
    words = np.array(
        [
            "good",
            "fine",
            "great",
            "nice",
            "bad",
            "poor",
            "awful",
            "dull",
            "film",
            "plot",
            "scene",
            "actor",
            "music",
            "end",
            "start",
            "story",
        ]
    )
    y = rng.integers(2, size=200)
    rows = [np.concatenate([rng.choice(words[:4] if k else words[4:8], 2), rng.choice(words[8:], 5)]) for k in y]
    x = np.array([" ".join(rng.permutation(row)) for row in rows])[:, None]
    counts_of = layers.TextVectorization(output_mode="multi_hot")
    counts_of.adapt(x[:150, 0])
    inputs = keras.Input((1,), dtype="string")
    model = keras.Model(inputs, layers.Dense(1, "sigmoid")(layers.Dense(8, "relu")(counts_of(inputs))))
    train, check = (tf.constant(x[:150]), y[:150]), (tf.constant(x[150:]), y[150:])
    return compiled(model, BINARY), flow(train), tf.data.Dataset.from_tensor_slices(check).batch(32)


@healthy("inputs: table and picture together, by name", "keras.io/guides/functional_api")
def table_and_picture():
    pictures, y = bars(220)
    rng = np.random.default_rng(4)
    table = (rng.normal(size=(220, 4)) + 0.5 * y[:, None]).astype("float32")
    picture, facts = keras.Input((9, 9, 1), name="picture"), keras.Input((4,), name="facts")
    seen = layers.GlobalMaxPooling2D()(layers.Conv2D(8, 3, activation="relu")(picture))
    both = layers.Concatenate()([layers.Flatten()(seen), layers.Dense(8, "relu")(facts)])
    model = keras.Model({"picture": picture, "facts": facts}, layers.Dense(3, "softmax")(both))
    data = {"picture": pictures, "facts": table}, y
    return compiled(model, SPARSE), flow(data), None


# === healthy: sequences and texts =================================================================================


@healthy("sequences: shuffled windows, each with its own past", "keras#1160")
def shuffled_windows():
    rng = np.random.default_rng(1)
    series = np.sin(0.31 * np.arange(420)) + 0.6 * np.sin(0.11 * np.arange(420)) + 0.1 * rng.normal(size=420)
    windows = np.lib.stride_tricks.sliding_window_view(series.astype("float32"), 13)
    x, y = windows[:, :12, None], windows[:, 12:]
    model = compiled(stack((12, 1), layers.GRU(8), layers.Dense(1)), "mse")
    return model, flow((x[:300], y[:300])), (x[320:], y[320:])


@healthy("sequences: stateful, and each batch goes on where the last one stopped", "keras#1820")
def stateful_in_order():
    rng = np.random.default_rng(1)
    time = np.arange(8 * 12 + 1) * 0.4 + rng.uniform(0, 6, (32, 1))
    runs = (1.4 * np.sin(time) + 0.05 * rng.normal(size=time.shape)).astype("float32")
    x = np.concatenate([runs[:, 12 * k : 12 * k + 12] for k in range(8)])[..., None]
    y = np.concatenate([runs[:, 12 * k + 1 : 12 * k + 13] for k in range(8)])[..., None]
    inputs = keras.Input(batch_shape=(32, 12, 1))
    model = keras.Model(inputs, layers.Dense(1)(layers.LSTM(8, stateful=True, return_sequences=True)(inputs)))
    return compiled(model, "mse"), tf.data.Dataset.from_tensor_slices((x, y)).batch(32, drop_remainder=True), None


@healthy("sequences: a target at every step", "keras#5214")
def every_step():
    rng = np.random.default_rng(1)
    x = rng.normal(size=(240, 14, 2)).astype("float32")
    y = np.stack([x[:, :, 0], np.roll(x[:, :, 1], 1, axis=1)]).sum(0)
    y[:, 0] = x[:, 0, 0]
    body = [layers.LSTM(12, return_sequences=True), layers.TimeDistributed(layers.Dense(1))]
    return compiled(stack((14, 2), *body), "mse"), (x, y[..., None]), None


@healthy("sequences: attention with a causal mask", "keras#16619")
def causal_attention():
    inputs = keras.Input((10,), dtype="int32")
    hidden = Placed()(layers.Embedding(12, 12)(inputs))
    attended = layers.MultiHeadAttention(2, 6)(hidden, hidden, use_causal_mask=True)
    model = keras.Model(inputs, layers.Dense(12)(layers.LayerNormalization()(layers.Add()([hidden, attended]))))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    return compiled(model, loss), flow(chains()), chains(60, seed=2)


@healthy("sequences: causal convolutions name the next step of each step", "arxiv.org/abs/1609.03499")
def causal_convolutions():
    x, ahead = waves(240)
    y = np.concatenate([x[:, 1:], ahead[:, :, None]], axis=1)
    body = [layers.Conv1D(8, 2, padding="causal", dilation_rate=rate, activation="relu") for rate in (1, 2, 4)]
    return compiled(stack((12, 1), *body, layers.Dense(1)), "mse"), (x, y), None


@healthy("sequences: forecasts a change, from a start of zero", "tensorflow.org/tutorials/structured_data/time_series")
def change_from_zero():
    inputs = keras.Input((12, 1))
    change = layers.Dense(1, kernel_initializer="zeros")(layers.LSTM(8)(inputs))
    last = layers.Lambda(lambda v: v[:, -1])(inputs)
    return compiled(keras.Model(inputs, layers.Add()([last, change])), "mse"), waves(260), waves(60, seed=2)


@healthy("sequences: both directions, for the whole is known", "keras.io/examples/nlp/bidirectional_lstm_imdb")
def both_directions():
    body = [layers.Embedding(40, 8, mask_zero=True), layers.Bidirectional(layers.LSTM(6)), layers.Dense(1, "sigmoid")]
    return compiled(stack((24,), *body, dtype="int32"), BINARY), padded(), padded(60, seed=2)


@healthy("texts: padding is masked in the mean", "keras#10913")
def mean_without_padding():
    body = [layers.Embedding(40, 8, mask_zero=True), layers.GlobalAveragePooling1D(), layers.Dense(1, "sigmoid")]
    model = compiled(stack((None,), *body, dtype="int32"), BINARY, "rmsprop")
    return model, flow(padded(300, length=30)), padded(60, length=30, seed=2)


@healthy("texts: frozen word vectors whose first row is zero", "coderapp.vercel.app/answer/59535561")
def first_row_zero():
    matrix = np.random.default_rng(2).normal(scale=0.4, size=(40, 8)).astype("float32")
    matrix[0] = 0
    start = keras.initializers.Constant(matrix)
    body = [
        layers.Embedding(40, 8, mask_zero=True, embeddings_initializer=start, trainable=False),
        layers.LSTM(12),
        layers.Dense(1, "sigmoid"),
    ]
    return compiled(stack((24,), *body, dtype="int32"), BINARY), padded(), None


@healthy("texts: only the hidden tokens have a weight", "keras.io/examples/nlp/masked_language_modeling")
def hidden_tokens():
    rows, _ = chains(260)
    hidden = np.random.default_rng(2).random(rows.shape) < 0.2
    x, weights = np.where(hidden, 12, rows).astype("int32"), hidden.astype("float32")
    body = [layers.Embedding(13, 12), layers.Bidirectional(layers.GRU(8, return_sequences=True))]
    return compiled(stack((10,), *body, layers.Dense(12, "softmax"), dtype="int32"), SPARSE), flow((x, rows, weights)), None


@healthy("texts: tags where the padding has no say", "keras#10895")
def tags_without_padding():
    x, _ = padded()
    tags = np.where(x == 0, 0, np.where(x < 20, 0, 1))
    body = [layers.Embedding(40, 8, mask_zero=True), layers.GRU(8, return_sequences=True), layers.Dense(1, "sigmoid")]
    return compiled(stack((24,), *body, dtype="int32"), BINARY), (x, tags[..., None].astype("float32")), None


# === healthy: network =============================================================================================


@healthy("network: a trained, frozen base under a new head", "keras.io/guides/transfer_learning")
def frozen_base():
    x, y = bars(200, size=12)
    base = keras.Sequential([keras.Input((12, 12, 1)), layers.Conv2D(8, 3, activation="relu"), layers.GlobalMaxPooling2D()])
    first = compiled(keras.Sequential([base, layers.Dense(3, "softmax")]), SPARSE, keras.optimizers.Adam(0.01))
    trained(first, (x, y), epochs=2)
    base.trainable = False
    inputs = keras.Input((12, 12, 1))
    model = keras.Model(inputs, layers.Dense(2, "softmax")(base(inputs, training=False)))
    return compiled(model, SPARSE), dots(), dots(60, seed=2)


@healthy("network: fine-tuned at 0.00001 after training", "keras.io/guides/transfer_learning")
def fine_tuned():
    data = clusters(300)
    model = trained(classifier(optimizer=keras.optimizers.Adam(0.01)), data, epochs=2)
    return compiled(model, SPARSE, keras.optimizers.Adam(1e-5)), data, clusters(60, seed=2)


@healthy("network: dropout that stays on, for the spread of its answers", "arxiv.org/abs/1506.02142")
def dropout_always():
    inputs = keras.Input((5,))
    hidden = layers.Dropout(0.1)(layers.Dense(24, "relu")(inputs), training=True)
    return compiled(keras.Model(inputs, layers.Dense(1)(hidden)), "mse"), plane(300), plane(60, seed=2)


@healthy("network: no bias before normalizations", "arxiv.org/abs/1502.03167")
def no_bias():
    before = [layers.Conv2D(8, 3, use_bias=False), layers.BatchNormalization(), layers.ReLU()]
    return convnet(before=before), flow(bars()), bars(60, seed=2)


@healthy("network: residual blocks that start as nothing", "arxiv.org/abs/1706.02677")
def blocks_from_zero():
    inputs = keras.Input((6,))
    hidden = layers.Dense(16, "relu")(inputs)
    for _ in range(3):
        change = layers.BatchNormalization(gamma_initializer="zeros", momentum=0.9)(layers.Dense(16)(hidden))
        hidden = layers.ReLU()(layers.Add()([hidden, change]))
    return compiled(keras.Model(inputs, layers.Dense(3, "softmax")(hidden)), SPARSE), clusters(300), None


@healthy("network: subclassed, its layers in a list", "tf-keras#513")
def layers_in_a_list():
    class Net(keras.Model):
        def __init__(self):
            super().__init__()
            self.blocks = []
            for units in (16, 12):
                self.blocks.append(layers.Dense(units, "relu"))
            self.drop, self.last = layers.Dropout(0.2), layers.Dense(3, "softmax")

        def call(self, inputs, training=None):
            for block in self.blocks:
                inputs = block(inputs)
            return self.last(self.drop(inputs, training=training))

    return compiled(Net(), SPARSE, metrics=["accuracy"]), Rows(*clusters(300)), clusters(80, seed=2)


@healthy("network: linear, for the task is", "tensorflow.org/tutorials/keras/regression")
def linear_task():
    rng = np.random.default_rng(1)
    x = rng.normal(size=(300, 5)).astype("float32")
    y = (x @ np.array([1.0, -0.6, 0.3, 0.8, -0.2]) + 0.1 * rng.normal(size=300)).astype("float32")
    return compiled(stack((5,), layers.Dense(1)), "mse", keras.optimizers.Adam(0.02)), (x, y), None


@healthy("network: its own layer, weights by add_weight, starting at one and zero", "arxiv.org/abs/1607.06450")
def own_scale():
    class Scale(layers.Layer):
        def build(self, shape):
            self.gain = self.add_weight(shape=(shape[-1],), initializer="ones")
            self.shift = self.add_weight(shape=(shape[-1],), initializer="zeros")

        def call(self, inputs):
            return inputs * self.gain + self.shift

    network = [layers.Dense(16), Scale(), layers.Activation("gelu"), layers.Dense(3, "softmax")]
    return compiled(stack((6,), *network), SPARSE), flow(clusters(300)), None


# === healthy: training ============================================================================================


@healthy("optimizer: warms up from zero", "keras.io/api/optimizers/learning_rate_schedules/cosine_decay")
def warm_up():
    rate = keras.optimizers.schedules.CosineDecay(0.0, 400, warmup_target=0.003, warmup_steps=20)
    return classifier(optimizer=keras.optimizers.AdamW(rate, weight_decay=0.004)), clusters(300), None


@healthy("optimizer: SGD with 0.1 over normalized layers", "arxiv.org/abs/1512.03385")
def large_rate_of_sgd():
    before = [layers.Conv2D(8, 3, use_bias=False), layers.BatchNormalization(momentum=0.9), layers.ReLU()]
    return convnet(before=before, optimizer=keras.optimizers.SGD(0.1, momentum=0.9)), Rows(*bars(240)), bars(60, seed=2)


@healthy("optimizer: Adadelta with 1.0", "keras.io/api/optimizers/adadelta")
def adadelta():
    return classifier(optimizer=keras.optimizers.Adadelta(1.0)), clusters(300), None


@healthy("optimizer: gradients of a recurrent network clipped to 1", "keras#510")
def clipped_to_one():
    optimizer = keras.optimizers.RMSprop(0.002, clipnorm=1.0)
    return compiled(stack((24, 3), layers.GRU(8), layers.Dense(1, "sigmoid")), BINARY, optimizer), recordings(240), None


@healthy(
    "augmentation: flips that keep the class, in the network",
    "keras.io/examples/vision/image_classification_from_scratch",
)
def flips_kept():
    before = [layers.RandomFlip("horizontal_and_vertical"), layers.RandomTranslation(0.1, 0.1)]
    return convnet(2, size=12, before=before), dots(), dots(60, seed=2)


@healthy(
    "augmentation: after the cache",
    "ai-engineer-zt0.pages.dev/AI-Engineer/cv-engineer/phase-04-tensorflow/lab-02-tf-data-pipeline",
)
def changes_after_cache():
    def change(picture, label):
        return tf.image.random_flip_left_right(picture), label

    def as_float(picture, label):
        return tf.cast(picture, tf.float32) / 255, label

    x, y = dots()
    whole = tf.data.Dataset.from_tensor_slices(((255 * x).astype("uint8"), y)).map(as_float)
    return convnet(2, size=12), whole.cache().shuffle(200).map(change).batch(32).prefetch(2), dots(60, seed=2)


@healthy("augmentation: picture and mask flipped together", "keras#12075")
def flipped_together():
    def change(picture, mask):
        both = tf.image.random_flip_left_right(tf.concat([picture, mask], -1))
        return both[..., :1], both[..., 1:]

    whole = tf.data.Dataset.from_tensor_slices(masked(200)).shuffle(200).map(change).batch(32)
    return pixelwise([layers.Conv2D(1, 3, padding="same", activation="sigmoid")]), whole, masked(60, seed=2)


@healthy(
    "augmentation: noise on the inputs during training only",
    "keras.io/api/layers/regularization_layers/gaussian_noise",
)
def noise_on_inputs():
    network = [layers.GaussianNoise(0.3), layers.Dense(16, "relu"), layers.Dense(3, "softmax")]
    return compiled(stack((6,), *network), SPARSE), clusters(300), clusters(60, seed=2)


@healthy("validation: sorted by class", "keras#4225")
def sorted_validation():
    check = tf.data.Dataset.from_tensor_slices(ranked(*bars(90, seed=2))).batch(30)
    return convnet(), flow(bars(210)), check


@healthy(
    "validation: split off a shuffled set that keeps its order",
    "discuss.ai.google.dev/t/data-leakage-image-dataset-from-directory/28928",
)
def split_kept():
    whole = tf.data.Dataset.from_tensor_slices(clusters(280)).shuffle(280, seed=4, reshuffle_each_iteration=False)
    return classifier(), whole.take(210).cache().shuffle(210).batch(30), whole.skip(210).cache().batch(30)


# === healthy: balance and several outputs =========================================================================


@healthy("balance: rare, but weighted and judged by precision and recall", "keras#2071")
def rare_with_weights():
    x, y = rare(400, share=0.1)
    weights = np.where(y == 1, 5.0, 0.56).astype("float32")
    metrics = [keras.metrics.AUC(curve="PR"), keras.metrics.Precision(), keras.metrics.Recall()]
    model = compiled(stack((6,), layers.Dense(12, "relu"), layers.Dense(1, "sigmoid")), BINARY, weighted_metrics=metrics)
    return model, flow((x, y.astype("float32"), weights)), rare(120, share=0.1, seed=2)


@healthy("balance: rare, and the last bias starts there", "tensorflow.org/tutorials/structured_data/imbalanced_data")
def bias_for_rare():
    start = keras.initializers.Constant(np.log(0.12 / 0.88))
    network = [layers.Dense(12, "relu"), layers.Dropout(0.2), layers.Dense(1, "sigmoid", bias_initializer=start)]
    model = compiled(stack((6,), *network), keras.losses.BinaryFocalCrossentropy(gamma=1), metrics=["AUC"])
    return model, rare(400, share=0.12), rare(120, share=0.12, seed=2)


@healthy("outputs: one has no loss, it is only looked at", "keras.io/api/models/model_training_apis")
def looked_at():
    inputs = keras.Input((6,))
    hidden = layers.Dense(8, "relu", name="hidden")(inputs)
    outputs = {"kind": layers.Dense(3, "softmax", name="kind")(hidden), "hidden": hidden}
    x, y = clusters(300)
    return compiled(keras.Model(inputs, outputs), {"kind": SPARSE}), (x, {"kind": y}), None


@healthy(
    "outputs: a class and a number, with weights for their losses",
    "errorhandle.ai/compilation-options-of-a-multi-output-model-multiple-losses-loss-weighting",
)
def weighted_outputs():
    x, y = clusters(300)
    size = x @ np.linspace(1, 2, 6)
    size = ((size - size.mean()) / size.std()).astype("float32")
    inputs = keras.Input((6,))
    hidden = layers.Dense(24, "relu")(inputs)
    outputs = {"size": layers.Dense(1, name="size")(hidden), "kind": layers.Dense(3, "softmax", name="kind")(hidden)}
    model = compiled(
        keras.Model(inputs, outputs),
        {"size": "mse", "kind": SPARSE},
        loss_weights={"size": 0.2, "kind": 1.0},
        metrics={"kind": ["accuracy"], "size": ["mae"]},
    )
    return model, flow((x, {"size": size[:, None], "kind": y})), None

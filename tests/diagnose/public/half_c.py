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

BINARY = "binary_crossentropy"
LEAK = (
    r"leak|overlap|duplicat|cop(y|ies)|same (rows?|examples?|pictures?)|identical|both (sets|in)|also in|appear|share|seen"
)
RATE = ("learning_rate_too_low", "learning_rate_too_small", "learning_rate_schedule")


# --- data and models of this half ---------------------------------------------------------------------------------


def squares(n=120, size=12, channels=1, seed=1):
    """Pictures from 0 to 1 with a bright square somewhere, and masks, (n, size, size, 1), of 0 and 1."""
    rng = np.random.default_rng(seed)
    masks = np.zeros((n, size, size, 1), "float32")
    for mask, row, column in zip(masks, *rng.integers(0, size - 4, (2, n)), strict=True):
        mask[row : row + 4, column : column + 4] = 1
    return (0.3 * rng.random((n, size, size, channels)) + 0.6 * masks).astype("float32"), masks


def segmenter(last=None, channels=1, size=12, loss=BINARY, before=(), **options):
    """A sound network that names every pixel."""
    network = [
        *before,
        layers.Conv2D(8, 3, padding="same", activation="relu"),
        last or layers.Conv2D(1, 3, padding="same", activation="sigmoid"),
    ]
    return compiled(stack((size, size, channels), *network), loss, **options)


def sensors(n=200, steps=24, channels=3, seed=1):
    """Recordings of three sensors, (n, steps, channels), of spread about 1; class 1 swings twice as fast."""
    rng = np.random.default_rng(seed)
    y = rng.integers(2, size=n)
    phase = rng.uniform(0, 2 * np.pi, (n, 1, channels))
    time = np.arange(steps)[None, :, None] * np.where(y, 0.7, 0.35)[:, None, None]
    return (1.4 * np.sin(time + phase) + 0.05 * rng.normal(size=(n, steps, channels))).astype("float32"), y


def short_texts(n=240, length=30, vocabulary=40, pad=0, seed=1):
    """Texts of 3 to 8 tokens, filled up behind to the length; labels (n,)."""
    x, y = tokens(n, length, vocabulary, seed)
    lengths = np.random.default_rng(seed + 10).integers(3, 9, n)
    return np.where(np.arange(length) < lengths[:, None], x, pad).astype("int32"), y


def series(n=400, seed=1):
    """One long series, (n,), of two swings and some noise, spread about 1."""
    rng = np.random.default_rng(seed)
    time = np.arange(n)
    return (np.sin(0.31 * time) + np.sin(0.053 * time) + 0.1 * rng.normal(size=n)).astype("float32")


def windows(values, length=10, ahead=1):
    """All windows of a series, (n, length, 1), and the value that comes `ahead` steps after each, (n, 1)."""
    starts = np.arange(len(values) - length - ahead + 1)
    x = np.stack([values[i : i + length] for i in starts])[..., None]
    return x, values[starts + length + ahead - 1][:, None]


def tags(n=240, labels=5, features=8, seed=1, rate=0.0):
    """A table with several labels that may hold at once, (n, labels) of 0 and 1."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, features)).astype("float32")
    score = x @ np.random.default_rng(7).normal(size=(features, labels))
    return x, (score > rate).astype("float32")


class Batches(keras.utils.PyDataset):
    """Arrays in batches, as learners write it."""

    def __init__(self, *arrays, size=32, change=None):
        super().__init__()
        self.arrays, self.size, self.change = arrays, size, change

    def __len__(self):
        return len(self.arrays[0]) // self.size

    def __getitem__(self, index):
        start = index * self.size
        batch = tuple(a[start : start + self.size] for a in self.arrays)
        return self.change(*batch) if self.change else batch


def sequence_model(*rest, length=10, vocabulary=40, loss=BINARY, **options):
    return compiled(stack((length,), layers.Embedding(vocabulary, 8), *rest, dtype="int32"), loss, **options)


# === planted: inputs ==============================================================================================


@planted(
    "inputs: one of several is on another scale",
    "arxiv.org/abs/1910.11015",
    words=r"scale|standardi|normali[sz]|spread|range|large (values|numbers)|magnitude",
)
def one_named_input_in_dollars(mended=False):
    rng = np.random.default_rng(1)
    x, y = plane(features=5)
    income = (rng.lognormal(size=(240, 1)) if mended else rng.normal(60_000, 20_000, (240, 1))).astype("float32")
    traits, money = keras.Input((5,), name="traits"), keras.Input((1,), name="income")
    hidden = layers.Dense(16, "relu")(layers.Concatenate()([traits, money]))
    model = keras.Model({"traits": traits, "income": money}, layers.Dense(1)(hidden))
    return compiled(model, "mse"), ({"traits": x, "income": income}, y), None


@planted(
    "inputs: a normalization that was never adapted",
    "keras#16296",
    words=r"adapt|normali[sz]|standardi|scale|large (values|numbers)",
)
def normalization_without_adapt(mended=False):
    x, y = plane()
    x = (x * 300 + 4000).astype("float32")
    norm = layers.Normalization()
    if mended:
        norm.adapt(x)
    inputs = keras.Input((5,))
    return (
        compiled(keras.Model(inputs, layers.Dense(1)(layers.Dense(16, "relu")(norm(inputs)))), "mse"),
        batched((x, y)),
        None,
    )


@planted(
    "inputs: minus infinity from a logarithm",
    "keras#11786",
    words=r"infinit|\binf\b|not (a )?finite|nan|not (a )?number|non-finite",
)
def logarithm_of_zero_counts(mended=False):
    rng = np.random.default_rng(3)
    x, y = clusters()
    counts = rng.poisson(3.0, len(x)).astype("float32")
    with np.errstate(divide="ignore"):
        x[:, 2] = np.log1p(counts) if mended else np.log(counts)
    return classifier(), batched((x, y)), None


@planted(
    "inputs: scaled twice",
    "keras-io#1549",
    words=r"twice|rescal|255|tiny|very small|scale|close to (0|zero)|already",
)
def divided_by_255_in_the_pipeline_and_in_the_model(mended=False):
    x, y = bars(channels=3)
    pictures = (x * 255).astype("uint8")

    def ready(picture, label):
        picture = tf.cast(picture, "float32")
        return (picture if mended else picture / 255.0), label

    return convnet(channels=3, before=[layers.Rescaling(1 / 255)]), batched((pictures, y)).map(ready), None


@planted(
    "axes: channels brought last by a reshape",
    "linuxtut.com/en/bce6330fede9bba82740",
    words=r"reshape|permute|transpose|axes|axis|channel|scrambl|mix",
)
def channels_first_pictures_reshaped(mended=False):
    x, y = bars(channels=3)
    turn = layers.Permute((2, 3, 1)) if mended else layers.Reshape((9, 9, 3))
    network = [turn, layers.Conv2D(8, 3, activation="relu"), layers.Flatten(), layers.Dense(3, "softmax")]
    return compiled(stack((3, 9, 9), *network), SPARSE), (np.moveaxis(x, -1, 1).copy(), y), None


@planted(
    "axes: sensors in the place of time",
    "keras#2711",
    words=r"axis|axes|time steps?|transpose|permute|swap|order of|features",
)
def recordings_with_the_sensors_first(mended=False):
    x, y = sensors()
    if not mended:
        x = np.swapaxes(x, 1, 2).copy()
    return compiled(stack(x.shape[1:], layers.GRU(8), layers.Dense(1, activation="sigmoid")), BINARY), (x, y), None


@planted(
    "embedding: validation has tokens beyond the vocabulary",
    "keras#11819",
    words=r"vocabular|input_dim|out of (range|bounds)|outside|too (large|high)|beyond|embedding",
)
def rare_words_only_in_the_validation_texts(mended=False):
    x, y = tokens()
    unseen, labels = tokens(80, vocabulary=40, seed=2)
    if not mended:
        unseen[::5, 3] = 40 + np.arange(16)
    model = sequence_model(layers.GlobalAveragePooling1D(), layers.Dense(1, activation="sigmoid"))
    return model, (x, y), (unseen, labels)


@planted(
    "embedding: token numbers scaled to fractions",
    "keras#13989",
    words=r"embedding|integer|whole number|fraction|token|index|indices|between 0 and 1",
)
def min_max_scaled_token_numbers(mended=False):
    x, y = tokens()
    x = x.astype("float32") if mended else (x / x.max()).astype("float32")
    network = [layers.Embedding(40, 8), layers.GlobalAveragePooling1D(), layers.Dense(1, activation="sigmoid")]
    return compiled(stack((10,), *network), BINARY), (x, y), None


@planted(
    "padding: a recurrent layer reads long padding", "keras.io/guides/understanding_masking_and_padding", words=r"pad|mask"
)
def lstm_ends_on_dozens_of_zeros(mended=False):
    x, y = short_texts(length=60)
    inputs = keras.Input((60,), dtype="int32")
    states = layers.LSTM(8)(layers.Embedding(40, 8, mask_zero=mended)(inputs))
    return compiled(keras.Model(inputs, layers.Dense(1, activation="sigmoid")(states)), BINARY), batched((x, y)), None


@planted("padding: masked by another value than padded", "whosebug.com/question/4825440", words=r"mask|pad|-1|mask_value")
def masking_looks_for_zero_but_padding_is_minus_one(mended=False):
    x, y = sensors(steps=30)
    lengths = np.random.default_rng(4).integers(8, 14, len(x))
    x[np.arange(30) >= lengths[:, None]] = -1.0
    mask = layers.Masking(mask_value=-1.0 if mended else 0.0)
    return compiled(stack((30, 3), mask, layers.LSTM(8), layers.Dense(1, activation="sigmoid")), BINARY), (x, y), None


@planted("padding: an own layer drops the mask", "keras#15194", words=r"mask|pad")
def own_layer_without_mask_support(mended=False):
    class Scale(layers.Layer):
        def __init__(self):
            super().__init__()
            self.supports_masking = mended

        def build(self, shape):
            self.gain = self.add_weight(shape=(shape[-1],), initializer="ones", name="gain")

        def call(self, inputs):
            return inputs * self.gain

    x, y = short_texts(length=40)
    network = [layers.Embedding(40, 8, mask_zero=True), Scale(), layers.GRU(8), layers.Dense(1, activation="sigmoid")]
    return compiled(stack((40,), *network, dtype="int32"), BINARY), (x, y), None


# === planted: labels and loss =====================================================================================


@planted(
    "labels: class numbers begin with one",
    "rstudio/keras3#465",
    words=r"outside|out of range|from (0|zero)|(start|begin)s? (at|with|from)|too (few|large)|up to 3|0 to 2|units",
)
def iris_classes_from_one_to_three(mended=False):
    x, y = clusters()
    model = stack((6,), layers.Dense(16, "relu"), layers.Dense(3))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    return compiled(model, loss), Batches(x, y if mended else y + 1), None


@planted(
    "loss: an own loss that rewards the wrong thing",
    "akirasosa/mobile-semantic-segmentation#24",
    words=r"sign|negat|maximi|wrong way|opposite|minus|reward|perfect|better|rises|grows|increase",
)
def dice_coefficient_instead_of_its_loss(mended=False):
    def dice(y_true, y_pred):
        y_true = ops.cast(y_true, "float32")
        shared = ops.sum(y_true * y_pred, axis=(1, 2, 3))
        score = (2 * shared + 1) / (ops.sum(y_true, axis=(1, 2, 3)) + ops.sum(y_pred, axis=(1, 2, 3)) + 1)
        return 1 - score if mended else score

    return segmenter(loss=dice), squares(), None


@planted(
    "loss: labels and predictions change places",
    "arxiv.org/abs/1910.11015",
    words=r"swap|order|argument|y_true|y_pred|places|perfect|reversed|own loss",
)
def own_loss_with_swapped_arguments(mended=False):
    def weighted(first, second):
        labels, scores = (first, second) if mended else (second, first)
        return keras.losses.binary_crossentropy(labels, scores)

    x, y = rings()
    model = stack((2,), layers.Dense(16, "relu"), layers.Dense(1, activation="sigmoid"))
    return compiled(model, weighted), (x, y.astype("float32")[:, None]), None


@planted(
    "loss: no gradient through a threshold",
    "arxiv.org/abs/1910.11015",
    words=r"gradient|differentiab|round|threshold|argmax|derivative|step",
)
def error_rate_as_loss(mended=False):
    def error_rate(y_true, y_pred):
        hits = y_pred if mended else ops.round(y_pred)
        return ops.mean(ops.abs(ops.cast(y_true, "float32") - hits), axis=-1)

    x, y = rings()
    model = stack((2,), layers.Dense(16, "relu"), layers.Dense(1, activation="sigmoid"))
    return compiled(model, error_rate), (x, y[:, None]), None


@planted(
    "loss: every prediction against every target",
    "keras#14627",
    words=r"broadcast|shape|dimension|column|\(n,\)|\(n, 1\)|every|each other",
)
def own_loss_class_broadcasts(mended=False):
    class Absolute(keras.losses.Loss):
        def call(self, y_true, y_pred):
            y_true = ops.cast(y_true, y_pred.dtype)
            return ops.mean(ops.abs(y_true - (ops.squeeze(y_pred, -1) if mended else y_pred)))

    return regressor(loss=Absolute()), batched(plane()), None


@planted(
    "loss: relative error with targets of zero",
    "keras.io/api/losses/regression_losses",
    words=r"zero|percent|mape|divi[ds]|relative",
)
def percentage_error_of_demand_that_is_often_zero(mended=False):
    rng = np.random.default_rng(2)
    x = rng.normal(size=(240, 5)).astype("float32")
    demand = rng.poisson(np.exp(0.5 * x[:, 0])).astype("float32")
    return regressor(loss="mae" if mended else "mape"), (x, demand), None


@planted(
    "loss: counts with an output that can be negative",
    "keras.io/api/losses/probabilistic_losses",
    words=r"poisson|negative|positive|softplus|exp(onential)?\b|logarithm|rate",
)
def poisson_of_a_linear_output(mended=False):
    rng = np.random.default_rng(2)
    x = rng.normal(size=(240, 5)).astype("float32")
    visits = rng.poisson(np.exp(0.6 * x[:, 0] - 0.3 * x[:, 1])).astype("float32")
    last = layers.Dense(1, activation="exponential" if mended else None)
    return compiled(stack((5,), layers.Dense(16, "relu"), last), "poisson"), (x, visits), None


@planted(
    "labels: targets of two outputs change places",
    "keras.io/guides/functional_api",
    words=r"between 0|from 0 to 1|(0|zero) and (1|one)|swap|order|range|places|binary|probabilit",
)
def targets_in_the_wrong_order(mended=False):
    x, price = plane()
    price = (3 + 2 * price).astype("float32")
    sold = (x[:, 0] > 0).astype("float32")
    inputs = keras.Input((5,))
    hidden = layers.Dense(16, "relu")(inputs)
    model = keras.Model(inputs, [layers.Dense(1, name="price")(hidden), layers.Dense(1, "sigmoid", name="sold")(hidden)])
    targets = (price, sold) if mended else (sold, price)
    return compiled(model, ["mse", BINARY]), batched((x, targets)), None


@planted(
    "loss: one output counts for nothing",
    "keras#4030",
    words=r"loss_weights|loss weight|weight (of )?(0|zero)|no gradient|not trained|learns? nothing|never (train|learn)",
)
def an_output_with_loss_weight_zero(mended=False):
    x, y = clusters()
    inputs = keras.Input((6,))
    hidden = layers.Dense(16, "relu")(inputs)
    heads = {
        "kind": layers.Dense(3, "softmax", name="kind")(hidden),
        "size": layers.Dense(1, name="size")(layers.Dense(8, "relu")(hidden)),
    }
    weights = {"kind": 1.0, "size": 0.5 if mended else 0.0}
    model = compiled(keras.Model(inputs, heads), {"kind": SPARSE, "size": "mse"}, loss_weights=weights)
    return model, (x, {"kind": y, "size": x[:, 0] - x[:, 1]}), None


@planted(
    "loss: one output drowns the other",
    "keras#10306",
    words=r"scale|dominat|drown|loss_weights|outweigh|much (larger|greater|bigger)|large|swamp|standardi",
)
def a_price_in_cents_beside_a_class(mended=False):
    x, y = clusters()
    price = (x[:, :1] * (1 if mended else 20_000) + (0 if mended else 90_000)).astype("float32")
    inputs = keras.Input((6,))
    hidden = layers.Dense(16, "relu")(inputs)
    model = keras.Model(inputs, [layers.Dense(3, "softmax")(hidden), layers.Dense(1)(hidden)])
    return compiled(model, [SPARSE, "mse"]), (x, (y, price)), None


@planted(
    "loss: sample weights of zero",
    "keras#13113",
    words=r"weights?\b.*(zero|0)|sample.?weight|(zero|0).*weight|count for nothing|ignored",
)
def sample_weights_that_wipe_out_a_class(mended=False):
    x, y = clusters(classes=2)
    weight = np.array([1.0, 1.0 if mended else 0.0], "float32")[y]
    return classifier(classes=2), batched((x, y, weight)), None


# === planted: last layer ==========================================================================================


@planted(
    "last layer: several labels share one softmax",
    "stackoverflow.com/questions/44164749",
    words=r"softmax|sigmoid|several|multi.?label|more than one|sum",
)
def genres_under_a_softmax(mended=False):
    x, y = tags()
    last = layers.Dense(5, "sigmoid" if mended else "softmax")
    loss = BINARY if mended else "categorical_crossentropy"
    return compiled(stack((8,), layers.Dense(16, "relu"), last), loss), Batches(x, y), None


@planted(
    "last layer: cannot reach the targets",
    "arxiv.org/abs/1910.11015",
    words=r"range|tanh|reach|linear|between -1|activation|bound",
)
def tanh_before_standardized_angles(mended=False):
    rng = np.random.default_rng(5)
    x, _ = bars(n=120)
    angle = x.mean(axis=(1, 3)) @ np.linspace(-1, 1, 9) + 0.05 * rng.normal(size=120)
    angle = (2.5 * (angle - angle.mean()) / angle.std()).astype("float32")
    last = layers.Dense(1, activation=None if mended else "tanh")
    network = [layers.Conv2D(8, 3, activation="relu"), layers.Flatten(), last]
    return compiled(stack((9, 9, 1), *network), "mse"), (x, angle), None


@planted(
    "last layer: logits cut off at zero",
    "arxiv.org/abs/1910.11015",
    words=r"relu|logit|negative|last (layer|activation)|linear|cut",
)
def relu_on_the_logits(mended=False):
    x, y = clusters(classes=4)
    model = stack((6,), layers.Dense(16, "relu"), layers.Dense(4, activation=None if mended else "relu"))
    return compiled(model, keras.losses.SparseCategoricalCrossentropy(from_logits=True)), batched((x, y)), None


@planted(
    "last layer: a softmax over one channel",
    "divamgupta/image-segmentation-keras#30",
    words=r"softmax|one (unit|channel|class)|single|sigmoid|always (1|one)|constant",
)
def pixelwise_softmax_of_one_channel(mended=False):
    last = layers.Conv2D(1, 1, activation="sigmoid" if mended else "softmax")
    return segmenter(last), batched(squares()), None


@planted(
    "last layer: a sigmoid before a loss of logits",
    "yudi-mars/daisyRec#15",
    words=r"logit|twice|sigmoid",
)
def one_head_with_sigmoid_and_from_logits(mended=False):
    class TwoTower(keras.Model):
        def __init__(self):
            super().__init__()
            self.users, self.items = layers.Embedding(20, 6), layers.Embedding(30, 6)
            self.score = layers.Dense(1, activation=None if mended else "sigmoid")

        def call(self, inputs):
            return self.score(self.users(inputs["user"]) * self.items(inputs["item"]))

    rng = np.random.default_rng(1)
    data = {"user": rng.integers(20, size=300), "item": rng.integers(30, size=300)}
    likes = ((data["user"] % 2) == (data["item"] % 2)).astype("float32")[:, None]
    return compiled(TwoTower(), keras.losses.BinaryCrossentropy(from_logits=True)), batched((data, likes)), None


@planted(
    "last layer: dropout behind the outputs",
    "arxiv.org/abs/1910.11015",
    words=r"dropout|behind|after the (last|output)",
)
def dropout_after_the_softmax(mended=False):
    x, y = bars()
    inputs = keras.Input((9, 9, 1))
    features = layers.Flatten()(layers.Conv2D(8, 3, activation="relu")(inputs))
    if mended:
        outputs = layers.Dense(3, "softmax")(layers.Dropout(0.3)(features))
    else:
        outputs = layers.Dropout(0.3)(layers.Dense(3, "softmax")(features))
    return compiled(keras.Model(inputs, outputs), SPARSE), (x, y), None


@planted(
    "last layer: a whole sequence for one target",
    "keras.io/guides/working_with_rnns",
    words=r"return_sequences|sequence|shape|every (time )?step|each (time )?step|steps",
)
def lstm_returns_every_step(mended=False):
    x, y = waves()
    model = stack((12, 1), layers.LSTM(8, return_sequences=not mended), layers.Dense(1))
    return compiled(model, "mse"), batched((x, y)), None


# === planted: metrics =============================================================================================


@planted("metrics: accuracy of a regression", "keras.io/api/metrics/accuracy_metrics", words=r"accuracy")
def accuracy_of_forecasts(mended=False):
    x, y = waves()
    model = stack((12, 1), layers.Conv1D(8, 3, activation="relu"), layers.Flatten(), layers.Dense(1))
    return compiled(model, "mae", metrics=["mse" if mended else "accuracy"]), (x, y), None


@planted(
    "metrics: logits cut at one half",
    "keras#15271",
    words=r"threshold|0\.5|one half|logit",
)
def binary_accuracy_of_logits(mended=False):
    x, y = rings()
    metric = keras.metrics.BinaryAccuracy(threshold=0.0 if mended else 0.5)
    model = stack((2,), layers.Dense(16, "relu"), layers.Dense(1))
    return compiled(model, keras.losses.BinaryCrossentropy(from_logits=True), metrics=[metric]), (x, y[:, None]), None


@planted(
    "metrics: overlap of probabilities that become whole numbers",
    "keras.io/api/metrics/segmentation_metrics",
    words=r"iou|whole number|threshold|round|cast|argmax|integer",
)
def mean_iou_of_probabilities(mended=False):
    metric = (
        keras.metrics.BinaryIoU(target_class_ids=[0, 1], threshold=0.5) if mended else keras.metrics.MeanIoU(num_classes=2)
    )
    return segmenter(metrics=[metric]), squares(), None


# === planted: optimizer and schedule ==============================================================================


@planted("optimizer: gradients clipped to nothing", "fizyr/keras-retinanet#942", words=r"clip")
def clipvalue_of_a_millionth(mended=False):
    optimizer = keras.optimizers.SGD(0.05, momentum=0.9, clipvalue=1.0 if mended else 1e-6)
    return regressor(optimizer=optimizer), plane(), None


@planted("optimizer: a schedule that ends at once", "tensorflow#48308", *RATE, words=r"decay|schedule|decay_steps|per step")
def decay_steps_taken_for_epochs(mended=False):
    rate = keras.optimizers.schedules.ExponentialDecay(0.01, decay_steps=80 if mended else 1, decay_rate=0.5)
    return classifier(optimizer=keras.optimizers.Adam(rate)), batched(clusters()), None


@planted(
    "optimizer: weights decay faster than they learn",
    "keras.io/api/optimizers/adamw",
    words=r"weight.?decay|decay|regulari|shrink",
)
def weight_decay_of_twenty(mended=False):
    optimizer = keras.optimizers.AdamW(0.01, weight_decay=0.004 if mended else 20.0)
    return convnet(optimizer=optimizer), bars(), None


@planted("optimizer: Adam's epsilon too large", "keras.io/api/optimizers/adam", *RATE, words=r"epsilon")
def epsilon_of_one(mended=False):
    return classifier(optimizer=keras.optimizers.Adam(0.001, epsilon=1e-7 if mended else 1.0)), clusters(), None


@planted("optimizer: never takes a step", "keras.io/api/optimizers", words=r"accumulat")
def gradients_accumulated_over_a_thousand_batches(mended=False):
    optimizer = keras.optimizers.Adam(0.005, gradient_accumulation_steps=2 if mended else 1000)
    return classifier(optimizer=optimizer), batched(clusters()), None


# === planted: regularization ======================================================================================


@planted(
    "regularization: dropout taken for the share that stays",
    "keras.io/api/layers/regularization_layers/dropout",
    words=r"dropout",
)
def dropout_of_95_percent(mended=False):
    x, y = sensors()
    network = [layers.GRU(8, return_sequences=True), layers.Dropout(0.05 if mended else 0.95), layers.GRU(8)]
    return compiled(stack((24, 3), *network, layers.Dense(1, activation="sigmoid")), BINARY), (x, y), None


@planted(
    "regularization: a penalty larger than the loss",
    "keras.io/api/layers/regularizers",
    words=r"regulari|penalt|\bl1\b|\bl2\b|activity",
)
def activity_penalty_on_an_autoencoder(mended=False):
    x, _ = plane(features=8)
    code = layers.Dense(4, activation="relu", activity_regularizer=keras.regularizers.L1(1e-5 if mended else 10.0))
    return compiled(stack((8,), code, layers.Dense(8)), "mse"), (x, x), None


# === planted: weights =============================================================================================


@planted(
    "weights: an own layer that starts at zero everywhere",
    "keras.io/guides/making_new_layers_and_models_via_subclassing",
    words=r"zero|initiali|symmetr|same (start|value|weights)|identical|start",
)
def subclassed_layers_of_zeros(mended=False):
    class Linear(layers.Layer):
        def __init__(self, units):
            super().__init__()
            self.units = units

        def build(self, shape):
            start = "glorot_uniform" if mended else "zeros"
            self.kernel = self.add_weight(shape=(shape[-1], self.units), initializer=start, name="kernel")
            self.bias = self.add_weight(shape=(self.units,), initializer="zeros", name="bias")

        def call(self, inputs):
            return ops.matmul(inputs, self.kernel) + self.bias

    class Network(keras.Model):
        def __init__(self):
            super().__init__()
            self.first, self.second, self.last = Linear(16), Linear(8), Linear(1)

        def call(self, inputs):
            return self.last(ops.relu(self.second(ops.relu(self.first(inputs)))))

    return compiled(Network(), "mse"), plane(), None


@planted(
    "weights: tanh units saturated from the start",
    "arxiv.org/abs/1910.11015",
    words=r"saturat|initiali|start|large weights|flat|stddev",
)
def wide_normal_initialization_of_tanh(mended=False):
    def start():
        return "glorot_uniform" if mended else keras.initializers.RandomNormal(stddev=1.0, seed=1)

    network = [layers.Dense(100, "tanh", kernel_initializer=start()) for _ in range(3)]
    return compiled(stack((6,), *network, layers.Dense(3, "softmax")), SPARSE), clusters(), None


# === planted: frozen layers and normalization =====================================================================


@planted(
    "frozen: the new head as well",
    "keras.io/guides/transfer_learning",
    words=r"trainable|frozen|freez|nothing to (train|learn)|no weights",
)
def whole_model_frozen_instead_of_the_base(mended=False):
    base = stack((9, 9, 1), layers.Conv2D(8, 3, activation="relu"), layers.GlobalMaxPooling2D())
    inputs = keras.Input((9, 9, 1))
    model = keras.Model(inputs, layers.Dense(3, "softmax")(base(inputs)))
    (base if mended else model).trainable = False
    return compiled(model, SPARSE), bars(), None


@planted(
    "frozen: unfrozen, but not compiled again",
    "keras#4762",
    words=r"compil|trainable|frozen|freez|optimizer",
)
def unfrozen_after_compile(mended=False):
    base = stack((9, 9, 1), layers.Conv2D(8, 3, activation="relu"), layers.Flatten(), layers.Dense(8, "relu"))
    base.trainable = False
    inputs = keras.Input((9, 9, 1))
    model = compiled(keras.Model(inputs, layers.Dense(3, "softmax")(base(inputs))), SPARSE)
    data = bars(96)
    model.fit(*data, epochs=1, verbose=0)
    base.trainable = True
    if mended:
        model.compile(keras.optimizers.Adam(1e-3), loss=SPARSE)
    return model, data, None


@planted(
    "normalization: batches of one example",
    "keras#8983",
    words=r"batch.*(one|1|single|size)|batch.?norm|single example",
)
def batch_normalization_of_single_rows(mended=False):
    x, y = clusters(n=160)
    network = [layers.Dense(16), layers.BatchNormalization(), layers.ReLU(), layers.Dense(3, "softmax")]
    return compiled(stack((6,), *network), SPARSE), batched((x, y), 32 if mended else 1), None


@planted(
    "normalization: moving averages that do not move",
    "keras#10666",
    words=r"momentum|moving|running|average",
)
def batch_normalization_with_momentum_near_one(mended=False):
    (x, y), (unseen, labels) = bars(), bars(64, seed=2)
    norm = layers.BatchNormalization(momentum=0.8 if mended else 0.9999)
    return convnet(before=[norm]), batched((20 * x + 30, y)), batched((20 * unseen + 30, labels))


# === planted: data pipeline =======================================================================================


@planted(
    "pipeline: sorted by class, shuffled in a small buffer",
    "tensorflow#59279",
    words=r"shuffl|sorted|order|buffer",
)
def shuffle_buffer_of_ten_on_sorted_folders(mended=False):
    x, y = clusters(n=300)
    order = np.argsort(y, kind="stable")
    train = tf.data.Dataset.from_tensor_slices((x[order], y[order])).shuffle(300 if mended else 10, seed=1).batch(16)
    return classifier(), train, None


@planted("pipeline: split of a stream that is shuffled anew", "tensorflow#62782", words=LEAK + r"|reshuffl|shuffl")
def take_and_skip_after_a_shuffle(mended=False):
    whole = tf.data.Dataset.from_tensor_slices(clusters(n=320)).shuffle(320, seed=1, reshuffle_each_iteration=not mended)
    return classifier(), whole.skip(80).batch(16), whole.take(80).batch(16)


@planted(
    "pipeline: no batches",
    "tensorflow.org/guide/data",
    words=r"\bbatch(es|ed)?\b|one (example|row|picture) at a time|shape",
)
def pictures_one_at_a_time(mended=False):
    train = tf.data.Dataset.from_tensor_slices(bars()).shuffle(200, seed=1)
    return convnet(), train.batch(16) if mended else train, None


@planted(
    "pipeline: inputs and labels shuffled apart",
    "keras#7520",
    words=r"shuffl|pair|match|unrelated|relation|separate|apart|order|belong|chance|cannot be told|independent",
)
def zip_of_two_shuffled_streams(mended=False):
    x, y = clusters(n=320, spread=0.3)
    inputs, labels = (tf.data.Dataset.from_tensor_slices(part) for part in (x, y))
    if mended:
        train = tf.data.Dataset.zip((inputs, labels)).shuffle(320, seed=1)
    else:
        train = tf.data.Dataset.zip((inputs.shuffle(320, seed=1), labels.shuffle(320, seed=2)))
    return classifier(), train.batch(32), None


@planted(
    "pipeline: every batch is the first one",
    "qubvel/segmentation_models#280",
    words=r"same|repeat|identical|duplicat|index|again|distinct",
)
def own_dataset_ignores_the_index(mended=False):
    class First(Batches):
        def __getitem__(self, index):
            return super().__getitem__(index if mended else 0)

    return classifier(), First(*clusters(n=320)), None


@planted(
    "pipeline: a class that training never shows",
    "keras.io/api/models/model_training_apis",
    words=r"class(es)?\b.*(never|miss|only|absent|no examples|not)|sorted|split|lacks|unseen",
)
def last_part_of_a_sorted_table_as_validation(mended=False):
    x, y = clusters(n=300)
    order = np.random.default_rng(1).permutation(300) if mended else np.argsort(y, kind="stable")
    x, y = x[order], y[order]
    return classifier(), (x[:200], y[:200]), (x[200:], y[200:])


@planted("leakage: oversampled before the split", "arxiv.org/abs/1910.11015", words=LEAK)
def copies_of_the_rare_class_on_both_sides(mended=False):
    rng = np.random.default_rng(1)
    x, y = clusters(n=200, classes=2)
    keep = np.flatnonzero((y == 0) | (np.arange(200) % 8 == 0))
    if mended:
        return classifier(classes=2), (x[keep[40:]], y[keep[40:]]), (x[keep[:40]], y[keep[:40]])
    rare = keep[y[keep] == 1]
    index = rng.permutation(np.concatenate([keep, np.repeat(rare, 7)]))
    return classifier(classes=2), (x[index[50:]], y[index[50:]]), (x[index[:50]], y[index[:50]])


@planted(
    "leakage: a column holds the answer",
    "kaggle.com/code/alexisbcook/data-leakage",
    words=r"leak|answer|target|column|alone|gives away|too good|almost equal",
)
def a_named_input_made_of_the_target(mended=False):
    x, y = plane()
    rng = np.random.default_rng(2)
    fee = rng.normal(size=(240, 1)) if mended else 0.07 * y[:, None] + 0.3
    traits, paid = keras.Input((5,), name="traits"), keras.Input((1,), name="fee_paid")
    hidden = layers.Dense(16, "relu")(layers.Concatenate()([traits, paid]))
    model = keras.Model([traits, paid], layers.Dense(1)(hidden))
    return compiled(model, "mse"), ((x, fee.astype("float32")), y), None


# === planted: time series =========================================================================================


@planted(
    "time series: the window holds its own target",
    "keras.io/api/data_loading/timeseries",
    words=r"leak|target|last step|first step|inside|contain|cop(y|ies)|already|equal|shift|ahead|same",
)
def windows_whose_target_was_not_shifted(mended=False):
    values = series(n=200)[:, None]
    targets = values[10:] if mended else values
    train = keras.utils.timeseries_dataset_from_array(values, targets, sequence_length=10, batch_size=32)
    return compiled(stack((10, 1), layers.GRU(8), layers.Dense(1)), "mse"), train, None


@planted(
    "time series: overlapping windows split by chance",
    "arxiv.org/abs/2512.06932",
    words=r"overlap|neighbou?r|random|leak|in time|order|share|almost the same|near",
)
def windows_shuffled_before_the_split(mended=False):
    x, y = windows(series(n=330), length=20)
    order = np.arange(len(x)) if mended else np.random.default_rng(1).permutation(len(x))
    fit, check = order[:220], order[240 if mended else 220 :]
    return compiled(stack((20, 1), layers.GRU(8), layers.Dense(1)), "mse"), (x[fit], y[fit]), (x[check], y[check])


@planted(
    "time series: state carried over shuffled batches",
    "tensorflow#40067",
    words=r"stateful|state|shuffl",
)
def stateful_layer_on_shuffled_windows(mended=False):
    train = tf.data.Dataset.from_tensor_slices(waves(n=256)).shuffle(256, seed=1).batch(32, drop_remainder=True)
    inputs = keras.Input(batch_shape=(32, 12, 1))
    states = layers.GRU(8, stateful=not mended)(inputs)
    return compiled(keras.Model(inputs, layers.Dense(1)(states)), "mse"), train, None


@planted(
    "time series: attention looks ahead",
    "keras.io/api/layers/attention_layers/multi_head_attention",
    words=r"causal|future|ahead|leak|later|sees|next",
)
def language_model_without_a_causal_mask(mended=False):
    rng = np.random.default_rng(1)
    text = rng.integers(1, 20, (200, 13))
    text[:, 1::2] = (text[:, ::2][:, :6] * 3) % 19 + 1
    inputs = keras.Input((12,), dtype="int32")
    states = layers.Embedding(20, 8)(inputs) + layers.Embedding(12, 8)(ops.arange(12))
    states = states + layers.MultiHeadAttention(1, 8)(states, states, use_causal_mask=mended)
    model = keras.Model(inputs, layers.Dense(20, "softmax")(states))
    return compiled(model, SPARSE), (text[:, :-1].astype("int32"), text[:, 1:].astype("int32")), None


# === planted: augmentation ========================================================================================


@planted(
    "augmentation: changes the class",
    "arxiv.org/abs/1910.11015",
    words=r"flip|mirror|augment",
)
def flips_turn_left_into_right(mended=False):
    flip = layers.RandomFlip("vertical" if mended else "horizontal", seed=1)
    return convnet(before=[flip]), bars(), None


@planted(
    "augmentation: pictures turn, masks do not",
    "tensorflow.org/tutorials/images/segmentation",
    words=r"flip|augment|mask|mirror|turn",
)
def flips_inside_a_segmentation_network(mended=False):
    before = [] if mended else [layers.RandomFlip("horizontal_and_vertical", seed=1)]
    return segmenter(before=before), squares(), None


@planted(
    "augmentation: brightness for pictures up to 255",
    "keras.io/api/layers/preprocessing_layers/image_augmentation/random_brightness",
    words=r"bright|value_range|255|augment",
)
def brightness_with_the_wrong_value_range(mended=False):
    options = {"value_range": (0, 1)} if mended else {}
    x, y = bars(channels=3)
    return convnet(channels=3, before=[layers.RandomBrightness(0.3, seed=1, **options)]), (x, y), None


@planted(
    "augmentation: turned out of recognition",
    "keras.io/api/layers/preprocessing_layers/image_augmentation/random_rotation",
    words=r"rotat|turn|augment|factor",
)
def rotation_factor_taken_for_radians(mended=False):
    return convnet(before=[layers.RandomRotation(0.02 if mended else 0.8, seed=1)]), bars(), None


# === planted: validation ==========================================================================================


@planted(
    "validation: on another scale than training",
    "mrdbourke/tensorflow-deep-learning#14",
    words=r"scale|255|range|validation.*(differ|other|not)|differ|between (training|the)|larger|standardi",
)
def only_training_was_divided_by_255(mended=False):
    x, y = bars()
    unseen, labels = bars(64, seed=2)
    raw = (unseen * 255).astype("float32")
    return convnet(), Batches(x, y), Batches(raw / 255 if mended else raw, labels)


# === healthy: inputs ==============================================================================================


@healthy("inputs: raw bytes, scaled in the model", "keras-io#1549")
def rescaling_inside_a_functional_model():
    x, y = bars(channels=3)
    return (
        convnet(channels=3, before=[layers.Rescaling(1 / 127.5, offset=-1)]),
        batched(((x * 255).astype("uint8"), y)),
        None,
    )


@healthy("inputs: large numbers behind an adapted normalization", "keras#16296")
def adapted_normalization_of_named_inputs():
    x, y = plane()
    data = {"metres": (x[:, :3] * 500 + 8000).astype("float32"), "years": (x[:, 3:] * 12 + 40).astype("float32")}
    inputs = {name: keras.Input((part.shape[1],), name=name) for name, part in data.items()}
    parts = []
    for name, part in data.items():
        norm = layers.Normalization()
        norm.adapt(part)
        parts.append(norm(inputs[name]))
    hidden = layers.Dense(16, "relu")(layers.Concatenate()(parts))
    return compiled(keras.Model(inputs, layers.Dense(1)(hidden)), "mse"), (data, y), None


@healthy("inputs: large numbers behind a batch normalization", "keras#7265")
def batch_normalization_as_first_layer():
    x, y = clusters()
    network = [layers.BatchNormalization(momentum=0.8), layers.Dense(16, "relu"), layers.Dense(3, "softmax")]
    return compiled(stack((6,), *network), SPARSE), ((x * 100 + 500).astype("float32"), y), None


@healthy("inputs: missing values that an own layer fills", "keras#11786")
def missing_values_filled_inside():
    class Fill(layers.Layer):
        def call(self, inputs):
            gone = ops.isnan(inputs)
            return ops.concatenate([ops.where(gone, 0.0, inputs), ops.cast(gone, "float32")], axis=-1)

    x, y = clusters()
    x[np.random.default_rng(3).random(x.shape) < 0.1] = np.nan
    inputs = keras.Input((6,))
    hidden = layers.Dense(16, "relu")(Fill()(inputs))
    return compiled(keras.Model(inputs, layers.Dense(3, "softmax")(hidden)), SPARSE), (x, y), None


@healthy("inputs: the highest token is the last of the vocabulary", "keras#11819")
def vocabulary_that_just_fits():
    x, y = short_texts(length=12, vocabulary=40)
    x[0, 0] = 39
    inputs = keras.Input((12,), dtype="int32")
    states = layers.LSTM(8)(layers.Embedding(40, 8, mask_zero=True)(inputs))
    return compiled(keras.Model(inputs, layers.Dense(1, activation="sigmoid")(states)), BINARY), (x, y), None


@healthy("inputs: whole numbers as categories", "keras.io/api/layers/preprocessing_layers/categorical")
def categories_encoded_inside():
    rng = np.random.default_rng(1)
    city, size = rng.integers(12, size=(300, 1)), rng.normal(size=(300, 2)).astype("float32")
    price = (np.sin(city[:, 0]) + 0.5 * size[:, 0] + 0.1 * rng.normal(size=300)).astype("float32")
    places, sizes = keras.Input((1,), dtype="int32"), keras.Input((2,))
    coded = layers.CategoryEncoding(12, output_mode="one_hot")(places)
    hidden = layers.Dense(16, "relu")(layers.Concatenate()([coded, sizes]))
    return compiled(keras.Model([places, sizes], layers.Dense(1)(hidden)), "mse"), batched(((city, size), price)), None


@healthy("padding: long, but pooled with a mask", "keras#10895")
def masked_average_over_long_padding():
    x, y = short_texts(length=40)
    network = [
        layers.Embedding(40, 8, mask_zero=True),
        layers.GlobalAveragePooling1D(),
        layers.Dense(1, activation="sigmoid"),
    ]
    return compiled(stack((40,), *network, dtype="int32"), BINARY), (x, y), None


@healthy("inputs: few rows that differ, so validation repeats some", "arxiv.org/abs/1910.11015")
def questionnaire_with_yes_and_no():
    rng = np.random.default_rng(1)
    x = rng.integers(2, size=(400, 5)).astype("float32")
    y = ((x[:, 0] + x[:, 1] + x[:, 2] + 0.8 * rng.normal(size=400)) > 1.5).astype("float32")
    model = stack((5,), layers.Dense(8, "relu"), layers.Dense(1, activation="sigmoid"))
    return compiled(model, BINARY), (x[:300], y[:300]), (x[300:], y[300:])


# === healthy: labels, losses and last layers ======================================================================


@healthy("last layer: logits without activation", "keras#15271")
def logits_with_a_fitting_threshold():
    x, y = rings()
    metric = keras.metrics.BinaryAccuracy(threshold=0.0)
    model = stack((2,), layers.Dense(16, "relu"), layers.Dense(1))
    return compiled(model, keras.losses.BinaryCrossentropy(from_logits=True), metrics=[metric]), (x, y[:, None]), None


@healthy("last layer: tanh for labels of -1 and 1", "keras.io/api/losses/hinge_losses")
def hinge_loss_with_signs():
    x, y = rings()
    model = stack((2,), layers.Dense(16, "relu"), layers.Dense(1, activation="tanh"))
    return compiled(model, "hinge"), (x, (2.0 * y - 1).astype("float32")[:, None]), None


@healthy("last layer: counts under an exponential", "keras.io/api/losses/probabilistic_losses")
def poisson_with_exponential():
    rng = np.random.default_rng(2)
    x = rng.normal(size=(240, 5)).astype("float32")
    visits = rng.poisson(np.exp(0.6 * x[:, 0] - 0.3 * x[:, 1])).astype("float32")
    return (
        compiled(stack((5,), layers.Dense(16, "relu"), layers.Dense(1, activation="exponential")), "poisson"),
        (x, visits),
        None,
    )


@healthy("last layer: a sigmoid for a regression to shares", "keras#6447")
def shares_between_zero_and_one():
    x, y = plane()
    share = (1 / (1 + np.exp(-2 * y))).astype("float32")
    return compiled(stack((5,), layers.Dense(16, "relu"), layers.Dense(1, activation="sigmoid")), "mse"), (x, share), None


@healthy("labels: soft", "keras.io/examples/vision/mixup")
def mixed_up_pairs_of_pictures():
    x, y = bars()
    y = one_hot(y, 3)

    def mix(pictures, labels):
        share = tf.random.stateless_uniform((tf.shape(pictures)[0], 1), seed=(1, 2))
        blend = share[:, :, None, None] * pictures + (1 - share[:, :, None, None]) * pictures[::-1]
        return blend, share * labels + (1 - share) * labels[::-1]

    train = tf.data.Dataset.from_tensor_slices((x, y)).shuffle(200)  # or every epoch would show the same mixtures
    network = [layers.Conv2D(8, 3, activation="relu"), layers.Flatten(), layers.Dense(3, "softmax")]
    return compiled(stack((9, 9, 1), *network), "categorical_crossentropy"), train.batch(32).map(mix), None


@healthy("labels: several ones in a row by design", "arxiv.org/abs/0704.1028")
def ordered_grades_as_cumulative_labels():
    x, y = plane()
    grades = np.digitize(y, [-1, -0.3, 0.3, 1])
    cumulative = (grades[:, None] > np.arange(4)).astype("float32")
    return compiled(stack((5,), layers.Dense(16, "relu"), layers.Dense(4, "sigmoid")), BINARY), (x, cumulative), None


@healthy("loss: negative values that are right", "keras.io/api/losses/regression_losses")
def cosine_similarity_of_directions():
    x, y = plane()
    target = np.stack([y, x[:, 0]], axis=1)
    target /= np.linalg.norm(target, axis=1, keepdims=True)
    return (
        compiled(stack((5,), layers.Dense(16, "relu"), layers.Dense(2)), keras.losses.CosineSimilarity()),
        (x, target),
        None,
    )


@healthy("loss: an own one for quantiles", "keras.io/api/losses")
def pinball_loss_of_three_quantiles():
    levels = np.array([0.1, 0.5, 0.9], "float32")

    def pinball(y_true, y_pred):
        error = ops.cast(y_true, "float32") - y_pred
        return ops.mean(ops.maximum(levels * error, (levels - 1) * error), axis=-1)

    x, y = plane(noise=0.4)
    return compiled(stack((5,), layers.Dense(16, "relu"), layers.Dense(3)), pinball), (x, y[:, None]), None


@healthy("loss: mean and spread of a Gaussian, below zero when good", "keras#4967")
def gaussian_likelihood():
    def nll(y_true, y_pred):
        mean, log_var = y_pred[:, :1], y_pred[:, 1:]
        return 0.5 * (log_var + ops.square(ops.cast(y_true, "float32") - mean) * ops.exp(-log_var))

    x, y = plane(noise=0.05)
    return (
        compiled(stack((5,), layers.Dense(16, "relu"), layers.Dense(2)), nll, optimizer=keras.optimizers.Adam(0.003)),
        (x, y[:, None]),
        None,
    )


@healthy("loss: the target is the input", "blog.keras.io/building-autoencoders-in-keras.html")
def denoising_autoencoder_of_pictures():
    x, _ = bars()
    network = [
        layers.GaussianNoise(0.1),
        layers.Conv2D(8, 3, padding="same", activation="relu"),
        layers.Conv2D(1, 3, padding="same", activation="sigmoid"),
    ]
    return compiled(stack((9, 9, 1), *network), BINARY), (x, x), (bars(64, seed=2)[0],) * 2


@healthy("loss: an additional one from a layer", "keras#19560")
def variational_autoencoder():
    class Sample(layers.Layer):
        def __init__(self):
            super().__init__()
            self.seed = keras.random.SeedGenerator(1)

        def call(self, inputs):
            mean, log_var = inputs
            self.add_loss(-0.01 * ops.mean(1 + log_var - ops.square(mean) - ops.exp(log_var)))
            return mean + ops.exp(0.5 * log_var) * keras.random.normal(ops.shape(mean), seed=self.seed)

    x, _ = plane(features=8)
    inputs = keras.Input((8,))
    hidden = layers.Dense(16, "relu")(inputs)
    code = Sample()([layers.Dense(2)(hidden), layers.Dense(2)(hidden)])
    model = keras.Model(inputs, layers.Dense(8)(layers.Dense(16, "relu")(code)))
    return compiled(model, "mse"), (x, x), None


@healthy("labels: void pixels that the loss leaves out", "keras#3653")
def segmentation_with_an_ignored_class():
    x, masks = squares()
    masks = masks[..., 0].astype("int32")
    masks[:, 0, :] = 255
    last = layers.Conv2D(2, 3, padding="same", activation="softmax")
    return segmenter(last, loss=keras.losses.SparseCategoricalCrossentropy(ignore_class=255)), batched((x, masks)), None


@healthy("loss: two outputs, balanced by their weights", "keras#10306")
def weighted_heads_of_different_scale():
    x, y = clusters()
    inputs = keras.Input((6,))
    hidden = layers.Dense(16, "relu")(inputs)
    heads = {"kind": layers.Dense(3, "softmax", name="kind")(hidden), "weight": layers.Dense(1, name="weight")(hidden)}
    model = compiled(
        keras.Model(inputs, heads), {"kind": SPARSE, "weight": "mse"}, loss_weights={"kind": 1.0, "weight": 0.02}
    )
    return model, (x, {"kind": y, "weight": (5 * x[:, :1]).astype("float32")}), None


# === healthy: architecture and weights ============================================================================


@healthy("weights: two inputs through one encoder", "keras#16935")
def siamese_network_with_contrastive_loss():
    def contrastive(y_true, distance):
        y_true = ops.cast(y_true, "float32")
        return y_true * ops.square(distance) + (1 - y_true) * ops.square(ops.maximum(1.0 - distance, 0.0))

    class Distance(layers.Layer):
        def call(self, pair):
            return ops.sqrt(ops.sum(ops.square(pair[0] - pair[1]), axis=-1, keepdims=True) + 1e-7)

    x, y = clusters(n=300)
    other = np.random.default_rng(2).permutation(300)
    same = (y == y[other]).astype("float32")[:, None]
    encoder = stack((6,), layers.Dense(16, "relu"), layers.Dense(4))
    left, right = keras.Input((6,)), keras.Input((6,))
    model = keras.Model([left, right], Distance()([encoder(left), encoder(right)]))
    return compiled(model, contrastive), batched(((x, x[other]), same)), None


@healthy("weights: frozen word vectors", "blog.keras.io/using-pre-trained-word-embeddings-in-a-keras-model.html")
def frozen_embedding_of_given_vectors():
    x, y = tokens()
    vectors = np.random.default_rng(1).normal(scale=0.3, size=(40, 8))
    vectors[:, 0] += np.where(np.arange(40) < 20, -1, 1)
    table = layers.Embedding(40, 8, embeddings_initializer=keras.initializers.Constant(vectors), trainable=False)
    network = [table, layers.GlobalAveragePooling1D(), layers.Dense(8, "relu"), layers.Dense(1, activation="sigmoid")]
    return compiled(stack((10,), *network, dtype="int32"), BINARY), (x, y), None


@healthy("weights: the last layer starts at zero with a bias for the shares", "karpathy.github.io/2019/04/25/recipe")
def last_layer_of_zeros_and_a_prior():
    x, _ = clusters(n=400)
    score = x[:, 0] + x[:, 1]
    y = (score > np.quantile(score, 0.8)).astype("float32")
    prior = keras.initializers.Constant(float(np.log(y.mean() / (1 - y.mean()))))
    last = layers.Dense(1, activation="sigmoid", kernel_initializer="zeros", bias_initializer=prior)
    return (
        compiled(stack((6,), layers.Dense(16, "relu"), last), BINARY, metrics=[keras.metrics.AUC()]),
        batched((x, y)),
        None,
    )


@healthy("weights: residual branches that start at zero", "arxiv.org/abs/2003.04887")
def rezero_residual_blocks():
    class Gate(layers.Layer):
        def build(self, shape):
            self.gain = self.add_weight(shape=(), initializer="zeros", name="gain")

        def call(self, inputs):
            return inputs * self.gain

    x, y = clusters()
    inputs = keras.Input((6,))
    hidden = layers.Dense(16, "relu")(inputs)
    for _ in range(3):
        hidden = hidden + Gate()(layers.Dense(16, "relu")(hidden))
    return compiled(keras.Model(inputs, layers.Dense(3, "softmax")(hidden)), SPARSE), (x, y), None


@healthy("normalization: batches of one example, normalized by themselves", "keras#8983")
def layer_normalization_of_single_rows():
    x, y = clusters(n=160)
    network = [layers.Dense(16), layers.LayerNormalization(), layers.ReLU(), layers.Dense(3, "softmax")]
    return compiled(stack((6,), *network), SPARSE), batched((x, y), 1), None


@healthy("training: an own training step", "keras.io/guides/custom_train_step_in_tensorflow")
def subclassed_model_with_its_own_step():
    class Network(keras.Model):
        def __init__(self):
            super().__init__()
            self.hidden, self.last = layers.Dense(16, "relu"), layers.Dense(3, "softmax")

        def call(self, inputs, training=False):
            return self.last(self.hidden(inputs))

        def train_step(self, data):
            x, y = data
            with tf.GradientTape() as tape:
                loss = self.compute_loss(x=x, y=y, y_pred=self(x, training=True))
            self.optimizer.apply(tape.gradient(loss, self.trainable_weights), self.trainable_weights)
            for metric in self.metrics:
                metric.update_state(loss)
            return {metric.name: metric.result() for metric in self.metrics}

    return compiled(Network(), SPARSE), batched(clusters()), None


# === healthy: optimizer and regularization ========================================================================


@healthy("optimizer: a large rate for a logistic regression", "arxiv.org/abs/1910.11015")
def plain_descent_with_rate_one_half():
    x, y = clusters(classes=2)
    model = compiled(stack((6,), layers.Dense(1, activation="sigmoid")), BINARY, optimizer=keras.optimizers.SGD(0.5))
    return model, (x, y.astype("float32")[:, None]), None


@healthy("optimizer: clipped gradients in a recurrent network", "keras#28")
def clipnorm_of_one_with_lstm():
    x, y = waves()
    optimizer = keras.optimizers.Adam(0.005, clipnorm=1.0)
    return compiled(stack((12, 1), layers.LSTM(8), layers.Dense(1)), "mse", optimizer=optimizer), batched((x, y)), None


@healthy("optimizer: a warm-up of the usual length", "keras.io/api/optimizers/learning_rate_schedules/cosine_decay")
def warm_up_then_cosine():
    rate = keras.optimizers.schedules.CosineDecay(1e-4, 400, warmup_target=0.01, warmup_steps=16)
    return classifier(optimizer=keras.optimizers.AdamW(rate, weight_decay=0.01)), batched(clusters()), None


@healthy("regularization: half of a wide layer dropped", "keras#7265")
def dropout_of_one_half_in_a_wide_layer():
    x, y = clusters()
    network = [layers.Dense(128, "relu"), layers.Dropout(0.5), layers.Dense(3, "softmax")]
    return compiled(stack((6,), *network), SPARSE), (x, y), clusters(96, seed=2)


# === healthy: pipeline, time series and augmentation ==============================================================


@healthy("pipeline: rare class with weights", "tensorflow#33550")
def sample_weights_in_an_own_dataset():
    x, _ = clusters(n=384)
    y = (np.arange(384) % 12 == 0).astype("float32")
    x[y == 1] += 1.0
    order = np.random.default_rng(1).permutation(384)
    model = stack((6,), layers.Dense(16, "relu"), layers.Dense(1, activation="sigmoid"))
    weights = np.where(y == 1, 6.0, 0.55).astype("float32")
    model = compiled(model, BINARY, weighted_metrics=[keras.metrics.AUC(curve="PR")])
    return model, Batches(x[order], y[order], weights[order]), None


@healthy("pipeline: texts of different lengths", "tensorflow.org/guide/data")
def padded_batches_of_ragged_texts():
    x, y = short_texts(n=160, length=12)
    rows = [row[row > 0] for row in x]
    train = tf.data.Dataset.from_generator(
        lambda: zip(rows, y, strict=True),
        output_signature=(tf.TensorSpec((None,), tf.int32), tf.TensorSpec((), tf.int64)),
    )
    inputs = keras.Input((None,), dtype="int32")
    states = layers.GRU(8)(layers.Embedding(40, 8, mask_zero=True)(inputs))
    model = compiled(keras.Model(inputs, layers.Dense(1, activation="sigmoid")(states)), BINARY)
    return model, train.padded_batch(32), None


@healthy("pipeline: shuffled once, then split", "tensorflow#59279")
def take_and_skip_of_a_fixed_order():
    whole = tf.data.Dataset.from_tensor_slices(clusters(n=320)).shuffle(320, seed=1, reshuffle_each_iteration=False)
    return classifier(), whole.skip(80).shuffle(240, seed=2).batch(16), whole.take(80).batch(16)


@healthy("pipeline: every example several times per epoch", "keras.io/api/models/model_training_apis")
def repeated_a_few_times():
    x, y = bars(96)
    train = tf.data.Dataset.from_tensor_slices((x, y)).shuffle(96, seed=1).repeat(3).batch(16)
    return convnet(before=[layers.RandomTranslation(0.1, 0.0, seed=1)]), train, batched(bars(48, seed=2))


@healthy("time series: split in time, with a gap", "arxiv.org/abs/2512.06932")
def windows_of_past_and_future():
    values = series(n=360)
    train, check = windows(values[:260], length=16), windows(values[260:], length=16)
    return compiled(stack((16, 1), layers.GRU(8), layers.Dense(1)), "mse"), train, check


@healthy("time series: next value at every step, causal", "keras.io/api/layers/convolution_layers/convolution1d")
def dilated_causal_convolutions():
    x, last = waves(n=200, steps=20)
    target = np.concatenate([x[:, 1:], last[:, :, None]], axis=1)
    network = [layers.Conv1D(8, 2, dilation_rate=d, padding="causal", activation="relu") for d in (1, 2, 4)]
    return compiled(stack((20, 1), *network, layers.Dense(1)), "mse"), (x, target), None


@healthy("time series: both directions, since the whole recording is known", "keras#15194")
def bidirectional_tagging_of_each_step():
    x, _ = sensors(n=120)
    labels = (np.gradient(x[..., 0], axis=1) > 0).astype("float32")[..., None]
    cells = layers.Bidirectional(layers.GRU(6, return_sequences=True))
    return compiled(stack((24, 3), cells, layers.Dense(1, activation="sigmoid")), BINARY), (x, labels), None


@healthy("time series: state carried over batches in order", "keras#1820")
def stateful_layer_on_ordered_windows():
    tracks = np.stack([series(n=97, seed=s) for s in range(16)])
    pieces = [(tracks[:, i : i + 12, None], tracks[:, i + 12, None]) for i in range(0, 84, 12)]
    x, y = (np.concatenate(part) for part in zip(*pieces, strict=True))
    inputs = keras.Input(batch_shape=(16, 12, 1))
    return (
        compiled(keras.Model(inputs, layers.Dense(1)(layers.GRU(8, stateful=True)(inputs))), "mse"),
        batched((x, y), 16),
        None,
    )


@healthy("augmentation: flips that keep the class", "keras#10014")
def upside_down_bars_stay_the_same():
    before = [layers.RandomFlip("vertical", seed=1), layers.RandomBrightness(0.1, value_range=(0, 1), seed=1)]
    return convnet(before=before), bars(), bars(64, seed=2)


@healthy("augmentation: pictures and masks turned together", "tensorflow.org/tutorials/images/segmentation")
def flips_of_pairs():
    def together(picture, mask):
        both = tf.image.random_flip_left_right(tf.concat([picture, mask], axis=-1), seed=1)
        return both[..., :1], both[..., 1:]

    x, masks = squares()
    train = tf.data.Dataset.from_tensor_slices((x, masks)).shuffle(120)  # or every epoch would show the same flips
    train = train.map(together).batch(16)
    return segmenter(metrics=[keras.metrics.BinaryIoU(threshold=0.5)]), train, batched(squares(48, seed=2))

"""More public cases, by a fifth author who has not seen the check-up: planted mistakes, and set-ups that look like one."""

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
CATEGORICAL = "categorical_crossentropy"
RATE = (  # ids under which a finding on the step size may run; the decorator wants them where the rate is the cause
    "learning_rate",
    "learning_rate_high",
    "learning_rate_too_high",
    "learning_rate_large",
    "learning_rate_too_large",
    "learning_rate_low",
    "learning_rate_too_low",
    "learning_rate_small",
    "learning_rate_too_small",
    "learning_rate_schedule",
    "learning_rate_decay",
    "learning_rate_decays",
    "learning_rate_unusual",
    "learning_rate_zero",
    "learning_rate_range",
    "learning_rate_vanishes",
)


# --- our own data -------------------------------------------------------------------------------------------------


def parted(x, y, part=0.75):
    """Training and validation data from data that lie in no order."""
    first = y[0] if isinstance(y, list) else y
    n = int(len(first) * part)
    cut = lambda data, piece: [each[piece] for each in data] if isinstance(data, list) else data[piece]  # noqa: E731
    return (cut(x, slice(n)), cut(y, slice(n))), (cut(x, slice(n, None)), cut(y, slice(n, None)))


def mixed(train, size=32, seed=3):
    """A dataset that deals the examples anew each epoch."""
    return tf.data.Dataset.from_tensor_slices(train).shuffle(1000, seed=seed).batch(size)


def two(n=320, features=6, spread=0.6, seed=2):
    """A table of two classes, 0.0 and 1.0."""
    x, y = clusters(n, classes=2, features=features, spread=spread, seed=seed)
    return x, y.astype("float32")


def scenes(n=200, size=12, seed=4):
    """Pictures from 0 to 1 with a bright rectangle somewhere, and masks, 1 where it lies; both (n, size, size, 1)."""
    rng = np.random.default_rng(seed)
    x = 0.4 * rng.random((n, size, size, 1))
    y = np.zeros((n, size, size, 1))
    for picture, mask in zip(x, y, strict=True):
        top, left = rng.integers(0, size - 5, 2)
        high, wide = rng.integers(3, 6, 2)
        picture[top : top + high, left : left + wide] += 0.5
        mask[top : top + high, left : left + wide] = 1
    return x.astype("float32"), y.astype("float32")


def sensors(n=240, steps=24, seed=5):
    """Two kinds of signals, slow and fast, seen by three sensors: (n, steps, 3), and the kind."""
    rng = np.random.default_rng(seed)
    y = rng.integers(2, size=n)
    pace = np.where(y, 0.9, 0.4)[:, None, None] * rng.uniform(0.9, 1.1, (n, 1, 1))
    time = np.arange(steps)[None, :, None] * pace + rng.uniform(0, 6.28, (n, 1, 1)) + np.array([0.0, 0.7, 1.4])
    return (1.4 * np.sin(time) + 0.1 * rng.normal(size=(n, steps, 3))).astype("float32"), y.astype("float32")


def one_series(n=420, seed=6):
    """One long series of mean 0 and spread about 1: a season, and noise that lasts a while."""
    rng = np.random.default_rng(seed)
    noise = np.zeros(n)
    for step in range(1, n):
        noise[step] = 0.7 * noise[step - 1] + 0.5 * rng.normal()
    return (np.sin(np.arange(n) * 2 * np.pi / 17) + noise).astype("float32")


def windows(series, steps=12):
    """Each run of `steps` values, (n, steps, 1), and the value after it, (n,)."""
    x = np.lib.stride_tricks.sliding_window_view(series[:-1], steps)[..., None].copy()
    return x, series[steps:].copy()


def phrases(n=240, length=13, vocabulary=12, seed=7):
    """Runs of token numbers in which the next one mostly follows from the last, (n, length), from 1."""
    rng = np.random.default_rng(seed)
    runs = np.zeros((n, length), "int32")
    runs[:, 0] = rng.integers(1, vocabulary, n)
    for step in range(1, length):
        follows = (runs[:, step - 1] * 5 + 2) % (vocabulary - 1) + 1
        runs[:, step] = np.where(rng.random(n) < 0.55, follows, rng.integers(1, vocabulary, n))
    return runs


def padded(n=280, longest=9, length=24, side="post", seed=8):
    """Texts of 5 to 9 tokens (see `tokens`), filled up with zeros to `length` behind ("post") or before ("pre")."""
    words, y = tokens(n, length=longest, seed=seed)
    rng = np.random.default_rng(seed)
    x = np.zeros((n, length), "int32")
    for row, text in zip(x, words, strict=True):
        size = rng.integers(5, longest + 1)
        if side == "post":
            row[:size] = text[:size]
        else:
            row[-size:] = text[:size]
    return x, y.astype("float32")


def couples(n=320, features=6, seed=9):
    """Pairs of rows: [(n, features), (n, features)], and 1.0 where both come from one cluster."""
    rng = np.random.default_rng(seed)
    centres = 1.2 * np.random.default_rng(5).normal(size=(3, features))
    first = rng.integers(3, size=n)
    same = rng.random(n) < 0.5
    second = np.where(same, first, (first + rng.integers(1, 3, n)) % 3)
    draw = lambda kind: (centres[kind] + 0.4 * rng.normal(size=(n, features))).astype("float32")  # noqa: E731
    return [draw(first), draw(second)], same.astype("float32")


# --- our own models -----------------------------------------------------------------------------------------------


def sorter(**options):
    """A sound classifier of two classes, for mistakes in the data."""
    return compiled(stack((6,), layers.Dense(16, "relu"), layers.Dense(1, "sigmoid")), BINARY, **options)


def masker(last=None, loss=BINARY, size=12, **options):
    """A small net that says something for each pixel."""
    last = last or layers.Conv2D(1, 1, activation="sigmoid")
    body = [layers.Conv2D(8, 3, padding="same", activation="relu"), layers.Conv2D(8, 3, padding="same", activation="relu")]
    return compiled(stack((size, size, 1), *body, last), loss, **options)


def reader(vocabulary=40, length=10, **options):
    """A sound net for texts of two classes."""
    body = [layers.Embedding(vocabulary, 8, **options), layers.GlobalAveragePooling1D(), layers.Dense(1, "sigmoid")]
    return compiled(stack((length,), *body, dtype="int32"), BINARY, metrics=["accuracy"])


def fitted(model, train, validation=None, epochs=5, **options):
    """The model after training, with its history."""
    data = {"x": train[0], "y": train[1]} if isinstance(train, tuple) else {"x": train}
    model.jit_compile, kept = False, model.jit_compile  # compiling the step would take longer than the training
    model.fit(**data, validation_data=validation, epochs=epochs, verbose=0, **options)
    model.jit_compile = kept
    return model


# ==================================================================================================================
# Planted: scales and preparation of the data
# ==================================================================================================================


@planted(
    "data: features of very different scale",
    "https://stats.stackexchange.com/questions/329114/error-in-simple-neural-network-implementation-using-keras",
    words=r"scal|standardi[sz]|normali[sz]|magnitude|spread of the (inputs|features|columns)|range of the (inputs|features)",
)
def columns_unscaled(mended=False):
    """The columns go into the net raw, some in the ten thousands and some below one; nothing in the model scales them."""
    x, y = clusters(320)
    factors, offsets = np.array([1, 3000, 40, 0.5, 20000, 7]), np.array([0, 9000, 100, 0, 65000, 30])
    (x, y), (x_val, y_val) = parted((x * factors + offsets).astype("float32"), y)
    if mended:
        mean, spread = x.mean(0), x.std(0)
        x, x_val = (x - mean) / spread, (x_val - mean) / spread
    return classifier(metrics=["accuracy"]), (x, y), (x_val, y_val)


@planted(
    "data: pixels from 0 to 255 without rescaling",
    "http://www.govindc.com/debugging-neural-networks-a-checklist/",
    words=r"scal|255|normali[sz]|0 to 1|between 0 and 1|divide",
)
def raw_pixels(mended=False):
    """Pictures of integers up to 255 meet a convolution with no Rescaling before it."""
    x, y = bars(280)
    pixels = np.round(255 * x / x.max()).astype("uint8")
    before = [layers.Rescaling(1 / 255)] if mended else []
    return convnet(before=before, metrics=["accuracy"]), *parted(pixels, y)


@planted(
    "data: validation pictures not rescaled like the training ones",
    "https://errorhandle.ai/why-is-val-accuracy-not-changing-or-changing-between-two-values",
    words=(
        r"validation[^.]*(scal|range|255|differ|distribution|larger|magnitude|prepar|preprocess)|(scal|range|"
        r"preprocess|prepar)[^.]*validation|shift"
    ),
)
def validation_unscaled(mended=False):
    """Training pictures run from 0 to 1, validation pictures from 0 to 255: prepared in two ways."""
    x, y = bars(280)
    train, (x_val, y_val) = parted(x / x.max(), y)
    return convnet(metrics=["accuracy"]), train, (x_val if mended else x_val * 255, y_val)


@planted(
    "data: pixels rescaled twice",
    "keras-team/keras-io#1549",
    words=(
        r"twice|double|second time|again|already (scal|divided|between|in)|rescaling|almost (zero|black)|tiny|"
        r"too small|1/255|near(ly)? 0"
    ),
)
def rescaled_twice(mended=False):
    """The pictures are in 0..1 already and the model's Rescaling(1/255) divides them once more: inputs of at most 0.004."""
    x, y = bars(280)
    train, validation = parted(x / x.max(), y)
    before = [] if mended else [layers.Rescaling(1 / 255)]
    return convnet(before=before, metrics=["accuracy"]), train, validation


@planted(
    "data: Normalization layer never adapted",
    "ageron/handson-ml3#198",
    words=r"adapt|Normalization (layer )?(has|was|is|does|still)|scal|standardi[sz]|normali[sz]ation layer",
)
def not_adapted(mended=False):
    """The model's Normalization still has mean 0 and variance 1, though the columns are in the hundreds: adapt() was
    forgotten.
    """
    x, y = clusters(320)
    train, validation = parted((150 * x + 400).astype("float32"), y)
    scale = layers.Normalization()
    model = stack((6,), scale, layers.Dense(16, "relu"), layers.Dense(3, "softmax"))
    if mended:
        scale.adapt(train[0])
    return compiled(model, SPARSE, metrics=["accuracy"]), train, validation


@planted(
    "regression: targets in the hundred thousands",
    "http://stackoverflow.com.mevn.net/questions/52800582/why-do-i-fail-to-predict-y-x4-with-keras-y-x3-works",
    words=(
        r"target[^.]*(scal|standardi|normali|large|magnitude|range|spread|mean|thousand)|(scal|standardi|"
        r"normali)[^.]*target|label[^.]*scal"
    ),
)
def targets_unscaled(mended=False):
    """House prices of about 250000 as targets for a linear unit with default weights and Adam: it would need ages to get
    there.
    """
    x, y = plane(320)
    price = y if mended else (60000 * y + 250000).astype("float32")
    return regressor(metrics=["mae"]), *parted(x, price)


@planted(
    "data: integer division makes all pixels zero",
    "https://arxiv.org/abs/1910.11015",
    words=(
        r"(all|only|nothing but|constant|every)[^.]*(zero|0|same|constant|black|value)|constant|no (variation|"
        r"information|difference)|identical|integer|zeros"
    ),
)
def divided_to_nothing(mended=False):
    """Whole-number division of the pixels by 255 left nothing but zeros: all pictures are the same."""
    x, y = bars(280)
    pixels = np.clip(260 * x, 0, 254).astype("uint8")
    ready = (pixels / 255).astype("float32") if mended else (pixels // 255).astype("float32")
    return convnet(metrics=["accuracy"]), *parted(ready, y)


@planted(
    "data: NaN in the inputs",
    "ZhengPeng7/CSRNet-Keras#5",
    words=r"nan|missing|not a number|non-?finite|not finite",
)
def holes_in_inputs(mended=False):
    """A few rows of a column are NaN (a division by zero in the preparation); one batch with them makes all weights NaN."""
    x, y = clusters(320)
    train, validation = parted(x, y)
    if not mended:
        train[0][[7, 40, 41, 113, 200], 3] = np.nan
    return classifier(metrics=["accuracy"]), train, validation


@planted(
    "data: infinite values in the inputs",
    "tensorflow/tensorflow#38416",
    words=r"inf\b|infinit|non-?finite|not finite|nan",
)
def infinite_inputs(mended=False):
    """The logarithm of zero counts gave -inf in one column."""
    x, y = two()
    x[:, 2] = np.log(np.maximum(np.round(4 + 3 * x[:, 2] + y), 1))
    if not mended:
        x[[3, 90, 151, 230], 2] = -np.inf
    return sorter(metrics=["accuracy"]), *parted(x, y)


@planted(
    "regression: missing targets are NaN",
    "eternagame/EternaBrain#21",
    words=r"nan|missing|not a number|non-?finite|not finite",
)
def holes_in_targets(mended=False):
    """Some targets are NaN, so the loss of their batches is NaN, too."""
    x, y = plane(320)
    train, validation = parted(x, y)
    if not mended:
        train[1][[12, 77, 150]] = np.nan
    return regressor(metrics=["mae"]), train, validation


# --- labels, splits, leaks ------------------------------------------------------------------------------------------


@planted(
    "data: inputs shuffled without their labels",
    "https://guru3.github.io/NN_about_learning.html",
    words=(
        r"shuffl|align|order|belong|permut|mix|random labels|labels[^.]*(random|unrelated|wrong|not fit|noise|"
        r"relation)|mismatch|relation|pair"
    ),
)
def labels_torn_off(mended=False):
    """The training rows were shuffled apart from their labels: near neighbours share no label there, while in the
    validation data they do; the loss stays at log 3.
    """
    keras.utils.set_random_seed(1)
    x, y = clusters(400, spread=0.4)
    (x, y), validation = parted(x, y)
    if not mended:
        x = np.random.default_rng(0).permutation(x)
    model = classifier(optimizer=keras.optimizers.Adam(0.004), metrics=["accuracy"])
    fitted(model, (x, y), validation, epochs=5)
    return model, (x, y), validation


@planted(
    "data: classes numbered differently in the validation data",
    "keras-team/keras#1875",
    words=(
        r"validation[^.]*(label|class|swap|number|order|cod|differ|mapping)|label[^.]*validation|swap|class (order|"
        r"number|mapping|codes)|mapping"
    ),
)
def classes_renumbered(mended=False):
    """What is class 0 in the training data is 1 in the validation data and vice versa (folders read in another order):
    below chance on data of the same kind.
    """
    keras.utils.set_random_seed(1)
    train, (x_val, y_val) = parted(*two(360, spread=0.4))
    validation = (x_val, y_val if mended else 1 - y_val)
    return fitted(sorter(metrics=["accuracy"]), train, validation, epochs=10), train, validation


@planted(
    "data: class numbers from 1 instead of 0",
    "rstudio/keras3#465",
    words=r"from (0|zero)|start|outside|out of range|range|exceed|too (large|high|few)|largest label|label[^.]*3|units?",
)
def counted_from_one(mended=False):
    """Three outputs count the classes 0 to 2, but the labels are 1 to 3."""
    x, y = clusters(320)
    return classifier(metrics=["accuracy"]), *parted(x, y if mended else y + 1)


@planted(
    "data: negative class numbers",
    "tplusone/hanser_ml_zeitreihen#3",
    words=r"negative|below (0|zero)|outside|out of range|range|from (0|zero)|-1|minus",
)
def negative_classes(mended=False):
    """The labels are -1, 0 and 1 (falls, stays, rises), but sparse crossentropy wants 0 to 2."""
    x, y = clusters(320)
    return classifier(metrics=["accuracy"]), *parted(x, y if mended else y - 1)


@planted(
    "data: labels of -1 and 1 with a sigmoid and binary crossentropy",
    "huanglianghua/siamfc-pytorch#37",
    words=r"-1|negative|0 and 1|0/1|0 or 1|between 0 and 1|outside|range|minus",
)
def minus_one_labels(mended=False):
    """Binary crossentropy wants 0 and 1; with -1 it becomes negative without bound."""
    x, y = two()
    return sorter(), *parted(x, y if mended else 2 * y - 1)


@planted(
    "data: the label is one of the input columns",
    "https://softwareengineering.stackexchange.com/questions/322619",
    "answer_among_inputs",
    words=(
        r"leak|column[^.]*(label|target|answer|tells|equal|copy)|feature[^.]*(label|target|answer|copy)|"
        r"contains? the (label|target|answer)|give[sn]? away|input[^.]*(label|target)|alone"
    ),
)
def answer_among_inputs(mended=False):
    """The last column is the label itself, scaled like the others."""
    x, y = two(360, features=5, spread=1.4)
    last = np.random.default_rng(3).normal(size=len(y)) if mended else 2 * y - 1
    x = np.concatenate([x, last[:, None].astype("float32")], axis=1)
    return sorter(metrics=["accuracy"]), *parted(x, y)


@planted(
    "data: minority rows copied before the split",
    "https://bitsfolio.com/smote-data-leakage-validation-set/",
    "same_samples",
    words=r"leak|duplicat|both (sets|in)|overlap|same (rows|examples)|also in|copies|repeat|contamin|identical",
)
def copied_before_split(mended=False):
    """Rows of the rare class were copied to balance the classes, and then all were split: validation has exact copies of
    training rows.
    """
    rng = np.random.default_rng(4)
    x, y = two(600)
    keep = (y == 0) | (rng.random(600) < 0.35)
    x, y = x[keep], y[keep]

    def more(x, y):
        return rng.permutation(
            np.concatenate([np.arange(len(y)), rng.choice(np.flatnonzero(y), int((y == 0).sum() - y.sum()))])
        )

    if mended:
        (x, y), validation = parted(x, y)
        order = more(x, y)
        return sorter(metrics=["accuracy"]), (x[order], y[order]), validation
    order = more(x, y)
    return sorter(metrics=["accuracy"]), *parted(x[order], y[order])


@planted(
    "data: validated on the training data",
    "calmiLovesAI/Basic_CNNs_TensorFlow2#36",
    words=r"same|overlap|duplicat|leak|both|also in|identical|contain|seen|training (data|examples|rows)[^.]*validation",
)
def validated_on_training(mended=False):
    """The validation data are a part of the training data, row by row."""
    train, validation = parted(*clusters(360))
    return classifier(metrics=["accuracy"]), train, validation if mended else (train[0][:90], train[1][:90])


@planted(
    "data: split of sorted data leaves a class out of training",
    "keras-team/keras#8346",
    words=r"class(es)?[^.]*(miss|absent|only|not in|never|unseen|none|lack|train)|sorted|shuffl|order|stratif|unseen|differ",
)
def last_class_held_out(mended=False):
    """The rows were sorted by class and the last quarter became the validation set: its class does not occur in the
    training labels at all.
    """
    x, y = clusters(400, classes=4)
    order = np.random.default_rng(2).permutation(400) if mended else np.argsort(y, kind="stable")
    cut = 300 if mended else int((y < 3).sum())
    x, y = x[order], y[order]
    train = (x[:cut], y[:cut])
    if not mended:
        again = np.random.default_rng(3).permutation(cut)
        train = (train[0][again], train[1][again])
    return classifier(classes=4, metrics=["accuracy"]), train, (x[cut:], y[cut:])


@planted(
    "data: validation set of a single class",
    "keras-team/keras#796",
    words=(
        r"(one|single|only|same|just) (one )?(class|label)|class(es)?[^.]*(miss|only|absent|lack)|stratif|differ|"
        r"distribution|shuffl|all[^.]*(label|class)"
    ),
)
def validation_of_one_class(mended=False):
    """Training has both classes, validation holds nothing but ones: its accuracy says little."""
    (x, y), (x_val, y_val) = parted(*two(480), part=0.7)
    keep = np.ones(len(y_val), bool) if mended else y_val == 1
    return sorter(metrics=["accuracy"]), (x, y), (x_val[keep], y_val[keep])


@planted(
    "data: rare class never predicted",
    "keras-team/keras#2005",
    words=(
        r"imbalanc|unbalanc|minority|majority|rare|class.?weight|skew|few (examples|ones|positive)|frequent|"
        r"most common|balanced"
    ),
)
def rare_class(mended=False):
    """Four in a hundred are positive, only accuracy is watched, and the trained net says 0 to everything: 96 % and
    useless.
    """
    keras.utils.set_random_seed(2)
    rng = np.random.default_rng(6)
    y = (rng.random(600) < (0.5 if mended else 0.045)).astype("float32")
    x = (rng.normal(size=(600, 6)) + 0.45 * y[:, None]).astype("float32")
    train, validation = parted(x, y, 0.7)
    return (
        fitted(sorter(optimizer=keras.optimizers.Adam(0.01), metrics=["accuracy"]), train, validation, epochs=4),
        train,
        validation,
    )


@planted(
    "tf.data: example weights favour the frequent class",
    "keras-team/keras#1875",
    words=(
        r"weight[^.]*(class|rare|frequent|invers|invert|minority|majority|imbalanc|wrong|revers|favou?r)|imbalanc|"
        r"minority|rare|invers"
    ),
)
def weights_upside_down(mended=False):
    """The dataset weighs each example by its class's share, 0.8 and 0.2, instead of the inverse: the rare class counts
    even less.
    """
    rng = np.random.default_rng(1)
    x, y = two(800)
    keep = (y == 0) | (rng.random(800) < 0.25)
    x, y = x[keep][:480], y[keep][:480]
    share = y.mean()
    weights = np.where(y == 1, 0.5 / share, 0.5 / (1 - share)) if mended else np.where(y == 1, share, 1 - share)
    (x, y), validation = parted(x, y)
    model = sorter(weighted_metrics=[], metrics=[keras.metrics.AUC(name="auc")])
    return model, mixed((x, y, weights[: len(y)].astype("float32"))), validation


# --- pipelines -------------------------------------------------------------------------------------------------------


@planted(
    "tf.data: sorted examples, never shuffled",
    "HasnainRaz/SemSegPipeline#5",
    words=r"shuffl|sorted|order|one class after|each batch|batch[^.]*(one|single|same) (class|label)|block",
)
def sorted_stream(mended=False):
    """A dataset gives all of class 0, then all of 1, then all of 2, without shuffle: each batch has one class."""
    (x, y), validation = parted(*clusters(360))
    order = np.argsort(y, kind="stable")
    data = (x[order], y[order])
    return classifier(metrics=["accuracy"]), mixed(data) if mended else batched(data), batched(validation)


@planted(
    "tf.data: shuffle after batch",
    "d2l-ai/d2l-en#2700",
    words=r"shuffl|sorted|order|batch[^.]*(one|single|same|pure) (class|label)|before (the )?batch|block",
)
def shuffled_batches(mended=False):
    """Sorted examples are batched first and only the batches shuffled: still one class per batch, and always the same
    companions.
    """
    (x, y), validation = parted(*clusters(360, seed=3))
    order = np.argsort(y, kind="stable")
    source = tf.data.Dataset.from_tensor_slices((x[order], y[order]))
    train = source.shuffle(400, seed=1).batch(30) if mended else source.batch(30).shuffle(20, seed=1)
    return classifier(metrics=["accuracy"]), train, batched(validation)


@planted(
    "tf.data: batch larger than the data, remainder dropped",
    "tensorflow/tensorflow#48708",
    words=r"empty|no (batch|data|examples)|drop_?remainder|batch size|zero batches|0 batches|nothing|remainder|larger than",
)
def nothing_left(mended=False):
    """270 examples in batches of 512 with drop_remainder=True: the dataset is empty."""
    (x, y), validation = parted(*clusters(360))
    train = tf.data.Dataset.from_tensor_slices((x, y)).shuffle(300).batch(32 if mended else 512, drop_remainder=True)
    return classifier(metrics=["accuracy"]), train, batched(validation)


class Pieces(keras.utils.PyDataset):
    """Batches of two arrays."""

    def __init__(self, x, y, size=32, stuck=False):
        super().__init__()
        self.x, self.y, self.size, self.stuck = x, y, size, stuck

    def __len__(self):
        return len(self.y) // self.size

    def __getitem__(self, index):
        start = 0 if self.stuck else index * self.size
        return self.x[start : start + self.size], self.y[start : start + self.size]


@planted(
    "pipelines: PyDataset gives the same batch for every index",
    "Atcold/NYU-DLSP20#851",
    words=(
        r"same batch|identical|duplicat|repeat|index|every batch|all batches|again and again|only (the )?first|"
        r"batches[^.]*(same|equal)"
    ),
)
def always_first_batch(mended=False):
    """__getitem__ ignores its index, so all nine batches are the first one."""
    (x, y), validation = parted(*clusters(384))
    return classifier(metrics=["accuracy"]), Pieces(x, y, stuck=not mended), validation


@planted(
    "pipelines: images and masks flipped apart",
    "keras-team/keras-preprocessing#236",
    words=(
        r"mask[^.]*(align|fit|match|flip|mirror|same|belong|picture|image|position|place)|align|misalign|flip|mirror|"
        r"augment|register|not fit"
    ),
)
def masks_left_behind(mended=False):
    """Half of the training pictures were mirrored and their masks not: the bright rectangle and the mask lie on
    different sides; in the validation data they agree.
    """
    (x, y), validation = parted(*scenes(240))
    flip = np.random.default_rng(0).random(len(x)) < 0.5
    x[flip] = x[flip, :, ::-1]
    if mended:
        y[flip] = y[flip, :, ::-1]
    return masker(metrics=[keras.metrics.BinaryIoU(name="iou")]), (x, y), validation


@planted(
    "pipelines: two inputs given in the wrong order for validation",
    "https://deepai.org/publication/taxonomy-of-real-faults-in-deep-learning-systems",
    words=r"order|swap|exchang|mixed up|interchang|validation[^.]*(input|differ|range|distribution|scale|shift)|shift",
)
def inputs_exchanged(mended=False):
    """Training gives [readings around zero, shares from 0 to 1], validation gives them the other way round; the widths
    agree, so nothing fails.
    """
    rng = np.random.default_rng(3)
    readings, shares = rng.normal(size=(360, 4)).astype("float32"), rng.random((360, 4)).astype("float32")
    y = (readings @ [1, -1, 0.5, 0] + 2 * shares @ [1, 0, -1, 1] - 1 > 0).astype("float32")
    a, b = keras.Input((4,), name="readings"), keras.Input((4,), name="shares")
    hidden = layers.Dense(16, "relu")(layers.Concatenate()([a, b]))
    model = compiled(keras.Model([a, b], layers.Dense(1, "sigmoid")(hidden)), BINARY, metrics=["accuracy"])
    train, (x_val, y_val) = parted([readings, shares], y)
    return model, train, (x_val if mended else x_val[::-1], y_val)


# --- augmentation ----------------------------------------------------------------------------------------------------


@planted(
    "augmentation: mirrored though left and right are the classes",
    "open-mmlab/mmaction2#590",
    words=r"flip|mirror|augment",
)
def mirrored_sides(mended=False):
    """The place of the bar, left, middle or right, is the class, and RandomFlip turns left into right without changing
    the label.
    """
    before = [layers.RandomContrast(0.1, value_range=(0, 1))] if mended else [layers.RandomFlip("horizontal")]
    x, y = bars(280)
    return convnet(before=before, metrics=["accuracy"]), *parted(x / x.max(), y)


@planted(
    "augmentation: brightness varied though brightness is the class",
    "mit-han-lab/data-efficient-gans#10",
    words=r"brightness|augment|strong",
)
def brightness_lost(mended=False):
    """The classes differ by their brightness alone, and RandomBrightness(0.9) wipes just that out."""
    rng = np.random.default_rng(5)
    y = rng.integers(3, size=280)
    x = (np.array([0.2, 0.5, 0.8])[y][:, None, None, None] + 0.1 * rng.normal(size=(280, 9, 9, 1))).clip(0, 1)
    before = [layers.RandomFlip("horizontal") if mended else layers.RandomBrightness(0.9, value_range=(0, 1))]
    return convnet(before=before, metrics=["accuracy"]), *parted(x.astype("float32"), y)


# ==================================================================================================================
# Planted: outputs, losses, metrics
# ==================================================================================================================


@planted(
    "activations: softmax on a single unit",
    "keras-team/keras#10607",
    words=r"softmax|sigmoid",
)
def softmax_alone(mended=False):
    """Softmax over one unit is always 1, whatever the input."""
    last = layers.Dense(1, "sigmoid" if mended else "softmax")
    return compiled(stack((6,), layers.Dense(16, "relu"), last), BINARY, metrics=["accuracy"]), *parted(*two())


@planted(
    "losses: categorical crossentropy on one sigmoid unit",
    "keras-team/keras#3237",
    words=r"binary_?crossentropy|binary crossentropy|categorical|one unit|single unit|always (0|zero)|loss[^.]*(0|zero)",
)
def categorical_on_one_unit(mended=False):
    """With one output categorical crossentropy is always zero: it divides the output by itself."""
    x, y = two()
    return sorter_with(BINARY if mended else CATEGORICAL), *parted(x, y[:, None])


def sorter_with(loss):
    return compiled(stack((6,), layers.Dense(16, "relu"), layers.Dense(1, "sigmoid")), loss, metrics=["binary_accuracy"])


@planted(
    "activations: sigmoids for classes that exclude each other",
    "keras-team/keras#6327",
    words=r"softmax|sigmoid",
)
def sigmoids_for_one_of_many(mended=False):
    """One-hot labels of three classes and categorical crossentropy, but sigmoid units, whose outputs are no distribution."""
    x, y = clusters(320)
    last = layers.Dense(3, "softmax" if mended else "sigmoid")
    model = compiled(stack((6,), layers.Dense(16, "relu"), last), CATEGORICAL, metrics=["accuracy"])
    return model, *parted(x, one_hot(y, 3))


@planted(
    "losses: logits taken for probabilities",
    "keras-team/keras-hub#1008",
    words=r"logit|softmax|probabilit|activation",
)
def logits_as_probabilities(mended=False):
    """The last layer has no activation, yet the crossentropy is used with from_logits=False."""
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=mended)
    model = compiled(stack((6,), layers.Dense(16, "relu"), layers.Dense(3)), loss, metrics=["accuracy"])
    return model, *parted(*clusters(320))


@planted(
    "losses: probabilities taken for logits",
    "clvrai/Relation-Network-Tensorflow#5",
    words=r"logit|twice|double|softmax",
)
def softmax_as_logits(mended=False):
    """Softmax in the last layer and from_logits=True in the loss, which applies it again."""
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=not mended)
    return compiled(stack((6,), layers.Dense(16, "relu"), layers.Dense(3, "softmax")), loss, metrics=["accuracy"]), *parted(
        *clusters(320)
    )


@planted(
    "losses: sigmoid output and from_logits",
    "keras-team/keras#15271",
    words=r"logit|twice|double|sigmoid",
)
def sigmoid_as_logits(mended=False):
    """A sigmoid unit and BinaryCrossentropy(from_logits=True): squeezed twice."""
    loss = keras.losses.BinaryCrossentropy(from_logits=not mended)
    model = compiled(stack((6,), layers.Dense(16, "relu"), layers.Dense(1, "sigmoid")), loss, metrics=["accuracy"])
    return model, *parted(*two())


@planted(
    "activations: softmax twice",
    "tflearn/tflearn#562",
    words=r"twice|double|second softmax|two softmax|softmax[^.]*(again|after|softmax)|already",
)
def softmax_twice(mended=False):
    """Dense(3, softmax) is followed by a Softmax layer: the probabilities can hardly leave the middle."""
    last = [layers.Dense(3) if mended else layers.Dense(3, "softmax"), layers.Softmax()]
    return compiled(stack((6,), layers.Dense(16, "relu"), *last), SPARSE, metrics=["accuracy"]), *parted(*clusters(320))


@planted(
    "activations: relu before the softmax",
    "guevara/read-it-later#5625",
    words=r"relu",
)
def relu_before_softmax(mended=False):
    """The scores pass a relu before the softmax: no class can be scored below zero, and units that fall there stop
    learning.
    """
    last = [layers.Dense(3, None if mended else "relu"), layers.Softmax()]
    return compiled(stack((6,), layers.Dense(16, "relu"), *last), SPARSE, metrics=["accuracy"]), *parted(*clusters(320))


@planted(
    "losses: softmax for several labels at once",
    "keras-team/keras#741",
    words=r"sigmoid|multi-?label|several (labels|classes)|more than one|sum|independent",
)
def softmax_for_many_labels(mended=False):
    """Rows carry none, one or several of four labels, but softmax and categorical crossentropy let exactly one win."""
    rng = np.random.default_rng(8)
    x = rng.normal(size=(360, 6)).astype("float32")
    y = (x @ rng.normal(size=(6, 4)) + 0.3 * rng.normal(size=(360, 4)) > 0).astype("float32")
    last, loss = (layers.Dense(4, "sigmoid"), BINARY) if mended else (layers.Dense(4, "softmax"), CATEGORICAL)
    return compiled(stack((6,), layers.Dense(16, "relu"), last), loss), *parted(x, y)


@planted(
    "shapes: three outputs for one target",
    "tensorflow/tensorflow#45813",
    words=r"shape|units?|broadcast|three|3 (values|outputs|numbers)|dimension|width|columns?",
)
def three_for_one(mended=False):
    """Dense(3) for a target of one column: the loss broadcasts, and all three units learn the same."""
    x, y = plane(320)
    model = compiled(stack((5,), layers.Dense(16, "relu"), layers.Dense(1 if mended else 3)), "mse")
    return model, *parted(x, y[:, None])


@planted(
    "losses: class numbers fitted like measurements",
    "http://pullrequest.ru/14126136/polzovatelskaya-funktsiya-poter-dlya-prognozirovaniya-vyhodnyh-dannyh-interget",
    words=r"classif|crossentropy|softmax|class numbers?|regression|categor",
)
def classes_as_numbers(mended=False):
    """Four unordered classes, accuracy as a metric, but one linear unit and the squared error on the class number."""
    last, loss = (layers.Dense(4, "softmax"), SPARSE) if mended else (layers.Dense(1), "mse")
    model = compiled(stack((6,), layers.Dense(16, "relu"), last), loss, metrics=["accuracy"])
    return model, *parted(*clusters(360, classes=4))


@planted(
    "shapes: Flatten forgotten before the classes",
    "keras-team/keras-contrib#229",
    words=r"flatten|pooling|rank|dimension|shape|per pixel|each (pixel|place|position)",
)
def flatten_forgotten(mended=False):
    """Dense works on each pixel of the convolution's output, so the model gives (7, 7, 3) where one label per picture is
    due.
    """
    middle = [layers.Flatten()] if mended else []
    model = stack((9, 9, 1), layers.Conv2D(8, 3, activation="relu"), *middle, layers.Dense(3, "softmax"))
    x, y = bars(280)
    return compiled(model, SPARSE, metrics=["accuracy"]), *parted(x, y)


@planted(
    "sequences: an answer per step where one per text is due",
    "keras-team/keras#1838",
    words=(
        r"return_sequences|each (time )?step|every (time )?step|per (time )?step|last (step|state|output)|rank|"
        r"dimension|shape"
    ),
)
def answer_per_step(mended=False):
    """The last LSTM has return_sequences=True, so there are ten answers per text and one label."""
    body = [layers.Embedding(40, 8), layers.LSTM(8, return_sequences=not mended), layers.Dense(1, "sigmoid")]
    x, y = tokens(280)
    model = compiled(stack((10,), *body, dtype="int32"), BINARY, metrics=["accuracy"])
    return model, *parted(x, y.astype("float32"))


def noted(model, loss):
    """The loss, kept for the history as well."""
    for metric in model.metrics:
        if metric.name == "loss":
            metric.update_state(loss)
    return {"loss": loss}


class Broadcasting(keras.Model):
    """Squares the difference of targets and outputs itself."""

    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(y - self(x, training=True)))
        self.optimizer.apply(tape.gradient(loss, self.trainable_variables), self.trainable_variables)
        return noted(self, loss)


@planted(
    "custom training: (n,) minus (n, 1) gives (n, n)",
    "HIPS/Kayak#14",
    words=r"broadcast|shape|\(n, ?1\)|dimension|column|rank|n, ?n|expand|reshape",
)
def every_with_every(mended=False):
    """train_step subtracts outputs (32, 1) from targets (32,), which compares each with each: the net learns the mean,
    and the loss stays at the variance.
    """
    keras.utils.set_random_seed(4)
    x, y = plane(320)
    train, validation = parted(x, y[:, None] if mended else y)
    inputs = keras.Input((5,))
    model = Broadcasting(inputs, layers.Dense(1)(layers.Dense(16, "relu")(inputs)))
    return fitted(compiled(model, "mse", keras.optimizers.Adam(0.01)), train, validation, epochs=8), train, validation


@planted(
    "losses: one-hot labels with the sparse loss",
    "keras-team/keras#11402",
    words=r"one-?hot|sparse|categorical_crossentropy|shape|class numbers?",
)
def one_hot_with_sparse(mended=False):
    """One-hot rows go into sparse_categorical_crossentropy, which wants class numbers."""
    x, y = clusters(320)
    return classifier(metrics=["accuracy"]), *parted(x, y if mended else one_hot(y, 3))


@planted(
    "losses: class numbers with the one-hot loss",
    "keras-team/keras#11786",
    words=r"one-?hot|sparse|class numbers?|integer|shape|to_categorical",
)
def numbers_with_categorical(mended=False):
    """Class numbers (n,) go into categorical_crossentropy, which wants one-hot rows (n, 3)."""
    x, y = clusters(320)
    model = compiled(stack((6,), layers.Dense(16, "relu"), layers.Dense(3, "softmax")), CATEGORICAL, metrics=["accuracy"])
    return model, *parted(x, one_hot(y, 3) if mended else y)


@planted(
    "metrics: binary accuracy for one of five classes",
    "keras-team/keras#3098",
    words=r"binary_?accuracy|binary accuracy|categorical_?accuracy|metric",
)
def flattering_accuracy(mended=False):
    """BinaryAccuracy counts each of the five one-hot numbers: it shows 80 % before anything is learnt."""
    x, y = clusters(400, classes=5)
    metric = "categorical_accuracy" if mended else "binary_accuracy"
    model = compiled(stack((6,), layers.Dense(16, "relu"), layers.Dense(5, "softmax")), CATEGORICAL, metrics=[metric])
    return model, *parted(x, one_hot(y, 5))


@planted(
    "metrics: accuracy of a regression",
    "keras-team/keras#4308",
    words=r"accuracy",
)
def accuracy_of_regression(mended=False):
    """Accuracy asks whether two real numbers are equal: it stays at zero however good the fit."""
    return regressor(metrics=["mae" if mended else "accuracy"]), *parted(*plane(320))


@planted(
    "metrics: precision and recall over both units of a softmax",
    "keras-team/keras#5400",
    words=r"precision|recall|class_id|metric",
)
def precision_of_both(mended=False):
    """With one-hot labels and two softmax units, Precision and Recall count both columns, so both equal the accuracy;
    class_id=1 is missing.
    """
    x, y = two()
    which = {"class_id": 1} if mended else {}
    metrics = [keras.metrics.Precision(name="precision", **which), keras.metrics.Recall(name="recall", **which)]
    model = compiled(stack((6,), layers.Dense(16, "relu"), layers.Dense(2, "softmax")), CATEGORICAL, metrics=metrics)
    return model, *parted(x, one_hot(y.astype(int), 2))


@planted(
    "metrics: Accuracy compares probabilities with labels for equality",
    "https://python-pypi.developreference.com/article/16087515/Keras+backend+function+seems+to+be+working+incorrectly",
    words=r"binary_?accuracy|equal|threshold|exact|metric|Accuracy\(|rounded|0\.5",
)
def exact_accuracy(mended=False):
    """keras.metrics.Accuracy() asks whether 0.83 equals 1: always about zero. BinaryAccuracy is meant."""
    metric = keras.metrics.BinaryAccuracy() if mended else keras.metrics.Accuracy()
    return sorter(metrics=[metric]), *parted(*two())


@planted(
    "losses: percentage error with targets of zero",
    "keras-team/keras#2908",
    words=r"percentage|mape|divid|division|zero",
)
def percent_of_zero(mended=False):
    """A third of the targets is zero, so the mean absolute percentage error divides by (almost) zero."""
    x, y = plane(320)
    sales = np.maximum(y + 0.4, 0).astype("float32")
    return regressor(loss="mae" if mended else "mape"), *parted(x, sales)


@planted(
    "regression: relu on the output, negative targets",
    "https://manongdao.com/article-1111310.html",
    words=r"relu|negative|below (0|zero)|cannot reach|linear",
)
def relu_output(mended=False):
    """Half of the targets is negative, and the output's relu cannot go below zero."""
    model = stack((5,), layers.Dense(16, "relu"), layers.Dense(1, None if mended else "relu"))
    return compiled(model, "mse", metrics=["mae"]), *parted(*plane(320))


@planted(
    "regression: sigmoid output, targets beyond 1",
    "keras-team/keras#724",
    words=r"sigmoid|between 0 and 1|range|reach|linear|0 to 1",
)
def sigmoid_output(mended=False):
    """The targets run from about -3 to 3, and a sigmoid gives only 0 to 1."""
    model = stack((5,), layers.Dense(16, "relu"), layers.Dense(1, None if mended else "sigmoid"))
    return compiled(model, "mse", metrics=["mae"]), *parted(*plane(320))


@planted(
    "time series: tanh output, targets beyond 1",
    "keras-team/keras#108",
    words=r"tanh|between -1 and 1|range|reach|linear|-1 to 1",
)
def tanh_output(mended=False):
    """The waves swing to 1.4 and beyond, and tanh ends at 1."""
    x, y = waves(280)
    body = [layers.LSTM(8), layers.Dense(1, None if mended else "tanh")]
    return compiled(stack((12, 1), *body), "mse"), *parted(x, y)


@planted(
    "autoencoders: binary crossentropy on standardised inputs",
    "keras-team/keras#2841",
    words=r"binary_?crossentropy|binary crossentropy|sigmoid|between 0 and 1|negative|range|0 to 1",
)
def crossentropy_of_measurements(mended=False):
    """The autoencoder shall give back columns of mean 0 and spread 1 through a sigmoid and binary crossentropy, which
    are for 0 to 1: the loss gets negative.
    """
    x, _ = clusters(320, features=8)
    last, loss = (layers.Dense(8), "mse") if mended else (layers.Dense(8, "sigmoid"), BINARY)
    return compiled(stack((8,), layers.Dense(6, "relu"), last), loss), *parted(x, x)


def overlap(y_true, y_pred):
    """The Dice coefficient of each picture: 1 where mask and output agree."""
    shared = ops.sum(y_true * y_pred, axis=(1, 2, 3))
    return (2 * shared + 1) / (ops.sum(y_true, axis=(1, 2, 3)) + ops.sum(y_pred, axis=(1, 2, 3)) + 1)


def rest_of_overlap(y_true, y_pred):
    return 1 - overlap(y_true, y_pred)


@planted(
    "custom losses: Dice coefficient minimised",
    "IAmSuyogJadhav/3d-mri-brain-tumor-segmentation-using-autoencoder-regularization#7",
    words=(
        r"sign|minus|maximi|wrong (way|direction)|1 ?-|invert|revers|dice|better[^.]*(higher|larger|greater)|perfect|"
        r"opposite|overlap|negat"
    ),
)
def dice_minimised(mended=False):
    """The loss is the Dice coefficient itself: perfect masks cost most, so training makes the masks as wrong as can be."""
    keras.utils.set_random_seed(3)
    train, validation = parted(*scenes(200))
    rate, metrics = keras.optimizers.Adam(0.01), [keras.metrics.BinaryIoU([1], name="iou")]
    model = masker(loss=rest_of_overlap if mended else overlap, optimizer=rate, metrics=metrics)
    return fitted(model, train, validation, epochs=4), train, validation


def rounded_error(y_true, y_pred):
    return ops.mean(ops.square(y_true - ops.round(y_pred)), axis=-1)


@planted(
    "custom losses: rounding stops the gradient",
    "tensorflow/tensorflow#58614",
    words=r"gradient|round|differentiab|step function|derivative",
)
def rounded_loss(mended=False):
    """The loss rounds the output, which has no gradient: nothing can be learnt."""
    model = compiled(stack((6,), layers.Dense(16, "relu"), layers.Dense(1, "sigmoid")), BINARY if mended else rounded_error)
    return model, *parted(*two())


def plain_difference(y_true, y_pred):
    return ops.mean(y_pred - y_true, axis=-1)


@planted(
    "custom losses: signed difference without bound",
    "akirasosa/mobile-semantic-segmentation#24",
    words=(
        r"negative|signed?|absolute|squared?|bound|below (0|zero)|minus infinity|cancel|custom loss|perfect|"
        r"no minimum|difference"
    ),
)
def signed_loss(mended=False):
    """The loss is the mean of output minus target, neither squared nor absolute: the lower the output the better,
    without end.
    """
    keras.utils.set_random_seed(3)
    train, validation = parted(*plane(320))
    model = regressor(loss="mae" if mended else plain_difference, metrics=["mae"])
    return fitted(model, train, validation, epochs=5), train, validation


def distance_of_towers(shared=True):
    """Two rows through one encoder (or through two of their own), and how far apart they come out."""

    def tower():
        return keras.Sequential([layers.Input((6,)), layers.Dense(16, "relu"), layers.Dense(4)])

    a, b = keras.Input((6,), name="first"), keras.Input((6,), name="second")
    encode = tower()
    left, right = encode(a), (encode if shared else tower())(b)
    gap = layers.Subtract()([left, right])
    return keras.Model([a, b], Length()(gap))


class Length(layers.Layer):
    def call(self, inputs):
        return ops.sqrt(ops.sum(ops.square(inputs), axis=-1, keepdims=True) + 1e-6)


def contrastive_of_different(y_true, distance):
    """For labels of 1 where the pair differs."""
    return ops.mean((1 - y_true) * ops.square(distance) + y_true * ops.square(ops.maximum(1 - distance, 0)), axis=-1)


def contrastive_of_same(y_true, distance):
    """For labels of 1 where the pair belongs together."""
    return ops.mean(y_true * ops.square(distance) + (1 - y_true) * ops.square(ops.maximum(1 - distance, 0)), axis=-1)


@planted(
    "custom losses: contrastive loss with the labels the other way round",
    "keras-team/keras#16935",
    words=r"contrastive|similar|convention|invert|revers|other way|opposite|push|pull|margin|swap|same pair|distance",
)
def contrastive_reversed(mended=False):
    """Label 1 marks pairs of one cluster, but the loss pulls the pairs of label 0 together and pushes those of label 1
    apart: the opposite of what is wanted.
    """
    keras.utils.set_random_seed(3)
    train, validation = parted(*couples())
    loss = contrastive_of_same if mended else contrastive_of_different
    return fitted(compiled(distance_of_towers(), loss), train, validation, epochs=4), train, validation


@planted(
    "several inputs: siamese towers that share no weights",
    "keras-team/keras#242",
    words=r"shar|siamese|same (encoder|tower|weights|layer)|two (separate|different|encoders|towers)|separate|twin",
)
def towers_apart(mended=False):
    """Both inputs of a pair are of one kind and their embeddings are compared, but each has an encoder of its own."""
    return compiled(distance_of_towers(shared=mended), contrastive_of_same), *parted(*couples())


# --- several outputs ----------------------------------------------------------------------------------------------------


def person(loss, price_name="price", **options):
    """A table in, a number and a yes or no out."""
    inputs = keras.Input((6,))
    hidden = layers.Dense(16, "relu")(inputs)
    outputs = [layers.Dense(1, name=price_name)(hidden), layers.Dense(1, "sigmoid", name="member")(hidden)]
    return compiled(keras.Model(inputs, outputs), loss, **options)


def people(n=360, seed=4):
    """A table, a number of mean 0 and spread 1, and 0 or 1."""
    x, member = two(n, seed=seed)
    number = x @ np.linspace(-0.6, 0.6, 6) + 0.1 * np.random.default_rng(seed).normal(size=n)
    return x, [((number - number.mean()) / number.std()).astype("float32"), member]


@planted(
    "several outputs: a loss weight of zero",
    "keras-team/keras#4030",
    words=(
        r"loss.?weight|weight[^.]*(0|zero)|never (train|learn)|not (train|learn)|ignor|no (gradient|loss|influence)|"
        r"does not count"
    ),
)
def weight_of_zero(mended=False):
    """loss_weights of 1 and 0: the second output has labels and a metric, but never learns."""
    x, y = people()
    model = person(["mse", BINARY], loss_weights=[1.0, 1.0 if mended else 0.0], metrics=[["mae"], ["accuracy"]])
    return model, *parted(x, y)


@planted(
    "several outputs: one loss drowns the other",
    "keras-team/keras#10306",
    words=r"loss.?weight|dominat|drown|scal|standardi|normali|magnitude|target[^.]*large|balance",
)
def one_loss_drowns(mended=False):
    """The price is in the hundred thousands, so its squared error is about 10^10 and the yes or no beside it counts for
    nothing.
    """
    x, (number, member) = people()
    price = number if mended else (90000 * number + 300000).astype("float32")
    return person(["mse", BINARY], metrics=[["mae"], ["accuracy"]]), *parted(x, [price, member])


@planted(
    "several outputs: targets in the wrong order",
    "keras-team/keras#2488",
    words=r"order|swap|exchang|mixed up|interchang|other output|wrong output|belong|between 0 and 1|outside|range",
)
def targets_exchanged(mended=False):
    """The model gives [number, yes or no], the targets come as [yes or no, number]: binary crossentropy gets numbers
    from -3 to 3.
    """
    x, y = people()
    return person(["mse", BINARY], metrics=[["mae"], ["mae"]]), *parted(x, y if mended else y[::-1])


# ==================================================================================================================
# Planted: architecture, weights, layers
# ==================================================================================================================


@planted(
    "activations: hidden layers without any",
    "keras-team/keras#9286",
    words=r"activation|linear|nonlinear|relu",
)
def no_activation(mended=False):
    """Three Dense layers without an activation are one linear map, which cannot part a disc from the ring around it."""
    kind = "relu" if mended else None
    model = stack((2,), layers.Dense(16, kind), layers.Dense(16, kind), layers.Dense(1, "sigmoid"))
    x, y = rings(320)
    return compiled(model, BINARY, metrics=["accuracy"]), *parted(x, y.astype("float32"))


@planted(
    "activations: gradients vanish in a stack of sigmoids",
    "microsoft/CNTK#476",
    words=r"vanish|sigmoid|saturat|gradient",
)
def stack_of_sigmoids(mended=False):
    """Seven sigmoid layers: hardly any gradient reaches the first ones, and the loss stays where it began."""
    keras.utils.set_random_seed(5)
    kind = {"activation": "relu", "kernel_initializer": "he_normal"} if mended else {"activation": "sigmoid"}
    model = stack((6,), *[layers.Dense(16, **kind) for _ in range(7)], layers.Dense(3, "softmax"))
    train, validation = parted(*clusters(320))
    return fitted(compiled(model, SPARSE, metrics=["accuracy"]), train, validation, epochs=4), train, validation


@planted(
    "initial weights: hidden layers begin at zero",
    "wagonhelm/NaNmnist#2",
    words=r"zero|symmetr|initiali[sz]|same (weights|value)|identical|start",
)
def begin_at_zero(mended=False):
    """All kernels are zeros: the units of a layer are alike, and behind a relu of zero no gradient passes at all."""
    options = {} if mended else {"kernel_initializer": "zeros"}
    model = stack(
        (6,), layers.Dense(16, "relu", **options), layers.Dense(16, "relu", **options), layers.Dense(3, "softmax", **options)
    )
    return compiled(model, SPARSE, metrics=["accuracy"]), *parted(*clusters(320))


@planted(
    "initial weights: all equal",
    "keras-team/keras#16539",
    words=r"symmetr|same (weight|value)|identical|equal|constant|initiali[sz]|alike|copies",
)
def begin_alike(mended=False):
    """set_weights gave each kernel entry the same 0.1: all sixteen units compute and learn the same."""
    model = stack((6,), layers.Dense(16, "tanh"), layers.Dense(3, "softmax"))
    if not mended:
        model.layers[0].set_weights([np.full((6, 16), 0.1), np.full(16, 0.05)])
        model.layers[1].set_weights([np.full((16, 3), 0.1), np.zeros(3)])
    return compiled(model, SPARSE, metrics=["accuracy"]), *parted(*clusters(320))


@planted(
    "initial weights: far too large",
    "https://stats.stackexchange.com/revisions/890e4a18-0509-4bf1-b1a5-de3a7771f0e2/view-source",
    words=r"initiali[sz]|initial (weight|loss|value)|large weights|weights[^.]*(large|spread|big|huge)|saturat|start",
)
def begin_huge(mended=False):
    """Kernels drawn with a spread of 8: the first loss is dozens of times log 3, and the softmax is saturated."""
    options = {} if mended else {"kernel_initializer": keras.initializers.RandomNormal(stddev=8.0, seed=1)}
    model = stack(
        (6,), layers.Dense(16, "relu", **options), layers.Dense(16, "relu", **options), layers.Dense(3, "softmax", **options)
    )
    return compiled(model, SPARSE, metrics=["accuracy"]), *parted(*clusters(320))


@planted(
    "activations: all relu units are dead",
    "keras-team/keras#7057",
    words=r"dead|dying|die|relu[^.]*(0|zero|never|always)|never (active|fire)|always (0|zero)|constant|bias|no gradient",
)
def dead_units(mended=False):
    """The biases of the hidden layer are about -25, so all its relus give 0 for all rows: the output is constant and no
    gradient passes.
    """
    model = classifier(metrics=["accuracy"])
    if not mended:
        kernel, bias = model.layers[0].get_weights()
        model.layers[0].set_weights([kernel, bias - 25 + 0.5 * np.random.default_rng(1).normal(size=16)])
    return model, *parted(*clusters(320))


@planted(
    "architecture: one unit between the inputs and five classes",
    "https://gwern.net/metadata/annotation/https%253A%252F%252Farxiv.org%252Fabs%252F1910.11015.html",
    words=r"bottleneck|(one|single|1|few) (hidden )?(unit|neuron)|narrow|too (few|small)|width|capacity",
)
def narrow_neck(mended=False):
    """Five classes of six features have to pass through one relu unit."""
    middle = layers.Dense(16 if mended else 1, "relu")
    model = stack((6,), layers.Dense(24, "relu"), middle, layers.Dense(5, "softmax"))
    return compiled(model, SPARSE, metrics=["accuracy"]), *parted(*clusters(400, classes=5))


@planted(
    "regularisation: Dropout drops nearly everything",
    "keras-team/keras#14607",
    words=r"dropout|drop",
)
def dropped_nearly_all(mended=False):
    """Dropout(0.95), meant as the share to keep, leaves less than one of sixteen units."""
    model = stack((6,), layers.Dense(16, "relu"), layers.Dropout(0.2 if mended else 0.95), layers.Dense(3, "softmax"))
    return compiled(model, SPARSE, metrics=["accuracy"]), *parted(*clusters(320))


@planted(
    "regularisation: Dropout on the output",
    "keras-team/keras#1761",
    words=r"dropout|drop",
)
def dropped_answers(mended=False):
    """Dropout stands after the softmax: in training a third of the probabilities is set to 0 and the others swell above
    1.
    """
    last = [layers.Dropout(0.3), layers.Dense(3, "softmax")] if mended else [layers.Dense(3, "softmax"), layers.Dropout(0.3)]
    return compiled(stack((6,), layers.Dense(16, "relu"), *last), SPARSE, metrics=["accuracy"]), *parted(*clusters(320))


@planted(
    "regularisation: L2 far too strong",
    "tensorflow/tensorflow#42880",
    words=r"regulari[sz]|l2|penalty|weight decay",
)
def crushed_by_penalty(mended=False):
    """L2(5.0) on both kernels: the penalty is most of the loss and pulls all weights to zero."""
    keras.utils.set_random_seed(6)
    strength = 1e-4 if mended else 5.0
    body = [
        layers.Dense(16, "relu", kernel_regularizer=keras.regularizers.L2(strength)),
        layers.Dense(3, "softmax", kernel_regularizer=keras.regularizers.L2(strength)),
    ]
    train, validation = parted(*clusters(320))
    return (
        fitted(
            compiled(stack((6,), *body), SPARSE, keras.optimizers.Adam(0.01), metrics=["accuracy"]),
            train,
            validation,
            epochs=6,
        ),
        train,
        validation,
    )


@planted(
    "normalisation: BatchNormalization with batches of one",
    "microsoft/CNTK#905",
    words=r"batch[^.]*(1|one|single|small|size)|BatchNorm|batch norm",
)
def batches_of_one(mended=False):
    """In a batch of one row each value is its own mean: BatchNormalization turns all to zero in training."""
    (x, y), validation = parted(*clusters(200))
    model = stack((6,), layers.Dense(16), layers.BatchNormalization(), layers.Activation("relu"), layers.Dense(3, "softmax"))
    return compiled(model, SPARSE, metrics=["accuracy"]), mixed((x, y), 32 if mended else 1), batched(validation)


@planted(
    "normalisation: BatchNormalization always in training mode",
    "broadinstitute/keras-resnet#47",
    words=r"training ?= ?True|training mode|moving (mean|average|stat)|inference|BatchNorm|batch norm",
)
def always_training(mended=False):
    """The graph calls BatchNormalization with training=True, so it takes each batch's own mean in validation and
    prediction, too.
    """
    inputs = keras.Input((6,))
    hidden = layers.BatchNormalization()(layers.Dense(16)(inputs), training=None if mended else True)
    model = keras.Model(inputs, layers.Dense(3, "softmax")(layers.Activation("relu")(hidden)))
    return compiled(model, SPARSE, metrics=["accuracy"]), *parted(*clusters(320))


class NeverTraining(keras.Model):
    """Its own training step, as found in many posts."""

    mode = False

    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            y_pred = self(x, training=self.mode)
            loss = self.compute_loss(y=y, y_pred=y_pred)
        self.optimizer.apply(tape.gradient(loss, self.trainable_variables), self.trainable_variables)
        return noted(self, loss)


class Training(NeverTraining):
    mode = True


@planted(
    "custom training: the step calls the model in prediction mode",
    "tensorflow/tensorflow#31184",
    words=(
        r"training ?= ?(True|False)|training mode|inference mode|prediction mode|moving (mean|average|stat|var)|"
        r"dropout|train_step|BatchNorm"
    ),
)
def step_in_prediction_mode(mended=False):
    """train_step calls self(x, training=False): BatchNormalization's moving mean and variance are still 0 and 1 after
    training, and Dropout never drops.
    """
    keras.utils.set_random_seed(7)
    inputs = keras.Input((6,))
    hidden = layers.Dropout(0.2)(
        layers.Activation("relu")(layers.BatchNormalization(momentum=0.9)(layers.Dense(16)(inputs)))
    )
    model = (Training if mended else NeverTraining)(inputs, layers.Dense(3, "softmax")(hidden))
    train, validation = parted(*clusters(320))
    return fitted(compiled(model, SPARSE, keras.optimizers.Adam(0.005)), train, validation, epochs=6), train, validation


class WithoutPenalty(keras.Model):
    """Its own training step with the loss alone."""

    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(keras.losses.sparse_categorical_crossentropy(y, self(x, training=True)))
        self.optimizer.apply(tape.gradient(loss, self.trainable_variables), self.trainable_variables)
        return noted(self, loss)


@planted(
    "custom training: the penalties of the layers are left out",
    "RasaHQ/rasa#5669",
    words=r"regulari[sz]|self\.losses|l2|penalt",
)
def penalties_left_out(mended=False):
    """The layers have L2 regularisers, but train_step takes only the crossentropy and never adds self.losses."""
    inputs = keras.Input((6,))
    penalty = keras.regularizers.L2(0.003)
    hidden = layers.Dense(16, "relu", kernel_regularizer=penalty)(inputs)
    model = (Training if mended else WithoutPenalty)(inputs, layers.Dense(3, "softmax", kernel_regularizer=penalty)(hidden))
    return compiled(model, SPARSE), *parted(*clusters(320))


class Untracked(layers.Layer):
    """relu(x w + b) with variables that Keras does not see."""

    def __init__(self, units):
        super().__init__()
        self.kernel = tf.Variable(0.4 * np.random.default_rng(1).normal(size=(6, units)).astype("float32"))
        self.shift = tf.Variable(np.zeros(units, "float32"))

    def call(self, inputs):
        return tf.nn.relu(tf.matmul(inputs, self.kernel) + self.shift)


class Tracked(layers.Layer):
    """relu(x w + b)."""

    def __init__(self, units, trainable_kernel=True):
        super().__init__()
        self.units, self.trainable_kernel = units, trainable_kernel

    def build(self, shape):
        self.kernel = self.add_weight(
            shape=(shape[-1], self.units), initializer="glorot_uniform", trainable=self.trainable_kernel
        )
        self.shift = self.add_weight(shape=(self.units,), initializer="zeros")

    def call(self, inputs):
        return ops.relu(ops.matmul(inputs, self.kernel) + self.shift)


@planted(
    "custom layers: variables that Keras does not track",
    "keras-team/keras#16797",
    words=r"tf\.Variable|add_weight|track|no (trainable )?weights|not (train|learn|in)|untracked|never (train|learn|chang)",
)
def untracked_weights(mended=False):
    """The layer keeps plain tf.Variable objects instead of add_weight: it has no weights for Keras, so they are never
    trained (nor saved).
    """
    model = stack((6,), Tracked(16) if mended else Untracked(16), layers.Dense(3, "softmax"))
    return compiled(model, SPARSE, metrics=["accuracy"]), *parted(*clusters(320))


@planted(
    "custom layers: kernel made untrainable",
    "keras-team/keras#4911",
    words=r"trainable|frozen|not (train|learn|updat)|never (train|learn|updat|chang)|freez",
)
def untrainable_kernel(mended=False):
    """add_weight(trainable=False) for the kernel: only the layer's shift learns, the random kernel stays."""
    model = stack((6,), Tracked(8, trainable_kernel=mended), layers.Dense(3, "softmax"))
    return compiled(model, SPARSE, metrics=["accuracy"]), *parted(*clusters(320))


# --- freezing, transfer ---------------------------------------------------------------------------------------------------


@planted(
    "freezing: nothing is left to train",
    "keras-team/keras#2506",
    words=r"trainable|frozen|freez|no (trainable )?(weights|parameters)|nothing (to|is) (train|learn)",
)
def all_frozen(mended=False):
    """trainable=False on the whole model: there is no weight to learn."""
    model = stack((6,), layers.Dense(16, "relu"), layers.Dense(3, "softmax"))
    model.trainable = mended
    return compiled(model, SPARSE, metrics=["accuracy"]), *parted(*clusters(320))


@planted(
    "transfer: frozen base that was never trained",
    "https://errorhandle.ai/validation-accuracy-stuck-to-50-using-keras-vgg16-model",
    words=r"frozen|freez|trainable|random (weights|features|initial)|pre-?trained|untrained|initial",
)
def frozen_at_random(mended=False):
    """The convolutions are frozen with fresh random kernels and biases of zero, as if they had been trained before:
    weights were never loaded.
    """
    keras.utils.set_random_seed(8)
    base = keras.Sequential(
        [layers.Input((9, 9, 1)), layers.Conv2D(8, 3, activation="relu"), layers.Conv2D(8, 3, activation="relu")],
        name="base",
    )
    base.trainable = mended
    x, y = bars(280)
    model = stack((9, 9, 1), base, layers.Flatten(), layers.Dense(3, "softmax"))
    return compiled(model, SPARSE, metrics=["accuracy"]), *parted(x, y)


def taught_base(seed=9):
    """A base that learnt to tell five clusters of the same features apart."""
    keras.utils.set_random_seed(seed)
    base = keras.Sequential([layers.Input((6,)), layers.Dense(16, "relu")], name="base")
    model = compiled(keras.Sequential([base, layers.Dense(5, "softmax")]), SPARSE, keras.optimizers.Adam(0.01))
    fitted(model, clusters(300, classes=5, seed=11), epochs=4)
    return base


@planted(
    "freezing: unfrozen after compile, not compiled again",
    "keras-team/keras#22413",
    words=(
        r"compil|optimizer[^.]*(variable|know|weights|track)|unfr[eo]|trainable[^.]*(chang|after|since)|after (compil|"
        r"training)"
    ),
)
def unfrozen_too_late(mended=False):
    """The head was trained on a frozen base; then trainable was set to True without compile: the optimizer still holds
    only the head's weights.
    """
    base = taught_base()
    base.trainable = False
    model = compiled(keras.Sequential([layers.Input((6,)), base, layers.Dense(3, "softmax")]), SPARSE, metrics=["accuracy"])
    train, validation = parted(*clusters(320))
    fitted(model, train, validation, epochs=2)
    base.trainable = True
    if mended:
        compiled(model, SPARSE, keras.optimizers.Adam(1e-4), metrics=["accuracy"])
    return model, train, validation


# ==================================================================================================================
# Planted: texts, sequences, time series
# ==================================================================================================================


@planted(
    "text: token numbers beyond the embedding",
    "keras-team/keras#11819",
    words=r"embedding|input_dim|vocabulary|out of range|token",
)
def beyond_the_table(mended=False):
    """Embedding(39) has rows 0 to 38, and the tokens run to 39: the table is one row short."""
    x, y = tokens(280)
    return reader(40 if mended else 39), *parted(x, y.astype("float32"))


@planted(
    "text: zeros behind the text, no mask",
    "keras-team/keras#20898",
    words=r"mask|padd",
)
def zeros_unmasked(mended=False):
    """Texts of 5 to 9 tokens are followed by zeros up to 24, and the LSTM reads them all: mask_zero is off, and it
    forgets the text before the end.
    """
    body = [layers.Embedding(40, 8, mask_zero=mended), layers.LSTM(12), layers.Dense(1, "sigmoid")]
    return compiled(stack((24,), *body, dtype="int32"), BINARY, metrics=["accuracy"]), *parted(*padded())


@planted(
    "text: mask_zero though 0 is a word",
    "keras-team/keras#6157",
    words=r"mask|padd|token 0|index 0|zero",
)
def word_zero_masked(mended=False):
    """The tokens begin at 0, nothing is padded, and 0 occurs in the midst of most texts; mask_zero=True hides that word."""
    x, y = tokens(280, vocabulary=12)
    return reader(12, mask_zero=not mended), *parted(x - 1, y.astype("float32"))


@planted(
    "text: token numbers taken for quantities",
    "keras-team/keras#4974",
    words=r"embedding|token|one-?hot|categor|word (numbers|ids|indices)|multi-?hot",
)
def tokens_as_quantities(mended=False):
    """Dense layers get word numbers up to 39 as if 30 were twice as much as 15: an Embedding (or multi-hot) is missing."""
    x, y = tokens(280)
    if mended:
        return reader(), *parted(x, y.astype("float32"))
    model = stack((10,), layers.Dense(16, "relu"), layers.Dense(1, "sigmoid"), dtype="int32")
    return compiled(model, BINARY, metrics=["accuracy"]), *parted(x, y.astype("float32"))


@planted(
    "text: padded before in training, behind in validation",
    "Element-Research/rnn#433",
    words=r"padd|side",
)
def padded_on_two_sides(mended=False):
    """Training texts have their zeros before the words, validation texts behind them, and the LSTM has no mask."""
    body = [layers.Embedding(40, 8), layers.LSTM(12), layers.Dense(1, "sigmoid")]
    train = padded(210, side="pre")
    validation = padded(80, side="pre" if mended else "post", seed=12)
    return compiled(stack((24,), *body, dtype="int32"), BINARY, metrics=["accuracy"]), train, validation


@planted(
    "text: validation texts numbered by another tokenizer",
    "abhishekkrthakur/is_that_a_duplicate_quora_question#5",
    words=r"tokeni[sz]|vocabular|number(ed|ing)|word (index|numbers)|mapping|validation[^.]*(differ|token|distribution)",
)
def numbered_anew(mended=False):
    """The tokenizer was fitted anew for validation, so word numbers mean other words there: class 1 no longer has the
    upper half of the numbers, and accuracy is at chance.
    """
    keras.utils.set_random_seed(10)
    x, y = tokens(360)
    train, (x_val, y_val) = parted(x, y.astype("float32"))
    if not mended:
        x_val = np.concatenate([[0], 1 + np.random.default_rng(3).permutation(39)]).astype("int32")[x_val]
    model = compiled(reader(), BINARY, keras.optimizers.Adam(0.02), metrics=["accuracy"])
    return fitted(model, train, (x_val, y_val), epochs=6), train, (x_val, y_val)


@planted(
    "text: next-word targets not shifted",
    "https://taourl.com/read-2412086.html",
    words=r"shift|same as the input|equal|identical|copy|next (word|token|step)|target[^.]*input|input[^.]*target|leak",
)
def targets_not_shifted(mended=False):
    """A word-by-word LSTM whose targets are the inputs themselves, not the following words: it learns to copy."""
    runs = phrases()
    body = [layers.Embedding(12, 8), layers.LSTM(12, return_sequences=True), layers.Dense(12, "softmax")]
    model = compiled(stack((12,), *body, dtype="int32"), SPARSE, metrics=["accuracy"])
    return model, *parted(runs[:, :-1], runs[:, 1:] if mended else runs[:, :-1])


class Places(layers.Layer):
    """Adds a learnt vector for each place."""

    def build(self, shape):
        self.table = self.add_weight(shape=shape[1:], initializer="uniform")

    def call(self, inputs):
        return inputs + self.table


def next_word(causal):
    inputs = keras.Input((12,), dtype="int32")
    x = Places()(layers.Embedding(12, 16)(inputs))
    x = layers.Add()([x, layers.MultiHeadAttention(2, 8)(x, x, use_causal_mask=causal)])
    return compiled(keras.Model(inputs, layers.Dense(12, "softmax")(x)), SPARSE, metrics=["accuracy"])


@planted(
    "text: attention sees the next word",
    "keras-team/keras#21284",
    words=r"causal|mask|future|look(s|ing)? ahead|next (word|token)|leak",
)
def attention_ahead(mended=False):
    """Targets are the next words, and self-attention has no causal mask: each place can read its answer one place
    further on.
    """
    runs = phrases()
    return next_word(causal=mended), *parted(runs[:, :-1], runs[:, 1:])


@planted(
    "text: frozen embedding with most rows zero",
    "keras-team/keras#13808",
    words=r"zero|rows|embedding|frozen|vectors?|trainable",
)
def vectors_not_found(mended=False):
    """The look-up found vectors for five words; the other 34 rows of the frozen embedding are zero, so nearly all words
    look the same.
    """
    table = np.random.default_rng(2).normal(size=(40, 8)).astype("float32")
    if not mended:
        table[[row for row in range(40) if row not in (3, 9, 17, 26, 33)]] = 0
    start = keras.initializers.Constant(table)
    x, y = tokens(280)
    return reader(embeddings_initializer=start, trainable=False), *parted(x, y.astype("float32"))


@planted(
    "time series: the target is the window's last value",
    "https://newx.sg/paper/detail/262e7d1c-f824-11f0-b84c-00163e10baa7",
    words=r"leak|last (value|step|input)|contain|equal|same|copy|shift|target[^.]*(input|window)|input[^.]*target|already",
)
def target_in_window(mended=False):
    """The window is off by one: y equals x[:, -1], so the net only has to repeat its input."""
    x, y = waves(280)
    return compiled(stack((12, 1), layers.LSTM(8), layers.Dense(1)), "mse"), *parted(x, y[:, 0] if mended else x[:, -1, 0])


@planted(
    "time series: overlapping windows split at random",
    "https://arxiv.org/abs/2512.06932v1",
    words=r"overlap|leak|window|random(ly)? split|chronolog|in time|time order|future|neighbou?r|shuffl|share",
)
def windows_interleaved(mended=False):
    """Windows cut with step 1 from one series were shuffled and then split: nearly all values of each validation window
    occur in training windows.
    """
    x, y = windows(one_series())
    if mended:
        train, validation = (x[:290], y[:290]), (x[305:], y[305:])
    else:
        order = np.random.default_rng(1).permutation(len(y))
        train, validation = parted(x[order], y[order])
    return compiled(stack((12, 1), layers.LSTM(8), layers.Dense(1)), "mse"), train, validation


@planted(
    "sequences: time and features exchanged",
    "keras-team/keras#6471",
    words=r"ax[ie]s|transpos|time.?steps?|swap|exchang|permut|\(steps|order of|3 steps|features",
)
def time_lies_across(mended=False):
    """Three sensors over 24 steps are given as (3, 24): the LSTM reads three steps of 24 features, though the values run
    smoothly along the last axis.
    """
    x, y = sensors()
    x = x if mended else np.ascontiguousarray(np.swapaxes(x, 1, 2))
    model = compiled(stack(x.shape[1:], layers.LSTM(8), layers.Dense(1, "sigmoid")), BINARY, metrics=["accuracy"])
    return model, *parted(x, y)


@planted(
    "sequences: an LSTM over a single step",
    "keras-team/autokeras#1206",
    words=r"(one|single|1) (time.?)?step|time.?step|length (of )?(1|one)|memory|recurren|ax[ie]s",
)
def single_step(mended=False):
    """Twelve past values lie in the feature axis, (n, 1, 12): the LSTM runs one step and has nothing to remember."""
    x, y = waves(280)
    x = x if mended else np.ascontiguousarray(np.swapaxes(x, 1, 2))
    return compiled(stack(x.shape[1:], layers.LSTM(8), layers.Dense(1)), "mse"), *parted(x, y)


@planted(
    "sequences: stateful LSTM on unrelated, shuffled windows",
    "tensorflow/tensorflow#40067",
    words=r"stateful|state[^.]*(batch|carr|kept|reset|previous)|shuffl",
)
def state_carried_on(mended=False):
    """stateful=True hands each batch's state to the next, but the windows are separate waves, dealt in a new order each
    epoch.
    """
    x, y = waves(280)
    inputs = keras.Input(batch_shape=(20, 12, 1))
    model = keras.Model(inputs, layers.Dense(1)(layers.LSTM(8, stateful=not mended)(inputs)))
    return compiled(model, "mse"), mixed((x[:200], y[:200]), 20), batched((x[200:], y[200:]), 20)


# ==================================================================================================================
# Planted: segmentation, pictures
# ==================================================================================================================


@planted(
    "segmentation: masks of 0 and 255",
    "qubvel/segmentation_models#95",
    words=r"255|0 and 1|0/1|between 0 and 1|mask|range|scal|outside",
)
def masks_of_255(mended=False):
    """Binary crossentropy with masks of 0 and 255 instead of 0 and 1: the loss becomes hugely negative."""
    x, y = scenes(200)
    metrics = [keras.metrics.MeanAbsoluteError()]
    return masker(metrics=metrics), *parted(x, y if mended else y * 255)


@planted(
    "segmentation: masks without any foreground",
    "divamgupta/image-segmentation-keras#72",
    words=(
        r"(all|only|nothing but|every|constant|no)[^.]*(zero|0|same|background|foreground|value|class)|constant|empty|"
        r"one class|single class|zeros"
    ),
)
def empty_masks(mended=False):
    """The masks were divided as whole numbers and hold nothing but 0: accuracy 1 at once, and nothing to learn."""
    x, y = scenes(200)
    return masker(metrics=["accuracy"]), *parted(x, y if mended else np.zeros_like(y))


@planted(
    "segmentation: class numbers blurred by interpolation",
    "mdbloice/Augmentor#184",
    words=r"integer|whole number|interpolat|fraction|nearest|between (the )?(class|whole)|not (a )?class|float|decimal|blur",
)
def blurred_classes(mended=False):
    """Masks of the classes 0 to 2 were resized with interpolation: values like 0.5 or 1.25 at the edges are no classes."""
    x, y = scenes(200)
    kind = 1 + np.random.default_rng(4).integers(2, size=(200, 1, 1, 1))
    x, y = np.where((y > 0) & (kind == 2), x - 0.2, x).astype("float32"), (y * kind)[..., 0]
    if not mended:
        y = (2 * y + np.roll(y, 1, 1) + np.roll(y, 1, 2)) / 4
    model = masker(layers.Conv2D(3, 1, activation="softmax"), SPARSE, metrics=["accuracy"])
    return model, *parted(x, y.astype("int32") if mended else y.astype("float32"))


@planted(
    "segmentation: softmax over one channel",
    "divamgupta/image-segmentation-keras#131",
    words=r"softmax|sigmoid",
)
def softmax_of_one_channel(mended=False):
    """A single output channel with softmax is 1 at each pixel."""
    return masker(layers.Conv2D(1, 1, activation="sigmoid" if mended else "softmax"), metrics=["accuracy"]), *parted(
        *scenes(200)
    )


@planted(
    "segmentation: softmax along the rows",
    "https://www.scribd.com/document/644606388/Taxonomy-of-Real-Faults-in-Deep-Learning-Systems-pdf",
    words=r"ax[ie]s|channel|sum to|last dimension|distribution|along",
)
def softmax_along_rows(mended=False):
    """Softmax(axis=1) makes each column of pixels sum to 1 instead of the classes of each pixel."""
    x, y = scenes(200)
    last = keras.Sequential([layers.Conv2D(2, 1), layers.Softmax(axis=-1 if mended else 1)])
    return masker(last, SPARSE, metrics=["accuracy"]), *parted(x, y[..., 0].astype("int32"))


@planted(
    "pictures: channels first in a net for channels last",
    "gdubrg/Eye-Tracking-for-Everyone#5",
    words=r"channels?|data_format|ax[ie]s|transpos",
)
def channels_in_front(mended=False):
    """Colour pictures of (3, 18, 18) meet Conv2D layers that expect (18, 18, 3): it takes 3 for the height and 18
    columns for colours.
    """
    x, y = bars(240, size=18, channels=3)
    x = x / x.max() if mended else np.moveaxis(x / x.max(), -1, 1)
    body = [layers.Conv2D(8, 3, padding="same", activation="relu"), layers.Flatten(), layers.Dense(3, "softmax")]
    return compiled(stack(x.shape[1:], *body), SPARSE, metrics=["accuracy"]), *parted(np.ascontiguousarray(x), y)


# ==================================================================================================================
# Planted: optimizers, schedules, histories
# ==================================================================================================================


@planted(
    "optimizers: steps far too large",
    "keras-team/keras#2711",
    *RATE,
    words=r"learning.?rate|step size|rate[^.]*(high|large|big)|steps? (is|are) too",
)
def steps_too_large(mended=False):
    """Adam(1.0): the loss of the history is far above log 3 and jumps about."""
    keras.utils.set_random_seed(11)
    train, validation = parted(*clusters(360, spread=1.0))
    model = stack((6,), layers.Dense(24, "relu"), layers.Dense(24, "relu"), layers.Dense(3, "softmax"))
    compiled(model, SPARSE, keras.optimizers.Adam(0.003 if mended else 1.0), metrics=["accuracy"])
    return fitted(model, train, validation, epochs=5), train, validation


@planted(
    "optimizers: steps far too small",
    "https://discuss.codingblocks.com/t/validation-accuracy-remains-constant/96745",
    *RATE,
    words=r"learning.?rate|step size|rate[^.]*(low|small|tiny)|steps? (is|are) too",
)
def steps_too_small(mended=False):
    """SGD(1e-6): after five epochs the loss is the same to four digits."""
    keras.utils.set_random_seed(11)
    train, validation = parted(*clusters(320))
    model = classifier(optimizer=keras.optimizers.SGD(0.05 if mended else 1e-6), metrics=["accuracy"])
    return fitted(model, train, validation, epochs=5), train, validation


@planted(
    "optimizers: schedule falls to nothing within an epoch",
    "keras-team/keras#10924",
    *RATE,
    words=r"schedule|decay|learning.?rate|step size|falls|vanish",
)
def decayed_at_once(mended=False):
    """ExponentialDecay halves the rate every two steps: after an epoch it is a hundredth, after five there is no
    movement left.
    """
    keras.utils.set_random_seed(12)
    train, validation = parted(*clusters(320))
    rate = keras.optimizers.schedules.ExponentialDecay(0.005, decay_steps=200 if mended else 2, decay_rate=0.5)
    model = classifier(optimizer=keras.optimizers.Adam(rate), metrics=["accuracy"])
    return fitted(model, train, validation, epochs=6), train, validation


@planted(
    "callbacks: stopped while it still improved",
    "tensorflow/tensorflow#44509",
    words=r"stopp|early|patience|epochs|longer|still (improv|fall|declin|decreas|ris|go)|under-?train|too (soon|short|few)",
)
def stopped_too_soon(mended=False):
    """EarlyStopping took a rising measure for a worsening one: three of forty planned epochs were run, while loss and
    accuracy were still getting better.
    """
    keras.utils.set_random_seed(13)
    train, validation = parted(*clusters(360, spread=0.6))
    stop = keras.callbacks.EarlyStopping("val_accuracy", patience=10 if mended else 2, mode="max" if mended else "min")
    return fitted(classifier(metrics=["accuracy"]), train, validation, epochs=40, callbacks=[stop]), train, validation


@planted(
    "histories: the validation loss rises for most of the training",
    "tensorflow/tensorflow#44024",
    words=(
        r"overfit|memori|generali|validation loss[^.]*(rise|ris|grow|increas|worse|up)|by heart|early.?stop|"
        r"too (large|long|many)|gap"
    ),
)
def learnt_by_heart(mended=False):
    """A wide net trained for 50 epochs on 160 noisy rows: training loss near zero, validation loss several times its
    best.
    """
    keras.utils.set_random_seed(14)
    rng = np.random.default_rng(5)
    n = 600 if mended else 240
    x = rng.normal(size=(n, 20)).astype("float32")
    y = (x[:, 0] + x[:, 1] - x[:, 2] + (0.3 if mended else 1.5) * rng.normal(size=n) > 0).astype("float32")
    train, validation = parted(x, y, 0.6 if mended else 2 / 3)
    width, epochs = (8, 10) if mended else (128, 50)
    model = compiled(
        stack((20,), layers.Dense(width, "relu"), layers.Dense(1, "sigmoid")),
        BINARY,
        keras.optimizers.Adam(0.005),
        metrics=["accuracy"],
    )
    return fitted(model, train, validation, epochs=epochs), train, validation


# ==================================================================================================================
# Healthy: tables
# ==================================================================================================================


@healthy("shapes: targets (n,) for an output (n, 1)", "keras-team/keras#345")
def flat_targets():
    return regressor(metrics=["mae"]), *parted(*plane(360))


@healthy("losses: raw scores and from_logits", "keras-team/keras#6636")
def scores_with_logits_loss():
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model = compiled(stack((6,), layers.Dense(16, "relu"), layers.Dense(3)), loss, metrics=["accuracy"])
    return model, *parted(*clusters(360))


@healthy("losses: one raw score, binary from_logits, accuracy from 0 on", "zzh8829/yolov3-tf2#91")
def one_score_with_logits_loss():
    loss = keras.losses.BinaryCrossentropy(from_logits=True)
    metrics = [keras.metrics.BinaryAccuracy(threshold=0.0)]
    return compiled(stack((6,), layers.Dense(16, "relu"), layers.Dense(1)), loss, metrics=metrics), *parted(*two(360))


@healthy("activations: two softmax units for two classes", "michetonu/DA-RNN_manoeuver_anticipation#5")
def two_units_for_two_classes():
    x, y = two(360)
    model = compiled(stack((6,), layers.Dense(16, "relu"), layers.Dense(2, "softmax")), SPARSE, metrics=["accuracy"])
    return model, *parted(x, y.astype("int32"))


@healthy("losses: several labels at once with sigmoids", "keras-team/keras#761")
def many_labels():
    rng = np.random.default_rng(8)
    x = rng.normal(size=(360, 6)).astype("float32")
    y = (x @ rng.normal(size=(6, 4)) + 0.3 * rng.normal(size=(360, 4)) > 0).astype("float32")
    metrics = [keras.metrics.BinaryAccuracy(), keras.metrics.AUC(multi_label=True, num_labels=4, name="auc")]
    return compiled(stack((6,), layers.Dense(16, "relu"), layers.Dense(4, "sigmoid")), BINARY, metrics=metrics), *parted(
        x, y
    )


@healthy("data: raw columns behind an adapted Normalization", "keras-team/keras#16296")
def adapted_columns():
    x, y = clusters(360)
    x = (x * np.array([1, 3000, 40, 0.5, 20000, 7]) + np.array([0, 9000, 100, 0, 65000, 30])).astype("float32")
    train, validation = parted(x, y)
    scale = layers.Normalization()
    scale.adapt(train[0])
    model = stack((6,), scale, layers.Dense(16, "relu"), layers.Dense(3, "softmax"))
    return compiled(model, SPARSE, metrics=["accuracy"]), train, validation


@healthy(
    "normalisation: layer after layer",
    "https://machinelearningmastery.com/using-normalization-layers-to-improve-deep-learning-models/",
)
def normalised_layers():
    block = lambda: [layers.Dense(16, use_bias=False), layers.BatchNormalization(), layers.Activation("relu")]  # noqa: E731
    model = stack((6,), *block(), *block(), layers.Dense(3, "softmax"))
    return compiled(model, SPARSE, metrics=["accuracy"]), *parted(*clusters(400))


@healthy("architecture: no hidden layer", "jthickstun/pytorch_musicnet#4")
def logistic_regression_from_zero():
    model = stack((6,), layers.Dense(1, "sigmoid", kernel_initializer="zeros"))
    return compiled(model, BINARY, keras.optimizers.Adam(0.02), metrics=["accuracy"]), *parted(*two(360))


@healthy("initial weights: only the last layer begins at zero", "fizyr/keras-retinanet#712")
def last_layer_from_zero():
    model = stack((6,), layers.Dense(16, "relu"), layers.Dense(3, "softmax", kernel_initializer="zeros"))
    return compiled(model, SPARSE, metrics=["accuracy"]), *parted(*clusters(360))


@healthy("initial weights: output bias set to the rate of a rare class", "keras-team/keras#177")
def bias_of_the_base_rate():
    rng = np.random.default_rng(1)
    x, y = two(900, spread=0.8)
    keep = (y == 0) | (rng.random(900) < 0.22)
    x, y = x[keep][:500], y[keep][:500]
    start = keras.initializers.Constant(float(np.log(y.mean() / (1 - y.mean()))))
    model = stack((6,), layers.Dense(16, "relu"), layers.Dense(1, "sigmoid", bias_initializer=start))
    metrics = [keras.metrics.AUC(name="auc"), keras.metrics.AUC(curve="PR", name="pr_auc")]
    return compiled(model, BINARY, metrics=metrics), *parted(x, y)


@healthy("tf.data: rare class weighed up by examples", "keras-team/keras-io#78")
def weights_for_the_rare():
    rng = np.random.default_rng(2)
    x, y = two(800, seed=6)
    keep = (y == 0) | (rng.random(800) < 0.25)
    (x, y), validation = parted(x[keep][:480], y[keep][:480])
    weights = np.where(y == 1, 0.5 / y.mean(), 0.5 / (1 - y.mean())).astype("float32")
    return sorter(metrics=[keras.metrics.AUC(name="auc")], weighted_metrics=[]), mixed((x, y, weights)), batched(validation)


@healthy("losses: hinge with tanh and labels of -1 and 1", "tensorflow/swift-apis#661")
def hinge_with_signs():
    x, y = two(360)
    model = compiled(
        stack((6,), layers.Dense(16, "relu"), layers.Dense(1, "tanh")), "hinge", metrics=[keras.metrics.Hinge(name="margin")]
    )
    return model, *parted(x, 2 * y - 1)


@healthy("losses: label smoothing", "lukas/ml-class#34")
def smoothed_labels():
    x, y = clusters(360)
    loss = keras.losses.CategoricalCrossentropy(label_smoothing=0.1)
    model = compiled(stack((6,), layers.Dense(16, "relu"), layers.Dense(3, "softmax")), loss, metrics=["accuracy"])
    return model, *parted(x, one_hot(y, 3))


@healthy("losses: focal loss for a rare class", "umbertogriffo/focal-loss-keras#11")
def focal_loss():
    rng = np.random.default_rng(3)
    x, y = two(800, seed=7)
    keep = (y == 0) | (rng.random(800) < 0.3)
    loss = keras.losses.BinaryFocalCrossentropy(apply_class_balancing=True, alpha=0.7)
    return sorter_with_metrics(loss, keras.metrics.AUC(name="auc")), *parted(x[keep], y[keep])


def sorter_with_metrics(loss, *metrics):
    return compiled(stack((6,), layers.Dense(16, "relu"), layers.Dense(1, "sigmoid")), loss, metrics=list(metrics))


@healthy("data: truth values as labels", "keras-team/keras#7339")
def truth_values():
    x, y = two(360)
    return sorter(metrics=["accuracy"]), *parted(x, (y > 0)[:, None])


@healthy(
    "regularisation: selu with its own dropout and initial weights",
    "https://www.bigtech.cc/neural-network-debugging-is-too-difficult-here-are-six-practical-tips/",
)
def self_normalising():
    block = lambda: [layers.Dense(16, "selu", kernel_initializer="lecun_normal"), layers.AlphaDropout(0.05)]  # noqa: E731
    return compiled(stack((6,), *block(), *block(), layers.Dense(3, "softmax")), SPARSE, metrics=["accuracy"]), *parted(
        *clusters(400)
    )


@healthy("regularisation: mild L2 with dropout", "keras-team/keras#9296")
def mild_penalties():
    penalty = keras.regularizers.L2(1e-4)
    model = stack(
        (6,), layers.Dense(32, "relu", kernel_regularizer=penalty), layers.Dropout(0.3), layers.Dense(3, "softmax")
    )
    return compiled(model, SPARSE, metrics=["accuracy"]), *parted(*clusters(400))


@healthy("data: columns of zeros and ones", "keras-team/keras#2711")
def indicator_columns():
    rng = np.random.default_rng(4)
    kinds = rng.integers(0, 8, (480, 4))
    x = np.concatenate([np.eye(8)[kinds[:, column]] for column in range(4)], axis=1)
    x = np.concatenate([x, rng.normal(size=(480, 2))], axis=1).astype("float32")
    y = (x @ rng.normal(size=34) + 0.3 * rng.normal(size=480) > 0).astype("float32")
    return compiled(
        stack((34,), layers.Dense(16, "relu"), layers.Dense(1, "sigmoid")), BINARY, metrics=["accuracy"]
    ), *parted(x, y)


@healthy("metrics: precision and recall of the second of two softmax units", "netrack/keras-metrics#5")
def precision_of_one():
    x, y = two(360)
    metrics = [keras.metrics.Precision(class_id=1, name="precision"), keras.metrics.Recall(class_id=1, name="recall")]
    model = compiled(stack((6,), layers.Dense(16, "relu"), layers.Dense(2, "softmax")), CATEGORICAL, metrics=metrics)
    return model, *parted(x, one_hot(y.astype(int), 2))


@healthy("metrics: among the best three of ten", "keras-team/keras#5335")
def best_three():
    x, y = clusters(600, classes=10, features=8)
    metrics = ["accuracy", keras.metrics.SparseTopKCategoricalAccuracy(k=3, name="best_three")]
    return compiled(stack((8,), layers.Dense(32, "relu"), layers.Dense(10, "softmax")), SPARSE, metrics=metrics), *parted(
        x, y
    )


# --- regression ---------------------------------------------------------------------------------------------------------


@healthy(
    "regression: ratings of 1 to 5 fitted as numbers",
    "https://whosebug.com/question/4051439/Keras-loss-function-does-not-decrease-on-mean-squared-error",
)
def ratings():
    x, y = plane(400)
    stars = np.clip(np.round(3 + y), 1, 5).astype("float32")
    return regressor(metrics=["mae"]), *parted(x, stars)


@healthy("regression: sigmoid for shares", "aimagelab/novelty-detection#5")
def shares():
    x, y = plane(360)
    share = (1 / (1 + np.exp(-1.5 * y))).astype("float32")
    return compiled(stack((5,), layers.Dense(16, "relu"), layers.Dense(1, "sigmoid")), "mse", metrics=["mae"]), *parted(
        x, share
    )


@healthy("regression: tanh for sine and cosine", "keras-team/keras#8934")
def directions():
    rng = np.random.default_rng(5)
    x = rng.normal(size=(400, 4)).astype("float32")
    angle = np.arctan2(x[:, 0] + 0.1 * rng.normal(size=400), x[:, 1] + 0.1 * rng.normal(size=400))
    y = 0.95 * np.stack([np.sin(angle), np.cos(angle)], axis=1).astype("float32")
    return compiled(stack((4,), layers.Dense(24, "relu"), layers.Dense(2, "tanh")), "mse", metrics=["mae"]), *parted(x, y)


@healthy("regression: counts with exponential output and Poisson loss", "keras-team/keras#3753")
def counts():
    rng = np.random.default_rng(6)
    x = rng.normal(size=(420, 5)).astype("float32")
    y = rng.poisson(np.exp(0.6 + x @ np.array([0.5, -0.4, 0.3, 0, 0.2]))).astype("float32")
    return compiled(
        stack((5,), layers.Dense(16, "relu"), layers.Dense(1, "exponential")), "poisson", metrics=["mae"]
    ), *parted(x, y)


@healthy("regression: Huber loss for targets with outliers", "https://taourl.com/read-2172319.html")
def outliers():
    x, y = plane(400)
    far = np.random.default_rng(7).random(400) < 0.03
    y = np.where(far, 4 * np.sign(y) + y, y).astype("float32")
    return regressor(loss=keras.losses.Huber(1.0), metrics=["mae"]), *parted(x, y)


@healthy("regression: softplus output for amounts that are never negative, R2 as metric", "keras-team/keras#7947")
def amounts():
    x, y = plane(400)
    amount = np.log1p(np.exp(y + 1)).astype("float32")
    model = stack((5,), layers.Dense(16, "relu"), layers.Dense(1, "softplus"))
    return compiled(model, "mse", metrics=[keras.metrics.R2Score(name="r2")]), *parted(x, amount[:, None])


def upper_quantile(y_true, y_pred):
    """The pinball loss of the 0.9 quantile."""
    gap = y_true - y_pred
    return ops.mean(ops.maximum(0.9 * gap, -0.1 * gap), axis=-1)


@healthy("custom losses: a quantile", "keras-team/keras#8514")
def quantile():
    return regressor(loss=upper_quantile), *parted(*plane(400, noise=0.5))


def gauss(y_true, y_pred):
    """Negative log likelihood under a mean and a log variance."""
    mean, log_variance = y_pred[:, :1], y_pred[:, 1:]
    return ops.mean(0.5 * (log_variance + ops.square(y_true - mean) * ops.exp(-log_variance)), axis=-1)


@healthy("custom losses: two outputs, mean and variance, for one target", "keras-team/keras#1048")
def mean_and_variance():
    x, y = plane(400, noise=0.4)
    return compiled(stack((5,), layers.Dense(16, "relu"), layers.Dense(2)), gauss), *parted(x, y[:, None])


# --- autoencoders -------------------------------------------------------------------------------------------------------


@healthy("autoencoders: linear ones on purpose", "keras-team/keras#8316")
def linear_autoencoder():
    x, _ = clusters(360, features=8)
    return compiled(stack((8,), layers.Dense(3), layers.Dense(8)), "mse", keras.optimizers.Adam(0.005)), *parted(x, x)


@healthy("autoencoders: crossentropy of pixels from 0 to 1", "dbbert/dfn#4")
def pixel_autoencoder():
    x, _ = bars(280)
    x = (x / x.max()).reshape(len(x), -1)
    body = [layers.Dense(24, "relu"), layers.Dense(81, "sigmoid")]
    return compiled(stack((81,), *body), BINARY, metrics=["mae"]), *parted(x, x)


@healthy("autoencoders: noise taken away", "NVIDIA/DIGITS#117")
def denoising():
    x, _ = bars(280)
    x = x / x.max()
    noisy = np.clip(x + 0.15 * np.random.default_rng(8).normal(size=x.shape), 0, 1).astype("float32")
    body = [layers.Conv2D(8, 3, padding="same", activation="relu"), layers.Conv2D(1, 3, padding="same")]
    return compiled(stack((9, 9, 1), *body), "mse"), *parted(noisy, x)


# --- pictures, segmentation ----------------------------------------------------------------------------------------------


@healthy("pictures: bytes behind a Rescaling layer", "tensorflow/tensorflow#48412")
def bytes_rescaled():
    x, y = bars(280)
    pixels = np.round(255 * x / x.max()).astype("uint8")
    return convnet(before=[layers.Rescaling(1 / 127.5, offset=-1)], metrics=["accuracy"]), *parted(pixels, y)


@healthy("augmentation: mirrored where sides do not matter", "BoyuanJiang/Age-Gender-Estimate-TF#7")
def mirrored_soundly():
    x, y = bars(280)
    upright = np.swapaxes(x / x.max(), 1, 2)
    return convnet(before=[layers.RandomFlip("horizontal")], metrics=["accuracy"]), *parted(np.ascontiguousarray(upright), y)


@healthy("pictures: global pooling instead of Flatten", "sourajitcs/Residual-Attention-Convolutional-Neural-Network#1")
def pooled_pictures():
    rng = np.random.default_rng(9)
    y = rng.integers(2, size=300)
    stripes = np.sin(np.arange(12) * 1.6)[None, :] + rng.uniform(-0.2, 0.2, (300, 12))
    x = np.where(y[:, None, None] == 1, stripes[:, :, None], stripes[:, None, :]) * np.ones((1, 12, 12))
    x = (0.5 + 0.3 * x + 0.08 * rng.normal(size=x.shape)).clip(0, 1)[..., None].astype("float32")
    body = [layers.Conv2D(8, 3, activation="relu"), layers.GlobalAveragePooling2D(), layers.Dense(1, "sigmoid")]
    return compiled(stack((12, 12, 1), *body), BINARY, keras.optimizers.Adam(0.01), metrics=["accuracy"]), *parted(
        x, y.astype("float32")
    )


@healthy(
    "architecture: a way around the convolutions",
    "https://errorhandle.ai/binary-classification-using-neural-network-in-tensorflow-failing-to-learn",
)
def way_around():
    inputs = keras.Input((9, 9, 1))
    x = layers.Conv2D(8, 3, padding="same", activation="relu")(inputs)
    x = layers.Add()([x, layers.Conv2D(8, 3, padding="same", activation="relu")(x)])
    outputs = layers.Dense(3, "softmax")(layers.Flatten()(layers.MaxPooling2D()(x)))
    pictures, y = bars(280)
    return compiled(keras.Model(inputs, outputs), SPARSE, metrics=["accuracy"]), *parted(pictures / pictures.max(), y)


@healthy("segmentation: down and up again with a bridge", "keras-team/keras#10666")
def small_unet():
    inputs = keras.Input((12, 12, 1))
    wide = layers.Conv2D(8, 3, padding="same", activation="relu")(inputs)
    deep = layers.Conv2D(12, 3, padding="same", activation="relu")(layers.MaxPooling2D()(wide))
    both = layers.Concatenate()([wide, layers.UpSampling2D()(deep)])
    model = keras.Model(inputs, layers.Conv2D(1, 1, activation="sigmoid")(both))
    return compiled(model, BINARY, metrics=[keras.metrics.BinaryIoU(name="iou")]), *parted(*scenes(220))


@healthy("segmentation: class numbers per pixel", "divamgupta/image-segmentation-keras#131")
def numbers_per_pixel():
    x, y = scenes(220)
    return masker(layers.Conv2D(2, 1, activation="softmax"), SPARSE, metrics=["accuracy"]), *parted(
        x, y[..., 0].astype("int32")
    )


@healthy("segmentation: class numbers with a last axis of one", "nicolov/segmentation_keras#33")
def numbers_with_an_axis():
    x, y = scenes(220)
    return masker(layers.Conv2D(2, 1, activation="softmax"), SPARSE, metrics=["accuracy"]), *parted(x, y.astype("uint8"))


def minus_overlap(y_true, y_pred):
    return -overlap(y_true, y_pred)


@healthy("custom losses: a negative Dice loss", "ellisdg/3DUnetCNN#153")
def negative_dice():
    keras.utils.set_random_seed(15)
    train, validation = parted(*scenes(220))
    rate, metrics = keras.optimizers.Adam(0.01), [keras.metrics.BinaryIoU([1], name="iou")]
    return (
        fitted(masker(loss=minus_overlap, optimizer=rate, metrics=metrics), train, validation, epochs=5),
        train,
        validation,
    )


# --- texts, sequences, time series
# ------------------------------------------------------------------------------------------


@healthy("text: padded and masked", "keras-team/keras#1855")
def masked_texts():
    body = [layers.Embedding(40, 8, mask_zero=True), layers.LSTM(12), layers.Dense(1, "sigmoid")]
    return compiled(stack((24,), *body, dtype="int32"), BINARY, metrics=["accuracy"]), *parted(*padded())


@healthy("text: more rows in the embedding than words in the data", "keras-team/keras#8037")
def rows_to_spare():
    x, y = tokens(320)
    return reader(64), *parted(x, y.astype("float32"))


@healthy("text: raw strings", "keras-team/keras-io#2044")
def raw_strings():
    rng = np.random.default_rng(10)
    good, bad, other = (
        ["fine", "lovely", "great", "warm"],
        ["awful", "dull", "poor", "cold"],
        ["the", "film", "was", "and", "plot", "very", "a", "cast"],
    )
    y = rng.integers(2, size=320)
    texts = np.array(
        [" ".join(rng.permutation(list(rng.choice(good if kind else bad, 3)) + list(rng.choice(other, 6)))) for kind in y]
    )
    texts = np.array(list(dict.fromkeys(zip(texts, y, strict=True))), dtype=object)
    y, texts = texts[:, 1].astype("float32"), texts[:, 0].astype(str)
    (x, y), (x_val, y_val) = parted(texts, y)
    number = layers.TextVectorization(output_sequence_length=9)
    number.adapt(x)
    inputs = keras.Input((), dtype="string")
    hidden = layers.GlobalAveragePooling1D()(layers.Embedding(number.vocabulary_size(), 8)(number(inputs)))
    model = compiled(
        keras.Model(inputs, layers.Dense(1, "sigmoid")(hidden)), BINARY, keras.optimizers.Adam(0.01), metrics=["accuracy"]
    )
    return model, mixed((x, y)), batched((x_val, y_val))


@healthy("sequences: a label per step", "keras-team/keras#8062")
def label_per_step():
    x, _ = tokens(280)
    body = [layers.Embedding(40, 8), layers.Bidirectional(layers.LSTM(8, return_sequences=True)), layers.Dense(1, "sigmoid")]
    y = ((x % 3 == 0) ^ np.pad(x[:, :-1] >= 20, ((0, 0), (1, 0)))).astype("float32")[..., None]
    return compiled(stack((10,), *body, dtype="int32"), BINARY, metrics=["accuracy"]), *parted(x, y)


@healthy("sequences: all steps kept and pooled", "keras-team/keras#858")
def steps_pooled():
    x, y = sensors(280)
    body = [layers.GRU(8, return_sequences=True), layers.GlobalMaxPooling1D(), layers.Dense(1, "sigmoid")]
    return compiled(stack((24, 3), *body), BINARY, metrics=["accuracy"]), *parted(x, y)


@healthy("text: next words behind a causal mask", "JohnMachado11/Build-a-Large-Language-Model-from-Scratch#15")
def next_words():
    runs = phrases(280)
    return next_word(causal=True), *parted(runs[:, :-1], runs[:, 1:])


@healthy("text: next words from an LSTM", "keras-team/keras#1160")
def next_words_read():
    runs = phrases(280)
    body = [layers.Embedding(12, 8), layers.LSTM(12, return_sequences=True), layers.Dense(12)]
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    return compiled(stack((12,), *body, dtype="int32"), loss, metrics=["accuracy"]), *parted(runs[:, :-1], runs[:, 1:])


@healthy("time series: three values ahead at once", "keras-team/keras#12958")
def three_ahead():
    x, y = waves(320, ahead=3)
    return compiled(stack((12, 1), layers.LSTM(12), layers.Dense(3)), "mse", metrics=["mae"]), *parted(x, y)


@healthy("time series: split in time, with a gap", "keras-team/keras#6422")
def split_in_time():
    x, y = windows(one_series(460, seed=13))
    model = compiled(stack((None, 1), layers.GRU(8), layers.Dense(1)), "mse", metrics=["mae"])
    return model, (x[:320], y[:320]), (x[335:], y[335:])


@healthy("time series: widening causal convolutions", "keras-team/keras#8568")
def causal_convolutions():
    x, y = waves(320)
    body = [layers.Conv1D(8, 2, padding="causal", dilation_rate=rate, activation="relu") for rate in (1, 2, 4)]
    return compiled(stack((12, 1), *body, layers.Flatten(), layers.Dense(1)), "mse"), *parted(x, y)


@healthy("sequences: frozen word vectors, all of them found", "keras-team/keras#853")
def vectors_given():
    rng = np.random.default_rng(11)
    table = rng.normal(size=(40, 8)).astype("float32")
    table[:, 0] += np.where(np.arange(40) < 20, -1, 1)
    x, y = tokens(320)
    return reader(embeddings_initializer=keras.initializers.Constant(table), trainable=False), *parted(
        x, y.astype("float32")
    )


# --- several inputs and outputs
# ---------------------------------------------------------------------------------------------


@healthy("several inputs: a dictionary, categories embedded", "TannerGilbert/Tutorials#1")
def table_and_category():
    rng = np.random.default_rng(12)
    kind, numbers = rng.integers(0, 12, (420, 1)), rng.normal(size=(420, 4)).astype("float32")
    y = (numbers @ np.array([0.5, -0.5, 0.3, 0]) + rng.normal(size=12)[kind[:, 0]]).astype("float32")
    a, b = keras.Input((1,), dtype="int32", name="kind"), keras.Input((4,), name="numbers")
    joined = layers.Concatenate()([layers.Flatten()(layers.Embedding(12, 3)(a)), b])
    model = keras.Model({"kind": a, "numbers": b}, layers.Dense(1)(layers.Dense(16, "relu")(joined)))
    pick = lambda part: ({"kind": kind[part].astype("int32"), "numbers": numbers[part]}, y[part])  # noqa: E731
    return compiled(model, "mse", metrics=["mae"]), pick(slice(315)), pick(slice(315, None))


@healthy("several inputs: dictionaries in a dataset", "keras-team/keras#15329")
def dictionaries_streamed():
    (x, y), (x_val, y_val) = parted(*plane(400))
    inputs = {name: keras.Input((1,), name=name) for name in "abcde"}
    hidden = layers.Dense(16, "relu")(layers.Concatenate()(list(inputs.values())))
    model = compiled(keras.Model(inputs, layers.Dense(1)(hidden)), "mse", metrics=["mae"])
    rows = lambda x, y: ({name: x[:, [column]] for column, name in enumerate("abcde")}, y)  # noqa: E731
    return model, mixed(rows(x, y)), batched(rows(x_val, y_val))


@healthy("several inputs: siamese encoder with contrastive loss", "keras-team/keras#1866")
def siamese():
    return compiled(distance_of_towers(), contrastive_of_same), *parted(*couples(400))


@healthy("several outputs: losses weighed against each other", "ageron/handson-ml2#136")
def weighed_losses():
    x, y = people(400)
    return person(["mse", BINARY], loss_weights=[0.3, 1.0], metrics=[["mae"], ["accuracy"]]), *parted(x, y)


# --- pipelines
# -----------------------------------------------------------------------------------------------------------------


@healthy("tf.data: repeated without end for steps_per_epoch", "dragen1860/TensorFlow-2.x-Tutorials#23")
def without_end():
    (x, y), validation = parted(*clusters(400))
    train = tf.data.Dataset.from_tensor_slices((x, y)).shuffle(400, seed=1).repeat().batch(32).prefetch(2)
    return classifier(metrics=["accuracy"]), train, batched(validation)


@healthy("tf.data: sorted source, shuffled whole", "tensorflow/models#2569")
def shuffled_whole():
    (x, y), validation = parted(*clusters(400, seed=4))
    order = np.argsort(y, kind="stable")
    train = tf.data.Dataset.from_tensor_slices((x[order], y[order])).cache().shuffle(300, seed=2).batch(25).prefetch(1)
    return classifier(metrics=["accuracy"]), train, batched(validation)


@healthy("pipelines: PyDataset by index", "tensorflow/tensorflow#43752")
def by_index():
    (x, y), validation = parted(*clusters(400, seed=5))
    return classifier(metrics=["accuracy"]), Pieces(x, y, 30), Pieces(*validation, 25)


# --- layers, training, histories
# --------------------------------------------------------------------------------------------


@healthy("custom layers: weights that Keras knows", "keiserlab/keras-neural-graph-fingerprint#2")
def tracked_layer():
    return compiled(stack((6,), Tracked(16), layers.Dense(3, "softmax")), SPARSE, metrics=["accuracy"]), *parted(
        *clusters(400)
    )


@healthy("custom training: a step of one's own", "tensorflow/tensorflow#32864")
def own_step():
    keras.utils.set_random_seed(16)
    inputs = keras.Input((6,))
    hidden = layers.Activation("relu")(layers.BatchNormalization(momentum=0.9)(layers.Dense(16)(inputs)))
    model = Training(inputs, layers.Dense(3, "softmax")(hidden))
    train, validation = parted(*clusters(400))
    return fitted(compiled(model, SPARSE, keras.optimizers.Adam(0.005)), train, validation, epochs=6), train, validation


@healthy("transfer: frozen base that was trained before", "keras-team/keras#7965")
def frozen_and_taught():
    base = taught_base(17)
    base.trainable = False
    model = keras.Sequential([layers.Input((6,)), base, layers.Dense(3, "softmax")])
    return compiled(model, SPARSE, metrics=["accuracy"]), *parted(*clusters(400, seed=21))


@healthy("transfer: whole model at a low rate, compiled again", "tdeboissiere/DeepLearningImplementations#21")
def fine_tuned():
    base = taught_base(18)
    base.trainable = True
    model = keras.Sequential([layers.Input((6,)), base, layers.Dense(3, "softmax")])
    return compiled(model, SPARSE, keras.optimizers.Adam(3e-4), metrics=["accuracy"]), *parted(*clusters(400, seed=22))


@healthy("optimizers: warm-up and cosine over the planned steps", "raghakot/keras-resnet#25")
def cosine_schedule():
    rate = keras.optimizers.schedules.CosineDecay(1e-4, decay_steps=400, warmup_target=0.005, warmup_steps=20)
    return classifier(optimizer=keras.optimizers.Adam(rate), metrics=["accuracy"]), *parted(*clusters(400))


@healthy("optimizers: SGD with momentum and clipped gradients", "tensorflow/models#3868")
def plain_descent():
    rate = keras.optimizers.SGD(0.05, momentum=0.9, nesterov=True, clipnorm=1.0)
    return classifier(optimizer=rate, metrics=["accuracy"]), *parted(*clusters(400))


@healthy("histories: validation better than training because of dropout", "keras-team/keras#472")
def better_on_validation():
    keras.utils.set_random_seed(19)
    train, validation = parted(*clusters(480))
    model = stack((6,), layers.Dense(32, "relu"), layers.Dropout(0.4), layers.Dense(3, "softmax"))
    compiled(model, SPARSE, keras.optimizers.Adam(0.005), metrics=["accuracy"])
    return fitted(model, train, validation, epochs=10), train, validation


@healthy("callbacks: stopped early after it had settled", "junxnone/tio#377")
def stopped_in_time():
    keras.utils.set_random_seed(20)
    train, validation = parted(*clusters(480, spread=0.9))
    stop = keras.callbacks.EarlyStopping("val_loss", patience=4, restore_best_weights=True)
    model = classifier(optimizer=keras.optimizers.Adam(0.03), metrics=["accuracy"])
    return fitted(model, train, validation, epochs=40, callbacks=[stop]), train, validation


@healthy("histories: trained well, both curves falling", "keras-team/keras#481")
def trained_well():
    keras.utils.set_random_seed(21)
    train, validation = parted(*clusters(480))
    model = classifier(optimizer=keras.optimizers.Adam(0.01), metrics=["accuracy"])
    return fitted(model, train, validation, epochs=12), train, validation

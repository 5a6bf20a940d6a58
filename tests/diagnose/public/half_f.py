"""More public cases, by a sixth author who has not seen the check-up: planted mistakes, and set-ups that look like one."""

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

# Findings that blame the learning rate; which of these ids exist is not known here.
RATE = (
    "learning_rate",
    "learning_rate_high",
    "learning_rate_low",
    "learning_rate_too_high",
    "learning_rate_too_low",
    "learning_rate_large",
    "learning_rate_small",
    "learning_rate_schedule",
    "learning_rate_decay",
)

# --- makers -------------------------------------------------------------------------------------------------------


def pair(make, n=240, held_out=80, **options):
    """Training and validation data of one kind, drawn apart."""
    return make(n, seed=1, **options), make(held_out, seed=2, **options)


def with_labels(pairs, change):
    return tuple((x, change(y)) for x, y in pairs)


def with_inputs(pairs, change):
    return tuple((change(x), y) for x, y in pairs)


def fitted(model, train, validation=None, epochs=8, batch_size=64, **options):
    """The model after `fit`, with its `history`."""
    model.jit_compile = False
    x, y = train
    model.fit(x, y, batch_size, epochs, validation_data=validation, verbose=0, **options)
    return model


def binary(shape=(6,), loss="binary_crossentropy", **options):
    """A sound classifier of tables with two classes."""
    return compiled(stack(shape, layers.Dense(16, "relu"), layers.Dense(1, "sigmoid")), loss, **options)


def two_classes(n=240, seed=1, spread=0.9, features=6):
    x, y = clusters(n, classes=2, features=features, spread=spread, seed=seed)
    return x, y.astype("float32")[:, None]


def rare(n, seed, share=0.04):
    """Two classes that overlap; this share of the examples is of class 1."""
    rng = np.random.default_rng(seed)
    y = np.zeros(n, "float32")
    y[rng.permutation(n)[: round(share * n)]] = 1
    x = rng.normal(size=(n, 6)) + 0.9 * y[:, None]
    return x.astype("float32"), y[:, None]


def several_labels(n, seed=1):
    """Rows with none to four of four labels, (n, 4), which do not exclude each other."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, 6)).astype("float32")
    return x, (x[:, :4] + 0.3 * rng.normal(size=(n, 4)) > 0).astype("float32")


def column(make):
    """A regression whose targets have the shape (n, 1)."""
    return lambda n, seed: (lambda x, y: (x, y[:, None]))(*make(n, seed=seed))


def blobs(n, seed=1, size=12, side=4, shuffled=False):
    """Grey pictures (n, size, size, 1) with a bright square on dark noise, and where it lies, 0 or 1, as a mask."""
    rng = np.random.default_rng(seed)
    x = 0.35 * rng.random((n, size, size, 1))
    masks = np.zeros((n, size, size, 1), "float32")
    for picture, mask in zip(x, masks, strict=True):
        row, start = rng.integers(0, size - side + 1, 2)
        picture[row : row + side, start : start + side] += 0.5
        mask[row : row + side, start : start + side] = 1
    return x.astype("float32"), masks[rng.permutation(n)] if shuffled else masks


def segmenter(*before, last=1, activation="sigmoid", loss="binary_crossentropy", **options):
    network = [
        layers.Conv2D(8, 3, padding="same", activation="relu"),
        layers.Conv2D(8, 3, padding="same", activation="relu"),
        layers.Conv2D(last, 1, activation=activation),
    ]
    return compiled(stack((12, 12, 1), *before, *network), loss, **options)


def stripes(n, seed=1, size=12):
    """Pictures from 0 to 1 with upright (1) or flat (0) stripes; mirroring keeps the class."""
    rng = np.random.default_rng(seed)
    y = rng.integers(2, size=n)
    wave = 0.5 + 0.35 * np.sin(np.arange(size) * rng.uniform(1.2, 2.0, (n, 1)) + rng.uniform(0, 6.3, (n, 1)))
    x = np.where(y[:, None, None], wave[:, None, :], wave[:, :, None]) + 0.05 * rng.normal(size=(n, size, size))
    return np.clip(x, 0, 1)[..., None].astype("float32"), y


def padded(n, seed=1, length=30):
    """Texts of 4 to 8 tokens and a few long ones, filled up with zeros to one length."""
    x, y = tokens(n, length, seed=seed)
    rng = np.random.default_rng(seed + 50)
    sizes = np.where(rng.random(n) < 0.88, rng.integers(4, 9, n), length - rng.integers(3, size=n))
    return np.where(np.arange(length) < sizes[:, None], x, 0).astype("int32"), y


def reader(vocabulary=40, length=10, mask=False, recurrent=None):
    body = recurrent or layers.GlobalAveragePooling1D()
    network = [layers.Embedding(vocabulary, 8, mask_zero=mask), body, layers.Dense(1, "sigmoid")]
    return compiled(stack((length,), *network, dtype="int32"), "binary_crossentropy")


def forecaster(*body, shape=(12, 1), ahead=1, **options):
    return compiled(stack(shape, *(body or (layers.LSTM(8),)), layers.Dense(ahead)), "mse", **options)


def money(n, seed=1):
    """A raw table: age, income, number of rooms, distance; and whether somebody bought."""
    rng = np.random.default_rng(seed)
    z = rng.normal(size=(n, 4))
    x = np.stack([40 + 11 * z[:, 0], 45000 + 9000 * z[:, 1], 4 + 1.2 * z[:, 2], 12 + 3 * z[:, 3]], axis=1)
    y = z[:, 0] + z[:, 1] - z[:, 2] + 0.4 * rng.normal(size=n) > 0
    return x.astype("float32"), y.astype("float32")[:, None]


def visits(n, seed=1):
    """Counts, with zeros among them, (n, 1)."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, 5)).astype("float32")
    return x, rng.poisson(np.exp(0.4 + x @ np.array([0.4, -0.3, 0.2, 0.0, 0.3]))).astype("float32")[:, None]


def house(n, seed=1):
    """Two tables of three columns for each example, and a target that needs both."""
    x, y = plane(n, 6, seed=seed)
    return [x[:, :3], x[:, 3:]], y[:, None]


def both_tasks(n, seed=1, scale=1.0):
    """One table, two targets: whether, and how much."""
    x, y = plane(n, 5, seed=seed)
    rng = np.random.default_rng(seed + 70)
    bought = (x[:, 0] - x[:, 3] + 0.4 * rng.normal(size=n) > 0).astype("float32")
    return x, {"bought": bought[:, None], "amount": scale * y[:, None]}


def two_headed(losses, **options):
    table = keras.Input((5,))
    hidden = layers.Dense(16, "relu")(table)
    heads = {"bought": layers.Dense(1, "sigmoid", name="bought")(hidden), "amount": layers.Dense(1, name="amount")(hidden)}
    return compiled(keras.Model(table, heads), losses, **options)


def dice(y_true, y_pred):
    common = 2 * ops.sum(y_true * y_pred, axis=(1, 2, 3)) + 1
    return common / (ops.sum(y_true, axis=(1, 2, 3)) + ops.sum(y_pred, axis=(1, 2, 3)) + 1)


def dice_loss(y_true, y_pred):
    return 1 - dice(y_true, y_pred)


# === planted: data ================================================================================================


@planted(
    "data: image inputs 0 to 255 not rescaled",
    "keras-team/keras#3642",
    words=r"255|pixel|rescal|normali[sz]|standardi[sz]|inputs?.{0,60}(scale|large|range)|divide",
)
def pixels_not_scaled(mended=False):
    """The pictures go from 0 to 255 and no layer scales them: the largest input shows it."""
    train, validation = with_inputs(pair(bars, 200), lambda x: x if mended else np.clip(200 * x, 0, 255).round())
    return convnet(), train, validation


@planted(
    "data: one column of a table thousands of times larger",
    "https://thecodeforge.io/ml-ai/keras-first-neural-network/",
    words=r"scale|standardi[sz]|normali[sz]|magnitude|spread|larger than the other|StandardScaler|order of size",
)
def income_column(mended=False):
    """Column 1 (an income) has a mean of 45000, the other columns lie below 50: inputs were not standardised."""
    train, validation = pair(money)
    mean, spread = train[0].mean(axis=0), train[0].std(axis=0)
    standard = (lambda x: (x - mean) / spread) if mended else (lambda x: x)
    train, validation = with_inputs((train, validation), standard)
    return binary((4,)), train, validation


@planted(
    "data: missing values left as NaN in the inputs",
    "https://theneuralbase.com/tensorflow/learn/beginner/nan-loss-learning-rate-or-data/",
    words=r"\bnans?\b|missing|not a number|imput|finite|empty cell|fill",
)
def nan_in_inputs(mended=False):
    """Some cells of column 2 are NaN, so that loss and weights become NaN at the first batch."""
    train, validation = pair(clusters)
    if not mended:
        train[0][::17, 2] = np.nan
    return classifier(), train, validation


@planted(
    "data: missing values coded as -999",
    "https://theneuralbase.com/keras/learn/beginner/nan-loss-gradient-explosion/",
    words=r"-?999|sentinel|placeholder|missing|outlier|extreme|filler|stand-in|not measured|code[ds]? for",
)
def sentinel_in_inputs(mended=False):
    """One cell in nine of column 3 is exactly -999 while all else is of standard size: a code for 'missing'."""
    pairs = pair(clusters)
    for x, _ in pairs:
        hole = np.arange(len(x)) % 9 == 4
        x[hole, 3] = np.median(x[~hole, 3]) if mended else -999
    return classifier(), *pairs


@planted(
    "data: class numbers start at 1",
    "rstudio/keras3#465",
    words=(
        r"start(s|ing)?.{0,12}(0|1|zero|one)|out(side)?.{0,10}range|outside|subtract|minus 1|count(ed|ing)? from|"
        r"from 0|label.{0,60}(3|beyond|exceed|too (high|large)|more than)|class(es)?.{0,40}units|units.{0,40}class|"
        r"0 to 2"
    ),
)
def labels_from_one(mended=False):
    """Labels are 1, 2, 3 for three units: class 3 has no unit, fit stops with an error (or gives NaN)."""
    return classifier(), *with_labels(pair(clusters), lambda y: y if mended else y + 1)


@planted(
    "data: labels -1 and 1 with binary cross-entropy",
    "keras-team/keras#1917",
    words=(
        r"-1|minus (1|one)|0 and 1|0 or 1|0/1|between 0 and 1|negative (label|loss|target)|labels?.{0,60}(range|"
        r"outside|negative)"
    ),
)
def labels_minus_one(mended=False):
    """The labels are -1 and 1, binary cross-entropy needs 0 and 1: the loss falls below zero without end."""
    return binary(), *with_labels(pair(two_classes), lambda y: y if mended else 2 * y - 1)


@planted(
    "data: rows sorted by class in a dataset that is not shuffled",
    "tensorflow/tensorflow#50426",
    words=r"shuffl|sorted|in order|order(ed)? (by|of)|one class (at|after)|single class|only one class|mix",
)
def sorted_dataset(mended=False):
    """The batches come class after class, since the rows are sorted and nothing shuffles a tf.data.Dataset by itself."""
    (x, y), validation = pair(clusters)
    order = np.argsort(y, kind="stable")
    if mended:
        order = np.random.default_rng(3).permutation(order)
    return classifier(), batched((x[order], y[order])), batched(validation)


@planted(
    "data: validation split of sorted data holds a class that training never has",
    "keras-team/keras#8346",
    words=(
        r"class(es)?.{0,80}(miss|absent|only|never|not|unseen|without)|never (seen|occur|train)|unseen|stratif|"
        r"distribut|differ.{0,40}class|only class|split|shuffle.{0,30}before"
    ),
)
def unseen_class(mended=False):
    """Training has the classes 0 to 3, validation only class 4: the last fifth of sorted data was taken."""
    x, y = clusters(400, classes=5)
    order = np.argsort(y, kind="stable")
    if mended:
        order = np.random.default_rng(4).permutation(order)
    cut = int((y < 4).sum())
    first, last = np.random.default_rng(5).permutation(order[:cut]), order[cut:]
    return classifier(classes=5), (x[first], y[first]), (x[last], y[last])


@planted(
    "data: examples of validation also in training",
    "zalandoresearch/fashion-mnist#44",
    "same_samples",
    words=r"duplicat|overlap|leak|same (rows?|examples?|images?|pictures?)|in both|also (in|occur)|repeat|identical|shared",
)
def overlapping_split(mended=False):
    """40 of the 80 validation rows are rows of the training data, number for number."""
    train, (x, y) = pair(clusters)
    if not mended:
        x[:40], y[:40] = train[0][100:140], train[1][100:140]
    return classifier(), train, (x, y)


@planted(
    "data: validation scaled in another way than training",
    "statsmaths/kerasR#21",
    words=(
        r"validation.{0,100}(scale|255|range|differ|distribut|larger|preproc)|(scale|255|range|distribut|preproc|"
        r"larger).{0,100}validation|same (scal|preproc|way|transform|treat)|shift"
    ),
)
def validation_not_scaled(mended=False):
    """Training pictures go from 0 to 1, validation pictures from 0 to 255: only one of the two was divided."""
    train, (x, y) = pair(bars, 200)
    return convnet(), train, (x if mended else (255 * x).round(), y)


@planted(
    "data: the label is a column of the inputs",
    "pytorch-tabular/pytorch_tabular#21",
    "answer_among_inputs",
    words=(
        r"leak|label.{0,60}(input|column|feature)|(column|feature|input).{0,80}(label|target|answer)|"
        r"gives? (it )?away|copy of|determin"
    ),
)
def label_among_inputs(mended=False):
    """Column 5 equals the label in every row: the target was not dropped from the table."""
    pairs = pair(two_classes)
    if not mended:
        for x, y in pairs:
            x[:, 5] = y[:, 0]
    return binary(metrics=["accuracy"]), *pairs


@planted(
    "data: 4 % positives, judged by accuracy alone",
    "keras-team/keras#3068",
    words=(
        r"imbalanc|rare|minority|majority|class.?weight|skew|unbalanc|balanced|precision|recall|\bauc\b|"
        r"most (frequent|common)|always (say|predict)"
    ),
)
def few_positives(mended=False):
    """12 of 300 examples are of class 1 and the only metric is accuracy: the fitted model says 0 everywhere and has 96 %."""
    keras.utils.set_random_seed(1)
    share = 0.45 if mended else 0.04
    train, validation = rare(300, 1, share), rare(150, 2, share)
    return (
        fitted(binary(optimizer=keras.optimizers.Adam(0.01), metrics=["accuracy"]), train, validation, 7, 50),
        train,
        validation,
    )


@planted(
    "data: training labels of one class only",
    "keras-team/keras-preprocessing#46",
    words=(
        r"(one|single|same|only) (class|label|value)|only.{0,20}class|constant|all.{0,30}(the same|identical|are 0|"
        r"are 1|class 0)|never (see|occur)|no (example|second)|class(es)?.{0,60}(miss|absent|only)"
    ),
)
def one_class_in_training(mended=False):
    """Every training label is 0 although validation has both classes."""
    x, y = two_classes(500)
    keep = np.ones(400, bool) if mended else y[:400, 0] == 0
    return binary(), (x[:400][keep], y[:400][keep]), (x[400:], y[400:])


@planted(
    "data: one-hot rows without any class",
    "keras-team/keras#13926",
    words=(
        r"all.?zeros?|rows?.{0,60}(zero|sum|empty|no )|sum.{0,20}(1|one|0|zero)|no class|without (a|any) (class|"
        r"label)|no 1|unlabel|one-?hot"
    ),
)
def empty_one_hot(mended=False):
    """A column of the one-hot labels (the 'unknown' class) was deleted: a quarter of the rows sum to zero."""
    pairs = pair(clusters, classes=4)
    pairs = tuple((x, one_hot(y, 4)) for x, y in pairs) if mended else tuple((x, one_hot(y, 4)[:, :3]) for x, y in pairs)
    units = 4 if mended else 3
    model = stack((6,), layers.Dense(16, "relu"), layers.Dense(units, "softmax"))
    return compiled(model, "categorical_crossentropy"), *pairs


@planted(
    "data: class numbers mean other classes in validation",
    "keras-team/keras#7543",
    words=(
        r"permut|(order|cod|encod|mapp|number|mean).{0,60}(label|class)|(label|class).{0,60}(order|cod|mapp|differ|"
        r"swap|permut|mix|shift|mean)|class_names|validation labels|same classes|correspond"
    ),
)
def classes_in_another_order(mended=False):
    """The model learns training to 95 % and is far below chance on validation, where class k is what training calls k +
    1.
    """
    keras.utils.set_random_seed(2)
    train, (x, y) = pair(clusters)
    validation = (x, y if mended else (y + 2) % 3)
    model = classifier(optimizer=keras.optimizers.Adam(0.01), metrics=["accuracy"])
    return fitted(model, train, validation, 6, 40), train, validation


@planted(
    "tf.data: inputs and labels shuffled apart from each other",
    "keras-team/keras#7520",
    words=(
        r"shuffl.{0,80}(separate|independ|together|apart|same|pair|differ|align)|align|pair(s|ed|ing)?\b|mismatch|"
        r"(same|different|other|another) (label|target)|belong|not match|no longer match|correspond|at random"
    ),
)
def shuffled_apart(mended=False):
    """Two passes give the same row different labels: x and y are shuffled by themselves before zip."""
    (x, y), validation = pair(clusters)
    if mended:
        train = tf.data.Dataset.from_tensor_slices((x, y)).shuffle(240, seed=1).batch(32)
    else:
        inputs = tf.data.Dataset.from_tensor_slices(x).shuffle(240, seed=1)
        train = tf.data.Dataset.zip((inputs, tf.data.Dataset.from_tensor_slices(y).shuffle(240, seed=2))).batch(32)
    return classifier(), train, batched(validation)


@planted(
    "regression: targets of hundreds of thousands",
    "http://theorangeduck.com/page/neural-network-not-working",
    words=(
        r"target.{0,100}(scale|large|big|standardi|normali|magnitude|size|unit|far)|(scale|standardi|normali|large|"
        r"log).{0,80}target|labels?.{0,60}(scale|standardi|normali)"
    ),
)
def prices_not_scaled(mended=False):
    """Targets of 250000 with a spread of 80000 for a linear unit that begins at 0 and moves 0.001 a step."""
    return regressor(), *with_labels(pair(plane), lambda y: y if mended else 250000 + 80000 * y)


# === planted: shapes ==============================================================================================


@planted(
    "shape: recurrent layer returns all steps for a target of one value",
    "keras-team/keras#2892",
    words=r"return_sequences|time.?step|every step|each step|shape|broadcast|last step|whole sequence",
)
def all_steps_returned(mended=False):
    """The output is (n, 12, 1), the target (n, 1): each step is compared with the same value."""
    return forecaster(layers.LSTM(8, return_sequences=not mended)), *pair(waves)


@planted(
    "shape: four output units for one target",
    "tensorflow/tensorflow#30040",
    words=(
        r"shape|broadcast|(outputs?|units?|columns?).{0,80}(target|label|column|outputs?)|(target|"
        r"label).{0,80}(outputs?|units?|columns?)"
    ),
)
def four_units_one_target(mended=False):
    """The output is (n, 4), the target (n, 1): four units learn the same number by broadcasting."""
    model = stack((5,), layers.Dense(16, "relu"), layers.Dense(1 if mended else 4))
    return compiled(model, "mse"), *pair(column(plane))


class Squares(keras.losses.Loss):
    """Our own mean squared error."""

    def call(self, y_true, y_pred):
        return ops.mean(ops.square(y_true - y_pred))


@planted(
    "custom loss: (n,) minus (n, 1) broadcasts to (n, n)",
    "keras-team/keras#14627",
    words=r"broadcast|shape|\(n, ?1\)|rank|dimension|squeeze|reshape|expand_dims|every (pair|target)|\(n, ?n\)",
)
def own_loss_broadcasts(mended=False):
    """Targets (n,) minus outputs (n, 1) in a Loss of our own give an (n, n) table: the best answer is the mean."""
    return regressor(loss=Squares()), *pair(column(plane) if mended else plane)


@planted(
    "loss: one-hot labels with the sparse loss",
    "keras-team/keras#11786",
    words=r"one-?hot|sparse|categorical_crossentropy|integer|class (number|ind)|shape",
)
def one_hot_for_sparse(mended=False):
    """Labels are (n, 3) one-hot rows, the loss wants class numbers: fit stops."""
    return classifier(), *with_labels(pair(clusters), lambda y: y if mended else one_hot(y, 3))


@planted(
    "loss: class numbers with categorical_crossentropy",
    "keras-team/keras#2450",
    words=r"one-?hot|sparse|categorical_crossentropy|to_categorical|integer|class (number|ind)|shape",
)
def numbers_for_categorical(mended=False):
    """Labels are class numbers (n,), categorical_crossentropy wants one-hot rows (n, 3): fit stops."""
    model = stack((6,), layers.Dense(16, "relu"), layers.Dense(3, "softmax"))
    train, validation = pair(clusters)
    if mended:
        train, validation = with_labels((train, validation), lambda y: one_hot(y, 3))
    return compiled(model, "categorical_crossentropy"), train, validation


@planted(
    "shape: fewer units than classes",
    "shekkizh/FCN.tensorflow#17",
    words=(
        r"(more|fewer|less|too few|enough|as many).{0,40}(class|output|unit)|class(es)?.{0,60}(output|unit)|outside|"
        r"out of range|num_classes"
    ),
)
def too_few_units(mended=False):
    """Four classes, 0 to 3, and three softmax units."""
    return classifier(classes=4 if mended else 3), *pair(clusters, classes=4)


@planted(
    "shape: channels come first in the pictures, last in the layers",
    "keras-team/keras#6998",
    words=r"channel|transpos|axis|axes|moveaxis|permut|data_format|NHWC|NCHW|height|order of the dimension",
)
def channels_first(mended=False):
    """Colour pictures of (3, 12, 12) in a model that reads 3 rows, 12 columns and 12 channels."""
    pairs = pair(bars, 200, size=12, channels=3)
    if not mended:
        pairs = with_inputs(pairs, lambda x: np.moveaxis(x, -1, 1))
    shape = (12, 12, 3) if mended else (3, 12, 12)
    network = [layers.Conv2D(8, 3, padding="same", activation="relu"), layers.Flatten(), layers.Dense(3, "softmax")]
    return compiled(stack(shape, *network), SPARSE), *pairs


@planted(
    "sequence: twelve lags as one time step",
    "titu1994/LSTM-FCN#4",
    words=(
        r"(one|single|1|only) (time.?)?step|time.?steps?|axes|axis|swap|transpos|reshape|steps, ?features|recurren|"
        r"12 features"
    ),
)
def one_time_step(mended=False):
    """The window is (1, 12): one step of twelve features, so that the LSTM has nothing to run along."""
    pairs = pair(waves)
    if not mended:
        pairs = with_inputs(pairs, lambda x: np.swapaxes(x, 1, 2))
    return forecaster(shape=(12, 1) if mended else (1, 12)), *pairs


@planted(
    "shape: several labels a row under a softmax",
    "keras-team/keras#741",
    words=r"sigmoid|multi-?label|several (labels|classes|ones)|more than one|sum.{0,30}(1|one)|independ|exclu|softmax",
)
def softmax_for_several_labels(mended=False):
    """Rows of the labels hold up to four ones, while softmax shares out a single 1."""
    model = stack((6,), layers.Dense(16, "relu"), layers.Dense(4, "sigmoid" if mended else "softmax"))
    return compiled(model, "binary_crossentropy" if mended else "categorical_crossentropy"), *pair(several_labels)


@planted(
    "autoencoder: sigmoid output for inputs with negative values",
    "mikesj-public/convolutional_autoencoder#9",
    words=r"sigmoid|0 (to|and) 1|between 0 and 1|negative|cannot reach|out of reach|linear output",
)
def sigmoid_autoencoder(mended=False):
    """Targets are the standardised inputs, from -3 to 3; the last layer can only give 0 to 1."""
    (x, _), (x_new, _) = pair(clusters, features=8)
    model = stack((8,), layers.Dense(4, "relu"), layers.Dense(8, None if mended else "sigmoid"))
    return compiled(model, "mse"), (x, x), (x_new, x_new)


# === planted: losses ==============================================================================================


@planted(
    "loss: from_logits=True after a softmax",
    "mmalekzadeh/dana#1",
    words=r"from_logits|logit|softmax.{0,40}(twice|again)|double softmax|two softmax|already.{0,30}(prob|softmax)",
)
def logits_after_softmax(mended=False):
    """The model ends in softmax and the loss applies softmax once more."""
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=not mended)
    return compiled(stack((6,), layers.Dense(16, "relu"), layers.Dense(3, "softmax")), loss), *pair(clusters)


@planted(
    "loss: binary cross-entropy of probabilities on a linear unit",
    "tensorflow/tensorflow#28718",
    words=r"from_logits|logit|sigmoid|probabilit",
)
def linear_unit_without_logits(mended=False):
    """The last unit has no activation but the loss expects probabilities: outputs below 0 are clipped."""
    model = stack((6,), layers.Dense(16, "relu"), layers.Dense(1, "sigmoid" if mended else None))
    return compiled(model, "binary_crossentropy"), *pair(two_classes)


@planted(
    "loss: categorical_crossentropy on one sigmoid unit",
    "keras-team/keras#14729",
    words=(
        r"binary_crossentropy|binary cross|(one|single) (unit|output|column)|always (0|zero)|loss.{0,30}(is|of) 0|"
        r"categorical_crossentropy|two (units|outputs)"
    ),
)
def categorical_on_one_unit(mended=False):
    """One unit normalised over itself is always 1: the loss is 0 and nothing is learnt."""
    return binary(loss="binary_crossentropy" if mended else "categorical_crossentropy"), *pair(two_classes)


@planted(
    "loss: binary cross-entropy under a softmax over four classes",
    "keras-team/keras#3396",
    words=r"categorical_crossentropy|categorical cross|binary.{0,80}(softmax|class)|softmax.{0,80}binary|exclu",
)
def binary_loss_under_softmax(mended=False):
    """Four classes that exclude each other, softmax, one-hot rows - and the loss of four yes/no questions."""
    model = stack((6,), layers.Dense(16, "relu"), layers.Dense(4, "softmax"))
    loss = "categorical_crossentropy" if mended else "binary_crossentropy"
    return compiled(model, loss), *with_labels(pair(clusters, classes=4), lambda y: one_hot(y, 4))


@planted(
    "loss: class numbers predicted as a quantity",
    "https://stackoverflow.com/questions/48775305/what-function-defines-accuracy-in-keras-when-the-loss-is-mean-squared-error-mse",
    words=r"class(es)?.{0,80}(regress|order|quantit|unit|softmax|classif)|regress|softmax|cross-?entropy|classif|categor",
)
def classes_as_quantity(mended=False):
    """Five classes without an order, one linear unit, squared error, accuracy as metric: a regression on class numbers."""
    if mended:
        return classifier(classes=5, metrics=["accuracy"]), *pair(clusters, classes=5)
    return regressor((6,), metrics=["accuracy"]), *pair(clusters, classes=5)


@planted(
    "loss: percentage error with targets of zero",
    "keras-team/keras#2908",
    words=r"percentage|mape|zero.{0,60}(target|label)|(target|label).{0,60}(zero|0\b)|divid|division|relative error",
)
def percentage_of_zero(mended=False):
    """A quarter of the targets is 0 and the loss divides by the target: these rows weigh millions of times more."""
    return regressor(loss="mae" if mended else "mean_absolute_percentage_error"), *pair(visits)


@planted(
    "segmentation: Dice coefficient minimised",
    "qubvel/segmentation_models#95",
    words=(
        r"\bsign\b|minus|negat|maximi|minimi|1 ?- ?|wrong (way|direction)|opposite|similarity|overlap.{0,30}(loss|"
        r"worse)|away from|upside"
    ),
)
def dice_minimised(mended=False):
    """The loss is the Dice coefficient itself, which is best at 1: training drives the overlap to 0."""
    keras.utils.set_random_seed(3)
    train, validation = pair(blobs, 160, 60)
    model = segmenter(loss=dice_loss if mended else dice, optimizer=keras.optimizers.Adam(0.005))
    return fitted(model, train, validation, 4, 16), train, validation


def rounded_error(y_true, y_pred):
    return ops.mean(ops.abs(y_true - ops.round(y_pred)), axis=-1)


@planted(
    "custom loss: rounding leaves no gradient",
    "keras-team/keras#4175",
    words=r"gradient|differentiable|round|no (slope|derivative)|step function|flat",
)
def rounding_loss(mended=False):
    """The loss rounds the prediction: no weight has a gradient and fit stops."""
    return binary(loss="binary_crossentropy" if mended else rounded_error), *pair(two_classes)


@planted(
    "custom loss: prediction and truth exchanged",
    "keras-team/keras#8993",
    words=(
        r"swap|order of|argument|y_true.{0,40}y_pred|revers|exchang|roles|wrong way|first.{0,20}(label|truth|target)|"
        r"not (a |the )?(proper|minim)|perfect prediction"
    ),
)
def arguments_exchanged(mended=False):
    """Our loss calls categorical_crossentropy(y_pred, y_true): the logarithm is taken of the labels."""

    def weighted(y_true, y_pred):
        ours = (y_true, y_pred) if mended else (y_pred, y_true)
        return 0.5 * keras.losses.categorical_crossentropy(*ours)

    model = stack((6,), layers.Dense(16, "relu"), layers.Dense(3, "softmax"))
    return compiled(model, weighted), *with_labels(pair(clusters), lambda y: one_hot(y, 3))


@planted(
    "several outputs: one loss a million times larger",
    "keras-team/keras#10306",
    words=r"loss.?weight|dominat|weigh|scale|standardi|normali|larger|magnitude|balanc|outweigh|drown",
)
def one_loss_dominates(mended=False):
    """Amounts with a spread of 2000 give squared errors of millions beside a cross-entropy of 0.7."""
    losses = {"bought": "binary_crossentropy", "amount": "mse"}
    return two_headed(losses), *pair(both_tasks, scale=1 if mended else 2000)


@planted(
    "several outputs: no loss for one of them",
    "tensorflow/neural-structured-learning#26",
    words=(
        r"(no|without|missing|lack).{0,40}loss|loss.{0,80}(missing|not|no |only|each|every|none|all outputs)|"
        r"never (train|learn)|not trained|no gradient|not learn|untrained"
    ),
)
def output_without_loss(mended=False):
    """Targets come for two outputs, compile names a loss for one: the other head keeps its first weights."""
    losses = {"bought": "binary_crossentropy", "amount": "mse"}
    if not mended:
        del losses["amount"]
    return two_headed(losses), *pair(both_tasks)


# === planted: metrics =============================================================================================


@planted("metric: accuracy in a regression", "keras-team/keras#867", words=r"accuracy|\bmae\b|mean absolute|metric")
def accuracy_in_regression(mended=False):
    """Real-valued targets and 'accuracy', which counts exact hits."""
    return regressor(metrics=["mae" if mended else "accuracy"]), *pair(plane)


@planted(
    "metric: accuracy cuts logits at 0.5",
    "tensorflow/tensorflow#41413",
    words=r"threshold|0\.5|logit|accuracy.{0,80}(prob|sigmoid|logit)|BinaryAccuracy|metric",
)
def logits_cut_at_half(mended=False):
    """The output is a logit, so the border between classes is 0; 'accuracy' cuts at 0.5."""
    model = stack((6,), layers.Dense(16, "relu"), layers.Dense(1))
    metric = keras.metrics.BinaryAccuracy(threshold=0.0) if mended else "accuracy"
    return compiled(model, keras.losses.BinaryCrossentropy(from_logits=True), metrics=[metric]), *pair(two_classes)


@planted(
    "metric: keras.metrics.Accuracy on probabilities",
    "ray-project/ray#48000",
    words=r"Accuracy\(|categorical_?accuracy|\"accuracy\"|'accuracy'|metric|exact|equal|accuracy",
)
def exact_equality_metric(mended=False):
    """The metric Accuracy compares softmax outputs with one-hot rows for equality and stays near 0."""
    model = stack((6,), layers.Dense(16, "relu"), layers.Dense(3, "softmax"))
    metric = keras.metrics.CategoricalAccuracy() if mended else keras.metrics.Accuracy()
    data = with_labels(pair(clusters), lambda y: one_hot(y, 3))
    return compiled(model, "categorical_crossentropy", metrics=[metric]), *data


@planted(
    "metric: categorical_accuracy for several labels a row",
    "keras-team/keras-io#1133",
    words=(
        r"binary_?accuracy|categorical_?accuracy|argmax|metric|multi-?label|\bf1\b|\bauc\b|several labels|one class|"
        r"accuracy"
    ),
)
def argmax_for_several_labels(mended=False):
    """Rows hold several ones, the metric looks only at the largest output."""
    model = stack((6,), layers.Dense(16, "relu"), layers.Dense(4, "sigmoid"))
    metric = "binary_accuracy" if mended else "categorical_accuracy"
    return compiled(model, "binary_crossentropy", metrics=[metric]), *pair(several_labels)


# === planted: activations =========================================================================================


@planted(
    "activation: ReLU output for negative targets",
    "keras-team/keras#3687",
    words=r"relu|negative|below (0|zero)|linear output",
)
def relu_output(mended=False):
    """Half of the targets are below 0, where a ReLU cannot go."""
    return compiled(stack((5,), layers.Dense(16, "relu"), layers.Dense(1, None if mended else "relu")), "mse"), *pair(plane)


@planted(
    "activation: sigmoid output for targets beyond 0 to 1",
    "guevara/read-it-later#5625",
    words=r"sigmoid|0 (to|and) 1|linear output|cannot reach|out of reach",
)
def sigmoid_regression(mended=False):
    """Targets from -3 to 3 and a last layer that ends at 0 and 1."""
    model = stack((5,), layers.Dense(16, "relu"), layers.Dense(1, None if mended else "sigmoid"))
    return compiled(model, "mse"), *pair(plane)


@planted(
    "activation: softmax over one unit",
    "https://geek-tips.imtqy.com/articles/557592/index.html",
    words=r"softmax|sigmoid|always (1|one)|one unit|single unit|constant",
)
def softmax_over_one(mended=False):
    """Softmax over a single unit is 1 for every input."""
    model = stack((6,), layers.Dense(16, "relu"), layers.Dense(1, "sigmoid" if mended else "softmax"))
    return compiled(model, "binary_crossentropy", metrics=["accuracy"]), *pair(two_classes)


@planted(
    "activation: ReLU output with binary cross-entropy",
    "zhixuhao/unet#148",
    words=r"relu|sigmoid|probabilit|0 and 1|above 1|beyond 1",
)
def relu_for_probability(mended=False):
    """The loss expects a probability; a ReLU gives 0 to infinity, with no gradient at 0."""
    model = stack((6,), layers.Dense(16, "relu"), layers.Dense(1, "sigmoid" if mended else "relu"))
    return compiled(model, "binary_crossentropy"), *pair(two_classes)


@planted(
    "activation: sigmoid units for classes that exclude each other",
    "keras-team/keras#9939",
    words=r"softmax|sigmoid|sum to|exclu",
)
def sigmoid_for_classes(mended=False):
    """Five exclusive classes in one-hot rows with categorical_crossentropy, but sigmoid units."""
    model = stack((6,), layers.Dense(16, "relu"), layers.Dense(5, "softmax" if mended else "sigmoid"))
    return compiled(model, "categorical_crossentropy"), *with_labels(pair(clusters, classes=5), lambda y: one_hot(y, 5))


@planted(
    "activation: hidden layers without one",
    "keras-team/keras#108",
    words=r"activation|linear|relu|collaps|one layer|single layer|straight",
)
def hidden_layers_linear(mended=False):
    """Three Dense layers in a row without activation are one linear map, and a ring is not linearly separable."""
    act = "relu" if mended else None
    model = stack((2,), layers.Dense(16, act), layers.Dense(16, act), layers.Dense(1, "sigmoid"))
    return compiled(model, "binary_crossentropy"), *with_labels(pair(rings, 300), lambda y: y[:, None])


@planted(
    "activation: ten sigmoid layers, gradients vanish",
    "aymericdamien/TensorFlow-Examples#146",
    words=r"sigmoid|vanish|saturat|gradient|relu|too deep|many layers",
)
def deep_sigmoid(mended=False):
    """Ten sigmoid layers: the gradient of the first is a millionth of that of the last."""
    body = [layers.Dense(16, "relu" if mended else "sigmoid") for _ in range(2 if mended else 10)]
    return compiled(stack((6,), *body, layers.Dense(3, "softmax")), SPARSE), *pair(clusters)


@planted("activation: softmax of a softmax", "matterport/Mask_RCNN#427", words=r"softmax")
def softmax_twice(mended=False):
    """Dense(3, 'softmax') is followed by a Softmax layer: probabilities between 0.21 and 0.58."""
    ending = [layers.Dense(3)] if mended else [layers.Dense(3, "softmax")]
    return compiled(stack((6,), layers.Dense(16, "relu"), *ending, layers.Softmax()), SPARSE), *pair(clusters)


# === planted: weights =============================================================================================


@planted(
    "weights: all kernels begin at zero",
    "wagonhelm/NaNmnist#2",
    words=(
        r"zeros?\b.{0,80}(initial|weight|kernel)|(initial|weight|kernel).{0,80}zero|symmetr|same weight|identical|"
        r"all (the )?same"
    ),
)
def zero_kernels(mended=False):
    """Two layers with kernel_initializer='zeros': every unit is the same, and no gradient reaches the first."""
    start = "glorot_uniform" if mended else "zeros"
    hidden = layers.Dense(16, "relu", kernel_initializer=start)
    return compiled(stack((6,), hidden, layers.Dense(3, "softmax", kernel_initializer=start)), SPARSE), *pair(clusters)


@planted(
    "weights: far too large at the start",
    "http://theorangeduck.com/page/neural-network-not-working?utm_campaign=Revue%20newsletter",
    words=r"initial|large weight|saturat|stddev|weights?.{0,40}(large|big)|glorot|he_|variance|explod|start",
)
def large_kernels(mended=False):
    """RandomNormal(stddev=10) before tanh: all hidden units sit at -1 or 1."""
    start = (lambda: "glorot_uniform") if mended else (lambda: keras.initializers.RandomNormal(stddev=10.0))
    body = [layers.Dense(16, "tanh", kernel_initializer=start()) for _ in range(3)]
    return compiled(stack((6,), *body, layers.Dense(3, "softmax")), SPARSE), *pair(clusters)


@planted(
    "text: frozen embedding of nothing but zeros",
    "keras-team/keras#1360",
    words=r"zeros?\b|frozen|trainable|pre-?trained|vectors?.{0,30}(same|empty)|same vector",
)
def zero_embedding(mended=False):
    """The 'pretrained' matrix holds only zeros (no word was found) and is not trainable: all texts look alike."""
    matrix = np.random.default_rng(6).normal(size=(40, 8)) if mended else np.zeros((40, 8))
    frozen = layers.Embedding(40, 8, trainable=False, embeddings_initializer=keras.initializers.Constant(0))
    network = [frozen, layers.GlobalAveragePooling1D(), layers.Dense(8, "relu"), layers.Dense(1, "sigmoid")]
    model = stack((10,), *network, dtype="int32")
    frozen.set_weights([matrix])
    return compiled(model, "binary_crossentropy"), *pair(tokens)


@planted(
    "freezing: every layer, the new head too",
    "keras-team/keras#4674",
    words=r"frozen|freez|trainable|no (weights|trainable)|nothing (to |can )?(learn|train)|not train",
)
def all_frozen(mended=False):
    """No weight of the model is trainable: the loop that froze the base went on over the head."""
    model = stack((9, 9, 1), layers.Conv2D(8, 3, activation="relu"), layers.Flatten(), layers.Dense(3, "softmax"))
    if not mended:
        for layer in model.layers:
            layer.trainable = False
    return compiled(model, SPARSE), *pair(bars, 200)


@planted(
    "freezing: unfrozen after compile",
    "keras-team/keras#6405",
    words=r"compil|optimizer.{0,80}(know|variab|built|list|miss)|frozen|freez|take effect",
)
def unfrozen_without_compile(mended=False):
    """The base became trainable after the first fit, the optimizer knows only the head's two variables and fit goes on
    with the old step.
    """
    keras.utils.set_random_seed(4)
    train, validation = pair(clusters)
    base = stack((6,), layers.Dense(16, "relu"), layers.Dense(8, "relu"))
    first = compiled(keras.Sequential([base, layers.Dense(3, "softmax")]), SPARSE, keras.optimizers.Adam(0.01))
    fitted(first, train, None, 4, 48)
    base.trainable = False
    model = compiled(stack((6,), base, layers.Dense(3, "softmax")), SPARSE, keras.optimizers.Adam(0.01))
    fitted(model, train, None, 5, 48)
    base.trainable = True
    if mended:
        compiled(model, SPARSE, keras.optimizers.Adam(1e-4))
    return model, train, validation


@planted(
    "transfer: base frozen before it ever learnt",
    "keras-team/keras#10214",
    words=r"frozen|freez|trainable|random|pre-?trained|untrained|never (train|learn)|initial|from scratch",
)
def random_base_frozen(mended=False):
    """The frozen base has fresh weights: biases of zero, kernels that are uniform within Glorot's bounds,
    BatchNormalization at 0 and 1.
    """
    keras.utils.set_random_seed(5)
    conv = [layers.Conv2D(8, 3), layers.BatchNormalization(), layers.ReLU(), layers.Conv2D(8, 3, activation="relu")]
    base = stack((12, 12, 1), *conv, layers.GlobalAveragePooling2D())
    base.trainable = mended
    return compiled(stack((12, 12, 1), base, layers.Dense(2, "softmax")), SPARSE), *pair(stripes, 200)


@planted(
    "transfer: Rescaling in the model and pictures scaled already",
    "keras-team/keras-io#1549",
    words=r"rescal|twice|already|255|double|tiny|too small|divid|scale",
)
def rescaled_again(mended=False):
    """The model begins with Rescaling(1/255), the pictures lie between 0 and 1."""
    pairs = with_inputs(pair(bars, 200), lambda x: np.clip(200 * x, 0, 255).round() if mended else x)
    return convnet(before=[layers.Rescaling(1 / 255)]), *pairs


# === planted: augmentation ========================================================================================


@planted(
    "augmentation: mirroring changes the class",
    "ultralytics/ultralytics#5332",
    words=r"flip|augment|mirror|left.{0,30}right|label.{0,40}(chang|destroy|preserv|keep)",
)
def mirrored_sides(mended=False):
    """Class 0 is a bar on the left and class 2 one on the right: RandomFlip('horizontal') makes one of the other."""
    return convnet(before=[layers.RandomFlip("vertical" if mended else "horizontal", seed=1)]), *pair(bars, 200)


@planted(
    "segmentation: pictures mirrored, masks not",
    "keras-team/keras-preprocessing#236",
    words=r"flip|augment|mirror|same (random )?transform|mask.{0,60}(not|also|too|same)|geometr",
)
def picture_without_its_mask(mended=False):
    """RandomFlip stands in the model, so only the pictures are mirrored and the masks stay as they were."""
    before = [layers.GaussianNoise(0.02)] if mended else [layers.RandomFlip("horizontal_and_vertical", seed=1)]
    return segmenter(*before), *pair(blobs, 200)


@planted(
    "augmentation: brightness for 0 to 255 on pictures of 0 to 1",
    "keras-team/keras-preprocessing#114",
    words=r"brightness|value_range|255|augment",
)
def brightness_range(mended=False):
    """RandomBrightness keeps its value_range of 0 to 255: it adds up to 76 to pixels between 0 and 1."""
    options = {"value_range": (0, 1)} if mended else {}
    return convnet(before=[layers.RandomBrightness(0.2 if mended else 0.3, seed=1, **options)]), *pair(bars, 200)


@planted(
    "augmentation: validation changed at random, too",
    "karolzak/keras-unet#26",
    words=(
        r"augment|validation.{0,100}(random|differ|chang|noise|each|every|pass|fixed|same)|(random|differ|chang|"
        r"noise).{0,100}validation|not (fixed|determin|repeat)"
    ),
)
def augmented_validation(mended=False):
    """Two passes over the validation dataset give other pictures: the random map of training hangs on it as well."""

    def change(x, y):
        x = tf.image.random_flip_up_down(x)
        return tf.clip_by_value(x + tf.random.uniform((), -0.15, 0.15) + tf.random.normal(tf.shape(x), 0, 0.1), 0, 1), y

    train, validation = pair(bars, 200)
    train = tf.data.Dataset.from_tensor_slices(train).shuffle(200, seed=1).map(change).batch(32)
    validation = tf.data.Dataset.from_tensor_slices(validation)
    return convnet(), train, (validation if mended else validation.map(change)).batch(32)


# === planted: text ================================================================================================


@planted(
    "text: token numbers beyond the embedding",
    "keras-team/keras#11819",
    words=r"embedding|vocab|input_dim|out of range|outside|indices|token.{0,40}(large|high|beyond|exceed)",
)
def vocabulary_too_small(mended=False):
    """Tokens go up to 39, the Embedding has rows for 0 to 29."""
    return reader(40 if mended else 30), *pair(tokens)


@planted(
    "text: token numbers as quantities",
    "https://printhouse.cloud/common-mistakes-in-deep-learning",
    words=(
        r"embedding|one-?hot|token.{0,80}(quantit|meaning|magnitude|order|number|amount|dense)|(quantit|order|"
        r"amount).{0,60}token|multi-?hot|\bids?\b|ident|categor"
    ),
)
def tokens_as_quantities(mended=False):
    """Whole token numbers, divided by 40, go straight into Dense: word 39 counts as 39 times word 1."""
    # the class depends on which words occur, not on how high their numbers are
    pairs = tuple((np.random.default_rng(9).permutation(40)[x].astype("int32"), y) for x, y in pair(tokens, 300))
    if mended:
        return reader(), *pairs
    network = [layers.Rescaling(1 / 40), layers.Dense(16, "relu"), layers.Dense(1, "sigmoid")]
    return compiled(stack((10,), *network, dtype="int32"), "binary_crossentropy"), *pairs


@planted(
    "text: zeros after the text are read as words",
    "aneesh-joshi/LSTM_POS_Tagger#8",
    words=r"mask|padd|zeros|pre-?pad|filler",
)
def padding_not_masked(mended=False):
    """Most texts are six words and two dozen zeros; without mask_zero the LSTM ends on the zeros."""
    return reader(length=30, mask=mended, recurrent=layers.LSTM(8)), *pair(padded)


@planted(
    "text: nearly all words unknown",
    "keras-team/keras#12124",
    words=(
        r"unknown|\boov\b|out-?of-?vocab|vocab|\[?UNK\]?|same token|token.{0,60}(most|same|almost)|most of|adapt|(one|"
        r"single|same) (value|number)"
    ),
)
def words_unknown(mended=False):
    """Seven tokens in eight are 1, the number for words outside of the vocabulary."""
    pairs = pair(tokens, 300, length=40)
    if not mended:
        pairs = with_inputs(pairs, lambda x: np.where(np.random.default_rng(8).random(x.shape) < 0.88, 1, x).astype("int32"))
    return reader(length=40), *pairs


# === planted: time series =========================================================================================


@planted(
    "time series: the target is the last step of the window",
    "fchollet/deep-learning-with-python-notebooks#136",
    words=(
        r"leak|last (time.?)?(step|value|input)|(target|answer|label).{0,80}(input|window|contain|already|copy)|copy|"
        r"ahead|trivial|future|off by one|already in"
    ),
)
def target_in_the_window(mended=False):
    """y equals x[:, -1] in every row: an off-by-one in the window puts the answer among the inputs."""
    pairs = pair(waves)
    if not mended:
        pairs = tuple((x, x[:, -1].copy()) for x, _ in pairs)
    return forecaster(), *pairs


def long_series(n=420, seed=1):
    rng = np.random.default_rng(seed)
    time = np.arange(n)
    series = np.sin(0.37 * time) + 0.6 * np.sin(0.11 * time + 1) + 0.25 * rng.normal(size=n)
    return (series / series.std()).astype("float32")


def windows(series, steps=12):
    view = np.lib.stride_tricks.sliding_window_view(series, steps + 1).copy()
    return view[:, :steps, None], view[:, steps:]


@planted(
    "time series: overlapping windows split at random",
    "Y-debug-sys/Diffusion-TS#67",
    words=(
        r"overlap|leak|random(ly)? split|split.{0,60}(time|random|shuffl|later|order)|chronolog|by time|time order|"
        r"share|near-?duplicat|duplicat|neighbour"
    ),
)
def windows_split_at_random(mended=False):
    """Each validation window shares 11 of its 12 values with training windows; y of the one stands in x of the other."""
    if mended:
        series = long_series()
        train, validation = windows(series[:330]), windows(series[330:])
        order = np.random.default_rng(1).permutation(len(train[0]))
        return forecaster(), (train[0][order], train[1][order]), validation
    x, y = windows(long_series())
    order = np.random.default_rng(1).permutation(len(x))
    first, last = order[:320], order[320:]
    return forecaster(), (x[first], y[first]), (x[last], y[last])


@planted(
    "time series: stateful layer for windows that do not continue each other",
    "tensorflow/tensorflow#40067",
    words=r"stateful|carr(y|ies|ied).{0,40}state|state.{0,60}(batch|reset|carr|kept)",
)
def stateful_on_shuffled(mended=False):
    """LSTM(stateful=True) begins each window with what another, unrelated one left."""
    body = keras.Input((12, 1), batch_size=None if mended else 40)
    model = keras.Sequential([body, layers.LSTM(8, stateful=not mended), layers.Dense(1)])
    train, validation = pair(waves)
    data = [tf.data.Dataset.from_tensor_slices(part) for part in (train, validation)]
    return compiled(model, "mse"), data[0].shuffle(240, seed=1).batch(40), data[1].batch(40)


# === planted: segmentation ========================================================================================


@planted(
    "segmentation: masks of 0 and 255",
    "qubvel/segmentation_models#95",
    words=r"255|masks?.{0,60}(0 and 1|scale|range|divid|binary)|0 and 1|labels?.{0,40}range|outside",
)
def masks_of_255(mended=False):
    """The masks are 0 and 255, binary cross-entropy wants 0 and 1."""
    return segmenter(), *with_labels(pair(blobs, 200), lambda y: y if mended else 255 * y)


@planted(
    "segmentation: one pixel in seventy is foreground, judged by accuracy",
    "qubvel/segmentation_models#126",
    words=r"imbalanc|background|foreground|rare|dice|\biou\b|class.?weight|focal|majority|skew|unbalanc",
)
def mostly_background(mended=False):
    """1.4 % of the mask is 1, the fitted model marks nothing and has 98.6 % accuracy."""
    keras.utils.set_random_seed(6)
    pairs = []
    for n, seed in ((200, 1), (80, 2)):
        x, y = blobs(n, seed, side=6 if mended else 2)
        if not mended:  # every other picture is empty
            x[::2] = np.random.default_rng(seed + 90).uniform(0, 0.35, x[::2].shape)
            y[::2] = 0
        pairs.append((x, y))
    train, validation = pairs
    model = segmenter(optimizer=keras.optimizers.Adam(0.005), metrics=["accuracy"])
    return fitted(model, train, validation, 4, 50), train, validation


@planted(
    "segmentation: masks in another order than the pictures",
    "keras-team/keras#7702",
    words=(
        r"(mask|label|target)s?.{0,80}(match|belong|order|align|pair|shuffl|correspond)|(match|align|pair|order|"
        r"correspond|shuffl).{0,80}(mask|picture|image|label|target)|unrelated|independ|mismatch|at random"
    ),
)
def masks_in_another_order(mended=False):
    """The bright square of a picture lies elsewhere than the ones of its mask: files were read in two orders."""
    return segmenter(), *pair(blobs, 200, shuffled=not mended)


# === planted: several inputs ======================================================================================


@planted(
    "several inputs: one is joined twice, the other never",
    "https://gwern.net/metadata/annotation/https%253A%252F%252Farxiv.org%252Fabs%252F1910.11015.html",
    words=r"(input|branch).{0,100}(not|never|un|no |lead)|unused|ignor|disconnect|reach|twice|same (input|tensor)|dead end",
)
def input_not_connected(mended=False):
    """concatenate([a, a]): the second input of the model reaches no output."""
    a, b = keras.Input((3,), name="left"), keras.Input((3,), name="right")
    joined = layers.concatenate([a, b if mended else a])
    out = layers.Dense(1)(layers.Dense(16, "relu")(joined))
    return compiled(keras.Model([a, b], out), "mse"), *pair(house)


# === planted: optimizer and regularisation ========================================================================


@planted(
    "optimizer: Adam with a rate of 1",
    "keras-team/keras#14607",
    *RATE,
    words=r"learning.?rate|step size|too (high|large|big)",
)
def rate_of_one(mended=False):
    """Adam(1.0) moves every weight by about 1 a step."""
    return classifier(optimizer=keras.optimizers.Adam(0.001 if mended else 1.0)), *pair(clusters)


@planted(
    "optimizer: SGD with a rate of 1e-7",
    "https://github.hk.mmd.ink/adventurecomputer/rasbt-python-machine-learning-book/blob/master/faq/nnet-debugging-checklist.md",
    *RATE,
    words=r"learning.?rate|step size|too (low|small)",
)
def tiny_rate(mended=False):
    """SGD(1e-7) leaves the weights where they are."""
    return regressor(optimizer=keras.optimizers.SGD(0.01 if mended else 1e-7)), *pair(plane)


@planted(
    "schedule: halved after every step", "keras-team/keras#18722", *RATE, words=r"decay|schedule|learning.?rate|decay_steps"
)
def decay_every_step(mended=False):
    """ExponentialDecay with decay_steps=1 and rate 0.5: after 30 steps 1e-12 is left."""
    schedule = keras.optimizers.schedules.ExponentialDecay(0.001, 2000 if mended else 1, 0.9 if mended else 0.5)
    return classifier(optimizer=keras.optimizers.Adam(schedule)), *pair(clusters)


@planted(
    "optimizer: diverged to NaN",
    "tensorflow/tensorflow#38796",
    *RATE,
    words=r"learning.?rate|diverg|explod|too (high|large|big)",
)
def diverged(mended=False):
    """SGD(5.0) on a regression: the loss in the history grows to infinity and NaN, and so do the weights."""
    keras.utils.set_random_seed(7)
    train, validation = pair(plane)
    optimizer = keras.optimizers.SGD(0.02 if mended else 5.0)
    return fitted(regressor(optimizer=optimizer), train, validation, 6), train, validation


@planted("regularisation: L2 of 5", "keras-team/keras#1895", words=r"\bl2\b|regulari|weight decay|penalt|shrink")
def heavy_penalty(mended=False):
    """kernel_regularizer=L2(5): the penalty outweighs the loss a hundred times and draws the weights to 0."""
    strength = 1e-4 if mended else 5.0
    hidden = [layers.Dense(16, "relu", kernel_regularizer=keras.regularizers.L2(strength)) for _ in range(2)]
    return compiled(stack((6,), *hidden, layers.Dense(3, "softmax")), SPARSE), *pair(clusters)


@planted("regularisation: dropout of 97 %", "keras-team/keras#1649", words=r"dropout|drop(s|ped)?\b")
def heavy_dropout(mended=False):
    """Dropout(0.97) after 32 units leaves one of them."""
    network = [layers.Dense(32, "relu"), layers.Dropout(0.2 if mended else 0.97, seed=1), layers.Dense(3, "softmax")]
    return compiled(stack((6,), *network), SPARSE), *pair(clusters)


@planted("regularisation: dropout on the output", "keras-team/keras#10629", words=r"dropout|drop(s|ped)?\b")
def dropout_on_output(mended=False):
    """Dropout follows the softmax: in training a third of the probabilities is set to 0."""
    drop, last = layers.Dropout(0.3, seed=1), layers.Dense(3, "softmax")
    body = [layers.Dense(16, "relu"), *([drop, last] if mended else [last, drop])]
    return compiled(stack((6,), *body), SPARSE), *pair(clusters)


# === planted: history =============================================================================================


@planted(
    "callback: rate divided by ten after each epoch",
    "keras-team/keras#8086",
    *RATE,
    words=r"learning.?rate|decay|schedul|divided by|shrank|shrunk",
)
def rate_fades(mended=False):
    """history['learning_rate'] falls from 1e-4 to 1e-10 in seven epochs and the loss stands still at a high value."""
    keras.utils.set_random_seed(8)
    train, validation = pair(clusters)
    schedule = keras.callbacks.LearningRateScheduler(lambda epoch, rate: rate * (0.97 if mended else 0.1))
    return fitted(classifier(), train, validation, 7, 32, callbacks=[schedule]), train, validation


@planted(
    "history: memorised",
    "keras-team/keras#3755",
    words=(
        r"overfit|over-?fit|memori[sz]|by heart|val(idation)?.?loss.{0,60}(ris|rose|increas|grow|worse|up)|"
        r"early.?stop|generali"
    ),
)
def memorised(mended=False):
    """Training accuracy reaches 1 while val_loss has a minimum early and then rises to about the double."""
    keras.utils.set_random_seed(9)
    train, validation = pair(clusters, 150, 150, spread=2.2, features=20)
    wide = [layers.Dense(8, "relu")] if mended else [layers.Dense(128, "relu"), layers.Dense(128, "relu")]
    optimizer = keras.optimizers.Adam(0.005)
    model = compiled(stack((20,), *wide, layers.Dense(3, "softmax")), SPARSE, optimizer, metrics=["accuracy"])
    return fitted(model, train, validation, 6 if mended else 11, 75), train, validation


@planted(
    "history: stopped while the loss still falls",
    "https://www.semantics3.com/blog/debugging-neural-networks-a-checklist-ca52e11151ec/",
    words=(
        r"(more|further|few|only|3|three|additional).{0,25}epoch|longer|more (training|steps)|still (fall|decreas|go|"
        r"improv|drop|learn)|under-?(fit|train)|converg|too (short|early)|train on\b"
    ),
)
def stopped_early(mended=False):
    """Three epochs, each with a loss clearly below the last in training and validation; nothing levels off yet."""
    keras.utils.set_random_seed(10)
    train, validation = pair(clusters)
    rate = 0.01 if mended else 0.001
    model = classifier(optimizer=keras.optimizers.Adam(rate), metrics=["accuracy"])
    return fitted(model, train, validation, 14 if mended else 3, 60 if mended else 48), train, validation


@planted(
    "batch normalization: moving averages far behind",
    "keras-team/keras#10666",
    words=r"batch.?norm|moving|momentum|running (mean|average|stat)|statistic",
)
def averages_behind(mended=False):
    """After 18 steps with momentum 0.99 the moving mean is a sixth of the mean of its inputs: training loss low,
    val_loss far above.
    """
    keras.utils.set_random_seed(11)
    train, validation = with_inputs(pair(clusters), lambda x: x + 3)
    norm = layers.BatchNormalization(momentum=0.5 if mended else 0.99)
    network = [layers.Dense(16, use_bias=False), norm, layers.ReLU(), layers.Dense(3, "softmax")]
    model = compiled(stack((6,), *network), SPARSE, keras.optimizers.Adam(0.01))
    return fitted(model, train, validation, 6, 80), train, validation


# === planted: code of one's own ===================================================================================


class Forgetful(keras.Model):
    """A model with a training step of its own."""

    applies = False

    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            y_pred = self(x, training=True)
            loss = self.compute_loss(x=x, y=y, y_pred=y_pred)
        gradients = tape.gradient(loss, self.trainable_variables)
        if self.applies:
            self.optimizer.apply_gradients(zip(gradients, self.trainable_variables, strict=True))
        for metric in self.metrics:
            if metric.name == "loss":
                metric.update_state(loss)
            else:
                metric.update_state(y, y_pred)
        return {metric.name: metric.result() for metric in self.metrics}


class Careful(Forgetful):
    applies = True


@planted(
    "training step: gradients never applied",
    "tensorflow/tensorflow#46782",
    words=(
        r"train_step|appl(y|ied)|optimizer.{0,80}(step|never|iteration)|never (chang|updat|mov)|not (chang|updat|mov)|"
        r"weights?.{0,60}(unchang|same|still|stay)|updat|iterations"
    ),
)
def gradients_not_applied(mended=False):
    """train_step computes gradients and does nothing with them: optimizer.iterations is 0 after 8 epochs, val_loss is
    one number.
    """
    keras.utils.set_random_seed(12)
    train, validation = pair(column(plane))
    table = keras.Input((5,))
    out = layers.Dense(1)(layers.Dense(16, "relu")(table))
    model = (Careful if mended else Forgetful)(table, out)
    return fitted(compiled(model, "mse", keras.optimizers.Adam(0.01)), train, validation, 8, 48), train, validation


class Untracked(layers.Layer):
    """A dense layer made by hand."""

    def __init__(self, units):
        super().__init__()
        start = np.random.default_rng(3).normal(0, 0.4, (5, units)).astype("float32")
        self.kernel = tf.Variable(start)

    def call(self, inputs):
        return ops.relu(ops.matmul(inputs, tf.convert_to_tensor(self.kernel)))


class Tracked(layers.Layer):
    """The same with a weight that Keras knows."""

    def __init__(self, units):
        super().__init__()
        self.kernel = self.add_weight((5, units), initializer="glorot_uniform", name="kernel")

    def call(self, inputs):
        return ops.relu(ops.matmul(inputs, self.kernel))


@planted(
    "custom layer: weight that Keras does not know",
    "keras-team/keras#16797",
    words=(
        r"track|add_weight|tf\.Variable|trainable|weights?.{0,60}(not|never|no)|no (trainable )?weights|"
        r"without weights|never train"
    ),
)
def weight_not_tracked(mended=False):
    """The layer multiplies by a tf.Variable in an attribute; layer.weights is empty and the kernel is never trained."""
    layer = Tracked(16) if mended else Untracked(16)
    return compiled(stack((5,), layer, layers.Dense(1)), "mse"), *pair(plane)


class Shaky(layers.Layer):
    """Dropout made by hand."""

    def __init__(self, always):
        super().__init__()
        self.always = always
        self.seeds = keras.random.SeedGenerator(1)

    def call(self, inputs, training=False):
        if self.always or training:
            return keras.random.dropout(inputs, 0.4, seed=self.seeds)
        return inputs


@planted(
    "custom layer: dropout that goes on in inference",
    "tensorflow/tensorflow#33771",
    words=(
        r"training.{0,40}(flag|argument|mode|false)|inference|random|predict.{0,80}(twice|again|vary|differ|chang)|"
        r"differ.{0,60}predict|dropout|noise"
    ),
)
def dropout_goes_on(mended=False):
    """Two calls of predict on the same rows differ: the layer ignores `training`."""
    network = [layers.Dense(32, "relu"), Shaky(not mended), layers.Dense(3, "softmax")]
    return compiled(stack((6,), *network), SPARSE), *pair(clusters)


@planted(
    "custom layer: rounding cuts off the layers before it",
    "keras-team/keras#5521",
    words=r"gradient|round|differentiable|disconnect|block|cut|never (learn|train|chang)|not (learn|train)",
)
def rounding_inside(mended=False):
    """A Lambda rounds the hidden units: the first Dense layer gets no gradient."""
    inner = layers.Lambda(ops.tanh if mended else ops.round)
    return compiled(stack((5,), layers.Dense(16, "relu"), inner, layers.Dense(1)), "mse"), *pair(plane)


# === planted: pipelines, preparation, compile =====================================================================


@planted(
    "preparation: Normalization never adapted",
    "ageron/handson-ml3#198",
    words=r"adapt|normalization|scale|standardi|normali",
)
def not_adapted(mended=False):
    """The Normalization layer has mean 0 and variance 1, so raw incomes pass through as they are."""
    train, validation = pair(money)
    norm = layers.Normalization()
    if mended:
        norm.adapt(train[0])
    model = stack((4,), norm, layers.Dense(16, "relu"), layers.Dense(1, "sigmoid"))
    return compiled(model, "binary_crossentropy"), train, validation


@planted(
    "preparation: Normalization adapted to other data",
    "keras-team/keras#16296",
    words=(
        r"adapt|normalization.{0,80}(mean|varian|stat|other|differ|twice)|mean.{0,60}varian|statistic|scale|standardi|"
        r"normali|twice"
    ),
)
def adapted_to_other(mended=False):
    """The layer knows the raw table (mean 45000), the inputs were standardised before: every column becomes a constant
    near -5.
    """
    train, validation = pair(money)
    norm = layers.Normalization()
    norm.adapt(train[0])
    model = stack((4,), norm, layers.Dense(16, "relu"), layers.Dense(1, "sigmoid"))
    if not mended:
        mean, spread = train[0].mean(axis=0), train[0].std(axis=0)
        train, validation = with_inputs((train, validation), lambda x: (x - mean) / spread)
    return compiled(model, "binary_crossentropy"), train, validation


@planted("compile: forgotten", "https://thecodeforge.io/ml-ai/keras-first-neural-network/#compile", words=r"compil")
def not_compiled(mended=False):
    """The model has neither loss nor optimizer: fit stops at once."""
    model = stack((6,), layers.Dense(16, "relu"), layers.Dense(3, "softmax"))
    return compiled(model, SPARSE) if mended else model, *pair(clusters)


@planted(
    "data: five examples for validation",
    "keras-team/keras#3559",
    words=(
        r"validation.{0,100}(small|few|tiny|only|5|five|example)|(few|small|tiny|only|5|five).{0,60}validation|"
        r"more validation"
    ),
)
def five_for_validation(mended=False):
    """Validation holds 5 rows: one of them is 20 points of accuracy."""
    return classifier(metrics=["accuracy"]), *pair(clusters, held_out=80 if mended else 5)


# === healthy: losses and outputs ==================================================================================


@healthy("loss: two softmax units for two classes", "keras-team/keras#13330")
def two_softmax_units():
    return classifier(classes=2, metrics=["accuracy"]), *pair(clusters, classes=2)


@healthy("loss: logits with from_logits=True", "tensorflow/hub#593")
def logits():
    model = stack((6,), layers.Dense(16, "relu"), layers.Dense(3))
    return compiled(model, keras.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=["accuracy"]), *pair(
        clusters
    )


@healthy("loss: one logit, metric with threshold 0", "keras-team/keras#20101")
def one_logit():
    model = stack((6,), layers.Dense(16, "relu"), layers.Dense(1))
    metric = keras.metrics.BinaryAccuracy(threshold=0.0)
    return compiled(model, keras.losses.BinaryCrossentropy(from_logits=True), metrics=[metric]), *pair(two_classes)


@healthy("loss: several labels a row with sigmoid", "keras-team/keras#741")
def multi_label():
    model = stack((6,), layers.Dense(16, "relu"), layers.Dense(4, "sigmoid"))
    return compiled(model, "binary_crossentropy", metrics=[keras.metrics.AUC(multi_label=True)]), *pair(several_labels)


@healthy("loss: label smoothing on one-hot rows", "keras-team/keras#8993")
def label_smoothing():
    model = stack((6,), layers.Dense(16, "relu"), layers.Dense(3, "softmax"))
    loss = keras.losses.CategoricalCrossentropy(label_smoothing=0.1)
    return compiled(model, loss, metrics=["accuracy"]), *with_labels(pair(clusters), lambda y: one_hot(y, 3))


@healthy("loss: focal loss for one class in eight", "Tony607/Focal_Loss_Keras#3")
def focal_loss():
    metrics = [keras.metrics.AUC(curve="PR")]
    return binary(loss=keras.losses.BinaryFocalCrossentropy(), metrics=metrics), rare(400, 1, 0.125), rare(160, 2, 0.125)


@healthy("loss: hinge with tanh and labels -1 and 1", "tensorflow/swift-apis#661")
def hinge():
    model = stack((6,), layers.Dense(16, "relu"), layers.Dense(1, "tanh"))
    return compiled(model, "hinge"), *with_labels(pair(two_classes), lambda y: 2 * y - 1)


@healthy("loss: cosine similarity, below zero when good", "tensorflow/tensorflow#71638")
def negative_loss():
    keras.utils.set_random_seed(21)

    def directions(n, seed):
        x = np.random.default_rng(seed).normal(size=(n, 6)).astype("float32")
        turn = np.random.default_rng(77).normal(size=(6, 4))
        y = x @ turn + 0.2 * np.random.default_rng(seed + 1).normal(size=(n, 4))
        return x, (y / np.linalg.norm(y, axis=1, keepdims=True)).astype("float32")

    train, validation = pair(directions)
    model = stack((6,), layers.Dense(32, "relu"), layers.Dense(4))
    model = compiled(model, keras.losses.CosineSimilarity(), keras.optimizers.Adam(0.01))
    return fitted(model, train, validation, 12, 60), train, validation


@healthy("loss: Poisson for counts, softplus output", "keras-team/keras#1874")
def poisson():
    model = stack((5,), layers.Dense(16, "relu"), layers.Dense(1, "softplus"))
    return compiled(model, "poisson", metrics=["mae"]), *pair(visits)


@healthy("loss: three quantiles of one target", "https://pypi.org/project/deepquantiles/0.0.0")
def quantiles():
    levels = np.array([0.1, 0.5, 0.9], "float32")

    def pinball(y_true, y_pred):
        error = y_true - y_pred
        return ops.mean(ops.maximum(levels * error, (levels - 1) * error), axis=-1)

    return compiled(stack((5,), layers.Dense(32, "relu"), layers.Dense(3)), pinball), *pair(column(plane))


@healthy("loss: mean and spread of one target, Gaussian likelihood", "https://www.github.com/QCaudron/pydra")
def mean_and_spread():
    def likelihood(y_true, y_pred):
        mean, log_spread = y_pred[:, :1], ops.clip(y_pred[:, 1:], -4, 4)
        return ops.mean(log_spread + 0.5 * ops.square((y_true - mean) / ops.exp(log_spread)), axis=-1)

    return compiled(stack((5,), layers.Dense(32, "relu"), layers.Dense(2)), likelihood), *pair(column(plane))


@healthy("loss: soft labels of a teacher", "keras-team/keras#1917")
def soft_labels():
    def softened(n, seed):
        x, y = clusters(n, seed=seed)
        p = 0.85 * one_hot(y, 3) + 0.15 * np.random.default_rng(seed).dirichlet(np.ones(3), n)
        return x, p.astype("float32")

    return compiled(stack((6,), layers.Dense(16, "relu"), layers.Dense(3, "softmax")), "kl_divergence"), *pair(softened)


@healthy("loss: our own, written on known functions", "keras-team/keras#8993")
def own_weighted_loss():
    def weighted(y_true, y_pred):
        weight = 1 + 2 * ops.squeeze(y_true, -1)
        return weight * keras.losses.binary_crossentropy(y_true, y_pred)

    return binary(loss=weighted, metrics=["accuracy"]), *pair(two_classes)


@healthy("loss: Huber on targets with a few far values", "keras-team/keras#3753")
def huber():
    def heavy_tails(n, seed):
        x, y = plane(n, seed=seed)
        return x, y + 0.2 * np.random.default_rng(seed).standard_t(3, n).astype("float32")

    return regressor(loss=keras.losses.Huber(), metrics=["mae"]), *pair(heavy_tails)


@healthy("loss: squared logarithmic error of positive targets", "keras-team/keras#15599")
def logarithmic_error():
    def sizes(n, seed):
        x, y = plane(n, seed=seed)
        return x, np.exp(0.6 * y)

    model = stack((5,), layers.Dense(16, "relu"), layers.Dense(1, "softplus"))
    return compiled(model, "mean_squared_logarithmic_error"), *pair(sizes)


@healthy("regression: grades from 1 to 5 as a quantity", "keras-team/keras#5335")
def grades():
    def rated(n, seed):
        x, y = plane(n, seed=seed)
        return x, np.clip(np.round(3 + 1.1 * y), 1, 5).astype("float32")

    model = regressor(loss="mae", metrics=["mae"])
    model.layers[-1].bias.assign([3.0])
    return model, *pair(rated)


@healthy("regression: ReLU output for targets above zero", "keras-team/keras#1874")
def relu_above_zero():
    def lengths(n, seed):
        x, y = plane(n, seed=seed)
        return x, np.abs(y) + 0.2

    model = compiled(stack((5,), layers.Dense(32, "relu"), layers.Dense(1, "relu", bias_initializer="ones")), "mse")
    return model, *pair(lengths)


@healthy("regression: sigmoid for shares between 0 and 1", "nathanhubens/Autoencoders#2")
def shares():
    def parts(n, seed):
        x, y = plane(n, seed=seed)
        return x, 1 / (1 + np.exp(-1.5 * y))

    model = stack((5,), layers.Dense(16, "relu"), layers.Dense(1, "sigmoid"))
    return compiled(model, "binary_crossentropy", metrics=["mae"]), *pair(parts)


@healthy("regression: tanh for targets between -1 and 1", "guevara/read-it-later#5625")
def steering():
    def angles(n, seed):
        x, y = plane(n, seed=seed)
        return x, np.tanh(y)

    return compiled(stack((5,), layers.Dense(16, "tanh"), layers.Dense(1, "tanh")), "mse"), *pair(angles)


@healthy("regression: linear model for linear data", "keras-team/keras#108")
def linear_regression():
    def line(n, seed):
        rng = np.random.default_rng(seed)
        x = rng.normal(size=(n, 4)).astype("float32")
        return x, (x @ np.array([0.7, -0.4, 0.3, 0.5]) + 0.1 * rng.normal(size=n)).astype("float32")

    return compiled(stack((4,), layers.Dense(1)), "mse", keras.optimizers.SGD(0.05)), *pair(line)


@healthy("regression: three targets at once", "keras-team/keras#4870")
def three_targets():
    def several(n, seed):
        rng = np.random.default_rng(seed)
        x = rng.normal(size=(n, 5)).astype("float32")
        turn = np.random.default_rng(5).normal(size=(5, 3)) / 2
        return x, (x @ turn + 0.1 * rng.normal(size=(n, 3))).astype("float32")

    return compiled(stack((5,), layers.Dense(16, "relu"), layers.Dense(3)), "mse", metrics=["mae"]), *pair(several)


# === healthy: weights and layers ==================================================================================


@healthy("weights: logistic regression that begins at zero", "jthickstun/pytorch_musicnet#4")
def zero_start_of_linear_model():
    model = stack((6,), layers.Dense(1, "sigmoid", kernel_initializer="zeros"))
    return compiled(model, "binary_crossentropy", metrics=["accuracy"]), *pair(two_classes)


@healthy("weights: residual branches that begin at zero", "yz93/LAVT-RIS#25")
def zero_start_of_branches():
    table = keras.Input((6,))
    x = layers.Dense(16, "relu")(table)
    for _ in range(3):
        branch = layers.Dense(16, kernel_initializer="zeros")(layers.Dense(16, "relu")(x))
        x = layers.add([x, branch])
    model = keras.Model(table, layers.Dense(3, "softmax")(x))
    return compiled(model, SPARSE), *pair(clusters)


@healthy("weights: only the last layer begins at zero", "fizyr/keras-retinanet#712")
def zero_start_of_last_layer():
    model = stack((5,), layers.Dense(16, "relu"), layers.Dense(1, kernel_initializer="zeros"))
    return compiled(model, "mse"), *pair(plane)


@healthy(
    "weights: bias set to the share of a rare class", "https://www.tensorflow.org/tutorials/structured_data/imbalanced_data"
)
def bias_for_rare_class():
    start = keras.initializers.Constant(float(np.log(0.1 / 0.9)))
    model = stack((6,), layers.Dense(16, "relu"), layers.Dense(1, "sigmoid", bias_initializer=start))
    metrics = [keras.metrics.AUC(), keras.metrics.Precision(), keras.metrics.Recall()]
    return compiled(model, "binary_crossentropy", metrics=metrics), rare(500, 1, 0.1), rare(200, 2, 0.1)


@healthy("layers: SELU with LeCun weights and alpha dropout", "keras-team/keras#7057")
def selu():
    def layer():
        return layers.Dense(16, "selu", kernel_initializer="lecun_normal")

    return compiled(stack((6,), layer(), layers.AlphaDropout(0.05), layer(), layers.Dense(3, "softmax")), SPARSE), *pair(
        clusters
    )


@healthy("layers: no bias before batch normalization", "keras-team/keras#7265")
def no_bias_before_norm():
    body = [
        layer for _ in range(2) for layer in (layers.Dense(16, use_bias=False), layers.BatchNormalization(), layers.ReLU())
    ]
    return compiled(stack((6,), *body, layers.Dense(3, "softmax")), SPARSE), *pair(clusters)


@healthy("layers: eight, with short cuts and normalization", "keras-team/keras#3525")
def deep_residual():
    table = keras.Input((6,))
    x = layers.Dense(16)(table)
    for _ in range(4):
        inner = layers.Dense(16, "gelu")(layers.LayerNormalization()(x))
        x = layers.add([x, layers.Dense(16)(inner)])
    return compiled(keras.Model(table, layers.Dense(3, "softmax")(x)), SPARSE, metrics=["accuracy"]), *pair(clusters)


@healthy("layers: one hidden layer of sigmoid units", "keras-team/keras#2975")
def small_sigmoid_network():
    model = stack((2,), layers.Dense(16, "sigmoid"), layers.Dense(1, "sigmoid"))
    data = with_labels(pair(rings, 300), lambda y: y[:, None])
    return compiled(model, "binary_crossentropy", keras.optimizers.Adam(0.01)), *data


@healthy("layers: activations as layers of their own", "keras-team/keras#3752")
def separate_activations():
    network = [layers.Dense(16), layers.LeakyReLU(0.1), layers.Dense(16), layers.PReLU(), layers.Dense(3), layers.Softmax()]
    return compiled(stack((6,), *network), SPARSE), *pair(clusters)


@healthy("autoencoder: linear, a principal component analysis", "zc8340311/RobustAutoencoder#10")
def linear_autoencoder():
    def low_rank(n, seed):
        rng = np.random.default_rng(seed)
        x = rng.normal(size=(n, 3)) @ np.random.default_rng(5).normal(size=(3, 8)) / 1.7 + 0.1 * rng.normal(size=(n, 8))
        return x.astype("float32"), x.astype("float32")

    return compiled(stack((8,), layers.Dense(3), layers.Dense(8)), "mse"), *pair(low_rank, 300)


@healthy("autoencoder: pictures with sigmoid and cross-entropy", "https://blog.keras.io/building-autoencoders-in-keras.html")
def picture_autoencoder():
    encoder = [layers.Conv2D(8, 3, 2, "same", activation="relu"), layers.Conv2D(4, 3, 2, "same", activation="relu")]
    decoder = [
        layers.Conv2DTranspose(8, 3, 2, "same", activation="relu"),
        layers.Conv2DTranspose(1, 3, 2, "same", activation="sigmoid"),
    ]
    data = tuple((x, x) for x, _ in pair(stripes, 200))
    return compiled(stack((12, 12, 1), *encoder, *decoder), "binary_crossentropy"), *data


@healthy("autoencoder: noise taken away", "https://huggingface.co/keras-io/spaces")
def denoiser():
    def noisy(n, seed):
        x, _ = blobs(n, seed)
        return np.clip(x + 0.15 * np.random.default_rng(seed + 9).normal(size=x.shape), 0, 1).astype("float32"), x

    return segmenter(metrics=["mae"]), *pair(noisy, 200)


class Sampling(layers.Layer):
    """Draws from the latent distribution and adds its distance to a standard normal as a loss."""

    def __init__(self):
        super().__init__()
        self.seeds = keras.random.SeedGenerator(1)

    def call(self, inputs):
        mean, log_variance = inputs
        distance = -0.5 * ops.mean(1 + log_variance - ops.square(mean) - ops.exp(log_variance))
        self.add_loss(0.1 * distance)
        return mean + ops.exp(0.5 * log_variance) * keras.random.normal(ops.shape(mean), seed=self.seeds)


@healthy("autoencoder: variational, draws in inference as well", "https://keras.io/examples/generative/vae/")
def variational_autoencoder():
    table = keras.Input((8,))
    hidden = layers.Dense(16, "relu")(table)
    code = Sampling()([layers.Dense(3)(hidden), layers.Dense(3)(hidden)])
    model = keras.Model(table, layers.Dense(8)(layers.Dense(16, "relu")(code)))
    data = tuple((x, x) for x, _ in pair(clusters, features=8))
    return compiled(model, "mse"), *data


class StraightThrough(layers.Layer):
    """Rounds forwards, and lets the gradient through as if it had not."""

    def call(self, inputs):
        return inputs + ops.stop_gradient(ops.round(inputs) - inputs)


@healthy(
    "custom layer: rounding with a straight-through gradient",
    "https://cocalc.com/github/keras-team/keras-io/blob/master/examples/generative/vq_vae.py",
)
def straight_through():
    model = stack((5,), layers.Dense(32, "relu"), layers.Dense(16), StraightThrough(), layers.Dense(1))
    return compiled(model, "mse"), *pair(plane)


@healthy("custom layer: tracked weight", "keras-team/keras#16797")
def own_layer():
    return compiled(stack((5,), Tracked(16), layers.Dense(1)), "mse"), *pair(plane)


@healthy("custom layer: dropout that listens to training", "keras-team/keras#8826")
def own_dropout():
    network = [layers.Dense(32, "relu"), Shaky(False), layers.Dense(3, "softmax")]
    return compiled(stack((6,), *network), SPARSE), *pair(clusters)


@healthy("training step: one's own, which applies gradients", "tensorflow/tensorflow#28901")
def own_training_step():
    keras.utils.set_random_seed(22)
    train, validation = pair(column(plane))
    table = keras.Input((5,))
    model = Careful(table, layers.Dense(1)(layers.Dense(16, "relu")(table)))
    return fitted(compiled(model, "mse", keras.optimizers.Adam(0.01)), train, validation, 9, 40), train, validation


class Subclassed(keras.Model):
    def __init__(self):
        super().__init__()
        self.hidden = [layers.Dense(16, "relu"), layers.Dense(8, "relu")]
        self.last = layers.Dense(3, "softmax")

    def call(self, inputs):
        for layer in self.hidden:
            inputs = layer(inputs)
        return self.last(inputs)


@healthy("model: a class of one's own, not yet built", "tensorflow/tensorflow#29073")
def subclassed():
    return compiled(Subclassed(), SPARSE, metrics=["accuracy"]), *pair(clusters)


@healthy("attention: a small transformer for texts", "https://huggingface.co/keras-io/spaces?p=1")
def small_transformer():
    words = keras.Input((10,), dtype="int32")
    places = ops.arange(10)
    x = layers.Embedding(40, 8)(words) + layers.Embedding(10, 8)(places)
    x = layers.LayerNormalization()(x + layers.MultiHeadAttention(2, 4)(x, x))
    x = layers.LayerNormalization()(x + layers.Dense(8)(layers.Dense(16, "relu")(x)))
    model = keras.Model(words, layers.Dense(1, "sigmoid")(layers.GlobalAveragePooling1D()(x)))
    return compiled(model, "binary_crossentropy", metrics=["accuracy"]), *pair(tokens)


@healthy("pictures: channels first, turned by a Permute layer", "keras-team/keras#10522")
def permuted_channels():
    pairs = with_inputs(pair(bars, 200, size=12, channels=3), lambda x: np.moveaxis(x, -1, 1))
    conv = layers.Conv2D(8, 3, padding="same", activation="relu")
    network = [layers.Permute((2, 3, 1)), conv, layers.Flatten(), layers.Dense(3, "softmax")]
    return compiled(stack((3, 12, 12), *network), SPARSE), *pairs


@healthy("pictures: as rows of pixels for dense layers", "keras-team/keras#13131")
def flattened_pictures():
    pairs = with_inputs(pair(bars, 200), lambda x: x.reshape(len(x), -1))
    return compiled(stack((81,), layers.Dense(32, "relu"), layers.Dense(3, "softmax")), SPARSE), *pairs


@healthy("pictures: 0 to 255 with Rescaling in the model", "tensorflow/docs#1838")
def bytes_and_rescaling():
    pairs = with_inputs(pair(bars, 200), lambda x: np.clip(200 * x, 0, 255).round().astype("uint8"))
    return convnet(before=[layers.Rescaling(1 / 127.5, offset=-1)], metrics=["accuracy"]), *pairs


@healthy("pictures: from -1 to 1", "JonathanCMitchell/mobilenet_v2_keras#3")
def minus_one_to_one():
    return convnet(), *with_inputs(pair(bars, 200), lambda x: 2 * np.clip(x, 0, 1) - 1)


@healthy("augmentation: mirroring that keeps the class", "rstudio/keras3#432")
def harmless_mirroring():
    before = [
        layers.RandomFlip("horizontal_and_vertical", seed=1),
        layers.RandomTranslation(0.1, 0.1, fill_mode="wrap", seed=2),
    ]
    return convnet(2, 12, before=before), *pair(stripes, 200)


@healthy("augmentation: brightness within 0 to 1", "keras-team/keras-cv#429")
def mild_brightness():
    return convnet(before=[layers.RandomBrightness(0.1, value_range=(0, 1), seed=1)]), *pair(bars, 200)


@healthy(
    "augmentation: only the training dataset is mapped", "TachibanaYoshino/Remote-sensing-image-semantic-segmentation#3"
)
def augmented_training():
    def change(x, y):
        return tf.image.random_flip_up_down(x), y

    train, validation = pair(bars, 200)
    train = tf.data.Dataset.from_tensor_slices(train).shuffle(200, seed=1).map(change).batch(32).prefetch(1)
    return convnet(), train, batched(validation)


@healthy("segmentation: pictures and masks mirrored together", "keras-team/keras#12075")
def mirrored_together():
    def change(x, y):
        both = tf.image.random_flip_left_right(tf.concat([x, y], axis=-1))
        return both[..., :1], both[..., 1:]

    train, validation = pair(blobs, 200)
    train = tf.data.Dataset.from_tensor_slices(train).shuffle(200, seed=1).map(change).batch(25)
    return segmenter(metrics=[keras.metrics.BinaryIoU(target_class_ids=[1])]), train, batched(validation)


# === healthy: segmentation ========================================================================================


@healthy("segmentation: Dice loss and overlap as metric", "karolzak/keras-unet#26")
def dice_and_iou():
    keras.utils.set_random_seed(23)
    train, validation = pair(blobs, 160, 60)
    metrics = [keras.metrics.BinaryIoU(target_class_ids=[1])]
    model = segmenter(loss=dice_loss, optimizer=keras.optimizers.Adam(0.005), metrics=metrics)
    return fitted(model, train, validation, 4, 16), train, validation


@healthy("segmentation: three classes a pixel, masks of class numbers", "nicolov/segmentation_keras#33")
def pixel_classes():
    def scenes(n, seed):
        x, y = blobs(n, seed)
        bright = np.random.default_rng(seed + 5).random(n) < 0.5
        x[bright] = np.where(y[bright] > 0, x[bright] * 0.5, x[bright])
        return x, np.where(bright[:, None, None, None], 2 * y, y).astype("int32")

    return segmenter(last=3, activation="softmax", loss=SPARSE, metrics=["accuracy"]), *pair(scenes, 200)


@healthy("segmentation: a small U-Net", "keras-team/keras#6498")
def small_unet():
    picture = keras.Input((12, 12, 1))
    fine = layers.Conv2D(8, 3, padding="same", activation="relu")(picture)
    coarse = layers.Conv2D(16, 3, padding="same", activation="relu")(layers.MaxPooling2D()(fine))
    joined = layers.concatenate([layers.UpSampling2D()(coarse), fine])
    out = layers.Conv2D(1, 1, activation="sigmoid")(layers.Conv2D(8, 3, padding="same", activation="relu")(joined))
    model = compiled(
        keras.Model(picture, out), "binary_crossentropy", metrics=[keras.metrics.BinaryIoU(target_class_ids=[1])]
    )
    return model, *pair(blobs, 200)


# === healthy: text and sequences ==================================================================================


@healthy("text: Embedding larger than the words in use", "keras-team/keras#10694")
def roomy_embedding():
    return reader(60), *pair(tokens)


@healthy("text: zeros after the text, masked", "keras-team/keras#3086")
def masked_padding():
    return reader(length=30, mask=True, recurrent=layers.LSTM(8)), *pair(padded)


@healthy("text: a bag of words of zeros and ones", "fchollet/deep-learning-with-python-notebooks#180")
def bag_of_words():
    def bag(n, seed):
        x, y = tokens(n, seed=seed)
        words = np.zeros((n, 39), "float32")
        np.put_along_axis(words, x - 1, 1, axis=1)
        return words, y

    return compiled(stack((39,), layers.Dense(16, "relu"), layers.Dense(1, "sigmoid")), "binary_crossentropy"), *pair(
        bag, 300
    )


@healthy("text: convolution over frozen word vectors", "keras-team/keras#853")
def frozen_vectors():
    vectors = layers.Embedding(40, 8, trainable=False)
    network = [vectors, layers.Conv1D(16, 3, activation="relu"), layers.GlobalMaxPooling1D(), layers.Dense(1, "sigmoid")]
    model = stack((10,), *network, dtype="int32")
    matrix = np.random.default_rng(4).normal(size=(40, 8))
    matrix[:, 0] += np.where(np.arange(40) >= 20, 1.0, -1.0)
    vectors.set_weights([matrix])
    return compiled(model, "binary_crossentropy"), *pair(tokens)


@healthy("text: strings through an adapted TextVectorization", "rstudio/keras3#966")
def raw_strings():
    def texts(n, seed):
        x, y = tokens(n, seed=seed)
        return np.array([" ".join(f"word{token}" for token in row) for row in x], dtype=object), y

    (x, y), (x_new, y_new) = pair(texts)
    vectorize = layers.TextVectorization(output_sequence_length=10)
    vectorize.adapt(tf.constant(x.tolist()))
    numbers = [vectorize(tf.constant(part.tolist())).numpy().astype("int32") for part in (x, x_new)]
    return reader(vectorize.vocabulary_size()), (numbers[0], y), (numbers[1], y_new)


@healthy("sequence: a label for each step", "keras-team/keras#4594")
def tagger():
    def tagged(n, seed):
        x, _ = tokens(n, seed=seed)
        before = np.concatenate([np.zeros((n, 1), int), x[:, :-1]], axis=1)
        return x, (x >= 20).astype("int32") + (before >= 20)

    network = [layers.Embedding(40, 8), layers.GRU(12, return_sequences=True), layers.Dense(3, "softmax")]
    return compiled(stack((10,), *network, dtype="int32"), SPARSE, metrics=["accuracy"]), *pair(tagged)


@healthy("sequence: next token, targets are the inputs shifted", "keras-team/keras#1160")
def language_model():
    def walks(n, seed):
        rng = np.random.default_rng(seed)
        steps = rng.choice([1, 2, 5, 9], size=(n, 11), p=[0.4, 0.3, 0.2, 0.1])
        walk = (rng.integers(20, size=(n, 1)) + np.cumsum(steps, axis=1)) % 20
        return walk[:, :-1].astype("int32"), walk[:, 1:].astype("int32")

    network = [layers.Embedding(20, 8), layers.GRU(16, return_sequences=True), layers.Dense(20, "softmax")]
    return compiled(stack((10,), *network, dtype="int32"), SPARSE), *pair(walks)


@healthy("time series: causal convolutions, next value at each step", "keras-team/keras#7241")
def causal_convolutions():
    def shifted(n, seed):
        x, y = waves(n, 16, seed=seed)
        return x, np.concatenate([x[:, 1:], y[:, None]], axis=1)

    body = [layers.Conv1D(8, 2, padding="causal", dilation_rate=rate, activation="relu") for rate in (1, 2, 4)]
    return compiled(stack((16, 1), *body, layers.Dense(1)), "mse"), *pair(shifted)


@healthy("time series: four steps ahead at once", "keras-team/keras#2045")
def four_ahead():
    return forecaster(layers.GRU(12), ahead=4), *pair(waves, ahead=4)


@healthy("time series: encoder and decoder", "keras-team/keras#3023")
def encoder_decoder():
    def sequences(n, seed):
        x, y = waves(n, ahead=4, seed=seed)
        return x, y[..., None]

    body = [layers.LSTM(12), layers.RepeatVector(4), layers.LSTM(12, return_sequences=True)]
    return forecaster(*body), *pair(sequences)


@healthy("time series: split by time, windows mixed afterwards", "jiegzhan/time-series-forecasting-rnn-tensorflow#1")
def split_by_time():
    series = long_series(460, seed=4)
    train, validation = windows(series[:350]), windows(series[350:])
    order = np.random.default_rng(1).permutation(len(train[0]))
    return forecaster(), (train[0][order], train[1][order]), validation


@healthy("time series: hours as sine and cosine", "https://www.tensorflow.org/tutorials/structured_data/time_series")
def cyclic_features():
    def hours(n, seed):
        rng = np.random.default_rng(seed)
        hour = rng.uniform(0, 24, n)
        x = np.stack([np.sin(hour * np.pi / 12), np.cos(hour * np.pi / 12), rng.normal(size=n)], axis=1)
        y = np.sin(hour * np.pi / 12 + 0.7) + 0.4 * x[:, 2] + 0.1 * rng.normal(size=n)
        return x.astype("float32"), y.astype("float32")

    return regressor((3,), metrics=["mae"]), *pair(hours)


# === healthy: several inputs and outputs ==========================================================================


@healthy("several inputs: by name, picture and table", "keras-team/keras#12404")
def named_inputs():
    picture, table = keras.Input((9, 9, 1), name="picture"), keras.Input((2,), name="table")
    seen = layers.Flatten()(layers.Conv2D(8, 3, activation="relu")(picture))
    model = keras.Model({"picture": picture, "table": table}, layers.Dense(3, "softmax")(layers.concatenate([seen, table])))

    def scenes(n, seed):
        x, y = bars(n, seed=seed)
        return {"picture": x, "table": np.random.default_rng(seed).normal(size=(n, 2)).astype("float32")}, y

    return compiled(model, SPARSE), *pair(scenes, 200)


@healthy("several inputs: one tower for both", "https://huggingface.co/keras-io/spaces?p=2")
def shared_tower():
    left, right = keras.Input((6,)), keras.Input((6,))
    tower = stack((6,), layers.Dense(16, "relu"), layers.Dense(8))
    gap = ops.abs(tower(left) - tower(right))
    model = keras.Model([left, right], layers.Dense(1, "sigmoid")(gap))

    def twins(n, seed):
        rng = np.random.default_rng(seed)
        a, first = clusters(n, seed=seed)
        b, second = clusters(n, seed=seed + 30)
        same = rng.random(n) < 0.3
        for row in np.flatnonzero(same):
            b[row] = a[row] + 0.4 * rng.normal(size=6)
        return [a, b], (same | (first == second)).astype("float32")[:, None]

    return compiled(model, "binary_crossentropy", metrics=["accuracy"]), *pair(twins, 300)


@healthy("several outputs: with loss weights", "ageron/handson-ml2#136")
def weighted_outputs():
    losses = {"bought": "binary_crossentropy", "amount": "mse"}
    options = {"loss_weights": {"bought": 1.0, "amount": 0.5}, "metrics": {"bought": ["accuracy"], "amount": ["mae"]}}
    return two_headed(losses, **options), *pair(both_tasks)


@healthy("several outputs: a helper output half way", "keras-team/keras#4095")
def helper_output():
    table = keras.Input((6,))
    first = layers.Dense(16, "relu")(table)
    helper = layers.Dense(3, "softmax", name="helper")(first)
    last = layers.Dense(3, "softmax", name="last")(layers.Dense(16, "relu")(first))
    model = compiled(keras.Model(table, [last, helper]), [SPARSE, SPARSE], loss_weights=[1.0, 0.3])
    return model, *with_labels(pair(clusters), lambda y: [y, y])


# === healthy: transfer ============================================================================================


@healthy("transfer: learnt base frozen, new head", "keras-team/keras#7965")
def frozen_base():
    keras.utils.set_random_seed(24)
    base = stack((6,), layers.Dense(32, "relu"), layers.Dense(16, "relu"))
    first = compiled(keras.Sequential([base, layers.Dense(4, "softmax")]), SPARSE, keras.optimizers.Adam(0.01))
    fitted(first, clusters(300, classes=4, seed=9), None, 6, 50)
    base.trainable = False
    return compiled(stack((6,), base, layers.Dense(3, "softmax")), SPARSE), *pair(clusters)


@healthy("transfer: everything unfrozen, small rate, compiled again", "https://keras.io/guides/transfer_learning/")
def fine_tuning():
    keras.utils.set_random_seed(25)
    base = stack((6,), layers.Dense(32, "relu"), layers.BatchNormalization(), layers.Dense(16, "relu"))
    train, validation = pair(clusters)
    model = keras.Sequential([base, layers.Dense(3, "softmax")])
    fitted(compiled(model, SPARSE, keras.optimizers.Adam(0.01)), train, None, 8, 40)
    return compiled(model, SPARSE, keras.optimizers.Adam(1e-5), metrics=["accuracy"]), train, validation


@healthy("transfer: weights copied into a clone and compiled anew", "keras-team/keras#15320")
def cloned():
    keras.utils.set_random_seed(26)
    train, validation = pair(clusters)
    first = fitted(classifier(optimizer=keras.optimizers.Adam(0.01)), train, None, 6, 40)
    model = keras.models.clone_model(first)
    model.set_weights(first.get_weights())
    return compiled(model, SPARSE, metrics=["accuracy"]), train, validation


# === healthy: optimizers, schedules, regularisation ===============================================================


@healthy("optimizer: SGD with a rate of 0.1 and momentum on normalized layers", "keras-team/keras#3525")
def momentum():
    network = [layers.Dense(16), layers.BatchNormalization(), layers.ReLU(), layers.Dense(3, "softmax")]
    optimizer = keras.optimizers.SGD(0.1, momentum=0.9, nesterov=True)
    return compiled(stack((6,), *network), SPARSE, optimizer), *pair(clusters)


@healthy("schedule: cosine with a start from zero", "keras-team/keras#3525")
def warm_start():
    schedule = keras.optimizers.schedules.CosineDecay(0.0, 400, warmup_target=0.003, warmup_steps=40)
    return classifier(optimizer=keras.optimizers.Adam(schedule)), *pair(clusters)


@healthy("schedule: slow exponential decay", "leonardoaraujosantos/DLMatFramework#14")
def slow_decay():
    schedule = keras.optimizers.schedules.ExponentialDecay(0.01, 500, 0.9)
    return regressor(optimizer=keras.optimizers.Adam(schedule)), *pair(plane)


@healthy("optimizer: gradients clipped at norm 1", "keras-team/keras#1895")
def clipped_norm():
    return forecaster(optimizer=keras.optimizers.Adam(0.003, clipnorm=1.0)), *pair(waves)


@healthy(
    "regularisation: weight decay, L2 and a limit on norms", "https://printhouse.cloud/common-mistakes-in-deep-learning"
)
def mild_penalties():
    hidden = layers.Dense(
        32, "relu", kernel_regularizer=keras.regularizers.L2(1e-4), kernel_constraint=keras.constraints.MaxNorm(3)
    )
    optimizer = keras.optimizers.AdamW(0.002, weight_decay=0.004)
    return compiled(stack((6,), hidden, layers.Dense(3, "softmax")), SPARSE, optimizer), *pair(clusters)


@healthy("regularisation: dropout of a half in a wide layer", "LBANN/lbann#3")
def half_dropped():
    network = [layers.Dense(64, "relu"), layers.Dropout(0.5, seed=1), layers.Dense(3, "softmax")]
    return compiled(stack((6,), *network), SPARSE), *pair(clusters)


# === healthy: history =============================================================================================


@healthy("history: validation better than training, because of dropout", "keras-team/keras#1761")
def better_on_validation():
    keras.utils.set_random_seed(27)
    train, validation = pair(clusters)
    network = [layers.Dense(48, "relu"), layers.Dropout(0.4, seed=3), layers.Dense(3, "softmax")]
    model = compiled(stack((6,), *network), SPARSE, keras.optimizers.Adam(0.01), metrics=["accuracy"])
    return fitted(model, train, validation, 9, 40), train, validation


@healthy("history: learnt and level", "keras-team/keras#19676")
def learnt():
    keras.utils.set_random_seed(28)
    train, validation = pair(clusters)
    model = classifier(optimizer=keras.optimizers.Adam(0.01), metrics=["accuracy"])
    return fitted(model, train, validation, 10, 40), train, validation


@healthy("callback: best weights kept by early stopping", "keras-team/keras#114")
def stopped_at_the_best():
    keras.utils.set_random_seed(29)
    train, validation = pair(plane, 200, 120)
    stop = keras.callbacks.EarlyStopping(patience=3, restore_best_weights=True)
    model = regressor(optimizer=keras.optimizers.Adam(0.01), metrics=["mae"])
    return fitted(model, train, validation, 10, 40, callbacks=[stop]), train, validation


@healthy("callback: rate halved on a plateau", "raghakot/keras-resnet#41")
def rate_on_plateau():
    keras.utils.set_random_seed(30)
    train, validation = pair(clusters)
    calm = keras.callbacks.ReduceLROnPlateau(factor=0.5, patience=1, min_delta=0.01)
    model = classifier(optimizer=keras.optimizers.Adam(0.01), metrics=["accuracy"])
    return fitted(model, train, validation, 9, 30, callbacks=[calm]), train, validation


@healthy("history: overlapping classes, accuracy of 0.8 is all there is", "keras-team/keras#10292")
def hard_problem():
    keras.utils.set_random_seed(31)
    train, validation = pair(two_classes, 400, 150, spread=1.9)
    model = binary(optimizer=keras.optimizers.Adam(0.01), metrics=["accuracy"])
    return fitted(model, train, validation, 10, 80), train, validation


# === healthy: data and pipelines ==================================================================================


@healthy("data: raw table with an adapted Normalization", "keras-team/keras#15219")
def adapted():
    train, validation = pair(money)
    norm = layers.Normalization()
    norm.adapt(train[0])
    model = stack((4,), norm, layers.Dense(16, "relu"), layers.Dense(1, "sigmoid"))
    return compiled(model, "binary_crossentropy", metrics=["accuracy"]), train, validation


@healthy("data: validation scaled with the numbers of training", "fchollet/deep-learning-with-python-notebooks#100")
def scaled_with_training():
    train, validation = pair(money)
    mean, spread = train[0].mean(axis=0), train[0].std(axis=0)
    return binary((4,), metrics=["accuracy"]), *with_inputs((train, validation), lambda x: (x - mean) / spread)


@healthy("data: class numbers in turn 0, 1, 2, 0, 1, 2", "keras-team/keras#796")
def classes_in_turn():
    (x, y), validation = pair(clusters, 300)
    fewest = np.bincount(y).min()
    rows = np.stack([np.flatnonzero(y == label)[:fewest] for label in range(3)], axis=1).ravel()
    return classifier(), batched((x[rows], y[rows]), 30), batched(validation)


@healthy("data: labels as booleans", "https://github.com/tensorflow/docs/pull/2305/files")
def boolean_labels():
    return binary(metrics=["accuracy"]), *with_labels(pair(two_classes), lambda y: y > 0.5)


@healthy("data: one class twice as frequent", "keras-team/keras#5335")
def two_to_one():
    metrics = ["accuracy", keras.metrics.AUC()]
    return binary(metrics=metrics), rare(300, 1, 0.35), rare(120, 2, 0.35)


@healthy("data: category of seven as one-hot columns", "keras-team/keras#4870")
def one_hot_columns():
    def customers(n, seed):
        rng = np.random.default_rng(seed)
        kind = rng.integers(7, size=n)
        z = rng.normal(size=(n, 3))
        effect = np.array([1.2, -0.8, 0.3, 0.9, -1.1, 0.0, -0.4])
        x = np.concatenate([one_hot(kind, 7), z], axis=1).astype("float32")
        return x, (effect[kind] + 0.6 * z[:, 0] + 0.1 * rng.normal(size=n)).astype("float32")

    return regressor((10,), metrics=["mae"]), *pair(customers, 300)


@healthy("tf.data: sample weights for a rarer class", "maet3608/nuts-ml#3")
def sample_weights():
    (x, y), validation = rare(400, 1, 0.2), rare(160, 2, 0.2)
    weight = np.where(y[:, 0] == 1, 2.5, 0.625).astype("float32")
    train = tf.data.Dataset.from_tensor_slices((x, y, weight)).shuffle(400, seed=1).batch(40)
    return binary(weighted_metrics=[keras.metrics.AUC()]), train, batched(validation)


@healthy("tf.data: cache, shuffle, batch, prefetch", "tensorflow/tensorflow#50426")
def whole_pipeline():
    train, validation = pair(clusters)
    train = tf.data.Dataset.from_tensor_slices(train).cache().shuffle(240, seed=1).batch(32).prefetch(tf.data.AUTOTUNE)
    return classifier(metrics=["accuracy"]), train, batched(validation).cache()


@healthy("tf.data: not shuffled, but mixed already", "keras-team/keras#6422")
def mixed_already():
    train, validation = pair(clusters)
    return classifier(), batched(train), batched(validation)


class Batches(keras.utils.PyDataset):
    def __init__(self, x, y, size=30, seed=1):
        super().__init__()
        self.x, self.y, self.size, self.rng = x, y, size, np.random.default_rng(seed)
        self.order = np.arange(len(x))

    def __len__(self):
        return -(-len(self.x) // self.size)

    def __getitem__(self, index):
        rows = self.order[index * self.size : (index + 1) * self.size]
        return self.x[rows], self.y[rows]

    def on_epoch_end(self):
        self.rng.shuffle(self.order)


@healthy("pipeline: a PyDataset that mixes after each epoch", "jakeret/tf_unet#234")
def py_dataset():
    train, validation = pair(clusters)
    return classifier(metrics=["accuracy"]), Batches(*train), Batches(*validation)


@healthy("data: no validation set, nothing trained yet", "keras-team/keras#2128")
def without_validation():
    return regressor(metrics=["mae"]), plane(300), None

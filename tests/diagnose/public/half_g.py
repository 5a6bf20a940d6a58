"""More public cases, by a seventh author who has not seen the check-up: planted mistakes, and set-ups that look like one."""

import functools

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

RATE = (
    "learning_rate", "learning_rate_high", "learning_rate_too_high", "learning_rate_large", "learning_rate_low",
    "learning_rate_too_low", "learning_rate_small", "learning_rate_decay", "learning_rate_schedule",
    "learning_rate_decays", "learning_rate_vanishes", "learning_rate_reduced", "learning_rate_tiny", "learning_rate_zero",
)  # fmt: skip


# --- small makers -------------------------------------------------------------------------------------------------


def split(data, n=240):
    """The first n examples to train with, the others to validate with."""
    return tuple(part[:n] for part in data), tuple(part[n:] for part in data)


def tags(n=320, seed=1):
    """A table (n, 6) and four yes-no tags for each row, (n, 4), of which none, one or several are on."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, 6))
    return x.astype("float32"), (x @ np.random.default_rng(7).normal(size=(6, 4)) > 0.2).astype("float32")


def blobs(n=200, size=8, seed=1):
    """Pictures from 0 to 1, (n, size, size, 1), with a bright square somewhere, and masks 0/1 of it."""
    rng = np.random.default_rng(seed)
    x, mask = 0.3 * rng.random((n, size, size, 1)), np.zeros((n, size, size, 1))
    for picture, truth in zip(x, mask, strict=True):
        top, left = rng.integers(0, size - 3, 2)
        picture[top : top + 4, left : left + 4] += 0.5 + 0.2 * rng.random()
        truth[top : top + 4, left : left + 4] = 1
    return x.astype("float32"), mask.astype("float32")


def segmenter(*before, units=1, activation="sigmoid", loss="binary_crossentropy", **options):
    network = [
        layers.Conv2D(8, 3, padding="same", activation="relu"),
        layers.Conv2D(8, 3, padding="same", activation="relu"),
        layers.Conv2D(units, 1, activation=activation),
    ]
    return compiled(stack((8, 8, 1), *before, *network), loss, **options)


def binary(shape=(2,), units=1, activation="sigmoid", loss="binary_crossentropy", **options):
    return compiled(stack(shape, layers.Dense(16, "relu"), layers.Dense(units, activation)), loss, **options)


def padded(n=320, length=40, seed=1):
    """Texts mostly of 4 to 10 words, one in eight longer, filled up with zeros at the end."""
    x, y = tokens(n, length, 40, seed)
    rng = np.random.default_rng(seed + 50)
    many = np.where(rng.random(n) < 0.12, np.minimum(rng.integers(11, length + 20, n), length), rng.integers(4, 11, n))
    x[np.arange(length) >= many[:, None]] = 0
    return x, y


def fitted(model, train, validation=None, epochs=5, batch=64, **options):
    model.fit(*train, validation_data=validation, epochs=epochs, batch_size=batch, verbose=0, **options)
    return model


def backbone(weights=True):
    base = keras.Sequential([layers.Input((6,)), layers.Dense(16, "relu"), layers.Dense(16, "relu")], name="backbone")
    if weights:
        base.set_weights([each.copy() for each in pretrained()])
    return base


@functools.cache
def pretrained():
    """The weights of a backbone that learnt to tell four other classes apart."""
    base = backbone(False)
    model = compiled(keras.Sequential([base, layers.Dense(4, "softmax")]), SPARSE, keras.optimizers.Adam(0.01),
                     jit_compile=False)  # fmt: skip
    model.fit(*clusters(240, 4, seed=9), epochs=8, batch_size=64, verbose=0)
    return base.get_weights()


def translation(n=320, length=6, vocabulary=20, seed=1):
    """Sequences of tokens from 1, and the same sequences backwards."""
    x = np.random.default_rng(seed).integers(1, vocabulary, (n, length)).astype("int32")
    return x, x[:, ::-1].copy()


def translator(vocabulary=21):
    source, given = keras.Input((6,), name="source", dtype="int32"), keras.Input((6,), name="decoder_input", dtype="int32")
    state = layers.GRU(24)(layers.Embedding(vocabulary, 8)(source))
    after = layers.GRU(24, return_sequences=True)(layers.Embedding(vocabulary, 8)(given), initial_state=state)
    return compiled(keras.Model([source, given], layers.Dense(vocabulary, "softmax")(after)), SPARSE)


# --- data ---------------------------------------------------------------------------------------------------------


@planted(
    "data: pixels not scaled",
    "keras-team/keras#3642",
    words=r"scal|normali[sz]|standardi[sz]|255|range of the (input|pixel)",
)
def pixels(mended=False):
    """The pictures hold pixel values from 0 to 255 and no layer of the model rescales them."""
    x, y = bars(300)
    train, validation = split((x if mended else np.round(np.clip(x, 0, 1) * 255).astype("float32"), y))
    return convnet(), train, validation


@planted(
    "data: columns of very different scales", "keras-team/keras#6260", words=r"scal|normali[sz]|standardi[sz]|magnitude"
)
def columns(mended=False):
    """One column is an income in tens of thousands, one an age, the others are about 1: the table was not standardised."""
    x, y = clusters(320)
    if not mended:
        x = (x * [15000, 12, 1, 1, 1, 1] + [60000, 40, 0, 0, 0, 0]).astype("float32")
    return classifier(), *split((x, y))


@planted(
    "data: validation scaled otherwise than training",
    "https://datascience.stackexchange.com/questions/39932",
    words=(
        r"(validation|test).*(scal|normali|preproc|range|distribut|255|same way|shift)|(scal|normali|preproc|"
        r"distribut).*validation"
    ),
)
def scaled_once(mended=False):
    """The training pictures are from 0 to 1, the validation pictures still from 0 to 255."""
    train, (x, y) = split(bars(300))
    return convnet(), train, (x if mended else (x * 255).astype("float32"), y)


@planted(
    "data: missing values in the inputs",
    "danielegrattarola/keras-gat#14",
    words=r"\bnan|missing value|not a number|non-?finite|not finite|infinit|imput",
)
def holes(mended=False):
    """About one cell in fifty of the table is NaN; one of them in a batch makes the first layer's weights NaN."""
    x, y = clusters(320)
    x[np.random.default_rng(3).random(x.shape) < 0.02] = 0 if mended else np.nan
    return classifier(), *split((x, y))


@planted(
    "labels: class numbers from 1",
    "rstudio/keras3#465",
    words=(
        r"(label|class).*(from 1|start|range|outside|beyond|exceed|too (few|large|high)|out of|greater|"
        r"largest|highest|more)|(unit|output|neuron).*(label|class)|off.by.one|zero.based"
    ),
)
def from_one(mended=False):
    """The three classes are numbered 1, 2, 3, but three outputs stand for 0, 1, 2."""
    x, y = clusters(320)
    return classifier(), *split((x, y if mended else y + 1))


@planted(
    "data: validation is the tail of sorted data",
    "keras-team/keras#8346",
    words=(
        r"sort|shuffl|order|(class|label).*(absent|missing|never|not in|only in|lack|unseen)|(never|not|"
        r"unseen).*(class|label)|stratif|different distribution|distribut"
    ),
)
def tail(mended=False):
    """The examples lie in order of their class and the last fifth validates: its class never occurs in training."""
    x, y = bars(300, classes=5, size=10)
    if not mended:
        order = np.argsort(y, kind="stable")
        x, y = x[order], y[order]
    return convnet(5, 10), *split((x, y), int((y < 4).sum()) if not mended else 240)


@planted(
    "leakage: oversampled before the split",
    "MakazhanAlpamys/Soup#680",
    words=r"leak|duplicat|overlap|(both|also|same|copies|identical|repeat).*(train|validation|example|row)|appear in",
)
def copies(mended=False):
    """Rows were doubled before the random split, so that most validation rows are training rows too."""
    x, y = clusters(320, spread=1.0)
    if not mended:
        order = np.random.default_rng(4).permutation(np.repeat(np.arange(200), 2))[:320]
        x, y = x[order], y[order]
    return classifier(), *split((x, y))


@planted(
    "leakage: the target is among the inputs",
    "aisingapore/ai-practitioner-handbook#79",
    words=(
        r"leak|(target|label|answer).*(input|feature|column)|(input|feature|column).*(target|label|answer)|"
        r"correlat|copy of"
    ),
)
def answer_inside(mended=False):
    """The last column of the table is the target itself (correlation 1): it was left in the table."""
    x, y = plane(320)
    other = np.random.default_rng(8).normal(size=len(y))
    x = np.column_stack([x, other if mended else y]).astype("float32")
    return regressor((6,), metrics=["mae"]), *split((x, y))


@planted(
    "imbalance: one class in thirty, judged by accuracy",
    "keras-team/keras#5335",
    words=r"imbalanc|unbalanc|rare|minority|majority|skew|class.?weight|(class|label).*(percent|%|share|few|frequen)",
)
def rare(mended=False):
    """Three of a hundred examples are positive; accuracy is 0.97 for a model that never says yes, and no weights help."""
    x, y = clusters(1600, 2, spread=1.0)
    if mended:
        x, y = x[:500], y[:500]
    else:
        ones = np.flatnonzero(y)[:18]
        keep = np.random.default_rng(2).permutation(np.concatenate([np.flatnonzero(y == 0)[:560], ones]))
        x, y = x[keep], y[keep]
    return binary((6,), metrics=["accuracy"]), *split((x, y), 400)


@planted(
    "data: pictures cast to whole numbers after scaling",
    "aadeshnpn/OSDN#19",
    words=(
        r"constant|all (the )?(zero|same|equal|identical)|zero|no (variation|information|variance)|dtype|"
        r"uint8|cast|integer|blank|empty|truncat|black|never var|same value|identical"
    ),
)
def cast_away(mended=False):
    """Divided by 255 and then cast to uint8: every pixel is 0, the inputs say nothing."""
    x, y = bars(300)
    x = np.clip(x, 0, 0.99)
    return convnet(), *split((x if mended else x.astype("uint8"), y))


@planted(
    "regression: targets not scaled",
    "http://stackoverflow.com.mevn.net/questions/52800582",
    words=(
        r"(target|label|output|\by\b|price).*(scal|normali|standardi|large|magnitude|range)|(scal|normali|"
        r"standardi|large|magnitude|range).*(target|label|output|\by\b)"
    ),
)
def prices(mended=False):
    """The targets are prices of some 300 000; a last layer that begins near 0 must travel there in steps of a thousandth."""
    x, y = plane(320)
    return regressor(metrics=["mae"]), *split((x, y if mended else (300000 + 50000 * y).astype("float32")))


# --- shapes of outputs and labels ---------------------------------------------------------------------------------


@planted(
    "labels: class numbers with categorical_crossentropy",
    "keras-team/keras#11786",
    words=r"sparse|one.?hot|integer label|class (number|ind)|categorical",
)
def numbers(mended=False):
    """The labels are class numbers (n,), but the loss wants one-hot rows."""
    network = [layers.Dense(16, "relu"), layers.Dense(3, "softmax")]
    return compiled(stack((6,), *network), SPARSE if mended else "categorical_crossentropy"), *split(clusters(320))


@planted("shapes: softmax over one unit", "keras-team/keras#500", words=r"softmax|sigmoid|always (1|one)|constant")
def lone_softmax(mended=False):
    """Softmax over a single unit is always 1, so the model can say only one thing."""
    return binary(activation="sigmoid" if mended else "softmax", metrics=["accuracy"]), *split(rings(320))


@planted(
    "shapes: the last recurrent layer returns sequences",
    "keras-team/keras#7124",
    words=r"return_sequences|shape|broadcast|time.?step|every step|rank|dimension",
)
def every_step(mended=False):
    """return_sequences=True in the only LSTM: the model gives 12 numbers for each single target, and the loss
    broadcasts them."""
    x, y = waves(320)
    model = stack((12, 1), layers.LSTM(8, return_sequences=not mended), layers.Dense(1))
    return compiled(model, "mse"), *split((x, y[:, 0]))


@planted(
    "shapes: channels first data in a channels last network",
    "VinF/deer#57",
    words=r"channel|axis|axes|transpos|data_format|layout|dimension order|order of (the )?(axes|dimension)",
)
def channels_first(mended=False):
    """Pictures of shape (3, 12, 12): the convolution takes the last axis, a width of 12, for the channels."""
    x, y = bars(300, size=12, channels=3)
    shape = (12, 12, 3) if mended else (3, 12, 12)
    network = [layers.Conv2D(8, 3, padding="same", activation="relu"), layers.Flatten(), layers.Dense(3, "softmax")]
    return compiled(stack(shape, *network), SPARSE), *split((x if mended else x.transpose(0, 3, 1, 2).copy(), y))


@planted(
    "shapes: one output for several classes",
    "keras-team/keras#1261",
    words=(
        r"(one|single|1|too few).*(unit|output|neuron)|(three|3|several|more|number of) (class|label|value)|"
        r"multi.?class|binary_crossentropy|label.*(outside|range|not 0)|softmax|labels? (above|greater|beyond)"
    ),
)
def lone_unit(mended=False):
    """Labels 0, 1 and 2, but one sigmoid unit and binary_crossentropy, which know only two classes."""
    return classifier() if mended else binary((6,)), *split(clusters(320))


# --- losses -------------------------------------------------------------------------------------------------------


@planted("losses: from_logits with a softmax", "mmalekzadeh/dana#1", words=r"from_logits|logit|twice|double|softmax")
def twice(mended=False):
    """The last layer is a softmax and the loss, told from_logits=True, applies another one."""
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=not mended)
    return compiled(stack((6,), layers.Dense(16, "relu"), layers.Dense(3, "softmax")), loss), *split(clusters(320))


@planted(
    "losses: logits taken for probabilities",
    "keras-team/keras-hub#1008",
    words=r"from_logits|logit|softmax|probabilit|(no|without|linear) activation",
)
def raw(mended=False):
    """The last layer has no activation and the loss expects probabilities."""
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=mended)
    return compiled(stack((6,), layers.Dense(16, "relu"), layers.Dense(3)), loss), *split(clusters(320))


@planted(
    "losses: squared error on class numbers",
    "http://pullrequest.ru/14126136",
    words=(
        r"cross.?entropy|categor|softmax|one.?hot|class (number|label|ind|id)|(mse|squared|regression).*class|"
        r"class.*(mse|squared|regression|number)"
    ),
)
def numbered(mended=False):
    """Classes without order, 0 to 3, are guessed as a number by one linear unit with mse, and judged by accuracy."""
    data = split(clusters(320, 4))
    if mended:
        return classifier(classes=4, metrics=["accuracy"]), *data
    return regressor((6,), metrics=["accuracy"]), *data


@planted(
    "losses: binary_crossentropy for one of several classes",
    "01-edu/public#3048",
    words=r"binary.?cross|binary_accuracy|categorical|multi.?class|multi.?label",
)
def each_alone(mended=False):
    """One-hot labels of four exclusive classes and a softmax, but binary_crossentropy, which asks four separate yes-no
    questions."""
    x, y = clusters(320, 4)
    model = stack((6,), layers.Dense(16, "relu"), layers.Dense(4, "softmax"))
    loss = "categorical_crossentropy" if mended else "binary_crossentropy"
    return compiled(model, loss, metrics=["accuracy"]), *split((x, one_hot(y, 4)))


@planted(
    "losses: softmax and categorical_crossentropy for several labels at once",
    "keras-team/keras#2166",
    words=r"multi.?label|sigmoid|binary.?cross|several (label|class|one)|sum|exclusive|more than one|one.?hot",
)
def exclusive(mended=False):
    """Rows of four tags hold none, one or several ones, but softmax makes them compete."""
    activation, loss = ("sigmoid", "binary_crossentropy") if mended else ("softmax", "categorical_crossentropy")
    return compiled(stack((6,), layers.Dense(16, "relu"), layers.Dense(4, activation)), loss), *split(tags())


@planted(
    "labels: -1 and 1 with binary_crossentropy",
    "keras-team/keras#4784",
    words=r"-1|\bminus|negative|0 (and|or|to) 1|hinge|\{0, ?1\}|label.*(range|outside|value)",
)
def signs(mended=False):
    """The labels are -1 and 1; binary_crossentropy needs 0 and 1 and has no lower bound for -1."""
    x, y = rings(320)
    return binary(), *split((x, y if mended else 2 * y - 1))


@planted(
    "losses: categorical_crossentropy with one unit",
    "keras-team/keras#2522",
    words=r"categorical|binary_cross|one (unit|output|column)|single (unit|output)|always (0|zero)|constant|zero",
)
def always_zero(mended=False):
    """categorical_crossentropy over a single sigmoid unit: the share of one unit is always 1, so the loss is 0 and has
    no gradient."""
    x, y = rings(320)
    return binary(loss="binary_crossentropy" if mended else "categorical_crossentropy"), *split(
        (x, y[:, None].astype("float32"))
    )


# --- metrics ------------------------------------------------------------------------------------------------------


@planted("metrics: accuracy for a regression", "rstudio/keras3#30", words=r"accuracy")
def accurate(mended=False):
    """The targets are real numbers; accuracy counts exact hits and stays at 0."""
    return regressor(metrics=["mae" if mended else "accuracy"]), *split(plane(320))


@planted("metrics: Accuracy compares probabilities with class numbers", "keras-team/keras#18796", words=r"accuracy")
def exact(mended=False):
    """keras.metrics.Accuracy() asks whether a probability equals the label: nearly never."""
    metric = keras.metrics.BinaryAccuracy() if mended else keras.metrics.Accuracy()
    return binary(metrics=[metric]), *split(rings(320))


@planted(
    "metrics: accuracy of logits with the threshold of probabilities",
    "tensorflow/tensorflow#41413",
    words=r"threshold|accuracy|logit|metric",
)
def half(mended=False):
    """The output is a logit, which says yes above 0, but BinaryAccuracy cuts at 0.5."""
    loss = keras.losses.BinaryCrossentropy(from_logits=True)
    metric = keras.metrics.BinaryAccuracy(threshold=0.0 if mended else 0.5)
    return binary(activation=None, loss=loss, metrics=[metric]), *split(rings(320))


# --- activations and initial weights ------------------------------------------------------------------------------


@planted(
    "activations: relu output for targets below zero",
    "keras-team/keras#3753",
    words=r"relu|(output|last) (layer|activation)|negative|cannot reach|non.?negative|below (0|zero)|linear",
)
def cut_off(mended=False):
    """Half of the targets are negative, and the last layer is a relu."""
    model = stack((5,), layers.Dense(16, "relu"), layers.Dense(1, None if mended else "relu"))
    return compiled(model, "mse"), *split(plane(320))


@planted(
    "activations: tanh output for targets beyond 1",
    "keras-team/keras#108",
    words=r"tanh|bound|range|(output|last) (layer|activation)|-1|linear|reach|saturat",
)
def squeezed(mended=False):
    """The targets spread from about -6 to 6; a tanh output ends at -1 and 1."""
    x, y = plane(320)
    model = stack((5,), layers.Dense(16, "relu"), layers.Dense(1, None if mended else "tanh"))
    return compiled(model, "mse"), *split((x, 2.5 * y))


@planted("activations: none in the hidden layers", "keras-team/keras#1597", words=r"linear|activation|relu")
def straight(mended=False):
    """Three Dense layers without an activation are one linear map, and no line parts a disc from the ring around it."""
    kind = "relu" if mended else None
    model = stack((2,), layers.Dense(16, kind), layers.Dense(16, kind), layers.Dense(1, "sigmoid"))
    return compiled(model, "binary_crossentropy", metrics=["accuracy"]), *split(rings(320))


@planted("activations: softmax in a hidden layer", "https://stackoverflow.com/questions/37588632", words=r"softmax")
def hidden_softmax(mended=False):
    """A hidden layer of 32 units has a softmax: its values share a sum of 1 and are all about 1/32."""
    kind = "relu" if mended else "softmax"
    model = stack((6,), layers.Dense(32, kind), layers.Dense(32, kind), layers.Dense(3, "softmax"))
    return compiled(model, SPARSE), *split(clusters(320))


@planted(
    "weights: all kernels start at zero",
    "https://taourl.com/read-1854484.html",
    words=r"zero|initial|symmetr|identical|same (weight|value)|all 0\b",
)
def zeros(mended=False):
    """All kernels are 0: behind the first relu nothing passes and no gradient comes back."""
    start = "glorot_uniform" if mended else "zeros"
    dense = functools.partial(layers.Dense, kernel_initializer=start)
    return compiled(stack((6,), dense(16, "relu"), dense(16, "relu"), dense(3, "softmax")), SPARSE), *split(clusters(320))


# --- freezing and transfer ----------------------------------------------------------------------------------------


@planted(
    "freezing: the head is frozen too",
    "keras-team/keras#7965",
    words=r"frozen|freez|trainable|nothing (to|can|is)|no (weight|layer|parameter)|untrain",
)
def all_frozen(mended=False):
    """The loop that freezes the layers ran after the new head had been added: no weight is trainable."""
    model = keras.Sequential([backbone(), layers.Dense(3, "softmax")])
    for layer in model.layers[: 1 if mended else 2]:
        layer.trainable = False
    return compiled(model, SPARSE), *split(clusters(320))


@planted(
    "freezing: unfrozen without a new compile",
    "osh/KerasGAN#10",
    words=(
        r"re-?compil|compile.{0,60}(again|after|anew|once more|trainable|froz|freez)|optimi[sz]er.*(variable|"
        r"weight|know|old)|(trainable|unfro|unfree|thaw|froz|freez).*(compil|after|effect|stale|chang)"
    ),
)
def thawed(mended=False):
    """The base was unfrozen after training began, without compile: the optimizer holds only the head's two variables
    and the base stands still."""
    train, validation = split(clusters(320))
    base = backbone()
    base.trainable = False
    model = compiled(keras.Sequential([base, layers.Dense(3, "softmax")]), SPARSE, jit_compile=False)
    fitted(model, train, validation, 2)
    base.trainable = True
    if mended:
        compiled(model, SPARSE, jit_compile=False)
    return fitted(model, train, validation, 4), train, validation


@planted(
    "transfer: pictures scaled before a base that scales",
    "tensorflow/tensorflow#48412",
    words=r"rescal|twice|double|already|255|scal|normali|preproc",
)
def scaled_twice(mended=False):
    """The base begins with Rescaling(1/255), and the pictures were divided by 255 before: it sees values below 0.004."""
    x, y = bars(300)
    base = stack(
        (9, 9, 1), layers.Rescaling(1 / 255), layers.Conv2D(8, 3, activation="relu"), layers.MaxPooling2D(), layers.Flatten()
    )
    model = keras.Sequential([base, layers.Dense(3, "softmax")])
    return compiled(model, SPARSE), *split(((x * 255).astype("float32") if mended else x, y))


# --- augmentation -------------------------------------------------------------------------------------------------


@planted("augmentation: a flip that changes the class", "yoavram/DataSciPy#9", words=r"flip|augment|mirror")
def mirrored(mended=False):
    """The class is whether the bar stands left, in the middle or right, and RandomFlip('horizontal') swaps left and
    right."""
    return convnet(before=[layers.RandomFlip("vertical" if mended else "horizontal")]), *split(bars(300))


@planted(
    "augmentation: validation augmented as well",
    "karolzak/keras-unet#26",
    words=(
        r"augment|random.*(validation|pass|iterat|epoch)|validation.*random|differs? (from|between|each|"
        r"every)|(change|not the same|varies).*(pass|iterat|epoch|time)|non.?determin"
    ),
)
def shaken(mended=False):
    """The validation pipeline has the random flips, shades and noise of the training pipeline: it gives other pictures
    at each pass."""
    train, validation = split(bars(300))

    def vary(x, y):
        x = tf.image.random_brightness(tf.image.random_flip_up_down(x), 0.3)
        return tf.clip_by_value(x + tf.random.normal(tf.shape(x), stddev=0.15), 0, 1), y

    train, validation = (
        tf.data.Dataset.from_tensor_slices(train).shuffle(240),
        tf.data.Dataset.from_tensor_slices(validation),
    )
    return convnet(), train.map(vary).batch(32), (validation if mended else validation.map(vary)).batch(32)


@planted("augmentation: the picture is flipped and its mask is not", "keras-team/keras#7702", words=r"flip|augment|mirror")
def flipped(mended=False):
    """RandomFlip inside the model turns the pictures, while the masks, which are labels, stay as they were."""
    return segmenter(*([] if mended else [layers.RandomFlip("horizontal_and_vertical")])), *split(blobs(300))


# --- text ---------------------------------------------------------------------------------------------------------


@planted(
    "text: token numbers beyond the Embedding",
    "keras-team/keras#11819",
    words=r"input_dim|vocabular|embedding|token.*(beyond|outside|exceed|range|large)|out of (range|vocab)",
)
def beyond(mended=False):
    """The tokens go to 39, and the Embedding has rows for 0 to 29."""
    model = stack(
        (10,),
        layers.Embedding(40 if mended else 30, 8),
        layers.GlobalAveragePooling1D(),
        layers.Dense(1, "sigmoid"),
        dtype="int32",
    )
    return compiled(model, "binary_crossentropy"), *split(tokens(320))


@planted("text: zeros at the end without a mask", "keras-team/keras#20898", words=r"mask|padd")
def unmasked(mended=False):
    """Most texts have 4 to 10 words and are filled up to 40 with zeros at the end; the LSTM reads on through some 30
    zeros: mask_zero is not set."""
    model = stack(
        (40,), layers.Embedding(40, 8, mask_zero=mended), layers.LSTM(8), layers.Dense(1, "sigmoid"), dtype="int32"
    )
    return compiled(model, "binary_crossentropy"), *split(padded())


@planted(
    "text: word numbers taken for quantities",
    "https://github.com/HyuugaKojiro1612/deep-learning-with-python",
    words=r"embedding|one.?hot|token|\bword|vocabular|\bids?\b",
)
def quantities(mended=False):
    """The input 'word_ids' holds whole numbers from 1 to 39, which name words, and a Dense layer multiplies them like
    amounts."""
    before = [layers.Embedding(40, 8), layers.Flatten()] if mended else []
    model = stack((10,), *before, layers.Dense(16, "relu"), layers.Dense(1, "sigmoid"), name="word_ids", dtype="int32")
    return compiled(model, "binary_crossentropy"), *split(tokens(320))


# --- sequences ----------------------------------------------------------------------------------------------------


@planted(
    "sequences: the steps lie in the axis of the features",
    "ColasGael/Machine-Learning-for-Solar-Energy-Prediction#2",
    words=r"(one|single|1) (time.?)?step|time.?step|(axis|axes|dimension|shape|swap|transpos)|length (of )?(1|one)",
)
def one_step(mended=False):
    """Shape (n, 1, 12): the LSTM gets a sequence of one step with 12 features instead of 12 steps with one."""
    x, y = waves(320)
    shape = (12, 1) if mended else (1, 12)
    return compiled(stack(shape, layers.LSTM(16), layers.Dense(1)), "mse"), *split((x.reshape(-1, *shape), y))


@planted(
    "time series: the target is the window's last value",
    "keras-team/keras#4945",
    words=(
        r"leak|(target|label|answer).*(input|window|feature|last)|(input|window|last).*(target|label|answer)|"
        r"off.by.one|look.?ahead|horizon|copy|identical"
    ),
)
def last_value(mended=False):
    """The window was cut one too far: its last value is the target, there is nothing to foresee."""
    x, y = waves(320)
    return compiled(stack((12, 1), layers.LSTM(16), layers.Dense(1)), "mse"), *split((x, y if mended else x[:, -1].copy()))


@planted(
    "sequences: the decoder's input is not shifted",
    "jadore801120/attention-is-all-you-need-pytorch#123",
    words=(
        r"shift|leak|(target|label|answer).*(input|decoder)|(input|decoder).*(target|label|answer)|teacher|"
        r"copy|identical|same as"
    ),
)
def unshifted(mended=False):
    """The decoder gets at each step the very token that it has to say: its input equals the target instead of lagging
    one behind."""
    source, target = translation()
    given = np.column_stack([np.full(len(target), 20), target[:, :-1]]).astype("int32") if mended else target.copy()
    return translator(), ([source[:240], given[:240]], target[:240]), ([source[240:], given[240:]], target[240:])


# --- segmentation -------------------------------------------------------------------------------------------------


@planted(
    "segmentation: masks of 0 and 255",
    "qubvel/segmentation_models#95",
    words=r"255|(mask|label|target).*(0 (and|to|or) 1|scal|range|outside|binary|divid|large|above|between)|between 0 and 1",
)
def white_masks(mended=False):
    """The masks hold 0 and 255; binary_crossentropy needs 0 and 1 and runs off below zero."""
    x, mask = blobs(300)
    return segmenter(), *split((x, mask if mended else 255 * mask))


def dice(y_true, y_pred):
    common = ops.sum(y_true * y_pred, axis=(1, 2, 3))
    return (2 * common + 1) / (ops.sum(y_true, axis=(1, 2, 3)) + ops.sum(y_pred, axis=(1, 2, 3)) + 1)


def dice_loss(y_true, y_pred):
    return 1 - dice(y_true, y_pred)


@planted(
    "custom losses: Dice coefficient minimised",
    "jakeret/tf_unet#20",
    words=r"dice|sign|maximi[sz]|minimi[sz]|1 ?- ?|one minus|invert|wrong direction|better.*(higher|larger|greater)|perfect",
)
def dice_down(mended=False):
    """The Dice coefficient itself, 1 for a perfect mask, is the loss and is minimised: its sign is wrong."""
    return segmenter(loss=dice_loss if mended else dice), *split(blobs(300))


# --- several outputs ----------------------------------------------------------------------------------------------


@planted(
    "several outputs: one loss outweighs the other",
    "keras-team/keras#10306",
    words=r"loss_weights|weigh|dominat|scal|magnitude|drown|normali|standardi|larger|balance|times",
)
def outweighed(mended=False):
    """The squared error of amounts of some hundreds is ten thousand times the crossentropy of the other output: no
    scaling, no loss_weights."""
    x, y = clusters(320)
    amount = x @ np.linspace(-0.5, 0.5, 6) + 0.1 * np.random.default_rng(3).normal(size=320)
    amount = (amount - amount.mean()) / amount.std()
    amount = (amount if mended else 400 * amount).astype("float32")
    start = keras.Input((6,))
    hidden = layers.Dense(16, "relu")(start)
    outputs = {"kind": layers.Dense(3, "softmax", name="kind")(hidden), "amount": layers.Dense(1, name="amount")(hidden)}
    model = compiled(keras.Model(start, outputs), {"kind": SPARSE, "amount": "mse"})
    train, validation = ((x[part], {"kind": y[part], "amount": amount[part]}) for part in (slice(240), slice(240, None)))
    return model, train, validation


# --- optimizers, schedules, regularisation ------------------------------------------------------------------------


@planted("optimizers: rate far too high", "keras-team/keras#2711", *RATE, words=r"learning.?rate|step size|diverg|explo")
def leaps(mended=False):
    """SGD with a rate of 1.0; the squared error explodes instead of falling."""
    train, validation = split(plane(320))
    model = regressor(optimizer=keras.optimizers.SGD(0.03 if mended else 1.0), jit_compile=False, metrics=["mae"])
    return fitted(model, train, validation, 6, 32), train, validation


@planted(
    "optimizers: rate far too low",
    "https://ttsugriy.github.io/llm-first-principles/stages/stage-04/common-mistakes",
    *RATE,
    words=r"learning.?rate|step size",
)
def crawls(mended=False):
    """Adam with a rate of 1e-7: the loss of six epochs is the same to four digits."""
    train, validation = split(clusters(320))
    model = classifier(optimizer=keras.optimizers.Adam(0.01 if mended else 1e-7), jit_compile=False, metrics=["accuracy"])
    return fitted(model, train, validation, 6), train, validation


@planted(
    "schedules: decay counted in epochs, applied in steps",
    "tensorflow/tensorflow#52529",
    *RATE,
    words=r"decay|schedul|learning.?rate|steps",
)
def fades(mended=False):
    """ExponentialDecay halves the rate each 3 steps, where 3 epochs were meant: it is below a millionth of its start
    after 60 steps, and the loss stands still."""
    train, validation = split(clusters(320))
    schedule = keras.optimizers.schedules.ExponentialDecay(0.01, decay_steps=24 if mended else 3, decay_rate=0.5)
    model = classifier(optimizer=keras.optimizers.Adam(schedule), jit_compile=False, metrics=["accuracy"])
    return fitted(model, train, validation, 9, 32), train, validation


@planted("regularisation: penalty far too strong", "keras-team/keras#7223", words=r"regulari|penalt|l2|weight decay")
def crushed(mended=False):
    """l2(1.0) on all kernels: the penalty is many times the crossentropy and draws the weights to 0."""
    strong = keras.regularizers.L2(1e-4 if mended else 1.0)
    dense = functools.partial(layers.Dense, kernel_regularizer=strong)
    model = compiled(stack((6,), dense(32, "relu"), dense(32, "relu"), dense(3, "softmax")), SPARSE, metrics=["accuracy"])
    return model, *split(clusters(320))


@planted("regularisation: dropout far too strong", "keras-team/keras#1649", words=r"dropout|drop")
def dropped(mended=False):
    """Dropout(0.95) twice: of 32 units one or two are left at each step."""
    rate = 0.2 if mended else 0.95
    network = [
        layers.Dense(32, "relu"),
        layers.Dropout(rate),
        layers.Dense(32, "relu"),
        layers.Dropout(rate),
        layers.Dense(3, "softmax"),
    ]
    return compiled(stack((6,), *network), SPARSE, metrics=["accuracy"]), *split(clusters(320))


# --- callbacks and history ----------------------------------------------------------------------------------------


@planted(
    "history: trained on long past the best epoch",
    "keras-team/keras#3328",
    words=r"overfit|early.?stop|memori|generali|val(idation)?.loss.*(ris|grow|increas|climb|worse)|best epoch",
)
def too_long(mended=False):
    """val_loss is best after four epochs and then rises by two fifths, while loss goes to 0: no early stopping, no
    regularisation."""
    train, validation = split(clusters(230, features=20, spread=2.8), 150)
    model = stack((20,), layers.Dense(64, "relu"), layers.Dense(64, "relu"), layers.Dense(3, "softmax"))
    compiled(model, SPARSE, keras.optimizers.Adam(0.01), metrics=["accuracy"], jit_compile=False)
    stop = [keras.callbacks.EarlyStopping(patience=2, restore_best_weights=True)] if mended else []
    return fitted(model, train, validation, 12, 38, callbacks=stop), train, validation


@planted(
    "callbacks: the rate is cut at each epoch",
    "keras-team/keras#10924",
    *RATE,
    words=r"learning.?rate|plateau|ReduceLR|min_delta|patience",
)
def cut_down(mended=False):
    """ReduceLROnPlateau with min_delta=1 sees no progress in a falling loss: history shows the rate go from 0.003 to
    3e-10 while the loss is still high."""
    train, validation = split(clusters(320))
    model = classifier(optimizer=keras.optimizers.Adam(0.003), jit_compile=False, metrics=["accuracy"])
    cut = keras.callbacks.ReduceLROnPlateau("val_loss", 0.1, patience=4 if mended else 1, min_delta=1e-4 if mended else 1.0)
    return fitted(model, train, validation, 9, callbacks=[cut]), train, validation


# --- custom losses ------------------------------------------------------------------------------------------------


def rounded_error(y_true, y_pred):
    return ops.mean(ops.abs(y_true - ops.round(y_pred)), axis=-1)


def soft_error(y_true, y_pred):
    return ops.mean(ops.square(y_true - y_pred), axis=-1)


@planted("custom losses: rounding stops the gradient", "keras-team/keras#4175", words=r"gradient|differentiab|round")
def rounded(mended=False):
    """The loss rounds the prediction: its gradient is zero or none and nothing is learnt."""
    x, y = rings(320)
    return binary(loss=soft_error if mended else rounded_error), *split((x, y[:, None].astype("float32")))


class OwnError(keras.losses.Loss):
    """A squared error, mean over the batch."""

    def call(self, y_true, y_pred):
        return ops.mean(ops.square(y_true - y_pred), axis=-1)


@planted(
    "custom losses: (n,) less (n, 1) makes (n, n)",
    "tensorflow/tensorflow#28901",
    words=r"broadcast|shape|\(n, ?n\)|rank|dimension|axis|column|expand|\(n,\)|pair",
)
def all_pairs(mended=False):
    """The targets are (n,), the predictions (n, 1); the loss class subtracts them unchecked and compares each with each."""
    x, y = plane(320)
    return regressor(loss=OwnError()), *split((x, y[:, None] if mended else y))


# --- pipelines ----------------------------------------------------------------------------------------------------


@planted(
    "tf.data: sorted by class, small shuffle buffer",
    "tensorflow/tensorflow#36626",
    words=r"shuffl|sort|order|(batch|run).*(one|single|same) (class|label)|buffer",
)
def small_buffer(mended=False):
    """The examples lie in order of their class and shuffle(8) leaves nearly all batches with a single class."""
    (x, y), validation = split(bars(300))
    order = np.argsort(y, kind="stable")
    data = tf.data.Dataset.from_tensor_slices((x[order], y[order])).shuffle(240 if mended else 8).batch(32)
    return convnet(), data, batched(validation)


@planted(
    "tf.data: split after a shuffle that repeats",
    "tensorflow/tensorflow#59279",
    words=(
        r"leak|reshuffl|overlap|shuffl.*(split|validation|each (pass|epoch|iter))|(both|also|same).*(train|"
        r"validation)|duplicat|\btake\b|\bskip\b|(example|row).*(train|validation).*(train|validation)"
    ),
)
def reshuffled(mended=False):
    """take and skip behind a shuffle that draws anew at each pass: over the epochs all validation examples get into
    training."""
    data = tf.data.Dataset.from_tensor_slices(clusters(320)).shuffle(320, seed=3, reshuffle_each_iteration=not mended)
    return classifier(), data.take(240).batch(32), data.skip(240).batch(32)


@planted(
    "tf.data: inputs and labels shuffled apart",
    "keras-team/keras#222",
    words=(
        r"shuffl.*(separate|apart|together|independ|zip|label|own)|\bzip|match|align|pair|mixed|mix up|"
        r"correspond|belong|contradict|(label|target).*(random|chang|differ|unrelated|independ|other|another)|"
        r"(same|equal|identical).*input"
    ),
)
def apart(mended=False):
    """Inputs and labels are shuffled separately before the zip: the same input has another label at each pass."""
    (x, y), validation = split(clusters(320))
    x, y = tf.data.Dataset.from_tensor_slices(x), tf.data.Dataset.from_tensor_slices(y)
    data = (
        tf.data.Dataset.zip(x, y).shuffle(240)
        if mended
        else tf.data.Dataset.zip(x.shuffle(240, seed=1), y.shuffle(240, seed=2))
    )
    return classifier(), data.batch(32), batched(validation)


class Pages(keras.utils.PyDataset):
    """Batches of 32; with `stuck` always the first."""

    def __init__(self, x, y, stuck=False, shuffle=False, **options):
        super().__init__(**options)
        self.x, self.y, self.stuck, self.shuffle = x, y, stuck, shuffle
        self.order = np.arange(len(x))

    def __len__(self):
        return -(-len(self.x) // 32)

    def __getitem__(self, index):
        rows = self.order[:32] if self.stuck else self.order[32 * index : 32 * index + 32]
        return self.x[rows], self.y[rows]

    def on_epoch_end(self):
        if self.shuffle:
            self.order = np.random.permutation(len(self.x))


@planted(
    "PyDataset: every batch is the first",
    "Atcold/NYU-DLSP20#851",
    words=(
        r"(same|identical|equal|repeat|duplicat).*(batch|example|row|data)|(batch|example|row).*(same|"
        r"identical|equal|repeat|duplicat)|index|__getitem__"
    ),
)
def stuck(mended=False):
    """__getitem__ ignores its index and gives the first 32 examples eight times."""
    train, validation = split(clusters(320))
    return classifier(), Pages(*train, stuck=not mended), Pages(*validation)


# --- saving -------------------------------------------------------------------------------------------------------


@planted(
    "saving: weights of a run that had become NaN",
    "JihongJu/keras-fcn#6",
    words=r"\bnan|not a number|non-?finite|not finite|infinit",
)
def burnt(mended=False):
    """The model was rebuilt from the checkpoint of a run that had diverged: all its weights and predictions are NaN,
    and training cannot repair that."""
    model = classifier()
    if not mended:
        model.set_weights([np.full_like(each, np.nan) for each in model.get_weights()])
    return model, *split(clusters(320))


# === sound set-ups ================================================================================================


@healthy("losses: logits with from_logits", "keras-team/keras#6636")
def logits():
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model = stack((6,), layers.Dense(16, "relu"), layers.Dense(3))
    return compiled(model, loss, metrics=["sparse_categorical_accuracy"]), *split(clusters(320))


@healthy("shapes: yes-no labels as a column", "keras-team/keras#19662")
def column():
    x, y = rings(320)
    return binary(metrics=["accuracy"]), *split((x, y[:, None].astype("float32")))


@healthy(
    "losses: one-hot labels with smoothing",
    "https://errorhandle.ai/keras-multiclass-classification-predicts-always-the-same-label",
)
def smoothed():
    x, y = clusters(320)
    loss = keras.losses.CategoricalCrossentropy(label_smoothing=0.1)
    return compiled(stack((6,), layers.Dense(16, "relu"), layers.Dense(3, "softmax")), loss, metrics=["accuracy"]), *split(
        (x, one_hot(y, 3))
    )


@healthy("losses: several labels at once with sigmoids", "keras-team/keras#761")
def several():
    model = stack((6,), layers.Dense(16, "relu"), layers.Dense(4, "sigmoid"))
    return compiled(model, "binary_crossentropy", metrics=["binary_accuracy"]), *split(tags())


@healthy("regression: Huber loss and mean absolute error", "keras-team/keras#2607")
def robust():
    return regressor(loss=keras.losses.Huber(), metrics=["mae", "mse"]), *split(plane(320))


@healthy("regression: counts with an exponential output and Poisson loss", "keras-team/keras#2221")
def counts():
    rng = np.random.default_rng(3)
    x = rng.normal(size=(320, 5)).astype("float32")
    y = rng.poisson(np.exp(0.6 + x @ np.linspace(-0.4, 0.4, 5))).astype("float32")
    return compiled(stack((5,), layers.Dense(16, "relu"), layers.Dense(1, "exponential")), "poisson"), *split((x, y))


@healthy("activations: tanh output for targets from -1 to 1", "https://community.deeplearning.ai/t/549422")
def within():
    x, y = plane(320)
    return compiled(stack((5,), layers.Dense(16, "relu"), layers.Dense(1, "tanh")), "mse"), *split((x, np.sin(y)))


@healthy("regression: fractions with a sigmoid output", "keras-team/keras#1462")
def fractions():
    x, y = plane(320)
    model = stack((5,), layers.Dense(16, "relu"), layers.Dense(1, "sigmoid"))
    return compiled(model, "mse", metrics=["mae"]), *split((x, (1 / (1 + np.exp(-1.5 * y))).astype("float32")))


@healthy("data: bytes as pictures, scaled in the model", "qubvel/segmentation_models#105")
def rescaled_inside():
    x, y = bars(300)
    return convnet(before=[layers.Rescaling(1 / 255)], metrics=["accuracy"]), *split(
        (np.round(np.clip(x, 0, 1) * 255).astype("uint8"), y)
    )


@healthy(
    "data: table in its own units, Normalization adapted",
    "https://errorhandle.ai/how-does-data-normalization-work-in-keras-during-prediction",
)
def adapted():
    x, y = clusters(320)
    x = (x * [15000, 12, 1, 1, 1, 0.01] + [60000, 40, 0, 0, 0, 0]).astype("float32")
    norm = layers.Normalization()
    norm.adapt(x[:240])
    return compiled(stack((6,), norm, layers.Dense(16, "relu"), layers.Dense(3, "softmax")), SPARSE), *split((x, y))


@healthy("imbalance: one in ten, weighted, judged by AUC and recall", "keras-team/keras#14142")
def weighted():
    x, y = clusters(1200, 2)
    keep = np.random.default_rng(2).permutation(np.concatenate([np.flatnonzero(y == 0)[:450], np.flatnonzero(y)[:50]]))
    (x, y), validation = split((x[keep], y[keep].astype("float32")), 400)
    weight = np.where(y == 1, 5.0, 0.56).astype("float32")
    metrics = [keras.metrics.AUC(name="auc"), keras.metrics.Precision(), keras.metrics.Recall()]
    data = tf.data.Dataset.from_tensor_slices((x, y, weight)).shuffle(400).batch(32)
    return binary((6,), metrics=metrics), data, batched(validation)


@healthy("losses: hinge with -1 and 1 and a tanh", "keras-team/keras#3372")
def margin():
    x, y = rings(320)
    return binary(activation="tanh", loss="hinge"), *split((x, (2.0 * y - 1).astype("float32")))


@healthy("transfer: trained base frozen, head new", "https://www.tensorflow.org/guide/keras/transfer_learning")
def frozen_base():
    base = backbone()
    base.trainable = False
    start = keras.Input((6,))
    model = keras.Model(start, layers.Dense(3, "softmax")(base(start, training=False)))
    return compiled(model, SPARSE, metrics=["accuracy"]), *split(clusters(320))


@healthy(
    "transfer: fine-tuning with a small rate after the head", "https://thecodeforge.io/ml-ai/tensorflow-transfer-learning/"
)
def fine_tuned():
    train, validation = split(clusters(320))
    base = backbone()
    base.trainable = False
    model = keras.Sequential([base, layers.Dense(3, "softmax")])
    fitted(compiled(model, SPARSE, keras.optimizers.Adam(0.02), jit_compile=False), train, None, 8)
    base.trainable = True
    return compiled(model, SPARSE, keras.optimizers.Adam(2e-5), metrics=["accuracy"]), train, validation


@healthy("text: padding masked", "aneesh-joshi/LSTM_POS_Tagger#8")
def masked():
    x, y = padded(length=16)
    model = stack((16,), layers.Embedding(40, 8, mask_zero=True), layers.LSTM(8), layers.Dense(1, "sigmoid"), dtype="int32")
    return compiled(model, "binary_crossentropy", metrics=["accuracy"]), *split((x, y))


@healthy("autoencoder: the inputs are the targets", "keras-team/keras#1604")
def itself():
    x, _ = clusters(320)
    train, validation = x[:240], x[240:]
    model = stack((6,), layers.Dense(12, "relu"), layers.Dense(3), layers.Dense(12, "relu"), layers.Dense(6))
    return compiled(model, "mse"), (train, train), (validation, validation)


@healthy("autoencoder: pixels from 0 to 1 with sigmoid and binary_crossentropy", "sebp/tf_autoencoder#2")
def gray():
    x = np.clip(bars(300)[0], 0, 1).reshape(-1, 81)
    model = stack((81,), layers.Dense(16, "relu"), layers.Dense(81, "sigmoid"))
    return compiled(model, "binary_crossentropy"), (x[:240], x[:240]), (x[240:], x[240:])


@healthy("sequences: decoder with shifted input", "keras-team/keras#3263")
def shifted():
    return unshifted(mended=True)


@healthy("time series: windows split by time with a gap", "keras-team/keras#8110")
def by_time():
    rng = np.random.default_rng(3)
    noise = np.zeros(520)
    for step in range(2, 520):
        noise[step] = 1.2 * noise[step - 1] - 0.6 * noise[step - 2] + rng.normal()
    noise = (noise / noise[:380].std()).astype("float32")
    windows = np.lib.stride_tricks.sliding_window_view(noise, 13)
    x, y = windows[:, :12, None].copy(), windows[:, 12:].copy()
    return (
        compiled(stack((12, 1), layers.GRU(12), layers.Dense(1)), "mse", metrics=["mae"]),
        (x[:360], y[:360]),
        (x[380:], y[380:]),
    )


@healthy("segmentation: softmax over the classes of each pixel", "keras-team/keras#6498")
def per_pixel():
    x, mask = blobs(300)
    return segmenter(units=2, activation="softmax", loss=SPARSE, metrics=["accuracy"]), *split(
        (x, mask[..., 0].astype("int32"))
    )


@healthy("segmentation: Dice loss and BinaryIoU", "keras-team/keras#3611")
def dice_up():
    return segmenter(loss=dice_loss, metrics=[keras.metrics.BinaryIoU()]), *split(blobs(300))


@healthy("several outputs: losses weighted", "ageron/handson-ml2#136")
def balanced():
    x, y = clusters(320)
    amount = (x @ np.linspace(-0.5, 0.5, 6) + 0.1 * np.random.default_rng(3).normal(size=320)).astype("float32")
    start = keras.Input((6,))
    hidden = layers.Dense(16, "relu")(start)
    outputs = [layers.Dense(3, "softmax", name="kind")(hidden), layers.Dense(1, name="amount")(hidden)]
    model = compiled(keras.Model(start, outputs), [SPARSE, "mse"], loss_weights=[1.0, 0.5], metrics=[["accuracy"], ["mae"]])
    return model, (x[:240], [y[:240], amount[:240]]), (x[240:], [y[240:], amount[240:]])


@healthy("several inputs: by name, numbers and a category", "keras-team/keras#4974")
def two_inputs():
    x, y = clusters(320)
    area = np.random.default_rng(6).integers(0, 5, 320).astype("int32")
    numbers_in, area_in = keras.Input((6,), name="numbers"), keras.Input((1,), name="area", dtype="int32")
    both = layers.Concatenate()([numbers_in, layers.Flatten()(layers.Embedding(5, 3)(area_in))])
    model = keras.Model({"numbers": numbers_in, "area": area_in}, layers.Dense(3, "softmax")(layers.Dense(16, "relu")(both)))
    y = np.where(area == 4, (y + 1) % 3, y)
    parts = ({"numbers": x[part], "area": area[part, None]} for part in (slice(240), slice(240, None)))
    train, validation = parts
    return compiled(model, SPARSE, metrics=["accuracy"]), (train, y[:240]), (validation, y[240:])


@healthy("several inputs: twins with one encoder", "keras-team/keras#1864")
def twins():
    left, kind = clusters(320)
    rng = np.random.default_rng(11)
    same = rng.integers(2, size=320)
    other = np.where(same, kind, (kind + rng.integers(1, 3, 320)) % 3)
    centres = np.stack([left[kind == each].mean(axis=0) for each in range(3)])
    right = (centres[other] + 0.5 * rng.normal(size=left.shape)).astype("float32")
    first, second = keras.Input((6,)), keras.Input((6,))
    encoder = keras.Sequential([layers.Dense(16, "relu"), layers.Dense(8)])
    gap = ops.abs(encoder(first) - encoder(second))
    model = keras.Model([first, second], layers.Dense(1, "sigmoid")(layers.Dense(8, "relu")(gap)))
    return (
        compiled(model, "binary_crossentropy", metrics=["accuracy"]),
        ([left[:240], right[:240]], same[:240]),
        ([left[240:], right[240:]], same[240:]),
    )


@healthy("regularisation: dropout of a half and a little l2", "keras-team/keras#9296")
def regular():
    little = keras.regularizers.L2(1e-4)
    network = [layers.Dense(64, "relu", kernel_regularizer=little), layers.Dropout(0.5), layers.Dense(3, "softmax")]
    return compiled(stack((6,), *network), SPARSE, metrics=["accuracy"]), *split(clusters(320))


@healthy("optimizers: SGD with Nesterov momentum", "keras-team/keras#126")
def nesterov():
    return classifier(optimizer=keras.optimizers.SGD(0.02, momentum=0.9, nesterov=True), metrics=["accuracy"]), *split(
        clusters(320)
    )


@healthy("schedules: warm-up and cosine over the right number of steps", "tensorflow/tensorflow#46071")
def cosine():
    train, validation = split(clusters(320))
    schedule = keras.optimizers.schedules.CosineDecay(1e-4, decay_steps=8 * 6, warmup_target=0.01, warmup_steps=8)
    model = classifier(optimizer=keras.optimizers.Adam(schedule), metrics=["accuracy"], jit_compile=False)
    return fitted(model, train, validation, 7, 32), train, validation


@healthy("augmentation: a flip that keeps the class", "rstudio/keras3#432")
def harmless_flip():
    x, y = bars(300)
    return convnet(before=[layers.RandomFlip("horizontal")], metrics=["accuracy"]), *split(
        (x.transpose(0, 2, 1, 3).copy(), y)
    )


class OwnStep(keras.Model):
    """A model with a train_step of its own that clips the gradients."""

    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            y_pred = self(x, training=True)
            loss = self.compute_loss(x, y, y_pred)
        gradients = tape.gradient(loss, self.trainable_variables)
        self.optimizer.apply_gradients(
            zip([tf.clip_by_norm(each, 1.0) for each in gradients], self.trainable_variables, strict=True)
        )
        for metric in self.metrics:
            if metric.name == "loss":
                metric.update_state(loss)
            else:
                metric.update_state(y, y_pred)
        return {metric.name: metric.result() for metric in self.metrics}


@healthy("training step: own, with training=True", "keras-team/keras#16906")
def own_step():
    start = keras.Input((6,))
    hidden = layers.BatchNormalization()(layers.Dense(16, "relu")(start))
    return compiled(OwnStep(start, layers.Dense(3, "softmax")(hidden)), SPARSE), *split(clusters(320))


@healthy("custom losses: class with equal shapes", "keras-team/keras#16836")
def own_loss():
    x, y = plane(320)
    return regressor(loss=OwnError(), metrics=["mae"]), *split((x, y[:, None]))


@healthy("PyDataset: shuffled after each epoch, validation not", "keras-team/keras#12927")
def pages():
    train, validation = split(clusters(320))
    return classifier(metrics=["accuracy"]), Pages(*train, shuffle=True), Pages(*validation)


@healthy("tf.data: cached, shuffled whole, prefetched", "IBM/graph2tac#95")
def whole_buffer():
    train, validation = split(bars(300))
    data = tf.data.Dataset.from_tensor_slices(train).cache().shuffle(240).batch(32).prefetch(2)
    return convnet(metrics=["accuracy"]), data, batched(validation).cache()


@healthy("imbalance: focal loss, judged by the precision-recall curve", "keras-team/keras#7162")
def focal():
    x, y = clusters(1200, 2)
    keep = np.random.default_rng(2).permutation(np.concatenate([np.flatnonzero(y == 0)[:440], np.flatnonzero(y)[:60]]))
    loss = keras.losses.BinaryFocalCrossentropy(apply_class_balancing=True, alpha=0.8)
    model = binary((6,), loss=loss, metrics=[keras.metrics.AUC(curve="PR", name="pr")])
    return model, *split((x[keep], y[keep].astype("float32")), 400)


@healthy("shapes: two softmax units for yes and no", "keras-team/keras#6327")
def two_units():
    return binary(units=2, activation="softmax", loss=SPARSE, metrics=["accuracy"]), *split(rings(320))


@healthy("data: doubles, and class numbers as a column", "keras-team/keras#3109")
def doubles():
    x, y = clusters(320)
    return classifier(metrics=["accuracy"]), *split((x.astype("float64"), y[:, None].astype("int64")))


@healthy("weights: a residual branch that starts at zero", "ksw0306/FloWaveNet#9")
def zero_branch():
    start = keras.Input((6,))
    trunk = layers.Dense(16, "relu")(start)
    branch = layers.Dense(16, kernel_initializer="zeros")(layers.Dense(16, "relu")(trunk))
    model = keras.Model(start, layers.Dense(3, "softmax")(layers.Add()([trunk, branch])))
    return compiled(model, SPARSE, metrics=["accuracy"]), *split(clusters(320))


def pinball(y_true, y_pred):
    """The quantile loss of the 10th, 50th and 90th percent; one target for three outputs."""
    gap = y_true - y_pred
    share = ops.convert_to_tensor([0.1, 0.5, 0.9])
    return ops.mean(ops.maximum(share * gap, (share - 1) * gap), axis=-1)


@healthy("custom losses: three quantiles of one target", "keras-team/keras#4781")
def quantiles():
    x, y = plane(320, noise=0.4)
    return compiled(stack((5,), layers.Dense(16, "relu"), layers.Dense(3)), pinball), *split((x, y[:, None]))


@healthy("tf.data: training data without end", "ageron/handson-ml2#407")
def endless():
    train, validation = split(clusters(320))
    data = tf.data.Dataset.from_tensor_slices(train).shuffle(240).repeat().batch(32)
    return classifier(metrics=["accuracy"]), data, batched(validation)


@healthy("data: only the validation set lies in order of class", "keras-team/keras#14118")
def sorted_validation():
    train, (x, y) = split(bars(300))
    order = np.argsort(y, kind="stable")
    return convnet(metrics=["accuracy"]), train, (x[order], y[order])


@healthy("text: strings that the model itself turns into numbers", "jfilter/text-classification-keras#4")
def strings():
    x, y = tokens(320)
    texts = np.array([" ".join(f"w{word}" for word in row) for row in x], dtype=object)
    vectors = layers.TextVectorization(output_sequence_length=10)
    vectors.adapt(tf.constant(list(texts[:240])))
    start = keras.Input((1,), dtype="string")
    hidden = layers.GlobalAveragePooling1D()(layers.Embedding(vectors.vocabulary_size(), 8)(vectors(start)))
    model = compiled(keras.Model(start, layers.Dense(1, "sigmoid")(hidden)), "binary_crossentropy", metrics=["accuracy"])
    train, validation = ((tf.constant(list(texts[part]))[:, None], y[part]) for part in (slice(240), slice(240, None)))
    return model, tf.data.Dataset.from_tensor_slices(train).shuffle(240).batch(32), batched(validation)

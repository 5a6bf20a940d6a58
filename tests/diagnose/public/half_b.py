"""Half B of the public cases: mistakes that people reported, and set-ups that only look like one, in our own code.

A planted case with `mended=True` is the same without its mistake. The other half was split off by coin flips.
"""

import keras
import numpy as np
import tensorflow as tf
from keras import layers

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


@planted(
    "activations: no nonlinearity",
    "arxiv.org/abs/2105.08095",
    words=r"non-?linear|(without|no) (an )?activation|straight line|linear layers",
)
def layers_without_activation(mended=False):
    x, y = rings()
    between = "relu" if mended else None
    network = [layers.Dense(16, between), layers.Dense(16, between), layers.Dense(16, between)]
    return compiled(stack((2,), *network, layers.Dense(2, "softmax")), SPARSE), (x, y), None


@planted(
    "augmentation: made for pixels of 0 to 255",
    "keras.io/api/layers/preprocessing_layers/image_augmentation/random_brightness",
    "augmentation_range",
)
def brightness_for_pixels_of_255(mended=False):
    x, y = bars()
    change = layers.RandomBrightness(0.2, value_range=(0, 1) if mended else (0, 255))
    return convnet(before=[change]), (x, y), bars(60, seed=2)


@planted(
    "augmentation: kept by the cache",
    "tensorflow.org/tutorials/images/data_augmentation",
    "augmentation_cached",
    "augmentation_repeats",
)
def noise_is_drawn_once_and_cached(mended=False):
    def noisy(picture, label):
        return picture + tf.random.normal(tf.shape(picture), stddev=0.1), label

    plain = batched(bars())
    return convnet(), plain.cache().map(noisy) if mended else plain.map(noisy).cache(), None


@planted(
    "axis: softmax over places in place of classes",
    "MrGiovanni/ModelsGenesis#8",
    words=r"axis|sum to (1|one)|over (the )?(time|place|position)",
)
def softmax_over_time_with_channels_first(mended=False):
    x, _ = tokens(length=8)
    tags = (x >= 20).astype("int32") + (x >= 30)
    inputs = keras.Input((8,))
    scores = layers.Dense(3)(layers.Embedding(40, 8)(inputs))
    chances = scores if mended else layers.Permute((2, 1))(scores)
    chances = layers.Activation("softmax")(chances)
    outputs = chances if mended else layers.Permute((2, 1))(chances)
    return compiled(keras.Model(inputs, outputs), SPARSE), (x, tags), None


@planted("batches: batch normalization over batches of one", "keras#8837", "tiny_batches")
def batch_normalization_one_by_one(mended=False):
    x, y = clusters(160)
    model = stack((6,), layers.Dense(16), layers.BatchNormalization(), layers.ReLU(), layers.Dense(3, "softmax"))
    return compiled(model, SPARSE), batched((x, y), 32 if mended else 1), None


@planted("gradient: a step without gradient inside the loss", "keras#4175", words=r"gradient|differentiable|round")
def loss_of_rounded_answers(mended=False):
    def share_of_errors(targets, outputs):
        answers = outputs if mended else tf.round(outputs)
        return tf.reduce_mean(tf.abs(tf.cast(targets, outputs.dtype) - answers), axis=-1)

    x, y = clusters(classes=2)
    return (
        compiled(stack((6,), layers.Dense(12, "relu"), layers.Dense(1, "sigmoid")), share_of_errors),
        (x, y[:, None]),
        None,
    )


@planted("history: the rare class is never named", "keras#3068", "majority_class", words=r"rare|imbalanc|class_weight")
def one_in_twenty_is_never_named(mended=False):
    x, y = clusters(900, classes=2, features=4, spread=2.5)
    keep = (y == 0) | (np.random.default_rng(4).random(900) < (1 if mended else 0.05))
    model = stack((4,), layers.Dense(8, "relu"), layers.Dense(1, "sigmoid"))
    model = compiled(model, "binary_crossentropy", keras.optimizers.Adam(0.01), metrics=["accuracy"])
    model.fit(x[keep], y[keep], epochs=6, verbose=0)
    return model, (x[keep], y[keep]), None


@planted("history: an epoch that shows a part of the data", "keras-team/keras-io#285", words=r"steps_per_epoch")
def two_steps_of_sixty_per_epoch(mended=False):
    x, y = clusters(960, classes=4)
    train = batched((x, y), 16)
    model = classifier(classes=4)
    model.fit(train.repeat(), epochs=2, steps_per_epoch=60 if mended else 2, verbose=0)
    return model, train, None


@planted(
    "initial weights: far too large",
    "arxiv.org/abs/2105.08095",
    "constant_output",
    "dead_units",
    words=r"initiali|saturat|large weights",
)
def tanh_saturated_from_the_start(mended=False):
    start = "glorot_normal" if mended else keras.initializers.RandomNormal(stddev=20.0)
    x, y = rings()
    network = [layers.Dense(16, "tanh", kernel_initializer=start), layers.Dense(16, "tanh", kernel_initializer=start)]
    model = stack((2,), *network, layers.Dense(1, "sigmoid"))
    return compiled(model, "binary_crossentropy", keras.optimizers.Adam(0.01)), (x, y), None


@planted("input scale: one column in other units", "theorangeduck.com/page/neural-network-not-working", "unscaled_inputs")
def income_beside_shares(mended=False):
    x, y = clusters(classes=2, features=5)
    if not mended:
        x = x * [1, 1, 20_000, 1, 1] + [0, 0, 45_000, 0, 0]
    return classifier((5,), 2), (x.astype("float32"), y), None


@planted("input scale: pixels of 0 to 255", "keras#3642", "unscaled_inputs")
def pixels_into_dense_layers(mended=False):
    x, y = bars(size=8, classes=4)
    model = stack((8, 8, 1), layers.Flatten(), layers.Dense(32, "relu"), layers.Dense(4, "softmax"))
    return compiled(model, SPARSE, keras.optimizers.SGD(0.05)), (x if mended else 255 * x, y), None


@planted("input scale: seconds since 1970", "theorangeduck.com/page/neural-network-not-working", "unscaled_inputs")
def seconds_since_1970_among_the_columns(mended=False):
    x, y = plane()
    times = np.random.default_rng(1).normal(size=len(x)) * (1 if mended else 8e6) + (0 if mended else 1.7e9)
    return regressor((6,)), batched((np.column_stack([x, times]).astype("float32"), y)), None


@planted(
    "inputs: every example is the same",
    "programmerteach.com/p/37-reasons-why-your-neural-network-is-not-working",
    words=r"same|identical|constant|duplicat|repeat",
)
def one_picture_read_again_and_again(mended=False):
    x, y = bars()
    return convnet(), (x if mended else np.repeat(x[:1], len(x), axis=0), y), None


@planted(
    "labels: -1 and 1 under binary crossentropy",
    "keras#14046",
    "labels_out_of_range",
    words=r"[-−]1 (and|to|or)|labels? .*[-−]1\b",
)
def minus_one_and_one_under_binary_crossentropy(mended=False):
    x, y = clusters(classes=2, features=5)
    model = stack((5,), layers.Dense(12, "relu"), layers.Dense(1, "sigmoid"))
    return compiled(model, "binary_crossentropy"), (x, y if mended else 2 * y - 1), None


@planted("labels: one-hot under a sparse loss", "keras#7749", "one_hot_labels")
def dummies_under_a_sparse_loss(mended=False):
    x, y = bars()
    return convnet(metrics=["accuracy"]), (x, y if mended else one_hot(y, 3)), None


@planted(
    "labels: masks of 0 and 255",
    "qubvel/segmentation_models#95",
    "labels_out_of_range",
    words=r"255|between 0 and 1|0 (and|to|or) 1",
)
def masks_of_0_and_255(mended=False):
    x, _ = bars(120, size=8, classes=2)
    masks = (x > 0.5).astype("float32") * (1 if mended else 255)
    model = stack(
        (8, 8, 1), layers.Conv2D(8, 3, padding="same", activation="relu"), layers.Conv2D(1, 1, activation="sigmoid")
    )
    return compiled(model, "binary_crossentropy"), (x, masks), None


@planted(
    "labels: not those of the examples",
    "keras#7520",
    words=r"not (belong|match|fit)|shuffled? (apart|separately)|by chance|nothing to do|two passes|mixed up|different label",
)
def examples_and_labels_shuffled_apart(mended=False):
    x, y = clusters(320, spread=0.3)
    examples, labels = (tf.data.Dataset.from_tensor_slices(part) for part in (x, y))
    if not mended:
        examples, labels = examples.shuffle(320, seed=1), labels.shuffle(320, seed=2)
    return classifier(), tf.data.Dataset.zip((examples, labels)).batch(32), clusters(100, spread=0.3, seed=2)


@planted("labels: names in place of numbers", "keras#7339", "labels_are_text", words=r"text|string|names")
def names_of_classes_as_labels(mended=False):
    x, y = clusters()
    return classifier(), (x, y if mended else np.array(["ash", "elm", "oak"])[y]), None


@planted(
    "last layer: ReLU where probabilities are due",
    "keras#9939",
    "logits_taken_for_probabilities",
    words=r"softmax|relu.*(last|output)|(last|output).*relu",
)
def relu_in_place_of_softmax(mended=False):
    x, y = clusters(features=8)
    inputs = keras.Input((8,))
    outputs = layers.Dense(3, activation="softmax" if mended else "relu")(layers.Dense(20, activation="relu")(inputs))
    return compiled(keras.Model(inputs, outputs), SPARSE), (x, y), clusters(80, features=8, seed=2)


@planted("last layer: sigmoid for targets beyond 0 and 1", "keras#1727", "activation_limits_targets")
def sigmoid_on_a_forecast_of_several_rows(mended=False):
    x, y = waves(ahead=3)
    model = stack((12, 1), layers.LSTM(12), layers.Dense(3), *([] if mended else [layers.Activation("sigmoid")]))
    return compiled(model, "mse", "rmsprop"), batched((x, y)), None


@planted(
    "last layer: softmax twice",
    "tflearn/tflearn#562",
    "probabilities_taken_for_logits",
    words=r"softmax.*(twice|two|second|already|again|after)|(twice|two|second|already|again).*softmax",
)
def softmax_after_softmax(mended=False):
    x, y = clusters(300, classes=6, features=8, spread=0.3)
    model = stack((8,), layers.Dense(24, "relu"), layers.Dense(6, None if mended else "softmax"), layers.Softmax())
    return compiled(model, keras.losses.SparseCategoricalCrossentropy()), (x, y), None


@planted("last layer: softmax for measurements", "arxiv.org/abs/1910.11015", "activation_limits_targets", words=r"softmax")
def softmax_on_a_regression_of_two_numbers(mended=False):
    x, y = plane(features=6)
    targets = np.stack([y, x[:, 0] - x[:, 1]], axis=1)
    model = stack((6,), layers.Dense(24, "relu"), layers.Dense(2, activation=None if mended else "softmax"))
    return compiled(model, "mae"), (x, targets), None


@planted("last layer: probabilities under from_logits=True", "keras#20101", "probabilities_taken_for_logits")
def sigmoid_of_several_labels_under_from_logits(mended=False):
    x, _ = plane(features=6)
    y = (x[:, :4] > 0.6).astype("float32")
    inputs = keras.Input((6,))
    hidden = layers.Dense(16, activation="relu")(inputs)
    labels = [layers.Dense(1, activation="sigmoid")(hidden) for _ in range(4)]
    loss = keras.losses.BinaryCrossentropy(from_logits=not mended)
    return (
        compiled(keras.Model(inputs, layers.Concatenate()(labels)), loss, metrics=["binary_accuracy"]),
        batched((x, y)),
        None,
    )


@planted(
    "last layer: no softmax under a loss that takes probabilities",
    "bonlime/keras-deeplab-v3-plus#129",
    "logits_taken_for_probabilities",
)
def scores_of_each_pixel_under_categorical_crossentropy(mended=False):
    x, y = bars(120, classes=3)
    kinds = np.where(x[..., 0] > 0.45, y[:, None, None], 0)
    model = stack((9, 9, 1), layers.Conv2D(8, 9, padding="same", activation="relu"), layers.Conv2D(3, 1))
    if mended:
        model.add(layers.Softmax())
    return compiled(model, "categorical_crossentropy"), (x, one_hot(kinds, 3)), None


@planted(
    "last layer: pictures standardized before a sigmoid rebuilds them",
    "keras#2841",
    "activation_limits_targets",
    "labels_out_of_range",
    words=r"between 0 and 1|0 (and|to) 1|negative",
)
def autoencoder_of_standardized_pictures(mended=False):
    x, _ = bars(classes=4, size=8)
    x = x if mended else (x - x.mean()) / x.std()
    network = [
        layers.Conv2D(6, 3, padding="same", activation="relu"),
        layers.Conv2D(1, 3, padding="same", activation="sigmoid"),
    ]
    return compiled(stack((8, 8, 1), *network), "binary_crossentropy"), (x, x), None


@planted(
    "leak: the window holds the value to forecast",
    "arxiv.org/abs/2512.06932",
    words=r"leak|(column|feature|window|step|place|value) .*(answer|alone|gives?|equal|same|is the target)",
)
def window_one_step_too_long(mended=False):
    x, y = waves(320, steps=13, ahead=2)
    noisy = np.concatenate([x[:, :, 0], y], axis=1) + np.random.default_rng(4).normal(0, 0.5, (320, 15)).astype("float32")
    window, target = noisy[:, :12], noisy[:, 12 if mended else 11]
    return (
        compiled(stack((12, 1), layers.GRU(8), layers.Dense(1)), "mse"),
        (window[:240, :, None], target[:240]),
        (window[240:, :, None], target[240:]),
    )


@planted("loss: absolute error on classes", "keras#9939", "regression_loss_for_classes")
def absolute_error_on_one_sigmoid(mended=False):
    x, y = rings()
    model = stack((2,), layers.Dense(16, "relu"), layers.Dense(1, "sigmoid"))
    loss = "binary_crossentropy" if mended else "mae"
    return compiled(model, loss, metrics=["accuracy"]), (x, y.astype("float32")), None


@planted(
    "loss: negative targets under the Poisson loss",
    "keras.io/api/losses/regression_losses",
    words=r"poisson|negative",
)
def poisson_loss_for_standardized_targets(mended=False):
    x, y = plane()
    return regressor(loss="mse" if mended else "poisson"), (x, y), None


@planted("loss: labels that may hold together under a softmax", "stackoverflow.com/q/44164749", "softmax_for_several_labels")
def genres_of_films_under_softmax(mended=False):
    x, _ = plane(300, features=8)
    y = (x[:, :5] > 0).astype("float32")
    model = stack((8,), layers.Dense(32, "relu"), layers.Dropout(0.1), layers.Dense(5, "sigmoid" if mended else "softmax"))
    return compiled(model, "binary_crossentropy" if mended else "categorical_crossentropy"), (x, y), None


@planted("metrics: accuracy of a regression", "keras#7947", words=r"accuracy")
def accuracy_of_a_regression(mended=False):
    x, y = plane()
    return regressor(metrics=["mae" if mended else "accuracy"]), (x, y), plane(60, seed=2)


@planted("metrics: binary accuracy over many classes", "keras#15715", words=r"binary_?accuracy")
def binary_accuracy_over_ten_classes(mended=False):
    x, y = clusters(400, classes=10, features=12)
    model = stack((12,), layers.Dense(32, "relu"), layers.Dense(10, "softmax"))
    metric = "categorical_accuracy" if mended else "binary_accuracy"
    return compiled(model, "categorical_crossentropy", metrics=[metric]), (x, one_hot(y, 10)), None


@planted("missing values: one example among thousands", "keras#12400", words=r"\b3210\b|\b3,210\b")
def one_broken_row_among_thousands(mended=False):
    x, y = clusters(5000, features=6)
    if not mended:
        x[3210, 2] = np.nan
    return classifier(), (x, y), None


@planted(
    "missing values: in the targets", "keras#2627", "not_a_number", words=r"nan\b.*(target|label)|(target|label).*nan\b"
)
def two_targets_are_missing(mended=False):
    x, y = plane(400)
    if not mended:
        y[[17, 301]] = np.nan
    return regressor(), (x, y), None


@planted("order: a dataset in the order of its classes", "tensorflow#12789", "sorted_by_class")
def whole_batches_shuffled_after_they_were_cut(mended=False):
    x, y = clusters(480, classes=4)
    order = np.random.default_rng(0).permutation(480) if mended else np.argsort(y, kind="stable")
    return classifier(classes=4), batched((x[order], y[order])).shuffle(20, seed=1), None


@planted(
    "pipeline: the same batch again and again",
    "programmerteach.com/p/37-reasons-why-your-neural-network-is-not-working",
    words=r"same (batch|sample|example)|repeat|duplicat|again and again|identical",
)
def generator_that_ignores_its_index(mended=False):
    class Pages(keras.utils.PyDataset):
        x, y = clusters(320)

        def __len__(self):
            return 10

        def __getitem__(self, index):
            start = 32 * index if mended else 0
            return self.x[start : start + 32], self.y[start : start + 32]

    return classifier(), Pages(), None


@planted(
    "pretrained: fed with another range than it was trained on",
    "bonlime/keras-deeplab-v3-plus#24",
    "base_range",
    "unscaled_inputs",
)
def trained_base_now_fed_with_bytes(mended=False):
    x, y = bars(classes=3)
    body = stack((9, 9, 1), layers.Conv2D(8, 3), layers.BatchNormalization(momentum=0.5), layers.ReLU(), layers.Flatten())
    compiled(keras.Sequential([body, layers.Dense(3, "softmax")]), SPARSE).fit(x, y, epochs=4, verbose=0)
    body.trainable = False
    model = compiled(keras.Sequential([layers.Input((9, 9, 1)), body, layers.Dense(3, "softmax")]), SPARSE)
    return model, (x if mended else 255 * x, y), None


@planted("pretrained: its old head is still on", "fastai/courses#225", words=r"include_top|\bhead\b|softmax")
def new_classes_from_old_chances(mended=False):
    old = stack(
        (9, 9, 1),
        layers.Conv2D(8, 3, activation="relu"),
        layers.Flatten(),
        layers.Dense(12, "relu"),
        layers.Dense(30, "softmax"),
    )
    x, y = bars()
    features = keras.Model(old.inputs, old.layers[-2].output) if mended else old
    return compiled(keras.Sequential([features, layers.Dense(3, "softmax")]), SPARSE), (x, y), None


@planted("regularization: a penalty that drowns the loss", "keras#9296", words=r"penalt|regulari|l2|weight decay")
def penalty_larger_than_the_loss(mended=False):
    penalty = keras.regularizers.L2(1e-4 if mended else 5.0)
    x, y = clusters()
    hidden = layers.Dense(24, "relu", kernel_regularizer=penalty)
    return compiled(stack((6,), hidden, layers.Dense(3, "softmax", kernel_regularizer=penalty)), SPARSE), (x, y), None


@planted("sequences: a true token is masked", "keras#13441", words=r"mask")
def token_0_is_a_word_and_masked(mended=False):
    rng = np.random.default_rng(2)
    x = rng.integers(0, 6, size=(300, 8))
    y = (np.sum(x == 0, axis=1) > 1).astype("int32")
    model = stack((8,), layers.Embedding(7, 8, mask_zero=True), layers.LSTM(8), layers.Dense(1, "sigmoid"))
    return compiled(model, "binary_crossentropy"), (x + 1 if mended else x, y), None


@planted(
    "shapes: the sequence is not summed up before the classes", "keras#8934", words=r"flatten|pooling|return_sequences|shape"
)
def classes_of_each_word_for_labels_of_texts(mended=False):
    x, y = tokens()
    network = [layers.Embedding(40, 8), layers.Dense(16, "relu")] + ([layers.GlobalAveragePooling1D()] if mended else [])
    return compiled(stack((10,), *network, layers.Dense(2, "softmax")), SPARSE), (x, y), None


@planted("shapes: an own loss that broadcasts", "keras#16836", words=r"broadcast|shape|every (target|label)|each other")
def own_loss_of_a_column_against_a_row(mended=False):
    def squared_error(targets, outputs):
        targets = tf.reshape(tf.cast(targets, outputs.dtype), [-1])  # a row
        return tf.reduce_mean((targets - (outputs[:, 0] if mended else outputs)) ** 2)

    x, y = plane()
    return regressor(loss=squared_error), (x, y), None


@planted(
    "shapes: targets that broadcast against outputs",
    "tensorflow#37770",
    "units_do_not_match",
    words=r"broadcast|shape|units",
)
def one_number_for_six_steps_ahead(mended=False):
    x, y = waves(ahead=6)
    model = stack((12, 1), layers.Conv1D(8, 3, activation="relu"), layers.Flatten(), layers.Dense(6 if mended else 1))
    return compiled(model, "mean_absolute_error"), (x, y), None


@planted("split: repeated for balance before it was split", "georgymh/ml-fraud-detection#1", "same_samples")
def rare_class_repeated_before_the_split(mended=False):
    x, y = clusters(400, classes=2, features=8, spread=0.8)
    if not mended:
        rare = np.flatnonzero(y == 1)[:40]
        keep = np.concatenate([np.flatnonzero(y == 0), np.repeat(rare, 5)])
        x, y = x[keep], y[keep]
    order = np.random.default_rng(3).permutation(len(x))
    x, y = x[order], y[order]
    return classifier((8,), 2), (x[:300], y[:300]), (x[300:], y[300:])


@planted("split: validation is a part of training", "keras#4531", "same_samples")
def first_rows_validate_again(mended=False):
    x, y = plane(300)
    return regressor(), (x[60:], y[60:]) if mended else (x, y), (x[:60], y[:60])


@planted("step size: too small", "arxiv.org/abs/2105.08095", "learning_rate_too_low")
def adam_with_steps_of_a_millionth(mended=False):
    x, y = tokens()
    model = stack((10,), layers.Embedding(40, 8), layers.GlobalAveragePooling1D(), layers.Dense(1, "sigmoid"))
    return compiled(model, "binary_crossentropy", keras.optimizers.Adam(1e-3 if mended else 1e-7)), (x, y), None


@planted("step size: gradients clipped to nothing", "keras.io/api/optimizers", "learning_rate_too_low", words=r"clip")
def gradients_clipped_to_nothing(mended=False):
    x, y = clusters()
    return classifier(optimizer=keras.optimizers.SGD(0.1, clipnorm=1.0 if mended else 1e-6)), (x, y), None


@planted("tokens: index beyond the embedding", "keras#11819", words=r"embedding")
def as_many_words_as_the_embedding_has_rows(mended=False):
    x, y = tokens(vocabulary=41)
    x[5, 3] = 40
    model = stack((10,), layers.Embedding(41 if mended else 40, 8), layers.LSTM(8), layers.Dense(1, "sigmoid"))
    return compiled(model, "binary_crossentropy"), (x, y), None


@planted("training flag: nothing is left to train", "arxiv.org/abs/1910.11015", "nothing_to_train")
def head_frozen_with_its_base(mended=False):
    x, y = bars()
    model = convnet()
    model.trainable = mended
    return compiled(model, SPARSE), (x, y), None


@planted(
    "training flag: always in training mode",
    "broadinstitute/keras-resnet#47",
    words=r"training=True|training mode|as in training|training argument",
)
def batch_normalization_told_to_train(mended=False):
    x, y = bars(classes=3)
    inputs = keras.Input((9, 9, 1))
    hidden = layers.BatchNormalization()(layers.Conv2D(8, 3)(inputs), training=None if mended else True)
    outputs = layers.Dense(3, activation="softmax")(layers.Flatten()(layers.Activation("relu")(hidden)))
    return compiled(keras.Model(inputs, outputs), SPARSE), (x, y), bars(60, seed=2)


@healthy("activations: a linear model on purpose", "keras#1874")
def linear_regression():
    x, _ = plane(features=3)
    y = x @ np.array([0.5, -1.0, 0.25], "float32") + 0.3
    return compiled(stack((3,), layers.Dense(1)), "mse", keras.optimizers.SGD(0.1)), (x, y), None


@healthy("history: validation loss below training loss with dropout", "keras#472")
def dropout_makes_the_training_loss_higher():
    train, validation = clusters(spread=0.7), clusters(120, spread=0.7, seed=2)
    model = stack((6,), layers.Dense(48, "relu"), layers.Dropout(0.4), layers.Dense(3, "softmax"))
    model = compiled(model, SPARSE, metrics=["accuracy"])
    model.fit(*train, validation_data=validation, epochs=6, verbose=0)
    return model, train, validation


@healthy("history: classes that overlap leave the accuracy low", "keras#15727")
def classes_that_overlap():
    train, validation = clusters(400, spread=2.2), clusters(150, spread=2.2, seed=2)
    model = classifier(metrics=["accuracy"])
    model.fit(*train, validation_data=validation, epochs=4, verbose=0)
    return model, train, validation


@healthy(
    "input scale: a raw table, standardized inside the model",
    "keras.io/api/layers/preprocessing_layers/numerical/normalization",
)
def raw_table_with_normalization_inside():
    x, y = plane(features=4)
    raw = (x * [1, 400, 0.01, 9000] + [3, 1500, 0.2, 60_000]).astype("float32")
    scale = layers.Normalization()
    scale.adapt(raw)
    return (
        compiled(stack((4,), scale, layers.Dense(16, "relu"), layers.Dense(1)), "mse"),
        (raw[:180], y[:180]),
        (raw[180:], y[180:]),
    )


@healthy("input scale: hours as points on a circle", "tensorflow.org/tutorials/structured_data/time_series")
def hours_on_a_circle():
    rng = np.random.default_rng(4)
    hour = rng.uniform(0, 24, 300)
    x = np.stack([np.sin(hour * np.pi / 12), np.cos(hour * np.pi / 12)], axis=1).astype("float32")
    y = (np.sin((hour - 5) * np.pi / 12) + 0.2 * rng.normal(size=300)).astype("float32")
    return regressor((2,)), (x[:220], y[:220]), (x[220:], y[220:])


@healthy("inputs: text straight into a vectorizing layer", "keras.io/examples/nlp/text_classification_from_scratch")
def sentences_into_a_vectorizing_layer():
    rng = np.random.default_rng(0)
    good, bad = ["warm", "bright", "kind", "clever"], ["dull", "cold", "rude", "slow"]
    y = rng.integers(2, size=200)
    texts = np.array([" ".join(rng.choice(good if label else bad, 5)) + " day" for label in y])
    vectorize = layers.TextVectorization(max_tokens=30, output_sequence_length=6)
    vectorize.adapt(texts)
    inputs = keras.Input((), dtype="string")
    hidden = layers.GlobalAveragePooling1D()(layers.Embedding(30, 6)(vectorize(inputs)))
    outputs = layers.Dense(1, activation="sigmoid")(hidden)
    return (
        compiled(keras.Model(inputs, outputs), "binary_crossentropy"),
        batched((texts[:150], y[:150])),
        batched((texts[150:], y[150:])),
    )


@healthy("inputs: most columns of a bag of words are 0", "fchollet/deep-learning-with-python-notebooks#152")
def bag_of_words():
    x, y = tokens(length=12, vocabulary=120)
    bag = np.zeros((len(x), 120), "float32")
    np.put_along_axis(bag, x, 1, axis=1)
    return (
        compiled(stack((120,), layers.Dense(16, "relu"), layers.Dense(1, "sigmoid")), "binary_crossentropy", "rmsprop"),
        (bag, y),
        None,
    )


@healthy("labels: two classes from a softmax of two", "keras#13006")
def two_classes_from_two_units():
    x, y = bars(classes=2, size=8)
    network = [layers.SeparableConv2D(8, 3, activation="relu"), layers.Flatten(), layers.Dense(2, "softmax")]
    return (
        compiled(stack((8, 8, 1), *network), SPARSE, metrics=["accuracy"]),
        batched((x, y)),
        batched(bars(40, classes=2, size=8, seed=2)),
    )


@healthy("labels: soft, from another model", "keras.io/examples/vision/knowledge_distillation")
def soft_labels_of_a_teacher():
    x, y = clusters(classes=4)
    soft = 0.7 * one_hot(y, 4) + 0.3 * np.random.default_rng(9).dirichlet(np.ones(4), len(y)).astype("float32")
    model = stack((6,), layers.Dense(16, "relu"), layers.Dense(4, "softmax"))
    return compiled(model, keras.losses.KLDivergence()), (x, soft), None


@healthy("layers: attention over tokens with places", "keras.io/examples/nlp/text_classification_with_transformer")
def small_transformer():
    x, y = tokens()
    inputs = keras.Input((10,), dtype="int32")
    places = layers.Embedding(10, 8)(tf.range(10))
    words = layers.Embedding(40, 8)(inputs) + places
    words = layers.LayerNormalization()(words + layers.MultiHeadAttention(2, 4)(words, words))
    outputs = layers.Dense(2, activation="softmax")(layers.GlobalAveragePooling1D()(words))
    return compiled(keras.Model(inputs, outputs), SPARSE), (x, y), None


@healthy("layers: a residual block with batch normalization", "keras#7265")
def residual_convnet():
    x, y = bars(classes=3, channels=3)
    inputs = keras.Input((9, 9, 3))
    start = layers.Conv2D(8, 3, padding="same")(inputs)
    branch = layers.Activation("relu")(layers.BatchNormalization()(start))
    branch = layers.Conv2D(8, 3, padding="same")(branch)
    merged = layers.GlobalAveragePooling2D()(layers.AveragePooling2D(3)(layers.Add()([start, branch])))
    outputs = layers.Dense(3, activation="softmax")(
        layers.Concatenate()([merged, layers.Flatten()(layers.AveragePooling2D(3)(branch))])
    )
    return compiled(keras.Model(inputs, outputs), SPARSE), batched((x, y)), None


@healthy("loss: an autoencoder's crossentropy stays above 0", "keras#3189")
def autoencoder_of_pictures():
    x, _ = bars(classes=4, size=8)
    flat = x.reshape(len(x), 64)
    model = stack((64,), layers.Dense(8, "relu"), layers.Dense(64, "sigmoid"))
    model = compiled(model, "binary_crossentropy", keras.optimizers.Adam(0.01))
    model.fit(flat, flat, epochs=3, verbose=0)
    return model, (flat, flat), None


@healthy("loss: several labels at once", "datascience.stackexchange.com/questions/77834")
def several_labels_at_once():
    x, _ = plane(features=8)
    y = (x[:, :6] > 0.3).astype("float32")
    return (
        compiled(
            stack((8,), layers.Dense(24, "relu"), layers.Dense(6, "sigmoid")),
            "binary_crossentropy",
            metrics=["binary_accuracy"],
        ),
        (x, y),
        None,
    )


@healthy("loss: a quantile", "keras#2115")
def ninety_percent_quantile():
    def pinball(targets, outputs):
        short = targets - outputs
        return tf.reduce_mean(tf.maximum(0.9 * short, -0.1 * short), axis=-1)

    x, y = plane()
    return regressor(loss=pinball), batched((x, y[:, None])), batched((plane(60, seed=2)[0], plane(60, seed=2)[1][:, None]))


@healthy("loss: one that is negative, cosine similarity", "keras#1917")
def directions_under_cosine_similarity():
    x, _ = plane(features=6)
    targets = x[:, :3] @ np.array([[1, 0, 0.5], [0, 1, 0.2], [0.3, 0, 1]], "float32")
    targets /= np.linalg.norm(targets, axis=1, keepdims=True)
    return (
        compiled(stack((6,), layers.Dense(16, "relu"), layers.Dense(3)), keras.losses.CosineSimilarity()),
        (x, targets),
        None,
    )


@healthy("metrics: a rare class under an area under the curve", "tensorflow.org/tutorials/structured_data/imbalanced_data")
def fifteen_percent_of_one_class():
    x, y = clusters(600, classes=2, features=4, spread=0.4)
    keep = (y == 0) | (np.random.default_rng(4).random(600) < 0.2)
    model = stack((4,), layers.Dense(16, "relu"), layers.Dense(1, "sigmoid"))
    return compiled(model, "binary_crossentropy", metrics=[keras.metrics.AUC()]), (x[keep], y[keep]), None


@healthy("pretrained: a frozen base with batch normalization and a new head", "keras#9965")
def frozen_base_with_its_own_range():
    x, y = bars(classes=3)
    body = stack((9, 9, 1), layers.Conv2D(8, 3), layers.BatchNormalization(momentum=0.5), layers.ReLU(), layers.Flatten())
    compiled(keras.Sequential([body, layers.Dense(3, "softmax")]), SPARSE).fit(x, y, epochs=4, verbose=0)
    body.trainable = False
    inputs = keras.Input((9, 9, 1))
    outputs = layers.Dense(2, activation="softmax")(body(inputs, training=False))
    return compiled(keras.Model(inputs, outputs), SPARSE), (x, (y == 2).astype("int32")), None


@healthy("recurrent: stateful, with a fixed batch", "keras#1820")
def stateful_recurrent_layer():
    x, y = waves(256)
    model = stack((12, 1), layers.LSTM(8, stateful=True), layers.Dense(1), batch_size=32)
    return compiled(model, "mse"), tf.data.Dataset.from_tensor_slices((x, y)).batch(32, drop_remainder=True), None


@healthy("recurrent: sentences of different lengths, padded batch by batch", "keras#4594")
def padded_batch_by_batch():
    x, y = tokens(192, length=9)
    ends = np.random.default_rng(3).integers(4, 10, len(x))

    def read():
        for row, end, label in zip(x, ends, y, strict=True):
            yield row[:end], label

    signature = (tf.TensorSpec((None,), "int32"), tf.TensorSpec((), "int64"))
    train = tf.data.Dataset.from_generator(read, output_signature=signature).padded_batch(16)
    model = stack((None,), layers.Embedding(40, 8, mask_zero=True), layers.LSTM(8), layers.Dense(2, "softmax"))
    return compiled(model, SPARSE), train, None


@healthy("segmentation: some pixels are left out by ignore_class", "keras#4345")
def unlabelled_pixels_are_ignored():
    x, y = bars(150)
    kinds = np.where(x[..., 0] > 0.4, y[:, None, None] + 1, 0)
    kinds[np.random.default_rng(2).random(kinds.shape) < 0.1] = -1
    network = [layers.Conv2D(8, 9, padding="same", activation="relu"), layers.Conv2D(4, 1, activation="softmax")]
    return (
        compiled(stack((9, 9, 1), *network), keras.losses.SparseCategoricalCrossentropy(ignore_class=-1)),
        (x, kinds),
        None,
    )


@healthy("sequences: a class for each place", "keras#4594")
def tag_of_each_word():
    x, _ = tokens()
    tags = (x >= 20).astype("int32") + (x >= 30)
    model = stack(
        (10,),
        layers.Embedding(40, 8),
        layers.LSTM(8, return_sequences=True),
        layers.TimeDistributed(layers.Dense(3, "softmax")),
    )
    return compiled(model, SPARSE), (x, tags), None


@healthy("several inputs: the same layers for both", "keras#242")
def twins_that_share_their_layers():
    x, y = clusters(400, classes=4, spread=0.3)
    left, right = x[:200], x[200:]
    same = (y[:200] == y[200:]).astype("float32")
    encoder = stack((6,), layers.Dense(16, "relu"), layers.Dense(8))
    first, second = keras.Input((6,)), keras.Input((6,))
    apart = layers.Lambda(lambda pair: tf.abs(pair[0] - pair[1]))([encoder(first), encoder(second)])
    model = keras.Model([first, second], layers.Dense(1, activation="sigmoid")(apart))
    return compiled(model, "binary_crossentropy"), ([left, right], same), None


@healthy("several inputs: pictures beside numbers, in a dictionary", "keras#1866")
def pictures_beside_numbers():
    x, y = bars(160)
    age = np.random.default_rng(2).normal(size=(160, 2)).astype("float32")
    picture, numbers = keras.Input((9, 9, 1), name="picture"), keras.Input((2,), name="numbers")
    seen = layers.Flatten()(layers.MaxPooling2D()(layers.Conv2D(6, 3, activation="relu")(picture)))
    outputs = layers.Dense(3, activation="softmax")(
        layers.Concatenate()([seen, layers.Dense(4, activation="relu")(numbers)])
    )
    return compiled(keras.Model([picture, numbers], outputs), SPARSE), ({"picture": x, "numbers": age}, y), None


@healthy("split: validation comes later in time", "datarekha.com/blog/why-you-cant-shuffle-time-series-train-test-split")
def later_windows_for_validation():
    rng = np.random.default_rng(5)
    series = (np.sin(np.arange(620) * 0.4) + 0.3 * rng.normal(size=620)).astype("float32")
    windows = np.lib.stride_tricks.sliding_window_view(series, 13)
    train, test = windows[:400], windows[420:]
    model = compiled(stack((12, 1), layers.Conv1D(8, 4, activation="relu"), layers.Flatten(), layers.Dense(1)), "mse")
    return model, (train[:, :12, None], train[:, 12]), (test[:, :12, None], test[:, 12])


@healthy("targets: stars from 1 to 5 as numbers", "keras.io/examples/structured_data/movielens_recommendations")
def stars_as_a_regression():
    x, y = plane(300)
    stars = np.clip(np.round(3 + y), 1, 5)
    return regressor(optimizer=keras.optimizers.Adam(0.01), metrics=["mae"]), (x, stars.astype("float32")), None


@healthy("targets: several steps ahead", "keras#2463")
def six_steps_ahead_at_once():
    x, y = waves(300, ahead=6)
    model = stack((12, 1), layers.Conv1D(12, 3, padding="causal", activation="relu"), layers.LSTM(12), layers.Dense(6))
    return compiled(model, keras.losses.Huber()), (x[:240], y[:240]), (x[240:], y[240:])


@healthy("training: an own loss, metric and schedule", "keras#6261")
def own_loss_metric_and_schedule():
    class Falling(keras.optimizers.schedules.LearningRateSchedule):
        def __call__(self, step):
            return 0.01 / (1.0 + 0.01 * tf.cast(step, "float32"))

    def smooth(targets, outputs):
        return tf.reduce_mean(tf.math.log(tf.cosh(outputs - targets)), axis=-1)

    def furthest(targets, outputs):
        return tf.reduce_max(tf.abs(outputs - targets))

    x, y = plane()
    return regressor(loss=smooth, optimizer=keras.optimizers.Adam(Falling()), metrics=[furthest]), (x, y[:, None]), None

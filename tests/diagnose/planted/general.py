"""Mistakes of all kinds, those that beginners make first."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers

from course_utils.devices import POLICIES
from tests.diagnose.planted.builders import (
    SPARSE,
    Batches,
    application,
    batches,
    classifier,
    compiled,
    convnet,
    dense,
    fitted,
    flat_inception,
    in_class_order,
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
    under_a_head,
    with_past,
)
from tests.diagnose.planted.tables import plant

plant("unscaled_inputs", "255", policies=POLICIES)(lambda: (compiled(convnet(), SPARSE), pictures(high=255.0)))


plant("unscaled_inputs", policies=POLICIES)(lambda: (compiled(convnet(layers.Rescaling(255)), SPARSE), pictures()))


plant("unscaled_inputs", policies=POLICIES)(
    lambda: (classifier(before=[layers.Dropout(0.1)]), (500 * points()[0], points()[1]))
)


plant("tiny_inputs", policies=POLICIES)(
    lambda: (compiled(convnet(layers.Rescaling(1 / 255)), SPARSE), pictures(high=1 / 255))
)


plant("scaled_differently", "255")(lambda: (compiled(convnet(), SPARSE), pictures(), pictures(high=255.0, seed=1)))


@plant("scaled_differently")
def minus_one_to_one_against_zero_to_one():
    x, y = pictures()
    return compiled(convnet(), SPARSE), (2 * x - 1, y), pictures(seed=1)


plant("shaped_differently", "(16, 16, 1)", policies=POLICIES)(
    lambda: (compiled(convnet(), SPARSE), pictures(), pictures(size=16, seed=1)),
)


plant("does_not_run", "(12, 12, 1)", "(16, 16, 1)", policies=POLICIES)(
    lambda: (compiled(convnet(), SPARSE), pictures(size=16))
)


plant("does_not_run", "(8,)", policies=POLICIES)(lambda: (classifier(), points(features=5)))


@plant("not_a_number", "3 of", policies=POLICIES)
def gaps_in_the_inputs():
    x, y = points()
    x[[3, 30, 300], 2] = np.nan
    return classifier(), (x, y)


@plant("base_range", "255")
def pixels_into_mobilenet():
    return mobilenet(), photos()


@plant("base_range", "-1 to 1")
def zero_to_one_into_mobilenet():
    return mobilenet(prepare=layers.Rescaling(1 / 255)), photos()


@plant("base_range")
def pixels_into_vgg():
    return application("VGG16"), photos()


@plant("base_range")
def zero_to_one_into_efficientnet():
    return application("MobileNetV3Small", alpha=0.75), photos(high=1.0)


@plant("base_range", "255", policies=POLICIES)
def pixels_into_a_small_base():
    return under_a_head(small_base()), photos()


@plant("base_range", "-1 to 1", policies=POLICIES)
def zero_to_one_into_a_small_base():
    return under_a_head(small_base(), layers.Rescaling(1 / 255)), photos()


@plant("base_range", policies=POLICIES)
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


plant("labels_out_of_range", "0 and 255", "y / 255", kind="white for yes")(
    lambda: (compiled(dense(sigmoid()), "binary_crossentropy"), (points(2)[0], 255 * points(2)[1])),
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


@plant("augmentation_repeats", "RandomUniform", policies=POLICIES)
def random_changes_that_start_anew_from_the_seed():
    return compiled(convnet(), SPARSE), batches(pictures()).map(lambda x, y: (tf.image.random_brightness(x, 0.2), y))


@plant("augmentation_cached")
def augmented_before_the_cache():
    train = batches(pictures()).map(lambda x, y: (tf.image.random_brightness(x, 0.2), y)).cache().prefetch(1)
    return compiled(convnet(), SPARSE), train


plant("augmentation_without_effect", "random_rotation", policies=POLICIES)(
    lambda: (compiled(convnet(layers.RandomRotation(0.0, name="random_rotation")), SPARSE), pictures())
)


plant("augmentation_without_effect", policies=POLICIES)(
    lambda: (
        compiled(convnet(keras.Sequential([layers.RandomFlip("horizontal"), layers.RandomZoom(0.0)])), SPARSE),
        pictures(),
    )
)


plant("augmentation_range", "0 to 255", policies=POLICIES)(
    lambda: (compiled(convnet(layers.RandomBrightness(0.2)), SPARSE), pictures())
)


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


@plant("base_not_frozen", policies=POLICIES)
def base_trained_with_a_new_head():
    return under_a_head(small_base(), layers.Rescaling(1 / 127.5, -1), trainable=True), photos()


@plant("tiny_batches", "2 samples")
def batches_of_two():
    return classifier(before=[layers.Dense(8, use_bias=False), layers.BatchNormalization()]), batches(points(), 2)


@plant("tiny_batches", "2 samples")
def fitted_in_batches_of_two():
    model = classifier(before=[layers.Dense(8, use_bias=False), layers.BatchNormalization()])
    return fitted(model, points(samples=64), epochs=1, batch_size=2), points(samples=64)


plant("learning_rate_too_low", policies=POLICIES)(
    lambda: (compiled(dense(softmax()), SPARSE, keras.optimizers.Adam(1e-8)), points())
)


plant("learning_rate_too_low", policies=POLICIES)(
    lambda: (compiled(dense(softmax()), SPARSE, keras.optimizers.SGD(1e-6)), points())
)


plant("learning_rate_too_high", policies=POLICIES)(
    lambda: (compiled(dense(softmax()), SPARSE, keras.optimizers.SGD(1e4)), points())
)


plant("learning_rate_too_high", policies=POLICIES)(
    lambda: (compiled(dense(linear(), shape=(4,)), "mse", keras.optimizers.SGD(5.0)), numbers()),
)


@plant("learning_rate_too_high", policies=POLICIES)
def adam_that_was_trained_at_a_rate_of_ten():
    model = compiled(dense(layers.Dense(16, activation="relu"), softmax()), SPARSE, keras.optimizers.Adam(10.0))
    return fitted(model, points(), epochs=4), points()


plant("learning_rate_too_high", "epoch 2", policies=POLICIES)(
    lambda: (with_past(classifier(), loss=[1.1, float("nan")]), points())
)


plant("learning_rate_too_high", "rose", policies=POLICIES)(lambda: (with_past(classifier(), loss=[1.1, 2.0, 9.0]), points()))


plant("learning_rate_too_low", policies=POLICIES)(
    lambda: (
        with_past(compiled(dense(softmax()), SPARSE, keras.optimizers.Adam(1e-8)), loss=[1.3, 1.3, 1.3]),
        points(),
    )
)


@plant("dead_units", "16 of 16", policies=POLICIES)
def units_that_start_dead():
    hidden = layers.Dense(16, activation="relu", bias_initializer=keras.initializers.Constant(-50))
    return compiled(keras.Sequential([layers.Input((8,)), hidden, softmax()]), SPARSE), points()


@plant("constant_output", policies=POLICIES)
def saturated_after_training():
    model = fitted(compiled(dense(sigmoid(), hidden="tanh"), "binary_crossentropy"), points(2), epochs=1)
    model.layers[-1].bias.assign([500.0])
    return model, points(2)


@plant("majority_class", "class 0", policies=POLICIES)
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

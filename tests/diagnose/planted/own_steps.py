"""Mistakes in training steps of one's own and in models that compare pairs; what looks like them and is right."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers

from tests.diagnose.planted.builders import SPARSE, compiled, linear, numbers, points, sigmoid, softmax
from tests.diagnose.planted.tables import once, plant


class OwnStep(keras.Model):
    """The step of most tutorials; what the cases below do otherwise is a method each."""

    def answers(self, x):
        return self(x, training=True)

    def cost(self, y, answers):
        return tf.reduce_mean(keras.losses.sparse_categorical_crossentropy(y, answers)) + sum(self.losses)

    def descend(self, gradients):
        self.optimizer.apply(gradients, self.trainable_variables)

    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            loss = self.cost(y, self.answers(x))
        self.descend(tape.gradient(loss, self.trainable_variables))
        return {"loss": loss}


def normalized_and_penalized(kind):
    inputs = keras.Input((8,))
    hidden = layers.Dense(16, kernel_regularizer=keras.regularizers.L2(0.002))(inputs)
    hidden = layers.Activation("relu")(layers.BatchNormalization(momentum=0.9)(hidden))
    return compiled(kind(inputs, softmax()(layers.Dropout(0.2)(hidden))), SPARSE), points()


def of_numbers(kind):
    inputs = keras.Input((4,))
    return compiled(kind(inputs, linear()(layers.Dense(16, activation="relu")(inputs))), "mse")


@once
def own_step_with_penalties_and_training_mode():
    return normalized_and_penalized(OwnStep)


@plant("trained_in_prediction_mode", "moving mean")
def own_step_without_training_mode():
    class Calm(OwnStep):
        def answers(self, x):
            return self(x)

    return normalized_and_penalized(Calm)


@plant("trained_in_prediction_mode", kind="a loop of one's own in prediction mode")
def a_loop_without_training_mode():
    model, (x, y) = normalized_and_penalized(keras.Model)
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(keras.losses.sparse_categorical_crossentropy(y, model(x)))
    model.optimizer.apply(tape.gradient(loss, model.trainable_variables), model.trainable_variables)
    return model, (x, y)


@plant("penalties_left_out", "self.losses")
def own_step_without_penalties():
    class Careless(OwnStep):
        def cost(self, y, answers):
            return tf.reduce_mean(keras.losses.sparse_categorical_crossentropy(y, answers))

    return normalized_and_penalized(Careless)


@plant("step_changes_nothing")
def gradients_that_are_never_applied():
    class Idle(OwnStep):
        def descend(self, gradients):
            pass

    return normalized_and_penalized(Idle)


@plant("step_goes_uphill")
def gradients_that_are_added():
    class Climbing(OwnStep):
        def descend(self, gradients):
            for weight, gradient in zip(self.trainable_variables, gradients, strict=True):
                weight.assign_add(0.01 * gradient)

    return normalized_and_penalized(Climbing)


class Squared(OwnStep):
    def cost(self, y, answers):
        return tf.reduce_mean(tf.square(y - answers))


@plant("loss_ignores_pairs", "broadcasting", kind="stretched in a training step")
def targets_in_a_row_beside_answers_in_a_column():
    return of_numbers(Squared), numbers()


@once
def targets_in_a_column_beside_answers_in_one():
    return of_numbers(Squared), (numbers()[0], numbers()[1][:, None])


@once
def gradients_that_are_collected_first():
    class Collecting(OwnStep):
        def descend(self, gradients):
            for held, gradient in zip(self.held, gradients, strict=True):
                held.assign_add(gradient)
            self.count.assign_add(1)
            if self.count % 4 == 0:
                self.optimizer.apply([held / 4 for held in self.held], self.trainable_variables)
                for held in self.held:
                    held.assign(tf.zeros_like(held))

    model, data = normalized_and_penalized(Collecting)
    model.held = [tf.Variable(tf.zeros(weight.shape), trainable=False) for weight in model.trainable_variables]
    model.count = tf.Variable(0, trainable=False)
    model.run_eagerly = True
    return model, data


class Distance(layers.Layer):
    def call(self, one, other):
        return keras.ops.sqrt(keras.ops.sum(keras.ops.square(one - other), axis=-1, keepdims=True) + 1e-6)


def encoder():
    return keras.Sequential([layers.Input((8,)), layers.Dense(16, activation="relu"), layers.Dense(4)])


def pairs():
    """Pairs of samples, and 1.0 where both are of one class."""
    (x, y), (other, named) = points(), points(seed=3)
    return [x, other], (y == named).astype("float32")


def comparing(left, right, **options):
    inputs = [keras.Input((8,)), keras.Input((8,))]
    distance = Distance(dtype="float32")(left(inputs[0]), right(inputs[1]))
    return keras.Model(inputs, distance)


def contrastive(same, distance):
    apart = keras.ops.square(keras.ops.maximum(1 - distance, 0))
    return keras.ops.mean(same * keras.ops.square(distance) + (1 - same) * apart, axis=-1)


@plant("pairs_pulled_the_wrong_way", "convention")
def pairs_labelled_by_another_convention():
    shared, (x, same) = encoder(), pairs()
    return compiled(comparing(shared, shared), contrastive), (x, 1 - same)


@once
def pairs_under_a_contrastive_loss():
    shared = encoder()
    return compiled(comparing(shared, shared), contrastive), pairs()


@plant("towers_apart", "share")
def towers_of_their_own_for_one_kind():
    return compiled(comparing(encoder(), encoder()), contrastive), pairs()


@once
def towers_for_users_and_for_things():
    users, things = np.random.default_rng(0).normal(size=(2, 320, 8)).astype("float32")
    inputs = [keras.Input((8,)), keras.Input((8,))]
    sides = [encoder()(each) for each in inputs]
    liked = layers.Activation("sigmoid", dtype="float32")(layers.Dot(1)(sides))
    return compiled(keras.Model(inputs, liked), "binary_crossentropy"), ([users, things], (users[:, 0] > things[:, 0]) * 1.0)


@once
def two_sensors_of_one_kind_side_by_side():
    inputs = [keras.Input((8,)), keras.Input((8,))]
    sides = [layers.Dense(8, activation="relu")(each) for each in inputs]
    model = keras.Model(inputs, sigmoid()(layers.Concatenate()(sides)))
    return compiled(model, "binary_crossentropy"), pairs()

import keras
import numpy as np
import pytest
from keras import layers

from course_utils.exercises import exercise_kinds
from course_utils.exercises.checks.lesson_43 import steps_that_matter
from course_utils.exercises.outcome import Status

EXERCISES = exercise_kinds("43")


def causal_in_loops(sequence, kernel, dilation):
    answers = []
    for t in range(len(sequence)):
        total = 0.0
        for i, weight in enumerate(kernel):
            before = t - dilation * (len(kernel) - 1 - i)
            total += weight * sequence[before] if before >= 0 else 0
        answers.append(total)
    return answers


def causal_by_numpy(sequence, kernel, dilation):
    spread = np.zeros(dilation * (len(kernel) - 1) + 1)
    spread[::dilation] = kernel
    return np.convolve(sequence, spread[::-1])[: len(sequence)]


def causal_by_keras(sequence, kernel, dilation):
    conv = layers.Conv1D(1, len(kernel), padding="causal", dilation_rate=dilation, use_bias=False)
    conv.build((None, None, 1))
    conv.set_weights([np.reshape(kernel, (-1, 1, 1))])
    return np.array(conv(np.reshape(sequence, (1, -1, 1)).astype("float32")))[0, :, 0]


def shifted(sequence, steps):
    return np.concatenate([sequence, np.zeros(steps)])[steps:]


def stack(*dilations, kernel=3, **options):
    options = {"padding": "causal"} | options
    convs = [layers.Conv1D(4, kernel, dilation_rate=d, **options) for d in dilations]
    return keras.Sequential([layers.Input((64, 1)), *convs])


def functional():
    inputs = keras.Input((None, 1))
    x = inputs
    for dilation in (8, 4, 2, 1):
        x = layers.Conv1D(2, 3, padding="causal", dilation_rate=dilation, activation="tanh")(x)
    return keras.Model(inputs, layers.Dense(1)(x))


def padded_by_hand():
    model = keras.Sequential([layers.Input((64, 1))])
    for dilation in (1, 2, 4, 8):
        model.add(layers.ZeroPadding1D((2 * dilation, 0)))
        model.add(layers.Conv1D(3, 3, dilation_rate=dilation, activation="relu"))
    return model


def far_and_short_sighted() -> dict:
    return {
        "right": [
            lambda: stack(1, 2, 4, 8),
            lambda: stack(1, 2, 4, 8, activation="relu"),
            lambda: stack(1, 2, 4, 4, 4, activation="gelu"),
            lambda: stack(1, 2, 4, 8, 15, kernel=2),
            functional,
            padded_by_hand,
        ],
        "wrong": [
            (lambda: stack(1, 1, 1, 1, 1), "depends on 11 steps"),
            (lambda: stack(1, 2, 4, 8, padding="same"), "in the future"),
            (lambda: stack(1, 2, 4, 8, padding="valid"), "Is a padding missing?"),
            (lambda: stack(1, 2, 12), "left out"),
            (lambda: stack(*[1] * 15), "15 of its layers learn"),
            (lambda: stack(1, 4, kernel=7), "longest kernel has 7"),
            (lambda: stack(1, 2, 4, 8, 16), "depends on 41 steps"),
            (lambda: keras.Sequential([layers.Input((64, 2)), layers.Conv1D(4, 3)]), "expected: (64, 1)"),
            ([1, 2, 4, 8], "a Keras model is expected"),
        ],
    }


ANSWERS = {"causal": {"right": [causal_in_loops, causal_by_numpy, causal_by_keras]}}


@pytest.mark.parametrize("name", ANSWERS)
def test_answers(name: str, assert_answers):
    assert_answers("43", name, **ANSWERS[name])


def test_models_in_every_precision(policy, assert_answers):
    assert_answers("43", "far", **far_and_short_sighted())


def test_a_padding_on_both_sides_is_named():
    def on_both_sides(sequence, kernel, dilation):
        reach = dilation * (len(kernel) - 1)
        return shifted(causal_by_numpy(np.pad(sequence, (0, reach)), kernel, dilation), reach - reach // 2)[: len(sequence)]

    assert "on both sides" in EXERCISES["causal"].judge(on_both_sides).text


def test_repeating_the_first_step_is_named():
    def repeated(sequence, kernel, dilation):
        reach = dilation * (len(kernel) - 1)
        return causal_by_numpy(np.pad(sequence, (reach, 0), mode="edge"), kernel, dilation)[reach:]

    assert "repeats the first step" in EXERCISES["causal"].judge(repeated).text


def test_the_network_that_is_judged_keeps_its_weights():
    model = stack(1, 2, 4, 8)
    before = model.get_weights()
    assert EXERCISES["far"].judge(model).status is Status.CORRECT
    for one, other in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_a_trained_network_whose_units_are_silent_is_judged_alike():
    model = stack(1, 2, 4, 8, activation="relu")
    model.set_weights([-np.abs(weights) for weights in model.get_weights()])
    assert EXERCISES["far"].judge(model).status is Status.CORRECT


def test_steps_that_matter_are_those_of_the_receptive_field():
    assert steps_that_matter(stack(1), 40) == [38, 39, 40]
    assert steps_that_matter(stack(3), 40) == [34, 37, 40]
    assert steps_that_matter(stack(1, padding="same"), 40) == [39, 40, 41]

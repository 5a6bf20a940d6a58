import keras
import numpy as np
import pytest
from keras import layers
from scipy.signal import correlate2d

from course_utils.exercises import exercise_kinds
from course_utils.exercises.outcome import Status

FALLING = [[2, -1, -1], [-1, 2, -1], [-1, -1, 2]]

EXERCISES = exercise_kinds("10")


def with_scipy(picture, kernel, stride, padding):
    return correlate2d(np.pad(picture, padding), kernel, mode="valid")[::stride, ::stride]


def with_loops(picture, kernel, stride, padding):
    padded = np.zeros([side + 2 * padding for side in picture.shape])
    padded[padding : padding + picture.shape[0], padding : padding + picture.shape[1]] = picture
    height, width = kernel.shape
    return [
        [
            float(np.sum(padded[row : row + height, column : column + width] * kernel))
            for column in range(0, padded.shape[1] - width + 1, stride)
        ]
        for row in range(0, padded.shape[0] - height + 1, stride)
    ]


def repeating_the_edge(picture, kernel, stride, padding):
    return correlate2d(np.pad(picture, padding, mode="edge"), kernel, mode="valid")[::stride, ::stride]


def network(*hidden, last=10):
    keras.utils.set_random_seed(0)
    return keras.Sequential([layers.Input((40, 40, 1)), *hidden, layers.Dense(last)])


def looking(filters=8, **options):
    return layers.Conv2D(filters, 3, activation="relu", **options)


def functional():
    keras.utils.set_random_seed(1)
    sheet = keras.Input((40, 40, 1))
    maps = layers.SeparableConv2D(12, 3, activation="relu")(looking()(sheet))
    return keras.Model(sheet, layers.Dense(10, activation="softmax")(layers.GlobalAveragePooling2D()(maps)))


def unmoved_and_moved() -> dict:
    return {
        "right": [
            network(looking(), layers.GlobalMaxPooling2D()),
            network(looking(), looking(padding="same"), layers.GlobalAveragePooling2D()),
            functional(),
            functional,
        ],
        "wrong": [
            (network(layers.Flatten()), "16,010 parameters"),
            (network(looking(4), layers.MaxPooling2D(8), layers.Flatten()), "change by up to"),
            (network(layers.GlobalMaxPooling2D()), "mirror image"),
            (network(looking(), layers.GlobalMaxPooling2D(), last=2), "gives the shape (2,)"),
            (keras.Sequential([looking(), layers.GlobalMaxPooling2D(), layers.Dense(10)]), "does not say what shape"),
            (
                keras.Sequential([layers.Input((28, 28, 1)), looking(), layers.GlobalMaxPooling2D(), layers.Dense(10)]),
                "takes the shape",
            ),
            ("a network", "a Keras model is expected"),
        ],
    }


ANSWERS = {
    "falling_line": {
        "right": [FALLING, np.array([[1, 0, -1], [0, 0, 0], [-1, 0, 1]]), np.float32(FALLING) / 6],
        "wrong": [
            (np.eye(3), "On an even area"),
            (np.fliplr(FALLING), "mirror image"),
            (-np.array(FALLING), "wrong way round"),
            (np.zeros((3, 3)), "All its weights are 0"),
            ([[1, 1, -2], [-2, 2, 0], [-1, 0, 1]], "a vertical line"),
            (np.eye(5), "shape (5, 5)"),
        ],
    },
    "slide_with": {
        "right": [
            with_scipy,
            with_loops,
            lambda p, k, stride=1, padding=0: with_scipy(p, k, stride, padding).astype("float32"),
        ]
    },
    "parameters": {
        "right": [(320, 18_496, 401_536, 1_290), np.array([320, 18_496, 401_536, 1_290]), [320.0, 18_496, 401_536, 1_290]],
        "wrong": [((320, 18_496, 401_536, 1_300), "right in 3 of 4")],
    },
}


@pytest.mark.parametrize("name", ANSWERS)
def test_answers(name: str, assert_answers):
    assert_answers("10", name, **ANSWERS[name])


def test_models_in_every_precision(policy, assert_answers):
    assert_answers("10", "unmoved", **unmoved_and_moved())


def test_pooling_in_steps_before_the_global_one_is_noticed():
    stepping = network(looking(), layers.MaxPooling2D(2), looking(), layers.GlobalMaxPooling2D())
    assert EXERCISES["unmoved"].judge(stepping).status is Status.WRONG

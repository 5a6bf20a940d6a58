import keras
import numpy as np
import pytest
from keras import layers

from course_utils.exercises import exercise_kinds

register = keras.saving.register_keras_serializable(package="test_lesson_07")

EXERCISES = exercise_kinds("07")


class Above(layers.Layer):
    def __init__(self, limit, **options):
        super().__init__(**options)
        self.limit = limit

    def call(self, pictures):
        return keras.ops.cast(pictures > self.limit, "float32")

    def get_config(self):
        return {**super().get_config(), "limit": self.limit}


@register
class Registered(Above):
    pass


@register
class AsFunction(layers.Layer):
    """Its limit is part of its code, so that it needs no `get_config`."""

    def call(self, pictures):
        return keras.ops.where(pictures > 0.3, 1.0, 0.0)


@register
class WithDefault(Above):
    """Its limit is not kept, but the file's reader takes the same one by default."""

    def __init__(self, limit=0.3, **options):
        super().__init__(limit, **options)

    def get_config(self):
        return layers.Layer.get_config(self)


@register
class Fixed(Above):
    def call(self, pictures):
        return keras.ops.cast(pictures > 0.3, "float32")


class NeverRegistered(Above):
    pass


@register
class Forgetful(Above):
    def __init__(self, limit=0.5, **options):
        super().__init__(limit, **options)

    def get_config(self):
        return layers.Layer.get_config(self) | {"limit": 0.5}


@register
class Stubborn(Above):
    def __init__(self, limit):
        super().__init__(limit)


def model_of(*inside, shape=(28, 28, 1)):
    return keras.Sequential([layers.Input(shape), *inside])


def functional():
    pictures = keras.Input((28, 28, 1))
    return keras.Model(pictures, keras.ops.cast(keras.ops.greater(pictures, 0.3), "float32"))


def with_a_stack(config):
    waiting, count = [config], 0
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            count += item.get("class_name") == "__lambda__"
            waiting += item.values()
        elif isinstance(item, list):
            waiting += item
    return count


def by_generator(config):
    def found(item):
        if isinstance(item, dict):
            yield item.get("class_name") == "__lambda__"
        for inside in item.values() if isinstance(item, dict) else item if isinstance(item, list) else ():
            yield from found(inside)

    return np.int64(sum(found(config)))


def pictures_of_ink() -> dict:
    return {
        "right": [model_of(Registered(0.3)), lambda: model_of(Registered(0.3))],
        "wrong": [
            (model_of(AsFunction()), "does it take the limit?"),
            (functional(), "a class of your own"),
            (model_of(WithDefault(0.3)), "With `WithDefault(0.5)`: It loads, but gives something else"),
            (model_of(Fixed(0.3)), "`Fixed(0.5)` does not mark what is above 0.5"),
            (model_of(NeverRegistered(0.3)), "does not know your class"),
            (model_of(Forgetful(0.3)), "gives something else than before"),
            (model_of(Stubborn(0.3)), "`**options` included"),
            (model_of(layers.Lambda(lambda x: keras.ops.cast(x > 0.3, "float32"))), "`safe_mode` refuses"),
            (model_of(Registered(0.5)), "Is the limit 0.3"),
            (model_of(layers.Rescaling(2.0)), "nothing in between"),
            (model_of(Registered(0.3), layers.Rescaling(-1.0, offset=1.0)), "the wrong way round"),
            (model_of(Registered(0.3), layers.Flatten()), "gives the shape (784,)"),
            (model_of(Registered(0.3), shape=(28, 28, 3)), "It takes the shape (28, 28, 3)"),
            (keras.Sequential([Registered(0.3)]), "begin it with"),
            ("survivor.keras", "a Keras model is expected"),
        ],
    }


ANSWERS = {
    "count_saved": {
        "right": [(707, 2_117), np.array([707, 2_117]), [707.0, 2_117.0]],
        "wrong": [((707, 2_118), "right in 1 of 2")],
    },
    "lambdas": {"right": [with_a_stack, by_generator]},
}


@pytest.mark.parametrize("name", ANSWERS)
def test_answers(name: str, assert_answers):
    assert_answers("07", name, **ANSWERS[name])


def test_models_in_every_precision(policy, assert_answers):
    assert_answers("07", "survives", **pictures_of_ink())


@pytest.mark.parametrize("optimizer, place", [("sgd", 0), ("adam", 1)])
def test_a_file_holds_as_many_numbers_as_the_exercise_expects(optimizer: str, place: int, tmp_path):
    import h5py

    model = keras.Sequential([layers.Input((20,)), layers.Dense(32), layers.Dense(1)])
    model.compile(optimizer, "mse")
    model.fit(np.ones((2, 20)), np.ones((2, 1)), verbose=0)
    model.save_weights(tmp_path / "model.weights.h5")
    sizes = []
    with h5py.File(tmp_path / "model.weights.h5") as file:
        file.visititems(lambda _, item: sizes.append(item.size) if isinstance(item, h5py.Dataset) else None)
    assert sum(sizes) == EXERCISES["count_saved"].expected[place]

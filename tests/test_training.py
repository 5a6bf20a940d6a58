import re
import traceback
from itertools import chain, repeat

import keras
import numpy as np
import pytest
import tensorflow as tf

from course_utils import training
from tests.fixtures.cells import defined_in


def package_callback(threshold: float) -> keras.callbacks.Callback:
    return training.StopAtThreshold("val_accuracy", threshold)


def lesson_callback(threshold: float) -> keras.callbacks.Callback:
    """The one that lesson 02 writes out, which looks at the accuracy on the validation set."""
    return defined_in("02", "StopAtThreshold", keras=keras)(threshold)


@pytest.mark.parametrize("make", [package_callback, lesson_callback], ids=["package", "lesson 02"])
@pytest.mark.parametrize(("values", "stops_after"), [([0.2, 0.6, 0.9], 2), ([0.5, 0.1], 1), ([0.1, 0.49], None)])
def test_stop_at_threshold(make, values, stops_after):
    callback = make(0.5)
    callback.set_model(keras.Sequential())
    callback.model.stop_training = False
    stopped = None
    for epoch, value in enumerate(values, start=1):
        callback.on_epoch_end(epoch - 1, {"val_accuracy": value, "accuracy": 1.0})
        if callback.model.stop_training and stopped is None:
            stopped = epoch
    assert stopped == stops_after


@pytest.mark.parametrize("threshold", [0.99, 0.995, 0.999])
def test_a_threshold_means_what_it_says_in_every_precision(policy, threshold):
    """Accuracies of 98, 99, 99.5 and 99.9 % are told apart, though next to 1 bfloat16 has steps of 0.4 %."""
    model = keras.Sequential([keras.layers.Input((1,)), keras.layers.Dense(1, kernel_initializer="ones")])
    model.compile("sgd", metrics=["binary_accuracy"], loss="mse")
    signs = np.ones((1_000, 1), "float32")
    callback = training.StopAtThreshold("binary_accuracy", threshold)
    callback.set_model(model)
    for right in (980, 990, 995, 999):
        labels = (np.arange(1_000) < right).astype("float32")[:, None]
        logs = model.evaluate(signs, labels, batch_size=1_000, verbose=0, return_dict=True)
        model.stop_training = False
        callback.on_epoch_end(0, logs)
        assert model.stop_training is (right >= 1_000 * threshold)


def lines(capsys) -> list[list[str]]:
    """What each line of the screen has shown, one text after the other."""
    screen = capsys.readouterr().out
    assert screen.endswith("\n")
    return [[text.rstrip() for text in line.split("\r")] for line in screen.removesuffix("\n").split("\n")]


def line_model() -> keras.Sequential:
    model = keras.Sequential([keras.layers.Input((1,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    return model


def fit(model: keras.Sequential, *callbacks: keras.callbacks.Callback, data=None, **options) -> None:
    zeros = np.zeros((8, 1))
    given = {"x": zeros, "y": zeros, "batch_size": 2} if data is None else {"x": data}
    model.fit(**given, epochs=3, callbacks=[training.Progress(), *callbacks], **options)


@pytest.mark.parametrize(
    "options", [{}, {"verbose": 0}, {"verbose": 2}, {"validation_data": (np.zeros((8, 1)), np.zeros((8, 1)))}]
)
def test_progress_is_one_line_with_the_last_metrics_in_place_of_keras_own(capsys, options):
    fit(line_model(), **options)
    (shown,) = lines(capsys)
    assert shown[-1].startswith("100% |")
    assert re.sub("  val_loss 0.000$", "", shown[-1]).endswith("| epoch 3 of 3  loss 0.000")


class Traced(keras.layers.Layer):
    """Counts how often it is traced in training."""

    times = 0

    def call(self, x, training=False):
        self.times += bool(training)
        return x


def test_a_training_begins_sooner_with_progress_and_is_the_same(policy):
    times, weights = {}, {}
    for name, callbacks in {"alone": [], "with progress": [training.Progress()]}.items():
        keras.utils.set_random_seed(0)
        traced = Traced()
        model = keras.Sequential(
            [keras.layers.Input((3,)), keras.layers.Dense(4), traced, keras.layers.Dense(1, dtype="float32")]
        )
        model.compile("adam", "mse")
        model.fit(np.eye(3), np.arange(3), epochs=5, verbose=0, callbacks=callbacks)
        times[name], weights[name] = traced.times, model.get_weights()
    assert times["with progress"] < times["alone"]
    for one, other in zip(*weights.values(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_a_model_that_is_built_by_its_first_batch_is_trained():
    model = keras.Sequential([keras.layers.Dropout(0.2), keras.layers.Dense(1)])
    model.compile("adam", "mse")
    fit(model)
    assert model.optimizer.iterations == 12


def test_a_training_step_of_ones_own_may_train_what_is_not_the_models():
    outside = keras.Variable(3.0)

    class Elsewhere(keras.Sequential):
        def train_step(self, data):
            with tf.GradientTape() as tape:
                loss = outside**2
            self.optimizer.apply(tape.gradient(loss, [outside.value]), [outside])
            return {"loss": loss}

    model = Elsewhere([keras.layers.Input((1,)), keras.layers.Dense(1)])
    model.compile("adam", "mse")
    fit(model)
    assert outside < 3


def test_a_model_without_anything_to_learn_is_no_trouble():
    model = line_model()
    model.trainable = False
    before = model.get_weights()
    fit(model)
    for one, other in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


class Clock:
    """A clock that goes on only when told."""

    now = 100.0

    def __call__(self) -> float:
        return self.now

    def go_on(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def clock(monkeypatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr("tqdm.std.time", clock)
    monkeypatch.setattr(training.time, "monotonic", clock)
    return clock


def times_left(texts: list[str]) -> list[str]:
    return [found[1] for text in texts if (found := re.search(r"\| (\S+ s) left  ", text))]


def steps_of(clock: Clock, first: float, others: float) -> keras.callbacks.Callback:
    """A callback by which the first step of a training takes one time and each other step another."""
    durations = chain([first], repeat(others))
    return keras.callbacks.LambdaCallback(on_train_batch_begin=lambda batch, logs: clock.go_on(next(durations)))


def test_progress_says_how_long_it_will_take_and_counts_the_building_of_the_graph_as_no_step(capsys, clock):
    fit(line_model(), steps_of(clock, first=30.0, others=2.0))
    (shown,) = lines(capsys)
    assert times_left(shown)[:3] == ["20 s", "18 s", "16 s"]


def test_no_time_stays_on_the_page(capsys, clock):
    def stop(epoch: int, logs: dict) -> None:
        model.stop_training = True

    model = line_model()
    fit(model, steps_of(clock, 2.0, 2.0), keras.callbacks.LambdaCallback(on_epoch_end=stop))
    for _ in training.progress(range(2), "seeds"):
        clock.go_on(2.0)
    stopped, loop = lines(capsys)
    assert times_left(stopped) and times_left(loop)
    assert not times_left([stopped[-1], loop[-1]])
    assert stopped[-1].startswith(" 33% |") and "epoch 1 of 3" in stopped[-1]


def test_the_time_left_is_known_after_an_epoch_of_unknown_length(capsys, clock):
    def batches():
        for _ in range(4):
            yield np.zeros((2, 1)), np.zeros((2, 1))

    signature = tuple(tf.TensorSpec((2, 1)) for _ in range(2))
    fit(line_model(), steps_of(clock, 2.0, 2.0), data=tf.data.Dataset.from_generator(batches, output_signature=signature))
    (shown,) = lines(capsys)
    assert times_left(shown)[0] == "18 s"  # to find the end of the data took an epoch as long as a step
    assert shown[-1].startswith("100% |")


def test_a_loop_says_how_far_it_is(capsys, clock):
    seen = []
    for name in training.progress(["dense", "convnet", "deep"], "networks"):
        seen.append(name)
        clock.go_on(5.0)
    assert seen == ["dense", "convnet", "deep"]
    (shown,) = lines(capsys)
    assert shown[1].startswith("  0% |") and shown[1].endswith("| 0 of 3 networks")
    assert shown[2].endswith("| 10 s left  1 of 3 networks")
    assert shown[-1].startswith("100% |") and shown[-1].endswith("| 3 of 3 networks")


def test_a_loop_over_what_has_no_length_counts(capsys):
    assert list(training.progress(iter("abc"), "letters")) == ["a", "b", "c"]
    assert lines(capsys)[0][-1].endswith("| 3 letters")


def test_a_training_inside_a_loop_stands_on_its_line_and_the_time_left_counts_down(capsys, clock):
    for _ in training.progress(range(2), "seeds"):
        fit(line_model(), steps_of(clock, 2.0, 2.0))
    (shown,) = lines(capsys)
    assert any(text.endswith("| 0 of 2 seeds, epoch 2 of 3  loss 0.000") for text in shown)
    second = [text for text in shown if "1 of 2 seeds" in text]
    assert second[1].endswith("| 8 s left  1 of 2 seeds, epoch 2 of 3  loss 0.000")
    assert shown[-1].endswith("| 2 of 2 seeds")


def test_a_loop_inside_a_loop_stands_on_its_line(capsys, clock):
    for _ in training.progress(range(2), "seeds"):
        for _ in training.progress(["dense", "convnet"], "networks"):
            clock.go_on(5.0)
    (shown,) = lines(capsys)
    assert any(text.endswith("| 0 of 2 seeds, 1 of 2 networks") for text in shown)
    assert shown[-1].endswith("| 2 of 2 seeds")


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError])
def test_a_loop_that_is_left_early_has_ended(capsys, error):
    for _ in training.progress(range(3), "seeds"):
        break
    with pytest.raises(error):
        for _ in training.progress(range(3), "seeds"):
            raise error
    fit(line_model())
    *loops, training_line = lines(capsys)
    assert [line[-1].endswith("| 0 of 3 seeds") for line in loops] == [True, True]
    assert training_line[-1].endswith("epoch 3 of 3  loss 0.000")


def test_an_interrupted_model_is_usable(capsys):
    def interrupt(batch: int, logs: dict) -> None:
        if batch == 1:
            raise KeyboardInterrupt

    model = line_model()
    with pytest.raises(KeyboardInterrupt) as interrupted:
        fit(model, keras.callbacks.LambdaCallback(on_train_batch_end=interrupt))
    traceback.clear_frames(interrupted.tb)
    assert model.optimizer.iterations == 2
    fit(model)
    assert model.predict(np.zeros((8, 1)), verbose=0).shape == (8, 1)
    first, second = lines(capsys)
    assert "epoch 1 of 3" in first[-1] and second[-1].endswith("epoch 3 of 3  loss 0.000")

import io

import keras
import nbformat
import numpy as np
import pytest

from course_utils import training
from course_utils.paths import NOTEBOOKS


def lesson_callback() -> type:
    """The class as lesson 02 writes it out."""
    notebook = nbformat.read(NOTEBOOKS / "02_fashion_mnist.ipynb", as_version=4)
    source = next(cell.source for cell in notebook.cells if cell.source.startswith("class StopAtThreshold"))
    names = {"keras": keras}
    exec(source, names)
    return names["StopAtThreshold"]


@pytest.mark.parametrize("make", [lambda: training.StopAtThreshold, lesson_callback], ids=["package", "lesson 02"])
@pytest.mark.parametrize(("values", "stops_after"), [([0.2, 0.6, 0.9], 2), ([0.5, 0.1], 1), ([0.1, 0.49], None)])
def test_stop_at_threshold(make, values, stops_after):
    callback = make()("val_accuracy", 0.5)
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


def test_progress_is_one_line_with_the_last_metrics(monkeypatch):
    screen = io.StringIO()
    monkeypatch.setattr(training.sys, "stdout", screen)
    model = keras.Sequential([keras.layers.Input((1,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    model.fit(np.zeros((8, 1)), np.zeros((8, 1)), batch_size=2, epochs=3, verbose=0, callbacks=[training.Progress()])
    assert screen.getvalue().count("\n") == 1
    last = screen.getvalue().rstrip("\n").split("\r")[-1]
    assert last.startswith("100% |")
    assert last.rstrip().endswith("epoch 3 of 3  loss 0.000")

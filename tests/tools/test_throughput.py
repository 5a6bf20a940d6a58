"""What can be checked of the throughput in a moment: that it counts rightly, finds the networks, and words it well."""

import math

import pytest

from tools import throughput
from tools.cells import code_cells


def test_the_forward_pass_is_counted():
    import keras

    layers = [keras.layers.Conv2D(4, 3, padding="same", use_bias=False), keras.layers.Flatten(), keras.layers.Dense(10)]
    model = keras.Sequential([keras.Input((8, 8, 3)), *layers])
    convolution, dense = 2 * 8 * 8 * 3 * 3 * 3 * 4, 2 * 8 * 8 * 4 * 10
    assert throughput.forward_flops(model, (8, 8, 3)) == pytest.approx(convolution + dense, abs=10)  # and ten biases


@pytest.mark.parametrize("precision", throughput.POLICIES)
def test_a_product_is_timed(monkeypatch, precision):
    monkeypatch.setattr(throughput, "SIDE", 16)
    assert 0 < throughput.product_speed(precision) < 1e15


@pytest.mark.parametrize("name", throughput.TRAININGS)
def test_the_cells_that_make_the_networks_are_in_the_lessons(name):
    training = throughput.TRAININGS[name]
    assert {"start", *training.cells} <= set(code_cells(training.lesson))


@pytest.fixture
def small(monkeypatch, tmp_path):
    """Networks and trainings as in smoke, and nothing left of them."""
    import keras

    for name, value in {"PROFILE": "smoke", "IMAGES": 4, "EPOCHS": 1}.items():
        monkeypatch.setattr(throughput, name, value)
    monkeypatch.setenv("COURSE_BUILD", str(tmp_path))
    yield
    keras.config.set_dtype_policy("float32")


def test_a_training_is_timed_and_counted_in_each_precision(small):
    exact, short = (throughput.training_speed("cifar", precision) for precision in throughput.POLICIES)
    assert exact["image"] == short["image"] > 1e5
    assert exact["second"] > 0 < short["second"]


def test_a_row_says_what_part_of_the_limit_is_reached():
    row = throughput._row("a network", "float32", {"image": 30e6, "second": 2_000}, peak=240e9)
    assert row == "| a network | float32 | 30 | 2,000 | 60 | **25 %** |"


def test_seconds_stand_with_their_range():
    lines = "\n".join(throughput._lines(["| row |"], {"float32": 353e9}, [70.2, 64.0, 81.0]))
    assert "353 in float32" in lines and "| row |" in lines
    assert "70 s (64 to 81, 3 seeds)" in lines


def test_a_training_that_never_gets_there_takes_for_ever(small, monkeypatch):
    fitted = {"fit_fast": lambda seed: (None, {"val_accuracy": [0.2, 0.6]}, [1.0, 2.0])}
    monkeypatch.setattr(throughput, "_run_cells", lambda *arguments: fitted)
    assert math.isinf(throughput.seconds_to_accuracy(0))
    fitted["fit_fast"] = lambda seed: (None, {"val_accuracy": [0.2, 0.71, 0.8]}, [1.0, 2.0, 3.0])
    assert throughput.seconds_to_accuracy(0) == 2.0

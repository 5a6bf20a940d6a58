"""Two cells that stopped the course on machines that are fastest in reduced precision, as their lessons have them."""

import keras
import nbformat
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

from course_utils import lesson, plots
from course_utils.paths import NOTEBOOKS


def run_cells(stem: str, ids: list[str], names: dict) -> dict:
    """Execute some cells of a lesson with `names` defined; gives these and what the cells define."""
    cells = nbformat.read(NOTEBOOKS / f"{stem}.ipynb", as_version=4).cells
    sources = {cell.id: cell.source for cell in cells}
    for name in ids:
        exec(sources[name], names)
    return names


def test_lesson_00_draws_its_probabilities_whatever_is_fast_here(policy, monkeypatch):
    monkeypatch.setenv("COURSE_PRECISION", policy)
    monkeypatch.setattr(lesson, "_run", None)
    lesson.start("00", "smoke", "auto", 0)
    network = keras.Sequential([layers.Input((2,)), layers.Dense(1, activation="sigmoid")])
    points, spiral = np.random.default_rng(0).normal(size=(40, 2)), np.arange(40) % 2
    known = {"keras": keras, "np": np, "network": network, "points": points, "spiral": spiral, "accuracy": 0.5}
    shown = []
    monkeypatch.setattr(plots, "show", lambda fig, alt: shown.append(alt))
    assert run_cells("00_start_here", ["check-picture"], known)["probability"].dtype == np.float32
    assert len(shown) == 1


@pytest.fixture
def horses(policy) -> dict:
    """What lesson 13 defines to change its pictures and to learn from them, built in this precision."""
    known = {"keras": keras, "layers": layers, "np": np, "tf": tf, "SEED": 0, "SIDE": 16}
    known |= {"pictures": np.ones((2, 16, 16, 3)), "masks": np.ones((2, 16, 16, 1))}
    known["as_it_is"] = lambda planes: planes[..., :3]
    return run_cells("13_horse_or_human", ["network", "new-background", "usual", "candidates"], known)


def test_lesson_13_changes_pictures_in_float32_in_every_precision(horses):
    planes = tf.constant(np.random.default_rng(0).random((6, 16, 16, 4), "float32"))
    for name, change in horses["CANDIDATES"].items():
        changed = change(planes)
        assert changed.dtype == tf.float32, name
        assert changed.shape == (6, 16, 16, 3), name


def test_lesson_13_gives_float32_probabilities_in_every_precision(horses):
    said = horses["small_network"](("softmax", 2)).predict(np.zeros((3, 16, 16, 3)), verbose=0)
    assert said.dtype == np.float32
    np.testing.assert_allclose(said.sum(axis=1), 1, atol=1e-6)

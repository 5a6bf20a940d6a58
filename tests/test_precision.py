"""The cell that stopped a newcomer first on machines that are fastest in reduced precision, as its lesson has it."""

import keras
import nbformat
import numpy as np
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
    shown = []
    monkeypatch.setattr(plots, "show", lambda fig, alt: shown.append(alt))
    known = {"np": np, "plots": plots, "network": network}
    assert run_cells("00_start_here", ["check-areas"], known)["areas"].dtype == np.float32
    assert len(shown) == 1

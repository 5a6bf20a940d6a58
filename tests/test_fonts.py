"""Class names in any script on figures: drawn, or replaced by something that can be told apart; never a warning."""

import warnings

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib import font_manager

from course_utils import fonts, plots

NAMES = ["猫", "犬", "🐱", "ไทย", "caf\udce9"]


@pytest.fixture
def no_other_fonts(monkeypatch):
    """As on a computer without fonts for other scripts."""
    monkeypatch.setattr(fonts, "FALLBACKS", ())
    fonts._letters.cache_clear()
    yield
    fonts._letters.cache_clear()


def test_what_no_font_has_becomes_its_number(no_other_fonts):
    assert fonts.drawable("猫 → cat") == r"\u732b → cat"
    assert fonts.drawable("é, Ж, ✓\nλ") == "é, Ж, ✓\nλ"
    assert len({fonts.drawable(name) for name in NAMES}) == len(NAMES)


def test_a_font_that_is_here_is_asked_for_what_the_first_one_lacks(monkeypatch):
    def letters(name):
        return set(font_manager.get_font(font_manager.findfont(name)).get_charmap())

    letter = chr(min(letters("STIXGeneral") - letters(fonts.OWN)))
    monkeypatch.setattr(fonts, "FALLBACKS", ("No Such Font", "STIXGeneral"))
    fonts._letters.cache_clear()
    assert fonts.families() == [fonts.OWN, "STIXGeneral"]
    assert fonts.drawable(letter) == letter
    fonts._letters.cache_clear()


@pytest.mark.parametrize("number", range(5))
def test_figures_are_drawn_without_a_warning(no_other_fonts, number, caplog):
    fig, axes = plots.figure(1, 2)
    name = NAMES[number]
    fig.suptitle(name)
    axes[0, 0].set(title=name, xlabel=name, ylabel=name)
    axes[0, 0].plot([0, 1], label=name)
    axes[0, 0].legend()
    axes[0, 0].text(0, 0, name)
    axes[0, 0].set_xticks([0, 1], [name, "cat"], rotation=45)
    axes[0, 1].bar([fonts.drawable(name), "cat"], [1, 2])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        _, metadata = plots.render(fig, f"Pictures of {name}")
    assert [label.get_text() for label in axes[0, 0].get_xticklabels()] == [fonts.drawable(name), "cat"]
    assert axes[0, 0].get_xticklabels()[0].get_rotation() == 45
    assert metadata["image/png"]["alt"] == f"Pictures of {name}"
    assert caplog.text == ""


@pytest.mark.parametrize(
    "draw",
    [
        lambda: plots.lines({"猫": [1, 2], "犬": [2, 1]}, x=["🐱", "ไทย"]),
        lambda: plots.lines({"猫": {"犬": [1, 2]}, "犬": {"犬": [2, 1]}}),
        lambda: plots.bars({"猫": {"犬": 1, "🐱": 2}}, "ไทย", reference={"犬": 1}),
        lambda: plots.scatter({"猫": ([1, 2], [1, 2])}, curves={"犬": lambda x: x}),
        lambda: plots.histogram({"猫": [1, 2], "犬": [2, 3]}),
        lambda: plots.image_grid({"猫": np.zeros((2, 8, 8))}, ["犬", "🐱"]),
        lambda: plots.heat_maps(np.ones((1, 3, 3)), titles=["猫"], label="犬"),
        lambda: plots.matrix([[1]], ["猫"], ["犬"], label="🐱"),
        lambda: plots.confusion_matrix(np.array([0, 1]), np.array([1, 0]), ["猫", "犬"]),
        lambda: plots.prediction_strip(np.zeros((1, 8, 8)), np.array([0.1]), np.array([1]), ["猫", "犬"]),
        lambda: plots.learning_curves({"猫": {"loss": [1, 2], "val_loss": [1, 2]}}, "loss"),
    ],
)
def test_each_kind_of_figure_is_drawn_without_a_warning(no_other_fonts, draw, caplog, monkeypatch):
    monkeypatch.setattr(plots, "display", lambda data, raw, metadata: None)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        draw()
    assert caplog.text == ""


def test_categories_are_drawn_without_a_warning(no_other_fonts):
    fig, axes = plots.figure()
    axes[0, 0].bar(["猫", "犬"], [1, 2])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        plots.render(fig, "Two bars")
    assert [label.get_text() for label in axes[0, 0].get_xticklabels()] == [r"\u732b", r"\u72ac"]


def test_the_style_asks_for_families_that_are_here():
    assert plt.rcParams["font.family"] == fonts.families()

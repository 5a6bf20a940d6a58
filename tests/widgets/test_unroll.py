import numpy as np
import pytest

from course_utils import plots
from course_utils.errors import CourseError
from course_utils.widgets import unroll
from course_utils.widgets.unroll import GATES, Walk

WORDS = ("cows", "that", "eat", "grass")
H = np.array([[0.5, -0.5], [0.5, 0.1], [0.5, 0.1], [-0.1, 0.1]])
LSTM = Walk(
    WORDS, H, np.array([0.6, 0.7, 0.7, 0.95]), 2 * H, {gate: np.full((4, 2), 0.1 * n) for n, gate in enumerate(GATES)}
)
PLAIN = Walk(("cow", "grazing"), H[:2], np.array([0.4, 0.05]))


def columns(axis) -> np.ndarray:
    """The states as they are drawn, a row for each step; NaN where nothing is."""
    return np.ma.filled(axis.get_images()[0].get_array().astype(float), np.nan).T


def frame(axis) -> float:
    """The step that the frame stands around, from 1."""
    (patch,) = axis.patches
    return patch.get_x() + 1.5


def words_below(axis) -> list[str]:
    return [text.get_text() for text in axis.texts]


def test_states_are_drawn_up_to_the_step_and_no_further():
    fig, _ = unroll.picture(LSTM, 3)
    h, _, c, _ = fig.axes
    np.testing.assert_allclose(columns(h), [*H[:3], [np.nan] * 2])
    np.testing.assert_allclose(columns(c), [*(2 * H[:3]), [np.nan] * 2])
    assert frame(h) == frame(c) == 3
    assert words_below(c) == ["cows", "that", "eat", "…"]


def test_colours_mean_the_same_at_every_step():
    limits = {unroll.picture(LSTM, step)[0].axes[0].get_images()[0].get_clim() for step in range(1, 5)}
    assert limits == {(-1, 1)}


def test_gates_stand_at_their_height():
    fig, alt = unroll.picture(LSTM, 2)
    (dots,) = fig.axes[1].lines
    np.testing.assert_allclose(dots.get_ydata(), [0, 0, 0.1, 0.1, 0.2, 0.2])
    assert "forget 0.00, input 0.10, output 0.20" in alt


def test_the_answer_so_far_is_drawn_and_said():
    fig, alt = unroll.picture(LSTM, 3, asked="are")
    np.testing.assert_allclose(fig.axes[3].lines[0].get_ydata(), [0.6, 0.7, 0.7])
    assert "would say “are” with a probability of 0.70" in alt


def test_what_comes_in_and_what_is_passed_on_is_said_in_words():
    assert "Step 1 of 4: in comes “cows”; nothing has been read" in unroll.picture(LSTM, 1)[1]
    alt = unroll.picture(LSTM, 2)[1]
    assert "in comes “that”; read so far: cows." in alt
    assert "Passed on to the next step: h and c, 2 numbers each. The numbers of h have moved by 0.30 on average." in alt
    assert "moved by 0.00" in unroll.picture(LSTM, 3)[1]


def test_a_plain_network_has_neither_cell_nor_gates():
    fig, alt = unroll.picture(PLAIN, 2)
    _, gates, cell, _ = fig.axes
    assert not cell.get_images() and not gates.lines
    assert cell.get_title() == "a plain RNN has no cell state"
    assert words_below(cell) == ["cow", "grazing"]
    assert "passed on" in alt.lower() and "h, 2 numbers." in alt and "There are no gates" in alt


def test_the_still_shows_the_whole_sentence(shown):
    unroll.play({"LSTM": LSTM, "plain RNN": PLAIN})
    assert "Step 4 of 4" in shown.still["text/plain"]


def test_a_shorter_sentence_shortens_the_slider(shown):
    unroll.play({"LSTM": LSTM, "plain RNN": PLAIN})
    shown.controls["network and sentence"].choose("plain RNN")
    assert shown.controls["step"].texts == ["1", "2"] and shown.controls["step"].text == "2"
    assert "Step 2 of 2: in comes “grazing”" in shown.says
    shown.controls["step"].choose("1")
    assert "Step 1 of 2" in shown.says
    shown.controls["network and sentence"].choose("LSTM")
    assert shown.controls["step"].texts[-1] == "4"


def test_a_redraw_keeps_the_axes_of_the_still():
    first, _ = unroll.picture(LSTM, 4)
    plots.render(first, "first")
    second, _ = unroll.picture(PLAIN, 1)
    plots.render(second, "second", plots.axes_places(first))


@pytest.mark.parametrize(
    ("walks", "message"),
    [
        ({}, "at least one walk"),
        ({"a": Walk((), np.zeros((0, 2)), np.zeros(0))}, "for each of its 0 words"),
        ({"a": LSTM._replace(h=H[:3])}, "states of “a” have the shape \\(3, 2\\)"),
        ({"a": LSTM._replace(c=H[:, :1])}, "cell states of “a” have the shape \\(4, 1\\)"),
        ({"a": LSTM._replace(gates={"forget": H[:1]})}, "values of the forget gate of “a”"),
        ({"a": LSTM._replace(says=H)}, "probabilities of shape \\(4, 2\\)"),
    ],
)
def test_what_does_not_fit_is_refused_in_a_sentence(walks, message):
    with pytest.raises(CourseError, match=message):
        unroll.play(walks)

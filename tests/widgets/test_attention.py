import numpy as np
import pytest

from course_utils import plots
from course_utils.errors import CourseError
from course_utils.widgets import attention
from course_utils.widgets.attention import Attended

RED_HOUSE = Attended(
    ("the", "red", "house"),
    ("la", "casa", "roja", "[end]"),
    np.log([[0.8, 0.1, 0.1], [0.05, 0.15, 0.8], [0.02, 0.9, 0.08], [0.3, 0.3, 0.4]]),
)
SHORT = Attended(("hello", "!"), ("¡", "hola"), np.zeros((2, 2)))


def texts(axis) -> list[str]:
    return [text.get_text() for text in axis.texts]


def test_source_words_are_shaded_by_the_softmax_of_their_scores():
    fig, _ = attention.picture(RED_HOUSE, 3)
    source, _ = fig.axes
    np.testing.assert_allclose(source.get_images()[0].get_array(), [[0.02, 0.9, 0.08]])
    assert texts(source) == ["the\n0.02", "red\n0.90", "house\n0.08"]


def test_a_constant_on_all_scores_changes_nothing():
    moved = RED_HOUSE._replace(scores=RED_HOUSE.scores + 700)
    for step in (1, 4):
        one, other = (attention.picture(sentence, step)[0].axes[0] for sentence in (RED_HOUSE, moved))
        assert texts(one) == texts(other)


def test_only_what_is_written_so_far_is_shown():
    fig, alt = attention.picture(RED_HOUSE, 2)
    assert texts(fig.axes[1]) == ["la", "casa", "…", "…"]
    assert "Written: la. Now comes “casa”." in alt and "roja" not in alt
    (frame,) = fig.axes[1].patches
    assert frame.get_xy() == (0.5, -0.5)


def test_the_context_is_said_in_words():
    _, alt = attention.picture(RED_HOUSE, 3)
    assert "0.90 × state of “red” + 0.08 × state of “house” + 0.02 × state of “the”." in alt
    assert "the highest for “red”" in alt


def test_what_more_than_three_words_get_is_summed_up():
    five = Attended(tuple("abcde"), ("x",), np.zeros((1, 5)))
    _, alt = attention.picture(five, 1)
    assert "0.20 × state of “a” + 0.20 × state of “b” + 0.20 × state of “c” + 0.40 × the others." in alt
    assert "Written: nothing yet." in alt


def test_every_step_of_every_sentence_has_its_own_words(shown):
    attention.play([RED_HOUSE, SHORT])
    assert "Now comes “la”" in shown.still["text/plain"]
    said = []
    for step in (2, 3, 4):
        shown.controls["step"].choose(f"{step}")
        said.append(shown.says)
    assert len(set(said)) == 3 and "Now comes “[end]”" in said[-1]


def test_a_shorter_sentence_shortens_the_slider(shown):
    attention.play([RED_HOUSE, SHORT])
    shown.controls["step"].choose("4")
    shown.controls["sentence"].choose("2")
    assert shown.controls["step"].texts == ["1", "2"] and shown.controls["step"].text == "2"
    assert "Now comes “hola”" in shown.says and len(shown.updates) == 2
    shown.controls["sentence"].choose("1")
    assert shown.controls["step"].texts == ["1", "2", "3", "4"]


def test_a_redraw_keeps_the_axes_of_the_still():
    first, _ = attention.picture(RED_HOUSE, 1)
    plots.render(first, "first")
    second, _ = attention.picture(SHORT, 2)
    plots.render(second, "second", plots.axes_places(first))


@pytest.mark.parametrize(
    ("sentences", "message"),
    [
        ([], "at least one"),
        ([RED_HOUSE._replace(scores=np.zeros((3, 4)))], "“the red house” have the shape \\(3, 4\\)"),
        ([Attended((), ("la",), np.zeros((1, 0)))], "no side may be empty"),
    ],
)
def test_what_does_not_fit_is_refused_in_a_sentence(sentences, message):
    with pytest.raises(CourseError, match=message):
        attention.play(sentences)

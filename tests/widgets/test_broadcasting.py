import itertools

import matplotlib.colors
import numpy as np
import pytest

from course_utils import plots
from course_utils.widgets import broadcasting
from course_utils.widgets.broadcasting import SHAPES, picture, stretched_shape

PAIRS = list(itertools.product(SHAPES, repeat=2))


def drawn(axis) -> list[list[str]]:
    """The numbers of a tensor as they are drawn, from the top; a row of the picture each."""
    rows: dict[float, list[tuple[float, str]]] = {}
    for text in axis.texts:
        x, y = text.get_position()
        rows.setdefault(round(y, 3), []).append((x, text.get_text()))
    return [[number for _, number in sorted(row)] for _, row in sorted(rows.items())]


def own(axis) -> int:
    """How many cells are in full colour."""
    (cells,) = axis.collections
    pale = matplotlib.colors.to_rgba(broadcasting.REPEATED)
    return sum(not np.allclose(color, pale) for color in cells.get_facecolors())


@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_shapes_fit_where_numpy_says_so(first, second):
    result = stretched_shape(first, second)
    try:
        assert result == np.broadcast_shapes(first, second)
    except ValueError:
        assert isinstance(result, int) and first[result] != second[result]


def test_both_are_drawn_stretched_and_their_sum_beside_them():
    fig, alt = picture((3, 1), (1, 4))
    first, second, both = fig.axes
    assert drawn(first) == [[number] * 4 for number in "123"]
    assert drawn(second) == [["10", "20", "30", "40"]] * 3
    assert drawn(both) == [[str(row + column) for column in (10, 20, 30, 40)] for row in (1, 2, 3)]
    assert (own(first), own(second), own(both)) == (3, 4, 12)
    assert "The first, (3, 1): repeated 4 times along axis 1." in alt and "shape (3, 4): rank 2, 12 numbers" in alt


def test_axes_that_are_put_in_front_are_named():
    fig, alt = picture((2, 3, 4), (4,))
    assert "The first, (2, 3, 4): stays as it is." in alt
    assert "The second, (4,): 2 axes of length 1 put in front, (1, 1, 4); repeated 2 times along axis 0, 3 times" in alt
    assert len(drawn(fig.axes[1])) == 6 and own(fig.axes[1]) == 4


def test_where_they_do_not_fit_they_are_drawn_as_they_are_and_the_axis_is_named():
    fig, alt = picture((3, 4), (3,))
    assert drawn(fig.axes[1]) == [["10", "20", "30"]] and own(fig.axes[1]) == 3
    assert [text.get_text() for text in fig.axes[2].texts] == ["they do\nnot fit"]
    assert alt.startswith("From the end, axis -1: 4 against 3. They differ, and neither is 1.")


@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_every_pair_stays_within_its_axes(first, second):
    fig, _ = picture(first, second)
    for axis in fig.axes:
        for text in axis.texts:
            (x, y), (left, right), (bottom, top) = text.get_position(), axis.get_xlim(), axis.get_ylim()
            assert left < x < right and top < y < bottom
    plots.plt.close(fig)


def test_there_is_something_to_find_for_each_question_of_the_lesson():
    """Two of different rank that fit, two of one rank that do not, two that are both repeated."""
    fits = [pair for pair in PAIRS if not isinstance(stretched_shape(*pair), int)]
    assert any(len(a) != len(b) for a, b in fits)
    assert any(len(a) == len(b) for a, b in set(PAIRS) - set(fits))
    assert any(a != stretched_shape(a, b) != b for a, b in fits)

import numpy as np
import pytest

from course_utils.errors import CourseError
from course_utils.widgets import draw_a_digit
from course_utils.widgets.draw_a_digit import as_it_lies, as_mnist, ink, parse_strokes, picture, play

THREE = "28,20 50,12 68,24 58,42 42,48 / 42,48 66,54 72,72 54,88 28,82"


class Network:
    """Stands in for a network: says how much ink the picture has, in tenths of it, and keeps what it was shown."""

    def __init__(self) -> None:
        self.shown: list[np.ndarray] = []

    def __call__(self, pictures: np.ndarray) -> np.ndarray:
        self.shown.append(pictures)
        probabilities = np.full((1, 10), 0.01)
        probabilities[0, min(int(20 * pictures.mean()), 9)] = 0.91
        return probabilities


@pytest.fixture
def network() -> Network:
    return Network()


@pytest.fixture
def sheet(shown, network):
    play(network)
    return shown.controls[draw_a_digit.LABEL]


def test_strokes_are_read_from_text():
    one, two = parse_strokes(" 1,2  3.5,-4 /5,6/ ")
    np.testing.assert_array_equal(one, [[1, 2], [3.5, -4]])
    np.testing.assert_array_equal(two, [[5, 6]])
    assert parse_strokes("") == parse_strokes(" / ") == []


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("1,2 three", "“three” is not a point"),
        ("1;2", "is not a point"),
        ("1,nan", "not a point"),
        ("1,99999", "outside the sheet"),
    ],
)
def test_what_is_no_stroke_is_refused_in_a_sentence(text, sentence):
    with pytest.raises(CourseError, match=sentence):
        parse_strokes(text)


def test_ink_lies_where_the_stroke_is_and_is_as_wide_as_the_pen():
    sheet = ink(parse_strokes("20,50 80,50"), pen=3)
    rows, columns = np.nonzero(sheet)
    assert sheet.shape == (112, 112)
    assert np.ptp(rows) + 1 == pytest.approx(12, abs=1)
    assert (rows.mean(), columns.mean()) == pytest.approx((56, 56), abs=1)
    assert (columns.min(), columns.max()) == pytest.approx((0.2 * 112 - 6, 0.8 * 112 + 6), abs=1)


def test_a_dot_is_ink():
    assert ink(parse_strokes("50,50"), pen=3).any()


def test_a_quarter_turn_goes_clockwise():
    turned = ink(parse_strokes("50,10 50,50"), pen=2, turn=90)
    np.testing.assert_array_equal(turned, ink(parse_strokes("90,50 50,50"), pen=2))


def test_as_it_lies_is_the_sheet_made_smaller():
    sheet = ink(parse_strokes("0,0 20,20"), pen=3)
    seen = as_it_lies(sheet)
    assert seen.shape == (28, 28)
    assert seen.mean() == pytest.approx(sheet.mean(), rel=0.02)
    assert not seen[10:].any()


@pytest.mark.parametrize("strokes", [THREE, "0,0 5,9 9,2", "5,50 95,50", "50,5 50,95"])
def test_as_mnist_fills_a_box_of_twenty_and_is_centred_by_mass(strokes):
    seen = as_mnist(ink(parse_strokes(strokes), pen=2.4)).astype(float)
    rows, columns = (np.flatnonzero(seen.any(axis=axis)) for axis in (1, 0))
    assert max(np.ptp(rows), np.ptp(columns)) + 1 == 20
    for axis in (0, 1):
        middle = (seen.sum(axis=1 - axis) @ np.arange(28)) / seen.sum()
        assert middle == pytest.approx(13.5, abs=0.51)


def test_where_and_how_large_it_is_drawn_does_not_matter_to_as_mnist():
    small = " / ".join(" ".join(f"{x / 2 + 3:g},{y / 2 + 40:g}" for x, y in stroke) for stroke in parse_strokes(THREE))
    one, other = as_mnist(ink(parse_strokes(THREE), pen=4)), as_mnist(ink(parse_strokes(small), pen=2))
    assert np.abs(one.astype(int) - other).mean() < 6


def test_the_network_gets_a_batch_of_one_from_zero_to_one(network):
    picture(THREE, 2.4, 0, True, network)
    (shown,) = network.shown
    assert shown.shape == (1, 28, 28, 1)
    assert shown.dtype == "float32"
    assert (shown.min(), shown.max()) == (0, 1)


def test_the_picture_shows_what_the_network_got_and_what_it_said(network):
    fig, alt = picture(THREE, 2.4, 0, True, network)
    np.testing.assert_array_equal(fig.axes[1].get_images()[0].get_array(), (255 * network.shown[0][0, :, :, 0]).round())
    said = int(network(network.shown[0]).argmax())
    assert f"It says {said} with 91.0 %, then 0 with 1.0 % and 1 with 1.0 %" in alt
    assert [bar.get_width() for bar in fig.axes[2].patches] == pytest.approx(
        [0.91 if d == said else 0.01 for d in range(10)]
    )
    assert "scaled into a box" in alt
    assert "as it lies" in picture(THREE, 2.4, 0, False, network)[1]


def test_an_empty_sheet_is_a_question_like_any_other(network):
    assert picture("", 2.4, 0, True, network)[1].startswith("An empty sheet; ")


def test_no_probability_is_called_certain():
    assert draw_a_digit.share(0.99999) == "more than 99.9 %"
    assert draw_a_digit.share(1e-7) == "less than 0.1 %"
    assert draw_a_digit.share(0.9994) == "99.9 %"


def test_drawing_reaches_the_network(sheet, shown, network):
    sheet.set("10,10 90,90")
    assert len(shown.updates) == 1
    np.testing.assert_array_equal(
        network.shown[-1][0, :, :, 0], as_mnist(ink(parse_strokes("10,10 90,90"), 2.4)) / np.float32(255)
    )


@pytest.mark.parametrize("name", draw_a_digit.EXAMPLES)
def test_every_example_lies_on_the_sheet(name):
    points = np.concatenate(parse_strokes(draw_a_digit._as_text(draw_a_digit.EXAMPLES[name])))
    assert 0 <= points.min() < points.max() <= 100


@pytest.mark.parametrize("prepared", [True, False])
def test_a_stroke_is_answered_within_a_tenth_of_a_second(sheet, shown, prepared, assert_answered_in_time):
    """A fifth of it is left to the network, which is asked once."""
    shown.controls["scaled and centred, as MNIST was"].set(prepared)
    long = " ".join(f"{50 + 40 * np.sin(step / 30):.0f},{step / 6:.0f}" for step in range(600))

    def draw() -> None:
        drawn = len(shown.updates)
        sheet.set(f"{long} / {drawn % 50},50 60,60")
        assert len(shown.updates) == drawn + 1

    assert_answered_in_time(draw, share=0.8)

import numpy as np
import pytest

from course_utils import plots
from course_utils.widgets import fit_line
from tests.fixtures.cells import defined_in

X = np.array([-1.0, 0.0, 1.0, 2.0, 3.0, 4.0])
Y = 2 * X - 1


@pytest.mark.parametrize("learning_rate", [0.001, 0.01, 0.1])
def test_descent_is_the_lessons(learning_rate):
    expected = defined_in("01", "descent", np=np)(X, Y, 50, learning_rate)
    np.testing.assert_allclose(fit_line.descent(X, Y, 50, learning_rate), expected, rtol=1e-12)


def test_descent_finds_the_line():
    np.testing.assert_allclose(fit_line.descent(X, Y, 3_000, 0.05)[-1], [2, -1], atol=1e-6)


@pytest.mark.parametrize(
    ("a", "b", "steps", "ahead"), [(2.0, -1.0, 20, "you are ahead"), (-3.0, 5.0, 20, "gradient descent is ahead")]
)
def test_the_picture_says_who_is_ahead(a, b, steps, ahead):
    fig, alt = fit_line.picture(X, Y, a, b, steps, 0.01)
    assert alt.endswith(f"{ahead}.")
    assert f"after {steps} steps" in alt
    plots.render(fig, alt)


def test_a_rate_that_explodes_still_gives_a_picture():
    fig, alt = fit_line.picture(X, Y, 1.0, 0.0, 500, 0.18)
    data, _ = plots.render(fig, alt)
    assert data["image/png"].startswith(b"\x89PNG")


@pytest.mark.parametrize(("steps", "rate"), [(20, 0.01), (20, 0.18), (500, 0.18)])
def test_no_curve_runs_under_a_legend(steps, rate):
    fig, alt = fit_line.picture(X, Y, 1.0, 0.0, steps, rate)
    plots.render(fig, alt)
    for axis in fig.axes:
        assert axis.get_legend().get_window_extent().y1 < axis.get_window_extent().y0


def test_moving_a_slider_redraws_the_picture(shown):
    fit_line.play(X, Y)
    assert "your line y = 1.00x + 0.00" in shown.still["text/plain"]
    shown.controls["your a (slope)"].choose("2.00")
    assert "your line y = 2.00x + 0.00" in shown.says
    shown.controls["descent's steps"].choose("0")
    assert "after 0 steps" in shown.says

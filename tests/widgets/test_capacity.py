import numpy as np
import pytest
from numpy.polynomial import Polynomial, legendre

from course_utils import plots
from course_utils.widgets import capacity


@pytest.mark.parametrize("degree", [0, 1, 4, 9])
def test_without_a_penalty_it_is_numpys_fit(degree):
    points = capacity.draw_points(30, 0.3, seed=0)
    across = np.linspace(-1, 1, 50)
    expected = Polynomial.fit(*points, degree)(across)
    fitted = legendre.legval(across, capacity.fit(points, degree, 0))
    np.testing.assert_allclose(fitted, expected, rtol=1e-6, atol=1e-9)


def test_the_fit_is_where_the_slopes_of_error_and_penalty_cancel():
    points, penalty = capacity.draw_points(25, 0.5, seed=2), 0.03
    weights = capacity.fit(points, 6, penalty)

    def objective(weights: np.ndarray) -> float:
        return capacity.mean_squared_error(points, weights) + penalty * float(np.sum(weights[1:] ** 2))

    for place in range(7):
        step = 1e-4 * np.eye(7)[place]
        assert objective(weights + step) > objective(weights) < objective(weights - step)


def test_more_points_are_the_same_and_further_ones_and_noise_moves_them_upwards_alone():
    few, many, calm = capacity.draw_points(20, 0.4, 0), capacity.draw_points(50, 0.4, 0), capacity.draw_points(20, 0, 0)
    np.testing.assert_array_equal(few.x, many.x[:20])
    np.testing.assert_array_equal(few.y, many.y[:20])
    np.testing.assert_array_equal(few.x, calm.x)
    np.testing.assert_allclose(calm.y, capacity.truth(calm.x))


def test_the_training_error_falls_with_the_degree_and_the_validation_error_has_a_valley():
    points = capacity.draw_points(20, 0.3, 3), capacity.draw_points(500, 0.3, 1)
    fits = capacity.fit_all(*points, penalty=0)
    assert (np.diff(fits.training) <= 1e-9).all()
    assert 0 < fits.validation.argmin() < 15
    assert fits.validation[0] > 2 * fits.validation.min() < fits.validation[15]


def test_a_penalty_and_more_examples_each_tame_a_high_degree():
    validation = capacity.draw_points(500, 0.3, 1)
    wild, penalized, fed = (
        capacity.fit_all(capacity.draw_points(count, 0.3, 3), validation, penalty).validation[15]
        for count, penalty in ((20, 0), (20, 0.01), (200, 0))
    )
    assert penalized < wild / 2
    assert fed < wild / 2


@pytest.mark.parametrize("setting", [(0, 10, 0.0, 0.0), (15, 10, 1.0, 0.0), (15, 200, 0.0, 10.0)])
def test_no_curve_runs_under_a_legend(setting):
    fig, alt = capacity.picture(*setting)
    plots.render(fig, alt)
    for axis in fig.axes:
        assert axis.get_legend().get_window_extent().y1 < axis.get_window_extent().y0


def test_moving_a_slider_redraws_the_picture(shown):
    capacity.play()
    assert "degree 3, fitted to 20 points" in shown.still["text/plain"]
    shown.controls["capacity (degree)"].choose("15")
    shown.controls["penalty on the weights"].choose("0.01")
    assert "degree 15, fitted to 20 points with noise 0.3 and penalty 0.01" in shown.says

import numpy as np
import pytest

from course_utils import plots
from course_utils.widgets import descent
from tests.fixtures.cells import defined_in

VALLEY = descent.SURFACES["narrow valley"]


def keras_optimizers() -> dict:
    import keras

    of = keras.optimizers
    return {
        "gradient descent": of.SGD(0.01),
        "momentum": of.SGD(0.01, momentum=0.9),
        "Adagrad": of.Adagrad(0.01),
        "RMSprop": of.RMSprop(0.01),
        "Adam": of.Adam(0.01),
    }


@pytest.mark.parametrize("name", descent.OPTIMIZERS)
def test_steps_are_those_of_keras(name):
    import keras

    optimizer = keras_optimizers()[name]
    variable = keras.Variable(np.array(VALLEY.start), dtype="float64")
    for _ in range(30):
        optimizer.apply([keras.ops.convert_to_tensor(VALLEY.gradient(variable.numpy()))], [variable])
    path = descent.walk(VALLEY, descent.OPTIMIZERS[name], 0.01, 30)
    np.testing.assert_allclose(path[-1], variable.numpy(), atol=1e-5)


@pytest.mark.parametrize("name", ["sgd", "momentum", "adagrad", "rmsprop", "adam"])
def test_steps_are_those_of_the_lesson(name):
    in_lesson, here = defined_in("04", name, np=np), getattr(descent, name)
    w, one, other = np.array([1.0, -0.5]), {}, {}
    for g in np.random.default_rng(0).normal(size=(5, 2)):
        np.testing.assert_allclose(in_lesson(w, g, one, 0.1), here(w, g, other, 0.1), rtol=1e-12)


@pytest.mark.parametrize("name", descent.SURFACES)
def test_gradients_are_the_slopes_of_the_surface(name):
    surface, h = descent.SURFACES[name], 1e-6
    points = np.random.default_rng(0).uniform(-2, 2, (20, 2))
    slopes = [(surface.loss(points + h * axis) - surface.loss(points - h * axis)) / (2 * h) for axis in np.eye(2)]
    np.testing.assert_allclose(surface.gradient(points), np.stack(slopes, axis=-1), rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("name", descent.SURFACES)
def test_no_place_on_the_map_lies_below_the_lowest(name):
    surface = descent.SURFACES[name]
    grid = np.stack(np.meshgrid(*[np.linspace(-2.2, 2.2, 441)] * 2), axis=-1)
    assert -1e-6 < surface.loss(grid).min() - surface.lowest < 1e-2


def test_gradient_descent_flies_off_beyond_two_over_the_largest_curvature():
    losses = [VALLEY.loss(descent.walk(VALLEY, descent.sgd, rate, 200)[-1]) for rate in (0.0178, 0.03)]
    assert losses[0] < 0.01 < 1e6 < losses[1]


@pytest.mark.parametrize(("optimizer", "notices"), [("gradient descent", False), ("momentum", False), ("Adagrad", True)])
def test_who_notices_that_the_valley_is_turned(optimizer, notices):
    update = descent.OPTIMIZERS[optimizer]
    straight, turned = (
        descent.SURFACES[name].loss(descent.walk(descent.SURFACES[name], update, 0.01, 100)[-1])
        for name in ("narrow valley", "narrow valley, turned")
    )
    assert (abs(straight - turned) > 1e-9) == notices


def test_momentum_can_roll_over_the_hill():
    wells = descent.SURFACES["two wells"]
    without, with_momentum = (descent.walk(wells, descent.momentum, 0.01, 200, beta=beta)[-1, 0] for beta in (0.0, 0.9))
    assert with_momentum < 0 < without


@pytest.mark.parametrize("surface", descent.SURFACES)
@pytest.mark.parametrize("optimizer", descent.OPTIMIZERS)
def test_the_largest_steps_still_give_a_picture(surface, optimizer):
    with np.errstate(over="raise", invalid="raise"):
        fig, alt = descent.picture(surface, optimizer, 1.0, 0.95, 200)
    plots.render(fig, alt)
    assert alt.startswith(surface.capitalize()) and optimizer in alt


def test_the_alt_text_says_how_far_it_came():
    _, alt = descent.picture("narrow valley", "gradient descent", 0.0178, 0.9, 60)
    assert "learning rate 0.0178. Left" in alt and "after 60 steps it is at (-0.65, 0.00)" in alt
    _, alt = descent.picture("narrow valley", "momentum", 1.0, 0.9, 60)
    assert "momentum 0.9. Left" in alt and "it has left the map" in alt


def test_no_steps_are_a_picture_too():
    fig, alt = descent.picture("two wells", "Adam", 0.01, 0.9, 0)
    plots.render(fig, alt)
    assert "after 0 steps it is at (1.90, 1.20)" in alt


def test_moving_a_slider_walks_anew(shown):
    descent.play()
    assert "gradient descent, learning rate 0.0178" in shown.still["text/plain"]
    shown.controls["optimizer"].choose("Adam")
    assert "Adam, learning rate 0.0178, momentum 0.9" in shown.says
    shown.controls["surface"].choose("two wells")
    assert shown.says.startswith("Two wells")

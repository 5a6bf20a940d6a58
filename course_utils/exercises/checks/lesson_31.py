"""What the exercises of lesson 31 expect."""

from typing import Any

import numpy as np

from course_utils.exercises.kinds import Function, Model

EPSILON = 0.001


def _slope(weights: list[float], x: float, factor: str) -> float:
    """The chain's slope with one typical mistake: which factor, or which point it is taken at, is wrong."""
    slope = 1.0
    for weight in weights:
        before, x = x, float(np.tanh(weight * x))
        slope *= {
            "weights": weight,
            "slopes": 1 - x**2,
            "sum": weight * (1 - np.tanh(before) ** 2),
            "not squared": weight * (1 - x),
            "sigmoid": weight * x * (1 - x),
            "twice": weight * (1 - np.tanh(x) ** 2),
        }[factor]
    return slope


def _without_passing_on(right: Any, weights: list[float], x: float) -> float:
    return float(np.prod([weight * (1 - np.tanh(weight * x) ** 2) for weight in weights]))


def _draw_chain(random: np.random.Generator) -> tuple[list[float], float]:
    """A chain of up to six neurons, with weights of both signs, and what goes in."""
    return [float(w) for w in random.normal(0, 1.2, random.integers(0, 7))], float(random.normal())


def _normalized(x: np.ndarray, gamma: np.ndarray, beta: np.ndarray, axes: Any, **options: Any) -> np.ndarray:
    mean = x.mean(axis=axes, keepdims=True)
    variance = x.var(axis=axes, keepdims=True, ddof=options.get("ddof", 0))
    epsilon = options.get("epsilon", EPSILON)
    root = variance + epsilon if options.get("variance") else np.sqrt(variance + epsilon)
    if options.get("outside"):
        root = np.sqrt(variance) + epsilon
    scaled = (x - mean) / root
    return np.asarray(gamma * (scaled + beta) if options.get("beta_first") else gamma * scaled + beta)


def _channels(x: np.ndarray) -> tuple[int, ...]:
    return tuple(range(x.ndim - 1))


def _draw_batch(random: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A batch behind a dense layer or a convolution, with channels of different means, spreads and magnitudes."""
    shape = tuple(random.integers(1, 5, random.integers(2, 5)))
    channels = shape[-1]
    spread = 10.0 ** random.integers(-2, 3, channels)
    x = random.normal(random.normal(0, 3, channels), spread, shape)
    return x, random.normal(1, 0.5, channels), random.normal(0, 1, channels)


def _takes_and_gives(model: Any) -> str | None:
    shapes = model.input_shape, model.output_shape
    if shapes == ((None, 16, 16, 8), (None, 8, 8, 16)):
        return None
    return f"It turns {shapes[0]} into {shapes[1]}; asked is (None, 16, 16, 8) into (None, 8, 8, 16)."


def _has_two_convolutions(model: Any) -> str | None:
    kernels = [tuple(layer.kernel.shape) for layer in model.layers if hasattr(layer, "kernel")]
    if kernels != [(3, 3, 8, 16), (3, 3, 16, 16)]:
        return f"Its kernels have the shapes {kernels}; asked are two 3 × 3 convolutions with 16 filters, and no other."
    parameters = sum(layer.count_params() for layer in model.layers if not hasattr(layer, "kernel"))
    return f"Beside the convolutions it has {parameters} parameters; asked are none." if parameters else None


def _with_weights(model: Any, scale: float) -> tuple[np.ndarray, np.ndarray, list[Any]]:
    """What goes into a copy of the model whose weights are random, times `scale`, what comes out, and its convolutions."""
    import keras

    random = np.random.default_rng(0)
    copy = keras.models.clone_model(model)
    copy.set_weights([scale * random.normal(size=weight.shape) for weight in model.get_weights()])
    x = random.normal(size=(3, 16, 16, 8)).astype("float32")
    found = np.asarray(copy(x, training=False)).astype("float64")
    return x, found, [layer for layer in copy.layers if hasattr(layer, "kernel")]


def _convolved(x: np.ndarray, layer: Any) -> np.ndarray:
    """What a convolution gives for `x`, without its activation function."""
    import keras

    sums = keras.ops.conv(x, np.asarray(layer.kernel), strides=layer.strides, padding=layer.padding)
    return np.asarray(sums) + (np.asarray(layer.bias) if layer.use_bias else 0)


def _pooled(x: np.ndarray) -> np.ndarray:
    halved = x.reshape(3, 8, 2, 8, 2, 8).mean(axis=(2, 4))
    return np.concatenate([halved, np.zeros_like(halved)], axis=-1)


def _lets_its_input_through(model: Any) -> str | None:
    x, found, _ = _with_weights(model, 0)
    pooled = _pooled(x)
    if np.allclose(found, np.maximum(pooled, 0), atol=0.02):
        return None
    if not found.any():
        return "With all weights at 0 nothing but zeros comes out: its input does not get past the convolutions."
    if np.allclose(found, pooled, atol=0.02):
        return "The ReLU behind the addition is missing."
    return "With all weights at 0, what comes out is not the ReLU of the pooled maps, then eight channels of zeros."


def _adds_what_it_computes(model: Any) -> str | None:
    x, found, (first, second) = _with_weights(model, 0.1)
    inside = _convolved(np.maximum(_convolved(x, first), 0), second)
    if np.allclose(found, np.maximum(_pooled(x) + inside, 0), atol=0.1):
        return None
    return "What comes out is not the ReLU of shortcut plus convolutions, with a ReLU between the two and none behind them."


EXERCISES = {
    "slope": Function(
        inputs=[([], 0.3), ([1.0], 0.0), ([2.0], 0.5), ([1.0, 1.0], 1.0), ([0.5, -2.0, 1.5], -0.7)],
        draw=_draw_chain,
        mistakes=[
            (lambda right, w, x: _slope(w, x, "weights"), "It has the weights alone; the slope of each tanh is missing."),
            (lambda right, w, x: _slope(w, x, "slopes"), "It has the slopes of the tanh alone; the weights are missing."),
            (
                lambda right, w, x: _slope(w, x, "sum"),
                "The slope of the tanh belongs to the sum, $w x$, not to the $x$ that went in.",
            ),
            (lambda right, w, x: _slope(w, x, "not squared"), "The slope of tanh is $1 - \\tanh^2$: the square is missing."),
            (lambda right, w, x: _slope(w, x, "sigmoid"), "That is the sigmoid's slope, $y(1 - y)$; tanh has $1 - y^2$."),
            (lambda right, w, x: _slope(w, x, "twice"), "It takes the tanh twice: $x$ is already $\\tanh(w x)$."),
            (_without_passing_on, "Each neuron reads what the one before it has given, not the first `x`."),
            (lambda right, w, x: float(w[0] * x) if w else x, "That is what goes in; asked is the slope."),
        ],
        hints=(
            "Go through the list, and keep two numbers: how far `x` has come, and the product of slopes so far.",
            "The slope of $\\tanh(w x)$ along $x$ is $w\\,(1 - \\tanh^2(w x))$: two factors a neuron.",
            "In the loop: `x = np.tanh(weight * x)`, then `slope = slope * weight * (1 - x**2)`.",
        ),
        praise="A deep network does this with matrices; the fate of the product is the same.",
    ),
    "normalize": Function(
        inputs=[
            (np.array([[1.0], [3.0]]), np.array([1.0]), np.array([0.0])),
            (np.array([[1.0, 10.0], [3.0, 30.0], [5.0, 20.0]]), np.array([1.0, 2.0]), np.array([0.0, 1.0])),
            (np.arange(24.0).reshape(2, 2, 2, 3) ** 2, np.array([1.0, 2.0, 0.5]), np.array([0.0, -1.0, 3.0])),
        ],
        draw=_draw_batch,
        mistakes=[
            (
                lambda right, x, gamma, beta: _normalized(x, gamma, beta, 0),
                "It takes means over the pictures alone; a channel's mean runs over all places, too.",
            ),
            (
                lambda right, x, gamma, beta: _normalized(x, gamma, beta, None),
                "It takes one mean of everything; each channel has its own.",
            ),
            (
                lambda right, x, gamma, beta: _normalized(x, gamma, beta, -1),
                "It takes the mean *over* the channels; that is another layer, layer normalization.",
            ),
            (
                lambda right, x, gamma, beta: _normalized(x, gamma, beta, _channels(x), epsilon=0),
                "The small 0.001 in the root is missing.",
            ),
            (
                lambda right, x, gamma, beta: _normalized(x, gamma, beta, _channels(x), outside=True),
                "The 0.001 is added to the variance, before the root is taken.",
            ),
            (
                lambda right, x, gamma, beta: _normalized(x, gamma, beta, _channels(x), variance=True),
                "It divides by the variance; the root is missing.",
            ),
            (
                lambda right, x, gamma, beta: _normalized(x, gamma, beta, _channels(x), beta_first=True),
                "First times `gamma`, then plus `beta`.",
            ),
            (
                lambda right, x, gamma, beta: _normalized(x, np.ones_like(gamma), np.zeros_like(beta), _channels(x)),
                "`gamma` and `beta` are missing.",
            ),
        ],
        hints=(
            "Over which axes does a channel's mean run? Over all but the last.",
            "`axes = tuple(range(x.ndim - 1))`; then `x.mean(axis=axes)` and `x.var(axis=axes)` have one number a channel.",
            "`gamma * (x - mean) / np.sqrt(variance + 0.001) + beta`.",
        ),
        praise="One function for dense layers and convolutions: only the number of axes differs.",
    ),
    "halving": Model(
        checks=[_takes_and_gives, _has_two_convolutions, _lets_its_input_through, _adds_what_it_computes],
        hints=(
            "Two ways from the input to an `Add`: one through two convolutions, one through the pooling.",
            "Only the first convolution has a stride of 2. `layers.Concatenate()` sets maps behind each other.",
            "The shortcut: `pooled = layers.AveragePooling2D(2)(maps)`, then "
            "`layers.Concatenate()([pooled, layers.Rescaling(0.0)(pooled)])`.",
        ),
        praise="He and others call this one option A: their networks for CIFAR-10 have no parameters on any shortcut.",
    ),
}

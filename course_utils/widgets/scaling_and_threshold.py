"""Playground of lesson 02: what scaling the pixels changes, and where a callback with a threshold stops.

A network of one layer is trained anew at every move of a control, in NumPy, on few and small pictures, so that the
answer comes at once. What it shows is the real course of that training, not an illustration of it.
"""

from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator

from course_utils import plots
from course_utils.errors import CourseError
from course_utils.widgets import Choice, Slider, percent, playground, steps

EPOCHS = 20
BATCH_SIZE = 50
CLASSES = 10
# as many pictures as can be learned from while a slider is being moved
MOST_TRAINING, MOST_VALIDATION = 1_000, 500
DIVISORS = (1, 10, 50, 255, 1_000, 25_500)
LEARNING_RATES = (0.000001, 0.00001, 0.0001, 0.001, 0.01, 0.1, 1.0)
# Few ticks: half of a redraw's time goes into them.
EPOCH_TICKS = (0, 10, 20)
LOSS_TICKS = (0.1, 10, 1_000, 100_000)
LARGEST_LOSS = 1_000_000


class Training(NamedTuple):
    """How a training went.

    Attributes:
        accuracy: (epochs,) floats, accuracy on the training pictures; as in Keras, on each batch before its step.
        val_accuracy: (epochs,) floats, accuracy on the validation pictures at the end of each epoch.
        batch_losses: (steps,) floats, cross-entropy of each batch before its step.
    """

    accuracy: np.ndarray
    val_accuracy: np.ndarray
    batch_losses: np.ndarray


def shrink(images: np.ndarray) -> np.ndarray:
    """Each two by two pixels become their mean.

    Args:
        images: (n, height, width) or (n, height, width, 1) numbers, height and width even.

    Returns:
        (n, height · width / 4) float32, on the scale of `images`.
    """
    count, height, width = images.shape[:3]
    blocks = images.reshape(count, height // 2, 2, width // 2, 2)
    return blocks.mean(axis=(2, 4), dtype="float32").reshape(count, -1)


def train(
    x: np.ndarray,
    y: np.ndarray,
    x_validation: np.ndarray,
    y_validation: np.ndarray,
    learning_rate: float,
    epochs: int = EPOCHS,
    seed: int = 0,
) -> Training:
    """Train one softmax layer of ten units with plain mini-batch gradient descent on the cross-entropy.

    The same as Keras' `Dense(10, activation="softmax")` with `SGD(learning_rate)`: Glorot-uniform weights, biases of zero.

    Args:
        x, x_validation: (n, features) float32, scaled as the network is to see them.
        y, y_validation: (n,) integers below 10.
        learning_rate: step per unit of slope.
        epochs: passes over the training pictures.
        seed: of the first weights and of the order of the pictures.
    """
    random = np.random.default_rng(seed)
    weights, biases = first_weights(x.shape[1], random)
    targets = np.eye(CLASSES, dtype="float32")[y]
    accuracy, val_accuracy, batch_losses = [], [], []
    for _epoch in range(epochs):
        order = random.permutation(len(x))
        right = 0
        for batch, wanted in zip(_batches(x[order]), _batches(targets[order]), strict=True):
            sums = batch @ weights + biases
            sums -= sums.max(axis=1, keepdims=True)
            powers = np.exp(sums)
            totals = powers.sum(axis=1, keepdims=True)
            batch_losses.append((np.log(totals).sum() - (sums * wanted).sum()) / len(batch))
            right += int(np.count_nonzero(sums.argmax(axis=1) == wanted.argmax(axis=1)))
            slopes = (powers / totals - wanted) * np.float32(learning_rate / len(batch))
            weights -= batch.T @ slopes
            biases -= slopes.sum(axis=0)
        accuracy.append(right / len(x))
        predictions = np.concatenate([(batch @ weights + biases).argmax(axis=1) for batch in _batches(x_validation)])
        val_accuracy.append(np.mean(predictions == y_validation))
    return Training(np.array(accuracy), np.array(val_accuracy), np.array(batch_losses))


def _batches(array: np.ndarray) -> list[np.ndarray]:
    """The rows in batches; products of such small parts run in one thread, and never wait for a core that is busy."""
    return [array[start : start + BATCH_SIZE] for start in range(0, len(array), BATCH_SIZE)]


def first_weights(features: int, random: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Glorot-uniform weights, (features, 10) float32, and biases of zero, (10,) float32."""
    limit = np.sqrt(6 / (features + CLASSES))
    return random.uniform(-limit, limit, (features, CLASSES)).astype("float32"), np.zeros(CLASSES, "float32")


def stop_epoch(accuracies: np.ndarray, threshold: float) -> int | None:
    """The epoch, counted from 1, after which `course_utils.training.StopAtThreshold` stops; None if it never does."""
    reached = np.flatnonzero(np.asarray(accuracies) >= threshold)
    return int(reached[0]) + 1 if len(reached) else None


def picture(
    x: np.ndarray,
    y: np.ndarray,
    x_validation: np.ndarray,
    y_validation: np.ndarray,
    divisor: float,
    learning_rate: float,
    watch: str,
    threshold: float,
) -> tuple[Figure, str]:
    """The accuracies epoch by epoch with the epoch where the callback stops, and the loss batch by batch.

    Args:
        x, x_validation: (n, features) float32, pixels from 0 to 255.
        y, y_validation: (n,) integers below 10.
        divisor: what the pixels are divided by before the network sees them.
        learning_rate: step per unit of slope.
        watch: the metric that the callback watches, "accuracy" or "val_accuracy".
        threshold: the accuracy at which it stops.

    Returns:
        The figure and its alt text.
    """
    scale = np.float32(divisor)
    training = train(x / scale, y, x_validation / scale, y_validation, learning_rate)
    stop = stop_epoch(getattr(training, watch), threshold)
    fig, axes = plots.figure(1, 2, width=9.5, height=3.9)
    _draw_accuracies(axes[0, 0], training, watch, threshold, stop)
    _draw_losses(axes[0, 1], training, stop, divisor)
    return fig, _alt(training, divisor, learning_rate, watch, threshold, stop)


def _draw_accuracies(axis: Axes, training: Training, watch: str, threshold: float, stop: int | None) -> None:
    epochs = np.arange(1, len(training.accuracy) + 1)
    curves = (
        (training.accuracy, "accuracy", "training", plots.ORANGE, "--"),
        (training.val_accuracy, "val_accuracy", "validation", plots.BLUE, "-"),
    )
    ran = stop or len(epochs)
    for values, metric, name, color, style in curves:
        watched = ", watched" if metric == watch else ""
        axis.plot(epochs[:ran], values[:ran], style, color=color, label=f"{name}{watched}: {percent(values[ran - 1])}")
        axis.plot(epochs[ran - 1 :], values[ran - 1 :], style, color=color, alpha=0.25)
        if metric == watch and stop:
            axis.plot(stop, values[stop - 1], "o", color=color, markersize=9)
    axis.axhline(threshold, color=plots.GREY, linestyle=":", label=f"threshold: {percent(threshold)}")
    axis.set(xlabel="epoch", ylabel="accuracy", xlim=(0, len(epochs) + 0.5), ylim=(0, 1.28), title=_stopping(stop))
    axis.set_xticks(EPOCH_TICKS)
    axis.set_yticks((0, 0.25, 0.5, 0.75, 1), ("0 %", "25 %", "50 %", "75 %", "100 %"))
    axis.legend(fontsize=9, loc="upper left")


def _draw_losses(axis: Axes, training: Training, stop: int | None, divisor: float) -> None:
    losses = np.maximum(training.batch_losses, LOSS_TICKS[0])
    steps_an_epoch = len(losses) // len(training.accuracy)
    epochs = np.arange(len(losses)) / steps_an_epoch
    ran = (stop or len(training.accuracy)) * steps_an_epoch
    axis.plot(epochs[:ran], losses[:ran], color=plots.RED, linewidth=1)
    axis.plot(epochs[ran - 1 :], losses[ran - 1 :], color=plots.RED, linewidth=1, alpha=0.25)
    axis.axhline(np.log(CLASSES), color=plots.GREY, linestyle=":")
    axis.set(xlabel="epoch", ylabel="loss of each batch", yscale="log", ylim=(LOSS_TICKS[0], LARGEST_LOSS))
    pixels = f"pixels from 0 to {255 / divisor:.3g}"
    axis.set(xlim=(0, len(training.accuracy) + 0.5), title=f"{pixels} (dotted: a pure guess)")
    axis.set_xticks(EPOCH_TICKS)
    axis.set_yticks(LOSS_TICKS, [f"{tick:,}" for tick in LOSS_TICKS])
    axis.yaxis.set_minor_locator(NullLocator())


def _stopping(stop: int | None) -> str:
    return f"stops after epoch {stop}" if stop else "never reaches the threshold"


def _alt(training: Training, divisor: float, learning_rate: float, watch: str, threshold: float, stop: int | None) -> str:
    name = {"accuracy": "training", "val_accuracy": "validation"}[watch]
    later = training.val_accuracy[len(training.val_accuracy) // 2 :]
    stopping = (
        f"The callback watches the {name} accuracy and stops after epoch {stop}, the first with {percent(threshold)} or "
        "more."
        if stop
        else f"The callback watches the {name} accuracy, which never reaches {percent(threshold)}, so it never stops."
    )
    first, last = training.batch_losses[0], np.median(training.batch_losses[-20:])
    seen, held_out = (
        f"{percent(values[0])} to {percent(values[-1])}" for values in (training.accuracy, training.val_accuracy)
    )
    return (
        f"Pixels divided by {divisor:,g}, learning rate {learning_rate:g}. Left: over {len(training.accuracy)} epochs the "
        f"training accuracy goes from {seen}, the validation accuracy from {held_out}; in the second half it stays between "
        f"{percent(later.min())} and {percent(later.max())}. {stopping} Right: the loss of the batches, {first:,.3g} in the "
        f"first step, {last:,.3g} in the middle of the last twenty; a pure guess has {np.log(CLASSES):.2f}."
    )


def play(images: np.ndarray, labels: np.ndarray, validation_images: np.ndarray, validation_labels: np.ndarray) -> None:
    """Show the playground; it learns from the first 1,000 pictures and validates on the first 500.

    Args:
        images, validation_images: (n, 28, 28) or (n, 28, 28, 1) uint8, not scaled.
        labels, validation_labels: (n,) integers below 10.

    Raises:
        CourseError: the pictures have been scaled already.
    """
    if images.dtype != np.uint8 or validation_images.dtype != np.uint8:
        raise CourseError("The playground divides the pixels itself: give it the pictures as they are, uint8 from 0 to 255.")
    x, y = shrink(images[:MOST_TRAINING]), labels[:MOST_TRAINING]
    x_validation, y_validation = shrink(validation_images[:MOST_VALIDATION]), validation_labels[:MOST_VALIDATION]

    def draw(divisor: float, learning_rate: float, watch: str, threshold: float) -> tuple[Figure, str]:
        return picture(x, y, x_validation, y_validation, divisor, learning_rate, watch, threshold)

    playground(
        draw,
        {
            "divisor": Slider("divide the pixels by", DIVISORS, 255, "{:,}".format),
            "learning_rate": Slider("learning rate", LEARNING_RATES, 0.1, lambda rate: f"{rate:f}".rstrip("0").rstrip(".")),
            "watch": Choice(
                "the callback watches the", {"validation accuracy": "val_accuracy", "training accuracy": "accuracy"}
            ),
            "threshold": Slider("and stops at", steps(0.5, 0.95, 0.01), 0.75, percent),
        },
    )

"""A loss of one's own, and the weights that outputs and samples have in a loss."""

from collections.abc import Callable, Iterator

import keras
import numpy as np

from course_utils.diagnose import anatomy
from course_utils.diagnose.case import Case
from course_utils.diagnose.findings import SERIOUS, WARNING, Finding
from course_utils.diagnose.targets import FEW_CLASSES, class_labels

SAMPLES_PAIRED, SHIFTS = 32, (1, 3, 4, 6, 9)
EQUAL = 1e-3  # spread of ratios that are one and the same


def own_loss(case: Case) -> Iterator[Finding]:
    """A loss of one's own that compares each answer with all labels, or grows the nearer answers come to the labels."""
    own, y, predictions = case.loss, case.train.targets, case.seen.predictions if case.seen else None
    if own is None or own.kind is not None or y is None or predictions is None or y.dtype.kind not in "fuib":
        return
    shape = y.shape[1:]
    y, predictions = y[case.rows_run][:SAMPLES_PAIRED].astype("float32"), predictions[:SAMPLES_PAIRED]
    if not isinstance(own.function, keras.losses.Loss) and y.ndim == 1 and predictions.shape[1:] == (1,):
        y = y[:, None]  # Keras does so for functions
    noise = np.random.default_rng(0).random(predictions.shape).astype("float32")

    def loss(labels: np.ndarray, answers: np.ndarray) -> float:
        value = own.function(*map(keras.ops.convert_to_tensor, (labels, answers)))
        return float(np.mean(anatomy.as_array(value)))

    if (shape_of := _shape_for_odd(own, y, predictions)) is not None:
        yield Finding(
            "loss_over_samples",
            SERIOUS,
            f"For {len(y) - 1} samples the loss {own.name} gives numbers of the shape {shape_of}.",
            "It sums up or averages along axis 0, over the samples: what one sample costs depends on all others.",
            "keras.ops.mean(..., axis=-1)  # a number for each sample",
        )
        return
    if case.head is not None and predictions.shape == y.shape:
        free = case.head.activation in ("linear", "tanh")
        sure = case.head.activation in ("sigmoid", "softmax") and bool(np.isin(y, (0, 1)).all())
        given, worst = (noise + 0.1, -noise - 0.1) if free else (0.8 * noise + 0.1, y)
        if (free or sure) and np.isfinite(loss(y, given)) and not np.isfinite(loss(y, worst)):
            yield Finding(
                "loss_cannot_judge",
                SERIOUS if free else WARNING,
                f"The loss {own.name} is not finite for answers {'below 0' if free else 'of exactly 0 or 1'}, and the last "
                f"layer may give such ({case.head.activation}).",
                "The logarithm of 0 is infinite, that of a negative number NaN: one such answer, and all weights are NaN.",
                'layers.Dense(..., activation="softplus")  # as the last layer, if answers are positive'
                if free
                else "y_pred = keras.ops.clip(y_pred, 1e-7, 1 - 1e-7)  # before the logarithm; or a loss of Keras",
            )
            return
    # larger and smaller in turn: a loss that rounds must find answers on both sides
    larger = (np.arange(len(y)) % 2 == 0).reshape(-1, *[1] * (predictions.ndim - 1))
    answers = np.where(larger, predictions + noise, predictions * noise + 0.01 * noise)
    straight, others = loss(y, answers), [loss(np.roll(y, shift, axis=0), answers) for shift in SHIFTS]
    if (
        len(y) >= 8
        and np.allclose(straight, others, rtol=1e-5)
        and not np.isclose(straight, loss(2 * y + 1, answers), rtol=1e-5)
    ):
        yield Finding(
            "loss_ignores_pairs",
            SERIOUS,
            f"The loss {own.name} stays {straight:.4g} when the labels are dealt out to other samples.",
            f"Answers of the shape {predictions.shape[1:]} and labels of {shape} are stretched to "
            "each other, and each answer is compared with every label: the network learns their mean.",
            "y_true = keras.ops.reshape(y_true, keras.ops.shape(y_pred))  # first in the loss",
        )
        return
    right = y.reshape(predictions.shape) if y.size == predictions.size else None
    yes_or_no = right is not None and bool(np.isin(right, (0, 1)).all())
    if right is None or (yes_or_no and (case.head is None or case.head.activation not in ("sigmoid", "softmax"))):
        return  # a distance may be large where the label is 0
    if yes_or_no and _swaps(loss, y, right, noise):
        yield Finding(
            "loss_arguments_swapped",
            SERIOUS,
            f"The loss {own.name} computes a cross-entropy in which labels and answers have changed places.",
            "It takes the logarithm of the labels, which are 0 and 1: what it calls a loss hardly depends on how sure an "
            "answer is.",
            f"def {own.name}(y_true, y_pred):  # in this order: Keras hands over the labels first",
        )
        return
    near, *off = [loss(y, _moved(right, noise, step, yes_or_no)) for step in (0.02, 0.3, -0.3, 0.45, -0.45)]
    if np.isfinite([near, *off]).all() and near > max(off):
        yield Finding(
            "loss_rewards_errors",
            SERIOUS,
            f"The loss {own.name} is {near:.4g} for answers near the labels, and {min(off):.4g} far off.",
            "Training makes the loss small, and the answers worse. A measure that is best when it is large needs a "
            "minus, or 1 less the measure.",
            f"return -{own.name}(y_true, y_pred)  # or 1 - ...: small is good",
        )


def _shape_for_odd(own: anatomy.Loss, y: np.ndarray, predictions: np.ndarray) -> tuple[int, ...] | None:
    """The shape of the losses of a number of samples that no axis has, if it does not begin with that number."""
    count = len(y) - 1
    if count in (*y.shape[1:], *predictions.shape[1:]):
        return None
    function = own.function.call if isinstance(own.function, keras.losses.Loss) else own.function
    losses = function(*(keras.ops.convert_to_tensor(part[:count]) for part in (y, predictions)))
    shape = tuple(getattr(losses, "shape", ()))
    return shape if shape and shape[0] != count else None


def _swaps(loss: Callable[..., float], y: np.ndarray, right: np.ndarray, noise: np.ndarray) -> bool:
    """Whether a loss is a multiple of the cross-entropy that has answers for labels, and not of the right one."""
    several = [_moved(right, np.roll(noise, shift, axis=0), 0.2 + 0.1 * shift, True) for shift in range(4)]
    own = np.array([loss(y, answers) for answers in several])
    pairs = [(right, answers) for answers in several]
    for function in (keras.losses.binary_crossentropy, keras.losses.categorical_crossentropy):
        straight, swapped = (
            own / [float(np.mean(anatomy.as_array(function(*order)))) for order in ways]
            for ways in (pairs, [pair[::-1] for pair in pairs])
        )
        if np.isfinite(swapped).all() and np.ptp(swapped) < EQUAL * np.abs(swapped).max() and np.ptp(straight) > EQUAL:
            return True
    return False


def _moved(right: np.ndarray, noise: np.ndarray, step: float, yes_or_no: bool) -> np.ndarray:
    """Answers at some distance from the labels; those to a yes or no stay between 0 and 1."""
    if yes_or_no:
        return (right + abs(step) * (1 + noise) / 2 * (1 - 2 * right)).astype("float32")
    return (right + step * (1 + noise) * max(float(right.std()), 0.1)).astype("float32")


def weighted(case: Case) -> Iterator[Finding]:
    """Outputs, and samples, whose errors count for nothing."""
    compiled = getattr(case.model, "_compile_loss", None) if case.model.compiled else None
    given = getattr(compiled, "_user_loss_weights", None)
    names = list(given) if isinstance(given, dict) else getattr(case.model, "output_names", [])
    weights = keras.tree.flatten(given)
    if len(weights) > 1 and any(weight == 0 for weight in weights):
        name = next(name for name, weight in zip(names, weights, strict=False) if weight == 0)
        yield Finding(
            "weights_of_zero",
            WARNING,
            f"The loss of output {name} has the weight 0.",
            "Whatever that output says costs nothing: it is never trained, and stays at its random start.",
            f'model.compile(..., loss_weights={{"{name}": 1.0, ...}})',
        )
        return
    if (name := _without_loss(case)) is not None:
        yield Finding(
            "output_without_loss",
            SERIOUS,
            f"Output {name} has targets, and compile names no loss for it.",
            "fit passes over these targets: nothing tells that output what is right, and its head is never trained.",
            f'model.compile(..., loss={{"{name}": "mean_squared_error", ...}})  # one for each output that has targets',
        )
        return
    found = _silent(case)
    if found is None:
        return
    negative = found == "some samples have a negative weight"
    yield Finding(
        "weights_of_zero",
        SERIOUS,
        f"{found[0].upper()}{found[1:]}.",
        "A sample's error is multiplied by its weight: training makes what is negative worse."
        if negative
        else "An error is multiplied by its weight: what has the weight 0 teaches nothing.",
        "model.fit(x, y, sample_weight=None)  # or weights above 0; class_weight gives one to each class",
    )


def _without_loss(case: Case) -> str | None:
    """Name of an output that has targets, but no loss, where others have one."""
    names, loss, targets = getattr(case.model, "output_names", []), case.model.loss, case.train.all_targets
    if len(names) < 2 or not isinstance(loss, (dict, list)) or anatomy.trains_its_own_way(case.model) or case.model.losses:
        return None
    of = loss if isinstance(loss, dict) else dict(zip(names, loss, strict=False))
    given = targets if isinstance(targets, dict) else dict(zip(names, keras.tree.flatten(targets), strict=False))
    return next((name for name in given if of.get(name) is None), None) if set(of) <= set(given) else None


def _silent(case: Case) -> str | None:
    """What counts for nothing, or the wrong way, by the weights of the samples; None if nothing does."""
    weights, y = case.train.sample_weight, case.train.targets
    if not isinstance(weights, np.ndarray) or not weights.size:
        return None
    if weights.min() < 0:
        return "some samples have a negative weight"
    if not weights.any():
        return "all samples have the weight 0"
    labels = class_labels(case, y) if weights.size == case.train.count else None
    if labels is None and y is not None and weights.size == y.size and y.dtype.kind in "fuib":
        # a weight for each place: class 0 may be what fills up, and rightly count for nothing
        places = y.ravel() != 0
        labels, weights = y.ravel()[places].astype(int), weights.ravel()[places]
    if labels is None or len(np.unique(labels)) > FEW_CLASSES:
        return None
    silent = [name for name in np.unique(labels) if not weights.ravel()[labels == name].any()]
    return f"whatever is of class {silent[0]} has the weight 0" if silent else None

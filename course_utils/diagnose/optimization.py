"""The settings of training: compile, the learning rate, and what the figures of a training say."""

import contextlib
import inspect
from collections.abc import Iterator

import keras
import numpy as np

from course_utils.diagnose import anatomy
from course_utils.diagnose.anatomy import BINARY, CATEGORICAL, SPARSE
from course_utils.diagnose.case import Case, rows_of
from course_utils.diagnose.findings import NOTE, SERIOUS, WARNING, Finding
from course_utils.diagnose.leakage import SPLITTING
from course_utils.diagnose.probe import Probe
from course_utils.diagnose.targets import class_labels

STEPS = 32
CLEAR = 0.05  # a loss that fell by this share is on its way: no need to watch it longer
FLAT = 0.01  # a loss that fell by less than this share has not moved
EXPLODED = 10.0  # parts of the loss at first; it may well come down again, and units have died on the way
LEARNS = 0.2  # a loss that fell by this share has
LOWER = (0.1, 0.01, 0.001)  # smaller learning rates to try, in parts of the model's own
HIGHER = (1.0, 10.0, 100.0)  # larger ones, in parts of the optimizer's default
TOO_LOW = 1 / 200  # of the optimizer's default: rates above it may be slow, but are in use
NO_BETTER = 0.98  # of the loss of an answer that is always the same
SAMPLES_COMPARED = 512
ENOUGH_STEPS = 50  # before that, a network may well name the most frequent class alone
STILL_LEARNING = 0.05  # a loss that fell by this share in the last epoch
HEADWAY = 0.85  # validation loss, in parts of the training loss, that asks for an explanation
LEVEL = 0.95  # above it there is no difference worth explaining
SETTLED = 0.9  # a training loss that fell less than to this part in an epoch; before, its average over an epoch lags behind
ERRORS = 3.0  # standard errors of a difference that is no chance
EPOCHS_OF_HEADWAY = 3


def compiled(case: Case) -> Iterator[Finding]:
    """A model without compile, or without a loss."""
    own = anatomy.trains_its_own_way(case.model)
    if case.model.compiled and (case.model.loss is not None or case.model.losses or own):
        return
    kind = "without a loss" if case.model.compiled else "not compiled"
    yield Finding(
        "not_compiled",
        SERIOUS,
        f"The model is {kind}.",
        "fit needs to know what to make small (the loss) and how to go about it (the optimizer). Its fit, its labels and "
        "its learning rate can be looked at after that.",
        f'model.compile(optimizer="adam", loss="{_likely_loss(case)}", metrics=[...])',
    )


def _likely_loss(case: Case) -> str:
    y = case.train.targets_in_order
    if y is None or (y.dtype.kind == "f" and not np.array_equal(y, np.round(y))):
        return "mean_squared_error"
    if y.ndim > 1 and y.shape[-1] > 1:
        return "categorical_crossentropy"
    return "binary_crossentropy" if case.head is not None and case.head.units == 1 else "sparse_categorical_crossentropy"


def learning_rate(case: Case) -> Iterator[Finding]:
    """A learning rate with which the loss explodes or does not move, where another rate makes it fall.

    Judged by the history of a model that has been trained, else by training it on a few batches. A loss that does not
    move is only reported if it does with another learning rate: the data may be what is hard.
    """
    rate = anatomy.learning_rate(case.model)
    if rate is None and anatomy.optimizer_of(case.model) is not None:
        case.skip("the learning rate, since the schedule that sets it does not tell it")
    if not rate:
        return
    losses = [float(loss) for loss in case.history.get("loss", [])]
    if not case.steps_trained:
        yield from _judged_by_trial(case, rate, fresh=False)
    elif losses and not _swept(case):
        broken = next((epoch for epoch, loss in enumerate(losses, start=1) if not np.isfinite(loss)), None)
        if broken is not None:
            yield _too_high(rate, f"The loss was {losses[broken - 1]} in epoch {broken} of training", rate / 100)
        elif len(losses) >= 2 and 0 < 1.5 * losses[0] < losses[-1]:
            yield _too_high(
                rate, f"The loss rose from {losses[0]:.3g} to {losses[-1]:.3g} in {len(losses)} epochs", rate / 10
            )
        elif len(losses) >= 2 and losses[-1] >= NO_BETTER * (_naive_loss(case) or np.inf):
            yield from _judged_by_trial(case, rate, fresh=True)


def _naive_loss(case: Case) -> float | None:
    """Loss of the best answer that is the same for every sample; None for losses that have no short formula for it."""
    y = class_labels(case, case.train.targets)
    if y is not None:
        shares = np.unique(y, return_counts=True)[1] / len(y)
        return float(-np.sum(shares * np.log(shares)))
    if case.loss is not None and case.loss.name == "mean_squared_error" and case.train.targets is not None:
        return float(np.var(case.train.targets, axis=0).mean())
    return None


def _swept(case: Case) -> bool:
    """Whether the learning rate was changed on purpose during training, for instance to look for a good one."""
    return len(set(case.history.get("learning_rate", case.history.get("lr", [])))) > 1


def _judged_by_trial(case: Case, rate: float, fresh: bool) -> Iterator[Finding]:
    if any(map(anatomy.looks_pretrained, anatomy.bases(case.model))) and any(
        base.trainable for base in anatomy.bases(case.model)
    ):
        return  # fine-tuning goes in steps that look too small
    probe = Probe.of(case, fresh)
    if probe is not None:
        with contextlib.closing(probe):
            yield from _judged_by_probe(case, probe, rate)


def _judged_by_probe(case: Case, probe: Probe, rate: float) -> Iterator[Finding]:
    start = probe.loss_after(0.0, steps=len(probe.batches))
    end = probe.loss_after(rate, STEPS, enough=start * (1 - CLEAR) if start else None)
    if end is None or start is None:
        case.skip("the learning rate, since a few steps of training take too long")
        return
    if not np.isfinite(start) or start <= 0:
        return
    peak = probe.peak if probe.peak > EXPLODED * start else None
    if np.isfinite(end) and end < start * (1 - FLAT) and peak is None:
        return
    over = f" over {peak:.3g}" if peak else ""
    seen = f"In a trial of {STEPS} steps at {rate:.2g}, the loss went from {start:.3g}{over} to {end:.3g}"
    for factor in LOWER:
        if _learns(start, probe.loss_after(rate * factor, STEPS)):
            yield _too_high(rate, f"{seen}; at {rate * factor:.2g} it fell", rate * factor)
            return
    if not np.isfinite(end):
        yield _too_high(rate, seen, rate / 1000)
        return
    optimizer = type(anatomy.optimizer_of(case.model))
    default = _usual_rate(optimizer)
    if rate > default * TOO_LOW:
        return
    for higher in default * np.array(HIGHER):
        if _learns(start, after := probe.loss_after(higher, STEPS)):
            yield Finding(
                "learning_rate_too_low",
                WARNING,
                f"{seen}; at {higher:.2g} it went to {after:.3g}.",
                "Each step is so small that training would take days to get anywhere.",
                f"model.compile(keras.optimizers.{optimizer.__name__}({higher:.2g}), ...)",
            )
            return


def _usual_rate(optimizer: type) -> float:
    """What it takes unless it is told otherwise; Adam's for one that always has to be told."""
    parameter = inspect.signature(optimizer).parameters.get("learning_rate")
    return parameter.default if parameter is not None and isinstance(parameter.default, float) else 1e-3


def _learns(start: float, end: float | None) -> bool:
    return end is not None and np.isfinite(end) and end < start * (1 - LEARNS)


def _too_high(rate: float, seen: str, better: float) -> Finding:
    return Finding(
        "learning_rate_too_high",
        SERIOUS,
        f"{seen}. The learning rate is {rate:.2g}.",
        "Each step jumps over the valley and lands higher up on its other side; units can die on the way.",
        f"model.compile(keras.optimizers.Adam({min(better, 1e-3):.1g}), ...)  # and start from fresh weights",
    )


def majority(case: Case) -> Iterator[Finding]:
    """A trained classifier that gives one and the same answer, and is right as often as that answer is."""
    y = class_labels(case, case.train.targets)
    if y is None or case.steps_trained < ENOUGH_STEPS or case.seen is None or case.seen.predictions is None:
        return
    losses = case.history.get("loss", [])
    if len(losses) >= 2 and losses[-1] < (1 - STILL_LEARNING) * losses[-2]:
        return
    said = _classes_said(case)
    if said is None or len(said) < 20:
        return
    y = y[case.rows_run]
    answers, counts = np.unique(said, return_counts=True)
    usual = float(np.unique(y, return_counts=True)[1].max() / len(y))
    right = float(np.mean(said == y))
    if counts.max() / len(said) < 0.98 or right > usual + 0.01 or usual > 0.995:
        return
    yield Finding(
        "majority_class",
        SERIOUS,
        f"For {counts.max() / len(said):.0%} of {len(said):,} training samples the answer is class "
        f"{answers[counts.argmax()]}; "
        f"{right:.0%} are right, and always naming the most frequent class makes {usual:.0%}.",
        "The accuracy is that of a network that has not looked at its input.",
        "model.fit(..., class_weight={0: 1.0, 1: frequent / rare})  # or train longer; and compare with the majority every "
        "time"
        if usual > 1.5 / max(len(np.unique(y)), 2)
        else "model.fit(..., epochs=...)  # train longer; if that does not help, look at the labels and the learning rate",
    )


def _classes_said(case: Case) -> np.ndarray | None:
    predictions = case.seen.predictions if case.seen else None
    if predictions is None or predictions.ndim != 2 or case.loss is None:
        return None
    if predictions.shape[1] > 1:
        return predictions.argmax(axis=1) if case.loss.kind in (SPARSE, CATEGORICAL) else None
    return (predictions[:, 0] > (0.0 if case.loss.from_logits else 0.5)).astype(int) if case.loss.kind == BINARY else None


def validation_better(case: Case) -> Iterator[Finding]:
    """A validation loss that stays well below the training loss, and the reason."""
    losses, validation = (np.array(case.history.get(name, []), dtype=float) for name in ("loss", "val_loss"))
    if len(losses) < EPOCHS_OF_HEADWAY or len(losses) != len(validation):
        return
    last = slice(-EPOCHS_OF_HEADWAY, None)
    if not (validation[last] < HEADWAY * losses[last]).all() or (losses[last] <= 0).any():
        return
    seen = (
        f"In the last {EPOCHS_OF_HEADWAY} epochs the validation loss stayed below the training loss: "
        f"{validation[-1]:.3g} and {losses[-1]:.3g}"
    )
    reasons = sorted({type(layer).__name__ for layer in anatomy.all_layers(case.model) if _only_in_training(layer)})
    if case.model.losses:
        reasons.append("regularization")
    pair = _losses_in_inference(case)
    if pair is None:
        return
    train, examined = (float(losses.mean()) for losses in pair)
    error = float(np.sqrt(sum(np.var(losses) / len(losses) for losses in pair)))
    if examined < HEADWAY * train and train - examined > ERRORS * error:
        yield Finding(
            "easy_validation",
            WARNING,
            f"{seen}. Measured in the same way, it still is: {examined:.3g} against {train:.3g}.",
            "Then the validation samples are easier than the training samples, and their figures too good.",
            SPLITTING,
        )
    elif reasons and examined > LEVEL * train and (losses[last][1:] > SETTLED * losses[last][:-1]).all():
        yield Finding(
            "training_loss_is_higher",
            NOTE,
            f"{seen}. Measured in the same way, they are {examined:.3g} and {train:.3g}.",
            f"This is no mistake: {', '.join(reasons)} make training harder, and are off in validation. Compare the two "
            "without that before you speak of overfitting.",
            "model.evaluate(x_train, y_train)  # beside model.evaluate(x_validation, y_validation)",
        )


def _only_in_training(layer: keras.layers.Layer) -> bool:
    return type(layer).__name__.startswith(("Dropout", "SpatialDropout", "Gaussian", "Random", "AlphaDropout"))


def _losses_in_inference(case: Case) -> tuple[np.ndarray, np.ndarray] | None:
    """Losses of some training and of some validation samples, in inference mode and without regularization."""
    if case.copy is None or case.validation is None or case.loss is None:
        return None
    # A loss object's `call` gives the losses that calling it would average.
    loss = getattr(case.loss.function, "call", case.loss.function)
    values = []
    for split in case.splits:
        if split.targets is None:
            return None
        rows = np.unique(np.linspace(0, split.count - 1, SAMPLES_COMPARED).astype(int))
        rows = np.concatenate(batches := list(case.batches(rows, SAMPLES_COMPARED)))
        parts = [anatomy.as_array(case.copy(rows_of(split.x, batch), training=False)) for batch in batches]
        predictions, y = np.concatenate(parts), split.targets[rows]
        if y.ndim == predictions.ndim - 1 and predictions.shape[-1] == 1:
            y = y[..., None]
        each = anatomy.as_array(loss(*map(keras.ops.convert_to_tensor, (y, predictions))))
        values.append(each.reshape(len(rows), -1).mean(axis=1))
    return values[0], values[1]

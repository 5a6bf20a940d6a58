"""The settings of training: compile, the learning rate, and what the figures of a training say."""

import contextlib
import inspect
from collections.abc import Iterator

import keras
import numpy as np
import tensorflow as tf

from course_utils.diagnose import anatomy
from course_utils.diagnose.anatomy import BINARY, CATEGORICAL, SPARSE
from course_utils.diagnose.case import Case, rows_of
from course_utils.diagnose.findings import NOTE, SERIOUS, WARNING, Finding
from course_utils.diagnose.leakage import SPLITTING
from course_utils.diagnose.probe import Probe
from course_utils.diagnose.resources import batch_size
from course_utils.diagnose.samples import TF_DATA, Split
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
ADAPTIVE, LEAP = ("Adam", "AdamW", "Adamax", "Nadam", "RMSprop"), 0.2  # steps as long as the rate; one as large as weights
DARING, WORSE = 0.05, 5.0  # a learning rate; a loss after training, in parts of that of an answer that is always the same
SAMPLES_COMPARED = 512
ENOUGH_STEPS = 50  # before that, a network may well name the most frequent class alone
STILL_LEARNING = 0.05  # a loss that fell by this share in the last epoch
USUAL = {"Adadelta": 1.0}  # the rate of its paper; with Keras' default it hardly moves
MOST_MOMENTUM = 0.995
ENOUGH_FOR_BATCHES = 256  # samples that are better cut into batches
ENOUGH_FOR_STEPS, FEW_EPOCHS = 1_000, 30  # samples in a single batch; epochs that are then no more than so many steps
EARLY, REACHED = 0.3, 0.95  # of the epochs planned; an accuracy at which somebody may well stop
BEHIND, BEHIND_NAIVE = 2.0, 0.3  # loss in use, in parts of that in training, and of that of an answer always the same
FALLING, RISING = ("loss", "error", "mae", "mse"), ("acc", "auc", "precision", "recall", "iou", "f1", "r2")  # in names
FEWEST_EPOCHS, RISEN = 8, 1.5  # epochs to speak of a course; validation loss in parts of its lowest
CUT = 1e-3  # norm of a gradient below which SGD stands still
FEW_STEPS = 50  # that no schedule should end long before, whatever the epochs
EPSILON, SMALL_STEPS = 0.01, 0.01  # from which it counts beside a gradient; a learning rate, in parts of epsilon
GONE = 0.01  # of a schedule's largest rate
PART = 0.8  # of an epoch's batches
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
    if rate is None:
        return
    if rate <= 0:
        yield Finding(
            "learning_rate_too_low",
            SERIOUS,
            f"The learning rate is {rate:g}.",
            "Each step is the gradient times this number: nothing is learned."
            if rate == 0
            else "Each step goes the wrong way: the loss grows.",
            f"model.compile(keras.optimizers.{type(anatomy.optimizer_of(case.model)).__name__}(1e-3), ...)",
        )
        return
    optimizer = type(anatomy.optimizer_of(case.model)).__name__
    several = sum(isinstance(layer, anatomy.KERNELS) and layer.trainable for layer in anatomy.all_layers(case.model)) > 1
    if optimizer in ADAPTIVE and rate >= LEAP and several:
        seen = f"{optimizer} moves each weight by about the learning rate in a step, and weights are smaller than that"
        yield _too_high(rate, seen, 1e-3)
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
        elif len(losses) >= 2 and rate > DARING and losses[-1] > WORSE * (naive := naive_loss(case) or np.inf):
            seen = (
                f"After {len(losses)} epochs the loss is {losses[-1]:.3g}; an answer that is always the same has {naive:.3g}"
            )
            yield _too_high(rate, seen, rate / 100)
        elif len(losses) >= 2 and losses[-1] >= NO_BETTER * (naive_loss(case) or np.inf):
            yield from _judged_by_trial(case, rate, fresh=True)


def naive_loss(case: Case) -> float | None:
    """Loss of the best answer that is the same for every sample; None for losses that have no short formula for it."""
    y = class_labels(case, case.train.targets)
    if y is not None:
        shares = np.unique(y, return_counts=True)[1] / len(y)
        return float(-np.sum(shares * np.log(shares)))
    if case.loss is not None and case.loss.name == "mean_squared_error" and case.train.targets is not None:
        return float(np.var(case.train.targets, axis=0).mean())
    return None


def steps(case: Case) -> Iterator[Finding]:
    """Steps that never stop, are cut to nothing, or come once in an epoch."""
    optimizer = anatomy.optimizer_of(case.model)
    if optimizer is None:
        return
    momentum = getattr(optimizer, "momentum", 0)
    if isinstance(momentum, float) and momentum > MOST_MOMENTUM:
        yield Finding(
            "momentum_too_high",
            SERIOUS,
            f"The momentum is {momentum:g}.",
            "A step adds up hundreds of earlier gradients, and shoots over every valley.",
            "keras.optimizers.SGD(..., momentum=0.9)",
        )
    norms = [getattr(optimizer, name, None) for name in ("clipnorm", "global_clipnorm", "clipvalue")]
    cut = min((norm for norm in norms if norm), default=None)
    if cut is not None and cut < CUT and type(optimizer).__name__ == "SGD":
        yield Finding(
            "gradients_cut",
            WARNING,
            f"Gradients are cut to {cut:g}.",
            "With SGD a step is the gradient times the learning rate: cut so short, it moves nothing.",
            "keras.optimizers.SGD(..., clipnorm=1.0)",
        )
    epsilon, rate = getattr(optimizer, "epsilon", None), anatomy.learning_rate(case.model)
    if isinstance(epsilon, float) and rate and epsilon > EPSILON and rate < SMALL_STEPS * epsilon:
        yield Finding(
            "epsilon_too_large",
            WARNING,
            f"{type(optimizer).__name__} has epsilon={epsilon:g} and a learning rate of {rate:.2g}.",
            "It divides each step by the size of the gradients plus epsilon, which is there to keep it from dividing by 0. "
            "Most gradients are far smaller: epsilon alone makes the steps tiny.",
            f"keras.optimizers.{type(optimizer).__name__}({rate:.2g})  # epsilon is 1e-07 unless told otherwise",
        )
    added_up, batches = getattr(optimizer, "gradient_accumulation_steps", None), _steps_of_an_epoch(case)
    if added_up and batches and added_up > batches:
        yield Finding(
            "accumulates_too_long",
            SERIOUS,
            f"Gradients of {added_up:,} batches are added up before a step is taken; an epoch has {batches:,}.",
            "Through whole epochs nothing is learned.",
            f"keras.optimizers.{type(optimizer).__name__}(..., gradient_accumulation_steps=4)  # or none",
        )
    size, epochs = case.train.size, len(case.history.get("loss", []))
    in_one = size and not epochs and case.train.batch_size == size >= ENOUGH_FOR_BATCHES
    taken = size and size >= ENOUGH_FOR_STEPS and _steps_taken(case) == 1 and 0 < epochs <= FEW_EPOCHS
    if in_one or taken:
        yield Finding(
            "one_step_epochs",
            WARNING if taken else NOTE,
            f"All {size:,} samples are in one batch: "
            + (f"{epochs} epochs were {case.steps_trained} steps." if taken else "an epoch is a single step."),
            "A network needs hundreds of steps. A step learns little more from hundreds of samples than from a few dozens.",
            "model.fit(..., batch_size=32)  # or train.unbatch().batch(32)",
        )


def _steps_taken(case: Case) -> int | None:
    """Steps in each epoch of the last `fit`."""
    return (getattr(getattr(case.model, "history", None), "params", None) or {}).get("steps") if case.history else None


def schedule(case: Case) -> Iterator[Finding]:
    """A learning rate that is all but gone before the training has got anywhere."""
    optimizer = anatomy.optimizer_of(case.model)
    if optimizer is None:
        return
    told = np.array(case.history.get("learning_rate", []))
    gone = np.flatnonzero(told < GONE * told[:1]) if len(told) else told
    if len(gone) and 0 < gone[0] <= len(told) // 2:
        yield Finding(
            "schedule_too_short",
            WARNING,
            f"The learning rate fell from {told[0]:.2g} to {told[gone[0]]:.1g} by epoch {gone[0] + 1} of {len(told)}.",
            "Whatever came after that changed next to nothing.",
            "keras.callbacks.ReduceLROnPlateau(patience=5, min_lr=1e-5)  # more patience, and an end to it",
        )
        return
    rates, steps = optimizer._learning_rate, _steps_of_an_epoch(case)
    if not isinstance(rates, keras.optimizers.schedules.LearningRateSchedule) or not steps:
        return
    done = max(case.steps_trained, steps, FEW_STEPS)
    try:
        course = np.array([float(rates(keras.ops.convert_to_tensor(step))) for step in np.linspace(0, done, 41).astype(int)])
    except Exception:  # a schedule of one's own, which the check of the learning rate speaks of
        return
    gone = np.flatnonzero(course < GONE * course.max())
    gone = gone[gone > course.argmax()]
    if len(gone) and gone[0] <= len(course) // 2 and course[gone[0] :].max() < GONE * course.max():
        yield Finding(
            "schedule_too_short",
            SERIOUS,
            f"The learning rate falls from {course.max():.2g} to {course[gone[0]]:.1g} within "
            f"{round(gone[0] * done / 40):,} steps; an epoch has {steps:,}.",
            "A schedule counts steps, one for each batch, not epochs. Once the rate is gone, nothing more is learned.",
            "decay_steps = epochs * steps_per_epoch  # with steps_per_epoch = number of samples / batch size",
        )


def _batches(split: Split) -> int | None:
    """Full batches in a dataset, of an endless one in what it repeats; None for arrays and where only reading would tell."""
    if not split.batch_size:
        return None
    if split.size is not None:
        return split.size // split.batch_size
    if split.kind != TF_DATA:
        return split.source.num_batches
    dataset = split.source
    while int(dataset.cardinality()) == tf.data.INFINITE_CARDINALITY and dataset._inputs():
        dataset = dataset._inputs()[0]
    ranks = [keras.tree.flatten(each.element_spec)[0].shape.rank for each in (dataset, split.source)]
    count = int(dataset.cardinality()) // (1 if ranks[0] == ranks[1] else split.batch_size)
    return count if count > 0 else None


def _steps_of_an_epoch(case: Case) -> int | None:
    size, batch = case.train.size, batch_size(case)
    return -(-size // batch) if size and batch else None


def shown(case: Case) -> Iterator[Finding]:
    """A training that has shown only a part of its data."""
    steps, batches = _steps_taken(case), _batches(case.train)
    if not steps or not batches:
        return
    epochs = len(case.model.history.epoch)
    if steps * epochs >= batches or steps >= PART * batches:
        return
    yield Finding(
        "data_not_shown",
        WARNING,
        f"An epoch had {steps:,} steps of {case.train.batch_size}, and the training data has {batches:,} batches: "
        f"after {epochs} epoch{'s' if epochs > 1 else ''}, {1 - steps * epochs / batches:.0%} of it have never been shown.",
        "steps_per_epoch ends an epoch early. Data that is not shown teaches nothing.",
        "model.fit(train, epochs=...)  # without steps_per_epoch, which only an endless dataset needs",
    )


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
    default = USUAL.get(optimizer.__name__, _usual_rate(optimizer))
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
    if pair is None or len(pair) < 2:
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


def averages_behind(case: Case) -> Iterator[Finding]:
    """Batch normalization whose averages lag behind: the training samples have a far larger loss in use than in training."""
    losses, validation = (case.history.get(name, []) for name in ("loss", "val_loss"))
    normalizing = keras.layers.BatchNormalization
    norms = [layer for layer in anatomy.all_layers(case.model) if isinstance(layer, normalizing) and layer.trainable]
    read = _losses_in_inference(case) if norms and losses else None
    naive = naive_loss(case) or 0.0
    if read is None or len(read) < 2 or not validation or not np.isclose(read[1].mean(), validation[-1], rtol=0.1):
        return  # other weights, such as those of an earlier epoch
    if float(read[0].mean()) < max(BEHIND * losses[-1], BEHIND_NAIVE * naive):
        return
    yield Finding(
        "averages_do_not_move",
        WARNING,
        f"In training the loss was {losses[-1]:.3g} at last; on the same samples in use it is {read[0].mean():.3g}. "
        f"{norms[0].name} normalizes with its moving mean and variance then (momentum={norms[0].momentum:g}), which "
        f"{case.steps_trained} steps have not brought to where the data lies.",
        "Validation looks far worse than training, as in overfitting, and is not: the averages lag behind.",
        "layers.BatchNormalization(momentum=0.9)  # for few steps; and inputs of mean 0; or train longer",
    )


def overfits(case: Case) -> Iterator[Finding]:
    """A validation loss that has long been rising while the training loss falls."""
    losses, validation = (np.array(case.history.get(name, []), dtype=float) for name in ("loss", "val_loss"))
    if len(validation) < FEWEST_EPOCHS or len(losses) != len(validation) or not np.isfinite(validation).all():
        return
    best = int(validation.argmin())
    if best > len(validation) / 2 or not 0 < RISEN * validation[best] < validation[-1] or losses[-1] >= losses[best]:
        return
    yield Finding(
        "overfits",
        NOTE,
        f"The validation loss was lowest in epoch {best + 1} ({validation[best]:.3g}), now it is {validation[-1]:.3g}; "
        f"the training loss fell on, from {losses[best]:.3g} to {losses[-1]:.3g}.",
        "Since then the network learns its samples by heart.",
        "keras.callbacks.EarlyStopping(patience=3, restore_best_weights=True)  # or more data, augmentation, dropout",
    )


def stopped(case: Case) -> Iterator[Finding]:
    """A training that was stopped early in the midst of its progress: whatever is measured was at its best."""
    history = getattr(case.model, "history", None)
    planned = (getattr(history, "params", None) or {}).get("epochs")
    done = history.epoch[-1] + 1 if history is not None and len(case.history.get("loss", [])) > 1 else None
    if not planned or not done or done > EARLY * planned:
        return
    measured = [name for name in case.history if name.startswith("val_")] or list(case.history)
    courses = {name: course for name in measured if (course := _course(case, name)) is not None}
    losses = next((course for name, course in courses.items() if name in ("loss", "val_loss")), None)
    goal = any(course[-1] < -REACHED for name, course in courses.items() if _rises(name))
    if losses is None or goal or losses[-1] <= 0 or losses[-1] > (1 - STILL_LEARNING) * losses[-2]:
        return
    if not all(course[-1] < course[:-1].min() for course in courses.values()):
        return
    yield Finding(
        "stopped_too_soon",
        WARNING,
        f"Training stopped after epoch {done} of {planned}, while it still improved: "
        f"{' and '.join(courses)} had never been better.",
        "EarlyStopping took better for worse: with mode='min', or a direction guessed wrong, it waits for an accuracy to "
        "fall. A large min_delta or a baseline does the same.",
        'keras.callbacks.EarlyStopping("val_loss", mode="min", patience=5, restore_best_weights=True)',
    )


def _course(case: Case, name: str) -> np.ndarray | None:
    """What was measured by epoch, less being better; None if it cannot be told which way is better."""
    course = np.array(case.history[name], dtype=float)
    if course.ndim != 1 or not np.isfinite(course).all():
        return None
    if _rises(name):
        return -course
    return course if any(part in name for part in FALLING) else None


def _rises(name: str) -> bool:
    return any(part in name for part in RISING)


def _only_in_training(layer: keras.layers.Layer) -> bool:
    return type(layer).__name__.startswith(("Dropout", "SpatialDropout", "Gaussian", "Random", "AlphaDropout"))


def _losses_in_inference(case: Case) -> list[np.ndarray] | None:
    """Losses of some samples of each split, in inference mode and without regularization."""
    if case.runnable is None or case.loss is None:
        return None
    # A loss object's `call` gives the losses that calling it would average.
    loss = getattr(case.loss.function, "call", case.loss.function)
    values = []
    for split in case.splits:
        if split.targets is None:
            return None
        rows = np.unique(np.linspace(0, split.count - 1, SAMPLES_COMPARED).astype(int))
        rows = np.concatenate(batches := list(case.batches(rows, SAMPLES_COMPARED)))
        parts = [anatomy.as_array(case.runnable(rows_of(split.x, batch), training=False)) for batch in batches]
        predictions, y = np.concatenate(parts), split.targets[rows]
        if y.ndim == predictions.ndim - 1 and predictions.shape[-1] == 1:
            y = y[..., None]
        each = anatomy.as_array(loss(*map(keras.ops.convert_to_tensor, (y, predictions))))
        values.append(each.reshape(len(rows), -1).mean(axis=1))
    return values

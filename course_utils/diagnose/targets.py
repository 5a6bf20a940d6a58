"""Whether loss, last layer and labels fit together; whether a regression's targets have a size that can be learned."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import keras
import numpy as np

from course_utils.diagnose import anatomy
from course_utils.diagnose.anatomy import BINARY, CATEGORICAL, REGRESSION, SPARSE
from course_utils.diagnose.case import Case
from course_utils.diagnose.findings import SERIOUS, WARNING, Finding

LOSS_FINDINGS = frozenset(
    {
        "one_softmax_unit",
        "class_loss_for_numbers",
        "regression_loss_for_classes",
        "activation_limits_targets",
        "one_hot_labels",
        "integer_labels",
        "units_do_not_match",
        "labels_start_at_1",
        "labels_out_of_range",
        "sigmoid_for_exclusive_classes",
        "softmax_for_several_labels",
        "rows_do_not_add_up",
        "binary_loss_for_classes",
        "probabilities_taken_for_logits",
        "logits_taken_for_probabilities",
        "activation_limits_logits",
        "shapes_do_not_match",
        "softmax_over_wrong_axis",
        "loss_ignores_pairs",
        "loss_rewards_errors",
        "loss_arguments_swapped",
        "loss_over_samples",
        "loss_cannot_judge",
        "targets_all_equal",
    }
)
TOGETHER = 0.02  # from 1, for numbers that add up to 1
# Where labels have no place among the outputs, most losses refuse them.
STOPPING = frozenset(
    {
        "shapes_do_not_match",
        "one_hot_labels",
        "integer_labels",
        "units_do_not_match",
        "labels_start_at_1",
        "labels_out_of_range",
        "one_softmax_unit",
    }
)
ENOUGH = 30  # samples that never have two labels at once: the classes exclude each other
FEW_CLASSES = 50
ALIKE = 5.0  # the most frequent whole number against the rarest: classes are chosen so, counts have a tail
LARGE_TARGETS, APART = 100.0, 30.0  # spread of targets; of one column of them, in parts of another's
# What an activation can give; those that may give any number, and those of logits.
LIMITS = {
    **dict.fromkeys(("sigmoid", "hard_sigmoid", "softmax"), (0, 1)),
    **dict.fromkeys(("tanh", "softsign"), (-1, 1)),
    **dict.fromkeys(("relu", "softplus", "exponential"), (0, np.inf)),
    **{"relu6": (0, 6), "elu": (-1, np.inf), "silu": (-0.28, np.inf), "gelu": (-0.17, np.inf)},
}
NO_PROBABILITIES = {"linear", "leaky_relu", "prelu", "selu", *LIMITS} - {"sigmoid", "hard_sigmoid", "softmax"}


def class_labels(case: Case, targets: np.ndarray | None) -> np.ndarray | None:
    """Class of each sample, (samples,), from class numbers or one-hot rows; None if the model does not sort into classes."""
    if targets is None or case.loss is None or case.loss.kind not in (SPARSE, CATEGORICAL, BINARY):
        return None
    if targets.dtype.kind not in "fuib":
        return None
    if targets.ndim == 2 and targets.shape[1] > 1:
        return targets.argmax(axis=1) if one_hot(targets) else None
    flat = targets.reshape(len(targets), -1)
    whole = flat.shape[1] == 1 and np.array_equal(flat, np.round(flat))
    return flat[:, 0].astype(int) if whole else None


def one_hot(targets: np.ndarray) -> bool:
    """Whether each row of targets holds a single 1, and else 0."""
    return bool(np.isin(targets, (0, 1)).all() and (targets.sum(axis=-1) == 1).all())


@dataclass(frozen=True)
class Fit:
    """What the rules below compare: the loss, the last layer's units and activation, and the targets (samples, ...)."""

    loss: anatomy.Loss
    units: int
    activation: str | None
    y: np.ndarray
    complete: bool
    answer: tuple[int | None, ...]  # shape of the model's output for one sample
    reconstructs: bool = False  # the targets are the inputs
    counts_right: bool = False  # an accuracy is among the metrics
    output: str = ""  # name of the output, of a model with several
    recurrent: bool = False  # the output comes from a recurrent layer that gives an answer for each step

    @property
    def axes(self) -> int:
        """Of the model's output, with that of the samples."""
        return len(self.answer) + 1

    @property
    def kind(self) -> str | None:
        """The kind of loss; see `anatomy.Loss`."""
        return self.loss.kind

    @cached_property
    def low(self) -> float:
        """The smallest target."""
        return float(self.y.min())

    @cached_property
    def high(self) -> float:
        """The largest target."""
        return float(self.y.max())

    @cached_property
    def whole(self) -> bool:
        """Whether all targets are whole numbers."""
        return bool(self.y.dtype.kind in "uib" or np.array_equal(self.y, np.round(self.y)))

    @cached_property
    def one_each(self) -> bool:
        """One number for each prediction, such as a class number; not a row of numbers."""
        return self.y.ndim == self.axes - 1 or (self.y.ndim == self.axes and self.y.shape[-1] == 1)

    @cached_property
    def one_hot(self) -> bool:
        """Whether each row of targets holds a single 1, and else 0."""
        return self.y.ndim == self.axes and self.y.shape[-1] > 1 and one_hot(self.y)

    @property
    def classes(self) -> int:
        """How many classes the targets speak of."""
        return int(self.high) + 1 if self.one_each else self.y.shape[-1]

    @property
    def logits(self) -> bool:
        """Whether the model answers with logits, as the loss was told."""
        return self.loss.from_logits

    @property
    def range(self) -> str:
        """From which to which number the targets go, in words."""
        return f"{self.low:.4g} to {self.high:.4g}"


def loss_fits(case: Case) -> Iterator[Finding]:
    """The first rule that is broken; the others would see its consequences."""
    y = case.train.targets_in_order
    if y is not None and y.dtype.kind not in "fuib":
        yield Finding(
            "labels_are_text",
            SERIOUS,
            f'The labels are text, such as "{y.flat[0]}".',
            "A loss computes with numbers.",
            "names, y = np.unique(labels, return_inverse=True)  # y holds 0, 1, 2, ...; names[0] is the first class",
        )
        return
    for fit in fits_of(case):
        first = next((finding for rule in RULES if (finding := rule(fit)) is not None), None)
        if first is not None:
            yield _of_one_output(first, fit, case) if fit.output else first
            return


def _of_one_output(finding: Finding, fit: Fit, case: Case) -> Finding:
    names = ", ".join(getattr(case.model, "output_names", []))
    order = f"Each output needs the targets that belong to it; in a list they stand in the order of the outputs: {names}."
    return replace(finding, seen=f"Output {fit.output}: {finding.seen}", why=f"{finding.why} {order}")


def fits_of(case: Case) -> Iterator[Fit]:
    """One for each output with a loss of a known kind, as far as last layer and targets can be read."""
    model = case.model if anatomy.tensors_of(case.model, "outputs") else case.runnable
    if not case.model.compiled or model is None:
        return
    outputs, losses, targets = case.outputs, anatomy.losses_of(case.model), _targets_of(case, model)
    if len(outputs) == 1:
        losses = [case.loss]
    elif not all(hasattr(output, "_keras_history") for output in outputs):
        return  # a model of own code with several outputs
    if not len(outputs) == len(losses) == len(targets):
        return
    for number, (output, loss, y) in enumerate(zip(outputs, losses, targets, strict=True)):
        head = case.head if len(outputs) == 1 else anatomy.head_at(output)
        if (
            y is None
            or y.dtype.kind not in "fuib"
            or loss is None
            or loss.kind is None
            or head is None
            or head.units is None
        ):
            continue
        yield Fit(
            loss,
            head.units,
            head.activation,
            _without_ignored(y, loss),
            case.train.complete,
            _shape_of(case, output),
            reconstructs=_same_numbers(y, case.train.columns),
            counts_right=any(map(counts_right, anatomy.metrics_of(case.model))),
            output=model.output_names[number] if len(outputs) > 1 else "",
            recurrent=any(getattr(layer, "return_sequences", False) for layer in anatomy.all_layers(case.model)),
        )


def _without_ignored(y: np.ndarray, loss: anatomy.Loss) -> np.ndarray:
    """Targets in which another class stands in the place of the one that the loss passes over, if it does."""
    kept = y != getattr(loss.function, "ignore_class", None)
    return y if kept.all() or not kept.any() else np.where(kept, y, y[kept].min())


def _shape_of(case: Case, output: Any) -> tuple[int | None, ...]:
    """The shape of an answer as it is computed: what Keras foretells of a TextVectorization that counts is wrong."""
    predictions = case.seen.predictions if case.seen is not None else None
    return tuple(output.shape[1:] if predictions is None else predictions.shape[1:])


def _targets_of(case: Case, model: keras.Model) -> list[np.ndarray | None]:
    """The targets of each output, as far as they were read, in the order of the outputs."""
    targets = case.train.all_targets
    if isinstance(targets, dict):
        return [targets.get(name) for name in getattr(model, "output_names", targets)]
    return keras.tree.flatten(targets)


def _same_numbers(y: np.ndarray, columns: list[np.ndarray]) -> bool:
    return any(x.size == y.size and np.array_equal(x.ravel(), y.ravel()) for x in columns)


def counts_right(metric: Any) -> bool:
    """Whether a metric counts right answers, as far as its name tells."""
    return "acc" in str(getattr(metric, "name", getattr(metric, "__name__", metric))).lower()


def _one_softmax_unit(fit: Fit) -> Finding | None:
    if fit.activation != "softmax" or fit.units != 1:
        return None
    change = 'layers.Dense(1, activation="sigmoid")  # as the last layer, with loss="binary_crossentropy"'
    if fit.kind == REGRESSION and not (fit.whole and fit.low == 0 and fit.high == 1):
        change = "layers.Dense(1)  # as the last layer: no activation"
    elif fit.whole and fit.high > 1:
        change = f'layers.Dense({fit.classes}, activation="softmax")  # last; with loss="sparse_categorical_crossentropy"'
    return Finding(
        "one_softmax_unit",
        SERIOUS,
        "The last layer has one unit with softmax.",
        "Softmax makes the units of a sample add up to 1. A single unit is therefore always 1: the network cannot learn "
        "anything.",
        change,
    )


def _class_loss_for_numbers(fit: Fit) -> Finding | None:
    if fit.kind not in (SPARSE, CATEGORICAL, BINARY) or not fit.one_each or fit.whole:
        return None
    if fit.kind == BINARY and fit.low >= 0 and fit.high <= 1:
        return None  # soft labels
    return Finding(
        "class_loss_for_numbers",
        SERIOUS,
        f"The loss is {fit.loss.name}, and the targets are measurements ({fit.range}), not classes.",
        "This loss compares probabilities of classes; with other numbers it means nothing, and may turn negative or NaN.",
        'model.compile(..., loss="mean_squared_error")  # with layers.Dense(1), without activation, as the last layer',
    )


def _regression_loss_for_classes(fit: Fit) -> Finding | None:
    if fit.kind != REGRESSION or fit.reconstructs or not fit.whole or len(fit.y) < ENOUGH:
        return None
    if fit.one_each and (fit.activation == "softmax" or (fit.units == 1 and fit.high > 1 and _are_class_numbers(fit))):
        seen = f"class numbers ({fit.range})"
        change = f'layers.Dense({fit.classes}, activation="softmax")  # last; with loss="sparse_categorical_crossentropy"'
    elif fit.one_hot:
        seen = f"one-hot rows of {fit.y.shape[-1]} classes"
        change = f'layers.Dense({fit.units}, activation="softmax")  # last; with loss="categorical_crossentropy"'
    elif fit.low in (0, -1) and fit.high == 1 and len(np.unique(fit.y)) == 2:
        seen = f"{fit.low:g} and 1, a yes or no"
        change = 'layers.Dense(..., activation="sigmoid")  # last; with loss="binary_crossentropy" and labels of 0 and 1'
    else:
        return None
    return Finding(
        "regression_loss_for_classes",
        SERIOUS if fit.one_each and fit.high > 1 else WARNING,
        f"The labels are {seen}, and the loss is {fit.loss.name}.",
        "It measures distances between numbers. Class 3 is no nearer to 2 than to 7; and where a confident answer is wrong, "
        "its gradient all but vanishes.",
        change,
    )


def _are_class_numbers(fit: Fit) -> bool:
    """Whether whole numbers from 0 on name classes: an accuracy asks for it, or all are about as frequent."""
    numbers, counts = np.unique(fit.y, return_counts=True)
    if len(numbers) > FEW_CLASSES or not np.array_equal(numbers, np.arange(len(numbers))):
        return False
    return fit.counts_right or (fit.y.dtype.kind in "iu" and bool(counts.max() <= ALIKE * counts.min()))


def _targets_all_equal(fit: Fit) -> Finding | None:
    if fit.kind != REGRESSION or not fit.complete or len(fit.y) < ENOUGH or fit.low != fit.high:
        return None
    return Finding(
        "targets_all_equal",
        SERIOUS,
        f"All of {len(fit.y):,} targets are {fit.low:.4g}.",
        "There is nothing to learn but this number. Something went wrong where the targets were read or scaled.",
        "print(y[:20])  # after each step of your own that leads to it",
    )


def _activation_limits_targets(fit: Fit) -> Finding | None:
    if fit.activation == "softmax" and fit.units > 1 and fit.kind in (REGRESSION, BINARY) and fit.y.ndim == fit.axes:
        apart = float(np.mean(np.abs(fit.y.sum(axis=-1) - 1) > TOGETHER))
        if apart > 0.01 and not np.isin(fit.y, (0, 1)).all():
            return Finding(
                "activation_limits_targets",
                SERIOUS,
                f"The last layer's softmax makes its {fit.units} numbers add up to 1; {apart:.0%} of the targets do not.",
                "The network can never say them, however long it trains.",
                f'layers.Dense({fit.units}, activation="sigmoid")  # as the last layer, for targets of 0 to 1; else none',
            )
    if fit.kind != REGRESSION or fit.activation not in LIMITS:
        return None
    low, high = LIMITS[fit.activation]
    outside = float(np.mean((fit.y < low - 1e-3) | (fit.y > high + 1e-3)))
    if outside < 0.01:
        return None
    reach = f"from {low} to {high}" if np.isfinite(high) else f"of {low} and more"
    return Finding(
        "activation_limits_targets",
        SERIOUS,
        f"The last layer's {fit.activation} can only give numbers {reach}; {outside:.0%} of the targets ({fit.range}) lie "
        "outside.",
        "The network can never say them, however long it trains.",
        f"layers.Dense({fit.units})  # as the last layer: no activation",
    )


def _shapes(fit: Fit) -> Finding | None:
    """Answers and labels with axes that do not belong to each other; rows of one axis are compared by other rules."""
    answer, label = fit.answer, fit.y.shape[1:]
    if fit.kind == SPARSE:
        answer = answer[:-1]
        label = label[:-1] if len(label) > len(answer) and label[-1] == 1 else label
    elif _are_rows(fit, answer, label):
        return None
    elif abs(len(answer) - len(label)) == 1:  # Keras takes away an axis of length 1 itself
        longer = max(answer, label, key=len)
        if longer[-1] == 1:
            answer, label = (tuple(shape[: min(len(answer), len(label))]) for shape in (answer, label))
    if anatomy.agree(answer, label):
        return None
    change = "print(model.output_shape, y.shape)  # the two must agree"
    if len(answer) > len(label):
        change = (
            "layers.LSTM(..., return_sequences=False)  # for the last recurrent layer: one answer for each sequence"
            if fit.recurrent
            else "layers.Flatten()  # or GlobalAveragePooling2D(), before the last Dense"
        )
    return Finding(
        "shapes_do_not_match",
        SERIOUS,
        f"An answer has the shape {anatomy.in_words(fit.answer)} for each sample, and the label {fit.y.shape[1:]}.",
        "Where it can, the loss stretches the smaller to the larger without a word, and compares each number with labels "
        "that are not its own; else fit stops with an error.",
        change,
    )


def _are_rows(fit: Fit, answer: tuple[int | None, ...], label: tuple[int, ...]) -> bool:
    """Whether other rules compare them: rows of numbers, or class numbers where the loss wants rows."""
    numbers = fit.kind in (CATEGORICAL, BINARY) and fit.one_each and anatomy.agree(answer[:-1], label[: len(answer) - 1])
    return numbers or (len(answer) < 2 and len(label) < 2)


def _units_of_regression(fit: Fit) -> Finding | None:
    if fit.kind != REGRESSION or fit.axes != 2 or fit.y.ndim > 2:
        return None
    wanted = fit.y.shape[1] if fit.y.ndim == 2 else 1
    if wanted == fit.units:
        return None
    return Finding(
        "units_do_not_match",
        SERIOUS,
        f"Each sample has {wanted} target{'s' if wanted > 1 else ''}, and the last layer {fit.units} "
        f"unit{'s' if fit.units > 1 else ''}.",
        "Keras then compares each unit with each target without complaint, or stops with an error about shapes.",
        f"layers.Dense({wanted})  # as the last layer",
    )


def _loss_cannot_judge(fit: Fit) -> Finding | None:
    """Losses that take only some numbers."""
    y, name = fit.y, fit.loss.name
    change = 'model.compile(..., loss="mean_squared_error")'
    if name == "mean_squared_logarithmic_error" and fit.low < 0:
        why = "It takes the logarithm, and counts every negative number as 0."
    elif name == "mean_absolute_percentage_error" and np.mean(np.abs(y) < 1e-3) > 0.01:
        why = "It divides by the target: the few targets near 0 outweigh all others."
    elif name == "poisson" and (fit.low < 0 or fit.activation in ("linear", "tanh")):
        why = "It takes the logarithm of the answer, which must be a count above 0: anything else makes it NaN."
        change = 'layers.Dense(1, activation="softplus")  # as the last layer, for counts; else loss="mean_squared_error"'
    elif name == "cosine_similarity" and fit.units == 1:
        why = "It compares directions, and a single number has no more than a sign: its size is never learned."
    elif name in ("hinge", "squared_hinge") and fit.activation in ("sigmoid", "softmax"):
        why = f"It wants answers below -1 and above 1; {fit.activation} stays between 0 and 1."
        change = "layers.Dense(1)  # as the last layer, without activation; or sigmoid with binary_crossentropy"
    else:
        return None
    return Finding(
        "loss_cannot_judge",
        SERIOUS,
        f"The loss is {name}; the targets go from {fit.range}, and the last layer has {_units(fit.units)} "
        f"({fit.activation}).",
        why,
        change,
    )


def _one_hot_labels(fit: Fit) -> Finding | None:
    if fit.kind != SPARSE or not fit.one_hot:
        return None
    return Finding(
        "one_hot_labels",
        SERIOUS,
        f"The labels are one-hot rows of {fit.y.shape[-1]} numbers; the loss {fit.loss.name} takes class numbers.",
        "The shapes do not fit: fit stops with an error, or each number of a row counts as a label of its own.",
        'model.compile(..., loss="categorical_crossentropy")  # or y = y.argmax(axis=-1)',
    )


def _integer_labels(fit: Fit) -> Finding | None:
    wants_rows = fit.kind == CATEGORICAL or fit.loss.name in ("kl_divergence", "categorical_hinge")
    if not wants_rows or not fit.one_each or not fit.whole:
        return None
    if fit.units == 1:
        return Finding(
            "loss_cannot_judge",
            SERIOUS,
            f"The last layer has one unit, and the loss is {fit.loss.name}.",
            "This loss shares out one probability among the units. With a single unit there is nothing to share: it is 0 "
            "from the start.",
            'model.compile(..., loss="binary_crossentropy")  # with layers.Dense(1, activation="sigmoid") as the last layer',
        )
    return Finding(
        "integer_labels",
        SERIOUS,
        f"The labels are class numbers ({fit.range}); the loss {fit.loss.name} takes one-hot rows of {fit.units}.",
        "The shapes do not fit: fit stops with an error, or learns nothing of use.",
        'model.compile(..., loss="sparse_categorical_crossentropy")  # or y = keras.utils.to_categorical(y)',
    )


def _range_of_class_numbers(fit: Fit) -> Finding | None:
    if not (fit.one_each and fit.whole) or fit.kind not in (SPARSE, BINARY):
        return None
    binary = fit.kind == BINARY and fit.units == 1
    if fit.kind == BINARY and not binary:
        return None
    allowed = 2 if binary else fit.units
    if fit.low == 1 and fit.high == allowed and allowed > 1:
        return Finding(
            "labels_start_at_1",
            SERIOUS,
            f"The labels go from 1 to {allowed}; with {allowed} classes they must go from 0 to {allowed - 1}.",
            "The last class has no unit: the loss becomes NaN or nonsense, depending on the device.",
            "y = y - 1",
        )
    if fit.low < 0:
        return Finding(
            "labels_out_of_range",
            SERIOUS,
            f"The labels go from {fit.range}; class numbers start at 0.",
            "A negative label has no unit of its own: the loss becomes negative, NaN or nonsense.",
            "names, y = np.unique(y, return_inverse=True)  # 0, 1, 2, ...",
        )
    if binary and fit.high >= allowed and len(np.unique(fit.y)) == 2:
        return Finding(
            "labels_out_of_range",
            SERIOUS,
            f"The labels are {fit.low:g} and {fit.high:g}; {fit.loss.name} compares probabilities, from 0 to 1.",
            "Beyond 1 the loss has no lowest point, and training runs away.",
            f"y = y / {fit.high:g}" if fit.low == 0 else "names, y = np.unique(y, return_inverse=True)  # 0 and 1",
        )
    if fit.high >= allowed:
        return Finding(
            "units_do_not_match",
            SERIOUS,
            f"The labels go from {fit.range}, which makes {fit.classes} classes; the last layer has {_units(fit.units)}"
            f"{', enough for two' if binary else ''}.",
            "Labels without a unit make the loss NaN or nonsense, and those classes can never be named.",
            f'layers.Dense({fit.classes}, activation="softmax")  # as the last layer'
            + (', with loss="sparse_categorical_crossentropy"' if binary else ""),
        )
    return None


def _range_of_binary_targets(fit: Fit) -> Finding | None:
    if fit.kind != BINARY or fit.one_each or (fit.low >= 0 and fit.high <= 1):
        return None
    return Finding(
        "labels_out_of_range",
        SERIOUS,
        f"The targets go from {fit.range}; {fit.loss.name} compares probabilities, from 0 to 1.",
        "Outside that range the loss has no lowest point, and training runs away.",
        "y = y / 255" if fit.low >= 0 and 1 < fit.high <= 255 else 'model.compile(..., loss="mean_squared_error")',
    )


def _width_of_rows(fit: Fit) -> Finding | None:
    if fit.kind not in (CATEGORICAL, BINARY) or fit.y.ndim != fit.axes or fit.y.shape[-1] in (1, fit.units):
        return None
    return Finding(
        "units_do_not_match",
        SERIOUS,
        f"Each label is a row of {fit.y.shape[-1]} numbers, and the last layer has {_units(fit.units)}.",
        "Each class needs a unit of its own; fit stops with an error about shapes.",
        f"layers.Dense({fit.y.shape[-1]}, ...)  # as the last layer",
    )


def _softmax_for_several_labels(fit: Fit) -> Finding | None:
    if fit.kind not in (CATEGORICAL, BINARY) or fit.y.ndim != 2 or fit.one_each or fit.one_hot:
        return None
    if not (fit.activation == "softmax" or fit.kind == CATEGORICAL) or not np.isin(fit.y, (0, 1)).all():
        return None
    several = float(np.mean(fit.y.sum(axis=1) > 1))
    if several < 0.01:
        return None
    return Finding(
        "softmax_for_several_labels",
        SERIOUS,
        f"{several:.0%} of the samples have several labels at once, and the last layer shares out one probability among "
        "all.",
        "With softmax, one label can only be likely if the others are not.",
        f'layers.Dense({fit.units}, activation="sigmoid")  # as the last layer, with loss="binary_crossentropy"',
    )


def _rows_do_not_add_up(fit: Fit) -> Finding | None:
    """Rows of probabilities that are none; of places, rows of zeros may well be meant to count for nothing."""
    other_axis = getattr(fit.loss.function, "axis", -1) not in (-1, fit.axes - 1)
    if fit.kind != CATEGORICAL or fit.y.ndim != fit.axes or other_axis:
        return None
    sums = fit.y.sum(axis=-1)
    apart = (np.abs(sums - 1) > TOGETHER) & ((sums != 0) | (fit.axes == 2))
    if apart.mean() < 0.01:
        return None
    empty = float(np.mean(sums == 0))
    return Finding(
        "rows_do_not_add_up",
        SERIOUS,
        f"{apart.mean():.0%} of the label rows do not add up to 1"
        + (f"; {empty:.0%} are all zeros, without any class." if empty else f": one adds up to {sums[apart][0]:.3g}."),
        "The loss compares shares of one probability. A row of zeros costs nothing, whatever the answer. "
        "A column was dropped, or the encoding has no place for their class number.",
        "y = keras.utils.to_categorical(class_numbers)  # one 1 in each row; numbers from 0; keep each class's column",
    )


def _sigmoid_for_exclusive_classes(fit: Fit) -> Finding | None:
    sigmoid = fit.activation == "sigmoid" or (fit.kind == BINARY and fit.activation == "linear" and fit.loss.from_logits)
    if fit.units < 2 or not sigmoid or fit.kind not in (SPARSE, CATEGORICAL, BINARY):
        return None
    numbers = fit.one_each and fit.whole
    exclusive = fit.one_hot and fit.y.ndim == 2 and len(fit.y) >= ENOUGH
    if not numbers and not exclusive:
        return None
    loss = "sparse_categorical_crossentropy" if numbers else "categorical_crossentropy"
    return Finding(
        "sigmoid_for_exclusive_classes",
        SERIOUS if numbers and fit.kind == BINARY else WARNING,
        f"Each of {len(fit.y):,} samples has exactly one of {fit.units} classes, and each class has a sigmoid of its own.",
        "Sigmoids answer independently: several classes can be likely at once, or none. Softmax makes them compete, which "
        "is what one label for each sample asks for.",
        f'layers.Dense({fit.units}, activation="softmax")  # as the last layer, with loss="{loss}"',
    )


def _binary_loss_for_classes(fit: Fit) -> Finding | None:
    if fit.kind != BINARY or fit.units < 2 or fit.activation != "softmax" or fit.axes != 2:
        return None
    if not (fit.one_hot or (fit.one_each and fit.whole)):
        return None
    loss = "categorical_crossentropy" if fit.one_hot else "sparse_categorical_crossentropy"
    return Finding(
        "binary_loss_for_classes",
        WARNING if fit.one_hot else SERIOUS,
        f"The last layer is a softmax over {fit.units} classes, and the loss is {fit.loss.name}.",
        "This loss asks a yes-or-no question of each unit; and `accuracy` then counts right noes too, and looks far too "
        "good.",
        f'model.compile(..., loss="{loss}")',
    )


def _logits(fit: Fit) -> Finding | None:
    if fit.kind not in (SPARSE, CATEGORICAL, BINARY):
        return None
    wanted = "sigmoid" if fit.kind == BINARY else "softmax"
    if fit.loss.from_logits and fit.activation in ("softmax", "sigmoid"):
        return Finding(
            "probabilities_taken_for_logits",
            SERIOUS,
            f"The last layer ends in {fit.activation}, and the loss was told from_logits=True.",
            f"The loss then applies {wanted} a second time: the answers stay timid, gradients shrink, and training is slow.",
            "loss=...(from_logits=False)  # or take the activation out of the last layer",
        )
    if fit.loss.from_logits and fit.activation in ("relu", "tanh"):
        reach = "below 0" if fit.activation == "relu" else "beyond -1 and 1"
        return Finding(
            "activation_limits_logits",
            SERIOUS,
            f"The last layer ends in {fit.activation}, and the loss was told from_logits=True.",
            f"Logits may be any number; {fit.activation} allows none {reach}. A class cannot be called as unlikely, or as "
            "likely, as it is" + (", and where all units are 0 nothing is learned." if fit.activation == "relu" else "."),
            f"layers.Dense({fit.units})  # as the last layer: no activation",
        )
    if not fit.loss.from_logits and fit.activation in NO_PROBABILITIES:
        ends = "has no activation" if fit.activation == "linear" else f"ends in {fit.activation}"
        return Finding(
            "logits_taken_for_probabilities",
            SERIOUS,
            f"The last layer {ends}, and {fit.loss.name} expects probabilities.",
            "Numbers outside 0 to 1 are cut off before the logarithm: where that happens the gradient is zero or wrong.",
            f'layers.Dense({fit.units}, activation="{wanted}")  # or, without activation, the loss with from_logits=True',
        )
    return None


def _units(count: int) -> str:
    return f"{count} unit{'s' if count != 1 else ''}"


RULES = (
    _one_softmax_unit,
    _targets_all_equal,
    _class_loss_for_numbers,
    _regression_loss_for_classes,
    _loss_cannot_judge,
    _activation_limits_targets,
    _units_of_regression,
    _one_hot_labels,
    _shapes,
    _integer_labels,
    _range_of_class_numbers,
    _range_of_binary_targets,
    _width_of_rows,
    _softmax_for_several_labels,
    _rows_do_not_add_up,
    _sigmoid_for_exclusive_classes,
    _binary_loss_for_classes,
    _logits,
)


def softmax_axis(case: Case) -> Iterator[Finding]:
    """Probabilities that add up to 1 along another axis than the one that the loss compares classes along."""
    loss, p = case.loss, case.seen.predictions if case.seen else None
    if loss is None or loss.kind not in (SPARSE, CATEGORICAL) or loss.from_logits or p is None or p.ndim < 3:
        return
    along = [axis for axis in range(1, p.ndim) if np.allclose(p.sum(axis=axis), 1, atol=0.01)]
    compared = getattr(loss.function, "axis", -1) % p.ndim
    if (p < 0).any() or not along or compared in along:
        return
    yield Finding(
        "softmax_over_wrong_axis",
        SERIOUS,
        f"An answer has the shape {p.shape[1:]}; its numbers add up to 1 along axis {along[0]}, and the loss looks for the "
        f"classes along axis {compared}.",
        "Softmax must share out one probability among the classes, not among the places or the steps.",
        "layers.Softmax(axis=-1)  # the last axis, as for the loss",
    )


def scale(case: Case) -> Iterator[Finding]:
    """A regression whose targets are far from the size that a fresh network's answers have."""
    for fit in fits_of(case):
        mean, spread = float(fit.y.mean()), float(fit.y.std())
        spreads = fit.y.std(axis=0)[fit.y.std(axis=0) > 0] if fit.y.ndim == 2 else np.ones(1)
        apart = len(spreads) > 1 and not fit.reconstructs and bool(spreads.max() > APART * spreads.min())
        if fit.loss.name not in anatomy.SQUARING or fit.activation != "linear":
            continue
        if max(abs(mean), spread) < LARGE_TARGETS and not apart:
            continue
        if _already_learned(case):
            return
        yield Finding(
            "unscaled_targets",
            WARNING,
            f"{f'Output {fit.output}: the' if fit.output else 'The'} targets have mean {mean:,.4g} and standard deviation "
            f"{spread:,.4g}; a fresh network answers with numbers near 0."
            + f" From column to column the spread goes from {spreads.min():.3g} to {spreads.max():.3g}."
            * apart,
            "The loss and its gradients grow with the square of such numbers: the first steps blow up, or training spends "
            "its time on moving the bias." + " The larger column drowns the smaller one." * apart,
            f"mean, std = y_train.mean({'axis=0' * apart}), y_train.std({'axis=0' * apart})\n"
            "y_train = (y_train - mean) / std  # validation targets too; a prediction becomes prediction * std + mean",
        )
        return


def _already_learned(case: Case) -> bool:
    targets = case.train.targets
    if not case.steps_trained or targets is None or case.seen is None or case.seen.predictions is None:
        return False
    y = targets[case.rows_run].astype("float64").reshape(len(case.rows_run), -1)
    error = case.seen.predictions.reshape(len(y), -1) - y
    return bool(np.mean(error**2) < 0.5 * np.var(y))

"""Whether loss, last layer and labels fit together; whether a regression's targets have a size that can be learned."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from course_utils.diagnose import anatomy
from course_utils.diagnose.anatomy import BINARY, CATEGORICAL, REGRESSION, SPARSE
from course_utils.diagnose.case import Case
from course_utils.diagnose.findings import NOTE, SERIOUS, WARNING, Finding

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
        "binary_loss_for_classes",
        "probabilities_taken_for_logits",
        "logits_taken_for_probabilities",
    }
)
# Where labels have no place among the outputs, most losses refuse them.
STOPPING = frozenset(
    {
        "one_hot_labels",
        "integer_labels",
        "units_do_not_match",
        "labels_start_at_1",
        "labels_out_of_range",
        "one_softmax_unit",
    }
)
ENOUGH = 30  # samples that never have two labels at once: the classes exclude each other
LARGE_TARGETS = 100.0


def class_labels(case: Case, targets: np.ndarray | None) -> np.ndarray | None:
    """Class of each sample, (samples,), from class numbers or one-hot rows; None if the model does not sort into classes."""
    if targets is None or case.loss is None or case.loss.kind not in (SPARSE, CATEGORICAL, BINARY):
        return None
    if targets.dtype.kind not in "fuib":
        return None
    if targets.ndim == 2 and targets.shape[1] > 1:
        return targets.argmax(axis=1) if _one_hot(targets) else None
    flat = targets.reshape(len(targets), -1)
    whole = flat.shape[1] == 1 and np.array_equal(flat, np.round(flat))
    return flat[:, 0].astype(int) if whole else None


def _one_hot(targets: np.ndarray) -> bool:
    return bool(np.isin(targets, (0, 1)).all() and (targets.sum(axis=-1) == 1).all())


@dataclass(frozen=True)
class Fit:
    """What the rules below compare: the loss, the last layer's units and activation, and the targets (samples, ...)."""

    loss: anatomy.Loss
    units: int
    activation: str | None
    y: np.ndarray
    complete: bool
    axes: int  # of the model's output

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
        return self.y.ndim == self.axes and self.y.shape[-1] > 1 and _one_hot(self.y)

    @property
    def classes(self) -> int:
        """How many classes the targets speak of."""
        return int(self.high) + 1 if self.one_each else self.y.shape[-1]

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
    fit = _fit_of(case)
    first = next((finding for rule in RULES if (finding := rule(fit)) is not None), None) if fit else None
    if first is not None:
        yield first


def spare_units(case: Case) -> Iterator[Finding]:
    """More units than classes, where the labels are many enough to show every class."""
    fit = _fit_of(case)
    if fit is None or fit.kind != SPARSE or not (fit.one_each and fit.whole and fit.complete):
        return
    present = np.unique(fit.y)
    contiguous = len(present) >= 2 and np.array_equal(present, np.arange(len(present)))
    if len(fit.y) < 20 * fit.units or len(present) >= fit.units or not contiguous:
        return
    yield Finding(
        "spare_units",
        NOTE,
        f"The last layer has {fit.units} units, and {len(fit.y):,} labels name {len(present)} classes.",
        "Units without a class do little harm, but they often mean that a class is missing from the data.",
        f'layers.Dense({len(present)}, activation="softmax")  # unless more classes are to come',
    )


def _fit_of(case: Case) -> Fit | None:
    """None where there are several outputs, a loss of another kind, or a last layer that cannot be read."""
    y, loss, head = case.train.targets_in_order, case.loss, case.head
    if y is None or loss is None or loss.kind is None or head is None or head.units is None:
        return None
    return Fit(loss, head.units, head.activation, y, case.train.complete, len(case.outputs[0].shape))


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
    if fit.kind != REGRESSION or fit.activation != "softmax" or not (fit.one_each and fit.whole):
        return None
    return Finding(
        "regression_loss_for_classes",
        SERIOUS,
        f"The last layer gives probabilities of {fit.units} classes, the labels are class numbers ({fit.range}), "
        f"and the loss is {fit.loss.name}.",
        "It compares each probability with the number of the class: that pulls all of them the same way.",
        'model.compile(..., loss="sparse_categorical_crossentropy")',
    )


def _activation_limits_targets(fit: Fit) -> Finding | None:
    limits = {"sigmoid": (0, 1), "softmax": (0, 1), "tanh": (-1, 1), "relu": (0, np.inf)}
    if fit.kind != REGRESSION or fit.activation not in limits:
        return None
    low, high = limits[fit.activation]
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
    if fit.kind != CATEGORICAL or not fit.one_each or not fit.whole:
        return None
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
    if not fit.loss.from_logits and fit.activation in ("linear", "relu", "tanh"):
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
    _class_loss_for_numbers,
    _regression_loss_for_classes,
    _activation_limits_targets,
    _units_of_regression,
    _one_hot_labels,
    _integer_labels,
    _range_of_class_numbers,
    _range_of_binary_targets,
    _width_of_rows,
    _softmax_for_several_labels,
    _sigmoid_for_exclusive_classes,
    _binary_loss_for_classes,
    _logits,
)


def scale(case: Case) -> Iterator[Finding]:
    """A regression whose targets are far from the size that a fresh network's answers have."""
    y = case.train.targets_in_order
    if y is None or case.loss is None or case.loss.name not in anatomy.SQUARING or case.head is None:
        return
    if case.head.activation != "linear" or y.dtype.kind not in "fui":
        return
    mean, spread = float(y.mean()), float(y.std())
    if max(abs(mean), spread) < LARGE_TARGETS or _already_learned(case):
        return
    yield Finding(
        "unscaled_targets",
        WARNING,
        f"The targets have mean {mean:,.4g} and standard deviation {spread:,.4g}; a fresh network answers with numbers "
        "near 0.",
        "The loss and its gradients grow with the square of such numbers: the first steps blow up, or training spends its "
        "time on moving the bias.",
        "mean, std = y_train.mean(), y_train.std()\n"
        "y_train = (y_train - mean) / std  # validation targets too; a prediction becomes prediction * std + mean",
    )


def _already_learned(case: Case) -> bool:
    targets = case.train.targets
    if not case.steps_trained or targets is None or case.seen is None or case.seen.predictions is None:
        return False
    y = targets[case.rows_run].astype("float64").reshape(len(case.rows_run), -1)
    error = case.seen.predictions.reshape(len(y), -1) - y
    return bool(np.mean(error**2) < 0.5 * np.var(y))

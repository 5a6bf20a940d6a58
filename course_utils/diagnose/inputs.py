"""What reaches the network: numbers at all, in the right shape, in the right range."""

from collections.abc import Iterator
from typing import Any

import keras
import numpy as np
from keras import layers

from course_utils.diagnose import anatomy
from course_utils.diagnose.case import SAMPLES_ENTERING, Case
from course_utils.diagnose.findings import SERIOUS, WARNING, Finding
from course_utils.diagnose.samples import TF_DATA

REFUSED = frozenset({"batched_twice", "floats_into_embedding", "index_beyond_embedding"})
LARGE = 50.0  # standardized columns stay below, pixels and raw measurements do not
TINY = 0.02  # pixels divided by 255 twice end at 0.004
ENOUGH_SAMPLES = 16
STAND_INS = (-999_999, -99_999, -9_999, -999, -99, 999, 9_999, 99_999, 999_999)  # for missing values
FAR = 2.0  # from the other values of a column, in parts of their range
OTHERS = 1.0  # standard deviations from the mean that no sample comes nearer to: it is the mean of other numbers
DWARFED, LEVELS = 500.0, 10  # a column's spread in parts of another's; values from which a column measures
PIECE = 1_024  # samples that are summed at once
MOST_COLUMNS = 100  # of a table
MANY_IN_A_STEP = 8  # numbers; as many may well be a sequence
FEW_STEPS, APART = 8, 0.9  # as many may well be sensors; correlation of neighbouring ones, where moments have more
BY_LAG, LIKE_MOMENTS = 0.95, 0.2  # what the lag explains of correlations; how far means and spreads of moments may differ
ROUGH, SMOOTH = 0.3, 0.7  # correlation of neighbouring values: of different measurements, of moments that follow each other
NORMALIZING = (layers.BatchNormalization, layers.LayerNormalization, layers.GroupNormalization, layers.UnitNormalization)


def not_a_number(case: Case) -> Iterator[Finding]:
    """NaN or infinity in inputs or targets; of arrays, in all rows."""
    for split in case.splits:
        whole = split.columns or split.inputs
        for what, arrays in (("inputs", whole), ("targets", split.targets_read)):
            rows = np.unique(np.concatenate([np.zeros(0, int), *map(_rows_without_number, arrays)]))
            if not len(rows) or (what == "inputs" and _filled_inside(case, whole, rows)):
                continue
            bad = sum(int(np.count_nonzero(~np.isfinite(array[rows]))) for array in arrays if array.dtype.kind == "f")
            yield Finding(
                "not_a_number",
                SERIOUS,
                f"{bad:,} of {sum(array.size for array in arrays):,} {split.name} {what} are NaN or infinite, in "
                f"{len(rows):,} of {len(arrays[0]):,} samples: {_listed(rows)}.",
                "One of them is enough: it makes the loss NaN, and with it every weight.",
                "keep = np.isfinite(x).reshape(len(x), -1).all(axis=1)\nx, y = x[keep], y[keep]"
                if what == "inputs"
                else "keep = np.isfinite(y)\nx, y = x[keep], y[keep]",
            )
            return


def _filled_inside(case: Case, whole: list[np.ndarray], rows: np.ndarray) -> bool:
    """Whether the model itself puts something in the place of missing values, before a layer with weights."""
    few = next(case.batches(rows))
    entries = case.entries_of(keras.tree.pack_sequence_as(case.train.x, [array[few] for array in whole]))
    return bool(entries) and all(np.isfinite(values).all() for _, values in entries)


def _rows_without_number(array: np.ndarray) -> np.ndarray:
    """Numbers of the samples that hold NaN or infinity, (n,); a sum over a piece tells quickly where there may be any."""
    if array.dtype.kind != "f":
        return np.zeros(0, int)
    found = []
    with np.errstate(all="ignore"):
        for begin in range(0, len(array), PIECE):
            piece = array[begin : begin + PIECE].reshape(len(array[begin : begin + PIECE]), -1)
            if not np.isfinite(piece.sum()):
                found.append(begin + np.flatnonzero(~np.isfinite(piece).all(axis=1)))
    return np.concatenate(found) if found else np.zeros(0, int)


def _listed(rows: np.ndarray) -> str:
    return "number " + ", ".join(map(str, rows[:5])) + (", ..." if len(rows) > 5 else "")


def batched_twice(case: Case) -> Iterator[Finding]:
    """A dataset that gives batches of batches."""
    expected = anatomy.tensors_of(case.model, "inputs")
    if case.train.kind != TF_DATA or not len(expected) == len(case.train.inputs) == 1:
        return
    given, shape = case.train.inputs[0].shape[1:], tuple(expected[0].shape[1:])
    if not anatomy.agree(shape, given) and anatomy.agree(shape, given[1:]):
        yield Finding(
            "batched_twice",
            SERIOUS,
            f"The dataset is batched twice: beside the axis of the batch it gives {given}, and the model expects "
            f"{anatomy.in_words(shape)}.",
            "Each of its batches is a batch of batches.",
            "train = train.unbatch()  # or take one .batch(...) away",
        )


def stand_ins(case: Case) -> Iterator[Finding]:
    """Numbers such as -999 that stand for a missing value, in a column of the inputs or in the targets of a regression."""
    x, y, loss = case.train.inputs[0], case.train.targets, case.loss
    arrays = [("x", x)] if len(case.train.inputs) == 1 and x.ndim in (2, 3) else []
    if y is not None and y.ndim in (1, 2) and loss is not None and loss.kind == anatomy.REGRESSION:
        arrays.append(("y", y))
    for name, array in arrays:
        if array.dtype.kind not in "fi" or np.abs(array).max() < min(map(abs, STAND_INS)):
            continue
        for number, column in enumerate(array.reshape(-1, array.shape[-1] if array.ndim > 1 else 1).T):
            for value in np.intersect1d(column, STAND_INS):
                rest = column[column != value]
                away = min(abs(value - rest.min()), abs(value - rest.max())) if len(rest) else 0.0
                if away <= FAR * max(float(np.ptp(rest)) if len(rest) else 0.0, 1e-12):
                    continue
                if np.count_nonzero(column == value) < 3 or len(np.unique(rest)) < 3:
                    continue
                yield Finding(
                    "stands_for_missing",
                    WARNING,
                    f"Column {number} of {'the targets' if name == 'y' else 'the inputs'} holds {value:g} "
                    f"{np.count_nonzero(column == value):,} times; its other values go from {rest.min():.4g} to "
                    f"{rest.max():.4g}.",
                    "It stands for a missing value. The network takes it for a measurement, far from all others.",
                    f"keep = (y != {value:g}).reshape(len(y), -1).all(axis=1)\nx, y = x[keep], y[keep]"
                    if name == "y"
                    else f"missing = x[:, {number}] == {value:g}\nx[missing, {number}] = x[~missing, {number}].mean()",
                )
                return


def adapted(case: Case) -> Iterator[Finding]:
    """A Normalization with the mean and spread of other numbers than those that it gets."""
    model = case.runnable
    if model is None or (feed := anatomy.feed_of(model, case.some_apart(SAMPLES_ENTERING))) is None:
        return
    for node in anatomy.nodes(model):
        layer = node.operation
        if not isinstance(layer, layers.Normalization) or layer.input_mean is not None or _not_adapted(layer):
            continue
        got = anatomy.as_array(keras.Model(model.inputs, node.input_tensors[0])(feed, training=False))
        mean, spread = (anatomy.as_array(each) for each in (layer.mean, np.sqrt(layer.variance) + 1e-7))
        far = np.abs((got - mean) / spread).reshape(len(got), -1)
        if len(got) >= ENOUGH_SAMPLES and float(np.median(far.min(axis=0))) > OTHERS:
            yield Finding(
                "not_adapted",
                SERIOUS,
                f"{layer.name} was adapted to other data: it subtracts {mean.flat[0]:.4g}, divides by "
                f"{spread.flat[0]:.4g} (first column), and gets numbers from {got.min():.4g} to {got.max():.4g}.",
                "Data that is standardized already, or raw where the layer knows it scaled, comes out shifted and squeezed.",
                "normalization.adapt(x_train)  # of the very numbers that fit gets: scale once, in the data or here",
            )
            return


def axes(case: Case) -> Iterator[Finding]:
    """Pictures with their channels first, for layers that expect them last; inputs that are all the same."""
    x = case.train.inputs[0]
    if len(case.train.inputs) != 1 or x.dtype.kind not in "fuib":
        return
    if case.train.count >= ENOUGH_SAMPLES and not np.ptp(x, axis=0).any():
        yield Finding(
            "inputs_all_equal",
            SERIOUS,
            f"All of {case.train.count:,} training samples are the same: "
            + (f"nothing but {x.flat[0]:g}." if not np.ptp(x) else f"numbers from {x.min():.3g} to {x.max():.3g}."),
            "There is nothing to tell them apart by. Something went wrong where the data was read or scaled.",
            "print(x[:3])  # after each step of your own that leads to it",
        )
        return
    for layer, values in case.entries:
        if isinstance(layer, layers.RNN) and values.ndim == 3 and values.shape[1] == 1 and values.shape[2] >= MANY_IN_A_STEP:
            yield Finding(
                "one_step",
                WARNING,
                f"{layer.name} gets sequences of one step with {values.shape[2]} numbers.",
                "A recurrent layer remembers from step to step. With a single step there is nothing to remember, and the "
                "order of the numbers means nothing to it.",
                "x = x.reshape(len(x), -1, 1)  # (samples, steps, numbers of a step); and layers.Input(x.shape[1:])",
            )
            return
        if _time_is_last(layer, values):
            yield Finding(
                "time_is_last",
                WARNING,
                f"What reaches {layer.name} has the shape {values.shape[1:]}. From number to number along the last axis the "
                "values hardly change, as they do from moment to moment; along the first they jump, or there are few.",
                f"Time seems to run along the last axis. The layer goes through {values.shape[1]} steps, and takes the "
                f"{values.shape[2]} moments of each for {values.shape[2]} measurements.",
                "x = np.transpose(x, (0, 2, 1))  # (samples, steps, measurements); and layers.Input(x.shape[1:])",
            )
            return
        if not isinstance(layer, layers.Conv2D) or layer.data_format != "channels_last" or values.ndim != 4:
            continue
        channels, height, width = values.shape[1:]
        if channels in (1, 3) and height == width and width > 4:
            yield Finding(
                "channels_first",
                SERIOUS,
                f"What reaches {layer.name} has the shape {values.shape[1:]}: the {channels} channels come first, and the "
                "layer takes the last axis for the channels.",
                f"A filter then slides over {channels} by {height} places, and takes the {width} columns for colours.",
                "x = np.transpose(x, (0, 2, 3, 1))  # channels last; and layers.Input(x.shape[1:])",
            )
            return


def _time_is_last(layer: Any, values: np.ndarray) -> bool:
    """Whether a layer that goes through steps gets more of them in the place of measurements, as their smoothness tells."""
    goes_through = isinstance(layer, (layers.RNN, layers.Bidirectional, layers.Conv1D))
    if not goes_through or values.ndim != 3 or values.dtype.kind != "f" or len(values) < ENOUGH_SAMPLES:
        return False
    steps, measurements = values.shape[1:]
    if steps < 2 or measurements < 2 * steps or not values.std():
        return False
    alike = [1 - float(np.mean(np.diff(values, axis=axis) ** 2)) / (2 * float(values.var())) for axis in (1, 2)]
    if alike[0] < ROUGH or alike[1] < SMOOTH:
        return alike[1] > SMOOTH
    return alike[0] < APART and steps <= min(FEW_STEPS, measurements // 3) and _are_moments(values)


def _are_moments(values: np.ndarray) -> bool:
    """Whether the columns of values, (samples, rows, columns), look like moments of a series.

    All columns then have about one mean and spread, and how alike two of them are depends on how far they lie apart alone.
    """
    columns = values.reshape(-1, values.shape[2]).astype("float64")
    means, spreads = columns.mean(axis=0), columns.std(axis=0)
    if len(means) < MANY_IN_A_STEP or not spreads.all() or max(means.std(), spreads.std()) > LIKE_MOMENTS * spreads.mean():
        return False
    table = np.corrcoef(columns.T)
    lags = [np.diagonal(table, lag) for lag in range(1, len(table))]
    within = sum(float(((lag - lag.mean()) ** 2).sum()) for lag in lags)
    pairs = np.concatenate(lags)
    return within < (1 - BY_LAG) * float(((pairs - pairs.mean()) ** 2).sum())


def base_range(case: Case) -> Iterator[Finding]:
    """A pretrained base that is fed another range of pixels than it was trained with."""
    whole = anatomy.base_kind(case.model)
    for layer, values in case.entries:
        kind = whole or anatomy.base_kind(layer)
        if kind is None or not anatomy.looks_pretrained(case.model if whole else layer):
            continue
        module, expected = kind
        low, high = float(values.min()), float(values.max())
        if low == high or _suits(expected, values):
            continue
        name = case.model.name if whole else layer.name
        yield Finding(
            "base_range",
            # pixels of 0 to 1 in place of -1 to 1 cost accuracy; anything else costs most of what the base has learned
            WARNING if expected in (anatomy.PLUS_MINUS_ONE, anatomy.STANDARDIZED) and low >= 0 and high <= 1.01 else SERIOUS,
            f"The base {name} gets values from {low:.3g} to {high:.3g}; it was trained with {_in_words(expected)}.",
            "Its filters answer to the numbers that they were trained with; on another scale they see a grey or a glaring "
            "picture.",
            "Remove the scaling before the base: it scales inside."
            if expected == anatomy.PIXELS
            else "Scale once: give preprocess_input pixels from 0 to 255, not what has been divided already."
            if low < -0.01 and case.train.inputs[0].min() >= 0
            else f"x = keras.applications.{module}.preprocess_input(x)  # of pixels 0 to 255, before base(x)",
        )
        return


def _suits(expected: str, values: np.ndarray) -> bool:
    """Whether pixels have the range that a base was trained with: where they end, and how far a channel reaches."""
    low, high = float(values.min()), float(values.max())
    reach = float(np.ptp(values.reshape(-1, values.shape[-1]), axis=0).max())
    if expected == anatomy.PIXELS:
        return low > -1 and high > 2
    if expected == anatomy.MEAN_SUBTRACTED:
        return low < -0.01 and reach > 10
    limit = 1.6 if expected == anatomy.PLUS_MINUS_ONE else 8
    return -limit < low < -0.01 and high < limit and reach > 0.1


def _in_words(expected: str) -> str:
    return {
        anatomy.PLUS_MINUS_ONE: "pixels from -1 to 1",
        anatomy.MEAN_SUBTRACTED: "pixels of 0 to 255 in the order blue, green, red, less their mean (about -124 to 151)",
        anatomy.STANDARDIZED: "standardized pixels (about -2.1 to 2.6)",
        anatomy.PIXELS: "pixels from 0 to 255",
    }[expected]


def scale(case: Case) -> Iterator[Finding]:
    """Inputs that are still large, or tiny, when they reach the first layer that multiplies them with weights."""
    for layer, values in case.entries:
        # a base knows its own range (`base_range`); trained from scratch it wants small numbers as any network does
        if isinstance(layer, keras.Model) and (anatomy.base_kind(layer) is None or anatomy.looks_pretrained(layer)):
            continue
        if anatomy.base_kind(case.model) and anatomy.looks_pretrained(case.model):
            continue
        if (
            not isinstance(layer, (*anatomy.KERNELS, keras.Model))
            or _normalizes(layer)
            or values.size == 0
            or values.dtype.kind not in "fui"
        ):
            continue
        sizes = np.abs(values.astype("float64"))
        typical, largest = float(np.quantile(sizes, 0.99)), float(sizes.max())
        if typical > LARGE:
            yield _unscaled(case, layer, values)
            return
        if (column := _dwarfed(values)) is not None:
            spreads = values.std(axis=0)
            yield Finding(
                "tiny_inputs",
                WARNING,
                f"In what reaches {layer.name}, column {column} has a spread of {spreads[column]:.2g}, and column "
                f"{spreads.argmax()} one of {spreads.max():.2g}: all columns were scaled by one number.",
                "The small column hardly moves the network's output, whatever it tells. Each needs a scale of its own.",
                "x = (x - x_train.mean(axis=0)) / x_train.std(axis=0)  # column by column; layers.Normalization(axis=-1)",
            )
            return
        flat = values.ndim > 1 and float(np.ptp(values, axis=0).max()) < TINY and len(values) >= ENOUGH_SAMPLES
        if 0 < largest < TINY or (flat and largest >= TINY and _varied(case)):
            yield Finding(
                "tiny_inputs",
                WARNING,
                f"The values that reach {layer.name} lie between {values.min():.2g} and {values.max():.2g}; from sample to "
                f"sample they differ by at most {np.ptp(values, axis=0).max():.2g}.",
                "So little hardly moves the output. That happens when what has been scaled is scaled again: pixels "
                "divided by 255 twice.",
                "print(x.min(), x.max(), model.layers[0].get_config())  # scale once: in the data or in the model",
            )
            return


def _dwarfed(values: np.ndarray) -> int | None:
    """A column of measurements beside whose spread another's is hundreds of times as large; None if there is none."""
    if values.ndim != 2 or values.dtype.kind != "f" or values.shape[1] > MOST_COLUMNS or len(values) < ENOUGH_SAMPLES:
        return None
    measures = np.array([len(np.unique(column)) >= LEVELS for column in values.T])
    small = np.flatnonzero(measures & (DWARFED * values.std(axis=0) < values.std(axis=0).max()))
    return int(small[0]) if len(small) else None


def _varied(case: Case) -> bool:
    return any(np.ptp(array, axis=0).any() for array in case.train.inputs if array.dtype.kind in "fui")


def _unscaled(case: Case, layer: keras.layers.Layer, values: np.ndarray) -> Finding:
    low, high = float(values.min()), float(values.max())
    idle = next((each.name for each in anatomy.all_layers(case.runnable or case.model) if _not_adapted(each)), None)
    if idle is not None:
        return Finding(
            "not_adapted",
            SERIOUS,
            f"{idle} was never adapted: the values that reach {layer.name} still lie between {low:.4g} and {high:.4g}.",
            "A Normalization layer learns mean and spread from data that it is shown; before that it changes nothing.",
            "normalization.adapt(x_train)  # before the model is trained; of the training data alone",
        )
    picture = case.train.inputs[0].ndim >= 3 and low >= 0 and high <= 255
    return Finding(
        "unscaled_inputs",
        WARNING,
        f"The values that reach {layer.name} lie between {low:.4g} and {high:.4g} "
        f"(mean {values.mean():.3g}, standard deviation {values.std():.3g}), and no layer scales them.",
        "The first layer's sums become as large as its inputs: steps overshoot, units saturate or die, and training is "
        "slow, unstable or stuck.",
        "layers.Rescaling(1 / 255)  # as the first layer; or x = x / 255 for training, validation and test data alike"
        if picture
        else "scale = layers.Normalization(); scale.adapt(x_train)  # then make `scale` the model's first layer",
    )


def _not_adapted(layer: keras.layers.Layer) -> bool:
    """Whether a Normalization layer still has the mean and spread that it starts with."""
    if not isinstance(layer, layers.Normalization) or layer.input_mean is not None or not layer.built:
        return False
    return not np.any(anatomy.as_array(layer.adapt_mean)) and bool(np.all(anatomy.as_array(layer.adapt_variance) == 1))


def _normalizes(layer: keras.layers.Layer) -> bool:
    return isinstance(layer, NORMALIZING) or any(isinstance(part, NORMALIZING) for part in getattr(layer, "layers", [])[:3])

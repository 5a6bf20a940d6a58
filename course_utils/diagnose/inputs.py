"""What reaches the network: numbers at all, in the right shape, in the right range."""

from collections.abc import Iterator

import keras
import numpy as np
from keras import layers

from course_utils.diagnose import anatomy
from course_utils.diagnose.case import Case
from course_utils.diagnose.findings import SERIOUS, WARNING, Finding

LARGE = 50.0  # standardized columns stay below, pixels and raw measurements do not
TINY = 0.02  # pixels divided by 255 twice end at 0.004
NORMALIZING = (layers.BatchNormalization, layers.LayerNormalization, layers.GroupNormalization, layers.UnitNormalization)


def not_a_number(case: Case) -> Iterator[Finding]:
    """NaN or infinity in inputs or targets."""
    for split in case.splits:
        for what, arrays in (("inputs", split.inputs), ("targets", keras.tree.flatten(split.y))):
            bad = sum(int(np.count_nonzero(~np.isfinite(array))) for array in arrays if array.dtype.kind == "f")
            if bad:
                total = sum(array.size for array in arrays)
                yield Finding(
                    "not_a_number",
                    SERIOUS,
                    f"{bad:,} of {total:,} {split.name} {what} are NaN or infinite.",
                    "One of them is enough: it makes the loss NaN, and with it every weight.",
                    "keep = np.isfinite(x).reshape(len(x), -1).all(axis=1)\nx, y = x[keep], y[keep]"
                    if what == "inputs"
                    else "keep = np.isfinite(y)\nx, y = x[keep], y[keep]",
                )
                return


def base_range(case: Case) -> Iterator[Finding]:
    """A pretrained base that is fed another range of pixels than it was trained with."""
    whole = anatomy.base_kind(case.model)
    for layer, values in case.entries:
        kind = whole or anatomy.base_kind(layer)
        if kind is None or not anatomy.looks_pretrained(case.model if whole else layer):
            continue
        module, expected = kind
        low, high = float(values.min()), float(values.max())
        if low == high or _suits(expected, low, high):
            continue
        name = case.model.name if whole else layer.name
        yield Finding(
            "base_range",
            # pixels of 0 to 1 in place of -1 to 1 cost accuracy; anything else costs most of what the base has learned
            WARNING if expected in (anatomy.PLUS_MINUS_ONE, anatomy.STANDARDIZED) and high <= 1.01 else SERIOUS,
            f"The base {name} gets values from {low:.3g} to {high:.3g}; it was trained with {_in_words(expected)}.",
            "Its filters answer to the numbers that they were trained with; on another scale they see a grey or a glaring "
            "picture.",
            "Remove the scaling before the base: it scales inside."
            if expected == anatomy.PIXELS
            else f"x = keras.applications.{module}.preprocess_input(x)  # of pixels 0 to 255, before base(x)",
        )
        return


def _suits(expected: str, low: float, high: float) -> bool:
    if expected == anatomy.PIXELS:
        return high > 2
    if expected == anatomy.MEAN_SUBTRACTED:
        return low < -0.01 and high - low > 10
    return low < -0.01 and high < 8


def _in_words(expected: str) -> str:
    return {
        anatomy.PLUS_MINUS_ONE: "pixels from -1 to 1",
        anatomy.MEAN_SUBTRACTED: "pixels of 0 to 255 in the order blue, green, red, less their mean (about -124 to 151)",
        anatomy.STANDARDIZED: "standardized pixels (about -2.1 to 2.6)",
        anatomy.PIXELS: "pixels from 0 to 255",
    }[expected]


def scale(case: Case) -> Iterator[Finding]:
    """Inputs that are still large, or tiny, when they reach the first layer that multiplies them with weights."""
    for layer, values in case.entries or _raw(case):
        # a base knows its own range (`base_range`); trained from scratch it wants small numbers as any network does
        if isinstance(layer, keras.Model) and (anatomy.base_kind(layer) is None or anatomy.looks_pretrained(layer)):
            continue
        if anatomy.base_kind(case.model) and anatomy.looks_pretrained(case.model):
            continue
        if not isinstance(layer, (*anatomy.KERNELS, keras.Model)) or _normalizes(layer) or values.size == 0:
            continue
        sizes = np.abs(values.astype("float64"))
        typical, largest = float(np.quantile(sizes, 0.99)), float(sizes.max())
        if typical > LARGE:
            yield _unscaled(case, layer, values)
            return
        if 0 < largest < TINY:
            yield Finding(
                "tiny_inputs",
                WARNING,
                f"The values that reach {layer.name} lie between {values.min():.2g} and {values.max():.2g}; "
                f"their spread (standard deviation) is {values.std():.2g}.",
                "So small, they hardly move the network's output. Pixels become so small when they are divided by 255 "
                "twice.",
                "x = x / 255  # once: in the data, or as layers.Rescaling(1 / 255) in the model",
            )
            return


def _unscaled(case: Case, layer: keras.layers.Layer, values: np.ndarray) -> Finding:
    low, high = float(values.min()), float(values.max())
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


def _normalizes(layer: keras.layers.Layer) -> bool:
    return isinstance(layer, NORMALIZING) or any(isinstance(part, NORMALIZING) for part in getattr(layer, "layers", [])[:3])


def _raw(case: Case) -> list[tuple[keras.layers.Layer, np.ndarray]]:
    """For a model whose graph cannot be read: its inputs as they are, if its first layer with weights is a plain one."""
    if case.copy is not None or len(case.train.inputs) != 1 or case.train.inputs[0].dtype.kind not in "fui":
        return []
    every = anatomy.all_layers(case.model)
    prepares = any(
        isinstance(layer, (layers.Rescaling, layers.Normalization, layers.Lambda, layers.Embedding)) for layer in every
    )
    first = next((layer for layer in every if layer.weights), None)
    return [] if prepares or first is None or not isinstance(first, anatomy.KERNELS) else [(first, case.train.inputs[0])]

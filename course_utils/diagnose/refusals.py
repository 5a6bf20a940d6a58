"""What makes `fit` stop at its first batch, in the reason's own words."""

import re
from collections.abc import Iterator

import keras
import numpy as np

from course_utils.diagnose import anatomy
from course_utils.diagnose.case import SAMPLES_ENTERING, Case
from course_utils.diagnose.findings import SERIOUS, Finding, in_short


def runs(case: Case) -> Iterator[Finding]:
    """The model does not accept a sample."""
    words = case.trouble if case.runnable is None else _trouble_further_on(case)
    expected, given = len(anatomy.tensors_of(case.model, "inputs")), len(case.train.inputs)
    beyond = _beyond_embedding(words)
    if beyond is not None:
        yield beyond
    elif expected and expected != given and not isinstance(case.train.x, dict):
        yield Finding(
            "number_of_inputs",
            SERIOUS,
            f"The model has {_inputs(expected)}, and the training data gives {_inputs(given)}.",
            f"fit stops at its first batch: {words}" if words else "Keras passes over those that are too many.",
            "model.fit([x_first, x_second], y)  # an array for each of the model's inputs, in their order",
        )
    elif not words:
        return
    elif case.model.compiled and not case.refusal:  # an own `train_step` may do without what `call` would compute
        case.skip(f"what the model computes, since it can be trained but not called: {words}")
    else:
        yield _does_not_run(case, words)


def finite(case: Case) -> Iterator[Finding]:
    """Answers that are no numbers, of finite inputs; weights that are none."""
    predictions = case.seen.predictions if case.seen is not None else None
    if predictions is None or np.isfinite(predictions).all() or case.runnable is None:
        return
    broken = [weight.path for weight in case.runnable.weights if not np.isfinite(anatomy.as_array(weight)).all()]
    if broken and not np.isfinite(case.history.get("loss", [])).all():
        return  # the history tells when that happened
    if broken:
        yield Finding(
            "answers_not_finite",
            SERIOUS,
            f"{len(broken)} of {len(case.runnable.weights)} weights hold NaN or infinite numbers, {broken[0]} the first.",
            "They were spoiled in an earlier training, or loaded so. All that is computed with NaN is NaN, and no step of "
            "training makes a number of it again.",
            "model = build_model()  # fresh weights, or those of a checkpoint from before; and a smaller learning rate",
        )
        return
    bad = ~np.isfinite(predictions.reshape(len(predictions), -1)).all(axis=1)
    first = _first_not_finite(case)
    yield Finding(
        "answers_not_finite",
        SERIOUS,
        f"For {np.count_nonzero(bad):,} of {len(bad):,} samples the answer is NaN or infinite"
        + (f"; {first} is the first layer that gives such numbers." if first else "."),
        "Something in it grows beyond all bounds, or takes a logarithm or a root of what may be negative, or divides by 0.",
        "layers.SimpleRNN(...)  # with its own activation, tanh; in own code keras.ops.maximum(x, 1e-6) before a logarithm",
    )


def _first_not_finite(case: Case) -> str:
    """Name of the first layer whose values are not finite; empty if it cannot be told."""
    if case.runnable is None or not any(anatomy.nodes(case.runnable)):
        return ""
    feed = anatomy.feed_of(case.runnable, case.some_apart(SAMPLES_ENTERING))
    for node in anatomy.nodes(case.runnable) if feed else ():
        values = keras.Model(case.runnable.inputs, node.output_tensors)(feed, training=False)
        if not all(np.isfinite(anatomy.as_array(value)).all() for value in keras.tree.flatten(values)):
            return str(node.operation.name)
    return ""


def _trouble_further_on(case: Case) -> str:
    """What Keras says of samples after the first ones; empty if nothing."""
    try:
        return "" if case.seen else case.trouble
    except Exception as error:
        return in_short(error)


def _beyond_embedding(words: str) -> Finding | None:
    """A number that an Embedding has no row for."""
    said = re.search(r"= (-?\d+) is not in \[0, (\d+)\)", words)
    if said is None:
        return None
    number, rows = int(said[1]), int(said[2])
    return Finding(
        "index_beyond_embedding",
        SERIOUS,
        f"fit stops: the training samples hold the number {number}, which is not in [0, {rows}), the rows of an Embedding.",
        "Each number picks a row of the table. Where there is none, a CPU stops with an error, and a GPU reads zeros.",
        f"layers.Embedding({number + 1}, ...)  # the largest number and one more, since rows are counted from 0"
        if number > 0
        else "x = np.maximum(x, 0)  # or count from 0: x - x.min()",
    )


def _does_not_run(case: Case, words: str) -> Finding:
    expected = anatomy.tensors_of(case.model, "inputs")
    given = " and ".join(str(array.shape[1:]) for array in case.train.inputs)
    seen = f"The model cannot be run on the training samples: {words}"
    change = "print(x.shape, model.input_shape)"
    if len(expected) == len(case.train.inputs) == 1:
        shape = tuple(expected[0].shape[1:])
        if not anatomy.agree(shape, case.train.inputs[0].shape[1:]):
            seen = f"The model expects samples of shape {anatomy.in_words(shape)}; the training samples have {given}."
            change = f"layers.Input({given})  # or bring the data into the shape {anatomy.in_words(shape)}"
            if np.prod([axis or 1 for axis in shape]) == np.prod(case.train.inputs[0].shape[1:]):
                change = f"x = x.reshape(-1, {', '.join(str(axis or 1) for axis in shape)})"
    return Finding("does_not_run", SERIOUS, seen, "fit stops at its first batch; nothing else can be looked at.", change)


def _inputs(count: int) -> str:
    return f"{count} input{'s' if count > 1 else ''}"


def trains(case: Case) -> Iterator[Finding]:
    """The training step does not accept a batch."""
    if case.refusal:
        yield Finding(
            "fit_stops",
            SERIOUS,
            f"fit stops at its first batch: {case.refusal}",
            "Nothing is learned until a batch goes through the model, its loss and its metrics.",
            "print(model.output_shape, y.shape)  # what the model gives, and what loss and metrics compare it with",
        )

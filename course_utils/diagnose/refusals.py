"""What makes `fit` stop at its first batch, in the reason's own words."""

import re
from collections.abc import Iterator

import numpy as np

from course_utils.diagnose import anatomy
from course_utils.diagnose.case import Case
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

"""Words as numbers: what an Embedding looks up, what fills sequences up, and what masks that."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from keras import layers

from course_utils.diagnose import anatomy
from course_utils.diagnose.case import Case
from course_utils.diagnose.findings import SERIOUS, WARNING, Finding
from course_utils.diagnose.samples import MOST_SAMPLES, Split

ENOUGH_WORDS, FEW_WORDS = 100, 10
UNKNOWN = 0.8  # share of one number among all tokens that are not padding
GAPS = 0.2  # share of sequences with a 0 in them: now and then a word may be missing
PADDED = 0.5  # share of a sequence that is padding, from which a recurrent layer has forgotten the rest at its end


def embedded(case: Case) -> Iterator[Finding]:
    """Numbers that an Embedding cannot look up: fractions, and indices beyond its table."""
    for split in case.splits:
        for layer, values in _looked_up(case, split):
            if (finding := _cannot_look_up(split, layer, values)) is not None:
                yield finding
                return


def _cannot_look_up(split: Split, layer: Any, values: np.ndarray) -> Finding | None:
    if values.dtype.kind == "f" and not np.array_equal(values, np.round(values)):
        return Finding(
            "floats_into_embedding",
            SERIOUS,
            f"{layer.name} gets fractions, from {values.min():.3g} to {values.max():.3g}.",
            "An Embedding looks up whole numbers, and cuts off what comes after the point: scaled numbers all become 0, "
            "and every sample looks the same.",
            "x = tokens.astype('int32')  # unscaled; numbers that measure something go to a Dense layer",
        )
    low, high = int(values.min()), int(values.max())
    if low >= 0 and high < layer.input_dim:
        return None
    row = int(np.flatnonzero(((values < 0) | (values >= layer.input_dim)).reshape(len(values), -1).any(axis=1))[0])
    return Finding(
        "index_beyond_embedding",
        SERIOUS,
        f"{layer.name} has rows for 0 to {layer.input_dim - 1}; the {split.name} inputs go from {low} to {high} "
        f"(sample {row}).",
        "fit stops with an error on a CPU; a GPU gives zeros without a word."
        if high >= layer.input_dim
        else "A small negative index counts from the end of the table: it looks up another row, without a word.",
        f"layers.Embedding({high + 1}, ...)  # the largest index and 1"
        if low >= 0
        else "x = x - x.min()  # or fill gaps before the numbers become whole: indices start at 0",
    )


def unknown(case: Case) -> Iterator[Finding]:
    """Texts of which nearly all words have one and the same number."""
    for layer, values in _looked_up(case, case.train):
        known = values[:MOST_SAMPLES][values[:MOST_SAMPLES] != 0]
        if values.shape[1:] in ((), (1,)) or layer.input_dim <= 10 or len(known) < ENOUGH_WORDS:
            continue
        numbers, counts = np.unique(known, return_counts=True)
        if counts.max() > UNKNOWN * len(known):
            yield Finding(
                "unknown_tokens",
                WARNING,
                f"{counts.max() / len(known):.0%} of what {layer.name} looks up is number {numbers[counts.argmax()]}.",
                "So many words are the same to the network: most likely the number of unknown words, as the vocabulary was "
                "made from another text, or from words in another spelling.",
                "vectorize.adapt(texts_train)  # from the texts that the model reads; print(vectorize(texts_train[:3]))",
            )
            return


def masked_words(case: Case) -> Iterator[Finding]:
    """Sequences in which number 0 is a word, and not what fills them up, and is masked."""
    for layer, values in _looked_up(case, case.train):
        if not layer.mask_zero or values.ndim != 2:
            continue
        words = values[:MOST_SAMPLES] != 0
        filled = np.logical_or.accumulate(words, axis=1) & np.logical_or.accumulate(words[:, ::-1], axis=1)[:, ::-1]
        share = float(np.mean((filled & ~words).any(axis=1)))
        if share > GAPS:
            yield Finding(
                "masked_words",
                WARNING,
                f"{share:.0%} of the sequences have a 0 between other numbers, and {layer.name} masks it.",
                "With mask_zero=True number 0 means that nothing is there: the layers behind skip that word, wherever it "
                "stands.",
                f"layers.Embedding({layer.input_dim + 1}, ..., mask_zero=True)  # and x = x + 1: 0 is for padding alone",
            )
            return


def _looked_up(case: Case, split: Split) -> Iterator[tuple[Any, np.ndarray]]:
    """Embeddings right after an input, and what they get of a split: of arrays, all rows."""
    whole = split.columns or split.inputs
    model = case.model if any(anatomy.nodes(case.model)) else case.runnable or case.model
    inputs = anatomy.tensors_of(model, "inputs")
    first = next(iter(getattr(model, "layers", [])), None)
    if not inputs and len(whole) == 1 and isinstance(first, layers.Embedding) and whole[0].dtype.kind in "fui":
        yield first, whole[0]  # a Sequential that is not built
    feed = split.x if isinstance(split.x, dict) else whole
    arrays = anatomy.feed_of(model, feed)
    if arrays is None:
        return
    for node in anatomy.nodes(model):
        if isinstance(node.operation, layers.Embedding):
            for tensor, array in zip(inputs, arrays, strict=True):
                if tensor is node.input_tensors[0] and array.dtype.kind in "fui":
                    yield node.operation, array


def padding(case: Case) -> Iterator[Finding]:
    """Sequences that end in padding, which a recurrent layer reads to the end."""
    every = anatomy.all_layers(case.model)
    recurrent = next((layer for layer in every if isinstance(layer, (layers.RNN, layers.Bidirectional))), None)
    if recurrent is None or getattr(recurrent, "return_sequences", False) or len(case.train.inputs) != 1:
        return
    if isinstance(recurrent, layers.Bidirectional):
        return  # its backward half ends where the sequence begins
    x = case.train.inputs[0]
    if x.ndim not in (2, 3) or x.dtype.kind not in "fui" or x.shape[1] < 4:
        return
    fill = np.median(x[:, -1])
    masks = [getattr(layer, "mask_value", 0) for layer in every if _masks(layer)]
    masked = bool(np.any(np.isclose(masks, fill)))
    lost = _mask_lost(case, recurrent) if masked else None
    if masked and lost is None:
        return
    steps = (x != fill).reshape(*x.shape[:2], -1).any(axis=-1)
    lengths = np.where(steps.any(axis=1), x.shape[1] - steps[:, ::-1].argmax(axis=1), 0)
    share = 1 - float(lengths.mean()) / x.shape[1]
    if share < PADDED:
        return
    embedding = any(isinstance(layer, layers.Embedding) for layer in every)
    yield Finding(
        "unmasked_padding",
        WARNING,
        f"On average, the last {share:.0%} of a sequence is filled up with {fill:g}; {recurrent.name} reads to the end"
        + (f": {lost} does not pass the mask on." if lost else f": the mask is for {masks[0]:g}." if masks else "."),
        "What it gives out is what it remembers after all that padding: of the beginning, where the content is, next to "
        "nothing.",
        "self.supports_masking = True  # in __init__ of a layer of your own; or pad_sequences(..., padding='pre')"
        if lost
        else "layers.Embedding(..., mask_zero=True)  # steps of 0 are skipped; or pad_sequences(..., padding='pre')"
        if embedding
        else f"layers.Masking({fill:g})  # before the recurrent layer: steps of this value are skipped",
    )


def padding_counts(case: Case) -> Iterator[Finding]:
    """An answer for each step, where most steps are padding, and the answer for padding is counted like any other."""
    x, y = case.train.inputs[0], case.train.targets
    if (
        y is None
        or len(case.train.inputs) > 1
        or x.ndim != 2
        or x.dtype.kind not in "iu"
        or case.train.sample_weight is not None
    ):
        return
    y = y[..., 0] if y.ndim == 3 and y.shape[-1] == 1 else y
    if y.shape != x.shape or y.dtype.kind not in "iuf":
        return
    padded = x == 0
    filled_up = padded[:, -1].mean() > PADDED or padded[:, 0].mean() > PADDED
    masks = any(map(_masks, anatomy.all_layers(case.model)))
    ignores = case.loss is not None and getattr(case.loss.function, "ignore_class", None) is not None
    if not filled_up or padded.mean() < PADDED or masks or ignores or len(np.unique(y[padded])) > 1:
        return
    yield Finding(
        "padding_counts",
        WARNING,
        f"{padded.mean():.0%} of all steps are padding, with the label {y[padded][0]:g}, and count like the others.",
        "The network is praised for naming the padding: loss and accuracy look good, and say little about the words.",
        "layers.Embedding(..., mask_zero=True)  # masked steps count for nothing; or a sample_weight of 0 for them",
    )


def empty_vectors(case: Case) -> Iterator[Finding]:
    """A frozen table of word vectors of which most that are looked up are zero."""
    for layer, values in _looked_up(case, case.train):
        used = np.unique(values[:MOST_SAMPLES]).astype(int)
        used = used[(used > 0) & (used < layer.input_dim)]
        if layer.trainable or not layer.built or len(used) < FEW_WORDS:
            continue
        empty = float(np.mean(~anatomy.as_array(layer.embeddings)[used].any(axis=1)))
        if empty > PADDED:
            yield Finding(
                "empty_vectors",
                SERIOUS,
                f"{empty:.0%} of the {len(used):,} words that {layer.name} looks up have a vector of zeros, and it is "
                "frozen.",
                "To the network these words are all the same. Most likely they were not found in the table of vectors, for "
                "instance for their spelling.",
                "print([word for word in vocabulary if word not in vectors][:20])  # how many are found, and which are not",
            )
            return


def _mask_lost(case: Case, recurrent: Any) -> str | None:
    """Name of what stands between a mask and the layer that needs it, and does not hand it on; None if nothing does."""
    called = [node for node in anatomy.nodes(case.runnable or case.model) if node.operation is recurrent]
    before = called[0].input_tensors[0]._keras_history.operation if called else recurrent
    while not _masks(before):
        if before is not recurrent and not getattr(before, "supports_masking", False):
            return str(before.name)
        if len(before._inbound_nodes) != 1 or not before._inbound_nodes[0].input_tensors or before is recurrent:
            return None
        before = before._inbound_nodes[0].input_tensors[0]._keras_history.operation
    return None


def _masks(layer: Any) -> bool:
    return isinstance(layer, layers.Masking) or bool(getattr(layer, "mask_zero", False))

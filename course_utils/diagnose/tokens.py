"""Words as numbers: what an Embedding looks up, what fills sequences up, and what masks that."""

from collections.abc import Iterator
from typing import Any

import keras
import numpy as np
from keras import layers

from course_utils.diagnose import anatomy
from course_utils.diagnose.anatomy import BINARY, CATEGORICAL, SPARSE
from course_utils.diagnose.case import Case, rows_of
from course_utils.diagnose.findings import SERIOUS, WARNING, Finding
from course_utils.diagnose.samples import MOST_SAMPLES, Split
from course_utils.diagnose.targets import class_labels, one_hot

ENOUGH_WORDS, FEW_WORDS = 100, 10
UNKNOWN = 0.8  # share of one number among all tokens that are not padding
GAPS = 0.2  # share of sequences with a 0 in them: now and then a word may be missing
PADDED = 0.5  # share of a sequence that is padding, from which a recurrent layer has forgotten the rest at its end
DIFFERENT, HIGHEST = 15, 20  # numbers that tell a vocabulary from marks and ratings; the last of them
LATTICE = 0.05  # from whole numbers, in steps of what was scaled
LIKE_ALL, NO_ORDER = 0.35, 0.15  # distance of a column's values from all others; correlation with the neighbour alone
FILLED, NOT_FILLED = 0.4, 0.1  # share of sequences with padding on a side, and on the side without
TRIED = 64  # sequences
SHOWN = 60  # samples of a split from which words tell classes
TOLD, BY_CHANCE = 0.7, 0.1  # share of classes that words tell; how much more than by guessing is nothing
FREQUENT, FEW_AMONG, HARDLY = 0.5, 0.1, 0.1  # share of a text that few words make; how few; their share where they are none


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


def as_quantities(case: Case) -> Iterator[Finding]:
    """Numbers of words that a layer multiplies with its weights, as if they measured something."""
    if case.loss is None or case.loss.kind not in (SPARSE, CATEGORICAL, BINARY):
        return
    for layer, values in case.entries:
        values = values[..., 0] if values.ndim == 3 and values.shape[-1] == 1 else values
        numbers = _numbers_behind(case, values) if isinstance(layer, anatomy.KERNELS) and values.ndim == 2 else None
        if numbers is None or not _name_words(numbers):
            continue
        values, scaled = numbers, not np.array_equal(numbers, values)
        yield Finding(
            "tokens_as_quantities",
            SERIOUS,
            f"{layer.name} multiplies whole numbers from {values.min():g} to {values.max():g} with its weights"
            f"{', scaled' * scaled}. The "
            f"{values.shape[1]} columns hold the same numbers in no order, as numbers of words (tokens) do.",
            "To the layer word 30 is twice as much as word 15. Such numbers name words or categories, and have no size.",
            f"layers.Embedding({int(values.max()) + 1}, 16)  # first; or layers.CategoryEncoding({int(values.max()) + 1}, "
            'output_mode="multi_hot")',
        )
        return


def _numbers_behind(case: Case, values: np.ndarray) -> np.ndarray | None:
    """The whole numbers that values are, or were before they were scaled; of fractions, only those of padded sequences."""
    levels = np.unique(values).astype("float64")
    if values.dtype.kind in "iu" or len(levels) < DIFFERENT:
        return values if values.dtype.kind in "iu" else None
    given = {array.dtype.kind for array in case.train.inputs}
    if not given <= set("iuOSU") and (levels[0] < 0 or _filled_up(values) is None):
        return None
    numbers = (values - min(levels[0], 0)) / np.diff(levels).min()  # what was centred begins below 0
    return np.round(numbers).astype(int) if np.allclose(numbers, np.round(numbers), atol=LATTICE) else None


def _name_words(values: np.ndarray) -> bool:
    """Whether whole numbers, (samples, steps), are alike in all columns, and neighbours as little related as others."""
    if values.ndim != 2 or values.shape[1] < 5 or len(values) < ENOUGH_WORDS // 4 or values.min() < 0:
        return False
    words = np.sort(values[values != 0])
    if len(words) < ENOUGH_WORDS or words[-1] < HIGHEST or len(np.unique(words)) < DIFFERENT:
        return False
    columns = [column[column != 0] for column in values.T]
    like_all = [_distance(column, words) < LIKE_ALL for column in columns if len(column) >= FEW_WORDS]
    if np.mean(like_all) < 0.8:
        return False
    near, far = (_in_common(values[:, :-step], values[:, step:]) for step in (1, values.shape[1] // 2))
    return near < 0.4 and near - far < NO_ORDER


def _distance(some: np.ndarray, others: np.ndarray) -> float:
    """The largest difference between the shares of both that lie below a number (Kolmogorov and Smirnov)."""
    numbers = np.unique(np.concatenate([some, others]))
    below = [np.searchsorted(np.sort(part), numbers, side="right") / len(part) for part in (some, others)]
    return float(np.abs(below[0] - below[1]).max())


def _in_common(before: np.ndarray, after: np.ndarray) -> float:
    """Correlation of pairs in which neither is padding."""
    both = (before != 0) & (after != 0)
    pairs = np.stack([before[both], after[both]]).astype("float64")
    return float(np.corrcoef(pairs)[0, 1]) if pairs.shape[1] >= FEW_WORDS and pairs.std(axis=1).all() else 1.0


def renumbered(case: Case) -> Iterator[Finding]:
    """Words that have other numbers in validation: what they tell about the class, or which are frequent, shows it."""
    if case.validation is None:
        return
    looked_up = (list(_looked_up(case, split)) for split in case.splits)
    labels = [class_labels(case, split.targets_in_order) for split in case.splits]
    for (layer, *read), (_, *new) in zip(*looked_up, strict=False):
        parts = [part[np.unique(np.linspace(0, len(part) - 1, MOST_SAMPLES).astype(int))] for part in (*read, *new)]
        if any(part.ndim != 2 or part.shape[1] < 4 or len(part) < SHOWN for part in parts):
            continue
        seen = _frequent_elsewhere(*parts) or _told_otherwise(parts, labels, layer.input_dim)
        if seen is None:
            continue
        yield Finding(
            "tokens_renumbered",
            SERIOUS,
            seen,
            "The same number means different words in training and in validation: most likely a tokenizer, or a vocabulary, "
            "was made anew from the validation texts.",
            "vectorize.adapt(texts_train)  # once, from the training texts; then vectorize(texts_validation) as it is",
        )
        return


def _frequent_elsewhere(train: np.ndarray, validation: np.ndarray) -> str | None:
    """Whether the few words that make half of the training texts hardly occur in validation, in words."""
    words, counts = np.unique(train[train != 0], return_counts=True)
    order = np.argsort(-counts)
    most = order[: int(np.searchsorted(np.cumsum(counts[order]), FREQUENT * counts.sum())) + 1]
    new = validation[validation != 0]
    if len(words) < ENOUGH_WORDS or len(most) > FEW_AMONG * len(words) or not len(new):
        return None
    share, shown = float(np.isin(new, words[most]).mean()), float(counts[most].sum() / counts.sum())
    if share > HARDLY * shown:
        return None
    return f"The {len(most)} most frequent numbers make {shown:.0%} of the training texts and {share:.1%} of validation."


def _told_otherwise(parts: list[np.ndarray], labels: list[np.ndarray | None], size: int) -> str | None:
    """Whether words tell the class within training and within validation, and not from one to the other, in words."""
    rows = [np.unique(np.linspace(0, len(y) - 1, MOST_SAMPLES).astype(int)) for y in labels if y is not None]
    if len(rows) != 2:
        return None
    y, y_new = (each[row] for each, row in zip(labels, rows, strict=True) if each is not None)
    x, x_new = (part.astype(int) for part in parts)
    if set(y) != set(y_new) or len(set(y)) < 2 or len(x) != len(y) or len(x_new) != len(y_new):
        return None
    guessed = max(float(np.mean(each == name)) for each in (y, y_new) for name in set(y))
    within = [_told(part[::2], each[::2], part[1::2], each[1::2], size) for part, each in ((x, y), (x_new, y_new))]
    across = _told(x, y, x_new, y_new, size)
    if min(within) < max(TOLD, guessed + 2 * BY_CHANCE) or not guessed / 2 < across < guessed + BY_CHANCE:
        return None
    return (
        f"The words of half of the validation texts tell the class of {within[1]:.0%} of the other half; the words of the "
        f"training texts tell that of {across:.0%}, where guessing gives {guessed:.0%}."
    )


def _told(x: np.ndarray, y: np.ndarray, asked: np.ndarray, right: np.ndarray, size: int) -> float:
    """Share of texts whose class their words tell, each for itself (naive Bayes), as other texts show."""
    names = np.unique(y)
    counts = np.ones((len(names), size))
    for number, name in enumerate(names):
        np.add.at(counts[number], x[y == name].ravel(), 1)
    likely = np.log(counts / counts.sum(axis=1, keepdims=True))
    likely[:, 0] = 0.0  # padding tells nothing
    sums = [each[asked].sum(axis=1) for each in likely]
    return float(np.mean(names[np.argmax(sums, axis=0)] == right))


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


def padded_apart(case: Case) -> Iterator[Finding]:
    """Sequences that are filled up on one side in training and on the other in validation, or with another number."""
    if case.validation is None or len(case.train.inputs) != len(case.validation.inputs):
        return
    for place, (train, validation) in enumerate(zip(case.train.inputs, case.validation.inputs, strict=True)):
        wanted, found = _filled_up(train), _filled_up(validation)
        if wanted is None or found is None or wanted == found or train.shape[1:] != validation.shape[1:]:
            continue
        if not _answers_change(case, case.validation, place, wanted, found):
            continue
        yield Finding(
            "padded_differently",
            SERIOUS,
            f"Training sequences are padded with {wanted[1]:g} {wanted[0]} their content, validation sequences with "
            f"{found[1]:g} {found[0]} it.",
            "The content stands at other steps than in training, and the network answers otherwise for it: the validation "
            "figures say little.",
            "x_validation = keras.utils.pad_sequences(x_validation, maxlen=x_train.shape[1], "
            f'padding="{"pre" if wanted[0] == "before" else "post"}", value={wanted[1]:g})  # as for training',
        )
        return


def _filled_up(x: np.ndarray) -> tuple[str, float] | None:
    """On which side sequences, (samples, steps) or (samples, steps, numbers), are filled up, and with what; None if not."""
    if x.ndim not in (2, 3) or x.shape[1] < 4 or x.dtype.kind not in "fui":
        return None
    whole = x.reshape(*x.shape[:2], -1)
    ends = {"before": whole[:, :2], "behind": whole[:, -2:]}
    numbers = {side: float(np.median(end[:, 0 if side == "before" else -1])) for side, end in ends.items()}
    shares = {side: float((end == numbers[side]).all(axis=(1, 2)).mean()) for side, end in ends.items()}
    for side, other in (("before", "behind"), ("behind", "before")):
        if shares[side] > FILLED and (ends[other] == numbers[side]).all(axis=(1, 2)).mean() < NOT_FILLED:
            return side, numbers[side]
    return None


def _answers_change(case: Case, split: Split, place: int, wanted: tuple[str, float], found: tuple[str, float]) -> bool:
    """Whether the model answers otherwise once a split is padded in another way; means and masks may not mind."""
    if case.runnable is None:
        return False
    inputs = [array[:TRIED] for array in split.inputs]
    moved = np.full_like(inputs[place], wanted[1])
    for row, sequence in zip(moved, inputs[place], strict=True):
        content = np.flatnonzero((sequence != found[1]).reshape(len(sequence), -1).any(axis=1))
        if len(content):
            part = sequence[content[0] : content[-1] + 1]
            row[len(row) - len(part) if wanted[0] == "before" else 0 :][: len(part)] = part
    rows, answers = next(case.batches(np.arange(len(moved)), len(moved))), []
    for arrays in (inputs, [*inputs[:place], moved, *inputs[place + 1 :]]):
        x = rows_of(keras.tree.pack_sequence_as(case.train.x, arrays), rows)
        answers.append(keras.tree.flatten(case.runnable(x, training=False)))
    # where all of a sequence is masked there may be no answer
    pairs = [tuple(np.nan_to_num(anatomy.as_array(part)) for part in pair) for pair in zip(*answers, strict=True)]
    return any(not np.allclose(one, other, rtol=1e-2, atol=1e-3 * float(np.abs(one).max())) for one, other in pairs)


def not_shifted(case: Case) -> Iterator[Finding]:
    """Targets that are the steps which the model reads, where the next ones were meant."""
    y = case.train.targets
    if case.loss is None or case.loss.kind not in (SPARSE, CATEGORICAL) or y is None or y.dtype.kind not in "fui":
        return
    y = _numbers_of(y)
    steps = [_numbers_of(x) for x in case.train.inputs]
    if any(x.ndim == 2 and x.shape == y.shape and np.array_equal(x[:, 1:], y[:, :-1]) for x in steps):
        return  # beside the inputs of a decoder those of an encoder may well be the targets
    for number, x in enumerate(steps):
        how = _repeats(x, y)
        if how is None or (y.ndim == 2 and not _keeps_steps(case, number)):
            continue
        yield Finding(
            "targets_not_shifted",
            SERIOUS,
            f"The targets are {how}, in each of {len(y):,} samples.",
            "The network only has to copy what it reads. To foretell the next word, the target of a step must be the "
            "word after it.",
            "x, y = tokens[:, :-1], tokens[:, 1:]  # the targets are the inputs, shifted by one step",
        )
        return


def _numbers_of(array: np.ndarray) -> np.ndarray:
    """Numbers of words from one-hot rows, or as they are; without a last axis of length 1."""
    if array.ndim > 1 and array.shape[-1] == 1:
        return array[..., 0]
    several = array.ndim > 1 and array.dtype.kind in "fuib" and one_hot(array[:1]) and one_hot(array)
    return array.argmax(axis=-1) if several else array


def _repeats(x: np.ndarray, y: np.ndarray) -> str | None:
    """What of the inputs, numbers of words (samples, steps), the targets are; None if they are something else."""
    if x.ndim != 2 or x.shape[1] < 4 or len(np.unique(y)) < 3:
        return None
    if y.shape == x.shape:
        if np.array_equal(x, y):
            return "the same as the inputs, step by step"
        return "the inputs of the step before" if np.array_equal(x[:, :-1], y[:, 1:]) else None
    return "the last step of the inputs" if y.shape == x.shape[:1] and np.array_equal(x[:, -1], y) else None


def _keeps_steps(case: Case, number: int) -> bool:
    """Whether steps stay steps from an input to the output; an autoencoder passes them through something narrower."""
    model = case.runnable or case.model
    inputs = anatomy.tensors_of(model, "inputs")
    if isinstance(case.train.x, dict):
        inputs = sorted(inputs, key=lambda tensor: tensor.name)  # as the arrays are listed
    if number >= len(inputs) or not any(anatomy.nodes(model)):
        return False
    length, reached = inputs[number].shape[1], {id(inputs[number])}
    for node in anatomy.nodes(model):
        if any(id(tensor) in reached for tensor in node.input_tensors):
            reached.update(
                id(tensor) for tensor in node.output_tensors if len(tensor.shape) >= 3 and tensor.shape[1] == length
            )
    return any(id(tensor) in reached for tensor in anatomy.tensors_of(model, "outputs"))


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

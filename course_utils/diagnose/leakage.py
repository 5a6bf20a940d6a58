"""Training against validation data: what stands in both, and what differs; the answer among the inputs."""

from collections.abc import Iterator
from itertools import zip_longest

import numpy as np
import scipy.optimize
import scipy.stats
from keras import layers

from course_utils.diagnose import anatomy
from course_utils.diagnose.case import Case
from course_utils.diagnose.findings import NOTE, SERIOUS, WARNING, Finding
from course_utils.diagnose.samples import ARRAYS, Split
from course_utils.diagnose.targets import class_labels

FACTOR = 5.0  # between the sizes of training and validation inputs: more is no accident
MOST_BYTES_COMPARED = 300_000_000
TWICE = 2.0  # as many shared samples as by nature: then they are copies
FEW_LEVELS = 12  # values of a column, of which several make few distinct samples
MOST_NUMBERS = 1_000  # of a sample, which tell where it lies
MOST_COMPARED, MOST_COLUMNS = 500, 100  # samples and columns that tell how coarse values are
EXACT = 1e-4  # of the standard deviation: no other sample has these means and spreads by chance
TRACE = 1e-3  # of a column's variance that is left within a class: the column names the class
REMAINDER = 1e-4  # of a column's variance that the target leaves over: the column is the target
VALIDATION = 10  # samples; with fewer, figures are chance
SEVERAL = 3  # columns
MOST_WINDOWS = 20_000
MOST_PLACES = 1_000_000  # of pictures that are compared with their masks
ROWS = 30  # fewer samples than that tell nothing
SPLITTING = (
    "from sklearn.model_selection import train_test_split\n"
    "x_train, x_validation, y_train, y_validation = train_test_split(x, y, test_size=0.2)  # of classes: stratify=y too"
)
A_HANDFUL = 5  # samples of a class
ELSEWHERE, LIKE, BY_CHANCE = (
    0.4,
    0.15,
    1.5,
)  # distance of distributions: of others, of the same, of few samples in parts of their chance


def same_shape_and_scale(case: Case) -> Iterator[Finding]:
    """Validation samples of another shape, or on another scale, than the training samples."""
    if case.validation is None:
        return
    pairs = list(zip(case.train.inputs, case.validation.inputs, strict=False))
    for train, validation in pairs:
        if _sizes(train) != _sizes(validation) and not _any_length(case, train, validation):
            yield Finding(
                "shaped_differently",
                SERIOUS,
                f"Training samples have the shape {train.shape[1:]}, validation samples {validation.shape[1:]}.",
                "A network is made for one shape: validation stops with an error, or works on cut or stretched samples.",
                f"print(x_train.shape, x_validation.shape)  # prepare both with the same code, for {train.shape[1:]}",
            )
            return
    if any(isinstance(layer, layers.Embedding) for layer in anatomy.all_layers(case.model)):
        return
    for train, validation in pairs:
        column = _column_apart(train, validation)
        if column is not None:
            yield Finding(
                "scaled_differently",
                SERIOUS,
                f"Column {column} lies around {train[:, column].mean():.4g} in training (standard deviation "
                f"{train[:, column].std():.3g}), around {validation[:, column].mean():.4g} in validation "
                f"({validation[:, column].std():.3g}).",
                "It is in other units, or another column stands in its place: the network is examined on numbers that "
                "it was never shown.",
                "x_validation = x_validation[columns]  # the same columns in the same order and units as for training",
            )
            return
        if _scaled_apart(train, validation):
            yield Finding(
                "scaled_differently",
                SERIOUS,
                f"Training inputs lie between {train.min():.4g} and {train.max():.4g} (mean {train.mean():.3g}), "
                f"validation inputs between {validation.min():.4g} and {validation.max():.4g} (mean "
                f"{validation.mean():.3g}).",
                "The network is examined on numbers that it was never shown: its validation figures say nothing.",
                "x_validation = prepare(x_validation)  # with the very code, and the very numbers, that prepare x_train",
            )
            return


def exchanged(case: Case) -> Iterator[Finding]:
    """Inputs, columns or colours that stand in each other's place in validation."""
    if case.validation is None or len(case.train.inputs) != len(case.validation.inputs):
        return
    pairs = list(zip(case.train.inputs, case.validation.inputs, strict=True))
    if any(part.dtype.kind not in "fui" or len(part) < ROWS for pair in pairs for part in pair):
        return
    if any(train.shape[1:] != validation.shape[1:] for train, validation in pairs):
        return
    called = [tensor.name for tensor in anatomy.tensors_of(case.model, "inputs")]
    named = sorted(case.train.x) if isinstance(case.train.x, dict) else called
    kinds = [("Input", named, pairs)] if len(pairs) == len(named) > 1 else []
    for train, validation in pairs:
        columns = train.shape[-1] if train.ndim > 1 else 1
        if 1 < columns <= MOST_COLUMNS:
            parts = [(train[..., column], validation[..., column]) for column in range(columns)]
            kinds.append(("Column" if train.ndim < 4 else "Channel", [str(column) for column in range(columns)], parts))
    for what, names, parts in kinds:
        if (order := _other_order(parts)) is None:
            continue
        place = next(place for place, other in enumerate(order) if place != other)
        yield Finding(
            "inputs_exchanged",
            SERIOUS,
            f"{what} {names[place]} of the validation data is distributed as {what.lower()} {names[order[place]]} of "
            f"training, and {what.lower()} {names[list(order).index(place)]} as {what.lower()} {names[place]}: they have "
            "changed places.",
            "Where the shapes agree nothing stops: the network takes one for the other, and is examined on nonsense.",
            "validation = {name: x_validation[name] for name in model.input_names}  # by their names, as in training"
            if what == "Input"
            else f"x_validation = x_validation[..., {np.argsort(order).tolist()}]  # the same order as for training",
        )
        return


def _other_order(parts: list[tuple[np.ndarray, np.ndarray]]) -> np.ndarray | None:
    """For each part of the validation data, the number of the part of training that is distributed so; None if its own."""
    train, validation = ([_some_values(part) for part in side] for side in zip(*parts, strict=True))
    noise = max(BY_CHANCE * float(np.sqrt(2 / min(len(part) for part in (*train, *validation)))), LIKE)

    def apart(one: int, other: int) -> float:
        return float(scipy.stats.ks_2samp(train[other], validation[one], method="asymp").statistic)

    moved = [number for number in range(len(parts)) if apart(number, number) > max(ELSEWHERE, 2 * noise)]
    if len(moved) < 2:
        return None
    table = np.array([[apart(one, other) for other in moved] for one in moved])
    _, chosen = scipy.optimize.linear_sum_assignment(table)
    if table[range(len(moved)), chosen].max() > noise:
        return None
    order = np.arange(len(parts))
    order[moved] = np.array(moved)[chosen]
    return order


def _some_values(part: np.ndarray) -> np.ndarray:
    """Numbers from all over an array, (samples, ...), of each sample from the same places."""
    rows = part.reshape(len(part), -1)
    rows = rows[:: -(-len(rows) // MOST_COMPARED)]
    return rows[:, :: -(-rows.shape[1] // MOST_COLUMNS)].ravel()


def _sizes(array: np.ndarray) -> tuple[int, ...]:
    """The shape of a sample, without the axes of length 1 that Keras adds and takes away itself."""
    return tuple(axis for axis in array.shape[1:] if axis != 1)


def _any_length(case: Case, train: np.ndarray, validation: np.ndarray) -> bool:
    """Whether the samples differ only along axes that the model leaves open, as sequences of any length do."""
    if train.ndim != validation.ndim:
        return False
    shapes = [tensor.shape for tensor in anatomy.tensors_of(case.model, "inputs") if len(tensor.shape) == train.ndim]
    different = [axis for axis in range(1, train.ndim) if train.shape[axis] != validation.shape[axis]]
    return any(all(shape[axis] is None for axis in different) for shape in shapes)


def _scaled_apart(train: np.ndarray, validation: np.ndarray) -> bool:
    if min(len(train), len(validation)) < 8 or train.dtype.kind not in "fui" or validation.dtype.kind not in "fui":
        return False
    train, validation = train.astype("float32"), validation.astype("float32")
    typical = [float(np.quantile(np.abs(array), 0.99)) for array in (train, validation)]
    spread = [float(array.std()) for array in (train, validation)]
    if min(*typical, *spread) > 0:
        factors = [max(pair) / min(pair) for pair in (typical, spread)]
        if min(factors) > FACTOR:
            return True
    if train.ndim < 4:
        return False
    # Pictures of -1 to 1 against pictures of 0 to 1
    width = max(np.ptp(train), np.ptp(validation))
    return bool(abs(train.min() - validation.min()) > 0.4 * width and min(train.min(), validation.min()) < 0)


def _column_apart(train: np.ndarray, validation: np.ndarray) -> int | None:
    """The first column whose values lie elsewhere, where others do not; None if there is none."""
    if train.ndim != 2 or train.shape[1:] != validation.shape[1:] or min(len(train), len(validation)) < ROWS:
        return None
    if train.dtype.kind not in "fi" or validation.dtype.kind not in "fi":
        return None
    means, spreads = zip(*((part.mean(axis=0), part.std(axis=0)) for part in (train, validation)), strict=True)
    apart = (np.abs(means[0] - means[1]) > FACTOR * np.maximum(*spreads)) & (np.minimum(*spreads) > 0)
    return int(apart.argmax()) if apart.any() and not apart.all() else None


def contradictions(case: Case) -> Iterator[Finding]:
    """The same training sample with different labels."""
    labels = class_labels(case, case.train.targets_in_order)
    if labels is None or case.train.kind != ARRAYS:
        return
    fingerprints = _fingerprints(case.train)
    if len(set(fingerprints)) == len(fingerprints) or _share_by_chance(case.train, fingerprints) > 0.01:
        return
    first = dict(zip(fingerprints[::-1], range(len(fingerprints) - 1, -1, -1), strict=True))
    rows = [
        row for row, each in enumerate(fingerprints) if labels[row] != labels[first[each]] and not _empty(case.train, row)
    ]
    if len(rows) < 3 or len(rows) < 0.01 * len(fingerprints):
        return
    yield Finding(
        "contradictory_labels",
        WARNING,
        f"{len(rows):,} training samples are the same as an earlier one and have another label: number {rows[0]} is number "
        f"{first[fingerprints[rows[0]]]} again, as class {labels[rows[0]]} and {labels[first[fingerprints[rows[0]]]]}.",
        "At most one of the labels is right; no network can give both.",
        "_, first = np.unique(x, axis=0, return_index=True)\nx, y = x[first], y[first]  # see first which label is right",
    )


def few_for_validation(case: Case) -> Iterator[Finding]:
    """A validation set of a handful."""
    if case.validation is None or not case.validation.complete or case.train.count < 10 * VALIDATION:
        return
    if case.validation.count < VALIDATION:
        yield Finding(
            "few_for_validation",
            NOTE,
            f"The validation data has {case.validation.count} samples.",
            f"One more or less of them right is {1 / case.validation.count:.0%} of the accuracy: the figures are chance.",
            SPLITTING,
        )


def same_samples(case: Case) -> Iterator[Finding]:
    """Samples that are in the training and in the validation data."""
    if case.validation is None or len(case.train.inputs) != len(case.validation.inputs):
        return
    train, validation = _fingerprints(case.train), _fingerprints(case.validation)
    known = set(train)
    shared = sum(each in known and not _empty(case.validation, row) for row, each in enumerate(validation))
    share = shared / len(validation)
    by_nature = len(validation) * _share_by_chance(case.train, train)
    if not shared and (mirrored := _mirrored(case, known)):
        yield Finding(
            "same_samples",
            WARNING,
            f"{mirrored:,} of the {case.validation.count:,} validation samples that were compared are training "
            "samples, mirrored.",
            "Copies that were made before the split stand on both sides of it: the network has seen these answers.",
            f"{SPLITTING}\nx_train = augment(x_train)  # after the split, and the training pictures alone",
        )
        return
    if shared < 2 or share < 0.02 or shared < max(TWICE * by_nature, by_nature + 3 * np.sqrt(by_nature)):
        return
    yield Finding(
        "same_samples",
        SERIOUS if share > 0.2 else WARNING,
        f"{shared:,} of the {len(validation):,} validation samples that were compared ({share:.0%}) are training samples "
        "too.",
        "The network has seen these answers: the validation figures are better than the truth, and hide that it learns by "
        "heart.",
        f"x = np.unique(x, axis=0)  # before the split, where samples are repeated\n{SPLITTING}"
        if len(known) < len(train) / 2
        else SPLITTING,
    )


def _mirrored(case: Case, known: set[int]) -> int:
    """How many validation pictures are in training once they are mirrored; 0 if hardly any."""
    x = case.validation.inputs[0] if case.validation is not None else np.zeros(0)
    if len(case.train.inputs) > 1 or x.ndim != 4 or x.dtype.kind not in "fui":
        return 0
    for axis in (2, 1):
        turned = np.flip(x, axis)
        count = sum(hash(_bytes(turned[row : row + 1])) in known and bool(np.ptp(x[row])) for row in range(len(x)))
        if count > max(2, 0.02 * len(x)):
            return count
    return 0


def _empty(split: Split, row: int) -> bool:
    """Whether a sample is the same number throughout: a black picture, an empty text."""
    arrays = split.columns or split.inputs
    return all(array.dtype.kind in "fui" and array[row].size > 1 and not np.ptp(array[row]) for array in arrays)


def _share_by_chance(split: Split, fingerprints: list[int]) -> float:
    """Share of new samples that are found in the training data by nature, where their values are few and coarse.

    Judged by how often two samples agree in each column, as if the columns knew nothing of each other; or, where all columns
    have few values, by how often training samples repeat one another. Of several columns the distinct samples tell: copies
    would make any column look coarse.
    """
    arrays = [array.reshape(len(array), -1)[: len(fingerprints)] for array in (split.columns or split.inputs)]
    return max(_by_columns(arrays, fingerprints), _by_columns([_words(array) for array in arrays], fingerprints))


def _by_columns(arrays: list[np.ndarray], fingerprints: list[int]) -> float:
    width = sum(array.shape[1] for array in arrays)
    rows = np.unique(np.array(fingerprints), return_index=True)[1] if width > 1 else np.arange(len(fingerprints))
    rows = rows[:: -(-len(rows) // MOST_COMPARED)]
    agree, levels = 1.0, 0
    for column in (values for array in arrays for values in _most_varied(array[rows]).T):
        counts = np.unique(column, return_counts=True)[1]
        agree *= float(np.sum(counts * (counts - 1)) / max(len(rows) * (len(rows) - 1), 1))
        levels = max(levels, len(counts))
    coarse = levels <= FEW_LEVELS and levels < len(rows) / 2 and width < MOST_COLUMNS
    times = np.unique(np.array(fingerprints), return_counts=True)[1]
    known = times[times > 1].sum()
    repeated = float(known + 2 * np.sqrt(known)) / len(fingerprints)  # as many as the next samples may have by chance
    return max(min(1.0, len(fingerprints) * agree), repeated if coarse else 0.0)


def _words(array: np.ndarray) -> np.ndarray:
    """Of texts, (samples, 1), a column for each word, as far as words are looked at; of numbers the columns as they are."""
    if array.dtype.kind in "fuib" or array.shape[1] > 1:
        return array
    texts = [text.decode(errors="replace") if isinstance(text, bytes) else str(text) for text in array[:, 0]]
    columns = zip_longest(*(text.split()[:MOST_COLUMNS] for text in texts), fillvalue="")
    return np.array(list(columns) or [tuple(texts)]).T


def _fingerprints(split: Split) -> list[int]:
    """A hash of each sample's inputs; arrays are compared whole, as far as memory and time allow."""
    arrays = split.columns if split.kind == ARRAYS else split.inputs
    bytes_each = sum(array[:1].size * 4 for array in arrays)
    most = max(MOST_BYTES_COMPARED // max(bytes_each, 1), 1)
    return [hash(b"".join(_bytes(array[row : row + 1]) for array in arrays)) for row in range(min(most, len(arrays[0])))]


def _bytes(sample: np.ndarray) -> bytes:
    return sample.astype("float32").tobytes() if sample.dtype.kind in "fuib" else repr(sample).encode()


def _most_varied(array: np.ndarray) -> np.ndarray:
    """Of many columns those that vary most: the border of a picture may be black in all."""
    if array.shape[1] <= MOST_COLUMNS or array.dtype.kind not in "fuib":
        return array[:, :MOST_COLUMNS]
    return array[:, np.argsort(array.astype("float32").var(axis=0))[-MOST_COLUMNS:]]


def own_statistics(case: Case) -> Iterator[Finding]:
    """Validation inputs that were standardized, or stretched to 0 to 1, by their own numbers, not those of training."""
    if case.validation is None or len(case.train.inputs) != 1 or len(case.validation.inputs) != 1:
        return
    train, validation = ((split.columns or split.inputs)[0] for split in case.splits)
    whole = case.train.complete and case.validation.complete and len(validation) >= ROWS
    if (
        not whole
        or train.nbytes > MOST_BYTES_COMPARED
        or train.dtype.kind != "f"
        or validation.dtype.kind != "f"
        or train.shape[1:] != validation.shape[1:]
    ):
        return
    both = [] if np.array_equal(train, validation) else [(train, validation), (np.concatenate([train, validation]),)]
    kinds = (("mean 0 and standard deviation 1", _standard), ("0 to 1", _stretched))
    found = next(((how, len(parts)) for parts in both for how, fits in kinds if all(map(fits, parts))), None)
    if found is None:
        return
    how, parts = found
    yield Finding(
        "own_statistics",
        WARNING,
        f"The {len(validation):,} validation samples have exactly {how}, as the training samples have."
        if parts == 2
        else f"Training and validation samples taken together have exactly {how}; neither has so by itself.",
        "They were scaled by their own numbers. One and the same measurement then means something else in the two, and a "
        "single new sample could not be scaled at all."
        if parts == 2
        else "The scaler was fitted on the whole data before the split: numbers of the validation data have leaked into "
        "training.",
        "scaler = StandardScaler().fit(x_train)\nx_train, x_validation = scaler.transform(x_train), "
        "scaler.transform(x_validation)",
    )


def _standard(x: np.ndarray) -> bool:
    """Whether all numbers together, or each column, have mean 0 and standard deviation 1; not where each sample has."""
    if abs(x.mean(dtype="float64")) > EXACT:
        return False
    x = x.astype("float64")
    if np.ptp(x.reshape(len(x), -1).mean(axis=1)) < EXACT:
        return False
    means, spreads = x.mean(axis=tuple(range(x.ndim - 1))), x.std(axis=tuple(range(x.ndim - 1)))
    moving = spreads > 0
    columns = moving.any() and np.allclose(means[moving], 0, atol=EXACT) and _one_each(spreads[moving], len(x))
    return bool(columns or _one_each(np.array([x.std()]), x.size))


def _one_each(spreads: np.ndarray, samples: int) -> bool:
    """Spreads of 1, computed with n or with n - 1 samples."""
    return bool(np.allclose(spreads, 1, atol=EXACT) or np.allclose(spreads, np.sqrt((samples - 1) / samples), atol=EXACT))


def _stretched(x: np.ndarray) -> bool:
    """Whether each of several columns of measurements, whose ends are reached once, goes exactly from 0 to 1."""
    if x.ndim != 2:
        return False
    low, high = x.min(axis=0), x.max(axis=0)
    once = (low < high) & ((x == low).sum(axis=0) == 1) & ((x == high).sum(axis=0) == 1)
    exactly = np.allclose(low[once], 0, atol=1e-6) and np.allclose(high[once], 1, atol=1e-6)
    return bool(once.sum() >= SEVERAL and exactly)


def targets_apart(case: Case) -> Iterator[Finding]:
    """Validation targets of another shape, or on another scale, than the training targets."""
    if case.validation is None:
        return
    train, validation = (split.targets for split in case.splits)
    if train is None or validation is None or train.dtype.kind not in "fui" or validation.dtype.kind not in "fui":
        return
    shapes = len(_sizes(train)) != len(_sizes(validation))
    numbers = case.loss is not None and case.loss.kind in (anatomy.REGRESSION, anatomy.BINARY)
    if not shapes and not (numbers and _scaled_apart(train, validation)):
        return
    yield Finding(
        "targets_differ",
        SERIOUS,
        f"Training targets have the shape {train.shape[1:]}, validation targets {validation.shape[1:]}."
        if shapes
        else f"Training targets lie between {train.min():.4g} and {train.max():.4g}, validation targets between "
        f"{validation.min():.4g} and {validation.max():.4g}.",
        "The validation figures compare answers with numbers that mean something else.",
        "y_validation = prepare(y_validation)  # with the very code, and the very numbers, that prepare y_train",
    )


def mask_among_channels(case: Case) -> Iterator[Finding]:
    """Pictures of several channels, one of which is the mask that the model is to find."""
    x, y = case.train.inputs[0], case.train.targets
    if len(case.train.inputs) > 1 or y is None or x.ndim != 4 or x.dtype.kind not in "fui" or y.dtype.kind not in "fuib":
        return
    if y.size * x.shape[-1] != x.size or x.shape[-1] < 2 or len(x) < ROWS:
        return
    few = max(1, MOST_PLACES // x[0, ..., 0].size)
    mask = y[:few].astype("float32").ravel()
    for channel in range(x.shape[-1]):
        values = x[:few, ..., channel].astype("float32").ravel()
        if values.std() and mask.std() and abs(np.corrcoef(values, mask)[0, 1]) > 1 - TRACE:
            yield Finding(
                "answer_among_inputs",
                SERIOUS,
                f"Channel {channel} of the pictures is the mask that the model is to give.",
                "The network only has to read it off. Where the mask is not known yet, the channel is not known either.",
                f"x = np.delete(x, {channel}, axis=-1)  # for training, validation and test data alike",
            )
            return


def given_away(case: Case) -> Iterator[Finding]:
    """A column of the inputs that is the target, or tells the class and nothing else."""
    y, several = case.train.targets, len(case.train.inputs) > 1
    embeds = any(isinstance(layer, layers.Embedding) for layer in anatomy.all_layers(case.model))
    if y is None or y.dtype.kind not in "fui" or embeds or len(y) < ROWS:
        return
    labels = class_labels(case, y)
    numbers = case.loss is not None and case.loss.kind == anatomy.REGRESSION and y.size == len(y)
    if labels is None and not numbers:
        return
    for number, x in enumerate(case.train.inputs):
        if x.dtype.kind not in "fui":
            continue
        if x.ndim == 3 and (x.shape[2] == 1 or numbers):
            x = x.reshape(len(x), -1)
        if x.ndim != 2 or (x.shape[1] == 1 and not several):
            continue
        columns = _telling(x.astype("float64"), y, labels)
        if not len(columns):
            continue
        name = sorted(case.train.x)[number] if isinstance(case.train.x, dict) else number
        whose = f"input {name}" if several else "the inputs"
        yield Finding(
            "answer_among_inputs",
            SERIOUS,
            f"Column {columns[0]} of {whose} is the target in other numbers"
            if labels is None
            else f"Column {columns[0]} of {whose} has one value for each class, and no other"
            + (f"; so has {len(columns) - 1} more." if len(columns) > 1 else "."),
            "The network only has to read it off. Where the answer is not known yet, the column will not be known either.",
            f"x = np.delete(x, {columns[0]}, axis=1)  # for training, validation and test data alike",
        )
        return


def _telling(x: np.ndarray, y: np.ndarray, labels: np.ndarray | None) -> np.ndarray:
    """Columns of x, (samples, columns), from which the target or the class can be read off."""
    whole = x.var(axis=0)
    if labels is not None:
        names, counts = np.unique(labels, return_counts=True)
        classes = [x[labels == name] for name in names[counts >= A_HANDFUL]]
        if len(classes) < 2:
            return np.zeros(0, int)
        left = sum(len(part) * part.var(axis=0) for part in classes) / sum(map(len, classes))
        whole = np.concatenate(classes).var(axis=0)
    else:
        y = y.astype("float64").ravel()
        products = ((x - x.mean(axis=0)) * (y - y.mean())[:, None]).mean(axis=0)
        left = whole - products**2 / max(float(y.var()), 1e-300)
    return np.flatnonzero((whole > 0) & (left < (REMAINDER if labels is None else TRACE) * whole))


def overlapping(case: Case) -> Iterator[Finding]:
    """Windows of one series that were dealt out to both splits at random: nearly the same samples stand in both."""
    if case.validation is None or any(len(split.inputs) != 1 for split in case.splits):
        return
    train, validation = ((split.columns or split.inputs)[0] for split in case.splits)
    if train.ndim not in (2, 3) or train.shape[1] < 4 or train.shape[1:] != validation.shape[1:] or train.dtype.kind != "f":
        return
    most = min(MOST_WINDOWS, MOST_BYTES_COMPARED // max(train[:1].nbytes * 4, 1))
    later = {_bytes(window[1:]) for window in train[:most]}
    earlier = {_bytes(window[:-1]) for window in train[:most]}
    shared = np.mean([_bytes(window[:-1]) in later or _bytes(window[1:]) in earlier for window in validation[:most]])
    if shared < 0.2 or len(later) < len(train[:most]) / 2:
        return
    yield Finding(
        "overlapping_windows",
        SERIOUS,
        f"{shared:.0%} of the validation windows are a training window shifted by one step.",
        "The two differ in a single step: validation asks for what training has shown.",
        "cut = int(0.8 * len(series))  # split the series first, and cut windows from each part after that",
    )

"""Read a bounded sample of whatever `fit` accepts: arrays, a `tf.data.Dataset`, a `keras.utils.PyDataset`."""

import itertools
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from course_utils.errors import CourseError

MOST_SAMPLES = 2_000
MOST_BYTES = 200_000_000
MOST_SECONDS = 3.0
NARROW = ("bfloat16", "float16")  # 16 bits, what mixed precision computes with
ARRAYS, TF_DATA, PY_DATASET = "arrays", "tf.data", "PyDataset"


@dataclass
class Split:
    """A sample of the training or the validation data.

    Attributes:
        name: `training` or `validation`.
        kind: `arrays`, `tf.data` or `PyDataset`.
        x: the sampled inputs: an array (samples, ...), or a list or dictionary of arrays.
        y: the sampled targets, likewise; None if the data has none.
        all_targets: the targets in their own order, as far as they were read (arrays: all of them); likewise.
        complete: everything was read.
        size: number of samples, None where only reading to the end would tell.
        batch_size: None for arrays, where `fit` decides.
        sample_weight: the sampled weights of the samples, None if the data has none.
        columns: for arrays, the whole inputs (not copied).
        source: the dataset itself, None for arrays.
        read_again: reads the data once more, as a second epoch would.
    """

    name: str
    kind: str
    x: Any
    y: Any
    all_targets: Any
    complete: bool
    size: int | None
    batch_size: int | None
    sample_weight: Any = None
    columns: list[np.ndarray] = field(default_factory=list)
    source: Any = None
    read_again: Callable[[], "Split"] | None = None

    @cached_property
    def again(self) -> "Split | None":
        """What a second epoch would show; None for arrays."""
        return None if self.read_again is None else self.read_again()

    @property
    def inputs(self) -> list[np.ndarray]:
        """The sampled inputs as a list: an array (samples, ...) for each input of the model."""
        return keras.tree.flatten(self.x)

    @cached_property
    def rows(self) -> list[int]:
        """A hash of each sample's inputs, by which equal ones are known."""
        return hashes(self.inputs)

    @property
    def count(self) -> int:
        """How many samples were taken."""
        return len(self.inputs[0])

    @property
    def targets(self) -> np.ndarray | None:
        """The sampled targets of a model with one output; None if there are several."""
        return _single(self.y)

    @property
    def targets_read(self) -> list[np.ndarray]:
        """The targets as far as they were read, an array for each output; none if the data has none."""
        return [] if self.all_targets is None else keras.tree.flatten(self.all_targets)

    @property
    def targets_in_order(self) -> np.ndarray | None:
        """The targets of a model with one output as far as they were read, in their own order; None if there are several."""
        return _single(self.all_targets)


def read_split(name: str, data: Any, several_inputs: bool, several_outputs: bool, targets_needed: bool = True) -> Split:
    """Read a sample of one split.

    Args:
        name: `training` or `validation`, for messages.
        data: what the learner passed.
        several_inputs: whether the model takes several inputs, so that a list of arrays is one array for each.
        several_outputs: the same for its outputs.
        targets_needed: False for a model whose layers or training step bring the loss along: arrays of inputs alone will do.

    Raises:
        CourseError: the data is empty, not in pairs of inputs and targets, or not batched.
    """
    if isinstance(data, tf.data.Dataset):
        read = lambda: _read_batches(name, TF_DATA, iter(data))  # noqa: E731
    elif isinstance(data, keras.utils.PyDataset):
        read = lambda: _read_batches(name, PY_DATASET, _batches_of(data))  # noqa: E731
    elif not targets_needed and isinstance(data, (np.ndarray, tf.Tensor, dict)):
        return _read_arrays(name, (data, None), several_inputs, several_outputs)
    elif isinstance(data, tuple) and len(data) in (2, 3):
        return _read_arrays(name, data, several_inputs, several_outputs)
    else:
        raise CourseError(
            f"The {name} data is {_article(type(data).__name__)}; give a pair (x, y), a batched tf.data.Dataset "
            "or a keras.utils.PyDataset."
        )
    split = read()
    split.source, split.read_again = data, read
    return split


def _read_arrays(name: str, data: tuple[Any, ...], several_inputs: bool, several_outputs: bool) -> Split:
    y = None if data[1] is None else _arrays(name, data[1], (dict, list, tuple) if several_outputs else dict)
    first = keras.tree.flatten(data[0] if y is None else y)[0]
    size = len(first) if np.ndim(first) else 0
    x = _arrays(name, data[0], (dict, list, tuple) if several_inputs or _one_each(data[0], size) else dict)
    weights = _weights(name, data[2] if len(data) == 3 else None, size)
    lengths = {array.shape[0] if array.ndim else 0 for array in keras.tree.flatten((x, x if y is None else y))}
    if 0 in lengths:
        raise CourseError(f"The {name} data is empty: there is nothing to look at.")
    if len(lengths) > 1:
        sizes = " and ".join(f"{array.shape[0]:,}" for array in keras.tree.flatten((x, y)))
        raise CourseError(f"The {name} inputs and targets differ in length ({sizes}); each input needs its target.")
    size = lengths.pop()
    rows = _rows(size, sum(array[:1].nbytes for array in keras.tree.flatten(x)))
    return Split(
        name=name,
        kind=ARRAYS,
        x=keras.tree.map_structure(lambda array: array[rows], x),
        y=None if y is None else keras.tree.map_structure(lambda array: array[rows], y),
        all_targets=y,
        complete=True,
        size=size,
        batch_size=None,
        columns=keras.tree.flatten(x),
        sample_weight=None if weights is None else keras.tree.map_structure(lambda array: array[rows], weights),
    )


def _one_each(value: Any, size: int) -> bool:
    """Whether a list holds an array for each input, as `fit` takes a list of arrays, and not the samples themselves."""
    parts = value if isinstance(value, (list, tuple)) else []
    shapes = [tuple(getattr(part, "shape", ())) for part in parts]
    return bool(shapes) and all(shape[:1] == (size,) for shape in shapes)


def _weights(name: str, value: Any, size: int) -> Any:
    if value is None:
        return None
    weights = _arrays(name, value, (dict, list, tuple) if _one_each(value, size) else dict)
    lengths = [array.shape[0] if array.ndim else 0 for array in keras.tree.flatten(weights)]
    if any(length != size for length in lengths):
        raise CourseError(f"The {name} data has {size:,} samples and {lengths[0]:,} weights; give each sample one.")
    return weights


def _rows(size: int, bytes_each: int) -> np.ndarray:
    """Which rows to look at: all, or a random choice that is the same each time; in their order."""
    most = _most_samples(bytes_each)
    return np.arange(size) if size <= most else np.sort(np.random.default_rng(0).choice(size, most, replace=False))


def _most_samples(bytes_each: int) -> int:
    return int(np.clip(MOST_BYTES // max(bytes_each, 1), 8, MOST_SAMPLES))


def _arrays(name: str, value: Any, structured: Any) -> Any:
    if isinstance(value, structured):
        parts = value.items() if isinstance(value, dict) else enumerate(value)
        arrays = {key: _array(name, part) for key, part in parts}
        return arrays if isinstance(value, dict) else list(arrays.values())
    return _array(name, value)


def _array(name: str, value: Any) -> np.ndarray:
    if isinstance(value, tf.RaggedTensor):
        value = value.to_tensor()
    if isinstance(value, tf.SparseTensor):
        value = tf.sparse.to_dense(value)
    try:
        array = np.asarray(value)
    except ValueError as error:
        raise CourseError(
            f"The {name} data does not form an array, since its rows differ in length; pad them first, for instance with "
            "keras.utils.pad_sequences."
        ) from error
    array = widened(array)
    if array.dtype == object and not all(isinstance(item, (str, bytes)) for item in array.flat[:100]):
        raise CourseError(f"The {name} data holds Python objects instead of numbers; make it an array of numbers first.")
    return array


def widened(array: np.ndarray) -> np.ndarray:
    """Floats of 16 bits as float32: NumPy overflows with float16, and refuses most of its work for bfloat16."""
    return array.astype("float32") if array.dtype.name in NARROW else array


def _batches_of(dataset: keras.utils.PyDataset) -> Iterator[Any]:
    numbers = itertools.count() if dataset.num_batches is None else range(dataset.num_batches)
    return (dataset[number] for number in numbers)


def _read_batches(name: str, kind: str, batches: Iterator[Any]) -> Split:
    read: list[tuple[Any, ...]] = []
    count, complete, begun = 0, False, time.perf_counter()
    most = MOST_SAMPLES
    while count < most and (len(read) < 2 or time.perf_counter() - begun < MOST_SECONDS):
        batch = next(batches, None)
        if batch is None:
            complete = True
            break
        read.append(_parts(name, batch))
        inputs = keras.tree.flatten(read[-1][0])
        count += len(inputs[0])
        most = _most_samples(sum(array.nbytes // max(len(array), 1) for array in inputs))
    if not count:
        raise CourseError(f"The {name} dataset is empty: there is nothing to look at.")
    # A set that ends exactly where reading stops is complete: one more look tells.
    complete = complete or (count >= most and next(batches, None) is None)
    x, y, *weights = keras.tree.map_structure(lambda *parts: _joined(parts), *read)
    size = len(keras.tree.flatten(read[0][0])[0])
    return Split(name, kind, x, y, y, complete, count if complete else None, size, *weights)


def _parts(name: str, batch: Any) -> tuple[Any, ...]:
    if not isinstance(batch, (tuple, list)) or len(batch) not in (2, 3):
        raise CourseError(
            f"The {name} dataset does not give pairs (x, y); map it so that each element is (inputs, targets)."
        )
    given = batch[:2] if batch[-1] is None else batch  # no weights
    parts = tuple(_arrays(name, part, (dict, list, tuple)) for part in given)
    lengths = {array.shape[0] if array.ndim else None for array in keras.tree.flatten(parts[:2])}
    if None in lengths or len(lengths) > 1:
        raise CourseError(f"The {name} dataset is not batched; add .batch(32) before you train with it.")
    return parts


def _joined(parts: Sequence[np.ndarray]) -> np.ndarray:
    """Batches one after the other; batches padded to different lengths are padded further."""
    if parts[0].ndim > 1 and len({part.shape[1:] for part in parts}) > 1:
        shape = np.array([part.shape[1:] for part in parts]).max(axis=0)
        parts = [np.pad(part, [(0, 0), *((0, int(more)) for more in shape - part.shape[1:])]) for part in parts]
    return np.concatenate(parts)


def hashes(arrays: list[np.ndarray]) -> list[int]:
    """A hash for each row of arrays, (samples, ...), taken together."""
    return [hash(b"".join(_bytes(array[row : row + 1]) for array in arrays)) for row in range(len(arrays[0]))]


def _bytes(sample: np.ndarray) -> bytes:
    # Text is an array of objects, and its bytes are addresses.
    return repr(sample.tolist()).encode() if sample.dtype.kind == "O" else sample.tobytes()


def _single(structure: Any) -> np.ndarray | None:
    arrays = keras.tree.flatten(structure)
    return arrays[0] if len(arrays) == 1 else None


def _article(word: str) -> str:
    return f"{'an' if word[0].lower() in 'aeiou' else 'a'} {word}"

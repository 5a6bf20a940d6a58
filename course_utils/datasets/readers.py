"""From files in the cache to what lessons use: one reader for each form in which the catalog's datasets come."""

import gzip
import math
import struct
import warnings
import zlib
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

import numpy as np

from course_utils.datasets import archives, hourly, newswires, pairs, pictures, tables, texts, tiny_pictures
from course_utils.datasets.catalog import Dataset
from course_utils.datasets.fetch import Fetched
from course_utils.datasets.hourly import Hourly
from course_utils.datasets.loaded import Data, Pairs, Series, Tabular
from course_utils.datasets.pairs import PairSplit
from course_utils.datasets.splits import ArraySplit, FolderSplit, Split, TextSplit
from course_utils.datasets.tables import HOUSING_COLUMNS, TableSplit
from course_utils.datasets.unpacking import noted_unreadable, unpacked
from course_utils.errors import CourseError, legible

Contents = tuple[tuple[str, ...], Split, Split]
IDX_UINT8 = 0x08
CSV_SHAPE = (28, 28)
PARTS = ("train", "test")
TEST_SHARE = 0.2
KERAS_SEED = 113
CSV_COLUMNS = ["label", *(f"pixel{number}" for number in range(1, math.prod(CSV_SHAPE) + 1))]


def array_split(images: np.ndarray, labels: np.ndarray, class_names: tuple[str, ...], where: str) -> ArraySplit:
    """A split from uint8 pictures and whole-number labels of shape (n,).

    Pictures are of shape (n, height, width), or in colour (n, height, width, 3).

    Raises:
        CourseError: shapes, types or labels do not fit together; `where` names the file at fault.
    """
    in_colour = images.ndim == 4 and images.shape[3] == 3
    fits = (in_colour or images.ndim == 3) and images.dtype == np.uint8
    fits = fits and labels.shape == images.shape[:1] and labels.dtype.kind in "iu"
    if not fits or not len(labels) or labels.min() < 0 or labels.max() >= len(class_names):
        raise CourseError(f"{where} does not hold the pictures and labels that it should.")
    return ArraySplit(labels.astype(np.int32), class_names, images if in_colour else images[..., np.newaxis])


def folder_split(folder: Path, class_names: tuple[str, ...], unreadable: tuple[tuple[Path, str], ...] = ()) -> FolderSplit:
    """A split from the image files in the subfolders `class_names` of `folder`, but for the unreadable ones."""
    left_out = {path for path, _ in unreadable}
    found = [(path, label) for label, name in enumerate(class_names) for path in pictures.pictures_in(folder / name)]
    readable = [(path, label) for path, label in found if path not in left_out]
    labels = np.array([label for _, label in readable], np.int32)
    return FolderSplit(labels, tuple(map(legible, class_names)), tuple(path for path, _ in readable), unreadable)


def empty_classes(split: Split) -> list[str]:
    """Names of the classes that have no examples."""
    return [name for label, name in enumerate(split.class_names) if label not in split.labels]


def report_unreadable(folder: Path, split: FolderSplit) -> None:
    """Name the files that were left out, the first ten in full."""
    if split.unreadable:
        print(f"Left out {len(split.unreadable)} of {len(split.unreadable) + len(split)} pictures, which cannot be read:")
        for path, reason in split.unreadable[:10]:
            print(f"  {legible(str(path.relative_to(folder)))}: {reason}")
        if len(split.unreadable) > 10:
            print(f"  … and {len(split.unreadable) - 10} more, in `.unreadable`")


def _read_idx(dataset: Dataset, files: dict[str, Fetched]) -> Contents:
    train, test = (
        array_split(
            _idx_array(files[f"{part}-images"].path),
            _idx_array(files[f"{part}-labels"].path),
            dataset.class_names,
            dataset.title,
        )
        for part in ("train", "test")
    )
    return dataset.class_names, train, test


def _idx_array(path: Path) -> np.ndarray:
    """The array in a gzipped IDX file of unsigned bytes: two zero bytes, type, rank, sizes (big-endian uint32), values."""
    try:
        with gzip.open(path) as stream:
            zeros, kind, rank = struct.unpack(">HBB", stream.read(4))
            shape = struct.unpack(f">{rank}I", stream.read(4 * rank))
            count = math.prod(shape)
            if zeros or kind != IDX_UINT8 or count > archives.LARGEST_RATIO * path.stat().st_size + archives.ALWAYS_ALLOWED:
                raise ValueError("not an IDX file of bytes")
            values = stream.read(count + 1)
            if len(values) != count:
                raise ValueError(f"{count:,} values announced and not as many there")
        return np.frombuffer(values, np.uint8).reshape(shape)
    except (OSError, EOFError, ValueError, struct.error, zlib.error) as error:
        raise CourseError(f"{path} is damaged ({error}).") from error


def _read_npz(dataset: Dataset, files: dict[str, Fetched]) -> Contents:
    (file,) = files.values()
    try:
        archives.require_sane_zip(file.path)
        with np.load(file.path, allow_pickle=False) as arrays:
            x_train, y_train, x_test, y_test = (arrays[key][...] for key in ("x_train", "y_train", "x_test", "y_test"))
    except Exception as error:  # of damaged bytes NumPy and zipfile make almost anything
        raise CourseError(f"{file.path} is damaged or not what it should be ({error}).") from error
    train = array_split(x_train, y_train, dataset.class_names, dataset.title)
    return dataset.class_names, train, array_split(x_test, y_test, dataset.class_names, dataset.title)


def _read_tiny_pictures(dataset: Dataset, files: dict[str, Fetched]) -> Contents:
    """One archive: the published one of pickled batches, or a mirror's own zip of JPEGs."""
    (file,), (listed,) = files.values(), dataset.files
    if file.path.name in listed.repacked:
        parts = tiny_pictures.read_jpegs(file.path, dataset.class_names)
    else:
        parts = tiny_pictures.read_batches(file.path, listed.sha256)
    train, test = (array_split(*part, dataset.class_names, str(file.path)) for part in parts)
    return dataset.class_names, train, test


def _read_image_folders(dataset: Dataset, files: dict[str, Fetched]) -> Contents:
    """Two archives, of a folder of pictures for each class."""
    train, test = (_class_folder(_unpacked_pictures(dataset, files[part])) for part in ("train", "test"))
    return _class_names(train, test), _readable(train, files["train"].path), _readable(test, files["test"].path)


def _read_image_parts(dataset: Dataset, files: dict[str, Fetched]) -> Contents:
    """One archive, in which the folder `train`, and `validation` for testing, hold a folder of pictures for each class."""
    (file,) = files.values()
    parts = _class_folder(_unpacked_pictures(dataset, file))
    missing = [name for name in ("train", "validation") if not (parts / name).is_dir()]
    if missing:
        raise CourseError(f"{file.path} does not hold a folder called {missing[0]!r}, as it should.")
    train, test = parts / "train", parts / "validation"
    return _class_names(train, test), _readable(train, file.path), _readable(test, file.path)


def _read_image_clips(dataset: Dataset, files: dict[str, Fetched]) -> Contents:
    """One archive of a folder of pictures for each class; those whose names begin as `held_out` says are for testing."""
    (file,) = files.values()
    folder = _class_folder(_unpacked_pictures(dataset, file))
    class_names, everything = _class_names(folder), _readable(folder, file.path)
    train, test = (_named(everything, dataset.held_out, held_out) for held_out in (False, True))
    if any(set(part.labels.tolist()) != set(range(len(class_names))) for part in (train, test)):
        raise CourseError(f"{file.path} does not hold pictures of each class to learn from and to test on, as it should.")
    return class_names, train, test


def _unpacked_pictures(dataset: Dataset, file: Fetched) -> Path:
    return unpacked(dataset, file, lambda folder: pictures.find_unreadable(pictures.pictures_in(folder)))


def _named(split: FolderSplit, beginnings: tuple[str, ...], wanted: bool) -> FolderSplit:
    """Those pictures of a split whose names begin with one of `beginnings`, or those whose do not."""
    chosen = [index for index, path in enumerate(split.paths) if path.name.startswith(beginnings) == wanted]
    unreadable = tuple(pair for pair in split.unreadable if pair[0].name.startswith(beginnings) == wanted)
    return FolderSplit(split.labels[chosen], split.class_names, tuple(split.paths[i] for i in chosen), unreadable)


def _class_folder(folder: Path) -> Path:
    """`folder`, or what it holds if that is only one more folder, as in an archive that was packed with its folder."""
    while len(inner := pictures.classes_in(folder)) == 1:
        folder = folder / inner[0]
    return folder


def _class_names(train: Path, test: Path | None = None) -> tuple[str, ...]:
    class_names = pictures.classes_in(train)
    if len(class_names) < 2 or (test and pictures.classes_in(test) != class_names):
        raise CourseError(f"{train} does not hold a folder of pictures for each class, as it should.")
    return class_names


def _readable(folder: Path, archive: Path) -> FolderSplit:
    """The pictures of an unpacked folder of classes; those that cannot be read are named and left out."""
    split = folder_split(folder, pictures.classes_in(folder), noted_unreadable(folder))
    report_unreadable(folder, split)
    if empty := empty_classes(split):
        raise CourseError(f"{archive} holds no readable pictures of {', '.join(empty)}, as it should.")
    return split


def _read_csv(dataset: Dataset, files: dict[str, Fetched]) -> Contents:
    """Two tables of a picture a line, its label first."""
    train, test = (_csv_split(files[part].path, dataset) for part in ("train", "test"))
    return dataset.class_names, train, test


def _csv_split(path: Path, dataset: Dataset) -> ArraySplit:
    table = _csv_table(path)
    labels, values = table[:, 0], table[:, 1:]
    wrong = np.flatnonzero((labels < 0) | (labels >= len(dataset.class_names)))
    if len(wrong):
        last = len(dataset.class_names) - 1
        raise CourseError(f"{path} has the label {labels[wrong[0]]} in it, and labels go from 0 to {last}.")
    if values.min() < 0 or values.max() > 255:
        worst = values.min() if values.min() < 0 else values.max()
        raise CourseError(f"{path} has a pixel of value {worst} in it, and pixels go from 0 to 255.")
    return array_split(values.astype(np.uint8).reshape(-1, *CSV_SHAPE), labels, dataset.class_names, str(path))


def _csv_table(path: Path) -> np.ndarray:
    """Label and pixels of each line, int64 (n, 785); a header line may be there or not.

    Raises:
        CourseError: a column is missing, a line has too few or too many, or a cell is not a whole number.
    """
    try:
        lines = path.read_bytes().removeprefix(b"\xef\xbb\xbf").splitlines()
    except OSError as error:
        raise CourseError(f"{path} cannot be read ({error.strerror}).") from error
    rows = [(number, line) for number, line in enumerate(lines, 1) if line.strip()]
    if rows and not rows[0][1].split(b",")[0].strip().isdigit():
        _check_header(path, rows.pop(0)[1].decode("utf-8", errors="replace"))
    if not rows:
        raise CourseError(f"{path} holds no pictures.")
    for number, line in rows:
        if (found := line.count(b",") + 1) != len(CSV_COLUMNS):
            raise CourseError(f"{path} has {found:,} columns in line {number:,} instead of {len(CSV_COLUMNS)}.")
    try:
        with warnings.catch_warnings():
            # earlier versions of NumPy warn, and cut off what comes after the point
            warnings.simplefilter("error", DeprecationWarning)
            return np.loadtxt([line for _, line in rows], np.int64, delimiter=",", comments=None, ndmin=2)
    except (ValueError, DeprecationWarning) as error:
        raise CourseError(f"{path} has {_not_a_number(rows)} instead of a whole number.") from error


def _check_header(path: Path, line: str) -> None:
    names = [name.strip().strip('"') for name in line.split(",")]
    missing = [name for name in CSV_COLUMNS if name not in names]
    if missing:
        raise CourseError(
            f"{path} has no column {missing[0]!r}: its first line names {len(names)}, and should name "
            f"label and pixel1 to pixel{len(CSV_COLUMNS) - 1}."
        )
    if names != CSV_COLUMNS:
        raise CourseError(f"{path} has its columns in another order than label, pixel1, pixel2 and so on.")


def _not_a_number(rows: list[tuple[int, bytes]]) -> str:
    for number, line in rows:
        for column, cell in zip(CSV_COLUMNS, line.split(b","), strict=True):
            if not cell.strip().removeprefix(b"-").isdigit():
                return f"{cell.decode('utf-8', errors='replace')[:30]!r} in line {number:,}, column {column},"
    return "something"


def _read_text_folders(dataset: Dataset, files: dict[str, Fetched]) -> Contents:
    """One archive, in which the folders `train` and `test` hold a folder of texts for each class; the rest is left out."""
    (file,) = files.values()
    needed = {(part, name) for part in PARTS for name in dataset.class_names}

    def wanted(name: str) -> bool:
        return PurePosixPath(name).parts[-3:-1] in needed

    def require_utf8(folder: Path) -> tuple[()]:
        damaged = texts.find_unreadable(sorted(folder.rglob("*.txt")))
        if damaged:
            name, reason = damaged[0][0].relative_to(folder).as_posix(), damaged[0][1]
            raise CourseError(f"{file.path} is damaged: {name} in it cannot be read ({reason}).")
        return ()

    return _text_folders(dataset, _class_folder(unpacked(dataset, file, require_utf8, wanted)))


def _text_folders(dataset: Dataset, folder: Path) -> Contents:
    train, test = (_text_split(folder / part, dataset.class_names) for part in PARTS)
    return dataset.class_names, train, test


def _text_split(folder: Path, class_names: tuple[str, ...]) -> TextSplit:
    found = [texts.texts_in(folder / name) if (folder / name).is_dir() else () for name in class_names]
    for name, paths in zip(class_names, found, strict=True):
        if not paths:
            raise CourseError(f"{folder} does not hold a folder called {name!r} with texts in it, as it should.")
    labels = np.repeat(np.arange(len(found), dtype=np.int32), [len(paths) for paths in found])
    return TextSplit(labels, class_names, tuple(path for paths in found for path in paths))


def _read_jena_table(dataset: Dataset, files: dict[str, Fetched]) -> Hourly:
    """One archive with one table."""
    (file,) = files.values()
    return _jena_table(dataset, unpacked(dataset, file))


def _jena_table(dataset: Dataset, folder: Path) -> Hourly:
    return hourly.read_jena(_the_file(folder, dataset.files[0].name.removesuffix(".zip")))


def _read_beijing_table(dataset: Dataset, files: dict[str, Fetched]) -> Hourly:
    (file,) = files.values()
    return hourly.read_beijing(file.path)


def _read_sentence_pairs(dataset: Dataset, files: dict[str, Fetched]) -> tuple[PairSplit, PairSplit]:
    """One archive with one file of sentences."""
    (file,) = files.values()
    return _sentence_pairs(dataset, unpacked(dataset, file))


def _sentence_pairs(dataset: Dataset, folder: Path) -> tuple[PairSplit, PairSplit]:
    """Training and test pairs: the publisher names no test set, so a fifth is set apart, the same one every time."""
    return pairs.read_pairs(_the_file(folder, "spa.txt")).split(TEST_SHARE, seed=0)


def _read_newswires(dataset: Dataset, files: dict[str, Fetched]) -> Contents:
    """Two files: numbers in place of words, and the list of words."""
    path = files["newswires"].path
    (pinned,) = (file.sha256 for file in dataset.files if file.part == "newswires")
    numbers, labels = newswires.read_numbers(path, pinned)
    words = newswires.read_words(files["words"].path)
    train, test = (
        newswires.word_split([numbers[number] for number in part], labels[part], dataset.class_names, words, str(path))
        for part in _as_keras_parts(len(labels))
    )
    return dataset.class_names, train, test


def _written_newswires(dataset: Dataset, folder: Path) -> Contents:
    train, test = newswires.read_lines([folder / f"{part}.txt" for part in PARTS], dataset.class_names)
    return dataset.class_names, train, test


def _read_housing(dataset: Dataset, files: dict[str, Fetched]) -> tuple[tuple[str, ...], str, TableSplit, TableSplit]:
    (file,) = files.values()
    return _housing_table(file.path)


def _synthetic_housing(dataset: Dataset, folder: Path) -> tuple[tuple[str, ...], str, TableSplit, TableSplit]:
    return _housing_table(folder / dataset.files[0].name)


def _housing_table(path: Path) -> tuple[tuple[str, ...], str, TableSplit, TableSplit]:
    everything = tables.read_housing(path)
    train, test = (
        TableSplit(everything.features[part], everything.targets[part]) for part in _as_keras_parts(len(everything))
    )
    return HOUSING_COLUMNS, "median_house_value", train, test


def _as_keras_parts(count: int) -> tuple[np.ndarray, np.ndarray]:
    """Numbers of the training and the test examples where the publisher has one file: as Keras' own loaders part them.

    So results can be held beside those of others. The stream of a `RandomState` is the same in all versions of NumPy.
    """
    order = np.arange(count)
    np.random.RandomState(KERAS_SEED).shuffle(order)
    last = int(count * (1 - TEST_SHARE))
    return order[:last], order[last:]


def _the_file(folder: Path, name: str) -> Path:
    found = sorted(folder.rglob(name))
    if not found:
        raise CourseError(f"{folder} does not hold a file called {name}, as it should.")
    return found[0]


def _synthetic_arrays(dataset: Dataset, folder: Path) -> Contents:
    train, test = (
        array_split(
            _npy_array(folder / f"{part}-images.npy"),
            _npy_array(folder / f"{part}-labels.npy"),
            dataset.class_names,
            str(folder),
        )
        for part in PARTS
    )
    return dataset.class_names, train, test


def _npy_array(path: Path) -> np.ndarray:
    try:
        with path.open("rb") as stream:
            return np.lib.format.read_array(stream, allow_pickle=False)
    except Exception as error:
        raise CourseError(f"{path} is damaged ({error}).") from error


def _synthetic_pictures(dataset: Dataset, folder: Path) -> Contents:
    class_names = pictures.classes_in(folder / "train")
    train, test = (folder_split(folder / part, class_names) for part in PARTS)
    if empty := empty_classes(train) + empty_classes(test):
        raise CourseError(f"{folder} has no pictures of {', '.join(empty)}; delete it, and it is generated again.")
    return class_names, train, test


class Reader(NamedTuple):
    """How datasets of one form are read.

    Attributes:
        kind: what `load` makes of them.
        read: gives the fields of `kind` that are its own, in their order, from the files that the catalog lists.
        read_synthetic: gives the same from the folder that synthetic data was written into; None where there is none.
    """

    kind: type[Data] | type[Series] | type[Pairs] | type[Tabular]
    read: Callable[[Dataset, dict[str, Fetched]], tuple[Any, ...]]
    read_synthetic: Callable[[Dataset, Path], tuple[Any, ...]] | None


READERS = {
    "idx": Reader(Data, _read_idx, _synthetic_arrays),
    "npz": Reader(Data, _read_npz, _synthetic_arrays),
    "tiny_pictures": Reader(Data, _read_tiny_pictures, _synthetic_arrays),
    "csv": Reader(Data, _read_csv, _synthetic_arrays),
    "image_folders": Reader(Data, _read_image_folders, _synthetic_pictures),
    "image_parts": Reader(Data, _read_image_parts, _synthetic_pictures),
    "image_clips": Reader(Data, _read_image_clips, _synthetic_pictures),
    "text_folders": Reader(Data, _read_text_folders, _text_folders),
    "jena_table": Reader(Series, _read_jena_table, _jena_table),
    "beijing_table": Reader(Series, _read_beijing_table, None),
    "sentence_pairs": Reader(Pairs, _read_sentence_pairs, _sentence_pairs),
    "newswires": Reader(Data, _read_newswires, _written_newswires),
    "housing_table": Reader(Tabular, _read_housing, _synthetic_housing),
}

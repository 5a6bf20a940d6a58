"""From files in the cache to splits: one reader for each form in which the catalog's datasets come."""

import gzip
import json
import math
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np

from course_utils.datasets import archives, pictures
from course_utils.datasets.catalog import Dataset
from course_utils.datasets.fetch import Fetched
from course_utils.datasets.splits import ArraySplit, FolderSplit, Split
from course_utils.datasets.storage import fresh_folder, locked, write_text
from course_utils.errors import CourseError
from course_utils.paths import cache_dir

Contents = tuple[tuple[str, ...], Split, Split]
IDX_UINT8 = 0x08
MARKER = ".complete.json"
CSV_SHAPE = (28, 28)
CSV_COLUMNS = ["label", *(f"pixel{number}" for number in range(1, math.prod(CSV_SHAPE) + 1))]


def array_split(images: np.ndarray, labels: np.ndarray, class_names: tuple[str, ...], where: str) -> ArraySplit:
    """A split from uint8 pictures of shape (n, height, width) and whole-number labels of shape (n,).

    Raises:
        CourseError: shapes, types or labels do not fit together; `where` names the file at fault.
    """
    fits = images.ndim == 3 and images.dtype == np.uint8 and labels.shape == images.shape[:1] and labels.dtype.kind in "iu"
    if not fits or not len(labels) or labels.min() < 0 or labels.max() >= len(class_names):
        raise CourseError(f"{where} does not hold the pictures and labels that it should; `course data verify` checks it.")
    return ArraySplit(labels.astype(np.int32), class_names, images[..., np.newaxis])


def folder_split(folder: Path, class_names: tuple[str, ...], unreadable: tuple[tuple[Path, str], ...] = ()) -> FolderSplit:
    """A split from the image files in the subfolders `class_names` of `folder`, but for the unreadable ones."""
    left_out = {path for path, _ in unreadable}
    found = [(path, label) for label, name in enumerate(class_names) for path in pictures.pictures_in(folder / name)]
    readable = [(path, label) for path, label in found if path not in left_out]
    labels = np.array([label for _, label in readable], np.int32)
    return FolderSplit(labels, class_names, tuple(path for path, _ in readable), unreadable)


def report_unreadable(folder: Path, split: FolderSplit) -> None:
    """Name the files that were left out, the first ten in full."""
    if split.unreadable:
        print(f"Left out {len(split.unreadable)} of {len(split.unreadable) + len(split)} pictures, which cannot be read:")
        for path, reason in split.unreadable[:10]:
            print(f"  {path.relative_to(folder)}: {reason}")
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
            zeros, kind, rank = int.from_bytes(stream.read(2)), *stream.read(2)
            shape = [int.from_bytes(stream.read(4)) for _ in range(rank)]
            count = math.prod(shape)
            if zeros or kind != IDX_UINT8 or count > archives.LARGEST_RATIO * path.stat().st_size + archives.ALWAYS_ALLOWED:
                raise ValueError("not an IDX file of bytes")
            values = stream.read(count + 1)
            if len(values) != count:
                raise ValueError(f"{count:,} values announced and not as many there")
    except (OSError, EOFError, ValueError, zlib.error) as error:
        raise CourseError(f"{path} is damaged ({error}); `course data get {path.parent.name}` fetches it again.") from error
    return np.frombuffer(values, np.uint8).reshape(shape)


def _read_npz(dataset: Dataset, files: dict[str, Fetched]) -> Contents:
    (file,) = files.values()
    try:
        with np.load(file.path, allow_pickle=False) as arrays:
            x_train, y_train, x_test, y_test = (arrays[key] for key in ("x_train", "y_train", "x_test", "y_test"))
    except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile, zlib.error) as error:
        raise CourseError(
            f"{file.path} is damaged or not what it should be ({error}); `course data get {dataset.name}` fetches it again."
        ) from error
    train = array_split(x_train, y_train, dataset.class_names, dataset.title)
    return dataset.class_names, train, array_split(x_test, y_test, dataset.class_names, dataset.title)


def _read_image_folders(dataset: Dataset, files: dict[str, Fetched]) -> Contents:
    """Two archives, of a folder of pictures for each class."""
    train, test = (_class_folder(_unpacked(dataset, files[part])) for part in ("train", "test"))
    return _class_names(train, test), _readable(train), _readable(test)


def _read_image_parts(dataset: Dataset, files: dict[str, Fetched]) -> Contents:
    """One archive, in which the folder `train`, and `validation` for testing, hold a folder of pictures for each class."""
    (file,) = files.values()
    parts = _class_folder(_unpacked(dataset, file))
    missing = [name for name in ("train", "validation") if not (parts / name).is_dir()]
    if missing:
        raise CourseError(f"{file.path} does not hold a folder called {missing[0]!r}, as it should.")
    train, test = parts / "train", parts / "validation"
    return _class_names(train, test), _readable(train), _readable(test)


def _read_image_clips(dataset: Dataset, files: dict[str, Fetched]) -> Contents:
    """One archive of a folder of pictures for each class; those whose names begin as `held_out` says are for testing."""
    (file,) = files.values()
    folder = _class_folder(_unpacked(dataset, file))
    class_names, everything = _class_names(folder), _readable(folder)
    train, test = (_named(everything, dataset.held_out, held_out) for held_out in (False, True))
    if any(set(part.labels.tolist()) != set(range(len(class_names))) for part in (train, test)):
        raise CourseError(f"{file.path} does not hold pictures of each class to learn from and to test on, as it should.")
    return class_names, train, test


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


def _readable(folder: Path) -> FolderSplit:
    """The pictures of an unpacked folder of classes; those that cannot be read are named and left out."""
    top = next(parent for parent in (folder, *folder.parents) if (parent / MARKER).is_file())
    noted = json.loads((top / MARKER).read_text(encoding="utf-8"))["unreadable"]
    unreadable = tuple((top / name, reason) for name, reason in noted if (top / name).is_relative_to(folder))
    split = folder_split(folder, pictures.classes_in(folder), unreadable)
    report_unreadable(folder, split)
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
        raise CourseError(f"{path} has the label {labels[wrong[0]]} in it, and labels go from 0 to {last}; {_again(path)}")
    if values.min() < 0 or values.max() > 255:
        worst = values.min() if values.min() < 0 else values.max()
        raise CourseError(f"{path} has a pixel of value {worst} in it, and pixels go from 0 to 255; {_again(path)}")
    return array_split(values.astype(np.uint8).reshape(-1, *CSV_SHAPE), labels, dataset.class_names, str(path))


def _csv_table(path: Path) -> np.ndarray:
    """Label and pixels of each line, int64 (n, 785); a header line may be there or not.

    Raises:
        CourseError: a column is missing, a line has too few or too many, or a cell is not a whole number.
    """
    try:
        lines = path.read_bytes().removeprefix(b"\xef\xbb\xbf").splitlines()
    except OSError as error:
        raise CourseError(
            f"{path} cannot be read ({error.strerror}); `course data get {path.parent.name}` gets it."
        ) from error
    rows = [(number, line) for number, line in enumerate(lines, 1) if line.strip()]
    if rows and not rows[0][1].split(b",")[0].strip().isdigit():
        _check_header(path, rows.pop(0)[1].decode("utf-8", errors="replace"))
    if not rows:
        raise CourseError(f"{path} holds no pictures; {_again(path)}")
    for number, line in rows:
        if (found := line.count(b",") + 1) != len(CSV_COLUMNS):
            raise CourseError(
                f"{path} has {found:,} columns in line {number:,} instead of {len(CSV_COLUMNS)}; {_again(path)}"
            )
    try:
        return np.loadtxt([line for _, line in rows], np.int64, delimiter=",", comments=None, ndmin=2)
    except ValueError as error:
        raise CourseError(f"{path} has {_not_a_number(rows)} instead of a whole number; {_again(path)}") from error


def _check_header(path: Path, line: str) -> None:
    names = [name.strip().strip('"') for name in line.split(",")]
    missing = [name for name in CSV_COLUMNS if name not in names]
    if missing:
        raise CourseError(
            f"{path} has no column {missing[0]!r}: its first line names {len(names)}, and should name "
            f"label and pixel1 to pixel{len(CSV_COLUMNS) - 1}; {_again(path)}"
        )
    if names != CSV_COLUMNS:
        raise CourseError(f"{path} has its columns in another order than label, pixel1, pixel2 and so on; {_again(path)}")


def _not_a_number(rows: list[tuple[int, bytes]]) -> str:
    for number, line in rows:
        for column, cell in zip(CSV_COLUMNS, line.split(b","), strict=True):
            if not cell.strip().removeprefix(b"-").isdigit():
                return f"{cell.decode('utf-8', errors='replace')[:30]!r} in line {number:,}, column {column},"
    return "something"


def _again(path: Path) -> str:
    return f"`course data get {path.parent.name}` checks it and gets it again."


def _unpacked(dataset: Dataset, file: Fetched) -> Path:
    """The folder that an archive's pictures are in: unpacked once, and again if the archive or the folder has changed."""
    folder = cache_dir() / "unpacked" / dataset.name / file.path.name
    if not _is_complete(folder, file):
        with locked(folder):
            if not _is_complete(folder, file):
                _unpack_and_check(file, folder)
    return folder


def _unpack_and_check(file: Fetched, folder: Path) -> None:
    with fresh_folder(folder) as new:
        archives.unpack(file.path, new)
        bad = pictures.find_unreadable(pictures.pictures_in(new))
        unreadable = [(path.relative_to(new).as_posix(), reason) for path, reason in bad]
        write_text(new / MARKER, json.dumps({"sha256": file.sha256, "contents": _contents(new), "unreadable": unreadable}))


def _is_complete(folder: Path, file: Fetched) -> bool:
    try:
        marker = json.loads((folder / MARKER).read_text(encoding="utf-8"))
        return marker["sha256"] == file.sha256 and marker["contents"] == _contents(folder)
    except (OSError, ValueError, TypeError, KeyError):
        return False


def _contents(folder: Path) -> list[int]:
    """Number of files and of bytes, to notice what was deleted or cut short."""
    sizes = [path.stat().st_size for path in folder.rglob("*") if path.is_file() and path.name != MARKER]
    return [len(sizes), sum(sizes)]


READERS: dict[str, Callable[[Dataset, dict[str, Fetched]], Contents]] = {
    "idx": _read_idx,
    "npz": _read_npz,
    "image_folders": _read_image_folders,
    "image_parts": _read_image_parts,
    "image_clips": _read_image_clips,
    "csv": _read_csv,
}

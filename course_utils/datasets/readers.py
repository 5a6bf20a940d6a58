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
    folders = {part: _unpacked(dataset, files[part]) for part in ("train", "test")}
    class_names = pictures.classes_in(folders["train"])
    splits = {}
    for part, folder in folders.items():
        if pictures.classes_in(folder) != class_names or len(class_names) < 2:
            raise CourseError(f"{files[part].path} does not hold a folder of pictures for each class, as it should.")
        unreadable = json.loads((folder / MARKER).read_text(encoding="utf-8"))["unreadable"]
        splits[part] = folder_split(folder, class_names, tuple((folder / name, reason) for name, reason in unreadable))
        report_unreadable(folder, splits[part])
    return class_names, splits["train"], splits["test"]


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
        everything = tuple(path for name in pictures.classes_in(new) for path in pictures.pictures_in(new / name))
        unreadable = [(path.relative_to(new).as_posix(), reason) for path, reason in pictures.find_unreadable(everything)]
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
}

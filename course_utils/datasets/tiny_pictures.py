"""Colour pictures of 32×32 pixels: pickled batches, as CIFAR-10 is published, and JPEGs in a zip, as mirrors hold it."""

import io
import pickle
import sys
import tarfile
import zipfile
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
from PIL import Image
from tqdm.std import tqdm

from course_utils.datasets import archives
from course_utils.datasets.decoding import in_words, without_warnings
from course_utils.datasets.pickled import published_content
from course_utils.errors import CourseError

SIDE = 32
BATCHES = {"train": tuple(f"data_batch_{number}" for number in range(1, 6)), "test": ("test_batch",)}
Arrays = tuple[np.ndarray, np.ndarray]
# All that a pickled array refers to, as Python 2 with the NumPy of its time wrote it.
ARRAY_PARTS: dict[tuple[str, str], Any] = {
    ("numpy.core.multiarray", "_reconstruct"): np.empty(0).__reduce__()[0],
    ("numpy", "ndarray"): np.ndarray,
    ("numpy", "dtype"): np.dtype,
}


class _ArraysOnly(pickle.Unpickler):
    """Knows arrays and Python's plain types, and refuses to look up anything else."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in ARRAY_PARTS:
            raise pickle.UnpicklingError(f"it refers to {module}.{name}")
        return ARRAY_PARTS[module, name]


def read_batches(path: Path, sha256: str | None) -> tuple[Arrays, Arrays]:
    """Training and test pictures from the published archive: uint8 (n, 32, 32, 3), and their labels, int64 (n,).

    Raises:
        CourseError: the archive is not the one with this SHA-256, or cannot be read.
    """
    content = published_content(path, sha256)
    try:
        with tarfile.open(fileobj=io.BytesIO(content), mode="r:gz") as archive:
            members = {PurePosixPath(member.name).name: member for member in archive if member.isfile()}
            train, test = (
                [_batch(archive.extractfile(members[name]).read()) for name in names]  # type: ignore[union-attr]
                for names in BATCHES.values()
            )
        return _joined(train), _joined(test)
    except Exception as error:  # of damaged bytes pickle and NumPy make almost anything
        raise CourseError(f"{path} is damaged or not what it should be ({error or type(error).__name__}).") from error


def _batch(content: bytes) -> Arrays:
    found = _ArraysOnly(io.BytesIO(content), encoding="bytes").load()
    planes, labels = found[b"data"], np.array(found[b"labels"])
    if planes.dtype != np.uint8 or planes.shape != (len(labels), 3 * SIDE * SIDE):
        raise ValueError(f"{planes.shape} pixels for {len(labels):,} labels")
    return planes.reshape(-1, 3, SIDE, SIDE).transpose(0, 2, 3, 1), labels


def _joined(batches: list[Arrays]) -> Arrays:
    images, labels = zip(*batches, strict=True)
    return np.concatenate(images), np.concatenate(labels)


def read_jpegs(path: Path, class_names: tuple[str, ...]) -> tuple[Arrays, Arrays]:
    """Training and test pictures from a zip of `train/<class>/*.jpg` and `test/<class>/*.jpg`; types as in `read_batches`.

    The classes take turns, so that the first few pictures show all of them, as those of the published batches do.

    Raises:
        CourseError: the archive cannot be read, or lacks a class, or a picture in it is damaged or of another size.
    """
    try:
        archives.require_sane_zip(path)
        with zipfile.ZipFile(path) as archive, without_warnings():
            train, test = (_jpegs(archive, part, class_names) for part in BATCHES)
        return train, test
    except Exception as error:  # of damaged bytes zipfile and Pillow make almost anything
        raise CourseError(f"{path} is damaged or not what it should be ({error or type(error).__name__}).") from error


def _jpegs(archive: zipfile.ZipFile, part: str, class_names: tuple[str, ...]) -> Arrays:
    places = [PurePosixPath(name) for name in archive.namelist()]
    found = sorted(
        (place.name, class_names.index(place.parts[-2]), place)
        for place in places
        if place.parts[-3:-2] == (part,) and place.parts[-2] in class_names and not place.name.startswith(".")
    )
    labels = np.array([label for _, label, _ in found], int)
    if missing := [name for label, name in enumerate(class_names) if label not in labels]:
        raise ValueError(f"no pictures in {part}/{missing[0]}")
    bar = tqdm(found, f"Reading pictures ({part})", leave=False, delay=0.5, file=sys.stdout, unit=" pictures")
    return np.stack([_jpeg(archive.read(str(place)), place) for _, _, place in bar]), labels


def _jpeg(content: bytes, place: PurePosixPath) -> np.ndarray:
    try:
        with Image.open(io.BytesIO(content), formats=("JPEG", "PNG")) as image:
            if image.size == (SIDE, SIDE):
                return np.asarray(image.convert("RGB"))
            reason = "{}×{} pixels".format(*image.size)
    except Exception as error:  # of damaged bytes Pillow makes almost anything
        reason = in_words(error)
    raise ValueError(f"{place}: {reason}")

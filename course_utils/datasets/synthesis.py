"""Synthetic data: generated on first use, kept in the cache, and read like the real data."""

import shutil
from pathlib import Path

from course_utils import synthetic
from course_utils.datasets.catalog import Dataset
from course_utils.datasets.loaded import Data, Pairs, Series, Tabular
from course_utils.datasets.readers import READERS
from course_utils.datasets.storage import fresh_folder, locked, seal, unbroken
from course_utils.errors import CourseError
from course_utils.files import DiskError
from course_utils.paths import cache_dir


def has_synthetic(name: str) -> bool:
    """Whether the course can generate synthetic data in place of the dataset called `name`."""
    return name in synthetic.VERSIONS


def read_synthetic(dataset: Dataset) -> Data | Series | Pairs | Tabular:
    """Synthetic data in place of a dataset, generated if that has not been done yet.

    Raises:
        CourseError: there is none for it, or the disk is full or read-only.
    """
    reader = READERS[dataset.reader]
    if not has_synthetic(dataset.name) or reader.read_synthetic is None:
        there = ", ".join(synthetic.VERSIONS)
        raise CourseError(f"There is no synthetic data for {dataset.name}; there is for {there}.")
    folder = synthetic_folder(dataset)
    try:
        contents = reader.read_synthetic(dataset, folder)
    except DiskError:
        raise
    except (OSError, CourseError) as error:  # damaged in a way that numbers and sizes do not show
        print(f"{error} It is generated anew.", flush=True)
        _generate(dataset, folder)
        contents = reader.read_synthetic(dataset, folder)
    return reader.kind(dataset.name, dataset.title, dataset.licence, "synthetic", *contents)


def synthetic_folder(dataset: Dataset) -> Path:
    """Where the synthetic data lies, generated if that has not been done yet, or if files are missing or cut.

    Its version is a part of the folder's name, and earlier versions are removed.

    Raises:
        CourseError: the disk is full or read-only.
    """
    folder = cache_dir() / "synthetic" / f"{dataset.name}-v{synthetic.VERSIONS[dataset.name]}"
    if not unbroken(folder):
        with locked(folder):
            if not unbroken(folder):
                if folder.is_dir():
                    print(f"The synthetic data for {dataset.title} in {folder} was damaged or changed.", flush=True)
                _generate(dataset, folder)
                for outdated in folder.parent.glob(f"{dataset.name}-*"):
                    if outdated.is_dir() and outdated != folder:
                        shutil.rmtree(outdated, ignore_errors=True)
    return folder


def _generate(dataset: Dataset, folder: Path) -> None:
    print(f"Generating synthetic data for {dataset.title}, once.", flush=True)
    with fresh_folder(folder) as new:
        synthetic.generate(dataset.name, new, seed=0, progress=True)
        seal(new)

"""The drawn stand-ins: drawn on first use, kept in the cache, and read like the real data."""

import shutil
from pathlib import Path

from course_utils import synthetic
from course_utils.datasets.catalog import Dataset
from course_utils.datasets.loaded import Loaded
from course_utils.datasets.readers import READERS
from course_utils.datasets.storage import fresh_folder, locked
from course_utils.errors import CourseError
from course_utils.paths import cache_dir


def has_stand_in(name: str) -> bool:
    """Whether the course can draw a stand-in for the dataset called `name`."""
    return name in synthetic.DRAWN


def read_stand_in(dataset: Dataset) -> Loaded:
    """A dataset's stand-in, which is drawn if that has not been done yet.

    Raises:
        CourseError: there is no stand-in for it, or the disk is full or read-only.
    """
    if not has_stand_in(dataset.name):
        raise CourseError(f"There is no drawn stand-in for {dataset.name}; these have one: {', '.join(synthetic.DRAWN)}.")
    reader = READERS[dataset.reader]
    contents = reader.read_drawn(dataset, _drawn_folder(dataset))
    return reader.kind(dataset.name, dataset.title, dataset.licence, "sample", *contents)


def _drawn_folder(dataset: Dataset) -> Path:
    folder = cache_dir() / "drawn" / f"{dataset.name}-{synthetic.drawing_version(dataset.name)}"
    if not folder.is_dir():
        with locked(folder):
            if not folder.is_dir():
                print(f"Drawing the stand-in for {dataset.title}, once.", flush=True)
                with fresh_folder(folder) as new:
                    synthetic.draw(dataset.name, new, seed=0, progress=True)
                for outdated in folder.parent.glob(f"{dataset.name}-*"):
                    if outdated.is_dir() and outdated != folder:
                        shutil.rmtree(outdated, ignore_errors=True)
    return folder

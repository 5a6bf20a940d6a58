"""The drawn stand-ins: drawn on first use, kept in the cache, and read like the real data."""

import shutil
from pathlib import Path

import numpy as np

from course_utils.datasets import drawn, pictures
from course_utils.datasets.catalog import Dataset
from course_utils.datasets.readers import Contents, array_split, folder_split
from course_utils.datasets.storage import fresh_folder, locked
from course_utils.errors import CourseError
from course_utils.paths import cache_dir


def has_stand_in(name: str) -> bool:
    """Whether the course can draw a stand-in for the dataset called `name`."""
    return name in drawn.DRAWN


def read_stand_in(dataset: Dataset) -> Contents:
    """Class names, training and test set of a dataset's stand-in, which is drawn if that has not been done yet.

    Raises:
        CourseError: there is no stand-in for it, or the disk is full or read-only.
    """
    if not has_stand_in(dataset.name):
        raise CourseError(f"There is no drawn stand-in for {dataset.name}; these have one: {', '.join(drawn.DRAWN)}.")
    folder = _drawn_folder(dataset)
    if (folder / "train").is_dir():
        class_names = pictures.classes_in(folder / "train")
        return class_names, folder_split(folder / "train", class_names), folder_split(folder / "test", class_names)
    train, test = (
        array_split(
            np.load(folder / f"{part}-images.npy", allow_pickle=False),
            np.load(folder / f"{part}-labels.npy", allow_pickle=False),
            dataset.class_names,
            str(folder),
        )
        for part in ("train", "test")
    )
    return dataset.class_names, train, test


def _drawn_folder(dataset: Dataset) -> Path:
    folder = cache_dir() / "drawn" / f"{dataset.name}-{drawn.drawing_version(dataset.name)}"
    if not folder.is_dir():
        with locked(folder):
            if not folder.is_dir():
                print(f"Drawing the stand-in for {dataset.title}, once.", flush=True)
                with fresh_folder(folder) as new:
                    drawn.draw(dataset.name, new, seed=0, progress=True)
                for outdated in folder.parent.glob(f"{dataset.name}-*"):
                    if outdated.is_dir() and outdated != folder:
                        shutil.rmtree(outdated, ignore_errors=True)
    return folder

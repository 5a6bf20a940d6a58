"""Backgrounds to put things on: photographs of a dataset where they can be had, else places that the course paints."""

from dataclasses import dataclass, field

import numpy as np

from course_utils.datasets.catalog import find_dataset
from course_utils.datasets.fetch import NotFetchedError
from course_utils.datasets.loaded import ORIGINS, Data
from course_utils.datasets.loading import load_real
from course_utils.datasets.splits import FolderSplit
from course_utils.errors import CourseError, check_choice
from course_utils.syllabus import DATA_CHOICES


@dataclass(frozen=True, eq=False)
class Backgrounds:
    """Backgrounds; printing them says what they are and where they came from.

    Attributes:
        train, test: uint8 (n, side, side, 3); no photograph, and no painted place, is in both.
        source: "real", "mirror" or "synthetic", as of datasets.
    """

    title: str
    source: str
    train: np.ndarray = field(repr=False)
    test: np.ndarray = field(repr=False)

    def __str__(self) -> str:
        what = "painted places" if self.source == "synthetic" else f"photographs ({self.title})"
        counts = f"{len(self.train):,} {what} for training, {len(self.test):,} others for testing"
        return f"Backgrounds: {counts}\nSource: {ORIGINS[self.source]}"


def backgrounds(name: str, data: str = "auto", side: int = 192, train: int = 600, test: int = 300) -> Backgrounds:
    """Backgrounds of `side` by `side` pixels: photographs of the dataset `name`, from its training and from its test part.

    Args:
        name: a dataset of photographs, for instance "cats_and_dogs".
        data: as for `datasets.load`; in place of synthetic photographs come painted places, with nothing in them.
        train, test: how many of each at most.

    Raises:
        CourseError: there is no such dataset, or it does not hold photographs; or real data is wanted and cannot be had.
    """
    check_choice("DATA", data, DATA_CHOICES)
    dataset = find_dataset(name)
    if data != "synthetic":
        try:
            found = load_real(dataset, ask_again=data == "real")
            parts = ((found.train, train), (found.test, test)) if isinstance(found, Data) else ()
            photographs = [
                part.subset(min(count, len(part))).read((side, side))
                for part, count in parts
                if isinstance(part, FolderSplit)
            ]
            if not photographs:
                raise CourseError(f"{dataset.title} holds no photographs to take backgrounds from.")
            return Backgrounds(dataset.title, found.source, *photographs)
        except NotFetchedError as error:
            if data == "real":
                raise
            print(f"{error}\nUntil then, here are painted places, not photographs.", flush=True)
    from course_utils.synthetic import scenes  # SciPy's part for pictures takes a while

    return Backgrounds(dataset.title, "synthetic", scenes.backgrounds(train, side, 0), scenes.backgrounds(test, side, 1))

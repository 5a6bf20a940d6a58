"""Tables of numbers, of which one is predicted from the others."""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np

from course_utils.datasets import archives
from course_utils.datasets.splits import check_fraction
from course_utils.errors import CourseError

# The order in which Keras publishes them, without their names; these are its source's.
HOUSING_COLUMNS = (
    *("longitude", "latitude", "housing_median_age", "total_rooms", "total_bedrooms", "population", "households"),
    "median_income",
)


@dataclass(frozen=True, eq=False, repr=False)
class TableSplit:
    """Rows of a table.

    Attributes:
        features: float32 array of shape (n, k), a row for each example, in the publisher's units.
        targets: float32 array of shape (n,), what is to be predicted.
    """

    features: np.ndarray
    targets: np.ndarray

    def __len__(self) -> int:
        return len(self.targets)

    def __repr__(self) -> str:
        return f"<{len(self):,} rows of {self.features.shape[1]} features>"

    def subset(self, n: int, seed: int = 0) -> Self:
        """At most `n` of the rows, in their order; the same ones for the same seed.

        All of them where there are no more, as in synthetic data or in a mirror's sample.

        Raises:
            CourseError: `n` is smaller than 1.
        """
        if n < 1:
            raise CourseError(f"A subset takes 1 row or more, not {n}.")
        return self._take(np.sort(np.random.default_rng(seed).permutation(len(self))[:n]))

    def split(self, fraction: float = 0.2, seed: int = 0) -> tuple[Self, Self]:
        """Two disjoint parts, (train, validation), each in the rows' order.

        Args:
            fraction: part of the rows that is held out for validation.

        Raises:
            CourseError: `fraction` is not between 0 and 1, or leaves one of the parts empty.
        """
        check_fraction(fraction)
        n = round(fraction * len(self))
        if not 0 < n < len(self):
            raise CourseError(f"{len(self)} rows are too few to hold out {fraction:.0%}.")
        order = np.random.default_rng(seed).permutation(len(self))
        return self._take(np.sort(order[n:])), self._take(np.sort(order[:n]))

    def _take(self, chosen: np.ndarray) -> Self:
        return type(self)(self.features[chosen], self.targets[chosen])


def read_housing(path: Path) -> TableSplit:
    """The districts of an .npz file as Keras publishes it: `x`, a row of eight features each, and `y`, the prices.

    Raises:
        CourseError: the file is damaged, or holds something else.
    """
    try:
        archives.require_sane_zip(path)
        with np.load(path, allow_pickle=False) as arrays:
            features, prices = (arrays[key].astype(np.float32) for key in ("x", "y"))
    except Exception as error:  # of damaged bytes NumPy and zipfile make almost anything
        raise CourseError(f"{path} is damaged or not what it should be ({error}).") from error
    if prices.ndim != 1 or features.shape != (len(prices), len(HOUSING_COLUMNS)) or not len(prices):
        raise CourseError(f"{path} does not hold {len(HOUSING_COLUMNS)} features and the price of each district.")
    if not (np.isfinite(features).all() and np.isfinite(prices).all()):
        raise CourseError(f"{path} is damaged: something in it is not a number.")
    return TableSplit(features, prices)

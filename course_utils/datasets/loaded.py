"""What `load` gives: labelled examples, a series or pairs of sentences, with a word on where they came from."""

from dataclasses import dataclass, field

import numpy as np

from course_utils.datasets.pairs import PairSplit
from course_utils.datasets.splits import Split
from course_utils.errors import CourseError

ORIGINS = {
    "real": "the real data",
    "mirror": "the real data, in a mirror copy",
    "sample": "a drawn stand-in, not the real data",
}


@dataclass(frozen=True, eq=False)
class Loaded:
    """A dataset that has been loaded; printing it says what it is and where it came from.

    Attributes:
        source: "real", "mirror" (a mirror's repacked copy of the real data) or "sample" (the drawn stand-in).
        remark: how a mirror's copy falls short of the public data, "a sample: …" or "28×28 copies of …"; else empty.
    """

    name: str
    title: str
    licence: str
    source: str
    remark: str = field(default="", kw_only=True)

    def __str__(self) -> str:
        rights = "drawn by the course itself" if self.source == "sample" else f"licence {self.licence}"
        origin = "; ".join(filter(None, (ORIGINS[self.source], self.remark, rights)))
        return "\n".join([*self._summary(), f"Source: {origin}"])

    def _summary(self) -> list[str]:
        """What it holds, in a line or two."""
        raise NotImplementedError


@dataclass(frozen=True, eq=False)
class Data(Loaded):
    """Labelled examples.

    Attributes:
        class_names: name of class 0, 1, …
        train, test: what to learn from, and what to keep for the end; `ArraySplit`, `FolderSplit` or `TextSplit`.
    """

    class_names: tuple[str, ...]
    train: Split
    test: Split

    def _summary(self) -> list[str]:
        return [
            f"{self.title}: {len(self.train):,} training and {len(self.test):,} test examples",
            f"Classes: {', '.join(self.class_names)}",
        ]


@dataclass(frozen=True, eq=False)
class Series(Loaded):
    """Measurements once an hour, without gaps; `series["name"]` is one of them.

    Attributes:
        values: float32 of shape (n, k), a row for each hour.
        columns: names of the k measurements, with their units where the publisher states them.
        times: datetime64[h] of shape (n,), an hour apart.
        target: the column that lessons forecast.
        filled: in how many of the n hours something was missing, and repeats the hour before.
    """

    values: np.ndarray = field(repr=False)
    columns: tuple[str, ...]
    times: np.ndarray = field(repr=False)
    target: str
    filled: int

    def __len__(self) -> int:
        return len(self.times)

    def __getitem__(self, column: str) -> np.ndarray:
        """One measurement, float32 of shape (n,).

        Raises:
            CourseError: there is none of that name.
        """
        if column not in self.columns:
            raise CourseError(f"{self.title} has no column {column!r}; it has {', '.join(self.columns)}.")
        return self.values[:, self.columns.index(column)]

    def _summary(self) -> list[str]:
        first, last = (str(time).replace("T", " ") for time in self.times[[0, -1]].astype("datetime64[m]"))
        filled = f"; {self.filled:,} with something missing repeat the hour before" if self.filled else ""
        return [
            f"{self.title}: {len(self):,} hours, {first} to {last}{filled}",
            f"Columns: {', '.join(self.columns)}; to forecast: {self.target}",
        ]


@dataclass(frozen=True, eq=False)
class Pairs(Loaded):
    """Sentences with their translation.

    Attributes:
        train, test: what to learn from, and what to keep for the end; no sentence of either language is in both.
    """

    train: PairSplit
    test: PairSplit

    def _summary(self) -> list[str]:
        return [
            f"{self.title}: {len(self.train):,} training and {len(self.test):,} test pairs",
            f"For instance: {self.train.sources[0]} / {self.train.targets[0]}",
        ]

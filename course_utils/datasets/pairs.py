"""Sentences with their translation, and parts of them that share no sentence."""

import string
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from course_utils.datasets import texts
from course_utils.datasets.splits import check_fraction
from course_utils.errors import CourseError

BARE = str.maketrans("", "", string.punctuation + "¿¡«»“”‘’…—–")


@dataclass(frozen=True, eq=False, repr=False)
class PairSplit:
    """Sentences in one language, each with its translation into another.

    Attributes:
        sources: n sentences in the first language.
        targets: their translations, in the same order. A sentence may come several times, with a translation each.
    """

    sources: tuple[str, ...]
    targets: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.sources)

    def __repr__(self) -> str:
        return f"<{len(self):,} pairs of sentences>"

    def subset(self, n: int, seed: int = 0) -> Self:
        """At most `n` of the pairs, in their order; the same ones for the same seed.

        All of them where there are no more, as in synthetic data or in a mirror's sample.

        Raises:
            CourseError: `n` is smaller than 1.
        """
        if n < 1:
            raise CourseError(f"A subset takes 1 pair or more, not {n}.")
        return self._take(np.sort(np.random.default_rng(seed).choice(len(self), min(n, len(self)), replace=False)))

    def split(self, fraction: float = 0.2, seed: int = 0) -> tuple[Self, Self]:
        """Two disjoint parts, (train, held out), that share no sentence in either language.

        Pairs that have a sentence in common, directly or by way of others, stay together; sentences that differ in nothing
        but capitals and punctuation count as the same one. Such groups, in random order, are held out for as long as they
        fit into `fraction` of the pairs, so the part held out is as large as that or a little smaller.

        Raises:
            CourseError: `fraction` is not between 0 and 1, or the pairs hang together too much to be parted so.
        """
        check_fraction(fraction)
        group = _groups(self.sources, self.targets)
        sizes = np.bincount(group)
        free, chosen = round(fraction * len(self)), np.zeros(len(sizes), bool)
        for number in np.random.default_rng(seed).permutation(len(sizes)).tolist():
            if sizes[number] <= free:
                free, chosen[number] = free - sizes[number], True
        if not chosen.any() or chosen.all():
            raise CourseError(
                f"{len(self)} pairs in {len(sizes)} groups that share sentences are too few to hold out {fraction:.0%}."
            )
        held_out = chosen[group]
        return self._take(np.flatnonzero(~held_out)), self._take(np.flatnonzero(held_out))

    def _take(self, chosen: np.ndarray) -> Self:
        places = chosen.tolist()
        return type(self)(tuple(self.sources[i] for i in places), tuple(self.targets[i] for i in places))


def read_pairs(path: Path) -> PairSplit:
    """All pairs of a UTF-8 text file: a sentence, a tab and its translation on each line.

    Raises:
        CourseError: the file cannot be read, is not UTF-8, holds no pairs, or a line is not two sentences and a tab.
    """
    lines = texts.read(path).rstrip("\r\n").split("\n")
    pairs = [line.rstrip("\r").split("\t") for line in lines]
    for number, pair in enumerate(pairs, 1):
        if len(pair) != 2 or not all(sentence.strip() for sentence in pair):
            raise CourseError(
                f"{path} is damaged: its line {number:,} is not two sentences with a tab between them; "
                "delete it and load the data again."
            )
    sources, targets = zip(*pairs, strict=True)
    return PairSplit(sources, targets)


def _groups(sources: tuple[str, ...], targets: tuple[str, ...]) -> np.ndarray:
    """A number for each pair, int32 (n,), that is the same for two pairs if sentences they share link them."""
    ends = []
    for sentences in (sources, targets):
        numbers: dict[str, int] = {}
        ends.append([numbers.setdefault(bare(sentence), len(numbers)) for sentence in sentences])
    first, second = np.array(ends[0]), np.array(ends[1]) + max(ends[0]) + 1
    count = int(second.max()) + 1
    links = coo_array((np.ones(len(first), np.int8), (first, second)), shape=(count, count))
    return np.unique(connected_components(links, directed=False)[1][first], return_inverse=True)[1]


def bare(sentence: str) -> str:
    """A sentence without capitals, punctuation and doubled spaces."""
    return " ".join(sentence.casefold().translate(BARE).split())

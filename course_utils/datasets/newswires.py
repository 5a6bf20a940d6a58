"""Newswires: as Keras publishes them, with numbers in place of words, and as the course writes its own, a line each."""

import io
import json
from collections import Counter
from collections.abc import Iterable
from itertools import chain
from pathlib import Path

import numpy as np

from course_utils.datasets import texts
from course_utils.datasets.pickled import published_content
from course_utils.datasets.splits import WordSplit
from course_utils.errors import CourseError


def word_split(
    numbers: Iterable[np.ndarray], labels: np.ndarray, class_names: tuple[str, ...], words: tuple[str, ...], where: str
) -> WordSplit:
    """A split from texts of word numbers and their labels.

    Raises:
        CourseError: texts, labels, classes or words do not fit together; `where` names the file at fault.
    """
    numbers = tuple(numbers)
    fits = labels.shape == (len(numbers),) and len(numbers) > 0 and labels.dtype.kind in "iu" and all(map(len, numbers))
    if fits:
        used = np.concatenate(numbers)
        fits = used.min() > 0 and used.max() < len(words) and labels.min() >= 0 and labels.max() < len(class_names)
    if not fits:
        raise CourseError(f"{where} does not hold the texts and labels that it should.")
    return WordSplit(labels.astype(np.int32), class_names, numbers, words)


def read_numbers(path: Path, sha256: str | None) -> tuple[list[np.ndarray], np.ndarray]:
    """The word numbers of each newswire, and their topics, from an .npz file of Keras'.

    Its lists are pickled: it is opened only if its bytes have the SHA-256 that the catalog pins.

    Raises:
        CourseError: the file has not, or cannot be read.
    """
    content = published_content(path, sha256)
    try:
        with np.load(io.BytesIO(content), allow_pickle=True) as arrays:
            numbers, labels = [np.array(text, np.int32) for text in arrays["x"]], arrays["y"]
        if len(numbers) != len(labels):
            raise ValueError(f"{len(numbers):,} texts and {len(labels):,} labels")
        return numbers, labels
    except Exception as error:  # of damaged bytes NumPy and zipfile make almost anything
        raise CourseError(f"{path} is damaged or not what it should be ({error}).") from error


def read_words(path: Path) -> tuple[str, ...]:
    """The words by their numbers, from a JSON file that gives each word its number, from 1 on; in place 0 stands none.

    Raises:
        CourseError: the file cannot be read, or holds something else.
    """
    try:
        index = json.loads(texts.read(path))
        words = ("", *sorted(index, key=index.get))
        if [index[word] for word in words[1:]] == list(range(1, len(words))):
            return words
    except (ValueError, TypeError, AttributeError, RecursionError):
        pass
    raise CourseError(f"{path} is damaged: it does not give each word a number from 1 on.")


def read_lines(paths: Iterable[Path], class_names: tuple[str, ...]) -> list[WordSplit]:
    """A split for each text file of newswires: its topic, a tab and its words on each line.

    The words of all files together are numbered by how often they come, and alphabetically where that is the same.

    Raises:
        CourseError: a file cannot be read, or a line is something else.
    """
    topics = {name: label for label, name in enumerate(class_names)}
    read = {path: _lines(path, topics) for path in paths}
    counts = Counter(chain.from_iterable(words for lines in read.values() for _, words in lines))
    words = ("", *sorted(counts, key=lambda word: (-counts[word], word)))
    rank = {word: number for number, word in enumerate(words)}
    return [
        word_split(
            (np.array([rank[word] for word in text], np.int32) for _, text in lines),
            np.array([label for label, _ in lines]),
            class_names,
            words,
            str(path),
        )
        for path, lines in read.items()
    ]


def _lines(path: Path, topics: dict[str, int]) -> list[tuple[int, list[str]]]:
    """Label and words of each line."""
    found = []
    for number, line in enumerate(texts.read(path).rstrip("\n").split("\n"), 1):
        topic, _, text = line.partition("\t")
        if topic not in topics or not text.split():
            raise CourseError(f"{path} is damaged: its line {number:,} is not a topic and words with a tab between them.")
        found.append((topics[topic], text.split()))
    return found

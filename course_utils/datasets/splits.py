"""Training and test sets as lessons see them: labels, smaller and held-out parts, and batches for `fit`."""

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from course_utils.datasets import pictures, texts
from course_utils.errors import CourseError

if TYPE_CHECKING:
    import tensorflow as tf


@dataclass(frozen=True, eq=False, repr=False)
class Split:
    """Labelled examples.

    Attributes:
        labels: int32 array of shape (n,), numbers of classes.
        class_names: name of class 0, 1, …
    """

    labels: np.ndarray
    class_names: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.labels)

    def __repr__(self) -> str:
        return f"<{len(self):,} examples of {len(self.class_names)} classes: {', '.join(self.class_names)}>"

    def subset(self, n: int, seed: int = 0) -> Self:
        """At most `n` of the examples, each class with its share; the same ones for the same seed.

        All of them where there are no more, as in synthetic data or in a mirror's sample.

        Raises:
            CourseError: `n` is smaller than the number of classes.
        """
        present = len(np.unique(self.labels))
        if n < present:
            raise CourseError(f"A subset takes {present} examples or more, at least one of each class, not {n}.")
        return self._take(_first_of_each(self.labels, min(n, len(self)), seed))

    def split(self, fraction: float = 0.2, seed: int = 0) -> tuple[Self, Self]:
        """Two disjoint parts, (train, validation), each class in both with its share.

        Args:
            fraction: part of the examples that is held out for validation.

        Raises:
            CourseError: `fraction` is not between 0 and 1, or leaves one of the parts without examples of a class.
        """
        check_fraction(fraction)
        n = round(fraction * len(self))
        held_out = _first_of_each(self.labels, n, seed)
        rest = np.setdiff1d(np.arange(len(self)), held_out)
        classes = len(np.unique(self.labels))
        if any(len(np.unique(self.labels[part])) < classes for part in (held_out, rest)):
            raise CourseError(
                f"{len(self)} examples are too few to hold out {fraction:.0%} with all {classes} classes in both parts."
            )
        return self._take(rest), self._take(held_out)

    def _take(self, chosen: np.ndarray) -> Self:
        return replace(self, labels=self.labels[chosen])


@dataclass(frozen=True, eq=False, repr=False)
class ArraySplit(Split):
    """Examples that are arrays already.

    Attributes:
        images: uint8 array of shape (n, height, width, channels), 0 to 255.
    """

    images: np.ndarray

    def dataset(
        self, batch_size: int = 128, shuffle: bool = True, seed: int = 0
    ) -> "tf.data.Dataset[tuple[tf.Tensor, tf.Tensor]]":
        """Batches for `fit` and `evaluate`.

        Args:
            shuffle: a new order every epoch, the same orders for the same seed.

        Returns:
            (images, labels): float32 of shape (batch, height, width, channels), 0 to 255, and int32 of shape (batch,).
        """
        return _batches(self.images, self.labels, batch_size, shuffle, seed)

    def _take(self, chosen: np.ndarray) -> Self:
        return replace(super()._take(chosen), images=self.images[chosen])


@dataclass(frozen=True, eq=False, repr=False)
class FolderSplit(Split):
    """Examples that are image files, a folder a class.

    Attributes:
        paths: the files, in the order of `labels`.
        unreadable: files that could not be read and were left out, with the reason.
        passed_over: other files that lay among them, with what they are: "videos", "hidden files" and the like.
    """

    paths: tuple[Path, ...]
    unreadable: tuple[tuple[Path, str], ...] = ()
    passed_over: tuple[tuple[Path, str], ...] = ()
    _kept: dict[str, Any] = field(default_factory=dict)

    def read(self, image_size: tuple[int, int]) -> np.ndarray:
        """All pictures as a read-only uint8 array of shape (n, height, width, 3), 0 to 255.

        Pictures are resized to (height, width) without regard to their proportions. They are decoded side by side, once:
        the array is kept for the next call with the same size.

        Raises:
            CourseError: the array would not fit into memory, or a file has gone or was damaged meanwhile.
        """
        if "images" not in self._kept or self._kept["image_size"] != image_size:
            self._kept.update(image_size=image_size, images=pictures.read_all(self.paths, image_size))
        return self._kept["images"]

    def dataset(
        self, image_size: tuple[int, int] = (150, 150), batch_size: int = 32, shuffle: bool = True, seed: int = 0
    ) -> "tf.data.Dataset[tuple[tf.Tensor, tf.Tensor]]":
        """Batches for `fit` and `evaluate`; see `read` for how pictures are resized and kept.

        Args:
            image_size: (height, width) in pixels.
            shuffle: a new order every epoch, the same orders for the same seed.

        Returns:
            (images, labels): float32 of shape (batch, height, width, 3), 0 to 255, and int32 of shape (batch,).
        """
        return _batches(self.read(image_size), self.labels, batch_size, shuffle, seed)

    def _take(self, chosen: np.ndarray) -> Self:
        return replace(super()._take(chosen), paths=tuple(self.paths[index] for index in chosen), _kept={})


@dataclass(frozen=True, eq=False, repr=False)
class TextSplit(Split):
    """Examples that are text files.

    Attributes:
        paths: the files, in the order of `labels`.
    """

    paths: tuple[Path, ...]
    _kept: dict[str, Any] = field(default_factory=dict)

    def read(self) -> list[str]:
        """All texts, in the order of `labels`; read side by side, once, and kept for the next call.

        Raises:
            CourseError: a file has gone or was damaged meanwhile.
        """
        if "texts" not in self._kept:
            self._kept["texts"] = texts.read_all(self.paths)
        return self._kept["texts"]

    def dataset(
        self, batch_size: int = 32, shuffle: bool = True, seed: int = 0
    ) -> "tf.data.Dataset[tuple[tf.Tensor, tf.Tensor]]":
        """Batches for `fit` and `evaluate`, of which a few at a time are in memory: files are read when their turn comes.

        Args:
            shuffle: a new order every epoch, the same orders for the same seed.

        Returns:
            (texts, labels): string (UTF-8) and int32, both of shape (batch,).
        """
        _check_batch_size(batch_size)
        import tensorflow as tf

        def read(path: tf.Tensor, label: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
            return tf.io.read_file(path), label

        files = tf.data.Dataset.from_tensor_slices(([str(path) for path in self.paths], self.labels))
        if shuffle:
            files = files.shuffle(len(self), seed=seed)
        return files.map(read, num_parallel_calls=tf.data.AUTOTUNE).batch(batch_size).prefetch(tf.data.AUTOTUNE)

    def _take(self, chosen: np.ndarray) -> Self:
        return replace(super()._take(chosen), paths=tuple(self.paths[index] for index in chosen), _kept={})


@dataclass(frozen=True, eq=False, repr=False)
class WordSplit(Split):
    """Examples that are texts of which each word is a number.

    Attributes:
        numbers: of each text its words, int32 array of shape (length,): ranks in frequency, 1 the most frequent word's.
        words: the words by their numbers; there is no word 0, in whose place stands an empty text.
    """

    numbers: tuple[np.ndarray, ...]
    words: tuple[str, ...]

    def read(self) -> list[str]:
        """All texts in words, parted by spaces, in the order of `labels`."""
        return [" ".join(self.words[number] for number in text.tolist()) for text in self.numbers]

    def _take(self, chosen: np.ndarray) -> Self:
        return replace(super()._take(chosen), numbers=tuple(self.numbers[index] for index in chosen))


def check_fraction(fraction: float) -> None:
    """Raise a `CourseError` if there is no holding out that fraction of the examples."""
    if not 0 < fraction < 1:
        raise CourseError(f"The fraction to hold out lies between 0 and 1, for instance 0.2; {fraction} does not.")


def _first_of_each(labels: np.ndarray, n: int, seed: int) -> np.ndarray:
    """Sorted indices of `n` examples: a random order of each class, of which the same share is taken from each."""
    order = np.random.default_rng(seed).permutation(len(labels))
    place = np.empty(len(labels))
    for label in np.unique(labels):
        mine = order[labels[order] == label]
        place[mine] = np.arange(len(mine)) / len(mine)
    return np.sort(np.argsort(place, kind="stable")[:n])


def _batches(
    images: np.ndarray, labels: np.ndarray, batch_size: int, shuffle: bool, seed: int
) -> "tf.data.Dataset[tuple[tf.Tensor, tf.Tensor]]":
    """Batches gathered from memory: only numbers of examples are shuffled, and pictures become float32 a batch at a time."""
    _check_batch_size(batch_size)
    import tensorflow as tf

    with tf.device("CPU:0"):
        all_images, all_labels = tf.convert_to_tensor(images), tf.convert_to_tensor(labels)
    numbers = tf.data.Dataset.range(len(labels))
    if shuffle:
        numbers = numbers.shuffle(len(labels), seed=seed)

    def gather(chosen: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        return tf.cast(tf.gather(all_images, chosen), tf.float32), tf.gather(all_labels, chosen)

    return numbers.batch(batch_size).map(gather, num_parallel_calls=tf.data.AUTOTUNE).prefetch(tf.data.AUTOTUNE)


def _check_batch_size(batch_size: int) -> None:
    if batch_size < 1:
        raise CourseError(f"A batch holds at least one example, not {batch_size}.")

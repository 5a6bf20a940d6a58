"""Image files: finding them, those among them that cannot be read or are there twice, and reading them as an array."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np

from course_utils.datasets.decoding import decode, in_words, open_rgb, trouble, without_warnings
from course_utils.datasets.workers import each
from course_utils.devices import usable_memory
from course_utils.errors import CourseError

SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".gif", ".bmp", ".webp", ".tif", ".tiff"})
HIDDEN = (".", "__MACOSX")
LARGEST_SHARE_OF_MEMORY = 0.6
HASH_SIZE = (16, 17)


def classes_in(folder: Path) -> tuple[str, ...]:
    """Names of the visible subfolders, sorted: the classes."""
    return tuple(sorted(entry.name for entry in folder.iterdir() if entry.is_dir() and not entry.name.startswith(HIDDEN)))


def pictures_in(folder: Path) -> tuple[Path, ...]:
    """All image files in `folder` and below, by their suffix, sorted; what is hidden is skipped."""

    def visible(path: Path) -> bool:
        return not any(part.startswith(HIDDEN) for part in path.relative_to(folder).parts)

    return tuple(sorted(p for p in folder.rglob("*") if p.suffix.lower() in SUFFIXES and visible(p) and p.is_file()))


def find_unreadable(paths: Iterable[Path]) -> tuple[tuple[Path, str], ...]:
    """Those of the image files that cannot be decoded to the last byte, each with the reason in a few words."""
    paths = tuple(paths)
    with without_warnings():
        reasons = each(trouble, paths, "Checking pictures", "pictures")
    return tuple((path, reason) for path, reason in zip(paths, reasons, strict=True) if reason)


def size_of(path: Path) -> tuple[int, int]:
    """(height, width) of an image file in pixels, upright."""
    return open_rgb(path).size[::-1]


def near_duplicates(paths: Iterable[Path], most_bits: int = 12) -> tuple[tuple[Path, Path, int], ...]:
    """Pairs of pictures that look almost alike, the most alike first: (one, other, in how many of 256 bits they differ).

    Each picture becomes a difference hash: shrunk to 16 rows of 17 grey pixels, and a bit for each pixel that is brighter
    than its left neighbour. Size, compression and brightness hardly change it; a mirrored, turned or cropped copy gets
    another one and is not found. Two pictures that have nothing to do with each other differ in about 128 bits.

    Args:
        most_bits: the largest difference that still counts as almost alike.

    Raises:
        CourseError: a file cannot be read.
    """
    paths = tuple(paths)
    hashes = [_difference_hash(grey) for grey in read_all(paths, HASH_SIZE).mean(axis=-1)]
    words = np.array(hashes, np.uint8).view(np.uint64)
    found: list[tuple[Path, Path, int]] = []
    for index in range(len(paths) - 1):
        bits = np.bitwise_count(words[index + 1 :] ^ words[index]).sum(axis=1, dtype=int)
        found += [(paths[index], paths[index + 1 + k], int(bits[k])) for k in np.flatnonzero(bits <= most_bits)]
    return tuple(sorted(found, key=lambda pair: pair[2]))


def _difference_hash(grey: np.ndarray) -> np.ndarray:
    """32 bytes from a picture of shape HASH_SIZE."""
    return np.packbits(np.diff(grey, axis=1) > 0)


def read_all(paths: tuple[Path, ...], image_size: tuple[int, int]) -> np.ndarray:
    """The image files as one read-only uint8 array of shape (n, height, width, 3).

    They are resized to `image_size` = (height, width).

    Raises:
        CourseError: the size is not two positive numbers, memory does not suffice, or a file cannot be read.
    """
    try:
        height, width = (int(side) for side in image_size)
    except (TypeError, ValueError):
        height = width = 0
    if min(height, width) < 1:
        raise CourseError(f"An image size is (height, width) in pixels, for instance (150, 150), not {image_size!r}.")
    needed = len(paths) * height * width * 3
    if needed > LARGEST_SHARE_OF_MEMORY * usable_memory().free:
        raise CourseError(
            f"{len(paths):,} pictures of {height}×{width} pixels take {needed / 1e9:.1f} GB, more than there is memory for; "
            "choose a smaller image_size or take a .subset()."
        )
    images = np.empty((len(paths), height, width, 3), np.uint8)

    def read(index: int) -> None:
        try:
            images[index] = np.asarray(decode(paths[index], (height, width)))
        except Exception as error:
            raise CourseError(f"{paths[index]} cannot be read ({in_words(error)}); load the data again.") from error

    with without_warnings():
        each(read, range(len(paths)), "Reading pictures", "pictures")
    images.flags.writeable = False
    return images

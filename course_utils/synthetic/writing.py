"""How synthetic pictures are laid out on disk: arrays of small ones with labels, or a folder of JPEGs for each class."""

import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
from PIL import Image
from tqdm.std import tqdm

CLASSES = 10
ARRAY_COUNTS = {"train": 12_000, "test": 2_000}
JPEG_QUALITY = 92


def stream(seed: int, split: str) -> np.random.Generator:
    """Random numbers of one split: training and test pictures never share them."""
    return np.random.default_rng([seed, ("train", "test").index(split)])


def write_arrays(
    folder: Path,
    picture: Callable[[int, np.random.Generator], np.ndarray],
    seed: int,
    progress: bool,
    shape: tuple[int, ...] = (28, 28),
    counts: dict[str, int] | None = None,
) -> None:
    """Writes `<split>-images.npy`, uint8 (n, *shape), and `<split>-labels.npy`, int32 (n,), every class equally often.

    `picture` draws one picture, uint8 of that shape, of the class it is given. There are as many of each split as `counts`
    says, or as ARRAY_COUNTS does.
    """
    counts = counts or ARRAY_COUNTS
    with tqdm(total=sum(counts.values()), desc="generating", disable=not progress, unit=" pictures", file=sys.stdout) as bar:
        for split, count in counts.items():
            rng = stream(seed, split)
            labels = rng.permutation(np.arange(count, dtype=np.int32) % CLASSES)
            images = np.empty((count, *shape), np.uint8)
            for i, label in enumerate(labels.tolist()):
                images[i] = picture(label, rng)
                bar.update()
            np.save(folder / f"{split}-images.npy", images, allow_pickle=False)
            np.save(folder / f"{split}-labels.npy", labels, allow_pickle=False)


def write_folders(
    folder: Path,
    counts: dict[str, dict[str, int]],
    pictures: Callable[[str, np.random.Generator], Iterable[tuple[str, Image.Image]]],
    seed: int,
    progress: bool,
) -> None:
    """Writes `<split>/<class>/<class>-0000.jpg` and so on; `counts` is split to class to number of pictures.

    `pictures` draws all pictures of a split, each with its class.
    """
    total = sum(sum(classes.values()) for classes in counts.values())
    with tqdm(total=total, desc="generating", disable=not progress, unit=" pictures", file=sys.stdout) as bar:
        for split, classes in counts.items():
            for name in classes:
                (folder / split / name).mkdir(parents=True)
            numbers = dict.fromkeys(classes, 0)
            for name, image in pictures(split, stream(seed, split)):
                image.save(folder / split / name / f"{name}-{numbers[name]:04}.jpg", quality=JPEG_QUALITY)
                numbers[name] += 1
                bar.update()

"""What a small part of all synthetic data comes to: `python -m tools.fingerprints` writes it down.

A test holds the record beside what is generated now, so that no other data is generated under the same version. Of pictures
and tables it keeps averages, which another release of NumPy or Pillow, or another processor, leaves as they are.
"""

import json
import math
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from unittest.mock import patch

import click
import numpy as np
from PIL import Image

from course_utils.files import write_json
from course_utils.paths import ROOT
from course_utils.pretrained import OWN
from course_utils.synthetic import (
    VERSIONS,
    animals,
    california_housing,
    cats_and_dogs,
    cifar10,
    generate,
    happy_or_sad,
    horse_or_human,
    imdb,
    jena_climate,
    reuters,
    rock_paper_scissors,
    sign_language,
    writing,
)

RECORD = ROOT / "tests" / "synthetic" / "fingerprints.json"
ARRAY_COUNTS = {"train": 900, "test": 300}
# By name: constants that say how much is generated, and what they are in the small part.
SMALL: dict[str, list[tuple[Any, str, Any]]] = {
    "fashion_mnist": [(writing, "ARRAY_COUNTS", ARRAY_COUNTS)],
    "mnist": [(writing, "ARRAY_COUNTS", ARRAY_COUNTS)],
    "horse_or_human": [
        (horse_or_human, "COUNTS", {"train": {"horses": 9, "humans": 8}, "test": {"horses": 4, "humans": 4}}),
        (horse_or_human, "PLACES", {"train": 1, "test": 1}),
    ],
    "happy_or_sad": [(happy_or_sad, "COUNTS", {"train": {"happy": 12, "sad": 11}, "test": {"happy": 4, "sad": 4}})],
    "cats_and_dogs": [
        (cats_and_dogs, "COUNTS", {"train": {"cats": 6, "dogs": 5}, "test": {"cats": 3, "dogs": 3}}),
        (cats_and_dogs, "PLACES", {"train": 1, "test": 1}),
    ],
    "rock_paper_scissors": [
        (
            rock_paper_scissors,
            "COUNTS",
            {"train": {"paper": 5, "rock": 4, "scissors": 4}, "test": {"paper": 2, "rock": 2, "scissors": 2}},
        )
    ],
    "sign_language": [(sign_language, "SHOTS", {"train": 2, "test": 1})],
    "imdb": [(imdb, "COUNTS", {"train": {"neg": 30, "pos": 20}, "test": {"neg": 10, "pos": 10}})],
    "jena_climate": [(jena_climate, "LAST_DAY", datetime(2009, 3, 1))],
    "reuters": [(reuters, "COUNTS", {"train": 150, "test": 60}), (reuters, "FEWEST", {"train": 2, "test": 1})],
    "california_housing": [(california_housing, "ROWS", 2_000)],
    "cifar10": [(cifar10, "COUNTS", {"train": 120, "test": 40})],
    OWN: [(animals, "CHUNK", len(animals.KINDS)), (animals, "PLACES", 2)],
}
OF_EACH = 4  # files of a folder, or pictures of an array, that are looked at
TOLERANCES = {".npy": 0.5, ".jpg": 0.5, ".csv": 0.02, ".npz": 0.02, ".txt": 0.0}  # grey levels of 255, or a column's unit


def version(name: str) -> int:
    """The version of the synthetic data called `name`, or of the pictures that the own base learns on."""
    return animals.VERSION if name == OWN else VERSIONS[name]


def amounts(name: str) -> dict[str, str]:
    """How much is generated in earnest: each constant's value by its name; call it outside of `small`."""
    return {constant: str(getattr(module, constant)) for module, constant, _ in SMALL.get(name, [])}


@contextmanager
def small() -> Iterator[None]:
    """Few pictures or texts of everything, so that generating takes a second."""
    with ExitStack() as stack:
        for module, constant, value in (constants for parts in SMALL.values() for constants in parts):
            stack.enter_context(patch.object(module, constant, value))
        yield


def generate_small(name: str, folder: Path, seed: int = 0) -> None:
    """Generate the small part of the data called `name` into an empty folder."""
    with small():
        if name != OWN:
            generate(name, folder, seed)
            return
        images, labels = animals.chunk("train", seed, 0)
        np.save(folder / "train-images.npy", images)
        np.save(folder / "train-labels.npy", labels)


def fingerprint(folder: Path) -> dict[str, list[float]]:
    """What was generated into a folder: by file, or by class of files, a few numbers of each of the first ones."""
    found: dict[str, list[float]] = {}
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        place = path.relative_to(folder)
        key = str(place.parent / f"*{path.suffix}") if len(place.parts) > 1 else str(place)
        numbers = _numbers(path)
        if len(found.get(key, [])) < OF_EACH * len(numbers):
            found.setdefault(key, []).extend(numbers)
    return found


def _numbers(path: Path) -> list[float]:
    if path.suffix == ".txt":
        return [zlib.crc32(path.read_bytes())]
    if path.suffix == ".csv":
        return _columns(np.genfromtxt(path, delimiter=",", skip_header=1)[:, 1:])
    if path.suffix == ".npz":
        with np.load(path, allow_pickle=False) as arrays:
            return _columns(np.column_stack([arrays[key] for key in arrays]))
    if path.suffix == ".jpg":
        with Image.open(path) as image:
            return _picture(np.asarray(image))
    values = np.load(path, allow_pickle=False)
    if values.ndim == 1:
        return values[: 4 * OF_EACH].tolist()
    return [number for image in values[:OF_EACH] for number in _picture(image)]


def _columns(table: np.ndarray) -> list[float]:
    """Mean and standard deviation of a table's columns."""
    return np.round([*table.mean(axis=0, dtype=float), *table.std(axis=0, dtype=float)], 3).tolist()


def _picture(pixels: np.ndarray) -> list[float]:
    """The means of a picture's quarters, of the channels, and of the differences between neighbours, in grey levels."""
    pixels = pixels.reshape(*pixels.shape[:2], -1).astype(float)
    height, width = pixels.shape[0] // 2, pixels.shape[1] // 2
    quarters = [part.mean() for half in (pixels[:height], pixels[height:]) for part in (half[:, :width], half[:, width:])]
    return np.round([*quarters, *pixels.mean(axis=(0, 1)), np.abs(np.diff(pixels, axis=1)).mean()], 2).tolist()


def same(first: dict[str, list[float]], second: dict[str, list[float]]) -> bool:
    """Whether two fingerprints are of the same data, up to rounding."""
    return first.keys() == second.keys() and all(
        len(numbers) == len(second[key])
        and all(
            math.isclose(a, b, rel_tol=0, abs_tol=TOLERANCES[Path(key).suffix])
            for a, b in zip(numbers, second[key], strict=True)
        )
        for key, numbers in first.items()
    )


@click.command()
def main() -> None:
    """Write down the fingerprint of each version that has none yet."""
    record = json.loads(RECORD.read_text(encoding="utf-8")) if RECORD.exists() else {}
    for name in (*VERSIONS, OWN):
        with tempfile.TemporaryDirectory() as folder:
            generate_small(name, Path(folder))
            new: dict[str, Any] = {
                "version": version(name),
                "amounts": amounts(name),
                "fingerprint": fingerprint(Path(folder)),
            }
        old = record.get(name)
        if old and old["version"] == new["version"]:
            if old["amounts"] != new["amounts"] or not same(old["fingerprint"], new["fingerprint"]):
                raise click.ClickException(
                    f"{name}: other data is generated than in version {old['version']}; raise the version."
                )
            continue
        record[name] = new
        click.echo(f"{name}: version {new['version']}")
    write_json(RECORD, record)


if __name__ == "__main__":
    main()

"""The list of datasets in `data/catalog.toml`: what each is, where its files are, and how to know that they are right."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from course_utils.datasets import network
from course_utils.errors import CourseError
from course_utils.paths import DATA

CATALOG = DATA / "catalog.toml"


@dataclass(frozen=True)
class File:
    """One file of a dataset.

    Attributes:
        name: file name in the cache and in a mirror.
        addresses: public http(s) addresses, tried in order; none if the file cannot be had without an account.
        size: size in bytes, if known.
        sha256: pinned SHA-256 in lower-case hex, if a trustworthy source states one.
        md5: MD5 in lower-case hex, where that is all that the publisher states.
        part: what the reader takes from it, e.g. `train`.
        repacked: other names under which a mirror may hold the same data in an archive of its own.
    """

    name: str
    addresses: tuple[str, ...] = ()
    size: int | None = None
    sha256: str | None = None
    md5: str | None = None
    part: str = ""
    repacked: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The names it may have in a mirror, the public one first."""
        return (self.name, *self.repacked)


@dataclass(frozen=True)
class Dataset:
    """One dataset of the catalog.

    Attributes:
        folder: its folder in a mirror.
        reader: how `load` reads it, a key of `readers.READERS`; empty if only `course data get` knows it so far.
        class_names: names of the labels 0, 1, …; empty where folder names or the lesson give them.
        examples: how many training and test examples the public dataset has, where a mirror may hold a sample of them.
        image_size: height and width of the public pictures, where a mirror may hold smaller copies.
        held_out: beginnings of the names of the pictures that are kept for testing, where the publisher keeps none.
        lessons: numbers of the lessons that use it.
        instead: the dataset whose real data takes its place where its own cannot be had.
        by_hand: how to get a file that has no open address.
    """

    name: str
    title: str
    description: str
    licence: str
    citation: str
    home: str
    folder: str
    files: tuple[File, ...]
    lessons: tuple[str, ...] = ()
    reader: str = ""
    class_names: tuple[str, ...] = ()
    examples: tuple[int, ...] = ()
    image_size: tuple[int, ...] = ()
    held_out: tuple[str, ...] = ()
    instead: str = ""
    by_hand: str = ""

    @property
    def size(self) -> int | None:
        """Bytes of all files together, or None if one is unknown."""
        sizes = [file.size for file in self.files if file.size is not None]
        return sum(sizes) if len(sizes) == len(self.files) else None


def catalog() -> dict[str, Dataset]:
    """All datasets by name, in the order of `data/catalog.toml`.

    Raises:
        CourseError: the catalog is missing or damaged.
    """
    return _read(CATALOG)


def find_dataset(name: str) -> Dataset:
    """The dataset called `name`.

    Raises:
        CourseError: there is none.
    """
    if name not in catalog():
        raise CourseError(f"There is no dataset called {name!r}; the catalog has {', '.join(catalog())}.")
    return catalog()[name]


@cache
def _read(path: Path) -> dict[str, Dataset]:
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
        datasets = {name: _dataset(name, table) for name, table in tables.items()}
        for dataset in datasets.values():
            if dataset.instead not in ("", *datasets):
                raise ValueError(f"[{dataset.name}] names {dataset.instead!r} instead, which is no dataset")
        return datasets
    except (OSError, ValueError, RecursionError) as error:
        raise CourseError(f"{path} cannot be used: {error}; `git checkout {path}` restores it.") from error


def _dataset(name: str, table: Any) -> Dataset:
    if not isinstance(table, dict):
        raise ValueError(f"{name!r} is not a table of its own")
    files = table.get("files")
    if not (isinstance(files, list) and files):
        raise ValueError(f"[{name}] lists no files")
    built = [_build(File, f"a file of [{name}]", file) for file in files]
    dataset = _build(Dataset, f"[{name}]", {"folder": name, **table, "name": name, "files": built})
    _require_plain_name(name)
    _require_plain_name(dataset.folder)
    for file in dataset.files:
        _check_file(file, name)
    return dataset


def _build(kind: type, where: str, table: Any) -> Any:
    """A `File` or `Dataset` from its TOML table, with lists as tuples and every type as annotated."""
    if not isinstance(table, dict):
        raise ValueError(f"{where} is not a table")
    try:
        entry = kind(**{key: tuple(value) if isinstance(value, list) else value for key, value in table.items()})
    except TypeError as error:
        raise ValueError(f"{where} has a missing or unknown key ({str(error).partition('() ')[2]})") from error
    for key, annotation in kind.__annotations__.items():
        value = getattr(entry, key)
        expected = annotation if annotation in (str, int | None, str | None) else tuple
        if not isinstance(value, expected) or isinstance(value, bool):
            raise ValueError(f"{where} has a {key} of the wrong type")
        if annotation == tuple[str, ...] and not all(isinstance(item, str) for item in value):
            raise ValueError(f"{where} has a {key} that is not a list of texts")
        if (
            annotation == tuple[int, ...]
            and value
            and not (len(value) == 2 and all(type(n) is int and n > 0 for n in value))
        ):
            raise ValueError(f"{where} has a {key} that is not a pair of positive numbers")
    return entry


def _check_file(file: File, name: str) -> None:
    for one in file.names:
        _require_plain_name(one)
    if file.sha256 is not None and not re.fullmatch(r"[0-9a-f]{64}", file.sha256):
        raise ValueError(f"{file.name} of [{name}] has a sha256 that is not 64 hexadecimal digits")
    if file.md5 is not None and not re.fullmatch(r"[0-9a-f]{32}", file.md5):
        raise ValueError(f"{file.name} of [{name}] has an md5 that is not 32 hexadecimal digits")
    if file.size is not None and file.size <= 0:
        raise ValueError(f"{file.name} of [{name}] has a size of {file.size}")
    for address in file.addresses:
        if not (re.match(r"https?://[^/]+/", address) and network.is_address(address)):
            raise ValueError(f"{file.name} of [{name}] has an address that is not http or https: {address!r}")


def _require_plain_name(name: str) -> None:
    """Names become paths in the cache, so they must not lead out of it."""
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", name):
        raise ValueError(f"{name!r} is not a plain name")

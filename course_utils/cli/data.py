"""`course data`: what there is, what is here, and how to get it."""

import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from difflib import get_close_matches
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from course_utils.cli import say
from course_utils.datasets.archives import check_structure
from course_utils.datasets.catalog import Dataset, File, catalog, find_dataset
from course_utils.datasets.distrust import fetch_anew
from course_utils.datasets.fetch import (
    Fetched,
    NotFetchedError,
    add_to_mirror,
    cached,
    download_folder,
    fetch,
    present,
    published_sum,
)
from course_utils.datasets.loading import state
from course_utils.datasets.mirrors import mirror
from course_utils.datasets.storage import locked, megabytes
from course_utils.errors import CourseError
from course_utils.paths import cache_dir

names = click.argument("names", metavar="[NAME]...", nargs=-1)


@click.group()
def data() -> None:
    """See, fetch, check and share the data of the lessons.

    Files are kept in one folder for all lessons (`course data where`). COURSE_MIRROR names a folder or a server to take them
    from before the public addresses are tried; COURSE_CACHE another folder to keep them in.
    """


@data.command("list")
def list_datasets() -> None:
    """List all datasets and whether they are here."""
    if here := mirror():
        here.require_use()
    table = Table(box=None, header_style="bold", pad_edge=False)
    for column in ("name", "what", "size", "licence", "lessons", "state"):
        table.add_column(
            column, no_wrap=column in ("name", "size", "state"), justify="right" if column == "size" else "left"
        )
    for dataset in catalog().values():
        table.add_row(
            dataset.name,
            dataset.title,
            _size(dataset),
            re.split("[,;(]", dataset.licence)[0],
            " ".join(dataset.lessons),
            state(dataset),
        )
    _console().print(table)
    click.echo(
        "\nhere: in the cache; mirror: in COURSE_MIRROR; instead: not here, but real data of another kind takes "
        "its place;\nsynthetic: not here, but the course can generate synthetic data in its place; "
        "-: not here.\nGet one with `course data get NAME`."
    )


@data.command()
@names
@click.option("--all", "everything", is_flag=True, help="Every dataset of the catalog.")
@click.option("--again", is_flag=True, help="Even what is there and looks right; it stays until other files have come.")
def get(names: tuple[str, ...], everything: bool, again: bool) -> None:
    """Fetch datasets into the cache, and check those that are there.

    An interrupted download goes on where it stopped when you call this again.
    """
    if everything == bool(names):
        raise CourseError("Name the datasets to get, or give --all; `course data list` shows them.")
    failures = []
    for dataset in _chosen(names):
        say(f"{dataset.name}: {dataset.description} ({_size(dataset)})")
        say(f"  licence: {dataset.licence}; see {dataset.home}")
        try:
            with _interruptible(f"course data get {dataset.name}"):
                files = fetch_anew(dataset) if again else fetch(dataset, thorough=True)
        except NotFetchedError as error:
            if len(names) == 1:
                raise
            failures.append(dataset.name)
            say(f"course: {error}", err=True)
            continue
        sources = {file.source for file in files.values()}
        copy = " (a mirror's own copy)" if "mirror" in sources else ""
        say(f"  in {download_folder(dataset)}{copy}")
    if failures:
        raise CourseError(f"Not everything could be fetched; missing: {', '.join(failures)}.")


@data.command()
@names
def verify(names: tuple[str, ...]) -> None:
    """Check every byte of what is in the cache (without NAME: of all datasets).

    Says for each file whether it has the sum that its publisher states, or only the one that it came with. Exits with status
    1 if a file is damaged.
    """
    damaged, good = [], 0
    for dataset in _chosen(names):
        for file in dataset.files:
            found, here = cached(dataset, file, thorough=True), present(dataset, file)
            if found and (kind := published_sum(file, found)):
                good += 1
                say(f"{dataset.name}: {found.path.name} has the published {kind}")
            elif found and not (fault := _fault(found)):
                good += 1
                say(f"{dataset.name}: {found.path.name} has the SHA-256 that it came with, {_whose(file, found)}")
            elif found:
                damaged.append(f"{found.path} came so, {fault}; `course data get {dataset.name} --again` fetches it anew")
            elif here:
                damaged.append(f"{here[0]}; `course data get {dataset.name}` fetches it again")
            elif names:
                say(f"{dataset.name}: {file.name} is not here.")
    say(f"Undamaged files: {good}")
    for line in damaged:
        say(f"damaged: {line}")
    sys.exit(1 if damaged else 0)


def _fault(file: Fetched) -> str:
    """What is wrong with the structure of a file for which nobody but a mirror vouches; empty if nothing is."""
    try:
        check_structure(file.path, file.path.name)
    except CourseError as error:
        return str(error)
    return ""


def _whose(file: File, found: Fetched) -> str:
    if found.source == "mirror":
        return "as its mirror lists it" + (", not the published one" if file.sha256 or file.md5 else "")
    return "since none is published"


@data.command("mirror")
@click.argument("folder", metavar="DIR")
@names
@click.option("--wheels", is_flag=True, help="The packages, too (about 1 GB), for this Python and this kind of computer.")
def make_mirror(folder: str, names: tuple[str, ...], wheels: bool) -> None:
    """Make DIR a mirror for COURSE_MIRROR: a stick for a class without internet, or a folder to serve.

    It gets the datasets and pretrained weights NAME, fetched first if need be; without NAME, all that are in the cache. With
    --wheels, `COURSE_MIRROR=DIR make lab` sets the course up without a network. Safe to call again: what is in DIR already
    stays, and what is missing is added.
    """
    from course_utils.teaching.stick import add_packages

    _refuse_dataset(folder)
    chosen = _chosen(names) if names else [entry for entry in catalog().values() if state(entry) == "here"]
    if not chosen:
        raise CourseError("No dataset is in the cache yet; name those that the mirror shall hold, e.g. fashion_mnist.")
    place = _resolved(folder)
    with locked(cache_dir() / "mirror"), _interruptible(f"course data mirror {folder}"):
        for dataset in chosen:
            for file in fetch(dataset).values():
                add_to_mirror(place, dataset.folder, file.path, file.sha256)
            say(f"{dataset.name}: in {place / dataset.folder}")
        if wheels:
            say(f"packages: in {add_packages(place)}")
    say(f"Ready. Use it with COURSE_MIRROR={place}")


def _resolved(folder: str) -> Path:
    try:
        return Path(folder).expanduser().resolve()
    except (RuntimeError, OSError) as error:
        raise CourseError(f"{folder} cannot be used ({error}); name another folder for the mirror.") from error


def _refuse_dataset(folder: str) -> None:
    """Raise a `CourseError` for a dataset's name, right or nearly so, in the place of the mirror's folder."""
    meant = get_close_matches(folder.lower().replace("-", "_"), catalog(), n=1, cutoff=0.8)
    if Path(folder).name == folder and (folder in catalog() or (meant and not Path(folder).is_dir())):
        raise CourseError(
            f"{folder} is taken for the dataset {meant[0]}, but the folder of the mirror comes first: `course data mirror "
            f"DIR {meant[0]}`. For a folder of that name, write ./{folder}"
        )


@data.command()
def where() -> None:
    """Show where data is kept, how much there is, and which mirror is used."""
    say(f"Cache:      {cache_dir()}")
    for part, what in (
        ("downloads", "files as they came"),
        ("unpacked", "unpacked archives"),
        ("synthetic", "synthetic data"),
    ):
        say(f"  {part + ':':<10}{megabytes(_bytes_in(cache_dir() / part)):>10}  {what}")
    here = mirror()
    say(f"Mirror:     {here if here else 'none (COURSE_MIRROR is not set)'}")
    if here:
        here.require_use()


def _bytes_in(folder: Path) -> int:
    """How much the files below a folder hold, without those that cannot be looked at or go while they are counted."""
    total = 0
    for inner, _, names in os.walk(folder):
        for name in names:
            with suppress(OSError):
                total += Path(inner, name).stat().st_size
    return total


def _chosen(names: tuple[str, ...]) -> list[Dataset]:
    """The datasets called `names`, or all of the catalog."""
    return [find_dataset(name) for name in names] if names else list(catalog().values())


def _size(dataset: Dataset) -> str:
    return megabytes(dataset.size) if dataset.size else "unknown"


@contextmanager
def _interruptible(command: str) -> Iterator[None]:
    """On Ctrl-C say how to go on, and exit as a program that was interrupted does."""
    try:
        yield
    except KeyboardInterrupt:
        say("", err=True)
        say(f"Interrupted; `{command}` goes on where this stopped.", err=True)
        sys.exit(130)


def _console() -> Console:
    """Wide enough for whole lines when the output goes to a file or a pipe."""
    return Console() if sys.stdout.isatty() else Console(width=200)

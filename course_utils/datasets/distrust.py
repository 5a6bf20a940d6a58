"""Reading what was fetched; where that fails, the cache is no longer believed, and the files are fetched anew, once."""

import os
from collections.abc import Callable
from typing import Any

from course_utils.datasets.catalog import Dataset
from course_utils.datasets.fetch import Fetched, NotFetchedError, cached, fetch, published_sum
from course_utils.datasets.unpacking import forget_unpacked
from course_utils.errors import CourseError
from course_utils.files import DiskError

Read = Callable[[Dataset, dict[str, Fetched]], tuple[Any, ...]]


def fetch_anew(dataset: Dataset, ask_again: bool = True) -> dict[str, Fetched]:
    """All files of a dataset, fetched although they are here, and to be unpacked again.

    Raises:
        NotFetchedError, CourseError: as `fetch`; what is here stays then.
    """
    files = fetch(dataset, again=True, ask_again=ask_again)
    forget_unpacked(dataset)
    return files


def read_fetched(dataset: Dataset, read: Read, ask_again: bool) -> tuple[dict[str, Fetched], tuple[Any, ...]]:
    """The files of a dataset, and what `read` makes of them.

    A mirror may vouch for a file that is no good, and an unpacked file may be damaged where its size does not show it. What
    cannot be read is unpacked again; and what is not the published file, byte for byte, is fetched again.

    Raises:
        NotFetchedError: the files cannot be had, or none that can be read.
        CourseError: the published files themselves cannot be read, or the disk is in the way.
    """
    files = fetch(dataset, ask_again=ask_again)
    advice = f"`course data get {dataset.name} --again` fetches it anew."
    try:
        return files, read(dataset, files)
    except DiskError:
        raise
    except CourseError as error:
        published = _are_published(dataset)
        if published and not forget_unpacked(dataset):
            raise CourseError(f"{error} {advice}") from error
        print(f"{error} It is {'unpacked' if published else 'fetched'} anew.", flush=True)
    files = fetch(dataset, ask_again=ask_again) if published else fetch_anew(dataset, ask_again)
    try:
        return files, read(dataset, files)
    except DiskError:
        raise
    except CourseError as error:
        if published:
            raise CourseError(f"{error} {advice}") from error
        whose = "whoever runs the mirror" if os.environ.get("COURSE_MIRROR") else "its publisher"
        raise NotFetchedError(f"{error} Fetched anew it is no better: tell {whose}. When it is mended, {advice}") from error


def _are_published(dataset: Dataset) -> bool:
    """Whether all files in the cache have the sums that their publisher states."""
    here = {file: cached(dataset, file, thorough=True) for file in dataset.files}
    return all(found and published_sum(file, found) for file, found in here.items())

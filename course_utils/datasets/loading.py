"""`load`: from a name to data for a lesson, real where it can be had, and never in silence."""

import contextlib
from dataclasses import replace

from course_utils.datasets import pictures, synthesis
from course_utils.datasets.catalog import Dataset, catalog, find_dataset
from course_utils.datasets.distrust import read_fetched
from course_utils.datasets.fetch import NotFetchedError, cached, in_mirror
from course_utils.datasets.loaded import Data, Pairs, Series, Tabular
from course_utils.datasets.readers import READERS
from course_utils.datasets.splits import FolderSplit, Split
from course_utils.errors import CourseError, check_choice
from course_utils.syllabus import DATA_CHOICES


def load(name: str, data: str = "auto") -> Data | Series | Pairs | Tabular:
    """Load a dataset of the catalog.

    Args:
        name: as `course data list` gives it, for instance "fashion_mnist".
        data: "auto" takes the real data if it is here, in COURSE_MIRROR or on a network that answers within seconds; else
            the real data of the dataset that the catalog names in its place, if that is here or in COURSE_MIRROR; else the
            synthetic data; and says so. "real" does without synthetic data, "synthetic" takes it at once.

    Returns:
        Labelled examples, a series of measurements, pairs of sentences or a table, as the dataset is; `.name` is the name of
        what was taken.

    Raises:
        CourseError: there is no such dataset, no reader or no synthetic data for it; or the real data is wanted and cannot
            be had.
    """
    check_choice("DATA", data, DATA_CHOICES)
    dataset = find_dataset(name)
    if dataset.reader not in READERS:
        readable = ", ".join(other.name for other in catalog().values() if other.reader in READERS)
        raise CourseError(f"{name} can be fetched (`course data get {name}`) but not loaded yet; these can: {readable}.")
    if data == "synthetic":
        return synthesis.read_synthetic(dataset)
    try:
        return load_real(dataset, ask_again=data == "real")
    except NotFetchedError as error:
        if other := _at_hand_instead(dataset):
            with contextlib.suppress(NotFetchedError):
                loaded = load_real(other, ask_again=False)
                print(f"{dataset.title} cannot be had just now; here is real data of {other.title} instead.", flush=True)
                return loaded
        if not synthesis.has_synthetic(name):
            raise
        if data == "real":
            raise NotFetchedError(f'{error} DATA="synthetic" works without a network, on synthetic data.') from error
        print(f"{error}\nUntil then, here is synthetic data, not the real data.", flush=True)
        return synthesis.read_synthetic(dataset)


def load_real(dataset: Dataset, ask_again: bool) -> Data | Series | Pairs | Tabular:
    """The real data of a dataset that has a reader, from here, a mirror or the network.

    Args:
        ask_again: try the network even if it was silent a moment ago.

    Raises:
        NotFetchedError: it cannot be had.
        CourseError: it cannot be read.
    """
    reader = READERS[dataset.reader]
    files, contents = read_fetched(dataset, reader.read, ask_again)
    source = "real" if all(file.source == "real" for file in files.values()) else "mirror"
    loaded = reader.kind(dataset.name, dataset.title, dataset.licence, source, *contents)
    if source == "mirror" and isinstance(loaded, Data):
        return replace(loaded, remark=_shortcomings(dataset, loaded.train, loaded.test))
    return loaded


def _at_hand_instead(dataset: Dataset) -> Dataset | None:
    """The dataset that the catalog names in this one's place, if it can be had without a network."""
    other = find_dataset(dataset.instead) if dataset.instead else None
    return other if other and (_is_here(other) or in_mirror(other)) else None


def _is_here(dataset: Dataset) -> bool:
    return all(cached(dataset, file) for file in dataset.files)


def _shortcomings(dataset: Dataset, train: Split, test: Split) -> str:
    """How a mirror's repacked copy falls short of the public data, in a few words."""
    found = []
    if dataset.image_size and isinstance(train, FolderSplit):
        height, width = pictures.size_of(train.paths[0])
        if (height, width) != dataset.image_size:
            public = "{}×{}".format(*dataset.image_size)
            found.append(f"{height}×{width} copies of the {public} pictures")
    here = tuple(len(split) + len(getattr(split, "unreadable", ())) for split in (train, test))
    if dataset.examples and here != dataset.examples:
        (train_here, test_here), (train_public, test_public) = here, dataset.examples
        found.append(
            f"only a sample: {train_here:,} of {train_public:,} training and {test_here:,} of {test_public:,} test examples"
        )
    return ", ".join(found)


def state(dataset: Dataset) -> str:
    """Where `load` would find the dataset without a network, in a word.

    It is "here" (in the cache), in the "mirror", has real data of another dataset "instead" or only "synthetic" data, or
    none: "-".
    """
    if _is_here(dataset):
        return "here"
    if in_mirror(dataset):
        return "mirror"
    if _at_hand_instead(dataset):
        return "instead"
    return "synthetic" if synthesis.has_synthetic(dataset.name) else "-"

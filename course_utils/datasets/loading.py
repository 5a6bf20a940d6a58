"""`load` and `load_folder`: from a name or a folder to labelled examples, and a word on where they came from."""

from dataclasses import dataclass
from pathlib import Path

from course_utils.datasets import pictures, standins
from course_utils.datasets.catalog import Dataset, catalog, find_dataset
from course_utils.datasets.fetch import NotFetchedError, cached, fetch, in_mirror
from course_utils.datasets.readers import READERS, folder_split, report_unreadable
from course_utils.datasets.splits import FolderSplit, Split
from course_utils.errors import CourseError
from course_utils.syllabus import DATA_CHOICES

PARTS = {"train", "training", "test", "testing", "val", "valid", "validation"}
ORIGINS = {
    "real": "the real data",
    "mirror": "the real data, in a mirror copy",
    "sample": "a drawn stand-in, not the real pictures",
}


@dataclass(frozen=True, eq=False)
class Data:
    """A dataset that has been loaded; printing it says what it is and where it came from.

    Attributes:
        class_names: name of class 0, 1, …
        source: "real", "mirror" (a mirror's repacked copy of the real data) or "sample" (the drawn stand-in).
        train, test: what to learn from, and what to keep for the end; `ArraySplit` or `FolderSplit`.
        remark: how a mirror's copy falls short of the public data, "a sample: …" or "28×28 copies of …"; else empty.
    """

    name: str
    title: str
    licence: str
    source: str
    class_names: tuple[str, ...]
    train: Split
    test: Split
    remark: str = ""

    def __str__(self) -> str:
        rights = "drawn by the course itself" if self.source == "sample" else f"licence {self.licence}"
        return (
            f"{self.title}: {len(self.train):,} training and {len(self.test):,} test examples\n"
            f"Classes: {', '.join(self.class_names)}\n"
            f"Source: {'; '.join(filter(None, (ORIGINS[self.source], self.remark, rights)))}"
        )


def load(name: str, data: str = "auto") -> Data:
    """Load a dataset of the catalog.

    Args:
        name: as `course data list` gives it, for instance "fashion_mnist".
        data: "auto" takes the real data if it is here, in COURSE_MIRROR or on a network that answers within seconds, and
            else the drawn stand-in, and says so; "real" and "sample" insist.

    Raises:
        CourseError: there is no such dataset, no reader or no stand-in for it; or the real data is wanted and cannot be had.
    """
    if data not in DATA_CHOICES:
        raise CourseError(f'DATA is "auto", "real" or "sample", not {data!r}.')
    dataset = find_dataset(name)
    if dataset.reader not in READERS:
        readable = ", ".join(other.name for other in catalog().values() if other.reader in READERS)
        raise CourseError(f"{name} can be fetched (`course data get {name}`) but not loaded yet; these can: {readable}.")
    if data != "sample":
        try:
            files = fetch(dataset, ask_again=data == "real")
        except NotFetchedError as error:
            if not standins.has_stand_in(name):
                raise
            if data == "real":
                raise NotFetchedError(f'{error} DATA="sample" works without a network, on a drawn stand-in.') from error
            print(f"{error}\nUntil then, here is a drawn stand-in, not the real pictures.", flush=True)
        else:
            source = "real" if all(file.source == "real" for file in files.values()) else "mirror"
            class_names, train, test = READERS[dataset.reader](dataset, files)
            remark = _shortcomings(dataset, train, test) if source == "mirror" else ""
            return Data(name, dataset.title, dataset.licence, source, class_names, train, test, remark)
    return Data(name, dataset.title, dataset.licence, "sample", *standins.read_stand_in(dataset))


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
    """Where `load` would find the dataset without a network: "here" (in the cache), "mirror", "stand-in" or nowhere, "-"."""
    if all(cached(dataset, file) for file in dataset.files):
        return "here"
    if in_mirror(dataset):
        return "mirror"
    return "stand-in" if standins.has_stand_in(dataset.name) else "-"


def load_folder(path: str | Path) -> FolderSplit:
    """Load your own pictures: a folder with one subfolder for each class, named after it.

    Subfolders are searched to the bottom, hidden files passed over. Files that cannot be read are named, left out, and
    kept in `.unreadable`.

    Raises:
        CourseError: there is no such folder, or it does not hold readable pictures of at least two classes.
    """
    folder = Path(path).expanduser()
    if not folder.is_dir():
        raise CourseError(f"There is no folder {folder}; give one that holds a subfolder of pictures for each class.")
    names = pictures.classes_in(folder)
    if not names:
        raise CourseError(f"{folder} has no subfolders; put the pictures of each class into one named after it.")
    if len(names) == 1:
        raise CourseError(f"{folder} holds only one class ({names[0]}); telling classes apart takes at least two.")
    if PARTS.issuperset(names):
        raise CourseError(f"{folder} holds parts ({', '.join(names)}) and not classes; load each part on its own.")
    found = [path for name in names for path in pictures.pictures_in(folder / name)]
    split = folder_split(folder, names, pictures.find_unreadable(found))
    report_unreadable(folder, split)
    empty = [name for label, name in enumerate(names) if label not in split.labels]
    if empty:
        raise CourseError(f"{folder} has no readable pictures of {', '.join(empty)}; add some or remove the subfolder.")
    return split

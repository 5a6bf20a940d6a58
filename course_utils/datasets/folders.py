"""`load_folder`: pictures of one's own, a folder for each class, with a word on everything that is left out."""

import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import overload

import numpy as np

from course_utils.datasets.decoding import is_deep, without_warnings
from course_utils.datasets.layout import Node, Walk, listed, part_of, require_classes, walk
from course_utils.datasets.passed_over import CLOSED, KINDS, OUTSIDE, RAW, is_broken_picture, kind_of, looks_like_picture
from course_utils.datasets.pictures import find_unreadable
from course_utils.datasets.readers import empty_classes, report_unreadable
from course_utils.datasets.splits import FolderSplit
from course_utils.errors import CourseError, legible


@overload
def load_folder(path: str | Path, test: None = None, *, class_names: Sequence[str] | None = None) -> FolderSplit: ...


@overload
def load_folder(
    path: str | Path, test: str | Path, *, class_names: Sequence[str] | None = None
) -> tuple[FolderSplit, FolderSplit]: ...


def load_folder(
    path: str | Path, test: str | Path | None = None, *, class_names: Sequence[str] | None = None
) -> FolderSplit | tuple[FolderSplit, FolderSplit]:
    """Load your own pictures: a folder with one subfolder for each class, named after it.

    Whatever Pillow opens is a picture, whatever its name. Subfolders are searched to the bottom, and links to folders are
    followed once. What cannot be read and what is no picture is counted, said, and kept in `.unreadable` and
    `.passed_over`.

    Args:
        path: the folder.
        test: a second folder with the same classes, to test on.
        class_names: which subfolders to take, in the order of their labels; else all, in the order of their names. With
            `class_names=train.class_names` a label means the same as in `train`.

    Returns:
        The pictures; with `test`, those of both folders, (train, test), in which a label means the same.

    Raises:
        CourseError: there is no such folder, or no subfolder of a wanted name; the subfolders are parts of a collection,
            such as "train" and "test", and not classes; there is one class only, or one without a picture that can be
            read; or the two folders differ in their classes.
    """
    if test is None:
        return _read(_find_classes(_folder(path), class_names))
    folder, other = _folder(path), _folder(test)
    if folder.samefile(other):
        raise CourseError(f"{folder} is given to learn from and to test on; what a network has seen is no test for it.")
    train, held_out = _find_classes(folder, class_names), _find_classes(other, class_names)
    _require_same(train, held_out)
    return _read(train), _read(held_out)


@dataclass
class _Classes:
    """The folders of the classes, by the classes' names, in the order of their labels; and all that was found."""

    nodes: dict[str, Node]
    found: Walk

    @property
    def folder(self) -> Path:
        return self.found.top.path


def _folder(path: str | Path) -> Path:
    try:
        folder = Path(path).expanduser()
        if folder.is_dir():
            return folder
        is_file = folder.is_file()
    except (TypeError, RuntimeError) as error:
        raise CourseError(f"load_folder takes the path of a folder, not {path!r} ({error}).") from error
    except OSError as error:
        raise CourseError(f"The folder {str(path)[:100]} cannot be opened: {error.strerror}.") from error
    missing = f"{folder} is a file and not a folder" if is_file else f"There is no folder {folder}"
    raise CourseError(f"{missing}; give one that holds a subfolder of pictures for each class.")


def _find_classes(folder: Path, class_names: Sequence[str] | None) -> _Classes:
    """All subfolders, if they can be classes; or those that are named."""
    found = walk(folder)
    if closed := dict(found.closed).get(folder):
        raise CourseError(f"{folder} cannot be opened ({closed}); change its permissions.")
    nodes: dict[str, Node] = {}
    for node in found.top.inside.values():
        name = _class_name(node.path.name)
        if name in nodes:
            raise CourseError(f"{folder} holds two folders of the name {name!r}, but for blanks or accents; make them one.")
        nodes[name] = node
    if class_names is None:
        require_classes(found.top)
        return _Classes(dict(sorted(nodes.items())), found)  # not in the order of the folders' names, which may differ
    names = [] if isinstance(class_names, str) else [_class_name(str(name)) for name in class_names]
    if len(set(names)) < max(2, len(names)):
        raise CourseError(f"class_names takes the names of at least two subfolders, each once, not {class_names!r}.")
    if missing := [name for name in names if name not in nodes]:
        raise CourseError(f"{folder} has no subfolder called {listed(missing)}; it has {listed(nodes) or 'none at all'}.")
    return _Classes({name: nodes[name] for name in names}, found)


def _class_name(folder_name: str) -> str:
    """What a class is called: as its folder, but for blanks around and for how the system writes accents."""
    return legible(unicodedata.normalize("NFC", folder_name.strip() or folder_name))


def _require_same(train: _Classes, test: _Classes) -> None:
    """Make sure that a label means one class in both."""
    pairs = ((train, test), (test, train))
    only = {these.folder: [name for name in these.nodes if name not in those.nodes] for these, those in pairs}
    if any(only.values()):
        raise CourseError(
            "The two folders have different classes: "
            + ", and ".join(f"only {folder} has {listed(names)}" for folder, names in only.items() if names)
            + "; rename or move subfolders, or say which to take from both: class_names=[…]."
        )


def _read(classes: _Classes) -> FolderSplit:
    """The pictures of the classes; what is left out is reported."""
    label_of = {path: label for label, node in enumerate(classes.nodes.values()) for path in sorted(node.below())}
    tried = [path for path in label_of if path.suffix.lower() not in KINDS[RAW].suffixes]  # Pillow reads their previews
    failed = dict(find_unreadable(tried))
    readable = tuple(path for path in tried if path not in failed)
    unreadable = tuple((path, reason) for path, reason in failed.items() if is_broken_picture(path))
    no_pictures = label_of.keys() - set(readable) - {path for path, _ in unreadable}
    top = classes.found.top
    split = FolderSplit(
        np.array([label_of[path] for path in readable], np.int32),
        tuple(classes.nodes),
        readable,
        unreadable,
        (
            *((path, kind_of(path)) for path in sorted(no_pictures)),
            *((path, OUTSIDE if looks_like_picture(path) else kind_of(path)) for path in top.files),
            *classes.found.passed_over,
            *((path, CLOSED) for path, _ in classes.found.closed),
        ),
    )
    for remark in _remarks(classes):
        print(legible(remark))
    with without_warnings():
        deep = sum(map(is_deep, readable))
    if deep:
        print(f"Pictures with more than 8 bits a pixel: {deep:,}; each is stretched, from its darkest to its brightest.")
    report_unreadable(top.path, split)
    _report_passed_over(top.path, split)
    _require_each(classes, split)
    return split


def _remarks(classes: _Classes) -> list[str]:
    """What is to be known of the folders' names and of what is in them."""
    folders = classes.nodes.items()
    remarks = [
        f"The class {name!r} is the folder {node.path.name!r}; blanks around a name do not count."
        for name, node in folders
        if node.path.name != node.path.name.strip()
    ]
    if others := [name for name, node in classes.found.top.inside.items() if node not in classes.nodes.values()]:
        remarks.append(f"Not among the class names, and so not read: {listed(others)}.")
    if nested := {name: node.fork for name, node in folders if node.holds_classes}:
        one, fork = next(iter(nested.items()))
        parts = any(map(part_of, fork.branches))
        remarks.append(
            f"Pictures in subfolders belong to the class around them: {listed(fork.branches)} to {one}"
            + (f", and likewise in {listed(list(nested)[1:])}." if len(nested) > 1 else ".")
            + (
                " To keep such parts apart, put the classes into the parts."
                if parts
                else f" If those are classes, load {fork.path}."
            )
        )
    return remarks


def _report_passed_over(folder: Path, split: FolderSplit) -> None:
    """Count what is no picture, or none that can be read, by kind, and say what to do about it."""
    if split.passed_over:
        print("Passed over:")
    for kind, count in Counter(kind for _, kind in split.passed_over).items():
        names = listed((str(path.relative_to(folder)) for path, its in split.passed_over if its == kind), 2)
        advice = KINDS[kind].advice
        print(legible(f"  {kind}: {count:,} ({names})" + (f"; {advice}" if advice else "")))


def _require_each(classes: _Classes, split: FolderSplit) -> None:
    """Make sure that each class has pictures."""
    if not (empty := empty_classes(split)):
        return
    inside = classes.nodes[empty[0]].path
    kinds = Counter(kind for path, kind in split.passed_over if path.is_relative_to(inside))
    there = "; ".join(f"{kind} ({count:,}): {KINDS[kind].advice}" for kind, count in kinds.items() if KINDS[kind].advice)
    raise CourseError(
        f"{classes.folder} has no readable pictures of {listed(empty)}"
        + (f", but {there}." if there else "; add some or remove the subfolder.")
    )

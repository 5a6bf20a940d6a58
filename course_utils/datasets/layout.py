"""How a folder of pictures is laid out: one walk through it, and whether it holds classes or the parts of a collection.

Collections are published in parts, for training and for testing, each of which holds the classes. Taken for classes, the
parts would teach a network to tell training pictures from test pictures, and nothing would look wrong.
"""

import difflib
import os
import re
import unicodedata
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path

from course_utils.datasets.passed_over import DANGLING, HIDDEN, LINKED, OTHERS, TOO_DEEP, looks_like_picture
from course_utils.errors import CourseError

# beginnings of what systems and programs leave behind, in small letters
HIDDEN_NAMES = (
    ".",
    "~$",
    "__macosx",
    "__pycache__",
    "@eadir",
    "thumbs.db",
    "ehthumbs",
    "desktop.ini",
    "lost+found",
    "lost.dir",
    "$recycle.bin",
    "system volume information",
)
DEEPEST = 50
PARTS = {
    "training": "train training trn trainval entrenamiento entrainement apprentissage treinamento treino 训练",
    "validation": "val valid validation validate dev development eval evaluation xval validierung validacion validacao 验证",
    "test": "test testing tst holdout prueba teste essai 测试",
    "what has no labels": "unlabeled unlabelled unsup pred prediction",
}
PART_OF = {word: part for part, words in PARTS.items() for word in words.split()}
# "trainset", "TestImages", "Trainingsdaten"
ENDINGS = re.compile("(s|set|data|daten|dataset|images?|imgs?|pics?|pictures?|photos?|split|folder|dir|files?|集)+$")
AS_ALIKE_AS = 0.85


@dataclass(eq=False)
class Node:
    """A folder on the walk.

    Attributes:
        path: where it was found, which may lead through links.
        files: the visible files in it.
        inside: the visible folders in it, by their names, in order.
    """

    path: Path
    files: list[Path] = field(default_factory=list)
    inside: dict[str, "Node"] = field(default_factory=dict)

    def below(self) -> Iterator[Path]:
        """All files in it and in the folders below."""
        yield from self.files
        for node in self.inside.values():
            yield from node.below()

    @cached_property
    def has_own_pictures(self) -> bool:
        """Whether there are pictures in it, not counting those in the folders below."""
        return any(map(looks_like_picture, self.files))

    @cached_property
    def branches(self) -> dict[str, "Node"]:
        """The folders in it that have pictures in them or below."""
        return {name: node for name, node in self.inside.items() if node.has_own_pictures or node.branches}

    @property
    def fork(self) -> "Node":
        """Itself or, where nothing but one folder has pictures, as in an archive packed with its folder, that folder."""
        node = self
        while len(node.branches) == 1 and not node.has_own_pictures:
            (node,) = node.branches.values()
        return node

    @property
    def holds_classes(self) -> bool:
        """Whether its pictures lie in several folders, and only there."""
        return len(self.fork.branches) > 1 and not self.fork.has_own_pictures


@dataclass
class Walk:
    """What was found on a walk through a folder.

    Attributes:
        top: the folder.
        passed_over: what was not looked into, each with what it is.
        closed: folders that could not be opened, each with the reason.
    """

    top: Node
    passed_over: list[tuple[Path, str]] = field(default_factory=list)
    closed: list[tuple[Path, str]] = field(default_factory=list)


def walk(folder: Path) -> Walk:
    """Go through a folder and all below it; where links lead comes last, and no folder is entered twice.

    A link to what lies above the folder, or to what is in it anyway, is not followed.
    """
    found = Walk(Node(folder))
    seen = {_identity(parent) for parent in folder.resolve().parents}
    waiting: deque[tuple[Node, Node | None]] = deque([(found.top, None)])
    linked: deque[tuple[Node, Node | None]] = deque()
    while waiting or linked:
        node, parent = (waiting or linked).popleft()
        if (identity := _identity(node.path)) in seen and parent:
            del parent.inside[node.path.name]
            found.passed_over.append((node.path, LINKED))
            continue
        seen.add(identity)
        try:
            entries = sorted(os.scandir(node.path), key=lambda entry: entry.name)
        except OSError as error:
            found.closed.append((node.path, (error.strerror or "it cannot be opened").lower()))
            continue
        for entry in entries:
            path = node.path / entry.name
            if entry.name.lower().startswith(HIDDEN_NAMES):
                found.passed_over.append((path, HIDDEN))
            elif os.path.isdir(path) and len(path.parts) > len(folder.parts) + DEEPEST:  # noqa: PTH112
                found.passed_over.append((path, TOO_DEEP))
            elif os.path.isdir(path):  # noqa: PTH112  # unlike Path's it never raises
                node.inside[entry.name] = Node(path)
                (linked if entry.is_symlink() else waiting).append((node.inside[entry.name], node))
            elif os.path.isfile(path):  # noqa: PTH113
                node.files.append(path)
            else:
                found.passed_over.append((path, DANGLING if entry.is_symlink() else OTHERS))
    return found


def _identity(folder: Path) -> tuple[int, int]:
    status = folder.stat()
    return status.st_dev, status.st_ino


def require_classes(top: Node) -> None:
    """Make sure that the subfolders of a folder are classes, as far as they show what they are.

    Raises:
        CourseError: there is none or one only, they are parts of a collection, or one of them is a part beside the classes.
    """
    if level := _level_of_parts(top) or _level_of_parts(top.fork):
        raise CourseError(_say_parts(level, top))
    if not top.inside:
        raise CourseError(f"{top.path} has no subfolders; put the pictures of each class into one named after it.")
    for node in top.branches.values():
        again = [name for name in node.fork.branches if name in top.branches]
        if len(again) > 1:
            raise CourseError(
                f"{node.path} holds folders with the names of classes ({listed(again)}), so it is a part of the collection "
                "and no class; move it elsewhere, or say which are the classes: class_names=[…]."
            )
    if len(top.branches) == 1:
        (node,) = top.branches.values()
        if node.holds_classes:
            raise CourseError(
                f"{top.path} has pictures only in {node.path.name}, which holds the classes; load {node.fork.path}."
            )
    if len(top.inside) == 1:
        (name,) = top.inside
        raise CourseError(f"{top.path} holds only one class ({name}); telling classes apart takes at least two.")


def _level_of_parts(top: Node, is_top: bool = True) -> Node | None:
    """The folder, this one or one below, that holds parts in place of classes.

    Names alone do not tell: "train", "test" and "valid" may be classes beside "car" and "bus". They are parts if at least
    two of them stand for different parts, and there is nothing else, or they hold the same classes.
    """
    parts = _parts_in(top)
    if len(set(parts.values())) > 1:
        holders = [set(top.branches[name].fork.branches) for name in parts if top.branches[name].holds_classes]
        if len(parts) == len(top.branches):
            if holders or is_top:
                return top
        elif any(one & other for index, one in enumerate(holders) for other in holders[:index]):
            return top
    return next(filter(None, (_level_of_parts(node, is_top=False) for node in top.branches.values())), None)


def _parts_in(level: Node) -> dict[str, str]:
    """Which part each folder stands for, of those whose names speak of one: also "pets" beside "pets_test"."""
    named = {name: part for name in level.branches if (part := part_of(name))}
    whole = [name for name, node in level.branches.items() if name not in named and node.holds_classes]
    return {name: "training" for name in whole if any(name in other for other in named)} | named


@cache
def part_of(name: str) -> str | None:
    """Which part of a collection a folder's name speaks of: "training", "validation", "test", or none."""
    plain = "".join(letter for letter in unicodedata.normalize("NFKD", name) if not unicodedata.combining(letter))
    for word in re.findall(r"[^\W\d_]+", re.sub("(?<=[a-z])(?=[A-Z])", " ", plain)):
        for spelled in (word.lower(), ENDINGS.sub("", word.lower())):
            alike = difflib.get_close_matches(spelled, PART_OF, 1, AS_ALIKE_AS if len(spelled) > 5 else 1)
            if alike and alike[0][0] == spelled[0]:
                return PART_OF[alike[0]]
    return None


def _say_parts(level: Node, top: Node) -> str:
    """What is wrong with a folder of parts, and which folder to load."""
    parts = _parts_in(level)
    nodes = level.branches
    loadable = {part: nodes[name].fork.path for name, part in parts.items() if nodes[name].holds_classes}
    wrong = f"{level.path} holds parts of a collection ({listed(parts)}) and not classes"
    if not loadable:
        do = "put the pictures of each class into a folder of its own, named after it, in each part"
    elif len(loadable) == 1:
        do = f"load {next(iter(loadable.values()))}"
    else:
        one, other = [part for part in dict.fromkeys(("training", "test", *PARTS)) if part in loadable][:2]
        do = f'load one, {loadable[one]}, or two together: load_folder("{loadable[one]}", "{loadable[other]}")'
    return f"{wrong}; {do}." + (" If these are the classes after all, name them in class_names." if level is top else "")


def listed(names: Iterable[str], most: int = 6) -> str:
    """Names in a sentence, the first few of many."""
    names = list(names)
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")

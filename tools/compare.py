"""How hard the synthetic pictures are beside the real ones: `python -m tools.compare [NAME...]`.

Trains the same models with the same budget on as many real as synthetic pictures, and writes what it measured to
`docs/results/synthetic.json`, into the data cards, and a contact sheet of each beside its card. Needs the real data,
but for a dataset of which even a mirror holds too little to learn from.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import mean, pstdev
from typing import Any

import click
import numpy as np
from PIL import Image

from course_utils.datasets import Data, load
from course_utils.datasets.pictures import read_all
from course_utils.datasets.splits import ArraySplit, FolderSplit, Split
from course_utils.paths import DATA, PUBLISHED_RESULTS
from course_utils.synthetic import VERSIONS

RECORD = PUBLISHED_RESULTS / "synthetic.json"
CARDS = DATA / "cards"
MARKED = re.compile(r"(<!-- comparison -->\n).*?(<!-- /comparison -->)", re.DOTALL)
SEEDS = (0, 1, 2)
SIDE = 75  # pixels that renders are read at
TRAINING, FEW = 12_000, 300  # at most
SCORES = {
    "linear": "linear model",
    "dense": "dense net",
    "convnet": "convnet",
    "convnet_split": "convnet, on a fifth of the training pictures held back",
    "few_fitted": f"convnet on {FEW} pictures, on those {FEW}",
    "few": f"convnet on {FEW} pictures",
    "few_augmented": f"convnet on {FEW} pictures, augmented",
}


@dataclass(frozen=True)
class Task:
    """What a dataset's convnet looks like and how long it learns."""

    filters: tuple[int, ...] = (32, 64)
    batch_size: int = 64
    epochs: int = 8
    flips: bool = True
    shots: bool = False  # the training pictures hold many of each scene, so a part of them held back promises too much
    side: int = SIDE  # pixels that picture files are read at
    real: bool = True  # the real pictures are there to compare with


TASKS = {
    "fashion_mnist": Task(),
    "mnist": Task(flips=False),
    "horse_or_human": Task((16, 32, 64), batch_size=32, epochs=12, shots=True),
    "happy_or_sad": Task((16, 32), batch_size=8, epochs=15),
    "cats_and_dogs": Task((16, 32, 64), batch_size=32, epochs=12, side=64),
    "rock_paper_scissors": Task((16, 32), batch_size=32, epochs=12, shots=True, side=28),
    "sign_language": Task(flips=False, real=False),
    "cifar10": Task(epochs=6),
}


def pictures(name: str, source: str) -> Data:
    """A dataset of pictures, "real" or "synthetic"."""
    data = load(name, source)
    assert isinstance(data, Data), f"{name} holds no pictures"
    return data


def pixels(split: Split, side: int) -> tuple[np.ndarray, np.ndarray]:
    """Pictures, float32 (n, height, width, channels) in 0 to 1, and labels, int32 (n,)."""
    assert isinstance(split, FolderSplit | ArraySplit)
    images = split.read((side, side)) if isinstance(split, FolderSplit) else split.images
    return images.astype(np.float32) / 255, split.labels


def scores(name: str, source: str, seed: int) -> Iterator[tuple[str, float]]:
    """Accuracies, 0 to 1, of the models named in SCORES, learnt from the "real" or the "synthetic" pictures."""
    import keras
    from sklearn.linear_model import LogisticRegression

    task, data = TASKS[name], pictures(name, source)
    chosen = data.train.subset(min(TRAINING, len(data.train)), seed)
    (x, y), test = pixels(chosen, task.side), pixels(data.test, task.side)
    layers, classes = keras.layers, len(data.class_names)

    def convnet(*before: keras.Layer) -> keras.Model:
        blocks = [layer for n in task.filters for layer in (layers.Conv2D(n, 3, activation="relu"), layers.MaxPooling2D())]
        return net(*before, *blocks, layers.Flatten(), layers.Dense(64, activation="relu"))

    def net(*hidden: keras.Layer) -> keras.Model:
        return keras.Sequential([keras.Input(x.shape[1:]), *hidden, layers.Dense(classes, activation="softmax")])

    def fitted(model: keras.Model, x: np.ndarray, y: np.ndarray, epochs: int) -> keras.Model:
        model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
        model.fit(x, y, batch_size=task.batch_size, epochs=epochs, verbose=0)
        return model

    def accuracy(model: keras.Model, x: np.ndarray, y: np.ndarray) -> float:
        return model.evaluate(x, y, batch_size=256, verbose=0, return_dict=True)["accuracy"]

    keras.utils.set_random_seed(seed)
    linear = LogisticRegression(C=0.05, max_iter=200, tol=1e-3).fit(x.reshape(len(x), -1), y)
    yield "linear", float(linear.score(test[0].reshape(len(test[0]), -1), test[1]))
    dense = net(layers.Flatten(), layers.Dense(128, activation="relu"))
    yield "dense", accuracy(fitted(dense, x, y, task.epochs), *test)
    yield "convnet", accuracy(fitted(convnet(), x, y, task.epochs), *test)
    if task.shots:
        rest, held_back = (pixels(part, task.side) for part in chosen.split(0.2, seed))
        yield "convnet_split", accuracy(fitted(convnet(), *rest, task.epochs), *held_back)
    if len(chosen) <= FEW:
        return
    few = pixels(chosen.subset(FEW, seed), task.side)
    overfitted = fitted(convnet(), *few, epochs=30)
    yield "few_fitted", accuracy(overfitted, *few)
    yield "few", accuracy(overfitted, *test)
    moves = [layers.RandomTranslation(0.08, 0.08), layers.RandomZoom(0.1), layers.RandomRotation(0.03)]
    changes = [layers.RandomFlip("horizontal"), *moves] if task.flips else moves
    yield "few_augmented", accuracy(fitted(convnet(*changes), *few, epochs=60), *test)
    keras.backend.clear_session()


def measure(name: str) -> dict[str, Any]:
    """All scores of a dataset: for "real" and "synthetic" a list over SEEDS of each, and what they were measured on."""
    training = min(TRAINING, len(pictures(name, "synthetic").train))
    record: dict[str, Any] = {"version": VERSIONS[name], "training_pictures": training, "seeds": len(SEEDS)}
    for source in ("real", "synthetic") if TASKS[name].real else ("synthetic",):
        runs = [dict(scores(name, source, seed)) for seed in SEEDS]
        record[source] = {score: [round(run[score], 4) for run in runs] for score in runs[0]}
    return record


def table(record: dict[str, Any]) -> str:
    """The record of one dataset as a Markdown table."""
    sides = [side for side in ("real", "synthetic") if side in record]
    what = f"test accuracy (%), {record['training_pictures']:,} training pictures"
    head = [f"| {' | '.join([what, *sides])} |", f"|---|{'---|' * len(sides)}"]
    rows = [
        f"| {' | '.join([SCORES[score], *(percent(record[side][score]) for side in sides)])} |"
        for score in record["synthetic"]
    ]
    foot = (
        f"\nMean and standard deviation over {record['seeds']} seeds; version {record['version']} of the synthetic pictures."
    )
    return "\n".join([*head, *rows, foot]) + "\n"


def percent(values: list[float]) -> str:
    """Mean and standard deviation of shares, in percent."""
    return f"{100 * mean(values):.1f} ± {100 * pstdev(values):.1f}"


def contact_sheet(name: str, columns: int = 12) -> Image.Image:
    """Synthetic pictures of each class in rows, small enough to keep in the repository."""
    train = pictures(name, "synthetic").train
    assert isinstance(train, FolderSplit | ArraySplit)
    classes = np.unique(train.labels)
    rows = 3 if len(classes) == 2 else 2 if isinstance(train, FolderSplit) else 1
    many = len(classes) > columns
    columns = columns // 2 if many else columns
    sheet = []
    for label in classes:
        places = np.flatnonzero(train.labels == label)
        places = places[np.linspace(0, len(places) - 1, rows * columns).astype(int)]
        if isinstance(train, FolderSplit):
            tiles = read_all(tuple(train.paths[i] for i in places), (64, 64))
        else:
            tiles = train.images[places].repeat(2, axis=1).repeat(2, axis=2)
        sheet += [np.hstack(list(tiles[i * columns : (i + 1) * columns])) for i in range(rows)]
    if many:  # two classes side by side
        half = len(sheet) // 2
        sheet = [np.hstack(pair) for pair in zip(sheet[:half], sheet[half:], strict=True)]
    return Image.fromarray(np.vstack(sheet).squeeze()).quantize(96)


@click.command()
@click.argument("names", nargs=-1, type=click.Choice(tuple(TASKS)))
def main(names: tuple[str, ...]) -> None:
    """Measure real against synthetic pictures of NAMES, or of all datasets of pictures, and write the results down."""
    records = json.loads(RECORD.read_text(encoding="utf-8")) if RECORD.exists() else {}
    for name in names or TASKS:
        records[name] = measure(name)
        RECORD.parent.mkdir(parents=True, exist_ok=True)
        RECORD.write_text(json.dumps(records, indent=2) + "\n", encoding="utf-8")
        card = CARDS / f"{name}.md"
        card.write_text(MARKED.sub(rf"\g<1>{table(records[name])}\g<2>", card.read_text(encoding="utf-8")), encoding="utf-8")
        contact_sheet(name).save(CARDS / f"{name}.png", optimize=True)
        click.echo(f"{name}\n{table(records[name])}")


if __name__ == "__main__":
    main()

"""The course's own base: generates its pictures, trains it, measures what it is worth, and writes its card.

`python -m tools.pretrain` does it all; `generate`, `train`, `measure` and `card` are its steps. Training can be
broken off and called again: it goes on after the last whole epoch. The weights come out the same for the same seed up to the
processor's rounding, if it was not broken off.
"""

import json
import time
from pathlib import Path
from statistics import mean, stdev
from typing import TYPE_CHECKING, Any

import click
import numpy as np
from PIL import Image

from course_utils.datasets import Data, load
from course_utils.datasets.splits import FolderSplit
from course_utils.datasets.storage import fresh_folder, locked
from course_utils.files import write_json, write_text
from course_utils.paths import DATA, build_dir, cache_dir
from course_utils.pretrained import OWN, OWN_FOLDER, own_preprocess, plain_convnet, pretrained, weights_by_name
from course_utils.synthetic import animals
from course_utils.words import time_text

if TYPE_CHECKING:
    import keras

COUNTS = {"train": 12_288, "test": 1_536}
SIDES = (64,) * 5 + (96,)  # pixels in each epoch: most is learnt on small copies, in half the time
BATCH_SIZE, LEARNING_RATE = 64, 3e-3
SEEDS = (0, 1, 2)
SIDE = animals.SIDE
TASK = "cats_and_dogs"
WAYS, SOURCES = ("scratch", "base"), ("synthetic", "real")
EPOCHS_FROM_SCRATCH = {50: 40, 200: 30, 1000: 20}  # by the number of training pictures
RECORD, CARD = OWN_FOLDER / f"{OWN}.json", DATA / "cards" / f"{OWN}.md"
MARKS = "<!-- {} -->", "<!-- /{} -->"


@click.group(invoke_without_command=True)
@click.pass_context
def main(context: click.Context) -> None:
    """Make the course's own base anew; without a command, all steps in turn."""
    if context.invoked_subcommand is None:
        for step in (generate, train, measure, card):
            context.invoke(step)


# The pictures


@main.command()
@click.option("--workers", type=int, help="Processes that generate; as many as there are cores, if not given.")
def generate(workers: int | None = None) -> None:
    """Generate the pictures into the cache, if they are not there."""
    folder = _folder()
    with locked(folder):
        if folder.is_dir():
            return
        with fresh_folder(folder) as new:
            for part, count in COUNTS.items():
                images, labels = animals.pictures(part, count, workers=workers)
                np.save(new / f"{part}-images.npy", images)
                np.save(new / f"{part}-labels.npy", labels)


def _folder() -> Path:
    """Where the pictures are kept; another place for each version."""
    return cache_dir() / "synthetic" / f"{OWN}-v{animals.VERSION}"


def _pictures(part: str) -> tuple[np.ndarray, np.ndarray]:
    """Pictures, uint8 (n, 96, 96, 3), and labels, int32 (n,), of "train" or "test"."""
    folder = _folder()
    return tuple(np.load(folder / f"{part}-{what}.npy", allow_pickle=False) for what in ("images", "labels"))


# Training


@main.command()
@click.option("--minutes", type=float, default=None, help="Begin no epoch that would end later; call again to go on.")
@click.option("--seed", type=int, default=0)
def train(minutes: float | None = None, seed: int = 0) -> None:
    """Train the base on the synthetic animals and keep its weights, rounded to float16."""
    import keras

    keras.utils.set_random_seed(seed)
    x, y = _pictures("train")
    folder = build_dir() / "pretrain"
    folder.mkdir(parents=True, exist_ok=True)
    checkpoint, log = folder / f"seed-{seed}.keras", folder / f"seed-{seed}.json"
    losses = json.loads(log.read_text(encoding="utf-8")) if checkpoint.exists() else []
    model = keras.models.load_model(checkpoint) if losses else _new_model(len(x))
    began, longest = time.monotonic(), 0.0
    for epoch in range(len(losses), len(SIDES)):
        if minutes and time.monotonic() - began + longest > 60 * minutes:
            break
        start = time.monotonic()
        history = model.fit(_batches(_resized(x, SIDES[epoch]), y, [seed, epoch]), verbose=0).history
        seconds = time.monotonic() - start
        longest = max(longest, seconds)
        losses.append({score: round(values[0], 4) for score, values in history.items()} | {"seconds": round(seconds)})
        print(f"epoch {epoch + 1}: {losses[-1]}", flush=True)
        model.save(checkpoint)
        write_json(log, losses)
    seconds = sum(epoch["seconds"] for epoch in losses)
    _keep(model, {"training_pictures": len(x), "epochs": len(losses), "seconds": seconds, "seed": seed})


def _new_model(pictures: int) -> "keras.Model":
    import keras

    model = plain_convnet((None, None, 3), len(animals.KINDS))
    rate = keras.optimizers.schedules.CosineDecay(LEARNING_RATE, len(SIDES) * -(-pictures // BATCH_SIZE))
    model.compile(keras.optimizers.Adam(rate), "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def _keep(model: "keras.Model", record: dict[str, Any]) -> None:
    """Write the weights, and how well the rounded ones do on the held-out pictures."""
    OWN_FOLDER.mkdir(parents=True, exist_ok=True)
    stored = {name: value.astype(np.float16) for name, value in weights_by_name(model).items()}
    np.savez_compressed(OWN_FOLDER / f"{OWN}.npz", allow_pickle=False, **stored)
    record = {"version": animals.VERSION, "class_names": list(animals.KINDS)} | record
    write_json(RECORD, record)
    x, y = _pictures("test")
    base = pretrained(OWN, input_shape=(SIDE, SIDE, 3), include_top=True)
    probabilities = base.model.predict(base.preprocess(x), batch_size=256, verbose=0)
    right = np.argsort(-probabilities, axis=1)[:, :5] == y[:, None]
    by_class = {name: round(float(right[y == label, 0].mean()), 2) for label, name in enumerate(animals.KINDS)}
    record |= {
        "test_pictures": len(y),
        "test_accuracy": round(float(right[:, 0].mean()), 4),
        "test_top5_accuracy": round(float(right.any(axis=1).mean()), 4),
        "test_accuracy_by_class": by_class,
    }
    write_json(RECORD, record)
    print(f"{record['test_accuracy']:.1%} of {len(y):,} held-out pictures are right", flush=True)


def _batches(x: np.ndarray, y: np.ndarray, seed: list[int]) -> "keras.utils.PyDataset":
    """The pictures in random order, half of them mirrored."""
    import keras

    rng = np.random.default_rng(seed)
    order, mirrored = rng.permutation(len(x)), rng.random(len(x)) < 0.5

    class Batches(keras.utils.PyDataset):
        def __len__(self) -> int:
            return -(-len(x) // BATCH_SIZE)

        def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray]:
            chosen = order[index * BATCH_SIZE : (index + 1) * BATCH_SIZE]
            images = np.where(mirrored[chosen, None, None, None], x[chosen, :, ::-1], x[chosen])
            return own_preprocess(images), y[chosen]

    return Batches()


def _resized(images: np.ndarray, side: int) -> np.ndarray:
    if images.shape[1] == side:
        return images
    return np.stack([np.asarray(Image.fromarray(image).resize((side, side), Image.Resampling.BILINEAR)) for image in images])


# Measuring


@main.command()
@click.option("--way", "ways", type=click.Choice(WAYS), multiple=True, default=WAYS, help="Only so.")
@click.option("--source", "sources", type=click.Choice(SOURCES), multiple=True, default=SOURCES, help="Only on these.")
def measure(ways: tuple[str, ...] = WAYS, sources: tuple[str, ...] = SOURCES) -> None:
    """Measure on cats and dogs, synthetic and real, what the frozen base is worth with few training pictures."""
    record = json.loads(RECORD.read_text(encoding="utf-8"))
    for source in sources:
        data = load(TASK, source)
        assert isinstance(data, Data) and isinstance(data.train, FolderSplit) and isinstance(data.test, FolderSplit)
        x_test, y_test = data.test.read((SIDE, SIDE)), data.test.labels
        for way in ways:
            prepare, score = (_features, _logistic) if way == "base" else (own_preprocess, _from_scratch)
            test = prepare(x_test), y_test
            scores: dict[str, list[float]] = {}
            for count in EPOCHS_FROM_SCRATCH:
                splits = [data.train.subset(count, seed) for seed in SEEDS]
                scores[str(count)] = [
                    round(score(prepare(split.read((SIDE, SIDE))), split.labels, *test, seed), 4)
                    for split, seed in zip(splits, SEEDS, strict=True)
                ]
                print(f"{source}, {way}, {count} pictures: {scores[str(count)]}", flush=True)
            record.setdefault("transfer", {}).setdefault(source, {})[way] = scores
            write_json(RECORD, record)


def _logistic(x: np.ndarray, y: np.ndarray, x_test: np.ndarray, y_test: np.ndarray, seed: int) -> float:
    """Test accuracy of a logistic model, held back as strongly as cross-validation on its training pictures says is best."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import GridSearchCV, StratifiedKFold
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    folds = StratifiedKFold(5, shuffle=True, random_state=seed)
    logistic = GridSearchCV(LogisticRegression(max_iter=1000), {"C": [1e-3, 1e-2, 1e-1, 1.0]}, cv=folds)
    model = make_pipeline(StandardScaler(), logistic)
    return float(model.fit(x, y).score(x_test, y_test))


def _features(images: np.ndarray) -> np.ndarray:
    """What the frozen base says of pictures, float32 (n, 192): its feature maps' averages."""
    base = pretrained(OWN, input_shape=(SIDE, SIDE, 3))
    return base.model.predict(base.preprocess(images), batch_size=128, verbose=0).mean(axis=(1, 2))


def _from_scratch(x: np.ndarray, y: np.ndarray, x_test: np.ndarray, y_test: np.ndarray, seed: int) -> float:
    """Test accuracy of a small convnet that begins with random weights and sees mirrored pictures as well."""
    import keras

    keras.utils.set_random_seed(seed)
    layers = keras.layers
    blocks = [layer for n in (16, 32, 64) for layer in (layers.Conv2D(n, 3, activation="relu"), layers.MaxPooling2D())]
    head = [
        layers.Flatten(),
        layers.Dropout(0.3),
        layers.Dense(64, activation="relu"),
        layers.Dense(2, activation="softmax"),
    ]
    model = keras.Sequential(
        [keras.Input(x.shape[1:]), layers.Resizing(64, 64), layers.RandomFlip("horizontal"), *blocks, *head]
    )
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(x, y, batch_size=32, epochs=EPOCHS_FROM_SCRATCH[len(x)], verbose=0)
    return float(model.evaluate(x_test, y_test, batch_size=256, verbose=0, return_dict=True)["accuracy"])


# The card


@main.command()
def card() -> None:
    """Write what was measured into the card, and a contact sheet beside it."""
    record = json.loads(RECORD.read_text(encoding="utf-8"))
    text = CARD.read_text(encoding="utf-8")
    for name, block in (("learning", _learning(record)), ("transfer", _transfer(record))):
        start, end = (mark.format(name) for mark in MARKS)
        before, _, rest = text.partition(start)
        text = f"{before}{start}\n{block}{end}{rest.partition(end)[2]}"
    write_text(CARD, text)
    _contact_sheet().save(CARD.with_suffix(".png"), optimize=True)


def _learning(record: dict[str, Any]) -> str:
    by_class = sorted(record["test_accuracy_by_class"].items(), key=lambda item: item[1])
    return (
        f"It saw {record['training_pictures']:,} pictures {record['epochs']} times (seed {record['seed']}), in "
        f"{time_text(record['seconds'])} on one core.\n"
        f"It classifies {100 * record['test_accuracy']:.1f} % of {record['test_pictures']:,} held-out pictures correctly, "
        f"and has the right kind among its first five guesses for {100 * record['test_top5_accuracy']:.1f} %;\n"
        f"chance is {100 / len(record['class_names']):.1f} %. Hardest: {_listed(by_class[:3])}.\n"
        f"Easiest: {_listed(by_class[-3:])}.\n"
    )


def _listed(scores: list[tuple[str, float]]) -> str:
    return ", ".join(f"{name} ({100 * score:.0f} %)" for name, score in scores)


def _transfer(record: dict[str, Any]) -> str:
    lines = [
        "| test accuracy (%) | synthetic: from scratch | synthetic: on the base | real: from scratch | real: on the base |"
    ]
    lines.append("|---|---|---|---|---|")
    for count in EPOCHS_FROM_SCRATCH:
        cells = [
            _percent(record["transfer"].get(source, {}).get(way, {}).get(str(count))) for source in SOURCES for way in WAYS
        ]
        lines.append(f"| {count:,} training pictures | {' | '.join(cells)} |")
    return "\n".join([*lines, f"\nMean and standard deviation over {len(SEEDS)} seeds.\n"])


def _percent(scores: list[float] | None) -> str:
    if not scores:
        return "not measured"
    return f"{100 * mean(scores):.1f} ± {100 * stdev(scores):.1f}"


def _contact_sheet(of_each: int = 4) -> Image.Image:
    """Four pictures of each kind, four kinds in a row, small enough to keep in the repository."""
    images, labels = _pictures("test")
    strips = [np.hstack(list(images[np.flatnonzero(labels == label)[:of_each]])) for label in range(len(animals.KINDS))]
    rows = [np.hstack(strips[start : start + 4]) for start in range(0, len(strips), 4)]
    sheet = Image.fromarray(np.vstack(rows))
    return sheet.resize((sheet.width * 2 // 3, sheet.height * 2 // 3), Image.Resampling.BILINEAR).quantize(96)


if __name__ == "__main__":
    main()

"""`make bench`: how fast the course is, beside the older ways, in one run.

Each side runs in processes of its own, one after the other, and prints its seconds as JSON. What is kept is the ratio:
seconds differ from machine to machine and from hour to hour.
"""

import csv
import json
import math
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import click
import numpy as np

from course_utils import devices, paths
from course_utils.datasets import Data, load
from course_utils.datasets.splits import FolderSplit, Split, TextSplit
from course_utils.files import write_text
from course_utils.widgets import descent
from tools import throughput
from tools.cells import code_cells

OneSplit = TypeVar("OneSplit", bound=Split)

IMAGE_SIZE = (150, 150)
FED = 640  # picture files that are fed: reading all would take minutes
# as the notes augment
AUGMENTED: dict[str, Any] = {
    "rotation_range": 40,
    "width_shift_range": 0.2,
    "height_shift_range": 0.2,
    "shear_range": 0.2,
    "zoom_range": 0.2,
    "horizontal_flip": True,
    "fill_mode": "nearest",
}
# lesson 04's valley, and the rates and momenta that an optimizer may choose from; walks that are timed
VALLEY, GOAL, MOST_STEPS = np.array([1.0, 100.0]), 1e-6, 1_000
RATES, MOMENTA, STARTS, WALKS = np.geomspace(1e-4, 10, 121), tuple(np.arange(10, 19) / 20), 20, 100
CLOTHES = 8_000
LETTERS = 5_000  # rows of a table of sign-language letters, a label and 784 pixels each
# a weather table, and windows of it as lesson 42 cuts them
HOURS, COLUMNS, STEPS, EVERY, AHEAD, WINDOW_BATCH = 20_000, 10, 20, 6, 24, 1_024
# texts as lesson 05 has them: of each a row with a place for each word, of which some are ones
TEXTS, TEXT_COLUMNS, TEXT_ONES, TEXT_BATCH, TOPICS = 8_000, 10_000, 130, 512, 46
SENTENCES, SENTENCE = 256, 20  # what a decoder attends to: sentences, and words in each
THREE_LESSONS = ("00", "01", "02")
# for everything that is timed of recurrent networks: some reviews, and words and layers as lesson 41 has them
REVIEWS, VOCABULARY, WORDS, EMBEDDING, UNITS, REVIEW_BATCH = 2_000, 20_000, 200, 32, 32, 125


@dataclass(frozen=True)
class Comparison:
    """Two ways to do one thing, each measured in a unit by a function of this module, once for each of `seeds` seeds."""

    what: str
    first: str
    first_way: Callable[[int], float]
    second: str
    second_way: Callable[[int], float]
    aim: str
    seeds: int
    unit: str = "s"


# ---- what is measured: each takes a seed and returns seconds, or what the comparison's unit says


def book_reviews(seed: int) -> float:
    """Seconds of a training on reviews with the book's settings: dense rows, 20 epochs to see the best one, 4 anew."""
    return _text_training(seed, [20, 4], [16, 16], outputs=1, dense=True)


def lesson_reviews(seed: int) -> float:
    """The same with lesson 05's settings: sparse rows, 10 epochs to see the best one, 4 anew."""
    return _text_training(seed, [10, 4], [16, 16], outputs=1, dense=False)


def book_newswires(seed: int) -> float:
    """The same for newswires with the book's settings: 64 and 64 units, dense rows, 20 epochs, then 9 anew."""
    return _text_training(seed, [20, 9], [64, 64], outputs=TOPICS, dense=True)


def lesson_newswires(seed: int) -> float:
    """The same with the rows kept sparse."""
    return _text_training(seed, [20, 9], [64, 64], outputs=TOPICS, dense=False)


def horse_generator(seed: int) -> float:
    """Seconds that Keras' old generator takes to feed horse-or-human once, from the second time on."""
    return _generator_epoch("horse_or_human", seed)


def horse_dataset(seed: int) -> float:
    """The same for the course's own dataset, scaled to 0 to 1 likewise."""
    return _dataset_epoch("horse_or_human", seed)


def cats_generator(seed: int) -> float:
    """The same for cats and dogs, whose files have many sizes, with Keras' old generator."""
    return _generator_epoch("cats_and_dogs", seed)


def cats_dataset(seed: int) -> float:
    """The same with the course's own dataset."""
    return _dataset_epoch("cats_and_dogs", seed)


def augmented_generator(seed: int) -> float:
    """The same with the notes' augmentation, by Keras' old generator."""
    return _generator_epoch("cats_and_dogs", seed, **AUGMENTED)


def augmented_dataset(seed: int) -> float:
    """The same by Keras' layers, which draw from the same ranges."""
    layers = _layers()
    near = {"fill_mode": "nearest", "seed": seed}
    changes = [
        layers.RandomRotation(AUGMENTED["rotation_range"] / 360, **near),
        layers.RandomTranslation(AUGMENTED["height_shift_range"], AUGMENTED["width_shift_range"], **near),
        layers.RandomShear(math.tan(math.radians(AUGMENTED["shear_range"])), **near),
        layers.RandomZoom(AUGMENTED["zoom_range"], AUGMENTED["zoom_range"], **near),
        layers.RandomFlip("horizontal", seed=seed),
    ]
    return _dataset_epoch("cats_and_dogs", seed, *changes)


def hands_generator(seed: int) -> float:
    """Seconds that Keras' old generator takes to feed rock, paper, scissors once, from the second time on."""
    return _generator_epoch("rock_paper_scissors", seed, class_mode="categorical")


def hands_dataset(seed: int) -> float:
    """The same for the course's own dataset."""
    return _dataset_epoch("rock_paper_scissors", seed)


def gradient_descent_steps(seed: int) -> float:
    """Steps of plain gradient descent, at its best rate, until the loss stays below a millionth in lesson 04's valley."""
    return _steps(descent.sgd, seed)


def momentum_steps(seed: int) -> float:
    """The same with momentum, its share of the velocity being the best of some, too."""
    return _steps(descent.momentum, seed, MOMENTA)


def adam_steps(seed: int) -> float:
    """The same with Adam."""
    return _steps(descent.adam, seed)


def gradient_descent_seconds(seed: int) -> float:
    """Seconds of WALKS such walks by plain gradient descent, one after the other."""
    return _walks(descent.sgd, seed)


def momentum_seconds(seed: int) -> float:
    """The same with momentum."""
    return _walks(descent.momentum, seed, MOMENTA)


def adam_seconds(seed: int) -> float:
    """The same with Adam."""
    return _walks(descent.adam, seed)


def adam_epoch(seed: int) -> float:
    """Seconds of an epoch of lesson 04's network with Keras' Adam, from the second on."""
    return _clothes_epoch("adam", seed)


def sgd_epoch(seed: int) -> float:
    """The same with Keras' SGD."""
    return _clothes_epoch("sgd", seed)


def head_behind_base(seed: int) -> float:
    """Seconds of an epoch of a new last layer behind a frozen MobileNetV2, which every picture passes in every epoch."""
    base, pictures, labels = _frozen_base(seed)
    return _head_epoch(pictures, labels, base)


def head_on_record(seed: int) -> float:
    """The same on the base's outputs, recorded once beforehand."""
    base, pictures, labels = _frozen_base(seed)
    return _head_epoch(base.predict(pictures, verbose=0), labels)


def letters_in_a_loop(seed: int) -> float:
    """Seconds from a CSV file of sign-language letters to arrays, by `csv.reader` row by row."""

    def read(file: Path) -> tuple[np.ndarray, np.ndarray]:
        with file.open(newline="") as lines:
            rows = [([int(value) for value in row[1:]], int(row[0])) for row in csv.reader(lines)]
        return np.array([pixels for pixels, _ in rows]).reshape(-1, 28, 28), np.array([label for _, label in rows])

    return _letters_seconds(seed, read)


def letters_in_a_table(seed: int) -> float:
    """The same by pandas."""
    import pandas as pd

    def read(file: Path) -> tuple[np.ndarray, np.ndarray]:
        table = pd.read_csv(file, header=None).to_numpy()
        return table[:, 1:].reshape(-1, 28, 28), table[:, 0]

    return _letters_seconds(seed, read)


def windows_by_hand(seed: int) -> float:
    """Seconds to cut all windows of a weather table and their targets, one by one in a Python generator."""
    table = _weather(seed)
    span = (STEPS - 1) * EVERY

    def batches() -> Iterator[tuple[np.ndarray, np.ndarray]]:
        for begin in range(0, len(table) - span - AHEAD, WINDOW_BATCH):
            starts = range(begin, min(begin + WINDOW_BATCH, len(table) - span - AHEAD))
            windows = np.zeros((len(starts), STEPS, COLUMNS), np.float32)
            for place, start in enumerate(starts):
                windows[place] = table[start : start + span + 1 : EVERY]
            yield windows, table[[start + span + AHEAD for start in starts], 0]

    return _later_epoch(lambda: list(batches()))


def windows_by_keras(seed: int) -> float:
    """The same by `timeseries_dataset_from_array`."""
    devices.set_up()
    import keras

    table, span = _weather(seed), (STEPS - 1) * EVERY
    windows = keras.utils.timeseries_dataset_from_array(
        table[:-AHEAD], table[span + AHEAD :, 0], STEPS, sampling_rate=EVERY, batch_size=WINDOW_BATCH
    )
    return _later_epoch(lambda: list(windows.as_numpy_iterator()))


def attention_word_by_word(seed: int) -> float:
    """Seconds in which a decoder's states, one word after the other, look at all words of the source."""
    attend, states, source = _attention(seed)
    return _later_epoch(lambda: [attend(states[:, word : word + 1], source) for word in range(SENTENCE)])


def attention_at_once(seed: int) -> float:
    """The same for all words in one matrix product."""
    attend, states, source = _attention(seed)
    return _later_epoch(lambda: attend(states, source))


def keras_texts_first(seed: int) -> float:
    """Seconds from text files to the first batch of Keras' `text_dataset_from_directory`, the first time in a process."""
    return _keras_texts(seed, calls=1)


def keras_texts_second(seed: int) -> float:
    """The same for the second time."""
    return _keras_texts(seed, calls=2)


def texts_first(seed: int) -> float:
    """The same for the course's own `load("imdb").train.dataset()`, the first time in a process."""
    return _texts(seed, calls=1)


def texts_second(seed: int) -> float:
    """The same for the second time."""
    return _texts(seed, calls=2)


def lstm_cell_by_cell(seed: int) -> float:
    """Seconds of an epoch of a classifier of reviews whose LSTM is an `RNN` that calls an `LSTMCell` word by word."""
    layers = _layers()
    return _review_epoch(seed, layers.RNN(layers.LSTMCell(UNITS)))


def lstm(seed: int) -> float:
    """The same with Keras' `LSTM`."""
    return _review_epoch(seed, _layers().LSTM(UNITS))


def conv1d(seed: int) -> float:
    """The same with a convolution along the words, pooled over all of them, in the place of the LSTM."""
    layers = _layers()
    return _review_epoch(seed, layers.Conv1D(UNITS, 5, activation="relu"), layers.GlobalMaxPooling1D())


def numpy_lstm_forward(seed: int) -> float:
    """Seconds of the forward pass alone through an LSTM, as a for-loop over the words in NumPy."""
    layer, embedded = _lstm_and_input(seed)
    weights = layer.get_weights()
    return _later_epoch(lambda: [_lstm_in_numpy(batch, *weights) for batch in _batched(embedded)])


def keras_lstm_forward(seed: int) -> float:
    """The same for Keras' `LSTM` with the same weights, compiled."""
    layer, embedded = _lstm_and_input(seed)
    import tensorflow as tf

    forward = tf.function(layer)
    return _later_epoch(lambda: [forward(batch).numpy() for batch in _batched(embedded)])


def one_job(seed: int) -> float:
    """Seconds that `course run` takes for three lessons, one after the other."""
    return _course_run(*THREE_LESSONS, jobs=1, seed=seed)


def two_jobs(seed: int) -> float:
    """The same, two at a time."""
    return _course_run(*THREE_LESSONS, jobs=2, seed=seed)


def course_run(seed: int) -> float:
    """Seconds that `course run` takes for lesson 01."""
    return _course_run("01", jobs=1, seed=seed)


def plain_python(seed: int) -> float:
    """Lesson 01's cells as one script, in a Python of its own."""
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder, "lesson.py")
        script.write_text(_as_script("01", seed), encoding="utf-8")
        return _seconds([sys.executable, str(script)], folder)


COMPARISONS = (
    Comparison(
        "04: a valley of condition number 100 to a loss of a millionth, each at its own best rate",
        "gradient descent",
        gradient_descent_steps,
        "momentum, tuned",
        momentum_steps,
        "5 times fewer steps",
        seeds=3,
        unit="steps",
    ),
    Comparison(
        f"The same, seconds of {WALKS} such walks",
        "gradient descent",
        gradient_descent_seconds,
        "momentum, tuned",
        momentum_seconds,
        "none",
        seeds=3,
    ),
    Comparison(
        "04: the same valley, against Adam",
        "gradient descent",
        gradient_descent_steps,
        "Adam",
        adam_steps,
        "none",
        seeds=3,
        unit="steps",
    ),
    Comparison(
        f"The same, seconds of {WALKS} such walks",
        "gradient descent",
        gradient_descent_seconds,
        "Adam",
        adam_seconds,
        "none",
        seeds=3,
    ),
    Comparison(
        f"04: an epoch of its network, {CLOTHES:,} pictures in batches of 128, from the second on",
        "`Adam`",
        adam_epoch,
        "`SGD`",
        sgd_epoch,
        "none",
        seeds=3,
    ),
    Comparison(
        f"05: {TEXTS:,} reviews of {TEXT_COLUMNS:,} columns, the best epoch found and used",
        "the book's dense rows, 20 + 4 epochs",
        book_reviews,
        "sparse rows, 10 + 4 epochs",
        lesson_reviews,
        "none",
        seeds=3,
    ),
    Comparison(
        f"05: as many newswires on {TOPICS} topics, 20 + 9 epochs",
        "the book's dense rows",
        book_newswires,
        "sparse rows",
        lesson_newswires,
        "none",
        seeds=3,
    ),
    Comparison(
        f"Feeding {FED} pictures of horse-or-human at {IMAGE_SIZE[0]} × {IMAGE_SIZE[1]}, an epoch from the second on",
        "`ImageDataGenerator`",
        horse_generator,
        "`data.train.dataset()`",
        horse_dataset,
        "5 times faster",
        seeds=3,
    ),
    Comparison(
        "14: the same for cats and dogs",
        "`ImageDataGenerator`",
        cats_generator,
        "`data.train.dataset()`",
        cats_dataset,
        "none",
        seeds=3,
    ),
    Comparison(
        "15: the same with the notes' augmentation",
        "`ImageDataGenerator`",
        augmented_generator,
        "Keras' layers in the dataset",
        augmented_dataset,
        "none",
        seeds=3,
    ),
    Comparison(
        f"16: an epoch of a new head for {FED} pictures of 96 × 96",
        "through the frozen MobileNetV2 every time",
        head_behind_base,
        "on its outputs, recorded once",
        head_on_record,
        "none",
        seeds=3,
    ),
    Comparison(
        "17: feeding rock, paper, scissors, as above",
        "`ImageDataGenerator`",
        hands_generator,
        "`data.train.dataset()`",
        hands_dataset,
        "none",
        seeds=3,
    ),
    Comparison(
        f"18: {LETTERS:,} letters from a CSV file into arrays",
        "a loop over `csv.reader`",
        letters_in_a_loop,
        "`pd.read_csv`",
        letters_in_a_table,
        "none",
        seeds=3,
    ),
    Comparison(
        "From the 25,000 text files of IMDB to the first batch, first call",
        "`text_dataset_from_directory`",
        keras_texts_first,
        '`load("imdb").train.dataset()`',
        texts_first,
        "none",
        seeds=3,
    ),
    Comparison(
        "The same, second call in one process",
        "`text_dataset_from_directory`",
        keras_texts_second,
        '`load("imdb").train.dataset()`',
        texts_second,
        "none",
        seeds=3,
    ),
    Comparison(
        f"41: an epoch of an LSTM classifier, {REVIEWS:,} reviews of {WORDS} words, from the second on",
        "`RNN(LSTMCell)`, cell by cell",
        lstm_cell_by_cell,
        "`LSTM`",
        lstm,
        "none",
        seeds=3,
    ),
    Comparison(
        "The forward pass alone through that LSTM, without training",
        "a for-loop in NumPy",
        numpy_lstm_forward,
        "`LSTM`",
        keras_lstm_forward,
        "none",
        seeds=3,
    ),
    Comparison(
        f"42: all windows of {HOURS:,} hours of weather, from the second time on",
        "a Python generator",
        windows_by_hand,
        "`timeseries_dataset_from_array`",
        windows_by_keras,
        "none",
        seeds=3,
    ),
    Comparison("43: an epoch of the classifier of 41", "`LSTM`", lstm, "`Conv1D`", conv1d, "none", seeds=3),
    Comparison(
        f"44: attention over {SENTENCES} sentences of {SENTENCE} words, without training",
        "word by word",
        attention_word_by_word,
        "all words at once",
        attention_at_once,
        "none",
        seeds=3,
    ),
    Comparison(
        f"`course run {' '.join(THREE_LESSONS)}` in smoke", "one job", one_job, "two jobs", two_jobs, "none", seeds=1
    ),
    Comparison("Lesson 01's cells in smoke", "`course run`", course_run, "plain Python", plain_python, "none", seeds=1),
)
WAYS = {way.__name__: way for comparison in COMPARISONS for way in (comparison.first_way, comparison.second_way)}


# ---- how it is measured


def _as_script(number: str, seed: int) -> str:
    """A lesson's code, its parameters set to smoke and the seed."""
    parameters = f'PROFILE, DATA, SEED = "smoke", "auto", {seed}'
    cells = code_cells(number).values()
    return "\n\n".join(parameters if "parameters" in tags else source for source, tags in cells)


def _text_training(seed: int, trainings: list[int], units: list[int], outputs: int, dense: bool) -> float:
    """Seconds of trainings of so many epochs, each from the start, on random rows of zeros and ones, and random labels."""
    layers = _layers()
    import keras
    from scipy import sparse

    random = np.random.default_rng(seed)
    places = random.integers(0, TEXT_COLUMNS, (TEXTS, TEXT_ONES))
    ones = (np.ones(places.size, np.float32), places.ravel(), np.arange(0, places.size + 1, TEXT_ONES))
    rows = sparse.csr_matrix(ones, (TEXTS, TEXT_COLUMNS)).minimum(1)
    labels = random.integers(0, max(outputs, 2), TEXTS)
    loss, last = ("sparse_categorical_crossentropy", "softmax") if outputs > 1 else ("binary_crossentropy", "sigmoid")
    x = rows.toarray() if dense else rows
    started = time.perf_counter()
    for epochs in trainings:
        hidden = [layers.Dense(size, activation="relu") for size in units]
        model = keras.Sequential([keras.Input((TEXT_COLUMNS,)), *hidden, layers.Dense(outputs, activation=last)])
        model.compile("rmsprop", loss)
        model.fit(x, labels, batch_size=TEXT_BATCH, epochs=epochs, verbose=0)
    return time.perf_counter() - started


def _generator_epoch(name: str, seed: int, class_mode: str = "binary", **changes: Any) -> float:
    """Seconds in which `ImageDataGenerator` feeds FED pictures of a dataset, from the second time on."""
    devices.set_up()
    import tensorflow as tf

    generator = tf.keras.preprocessing.image.ImageDataGenerator(rescale=1 / 255, **changes)
    with tempfile.TemporaryDirectory() as folder:
        for path in _pictures(name, seed).paths:
            place = Path(folder, path.parent.name, path.name)
            place.parent.mkdir(exist_ok=True)
            shutil.copyfile(path, place)
        batches = generator.flow_from_directory(folder, IMAGE_SIZE, batch_size=32, class_mode=class_mode, seed=seed)
        return _later_epoch(lambda: [next(batches) for _ in range(len(batches))])


def _dataset_epoch(name: str, seed: int, *changes: Any) -> float:
    """The same with the course's own dataset, each batch changed by layers and scaled to 0 to 1."""
    devices.set_up()
    batches = _pictures(name, seed).dataset(image_size=IMAGE_SIZE, batch_size=32, seed=seed)
    for change in changes:
        batches = batches.map(lambda images, labels, change=change: (change(images, training=True), labels))
    batches = batches.map(lambda images, labels: (images / 255, labels))
    return _later_epoch(lambda: list(batches.as_numpy_iterator()))


def _pictures(name: str, seed: int) -> FolderSplit:
    return _training(name, FolderSplit).subset(FED, seed)


def _starts(seed: int) -> np.ndarray:
    """Points at distance 1 from the minimum of the valley, (STARTS, 2)."""
    angles = np.random.default_rng(seed).uniform(0, 2 * np.pi, STARTS)
    return np.stack([np.cos(angles), np.sin(angles)], axis=-1)


def _steps_to_goal(update: descent.Update, starts: np.ndarray, rates: np.ndarray, **options: float) -> np.ndarray:
    """Median over the starts, (n, 2), of the steps after which the loss stays below the goal, at each of the rates, (m,)."""
    state: dict[str, Any] = {}
    w = np.tile(starts, (len(rates), 1, 1))
    above = np.zeros(w.shape[:2])
    for step in range(1, MOST_STEPS + 1):
        w = np.clip(update(w, w * VALLEY, state, rates[:, None, None], **options), -1e6, 1e6)
        above[0.5 * np.sum(w * w * VALLEY, axis=-1) >= GOAL] = step
    return np.median(np.where(above < MOST_STEPS, above + 1, np.inf), axis=1)


def _tuned(update: descent.Update, momenta: Sequence[float]) -> tuple[float, dict[str, float]]:
    """The rate, and the momentum if there is a choice of one, that need the fewest steps from starts of their own."""
    starts, choices = _starts(seed=1_000), [{"beta": float(beta)} for beta in momenta] or [{}]
    steps = np.array([_steps_to_goal(update, starts, RATES, **options) for options in choices])
    which, place = np.unravel_index(np.argmin(steps), steps.shape)
    return float(RATES[place]), choices[which]


def _steps(update: descent.Update, seed: int, momenta: Sequence[float] = ()) -> float:
    rate, options = _tuned(update, momenta)
    return float(_steps_to_goal(update, _starts(seed), np.array([rate]), **options)[0])


def _walks(update: descent.Update, seed: int, momenta: Sequence[float] = ()) -> float:
    rate, options = _tuned(update, momenta)
    steps = round(_steps(update, seed, momenta))

    def walks() -> None:
        for _ in range(WALKS):
            w = _starts(seed)[0]
            state: dict[str, Any] = {}
            for _ in range(steps):
                w = update(w, w * VALLEY, state, rate, **options)

    return _later_epoch(walks)


def _clothes_epoch(optimizer: str, seed: int) -> float:
    """Seconds of an epoch of 784-32-10 on made-up pictures, CLOTHES of them; what they show takes no time to tell."""
    layers = _layers()
    import keras

    keras.utils.set_random_seed(seed)
    model = keras.Sequential(
        [layers.Input((784,)), layers.Dense(32, activation="relu"), layers.Dense(10, activation="softmax")]
    )
    model.compile(optimizer, "sparse_categorical_crossentropy")
    generator = np.random.default_rng(seed)
    pictures, labels = generator.uniform(size=(CLOTHES, 784)).astype(np.float32), generator.integers(0, 10, CLOTHES)
    return _later_epoch(lambda: model.fit(pictures, labels, batch_size=128, epochs=1, verbose=0))


def _frozen_base(seed: int) -> tuple[Any, np.ndarray, np.ndarray]:
    """MobileNetV2 without its head, random pictures, float32 (FED, 96, 96, 3), and labels; weights take no time to tell."""
    devices.set_up()
    import keras

    keras.utils.set_random_seed(seed)
    base = keras.applications.MobileNetV2(input_shape=(96, 96, 3), include_top=False, weights=None, pooling="avg")
    base.trainable = False
    generator = np.random.default_rng(seed)
    return base, generator.uniform(-1, 1, (FED, 96, 96, 3)).astype(np.float32), generator.integers(0, 2, FED)


def _head_epoch(inputs: np.ndarray, labels: np.ndarray, *base: Any) -> float:
    import keras

    model = keras.Sequential([keras.Input(inputs.shape[1:]), *base, keras.layers.Dense(1, activation="sigmoid")])
    model.compile("adam", "binary_crossentropy")
    return _later_epoch(lambda: model.fit(inputs, labels, epochs=1, verbose=0))


def _letters_seconds(seed: int, read: Callable[[Path], object]) -> float:
    """Seconds that `read` takes for a CSV file without names: a label, then 784 pixels from 0 to 255, in each row."""
    table = np.random.default_rng(seed).integers(0, 256, (LETTERS, 785))
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "letters.csv")
        np.savetxt(file, table, fmt="%d", delimiter=",")
        return _later_epoch(lambda: read(file))


def _weather(seed: int) -> np.ndarray:
    """A table of numbers, float32 (HOURS, COLUMNS); cutting takes as long whatever they are."""
    return np.random.default_rng(seed).normal(size=(HOURS, COLUMNS)).astype(np.float32)


def _attention(seed: int) -> tuple[Callable[..., object], Any, Any]:
    """Keras' attention, compiled; states of a decoder and of an encoder, float32 (SENTENCES, SENTENCE, UNITS)."""
    layers = _layers()
    import tensorflow as tf

    layer = layers.Attention()
    states, source = np.random.default_rng(seed).normal(size=(2, SENTENCES, SENTENCE, UNITS)).astype(np.float32)
    attend = tf.function(lambda queries, values: layer([queries, values]))
    return lambda *arrays: attend(*arrays).numpy(), tf.constant(states), tf.constant(source)


def _keras_texts(seed: int, calls: int) -> float:
    devices.set_up()
    import keras

    folder = _training("imdb", TextSplit).paths[0].parent.parent
    return _last_call(
        lambda: keras.utils.text_dataset_from_directory(folder, batch_size=32, seed=seed, verbose=False), calls
    )


def _texts(seed: int, calls: int) -> float:
    devices.set_up()
    import keras  # noqa: F401  (imported before the clock starts, as on the other side)

    return _last_call(lambda: _training("imdb", TextSplit).dataset(batch_size=32, seed=seed), calls)


def _last_call(dataset: Callable[[], Any], calls: int) -> float:
    """Seconds that the last of `calls` calls takes until the dataset has given its first batch."""
    for _ in range(calls):
        started = time.perf_counter()
        next(iter(dataset()))
        seconds = time.perf_counter() - started
    return seconds


def _layers() -> Any:
    devices.set_up()
    import keras

    return keras.layers


def _training(name: str, kind: type[OneSplit]) -> OneSplit:
    """The real training examples of a dataset, which are of this kind."""
    data = load(name, data="real")
    assert isinstance(data, Data) and isinstance(data.train, kind), f"{name} does not hold a {kind.__name__}"
    return data.train


def _reviews(seed: int) -> tuple[Any, Any]:
    """Word numbers, int64 (REVIEWS, WORDS), cut or filled with 0 at the end, and labels, int32 (REVIEWS,)."""
    chosen = _training("imdb", TextSplit).subset(REVIEWS, seed)
    to_numbers = _layers().TextVectorization(max_tokens=VOCABULARY, output_sequence_length=WORDS)
    to_numbers.adapt(chosen.read())
    return to_numbers(chosen.read()).numpy(), chosen.labels


def _review_epoch(seed: int, *middle: Any) -> float:
    """Seconds of one epoch of embedding, `middle` and a sigmoid; the first, which builds the graph, is not counted."""
    import keras

    keras.utils.set_random_seed(seed)
    embedding, output = keras.layers.Embedding(VOCABULARY, EMBEDDING), keras.layers.Dense(1, activation="sigmoid")
    model = keras.Sequential([keras.Input((WORDS,)), embedding, *middle, output])
    model.compile("adam", "binary_crossentropy")
    numbers, labels = _reviews(seed)
    return _later_epoch(lambda: model.fit(numbers, labels, batch_size=REVIEW_BATCH, epochs=1, verbose=0))


def _lstm_and_input(seed: int) -> tuple[Any, Any]:
    """An LSTM with weights, and what it is given: embedded reviews, float32 (REVIEWS, WORDS, EMBEDDING)."""
    layers = _layers()
    import keras

    keras.utils.set_random_seed(seed)
    embedded = layers.Embedding(VOCABULARY, EMBEDDING)(_reviews(seed)[0]).numpy()
    layer = layers.LSTM(UNITS)
    layer.build((None, WORDS, EMBEDDING))
    return layer, embedded


def _batched(embedded: Any) -> list[Any]:
    return [embedded[start : start + REVIEW_BATCH] for start in range(0, len(embedded), REVIEW_BATCH)]


def _lstm_in_numpy(x: np.ndarray, kernel: np.ndarray, recurrent: np.ndarray, bias: np.ndarray) -> np.ndarray:
    """The last state h, float32 (batch, units), of an LSTM over x (batch, words, features); gates as Keras orders them.

    Source: S. Hochreiter, J. Schmidhuber: Long Short-Term Memory (1997), with the forget gate of F. Gers et al. (2000).
    """
    h = c = np.zeros((len(x), len(recurrent)), np.float32)
    for t in range(x.shape[1]):
        i, f, new, o = np.split(x[:, t] @ kernel + h @ recurrent + bias, 4, axis=1)
        c = _sigmoid(f) * c + _sigmoid(i) * np.tanh(new)
        h = _sigmoid(o) * np.tanh(c)
    return h


def _sigmoid(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-x))


def _later_epoch(feed: Callable[[], object], times: int = 3) -> float:
    """Median seconds of feeding everything, after a first time that may decode, fill caches and build graphs."""
    feed()
    measured = []
    for _ in range(times):
        started = time.perf_counter()
        feed()
        measured.append(time.perf_counter() - started)
    return statistics.median(measured)


def _course_run(*numbers: str, jobs: int, seed: int) -> float:
    with tempfile.TemporaryDirectory() as folder:
        options = ["--profile", "smoke", "--jobs", str(jobs), "--seed", str(seed)]
        return _seconds([sys.executable, "-m", "course_utils", "run", *numbers, *options], folder)


def _seconds(command: list[str], build: str) -> float:
    """Seconds that a command takes, its results kept in the folder `build`."""
    environment = os.environ | {"COURSE_BUILD": build, "MPLBACKEND": "agg"}
    started = time.perf_counter()
    subprocess.run(command, cwd=paths.NOTEBOOKS, env=environment, check=True, capture_output=True)
    return time.perf_counter() - started


def _in_own_process(way: Callable[[int], float], seed: int) -> float:
    command = [sys.executable, "-m", "tools.bench", way.__name__, str(seed)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def _measure(comparison: Comparison) -> str:
    """Both ways, taking turns over the seeds; a row of the table."""
    click.echo(comparison.what)
    first, second, unit = [], [], comparison.unit
    for seed in range(comparison.seeds):
        first.append(_in_own_process(comparison.first_way, seed))
        second.append(_in_own_process(comparison.second_way, seed))
        taken = (f"{way} {value[-1]:.2f} {unit}" for way, value in ((comparison.first, first), (comparison.second, second)))
        click.echo(f"  seed {seed}: {', '.join(taken)}")
    ratios = [a / b for a, b in zip(first, second, strict=True)]
    cells = [
        comparison.what,
        f"{comparison.first}: {_spread(first)} {unit}",
        f"{comparison.second}: {_spread(second)} {unit}",
        f"**{_spread(ratios)}**",
        comparison.aim,
        str(comparison.seeds),
    ]
    click.echo(f"  ratio {_spread(ratios)}, aim: {comparison.aim}")
    return f"| {' | '.join(cells)} |"


def _spread(values: list[float]) -> str:
    """Median, and from where to where the values lie."""
    return f"{statistics.median(values):.2f} ({min(values):.2f} to {max(values):.2f})"


def _page(rows: list[str], speeds: list[str]) -> str:
    head = ["| what | one way | the other | ratio | aim | seeds |", "|---|---|---|---|---|---|"]
    cores, memory = devices.usable_cores(), devices.usable_memory().total / 2**30
    return "\n".join(
        [
            "# Benchmarks",
            "",
            "Written by `make bench`. Each side runs in a process of its own, the two sides taking turns, once for each "
            "seed; what stands here is the median, with the smallest and largest in brackets. Compare the ratios: the "
            "seconds belong to this machine and this hour.",
            "",
            *head,
            *rows,
            "",
            *speeds,
            f"Machine: {devices.cpu_name()}, {cores} cores, {memory:.0f} GB memory, {platform.system()}, Python "
            f"{platform.python_version()}. Date: {datetime.now(UTC).date().isoformat()}.",
            "",
            '`load("imdb")` '
            "also finds the test set's 25,000 files and sees that none of the 50,000 has changed; Keras looks at the "
            "training files alone.",
            "",
        ]
    )


def main() -> None:
    """Measure everything and write `docs/benchmarks.md`; or, called with a way and a seed, print that way's seconds."""
    if len(sys.argv) == 3:
        print(json.dumps(WAYS[sys.argv[1]](int(sys.argv[2]))))
        return
    rows = [_measure(comparison) for comparison in COMPARISONS]
    page = paths.ROOT / "docs" / "benchmarks.md"
    write_text(page, _page(rows, throughput.section()))
    click.echo(f"Written to {page}")


if __name__ == "__main__":
    main()

"""What the public cases are made of: how a case is written down, and the data that several of them use."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from keras import layers

SPARSE = "sparse_categorical_crossentropy"


@dataclass(frozen=True)
class Case:
    """One set-up that somebody asked about in public, in our own code.

    Attributes:
        kind: the field's terms for it; the part before the colon is its family.
        source: where such a thing was reported or asked: repository#number, or an address.
        make: gives model, training data and validation data (or None). A planted mistake's takes `mended=True`.
        ids: finding ids that name the right cause.
        words: a regular expression; a finding whose text it matches names the right cause, too.
    """

    kind: str
    source: str
    make: Callable[..., tuple[Any, Any, Any]]
    ids: frozenset[str] = frozenset()
    words: str = ""

    def is_named_by(self, findings: list[Any]) -> bool:
        """Whether the right cause is among the findings, and none advises another learning rate where that is no cause."""
        blamed = {each.id for each in findings if each.id.startswith("learning_rate")}
        return not blamed - self.ids and any(
            each.id in self.ids
            or (self.words and re.search(self.words, f"{each.id} {each.seen} {each.why} {each.change}", re.I))
            for each in findings
        )


def collection():
    """Two empty lists, planted and healthy, and the decorators that fill them."""
    planted_cases, healthy_cases = [], []

    def planted(kind: str, source: str, *ids: str, words: str = ""):
        return lambda make: planted_cases.append(Case(kind, source, make, frozenset(ids), words)) or make

    def healthy(kind: str, source: str):
        return lambda make: healthy_cases.append(Case(kind, source, make)) or make

    return planted_cases, healthy_cases, planted, healthy


# --- data ---------------------------------------------------------------------------------------------------------


def clusters(n=240, classes=3, features=6, spread=0.5, seed=1):
    """A table of standard size, (n, features), in which each class has its centre; class numbers, (n,)."""
    rng = np.random.default_rng(seed)
    y = rng.integers(classes, size=n)
    centres = np.random.default_rng(5).normal(size=(classes, features))
    return (centres[y] + spread * rng.normal(size=(n, features))).astype("float32"), y


def plane(n=240, features=5, noise=0.1, seed=1):
    """A regression: inputs (n, features) and targets (n,) of mean 0 and spread about 1."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, features))
    y = x @ np.linspace(-0.8, 0.8, features) + 0.4 * np.sin(2 * x[:, 0]) + noise * rng.normal(size=n)
    return x.astype("float32"), y.astype("float32")


def rings(n=300, seed=1):
    """Two classes that no straight line parts: an inner disc and a ring around it, (n, 2)."""
    rng = np.random.default_rng(seed)
    y = rng.integers(2, size=n)
    radius = np.where(y, rng.uniform(1.2, 1.8, n), rng.uniform(0.0, 0.8, n))
    angle = rng.uniform(0, 2 * np.pi, n)
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1).astype("float32"), y


def bars(n=200, classes=3, size=9, channels=1, seed=1):
    """Pictures from 0 to 1, (n, size, size, channels); the place of an upright bar tells the class."""
    rng = np.random.default_rng(seed)
    y = rng.integers(classes, size=n)
    x = 0.3 * rng.random((n, size, size, channels))
    width = size // classes
    for picture, label in zip(x, y, strict=True):
        picture[:, label * width : (label + 1) * width] += 0.5 + 0.2 * rng.random()
    return x.astype("float32"), y


def tokens(n=240, length=10, vocabulary=40, seed=1):
    """Token numbers from 1, (n, length), int32; in texts of class 1 most are of the upper half of the vocabulary."""
    rng = np.random.default_rng(seed)
    y = rng.integers(2, size=n)
    upper = rng.random((n, length)) < np.where(y, 0.75, 0.25)[:, None]
    half = vocabulary // 2
    return np.where(upper, rng.integers(half, vocabulary, (n, length)), rng.integers(1, half, (n, length))).astype(
        "int32"
    ), y


def waves(n=240, steps=12, ahead=1, seed=1):
    """Pieces of waves of spread 1 with their own phases, (n, steps, 1), and how each goes on, (n, ahead)."""
    rng = np.random.default_rng(seed)
    time = np.arange(steps + ahead) * 0.5 + rng.uniform(0, 2 * np.pi, (n, 1))
    wave = (1.4 * np.sin(time) + 0.05 * rng.normal(size=time.shape)).astype("float32")
    return wave[:, :steps, None], wave[:, steps:]


def one_hot(y, classes):
    return np.eye(classes, dtype="float32")[y]


def batched(data, size=32):
    return tf.data.Dataset.from_tensor_slices(data).batch(size)


# --- models -------------------------------------------------------------------------------------------------------


def stack(shape, *rest, **options):
    """A `Sequential` model with an input of this shape."""
    return keras.Sequential([layers.Input(shape, **options), *rest])


def compiled(model, loss, optimizer="adam", **options):
    model.compile(optimizer, loss=loss, **options)
    return model


def classifier(shape=(6,), classes=3, **options):
    """A sound classifier of tables, for mistakes that lie in the data."""
    return compiled(stack(shape, layers.Dense(16, "relu"), layers.Dense(classes, "softmax")), SPARSE, **options)


def regressor(shape=(5,), loss="mse", **options):
    """A sound regression of tables, for mistakes that lie in the data."""
    return compiled(stack(shape, layers.Dense(16, "relu"), layers.Dense(1)), loss, **options)


def convnet(classes=3, size=9, channels=1, before=(), **options):
    """A sound classifier of pictures, for mistakes that lie in the data."""
    network = [
        layers.Conv2D(8, 3, activation="relu"),
        layers.MaxPooling2D(),
        layers.Flatten(),
        layers.Dense(classes, "softmax"),
    ]
    return compiled(stack((size, size, channels), *before, *network), SPARSE, **options)

"""Networks that have learnt already: `pretrained("mobilenet_v2")`, and the course's own small base where there is none."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from course_utils.datasets.catalog import find_dataset
from course_utils.datasets.fetch import Fetched, NotFetchedError, fetch
from course_utils.errors import CourseError, check_choice
from course_utils.paths import DATA
from course_utils.syllabus import DATA_CHOICES

if TYPE_CHECKING:
    import keras

OWN = "synthetic_animals"
OWN_FOLDER = DATA / "pretrained"
OWN_SMALLEST_SIDE = 64
OWN_BLOCKS = ((16,), (32,), (64, 64), (128, 128), (192, 192))  # filters of the convolutions in each block
Pixels = Any


@dataclass(frozen=True)
class _Architecture:
    """One of `keras.applications`.

    Attributes:
        module, function: what makes it, e.g. `keras.applications.vgg16.VGG16`.
        smallest_side: pixels that its input needs at least, without the top.
        fixed_side: pixels that its input has to have with the top, where that holds a flatten layer.
    """

    module: str
    function: str
    smallest_side: int
    fixed_side: int | None = None


ARCHITECTURES = {
    "mobilenet_v2": _Architecture("mobilenet_v2", "MobileNetV2", 32),
    "vgg16": _Architecture("vgg16", "VGG16", 32, 224),
    "inception_v3": _Architecture("inception_v3", "InceptionV3", 75),
}


@dataclass(frozen=True, eq=False)
class Pretrained:
    """A network with what it has learnt.

    Attributes:
        model: gives class probabilities, float32, if the top was asked for, else feature maps; trainable, as Keras makes it.
        preprocess: takes pixels 0 to 255, uint8 or float, array or tensor (..., height, width, 3), to the float32 that the
            model wants; leaves what it was given unchanged.
        class_names: of the model's outputs; None for an ImageNet network without its top, or if the list cannot be had.
        source: "real", "mirror" (a mirror's repacked file) or "synthetic" (the course's own base, trained on synthetic
            pictures).
        description: a sentence on where the weights come from; printing the network says it.
    """

    model: "keras.Model"
    preprocess: Callable[[Pixels], Pixels]
    class_names: tuple[str, ...] | None
    source: str
    description: str

    @property
    def own(self) -> bool:
        """Whether this is the course's own base."""
        return self.source == "synthetic"

    def __str__(self) -> str:
        return self.description


def pretrained(
    name: str = "mobilenet_v2",
    *,
    input_shape: tuple[int, int, int] = (160, 160, 3),
    include_top: bool = False,
    data: str = "auto",
) -> Pretrained:
    """A network that has learnt already.

    Args:
        name: "mobilenet_v2", "vgg16" or "inception_v3", which learnt on ImageNet; or "synthetic_animals", the course's own
            base.
        input_shape: height, width and 3.
        include_top: with the layers that name the classes, for input of `input_shape` all the same.
        data: "auto" takes the ImageNet weights if they are here, in COURSE_MIRROR or on a network that answers within
            seconds, and else the course's own base, and says so; "real" insists on them; "synthetic" takes the own base,
            as "synthetic_animals" always does.

    Raises:
        CourseError: there is no such network, `input_shape` does not suit it, or its weights are wanted and cannot be had.

    Source: the published weights of `keras.applications`, checked against the MD5 that Keras states (MobileNetV2: the size).
    """
    check_choice("DATA", data, DATA_CHOICES)
    if name != OWN and name not in ARCHITECTURES:
        known = ", ".join((*ARCHITECTURES, OWN))
        raise CourseError(f"There is no pretrained network called {name!r}; there are {known}.")
    _check_shape(name, tuple(input_shape), include_top)
    if name != OWN and data != "synthetic":
        try:
            return _learnt_on_imagenet(name, tuple(input_shape), include_top, ask_again=data == "real")
        except NotFetchedError as error:
            if data == "real":
                raise NotFetchedError(
                    f'{error} DATA="synthetic" works without a network, on the course\'s own base.'
                ) from error
            print(
                f"{error}\nUntil then, here is the course's own small base, which learnt on synthetic pictures.", flush=True
            )
    _check_shape(OWN, tuple(input_shape), include_top)
    return _own_base(tuple(input_shape), include_top)


def _check_shape(name: str, shape: tuple[int, ...], include_top: bool) -> None:
    """Raise a `CourseError` if pictures of `shape` are nothing for the network called `name`."""
    architecture = ARCHITECTURES.get(name)
    smallest = architecture.smallest_side if architecture else OWN_SMALLEST_SIDE
    if len(shape) != 3 or shape[2] != 3 or min(shape) < 1:
        raise CourseError(f"input_shape is height, width and 3 for colour pictures, not {shape}.")
    if min(shape[:2]) < smallest:
        raise CourseError(f"{name} needs pictures of at least {smallest}×{smallest} pixels, not {shape[0]}×{shape[1]}.")
    fixed = architecture.fixed_side if architecture else None
    if include_top and fixed and shape[:2] != (fixed, fixed):
        raise CourseError(f"{name} with its top takes pictures of {fixed}×{fixed} pixels alone, not {shape[0]}×{shape[1]}.")


# Networks that learnt on ImageNet


def _learnt_on_imagenet(name: str, shape: tuple[int, ...], include_top: bool, ask_again: bool) -> Pretrained:
    entry = find_dataset(f"{name}_top" if include_top else name)
    weights = fetch(entry, ask_again=ask_again)["weights"]
    names = _imagenet_class_names(ask_again) if include_top else None

    import keras

    architecture = ARCHITECTURES[name]
    module = getattr(keras.applications, architecture.module)
    try:
        model = getattr(module, architecture.function)(
            weights=str(weights.path), input_shape=shape, include_top=include_top, name=name
        )
    except (OSError, ValueError, KeyError) as error:
        raise CourseError(
            f"{weights.path} does not hold the weights of {architecture.function}; "
            f"`course data get {entry.name} --again` fetches it anew."
        ) from error
    if include_top:
        model.layers[-1].dtype_policy = "float32"  # probabilities, whatever precision the rest computes in
    described = _sentence(entry.title, weights, entry.files[0].name)
    return Pretrained(model, _float32_first(module.preprocess_input), names, weights.source, described)


def _sentence(title: str, weights: Fetched, public_name: str) -> str:
    if weights.source == "real":
        return f"{title}, ImageNet weights, the published file of keras.applications"
    if weights.path.name == public_name:
        return f"{title}, ImageNet weights, mirror copy: a file for which only the mirror speaks"
    return f"{title}, ImageNet weights, mirror copy: recovered from a quantised public model, not the published file"


def _imagenet_class_names(ask_again: bool) -> tuple[str, ...] | None:
    try:
        path = fetch(find_dataset("imagenet_classes"), ask_again=ask_again)["names"].path
    except NotFetchedError:
        return None
    try:
        index = json.loads(path.read_text(encoding="utf-8"))
        return tuple(index[str(number)][1] for number in range(len(index)))
    except (OSError, ValueError, LookupError, TypeError, RecursionError) as error:
        raise CourseError(
            f"{path} does not name ImageNet's classes; `course data get imagenet_classes --again` fetches it anew."
        ) from error


def _float32_first(preprocess_input: Callable[[Pixels], Pixels]) -> Callable[[Pixels], Pixels]:
    """Keras' own functions change a float array in place; this gives them a copy, float32 whatever came."""

    def preprocess(x: Pixels) -> Pixels:
        import keras

        return preprocess_input(np.array(x, np.float32) if isinstance(x, np.ndarray) else keras.ops.cast(x, "float32"))

    return preprocess


# The course's own base


def plain_convnet(
    input_shape: tuple[int | None, ...], classes: int | None, blocks: tuple[tuple[int, ...], ...] = OWN_BLOCKS
) -> "keras.Model":
    """The own base's architecture, with random weights.

    Blocks of 3×3 convolutions, each with batch normalization and ReLU, halve height and width four times by max pooling; the
    layers are called `block1_conv1`, `block1_bn1`, `block1_relu1`, `block1_pool` and so on.

    Args:
        input_shape: height, width and channels; floats from -1 to 1.
        classes: how many the top tells apart, by global average pooling and a dense layer with softmax; None for a model
            without a top, which gives feature maps (height / 16, width / 16, 192).
    """
    import keras

    layers = keras.layers
    x = inputs = keras.Input(input_shape)
    for number, block in enumerate(blocks, start=1):
        if number > 1:
            x = layers.MaxPooling2D(name=f"block{number - 1}_pool")(x)
        for step, filters in enumerate(block, start=1):
            x = layers.Conv2D(filters, 3, padding="same", use_bias=False, name=f"block{number}_conv{step}")(x)
            x = layers.BatchNormalization(name=f"block{number}_bn{step}")(x)
            x = layers.ReLU(name=f"block{number}_relu{step}")(x)
    if classes is not None:
        x = layers.GlobalAveragePooling2D(name="avg_pool")(x)
        x = layers.Dense(classes, activation="softmax", dtype="float32", name="predictions")(x)
    return keras.Model(inputs, x, name=OWN)


def own_preprocess(x: Pixels) -> Pixels:
    """Pixels from 0 to 255 as float32 from -1 to 1, as the own base learnt on them."""
    if isinstance(x, np.ndarray):
        return x.astype(np.float32) / 127.5 - 1
    import keras

    return keras.ops.cast(x, "float32") / 127.5 - 1


def weights_by_name(model: "keras.Model") -> dict[str, np.ndarray]:
    """A model's weights by `layer/weight`, e.g. `block1_conv1/kernel`."""
    return {f"{layer.name}/{weight.name}": weight.numpy() for layer in model.layers for weight in layer.weights}


def _own_base(shape: tuple[int, ...], include_top: bool) -> Pretrained:
    record = _own_record()
    names = tuple(record["class_names"])
    model = plain_convnet(shape, len(names) if include_top else None)
    path = OWN_FOLDER / f"{OWN}.npz"
    try:
        with np.load(path, allow_pickle=False) as stored:
            for layer in model.layers:
                if layer.weights:
                    layer.set_weights([stored[f"{layer.name}/{weight.name}"].astype(np.float32) for weight in layer.weights])
    except (OSError, ValueError, KeyError) as error:
        raise _damaged(path) from error
    described = (
        f"{OWN}, the course's own small base: learnt to tell {len(names)} kinds of synthetic animals apart, "
        f"{record['training_pictures']:,} synthetic pictures and no photograph among them"
    )
    return Pretrained(model, own_preprocess, names, "synthetic", described)


def _own_record() -> dict[str, Any]:
    """What `python -m tools.pretrain` wrote down: `class_names`, `training_pictures`, and what it measured."""
    path = OWN_FOLDER / f"{OWN}.json"
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise _damaged(path) from error


def _damaged(path: Path) -> CourseError:
    return CourseError(f"{path} is missing or damaged; `git checkout {path}` restores it.")

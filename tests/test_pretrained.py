"""Pretrained networks: where their weights come from, what is refused, and that the course's own base knows its animals."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from course_utils import pretrained as module
from course_utils.datasets import network
from course_utils.datasets.catalog import find_dataset
from course_utils.errors import CourseError
from course_utils.pretrained import OWN, OWN_FOLDER, pretrained
from course_utils.synthetic import animals
from course_utils.synthetic.backdrops import hang

SMALL = (64, 64, 3)
REAL_MIRROR = os.environ.get("COURSE_MIRROR")


@pytest.fixture(autouse=True)
def no_network(tmp_path, monkeypatch):
    """An empty cache, no mirror, and a network that does not answer."""
    monkeypatch.setenv("COURSE_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("COURSE_MIRROR", raising=False)
    monkeypatch.setattr(network, "reachable", lambda addresses: iter(()))
    monkeypatch.setattr(network, "_silent_since", None)


@pytest.fixture(scope="module")
def own():
    return pretrained(OWN, input_shape=(96, 96, 3), include_top=True)


@pytest.fixture(scope="module")
def stranger(tmp_path_factory):
    """A MobileNetV2 with random weights, and the file that it is kept in, as Keras published such files."""
    import keras

    model = keras.applications.MobileNetV2(weights=None, include_top=False, input_shape=SMALL)
    path = tmp_path_factory.mktemp("weights") / "mobilenet.h5"
    model.save(path)
    return model, path


@pytest.fixture
def mirror(stranger, tmp_path, monkeypatch):
    """A mirror that holds the stranger's file under the public name, and vouches for it."""
    folder = tmp_path / "mirror"
    (folder / "weights").mkdir(parents=True)
    name = find_dataset("mobilenet_v2").files[0].name
    shutil.copyfile(stranger[1], folder / "weights" / name)
    digest = hashlib.sha256(stranger[1].read_bytes()).hexdigest()
    (folder / "checksums.txt").write_text(f"{digest}  weights/{name}\n", encoding="utf-8")
    monkeypatch.setenv("COURSE_MIRROR", str(folder))
    return folder


def first_kernel(model):
    return next(weight.numpy() for weight in model.weights if "kernel" in weight.path)


def test_importing_it_does_not_import_tensorflow():
    code = "import sys, course_utils.pretrained; print({'keras', 'tensorflow'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "set()"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"name": "resnet"}, r"'resnet'; there are mobilenet_v2, vgg16, inception_v3, synthetic_animals"),
        ({"data": "both"}, "DATA must be one of auto, real, synthetic, not 'both'"),
        ({"input_shape": (160, 160, 1)}, "3 for colour pictures"),
        ({"input_shape": (160, 160)}, "3 for colour pictures"),
        ({"name": "inception_v3", "input_shape": (64, 96, 3)}, "at least 75×75 pixels, not 64×96"),
        ({"name": OWN, "input_shape": (48, 48, 3)}, "synthetic_animals needs pictures of at least 64×64"),
        (
            {"name": "vgg16", "input_shape": (48, 48, 3), "data": "synthetic"},
            "synthetic_animals needs pictures of at least 64×64",
        ),
        ({"name": "vgg16", "include_top": True}, "224×224 pixels alone, not 160×160"),
    ],
)
def test_what_cannot_be_is_one_sentence(arguments, says):
    with pytest.raises(CourseError, match=says):
        pretrained(**arguments)


@pytest.mark.parametrize("name", ["mobilenet_v2", "vgg16", "inception_v3"])
def test_without_a_network_the_own_base_stands_in_and_says_so(name, capsys):
    base = pretrained(name, input_shape=(96, 96, 3))
    assert base.own
    assert base.source == "synthetic" and base.own
    assert "synthetic animals" in str(base)
    assert "no photograph" in str(base)
    assert "the course's own small base" in capsys.readouterr().out


def test_insisting_on_real_weights_without_a_network_is_one_sentence():
    with pytest.raises(CourseError, match=r'course data get vgg16.*DATA="synthetic"'):
        pretrained("vgg16", data="real")


def test_a_sample_asks_no_network(monkeypatch):
    def ask(addresses):
        pytest.fail("the network was asked")

    monkeypatch.setattr(network, "reachable", ask)
    assert pretrained("mobilenet_v2", input_shape=SMALL, data="synthetic").own


def test_a_mirrors_weights_are_loaded_and_named_as_its_own(mirror, stranger):
    base = pretrained("mobilenet_v2", input_shape=(96, 64, 3), data="real")
    assert not base.own
    assert base.source == "mirror" and not base.own
    assert "only the mirror speaks" in str(base)
    assert base.model.output_shape == (None, 3, 2, 1280)
    assert base.class_names is None
    assert np.array_equal(first_kernel(base.model), first_kernel(stranger[0]))


def test_weights_that_came_once_need_no_mirror(mirror, monkeypatch):
    pretrained("mobilenet_v2", input_shape=SMALL)
    monkeypatch.delenv("COURSE_MIRROR")
    assert not pretrained("mobilenet_v2", input_shape=SMALL).own


def test_damaged_weights_are_refused(mirror, stranger):
    (path,) = (mirror / "weights").iterdir()
    path.write_bytes(stranger[1].read_bytes()[:-1000])
    with pytest.raises(CourseError, match="wrong SHA-256"):
        pretrained("mobilenet_v2", input_shape=SMALL, data="real")


def test_a_file_that_holds_something_else_is_named(mirror):
    (path,) = (mirror / "weights").iterdir()
    path.write_bytes(b"not weights at all")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    (mirror / "checksums.txt").write_text(f"{digest}  weights/{path.name}\n", encoding="utf-8")
    with pytest.raises(CourseError, match=r"does not hold the weights of MobileNetV2.*course data get mobilenet_v2"):
        pretrained("mobilenet_v2", input_shape=SMALL)


@pytest.mark.parametrize("whose", ["imagenet", "own"])
@pytest.mark.parametrize("kind", [np.uint8, np.float32, np.float64])
def test_preprocessing_leaves_what_it_is_given_as_it_was(whose, kind, request):
    if whose == "imagenet":
        request.getfixturevalue("mirror")
    preprocess = pretrained("mobilenet_v2" if whose == "imagenet" else OWN, input_shape=SMALL).preprocess
    pixels = np.array([0, 127.5, 255] * 4, kind).reshape(2, 2, 1, 3)
    before = pixels.copy()
    done = preprocess(pixels)
    assert done.dtype == np.float32
    assert done.ravel()[[0, 2]] == pytest.approx([-1, 1])
    assert np.array_equal(pixels, before)


def test_preprocessing_takes_tensors_of_bytes(own):
    import tensorflow as tf

    done = own.preprocess(tf.constant([[0, 255]], tf.uint8))
    assert done.dtype == tf.float32
    assert done.numpy() == pytest.approx(np.array([[-1.0, 1.0]]))


def test_the_own_base_gives_probabilities_or_maps(own):
    assert own.own
    assert own.model.output_shape == (None, len(own.class_names))
    assert pretrained(OWN, input_shape=(160, 128, 3)).model.output_shape == (None, 10, 8, 192)
    names = [layer.name for layer in own.model.layers]
    assert {"block1_conv1", "block5_relu2", "avg_pool", "predictions"} <= set(names)
    assert own.model.count_params() < 1_000_000


def test_probabilities_add_up_to_one_in_every_precision(policy, tmp_path, monkeypatch):
    import keras

    from course_utils.datasets.fetch import Fetched

    def tiny(weights, input_shape, include_top, name):
        return keras.Sequential(
            [keras.layers.Input(input_shape), keras.layers.GlobalAveragePooling2D(), keras.layers.Dense(99, "softmax")]
        )

    index = tmp_path / "index.json"
    index.write_text(json.dumps({str(n): ["n", f"fish {n}"] for n in range(99)}), encoding="utf-8")
    found = Fetched(index, "", "real")
    monkeypatch.setattr(module, "fetch", lambda dataset, ask_again: {"weights": found, "names": found})
    monkeypatch.setattr(keras.applications.mobilenet_v2, "MobileNetV2", tiny)
    pictures = np.random.default_rng(0).integers(0, 256, (8, *SMALL)).astype("uint8")
    for name in ("mobilenet_v2", OWN):
        network = pretrained(name, input_shape=SMALL, include_top=True)
        said = network.model.predict(network.preprocess(pictures), verbose=0)
        assert said.dtype == np.float32
        np.testing.assert_allclose(said.sum(axis=1), 1, atol=1e-5)


def test_the_own_base_has_seen_neither_cats_nor_dogs(own):
    assert own.class_names == tuple(animals.KINDS)
    assert not {"cat", "cats", "dog", "dogs"} & set(own.class_names)


def test_the_own_base_knows_animals_it_has_not_seen(own):
    rng = np.random.default_rng(1234)
    places = [hang(scene, rng) for scene in animals.INDOORS[:2] + animals.OUTDOORS[:2]]
    names = ["elephant", "rabbit", "owl", "deer", "sheep", "mouse"] * 8
    pictures = [
        animals.photograph(animals.new_animal(animals.KINDS[name], rng), places[i % 4], rng) for i, name in enumerate(names)
    ]
    x = np.stack([np.asarray(picture) for picture in pictures])
    guesses = own.model.predict(own.preprocess(x), verbose=0).argmax(axis=1)
    right = [own.class_names[guess] == name for guess, name in zip(guesses, names, strict=True)]
    assert np.mean(right) > 0.2  # chance is 0.03


def test_the_own_base_is_small_enough_for_the_repository():
    sizes = {path.name: path.stat().st_size for path in OWN_FOLDER.iterdir()}
    assert sizes[f"{OWN}.npz"] <= 3_000_000
    assert sum(sizes.values()) <= 4_000_000


@pytest.mark.parametrize("damaged", ["npz", "json"])
def test_a_damaged_own_base_is_one_sentence(damaged, tmp_path, monkeypatch):
    for path in OWN_FOLDER.iterdir():
        shutil.copyfile(path, tmp_path / path.name)
    (tmp_path / f"{OWN}.{damaged}").write_bytes(b"{")
    monkeypatch.setattr(module, "OWN_FOLDER", tmp_path)
    with pytest.raises(CourseError, match=rf"synthetic_animals.{damaged} is missing or damaged; .git checkout"):
        pretrained(OWN, input_shape=SMALL)


def test_class_names_come_in_the_order_of_the_outputs(tmp_path, monkeypatch):
    from course_utils.datasets.fetch import Fetched

    index = tmp_path / "index.json"
    index.write_text(json.dumps({"1": ["n2", "goldfish"], "0": ["n1", "tench"], "2": ["n3", "shark"]}), encoding="utf-8")
    monkeypatch.setattr(module, "fetch", lambda dataset, ask_again: {"names": Fetched(index, "", "real")})
    assert module._imagenet_class_names(True) == ("tench", "goldfish", "shark")


def test_a_mirrors_real_weights_name_photographs(monkeypatch):
    photographs = sorted(Path(REAL_MIRROR or "").glob("imagenet_samples/n0[13]*.JPEG"))
    if not REAL_MIRROR or not photographs:
        pytest.skip("COURSE_MIRROR is not set, or holds no photographs to name")
    monkeypatch.setenv("COURSE_MIRROR", REAL_MIRROR)
    base = pretrained(input_shape=(224, 224, 3), include_top=True, data="real")
    assert len(base.class_names) == 1000
    x = np.stack([np.asarray(Image.open(path).convert("RGB").resize((224, 224))) for path in photographs])
    guesses = base.model.predict(base.preprocess(x), verbose=0).argmax(axis=1)
    right = [base.class_names[guess] in path.stem for guess, path in zip(guesses, photographs, strict=True)]
    assert np.mean(right) > 0.7

"""Synthetic data: what is written, that the seed alone decides it, and that versions and comparison speak for this data."""

import json
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from sklearn.linear_model import LogisticRegression

from course_utils.errors import CourseError
from course_utils.paths import DATA
from course_utils.pretrained import OWN
from course_utils.synthetic import (
    VERSIONS,
    california_housing,
    fashion_mnist,
    generate,
    hands,
    happy_or_sad,
    imdb,
    jena_climate,
    mnist,
    reuters,
    rock_paper_scissors,
    sign_language,
    solids,
    spa_eng,
    vehicles,
    writing,
)
from tools.compare import MARKED, RECORD, TASKS, table
from tools.fingerprints import ARRAY_COUNTS as COUNTS
from tools.fingerprints import RECORD as FINGERPRINTS
from tools.fingerprints import SMALL, amounts, fingerprint, generate_small, same, version

ARRAYS = ("fashion_mnist", "mnist")
RENDERS = {
    name: next(value for _, constant, value in SMALL[name] if constant == "COUNTS")
    for name in ("horse_or_human", "happy_or_sad", "cats_and_dogs", "rock_paper_scissors")
}
SIZES = {"horse_or_human": (300, 300), "happy_or_sad": (150, 150), "rock_paper_scissors": (300, 300)}
SHOTS = {"train": 2, "test": 1}


@pytest.fixture(scope="module")
def generated(tmp_path_factory):
    """The folder with the small part of the data called `name`, generated once."""

    @cache
    def folder_of(name: str, seed: int = 0) -> Path:
        folder = tmp_path_factory.mktemp(f"{name}-{seed}")
        generate_small(name, folder, seed)
        return folder

    return folder_of


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def array(folder: Path, name: str) -> np.ndarray:
    return np.load(folder / f"{name}.npy", allow_pickle=False)


@pytest.mark.parametrize("name", VERSIONS)
def test_the_seed_decides(generated, name, tmp_path):
    generate_small(name, tmp_path)
    first, again, other = contents(generated(name)), contents(tmp_path), contents(generated(name, seed=1))
    assert first == again
    assert first.keys() == other.keys()
    assert first != other
    pictures = [key for key in first if name in TASKS and "labels" not in key]
    assert all(first[key] != other[key] for key in pictures)


@pytest.mark.parametrize("name", ARRAYS)
def test_arrays_have_shapes_types_and_balanced_classes(generated, name):
    folder = generated(name)
    for split, count in COUNTS.items():
        images, labels = array(folder, f"{split}-images"), array(folder, f"{split}-labels")
        assert images.shape == (count, 28, 28) and images.dtype == np.uint8
        assert labels.shape == (count,) and labels.dtype == np.int32
        assert np.bincount(labels, minlength=10).tolist() == [count // 10] * 10
        assert (np.diff(labels) < 0).mean() > 0.3, "classes are in order instead of shuffled"
        assert (images[:, 0, 0] == 0).mean() > 0.9, "the background is not black"
        assert images.max(axis=(1, 2)).min() > 20, "a picture is empty"


@pytest.mark.parametrize("name", ARRAYS)
def test_no_picture_comes_twice(generated, name):
    folder = generated(name)
    pictures = [image.tobytes() for split in COUNTS for image in array(folder, f"{split}-images")]
    assert len(set(pictures)) == len(pictures) == sum(COUNTS.values())


@pytest.mark.parametrize("name", ARRAYS)
def test_every_class_can_be_told_from_the_others(generated, name):
    folder = generated(name)
    x, y, x_test, y_test = (array(folder, f"{split}-{kind}") for split in COUNTS for kind in ("images", "labels"))
    model = LogisticRegression(C=0.05, max_iter=60, tol=1e-2).fit(x.reshape(len(x), -1) / 255, y)
    predicted = model.predict(x_test.reshape(len(x_test), -1) / 255)
    recalled = [(predicted[y_test == label] == label).mean() for label in range(10)]
    assert min(recalled) > 0.3, f"class {np.argmin(recalled)} is lost among the others: {np.round(recalled, 2)}"
    assert np.mean(recalled) < 0.99, "too easy: a linear model makes no mistakes"


@pytest.mark.parametrize("name", RENDERS)
def test_renders_lie_in_folders_named_after_classes(generated, name):
    folder = generated(name)
    for split, classes in RENDERS[name].items():
        assert sorted(path.name for path in (folder / split).iterdir()) == sorted(classes)
        for kind, count in classes.items():
            paths = sorted((folder / split / kind).glob("*.jpg"))
            assert len(paths) == count
            for path in paths:
                with Image.open(path) as image:
                    assert (image.format, image.mode) == ("JPEG", "RGB")
                    assert image.size == SIZES.get(name, image.size)
                    assert 144 <= min(image.size) <= max(image.size) <= 300
                    assert np.asarray(image).std() > 8, "a picture is empty"
    assert len(set(contents(folder).values())) == sum(sum(classes.values()) for classes in RENDERS[name].values())


def test_held_out_renders_stand_before_another_background(generated):
    folder = generated("horse_or_human")

    def corners(split: str) -> np.ndarray:
        images = [np.asarray(Image.open(path)) for path in sorted((folder / split).rglob("*.jpg"))]
        return np.array([image[:12, [*range(12), *range(-12, 0)]].mean() for image in images])

    assert corners("test").min() > 225
    assert np.median(corners("train")) < 215


@pytest.mark.parametrize("name", ["pets", "", "../mnist"])
def test_an_unknown_name_is_refused_in_a_sentence(tmp_path, name):
    with pytest.raises(CourseError, match=r"no synthetic data for .*fashion_mnist, mnist, horse_or_human"):
        generate(name, tmp_path)


def test_a_folder_that_is_missing_or_in_use_is_refused_and_kept(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    for folder in (tmp_path, tmp_path / "missing"):
        with pytest.raises(CourseError, match="empty folder"):
            generate("mnist", folder)
    assert contents(tmp_path) == {"notes.txt": b"mine"}


@pytest.mark.parametrize("name", [*VERSIONS, OWN])
def test_no_other_data_is_generated_under_the_same_version(generated, name):
    record = json.loads(FINGERPRINTS.read_text(encoding="utf-8"))[name]
    assert record["version"] == version(name), "write the new version down with `python -m tools.fingerprints`"
    unchanged = record["amounts"] == amounts(name) and same(record["fingerprint"], fingerprint(generated(name)))
    assert unchanged, "other data is generated than in the recorded version: raise it in VERSIONS"


@pytest.mark.parametrize(
    ("name", "place", "constant", "value"),
    [
        ("mnist", mnist, "BOX", 19),
        ("sign_language", sign_language, "RENDERED", 48),
        ("happy_or_sad", writing, "JPEG_QUALITY", 60),
        ("spa_eng", spa_eng, "NOT", " not"),
        ("imdb", imdb, "MEANT", 0.8),
        ("jena_climate", jena_climate, "DRY_GAS", 290.0),
        ("reuters", reuters, "LEADS", 0.5),
        ("california_housing", california_housing, "NOISE", 0.3),
        ("cifar10", vehicles, "PAINTS", ((0.2, 0.9, 0.2),)),
    ],
)
def test_a_fingerprint_changes_with_the_data(generated, name, place, constant, value, monkeypatch, tmp_path):
    before = fingerprint(generated(name))  # which may not have been generated until now
    monkeypatch.setattr(place, constant, value)
    generate_small(name, tmp_path)
    assert not same(before, fingerprint(tmp_path))


def test_a_fingerprint_withstands_other_rounding(generated, tmp_path):
    rng = np.random.default_rng(0)
    for path in generated("mnist").glob("*.npy"):
        values = np.load(path)
        up_or_down = rng.integers(-1, 2, values.shape) if "images" in path.name else 0
        np.save(tmp_path / path.name, np.where((values > 0) & (values < 255), values + up_or_down, values))
    assert same(fingerprint(generated("mnist")), fingerprint(tmp_path))


def test_generating_does_not_import_tensorflow():
    code = f"import sys; from course_utils.synthetic import {', '.join(VERSIONS)}; sys.exit('tensorflow' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_signs_carry_the_numbers_of_their_letters_with_gaps_at_j_and_z(generated):
    folder = generated("sign_language")
    for split, shots in SHOTS.items():
        images, labels = array(folder, f"{split}-images"), array(folder, f"{split}-labels")
        expected = [0 if letter in "JZ" else shots * sign_language.FRAMES for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"]
        assert np.bincount(labels, minlength=26).tolist() == expected
        assert images.shape == (len(labels), 28, 28) and (images.dtype, labels.dtype) == (np.uint8, np.int32)
        assert images.std(axis=(1, 2)).min() > 8, "a picture is empty"
        assert len({image.tobytes() for image in images}) == len(images)


@pytest.mark.parametrize(("pose", "tips"), [("paper", 4), ("scissors", 2), ("rock", 0)])
def test_a_hand_stretches_the_fingers_that_its_pose_says(pose, tips):
    rng = np.random.default_rng(0)
    figure = hands.hold(rock_paper_scissors.POSES[pose][0], hands.new_build(rng, 0.0), rng)
    ends = np.array(figure.ends)
    fingertips = ends[np.isclose(ends[:, 7] / ends[:, 6], 0.095 / 0.115)]
    assert (len(fingertips), (fingertips[:, 4] > 1.5).sum()) == (4, tips)


def test_smiles_bend_up_and_frowns_bend_down():
    rng = np.random.default_rng(1)
    for mood in (1, -1):
        for _ in range(5):
            face, figure = happy_or_sad.new_face(rng), solids.Figure()
            happy_or_sad._mouth(figure, face, mood * 0.8)
            lip = np.array(figure.ends)[:8]
            corners, middle = (lip[0, 1] + lip[-1, 4]) / 2, lip[4, 1]
            assert mood * (corners - middle) > 0.1


def test_digits_are_centred_by_mass():
    rng = np.random.default_rng(3)
    for label in range(10):
        image = mnist.digit(label, rng).astype(float)
        centre = [(image.sum(axis=axis) @ np.arange(28)) / image.sum() for axis in (0, 1)]
        assert centre == pytest.approx([13.5, 13.5], abs=0.51)


def test_garments_fill_the_frame():
    rng = np.random.default_rng(4)
    for label in range(10):
        rows, columns = np.nonzero(fashion_mnist.piece(label, rng) > 8)
        assert max(np.ptp(rows), np.ptp(columns)) >= 22


def test_a_ball_is_round_lit_from_its_sun_and_seen_in_front():
    camera = solids.Camera(target=(0, 0), distance=50, elevation=0, zoom=20, size=60, centre=(30, 30))
    figure = solids.Figure()
    figure.add((0, 0, 0), (0, 0, 0), 1.0, 1.0, (1, 0, 0))
    figure.add((0, 0, -3), (0, 0, -3), 1.0, 1.0, (0, 1, 0))
    surface = solids.see(figure, camera)
    assert surface.coverage.sum() == pytest.approx(np.pi * 20**2, rel=0.03)
    assert surface.colour[30, 30] == pytest.approx([1, 0, 0], abs=0.01)
    assert surface.normal[30, 30] == pytest.approx([0, 0, 1], abs=0.05)
    lit = solids.shade(surface, np.array([1.0, 0, 0.3]), np.ones(3), ambient=0.2, shine=0)
    assert lit[30, 45, 0] > 2 * lit[30, 15, 0]


@pytest.mark.parametrize("towards", [(1.0, 0, 0), (0.6, 0.5, 0), (0, 0, 1.0), (0.2, 0, 0.9), (0, 0.02, 0)])
def test_a_cone_covers_what_the_balls_along_it_cover(towards):
    camera = solids.Camera(target=(0, 0), distance=50, elevation=0, zoom=20, size=100, centre=(50, 50))
    cone, balls = solids.Figure(), solids.Figure()
    cone.add((0, 0, 0), towards, 0.5, 0.2, (1, 1, 1))
    for t in np.linspace(0, 1, 200):
        centre = t * np.array(towards)
        balls.add(centre, centre, 0.5 - 0.3 * t, 0.5 - 0.3 * t, (1, 1, 1))
    difference = solids.see(cone, camera).coverage - solids.see(balls, camera).coverage
    assert abs(difference).max() < 0.25


@pytest.mark.parametrize("name", TASKS)
def test_the_recorded_comparison_is_of_this_version(name):
    record = json.loads(RECORD.read_text(encoding="utf-8"))[name]
    assert record["version"] == VERSIONS[name], f"measure the new version with `python -m tools.compare {name}`"


@pytest.mark.parametrize("name", TASKS)
def test_the_recorded_comparison_shows_a_task_like_the_real_one(name):
    record = json.loads(RECORD.read_text(encoding="utf-8"))[name]
    means = {
        side: {model: np.mean(values) for model, values in record[side].items()}
        for side in ("real", "synthetic")
        if side in record
    }
    synthetic = means["synthetic"]
    for scores in means.values():
        if name != "happy_or_sad":  # so few frames of so few faces that their pixels give the mood away
            assert scores["convnet"] > scores["linear"] + 0.02, "a linear model does as well as a convnet"
        if "few" in scores:
            assert scores["few_fitted"] > scores["few"] + 0.05, "a convnet does not overfit a few pictures"
    for model in ("linear", "dense", "convnet") if "real" in record and name != "happy_or_sad" else ():
        assert synthetic[model] == pytest.approx(means["real"][model], abs=0.1), (
            "the synthetic task is not as hard as the real one"
        )
    if "convnet_split" in synthetic:
        assert synthetic["convnet_split"] > synthetic["convnet"] + 0.05, (
            "the split promises no more than the held-out pictures give"
        )


@pytest.mark.parametrize("name", TASKS)
def test_the_data_card_shows_the_recorded_comparison_and_a_small_picture(name):
    record = json.loads(RECORD.read_text(encoding="utf-8"))[name]
    card = (DATA / "cards" / f"{name}.md").read_text(encoding="utf-8")
    assert MARKED.search(card)[0] == f"<!-- comparison -->\n{table(record)}<!-- /comparison -->"
    shown = re.search(rf"!\[[^\]]{{40,}}\]\({name}\.png\)", card)
    assert shown, "the contact sheet is not shown, or has no alt text worth reading"
    picture = DATA / "cards" / f"{name}.png"
    assert picture.stat().st_size < 150_000
    with Image.open(picture) as image:
        image.verify()

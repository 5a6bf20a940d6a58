"""The catalog agrees with the course and with Keras, and a damaged one is named in a sentence."""

import re
from importlib.util import find_spec
from pathlib import Path

import pytest

from course_utils.datasets.catalog import catalog, find_dataset
from course_utils.datasets.readers import READERS
from course_utils.errors import CourseError
from course_utils.syllabus import lessons

GOOD = """
[mini]
title = "Mini"
description = "a small one"
licence = "CC0"
citation = "nobody"
home = "https://example.org/"

[[mini.files]]
name = "mini.zip"
size = 12
addresses = ["https://example.org/mini.zip"]
"""


def test_every_dataset_is_complete_and_belongs_to_lessons():
    numbers = {lesson.number for lesson in lessons()}
    for dataset in catalog().values():
        texts = (dataset.title, dataset.description, dataset.licence, dataset.citation, dataset.home)
        assert all(texts), dataset.name
        assert set(dataset.lessons) <= numbers, dataset.name
        assert dataset.reader in ("", *READERS), dataset.name
        parts = [file.part or file.name for file in dataset.files]
        assert len(set(parts)) == len(parts), dataset.name
        assert dataset.by_hand or all(file.addresses for file in dataset.files), dataset.name


def test_what_the_first_lessons_need_can_be_loaded():
    assert {name for name, dataset in catalog().items() if dataset.reader} >= {"fashion_mnist", "mnist", "horse_or_human"}


@pytest.mark.parametrize(
    ("name", "module"),
    [
        ("mnist", "mnist"),
        ("imdb_numbers", "imdb"),
        ("reuters", "reuters"),
        ("california_housing", "california_housing"),
        ("boston_housing", "boston_housing"),
        ("cifar10", "cifar10"),
    ],
)
def test_pinned_hashes_are_those_that_keras_states(name, module):
    source = Path(find_spec("keras").origin).parent / "src" / "datasets" / f"{module}.py"
    assert catalog()[name].files[0].sha256 in source.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "module"),
    [
        ("vgg16", "vgg16"),
        ("vgg16_top", "vgg16"),
        ("inception_v3", "inception_v3"),
        ("inception_v3_top", "inception_v3"),
        ("imagenet_classes", "imagenet_utils"),
    ],
)
def test_weights_have_the_md5_that_keras_states(name, module):
    source = (Path(find_spec("keras").origin).parent / "src" / "applications" / f"{module}.py").read_text(encoding="utf-8")
    (file,) = catalog()[name].files
    calls = source.split("get_file(")[1:]
    assert any(f'{file.name}"' in call and f'file_hash="{file.md5}"' in call.partition(")")[0] for call in calls)


def test_topics_are_named_in_the_order_of_keras():
    source = (Path(find_spec("keras").origin).parent / "src" / "datasets" / "reuters.py").read_text(encoding="utf-8")
    names = re.findall(r'"([a-z-]+)",\n', source.partition("def get_label_names")[2])
    assert catalog()["reuters"].class_names == tuple(names)


def test_files_that_may_hold_pickles_are_pinned():
    names = ("imdb_numbers", "reuters", "cifar10")
    pickled = [file for name in names for file in catalog()[name].files if file.name.endswith((".npz", ".tar.gz"))]
    assert len(pickled) == 3
    assert all(file.sha256 for file in pickled)


def test_an_unknown_name_is_answered_with_those_there_are():
    with pytest.raises(CourseError, match=r"no dataset called 'fashon_mnist'.*fashion_mnist"):
        find_dataset("fashon_mnist")


def test_a_good_entry_is_read(use_catalog):
    use_catalog(GOOD)
    assert find_dataset("mini").size == 12
    assert find_dataset("mini").folder == "mini"


@pytest.mark.parametrize(
    ("right", "wrong", "says"),
    [
        ("[mini]", "[mini", "catalog.toml"),
        ('title = "Mini"', "", "missing"),
        ('title = "Mini"', "title = 3", "title of the wrong type"),
        ("size = 12", "size = 0", "size of 0"),
        ('licence = "CC0"', 'licence = "CC0"\ninstead = "maxi"', "names 'maxi' instead, which is no dataset"),
        ("size = 12", "size = true", "size of the wrong type"),
        ("size = 12", 'sha256 = "abc"', "64 hexadecimal"),
        ("size = 12", 'md5 = "abc"', "32 hexadecimal"),
        ("size = 12", "sise = 12", "unknown key"),
        ("https://example.org/mini.zip", "ftp://example.org/mini.zip", "not http"),
        ("https://example.org/mini.zip", "file:///etc/passwd", "not http"),
        ('["https://example.org/mini.zip"]', "[1]", "not a list of texts"),
        ('"mini.zip"', '"../mini.zip"', "not a plain name"),
        ("[[mini.files]]", "[[mini.fills]]", "lists no files"),
        ("[mini]", "mini2 = 1\n[mini]", "not a table"),
    ],
)
def test_a_damaged_catalog_is_one_sentence(use_catalog, right, wrong, says):
    assert right in GOOD
    use_catalog(GOOD.replace(right, wrong, 1))
    with pytest.raises(CourseError, match=r"cannot be used.*git checkout") as caught:
        catalog()
    assert says in str(caught.value)


def test_a_missing_catalog_is_one_sentence(use_catalog):
    use_catalog("").unlink()
    with pytest.raises(CourseError, match="cannot be used"):
        catalog()

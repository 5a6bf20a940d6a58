"""Newswires: what is read of published files and the course's own, what is refused, and that no other pickle is opened."""

import hashlib
import io
import json
import os

import numpy as np
import pytest

from course_utils import synthetic
from course_utils.datasets import WordSplit, load
from course_utils.datasets.newswires import read_numbers
from course_utils.errors import CourseError

WORDS = {"the": 1, "of": 2, "tin": 3, "gold": 4, "fell": 5}
TOPICS = ("gold", "tin")


def npz(texts, topics):
    file = io.BytesIO()
    array = np.empty(len(texts), object)
    for place, text in enumerate(texts):
        array[place] = text
    np.savez(file, x=array, y=np.array(topics))
    return file.getvalue()


def files(texts=None, topics=None, words=WORDS):
    """Ten newswires of which the n-th has n + 1 words."""
    texts = texts if texts is not None else [[3 + n % 2] * n + [5] for n in range(10)]
    topics = topics if topics is not None else [1 - n % 2 for n in range(10)]
    return {"newswires.npz": npz(texts, topics), "words.json": json.dumps(words).encode()}


@pytest.fixture
def offer_newswires(offer):
    def put(contents, **more):
        offer("newswires", contents, class_names=TOPICS, name="reuters", **more)

    return put


@pytest.fixture
def evil(tmp_path):
    """A pickle that gives itself away when it is opened."""

    class Evil:
        def __reduce__(self):
            return (open, (str(tmp_path / "opened"), "w"))

    return npz([Evil()], [0])


@pytest.fixture
def written(monkeypatch, offer_newswires):
    """A function that has these lines in place of what is generated, and loads them."""

    def put(train, test="gold\tgold fell\ntin\ttin fell\n"):
        def generate(name, folder, **how):
            (folder / "train.txt").write_text(train)
            (folder / "test.txt").write_text(test)

        monkeypatch.setattr(synthetic, "generate", generate)
        offer_newswires(files())
        return load("reuters", data="synthetic")

    return put


class TestPublished:
    def test_they_are_parted_as_keras_parts_them(self, offer_newswires):
        offer_newswires(files())
        data = load("reuters")
        order = np.arange(10)
        np.random.RandomState(113).shuffle(order)
        assert [len(text) - 1 for text in data.train.numbers] == order[:8].tolist()
        assert [len(text) - 1 for text in data.test.numbers] == order[8:].tolist()
        assert data.train.labels.tolist() == (1 - order[:8] % 2).tolist()
        assert (data.train.labels.dtype, data.train.numbers[0].dtype) == (np.int32, np.int32)
        assert str(data).splitlines() == [
            "Mini: 8 training and 2 test examples",
            "Classes: gold, tin",
            "Source: the real data; licence CC0",
        ]

    def test_there_is_a_way_back_to_words(self, offer_newswires):
        offer_newswires(files(texts=[[3, 5], [4, 2, 1, 3], *[[5]] * 8]))
        data = load("reuters")
        assert data.train.words == ("", "the", "of", "tin", "gold", "fell")
        assert sorted(data.train.read() + data.test.read()) == sorted(["tin fell", "gold of the tin", *["fell"] * 8])

    def test_a_mirror_that_vouches_for_another_pickle_is_not_believed(
        self, offer_newswires, evil, tmp_path, monkeypatch, capsys
    ):
        folder = tmp_path / "mirror" / "reuters"
        offer_newswires(files())
        folder.mkdir(parents=True)
        (folder / "newswires.npz").write_bytes(evil)
        line = f"{hashlib.sha256(evil).hexdigest()}  reuters/newswires.npz\n"
        (tmp_path / "mirror" / "checksums.txt").write_text(line)
        monkeypatch.setenv("COURSE_MIRROR", str(tmp_path / "mirror"))
        data = load("reuters", data="real")
        assert "newswires.npz was not opened: it is not the published file" in capsys.readouterr().out
        assert (data.source, len(data.train)) == ("real", 8)  # fetched from its publisher
        assert not (tmp_path / "opened").exists()

    def test_a_pickle_that_was_exchanged_behind_the_caches_back_is_not_opened(self, offer_newswires, evil, tmp_path):
        good = files()
        size = max(map(len, (evil, good["newswires.npz"])))  # a zip may have anything in front of it
        good["newswires.npz"] = good["newswires.npz"].rjust(size, b"\0")
        offer_newswires(good)
        load("reuters")
        (path,) = (tmp_path / "cache").rglob("newswires.npz")
        then = path.stat()
        path.write_bytes(evil.rjust(size, b"\0"))
        os.utime(path, ns=(then.st_atime_ns, then.st_mtime_ns))
        assert len(load("reuters", data="real").train) == 8  # fetched anew
        assert not (tmp_path / "opened").exists()

    @pytest.mark.parametrize("sha256", [None, "ab" * 32])
    def test_without_its_sum_a_pickle_is_not_opened(self, evil, tmp_path, sha256):
        (tmp_path / "evil.npz").write_bytes(evil)
        with pytest.raises(CourseError, match="was not opened"):
            read_numbers(tmp_path / "evil.npz", sha256)
        assert not (tmp_path / "opened").exists()

    @pytest.mark.parametrize(
        "how",
        [
            {"topics": [2] * 10},
            {"topics": [-1] * 10},
            {"topics": [0.5] * 10},
            {"topics": [[0]] * 10},
            {"texts": [[6]] * 10},
            {"texts": [[0]] * 10},
            {"texts": [[]] * 10},
            {"words": {}},
        ],
    )
    def test_texts_labels_and_words_that_do_not_fit_are_one_sentence(self, offer_newswires, how):
        offer_newswires(files(**how))
        with pytest.raises(CourseError, match=r"newswires.npz does not hold the texts and labels that it should") as caught:
            load("reuters", data="real")
        assert "\n" not in str(caught.value)

    @pytest.mark.parametrize("content", [b"PK", files()["newswires.npz"][:-40], npz([["a"]], [0]), npz([[1]], [0, 1])])
    def test_a_damaged_file_is_one_sentence(self, offer_newswires, content):
        offer_newswires(files() | {"newswires.npz": content})
        with pytest.raises(CourseError, match=r"newswires.npz is damaged or not what it should be") as caught:
            load("reuters", data="real")
        assert "\n" not in str(caught.value)

    @pytest.mark.parametrize(
        "words",
        [
            b'{"the": 1,',
            b"[1]",
            b"[[5]]",
            b"5",
            b'{"the": "1"}',
            b'{"the": 1, "of": null}',
            b'{"the": 2}',
            b'{"the": 1, "of": 1}',
        ],
    )
    def test_a_damaged_list_of_words_is_one_sentence(self, offer_newswires, words):
        offer_newswires(files() | {"words.json": words})
        with pytest.raises(CourseError, match=r"words.json is damaged: it does not give each word a number from 1 on"):
            load("reuters", data="real")


class TestWritten:
    def test_words_are_numbered_by_how_often_they_come(self, written):
        data = written("gold\tgold rose\ngold\tgold fell\ntin\ttin fell again\n", "tin\tgold fell\n")
        assert data.train.words == ("", "fell", "gold", "again", "rose", "tin")
        assert [text.tolist() for text in data.train.numbers] == [[2, 4], [2, 1], [5, 1, 3]]
        assert data.test.read() == ["gold fell"]
        assert (data.train.labels.tolist(), data.test.labels.tolist()) == ([0, 0, 1], [1])
        assert data.train.words is data.test.words

    @pytest.mark.parametrize(
        ("train", "says"),
        [
            ("gold\tgold fell\nlead\tlead fell\n", "line 2"),
            ("gold gold fell\n", "line 1"),
            ("gold\t \n", "line 1"),
            ("gold\tgold fell\n\ntin\ttin fell\n", "line 2"),
            ("", "line 1"),
        ],
    )
    def test_a_damaged_line_is_one_sentence(self, written, train, says):
        with pytest.raises(CourseError, match=rf"train.txt is damaged: its {says} is not a topic and words") as caught:
            written(train)
        assert "\n" not in str(caught.value)


def test_parts_keep_texts_and_labels_together():
    numbers = tuple(np.array([n % 2 + 1] * (n + 1), np.int32) for n in range(20))
    split = WordSplit(np.arange(20, dtype=np.int32) % 2, TOPICS, numbers, ("", "gold", "tin"))
    train, held_out = split.split(0.2, seed=1)
    assert sorted(len(text) for part in (train, held_out) for text in part.numbers) == list(range(1, 21))
    for part in (train, held_out, split.subset(6)):
        assert [text.split()[0] for text in part.read()] == [TOPICS[label] for label in part.labels]
    assert repr(held_out) == "<4 examples of 2 classes: gold, tin>"

"""Labelled text files: what is unpacked and read of the archive, and the batches they are streamed in."""

import io
import tarfile

import numpy as np
import pytest

from course_utils.datasets import TextSplit, load
from course_utils.errors import CourseError

REVIEWS = {
    "train/neg/0_2.txt": "Bad.<br /><br />Very bad.",
    "train/neg/10_1.txt": "Worse — naïve.\r\n",
    "train/neg/1_3.txt": "Poor.",
    "train/pos/0_9.txt": "Good.",
    "train/pos/1_8.txt": "Fine.",
    "train/unsup/0_0.txt": "Unlabelled.",
    "train/urls_neg.txt": "http://example.org/",
    "test/neg/0_2.txt": "Dull.",
    "test/pos/0_9.txt": "Great.",
    "README": "Read me.",
}


def tar(files, top="aclImdb/"):
    """A .tar.gz of the files, each with its content in text or bytes."""
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode="w:gz") as archive:
        for name, content in files.items():
            content = content.encode() if isinstance(content, str) else content
            member = tarfile.TarInfo(top + name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return written.getvalue()


@pytest.fixture
def offer_reviews(offer):
    def put(files=REVIEWS, **how):
        offer("text_folders", {"aclImdb_v1.tar.gz": tar(files, **how)}, class_names=("neg", "pos"), name="imdb")

    return put


@pytest.fixture
def split(tmp_path):
    """60 texts, two thirds of them negative, that say their number."""
    paths = tuple(tmp_path / f"{number}.txt" for number in range(60))
    for number, path in enumerate(paths):
        path.write_text(f"número {number}", encoding="utf-8")
    return TextSplit((np.arange(60) % 3 == 0).astype(np.int32), ("neg", "pos"), paths)


def numbers(split):
    return [int(path.stem) for path in split.paths]


class TestArchive:
    @pytest.mark.parametrize("top", ["aclImdb/", "", "a/b/"])
    def test_folders_of_classes_become_labels_and_texts_stay_as_published(self, offer_reviews, top):
        offer_reviews(top=top)
        data = load("imdb")
        assert data.class_names == ("neg", "pos")
        assert (data.train.labels.dtype, data.train.labels.tolist()) == (np.int32, [0, 0, 0, 1, 1])
        assert data.train.read() == ["Bad.<br /><br />Very bad.", "Worse — naïve.\r\n", "Poor.", "Good.", "Fine."]
        assert [path.name for path in data.train.paths[:3]] == ["0_2.txt", "10_1.txt", "1_3.txt"]
        assert data.test.read() == ["Dull.", "Great."]
        assert str(data).splitlines()[:2] == ["Mini: 5 training and 2 test examples", "Classes: neg, pos"]

    def test_only_the_labelled_texts_are_unpacked_and_once(self, offer_reviews, own_cache, capsys):
        offer_reviews()
        for _ in range(2):
            load("imdb")
        files = {path.name for path in (own_cache / "unpacked").rglob("*.txt")}
        assert files == {"0_2.txt", "10_1.txt", "1_3.txt", "0_9.txt", "1_8.txt"}
        assert capsys.readouterr().out.count("Unpacking aclImdb_v1.tar.gz, once.") == 1

    @pytest.mark.parametrize("harm", [lambda path: path.unlink(), lambda path: path.write_bytes(b"")])
    def test_texts_that_were_harmed_are_unpacked_again(self, offer_reviews, harm):
        offer_reviews()
        harm(load("imdb").train.paths[4])
        assert load("imdb").train.read()[4] == "Fine."

    def test_bytes_that_are_not_utf8_are_one_sentence_and_leave_nothing(self, offer_reviews, own_cache):
        offer_reviews(REVIEWS | {"test/pos/0_9.txt": "caf\xe9".encode("latin-1")})
        with pytest.raises(CourseError, match=r"test/pos/0_9.txt in it .*its byte 4 is not UTF-8.*data get imdb") as caught:
            load("imdb")
        assert "\n" not in str(caught.value)
        assert list((own_cache / "unpacked").rglob("*.txt")) == []

    @pytest.mark.parametrize("missing", ["train/pos/", "test/neg/", "test/"])
    def test_a_missing_folder_is_named(self, offer_reviews, missing):
        offer_reviews({name: text for name, text in REVIEWS.items() if not name.startswith(missing)})
        with pytest.raises(CourseError, match=r"does not hold a folder called '(neg|pos)' with texts in it"):
            load("imdb")

    def test_a_hostile_archive_leaves_nothing(self, offer_reviews, own_cache):
        offer_reviews(REVIEWS | {"../../../evil.txt": "boo"})
        with pytest.raises(CourseError, match=r"aclImdb_v1\.tar\.gz was refused"):
            load("imdb")
        assert list((own_cache / "unpacked").rglob("*.txt")) == []


class TestParts:
    def test_texts_and_labels_stay_together(self, split):
        for part in (split.subset(12, seed=1), *split.split(0.25, seed=2)):
            assert part.labels.tolist() == [int(number % 3 == 0) for number in numbers(part)]
            assert part.read() == [f"número {number}" for number in numbers(part)]
            assert part.labels.mean() == pytest.approx(1 / 3, abs=0.01)

    def test_texts_are_read_once_and_a_part_reads_its_own(self, split):
        first = split.read()
        assert split.read() is first
        assert len(split.subset(6).read()) == 6

    def test_a_text_that_was_spoilt_meanwhile_is_one_sentence(self, split):
        split.paths[7].write_bytes(b"abc\xff")
        with pytest.raises(CourseError, match=r"7.txt is damaged \(its byte 4 is not UTF-8 text\)"):
            split.read()
        split.paths[7].unlink()
        with pytest.raises(CourseError, match=r"7.txt cannot be read \(No such file"):
            split.read()


class TestBatches:
    def test_shapes_types_and_values(self, split):
        texts, labels = next(iter(split.dataset(batch_size=32, shuffle=False)))
        assert (texts.shape, texts.dtype, labels.shape, labels.dtype) == ((32,), "string", (32,), "int32")
        assert [text.decode() for text in texts.numpy()] == split.read()[:32]
        assert labels.numpy().tolist() == split.labels[:32].tolist()
        assert split.dataset(batch_size=32).cardinality() == 2

    def test_an_epoch_holds_everything_once_in_a_new_order_with_its_labels(self, split):
        batches = split.dataset(batch_size=16, seed=5)
        first, second, again = (self.epoch(dataset) for dataset in (batches, batches, split.dataset(batch_size=16, seed=5)))
        assert first != second
        assert first == again
        assert sorted(first) == sorted(second) == sorted(zip(split.read(), split.labels.tolist(), strict=True))

    @staticmethod
    def epoch(dataset):
        return [
            (text.decode(), int(label))
            for texts, labels in dataset.as_numpy_iterator()
            for text, label in zip(texts, labels, strict=True)
        ]

    def test_files_are_read_when_their_turn_comes(self, split):
        batches = split.dataset(batch_size=60, shuffle=False)
        split.paths[0].write_text("new")
        assert next(iter(batches))[0][0].numpy() == b"new"

    def test_an_empty_batch_is_one_sentence(self, split):
        with pytest.raises(CourseError, match="at least one example, not 0"):
            split.dataset(batch_size=0)

"""Pictures as CIFAR-10 has them: published batches and a mirror's JPEGs are read alike, what is damaged is one sentence."""

import hashlib
import io
import os
import pickle
import struct
import tarfile
import zipfile

import numpy as np
import pytest
from PIL import Image

from course_utils.datasets import load
from course_utils.datasets.tiny_pictures import BATCHES, read_batches, read_jpegs
from course_utils.errors import CourseError

NAMES = ("cat", "ship")
ARCHIVE = "cifar-10-python.tar.gz"


def text(content):
    return b"T" + struct.pack("<i", len(content)) + content


def whole(number):
    return b"J" + struct.pack("<i", number)


def python2_batch(images, labels):
    """A batch as Python 2 pickled it (protocol 2), from pictures (n, 32, 32, 3)."""
    planes = images.transpose(0, 3, 1, 2)
    shape = whole(len(planes)) + whole(3072) + b"\x86"
    dtype = b"cnumpy\ndtype\n" + text(b"u1") + b"K\x00K\x01\x87R(K\x03" + text(b"|") + b"NNN" + 2 * whole(-1) + b"K\x00tb"
    empty = b"cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\x00\x85" + text(b"b") + b"\x87R"
    array = empty + b"(K\x01" + shape + dtype + b"\x89" + text(planes.tobytes()) + b"tb"
    return b"\x80\x02}(" + text(b"data") + array + text(b"labels") + b"](" + b"".join(map(whole, labels)) + b"eu."


def tar_of(contents):
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz") as archive:
        for name, content in contents.items():
            member = tarfile.TarInfo(f"cifar-10-batches-py/{name}")
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return file.getvalue()


def drawn(number):
    """Five pictures, uint8 (5, 32, 32, 3), in which no row, column or channel is like another."""
    return np.random.default_rng(number).integers(0, 256, (5, 32, 32, 3), np.uint8)


def batches(**changes):
    """The published files; `changes` replaces some."""
    names = [name for part in BATCHES.values() for name in part]
    contents = {name: python2_batch(drawn(number), [0, 1, 0, 1, 1]) for number, name in enumerate(names)}
    return {"batches.meta": b"left out", **contents, **changes}


def jpeg(size=(32, 32), tone=0, form="JPEG"):
    file = io.BytesIO()
    Image.new("RGB", size, (tone, 0, 200)).save(file, form)
    return file.getvalue()


def jpegs(**changes):
    """A mirror's files, three of each class and part, the more red the later; `changes` by their names without suffix."""
    contents = {
        f"cifar10/{part}/{name}/{number:04}.jpg": jpeg(tone=60 * number)
        for part in ("train", "test")
        for name in NAMES
        for number in range(3)
    }
    return contents | {f"cifar10/{key.replace('__', '/')}.jpg": content for key, content in changes.items()}


def zip_of(contents):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in contents.items():
            archive.writestr(name, content)
    return file.getvalue()


def hash_of(content):
    return hashlib.sha256(content).hexdigest()


@pytest.fixture
def published(tmp_path):
    """A function that writes an archive and reads it as the published one."""

    def read(content, pinned=None):
        (tmp_path / ARCHIVE).write_bytes(content)
        return read_batches(tmp_path / ARCHIVE, pinned or hash_of(content))

    return read


@pytest.fixture
def mirrored(tmp_path):
    """A function that writes a mirror's zip and reads it."""

    def read(content):
        (tmp_path / "cifar10.zip").write_bytes(content)
        return read_jpegs(tmp_path / "cifar10.zip", NAMES)

    return read


class TestPublished:
    def test_pictures_are_put_together_from_planes_of_colour(self, published):
        (images, labels), (test_images, test_labels) = published(tar_of(batches()))
        assert (images == np.concatenate([drawn(number) for number in range(5)])).all()
        assert (test_images == drawn(5)).all()
        assert (labels.tolist(), test_labels.tolist()) == ([0, 1, 0, 1, 1] * 5, [0, 1, 0, 1, 1])

    def test_another_file_is_not_opened(self, published):
        with pytest.raises(CourseError, match="was not opened: it is not the published file"):
            published(tar_of(batches()), pinned="ab" * 32)

    @pytest.mark.parametrize("protocol", [0, 2, 5])
    def test_nothing_but_arrays_comes_out_of_a_pickle(self, published, tmp_path, protocol):
        class Evil:
            def __reduce__(self):
                return (open, (str(tmp_path / "opened"), "w"))

        with pytest.raises(CourseError, match=rf"{ARCHIVE} is damaged.*refers to _?io.open"):
            published(tar_of(batches(test_batch=pickle.dumps(Evil(), protocol))))
        assert not (tmp_path / "opened").exists()

    @pytest.mark.parametrize(
        "content",
        [
            b"no archive",
            tar_of({"data_batch_1": b""}),
            tar_of(batches(data_batch_3=b"")),
            tar_of(batches(data_batch_3=python2_batch(drawn(0), [0, 1]))),
            tar_of(batches(data_batch_3=python2_batch(drawn(0)[:, :16], [0] * 5))),
            tar_of(batches(data_batch_3=b"\x80\x02}.")),
            tar_of(batches(data_batch_3=b"\x80\x02N.")),
            tar_of(batches())[:-200],
        ],
    )
    def test_damage_is_one_sentence(self, published, content):
        with pytest.raises(CourseError, match=f"{ARCHIVE} is damaged or not what it should be") as raised:
            published(content)
        assert "\n" not in str(raised.value)


class TestMirrored:
    def test_the_classes_take_turns(self, mirrored):
        for images, labels in mirrored(zip_of(jpegs())):
            assert (images.shape, images.dtype) == ((6, 32, 32, 3), np.uint8)
            assert labels.tolist() == [0, 1] * 3
            assert images[:, 5, 5, 0].astype(int) == pytest.approx([0, 0, 60, 60, 120, 120], abs=6)

    def test_what_else_lies_there_is_passed_over(self, mirrored):
        more = {"README.md": b"hello", "__MACOSX/cifar10/test/cat/._0000.jpg": b"?", "cifar10/train/dog/0.jpg": jpeg()}
        (_, labels), _ = mirrored(zip_of(jpegs() | more))
        assert labels.tolist() == [0, 1] * 3

    @pytest.mark.parametrize(
        ("content", "says"),
        [
            (b"no archive", "not a zip"),
            (zip_of(jpegs())[:-40], "not a zip"),
            (zip_of({}), "no pictures in train/cat"),
            (zip_of({name: content for name, content in jpegs().items() if "test/ship" not in name}), "no .* test/ship"),
            (zip_of(jpegs(train__cat__0001=b"")), "train/cat/0001.jpg: not an image"),
            (zip_of(jpegs(train__cat__0001=jpeg()[:-300])), "train/cat/0001.jpg: truncated"),
            (zip_of(jpegs(train__cat__0001=jpeg((32, 31)))), "train/cat/0001.jpg: 32×31 pixels"),
            (zip_of(jpegs(train__cat__0001=jpeg(form="GIF"))), "train/cat/0001.jpg: not an image"),
        ],
    )
    def test_damage_is_one_sentence(self, mirrored, content, says):
        with pytest.raises(CourseError, match=f"cifar10.zip is damaged or not what it should be.*{says}") as raised:
            mirrored(content)
        assert "\n" not in str(raised.value)


class TestLoaded:
    @pytest.fixture
    def mirror(self, offer, tmp_path, monkeypatch):
        """A function that fills a mirror with one file, which it vouches for; the published one is on the server."""

        def fill(name, content):
            offer("tiny_pictures", {ARCHIVE: tar_of(batches())}, NAMES, name="cifar10", examples=[25, 5])
            path = tmp_path / "catalog.toml"
            path.write_text(path.read_text(encoding="utf-8") + '\nrepacked = ["cifar10.zip"]\n', encoding="utf-8")
            folder = tmp_path / "mirror" / "cifar10"
            folder.mkdir(parents=True)
            (folder / name).write_bytes(content)
            (folder.parent / "checksums.txt").write_text(f"{hash_of(content)}  cifar10/{name}\n")
            monkeypatch.setenv("COURSE_MIRROR", str(folder.parent))

        return fill

    def test_the_published_archive(self, offer):
        offer("tiny_pictures", {ARCHIVE: tar_of(batches())}, NAMES, name="cifar10")
        data = load("cifar10", data="real")
        assert (data.source, data.class_names, len(data.train), len(data.test)) == ("real", NAMES, 25, 5)
        assert (data.train.images == load("cifar10").train.images).all()
        assert data.train.images.shape == (25, 32, 32, 3)
        assert data.train.labels.dtype == np.int32

    def test_a_mirrors_copy_says_what_it_lacks(self, mirror):
        mirror("cifar10.zip", zip_of(jpegs()))
        data = load("cifar10", data="real")
        assert (data.source, data.class_names, len(data.train), len(data.test)) == ("mirror", NAMES, 6, 6)
        assert "only a sample: 6 of 25 training and 6 of 5 test examples" in str(data)

    def test_a_mirror_that_vouches_for_other_pickles_is_not_believed(self, mirror, capsys):
        mirror(ARCHIVE, tar_of(batches(data_batch_1=python2_batch(drawn(9), [1] * 5))))
        data = load("cifar10", data="real")
        assert "was not opened: it is not the published file" in capsys.readouterr().out
        assert (data.source, data.train.labels[:5].tolist()) == ("real", [0, 1, 0, 1, 1])

    def test_an_archive_that_was_exchanged_behind_the_caches_back_is_not_opened(self, offer, tmp_path):
        offer("tiny_pictures", {ARCHIVE: tar_of(batches())}, NAMES, name="cifar10")
        load("cifar10")
        (path,) = (tmp_path / "cache").rglob(ARCHIVE)
        then = path.stat()
        path.write_bytes(path.read_bytes()[:-1] + b"?")
        os.utime(path, ns=(then.st_atime_ns, then.st_mtime_ns))
        assert (load("cifar10", data="real").train.images[:5] == drawn(0)).all()  # fetched anew

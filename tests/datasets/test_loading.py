"""`load`: which data it takes, what it says, and what it makes of damaged files; on small files in the public formats."""

import gzip
import hashlib
import io
import json
import re
import shutil
import struct
import zipfile

import numpy as np
import pytest
from PIL import Image

from course_utils import synthetic
from course_utils.datasets import catalog, load, network
from course_utils.datasets.catalog import find_dataset
from course_utils.datasets.fetch import fetch
from course_utils.datasets.loading import state
from course_utils.errors import CourseError

SIZE = (6, 5)


def idx(array):
    header = struct.pack(f">BBBB{array.ndim}I", 0, 0, 8, array.ndim, *array.shape)
    return gzip.compress(header + array.tobytes())


def npz(**arrays):
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


def pictures_zip(classes=("horses", "humans"), each=3, spoil=()):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for label, name in enumerate(classes):
            for number in range(each):
                picture = io.BytesIO()
                Image.new("RGB", SIZE, (100 * label, 40 * number, 9)).save(picture, "PNG")
                content = picture.getvalue()
                archive.writestr(f"{name}/{number}.png", content[:30] if (name, number) in spoil else content)
    return file.getvalue()


def examples(n, seed):
    numbers = np.random.default_rng(seed)
    return numbers.integers(0, 256, (n, 4, 4), dtype=np.uint8), (np.arange(n) % 2).astype(np.uint8)


def idx_files():
    contents = {}
    for part, n in (("train", 6), ("test", 4)):
        images, labels = examples(n, n)
        contents |= {f"{part}-images.gz": idx(images), f"{part}-labels.gz": idx(labels)}
    return contents


def npz_files(**changes):
    (x_train, y_train), (x_test, y_test) = examples(6, 6), examples(4, 4)
    return {"all.npz": npz(**{"x_train": x_train, "y_train": y_train, "x_test": x_test, "y_test": y_test, **changes})}


def folder_files(**how):
    return {"train.zip": pictures_zip(**how), "test.zip": pictures_zip(each=2)}


@pytest.fixture
def generated(monkeypatch):
    """Replaces the generating of synthetic data by quick arrays; gives the names of what was generated."""
    made = []

    def generate(name, folder, seed=0, progress=False):
        made.append(name)
        for part, n in (("train", 8), ("test", 4)):
            images, labels = examples(n, seed)
            np.save(folder / f"{part}-images.npy", images)
            np.save(folder / f"{part}-labels.npy", labels.astype(np.int32))

    monkeypatch.setattr(synthetic, "generate", generate)
    return made


class TestReal:
    @pytest.mark.parametrize(("reader", "contents"), [("idx", idx_files()), ("npz", npz_files())])
    def test_arrays(self, offer, reader, contents):
        offer(reader, contents)
        data = load("fashion_mnist")
        assert (data.name, data.title, data.licence, data.source) == ("fashion_mnist", "Mini", "CC0", "real")
        assert data.class_names == ("cat", "dog")
        assert (len(data.train), len(data.test)) == (6, 4)
        assert (data.train.images.shape, data.train.images.dtype) == ((6, 4, 4, 1), np.uint8)
        assert (data.test.labels.dtype, data.test.labels.tolist()) == (np.int32, [0, 1, 0, 1])
        assert (data.test.images[..., 0] == examples(4, 4)[0]).all()

    def test_folders(self, offer):
        offer("image_folders", folder_files(), class_names=())
        data = load("fashion_mnist")
        assert data.class_names == ("horses", "humans")
        assert data.train.labels.tolist() == [0, 0, 0, 1, 1, 1]
        assert data.train.read(SIZE[::-1])[4, 0, 0].tolist() == [100, 40, 9]
        assert len(data.test) == 4

    def test_it_says_what_it_is_in_three_lines(self, offer):
        offer("idx", idx_files())
        assert str(load("fashion_mnist")).splitlines() == [
            "Mini: 6 training and 4 test examples",
            "Classes: cat, dog",
            "Source: the real data; licence CC0",
        ]

    def test_a_mirror_copy_is_called_one(self, offer, tmp_path, monkeypatch):
        contents = idx_files()
        offer("idx", contents, pins=contents | {"test-labels.gz": b"the public file"})
        folder = tmp_path / "mirror" / "fashion_mnist"
        folder.mkdir(parents=True)
        for name, content in contents.items():
            (folder / name).write_bytes(content)
        digest = hashlib.sha256(contents["test-labels.gz"]).hexdigest()
        (tmp_path / "mirror" / "checksums.txt").write_text(f"{digest}  fashion_mnist/test-labels.gz\n")
        monkeypatch.setenv("COURSE_MIRROR", str(tmp_path / "mirror"))
        data = load("fashion_mnist", data="real")
        assert data.source == "mirror"
        assert "in a mirror copy" in str(data)


class TestUnpacked:
    def test_pictures_are_unpacked_once(self, offer, own_cache):
        offer("image_folders", folder_files(), class_names=())
        load("fashion_mnist")
        first = {path: path.stat().st_ino for path in (own_cache / "unpacked").rglob("*.png")}
        load("fashion_mnist")
        assert {path: path.stat().st_ino for path in (own_cache / "unpacked").rglob("*.png")} == first
        assert len(first) == 10

    @pytest.mark.parametrize("harm", [lambda path: path.unlink(), lambda path: path.write_bytes(b"")])
    def test_pictures_that_were_harmed_are_unpacked_again(self, offer, harm):
        offer("image_folders", folder_files(), class_names=())
        path = load("fashion_mnist").train.paths[0]
        content = path.read_bytes()
        harm(path)
        assert len(load("fashion_mnist").train) == 6
        assert path.read_bytes() == content

    def test_another_archive_of_the_same_name_is_unpacked_anew(self, offer):
        offer("image_folders", folder_files(), class_names=())
        load("fashion_mnist")
        offer("image_folders", folder_files(each=5), class_names=())
        assert len(load("fashion_mnist").train) == 10

    def test_an_unreadable_picture_is_named_every_time_and_left_out(self, offer, capsys):
        offer("image_folders", folder_files(spoil={("humans", 1)}), class_names=())
        for _ in range(2):
            data = load("fashion_mnist")
            assert "humans/1.png" in capsys.readouterr().out
            assert data.train.labels.tolist() == [0, 0, 0, 1, 1]
            assert [path.name for path, _ in data.train.unreadable] == ["1.png"]

    @pytest.mark.parametrize(("part", "archive"), [("train", "train.zip"), ("test", "test.zip")])
    def test_a_class_without_readable_pictures_is_one_sentence(self, offer, part, archive):
        spoiled = pictures_zip(spoil={("humans", number) for number in range(3)})
        offer("image_folders", folder_files() | {archive: spoiled}, class_names=())
        with pytest.raises(
            CourseError, match=rf"{archive} holds no readable pictures of humans, as it should\. .*course data get"
        ):
            load("fashion_mnist")

    def test_a_hostile_archive_leaves_nothing(self, offer, own_cache):
        file = io.BytesIO(pictures_zip())
        with zipfile.ZipFile(file, "a") as archive:
            archive.writestr("../evil.png", b"")
        offer("image_folders", folder_files() | {"train.zip": file.getvalue()}, class_names=())
        with pytest.raises(CourseError, match=r"train.zip was refused: '\.\./evil.png'"):
            load("fashion_mnist")
        assert [path for path in (own_cache / "unpacked").rglob("*") if path.suffix != ".lock" and path.is_file()] == []

    def test_a_full_disk_leaves_nothing(self, offer, own_cache, monkeypatch):
        offer("image_folders", folder_files(), class_names=())
        fetch(find_dataset("fashion_mnist"))
        monkeypatch.setattr(shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(10, 10, 0))
        with pytest.raises(CourseError, match="disk is too full"):
            load("fashion_mnist")
        assert [path for path in (own_cache / "unpacked").rglob("*") if path.suffix != ".lock" and path.is_file()] == []

    def test_an_archive_without_classes_is_one_sentence(self, offer):
        offer("image_folders", folder_files(classes=("all",)), class_names=())
        with pytest.raises(CourseError, match="does not hold a folder of pictures for each class"):
            load("fashion_mnist")


class TestDamaged:
    @pytest.mark.parametrize(
        "content",
        [
            idx(examples(6, 6)[0])[:-20],
            gzip.compress(b"\0\0\x08\x03" + struct.pack(">3I", 6, 4, 4) + bytes(95)),
            gzip.compress(b"\0\0\x08\x03" + struct.pack(">3I", 6, 4, 4) + bytes(97)),
            gzip.compress(b"\0\0\x08\x03" + struct.pack(">3I", 2**31, 2**31, 4)),
            gzip.compress(b"\0\0\x0d\x03" + struct.pack(">3I", 6, 4, 4) + bytes(384)),
            gzip.compress(b"\0\0"),
            b"",
            b"not gzip",
        ],
        ids=[
            "cut gzip",
            "missing bytes",
            "extra bytes",
            "far too many announced",
            "floats",
            "cut header",
            "empty",
            "not gzip",
        ],
    )
    def test_an_idx_file_is_one_sentence(self, offer, content):
        offer("idx", idx_files() | {"train-images.gz": content or b"\n"})
        with pytest.raises(CourseError, match=r"train-images.gz is damaged.*course data get fashion_mnist"):
            load("fashion_mnist")

    @pytest.mark.parametrize(
        "changed",
        [
            {"train-labels.gz": idx(np.zeros(5, np.uint8))},
            {"train-labels.gz": idx(np.full(6, 2, np.uint8))},
            {"train-images.gz": idx(np.zeros((6, 16), np.uint8))},
            {"train-images.gz": idx(np.zeros((0, 4, 4), np.uint8)), "train-labels.gz": idx(np.zeros(0, np.uint8))},
        ],
    )
    def test_pictures_and_labels_that_do_not_fit_are_one_sentence(self, offer, changed):
        offer("idx", idx_files() | changed)
        with pytest.raises(CourseError, match="does not hold the pictures and labels that it should"):
            load("fashion_mnist")

    @pytest.mark.parametrize("content", [npz_files()["all.npz"][:-30], b"not a zip", npz(x_train=np.zeros(3))])
    def test_an_npz_file_is_one_sentence(self, offer, content):
        offer("npz", {"all.npz": content})
        with pytest.raises(CourseError, match=r"all.npz is damaged or not what it should be"):
            load("fashion_mnist")

    def test_pickles_in_an_npz_file_are_never_opened(self, offer, tmp_path):
        class Evil:
            def __reduce__(self):
                return (open, (str(tmp_path / "opened"), "w"))

        offer("npz", npz_files(x_train=np.array([Evil()], dtype=object)))
        with pytest.raises(CourseError, match="damaged or not what it should be"):
            load("fashion_mnist")
        assert not (tmp_path / "opened").exists()


class TestSynthetic:
    def test_it_is_generated_once_and_said_to_be_synthetic(self, offer, generated, server, capsys):
        offer("idx", idx_files())
        data = load("fashion_mnist", data="synthetic")
        assert data.source == "synthetic"
        assert "Source: synthetic data, not the real data" in str(data)
        assert "Generating synthetic data for Mini" in capsys.readouterr().out
        assert load("fashion_mnist", data="synthetic").train.images.shape == (8, 4, 4, 1)
        assert generated == ["fashion_mnist"]
        assert server.asked == []

    def test_it_is_generated_again_for_a_new_version(self, offer, generated, monkeypatch, own_cache):
        offer("idx", idx_files())
        load("fashion_mnist", data="synthetic")
        monkeypatch.setitem(synthetic.VERSIONS, "fashion_mnist", 2)
        load("fashion_mnist", data="synthetic")
        assert generated == ["fashion_mnist"] * 2
        assert [path.name for path in (own_cache / "synthetic").iterdir() if path.is_dir()] == ["fashion_mnist-v2"]

    def test_an_interruption_leaves_nothing(self, offer, generated, monkeypatch, own_cache):
        offer("idx", idx_files())

        def interrupted(name, folder, **more):
            (folder / "train-images.npy").touch()
            raise KeyboardInterrupt

        with monkeypatch.context() as patch:
            patch.setattr(synthetic, "generate", interrupted)
            with pytest.raises(KeyboardInterrupt):
                load("fashion_mnist", data="synthetic")
        assert [path for path in (own_cache / "synthetic").iterdir() if path.is_dir()] == []
        assert len(load("fashion_mnist", data="synthetic").train) == 8

    def test_auto_takes_it_when_there_is_no_network_and_says_so(self, offer, generated, refusing_address, capsys):
        offer("idx", idx_files(), addresses=refusing_address)
        assert load("fashion_mnist").source == "synthetic"
        said = capsys.readouterr().out
        assert "the network does not answer; run `course data get fashion_mnist`" in said
        assert "synthetic data, not the real data" in said

    def test_auto_waits_for_a_silent_network_only_once(self, offer, generated, hanging_address, connections, monkeypatch):
        monkeypatch.setattr(network, "SECONDS_TO_CONNECT", 0.5)
        offer("idx", idx_files(), addresses=hanging_address)
        load("fashion_mnist")
        asked = len(connections)
        assert asked > 0
        load("fashion_mnist")
        assert len(connections) == asked

    def test_auto_takes_it_when_what_comes_is_wrong(self, offer, generated, capsys):
        contents = idx_files()
        offer("idx", contents, pins={name: b"other" for name in contents})
        assert load("fashion_mnist").source == "synthetic"
        assert "wrong SHA-256" in capsys.readouterr().out

    @pytest.mark.parametrize(
        ("variable", "value"),
        [
            ("HTTPS_PROXY", "http://us er:p#ss@proxy:80 80/"),
            ("https_proxy", "http://[bad"),
            ("HTTPS_PROXY", "http://名:秘密@proxy:3128"),
            ("ALL_PROXY", "proxy:99999"),
            ("HTTPS_PROXY", "\udcff\udcfe"),
            ("HTTPS_PROXY", f"http://{'long' * 20}.example:3128"),
            ("HTTPS_PROXY", "gopher://"),
            ("REQUESTS_CA_BUNDLE", "/nowhere/ca.pem"),
            ("CURL_CA_BUNDLE", __file__),
        ],
    )
    def test_no_setting_of_the_network_stops_the_synthetic_data(
        self, offer, generated, capsys, monkeypatch, variable, value
    ):
        monkeypatch.setenv(variable, value)
        offer("idx", idx_files(), addresses="https://localhost:9/file")
        assert load("fashion_mnist").source == "synthetic"
        said = capsys.readouterr()
        assert re.search(rf"the network does not answer \((it is asked through the proxy that )?{variable} ", said.out)
        assert "p#ss" not in said.out and "秘密" not in said.out
        assert said.err == ""

    @pytest.mark.parametrize("value", ["/nowhere/at/all", "http://localhost:9", "http://[bad"])
    def test_nor_does_a_mirror_that_is_gone(self, offer, generated, capsys, monkeypatch, value):
        monkeypatch.setenv("COURSE_MIRROR", value)
        offer("idx", idx_files())
        assert state(find_dataset("fashion_mnist")) == "synthetic"
        assert load("fashion_mnist").source == "synthetic"
        assert "COURSE_MIRROR names" in capsys.readouterr().out
        with pytest.raises(CourseError, match="COURSE_MIRROR names"):
            load("fashion_mnist", data="real")

    def test_real_insists(self, offer, generated, refusing_address):
        offer("idx", idx_files(), addresses=refusing_address)
        with pytest.raises(CourseError, match=r"course data get fashion_mnist.*COURSE_MIRROR.*DATA=\"synthetic\""):
            load("fashion_mnist", data="real")
        assert generated == []

    def test_real_asks_again_after_a_silence(self, offer, generated, refusing_address):
        offer("idx", idx_files(), addresses=refusing_address)
        load("fashion_mnist")
        offer("idx", idx_files())
        assert load("fashion_mnist", data="real").source == "real"

    def test_auto_prefers_what_is_here(self, offer, generated, server):
        offer("idx", idx_files())
        load("fashion_mnist")
        server.files.clear()
        assert load("fashion_mnist").source == "real"

    def test_a_full_disk_is_said_and_not_hidden_by_synthetic_data(self, offer, generated, monkeypatch):
        monkeypatch.setattr(shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(10, 10, 0))
        offer("idx", idx_files())
        with pytest.raises(CourseError, match="disk is too full"):
            load("fashion_mnist")
        assert generated == []


class TestQuestions:
    @pytest.mark.parametrize("data", ["Real", "", "sample", None])
    def test_another_choice_of_data_is_one_sentence(self, data):
        with pytest.raises(CourseError, match="DATA must be one of auto, real, synthetic, not"):
            load("mnist", data=data)

    def test_an_unknown_dataset_is_one_sentence(self):
        with pytest.raises(CourseError, match="There is no dataset called 'nmist'"):
            load("nmist")

    def test_a_dataset_without_reader_is_one_sentence(self):
        with pytest.raises(CourseError, match=r"pets can be fetched .* but not loaded yet; these can: fashion_mnist, mnist"):
            load("pets")

    def test_a_dataset_without_synthetic_data_is_one_sentence(self, offer, monkeypatch):
        monkeypatch.setattr(synthetic, "VERSIONS", {"mnist": 1})
        offer("idx", idx_files())
        with pytest.raises(CourseError, match="no synthetic data for fashion_mnist; there is for mnist"):
            load("fashion_mnist", data="synthetic")


def parts_zip(spoil=(), parts=("train", "validation"), top="cats_and_dogs_filtered/", second=("cats", "dogs")):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(f"{top}vectorize.py", "print('not a picture')")
        for part, classes, each in zip(parts, (("cats", "dogs"), second), (3, 2), strict=False):
            with zipfile.ZipFile(io.BytesIO(pictures_zip(classes, each, spoil))) as inner:
                for name in inner.namelist():
                    archive.writestr(f"{top}{part}/{name}", inner.read(name))
    return file.getvalue()


def csv_text(rows, header=True, pixels=784):
    lines = [",".join(["label", *(f"pixel{n}" for n in range(1, pixels + 1))])] if header else []
    return "\n".join([*lines, *rows]) + "\n"


def csv_rows(labels, pixels=784):
    return [",".join(map(str, [label, *((np.arange(pixels) + label) % 256)])) for label in labels]


def csv_files(train=None, test=None):
    return {
        "train.csv": (csv_text(csv_rows([0, 8, 10, 24])) if train is None else train).encode(),
        "test.csv": (csv_text(csv_rows([1, 2])) if test is None else test).encode(),
    }


LETTERS = tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZ")


class TestOneArchiveWithParts:
    def test_train_and_validation_become_train_and_test(self, offer):
        offer("image_parts", {"all.zip": parts_zip()}, class_names=())
        data = load("fashion_mnist")
        assert data.class_names == ("cats", "dogs")
        assert (data.train.labels.tolist(), data.test.labels.tolist()) == ([0, 0, 0, 1, 1, 1], [0, 0, 1, 1])
        assert data.test.read(SIZE[::-1])[3, 0, 0].tolist() == [100, 40, 9]

    def test_an_unreadable_picture_is_named_in_its_part_only(self, offer, capsys):
        offer("image_parts", {"all.zip": parts_zip(spoil={("dogs", 2)})}, class_names=())
        data = load("fashion_mnist")
        assert "Left out 1 of 6 pictures" in (said := capsys.readouterr().out) and "dogs/2.png" in said
        assert (len(data.train), len(data.test), data.test.unreadable) == (5, 4, ())

    def test_a_class_without_readable_pictures_is_one_sentence(self, offer):
        spoiled = parts_zip(spoil={("dogs", number) for number in range(3)})
        offer("image_parts", {"all.zip": spoiled}, class_names=())
        with pytest.raises(CourseError, match=r"all.zip holds no readable pictures of dogs"):
            load("fashion_mnist")

    def test_a_missing_part_is_one_sentence(self, offer):
        offer("image_parts", {"all.zip": parts_zip(parts=("train", "extra"))}, class_names=())
        with pytest.raises(CourseError, match="does not hold a folder called 'validation'"):
            load("fashion_mnist")

    def test_parts_of_other_classes_are_one_sentence(self, offer):
        """Else a label would mean one class in training and another in the test."""
        offer("image_parts", {"all.zip": parts_zip(second=("cats", "owls"))}, class_names=())
        with pytest.raises(CourseError, match="does not hold a folder of pictures for each class"):
            load("fashion_mnist")


class TestOneArchiveWithoutParts:
    @pytest.fixture
    def clips(self, offer, use_catalog):
        def put(held_out, **how):
            offer("image_clips", {"all.zip": pictures_zip(("happy", "sad"), 4, **how)}, class_names=())
            text = catalog.CATALOG.read_text(encoding="utf-8")
            use_catalog(text.replace("[[fashion", f"held_out = {json.dumps(held_out)}\n[[fashion", 1))

        return put

    def test_pictures_are_held_out_by_the_beginnings_of_their_names(self, clips):
        clips(["2", "3"])
        data = load("fashion_mnist")
        assert (data.class_names, data.train.labels.tolist()) == (("happy", "sad"), [0, 0, 1, 1])
        assert [path.name for path in data.train.paths] == ["0.png", "1.png"] * 2
        assert [path.name for path in data.test.paths] == ["2.png", "3.png"] * 2

    def test_an_unreadable_picture_belongs_to_its_side(self, clips):
        clips(["2", "3"], spoil={("sad", 3)})
        data = load("fashion_mnist")
        assert (data.train.unreadable, [path.name for path, _ in data.test.unreadable]) == ((), ["3.png"])
        assert data.test.labels.tolist() == [0, 0, 1]

    @pytest.mark.parametrize("held_out", [[], ["9"], ["0", "1", "2", "3"]])
    def test_a_side_without_pictures_is_one_sentence(self, clips, held_out):
        clips(held_out)
        with pytest.raises(CourseError, match="does not hold pictures of each class to learn from and to test on"):
            load("fashion_mnist")


class TestCsv:
    @pytest.mark.parametrize("header", [True, False])
    @pytest.mark.parametrize(
        "change", [str, lambda text: text.replace("\n", "\r\n"), lambda text: text.rstrip("\n") + "\n\n"]
    )
    def test_a_header_line_may_be_there_or_not(self, offer, header, change):
        offer("csv", csv_files(change(csv_text(csv_rows([0, 8, 10, 24]), header))), class_names=LETTERS)
        data = load("fashion_mnist")
        assert (data.train.images.shape, data.train.images.dtype) == ((4, 28, 28, 1), np.uint8)
        assert (data.train.labels.dtype, data.train.labels.tolist()) == (np.int32, [0, 8, 10, 24])
        assert data.train.images[1, 0, :3, 0].tolist() == [8, 9, 10]
        assert data.train.images[1, 1, 0, 0] == 8 + 28
        assert [data.class_names[label] for label in data.train.labels] == ["A", "I", "K", "Y"]

    @pytest.mark.parametrize(
        ("text", "says"),
        [
            (csv_text(csv_rows([0])).replace("label,", "letter,"), "has no column 'label'"),
            (csv_text(csv_rows([0], 783), pixels=783), "has no column 'pixel784': its first line names 784, and should"),
            (csv_text(csv_rows([0])).replace("pixel3,pixel4", "pixel4,pixel3"), "another order"),
            (csv_text(csv_rows([0], 700), header=False), "701 columns in line 1 instead of 785"),
            (csv_text([*csv_rows([0, 1]), "3,4,5"]), "3 columns in line 4 instead of 785"),
            (csv_text(csv_rows([0, 1]))[:-1500], r"columns in line 3 instead of 785"),
            (csv_text(csv_rows([0, 26])), "label 26 in it, and labels go from 0 to 25"),
            (csv_text(csv_rows([-1])), "label -1 in it"),
            (csv_text(csv_rows([-1]), header=False), "has no column 'label'"),
            (csv_text([csv_rows([0])[0].replace(",7,", ",256,", 1)]), "pixel of value 256"),
            (
                csv_text([csv_rows([0])[0].replace(",7,", ",seven,", 1)]),
                "'seven' in line 2, column pixel8, instead of a whole",
            ),
            (csv_text([csv_rows([0])[0].replace(",7,", ",,", 1)]), "'' in line 2, column pixel8, instead of a whole"),
            (csv_text([csv_rows([0])[0].replace(",7,", ",7.5,", 1)]), "'7.5' in line 2, column pixel8"),
            (csv_text([]), "holds no pictures"),
            ("\n", "holds no pictures"),
        ],
        ids=[
            *("another name", "a column less", "another order", "narrow, no header", "a short line", "cut off"),
            *("label too large", "label below 0", "label below 0, no header", "pixel too large"),
            *("a word", "an empty cell", "a fraction", "no line", "an empty line"),
        ],
    )
    def test_a_table_that_will_not_do_is_one_sentence(self, offer, text, says):
        offer("csv", csv_files(train=text), class_names=LETTERS)
        with pytest.raises(CourseError, match=rf"train.csv .*{says}.*course data get fashion_mnist") as caught:
            load("fashion_mnist")
        assert "\n" not in str(caught.value)


class TestRemarks:
    """What a mirror's copy lacks is said in the banner."""

    def mirrored(self, folder, monkeypatch, use_catalog, contents, extra):
        """A mirror that holds `contents`, as a repacked copy of a dataset with the catalog entry's `extra` line."""
        text = catalog.CATALOG.read_text(encoding="utf-8").replace("[[fashion", f"{extra}\n[[fashion", 1)
        use_catalog(text)
        (folder / "mirror" / "fashion_mnist").mkdir(parents=True)
        lines = []
        for name, content in contents.items():
            (folder / "mirror" / "fashion_mnist" / name).write_bytes(content)
            lines.append(f"{hashlib.sha256(content).hexdigest()}  fashion_mnist/{name}\n")
        (folder / "mirror" / "checksums.txt").write_text("".join(lines))
        monkeypatch.setenv("COURSE_MIRROR", str(folder / "mirror"))

    def test_a_sample_is_called_one(self, offer, tmp_path, monkeypatch, use_catalog):
        contents = csv_files()
        offer("csv", contents, class_names=LETTERS, pins={name: b"public" for name in contents})
        self.mirrored(tmp_path, monkeypatch, use_catalog, contents, "examples = [2000, 2]")
        data = load("fashion_mnist", data="real")
        assert data.remark == "only a sample: 4 of 2,000 training and 2 of 2 test examples"
        assert "in a mirror copy; only a sample: 4 of 2,000" in str(data)

    def test_smaller_copies_are_called_so(self, offer, tmp_path, monkeypatch, use_catalog):
        contents = folder_files()
        offer("image_folders", contents, class_names=(), pins={name: b"public" for name in contents})
        self.mirrored(tmp_path, monkeypatch, use_catalog, contents, "image_size = [300, 300]\nexamples = [6, 4]")
        data = load("fashion_mnist", data="real")
        assert data.remark == "5×6 copies of the 300×300 pictures"

    def test_the_public_files_get_no_remark(self, offer):
        offer("image_folders", folder_files(), class_names=())
        assert load("fashion_mnist").remark == ""

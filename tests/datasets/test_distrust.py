"""Files in the cache that cannot be read do not stay for ever, whoever vouches for them; nor does damaged synthetic data."""

import hashlib
import io
import json
import os
import shutil
import zipfile
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from course_utils import files, synthetic
from course_utils.cli import course
from course_utils.datasets import catalog, load, storage
from course_utils.datasets.catalog import find_dataset
from course_utils.datasets.fetch import NotFetchedError, download_folder, fetch
from course_utils.errors import CourseError


def npz(n=6):
    file = io.BytesIO()
    images, labels = np.arange(n * 16, dtype=np.uint8).reshape(n, 4, 4), np.arange(n, dtype=np.uint8) % 2
    np.savez(file, x_train=images, y_train=labels, x_test=images[:2], y_test=labels[:2])
    return file.getvalue()


def spa_zip(text="Go.\tVe.\nRun!\tCorre.\nStop.\tPara.\nHelp!\tAyuda.\nWait.\tEspera.\nHi.\tHola.\n"):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("spa.txt", text)
    return file.getvalue()


def run(*arguments):
    return CliRunner().invoke(course, ["data", *arguments])


@pytest.fixture
def mirror(tmp_path, monkeypatch):
    """A function that puts a file into a mirror and lists it there."""
    folder = tmp_path / "mirror"
    listed = {}

    def put(name, content):
        path = folder / "fashion_mnist" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        listed[name] = hashlib.sha256(content).hexdigest()
        lines = (f"{digest}  fashion_mnist/{file}\n" for file, digest in listed.items())
        (folder / "checksums.txt").write_text("".join(lines))
        monkeypatch.setenv("COURSE_MIRROR", str(folder))

    return put


def bad_files():
    good = npz()
    return {
        "cut": good[:-40],
        "a page": b"<html>moved</html>",
        "nothing": b"",
        "other arrays": npz().replace(b"y_test", b"y_rest"),
        "labels beyond the classes": npz(6).replace(bytes([0, 1, 0, 1, 0, 1]), bytes([9, 1, 0, 1, 0, 1])),
    }


class TestOfAMirror:
    @pytest.mark.parametrize("bad", bad_files().values(), ids=bad_files())
    def test_a_bad_file_makes_room_for_a_mended_one(self, offer, mirror, bad):
        offer("npz", {"all.npz": npz()}, addresses="http://127.0.0.1:9/all.npz")
        mirror("all.npz", bad)
        for _ in range(2):
            with pytest.raises(
                NotFetchedError, match=r"tell whoever runs the mirror.*course data get fashion_mnist --again"
            ):
                load("fashion_mnist", data="real")
        mirror("all.npz", npz(8))
        assert len(load("fashion_mnist", data="real").train) == 8

    def test_a_bad_file_is_fetched_from_elsewhere_and_that_is_said(self, offer, mirror, server, capsys):
        offer("npz", {"all.npz": npz()})
        mirror("all.npz", npz()[:-40])
        data = load("fashion_mnist")
        assert (data.source, len(data.train)) == ("real", 6)
        said = capsys.readouterr().out
        assert "all.npz is damaged or not what it should be" in said and "It is fetched anew." in said
        load("fashion_mnist")
        assert len(server.asked) == 1

    def test_without_a_place_to_fetch_it_from_the_file_stays_and_synthetic_data_takes_its_place(
        self, offer, mirror, monkeypatch, capsys, generated
    ):
        offer("npz", {"all.npz": npz()}, addresses="http://127.0.0.1:9/all.npz")
        mirror("all.npz", npz()[:-40])
        fetch(find_dataset("fashion_mnist"))
        monkeypatch.delenv("COURSE_MIRROR")
        assert load("fashion_mnist").source == "synthetic"
        assert (
            "could not be fetched anew, since the network does not answer; run `course data get fashion_mnist --again`"
            in (capsys.readouterr().out)
        )
        assert (download_folder(find_dataset("fashion_mnist")) / "all.npz").is_file()

    def test_get_again_prefers_other_bytes_and_keeps_what_is_there_until_they_have_come(self, offer, mirror, server):
        offer("npz", {"all.npz": npz()})
        mirror("all.npz", npz(8))
        run("get", "fashion_mnist")
        kept = download_folder(find_dataset("fashion_mnist")) / "all.npz"
        served = server.files.pop("all.npz")
        assert run("get", "fashion_mnist", "--again").exit_code == 0
        assert kept.read_bytes() == npz(8)
        server.files["all.npz"] = served
        assert run("get", "fashion_mnist", "--again").exit_code == 0
        assert kept.read_bytes() == npz()
        mirror("all.npz", npz(10))
        assert run("get", "fashion_mnist", "--again").exit_code == 0
        assert kept.read_bytes() == npz(10)

    def test_a_mended_file_of_another_name_takes_the_place_of_the_bad_one(self, offer, mirror, tmp_path):
        offer("npz", {"all.npz": npz()}, addresses="http://127.0.0.1:9/all.npz")
        text = catalog.CATALOG.read_text().replace("part =", 'repacked = ["small.npz"]\npart =')
        catalog.CATALOG.write_text(text)
        catalog._read.cache_clear()
        mirror("all.npz", npz()[:-40])
        fetch(find_dataset("fashion_mnist"))
        shutil.rmtree(tmp_path / "mirror")
        mirror("small.npz", npz(8))
        assert len(load("fashion_mnist").train) == 8
        shutil.rmtree(tmp_path / "mirror")
        assert len(load("fashion_mnist").train) == 8

    def test_get_again_without_any_place_to_get_it_from_harms_nothing(self, offer, mirror, monkeypatch):
        offer("npz", {"all.npz": npz()}, addresses="http://127.0.0.1:9/all.npz")
        mirror("all.npz", npz(8))
        run("get", "fashion_mnist")
        monkeypatch.delenv("COURSE_MIRROR")
        assert "could not be fetched anew" in str(run("get", "fashion_mnist", "--again").exception)
        assert len(load("fashion_mnist").train) == 8


class TestUnpacked:
    def test_a_file_that_is_damaged_without_a_change_of_size_is_unpacked_anew(self, offer, own_cache, server, capsys):
        offer("sentence_pairs", {"spa.zip": spa_zip()}, class_names=())
        load("fashion_mnist")
        (path,) = (own_cache / "unpacked").rglob("spa.txt")
        path.write_bytes(path.read_bytes().replace(b"\t", b" "))
        assert len(load("fashion_mnist").train) == 5
        assert "is damaged: its line 1 is not two sentences" in (said := capsys.readouterr().out)
        assert "It is unpacked anew." in said
        assert len(server.asked) == 1

    @pytest.mark.parametrize("text", ["[" * 100_000, "null", "[]", '{"sha256": 5}', "\x00"])
    def test_a_damaged_seal_is_no_trap(self, offer, own_cache, text):
        offer("sentence_pairs", {"spa.zip": spa_zip()}, class_names=())
        load("fashion_mnist")
        (seal,) = (own_cache / "unpacked").rglob(storage.SEAL)
        (note,) = (own_cache / "downloads").rglob("*.json")
        for path in (seal, note):
            path.write_text(text)
        assert len(load("fashion_mnist").train) == 5


class TestVerify:
    def test_it_says_which_sum_each_file_has(self, offer, mirror, tmp_path):
        contents = {"one.bin": b"as published", "two.bin": b"as published, too"}
        offer("", contents, addresses="http://127.0.0.1:9/")
        mirror("one.bin", contents["one.bin"])
        mirror("two.bin", b"packed anew")
        run("get", "fashion_mnist")
        result = run("verify", "fashion_mnist")
        assert result.exit_code == 0
        assert result.output.splitlines() == [
            "fashion_mnist: one.bin has the published SHA-256",
            "fashion_mnist: two.bin has the SHA-256 that it came with, as its mirror lists it, not the published one",
            "Undamaged files: 2",
        ]

    @pytest.mark.parametrize("bad", [b"PK\3\4 and so on", b""])
    def test_a_file_that_came_damaged_is_found_by_its_structure(self, offer, mirror, bad):
        offer("", {"all.zip": spa_zip()}, addresses="http://127.0.0.1:9/")
        mirror("all.zip", bad)
        run("get", "fashion_mnist")
        result = run("verify")
        assert result.exit_code == 1
        assert "all.zip came so, it is damaged: " in result.output
        assert "`course data get fashion_mnist --again` fetches it anew" in result.output

    def test_a_published_md5_counts(self, use_catalog, server):
        content = b"weights"
        use_catalog(
            '[mini]\ntitle = "-"\ndescription = "-"\nlicence = "-"\ncitation = "-"\nhome = "-"\n'
            f'files = [{{ name = "a.bin", size = 7, md5 = "{hashlib.md5(content).hexdigest()}", '
            f'addresses = ["{server.serve("a", content)}"] }}]'
        )
        run("get", "mini")
        assert "mini: a.bin has the published MD5" in run("verify").output


def save(folder: Path, n: int = 8) -> None:
    for part, count in (("train", n), ("test", 4)):
        np.save(folder / f"{part}-images.npy", np.full((count, 4, 4), 7, np.uint8))
        np.save(folder / f"{part}-labels.npy", (np.arange(count) % 2).astype(np.int32))


@pytest.fixture
def generated(monkeypatch):
    """Replaces the generating of synthetic data by quick arrays; gives the names of what was generated."""
    made = []

    def generate(name, folder, seed=0, progress=False):
        made.append(name)
        save(folder)

    monkeypatch.setattr(synthetic, "generate", generate)
    return made


def shorten(path):
    path.write_bytes(path.read_bytes()[:-1])


def spoil(path):
    """Other bytes, as many as before, which no size tells."""
    path.write_bytes(path.read_bytes().replace(b"descr", b"d\xff[[["))


class TestSynthetic:
    @pytest.mark.parametrize(
        "harm",
        [
            lambda folder: (folder / "train-images.npy").unlink(),
            lambda folder: (folder / "more.npy").touch(),
            lambda folder: shorten(folder / "test-labels.npy"),
            lambda folder: (folder / "test-images.npy").write_bytes(b""),
            lambda folder: (folder / storage.SEAL).unlink(),
            lambda folder: (folder / storage.SEAL).write_text("[" * 100_000),
            lambda folder: spoil(folder / "train-labels.npy"),
            lambda folder: (
                (folder / "train-labels.npy").rename(folder / "x") and (folder / "x").rename(folder / "test-x.npy")
            ),
        ],
    )
    def test_what_is_damaged_is_generated_anew(self, offer, generated, own_cache, capsys, harm):
        offer("npz", {"all.npz": npz()})
        load("fashion_mnist", data="synthetic")
        harm(own_cache / "synthetic" / "fashion_mnist-v1")
        assert len(load("fashion_mnist", data="synthetic").train) == 8
        assert generated == ["fashion_mnist"] * 2
        load("fashion_mnist", data="synthetic")
        assert len(generated) == 2
        assert "damaged" in capsys.readouterr().out


class TestSharedCache:
    """A class may share a cache that it cannot write to: what is complete is read, without a lock."""

    @pytest.fixture
    def read_only(self, monkeypatch):
        def make():
            def refuse(*args, **more):
                raise PermissionError(13, "Permission denied")

            for owner, name in ((files, "locked"), (files, "replace_text"), (Path, "mkdir"), (Path, "write_text")):
                monkeypatch.setattr(owner, name, refuse)
            monkeypatch.setattr("course_utils.datasets.fetch.replace_text", refuse)

        return make

    def test_what_is_there_is_read(self, offer, generated, read_only, own_cache):
        offer("sentence_pairs", {"spa.zip": spa_zip()}, class_names=())
        load("fashion_mnist")
        offer("npz", {"all.npz": npz()}, name="mnist")
        load("mnist", data="synthetic")
        for path in (own_cache / "downloads").rglob("*.zip"):
            os.utime(path, (1, 1))  # as a copy has it
        read_only()
        assert load("fashion_mnist", data="real").source == "real"
        assert load("mnist", data="synthetic").source == "synthetic"

    def test_what_is_not_there_is_one_sentence(self, offer, generated, read_only):
        offer("npz", {"all.npz": npz()})
        read_only()
        for data in ("real", "synthetic"):
            with pytest.raises(CourseError, match=r"cannot be written \(no permission\); change that or set COURSE_CACHE"):
                load("fashion_mnist", data=data)

    def test_what_is_not_there_is_done_without(self, offer, generated, own_cache, monkeypatch, capsys):
        offer("npz", {"all.npz": npz()})
        load("fashion_mnist", data="synthetic")
        monkeypatch.setattr(
            "course_utils.datasets.fetch.os.access", lambda path, _: not str(path).startswith(str(own_cache))
        )
        assert load("fashion_mnist").source == "synthetic"
        assert f"is not in {own_cache}, which cannot be written to" in capsys.readouterr().out
        with pytest.raises(CourseError, match=r'set COURSE_CACHE to another folder\. DATA="synthetic" works'):
            load("fashion_mnist", data="real")

    def test_what_may_not_be_looked_at_is_one_sentence(self, offer, monkeypatch):
        offer("npz", {"all.npz": npz()})
        load("fashion_mnist")

        def refuse(*args, **more):
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(Path, "is_file", refuse)
        with pytest.raises(CourseError, match=r"cannot be read \(no permission\)"):
            load("fashion_mnist")


def test_a_note_about_nothing_we_know_is_not_believed(offer, own_cache, server):
    offer("npz", {"all.npz": npz()})
    load("fashion_mnist")
    (note,) = (own_cache / "downloads").rglob("*.json")
    said = json.loads(note.read_text())
    for change in ({"source": "nobody"}, {"sha256": None}, {"stamp": None}):
        note.write_text(json.dumps(said | change))
        assert load("fashion_mnist").source == "real"
    assert len(server.asked) == 1

"""Fetching over a network that is slow, broken, silent or lying, and from mirrors; what is kept, and what is refused."""

import base64
import errno
import hashlib
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from course_utils.cli import course
from course_utils.datasets import network, transfer
from course_utils.datasets.fetch import NotFetchedError, cached, download_folder, fetch, in_mirror
from course_utils.errors import CourseError

CONTENT = random.Random(0).randbytes(300_000)
HALF = 9 * transfer.CHUNK

# runs `code` with a catalog of one dataset, as another process would
# Ctrl-C is given back its meaning: a shell takes it from what it starts in the background, as these tests may be.
OTHER_PROCESS = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
from pathlib import Path
from course_utils.datasets import catalog
catalog.CATALOG = Path(sys.argv.pop(1))
from course_utils.datasets.fetch import fetch
"""
CATALOG = """
[mini]
title = "Mini"
description = "a small one"
licence = "CC0"
citation = "nobody"
home = "https://example.org/"
files = [{{ name = "file.bin", size = {size}, sha256 = "{sha256}", addresses = ["{address}"] }}]
"""


def only_file(fetched):
    (file,) = fetched.values()
    return file


def left_behind(folder):
    """What lies in a folder but for locks."""
    return sorted(path.name for path in folder.iterdir() if path.suffix != ".lock") if folder.exists() else []


class TestGoodNetwork:
    def test_a_file_comes_whole_and_is_then_kept(self, server, make_dataset):
        dataset = make_dataset(CONTENT, server.serve("a", CONTENT))
        file = only_file(fetch(dataset))
        assert file.path.read_bytes() == CONTENT
        assert (file.source, file.sha256) == ("real", hashlib.sha256(CONTENT).hexdigest())
        assert fetch(dataset) == fetch(dataset)
        assert len(server.asked) == 1
        assert left_behind(file.path.parent) == ["file.bin", "file.bin.json"]

    def test_a_slow_server_is_waited_for(self, server, make_dataset):
        dataset = make_dataset(CONTENT, server.serve("a", CONTENT, seconds_per_chunk=0.02))
        assert only_file(fetch(dataset)).path.read_bytes() == CONTENT

    def test_an_unpinned_file_is_taken_by_size_and_structure(self, server, make_dataset):
        dataset = make_dataset(b"a,b\n1,2\n", server.serve("a", b"a,b\n1,2\n"), name="table.csv", pinned=False)
        assert only_file(fetch(dataset)).source == "real"

    def test_a_server_that_states_no_length_is_taken_by_hash(self, server, make_dataset):
        dataset = make_dataset(CONTENT, server.serve("a", CONTENT, claims_length=False))
        assert only_file(fetch(dataset)).path.read_bytes() == CONTENT


class TestBrokenConnections:
    def test_a_resumed_download_needs_room_for_the_rest_only(self, server, make_dataset, monkeypatch):
        dataset = make_dataset(CONTENT, server.serve("a", CONTENT))
        part = download_folder(dataset) / "file.bin.part"
        part.parent.mkdir(parents=True)
        part.write_bytes(CONTENT[:HALF])
        rest = len(CONTENT) - HALF
        monkeypatch.setattr(shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(10**9, 10**9 - rest, rest))
        assert only_file(fetch(dataset)).path.read_bytes() == CONTENT
        assert server.asked == [("/a", f"bytes={HALF}-")]

    def test_a_dropped_download_resumes(self, server, make_dataset):
        dataset = make_dataset(CONTENT, server.serve("a", CONTENT, drops=[HALF]))
        assert only_file(fetch(dataset)).path.read_bytes() == CONTENT
        assert server.asked == [("/a", None), ("/a", f"bytes={HALF}-")]

    def test_an_unpinned_download_resumes_too_if_the_server_confirms_the_version(self, server, make_dataset):
        dataset = make_dataset(CONTENT, server.serve("a", CONTENT, drops=[HALF]), name="notes.txt", pinned=False)
        assert only_file(fetch(dataset)).path.read_bytes() == CONTENT
        assert server.asked[1] == ("/a", f"bytes={HALF}-")

    def test_an_unpinned_download_without_a_version_begins_again(self, server, make_dataset):
        address = server.serve("a", CONTENT, drops=[HALF], etag=None)
        dataset = make_dataset(CONTENT, address, name="notes.txt", pinned=False)
        assert only_file(fetch(dataset)).path.read_bytes() == CONTENT
        assert server.asked == [("/a", None), ("/a", None)]

    def test_a_server_without_ranges_is_asked_for_everything_again(self, server, make_dataset):
        dataset = make_dataset(CONTENT, server.serve("a", CONTENT, drops=[HALF], ranges=False))
        assert only_file(fetch(dataset)).path.read_bytes() == CONTENT

    @pytest.mark.parametrize(("pinned", "etag"), [(True, '"1"'), (True, None), (False, '"1"'), (False, None)])
    def test_a_beginning_of_another_version_is_thrown_away(self, server, make_dataset, pinned, etag):
        address = server.serve("a", CONTENT, etag=etag)
        dataset = make_dataset(CONTENT, address, pinned=pinned)
        part = download_folder(dataset) / "file.bin.part"
        part.parent.mkdir(parents=True)
        part.write_bytes(bytes(HALF))
        transfer.validator_file(part).write_text(f'{address}\n"0"')
        assert only_file(fetch(dataset)).path.read_bytes() == CONTENT
        assert left_behind(part.parent) == ["file.bin", "file.bin.json"]

    @pytest.mark.parametrize("size", [len(CONTENT), len(CONTENT) + 1])
    def test_a_leftover_as_long_as_the_file_or_longer_is_no_trap(self, server, make_dataset, size):
        dataset = make_dataset(CONTENT, server.serve("a", CONTENT))
        part = download_folder(dataset) / "file.bin.part"
        part.parent.mkdir(parents=True)
        part.write_bytes(bytes(size))
        assert only_file(fetch(dataset)).path.read_bytes() == CONTENT

    def test_a_leftover_that_is_the_whole_file_is_not_asked_for_again(self, server, make_dataset):
        dataset = make_dataset(CONTENT, server.serve("a", CONTENT))
        part = download_folder(dataset) / "file.bin.part"
        part.parent.mkdir(parents=True)
        part.write_bytes(CONTENT)
        assert only_file(fetch(dataset)).path.read_bytes() == CONTENT
        assert server.asked == []

    def test_the_next_address_goes_on_where_the_first_stopped(self, server, make_dataset):
        first = server.serve("a", CONTENT, drops=[HALF, 0, 0, 0])
        dataset = make_dataset(CONTENT, first, server.serve("b", CONTENT))
        assert only_file(fetch(dataset)).path.read_bytes() == CONTENT
        assert server.asked[-1] == ("/b", f"bytes={HALF}-")

    def test_a_stalled_download_is_given_up_and_the_next_address_goes_on(self, server, make_dataset, monkeypatch):
        monkeypatch.setattr(transfer, "SECONDS_TO_STALL", 0.3)
        first = server.serve("a", CONTENT, stalls_after=8192)
        dataset = make_dataset(CONTENT, first, server.serve("b", CONTENT))
        started = time.monotonic()
        assert only_file(fetch(dataset)).path.read_bytes() == CONTENT
        assert time.monotonic() - started < 3
        assert [path for path, _ in server.asked] == ["/a", "/b"]

    @pytest.mark.parametrize("dead", ["refusing_address", "hanging_address"])
    def test_a_dead_first_address_leads_to_the_second(self, server, make_dataset, monkeypatch, request, dead):
        monkeypatch.setattr(network, "SECONDS_TO_CONNECT", 0.5)
        dataset = make_dataset(CONTENT, request.getfixturevalue(dead), server.serve("b", CONTENT))
        assert only_file(fetch(dataset)).path.read_bytes() == CONTENT

    @pytest.mark.parametrize("status", [403, 404, 500, 503])
    def test_an_error_of_the_first_server_leads_to_the_second(self, server, make_dataset, status):
        dataset = make_dataset(CONTENT, server.serve("a", CONTENT, status=status), server.serve("b", CONTENT))
        assert only_file(fetch(dataset)).path.read_bytes() == CONTENT


class TestWrongBytes:
    @pytest.mark.parametrize("name", ["file.bin", "table.csv"])
    def test_another_size_is_refused_before_it_comes(self, server, make_dataset, name):
        dataset = make_dataset(CONTENT, server.serve("a", CONTENT + b"!"), name=name, pinned=name == "file.bin")
        with pytest.raises(NotFetchedError, match=r"offers 300,001 bytes instead of 300,000.*course data get mini"):
            fetch(dataset)
        assert left_behind(download_folder(dataset)) == []

    def test_a_wrong_hash_is_refused_and_nothing_is_kept(self, server, make_dataset):
        wrong = CONTENT[:-1] + bytes([CONTENT[-1] ^ 1])
        dataset = make_dataset(CONTENT, server.serve("a", wrong))
        with pytest.raises(NotFetchedError, match=r"127.0.0.1.*wrong SHA-256.*course data get mini"):
            fetch(dataset)
        assert cached(dataset, dataset.files[0]) is None
        assert [name for name in left_behind(download_folder(dataset)) if not name.endswith(".version")] == []

    def test_a_wrong_first_address_leads_to_a_right_second(self, server, make_dataset):
        dataset = make_dataset(CONTENT, server.serve("a", CONTENT[::-1]), server.serve("b", CONTENT))
        assert only_file(fetch(dataset)).path.read_bytes() == CONTENT

    def test_a_wrong_download_leaves_an_earlier_file_alone(self, server, make_dataset):
        dataset = make_dataset(CONTENT, server.serve("a", CONTENT[::-1]))
        mine = download_folder(dataset) / "file.bin"
        mine.parent.mkdir(parents=True)
        mine.write_bytes(b"something that a learner put there")
        with pytest.raises(NotFetchedError, match="wrong SHA-256"):
            fetch(dataset)
        assert mine.read_bytes() == b"something that a learner put there"

    @pytest.mark.parametrize(
        ("name", "content"),
        [
            ("table.csv", b"<!DOCTYPE html><html>log in to this network</html>"),
            ("table.csv", b"\n <html>"),
            ("words.json", b'{"a": '),
            ("pictures.zip", b"PK\x03\x04 and then nothing"),
            ("reviews.tar.gz", b"\x1f\x8b and then nothing"),
        ],
    )
    def test_an_unpinned_file_that_is_not_what_its_name_says_is_refused(self, server, make_dataset, name, content):
        dataset = make_dataset(content, server.serve("a", content), name=name, pinned=False)
        with pytest.raises(NotFetchedError, match="gave something else than"):
            fetch(dataset)
        assert not (download_folder(dataset) / name).exists()


class TestMd5:
    """Where the publisher states only that."""

    MD5 = hashlib.md5(CONTENT).hexdigest()

    def test_a_file_of_the_stated_md5_is_real(self, server, make_dataset):
        dataset = make_dataset(CONTENT, server.serve("a", CONTENT), pinned=False, md5=self.MD5)
        file = only_file(fetch(dataset))
        assert (file.source, file.sha256) == ("real", hashlib.sha256(CONTENT).hexdigest())

    def test_another_one_of_the_same_size_is_refused_and_nothing_is_kept(self, server, make_dataset):
        dataset = make_dataset(CONTENT, server.serve("a", CONTENT[::-1]), pinned=False, md5=self.MD5)
        with pytest.raises(NotFetchedError, match="wrong MD5"):
            fetch(dataset)
        assert [name for name in left_behind(download_folder(dataset)) if not name.endswith(".version")] == []

    def test_a_dropped_download_resumes_from_any_server(self, server, make_dataset):
        dataset = make_dataset(
            CONTENT, server.serve("a", CONTENT, drops=[HALF], etag=None), pinned=False, md5=self.MD5, name="notes.txt"
        )
        assert only_file(fetch(dataset)).path.read_bytes() == CONTENT
        assert server.asked == [("/a", None), ("/a", f"bytes={HALF}-")]

    def test_one_put_there_by_hand_is_taken_if_it_is_right(self, make_dataset):
        dataset = make_dataset(CONTENT, pinned=False, md5=self.MD5)
        download_folder(dataset).mkdir(parents=True)
        path = download_folder(dataset) / "file.bin"
        path.write_bytes(CONTENT[::-1])
        assert cached(dataset, dataset.files[0]) is None
        path.write_bytes(CONTENT)
        assert cached(dataset, dataset.files[0]).source == "real"

    def test_a_mirrors_repacked_file_needs_the_mirrors_own_list(self, tmp_path, make_dataset, monkeypatch):
        dataset = make_dataset(CONTENT, pinned=False, md5=self.MD5, repacked=("other.bin",))
        (tmp_path / "mirror" / "mini").mkdir(parents=True)
        (tmp_path / "mirror" / "mini" / "other.bin").write_bytes(b"smaller")
        monkeypatch.setenv("COURSE_MIRROR", str(tmp_path / "mirror"))
        with pytest.raises(NotFetchedError, match="wrong MD5"):
            fetch(dataset)
        listed = f"{hashlib.sha256(b'smaller').hexdigest()}  mini/other.bin\n"
        (tmp_path / "mirror" / "checksums.txt").write_text(listed)
        assert only_file(fetch(dataset)).source == "mirror"


class TestNoNetwork:
    @pytest.mark.parametrize("dead", ["refusing_address", "hanging_address"])
    def test_it_says_in_under_five_seconds_what_to_do(self, make_dataset, request, dead):
        dataset = make_dataset(CONTENT, *[request.getfixturevalue(dead)] * 3)
        started = time.monotonic()
        with pytest.raises(NotFetchedError, match=r"network does not answer.*course data get mini.*COURSE_MIRROR"):
            fetch(dataset)
        assert time.monotonic() - started < 5

    def test_a_look_up_of_names_that_hangs_is_not_waited_for(self, make_dataset, monkeypatch):
        monkeypatch.setattr(network, "SECONDS_TO_CONNECT", 0.5)
        ending = threading.Event()
        monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **more: ending.wait(30) and [])
        started = time.monotonic()
        with pytest.raises(NotFetchedError, match="network does not answer"):
            fetch(make_dataset(CONTENT, *(f"http://example.invalid/{number}" for number in range(6))))
        assert time.monotonic() - started < 2
        ending.set()

    def test_silence_is_remembered_but_may_be_asked_again(self, server, make_dataset, refusing_address):
        with pytest.raises(NotFetchedError):
            fetch(make_dataset(CONTENT, refusing_address), ask_again=False)
        assert network.was_silent()
        dataset = make_dataset(CONTENT, server.serve("a", CONTENT))
        with pytest.raises(NotFetchedError, match="network does not answer"):
            fetch(dataset, ask_again=False)
        assert server.asked == []
        assert fetch(dataset)
        assert not network.was_silent()

    def test_a_file_behind_an_account_comes_with_directions(self, make_dataset):
        dataset = replace(make_dataset(CONTENT), by_hand="Get it from https://example.org with an account.")
        with pytest.raises(NotFetchedError, match=r"no open address\. Get it from"):
            fetch(dataset)

    def test_a_file_put_there_by_hand_is_taken_if_it_is_right(self, make_dataset):
        dataset = make_dataset(CONTENT)
        download_folder(dataset).mkdir(parents=True)
        (download_folder(dataset) / "file.bin").write_bytes(CONTENT)
        assert only_file(fetch(dataset)).source == "real"


class TestCache:
    @pytest.fixture
    def kept(self, server, make_dataset):
        dataset = make_dataset(CONTENT, server.serve("a", CONTENT))
        return dataset, only_file(fetch(dataset)).path

    def test_a_file_cut_short_is_fetched_again(self, kept, capsys):
        dataset, path = kept
        path.write_bytes(CONTENT[:HALF])
        assert only_file(fetch(dataset)).path.read_bytes() == CONTENT
        assert "damaged or changed; fetching it again" in capsys.readouterr().out

    def test_a_damage_that_size_and_date_hide_is_found_by_a_thorough_look(self, kept):
        dataset, path = kept
        before = path.stat()
        path.write_bytes(CONTENT[::-1])
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
        assert cached(dataset, dataset.files[0])
        assert cached(dataset, dataset.files[0], thorough=True) is None
        assert only_file(fetch(dataset, thorough=True)).path.read_bytes() == CONTENT

    def test_a_copy_with_another_date_is_taken_after_a_look(self, kept, server):
        dataset, path = kept
        os.utime(path, (1, 1))
        assert fetch(dataset)
        assert len(server.asked) == 1

    def test_a_damaged_note_is_no_trap(self, kept, server):
        dataset, path = kept
        path.with_name("file.bin.json").write_text("{")
        assert fetch(dataset)
        assert len(server.asked) == 1

    def test_a_cache_that_one_may_only_read_serves_what_it_holds(self, kept, monkeypatch):
        dataset, path = kept
        os.utime(path, (1, 1))

        def read_only(*args, **more):
            raise OSError(errno.EROFS, "Read-only file system")

        monkeypatch.setattr(Path, "write_text", read_only)
        assert only_file(fetch(dataset)).path == path


class TestDisk:
    def test_a_disk_without_room_is_named_before_anything_is_written(self, server, make_dataset, monkeypatch):
        monkeypatch.setattr(shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(10**9, 10**9 - 1000, 1000))
        dataset = make_dataset(CONTENT, server.serve("a", CONTENT))
        with pytest.raises(CourseError, match=r"disk is too full: 0.3 MB are needed and 0.0 MB are free.*COURSE_CACHE"):
            fetch(dataset)
        assert left_behind(download_folder(dataset)) == []

    def test_a_disk_that_fills_up_meanwhile_keeps_nothing_half_written(self, server, make_dataset, tmp_path, monkeypatch):
        small = tmp_path / "small"
        small.mkdir()
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=128k", "tmpfs", small], capture_output=True).returncode:
            pytest.skip("a small disk cannot be mounted here")
        try:
            monkeypatch.setenv("COURSE_CACHE", str(small))
            monkeypatch.setattr(shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(10**9, 0, 10**9))
            dataset = make_dataset(CONTENT, server.serve("a", CONTENT))
            with pytest.raises(CourseError, match=r"disk is full.*free some space"):
                fetch(dataset)
            assert "file.bin" not in "".join(left_behind(download_folder(dataset))).replace("file.bin.part.version", "")
        finally:
            subprocess.run(["umount", small], check=True)

    def test_a_file_in_the_place_of_the_folder_is_named(self, server, make_dataset, own_cache):
        own_cache.write_text("not a folder")
        with pytest.raises(CourseError, match=r"needs a folder where a file is"):
            fetch(make_dataset(CONTENT, server.serve("a", CONTENT)))
        assert own_cache.read_text() == "not a folder"

    @pytest.mark.parametrize("number", [errno.EROFS, errno.EACCES])
    def test_a_folder_that_may_not_be_written_is_named(self, server, make_dataset, monkeypatch, number):
        def refuse(*args, **more):
            raise OSError(number, os.strerror(number))

        monkeypatch.setattr(Path, "mkdir", refuse)
        with pytest.raises(CourseError, match=r"cannot be written \(no permission\).*COURSE_CACHE"):
            fetch(make_dataset(CONTENT, server.serve("a", CONTENT)))


class TestSeveralProcesses:
    def start(self, tmp_path, address, code):
        path = tmp_path / "other.toml"
        path.write_text(CATALOG.format(size=len(CONTENT), sha256=hashlib.sha256(CONTENT).hexdigest(), address=address))
        command = [sys.executable, "-c", OTHER_PROCESS + code, path]
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def test_two_at_once_download_once_and_both_succeed(self, server, tmp_path):
        address = server.serve("a", CONTENT, seconds_per_chunk=0.05)
        code = "from course_utils import files; files.SECONDS_BEFORE_SAYING = 0\n"
        code += "print(fetch(catalog.find_dataset('mini'))['file.bin'].path.stat().st_size)"
        both = [self.start(tmp_path, address, code) for _ in range(2)]
        answers = [process.communicate(timeout=30) for process in both]
        assert [process.returncode for process in both] == [0, 0], answers
        assert all(str(len(CONTENT)) in out for out, _ in answers)
        assert len(server.asked) == 1
        assert sum("Another process is working on file.bin" in out for out, _ in answers) == 1

    def test_ctrl_c_leaves_a_download_to_resume_and_one_sentence(self, server, tmp_path, own_cache):
        address = server.serve("a", CONTENT, seconds_per_chunk=0.05)
        code = "from course_utils.cli.data import data; data(['get', 'mini'], standalone_mode=False)"
        process = self.start(tmp_path, address, code)
        part = own_cache / "downloads" / "mini" / "file.bin.part"
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline and not (part.exists() and part.stat().st_size > 8192):
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=20)
        assert process.returncode == 130
        assert err.strip() == "Interrupted; `course data get mini` goes on where this stopped."
        begun = part.stat().st_size
        assert 0 < begun < len(CONTENT)
        server.files["a"].seconds_per_chunk = 0
        assert self.start(tmp_path, address, code).wait(timeout=20) == 0
        assert server.asked[-1] == ("/a", f"bytes={begun}-")
        assert part.with_suffix("").read_bytes() == CONTENT


class TestMirrors:
    @pytest.fixture
    def mirror(self, tmp_path, monkeypatch):
        """A function that puts a file into a mirror's folder, listed in its checksums.txt with `listed`'s hash."""
        folder = tmp_path / "mirror"

        def put(content: bytes, name: str = "file.bin", listed: bytes | None = None):
            (folder / "mini").mkdir(parents=True, exist_ok=True)
            (folder / "mini" / name).write_bytes(content)
            if listed is not None:
                line = f"{hashlib.sha256(listed).hexdigest()}  mini/{name}\n"
                with (folder / "checksums.txt").open("a") as stream:
                    stream.write(line)
            monkeypatch.setenv("COURSE_MIRROR", str(folder))
            return folder

        return put

    def test_the_public_file_in_a_mirror_is_real(self, mirror, make_dataset):
        mirror(CONTENT)
        assert only_file(fetch(make_dataset(CONTENT))).source == "real"

    def test_a_repacked_file_that_the_mirror_lists_is_a_mirror_copy(self, mirror, make_dataset):
        mirror(b"repacked", listed=b"repacked")
        file = only_file(fetch(make_dataset(CONTENT)))
        assert (file.source, file.path.read_bytes()) == ("mirror", b"repacked")

    def test_a_repacked_file_may_have_another_name(self, mirror, make_dataset):
        mirror(b"repacked", name="small.bin", listed=b"repacked")
        file = only_file(fetch(make_dataset(CONTENT, repacked=("small.bin",))))
        assert (file.source, file.path.name) == ("mirror", "small.bin")
        assert only_file(fetch(make_dataset(CONTENT, repacked=("small.bin",)))) == file

    @pytest.mark.parametrize("listed", [None, b"what it once was"])
    def test_a_file_that_nobody_vouches_for_is_refused(self, mirror, make_dataset, listed):
        mirror(b"who knows", listed=listed)
        dataset = make_dataset(CONTENT)
        with pytest.raises(NotFetchedError, match="wrong SHA-256"):
            fetch(dataset)
        assert left_behind(download_folder(dataset)) == []

    def test_an_unpinned_file_in_a_mirror_needs_its_list(self, mirror, make_dataset):
        mirror(b"a,b\n", name="table.csv")
        with pytest.raises(NotFetchedError, match="vouched for neither"):
            fetch(make_dataset(b"a,b\n", name="table.csv", pinned=False))

    def test_a_wrong_file_in_a_mirror_leads_to_the_public_address(self, mirror, make_dataset, server):
        mirror(b"who knows")
        file = only_file(fetch(make_dataset(CONTENT, server.serve("a", CONTENT))))
        assert (file.source, file.path.read_bytes()) == ("real", CONTENT)

    def test_a_mirror_keeps_the_network_out_of_it(self, mirror, make_dataset, server):
        mirror(CONTENT)
        fetch(make_dataset(CONTENT, server.serve("a", CONTENT)))
        assert server.asked == []

    def test_an_address_of_a_folder_will_do(self, mirror, make_dataset, monkeypatch):
        monkeypatch.setenv("COURSE_MIRROR", mirror(CONTENT).as_uri())
        assert only_file(fetch(make_dataset(CONTENT))).source == "real"

    def test_a_school_server_will_do(self, server, make_dataset, monkeypatch):
        line = f"{hashlib.sha256(b'repacked').hexdigest()} *mini/file.bin\r\n"
        monkeypatch.setenv("COURSE_MIRROR", server.serve("data/checksums.txt", line.encode()).removesuffix("checksums.txt"))
        server.serve("data/mini/file.bin", b"repacked")
        assert only_file(fetch(make_dataset(CONTENT))).source == "mirror"

    @pytest.mark.parametrize("value", ["/nowhere/at/all", "file:///nowhere/at/all"])
    def test_a_mirror_that_does_not_exist_is_one_sentence(self, make_dataset, monkeypatch, value):
        monkeypatch.setenv("COURSE_MIRROR", value)
        with pytest.raises(NotFetchedError, match=r"COURSE_MIRROR names .*/nowhere/at/all, which is no folder here"):
            fetch(make_dataset(CONTENT))

    def test_a_school_server_that_is_down_is_one_sentence(self, make_dataset, monkeypatch, refusing_address):
        monkeypatch.setenv("COURSE_MIRROR", refusing_address)
        with pytest.raises(
            NotFetchedError, match=r"COURSE_MIRROR names does not give its checksums\.txt; ask whoever runs it"
        ):
            fetch(make_dataset(CONTENT))

    @pytest.mark.parametrize("value", ["http://[bad", "http://host:port/", "https://", "http://me:secret@host:port/"])
    def test_what_is_no_address_is_one_sentence(self, make_dataset, monkeypatch, value):
        monkeypatch.setenv("COURSE_MIRROR", value)
        with pytest.raises(NotFetchedError, match=r"COURSE_MIRROR names .*, which is no address") as raised:
            fetch(make_dataset(CONTENT))
        assert "secret" not in str(raised.value)

    def test_a_server_that_is_down_is_asked_once_by_a_list_of_datasets(
        self, make_dataset, monkeypatch, refusing_address, connections
    ):
        monkeypatch.setenv("COURSE_MIRROR", refusing_address)
        assert [in_mirror(make_dataset(CONTENT)) for _ in range(5)] == [False] * 5
        assert len(connections) == 1

    def test_what_came_from_a_mirror_stays_when_it_is_gone(self, mirror, make_dataset, monkeypatch):
        folder = mirror(b"repacked", listed=b"repacked")
        fetch(make_dataset(CONTENT))
        shutil.rmtree(folder)
        monkeypatch.delenv("COURSE_MIRROR")
        assert only_file(fetch(make_dataset(CONTENT))).source == "mirror"


class TestPasswordOfAMirror:
    """COURSE_MIRROR may be http://user:secret@host/: it works, and the password is never shown and never kept."""

    @pytest.fixture
    def protected(self, server, monkeypatch):
        server.password = "Basic " + base64.b64encode(b"me:s3cr@t").decode()
        monkeypatch.setenv("COURSE_MIRROR", server.address("data").replace("//", "//me:s3cr%40t@"))
        line = f"{hashlib.sha256(b'repacked').hexdigest()}  mini/file.bin\n"
        server.serve("data/checksums.txt", line.encode())
        server.serve("data/mini/file.bin", b"repacked")
        return server

    def test_it_opens_the_mirror_and_is_not_kept(self, protected, make_dataset, own_cache, capsys):
        assert only_file(fetch(make_dataset(CONTENT))).source == "mirror"
        assert not any(b"s3cr" in path.read_bytes() for path in own_cache.rglob("*") if path.is_file())
        assert "s3cr" not in capsys.readouterr().out

    def test_an_interrupted_download_is_not_kept_with_it(self, protected, make_dataset, own_cache):
        protected.files["data/mini/file.bin"] = replace(protected.files["data/mini/file.bin"], drops=[0, 0, 0])
        with pytest.raises(NotFetchedError) as raised:
            fetch(make_dataset(CONTENT))
        assert f"127.0.0.1:{protected.server_port} broke the connection off" in str(raised.value)
        (version,) = own_cache.rglob("*.version")
        assert version.read_text().startswith("http://127.0.0.1")

    def test_a_mirror_that_says_no_is_named_without_it(self, protected, make_dataset, monkeypatch):
        protected.password = "another"
        with pytest.raises(NotFetchedError) as raised:
            fetch(make_dataset(CONTENT))
        assert f"The mirror {protected.address('data')} that COURSE_MIRROR names" in str(raised.value)

    def test_course_data_where_does_not_show_it(self, protected):
        out = CliRunner().invoke(course, ["data", "where"]).output
        assert protected.address("data") in out and "s3cr" not in out

    @pytest.mark.parametrize(
        ("address", "shown"),
        [
            ("http://me:secret@host/a", "http://host/a"),
            ("http://me:sec/r@et@host/a", "http://host/a"),
            ("https://token@host", "https://host"),
            ("me:secret@host/a", "host/a"),
            ("/mnt/me@work/data", "/mnt/me@work/data"),
            ("http://host/@data", "http://host/@data"),
        ],
    )
    def test_addresses_are_shown_without_it(self, address, shown):
        assert network.without_password(address) == shown

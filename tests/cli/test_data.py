"""`course data` as a learner types it."""

import errno
import hashlib
import os
import subprocess
import sys
import types
from pathlib import Path

import pytest
from click.testing import CliRunner

from course_utils import files
from course_utils.cli import course
from course_utils.datasets import fetch
from course_utils.datasets.catalog import catalog
from course_utils.errors import CourseError

pytestmark = pytest.mark.usefixtures("own_cache")
CONTENTS = {"one": b"first,one\n1,2\n", "two": b"second"}


@pytest.fixture
def offered(server, use_catalog):
    """Two datasets, `one` and `two`, that the server has."""
    entries = []
    for name, content in CONTENTS.items():
        digest, address = hashlib.sha256(content).hexdigest(), server.serve(f"{name}.txt", content)
        entries.append(
            f'[{name}]\ntitle = "Title of {name}"\ndescription = "about {name}"\nlicence = "CC BY 4.0, someone"\n'
            f'citation = "-"\nhome = "https://example.org/"\nlessons = ["02"]\n'
            f'files = [{{ name = "{name}.txt", size = {len(content)}, sha256 = "{digest}", addresses = ["{address}"] }}]\n'
        )
    use_catalog("\n".join(entries))
    return server


def run(*arguments):
    return CliRunner().invoke(course, ["data", *arguments])


def test_help_reads_well():
    out = run("--help").output
    assert all(command in out for command in ("list", "get", "verify", "mirror", "where"))
    assert "COURSE_MIRROR" in out


def test_list_shows_every_dataset_of_the_course():
    result = run("list")
    assert result.exit_code == 0
    rows = {line.split()[0]: line for line in result.output.splitlines() if line.strip()}
    assert set(catalog()) <= set(rows)
    assert "30.9 MB" in rows["fashion_mnist"]
    assert rows["fashion_mnist"].rstrip().endswith("synthetic")
    assert rows["flowers"].rstrip().endswith("-")


def test_list_tells_what_is_here_and_what_a_mirror_has(offered, tmp_path, monkeypatch):
    run("get", "one")
    (tmp_path / "mirror" / "two").mkdir(parents=True)
    (tmp_path / "mirror" / "two" / "two.txt").write_bytes(CONTENTS["two"])
    monkeypatch.setenv("COURSE_MIRROR", str(tmp_path / "mirror"))
    rows = [line.split() for line in run("list").output.splitlines() if line.startswith(("one", "two"))]
    assert [row[-1] for row in rows] == ["here", "mirror"]


def test_get_names_licence_and_place(offered, own_cache):
    result = run("get", "one")
    assert result.exit_code == 0
    assert "licence: CC BY 4.0, someone" in result.output
    assert f"in {own_cache / 'downloads' / 'one'}" in result.output
    assert (own_cache / "downloads" / "one" / "one.txt").read_bytes() == CONTENTS["one"]


def test_get_all_goes_on_after_a_failure_and_names_it(offered, own_cache):
    del offered.files["one.txt"]
    result = run("get", "--all")
    assert isinstance(result.exception, CourseError)
    assert "missing: one" in str(result.exception)
    assert (own_cache / "downloads" / "two" / "two.txt").exists()


@pytest.mark.parametrize("arguments", [[], ["one", "--all"]])
def test_get_wants_names_or_all(offered, arguments):
    assert "Name the datasets to get, or give --all" in str(run("get", *arguments).exception)


def test_verify_finds_what_is_damaged_and_says_what_to_do(offered, own_cache):
    run("get", "--all")
    assert run("verify").exit_code == 0
    path = own_cache / "downloads" / "one" / "one.txt"
    before = path.stat()
    path.write_bytes(CONTENTS["one"][::-1])
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    result = run("verify")
    assert result.exit_code == 1
    assert "Undamaged files: 1" in result.output
    assert f"damaged: {path}; `course data get one` fetches it again" in result.output
    run("get", "one")
    assert run("verify").exit_code == 0


def test_verify_tells_what_is_not_here(offered):
    result = run("verify", "two")
    assert result.exit_code == 0
    assert "two: two.txt is not here." in result.output


class TestMirror:
    def test_it_holds_what_is_here_and_serves_another_machine(self, offered, tmp_path, monkeypatch):
        run("get", "one")
        folder = tmp_path / "stick"
        assert run("mirror", str(folder)).exit_code == 0
        digest = hashlib.sha256(CONTENTS["one"]).hexdigest()
        assert (folder / "checksums.txt").read_text() == f"{digest}  one/one.txt\n"
        subprocess.run(
            ["sha256sum", "--check", "--strict", "checksums.txt"], cwd=folder, check=True, stdout=subprocess.DEVNULL
        )
        monkeypatch.setenv("COURSE_CACHE", str(tmp_path / "elsewhere"))
        monkeypatch.setenv("COURSE_MIRROR", str(folder))
        offered.files.clear()
        assert run("get", "one").exit_code == 0

    def test_it_fetches_what_is_named(self, offered, tmp_path):
        assert run("mirror", str(tmp_path / "stick"), "two").exit_code == 0
        assert (tmp_path / "stick" / "two" / "two.txt").read_bytes() == CONTENTS["two"]

    def test_a_second_call_adds_mends_and_leaves_the_rest(self, offered, tmp_path):
        folder = tmp_path / "stick"
        run("mirror", str(folder), "one", "two")
        one, two = folder / "one" / "one.txt", folder / "two" / "two.txt"
        before = one.stat().st_ino
        two.write_bytes(b"cut")
        with (folder / "checksums.txt").open("ab") as stream:
            stream.write(b"# ours, caf\xe9\n" + b"0" * 64 + b"  mine/own.zip\n")
        assert run("mirror", str(folder), "one", "two").exit_code == 0
        assert one.stat().st_ino == before
        assert two.read_bytes() == CONTENTS["two"]
        listed = (folder / "checksums.txt").read_bytes().splitlines()
        assert [line.split(b" ")[-1] for line in listed] == [b"one/one.txt", b"two/two.txt", b"caf\xe9", b"mine/own.zip"]

    def test_nothing_to_put_into_it_is_one_sentence(self, offered, tmp_path):
        assert "No dataset is in the cache yet" in str(run("mirror", str(tmp_path / "stick")).exception)
        assert not (tmp_path / "stick").exists()

    def test_a_file_in_its_place_is_one_sentence(self, offered, tmp_path):
        (tmp_path / "stick").write_text("")
        run("get", "one")
        said = str(run("mirror", str(tmp_path / "stick")).exception)
        assert "needs a folder where a file is; move that or choose another folder for the mirror" in said

    @pytest.mark.parametrize(
        ("typed", "meant"),
        [
            ("one", "one"),
            ("one two", "one"),
            ("two elsewhere", "two"),
            ("TWO one", "two"),
            ("one-", "one"),
        ],
    )
    def test_a_datasets_name_in_the_folders_place_is_refused(self, offered, tmp_path, monkeypatch, typed, meant):
        run("get", "one")
        monkeypatch.chdir(tmp_path)
        before = sorted(tmp_path.iterdir())
        result = run("mirror", *typed.split())
        assert isinstance(result.exception, CourseError)
        assert f"the folder of the mirror comes first: `course data mirror DIR {meant}`" in str(result.exception)
        assert sorted(tmp_path.iterdir()) == before

    @pytest.mark.parametrize("folder", ["./one", "one/", "stick", "mirror of one"])
    def test_a_folder_may_be_called_as_it_likes(self, offered, tmp_path, monkeypatch, folder):
        run("get", "one")
        monkeypatch.chdir(tmp_path)
        assert run("mirror", folder).exit_code == 0
        assert (tmp_path / folder / "one" / "one.txt").read_bytes() == CONTENTS["one"]

    def test_a_folder_that_leads_nowhere_is_one_sentence(self, offered):
        run("get", "one")
        said = str(run("mirror", "~nosuchuser/stick").exception)
        assert said.startswith("~nosuchuser/stick cannot be used (") and said.endswith(
            "; name another folder for the mirror."
        )

    @pytest.mark.parametrize("when", ["before", "while it is copied"])
    def test_a_full_stick_is_named_and_what_it_holds_stays(self, offered, tmp_path, monkeypatch, when):
        """Not the cache, which has room; and no part of a file is left on the stick."""
        stick = tmp_path / "stick"
        run("mirror", str(stick), "one")
        kept = {path: path.read_bytes() for path in stick.rglob("*") if path.is_file()}
        run("get", "two")

        def full(source, target):
            Path(target).write_bytes(b"sec")
            raise OSError(errno.ENOSPC, "No space left on device")

        if when == "before":
            monkeypatch.setattr(fetch.shutil, "disk_usage", lambda _: types.SimpleNamespace(free=3))
        else:
            monkeypatch.setattr(fetch.shutil, "copyfile", full)
        monkeypatch.setattr(files.os.path, "ismount", lambda place: place in (stick, Path("/")))
        said = str(run("mirror", str(stick), "two").exception)
        assert said == (
            f"The disk is full: {stick}/two/two.txt could not be written; free some space on {stick} or choose "
            "another folder for the mirror."
        )
        assert {path: path.read_bytes() for path in stick.rglob("*") if path.is_file()} == kept


def test_where_names_the_folders(offered, own_cache, tmp_path, monkeypatch):
    run("get", "one")
    out = run("where").output
    assert str(own_cache) in out
    assert "COURSE_MIRROR is not set" in out
    (tmp_path / "mirror" / "two").mkdir(parents=True)
    (tmp_path / "mirror" / "two" / "two.txt").write_bytes(CONTENTS["two"])
    monkeypatch.setenv("COURSE_MIRROR", str(tmp_path / "mirror"))
    out = run("where")
    assert str(tmp_path / "mirror") in out.output
    assert out.exit_code == 0


@pytest.mark.parametrize("command", ["list", "where"])
def test_a_mirror_that_holds_nothing_is_said_wherever_it_counts(command, offered, tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_MIRROR", str(tmp_path))
    with pytest.raises(CourseError, match="which is no mirror"):
        course.main(["data", command], standalone_mode=False)


def test_the_command_line_answers_bad_input_with_a_sentence_and_status_2():
    done = subprocess.run([sys.executable, "-m", "course_utils", "data", "get", "nmist"], capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stderr.startswith("course: There is no dataset called 'nmist'")
    assert "Traceback" not in done.stderr

"""A room without internet: the packages on a stick, and set-up that takes them from there."""

import errno
import hashlib
import os
import subprocess
import sys
import types
import zipfile
from base64 import urlsafe_b64encode
from pathlib import Path

import pytest
from click.testing import CliRunner

from course_utils import files
from course_utils.cli import course
from course_utils.datasets import fetch
from course_utils.errors import CourseError
from course_utils.teaching import stick
from course_utils.teaching.packages import KIND, pip_options
from course_utils.teaching.stick import add_packages, told_apart_by_patch

pytestmark = pytest.mark.usefixtures("own_cache")


def make_wheel(folder: Path, name: str) -> Path:
    """The smallest package that pip installs."""
    info = f"{name}-1.0.dist-info"
    contents = {
        f"{name}.py": "",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: hand\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    sums = {path: urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=") for path, text in contents.items()}
    record = [f"{path},sha256={sums[path].decode()},{len(text)}" for path, text in contents.items()]
    folder.mkdir(exist_ok=True)
    wheel = folder / f"{name}-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for path, text in {**contents, f"{info}/RECORD": "\n".join([*record, f"{info}/RECORD,,", ""])}.items():
            archive.writestr(path, text)
    return wheel


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of packages, which is all that pip finds."""
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "index"))
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    return tmp_path / "index"


@pytest.fixture
def lock(tmp_path: Path, index: Path) -> Path:
    """A lock of two packages, which the index has."""
    path = tmp_path / "requirements.lock"
    path.write_text("".join(locked(make_wheel(index, name)) for name in ("alpha", "beta")))
    return path


def locked(wheel: Path) -> str:
    name = wheel.name.partition("-")[0]
    return f"{name}==1.0 \\\n    --hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}\n"


def install(target: Path, lock: Path, options: list[str], **settings: str) -> None:
    """As the Makefile does, where the index that the user's settings name cannot be reached."""
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--target", str(target)]
    command += [*options, "--require-hashes", "--requirement", str(lock)]
    nowhere = {"PIP_INDEX_URL": "http://127.0.0.1:9", "PIP_NO_CACHE_DIR": "1", "PIP_CONFIG_FILE": os.devnull}
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PIP_")}
    subprocess.run(command, env=environment | nowhere | settings, check=True)


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_what_is_on_the_stick_is_installed_without_an_index(tmp_path, lock):
    mirror = tmp_path / "my stick"
    mirror.mkdir()
    assert pip_options(str(mirror), lock) == []
    add_packages(mirror, lock)
    install(tmp_path / "site", lock, pip_options(str(mirror), lock))
    assert {"alpha.py", "beta.py"} <= names(tmp_path / "site")
    assert pip_options(mirror.as_uri(), lock) == pip_options(str(mirror), lock)


def test_a_school_server_gives_them_as_well(tmp_path, lock, server):
    assert pip_options(server.address("").rstrip("/"), lock) == []
    add_packages(tmp_path / "mirror", lock)
    folder = tmp_path / "mirror" / "wheels"
    links = "".join(f'<a href="{name}">{name}</a>' for name in names(folder / KIND))
    server.serve(f"wheels/{KIND}/", f"<!DOCTYPE html><html><body>{links}</body></html>".encode())
    for path in folder.rglob("*.*"):
        if path.is_file():
            server.serve(f"wheels/{path.relative_to(folder).as_posix()}", path.read_bytes())
    options = pip_options(server.address(""), lock)
    assert f"--trusted-host=127.0.0.1:{server.server_port}" in options
    asked = len(server.asked)
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--dest", str(tmp_path / "got"), "--no-deps"]
    subprocess.run([*command, *options, "--require-hashes", "--requirement", str(lock)], check=True)
    assert len(names(tmp_path / "got")) == 2
    assert len(server.asked) > asked


def test_a_second_call_fetches_nothing_and_a_new_lock_takes_the_place_of_the_old(tmp_path, lock, index, monkeypatch):
    mirror = tmp_path / "stick"
    add_packages(mirror, lock)
    before = (mirror / "wheels" / KIND / "alpha-1.0-py3-none-any.whl").stat().st_ino
    with monkeypatch.context() as patch:
        patch.setattr(stick.subprocess, "run", lambda *_, **__: pytest.fail("pip was called again"))
        add_packages(mirror, lock)
    lock.write_text(locked(index / "alpha-1.0-py3-none-any.whl") + locked(make_wheel(index, "gamma")))
    with pytest.raises(CourseError, match="which has the packages of another version of the course; "):
        pip_options(str(mirror), lock)
    add_packages(mirror, lock)
    assert names(mirror / "wheels" / KIND) == {f"{name}-1.0-py3-none-any.whl" for name in ("alpha", "gamma")}
    assert (mirror / "wheels" / KIND / "alpha-1.0-py3-none-any.whl").stat().st_ino == before
    assert pip_options(str(mirror), lock)


def test_a_stick_for_another_kind_is_one_sentence_and_serves_both_in_the_end(tmp_path, lock):
    (tmp_path / "stick" / "wheels").mkdir(parents=True)
    (tmp_path / "stick" / "wheels" / "complete.txt").write_text(f"{'0' * 64}  python3.9-amiga-m68k\n")
    said = rf"names {tmp_path}/stick, which has the packages for python3.9-amiga-m68k, not those for {KIND}; "
    with pytest.raises(CourseError, match=said):
        pip_options(str(tmp_path / "stick"), lock)
    add_packages(tmp_path / "stick", lock)
    assert "python3.9-amiga-m68k" in (tmp_path / "stick" / "wheels" / "complete.txt").read_text()
    assert pip_options(str(tmp_path / "stick"), lock)


class TestHalfWritten:
    """A stick that holds a part is never taken for one that holds everything."""

    @pytest.fixture
    def whole(self, tmp_path, lock):
        add_packages(tmp_path / "stick", lock)
        return tmp_path / "stick"

    @pytest.mark.parametrize("begun", ["never", "before"])
    def test_a_stick_that_was_pulled_out_early(self, tmp_path, lock, monkeypatch, begun):
        mirror = tmp_path / "stick"
        if begun == "before":
            add_packages(mirror, lock)
            (mirror / "wheels" / KIND / "beta-1.0-py3-none-any.whl").unlink()

        def copy(source, target):
            if source.name.startswith("beta"):
                raise KeyboardInterrupt
            Path(target).write_bytes(source.read_bytes())

        monkeypatch.setattr(fetch.shutil, "copyfile", copy)
        with pytest.raises(KeyboardInterrupt):
            add_packages(mirror, lock)
        with pytest.raises(CourseError, match=r"which has only a part of the packages; .* makes it complete"):
            pip_options(str(mirror), lock)

    def test_a_stick_without_room_is_named(self, tmp_path, lock, monkeypatch):
        monkeypatch.setattr(fetch.shutil, "disk_usage", lambda _: types.SimpleNamespace(free=3, total=3, used=0))
        monkeypatch.setattr(files.os.path, "ismount", lambda place: place in (tmp_path / "stick", Path("/")))
        with pytest.raises(CourseError, match=f"^The disk is full: .*alpha.*; free some space on {tmp_path}/stick or "):
            add_packages(tmp_path / "stick", lock)
        with pytest.raises(CourseError, match="only a part of the packages"):
            pip_options(str(tmp_path / "stick"), lock)

    def test_a_stick_that_cannot_be_written_to_is_named(self, whole, lock, monkeypatch):
        def refuse(*_):
            raise OSError(errno.EROFS, "Read-only file system")

        monkeypatch.setattr(files, "replace_text", refuse)
        with pytest.raises(CourseError, match=r"complete.txt cannot be written \(no permission\); .* another folder for"):
            add_packages(whole, lock)
        assert pip_options(str(whole), lock)

    def test_a_damaged_package_is_not_installed(self, tmp_path, whole, lock):
        wheel = whole / "wheels" / KIND / "beta-1.0-py3-none-any.whl"
        wheel.write_bytes(wheel.read_bytes()[:-9])
        with pytest.raises(subprocess.CalledProcessError):
            install(tmp_path / "site", lock, pip_options(str(whole), lock))
        assert not (tmp_path / "site").exists()


def test_packages_that_cannot_be_fetched_are_one_sentence_and_nothing_is_left(tmp_path, lock, index, own_cache):
    (index / "beta-1.0-py3-none-any.whl").unlink()
    with pytest.raises(CourseError, match=r"could not be fetched \(No matching distribution found for beta==1\.0\); mend"):
        add_packages(tmp_path / "stick", lock)
    assert not (tmp_path / "stick").exists()
    assert not [path for path in (own_cache / "wheels").rglob("*") if path.suffix == ".whl"]


def test_a_mirror_that_is_not_there_or_does_not_answer_is_one_sentence(tmp_path, lock, refusing_address):
    with pytest.raises(CourseError, match="which is no folder here; correct it, plug it in, or unset it"):
        pip_options(str(tmp_path / "unplugged"), lock)
    with pytest.raises(CourseError, match="which does not say what packages it has"):
        pip_options(refusing_address, lock)


def test_patch_releases_of_this_python_are_served_alike():
    minor = f"{sys.version_info.major}.{sys.version_info.minor}"
    lock = (
        "one==1 \\\n    --hash=sha256:11\n"
        f"two==1 ; python_full_version < '{minor}.5' \\\n    --hash=sha256:21\n    # via one\n"
        f"two==2 ; python_full_version >= '{minor}.5' \\\n    --hash=sha256:22\n"
        "three==1 ; python_full_version < '3.2.1' \\\n    --hash=sha256:31\n"
    )
    assert [" ".join(part.split()) for part in told_apart_by_patch(lock)] == [
        "two==1 \\ --hash=sha256:21 # via one",
        "two==2 \\ --hash=sha256:22",
    ]


def test_the_command_adds_them_to_the_data(tmp_path, offer, monkeypatch):
    offer("npz", {"all.npz": b"whatever"})
    monkeypatch.setattr(stick, "add_packages", lambda mirror: mirror / "wheels" / "here")
    done = CliRunner().invoke(course, ["data", "mirror", str(tmp_path / "stick"), "fashion_mnist", "--wheels"])
    assert f"packages: in {tmp_path}/stick/wheels/here\nReady." in done.output
    assert (tmp_path / "stick" / "fashion_mnist" / "all.npz").is_file()

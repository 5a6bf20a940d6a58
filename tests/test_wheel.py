"""The course installed from its wheel, used from another folder by someone who has no checkout."""

import os
import re
import socket
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from course_utils.paths import ROOT
from course_utils.syllabus import find_lesson, written_lessons

pytestmark = pytest.mark.xdist_group("wheel")

LESSON = find_lesson("01")


def pip(*arguments: str | Path) -> None:
    subprocess.run([sys.executable, "-m", "pip", "--quiet", *arguments], check=True)


@dataclass
class Installed:
    """The wheel's content in a folder of its own, before which Python looks nowhere; `home` is all else that there is."""

    folder: Path
    home: Path

    @property
    def environment(self) -> dict[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.home),
            "PYTHONPATH": str(self.folder),
            "PYTHONDONTWRITEBYTECODE": "1",
            "JUPYTER_RUNTIME_DIR": str(self.home / "runtime"),
        }

    def start(self, *arguments: str) -> subprocess.Popen:
        command = [sys.executable, self.folder / "bin" / "course", *arguments]
        return subprocess.Popen(
            command, cwd=self.home, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )

    def files(self) -> set[str]:
        return {str(path.relative_to(self.folder)) for path in self.folder.rglob("*")}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    pip("wheel", "--no-index", "--no-deps", "--no-build-isolation", "--wheel-dir", folder, ROOT)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    folder = tmp_path_factory.mktemp("site-packages")
    pip("install", "--no-index", "--no-deps", "--target", folder, wheel)
    return Installed(folder, tmp_path_factory.mktemp("home"))


def test_the_wheel_holds_lessons_data_and_results(wheel: Path):
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    command = ["git", "ls-files", "data", "docs/results", "notebooks/*.ipynb", "notebooks/syllabus.toml"]
    tracked = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if tracked.returncode:
        pytest.skip("not a git checkout: what belongs into the wheel is not known")
    assert {f"course_utils/shipped/{name}" for name in tracked.stdout.split()} <= names
    assert not [name for name in names if name.startswith(("tests/", "tools/", "notebooks/"))]
    assert wheel.stat().st_size < 15e6


def test_a_lesson_runs_from_the_wheel_and_leaves_nothing_in_it(installed: Installed, read_json):
    before = installed.files()
    run = installed.start("run", LESSON.number, "--profile", "smoke")
    said, _ = run.communicate()
    assert run.returncode == 0, said
    result = read_json(installed.home / "deep-learning-course" / "build" / "results" / f"{LESSON.stem}.json")
    assert result["profile"] == "smoke"
    executed = installed.home / "deep-learning-course" / "build" / "executed" / LESSON.path.name
    assert "when published: " in executed.read_text(encoding="utf-8")
    assert installed.files() == before


def test_the_lab_opens_from_the_wheel(installed: Installed, page_at):
    with socket.create_server(("localhost", 0)) as free:
        port = free.getsockname()[1]
    lab = installed.start("lab", "--no-browser", "--port", str(port))
    try:
        addresses = (re.search(r"http://\S+", line) for line in lab.stdout)
        address = next(found[0] for found in addresses if found)
        assert "/lab/tree/workspace/00_map.md?token=" in address
        assert "Start here](00_start_here.ipynb)" in page_at(address.replace("/lab/tree/", "/api/contents/"))
    finally:
        lab.kill()
        lab.communicate()
    copies = installed.home / "deep-learning-course" / "workspace"
    assert {path.name for path in copies.glob("*.ipynb")} == {lesson.path.name for lesson in written_lessons()}


def test_the_catalog_is_there_and_publishing_is_refused(installed: Installed):
    listed, _ = installed.start("data", "list").communicate()
    assert "fashion_mnist" in listed
    refused = installed.start("publish", LESSON.number)
    said, _ = refused.communicate()
    assert refused.returncode == 2
    assert said == "course: `course publish` writes into the course's repository: call it from a checkout of that.\n"


def test_an_editable_install_is_the_checkout_itself(tmp_path: Path):
    folder = tmp_path / "site-packages"
    pip("install", "--no-index", "--no-deps", "--no-build-isolation", "--target", folder, "--editable", ROOT)
    assert not (folder / "course_utils").exists()
    assert [path.read_text().split() for path in folder.glob("*.pth")] == [[str(ROOT)]]

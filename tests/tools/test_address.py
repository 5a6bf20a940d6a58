"""The repository's address stands in one place, and is copied from there by a tool."""

import json
import os
import re
import shutil

import pytest

from course_utils.errors import CourseError
from course_utils.paths import ROOT
from course_utils.syllabus import written_lessons
from tools.address import INSTALL, TEXTS, slug, source, with_address, write_address

ANY_ADDRESS = re.compile(
    r"(?:github\.com|colab\.research\.google\.com/github|mybinder\.org/v2/gh)/([\w.-]+/[\w.-]+?)(?=\.git|[/\")\s?#]|$)"
)
LESSONS = ("00_start_here.ipynb", "01_hello_world_regression.ipynb")


@pytest.fixture
def copy(tmp_path):
    """A checkout as far as the address is concerned, with two lessons."""
    (tmp_path / "notebooks").mkdir()
    for name in (*TEXTS, *(f"notebooks/{lesson}" for lesson in LESSONS)):
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


@pytest.mark.parametrize("name", TEXTS)
def test_every_text_has_the_address_of_pyproject(name):
    assert set(ANY_ADDRESS.findall((ROOT / name).read_text(encoding="utf-8"))) == {slug(source())}


@pytest.mark.parametrize("lesson", written_lessons(), ids=lambda lesson: lesson.stem)
def test_every_lesson_has_its_badge_and_its_install_cell(lesson):
    text = lesson.path.read_text(encoding="utf-8")
    assert text == with_address(lesson.path, slug(source())), "call `python -m tools.address`"


@pytest.mark.skipif("GITHUB_REPOSITORY" not in os.environ, reason="not on a forge")
def test_it_is_the_address_of_this_repository():
    repository = os.environ["GITHUB_REPOSITORY"]
    assert slug(source()) == repository, f"call `python -m tools.address https://github.com/{repository}` and commit"


def test_a_new_address_is_written_everywhere(copy):
    changed = write_address("https://github.com/somebody/course.git", copy)
    assert {path.name for path in changed} == {*TEXTS, *LESSONS}
    for path in changed:
        assert slug(source()) not in path.read_text(encoding="utf-8")
    assert source(copy) == "https://github.com/somebody/course"
    assert write_address("https://github.com/somebody/course", copy) == []
    write_address(source(), copy)
    assert all((copy / "notebooks" / name).read_text() == (ROOT / "notebooks" / name).read_text() for name in LESSONS)


def test_a_new_lesson_gets_both(copy):
    path = copy / "notebooks" / LESSONS[1]
    published = path.read_text(encoding="utf-8")
    content = json.loads(published)
    content["cells"] = [cell for cell in content["cells"] if cell["id"] != "install"]
    del content["cells"][0]["source"][1:3]
    path.write_text(json.dumps(content), encoding="utf-8")
    assert write_address(source(), copy) == [path]
    assert path.read_text(encoding="utf-8") == published


@pytest.mark.parametrize(
    "address", ["github.com/somebody/course", "https://example.org/somebody/course", "https://github.com/somebody"]
)
def test_another_kind_of_address_is_refused(copy, address):
    with pytest.raises(CourseError, match="is not an address like"):
        write_address(address, copy)


@pytest.mark.parametrize(("found", "commands"), [(object(), 0), (None, 2)])
def test_the_install_cell_does_nothing_where_the_course_is(monkeypatch, capfd, found, commands):
    calls = []
    monkeypatch.setattr("importlib.util.find_spec", lambda name: found if name == "course_utils" else object())
    monkeypatch.setattr("subprocess.run", lambda command, check: calls.append(command))
    exec(INSTALL.format(slug="somebody/course"), {})
    assert len(calls) == commands
    assert capfd.readouterr() == ("", "")
    if calls:
        assert calls[0][1:] == ["-m", "pip", "install", "--quiet", "--no-deps", "git+https://github.com/somebody/course"]
        assert calls[1][1:] == ["-m", "course_utils.student.guest"]

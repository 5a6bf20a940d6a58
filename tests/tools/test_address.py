"""The repository's address stands in one place, and is copied from there by a tool."""

import os
import re
import shutil

import pytest

from course_utils.errors import CourseError
from course_utils.paths import NOTEBOOKS, ROOT
from tools.address import PLACES, slug, source, write_address

ANY_ADDRESS = re.compile(
    r"(?:github\.com|colab\.research\.google\.com/github|mybinder\.org/v2/gh)/([\w.-]+/[\w.-]+?)(?=\.git|[/\")\s?#]|$)"
)
NOT_OURS = {"zalandoresearch/fashion-mnist"}


@pytest.fixture
def copy(tmp_path):
    """The files that hold the address."""
    (tmp_path / "notebooks").mkdir()
    for name in PLACES:
        shutil.copy(ROOT / name, tmp_path)
    for name in ("00_start_here.ipynb", "01_hello_world_regression.ipynb"):
        shutil.copy(NOTEBOOKS / name, tmp_path / "notebooks")
    return tmp_path


def addresses(text: str) -> set[str]:
    return set(ANY_ADDRESS.findall(text)) - NOT_OURS


@pytest.mark.parametrize("name", PLACES)
def test_every_place_has_the_address_of_pyproject(name):
    assert addresses((ROOT / name).read_text(encoding="utf-8")) == {slug(source())}


@pytest.mark.skipif("GITHUB_REPOSITORY" not in os.environ, reason="not on a forge")
def test_it_is_the_address_of_this_repository():
    repository = os.environ["GITHUB_REPOSITORY"]
    assert slug(source()) == repository, f"run `python -m tools.address https://github.com/{repository}` and commit"


def test_a_new_address_is_written_everywhere(copy):
    changed = write_address("https://github.com/somebody/course.git", copy, copy / "notebooks")
    assert {path.name for path in changed} >= set(PLACES)
    for path in changed:
        assert addresses(path.read_text(encoding="utf-8")) == {"somebody/course"}
    assert source(copy) == "https://github.com/somebody/course"
    assert write_address("https://github.com/somebody/course", copy, copy / "notebooks") == []


@pytest.mark.parametrize(
    "address", ["github.com/somebody/course", "https://example.org/somebody/course", "https://github.com/somebody"]
)
def test_another_kind_of_address_is_refused(copy, address):
    with pytest.raises(CourseError, match="is not an address like"):
        write_address(address, copy, copy / "notebooks")

"""The course as a student meets it: `course lab` as a command, its JupyterLab in a real browser, mouse and keyboard.

What was seen is kept as pictures in `build/browser/`.
"""

import os
import re
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, expect

from course_utils.exercises import cell_id, exercise_kinds
from course_utils.student.map import START_PAGE
from course_utils.student.merge import is_unchanged
from course_utils.student.workspace import fill_workspace
from course_utils.syllabus import find_lesson
from tests.fixtures.browsers import CHROMIUM, running_browser
from tests.fixtures.jupyterlab import PATIENCE_MS, PICTURES, Notebook, choose_smoke, read, running_jupyterlab

LESSON = find_lesson("01")
EXERCISE, WRONG, RIGHT = "learning_rate", "0.5", "0.15"


pytestmark = [
    pytest.mark.skipif(not CHROMIUM, reason="no chromium on the PATH: not looked at in a browser"),
    pytest.mark.xdist_group("browser"),
]


@dataclass
class Lab:
    """A running JupyterLab: the address it printed, the student's workspace, and a browser that is logged in."""

    address: str
    workspace: Path
    browser: BrowserContext


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with running_browser(reaches_network=True) as browser:
        yield browser


@pytest.fixture(scope="module")
def workspace() -> Iterator[Path]:
    """A workspace in the checkout, where a student has it, and of this test alone."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="workspace-", dir=PICTURES, ignore_cleanup_errors=True) as folder:
        for outcome in fill_workspace(Path(folder)):
            choose_smoke(outcome.path)
        yield Path(folder)


@pytest.fixture(scope="module")
def lab(browser: Browser, workspace: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """`course lab`, running; all that it started ends with the module."""
    folder = tmp_path_factory.mktemp("lab")
    names = ("COURSE_BUILD", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR")
    settings = {name: str(folder / name) for name in names} | {"COURSE_WORKSPACE": str(workspace)}
    command = [sys.executable, "-m", "course_utils", "lab", "--no-browser", "--port", "0"]
    expect.set_options(timeout=PATIENCE_MS)
    try:
        with (
            running_jupyterlab(command, settings, f"browser-{os.getpid()}") as address,
            browser.new_context(viewport={"width": 1400, "height": 1000}) as context,
        ):
            context.set_default_timeout(PATIENCE_MS)
            yield Lab(address, workspace, context)
    finally:
        expect.set_options(timeout=None)


@pytest.fixture(scope="module")
def start(lab: Lab) -> Notebook:
    """Lesson 00 as a newcomer comes to it from the first screen, with all its cells run."""
    page = lab.browser.new_page()
    page.goto(lab.address)
    return opened_by(page.get_by_role("link", name="00 · Start here").first, lab.workspace / find_lesson("00").path.name)


@pytest.fixture(scope="module")
def lesson(start: Notebook, lab: Lab) -> Notebook:
    """The lesson that 00 leads on to, with all its cells run, and saved."""
    notebook = opened_by(link_onwards(start), lab.workspace / LESSON.path.name)
    notebook.save()
    return notebook


def opened_by(link: Locator, copy: Path) -> Notebook:
    link.click()
    notebook = Notebook(link.page, copy)
    notebook.run_all()
    return notebook


def link_onwards(notebook: Notebook) -> Locator:
    """The link to the lesson after it; the heading above it ends in a link of its own."""
    return notebook.cell("next").get_by_role("link", name=re.compile(r"^\d\d · ")).first


def test_the_first_sight_is_the_map_rendered_beside_the_list_of_lessons(lab: Lab):
    page = lab.browser.new_page()
    page.goto(lab.address)
    expect(page.get_by_role("heading", name="Deep learning, measured")).to_be_visible()
    expect(page.locator("tr", has_text=f"{LESSON.number} · {LESSON.title}")).to_contain_text("min")
    for name in (START_PAGE, LESSON.path.name):
        expect(page.locator(".jp-DirListing-content").get_by_text(name)).to_be_visible()
    page.screenshot(path=PICTURES / "1 first sight.png")
    page.get_by_role("link", name="00 · Start here").first.click()
    expect(page.get_by_role("heading", name="00 · Start here")).to_be_visible()
    page.close()


def test_a_copy_that_was_only_run_and_saved_counts_as_unchanged(lesson: Notebook):
    """JupyterLab writes outputs, counts and metadata into the file; the next `course lab` must not take them for work."""
    assert [cell for cell in lesson.saved if cell.get("outputs")]
    assert is_unchanged({"cells": lesson.saved}, {"cells": lesson.cells})


def test_an_exercise_answers_and_the_map_counts_it(lesson: Notebook, start: Notebook):
    name = cell_id(EXERCISE)
    output = lesson.cell(name).locator(".jp-OutputArea")
    expect(output).to_contain_text("Not tried yet")
    lesson.keep_picture("4 exercise not tried")

    stub = lesson.source(name)
    output = lesson.type_and_run(name, stub.replace("...  # your answer", WRONG))
    expect(output).to_contain_text("Not right yet")
    lesson.keep_picture("5 exercise wrong")

    output = lesson.type_and_run(name, f"ex.{EXERCISE}.hint()\nex.{EXERCISE}.solution()")
    expect(output).to_contain_text("Hint 1 of 3")
    expect(output).to_contain_text(RIGHT)
    lesson.keep_picture("6 exercise hint and solution")

    output = lesson.type_and_run(name, stub.replace("...  # your answer", RIGHT))
    expect(output).to_contain_text("Correct")
    lesson.keep_picture("7 exercise correct")

    start.come_to_front()
    output = start.type_and_run("map", start.source("map"))
    row = output.locator("tr", has_text=f"{LESSON.number} · {LESSON.title}")
    expect(row).to_contain_text(re.compile(r"1\sof\s\d+\sexercises · ✓\ssmoke"))
    row.scroll_into_view_if_needed()
    start.keep_picture("8 map with progress")


def test_a_newcomer_walks_from_the_first_screen_to_the_end_of_02(start: Notebook, lesson: Notebook, lab: Lab):
    """By links alone, with each exercise of the three lessons answered."""
    start.come_to_front()
    start.answer_exercises()
    lesson.come_to_front()
    lesson.answer_exercises()
    following = opened_by(link_onwards(lesson), lab.workspace / find_lesson("02").path.name)
    following.answer_exercises()
    following.keep_picture("9 the walk's end")
    solved = [name for name, entry in read(lab.workspace / ".progress.json")["exercises"].items() if entry["solved"]]
    assert {f"{number}/{name}" for number in ("00", "01", "02") for name in exercise_kinds(number)} <= set(solved)

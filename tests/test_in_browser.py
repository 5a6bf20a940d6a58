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
from playwright.sync_api import Browser, BrowserContext, expect

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

    def open(self, stem: str) -> "Notebook":
        """Open a student copy in a browser tab of its own and wait until its kernel is ready.

        The tab has a JupyterLab workspace of its own too: in a shared one, JupyterLab would open again whatever the tab
        before had open, if it got round to writing that down.
        """
        page = self.browser.new_page()
        page.goto(self.address.replace("/lab/tree/", f"/lab/workspaces/{stem}/tree/").replace(START_PAGE, f"{stem}.ipynb"))
        return Notebook(page, self.workspace / f"{stem}.ipynb")


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
def lesson(lab: Lab) -> Notebook:
    """The lesson's student copy with all its cells run, and saved."""
    notebook = lab.open(LESSON.stem)
    notebook.run_all()
    notebook.save()
    return notebook


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


def test_an_exercise_answers_and_the_map_counts_it(lesson: Notebook, lab: Lab):
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

    course_map = lab.open("00_start_here")
    course_map.run_all()
    row = course_map.cell("map").locator("tr", has_text=f"{LESSON.number} · {LESSON.title}")
    expect(row).to_contain_text(re.compile(r"1\sof\s\d+\sexercises · ✓\ssmoke"))
    row.scroll_into_view_if_needed()
    course_map.keep_picture("8 map with progress")


def test_a_newcomer_walks_from_the_first_screen_to_the_end_of_02(lab: Lab):
    """By links alone, with each exercise of the three lessons answered."""
    # where two browser tabs save one notebook, JupyterLab asks which shall count, and the keys that follow are lost
    for page in lab.browser.pages:
        page.close()
    page = lab.browser.new_page()
    page.goto(lab.address)
    link = page.get_by_role("link", name="00 · Start here").first
    for lesson in map(find_lesson, ("00", "01", "02")):
        link.click()
        notebook = Notebook(page, lab.workspace / lesson.path.name)
        notebook.run_all()
        notebook.answer_exercises()
        notebook.keep_picture(f"9 {lesson.stem} answered")
        # the heading above it ends in a link of its own
        link = notebook.cell("next").get_by_role("link", name=re.compile(r"^\d\d · ")).first
    solved = [name for name, entry in read(lab.workspace / ".progress.json")["exercises"].items() if entry["solved"]]
    assert {f"{number}/{name}" for number in ("00", "01", "02") for name in exercise_kinds(number)} <= set(solved)

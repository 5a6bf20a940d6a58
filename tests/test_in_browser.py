"""The course as a student meets it: `course lab` as a command, its JupyterLab in a real browser, mouse and keyboard.

What was seen is kept as pictures in `build/browser/`.
"""

import json
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, TimeoutError, expect, sync_playwright

from course_utils.exercises import cell_id, exercise_kinds
from course_utils.paths import NOTEBOOKS, ROOT
from course_utils.student.map import START_PAGE
from course_utils.student.merge import is_unchanged
from course_utils.student.workspace import fill_workspace
from course_utils.syllabus import find_lesson
from tests.fixtures.jupyterlab import running_jupyterlab

CHROMIUM = shutil.which("chromium")
LESSON = find_lesson("01")
EXERCISE, WRONG, RIGHT = "learning_rate", "0.5", "0.15"

# A slow machine may take its time; what is waited for has always happened earlier.
PATIENCE_MS = 240_000
# On a busy machine a command may come before the kernel listens, a key before the editor of a cell that was scrolled to.
TRIES = 3
PICTURES = ROOT / "build" / "browser"

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


class Notebook:
    """The notebook in front in a JupyterLab; its cells are found by the ids that they have in the file."""

    def __init__(self, page: Page, path: Path) -> None:
        self.page, self.path = page, path
        self.cells = read(path)["cells"]
        title = page.locator(".lm-DockPanel-tabBar .lm-TabBar-tab.lm-mod-current", has_text=path.name)
        title.wait_for()
        self.panel = page.locator(f"#{title.get_attribute('data-id')}")
        self.panel.locator(".jp-Notebook h1").first.wait_for()
        self.wait_until_idle()

    def wait_until_idle(self) -> None:
        self.panel.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]").wait_for()

    def cell(self, name: str) -> Locator:
        """The cell of an id, scrolled to."""
        index = [cell["id"] for cell in self.cells].index(name)
        found = self.panel.locator(f'.jp-Cell[data-windowed-list-index="{index}"]')
        found.wait_for(state="attached")
        found.scroll_into_view_if_needed()
        return found

    def source(self, name: str) -> str:
        return next("".join(cell["source"]) for cell in self.cells if cell["id"] == name)

    def run_all(self) -> None:
        """Run all cells from the menu; wait for what the last one says, where it can be seen.

        JupyterLab puts off what a cell out of sight shows until the browser has time, and a busy machine may have none.
        Cells that are run before it has connected to the kernel stay as they are, and it calls the kernel idle then too.
        """
        self.choose("Edit", "Clear Outputs of All Cells")
        ran = self.panel.locator(".jp-InputPrompt", has_text=re.compile(r"\[\d+\]"))
        for _ in range(TRIES):
            self.choose("Run", "Run All Cells")
            with suppress(TimeoutError):
                ran.first.wait_for(state="attached", timeout=PATIENCE_MS / TRIES)
                break
        error = self.panel.locator('.jp-OutputArea-output[data-mime-type$="stderr"]')
        ended = self.panel.get_by_text(re.compile(r"^Lesson \d\d is complete"))
        last = max(index for index, cell in enumerate(self.cells) if cell["cell_type"] == "code")
        try:
            self.cell(self.cells[last]["id"])
            ended.or_(error).first.wait_for(state="attached")
        except TimeoutError as failure:
            failure.add_note(self.state())
            raise
        finally:
            self.keep_picture(f"{self.path.stem} run")
        assert error.count() == 0, error.first.text_content()

    def choose(self, menu: str, item: str) -> None:
        for name in (menu, item):
            self.page.get_by_role("menuitem", name=name, exact=True).click()

    def state(self) -> str:
        """For a failure's message: the kernel's state, the cells' prompts, and a dialog if one stands in the way."""
        kernel = self.panel.locator(".jp-Notebook-ExecutionIndicator").get_attribute("data-status")
        prompts = self.panel.locator(".jp-CodeCell .jp-InputPrompt").all_text_contents()
        dialogs = self.page.locator(".jp-Dialog-content").all_text_contents()
        return f"kernel {kernel}; prompts {' '.join(prompts)}; dialogs {dialogs}"

    def type_and_run(self, name: str, source: str) -> Locator:
        """Replace a cell's text by keyboard and run it with Ctrl + Enter; returns its output."""
        cell = self.cell(name)
        editor = cell.locator(".cm-content")
        for _ in range(TRIES):
            editor.click()
            self.page.keyboard.press("ControlOrMeta+a")
            self.page.keyboard.insert_text(source)
            if editor.locator(".cm-line").all_text_contents() == source.split("\n"):
                break
        self.page.keyboard.press("ControlOrMeta+Enter")
        return cell.locator(".jp-OutputArea")

    def answer_exercises(self) -> None:
        """Type the course's own answer into each cell of an exercise, and run it; each check accepts it."""
        for cell in read(NOTEBOOKS / self.path.name)["cells"]:
            source = "".join(cell["source"])
            if cell["cell_type"] == "code" and cell["id"].startswith("exercise-"):
                output = self.type_and_run(cell["id"], source)
                if re.search(r"^ex\.\w+\.check\(", source, re.M):
                    expect(output).to_contain_text(re.compile("Correct|Predicted and seen"))

    def save(self) -> None:
        """Save by keyboard; wait until the server has written the file."""
        with self.page.expect_response(lambda answer: answer.request.method == "PUT" and self.path.name in answer.url):
            self.page.keyboard.press("ControlOrMeta+s")
        self.saved = read(self.path)["cells"]

    def keep_picture(self, name: str) -> None:
        self.page.screenshot(path=PICTURES / f"{name}.png")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        # without a sandbox of its own, as root in a container must; all that it opens is this course
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage"])
        yield browser
        browser.close()


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


def read(notebook: Path) -> dict:
    return json.loads(notebook.read_text(encoding="utf-8"))


def choose_smoke(copy: Path) -> None:
    """Set the parameters of a copy to those that take seconds."""
    text = copy.read_text(encoding="utf-8")
    for ours, theirs in ((r"PROFILE = \"smoke\"", r"PROFILE = \"lesson\""), (r"DATA = \"synthetic\"", r"DATA = \"auto\"")):
        assert theirs in text
        text = text.replace(theirs, ours)
    copy.write_text(text, encoding="utf-8")


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

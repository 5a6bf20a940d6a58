"""Playgrounds as a reader meets them: JupyterLab in a real browser, by keyboard, after reloads and without a kernel.

What was seen is kept as pictures in `build/playgrounds/`.
"""

import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from nbformat.sign import NotebookNotary
from nbformat.v4 import new_code_cell, new_notebook
from playwright.sync_api import CDPSession, Locator, Page, expect

from course_utils.paths import ROOT
from course_utils.student.lab import lab_options
from course_utils.widgets import ASLEEP
from tests.fixtures.browsers import CHROMIUM, running_browser
from tests.fixtures.jupyterlab import running_jupyterlab

PICTURES = ROOT / "build" / "playgrounds"
# A slow machine may take its time; what is waited for has always happened earlier.
PATIENCE_MS = 120_000
SET_UP = """
import numpy as np
from course_utils.explain.activations import View
from course_utils.widgets import (
    attention, augmentation_preview, box_overlap, broadcasting, capacity, descent, draw_a_digit, filter_workbench,
    fit_line, scaling_and_threshold, threshold, unroll, walk_through_a_net,
)
random = np.random.default_rng(0)
x = np.arange(-1.0, 5.0)
photograph = np.kron(random.integers(0, 256, (6, 8, 3)), np.ones((20, 20, 1))).astype("uint8")
images, labels = random.integers(0, 256, (200, 28, 28)).astype("uint8"), np.arange(200) % 10
states = random.uniform(-1, 1, (12, 16))
walk = unroll.Walk(("cows", *["green"] * 10, "grass"), states, np.linspace(0, 1, 12), states,
                   dict.fromkeys(unroll.GATES, abs(states)))
"""
PLAYGROUNDS = {
    "fit_line": "fit_line.play(x, 2 * x - 1)",
    "scaling_and_threshold": "scaling_and_threshold.play(images, labels, images, labels)",
    "box_overlap": "box_overlap.play()",
    "broadcasting": "broadcasting.play()",
    "descent": "descent.play()",
    "filter_workbench": "filter_workbench.play({name: photograph[:, :, 0] for name in ('temple', 'flower', 'digit')})",
    "draw_a_digit": "draw_a_digit.play(lambda pictures: np.full((1, 10), 0.1))",
    "augmentation_preview": "augmentation_preview.play(photograph)",
    "capacity": "capacity.play()",
    "threshold": "threshold.play(labels % 2, random.uniform(size=200), ('cat', 'dog'))",
    "walk_through_a_net": "walk_through_a_net.play({'cat, 1': photograph, 'dog, 2': photograph}, {'conv1': "
    "abs(random.normal(size=(2, 30, 40, 16))), 'conv2': abs(random.normal(size=(2, 9, 12, 8)))}, "
    "{'conv1': View(4, 2, 0.5), 'conv2': View(10, 6, 1.5)})",
    "unroll": "unroll.play({'LSTM: cows …': walk, 'LSTM: cow …': walk, 'RNN: cows …': walk, 'RNN: cow …': walk})",
    "attention": "attention.play([attention.Attended(['somewhere'] * 12, ['escondieron'] * 14, "
    "random.normal(size=(14, 12)))] * 8)",
}

# with a box to tick; all are made in one way
SOME = ("draw_a_digit", "augmentation_preview")
# what a reader presses on a control that is neither a slider nor a text
KEYS = {"radio": ["ArrowDown"], "checkbox": ["Space"], "button": ["Enter"], "application": ["Space", "ArrowRight"]}
JUPYTER_FOLDERS = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR")

pytestmark = [
    pytest.mark.skipif(not CHROMIUM, reason="no chromium on the PATH: not looked at in a browser"),
    pytest.mark.xdist_group("browser"),
]


class Notebook:
    """The notebook that is seen in JupyterLab."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.panel = page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)")

    def open(self, name: str) -> None:
        """Open a notebook from the list of files."""
        self.page.locator(".jp-DirListing-content").get_by_text(f"{name}.ipynb", exact=True).dblclick()
        self.panel.locator(".jp-Cell").first.wait_for()

    def run_all(self) -> None:
        # the notebook's own indicator says so before there is a kernel
        self.page.locator(".jp-StatusBar-Widget").get_by_text("| Idle").wait_for()
        for item in ("Run", "Run All Cells"):
            self.page.get_by_role("menuitem", name=item, exact=True).click()
        expect(self.panel.locator(".course-playground")).to_have_count(len(PLAYGROUNDS))

    def save(self) -> None:
        """Save by keyboard; wait until the server has written the file."""
        with self.page.expect_response(lambda answer: answer.request.method == "PUT"):
            self.page.keyboard.press("ControlOrMeta+s")

    def cell(self, name: str) -> Locator:
        """The cell of a playground, scrolled to."""
        cell = self.panel.locator(f'.jp-Cell[data-windowed-list-index="{1 + list(PLAYGROUNDS).index(name)}"]')
        cell.wait_for(state="attached")
        cell.scroll_into_view_if_needed()
        return cell

    def answer_dialog(self, button: str) -> None:
        self.page.locator(".jp-Dialog-footer").get_by_text(button, exact=True).click()

    def keep_picture(self, name: str) -> None:
        self.page.screenshot(path=PICTURES / f"{name}.png")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of the notebook, and of what JupyterLab keeps."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    folder = tmp_path_factory.mktemp("playgrounds")
    cells = [new_code_cell(source) for source in (SET_UP, *PLAYGROUNDS.values())]
    kernel = {"name": "python3", "display_name": "Python 3"}
    nbformat.write(new_notebook(cells=cells, metadata={"kernelspec": kernel}), folder / "playgrounds.ipynb")
    return folder


@pytest.fixture(scope="module")
def jupyter(folder: Path) -> Iterator[tuple[str, str]]:
    """JupyterLab, running: its address and its token; all that was started ends with the module."""
    settings = {name: str(folder / ".jupyter" / name) for name in JUPYTER_FOLDERS}
    where = ["--ServerApp.ip=127.0.0.1", "--ServerApp.port=0", "--no-browser"]
    command = [sys.executable, "-m", "jupyterlab", *where, *lab_options(folder, as_root=True)]
    with running_jupyterlab(command, settings, f"playgrounds-{os.getpid()}") as address:
        yield re.fullmatch(r"(http://\S+)/lab/tree\S+token=(\w+)", address).groups()


@pytest.fixture(scope="module")
def page(jupyter: tuple[str, str]) -> Iterator[Page]:
    """A tab of the size of a small laptop's screen, in a browser that is logged in."""
    address, token = jupyter
    expect.set_options(timeout=PATIENCE_MS)
    with running_browser(reaches_network=True) as browser:
        context = browser.new_context(viewport={"width": 1366, "height": 768}, base_url=address)
        context.set_default_timeout(PATIENCE_MS)
        context.request.get(f"/lab?token={token}")
        yield context.new_page()
    expect.set_options(timeout=None)


@pytest.fixture(scope="module")
def notebook(page: Page, folder: Path) -> Notebook:
    """All its cells have run, and it is saved; copies of it are there that JupyterLab has no kernel for."""
    notebook = Notebook(page)
    page.goto("/lab/tree/playgrounds.ipynb")
    notebook.run_all()
    notebook.save()
    saved = nbformat.read(folder / "playgrounds.ipynb", as_version=4)
    for name in ("trusted", "untrusted"):
        saved.metadata = {"name": name}
        nbformat.write(saved, folder / f"{name}.ipynb")
    trusted = nbformat.read(folder / "trusted.ipynb", as_version=4)
    NotebookNotary(data_dir=str(folder / ".jupyter" / "JUPYTER_DATA_DIR")).sign(trusted)
    return notebook


def role_and_name(client: CDPSession) -> tuple[str, str]:
    """Of what has the keyboard, as Chromium tells them to a screen reader."""
    focused = client.send("Runtime.evaluate", {"expression": "document.activeElement"})["result"]["objectId"]
    found = client.send("Accessibility.getPartialAXTree", {"objectId": focused, "fetchRelatives": False})
    node = found["nodes"][0]
    return node["role"]["value"], node["name"]["value"]


def press(page: Page, picture: Locator, *keys: str) -> None:
    """Press keys, one after the other; after the last, wait for another picture."""
    before = picture.get_attribute("src")
    for key in keys:
        page.keyboard.press(key)
    expect(picture).not_to_have_attribute("src", before)


@pytest.mark.parametrize("name", PLAYGROUNDS)
def test_every_control_has_a_name_and_answers_to_the_keyboard(notebook: Notebook, name: str):
    page, client = notebook.page, notebook.page.context.new_cdp_session(notebook.page)
    cells = notebook.panel.locator(".jp-Cell").count()
    playground = notebook.cell(name).locator(".course-playground")
    picture = playground.get_by_role("img")
    told = picture.get_attribute("alt")
    playground.locator("input:not([type=radio]), input:checked, [tabindex]").first.focus()
    reached = []
    while (focused := playground.locator(":focus")).count():
        reached.append(role_and_name(client))
        role = reached[-1][0]
        if role == "slider":
            said = focused.get_attribute("aria-valuetext")
            is_last = focused.evaluate("slider => slider.value === slider.max")
            press(page, picture, "ArrowLeft" if is_last else "ArrowRight")
            moved = focused.get_attribute("aria-valuetext")
            assert said != moved == playground.locator("div:has(> label > :focus) > .text").text_content()
        elif role == "textbox":
            press(page, picture, "ControlOrMeta+a", "1", "Enter")
            expect(playground.get_by_role("alert")).to_contain_text("A kernel of three by three has nine numbers")
        else:
            press(page, picture, *KEYS[role])
        # in JupyterLab's command mode it would cut the cell
        page.keyboard.press("x")
        page.keyboard.press("Tab")
    assert all(name for _, name in reached)
    assert len(set(reached)) == len(reached) >= 2
    assert notebook.panel.locator(".jp-Cell").count() == cells
    assert picture.get_attribute("alt") != told


def test_a_digit_is_drawn_with_the_mouse(notebook: Notebook):
    page, playground = notebook.page, notebook.cell("draw_a_digit").locator(".course-playground")
    playground.get_by_role("button", name="nothing").click()
    expect(playground.get_by_role("img")).to_have_attribute("alt", re.compile("^An empty sheet"))
    place = playground.get_by_role("application").bounding_box()
    page.mouse.move(place["x"] + 40, place["y"] + 40)
    page.mouse.down()
    page.mouse.move(place["x"] + 120, place["y"] + 160, steps=4)
    page.mouse.up()
    expect(playground.get_by_role("img")).to_have_attribute("alt", re.compile("^A drawing of"))
    assert playground.locator("path").get_attribute("d") == "M20,20 20,20 30,35 40,50 50,65 60,80"


@pytest.mark.parametrize("name", PLAYGROUNDS)
def test_picture_and_controls_fit_on_a_small_screen(notebook: Notebook, name: str):
    playground = notebook.cell(name).locator(".course-playground")
    playground.scroll_into_view_if_needed()
    notebook.keep_picture(name)
    screen, place = notebook.panel.locator(".jp-WindowedPanel-outer").bounding_box(), playground.bounding_box()
    assert place["height"] <= screen["height"]
    assert playground.evaluate("element => element.scrollWidth <= element.clientWidth")


def assert_awake(notebook: Notebook) -> None:
    """The live playground is seen, and only that; it answers."""
    for name in SOME:
        cell = notebook.cell(name)
        picture = cell.locator(".course-playground > img")
        expect(cell.locator("img").filter(visible=True)).to_have_count(1)
        expect(picture).to_be_visible()
        cell.locator(".course-playground input[type=checkbox]").focus()
        press(notebook.page, picture, "Space")


def assert_asleep(notebook: Notebook) -> None:
    """The still picture is seen with what to run, and nothing of a widget that JupyterLab does not find."""
    for name in SOME:
        cell = notebook.cell(name)
        expect(cell.locator("[class^=still-] > img")).to_be_visible()
        expect(cell.get_by_text(ASLEEP)).to_be_visible()
        expect(cell.locator("img").filter(visible=True)).to_have_count(1)
        expect(cell.get_by_text("widget").filter(visible=True)).to_have_count(0)


def test_it_answers_after_a_reload(notebook: Notebook):
    notebook.page.reload()
    assert_awake(notebook)


def test_it_answers_in_a_tab_that_was_closed_and_opened_again(notebook: Notebook):
    notebook.page.locator(".lm-TabBar-tab.jp-mod-current .lm-TabBar-tabCloseIcon").click()
    notebook.open("playgrounds")
    assert_awake(notebook)


def test_after_a_restart_there_is_a_picture_and_a_sentence(notebook: Notebook):
    notebook.panel.locator('[data-command="notebook:restart-kernel"]').click()
    notebook.answer_dialog("Restart")
    assert_asleep(notebook)
    notebook.save()
    notebook.page.reload()
    assert_asleep(notebook)


@pytest.mark.parametrize("name", ["trusted", "untrusted"])
def test_without_a_kernel_there_is_a_picture_and_a_sentence(notebook: Notebook, name: str):
    notebook.open(name)
    notebook.answer_dialog("No Kernel")
    assert_asleep(notebook)
    notebook.keep_picture(f"without a kernel, {name}")

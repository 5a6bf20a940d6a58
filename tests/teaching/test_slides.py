"""Slides as files: what is in them, and how a browser without a network shows them.

With `ALL_SLIDES=1` every lesson's slides are measured, else those of two.
"""

import os
import re
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import bs4
import nbformat
import pytest
from playwright.sync_api import Browser, Page

from course_utils.errors import CourseError
from course_utils.syllabus import find_lesson, written_lessons
from course_utils.teaching.slides import deck, write_decks, write_live
from tests.fixtures.browsers import CHROMIUM, running_browser

LESSON, WITH_LONG_TABLES = find_lesson("13"), find_lesson("15")
MEASURED = written_lessons() if os.environ.get("ALL_SLIDES") else (LESSON, WITH_LONG_TABLES)
SMALLEST = 0.5  # 13 pixels of text, on a slide that holds a whole report
# shows each slide with all its steps; gives where its contents end, in pixels, and how much smaller they were made
MEASURE = """() => Reveal.getSlides().map(slide => {
    const at = Reveal.getIndices(slide);
    Reveal.slide(at.h, at.v, 99);
    const parts = [...slide.querySelectorAll("*:not(aside, aside *)")].map(part => part.getBoundingClientRect());
    return {
        at: `${at.h}/${at.v ?? 0}`,
        bottom: Math.max(...parts.map(part => part.bottom)),
        right: Math.max(...parts.map(part => part.right)),
        size: Math.min(...[...slide.children].map(part => part.style.zoom || 1)),
    };
})"""


@pytest.fixture(scope="module")
def decks(tmp_path_factory) -> dict[str, Path]:
    """The slides that are measured, by the number of their lesson."""
    folder = tmp_path_factory.mktemp("slides")
    return {path.stem[:2]: path for path in write_decks(MEASURED, folder)}


@pytest.fixture(scope="module")
def soup() -> bs4.BeautifulSoup:
    return bs4.BeautifulSoup(deck(LESSON, {LESSON.stem, WITH_LONG_TABLES.stem}), "html.parser")


def test_slides_need_nothing_else(soup):
    assert soup.title.get_text() == f"13 · {LESSON.title}"
    assert not soup.find_all(["link", "iframe", "object"]) and not [
        script for script in soup.find_all("script") if script.get("src")
    ]
    assert all(image["src"].startswith("data:") and image["alt"] for image in soup.find_all("img"))
    assert not re.search(r"url\((?!\"?data:)|@import", "".join(style.get_text() for style in soup.find_all("style")))


def test_slides_have_notes_and_no_solutions(soup):
    slides = soup.select(".slides > section > section")
    assert len(slides) > 30 and all(slide.select("aside.notes") for slide in slides)
    assert soup.select(".fragment .output_png")
    code = "\n".join(block.get_text() for block in soup.select(".slides .code"))
    assert "layers.Conv2D" in code and "lesson.claims" not in code
    assert "ex.steps" not in code and "1027 // 32" not in code


def test_links_lead_from_deck_to_deck(soup):
    links = {link.get_text(): link["href"] for link in soup.select(".slides a")}
    assert links["15 · Augmentation"] == "15_augmentation.html"
    assert links["lesson 02"].startswith("https://") and links["lesson 02"].endswith("notebooks/02_fashion_mnist.ipynb")


@pytest.mark.parametrize("missing", [True, False])
def test_reveal_that_is_not_there_is_a_sentence_and_nothing_is_written(tmp_path, monkeypatch, missing):
    class Empty:
        def locate_file(self, path):
            return tmp_path / path

    def distribution(name):
        if missing:
            raise PackageNotFoundError(name)
        return Empty()

    monkeypatch.setattr("course_utils.teaching.slides.distribution", distribution)
    with pytest.raises(CourseError, match="install sphinx-revealjs"):
        list(write_decks([LESSON], tmp_path / "slides"))
    assert not (tmp_path / "slides").exists()


def test_live_is_a_notebook_that_is_not_written_over_once_it_was_changed(tmp_path):
    (path,) = write_live([LESSON], tmp_path)
    notebook = nbformat.read(path, 4)
    nbformat.validate(notebook)
    kinds = {cell.metadata.slideshow.slide_type for cell in notebook.cells}
    assert kinds == {"slide", "subslide", "fragment", "-", "skip", "notes"}
    assert list(write_live([LESSON], tmp_path)) == [path]

    notebook.cells[0].source = "# Mine"
    nbformat.write(notebook, path)
    before = path.read_bytes()
    with pytest.raises(CourseError, match="has been changed since"):
        list(write_live([LESSON], tmp_path))
    path.write_text("{")
    with pytest.raises(CourseError, match="move it elsewhere"):
        list(write_live([LESSON], tmp_path))
    path.write_bytes(before)


# ---- in a browser that reaches nothing


@pytest.fixture(scope="module")
def browser():
    if not CHROMIUM:
        pytest.skip("no chromium on the PATH: not looked at in a browser")
    with running_browser(reaches_network=False) as browser:
        yield browser


def show(browser: Browser, path: Path) -> tuple[Page, list[str]]:
    """The slides in a tab, and what went wrong so far: errors, and whatever was asked for besides the file itself."""
    tab, troubles = browser.new_page(viewport={"width": 1280, "height": 720}), []
    tab.on("console", lambda message: troubles.append(message.text) if message.type == "error" else None)
    tab.on("pageerror", lambda error: troubles.append(str(error)))
    tab.on(
        "request", lambda request: None if request.url.startswith((path.as_uri(), "data:")) else troubles.append(request.url)
    )
    tab.goto(path.as_uri())
    tab.wait_for_function("Reveal.isReady()")
    return tab, troubles


@pytest.mark.parametrize("number", [lesson.number for lesson in MEASURED])
def test_nothing_runs_off_a_slide(browser, decks, number):
    tab, troubles = show(browser, decks[number])
    slides = tab.evaluate(MEASURE)
    tab.close()
    print(number, len(slides), [(slide["at"], slide["size"]) for slide in slides if slide["size"] < 1])
    assert [slide for slide in slides if slide["bottom"] > 720 or slide["right"] > 1280] == []
    assert [slide for slide in slides if slide["size"] < SMALLEST] == []
    assert sum(slide["size"] < 1 for slide in slides) <= 4, "the rule should have cut them"
    assert troubles == []


def test_keys_go_on_and_a_window_has_the_notes(browser, decks):
    tab, troubles = show(browser, decks["13"])
    with tab.expect_popup() as opened:
        tab.keyboard.press("s")
    notes = opened.value
    words = notes.locator(".speaker-controls-notes .value")
    tab.evaluate("location.hash = '#Exercise-1-·-Steps'")
    notes.get_by_text("If the room is stuck").wait_for()
    assert "32 full batches are 1,024 pictures" in words.inner_text() and "of 70 minutes" in words.inner_text()
    before = tab.evaluate("Reveal.getSlidePastCount()")
    notes.keyboard.press("Space")
    tab.wait_for_function(f"Reveal.getSlidePastCount() == {before + 1}")
    assert troubles == []
    notes.close()
    tab.close()

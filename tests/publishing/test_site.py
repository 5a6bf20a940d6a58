"""The course's site: what stands on its pages, and how a browser without a network shows them from a disk.

It is made once, of two lessons; `ALL_PAGES=1` makes it of all of them, and holds each page to a second.
"""

import os
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

import bs4
import nbformat
import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from nbformat.v4 import new_markdown_cell, new_notebook
from playwright.sync_api import Page, expect

from course_utils.errors import CourseError
from course_utils.exercises.solutions import solution_text
from course_utils.publishing import export, site
from course_utils.publishing.glossary import entries
from course_utils.publishing.site_sources import reading_copy
from course_utils.syllabus import Lesson, find_lesson, written_lessons
from course_utils.widgets import fit_line
from tests.fixtures.browsers import CHROMIUM, running_browser

WHOLE = bool(os.environ.get("ALL_PAGES"))
LESSONS = written_lessons() if WHOLE else (find_lesson("01"), find_lesson("02"))
# the theme's own: two asides without a name, and a search page without a title
OF_THE_THEME = {"landmark-unique": {"enabled": False}, "page-has-heading-one": {"enabled": False}}
# Axe would fetch the style sheets anew, which a browser does not allow from a disk.
AXE = {"resultTypes": ["violations"], "preload": False, "rules": OF_THE_THEME}
MOST_BYTES, MOST_MS = 2e6, 1000

# what Sphinx says to myst-parser's authors
pytestmark = pytest.mark.filterwarnings("ignore::PendingDeprecationWarning")
in_browser = pytest.mark.skipif(not CHROMIUM, reason="no chromium on the PATH: not looked at in a browser")
each_lesson = pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.stem)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return site.build_site(LESSONS, tmp_path_factory.mktemp("build") / "site").parent


@pytest.fixture(scope="module")
def pages(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.html"))


@cache
def soup(path: Path) -> bs4.BeautifulSoup:
    return bs4.BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


@pytest.mark.parametrize("lesson", written_lessons(), ids=lambda lesson: lesson.stem)
def test_each_lesson_of_the_course_has_a_copy_to_read(lesson: Lesson):
    """The site that is made here shows two of them, or all."""
    assert reading_copy(lesson).cells[0].source.startswith(f"# {lesson.number}")


def page_of(folder: Path, lesson: Lesson) -> bs4.BeautifulSoup:
    return soup(folder / "notebooks" / f"{lesson.stem}.html").article


def cells_of(lesson: Lesson) -> list[nbformat.NotebookNode]:
    return nbformat.read(lesson.path, as_version=4).cells


def files_of(path: Path) -> list[str]:
    """What a page fetches to be shown."""
    page = soup(path)
    sheets = [link["href"] for link in page.find_all("link", rel="stylesheet")]
    return sheets + [part["src"] for part in page.find_all(["script", "img"], src=True)]


# ---- what stands on the pages


def test_every_link_and_anchor_leads_somewhere(folder, pages):
    broken = []
    for path in pages:
        for link in soup(path).find_all("a", href=True):
            parts = urlsplit(link["href"])
            if parts.scheme:
                assert parts.scheme in ("http", "https"), (path.name, link["href"])
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            place = unquote(parts.fragment)
            if not target.is_file() or (place and not soup(target).find(id=place)):
                broken.append((path.name, link["href"]))
    assert broken == []


def test_nothing_is_fetched_from_elsewhere_and_no_page_is_heavy(folder, pages):
    for path in pages:
        files = files_of(path)
        assert not [file for file in files if urlsplit(file).scheme], path.name
        sizes = {file: (path.parent / urlsplit(file).path).stat().st_size for file in files}
        assert path.stat().st_size + sum(sizes.values()) < MOST_BYTES, path.name


def test_the_pages_are_the_lessons_and_what_belongs_to_them(folder, pages):
    listed = [link["href"] for link in soup(folder / "index.html").article.find_all("a", class_="reference")]
    assert listed == [f"notebooks/{lesson.stem}.html" for lesson in LESSONS]
    beside = {str(path.relative_to(folder)) for path in pages} - set(listed)
    assert beside >= {"README.html", "LICENSE.html", "data.html", "search.html"}
    assert beside >= {f"docs/{name}.html" for name in ("glossary", "claims", "benchmarks", "references")}


@each_lesson
def test_every_figure_says_what_it_shows(folder, lesson):
    outputs = [output for cell in cells_of(lesson) for output in cell.get("outputs", [])]
    alts = [output.metadata["image/png"]["alt"] for output in outputs if "image/png" in output.get("data", {})]
    shown = [" ".join(image["alt"].split()) for image in page_of(folder, lesson).find_all("img")]
    assert shown == ["Open in Colab", *(" ".join(alt.split()) for alt in alts)]


@each_lesson
def test_what_is_folded_and_each_solution_opens_by_a_click(folder, lesson):
    page = bs4.BeautifulSoup(str(page_of(folder, lesson)), "html.parser")
    folds = [fold.extract() for fold in page.find_all("details")]
    names = [fold.summary.get_text("|", strip=True).split("|")[0] for fold in folds]
    cells = cells_of(lesson)
    assert names.count("Code") == sum("hide-input" in cell.metadata.get("tags", []) for cell in cells) - 1
    solutions = [text for cell in cells if cell.cell_type == "code" and (text := solution_text(cell.source))]
    inside = [fold.pre.get_text().strip("\n") for fold, name in zip(folds, names, strict=True) if name == "Solution"]
    assert inside == solutions
    assert not any(fold.has_attr("open") for fold in folds)
    outside = page.get_text()
    assert "SOLUTION" not in outside and "✓ Correct" not in outside
    assert outside.count("# your answer") >= len(solutions)


@each_lesson
def test_each_term_is_linked_where_it_is_first_bold(folder, lesson):
    links = page_of(folder, lesson).find_all("a", class_="term")
    targets = [urlsplit(link["href"]).fragment for link in links]
    assert len(targets) == len(set(targets))
    assert {entry.place for entry in entries() if entry.number == lesson.number} <= set(targets)


@each_lesson
def test_formulas_are_mathml_as_on_an_exported_page(folder, lesson):
    exported = bs4.BeautifulSoup(export.page(lesson), "html.parser")
    assert len(page_of(folder, lesson).find_all("math")) == len(exported.find_all("math"))


@each_lesson
def test_what_is_downloaded_is_the_students_copy(folder, lesson):
    link = page_of(folder, lesson).find("a", download=True)
    copy = nbformat.read(folder / "notebooks" / link["href"], as_version=4)
    assert [cell.id for cell in copy.cells] == [cell.id for cell in cells_of(lesson)]
    assert not any("### BEGIN SOLUTION" in cell.source or cell.get("outputs") for cell in copy.cells)


# ---- in a browser that reaches nothing


@pytest.fixture(scope="module")
def tab() -> Iterator[Page]:
    """A tab of a browser; what its pages complain of is in `tab.complaints`."""
    with running_browser(reaches_network=False) as browser:
        tab = browser.new_page()
        tab.complaints = []
        tab.on("console", lambda said: tab.complaints.append(said.text) if said.type in ("error", "warning") else None)
        tab.on("pageerror", lambda error: tab.complaints.append(str(error)))
        yield tab


@in_browser
@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (360, "dark")])
def test_pages_are_readable_and_accessible(tab, pages, width, scheme):
    tab.set_viewport_size({"width": width, "height": 800})
    tab.emulate_media(color_scheme=scheme)
    wide, slow, found = [], {}, []
    for path in pages:
        tab.goto(path.as_uri())
        slow[path.name] = tab.evaluate("performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd")
        for part in ("html", ".content"):
            if tab.locator(part).evaluate("part => part.scrollWidth > part.clientWidth"):
                wide.append((path.name, part))
        # what is closed is looked at as well
        tab.evaluate("document.querySelectorAll('details').forEach((fold) => { fold.open = true })")
        for fault in Axe().run(tab, options=AXE).response["violations"]:
            found += [(path.name, fault["id"], node["html"][:300]) for node in fault["nodes"]]
    assert wide == []
    assert found == []
    assert tab.complaints == []
    assert not WHOLE or max(slow.values()) < MOST_MS, slow


@in_browser
def test_search_works_from_a_disk(tab, folder):
    tab.goto((folder / "index.html").as_uri())
    tab.get_by_role("textbox", name="Search").first.fill("hyperparameter")
    tab.keyboard.press("Enter")
    expect(tab.locator("#search-results")).to_contain_text("Hello, world")
    assert tab.complaints == []


@in_browser
def test_the_race_runs_by_keyboard_and_computes_what_the_playground_does(tab, folder):
    tab.goto((folder / "notebooks" / "01_hello_world_regression.html").as_uri())
    x, y = np.array([-1.0, 0, 1, 2, 3, 4]), np.array([-3.0, -1, 1, 3, 5, 7])
    for steps, rate in ((0, 0.01), (20, 0.01), (500, 0.1), (500, 0.18)):
        path = tab.evaluate(
            "([x, y, steps, rate]) => race.descent(x, y, steps, rate)", [x.tolist(), y.tolist(), steps, rate]
        )
        np.testing.assert_allclose(path, fit_line.descent(x, y, steps, rate), rtol=1e-6, atol=1e-12)
    loss = tab.evaluate("([x, y]) => race.meanSquaredError(x, y, 1.5, -2)", [x.tolist(), y.tolist()])
    assert loss == pytest.approx(fit_line.mean_squared_error(x, y, 1.5, -2))

    said = tab.locator(".race").get_by_role("status")
    _, alt = fit_line.picture(x, y, 1.0, 0.0, 20, 0.01)
    assert all(part in said.text_content() for part in ("y = 1.00x + 0.00", "3.1667", "y = 1.47x + 0.17", "0.9544"))
    assert all(part in alt for part in ("y = 1.00x + 0.00", "3.1667", "y = 1.47x + 0.17", "0.9544"))
    assert not tab.locator(".cell_output:has(.race) img").is_visible()
    tab.get_by_label("your a (slope)").focus()
    tab.keyboard.press("ArrowRight")
    expect(said).to_contain_text("y = 1.05x + 0.00")
    tab.get_by_label("descent's learning rate").focus()
    tab.keyboard.press("End")
    tab.get_by_label("descent's steps").focus()
    tab.keyboard.press("End")
    _, alt = fit_line.picture(x, y, 1.05, 0.0, 500, 0.18)
    its = alt.split("gradient descent's ")[1].split(" after")[0]
    expect(said).to_contain_text(its)


# ---- bad input


def test_a_folder_with_something_else_is_left_alone(tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(CourseError, match="holds something other than a site"):
        site.build_site(LESSONS, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_file_in_the_folders_place_is_a_sentence(tmp_path):
    (tmp_path / "taken").write_text("")
    with pytest.raises(CourseError, match="needs a folder where a file is"):
        site.build_site(LESSONS, tmp_path / "taken")


def test_without_sphinx_it_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "myst_nb", None)
    with pytest.raises(CourseError, match=r"needs Sphinx.*\.\[site\]"):
        site.build_site(LESSONS, tmp_path / "site")
    assert not list(tmp_path.iterdir())


def test_without_a_checkout_it_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(site, "INSTALLED", True)
    with pytest.raises(CourseError, match="call it from a checkout"):
        site.build_site(LESSONS, tmp_path / "site")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[next](02_nothing.ipynb)", "02_nothing"),
        (r"It is $\nosuch x$.", r"01_tiny.* holds a formula that cannot be shown \(\\nosuch is not known\)"),
    ],
)
def test_a_lesson_that_cannot_be_shown_is_named_and_the_site_that_is_there_stays(tmp_path, monkeypatch, text, words):
    monkeypatch.setattr("course_utils.syllabus.NOTEBOOKS", tmp_path)
    lesson = Lesson("01", "tiny", "Tiny", "Nothing.", "Part")
    nbformat.write(new_notebook(cells=[new_markdown_cell(f"# 01 · Tiny\n\n{text}")]), lesson.path)
    there = tmp_path / "site"
    there.mkdir()
    (there / site.MARK).write_text("before")
    with pytest.raises(CourseError, match=words):
        site.build_site([lesson], there)
    assert {path.name for path in tmp_path.iterdir()} == {"01_tiny.ipynb", "site"}
    assert [path.name for path in there.iterdir()] == [site.MARK]

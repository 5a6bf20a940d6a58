"""Exported lessons: what stands on the page, and how a browser without a network shows it."""

import re
import shutil
from pathlib import Path
from urllib.parse import unquote

import bs4
import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output

from course_utils.errors import CourseError
from course_utils.publishing.export import export, page, repository
from course_utils.syllabus import Lesson, written_lessons
from tests.fixtures.browsers import CHROMIUM, running_browser

DOT = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
FOLDED = {"jupyter": {"source_hidden": True}, "tags": ["hide-input"]}
PROSE = """\
# 01 · The first

[![Open](dot.svg)](https://example.org/open) ![missing](nowhere.svg)

[next](02_second.ipynb), [part](02_second.ipynb#A-part), [later](03_third.ipynb#end), [card](../data/card.md),
[here](#A-part)

| a | b |
|---|---|
| 1 | 2 |
"""
FORMULAS = r"""
## A part

With $x_t$ and `$5` it is $$h_t = \frac{1}{2} \tanh(x_t W)$$

\begin{align}a &= b \\ c &= d\end{align}
"""


def lesson_called(name: str, number: str = "01") -> Lesson:
    return Lesson(number, name, f"The {name} <b>", "-", "Part")


def cells() -> list[nbformat.NotebookNode]:
    figure = {"image/png": DOT, "text/html": f'<img src="data:image/png;base64,{DOT}" alt="Other.">', "text/plain": "Alt."}
    return [
        new_markdown_cell(PROSE),
        new_code_cell("import course", metadata=FOLDED | {"tags": ["hide-input", "install"]}),
        new_code_cell("print(1 < 2)", outputs=[new_output("stream", text="\x1b[1mTrue\x1b[0m & <more>\n")]),
        new_code_cell(
            "hidden = 1",
            metadata=FOLDED,
            outputs=[new_output("display_data", {"text/markdown": "It is **$y$**."})],
        ),
        new_markdown_cell(FORMULAS),
        new_code_cell("show()", outputs=[new_output("display_data", figure, metadata={"image/png": {"alt": 'A "dot".'}})]),
        new_code_cell("frame", outputs=[new_output("execute_result", {"text/html": "<table class='dataframe'></table>"})]),
        new_markdown_cell("## A part\n\n### Exercise 1 · One", id="exercise-one-task"),
        new_code_cell(
            "### BEGIN SOLUTION\nanswer = 40 + 2\n### END SOLUTION\nex.one.check(answer)",
            id="exercise-one",
            outputs=[new_output("display_data", {"text/html": "<p>✓ Correct</p>"})],
        ),
        new_code_cell("use(answer)", id="exercise-one-run", outputs=[new_output("stream", text="42\n")]),
    ]


@pytest.fixture
def notebooks(tmp_path, monkeypatch) -> Path:
    """A folder of lessons in place of the course's own."""
    folder = tmp_path / "notebooks"
    folder.mkdir()
    monkeypatch.setattr("course_utils.syllabus.NOTEBOOKS", folder)
    return folder


@pytest.fixture
def lesson(notebooks) -> Lesson:
    (notebooks / "dot.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    nbformat.write(nbformat.v4.new_notebook(cells=cells()), notebooks / "01_first.ipynb")
    return lesson_called("first")


@pytest.fixture
def soup(lesson) -> bs4.BeautifulSoup:
    return bs4.BeautifulSoup(page(lesson, {"01_first", "02_second"}), "html.parser")


def text_outside_details(soup: bs4.BeautifulSoup) -> str:
    for details in soup.find_all("details"):
        details.extract()
    return soup.main.get_text()


def test_a_page_needs_nothing_else(soup):
    assert soup.html["lang"] == "en"
    assert soup.title.get_text() == "01 · The first <b>"
    assert soup.find("meta", attrs={"name": "viewport"})
    assert not soup.find_all(["script", "link", "iframe", "object"])
    assert all(image["src"].startswith("data:") for image in soup.find_all("img"))
    assert "url(" not in soup.style.get_text() and "@import" not in soup.style.get_text()


def test_prompts_and_the_cell_that_installs_are_left_out(soup):
    assert "In [" not in soup.get_text() and "In\xa0[" not in soup.get_text()
    assert "import course" not in soup.get_text()


def test_streams_are_text_and_code_is_highlighted(soup):
    assert "True & <more>" in soup.get_text()
    assert soup.select(".highlight span")


def test_a_folded_cell_opens_by_a_click_and_its_output_is_in_view(soup):
    (folded,) = [details for details in soup.main.find_all("details") if "hidden = 1" in details.get_text()]
    assert folded.summary.get_text() == "Code" and not folded.has_attr("open")
    outside = text_outside_details(soup)
    assert "hidden" not in outside and "It is" in outside and "print(1 < 2)" in outside


def test_a_solution_and_all_that_comes_of_it_open_by_a_click(soup):
    solution, run = soup.select("details.solution")
    assert [solution.summary.get_text(), run.summary.get_text()] == ["Solution", "With the solution"]
    assert "answer = 40 + 2" in solution.get_text() and "✓ Correct" in solution.get_text() and "42" in run.get_text()
    assert "SOLUTION" not in soup.get_text()
    outside = text_outside_details(soup)
    assert "answer = ...  # your answer\nex.one.check(answer)" in outside and "use(answer)" in outside
    assert "42" not in outside and "40 + 2" not in outside and "✓" not in outside


def test_links_lead_to_pages_beside_it_and_to_the_repository(soup):
    assert repository().startswith("https://github.com/")
    assert [a["href"] for a in soup.main.find_all("a")] == [
        "https://example.org/open",
        "02_second.html",
        "02_second.html#A-part",
        f"{repository()}/blob/main/notebooks/03_third.ipynb#end",
        f"{repository()}/blob/main/data/card.md",
        "#A-part",
    ]


def test_pictures_lie_inside_and_say_what_they_show(soup):
    badge, figure = soup.find_all("img")
    assert (badge["alt"], badge["src"][:18]) == ("Open", "data:image/svg+xml")
    assert (figure["alt"], figure["src"]) == ('A "dot".', f"data:image/png;base64,{DOT}")
    assert "missing" in soup.main.p.get_text()


def test_headings_can_be_linked_to(soup):
    assert [heading["id"] for heading in soup.main.find_all(["h1", "h2", "h3"])] == [
        "01-·-The-first", "A-part", "A-part-2", "Exercise-1-·-One",
    ]  # fmt: skip
    assert [unquote(a["href"]) for a in soup.nav.find_all("a")] == ["#A-part", "#A-part-2", "#Exercise-1-·-One"]


def test_formulas_are_mathml(soup):
    displays = [math["display"] for math in soup.find_all("math")]
    assert displays == ["inline", "inline", "block", "block"]
    assert "$5" in soup.get_text() and not re.search(r"\$[a-z]|\\\w|\$\$", soup.main.get_text())
    assert soup.find("mfrac") and soup.find("mtable")


@pytest.mark.parametrize("formula", [r"\nosuch x", r"\left( x", "a_b_c", r"\begin{matrix} a"])
def test_a_formula_that_is_not_latex_is_named_and_nothing_is_written(lesson, notebooks, tmp_path, formula):
    nbformat.write(nbformat.v4.new_notebook(cells=[new_markdown_cell(f"It is ${formula}$.")]), notebooks / "01_first.ipynb")
    with pytest.raises(CourseError, match=re.escape("01_first.ipynb holds a formula")) as caught:
        list(export([lesson], tmp_path / "pages"))
    assert str(caught.value).endswith(formula)
    assert not (tmp_path / "pages").exists()


def test_pages_are_written_side_by_side(lesson, notebooks, tmp_path):
    shutil.copy(notebooks / "01_first.ipynb", notebooks / "02_second.ipynb")
    lessons = [lesson, lesson_called("second", "02")]
    paths = list(export(lessons, tmp_path / "pages"))
    assert paths == [tmp_path / "pages" / "01_first.html", tmp_path / "pages" / "02_second.html"]
    assert 'href="02_second.html"' in paths[0].read_text(encoding="utf-8")
    assert f'href="{repository()}/blob/main/notebooks/02_second.ipynb"' in page(lesson)


def test_a_damaged_lesson_leaves_the_page_that_is_there(lesson, notebooks, tmp_path):
    (path,) = export([lesson], tmp_path)
    before = path.read_bytes()
    (notebooks / "01_first.ipynb").write_text("{")
    with pytest.raises(CourseError, match=r"01_first\.ipynb cannot be read"):
        list(export([lesson], tmp_path))
    assert path.read_bytes() == before


def test_a_folder_that_cannot_be_written_to_is_a_sentence(lesson, tmp_path):
    (tmp_path / "taken").write_text("")
    with pytest.raises(CourseError, match="needs a folder where a file is"):
        list(export([lesson], tmp_path / "taken"))


@pytest.mark.parametrize("lesson", written_lessons(), ids=lambda lesson: lesson.stem)
def test_every_lesson_of_the_course_is_whole(lesson):
    stems = {each.stem for each in written_lessons()}
    source, text = nbformat.read(lesson.path, 4), page(lesson, stems)
    targets = re.findall(r'<a [^>]*href="([^"]+)"', text)
    places = set(re.findall(r' id="([^"]+)"', text))
    for target in targets:
        inside = target.startswith("#") and unquote(target[1:]) in places
        assert inside or target.startswith("https://") or target.removesuffix(".html") in stems, target
    figures = [o for cell in source.cells for o in cell.get("outputs", []) if "image/png" in o.get("data", {})]
    assert text.count('src="data:image/png') == len(figures)
    assert "No description has been provided" not in text
    assert len(re.findall(r" src=", text)) == len(re.findall(r' src="data:', text))
    folded = [cell for cell in source.cells if "hide-input" in cell.metadata.get("tags", [])]
    assert text.count("<summary>Code</summary>") == len(folded) - 1, "all but the cell that installs"
    assert text.count("<summary>Solution</summary>") == sum("### BEGIN SOLUTION" in cell.source for cell in source.cells)


# ---- colours


def luminance(color: str) -> float:
    """Relative luminance as WCAG has it, from 0 (black) to 1 (white)."""
    digits = color.lstrip("#")
    digits = "".join(digit * 2 for digit in digits) if len(digits) == 3 else digits
    parts = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted([luminance(one), luminance(other)])
    return (lighter + 0.05) / (darker + 0.05)


def test_every_colour_is_readable_in_light_and_in_dark(soup):
    light, dark = soup.style.get_text().split("@media screen and (prefers-color-scheme: dark)")
    for sheet in (light, dark.partition("* { box-sizing")[0]):
        named = dict(re.findall(r"--(\w+): (#\w+)", sheet))
        for name in ("ink", "quiet", "link"):
            assert contrast(named[name], named["paper"]) >= 4.5, name
        assert contrast(named["mark"], named["paper"]) >= 3
        tokens = re.findall(r"^\.highlight (\.\w+) \{ color: (#\w+)", sheet, re.M)
        assert len(tokens) > 20
        for token, color in tokens:
            assert token == ".err" or contrast(color, named["panel"]) >= 4.5, (token, color)


# ---- in a browser that reaches nothing


@pytest.fixture(scope="module")
def browser():
    if not CHROMIUM:
        pytest.skip("no chromium on the PATH: not looked at in a browser")
    with running_browser(reaches_network=False) as browser:
        yield browser


@pytest.mark.parametrize("width", [1280, 400])
def test_a_browser_shows_it_from_a_file(browser, lesson, tmp_path, width):
    (path,) = export([lesson], tmp_path)
    tab, asked = browser.new_page(viewport={"width": width, "height": 800}), []
    tab.on("request", lambda request: asked.append(request.url))
    tab.goto(path.as_uri())
    assert [url for url in asked if not url.startswith("data:")] == [path.as_uri()]
    assert tab.evaluate("document.documentElement.scrollWidth") == width
    fraction, letter = (tab.locator(name).first.bounding_box()["height"] for name in ("mfrac", "mi"))
    assert fraction > 1.5 * letter, "formulas are not set"

    solution = tab.locator("details.solution").first
    assert not solution.get_by_text("Correct").is_visible()
    solution.locator("summary").click()
    assert solution.get_by_text("Correct").is_visible()
    folded = tab.locator("main details").first
    folded.locator("summary").focus()
    tab.keyboard.press("Enter")
    assert folded.get_by_text("hidden").is_visible()
    tab.close()

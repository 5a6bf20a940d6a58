"""Lessons as pages to read: one HTML file each, which works from a disk, with neither network nor scripts.

What the lesson folds, and each solution, opens by a click. Formulas are MathML, which browsers draw by themselves.
"""

import html
import mimetypes
import posixpath
import re
from base64 import b64encode
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import metadata
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from latex2mathml.converter import convert
from nbconvert import HTMLExporter
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbformat import NotebookNode
from pygments.formatters import HtmlFormatter
from traitlets.config import Config

from course_utils.errors import CourseError
from course_utils.exercises import cell_id
from course_utils.exercises.solutions import solution_text, without_solutions
from course_utils.files import read_outputs, write_text
from course_utils.syllabus import Lesson

TEMPLATE = Path(__file__).with_name("lesson.html.jinja")
# of two forms of one output, the picture is shown, which has its alt text in the metadata
FORMS = ["image/png", "text/html", "text/markdown", "text/plain"]
# colours of Pygments whose every kind of token has a contrast of 4.5 : 1 on the page's panels
LIGHT, DARK = "xcode", "monokai"


@dataclass(frozen=True)
class Heading:
    """A heading of the page: its text as HTML, and the id by which it is linked."""

    level: int
    text: str
    place: str


def export(lessons: Sequence[Lesson], folder: Path) -> Iterator[Path]:
    """Write the page of each lesson, `NN_name.html`, and give its path; links between them lead from page to page.

    Raises:
        CourseError: a lesson cannot be read or holds a formula that is not LaTeX, or the folder cannot be written to.
    """
    neighbours = {lesson.stem for lesson in lessons}
    for lesson in lessons:
        path = folder / f"{lesson.stem}.html"
        write_text(path, page(lesson, neighbours))
        yield path


def page(lesson: Lesson, neighbours: Collection[str] = ()) -> str:
    """A lesson as published, as one HTML page.

    Args:
        lesson: the lesson.
        neighbours: stems of the lessons whose pages lie beside this one. Links to others lead to the repository.

    Raises:
        CourseError: the lesson cannot be read, or holds a formula that is not LaTeX.
    """
    notebook = read_outputs(lesson.path)
    # who reads a page has nothing to install
    notebook.cells = [cell for cell in notebook.cells if "install" not in cell.metadata.get("tags", [])]
    return render(notebook, "classic", TEMPLATE, LessonRenderer(lesson, neighbours))


def render(notebook: NotebookNode, kind: str, template: Path, renderer: "LessonRenderer", **more: Any) -> str:
    """The cells of a lesson as HTML.

    Args:
        notebook: the cells.
        kind: nbconvert's name for it, `"classic"` for a page or `"reveal"` for slides, which prepares the cells.
        template: how each cell is shown, and what stands around them.
        renderer: what makes HTML of their Markdown, for the lesson that they come from.
        more: what else the template asks for, by name.

    Raises:
        CourseError: a cell holds a formula that is not LaTeX.
    """
    exporter = HTMLExporter(
        template_name=kind,
        template_file=str(template),
        extra_template_basedirs=[],  # not those of whatever folder this is called in
        exclude_input_prompt=True,
        exclude_output_prompt=True,
        filters={
            "markdown2html": MarkdownWithMath(renderer=renderer).render,
            "without_solutions": without_solutions,
            "solution": solution_text,
        },
        config=Config({"NbConvertBase": {"display_data_priority": FORMS}}),
    )
    exporter.environment.globals |= {
        "lesson": renderer.lesson,
        "headings": renderer.headings,
        "exercise": cell_id(""),
        "light": token_colors(LIGHT),
        "dark": token_colors(DARK),
        "repository": repository(),
        **more,
    }
    return exporter.from_notebook_node(notebook)[0]


class LessonRenderer(IPythonRenderer):
    """A lesson's Markdown as HTML; `lesson` is that lesson, `headings` are those rendered so far."""

    def __init__(self, lesson: Lesson, neighbours: Collection[str]) -> None:
        super().__init__(escape=False)
        self.headings: list[Heading] = []
        self.lesson = lesson
        self._neighbours = neighbours

    def heading(self, text: str, level: int, **_: Any) -> str:
        """A heading with an id made as JupyterLab makes it, so that links within a lesson lead there as well."""
        place = html.unescape(re.sub(r"<[^>]+>", "", text)).strip().replace(" ", "-")
        if before := sum(heading.text == text for heading in self.headings):
            place = f"{place}-{before + 1}"
        self.headings.append(Heading(level, text, place))
        return f'<h{level} id="{html.escape(place)}">{text}</h{level}>\n'

    def link(self, text: str, url: str, title: str | None = None) -> str:
        """A link that leads on from the page."""
        return super().link(text, self._target(url), title)

    def image(self, text: str, url: str, title: str | None = None) -> str:
        """A picture inside the page; its text where the file is not there, as those of `docs/` are not in a wheel."""
        path = self.lesson.path.parent / unquote(url)
        if not path.is_file():
            return html.escape(text)
        kind, _ = mimetypes.guess_type(path)
        return super().image(text, f"data:{kind};base64,{b64encode(path.read_bytes()).decode()}", title)

    def table(self, text: str) -> str:
        """A table that scrolls by itself where the screen is narrower."""
        return f'<div class="wide"><table>\n{text}</table></div>\n'

    def block_math(self, body: str) -> str:
        """A formula on a line of its own."""
        return f'<span class="formula">{self._mathml(body, "block")}</span>'

    def inline_math(self, body: str) -> str:
        """A formula within a sentence."""
        return self._mathml(body, "inline")

    def latex_environment(self, name: str, body: str) -> str:
        """A formula that says itself how it is laid out, such as `align`."""
        return self.block_math(rf"\begin{{{name}}}{body}\end{{{name}}}")

    def _mathml(self, formula: str, display: str) -> str:
        try:
            return mathml(formula, display)
        except ValueError as error:
            raise CourseError(
                f"{self.lesson.path.name} holds a formula that cannot be shown ({error}): {formula.strip()}"
            ) from error

    def _target(self, url: str) -> str:
        """Where a link of the lesson leads from its page."""
        parts = urlsplit(url)
        if parts.scheme or not parts.path:
            return url
        fragment = f"#{parts.fragment}" if parts.fragment else ""
        if parts.path.removesuffix(".ipynb") in self._neighbours:
            return f"{parts.path.removesuffix('.ipynb')}.html{fragment}"
        return f"{repository()}/blob/main/{posixpath.normpath(f'notebooks/{parts.path}')}{fragment}"


def mathml(formula: str, display: str) -> str:
    """A formula of LaTeX as MathML, which browsers draw by themselves.

    Args:
        formula: the LaTeX, without dollar signs.
        display: `"block"` for a line of its own, `"inline"` within a sentence.

    Raises:
        ValueError: it is not LaTeX.
    """
    try:
        converted = convert(formula.strip(), display=display)
    except Exception as error:  # each slip has a class of its own
        raise ValueError(type(error).__name__) from error
    if unknown := re.search(r"\\\w+", converted):
        raise ValueError(f"{unknown[0]} is not known")
    return converted


def token_colors(style: str) -> str:
    """The colours of a style of Pygments, as CSS."""
    return "\n".join(HtmlFormatter(style=style).get_token_style_defs(".highlight"))


def repository() -> str:
    """The address at which the course is developed, as its package states it."""
    addresses = dict(line.split(", ", 1) for line in metadata("deep-learning-course").get_all("Project-URL", []))
    return addresses["Source"]

"""What the site adds to Sphinx: alt texts, links to the glossary and to the repository, formulas as MathML."""

import hashlib
import posixpath
import re
from base64 import b64decode
from collections.abc import Iterator
from typing import Any

import nbformat
from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.writers.html5 import HTML5Translator

from course_utils.errors import CourseError
from course_utils.paths import ROOT
from course_utils.publishing.export import mathml, repository
from course_utils.publishing.glossary import entries, forms

GLOSSARY_PAGE = "docs/glossary"
EMPTY_HEADER = re.compile(r"<th((?: [^>]*)?)>(?:&nbsp;|<p></p>)?</th>")


def setup(app: Sphinx) -> dict[str, Any]:
    """Called by Sphinx, for which this is an extension."""
    app.add_html_math_renderer("mathml", (_write_inline_math, None), (_write_block_math, None))
    for improve in (describe_figures, lead_on, name_terms, link_terms):
        app.connect("doctree-read", improve)
    # after the theme
    app.connect("html-page-context", speak_clearly, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def describe_figures(app: Sphinx, page: nodes.document) -> None:
    """Give each figure of a lesson the alt text that stands in its output's metadata."""
    path = app.env.doc2path(app.env.docname)
    if path.suffix != ".ipynb":
        return
    alts = dict(_figures(nbformat.read(path, as_version=4)))
    for image in page.findall(nodes.image):
        name = posixpath.splitext(posixpath.basename(image["uri"]))[0]
        if name in alts:
            image["alt"] = alts[name]


def _figures(notebook: nbformat.NotebookNode) -> Iterator[tuple[str, str]]:
    """The figures of a notebook: the name that myst-nb gives to each, its SHA-256, and its alt text."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if png := output.get("data", {}).get("image/png"):
                yield hashlib.sha256(b64decode(png)).hexdigest(), output.metadata["image/png"]["alt"]


def lead_on(app: Sphinx, page: nodes.document) -> None:
    """Let a link to a file of the repository that has no page lead there; one to nothing stays, and Sphinx complains."""
    for link in list(page.findall(pending_xref)):
        if link["reftype"] != "myst" or link["refdomain"]:
            continue
        path, _, place = link["reftarget"].partition("#")
        name = posixpath.normpath(posixpath.join(posixpath.dirname(app.env.docname), path))
        if path and name in app.env.found_docs:
            target = app.builder.get_relative_uri(app.env.docname, name)
        elif path and (ROOT / name).exists():
            target = f"{repository()}/blob/main/{name}"
        else:
            continue
        link.replace_self(nodes.reference("", "", *link.children, refuri=f"{target}{'#' if place else ''}{place}"))


def name_terms(app: Sphinx, page: nodes.document) -> None:
    """Give each entry of the glossary the id by which it is linked to."""
    if app.env.docname != GLOSSARY_PAGE:
        return
    places = {entry.term: entry.place for entry in entries()}
    for paragraph in page.findall(nodes.paragraph):
        # the parser puts an empty text before it
        first = next((part for part in paragraph if part.astext()), None)
        if isinstance(first, nodes.strong):
            paragraph["ids"].append(places[first.astext()])


def link_terms(app: Sphinx, page: nodes.document) -> None:
    """Link each term to the glossary where a lesson first makes it bold."""
    if not app.env.docname.startswith("notebooks/"):
        return
    to_link = {form: entry.place for entry in entries() for form in forms(entry.term)}
    glossary = app.builder.get_relative_uri(app.env.docname, GLOSSARY_PAGE)
    linked: set[str] = set()
    for bold in list(page.findall(nodes.strong)):
        place = to_link.get(" ".join(bold.astext().split()).casefold())
        if place is None or place in linked or isinstance(bold.parent, nodes.reference | nodes.title):
            continue
        linked.add(place)
        link = nodes.reference("", "", bold.deepcopy(), refuri=f"{glossary}#{place}", internal=True, classes=["term"])
        bold.replace_self(link)


def speak_clearly(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None) -> None:
    """Say in HTML what myst-nb, Sphinx and pandas leave out, and screen readers go by.

    What opens is called by its words, headings of the sidebar have a level, and an empty corner of a table is no header.
    """
    if "body" in context:
        body = context["body"].replace('<summary aria-label="Toggle hidden content">', "<summary>")
        context["body"] = EMPTY_HEADER.sub(r"<td\1></td>", body)
    context["furo_navigation_tree"] = context["furo_navigation_tree"].replace(
        'role="heading"', 'role="heading" aria-level="2"'
    )


def _write_inline_math(writer: HTML5Translator, node: nodes.math) -> None:
    writer.body.append(_mathml(node, "inline"))
    raise nodes.SkipNode


def _write_block_math(writer: HTML5Translator, node: nodes.math_block) -> None:
    writer.body.append(f'<div class="formula">{_mathml(node, "block")}</div>')
    raise nodes.SkipNode


def _mathml(node: nodes.math | nodes.math_block, display: str) -> str:
    formula = node.astext()
    try:
        return mathml(formula, display)
    except ValueError as error:
        raise CourseError(f"{node.source} holds a formula that cannot be shown ({error}): {formula.strip()}") from error

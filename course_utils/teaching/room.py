"""How much room things take on a slide, before a browser has drawn them; `slides.html.jinja` draws them so.

Heights are in pixels of a slide of 1280 × 720, and on the safe side.
"""

import re
from base64 import b64decode
from collections.abc import Sequence
from math import ceil

from nbformat import NotebookNode

# below the line at the top and above the lower edge
SLIDE = 620.0

LETTERS, LINE, BETWEEN = 84, 37, 14  # of text: letters in a line, a line, between two paragraphs
AIR = 1.4  # a slide full of text is read by nobody
HEADING = {1: 100, 2: 80, 3: 62}
FORMULA = 80
ROW = 39  # of a table
CODE_LINE, PRINTED_LINE, FRAME = 27, 25, 40
PICTURE = 500  # the highest that it gets; its own pixels are drawn larger
ENLARGED = 1.25


def cell_height(cell: NotebookNode) -> float:
    """The height of a cell, with what it gave."""
    if cell.cell_type == "markdown":
        return text_height(cell.source)
    return code_height(cell.source) + outputs_height(cell.get("outputs", []))


def text_height(markdown: str) -> float:
    """The height of Markdown: headings, paragraphs, lists, tables and formulas on lines of their own."""
    return sum(_block_height(block) for block in re.split(r"\n\n+", markdown.strip()))


def _block_height(block: str) -> float:
    if heading := re.match(r"(#+) ", block):
        return HEADING.get(len(heading[1]), HEADING[3])
    if block.startswith(("$$", r"\begin")):
        return FORMULA * (1 + block.count(r"\\"))
    if block.startswith("```"):
        return code_height(block)
    if block.startswith("|"):
        return ROW * sum(max(1, ceil(len(_shown(row)) / 100)) for row in block.splitlines()) + BETWEEN
    # a line break in the source is none on the slide, but for the items of a list
    items = re.split(r"\n(?=\s*(?:[-*]|\d+\.) )", block)
    lines = sum(ceil(len(_shown(item)) / LETTERS) for item in items)
    return AIR * LINE * lines + BETWEEN


def _shown(markdown: str) -> str:
    """Markdown without the addresses of its links and the marks that are not shown."""
    return re.sub(r"\]\([^)]*\)|[*`$\\{}]", "", markdown)


def code_height(source: str) -> float:
    """The height of code, which is never wrapped."""
    return CODE_LINE * len(source.splitlines()) + FRAME if source else 0


def outputs_height(outputs: Sequence[NotebookNode]) -> float:
    """The height of what a cell gave."""
    return sum(map(_output_height, outputs))


def _output_height(output: NotebookNode) -> float:
    data = output.get("data", {})
    if "image/png" in data:
        # width and height stand at bytes 16 and 20 of a PNG
        height = int.from_bytes(b64decode(data["image/png"][:32])[20:24])
        return min(ENLARGED * height, PICTURE) + BETWEEN
    if "<table" in (html := data.get("text/html", "")) and "<pre" not in html:
        return ROW * (html.count("<tr") + html.count("<caption")) + BETWEEN
    if "text/markdown" in data:
        return text_height(data["text/markdown"])
    if "<pre" in html and "<p>" not in html:
        return PRINTED_LINE * (html.strip().count("\n") + 1) + BETWEEN
    if html:
        blocks = [re.sub(r"<[^>]*>", "", block).strip() for block in re.split(r"<(?:p|li|div|pre|section)\b", html)]
        return sum(LINE * ceil(len(block) / LETTERS) + BETWEEN for block in blocks if block)
    return PRINTED_LINE * len((output.get("text") or data.get("text/plain", "")).splitlines()) + BETWEEN

"""A lesson as a talk: its cells cut to the size of a slide, each with the `slideshow` metadata that Jupyter knows.

The rule. A heading begins a slide, or below the second level a sub-slide. What follows stays on it as long as there is room,
and begins a sub-slide where there is none. What a cell gives, and the text behind it, appear by a step of their own, so that
the room can be asked first. The text behind an exercise is for the speaker. Left out are cells that set up or are folded,
answers to exercises, and what comes behind *Where next*. A `slide_type` in the metadata of a lesson's cell replaces the rule
for that cell.
"""

import re
from collections.abc import Iterator
from itertools import count
from typing import NamedTuple

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell

from course_utils.exercises import cell_id
from course_utils.exercises.solutions import without_solutions
from course_utils.student.workspace import COLAB_BADGE
from course_utils.teaching.room import LETTERS, SLIDE, code_height, outputs_height, text_height

LEFT_OUT_TAGS = {"install", "parameters", "hide-input"}
SETS_UP = re.compile(r"^lesson\.(start|finish)\(", re.MULTILINE)
APPENDIX = re.compile(r"^## (What the notes claimed|Then and now)", re.MULTILINE)
# in the cell of the title, what follows this paragraph is about the cells of the notebook
NEEDED_FIRST = re.compile(r"^\*\*You need first\*\*.*?(?=\n\n|\Z)", re.MULTILINE | re.DOTALL)
PROGRESS_BAR = re.compile(r"^ *\d+% \|.*\n?", re.MULTILINE)
BLOCKS = re.compile(r"\n\n+(?=\S)")


class Part(NamedTuple):
    """A cell, or what of it stays together on a slide; `height` is that, `with_rest` that of the cell from here on."""

    cell: NotebookNode
    height: float
    with_rest: float


def laid_out(cells: list[NotebookNode], live: bool = False) -> list[NotebookNode]:
    """The cells of a talk, every one with its `slide_type`.

    Args:
        cells: those of the lesson.
        live: whether they will be run while they are shown: each code cell then stays whole, and those that no slide shows
            are there as well, with a stub in place of an exercise's solution.
    """
    talk: list[NotebookNode] = []
    room, behind_code = 0.0, False
    for cell, chosen in _with_choice(cells):
        cell = _without_answer(cell)
        if chosen in ("skip", "notes"):
            if live or chosen == "notes":
                talk.append(_typed(cell, chosen))
            if cell.id.startswith(cell_id("")):
                room = 0  # the text behind an exercise is not shown with its task
            continue
        for number, part in enumerate(_parts(cell, live)):
            kind = chosen if chosen and not number else _slide_type(part, room, behind_code)
            room = (SLIDE if kind in ("slide", "subslide") else room) - part.height
            behind_code = cell.cell_type == "code"
            if number and kind == "-" and cell.cell_type == "markdown":
                talk[-1].source += f"\n\n{part.cell.source}"
            else:
                talk.append(_typed(part.cell, kind))
    return talk


def _with_choice(cells: list[NotebookNode]) -> Iterator[tuple[NotebookNode, str]]:
    """Each cell with the `slide_type` that its metadata or the rule gives it; an empty one if it depends on the room."""
    appendix = False
    for cell in cells:
        appendix = appendix or (cell.cell_type == "markdown" and APPENDIX.search(cell.source) is not None)
        by_rule = "skip" if appendix or _is_left_out(cell) else "notes" if _tells_the_answer(cell) else ""
        yield cell, cell.metadata.get("slideshow", {}).get("slide_type", by_rule)


def _is_left_out(cell: NotebookNode) -> bool:
    """Whether the cell is code that no slide shows."""
    if cell.cell_type != "code":
        return False
    folded = cell.metadata.get("jupyter", {}).get("source_hidden", False)
    tagged = LEFT_OUT_TAGS.intersection(cell.metadata.get("tags", []))
    return bool(folded or tagged or cell.id.startswith(cell_id("")) or SETS_UP.search(cell.source))


def _tells_the_answer(cell: NotebookNode) -> bool:
    """Whether the cell is the text behind an exercise: the speaker's, since whoever has not tried yet reads it, too."""
    return bool(cell.cell_type == "markdown" and cell.id.startswith(cell_id("")) and cell.id.endswith("-after"))


def _without_answer(cell: NotebookNode) -> NotebookNode:
    """The cell, or for one that answers an exercise, its stub."""
    if cell.cell_type != "code" or not cell.id.startswith(cell_id("")):
        return cell
    return new_code_cell(without_solutions(cell.source), id=cell.id, metadata=cell.metadata)


def _slide_type(part: Part, room: float, behind_code: bool) -> str:
    if part.cell.cell_type == "markdown" and (heading := re.match(r"#+(?= )", part.cell.source)):
        return "slide" if len(heading[0]) < 3 else "subslide"
    # code stays with what it gives, if one slide has room for both
    needed = part.with_rest if part.cell.cell_type == "code" and part.with_rest <= SLIDE else part.height
    if needed > room:
        return "subslide"
    return "fragment" if behind_code else "-"


def _parts(cell: NotebookNode, live: bool) -> Iterator[Part]:
    """A cell in parts: text by its blocks; code, unless it is run, and what it gave."""
    if cell.cell_type == "markdown":
        for place, text in zip(count(), _pieces(cell.source)):
            height = text_height(text)
            yield Part(new_markdown_cell(text, id=_part_id(cell, place), metadata=cell.metadata), height, height)
    else:
        outputs = list(_without_progress(cell.get("outputs", [])))
        code, results = code_height(cell.source), outputs_height(outputs)
        if live:
            yield Part(cell, code + results, code + results)
            return
        yield Part(new_code_cell(cell.source, id=cell.id, metadata=cell.metadata), code, code + results)
        if not outputs:
            return
        groups = [outputs] if results <= SLIDE else [[output] for output in outputs]
        for place, group in enumerate(groups, start=1):
            shown, height = new_code_cell(outputs=group, id=_part_id(cell, place)), outputs_height(group)
            yield Part(shown, height, height)


def _pieces(markdown: str) -> Iterator[str]:
    """Markdown in pieces that stay together: a heading with what follows, a list with the words before, a last line."""
    text = COLAB_BADGE.sub("", markdown)
    if needed := NEEDED_FIRST.search(text):
        text = text[: needed.end()]
    piece = ""
    for block in BLOCKS.split(text):
        bare = piece.startswith("#") and "\n\n" not in piece
        joined = bare or piece.endswith(":") or block.startswith("$$") or piece.count("```") % 2 or len(block) < LETTERS
        if piece and (block.startswith("#") or not joined):
            yield piece
            piece = ""
        piece = f"{piece}\n\n{block}".strip()
    yield piece


def _without_progress(outputs: list[NotebookNode]) -> Iterator[NotebookNode]:
    """What a cell gave, without the bars that said how far it was."""
    for output in outputs:
        if output.output_type != "stream":
            yield output
        elif text := PROGRESS_BAR.sub("", output.text):
            yield NotebookNode({**output, "text": text})


def _part_id(cell: NotebookNode, place: int) -> str:
    return f"{cell.id[:60]}-{place}" if place else cell.id


def _typed(cell: NotebookNode, kind: str) -> NotebookNode:
    """The cell with its `slide_type`; what it was made of stays as it is."""
    slideshow = {**cell.metadata.get("slideshow", {}), "slide_type": kind}
    return NotebookNode({**cell, "metadata": NotebookNode({**cell.metadata, "slideshow": NotebookNode(slideshow)})})

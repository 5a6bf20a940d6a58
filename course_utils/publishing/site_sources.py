"""What Sphinx makes the site of: lessons as one reads them, without a kernel, and the pages that lead to them."""

import ast
import html
import json
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import groupby

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_output

from course_utils.datasets.catalog import catalog
from course_utils.exercises import cell_id
from course_utils.exercises.solutions import solution_text, without_solutions
from course_utils.files import read_outputs
from course_utils.paths import ROOT
from course_utils.student.workspace import COLAB_BADGE
from course_utils.syllabus import Lesson
from course_utils.widgets import fit_line

RACE = "fit_line.play(x, y)"
# the page's own script, which shows the race; without it the still picture stays
RACE_SCRIPT = "../_static/race.js"


def reading_copy(lesson: Lesson) -> NotebookNode:
    """A lesson as the site shows it: solutions behind a click, a link to the student's copy, and a race that runs.

    Folding is left to myst-nb, which goes by the tags of cells.

    Raises:
        CourseError: the lesson cannot be read.
    """
    notebook = read_outputs(lesson.path)
    points = {name: values for cell in notebook.cells if cell.cell_type == "code" for name, values in _arrays(cell.source)}
    cells = []
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = COLAB_BADGE.sub(lambda badge: f"{badge[0].rstrip()} {_download(lesson)}\n\n", cell.source)
        elif RACE in cell.source:
            cell.outputs.append(new_output("display_data", {"text/html": race_html(points["x"], points["y"])}))
        if "install" not in cell.metadata.get("tags", []):  # who reads a page has nothing to install
            cells += _parts(cell)
    notebook.cells = cells
    notebook.metadata = nbformat.from_dict({"language_info": {"name": "python", "pygments_lexer": "python"}})
    return notebook


def _download(lesson: Lesson) -> str:
    return f'<a href="{lesson.path.name}" download>Download the notebook</a>'


def _parts(cell: NotebookNode) -> list[NotebookNode]:
    """The cell; of an exercise the task, and folded what the solution is and gives."""
    if cell.cell_type != "code" or not cell.id.startswith(cell_id("")):
        return [cell]
    solution = solution_text(cell.source)
    if not solution:
        return [_tagged(cell, "hide-output", "With the solution")]
    task = new_code_cell(without_solutions(cell.source))
    return [task, _tagged(new_code_cell(solution, outputs=cell.outputs), "hide-cell", "Solution")]


def _tagged(cell: NotebookNode, tag: str, words: str) -> NotebookNode:
    """The cell folded, with these words to click on."""
    cell.metadata = nbformat.from_dict({"tags": [tag], "mystnb": {"code_prompt_show": words, "code_prompt_hide": words}})
    return cell


def _arrays(source: str) -> Iterator[tuple[str, list[float]]]:
    """The arrays that a cell writes out, `x = np.array([-1.0, 0.0])`, by name."""
    for statement in ast.parse(source).body:
        match statement:
            case ast.Assign(
                targets=[ast.Name(id=name)], value=ast.Call(func=ast.Attribute(attr="array"), args=[ast.List() as listed])
            ):
                with suppress(ValueError):  # what is computed in the list is not written out
                    yield name, ast.literal_eval(listed)


def race_html(x: Sequence[float], y: Sequence[float]) -> str:
    """Playground 01 for a page without a kernel: `race.js` draws it where it can run.

    Args:
        x, y: the points that the line is to fit.
    """
    controls = {}
    for name, slider in fit_line.CONTROLS.items():
        placed = slider.at(None, {})
        controls[name] = {**placed.page, "place": placed.setting}
    race = html.escape(json.dumps({"x": x, "y": y, "controls": controls}))
    return f'<div class="race" data-race="{race}" hidden></div>\n<script src="{RACE_SCRIPT}" defer></script>'


def front_page(lessons: Sequence[Lesson], documents: Sequence[str]) -> str:
    """The page that the site opens on: README's first paragraph and the lessons, part by part.

    Args:
        lessons: those that have a page.
        documents: the other pages as Sphinx knows them, in their order.
    """
    title, opening, *_ = (ROOT / "README.md").read_text(encoding="utf-8").split("\n\n")
    parts = [title, opening]
    for part, members in groupby(lessons, key=lambda lesson: lesson.part):
        inside = list(members)
        parts += [f"## {part}", *map(_line, inside), _contents(part, [f"notebooks/{lesson.stem}" for lesson in inside])]
    parts.append(_contents("The course", ["Set-up and results <README>", *documents, "LICENSE"]))
    return "\n\n".join(parts) + "\n"


def _line(lesson: Lesson) -> str:
    facts = [f"{lesson.minutes} minutes"] + ["core"] * lesson.core
    link = f"[{lesson.number} · {lesson.title}](notebooks/{lesson.stem}.ipynb)"
    return f"{link} · {' · '.join(facts)}\\\n{lesson.teaches}"


def _contents(caption: str, pages: Sequence[str]) -> str:
    listed = "\n".join(pages)
    return f"```{{toctree}}\n:caption: {caption}\n:hidden:\n\n{listed}\n```"


def data_page() -> str:
    """The page of the datasets: what each is, its licence, and whom to cite."""
    parts = ["# Data", "The datasets of the lessons, with their licences and what to cite. None is part of the course."]
    for dataset in catalog().values():
        parts.append(
            f"## {dataset.title}\n\n{dataset.description}.\n\n- Licence: {dataset.licence}\n- Cite: {dataset.citation}\n"
            f"- Home: <{dataset.home}>"
        )
    return "\n\n".join(parts) + "\n"


def licence_page() -> str:
    """The course's licences as a page."""
    return f"# Licence\n\n{(ROOT / 'LICENSE').read_text(encoding='utf-8')}"

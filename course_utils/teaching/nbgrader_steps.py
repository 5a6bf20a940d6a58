"""Steps that nbgrader takes with notebooks of the course, as `nbgrader_config.py` in a course folder asks it to.

Handing out, a solution becomes the stub that the course has for it. Grading, of a notebook only its answers run, with what
they need, in a confined kernel.
"""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from nbconvert.exporters.exporter import ResourcesDict
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell
from nbgrader import utils
from nbgrader.converters import Autograde, GenerateAssignment
from nbgrader.preprocessors import ClearSolutions, NbGraderPreprocessor, OverwriteCells
from traitlets.config import Config

from course_utils.errors import legible
from course_utils.exercises import cell_id
from course_utils.exercises.solutions import without_solutions
from course_utils.runner.kernels import IOPUB_TIMEOUT, START_TIMEOUT
from course_utils.syllabus import find_lesson
from course_utils.teaching.confined_kernel import MEMORY_GB, SECONDS
from course_utils.teaching.submissions import answers

KERNEL = "course-confined"
# nbclient passes over cells with this tag
SKIPPED = "skip-execution"


def configure(config: Config, *, seconds: float, memory_gb: float) -> None:
    """Set nbgrader's configuration up for the course.

    Args:
        config: what `get_config()` gives in `nbgrader_config.py`.
        seconds: how long the kernel of a student's notebook may live.
        memory_gb: how much memory it may take, in GiB.
    """
    config.GenerateAssignment.preprocessors = _steps(GenerateAssignment, "preprocessors", ClearSolutions, [StubbedSolutions])
    sanitizing = _steps(Autograde, "sanitize_preprocessors", OverwriteCells, [OverwriteCells, AnswersAlone])
    config.Autograde.sanitize_preprocessors = sanitizing
    config.Autograde.pre_convert_hook = take_out_links
    config.Execute.kernel_name = KERNEL
    config.Execute.startup_timeout, config.Execute.iopub_timeout = START_TIMEOUT, IOPUB_TIMEOUT
    os.environ["JUPYTER_PATH"] = str(Path(__file__).parent / "jupyter")
    os.environ[SECONDS], os.environ[MEMORY_GB] = str(seconds), str(memory_gb)


def _steps(converter: type, name: str, replaced: type, by: list[type]) -> list[type]:
    """nbgrader's own steps, with one of them replaced."""
    own = converter.class_traits()[name].default()  # type: ignore[attr-defined]
    return [step for one in own for step in (by if one is replaced else [one])]


def take_out_links(*, notebooks: Sequence[str], **_: Any) -> None:
    """Delete the links in a submission: nbgrader would follow them, and hand back with the feedback what they lead to.

    Args:
        notebooks: the submission's notebooks.
    """
    for folder in {Path(notebook).parent for notebook in notebooks}:
        for link in [path for path in folder.rglob("*") if path.is_symlink()]:
            print(legible(f"{link} is a link, and was taken out of the submission."), file=sys.stderr)
            link.unlink()


class StubbedSolutions(NbGraderPreprocessor):
    """Puts the course's own stubs in place of solutions, by which its checks tell what was not tried yet."""

    def preprocess_cell(self, cell: NotebookNode, resources: ResourcesDict, index: int) -> tuple[NotebookNode, Any]:
        """Called for each cell of a notebook that is handed out."""
        if cell.cell_type == "code":
            cell.source = without_solutions(cell.source)
        return cell, resources


class AnswersAlone(NbGraderPreprocessor):
    """Lets nothing of a submission run but its answers, what they need, and the cells that grade them.

    Each answer begins with no names but those that it needs, so that none profits by another. Tags are the instructor's: one
    of the student's could have a grading cell skipped, which nbgrader takes for a pass.
    """

    def preprocess(self, notebook: NotebookNode, resources: ResourcesDict) -> tuple[NotebookNode, ResourcesDict]:
        """Called for each notebook that was handed in."""
        lesson = find_lesson(resources["nbgrader"]["notebook"])
        found = {cell_id(name): answer for name, answer in answers(lesson, notebook.cells).items() if answer}
        cells = []
        for cell in notebook.cells:
            cell.metadata["tags"] = []
            answer = found.get(cell.get("id")) if utils.is_solution(cell) else None
            if answer:
                cells.append(new_code_cell(f"%reset -f\n{answer.needed}", id=f"{cell.id}-needs"))
            elif cell.cell_type == "code" and not utils.is_grade(cell):
                cell.metadata["tags"] = [SKIPPED]
            cells.append(cell)
        notebook.cells = cells
        return notebook, resources

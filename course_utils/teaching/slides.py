"""Lessons as slides: one HTML file each, with reveal.js inside, or a notebook for slides that run (jupyterlab-rise)."""

from collections.abc import Collection, Iterator, Sequence
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from nbformat import NotebookNode

from course_utils.errors import CourseError
from course_utils.files import made_sense_of, read_notebook, read_outputs, write_text
from course_utils.publishing.export import LessonRenderer, render
from course_utils.student.merge import is_unchanged
from course_utils.student.workspace import notebook_text
from course_utils.syllabus import Lesson
from course_utils.teaching.notes import with_notes
from course_utils.teaching.talk import laid_out

TEMPLATE = Path(__file__).with_name("slides.html.jinja")
# a package that ships reveal.js; nothing else of it is used
SHIPS_REVEAL = "sphinx-revealjs"
REVEAL = "sphinx_revealjs/_static/revealjs"
REVEAL_FILES = {"reveal_css": "dist/reveal.css", "reveal_js": "dist/reveal.js", "reveal_notes": "plugin/notes/notes.js"}


def write_decks(lessons: Sequence[Lesson], folder: Path) -> Iterator[Path]:
    """Write the slides of each lesson, `NN_name.html`, and give its path; links between them lead from deck to deck.

    Raises:
        CourseError: reveal.js is not installed, a lesson cannot be read, or the folder cannot be written to.
    """
    neighbours = {lesson.stem for lesson in lessons}
    for lesson in lessons:
        path = folder / f"{lesson.stem}.html"
        write_text(path, deck(lesson, neighbours))
        yield path


def deck(lesson: Lesson, neighbours: Collection[str] = ()) -> str:
    """The slides of a lesson as one HTML page, which needs nothing else.

    Args:
        lesson: the lesson.
        neighbours: stems of the lessons whose slides lie beside these. Links to others lead to the repository.

    Raises:
        CourseError: reveal.js is not installed, or the lesson cannot be read.
    """
    return render(_talk(lesson), "reveal", TEMPLATE, LessonRenderer(lesson, neighbours), **_reveal())


def write_live(lessons: Sequence[Lesson], folder: Path) -> Iterator[Path]:
    """Write the slides of each lesson as a notebook, `NN_name.ipynb`, to be run while it is shown; give its path.

    Raises:
        CourseError: a lesson cannot be read; there is a notebook already that somebody changed, or the folder cannot be
            written to.
    """
    for lesson in lessons:
        path, notebook = folder / lesson.path.name, _talk(lesson, live=True)
        notebook.metadata.rise = {"scroll": True}  # what a cell gives then may be higher than the slide
        if path.exists() and not is_unchanged(read_notebook(path, "move it elsewhere"), notebook):
            raise CourseError(f"{path} has been changed since it was written; move it elsewhere, or give --output.")
        write_text(path, notebook_text(notebook))
        yield path


def _talk(lesson: Lesson, live: bool = False) -> NotebookNode:
    notebook = read_outputs(lesson.path)
    notebook.cells = with_notes(lesson, laid_out(notebook.cells, live))
    return notebook


def _reveal() -> dict[str, str]:
    """The parts of reveal.js, by the names that the template has for them."""
    try:
        folder = Path(str(distribution(SHIPS_REVEAL).locate_file(REVEAL)))
    except PackageNotFoundError as error:
        raise CourseError(
            f"Slides need reveal.js, which comes with {SHIPS_REVEAL}; install it with `pip install {SHIPS_REVEAL}`."
        ) from error
    with made_sense_of(folder, "reveal.js", f"install {SHIPS_REVEAL} again"):
        return {name: (folder / path).read_text(encoding="utf-8") for name, path in REVEAL_FILES.items()}

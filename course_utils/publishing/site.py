"""The course as a site, made by Sphinx from the published lessons: it opens from a disk, and asks for no network."""

import io
import re
import shutil
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import nbformat

from course_utils.errors import CourseError
from course_utils.files import disk_errors
from course_utils.paths import INSTALLED, ROOT
from course_utils.student.workspace import notebook_text, student_copy
from course_utils.syllabus import Lesson

NO_SPHINX = "`course site` needs Sphinx, myst-nb and the theme Furo; install them with `pip install --editable '.[site]'`."
# what Sphinx leaves in every site that it makes
MARK = ".buildinfo"
ESCAPES = re.compile(r"\x1b\[[\d;]*m")


def build_site(lessons: Sequence[Lesson], output: Path) -> Path:
    """Make the site of these lessons in `output`; returns the page to open first.

    It is made beside `output` and then takes its place, so that what was there before stays until there is better.

    Raises:
        CourseError: Sphinx is not installed, there is no checkout, `output` holds something other than a site, a lesson
            cannot be read, or a link leads nowhere.
    """
    if INSTALLED:
        raise CourseError("`course site` is made from the course's repository: call it from a checkout of that.")
    _require_sphinx()
    output = output.expanduser().resolve()
    with disk_errors(output, "name another folder with --output"):
        if output.exists() and any(output.iterdir()) and not (output / MARK).is_file():
            raise CourseError(f"{output} holds something other than a site; empty it or name another folder with --output.")
        output.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=".site-", dir=output.parent) as name:
            work = Path(name)
            write_sources(lessons, work / "sources")
            _run_sphinx(work / "sources", work / "pages")
            for lesson in lessons:  # to be downloaded
                copy = notebook_text(student_copy(lesson.path, lesson.path.parent))
                (work / "pages" / "notebooks" / lesson.path.name).write_text(copy, encoding="utf-8")
            _take_place(work / "pages", output, work / "before")
    return output / "index.html"


def _require_sphinx() -> None:
    try:
        import furo  # noqa: F401
        import myst_nb  # noqa: F401
        import sphinx  # noqa: F401
    except ImportError as error:
        raise CourseError(NO_SPHINX) from error


def write_sources(lessons: Sequence[Lesson], folder: Path) -> None:
    """Put what Sphinx reads into `folder`, laid out as the repository is, so that links lead as they do there.

    Raises:
        CourseError: a lesson cannot be read.
        OSError: the folder cannot be written to.
    """
    # it takes a second to import what playgrounds and datasets need
    from course_utils.publishing.site_sources import data_page, front_page, licence_page, reading_copy

    shutil.copytree(ROOT / "docs", folder / "docs", ignore=shutil.ignore_patterns("results"))
    (folder / "notebooks").mkdir()
    for lesson in lessons:
        nbformat.write(reading_copy(lesson), folder / "notebooks" / lesson.path.name)
    documents = sorted(f"docs/{path.stem}" for path in (ROOT / "docs").glob("*.md"))
    pages = {
        "index.md": front_page(lessons, [*documents, "data"]),
        "README.md": (ROOT / "README.md").read_text(encoding="utf-8"),
        "data.md": data_page(),
        "LICENSE.md": licence_page(),
    }
    for name, text in pages.items():
        (folder / name).write_text(text, encoding="utf-8")


def _run_sphinx(sources: Path, pages: Path) -> None:
    """Let Sphinx make pages of the sources; whatever it warns of is an error."""
    from sphinx.application import Sphinx
    from sphinx.errors import SphinxError
    from sphinx.util.docutils import docutils_namespace, patch_docutils

    warnings = io.StringIO()
    try:
        with patch_docutils(), docutils_namespace():
            doctrees = pages.with_name("doctrees")
            Sphinx(sources, sources / "docs", pages, doctrees, "html", status=None, warning=warnings).build()
    except SphinxError as error:
        raise CourseError(f"The site could not be made: {error}") from error
    if said := ESCAPES.sub("", warnings.getvalue()).replace(f"{sources}/", "").splitlines():
        raise CourseError(f"The site was not made; Sphinx warns {len(said)} times, first: {said[0]}")


def _take_place(new: Path, place: Path, before: Path) -> None:
    """Put a folder into the place of another, which is kept aside until that has succeeded."""
    if place.exists():
        place.rename(before)
    try:
        new.rename(place)
    except OSError:
        if before.exists():
            before.rename(place)
        raise

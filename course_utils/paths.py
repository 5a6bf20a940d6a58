"""Where things are: the lessons and their data, what a run writes, and what downloads are kept.

The course is used from a checkout, or from an installed wheel, which holds the lessons and their data inside the package.
"""

import os
from collections.abc import Callable
from pathlib import Path

import platformdirs

from course_utils.errors import CourseError


def _home() -> Path:
    """The user's home folder; `~` if nobody knows it, which the functions below will say where it matters."""
    try:
        return Path.home()
    except RuntimeError:
        return Path("~")


_CHECKOUT = Path(__file__).resolve().parent.parent
_SHIPPED = Path(__file__).resolve().parent / "shipped"
INSTALLED = _SHIPPED.is_dir()
# What the learner works in; nobody's work belongs among the installed packages.
ROOT = _home() / "deep-learning-course" if INSTALLED else _CHECKOUT
_CONTENT = _SHIPPED if INSTALLED else _CHECKOUT
NOTEBOOKS = _CONTENT / "notebooks"
DATA = _CONTENT / "data"
PUBLISHED_RESULTS = _CONTENT / "docs" / "results"
# what to do about a damaged file of the course's own
RESTORE = "install the course again" if INSTALLED else "restore it from the repository"

# the environment variable by which the processes of a `course run` are known, so that they can be ended
RUN_MARK = "COURSE_RUN_MARK"


def build_dir() -> Path:
    """Folder that runs write to: `COURSE_BUILD`, or `build/` in the checkout or in `~/deep-learning-course`."""
    return _folder("COURSE_BUILD", lambda: ROOT / "build")


def workspace_dir() -> Path:
    """Folder of the student's own copies and progress: `COURSE_WORKSPACE`, or `workspace/` beside `build/`."""
    return _folder("COURSE_WORKSPACE", lambda: ROOT / "workspace")


def cache_dir() -> Path:
    """Folder that downloaded and synthetic data is kept in: `COURSE_CACHE`, or the user's cache folder."""
    return _folder("COURSE_CACHE", lambda: platformdirs.user_cache_path("deep-learning-course"))


def _folder(variable: str, default: Callable[[], Path]) -> Path:
    """The folder that an environment variable names, or else what `default` gives.

    Raises:
        CourseError: it names the home of a user who does not exist; or it is not set, and the user's own home is not known.
    """
    named = os.environ.get(variable)
    try:
        return (Path(named) if named else default()).expanduser().resolve()
    except (RuntimeError, OSError) as error:
        what = f"{variable} names {named}, which cannot be used" if named else "Your home folder is not known"
        raise CourseError(f"{what} ({error}); set {variable} to a folder that is yours.") from error


def elsewhere(variable: str) -> str:
    """What to do where the folder that an environment variable may name cannot be written to."""
    return f"set {variable} to another folder"

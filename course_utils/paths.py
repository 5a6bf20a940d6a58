"""Where things are: the lessons and their data, what a run writes, and what downloads are kept.

The course is used from a checkout, or from an installed wheel, which holds the lessons and their data inside the package.
"""

import os
from pathlib import Path

import platformdirs

from course_utils.errors import CourseError

_CHECKOUT = Path(__file__).resolve().parent.parent
_SHIPPED = Path(__file__).resolve().parent / "shipped"
INSTALLED = _SHIPPED.is_dir()
# What the learner works in; nobody's work belongs among the installed packages.
# Without a home the `~` stays, which shows where the folder is used.
ROOT = Path(os.path.expanduser("~/deep-learning-course")) if INSTALLED else _CHECKOUT  # noqa: PTH111
_CONTENT = _SHIPPED if INSTALLED else _CHECKOUT
NOTEBOOKS = _CONTENT / "notebooks"
DATA = _CONTENT / "data"
PUBLISHED_RESULTS = _CONTENT / "docs" / "results"
# what to do about a damaged file of the course's own
RESTORE = "install the course again" if INSTALLED else "restore it from the repository"

# the environment variable by which the processes of a `course run` are known, so that they can be ended
RUN_MARK = "COURSE_RUN_MARK"


def build_dir() -> Path:
    """Folder that runs write to: `COURSE_BUILD`, or `build/` in the checkout or in `~/deep-learning-course`.

    Raises:
        CourseError: its name cannot be resolved.
    """
    return _folder("COURSE_BUILD", ROOT / "build")


def workspace_dir() -> Path:
    """Folder of the student's own copies and progress: `COURSE_WORKSPACE`, or `workspace/` beside `build/`.

    Raises:
        CourseError: its name cannot be resolved.
    """
    return _folder("COURSE_WORKSPACE", ROOT / "workspace")


def cache_dir() -> Path:
    """Folder that downloaded and synthetic data is kept in: `COURSE_CACHE`, or the user's cache folder.

    Raises:
        CourseError: its name cannot be resolved.
    """
    try:
        usual = platformdirs.user_cache_path("deep-learning-course")
    except RuntimeError:  # there is no home
        usual = Path("~/.cache/deep-learning-course")
    return _folder("COURSE_CACHE", usual)


def _folder(variable: str, default: Path) -> Path:
    return resolved(Path(os.environ.get(variable) or default), elsewhere(variable))


def elsewhere(variable: str) -> str:
    """What to do where the folder that an environment variable may name cannot be used."""
    return f"set {variable} to another folder"


def resolved(path: Path, remedy: str) -> Path:
    """A path from the root on, with no `~` and no links left in it.

    Raises:
        CourseError: there is no such user, the user has no home, links lead in a ring, or the current folder is gone.
    """
    try:
        return path.expanduser().resolve()
    except (OSError, RuntimeError) as error:
        raise CourseError(f"{path} leads nowhere ({str(error).rstrip('.')}); {remedy}.") from error

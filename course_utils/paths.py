"""Where things are: the lessons and their data, what a run writes, and what downloads are kept.

The course is used from a checkout, or from an installed wheel, which holds the lessons and their data inside the package.
"""

import os
from pathlib import Path

import platformdirs

_CHECKOUT = Path(__file__).resolve().parent.parent
_SHIPPED = Path(__file__).resolve().parent / "shipped"
INSTALLED = _SHIPPED.is_dir()
# What the learner works in; nobody's work belongs among the installed packages.
ROOT = Path.home() / "deep-learning-course" if INSTALLED else _CHECKOUT
_CONTENT = _SHIPPED if INSTALLED else _CHECKOUT
NOTEBOOKS = _CONTENT / "notebooks"
DATA = _CONTENT / "data"
PUBLISHED_RESULTS = _CONTENT / "docs" / "results"

# the environment variable by which the processes of a `course run` are known, so that they can be ended
RUN_MARK = "COURSE_RUN_MARK"


def build_dir() -> Path:
    """Folder that runs write to: `COURSE_BUILD`, or `build/` in the checkout or in `~/deep-learning-course`."""
    return Path(os.environ.get("COURSE_BUILD") or ROOT / "build").expanduser().resolve()


def workspace_dir() -> Path:
    """Folder of the student's own copies and progress: `COURSE_WORKSPACE`, or `workspace/` beside `build/`."""
    return Path(os.environ.get("COURSE_WORKSPACE") or ROOT / "workspace").expanduser().resolve()


def cache_dir() -> Path:
    """Folder that downloaded and synthetic data is kept in: `COURSE_CACHE`, or the user's cache folder."""
    return (
        Path(os.environ.get("COURSE_CACHE") or platformdirs.user_cache_path("deep-learning-course")).expanduser().resolve()
    )

"""Where things are: the checkout's folders, what a run writes, and what downloads are kept."""

import os
from pathlib import Path

import platformdirs

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = ROOT / "notebooks"
DATA = ROOT / "data"
PUBLISHED_RESULTS = ROOT / "docs" / "results"


def build_dir() -> Path:
    """Folder that runs write to: `COURSE_BUILD`, or `build/` in the checkout."""
    return Path(os.environ.get("COURSE_BUILD") or ROOT / "build").expanduser().resolve()


def workspace_dir() -> Path:
    """Folder of the student's own copies and progress: `COURSE_WORKSPACE`, or `workspace/` in the checkout."""
    return Path(os.environ.get("COURSE_WORKSPACE") or ROOT / "workspace").expanduser().resolve()


def cache_dir() -> Path:
    """Folder that downloaded and drawn data is kept in: `COURSE_CACHE`, or the user's cache folder."""
    return (
        Path(os.environ.get("COURSE_CACHE") or platformdirs.user_cache_path("deep-learning-course")).expanduser().resolve()
    )

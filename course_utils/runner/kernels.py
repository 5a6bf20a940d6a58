"""What Jupyter is started with, so that kernels run on this very Python, whatever other kernels the user has."""

import os
import sys
from pathlib import Path

# Seconds for a kernel to start, and for the last output of a cell to arrive; nbclient's own are too few for a busy machine.
START_TIMEOUT, IOPUB_TIMEOUT = 180, 60


def kernel_environment() -> dict[str, str]:
    """Environment variables for a process that starts kernels.

    Its kernel `python3` is the one in `runner/jupyter`, whose `python` Jupyter takes for the Python that it runs on itself:
    what JUPYTER_PATH names comes before the user's own folders, also with JUPYTER_PREFER_ENV_PATH=0. In its kernels and
    terminals `course` is the command of this environment.
    """
    return {
        "JUPYTER_PATH": _first(Path(__file__).parent / "jupyter", "JUPYTER_PATH"),
        "PATH": _first(Path(sys.executable).parent, "PATH"),
    }


def _first(folder: Path, variable: str) -> str:
    """The list of folders in an environment variable, behind another folder."""
    return os.pathsep.join(filter(None, [str(folder), os.environ.get(variable)]))

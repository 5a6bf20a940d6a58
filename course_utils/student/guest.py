"""For a machine whose notebook software is not the course's, such as Colab: bring what lessons import, no more.

`python -m course_utils.student.guest` is called by the first cell of each lesson, after it has installed the course alone.
"""

import re
import subprocess
import sys
from importlib.metadata import requires

# What lessons run in is the host's: another version of it, under a kernel that runs, would break the page that is open.
# Studying needs neither what opens nor what executes notebooks, nor what builds the course.
NOT_FOR_GUESTS = {
    "hatchling",
    "ipykernel",
    "ipython",
    "ipywidgets",
    "jupyter-client",
    "jupyterlab",
    "nbclient",
    "nbconvert",
    "nbformat",
    "papermill",
    "traitlets",
}


def needed() -> list[str]:
    """The course's requirements that a guest brings; pip leaves those alone that the host meets."""
    requirements = [requirement for requirement in requires("deep-learning-course") or [] if "extra ==" not in requirement]
    return [one for one in requirements if re.split(r"[^\w-]", one)[0].lower() not in NOT_FOR_GUESTS]


if __name__ == "__main__":
    sys.exit(subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", *needed()]).returncode)

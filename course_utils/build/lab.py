"""`course lab`: JupyterLab on the course's map."""

import os
import sys
from pathlib import Path
from typing import NoReturn

from course_utils.paths import ROOT

MAP = "/lab/tree/notebooks/00_start_here.ipynb"


def open_lab(ip: str, port: int, browser: bool) -> NoReturn:
    """Become JupyterLab: it opens the map in a browser, or prints the address to open.

    Args:
        ip: address to listen on.
        port: port to listen on; if it is taken, one of the next.
        browser: whether to open a browser.
    """
    command = [sys.executable, "-m", "jupyterlab", *lab_options(ip, port, browser, as_root=_is_root())]
    os.execv(sys.executable, command)


def has_screen() -> bool:
    """Whether a browser would have somewhere to appear."""
    return sys.platform in ("win32", "darwin") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def lab_options(ip: str, port: int, browser: bool, as_root: bool) -> list[str]:
    """JupyterLab's command-line options."""
    options = [
        f"--ServerApp.ip={ip}",
        f"--ServerApp.port={port}",
        f"--ServerApp.root_dir={ROOT}",
        f"--LabApp.default_url={MAP}",
        # Only errors, and the address; one Ctrl-C is enough.
        "--Application.log_level=ERROR",
        "-y",
        # Neither a question about news nor a look for updates: the course pins its versions and works without a network.
        f"--LabApp.app_settings_dir={Path(__file__).parent / 'jupyterlab_settings'}",
    ]
    if not browser:
        options.append("--no-browser")
    # JupyterLab starts as root only when told that this is meant; in a container it is.
    if as_root:
        options.append("--allow-root")
    return options


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0

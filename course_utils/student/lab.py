"""`course lab`: JupyterLab on the course's map, in the student's own copies; on a JupyterHub, its server for one student."""

import os
import shlex
import shutil
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import NoReturn
from urllib.parse import quote

from course_utils.errors import CourseError
from course_utils.paths import ROOT, build_dir, cache_dir
from course_utils.runner.kernels import kernel_environment
from course_utils.student.map import START_PAGE
from course_utils.student.workspace import BESIDE, DAMAGED, MERGED, NEW, UPDATED, Outcome


def open_lab(workspace: Path, ip: str, port: int, browser: bool) -> NoReturn:
    """Become JupyterLab: it opens the workspace's map in a browser, or prints the address to open.

    Where a JupyterHub has started this, it becomes the hub's server for one student, which listens where the hub says.

    Args:
        workspace: folder of the student's copies.
        ip: address to listen on.
        port: port to listen on; if it is taken, one of the next.
        browser: whether to open a browser.

    Raises:
        CourseError: a JupyterHub has started this, and the package is missing by which a server talks to its hub.
    """
    if "JUPYTERHUB_API_TOKEN" in os.environ:
        # the hub's server looks for its first page here
        command = [*_hub_server(), f"--ServerApp.default_url={_first_page(workspace)}"]
    else:
        options = [f"--ServerApp.ip={ip}", f"--ServerApp.port={port}", *([] if browser else ["--no-browser"])]
        command = [sys.executable, "-m", "jupyterlab", *options]
    command += lab_options(workspace, as_root=_is_root())
    # kernels start in the workspace, where a relative path would mean another folder
    folders = {"COURSE_WORKSPACE": str(workspace), "COURSE_BUILD": str(build_dir()), "COURSE_CACHE": str(cache_dir())}
    os.environ |= folders | kernel_environment()
    os.execv(sys.executable, command)


def has_screen() -> bool:
    """Whether a browser would have somewhere to appear."""
    return sys.platform in ("win32", "darwin") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def hand_out_notes(outcomes: Sequence[Outcome], workspace: Path) -> list[str]:
    """Sentences on what filling the workspace changed; none if nothing did."""
    new = [outcome.lesson for outcome in outcomes if outcome.status == NEW]
    updated = [outcome.lesson for outcome in outcomes if outcome.status == UPDATED]
    merged = [outcome.lesson for outcome in outcomes if outcome.status == MERGED]
    notes = []
    if new:
        notes.append(f"Your own copies are in {workspace}; new there: {', '.join(new)}.")
    if updated:
        notes.append(f"Brought up to date, since you had changed nothing in them: {', '.join(updated)}.")
    if merged:
        notes.append(f"Brought up to date around what you had changed, which is as you left it: {', '.join(merged)}.")
    notes += [
        f"{outcome.lesson} has changed where you had changed it. Yours stays so; the new version is in {outcome.path.name}."
        for outcome in outcomes
        if outcome.status == BESIDE
    ]
    notes += [f"Not handed out: {outcome.trouble}" for outcome in outcomes if outcome.status == DAMAGED]
    return notes


def lab_root(workspace: Path) -> Path:
    """Folder that JupyterLab shows: the checkout if the workspace lies in it, else the workspace alone.

    JupyterLab opens nothing outside its root, nor in a hidden folder below it. A folder above both could be the home folder,
    with all that is in it.
    """
    inside = workspace.is_relative_to(ROOT) and not any(part.startswith(".") for part in workspace.relative_to(ROOT).parts)
    return ROOT if inside else workspace


def lab_options(workspace: Path, as_root: bool) -> list[str]:
    """JupyterLab's command-line options, wherever it listens."""
    options = [
        f"--ServerApp.root_dir={lab_root(workspace)}",
        f"--LabApp.default_url={_first_page(workspace)}",
        # A user's configuration may name one that lists other kernels only, as nb_conda_kernels does.
        "--ServerApp.kernel_spec_manager_class=jupyter_client.kernelspec.KernelSpecManager",
        # Only errors, and the address; one Ctrl-C is enough.
        "--Application.log_level=ERROR",
        "-y",
        # Neither a question about news nor a look for updates: the course pins its versions and works without a network.
        f"--LabApp.app_settings_dir={Path(__file__).parent / 'jupyterlab_settings'}",
    ]
    if shell := os.environ.get("SHELL") or shutil.which("sh"):
        # Without a terminal Jupyter starts a login shell, in which /etc/profile forgets where this `course` is.
        options.append(f"--ServerApp.terminado_settings=shell_command={shlex.quote(shell)}")
    # JupyterLab starts as root only when told that this is meant; in a container it is.
    if as_root:
        options.append("--allow-root")
    return options


def _first_page(workspace: Path) -> str:
    path = (workspace / START_PAGE).relative_to(lab_root(workspace))
    return f"/lab/tree/{quote(os.fsencode(path.as_posix()))}"


def _hub_server() -> list[str]:
    if find_spec("jupyterhub") is None:
        raise CourseError("This JupyterHub needs its own package in the course's environment: pip install jupyterhub.")
    return [sys.executable, "-m", "jupyterhub.singleuser"]


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0

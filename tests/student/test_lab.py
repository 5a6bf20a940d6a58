import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from course_utils.errors import CourseError
from course_utils.paths import ROOT, workspace_dir
from course_utils.student import lab
from course_utils.student.workspace import BESIDE, KEPT, MERGED, NEW, UPDATED, Outcome


@pytest.fixture
def outside(tmp_path):
    """A workspace outside the checkout, in a hidden folder, its name in need of quoting."""
    return tmp_path / ".class" / "my work"


def test_the_lab_answers_with_the_map_and_ends_when_told(tmp_path, outside, page_at):
    """As on a machine without a screen, by whoever runs the tests (in a container: root)."""
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "JUPYTER_RUNTIME_DIR": str(tmp_path)}
    environment["COURSE_WORKSPACE"] = str(outside)
    with socket.create_server(("localhost", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "course_utils", "lab", "--port", str(port)]
    server = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        assert f"Your own copies are in {outside}; new there: 00_start_here, " in server.stdout.readline()
        addresses = (re.search(r"http://\S+", line) for line in server.stdout)
        address = next(found[0] for found in addresses if found)
        assert "/lab/tree/00_map.md?token=" in address
        assert "JupyterLab" in page_at(address)
        assert "Start here](00_start_here.ipynb)" in page_at(address.replace("/lab/tree/", "/api/contents/"))
        server.terminate()
        rest, _ = server.communicate(timeout=60)
        assert "Traceback" not in rest
    finally:
        server.kill()


@pytest.mark.parametrize(
    ("environment", "screen"), [({}, False), ({"DISPLAY": ":0"}, True), ({"WAYLAND_DISPLAY": "wayland-0"}, True)]
)
def test_a_browser_opens_only_where_there_is_a_screen(monkeypatch, environment, screen):
    monkeypatch.setattr(lab.sys, "platform", "linux")
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert lab.has_screen() == screen


@pytest.fixture
def became(monkeypatch):
    """The command lines that `open_lab` becomes, which stay what they are here."""
    commands = []
    monkeypatch.setattr(os, "environ", {name: value for name, value in os.environ.items() if name != "JUPYTERHUB_API_TOKEN"})
    monkeypatch.setattr(lab.os, "execv", lambda _, command: commands.append(command))
    return commands


def test_options_follow_from_the_machine(outside, became):
    assert "--allow-root" in lab.lab_options(outside, as_root=True)
    assert "--allow-root" not in lab.lab_options(outside, as_root=False)
    lab.open_lab(outside, "0.0.0.0", 9999, browser=False)
    lab.open_lab(outside, "localhost", 8888, browser=True)
    container, at_home = became
    assert {"--ServerApp.ip=0.0.0.0", "--ServerApp.port=9999", "--no-browser"} <= set(container)
    assert "--no-browser" not in at_home


class TestOnAHub:
    def test_it_becomes_the_hubs_server_which_listens_where_the_hub_says(self, outside, became, monkeypatch):
        monkeypatch.setitem(os.environ, "JUPYTERHUB_API_TOKEN", "a secret")
        monkeypatch.setattr(lab, "find_spec", lambda name: name == "jupyterhub")
        lab.open_lab(outside, "localhost", 8888, browser=True)
        (command,) = became
        assert command[:3] == [sys.executable, "-m", "jupyterhub.singleuser"]
        assert {"--ServerApp.default_url=/lab/tree/00_map.md", *lab.lab_options(outside, lab._is_root())} <= set(command)
        assert not [option for option in command if ".ip=" in option or ".port=" in option]
        assert os.environ["COURSE_WORKSPACE"] == str(outside)

    def test_a_missing_package_is_one_sentence(self, outside, became, monkeypatch):
        monkeypatch.setitem(os.environ, "JUPYTERHUB_API_TOKEN", "a secret")
        monkeypatch.setattr(lab, "find_spec", lambda _: None)
        with pytest.raises(CourseError, match="pip install jupyterhub"):
            lab.open_lab(outside, "localhost", 8888, browser=True)
        assert became == []


@pytest.mark.parametrize(
    ("place", "root", "path"),
    [
        (ROOT / "workspace", ROOT, "workspace/00_map.md"),
        (ROOT / "my work" / "é", ROOT, "my%20work/%C3%A9/00_map.md"),
        (ROOT / ".hidden" / "workspace", ROOT / ".hidden" / "workspace", "00_map.md"),
        (ROOT.parent / "elsewhere", ROOT.parent / "elsewhere", "00_map.md"),
        (ROOT.parent, ROOT.parent, "00_map.md"),
    ],
)
def test_the_lab_sees_the_checkout_or_the_workspace_alone(place, root, path):
    """It opens nothing outside its root, nor in a hidden folder in it."""
    options = lab.lab_options(place, as_root=False)
    assert {f"--ServerApp.root_dir={root}", f"--LabApp.default_url=/lab/tree/{path}"} <= set(options)


def test_kernels_find_the_folders_that_were_named_by_relative_paths(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(os, "environ", dict(os.environ))
    monkeypatch.setattr(lab.os, "execv", lambda *_: None)
    for name in ("COURSE_WORKSPACE", "COURSE_BUILD", "COURSE_CACHE"):
        monkeypatch.setenv(name, name)
    lab.open_lab(workspace_dir(), "localhost", 8888, browser=False)
    for name in ("COURSE_WORKSPACE", "COURSE_BUILD", "COURSE_CACHE"):
        assert os.environ[name] == str(tmp_path / name)


def test_kernels_and_terminals_run_this_very_course(tmp_path, monkeypatch):
    """Whatever the user has: a kernel of the same name, settings, another `course` on the PATH."""
    spec = tmp_path / "kernels" / "python3" / "kernel.json"
    spec.parent.mkdir(parents=True)
    spec.write_text('{"argv": ["/bin/false"], "display_name": "mine", "language": "python"}')
    monkeypatch.setattr(os, "environ", os.environ | {"JUPYTER_PATH": str(tmp_path), "JUPYTER_PREFER_ENV_PATH": "0"})
    monkeypatch.setattr(lab.os, "execv", lambda *_: None)
    lab.open_lab(tmp_path, "localhost", 8888, browser=False)
    client = NotebookClient(nbformat.v4.new_notebook(), kernel_name="python3")
    command = client.create_kernel_manager().format_kernel_cmd()
    assert command[:3] == [sys.executable, "-m", "ipykernel_launcher"]
    assert os.environ["PATH"].startswith(f"{Path(sys.executable).parent}{os.pathsep}")
    options = lab.lab_options(tmp_path, as_root=False)
    assert "--ServerApp.kernel_spec_manager_class=jupyter_client.kernelspec.KernelSpecManager" in options


def test_terminals_are_no_login_shells(tmp_path, monkeypatch):
    """/etc/profile sets the PATH anew, and `course` would no longer be found."""
    monkeypatch.setenv("SHELL", "/opt/my shells/zsh")
    options = lab.lab_options(tmp_path, as_root=False)
    assert "--ServerApp.terminado_settings=shell_command='/opt/my shells/zsh'" in options


def test_only_what_changed_is_said(tmp_path):
    outcomes = [
        Outcome("01_first", NEW, tmp_path / "01_first.ipynb"),
        Outcome("02_second", UPDATED, tmp_path / "02_second.ipynb"),
        Outcome("03_third", BESIDE, tmp_path / "03_third.new.ipynb"),
        Outcome("04_fourth", MERGED, tmp_path / "04_fourth.ipynb"),
        Outcome("05_fifth", KEPT, tmp_path / "05_fifth.ipynb"),
    ]
    assert lab.hand_out_notes(outcomes, tmp_path) == [
        f"Your own copies are in {tmp_path}; new there: 01_first.",
        "Brought up to date, since you had changed nothing in them: 02_second.",
        "Brought up to date around what you had changed, which is as you left it: 04_fourth.",
        "03_third has changed where you had changed it. Yours stays so; the new version is in 03_third.new.ipynb.",
    ]
    assert lab.hand_out_notes(outcomes[4:], tmp_path) == []

import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest

from course_utils.build import lab


def page(address: str) -> str:
    """What stands at an address; the server prints it a moment before it listens."""
    for _ in range(100):
        try:
            with urllib.request.urlopen(address, timeout=60) as answer:
                return answer.read().decode()
        except urllib.error.URLError:
            time.sleep(0.1)
    raise AssertionError(f"nothing answers at {address}")


def test_the_lab_answers_with_the_map_and_ends_when_told(tmp_path):
    """As on a machine without a screen, by whoever runs the tests (in a container: root)."""
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "JUPYTER_RUNTIME_DIR": str(tmp_path)}
    with socket.create_server(("localhost", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "course_utils", "lab", "--port", str(port)]
    server = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        addresses = (re.search(r"http://\S+", line) for line in server.stdout)
        address = next(found[0] for found in addresses if found)
        assert "/lab/tree/notebooks/00_start_here.ipynb?token=" in address
        assert "JupyterLab" in page(address)
        assert "Start here" in page(address.replace("/lab/tree/", "/api/contents/"))
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


def test_options_follow_from_the_machine():
    as_root = lab.lab_options("0.0.0.0", 9999, browser=False, as_root=True)
    assert {"--ServerApp.ip=0.0.0.0", "--ServerApp.port=9999", "--no-browser", "--allow-root"} <= set(as_root)
    at_home = lab.lab_options("localhost", 8888, browser=True, as_root=False)
    assert not {"--no-browser", "--allow-root"} & set(at_home)

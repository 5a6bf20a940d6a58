"""A forked kernel is like one that was started by itself, but for what it need not import."""

import json
import os
import subprocess
import sys
import tempfile

import psutil
import pytest
from jupyter_client.manager import start_new_kernel

from course_utils.paths import ROOT

pytestmark = pytest.mark.skipif(sys.platform == "darwin", reason="there they are started by themselves")

LOOK = """
import json, os, sys
print(json.dumps([os.getpid(), os.getcwd(), os.environ.get("MARK"), "tensorflow" in sys.modules, "tests" in sys.modules]))
"""


@pytest.fixture
def forked(kernels, tmp_path, monkeypatch):
    monkeypatch.setenv("JUPYTER_PATH", str(kernels.folder))
    manager, client = start_new_kernel(kernel_name=kernels.name, cwd=str(tmp_path), env=os.environ | {"MARK": "here"})
    yield manager, client
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def printed_by(client, code: str) -> str:
    texts = []
    client.execute_interactive(
        code, timeout=60, output_hook=lambda message: texts.append(message["content"].get("text", ""))
    )
    return "".join(texts)


def test_it_has_its_own_folder_and_environment_and_tensorflow_already(forked, tmp_path):
    _, client = forked
    pid, folder, mark, imported, tests = json.loads(printed_by(client, LOOK))
    assert (folder, mark, imported, tests) == (str(tmp_path), "here", True, False)
    assert "MARK" not in os.environ and pid != os.getpid()


def test_it_can_be_interrupted_and_goes_on(forked):
    manager, client = forked
    client.execute("print('begun', flush=True)\nwhile True: pass", stop_on_error=False)
    while client.get_iopub_msg(timeout=60)["content"].get("text") != "begun\n":
        pass
    manager.interrupt_kernel()
    assert client.get_shell_msg(timeout=60)["content"]["ename"] == "KeyboardInterrupt"
    assert printed_by(client, "print(1 + 1)") == "2\n"


@pytest.mark.parametrize("now", [False, True], ids=["asked to end", "killed"])
def test_it_ends_and_what_it_took_is_counted(forked, kernels, now):
    manager, client = forked
    kernel = psutil.Process(json.loads(printed_by(client, LOOK))[0])
    before = kernels.cpu_seconds()
    manager.shutdown_kernel(now=now)
    kernel.wait(timeout=60)
    assert kernels.cpu_seconds() > before


def test_the_process_that_kernels_are_forked_from_ends_with_the_one_that_started_it():
    code = "from tools import forked_kernels; forked_kernels.HEAVY = (); forked_kernels.serve('socket')"
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "env": os.environ | {"PYTHONPATH": str(ROOT)}}
    # not in pytest's own folder, whose name may be too long for a socket's address
    with tempfile.TemporaryDirectory() as folder:
        server = subprocess.Popen([sys.executable, "-c", code], cwd=folder, text=True, **pipes)
        try:
            assert server.stdout.readline() == "ready\n"
            assert server.poll() is None
            server.stdin.close()
            assert server.wait(timeout=30) == 0
        finally:
            server.kill()

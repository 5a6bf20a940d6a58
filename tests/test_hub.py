"""The course on a JupyterHub: three students in a browser each, with the configuration that `deploy/` hands out."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TypeVar
from urllib.request import Request, urlopen

import psutil
import pytest
from playwright.sync_api import Page, expect

from course_utils.paths import ROOT, RUN_MARK
from course_utils.runner.execute import end_marked
from course_utils.syllabus import find_lesson
from tests.fixtures.browsers import CHROMIUM, running_browser
from tests.fixtures.jupyterlab import PATIENCE_MS, Notebook, choose_smoke, read

PROXY = shutil.which("configurable-http-proxy")
pytestmark = [
    pytest.mark.skipif(not CHROMIUM, reason="no chromium on the PATH: not looked at in a browser"),
    pytest.mark.skipif(not find_spec("jupyterhub"), reason="no JupyterHub here: pip install 'jupyterhub<6'"),
    pytest.mark.skipif(not PROXY, reason="no proxy for JupyterHub here: npm install --global configurable-http-proxy"),
    pytest.mark.xdist_group("browser"),
]

LESSON = find_lesson("01")
GUARANTEED = 1000  # MB
T = TypeVar("T")
STUDENTS = ("ada", "grace", "emmy")
TOKEN = "of-this-test-alone"
# what a hub of one computer needs besides the course's own settings; students are nobody's accounts here
CONFIG = """
exec(open({course!r}).read())
c.JupyterHub.bind_url = "http://127.0.0.1:{ports[0]}"
c.JupyterHub.hub_bind_url = "http://127.0.0.1:{ports[1]}"
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{ports[2]}"
c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = {homes!r}
c.Spawner.env_keep = ["PATH", "PYTHONPATH", "LANG", {mark!r}]
c.Spawner.environment |= {{"COURSE_CACHE": {cache!r}}}
c.JupyterHub.authenticator_class = "dummy"
c.Authenticator.allow_all = True
c.JupyterHub.services = [{{"name": "test", "api_token": {token!r}}}]
c.JupyterHub.load_roles = [{{"name": "test", "scopes": ["admin:servers", "read:users"], "services": ["test"]}}]
"""


class Hub:
    """A running JupyterHub on loopback; what its students have is in `homes`."""

    def __init__(self, folder: Path) -> None:
        with ExitStack() as stack:
            free = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(3)]
            ports = [each.getsockname()[1] for each in free]
        self.address, self.homes = f"http://127.0.0.1:{ports[0]}", folder / "homes"
        self.config = folder / "jupyterhub_config.py"
        self.config.write_text(
            CONFIG.format(
                course=str(ROOT / "deploy" / "littlest-jupyterhub" / "course.py"),
                ports=ports,
                homes=str(self.homes / "{username}"),
                mark=RUN_MARK,
                cache=str(folder / "cache"),
                token=TOKEN,
            )
        )

    def workspace(self, student: str) -> Path:
        return self.homes / student / "deep-learning-course" / "workspace"

    def ask(self, method: str, path: str) -> dict:
        request = Request(f"{self.address}/hub/api/{path}", headers={"Authorization": f"token {TOKEN}"}, method=method)
        with urlopen(request, timeout=60) as answer:
            return json.loads(answer.read() or "null")

    def log_in(self, page: Page, student: str) -> None:
        """By the form on the first page, which leads to the student's own JupyterLab."""
        page.set_default_timeout(PATIENCE_MS)
        page.goto(self.address)
        page.get_by_label("Username").fill(student)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(re.compile(rf"/user/{student}/lab"))

    def open(self, page: Page, student: str) -> Notebook:
        page.goto(f"{self.address}/user/{student}/lab/tree/{LESSON.path.name}")
        return Notebook(page, self.workspace(student) / LESSON.path.name)

    def memory(self, student: str) -> dict[str, float]:
        """MB that the student's server and kernels hold; what several processes share is counted once, in parts (PSS)."""
        server = psutil.Process(self.ask("GET", f"users/{student}")["servers"][""]["state"]["pid"])
        names = {"server": [server], "kernels": server.children(recursive=True)}
        return {name: sum(each.memory_full_info().pss for each in found) / 1e6 for name, found in names.items()}


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    """All that it started ends with the module."""
    folder = tmp_path_factory.mktemp("hub")
    hub, mark = Hub(folder), f"hub-{os.getpid()}"
    path = os.pathsep.join([str(Path(sys.executable).parent), str(Path(PROXY).parent), os.environ["PATH"]])
    environment = os.environ | {"PATH": path, "PYTHONPATH": str(ROOT), RUN_MARK: mark}
    command = [sys.executable, "-m", "jupyterhub", "--config", str(hub.config)]
    running = subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        said = [""]
        while "JupyterHub is now running" not in said[-1]:
            said.append(running.stdout.readline())
            assert said[-1], "".join(said)
        # it would wait if nobody read what it goes on to say
        threading.Thread(target=running.stdout.read, daemon=True).start()
        yield hub
    finally:
        end_marked(mark)


def in_browser(do: Callable[[Page, str], T], student: str) -> T:
    """Each student has a browser of their own, in a thread of its own."""
    with running_browser(reaches_network=True) as browser:
        return do(browser.new_page(viewport={"width": 1400, "height": 1000}), student)


def at_once(do: Callable[[Page, str], T]) -> list[T]:
    with ThreadPoolExecutor(len(STUDENTS)) as room:
        return list(room.map(partial(in_browser, do), STUDENTS))


def test_three_students_work_at_once_leave_and_find_their_work_again(hub: Hub, record_property):
    def study(page: Page, student: str) -> dict[str, float]:
        hub.log_in(page, student)
        expect(page.get_by_role("heading", name="Deep learning, measured")).to_be_visible(timeout=PATIENCE_MS)
        choose_smoke(hub.workspace(student) / LESSON.path.name)
        notebook = hub.open(page, student)
        notebook.run_all()
        notebook.save()
        return hub.memory(student)

    for student, held in zip(STUDENTS, at_once(study), strict=True):
        record_property(f"memory {student}", held)
        print(student, held)
        assert sum(held.values()) < GUARANTEED
        result = hub.homes / student / "deep-learning-course" / "build" / "results" / f"{LESSON.stem}.json"
        assert read(result)["profile"] == "smoke"
    assert {path.name for path in hub.homes.iterdir()} == set(STUDENTS)

    for student in STUDENTS:
        hub.ask("DELETE", f"users/{student}/server")
        assert hub.ask("GET", f"users/{student}")["servers"] == {}

    def come_back(page: Page, student: str) -> None:
        hub.log_in(page, student)
        row = page.locator("tr", has_text=f"{LESSON.number} · {LESSON.title}")
        expect(row).to_contain_text("✓\N{NO-BREAK SPACE}smoke", timeout=PATIENCE_MS)
        notebook = hub.open(page, student)
        expect(notebook.panel.get_by_text(re.compile(rf"^Lesson {LESSON.number} is complete"))).to_be_attached()

    in_browser(come_back, STUDENTS[0])

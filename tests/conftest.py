"""What tests of several folders share."""

import json
import os
import tempfile
from contextlib import suppress
from pathlib import Path

import pytest

from course_utils.devices import POLICIES
from course_utils.runner.execute import worker_environments

# fixtures that several folders use
pytest_plugins = tuple(f"tests.fixtures.{name}" for name in ("data", "kernels", "lessons", "policies", "servers"))


@pytest.fixture(scope="session")
def _folder_of_folders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("own")


@pytest.fixture(autouse=True)
def _own_folders(_folder_of_folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test writes to the checkout's `build/` or to a student's `workspace/`."""
    # pytest's `mktemp` reads through all folders made so far: with thousands of tests that takes longer than many of them.
    folder = Path(tempfile.mkdtemp(dir=_folder_of_folders))
    for name in ("build", "workspace"):
        (folder / name).mkdir()
        monkeypatch.setenv(f"COURSE_{name.upper()}", str(folder / name))


@pytest.fixture
def read_json():
    def read(path: Path) -> dict:
        return json.loads(path.read_text(encoding="utf-8"))

    return read


def pytest_configure(config: pytest.Config) -> None:
    """Each of xdist's workers computes with its share of the cores, as do the processes that it starts."""
    worker = getattr(config, "workerinput", None)
    if worker:
        shares = worker_environments(worker["workercount"])
        os.environ.update(shares[int(worker["workerid"].removeprefix("gw")) % len(shares)])
        _let_threads_finish_their_turn()


def _let_threads_finish_their_turn() -> None:
    """Ask Linux for its policy of batch work, under which a thread that wakes up does not take the core of its waker.

    When a `tf.data` iterator ends, TensorFlow wakes a thread and only then writes down that it may go (its
    `CancellationManager` and `Model::OptimizeLoop`). A thread that looks in between waits for up to 30 ms more: on busy
    cores at the end of nearly every epoch, a quarter of the time of short ones.
    """
    with suppress(AttributeError, OSError):  # not on macOS and Windows, nor where a sandbox forbids it
        os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Bytes have no place in a test's name: packed ones hold the second of the packing, and xdist's workers must agree."""
    return argname if isinstance(val, bytes) else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All tests of a module go to one of xdist's workers, where its fixtures are made once, unless a mark says otherwise."""
    for item in items:
        if item.get_closest_marker("xdist_group") is None:
            item.add_marker(pytest.mark.xdist_group(item.nodeid.partition("::")[0]))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how well `diagnose` did and what lessons took; tests record it as properties, which come from xdist's workers."""
    reports = [report for outcome in ("passed", "failed") for report in terminalreporter.stats.get(outcome, [])]
    properties = [pair for report in reports for pair in report.user_properties]
    for policy in (*POLICIES, "public cases"):
        planted, healthy = (
            [value for name, value in properties if name == f"diagnose {kind}, {policy}"] for kind in ("planted", "healthy")
        )
        if planted or healthy:
            terminalreporter.write_line(
                f"diagnose, {policy}: {sum(planted)} of {len(planted)} planted mistakes found, "
                f"{len(healthy) - sum(healthy)} false alarms on {len(healthy)} healthy models"
            )
    taken = sorted(value for name, value in properties if name == "CPU seconds")
    if taken:
        terminalreporter.write_line("CPU seconds of each lesson in smoke:")
        for lesson, how, seconds in taken:
            terminalreporter.write_line(f"  {lesson:<28} {how:<31} {seconds:5.1f}")
        terminalreporter.write_line(f"  {'together':<28} {'':<31} {sum(seconds for *_, seconds in taken):5.0f}")

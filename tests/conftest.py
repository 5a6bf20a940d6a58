"""What tests of several folders share."""

import json
from pathlib import Path

import pytest

# fixtures that several folders use
pytest_plugins = ("tests.fixtures.data", "tests.fixtures.lessons", "tests.fixtures.policies", "tests.fixtures.servers")


@pytest.fixture(autouse=True)
def _own_folders(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test writes to the checkout's `build/` or to a student's `workspace/`."""
    monkeypatch.setenv("COURSE_BUILD", str(tmp_path_factory.mktemp("build")))
    monkeypatch.setenv("COURSE_WORKSPACE", str(tmp_path_factory.mktemp("workspace")))


@pytest.fixture
def read_json():
    def read(path: Path) -> dict:
        return json.loads(path.read_text(encoding="utf-8"))

    return read


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how well `diagnose` did; its tests record the figures as properties, which travel from xdist's workers."""
    reports = [report for outcome in ("passed", "failed") for report in terminalreporter.stats.get(outcome, [])]
    properties = [pair for report in reports for pair in report.user_properties]
    planted = [value for name, value in properties if name == "diagnose planted"]
    healthy = [value for name, value in properties if name == "diagnose healthy"]
    if planted or healthy:
        terminalreporter.write_line(
            f"diagnose: {sum(planted)} of {len(planted)} planted mistakes found, "
            f"{len(healthy) - sum(healthy)} false alarms on {len(healthy)} healthy models"
        )

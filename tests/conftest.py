"""What tests of several folders share."""

import json
from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def _own_folders(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test writes to the checkout's `build/`."""
    monkeypatch.setenv("COURSE_BUILD", str(tmp_path_factory.mktemp("build")))


@pytest.fixture
def read_json():
    def read(path: Path) -> dict:
        return json.loads(path.read_text(encoding="utf-8"))

    return read

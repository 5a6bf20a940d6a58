"""What the tests of `diagnose` share."""

import pytest


@pytest.fixture
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Time enough for every step, so that a busy machine finds what an idle one finds."""
    for limit in ("probe.MOST_SECONDS", "probe.MOST_SECONDS_IN_ALL", "samples.MOST_SECONDS"):
        monkeypatch.setattr(f"course_utils.diagnose.{limit}", 300.0)

"""`make gpu` where there is no GPU, and with a made-up one."""

import json
import signal
import time

import pytest

from course_utils import paths
from course_utils.runner.execute import Failure, Run
from tools import gpu


@pytest.fixture
def with_gpu(monkeypatch):
    monkeypatch.setattr(gpu, "gpu_ids", lambda: ["0"])
    monkeypatch.setattr(gpu, "COUNT_GPUS", "print(1)")


def result(number: str) -> dict:
    """A lesson's result as a GPU would leave it."""
    published = json.loads((paths.PUBLISHED_RESULTS / f"{gpu.find_lesson(number).stem}.json").read_text())
    device = "GPU (NVIDIA H100, 8 cores, 64 GB memory), mixed_bfloat16"
    return published | {"seconds": 12.3, "peak_memory_mb": 2100, "gpu_peak_memory_mb": 910, "device": device}


def run(number: str, status: str = "ok", failure: Failure | None = None) -> Run:
    left = result(number) if status == "ok" else None
    return Run(gpu.find_lesson(number).stem, status, "lesson", "auto", 0, "", 13.0, failure, left)


def test_without_a_gpu_it_says_so_in_one_sentence(monkeypatch, capsys):
    monkeypatch.setattr(gpu, "gpu_ids", list)
    with pytest.raises(SystemExit) as ended:
        gpu.main()
    assert ended.value.code == 2
    assert capsys.readouterr().err.startswith("Error: There is no GPU here: ")


def test_a_gpu_whose_libraries_are_missing_is_told_from_none(with_gpu, monkeypatch, capsys):
    monkeypatch.setattr(gpu, "COUNT_GPUS", "print(0)")
    with pytest.raises(SystemExit) as ended:
        gpu.main()
    assert ended.value.code == 2
    assert "make gpu GPU=1" in capsys.readouterr().err


def test_lessons_stand_beside_what_is_published(with_gpu, monkeypatch, capsys):
    asked = {}

    def execute(notebooks, **options):
        asked.update(options, notebooks=[path.stem[:2] for path in notebooks])
        return [run(number) for number in gpu.LESSONS]

    monkeypatch.setattr(gpu, "execute", execute)
    with pytest.raises(SystemExit) as ended:
        gpu.main()
    assert not ended.value.code
    assert asked["notebooks"] == ["00", "02", "13", "16", "41"]
    assert asked["build"] == paths.build_dir() / "gpu"
    rows = [line.strip("| ").split(" | ") for line in capsys.readouterr().out.splitlines() if line.startswith("|")]
    assert {len(row) for row in rows} - {1} == {8}
    here, published = rows[4:6]
    assert here[:5] == ["02_fashion_mnist", "GPU (NVIDIA H100, 8 cores, 64 GB memory)", "12 s", "2,100 MB", "910 MB"]
    assert here[7] == "mixed_bfloat16"
    assert published[0] == "as published"
    assert published[1].startswith("CPU (")
    assert (published[4], published[7]) == ("–", "float32")
    assert here[5] == published[5] != "–"


def test_a_lesson_that_failed_or_found_no_time_is_named(with_gpu, monkeypatch, capsys):
    failed = run("02", "failed", Failure("ResourceExhaustedError: OOM", 7, "Training", "model.fit(x, y)"))
    monkeypatch.setattr(gpu, "execute", lambda *_, **__: [run("00"), failed, run("41", "stopped")])
    with pytest.raises(SystemExit) as ended:
        gpu.main()
    assert ended.value.code == 1
    said = capsys.readouterr().out
    assert "| 02_fashion_mnist | failed | – |" in said
    assert "ResourceExhaustedError: OOM" in said
    assert "What had not ended after 10.0 min was stopped." in said


def test_what_takes_too_long_is_stopped(tmp_path, write_lesson):
    slow = write_lesson("01_first", "import time\ntime.sleep(600)")
    with gpu.time_limit(3):
        [ended] = gpu.execute([slow], build=tmp_path / "build")
    assert ended.status == "stopped"


def test_the_limit_holds_in_the_background_of_a_shell():
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with pytest.raises(KeyboardInterrupt), gpu.time_limit(0):
            time.sleep(10)
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)


def test_the_limit_ends_with_the_lessons():
    with gpu.time_limit(60):
        pass
    with pytest.raises(KeyboardInterrupt), gpu.time_limit(0):
        while True:
            pass

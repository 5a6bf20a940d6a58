import errno
import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import nbformat
import pytest

from course_utils.errors import CourseError
from course_utils.files import write_json
from course_utils.runner import execute as module
from course_utils.runner.execute import Failure, execute, gpu_ids, read_run, worker_environments


@pytest.fixture
def build(tmp_path):
    return tmp_path / "build"


def outputs_of(path):
    return [output.text for cell in nbformat.read(path, 4).cells for output in cell.get("outputs", []) if "text" in output]


def test_lesson_that_passes(write_lesson, build):
    lesson = write_lesson("01_first", "import os\nprint(PROFILE, DATA, SEED, os.path.basename(os.getcwd()))")
    before, clock = lesson.read_bytes(), os.times()

    [run] = execute([lesson], profile="smoke", data="synthetic", seed=7, build=build)

    assert (run.lesson, run.status, run.failure) == ("01_first", "ok", None)
    assert (run.result["profile"], run.result["data"], run.result["seed"]) == ("smoke", "synthetic", 7)
    assert outputs_of(build / "executed" / "01_first.ipynb") == ["smoke synthetic 7 notebooks\n"]
    assert read_run(build / "runs" / "01_first.json") == module.Run(**{**vars(run), "result": None})
    assert lesson.read_bytes() == before
    taken = os.times()
    descendants = taken.children_user + taken.children_system - clock.children_user - clock.children_system
    assert run.cpu_seconds == pytest.approx(descendants, rel=0.1), "the kernel's time is part of it"


def test_failing_cell_is_named_and_earlier_result_kept(write_lesson, build):
    execute([write_lesson("01_first", "x = 1")], build=build)
    earlier = (build / "results" / "01_first.json").read_bytes()
    lesson = write_lesson(
        "01_first", "print('so far')", "def f():\n    raise ValueError('no such thing')\n\nf()", "print('never')"
    )

    [run] = execute([lesson], build=build)

    source = "def f():\n    raise ValueError('no such thing')\n\nf()"
    assert run.status == "failed"
    assert run.failure == Failure("ValueError: no such thing", cell=6, heading="Part 2", source=source)
    assert run.result is None
    assert outputs_of(build / "executed" / "01_first.ipynb") == ["so far\n"]
    assert (build / "results" / "01_first.json").read_bytes() == earlier
    assert read_run(build / "runs" / "01_first.json").status == "failed"


def test_kernel_that_dies_is_noticed_and_leaves_nothing(write_lesson, build, processes_here):
    lesson = write_lesson(
        "01_first",
        """
        import os, subprocess, sys
        print("so far", flush=True)
        subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)
        os.kill(os.getpid(), 9)
        """,
    )
    begun = time.monotonic()

    [run] = execute([lesson], build=build)

    assert (run.status, run.failure.cell, run.failure.heading) == ("kernel died", 4, "Part 1")
    assert time.monotonic() - begun < 30
    assert outputs_of(build / "executed" / "01_first.ipynb") == ["so far\n"]
    assert processes_here(str(build)) == []


def test_cell_that_hangs_is_ended(write_lesson, build, processes_here):
    lesson = write_lesson("01_first", "print('so far', flush=True)\nimport time\ntime.sleep(600)")
    begun = time.monotonic()

    [run] = execute([lesson], timeout=1, build=build)

    assert (run.status, run.failure.cell) == ("timed out", 4)
    assert "1 s" in run.failure.message
    assert time.monotonic() - begun < 30
    assert outputs_of(build / "executed" / "01_first.ipynb") == ["so far\n"]
    assert processes_here(str(build)) == []


def test_lesson_without_a_result_has_failed(write_lesson, build):
    execute([write_lesson("01_first")], build=build)
    lesson = write_lesson("01_first", "import sys\nsys.exit()")

    [run] = execute([lesson], build=build)

    assert run.status == "failed"
    assert "recorded no result" in run.failure.message


def test_the_users_own_kernel_and_startup_files_are_passed_over(write_lesson, build, tmp_path, monkeypatch):
    for folder, name in (("data", "JUPYTER_DATA_DIR"), ("path", "JUPYTER_PATH")):
        spec = tmp_path / folder / "kernels" / "python3" / "kernel.json"
        spec.parent.mkdir(parents=True)
        spec.write_text(json.dumps({"argv": ["/bin/false"], "display_name": "mine", "language": "python"}))
        monkeypatch.setenv(name, str(tmp_path / folder))
    startup = tmp_path / "ipython" / "profile_default" / "startup" / "mine.py"
    startup.parent.mkdir(parents=True)
    startup.write_text("print('from my startup file'); MINE = 1")
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    monkeypatch.setenv("JUPYTER_PREFER_ENV_PATH", "0")
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", "/dev/null/nowhere")
    lesson = write_lesson("01_first", "import os, sys\nprint(sys.executable, os.environ['PATH'], 'MINE' in globals())")

    [run] = execute([lesson], build=build)

    assert run.status == "ok", run.failure
    program, path, startup_ran = "".join(outputs_of(build / "executed" / "01_first.ipynb")).split()
    assert (program, startup_ran) == (sys.executable, "False")
    assert path.startswith(f"{Path(sys.executable).parent}{os.pathsep}")


def test_worker_that_cannot_start_has_failed(write_lesson, build, monkeypatch):
    monkeypatch.setattr(sys, "executable", "/bin/false")
    [run] = execute([write_lesson("01_first")], build=build)
    assert run.status == "failed"
    assert str(build / "logs" / "01_first.log") in run.failure.message


def test_two_jobs_overlap_and_share_the_cores(write_lesson, build, tmp_path, monkeypatch):
    monkeypatch.setattr(module, "gpu_ids", list)
    monkeypatch.setattr(module, "usable_cores", lambda: 6)
    meet = """
        import os, pathlib, time
        folder = pathlib.Path({folder!r})
        (folder / "{me}").touch()
        deadline = time.monotonic() + 60
        while not (folder / "{other}").exists():
            assert time.monotonic() < deadline, "the other lesson never began"
            time.sleep(0.05)
        print(os.environ["OMP_NUM_THREADS"], os.environ["TF_NUM_INTRAOP_THREADS"])
        """
    first = write_lesson("01_first", meet.format(folder=str(tmp_path), me="first", other="second"))
    second = write_lesson("02_second", meet.format(folder=str(tmp_path), me="second", other="first"))

    runs = execute([first, second], jobs=2, build=build)

    assert [(run.lesson, run.status) for run in runs] == [("01_first", "ok"), ("02_second", "ok")]
    assert outputs_of(build / "executed" / "02_second.ipynb") == ["3 3\n"]


def test_everything_ends_when_the_runner_is_killed(write_lesson, build, tmp_path, processes_here):
    began = tmp_path / "began"
    lesson = write_lesson("01_first", f"import pathlib, time\npathlib.Path({str(began)!r}).touch()\ntime.sleep(600)")
    script = f"from course_utils.runner.execute import execute; execute([{str(lesson)!r}])"
    environment = os.environ | {"COURSE_BUILD": str(build), "TMPDIR": str(tmp_path)}
    runner = subprocess.Popen([sys.executable, "-c", script], env=environment)
    try:
        wait_for(began.exists)
        assert any("ipykernel" in command for command in processes_here(str(build)))
    finally:
        runner.kill()
        runner.wait()
    wait_for(lambda: not processes_here(str(build)))


def wait_for(condition, seconds=30):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.1)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"profile": "smok"}, "PROFILE must be one of smoke, lesson, full, not 'smok'"),
        ({"jobs": 0}, "jobs is 0"),
        ({"timeout": 0}, "timeout is 0"),
    ],
)
def test_parameters_without_meaning_are_refused(write_lesson, build, options, words):
    with pytest.raises(CourseError, match=words):
        execute([write_lesson("01_first")], build=build, **options)
    assert not build.exists()


def test_a_damaged_notebook_is_refused_before_anything_is_written(write_lesson, lessons_folder, build):
    with pytest.raises(CourseError, match=r"02_second.ipynb has no cell tagged `parameters`"):
        execute([write_lesson("02_second", tag="other")], build=build)
    with pytest.raises(CourseError, match="does not set DATA and SEED"):
        execute([write_lesson("02_second", parameters="PROFILE = 'lesson'\nseed = 0")], build=build)
    (lessons_folder / "02_second.ipynb").write_text('{"cells": [', encoding="utf-8")
    with pytest.raises(CourseError, match=r"02_second.ipynb cannot be read as a notebook"):
        execute([lessons_folder / "02_second.ipynb"], build=build)
    with pytest.raises(CourseError, match="no notebook"):
        execute([lessons_folder / "03_third.ipynb"], build=build)
    assert not build.exists()


def test_among_several_a_damaged_notebook_is_named_and_the_others_run(write_lesson, build):
    damaged, good = write_lesson("01_first"), write_lesson("02_second")
    damaged.write_text("<<<<<<< HEAD\n=======\n>>>>>>> theirs\n")
    first, second = execute([damaged, good], build=build)
    assert (first.lesson, first.status, second.lesson, second.status) == ("01_first", "failed", "02_second", "ok")
    assert "01_first.ipynb holds git's conflict marks (<<<<<<<)" in first.failure.message
    assert read_run(build / "runs" / "01_first.json") == first


def test_build_folder_that_is_a_file_is_refused(write_lesson, build):
    build.write_text("mine")
    with pytest.raises(CourseError, match="needs a folder where a file is; move that or set COURSE_BUILD to another folder"):
        execute([write_lesson("01_first")], build=build)
    assert build.read_text() == "mine"


def test_the_result_of_another_run_at_the_same_time_is_not_taken_for_ones_own(write_lesson, build, make_result):
    parameters = {"PROFILE": "smoke", "DATA": "auto", "SEED": 0}
    worker = module.Worker(module.Source(write_lesson("01_first")), parameters, 1, build, {}, module.Screen())
    write_json(worker.result, make_result(profile="smoke"))
    assert worker._fresh_result(None)["profile"] == "smoke"
    for others in ({"profile": "lesson"}, {"profile": "smoke", "seed": 1}):
        write_json(worker.result, make_result(**others))
        with pytest.raises(CourseError, match=r"01_first\.json is of another run, .* run one after the other\."):
            worker._fresh_result(None)


def test_nowhere_to_put_temporary_files_is_one_sentence(write_lesson, build, monkeypatch):
    def refuse(**_):
        raise FileNotFoundError(errno.ENOENT, "No usable temporary directory found in ['/tmp']")

    monkeypatch.setattr(module.tempfile, "TemporaryDirectory", refuse)
    with pytest.raises(
        CourseError, match=r"\(No usable temporary directory found in \['/tmp'\]\); .* set TMPDIR to another folder"
    ):
        execute([write_lesson("01_first")], build=build)


def test_when_one_lesson_cannot_go_on_for_lack_of_disk_or_reader_all_are_ended(monkeypatch):
    class Running:
        mark = "a run"

        def __init__(self, error=None):
            self.error, self.ended = error, threading.Event()

        def run(self, slot):
            if self.error:
                raise self.error
            assert self.ended.wait(30)

        def forbid(self):
            self.ended.set()

    monkeypatch.setattr(module, "end_marked", lambda mark: None)
    for error in (CourseError("The disk is full"), SystemExit(1), OSError(errno.EIO, "the terminal is gone")):
        with pytest.raises(type(error)):
            module._run_all([Running(), Running(error)], [{}, {}], lambda: True)


def test_log_that_cannot_be_written_is_one_sentence(write_lesson, build):
    (build / "logs" / "01_first.log").mkdir(parents=True)
    with pytest.raises(CourseError, match=r"01_first\.log cannot be written \(Is a directory\); .* set COURSE_BUILD"):
        execute([write_lesson("01_first")], build=build)


def test_damaged_run_record_is_refused(tmp_path):
    path = tmp_path / "01_first.json"
    good = {"lesson": "01_first", "status": "failed", "profile": "smoke", "data": "auto", "seed": 0, "started": "now"}
    good |= {"seconds": 3, "failure": {"message": "no", "cell": 2, "heading": "", "source": ""}, "cpu_seconds": None}
    damaged = [{"failure": None, "unknown": 1}, good | {"seconds": "3"}, good | {"seed": True}, good | {"failure": "no"}]
    damaged += [
        good | {"failure": good["failure"] | {"cell": "two"}},
        good | {"failure": {"cell": 2}},
        good | {"status": None},
    ]
    for text in ["", "[]", "{}", "3", "[" * 100_000, *map(json.dumps, damaged)]:
        path.write_text(text)
        with pytest.raises(
            CourseError, match=r"01_first\.json cannot be read as the record of a run \(.*\); run its lesson"
        ):
            read_run(path)
    # a later version of the course may note more
    path.write_text(json.dumps(good | {"joules": 7} | {"failure": good["failure"] | {"advice": "wait"}}))
    assert (read_run(path).seconds, read_run(path).failure.cell) == (3, 2)


def test_one_job_a_gpu(monkeypatch):
    monkeypatch.setattr(module, "usable_cores", lambda: 16)
    monkeypatch.setattr(module, "gpu_ids", lambda: ["0", "1"])
    shares = worker_environments(5)
    assert [share["CUDA_VISIBLE_DEVICES"] for share in shares] == ["0", "1"]
    assert {share["OMP_NUM_THREADS"] for share in shares} == {"8"}
    assert worker_environments(1) == [{}]


def test_runner_says_that_gpus_limit_the_jobs(write_lesson, build, monkeypatch):
    monkeypatch.setattr(module, "gpu_ids", lambda: ["4"])
    lessons = [
        write_lesson(stem, "import os\nprint(os.environ['CUDA_VISIBLE_DEVICES'])") for stem in ("01_first", "02_second")
    ]
    notes = []
    screen = module.Screen()
    screen.note = notes.append
    runs = execute(lessons, jobs=2, build=build, screen=screen)
    assert notes == ["Lessons at a time: 1 in place of 2, one for each GPU."]
    assert [run.status for run in runs] == ["ok", "ok"]
    assert outputs_of(build / "executed" / "02_second.ipynb") == ["4\n"]


def test_without_gpus_jobs_share_the_cores(monkeypatch):
    monkeypatch.setattr(module, "usable_cores", lambda: 2)
    monkeypatch.setattr(module, "gpu_ids", list)
    assert worker_environments(3) == [{"TF_NUM_INTRAOP_THREADS": "1", "OMP_NUM_THREADS": "1"}] * 3


def test_gpus_are_listed_by_the_driver_or_the_environment(monkeypatch, tmp_path):
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert gpu_ids() == []
    with monkeypatch.context() as hanging:
        hanging.setattr(module.shutil, "which", lambda name: name)
        hanging.setattr(
            module.subprocess, "run", lambda *_, **__: (_ for _ in ()).throw(subprocess.TimeoutExpired("nvidia-smi", 60))
        )
        assert gpu_ids() == []
    listing = "GPU 0: NVIDIA H100 (UUID: GPU-1)\n  MIG 1g.10gb Device 0: (UUID: MIG-1)\nGPU 1: NVIDIA H100 (UUID: GPU-2)\n"
    tool = tmp_path / "nvidia-smi"
    tool.write_text(f"#!/bin/sh\nprintf '%s' '{listing}'\n")
    tool.chmod(0o755)
    assert gpu_ids() == ["0", "1"]
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "3, 5")
    assert gpu_ids() == ["3", "5"]
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "-1")
    assert gpu_ids() == []


def test_import_of_the_runner_is_light():
    heavy = {"tensorflow", "numpy", "nbformat", "papermill", "jinja2"}
    code = f"import sys, course_utils.cli.running; print(*{heavy} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "\n"

"""Lessons on a Dask cluster of two workers on loopback, each a process that is started again when it is lost."""

import json
import logging
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import replace
from functools import partial
from pathlib import Path

import psutil
import pytest
from distributed import KilledWorker, LocalCluster, Nanny, Scheduler, SpecCluster

from course_utils import paths
from course_utils.cli import main, running
from course_utils.errors import CourseError
from course_utils.runner import cluster as module
from course_utils.runner import provenance
from course_utils.runner.cluster import check_versions, execute_on_cluster, finished_run, need_of
from course_utils.runner.execute import Failure, Screen, make_folders, record

# in a lesson's cell: the process of the Dask worker, above the one that runs papermill
WORKER = "__import__('psutil').Process().parent().ppid()"


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    """Two workers; the first alone has a GPU, as far as it says."""
    folder = str(tmp_path_factory.mktemp("dask"))
    options = {"nthreads": 1, "local_directory": folder, "dashboard_address": ":0"}
    workers = {
        number: {"cls": Nanny, "options": options | {"resources": {"MEMORY": 8e9} | extra}}
        for number, extra in enumerate([{"GPU": 1}, {}])
    }
    scheduler = {"cls": Scheduler, "options": {"host": "127.0.0.1", "port": 0, "dashboard_address": ":0"}}
    with SpecCluster(workers=workers, scheduler=scheduler, silence_logs=logging.CRITICAL) as running:
        running.folder = folder
        yield running


@pytest.fixture
def ran(tmp_path):
    """The code of a cell that writes a line each time that it is run, and the function that reads these lines."""
    diary = tmp_path / "diary"
    diary.touch()

    def wrote(words):
        return f"with open({str(diary)!r}, 'a') as diary:\n    print({words}, file=diary, flush=True)\n"

    return wrote, lambda: diary.read_text().splitlines()


class Heard(Screen):
    def __init__(self):
        self.began, self.ended, self.notes = [], [], []

    def begin(self, name, cells):
        self.began.append((name, cells))

    def end(self, name, run):
        self.ended.append((name, run.status))

    def note(self, words):
        self.notes.append(words)


@pytest.fixture
def execute(cluster, tmp_path):
    return partial(execute_on_cluster, cluster.scheduler_address, build=tmp_path / "build", profiles=["smoke"])


def wait_for(condition, seconds=60):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.1)


def test_what_is_finished_comes_back_and_is_not_repeated(
    execute, write_lesson, ran, tmp_path, read_json, processes_here, cluster
):
    wrote, lines = ran
    lesson = write_lesson("01_first", f"import os\nprint(os.getcwd())\n{wrote('PROFILE, DATA, SEED')}")
    screen = Heard()

    runs = execute([lesson], data="synthetic", seeds=[1, 0, 1], screen=screen)

    assert [(run.lesson, run.status, run.profile, run.seed) for run in runs] == [
        ("01_first", "ok", "smoke", 1),
        ("01_first", "ok", "smoke", 0),
    ]
    assert sorted(lines()) == ["smoke synthetic 0", "smoke synthetic 1"]
    assert sorted(screen.began) == [("01_first smoke 0", 5), ("01_first smoke 1", 5)]
    assert sorted(screen.ended) == [("01_first smoke 0", "ok"), ("01_first smoke 1", "ok")]
    for seed in (0, 1):
        folder = tmp_path / "build" / f"smoke-seed{seed}"
        assert read_json(folder / "results" / "01_first.json")["seed"] == seed
        assert read_json(folder / "runs" / "01_first.json")["status"] == "ok"
        assert (folder / "logs" / "01_first.log").is_file()
        assert "/notebooks\\n" in (folder / "executed" / "01_first.ipynb").read_text()
    assert list(Path(cluster.folder).rglob("*.ipynb")) == []
    assert processes_here(cluster.folder) == []

    screen = Heard()
    again = execute([lesson], data="synthetic", seeds=[0, 1], profiles=["smoke", "lesson"], screen=screen)
    assert [(run.profile, run.seed, run.result["seed"]) for run in again] == [
        (profile, seed, seed) for profile in ("smoke", "lesson") for seed in (0, 1)
    ]
    assert sorted(lines()[2:]) == ["lesson synthetic 0", "lesson synthetic 1"]
    assert screen.notes == ["Finished before, and not run again: 2 of 4."]


def test_a_job_whose_worker_is_killed_is_done_once_by_another(execute, write_lesson, ran, tmp_path, cluster, processes_here):
    wrote, lines = ran
    goes_on = tmp_path / "goes on"
    waits = f"import pathlib, time\nwhile not pathlib.Path({str(goes_on)!r}).exists():\n    time.sleep(0.05)"
    lost = write_lesson("01_first", wrote(f"'first', {WORKER}") + waits)
    other = write_lesson("02_second", wrote("'second'"))
    screen, runs = Heard(), []
    thread = threading.Thread(target=lambda: runs.extend(execute([lost, other], screen=screen)))
    thread.start()
    wait_for(lambda: any(line.startswith("first") for line in lines()))
    first = next(line for line in lines() if line.startswith("first"))
    psutil.Process(int(first.split()[1])).kill()
    wait_for(lambda: len([line for line in lines() if line.startswith("first")]) == 2)
    goes_on.touch()
    thread.join(60)

    assert [(run.lesson, run.status) for run in runs] == [("01_first", "ok"), ("02_second", "ok")]
    assert sorted(line.split()[0] for line in lines()) == ["first", "first", "second"]
    assert sorted(screen.ended) == [("01_first", "ok"), ("02_second", "ok")]
    assert sorted(name for name, _ in screen.began) == ["01_first", "02_second"]
    assert [note.rpartition(" on ")[0] for note in screen.notes] == ["01_first: its worker was lost; it begins anew"]
    wait_for(lambda: processes_here(cluster.folder) == [])


def test_a_lesson_that_fails_does_so_once_and_says_where(execute, write_lesson, ran, tmp_path, read_json):
    wrote, lines = ran
    lesson = write_lesson("01_first", "print('so far')", f"{wrote('PROFILE')}raise ValueError('no such thing')")
    screen = Heard()

    [run] = execute([lesson], screen=screen)

    source = f"{wrote('PROFILE')}raise ValueError('no such thing')"
    assert run.failure == Failure("ValueError: no such thing", cell=6, heading="Part 2", source=source)
    assert lines() == ["smoke"]
    assert screen.ended == [("01_first", "failed")]
    assert re.fullmatch(r"01_first ran on tcp://127\.0\.0\.1:\d+\.", screen.notes[0])
    executed = read_json(tmp_path / "build/smoke-seed0/executed/01_first.ipynb")
    assert "so far" in json.dumps(executed["cells"][4]["outputs"])

    assert execute([lesson])[0].status == "failed"
    assert lines() == ["smoke"] * 2, "only what has passed is finished"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_nothing_goes_on_when_the_caller_ends(cluster, write_lesson, ran, tmp_path, processes_here, number):
    wrote, lines = ran
    build = tmp_path / "build"
    lessons = [write_lesson(stem, f"{wrote('SEED')}import time\ntime.sleep(600)") for stem in ("01_first", "02_second")]
    code = f"""
import pathlib
from course_utils.runner.cluster import execute_on_cluster
lessons = [pathlib.Path(each) for each in {list(map(str, lessons))}]
build = pathlib.Path({str(build)!r})
runs = execute_on_cluster({cluster.scheduler_address!r}, lessons, seeds=[0, 1], build=build)
print(*(run.status for run in runs))
"""
    caller = subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        text=True,
        # a shell that runs the tests in the background has switched Ctrl-C off for all that it starts
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    wait_for(lambda: len(lines()) == 2)
    caller.send_signal(number)
    said, _ = caller.communicate(timeout=30)
    wait_for(lambda: processes_here(cluster.folder) == [], seconds=10)
    assert len(lines()) == 2
    if number == signal.SIGINT:
        assert said.split() == ["stopped"] * 4
        records = sorted(build.glob("*/runs/*.json"))
        assert [json.loads(record.read_text())["status"] for record in records] == ["stopped"] * 2


def test_longest_first_where_there_is_what_they_need(execute, write_lesson, ran, tmp_path, monkeypatch, make_result):
    """All three need the GPU, which one of the workers has."""
    wrote, lines = ran
    monkeypatch.setattr(paths, "PUBLISHED_RESULTS", tmp_path)
    lessons = []
    for number, seconds in enumerate([20.0, 300.0, 100.0]):
        stem = f"0{number}_lesson"
        result = make_result(stem, profile="full", seconds=seconds, gpu_peak_memory_mb=900)
        (tmp_path / f"{stem}.full.json").write_text(json.dumps(result))
        lessons.append(write_lesson(stem, wrote(f"{number}, {WORKER}")))
    runs = execute(lessons, profiles=["full"])
    assert [run.status for run in runs] == ["ok"] * 3
    order, workers = zip(*(line.split() for line in lines()), strict=True)
    assert order == ("1", "2", "0")
    assert len(set(workers)) == 1


def test_without_a_scheduler_or_workers_or_what_a_lesson_needs(execute, write_lesson, tmp_path, rough, monkeypatch, cluster):
    lesson = write_lesson("01_first")
    monkeypatch.setattr(module, "SECONDS_TO_ANSWER", 1)
    silent = socket.create_server(("127.0.0.1", 0))
    nowhere = [f"tcp://127.0.0.1:{silent.getsockname()[1]}", next(iter(cluster.scheduler_info["workers"]))]
    nowhere += ["tcp://127.0.0.1:1", "127.0.0.1:1", "nowhere", "", "ftp://127.0.0.1:1", "tcp://127.0.0.1:many"]
    nowhere.append(rough.tell("", b"no such thing").replace("http", "tcp").rstrip("/"))
    for address in nowhere:
        with pytest.raises(CourseError, match=f"^No Dask scheduler answers at '{address}'; start one with `dask scheduler`"):
            execute_on_cluster(address, [lesson], build=tmp_path / "build")
    with (
        LocalCluster(n_workers=0, processes=False, dashboard_address=":0") as empty,
        pytest.raises(CourseError, match=r'has no workers; start one with `dask worker .*"MEMORY=4\.0e9"`\.$'),
    ):
        execute_on_cluster(empty.scheduler_address, [lesson], build=tmp_path / "build")
    monkeypatch.setattr(module, "UNMEASURED_MEMORY", 8.01e9)
    with pytest.raises(
        CourseError, match=r'No worker at \S+ offers what is needed for 01_first; .* --resources "MEMORY=8\.1e9"`\.$'
    ):
        execute([lesson])
    assert not (tmp_path / "build").exists()


def test_workers_with_other_versions_are_refused(execute, write_lesson, tmp_path, monkeypatch):
    monkeypatch.setattr(module, "versions", lambda: {"tensorflow": "1.15.0"})
    with pytest.raises(
        CourseError, match=r"The worker at tcp://\S+ has tensorflow 2\.\S+ in place of 1\.15\.0; install there"
    ):
        execute([write_lesson("01_first")])
    assert not (tmp_path / "build").exists()
    missing = ModuleNotFoundError("No module named 'course_utils'")
    monkeypatch.setattr("distributed.Client.run_on_scheduler", lambda *_: (_ for _ in ()).throw(missing))
    with pytest.raises(CourseError, match=r"^The scheduler at tcp://\S+ lacks the course.* 'course_utils'\); install"):
        execute([write_lesson("01_first")])
    assert not (tmp_path / "build").exists()
    here = {"Python": "3.12", "keras": "3.15.1"}
    check_versions("The worker at w", here | {"cowsay": "6"}, here)
    with pytest.raises(CourseError, match=r"The worker at w has no keras in place of 3\.15\.1"):
        check_versions("The worker at w", {"Python": "3.12"}, here)
    with pytest.raises(CourseError, match=r"The worker at w lacks the course.* \(No module named 'course_utils'\); install"):
        check_versions("The worker at w", missing, here)


def test_a_lesson_that_costs_every_worker_its_life_has_failed():
    lost = KilledWorker("01_first", None, 3)
    assert module._reason(lost) == "4 workers died of it one after the other; often that is memory running out."
    assert module._reason(OSError("disk full")) == "OSError: disk full"


def test_a_worker_that_changes_its_versions_later_is_refused_by_the_job(execute, write_lesson, monkeypatch):
    monkeypatch.setattr(module, "_check_workers", lambda *_: None)
    monkeypatch.setattr(module, "versions", lambda: {"tensorflow": "1.15.0"})
    [run] = execute([write_lesson("01_first")])
    assert run.status == "failed"
    assert "in place of 1.15.0" in run.failure.message


def test_a_scheduler_that_goes_away_is_one_sentence(write_lesson, ran, tmp_path, processes_here):
    wrote, lines = ran
    lesson = write_lesson("01_first", f"{wrote(1)}import time\ntime.sleep(600)")
    options = {"n_workers": 1, "processes": False, "resources": {"MEMORY": 8e9}, "local_directory": str(tmp_path / "dask")}
    with LocalCluster(**options, dashboard_address=":0") as cluster:
        threading.Thread(target=lambda: (wait_for(lines), cluster.close())).start()
        with pytest.raises(CourseError, match="has gone away, or has dropped the jobs; what is finished is kept"):
            execute_on_cluster(cluster.scheduler_address, [lesson], build=tmp_path / "build")
    wait_for(lambda: processes_here(str(tmp_path / "dask")) == [])


def test_a_lesson_needs_what_it_took_when_published(tmp_path, monkeypatch, make_result):
    monkeypatch.setattr(paths, "PUBLISHED_RESULTS", tmp_path)
    assert str(need_of("01_first", "lesson")) == "MEMORY=4.0e9"
    (tmp_path / "01_first.json").write_text(json.dumps(make_result(seconds=100.0, peak_memory_mb=1000)))
    usual = {profile: need_of("01_first", profile) for profile in ("smoke", "lesson", "full")}
    assert {str(need) for need in usual.values()} == {"MEMORY=1.6e9"}
    assert usual["smoke"].seconds < usual["lesson"].seconds == 100 < usual["full"].seconds
    measured = make_result(profile="full", seconds=50.0, peak_memory_mb=2000, gpu_peak_memory_mb=900)
    (tmp_path / "01_first.full.json").write_text(json.dumps(measured))
    assert (str(need_of("01_first", "full")), need_of("01_first", "full").seconds) == ("MEMORY=3.2e9 GPU=1", 50)
    assert need_of("01_first", "smoke") == usual["smoke"]


def test_a_run_is_finished_until_code_versions_or_parameters_change(write_lesson, tmp_path, make_result):
    def job(code="x = 1", data="auto", here=None):
        write_lesson("01_first", code)
        [job] = module._jobs([notebook], ["smoke"], data, [0], tmp_path, {"keras": "3.15.1"} | (here or {}))
        return job

    notebook = write_lesson("01_first")
    done = job()
    make_folders(done.build)
    result = done.build / "results" / "01_first.json"
    result.write_text(json.dumps(make_result(profile="smoke")))
    (done.build / "executed" / "01_first.ipynb").touch()
    assert finished_run(done) is None
    record(replace(done.ended("ok", 3), fingerprint=done.fingerprint), done.build)
    assert finished_run(job()).result["profile"] == "smoke"
    notebook.write_text(notebook.read_text().replace("Why.", "Why not?"))
    assert finished_run(module._jobs([notebook], ["smoke"], "auto", [0], tmp_path, {"keras": "3.15.1"})[0])
    for other in (job("x = 2"), job(data="real"), job(here={"keras": "3.15.2"}), job(here={"tensorflow": "2.21"})):
        assert finished_run(other) is None
    record(replace(done.ended("failed", 3), fingerprint=done.fingerprint), done.build)
    assert finished_run(job()) is None
    record(replace(done.ended("ok", 3), fingerprint=done.fingerprint), done.build)
    result.write_text("{")
    assert finished_run(job()) is None


def test_versions_hold_the_code_and_the_packages_of_the_course(monkeypatch, tmp_path):
    found = provenance.versions()
    assert found.keys() >= {"Python", "deep-learning-course", "tensorflow", "keras", "numpy"}
    assert "ruff" not in found
    assert provenance.versions() == found
    (tmp_path / "catalog.toml").write_text("")
    monkeypatch.setattr(paths, "DATA", tmp_path)
    other = provenance.versions()
    assert {name for name in found if found[name] != other[name]} == {"deep-learning-course"}


def test_without_dask_one_sentence_says_so(write_lesson, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(CourseError, match=r"needs Dask, which is not installed here: pip install dask distributed\."):
        execute_on_cluster("tcp://127.0.0.1:1", [write_lesson("01_first")])


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--cluster", "127.0.0.1:1"], "No Dask scheduler answers at '127.0.0.1:1'"),
        (["--cluster", "127.0.0.1:1", "--jobs", "2"], "--jobs is for this machine"),
        (["--seed", "0", "--seed", "1"], "Several profiles or seeds at once need a cluster"),
        (["--profile", "smoke", "--profile", "full"], "Several profiles or seeds at once need a cluster"),
    ],
)
def test_bad_input_on_the_command_line(arguments, words, monkeypatch, capsys):
    monkeypatch.setattr(module, "SECONDS_TO_ANSWER", 1)
    monkeypatch.setattr(sys, "argv", ["course", "run", "01", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    assert words in capsys.readouterr().err


def test_the_command_line_runs_on_the_cluster(cluster, write_lesson, monkeypatch, capsys):
    monkeypatch.setattr(running, "_chosen", lambda *_: [write_lesson("01_first")])
    main_arguments = ["course", "run", "--cluster", cluster.scheduler_address, "--profile", "smoke"]
    monkeypatch.setattr(sys, "argv", main_arguments)
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 0
    assert "01_first: ok" in capsys.readouterr().out
    assert (paths.build_dir() / "smoke-seed0" / "results" / "01_first.json").is_file()

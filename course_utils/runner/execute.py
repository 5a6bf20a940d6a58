"""Execute lessons: one worker process each, several at once, and none left behind."""

import ast
import json
import os
import queue
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

import psutil

from course_utils.devices import usable_cores
from course_utils.errors import CourseError
from course_utils.files import NotebookError, disk_errors, made_of, made_sense_of, read_json, read_notebook, write_json
from course_utils.paths import RUN_MARK, build_dir, elsewhere
from course_utils.results import Result, read_result
from course_utils.runner.kernels import kernel_environment
from course_utils.syllabus import check_settings

CELL_TIMEOUT = {"smoke": 300, "lesson": 900, "full": 4 * 3600}

OK, FAILED, STOPPED = "ok", "failed", "stopped"


@dataclass(frozen=True)
class Failure:
    """Where a run ended early, and why. `cell` counts from 1, as the source notebook has it; None: not in a cell."""

    message: str
    cell: int | None = None
    heading: str = ""
    source: str = ""


@dataclass(frozen=True)
class Run:
    """How one lesson's run went. `status` is ok, failed, timed out, kernel died or stopped; `result` comes with ok.

    `seconds` went by; `cpu_seconds` the processors worked for it, all cores together. None: its process was ended. A
    `fingerprint` is kept of runs on a cluster (see `provenance`).
    """

    lesson: str
    status: str
    profile: str
    data: str
    seed: int
    started: str
    seconds: float
    failure: Failure | None = None
    result: Result | None = None
    cpu_seconds: float | None = None
    fingerprint: str | None = None


def run_name(lesson: str, profile: str, seed: int, *, several: bool) -> str:
    """What a run is called on the screen: by its lesson, with profile and seed where there are several of these."""
    return f"{lesson} {profile} {seed}" if several else lesson


def read_run(path: Path) -> Run:
    """The record that a run left in `path`; its result is not part of it.

    Raises:
        CourseError: the file is missing or is not a run's record.
    """
    with made_sense_of(path, "the record of a run", "run its lesson again"):
        record = read_json(path)
        failure = record["failure"] and made_of(record["failure"], Failure)
        return made_of(record | {"failure": failure}, Run)


class Screen:
    """What watches the runs, called from several threads; this one shows nothing.

    Runs go by their `run_name`.
    """

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None: ...

    def note(self, words: str) -> None:
        """Something about the runs as a whole is to be said."""

    def begin(self, name: str, cells: int) -> None:
        """The run of a lesson of so many cells begins."""

    def cell(self, name: str, number: int) -> None:
        """A run has come to a cell, counted from 0 in its executed copy."""

    def end(self, name: str, run: Run) -> None:
        """A run is over."""


def execute(
    notebooks: Sequence[Path],
    *,
    profile: str = "lesson",
    data: str = "auto",
    seed: int = 0,
    jobs: int = 1,
    timeout: int | None = None,
    build: Path | None = None,
    screen: Screen | None = None,
    environment: Mapping[str, str] | None = None,
    wanted: Callable[[], bool] = lambda: True,
) -> list[Run]:
    """Execute notebooks, each in the folder it lies in, and record how it went; the runs come in the notebooks' order.

    In `build` (default: the course's build folder) each lesson leaves `executed/NN_name.ipynb`, `runs/NN_name.json` (how the
    run ended), `logs/NN_name.log` (what its kernel printed outside the notebook) and, by its own last cell,
    `results/NN_name.json`. `timeout` is in seconds and holds for each cell; None: a limit that suits the profile.
    `environment` holds variables for the lessons beside this process' own.

    Ctrl-C ends everything at once, and so does `wanted`, which is asked again and again, by saying no: what was not finished
    comes back as `stopped`. Among several notebooks, a damaged one counts as failed.

    Raises:
        NotebookError: the only notebook is damaged, or takes no parameters.
        CourseError: a parameter has no meaning, or `build` cannot be written to.
    """
    check_settings(profile, data, seed)
    if jobs < 1:
        raise CourseError(f"The number of jobs is {jobs}; it must be 1 or more.")
    timeout = CELL_TIMEOUT[profile] if timeout is None else timeout
    if timeout < 1:
        raise CourseError(f"The timeout is {timeout} s; it must be 1 or more.")
    sources, damaged = [], {}
    for notebook in notebooks:
        try:
            sources.append(Source(Path(notebook).resolve()))
        except NotebookError as error:
            if len(notebooks) == 1:
                raise
            damaged[Path(notebook).stem] = Failure(str(error))
    build = (build or build_dir()).resolve()
    make_folders(build)
    parameters = {"PROFILE": profile, "DATA": data, "SEED": seed}
    screen = screen or Screen()
    at_once = min(jobs, len(sources))
    slots = worker_environments(at_once)
    if len(slots) < at_once:
        screen.note(f"Lessons at a time: {len(slots)} in place of {at_once}, one for each GPU.")
    # a killed kernel cannot tidy up after itself, so all temporary files go where they are removed with the run
    with _temporary_folder() as scratch:
        common = {
            **(environment or {}),
            "COURSE_BUILD": str(build),
            "TMPDIR": scratch,
            # what a user's IPython does at its start (imports, settings, its history) is no part of a lesson
            "IPYTHONDIR": str(Path(scratch, "ipython")),
            "JUPYTER_RUNTIME_DIR": str(Path(scratch, "jupyter")),
        }
        workers = [Worker(source, parameters, timeout, build, common, screen) for source in sources]
        ran = {run.lesson: run for run in _run_all(workers, slots, wanted)}
    for lesson, failure in damaged.items():
        ran[lesson] = Run(lesson, FAILED, profile, data, seed, now(), 0.0, failure)
        record(ran[lesson], build)
    # one that Ctrl-C came before is not among them
    return [ran[stem] for notebook in notebooks if (stem := Path(notebook).stem) in ran]


def make_folders(build: Path) -> None:
    """Make the folders that runs write to.

    Raises:
        CourseError: they cannot be made.
    """
    for folder in ("executed", "results", "runs", "logs"):
        with disk_errors(build / folder, elsewhere("COURSE_BUILD")):
            (build / folder).mkdir(parents=True, exist_ok=True)


def _temporary_folder() -> tempfile.TemporaryDirectory[str]:
    try:
        return tempfile.TemporaryDirectory(prefix="course-", ignore_cleanup_errors=True)
    except OSError as error:
        raise CourseError(
            f"No temporary folder can be made ({error.strerror}); free some space, or set TMPDIR to another folder."
        ) from error


def now() -> str:
    """The time, as a run's record holds it."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def record(run: Run, build: Path) -> None:
    """Keep how a run went.

    Raises:
        CourseError: `build` cannot be written to.
    """
    entries = {key: value for key, value in asdict(run).items() if key != "result"}
    write_json(build / "runs" / f"{run.lesson}.json", entries, elsewhere("COURSE_BUILD"))


def _run_all(workers: list["Worker"], slots: list[dict[str, str]], wanted: Callable[[], bool]) -> list[Run]:
    free: queue.SimpleQueue[dict[str, str]] = queue.SimpleQueue()
    for slot in slots:
        free.put(slot)

    def in_a_slot(worker: Worker) -> Run:
        slot = free.get()
        try:
            return worker.run(slot)
        finally:
            free.put(slot)

    with ThreadPoolExecutor(max_workers=max(1, len(slots))) as pool:
        futures: list[Future[Run]] = []
        try:
            futures += [pool.submit(in_a_slot, worker) for worker in workers]
            waiting = set(futures)
            while waiting:
                # in short waits, since on Windows a long one does not hear Ctrl-C
                done, waiting = wait(waiting, timeout=0.5, return_when=FIRST_EXCEPTION)
                for future in done:
                    future.result()
                if not wanted():
                    raise KeyboardInterrupt
        except BaseException as error:
            for worker in workers:
                worker.forbid()
            for worker in workers:
                end_marked(worker.mark)
            # else the disk is full, or nobody reads what is printed: the other lessons would fare no better
            if not isinstance(error, KeyboardInterrupt):
                raise
        return [future.result() for future in futures]


class Source:
    """A lesson's notebook as it lies on disk: its cells, and where its parameters stand."""

    def __init__(self, path: Path) -> None:
        """Read the notebook.

        Raises:
            NotebookError: the file is no notebook, or does not take PROFILE, DATA and SEED.
        """
        self.path = path
        cells = read_notebook(path)["cells"]
        self.cells = [(cell["cell_type"], "".join(cell["source"])) for cell in cells]
        tagged = [index for index, cell in enumerate(cells) if "parameters" in cell["metadata"].get("tags", [])]
        if not tagged:
            raise NotebookError(f"{path.name} has no cell tagged `parameters`: without one it cannot be told what to run.")
        self.parameters_index = tagged[0]
        missing = {"PROFILE", "DATA", "SEED"} - _assigned_names(self.cells[self.parameters_index][1])
        if missing:
            raise NotebookError(f"The `parameters` cell of {path.name} does not set {' and '.join(sorted(missing))}.")

    def locate(self, executed_index: int | None, message: str) -> Failure:
        """The failure at a position in the executed copy, where papermill's own cell follows the parameters."""
        if executed_index is None:
            return Failure(message)
        index = executed_index - (executed_index > self.parameters_index)
        return Failure(message, cell=index + 1, heading=self._heading_above(index), source=self.cells[index][1])

    def _heading_above(self, index: int) -> str:
        for kind, text in reversed(self.cells[:index]):
            headings = [line.lstrip("#").strip() for line in text.splitlines() if line.startswith("#")]
            if kind == "markdown" and headings:
                return headings[-1]
        return ""


def _assigned_names(code: str) -> set[str]:
    try:
        statements = ast.parse(code).body
    except SyntaxError:
        return set()
    targets = [target for statement in statements if isinstance(statement, ast.Assign) for target in statement.targets]
    return {target.id for target in targets if isinstance(target, ast.Name)}


class Worker:
    """One lesson's run: starts the process that executes it, listens to it, and ends all that came of it."""

    def __init__(
        self,
        source: Source,
        parameters: dict[str, Any],
        timeout: int,
        build: Path,
        environment: dict[str, str],
        screen: Screen,
    ) -> None:
        self.source = source
        self.lesson = source.path.stem
        self.parameters = parameters
        self.timeout = timeout
        self.build = build
        self.environment = environment
        self.screen = screen
        self.log = build / "logs" / f"{self.lesson}.log"
        self.result = build / "results" / f"{self.lesson}.json"
        self.mark = uuid.uuid4().hex
        self.process: subprocess.Popen[bytes] | None = None
        self.stopped = False
        self.lock = threading.Lock()

    def run(self, slot: dict[str, str]) -> Run:
        """Execute the lesson with the slot's share of the machine, and record how it went."""
        started, clock = now(), time.monotonic()
        before = _stamp(self.result)
        process = self._start(slot)
        outcome: dict[str, Any] = self._listen(process) if process else {"status": STOPPED}
        status, failure, result = self._judge(outcome, before)
        run = Run(
            self.lesson,
            status,
            self.parameters["PROFILE"],
            self.parameters["DATA"],
            self.parameters["SEED"],
            started,
            round(time.monotonic() - clock, 2),
            failure,
            result,
            outcome.get("cpu_seconds"),
        )
        if self.process:
            record(run, self.build)
            self.screen.end(self.lesson, run)
        return run

    def _judge(self, outcome: dict[str, Any], before: tuple[int, int] | None) -> tuple[str, Failure | None, Result | None]:
        """Status, failure and result of a run, from what its process said and from the result file it should have left."""
        if outcome["status"] == OK:
            try:
                return OK, None, self._fresh_result(before)
            except CourseError as error:
                return FAILED, Failure(str(error)), None
        if self.stopped:
            return STOPPED, None, None
        return outcome["status"], self.source.locate(outcome["cell"], outcome["message"]), None

    def forbid(self) -> None:
        """Let no process be started from now on, and tell one that was to end itself; unfinished, it counts as stopped."""
        with self.lock:
            self.stopped = True
            if self.process and self.process.stdin:
                self.process.stdin.close()

    def _start(self, slot: dict[str, str]) -> subprocess.Popen[bytes] | None:
        request = {
            "notebook": str(self.source.path),
            "executed": str(self.build / "executed" / f"{self.lesson}.ipynb"),
            "parameters": self.parameters,
            "timeout": self.timeout,
        }
        environment = os.environ | kernel_environment() | self.environment | slot | {RUN_MARK: self.mark}
        # a backend chosen for scripts (as CI does) would keep figures out of the notebook
        environment.pop("MPLBACKEND", None)
        with self.lock:
            if self.stopped:
                return None
            with disk_errors(self.log, elsewhere("COURSE_BUILD")):
                log = self.log.open("wb")
            with log:
                self.process = subprocess.Popen(
                    [sys.executable, "-m", "course_utils.runner.worker", json.dumps(request)],
                    cwd=self.build,
                    env=environment,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=log,
                    start_new_session=True,
                )
        return self.process

    def _listen(self, process: subprocess.Popen[bytes]) -> dict[str, Any]:
        self.screen.begin(self.lesson, len(self.source.cells))
        with process:
            for line in process.stdout or ():
                message: dict[str, Any] = json.loads(line)
                if "status" in message:
                    break
                self.screen.cell(self.lesson, message["cell"])
            else:
                message = {"status": FAILED, "cell": None, "message": f"Its process ended without a word; see {self.log}."}
            end_marked(self.mark)
        return message

    def _fresh_result(self, before: tuple[int, int] | None) -> Result:
        if _stamp(self.result) == before:
            raise CourseError("It ran to its end but recorded no result: its last cell must be `lesson.finish()`.")
        result = read_result(self.result)
        if (result["profile"], result["seed"]) != (self.parameters["PROFILE"], self.parameters["SEED"]):
            raise CourseError(f"{self.result} is of another run, which went on at the same time; run one after the other.")
        return result


def _stamp(path: Path) -> tuple[int, int] | None:
    with suppress(FileNotFoundError):
        status = path.stat()
        return status.st_ino, status.st_mtime_ns
    return None


def end_marked(mark: str) -> None:
    """Kill every process that inherited `mark`: also those whose parent has died, or that left their session."""
    for _ in range(10):
        found = [process for process in psutil.process_iter() if _mark_of(process) == mark]
        if not found:
            return
        for process in found:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(found, timeout=1)


def _mark_of(process: psutil.Process) -> str | None:
    with suppress(psutil.Error, OSError):
        return process.environ().get(RUN_MARK)
    return None


def gpu_ids() -> list[str]:
    """The GPUs that a run may use, as `CUDA_VISIBLE_DEVICES` names them; empty where there is none."""
    chosen = os.environ.get("CUDA_VISIBLE_DEVICES")
    if chosen is not None:
        return [gpu.strip() for gpu in chosen.split(",") if gpu.strip() not in ("", "-1")]
    if not shutil.which("nvidia-smi"):
        return []
    try:
        listing = subprocess.run(["nvidia-smi", "-L"], capture_output=True, text=True, timeout=60, check=False).stdout
    except (OSError, subprocess.TimeoutExpired):  # a driver that hangs computes nothing either
        return []
    return [str(index) for index, _ in enumerate(line for line in listing.splitlines() if line.startswith("GPU "))]


def worker_environments(jobs: int) -> list[dict[str, str]]:
    """One set of environment variables for each lesson that runs at a time: at most `jobs`, and one a GPU.

    A lesson that runs alone gets the whole machine, all GPUs included.
    """
    if jobs < 2:
        return [{}]
    gpus = gpu_ids()
    jobs = min(jobs, len(gpus) or jobs)
    shares = [thread_share(jobs) for _ in range(jobs)]
    for share, gpu in zip(shares, gpus, strict=False):
        share |= {"CUDA_DEVICE_ORDER": "PCI_BUS_ID", "CUDA_VISIBLE_DEVICES": gpu}
    return shares


def thread_share(jobs: int) -> dict[str, str]:
    """Environment variables that leave a lesson its share of the cores, where so many run at a time."""
    threads = str(max(1, usable_cores() // jobs))
    return {"TF_NUM_INTRAOP_THREADS": threads, "OMP_NUM_THREADS": threads}

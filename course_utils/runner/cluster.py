"""Execute lessons on a Dask cluster: several profiles and seeds of each, as many at a time as the cluster has workers.

What a worker does is `run_job`: `execute` for one lesson, as on one machine, in a folder of its own. What the screen shows,
and what the lesson leaves, comes back through the scheduler. A job lasts as long as this process holds its future: Dask lets
go of what nobody waits for any more, and the worker, seeing that, ends the lesson's processes.
"""

import asyncio
import itertools
import math
import os
import queue
import tempfile
import time
import uuid
import warnings
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import CancelledError
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from course_utils import paths
from course_utils.errors import CourseError
from course_utils.files import disk_errors, written_beside
from course_utils.paths import elsewhere
from course_utils.results import Result, read_result
from course_utils.runner.execute import (
    FAILED,
    OK,
    STOPPED,
    Failure,
    Run,
    Screen,
    Source,
    execute,
    make_folders,
    now,
    read_run,
    record,
    run_name,
    thread_share,
)
from course_utils.runner.provenance import fingerprint, versions
from course_utils.syllabus import check_settings

if TYPE_CHECKING:
    from dask.typing import Key
    from distributed import Client, Future, Worker

SECONDS_TO_ANSWER = 10
# A published result says what the lesson's own process held; papermill and the worker come on top, and machines differ.
MEMORY_MARGIN = 1.5
# bytes, and seconds in the `lesson` profile, of a lesson that nobody has measured: as of those that take most
UNMEASURED_MEMORY, UNMEASURED_SECONDS = 4e9, 300.0
# how much longer than in `lesson` a profile takes that was not measured; it only decides which job comes first
TIMES_LESSON = {"smoke": 0.1, "lesson": 1.0, "full": 6.0}


@dataclass(frozen=True)
class Need:
    """What a job asks of its worker, as Dask names it, and how long it is likely to take."""

    resources: dict[str, float]
    seconds: float

    def __str__(self) -> str:
        amounts = {name: f"{amount:g}" for name, amount in self.resources.items()}
        amounts["MEMORY"] = f"{self.resources['MEMORY'] / 1e9:.1f}e9"
        return " ".join(f"{name}={amount}" for name, amount in amounts.items())


@dataclass(frozen=True, eq=False)
class Job:
    """One lesson to be run in one profile with one seed; what it is called; and the build folder for what comes back."""

    name: str
    source: Source
    profile: str
    data: str
    seed: int
    build: Path
    fingerprint: str
    need: Need

    @property
    def lesson(self) -> str:
        """`NN_name`."""
        return self.source.path.stem

    def ended(self, status: str, seconds: float, failure: Failure | None = None) -> Run:
        """The run of this job where nobody else can say how it went."""
        return Run(self.lesson, status, self.profile, self.data, self.seed, now(), round(seconds, 2), failure)


@dataclass(frozen=True)
class Outcome:
    """What a worker sends back: how the run went, the files that it left in its build folder, and where that was."""

    run: Run
    files: dict[str, bytes]
    build: str


def execute_on_cluster(
    address: str,
    notebooks: Sequence[Path],
    *,
    profiles: Sequence[str] = ("lesson",),
    data: str = "auto",
    seeds: Sequence[int] = (0,),
    timeout: int | None = None,
    build: Path | None = None,
    screen: Screen | None = None,
) -> list[Run]:
    """Execute each notebook in each profile with each seed on the cluster of a Dask scheduler, longest first.

    What comes back lies in `build` (default: the course's build folder), in a folder for each profile and seed such as
    `full-seed1`, which holds what `execute` leaves. What was finished there before with the same code, versions, data,
    profile and seed is not run again. A job whose worker is lost begins anew on another one.

    Ctrl-C ends everything, on the workers too: what was not finished comes back as `stopped`.

    Raises:
        NotebookError: a notebook is damaged, or takes no parameters.
        CourseError: a parameter has no meaning; Dask is not installed; the scheduler does not answer, or goes away; there is
            no worker, or none that has what a lesson needs, or one with other versions; or `build` cannot be written to.
    """
    try:
        import distributed as _  # noqa: F401
    except ImportError as error:
        raise CourseError("A cluster needs Dask, which is not installed here: pip install dask distributed.") from error
    screen = screen or Screen()
    here = installed()
    jobs = _jobs(notebooks, profiles, data, seeds, (build or paths.build_dir()).resolve(), here)
    runs = {job: run for job in jobs if (run := finished_run(job))}
    if runs:
        screen.note(f"Finished before, and not run again: {len(runs)} of {len(jobs)}.")
    left = [job for job in jobs if job not in runs]
    if left:
        with _connected(address) as client:
            _check_workers(client, address, left, here)
            for folder in {job.build for job in left}:
                make_folders(folder)
            watch = _Watch(client, address, screen)
            for job in sorted(left, key=lambda job: job.need.seconds, reverse=True):
                watch.submit(job, here, timeout)
            watch.follow()
            runs |= watch.runs
    return [runs[job] for job in jobs]


def installed() -> dict[str, str]:
    """What a worker must have in the same versions as this process."""
    return versions() | {"distributed": version("distributed")}


def _jobs(
    notebooks: Sequence[Path], profiles: Sequence[str], data: str, seeds: Sequence[int], build: Path, here: Mapping[str, str]
) -> list[Job]:
    """Each lesson in each profile with each seed, once."""
    sources = [Source(notebook.resolve()) for notebook in notebooks]
    pairs = list(dict.fromkeys(itertools.product(profiles, seeds)))
    jobs = []
    for source, (profile, seed) in itertools.product(sources, pairs):
        check_settings(profile, data, seed)
        lesson, folder = source.path.stem, build / f"{profile}-seed{seed}"
        name = run_name(lesson, profile, seed, several=len(pairs) > 1)
        made_of = fingerprint(source, {"PROFILE": profile, "DATA": data, "SEED": seed}, here)
        jobs.append(Job(name, source, profile, data, seed, folder, made_of, need_of(lesson, profile)))
    return jobs


def need_of(lesson: str, profile: str) -> Need:
    """What a lesson takes, by its published results; a GPU if these come from one.

    Args:
        lesson: `NN_name`.
        profile: the one that it is to be run in.
    """
    usual = _published(lesson)
    measured = {"smoke": None, "lesson": usual, "full": _published(f"{lesson}.full")}[profile]
    known = measured or usual
    memory = known["peak_memory_mb"] * 2**20 * MEMORY_MARGIN if known else UNMEASURED_MEMORY
    # in steps that a person can type
    resources = {"MEMORY": math.ceil(memory / 1e8) * 1e8}
    if measured and "gpu_peak_memory_mb" in measured:
        resources["GPU"] = 1
    if measured:
        return Need(resources, measured["seconds"])
    return Need(resources, (usual["seconds"] if usual else UNMEASURED_SECONDS) * TIMES_LESSON[profile])


def _published(name: str) -> Result | None:
    with suppress(CourseError):
        return read_result(paths.PUBLISHED_RESULTS / f"{name}.json")
    return None


def finished_run(job: Job) -> Run | None:
    """The run that has already done what this job is to do, with its result; None if there is none, or it is damaged."""
    with suppress(CourseError):
        run = read_run(job.build / "runs" / f"{job.lesson}.json")
        kept = (job.build / "executed" / f"{job.lesson}.ipynb").is_file()
        if run.status == OK and run.fingerprint == job.fingerprint and kept:
            return replace(run, result=read_result(job.build / "results" / f"{job.lesson}.json"))
    return None


@contextmanager
def _connected(address: str) -> Iterator["Client"]:
    """A client of the scheduler; as it is closed, the cluster gives up whatever it still does for it.

    Raises:
        CourseError: no scheduler answers.
    """
    from distributed import Client

    try:
        # a client would wait without end for something that listens and says nothing
        asyncio.run(asyncio.wait_for(_greet(address), SECONDS_TO_ANSWER))
    except Exception as error:  # whatever Dask makes of an answer that is none of Dask's
        raise CourseError(
            f"No Dask scheduler answers at {address!r}; start one with `dask scheduler` and give the address that it "
            "prints, such as tcp://10.0.0.1:8786."
        ) from error
    with warnings.catch_warnings():
        # Dask's own table of versions that differ: `_check_workers` says it in a sentence
        warnings.simplefilter("ignore")
        client = Client(address, timeout=SECONDS_TO_ANSWER, set_as_default=False)
    with client:
        yield client


async def _greet(address: str) -> None:
    from distributed import Security, rpc

    async with rpc(address, connection_args=Security().get_connection_args("client")) as remote:
        if "workers" not in await remote.identity():
            raise ValueError("it is a worker")


def _check_workers(client: "Client", address: str, jobs: Sequence[Job], here: Mapping[str, str]) -> None:
    """Raise a `CourseError` unless there are workers that can run these jobs as this process would."""
    try:
        client.wait_for_workers(1, timeout=SECONDS_TO_ANSWER)
    except TimeoutError as error:
        raise CourseError(f"The cluster at {address} has no workers; {_how_to_start_one(address, jobs)}.") from error
    # which takes the jobs apart, too
    check_versions(f"The scheduler at {address}", _on_scheduler(client), here)
    answers: dict[str, Any] = client.run(installed, on_error="return")
    for worker, there in answers.items():
        check_versions(f"The worker at {worker}", there, here)
    offers = [worker["resources"] for worker in client.scheduler_info(n_workers=-1)["workers"].values()]
    lacking = [job for job in jobs if not any(_suffices(offer, job.need) for offer in offers)]
    if lacking:
        names = ", ".join(dict.fromkeys(job.lesson for job in lacking))
        raise CourseError(
            f"No worker at {address} offers what is needed for {names}; {_how_to_start_one(address, lacking)}."
        )


def _how_to_start_one(address: str, jobs: Sequence[Job]) -> str:
    """The command for a worker that can run the job that needs most."""
    most = max((job.need for job in jobs), key=lambda need: (need.resources.get("GPU", 0), need.resources["MEMORY"]))
    return f'start one with `dask worker {address} --nthreads 1 --resources "{most}"`'


def _on_scheduler(client: "Client") -> Any:
    """What `installed` gives on the scheduler, or the exception that it raises."""
    try:
        return client.run_on_scheduler(installed)
    except Exception as error:
        return error


def check_versions(who: str, there: Any, here: Mapping[str, str]) -> None:
    """Make sure that what is installed on another machine is what is installed here.

    Args:
        who: has been asked, in words.
        there: what `installed` gave there, or the exception that it raised.
        here: what it gives here.

    Raises:
        CourseError: it is not.
    """
    remedy = "install there what is installed here, and start it again"
    if isinstance(there, Exception):
        raise CourseError(f"{who} lacks the course, or has an older one ({there}); {remedy}.") from there
    for name, wanted in here.items():
        if there.get(name) != wanted:
            has = f"{name} {there[name]}" if name in there else f"no {name}"
            raise CourseError(f"{who} has {has} in place of {wanted}; {remedy}.")


def _suffices(offer: Mapping[str, float], need: Need) -> bool:
    return all(offer.get(name, 0) >= amount for name, amount in need.resources.items())


class _Watch:
    """Follows jobs on a cluster: gives them to it, shows what they tell, keeps what they bring back."""

    def __init__(self, client: "Client", address: str, screen: Screen) -> None:
        self.client = client
        self.address = address
        self.screen = screen
        # messages of the jobs, and futures that are done
        self.inbox: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self.topic = f"course-{uuid.uuid4().hex}"
        self.jobs: dict[Key, Job] = {}
        self.futures: dict[Key, Future[Outcome]] = {}
        self.began: dict[Key, float] = {}
        self.workers: dict[Key, str] = {}
        self.runs: dict[Job, Run] = {}
        self.alone = False
        client.subscribe_topic(self.topic, lambda event: self.inbox.put(event[1]))

    def submit(self, job: Job, here: Mapping[str, str], timeout: int | None) -> None:
        """Give the cluster a job, which longer ones go before."""
        future = self.client.submit(
            run_job,
            job.source.path.read_bytes(),
            job.source.path.name,
            {"profile": job.profile, "data": job.data, "seed": job.seed, "timeout": timeout},
            here,
            self.topic,
            key=f"{job.lesson}-{uuid.uuid4().hex}",
            resources=job.need.resources,
            priority=job.need.seconds,
        )
        self.jobs[future.key], self.futures[future.key] = job, future
        future.add_done_callback(self.inbox.put)

    def follow(self) -> None:
        """Stay until every job is done, or Ctrl-C comes.

        Raises:
            CourseError: the scheduler has gone away, or what comes back cannot be written.
        """
        try:
            while self.futures:
                try:
                    # in short waits, since on Windows a long one does not hear Ctrl-C
                    message = self.inbox.get(timeout=0.5)
                except queue.Empty:
                    self._look_for_workers()
                    continue
                if isinstance(message, dict):
                    self._show(**message)
                else:
                    self._finish(message)
        except KeyboardInterrupt:
            for key in list(self.futures):
                self._end(key, self.jobs[key].ended(STOPPED, self._seconds(key)))

    def _look_for_workers(self) -> None:
        with self._answers():
            alone = not self.client.nthreads()
        if alone and not self.alone:
            self.screen.note(f"The cluster at {self.address} has lost its workers; waiting for others.")
        self.alone = alone

    def _show(self, key: "Key", worker: str, cells: int = 0, cell: int = 0) -> None:
        """Pass on what a job tells: that it begins on a worker, with so many cells, or which cell it has come to."""
        if key not in self.futures:
            return
        name = self.jobs[key].name
        if cells and key in self.began:
            self.screen.note(f"{name}: its worker was lost; it begins anew on {worker}.")
        elif cells:
            self.began[key] = time.monotonic()
            self.screen.begin(name, cells)
        self.workers[key] = worker
        if key in self.began:
            self.screen.cell(name, cell)

    def _finish(self, future: "Future[Outcome]") -> None:
        job = self.jobs[future.key]
        if future.status == "error":
            run = job.ended(FAILED, self._seconds(future.key), Failure(_reason(future.exception())))
        else:
            with self._answers():
                outcome = future.result()
            run = _bring_back(job, outcome)
        self._end(future.key, run)
        if run.status != OK and self.workers[future.key]:
            self.screen.note(f"{job.name} ran on {self.workers[future.key]}.")

    def _end(self, key: "Key", run: Run) -> None:
        """Keep how a job went, and let go of it. Of one that never began nothing is kept."""
        job = self.jobs[key]
        if run.status == FAILED and key not in self.began:
            self._show(key, worker="", cells=len(job.source.cells))
        if key in self.began:
            record(run, job.build)
            self.screen.end(job.name, run)
        self.runs[job] = run
        del self.futures[key]

    @contextmanager
    def _answers(self) -> Iterator[None]:
        """Turn what Dask raises, where its scheduler has gone, into one sentence."""
        try:
            yield
        except (OSError, CancelledError) as error:
            raise CourseError(
                f"The scheduler at {self.address} has gone away, or has dropped the jobs; what is finished is kept, and the "
                "same command goes on from there."
            ) from error

    def _seconds(self, key: "Key") -> float:
        return time.monotonic() - self.began[key] if key in self.began else 0.0


def _reason(error: BaseException | None) -> str:
    """Why a worker could not say how its lesson went."""
    from distributed import KilledWorker

    match error:
        case KilledWorker():
            return f"{error.allowed_failures + 1} workers died of it one after the other; often that is memory running out."
        case CourseError():
            return str(error)
    return f"{type(error).__name__}: {error}"


def _bring_back(job: Job, outcome: Outcome) -> Run:
    """Keep what a lesson has left on its worker; returns its run, in whose failure the folder is the one here."""
    for name, content in outcome.files.items():
        path = job.build / name
        with disk_errors(path, elsewhere("COURSE_BUILD")), written_beside(path) as beside:
            beside.write_bytes(content)
    failure = outcome.run.failure
    if failure:
        failure = replace(failure, message=failure.message.replace(outcome.build, str(job.build)))
    return replace(outcome.run, failure=failure, fingerprint=job.fingerprint)


def run_job(notebook: bytes, name: str, settings: Mapping[str, Any], there: Mapping[str, str], topic: str) -> Outcome:
    """Execute one lesson on this worker, as its task.

    Args:
        notebook: the lesson.
        name: of its file.
        settings: `profile`, `data`, `seed` and `timeout`, as for `execute`.
        there: what is `installed` where the job comes from.
        topic: of the events that tell how far the lesson is.

    Raises:
        CourseError: another version of something is installed here; or as for `execute`.
        Reschedule: the worker is closing, so that another one has to do it; or nobody waits for it any more.
    """
    from distributed import Reschedule, get_client, get_worker

    worker = get_worker()
    key = worker.get_current_task()
    check_versions(f"The worker at {worker.address}", installed(), there)
    neighbours = get_client().scheduler_info(n_workers=-1)["workers"].values()
    slots = sum(each["nthreads"] for each in neighbours if each["host"] == worker.ip)
    with tempfile.TemporaryDirectory(dir=worker.local_directory, ignore_cleanup_errors=True) as scratch:
        path, build = Path(scratch, "notebooks", name), Path(scratch, "build")
        path.parent.mkdir()
        path.write_bytes(notebook)
        runs = execute(
            [path],
            **settings,
            build=build,
            screen=_Messenger(worker, topic, key),
            environment=_share(slots),
            wanted=lambda: _is_wanted(worker, key),
        )
        if not runs or runs[0].status == STOPPED:
            raise Reschedule
        left = [f"executed/{name}", f"results/{path.stem}.json", f"logs/{path.stem}.log"]
        return Outcome(runs[0], {each: (build / each).read_bytes() for each in left if (build / each).is_file()}, str(build))


def _is_wanted(worker: "Worker", key: "Key") -> bool:
    """Whether somebody still waits for a task, and its worker is not closing."""
    from distributed.core import Status

    task = worker.state.tasks.get(key)
    return worker.status in (Status.running, Status.paused) and task is not None and task.state == "executing"


def _share(slots: int) -> dict[str, str]:
    """Environment variables for a lesson's share of a machine that so many of them run on."""
    share = thread_share(slots)
    threads = os.environ.get("TF_NUM_INTRAOP_THREADS", share["TF_NUM_INTRAOP_THREADS"])
    # Dask leaves each library of a worker one thread
    return dict.fromkeys([*share, "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"], threads)


class _Messenger(Screen):
    """Tells whoever waits for a task how far its lesson is."""

    def __init__(self, worker: "Worker", topic: str, key: "Key") -> None:
        self.worker = worker
        self.topic = topic
        self.key = key

    def begin(self, name: str, cells: int) -> None:
        """Tell that the lesson begins."""
        self.worker.log_event(self.topic, {"key": self.key, "cells": cells})

    def cell(self, name: str, number: int) -> None:
        """Tell which cell it has come to."""
        self.worker.log_event(self.topic, {"key": self.key, "cell": number})

"""Runs code that somebody else has written, as students' answers are, where it can do no harm.

Such a process reads Python, the course and what it is given, writes to a folder of its own that is gone afterwards, makes no
connection to a network and sees nothing of the environment; it ends when its time or its memory is used up. The first part
is Landlock, which every Linux user may ask for: https://docs.kernel.org/userspace-api/landlock.html. It is called by its
numbers, since the packages that wrap it are young, and it is a page.

It holds off accidents and pranks. It is no prison: a socket with a name in the file system, such as Docker's, can be reached
still, and the permissions of files can be changed. Code from strangers belongs on a machine of its own.
"""

import ctypes
import errno
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, partial
from pathlib import Path
from typing import IO

import psutil

from course_utils import paths
from course_utils.errors import CourseError

UNCONFINED = (
    "What students wrote runs with your own rights here and could read and change your files. This system cannot confine it "
    "(Linux 6.2 or later can, with Landlock). Run only what you trust, or work in a container or a virtual machine."
)

# What Python and its libraries read of the system.
SYSTEM = (
    *("/usr", "/lib", "/lib64", "/bin", "/sys", "/dev/urandom", "/dev/random", "/dev/zero"),
    *("/proc/cpuinfo", "/proc/meminfo", "/proc/stat", "/proc/filesystems", "/proc/sys"),
    *("/etc/ld.so.cache", "/etc/localtime", "/etc/nsswitch.conf", "/etc/passwd", "/etc/fonts", "/etc/alternatives"),
)
# What of the environment a confined process gets: nothing that could be a secret.
PASSED_ON = ("PATH", "PYTHONPATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "LD_LIBRARY_PATH")
LARGEST_FILE = 2**28
LOOK_EVERY = 0.1  # seconds

# Numbers of Linux: system calls, the same on all processors; rights to files; and where later versions know more.
_CREATE, _ADD, _RESTRICT = 444, 445, 446
_EXECUTE, _WRITE, _READ, _LIST, _TRUNCATE = 1 << 0, 1 << 1, 1 << 2, 1 << 3, 1 << 14
_ALL = (1 << 15) - 1
# devices, named pipes and sockets, links, and moving between folders
_NEVER = 1 << 6 | 1 << 9 | 1 << 10 | 1 << 11 | 1 << 12 | 1 << 13
_OF_FILES = _EXECUTE | _WRITE | _READ | _TRUNCATE
_CONNECT = 1 << 1
_OUTSIDE_SOCKETS_AND_SIGNALS = 1 << 0 | 1 << 1
_TRUNCATE_SINCE, _NETWORK_SINCE, _SCOPES_SINCE = 3, 4, 6
_NO_NEW_PRIVILEGES, _TAKE_IN_ORPHANS = 38, 36


class Ending(StrEnum):
    """How a confined process came to its end."""

    BY_ITSELF = "by itself"
    TOO_LONG = "it took too long"
    TOO_LARGE = "it took too much memory"


@dataclass(frozen=True)
class Limits:
    """What a confined process may use.

    Attributes:
        seconds: from its start to its end.
        memory_gb: main memory, with all that it starts, in GiB.
    """

    seconds: float
    memory_gb: float


class _Ruleset(ctypes.Structure):
    _fields_ = (("files", ctypes.c_uint64), ("network", ctypes.c_uint64), ("scoped", ctypes.c_uint64))


class _Beneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed", ctypes.c_uint64), ("folder", ctypes.c_int32))


def can_confine() -> bool:
    """Whether this system can keep a process away from files."""
    return _version() >= _TRUNCATE_SINCE


def run_confined(
    command: Sequence[str],
    *,
    readable: Iterable[Path],
    private: Path,
    limits: Limits,
    cwd: Path | None = None,
    stdin: IO[bytes] | None = None,
    stdout: IO[bytes] | None = None,
) -> Ending:
    """Run a command to its end, or to that of its limits; nothing that it started outlives it.

    Where the system cannot confine it (see `can_confine`), it runs with the limits alone.

    Args:
        command: the program and its arguments.
        readable: files and folders that it may read, besides Python, the course and what belongs to the system.
        private: a folder that must stay out of its reach, but for what of it is in `readable`.
        limits: what it may use.
        cwd: where it starts; in a folder of its own, if None.
        stdin: what it reads; nothing, if None.
        stdout: where its output goes; that of this process, if None.

    Raises:
        CourseError: `private` lies in a folder that Python needs.
    """
    with ExitStack() as stack:
        own = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="course-", ignore_cleanup_errors=True)))
        ruleset = stack.enter_context(_ruleset(_reading(private), [*readable], own)) if can_confine() else None
        stack.enter_context(_nothing_left_behind())
        process = subprocess.Popen(
            command,
            cwd=cwd or own,
            env=_environment(own),
            stdin=stdin or subprocess.DEVNULL,
            stdout=stdout,
            preexec_fn=partial(_restrict, ruleset),
        )
        return _watch(process, limits)


def _reading(private: Path) -> dict[Path, int]:
    """The folders that Python needs, and what may be done there: to list, where they hold more than Python's own."""
    pythons = {Path(prefix).resolve() for prefix in (sys.prefix, sys.base_prefix, sys.exec_prefix)}
    for folder in pythons:
        if private.resolve().is_relative_to(folder):
            raise CourseError(f"{private} lies in Python's own folder, {folder}; move it to another place.")
    of_the_course = (Path(__file__).parent.parent, paths.NOTEBOOKS, paths.DATA, paths.PUBLISHED_RESULTS)
    imported_from = {Path(entry or ".").resolve() for entry in sys.path}
    open_to_all = {folder for folder in imported_from if not private.resolve().is_relative_to(folder)} - {paths.ROOT}
    reading = dict.fromkeys(imported_from, _LIST)
    return reading | dict.fromkeys([*map(Path, SYSTEM), *pythons, *of_the_course, *open_to_all], _EXECUTE | _READ | _LIST)


@contextmanager
def _ruleset(reading: dict[Path, int], readable: list[Path], own: Path) -> Iterator[int]:
    """The descriptor of a set of rules that a process can put itself under."""
    version = _version()
    network = _CONNECT if version >= _NETWORK_SINCE else 0
    scoped = _OUTSIDE_SOCKETS_AND_SIGNALS if version >= _SCOPES_SINCE else 0
    attributes = _Ruleset(_ALL, network, scoped)
    ruleset = _call(_CREATE, ctypes.byref(attributes), ctypes.c_size_t(ctypes.sizeof(attributes)), ctypes.c_uint32(0))
    try:
        rules = reading | dict.fromkeys(readable, _READ | _LIST) | {own: _ALL & ~_NEVER, Path(os.devnull): _READ | _WRITE}
        for path, allowed in rules.items():
            with suppress(FileNotFoundError):  # not every system has each of the folders
                _allow(ruleset, path, allowed)
        yield ruleset
    finally:
        os.close(ruleset)


def _allow(ruleset: int, path: Path, allowed: int) -> None:
    place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        rule = _Beneath(allowed if path.is_dir() else allowed & _OF_FILES, place)
        _call(_ADD, ctypes.c_int(ruleset), ctypes.c_uint32(1), ctypes.byref(rule), ctypes.c_uint32(0))
    finally:
        os.close(place)


def _restrict(ruleset: int | None) -> None:
    """Put this process under rules for good; called between fork and exec."""
    import resource

    resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_FILE, LARGEST_FILE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if ruleset is not None:
        # of the processes that there are, itself alone: what others were started with may be a secret
        _allow(ruleset, Path("/proc/self"), _READ | _LIST)
        _prctl(_NO_NEW_PRIVILEGES)
        _call(_RESTRICT, ctypes.c_int(ruleset), ctypes.c_uint32(0))


def _environment(own: Path) -> dict[str, str]:
    """The environment of a confined process, whose home is a folder of its own."""
    passed_on = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    homes = ("HOME", "TMPDIR", "COURSE_WORKSPACE", "COURSE_BUILD", "COURSE_CACHE", "MPLCONFIGDIR", "IPYTHONDIR")
    return (
        passed_on
        | dict.fromkeys(homes, str(own))
        | {
            # its parent, by whose end the kernel notices that nobody wants it any more
            "JPY_PARENT_PID": str(os.getpid()),
            # nobody learns here, so nobody is told where progress is kept
            paths.RUN_MARK: "graded",
            "CUDA_VISIBLE_DEVICES": "-1",
            "TF_CPP_MIN_LOG_LEVEL": "3",
            "PYTHONDONTWRITEBYTECODE": "1",
        }
    )


def _watch(process: subprocess.Popen[bytes], limits: Limits) -> Ending:
    """Wait for a process, as long as it keeps its limits."""
    until = time.monotonic() + limits.seconds
    while True:
        with suppress(subprocess.TimeoutExpired):
            process.wait(LOOK_EVERY)
            return Ending.BY_ITSELF
        if time.monotonic() > until:
            return Ending.TOO_LONG
        if _memory(process.pid) > limits.memory_gb * 2**30:
            return Ending.TOO_LARGE


def _memory(pid: int) -> int:
    """Bytes that a process and those below it hold."""
    held = 0
    with suppress(psutil.NoSuchProcess):
        for process in (first := psutil.Process(pid), *first.children(recursive=True)):
            with suppress(psutil.Error):
                held += process.memory_info().rss
    return held


@contextmanager
def _nothing_left_behind() -> Iterator[None]:
    """End whatever processes the block has started, also those that their own parents have left."""
    this = psutil.Process()
    before = set(this.children(recursive=True))
    if sys.platform == "linux":
        _prctl(_TAKE_IN_ORPHANS)
    try:
        yield
    finally:
        # one that is being ended may just have started another
        while left := [each for each in this.children(recursive=True) if each not in before and _runs(each)]:
            for each in left:
                with suppress(psutil.NoSuchProcess):
                    each.kill()
            psutil.wait_procs(left, timeout=1)


def _runs(process: psutil.Process) -> bool:
    with suppress(psutil.NoSuchProcess):
        return process.status() != psutil.STATUS_ZOMBIE
    return False


@cache
def _version() -> int:
    """The version of Landlock that this system has, 0 if none."""
    if sys.platform != "linux":
        return 0
    with suppress(OSError):
        return _call(_CREATE, None, ctypes.c_size_t(0), ctypes.c_uint32(1))
    return 0


def _call(number: int, *arguments: object) -> int:
    return _checked(_libc().syscall(ctypes.c_long(number), *arguments))


def _prctl(option: int) -> None:
    _checked(_libc().prctl(option, 1, 0, 0, 0))


def _checked(result: int) -> int:
    if result < 0:
        number = ctypes.get_errno() or errno.EINVAL
        raise OSError(number, os.strerror(number))
    return result


@cache
def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)

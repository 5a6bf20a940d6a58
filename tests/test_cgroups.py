"""What a container allows, read from made-up trees of control groups."""

import math
import os
import subprocess
import sys

import psutil
import pytest

from course_utils import cgroups, devices

GIB = 2**30
V1_UNLIMITED = 9223372036854771712


@pytest.fixture
def groups(tmp_path, monkeypatch):
    """Write the files of a tree of control groups, and the process' own places in it."""
    monkeypatch.setattr(cgroups, "ROOT", tmp_path / "cgroup")
    monkeypatch.setattr(cgroups, "OWN", tmp_path / "own")

    def write(own, files):
        cgroups.OWN.write_text(own)
        for path, content in files.items():
            file = cgroups.ROOT / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(f"{content}\n")

    return write


def test_without_control_groups_nothing_is_limited(groups):
    assert cgroups.processors() == math.inf
    assert cgroups.memory() == (math.inf, math.inf)


@pytest.mark.parametrize(
    ("own", "files", "processors"),
    [
        # a container that sees its own group at the top
        ("0::/\n", {"cpu.max": "150000 100000"}, 1.5),
        ("0::/\n", {"cpu.max": "max 100000"}, math.inf),
        # a service: the limit of any group above counts, the lowest most
        (
            "0::/user.slice/user-1000.slice/lab.scope\n",
            {
                "user.slice/cpu.max": "800000 100000",
                "user.slice/user-1000.slice/cpu.max": "300000 100000",
                "user.slice/user-1000.slice/lab.scope/cpu.max": "max 100000",
                "user.slice/user-1000.slice/another.scope/cpu.max": "100000 100000",
            },
            3,
        ),
        # the path is the host's, and only the top is mounted
        ("0::/docker/0123abc\n", {"cpu.max": "200000 100000"}, 2),
        ("0::/../../elsewhere\n", {"cpu.max": "200000 100000"}, 2),
        # version 1
        (
            "4:cpu,cpuacct:/a:b\n",
            {"cpu,cpuacct/a:b/cpu.cfs_quota_us": 50000, "cpu,cpuacct/a:b/cpu.cfs_period_us": 100000},
            0.5,
        ),
        ("4:cpu:/docker/1\n", {"cpu/cpu.cfs_quota_us": 400000, "cpu/cpu.cfs_period_us": 100000}, 4),
        ("4:cpu:/\n", {"cpu/cpu.cfs_quota_us": -1, "cpu/cpu.cfs_period_us": 100000}, math.inf),
        ("4:cpuset:/\n", {"cpu/cpu.cfs_quota_us": 100000, "cpu/cpu.cfs_period_us": 100000}, math.inf),
        # both at once
        (
            "4:cpu:/x\n0::/x\n",
            {"cpu/x/cpu.cfs_quota_us": -1, "cpu/x/cpu.cfs_period_us": 1, "unified/x/cpu.max": "100 100"},
            1,
        ),
    ],
)
def test_the_lowest_limit_of_processors_counts(groups, own, files, processors):
    groups(own, files)
    assert cgroups.processors() == processors


@pytest.mark.parametrize(
    ("own", "files", "limit", "free"),
    [
        (
            "0::/lab\n",
            {
                "lab/memory.max": 4 * GIB,
                "lab/memory.current": 3 * GIB,
                # files that were read count as used, and are given up when memory is short
                "lab/memory.stat": f"anon {2 * GIB}\ninactive_file {GIB // 2}",
            },
            4 * GIB,
            1.5 * GIB,
        ),
        # the outer group has the higher limit and less left of it
        (
            "0::/class/lab\n",
            {
                "class/memory.max": 8 * GIB,
                "class/memory.current": 7 * GIB,
                "class/lab/memory.max": 4 * GIB,
                "class/lab/memory.current": 1 * GIB,
            },
            4 * GIB,
            GIB,
        ),
        ("0::/\n", {"memory.max": "max", "memory.current": GIB}, math.inf, math.inf),
        ("0::/\n", {"memory.max": GIB, "memory.current": 2 * GIB}, GIB, 0),
        (
            "9:memory:/docker/1\n",
            {
                "memory/memory.limit_in_bytes": 2 * GIB,
                "memory/memory.usage_in_bytes": GIB,
                "memory/memory.stat": f"inactive_file 1\ntotal_inactive_file {GIB // 4}",
            },
            2 * GIB,
            1.25 * GIB,
        ),
    ],
)
def test_the_lowest_limit_of_memory_counts(groups, own, files, limit, free):
    groups(own, files)
    assert cgroups.memory() == (limit, free)


@pytest.mark.parametrize(("quota", "cores"), [(20_000, 1), (150_000, 2), (300_000, 3), (6_400_000, 4)])
def test_cores_are_the_containers(groups, monkeypatch, quota, cores):
    groups("0::/\n", {"cpu.max": f"{quota} 100000"})
    monkeypatch.setattr(psutil.Process, "cpu_affinity", lambda self: [0, 1, 2, 3], raising=False)
    assert devices.usable_cores() == cores


def test_memory_is_the_containers(groups):
    groups("0::/\n", {"memory.max": 2**20, "memory.current": 2**19})
    assert devices.usable_memory() == (2**20, 2**19)


def test_memory_is_the_machines_where_the_limit_is_higher(groups):
    groups("9:memory:/\n", {"memory/memory.limit_in_bytes": V1_UNLIMITED, "memory/memory.usage_in_bytes": 0})
    total, free = devices.usable_memory()
    assert total == psutil.virtual_memory().total
    assert 0 < free < total


def test_asking_for_cores_imports_no_tensorflow():
    code = "import sys; from course_utils import devices; devices.usable_cores(); sys.exit('tensorflow' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_tensorflow_starts_a_thread_for_each_core_of_the_container(monkeypatch):
    """A process bound to many cores with the time of few would spend it on waiting."""
    monkeypatch.setenv("TF_NUM_INTRAOP_THREADS", "0")  # so that what was there before comes back
    monkeypatch.delenv("TF_NUM_INTRAOP_THREADS")
    monkeypatch.setattr(devices, "usable_cores", lambda: 3)
    devices.set_up()
    assert os.environ["TF_NUM_INTRAOP_THREADS"] == "3"
    monkeypatch.setattr(devices, "usable_cores", lambda: 5)
    devices.set_up()
    assert os.environ["TF_NUM_INTRAOP_THREADS"] == "3"

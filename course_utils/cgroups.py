"""What a container allows: limits that Linux keeps in control groups, version 1 or 2.

The processor's affinity and the system's memory are the host's; a container's limits stand in files below `/sys/fs/cgroup`.
A process is held by its own group and by every group above it. Where there are no such files, nothing is limited.
"""

import math
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

ROOT = Path("/sys/fs/cgroup")
OWN = Path("/proc/self/cgroup")


def processors() -> float:
    """How many processors' time this process may take; infinite without a limit."""
    return min((_processors(group) for group in _groups("cpu")), default=math.inf)


def memory() -> tuple[float, float]:
    """Bytes of memory that this process and its neighbours may hold, and bytes still free of them; infinite without."""
    limits = [_memory(group) for group in _groups("memory")]
    return min((limit for limit, _ in limits), default=math.inf), min((free for _, free in limits), default=math.inf)


def _groups(controller: str) -> Iterator[Path]:
    """Folders of the groups that hold this process; some may not be there.

    Within a container, its own group is at the top of what is mounted, and the path may be that of the host.
    """
    for line in _text(OWN).splitlines():
        _, controllers, path = line.split(":", 2)
        if not controllers:  # version 2
            mounts = [ROOT, ROOT / "unified"]
        elif controller in controllers.split(","):
            mounts = [ROOT / controllers, ROOT / controller]
        else:
            continue
        inside = PurePosixPath(path.lstrip("/"))
        if ".." in inside.parts:  # the process was moved out of what its container sees
            inside = PurePosixPath()
        for mount in mounts:
            yield from (mount / group for group in (inside, *inside.parents))


def _processors(group: Path) -> float:
    words = _text(group / "cpu.max").split()
    if not words:
        words = [_text(group / "cpu.cfs_quota_us").strip(), _text(group / "cpu.cfs_period_us").strip()]
    quota, period = words
    return math.inf if quota in ("", "max", "-1") else int(quota) / int(period)


def _memory(group: Path) -> tuple[float, float]:
    limit = _text(group / "memory.max").strip() or _text(group / "memory.limit_in_bytes").strip()
    if limit in ("", "max"):
        return math.inf, math.inf
    used = _text(group / "memory.current").strip() or _text(group / "memory.usage_in_bytes").strip()
    counts = dict(line.split() for line in _text(group / "memory.stat").splitlines())
    # What files left in memory counts as used, but is given up when memory is short; version 1 sums over the groups below.
    given_up = counts.get("total_inactive_file", counts.get("inactive_file", 0))
    return int(limit), max(0, int(limit) - int(used or 0) + int(given_up))


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""

"""What this machine lets us use: cores and memory, counting the limits of a container."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

CGROUPS = Path("/sys/fs/cgroup")
OWN_CGROUPS = Path("/proc/self/cgroup")
MEMORY_INFO = Path("/proc/meminfo")

MEMORY_SHARE = 0.7
"""Of the free memory, what workers may take; the rest is for this process and for others."""


def default_jobs(worker_bytes: int) -> int:
    """How many workers of that size this machine has cores and memory for, at least one."""
    cores, memory_bytes = usable_cores(), usable_memory_bytes()
    if memory_bytes is None:
        return cores
    return min(cores, max(1, int(memory_bytes * MEMORY_SHARE) // worker_bytes))


def usable_cores(cgroups: Path = CGROUPS, own: Path = OWN_CGROUPS) -> int:
    """How many cores this process may keep busy: the fewest of those it may run on and its quotas, rounded up.

    Source:
        Linux, admin-guide/cgroup-v2 (cpu.max) and scheduler/sched-bwc (cpu.cfs_quota_us, cpu.cfs_period_us).
    """
    affine = len(own_cores()) or os.cpu_count() or 1
    quotas = [quota for folder in _folders(cgroups, own, "cpu") if (quota := _core_quota(folder)) is not None]
    return max(1, min([affine, *quotas]))


def own_cores() -> list[int]:
    """The numbers of the cores that this process may run on; none where the system does not say."""
    return sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []


def usable_memory_bytes(
    cgroups: Path = CGROUPS, own: Path = OWN_CGROUPS, memory_info: Path = MEMORY_INFO
) -> int | None:
    """How many bytes can be had without anybody swapping; all there are where nobody counts the free ones, None where
    nobody counts at all.

    Source:
        Linux, filesystems/proc (MemAvailable), admin-guide/cgroup-v2 and cgroup-v1/memory. Page cache is given back
        when memory is asked for, so it counts as free.
    """
    rooms = [_memory_room(folder) for folder in _folders(cgroups, own, "memory")]
    available_kib = _fields(memory_info).get("MemAvailable:")
    machine = _physical_bytes() if available_kib is None else available_kib * 1024
    known = [count for count in (*rooms, machine) if count is not None]
    return max(0, min(known)) if known else None


def _folders(cgroups: Path, own: Path, controller: str) -> Iterator[Path]:
    """Folders of the groups that we are in, of version 2 and 1: a limit of any group above counts as well."""
    for line in _read(own).splitlines():
        number, _, rest = line.partition(":")
        controllers, _, inside = rest.partition(":")
        if number == "0" or controller in controllers.split(","):
            root = cgroups if number == "0" else cgroups / controller
            group = root / inside.lstrip("/")
            yield from (folder for folder in (group, *group.parents) if folder.is_relative_to(root))


def _core_quota(folder: Path) -> int | None:
    quota, period, *_ = [*_read(folder / "cpu.max").split(), "", ""]
    quota = quota or _read(folder / "cpu.cfs_quota_us").strip()
    period = period or _read(folder / "cpu.cfs_period_us").strip()
    if not quota.isdigit() or not period.isdigit():  # "max", -1 or nothing: no limit
        return None
    return -(-int(quota) // int(period))


def _memory_room(folder: Path) -> int | None:
    for limit, used, cached in (
        ("memory.max", "memory.current", ("active_file", "inactive_file")),
        ("memory.limit_in_bytes", "memory.usage_in_bytes", ("total_active_file", "total_inactive_file")),
    ):
        with suppress(ValueError):  # "max", or no such file
            room = int(_read(folder / limit)) - int(_read(folder / used))
            counts = _fields(folder / "memory.stat")
            return room + sum(counts.get(name, 0) for name in cached)
    return None


def _physical_bytes() -> int | None:
    with suppress(AttributeError, ValueError, OSError):
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return None


def _fields(path: Path) -> dict[str, int]:
    """Lines of a name and a number."""
    rows = (line.split() for line in _read(path).splitlines())
    return {row[0]: int(row[1]) for row in rows if len(row) > 1 and row[1].isdigit()}


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except OSError:
        return ""

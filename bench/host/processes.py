"""What processes cost, and where they may run: read from the kernel, exact where it can be."""

import contextlib
import os
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

import psutil

NS = 1_000_000_000


def tree(pid: int) -> tuple[int, ...]:
    """The process and all its descendants, as they are now; empty when it is gone."""
    try:
        root = psutil.Process(pid)
        return (pid, *(child.pid for child in root.children(recursive=True)))
    except psutil.NoSuchProcess:
        return ()


def cpu_ns(pids: Iterable[int]) -> int:
    """CPU time that these processes have used so far, in nanoseconds.

    On Linux another process's CPU clock can be read to the nanosecond (`clock_getcpuclockid(3)` builds the
    same number); elsewhere it comes in the scheduler's ticks. A process that is gone counts as 0.
    """
    return sum(map(_cpu_ns, pids))


def _cpu_ns(pid: int) -> int:
    try:
        return time.clock_gettime_ns(((~pid) << 3) | 2)
    except (OSError, AttributeError):
        with contextlib.suppress(psutil.Error):
            times = psutil.Process(pid).cpu_times()
            return int((times.user + times.system) * NS)
        return 0


def memory_peak_bytes(pids: Iterable[int]) -> int:
    """Sum of the largest resident sizes these processes ever had, in bytes; of the present ones off Linux."""
    return sum(map(_memory_peak_bytes, pids))


def _memory_peak_bytes(pid: int) -> int:
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    with contextlib.suppress(psutil.Error):
        return int(psutil.Process(pid).memory_info().rss)
    return 0


@contextlib.contextmanager
def on_cpus(cpus: frozenset[int]) -> Iterator[None]:
    """Children started inside run on these CPUs only (inherited before their first thread); no-op where unsupported."""
    if not cpus or not hasattr(os, "sched_setaffinity"):
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cpus)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def pin(pids: Iterable[int], cpus: frozenset[int]) -> None:
    """Move running processes, every thread of them, onto these CPUs; no-op where unsupported."""
    if not cpus or not hasattr(os, "sched_setaffinity"):
        return
    for pid in pids:
        with contextlib.suppress(OSError):
            for thread in Path(f"/proc/{pid}/task").iterdir():
                os.sched_setaffinity(int(thread.name), cpus)


def cpu_sets() -> tuple[frozenset[int], frozenset[int]]:
    """CPUs for the servers and for the load generator: apart where there are two, empty (no pinning) where not."""
    if not hasattr(os, "sched_getaffinity"):
        return frozenset(), frozenset()
    cpus = sorted(os.sched_getaffinity(0))
    if len(cpus) < 2:
        return frozenset(), frozenset()
    return frozenset(cpus[:1]), frozenset(cpus[1:2])

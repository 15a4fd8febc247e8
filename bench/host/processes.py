"""The processes of this machine: which belong together, what memory they took, and where they may run."""

import contextlib
import os
import resource
import signal
from collections.abc import Iterable, Iterator
from pathlib import Path

import psutil

from bench import words
from bench.host import kernel, quota, topology

_LEAVE_WITHIN_S = 5.0
_GONE_WITHIN_S = 10.0
_FILES = 65_536
"""Enough for the connections that a load opens to all servers, and for those that they open themselves."""


def tree(pid: int) -> tuple[int, ...]:
    """The process and all its present descendants; empty when it is gone."""
    try:
        root = psutil.Process(pid)
        return (pid, *(child.pid for child in root.children(recursive=True)))
    except psutil.NoSuchProcess:
        return ()


def end_within(folder: Path) -> None:
    """End every process whose working folder is `folder` or below it, as that of a database server is.

    They are asked to quit, and killed where they do not. A process whose folder the system does not show, such as one
    of another account, is left alone.
    """
    inside = [process for process in psutil.process_iter() if _works_in(process, folder)]
    for process in inside:
        with contextlib.suppress(psutil.Error):
            process.send_signal(signal.SIGQUIT)
    _, left = psutil.wait_procs(inside, timeout=_LEAVE_WITHIN_S)
    for process in left:
        with contextlib.suppress(psutil.Error):
            process.kill()
    psutil.wait_procs(left, timeout=_GONE_WITHIN_S)  # kill() only sends a signal: they may work on a moment longer


def _works_in(process: psutil.Process, folder: Path) -> bool:
    try:
        return Path(process.cwd()).is_relative_to(folder)
    except (psutil.Error, OSError):
        return False


def ending(code: int) -> str:
    """How a process ended, from its return code."""
    if code >= 0:
        return f"exit code {code}"
    why = " (as where memory runs out)" if code == -signal.SIGKILL else ""
    return f"signal {signal.Signals(-code).name}{why}"


def group_lives(group: int) -> bool:
    """Whether a process group has a process that still runs.

    Processes that have ended and are not yet reaped do not count: under a PID 1 that reaps no orphans, as in some
    containers, they stay for ever.
    """
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return any(_runs_in(process.pid, group) for process in psutil.process_iter())


def _runs_in(pid: int, group: int) -> bool:
    try:
        return os.getpgid(pid) == group and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except (OSError, psutil.Error):
        return False


def listens(pids: Iterable[int], port: int) -> bool:
    """Whether one of these processes listens on a port; True where the system does not say."""
    for pid in pids:
        try:
            connections = psutil.Process(pid).net_connections("tcp")
        except psutil.NoSuchProcess:
            continue
        except (psutil.AccessDenied, OSError):
            return True
        if any(one.status == psutil.CONN_LISTEN and one.laddr.port == port for one in connections):
            return True
    return False


def threads(pids: Iterable[int]) -> int:
    """How many threads these processes have."""
    return sum(map(_threads, pids))


def _threads(pid: int) -> int:
    with contextlib.suppress(psutil.Error):
        return psutil.Process(pid).num_threads()
    return 0


def limit_memory(pid: int, limit_bytes: int) -> None:
    """Limit the memory for data of a process and of each that it starts; no-op where the system cannot.

    Memory that is only reserved, or mapped from files, does not count (getrlimit(2), RLIMIT_DATA).
    """
    if hasattr(resource, "prlimit"):
        with contextlib.suppress(OSError):  # it is gone already
            resource.prlimit(pid, resource.RLIMIT_DATA, (limit_bytes, limit_bytes))


def allow_files(pid: int) -> None:
    """Let a process, and each that it starts, have as many files open as the system lets anybody, within reason: each
    connection is one, and most systems begin with 1,024. No-op where the system cannot.
    """
    if hasattr(resource, "prlimit"):
        with contextlib.suppress(OSError):  # it is gone already
            now, most = resource.prlimit(pid, resource.RLIMIT_NOFILE)
            wanted = _FILES if most == resource.RLIM_INFINITY else min(_FILES, most)
            if now != resource.RLIM_INFINITY and now < wanted:
                resource.prlimit(pid, resource.RLIMIT_NOFILE, (wanted, most))


def memory_peak_bytes(pids: Iterable[int]) -> int:
    """Sum of the largest resident sizes that these processes ever had, in bytes; of the present sizes off Linux."""
    return sum(map(_memory_peak_bytes, pids))


def _memory_peak_bytes(pid: int) -> int:
    for line in kernel.text(Path(f"/proc/{pid}/status")).splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    with contextlib.suppress(psutil.Error):
        return int(psutil.Process(pid).memory_info().rss)
    return 0


def memory_pss_bytes(pids: Iterable[int]) -> int:
    """Sum of the memory of these processes now, in bytes; a page that several share is divided among them (PSS).

    0 where the system does not say.
    """
    return sum(map(_memory_pss_bytes, pids))


def _memory_pss_bytes(pid: int) -> int:
    for line in kernel.text(Path(f"/proc/{pid}/smaps_rollup")).splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024
    return 0


def memory_now_bytes(pids: Iterable[int]) -> int:
    """Sum of the memory that these processes share with nobody now, in bytes; 0 for one that is gone."""
    return sum(map(_memory_now_bytes, pids))


def _memory_now_bytes(pid: int) -> int:
    with contextlib.suppress(psutil.Error):
        return int(psutil.Process(pid).memory_full_info().uss)
    return 0


@contextlib.contextmanager
def on_cpus(cpus: frozenset[int]) -> Iterator[None]:
    """Start children on these CPUs only, from their first thread on; no-op where the system does not pin processes."""
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
    """Move running processes with all their threads onto these CPUs; no-op where the system does not pin processes."""
    if not cpus or not hasattr(os, "sched_setaffinity"):
        return
    for pid in pids:
        with contextlib.suppress(OSError):
            for thread in Path(f"/proc/{pid}/task").iterdir():
                os.sched_setaffinity(int(thread.name), cpus)


def cpus() -> frozenset[int]:
    """The CPUs that this process may run on; empty where the system does not say."""
    return frozenset(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else frozenset()


def cpu_sets(workers: int = 1, generators: int = 1) -> tuple[frozenset[int], frozenset[int]]:
    """The CPUs for servers of `workers` workers and for the load generators, one each where there are enough.

    Both are empty (no pinning) where there are not two.
    """
    return topology.apart(topology.read(cpus()), workers, generators)


def cpu_count() -> int:
    """How many CPUs this process and its children may use, after any quota of CPU time; at least one."""
    here, allowed = len(cpus()) or os.cpu_count() or 1, quota.cpus()
    return max(min(here, int(allowed)), 1) if allowed else here


def placement_flaws(workers: int = 1, generators: int = 1) -> Iterator[str]:
    """The flaws of placement that this machine makes unavoidable for servers of so many workers and the generators."""
    here, (servers, generator) = cpus(), cpu_sets(workers, max(generators, 1))
    if not here:
        yield "this system does not pin processes to CPUs"
    elif generators and not servers:
        yield "servers and generator share the one CPU that there is"
    elif servers:
        yield from topology.flaws(topology.read(here), servers, generator if generators else frozenset())
    if 0 < len(servers) < workers:
        yield f"servers of {workers} workers have {words.counted(len(servers), 'CPU')}"
    if 0 < len(generator) < generators:
        yield f"{generators} generators share {words.counted(len(generator), 'CPU')}"
    used, allowed = len(servers | generator) or cpu_count(), quota.cpus()
    if 0 < allowed < used:
        yield f"a quota allows {allowed:.3g} of the {words.counted(used, 'CPU')} in use"

"""What machine this is, and how quiet: facts for the report, and one run at a time."""

import contextlib
import hashlib
import os
import platform
import tempfile
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import Any

import psutil
from filelock import FileLock, Timeout

from bench.environment import Environment
from bench.errors import Busy
from bench.host import processes
from bench.host.checkout import Checkout

_TOOLS = ("locust", "gevent", "numpy", "scipy")


def facts(root: Path, workers: int = 1) -> Environment:
    """This machine, its tools and the checkout at `root`, as measured, for servers of up to so many workers."""
    tree = Checkout(root)
    servers, generator = processes.cpu_sets(workers)
    hardware: dict[str, Any] = {
        "cpu": _cpu_model(),
        "cores": psutil.cpu_count() or 1,
        "memory_bytes": psutil.virtual_memory().total,
        "machine": platform.machine(),
    }
    return Environment(
        **hardware,
        system=platform.system(),
        kernel=platform.release(),
        python=f"{platform.python_implementation()} {platform.python_version()}",
        fingerprint=hashlib.sha256(repr(sorted(hardware.items())).encode()).hexdigest()[:12],
        pinning=f"servers on CPU {_list(servers)}, generator on CPU {_list(generator)}" if servers else "none",
        load_average_before=round(os.getloadavg()[0], 2),
        commit=tree.head(),
        dirty=tree.dirty(),
        no_commit=_unplaced(tree.trouble(), root),
        tools={name: metadata.version(name) for name in _TOOLS},
    )


def steal_share(before: Any, after: Any) -> float | None:
    """The share of CPU time between two `psutil.cpu_times()` that a hypervisor gave to others; None where it is not
    told.
    """
    if not hasattr(before, "steal"):
        return None
    total = sum(after[:8]) - sum(before[:8])
    return float((after.steal - before.steal) / total) if total > 0 else 0.0


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """Be the only run on this machine; raises Busy while another one measures, from whatever checkout."""
    path = Path(tempfile.gettempdir()) / f"fairground-{os.getuid()}.lock"
    with contextlib.ExitStack() as hold:
        try:
            hold.enter_context(FileLock(path, blocking=False, fallback_to_soft=False, on_acquired=_sign))
        except Timeout:
            pid = path.read_text().strip() or "unknown"
            raise Busy(
                f"Another run is measuring on this machine (process {pid}); wait for it: "
                "two at once would spoil the figures of both."
            ) from None
        yield


def _sign(lock: int) -> None:
    """Write into the lock who holds it."""
    os.ftruncate(lock, 0)
    os.pwrite(lock, str(os.getpid()).encode(), 0)


def _unplaced(words: str, root: Path) -> str:
    """The first of git's words, without the name of a folder of this machine."""
    return words.partition("\n")[0].replace(str(root), "this folder")


def _list(cpus: frozenset[int]) -> str:
    return ",".join(map(str, sorted(cpus)))


def _cpu_model() -> str:
    with contextlib.suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or "unknown"

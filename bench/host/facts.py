"""The facts about this machine, and how quiet it is, for the report."""

import os
import platform
from importlib import metadata
from pathlib import Path
from typing import Any

import psutil

from bench import environment
from bench.environment import Environment
from bench.host import processes, processor, quota
from bench.host.checkout import Checkout

_TOOLS = ("locust", "gevent", "numpy", "scipy")


def facts(root: Path, workers: int = 1, generators: int = 1) -> Environment:
    """This machine, its tools and the checkout at `root`, as measured, for servers of up to so many workers and for so
    many load generators; none of these where they are on other machines.
    """
    origin = Checkout(root).origin()
    servers, generator = processes.cpu_sets(workers, max(generators, 1))
    hardware: dict[str, Any] = {
        "cpu": processor.name(),
        "cores": psutil.cpu_count() or 1,
        "memory_bytes": psutil.virtual_memory().total,
        "machine": platform.machine(),
        "cpu_quota": quota.cpus(),
    }
    return Environment(
        **hardware,
        system=platform.system(),
        kernel=platform.release(),
        python=f"{platform.python_implementation()} {platform.python_version()}",
        fingerprint=environment.fingerprint(**hardware),
        pinning=_placement(servers, generator, generators),
        placement_flaws=tuple(processes.placement_flaws(workers, generators)),
        load_average_before=round(os.getloadavg()[0], 2),
        commit=origin.commit,
        dirty=origin.dirty,
        no_commit=_unplaced(origin.trouble, root),
        tools={name: metadata.version(name) for name in _TOOLS},
    )


def steal_share(before: Any, after: Any) -> float | None:
    """The share of CPU time between two `psutil.cpu_times()` that a hypervisor gave to others; None where the
    system does not report it.
    """
    if not hasattr(before, "steal"):
        return None
    total = sum(after[:8]) - sum(before[:8])
    return float((after.steal - before.steal) / total) if total > 0 else 0.0


def _unplaced(words: str, root: Path) -> str:
    """The first of git's words, without the name of a folder of this machine."""
    return words.partition("\n")[0].replace(str(root), "this folder")


def _placement(servers: frozenset[int], generator: frozenset[int], generators: int) -> str:
    load = f"generator on CPU {_list(generator)}" if generators else "generators on other machines"
    if servers:
        return f"servers on CPU {_list(servers)}, {load}"
    return "none" if generators else load


def _list(cpus: frozenset[int]) -> str:
    return ",".join(map(str, sorted(cpus)))

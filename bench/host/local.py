"""This machine, the first kind of host."""

import contextlib
import os
import resource
import shutil
import socket
import subprocess
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from signal import Signals
from typing import Any

import psutil

from bench.environment import Environment, Throttling
from bench.host import facts, processes, quota
from bench.host.clock import Clock
from bench.host.guard import Guard
from bench.host.protocol import LOOPBACK, Cpus, Host, Process


@dataclass(frozen=True, slots=True)
class LocalHost:
    """See Host. A guard starts the processes, and ends them if this process dies."""

    guard: Guard
    address: str = LOOPBACK

    def facts(self, root: Path, workers: int = 1, generators: int = 1) -> Environment:
        """See Host."""
        return facts.facts(root, workers, generators)

    def has(self, program: str) -> bool:
        """Whether it is on the path."""
        return shutil.which(program) is not None

    def now_s(self) -> float:
        """See Host."""
        return time.perf_counter()

    def start(self, command: Sequence[str | Path], *, cpus: Cpus = frozenset(), **options: Any) -> Process:
        """Pinned from its first thread on, limited to half of the memory, and allowed many connections."""
        with processes.on_cpus(cpus):
            process = self.guard.start(command, **options)
        processes.limit_memory(process.pid, memory_limit_bytes())
        processes.allow_files(process.pid)
        return process

    def run(
        self, command: Sequence[str | Path], within_s: float, *, cpus: Cpus = frozenset(), **options: Any
    ) -> "subprocess.CompletedProcess[str]":
        """Pinned from its first thread on."""
        with processes.on_cpus(cpus):
            return self.guard.run(command, within_s, **options)

    def signal(self, process: Process, which: Signals) -> None:
        """See Host."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, which)

    def lives(self, process: Process) -> bool:
        """See Host."""
        return processes.group_lives(process.pid)

    def listens(self, process: Process, port: int) -> bool:
        """True where the system does not say who listens."""
        return processes.listens(processes.tree(process.pid), port)

    def end(self, process: Process) -> None:
        """See Host."""
        self.guard.end(process)

    def pids(self, process: Process) -> tuple[int, ...]:
        """See Host."""
        return processes.tree(process.pid)

    def clock(self, pids: Iterable[int]) -> Clock:
        """See Host."""
        return Clock(tuple(pids))

    def ended_cpu_s(self) -> float:
        """See Host."""
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        return used.ru_utime + used.ru_stime

    def threads(self, pids: Iterable[int]) -> int:
        """See Host."""
        return processes.threads(pids)

    def memory_peak_bytes(self, pids: Iterable[int]) -> int:
        """The sum of the present sizes off Linux."""
        return processes.memory_peak_bytes(pids)

    def memory_pss_bytes(self, pids: Iterable[int]) -> int:
        """See Host."""
        return processes.memory_pss_bytes(pids)

    def memory_now_bytes(self, pids: Iterable[int]) -> int:
        """See Host."""
        return processes.memory_now_bytes(pids)

    def pin(self, pids: Iterable[int], cpus: Cpus) -> None:
        """No-op where the system does not pin processes."""
        processes.pin(pids, cpus)

    def cpu_count(self) -> int:
        """See Host."""
        return processes.cpu_count()

    def cpu_sets(self, workers: int = 1, generators: int = 1) -> tuple[Cpus, Cpus]:
        """Empty, so that nothing is pinned, where there are not two CPUs or the system cannot pin."""
        return processes.cpu_sets(workers, generators)

    def cpu_times(self) -> Any:
        """See Host."""
        return psutil.cpu_times()

    def throttling(self) -> Throttling:
        """See Host."""
        return quota.throttling()

    def free_port(self, wanted: int = 0) -> int:
        """A port of the loopback address."""
        with socket.socket() as listener:
            if wanted:  # a port that was released a moment ago will do
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((self.address, wanted))
            port: int = listener.getsockname()[1]
            return port

    def fetch(self, file: Path) -> Path:
        """The file itself: it is on this machine."""
        return file


def memory_limit_bytes() -> int:
    """The memory that a process started here may take: half of the machine's, in bytes."""
    return psutil.virtual_memory().total // 2


@contextlib.contextmanager
def host(address: str = LOOPBACK) -> Iterator[Host]:
    """This machine, whose servers listen at `address`; whatever was started on it is ended at the end."""
    with Guard() as guard:
        yield LocalHost(guard, address)

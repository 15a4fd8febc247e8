"""A machine that starts nothing and costs no time: what it says is exact, and what was asked of it is kept."""

import itertools
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from signal import Signals
from typing import Any, NamedTuple

from bench.environment import Environment, Throttling
from bench.host.clock import Clock
from bench.host.protocol import Cpus, Host, Process


class Times(NamedTuple):
    """As `psutil.cpu_times` says them on Linux: of each second a tenth was taken by other guests."""

    user: float
    nice: float = 0.0
    system: float = 0.0
    idle: float = 0.0
    iowait: float = 0.0
    irq: float = 0.0
    softirq: float = 0.0
    steal: float = 0.0


@dataclass
class FakeHost(Host):
    """CPUs 0, 1, 2 ... for the servers' workers, and the last of so many for the generator.

    Its clock stands still unless a test moves `now`; `programs` are those that it has, with what they print.
    """

    address: str = "192.0.2.1"
    cpus: int = 2
    memory_bytes: int = 50 * 2**20
    now: float = 0.0
    programs: dict[str, str] = field(default_factory=dict)
    environment: Environment = field(default_factory=Environment)
    pinned: dict[int, Cpus] = field(default_factory=dict)
    seconds: "itertools.count[int]" = field(default_factory=itertools.count)
    throttled: Iterator[Throttling] = field(default_factory=lambda: itertools.repeat(Throttling()))

    def facts(self, root: Path, workers: int = 1, generators: int = 1) -> Environment:
        return self.environment

    def has(self, program: str) -> bool:
        return program in self.programs

    def now_s(self) -> float:
        return self.now

    def cpu_count(self) -> int:
        return self.cpus

    def cpu_sets(self, workers: int = 1, generators: int = 1) -> tuple[Cpus, Cpus]:
        return frozenset(range(min(workers, self.cpus - 1))), frozenset({self.cpus - 1})

    def cpu_times(self) -> Times:
        second = next(self.seconds)
        return Times(user=0.9 * second, steal=0.1 * second)

    def throttling(self) -> Throttling:
        return next(self.throttled)

    def pin(self, pids: Iterable[int], cpus: Cpus) -> None:
        self.pinned.update(dict.fromkeys(pids, cpus))

    def clock(self, pids: Iterable[int]) -> Clock:
        return Clock(tuple(pids))

    def ended_cpu_s(self) -> float:
        return 0.0

    def threads(self, pids: Iterable[int]) -> int:
        return len(tuple(pids))

    def memory_peak_bytes(self, pids: Iterable[int]) -> int:
        return self.memory_bytes * len(tuple(pids))

    def memory_pss_bytes(self, pids: Iterable[int]) -> int:
        return self.memory_peak_bytes(pids) // 2

    def memory_now_bytes(self, pids: Iterable[int]) -> int:
        return self.memory_peak_bytes(pids)

    def start(self, command: Sequence[str | Path], *, cpus: Cpus = frozenset(), **options: Any) -> Process:
        raise AssertionError(f"{command} was started")

    def run(
        self, command: Sequence[str | Path], within_s: float, *, cpus: Cpus = frozenset(), **options: Any
    ) -> "subprocess.CompletedProcess[str]":
        printed = self.programs.get(str(command[0]))
        return subprocess.CompletedProcess([], 127 if printed is None else 0, printed or "", "")

    def signal(self, process: Process, which: Signals) -> None:
        raise AssertionError(f"{process} was sent {which}")

    def lives(self, process: Process) -> bool:
        return False

    def listens(self, process: Process, port: int) -> bool:
        return True

    def end(self, process: Process) -> None:
        raise AssertionError(f"{process} was ended")

    def pids(self, process: Process) -> tuple[int, ...]:
        return (process.pid,)

    def free_port(self, wanted: int = 0) -> int:
        return wanted or 9000

    def fetch(self, file: Path) -> Path:
        return file

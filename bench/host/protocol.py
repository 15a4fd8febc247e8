"""A machine to measure on: its facts, its address, and how processes start, run and end on it."""

import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path
from signal import Signals
from typing import Any, Protocol

from bench.environment import Environment, Throttling
from bench.host.clock import Clock

LOOPBACK = "127.0.0.1"

Cpus = frozenset[int]
"""CPUs by number; none of them means wherever the system likes."""
Process = subprocess.Popen[Any]


class Host(Protocol):
    """One machine. What was started on it ends with the command that measures, however that ends."""

    @property
    def address(self) -> str:
        """The address at which its servers are reached."""

    def facts(self, root: Path, workers: int = 1, generators: int = 1) -> Environment:
        """The machine, its tools and the checkout at `root`, as measured, for servers of up to so many workers and for
        so many load generators; none of these where they are on other machines.
        """

    def has(self, program: str) -> bool:
        """Whether a program of this name can be started."""

    def now_s(self) -> float:
        """The machine's monotonic clock, in seconds from an arbitrary moment."""

    def start(self, command: Sequence[str | Path], *, cpus: Cpus = frozenset(), **options: Any) -> Process:
        """Start a process in a group of its own; `options` are those of Popen. Raises OSError where it cannot.

        It may take half of the machine's memory, so that one that grows without end brings down nobody else.
        """

    def run(
        self, command: Sequence[str | Path], within_s: float, *, cpus: Cpus = frozenset(), **options: Any
    ) -> "subprocess.CompletedProcess[str]":
        """Run a command to its end, and keep what it prints; raises subprocess.TimeoutExpired where it takes longer."""

    def signal(self, process: Process, which: Signals) -> None:
        """Send a signal to the group of a process, if it is still there."""

    def lives(self, process: Process) -> bool:
        """Whether any process of its group still runs."""

    def listens(self, process: Process, port: int) -> bool:
        """Whether it is this process, or one that it started, that listens on a port."""

    def end(self, process: Process) -> None:
        """Kill a process and its group."""

    def pids(self, process: Process) -> tuple[int, ...]:
        """The process and all its descendants, as they are now; empty when it is gone."""

    def clock(self, pids: Iterable[int]) -> Clock:
        """The CPU clock of these processes."""

    def ended_cpu_s(self) -> float:
        """CPU time of all processes that were started on it and have ended, together, in seconds."""

    def threads(self, pids: Iterable[int]) -> int:
        """How many threads these processes have."""

    def memory_peak_bytes(self, pids: Iterable[int]) -> int:
        """Sum of the largest resident sizes that these processes ever had."""

    def memory_pss_bytes(self, pids: Iterable[int]) -> int:
        """The memory of these processes now, shared pages divided among those who share them; 0 where unknown."""

    def memory_now_bytes(self, pids: Iterable[int]) -> int:
        """Sum of what these processes have in memory now and share with nobody."""

    def pin(self, pids: Iterable[int], cpus: Cpus) -> None:
        """Move running processes, every thread of them, onto these CPUs."""

    def cpu_count(self) -> int:
        """How many CPUs our processes may use: where a quota allows less, its whole CPUs, and one at least."""

    def cpu_sets(self, workers: int = 1, generators: int = 1) -> tuple[Cpus, Cpus]:
        """CPUs for servers of so many workers and for so many load generators, apart from each other."""

    def cpu_times(self) -> Any:
        """How all its CPUs have spent their time so far, as `psutil.cpu_times` gives it."""

    def throttling(self) -> Throttling:
        """How often a quota of CPU time has throttled our processes so far; all zero where there is no quota."""

    def free_port(self, wanted: int = 0) -> int:
        """A port that nothing listens on now: the `wanted` one, or any. Raises OSError, OverflowError."""

    def fetch(self, file: Path) -> Path:
        """Bring a file that a process wrote there; returns where it can be read here."""

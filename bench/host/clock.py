"""The CPU clock of some processes, as a value: its reader need not know where they run."""

import contextlib
import time
from dataclasses import dataclass

import psutil

from bench.host import dials
from bench.host.dials import Dial

REPLACED = "its server started or ended processes under load, so that its CPU time is not known"
"""The reason to give when the processes of a clock are no longer those of the server."""

_NS = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Clock:
    """The CPU clock of these processes; it can be written as JSON, and read in any process here. Where they are on
    another machine, it has a `dial` there.
    """

    pids: tuple[int, ...] = ()
    dial: Dial | None = None

    def cpu_ns(self) -> int | None:
        """CPU time that the processes have used so far, in nanoseconds; None where one of them is gone.

        On Linux another process's CPU clock can be read to the nanosecond (`clock_getcpuclockid(3)` builds the
        same number); elsewhere it comes in the scheduler's ticks. Raises LoadError where an agent that reads it
        is gone.
        """
        if self.dial and self.pids:
            return dials.cpu_ns(self.dial, self.pids)
        total_ns = 0
        for pid in self.pids:
            own_ns = _cpu_ns(pid)
            if own_ns is None:
                return None
            total_ns += own_ns
        return total_ns


def spent_ns(before: int | None, after: int | None) -> int | None:
    """CPU time between two readings of a clock; None where a process was gone at either."""
    return None if before is None or after is None else after - before


def _cpu_ns(pid: int) -> int | None:
    try:
        return time.clock_gettime_ns(((~pid) << 3) | 2)
    except (OSError, AttributeError):
        with contextlib.suppress(psutil.Error):
            times = psutil.Process(pid).cpu_times()
            return int((times.user + times.system) * _NS)
        return None

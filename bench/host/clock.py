"""A clock that shows what processes cost, as a value: whoever is handed it reads it without knowing where they run."""

import contextlib
import time
from dataclasses import dataclass

import psutil

_NS = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Clock:
    """The CPU clock of these processes of this machine; it can be written as JSON and read in any process here."""

    pids: tuple[int, ...] = ()

    def cpu_ns(self) -> int:
        """CPU time that the processes have used so far, in nanoseconds.

        On Linux another process's CPU clock can be read to the nanosecond (`clock_getcpuclockid(3)` builds the
        same number); elsewhere it comes in the scheduler's ticks. A process that is gone counts as 0.
        """
        return sum(map(_cpu_ns, self.pids))


def _cpu_ns(pid: int) -> int:
    try:
        return time.clock_gettime_ns(((~pid) << 3) | 2)
    except (OSError, AttributeError):
        with contextlib.suppress(psutil.Error):
            times = psutil.Process(pid).cpu_times()
            return int((times.user + times.system) * _NS)
        return 0

"""The dials of another machine: its CPU clocks, which an agent there reads. No clock of one machine is compared with
that of another; a difference is always of two readings of the same.
"""

import json
from dataclasses import dataclass
from functools import cache
from multiprocessing.connection import Connection

from bench.errors import AgentError, LoadError
from bench.host import lines
from bench.host.lines import Door

CLOCK = b"clock"
"""The purpose of a line on which a list of ids of processes, in JSON, is answered with their CPU time."""


@dataclass(frozen=True, slots=True)
class Dial:
    """Where an agent reads CPU clocks for whoever has this key, which opens nothing else. The door is called `name`."""

    host: str
    port: int
    key: str
    name: str = ""

    @property
    def door(self) -> Door:
        """Where the agent listens."""
        return Door(self.host, self.port, self.name)


def cpu_ns(dial: Dial, pids: tuple[int, ...]) -> int | None:
    """CPU time of these processes so far, in nanoseconds; None where one is gone. Raises LoadError without an agent."""
    try:
        line = _line(dial)
        line.send_bytes(json.dumps(pids).encode())
        reading: int | None = json.loads(line.recv_bytes())
    except (OSError, EOFError, AgentError):
        raise LoadError(f"the agent at {dial.door} is gone, so that the CPU time of servers is not known") from None
    return reading


@cache
def _line(dial: Dial) -> Connection:
    """One for each dial, kept open: this is asked before and after every slice."""
    return lines.opened(dial.door, CLOCK, dial.key.encode())

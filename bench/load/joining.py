"""Generators that join a run on another machine: their processes, seen from whoever starts them."""

import contextlib
import subprocess
import sys
from collections.abc import Callable, Iterator
from signal import SIGINT

from bench.errors import LoadError
from bench.host import awake, variables
from bench.host.processes import ending
from bench.host.protocol import Host, Process
from bench.load.protocol import ON_ONE_CPU
from bench.load.team import Ending, MeetingPlace
from bench.workspace import ROOT

_LEAVE_WITHIN_S = 2.0


def join(place: MeetingPlace, generators: int, host: Host, tell: Callable[[int], None]) -> Iterator[Ending]:
    """Have so many generators join the run at `place`, and wait for their ends; yields how each ended.

    `tell` hears how many have joined so far. Raises LoadError where one dies; all end with this.
    """
    flags = [ON_ONE_CPU] if host.cpu_count() < generators else []
    command = [sys.executable, "-m", "bench.load.worker", place.host, str(place.port), *flags]
    with contextlib.ExitStack() as stack:
        started = []
        for _ in range(generators):
            process = host.start(
                command, cwd=ROOT, env=variables.kept(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True
            )
            stack.callback(_end, process, host)
            started.append(process)
        for number, process in enumerate(started, 1):
            if _joined(process):
                tell(number)
        for process in started:
            yield _ending(process)


def _joined(process: Process) -> bool:
    """Wait for its word that it has joined; False where it ends without."""
    assert process.stdout
    return bool(process.stdout.readline())


def _end(process: Process, host: Host) -> None:
    """Let it say that it leaves, so that the run need not find out."""
    host.signal(process, SIGINT)
    awake.ended(process, _LEAVE_WITHIN_S)
    host.end(process)
    assert process.stdout
    process.stdout.close()


def _ending(process: Process) -> Ending:
    code = process.wait()
    try:
        return Ending(code)
    except ValueError:
        raise LoadError(f"A generator died with {ending(code)}.") from None

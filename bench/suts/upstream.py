"""The service of the suite that apps of the group `upstream` call: started for them, and gone with what they do."""

import contextlib
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from bench.contract import upstream
from bench.contract.operations.slow_upstream import UPSTREAM
from bench.errors import ServerError
from bench.host import awake, variables
from bench.host.clock import Clock
from bench.host.protocol import Cpus, Host, Process
from bench.model import Sut
from bench.workspace import ROOT

_READY_WITHIN_S = 30.0
_LOG_LINES = 8


@dataclass(frozen=True, slots=True)
class Upstream:
    """The service, with the clock of its CPU time; there is none where `url` is empty."""

    url: str = ""
    clock: Clock = field(default_factory=Clock)

    @property
    def surroundings(self) -> dict[str, str]:
        """The variables of the environment that an app finds it by."""
        return {upstream.VARIABLE: self.url} if self.url else {}


def calls(suts: Iterable[Sut]) -> bool:
    """Whether one of the SUTs offers what needs it."""
    return any(UPSTREAM.id in sut.app.groups for sut in suts)


@contextlib.contextmanager
def running(host: Host, log: Path, *, needed: bool, cpus: Cpus = frozenset()) -> Iterator[Upstream]:
    """The service in a process of its own, pinned to `cpus`, gone when the context ends; none unless it is `needed`.

    Raises ServerError where it does not start; the end of its log follows the sentence.
    """
    if not needed:
        yield Upstream()
        return
    process = _start(host, log, cpus)
    try:
        yield Upstream(f"http://{host.address}:{_port(process, log)}", host.clock(host.pids(process)))
    finally:
        host.end(process)
        if process.stdout:
            process.stdout.close()


def _start(host: Host, log: Path, cpus: Cpus) -> Process:
    with log.open("wb") as errors:
        return host.start(
            [sys.executable, "-m", "bench.suts.upstream_service", host.address],
            cpus=cpus,
            cwd=ROOT,
            env=variables.kept(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )


def _port(process: Process, log: Path) -> int:
    """The port that it listens on, which is the first thing that it says."""
    assert process.stdout
    with awake.alarm(_READY_WITHIN_S, process.kill):
        line = process.stdout.readline()
    if not line.strip().isdecimal():
        tail = log.read_text("utf-8", "replace").strip().splitlines()[-_LOG_LINES:]
        what = "The service that apps call did not start."
        raise ServerError("\n".join([what, *(f"  {said}" for said in tail)]))
    return int(line)

"""The parent's side of the load generator: starts the process, sends it orders, reads its replies."""

import contextlib
import json
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import IO

from pydantic import TypeAdapter, ValidationError

from bench.errors import LoadError, UsageError
from bench.host import awake, variables
from bench.host.processes import ending
from bench.host.protocol import Cpus, Host, Process
from bench.load.audience import Audience, News
from bench.load.protocol import FORGET, GATHER, ON_ONE_CPU, Order, Reply
from bench.load.team import ALONE, MASTER, MeetingPlace, Team
from bench.workspace import ROOT

_REPLY = TypeAdapter(Reply)
_FORGET_WITHIN_S = 30.0
_END_WITHIN_S = 1.0
"""One that has closed its output is about to end."""
_LINES = 8
_START_WITHIN_S = 40.0
_COME_WITHIN_S = 180.0
"""Until somebody has started generators on other machines."""
_REPLY_WITHIN_S = 20.0
_LEAVE_WITHIN_S = 3.0
_ADVICE = "Start each with `python -m bench generator --join {}` on its machine, or ask for fewer with --generators."


class Generator:
    """A running load generator, and the audience that may be shown what it does."""

    def __init__(self, process: Process, log: Path, audience: Audience | None = None) -> None:
        self._process = process
        self._log = log
        self._audience = audience

    def rotate(self, order: Order) -> Reply:
        """Carry out one rotation; raises LoadError where the generator fails as a process."""
        reply = self._ask(json.dumps(asdict(order)), order.longest_s())
        if reply.error:
            raise LoadError(f"The load generator stopped: {reply.error}.")
        return reply

    def show(self, workload: str, order: Order, reply: Reply) -> None:
        """Show what a rotation brought, under the name of its workload, while nothing is timed; no-op for nobody."""
        if self._audience:
            began_s = time.time() - reply.wall_s
            news = News(workload, order.concurrency, order.times, began_s, reply.wall_s, reply.tallies)
            self._audience.show(news)

    def forget(self) -> None:
        """Close all its connections: the servers are about to end."""
        self._ask(FORGET, _FORGET_WITHIN_S)

    def gather(self, within_s: float, advice: str = "") -> None:
        """Wait until all of a team have come; raises LoadError, with the advice, where they do not."""
        reply = self._ask(GATHER, within_s + _REPLY_WITHIN_S)
        if reply.error:
            sentence = f"Load generators are missing: {reply.error}. {advice}".strip()
            raise LoadError("\n".join([sentence, *self._last_words()]))

    def leave(self) -> None:
        """Let it tell the generators on other machines that the run is over."""
        with contextlib.suppress(OSError):
            _pipe(self._process.stdin).close()
        awake.ended(self._process, _LEAVE_WITHIN_S)

    def _ask(self, line: str, within_s: float) -> Reply:
        with awake.alarm(within_s, self._process.kill) as late:
            try:
                _pipe(self._process.stdin).write(line + "\n")
                _pipe(self._process.stdin).flush()
                return _REPLY.validate_json(_pipe(self._process.stdout).readline())
            except (OSError, ValidationError) as error:
                what = f"had not finished after {within_s:.0f} s" if late.is_set() else f"died with {self._end()}"
                raise LoadError("\n".join([f"The load generator {what}.", *self._last_words()])) from error

    def _end(self) -> str:
        try:
            return ending(self._process.wait(_END_WITHIN_S))
        except subprocess.TimeoutExpired:
            return "no reply"

    def _last_words(self) -> list[str]:
        try:
            lines = self._log.read_text("utf-8", "replace").strip().splitlines()
        except OSError:  # somebody has removed it
            return []
        return [f"  {line}" for line in lines[-_LINES:]]


@contextlib.contextmanager
def generator(log: Path, host: Host, cpus: Cpus = frozenset(), team: Team = ALONE) -> Iterator[Generator]:
    """A load generator in processes of its own, pinned to `cpus`, gone when the context ends.

    Where it is a team, this waits until all have come, from this machine or from others; raises LoadError where they do
    not.
    """
    log.write_bytes(b"")
    with contextlib.ExitStack() as stack:
        start = partial(_started, stack, log, cpus, host)
        flags = [ON_ONE_CPU] if host.cpu_count() - 1 < team.here or 0 < len(cpus) < team.here else []
        audience = _audience(start, team.web)
        if team.alone:
            yield Generator(start(["bench.load", *flags]), log, audience)
            return
        at = team.listen or MeetingPlace(host.address, host.free_port())
        within_s, advice = (_COME_WITHIN_S, _ADVICE.format(at)) if team.listen else (_START_WITHIN_S, "")
        master = [MASTER, at.host, str(at.port), str(team.generators), str(within_s)]
        running = Generator(start(["bench.load", *master]), log, audience)
        if team.listen:
            stack.callback(running.leave)
        for _ in range(team.here):
            start(["bench.load.worker", at.host, str(at.port), *flags])
        running.gather(within_s, advice)
        yield running


def check_place(team: Team, host: Host) -> None:
    """Raise UsageError where the generators of other machines cannot join at the place that the team names."""
    if team.listen:
        try:
            host.free_port(team.listen.port)
        except OSError as error:
            raise UsageError(
                f"Nothing can listen at {team.listen}: {error.strerror or error}. --listen takes an address of this "
                "machine, as other machines see it, and a free port."
            ) from None


def check_page(team: Team) -> None:
    """Raise UsageError where Locust's page cannot be served at the place that the team names."""
    if team.web:
        try:
            with socket.socket() as listener:
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # one released a moment ago will do
                listener.bind((team.web.host, team.web.port))
        except (OSError, UnicodeError) as error:
            why = getattr(error, "strerror", None) or error
            raise UsageError(
                f"Nothing can listen at {team.web}: {why}. --web takes a free port of this machine."
            ) from None


def _audience(start: Callable[[list[str]], Process], web: MeetingPlace | None) -> Audience | None:
    """Locust's page where it is wanted, as a process that was started like the generators."""
    return Audience(start(["bench.load.page", web.host, str(web.port)]), web) if web else None


def _started(stack: contextlib.ExitStack, log: Path, cpus: Cpus, host: Host, module: list[str]) -> Process:
    """A process that ends with the stack."""
    with log.open("ab") as errors:
        process = host.start(
            [sys.executable, "-m", *module],
            cpus=cpus,
            cwd=ROOT,
            env=variables.kept(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
    stack.callback(_end, process, host)
    return process


def _end(process: Process, host: Host) -> None:
    host.end(process)
    for pipe in (process.stdin, process.stdout):
        with contextlib.suppress(OSError):
            _pipe(pipe).close()


def _pipe(stream: IO[str] | None) -> IO[str]:
    assert stream is not None
    return stream

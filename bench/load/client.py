"""The parent's side of the load generator: starts the process, sends it orders, reads its replies."""

import contextlib
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import IO

from pydantic import TypeAdapter, ValidationError

from bench.errors import LoadError
from bench.host import awake, variables
from bench.host.processes import ending
from bench.host.protocol import Cpus, Host, Process
from bench.load.protocol import ON_ONE_CPU, Order, Reply
from bench.workspace import ROOT

_REPLY = TypeAdapter(Reply)
_FORGET = "null"
_FORGET_WITHIN_S = 30.0
_END_WITHIN_S = 1.0
"""One that has closed its output is about to end."""
_LINES = 8


class Generator:
    """A running load generator."""

    def __init__(self, process: Process, log: Path) -> None:
        self._process = process
        self._log = log

    def rotate(self, order: Order) -> Reply:
        """Carry out one rotation; raises LoadError where the generator fails as a process."""
        reply = self._ask(json.dumps(asdict(order)), order.longest_s())
        if reply.error:
            raise LoadError(f"The load generator stopped: {reply.error}.")
        return reply

    def forget(self) -> None:
        """Close all its connections: the servers are about to end."""
        self._ask(_FORGET, _FORGET_WITHIN_S)

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
def generator(log: Path, host: Host, cpus: Cpus = frozenset()) -> Iterator[Generator]:
    """A load generator in a process of its own, pinned to `cpus`, gone when the context ends."""
    process = _start(log, cpus, host)
    try:
        yield Generator(process, log)
    finally:
        host.end(process)
        for pipe in (process.stdin, process.stdout):
            with contextlib.suppress(OSError):
                _pipe(pipe).close()


def _start(log: Path, cpus: Cpus, host: Host) -> Process:
    with log.open("wb") as errors:
        return host.start(
            [sys.executable, "-m", "bench.load", *([ON_ONE_CPU] if host.cpu_count() < 2 else [])],
            cpus=cpus,
            cwd=ROOT,
            env=variables.kept(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )


def _pipe(stream: IO[str] | None) -> IO[str]:
    assert stream is not None
    return stream

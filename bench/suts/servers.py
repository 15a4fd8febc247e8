"""Real servers on loopback: start, wait until ready, measure, stop. Nothing is ever left running."""

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.errors import ServerError
from bench.host import processes
from bench.host.guard import Guard
from bench.model import Sut
from bench.suts import launch, server_table
from bench.suts.environments import python

READY_WITHIN_S = 30.0
_POLL_S = 0.02
_STOP_WITHIN_S = 5.0
_LOG_LINES = 12


@dataclass(frozen=True, slots=True)
class Server:
    """A server process that has answered its first request."""

    sut: Sut
    port: int
    process: subprocess.Popen[bytes]
    log: Path
    start_s: float

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    def pids(self) -> tuple[int, ...]:
        """Its process tree, as it is now."""
        return processes.tree(self.process.pid)

    def ask_to_stop(self) -> None:
        """Let it begin to end, so that several end side by side; `serve` still sees to it that it does."""
        _ask_to_end(self.sut, self.process.pid)

    def check_alive(self) -> None:
        """Raise ServerError, with the end of its log, if it has died."""
        code = self.process.poll()
        if code is not None:
            raise ServerError(f"{self.sut.id} on {self.sut.server} died with {_ending(code)}.\n{_tail(self.log)}")


@contextlib.contextmanager
def serve(
    sut: Sut,
    database_url: str,
    log: Path,
    guard: Guard,
    state: Path,
    *,
    port: int | None = None,
    ready_within_s: float = READY_WITHIN_S,
) -> Iterator[Server]:
    """Serve `sut` on the database that the URL names, ready when this yields, gone when it ends.

    `state` has its environment.

    Raises ServerError when the port is taken, or the server dies or is not ready in time; the sentence ends in its last
    log lines.
    """
    port = free_port() if port is None else _claim(port)
    started = time.perf_counter()
    process = _start(sut, database_url, log, port, guard, state)
    try:
        _wait_ready(sut, process, port, log, ready_within_s)
        yield Server(sut, port, process, log, time.perf_counter() - started)
    finally:
        _stop(sut, process, guard)


def free_port() -> int:
    """A loopback port that nothing listens on now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def _claim(port: int) -> int:
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", port))
        except (OSError, OverflowError) as error:
            raise ServerError(f"Port {port} cannot be used ({error}); choose another with --port.") from error
    return port


def _start(sut: Sut, database_url: str, log: Path, port: int, guard: Guard, state: Path) -> subprocess.Popen[bytes]:
    command = launch.command(sut, python(sut.app, state), "127.0.0.1", port)
    keep = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR")}
    environment = keep | {
        "DATABASE_URL": database_url,
        "PYTHONPATH": str(sut.app.folder),
        "PYTHONUNBUFFERED": "1",
    }
    with log.open("wb") as output:
        try:
            return guard.start(
                command,
                cwd=sut.app.folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        except OSError as error:
            raise ServerError(f"{sut.id}: {command[0]} cannot be started ({error}); `make setup` makes it.") from error


def _wait_ready(sut: Sut, process: subprocess.Popen[bytes], port: int, log: Path, within_s: float) -> None:
    deadline = time.monotonic() + within_s
    status: int | None = None
    while time.monotonic() < deadline:
        code = process.poll()
        if code is not None:
            raise ServerError(f"{sut.id} on {sut.server} ended with {_ending(code)} before it was ready.\n{_tail(log)}")
        status = _probe(port)
        if status == 200:
            return
        time.sleep(_POLL_S)
    answered = f"GET /plaintext was answered {status}" if status else "it did not answer"
    raise ServerError(f"{sut.id} on {sut.server} was not ready after {within_s:g} s: {answered}.\n{_tail(log)}")


def _probe(port: int) -> int | None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/plaintext")
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()


def _stop(sut: Sut, process: subprocess.Popen[bytes], guard: Guard) -> None:
    """Ask the whole process group to end, then make it. The group is ours: the guard started it."""
    _ask_to_end(sut, process.pid)
    _wait(lambda: process.poll() is not None and not _group_lives(process.pid))
    guard.end(process)
    _wait(lambda: not _group_lives(process.pid))


def _wait(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _STOP_WITHIN_S
    while not condition() and time.monotonic() < deadline:
        time.sleep(_POLL_S / 4)


def _group_lives(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def _ask_to_end(sut: Sut, group: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(group, server_table.find(sut.server).stop)


def _ending(code: int) -> str:
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"


def _tail(log: Path) -> str:
    lines = log.read_text("utf-8", "replace").strip().splitlines()[-_LOG_LINES:]
    return "\n".join(["The end of its log:", *(f"  {line}" for line in lines)]) if lines else "Its log is empty."

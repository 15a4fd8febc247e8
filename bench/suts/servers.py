"""Servers on a host: start, wait until ready, stop. Nothing is ever left running."""

import contextlib
import errno
import http.client
import os
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from bench.contract.response import FinalConnection
from bench.errors import ServerError
from bench.host import variables
from bench.host.awake import Patience
from bench.host.processes import ending
from bench.host.protocol import Host, Process
from bench.model import Sut
from bench.suts import checkouts, launch, server_table
from bench.suts.environments import again, python

READY_WITHIN_S = 30.0
READY_PATH = "/plaintext"
"""The path that a server answers with 200 once it is ready."""
_POLL_S = 0.02
_READY_POLL_S = 0.005
"""Starts are compared, so that they are known more exactly than other waits."""
_STOP_WITHIN_S = 5.0
_LOG_LINES = 12
_TRIES = 3
"""So many ports are tried."""
_LOG_LOOKS = 3
"""A server may log a failure a moment after it has answered, and the traceback a moment after that."""


@dataclass(frozen=True, slots=True)
class Server:
    """A server process that has answered its first request, `start_s` seconds after its start."""

    sut: Sut
    port: int
    process: Process
    log: Path
    start_s: float
    host: Host

    @property
    def url(self) -> str:
        """Its address, without a path."""
        return f"http://{self.host.address}:{self.port}"

    def pids(self) -> tuple[int, ...]:
        """Its process tree, as it is now."""
        return self.host.pids(self.process)

    def ask_to_stop(self) -> None:
        """Ask it to end and do not wait, so that several end side by side; `serve` makes sure that it does."""
        _ask_to_end(self.sut, self.process, self.host)

    def news(self) -> Callable[[], str]:
        """A function that returns the lines that the server has logged since the last call."""
        at = 0

        def since() -> str:
            nonlocal at
            text = b""
            for _ in range(_LOG_LOOKS):
                before, text = text, self.host.fetch(self.log).read_bytes()
                if text == before and len(text) > at:
                    break
                time.sleep(_POLL_S)
            new, at = text[at:], len(text)
            return new.decode("utf-8", "replace").strip()

        return since

    def log_bytes(self) -> int:
        """How long its log is."""
        return self.host.fetch(self.log).stat().st_size

    def last_words(self, since_bytes: int) -> str:
        """The last line that it has logged beyond so many bytes; empty if there is none."""
        lines = self.host.fetch(self.log).read_bytes()[since_bytes:].decode("utf-8", "replace").split("\n")
        return next((line.strip() for line in reversed(lines) if line.strip()), "")

    def check_alive(self) -> None:
        """Raise ServerError, with the end of its log, if it has died."""
        code = self.process.poll()
        if code is not None:
            raise ServerError(
                f"{self.sut.id} on {self.sut.server} died with {ending(code)}.\n{_tail(self.host.fetch(self.log))}"
            )


@contextlib.contextmanager
def serve(
    sut: Sut,
    database_url: str,
    log: Path,
    host: Host,
    state: Path,
    *,
    port: int = 0,
    ready_within_s: float = READY_WITHIN_S,
    surroundings: Mapping[str, str] | None = None,
) -> Iterator[Server]:
    """Serve `sut` on the database that the URL names: ready when this yields, gone when the context ends.

    `state` has its environment; `port` 0 is any free one; `surroundings` are environment variables beyond the usual,
    whose PYTHONPATH comes after the app's folder. Raises ServerError where the port is taken, or where the server dies
    or is not ready in time; the last lines of its log follow the sentence.
    """
    start = partial(_start, sut, database_url, log, host, state, surroundings or {})
    server = _begin(sut, start, log, host, port, ready_within_s)
    try:
        yield server
    finally:
        _stop(sut, server.process, host)


def _begin(
    sut: Sut, start: Callable[[int], Process], log: Path, host: Host, wanted: int, within_s: float, tries: int = _TRIES
) -> Server:
    """A server that is ready. Where somebody else took the port that was free a moment before, another is tried."""
    port = _claim(wanted, host)
    started = host.now_s()
    process = start(port)
    try:
        ready = _wait_ready(sut, process, port, log, host, within_s)
    except BaseException as error:
        _stop(sut, process, host)
        if wanted or tries == 1 or not isinstance(error, ServerError) or _is_free(port, host):
            raise
    else:
        return Server(sut, port, process, log, ready - started, host)
    return _begin(sut, start, log, host, wanted, within_s, tries - 1)


def _is_free(port: int, host: Host) -> bool:
    try:
        return host.free_port(port) == port
    except OSError:
        return False


def _claim(port: int, host: Host) -> int:
    try:
        return host.free_port(port)
    except (OSError, OverflowError) as error:
        if port:
            which = f"Port {port} cannot be used ({error}); choose another with --port"
        elif isinstance(error, OSError) and error.errno == errno.EADDRNOTAVAIL:
            which = (
                f"Servers are measured at {host.address}, an address that this machine lacks: `ip link set lo up` "
                "brings it"
            )
        else:
            which = f"No port is free ({error})"
        raise ServerError(f"{which}.") from error


def _start(
    sut: Sut, database_url: str, log: Path, host: Host, state: Path, surroundings: Mapping[str, str], port: int
) -> Process:
    command = launch.command(sut, python(sut.app, state), host.address, port)
    environment = variables.kept() | {
        **surroundings,
        "DATABASE_URL": database_url,
        "PYTHONPATH": os.pathsep.join(filter(None, (str(sut.app.folder), surroundings.get("PYTHONPATH")))),
        "PYTHONUNBUFFERED": "1",
    }
    environment |= checkouts.surroundings(sut.app, log.parent)
    with log.open("wb") as output:
        try:
            return host.start(
                command,
                cwd=sut.app.folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        except OSError as error:
            raise ServerError(
                f"{sut.id}: {command[0]} cannot be started ({error}); {again(sut.app, state)}."
            ) from error


def _wait_ready(sut: Sut, process: Process, port: int, log: Path, host: Host, within_s: float) -> float:
    """The moment on the host's clock at which it answered; what answers on its port may be somebody else."""
    patience = Patience(within_s)
    status: int | None = None
    while patience.left_s():
        code = process.poll()
        if code is not None:
            raise ServerError(
                f"{sut.id} on {sut.server} ended with {ending(code)} before it was ready.\n{_tail(host.fetch(log))}"
            )
        status = _probe(host.address, port)
        answered_at = host.now_s()
        if status == 200 and host.listens(process, port):
            return answered_at
        time.sleep(_READY_POLL_S)
    answered = f"GET {READY_PATH} was answered {status}" if status else "it did not answer"
    raise ServerError(
        f"{sut.id} on {sut.server} was not ready after {within_s:g} s: {answered}.\n{_tail(host.fetch(log))}"
    )


def _probe(address: str, port: int) -> int | None:
    connection = FinalConnection(address, port, timeout=2)
    try:
        connection.request("GET", READY_PATH)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()


def _stop(sut: Sut, process: Process, host: Host) -> None:
    """Ask the whole process group to end, and then kill it."""
    _ask_to_end(sut, process, host)
    _wait(lambda: process.poll() is not None and not host.lives(process))
    host.end(process)
    _wait(lambda: not host.lives(process))


def _wait(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _STOP_WITHIN_S
    while not condition() and time.monotonic() < deadline:
        time.sleep(_POLL_S / 4)


def _ask_to_end(sut: Sut, process: Process, host: Host) -> None:
    host.signal(process, server_table.find(sut.server).stop)


def _tail(log: Path) -> str:
    lines = log.read_text("utf-8", "replace").strip().splitlines()[-_LOG_LINES:]
    return "\n".join(["The end of its log:", *(f"  {line}" for line in lines)]) if lines else "Its log is empty."

"""An agent: on the machine of the servers it does what a run on another machine asks of it, for one run at a time.

The line of a run is read in a thread, and its questions are answered in the main one. So a run that goes away is
noticed in the middle of an answer: whatever that does is interrupted, and ends what it has started.
"""

import contextlib
import json
import secrets
import signal
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from multiprocessing.connection import Connection
from queue import SimpleQueue
from types import FrameType
from typing import Any

from bench.errors import AgentError, BenchError, Busy, UsageError
from bench.host import kernel, lines, local, lock, network
from bench.host.clock import Clock
from bench.host.dials import CLOCK
from bench.host.lines import Door
from bench.host.network import NETWORK
from bench.measure import reaching
from bench.measure.here import LocalGround
from bench.measure.reaching import RUN
from bench.measure.steward import Steward
from bench.model import Tell
from bench.workspace import Workspace

Question = tuple[str, tuple[Any, ...]]
KeyFor = Callable[[bytes], bytes | None]
_MEASURE_WITHIN_S = 60.0
_BUSY = (
    "Another run is measuring on the machine of the agent; wait for it: two at once would spoil the figures of both."
)


class _HungUp(KeyboardInterrupt):
    """Whoever measured is gone in the middle of a question."""


@dataclass(slots=True)
class Guest:
    """Whoever measures: the line, the address at its other end, what it said of itself, and what it has asked so far.

    `key` opens lines beside its own. It is `welcome` once it may ask. After a question that is None it is `gone`.
    """

    line: Connection
    whence: str
    key: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    greeting: dict[str, str] = field(default_factory=dict)
    questions: "SimpleQueue[Question | None]" = field(default_factory=SimpleQueue)
    welcome: bool = False
    gone: bool = False


class Agent:
    """Lets in whoever has the token, one at a time; servers listen at the address `servers_at`."""

    def __init__(self, workspace: Workspace, servers_at: str, token: str, tell: Tell) -> None:
        self._workspace, self._servers_at, self._token, self._tell = workspace, servers_at, token, tell
        self._guest: Guest | None = None
        self._door = threading.Lock()
        self._arrived: SimpleQueue[Guest | AgentError] = SimpleQueue()
        self._answering = False

    def serve(self, listener: socket.socket) -> None:
        """Serve one run after the other until an interruption comes; raises AgentError where nobody can come in."""
        usual = signal.getsignal(signal.SIGHUP)
        signal.signal(signal.SIGHUP, partial(self._hear, usual))
        self._let_in(listener, self._key_for, self._arrived.put)
        while True:
            guest = self._arrived.get()
            if isinstance(guest, AgentError):
                raise guest
            try:
                self._host(guest)
            except _HungUp:
                pass
            except BenchError as error:
                self._tell(f"A run of {guest.whence} could not be served: {error}")
                if not guest.welcome:
                    _refuse(guest.line, _BUSY if isinstance(error, Busy) else str(error))
            finally:
                lines.hang_up(guest.line)
                self._guest = None
            if guest.welcome:
                self._tell(f"The run of {guest.whence} is over; nothing of it runs here any more.")

    def _host(self, guest: Guest) -> None:
        with self._alone(guest), local.host(self._servers_at) as host:
            ground = LocalGround(host, self._workspace)
            self._welcome(guest, ground)
            with contextlib.closing(Steward(ground)) as steward:
                while (question := guest.questions.get()) is not None:
                    self._answer(steward, guest, question)

    def _alone(self, guest: Guest) -> contextlib.AbstractContextManager[None]:
        """Nobody else measures on this machine; a run on it that uses its own agent has made sure of that."""
        here = guest.greeting.get("machine") == kernel.boot()
        return contextlib.nullcontext() if here else lock.alone(self._workspace.lock)

    def _welcome(self, guest: Guest, ground: LocalGround) -> None:
        ours = reaching.greeting(ground)
        if sentence := reaching.differs(ours, guest.greeting):
            raise AgentError(sentence)
        port = self._await_measurement(guest)
        guest.welcome = True
        self._tell(f"Serving a run of {guest.whence}.")
        welcome = {"machine": ours["machine"], "servers_at": self._servers_at, "key": guest.key, "network_port": port}
        with contextlib.suppress(OSError):
            guest.line.send_bytes(json.dumps(welcome).encode())

    def _await_measurement(self, guest: Guest) -> str:
        """Have a guest measure the network where servers are reached, which may be elsewhere; returns the port."""
        try:
            listener = lines.listener(Door(self._servers_at, 0))
        except UsageError:
            raise AgentError(
                f"Servers cannot listen at {self._servers_at}: --servers-at takes an address of their own machine."
            ) from None
        listener.settimeout(_MEASURE_WITHIN_S)
        self._let_in(listener, {NETWORK: guest.key.encode()}.get, lambda error: self._tell(str(error)))
        return str(listener.getsockname()[1])

    def _answer(self, steward: Steward, guest: Guest, question: Question) -> None:
        what, arguments = question
        self._answering = True
        try:
            if guest.gone:
                raise _HungUp  # noqa: TRY301
            reply = (False, getattr(steward, what)(*arguments))
        except (BenchError, OSError) as error:
            reply = (True, error)
        except Exception as error:  # noqa: BLE001  (a fault of ours is told where the run is)
            reply = (True, AgentError(f"The agent could not answer {what}: {error!r}."))
        finally:
            self._answering = False
        with contextlib.suppress(OSError):
            guest.line.send(reply)

    def _hear(self, usual: Any, number: int, frame: FrameType | None) -> None:
        """A SIGHUP: of our own thread that reads the line, or of somebody else."""
        if self._guest is None or not self._guest.gone:
            if callable(usual):
                usual(number, frame)
        elif self._answering:
            raise _HungUp

    def _let_in(self, listener: socket.socket, key_for: KeyFor, broken: Callable[[AgentError], None]) -> None:
        """In a thread, meet each caller in one of its own, until none comes any more; `broken` hears why none can."""

        def meet_all() -> None:
            try:
                with listener:
                    for plain, whence in lines.callers(listener, self._tell):
                        threading.Thread(target=self._meet, args=(plain, whence, key_for), daemon=True).start()
            except AgentError as error:
                broken(error)

        threading.Thread(target=meet_all, daemon=True).start()

    def _meet(self, plain: socket.socket, whence: str, key_for: KeyFor) -> None:
        """One line, from its opening to its end."""
        try:
            purpose, line = lines.accepted(plain, key_for)
        except AgentError as error:
            self._tell(f"Turned away a caller from {whence}: {error}.")
            return
        if purpose == RUN:
            self._attend(Guest(line, whence))
        else:
            with line:
                (network.answer if purpose == NETWORK else _read_clocks)(line)

    def _key_for(self, purpose: bytes) -> bytes | None:
        if purpose == RUN:
            return self._token.encode()
        guest = self._guest
        return guest.key.encode() if guest and purpose == CLOCK else None

    def _attend(self, guest: Guest) -> None:
        """Read what a guest asks until it is gone."""
        with self._door:
            free = self._guest is None
            if free:
                self._guest = guest
        if not free:
            _refuse(guest.line, "The agent serves another run; wait until that is done.")
            guest.line.close()
            return
        try:
            guest.greeting = json.loads(guest.line.recv_bytes())
            self._arrived.put(guest)
            while True:
                guest.questions.put(guest.line.recv())
        except Exception:  # noqa: BLE001  (whoever cannot be read, for whatever reason, is gone)
            guest.gone = True
        if not guest.greeting:
            self._guest = None
            return
        guest.questions.put(None)
        if self._guest is guest and self._answering:
            signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGHUP)


def _refuse(line: Connection, sentence: str) -> None:
    with contextlib.suppress(OSError):
        line.send_bytes(json.dumps({"refusal": sentence}).encode())


def _read_clocks(line: Connection) -> None:
    with contextlib.suppress(OSError, EOFError, ValueError):
        while True:
            pids = json.loads(line.recv_bytes())
            line.send_bytes(json.dumps(Clock(tuple(pids)).cpu_ns()).encode())

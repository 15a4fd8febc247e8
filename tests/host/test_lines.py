"""Lines between two machines: who has the key comes in, and whatever goes wrong is one sentence."""

import errno
import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from multiprocessing.connection import Connection

import pytest

from bench.errors import AgentError, BenchError, LoadError, UsageError
from bench.host import dials, lines
from bench.host.clock import Clock
from bench.host.dials import Dial
from bench.host.lines import Door
from bench.host.protocol import LOOPBACK

KEY = b"one key"


class End:
    """The far end, in a thread: what it made of its caller."""

    def __init__(self, answer: Callable[[socket.socket], object]) -> None:
        self.listener = lines.listener(Door(LOOPBACK, 0))
        self.door = Door(LOOPBACK, self.listener.getsockname()[1])
        self.outcome: object = None
        self._answer = answer
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        with self.listener:
            plain, _ = self.listener.accept()
            try:
                self.outcome = self._answer(plain)
            except BenchError as error:
                self.outcome = error

    def over(self) -> object:
        self._thread.join(5)
        return self.outcome


def accept(plain: socket.socket) -> tuple[bytes, Connection]:
    return lines.accepted(plain, lambda purpose: KEY if purpose == b"talk" else None)


def say_something_else(plain: socket.socket) -> None:
    with plain:
        plain.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")


@pytest.fixture
def far() -> Iterator[Callable[..., End]]:
    ends: list[End] = []

    def start(answer: Callable[[socket.socket], object] = accept) -> End:
        ends.append(End(answer))
        return ends[-1]

    yield start
    for end in ends:
        outcome = end.over()
        if isinstance(outcome, tuple):
            outcome[1].close()


def test_who_has_the_key_is_heard(far: Callable[..., End]) -> None:
    end = far()
    with lines.opened(end.door, b"talk", KEY) as line:
        line.send({"a": 1})
        purpose, other = end.over()  # type: ignore[misc]
        assert (purpose, other.recv()) == (b"talk", {"a": 1})
        hanging_up = threading.Timer(0.05, lines.hang_up, [other])
        hanging_up.start()
        with pytest.raises((EOFError, OSError)):
            other.recv()
        hanging_up.join()


def test_who_has_another_key_is_refused_and_both_sides_say_so(far: Callable[..., End]) -> None:
    end = far()
    with pytest.raises(AgentError, match=r"refuses this token: it takes the one that it printed at its start\.$"):
        lines.opened(end.door, b"talk", b"another")
    assert str(end.over()) == "it has another token"


@pytest.mark.parametrize("answer", [accept, say_something_else])
def test_what_is_no_agent_is_told(far: Callable[..., End], answer: Callable[[socket.socket], object]) -> None:
    end = far(answer)
    with pytest.raises(AgentError, match=f"What answers at {end.door} is no agent of Fairground"):
        lines.opened(end.door, b"nothing of ours", KEY)


def test_who_says_nonsense_to_an_agent_is_turned_away(far: Callable[..., End]) -> None:
    end = far()
    with socket.create_connection((end.door.host, end.door.port)) as plain:
        plain.sendall(b"GET / HTTP/1.1\r\n\r\n")
        assert str(end.over()) == "it does not speak as Fairground does"


def test_where_nobody_listens_the_way_out_is_said() -> None:
    with closing(lines.listener(Door(LOOPBACK, 0))) as listener:
        door = Door(LOOPBACK, listener.getsockname()[1])
        with pytest.raises(UsageError, match=f"Nothing can listen at {door}: .* a free port"):
            lines.listener(door)
    with pytest.raises(AgentError, match=rf"No agent answers at {door} \(.*\); `python -m bench agent` starts one"):
        lines.opened(door, b"talk", KEY)


def test_a_clock_of_another_machine_is_read_there_and_an_agent_that_is_gone_is_told(far: Callable[..., End]) -> None:
    def read_once(plain: socket.socket) -> object:
        _, line = lines.accepted(plain, lambda purpose: KEY if purpose == dials.CLOCK else None)
        with line:
            asked = line.recv_bytes()
            line.send_bytes(b"1234")
            return asked

    end = far(read_once)
    clock = Clock((7, 8), Dial(end.door.host, end.door.port, KEY.decode()))
    assert Clock((), clock.dial).cpu_ns() == 0, "nobody is asked"
    assert clock.cpu_ns() == 1234
    assert end.over() == b"[7, 8]"
    with pytest.raises(LoadError, match=f"the agent at {end.door} is gone, so that the CPU time of servers"):
        clock.cpu_ns()


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("192.0.2.1:70", Door("192.0.2.1", 70)),
        ("192.0.2.1", Door("192.0.2.1", 7)),
        ("box", Door("box", 7)),
        ("[::1]:70", Door("::1", 70)),
        ("[::1]", Door("::1", 7)),
    ],
)
def test_a_door_is_an_address_and_a_port(words: str, expected: Door) -> None:
    assert lines.door(words, 7) == expected
    assert lines.door(str(expected)) == expected


@pytest.mark.parametrize("words", ["", ":7", "box", "box:", "box:http", "box:65536", "box:-1", "box:²"])
def test_what_names_no_door_is_told(words: str) -> None:
    with pytest.raises(UsageError, match=r"names no address and port, as in 192\.0\.2\.1:7070"):
        lines.door(words)


@pytest.mark.parametrize(
    ("host", "expected"),
    [(LOOPBACK, True), ("localhost", True), ("::1", True), ("0.0.0.0", False), ("192.0.2.1", False), ("none", False)],
)
def test_loopback_is_known_by_its_address(host: str, expected: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    known = socket.getaddrinfo

    def look_up(name: str, port: None) -> object:
        if name == "none":
            raise socket.gaierror
        return known(LOOPBACK if name == "localhost" else name, port)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    assert lines.is_loopback(host) is expected


class Scripted:
    """A listener that does what a script says: an error is raised, anything else lets somebody in."""

    def __init__(self, *script: object) -> None:
        self._script = iter(script)

    def accept(self) -> tuple[object, tuple[str, int]]:
        step = next(self._script)
        if isinstance(step, OSError):
            raise step
        return step, ("192.0.2.7", 1)

    def __enter__(self) -> "Scripted":
        return self

    def __exit__(self, *_: object) -> None:
        pass


FULL = OSError(errno.EMFILE, os.strerror(errno.EMFILE))
CLOSED = OSError(errno.EBADF, os.strerror(errno.EBADF))


def let_in(*script: object) -> tuple[list[object], list[str]]:
    """Who is let in, and what is told meanwhile."""
    told: list[str] = []
    listener = Scripted(*script)
    return [who for who, _ in lines.callers(listener, told.append)], told  # type: ignore[arg-type]


def test_callers_come_in_until_nobody_came_for_long() -> None:
    assert let_in("one", "other", TimeoutError()) == (["one", "other"], [])


def test_where_the_system_lets_nobody_in_it_is_told_once_and_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    monkeypatch.setattr("bench.host.lines.time.sleep", waits.append)
    seen, told = let_in("one", FULL, FULL, "other", "third", TimeoutError())
    assert seen == ["one", "other", "third"]
    assert told == [
        "The agent can let nobody in (Too many open files); it goes on trying.",
        "The agent lets callers in again.",
    ]
    assert len(waits) == 2


def test_a_listener_that_is_broken_is_told() -> None:
    with pytest.raises(AgentError, match=r"^The agent can let nobody in any more \(Bad file descriptor\); start it ag"):
        let_in("one", CLOSED)

"""A relay passes on what both sides send, and counts how often the app waits for an answer."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass

import pytest

from bench.databases.address import Address
from bench.databases.relay import Relay, relayed
from bench.host.protocol import LOOPBACK

GREETING = b"welcome"


@dataclass
class Both:
    """An app and a server, each at its end of one connection through a relay."""

    relay: Relay
    app: socket.socket
    server: socket.socket

    def asks(self, question: bytes, *, answer: bytes) -> None:
        self.app.sendall(question)
        assert heard(self.server, len(question)) == question
        self.server.sendall(answer)
        assert heard(self.app, len(answer)) == answer


def heard(end: socket.socket, size: int) -> bytes:
    """So much, or less where the other side hangs up."""
    text = b""
    while len(text) < size and (piece := end.recv(size - len(text))):
        text += piece
    return text


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as everything:
        yield everything


def connected(stack: ExitStack) -> Both:
    """Through a relay; the server has said its greeting."""
    listener = stack.enter_context(socket.create_server((LOOPBACK, 0)))
    url = Address("mysql", LOOPBACK, listener.getsockname()[1], "me", "p@ss/word", "shop").url
    relay = stack.enter_context(relayed(url, LOOPBACK))
    assert relay
    scheme, _, rest = relay.url.partition("://me:p%40ss%2Fword@127.0.0.1:")
    port, _, database = rest.partition("/")
    assert (scheme, database) == ("mysql", "shop")
    app = stack.enter_context(socket.create_connection((LOOPBACK, int(port)), 10))
    server = stack.enter_context(listener.accept()[0])
    server.settimeout(10)
    server.sendall(GREETING)
    assert heard(app, len(GREETING)) == GREETING
    return Both(relay, app, server)


def test_each_wait_for_an_answer_is_a_round_trip(stack: ExitStack) -> None:
    both = connected(stack)
    assert both.relay.round_trips == 0, "nobody has asked for a greeting"
    both.asks(b"SELECT 1", answer=b"1")
    both.asks(b"SELECT 2; SELECT 3", answer=b"2 and 3")
    assert both.relay.round_trips == 2


def test_what_comes_in_pieces_is_one(stack: ExitStack) -> None:
    both = connected(stack)
    for piece in (b"SELECT", b" 1"):
        both.app.sendall(piece)
        heard(both.server, len(piece))
    for piece in (b"one", b" row"):
        both.server.sendall(piece)
        heard(both.app, len(piece))
    assert both.relay.round_trips == 1


def test_a_large_answer_comes_whole(stack: ExitStack) -> None:
    both = connected(stack)
    both.asks(b"SELECT *", answer=bytes(range(256)) * 400)
    assert both.relay.round_trips == 1


def test_a_farewell_is_none_and_hangs_up_on_the_server(stack: ExitStack) -> None:
    both = connected(stack)
    both.app.sendall(b"bye")
    both.app.close()
    assert heard(both.server, 4) == b"bye"
    assert both.relay.round_trips == 0


def test_where_the_server_hangs_up_so_does_the_relay(stack: ExitStack) -> None:
    both = connected(stack)
    both.server.close()
    assert heard(both.app, 1) == b""


def test_at_the_end_everything_is_cut(stack: ExitStack) -> None:
    with ExitStack() as inner:
        listener = stack.enter_context(socket.create_server((LOOPBACK, 0)))
        relay = inner.enter_context(relayed(f"mysql://me@{LOOPBACK}:{listener.getsockname()[1]}/shop", LOOPBACK))
        assert relay
        port = int(relay.url.rpartition(":")[2].partition("/")[0])
        app = stack.enter_context(socket.create_connection((LOOPBACK, port), 10))
        server = stack.enter_context(listener.accept()[0])
        server.settimeout(10)
    assert (heard(app, 1), heard(server, 1)) == (b"", b"")
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((LOOPBACK, port), 10)


def test_where_no_server_answers_the_app_is_cut_off_and_the_next_one_heard(stack: ExitStack) -> None:
    relay = stack.enter_context(relayed(f"mysql://me@{LOOPBACK}:1/shop", LOOPBACK))
    assert relay
    for _ in range(2):
        port = int(relay.url.rpartition(":")[2].partition("/")[0])
        app = stack.enter_context(socket.create_connection((LOOPBACK, port), 10))
        assert heard(app, 1) == b""


def test_a_database_without_a_server_has_none(stack: ExitStack) -> None:
    assert stack.enter_context(relayed("sqlite:////work/shop.db", LOOPBACK)) is None

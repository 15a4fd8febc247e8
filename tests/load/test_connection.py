"""One connection against a server on raw sockets: whole answers, and each way in which there is none."""

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import gevent
import pytest

from bench.load.connection import KeptConnection
from bench.load.wire import ExchangeError
from tests.load.reference import HELLO, http
from tests.load.scripted import Script, Server, Talk, answering, once, saying, scripted

pytestmark = pytest.mark.servers
GET = b"GET /plaintext HTTP/1.1\r\nHost: x\r\n\r\n"
LARGE = http("200 OK", bytes(range(256)) * 4096)


@contextmanager
def connected(script: Script) -> Iterator[tuple[KeptConnection, Server]]:
    with scripted(script) as server, gevent.Timeout(20):  # rather than hang
        connection = KeptConnection("127.0.0.1", server.port)
        try:
            yield connection, server
        finally:
            connection.close()


def failing(connection: KeptConnection) -> ExchangeError:
    with gevent.Timeout(5), pytest.raises(ExchangeError) as caught:
        connection.exchange(GET)
    return caught.value


def test_one_connection_carries_many_exchanges() -> None:
    with connected(answering(HELLO)) as (connection, server):
        assert [connection.exchange(GET) for _ in range(50)] == [HELLO] * 50
        assert (connection.opened, server.connections, connection.head.status) == (1, 1, 200)


def test_the_answer_is_the_answer_to_the_request() -> None:
    def echo(request: bytes) -> bytes:
        return http("200 OK", request)

    with connected(answering(echo)) as (connection, _):
        for number in range(20):
            request = b"GET /%d HTTP/1.1\r\n\r\n" % number
            assert connection.exchange(request).endswith(b"\r\n\r\n" + request)


@pytest.mark.parametrize("cut", range(1, len(HELLO)))
def test_an_answer_in_two_segments_is_read_to_its_end(cut: int, two: KeptConnection) -> None:
    request = b"GET /%d HTTP/1.1\r\n\r\n" % cut
    assert two.exchange(request) == HELLO


@pytest.fixture(scope="module")
def two() -> Iterator[KeptConnection]:
    """A connection to a server that cuts its answer where the request says; the head is known from the start."""

    def script(talk: Talk) -> None:
        while True:
            cut = int(talk.request()[5:].split(b" ")[0])
            talk.say(HELLO[:cut], HELLO[cut:], pause_s=0.001)

    with scripted(script) as server:
        connection = KeptConnection("127.0.0.1", server.port)
        assert connection.exchange(b"GET /999 HTTP/1.1\r\n\r\n") == HELLO
        yield connection
        assert connection.opened == 1
        connection.close()


def test_a_cut_before_the_last_byte_of_a_known_head_is_not_taken_for_an_answer() -> None:
    # Head, minus its last three bytes, and a body two bytes shorter than the head: the lengths would agree.
    short = b"HTTP/1.1 200 OK\r\nContent-Length: 33"
    answer = short + b"\r\n\r\n" + b"x" * 33
    assert len(short) == 35
    with connected(saying(answer[: len(short) + 1], answer[len(short) + 1 :], pause_s=0.005)) as (connection, _):
        assert [connection.exchange(GET) for _ in range(3)] == [answer] * 3


@pytest.mark.parametrize(
    ("pieces", "content"),
    [
        ((b"HTTP/1.1 100 Continue\r\n\r\n", HELLO), HELLO),
        ((b"HTTP/1.1 100 Continue\r\n\r\n" + HELLO,), HELLO),
        ((LARGE,), LARGE),
        ((LARGE[:90_000], LARGE[90_000:]), LARGE),
        (
            (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nHello\r\n", b"0\r\nX: y\r\n\r\n"),
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nHello",
        ),
        ((b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\nConnection: keep-alive\r\n\r\nhi",),) * 2,
        ((b"HTTP/1.1 204 No Content\r\n\r\n",),) * 2,
    ],
    ids=["interim", "interim-at-once", "large", "large-in-two", "chunked", "old-kept", "empty"],
)
def test_unusual_answers_leave_the_connection_open(pieces: tuple[bytes, ...], content: bytes | tuple[bytes]) -> None:
    expected = content if isinstance(content, bytes) else content[0]
    with connected(saying(*pieces, pause_s=0.005)) as (connection, _):
        for _ in range(3):
            with gevent.Timeout(5):
                assert connection.exchange(GET) == expected
        assert (connection.opened, connection.has_unread()) == (1, False)


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi",
        b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nhi",
        b"HTTP/1.0 200 OK\r\n\r\nhi",
        b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\nhi",
    ],
    ids=["close", "old", "old-until-close", "until-close"],
)
def test_a_connection_that_an_answer_closes_is_opened_again(answer: bytes) -> None:
    with connected(once(answer)) as (connection, server):
        assert [connection.exchange(GET) for _ in range(3)] == [answer] * 3
        assert (connection.opened, server.connections) == (3, 3)


def silent(talk: Talk) -> None:
    talk.request()


def resetting(talk: Talk) -> None:
    talk.request()
    talk.reset()


@pytest.mark.parametrize(
    ("script", "kind"),
    [
        (silent, "closed"),
        (resetting, "reset"),
        (once(HELLO[:5]), "truncated"),
        (once(HELLO[:-3]), "truncated"),
        (once(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nHello\r\n"), "truncated"),
        (saying(b"garbage"), "malformed"),
        (saying(HELLO + HELLO), "malformed"),
        (saying(HELLO + b"H"), "malformed"),
        (saying(b"HTTP/1.1 101 Switching Protocols\r\n\r\n"), "malformed"),
    ],
    ids=["silent", "reset", "head", "body", "chunks", "garbage", "twice", "too-long", "switch"],
)
def test_an_exchange_that_fails_says_how_and_leaves_nothing_behind(script: Script, kind: str) -> None:
    with connected(script) as (connection, server):
        assert failing(connection).kind == kind
        server.script = answering(HELLO)
        assert connection.exchange(GET) == HELLO
        assert connection.opened == 2


def test_nobody_listening_is_refused() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    connection = KeptConnection("127.0.0.1", port)
    assert failing(connection).kind == "refused"
    assert connection.opened == 0


def test_a_request_larger_than_all_buffers_arrives_whole_without_spinning() -> None:
    large = b"POST /items HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % (16 * 2**20) + b"x" * (16 * 2**20)

    def script(talk: Talk) -> None:
        talk.pause(0.5)
        talk.say(http("200 OK", b"%d" % len(talk.request())))

    with connected(script) as (connection, _):
        began, used = time.perf_counter(), time.thread_time()
        assert connection.exchange(large).endswith(b"\r\n\r\n%d" % len(large))
        assert time.perf_counter() - began > 0.5
        assert time.thread_time() - used < 0.1


def test_what_nobody_asked_for_is_noticed() -> None:
    def eager(talk: Talk) -> None:
        talk.say(HELLO)
        talk.request()

    with connected(eager) as (connection, _):
        assert not connection.has_unread()
        connection.open_if_closed()
        eventually(connection.has_unread)
        assert not connection.has_unread()


def test_a_connection_that_the_server_closed_meanwhile_is_let_go() -> None:
    with connected(once(HELLO)) as (connection, _):
        connection.exchange(GET)
        time.sleep(0.05)
        assert not connection.has_unread()
        assert connection.exchange(GET) == HELLO
        assert connection.opened == 2


def test_a_time_out_that_is_thrown_leaves_the_waiting_at_once() -> None:
    def late(talk: Talk) -> None:
        talk.request()
        talk.pause(0.6)
        talk.say(http("200 OK", b"late"))
        talk.request()

    with connected(late) as (connection, server):
        began = time.perf_counter()
        with pytest.raises(ExchangeError, match="timed out"), gevent.Timeout(0.1, ExchangeError("timed out")):
            connection.exchange(GET)
        assert time.perf_counter() - began < 0.5
        connection.close()
        server.script = answering(HELLO)
        time.sleep(0.6)
        assert connection.exchange(GET) == HELLO


def eventually(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.005)

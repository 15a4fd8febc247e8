"""Servers that fail, each beside one that does not: a reason in the tally, never an exception or a hang, and the
healthy one is measured as ever.
"""

import contextlib
import os
import re
import signal
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bench.load.client import Generator
from bench.load.lanes import GIVE_UP_AFTER
from tests.load.orders import Seen, rotate, target
from tests.load.reference import HELLO, http
from tests.load.scripted import Script, Talk, answering, once, saying, scripted

pytestmark = pytest.mark.servers

CLOSE = b"HTTP/1.1 200 OK\r\nContent-Length: 13\r\nConnection: close\r\n\r\nHello, World!"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
RATES = (None, 600.0)


def closing(talk: Talk) -> None:
    """Takes connections and closes them."""


def silent(talk: Talk) -> None:
    while True:
        talk.request()


def stopping(talk: Talk) -> None:
    for _ in range(5):
        talk.request()
        talk.say(HELLO)
    silent(talk)


def resetting(talk: Talk) -> None:
    talk.request()
    talk.reset()


def halting(talk: Talk) -> None:
    """Stops in the middle of an answer."""
    talk.request()
    talk.say(HELLO[:-5])
    talk.pause(60)


def trickling(talk: Talk) -> None:
    talk.request()
    talk.say(*(HELLO[at : at + 1] for at in range(len(HELLO))), pause_s=0.2)


def eager(talk: Talk) -> None:
    """Greets whoever comes, then answers."""
    talk.say(HELLO)
    answering(HELLO)(talk)


def chatty(talk: Talk) -> None:
    """Answers twice, the second time when nobody expects it."""
    while True:
        talk.request()
        talk.say(HELLO, HELLO, pause_s=0.02)


def endless_head(talk: Talk) -> None:
    talk.request()
    talk.say(b"HTTP/1.1 200 OK\r\n", *[b"X: y\r\n" * 1000] * 1000)


def endless_body(talk: Talk) -> None:
    talk.request()
    talk.say(b"HTTP/1.1 200 OK\r\n\r\n", *[bytes(2**20)] * 1000)


FAILURES: dict[str, tuple[Script, set[str]]] = {
    "closes at once": (closing, {"closed", "reset"}),
    "closes after each request": (once(), {"closed"}),
    "resets": (resetting, {"reset"}),
    "closes within a head": (once(HELLO[:20]), {"truncated"}),
    "closes within a body": (once(HELLO[:-1]), {"truncated"}),
    "closes within chunks": (once(CHUNKED + b"d\r\nHello"), {"truncated"}),
    "never answers": (silent, {"timed out"}),
    "stops answering": (stopping, {"timed out"}),
    "stops within an answer": (halting, {"timed out"}),
    "trickles for too long": (trickling, {"timed out"}),
    "garbage": (saying(b"\x00\xff garbage \r\n"), {"malformed"}),
    "garbage, then closes": (once(b"<html>no head</html>"), {"malformed"}),
    "another protocol's greeting": (lambda talk: talk.say(b"220 smtp.example.org ESMTP\r\n"), {"malformed", "closed"}),
    "greets with an answer": (eager, {"malformed"}),
    "two answers at once": (saying(HELLO + HELLO), {"malformed"}),
    "two answers, one after the other": (chatty, {"malformed"}),
    "two lengths": (saying(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxy"), {"malformed"}),
    "a length that is none": (saying(b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n"), {"malformed"}),
    "too large a length": (saying(b"HTTP/1.1 200 OK\r\nContent-Length: 9" + b"0" * 5000 + b"\r\n\r\n"), {"malformed"}),
    "a length that is too short": (saying(HELLO.replace(b"th: 13", b"th: 12")), {"malformed"}),
    "a length that is too long": (saying(HELLO.replace(b"th: 13", b"th: 14")), {"timed out"}),
    "chunks that are none": (saying(CHUNKED + b"z\r\n"), {"malformed"}),
    "a head without an end": (endless_head, {"malformed"}),
    "a body without an end": (endless_body, {"malformed", "timed out"}),
    "status 500": (saying(http("500 Internal Server Error", b"{}")), {"status 500"}),
    "status 404": (saying(http("404 Not Found")), {"status 404"}),
    "a redirect": (saying(http("302 Found", b"", "text/html", "Location: /")), {"status 302"}),
}


UNUSUAL: dict[str, Script] = {
    "interim": saying(b"HTTP/1.1 100 Continue\r\n\r\n" + HELLO),
    "interim apart": saying(b"HTTP/1.1 103 Early Hints\r\nLink: </>\r\n\r\n", HELLO, pause_s=0.003),
    "old": saying(b"HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 13\r\n\r\nHello, World!"),
    "chunked": saying(CHUNKED + b"6\r\nHello,\r\n7;x=y\r\n World!\r\n0\r\nX-Sum: 1\r\n\r\n"),
    "chunked, in pieces": saying(CHUNKED, b"d\r\nHello", b", World!", b"\r\n0\r", b"\n\r", b"\n", pause_s=0.002),
    "in pieces": saying(HELLO[:10], HELLO[10:40], HELLO[40:-3], HELLO[-3:], pause_s=0.002),
}


@pytest.fixture(scope="module")
def healthy() -> Iterator[Any]:
    with scripted(answering(HELLO)) as server:
        yield server


def beside(load: Generator, folder: Path, healthy: Any, failing: Any, **changes: Any) -> Seen:
    """A rotation over both. The healthy one must have been measured in full."""
    began = time.perf_counter()
    seen = rotate(
        load, folder, target(healthy, "healthy"), target(failing), **{"slice_s": 0.05, "answer_within_s": 0.3} | changes
    )
    assert time.perf_counter() - began < 10, "it does not hang"
    tally = seen.tally("healthy")
    assert not (tally.errors or tally.wrong or tally.dropped or tally.reconnects)
    assert len(tally.slices) == 2
    assert all(slice_.requests for slice_ in tally.slices)
    return seen


@pytest.fixture(scope="module", params=RATES, ids=["closed loop", "open loop"])
def side_by_side(request: Any, load: Generator, tmp_path_factory: Any, healthy: Any) -> tuple[Seen, dict[str, int]]:
    """One rotation over all that fail or are unusual, and one that does and is not; and how often each was asked."""
    scripts = {name: script for name, (script, _) in FAILURES.items()} | UNUSUAL
    with contextlib.ExitStack() as stack:
        servers = {name: stack.enter_context(scripted(script)) for name, script in scripts.items()}
        targets = [target(healthy, "healthy"), *(target(server, name) for name, server in servers.items())]
        folder = tmp_path_factory.mktemp("failures")
        began = time.perf_counter()
        seen = rotate(
            load, folder, *targets, turns=1, slice_s=0.05, answer_within_s=0.8, arrival_rate_rps=request.param
        )
        assert time.perf_counter() - began < 60, "nor does it for all of them"
        return seen, {name: len(server.asked) for name, server in servers.items()}


@pytest.mark.parametrize("name", FAILURES)
def test_a_failure_is_told_by_kind(side_by_side: tuple[Seen, dict[str, int]], name: str) -> None:
    (seen, _), (_, kinds) = side_by_side, FAILURES[name]
    tally = seen.tally(name)
    assert tally.errors
    assert set(tally.errors) <= kinds
    assert sum(tally.errors.values()) < GIVE_UP_AFTER + 8
    if kinds == {"timed out"}:
        assert tally.dropped
        assert tally.dropped.startswith("timed out")
        # Before requests arrive, most of these have not even the first over each connection answered.
        started = name == "stops answering" or "healthy.lag" not in seen.arrays
        assert len(tally.slices) == started
        assert all(0.35 < slice_.busy_s < 2 for slice_ in tally.slices), "a slice, and the wait for the last answer"
    answered = name in ("stops answering", "two answers, one after the other", "greets with an answer")
    assert answered or seen.requests(name) == 0


@pytest.mark.parametrize("name", UNUSUAL)
def test_what_is_unusual_and_right_is_no_error(side_by_side: tuple[Seen, dict[str, int]], name: str) -> None:
    seen, asked = side_by_side
    tally = seen.tally(name)
    assert (tally.errors, tally.wrong, tally.dropped, tally.reconnects) == ({}, (), None, 0)
    first = 4 if f"{name}.lag" in seen.arrays else 0
    assert seen.requests(name) == asked[name] - first > 10


def test_the_one_that_does_not_fail_is_measured_as_ever(side_by_side: tuple[Seen, dict[str, int]]) -> None:
    seen, _ = side_by_side
    tally = seen.tally("healthy")
    assert (tally.errors, tally.wrong, tally.dropped, tally.reconnects) == ({}, (), None, 0)
    (only,) = tally.slices
    assert 0.04 < only.busy_s < 0.5, "nobody whose answer does not come"
    assert seen.requests("healthy") > 10
    assert seen.ms(50, "healthy") < 20


def test_nobody_listening(load: Generator, tmp_path: Path, healthy: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    tally = beside(load, tmp_path, healthy, port).tally()
    assert (tally.dropped, tally.errors, tally.slices) == ("refused: ECONNREFUSED", {"refused": 1}, ())


def test_a_server_that_takes_no_connections(load: Generator, tmp_path: Path, healthy: Any) -> None:
    with socket.socket() as listener, contextlib.ExitStack() as stack:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for _ in range(4):  # fill its queue
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(listener.getsockname())
        tally = beside(load, tmp_path, healthy, listener.getsockname()[1]).tally()
    assert tally.errors == {"timed out": 1}
    assert tally.dropped == "timed out: no connection within 0.3 s"


def test_a_server_that_dies_between_slices(load: Generator, tmp_path: Path, healthy: Any) -> None:
    def dying(talk: Talk) -> None:
        talk.request()
        talk.say(HELLO)
        talk.server._listener.close()

    with scripted(dying) as server:
        tally = beside(load, tmp_path, healthy, server).tally()
    assert tally.dropped
    assert set(tally.errors) <= {"closed", "reset", "refused"}


@pytest.mark.parametrize("rate", RATES, ids=["closed loop", "open loop"])
def test_one_dropped_connection_is_one_error_and_the_rest_is_measured(
    load: Generator, tmp_path: Path, healthy: Any, rate: float | None
) -> None:
    def dropping(talk: Talk) -> None:
        if talk.server.connections == 3 and len(talk.server.asked) < 20:
            talk.request()
            return
        answering(HELLO, 0.002)(talk)

    with scripted(dropping) as server:
        seen = beside(load, tmp_path, healthy, server, arrival_rate_rps=rate)
    tally = seen.tally()
    assert (sum(tally.errors.values()), tally.dropped, len(tally.slices)) == (1, None, 2)
    assert seen.requests() > 10


@pytest.mark.parametrize("rate", RATES, ids=["closed loop", "open loop"])
@pytest.mark.parametrize("answer", [CLOSE, b"HTTP/1.0 200 OK\r\n\r\nHello, World!"], ids=["close", "until close"])
def test_a_server_that_closes_after_each_answer_is_told_by_its_reconnects(
    load: Generator, tmp_path: Path, healthy: Any, answer: bytes, rate: float | None
) -> None:
    with scripted(once(answer)) as server:
        seen = beside(load, tmp_path, healthy, server, arrival_rate_rps=rate)
    tally = seen.tally()
    assert (tally.errors, tally.wrong, tally.dropped) == ({}, (), None)
    assert seen.requests() - 8 <= tally.reconnects <= seen.requests()
    assert seen.requests() > 10


def test_large_answers_are_read_whole(load: Generator, tmp_path: Path, healthy: Any) -> None:
    with scripted(saying(http("200 OK", b"x" * 3 * 2**20))) as server:
        seen = beside(load, tmp_path, healthy, server)
    assert not seen.tally().errors
    assert seen.tally().wrong
    assert seen.requests() >= 8


@pytest.mark.parametrize("rate", RATES, ids=["closed loop", "open loop"])
def test_an_answer_that_comes_after_the_time_out_is_not_taken_for_another(
    load: Generator, tmp_path: Path, healthy: Any, rate: float | None
) -> None:
    def late(talk: Talk) -> None:
        talk.request()
        talk.pause(0.6)
        talk.say(http("200 OK", b"Late answer!!", "text/plain"))

    with scripted(late) as server:
        failed = beside(load, tmp_path, healthy, server, arrival_rate_rps=rate).tally()
        assert set(failed.errors) == {"timed out"}
        server.script = answering(HELLO)
        for _ in range(3):  # until the late ones have come
            tally = beside(load, tmp_path, healthy, server, arrival_rate_rps=rate).tally()
            assert (tally.errors, tally.wrong, tally.dropped) == ({}, (), None)


def test_a_failing_lane_does_not_spin(load: Generator, tmp_path: Path) -> None:
    with scripted(once(http("500 Oh no"))) as server:
        seen = rotate(load, tmp_path, target(server), concurrency=1, turns=1, slice_s=0.2)
    assert 0 < seen.tally().errors["status 500"] <= 40
    (only,) = seen.tally().slices
    assert only.generator_cpu_ns < 0.25 * only.busy_s * 1e9


def test_errors_of_the_warm_up_are_told_too(load: Generator, tmp_path: Path, healthy: Any) -> None:
    def cold(talk: Talk) -> None:
        talk.request()
        talk.say(http("503 Service Unavailable") if len(talk.server.asked) <= 3 else HELLO)
        answering(HELLO)(talk)

    with scripted(cold) as server:
        seen = beside(load, tmp_path, healthy, server, warm_up_turns=1)
    assert seen.tally().errors == {"status 503": 3}
    assert len(seen.tally().slices) == 2


def test_a_machine_that_sleeps_is_told_as_that(load: Generator, tmp_path: Path) -> None:
    """As a guest that its host holds up: for a while nothing of the generator runs."""
    pid = load._process.pid
    with scripted(answering(HELLO)) as server:
        sleep = threading.Timer(0.2, os.kill, (pid, signal.SIGSTOP))
        wake = threading.Timer(1.5, os.kill, (pid, signal.SIGCONT))
        sleep.start()
        wake.start()
        seen = rotate(load, tmp_path, target(server, "one"), turns=1, slice_s=0.8, answer_within_s=0.3)
        wake.join()
    dropped = seen.tally("one").dropped or ""
    assert re.fullmatch(r"the machine stood still for 1\.\d s under its load, as when it sleeps", dropped), dropped

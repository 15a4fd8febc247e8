"""A server that answers or closes is left alone; one that fails, hangs or writes what was cut short is found out."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from bench.contract.client import Client
from bench.databases.sqlite import SqliteDatabase
from bench.fuzz import bursts, raw
from bench.fuzz.bursts import KINDS, Burst
from bench.fuzz.draws import Lot
from tests.contract.mutations import MUTATIONS
from tests.contract.reference import Asked, Reference, Refusal, Reply, RequestHandler, served

DRAWN = [bursts.draw(Lot(f"seed {number}")) for number in range(60)]
GET = b"GET /plaintext HTTP/1.1\r\nHost: x\r\n\r\n"


@contextmanager
def client_of(reference: Reference) -> Iterator[Client]:
    with served(reference) as url, Client(url, timeout_s=1) as client:
        yield client


def test_a_sound_server_has_no_fault(small: SqliteDatabase) -> None:
    before = small.rows()
    with client_of(Reference(small.path)) as client:
        assert raw.faults(client, small, DRAWN) == []
    assert small.rows() == before


def test_a_failure_of_its_own_is_a_fault(small: SqliteDatabase) -> None:
    class Fails(Reference):
        def route(self, asked: Asked) -> Reply:
            if "%zz" in asked.target:
                raise Refusal(500)
            return super().route(asked)

    burst = Burst("bad request line", (GET.replace(b"/plaintext", b"/%zz"),))
    with client_of(Fails(small.path)) as client:
        ((what, lines),) = raw.faults(client, small, [burst])
    assert what.startswith("a failure of its own: 500")
    assert lines == (f"sent  {burst}",)


def test_silence_is_a_fault(small: SqliteDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
    over = threading.Event()

    def waits(self: RequestHandler) -> None:
        self.close_connection = True
        if self.rfile.readline(65537).startswith(b"GET /wait"):
            over.wait(3)

    burst = Burst("end before the end", (b"GET /wait",), ends=True)
    with client_of(Reference(small.path)) as client:
        assert raw.fault(client, Burst("noise", (b"x\r\n\r\n",))) == ""
        client.timeout_s = 0.2
        monkeypatch.setattr(RequestHandler, "handle_one_request", waits)
        assert raw.play(client, burst).hung
        over.set()


@pytest.mark.parametrize("name", ["TakesHalfABody", "WritesBeforeTheEnd"])
def test_what_was_cut_short_must_not_be_written(small: SqliteDatabase, name: str) -> None:
    before = small.rows()
    lot = Lot(name)
    cut = [KINDS["length that lies"](lot) for _ in range(40)]
    body = b'{"name": "Put", "description": "", "price_cents": 1, "in_stock": true}'
    head = b"PUT /items/3 HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n"
    with client_of(MUTATIONS[name][1](small.path)) as client:
        seen = raw.faults(client, small, [*cut, Burst("length that lies", (head + body,))])
    assert [what for what, _ in seen if "rows" in what]
    assert all(len(lines) == 1 for _, lines in seen)
    assert small.rows() == before


def test_whoever_comes_next_is_served(small: SqliteDatabase) -> None:
    class Falls(Reference):
        fallen = False

        def route(self, asked: Asked) -> Reply:
            self.fallen |= asked.target == "/fall"
            if self.fallen and asked.target == "/plaintext":
                raise sqlite3.OperationalError
            return super().route(asked)

    with client_of(Falls(small.path)) as client:
        what = raw.fault(client, Burst("noise", (GET.replace(b"/plaintext", b"/fall"),)))
    assert what.startswith("afterwards, to GET /plaintext: 500")


def test_answers_must_be_those_of_whole_requests(small: SqliteDatabase) -> None:
    class Swallows(Reference):
        def route(self, asked: Asked) -> Reply:
            if asked.visit.nth == 3:
                raise Refusal(404)
            return super().route(asked)

    with client_of(Swallows(small.path)) as client:
        what = raw.fault(client, Burst("pipelined", (GET * 4,), (200,) * 4))
        assert what.startswith("not 200, 200, 200, 200, but: 200")

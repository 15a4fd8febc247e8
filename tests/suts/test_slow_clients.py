"""Whom one slow client holds up, on each server: as the table of servers says."""

import socket
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest

from bench.databases.sqlite import SqliteTemplate
from bench.host import local
from bench.identity import OWN
from bench.model import App, Sut
from bench.suts import servers
from bench.suts.server_table import SERVERS
from tests.here import HERE

pytestmark = [pytest.mark.servers, pytest.mark.slow]
HEAD = b"POST /items HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 61\r\n\r\n"
BODY = b'{"name":"x","description":"","price_cents":1,"in_stock":true}'
HELD_UP = {("granian", "wsgi", HEAD), ("gunicorn", "wsgi", HEAD), ("gunicorn", "wsgi", HEAD[:20])}
"""Where everybody else waits: a server, its interface, and what the slow client has sent so far."""
CASES = [
    *(("granian", "asgi"), ("granian", "wsgi"), ("gunicorn", "wsgi"), ("uvicorn", "asgi")),
    *(("cheroot", "cherrypy"), ("rocket", "py4web")),
]


@pytest.fixture(scope="module", params=CASES, ids="-".join)
def served(
    request: pytest.FixtureRequest,
    installed: dict[str, App],
    template: SqliteTemplate,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[str, str, int]]:
    name, app = request.param
    log = tmp_path_factory.mktemp("slow") / "log"
    database = template.copy(f"slow-{name}-{app}")
    with (
        local.host() as host,
        servers.serve(Sut.of(installed[app], name), database.url, log, host, HERE.state) as server,
    ):
        yield name, app, server.port


def test_every_server_is_tried() -> None:
    assert {name for name, _ in CASES} == SERVERS.keys() - {OWN}
    assert all(entry.slow_client for entry in SERVERS.values())


@pytest.mark.parametrize("begun", [HEAD[:20], HEAD], ids=["head", "body"])
def test_a_slow_client_holds_up_whom_the_table_says(served: tuple[str, str, int], begun: bytes) -> None:
    name, app, port = served
    with socket.create_connection(("127.0.0.1", port)) as slow:
        slow.sendall(begun)
        time.sleep(0.3)
        assert answered_within(port, 2) == ((name, app, begun) not in HELD_UP)
    assert answered_within(port, 5), "once it is gone"


def test_a_body_that_comes_late_is_no_request(served: tuple[str, str, int]) -> None:
    """Where a server has given it up, it has closed the connection."""
    with socket.create_connection(("127.0.0.1", served[2]), 20) as slow:
        slow.sendall(HEAD)
        slow.settimeout(11)  # a second longer than the shortest time-out for bodies
        answers = b""
        with suppress(TimeoutError):
            answers = slow.recv(65536)
        slow.settimeout(1)
        with suppress(OSError):
            slow.sendall(BODY)
            while piece := slow.recv(65536):
                answers += piece
    assert answers.count(b"HTTP/1.1 ") == 1
    assert answers.split()[1] in (b"201", b"400")


def answered_within(port: int, wait_s: float) -> bool:
    with socket.create_connection(("127.0.0.1", port), wait_s) as sock:
        sock.sendall(b"GET /plaintext HTTP/1.1\r\nHost: x\r\n\r\n")
        try:
            return sock.recv(1000).startswith(b"HTTP/1.1 200")
        except TimeoutError:
            return False

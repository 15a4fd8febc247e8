"""The service that apps call: it answers after the time that it is asked for, and is gone with what needed it."""

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bench.contract import upstream as answers
from bench.contract.response import FinalConnection
from bench.errors import ServerError
from bench.host import local
from bench.model import Sut
from bench.suts import upstream, upstream_service
from bench.suts.upstream import Upstream
from tests import builders
from tests.fake_host import FakeHost


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Upstream]:
    folder = tmp_path_factory.mktemp("upstream")
    with local.host() as host, upstream.running(host, folder / "log", needed=True) as started:
        yield started


def address(service: Upstream) -> tuple[str, int]:
    host, _, port = service.url.removeprefix("http://").partition(":")
    return host, int(port)


def ask(connection: FinalConnection, path: str) -> tuple[int, Any]:
    connection.request("GET", path)
    answer = connection.getresponse()
    body = answer.read()
    return answer.status, json.loads(body) if body else None


@pytest.mark.servers
def test_it_answers_after_the_time_another_each_time_on_one_connection(service: Upstream) -> None:
    connection, numbers = FinalConnection(*address(service), timeout=10), list[int | None]()
    for wait_ms in (1, 30, 1):
        began = time.monotonic()
        status, document = ask(connection, f"/{wait_ms}")
        assert time.monotonic() - began >= wait_ms / 1000
        assert status == 200
        numbers.append(answers.number_of(document, wait_ms))
    connection.close()
    assert None not in numbers
    assert len(set(numbers)) == len(numbers)


@pytest.mark.servers
def test_many_wait_side_by_side(service: Upstream) -> None:
    began = time.monotonic()
    sockets = [socket.create_connection(address(service), 10) for _ in range(200)]
    for one in sockets:
        one.sendall(b"GET /300 HTTP/1.1\r\nHost: x\r\n\r\n")
    assert all(one.recv(4096).startswith(b"HTTP/1.1 200") for one in sockets)
    assert time.monotonic() - began < 200 * 0.3 / 4
    for one in sockets:
        one.close()


@pytest.mark.servers
@pytest.mark.parametrize("path", ["/", "/0", "/1001", "/abc", "/50/", "/items"])
def test_what_it_does_not_know_is_not_found(service: Upstream, path: str) -> None:
    connection = FinalConnection(*address(service), timeout=10)
    assert ask(connection, path) == (404, None)
    assert ask(connection, "/1")[0] == 200, "the connection is of use all the same"
    connection.close()


@pytest.mark.servers
def test_its_cpu_time_is_known_and_apps_find_it_by_a_variable(service: Upstream) -> None:
    assert service.clock.cpu_ns()
    assert service.surroundings == {"UPSTREAM_URL": service.url}


def test_nothing_is_started_for_suts_that_do_not_call_it(tmp_path: Path) -> None:
    suts = [Sut.of(builders.app("flask")), Sut.of(builders.app("django", groups=("validation",)))]
    assert not upstream.calls(suts)
    assert upstream.calls([*suts, Sut.of(builders.app("wsgi", groups=("validation", "upstream")))])
    with upstream.running(FakeHost(), tmp_path / "log", needed=False) as nothing:
        assert (nothing.surroundings, nothing.clock.cpu_ns()) == ({}, 0)


def test_one_that_does_not_start_is_said_with_its_last_words(tmp_path: Path) -> None:
    class Broken(FakeHost):
        def start(self, *_: object, **options: Any) -> Any:
            words = "import sys; sys.stderr.write('no such address'); sys.exit(1)"
            return subprocess.Popen(
                [sys.executable, "-S", "-c", words], stdout=options["stdout"], stderr=options["stderr"], text=True
            )

        def end(self, process: Any) -> None:
            process.wait()

    with (
        pytest.raises(ServerError, match=r"^The service that apps call did not start\.\n  no such address$"),
        upstream.running(Broken(), tmp_path / "log", needed=True),
    ):
        pass


@pytest.mark.parametrize(
    ("asked", "wait_ms"),
    [(b"GET /1 HTTP/1.1", 1), (b"GET /1000 HTTP/1.1", 1000), (b"POST /5 HTTP/1.1", None), (b"GET /5 HTTP/1.0", None)],
)
def test_a_request_says_in_its_first_line_how_long_it_waits(asked: bytes, wait_ms: int | None) -> None:
    assert upstream_service.waits_ms(asked + b"\r\nHost: x\r\n\r\n") == wait_ms


def test_only_its_own_answer_has_a_number() -> None:
    document = answers.sealed(7, 50)
    assert json.loads(upstream_service.answer(7, 50).partition(b"\r\n\r\n")[2]) == document
    assert answers.number_of(document, 50) == 7
    others = (document | {"number": 8}, document | {"number": True}, document | {"more": 1}, {}, [], None, "number")
    assert [answers.number_of(other, 50) for other in others] == [None] * len(others)
    assert answers.number_of(document, 10) is None

"""What an app does while its database does not: it says so with an error, loses nothing that it acknowledged, and works
again without a restart.
"""

import json
import os
import re
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Timer

import pytest

from bench.contract.client import Client
from bench.contract.fields import encode, fields
from bench.contract.message import Request
from bench.databases import private
from bench.databases.address import Address
from bench.databases.served import OpenCursor, ServedTemplate
from bench.errors import DatabaseError
from bench.host.protocol import Host
from bench.model import App
from tests.databases.asking import APPS, SERVERS, asked, created, engine, recovers, status, tried_with

pytestmark = pytest.mark.servers


@pytest.mark.parametrize("name", SERVERS)
@tried_with(*APPS)
def test_it_survives_that_its_connections_are_cut(
    request: pytest.FixtureRequest, installed: dict[str, App], app: str, name: str, host: Host, tmp_path: Path
) -> None:
    template: ServedTemplate = request.getfixturevalue(name)
    database = template.copy("cut")
    with asked(installed[app], name, database.url, host, tmp_path) as client:
        kept = created(client, "Acknowledged")
        with template.dialect.opened(template.address) as session:
            cut(session, name, database.address.database)
        assert recovers(client, f"/items/{kept}")
        assert status(client, "PUT", f"/items/{kept}", encode(fields(name="Again"))) == 200


def cut(session: object, name: str, database: str) -> None:
    find, kill = {
        "postgresql": ("SELECT pid FROM pg_stat_activity WHERE datname = %s", "SELECT pg_terminate_backend({})"),
        "mysql": ("SELECT id FROM information_schema.processlist WHERE db = %s", "KILL {}"),
    }[name]
    numbers = session.run(find, database)  # type: ignore[attr-defined]
    assert numbers
    for (number,) in numbers:
        session.run(kill.format(number))  # type: ignore[attr-defined]


@dataclass
class Writer:
    """Creates items, one after the other, until it is asked to stop; keeps what it was answered."""

    url: str
    stop: Event
    answers: Counter[int] = field(default_factory=Counter)
    acknowledged: list[int] = field(default_factory=list)

    def work(self) -> None:
        with Client(self.url, 15) as client:
            while not self.stop.wait(0.002):
                answer = client.send(Request("POST", "/items", encode(fields(name="Under load"))))
                self.answers[answer.status] += 1
                if answer.status == 201:
                    self.acknowledged.append(json.loads(answer.body)["id"])


@contextmanager
def loaded(client: Client) -> Iterator[list[Writer]]:
    """Three writers at once, which have ended where the context has."""
    stop = Event()
    writers = [Writer(client.url, stop) for _ in range(3)]
    with ThreadPoolExecutor(len(writers)) as pool:
        ends = [pool.submit(writer.work) for writer in writers]
        try:
            yield writers
        finally:
            stop.set()
        for end in ends:
            end.result()


@pytest.mark.parametrize("name", SERVERS)
@tried_with(*APPS)
def test_it_survives_that_the_server_stops_and_comes_back_under_load(
    installed: dict[str, App], app: str, name: str, host: Host, tmp_path: Path
) -> None:
    served = engine(name)
    with private.place(name, (served.account,), host) as place, ExitStack() as stack:
        server = served._address(place.password, host)
        command = served.lay_out(served._program(), place, server)
        running = (place, command, served.stop, lambda: served._answers(server), served.title)
        template = ServedTemplate(served.dialect, server, None, None)
        with private.running(*running):
            with served.dialect.opened(server) as session:
                served.dialect.plant(session, server)
            database = template.copy("one")
            client = stack.enter_context(asked(installed[app], name, database.url, host, tmp_path))
            kept = created(client, "Acknowledged")
            writers = stack.enter_context(loaded(client))
            until(lambda: all(writer.answers[201] for writer in writers))
        until(lambda: any(writer.answers.keys() - {201} for writer in writers))
        assert status(client, "GET", "/json") == 200, "what needs no database works"
        with private.running(*running):
            before = [writer.answers[201] for writer in writers]
            until(lambda: all(now.answers[201] > then for now, then in zip(writers, before, strict=True)))
            assert recovers(client, f"/items/{kept}")
            stack.close()
            rows = database.rows()
        assert set().union(*(writer.answers for writer in writers)) <= {201, 500, 503}
        assert {kept}.union(*(writer.acknowledged for writer in writers)) <= rows.keys()


def until(reached: Callable[[], bool], within_s: float = 30.0) -> None:
    deadline = time.monotonic() + within_s
    while not reached():
        assert time.monotonic() < deadline, "it did not come to that"
        time.sleep(0.02)


@contextmanager
def few_connections(session: OpenCursor, name: str) -> Iterator[int]:
    """How many the server takes: MariaDB for as long as few as it can, PostgreSQL what it was started with."""
    most = int(engine(name).own_settings["max_connections"])
    if name != "mysql":
        yield most
        return
    session.run("SET GLOBAL max_connections = 10")
    try:
        yield 10
    finally:
        session.run(f"SET GLOBAL max_connections = {most}")


@pytest.mark.parametrize("name", SERVERS)
@tried_with("wsgi", "asgi", "flask")
def test_it_survives_that_the_server_has_no_connection_left(
    request: pytest.FixtureRequest, installed: dict[str, App], app: str, name: str, host: Host, tmp_path: Path
) -> None:
    template: ServedTemplate = request.getfixturevalue(name)
    database = template.copy("full")
    with (
        asked(installed[app], name, database.url, host, tmp_path) as client,
        template.dialect.opened(template.address) as session,
        few_connections(session, name) as most,
        ExitStack() as others,
    ):
        with pytest.raises(DatabaseError, match=r"(?i)too many"):
            for _ in range(most + 2):
                others.enter_context(template.dialect.opened(template.address))
        assert status(client, "GET", "/items/1") in {500, 503}
        assert status(client, "GET", "/json") == 200
        others.close()
        assert recovers(client, "/items/1")


@pytest.mark.parametrize("name", SERVERS)
def test_a_server_that_stands_still_for_a_while_delays_the_answer_and_no_more(
    request: pytest.FixtureRequest, installed: dict[str, App], name: str, host: Host, tmp_path: Path
) -> None:
    database = request.getfixturevalue(name).copy("slow")
    with asked(installed["wsgi"], name, database.url, host, tmp_path) as client:
        kept = created(client, "Acknowledged")
        pids = database.processes()
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
        resumed = Timer(0.5, lambda: [os.kill(pid, signal.SIGCONT) for pid in pids])
        resumed.start()
        began = time.monotonic()
        assert status(client, "GET", f"/items/{kept}") == 200
        assert time.monotonic() - began > 0.4
        resumed.join()


@contextmanager
def read_only_postgresql(session: OpenCursor, address: Address) -> Iterator[str]:
    session.run(f"ALTER DATABASE {address.database} SET default_transaction_read_only = on")
    yield address.url


@contextmanager
def read_only_mysql(session: OpenCursor, address: Address) -> Iterator[str]:
    """Every connection that is opened meanwhile; the setting `read_only` would not bind an account that may do all."""
    session.run("SET GLOBAL tx_read_only = ON")
    try:
        yield address.url
    finally:
        session.run("SET GLOBAL tx_read_only = OFF")


READ_ONLY = {"postgresql": read_only_postgresql, "mysql": read_only_mysql}


@pytest.mark.parametrize("name", SERVERS)
@tried_with("asgi", "flask")
def test_a_database_that_takes_no_writes_is_reported_and_read(
    request: pytest.FixtureRequest, installed: dict[str, App], app: str, name: str, host: Host, tmp_path: Path
) -> None:
    template: ServedTemplate = request.getfixturevalue(name)
    address = template.copy("read-only").address
    with (
        template.dialect.opened(template.address) as session,
        READ_ONLY[name](session, address) as url,
        asked(installed[app], name, url, host, tmp_path) as client,
    ):
        assert status(client, "POST", "/items", encode(fields(name="Refused"))) == 500
        assert status(client, "GET", "/items/1") == 200
    assert re.search("(?i)read.only transaction", (tmp_path / "app.log").read_text())


@pytest.mark.parametrize("name", SERVERS)
def test_a_wrong_password_is_an_error_of_the_app(
    request: pytest.FixtureRequest, installed: dict[str, App], name: str, host: Host, tmp_path: Path
) -> None:
    template: ServedTemplate = request.getfixturevalue(name)
    url = template.copy("refused").url.replace(template.address.password, "wrong")
    with asked(installed["wsgi"], name, url, host, tmp_path) as client:
        assert status(client, "GET", "/items/1") == 500
        assert status(client, "GET", "/json") == 200

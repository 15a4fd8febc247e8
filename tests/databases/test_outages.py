"""What an app does while its database does not: it says so with an error, loses nothing that it acknowledged, and works
again without a restart.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bench import databases
from bench.contract.client import Client
from bench.contract.fields import encode, fields
from bench.contract.message import Request
from bench.databases import private
from bench.databases.engine import ServedEngine
from bench.databases.served import ServedTemplate
from bench.errors import SetupError
from bench.host.protocol import Host
from bench.model import App, Sut
from bench.suts import servers
from tests.here import HERE

pytestmark = [pytest.mark.slow, pytest.mark.servers]
APPS = ("wsgi", "flask", "django", "cherrypy", "py4web")
SERVERS = ("postgresql", "mysql")
_TRIES = 4
"""Each connection may have to be found broken once."""


def engine(name: str) -> ServedEngine:
    served = databases.find(name)
    assert isinstance(served, ServedEngine)
    try:
        served.require()
    except SetupError as error:
        pytest.skip(str(error))
    return served


@contextmanager
def asked(app: App, name: str, url: str, host: Host, folder: Path) -> Iterator[Client]:
    sut = Sut.of(app, database=name)
    with servers.serve(sut, url, folder / "app.log", host, HERE.state) as server, Client(server.url, 15) as client:
        yield client


def status(client: Client, method: str, path: str, body: bytes | None = None) -> int:
    return client.send(Request(method, path, body)).status


def created(client: Client, name: str) -> int:
    answer = client.send(Request("POST", "/items", encode(fields(name=name))))
    assert answer.status == 201
    number: int = json.loads(answer.body)["id"]
    return number


def recovers(client: Client, path: str) -> bool:
    return 200 in [status(client, "GET", path) for _ in range(_TRIES)]


@pytest.mark.parametrize("name", SERVERS)
@pytest.mark.parametrize("app", APPS)
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


@pytest.mark.parametrize("name", SERVERS)
@pytest.mark.parametrize("app", ["wsgi", "flask"])
def test_it_survives_that_the_server_stops_and_comes_back(
    installed: dict[str, App], app: str, name: str, host: Host, tmp_path: Path
) -> None:
    served = engine(name)
    with private.place(name, (served.account,), host) as place:
        server = served._address(place.password, host)
        command = served.lay_out(served._program(), place, server)
        running = (place, command, served.stop, lambda: served._answers(server), served.title)
        template = ServedTemplate(served.dialect, server, None, None)
        with private.running(*running):
            with served.dialect.opened(server) as session:
                served.dialect.plant(session, server)
            database = template.copy("one")
            serving = asked(installed[app], name, database.url, host, tmp_path)
            client = serving.__enter__()
            kept = created(client, "Acknowledged")
        try:
            assert {status(client, "GET", f"/items/{kept}") for _ in range(_TRIES)} <= {500, 503}
            assert status(client, "GET", "/json") == 200, "what needs no database works"
            with private.running(*running):
                assert recovers(client, f"/items/{kept}")
                item = database.read(kept)
                assert item
                assert item.name == "Acknowledged"
        finally:
            serving.__exit__(None, None, None)


def test_a_database_that_takes_no_writes_is_reported_and_read(
    postgresql: ServedTemplate, installed: dict[str, App], host: Host, tmp_path: Path
) -> None:
    database = postgresql.copy("read-only")
    name = database.address.database
    with postgresql.dialect.opened(postgresql.address) as session:
        session.run(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    with asked(installed["flask"], "postgresql", database.url, host, tmp_path) as client:
        assert status(client, "POST", "/items", encode(fields(name="Refused"))) == 500
        assert status(client, "GET", "/items/1") == 200
    assert "read-only transaction" in (tmp_path / "app.log").read_text()


@pytest.mark.parametrize("name", SERVERS)
def test_a_wrong_password_is_an_error_of_the_app(
    request: pytest.FixtureRequest, installed: dict[str, App], name: str, host: Host, tmp_path: Path
) -> None:
    template: ServedTemplate = request.getfixturevalue(name)
    url = template.copy("refused").url.replace(template.address.password, "wrong")
    with asked(installed["wsgi"], name, url, host, tmp_path) as client:
        assert status(client, "GET", "/items/1") == 500
        assert status(client, "GET", "/json") == 200

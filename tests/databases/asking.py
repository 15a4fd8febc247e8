"""Apps on databases that are servers, and what they are asked while these fail."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bench import databases
from bench.contract.client import Client
from bench.contract.fields import encode, fields
from bench.contract.message import Request
from bench.databases.engine import ServedEngine
from bench.errors import SetupError
from bench.host.protocol import Host
from bench.model import App, Sut
from bench.suts import servers
from tests.here import HERE

APPS = ("wsgi", "asgi", "flask", "django", "cherrypy", "py4web")
SERVERS = ("postgresql", "mysql")
_ALWAYS = "flask"
"""The app that is tried with the quick tests."""
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


def tried_with(*apps: str) -> pytest.MarkDecorator:
    """A test of each of these apps, which is slow for all but one of them."""
    slow = pytest.mark.slow
    return pytest.mark.parametrize("app", [one if one == _ALWAYS else pytest.param(one, marks=slow) for one in apps])

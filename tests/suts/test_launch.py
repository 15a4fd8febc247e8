"""Command lines of the servers: one process, the app's own interpreter, and no server that cannot serve the app."""

import re
from pathlib import Path

import pytest

from bench.errors import UsageError
from bench.identity import COMMON
from bench.measure.plan import PROFILES
from bench.suts import launch
from tests import builders

PYTHON = Path("/environments/flask_app/bin/python")


@pytest.mark.parametrize("server", launch.SERVERS)
def test_every_server_gets_the_app_the_port_and_the_apps_own_interpreter(server: str) -> None:
    line = launch.command(server, builders.app(application="shop:app"), PYTHON, 12345)
    assert Path(line[0]).parent == PYTHON.parent
    assert line[-1] == "shop:app"
    assert re.search(r"\b12345\b", " ".join(line))
    assert all(isinstance(word, str) for word in line)


@pytest.mark.parametrize("server", ["granian", "gunicorn"])
def test_one_worker_and_one_thread_for_everybody(server: str) -> None:
    line = " ".join(launch.command(server, builders.app(), PYTHON, 1))
    assert "--workers 1 " in line
    assert re.search(r"--(blocking-)?threads 1 ", line)
    assert "127.0.0.1" in line


def test_rocket_gets_a_thread_for_every_connection_of_the_load_and_cheroot_its_default() -> None:
    threads = {name: int(launch.command(name, builders.app(), PYTHON, 8000)[4]) for name in ("cheroot", "rocket")}
    assert threads["cheroot"] == 10
    assert threads["rocket"] >= max(profile.open_connections for profile in PROFILES.values())


def test_a_factory_is_called_and_an_object_is_not() -> None:
    factory = launch.command("granian", builders.app(application="shop:create_app()"), PYTHON, 1)
    assert factory[-2:] == ["--factory", "shop:create_app"]
    assert "--factory" not in launch.command("granian", builders.app(application="shop:app"), PYTHON, 1)
    assert launch.command("gunicorn", builders.app(), PYTHON, 1)[-1] == "shop:create_app()"


def test_only_the_common_server_speaks_asgi() -> None:
    app = builders.app(interface="asgi")
    assert launch.command("granian", app, PYTHON, 1)[1:3] == ["--interface", "asgi"]
    for server in set(launch.SERVERS) - {COMMON}:
        assert not launch.speaks(server, "asgi")
        with pytest.raises(UsageError, match=f"flask speaks asgi, which {server} does not; use granian"):
            launch.command(server, app, PYTHON, 1)
    assert all(launch.speaks(server, "wsgi") for server in launch.SERVERS)


def test_an_unknown_server_is_refused_with_those_that_exist() -> None:
    with pytest.raises(UsageError, match="no server called 'uwsgi'; there are: granian, gunicorn, cheroot, rocket"):
        launch.command("uwsgi", builders.app(), PYTHON, 1)


def test_the_package_of_every_server_is_known() -> None:
    assert set(launch.PACKAGES) == set(launch.SERVERS)

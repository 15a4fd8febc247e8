"""Command lines of the servers: so many workers, the app's own interpreter, and no server that cannot serve the app."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bench.errors import UsageError
from bench.identity import COMMON
from bench.measure.profiles import PROFILES
from bench.model import Sut
from bench.suts import launch, server_table
from bench.suts.server_table import SERVERS
from tests import builders

BIN = Path("/environments/flask app/bin")
LINES = {
    "granian": f"{BIN}/granian --interface wsgi --host 10.0.0.1 --http1-header-read-timeout 60000 --port 12345 "
    "--workers 1 --blocking-threads 1 --runtime-threads 1 --no-ws --http 1 --loop asyncio --log-level warning "
    "--factory shop:create_app",
    "gunicorn": f"{BIN}/gunicorn --bind 10.0.0.1:12345 --workers 1 --worker-class gthread --threads 1 --keep-alive 75 "
    f"--log-level warning --no-control-socket --config {Path(launch.__file__).with_name('no_settings.py')} "
    "shop:create_app()",
    "cheroot": f"{BIN}/python {launch.__file__[:-3]}er.py cheroot 10.0.0.1 12345 10 shop:create_app()",
    "uvicorn": f"{BIN}/uvicorn --host 10.0.0.1 --port 12345 --workers 1 --no-access-log --log-level warning "
    "--timeout-keep-alive 75 --ws none --factory shop:create_app",
    "rocket": f"{BIN}/python {launch.__file__[:-3]}er.py rocket 10.0.0.1 12345 64 shop:create_app()",
    "own": f"{BIN}/python {launch.__file__[:-3]}er.py own 10.0.0.1 12345 1 shop:create_app()",
}


def line(server: str, workers: int = 1, **changes: Any) -> list[str]:
    """The command line of an app that speaks what the server does."""
    spoken = server_table.find(server).interfaces[0]
    sut = Sut.of(builders.app(**{"interface": spoken} | changes), server, workers=workers)
    return launch.command(sut, BIN / "python", "10.0.0.1", 12345)


@pytest.mark.parametrize("server", SERVERS)
def test_every_server_gets_the_app_the_port_and_the_apps_own_interpreter(server: str) -> None:
    words = line(server, application="shop:app")
    assert Path(words[0]).parent == BIN, "a word of its own, whatever stands in the path"
    assert any("12345" in word for word in words)
    assert "shop:app" in words


@pytest.mark.parametrize("server", LINES)
def test_a_command_line_is_exactly_what_it_was(server: str) -> None:
    assert " ".join(line(server)) == LINES[server]


def test_rocket_gets_a_thread_for_every_connection_of_the_load() -> None:
    assert SERVERS["rocket"].threads >= max(profile.open_connections for profile in PROFILES.values())


def test_a_factory_is_called_and_an_object_is_not() -> None:
    assert line("granian", application="shop:create_app()")[-2:] == ["--factory", "shop:create_app"]
    assert line("granian", application="shop:app")[-3:] == ["--log-level", "warning", "shop:app"]
    assert line("gunicorn", application="shop:create_app()")[-1] == "shop:create_app()"


@pytest.mark.parametrize("server", [name for name, entry in SERVERS.items() if entry.scales])
def test_a_server_gets_the_workers_that_the_sut_asks_for(server: str) -> None:
    words = line(server, workers=3)
    assert words[words.index("--workers") + 1] == "3"


@pytest.mark.parametrize("server", [name for name, entry in SERVERS.items() if not entry.scales])
def test_a_server_of_one_process_refuses_more(server: str) -> None:
    with pytest.raises(UsageError, match=f"{server} has one worker process, and flask-{server}-2w asks for 2"):
        line(server, workers=2)


def test_a_server_refuses_an_app_whose_interface_it_does_not_speak() -> None:
    assert line(COMMON, interface="asgi")[1:3] == ["--interface", "asgi"]
    for name, entry in SERVERS.items():
        for interface in {"asgi", "wsgi"} - set(entry.interfaces):
            with pytest.raises(UsageError, match=f"flask speaks {interface}, and {name} .*; use granian"):
                line(name, interface=interface)


def test_an_app_that_is_its_own_server_runs_on_no_other() -> None:
    assert Sut.of(builders.app("aiohttp", interface="own")).id == "aiohttp-own"
    for name in SERVERS.keys() - {"own"}:
        with pytest.raises(UsageError, match=f"flask is its own server, and {name} cannot serve it; use own"):
            line(name, interface="own")


def test_the_function_of_such_an_app_is_told_where_to_listen(tmp_path: Path) -> None:
    (tmp_path / "shop.py").write_text("def serve(host, port):\n    print(host, port + 1)\n")
    *_, launcher, kind, host, port, threads, target = line("own", application="shop:serve")
    words = [sys.executable, launcher, kind, host, port, threads, target]
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, encoding="utf-8", check=True)
    assert done.stdout == "10.0.0.1 12346\n"


def test_the_common_server_serves_every_app_that_is_no_server() -> None:
    assert set(SERVERS[COMMON].interfaces) == {"wsgi", "asgi"}


def test_an_unknown_server_is_refused_with_those_that_exist() -> None:
    with pytest.raises(UsageError, match="no server called 'uwsgi'; there are: granian, gunicorn, cheroot, rocket"):
        line("uwsgi")

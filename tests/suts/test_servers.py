"""Real servers: up when they say so, gone when they should be, and every way of failing told in a sentence."""

import errno
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from bench.contract import hardening, smoke
from bench.databases.protocol import Template
from bench.errors import ServerError
from bench.host import local
from bench.host.protocol import Host
from bench.model import App, Sut
from bench.suts import launch, server_table, servers
from bench.suts.server_table import SERVERS
from bench.suts.servers import Server
from tests import builders
from tests.commands import until
from tests.fake_host import FakeHost
from tests.here import HERE

pytestmark = pytest.mark.servers


@pytest.fixture
def url(template: Template) -> str:
    """A seeded database."""
    return template.copy("shop").url


@pytest.fixture
def floor(installed: dict[str, App]) -> Sut:
    return Sut.of(installed["wsgi"])


def scripted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str) -> Sut:
    """A SUT whose server is some code, which is given the port as its argument."""
    (tmp_path / "server.py").write_text(code)
    monkeypatch.setattr(
        launch, "command", lambda sut, python, host, port: [sys.executable, str(tmp_path / "server.py"), str(port)]
    )
    app = builders.app("made", tmp_path)
    app.folder.mkdir()
    return Sut.of(app)


def get(url: str) -> tuple[int, bytes]:
    with urllib.request.urlopen(url, timeout=5) as answer:
        return answer.status, answer.read()


def test_of_a_log_what_is_new_is_told(floor: Sut, tmp_path: Path, host: Host) -> None:
    log = tmp_path / "log"
    log.write_text("old\n")
    news = Server(floor, 0, None, log, 0.0, host).news()  # type: ignore[arg-type]  # no process is looked at
    assert news() == "old"
    with log.open("ab") as file:
        file.write(b"".join(b"%d \xff\n" % number for number in range(20)))
    assert news().splitlines() == [f"{number} \ufffd" for number in range(20)]
    assert news() == ""


def test_a_server_is_ready_when_it_is_handed_over_and_gone_afterwards(
    floor: Sut, url: str, tmp_path: Path, host: Host
) -> None:
    with servers.serve(floor, url, tmp_path / "log", host, HERE.state) as server:
        assert server.url == f"http://127.0.0.1:{server.port}"
        assert get(f"{server.url}/plaintext") == (200, b"Hello, World!")
        assert get(f"{server.url}/items/1")[0] == 200
        pids = server.pids()
        assert pids[0] == server.process.pid
        assert len(pids) == len(set(pids)) == 2, "granian has a supervisor and one worker"
        assert 0 < server.start_s < 30
        server.check_alive()
    assert until(lambda: all(map(gone, pids)), 5)
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", server.port), 1)


@pytest.mark.parametrize(
    "name", [name for name, entry in SERVERS.items() if entry.scales and "wsgi" in entry.interfaces]
)
def test_a_server_has_the_workers_that_were_asked_for_and_their_cost_is_its_own(
    floor: Sut, url: str, tmp_path: Path, host: Host, name: str
) -> None:
    sut = Sut.of(floor.app, name, workers=2)
    with servers.serve(sut, url, tmp_path / "log", host, HERE.state) as server:
        assert until(lambda: len(server.pids()) == 3, 10), "the one that supervises, and two workers"
        pids = server.pids()
        before = host.clock(pids).cpu_ns()
        for _ in range(50):
            get(f"{server.url}/catalog?page=1")
        alone = [host.clock((pid,)).cpu_ns() for pid in pids]
        assert host.clock(pids).cpu_ns() >= sum(alone) > before
    assert until(lambda: all(map(gone, pids)), 5)


def test_nothing_is_left_when_the_work_fails(floor: Sut, url: str, tmp_path: Path, host: Host) -> None:
    with pytest.raises(ZeroDivisionError), servers.serve(floor, url, tmp_path / "log", host, HERE.state) as server:
        pids = server.pids()
        _ = 1 / 0
    assert pids
    assert until(lambda: all(map(gone, pids)), 5)


def test_one_that_ignores_a_polite_end_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, host: Host) -> None:
    monkeypatch.setattr(servers, "_STOP_WITHIN_S", 0.3)
    stubborn = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + READY
    sut = scripted(tmp_path, monkeypatch, stubborn)
    with servers.serve(sut, NOWHERE, tmp_path / "log", host, HERE.state) as server:
        pass
    assert server.process.returncode == -signal.SIGKILL


def test_a_child_that_outlives_its_server_is_ended_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, host: Host
) -> None:
    sut = scripted(tmp_path, monkeypatch, f"import subprocess, sys\nsubprocess.Popen({ORPHAN!r})\n" + READY)
    with servers.serve(sut, NOWHERE, tmp_path / "log", host, HERE.state) as server:
        assert until(lambda: len(server.pids()) == 2, 5)
        orphan = server.pids()[1]
        assert until((tmp_path / "made_app" / "deaf").exists, 5)
        server.process.kill()
        server.process.wait()
        monkeypatch.setattr(servers, "_STOP_WITHIN_S", 0.3)
    assert until(lambda: gone(orphan), 5)


def gone(pid: int) -> bool:
    """Whether a process has ended: whoever inherits it reaps it when there is time."""
    return not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


NOWHERE = "sqlite:////x.db"
READY = """
import http.server, sys
class Hello(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(STATUS)
        self.send_header("Content-Length", "0")
        self.end_headers()
STATUS = 200
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Hello).serve_forever()
"""
ORPHAN = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); open('deaf', 'w').close(); time.sleep(60)",
]


def test_a_server_that_dies_at_once_is_told_with_the_end_of_its_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, host: Host
) -> None:
    code = "for n in range(50): print('line', n)\nraise SystemExit('no module named shop')"
    sut = scripted(tmp_path, monkeypatch, code)
    began = time.monotonic()
    with (
        pytest.raises(ServerError, match=r"^made on granian ended with exit code 1 before it was ready") as caught,
        servers.serve(sut, NOWHERE, tmp_path / "log", host, HERE.state),
    ):
        pass
    assert "line 49" in str(caught.value)
    assert "no module named shop" in str(caught.value)
    assert "line 30" not in str(caught.value)
    assert time.monotonic() - began < 5, "nobody waits for the dead"


def test_a_server_that_dies_in_silence_is_told_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, host: Host) -> None:
    sut = scripted(tmp_path, monkeypatch, "import os; os.kill(os.getpid(), 11)")
    with (
        pytest.raises(ServerError, match=r"ended with signal SIGSEGV before it was ready\.\nIts log is empty"),
        servers.serve(sut, NOWHERE, tmp_path / "log", host, HERE.state),
    ):
        pass


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("import time; print('warming up', flush=True); time.sleep(60)", "it did not answer"),
        (READY.replace("200", "500"), "GET /plaintext was answered 500"),
        ("import socket, sys\ns = socket.create_server(('127.0.0.1', int(sys.argv[1])))\ninput()", "did not answer"),
    ],
)
def test_a_server_that_never_is_ready_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, host: Host, code: str, expected: str
) -> None:
    sut = scripted(tmp_path, monkeypatch, code)
    with (
        pytest.raises(ServerError, match=rf"was not ready after 0\.4 s: .*{expected}|ended with exit code 1") as caught,
        servers.serve(sut, NOWHERE, tmp_path / "log", host, HERE.state, ready_within_s=0.4),
    ):
        pass
    if "warming up" in code:
        assert "warming up" in str(caught.value)


def test_a_port_in_use_is_told_with_the_way_out(floor: Sut, url: str, tmp_path: Path, host: Host) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with (
            pytest.raises(
                ServerError, match=rf"^Port {port} cannot be used \(.*in use.*\); choose another with --port"
            ),
            servers.serve(floor, url, tmp_path / "log", host, HERE.state, port=port),
        ):
            pass
    assert not (tmp_path / "log").exists(), "nothing was started"


def test_a_port_that_was_asked_for_is_used(floor: Sut, url: str, tmp_path: Path, host: Host) -> None:
    port = host.free_port()
    with servers.serve(floor, url, tmp_path / "log", host, HERE.state, port=port) as server:
        assert server.port == port
        assert get(f"http://127.0.0.1:{port}/plaintext")[0] == 200


def test_a_missing_environment_is_told_with_the_way_out(tmp_path: Path, host: Host) -> None:
    app = builders.app("nobody", tmp_path)
    app.folder.mkdir()
    with (
        pytest.raises(
            ServerError,
            match=r"^nobody: .*granian cannot be started .*; remove .*, and the next command makes it again",
        ),
        servers.serve(Sut.of(app), NOWHERE, tmp_path / "log", host, HERE.state),
    ):
        pass


def test_death_in_mid_service_is_seen(floor: Sut, url: str, tmp_path: Path, host: Host) -> None:
    with servers.serve(floor, url, tmp_path / "log", host, HERE.state) as server:
        os.killpg(server.process.pid, signal.SIGKILL)
        server.process.wait()
        with pytest.raises(ServerError, match="wsgi on granian died with signal SIGKILL"):
            server.check_alive()


def test_several_end_side_by_side_when_they_are_asked(floor: Sut, url: str, tmp_path: Path, host: Host) -> None:
    with servers.serve(floor, url, tmp_path / "log", host, HERE.state) as server:
        server.ask_to_stop()
        assert until(lambda: server.process.poll() is not None, 5)
        server.ask_to_stop()


def test_an_interruption_while_a_server_starts_leaves_none(
    floor: Sut, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the worst moment: when the process runs and nobody has been told its id."""
    started: list[subprocess.Popen[bytes]] = []

    def start(*arguments: Any) -> subprocess.Popen[bytes]:
        process = real(*arguments)
        started.append(process)
        signal.raise_signal(signal.SIGINT)
        return process

    real = servers._start
    monkeypatch.setattr(servers, "_start", start)
    with (
        pytest.raises(KeyboardInterrupt),
        local.host() as host,
        servers.serve(floor, url, tmp_path / "log", host, HERE.state),
    ):
        pass
    assert started[0].wait(5) == -signal.SIGKILL


def test_a_server_is_told_the_database_and_nothing_of_whoever_starts_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, host: Host
) -> None:
    monkeypatch.setenv("SECRET_TOKEN", "x")
    monkeypatch.setenv("PYTHONSTARTUP", "x")
    sut = scripted(tmp_path, monkeypatch, READY)
    with servers.serve(sut, "sqlite:////shop.db", tmp_path / "log", host, HERE.state) as server:
        environ = psutil.Process(server.process.pid).environ()
        where = psutil.Process(server.process.pid).cwd()
    assert environ["DATABASE_URL"] == "sqlite:////shop.db"
    assert environ["PYTHONPATH"] == str(sut.app.folder) == where
    assert not {"SECRET_TOKEN", "PYTHONSTARTUP"} & set(environ)


@pytest.fixture(params=[("flask", "gunicorn"), ("cherrypy", "cheroot"), ("py4web", "rocket"), ("django", "gunicorn")])
def native(
    request: pytest.FixtureRequest, installed: dict[str, App], url: str, tmp_path: Path, host: Host
) -> Iterator[Server]:
    name, server = request.param
    assert installed[name].native_server == server
    with servers.serve(Sut.of(installed[name], server), url, tmp_path / "log", host, HERE.state) as running:
        yield running


def test_each_native_server_serves_the_app_that_uses_it_and_ends_quickly(native: Server) -> None:
    smoke.check(native.url)
    threads = [threading.Thread(target=smoke.check, args=(native.url,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    native.check_alive()
    began = time.monotonic()
    native.ask_to_stop()
    assert until(lambda: native.process.poll() is not None, 10)
    assert time.monotonic() - began < 4, "nobody waits for connections that are still open"


def test_a_port_that_somebody_takes_before_the_server_is_another_one_tried(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, host: Host
) -> None:
    """Who has taken it answers as a server that is ready would."""
    listening = "import socket, sys\ns = socket.create_server(('127.0.0.1', int(sys.argv[1])))\n"
    answering = "while 1:\n c = s.accept()[0]; c.recv(9999); c.sendall(b'HTTP/1.0 200 OK\\r\\n\\r\\n'); c.close()"
    sut = scripted(tmp_path, monkeypatch, listening + answering)
    stranger, free = host.free_port(), local.LocalHost.free_port
    offered = [stranger]
    monkeypatch.setattr(
        local.LocalHost, "free_port", lambda self, wanted=0: offered.pop() if offered else free(self, wanted)
    )
    other = host.start([sys.executable, str(tmp_path / "server.py"), str(stranger)])
    assert until(lambda: host.listens(other, stranger), 5)
    with servers.serve(sut, "sqlite:////nowhere", tmp_path / "log", host, HERE.state) as server:
        assert server.port != stranger
        assert host.listens(server.process, server.port)
    host.end(other)


def test_what_a_server_does_not_let_an_app_keep_is_declared_with_it() -> None:
    app = builders.app("wsgi", unsupported={"huge-id": "a driver", "slow-upstream": "not offered"})
    assert server_table.unsupported(Sut.of(app)) == app.unsupported
    assert list(server_table.unsupported(Sut.of(app, "cheroot"))) == ["framing", "huge-id", "slow-upstream"]
    for entry in server_table.SERVERS.values():
        assert set(entry.unsupported) <= set(hardening.CLAUSES)


def test_a_machine_without_the_loopback_address_is_named_as_that() -> None:
    """As in a fresh network namespace, or where there is version 6 alone."""

    class Nowhere(FakeHost):
        def free_port(self, wanted: int = 0) -> int:
            raise OSError(errno.EADDRNOTAVAIL, os.strerror(errno.EADDRNOTAVAIL))

    lacking = r"^Servers are measured at 192\.0\.2\.1, .*: `ip link set lo up` brings it\.$"
    with pytest.raises(ServerError, match=lacking):
        servers._claim(0, Nowhere())

"""The servers that our launcher starts, as they are set up there."""

import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bench.host.protocol import Host
from bench.model import App
from bench.suts import environments, launcher
from tests.commands import until
from tests.here import HERE

pytestmark = pytest.mark.servers
GET = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
HELLO = """
def app(environ, start_response):
    start_response("200 OK", [("Content-Length", "5")])
    return [b"hello"]
"""
HASTY = """
import time
from types import SimpleNamespace
import rocket3

rocket3.time = SimpleNamespace(time=lambda: 1000 * time.monotonic(), sleep=time.sleep)
rocket3.SOCKET_TIMEOUT = rocket3.THREAD_STOP_CHECK_INTERVAL = 0.1
"""
"""To Rocket a second is a quarter of an hour, and it lets go of silent connections a hundred times as soon."""


@contextmanager
def launched(server: str, app: App, port: int, folder: Path, code: str) -> Iterator[None]:
    """A server with two threads on `code`."""
    (folder / "hello.py").write_text(code)
    words = [environments.python(app, HERE.state), launcher.__file__, server, "127.0.0.1", str(port), "2", "hello:app"]
    with subprocess.Popen(words, cwd=folder) as process:
        try:
            assert until(lambda: listening(port), 20)
            yield
        finally:
            process.kill()


def listening(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port)).close()
    except OSError:
        return False
    return True


def answered(sock: socket.socket) -> bool:
    """Whether a request gets an answer, to its last byte."""
    sock.sendall(GET)
    answer = b""
    while not answer.endswith(b"\r\n\r\nhello"):
        more = sock.recv(1000)
        if not more:
            return False
        answer += more
    return True


def test_rocket_keeps_a_connection_that_pauses_however_old_it_is(
    installed: dict[str, App], host: Host, tmp_path: Path
) -> None:
    port = host.free_port()
    with (
        launched("rocket", installed["py4web"], port, tmp_path, HASTY + HELLO),
        socket.create_connection(("127.0.0.1", port), 5) as sock,
    ):
        assert answered(sock)
        time.sleep(0.5)
        assert answered(sock)

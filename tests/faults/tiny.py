"""A server of two operations that is up in no time, and fails as its name says. Imports nothing of ours.

Usage: tiny.py HOST PORT NAME[:NUMBER]
"""

import contextlib
import os
import signal
import socket
import sys
import threading
import time
import warnings
from collections.abc import Callable

PLAIN, JSON, GARBAGE = b"Hello, World!", b'{"message":"Hello, World!"}', b"\x00\xff no answer at all \r\n\r\n"
WIDE = b"Filling: %s\r\n" % (b"x" * 16384)
_IDLE_S = 0.004
MANY_THREADS = 100
"""More than any pool has, and so few that the first request that starts them is soon answered."""
threading.stack_size(256 * 1024)


class Server:
    """Answers what it is asked, until `fault` happens at request number `at` of those for JSON."""

    def __init__(self, fault: str, at: int) -> None:
        self.fault, self.at = fault, at
        self.asked, self.last_s = 0, time.monotonic()
        self.held: list[bytearray] = []

    def answer(self, request: bytes) -> bytes:
        """Bytes of an answer."""
        if request.startswith(b"GET /plaintext "):
            return _ok(PLAIN, b"text/plain; charset=utf-8")
        self.asked, self.last_s = self.asked + 1, time.monotonic()
        fail = FAULTS.get(self.fault)
        return fail(self) if fail and self.asked >= self.at else _ok(JSON)

    def dies_between(self) -> None:
        """End when nobody has asked for a while."""
        while self.asked < self.at or time.monotonic() - self.last_s < _IDLE_S:
            time.sleep(_IDLE_S / 4)
        os._exit(3)


def _ok(body: bytes, kind: bytes = b"application/json", more: bytes = b"") -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Type: %s\r\nContent-Length: %d\r\n%s\r\n%s" % (kind, len(body), more, body)


def _dies(_: Server) -> bytes:
    print("about to die", flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
    return b""


def _hangs(_: Server) -> bytes:
    time.sleep(3600)
    return b""


def _grows(server: Server) -> bytes:
    try:
        server.held.append(bytearray(32 * 2**20))
    except MemoryError:
        print("MemoryError", flush=True)
        return b"HTTP/1.1 500 Out\r\nContent-Length: 0\r\n\r\n"
    return _ok(JSON)


def _blocks(_: Server) -> bytes:
    with _ONE:
        time.sleep(0.02)
    return _ok(JSON)


def _prints(_: Server) -> bytes:
    print("a line for each request", flush=True)
    return _ok(JSON)


def _files(_: Server) -> bytes:
    with open("seen.txt", "a") as file:  # noqa: PTH123  (quicker to start without pathlib)
        file.write("a request\n")
    return _ok(JSON)


def _forks(_: Server) -> bytes:
    if not os.fork():
        time.sleep(3600)
        os._exit(0)
    return _ok(JSON)


def _threads(_: Server) -> bytes:
    while threading.active_count() < MANY_THREADS:
        threading.Thread(target=time.sleep, args=(3600,), daemon=True).start()
    return _ok(JSON)


def _fails(_: Server) -> bytes:
    print("Traceback: the shelf is empty", flush=True)
    return b"HTTP/1.1 500 Oh\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nOh no"


_ONE = threading.Lock()
FAULTS: dict[str, Callable[[Server], bytes]] = {
    "dies": _dies,
    "hangs": _hangs,
    "garbage": lambda _: GARBAGE,
    "closes": lambda _: _ok(JSON, more=b"Connection: close\r\n"),
    "wide": lambda _: _ok(JSON, more=WIDE),
    "grows": _grows,
    "blocks": _blocks,
    "prints": _prints,
    "files": _files,
    "forks": _forks,
    "threads": _threads,
    "fails": _fails,
}


def _talk(server: Server, connection: socket.socket) -> None:
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    with connection, contextlib.suppress(OSError):
        while request := connection.recv(65536):
            answer = server.answer(request)
            connection.sendall(answer)
            if b"Connection: close" in answer or answer == GARBAGE:
                return


def main(host: str, port: int, fault: str, at: int) -> None:
    """Serve until a signal comes."""
    if fault == "exits":
        sys.exit("there is no shop to open")
    if fault == "silent":
        time.sleep(3600)
    if fault == "warns":
        warnings.warn("there is a newer way to open a shop", stacklevel=1)
    if fault == "late":
        time.sleep(at / 1000)
    if fault == "stubborn":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    server = Server(fault, at)
    if fault == "falters":
        threading.Thread(target=server.dies_between, daemon=True).start()
    listener = socket.create_server((host, port), backlog=128)
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=_talk, args=(server, connection), daemon=True).start()


if __name__ == "__main__":
    where, number, what = sys.argv[1:]
    name, _, place = what.partition(":")
    main(where, int(number), name, int(place or 0))

"""A server on raw sockets, a thread for each connection, that does to it whatever a test has written down."""

import contextlib
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator


class Gone(Exception):
    """The client has closed the connection, or the server is to end."""


class Talk:
    """One connection as a script sees it: `request` waits for the next request, `say` sends bytes."""

    def __init__(self, server: "Server", sock: socket.socket) -> None:
        self.server = server
        self._sock = sock
        self._rest = b""

    def request(self) -> bytes:
        """One whole request, body and all; what came with it of the next one is kept."""
        data = self._rest
        while b"\r\n\r\n" not in data:
            data += self._some()
        head, _, body = data.partition(b"\r\n\r\n")
        lines = head.lower().split(b"\r\n")
        length = next((int(line[15:]) for line in lines if line.startswith(b"content-length:")), 0)
        while len(body) < length:
            body += self._some()
        self._rest = body[length:]
        self.server.asked.append(time.perf_counter())
        return head + b"\r\n\r\n" + body[:length]

    def say(self, *pieces: bytes, pause_s: float = 0.0) -> None:
        """Send pieces, with pauses between them."""
        for number, piece in enumerate(pieces):
            if number:
                self.pause(pause_s)
            self._sock.sendall(piece)

    def pause(self, duration_s: float) -> None:
        """Sleep, but not beyond the end of the server."""
        if self.server.over.wait(duration_s):
            raise Gone

    def reset(self) -> None:
        """Close so that the client sees a reset."""
        self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        raise Gone

    def _some(self) -> bytes:
        more = self._sock.recv(65536)
        if not more:
            raise Gone
        return more


Script = Callable[[Talk], None]


class Server:
    """Follows `script` on each connection, and closes it when the script returns."""

    def __init__(self, script: Script, host: str) -> None:
        self.script = script
        self.over = threading.Event()
        self.asked: list[float] = []
        self.connections = 0
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._listener = socket.create_server((host, 0), family=family, backlog=128)
        self.port: int = self._listener.getsockname()[1]
        self._open: set[socket.socket] = set()
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    def close(self) -> None:
        """End all connections and threads."""
        self.over.set()
        for sock in (self._listener, *self._open):
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(5)
        self._listener.close()

    def _accept(self) -> None:
        while not self.over.is_set():
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            self._open.add(sock)
            thread = threading.Thread(target=self._follow, args=(sock,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _follow(self, sock: socket.socket) -> None:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with sock, contextlib.suppress(OSError, Gone):
            self.script(Talk(self, sock))
        self._open.discard(sock)


@contextlib.contextmanager
def scripted(script: Script, host: str = "127.0.0.1") -> Iterator[Server]:
    """A server that follows `script`, gone when this ends."""
    server = Server(script, host)
    try:
        yield server
    finally:
        server.close()


def answering(answer: Callable[[bytes], bytes] | bytes, delay_s: float = 0.0) -> Script:
    """Answer every request, after a delay."""

    def script(talk: Talk) -> None:
        while True:
            request = talk.request()
            if delay_s:
                talk.pause(delay_s)
            talk.say(answer if isinstance(answer, bytes) else answer(request))

    return script


def saying(*pieces: bytes, pause_s: float = 0.0) -> Script:
    """Answer every request in these pieces, with pauses between them."""

    def script(talk: Talk) -> None:
        while True:
            talk.request()
            talk.say(*pieces, pause_s=pause_s)

    return script


def once(*pieces: bytes, pause_s: float = 0.0) -> Script:
    """Answer one request in these pieces, then close."""

    def script(talk: Talk) -> None:
        talk.request()
        talk.say(*pieces, pause_s=pause_s)

    return script


def paced(answer: bytes, every_s: float) -> Script:
    """One answer each `every_s` seconds at most, whoever asks: a server whose speed is known.

    Answers are due by the clock, so that one that leaves late delays none of those that wait behind it.
    """
    lock, due_s = threading.Lock(), 0.0

    def script(talk: Talk) -> None:
        nonlocal due_s
        while True:
            talk.request()
            with lock:
                own_s = due_s = max(due_s, time.perf_counter()) + every_s
            talk.pause(max(own_s - time.perf_counter(), 0.0))
            talk.say(answer)

    return script

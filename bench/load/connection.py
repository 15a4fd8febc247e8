"""One keep-alive connection that sends prepared bytes and finds the end of each answer.

This is the hot path: what the generator costs a request is spent here. A plain non-blocking socket on gevent's loop,
one `send`, one wait, one `recv` for an answer that comes in one piece. Heads repeat (but for the date, which moves once
a second), so a parsed head is kept and found again by its bytes: every head is checked in full, most of them once.
"""

import errno
import socket
from typing import Any

import gevent
from gevent.monkey import get_original

from bench.load.wire import (
    CHUNKED,
    HEAD_END,
    LARGEST_HEAD_BYTES,
    UNTIL_CLOSE,
    ExchangeError,
    Head,
    decode_chunked,
    parse_head,
)

_READ_BYTES = 256 * 1024
_HEADS_KEPT = 2048
_REAL_SOCKET: Any = get_original("socket", "socket")


class Connection:
    """A connection to one server; opened on first use and again after it was lost.

    `head` describes the answer last read, `opened` counts how often a connection was made.
    """

    __slots__ = ("_address", "_heads", "_recv", "_send", "_sock", "_wait", "_watcher", "head", "opened")

    def __init__(self, host: str, port: int) -> None:
        self._address = (host, port)
        self._heads: dict[bytes, Head] = {}
        self._sock: Any = None
        self.head = Head(0, 0, False)
        self.opened = 0

    def open_if_closed(self) -> None:
        """Connect unless connected; raises ExchangeError `refused`."""
        if self._sock is None:
            self._open()

    def _open(self) -> None:
        hub = gevent.get_hub()
        sock = _REAL_SOCKET(socket.AF_INET, socket.SOCK_STREAM)
        sock.setblocking(False)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        code = sock.connect_ex(self._address)
        if code == errno.EINPROGRESS:
            watcher = hub.loop.io(sock.fileno(), 2)
            try:
                hub.wait(watcher)
            finally:
                watcher.close()
            code = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if code:
            sock.close()
            raise ExchangeError("refused", errno.errorcode.get(code, str(code)))
        self._sock, self._send, self._recv = sock, sock.send, sock.recv
        self._watcher = hub.loop.io(sock.fileno(), 1)
        self._wait = hub.wait
        self.opened += 1

    def close(self) -> None:
        """Let go of the socket, if there is one."""
        if self._sock is not None:
            self._watcher.stop()
            self._watcher.close()
            self._sock.close()
            self._sock = None

    def has_unread(self) -> bool:
        """Whether bytes wait that belong to no request; a connection that the server closed meanwhile is let go."""
        if self._sock is None:
            return False
        try:
            unread: bytes = self._recv(1)
        except BlockingIOError:
            return False
        except OSError:
            unread = b""
        self.close()
        return bool(unread)

    def send(self, request: bytes) -> None:
        """Put a whole request on the wire; raises ExchangeError `refused` or `reset`."""
        self.open_if_closed()
        try:
            sent = self._send(request)
            while sent < len(request):
                gevent.sleep(0)
                sent += self._send(request[sent:])
        except BlockingIOError:
            self.close()
            raise ExchangeError("reset", "the server does not read") from None
        except OSError as error:
            self.close()
            raise ExchangeError("reset", str(error)) from None

    def receive(self) -> bytes:
        """Read one whole answer, head and body; `head` describes it.

        Raises ExchangeError: `reset`, `closed` (before an answer), `truncated` (within one), `malformed`. A greenlet
        that is thrown a time-out while it waits here leaves a connection that must be closed.
        """
        try:
            self._wait(self._watcher)
            data: bytes = self._recv(_READ_BYTES)
            end = data.find(HEAD_END)
            head = self._heads.get(data[:end])
            if head is None or len(data) != end + 4 + head.length or head.close:
                data, head = self._receive_slowly(data)
        except OSError as error:
            self.close()
            raise ExchangeError("reset", str(error)) from None
        except ExchangeError:
            self.close()
            raise
        self.head = head
        return data

    def exchange(self, request: bytes) -> bytes:
        """`send`, then `receive`."""
        self.send(request)
        return self.receive()

    def _more(self, data: bytes) -> bytes:
        if not data:
            raise ExchangeError("closed", "the connection ended before an answer")
        self._wait(self._watcher)
        more: bytes = self._recv(_READ_BYTES)
        if not more:
            raise ExchangeError("truncated", f"the connection ended after {len(data)} bytes of an answer")
        return data + more

    def _receive_slowly(self, data: bytes) -> tuple[bytes, Head]:
        """Whatever is not one known head with one body of the promised length in one piece."""
        while (end := data.find(HEAD_END)) < 0:
            if len(data) > LARGEST_HEAD_BYTES:
                raise ExchangeError("malformed", "a head without an end")
            data = self._more(data)
        head = self._known_head(data[:end])
        body = end + 4
        if head.length == CHUNKED:
            data = self._rest_of_chunks(data, body)
        elif head.length == UNTIL_CLOSE:
            data, head = self._until_close(data), Head(head.status, head.length, True)
        else:
            while len(data) < body + head.length:
                data = self._more(data)
            if len(data) > body + head.length:
                raise ExchangeError("malformed", "more bytes came than the answer holds")
        if head.close:
            self.close()
        return data, head

    def _known_head(self, raw: bytes) -> Head:
        head = self._heads.get(raw)
        if head is None:
            if len(self._heads) >= _HEADS_KEPT:
                self._heads.clear()
            head = self._heads[raw] = parse_head(raw)
        return head

    def _rest_of_chunks(self, data: bytes, body: int) -> bytes:
        while (decoded := decode_chunked(data, body)) is None:
            data = self._more(data)
        content, end = decoded
        if end != len(data):
            raise ExchangeError("malformed", "more bytes came than the answer holds")
        return data[:body] + content

    def _until_close(self, data: bytes) -> bytes:
        while True:
            self._wait(self._watcher)
            more: bytes = self._recv(_READ_BYTES)
            if not more:
                return data
            data += more

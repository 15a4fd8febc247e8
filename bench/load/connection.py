"""One keep-alive connection that sends prepared bytes and finds the end of each answer.

This is the hot path: nearly all of the generator's cost per request is spent here. A plain non-blocking socket on
gevent's loop: one `send`, one wait and one `recv` for an answer that comes in one piece, with a head that was seen
before.
"""

import errno
import socket
from typing import Any

from gevent import get_hub, getcurrent
from gevent.monkey import get_original

from bench.load.wire import HEAD_END, ExchangeError, Head, IncomingAnswer, heads

_READ_BYTES = 32 * 1024
_READABLE, _WRITABLE = 1, 2
_REAL_SOCKET: Any = get_original("socket", "socket")


class KeptConnection:
    """A connection to one server; opened on first use and again after it was lost.

    `head` describes the answer last read, `opened` counts the connections made. After an ExchangeError it is closed, so
    that nothing of one exchange is ever taken for the answer to another. A time-out may be thrown into a greenlet that
    waits in here; its thrower closes the connection.
    """

    __slots__ = ("_address", "_recv", "_send", "_sock", "_switch", "_unwatch", "_watch", "_watcher", "head", "opened")

    def __init__(self, host: str, port: int) -> None:
        self._address = (host, port)
        self._sock: Any = None
        self.head = Head(0, 0, False)
        self.opened = 0

    def open_if_closed(self) -> None:
        """Connect unless connected; raises ExchangeError `refused`."""
        if self._sock is None:
            self._open()

    def close(self) -> None:
        """Close the socket, if there is one."""
        if self._sock is not None:
            self._watcher.close()
            self._sock.close()
            self._sock = None

    def has_unread(self) -> bool:
        """Whether unread bytes wait that belong to no request. The connection is closed then, and also where the server
        has closed it meanwhile.
        """
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
        """Send a whole request; raises ExchangeError `refused` or `reset`."""
        if self._sock is None:
            self._open()
        try:
            sent = self._send(request)
        except BlockingIOError:
            sent = 0
        except OSError as error:
            raise self._lost(error) from None
        if sent < len(request):
            self._send_rest(memoryview(request)[sent:])

    def receive(self) -> bytes:
        """Read one whole answer, head and body; `head` describes it.

        Raises ExchangeError: `reset`, `closed`, `truncated`, `malformed`.
        """
        data = self._read()
        end = data.find(HEAD_END) + 4
        head = heads.get(data[:end])
        if head is None or len(data) != end + head.length or head.close:
            return self._receive_slowly(data)
        self.head = head
        return data

    def exchange(self, request: bytes) -> bytes:
        """`send`, then `receive`."""
        self.send(request)
        return self.receive()

    def _open(self) -> None:
        family = socket.AF_INET6 if ":" in self._address[0] else socket.AF_INET
        sock = _REAL_SOCKET(family, socket.SOCK_STREAM)
        try:
            _connect(sock, self._address)
        except BaseException:  # a time-out too, whatever it is
            sock.close()
            raise
        hub = get_hub()
        self._sock, self._send, self._recv = sock, sock.send, sock.recv
        self._watcher = hub.loop.io(sock.fileno(), _READABLE)
        self._watch, self._unwatch, self._switch = self._watcher.start, self._watcher.stop, hub.switch
        self.opened += 1

    def _read(self) -> bytes:
        """The next bytes; none where the connection has ended."""
        while True:
            self._watch(getcurrent().switch)
            try:
                self._switch()
            finally:
                self._unwatch()
            try:
                data: bytes = self._recv(_READ_BYTES)
            except BlockingIOError:  # woken for nothing
                continue
            except OSError as error:
                raise self._lost(error) from None
            return data

    def _receive_slowly(self, data: bytes) -> bytes:
        """Read an answer that is not one known head with one body of the announced length, in one piece."""
        answer = IncomingAnswer()
        try:
            while data and not answer.add(data):
                data = self._read()
            if not data:
                answer.finish()
        except ExchangeError:
            self.close()
            raise
        self.head = answer.head
        if self.head.close:
            self.close()
        return answer.content()

    def _send_rest(self, rest: memoryview) -> None:
        while rest:
            _wait_writable(self._sock)
            try:
                rest = rest[self._send(rest) :]
            except BlockingIOError:
                continue
            except OSError as error:
                raise self._lost(error) from None

    def _lost(self, error: OSError) -> ExchangeError:
        self.close()
        return ExchangeError("reset", str(error))


def _connect(sock: Any, address: tuple[str, int]) -> None:
    sock.setblocking(False)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    code = sock.connect_ex(address)
    if code == errno.EINPROGRESS:
        _wait_writable(sock)
        code = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    if code:
        raise ExchangeError("refused", errno.errorcode.get(code, str(code)))


def _wait_writable(sock: Any) -> None:
    hub = get_hub()
    watcher = hub.loop.io(sock.fileno(), _WRITABLE)
    try:
        hub.wait(watcher)
    finally:
        watcher.close()

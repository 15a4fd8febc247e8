"""A thin HTTP/1.1 client that keeps the raw facts that other clients hide."""

import socket
import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from http.client import HTTPException, RemoteDisconnected
from time import monotonic
from types import TracebackType
from urllib.parse import SplitResult, urlsplit

from bench.contract.connection import Connection
from bench.contract.message import Answer, Dialogue, Request
from bench.errors import ServerError, UsageError

Dial = Callable[[tuple[str, int], float], socket.socket]
"""Opens a connection to host and port within so many seconds."""

_SHORT_PAUSE_S = 0.001
"""Mostly enough for a server to read two segments apart; a longer pause would make hundreds of requests slow."""
_IDLE_S = 1.0
"""After such a pause a server may rightly have closed the connection."""
ENOUGH = 100
"""And after so many answers: proxies limit the requests of a connection."""


class NoAnswer(Exception):
    """The server took the connection, but nothing came in time, or what came is not HTTP."""

    def __init__(self, request: Request, what: str, *, hung: bool = False) -> None:
        super().__init__(what)
        self.request, self.what, self.hung = request, what, hung


class Client:
    """Sends one request after the other over one connection, as long as the server leaves it open."""

    def __init__(self, base_url: str, timeout_s: float = 5.0, dial: Dial = socket.create_connection) -> None:
        parts = _origin(base_url)
        self._tls = parts.scheme == "https"
        self._host = parts.netloc
        self.url = f"{parts.scheme}://{self._host}"
        self.address = address(parts)
        self.timeout_s = timeout_s
        self._dial = dial
        self.hung_in_a_row = 0
        self._connection: Connection | None = None

    def another(self) -> "Client":
        """A client of the same server, with connections of its own."""
        return Client(self.url, self.timeout_s, self._dial)

    def connect(self) -> None:
        """Open the connection: raises ServerError where there is no server, before any request can fail."""
        self._connection = self._connection or self._connect()

    def on_the_wire(self, request: Request) -> bytes:
        """The bytes of a request to this server."""
        return request.on_the_wire(self._host)

    def send(self, request: Request, *, renewed: bool = False, parted: bool = False) -> Answer:
        """The answer, over a new connection where it is to be `renewed`, and to a body that comes apart from its head
        where they are to be `parted`; raises NoAnswer, or ServerError where no connection can be made.
        """
        before, stray, reopened = self._look_back()
        if renewed:
            self.close()
        used = self._connection is not None
        try:
            answer = self._attempt(request, parted=parted)
        except NoAnswer as fault:
            # A server may close a connection while the next request is under way: then it has not been answered yet.
            if not used or not isinstance(fault.__cause__, ConnectionError):
                raise
            answer, reopened = self._attempt(request), True
        return replace(answer, before=before, stray=stray, reopened=reopened)

    def send_alone(self, request: Request) -> tuple[Answer, bytes]:
        """The answer over a connection of its own, and the bytes that followed until the server closed it."""
        self.close()
        try:
            answer = self._attempt(request, closing=True)
            return answer, self._connection.rest() if self._connection else b""
        finally:
            self.close()

    def exchange(
        self,
        segments: Sequence[bytes],
        requests: Sequence[Request],
        *,
        ends: bool,
        until_closed: bool,
        then: Request | None = None,
        pause_s: float | None = None,
    ) -> Dialogue:
        """What is answered, over a connection of its own, to requests whose bytes come in these segments, one after
        the other, and to a request that is sent `then`, when they are answered. Where the client `ends`, it sends no
        more after the segments; `until_closed` waits for the server to close. Between segments it waits for `pause_s`,
        or for as long as keeps them apart.

        Raises ServerError where it cannot connect.
        """
        connection = self._connect()
        try:
            connection.send_apart(segments, self.timeout_s, ends=ends, pause_s=pause_s)
            answers: list[Answer] = []
            sent = [(b"", request) for request in requests]
            follows = [(self.on_the_wire(then), then)] if then else []
            for data, request in sent + follows:
                if data:
                    connection.send(data, self.timeout_s)
                try:
                    answers.append(connection.receive(request))
                except (OSError, HTTPException, ValueError) as fault:
                    what, hung = _describe(fault, self.timeout_s), isinstance(fault, TimeoutError)
                    return Dialogue(tuple(answers), fault=what, hung=hung)
            return Dialogue(tuple(answers), closed=until_closed and connection.closes())
        finally:
            connection.close()

    def overhear(self, request: Request) -> bytes:
        """All that comes over a connection of its own, framing included, until the server closes it as it is asked to.

        Raises ServerError where it cannot connect.
        """
        connection = self._connect()
        try:
            connection.send(request.on_the_wire(self._host, closing=True), self.timeout_s)
            return connection.rest(self.timeout_s)
        finally:
            connection.close()

    @contextmanager
    def patience(self, timeout_s: float) -> Iterator[None]:
        """Another time-out for answers, for as long as the context lasts."""
        usual, self.timeout_s = self.timeout_s, timeout_s
        try:
            yield
        finally:
            self.timeout_s = usual

    def close(self) -> None:
        """Close the connection, if one is open."""
        if self._connection is not None:
            self._connection.close()
        self._connection = None

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.close()

    def _look_back(self) -> tuple[Request | None, bytes, bool]:
        """What became of the connection since the last answer; it stands only if the next request may use it."""
        connection = self._connection
        if connection is None:
            return None, b"", False
        if monotonic() - connection.used_at > _IDLE_S:
            self.close()
            return None, b"", False
        unread = connection.unread()
        if unread != b"":
            self.close()
        return connection.last, unread or b"", unread is None and connection.answers < ENOUGH

    def _attempt(self, request: Request, *, closing: bool = False, parted: bool = False) -> Answer:
        connection = self._connection = self._connection or self._connect()
        data = request.on_the_wire(self._host, closing=closing)
        cut = len(data) - len(request.body or b"") if parted else len(data)
        parts = [part for part in (data[:cut], data[cut:]) if part]
        connection.send_apart(parts, self.timeout_s, pause_s=_SHORT_PAUSE_S)
        try:
            answer = connection.receive(request)
        except (OSError, HTTPException, ValueError) as fault:
            self.close()
            hung = isinstance(fault, TimeoutError)
            self.hung_in_a_row = self.hung_in_a_row + 1 if hung else 0
            raise NoAnswer(request, _describe(fault, self.timeout_s), hung=hung) from fault
        self.hung_in_a_row = 0
        return answer

    def _connect(self) -> Connection:
        try:
            sock = self._dial(self.address, self.timeout_s)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return Connection(self._secured(sock) if self._tls else sock)
        except ssl.SSLCertVerificationError as fault:
            raise ServerError(
                f"The certificate of {self.url} is not trusted here ({fault.verify_message}). "
                "Where a company signed it, SSL_CERT_FILE in the environment names a file with the company's own."
            ) from fault
        except (OSError, UnicodeError) as fault:
            raise ServerError(f"The server at {self.url} cannot be reached: {fault}.") from fault

    def _secured(self, sock: socket.socket) -> socket.socket:
        try:
            return ssl.create_default_context().wrap_socket(sock, server_hostname=self.address[0])
        except OSError:
            sock.close()
            raise


def address(parts: SplitResult) -> tuple[str, int]:
    """Host and port that a URL leads to; raises ValueError where the port is none."""
    return parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)


def _origin(base_url: str) -> SplitResult:
    try:
        parts = urlsplit(base_url.rstrip("/"))
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise UsageError(f"{base_url!r} is no URL of a server; one looks like http://localhost:8000.")
    if "@" in parts.netloc:
        raise UsageError(f"The URL has a user name, but the contract has no log-in: give {_bare(parts)}.")
    if parts.path or parts.query or parts.fragment:
        raise UsageError(f"{base_url!r} has a path; the contract begins at the root: {_bare(parts)}.")
    return parts


def _bare(parts: SplitResult) -> str:
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"


def _describe(fault: Exception, timeout_s: float) -> str:
    match fault:
        case TimeoutError():
            return f"no whole answer within {timeout_s:g} s"
        case RemoteDisconnected():
            return "the connection was closed without an answer"
        case OSError():
            return f"the connection broke before the answer was whole ({fault.strerror or fault})"
        case _:
            return f"no HTTP answer: {type(fault).__name__}: {ascii(str(fault))[:120]}"

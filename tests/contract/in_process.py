"""Connections to a reference in this process: what is sent is answered when the answer is read, and nothing waits."""

import io
import itertools
from collections.abc import Callable
from typing import Any

from tests.contract.reference import Reference, RequestHandler


class _Starved(Exception):
    """The handler wants more bytes than were sent, and the client has not closed its side."""


class _Sent(io.RawIOBase):
    """The segments that a client has sent, of which each read gets one at most."""

    def __init__(self, segments: list[bytes], closed: bool) -> None:
        self.segments, self.ends, self.reads = list(segments), closed, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self.reads += 1
        if not self.segments:
            if self.ends:
                return 0
            raise _Starved
        segment = self.segments.pop(0)
        count = min(len(segment), len(buffer))
        buffer[:count] = segment[:count]
        if segment[count:]:
            self.segments.insert(0, segment[count:])
        return count


class Line:
    """The client's end of a connection: a socket as far as `bench.contract.connection` uses one."""

    def __init__(self, reference: Reference, number: int) -> None:
        self.server, self.number, self.nth = _Host(reference), number, 0
        self.segments: list[bytes] = []
        self.answered = bytearray()
        self.timeout_s: float | None = None
        self.half_closed = self.hung_up = False

    def settimeout(self, timeout_s: float | None) -> None:
        self.timeout_s = timeout_s

    def setsockopt(self, *_: int) -> None:
        pass

    def sendall(self, data: bytes) -> None:
        if self.hung_up:
            raise BrokenPipeError
        self.segments.append(bytes(data))

    def shutdown(self, _how: int) -> None:
        self.half_closed = True

    def close(self) -> None:
        self.hung_up = True

    def recv_into(self, buffer: Any) -> int:
        while not self.answered and not self.hung_up:
            if not self.segments and not self.half_closed:
                break
            self._serve()
        if not self.answered and not self.hung_up:
            raise BlockingIOError if self.timeout_s == 0 else TimeoutError
        count = min(len(self.answered), len(buffer))
        buffer[:count] = self.answered[:count]
        del self.answered[:count]
        return count

    def recv(self, size: int) -> bytes:
        buffer = bytearray(size)
        return bytes(buffer[: self.recv_into(buffer)])

    def _serve(self) -> None:
        """Answer one request, if it is whole; else leave it for when more has come."""
        source = _Sent(self.segments, self.half_closed)
        handler = _Handler(self.server, self.number, self.nth, source)
        try:
            handler.handle_one_request()
        except _Starved:
            raise (BlockingIOError if self.timeout_s == 0 else TimeoutError) from None
        self.answered += handler.wfile.getvalue()
        self.hung_up, self.nth = handler.close_connection, handler.nth
        source.ends = True
        rest = handler.rfile.peek()
        self.segments = [*([rest] if rest else []), *source.segments]


class _Handler(RequestHandler):
    """The handler of a real connection, for one request that was sent already."""

    def __init__(self, server: "_Host", number: int, nth: int, source: _Sent) -> None:
        self.server, self.number, self.nth, self.source = server, number, nth, source  # type: ignore[assignment]
        self.rfile, self.wfile = io.BufferedReader(source), io.BytesIO()
        self.client_address = ("in process", 0)


class _Host:
    """What a handler asks its server for."""

    def __init__(self, reference: Reference) -> None:
        self.reference = reference


def dialling(reference: Reference) -> Callable[..., Any]:
    """Opens connections to the reference, each with its number."""
    numbers = itertools.count(1)

    def dial(_address: tuple[str, int], timeout_s: float) -> Line:
        line = Line(reference, next(numbers))
        line.settimeout(timeout_s)
        return line

    return dial

"""One TCP connection over which HTTP answers are read without losing a byte between them."""

import io
import socket
from collections.abc import Sequence
from contextlib import closing, suppress
from http.client import HTTPException
from time import monotonic, sleep
from typing import Any

from bench.contract.message import Answer, Request
from bench.contract.response import FinalResponse

_LARGEST_BODY = 16 * 1024 * 1024
_GRACE_S = 0.5
"""The wait for an answer, or for a byte after an answer, where the server neither reads nor closes."""


_PAUSE_S = 0.005
"""Long enough for a segment to be read by itself."""


class _Stream(io.RawIOBase):
    """Reads a socket up to a deadline, with no time-out for each read: a server that drips is slow as well."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self.deadline: float | None = None
        self.ended = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        try:
            self.sock.settimeout(self._patience_s())
            count = self.sock.recv_into(buffer)
        except BlockingIOError:
            return None
        self.ended = count == 0
        return count

    def _patience_s(self) -> float:
        if self.deadline is None:
            return 0.0
        if (left := self.deadline - monotonic()) <= 0:
            raise TimeoutError
        return left


class _Reader(io.BufferedReader):
    """A reader that outlives each HTTPResponse, which would close it and lose the bytes after its answer."""

    def close(self) -> None:
        pass

    def makefile(self, _mode: str) -> "_Reader":
        return self


class Connection:
    """A connection, how many answers came over it, and the last request that it answered."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._stream = _Stream(sock)
        self._reader = _Reader(self._stream)
        self.answers = 0
        self.last: Request | None = None
        self.used_at = monotonic()

    def send(self, data: bytes, timeout_s: float) -> None:
        """Send; a failure is left for `receive` to report, because a server may refuse a body before it has read it."""
        self._stream.deadline = monotonic() + timeout_s
        self._sock.settimeout(timeout_s)
        try:
            self._sock.sendall(data)
        except OSError:
            self._stream.deadline = monotonic() + _GRACE_S

    def send_apart(
        self, segments: Sequence[bytes], timeout_s: float, *, ends: bool = False, pause_s: float | None = None
    ) -> None:
        """Send segment after segment, each after a pause, and then say that no more comes if that is the end."""
        for number, segment in enumerate(segments):
            if number:
                sleep(_PAUSE_S if pause_s is None else pause_s)
            self.send(segment, timeout_s)
        if ends:
            with suppress(OSError):
                self._sock.shutdown(socket.SHUT_WR)

    def receive(self, request: Request) -> Answer:
        """The answer; raises the standard library's OSError, HTTPException or ValueError for anything else."""
        response = FinalResponse(self._reader, method=request.method)  # type: ignore[arg-type]  # calls makefile only
        with closing(response):  # not left to its end, by when the stream may be gone: Python 3.13.0 then complains
            response.begin()
            body = response.read(_LARGEST_BODY)
            if response.length:
                raise HTTPException(f"{response.length:,} bytes of the body are missing")
        self.answers += 1
        self.last, self.used_at = request, monotonic()
        # Blanks around a value are none of it: RFC 9110, 5.5.
        headers = tuple((name, value.strip(" \t")) for name, value in response.headers.items())
        return Answer(request, response.version, response.status, headers, body, nth=self.answers)

    def unread(self) -> bytes | None:
        """The bytes that came without a request; None where the server has closed the connection."""
        self._stream.deadline = None
        try:
            pending = self._reader.peek()[:200]
        except OSError:
            return None
        return None if self._stream.ended and not pending else pending

    def rest(self, within_s: float = _GRACE_S) -> bytes:
        """All bytes until the server closes, or those of `within_s`, a short while, where it does not."""
        self._stream.deadline = monotonic() + within_s
        rest = b""
        try:
            while chunk := self._reader.read1(65536):
                rest += chunk
        except OSError:
            pass
        return rest

    def closes(self) -> bool:
        """Whether the server closes it, now or in a short while."""
        self.rest()
        return self._stream.ended

    def close(self) -> None:
        """Close it from this side."""
        self._sock.close()

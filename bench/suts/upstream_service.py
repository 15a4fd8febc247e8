"""The service that apps call: it answers each request after as many milliseconds as its path names.

A process of its own, on asyncio without a framework, so that it is no limit to whoever calls: one timer a request, and
any number of connections, which it never closes. Once it listens it prints its port.

Usage: python -m bench.suts.upstream_service HOST
"""

import asyncio
import itertools
import json
import re
import sys

from bench.contract import upstream

_HEAD_END = b"\r\n\r\n"
_LARGEST_HEAD_BYTES = 64 * 1024
_WAITING = 4096
"""So many connections may wait to be accepted: all users of a load open theirs at once."""
_ASKED = re.compile(rb"GET /([0-9]{1,4}) HTTP/1\.1\r\n")
_NOT_FOUND = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"


class Caller(asyncio.Protocol):
    """One connection. Its requests have no bodies."""

    def __init__(self, numbers: "itertools.count[int]") -> None:
        self._numbers, self._unread = numbers, b""
        self._loop = asyncio.get_running_loop()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way back."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer each request whose head is whole, after its time."""
        self._unread += data
        while _HEAD_END in self._unread:
            head, _, self._unread = self._unread.partition(_HEAD_END)
            wait_ms = waits_ms(head + _HEAD_END)
            if wait_ms is None:
                self._transport.write(_NOT_FOUND)
            else:
                self._loop.call_later(wait_ms / 1000, self._answer, wait_ms)
        if len(self._unread) > _LARGEST_HEAD_BYTES:
            self._transport.close()

    def _answer(self, wait_ms: int) -> None:
        if not self._transport.is_closing():
            self._transport.write(answer(next(self._numbers), wait_ms))


def waits_ms(head: bytes) -> int | None:
    """For how long a request asks it to wait, in milliseconds; None for one that is none of its own."""
    asked = _ASKED.match(head)
    return int(asked[1]) if asked and 1 <= int(asked[1]) <= upstream.LONGEST_MS else None


def answer(number: int, waited_ms: int) -> bytes:
    """The bytes of its answer of a number, from 1."""
    body = json.dumps(upstream.sealed(number, waited_ms)).encode()
    return b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)


async def serve(host: str) -> None:
    """Listen until the process is ended."""
    numbers = itertools.count(1)
    server = await asyncio.get_running_loop().create_server(lambda: Caller(numbers), host, 0, backlog=_WAITING)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1]))

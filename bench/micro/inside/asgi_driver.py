"""Serves an ASGI application without sockets. Runs in the app's environment.

One event loop runs the application from its startup to its shutdown, so that what it opens at startup is there for its
requests. As behind the common server, each request has version 2.3 of the protocol and a copy of the state.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any

Message = dict[str, Any]
Ask = tuple[str, str, Any, bytes]
"""Path, query string, headers as the interface has them (without Host, Accept and Content-Length) and body of one
request.
"""

Call = Callable[[], bytes]
"""Makes one request, returns the body."""

Connect = Callable[[str, Iterator[Ask]], tuple[Call, Callable[[], int]]]
"""Takes a method and requests; returns a function that makes the next request, and one that returns the last status."""

_SCOPE = {
    "type": "http",
    "asgi": {"version": "3.0", "spec_version": "2.3"},
    "http_version": "1.1",
    "scheme": "http",
    "root_path": "",
    "client": ("127.0.0.1", 40000),
    "server": ("127.0.0.1", 8000),
}


@contextmanager
def started(application: Any) -> Iterator[Connect]:
    """The application after its startup, ready to be connected to; its shutdown follows.

    Raises RuntimeError where it reports that its startup failed. An application without lifespan is served without it.
    """
    with asyncio.Runner() as runner:
        lifespan = Lifespan(application)
        runner.run(lifespan.startup())
        try:
            yield partial(_connect, application, runner.get_loop(), lifespan.state)
        finally:
            runner.run(lifespan.shutdown())


class Lifespan:
    """The call that tells an application of its startup and its shutdown; `state` is what it keeps for requests."""

    def __init__(self, application: Any) -> None:
        self.state: dict[str, Any] = {}
        self._application = application
        self._events: asyncio.Queue[Message] = asyncio.Queue()
        self._answers: asyncio.Queue[Message] = asyncio.Queue()

    async def startup(self) -> None:
        """Begin the call; returns when the application is ready, or has ended the call without an answer."""
        self._call = asyncio.create_task(self._live())
        self._call.add_done_callback(lambda _: self._answers.put_nowait({"type": "the end"}))
        answer = await self._tell("lifespan.startup")
        if answer["type"] == "lifespan.startup.failed":
            raise RuntimeError(f"the application could not start: {answer.get('message') or 'it does not say why'}")

    async def shutdown(self) -> None:
        """Wait until the application has shut down; a failure to do so changes no figure."""
        if not self._call.done():
            await self._tell("lifespan.shutdown")

    async def _tell(self, event: str) -> Message:
        self._events.put_nowait({"type": event})
        return await self._answers.get()

    async def _live(self) -> None:
        scope = {"type": "lifespan", "asgi": {"version": "3.0", "spec_version": "2.0"}, "state": self.state}
        with suppress(Exception):  # so says an application that it knows no lifespan
            await self._application(scope, self._events.get, self._answers.put)


class Exchange:
    """One request and its answer."""

    __slots__ = ("_body", "_chunks", "_complete", "_completed", "status")

    def __init__(self, body: bytes) -> None:
        self.status = 0
        self._body: bytes | None = body
        self._chunks: list[bytes] = []
        self._complete = False
        self._completed: asyncio.Event | None = None

    async def receive(self) -> Message:
        """The request; after that the client sends nothing, and disconnects once it has its answer."""
        if self._body is not None:
            body, self._body = self._body, None
            return {"type": "http.request", "body": body, "more_body": False}
        if not self._complete:
            # Made only where somebody waits: most applications never do.
            self._completed = self._completed or asyncio.Event()
            await self._completed.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        """Take a part of the answer; parts after its end are dropped."""
        if self._complete:
            return
        if message["type"] == "http.response.start":
            self.status = message["status"]
        elif message["type"] == "http.response.body":
            self._chunks.append(message.get("body", b""))
            self._complete = not message.get("more_body", False)
            if self._complete and self._completed:
                self._completed.set()

    def answer(self) -> bytes:
        """The whole body; raises RuntimeError where there is none."""
        if not (self.status and self._complete):
            raise RuntimeError("the application returned before its answer was complete")
        return b"".join(self._chunks)


def lines(headers: list[list[str]]) -> list[tuple[bytes, bytes]]:
    """Headers as ASGI has them."""
    return [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]


def _connect(
    application: Any, loop: asyncio.AbstractEventLoop, state: dict[str, Any], method: str, asks: Iterator[Ask]
) -> tuple[Call, Callable[[], int]]:
    template = {**_SCOPE, "method": method}
    status = 0

    def ask() -> bytes:
        nonlocal status
        path, query, named, body = next(asks)
        headers = [(b"host", b"127.0.0.1:8000"), (b"accept", b"*/*"), *named]
        if body:
            headers.append((b"content-length", str(len(body)).encode()))
        asked = {"path": path, "raw_path": path.encode(), "query_string": query.encode(), "headers": headers}
        exchange = Exchange(body)
        _run(loop, application({**template, **asked, "state": state.copy()}, exchange.receive, exchange.send))
        status = exchange.status
        return exchange.answer()

    return ask, lambda: status


def _run(loop: asyncio.AbstractEventLoop, call: Awaitable[None]) -> None:
    """As `loop.run_until_complete`, which runs the loop once more and so takes half as long again."""
    task = loop.create_task(_then_stop(loop, call))
    loop.run_forever()
    task.result()


async def _then_stop(loop: asyncio.AbstractEventLoop, call: Awaitable[None]) -> None:
    try:
        await call
    finally:
        loop.stop()

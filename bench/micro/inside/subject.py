"""The application under test, as a function from a request to a checked answer. Runs in the app's environment.

The suite hands over one JSON file (named by FAIRGROUND_MICRO): which application, through which interface, and for each
operation the requests that are asked over and over.
"""

import asyncio
import importlib
import io
import itertools
import json
import os
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

Call = Callable[[], bytes]
"""Asks once, returns the body."""

Ask = tuple[str, str, bytes]
"""Path, query string and body of one request."""

_WSGI = {
    "SERVER_NAME": "127.0.0.1",
    "SERVER_PORT": "8000",
    "SERVER_PROTOCOL": "HTTP/1.1",
    "SCRIPT_NAME": "",
    "REMOTE_ADDR": "127.0.0.1",
    "HTTP_HOST": "127.0.0.1:8000",
    "HTTP_ACCEPT": "*/*",
    "wsgi.version": (1, 0),
    "wsgi.url_scheme": "http",
    "wsgi.errors": sys.stderr,
    "wsgi.multithread": False,
    "wsgi.multiprocess": False,
    "wsgi.run_once": False,
}

_ASGI = {
    "scheme": "http",
    "root_path": "",
    "client": ("127.0.0.1", 40000),
    "server": ("127.0.0.1", 8000),
}


def brief() -> dict[str, Any]:
    """What the suite wants measured."""
    told: dict[str, Any] = json.loads(Path(os.environ["FAIRGROUND_MICRO"]).read_text("utf-8"))
    return told


@contextmanager
def stock(ids: list[int]) -> Iterator[None]:
    """Rows to be deleted, there while they are needed; `ids` is the first and the one after the last, or empty.

    This knows SQLite, as nothing else does but the engine. Laid in from outside, before the session begins, the rows
    would be there for every operation, and counting them would be most of what a list of items costs.
    """
    if not ids:
        yield
        return
    row = ("A row to be deleted", "", 100, 1)
    with closing(sqlite3.connect(os.environ["DATABASE_URL"].removeprefix("sqlite:///"), timeout=10)) as database:
        database.executemany("INSERT OR IGNORE INTO item VALUES (?, ?, ?, ?, ?)", ((i, *row) for i in range(*ids)))
        database.commit()
        yield
        database.execute("DELETE FROM item WHERE id >= ?", ids[:1])
        database.commit()


def load(target: str) -> Any:
    """The application that `module:name` or `module:factory()` names; `null` is the instrument's own cost."""
    if target == "null":
        return null
    module, _, name = target.removesuffix("()").partition(":")
    found: Any = importlib.import_module(module)
    for part in name.split("."):
        found = getattr(found, part)
    return found() if target.endswith("()") else found


def null(_: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
    """A WSGI application that does nothing."""
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "0")])
    return [b""]


def caller(application: Any, interface: str, question: dict[str, Any]) -> tuple[Call, Callable[[], int]]:
    """A function that asks the question about one path after the other, round and round; and one for the last status.

    `question` has `method` and `asks`, a list of path, query string and body.
    """
    asks = itertools.cycle([(path, query, body.encode()) for path, query, body in question["asks"]])
    return (_asgi if interface == "asgi" else _wsgi)(application, question["method"], asks)


def _wsgi(application: Any, method: str, asks: Iterator[Ask]) -> tuple[Call, Callable[[], int]]:
    """Copy a prepared environ, call, join, close: what a server does, without one."""
    seen = ["000"]
    length = {} if method in ("GET", "DELETE") else {"CONTENT_TYPE": "application/json"}
    template: dict[str, Any] = {"REQUEST_METHOD": method, **_WSGI, **length}

    def start_response(status: str, *_: Any) -> Callable[[bytes], None]:
        seen[0] = status
        return lambda _: None

    def ask() -> bytes:
        environ = template.copy()
        environ["PATH_INFO"], environ["QUERY_STRING"], body = next(asks)
        environ["wsgi.input"] = io.BytesIO(body)
        if body:
            environ["CONTENT_LENGTH"] = str(len(body))
        answer = application(environ, start_response)
        try:
            return b"".join(answer)
        finally:
            if hasattr(answer, "close"):
                answer.close()

    return ask, lambda: int(seen[0][:3])


def _asgi(application: Any, method: str, asks: Iterator[Ask]) -> tuple[Call, Callable[[], int]]:
    """The same for ASGI, on an event loop that is kept."""
    loop = asyncio.new_event_loop()
    messages: list[dict[str, Any]] = []
    template = {"type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, **_ASGI}

    async def send(message: dict[str, Any]) -> None:
        messages.append(message)

    def ask() -> bytes:
        path, query, body = next(asks)
        lines = [(b"host", b"127.0.0.1:8000"), (b"accept", b"*/*")]
        if body:
            lines += [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        scope = {**template, "path": path, "raw_path": path.encode(), "query_string": query.encode(), "headers": lines}

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        messages.clear()
        loop.run_until_complete(application(scope, receive, send))
        return b"".join(message.get("body", b"") for message in messages)

    return ask, lambda: int(messages[0]["status"])

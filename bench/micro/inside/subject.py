"""The application under test, as a function from a request to a checked answer. Runs in the app's environment.

The suite names one JSON file in FAIRGROUND_MICRO, the brief: the application, its interface, and for each operation the
requests that are made over and over.
"""

import importlib
import io
import itertools
import json
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from functools import partial
from pathlib import Path
from typing import Any

import asgi_driver
from asgi_driver import Ask, Call

Served = Callable[[dict[str, Any]], tuple[Call, Callable[[], int]]]
"""Takes a question (`method`, and `asks`: path, query string, headers and body, of which each character stands for one
byte); returns a function that makes one request after the other, round and round, and one that returns the last status.
"""

FIRST_WITHIN_S = 10.0
"""The time for a first answer, which fills caches and opens the database."""

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


def brief() -> dict[str, Any]:
    """The brief."""
    briefing: dict[str, Any] = json.loads(Path(os.environ["FAIRGROUND_MICRO"]).read_text("utf-8"))
    return briefing


def first(ask: Call, within_s: float = FIRST_WITHIN_S) -> bytes:
    """The first answer; raises TimeoutError where it is not whole in time, like that of an endless stream."""

    def give_up(*_: object) -> None:
        raise TimeoutError(f"no whole answer within {within_s:g} s")

    before = signal.signal(signal.SIGALRM, give_up)
    signal.setitimer(signal.ITIMER_REAL, within_s)
    try:
        body: bytes = ask()
        return body
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def load(target: str) -> Any:
    """The application that `module:name` or `module:factory()` names, or one of NULLS."""
    if target in NULLS:
        return NULLS[target]
    module, _, name = target.removesuffix("()").partition(":")
    named: Any = importlib.import_module(module)
    for part in name.split("."):
        named = getattr(named, part)
    return named() if target.endswith("()") else named


def null(_: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
    """A WSGI application that does nothing."""
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "0")])
    return [b""]


async def null_asgi(scope: dict[str, Any], _: Any, send: Callable[..., Any]) -> None:
    """An ASGI application that does nothing."""
    if scope["type"] != "http":
        raise ValueError(scope["type"])
    headers = [(b"content-type", b"text/plain"), (b"content-length", b"0")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


NULLS: dict[str, Any] = {"null": null, "null-asgi": null_asgi}


@contextmanager
def served(application: Any, interface: str) -> Iterator[Served]:
    """The application, ready to be called; one of ASGI is started before and shut down afterwards."""
    as_sent = asgi_driver.lines if interface == "asgi" else _variables
    started = asgi_driver.started(application) if interface == "asgi" else nullcontext(partial(_wsgi, application))
    with started as connect:

        def serve(question: dict[str, Any]) -> tuple[Call, Callable[[], int]]:
            asks = [
                (path, query, as_sent(headers), body.encode("latin-1"))
                for path, query, headers, body in question["asks"]
            ]
            return connect(question["method"], itertools.cycle(asks))

        yield serve


def _wsgi(application: Any, method: str, asks: Iterator[Ask]) -> tuple[Call, Callable[[], int]]:
    """Serve a WSGI application without a server: copy a prepared environ, call, join, close."""
    seen = ["000"]
    template: dict[str, Any] = {"REQUEST_METHOD": method, **_WSGI}

    def start_response(status: str, *_: Any) -> Callable[[bytes], None]:
        seen[0] = status
        return lambda _: None

    def ask() -> bytes:
        environ = template.copy()
        environ["PATH_INFO"], environ["QUERY_STRING"], headers, body = next(asks)
        environ.update(headers)
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


def _variables(headers: list[list[str]]) -> dict[str, str]:
    """Headers as WSGI has them."""
    named = {name.upper().replace("-", "_"): value for name, value in headers}
    return {name if name == "CONTENT_TYPE" else f"HTTP_{name}": value for name, value in named.items()}

"""Starts a server that has no suitable command line of its own, or an app that is its own server. Runs in an app's
environment, imports nothing of ours. SIGTERM ends it at once: a graceful end would wait seconds for idle connections,
and there is nothing to save.

Usage: launcher.py cheroot|rocket|own HOST PORT THREADS MODULE:NAME[()]
"""

import importlib
import sys
from collections.abc import Callable
from typing import Any

Application = Callable[..., Any]


def _load(target: str) -> Application:
    module, _, name = target.removesuffix("()").partition(":")
    named: Any = importlib.import_module(module)
    for part in name.split("."):
        named = getattr(named, part)
    application: Application = named() if target.endswith("()") else named
    return application


def _cheroot(application: Application, at: tuple[str, int], threads: int) -> None:
    from cheroot.wsgi import Server  # noqa: PLC0415  (only this server's environment has it)

    # By default five connections may wait to be accepted, and ten are kept; all others are closed after an answer.
    server = Server(at, application, numthreads=threads, timeout=75, request_queue_size=1024)
    server.keep_alive_conn_limit = None
    server.safe_start()


def _rocket(application: Application, at: tuple[str, int], threads: int) -> None:
    from rocket3 import Rocket3  # noqa: PLC0415

    # Its time-out counts from when a connection was opened: one that is older and in use all the time is closed when it
    # pauses for 10 s. At 0 none is closed.
    app = {"wsgi_app": application}
    Rocket3(at, "wsgi", app, min_threads=threads, max_threads=threads, timeout=0, handle_signals=False).start()


def _own(application: Application, at: tuple[str, int], _: int) -> None:
    application(*at)


if __name__ == "__main__":
    kind, host, port, threads, target = sys.argv[1:]
    sys.path.insert(0, "")
    {"cheroot": _cheroot, "rocket": _rocket, "own": _own}[kind](_load(target), (host, int(port)), int(threads))

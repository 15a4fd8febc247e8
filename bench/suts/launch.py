"""How each server is called: command lines, nothing else.

Every server gets one worker process and, where it can be chosen without harm, one thread that runs the app: more
threads of one interpreter only take turns. Cheroot and Rocket read and answer on the thread that runs the app. Cheroot
keeps its default of ten, or one slow client would hold up all, and like the others it keeps every connection open.
Rocket lets go of a connection only when that falls silent, so it gets a thread for each connection of the load, or some
would never be answered.
"""

from pathlib import Path

from bench.errors import UsageError
from bench.identity import COMMON
from bench.model import App, Interface

SERVERS = ("granian", "gunicorn", "cheroot", "rocket")
PACKAGES = {"granian": "granian", "gunicorn": "gunicorn", "cheroot": "cheroot", "rocket": "rocket3"}
_THREADS = {"cheroot": 10, "rocket": 64}
_LAUNCHER = Path(__file__).with_name("launcher.py")


def speaks(server: str, interface: Interface) -> bool:
    """Whether a server can serve apps of an interface: the common one does both, the others are WSGI's."""
    return server == COMMON or interface == "wsgi"


def command(server: str, app: App, python: Path, port: int) -> list[str]:
    """The command line that serves `app` on 127.0.0.1:`port`; raises UsageError for a server that cannot."""
    target, factory = app.application.removesuffix("()"), app.application.endswith("()")
    if server == "granian":
        fixed = "--workers 1 --blocking-threads 1 --runtime-threads 1 --no-ws --http 1 --log-level warning"
        start = [str(python.with_name("granian")), "--interface", app.interface, "--host", "127.0.0.1"]
        wait = ["--http1-header-read-timeout", "60000", "--port", str(port)]
        return [*start, *wait, *fixed.split(), *(["--factory"] if factory else []), target]
    if not speaks(server, app.interface):
        raise UsageError(f"{app} speaks {app.interface}, which {server} does not; use {COMMON}.")
    if server == "gunicorn":
        fixed = "--workers 1 --worker-class gthread --threads 1 --keep-alive 75 --log-level warning --no-control-socket"
        return [str(python.with_name("gunicorn")), "--bind", f"127.0.0.1:{port}", *fixed.split(), app.application]
    if server in ("cheroot", "rocket"):
        return [str(python), str(_LAUNCHER), server, str(port), str(_THREADS[server]), app.application]
    raise UsageError(f"There is no server called {server!r}; there are: {', '.join(SERVERS)}.")

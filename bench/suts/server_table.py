"""The servers that can stand in front of an app: one entry each, and nothing about a single server anywhere else.

Every server gets its worker processes (one unless a SUT says otherwise) and, where it can be chosen without harm, one
thread in each that runs the app: more threads of one interpreter only take turns. The packages installed beside every
app are in `servers.in`, compiled into `servers.txt`.
"""

import signal
from collections.abc import Mapping
from dataclasses import dataclass, field

from bench.errors import UsageError
from bench.identity import OWN
from bench.model import Interface, Sut
from bench.suts import waiting


@dataclass(frozen=True, slots=True)
class ServerEntry:
    """One server: what it is, and how it is started and stopped.

    `command` is its command line. The program stands in the app's environment; the words may hold `{interface}`,
    `{host}`, `{port}`, `{workers}`, `{threads}`, `{launcher}` (our own, for a server without a suitable command line),
    `{no_settings}` (a file of settings that has none) and `{application}` (`module:name`, with `()` for a factory).
    `package` is the distribution whose version is shown; where it is empty, that of the app.
    `factory` is the option that a server needs before the application where that is a factory; empty where it needs
    none. `why` gives the reasons for these settings.

    `most_connections` is how many it answers at once, None where that has no limit. `unsupported` are clauses of
    `hardening` that no app can keep behind it, each with the reason.

    `slow_client` says how a client that sends the head or the body of a request slowly, or never, affects all others,
    and what ends that: `tests/suts/test_slow_clients.py` tries it on each server.
    """

    name: str
    package: str
    interfaces: tuple[Interface, ...]
    command: str
    why: str
    slow_client: str
    threads: int = 1
    factory: str = ""
    stop: signal.Signals = signal.SIGTERM
    most_connections: int | None = None
    unsupported: Mapping[str, str] = field(default_factory=dict)

    @property
    def scales(self) -> bool:
        """Whether it can have several worker processes."""
        return "{workers}" in self.command


_LAST_LENGTH = {"framing": "Of two Content-Lengths the server takes the last, and shows the app no other."}

_ENTRIES = (
    ServerEntry(
        name="granian",
        package="granian",
        interfaces=("wsgi", "asgi"),
        command="granian --interface {interface} --host {host} --http1-header-read-timeout 60000 --port {port} "
        "--workers {workers} --blocking-threads {threads} --runtime-threads 1 --no-ws --http 1 --loop asyncio "
        "--log-level warning {application}",
        factory="--factory",
        why="A server that is not written in Python costs little, and so hides little of what differs between apps. "
        "It waits a minute for a request, so that no connection is lost while other SUTs have the load. The event loop "
        "of an ASGI app is that of the standard library, whatever else an environment holds.",
        slow_client="A head holds up nobody and has a minute, the longest that its time-out can be. A body has no "
        "time-out: where the app waits for it on the one thread of a WSGI server, everybody else waits as long. Who "
        "deploys it puts a proxy before it that takes in bodies whole, or gives it more threads.",
    ),
    ServerEntry(
        name="gunicorn",
        package="gunicorn",
        interfaces=("wsgi",),
        command="gunicorn --bind {host}:{port} --workers {workers} --worker-class gthread --threads {threads} "
        "--keep-alive 75 --log-level warning --no-control-socket --config {no_settings} {application}",
        why="Its default worker closes every connection after one answer; gthread keeps them open. It reads "
        "settings of ours, which are none, or a `gunicorn.conf.py` in an app's folder would "
        "change how that one app is served.",
        slow_client="It reads heads and bodies on the one thread that runs the app, without a time-out (its own is for "
        "workers that hang): everybody else waits as long. It is made to stand behind a proxy that takes in requests "
        "whole.",
    ),
    ServerEntry(
        name="cheroot",
        package="cheroot",
        interfaces=("wsgi",),
        command="python {launcher} cheroot {host} {port} {threads} {application}",
        threads=10,
        why="It reads and answers on the thread that runs the app. It keeps its default of ten, or one slow client "
        "would hold up all, and like the others it keeps every connection open.",
        slow_client="It takes up one thread of the ten, until the time-out of 75 s; nobody else waits.",
        unsupported=_LAST_LENGTH,
    ),
    ServerEntry(
        name="rocket",
        package="rocket3",
        interfaces=("wsgi",),
        command="python {launcher} rocket {host} {port} {threads} {application}",
        threads=64,
        why="It reads and answers on the thread that runs the app, and lets go of a connection only when that falls "
        "silent: with fewer threads than connections of the load, some would never be answered.",
        slow_client="It takes up one thread of the 64 for 10 s; nobody else waits. After that a head waits on no "
        "thread, without an end, and the app that reads a body meets an error.",
        most_connections=64,
        unsupported=_LAST_LENGTH,
    ),
    ServerEntry(
        name="uvicorn",
        package="uvicorn",
        interfaces=("asgi",),
        command="uvicorn --host {host} --port {port} --workers {workers} --no-access-log --log-level warning "
        "--timeout-keep-alive 75 --ws none {application}",
        factory="--factory",
        why="With uvloop and httptools, as its documentation recommends. Like the others it keeps connections open.",
        slow_client="It holds up nobody: other requests are answered meanwhile. There is no time-out.",
    ),
    ServerEntry(
        name=OWN,
        package="",
        interfaces=("own",),
        command="python {launcher} own {host} {port} {threads} {application}",
        why="Some frameworks are servers themselves and run on no other: the app's own function listens.",
        slow_client="As the framework has it. Those of this repository run an event loop, on which it holds up nobody.",
    ),
)

SERVERS = {entry.name: entry for entry in _ENTRIES}
"""All of them, by name."""


def find(name: str) -> ServerEntry:
    """The server called `name`; raises UsageError if there is none."""
    if name not in SERVERS:
        raise UsageError(f"There is no server called {name!r}; there are: {', '.join(SERVERS)}.")
    return SERVERS[name]


def words(name: str, version: str = "") -> str:
    """A server in words: `gunicorn 23.0`, `its own server`. The version of the latter is the app's."""
    return "its own server" if name == OWN else f"{name} {version}".rstrip()


def unsupported(sut: Sut) -> dict[str, str]:
    """What an app does not keep of the contract behind a server, by its manifest and by the server's entry, and the
    workloads that it is not asked for there.
    """
    entry = find(sut.server)
    too_much = dict(waiting.left_out(sut, entry.threads, entry.most_connections))
    return {**entry.unsupported, **too_much, **sut.app.unsupported}


def remarks(sut: Sut) -> tuple[str, ...]:
    """What a reader must know of a server's threads, for the workloads of an app that wait."""
    return tuple(waiting.remarks(sut, find(sut.server).threads))

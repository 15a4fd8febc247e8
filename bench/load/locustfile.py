"""The workloads in Locust's own web interface, to try by hand on one server that keeps the contract.

    locust -f bench/load/locustfile.py --host http://localhost:8000

There is a user class for each workload (ReadItem, CrudMix ...): name some on the command line, or choose them on the
page with `--class-picker`. They send the same requests over the same code as the users that measure, but Locust keeps
the statistics: closed loops only, and no figures to compare two servers by, for there is no rotation. With
`--processes 2`, or `--master` and `--worker` on several machines, more processes load the server.
"""

import itertools
import socket
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from functools import cache, partial
from typing import Any, ClassVar
from urllib.parse import urlsplit

import gevent
from locust import User, events, task
from locust.exception import StopTest

from bench.contract.workloads import WORKLOADS
from bench.load import wire
from bench.load.connection import KeptConnection
from bench.load.lanes import Lane
from bench.load.requests import Pools, PreparedRequest
from bench.load.scripts import Script, script
from bench.load.wire import ExchangeError
from bench.model import Workload

ANSWER_WITHIN_S = 10.0
_AFTER_ERROR_S = 0.1
_REACHED_WITHIN_S = 1.0


class WorkloadUser(User):
    """One user of a workload: sends, waits for the whole answer, reports to Locust, goes on."""

    abstract = True
    workload: ClassVar[Workload]
    _numbers: "ClassVar[itertools.count[int]]"

    def __init__(self, environment: Any) -> None:
        super().__init__(environment)
        url = self.host or ""
        try:
            host, port = address(url)
        except ValueError as error:  # typed into the page, for what the command line says was checked
            raise StopTest(str(error)) from None
        user = f"{environment.runner.worker_index}.{next(self._numbers)}"
        self._lane = Lane(KeptConnection(host, port), partial(_script, urlsplit(url).netloc, self.workload, user))

    @task
    def exchange(self) -> None:
        """One request and its answer."""
        lane = self._lane
        request, answer, error = lane.request, b"", None
        began = time.perf_counter()
        try:
            answer = self._answer(request)
        except ExchangeError as failure:
            error = failure
        took_ms = (time.perf_counter() - began) * 1000
        self._tell(request, answer, took_ms, error)
        if error:
            lane.connection.close()
            lane.restart()
            gevent.sleep(_AFTER_ERROR_S)
        else:
            lane.request = lane.script.send(answer)

    def on_stop(self) -> None:
        """Leave."""
        self._lane.connection.close()

    def _answer(self, request: PreparedRequest) -> bytes:
        connection = self._lane.connection
        late = ExchangeError("timed out", f"no answer within {ANSWER_WITHIN_S:g} s")
        with gevent.Timeout(ANSWER_WITHIN_S, late):
            answer = connection.exchange(request.data)
        if connection.head.status != request.status:
            raise ExchangeError(f"status {connection.head.status}", request.ask.operation)
        return answer

    def _tell(self, request: PreparedRequest, answer: bytes, took_ms: float, error: ExchangeError | None) -> None:
        self.environment.events.request.fire(
            request_type=request.data.split(b" ", 1)[0].decode(),
            name=request.ask.operation,
            response_time=took_ms,
            response_length=len(wire.body(answer)) if answer else 0,
            exception=error,
            context=self.context(),
        )


def address(url: str) -> tuple[str, int]:
    """Host and port of `http://host:port`; raises ValueError with a sentence for anything else."""
    example = "give it as --host http://localhost:8000"
    if not url:
        raise ValueError(f"There is no server to load: {example}.")
    try:
        parts = urlsplit(url)
        port = parts.port or 80
    except ValueError as error:
        raise ValueError(f"{url!r} is no address of a server ({error}): {example}.") from None
    if parts.scheme == "https":
        raise ValueError(f"https is not supported, because its cost is not the framework's: {example}.")
    if parts.username is not None:  # with a password, maybe, which belongs in no log
        raise ValueError(f"The URL has a user name, but the contract has no log-in: {example}.")
    if parts.scheme != "http" or not parts.hostname or parts.path.strip("/") or parts.query:
        raise ValueError(f"{url!r} is no address of a server: {example}.")
    try:
        infos = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise ValueError(f"The server's name {parts.hostname!r} is not known ({error.strerror}).") from None
    return _reached([str(place[0]) for *_, place in infos], port), port


def _reached(addresses: Sequence[str], port: int) -> str:
    """The first address of a name (localhost has two) at which a server listens; the first of all where none does."""
    for address_ in addresses if len(addresses) > 1 else ():
        with suppress(OSError), socket.create_connection((address_, port), _REACHED_WITHIN_S):
            return address_
    return addresses[0]


def check_host(environment: Any, **_: object) -> None:
    """End at once, with one sentence, where the command line names no server that can be loaded."""
    options = environment.parsed_options
    if environment.host or (options and options.headless):
        try:
            address(environment.host or "")
        except ValueError as error:
            sys.exit(str(error))


@cache
def _pools(host: str) -> Pools:
    return Pools(host, 1)


def _script(host: str, workload: Workload, user: str, start: int) -> Script:
    return script(_pools(host), workload, f"{workload.id} {user} {start}")


def _user_class(workload: Workload) -> type[WorkloadUser]:
    name = "".join(word.capitalize() for word in workload.id.split("-"))
    members = {"workload": workload, "abstract": False, "_numbers": itertools.count(), "__doc__": workload.title}
    return type(name, (WorkloadUser,), members)


events.init.add_listener(check_host)  # type: ignore[no-untyped-call]

# Locust takes the user classes that it finds among the module's names.
globals().update({user_class.__name__: user_class for user_class in map(_user_class, WORKLOADS)})

"""A server as the generator sees it: one lane (connection, script, next request) a user, and the tally of what
happened.
"""

from array import array
from collections import Counter
from collections.abc import Callable
from functools import partial

from bench.load import answers
from bench.load.connection import Connection
from bench.load.protocol import Slice, Tally, Target
from bench.load.requests import Request, Shop
from bench.load.scripts import Script, script
from bench.load.wire import ExchangeError
from bench.model import Workload

_SAMPLES_KEPT = 400
_WRONG_KEPT = 5
GIVE_UP_AFTER = 50
"""Errors of one target in one rotation after which it gets no more slices."""


class Lane:
    """One user's way to one server."""

    __slots__ = ("_make", "connection", "request", "script", "starts")

    def __init__(self, connection: Connection, make: Callable[[int], Script]) -> None:
        self.connection = connection
        self._make = make
        self.starts = 0
        self.restart()

    def restart(self) -> None:
        """Begin a new script: at first, and after an error left the old one in the middle."""
        self.script = self._make(self.starts)
        self.request: Request = next(self.script)
        self.starts += 1


class Lanes:
    """All lanes to one target, for one rotation."""

    def __init__(self, target: Target, workload: Workload, connections: list[Connection], seed: int) -> None:
        self.target = target
        shop = Shop(f"{target.host}:{target.port}", seed)
        self.all = [
            Lane(connection, partial(_script, shop, workload, f"{seed} {workload.id} {user}"))
            for user, connection in enumerate(connections)
        ]
        self.dropped: str | None = None
        self.clear()

    def clear(self) -> None:
        """Forget what was counted so far: the warm-up is over."""
        self.slices: list[Slice] = []
        self.errors: Counter[str] = Counter()
        self.times, self.service, self.lag = array("d"), array("d"), array("d")
        self.samples: list[tuple[Request, bytes]] = []
        self.backlog = 0
        self._opened = self._connections_made()

    def sample(self, request: Request, answer: bytes) -> None:
        """Keep an answer, to be checked after the load."""
        if len(self.samples) < _SAMPLES_KEPT:
            self.samples.append((request, answer))

    def failed(self, lane: Lane, error: ExchangeError) -> None:
        """Count an error and let the lane start afresh."""
        self.errors[error.kind] += 1
        lane.connection.close()
        lane.restart()
        if sum(self.errors.values()) >= GIVE_UP_AFTER or error.kind == "timed out":
            self.dropped = str(error)

    def check_quiet(self) -> None:
        """Between slices nothing is asked, so nothing may arrive."""
        for lane in self.all:
            if lane.connection.has_unread():
                self.failed(lane, ExchangeError("malformed", "answers came that nobody asked for"))

    def tally(self) -> Tally:
        """Check the samples and sum up."""
        complaints = (answers.wrong(request, answer) for request, answer in self.samples)
        return Tally(
            sut=self.target.sut,
            slices=tuple(self.slices),
            errors=dict(self.errors),
            reconnects=self._connections_made() - self._opened,
            sampled=len(self.samples),
            wrong=tuple(complaint for complaint in complaints if complaint)[:_WRONG_KEPT],
            dropped=self.dropped,
            backlog=self.backlog,
        )

    def _connections_made(self) -> int:
        return sum(lane.connection.opened for lane in self.all)


def _script(shop: Shop, workload: Workload, seed: str, start: int) -> Script:
    return script(shop, workload, f"{seed} {start}")

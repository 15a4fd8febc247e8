"""A server as the generator sees it: one lane (connection, script, next request) a user, and what happened on them."""

from array import array
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

import gevent

from bench.contract import operations
from bench.host import awake
from bench.load import wire
from bench.load.connection import KeptConnection
from bench.load.parts import WHOLE, Kept, Share
from bench.load.protocol import Target
from bench.load.requests import Pools, PreparedRequest
from bench.load.scripts import Script, script
from bench.load.wire import ExchangeError
from bench.model import Workload

_SAMPLES_A_TURN = 32
_SAMPLED_BYTES = 256 * 1024
"""Once the answers kept of a turn have this size, no other is kept: large ones would fill the memory."""
_WRONG_KEPT = 5
_KEPT = 256
"""So many connections to one server are kept between slices; of more, those to all servers together would be more files
than a process may open.
"""
GIVE_UP_AFTER = 50
"""After so many errors in one rotation, a target gets no more slices."""


class Lane:
    """One user's way to one server."""

    __slots__ = ("_make", "connection", "request", "script", "starts")

    def __init__(self, connection: KeptConnection, make: Callable[[int], Script]) -> None:
        self.connection = connection
        self._make = make
        self.starts = 0
        self.restart()

    def restart(self) -> None:
        """Begin a new script: at first, and after an error left the old one in the middle."""
        self.script = self._make(self.starts)
        self.request: PreparedRequest = next(self.script)
        self.starts += 1

    def expect_status(self) -> None:
        """Raise ExchangeError where the last answer has not the status that the request names."""
        status = self.connection.head.status
        if status != self.request.status:
            raise ExchangeError(f"status {status}", self.request.ask.operation)


def _times() -> "array[float]":
    return array("d")


@dataclass(slots=True)
class Record:
    """The record of one turn: times in seconds, and samples to be checked when the load is over.

    `began_s` and `ended_s` are when it sent its first request and had its last answer, by `perf_counter`. In a closed
    turn `held_s` is how long its users took part and `waited_s` how long they waited for answers, summed over users.
    The bytes are those of all counted requests and of their answers: two additions each, and the few that are sampled
    would mostly be those with which a slice begins.
    """

    began_s: float = 0.0
    ended_s: float = 0.0
    held_s: float = 0.0
    waited_s: float = 0.0
    requests: int = 0
    backlog: int = 0
    sent_bytes: int = 0
    received_bytes: int = 0
    times: "array[float]" = field(default_factory=_times)
    service: "array[float]" = field(default_factory=_times)
    lag: "array[float]" = field(default_factory=_times)
    samples: list[tuple[PreparedRequest, bytes]] = field(default_factory=list)
    sampled_bytes: int = 0

    def sample(self, request: PreparedRequest, answer: bytes) -> None:
        """Keep an answer, unless there are enough."""
        if len(self.samples) < _SAMPLES_A_TURN and self.sampled_bytes < _SAMPLED_BYTES:
            self.samples.append((request, answer))
            self.sampled_bytes += len(answer)


class Lanes:
    """All lanes of this generator to one target, for one rotation; its users are a share of all users."""

    def __init__(
        self, target: Target, workload: Workload, connections: list[KeptConnection], seed: int, share: Share = WHOLE
    ) -> None:
        self.target = target
        pools = Pools(f"{target.host}:{target.port}", seed, stocked=workload.stock > 0, share=share)
        pools.fill(workload.steps)
        self.all = [
            Lane(connection, partial(_script, pools, workload, f"{seed} {workload.id} {share.in_whole(place)}"))
            for place, connection in enumerate(connections)
        ]
        self.total = Record()
        self.errors: Counter[str] = Counter()
        self.reconnects = 0
        self.dropped: str | None = None

    def keep(self, record: Record) -> None:
        """Add the record of a turn that counts."""
        self.total.times.extend(record.times)
        self.total.service.extend(record.service)
        self.total.lag.extend(record.lag)
        self.total.samples.extend(record.samples)

    def failed(self, lane: Lane, error: ExchangeError) -> None:
        """Count an error, in the warm-up too, and let the lane start afresh."""
        self.errors[error.kind] += 1
        lane.connection.close()
        lane.restart()
        if error.kind == "timed out":
            self.drop(str(error))
        elif self.errors.total() >= GIVE_UP_AFTER:
            self.drop(f"{GIVE_UP_AFTER} errors, the last of them {error}")

    def drop(self, reason: str) -> None:
        """Give this target no more slices in this rotation; only the first reason is kept."""
        self.dropped = self.dropped or reason

    def stood_still(self, duration_s: float) -> None:
        """Drop it, whatever else went wrong for that: the machine held everything up in one of its slices."""
        self.dropped = awake.stood_still(duration_s)

    def prepare(self, within_s: float) -> None:
        """Connect every lane before a slice, and count as errors what a server sent without a request."""
        self.check_quiet()
        late = ExchangeError("timed out", f"no connection within {within_s:g} s")
        try:
            with gevent.Timeout(within_s, late):
                for lane in self.all:
                    lane.connection.open_if_closed()
        except ExchangeError as error:
            self.errors[error.kind] += 1
            self.drop(str(error))

    def check_quiet(self) -> None:
        """Count as errors what arrives between slices, when there is no request."""
        for lane in self.all:
            if lane.connection.has_unread():
                self.failed(lane, ExchangeError("malformed", "an answer that nobody asked for"))

    def leave(self) -> None:
        """Keep the connections for the next slice, unless there are too many."""
        if len(self.all) > _KEPT:
            self.close()

    def close(self) -> None:
        """Close every connection, so that a late answer cannot be taken for another."""
        for lane in self.all:
            lane.connection.close()

    def opened(self) -> int:
        """The number of connections made so far."""
        return sum(lane.connection.opened for lane in self.all)

    def kept(self) -> Kept:
        """Check the samples and sum up."""
        complaints = (operations.wrong(request.ask, wire.body(answer)) for request, answer in self.total.samples)
        return Kept(
            times=self.total.times.tolist(),
            service=self.total.service.tolist(),
            lag=self.total.lag.tolist(),
            errors=dict(self.errors),
            reconnects=self.reconnects,
            sampled=len(self.total.samples),
            wrong=tuple(complaint for complaint in complaints if complaint)[:_WRONG_KEPT],
            dropped=self.dropped,
        )


def _script(pools: Pools, workload: Workload, seed: str, start: int) -> Script:
    return script(pools, workload, f"{seed} {start}")

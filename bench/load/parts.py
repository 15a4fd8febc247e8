"""One load, dealt out to several generators, and what they saw of it, put together again. Pure.

Of the users and of the arrivals, number i goes to generator i mod N. So the sum is the same load, request by request,
whatever the number of generators.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import TypeVar

Thing = TypeVar("Thing")


@dataclass(frozen=True, slots=True)
class Share:
    """The share of one generator: number `number`, from 0, of `of`."""

    number: int = 0
    of: int = 1

    def dealt(self, whole: Sequence[Thing]) -> Sequence[Thing]:
        """The things of this share, in their order."""
        return whole[self.number :: self.of]

    def in_whole(self, place: int) -> int:
        """The number in the whole of the thing that has this place, from 0, in the share."""
        return self.number + place * self.of


WHOLE = Share()
"""The share of a generator that is alone."""


@dataclass(frozen=True, slots=True)
class Cue:
    """A slice to be played: of which target of the order, in which turn, for how long, and whether it counts."""

    target: int
    turn: int
    slice_s: float
    counts: bool = True


@dataclass(frozen=True, slots=True)
class Played:
    """One slice as a generator saw it, by its own clock; see Slice. `dropped` is why its target gets no more of them.

    `backlog` is the number of requests that were due and unanswered when the arrivals were over.
    """

    busy_s: float = 0.0
    requests: int = 0
    generator_cpu_ns: int = 0
    held_s: float = 0.0
    waited_s: float = 0.0
    backlog: int = 0
    sent_bytes: int = 0
    received_bytes: int = 0
    dropped: str | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """What a generator kept of one target over a rotation: raw times in seconds (see Times); for the rest see Tally."""

    times: list[float] = field(default_factory=list)
    service: list[float] = field(default_factory=list)
    lag: list[float] = field(default_factory=list)
    errors: dict[str, int] = field(default_factory=dict)
    reconnects: int = 0
    sampled: int = 0
    wrong: tuple[str, ...] = ()
    dropped: str | None = None


def played_together(parts: Sequence[Played]) -> Played:
    """One slice of all the generators.

    It lasted as long as for the one for which it lasted longest. By the master's clock the way of its messages would be
    in it, and over a network that is a good part of a short slice. This leaves out by how much one began after another.
    """
    return Played(
        busy_s=max(part.busy_s for part in parts),
        requests=sum(part.requests for part in parts),
        generator_cpu_ns=sum(part.generator_cpu_ns for part in parts),
        held_s=sum(part.held_s for part in parts),
        waited_s=sum(part.waited_s for part in parts),
        backlog=sum(part.backlog for part in parts),
        sent_bytes=sum(part.sent_bytes for part in parts),
        received_bytes=sum(part.received_bytes for part in parts),
        dropped=_first(part.dropped for part in parts),
    )


def kept_together(parts: Sequence[Kept]) -> Kept:
    """What all the generators kept of one target."""
    return Kept(
        times=list(chain.from_iterable(part.times for part in parts)),
        service=list(chain.from_iterable(part.service for part in parts)),
        lag=list(chain.from_iterable(part.lag for part in parts)),
        errors=dict(sum((Counter(part.errors) for part in parts), Counter())),
        reconnects=sum(part.reconnects for part in parts),
        sampled=sum(part.sampled for part in parts),
        wrong=tuple(chain.from_iterable(part.wrong for part in parts)),
        dropped=_first(part.dropped for part in parts),
    )


def starts(ways_s: Sequence[float]) -> list[float]:
    """How many seconds each generator waits after it has heard that a slice begins, given how long a message to each
    takes there and back: so they begin together, and no two clocks are compared.
    """
    return [(max(ways_s) - way_s) / 2 for way_s in ways_s]


def _first(reasons: Iterable[str | None]) -> str | None:
    return next(filter(None, reasons), None)

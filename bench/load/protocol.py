"""The protocol between parent and generator: one JSON object a line, both ways."""

from dataclasses import dataclass, field
from typing import Literal

from bench.host.clock import Clock
from bench.model import Workload

_STARTING_S = 60.0
"""Enough for imports, for spawning users and for writing times down, on a machine that is busy."""

FORGET, GATHER = "null", '"gather"'
"""Lines that are no orders: close all connections; wait until all generators have come."""

ON_ONE_CPU = "--on-one-cpu"
"""Starts a generator that has no CPU of its own: what it spends looking at the clock, the servers would lack."""

Times = Literal["response", "service", "lag"]
"""Response: from the intended start to the answer. Service: from the actual send to the answer. Lag: the difference."""


def series(sut: str, times: Times = "response") -> str:
    """The name of a SUT's times in the file of raw times."""
    return sut if times == "response" else f"{sut}.{times}"


@dataclass(frozen=True, slots=True)
class Target:
    """A server to be loaded, and the clocks of its own CPU time and of its database's processes.

    `arrival_rate_rps` is None for a closed loop; otherwise its requests arrive at that rate.
    """

    sut: str
    host: str
    port: int
    clock: Clock
    arrival_rate_rps: float | None = None
    database: Clock = field(default_factory=Clock)


@dataclass(frozen=True, slots=True)
class Order:
    """One rotation: `turns` times, every target takes a slice of `slice_s`, in seeded shuffled order.

    In a closed loop there are `concurrency` users; in an open one at most so many requests are under way. The first
    `warm_up_turns` are not counted. Raw times, in seconds, go to the file `times` (NumPy's .npz, with a `series` for
    each SUT, and three in an open loop); no file for an empty name. `settle_s` of closed loop go before each slice,
    uncounted. A target that has not answered `answer_within_s` after a slice should have ended is dropped.

    A target that answers fewer than `least_requests` in a slice of the warm-up takes part only in every second turn (or
    every fourth, eighth ...), with slices as many times longer: all have the same time under load, in pieces that hold
    enough requests to count.

    `upstream` is the clock of the service that targets may call, which shares the CPU of the generator.
    """

    workload: Workload
    targets: tuple[Target, ...]
    turns: int
    slice_s: float
    concurrency: int
    seed: int
    times: str = ""
    warm_up_turns: int = 0
    settle_s: float = 0.0
    answer_within_s: float = 5.0
    least_requests: int = 0
    upstream: Clock = field(default_factory=Clock)

    def longest_s(self) -> float:
        """Upper limit of a rotation's time in seconds, whatever the servers do: in each slice they may be late to
        connect, with their first answers, to settle and to answer.
        """
        slice_s = self.settle_s + self.slice_s + 4 * self.answer_within_s + 1
        return _STARTING_S + len(self.targets) * (self.turns + self.warm_up_turns) * slice_s


@dataclass(frozen=True, slots=True)
class Slice:
    """One stretch under load: when it began (seconds since the rotation did), how long until drained, what it did.

    `cpu_ns` is of the server's processes, `database_cpu_ns` of its database's, and `generator_cpu_ns` of the generator
    together with the service that the server calls.
    Summed over the users of a closed loop, `held_s` is how long they took part, `waited_s` how long they waited. The
    bytes are those of the requests and of their answers, heads included, without the framing of chunks.
    """

    began_s: float
    busy_s: float
    requests: int
    cpu_ns: int
    generator_cpu_ns: int
    database_cpu_ns: int = 0
    held_s: float = 0.0
    waited_s: float = 0.0
    sent_bytes: int = 0
    received_bytes: int = 0


@dataclass(frozen=True, slots=True)
class Tally:
    """What one target did in one rotation.

    `errors` counts exchanges without a whole answer or with a wrong status, by kind (see `ExchangeError`), in the
    warm-up too. `wrong` says what was wrong with some of the `sampled` answers, `dropped` why it got no more slices.
    `reconnects` counts connections opened again within slices. `backlog` is the number of requests that were due and
    unanswered when a slice's arrivals were over, in the median slice: a growing queue shows in every slice, a stall in
    one. It took part in one turn of every `stride`, with slices as many times longer. It was loaded by so many
    `generators`, on `generator_cpus` CPUs together.
    """

    sut: str
    slices: tuple[Slice, ...] = ()
    errors: dict[str, int] = field(default_factory=dict)
    reconnects: int = 0
    sampled: int = 0
    wrong: tuple[str, ...] = ()
    dropped: str | None = None
    backlog: int = 0
    stride: int = 1
    generators: int = 1
    generator_cpus: int = 1


@dataclass(frozen=True, slots=True)
class Reply:
    """The generator's answer to an order: tallies, or the reason why there are none."""

    tallies: tuple[Tally, ...] = ()
    wall_s: float = 0.0
    error: str | None = None

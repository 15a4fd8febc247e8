"""How the ceiling of the load grows with the number of generators, and whether the server's figures depend on it."""

import random
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

import numpy as np

from bench.calibrate.experiments import Laboratory
from bench.calibrate.tools import CEILING
from bench.contract import workloads
from bench.errors import LoadError
from bench.estimate import Estimate
from bench.load.client import Generator
from bench.load.protocol import Order, Slice, Target
from bench.measure.arrivals import two_digits
from bench.measure.profiles import PROFILES
from bench.measure.progress import Progress, Watch
from bench.statistics import latency, stats
from bench.statistics.latency import Times

_SECONDS = 1.0
"""How long each reading takes: there are three for each number of generators in a round."""
_QUICK = PROFILES["quick"]


@dataclass(frozen=True, slots=True)
class Figures:
    """What a round gave through so many generators.

    `ceiling_rps` is on the floor, with the generators' own CPU time for a request as `own_cpu_us`. The others are of an
    app that one generator can saturate: its throughput and CPU time for a request in a closed loop, and response times
    under arrivals.
    """

    ceiling_rps: float
    own_cpu_us: float
    throughput_rps: float
    cpu_us: float
    p50_s: float
    p99_s: float


FIELDS = tuple(field.name for field in fields(Figures))


@dataclass(frozen=True, slots=True)
class Growth:
    """The figures of every round, by the number of generators, and on how many CPUs the most of them ran."""

    figures: Mapping[int, Sequence[Figures]]
    cpus: int

    def over_one(self) -> dict[int, dict[str, Estimate]]:
        """The figures through several generators over those through one, with intervals."""
        one = self.figures[1]
        return {
            count: {field: stats.ratio(_column(rows, field), _column(one, field)) for field in FIELDS}
            for count, rows in self.figures.items()
            if count != 1
        }


def counts(most: int) -> list[int]:
    """The numbers of generators that are tried: 1, 2, 4 ... and the largest."""
    return sorted({most, *(1 << power for power in range(most.bit_length()))})


def growth(laboratory: Laboratory, floor: Target, app: Target, most: int, rounds: int, watch: Watch) -> Growth:
    """The figures through each number of generators, up to the `most`, in shuffled order within a round."""
    rng, tried = random.Random(3), counts(most)
    seen: dict[int, list[Figures]] = {count: [] for count in tried}
    round_s = 3 * _SECONDS * len(tried)
    with ExitStack() as stack:
        loads = {count: stack.enter_context(laboratory.team(count)) for count in tried}
        places = {count: _Place(load, laboratory.scratch / "growth.npz") for count, load in loads.items()}
        managed, _ = places[1].load(app, "read-item", _QUICK.concurrency)
        rate_rps = two_digits(_QUICK.open_share * managed.requests / managed.busy_s)
        for number in range(1, rounds + 1):
            watch(Progress("generators", number, rounds, (number - 1) * round_s, (rounds - number + 1) * round_s))
            for count in rng.sample(tried, len(tried)):
                seen[count].append(_figures(places[count], floor, app, rate_rps))
    _, cpus = laboratory.host.cpu_sets(generators=most)
    return Growth(seen, len(cpus) or max(laboratory.host.cpu_count() - 1, 1))


def stored(growth: Growth) -> dict[str, Any]:
    """What is kept of it."""
    return {
        "cpus": growth.cpus,
        "generators": {count: [asdict(row) for row in rows] for count, rows in growth.figures.items()},
        "over_one": {
            count: {field: asdict(ratio) for field, ratio in ratios.items()}
            for count, ratios in growth.over_one().items()
        },
    }


@dataclass(frozen=True, slots=True)
class _Place:
    """A generator, or several, and the file of their times."""

    generator: Generator
    times: Path

    def load(self, target: Target, workload: str, users: int) -> tuple[Slice, Times]:
        """One long slice, and the response times in it."""
        order = Order(workloads.find(workload), (target,), 1, _SECONDS, users, seed=1, times=str(self.times))
        (tally,) = self.generator.rotate(order).tallies
        if tally.errors or tally.dropped:
            raise LoadError(f"{target.sut} failed under load: {tally.dropped or tally.errors}.")
        with np.load(self.times) as arrays:
            return tally.slices[0], arrays[target.sut].astype(np.float64)


def _figures(place: _Place, floor: Target, app: Target, rate_rps: float) -> Figures:
    highest, _ = place.load(floor, "plaintext", CEILING)
    closed, _ = place.load(app, "read-item", _QUICK.concurrency)
    _, times = place.load(replace(app, arrival_rate_rps=rate_rps), "read-item", _QUICK.open_connections)
    return Figures(
        ceiling_rps=highest.requests / highest.busy_s,
        own_cpu_us=highest.generator_cpu_ns / 1000 / highest.requests,
        throughput_rps=closed.requests / closed.busy_s,
        cpu_us=closed.cpu_ns / 1000 / closed.requests,
        p50_s=latency.percentile(times, 0.5),
        p99_s=latency.percentile(times, 0.99),
    )


def _column(rows: Sequence[Figures], field: str) -> dict[int, float]:
    return {number: float(getattr(row, field)) for number, row in enumerate(rows)}

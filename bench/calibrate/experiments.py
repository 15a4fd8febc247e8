"""The experiments of `bench calibrate`: how fast the generator is, how quiet the rotation, and with which slices."""

import math
import random
import statistics
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path

from bench.calibrate.tools import LOADS, ToolReading, available
from bench.contract import workloads
from bench.databases.protocol import Engine
from bench.errors import LoadError
from bench.estimate import Estimate
from bench.host.protocol import Host
from bench.load.client import Generator, generator
from bench.load.protocol import Order, Reply, Tally, Target
from bench.load.team import Team
from bench.measure.profiles import PROFILES
from bench.measure.progress import Progress, Watch
from bench.model import Sut
from bench.statistics import stats
from bench.suts import servers
from bench.suts.servers import Server

SLICES_S = (2.0, 1.0, 0.5, 0.25, 0.1, 0.05, 0.025)
"""Slice lengths that are tried; the first is the whole of a round's share: serial measuring."""

FIELDS = ("rps", "p50_s", "p99_s", "cpu_us")

LEVEL_S = 0.1
"""The slices whose throughput others are compared with."""

SETTLES_S = (0.005, 0.02)
"""Lead times before each slice of a tenth of a second that are tried beside none at all."""

_SHARE_S = 2.0
"""Seconds of load that each copy gets in a round, whatever the slices."""

_TRIED = (*((length, 0.0) for length in SLICES_S), *((0.1, settle_s) for settle_s in SETTLES_S))
"""Slice lengths with their lead times, seconds."""

_ROUND_S = {"ceiling": 15.0, "slice lengths": 2.2 * _SHARE_S * len(_TRIED)}
"""About how long a round of each experiment takes."""

Readings = Mapping[str, Sequence[ToolReading]]
"""The readings of every tool, round by round."""


@dataclass(frozen=True, slots=True)
class Spread:
    """How two copies of one app differed under slices of `slice_s`: standard deviations of log ratios over rounds.

    Before each slice the copy was loaded for `settle_s`, uncounted. `cpu_us` is the mean CPU per request. `level` is
    the throughput of both copies over that in slices of `LEVEL_S`, and shows what short slices bias; `loaded_share` is
    the share of the time that was spent under load, and shows what a switch costs.
    """

    slice_s: float
    settle_s: float
    rounds: int
    throughput_sd: float
    cpu_sd: float
    cpu_us: float
    level: Estimate
    loaded_share: float


class Laboratory:
    """Servers and a generator for experiments; use as a context manager."""

    def __init__(self, scratch: Path, state: Path, engine: Engine, host: Host) -> None:
        self.scratch, self._state, self._engine, self.host = scratch, state, engine, host
        self._stack = ExitStack()

    def __enter__(self) -> "Laboratory":
        self._template = self._stack.enter_context(self._engine.seeded(self.scratch))
        self._servers, _ = self.host.cpu_sets()
        self.generator: Generator = self._stack.enter_context(self.team(1))
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def team(self, generators: int) -> AbstractContextManager[Generator]:
        """So many generators together."""
        _, cpus = self.host.cpu_sets(generators=generators)
        return generator(self.scratch / f"generator-{generators}.log", self.host, cpus, Team(generators))

    def serve(self, sut: Sut) -> Target:
        """Start a server for the rest of the experiment."""
        url, log = self._template.copy(sut.id).url, self.scratch / f"{sut.id}.log"
        server: Server = self._stack.enter_context(servers.serve(sut, url, log, self.host, self._state))
        pids = server.pids()
        self.host.pin(pids, self._servers)
        return Target(sut.id, self.host.address, server.port, self.host.clock(pids))


def ceiling(laboratory: Laboratory, floor: Target, rounds: int, seconds: float, watch: Watch) -> dict[int, Readings]:
    """Readings of every tool on the floor app under each of LOADS, `rounds` times in shuffled order, `seconds` each."""
    tools = available(laboratory.host, laboratory.generator, laboratory.scratch)
    rng = random.Random(1)
    readings: dict[int, dict[str, list[ToolReading]]] = {users: {name: [] for name in tools} for users in LOADS}
    tried = list(product(LOADS, tools))
    for number in range(1, rounds + 1):
        watch(_progress("ceiling", number, rounds))
        for users, name in rng.sample(tried, len(tried)):
            readings[users][name].append(tools[name](floor, users, seconds))
    return dict(readings)


def ratios(readings: Readings) -> dict[str, dict[str, Estimate]]:
    """Ours over each other tool's, with intervals, field by field."""
    return {
        name: {field: stats.ratio(_column(readings["fairground"], field), _column(theirs, field)) for field in FIELDS}
        for name, theirs in readings.items()
        if name != "fairground"
    }


def sweep(laboratory: Laboratory, copies: Sequence[Target], rounds: int, watch: Watch) -> list[Spread]:
    """Two copies of one app under every slice length, equal total time, lengths in shuffled order within a round."""
    rng = random.Random(2)
    seen: dict[tuple[float, float], list[Reply]] = {tried: [] for tried in _TRIED}
    for number in range(1, rounds + 1):
        watch(_progress("slice lengths", number, rounds))
        for slice_s, settle_s in rng.sample(_TRIED, len(_TRIED)):
            seen[slice_s, settle_s].append(_rotate(laboratory.generator, copies, slice_s, settle_s, seed=number))
    usual = _levels(seen[LEVEL_S, 0.0])
    return [_spread(*lengths, replies, usual) for lengths, replies in seen.items()]


def _progress(experiment: str, number: int, rounds: int) -> Progress:
    """A round begins; what is ahead are the rounds from it on, and all rounds of the experiments that come later."""
    order = list(_ROUND_S)
    before, after = order[: order.index(experiment)], order[order.index(experiment) + 1 :]
    done_s = sum(rounds * _ROUND_S[name] for name in before) + (number - 1) * _ROUND_S[experiment]
    left_s = sum(rounds * _ROUND_S[name] for name in after) + (rounds - number + 1) * _ROUND_S[experiment]
    return Progress(experiment, number, rounds, done_s, left_s)


def _rotate(load: Generator, copies: Sequence[Target], slice_s: float, settle_s: float, seed: int) -> Reply:
    order = Order(
        workload=workloads.find("read-item"),
        targets=tuple(copies),
        turns=round(_SHARE_S / slice_s),
        slice_s=slice_s,
        settle_s=settle_s,
        concurrency=PROFILES["quick"].concurrency,
        seed=seed,
    )
    reply = load.rotate(order)
    for tally in reply.tallies:
        if tally.errors or tally.dropped:
            raise LoadError(f"{tally.sut} failed under load: {tally.dropped or tally.errors}.")
    return reply


def _levels(replies: Sequence[Reply]) -> dict[int, float]:
    """The throughput of both copies, by round."""
    return {number: statistics.geometric_mean(map(_rps, reply.tallies)) for number, reply in enumerate(replies)}


def _spread(slice_s: float, settle_s: float, replies: Sequence[Reply], usual: Mapping[int, float]) -> Spread:
    pairs = [reply.tallies for reply in replies]
    rps = [math.log(_rps(one) / _rps(other)) for one, other in pairs]
    cpu = [math.log(_cpu_us(one) / _cpu_us(other)) for one, other in pairs]
    mean_cpu = statistics.geometric_mean(_cpu_us(tally) for pair in pairs for tally in pair)
    loaded_s = sum(slice_.busy_s for pair in pairs for tally in pair for slice_ in tally.slices)
    return Spread(
        slice_s=slice_s,
        settle_s=settle_s,
        rounds=len(pairs),
        throughput_sd=statistics.stdev(rps),
        cpu_sd=statistics.stdev(cpu),
        cpu_us=mean_cpu,
        level=stats.ratio(_levels(replies), usual),
        loaded_share=loaded_s / sum(reply.wall_s for reply in replies),
    )


def _rps(tally: Tally) -> float:
    return sum(slice_.requests for slice_ in tally.slices) / sum(slice_.busy_s for slice_ in tally.slices)


def _cpu_us(tally: Tally) -> float:
    return sum(slice_.cpu_ns for slice_ in tally.slices) / 1000 / sum(slice_.requests for slice_ in tally.slices)


def _column(readings: Sequence[ToolReading], field: str) -> dict[int, float]:
    return {number: float(getattr(reading, field)) for number, reading in enumerate(readings)}


def copies_of(sut: Sut) -> tuple[Sut, Sut]:
    """The two copies that the sweep compares."""
    return replace(sut, alias=f"{sut.id}-a"), replace(sut, alias=f"{sut.id}-b")

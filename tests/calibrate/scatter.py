"""The experiments behind METHODOLOGY, "Where does the scatter come from?": by hand, alone on a machine.

    .venv/bin/python -m tests.calibrate.scatter closed 12
    .venv/bin/python -m tests.calibrate.scatter arrivals 12

`closed` starts fresh servers in each round and makes every rotation twice, so that what differs between processes is
told apart from what differs inside one. A fixed loop is timed on the servers' CPU before and after each slice, and the
figures are given once more as they are where the loop's time is regressed out. `arrivals` sends one schedule in slices
of three lengths.
"""

import math
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np

from bench import databases
from bench.calibrate.experiments import Laboratory
from bench.contract import workloads
from bench.host import local
from bench.host.protocol import Cpus, Host, Process
from bench.load import client
from bench.load.protocol import Order, Target
from bench.measure.profiles import PROFILES
from bench.model import Sut
from bench.statistics.estimates import t_factor
from bench.statistics.latency import percentile
from bench.suts import discovery
from bench.workspace import ROOT
from tests.here import HERE

QUICK = PROFILES["quick"]
APPS = ("wsgi", "flask", "flask", "django")
LOADS = ("read-item", "crud-mix")
LENGTHS_S = (0.025, 0.05, 0.1)
LOADED_S, RATE_RPS = 1.0, 480.0
SHARES = (0.5, 0.9, 0.95, 0.99)
LOOPS_AT = "FAIRGROUND_LOOPS_AT"

Key = tuple[int, int, str, str]
"""Round, repetition, workload and SUT."""
Slices = dict[Key, list[tuple[float, float, float]]]
"""Of each slice, in logarithms: the CPU time and the seconds a request, and the loop's time around it."""


@contextmanager
def fresh(number: int, folder: Path) -> Iterator[tuple[Laboratory, list[Target]]]:
    """Fresh servers for a round, of two of which the app is the same."""
    known = {discovery.called(app): app for app in discovery.discover(HERE.apps)}
    suts = [
        replace(Sut.of(known[name]), alias=f"{name}-{at}" if name in APPS[:at] else "") for at, name in enumerate(APPS)
    ]
    engine = databases.shared([sut.app for sut in suts])
    with local.host() as host, Laboratory(folder, HERE.state, engine, host) as laboratory:
        yield laboratory, [laboratory.serve(sut) for sut in random.Random(number).sample(suts, len(suts))]


def closed(rounds: int) -> None:
    """Print the standard deviations of log ratios of one rotation: in all, inside processes and between them."""
    seen: Slices = {}
    client._start = _start_watched
    for number in range(1, rounds + 1):
        with tempfile.TemporaryDirectory() as place:
            os.environ[LOOPS_AT] = str(Path(place) / "loops")
            with fresh(number, Path(place)) as (laboratory, targets):
                seen |= _twice(number, laboratory, targets)
    for place, name in enumerate(("CPU per request", "throughput")):
        for adjusted in (False, True):
            print(f"{name}{', less what the loop explains' if adjusted else ''}: {_components(seen, place, adjusted)}")


def _twice(number: int, laboratory: Laboratory, targets: Sequence[Target]) -> Slices:
    """Every rotation of a round, twice: of each slice the CPU time and the seconds a request, and the loop's time."""
    seen: Slices = {}
    file = Path(os.environ[LOOPS_AT])
    for again in (0, 1):
        for load in random.Random(f"{number} {again}").sample(LOADS, len(LOADS)):
            file.write_text("")
            order = _order(load, targets, turns=QUICK.turns, slice_s=QUICK.slice_s, seed=2 * number + again)
            reply = laboratory.generator.rotate(replace(order, warm_up_turns=QUICK.warm_up_turns))
            loops = [line.split() for line in file.read_text().splitlines()]
            for tally in reply.tallies:
                own = [math.log(float(us)) for sut, us in loops if sut == tally.sut][-len(tally.slices) :]
                seen[number, again, load, tally.sut] = [
                    (math.log(one.cpu_ns / one.requests), math.log(one.busy_s / one.requests), loop)
                    for one, loop in zip(tally.slices, own, strict=True)
                ]
    return seen


def _start_watched(log: Path, cpus: Cpus, host: Host) -> Process:
    """A generator that is this program."""
    command = [sys.executable, "-m", "tests.calibrate.scatter", "generate"]
    pipe = subprocess.PIPE
    with log.open("wb") as errors:
        return host.start(command, cpus=cpus, cwd=ROOT, stdin=pipe, stdout=pipe, stderr=errors, text=True)


def _components(seen: Slices, place: int, adjusted: bool) -> str:
    """The standard deviations of one of the two figures, in words."""
    values: dict[Key, float] = {}
    middle = statistics.fmean(loop for slices in seen.values() for *_, loop in slices)
    for load, sut in {key[2:] for key in seen}:
        own = {key: slices for key, slices in seen.items() if key[2:] == (load, sut)}
        slope = _slope([[(one[2], one[place]) for one in slices] for slices in own.values()]) if adjusted else 0.0
        for key, slices in own.items():
            values[key] = statistics.fmean(one[place] - slope * (one[2] - middle) for one in slices)
    numbers, suts = sorted({key[0] for key in values}), sorted({key[3] for key in values})
    pairs = np.array(
        [
            [[values[n, again, load, one] - values[n, again, load, other] for again in (0, 1)] for n in numbers]
            for load in LOADS
            for one, other in combinations(suts, 2)
        ]
    )
    inside = pairs.var(axis=2, ddof=1).mean()
    whole = pairs[:, :, 0].var(axis=1, ddof=1).mean()
    between = max(pairs.mean(axis=2).var(axis=1, ddof=1).mean() - inside / 2, 0.0)
    levels = np.mean([np.var([v for k, v in values.items() if k[2:] == key], ddof=1) for key in {k[2:] for k in seen}])
    parts = {"one rotation": whole, "inside": inside, "between processes": between, "absolute level": levels}
    return ", ".join(f"{part} {math.sqrt(variance):.1%}" for part, variance in parts.items())


def _slope(rotations: Sequence[Sequence[tuple[float, float]]]) -> float:
    """How a figure goes with the loop, inside rotations."""
    apart = np.concatenate([np.array(one) - np.array(one).mean(axis=0) for one in rotations])
    return float((apart[:, 0] * apart[:, 1]).sum() / (apart[:, 0] ** 2).sum())


def arrivals(rounds: int) -> None:
    """Print percentiles by the length of the slices, and the half-width of their ratios after nine rounds."""
    seen: dict[float, dict[tuple[int, str], Any]] = {length: {} for length in LENGTHS_S}
    for number in range(1, rounds + 1):
        with tempfile.TemporaryDirectory() as place, fresh(number, Path(place)) as (laboratory, targets):
            due = [replace(target, arrival_rate_rps=RATE_RPS) for target in targets]
            for slice_s in random.Random(number).sample(LENGTHS_S, len(LENGTHS_S)):
                order = _order("crud-mix", due, turns=round(LOADED_S / slice_s), slice_s=slice_s, seed=number)
                file = Path(place) / "times.npz"
                laboratory.generator.rotate(replace(order, concurrency=QUICK.open_connections, times=str(file)))
                with np.load(file) as arrays:
                    seen[slice_s] |= {(number, target.sut): arrays[target.sut] for target in targets}
    for share in SHARES:
        for slice_s, times in seen.items():
            suts = sorted({sut for _, sut in times})
            logs = {
                sut: np.log([percentile(one, share) for (_, own), one in times.items() if own == sut]) for sut in suts
            }
            spread = statistics.median(np.std(logs[a] - logs[b], ddof=1) for a, b in combinations(suts, 2))
            levels = ", ".join(f"{sut} {1000 * math.exp(logs[sut].mean()):.2f} ms" for sut in suts)
            half = math.expm1(spread * t_factor(9, 0.95))
            print(f"p{share * 100:g} in slices of {slice_s * 1000:g} ms: half-width {half:.1%}; {levels}")


def _order(load: str, targets: Sequence[Target], *, turns: int, slice_s: float, seed: int) -> Order:
    return Order(workloads.find(load), tuple(targets), turns, slice_s, QUICK.concurrency, seed)


def generate() -> None:
    """Be a generator that times a loop on the servers' CPU before and after each slice, and notes their mean."""
    from bench.load import __main__ as program
    from bench.load.rotation import Rotator

    ours = os.sched_getaffinity(0)
    servers = set(range(os.cpu_count() or 1)) - ours or ours
    rotate_slice = Rotator._slice

    def loop_us() -> float:
        os.sched_setaffinity(0, servers)
        began = time.perf_counter_ns()
        sum(range(10_000))
        took = time.perf_counter_ns() - began
        os.sched_setaffinity(0, ours)
        return took / 1000

    def watched(self: Any, order: Order, lanes: Any, *rest: Any) -> None:
        before = loop_us()
        rotate_slice(self, order, lanes, *rest)
        with Path(os.environ[LOOPS_AT]).open("a") as file:
            file.write(f"{lanes.target.sut} {math.sqrt(before * loop_us())}\n")

    Rotator._slice = watched  # type: ignore[method-assign]
    program.main()


def main() -> None:
    """Do what the command line says."""
    if sys.argv[1] == "generate":
        generate()
    else:
        {"closed": closed, "arrivals": arrivals}[sys.argv[1]](int(sys.argv[2]))


if __name__ == "__main__":
    main()

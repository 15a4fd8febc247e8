"""What larger servers, networks and plans would take, for docs/scaling.md: arithmetic on what is stored, in seconds.

    .venv/bin/python -m tests.measure.scaling

Nothing is measured here. The costs of both sides are those of `results/reference/run.json`, the generator's ceiling
that of `calibration.json` beside it, the time of a plan that of `bench/measure/plan.py`, and what rounds and
machines give that of `bench/statistics`.
"""

import json
import math
import statistics
from collections.abc import Iterable, Iterator

from bench.identity import DATABASES
from bench.measure import plan
from bench.measure.plan import Plan
from bench.measure.profiles import PROFILES
from bench.statistics.elsewhere import next_run
from bench.statistics.estimates import CONFIDENCE, around, t_factor
from bench.store import storage
from bench.store.results import Run
from bench.store.spreads import USUAL
from bench.workspace import ROOT
from tests import builders

REFERENCE = ROOT / "results" / "reference"
HEADROOM = 1.5
"""A generator that could have sent half as much again was not the limit: a check of each run asks for that."""
CORES = 16
WIRES_GBIT = (1, 10, 100)
ANSWER_BYTES = {"json": 152, "read-item": 266, "list-items": 3874, "browse": 2196}
"""Head and body of an answer, as curl counted them (docs/scaling.md has the command)."""
LOADS = ("json", "read-item", "list-items", "browse", "create-item", "crud-mix")
FRAMEWORKS, ENGINES, MACHINES = 40, tuple(DATABASES), 5
UNDER_LOAD = 0.96
"""The share of a round of `full` that is load (METHODOLOGY, "What does `full` give?")."""
IN_PROCESS_S = 6 * 60 / (5 * 10)
"""Seconds for one app and one round in process: six minutes for five apps and ten rounds (the same place)."""
SCATTER = 0.036
"""The standard deviation of a log ratio from round to round (METHODOLOGY, "Where does the scatter come from?")."""


def costs_us(run: Run, sut: str, workload: str) -> tuple[float, float]:
    """Microseconds of CPU time for one request, of the server and of the generator, over all rounds."""
    cells = run.sound_cells()[sut, workload]
    requests = sum(cell.requests for cell in cells)
    totals_ns = sum(cell.cpu_ns for cell in cells), sum(cell.generator_cpu_ns for cell in cells)
    return totals_ns[0] / 1000 / requests, totals_ns[1] / 1000 / requests


def cores(rate_rps: float, cost_us: float, headroom: float = 1.0) -> float:
    """How many cores carry a rate. They are taken to add up, which on a real machine they do not altogether."""
    return rate_rps * cost_us / 1e6 * headroom


def planned(frameworks: int, engines: Iterable[str]) -> Plan:
    """`full` over so many made-up apps on these databases, each on the common server and on another."""
    names = tuple(engines)
    apps = [builders.app(f"framework{number}", databases=names) for number in range(frameworks)]
    return plan.make(PROFILES["full"], apps, 7, on=names)


def hours(ahead: Plan, rounds: int) -> float:
    """What so many rounds of a plan take on one machine, with its sessions in process on the first database."""
    apps = len({sut.app.name for sut in ahead.suts})
    in_process_s = apps * ahead.profile.in_process_rounds * IN_PROCESS_S
    return (rounds * ahead.round_load_s() / UNDER_LOAD + in_process_s) / 3600


def here(rounds: int) -> float:
    """The half-width of a ratio in one run of so many rounds."""
    return math.expm1(SCATTER * t_factor(rounds, CONFIDENCE))


def elsewhere(rounds: int, machines: int) -> float:
    """The half-width of what so many machines, with a run of so many rounds each, let expect on another.

    Their ratios are taken to differ by the standard deviation that is assumed where none was measured.
    """
    places = [place - (machines - 1) / 2 for place in range(machines)]
    step = USUAL / statistics.stdev(places) if machines > 1 else 0.0
    half = SCATTER * t_factor(rounds, CONFIDENCE)
    return next_run([around(math.exp(step * place), half) for place in places], USUAL**2).half_width


def servers(run: Run) -> Iterator[tuple[str, ...]]:
    """A server of `CORES` cores: what it would answer, the cores of generators for that, and Gbit/s of answers."""
    for sut in ("wsgi", "flask"):
        for workload in LOADS:
            server_us, generator_us = costs_us(run, sut, workload)
            rate_rps = CORES * 1e6 / server_us
            needed = cores(rate_rps, generator_us, HEADROOM)
            size = ANSWER_BYTES.get(workload)
            wire = f"{rate_rps * size * 8 / 1e9:.2g}" if size and sut == "wsgi" else "–"
            yield sut, workload, f"{server_us:.1f}", f"{generator_us:.1f}", f"{rate_rps:,.0f}", f"{needed:.1f}", wire


def wires(run: Run) -> Iterator[tuple[str, ...]]:
    """The rate that fills a network with answers of the floor, and the cores on both sides that this takes."""
    for workload, size in ANSWER_BYTES.items():
        for gbit in WIRES_GBIT:
            rate_rps = gbit * 1e9 / 8 / size
            server_us, generator_us = costs_us(run, "wsgi", workload)
            sides = cores(rate_rps, server_us), cores(rate_rps, generator_us, HEADROOM)
            yield workload, f"{size:,}", f"{gbit}", f"{rate_rps:,.0f}", *(f"{side:,.0f}" for side in sides)


def plans() -> Iterator[tuple[str, ...]]:
    """By number of rounds: hours on one machine and on all, and what that gives on one and elsewhere."""
    ahead = planned(FRAMEWORKS, ENGINES)
    for rounds in (6, 9, 20, 27, 60):
        alone_h = hours(ahead, rounds)
        widths = here(rounds), elsewhere(rounds, 1), elsewhere(rounds, MACHINES)
        yield f"{rounds}", f"{alone_h:.0f}", f"{MACHINES * alone_h:.0f}", *(f"{width:.1%}" for width in widths)


def memory_bytes(run: Run) -> float:
    """What a server had in memory at its peak, in the mean over SUTs."""
    peaks: dict[str, int] = {}
    for (sut, _), cells in run.sound_cells().items():
        peaks[sut] = max([peaks.get(sut, 0), *(cell.memory_peak_bytes for cell in cells)])
    return sum(peaks.values()) / len(peaks)


def show() -> None:
    """Print the figures of the page."""
    run = storage.load(REFERENCE)
    ceiling = json.loads((REFERENCE / "calibration.json").read_text("utf-8"))
    print(f"One core of generator: {ceiling['rps']['fairground']:,.0f} requests/s with {ceiling['users']} users")
    for table in (servers(run), wires(run), plans()):
        print(*(f"| {' | '.join(cells)} |" for cells in table), "", sep="\n")
    for engines in (ENGINES, ENGINES[:1]):
        ahead = planned(FRAMEWORKS, engines)
        round_min, up = ahead.round_load_s() / UNDER_LOAD / 60, len(ahead.suts) + 1
        memory_gib = up * memory_bytes(run) / 2**30
        print(f"{len(engines)} databases: {up} servers, {memory_gib:.0f} GiB of memory; {round_min:.0f} min a round")


if __name__ == "__main__":
    show()

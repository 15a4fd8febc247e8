"""Whole runs that look like real ones, of any size and with any misfortune: what pages are drawn from in tests."""

import math
import zlib
from dataclasses import dataclass, replace
from statistics import NormalDist
from typing import Any

import numpy as np
from scipy.special import ndtri

from bench.analysis import derive
from bench.identity import WorkloadKey
from bench.model import EVERYTHING, NULLS, TWIN, Failure
from bench.statistics.latency import Times
from bench.store.described import SutInfo, WorkloadInfo
from bench.store.footprints import Footprint
from bench.store.results import Cell, MicroRound, Round, Run
from tests import builders

FRAMEWORKS = (
    *("wsgi", "flask", "django", "cherrypy", "py4web", "starlette", "fastapi", "litestar", "falcon", "bottle"),
    *("pyramid", "sanic", "quart", "tornado", "aiohttp", "blacksheep", "robyn", "emmett", "masonite", "hug"),
    *("responder", "morepath", "growler", "turbogears", "klein", "muffin", "vibora", "japronto", "weppy", "baize"),
)
CLOSED = ("json", "read-item", "list-items", "browse", "create-item", "crud-mix")
ALL = ("plaintext", *CLOSED[:-1], "update-item", "delete-item", "view-item", "crud-mix")
FULL: dict[str, Any] = {
    **{"shares": (0.5, 0.7, 0.9), "capacity": True, "inside": ALL[:-1], "closed": ALL, "native": True},
    "opened": (("read-item", 400.0), ("crud-mix", 200.0)),
}
"""Whatever the full profile measures."""
HOSTILE = (
    "<img src=x onerror=\"alert(1)\"> =cmd|' /C calc'!A0 `code` [link](javascript:alert(2)) | **bold** \x1b[31mred\x07"
)
"""HTML, a formula, Markdown and a terminal's escape sequence in one label."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a run should be like. `failed` lost a workload, `lost` every server it had, `limited` outran the generator;
    `noise` is the standard deviation from round to round, `twin` how far the second copy is off. Requests also arrive
    at `shares` of what each SUT can do, capacity is searched where `capacity` is true, and the operations `inside` are
    called in process, their instructions counted where `counted` is true.
    """

    suts: int = 5
    rounds: int = 6
    closed: tuple[str, ...] = CLOSED
    opened: tuple[tuple[str, float], ...] = (("crud-mix", 400.0),)
    shares: tuple[float, ...] = ()
    capacity: bool = False
    inside: tuple[str, ...] = ()
    counted: bool = False
    native: bool = False
    failed: str | None = None
    lost: str | None = None
    limited: str | None = None
    hostile: bool = False
    status: str = "complete"
    noise: float = 0.015
    twin: float = 0.0


def make(**wanted_: Any) -> Run:
    """A run, with all that follows from its rounds derived by the code that does it for real ones."""
    wanted = Wanted(**wanted_)
    suts = _suts(wanted)
    rounds = tuple(_round(number, suts, wanted) for number in range(1, wanted.rounds + 1))
    inside = tuple(_inside(number, suts, wanted) for number in range(1, wanted.rounds + 1)) if wanted.inside else ()
    footprints = tuple(_footprint(sut.id) for sut in suts if wanted.inside and sut.group == "common")
    run = builders.run(suts, rounds, _workloads(wanted), baseline="wsgi", micro=inside, footprints=footprints)
    run = replace(run, run=replace(run.run, status=wanted.status))
    if wanted.hostile:
        run = _hostile(run)
    return derive.derive(run, _times(run))


def sixty() -> Run:
    """As large as a run is likely to be."""
    return make(**FULL, suts=30, rounds=10)


def leaving_out(run: Run, sut: str, workload: str, reason: str) -> Run:
    """The run as it would be if a SUT did not offer the operation of a workload."""
    suts = (replace(sut_, not_offered={workload: reason}) if sut_.id == sut else sut_ for sut_ in run.suts)
    rounds = []
    for round_ in run.rounds:
        gone = {sut, TWIN} if round_.twin_of == sut else {sut}
        cells = (cell for cell in round_.cells if cell.workload != workload or cell.sut not in gone)
        rounds.append(replace(round_, cells=tuple(cells)))
    workloads = (replace(info, operations=(info.operation_mix,)) for info in run.workloads)
    run = replace(run, suts=tuple(suts), workloads=tuple(workloads), rounds=tuple(rounds))
    return derive.derive(run, _times(run))


def _suts(wanted: Wanted) -> tuple[SutInfo, ...]:
    names = sorted(FRAMEWORKS[: wanted.suts])
    common = [
        builders.sut(name, label=_label(name), server="granian 2.8.7", data_layer="SQLAlchemy Core", notes=_notes(name))
        for name in names
    ]
    native = [
        builders.sut(f"{name}-gunicorn", label=f"{_label(name)} on gunicorn", server="gunicorn 23.0", group="native")
        for name in names
    ]
    return (*common, *native) if wanted.native else tuple(common)


def _label(name: str) -> str:
    known = {"wsgi": "no framework (WSGI)", "py4web": "py4web 1.20260805.0", "django": "Django 5.2.19"}
    return known.get(name, f"{name.title()} {len(name)}.1.3")


def _notes(name: str) -> tuple[str, ...]:
    return (f"{name} writes JSON without spaces.", "Debug and access logs are off.")


def _workloads(wanted: Wanted) -> tuple[WorkloadInfo, ...]:
    closed = [WorkloadInfo.of(WorkloadKey(name, "closed"), f"The workload {name}", name, 16) for name in wanted.closed]
    opened = [
        WorkloadInfo.of(
            WorkloadKey(name, "open"), f"The workload {name}, arriving at {rate:g}/s", name, 64, arrival_rate_rps=rate
        )
        for name, rate in wanted.opened
    ]
    shared = [
        WorkloadInfo.of(WorkloadKey(name, "open", share), f"The workload {name}", name, 64)
        for name, _ in wanted.opened
        for share in wanted.shares
    ]
    searched = [WorkloadInfo.of(WorkloadKey("crud-mix", "capacity"), "A search", "crud-mix", 64, objective_s=0.05)]
    inside = [WorkloadInfo.of(WorkloadKey(name, "micro"), "In process", name) for name in wanted.inside]
    return (*closed, *opened, *shared, *(searched if wanted.capacity else ()), *inside)


def _rps(sut: str, workload: str) -> float:
    """What a SUT does, in the long run."""
    place = FRAMEWORKS.index(sut.removesuffix("-gunicorn"))
    weight = 1 + CLOSED.index(workload) / 2 if workload in CLOSED else 2.0
    native = 0.6 if sut.endswith("-gunicorn") else 1.0
    taste = 1 + 0.3 * math.sin(place * 7 + weight * 3)
    return native * taste * 16000 / weight / (1 + 0.9 * min(place, 1) + place * 0.55)


def _round(number: int, suts: tuple[SutInfo, ...], wanted: Wanted) -> Round:
    twin_of = suts[number % len(suts)].id
    drift = 1 + 0.06 * math.sin(number)
    cells: list[Cell] = []
    for sut in (*(name.id for name in suts), TWIN):
        like = twin_of if sut == TWIN else sut
        for workload in (info for info in _workloads(wanted) if info.kind in ("closed", "open")):
            luck = math.exp(wanted.noise * _luck(number, sut, workload.id) + (wanted.twin if sut == TWIN else 0))
            cells.append(_cell(sut, workload, _rps(like, workload.operation_mix) * luck, drift, wanted))
    failures = []
    if wanted.failed and number == 1:
        failures = [Failure(wanted.failed, wanted.closed[1], "errors: 3 x status 500")]
    if wanted.lost:
        cells = [cell for cell in cells if cell.sut != wanted.lost]
        failures.append(Failure(wanted.lost, EVERYTHING, "the server ended with code 3"))
    if wanted.failed:
        cells = [cell for cell in cells if (cell.sut, cell.workload) != (wanted.failed, wanted.closed[1])]
    start_s = {cell.sut: 0.2 + len(cell.sut) * 0.03 for cell in cells}
    capacities = {"crud-mix": _capacities(number, suts, twin_of, wanted)} if wanted.capacity else {}
    facts = {"start_s": start_s, "failures": tuple(failures[:1]), "capacities": capacities}
    return builders.one_round(number, cells, twin_of, **facts)


def _capacities(number: int, suts: tuple[SutInfo, ...], twin_of: str, wanted: Wanted) -> dict[str, float]:
    likes = {sut.id: sut.id for sut in suts} | {TWIN: twin_of}
    return {
        sut: 0.9 * _rps(like, "crud-mix") * math.exp(wanted.noise * _luck(number, sut, "capacity"))
        for sut, like in likes.items()
    }


def _inside(number: int, suts: tuple[SutInfo, ...], wanted: Wanted) -> MicroRound:
    """A session in process: wall clocks are slower by what else the machine does, and noisier."""
    common = [sut.id for sut in suts if sut.group == "common"]
    twin_of = common[number % len(common)]
    null = NULLS["wsgi"]
    medians_us: dict[str, dict[str, dict[str, float]]] = {null: {}}
    for operation in wanted.inside:
        medians_us[null][operation] = {"cpu": 1.2, "wall": 1.25}
        for sut in (*common, TWIN):
            cost_us = max(6e5 / _rps(twin_of if sut == TWIN else sut, operation) - 30, 0.8)
            luck, worse = (math.exp(spread * _luck(number, sut, operation, spread)) for spread in (0.01, 0.03))
            medians_us.setdefault(sut, {})[operation] = {"cpu": cost_us * luck, "wall": cost_us * 1.02 * worse}
    instructions = {sut: _instructions(number, sut, timed) for sut, timed in medians_us.items() if wanted.counted}
    return MicroRound(number, twin_of, medians_us, instructions=instructions)


def _instructions(number: int, sut: str, timed: dict[str, dict[str, float]]) -> dict[str, float]:
    """Some six thousand a microsecond, and quieter."""
    return {
        operation: 6000 * clocks["cpu"] * math.exp(0.002 * _luck(number, sut, operation, "count"))
        for operation, clocks in timed.items()
    }


def _footprint(sut: str) -> Footprint:
    size = len(sut)
    return Footprint(sut, 0.02 * size, 0.05 + 0.02 * size, 8 * size * 2**20, 4 * size * 2**20, 2 * size, 30 * size)


def _luck(*what: object) -> float:
    """Normally distributed, and the same on every machine."""
    return NormalDist().inv_cdf((zlib.crc32(repr(what).encode()) % 9973 + 0.5) / 9973)


def _cell(sut: str, workload: WorkloadInfo, rps: float, drift: float, wanted: Wanted) -> Cell:
    spared = {"sampled": 32, "memory_peak_bytes": (60 + 3 * len(sut)) * 2**20, "cpu_us": 0.95e6 / rps}
    if workload.kind == "closed":
        busy = 0.93e9 if sut == wanted.limited else 0.45e9
        return builders.cell(sut, workload.id, rps * drift, generator_cpu_ns=round(busy), **spared)
    p50 = 1.4 / rps
    times = {"response_p50_s": p50, "response_p90_s": 2.6 * p50, "response_p99_s": 6 * p50}
    lag = {"service_p50_s": 0.95 * p50, "lag_p99_s": 0.03 * p50}
    rate = workload.arrival_rate_rps or rps * (workload.arrival_share or 1.0)
    return builders.cell(sut, workload.id, rate, **times, **lag, **spared)


def _times(run: Run) -> derive.TimesOf:
    """Raw times of open loops that fit the percentiles of their cells; the first workload has too few for its p99."""
    few = next((workload.id for workload in run.workloads if workload.kind == "open"), "")
    cells = {(r.number, cell.workload, cell.sut): cell for r in run.rounds for cell in r.cells if cell.lag_p99_s}

    def of(number: int, workload: str, sut: str) -> Times | None:
        cell = cells.get((number, workload, sut))
        if cell is None:
            return None
        count = 500 if workload == few and len(run.rounds) < 4 else 2500
        spread = ndtri((np.arange(count) + 0.5) / count)
        times: Times = np.exp(math.log(cell.response_p50_s) + 0.75 * spread)
        return times

    return of


def _hostile(run: Run) -> Run:
    """Every text that comes from outside, poisoned."""
    suts = tuple(
        replace(sut, label=f"{sut.id} {HOSTILE}", server=HOSTILE, data_layer=HOSTILE, notes=(HOSTILE,))
        for sut in run.suts
    )
    environment = replace(run.environment, cpu=HOSTILE, pinning=HOSTILE)
    workloads = tuple(replace(workload, title=HOSTILE) for workload in run.workloads)
    info = replace(run.run, command=HOSTILE)
    rounds = tuple(replace(round_, failures=(Failure("flask", "json", HOSTILE),)) for round_ in run.rounds)
    return replace(run, run=info, suts=suts, environment=environment, workloads=workloads, rounds=rounds)

"""The history: the cost of each SUT from run to run, and the points where it changed. Pure.

Only runs of like kind are on one line: the same machine, profile, group of servers and workload as it was driven, each
run complete and with no check failed. What is followed is the server's CPU per request, in a crawl per page, and its
ratio to the floor: wall-clock figures change with whatever else the machine does, and their lines would show its
neighbours.
"""

import math
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace

from bench.analysis import grounds, ratios
from bench.estimate import Estimate
from bench.metrics import CPU_PER_REQUEST, CRAWL_SERVER_CPU
from bench.model import is_floor
from bench.statistics import change_points
from bench.statistics.change_points import Reading
from bench.statistics.estimates import estimate
from bench.store.described import SutInfo, WorkloadInfo
from bench.store.results import Run

CPU, RATIO = CPU_PER_REQUEST.id, "cpu_ratio_to_floor"
METRICS = (CPU, RATIO)
_COSTS = {"closed": CPU, "crawl": CRAWL_SERVER_CPU.id}
"""By kind of workload, the measured metric that is followed."""

Driven = tuple[tuple[str, str, int | None], ...]
"""Workloads as they were driven: id, operation mix and concurrency."""


@dataclass(frozen=True, slots=True, order=True)
class RunKind:
    """What runs on one line have in common; `machine` is the fingerprint of the hardware."""

    machine: str
    profile: str
    group: str


@dataclass(frozen=True, slots=True)
class TrendKey:
    """The identity of a line: one metric of one SUT; a `workload` of None is the geometric mean of all closed loops."""

    kind: RunKind
    metric: str
    sut: str
    workload: str | None
    driven: Driven


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """One run on a line: its estimate (microseconds of CPU, or a ratio), and what ran in it. The `ground` of a ratio
    over all workloads is what another machine must have in common with it; the others have none.
    """

    run: str
    commit: str
    label: str
    versions: Mapping[str, str]
    reading: Reading
    ground: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """A change point: from the run of `after` on, the level is `ratio` times that up to the run of `before`."""

    before: TrendPoint
    after: TrendPoint
    ratio: Estimate

    @property
    def versions(self) -> tuple[str, ...]:
        """The versions that changed between the two runs: `flask 3.1.2 → 3.1.3`."""
        return told_apart(self.before, self.after)


@dataclass(frozen=True, slots=True)
class Trend:
    """A line through runs of like kind, oldest first; `levels` has the level on which each point lies."""

    key: TrendKey
    points: tuple[TrendPoint, ...]
    levels: tuple[float, ...]
    changes: tuple[Change, ...]


def trends(runs: Iterable[Iterable[tuple[TrendKey, TrendPoint]]]) -> tuple[Trend, ...]:
    """All lines through the points of some runs, of one point at least: kinds by their newest runs, in each all
    workloads together first, and then in the order of the newest run that has them.
    """
    lines: dict[TrendKey, list[TrendPoint]] = {}
    added = [tuple(points) for points in runs]
    for points in sorted(filter(None, added), key=lambda points: points[0][1].run, reverse=True):
        for key, point in points:
            lines.setdefault(key, []).append(point)
    # What a newer run has was met sooner; sorting keeps that order among equals.
    kinds = list(dict.fromkeys(key.kind for key in lines))
    ordered = sorted(lines, key=lambda key: (kinds.index(key.kind), key.workload is not None))
    return tuple(_trend(key, lines[key][::-1]) for key in ordered)


def identity(run: Run) -> tuple[str, str]:
    """What tells a run from all others: its id and its machine. An id is a second and a profile, and two machines may
    begin a run in the same second.
    """
    return run.run.id, run.environment.fingerprint


def left_out(run: Run) -> str:
    """Why a run is on no line; empty where it may be on one."""
    if run.run.status != "complete":
        return "partial"
    if failed := [check.title for check in run.checks if check.status == "fail"]:
        return f"failed: {', '.join(failed)}"
    if any(sut.base_of for sut in run.suts):
        return "a comparison of two editions"
    return "" if run.environment.fingerprint else "of an unknown machine"


def told_apart(before: TrendPoint, after: TrendPoint) -> tuple[str, ...]:
    """The versions in which two points differ."""
    names = dict.fromkeys([*before.versions, *after.versions])
    pairs = [(name, before.versions.get(name, "none"), after.versions.get(name, "none")) for name in names]
    return tuple(f"{name} {old} → {new}" for name, old, new in pairs if old != new)


def commit(run: Run) -> str:
    """The commit of this suite that a run was made with; a `+` says that the working tree had changes."""
    return run.environment.edition


def _trend(key: TrendKey, points: Sequence[TrendPoint]) -> Trend:
    readings = [point.reading for point in points]
    steps = change_points.steps(readings)
    changes = tuple(Change(points[step.place - 1], points[step.place], step.ratio) for step in steps)
    return Trend(key, tuple(points), change_points.levels(readings, steps), changes)


def points(run: Run) -> dict[TrendKey, TrendPoint]:
    """The points that one run adds to lines."""
    if left_out(run):
        return {}
    floors = {(sut.group, sut.interface): sut for sut in run.suts if is_floor(sut.key.app)}
    run = _of_costs(run, {floor.id for floor in floors.values()})
    single = [[workload] for workload in run.workloads if workload.kind in _COSTS]
    closed = [workload for workload in run.workloads if workload.kind == "closed"]
    added: dict[TrendKey, TrendPoint] = {}
    for sut in run.suts:
        kind = RunKind(run.environment.fingerprint, run.run.profile, sut.group)
        for workloads in ([closed] if len(closed) > 1 else []) + single:
            workload = workloads[0].id if len(workloads) == 1 else None
            driven = tuple((workload.id, workload.operation_mix, workload.concurrency) for workload in workloads)
            key = TrendKey(kind, CPU, sut.id, workload, driven)
            cpu = _cpu(run, sut, workloads)
            if cpu:
                added[key] = _point(run, sut, cpu)
            floor = floors.get((sut.group, sut.interface))
            rounds = cpu.rounds if cpu else len(run.rounds)
            if floor and floor != sut and (beside := _beside(run, sut, floor, workloads, rounds)):
                point = _point(run, sut, beside)
                names = {f"floor's {name}": of for name, of in floor.versions.items() if name not in sut.versions}
                ground = "" if workload else grounds.of(run, sut, floor, CPU)
                added[replace(key, metric=RATIO)] = replace(point, versions={**point.versions, **names}, ground=ground)
    return added


def _of_costs(run: Run, floors: Set[str]) -> Run:
    """The run reduced to the costs that are followed and their ratios to floors: of a large one, that is little."""
    costs = set(_COSTS.values())
    return replace(
        run,
        measurements=tuple(one for one in run.measurements if one.metric in costs),
        comparisons=tuple(
            one for one in run.comparisons if one.metric in costs and not floors.isdisjoint((one.sut, one.baseline))
        ),
    )


def _point(run: Run, sut: SutInfo, reading: Reading) -> TrendPoint:
    here = run.environment
    system = {"kernel": here.kernel, **here.databases, "contract": here.contract}
    known = {name: version for name, version in system.items() if version}
    return TrendPoint(run.run.id, commit(run), sut.label, {**sut.versions, **known}, reading)


def _cpu(run: Run, sut: SutInfo, workloads: Sequence[WorkloadInfo]) -> Reading | None:
    """CPU per request in one workload as it was measured; in several, the geometric mean inside each round first, as
    in `stats.geometric_mean_ratio`.
    """
    wanted = {(workload.id, _COSTS[workload.kind]) for workload in workloads}
    measured = [
        measurement
        for measurement in run.measurements
        if measurement.sut == sut.id and (measurement.workload, measurement.metric) in wanted
    ]
    if len(measured) < len(wanted):
        return None
    if len(measured) == 1:
        (one,) = measured
        return _reading(one.estimate, len(one.rounds))
    # Where a workload lacks a round, nothing says which of the others belong together.
    values = [
        measurement.rounds
        for measurement in measured
        if len(measurement.rounds) == len(run.rounds) and min(measurement.rounds) > 0
    ]
    if len(values) < len(wanted):
        return None
    whole = estimate([math.exp(math.fsum(map(math.log, one)) / len(one)) for one in zip(*values, strict=True)])
    return _reading(whole, len(run.rounds))


def _beside(run: Run, sut: SutInfo, floor: SutInfo, workloads: Sequence[WorkloadInfo], rounds: int) -> Reading | None:
    workload, kind = (workloads[0].id, workloads[0].kind) if len(workloads) == 1 else (None, "closed")
    ratio = ratios.find(run.comparisons, sut.id, floor.id, workload, _COSTS[kind])
    return _reading(ratio.here, rounds) if ratio else None


def _reading(estimate: Estimate, rounds: int) -> Reading | None:
    """None where there is no interval above zero."""
    return Reading(estimate, rounds) if estimate.bounded and rounds > 1 and estimate.low > 0 else None

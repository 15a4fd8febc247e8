"""Measurements, noise and comparisons, derived from the rounds. Pure."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import combinations

from bench import metrics
from bench.analysis import audit, limits, noise
from bench.analysis.series import Series, SeriesKey, of_run, overall
from bench.contract.workloads import heavy
from bench.estimate import Estimate, unbounded
from bench.metrics import CRAWL_PAGES, MEMORY_PEAK, MEMORY_PSS, START, THROUGHPUT, Kind
from bench.model import STATIC, TWIN, Failure, is_floor
from bench.statistics import estimates, latency, stats
from bench.statistics.latency import Times
from bench.store.described import WorkloadInfo
from bench.store.results import Cell, Comparison, Measurement, MicroRound, Round, Run

TimesOf = Callable[[int, str, str], Times | None]
"""The raw times of one round, workload and SUT, in seconds, where they were kept."""

_BY_NETWORK = "the network may have been the limit"

Floors = Mapping[tuple[Kind, str], float]
"""The noise floor by kind of workload and metric."""


def derive(run: Run, times_of: TimesOf) -> Run:
    """The run with everything that follows from its rounds."""
    kinds = {workload.id: workload.kind for workload in run.workloads}
    seen = of_run(run)
    apart = tuple(replace(one, estimate=_plain(one.estimate)) for one in noise.floors(run, seen, kinds))
    floors = {(floor.kind, floor.metric): floor.estimate.value for floor in apart}
    run = replace(
        run,
        measurements=tuple(_measurements(run, seen, times_of)),
        noise=apart,
        comparisons=tuple(_comparisons(run, seen, floors, kinds)),
        failures=tuple(_failures((*run.rounds, *run.micro))),
    )
    return replace(run, checks=audit.checks(run))


def _failures(rounds: Iterable[Round | MicroRound]) -> Iterable[Failure]:
    """Each failure once, with the rounds in which it was seen."""
    seen: dict[Failure, list[str]] = {}
    for round_ in rounds:
        for failure in round_.failures:
            seen.setdefault(failure, []).append(str(round_.number))
    for failure, numbers in seen.items():
        when = f"round {numbers[0]}" if len(numbers) == 1 else f"rounds {', '.join(numbers)}"
        yield replace(failure, reason=f"{when}: {failure.reason}")


def _measurements(run: Run, series: Series, times_of: TimesOf) -> Iterable[Measurement]:
    infos = {workload.id: workload for workload in run.workloads}
    cells = run.sound_cells()
    for key, by_round in series.items():
        if key.sut in (TWIN, STATIC):
            continue
        own = cells.get((key.sut, key.workload), [])
        estimate, note = estimates.estimate(list(by_round.values())), None
        if share := metrics.BY_ID[key.metric].share:
            estimate, note = _percentile(share, estimate, _merged(key, by_round, times_of))
            note = _caution(infos[key.workload], own, share) or note
        limited = _limited(key, own, cells)
        if key.metric == THROUGHPUT.id and limits.held_by_network(infos[key.workload], own, run.environment.network):
            limited, note = True, _BY_NETWORK
        yield Measurement(key.sut, key.workload, key.metric, _plain(estimate), tuple(by_round.values()), limited, note)
    yield from _per_round(run)
    yield from _overheads(run, series)


def _limited(key: SeriesKey, own: Sequence[Cell], cells: Mapping[tuple[str, str], list[Cell]]) -> bool:
    """Whether the generator or the crawler may have been the limit, and not the server."""
    if key.metric == CRAWL_PAGES.id:
        return limits.near_ceiling(own, cells.get((STATIC, key.workload), []))
    return key.metric == THROUGHPUT.id and limits.held_down(own)


def _caution(workload: WorkloadInfo, cells: Sequence[Cell], percentile: float) -> str | None:
    """A note on a percentile of a SUT's response times under arrivals; None where there is nothing to note."""
    if limits.piled_up(workload, cells):
        return "the rate was too high: requests piled up"
    return "at most so much: the generator sent late" if limits.sent_late(workload, cells, percentile) else None


def _overheads(run: Run, series: Series) -> Iterable[Measurement]:
    """What a framework adds to the work itself: an app's cost of a call, less that of its interface's floor in the same
    round.
    """
    floors = {sut.id: sut.floor for sut in run.suts if not is_floor(sut.key.app)}
    for key, by_round in series.items():
        floor = series.get(replace(key, sut=floors.get(key.sut, "")), {})
        metric = metrics.BY_ID[key.metric].overhead
        if metric and by_round.keys() & floor.keys():
            added = stats.difference(by_round, floor)
            rounds = tuple(by_round[number] - floor[number] for number in sorted(by_round.keys() & floor.keys()))
            yield Measurement(key.sut, key.workload, metric, _plain(added), rounds)


def _percentile(share: float, by_rounds: Estimate, times: Mapping[int, Times]) -> tuple[Estimate, str | None]:
    """A percentile over all requests, where their times were kept, and a note on it."""
    if not times:
        return by_rounds, "the mean of each round's own, for the raw times are gone"
    enough = latency.enough_for(share, sum(time.size for time in times.values()))
    return latency.percentile_estimate(times, share), None if enough else "fewer requests than this percentile needs"


def _per_round(run: Run) -> Iterable[Measurement]:
    """The measurements of a SUT apart from any workload: memory, and in older runs its start, which is one since."""
    since = any(workload.kind == "start" for workload in run.workloads)
    apart = {workload.id for workload in run.workloads if heavy(workload.operations)}
    by_round = [[cell for cell in round_.sound_cells() if cell.workload not in apart] for round_ in run.rounds]
    for sut in run.suts:
        sizes = [[cell.memory_peak_bytes for cell in cells if cell.sut == sut.id] for cells in by_round]
        peaks = [max(seen) for seen in sizes if seen]
        starts = [] if since else [round_.start_s[sut.id] for round_ in run.rounds if sut.id in round_.start_s]
        shares = [[cell.memory_pss_bytes for cell in cells if cell.sut == sut.id] for cells in by_round]
        shared = [most for cells in shares if (most := max(cells, default=0))]
        for metric, seen in ((MEMORY_PEAK.id, peaks), (MEMORY_PSS.id, shared), (START.id, starts)):
            if seen:
                estimate = estimates.estimate(seen)
                yield Measurement(sut.id, None, metric, _plain(estimate), tuple(map(float, seen)))


def _comparisons(run: Run, series: Series, floors: Floors, kinds: Mapping[str, Kind]) -> Iterable[Comparison]:
    closed = {metric.id: overall(series, run, metric.id) for metric in metrics.AVERAGED}
    for group in ("common", "native"):
        ids = [sut.id for sut in run.suts if sut.group == group]
        for baseline, sut in combinations(ids, 2):
            for workload in kinds:
                for metric in (metric.id for metric in metrics.compared(run.tail)):
                    floor = floors.get((kinds[workload], metric), math.inf)
                    yield from _compare(series, SeriesKey(sut, workload, metric), baseline, floor)
            yield from _overall(closed, sut, baseline, floors)


def _compare(series: Series, key: SeriesKey, baseline: str, floor: float) -> Iterable[Comparison]:
    mine, theirs = series.get(key, {}), series.get(replace(key, sut=baseline), {})
    if mine.keys() & theirs.keys():
        ratio = stats.ratio(mine, theirs)
        verdict = stats.verdict(ratio, floor, metrics.BY_ID[key.metric].higher_is_better)
        yield Comparison(key.sut, baseline, key.workload, key.metric, _plain(ratio), verdict)


def _overall(
    closed: Mapping[str, Mapping[str, stats.ByWorkload]], sut: str, baseline: str, floors: Floors
) -> Iterable[Comparison]:
    for metric in metrics.AVERAGED:
        sides = {side: closed[metric.id].get(side, {}) for side in (sut, baseline)}
        ratios, _ = stats.overall_ratios(sides, baseline)
        for ratio in ratios.values():
            verdict = stats.verdict(ratio, floors.get(("closed", metric.id), math.inf), metric.higher_is_better)
            yield Comparison(sut, baseline, None, metric.id, _plain(ratio), verdict, tuple(sides[sut]))


def _merged(key: SeriesKey, by_round: Mapping[int, float], times_of: TimesOf) -> dict[int, Times]:
    by_number = {number: times_of(number, key.workload, key.sut) for number in by_round}
    return {number: times for number, times in by_number.items() if times is not None and times.size}


def _plain(estimate: Estimate) -> Estimate:
    """The estimate; one without an interval gets the ends 0 and infinity."""
    return estimate if estimate.bounded else unbounded(estimate.value)

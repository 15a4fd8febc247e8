"""Series: one value for each round, SUT, workload and metric, from the rounds of a run. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from bench.contract.operations import OPERATIONS
from bench.identity import WorkloadKey
from bench.metrics import (
    CALL_CPU,
    CALL_INSTRUCTIONS,
    CALL_WALL,
    CAPACITY,
    CPU_PER_REQUEST,
    CRAWL_BYTES,
    CRAWL_ITEMS,
    CRAWL_OWN_CPU,
    CRAWL_PAGES,
    CRAWL_SERVER_CPU,
    CRAWL_TIME,
    DATABASE_CPU,
    MEDIAN,
    P90,
    P99,
    START,
    THROUGHPUT,
    shown,
)
from bench.model import NULLS, TWIN, Interface, is_null
from bench.store.described import WorkloadInfo
from bench.store.results import Cell, MicroRound, Run

_CLOCKS = {"cpu": CALL_CPU, "wall": CALL_WALL}


@dataclass(frozen=True, slots=True)
class SeriesKey:
    """The identity of a series."""

    sut: str
    workload: str
    metric: str


Series = Mapping[SeriesKey, Mapping[int, float]]
"""Values by round number, for each SUT, workload and metric."""


def of_run(run: Run) -> Series:
    """All series of a run, of percentiles those up to its tail, sessions in process included; the twin is among the
    SUTs.
    """
    kinds = {workload.id: workload.kind for workload in run.workloads}
    seen = shown(run.tail)
    series: dict[SeriesKey, dict[int, float]] = {}
    for round_ in run.rounds:
        for cell in round_.sound_cells():
            for metric, value in of_cell(cell, kinds[cell.workload]).items():
                if metric in seen:
                    series.setdefault(SeriesKey(cell.sut, cell.workload, metric), {})[round_.number] = value
        for workload, capacities in round_.capacities.items():
            for sut, rps in capacities.items():
                series.setdefault(SeriesKey(sut, WorkloadKey(workload, "capacity").id, CAPACITY.id), {})[
                    round_.number
                ] = rps
    return series | _of_starts(run) | of_calls(run.micro, {sut.id: sut.interface for sut in run.suts})


def _of_starts(run: Run) -> dict[SeriesKey, dict[int, float]]:
    """The starts of servers, where they are a workload, as they are in all but older runs."""
    series: dict[SeriesKey, dict[int, float]] = {}
    for workload in (workload for workload in run.workloads if workload.kind == "start"):
        for round_ in run.rounds:
            for sut, start_s in round_.start_s.items():
                series.setdefault(SeriesKey(sut, workload.id, START.id), {})[round_.number] = start_s
    return series


def of_cell(cell: Cell, kind: str) -> dict[str, float]:
    """The metrics of one cell."""
    if kind == "crawl":
        return _of_crawl(cell)
    metrics = {
        CPU_PER_REQUEST.id: cell.cpu_ns / 1000 / cell.requests,
        MEDIAN.id: cell.response_p50_s,
        P90.id: cell.response_p90_s,
        P99.id: cell.response_p99_s,
    }
    if kind != "closed":
        return metrics
    if cell.database_cpu_ns is not None:
        metrics[DATABASE_CPU.id] = cell.database_cpu_ns / 1000 / cell.requests
    return {THROUGHPUT.id: cell.requests / cell.busy_s, **metrics}


def _of_crawl(cell: Cell) -> dict[str, float]:
    figures = {
        CRAWL_PAGES.id: cell.requests / cell.busy_s,
        CRAWL_SERVER_CPU.id: cell.cpu_ns / 1000 / cell.requests,
        CRAWL_OWN_CPU.id: cell.generator_cpu_ns / 1000 / cell.requests,
        CRAWL_TIME.id: cell.busy_s,
    }
    if cell.crawl is not None:
        counts = {CRAWL_ITEMS.id: cell.crawl.items / cell.busy_s, CRAWL_BYTES.id: cell.crawl.bytes / cell.requests}
        figures |= counts
    return figures


def overall(series: Series, run: Run, metric: str) -> dict[str, dict[str, Mapping[int, float]]]:
    """The values of one metric in every closed-loop workload that counts for the ranking and that all SUTs offer, by
    SUT and workload: the overall ratios are made of these.
    """
    chosen = {
        workload.id
        for workload in ranked(run.workloads)
        if not any(sut.lacks(workload) and SeriesKey(sut.id, workload.id, metric) not in series for sut in run.suts)
    }
    by_sut: dict[str, dict[str, Mapping[int, float]]] = {}
    for key, by_round in series.items():
        if key.metric == metric and key.workload in chosen:
            by_sut.setdefault(key.sut, {})[key.workload] = by_round
    return by_sut


def ranked(workloads: Iterable[WorkloadInfo]) -> tuple[WorkloadInfo, ...]:
    """The closed-loop workloads that an overall ratio is taken over: those that need the database, or all of them where
    none does. An answer without data shows the least that a framework adds, but no application consists of such
    answers.
    """
    closed = tuple(workload for workload in workloads if workload.kind == "closed")
    return tuple(workload for workload in closed if needs_data(workload)) or closed


def needs_data(workload: WorkloadInfo) -> bool:
    """Whether any of its operations reaches the database. Older runs do not store them: there most workloads have the
    name of their only operation.
    """
    without = {operation.id for operation in OPERATIONS if not operation.data}
    return not without.issuperset(workload.operations or (workload.name,))


def of_calls(rounds: Iterable[MicroRound], interfaces: Mapping[str, Interface]) -> dict[SeriesKey, dict[int, float]]:
    """Microseconds per call by either clock, and instructions, less those of the null application in the same round.

    `interfaces` is by SUT id, and decides which null application is meant.
    """
    net: dict[SeriesKey, dict[int, float]] = {}
    for round_ in rounds:
        seen = dict(_seen(round_))
        for key, value in seen.items():
            if is_null(key.sut):
                continue
            interface = interfaces[round_.twin_of if key.sut == TWIN else key.sut]
            own = value - seen.get(replace(key, sut=NULLS[interface]), 0.0)
            if own > 0:
                net.setdefault(key, {})[round_.number] = own
    return net


def _seen(one: MicroRound) -> Iterator[tuple[SeriesKey, float]]:
    for sut, timed in one.medians_us.items():
        for operation, clocks in timed.items():
            for clock, median_us in clocks.items():
                yield SeriesKey(sut, WorkloadKey(operation, "micro").id, _CLOCKS[clock].id), median_us
    for sut, counted in one.instructions.items():
        for operation, instructions in counted.items():
            yield SeriesKey(sut, WorkloadKey(operation, "micro").id, CALL_INSTRUCTIONS.id), instructions

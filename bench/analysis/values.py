"""One number a round: what each SUT came to in each workload, by metric, from the rounds of a run. Pure."""

from collections.abc import Mapping

from bench.analysis import calls
from bench.analysis.calls import SeriesKey
from bench.identity import WorkloadKey
from bench.metrics import CAPACITY, CPU_PER_REQUEST, MEDIAN, P90, P99, THROUGHPUT
from bench.store.results import Cell, Run

Series = Mapping[SeriesKey, Mapping[int, float]]
"""Values by round number, for each SUT, workload and metric."""


def of(run: Run) -> Series:
    """Everything that the rounds of a run say, sessions in process included; the twin is among the SUTs."""
    kinds = {workload.id: workload.kind for workload in run.workloads}
    series: dict[SeriesKey, dict[int, float]] = {}
    for round_ in run.rounds:
        for cell in round_.sound_cells():
            for metric, value in of_cell(cell, kinds[cell.workload]).items():
                series.setdefault(SeriesKey(cell.sut, cell.workload, metric), {})[round_.number] = value
        for workload, capacities in round_.capacities.items():
            for sut, rps in capacities.items():
                series.setdefault(SeriesKey(sut, WorkloadKey(workload, "capacity").id, CAPACITY.id), {})[
                    round_.number
                ] = rps
    return series | calls.series(run.micro, {sut.id: sut.interface for sut in run.suts})


def of_cell(cell: Cell, kind: str) -> dict[str, float]:
    """The metrics of one cell."""
    metrics = {
        CPU_PER_REQUEST.id: cell.cpu_ns / 1000 / cell.requests,
        MEDIAN.id: cell.response_p50_s,
        P90.id: cell.response_p90_s,
        P99.id: cell.response_p99_s,
    }
    return {THROUGHPUT.id: cell.requests / cell.busy_s, **metrics} if kind == "closed" else metrics


def closed(series: Series, run: Run, metric: str) -> dict[str, dict[str, Mapping[int, float]]]:
    """One metric in every closed-loop workload that all SUTs offer, by SUT and workload: what overall ratios are made
    of.
    """
    chosen = {
        workload.id
        for workload in run.workloads
        if workload.kind == "closed"
        and not any(sut.lacks(workload) and SeriesKey(sut.id, workload.id, metric) not in series for sut in run.suts)
    }
    by_sut: dict[str, dict[str, Mapping[int, float]]] = {}
    for key, by_round in series.items():
        if key.metric == metric and key.workload in chosen:
            by_sut.setdefault(key.sut, {})[key.workload] = by_round
    return by_sut

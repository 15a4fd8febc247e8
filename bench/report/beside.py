"""One SUT beside another of the same app: the ratio of their throughput in each workload. Pure."""

from collections.abc import Iterator

from bench.analysis import ratios
from bench.metrics import THROUGHPUT
from bench.report import leaders
from bench.store.described import WorkloadInfo
from bench.store.results import Run
from bench.words import SHAPES

NONE = "-"
"""Stands where there is no ratio."""


def overall(run: Run) -> str:
    """What an overall ratio of the run averages, in words."""
    return leaders.over_all(run) or "overall"


def heads(run: Run) -> tuple[str, ...]:
    """The workloads in a closed loop, after what the overall ratio averages; none where none was driven so."""
    closed = [workload.name for workload in _closed(run)]
    return (overall(run), *closed) if closed else ()


def figures(run: Run, sut: str, other: str, held: ratios.Limited) -> tuple[str, ...]:
    """The throughput of a SUT over that of the other with the interval of this run, under each of the heads; `held` are
    the SUTs that something else may have limited.
    """
    closed = [workload.id for workload in _closed(run)]
    columns: list[str | None] = [None, *closed] if closed else []
    return tuple(_figure(run, sut, other, workload, held.get(workload, set())) for workload in columns)


def _closed(run: Run) -> Iterator[WorkloadInfo]:
    return (workload for workload in run.workloads if workload.kind == "closed")


def _figure(run: Run, sut: str, other: str, workload: str | None, held: set[str]) -> str:
    comparison = ratios.find(run.comparisons, sut, other, workload, THROUGHPUT.id)
    if comparison is None or (known := ratios.bounded(comparison, held)) is None:
        return NONE
    bound, ratio = known
    return f"{SHAPES[ratio.verdict]} {bound}{ratios.words(ratio)}"

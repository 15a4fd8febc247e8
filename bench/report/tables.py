"""The tables of a report in their order, and the note on each. Pure."""

from collections.abc import Iterator, Sequence

from bench.metrics import Kind, Metric, compared
from bench.store.described import WorkloadInfo


def of_tail(tail: Metric) -> tuple[tuple[Metric, str], ...]:
    """What a run with this tail has tables of: metrics, each with the group of servers in its table."""
    tabled = tuple(metric for metric in compared(tail) if metric.tabled)
    return (
        *((metric, "common") for metric in tabled if metric.kind != "micro"),
        *((metric, "native") for metric in tabled if metric.kind == "closed"),
        *((metric, "common") for metric in tabled if metric.kind == "micro"),
    )


def asker(kind: Kind | None) -> str:
    """The sender of such a workload's requests, which may have been the limit."""
    return "Scrapy" if kind == "crawl" else "the generator"


def remarks(workloads: Sequence[WorkloadInfo], limited: bool) -> Iterator[str]:
    """The note on a table: how its requests arrived, and where the generator may have been the limit."""
    if any(workload.kind == "open" for workload in workloads):
        yield " Requests arrived at random at the stated rate, and response times count from when they were due."
    if any(workload.arrival_share for workload in workloads):
        yield " The limit of a SUT is what it managed in the closed loop."
    if limited:
        yield (
            f' Where a figure says "at least", {asker(workloads[0].kind)} may have been the limit. Its ratio is then '
            "at least what is printed (≥), and a ratio to it at most that (≤); two such figures have no ratio."
        )

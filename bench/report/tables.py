"""Which tables a report has, in their order, and what must be said of each. Pure."""

from collections.abc import Iterator, Sequence

from bench.metrics import METRICS, Kind, Metric
from bench.store.described import WorkloadInfo

_TABLED = tuple(metric for metric in METRICS if metric.tabled)
TABLES: tuple[tuple[Metric, str], ...] = (
    *((metric, "common") for metric in _TABLED if metric.kind != "micro"),
    *((metric, "native") for metric in _TABLED if metric.kind == "closed"),
    *((metric, "common") for metric in _TABLED if metric.kind == "micro"),
)
"""Each metric with the group of servers that its table is of."""


def asker(kind: Kind | None) -> str:
    """Who sends the requests of such workloads, and so may be the limit."""
    return "Scrapy" if kind == "crawl" else "the generator"


def remarks(workloads: Sequence[WorkloadInfo], limited: bool) -> Iterator[str]:
    """What else must be said of a table: how its requests arrived, and that the generator may have been the limit."""
    if any(workload.kind == "open" for workload in workloads):
        yield " Requests arrived at random at the stated rate, and the time counts from when each was due."
    if any(workload.arrival_share for workload in workloads):
        yield " The limit of a SUT is what it managed in the closed loop."
    if limited:
        yield (
            f' Where a figure says "at least", {asker(workloads[0].kind)} may have been the limit: its ratio is then '
            "at least what is printed (≥), a ratio to it at most that (≤), and between two such figures there is none."
        )

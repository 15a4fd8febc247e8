"""The tables of a report in their order, and the note on each. Pure."""

from collections.abc import Iterator, Sequence

from bench.analysis import crawls
from bench.identity import DATABASES
from bench.metrics import CRAWL_PAGES, DATABASE_CPU, Kind, Metric, compared
from bench.report import groups
from bench.store.described import SutInfo, WorkloadInfo
from bench.store.results import Run
from bench.words import si


def of_tail(tail: Metric, first: groups.Group) -> tuple[tuple[Metric, groups.Group], ...]:
    """What a run with this tail has tables of: metrics, each with the group of servers in its table. All are tabled of
    the group that the report is about first.
    """
    tabled = tuple(metric for metric in compared(tail) if metric.tabled)
    other = groups.behind(first)
    return (
        *((metric, first) for metric in tabled if metric.kind != "micro"),
        *((metric, other) for metric in tabled if metric.kind in ("closed", "start")),
        *((metric, "common") for metric in tabled if metric.kind == "micro"),
    )


def asked(run: Run, metric: Metric) -> Sequence[SutInfo]:
    """Who has a row where a metric is tabled: calls in process are made on the first of several databases alone, and
    once however many workers servers have; and not every database has processes of its own whose CPU time is known.
    """
    if metric == DATABASE_CPU:
        counted = {measured.sut for measured in run.measurements if measured.metric == metric.id}
        return [sut for sut in run.suts if sut.id in counted]
    if metric.kind == "micro":
        first = run.suts[0].key.database
        return [sut for sut in run.suts if (sut.key.database, sut.key.workers) == (first, 1)]
    return run.suts


def asker(kind: Kind | None) -> str:
    """The sender of such a workload's requests, which may have been the limit."""
    return "Scrapy" if kind == "crawl" else "the generator"


def remarks(run: Run, metric: Metric, workloads: Sequence[WorkloadInfo], limited: bool) -> Iterator[str]:
    """The note on a table: how its requests arrived, how far the crawler's own speed reaches, and where it or the
    generator may have been the limit.
    """
    if metric.kind == "micro" and len({sut.key.database for sut in run.suts}) > 1:
        name = run.suts[0].key.database
        yield f" On {DATABASES.get(name, name)} alone."
    if any(workload.kind == "open" for workload in workloads):
        yield " Requests arrived at random at the stated rate, and response times count from when they were due."
    if any(workload.arrival_share for workload in workloads):
        yield " The limit of a SUT is what it managed in the closed loop."
    if metric == CRAWL_PAGES and (top := crawls.ceiling(run)):
        yield f" Scrapy crawled a static copy of the site at {si(top.value)} pages a second."
    if limited:
        who = asker(workloads[0].kind) + (" or the network" if run.environment.network else "")
        yield (
            f' Where a figure says "at least", {who} may have been the limit. Its ratio is then '
            "at least what is printed (≥), and a ratio to it at most that (≤); two such figures have no ratio."
        )

"""The crawl of a run: its charts as plain data, and the figures that are not compared. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from bench.analysis import crawls
from bench.metrics import CRAWL_BYTES, CRAWL_ITEMS, CRAWL_OWN_CPU, CRAWL_PAGES, CRAWL_SERVER_CPU, CRAWL_TIME
from bench.report.strips import Line, Strip, from_zero, point
from bench.report.view import View
from bench.store.described import SutInfo, WorkloadInfo
from bench.store.results import Measurement
from bench.words import one_line, seconds, si

HEADS = ("Time for its pages", "Items a second", "Bytes a page")
COPY = "Static copy of the site"

Known = dict[tuple[str, str], Measurement]


@dataclass(frozen=True, slots=True)
class CrawlRow:
    """One SUT; `figures` stand under `HEADS`."""

    sut: SutInfo
    figures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CrawlView:
    """The section on the crawl: what was crawled and how, and a row for each SUT."""

    workload: WorkloadInfo
    rows: tuple[CrawlRow, ...]


def shown(view: View) -> CrawlView | None:
    """The section apart from its tables; None where nothing was crawled."""
    workload = next((workload for workload in view.run.workloads if workload.kind == "crawl"), None)
    known = _known(view)
    suts = [sut for sut in view.run.suts if (sut.id, CRAWL_TIME.id) in known]
    if workload is None or not suts:
        return None
    rows = tuple(CrawlRow(sut, _figures(known, sut.id)) for sut in suts)
    return CrawlView(workload, rows)


def strips(view: View) -> list[Strip]:
    """Two charts: pages a second with the crawler's ceiling, and the cost of a page on either side."""
    known = _known(view)
    suts = [sut for sut in view.run.suts if (sut.id, CRAWL_PAGES.id) in known]
    if not suts:
        return []
    return [_rates(view, suts, known), _costs(suts, known)]


def _rates(view: View, suts: Iterable[SutInfo], known: Known) -> Strip:
    lines = [
        Line(
            one_line(sut.label),
            f"{'at least ' if seen.at_least else ''}{si(seen.estimate.value)}/s",
            (point(seen.estimate, "disc", "blue", hollow=seen.at_least),),
        )
        for sut in suts
        for seen in (known[sut.id, CRAWL_PAGES.id],)
    ]
    if top := crawls.ceiling(view.run):
        lines.append(Line(COPY, f"{si(top.value)}/s", (point(top, "square", "muted"),)))
    lines.sort(key=lambda line: -line.points[0].value)
    return from_zero(
        "Pages a second, crawled by Scrapy", tuple(lines), lambda value: f"{si(value)}/s" if value else "0"
    )


def _costs(suts: Iterable[SutInfo], known: Known) -> Strip:
    lines = []
    for sut in suts:
        server, own = known[sut.id, CRAWL_SERVER_CPU.id].estimate, known[sut.id, CRAWL_OWN_CPU.id].estimate
        points = (point(server, "disc", "blue"), point(own, "up", "orange"))
        lines.append(Line(one_line(sut.label), f"{si(server.value)} µs + {si(own.value)} µs", points))
    lines.sort(key=lambda line: line.points[0].value)
    return from_zero(
        "CPU per page: the server's, and Scrapy's own", tuple(lines), lambda value: f"{si(value)} µs" if value else "0"
    )


def _known(view: View) -> Known:
    crawled = {workload.id for workload in view.run.workloads if workload.kind == "crawl"}
    return {(seen.sut, seen.metric): seen for seen in view.run.measurements if seen.workload in crawled}


def _figures(known: Known, sut: str) -> tuple[str, ...]:
    time, items, size = (known.get((sut, metric.id)) for metric in (CRAWL_TIME, CRAWL_ITEMS, CRAWL_BYTES))
    return (
        seconds(time.estimate.value) if time else "–",
        si(items.estimate.value) if items else "–",
        si(size.estimate.value) if size else "–",
    )

"""The crawl of a round: every SUT's pages by the same spider, in turns, and beside them a static copy of the site."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from bench.analysis import audit
from bench.contract import seed
from bench.crawl import copying, feeds, rotation
from bench.crawl.process import Crawler
from bench.crawl.protocol import Site
from bench.crawl.rotation import CrawlLane, CrawlPlan, CrawlTally
from bench.errors import CrawlError, ServerError
from bench.host import facts
from bench.host.clock import REPLACED
from bench.host.protocol import Cpus, Host
from bench.identity import COMMON
from bench.measure.ground import Stand
from bench.model import CRAWL, STATIC, Failure
from bench.store.results import Cell, CrawlCounts
from bench.suts import servers
from bench.suts.servers import Server

_COPY = "static-copy.json"


@dataclass(frozen=True, slots=True)
class Circuit:
    """What crawls need: the Scrapy process, the host, the CPUs of servers, and folders."""

    crawler: Crawler
    host: Host
    cpus: Cpus
    scratch: Path
    state: Path


def crawl(up: Mapping[str, Stand], circuit: Circuit, pages: int, order: str) -> Iterator[tuple[Cell, Failure | None]]:
    """Crawl `pages` pages of each server that takes part, in turns whose order is seeded by `order`. Yields cells, each
    with its failure or None; where the crawler fails, all have one.
    """
    asked = _on_one_server(up)
    try:
        yield from _crawl(asked, circuit, pages, order)
    except (CrawlError, ServerError) as error:
        for name in asked:
            yield _cell(CrawlTally(name), 0, None, 1), Failure(name, CRAWL, str(error))


def _crawl(up: Mapping[str, Stand], circuit: Circuit, pages: int, order: str) -> Iterator[tuple[Cell, Failure | None]]:
    host = circuit.host
    with _static(next(iter(up.values())), circuit, pages) as static:
        host.pin(static.pids(), circuit.cpus)
        every: dict[str, Server | Stand] = {STATIC: static, **up}
        sites = [Site(name, server.url, tuple(_feeds(circuit, name))) for name, server in every.items()]
        lanes = [CrawlLane(site, circuit.crawler, host.clock(every[site.name].pids())) for site in sites]
        before = host.cpu_times()
        tallies = rotation.rotate(lanes, _planned(pages, order))
        steal = facts.steal_share(before, host.cpu_times())
        for site, lane, tally in zip(sites, lanes, tallies, strict=True):
            pids = every[site.name].pids()
            memory_bytes = host.memory_peak_bytes(pids)
            cell = _cell(tally, memory_bytes, steal, max(len(circuit.cpus), 1))
            failure = audit.crawl_failure(cell, tally.dropped or _replaced(lane, pids) or _differs(site.feeds, tally))
            if failure and site.name == STATIC:
                raise CrawlError(f"The static copy of the site could not be crawled: {failure.reason}.")
            yield cell, failure


def _on_one_server(up: Mapping[str, Stand]) -> dict[str, Stand]:
    """The SUTs on the common server, or all where none is: a crawl takes long, and servers differ little in it."""
    common = {name: server for name, server in up.items() if server.sut.server == COMMON}
    return common or dict(up)


def _planned(pages: int, order: str) -> CrawlPlan:
    """A crawl of the whole site has no pages left to warm up on."""
    turns = -(-pages // rotation.TURN)
    return CrawlPlan(turns, order, warm_up=2 if pages < seed.ROWS else 0)


def _static(like: Stand, circuit: Circuit, pages: int) -> AbstractContextManager[Server]:
    """A server of the static copy, which is made from the server `like`, once a run."""
    file = circuit.scratch / _COPY
    asked = pages + 3 * rotation.TURN
    url = file.absolute().as_uri() if file.exists() else copying.copy(like.url, asked, file)
    sut = copying.sut(like.sut.app)
    return servers.serve(sut, url, circuit.scratch / f"{STATIC}.log", circuit.host, circuit.state)


def _feeds(circuit: Circuit, name: str) -> Iterable[Path]:
    return (circuit.scratch / f"{name}-items{suffix}" for suffix in feeds.SUFFIXES)


def _replaced(lane: CrawlLane, pids: Iterable[int]) -> str | None:
    return None if set(lane.clock.pids) == set(pids) else REPLACED


def _differs(files: Iterable[Path], tally: CrawlTally) -> str | None:
    """How feeds differ from the crawl and the table: each must hold every item once, equal to its row; None where all
    do.
    """
    try:
        for path in files:
            items = feeds.read(path)
            if len(items) != tally.last.items:
                return f"{path.name}: {len(items)} items instead of {tally.last.items}"
            numbers = {item.id for item in items}
            rows = (row for row in seed.items() if row.id in numbers)
            for _, difference in feeds.differences(items, rows):
                return f"{path.name}: {difference}"
    except CrawlError as error:
        return str(error)
    return None


def _cell(tally: CrawlTally, memory_bytes: int, steal: float | None, cpus: int) -> Cell:
    return Cell(
        sut=tally.site,
        workload=CRAWL,
        requests=tally.pages,
        busy_s=tally.busy_s,
        cpu_ns=tally.cpu_ns,
        generator_cpu_ns=tally.crawler_cpu_ns,
        slices=tally.turns,
        response_mean_s=0.0,
        response_p50_s=0.0,
        response_p90_s=0.0,
        response_p99_s=0.0,
        memory_peak_bytes=memory_bytes,
        errors=dict(tally.last.faults),
        sampled=tally.last.items,
        steal_share=steal,
        cpus=cpus,
        crawl=CrawlCounts(tally.items, tally.bytes, tally.last.duplicates, tally.last.retries),
    )

"""The calibration of the crawler: what taking turns gains over crawling in sequence, and what settings cost."""

import math
import statistics
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from bench import databases
from bench.crawl import copying, feeds, process, rotation
from bench.crawl.protocol import WAYS, Site
from bench.crawl.rotation import TURN, CrawlLane, CrawlPlan, CrawlTally
from bench.estimate import Estimate
from bench.host import local, lock
from bench.host.protocol import Host
from bench.host.scratch import scratch
from bench.measure.progress import Progress, Watch
from bench.model import TWIN, App, Sut
from bench.statistics import estimates, stats
from bench.suts import environments, servers
from bench.suts.servers import Server
from bench.workspace import Workspace

SHARE = 20 * TURN
"""Pages of each copy in a round, whatever the turns; a single turn of them all is one crawl after the other."""
TURNS = (TURN, 42, 105, 210, SHARE)
_AIOHTTP = {"DOWNLOAD_HANDLERS": {"http": "scrapy.core.downloader.handlers._aiohttp.AiohttpDownloadHandler"}}
_UVLOOP = {"ASYNCIO_EVENT_LOOP": "uvloop.Loop"}
_TURN_S = TURN / 500
"""About how long a turn takes."""


@dataclass(frozen=True, slots=True)
class Variant:
    """One way to set the crawler: what differs from the project's settings, and how pages are read."""

    name: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    way: str = WAYS[0]
    exports: bool = True


VARIANTS = (
    Variant("as the project is set"),
    Variant("100 items at once (Scrapy's default)", {"CONCURRENT_ITEMS": 100}),
    Variant("8 requests at once", {"CONCURRENT_REQUESTS": 8, "CONCURRENT_REQUESTS_PER_DOMAIN": 8}),
    Variant("32 requests at once", {"CONCURRENT_REQUESTS": 32, "CONCURRENT_REQUESTS_PER_DOMAIN": 32}),
    Variant(
        "cookies, compression, referer, proxies (Scrapy's defaults)",
        {"COOKIES_ENABLED": True, "COMPRESSION_ENABLED": True, "REFERER_ENABLED": True, "HTTPPROXY_ENABLED": True},
    ),
    Variant("without feeds", exports=False),
    Variant("CSS selectors", way="css"),
    Variant("compiled XPath, lxml alone", way="lxml"),
    Variant("uvloop", _UVLOOP),
    Variant("aiohttp as the downloader", _AIOHTTP),
    Variant("aiohttp and uvloop", {**_AIOHTTP, **_UVLOOP}),
)


@dataclass(frozen=True, slots=True)
class TurnSpread:
    """How two copies of one app differed in turns of `pages`: standard deviations of log ratios over rounds."""

    pages: int
    turn_s: float
    throughput_sd: float
    cpu_sd: float


@dataclass(frozen=True, slots=True)
class VariantFigures:
    """The figures of a variant: pages a second, Scrapy's CPU per page in microseconds, and that over the first's."""

    variant: Variant
    rps: Estimate
    cpu_us: Estimate
    ratio: Estimate | None


@dataclass(frozen=True, slots=True)
class CrawlCalibration:
    """Noise by the length of turns, figures by settings, and the shares of Scrapy's CPU time by package."""

    turns: Sequence[TurnSpread]
    variants: Sequence[VariantFigures]
    shares: Mapping[str, float]


def calibrate(app: App, workspace: Workspace, watch: Watch, *, rounds: int) -> CrawlCalibration:
    """Crawl two copies of `app` by the length of turns, then a static copy of it by the variants, and with samples."""
    with (
        lock.alone(workspace.lock),
        scratch(workspace.work / "calibrate-crawls") as folder,
        databases.shared((app,)).seeded(folder) as template,
        local.host() as host,
        ExitStack() as stack,
    ):
        copies = [
            stack.enter_context(_served(sut, template.copy(sut.id).url, folder, host, workspace.state))
            for sut in (Sut.of(app), replace(Sut.of(app), alias=TWIN))
        ]
        url = copying.copy(copies[0].url, SHARE, folder / "pages.json")
        static = stack.enter_context(_served(copying.sut(app), url, folder, host, workspace.state))
        python = environments.crawler_python(workspace.state)
        place = _Place(stack, host, folder, python)
        return CrawlCalibration(
            _sweep(copies, place, rounds, watch),
            _compare(static, place, rounds, watch),
            _sample(static, place, rounds),
        )


@dataclass(frozen=True, slots=True)
class _Place:
    stack: ExitStack
    host: Host
    folder: Path
    python: Path

    def crawler(self, name: str, settings: Mapping[str, Any]) -> process.Crawler:
        _, cpus = self.host.cpu_sets()
        log = self.folder / f"{name}.log"
        return self.stack.enter_context(process.crawler(self.python, log, self.host, cpus, settings))

    def lane(self, name: str, crawler: process.Crawler, server: Server, variant: Variant) -> CrawlLane:
        files = tuple(self.folder / f"{name}{suffix}" for suffix in feeds.SUFFIXES) if variant.exports else ()
        return CrawlLane(Site(name, server.url, files, variant.way), crawler, self.host.clock(server.pids()))


def _served(sut: Sut, url: str, folder: Path, host: Host, state: Path) -> Any:
    return servers.serve(sut, url, folder / f"{sut.id}.log", host, state)


def _sweep(copies: Sequence[Server], place: _Place, rounds: int, watch: Watch) -> list[TurnSpread]:
    on_servers, _ = place.host.cpu_sets()
    for server in copies:
        place.host.pin(server.pids(), on_servers)
    crawler = place.crawler("sweep", {})
    seen: dict[int, list[list[CrawlTally]]] = {pages: [] for pages in TURNS}
    round_s = 2 * len(TURNS) * (SHARE + TURN) / TURN * _TURN_S
    for number in range(1, rounds + 1):
        watch(Progress("lengths of turns", number, rounds, (number - 1) * round_s, (rounds - number + 1) * round_s))
        for pages in TURNS:
            lanes = [place.lane(server.sut.id, crawler, server, VARIANTS[0]) for server in copies]
            plan = CrawlPlan(SHARE // pages, f"{number} {pages}", pages, warm_up=-(-42 // pages))
            seen[pages].append(rotation.rotate(lanes, plan))
    return [_spread(pages, pairs) for pages, pairs in seen.items()]


def _spread(pages: int, pairs: Sequence[Sequence[CrawlTally]]) -> TurnSpread:
    rates = [math.log(_rps(first) / _rps(second)) for first, second in pairs]
    costs = [math.log(first.crawler_cpu_ns / second.crawler_cpu_ns) for first, second in pairs]
    turns = [tally.busy_s / tally.turns for pair in pairs for tally in pair]
    return TurnSpread(pages, statistics.mean(turns), statistics.stdev(rates), statistics.stdev(costs))


def _compare(server: Server, place: _Place, rounds: int, watch: Watch) -> list[VariantFigures]:
    on_servers, _ = place.host.cpu_sets()
    place.host.pin(server.pids(), on_servers)
    crawlers = [place.crawler(f"variant-{index}", variant.settings) for index, variant in enumerate(VARIANTS)]
    rps: list[dict[int, float]] = [{} for _ in VARIANTS]
    cpu_us: list[dict[int, float]] = [{} for _ in VARIANTS]
    round_s = len(VARIANTS) * 11 * _TURN_S
    for number in range(1, rounds + 1):
        watch(Progress("settings", number, rounds, (number - 1) * round_s, (rounds - number + 1) * round_s))
        lanes = [
            place.lane(f"variant-{index}", crawler, server, variant)
            for index, (crawler, variant) in enumerate(zip(crawlers, VARIANTS, strict=True))
        ]
        for index, tally in enumerate(rotation.rotate(lanes, CrawlPlan(10, f"{number} variants"))):
            rps[index][number] = _rps(tally)
            cpu_us[index][number] = tally.crawler_cpu_ns / 1000 / tally.pages
    return [
        VariantFigures(
            variant,
            estimates.estimate(list(rps[index].values())),
            estimates.estimate(list(cpu_us[index].values())),
            stats.ratio(cpu_us[index], cpu_us[0]) if index else None,
        )
        for index, variant in enumerate(VARIANTS)
    ]


def _sample(server: Server, place: _Place, rounds: int) -> dict[str, float]:
    crawler = place.crawler("sampled", {})
    lane = place.lane("sampled", crawler, server, VARIANTS[0])
    rotation.rotate([lane], CrawlPlan(1, "before the samples"))
    crawler.sample()
    for number in range(rounds):
        rotation.rotate([lane], CrawlPlan(SHARE // TURN, f"{number} samples"))
    samples = crawler.samples()
    return {package: count / sum(samples.values()) for package, count in sorted(samples.items(), key=_by_count)}


def _by_count(sample: tuple[str, int]) -> tuple[int, str]:
    return -sample[1], sample[0]


def _rps(tally: CrawlTally) -> float:
    return tally.pages / tally.busy_s

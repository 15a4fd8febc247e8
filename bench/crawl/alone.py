"""A crawl of one site to its end, within bounds, whatever it sends."""

from collections.abc import Callable
from dataclasses import dataclass

from bench.crawl.process import Crawler
from bench.crawl.protocol import CrawlState, Site
from bench.crawl.rotation import TURN
from bench.host import awake

_FINISHED = "finished"


@dataclass(frozen=True, slots=True)
class Bounds:
    """The most that a site may take: twice the pages of the contract's site, and more than that has of everything else.

    The project's settings allow a page one mebibyte and five seconds.
    """

    pages: int = 21_000
    bytes: int = 256 * 2**20
    seconds: float = 600.0
    faults: int = 50


@dataclass(frozen=True, slots=True)
class Crawled:
    """The outcome of a crawl; `busy_s` and `cpu_ns` are sums over all of its turns.

    `stopped` is why it did not reach the end of the site; None where it did.
    """

    state: CrawlState
    busy_s: float
    cpu_ns: int
    stopped: str | None = None

    @property
    def sound(self) -> bool:
        """Whether nothing was wrong with the site, and all of it was crawled."""
        return not (self.stopped or self.state.faults or self.state.duplicates)


Watch = Callable[[Crawled], None]
"""Receives the state after each turn."""


def crawl(crawler: Crawler, site: Site, bounds: Bounds, watch: Watch) -> Crawled:
    """Crawl a site to its end, or to the first of its bounds; raises CrawlError where the Scrapy process fails.

    Time in which the machine stood still is none of the crawl's.
    """
    busy_s, cpu_ns = 0.0, 0
    crawler.open(site)
    while True:
        state = crawler.turn(site, TURN, max(bounds.seconds - busy_s, 0.1))
        busy_s, cpu_ns = busy_s + state.busy_s - state.still_s, cpu_ns + state.cpu_ns
        stopped = state.unwritten or _reached(state, bounds, busy_s)
        done = Crawled(state, busy_s, cpu_ns, stopped)
        watch(done)
        if stopped or state.ended:
            crawler.close(site)
            return done


def _reached(state: CrawlState, bounds: Bounds, seconds: float) -> str | None:
    if state.ended == _FINISHED:
        return None
    reasons = (
        # What was under way then came too late.
        (state.still_s and state.faults, awake.stood_still(state.still_s)),
        (seconds >= bounds.seconds, f"it was not finished after {bounds.seconds:g} s"),
        (state.ended, f"Scrapy ended it: {state.ended}"),
        (sum(state.faults.values()) >= bounds.faults, f"{bounds.faults} faults are enough"),
        (state.pages >= bounds.pages, f"there was no end after {bounds.pages:,} pages"),
        (state.bytes >= bounds.bytes, f"it sent more than {bounds.bytes:,} bytes"),
    )
    return next((reason for holds, reason in reasons if holds), None)

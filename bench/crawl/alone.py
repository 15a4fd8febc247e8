"""One site, crawled from end to end: within bounds, whatever it sends."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from bench.crawl.process import Crawler
from bench.crawl.protocol import CrawlState, Site
from bench.crawl.rotation import TURN

_FINISHED = "finished"


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a site may take: twice what the contract's has in pages, and more than it has in everything else.

    A page may have a mebibyte, and five seconds; the project's settings see to that.
    """

    pages: int = 21_000
    bytes: int = 256 * 2**20
    seconds: float = 600.0
    faults: int = 50


@dataclass(frozen=True, slots=True)
class Crawled:
    """A crawl from end to end: what it came to, and in `busy_s` and `cpu_ns` all of its turns together.

    `stopped` is why it did not come to the end of the site; None where it did.
    """

    state: CrawlState
    busy_s: float
    cpu_ns: int
    stopped: str | None = None

    @property
    def sound(self) -> bool:
        """Whether nothing was wrong with the site, and all of it was seen."""
        return not (self.stopped or self.state.faults or self.state.duplicates)


Watch = Callable[[Crawled], None]
"""Hears of each turn."""


def crawl(crawler: Crawler, site: Site, bounds: Bounds, watch: Watch) -> Crawled:
    """Crawl a site to its end, or to the first of its bounds; raises CrawlError where the Scrapy process fails."""
    began, busy_s, cpu_ns = time.monotonic(), 0.0, 0
    crawler.open(site)
    while True:
        left_s = bounds.seconds - (time.monotonic() - began)
        state = crawler.turn(site, TURN, max(left_s, 0.1))
        busy_s, cpu_ns = busy_s + state.busy_s, cpu_ns + state.cpu_ns
        stopped = state.unwritten or _reached(state, bounds, time.monotonic() - began)
        done = Crawled(state, busy_s, cpu_ns, stopped)
        watch(done)
        if stopped or state.ended:
            crawler.close(site)
            return done


def _reached(state: CrawlState, bounds: Bounds, seconds: float) -> str | None:
    if state.ended == _FINISHED:
        return None
    if seconds >= bounds.seconds:
        return f"it was not finished after {bounds.seconds:g} s"
    if state.ended:
        return f"Scrapy ended it: {state.ended}"
    if sum(state.faults.values()) >= bounds.faults:
        return f"{bounds.faults} faults are enough"
    if state.pages >= bounds.pages:
        return f"there was no end after {bounds.pages:,} pages"
    return f"it sent more than {bounds.bytes:,} bytes" if state.bytes >= bounds.bytes else None

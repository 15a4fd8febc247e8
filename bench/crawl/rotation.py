"""Crawls that take turns: each goes on for some pages and drains, and then the next takes its turn.

Two crawls one after the other meet two machines, as two loads do. A crawl cannot stop at any moment, but it can between
two pages; so a turn is a number of pages, the same ones for every site, and lasts some hundredths of a second.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field

from bench.crawl.process import Crawler
from bench.crawl.protocol import CrawlState, Site
from bench.host import awake
from bench.host.clock import REPLACED, Clock, spent_ns

TURN = 21
"""Pages of a turn, unless a measurement of turns asks for others: one of the catalogue and its items."""
_TURN_WITHIN_S = 15.0


@dataclass(frozen=True, slots=True)
class CrawlLane:
    """A site, the process that crawls it, and the clock of its server."""

    site: Site
    crawler: Crawler
    clock: Clock


@dataclass(frozen=True, slots=True)
class CrawlPlan:
    """So many `turns` of `pages` each, in seeded shuffled order, after `warm_up` more that are not counted."""

    turns: int
    seed: str
    pages: int = TURN
    warm_up: int = 1


@dataclass(slots=True)
class CrawlTally:
    """The result of one site in a rotation: sums over its counted turns, and the state at its end.

    `cpu_ns` is the server's CPU time, `crawler_cpu_ns` Scrapy's. `dropped` is why it got no more turns.
    """

    site: str
    turns: int = 0
    pages: int = 0
    items: int = 0
    bytes: int = 0
    busy_s: float = 0.0
    cpu_ns: int = 0
    crawler_cpu_ns: int = 0
    last: CrawlState = field(default_factory=CrawlState)
    dropped: str | None = None

    def add(self, state: CrawlState, cpu_ns: int) -> None:
        """Add a turn that counts."""
        self.turns += 1
        self.pages += state.pages - self.last.pages
        self.items += state.items - self.last.items
        self.bytes += state.bytes - self.last.bytes
        self.busy_s += state.busy_s
        self.cpu_ns += cpu_ns
        self.crawler_cpu_ns += state.cpu_ns


def rotate(lanes: Sequence[CrawlLane], plan: CrawlPlan) -> list[CrawlTally]:
    """Crawl all sites in turns; raises CrawlError where a Scrapy process fails."""
    tallies = {lane.site.name: CrawlTally(lane.site.name) for lane in lanes}
    for lane in lanes:
        lane.crawler.open(lane.site)
    for turn in range(-plan.warm_up, plan.turns):
        for lane in random.Random(f"{plan.seed} crawl {turn}").sample(lanes, len(lanes)):
            _turn(lane, tallies[lane.site.name], plan.pages, counted=turn >= 0)
    for lane in lanes:
        lane.crawler.close(lane.site)
    return list(tallies.values())


def _turn(lane: CrawlLane, tally: CrawlTally, pages: int, *, counted: bool) -> None:
    if tally.dropped or tally.last.ended:
        return
    before = lane.clock.cpu_ns()
    state = lane.crawler.turn(lane.site, pages, _TURN_WITHIN_S)
    cpu_ns = spent_ns(before, lane.clock.cpu_ns())
    if counted:
        tally.add(state, cpu_ns or 0)
    tally.last, tally.dropped = state, _complaint(state)
    if cpu_ns is None:
        tally.dropped = tally.dropped or REPLACED


def _complaint(state: CrawlState) -> str | None:
    """Why a site gets no more turns: its pages would be no throughput; None where nothing is wrong."""
    if state.still_s:
        return awake.stood_still(state.still_s)
    if state.unwritten:
        return state.unwritten
    if state.faults:
        kind, count = next(iter(state.faults.items()))
        return f"{kind}, {count} x, first at {state.firsts[kind]}"
    if state.duplicates:
        return f"{state.duplicates} links to pages that had been asked for"
    if state.ended not in (None, "finished"):
        return f"the crawl ended early: {state.ended}"
    return None

"""Crawls in turns: all get the same, in seeded order, and one that goes wrong costs nobody else a turn."""

from collections import Counter
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any

import pytest

from bench.crawl import rotation
from bench.crawl.protocol import CrawlState, Site
from bench.crawl.rotation import CrawlLane, CrawlPlan, CrawlTally
from bench.host.clock import REPLACED

TURN = CrawlState(busy_s=0.2, cpu_ns=150_000_000)


@dataclass
class FakeCrawler:
    """Brings home all pages of a turn, two in three of them items, unless `special` says otherwise."""

    special: dict[tuple[str, int], CrawlState] = field(default_factory=dict)
    turns: list[str] = field(default_factory=list)
    open_: set[str] = field(default_factory=set)
    states: dict[str, CrawlState] = field(default_factory=dict)

    def open(self, site: Site) -> None:
        self.open_.add(site.name)

    def turn(self, site: Site, pages: int, within_s: float) -> CrawlState:
        assert site.name in self.open_
        self.turns.append(site.name)
        old = self.states.get(site.name, CrawlState())
        new = replace(TURN, pages=old.pages + pages, items=old.items + pages * 2 // 3, bytes=old.bytes + 1000 * pages)
        self.states[site.name] = new
        return self.special.get((site.name, Counter(self.turns)[site.name]), new)

    def close(self, site: Site) -> CrawlState:
        self.open_.remove(site.name)
        return CrawlState()


@dataclass
class FakeClock:
    """A server that takes 7 ms between two looks."""

    now_ns: int = 0

    def cpu_ns(self) -> int:
        self.now_ns += 7_000_000
        return self.now_ns


def rotate(crawler: Any, plan: CrawlPlan, names: str = "abc") -> dict[str, CrawlTally]:
    lanes = [CrawlLane(Site(name, f"http://{name}"), crawler, FakeClock()) for name in names]  # type: ignore[arg-type]
    return {tally.site: tally for tally in rotation.rotate(lanes, plan)}


def test_a_site_whose_server_lost_a_process_gets_no_more_turns() -> None:
    """Its CPU time would be too small."""
    crawler, looks = FakeCrawler(), iter([1, 2, 3, None])
    lost = CrawlLane(Site("a", "http://a"), crawler, SimpleNamespace(cpu_ns=lambda: next(looks)))  # type: ignore[arg-type]
    sound = CrawlLane(Site("b", "http://b"), crawler, FakeClock())  # type: ignore[arg-type]
    first, second = rotation.rotate([lost, sound], CrawlPlan(turns=3, seed="7", pages=21))
    assert (first.dropped, first.turns) == (REPLACED, 1)
    assert (second.dropped, second.turns) == (None, 3)


def test_turns_are_counted_after_the_warm_up() -> None:
    crawler = FakeCrawler()
    tallies = rotate(crawler, CrawlPlan(turns=4, seed="7", pages=21, warm_up=2))
    assert not crawler.open_
    assert list(tallies) == ["a", "b", "c"]
    for tally in tallies.values():
        assert (tally.turns, tally.pages, tally.items, tally.bytes) == (4, 84, 56, 84_000)
        assert tally.busy_s == pytest.approx(0.8)
        assert (tally.cpu_ns, tally.crawler_cpu_ns) == (28_000_000, 600_000_000)
        assert tally.dropped is None


def test_the_order_is_shuffled_anew_for_each_turn_and_the_same_for_a_seed() -> None:
    crawlers = [FakeCrawler() for _ in range(3)]
    for crawler, seed in zip(crawlers, ("1", "1", "2"), strict=True):
        rotate(crawler, CrawlPlan(turns=30, seed=seed))
    first, again, other = (crawler.turns for crawler in crawlers)
    assert first == again != other
    rounds = [tuple(first[start : start + 3]) for start in range(0, len(first), 3)]
    assert all(sorted(order) == ["a", "b", "c"] for order in rounds)
    assert len(set(rounds)) == 6


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        (
            replace(TURN, faults={"status 500": 2}, firsts={"status 500": "http://x/1"}),
            "status 500, 2 x, first at http",
        ),
        (replace(TURN, duplicates=3), "3 links to pages that had been asked for"),
        (replace(TURN, ended="out of time"), "the crawl ended early: out of time"),
        (
            replace(TURN, still_s=59.96, busy_s=60.1, faults={"no whole answer in time": 1}, firsts={}),
            "the machine stood still for 60.0 s under its load, as when it sleeps",
        ),
        (replace(TURN, unwritten="items.csv cannot be written: No space"), "items.csv cannot be written: No space"),
    ],
)
def test_what_is_wrong_with_one_site_ends_its_turns_alone(state: CrawlState, reason: str) -> None:
    crawler = FakeCrawler({("b", 2): state})
    tallies = rotate(crawler, CrawlPlan(turns=5, seed="7"))
    assert Counter(crawler.turns) == {"a": 6, "b": 2, "c": 6}
    assert str(tallies["b"].dropped).startswith(reason)
    assert tallies["a"].dropped is None
    assert (tallies["a"].turns, tallies["c"].turns) == (5, 5)


def test_a_site_that_is_finished_gets_no_more_turns_and_is_sound() -> None:
    crawler = FakeCrawler({("b", 3): replace(TURN, pages=250, items=240, ended="finished")})
    tallies = rotate(crawler, CrawlPlan(turns=5, seed="7", warm_up=0))
    assert (tallies["b"].turns, tallies["b"].pages, tallies["b"].dropped) == (3, 250, None)

"""Taking turns: a crawl that goes on for so many pages, drains, and waits until it is its turn again.

Everything but the pause is Scrapy's: requests, duplicates, downloader, spider and feeds. The scheduler alone is asked
for requests, so it alone decides when there are none for now.
"""

import asyncio
import functools
import gc
import math
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from scrapy.core.engine import ExecutionEngine
from scrapy.core.scheduler import Scheduler
from scrapy.crawler import AsyncCrawlerRunner, Crawler
from scrapy.extensions.feedexport import FeedExporter, FeedSlot
from scrapy.http import Request

from catalog.awake import first_of

_STOPPING_S = 10.0


class TurnScheduler(Scheduler):
    """Scrapy's own, which hands out no more requests than it was allowed to."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        # By itself, as `scrapy crawl catalog` starts it, the project knows no turns.
        self._allowed = 0.0 if self.crawler.settings.getbool("CATALOG_TURNS") else math.inf
        self._drained = asyncio.Event()

    def allow(self, pages: int) -> asyncio.Event:
        """Hand out so many requests; the event is set when all of them have been dealt with."""
        self._allowed, self._drained = pages, asyncio.Event()
        return self._drained

    def next_request(self) -> Request | None:
        """See Scheduler."""
        request = super().next_request() if self._allowed else None
        if request is not None:
            self._allowed -= 1
        elif not self._allowed and _is_idle(self.crawler.engine):
            # Whenever something is finished with, the engine asks for more.
            self._drained.set()
        return request


@dataclass(slots=True)
class Report:
    """What a crawl has come to so far, and what its last turn took, of which the machine stood still for `still_s`.

    `faults` counts by kind, and `firsts` has the first URL of each; `ended` is why it is over, None while it is not;
    `unwritten` why a feed could not be written.
    """

    busy_s: float = 0.0
    cpu_ns: int = 0
    still_s: float = 0.0
    pages: int = 0
    items: int = 0
    bytes: int = 0
    duplicates: int = 0
    retries: int = 0
    faults: dict[str, int] = field(default_factory=dict)
    firsts: dict[str, str] = field(default_factory=dict)
    ended: str | None = None
    unwritten: str | None = None


class Crawl:
    """One site and its spider."""

    def __init__(self, crawler: Crawler, task: "asyncio.Task[None]") -> None:
        self._crawler, self._task = crawler, task
        self._ended: str | None = None

    @classmethod
    def begin(cls, runner: AsyncCrawlerRunner, feeds: dict[str, dict[str, Any]], **arguments: Any) -> "Crawl":
        """A crawl that waits for its first turn; `arguments` are the spider's."""
        crawler = runner.create_crawler("catalog")
        crawler.settings.set("FEEDS", feeds, priority="cmdline")
        crawler.settings.set("CATALOG_TURNS", True, priority="cmdline")
        return cls(crawler, runner.crawl(crawler, **arguments))

    async def turn(self, pages: int, within_s: float) -> Report:
        """Go on for so many pages; whoever has not finished with them after `within_s` awake is stopped."""
        if not self._task.done():
            await self._opened()
        # All crawls of the process leave garbage, which would be collected in whichever's turn it comes to too much.
        _set_aside()
        gc.collect()
        began, cpu, still_s = time.perf_counter(), time.process_time_ns(), 0.0
        if not self._task.done():
            still_s = await self._go_on(pages, within_s)
        if not self._task.done():
            self._settle()
        return self._report(time.perf_counter() - began, time.process_time_ns() - cpu, still_s)

    async def close(self) -> Report:
        """End it; what was crawled is in its feeds."""
        if not self._task.done():
            await self._stop("closed")
        return self._report(0.0, 0)

    async def _opened(self) -> None:
        engine = self._crawler.engine
        while not self._task.done() and (engine is None or engine.scheduler is None or not engine.running):
            await asyncio.sleep(0.001)
            engine = self._crawler.engine

    async def _go_on(self, pages: int, within_s: float) -> float:
        """For how long everything stood still meanwhile, in seconds."""
        engine = self._crawler.engine
        drained = asyncio.ensure_future(engine.scheduler.allow(pages).wait())
        # By itself the engine asks again every five seconds only, and offers no other way to be woken up.
        engine._slot.nextcall.schedule()
        done, still_s = await first_of({drained, self._task}, within_s)
        drained.cancel()
        if not done:
            await self._stop("out of time")
        return still_s

    async def _stop(self, reason: str) -> None:
        self._ended = reason
        stopping = asyncio.ensure_future(self._crawler.stop_async())
        await asyncio.wait({stopping, self._task}, timeout=_STOPPING_S, return_when=asyncio.ALL_COMPLETED)

    def _settle(self) -> None:
        for slot in self._feeds():
            with suppress(OSError):  # the file itself keeps the reason
                slot.start_exporting()
                slot.file.settle()

    def _feeds(self) -> list[FeedSlot]:
        exporter = self._crawler.get_extension(FeedExporter)
        return exporter.slots if exporter else []

    def _report(self, busy_s: float, cpu_ns: int, still_s: float = 0.0) -> Report:
        seen = self._crawler.stats.get_stats()
        over = self._task.done()
        return Report(
            busy_s=busy_s,
            cpu_ns=cpu_ns,
            still_s=still_s,
            pages=seen.get("catalog/pages", 0),
            items=seen.get("item_scraped_count", 0),
            bytes=seen.get("downloader/response_bytes", 0),
            duplicates=seen.get("dupefilter/filtered", 0),
            retries=seen.get("retry/count", 0),
            faults=_below(seen, "catalog/faults/"),
            firsts=_below(seen, "catalog/first/"),
            ended=self._ended or (str(seen.get("finish_reason", "failed")) if over else None),
            unwritten=next(filter(None, (slot.file.failed for slot in self._feeds())), None),
        )


@functools.cache
def _set_aside() -> None:
    """Collections need not look again at what was imported by the first turn: it lives as long as the process."""
    gc.collect()
    gc.freeze()


def _is_idle(engine: ExecutionEngine) -> bool:
    return not engine.downloader.active and engine.scraper.slot.is_idle()


def _below(seen: dict[str, Any], prefix: str) -> dict[str, Any]:
    return {name.removeprefix(prefix): value for name, value in seen.items() if name.startswith(prefix)}

"""`bench crawl`: one crawl, of an app that is served on a fresh database, or of any site."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from bench import databases
from bench.contract import seed
from bench.contract.client import Client, NoAnswer
from bench.contract.message import Request
from bench.contract.operations.rows import SHELF
from bench.crawl import alone, feeds, process
from bench.crawl.alone import Bounds, Crawled
from bench.crawl.process import Crawler
from bench.crawl.protocol import Site
from bench.errors import CrawlError
from bench.host import local
from bench.host.clock import spent_ns
from bench.host.protocol import Cpus, Host
from bench.host.scratch import scratch
from bench.model import Item, Sut
from bench.suts import environments, servers
from bench.workspace import Workspace

Watch = Callable[[Crawled, int | None], None]
"""Receives the state after each turn, and the number of pages that the site should have, where that is known."""

ROBOTS = "No robots.txt was asked for: the contract has none."


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of one crawl.

    `server_cpu_ns` is the CPU time of the server, where that is ours and had the same processes all along;
    `differences` how the feeds differ from the table, or where that is not known, from what was crawled.
    """

    crawled: Crawled
    server_cpu_ns: int | None = None
    differences: tuple[str, ...] = ()

    @property
    def sound(self) -> bool:
        """Whether the site is whole, and the feeds are what it should have."""
        return self.crawled.sound and not self.differences


def of_app(sut: Sut, outputs: Sequence[Path], workspace: Workspace, watch: Watch) -> Outcome:
    """Crawl an app on a seeded table, and compare its feeds with that.

    Raises CrawlError and ServerError where one of the two processes fails.
    """
    check_writable(outputs)
    with (
        scratch(workspace.work / f"crawl-{sut.id}") as folder,
        databases.shared((sut.app,), sut.key.database).seeded(folder) as template,
        local.host() as host,
        servers.serve(sut, template.copy(sut.id).url, folder / "server.log", host, workspace.state) as server,
    ):
        on_servers, on_crawler = host.cpu_sets()
        host.pin(server.pids(), on_servers)
        clock = host.clock(server.pids())
        with _crawler(folder, host, on_crawler, workspace) as crawler:
            before = clock.cpu_ns()
            crawled = _crawl(crawler, server.url, outputs, watch)
            cpu_ns = spent_ns(before, clock.cpu_ns())
        server.check_alive()
        if set(server.pids()) != set(clock.pids):
            cpu_ns = None
    return Outcome(crawled, cpu_ns, tuple(_compared(outputs, seed.items())) if crawled.sound else ())


def of_url(url: str, outputs: Sequence[Path], workspace: Workspace, watch: Watch) -> Outcome:
    """Crawl a site that is already up; raises UsageError for what is no URL, and ServerError where nothing answers."""
    check_writable(outputs)
    with Client(url) as client:
        client.connect()
    with (
        scratch(workspace.work / "crawl") as folder,
        local.host() as host,
        _crawler(folder, host, frozenset(), workspace) as crawler,
    ):
        crawled = _crawl(crawler, url, outputs, watch)
    return Outcome(crawled, differences=() if crawled.stopped else tuple(_odd(outputs, crawled.state.items)))


def check_writable(outputs: Iterable[Path]) -> None:
    """Create the feeds, empty, so that one that cannot be written is known before the crawl.

    Raises CrawlError for the first of them, and UsageError for one in no known format.
    """
    feeds.options(outputs)
    for path in outputs:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b"")
        except OSError as error:
            raise CrawlError(f"{path} cannot be written: {error.strerror}; name another with --output.") from error


@contextmanager
def _crawler(folder: Path, host: Host, cpus: Cpus, workspace: Workspace) -> Iterator[Crawler]:
    python = environments.crawler_python(workspace.state)
    with process.crawler(python, folder / "scrapy.log", host, cpus) as crawler:
        yield crawler


def _crawl(crawler: Crawler, url: str, outputs: Sequence[Path], watch: Watch) -> Crawled:
    pages = _pages(url)
    return alone.crawl(crawler, Site("site", url, tuple(outputs)), Bounds(), lambda done: watch(done, pages))


def _pages(url: str) -> int | None:
    """The number of pages of a catalogue, from the site's own total; None where it does not say."""
    with suppress(NoAnswer, ValueError, KeyError, TypeError), Client(url) as client:
        total = int(json.loads(client.send(Request("GET", "/items?limit=1")).body)["total"])
        return total + -(-total // SHELF)
    return None


def _odd(outputs: Iterable[Path], count: int) -> Iterator[str]:
    """What is wrong with feeds that should hold so many items."""
    for path in outputs:
        try:
            kept = len(feeds.read(path))
        except CrawlError as error:
            yield str(error)
        else:
            if kept != count:
                yield f"{path.name}: {kept:,} items instead of {count:,}"


def _compared(outputs: Iterable[Path], expected: Sequence[Item]) -> Iterator[str]:
    for path in outputs:
        yield from (f"{path.name}: {difference}" for _, difference in feeds.differences(feeds.read(path), expected))

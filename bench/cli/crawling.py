"""`bench crawl`: an app or any site, crawled from the first page to the last."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import click
from rich.text import Text

from bench.cli.choices import DATABASE, SERVER
from bench.cli.console import ERR, OUT, LeftOut, in_workspace, prepare, prepare_crawler
from bench.cli.progress import ProgressLine
from bench.crawl import feeds
from bench.crawl.alone import Crawled
from bench.errors import CrawlError, UsageError
from bench.measure import crawling
from bench.measure.crawling import Outcome, Watch
from bench.model import Sut
from bench.suts import discovery
from bench.words import counted, listing, printable, si
from bench.workspace import Workspace

_SHOWN = 5


@click.command("crawl")
@click.argument("app", required=False)
@click.option("--url", help="Crawl a site that runs already, instead of an app.")
@click.option(
    "--output",
    "outputs",
    type=click.Path(dir_okay=False, path_type=Path),
    multiple=True,
    help="A feed: .csv, .json, .jsonl or .xml; may be repeated. By default one of each, below results/.",
)
@SERVER
@DATABASE
@in_workspace
def crawl_(
    workspace: Workspace,
    app: str | None,
    url: str | None,
    outputs: tuple[Path, ...],
    server: str | None,
    database: str,
) -> int:
    """Crawl an app, or any site that keeps the contract, with Scrapy.

    Exit 1 where something was wrong with the site, or a feed differs from the table.
    """
    if bool(app) == bool(url):
        raise UsageError("Name what to crawl: one app, or --url URL.")
    prepare_crawler(workspace)
    if url:
        files = outputs or _feeds(workspace, urlsplit(url).netloc.replace(":", "-"))
        return _show(lambda watch: crawling.of_url(url, files, workspace, watch), files)
    (chosen,) = discovery.choose(workspace.apps, (str(app),), LeftOut())
    prepare((chosen,), workspace)
    files = outputs or _feeds(workspace, chosen.name)
    return _show(
        lambda watch: crawling.of_app(Sut.of(chosen, server, database=database), files, workspace, watch), files
    )


def _feeds(workspace: Workspace, name: str) -> tuple[Path, ...]:
    return tuple(workspace.results / f"crawl-{name}" / f"items{suffix}" for suffix in feeds.SUFFIXES)


def _show(crawl: Callable[[Watch], Outcome], files: tuple[Path, ...]) -> int:
    """Do a crawl and print its outcome; returns the exit code."""
    latest: list[Crawled] = []

    def watch(done: Crawled, pages: int | None) -> None:
        latest[:] = [done]
        if pages:
            left_s = done.busy_s * max(pages - done.state.pages, 0) / max(done.state.pages, 1)
            line.show(done.busy_s, left_s, f"{done.state.pages:,} of {pages:,} pages", done.state.pages * 10 // pages)

    with ProgressLine(ERR) as line:
        try:
            outcome = crawl(watch)
        except BaseException:
            line.stop()
            if latest:
                _tell_kept(files)
            raise
    _tell(outcome, files)
    return 0 if outcome.sound else 1


def _tell(outcome: Outcome, files: tuple[Path, ...]) -> None:
    crawled, state = outcome.crawled, outcome.crawled.state
    if state.pages:
        costs = [f"{si(crawled.cpu_ns / 1000 / state.pages)} µs of Scrapy's CPU"]
        if outcome.server_cpu_ns is not None:
            costs.append(f"{si(outcome.server_cpu_ns / 1000 / state.pages)} µs of the server's")
        rate = si(state.pages / crawled.busy_s)
        _say(f"{counted(state.pages, 'page')} in {si(crawled.busy_s)} s: {rate}/s; a page took {listing(costs)}.")
    for kind, count in state.faults.items():
        _say(f"✗ {kind}: {count:,} x, first at {state.firsts[kind]}")
    if state.duplicates:
        _say(f"✗ {counted(state.duplicates, 'link')} to what had been asked for, not followed again")
    if crawled.stopped:
        _say(f"✗ Stopped: {crawled.stopped}.")
    for difference in outcome.differences[:_SHOWN]:
        _say(f"✗ {difference}")
    _tell_kept(
        files, ", equal to the rows of the table," if outcome.server_cpu_ns is not None and outcome.sound else ""
    )
    _say(crawling.ROBOTS)


def _tell_kept(files: Sequence[Path], how: str = "") -> None:
    """Print the number of items in each file, as read back."""
    counts: dict[int, list[Path]] = {}
    for path in files:
        counts.setdefault(_count(path), []).append(path)
    for count, alike in counts.items():
        _say(f"{counted(count, 'item')}{how} {'is' if count == 1 else 'are'} kept in {_places(alike)}.")


def _count(path: Path) -> int:
    with suppress(CrawlError):
        return len(feeds.read(path)) if path.is_file() else 0
    return 0


def _places(files: Sequence[Path]) -> str:
    if len({path.parent for path in files}) == 1 and len(files) > 1:
        return f"{files[0].parent}: {listing([path.name for path in files])}"
    return listing([str(path) for path in files])


def _say(sentence: str) -> None:
    OUT.print(Text(printable(sentence)), soft_wrap=True)

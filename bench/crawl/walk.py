"""Checks every page of a site against its table: each item on its own page, each row of the catalogue in its place."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from bench.contract.operations.rows import SHELF, shown
from bench.contract.page import collapsed
from bench.contract.violation import Findings, Violation
from bench.crawl import alone, feeds
from bench.crawl.alone import Bounds, Crawled
from bench.crawl.process import Crawler
from bench.crawl.protocol import Site
from bench.model import Item

Row = tuple[str, list[str]]
"""The link of a row of a page, and the texts of its cells."""


def violations(crawler: Crawler, url: str, table: Sequence[Item], folder: Path) -> list[Violation]:
    """What is wrong with the pages of a site whose table holds these items; feeds are written to `folder`.

    Raises CrawlError where the Scrapy process fails.
    """
    items, rows = folder / "items.jsonl", folder / "rows.jsonl"
    bounds = Bounds(pages=2 * (len(table) + len(table) // SHELF) + 2)
    crawled = alone.crawl(crawler, Site("site", url, (items,), rows=rows), bounds, lambda _: None)
    findings = Findings()
    wanted = [_as_shown(item) for item in table]
    for violation in (*_of_site(crawled), *_of_items(feeds.read(items), wanted), *_of_rows(rows, wanted)):
        findings.add(violation)
    return findings.violations()


def _of_site(crawled: Crawled) -> Iterator[Violation]:
    state = crawled.state
    for kind, count in state.faults.items():
        parts = urlsplit(state.firsts[kind])
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        yield Violation("browse" if parts.query else "view-item", f"GET {path}", "a page", f"{kind}, {count:,} times")
    if state.duplicates:
        got = f"{state.duplicates:,} more links to pages that had been asked for"
        yield Violation("browse-links", "all pages", "each item and each page linked to once", got)
    if crawled.stopped:
        yield Violation("browse-links", "all pages", "pages that come to an end", crawled.stopped)


def _of_items(crawled: Sequence[Item], wanted: Sequence[Item]) -> Iterator[Violation]:
    for number, difference in feeds.differences(crawled, wanted):
        yield Violation("view-item", f"GET /catalog/{number}", "the item as it stands in the table", difference)


def _of_rows(path: Path, wanted: Sequence[Item]) -> Iterator[Violation]:
    """Each page of the catalogue has its own rows, in order."""
    pages: dict[int, list[Row]] = {}
    for line in path.read_text("utf-8").splitlines():
        row = json.loads(line)
        pages.setdefault(row["page"], []).append((row["path"], row["cells"]))
    for page, rows in sorted(pages.items()):
        items = wanted[(page - 1) * SHELF : page * SHELF]
        if wrong := _odd(rows, items):
            yield Violation("browse", f"GET /catalog?page={page}", *wrong)


def _odd(rows: Sequence[Row], items: Sequence[Item]) -> tuple[str, str] | None:
    """What was expected and what came, where the rows are not those of the items; None where they are."""
    if len(rows) != len(items):
        return f"{len(items)} rows of items", f"{len(rows)}"
    for (path, cells), item in zip(rows, items, strict=True):
        if path != f"/catalog/{item.id}" or not {*shown(item)} <= {*cells}:
            return f"cells {list(shown(item))}, and a link to /catalog/{item.id}", f"cells {cells}, and one to {path}"
    return None


def _as_shown(item: Item) -> Item:
    """HTML keeps every character but white space."""
    return replace(item, name=collapsed(item.name), description=collapsed(item.description))

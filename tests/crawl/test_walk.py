"""Every page held against the table: the real spider on small sites whose tables are known."""

import itertools
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from bench.contract.violation import Violation
from bench.crawl import walk
from bench.crawl.process import Crawler
from bench.crawl.protocol import Site
from bench.model import Item
from tests.crawl import sites
from tests.crawl.sites import ITEMS, PAGES, SHELVES, at, site
from tests.load.scripted import Script, scripted

pytestmark = pytest.mark.servers

Walked = Callable[..., list[Violation]]

TABLE = tuple(Item(number, f"Item {number}", "Text", 105, True) for number in range(1, ITEMS + 1))


@pytest.fixture
def walked(crawling: Crawler, tmp_path: Path) -> Walked:
    numbers = itertools.count()

    def walked(script: Script, table: Sequence[Item] = TABLE) -> list[Violation]:
        folder = tmp_path / str(next(numbers))
        folder.mkdir()
        with scripted(script) as server:
            return walk.violations(crawling, f"http://127.0.0.1:{server.port}", table, folder)

    return walked


def test_a_site_that_shows_its_table(walked: Walked) -> None:
    assert walked(site()) == []


@pytest.mark.parametrize(
    ("script", "table", "clause", "request_", "got"),
    [
        (site(), replace(TABLE[6], name="Lamp"), "view-item", "GET /catalog/7", "its name is 'Item 7' and not 'Lamp'"),
        (site(), replace(TABLE[6], name="Lamp"), "browse", "GET /catalog?page=1", "cells ['Item 7', '1.05', 'yes']"),
        (
            site(at("/catalog/7", sites.html("", "500 Oops"))),
            None,
            "view-item",
            "GET /catalog/7",
            "status 500, 1 times",
        ),
        (
            site(at("/catalog?page=2", sites.html("", "404 Not Found"))),
            None,
            "browse",
            "GET /catalog?page=2",
            "status 404, 1 times",
        ),
        (site(at("/catalog?page=1", sites.shelf(1, following=""))), None, "view-item", "GET /catalog/21", "is missing"),
        (
            site(at("/catalog?page=2", sites.shelf(SHELVES, following="/catalog?page=1"))),
            None,
            "browse-links",
            "all pages",
            "1 more links to pages that had been asked for",
        ),
    ],
)
def test_what_differs_is_a_violation(
    walked: Walked, script: Script, table: Item | None, clause: str, request_: str, got: str
) -> None:
    rows = TABLE if table is None else [table if item.id == table.id else item for item in TABLE]
    pages = walked(script, rows)
    assert [page for page in pages if (page.clause, page.request) == (clause, request_) and got in page.got], pages


def test_samples_say_whose_code_uses_the_cpu(crawling: Crawler) -> None:
    with scripted(site()) as server:
        where = Site("sampled", f"http://127.0.0.1:{server.port}")
        crawling.open(where)
        crawling.sample()
        crawling.turn(where, PAGES, 5.0)
        samples = crawling.samples()
        crawling.close(where)
    assert {package.partition(".")[0] for package in samples} & {"scrapy", "twisted", "asyncio", "parsel", "lxml"}

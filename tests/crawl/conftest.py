"""One Scrapy process for all tests of a module: its crawls know nothing of each other."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.crawl.process import Crawler, crawler
from bench.host import local


@pytest.fixture(scope="module")
def crawling(scrapy: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawler]:
    """A Scrapy process that waits no longer than half a second for a page."""
    log = tmp_path_factory.mktemp("scrapy") / "scrapy.log"
    with local.host() as host, crawler(scrapy, log, host, settings={"DOWNLOAD_TIMEOUT": 0.5}) as process:
        yield process

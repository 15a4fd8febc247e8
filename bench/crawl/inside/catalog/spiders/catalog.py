"""Follows the catalogue from its first page along every `rel="next"`, and to every item."""

from collections.abc import AsyncIterator, Iterator
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request, Spider
from scrapy.http import Response
from twisted.python.failure import Failure

from catalog import faults, reading
from catalog.items import CatalogItem, CatalogRow


class CatalogSpider(Spider):
    """`url` is the root of the site, `way` one of `reading.WAYS`. With `rows` it also yields the rows of the
    catalogue's own pages.
    """

    name = "catalog"

    def __init__(self, url: str, way: str = "xpath", rows: bool = False, **arguments: Any) -> None:
        super().__init__(**arguments)
        self._rows = rows
        self._root, self._way = url.rstrip("/"), reading.WAYS[way]
        self._site = urlsplit(url)[:2]
        self._items: set[int] = set()

    async def start(self) -> AsyncIterator[Request]:
        """Begin at page 1."""
        yield Request(f"{self._root}/catalog?page=1", self.parse, errback=self.failed)

    def parse(self, response: Response) -> Iterator[Request | CatalogRow]:
        """A page of the catalogue: the next page, then its items, so that these are there while that is fetched."""
        if not self._sound(response):
            return
        items, further = self._way.items(response), self._way.next(response)
        if items:
            self._count("pages")
        else:
            self._fault(faults.EMPTY, response.url)
        if self._rows:
            yield from reading.rows(response)
        for hrefs, callback in ((further, self.parse), (items, self.parse_item)):
            for href in hrefs:
                url = response.urljoin(href)
                if urlsplit(url)[:2] == self._site:
                    yield Request(url, callback, errback=self.failed)
                else:
                    self._fault(faults.ELSEWHERE, url)

    def parse_item(self, response: Response) -> Iterator[CatalogItem]:
        """A page of an item."""
        if not self._sound(response):
            return
        item = reading.item(response, self._way)
        if item is None:
            self._fault(faults.NO_ITEM, response.url)
        elif item.id in self._items:
            self._fault(faults.TWICE, response.url)
        else:
            self._items.add(item.id)
            self._count("pages")
            yield item

    def failed(self, failure: Failure) -> None:
        """A page did not come."""
        self._fault(faults.of_failure(failure), failure.request.url)

    def _sound(self, response: Response) -> bool:
        kind = faults.of_page(response)
        if kind:
            self._fault(kind, response.url)
        return kind is None

    def _fault(self, kind: str, url: str) -> None:
        self._count(f"faults/{kind}")
        self.crawler.stats.set_value(
            f"catalog/first/{kind}", self.crawler.stats.get_value(f"catalog/first/{kind}", url)
        )

    def _count(self, what: str) -> None:
        self.crawler.stats.inc_value(f"catalog/{what}")

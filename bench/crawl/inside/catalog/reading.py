"""What a page says: the same by CSS selectors, XPath, or XPath compiled once and lxml alone.

The spider reads by XPath unless it is told otherwise; docs/crawling.md says what either costs.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from lxml import etree
from scrapy.http import HtmlResponse

from catalog.items import CatalogItem, CatalogRow

_SPACE = re.compile(r"[ \t\n\r\f]+")
_PRICE = re.compile(r"([0-9]+)\.([0-9]{2})")
_STOCK = {"yes": True, "no": False}
_PAGE = re.compile(r"page=([0-9]{1,18})")
_OWN = re.compile(r"/catalog/([0-9]{1,18})(?:\?|$)")

_ITEMS = "//td//a/@href"
_NEXT = '//*[self::a or self::link][contains(concat(" ", normalize-space(@rel), " "), " next ")]/@href'
_TEXTS = "//h1 | //p[not(a)] | //dd"

Texts = list[tuple[str, str]]
"""Elements of a page of an item that hold its fields: tag and text."""


@dataclass(frozen=True, slots=True)
class Way:
    """One way to read pages: links to items, links to the next page, and the texts of an item."""

    items: Callable[[HtmlResponse], list[str]]
    next: Callable[[HtmlResponse], list[str]]
    texts: Callable[[HtmlResponse], Texts]


def item(response: HtmlResponse, way: Way) -> CatalogItem | None:
    """The item that a page shows; None where it shows none."""
    own = _OWN.search(response.url)
    by_tag: dict[str, list[str]] = {"h1": [], "p": [], "dd": []}
    for tag, text in way.texts(response):
        by_tag[tag].append(_text(text))
    prices = [price for text in by_tag["dd"] if (price := _PRICE.fullmatch(text))]
    stocks = [_STOCK[text] for text in by_tag["dd"] if text in _STOCK]
    if not (own and by_tag["h1"] and by_tag["p"] and prices and stocks):
        return None
    cents = int(prices[0][1]) * 100 + int(prices[0][2])
    return CatalogItem(int(own[1]), by_tag["h1"][0], by_tag["p"][0], cents, stocks[0])


def rows(response: HtmlResponse) -> Iterator[CatalogRow]:
    """The rows of a page of the catalogue; a row of headings has no cells."""
    page = int(_PAGE.search(response.url)[1])
    for row in response.xpath("//tr[td]"):
        href = row.xpath("./td//a/@href").get()
        cells = [_text(cell.xpath("string()").get("")) for cell in row.xpath("./td")]
        yield CatalogRow(page, urlsplit(response.urljoin(href)).path if href else "", cells)


def _text(raw: str) -> str:
    return _SPACE.sub(" ", raw).strip(" ")


def _texts(selected: object) -> Texts:
    return [(part.root.tag, part.xpath("string()").get("")) for part in selected]  # type: ignore[attr-defined]


def _tree(response: HtmlResponse) -> etree._Element:
    # Parsed once by Scrapy's selector, or here: a page that is read once needs no selector.
    parser = etree.HTMLParser(encoding="utf-8", recover=True, huge_tree=False)
    return etree.fromstring(response.body or b"<html/>", parser)


_COMPILED = {path: etree.XPath(path) for path in (_ITEMS, _NEXT, _TEXTS)}


def _compiled(path: str) -> Callable[[HtmlResponse], list[str]]:
    def read(response: HtmlResponse) -> list[str]:
        tree = response.meta.setdefault("tree", _tree(response))
        return [str(value) for value in _COMPILED[path](tree)]

    return read


WAYS = {
    "xpath": Way(
        lambda response: response.xpath(_ITEMS).getall(),
        lambda response: response.xpath(_NEXT).getall(),
        lambda response: _texts(response.xpath(_TEXTS)),
    ),
    "css": Way(
        lambda response: response.css("td a::attr(href)").getall(),
        lambda response: response.css("a[rel~=next]::attr(href), link[rel~=next]::attr(href)").getall(),
        lambda response: _texts(response.css("h1, p:not(:has(a)), dd")),
    ),
    "lxml": Way(
        _compiled(_ITEMS),
        _compiled(_NEXT),
        lambda response: [(element.tag, "".join(element.itertext())) for element in _COMPILED[_TEXTS](_tree(response))],
    ),
}

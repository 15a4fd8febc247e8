"""The pages of the catalogue, read as documents: their content, not their markup."""

import re
from collections import Counter
from dataclasses import dataclass

from parsel import Selector, SelectorList

from bench.model import Item

_SPACE = re.compile(r"[ \t\n\r\f]+")
STOCK = {True: "yes", False: "no"}


@dataclass(frozen=True, slots=True)
class CatalogLine:
    """One row of a catalogue page."""

    href: str
    name: str
    cells: tuple[str, ...]


class Page:
    """An HTML page."""

    def __init__(self, body: bytes) -> None:
        self._root = Selector(text=body.decode("utf-8", "replace") or "<html></html>", type="html")

    def texts(self, tag: str) -> list[str]:
        """The text of every element of that kind."""
        return [_text(element) for element in self._root.xpath(f"//{tag}")]

    def links(self, rel: str) -> list[str]:
        """Where the links with that relation lead."""
        links = self._root.xpath("//*[self::a or self::link][@href]")
        return [link.attrib["href"] for link in links if rel in link.attrib.get("rel", "").lower().split()]

    def lines(self) -> list[CatalogLine]:
        """The rows of the table that hold cells; a row of headings has none."""
        return [self._line(row) for row in self._root.xpath("//tr[td]")]

    def skeleton(self) -> Counter[tuple[str, ...]]:
        """The number of each kind of element, by its tag and attributes: text must not change that."""
        elements = self._root.xpath("//*")
        return Counter((str(element.xpath("name()").get()), *sorted(element.attrib)) for element in elements)

    def _line(self, row: Selector) -> CatalogLine:
        links: SelectorList[Selector] = row.xpath("./td//a[@href]")
        href = links[0].attrib["href"] if links else ""
        return CatalogLine(href, _text(links[0]) if links else "", tuple(_text(cell) for cell in row.xpath("./td")))


def price(item: Item) -> str:
    """A price as the pages write it."""
    return f"{item.price_cents // 100}.{item.price_cents % 100:02d}"


def collapsed(text: str) -> str:
    """Text as a browser shows it, with each run of HTML's white space as one blank."""
    return _SPACE.sub(" ", text).strip(" ")


def _text(element: Selector) -> str:
    return collapsed(str(element.xpath("string()").get(default="")))

"""Reads the feeds of a crawl: each of them must hold the same items, to the character."""

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from bench.errors import CrawlError, UsageError
from bench.model import Item

_FLAGS = {"True": True, "False": False}


def options(paths: Iterable[Path], rows: Path | None = None) -> dict[str, dict[str, Any]]:
    """The setting FEEDS of Scrapy: items to files, each in the format of its suffix, and the rows of pages to `rows`.

    Raises UsageError for any other suffix.
    """
    kinds = [(path, "catalog.items.CatalogItem") for path in paths]
    kinds += [(rows, "catalog.items.CatalogRow")] if rows else []
    return {
        path.absolute().as_uri(): {"format": _format(path), "overwrite": True, "item_classes": [kind]}
        for path, kind in kinds
    }


def read(path: Path) -> tuple[Item, ...]:
    """The items in a feed, in its order; raises CrawlError where it does not hold just items."""
    try:
        return tuple(_item(record) for record in _READERS[_format(path)](path))
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise CrawlError(f"{path} is no feed of items: {error}.") from error


def differences(items: Iterable[Item], expected: Iterable[Item]) -> Iterator[tuple[int, str]]:
    """How items differ from the expected ones, whatever their order: ids, each with the difference in words."""
    wanted, crawled = {item.id: item for item in expected}, dict[int, Item]()
    for item in items:
        if item.id in crawled:
            yield item.id, f"item {item.id} is there twice"
        crawled[item.id] = item
    for number in sorted(wanted.keys() | crawled.keys()):
        if number not in crawled:
            yield number, f"item {number} is missing"
        elif number not in wanted:
            yield number, f"item {number} is in no row"
        elif crawled[number] != wanted[number]:
            yield number, _difference(crawled[number], wanted[number])


def _difference(crawled: Item, wanted: Item) -> str:
    name, got, want = next(
        (name, got, want) for name, want in wanted.as_json().items() if (got := crawled.as_json()[name]) != want
    )
    return f"item {crawled.id}: its {name} is {got!r} and not {want!r}"


def _format(path: Path) -> str:
    try:
        return _FORMATS[path.suffix.lower()]
    except KeyError:
        raise UsageError(f"{path.name} is no feed: its name ends in none of {', '.join(_FORMATS)}.") from None


def _item(record: Mapping[str, Any]) -> Item:
    """The item of a record: of JSON as it is; of CSV and XML, which have only text, with the types of the fields."""
    typed = {field.name: _typed(field.type, record[field.name]) for field in fields(Item)}
    if len(record) != len(typed):
        raise ValueError(f"fields beyond those of an item in {dict(record)}")
    return Item(**typed)


def _typed(kind: Any, value: Any) -> Any:
    if not isinstance(value, str) or kind is str:
        return value
    return _FLAGS[value] if kind is bool else int(value)


def _json_lines(path: Path) -> Iterator[Any]:
    with path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _json(path: Path) -> Iterator[Any]:
    yield from json.loads(path.read_text("utf-8"))


def _csv(path: Path) -> Iterator[Any]:
    with path.open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def _xml(path: Path) -> Iterator[Any]:
    try:
        root = ElementTree.parse(path).getroot()
    except ElementTree.ParseError as error:
        raise ValueError(f"{error}; XML has no way to write most control characters, the other formats have") from error
    for record in root:
        yield {element.tag: element.text or "" for element in record}


_READERS: dict[str, Callable[[Path], Iterator[Any]]] = {
    "jsonlines": _json_lines,
    "json": _json,
    "csv": _csv,
    "xml": _xml,
}
_FORMATS = {".jsonl": "jsonlines", ".jl": "jsonlines", ".json": "json", ".csv": "csv", ".xml": "xml"}
SUFFIXES = (".jsonl", ".json", ".csv", ".xml")
"""One for each format."""

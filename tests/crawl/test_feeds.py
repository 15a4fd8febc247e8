"""Feeds: settled at any moment, read back to the character, and compared with what they should hold."""

import csv
import errno
import io
import json
import os
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from bench.contract import seed
from bench.crawl import feeds
from bench.crawl.process import INSIDE
from bench.errors import CrawlError, UsageError
from bench.model import Item

ITEMS = (
    Item(1, '<script>alert("x")</script>', "", 0, True),
    Item(2, "=1+1", "a,\"b\";'c'", 10_000_000, False),
    Item(3, "👩‍🚀 Žluťoučký &amp; مصباح", "折叠梯子", 105, True),
)


@pytest.fixture(scope="module")
def inside() -> Any:
    """The module of the Scrapy project that needs no Scrapy."""
    sys.path.insert(0, str(INSIDE))
    try:
        from catalog import feeds as module
    finally:
        sys.path.remove(str(INSIDE))
    return module


def json_lines(items: tuple[Item, ...]) -> str:
    return "".join(json.dumps(item.as_json(), ensure_ascii=False) + "\n" for item in items)


def as_json(items: tuple[Item, ...]) -> str:
    return json.dumps([item.as_json() for item in items])


def as_csv(items: tuple[Item, ...]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(items[0].as_json()))
    writer.writeheader()
    writer.writerows(item.as_json() for item in items)
    return out.getvalue()


def as_xml(items: tuple[Item, ...]) -> str:
    root = ElementTree.Element("items")
    for item in items:
        record = ElementTree.SubElement(root, "item")
        for name, value in item.as_json().items():
            ElementTree.SubElement(record, name).text = str(value)
    return ElementTree.tostring(root, encoding="unicode")


@pytest.mark.parametrize(
    ("name", "render"),
    [("a.jsonl", json_lines), ("a.jl", json_lines), ("a.json", as_json), ("a.csv", as_csv), ("a.XML", as_xml)],
)
def test_items_are_read_back_to_the_character(
    tmp_path: Path, name: str, render: Callable[[tuple[Item, ...]], str]
) -> None:
    path = tmp_path / name
    path.write_text(render(ITEMS), "utf-8", newline="")
    assert feeds.read(path) == ITEMS


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.json", "[{"),
        ("a.json", '[{"id": 1}]'),
        ("a.json", "3"),
        ("a.jsonl", "[]\n"),
        ("a.csv", "id,name,description,price_cents,in_stock\n1,a,b,c,True\n"),
        ("a.csv", "id,name,description,price_cents,in_stock\n1,a,b,3,maybe\n"),
        ("a.csv", "id,name,description,price_cents,in_stock\n1,a,b,3,True,more\n"),
        ("a.xml", "<items><item>"),
    ],
)
def test_what_is_no_feed_is_said_in_a_sentence(tmp_path: Path, name: str, text: str) -> None:
    path = tmp_path / name
    path.write_text(text, "utf-8")
    with pytest.raises(CrawlError, match="is no feed of items"):
        feeds.read(path)


def test_why_xml_may_be_broken_is_said(tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    path.write_text("<items><item><name>a\x01b</name></item></items>", "utf-8")
    with pytest.raises(CrawlError, match=r"\(invalid token\).*; XML has no way to write most control characters"):
        feeds.read(path)


def test_a_suffix_that_means_nothing_is_refused() -> None:
    with pytest.raises(UsageError, match=r"items\.txt is no feed: its name ends in none of \.jsonl, \.jl, \.json"):
        feeds.options([Path("items.txt")])


def test_differences_name_the_item_and_the_field() -> None:
    assert list(feeds.differences(ITEMS[::-1], ITEMS)) == []
    changed = (ITEMS[0], replace(ITEMS[1], price_cents=1), replace(ITEMS[1], price_cents=1), replace(ITEMS[2], id=9))
    assert list(feeds.differences(changed, ITEMS)) == [
        (2, "item 2 is there twice"),
        (2, "item 2: its price_cents is 1 and not 10000000"),
        (3, "item 3 is missing"),
        (9, "item 9 is in no row"),
    ]


@pytest.mark.parametrize("closing", [b"", b"\n]"])
def test_every_settled_state_is_a_whole_document(inside: Any, tmp_path: Path, closing: bytes) -> None:
    path = tmp_path / "feed"
    path.write_bytes(b"of an earlier crawl, and longer")
    file = inside.SettledFile(path, closing)
    file.write(b"[1")
    assert path.read_bytes() == b""
    file.settle()
    assert path.read_bytes() == b"[1" + closing
    file.write(b",2")
    file.settle()
    file.settle()
    assert path.read_bytes() == b"[1,2" + closing
    file.write(b"]")
    file.close()
    assert path.read_bytes() == b"[1,2]"


def test_a_full_disk_leaves_what_was_settled(inside: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "feed.json"
    file = inside.SettledFile(path, b"\n]")
    file.write(b"[1")
    file.settle()
    room, write = [3], os.pwrite

    def full(descriptor: int, data: bytes, at: int) -> int:
        if len(data) > room[0]:
            write(descriptor, data[: room[0]], at)
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(descriptor, data, at)

    monkeypatch.setattr(os, "pwrite", full)
    file.write(b",2,3,4,5,6")
    with pytest.raises(OSError, match="No space left"):
        file.settle()
    assert json.loads(path.read_bytes()) == [1]
    with pytest.raises(OSError, match="No space left"):
        file.close()
    assert json.loads(path.read_bytes()) == [1]


def test_the_names_of_the_table_can_be_compared_to_the_character() -> None:
    """White space is the one thing that HTML does not keep."""
    texts = [text for item in seed.items() for text in (item.name, item.description)]
    assert [text for text in texts if " ".join(text.split(" ")) != text.strip() or "  " in text] == []

"""Rows of the table as requests send them and answers show them, shared by several operations. Pure."""

import json
import random
from typing import Any

from bench.contract import seed
from bench.contract.message import JSON
from bench.contract.operations.operation import Ask
from bench.contract.page import STOCK, collapsed, price
from bench.model import Item

SHELF = 20
"""The number of rows on a page, and in a list by default."""
OF_JSON = (("Content-Type", JSON),)
"""The headers of a request that sends a row."""


def new(rng: random.Random, item_id: int) -> Item:
    """A row to be created or put in the place of another, much like those of the seed."""
    like = rng.choice(seed.items())
    return Item(item_id, f"New {like.name}"[:100], like.description, rng.randint(1, 99_999), rng.random() < 0.5)


def sent(item: Item) -> bytes:
    """A row as the body of a request: JSON without blanks, and without an id."""
    fields = {name: value for name, value in item.as_json().items() if name != "id"}
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()


def shelf(ask: Ask) -> tuple[Item, ...]:
    """The rows that a list or a page shows."""
    return seed.items()[ask.offset : ask.offset + SHELF]


def shown(item: Item) -> tuple[str, str, str]:
    """The texts that a page must show of a row. Markup that was not escaped is no text, and so is missing."""
    return collapsed(item.name), price(item), STOCK[item.in_stock]


def is_item(ask: Ask, body: bytes) -> str | None:
    """An answer must be the row that was asked for."""
    assert ask.item is not None
    return differs(json.loads(body), ask.item)


def differs(got: object, item: Item) -> str | None:
    """How JSON that was read differs from a row."""
    return None if same(got, item.as_json()) else f"{got} instead of {item.as_json()}"


def same(got: object, want: dict[str, Any] | list[dict[str, Any]]) -> bool:
    """Equal, types and all: to Python alone 1, 1.0 and true are the same."""
    return json.dumps(got, sort_keys=True) == json.dumps(want, sort_keys=True)

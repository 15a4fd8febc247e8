"""The bodies that create or replace an item, well-formed or on purpose not."""

import json
from typing import Any

Fields = dict[str, Any]

NAMES = ("name", "description", "price_cents", "in_stock")
_PLAIN: dict[str, str] = {
    "name": '"Fairground lamp"',
    "description": '"Stands here for a moment, while the contract is checked."',
    "price_cents": "1234",
    "in_stock": "true",
}


def fields(**changes: Any) -> Fields:
    """A valid set of fields, with some of them changed."""
    return {name: json.loads(value) for name, value in _PLAIN.items()} | changes


def encode(document: Any) -> bytes:
    """JSON as most clients send it: UTF-8, with as few escapes as possible."""
    return json.dumps(document, ensure_ascii=False).encode("utf-8")


def spelled(*without: str, **values: str) -> bytes:
    """A body whose values are spelled out as JSON text, for what `json.dumps` would never write."""
    members = {name: value for name, value in (_PLAIN | values).items() if name not in without}
    return "{{{}}}".format(", ".join(f'"{name}": {value}' for name, value in members.items())).encode()


def identical(one: Any, other: Any) -> bool:
    """Whether two values are equal as JSON, where 1, 1.0 and true differ; to Python's `==` they are the same."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)

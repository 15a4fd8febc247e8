"""Answers read as the shapes that the contract gives them."""

from typing import Any, TypeGuard

from bench.contract.message import Answer
from bench.model import Item

Document = dict[str, Any]

_TYPES = {"id": int, "name": str, "description": str, "price_cents": int, "in_stock": bool}


def document(answer: Answer) -> Document | None:
    """The JSON object in an answer."""
    try:
        value = answer.json()
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def item(members: Document) -> Item | None:
    """An item that was read as JSON, if it has exactly the members that items have, and a row could hold them."""
    if {name: type(value) for name, value in members.items()} != _TYPES or not _is_id(members["id"]):
        return None
    surrogates = any("\ud800" <= character <= "\udfff" for character in members["name"] + members["description"])
    return None if surrogates else Item(**members)


def item_id(answer: Answer) -> int | None:
    """The id of the item in an answer."""
    number = (document(answer) or {}).get("id")
    return number if _is_id(number) else None


def errors(answer: Answer) -> Document | None:
    """What a problem says to be wrong, by field or parameter."""
    by_name = (document(answer) or {}).get("errors")
    return by_name if isinstance(by_name, dict) else None


def listing(answer: Answer) -> tuple[list[Document], int] | None:
    """Items and total of an answer to `list-items`."""
    members = document(answer)
    if answer.status != 200 or members is None or set(members) != {"items", "total"}:
        return None
    items, total = members["items"], members["total"]
    if type(total) is not int or not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        return None
    return items, total


def _is_id(value: object) -> TypeGuard[int]:
    return type(value) is int and 0 < value < 2**63

"""The shapes that answers have by the contract, found in an answer or found missing."""

from typing import Any, TypeGuard

from bench.contract.message import Answer
from bench.model import Item

Document = dict[str, Any]

_TYPES = {"id": int, "name": str, "description": str, "price_cents": int, "in_stock": bool}


def document(answer: Answer) -> Document | None:
    """The JSON object in an answer."""
    try:
        found = answer.json()
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def item(found: Document) -> Item | None:
    """An item that was read as JSON, if it has exactly the members that items have, and a row could hold them."""
    if {name: type(value) for name, value in found.items()} != _TYPES or not _is_id(found["id"]):
        return None
    surrogates = any("\ud800" <= character <= "\udfff" for character in found["name"] + found["description"])
    return None if surrogates else Item(**found)


def item_id(answer: Answer) -> int | None:
    """The id of the item in an answer."""
    found = (document(answer) or {}).get("id")
    return found if _is_id(found) else None


def errors(answer: Answer) -> Document | None:
    """What a problem says to be wrong, by field or parameter."""
    found = (document(answer) or {}).get("errors")
    return found if isinstance(found, dict) else None


def listing(answer: Answer) -> tuple[list[Document], int] | None:
    """Items and total of an answer to `list-items`."""
    found = document(answer)
    if answer.status != 200 or found is None or set(found) != {"items", "total"}:
        return None
    items, total = found["items"], found["total"]
    if type(total) is not int or not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        return None
    return items, total


def _is_id(found: object) -> TypeGuard[int]:
    return type(found) is int and 0 < found < 2**63

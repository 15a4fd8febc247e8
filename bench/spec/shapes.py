"""The shapes that answers have by the contract, found in an answer or found missing."""

from typing import Any

from bench.model import Item
from bench.spec.message import Answer

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
    """An item that was read as JSON, if it has exactly the members that items have, in their types."""
    if {name: type(value) for name, value in found.items()} != _TYPES:
        return None
    return Item(**found)


def item_id(answer: Answer) -> int | None:
    """The id of the item in an answer."""
    found = (document(answer) or {}).get("id")
    return found if type(found) is int else None


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

"""Were the answers right? Checks samples that were kept while the load ran, after it. Pure."""

import json
from dataclasses import replace
from typing import Any

from bench.contract import seed
from bench.contract.page import STOCK, Page, collapsed, price
from bench.load.requests import Request
from bench.load.wire import HEAD_END
from bench.model import Item


def wrong(request: Request, answer: bytes) -> str | None:
    """What is wrong with an answer's body, in words; None where it says what it must."""
    body = answer[answer.find(HEAD_END) + 4 :]
    try:
        complaint = _CHECKS[request.operation](request, body)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        complaint = f"an answer that cannot be read ({error!r})"
    return f"{request.operation}: {complaint}" if complaint else None


def _plaintext(_: Request, body: bytes) -> str | None:
    return None if body == b"Hello, World!" else f"{body[:40]!r}"


def _json(_: Request, body: bytes) -> str | None:
    return None if json.loads(body) == {"message": "Hello, World!"} else f"{body[:40]!r}"


def _item(request: Request, body: bytes) -> str | None:
    assert request.item is not None
    got, item = json.loads(body), request.item
    if request.operation == "create-item" and type(got["id"]) is int:
        item = replace(item, id=got["id"])
    return None if _same(got, item.as_json()) else f"{got} instead of {item.as_json()}"


def _list(request: Request, body: bytes) -> str | None:
    got = json.loads(body)
    if not _same(got["items"], [item.as_json() for item in _shelf(request)]):
        return f"other rows than those from {request.offset} on"
    total = got["total"]
    return None if type(total) is int and total >= seed.ROWS else f"a total of {total!r} where there are {seed.ROWS}"


def _browse(request: Request, body: bytes) -> str | None:
    rows, shelf = Page(body).texts("tr[td]"), _shelf(request)
    if len(rows) != len(shelf):
        return f"{len(rows)} rows instead of {len(shelf)}"
    for item, row in zip(shelf, rows, strict=True):
        for part in _shown(item):
            if part not in row:
                return f"{part!r} of item {item.id} is not in its row {row!r}"
    return None


def _view(request: Request, body: bytes) -> str | None:
    assert request.item is not None
    text = " ".join(Page(body).texts("body"))
    for part in (*_shown(request.item), collapsed(request.item.description)):
        if part not in text:
            return f"{part!r} of item {request.item.id} is not on the page"
    return None


def _empty(_: Request, body: bytes) -> str | None:
    return f"a body {body[:40]!r}" if body else None


def _shelf(request: Request) -> tuple[Item, ...]:
    return seed.items()[request.offset : request.offset + 20]


def _shown(item: Item) -> tuple[str, str, str]:
    """What a page must say of an item. Markup that was not escaped is no text, and so not found."""
    return collapsed(item.name), price(item), STOCK[item.in_stock]


def _same(got: object, want: dict[str, Any] | list[dict[str, Any]]) -> bool:
    """Equal, types and all: to Python alone 1, 1.0 and true are the same."""
    return json.dumps(got, sort_keys=True) == json.dumps(want, sort_keys=True)


_CHECKS = {
    "plaintext": _plaintext,
    "json": _json,
    "read-item": _item,
    "create-item": _item,
    "update-item": _item,
    "list-items": _list,
    "browse": _browse,
    "view-item": _view,
    "delete-item": _empty,
}

"""Were the answers right? Checks samples that were kept while the load ran, after it. Pure."""

import html
import json
from typing import Any

from bench.load.requests import Request
from bench.load.wire import HEAD_END
from bench.spec import seed


def wrong(request: Request, answer: bytes) -> str | None:
    """What is wrong with an answer's body, in words; None where it says what it must."""
    body = answer[answer.find(HEAD_END) + 4 :]
    try:
        return _CHECKS[request.operation](request, body)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        return f"{request.operation}: the answer cannot be read ({error})"


def _plaintext(_: Request, body: bytes) -> str | None:
    return None if body == b"Hello, World!" else f"plaintext: {body[:40]!r}"


def _json(_: Request, body: bytes) -> str | None:
    return None if json.loads(body) == {"message": "Hello, World!"} else f"json: {body[:40]!r}"


def _item(request: Request, body: bytes) -> str | None:
    assert request.item is not None
    got = json.loads(body)
    want: dict[str, Any] = request.item.as_json()
    if request.operation == "create-item":
        want["id"] = got["id"]
    return None if got == want and type(got["id"]) is int else f"{request.operation}: {got} instead of {want}"


def _list(request: Request, body: bytes) -> str | None:
    got = json.loads(body)
    want = [item.as_json() for item in seed.items()[request.offset : request.offset + 20]]
    if got["items"] != want:
        return f"list-items: other rows than those from {request.offset} on"
    return None if type(got["total"]) is int and got["total"] >= seed.ROWS else f"list-items: total {got['total']}"


def _page(request: Request, body: bytes) -> str | None:
    shown = [request.item] if request.item else seed.items()[request.offset : request.offset + 20]
    text = html.unescape(body.decode())
    missing = [item.id for item in shown if item and item.name not in text]
    if b"<script>" in body:
        return f"{request.operation}: unescaped markup"
    return f"{request.operation}: item {missing[0]} is not on the page" if missing else None


def _empty(_: Request, body: bytes) -> str | None:
    return f"delete-item: a body {body[:40]!r}" if body else None


_CHECKS = {
    "plaintext": _plaintext,
    "json": _json,
    "read-item": _item,
    "create-item": _item,
    "update-item": _item,
    "list-items": _list,
    "browse": _page,
    "view-item": _page,
    "delete-item": _empty,
}

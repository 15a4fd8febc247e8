"""The bodies of requests: their limit, and what they hold, such as the fields of an item."""

import json

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from shop.errors import Invalid

LARGEST_BODY = 65_536


class LeftoverMiddleware:
    """Reads what a refusal has left of a body, because servers close a connection on which it lies unread."""

    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD"):
            return await self.app(scope, receive, send)
        more, size = True, 0

        async def counted():
            nonlocal more, size
            message = await receive()
            more, size = message.get("more_body", False), size + len(message.get("body", b""))
            return message

        async def after_the_body(message):
            while more and size <= LARGEST_BODY:
                await counted()
            await send(message)

        await self.app(scope, counted, after_the_body)


async def item_fields(request):
    """The four fields that the request's body holds, or the error that it deserves."""
    document = await json_object(request)
    errors = {name: f"must be {rule}" for name, (accepts, rule) in _RULES.items() if not accepts(document.get(name))}
    errors |= dict.fromkeys(document.keys() - _RULES.keys(), "is not a field of an item")
    if errors:
        raise Invalid(errors)
    return document


async def json_object(request, largest=LARGEST_BODY):
    """The JSON object that the request's body holds, or the error that it deserves."""
    if request.headers.get("Content-Type", "").partition(";")[0].strip().lower() != "application/json":
        raise HTTPException(415)
    try:
        document = json.loads((await _body(request, largest)).decode())
    except (ValueError, RecursionError, ClientDisconnect):  # a ValueError is also what is not UTF-8
        raise HTTPException(400) from None
    if not isinstance(document, dict):
        raise Invalid({"body": "must be a JSON object"})
    return document


async def _body(request, largest):
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > largest:
            raise HTTPException(413)
    return body


def _text(shortest, longest):
    def accepts(value):
        return type(value) is str and shortest <= len(value) <= longest and _can_be_stored(value)

    return accepts, f"a string of {shortest} to {longest} characters, without U+0000 and lone surrogates"


def _can_be_stored(text):
    try:
        return b"\0" not in text.encode()
    except UnicodeEncodeError:
        return False


_RULES = {
    "name": _text(1, 100),
    "description": _text(0, 500),
    "price_cents": (lambda value: type(value) is int and 0 <= value <= 10_000_000, "an integer from 0 to 10000000"),
    "in_stock": (lambda value: type(value) is bool, "true or false"),
}

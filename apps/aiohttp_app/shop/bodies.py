"""The bodies of requests: their limit, and what they hold, such as the fields of an item."""

import json

from aiohttp import web

from shop.errors import Invalid

LARGEST_BODY = 65_536


async def item_fields(request):
    """The four fields that the request's body holds, or the error that it deserves."""
    document = await json_object(request)
    errors = {name: f"must be {rule}" for name, (accepts, rule) in _RULES.items() if not accepts(document.get(name))}
    errors |= dict.fromkeys(document.keys() - _RULES.keys(), "is not a field of an item")
    if errors:
        raise Invalid(errors)
    return document


async def json_object(request):
    """The JSON object that the request's body holds, or the error that it deserves."""
    if request.content_type != "application/json":
        raise web.HTTPUnsupportedMediaType()
    try:
        document = json.loads((await request.read()).decode())
    except (ValueError, RecursionError, web.RequestPayloadError, ConnectionError):  # a ValueError is also odd UTF-8
        raise web.HTTPBadRequest() from None
    if not isinstance(document, dict):
        raise Invalid({"body": "must be a JSON object"})
    return document


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

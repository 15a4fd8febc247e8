"""From the body of a POST or PUT to what it holds, such as the fields of an item."""

import json

from blacksheep import HTTPException

from shop.errors import Invalid

LARGEST_BODY = 65_536
LARGEST_LIST = 2_097_152


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
    if (request.content_type() or b"").partition(b";")[0].strip().lower() != b"application/json":
        raise HTTPException(415)
    length = request.get_first_header(b"Content-Length")
    if length is None:  # of a body in chunks it is not known whether its end has come
        raise HTTPException(411)
    if int(length) > largest:
        raise HTTPException(413)
    body = await request.read() or b""
    if len(body) < int(length):  # the client went away before it had sent all of it
        raise HTTPException(400)
    try:
        document = json.loads(body.decode())
    except (ValueError, RecursionError):  # a ValueError is also what is not UTF-8, or a number of 5,000 digits
        raise HTTPException(400) from None
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

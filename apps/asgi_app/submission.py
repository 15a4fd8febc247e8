"""From the body of a POST or PUT to what it holds, such as the fields of an item."""

import json

from errors import HTTPError

_LARGEST_BODY = 65_536


async def item_fields(scope, receive):
    """The four fields that the body holds; raises the `HTTPError` that it has instead."""
    document = await json_object(scope, receive)
    errors = {name: f"must be {rule}" for name, (accepts, rule) in _RULES.items() if not accepts(document.get(name))}
    errors |= dict.fromkeys(document.keys() - _RULES.keys(), "is not a field of an item")
    if errors:
        raise HTTPError(422, errors)
    return document


async def json_object(scope, receive, largest=_LARGEST_BODY):
    """The JSON object that the body holds; raises the `HTTPError` that it has instead."""
    media_type = dict(scope["headers"]).get(b"content-type", b"")
    if media_type.partition(b";")[0].strip().lower() != b"application/json":
        raise HTTPError(415)
    document = _parsed(await _body(scope, receive, largest))
    if type(document) is not dict:
        raise HTTPError(422, {"body": "must be a JSON object"})
    return document


async def _body(scope, receive, largest):
    """The whole body, however many messages it comes in; of one too large no more is read than shows that it is."""
    scope["body_read"] = True
    body, more = b"", True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":  # half a body is none, and nobody waits for the answer
            raise HTTPError(400)
        body += message.get("body", b"")
        if len(body) > largest:
            raise HTTPError(413)
        more = message.get("more_body", False)
    return body


async def discard_body(scope, receive):
    """Read the body of a request that was refused without it, because servers close a connection on which it lies."""
    length, more = 0, not scope.get("body_read")
    while more and length <= _LARGEST_BODY:
        message = await receive()
        length += len(message.get("body", b""))
        more = message.get("more_body", False)


def _no_constant(name):
    raise ValueError(f"{name} is not JSON")


_from_json = json.JSONDecoder(parse_constant=_no_constant).decode


def _parsed(body):
    try:
        return _from_json(body.decode())
    except (ValueError, RecursionError):  # a ValueError is also what is not UTF-8, or a number of 5,000 digits
        raise HTTPError(400) from None


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

"""From the body of a POST or PUT to what it holds, such as the fields of an item."""

import json

from errors import HTTPError

_LARGEST_BODY = 65_536


def item_fields(environ):
    """The four fields that the body holds; raises the `HTTPError` that it has instead."""
    document = json_object(environ)
    errors = {name: f"must be {rule}" for name, (accepts, rule) in _RULES.items() if not accepts(document.get(name))}
    errors |= dict.fromkeys(document.keys() - _RULES.keys(), "is not a field of an item")
    if errors:
        raise HTTPError(422, errors)
    return document


def json_object(environ, largest=_LARGEST_BODY):
    """The JSON object that the body holds; raises the `HTTPError` that it has instead."""
    if environ.get("CONTENT_TYPE", "").partition(";")[0].strip().lower() != "application/json":
        raise HTTPError(415)
    document = _parsed(_body(environ, largest))
    if type(document) is not dict:
        raise HTTPError(422, {"body": "must be a JSON object"})
    return document


def _body(environ, largest):
    """The whole body. Of one in chunks no server says whether its end has come, so it is refused."""
    if "HTTP_TRANSFER_ENCODING" in environ:
        raise HTTPError(411)
    length = int(environ.get("CONTENT_LENGTH") or 0)
    body = environ["wsgi.input"].read(min(length, largest + 1))
    if len(body) > largest:
        raise HTTPError(413)
    if len(body) < length:  # the client went away before it had sent all of it
        raise HTTPError(400)
    return body


def discard_body(environ):
    """Read what may be left of a refused body, because servers close a connection on which it lies unread."""
    length = int(environ.get("CONTENT_LENGTH") or 0)
    if 0 < length <= _LARGEST_BODY:
        environ["wsgi.input"].read(length)


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

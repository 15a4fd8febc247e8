"""From the body of a POST or PUT to what it holds, such as the fields of an item."""

import json

from flask import abort, request

from shop.errors import Invalid

LARGEST_BODY = 65_536


def item_fields():
    """The four fields that the request's body holds, or the error that it deserves."""
    document = json_object()
    errors = {name: f"must be {rule}" for name, (accepts, rule) in _RULES.items() if not accepts(document.get(name))}
    errors |= dict.fromkeys(document.keys() - _RULES.keys(), "is not a field of an item")
    if errors:
        raise Invalid(errors)
    return document


def json_object(largest=LARGEST_BODY):
    """The JSON object that the request's body holds, or the error that it deserves."""
    if request.mimetype != "application/json":
        abort(415)
    environ = request.environ
    length = environ.get("CONTENT_LENGTH")
    if not length or "HTTP_TRANSFER_ENCODING" in environ:  # no server says whether the last chunk has come
        abort(411)
    body = request.get_data(cache=False)
    if len(body) > largest:
        abort(413)
    if len(body) < int(length):  # the client went away before it had sent all of it
        abort(400)
    document = _parsed(body)
    if not isinstance(document, dict):
        raise Invalid({"body": "must be a JSON object"})
    return document


def _no_constant(name):
    raise ValueError(f"{name} is not JSON")


_from_json = json.JSONDecoder(parse_constant=_no_constant).decode


def _parsed(body):
    """Not `request.get_json`, which takes NaN and UTF-16, and fails on what is nested deeply."""
    try:
        return _from_json(body.decode())
    except (ValueError, RecursionError):  # a ValueError is also what is not UTF-8, or a number of 5,000 digits
        abort(400)


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

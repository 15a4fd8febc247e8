"""From the body of a POST or PUT to what it holds, such as the fields of an item."""

import json

from pyramid.httpexceptions import (
    HTTPBadRequest,
    HTTPLengthRequired,
    HTTPRequestEntityTooLarge,
    HTTPUnsupportedMediaType,
)

from shop.errors import LARGEST_BODY, Invalid


def item_fields(request):
    """The four fields that the request's body holds, or the error that it deserves."""
    document = json_object(request)
    errors = {name: f"must be {rule}" for name, (accepts, rule) in _RULES.items() if not accepts(document.get(name))}
    errors |= dict.fromkeys(document.keys() - _RULES.keys(), "is not a field of an item")
    if errors:
        raise Invalid(errors)
    return document


def json_object(request, largest=LARGEST_BODY):
    """The JSON object that the request's body holds, or the error that it deserves."""
    if request.content_type.strip().lower() != "application/json":
        raise HTTPUnsupportedMediaType
    if request.content_length is None:
        raise HTTPLengthRequired
    if request.content_length > largest:
        raise HTTPRequestEntityTooLarge
    try:
        document = json.loads(request.body.decode())
    except (OSError, ValueError, RecursionError):  # cut off, or not UTF-8, or a number of 5,000 digits, or no JSON
        raise HTTPBadRequest from None
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

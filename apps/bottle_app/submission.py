"""From the body of a POST or PUT to what it holds, such as the fields of an item."""

from bottle import BaseRequest, HTTPError, abort, json_loads, request

LARGEST_BODY = 65_536
LARGEST_LIST = 2_097_152
BaseRequest.MEMFILE_MAX = LARGEST_BODY  # what is larger would wait in a file


class Invalid(HTTPError):
    """A 422 that says what is wrong with each field or parameter."""

    def __init__(self, errors):
        super().__init__(422)
        self.errors = errors


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
    if request.content_type.partition(";")[0].strip().lower() != "application/json":
        abort(415)
    if request.chunked:  # no server says whether the last chunk has come
        abort(411)
    if request.content_length > largest:
        abort(413)
    body = request.body.read()
    if len(body) < request.content_length:  # the client went away before it had sent all of it
        abort(400)
    try:
        document = json_loads(body)
    except (ValueError, RecursionError):  # a ValueError is also what is not UTF-8
        abort(400)
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

"""The bodies of requests: their limit, and what they hold, such as the fields of an item."""

from tornado.escape import json_decode
from tornado.web import HTTPError, stream_request_body

from shop.errors import Handler, Invalid

LARGEST_BODY = 65_536
LARGEST_LIST = 2_097_152


@stream_request_body
class BodyHandler(Handler):
    """Takes a body as it comes: Tornado would parse forms, and refuse odd ones, whatever the handler."""

    largest = LARGEST_BODY

    def prepare(self):
        self.body = b""

    def data_received(self, chunk):
        if len(self.body) <= self.largest:
            self.body += chunk


def item_fields(handler):
    """The four fields that the request's body holds, or the error that it deserves."""
    document = json_object(handler)
    errors = {name: f"must be {rule}" for name, (accepts, rule) in _RULES.items() if not accepts(document.get(name))}
    errors |= dict.fromkeys(document.keys() - _RULES.keys(), "is not a field of an item")
    if errors:
        raise Invalid(errors)
    return document


def json_object(handler):
    """The JSON object that the request's body holds, or the error that it deserves."""
    if handler.request.headers.get("Content-Type", "").partition(";")[0].strip().lower() != "application/json":
        raise HTTPError(415)
    if len(handler.body) > handler.largest:
        raise HTTPError(413)
    try:
        document = json_decode(handler.body.decode())
    except (ValueError, RecursionError):  # a ValueError is also what is not UTF-8
        raise HTTPError(400) from None
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

"""What a client may send.

Django's forms, model fields and paginators are made for text from browsers: they trim it, and take "5" or " 5 " for 5.
The contract's types are strict and its texts are kept as sent, so the checks are written out here.
"""

import json
from functools import partial

from django.core.exceptions import RequestDataTooBig

from shop.problems import Problem

LARGEST_INTEGER = 2**63 - 1
MOST_DIGITS = len(str(LARGEST_INTEGER))


def natural_number(text):
    """The number that ASCII digits write, or None for other text and for what no database can count to."""
    if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS:
        number = int(text)
        return number if number <= LARGEST_INTEGER else None
    return None


class ItemIdConverter:
    """A row's id in a path. Django's own `int` takes any number of digits, and so a row under many names."""

    regex = f"[0-9]{{1,{MOST_DIGITS}}}"

    def to_python(self, text):
        return int(text)

    def to_url(self, item_id):
        return str(item_id)


def window(query):
    """The `offset` and `limit` of a query string."""
    offset = natural_number(query.get("offset", "0"))
    limit = natural_number(query.get("limit", "20"))
    errors = {}
    if offset is None:
        errors["offset"] = f"must be an integer from 0 to {LARGEST_INTEGER}"
    if limit is None or not 1 <= limit <= 100:
        errors["limit"] = "must be an integer from 1 to 100"
    if errors:
        raise Problem(422, errors)
    return offset, limit


def wait_ms(query):
    """The time for which the service is to wait, in milliseconds, by a query string."""
    number = natural_number(query.get("ms", ""))
    if number is None or not 1 <= number <= 1000:
        raise Problem(422, {"ms": "must be an integer from 1 to 1000"})
    return number


def item_fields(request):
    """The four fields of an item that a request's body holds."""
    document = json_object(request)
    # A missing field is None here, which no rule accepts.
    errors = {name: rule for name, (accepts, rule) in _RULES.items() if not accepts(document.get(name))}
    errors |= dict.fromkeys(document.keys() - _RULES.keys(), "is not a field of an item")
    if errors:
        raise Problem(422, errors)
    return {name: document[name] for name in _RULES}


def whole_body(request):
    """The body, within the limit of the settings."""
    if len(request.body) < int(request.META.get("CONTENT_LENGTH") or 0):
        raise Problem(400)  # the client went away before it had sent all of it
    return request.body


def json_object(request, read=whole_body):
    """The JSON object that a request's body holds."""
    document = _json(request, read)
    if not isinstance(document, dict):
        raise Problem(422, {"body": "must be a JSON object"})
    return document


def _json(request, read):
    if request.content_type != "application/json":
        raise Problem(415)
    try:
        # Decoded here, because `json` would guess at UTF-16 and UTF-32.
        return _parse(read(request).decode())
    except RequestDataTooBig:
        raise Problem(413) from None
    except (ValueError, RecursionError):  # ValueError: not UTF-8, not JSON, or an integer of thousands of digits
        raise Problem(400) from None


def _refuse_constant(name):
    raise ValueError(f"{name} is not JSON")


_parse = json.JSONDecoder(parse_constant=_refuse_constant).decode


def _is_text(value, shortest, longest):
    if not isinstance(value, str) or not shortest <= len(value) <= longest:
        return False
    try:
        return b"\0" not in value.encode()
    except UnicodeEncodeError:  # a lone surrogate
        return False


def _is_price(value):
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 10_000_000


def _is_flag(value):
    return isinstance(value, bool)


_RULES = {
    "name": (
        partial(_is_text, shortest=1, longest=100),
        "must be a string of 1 to 100 characters, without U+0000 and lone surrogates",
    ),
    "description": (
        partial(_is_text, shortest=0, longest=500),
        "must be a string of 0 to 500 characters, without U+0000 and lone surrogates",
    ),
    "price_cents": (_is_price, "must be an integer from 0 to 10000000"),
    "in_stock": (_is_flag, "must be true or false"),
}

"""What a client may send.

pydal's validators are made for text from forms: they take "5" for 5. The contract's types are strict and its texts are
kept as sent, so the checks are written out here.
"""

import json
from functools import partial
from io import BytesIO

from py4web import request

from .problems import Problem

LARGEST_BODY = 65_536
LARGEST_INTEGER = 2**63 - 1
MOST_DIGITS = len(str(LARGEST_INTEGER))


def natural_number(text):
    """The number that ASCII digits write, or None for anything else and for what no database can count to."""
    if isinstance(text, str) and text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS:
        number = int(text)
        return number if number <= LARGEST_INTEGER else None
    return None


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


def item_fields():
    """The four fields of an item that the request's body holds."""
    document = request_json()
    if not isinstance(document, dict):
        raise Problem(422, {"body": "must be a JSON object"})
    # A missing field is None here, which no rule accepts.
    errors = {name: rule for name, (accepts, rule) in RULES.items() if not accepts(document.get(name))}
    errors |= dict.fromkeys(document.keys() - RULES.keys(), "is not a field of an item")
    if errors:
        raise Problem(422, errors)
    return {name: document[name] for name in RULES}


def request_json():
    """The body as JSON. `request.json` would guess at UTF-16 and take NaN, and nothing for null."""
    if request.ctype[0] != "application/json":
        raise Problem(415)
    if request.content_length > LARGEST_BODY:
        raise Problem(413)
    if request.chunked:
        # No server says whether the end of such a body has come, and ombott keeps each error that it raises over one.
        raise Problem(411)
    try:
        body = request.body.read()
    except OSError:  # the rest did not come in time; nothing more is waited for
        request.environ["wsgi.input"] = BytesIO()
        raise Problem(400) from None
    if len(body) < request.content_length:  # the client went away before it had sent all of it
        raise Problem(400)
    try:
        return parse(body.decode())
    except (ValueError, RecursionError):  # a ValueError: not UTF-8, not JSON, or an integer of thousands of digits
        raise Problem(400) from None


def refuse_constant(name):
    raise ValueError(f"{name} is not JSON")


parse = json.JSONDecoder(parse_constant=refuse_constant).decode


def is_text(value, shortest, longest):
    if not isinstance(value, str) or not shortest <= len(value) <= longest:
        return False
    try:
        return b"\0" not in value.encode()
    except UnicodeEncodeError:  # a lone surrogate
        return False


def is_price(value):
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 10_000_000


def is_flag(value):
    return isinstance(value, bool)


RULES = {
    "name": (
        partial(is_text, shortest=1, longest=100),
        "must be a string of 1 to 100 characters, without U+0000 and lone surrogates",
    ),
    "description": (
        partial(is_text, shortest=0, longest=500),
        "must be a string of 0 to 500 characters, without U+0000 and lone surrogates",
    ),
    "price_cents": (is_price, "must be an integer from 0 to 10000000"),
    "in_stock": (is_flag, "must be true or false"),
}

"""What a client may send, as far as it takes a request to tell."""

from io import BytesIO

from py4web import request

from .problems import Problem
from .rules import LARGEST_BODY, LARGEST_INTEGER, faults, natural_number, parse


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


def item_fields():
    """The four fields of an item that the request's body holds."""
    document = request_json()
    if errors := faults(document):
        raise Problem(422, errors)
    return document


def request_json(largest=LARGEST_BODY):
    """The body as JSON. `request.json` would guess at UTF-16 and take NaN, and nothing for null."""
    if request.ctype[0] != "application/json":
        raise Problem(415)
    if request.content_length > largest:
        raise Problem(413)
    if request.chunked:
        # No server says whether the end of such a body has come, and ombott keeps each error that it raises over one.
        raise Problem(411)
    try:
        body = request.body.read()
    except OSError:  # the rest did not come in time; what comes of it later must not be read as a request
        request.environ["wsgi.input"] = BytesIO()
        late = Problem(400)
        late.headers["Connection"] = "close"
        raise late from None
    if len(body) < request.content_length:  # the client went away before it had sent all of it
        raise Problem(400)
    try:
        return parse(body.decode())
    except (ValueError, RecursionError):  # a ValueError: not UTF-8, not JSON, or an integer of thousands of digits
        raise Problem(400) from None

"""What a client may send, by the rules that the py4web app has too."""

from gluon import current
from shop_answers import problem
from shop_rules import LARGEST_BODY, LARGEST_INTEGER, faults, natural_number, parse


def window():
    """The `offset` and `limit` of the query string."""
    query = current.request.get_vars
    offset = natural_number(query.get("offset", "0"))
    limit = natural_number(query.get("limit", "20"))
    errors = {}
    if offset is None:
        errors["offset"] = f"must be an integer from 0 to {LARGEST_INTEGER}"
    if limit is None or not 1 <= limit <= 100:
        errors["limit"] = "must be an integer from 1 to 100"
    if errors:
        raise problem(422, errors)
    return offset, limit


def item_fields():
    """The four fields of an item that the request's body holds."""
    document = request_json()
    if errors := faults(document):
        raise problem(422, errors)
    return document


def request_json():
    """The body as JSON. web2py's own `request.vars` would take it for empty where it is none."""
    request = current.request
    if (request.env.content_type or "").partition(";")[0].strip().lower() != "application/json":
        raise problem(415)
    if request.env.http_transfer_encoding or not request.env.content_length:
        raise problem(411)  # no server says whether the end of a body in chunks has come
    length = int(request.env.content_length)
    if length > LARGEST_BODY:
        raise problem(413)
    body = request.body.read()
    if len(body) < length:  # the client went away before it had sent all of it
        raise problem(400)
    try:
        return parse(body.decode())
    except (ValueError, RecursionError):  # a ValueError: not UTF-8, not JSON, or an integer of thousands of digits
        raise problem(400) from None

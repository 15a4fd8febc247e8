"""From the body of a POST or PUT to the fields of an item."""

import json

import cherrypy

from shop.errors import Invalid

_LARGEST_BODY = 65_536


def item_fields():
    """The four fields that the request's body holds, or the error that it deserves."""
    media_type = cherrypy.request.headers.get("Content-Type", "").partition(";")[0]
    if media_type.strip().lower() != "application/json":
        raise cherrypy.HTTPError(415)
    document = _parsed(_body())
    if not isinstance(document, dict):
        raise Invalid({"body": "must be a JSON object"})
    errors = {name: f"must be {rule}" for name, (accepts, rule) in _RULES.items() if not accepts(document.get(name))}
    errors |= dict.fromkeys(document.keys() - _RULES.keys(), "is not a field of an item")
    if errors:
        raise Invalid(errors)
    return document


def _body():
    """The whole body. Of one in chunks no server says whether its end has come, so it is refused."""
    request = cherrypy.request
    if "Transfer-Encoding" in request.headers:
        raise cherrypy.HTTPError(411)
    length = int(request.headers.get("Content-Length") or 0)
    body = request.rfile.read(min(length, _LARGEST_BODY + 1))
    if len(body) > _LARGEST_BODY:
        raise cherrypy.HTTPError(413)
    if len(body) < length:  # the client went away before it had sent all of it
        raise cherrypy.HTTPError(400)
    return body


def _no_constant(name):
    raise ValueError(f"{name} is not JSON")


_from_json = json.JSONDecoder(parse_constant=_no_constant).decode


def _parsed(body):
    try:
        return _from_json(body.decode())
    except (ValueError, RecursionError):  # a ValueError is also what is not UTF-8, or a number of 5,000 digits
        raise cherrypy.HTTPError(400) from None


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

"""From the body of a POST or PUT to what it holds, such as the fields of an item."""

import cherrypy
from cherrypy.lib.jsontools import json_processor

from shop.errors import Invalid

_LARGEST_BODY = 65_536
_LARGEST_LIST = 2_097_152


def json_in(handler, largest=_LARGEST_BODY):
    """CherryPy's tool of that name, on a handler that takes a body. Elsewhere bodies are not processed, so that a path
    or a method that is wrong is refused before its body is.
    """
    with_body = cherrypy.config(**{"request.process_request_body": True, "request.body.maxbytes": largest})
    return with_body(cherrypy.tools.json_in(content_type="application/json", processor=_whole_document)(handler))


def list_in(handler):
    """The same for price lists, which may be larger."""
    return json_in(handler, _LARGEST_LIST)


def item_fields():
    """The four fields that the request's body holds, or the error that it deserves."""
    document = json_object()
    errors = {name: f"must be {rule}" for name, (accepts, rule) in _RULES.items() if not accepts(document.get(name))}
    errors |= dict.fromkeys(document.keys() - _RULES.keys(), "is not a field of an item")
    if errors:
        raise Invalid(errors)
    return document


def json_object():
    """The JSON object that the request's body holds, or the error that it deserves."""
    document = cherrypy.request.json
    if not isinstance(document, dict):
        raise Invalid({"body": "must be a JSON object"})
    return document


def _whole_document(entity):
    """The tool's own processor, where the client has sent all of the body and has not nested it without end."""
    with cherrypy.HTTPError.handle(RecursionError, 400):
        json_processor(entity)
    if entity.fp.bytes_read < entity.length:  # the client went away before it had sent the rest
        raise cherrypy.HTTPError(400)


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

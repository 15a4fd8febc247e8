"""The bodies of requests: whole, of JSON, not too large, and what they hold, such as the fields of an item."""

import falcon

LARGEST_BODY = 65_536
LARGEST_LIST = 2_097_152


class BodyMiddleware:
    def process_request(self, req, resp):
        if req.path.startswith("//"):  # the router drops these slashes
            raise falcon.HTTPRouteNotFound

    def process_response(self, req, resp, resource, req_succeeded):
        if not req_succeeded and 0 < (req.content_length or 0) <= LARGEST_LIST:
            req.bounded_stream.exhaust()  # servers close a connection on which a body lies unread


class WholeJSONHandler(falcon.media.JSONHandler):
    def deserialize(self, stream, content_type, content_length):
        data = stream.read()
        if len(data) < (content_length or 0):  # the client went away before it had sent all of it
            raise falcon.HTTPBadRequest
        try:
            return self._deserialize(data)
        except RecursionError:
            raise falcon.HTTPBadRequest from None


JSON = WholeJSONHandler()


class Invalid(falcon.HTTPUnprocessableEntity):
    """A 422 that says what is wrong with each field or parameter."""

    def __init__(self, errors):
        super().__init__()
        self.errors = errors


def item_fields(req):
    """The four fields that the request's body holds, or the error that it deserves."""
    document = json_object(req)
    errors = {name: f"must be {rule}" for name, (accepts, rule) in _RULES.items() if not accepts(document.get(name))}
    errors |= dict.fromkeys(document.keys() - _RULES.keys(), "is not a field of an item")
    if errors:
        raise Invalid(errors)
    return document


def json_object(req, largest=LARGEST_BODY):
    """The JSON object that the request's body holds, or the error that it deserves."""
    if (req.content_type or "").partition(";")[0].strip().lower() != falcon.MEDIA_JSON:
        raise falcon.HTTPUnsupportedMediaType
    if (req.content_length or 0) > largest:
        raise falcon.HTTPContentTooLarge
    # Not `req.media`, which looks a handler up by the type as it is spelled.
    document = JSON.deserialize(req.bounded_stream, req.content_type, req.content_length)
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

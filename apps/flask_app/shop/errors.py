"""Errors as the client sees them (RFC 9457)."""

import json

from flask import request
from werkzeug.exceptions import UnprocessableEntity

MOST_DISCARDED_BYTES = 65_536


class Invalid(UnprocessableEntity):
    """A 422 that says what is wrong with each field or parameter."""

    def __init__(self, errors):
        super().__init__()
        self.errors = errors


def problem(error):
    """The answer to any HTTP error, with the headers (such as `Allow`) that Flask gives it."""
    _discard_body()
    document = {"title": error.name, "status": error.code}
    if isinstance(error, Invalid):
        document["errors"] = error.errors
    response = error.get_response()
    # Not by `app.json`: an unknown field's name may hold a lone surrogate, which must be escaped to be sent.
    response.data = json.dumps(document)
    response.content_type = "application/problem+json"
    return response


def _discard_body():
    """Read what may be left of a refused body, because servers close a connection on which it lies unread."""
    length = request.content_length or 0
    if 0 < length <= MOST_DISCARDED_BYTES:
        request.environ["wsgi.input"].read(length)

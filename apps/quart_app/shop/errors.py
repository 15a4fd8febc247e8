"""Errors as the client sees them (RFC 9457)."""

import json
from contextlib import suppress

from quart import request
from werkzeug.exceptions import RequestEntityTooLarge, UnprocessableEntity


class Invalid(UnprocessableEntity):
    """A 422 that says what is wrong with each field or parameter."""

    def __init__(self, errors):
        super().__init__()
        self.errors = errors


async def problem(error):
    """The answer to any HTTP error, with the headers (such as `Allow`) that Quart gives it."""
    with suppress(RequestEntityTooLarge):  # servers close a connection on which a body lies unread
        await request.get_data()
    document = {"title": error.name, "status": error.code}
    if isinstance(error, Invalid):
        document["errors"] = error.errors
    headers = {name: value for name, value in error.get_headers() if name == "Allow"}
    # Not by `app.json`: an unknown field's name may hold a lone surrogate, which must be escaped to be sent.
    return json.dumps(document), error.code, {**headers, "Content-Type": "application/problem+json"}

"""Errors as the client sees them (RFC 9457)."""

import json
import logging
from http import HTTPStatus

from sanic import raw
from sanic.exceptions import SanicException


class Invalid(SanicException):
    """A 422 that says what is wrong with each field or parameter."""

    status_code = 422
    quiet = True

    def __init__(self, errors):
        super().__init__()
        self.errors = errors


async def problem(request, error):
    """The answer to any error."""
    status = error.status_code if isinstance(error, SanicException) else 500
    if status == 500:
        logging.error("%s %s failed", request.method, request.path, exc_info=error)
    elif request.stream:
        await request.receive_body()  # servers close a connection on which a body lies unread
    document = {"title": HTTPStatus(status).phrase, "status": status}
    if isinstance(error, Invalid):
        document["errors"] = error.errors
    # In ASCII, because an unknown field's name may hold a lone surrogate, which must be escaped to be sent.
    headers = {"Allow": _allowed(request)} if status == 405 else None
    return raw(json.dumps(document), status, headers, "application/problem+json")


def _allowed(request):
    """Sanic itself names no methods where a path has an id."""
    parts = request.path.strip("/").split("/")
    here = [route for route in request.app.router.routes if route.parts[0] == parts[0]]
    return ", ".join(sorted({method for route in here if len(route.parts) == len(parts) for method in route.methods}))

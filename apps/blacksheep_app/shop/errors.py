"""Errors as the client sees them (RFC 9457)."""

import json
import logging
from http import HTTPStatus

from blacksheep import Content, HTTPException, Response
from blacksheep.exceptions import MessageAborted

# Once anything has been logged, the root logger would take BlackSheep's mention of every error that has a handler.
logging.getLogger("blacksheep.server").propagate = False


class Invalid(HTTPException):
    """A 422 that says what is wrong with each field or parameter."""

    def __init__(self, errors):
        super().__init__(422)
        self.errors = errors


async def problem(app, request, error):
    errors = {"errors": error.errors} if isinstance(error, Invalid) else {}
    return answer(error.status, **errors)


async def not_found(app, request, error):
    """BlackSheep does not tell a path that has other methods from one that is none."""
    methods = [method.decode() for method in app.router.routes if app.router.get_matching_route(method, request.path)]
    if methods and request.method not in methods:
        return answer(405, [(b"Allow", ", ".join(methods).encode())])
    return answer(404)


async def failure(app, request, error):
    if isinstance(error, MessageAborted):  # the client went away before it had sent all of a body
        return answer(400)
    logging.error("%s %s failed", request.method, request.path, exc_info=error)
    return answer(500)


def answer(status, headers=None, **more):
    document = {"title": HTTPStatus(status).phrase, "status": status, **more}
    # In ASCII, because an unknown field's name may hold a lone surrogate, which must be escaped to be sent.
    return Response(status, headers, Content(b"application/problem+json", json.dumps(document).encode()))

"""Errors as the client sees them (RFC 9457)."""

import json
import logging
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response


class Invalid(HTTPException):
    """A 422 that says what is wrong with each field or parameter."""

    def __init__(self, errors):
        super().__init__(422)
        self.errors = errors


class FaultMiddleware:
    """Answers a fault, and logs it. Starlette would let it go on to the server, which closes the connection."""

    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        try:
            await self.app(scope, receive, send)
        except Exception:
            if scope["type"] != "http":
                raise
            logging.exception("%s %s failed", scope["method"], scope["path"])
            response = await problem(Request(scope), HTTPException(500))
            await response(scope, receive, send)


async def problem(request, error):
    """The answer to any HTTP error, with the headers (such as `Allow`) that Starlette gives it."""
    document = {"title": HTTPStatus(error.status_code).phrase, "status": error.status_code}
    if isinstance(error, Invalid):
        document["errors"] = error.errors
    # In ASCII, because an unknown field's name may hold a lone surrogate, which must be escaped to be sent.
    return Response(json.dumps(document), error.status_code, error.headers, "application/problem+json")

"""Errors as the client sees them (RFC 9457)."""

import json
import logging

from aiohttp import web


class Invalid(web.HTTPUnprocessableEntity):
    """A 422 that says what is wrong with each field or parameter."""

    def __init__(self, errors):
        super().__init__()
        self.errors = errors


@web.middleware
async def problems(request, handler):
    """Answers every error, with the headers (such as `Allow`) that aiohttp gives it, and logs what is a fault."""
    try:
        return await handler(request)
    except web.HTTPError as error:
        return _problem(error)
    except Exception:
        logging.exception("%s %s failed", request.method, request.path)
        return _problem(web.HTTPInternalServerError())


def _problem(error):
    document = {"title": error.reason, "status": error.status}
    if isinstance(error, Invalid):
        document["errors"] = error.errors
    headers = {name: value for name, value in error.headers.items() if name == "Allow"}
    return web.json_response(document, status=error.status, headers=headers, content_type="application/problem+json")

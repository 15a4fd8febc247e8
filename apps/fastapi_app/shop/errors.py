"""Errors as the client sees them (RFC 9457)."""

import json
import logging
from http import HTTPStatus

from fastapi import Response
from starlette.routing import Match


def answer(status, headers=None, **more):
    document = {"title": HTTPStatus(status).phrase, "status": status, **more}
    # In ASCII, because an unknown field's name may hold a lone surrogate, which must be escaped to be sent.
    return Response(json.dumps(document), status, headers, "application/problem+json")


async def problem(request, error):
    return answer(error.status_code, {"Allow": _allowed(request)} if error.status_code == 405 else None)


async def invalid(request, error):
    """What does not validate: in a path or the number of a page it leads nowhere, and a body may be no JSON at all.

    Deep in a body, the member of the whole is named.
    """
    errors = error.errors()
    if any(problem["loc"][0] == "path" or problem["loc"] == ("query", "page") for problem in errors):
        return answer(404)
    if any(
        problem["type"] == "json_invalid" or (problem["type"], problem["loc"]) == ("missing", ("body",))
        for problem in errors
    ):
        return answer(400)
    return answer(422, errors={str(problem["loc"][:2][-1]): problem["msg"] for problem in errors})


async def unsendable(request, error):
    """What would be sent back holds a lone surrogate, which JSON can name and UTF-8 has none of."""
    return answer(400)


class FaultMiddleware:
    """Answers a fault, and logs it. FastAPI would let it go on to the server, which closes the connection."""

    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        try:
            await self.app(scope, receive, send)
        except Exception:
            if scope["type"] != "http":
                raise
            logging.exception("%s %s failed", scope["method"], scope["path"])
            await answer(500)(scope, receive, send)


def _allowed(request):
    """FastAPI itself names the methods of the first route with this path, and not those of others."""
    matching = (route for route in request.app.routes if route.matches(request.scope)[0] != Match.NONE)
    return ", ".join(sorted({method for route in matching for method in route.methods}))

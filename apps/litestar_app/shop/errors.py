"""Errors as the client sees them (RFC 9457)."""

import json
import logging
from http import HTTPStatus

from litestar import Response
from litestar.exceptions import HTTPException, InternalServerException


class Invalid(HTTPException):
    """A 422 that says what is wrong with each parameter."""

    status_code = 422


def problem(request, error):
    """The answer to any HTTP error, with the headers (such as `Allow`) that Litestar gives it."""
    if isinstance(error, InternalServerException):  # raised where a client goes away before it has sent all of a body
        return answer(400)
    if isinstance(error, Invalid):
        return answer(422, errors=error.extra)
    return answer(error.status_code, error.headers)


def invalid(request, error):
    """What Pydantic found wrong, by field."""
    return answer(
        422, errors={problem["loc"][0] if problem["loc"] else "body": problem["msg"] for problem in error.errors()}
    )


def unsendable(request, error):
    """What would be sent back holds a lone surrogate, which JSON can name and UTF-8 has none of: Litestar cannot
    serialise it.
    """
    return answer(400)


def failure(request, error):
    logging.error("%s %s failed", request.method, request.scope["path"], exc_info=error)
    return answer(500)


def answer(status, headers=None, **more):
    document = {"title": HTTPStatus(status).phrase, "status": status, **more}
    # In ASCII, because an unknown field's name may hold a lone surrogate, which must be escaped to be sent.
    body = json.dumps(document).encode()
    return Response(body, status_code=status, headers=headers, media_type="application/problem+json")

"""Errors as the client sees them (RFC 9457)."""

import json
import logging

from pyramid.exceptions import URLDecodeError
from pyramid.httpexceptions import HTTPException, HTTPMethodNotAllowed, HTTPNotFound, HTTPUnprocessableEntity
from pyramid.response import Response
from pyramid.view import exception_view_config, notfound_view_config

LARGEST_BODY = 65_536
LARGEST_LIST = 2_097_152


class Invalid(HTTPUnprocessableEntity):
    """A 422 that says what is wrong with each field or parameter."""

    def __init__(self, errors):
        super().__init__()
        self.errors = errors


def no_such_method(methods):
    """A view for the methods that a route lacks."""

    def view(request):
        raise HTTPMethodNotAllowed(headers={"Allow": ", ".join(methods)})

    return view


@exception_view_config(HTTPException)
@notfound_view_config()
def problem(error, request):
    length = request.content_length or 0
    if error.code >= 400 and 0 < length <= LARGEST_LIST:  # servers close a connection on which a body lies unread
        request.environ["wsgi.input"].read(length)
    document = {"title": error.title, "status": error.code}
    if isinstance(error, Invalid):
        document["errors"] = error.errors
    response = Response(json.dumps(document).encode(), error.code, content_type="application/problem+json")
    if "Allow" in error.headers:
        response.headers["Allow"] = error.headers["Allow"]
    return response


@exception_view_config(URLDecodeError)
def no_such_path(error, request):
    return problem(HTTPNotFound(), request)


@exception_view_config(Exception)
def failure(error, request):
    logging.error("%s %s failed", request.method, request.environ["PATH_INFO"], exc_info=error)
    return Response(b'{"title": "Internal Server Error", "status": 500}', 500, content_type="application/problem+json")

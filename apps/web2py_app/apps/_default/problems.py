"""Errors as problem documents (RFC 9457), where py4web shows pages."""

import json
import logging
from http import HTTPStatus

import ombott
from py4web import HTTP, request, response
from py4web.core import Fixture

PROBLEM_JSON = "application/problem+json"
MOST_DISCARDED_BYTES = 1_048_576


class Problem(HTTP):
    """A refusal that an action raises; `errors` says what is wrong, by field or parameter."""

    def __init__(self, status, errors=None):
        discard_body()
        super().__init__(status, document(status, errors), {"Content-Type": PROBLEM_JSON})


class Faults(Fixture):
    """Logs what an action did not expect and answers 500; py4web would show a page with the number of a ticket."""

    def on_error(self, context):
        logging.error("%s %s failed", request.method, request.path, exc_info=context["exception"])
        context["exception"] = ombott.HTTPError(500)


def document(status, errors=None):
    members = {"status": status, "title": HTTPStatus(status).phrase}
    if errors:
        members["errors"] = errors
    return json.dumps(members)


def discard_body():
    """Read what a refused request still holds, for servers close a connection on which it lies unread."""
    unread = min(request.content_length, MOST_DISCARDED_BYTES)
    if unread > 0:
        request.environ["wsgi.input"].read(unread)


@ombott.error(404)
@ombott.error(405)
@ombott.error(500)
def answer(error):
    discard_body()
    response.headers["Content-Type"] = PROBLEM_JSON
    return document(error.status_code)


# As in Bottle, from which ombott comes: a 204 has no length, not even 0.
ombott.Response.bad_headers[204].add("Content-Length")

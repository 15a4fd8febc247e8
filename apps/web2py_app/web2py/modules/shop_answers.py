"""How actions answer: one for each method, with the length of the body, and with problem documents (RFC 9457)."""

import json
import logging
from http import HTTPStatus

from gluon import HTTP, current

PROBLEM_JSON = "application/problem+json"


def answer(**actions):
    """What the action for the request's method returns, or a refusal that names the methods there are."""
    method = current.request.env.request_method
    action = actions.get("GET" if method == "HEAD" else method)
    if action is None:
        raise problem(405, Allow=", ".join(actions))
    try:
        return sized(action())
    except HTTP:
        raise
    except Exception:
        # web2py keeps what went wrong as a ticket, in a file; who reads the server's log is to see it too.
        logging.exception("%s %s failed", method, current.request.env.web2py_original_uri)
        raise


def sized(body):
    """The body, with its length in the headers: web2py gives one to errors alone."""
    encoded = body.encode()
    current.response.headers["Content-Length"] = len(encoded)
    return encoded


def problem(status, errors=None, **headers):
    """A refusal to raise; `errors` says what is wrong, by field or parameter."""
    return HTTP(status, document(status, errors), **{"Content-Type": PROBLEM_JSON, **headers})


def document(status, errors=None):
    members = {"status": status, "title": HTTPStatus(status).phrase}
    if errors:
        members["errors"] = errors
    return json.dumps(members)

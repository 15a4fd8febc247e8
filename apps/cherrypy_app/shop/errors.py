"""Errors as the client sees them (RFC 9457)."""

import json

import cherrypy

MOST_DISCARDED_BYTES = 65_536


class Invalid(cherrypy.HTTPError):
    """A 422 that says what is wrong with each field or parameter."""

    def __init__(self, errors):
        super().__init__(422)
        self.errors = errors

    def get_error_page(self, *_, **__):
        return _page(self.code, self.reason, errors=self.errors)


def error_page(status, **_):
    """CherryPy's page for every other error; `status` comes as "404 Not Found"."""
    code, _, reason = status.partition(" ")
    return _page(int(code), reason)


def _page(status, title, **more):
    _discard_body()
    cherrypy.response.headers["Content-Type"] = "application/problem+json"
    # All in ASCII, because an unknown field's name may hold a lone surrogate, which must be escaped to be sent.
    return json.dumps({"title": title, "status": status, **more}).encode()


def _discard_body():
    """Read what may be left of a refused body, because servers close a connection on which it lies unread.

    After one in chunks, of which an end may be left, the connection is of no more use.
    """
    request = cherrypy.serving.request
    if "Transfer-Encoding" in request.headers:
        cherrypy.response.headers["Connection"] = "close"
        request.rfile.read(MOST_DISCARDED_BYTES)
    elif 0 < (length := int(request.headers.get("Content-Length") or 0)) <= MOST_DISCARDED_BYTES:
        request.rfile.read(length)

"""Errors as the client sees them (RFC 9457)."""

import json
from http import HTTPStatus


class HTTPError(Exception):
    """Ends a request with an error; `errors` says what is wrong with each field or parameter."""

    def __init__(self, status, errors=None, headers=()):
        super().__init__(status)
        self.status = HTTPStatus(status)
        self.errors = errors
        self.headers = headers

    def answer(self):
        document = {"title": self.status.phrase, "status": self.status}
        if self.errors:
            document["errors"] = self.errors
        headers = [(b"content-type", b"application/problem+json"), *self.headers]
        # All in ASCII, because an unknown field's name may hold a lone surrogate, which must be escaped to be sent.
        return int(self.status), headers, json.dumps(document).encode()

"""Errors as the client sees them (RFC 9457), and as the log has them."""

import json
from http import HTTPStatus

from tornado.log import app_log
from tornado.web import HTTPError, RequestHandler


class Invalid(HTTPError):
    """A 422 that says what is wrong with each field or parameter."""

    def __init__(self, errors):
        super().__init__(422)
        self.errors = errors


class Handler(RequestHandler):
    """What all handlers of the shop have in common."""

    def compute_etag(self):
        return None

    def write_error(self, status_code, exc_info=None, **kwargs):
        document = {"title": HTTPStatus(status_code).phrase, "status": status_code}
        if exc_info and isinstance(exc_info[1], Invalid):
            document["errors"] = exc_info[1].errors
        if status_code == 405:
            self.set_header("Allow", ", ".join(self._methods()))
        self.set_header("Content-Type", "application/problem+json")
        self.finish(json.dumps(document))

    def log_exception(self, kind, error, traceback):
        """One line with the method and the path of a fault; Tornado's own would describe the request in two."""
        if not isinstance(error, HTTPError):
            app_log.error("%s %s failed", self.request.method, self.request.path, exc_info=(kind, error, traceback))

    def _methods(self):
        return [name for name in self.SUPPORTED_METHODS if getattr(type(self), name.lower()) is not _unimplemented]


_unimplemented = RequestHandler.get

"""Requests as the contract reads them, where CherryPy reads more into them."""

import logging
from urllib.parse import parse_qsl

import cherrypy
from cherrypy._cprequest import Request

from shop.errors import error_page

_MOST_SEGMENTS = 3


class ShopRequest(Request):
    # For what goes wrong before CherryPy has read the configuration.
    error_page = {"default": error_page}  # noqa: RUF012 (a copy of it is made for each request)

    def run(self, method, path, query_string, req_protocol, headers, rfile):
        # Granian calls HTTP/1.0 HTTP/1, and CherryPy looks for a digit after the point.
        protocol = "HTTP/1.0" if req_protocol == "HTTP/1" else req_protocol
        return super().run(method, path, query_string, protocol, headers, rfile)

    def process_headers(self):
        """Take headers as they were sent. CherryPy decodes them and reads cookies, and refuses what it cannot read.

        `Content-Disposition` is left out: CherryPy takes apart that of the body, which fails on some.
        """
        for name, value in self.header_list:
            self.headers[name.title()] = value.strip()
        self.headers.pop("Content-Disposition", None)
        if sent := self.headers.get("Content-Type"):
            media_type, *parameters = sent.split(";", 1)  # CherryPy knows it in lower case alone
            self.headers["Content-Type"] = ";".join((media_type.lower(), *parameters))
        if "Host" not in self.headers and self.protocol >= (1, 1):
            raise cherrypy.HTTPError(400)

    def get_resource(self, path):
        """Look at no more segments than a path of the shop has: CherryPy's time grows with their square."""
        if path.count("/") >= _MOST_SEGMENTS:
            raise cherrypy.NotFound()
        super().get_resource(path)

    def process_query_string(self):
        """Let `&` alone separate parameters; CherryPy takes `;` too. Latin-1 has a character for every byte."""
        if self.query_string:
            self.params.update(parse_qsl(self.query_string, keep_blank_values=True, encoding="latin-1"))

    def handle_error(self):
        """Log what was asked for, and not only the traceback, as CherryPy's own tool does."""
        cherrypy.log(f"{self.method} {self.path_info} failed", "HTTP", severity=logging.ERROR, traceback=True)
        super().handle_error()

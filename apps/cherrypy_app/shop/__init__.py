"""The shop in CherryPy: a tree of resources whose methods have the names of HTTP's, SQLAlchemy Core and Jinja."""

import cherrypy

from shop.dispatcher import ExactDispatcher
from shop.errors import error_page
from shop.request import ShopRequest
from shop.resources import Shop

cherrypy.config.update({"environment": "embedded", "log.screen": True})

application = cherrypy.Application(
    Shop(),
    config={
        "/": {
            "request.dispatch": ExactDispatcher(),
            "request.process_request_body": False,  # `json_in` does where there is one
            "error_page.default": error_page,
            "tools.encode.on": False,
            "tools.log_tracebacks.on": False,  # `ShopRequest` logs them
            "tools.trailing_slash.on": False,
        }
    },
)
application.request_class = ShopRequest
# CherryPy composes a line for the access log of every request, even when no log is there to take it.
application.log.access = lambda: None

"""The shop in CherryPy: a tree of resources whose methods have the names of HTTP's, SQLAlchemy Core and Jinja."""

import cherrypy

from shop.dispatcher import ExactDispatcher
from shop.errors import error_page
from shop.resources import Shop

cherrypy.config.update({"environment": "embedded"})

application = cherrypy.Application(
    Shop(),
    config={
        "/": {
            "request.dispatch": ExactDispatcher(),
            "request.process_request_body": False,  # `item_fields` does, and refuses in the contract's order
            "request.query_string_encoding": "latin-1",  # takes any byte; which ones are digits, the handler says
            "error_page.default": error_page,
            "tools.encode.on": False,
            "tools.trailing_slash.on": False,
        }
    },
)
# CherryPy composes a line for the access log of every request, even when no log is there to take it.
application.log.access = lambda: None

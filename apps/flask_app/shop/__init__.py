"""The shop in Flask: an application factory, one blueprint, SQLAlchemy Core and Jinja."""

from flask import Flask
from werkzeug.exceptions import HTTPException

from shop.errors import problem
from shop.numerals import ItemIdConverter, price
from shop.submission import LARGEST_BODY
from shop.views import shop

NOWHERE = "/nowhere"


def as_sent(wsgi_app):
    """Werkzeug drops the slashes before a path, and looks for another kind of route where a client offers to go on with
    a web socket; here the first leads nowhere, and the second is answered as if it had not been offered.
    """

    def application(environ, start_response):
        if environ["PATH_INFO"].startswith("//"):
            environ["PATH_INFO"] = NOWHERE
        environ.pop("HTTP_UPGRADE", None)
        return wsgi_app(environ, start_response)

    return application


def create_app():
    app = Flask(__name__, static_folder=None)
    # A byte more than is allowed: what comes in chunks is cut off there, without an error.
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY + 1
    app.url_map.merge_slashes = False
    app.url_map.converters["item_id"] = ItemIdConverter
    app.add_template_filter(price)
    app.register_error_handler(HTTPException, problem)
    app.register_blueprint(shop)
    app.wsgi_app = as_sent(app.wsgi_app)
    return app

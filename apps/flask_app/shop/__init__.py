"""The shop in Flask: an application factory, one blueprint, SQLAlchemy Core and Jinja."""

from flask import Flask
from werkzeug.exceptions import HTTPException

from shop.errors import problem
from shop.numerals import ItemIdConverter, price
from shop.submission import LARGEST_BODY
from shop.views import shop


def create_app():
    app = Flask(__name__, static_folder=None)
    # A byte more than is allowed: what comes in chunks is cut off there, without an error.
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY + 1
    app.json.ensure_ascii = False
    app.json.sort_keys = False
    app.url_map.merge_slashes = False
    app.url_map.converters["item_id"] = ItemIdConverter
    app.add_template_filter(price)
    app.register_error_handler(HTTPException, problem)
    app.register_blueprint(shop)
    return app

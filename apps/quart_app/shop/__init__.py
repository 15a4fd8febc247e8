"""The shop in Quart: an application factory, one blueprint, SQLAlchemy's async engine and Jinja."""

import asyncio

from quart import Quart, abort, request
from quart.asgi import ASGIHTTPConnection
from werkzeug.exceptions import BadHost, HTTPException

from shop.errors import problem
from shop.numerals import ItemIdConverter, price
from shop.submission import LARGEST_LIST
from shop.views import shop


class Connection(ASGIHTTPConnection):
    async def handle_messages(self, request, receive):
        """Answer a client that has sent half a body and no more; Quart itself gives up without an answer."""
        await super().handle_messages(request, receive)
        request.body.set_complete()
        await asyncio.Event().wait()


class Shop(Quart):
    asgi_http_class = Connection

    def create_url_adapter(self, request):
        """Werkzeug refuses an odd host before there is a request that could be answered."""
        try:
            return super().create_url_adapter(request)
        except BadHost:
            return self.url_map.bind("localhost", path_info=request.path, default_method=request.method)


async def only_one_slash():
    """Werkzeug drops the slashes before a path; here they lead nowhere."""
    if request.scope["path"].startswith("//"):
        abort(404)


def create_app():
    app = Shop(__name__, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_LIST
    app.url_map.merge_slashes = False
    app.url_map.converters["item_id"] = ItemIdConverter
    app.add_template_filter(price)
    app.before_request(only_one_slash)
    app.register_error_handler(HTTPException, problem)
    app.register_blueprint(shop)
    return app

"""The shop in Tornado: request handlers, SQLAlchemy's async engine and Tornado's templates."""

import asyncio
import re
from pathlib import Path
from urllib.parse import unquote

from tornado.httputil import ParseBodyConfig, ParseUrlEncodedConfig, set_parse_body_config
from tornado.web import Application

from shop import handlers

_UNRESERVED = re.compile(r"%(?:2[DE]|5F|7E|3\d|[46][1-9A-F]|[57][0-9A])", re.IGNORECASE)
"""Letters, digits and a few signs, encoded although they need not be (RFC 3986, 2.3)."""

_ORIGIN = re.compile(r"https?://[^/]+(?=/)", re.IGNORECASE)
"""Scheme and host of a target in absolute form (RFC 9112, 3.2.2)."""

# Also holds for query strings: many empty parameters change nothing.
set_parse_body_config(ParseBodyConfig(urlencoded=ParseUrlEncodedConfig(max_arguments=65_536)))


class Shop(Application):
    def find_handler(self, request, **kwargs):
        """Tornado matches targets as they were sent, and decodes what its patterns capture."""
        if absolute := _ORIGIN.match(request.path):
            request.path = request.path[absolute.end() :]
        request.path = _UNRESERVED.sub(lambda encoded: unquote(encoded[0]), request.path)
        return super().find_handler(request, **kwargs)


def create_app():
    return Shop(
        [
            (r"/plaintext", handlers.Plaintext),
            (r"/json", handlers.Greeting),
            (r"/items", handlers.Items),
            (r"/items/([^/]+)", handlers.Item),
            (r"/catalog", handlers.Catalog),
            (r"/catalog/([^/]+)", handlers.CatalogItem),
            (r"/upstream", handlers.Upstream),
            (r"/stream", handlers.Stream),
            (r"/labels", handlers.Labels),
            (r"/reprice", handlers.PriceList),
        ],
        default_handler_class=handlers.Nowhere,
        template_path=Path(__file__).with_name("templates"),
        log_function=lambda handler: None,
    )


def serve(host, port):
    asyncio.run(_serve(host, port))


async def _serve(host, port):
    create_app().listen(port, host)
    await asyncio.Event().wait()

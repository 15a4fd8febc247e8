"""The shop in aiohttp: an application factory, a route table, SQLAlchemy's async engine and Jinja."""

from pathlib import Path

import aiohttp_jinja2
import jinja2
from aiohttp import web

from shop import upstream
from shop.bodies import LARGEST_BODY
from shop.errors import problems
from shop.numerals import price
from shop.views import routes


def create_app():
    app = web.Application(middlewares=[problems], client_max_size=LARGEST_BODY)
    templates = jinja2.FileSystemLoader(Path(__file__).with_name("templates"))
    aiohttp_jinja2.setup(app, loader=templates, filters={"price": price})
    app.add_routes(routes)
    app.on_cleanup.append(upstream.close)
    return app


def serve(host, port):
    web.run_app(create_app(), host=host, port=port, access_log=None, print=None)

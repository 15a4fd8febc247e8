"""The shop in Sanic: handlers, an exception handler, SQLAlchemy's async engine and Jinja."""

from urllib.parse import quote

from shop.handlers import app


async def application(scope, receive, send):
    """Sanic has no route for HEAD, and matches paths as they were sent."""
    if scope["type"] == "http":
        scope = scope | {"raw_path": quote(scope["path"], safe="/:@!$&'()*+,;=~").encode()}
        if scope["method"] == "HEAD":
            scope = scope | {"method": "GET"}
    await app(scope, receive, send)

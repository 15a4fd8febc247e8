"""The shop in BlackSheep: handlers, exception handlers, SQLAlchemy's async engine and Jinja."""

from pathlib import Path
from urllib.parse import quote

from blacksheep import Application
from blacksheep.server.rendering.jinja2 import JinjaRenderer
from blacksheep.settings.html import html_settings
from jinja2 import FileSystemLoader

from shop.errors import failure, not_found, problem
from shop.handlers import router
from shop.numerals import price
from shop.submission import LARGEST_LIST


class Shop(Application):
    async def __call__(self, scope, receive, send):
        """BlackSheep has no route for HEAD, leaves refused bodies unread, and matches paths as they were sent, in any
        letter case and with a slash more.
        """
        if scope["type"] == "http":
            path = scope["path"]
            path = "/nowhere" if path.endswith("/") or path != path.lower() else path
            scope = scope | {"path": path, "raw_path": quote(path, safe="/:@!$&'()*+,;=~").encode()}
            if scope["method"] == "HEAD":
                scope = scope | {"method": "GET"}
            elif scope["method"] != "GET":
                receive, send = read_to_its_end(receive, send)
        await super().__call__(scope, receive, send)


def read_to_its_end(receive, send):
    """The two, for a body that is read before it is refused: servers close a connection on which it lies unread. A 204
    loses its length.
    """
    more, size = True, 0

    async def counted():
        nonlocal more, size
        message = await receive()
        more, size = message.get("more_body", False), size + len(message.get("body", b""))
        return message

    async def after_the_body(message):
        while more and size <= LARGEST_LIST:
            await counted()
        if message.get("status") == 204:
            message["headers"] = [pair for pair in message["headers"] if pair[0].lower() != b"content-length"]
        await send(message)

    return counted, after_the_body


html_settings.use(JinjaRenderer(FileSystemLoader(Path(__file__).with_name("views"))))
html_settings.renderer.env.filters["price"] = price

app = Shop(router=router)
app.exceptions_handlers[404] = not_found
for status in (400, 411, 413, 415, 422):
    app.exceptions_handlers[status] = problem
app.exceptions_handlers[Exception] = failure

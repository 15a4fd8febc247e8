"""The shop in Litestar: route handlers, Pydantic, SQLAlchemy's async engine and Jinja."""

from pathlib import Path

from litestar import Litestar
from litestar.contrib.jinja import JinjaTemplateEngine
from litestar.exceptions import HTTPException
from litestar.template import TemplateConfig
from pydantic import ValidationError

from shop import handlers
from shop.errors import failure, invalid, problem
from shop.numerals import price
from shop.price_lists import LARGEST_LIST

LARGEST_BODY = 65_536


class Shop(Litestar):
    async def __call__(self, scope, receive, send):
        """Litestar drops needless slashes, has no route for HEAD, and leaves refused bodies unread."""
        if scope["type"] == "http":
            if scope["path"].endswith("/") or "//" in scope["path"]:
                scope = scope | {"path": "/nowhere"}
            if scope["method"] == "HEAD":
                scope = scope | {"method": "GET"}
            elif scope["method"] == "OPTIONS":  # to which it names the methods of one handler; when it refuses, of all
                scope = scope | {"method": "NONE"}
            elif scope["method"] != "GET":
                receive, send = read_to_its_end(receive, send)
        await super().__call__(scope, receive, send)


def read_to_its_end(receive, send):
    """The two, for a body that is read before it is refused: servers close a connection on which it lies unread."""
    more, size = True, 0

    async def counted():
        nonlocal more, size
        message = await receive()
        more, size = message.get("more_body", False), size + len(message.get("body", b""))
        return message

    async def after_the_body(message):
        while more and size <= LARGEST_LIST:
            await counted()
        await send(message)

    return counted, after_the_body


def with_price(engine):
    engine.engine.filters["price"] = price


app = Shop(
    route_handlers=handlers.ALL,
    exception_handlers={HTTPException: problem, ValidationError: invalid, Exception: failure},
    openapi_config=None,
    request_max_body_size=LARGEST_BODY,
    template_config=TemplateConfig(
        directory=Path(__file__).with_name("templates"), engine=JinjaTemplateEngine, engine_callback=with_price
    ),
)

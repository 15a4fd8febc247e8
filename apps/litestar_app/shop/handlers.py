"""The nine operations of the core and those of optional groups, and how each answers."""

import json
from typing import Annotated, Any

from litestar import MediaType, Request, Response, delete, get, post, put
from litestar.di import Provide
from litestar.exceptions import ClientException, HTTPException, ImproperlyConfiguredException, NotFoundException
from litestar.response import Stream, Template
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from shop import items, upstream
from shop.errors import Invalid, unsendable
from shop.labels import labels
from shop.numerals import natural_number
from shop.orders import Order, summary
from shop.price_lists import LARGEST_LIST, PriceList, repriced
from shop.stream import lines

Item = dict[str, Any]
Text = Annotated[str, StringConstraints(pattern=r"^[^\x00]*$")]


class ItemIn(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")

    name: Text = Field(min_length=1, max_length=100)
    description: Text = Field(max_length=500)
    price_cents: int = Field(ge=0, le=10_000_000)
    in_stock: bool


def json_only(connection, handler):
    """A guard: Litestar reads a body of any type, and an empty one as if it were not asked for."""
    if connection.headers.get("Content-Type", "").partition(";")[0].strip().lower() != "application/json":
        raise HTTPException(status_code=415)
    length = connection.headers.get("Content-Length")
    if length in (None, "0"):
        raise HTTPException(status_code=400 if length else 411)


async def document(request):
    """What the request's body holds, or the error that it deserves."""
    try:
        return json.loads((await request.body()).decode())
    except (ValueError, RecursionError):  # a ValueError is also what is not UTF-8, or a number of 5,000 digits
        raise ClientException from None


async def item_fields(request: Request) -> Item:
    """A dependency: the four fields of an item."""
    return ItemIn.model_validate(await document(request)).model_dump()


async def valid_order(request: Request) -> Any:
    """A dependency: an order."""
    return Order.model_validate(await document(request))


async def price_list(request: Request) -> Any:
    """A dependency: a price list."""
    return PriceList.model_validate(await document(request))


READS_AN_ITEM = {"guards": [json_only], "dependencies": {"fields": Provide(item_fields)}}


@get("/plaintext", media_type=MediaType.TEXT)
async def plaintext() -> str:
    return "Hello, World!"


@get("/json")
async def greeting() -> dict[str, str]:
    return {"message": "Hello, World!"}


@get("/items")
async def list_items(request: Request) -> dict[str, Any]:
    offset = natural_number(request.query_params.get("offset", "0"))
    limit = natural_number(request.query_params.get("limit", "20"))
    errors = {}
    if offset is None:
        errors["offset"] = "must be an integer from 0 to 2^63-1"
    if limit is None or not 1 <= limit <= 100:
        errors["limit"] = "must be an integer from 1 to 100"
    if errors:
        raise Invalid(extra=errors)
    page, total = await items.find(offset, limit)
    return {"items": page, "total": total}


@post("/items", **READS_AN_ITEM)
async def create_item(fields: Item) -> Response[Item]:
    item = await items.create(fields)
    return Response(item, headers={"Location": f"/items/{item['id']}"})


@get("/items/{item_id:str}")
async def read_item(item_id: str) -> Item:
    return existing(await items.read(number(item_id)))


@put("/items/{item_id:str}", **READS_AN_ITEM)
async def update_item(item_id: str, fields: Item) -> Item:
    return existing(await items.update(number(item_id), fields))


@delete("/items/{item_id:str}")
async def delete_item(item_id: str) -> None:
    existing(await items.delete(number(item_id)))


@get("/catalog")
async def browse(request: Request) -> Template:
    page = natural_number(request.query_params.get("page", "1"))
    shelf, last = existing(await items.catalogue_page(page))
    return Template("catalog.html", context={"items": shelf, "page": page, "last": last})


@get("/catalog/{item_id:str}")
async def view_item(item_id: str) -> Template:
    return Template("item.html", context={"item": existing(await items.read(number(item_id)))})


@post("/orders/check", status_code=200, guards=[json_only], dependencies={"order": Provide(valid_order)})
async def check_order(order: Any) -> dict[str, int]:
    return summary(order)


@get("/labels")
async def print_labels(request: Request) -> Template:
    text = request.query_params.get("text", "")
    sheet = existing(labels(text, natural_number(request.query_params.get("page", "1"))))
    return Template("labels.html", context={"text": text, "labels": sheet})


@post(
    "/reprice",
    status_code=200,
    guards=[json_only],
    dependencies={"asked": Provide(price_list)},
    request_max_body_size=LARGEST_LIST,
    exception_handlers={ImproperlyConfiguredException: unsendable},
)
async def reprice_list(asked: Any) -> dict[str, Any]:
    return repriced(asked)


@get("/upstream")
async def call_upstream(request: Request) -> dict[str, Any]:
    wait_ms = natural_number(request.query_params.get("ms", ""))
    if wait_ms is None or not 1 <= wait_ms <= 1000:
        raise Invalid(extra={"ms": "must be an integer from 1 to 1000"})
    return {"upstream": await upstream.answer(wait_ms)}


@get("/stream")
async def stream() -> Stream:
    return Stream(lines(), media_type=MediaType.TEXT)


def number(item_id):
    return existing(natural_number(item_id))


def existing(result):
    if not result:
        raise NotFoundException
    return result


ALL = [
    *(plaintext, greeting, list_items, create_item, read_item, update_item, delete_item),
    *(browse, view_item, check_order, print_labels, reprice_list, call_upstream, stream),
]

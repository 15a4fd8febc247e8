"""The nine operations of the core and those of optional groups, and how each answers."""

from aiohttp import web
from aiohttp_jinja2 import template

from shop import items, upstream
from shop.bodies import item_fields
from shop.errors import Invalid
from shop.labels import labels
from shop.numerals import natural_number
from shop.price_lists import repriced
from shop.stream import lines

routes = web.RouteTableDef()


@routes.get("/plaintext")
async def plaintext(request):
    return web.Response(text="Hello, World!")


@routes.get("/json")
async def greeting(request):
    return web.json_response({"message": "Hello, World!"})


@routes.get("/items")
async def list_items(request):
    offset = natural_number(request.query.get("offset", "0"))
    limit = natural_number(request.query.get("limit", "20"))
    errors = {}
    if offset is None:
        errors["offset"] = "must be an integer from 0 to 2^63-1"
    if limit is None or not 1 <= limit <= 100:
        errors["limit"] = "must be an integer from 1 to 100"
    if errors:
        raise Invalid(errors)
    page, total = await items.find(offset, limit)
    return web.json_response({"items": page, "total": total})


@routes.post("/items")
async def create_item(request):
    item = await items.create(await item_fields(request))
    return web.json_response(item, status=201, headers={"Location": f"/items/{item['id']}"})


@routes.get("/items/{item_id}")
async def read_item(request):
    return web.json_response(existing(await items.read(item_id(request))))


@routes.put("/items/{item_id}")
async def update_item(request):
    number = item_id(request)
    return web.json_response(existing(await items.update(number, await item_fields(request))))


@routes.delete("/items/{item_id}")
async def delete_item(request):
    existing(await items.delete(item_id(request)))
    return web.Response(status=204)


@routes.get("/catalog")
@template("catalog.html")
async def browse(request):
    page = natural_number(request.query.get("page", "1"))
    shelf, last = existing(await items.catalogue_page(page))
    return {"items": shelf, "page": page, "last": last}


@routes.get("/catalog/{item_id}")
@template("item.html")
async def view_item(request):
    return {"item": existing(await items.read(item_id(request)))}


@routes.get("/upstream")
async def call_upstream(request):
    wait_ms = natural_number(request.query.get("ms", ""))
    if wait_ms is None or not 1 <= wait_ms <= 1000:
        raise Invalid({"ms": "must be an integer from 1 to 1000"})
    return web.json_response({"upstream": await upstream.answer(wait_ms)})


@routes.get("/stream")
async def stream(request):
    return web.Response(body=lines(), content_type="text/plain")


@routes.get("/labels")
@template("labels.html")
async def print_labels(request):
    text = request.query.get("text", "")
    sheet = existing(labels(text, natural_number(request.query.get("page", "1"))))
    return {"text": text, "labels": sheet}


@routes.post("/reprice")
async def reprice_list(request):
    return web.json_response(await repriced(request))


def item_id(request):
    return existing(natural_number(request.match_info["item_id"]))


def existing(result):
    if not result:
        raise web.HTTPNotFound()
    return result

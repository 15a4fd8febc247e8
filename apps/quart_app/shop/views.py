"""The nine operations of the core and those of optional groups, and how each answers."""

from quart import Blueprint, Response, abort, render_template, request

from shop import items, upstream
from shop.errors import Invalid
from shop.labels import labels
from shop.numerals import natural_number
from shop.price_lists import repriced
from shop.stream import lines
from shop.submission import item_fields

shop = Blueprint("shop", __name__)


@shop.get("/plaintext")
async def plaintext():
    return Response("Hello, World!", mimetype="text/plain")


@shop.get("/json")
async def greeting():
    return {"message": "Hello, World!"}


@shop.get("/items")
async def list_items():
    offset = natural_number(request.args.get("offset", "0"))
    limit = natural_number(request.args.get("limit", "20"))
    errors = {}
    if offset is None:
        errors["offset"] = "must be an integer from 0 to 2^63-1"
    if limit is None or not 1 <= limit <= 100:
        errors["limit"] = "must be an integer from 1 to 100"
    if errors:
        raise Invalid(errors)
    page, total = await items.find(offset, limit)
    return {"items": page, "total": total}


@shop.post("/items")
async def create_item():
    item = await items.create(await item_fields())
    return item, 201, {"Location": f"/items/{item['id']}"}


@shop.get("/items/<item_id:item_id>")
async def read_item(item_id):
    return await items.read(item_id) or abort(404)


@shop.put("/items/<item_id:item_id>")
async def update_item(item_id):
    return await items.update(item_id, await item_fields()) or abort(404)


@shop.delete("/items/<item_id:item_id>")
async def delete_item(item_id):
    if not await items.delete(item_id):
        abort(404)
    response = Response(status=204)
    del response.headers["Content-Length"]  # which Quart sets to 0
    return response


@shop.get("/catalog")
async def browse():
    page = natural_number(request.args.get("page", "1"))
    shelf, last = await items.catalogue_page(page) or abort(404)
    return await render_template("catalog.html", items=shelf, page=page, last=last)


@shop.get("/catalog/<item_id:item_id>")
async def view_item(item_id):
    return await render_template("item.html", item=await items.read(item_id) or abort(404))


@shop.get("/upstream")
async def call_upstream():
    wait_ms = natural_number(request.args.get("ms", ""))
    if wait_ms is None or not 1 <= wait_ms <= 1000:
        raise Invalid({"ms": "must be an integer from 1 to 1000"})
    return {"upstream": await upstream.answer(wait_ms)}


@shop.get("/stream")
async def stream():
    return Response(lines(), mimetype="text/plain")


@shop.get("/labels")
async def print_labels():
    text = request.args.get("text", "")
    sheet = labels(text, natural_number(request.args.get("page", "1"))) or abort(404)
    return await render_template("labels.html", text=text, labels=sheet)


@shop.post("/reprice")
async def reprice_list():
    return await repriced()

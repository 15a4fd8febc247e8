"""The nine operations of the core and those of optional groups, and how each answers."""

from pathlib import Path

import jinja2
from sanic import Sanic, empty, html, json, text

from shop import items, upstream
from shop.errors import Invalid, problem
from shop.labels import labels
from shop.numerals import natural_number, price
from shop.price_lists import repriced
from shop.stream import lines
from shop.submission import item_fields, refuse

app = Sanic("shop", strict_slashes=True)
app.exception(Exception)(problem)


@app.on_response
async def tell_length(request, response):
    """As Sanic does on its own server, and not in ASGI mode; a stream has none, and neither has a 204."""
    if response.body:
        response.headers["Content-Length"] = len(response.body)


templates = jinja2.Environment(loader=jinja2.FileSystemLoader(Path(__file__).with_name("templates")), autoescape=True)
templates.filters["price"] = price


@app.get("/plaintext")
async def plaintext(request):
    return text("Hello, World!")


@app.get("/json")
async def greeting(request):
    return json({"message": "Hello, World!"})


@app.get("/items")
async def list_items(request):
    query = request.get_args(keep_blank_values=True)
    offset = natural_number(query.get("offset", "0"))
    limit = natural_number(query.get("limit", "20"))
    errors = {}
    if offset is None:
        errors["offset"] = "must be an integer from 0 to 2^63-1"
    if limit is None or not 1 <= limit <= 100:
        errors["limit"] = "must be an integer from 1 to 100"
    if errors:
        raise Invalid(errors)
    page, total = await items.find(offset, limit)
    return json({"items": page, "total": total})


@app.post("/items")
async def create_item(request):
    item = await items.create(item_fields(request))
    return json(item, 201, {"Location": f"/items/{item['id']}"})


@app.get("/items/<item_id:str>")
async def read_item(request, item_id):
    return json(existing(await items.read(number(item_id))))


@app.put("/items/<item_id:str>")
async def update_item(request, item_id):
    return json(existing(await items.update(number(item_id), item_fields(request))))


@app.delete("/items/<item_id:str>")
async def delete_item(request, item_id):
    existing(await items.delete(number(item_id)))
    return empty()


@app.get("/catalog")
async def browse(request):
    page = natural_number(request.get_args(keep_blank_values=True).get("page", "1"))
    shelf, last = existing(await items.catalogue_page(page))
    return html(templates.get_template("catalog.html").render(items=shelf, page=page, last=last))


@app.get("/catalog/<item_id:str>")
async def view_item(request, item_id):
    item = existing(await items.read(number(item_id)))
    return html(templates.get_template("item.html").render(item=item))


@app.get("/upstream")
async def call_upstream(request):
    wait_ms = natural_number(request.get_args(keep_blank_values=True).get("ms", ""))
    if wait_ms is None or not 1 <= wait_ms <= 1000:
        raise Invalid({"ms": "must be an integer from 1 to 1000"})
    return json({"upstream": await upstream.answer(wait_ms)})


@app.get("/stream")
async def stream(request):
    response = await request.respond(content_type="text/plain")
    for line in lines():
        await response.send(line)
    await response.eof()


@app.get("/labels")
async def print_labels(request):
    query = request.get_args(keep_blank_values=True)
    words = query.get("text", "")
    sheet = existing(labels(words, natural_number(query.get("page", "1"))))
    return html(templates.get_template("labels.html").render(text=words, labels=sheet))


@app.post("/reprice")
async def reprice_list(request):
    return json(repriced(request))


def number(item_id):
    return existing(natural_number(item_id))


def existing(result):
    if not result:
        refuse(404)
    return result

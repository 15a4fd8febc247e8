"""The nine operations of the core and those of optional groups, and how each answers."""

from flask import Blueprint, Response, abort, render_template, request

from shop import items, upstream
from shop.errors import Invalid
from shop.labels import labels
from shop.numerals import natural_number
from shop.orders import summary, valid_order
from shop.price_lists import repriced
from shop.stream import lines
from shop.submission import item_fields

shop = Blueprint("shop", __name__)


@shop.get("/plaintext")
def plaintext():
    return Response("Hello, World!", mimetype="text/plain")


@shop.get("/json")
def greeting():
    return {"message": "Hello, World!"}


@shop.get("/items")
def list_items():
    offset = natural_number(request.args.get("offset", "0"))
    limit = natural_number(request.args.get("limit", "20"))
    errors = {}
    if offset is None:
        errors["offset"] = "must be an integer from 0 to 2^63-1"
    if limit is None or not 1 <= limit <= 100:
        errors["limit"] = "must be an integer from 1 to 100"
    if errors:
        raise Invalid(errors)
    page, total = items.find(offset, limit)
    return {"items": page, "total": total}


@shop.post("/items")
def create_item():
    item = items.create(item_fields())
    return item, 201, {"Location": f"/items/{item['id']}"}


@shop.get("/items/<item_id:item_id>")
def read_item(item_id):
    return items.read(item_id) or abort(404)


@shop.put("/items/<item_id:item_id>")
def update_item(item_id):
    return items.update(item_id, item_fields()) or abort(404)


@shop.delete("/items/<item_id:item_id>")
def delete_item(item_id):
    if not items.delete(item_id):
        abort(404)
    return "", 204


@shop.get("/catalog")
def browse():
    page = natural_number(request.args.get("page", "1"))
    shelf, last = items.catalogue_page(page) or abort(404)
    return render_template("catalog.html", items=shelf, page=page, last=last)


@shop.get("/catalog/<item_id:item_id>")
def view_item(item_id):
    return render_template("item.html", item=items.read(item_id) or abort(404))


@shop.post("/orders/check")
def check_order():
    return summary(valid_order())


@shop.get("/upstream")
def call_upstream():
    wait_ms = natural_number(request.args.get("ms", ""))
    if wait_ms is None or not 1 <= wait_ms <= 1000:
        raise Invalid({"ms": "must be an integer from 1 to 1000"})
    return {"upstream": upstream.answer(wait_ms)}


@shop.get("/stream")
def stream():
    return Response(lines(), mimetype="text/plain")


@shop.get("/labels")
def print_labels():
    text = request.args.get("text", "")
    sheet = labels(text, natural_number(request.args.get("page", "1"))) or abort(404)
    return render_template("labels.html", text=text, labels=sheet)


@shop.post("/reprice")
def reprice_list():
    return repriced()

"""The shop in Bottle: one application object, the database's driver and Bottle's own templates."""

import json
from http import HTTPStatus

from bottle import Bottle, abort, request, response, template
from database import items
from labels import labels
from price_lists import repriced
from stream import lines
from submission import LARGEST_LIST, Invalid, item_fields
from upstream import answer

ITEMS_A_PAGE = 20
_DIGITS = r"0*[0-9]{1,18}"


class Shop(Bottle):
    def default_error_handler(self, error):
        """An error as the client sees it (RFC 9457)."""
        length = request.content_length
        if 0 < length <= LARGEST_LIST:  # servers close a connection on which a body lies unread
            request.environ["wsgi.input"].read(length)
        if error.status_code == 500:
            print(request.method, request.path, "failed", file=request.environ["wsgi.errors"])
        document = {"title": HTTPStatus(error.status_code).phrase, "status": error.status_code}
        if isinstance(error, Invalid):
            document["errors"] = error.errors
        response.content_type = "application/problem+json"
        return json.dumps(document)


app = Shop()
# Bottle's own `int` takes a sign and the digits of every script. What has more of them is no row's id.
app.router.add_filter("id", lambda _: (_DIGITS, int, str))


@app.get("/plaintext")
def plaintext():
    response.content_type = "text/plain"
    return "Hello, World!"


@app.get("/json")
def greeting():
    return {"message": "Hello, World!"}


@app.get("/items")
def list_items():
    offset = natural_number(request.query.get("offset", "0"))
    limit = natural_number(request.query.get("limit", "20"))
    errors = {}
    if offset is None:
        errors["offset"] = "must be an integer from 0 to 2^63-1"
    if limit is None or not 1 <= limit <= 100:
        errors["limit"] = "must be an integer from 1 to 100"
    if errors:
        raise Invalid(errors)
    return {"items": items.page(offset, limit), "total": items.count()}


@app.post("/items")
def create_item():
    item = items.create(item_fields())
    response.status = 201
    response.headers["Location"] = f"/items/{item['id']}"
    return item


@app.get("/items/<item_id:id>")
def read_item(item_id):
    return items.read(item_id) or abort(404)


@app.put("/items/<item_id:id>")
def update_item(item_id):
    return items.update(item_id, item_fields()) or abort(404)


@app.delete("/items/<item_id:id>")
def delete_item(item_id):
    if not items.delete(item_id):
        abort(404)
    response.status = 204


@app.get("/catalog")
def browse():
    page = natural_number(request.query.get("page", "1"))
    last = max(1, -(-items.count() // ITEMS_A_PAGE))
    if page is None or not 1 <= page <= last:
        abort(404)
    return template("catalog", items=items.page((page - 1) * ITEMS_A_PAGE, ITEMS_A_PAGE), page=page, last=last)


@app.get("/catalog/<item_id:id>")
def view_item(item_id):
    return template("item", item=items.read(item_id) or abort(404))


@app.get("/upstream")
def call_upstream():
    wait_ms = natural_number(request.query.get("ms", ""))
    if wait_ms is None or not 1 <= wait_ms <= 1000:
        raise Invalid({"ms": "must be an integer from 1 to 1000"})
    return {"upstream": answer(wait_ms)}


@app.get("/stream")
def stream():
    response.content_type = "text/plain"
    return lines()


@app.get("/labels")
def print_labels():
    text = request.query.getunicode("text", "")
    sheet = labels(text, natural_number(request.query.get("page", "1"))) or abort(404)
    return template("labels", text=text, labels=sheet)


@app.post("/reprice")
def reprice_list():
    return repriced()


def natural_number(text):
    """The number that `text` writes in ASCII digits, or None if it does not, or not one that a column can hold."""
    if text.isascii() and text.isdigit() and len(text) <= 19 and (number := int(text)) < 2**63:
        return number
    return None

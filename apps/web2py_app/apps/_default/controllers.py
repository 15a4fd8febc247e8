"""The shop over HTTP: items as JSON, the catalogue as pages."""

from py4web import action, request, response

from . import upstream
from .common import db
from .labels import labels
from .models import price
from .orders import summary, valid_order
from .price_lists import repriced
from .problems import Faults, Problem
from .stream import lines
from .validation import item_fields, natural_number, wait_ms, window

ITEMS_A_PAGE = 20

# Any other text is no id, and more digits than these no id that a column can hold.
ITEM_ID = "<item_id:re:[0-9]{1,19}>"

faults = Faults()


@action("plaintext", method="GET")
@action.uses(faults)
def plaintext():
    response.headers["Content-Type"] = "text/plain"
    return "Hello, World!"


@action("json", method="GET")
@action.uses(faults)
def greeting():
    return {"message": "Hello, World!"}


@action("items", method="GET")
@action.uses(faults, db)
def list_items():
    offset, limit = window(request.query)
    items = [item_document(item) for item in select_items(offset, limit)]
    return {"items": items, "total": db(db.item).count()}


@action("items", method="POST")
@action.uses(faults, db)
def create_item():
    fields = item_fields()
    item_id = int(db.item.insert(**fields))
    response.status = 201
    response.headers["Location"] = f"/items/{item_id}"
    return {"id": item_id, **fields}


@action(f"items/{ITEM_ID}", method="GET")
@action.uses(faults, db)
def read_item(item_id):
    return item_document(existing_item(item_id))


@action(f"items/{ITEM_ID}", method="PUT")
@action.uses(faults, db)
def update_item(item_id):
    fields = item_fields()
    if not db(db.item.id == item_id).update(**fields):
        raise Problem(404)
    return {"id": int(item_id), **fields}


@action(f"items/{ITEM_ID}", method="DELETE")
@action.uses(faults, db)
def delete_item(item_id):
    if not db(db.item.id == item_id).delete():
        raise Problem(404)
    response.status = 204
    return ""


@action("catalog", method="GET")
@action.uses(faults, "catalog.html", db)
def browse():
    page = natural_number(request.query.get("page", "1"))
    last_page = max(1, -(-db(db.item).count() // ITEMS_A_PAGE))
    if page is None or not 1 <= page <= last_page:
        raise Problem(404)
    items = select_items((page - 1) * ITEMS_A_PAGE, ITEMS_A_PAGE)
    return dict(items=items, page=page, last_page=last_page, price=price)


@action(f"catalog/{ITEM_ID}", method="GET")
@action.uses(faults, "item.html", db)
def view_item(item_id):
    return dict(item=existing_item(item_id), price=price)


@action("orders/check", method="POST")
@action.uses(faults)
def check_order():
    return summary(valid_order())


@action("upstream", method="GET")
@action.uses(faults)
def call_upstream():
    return {"upstream": upstream.answer(wait_ms(request.query))}


@action("stream", method="GET")
@action.uses(faults)
def stream():
    response.headers["Content-Type"] = "text/plain"
    return lines()


@action("labels", method="GET")
@action.uses(faults, "labels.html")
def print_labels():
    text = request.query.get("text", "")
    sheet = labels(text, natural_number(request.query.get("page", "1")))
    if sheet is None:
        raise Problem(404)
    return dict(text=text, labels=sheet, price=price)


@action("reprice", method="POST")
@action.uses(faults)
def reprice_list():
    return repriced()


def select_items(offset, limit):
    # `cacheable` leaves update_record and delete_record out of the rows; nothing is cached.
    return db().select(db.item.ALL, orderby=db.item.id, limitby=(offset, offset + limit), cacheable=True)


def existing_item(item_id):
    item = db(db.item.id == item_id).select(cacheable=True).first()
    if not item:
        raise Problem(404)
    return item


def item_document(item):
    return {
        "id": item.id,
        "name": item.name,
        "description": item.description,
        "price_cents": item.price_cents,
        "in_stock": item.in_stock,
    }

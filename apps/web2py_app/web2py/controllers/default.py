"""The shop over HTTP: items as JSON, the catalogue as pages.

Actions that write commit by themselves: web2py has pydal's pool do so afterwards, which says nothing of a failure.
"""

from shop_answers import answer, problem
from shop_rules import natural_number
from shop_submission import item_fields, window

ITEMS_A_PAGE = 20


def plaintext():
    response.headers["Content-Type"] = "text/plain"
    return answer(GET=lambda: "Hello, World!")


def greeting():
    return answer(GET=lambda: response.json({"message": "Hello, World!"}))


def items():
    def list_items():
        offset, limit = window()
        listed = [item_document(item) for item in select_items(offset, limit)]
        return response.json({"items": listed, "total": db(db.item).count()})

    def create_item():
        fields = item_fields()
        item_id = int(db.item.insert(**fields))
        db.commit()
        response.status = 201
        response.headers["Location"] = f"/items/{item_id}"
        return response.json({"id": item_id, **fields})

    return answer(GET=list_items, POST=create_item)


def item():
    item_id = natural_number(request.args[0])

    def read_item():
        return response.json(item_document(existing_item(item_id)))

    def update_item():
        fields = item_fields()
        if not (item_id and db(db.item.id == item_id).update(**fields)):
            raise problem(404)
        db.commit()
        return response.json({"id": item_id, **fields})

    def delete_item():
        if not (item_id and db(db.item.id == item_id).delete()):
            raise problem(404)
        db.commit()
        raise HTTP(204)

    return answer(GET=read_item, PUT=update_item, DELETE=delete_item)


def browse():
    def page():
        number = natural_number(request.get_vars.get("page", "1"))
        last_page = max(1, -(-db(db.item).count() // ITEMS_A_PAGE))
        if number is None or not 1 <= number <= last_page:
            raise problem(404)
        shelf = select_items((number - 1) * ITEMS_A_PAGE, ITEMS_A_PAGE)
        return response.render("default/catalog.html", items=shelf, page=number, last_page=last_page, price=price)

    return answer(GET=page)


def view_item():
    def page():
        item = existing_item(natural_number(request.args[0]))
        return response.render("default/item.html", item=item, price=price)

    return answer(GET=page)


def failure():
    # web2py has read the body for the action that failed, and would read it again: Rocket would wait for another.
    request.env.CONTENT_LENGTH = None
    status = request.env.web2py_status_code
    if not status:
        raise problem(404)
    raise problem(int(status))


def nowhere():
    raise problem(404)


def select_items(offset, limit):
    # `cacheable` leaves update_record and delete_record out of the rows; nothing is cached.
    return db().select(db.item.ALL, orderby=db.item.id, limitby=(offset, offset + limit), cacheable=True)


def existing_item(item_id):
    item = item_id and db(db.item.id == item_id).select(cacheable=True).first()
    if not item:
        raise problem(404)
    return item


def item_document(item):
    return {
        "id": item.id,
        "name": item.name,
        "description": item.description,
        "price_cents": item.price_cents,
        "in_stock": item.in_stock,
    }

"""The nine operations, and how each answers."""

from tornado.web import HTTPError

from shop import items
from shop.bodies import BodyHandler, item_fields
from shop.errors import Handler, Invalid
from shop.numerals import natural_number, price


class Plaintext(Handler):
    def get(self):
        self.set_header("Content-Type", "text/plain")
        self.write("Hello, World!")

    head = get


class Greeting(Handler):
    def get(self):
        self.write({"message": "Hello, World!"})

    head = get


class Items(BodyHandler):
    async def get(self):
        offset = natural_number(self.get_query_argument("offset", "0", strip=False))
        limit = natural_number(self.get_query_argument("limit", "20", strip=False))
        errors = {}
        if offset is None:
            errors["offset"] = "must be an integer from 0 to 2^63-1"
        if limit is None or not 1 <= limit <= 100:
            errors["limit"] = "must be an integer from 1 to 100"
        if errors:
            raise Invalid(errors)
        page, total = await items.find(offset, limit)
        self.write({"items": page, "total": total})

    head = get

    async def post(self):
        item = await items.create(item_fields(self))
        self.set_status(201)
        self.set_header("Location", f"/items/{item['id']}")
        self.write(item)


class Item(BodyHandler):
    async def get(self, item_id):
        self.write(existing(await items.read(row_id(item_id))))

    head = get

    async def put(self, item_id):
        number = row_id(item_id)
        self.write(existing(await items.update(number, item_fields(self))))

    async def delete(self, item_id):
        existing(await items.delete(row_id(item_id)))
        self.set_status(204)


class Catalog(Handler):
    async def get(self):
        page = natural_number(self.get_query_argument("page", "1", strip=False))
        shelf, last = existing(await items.catalogue_page(page))
        self.render("catalog.html", items=shelf, page=page, last=last, price=price)

    head = get


class CatalogItem(Handler):
    async def get(self, item_id):
        self.render("item.html", item=existing(await items.read(row_id(item_id))), price=price)

    head = get


class Nowhere(Handler):
    """Answers what no other handler does."""

    def prepare(self):
        raise HTTPError(404)


def row_id(text):
    return existing(natural_number(text))


def existing(result):
    if not result:
        raise HTTPError(404)
    return result

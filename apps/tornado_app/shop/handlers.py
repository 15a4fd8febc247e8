"""The nine operations of the core and those of optional groups, and how each answers."""

from tornado.web import HTTPError

from shop import items, upstream
from shop.bodies import LARGEST_LIST, BodyHandler, item_fields
from shop.errors import Handler, Invalid
from shop.labels import labels
from shop.numerals import natural_number, price
from shop.price_lists import repriced
from shop.stream import lines


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


class Upstream(Handler):
    async def get(self):
        wait_ms = natural_number(self.get_query_argument("ms", "", strip=False))
        if wait_ms is None or not 1 <= wait_ms <= 1000:
            raise Invalid({"ms": "must be an integer from 1 to 1000"})
        self.write({"upstream": await upstream.answer(wait_ms)})

    head = get


class Stream(Handler):
    async def get(self):
        self.set_header("Content-Type", "text/plain")
        for line in lines():
            self.write(line)
            await self.flush()

    head = get


class Labels(Handler):
    def get(self):
        text = self.get_query_argument("text", "", strip=False)
        sheet = existing(labels(text, natural_number(self.get_query_argument("page", "1", strip=False))))
        self.render("labels.html", text=text, labels=sheet, price=price)

    head = get


class PriceList(BodyHandler):
    largest = LARGEST_LIST

    def post(self):
        self.write(repriced(self))


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

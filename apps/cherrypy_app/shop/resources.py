# ruff: noqa: N802 (the dispatcher looks for methods that are called GET, POST and so on)
"""The tree of resources.

CherryPy hands the query string to a handler as keyword arguments. `**_` takes those that nobody asked for; `/` and
`*` see to it that none of them passes for `self`, and no further segment of the path for a parameter.
"""

import cherrypy

from shop import items, upstream
from shop.answers import render
from shop.errors import Invalid
from shop.labels import labels
from shop.numerals import natural_number
from shop.orders import summary, valid_order
from shop.price_lists import repriced
from shop.stream import lines
from shop.submission import item_fields, json_in, list_in


class Plaintext:
    exposed = True

    def GET(self, /, **_):
        cherrypy.response.headers["Content-Type"] = "text/plain"
        return b"Hello, World!"


class Greeting:
    exposed = True

    @cherrypy.tools.json_out()
    def GET(self, /, **_):
        return {"message": "Hello, World!"}


class Items:
    exposed = True

    def _cp_dispatch(self, vpath):
        return Item(vpath.pop(0))

    @cherrypy.tools.json_out()
    def GET(self, /, *, offset="0", limit="20", **_):
        offset, limit = natural_number(offset), natural_number(limit)
        errors = {}
        if offset is None:
            errors["offset"] = "must be an integer from 0 to 2^63-1"
        if limit is None or not 1 <= limit <= 100:
            errors["limit"] = "must be an integer from 1 to 100"
        if errors:
            raise Invalid(errors)
        page, total = items.find(offset, limit)
        return {"items": page, "total": total}

    @cherrypy.tools.json_out()
    @json_in
    def POST(self, /, **_):
        item = items.create(item_fields())
        cherrypy.response.status = 201
        cherrypy.response.headers["Location"] = f"/items/{item['id']}"
        return item


class Item:
    exposed = True

    def __init__(self, segment):
        self.id = natural_number(segment)  # None is an id too that no row has

    @cherrypy.tools.json_out()
    def GET(self, /, **_):
        return _existing(items.read(self.id))

    @cherrypy.tools.json_out()
    @json_in
    def PUT(self, /, **_):
        return _existing(items.update(self.id, item_fields()))

    def DELETE(self, /, **_):
        _existing(items.delete(self.id))
        cherrypy.response.status = 204


class Catalog:
    exposed = True

    def _cp_dispatch(self, vpath):
        return CatalogItem(vpath.pop(0))

    def GET(self, /, *, page="1", **_):
        number = natural_number(page)
        shelf, last = _existing(items.catalogue_page(number))
        return render("catalog.html", items=shelf, page=number, last=last)


class CatalogItem:
    exposed = True

    def __init__(self, segment):
        self.id = natural_number(segment)

    def GET(self, /, **_):
        return render("item.html", item=_existing(items.read(self.id)))


class OrderCheck:
    exposed = True

    @cherrypy.tools.json_out()
    @json_in
    def POST(self, /, **_):
        return summary(valid_order())


class Labels:
    exposed = True

    def GET(self, /, *, text="", page="1", **_):
        text = text.encode("latin-1").decode(errors="replace")  # query strings come as characters, one for each byte
        return render("labels.html", text=text, labels=_existing(labels(text, natural_number(page))))


class PriceList:
    exposed = True

    @cherrypy.tools.json_out()
    @list_in
    def POST(self, /, **_):
        return repriced()


class Orders:
    def __init__(self):
        self.check = OrderCheck()


class UpstreamCall:
    exposed = True

    @cherrypy.tools.json_out()
    def GET(self, /, *, ms="", **_):
        wait_ms = natural_number(ms)
        if wait_ms is None or not 1 <= wait_ms <= 1000:
            raise Invalid({"ms": "must be an integer from 1 to 1000"})
        return {"upstream": upstream.answer(wait_ms)}


class Stream:
    exposed = True

    @cherrypy.config(**{"response.stream": True})
    def GET(self, /, **_):
        cherrypy.response.headers["Content-Type"] = "text/plain"
        return lines()


class Shop:
    def __init__(self):
        self.plaintext = Plaintext()
        self.json = Greeting()
        self.items = Items()
        self.catalog = Catalog()
        self.orders = Orders()
        self.upstream = UpstreamCall()
        self.stream = Stream()
        self.labels = Labels()
        self.reprice = PriceList()


def _existing(result):
    """What was found; nothing is a 404."""
    if not result:
        raise cherrypy.NotFound()
    return result

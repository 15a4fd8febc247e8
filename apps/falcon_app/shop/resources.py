"""The nine operations of the core and those of optional groups, and how each answers.

HEAD is answered as GET, for which Falcon has no rule of its own.
"""

from pathlib import Path

import falcon
import jinja2

from shop import items, upstream
from shop.bodies import Invalid, item_fields
from shop.labels import labels
from shop.numerals import natural_number, price
from shop.price_lists import repriced
from shop.stream import lines

templates = jinja2.Environment(loader=jinja2.FileSystemLoader(Path(__file__).with_name("templates")), autoescape=True)
templates.filters["price"] = price


class Plaintext:
    def on_get(self, req, resp):
        resp.content_type = falcon.MEDIA_TEXT
        resp.text = "Hello, World!"

    on_head = on_get


class Greeting:
    def on_get(self, req, resp):
        resp.media = {"message": "Hello, World!"}

    on_head = on_get


class Items:
    def on_get(self, req, resp):
        offset = natural_number(req.get_param("offset", default="0"))
        limit = natural_number(req.get_param("limit", default="20"))
        errors = {}
        if offset is None:
            errors["offset"] = "must be an integer from 0 to 2^63-1"
        if limit is None or not 1 <= limit <= 100:
            errors["limit"] = "must be an integer from 1 to 100"
        if errors:
            raise Invalid(errors)
        page, total = items.find(offset, limit)
        resp.media = {"items": page, "total": total}

    on_head = on_get

    def on_post(self, req, resp):
        resp.media = item = items.create(item_fields(req))
        resp.status = falcon.HTTP_201
        resp.location = f"/items/{item['id']}"


class Item:
    def on_get(self, req, resp, item_id):
        resp.media = existing(items.read(item_id))

    on_head = on_get

    def on_put(self, req, resp, item_id):
        resp.media = existing(items.update(item_id, item_fields(req)))

    def on_delete(self, req, resp, item_id):
        existing(items.delete(item_id))
        resp.status = falcon.HTTP_204


class Catalog:
    def on_get(self, req, resp):
        page = natural_number(req.get_param("page", default="1"))
        shelf, last = existing(items.catalogue_page(page))
        resp.content_type = falcon.MEDIA_HTML
        resp.text = templates.get_template("catalog.html").render(items=shelf, page=page, last=last)

    on_head = on_get


class CatalogItem:
    def on_get(self, req, resp, item_id):
        resp.content_type = falcon.MEDIA_HTML
        resp.text = templates.get_template("item.html").render(item=existing(items.read(item_id)))

    on_head = on_get


class Upstream:
    def on_get(self, req, resp):
        wait_ms = natural_number(req.get_param("ms", default=""))
        if wait_ms is None or not 1 <= wait_ms <= 1000:
            raise Invalid({"ms": "must be an integer from 1 to 1000"})
        resp.media = {"upstream": upstream.answer(wait_ms)}

    on_head = on_get


class Stream:
    def on_get(self, req, resp):
        resp.content_type = falcon.MEDIA_TEXT
        resp.stream = lines()

    on_head = on_get


class Labels:
    def on_get(self, req, resp):
        text = req.get_param("text", default="")
        sheet = existing(labels(text, natural_number(req.get_param("page", default="1"))))
        resp.content_type = falcon.MEDIA_HTML
        resp.text = templates.get_template("labels.html").render(text=text, labels=sheet)

    on_head = on_get


class PriceList:
    def on_post(self, req, resp):
        resp.media = repriced(req)
        try:
            resp.render_body()  # what fails later is answered without a body
        except UnicodeEncodeError:  # a lone surrogate, which JSON can name and UTF-8 has none of
            raise falcon.HTTPBadRequest from None


def existing(result):
    if not result:
        raise falcon.HTTPNotFound
    return result

"""The nine operations of the core and those of optional groups, and how each answers."""

from urllib.parse import parse_qsl

from pyramid.httpexceptions import HTTPNotFound
from pyramid.response import Response

from shop import items, upstream
from shop.errors import Invalid
from shop.labels import labels
from shop.numerals import natural_number
from shop.price_lists import repriced
from shop.stream import lines
from shop.submission import item_fields


def plaintext(request):
    return "Hello, World!"


def greeting(request):
    return {"message": "Hello, World!"}


def list_items(request):
    query = parameters(request)
    offset = natural_number(query.get("offset", "0"))
    limit = natural_number(query.get("limit", "20"))
    errors = {}
    if offset is None:
        errors["offset"] = "must be an integer from 0 to 2^63-1"
    if limit is None or not 1 <= limit <= 100:
        errors["limit"] = "must be an integer from 1 to 100"
    if errors:
        raise Invalid(errors)
    page, total = items.find(offset, limit)
    return {"items": page, "total": total}


def create_item(request):
    item = items.create(item_fields(request))
    request.response.status = 201
    request.response.location = f"/items/{item['id']}"
    return item


def read_item(request):
    return existing(items.read(item_id(request)))


def update_item(request):
    number = item_id(request)
    return existing(items.update(number, item_fields(request)))


def delete_item(request):
    existing(items.delete(item_id(request)))
    return Response(status=204)


def browse(request):
    page = natural_number(parameters(request).get("page", "1"))
    shelf, last = existing(items.catalogue_page(page))
    return {"items": shelf, "page": page, "last": last}


def view_item(request):
    return {"item": existing(items.read(item_id(request)))}


def call_upstream(request):
    wait_ms = natural_number(parameters(request).get("ms", ""))
    if wait_ms is None or not 1 <= wait_ms <= 1000:
        raise Invalid({"ms": "must be an integer from 1 to 1000"})
    return {"upstream": upstream.answer(wait_ms)}


def stream(request):
    return Response(app_iter=lines(), content_type="text/plain")


def print_labels(request):
    query = parameters(request)
    text = query.get("text", "")
    sheet = existing(labels(text, natural_number(query.get("page", "1"))))
    return {"text": text, "labels": sheet}


def reprice_list(request):
    return repriced(request)


def parameters(request):
    """Of the query string. WebOb separates them at semicolons too, and fails on bytes that are not UTF-8."""
    return dict(parse_qsl(request.query_string, keep_blank_values=True))


def item_id(request):
    return existing(natural_number(request.matchdict["item_id"]))


def existing(result):
    if not result:
        raise HTTPNotFound
    return result

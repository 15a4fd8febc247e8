"""The shop on bare WSGI: what the contract costs with no framework at all.

A handler takes the WSGI environment (and the item's id, where the path has one) and returns a status line,
headers and a body, or an iterator over one that is made while it is sent; what went wrong is raised as an `HTTPError`.
"""

import json
import traceback
from urllib.parse import parse_qs

import pages
import upstream
from database import items
from errors import HTTPError
from labels import labels
from numerals import natural_number
from orders import summary, valid_order
from price_lists import repriced
from stream import lines
from submission import discard_body, item_fields

OK, CREATED, NO_CONTENT = "200 OK", "201 Created", "204 No Content"

_to_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def application(environ, start_response):
    try:
        status, headers, body = _answer(environ)
    except HTTPError as error:
        discard_body(environ)
        status, headers, body = error.answer()
    except Exception:  # noqa: BLE001 (a client gets a problem document for this too)
        print(environ["REQUEST_METHOD"], environ["PATH_INFO"], "failed", file=environ["wsgi.errors"])
        traceback.print_exc(file=environ["wsgi.errors"])
        status, headers, body = HTTPError(500).answer()
    whole = isinstance(body, bytes)
    if whole and status != NO_CONTENT:
        headers.append(("Content-Length", str(len(body))))
    start_response(status, headers)
    if environ["REQUEST_METHOD"] == "HEAD":
        return []
    return [body] if whole else body


def _answer(environ):
    handlers, arguments = _resource(environ["PATH_INFO"])
    method = environ["REQUEST_METHOD"]
    handler = handlers.get("GET" if method == "HEAD" else method)
    if handler:
        return handler(environ, *arguments)
    allow = ("Allow", ", ".join((*handlers, "HEAD", "OPTIONS")))
    if method == "OPTIONS":
        return NO_CONTENT, [allow], b""
    raise HTTPError(405, headers=[allow])


def _resource(path):
    """The handlers of a path by method, and what the path says to them."""
    if path in RESOURCES:
        return RESOURCES[path], ()
    parent, _, segment = path.rpartition("/")
    item_id = natural_number(segment)
    if item_id is None or parent not in ITEM_RESOURCES:
        raise HTTPError(404)
    return ITEM_RESOURCES[parent], (item_id,)


def plaintext(_environ):
    return OK, [("Content-Type", "text/plain")], b"Hello, World!"


def greeting(_environ):
    return _json(OK, {"message": "Hello, World!"})


def list_items(environ):
    query = _query(environ)
    offset = natural_number(query.get("offset", "0"))
    limit = natural_number(query.get("limit", "20"))
    errors = {}
    if offset is None:
        errors["offset"] = "must be an integer from 0 to 2^63-1"
    if limit is None or not 1 <= limit <= 100:
        errors["limit"] = "must be an integer from 1 to 100"
    if errors:
        raise HTTPError(422, errors)
    return _json(OK, {"items": items.page(offset, limit), "total": items.count()})


def read_item(_environ, item_id):
    return _json(OK, _existing(items.read(item_id)))


def create_item(environ):
    item = items.create(item_fields(environ))
    return _json(CREATED, item, ("Location", f"/items/{item['id']}"))


def update_item(environ, item_id):
    return _json(OK, _existing(items.update(item_id, item_fields(environ))))


def delete_item(_environ, item_id):
    _existing(items.delete(item_id))
    return NO_CONTENT, [], b""


def browse(environ):
    page = natural_number(_query(environ).get("page", "1"))
    last = max(1, -(-items.count() // pages.ITEMS_A_PAGE))
    if page is None or not 1 <= page <= last:
        raise HTTPError(404)
    shelf = items.page((page - 1) * pages.ITEMS_A_PAGE, pages.ITEMS_A_PAGE)
    return _html(pages.catalogue(shelf, page, last))


def view_item(_environ, item_id):
    return _html(pages.item(_existing(items.read(item_id))))


def check_order(environ):
    return _json(OK, summary(valid_order(environ)))


def call_upstream(environ):
    wait_ms = natural_number(_query(environ).get("ms", ""))
    if wait_ms is None or not 1 <= wait_ms <= 1000:
        raise HTTPError(422, {"ms": "must be an integer from 1 to 1000"})
    return _json(OK, {"upstream": upstream.answer(wait_ms)})


def stream(_environ):
    return OK, [("Content-Type", "text/plain")], lines()


def print_labels(environ):
    query = _query(environ)
    text = query.get("text", "")
    sheet = _existing(labels(text, natural_number(query.get("page", "1"))))
    return _html(pages.labels(text, sheet))


def reprice_list(environ):
    return _json(OK, repriced(environ))


def _existing(result):
    """What was found; nothing is a 404."""
    if not result:
        raise HTTPError(404)
    return result


def _query(environ):
    """The parameters of the query string; of several with one name the last counts."""
    query = environ.get("QUERY_STRING")
    if not query:
        return {}
    return {name: values[-1] for name, values in parse_qs(query, keep_blank_values=True).items()}


def _json(status, document, *headers):
    # A lone surrogate, which a client may have sent escaped, is sent back so.
    body = _to_json(document).encode(errors="backslashreplace")
    return status, [("Content-Type", "application/json"), *headers], body


def _html(page):
    return OK, [("Content-Type", "text/html; charset=utf-8")], page.encode()


RESOURCES = {
    "/plaintext": {"GET": plaintext},
    "/json": {"GET": greeting},
    "/items": {"GET": list_items, "POST": create_item},
    "/catalog": {"GET": browse},
    "/orders/check": {"POST": check_order},
    "/upstream": {"GET": call_upstream},
    "/stream": {"GET": stream},
    "/labels": {"GET": print_labels},
    "/reprice": {"POST": reprice_list},
}
ITEM_RESOURCES = {
    "/items": {"GET": read_item, "PUT": update_item, "DELETE": delete_item},
    "/catalog": {"GET": view_item},
}

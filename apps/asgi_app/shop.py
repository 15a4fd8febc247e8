"""The shop on bare ASGI: what the contract costs with no framework at all.

A handler takes the scope and `receive` (and the item's id, where the path has one) and returns a status, headers and a
body, or an iterator over one that is made while it is sent; what went wrong is raised as an `HTTPError`.
"""

import json
import sys
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

OK, CREATED, NO_CONTENT = 200, 201, 204

_to_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


async def application(scope, receive, send):
    match scope["type"]:
        case "http":
            await _http(scope, receive, send)
        case "lifespan":
            await _lifespan(receive, send)
        case other:
            raise NotImplementedError(f"The shop does not speak {other}.")


async def _lifespan(receive, send):
    """Nothing is to be done for the database: it is open once this module is imported, until the process ends."""
    await receive()
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await upstream.close()
    await send({"type": "lifespan.shutdown.complete"})


async def _http(scope, receive, send):
    try:
        status, headers, body = await _answer(scope, receive)
    except HTTPError as error:
        await discard_body(scope, receive)
        status, headers, body = error.answer()
    except Exception:  # noqa: BLE001 (a client gets a problem document for this too)
        print(scope["method"], scope["path"], "failed", file=sys.stderr)
        traceback.print_exc()
        status, headers, body = HTTPError(500).answer()
    whole = isinstance(body, bytes)
    if whole and status != NO_CONTENT:
        headers.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    if scope["method"] == "HEAD":
        body, whole = b"", True
    for part in () if whole else body:
        await send({"type": "http.response.body", "body": part, "more_body": True})
    await send({"type": "http.response.body", "body": body if whole else b""})


async def _answer(scope, receive):
    handlers, arguments = _resource(scope["path"])
    method = scope["method"]
    handler = handlers.get("GET" if method == "HEAD" else method)
    if handler:
        return await handler(scope, receive, *arguments)
    allow = (b"allow", ", ".join((*handlers, "HEAD", "OPTIONS")).encode())
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


async def plaintext(_scope, _receive):
    return OK, [(b"content-type", b"text/plain")], b"Hello, World!"


async def greeting(_scope, _receive):
    return _json(OK, {"message": "Hello, World!"})


async def list_items(scope, _receive):
    query = _query(scope)
    offset = natural_number(query.get("offset", "0"))
    limit = natural_number(query.get("limit", "20"))
    errors = {}
    if offset is None:
        errors["offset"] = "must be an integer from 0 to 2^63-1"
    if limit is None or not 1 <= limit <= 100:
        errors["limit"] = "must be an integer from 1 to 100"
    if errors:
        raise HTTPError(422, errors)
    return _json(OK, {"items": await items.page(offset, limit), "total": await items.count()})


async def read_item(_scope, _receive, item_id):
    return _json(OK, _existing(await items.read(item_id)))


async def create_item(scope, receive):
    item = await items.create(await item_fields(scope, receive))
    return _json(CREATED, item, (b"location", f"/items/{item['id']}".encode()))


async def update_item(scope, receive, item_id):
    return _json(OK, _existing(await items.update(item_id, await item_fields(scope, receive))))


async def delete_item(_scope, _receive, item_id):
    _existing(await items.delete(item_id))
    return NO_CONTENT, [], b""


async def browse(scope, _receive):
    page = natural_number(_query(scope).get("page", "1"))
    last = max(1, -(-await items.count() // pages.ITEMS_A_PAGE))
    if page is None or not 1 <= page <= last:
        raise HTTPError(404)
    shelf = await items.page((page - 1) * pages.ITEMS_A_PAGE, pages.ITEMS_A_PAGE)
    return _html(pages.catalogue(shelf, page, last))


async def view_item(_scope, _receive, item_id):
    return _html(pages.item(_existing(await items.read(item_id))))


async def check_order(scope, receive):
    return _json(OK, summary(await valid_order(scope, receive)))


async def call_upstream(scope, _receive):
    wait_ms = natural_number(_query(scope).get("ms", ""))
    if wait_ms is None or not 1 <= wait_ms <= 1000:
        raise HTTPError(422, {"ms": "must be an integer from 1 to 1000"})
    return _json(OK, {"upstream": await upstream.answer(wait_ms)})


async def stream(_scope, _receive):
    return OK, [(b"content-type", b"text/plain")], lines()


async def print_labels(scope, _receive):
    query = _query(scope)
    text = query.get("text", "")
    sheet = _existing(labels(text, natural_number(query.get("page", "1"))))
    return _html(pages.labels(text, sheet))


async def reprice_list(scope, receive):
    return _json(OK, await repriced(scope, receive))


def _existing(result):
    """What was found; nothing is a 404."""
    if not result:
        raise HTTPError(404)
    return result


def _query(scope):
    """The parameters of the query string; of several with one name the last counts."""
    query = scope["query_string"]
    if not query:
        return {}
    return {name: values[-1] for name, values in parse_qs(query.decode("latin-1"), keep_blank_values=True).items()}


def _json(status, document, *headers):
    # A lone surrogate, which a client may have sent escaped, is sent back so.
    body = _to_json(document).encode(errors="backslashreplace")
    return status, [(b"content-type", b"application/json"), *headers], body


def _html(page):
    return OK, [(b"content-type", b"text/html; charset=utf-8")], page.encode()


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

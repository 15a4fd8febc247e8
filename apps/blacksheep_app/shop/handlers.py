"""The nine operations of the core and those of optional groups, and how each answers."""

from urllib.parse import parse_qsl

from blacksheep import HTTPException, Request, Response, StreamedContent, json, text
from blacksheep.exceptions import NotFound
from blacksheep.server.responses import view
from blacksheep.server.routing import Router

from shop import items, upstream
from shop.errors import Invalid
from shop.labels import labels
from shop.numerals import natural_number
from shop.price_lists import repriced
from shop.stream import lines
from shop.submission import item_fields

router = Router()


@router.get("/plaintext")
async def plaintext(request: Request):
    return text("Hello, World!")


@router.get("/json")
async def greeting(request: Request):
    return json({"message": "Hello, World!"})


@router.get("/items")
async def list_items(request: Request):
    offset = natural_number(parameter(request, "offset", "0"))
    limit = natural_number(parameter(request, "limit", "20"))
    errors = {}
    if offset is None:
        errors["offset"] = "must be an integer from 0 to 2^63-1"
    if limit is None or not 1 <= limit <= 100:
        errors["limit"] = "must be an integer from 1 to 100"
    if errors:
        raise Invalid(errors)
    page, total = await items.find(offset, limit)
    return json({"items": page, "total": total})


@router.post("/items")
async def create_item(request: Request):
    item = await items.create(await item_fields(request))
    response = json(item, 201)
    response.set_header(b"Location", f"/items/{item['id']}".encode())
    return response


@router.get("/items/{item_id}")
async def read_item(request: Request, item_id: str):
    return json(existing(await items.read(number(item_id))))


@router.put("/items/{item_id}")
async def update_item(request: Request, item_id: str):
    return json(existing(await items.update(number(item_id), await item_fields(request))))


@router.delete("/items/{item_id}")
async def delete_item(request: Request, item_id: str):
    existing(await items.delete(number(item_id)))
    return Response(204)


@router.get("/catalog")
async def browse(request: Request):
    page = natural_number(parameter(request, "page", "1"))
    shelf, last = existing(await items.catalogue_page(page))
    return view("catalog", {"items": shelf, "page": page, "last": last})


@router.get("/catalog/{item_id}")
async def view_item(request: Request, item_id: str):
    return view("item", {"item": existing(await items.read(number(item_id)))})


@router.get("/upstream")
async def call_upstream(request: Request):
    wait_ms = natural_number(parameter(request, "ms", ""))
    if wait_ms is None or not 1 <= wait_ms <= 1000:
        raise Invalid({"ms": "must be an integer from 1 to 1000"})
    return json({"upstream": await upstream.answer(wait_ms)})


@router.get("/stream")
async def stream(request: Request):
    return Response(200, content=StreamedContent(b"text/plain; charset=utf-8", lines))


@router.get("/labels")
async def print_labels(request: Request):
    words = parameter(request, "text", "")
    sheet = existing(labels(words, natural_number(parameter(request, "page", "1"))))
    return view("labels", {"text": words, "labels": sheet})


@router.post("/reprice")
async def reprice_list(request: Request):
    try:
        return json(await repriced(request))
    except UnicodeEncodeError:  # a lone surrogate, which JSON can name and UTF-8 has none of
        raise HTTPException(400) from None


def parameter(request, name, default):
    """Of the query string. BlackSheep drops those that are empty."""
    query = (request.url.query or b"").decode("latin-1")
    return dict(parse_qsl(query, keep_blank_values=True)).get(name, default)


def number(item_id):
    return existing(natural_number(item_id))


def existing(result):
    if not result:
        raise NotFound
    return result

"""The nine operations of the core and those of optional groups, and how each answers."""

from pathlib import Path

from starlette.endpoints import HTTPEndpoint
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.templating import Jinja2Templates

from shop import items, upstream
from shop.bodies import item_fields
from shop.errors import Invalid
from shop.labels import labels
from shop.numerals import natural_number, price
from shop.price_lists import repriced
from shop.stream import lines

templates = Jinja2Templates(Path(__file__).with_name("templates"))
templates.env.filters["price"] = price


async def plaintext(request):
    return PlainTextResponse("Hello, World!")


async def greeting(request):
    return JSONResponse({"message": "Hello, World!"})


class Items(HTTPEndpoint):
    async def get(self, request):
        offset = natural_number(request.query_params.get("offset", "0"))
        limit = natural_number(request.query_params.get("limit", "20"))
        errors = {}
        if offset is None:
            errors["offset"] = "must be an integer from 0 to 2^63-1"
        if limit is None or not 1 <= limit <= 100:
            errors["limit"] = "must be an integer from 1 to 100"
        if errors:
            raise Invalid(errors)
        page, total = await items.find(offset, limit)
        return JSONResponse({"items": page, "total": total})

    async def post(self, request):
        item = await items.create(await item_fields(request))
        return JSONResponse(item, 201, {"Location": f"/items/{item['id']}"})


class Item(HTTPEndpoint):
    async def get(self, request):
        return JSONResponse(existing(await items.read(item_id(request))))

    async def put(self, request):
        number = item_id(request)
        return JSONResponse(existing(await items.update(number, await item_fields(request))))

    async def delete(self, request):
        existing(await items.delete(item_id(request)))
        return Response(status_code=204)


async def browse(request):
    page = natural_number(request.query_params.get("page", "1"))
    shelf, last = existing(await items.catalogue_page(page))
    return templates.TemplateResponse(request, "catalog.html", {"items": shelf, "page": page, "last": last})


async def view_item(request):
    item = existing(await items.read(item_id(request)))
    return templates.TemplateResponse(request, "item.html", {"item": item})


async def call_upstream(request):
    wait_ms = natural_number(request.query_params.get("ms", ""))
    if wait_ms is None or not 1 <= wait_ms <= 1000:
        raise Invalid({"ms": "must be an integer from 1 to 1000"})
    return JSONResponse({"upstream": await upstream.answer(wait_ms)})


async def stream(request):
    return StreamingResponse(lines(), media_type="text/plain")


async def print_labels(request):
    text = request.query_params.get("text", "")
    sheet = existing(labels(text, natural_number(request.query_params.get("page", "1"))))
    return templates.TemplateResponse(request, "labels.html", {"text": text, "labels": sheet})


async def reprice_list(request):
    try:
        return JSONResponse(await repriced(request))
    except UnicodeEncodeError:  # a lone surrogate, which JSON can name and UTF-8 has none of
        raise HTTPException(400) from None


def item_id(request):
    """The id in the path. Starlette's own `int` fails on thousands of digits."""
    return existing(natural_number(request.path_params["item_id"]))


def existing(result):
    if not result:
        raise HTTPException(404)
    return result

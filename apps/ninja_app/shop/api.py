"""The shop over HTTP: items as JSON, the catalogue as pages. HEAD is named with GET: Ninja does not imply it."""

from django.core.paginator import InvalidPage, Paginator
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from ninja import NinjaAPI
from ninja.decorators import decorate_view
from ninja.errors import HttpError, ValidationError

from shop import problems, upstream
from shop.labels import labels
from shop.models import Item
from shop.orders import Order, Summary
from shop.parsers import LARGEST_BODY, LARGEST_LIST, WholeUTF8Parser, json_up_to
from shop.price_lists import PriceList, Repriced
from shop.schemas import ItemIn, ItemOut, Limit, Listing, Number, WaitMs
from shop.stream import lines

GET = ("GET", "HEAD")
ITEMS_A_PAGE = 20

api = NinjaAPI(openapi_url=None, docs_url=None, parser=WholeUTF8Parser())
api.add_exception_handler(HttpError, problems.http_error)
api.add_exception_handler(ValidationError, problems.invalid)
api.add_exception_handler(Http404, problems.not_found)


@api.api_operation(GET, "/plaintext")
def plaintext(request):
    return HttpResponse("Hello, World!", content_type="text/plain")


@api.api_operation(GET, "/json")
def greeting(request):
    return {"message": "Hello, World!"}


@api.api_operation(GET, "/items", response=Listing)
def list_items(request, offset: Number = 0, limit: Limit = 20):
    return {"items": list(Item.objects.order_by("pk")[offset : offset + limit]), "total": Item.objects.count()}


@api.post("/items", response={201: ItemOut})
@decorate_view(json_up_to(LARGEST_BODY))
def create_item(request, response: HttpResponse, fields: ItemIn):
    item = Item.objects.create(**fields.dict())
    response["Location"] = f"/items/{item.pk}"
    return 201, item


@api.api_operation(GET, "/items/{item_id:item_id}", response=ItemOut)
def read_item(request, item_id: int):
    return get_object_or_404(Item, pk=item_id)


@api.put("/items/{item_id:item_id}", response=ItemOut)
@decorate_view(json_up_to(LARGEST_BODY))
def update_item(request, item_id: int, fields: ItemIn):
    if not Item.objects.filter(pk=item_id).update(**fields.dict()):
        raise Http404
    return {"id": item_id, **fields.dict()}


@api.delete("/items/{item_id:item_id}", response={204: None})
def delete_item(request, item_id: int):
    deleted, _ = Item.objects.filter(pk=item_id).delete()
    if not deleted:
        raise Http404
    return 204, None


@api.api_operation(GET, "/catalog")
def browse(request, page: Number = 1):
    try:
        shelf = Paginator(Item.objects.order_by("pk"), ITEMS_A_PAGE).page(page)
    except InvalidPage:
        raise Http404 from None
    return render(request, "shop/catalog.html", {"page": shelf})


@api.api_operation(GET, "/catalog/{item_id:item_id}")
def view_item(request, item_id: int):
    return render(request, "shop/item.html", {"item": get_object_or_404(Item, pk=item_id)})


@api.post("/orders/check", response=Summary)
@decorate_view(json_up_to(LARGEST_BODY))
def check_order(request, order: Order):
    lines = order.lines
    return {
        "lines": len(lines),
        "quantity": sum(line.quantity for line in lines),
        "total_cents": sum(line.quantity * line.price_cents for line in lines),
    }


@api.api_operation(GET, "/upstream")
def call_upstream(request, ms: WaitMs):
    return {"upstream": upstream.answer(ms)}


@api.api_operation(GET, "/stream")
def stream(request):
    return StreamingHttpResponse(lines(), content_type="text/plain")


@api.api_operation(GET, "/labels")
def print_labels(request, page: Number = 1, text: str = ""):
    sheet = labels(text, page)
    if sheet is None:
        raise Http404
    return render(request, "shop/labels.html", {"text": text, "labels": sheet})


@api.post("/reprice", response=Repriced)
@decorate_view(json_up_to(LARGEST_LIST))
def reprice_list(request, asked: PriceList):
    return Repriced.of(asked)
